//! Imports into a store of their own, one story each.

use std::fmt::Write as _;

use chrono_tz::Tz;

use crate::app::{Error, Session, Setting, client, client_list, project};
use crate::domain::client::Stage;
use crate::domain::invoice::{Kind, Line as InvoiceLine, Source, Tax, TaxCategory, Unit};
use crate::domain::key::EntryKey;
use crate::domain::time::Entry;
use crate::store::{EntryFilter, Listed, NewInvoice, Store};
use crate::values::id::EntryRef;
use crate::values::money::{Money, Percent};
use crate::values::text::Line;

use super::*;

const HEADER: &str = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)";
const REAL: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/worklog-toggl.csv"
));
const MAKE: Options = Options {
    dry_run: false,
    create_missing: true,
    skip_bad: false,
};
const STRICT: Options = Options {
    create_missing: false,
    ..MAKE
};
const SKIP: Options = Options {
    skip_bad: true,
    ..MAKE
};

struct Books {
    session: Session,
    _folder: tempfile::TempDir,
}

impl Books {
    fn new() -> Self {
        Self::in_zone(Tz::Europe__Berlin)
    }

    fn in_zone(zone: Tz) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("books.db")).unwrap();
        Self {
            session: session(store, zone),
            _folder: folder,
        }
    }

    fn moved_to(self, zone: Tz) -> Self {
        Self {
            session: session(self.session.store, zone),
            ..self
        }
    }

    fn import(&mut self, file: &str, options: Options) -> Report {
        self.try_import(file.as_bytes(), options).unwrap()
    }

    fn try_import(&mut self, file: &[u8], options: Options) -> crate::app::Result<Report> {
        let choices = Choices::default();
        let file = std::io::Cursor::new(file);
        time(
            &mut self.session,
            file,
            Format::Toggl,
            &choices,
            &options,
            &mut |_, _| {},
        )
    }

    fn refused(&mut self, file: &[u8], options: Options) -> ImportError {
        match self.try_import(file, options) {
            Err(Error::Import(error)) => error,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Problems of the rows, as text.
    fn problems(&mut self, file: &str) -> Vec<String> {
        match self.refused(file.as_bytes(), MAKE) {
            ImportError::Rows(rejected) => rejected
                .problems
                .list
                .iter()
                .map(Problem::to_string)
                .collect(),
            other => panic!("{other}"),
        }
    }

    fn entries(&self) -> Vec<Listed> {
        let filter = EntryFilter::default();
        self.session
            .store
            .read(|books| books.entries(&filter))
            .unwrap()
    }

    fn entry(&self, id: i64) -> Entry {
        let found = self
            .session
            .store
            .read(|books| books.entry(EntryRef::Id(id)));
        found.unwrap().unwrap()
    }

    fn notes(&self) -> Vec<String> {
        self.entries()
            .iter()
            .map(|listed| listed.entry.work.note.as_ref().unwrap().to_string())
            .collect()
    }

    fn edit(&mut self, id: i64, change: impl FnOnce(&mut crate::domain::time::Work)) {
        let mut work = self.entry(id).work;
        change(&mut work);
        self.session
            .write(|books| books.edit_entry(EntryKey(id), &work))
            .unwrap();
    }

    /// Puts an entry on a draft.
    fn bill(&mut self, id: i64) {
        let listed = self
            .entries()
            .into_iter()
            .find(|l| l.entry.key.0 == id)
            .unwrap();
        let currency = self.session.business.currency;
        let tax = Tax {
            category: TaxCategory::E,
            percent: Percent::ZERO,
        };
        let line = InvoiceLine {
            source: Source::Time {
                project: listed.entry.work.project,
                task: None,
                entries: vec![listed.entry.key],
                seconds: listed.entry.work.seconds,
            },
            description: "work".into(),
            quantity: listed.entry.work.seconds.as_hours(),
            unit: Unit::Hour,
            unit_price: 1.into(),
            adjustment: None,
            net: Money::from_minor(100, currency),
            tax,
            taxes: Vec::new(),
        };
        let new = NewInvoice {
            client: listed.client,
            kind: Kind::Invoice,
            corrects: None,
            issue_date: listed.entry.work.day,
            due_date: None,
            period: None,
            currency,
            language: "en".into(),
            seller: crate::domain::invoice::Party::default(),
            buyer: crate::domain::invoice::Party::default(),
            payment_terms: None,
            lines: vec![line],
            adjustments: crate::domain::invoice::Adjustments::none(currency),
            tax_note: None,
            billed: vec![crate::store::BilledEntry {
                entry: listed.entry.key,
                worked: listed.entry.work.seconds,
                billed: listed.entry.work.seconds,
            }],
        };
        self.session.write(|books| books.add_invoice(&new)).unwrap();
    }
}

fn session(store: Store, zone: Tz) -> Session {
    let setting = Setting {
        now: "2026-11-21T09:00:00Z".parse().unwrap(),
        as_of: None,
        zone,
        who: "ana".into(),
        command: "loggia time import toggl".into(),
    };
    Session::with(store, &setting).unwrap()
}

/// `project|note|start|end|duration`, each row with the rest as usual.
fn file(rows: &[&str]) -> String {
    let mut text = format!("{HEADER}\r\n");
    for row in rows {
        let [project, note, start, end, duration]: [&str; 5] =
            row.split('|').collect::<Vec<_>>().try_into().unwrap();
        let (start, end) = (start.replace(' ', ","), end.replace(' ', ","));
        writeln!(
            text,
            "Ana,ana@example.com,Acme,{project},Dev,{note},Yes,{start},{end},{duration},t,\r"
        )
        .unwrap();
    }
    text
}

const MORNING: &str = "Web|one|2026-03-02 09:00:00|2026-03-02 10:30:00|01:30:00";
const NOON: &str = "Web|two|2026-03-02 12:00:00|2026-03-02 13:00:00|01:00:00";
const EVENING: &str = "Web|three|2026-03-02 18:00:00|2026-03-02 18:20:00|00:20:00";

fn counts(report: &Report) -> (u64, u64, u64, u64) {
    let Report {
        rows,
        added,
        updated,
        unchanged,
        skipped,
        ..
    } = *report;
    assert_eq!(rows, added + updated + unchanged + skipped);
    (added, updated, unchanged, skipped)
}

#[test]
fn the_same_file_adds_nothing_and_an_extended_one_what_is_new() {
    let mut books = Books::new();
    let report = books.import(&file(&[MORNING, EVENING]), MAKE);
    assert_eq!(counts(&report), (2, 0, 0, 0));
    assert_eq!(report.seconds, Seconds(6600));
    assert_eq!(
        counts(&books.import(&file(&[MORNING, EVENING]), STRICT)),
        (0, 0, 2, 0)
    );
    // Sorted otherwise, and with a row in between.
    let report = books.import(&file(&[EVENING, NOON, MORNING]), STRICT);
    assert_eq!(counts(&report), (1, 0, 2, 0));
    // Only the new rows.
    let next = "Web|one|2026-03-02 20:00:00|2026-03-02 21:30:00|01:30:00";
    assert_eq!(counts(&books.import(&file(&[next]), STRICT)), (1, 0, 0, 0));
    assert_eq!(books.entries().len(), 4);
}

#[test]
fn an_import_that_adds_nothing_leaves_no_operation() {
    let mut books = Books::new();
    let operations = |books: &Books| {
        books
            .session
            .store
            .read(|b| b.operations(None, 10))
            .unwrap()
            .len()
    };
    books.import(&file(&[MORNING]), MAKE);
    assert_eq!(operations(&books), 1);
    books.import(&file(&[MORNING]), MAKE);
    assert_eq!(operations(&books), 1);
}

#[test]
fn a_corrected_row_changes_its_entry() {
    let corrections = [
        "Web|ones|2026-03-02 09:00:00|2026-03-02 10:30:00|01:30:00",
        "Web|one|2026-03-02 09:00:00|2026-03-02 10:45:00|01:45:00",
        "App|one|2026-03-02 09:00:00|2026-03-02 10:30:00|01:30:00",
        "App|new|2026-03-02 09:00:00|2026-03-02 09:30:00|00:30:00",
        // The start, with the end or the length as they were.
        "Web|one|2026-03-02 09:15:00|2026-03-02 10:30:00|01:15:00",
        "Web|one|2026-03-02 07:00:00|2026-03-02 08:30:00|01:30:00",
    ];
    for correction in corrections {
        let mut books = Books::new();
        books.import(&file(&[MORNING, NOON]), MAKE);
        let report = books.import(&file(&[correction, NOON]), MAKE);
        assert_eq!(counts(&report), (0, 1, 1, 0), "{correction}");
        let again = books.import(&file(&[correction, NOON]), STRICT);
        assert_eq!(counts(&again), (0, 0, 2, 0), "{correction}");
        let mut fresh = Books::new();
        fresh.import(&file(&[correction, NOON]), MAKE);
        let facts = |books: &Books| -> Vec<_> {
            books
                .entries()
                .into_iter()
                .map(|l| {
                    (
                        l.project_slug,
                        l.entry.work.note,
                        l.entry.work.span,
                        l.entry.work.day,
                    )
                })
                .collect()
        };
        assert_eq!(facts(&books), facts(&fresh), "{correction}");
    }
}

#[test]
fn billing_tags_and_task_are_corrected_too() {
    let base = file(&[MORNING]);
    for (from, to) in [
        (",Yes,", ",No,"),
        (",t,", ",\"t, u\","),
        (",Dev,", ",Ops,"),
        (",Dev,", ",,"),
    ] {
        let mut books = Books::new();
        books.import(&base, MAKE);
        let report = books.import(&base.replace(from, to), MAKE);
        assert_eq!(counts(&report), (0, 1, 0, 0), "{to}");
    }
    let mut books = Books::new();
    books.import(&base, MAKE);
    assert_eq!(books.entry(1).work.billable, None);
    books.import(&base.replace(",Yes,", ",No,"), MAKE);
    assert_eq!(books.entry(1).work.billable, Some(false));
}

#[test]
fn yes_is_said_only_where_the_project_says_no() {
    let mut books = Books::new();
    let web = project::New {
        name: Line::parse("Web").unwrap(),
        slug: None,
        budget: None,
        per: Default::default(),
        counts: Default::default(),
        thresholds: None,
        phases: Vec::new(),
        due: None,
        billable: false,
        if_missing: false,
    };
    books.import(
        &file(&["App|x|2026-03-01 09:00:00|2026-03-01 10:00:00|01:00:00"]),
        MAKE,
    );
    project::add(&mut books.session, "acme", &web).unwrap();
    books.import(&file(&[MORNING]), MAKE);
    assert_eq!(books.entry(1).work.billable, None);
    assert_eq!(books.entry(2).work.billable, Some(true));
    assert!(books.entries().iter().all(|listed| listed.billable));
}

#[test]
fn what_was_edited_here_stays_until_the_source_changes_the_same() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    books.edit(1, |work| {
        work.note = Some(Line::parse("mine").unwrap());
        work.internal_note = Some(Line::parse("secret").unwrap());
    });
    assert_eq!(counts(&books.import(&file(&[MORNING]), MAKE)), (0, 0, 1, 0));
    let longer = "Web|one|2026-03-02 09:00:00|2026-03-02 11:00:00|02:00:00";
    assert_eq!(counts(&books.import(&file(&[longer]), MAKE)), (0, 1, 0, 0));
    assert_eq!(books.notes(), ["mine"]);
    let renamed = longer.replace("one", "theirs");
    assert_eq!(
        counts(&books.import(&file(&[&renamed]), MAKE)),
        (0, 1, 0, 0)
    );
    assert_eq!(books.notes(), ["theirs"]);
    let work = books.entry(1).work;
    assert_eq!(work.seconds, Seconds(7200));
    assert_eq!(work.internal_note.unwrap().as_str(), "secret");
    // Made here first, and then there: nothing to do, and known.
    books.edit(1, |work| work.note = Some(Line::parse("both").unwrap()));
    let both = longer.replace("one", "both");
    assert_eq!(counts(&books.import(&file(&[&both]), MAKE)), (0, 0, 1, 0));
    books.edit(1, |work| {
        work.note = Some(Line::parse("mine again").unwrap())
    });
    assert_eq!(counts(&books.import(&file(&[&both]), MAKE)), (0, 0, 1, 0));
    assert_eq!(books.notes(), ["mine again"]);
}

