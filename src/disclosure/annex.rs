//! The time sheet behind an invoice: the entries of its lines as the client may see them, the same rows as in its timesheet.
//!
//! No amount stands on it, with rates hidden or not. What is billed and not shown is one sum, so that the hours add up to those of
//! the lines and nothing tells of what they were.

use std::collections::HashMap;

use crate::domain::invoice::{Invoice, Kind, Line, Source};
use crate::domain::key::EntryKey;
use crate::domain::visibility::Visibility;
use crate::published::{Annex, AnnexRow};
use crate::values::duration::Seconds;

use super::ClientBooks;
use super::entry::{self, Row};

/// The time sheet, from what the invoice bills of each entry. None where the client sees no single entries, and where there is no
/// work on the invoice.
pub fn annex(
    books: &ClientBooks,
    invoice: &Invoice,
    billed: &HashMap<EntryKey, Seconds>,
    visibility: &Visibility,
) -> Option<Annex> {
    if !visibility.timesheets || invoice.kind == Kind::CreditNote {
        return None;
    }
    let total = hours(&invoice.lines)?;
    let rows = entry::billed_rows(books, visibility, billed);
    let shown = sum(rows.iter().map(|row| row.seconds));
    let all = sum(billed.values().copied());
    Some(Annex {
        further: all - shown,
        rounding: total - all,
        total,
        rows: rows.iter().map(|row| published(books, row)).collect(),
    })
}

/// The hours on the lines of work; none where there are no such lines. Time beyond a retainer is what is over of a period, and of no
/// entry in particular.
fn hours(lines: &[Line]) -> Option<Seconds> {
    let seconds = lines.iter().filter_map(|line| match &line.source {
        Source::Time {
            project: _,
            task: _,
            entries: _,
            seconds,
        } => Some(*seconds),
        Source::Overage {
            retainer: _,
            period: _,
            entries: _,
            seconds: _,
        }
        | Source::RetainerFee {
            retainer: _,
            period: _,
        }
        | Source::Expense { expense: _ }
        | Source::Deposit
        | Source::Deduction { deposit: _ }
        | Source::Fixed => None,
    });
    seconds.reduce(|a, b| a + b)
}

fn sum(seconds: impl Iterator<Item = Seconds>) -> Seconds {
    seconds.fold(Seconds::ZERO, |sum, one| sum + one)
}

fn published(books: &ClientBooks, row: &Row) -> AnnexRow {
    let project = books.projects.iter().find(|one| one.key == row.project);
    AnnexRow {
        day: row.day,
        clock: row.clock.clone(),
        project: project.map_or_else(String::new, |project| project.name.to_string()),
        task: row
            .task
            .and_then(|task| entry::task_name(&books.tasks, task)),
        member: row.member.clone(),
        description: row.words(),
        seconds: row.seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::sample::{self, visibility};
    use crate::domain::visibility::{Descriptions, Team};

    /// All work of the sample as if it were on its first invoice, with a quarter of an hour of rounding.
    fn of(change: impl FnOnce(&mut Visibility)) -> Option<(Annex, Seconds)> {
        let books = sample::books();
        let mut visibility = visibility(&[("rates", "shown"), ("clock", "shown")]);
        change(&mut visibility);
        let billed: HashMap<EntryKey, Seconds> = books
            .work
            .iter()
            .map(|worked| (worked.entry.key, worked.entry.work.seconds))
            .collect();
        let all = sum(billed.values().copied());
        let mut invoice = books.invoices.first().cloned()?;
        invoice.kind = Kind::Invoice;
        invoice
            .lines
            .retain(|line| matches!(line.source, Source::Time { .. }));
        invoice.lines.truncate(1);
        let line = invoice.lines.first_mut()?;
        if let Source::Time { seconds, .. } = &mut line.source {
            *seconds = all + Seconds(900);
        }
        annex(&books, &invoice, &billed, &visibility).map(|annex| (annex, all))
    }

    fn adds_up(annex: &Annex) {
        let rows = sum(annex.rows.iter().map(|row| row.seconds));
        assert_eq!(rows + annex.further + annex.rounding, annex.total);
    }

    #[test]
    fn the_hours_add_up_whatever_is_shown() {
        type Change = fn(&mut Visibility);
        let changes: [Change; 6] = [
            |_| {},
            |v| v.weekly = true,
            |v| v.approved_only = true,
            |v| v.descriptions = Descriptions::Summary,
            |v| v.descriptions = Descriptions::None,
            |v| v.rates = false,
        ];
        for change in changes {
            let (annex, _) = of(change).unwrap();
            adds_up(&annex);
            assert_eq!(annex.rounding, Seconds(900));
        }
        let (hidden, all) = of(|v| v.approved_only = true).unwrap();
        let shown = sum(hidden.rows.iter().map(|row| row.seconds));
        assert_eq!(hidden.further, all - shown);
    }

    #[test]
    fn words_and_names_are_those_of_the_timesheet() {
        let (full, _) = of(|_| {}).unwrap();
        assert!(full.rows.iter().any(|row| row.description.is_some()));
        let (summary, _) = of(|v| v.descriptions = Descriptions::Summary).unwrap();
        assert!(
            summary
                .rows
                .iter()
                .all(|row| row.description.is_none() && row.clock.is_none())
        );
        let (anonymous, _) = of(|v| v.team = Team::Anonymous).unwrap();
        assert!(
            anonymous
                .rows
                .iter()
                .all(|row| row.member.starts_with("Member "))
        );
        for annex in [full, summary, anonymous] {
            let text = serde_json::to_string(&annex).unwrap();
            assert!(
                !text.contains(sample::PRIVATE) && !text.contains(sample::KEY_DIGITS),
                "{text}"
            );
        }
    }

    #[test]
    fn without_timesheets_there_is_none() {
        assert!(of(|v| v.timesheets = false).is_none());
    }
}
