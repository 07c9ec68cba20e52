//! Files of each format as their programs write them, and files that nobody wrote: random bytes and mutations, which may be refused
//! and must not crash, hang or become entries of nothing.

use std::io::Cursor;
use std::time::{Duration, Instant};

use chrono_tz::Tz;

use crate::values::duration::{Worked, parse_hours_amount, parse_time_of_day, parse_worked};

use super::super::problem::Reason;
use super::super::row::Batch;
use super::*;

const CLOCKIFY: &str = "\"Project\",\"Client\",\"Description\",\"Task\",\"User\",\"Group\",\"Email\",\"Tags\",\"Billable\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"Duration (h)\",\"Duration (decimal)\",\"Billable Rate (USD)\"\n\
    Web,Acme,Logo,Design,Hugo,,hugo@example.test,\"a, b\",Yes,09/15/2026,02:00:00 PM,09/15/2026,03:30:00 PM,01:30:00,1.50,0\n\
    Web,Acme,Rounded,,Hugo,,hugo@example.test,,No,09/16/2026,02:00:00 PM,09/16/2026,03:23:00 PM,01:30:00,1.50,0\n\
    Web,Acme,Night,,Hugo,,hugo@example.test,,Yes,09/17/2026,11:00:00 PM,09/18/2026,01:00:00 AM,02:00:00,2.00,0\n";
const TOGGL: &str = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n\
    Ana,ana@example.com,Acme,Web,Dev,one,Yes,2026-03-02,09:00:00,2026-03-02,10:30:00,01:30:00,\"a, b\"\n";
const HARVEST: &str = "Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,Approved?,First Name,Last Name,Roles\n\
    2026-09-01,Acme,Web,GL-01,Design,Cover,1.33,1.5,Yes,Yes,Yes,Hugo,Bernard,\n\
    2026-09-01,Acme,Web,GL-01,Design,Cover,1.33,1.5,Yes,Yes,Yes,Hugo,Bernard,\n\
    2026-09-02,Acme,Web,GL-01,Design,Call,0.01,0.25,No,Yes,Yes,Hugo,Bernard,\n\
    2026-09-03,Acme,Web,GL-01,Design,Nothing,0,0,No,Yes,Yes,Hugo,Bernard,\n";
const KIMAI: &str = "Date,From,To,Duration,Currency,Name,User,Email,Customer,Project,Activity,Description,Billable,Tags\n\
    2026-09-05,09:00,10:30,1.5,EUR,Hugo,hugo,hugo@example.test,Acme,Web,Development,Feature,1,\"foo,bar\"\n\
    2026-09-05,23:00,00:30,1.5,EUR,Hugo,hugo,hugo@example.test,Acme,Web,Development,Late,,\n\
    2026-09-06,23:00,,,EUR,Hugo,hugo,hugo@example.test,Acme,Web,Development,Running,0,\n";
const KIMAI_JSON: &str = r#"[{"activity":{"name":"Development"},"project":{"name":"Web","customer":{"name":"Acme"}},
    "user":{"username":"hugo","alias":null},"tags":["a"],"id":7,"begin":"2026-09-05T09:00:00+0200",
    "end":"2026-09-05T10:30:00+0200","duration":5400,"description":"Feature","billable":false}]"#;
const TIMEWARRIOR: &str = "inc 20260907T080000Z - 20260907T093000Z # \"acme/web\" design \"two words\" # first draft\n\
    inc 20260907T100000Z - 20260907T103000Z # acme/web task:Dev non-billable # \"a \\\"quoted\\\" note\"\n\
    inc 20260908T100000Z - 20260908T103000Z\n\
    inc 20260909T100000Z # acme/web\n";
const TIMEWARRIOR_JSON: &str = r#"[
{"id":2,"start":"20260907T080000Z","end":"20260907T093000Z","tags":["acme/web","x"],"annotation":"draft"},
{"id":1,"start":"20260908T080000Z","tags":["acme/web"]}
]"#;
const FRAMES: &str = r#"[[1789200000, 1789203600, "acme/web", "0123abcd", ["x"], 1789203600],
 [1789290000, 1789293600, "acme/web", "0123abce", 1789203600]]"#;
