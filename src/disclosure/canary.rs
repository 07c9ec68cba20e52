//! Tests over everything that is published at once: no canary leaves, whatever the settings, and no rate follows while rates are hidden.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sample::{self, KEY_DIGITS, MONTH, PRIVATE, RATES, books};
use super::{ClientBooks, Portal, portal};
use crate::domain::client::Stage;
use crate::domain::visibility::{Descriptions, SETTINGS, Team, Visibility};
use crate::values::duration::Seconds;
use crate::values::money::Money;

/// What leaves the machine, as text.
fn text(books: &ClientBooks, visibility: &Visibility) -> String {
    let shown = portal(books, visibility).unwrap().unwrap();
    let bodies = shown
        .chunks()
        .unwrap()
        .into_iter()
        .map(|chunk| format!("{} {}\n", chunk.key, String::from_utf8(chunk.body).unwrap()));
    bodies.collect::<String>().to_lowercase()
}

/// Any value for any setting, with the console on.
pub(super) fn settings() -> impl Strategy<Value = Visibility> {
    let values: Vec<_> = SETTINGS
        .iter()
        .map(|setting| {
            let values: Vec<String> = match setting.key {
                "console" => vec!["on".into()],
                "snapshots" => vec![
                    String::new(),
                    setting.default.into(),
                    "hours-week,hours-total,budget-left,retainer-left,unbilled,next-invoice,outstanding".into(),
                ],
                "welcome" => vec![String::new(), "canary-welcome".into()],
                "ip-allow" => vec![String::new(), "203.0.113.0/24,::1".into()],
                "session-timeout" => vec!["30m".into(), "24h".into()],
                _ => setting.values.iter().map(|value| (*value).to_owned()).collect(),
            };
            (Just(setting.key), prop::sample::select(values))
        })
        .collect();
    values.prop_map(|chosen| {
        Visibility::from_settings(|key| {
            chosen
                .iter()
                .find(|(known, _)| *known == key)
                .map(|(_, value)| value.clone())
        })
        .unwrap()
    })
}

proptest! {
    #[test]
    fn no_canary_leaves_whatever_the_settings(visibility in settings()) {
        let shown = text(&books(), &visibility);
        for never in [PRIVATE, KEY_DIGITS, MONTH] {
            prop_assert!(!shown.contains(never), "{never}: {shown}");
        }
        let full = visibility.descriptions == Descriptions::Full;
        let names = visibility.team == Team::Names;
        let entries = visibility.timesheets && !visibility.approved_only;
        let when = |allowed: bool, canary: &str| allowed || !shown.contains(canary);
        for name in ["canary-lovelace", "canary-hopper", "canary-novak"] {
            prop_assert!(when(names, name), "{name}: {shown}");
        }
        let on_lines = visibility.invoices && visibility.rates && names;
        let spent = visibility.expenses;
        prop_assert!(when(full && (entries || on_lines || spent), "canary-words"), "{shown}");
        prop_assert!(when(full && spent && !visibility.weekly, "canary-words of a train"), "{shown}");
        prop_assert!(when(spent, "2025-12-30"), "{shown}");
        prop_assert!(!shown.contains("119.00"), "what was paid: {shown}");
        prop_assert!(when(full && entries && !visibility.weekly, "canary-words of this week"), "{shown}");
        prop_assert!(when(visibility.notes, "canary-welcome"), "{shown}");
        prop_assert!(when(visibility.clock, "\"start\":\"09:00\""), "{shown}");
        prop_assert!(when(visibility.clock && entries, "\"clock\":{"), "{shown}");
        prop_assert!(when((entries || spent) && !visibility.weekly, "2026-11-17"), "{shown}");
        prop_assert!(when(visibility.invoices, "2026-0007"), "{shown}");
        prop_assert!(when(visibility.invoices, "outstanding"), "{shown}");
        prop_assert!(when(visibility.retainer, "retainer-left"), "{shown}");
        prop_assert!(when(visibility.unbilled && visibility.rates, "next-invoice"), "{shown}");
        prop_assert!(when(visibility.budget, "allocated"), "{shown}");
        prop_assert!(when(visibility.phases, "build-up"), "{shown}");
        prop_assert!(when(visibility.tasks, "2026-12-04"), "{shown}");
        prop_assert!(when(visibility.documents, "agreement-of-may"), "{shown}");
        for rate in RATES {
            let digits = rate.replace('.', "");
            prop_assert!(when(visibility.rates, rate) && when(visibility.rates, &digits), "{rate}: {shown}");
        }
    }
}

#[test]
fn without_settings_nothing_at_all_is_published() {
    let empty = Visibility::from_settings(|_| None).unwrap();
    assert_eq!(portal(&books(), &empty).unwrap(), None);
}