#[test]
fn rows_of_entries_that_were_merged_here_are_known_again() {
    let mut books = Books::new();
    books.import(&file(&[MORNING, NOON, EVENING]), MAKE);
    let keys = [EntryKey(1), EntryKey(2)];
    crate::app::time::merge(&mut books.session, &keys).unwrap();
    let all = file(&[MORNING, NOON, EVENING]);
    assert_eq!(counts(&books.import(&all, STRICT)), (0, 0, 3, 0));
    let sum =
        |books: &Books| -> i64 { books.entries().iter().map(|l| l.entry.work.seconds.0).sum() };
    assert_eq!(sum(&books), 5400 + 3600 + 1200);
    // Into a third, with the keys of both.
    let keys = [EntryKey(1), EntryKey(3)];
    crate::app::time::merge(&mut books.session, &keys).unwrap();
    assert_eq!(counts(&books.import(&all, STRICT)), (0, 0, 3, 0));
    assert_eq!(books.entries().len(), 1);
    // A correction of one of them is refused and changes nothing.
    for corrected in [
        file(&[MORNING, &NOON.replace("13:00:00|01:00", "13:30:00|01:30")]),
        file(&[MORNING, &NOON.replace("two", "due")]),
    ] {
        assert_eq!(
            books.problems(&corrected),
            [
                "line 3: entry 1 was split, merged or edited here, so its correction has to be made here too"
            ]
        );
    }
    assert_eq!(books.notes(), ["one; two; three"]);
    // Deleted, all of it comes back; and the merging can be taken back.
    books
        .session
        .write(|b| b.delete_entry(EntryKey(1)))
        .unwrap();
    assert_eq!(counts(&books.import(&all, STRICT)), (3, 0, 0, 0));
}