const WATSON_LOG: &str = r#"[{"id": "0123abcd", "project": "acme/web", "start": "2026-09-12T10:00:00+02:00",
 "stop": "2026-09-12T11:00:00+02:00", "tags": ["x"]}]"#;
const KLOG: &str = "2026-09-21 (8h!)\nAll day #acme\n    9:00 - 10:30 First #project=acme/web\n    1h Meeting #project=\"acme/web\" #task='Dev work'\n        and more\n    -30m Lunch\n    <23:00 - 0:30 Night #project=acme/web\n    13:00 - ? open\n\n2026/09/22\n\t22:00-1:00> Late #project=acme/web #x\n\t8:00am - 24:00 #project=acme/web\n";
const TIMECLOCK: &str = "; comment\ni 2026/09/23 09:00:00 acme:web:Dev work  the note  ; tag:x, billable:no\no 2026/09/23 10:30:00\n\
    i 2026-09-24 22:00 acme:web  over midnight\no 2026-09-25 01:00\ni 2026-09-26 22:00 acme:web\n";
const TABLE: &str = "id;date;start;end;hours;project;note;billable;tags;rate\n\
    7;02.03.2026;09:00;10:30;1,50;acme/web;'=1+1;yes;\"\"\"a, b\"\", c\";95,50\n\
    8;03.03.2026;;;1,33;acme/web;length;;;\n\
    9;;2026-03-04T09:00:00+01:00;2026-03-04T10:00:00+01:00;;acme/web;instants;;;\n";

const SAMPLES: [(Format, &str); 12] = [
    (Format::Toggl, TOGGL),
    (Format::Clockify, CLOCKIFY),
    (Format::Harvest, HARVEST),
    (Format::Kimai, KIMAI),
    (Format::Kimai, KIMAI_JSON),
    (Format::Timewarrior, TIMEWARRIOR),
    (Format::Timewarrior, TIMEWARRIOR_JSON),
    (Format::Watson, FRAMES),
    (Format::Watson, WATSON_LOG),
    (Format::Klog, KLOG),
    (Format::Timeclock, TIMECLOCK),
    (Format::Csv, TABLE),
];

fn calendar() -> Calendar {
    let now = "2026-11-21T09:00:00Z".parse().unwrap();
    Calendar::new(Tz::Europe__Berlin, chrono::Weekday::Mon, now)
}

fn read_with(format: Format, file: &[u8], choices: &Choices) -> Result<Batch, ImportError> {
    read(format, Cursor::new(file), choices, &calendar(), &mut |_| {})
}

fn batch(format: Format, file: &str) -> Batch {
    read_with(format, file.as_bytes(), &Choices::default()).unwrap()
}

/// Each row in a line: day, local start, seconds, project, task, note, billable, tags.
fn told(batch: &Batch) -> Vec<String> {
    let rows = batch.rows.iter();
    rows.map(|row| {
        let place = &batch.names.places.values[row.place];
        let marks = &batch.names.marks.values[row.marks];
        let start = row.times.span.map(|span| {
            let local = calendar().local(span.start);
            local.format("%H:%M").to_string()
        });
        let client = place.client.as_ref().map_or("", Line::as_str);
        let task = place.task.as_ref().map_or("", Line::as_str);
        let note = row.note.as_ref().map_or("", Line::as_str);
        let tags: Vec<&str> = marks.tags.iter().map(Line::as_str).collect();
        format!(
            "{} {} {} {client}/{}|{task}|{note}|{:?}|{}",
            row.times.day,
            start.unwrap_or_default(),
            row.times.seconds.0,
            place.project,
            marks.billable,
            tags.join("+"),
        )
    })
    .collect()
}

fn reasons(batch: &Batch) -> Vec<String> {
    let found = batch.problems.list.iter().chain(&batch.notices.list);
    found.map(ToString::to_string).collect()
}

