//! Import, export, and import again: the second export is the first, and the second import changes nothing.

use std::fmt::Write as _;
use std::io::Cursor;

use proptest::prelude::*;

use crate::app::import::{self, Choices, Format as From, Options};
use crate::app::time::Selection;
use crate::app::{Session, Setting};
use crate::domain::activity::Activity;
use crate::domain::key::ActivityKey;
use crate::store::Store;
use crate::values::text::Line;

use super::*;

struct Books {
    session: Session,
    _folder: tempfile::TempDir,
}

impl Books {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let setting = Setting {
            now: "2026-11-21T09:00:00Z".parse().unwrap(),
            as_of: None,
            zone: chrono_tz::Tz::Europe__Berlin,
            who: "ana".into(),
            command: "time import".into(),
        };
        let store = Store::open(&folder.path().join("books.db")).unwrap();
        let mut session = Session::with(store, &setting).unwrap();
        for (code, name) in [("DEV", "Development"), ("=R&D", "Research")] {
            let activity = Activity {
                key: ActivityKey(0),
                project: None,
                code: Line::parse(code).unwrap(),
                name: Line::parse(name).unwrap(),
                explanation: None,
                archived: false,
            };
            session
                .write(|books| books.add_activity(&activity))
                .unwrap();
        }
        Self {
            session,
            _folder: folder,
        }
    }

    fn import(&mut self, format: From, file: &str) -> import::Report {
        let options = Options {
            create_missing: true,
            ..Options::default()
        };
        let choices = Choices::default();
        let file = Cursor::new(file.as_bytes());
        import::time(
            &mut self.session,
            file,
            format,
            &choices,
            &options,
            &mut |_, _| {},
        )
        .unwrap()
    }

    fn export(&self, format: Format) -> (String, Report) {
        let mut bytes = Vec::new();
        let all = Selection::default();
        let target = Target::Stream(&mut bytes);
        let report = time(&self.session, &all, format, target, &mut |_| {}).unwrap();
        (String::from_utf8(bytes).unwrap(), report)
    }
}

/// An entry as a row of the table that all of this begins with.
#[derive(Debug, Clone)]
struct Row {
    day: u32,
    /// Minutes since midnight; none: a length only.
    start: Option<u32>,
    minutes: u32,
    project: usize,
    phase: usize,
    task: usize,
    activity: usize,
    member: usize,
    note: String,
    billable: bool,
    tags: Vec<String>,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        1_u32..29,
        prop::option::weighted(0.8, 0_u32..1440),
        1_u32..1440,
        (0_usize..3, 0_usize..3, 0_usize..3, 0_usize..3, 0_usize..2),
        "'{0,2}=?[a-zA-ZäöüßÉ株0-9.:!?'\"()/+-]{0,12}( [a-z#=<>&\\\\]{1,8}){0,3}",
        any::<bool>(),
        prop::collection::vec("[a-zä株][a-z0-9é_-]{0,6}( [a-z]{1,4})?", 0..3),
    );
    let row = row.prop_map(
        |(day, start, minutes, (project, phase, task, activity, member), note, billable, tags)| {
            Row {
                day,
                start,
                minutes,
                project,
                phase,
                task,
                activity,
                member,
                note,
                billable,
                tags,
            }
        },
    );
    prop::collection::vec(row, 1..12)
}

/// The rows as a table; in the month no clock changes.
fn table(rows: &[Row], one_member: bool) -> String {
    let mut text =
        "date,start,duration,project,phase,task,activity,member,note,billable,tags\n".to_owned();
    for row in rows {
        let start = row.start.map(|at| format!("{:02}:{:02}", at / 60, at % 60));
        let member = if one_member { 0 } else { row.member };
        writeln!(
            text,
            "2026-01-{:02},{},{}:{:02},{},{},{},{},{},\"{}\",{},\"{}\"",
            row.day,
            start.unwrap_or_default(),
            row.minutes / 60,
            row.minutes % 60,
            ["acme/website", "acme/app", "hof/site"][row.project],
            ["", "Draft", "'=1+1"][row.phase],
            ["", "Design", "Code review"][row.task],
            ["", "dev", "'=R&D"][row.activity],
            ["ana", "bo"][member],
            row.note.replace('"', "\"\""),
            if row.billable { "yes" } else { "no" },
            row.tags.join(", "),
        )
        .unwrap();
    }
    text
}

/// The lines of a file, in an order of their own: entries that share a start have none.
fn lines(text: &str, numbered: bool) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| match line.split_once(',') {
            // The number of an entry is that of its store.
            Some((_, rest)) if numbered => rest.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    lines.sort();
    lines
}