#[test]
fn a_merge_that_is_undone_leaves_each_row_its_entry() {
    let mut books = Books::new();
    let all = file(&[MORNING, NOON]);
    books.import(&all, MAKE);
    crate::app::time::merge(&mut books.session, &[EntryKey(1), EntryKey(2)]).unwrap();
    let last = books
        .session
        .store
        .read(|b| b.latest_standing_operation(""));
    let last = last.unwrap().unwrap();
    books.session.write(|b| b.undo(&last)).unwrap();
    assert_eq!(counts(&books.import(&all, STRICT)), (0, 0, 2, 0));
    let corrected = file(&[MORNING, &NOON.replace("two", "due")]);
    assert_eq!(counts(&books.import(&corrected, STRICT)), (0, 1, 1, 0));
    assert_eq!(books.notes(), ["one", "due"]);
}

#[test]
fn the_time_of_an_entry_that_was_split_here_is_not_corrected_from_outside() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    let cut = crate::app::time::Cut::After(Seconds(1800));
    crate::app::time::split(&mut books.session, "1", cut, None).unwrap();
    assert_eq!(
        counts(&books.import(&file(&[MORNING]), STRICT)),
        (0, 0, 1, 0)
    );
    let shorter = MORNING.replace("10:30:00|01:30", "10:00:00|01:00");
    assert_eq!(
        books.problems(&file(&[&shorter])),
        [
            "line 2: entry 1 was split, merged or edited here, so its correction has to be made here too"
        ]
    );
    let seconds = |books: &Books, id| books.entry(id).work.seconds.0;
    assert_eq!((seconds(&books, 1), seconds(&books, 2)), (1800, 3600));
    // Its note is its own.
    let renamed = file(&[&MORNING.replace("one", "uno")]);
    assert_eq!(counts(&books.import(&renamed, STRICT)), (0, 1, 0, 0));
}

