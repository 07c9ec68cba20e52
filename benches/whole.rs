//! What a command costs, from the start of its process to its end, against a floor: a program that opens the same file with the same
//! pragmas and runs the bare SQL.
//!
//! ```sh
//! cargo bench                                # stores of 1,000 and 1,000,000 entries
//! cargo bench -- --entries 1000,100000       # others
//! cargo bench -- --only report               # the rows that contain a word
//! cargo bench -- portal                      # a portal under load: see `load.rs`
//! cargo bench -- push                        # a sync: see `push.rs`
//! ```
//!
//! Each command and its floor run in turn, so that a busy machine slows both; what counts is the ratio of the medians of processor
//! time (user and system). Where Timewarrior, Watson or hledger are installed they do the same job beside them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic
)]

mod floor;
mod load;
mod peer;
mod push;
mod sample;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use sample::Sample;

const LOGGIA: &str = env!("CARGO_BIN_EXE_loggia");

/// The day on which the stores end.
const NOW: &str = "2026-11-20T12:00:00Z";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, job, rest @ ..] = arguments.as_slice()
        && word == floor::WORD
    {
        floor::run(job, rest);
        return;
    }
    if let [word, rest @ ..] = arguments.as_slice()
        && word == load::WORD
    {
        load::run(rest);
        return;
    }
    if let [word, rest @ ..] = arguments.as_slice()
        && word == push::WORD
    {
        push::run(rest);
        return;
    }
    if let [word, rest @ ..] = arguments.as_slice()
        && word == push::FLOOR
    {
        push::floor(rest);
        return;
    }
    let options = Options::of(&arguments);
    let folder = tempfile::tempdir().unwrap();
    println!(
        "{:<44} {:>10} {:>10} {:>7} {:>10} {:>10}",
        "command", "cpu", "floor cpu", "ratio", "wall", "floor wall"
    );
    for entries in &options.entries {
        println!("\n{entries} entries");
        let sample = Sample::make(&folder.path().join(entries.to_string()), *entries);
        for job in jobs(&sample) {
            if options.only.iter().all(|word| job.name.contains(word)) {
                compare(&job, options.runs_for(*entries, &job));
            }
        }
        peer::compare(&sample, &options.only);
    }
}

/// What to run.
struct Options {
    entries: Vec<u32>,
    only: Vec<String>,
    runs: Option<usize>,
}

impl Options {
    fn of(arguments: &[String]) -> Self {
        let mut options = Self {
            entries: vec![1_000, 1_000_000],
            only: Vec::new(),
            runs: None,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--entries" => {
                    let list = words.next().expect("--entries wants numbers");
                    options.entries = list.split(',').map(|n| n.parse().unwrap()).collect();
                }
                "--only" => options.only.extend(words.next().cloned()),
                "--runs" => options.runs = words.next().map(|n| n.parse().unwrap()),
                // Cargo gives this to every benchmark.
                "--bench" => {}
                other => panic!("`{other}` is no option of this benchmark"),
            }
        }
        options
    }

    /// Enough runs that their median says something; few of what takes seconds.
    fn runs_for(&self, entries: u32, job: &Job) -> usize {
        self.runs.unwrap_or(match (job.heavy, entries) {
            (true, 200_000..) => 5,
            (true, _) => 11,
            (false, _) => 31,
        })
    }
}

/// A command beside its floor.
struct Job {
    name: String,
    command: Vec<String>,
    /// None where what counts is rows a second.
    floor: Option<Vec<String>>,
    rows: u32,
    /// Goes over all entries.
    heavy: bool,
    store: PathBuf,
    home: PathBuf,
    /// Run before each time, without being measured.
    before: Vec<String>,
}

