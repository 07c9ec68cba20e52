//! The data of the benchmarks: so many entries of nine members for forty clients (or as many as are asked for) with five projects each,
//! over five years.
//!
//! The same numbers each time. Clients, projects and members are made by the program; the entries are put in beside it, as a million
//! commands would take a day, and are therefore not in its log.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use chrono::{Datelike, Days, NaiveDate, TimeZone, Utc};
use rusqlite::Connection;

/// Says that a job wants a store without entries before each run.
pub(super) const FRESH: &str = "fresh store";
/// The name of the store without entries.
pub(super) const EMPTY: &str = "empty.db";
/// The name of the file to import.
pub(super) const TOGGL: &str = "toggl.csv";
pub(super) const TOGGL_ROWS: u32 = 100_000;

const CLIENTS: u32 = 40;
const PROJECTS: u32 = 5;
const MEMBERS: u32 = 9;
const YEARS: u64 = 5;

/// A folder with a store, its copy without entries, and a file to import.
pub(super) struct Sample {
    folder: PathBuf,
    entries: u32,
    clients: u32,
}

/// An entry of the sample.
pub(super) struct Worked {
    pub(super) project: u32,
    pub(super) member: u32,
    pub(super) start: chrono::DateTime<Utc>,
    pub(super) seconds: u32,
}

impl Sample {
    pub(super) fn make(folder: &Path, entries: u32) -> Self {
        let sample = Self::of_clients(folder, entries, CLIENTS);
        sample.write_toggl();
        sample
    }

    /// The same for other numbers of clients, with nothing to import.
    pub(super) fn of_clients(folder: &Path, entries: u32, clients: u32) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let sample = Self {
            folder: folder.to_owned(),
            entries,
            clients,
        };
        eprintln!("making a store of {entries} entries");
        sample.set_up();
        std::fs::copy(sample.store(), folder.join(EMPTY)).unwrap();
        sample.fill();
        sample
    }

    pub(super) fn store(&self) -> PathBuf {
        self.folder.join("books.db")
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn toggl(&self) -> PathBuf {
        self.folder.join(TOGGL)
    }

    pub(super) fn entries(&self) -> u32 {
        self.entries
    }

    /// The entries in the order in which they were worked.
    pub(super) fn worked(&self) -> impl Iterator<Item = Worked> + use<> {
        worked(self.entries, self.clients)
    }

    fn set_up(&self) {
        let run = |line: &str| {
            let mut command = super::loggia(&self.folder, &self.store());
            command.args(line.split(' '));
            command.stdout(Stdio::null()).stderr(Stdio::null());
            assert!(command.status().unwrap().success(), "{line}");
        };
        run(
            "init --business Bench --currency EUR --zone Europe/Berlin --rate 95 --tax 19 --owner member0",
        );
        for member in 1..MEMBERS {
            run(&format!("member add member{member}"));
        }
        for client in 0..self.clients {
            run(&format!("client add client{client} --slug client{client}"));
            for project in 0..PROJECTS {
                run(&format!("project add client{client} project{project}"));
            }
        }
        // Into the file itself, so that a copy of it is whole.
        let conn = Connection::open(self.store()).unwrap();
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
    }

    fn fill(&self) {
        let mut conn = Connection::open(self.store()).unwrap();
        let transaction = conn.transaction().unwrap();
        {
            let mut insert = transaction
                .prepare(
                    "INSERT INTO entry (project_id, member_id, day, started, ended, seconds, note, tags) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, '[\"web\"]')",
                )
                .unwrap();
            for (number, work) in self.worked().enumerate() {
                let start = work.start.timestamp();
                insert
                    .execute((
                        work.project + 1,
                        work.member + 1,
                        work.start.date_naive().to_string(),
                        start,
                        start + i64::from(work.seconds),
                        work.seconds,
                        format!("work number {number}"),
                    ))
                    .unwrap();
            }
        }
        transaction.commit().unwrap();
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        conn.execute_batch("ANALYZE").unwrap();
    }

    fn write_toggl(&self) {
        let mut text = String::from(
            "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\n",
        );
        for (number, work) in worked(TOGGL_ROWS, CLIENTS).enumerate() {
            let end = work.start + chrono::Duration::seconds(i64::from(work.seconds));
            let (hours, rest) = (work.seconds / 3600, work.seconds % 3600);
            writeln!(
                text,
                "member{},member{0}@bench.example,client{},project{},,work number {number},Yes,{},{},{:02}:{:02}:{:02},web,",
                work.member,
                work.project / PROJECTS,
                work.project % PROJECTS,
                work.start.format("%F,%T"),
                end.format("%F,%T"),
                hours,
                rest / 60,
                rest % 60,
            )
            .unwrap();
        }
        std::fs::write(self.toggl(), text).unwrap();
    }
}

/// Each member works one entry after the other, evenly over the years.
fn worked(entries: u32, clients: u32) -> impl Iterator<Item = Worked> {
    let first = NaiveDate::from_ymd_opt(2021, 11, 22).unwrap();
    let last = first.with_year(first.year() + i32::try_from(YEARS).unwrap());
    let days = last.unwrap().signed_duration_since(first).num_days();
    let each = entries.div_ceil(MEMBERS).max(1);
    let step = u64::try_from(days * 86_400).unwrap() / u64::from(each);
    let mut random = 88_172_645_463_325_252_u64;
    (0..entries).map(move |number| {
        // Xorshift: the same in each run, and nothing here needs better.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let after = u64::from(number / MEMBERS) * step;
        let day = first + Days::new(after / 86_400);
        let midnight = Utc.from_utc_datetime(&day.and_time(chrono::NaiveTime::MIN));
        // The day is counted in UTC here; an entry before two in the morning there could be of another in Berlin.
        let second = i64::try_from(after % 86_400).unwrap().min(79_000);
        Worked {
            project: u32::try_from(random % u64::from(clients * PROJECTS)).unwrap(),
            member: number % MEMBERS,
            start: midnight + chrono::Duration::seconds(second),
            seconds: u32::try_from(60 + (random >> 32) % step.clamp(120, 10_800) / 2).unwrap(),
        }
    })
}

/// A project by its number, as commands name it.
pub(super) fn project(number: u32) -> String {
    format!("client{}/project{}", number / PROJECTS, number % PROJECTS)
}

/// A store without entries in place of the one that is there.
pub(super) fn fresh(folder: &Path, store: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut file = store.as_os_str().to_owned();
        file.push(ending);
        // It may not be there.
        let _ = std::fs::remove_file(file);
    }
    std::fs::copy(folder.join(EMPTY), store).unwrap();
}