#[test]
fn an_entry_deleted_here_comes_back() {
    let mut books = Books::new();
    books.import(&file(&[MORNING, NOON]), MAKE);
    books
        .session
        .write(|b| b.delete_entry(EntryKey(1)))
        .unwrap();
    assert_eq!(
        counts(&books.import(&file(&[MORNING, NOON]), MAKE)),
        (1, 0, 1, 0)
    );
}

#[test]
fn an_entry_on_an_invoice_does_not_change() {
    let mut books = Books::new();
    books.import(&file(&[MORNING, NOON]), MAKE);
    books.bill(1);
    assert_eq!(
        counts(&books.import(&file(&[MORNING, NOON]), MAKE)),
        (0, 0, 2, 0)
    );
    let corrected = file(&[&MORNING.replace("one", "uno"), &NOON.replace("two", "due")]);
    assert_eq!(
        books.problems(&corrected),
        ["line 2: entry 1 is on invoice draft-1"]
    );
    assert_eq!(books.notes(), ["one", "two"]);
    let report = books.import(&corrected, SKIP);
    assert_eq!(counts(&report), (0, 1, 0, 1));
    assert_eq!(report.problems.count, 1);
    assert_eq!(books.notes(), ["one", "due"]);
}

#[test]
fn rows_of_the_same_start_are_told_apart() {
    let second = "App|two|2026-03-02 09:00:00|2026-03-02 09:30:00|00:30:00";
    let mut books = Books::new();
    let report = books.import(&file(&[MORNING, second]), MAKE);
    assert_eq!(counts(&report), (2, 0, 0, 0));
    assert_eq!(report.overlaps, 1);
    assert_eq!(
        counts(&books.import(&file(&[second, MORNING]), MAKE)),
        (0, 0, 2, 0)
    );
    let corrected = second.replace("two", "deux");
    assert_eq!(
        counts(&books.import(&file(&[&corrected, MORNING]), MAKE)),
        (0, 1, 1, 0)
    );
    assert_eq!(books.notes(), ["one", "deux"]);
    // A third, before the two.
    let third = "Web|nought|2026-03-02 09:00:00|2026-03-02 09:10:00|00:10:00";
    assert_eq!(
        counts(&books.import(&file(&[third, &corrected, MORNING]), MAKE)),
        (1, 0, 2, 0)
    );
}

#[test]
fn an_export_of_another_project_does_not_touch_what_starts_at_the_same_time() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    let other = "App|other|2026-03-02 09:00:00|2026-03-02 09:30:00|00:30:00";
    assert_eq!(counts(&books.import(&file(&[other]), MAKE)), (1, 0, 0, 0));
    assert_eq!(books.notes(), ["one", "other"]);
}

#[test]
fn a_row_twice_is_imported_once() {
    let mut books = Books::new();
    let report = books.import(&file(&[MORNING, NOON, MORNING]), MAKE);
    assert_eq!(counts(&report), (2, 0, 0, 1));
    assert_eq!(
        report.notices.list[0].to_string(),
        "line 4: it says the same as line 2 and is left out"
    );
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let mut books = Books::new();
    let dry = |options: Options| Options {
        dry_run: true,
        ..options
    };
    let file_a = file(&[MORNING, NOON]);
    let planned = books.import(&file_a, dry(MAKE));
    assert_eq!(counts(&planned), (2, 0, 0, 0));
    assert!(books.entries().is_empty());
    assert!(
        client_list::list(&books.session, &Default::default())
            .unwrap()
            .is_empty()
    );
    assert_eq!(planned, books.import(&file_a, MAKE));
    let file_b = file(&[MORNING, &NOON.replace("two", "due"), EVENING]);
    let planned = books.import(&file_b, dry(STRICT));
    assert_eq!(counts(&planned), (1, 1, 1, 0));
    assert_eq!(books.notes(), ["one", "two"]);
    assert_eq!(planned, books.import(&file_b, STRICT));
    assert!(matches!(
        books.refused(
            file(&["Web|x|2026-03-02 9|2026-03-02 10|1"]).as_bytes(),
            dry(MAKE)
        ),
        ImportError::Rows(_)
    ));
}

#[test]
fn all_or_nothing_unless_bad_rows_are_skipped() {
    let mut books = Books::new();
    let bad = "Web|bad|2026-03-02 14:00:00|2026-03-02 15:00:00|02:00:00";
    let text = file(&[MORNING, bad, NOON]);
    let problems = books.problems(&text);
    assert_eq!(
        problems,
        [
            "line 3: `Duration` says 02:00:00 and from start to end it is 01:00:00; was the export rounded?"
        ]
    );
    assert!(books.entries().is_empty());
    assert!(
        client_list::list(&books.session, &Default::default())
            .unwrap()
            .is_empty()
    );
    let report = books.import(&text, SKIP);
    assert_eq!(counts(&report), (2, 0, 0, 1));
    assert_eq!(report.problems.count, 1);
}