#[test]
fn an_archived_client_is_not_published() {
    let mut books = books();
    books.client.stage = Stage::Archived;
    assert_eq!(portal(&books, &sample::visibility(&[])).unwrap(), None);
}

#[test]
fn the_canaries_are_where_they_are_looked_for() {
    let everything = sample::visibility(&[
        ("rates", "shown"),
        ("clock", "shown"),
        ("welcome", "canary-welcome"),
    ]);
    let shown = text(&books(), &everything);
    for allowed in [
        "canary-lovelace",
        "canary-words of this week",
        "canary-welcome",
        "137.31",
        "09:00",
    ] {
        assert!(shown.contains(allowed), "{allowed}");
    }
}

/// All money that is shown, in order.
fn money(shown: &Portal) -> Vec<Money> {
    let invoices = shown.invoices.iter().flat_map(|invoice| {
        let lines = invoice.lines.iter().map(|line| line.net);
        lines.chain([invoice.net, invoice.total, invoice.balance])
    });
    let entries = shown
        .months
        .iter()
        .flat_map(|month| &month.entries)
        .filter_map(|entry| entry.amount);
    let unbilled = shown
        .console
        .unbilled
        .iter()
        .flat_map(|unbilled| {
            let projects = unbilled.projects.iter();
            projects
                .map(|project| project.amount)
                .chain([unbilled.amount])
        })
        .flatten();
    invoices.chain(entries).chain(unbilled).collect()
}

#[test]
fn with_rates_hidden_no_amount_over_hours_is_a_rate() {
    let shown = portal(
        &books(),
        &sample::visibility(&[("snapshots", "next-invoice,unbilled")]),
    )
    .unwrap()
    .unwrap();
    // Every sum of hours that can be read: by entry, member, task, project, day, invoice, and all.
    let entries: Vec<_> = shown
        .months
        .iter()
        .flat_map(|month| &month.entries)
        .collect();
    let mut hours: BTreeSet<Seconds> = entries.iter().map(|entry| entry.seconds).collect();
    let mut sum = |same: &dyn Fn(usize) -> bool| {
        hours.insert(
            entries
                .iter()
                .enumerate()
                .filter(|(at, _)| same(*at))
                .map(|(_, entry)| entry.seconds)
                .sum(),
        );
    };
    for one in &entries {
        sum(&|at| entries[at].member == one.member);
        sum(&|at| entries[at].task == one.task);
        sum(&|at| entries[at].phase == one.phase);
        sum(&|at| (&entries[at].invoice, &entries[at].phase) == (&one.invoice, &one.phase));
        sum(&|at| entries[at].project == one.project);
        sum(&|at| entries[at].day == one.day);
        sum(&|at| entries[at].invoice == one.invoice);
        sum(&|at| (&entries[at].invoice, &entries[at].member) == (&one.invoice, &one.member));
        sum(&|at| (&entries[at].invoice, &entries[at].task) == (&one.invoice, &one.task));
    }
    for amount in money(&shown) {
        for seconds in &hours {
            for rate in RATES {
                let value = sample::rate(rate)
                    .of(seconds.as_hours(), sample::euro())
                    .unwrap();
                assert_ne!(value, amount, "{rate} over {seconds:?}");
            }
        }
    }
}

#[test]
fn with_rates_hidden_one_more_entry_changes_no_amount() {
    let hidden = sample::visibility(&[(
        "snapshots",
        "next-invoice,unbilled,outstanding,retainer-left",
    )]);
    let mut books = books();
    let before = portal(&books, &hidden).unwrap().unwrap();
    let mut more = books
        .work
        .iter()
        .find(|worked| worked.invoice.is_none())
        .unwrap()
        .clone();
    more.entry.key.0 += 500;
    books.work.push(more);
    let after = portal(&books, &hidden).unwrap().unwrap();
    assert_ne!(before, after);
    assert_eq!(money(&before), money(&after));
}

#[test]
fn what_is_hidden_makes_no_difference_to_what_is_shown() {
    let settings = sample::visibility(&[("detail", "weekly"), ("team", "anonymous")]);
    let mut other = books();
    for worked in &mut other.work {
        worked.entry.work.internal_note = None;
        worked.entry.work.tags.clear();
        worked.rate = worked.rate.map(|_| sample::rate("1"));
        worked.entry.work.rate = None;
    }
    // Work of the running week, by somebody who was not there before.
    other
        .work
        .retain(|worked| worked.entry.work.day < sample::day("2026-11-16"));
    other.client.details.notes = None;
    other
        .members
        .iter_mut()
        .for_each(|member| member.email = None);
    other.invoices.retain(|invoice| invoice.number.is_some());
    assert_eq!(text(&books(), &settings), text(&other, &settings));
}
