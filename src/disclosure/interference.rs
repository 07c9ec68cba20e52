//! Non-interference: two books that differ only in what a client may not see give the same bytes, whatever the settings.
//!
//! What is published is all that reaches a portal, so pages, files and mails made of it cannot differ either.

use chrono::Duration;
use proptest::prelude::*;

use super::canary::settings;
use super::sample::{self, books, line, rate};
use super::{ClientBooks, Worked, portal};
use crate::domain::approval_request::Asked;
use crate::domain::key::EntryKey;
use crate::domain::time::Span;
use crate::domain::visibility::{Descriptions, Team, Visibility};
use crate::values::duration::Seconds;
use crate::values::text::{Email, Note, Phone, Website};

/// The sample without the time sheets that were asked to be approved: that an entry is another since then is told on purpose.
fn sample_books() -> ClientBooks {
    let mut books = books();
    books
        .requests
        .retain(|request| !matches!(request.what, Asked::Timesheet { .. }));
    books
}

/// All that leaves, with its keys, in order.
fn published(books: &ClientBooks, visibility: &Visibility) -> Vec<(String, Vec<u8>)> {
    let shown = portal(books, visibility).unwrap().unwrap();
    let chunks = shown.chunks().unwrap().into_iter();
    chunks
        .map(|chunk| (chunk.key.to_string(), chunk.body))
        .collect()
}

/// Where the hidden goes another way: numbers from which all else follows.
#[derive(Debug, Clone)]
struct Other {
    /// Of each entry in turn.
    numbers: Vec<u16>,
}

impl Other {
    fn number(&self, place: usize) -> u16 {
        self.numbers
            .get(place % self.numbers.len().max(1))
            .copied()
            .unwrap_or(1)
    }

    fn words(&self, place: usize) -> String {
        format!(
            "other words {}",
            "x".repeat(usize::from(self.number(place) % 40) + 1)
        )
    }
}

fn other() -> impl Strategy<Value = Other> {
    prop::collection::vec(any::<u16>(), 1..30).prop_map(|numbers| Other { numbers })
}

/// The same books with everything else that these settings hide.
fn changed(mut books: ClientBooks, visibility: &Visibility, other: &Other) -> ClientBooks {
    let email = |place: usize| {
        Email::parse(&format!("m{}@elsewhere.example", other.number(place))).unwrap()
    };
    // What no setting shows.
    let details = &mut books.client.details;
    details.email = None;
    details.phone = Phone::parse("+49 30 5550100").ok();
    details.website = Website::parse("https://elsewhere.example").ok();
    details.address = Note::parse(&other.words(0)).ok();
    details.notes = Note::parse(&other.words(1)).ok();
    for (place, member) in books.members.iter_mut().enumerate() {
        member.email = Some(email(place));
        if visibility.team == Team::Anonymous {
            member.name = line(&other.words(place));
            member.alias = None;
            member.role = Some(line(&other.words(place + 1)));
        }
    }
    for task in books.tasks.iter_mut().filter(|task| !task.shared) {
        task.name = line(&other.words(2));
    }
    books.invoices.retain(|invoice| invoice.number.is_some());
    for (place, worked) in books.work.iter_mut().enumerate() {
        hide(worked, place, visibility, other);
    }
    let running = sample::day("2026-11-16");
    if visibility.weekly {
        // Another running week, by whoever was there before.
        books.work.retain(|worked| {
            worked.entry.work.day < running
                || other.number(0).is_multiple_of(2)
                || worked.invoice.is_some()
        });
        let mut more = books.work[0].clone();
        more.entry.key = EntryKey(more.entry.key.0 + 700);
        more.entry.work.day = running;
        more.entry.work.span = None;
        more.entry.invoice = None;
        more.invoice = None;
        more.entry.work.seconds = Seconds(i64::from(other.number(3)) + 60);
        books.work.push(more);
    }
    if !(visibility.rates && visibility.unbilled) {
        books.next_invoice = None;
    }
    for (place, expense) in books.expenses.iter_mut().enumerate() {
        let spent = &mut expense.spent;
        spent.internal_note = Some(line(&other.words(place)));
        spent.receipt = None;
        spent.member = books.members[usize::from(other.number(place)) % books.members.len()].key;
        if visibility.descriptions != Descriptions::Full {
            spent.note = Some(line(&other.words(place + 1)));
        }
        if visibility.weekly && spent.day >= running {
            spent.category = Some(line(&other.words(place + 2)));
        }
    }
    if !visibility.expenses {
        books.expenses.truncate(usize::from(other.number(0) % 3));
    }
    books
}

fn hide(worked: &mut Worked, place: usize, visibility: &Visibility, other: &Other) {
    let work = &mut worked.entry.work;
    work.internal_note = Some(line(&other.words(place)));
    worked.entry.approval_note = None;
    work.tags = vec![line(&other.words(place + 2))];
    if !visibility.rates {
        let own = rate(&format!(
            "{}.{:02}",
            other.number(place) % 900 + 1,
            place % 100
        ));
        worked.rate = Some(own);
        work.rate = None;
    }
    if visibility.descriptions != Descriptions::Full {
        work.note = Some(line(&other.words(place + 3)));
    }
    if !visibility.clock {
        // The day and the hours stay.
        work.span = work.span.and_then(|span| {
            let shift = Duration::minutes(i64::from(other.number(place) % 240));
            Span::new(span.start + shift, span.end + shift).ok()
        });
    }
    if visibility.approved_only && worked.entry.approval.is_none() && worked.invoice.is_none() {
        let work = &mut worked.entry.work;
        work.span = None;
        work.seconds = Seconds(i64::from(other.number(place)) + 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn books_that_differ_in_what_is_hidden_give_the_same_bytes(visibility in settings(), other in other()) {
        let before = published(&sample_books(), &visibility);
        let after = published(&changed(sample_books(), &visibility, &other), &visibility);
        prop_assert_eq!(before.len(), after.len());
        for ((key, before), (other, after)) in before.iter().zip(&after) {
            prop_assert_eq!(key, other);
            prop_assert!(
                before == after,
                "{}\n{}\n{}", key, String::from_utf8_lossy(before), String::from_utf8_lossy(after)
            );
        }
    }
}

#[test]
fn the_other_books_do_differ() {
    let all = sample::visibility(&[("rates", "shown"), ("clock", "shown")]);
    let numbers = vec![7, 300, 12_000];
    let hidden = sample::visibility(&[("team", "anonymous"), ("descriptions", "none")]);
    let others = changed(sample_books(), &hidden, &Other { numbers });
    assert_ne!(published(&sample_books(), &all), published(&others, &all));
}