#[test]
fn what_is_not_there_is_named_once_with_what_may_be_meant() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    let text = file(&[NOON, EVENING])
        .replace("Web", "Wep")
        .replace("Ana,ana@", "Bob,bob@");
    let ImportError::Rows(rejected) = books.refused(text.as_bytes(), STRICT) else {
        panic!()
    };
    assert_eq!(rejected.problems.count, 0);
    let named: Vec<_> = rejected
        .missing
        .iter()
        .map(|n| (n.noun, n.name.as_str(), n.reference.as_str(), n.rows))
        .collect();
    assert_eq!(
        named,
        [
            ("member", "Bob", "bob", 2),
            ("project", "Wep", "acme/wep", 2),
            ("task", "Dev", "acme/wep", 2)
        ]
    );
    assert_eq!(
        rejected.missing[0].email.as_deref(),
        Some("bob@example.com")
    );
    assert_eq!(rejected.missing[1].near, ["Web"]);
    assert_eq!(
        rejected.to_string(),
        "the file names what is not there: member `Bob`, project `Wep`, task `Dev` of acme/wep"
    );
    let skipped = Options {
        create_missing: false,
        ..SKIP
    };
    let both = text + &file(&[MORNING]).replace(&format!("{HEADER}\r\n"), "");
    let report = books.import(&both, skipped);
    assert_eq!(counts(&report), (0, 0, 1, 2));
    assert_eq!(report.problems.count, 2);
}

#[test]
fn names_are_found_in_any_case_and_by_short_name() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    let text = file(&[NOON])
        .replace("Acme,Web,Dev", "ACME,web,DEV")
        .replace("ana@example.com", "Ana@Example.com");
    assert_eq!(counts(&books.import(&text, STRICT)), (1, 0, 0, 0));
    // By name where no address is known.
    let text = file(&[EVENING]).replace("ana@example.com", "");
    assert_eq!(counts(&books.import(&text, STRICT)), (1, 0, 0, 0));
}

#[test]
fn names_without_letters_and_those_of_one_short_name_are_made() {
    let mut books = Books::new();
    let text = file(&[MORNING, NOON, EVENING]);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("Acme", "★★");
    lines[2] = lines[2].replace("Acme", "☆");
    lines[3] = lines[3].replace("Acme", "Client?").replace(",Web,", ",★,");
    let report = books.import(&lines.join("\n"), MAKE);
    let references: Vec<_> = report
        .created
        .iter()
        .filter(|n| n.noun != "task")
        .map(|n| n.reference.as_str())
        .collect();
    assert_eq!(
        references,
        [
            "ana",
            "client",
            "client/web",
            "client-2",
            "client-2/web",
            "client-3",
            "client-3/project"
        ]
    );
}

#[test]
fn archived_clients_closed_projects_and_archived_members_take_no_new_rows() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    client::archive(&mut books.session, "acme").unwrap();
    assert_eq!(counts(&books.import(&file(&[MORNING]), MAKE)), (0, 0, 1, 0));
    assert_eq!(
        books.problems(&file(&[MORNING, NOON])),
        ["line 3: client `acme` is archived"]
    );
    // Corrections are of what is there already.
    let corrected = MORNING.replace("one", "uno");
    assert_eq!(
        counts(&books.import(&file(&[&corrected]), MAKE)),
        (0, 1, 0, 0)
    );
    client::restore(&mut books.session, "acme").unwrap();
    project::set_closed(&mut books.session, "acme/web", true).unwrap();
    assert_eq!(
        books.problems(&file(&[NOON])),
        ["line 2: project `acme/web` is closed"]
    );
    project::set_closed(&mut books.session, "acme/web", false).unwrap();
    {
        let same = crate::app::member::ClientWords::default();
        let bo = Line::parse("Bo").unwrap();
        let owner = crate::app::settings::owner(Some(bo), "").unwrap();
        books
            .session
            .write(|books| books.add_member(&owner))
            .unwrap();
        crate::app::member::edit(&mut books.session, "ana", &same, |m| m.archived = true).unwrap();
    }
    assert_eq!(
        books.problems(&file(&[NOON])),
        ["line 2: member `ana` is archived"]
    );
    assert_eq!(books.entries().len(), 1);
    let shown = client::show(&books.session, "acme").unwrap();
    assert_eq!(shown.client.stage, Stage::Active);
}