#[test]
fn each_format_is_told_from_its_content() {
    for (format, file) in SAMPLES {
        let found = detect(&mut Cursor::new(file)).unwrap();
        assert_eq!(found, format, "{file}");
        let marked = format!("\u{feff}{file}");
        assert_eq!(detect(&mut Cursor::new(marked)).unwrap(), format, "{file}");
    }
    let both = "User,Email,Client,Project,Start date,Start time,End date,End time\n";
    match detect(&mut Cursor::new(both)) {
        Err(ImportError::AmbiguousFormat(found)) => {
            assert_eq!(found, [Format::Toggl, Format::Clockify]);
        }
        other => panic!("{other:?}"),
    }
    for file in ["a,b\n1,2\n", "{}", "[]", "hello", "2026-01-01,x\n"] {
        let found = detect(&mut Cursor::new(file));
        assert!(
            matches!(found, Err(ImportError::UnknownFormat)),
            "{file}: {found:?}"
        );
    }
    assert!(matches!(
        detect(&mut Cursor::new(" \n")),
        Err(ImportError::Empty)
    ));
}

#[test]
fn clockify_counts_from_start_to_end() {
    let batch = batch(Format::Clockify, CLOCKIFY);
    assert_eq!(
        told(&batch),
        [
            "2026-09-15 14:00 5400 Acme/Web|Design|Logo|Some(true)|a+b",
            "2026-09-16 14:00 4980 Acme/Web||Rounded|Some(false)|",
            "2026-09-17 23:00 7200 Acme/Web||Night|Some(true)|",
        ]
    );
    assert_eq!(
        reasons(&batch),
        ["line 3: from start to end it is 01:23:00, which counts; `Duration (h)` says 01:30:00"]
    );
}

#[test]
fn hours_of_harvest_are_the_minutes_they_stand_for() {
    let batch = batch(Format::Harvest, HARVEST);
    assert_eq!(
        told(&batch),
        [
            "2026-09-01  4800 Acme/Web|Design|Cover|Some(true)|",
            "2026-09-01  4800 Acme/Web|Design|Cover|Some(true)|",
            "2026-09-02  36 Acme/Web|Design|Call|Some(false)|",
        ]
    );
    assert_eq!(reasons(&batch), ["line 5: it has no time and is left out"]);
}

#[test]
fn kimai_is_read_as_a_table_and_as_json() {
    let table = batch(Format::Kimai, KIMAI);
    assert_eq!(
        told(&table),
        [
            "2026-09-05 09:00 5400 Acme/Web|Development|Feature|Some(true)|foo+bar",
            "2026-09-05 23:00 5400 Acme/Web|Development|Late|Some(false)|",
        ]
    );
    assert_eq!(
        reasons(&table),
        ["line 4: it has no end: it is still running and is left out"]
    );
    let json = batch(Format::Kimai, KIMAI_JSON);
    assert_eq!(
        told(&json),
        ["2026-09-05 09:00 5400 Acme/Web|Development|Feature|Some(false)|a"]
    );
    assert!(json.rows[0].id.is_some());
    let old = "Date,Begin,End,Duration,User,Customer,Project,Activity,Break\n\
        2019-06-16,2019-06-16 12:00,2019-06-16 13:06,0:36,kevin,Acme,Web,Dev,0:30\n";
    let old = batch(Format::Kimai, old);
    assert_eq!(told(&old), ["2019-06-16 12:00 2160 Acme/Web|Dev||None|"]);
    assert_eq!(
        reasons(&old),
        ["line 2: a break of 00:30:00 was taken off its end"]
    );
}