fn jobs(sample: &Sample) -> Vec<Job> {
    let job = |command: &str, floor: &str| Job {
        name: command.to_owned(),
        command: command.split(' ').map(str::to_owned).collect(),
        floor: Some(floor.split(' ').map(str::to_owned).collect()),
        rows: sample.entries(),
        heavy: false,
        store: sample.store(),
        home: sample.folder().to_owned(),
        before: Vec::new(),
    };
    let heavy = |command: &str, floor: &str| Job {
        heavy: true,
        ..job(command, floor)
    };
    let after = |before: &[&str], command: &str, floor: &str| Job {
        before: before.iter().map(|line| (*line).to_owned()).collect(),
        ..job(command, floor)
    };
    let project = sample::project(0);
    let toggl = sample.toggl();
    let import = format!(
        "time import toggl {} --zone UTC --create-missing",
        toggl.display()
    );
    let csv = sample.folder().join("out.csv");
    let csv = csv.display();
    let xlsx = sample.folder().join("out.xlsx");
    let xlsx = xlsx.display();
    let mut jobs = vec![
        job(&format!("time log {project} 1m bench"), "insert"),
        after(&["time cancel"], &format!("time start {project}"), "insert"),
        after(
            &[
                "time cancel",
                &format!("time start {project} --at 2026-11-20T11:00"),
            ],
            "time stop",
            "insert",
        ),
        job("time status", "select"),
        job("time report 2026-10 --by project", "month"),
        heavy("time report all --by project", "everything"),
        heavy(&format!("time export csv all --yes --output {csv}"), "csv"),
    ];
    if sample.entries() <= 100_000 {
        jobs.push(heavy(
            &format!("time export xlsx all --yes --output {xlsx}"),
            "xlsx",
        ));
    }
    if sample.entries() >= 100_000 {
        jobs.push(Job {
            store: sample.folder().join("import.db"),
            before: vec![sample::FRESH.to_owned()],
            name: format!("time import toggl, {} rows", sample::TOGGL_ROWS),
            floor: None,
            rows: sample::TOGGL_ROWS,
            ..heavy(&import, "")
        });
    }
    jobs
}

/// Runs a command and its floor in turn, and prints the medians.
fn compare(job: &Job, runs: usize) {
    let me = std::env::current_exe().unwrap();
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        for line in &job.before {
            prepare(job, line);
        }
        let mut command = loggia(&job.home, &job.store);
        ours.push(timed(command.args(&job.command)));
        if let Some(floor) = &job.floor {
            let mut command = Command::new(&me);
            command.arg(floor::WORD).args(floor).arg(&job.store);
            floors.push(timed(command.arg(&job.home)));
        }
    }
    let (cpu, wall) = medians(&ours);
    let name: String = job.name.chars().take(44).collect();
    if floors.is_empty() {
        let pace = f64::from(job.rows) / cpu.as_secs_f64();
        let pace = format!("{pace:.0} rows a second");
        println!(
            "{name:<44} {:>10} {pace:>29} {:>10}",
            shown(cpu),
            shown(wall)
        );
        return;
    }
    let (floor_cpu, floor_wall) = medians(&floors);
    println!(
        "{name:<44} {:>10} {:>10} {:>6.2}x {:>10} {:>10}",
        shown(cpu),
        shown(floor_cpu),
        cpu.as_secs_f64() / floor_cpu.as_secs_f64().max(1e-6),
        shown(wall),
        shown(floor_wall)
    );
}

fn prepare(job: &Job, line: &str) {
    if line == sample::FRESH {
        sample::fresh(&job.home, &job.store);
        return;
    }
    // It may have nothing to do: no timer runs the first time.
    let mut command = loggia(&job.home, &job.store);
    command
        .args(line.split(' '))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().unwrap();
}

/// The program in an environment of its own.
fn loggia(home: &Path, store: &Path) -> Command {
    let mut command = Command::new(LOGGIA);
    command
        .env_clear()
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("TZ", "UTC")
        .env("LOGGIA_NOW", NOW)
        .env("LOGGIA_STORE", store)
        .stdin(Stdio::null());
    command
}

/// One run: processor time and wall time.
struct Cost {
    cpu: Duration,
    wall: Duration,
}

fn timed(command: &mut Command) -> Cost {
    let before = children();
    let start = Instant::now();
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let output = output.output().unwrap();
    let wall = start.elapsed();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Cost {
        cpu: children() - before,
        wall,
    }
}

/// The processor time of all child processes so far.
fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(u64::try_from(micros).unwrap())
}

fn medians(costs: &[Cost]) -> (Duration, Duration) {
    let median = |of: fn(&Cost) -> Duration| {
        let mut all: Vec<Duration> = costs.iter().map(of).collect();
        all.sort();
        all[all.len() / 2]
    };
    (median(|cost| cost.cpu), median(|cost| cost.wall))
}

fn shown(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1e3;
    if millis < 1000.0 {
        format!("{millis:.1} ms")
    } else {
        format!("{:.2} s", millis / 1e3)
    }
}