#[test]
fn text_is_kept_as_it_was_typed_on_one_line() {
    let mut books = Books::new();
    let text = format!(
        "\u{feff}{HEADER}\nAna,ana@example.com,\"Jay, Jay & \"\"Söhne\"\"\",Web,,\"first\nsecond,\tthird \"\"quoted\"\" 🎉 café\",no,2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00,\" a, b,a,,\",95.00\n"
    );
    books.import(&text, MAKE);
    let listed = books.entries().remove(0);
    assert_eq!(listed.client_slug, "jay-jay-soehne");
    let work = listed.entry.work;
    assert_eq!(
        work.note.unwrap().as_str(),
        "first second, third \"quoted\" 🎉 café"
    );
    assert_eq!(
        work.tags.iter().map(Line::as_str).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!((work.task, work.billable), (None, Some(false)));
}

#[test]
fn lines_are_those_of_the_file() {
    let mut books = Books::new();
    let bad = "Web|bad|2026-03-02 25:00:00|2026-03-02 15:00:00|02:00:00";
    let two_lines = MORNING.replace("one", "\"a\nb\"");
    let text = file(&[&two_lines, bad]).replace("\r\nAna", "\r\n\r\nAna");
    assert_eq!(
        books.problems(&text),
        ["line 6: `25:00:00` in `Start time` is not a time of day; it looks like 09:30:00"]
    );
}

#[test]
fn rows_that_do_not_read_are_named() {
    let cases = [
        (
            "Web|a|02.03.2026 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Start date`: `02.03.2026` could be day or month first; write it as 2026-11-21",
        ),
        (
            "Web|a|3/2/2026 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Start date`: `3/2/2026` could be day or month first; write it as 2026-11-21",
        ),
        (
            "Web|a|today 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Start date`: `today` is not a date; try 2026-11-21, today, yesterday, monday or 3 days ago",
        ),
        (
            "Web|a|2026-02-30 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Start date`: `2026-02-30` is not a day of the calendar",
        ),
        (
            "Web|a| 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Start date` is empty",
        ),
        (
            "Web|a|2026-03-02 |2026-03-02 10:00:00|01:00:00",
            "`Start time` is empty",
        ),
        (
            "Web|a|2026-03-02 09:00:00|2026-03-02 10:00:00|1h",
            "`1h` in `Duration` is not a duration; it looks like 01:30:00",
        ),
        (
            "Web|a|2026-03-02 09:00:00|2026-03-02 10:00:00|00:60:00",
            "`00:60:00` in `Duration` is not a duration; it looks like 01:30:00",
        ),
        (
            "Web|a|2026-03-02 09:00:00|2026-03-02 08:00:00|01:00:00",
            "the end is not after the start",
        ),
        (
            "Web|a|2026-03-02 09:00:00|2026-03-03 09:00:01|24:00:01",
            "24h is more than 24 hours in one entry",
        ),
        (
            "|a|2026-03-02 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Project` is empty",
        ),
        (
            "Web|a\0b|2026-03-02 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Description`: the text has a character that cannot be shown safely (U+0000)",
        ),
        (
            "Web|a\u{202e}b|2026-03-02 09:00:00|2026-03-02 10:00:00|01:00:00",
            "`Description`: the text has a character that cannot be shown safely (U+202E)",
        ),
        (
            "Web|a,b|2026-03-02 09:00:00|2026-03-02 10:00:00|01:00:00",
            "it has 15 fields and the header has 14; is a quote open?",
        ),
    ];
    for (row, expected) in cases {
        let mut books = Books::new();
        assert_eq!(
            books.problems(&file(&[row])),
            [format!("line 2: {expected}")],
            "{row}"
        );
    }
    let long = "x".repeat(1001);
    let row = MORNING.replace("one", &long);
    assert_eq!(
        Books::new().problems(&file(&[&row])),
        ["line 2: `Description`: the text is longer than 1000 characters"]
    );
    let text = file(&[MORNING]);
    assert_eq!(
        Books::new().problems(&text.replace(",Yes,", ",oui,")),
        ["line 2: `oui` in `Billable` is neither Yes nor No"]
    );
    assert_eq!(
        Books::new().problems(&text.replace("ana@example.com", "ana@")),
        ["line 2: `Email`: `ana@` is not an e-mail address; it looks like name@example.com"]
    );
    assert_eq!(
        Books::new().problems(&text.replace("Ana,ana@example.com,Acme", ",,Acme")),
        ["line 2: `Email` is empty"]
    );
}

#[test]
fn only_so_many_problems_are_kept_and_all_are_counted() {
    let rows = vec!["Web|a|2026-03-02 9|2026-03-02 10|1"; 1000];
    let ImportError::Rows(rejected) = Books::new().refused(file(&rows).as_bytes(), MAKE) else {
        panic!()
    };
    assert_eq!(rejected.problems.count, 1000);
    assert_eq!(rejected.problems.list.len(), Findings::KEPT);
    assert_eq!(rejected.to_string(), "1000 of 1000 rows cannot be imported");
}

#[test]
fn a_zero_never_becomes_an_entry() {
    let zero = "Web|zero|2026-03-02 14:00:00|2026-03-02 14:00:00|00:00:00";
    let report = Books::new().import(&file(&[MORNING, zero]), MAKE);
    assert_eq!(counts(&report), (1, 0, 0, 1));
    assert_eq!(
        report.notices.list[0].to_string(),
        "line 3: it has no time and is left out"
    );
    assert_eq!(report.problems.count, 0);
}

#[test]
fn an_entry_over_midnight_belongs_to_the_day_of_its_start() {
    let mut books = Books::new();
    books.import(
        &file(&["Web|late|2026-03-02 23:30:00|2026-03-03 01:00:00|01:30:00"]),
        MAKE,
    );
    let work = books.entry(1).work;
    assert_eq!(work.day, "2026-03-02".parse().unwrap());
    assert_eq!(work.seconds, Seconds(5400));
    assert_eq!(
        work.span.unwrap().start,
        "2026-03-02T22:30:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
}

#[test]
fn nights_of_a_clock_change_count_what_passed() {
    // Spring: 02:00 to 03:00 is not there. Autumn: 02:00 to 03:00 is there twice.
    let cases = [
        (
            "2026-03-29 01:00:00|2026-03-29 04:00:00|02:00:00",
            2 * 3600,
            0,
        ),
        (
            "2026-03-29 01:00:00|2026-03-29 04:00:00|03:00:00",
            2 * 3600,
            1,
        ),
        (
            "2026-10-25 01:00:00|2026-10-25 04:00:00|04:00:00",
            4 * 3600,
            0,
        ),
        (
            "2026-10-25 01:00:00|2026-10-25 04:00:00|03:00:00",
            4 * 3600,
            1,
        ),
        ("2026-10-25 02:30:00|2026-10-25 02:30:00|01:00:00", 3600, 0),
        ("2026-10-25 02:45:00|2026-10-25 02:15:00|00:30:00", 1800, 0),
        ("2026-10-25 02:30:00|2026-10-25 03:30:00|01:00:00", 3600, 0),
        (
            "2026-10-25 01:30:00|2026-10-25 02:30:00|02:00:00",
            2 * 3600,
            0,
        ),
        ("2026-10-25 01:30:00|2026-10-25 02:30:00|01:00:00", 3600, 0),
        ("2026-10-25 02:30:00|2026-10-25 03:30:00|", 2 * 3600, 0),
        ("2026-03-29 01:30:00| |01:00:00", 3600, 0),
    ];
    for (times, seconds, notices) in cases {
        let mut books = Books::new();
        let report = books.import(&file(&[&format!("Web|night|{times}")]), MAKE);
        assert_eq!(books.entry(1).work.seconds, Seconds(seconds), "{times}");
        assert_eq!(report.notices.count, notices, "{times}");
        let again = books.import(&file(&[&format!("Web|night|{times}")]), MAKE);
        assert_eq!(counts(&again), (0, 0, 1, 0), "{times}");
    }
    for times in [
        "2026-03-29 02:30:00|2026-03-29 04:00:00|01:30:00",
        "2026-03-29 01:30:00|2026-03-29 02:30:00|01:00:00",
    ] {
        assert_eq!(
            Books::new().problems(&file(&[&format!("Web|gap|{times}")])),
            ["line 2: 2026-03-29 02:30:00 does not exist in Europe/Berlin: the clock went forward"]
        );
    }
    // The same row in both of the two hours.
    let mut books = Books::new();
    let hours = [
        "Web|n|2026-10-25 02:10:00|2026-10-25 02:50:00|00:40:00",
        "Web|n|2026-10-25 02:10:00|2026-10-25 03:20:00|01:10:00",
        "Web|n|2026-10-25 02:10:00|2026-10-25 03:20:00|02:10:00",
    ];
    assert_eq!(counts(&books.import(&file(&hours), MAKE)), (3, 0, 0, 0));
    assert_eq!(counts(&books.import(&file(&hours), MAKE)), (0, 0, 3, 0));
}

#[test]
fn a_business_that_moves_gets_its_times_in_the_new_zone() {
    let mut books = Books::new();
    books.import(&file(&[MORNING, NOON]), MAKE);
    let mut books = books.moved_to(Tz::America__New_York);
    assert_eq!(
        counts(&books.import(&file(&[MORNING, NOON]), MAKE)),
        (0, 2, 0, 0)
    );
    let start = books.entry(1).work.span.unwrap().start;
    assert_eq!(start.to_rfc3339(), "2026-03-02T14:00:00+00:00");
}

#[test]
fn time_that_overlaps_is_imported_with_a_notice() {
    let mut books = Books::new();
    books.import(&file(&[MORNING]), MAKE);
    books.edit(1, |work| work.note = None);
    let inside = "App|inside|2026-03-02 09:10:00|2026-03-02 09:20:00|00:10:00";
    let after = "App|after|2026-03-02 10:30:00|2026-03-02 11:00:00|00:30:00";
    let report = books.import(&file(&[inside, after]), MAKE);
    assert_eq!((report.added, report.overlaps), (2, 1));
    assert_eq!(
        report.notices.list[0].to_string(),
        "line 2: it shares time with another entry of the same member"
    );
    // Of another member it is no overlap; and what is there already is not told again.
    let other = file(&[inside]).replace("Ana,ana@", "Bob,bob@");
    assert_eq!(books.import(&other, MAKE).overlaps, 0);
    assert_eq!(books.import(&file(&[inside, after]), MAKE).overlaps, 0);
}

#[test]
fn files_that_are_no_csv_of_toggl_are_refused_with_what_they_look_like() {
    let mut books = Books::new();
    let good = file(&[&MORNING.replace("one", "café")]);
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [&[0xff, 0xfe], utf16.as_slice()].concat();
    let latin: Vec<u8> = good
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for (bytes, looks, at) in [
        (with_mark.as_slice(), "UTF-16", 1),
        (utf16.as_slice(), "UTF-16 without a byte order mark", 1),
        (latin.as_slice(), "Windows-1252 or Latin-1", 2),
        (b"PK\x03\x04rest", "an XLSX workbook or a ZIP archive", 1),
    ] {
        match books.refused(bytes, MAKE) {
            ImportError::Encoding {
                line, looks_like, ..
            } => {
                assert_eq!((looks_like.to_string().as_str(), line), (looks, at));
            }
            other => panic!("{other}"),
        }
    }
    assert!(matches!(books.refused(b"", MAKE), ImportError::Empty));
    assert!(matches!(
        books.refused(b"\xef\xbb\xbf\r\n", MAKE),
        ImportError::Empty
    ));
    let error = books.refused(
        good.replace("Start date", "Begin")
            .replace("Client", "Customer")
            .as_bytes(),
        MAKE,
    );
    assert!(
        error.to_string().starts_with("the file has no column `Client`, `Start date`; its columns are `User`, `Email`, `Customer`"),
        "{error}"
    );
    for (text, separator) in [
        ("one\n1\n2\n", None),
        ("User;Email;Client\na;b;c\n", Some(';')),
    ] {
        match books.refused(text.as_bytes(), MAKE) {
            ImportError::Header {
                missing,
                separator: found,
                ..
            } => {
                assert_eq!(missing.last(), Some(&"Duration"));
                assert_eq!(found, separator);
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_header_alone_is_an_empty_import() {
    let report = Books::new().import(&format!("{HEADER}\n"), MAKE);
    let nothing = Report {
        ignored: vec!["Amount (EUR)".to_owned()],
        ..Report::default()
    };
    assert_eq!(report, nothing);
}

#[test]
fn thousands_of_rows_at_one_start_are_told_apart_and_found_again() {
    let mut books = Books::new();
    let rows: Vec<String> = (0..4000)
        .map(|number| format!("Web|{number}|2026-03-02 09:00:00|2026-03-02 10:30:00|01:30:00"))
        .collect();
    let all: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(counts(&books.import(&file(&all), MAKE)), (4000, 0, 0, 0));
    assert_eq!(counts(&books.import(&file(&all), MAKE)), (0, 0, 4000, 0));
    // Each got another length, which its note tells.
    let longer: Vec<String> = rows
        .iter()
        .map(|row| row.replace("10:30:00|01:30", "10:31:00|01:31"))
        .collect();
    let all: Vec<&str> = longer.iter().map(String::as_str).collect();
    assert_eq!(counts(&books.import(&file(&all), MAKE)), (0, 4000, 0, 0));
}

#[test]
fn what_was_logged_by_hand_is_not_imported_again() {
    let mut books = Books::new();
    books.import(&file(&[MORNING, NOON]), MAKE);
    let work = books.entry(1).work;
    books
        .session
        .write(|b| {
            b.delete_entry(EntryKey(1))?;
            b.add_entry(&work, None)
        })
        .unwrap();
    let report = books.import(&file(&[MORNING, NOON]), MAKE);
    assert_eq!(counts(&report), (0, 0, 1, 1));
    assert_eq!(
        report.notices.list[0].to_string(),
        "line 2: entry 3 says the same, though it came another way; the row is left out"
    );
}

#[test]
fn columns_may_stand_in_any_order_and_some_may_be_absent() {
    let mut books = Books::new();
    let text = "Duration,start time,Start date,Project,CLIENT,Member\n01:30:00,09:00,2026-03-02,Web,Acme,Ana\n";
    assert_eq!(counts(&books.import(text, MAKE)), (1, 0, 0, 0));
    let work = books.entry(1).work;
    assert_eq!(
        (work.seconds, work.note, work.task),
        (Seconds(5400), None, None)
    );
}

#[test]
fn an_import_is_undone_as_one_and_can_be_made_again() {
    let mut books = Books::new();
    books.import(&file(&[MORNING, NOON]), MAKE);
    let last = books
        .session
        .store
        .read(|b| b.latest_standing_operation(""))
        .unwrap()
        .unwrap();
    books.session.write(|b| b.undo(&last)).unwrap();
    assert!(books.entries().is_empty());
    assert_eq!(
        counts(&books.import(&file(&[MORNING, NOON]), MAKE)),
        (2, 0, 0, 0)
    );
}

#[test]
fn progress_reaches_the_end() {
    let mut books = Books::new();
    let mut told = Vec::new();
    let choices = Choices::default();
    let file = std::io::Cursor::new(REAL);
    let session = &mut books.session;
    time(
        session,
        file,
        Format::Toggl,
        &choices,
        &MAKE,
        &mut |done, all| told.push((done, all)),
    )
    .unwrap();
    assert_eq!(told.last(), Some(&(4603, 4603)));
    assert!(told.contains(&(1000, 0)));
}

#[test]
fn the_real_worklog_imports_whole_and_once() {
    for zone in [Tz::Europe__Berlin, Tz::UTC, Tz::Asia__Kolkata] {
        let mut books = Books::in_zone(zone);
        let report = books.try_import(REAL, MAKE).unwrap();
        assert_eq!(counts(&report), (4603, 0, 0, 0));
        // Summed by hand from the column `Duration`.
        assert_eq!(report.seconds, Seconds(29_090_398));
        let of = |noun| report.created.iter().filter(|n| n.noun == noun).count();
        assert_eq!(
            (of("member"), of("client"), of("project"), of("task")),
            (9, 5, 13, 16)
        );
        assert_eq!(report.overlaps, 3);
        let again = books.try_import(REAL, STRICT).unwrap();
        assert_eq!(counts(&again), (0, 0, 4603, 0));
    }
}
