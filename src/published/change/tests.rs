//! Pairs of states and what a client would notice between them.

use super::*;
use crate::published::protocol::{Role, User, Users};
use crate::published::{Chunk, Entry, Month, Project};
use crate::values::period::YearMonth;

fn id(number: u8) -> PublicId {
    PublicId::from_bytes([number; 16])
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn entry(number: u8, on: &str, seconds: i64, note: &str) -> Entry {
    Entry {
        id: id(number),
        day: day(on),
        clock: None,
        seconds: Seconds(seconds),
        billable: true,
        project: id(99),
        phase: None,
        task: None,
        member: "Mara".to_owned(),
        description: Some(note.to_owned()),
        amount: None,
        invoice: None,
    }
}

fn month(month: u32, entries: &[Entry]) -> Chunk {
    let month = YearMonth { year: 2026, month };
    let value = Month {
        month,
        entries: entries.to_vec(),
    };
    Chunk::json(ChunkKey::Month(month), &value).unwrap()
}

fn users(users: &[(u8, Role, bool)]) -> Chunk {
    let user = |(number, role, enabled): &(u8, Role, bool)| User {
        id: id(*number),
        email: format!("user{number}@acme.example"),
        name: None,
        role: *role,
        enabled: *enabled,
        invitation: None,
        unsubscribe_hash: None,
        muted: Vec::new(),
    };
    let users = Users {
        users: users.iter().map(user).collect(),
    };
    Chunk::json(ChunkKey::Users, &users).unwrap()
}

fn names() -> Names {
    let mut names = Names::default();
    names.learn(&Projects {
        projects: vec![Project {
            id: id(99),
            name: "Website".to_owned(),
            closed: false,
            due: None,
            seconds: Seconds(0),
            budget: None,
            phases: Vec::new(),
            tasks: Vec::new(),
            team: Vec::new(),
        }],
    });
    names
}

fn compare(was: &[Chunk], is: &[Chunk]) -> Vec<Change> {
    let digests = |chunks: &[Chunk]| chunks.iter().map(Chunk::digest).collect::<Vec<_>>();
    fn sides<'a>(chunks: &'a [Chunk], digests: &'a [Digest]) -> Vec<Side<'a>> {
        chunks
            .iter()
            .zip(digests)
            .map(|(chunk, digest)| Side {
                key: &chunk.key,
                digest,
                body: Some(&chunk.body),
            })
            .collect()
    }
    let (old, new) = (digests(was), digests(is));
    between(&sides(was, &old), &sides(is, &new), &names())
}

/// `changed entry: time 7200 → 9000`, short enough for a table.
fn told(change: &Change) -> String {
    let value = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Time(seconds)) => seconds.clock(),
        Some(Value::Money(money)) => money.to_string(),
        Some(Value::Day(day)) => day.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Flag(flag)) => flag.to_string(),
    };
    let fields: Vec<String> = change
        .fields
        .iter()
        .map(|field| {
            format!(
                "{} {} → {}",
                field.name,
                value(&field.was),
                value(&field.is)
            )
        })
        .collect();
    let name = change.name.as_deref().unwrap_or("-");
    format!(
        "{} {} {} {name}: {}",
        change.how.word(),
        change.count,
        change.section.word(),
        fields.join(", ")
    )
}

fn lines(was: &[Chunk], is: &[Chunk]) -> Vec<String> {
    compare(was, is).iter().map(told).collect()
}

#[test]
fn entries_are_told_apart_by_what_they_are_and_not_by_their_month() {
    let was = [
        month(10, &[entry(1, "2026-10-31", 3_600, "Draft")]),
        month(11, &[entry(2, "2026-11-02", 7_200, "Layout")]),
    ];
    let is = [month(
        11,
        &[
            entry(1, "2026-11-01", 3_600, "Draft"),
            entry(2, "2026-11-02", 9_000, "Layout and menu"),
            entry(3, "2026-11-03", 1_800, "Fix"),
        ],
    )];
    assert_eq!(
        lines(&was, &is),
        [
            "changed 1 entry Website: day 2026-10-31 → 2026-11-01",
            "changed 1 entry Website: time 2:00 → 2:30, description Layout → Layout and menu",
            "added 1 entry Website: ",
        ]
    );
    let back = lines(&is, &was);
    assert_eq!(back.len(), 3);
    assert!(
        back.contains(&"removed 1 entry Website: ".to_owned()),
        "{back:?}"
    );
    assert_eq!(lines(&was, &was), Vec::<String>::new());
}

#[test]
fn the_same_change_of_many_is_told_once() {
    let mut entries: Vec<Entry> = (1..=9)
        .map(|number| entry(number, &format!("2026-11-0{number}"), 3_600, "Work"))
        .collect();
    let was = [month(11, &entries)];
    for entry in &mut entries {
        entry.member = "Member A".to_owned();
    }
    entries[8].seconds = Seconds(60);
    let changes = compare(&was, &[month(11, &entries)]);
    let [many, one] = changes.as_slice() else {
        panic!("{changes:#?}")
    };
    assert_eq!(told(many), "changed 8 entry -: member Mara → Member A");
    assert_eq!(
        (many.day, many.until),
        (Some(day("2026-11-01")), Some(day("2026-11-08")))
    );
    assert_eq!(
        told(one),
        "changed 1 entry Website: time 1:00 → 0:01, member Mara → Member A"
    );
}

#[test]
fn users_come_change_and_go() {
    let was = [users(&[(1, Role::Full, true), (2, Role::Work, true)])];
    let is = [users(&[(1, Role::Finance, false), (3, Role::Full, true)])];
    assert_eq!(
        lines(&was, &is),
        [
            "changed 1 user user1@acme.example: role full → finance, enabled true → false",
            "added 1 user user3@acme.example: ",
            "removed 1 user user2@acme.example: ",
        ]
    );
}

#[test]
fn no_difference_of_a_part_stays_unnamed() {
    // Another order of the same entries, and what does not read.
    let (a, b) = (
        entry(1, "2026-11-01", 3_600, "Draft"),
        entry(2, "2026-11-01", 3_600, "Draft"),
    );
    assert_eq!(
        lines(&[month(11, &[a.clone(), b.clone()])], &[month(11, &[b, a])]),
        ["changed 1 part month/2026-11: "]
    );
    let strange = Chunk {
        key: ChunkKey::Console,
        body: br#"{"of":"an older program"}"#.to_vec(),
    };
    let stranger = Chunk {
        body: b"[]".to_vec(),
        ..strange.clone()
    };
    let changes = compare(&[strange], &[stranger]);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].section, Section::Part);
    let (old, new) = (
        Chunk::file("a.pdf", b"one".to_vec()),
        Chunk::file("a.pdf", b"two".to_vec()),
    );
    let changes = compare(&[old], &[new]);
    assert_eq!(
        (changes[0].section, changes[0].how),
        (Section::File, How::Changed)
    );
}

#[test]
fn a_summary_counts_by_kind_with_days_and_time() {
    let is = [
        month(
            11,
            &[
                entry(1, "2026-11-01", 3_600, "Draft"),
                entry(2, "2026-11-20", 1_800, "Fix"),
            ],
        ),
        users(&[(1, Role::Full, true)]),
    ];
    let summary = summary(&compare(&[], &is));
    assert_eq!(summary.len(), 2);
    assert_eq!((summary[0].section, summary[0].count), (Section::User, 1));
    assert_eq!(
        summary[1],
        Summary {
            section: Section::Entry,
            how: How::Added,
            count: 2,
            days: Some((day("2026-11-01"), day("2026-11-20"))),
            time: Some(Seconds(5_400)),
        }
    );
}