/// From a table through a format and back: what the format has no room for is lost the first time, and nothing the second.
fn is_fixed(
    rows: &[Row],
    to: Format,
    from: From,
    one_member: bool,
) -> std::result::Result<(), TestCaseError> {
    let mut first = Books::new();
    first.import(From::Csv, &table(rows, one_member));
    let (once, report) = first.export(to);
    if report.rows == 0 {
        return Ok(());
    }
    let mut second = Books::new();
    let added = second.import(from, &once);
    prop_assert_eq!(added.problems.count, 0);
    prop_assert!(added.added + added.skipped == report.rows, "{}", once);
    let again = second.import(from, &once);
    prop_assert_eq!((again.added, again.updated), (0, 0), "{}", once);
    let (twice, _) = second.export(to);
    let mut third = Books::new();
    third.import(from, &twice);
    let (thrice, _) = third.export(to);
    let numbered = to == Format::Csv;
    prop_assert_eq!(lines(&twice, numbered), lines(&thrice, numbered));
    // Rows that say the same at one instant are one.
    if added.skipped == 0 {
        prop_assert_eq!(lines(&once, numbered), lines(&twice, numbered));
    }
    Ok(())
}

/// Each case opens several stores, so there are few, unless PROPTEST_CASES asks for more.
fn cases() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(12),
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_own_table_comes_back(rows in rows()) {
        is_fixed(&rows, Format::Csv, From::Csv, false)?;
    }

    #[test]
    fn toggls_table_comes_back(rows in rows()) {
        is_fixed(&rows, Format::TogglCsv, From::Toggl, false)?;
    }

    #[test]
    fn intervals_of_timewarrior_come_back(rows in rows()) {
        is_fixed(&rows, Format::Timewarrior, From::Timewarrior, true)?;
    }

    #[test]
    fn sessions_of_timeclock_come_back(rows in rows()) {
        is_fixed(&rows, Format::Timeclock, From::Timeclock, true)?;
    }

    #[test]
    fn records_of_klog_come_back(rows in rows()) {
        is_fixed(&rows, Format::Klog, From::Klog, true)?;
    }

    #[test]
    fn json_and_workbooks_take_any_entry(rows in rows()) {
        let mut books = Books::new();
        books.import(From::Csv, &table(&rows, false));
        let (text, report) = books.export(Format::Json);
        let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let seconds: i64 = list.iter().map(|entry| entry["seconds"].as_i64().unwrap()).sum();
        prop_assert_eq!(seconds, report.seconds.0);
        let mut file = tempfile::tempfile().unwrap();
        let target = Target::File(&mut file);
        let workbook = time(&books.session, &Selection::default(), Format::Xlsx, target, &mut |_| {});
        prop_assert_eq!(workbook.unwrap().rows, report.rows);
    }
}

#[test]
fn no_entries_are_an_empty_file_of_the_format() {
    let books = Books::new();
    for format in Format::ALL
        .into_iter()
        .filter(|format| *format != Format::Xlsx)
    {
        let (text, report) = books.export(format);
        assert_eq!(report, Report::default());
        match format {
            Format::Csv | Format::TogglCsv => assert_eq!(text.lines().count(), 1),
            Format::Json => assert_eq!(text, "[]\n"),
            _ => assert_eq!(text, ""),
        }
    }
}

#[test]
fn what_a_format_has_no_room_for_is_told() {
    let mut books = Books::new();
    books.import(
        From::Csv,
        "date,start,end,seconds,project,member,note\n\
         2026-01-02,09:00:10,10:00:00,,acme/web,ana,a; b\n\
         2026-01-02,,,5400,acme/web,bo,\n",
    );
    let told = |format| books.export(format).1;
    let report = told(Format::Timewarrior);
    assert_eq!((report.rows, report.left_out), (1, 1));
    assert!(report.notices.contains(&(Notice::NoClock, 1)));
    assert!(told(Format::Timeclock).notices.contains(&(Notice::Sign, 1)));
    let report = told(Format::Klog);
    assert_eq!((report.rows, report.left_out), (2, 0));
    assert!(report.notices.contains(&(Notice::Seconds, 1)));
    assert!(report.notices.contains(&(Notice::Members, 1)));
    assert!(
        told(Format::TogglCsv)
            .notices
            .contains(&(Notice::EmptyStart, 1))
    );
    assert!(told(Format::Csv).notices.is_empty());
}