#[test]
fn tags_of_timewarrior_say_what_it_was() {
    let data = batch(Format::Timewarrior, TIMEWARRIOR);
    assert_eq!(
        told(&data),
        [
            "2026-09-07 10:00 5400 acme/web||first draft|None|design+two words",
            "2026-09-07 12:00 1800 acme/web|Dev|a \"quoted\" note|Some(false)|",
        ]
    );
    assert_eq!(
        reasons(&data),
        [
            "line 3: it names no project",
            "line 4: it has no end: it is still running and is left out",
        ]
    );
    let export = batch(Format::Timewarrior, TIMEWARRIOR_JSON);
    assert_eq!(
        told(&export),
        ["2026-09-07 10:00 5400 acme/web||draft|None|x"]
    );
    let choices = Choices {
        projects: vec![(
            "design".to_owned(),
            ["Acme", "App"].map(|name| Line::parse(name).unwrap()),
        )],
        project: Some(["Acme", "Rest"].map(|name| Line::parse(name).unwrap())),
        ..Choices::default()
    };
    let mapped = read_with(Format::Timewarrior, TIMEWARRIOR.as_bytes(), &choices).unwrap();
    assert_eq!(
        told(&mapped)[0],
        "2026-09-07 10:00 5400 Acme/App||first draft|None|acme/web+two words"
    );
    assert_eq!(told(&mapped)[2], "2026-09-08 12:00 1800 Acme/Rest|||None|");
}

#[test]
fn frames_of_watson_have_ids() {
    let frames = batch(Format::Watson, FRAMES);
    assert_eq!(
        told(&frames),
        [
            "2026-09-12 10:00 3600 acme/web|||None|x",
            "2026-09-13 11:00 3600 acme/web|||None|",
        ]
    );
    let log = batch(Format::Watson, WATSON_LOG);
    assert_eq!(told(&log), ["2026-09-12 10:00 3600 acme/web|||None|x"]);
    assert_eq!(log.rows[0].id, frames.rows[0].id);
}

#[test]
fn records_of_klog_hold_ranges_and_lengths() {
    let klog = batch(Format::Klog, KLOG);
    assert_eq!(
        told(&klog),
        [
            "2026-09-21 09:00 5400 acme/web||First|None|acme",
            "2026-09-21  1800 acme/web|Dev work|Meeting and more|None|acme",
            "2026-09-20 23:00 5400 acme/web||Night|None|acme",
            "2026-09-22 22:00 10800 acme/web||Late #x|None|x",
            "2026-09-22 08:00 57600 acme/web|||None|",
        ]
    );
    assert_eq!(
        reasons(&klog),
        [
            "line 4: a break of 00:30:00 was taken off its end",
            "line 8: it has no end: it is still running and is left out",
        ]
    );
}

#[test]
fn breaks_of_klog_are_taken_off_the_entry_before_them() {
    let taken = batch(
        Format::Klog,
        "2026-09-21\n    9:00 - 17:00 #project=acme/web\n    -30m Lunch\n    -15m Coffee\n",
    );
    assert_eq!(told(&taken), ["2026-09-21 09:00 26100 acme/web|||None|"]);
    assert_eq!(
        reasons(&taken),
        ["line 2: a break of 00:45:00 was taken off its end"]
    );
    // Nothing before it in its record, or not enough of it.
    for file in [
        "2026-09-20\n    1h #project=acme/web\n\n2026-09-21\n    -30m Lunch\n",
        "\n\n2026-09-20\n    1h #project=acme/web\n    -60m Lunch\n",
    ] {
        let refused = batch(Format::Klog, file);
        assert_eq!(told(&refused), ["2026-09-20  3600 acme/web|||None|"]);
        let why = refused.problems.list.iter().map(ToString::to_string);
        assert!(
            why.eq([
                "line 5: it takes time away, and the record has no entry before it that is longer"
            ]),
            "{file}"
        );
    }
}

#[test]
fn sessions_of_timeclock_are_pairs() {
    let clock = batch(Format::Timeclock, TIMECLOCK);
    assert_eq!(
        told(&clock),
        [
            "2026-09-23 09:00 5400 acme/web|Dev work|the note|Some(false)|x",
            "2026-09-24 22:00 10800 acme/web||over midnight|None|",
        ]
    );
    assert_eq!(
        reasons(&clock),
        ["line 6: it has no end: it is still running and is left out"]
    );
    let alone = batch(Format::Timeclock, "o 2026/01/01 10:00\nx\n");
    assert_eq!(alone.problems.count, 2);
}

#[test]
fn any_table_says_what_its_columns_are() {
    let table = batch(Format::Csv, TABLE);
    assert_eq!(
        told(&table),
        [
            "2026-03-02 09:00 5400 acme/web||=1+1|Some(true)|a, b+c",
            "2026-03-03  4800 acme/web||length|None|",
            "2026-03-04 09:00 3600 acme/web||instants|None|",
        ]
    );
    assert_eq!(reasons(&table), Vec::<String>::new());
    let choices = Choices {
        columns: vec![
            (Field::Project, "Auftrag".to_owned()),
            (Field::Hours, "Std".to_owned()),
        ],
        client: Some(Line::parse("Acme").unwrap()),
        ..Choices::default()
    };
    let file = "Tag;Auftrag;Std;Datum\nx;Web;1.234,5;02.03.2026\nx;Web;2,5;02.03.2026\n";
    let mapped = read_with(Format::Csv, file.as_bytes(), &choices).unwrap();
    assert_eq!(told(&mapped), ["2026-03-02  9000 Acme/Web|||None|x"]);
    assert_eq!(
        reasons(&mapped),
        ["line 2: the separator of `1.234,5` in `hours` may be of thousands or of decimals"]
    );
    let wrong = Choices {
        columns: vec![(Field::Hours, "Stunden".to_owned())],
        ..Choices::default()
    };
    let refused = read_with(Format::Csv, file.as_bytes(), &wrong).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("the file has no column `Stunden`")
    );
}

#[test]
fn day_or_month_first_is_told_by_the_file_or_asked_for() {
    let file = |dates: [&str; 2]| {
        format!(
            "date,hours,project\n{},1,a/b\n{},1,a/b\n",
            dates[0], dates[1]
        )
    };
    let days = |dates| {
        let read = read_with(Format::Csv, file(dates).as_bytes(), &Choices::default());
        read.map(|batch| {
            batch
                .rows
                .iter()
                .map(|row| row.times.day.to_string())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(
        days(["4/2/2026", "13/2/2026"]).unwrap(),
        ["2026-02-04", "2026-02-13"]
    );
    assert_eq!(
        days(["4/2/2026", "2/13/2026"]).unwrap(),
        ["2026-04-02", "2026-02-13"]
    );
    assert_eq!(
        days(["4.2.2026", "2026/02/13"]).unwrap(),
        ["2026-02-04", "2026-02-13"]
    );
    assert!(matches!(
        days(["4/2/2026", "5/2/2026"]),
        Err(ImportError::DateOrder { .. })
    ));
    let choices = Choices {
        dates: Some(DateOrder::MonthFirst),
        ..Choices::default()
    };
    let read = read_with(
        Format::Csv,
        file(["4/2/2026", "5/2/2026"]).as_bytes(),
        &choices,
    );
    assert_eq!(read.unwrap().rows[0].times.day.to_string(), "2026-04-02");
}

#[test]
fn times_are_of_the_zone_that_is_named() {
    let choices = Choices {
        zone: Some(Tz::America__New_York),
        ..Choices::default()
    };
    let late = "date,start,end,project\n2026-03-02,20:00,21:00,a/b\n";
    let batch = read_with(Format::Csv, late.as_bytes(), &choices).unwrap();
    // In Berlin it is two in the morning of the next day.
    assert_eq!(told(&batch), ["2026-03-03 02:00 3600 a/b|||None|"]);
}

#[test]
fn an_id_that_is_there_twice_is_a_problem_only_with_something_else() {
    let twice = "id,date,hours,project\n1,2026-03-02,1,a/b\n1,2026-03-02,2,a/b\n";
    let batch = batch(Format::Csv, twice);
    assert_eq!(batch.rows[0].id, batch.rows[1].id);
}

// ---- Files that nobody wrote ----

/// How long each is fed: a number of cases, or so many seconds where `LOGGIA_FUZZ_SECONDS` says so.
struct Feeding {
    cases: u64,
    until: Option<Instant>,
    fed: u64,
    state: u64,
}

impl Feeding {
    fn new(cases: u64, seed: u64) -> Self {
        let seconds = std::env::var("LOGGIA_FUZZ_SECONDS").ok();
        let seconds = seconds.and_then(|seconds| seconds.parse().ok());
        Self {
            cases,
            until: seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
            fed: 0,
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        }
    }

    fn more(&mut self) -> bool {
        self.fed += 1;
        match self.until {
            Some(until) => Instant::now() < until,
            None => self.fed <= self.cases,
        }
    }

    /// xorshift64*: the same in every run.
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() >> 1).unwrap() % most.max(1)
    }

    fn mutated(&mut self, sample: &[u8], words: &[&str]) -> Vec<u8> {
        let mut bytes = sample.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match self.below(7) {
                0 if at < bytes.len() => bytes[at] = u8::try_from(self.next() & 0xff).unwrap(),
                1 if at < bytes.len() => {
                    bytes.remove(at);
                }
                2 => {
                    let word = words[self.below(words.len())];
                    bytes.splice(at..at, word.bytes());
                }
                3 => {
                    let end = (at + self.below(12)).min(bytes.len());
                    bytes.drain(at..end);
                }
                4 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, piece);
                }
                5 => {
                    // A digit is another.
                    let digits: Vec<usize> = (0..bytes.len())
                        .filter(|at| bytes[*at].is_ascii_digit())
                        .collect();
                    if !digits.is_empty() {
                        let place = digits[self.below(digits.len())];
                        bytes[place] = b'0' + u8::try_from(self.below(10)).unwrap();
                    }
                }
                _ => bytes.truncate(at),
            }
        }
        bytes
    }

    fn random(&mut self) -> Vec<u8> {
        let length = self.below(300);
        (0..length)
            .map(|_| u8::try_from(self.next() & 0xff).unwrap())
            .collect()
    }

    #[expect(
        clippy::print_stderr,
        reason = "whoever asked for a long run wants the count"
    )]
    fn done(&self, what: &str) {
        if self.until.is_some() {
            eprintln!("{what}: {} cases", self.fed);
        }
    }
}

const WORDS: [&str; 30] = [
    "0",
    "-1",
    "24:00",
    "00:00:00",
    "25h",
    "\"",
    ",",
    ";",
    "\n",
    "\r\n",
    "\u{202e}",
    "\0",
    "99999999999999999999",
    "1e9",
    "NaN",
    "#",
    " - ",
    "[",
    "{",
    "]",
    "9999-12-31",
    "0000-00-00",
    "2026-03-29 02:30",
    "2026-10-25T02:30",
    "+99:99",
    "é",
    "株",
    "\u{feff}",
    "-",
    "T",
];

/// What was read is more than nothing, at most a day, and as long as from its start to its end; all rows are accounted for.
fn holds(format: Format, bytes: &[u8], read: &Result<Batch, ImportError>) {
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    let Ok(batch) = read else { return };
    for row in &batch.rows {
        let seconds = row.times.seconds.0;
        assert!((1..=86_400).contains(&seconds), "{format:?}: {}", shown());
        if let Some(span) = row.times.span {
            assert_eq!(span.seconds().0, seconds, "{format:?}: {}", shown());
        }
    }
    let zero =
        |reason: &Reason| matches!(reason, Reason::Zero | Reason::Running) || !reason.is_notice();
    let told = batch.problems.count
        + if batch.notices.count > batch.notices.list.len() as u64 {
            return;
        } else {
            batch
                .notices
                .list
                .iter()
                .filter(|found| zero(&found.reason))
                .count() as u64
        };
    assert_eq!(
        batch.count,
        batch.rows.len() as u64 + told,
        "{format:?}: {}",
        shown()
    );
}

fn feed(format: Format) {
    let samples: Vec<&str> = SAMPLES
        .iter()
        .filter(|(known, _)| *known == format)
        .map(|(_, sample)| *sample)
        .collect();
    let mut feeding = Feeding::new(1500, format as u64 + 1);
    let choices = Choices {
        project: Some(["Acme", "Rest"].map(|name| Line::parse(name).unwrap())),
        client: Some(Line::parse("Acme").unwrap()),
        ..Choices::default()
    };
    while feeding.more() {
        let bytes = match feeding.below(10) {
            0 => feeding.random(),
            _ => {
                let sample = samples[feeding.below(samples.len())];
                feeding.mutated(sample.as_bytes(), &WORDS)
            }
        };
        let choices = if feeding.below(2) == 0 {
            &choices
        } else {
            &Choices::default()
        };
        holds(format, &bytes, &read_with(format, &bytes, choices));
        let _ = detect(&mut Cursor::new(&bytes));
    }
    feeding.done(format.word());
}

macro_rules! fed {
    ($($name:ident: $format:ident),*) => {$(
        #[test]
        fn $name() {
            feed(Format::$format);
        }
    )*};
}

fed! {
    toggl_takes_anything: Toggl,
    clockify_takes_anything: Clockify,
    harvest_takes_anything: Harvest,
    kimai_takes_anything: Kimai,
    timewarrior_takes_anything: Timewarrior,
    watson_takes_anything: Watson,
    klog_takes_anything: Klog,
    timeclock_takes_anything: Timeclock,
    a_table_takes_anything: Csv
}

/// Feeds a parser of typed text.
fn feed_typed(name: &str, samples: &[&str], seed: u64, parse: impl Fn(&str)) {
    let mut feeding = Feeding::new(4000, seed);
    while feeding.more() {
        let bytes = match feeding.below(8) {
            0 => feeding.random(),
            _ => {
                let sample = samples[feeding.below(samples.len())];
                feeding.mutated(sample.as_bytes(), &WORDS)
            }
        };
        parse(&String::from_utf8_lossy(&bytes));
    }
    feeding.done(name);
}

#[test]
fn durations_take_anything() {
    let samples = [
        "2h30m",
        "2:30",
        "1,5",
        "150min",
        "45 minutes",
        "1.5h",
        "24h",
    ];
    feed_typed("durations", &samples, 101, |text| {
        if let Ok(Worked::Length(length)) = parse_worked(text) {
            assert!((1..=86_400).contains(&length.0), "{text}");
        }
        if let Ok(hours) = parse_hours_amount(text) {
            assert!(hours.0 >= 0, "{text}");
        }
        let _ = parse_time_of_day(text);
    });
}

#[test]
fn intervals_take_anything() {
    let samples = [
        "9:00-11:30",
        "9-11:30",
        "9am-11:30am",
        "22:00-01:30",
        "9:00 – 24:00",
        "0:00-24:00",
    ];
    feed_typed("intervals", &samples, 102, |text| {
        if let Ok(Worked::Interval {
            start,
            end,
            next_day,
        }) = parse_worked(text)
        {
            // A whole day is from midnight to midnight.
            assert!(start != end || start == chrono::NaiveTime::MIN, "{text}");
            assert_eq!(next_day, end <= start, "{text}");
        }
    });
}

#[test]
fn dates_take_anything() {
    let samples = [
        "today",
        "yesterday",
        "monday",
        "3 days ago",
        "2 weeks ago",
        "-3d",
        "2026-11-21",
        "4/2",
    ];
    let calendar = calendar();
    feed_typed("dates", &samples, 103, |text| {
        if let Ok(day) = calendar.parse_date(text) {
            assert!(field::in_use(day), "{text}");
        }
        let _ = Calendar::parse_instant(text);
    });
}

#[test]
fn periods_take_anything() {
    let samples = [
        "this week",
        "last month",
        "2026-11",
        "2026-W47",
        "2026-Q4",
        "2026",
        "2026-11-01..2026-11-15",
        "..2026-11-15",
    ];
    let calendar = calendar();
    feed_typed("periods", &samples, 104, |text| {
        if let Ok(span) = calendar.parse_period(text)
            && let Some(period) = span.bounded()
        {
            assert!(period.days() > 0, "{text}");
        }
    });
}
