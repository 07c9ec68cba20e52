//! What both stores work out of the rows they read: the time of a filter, sums of entries, the place of a page, what was billed.
//! Money is added up here. Knows no SQL.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::published::Entry;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, MoneyError};
use crate::values::period::{Period, YearMonth};

use super::super::viewer::Viewer;
use super::{By, EntryFilter, Page, StoreError, Sum, Totals};

/// Entries of one month that have all of this in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) month: String,
    pub(super) project: String,
    pub(super) phase: Option<String>,
    pub(super) task: Option<String>,
    pub(super) member: String,
    pub(super) billable: bool,
    pub(super) entries: u64,
    pub(super) seconds: Seconds,
    pub(super) amount: Option<Money>,
}

/// Where to read a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Whole months, both ends part of it.
    Months(Option<YearMonth>, Option<YearMonth>),
    /// Days, both ends part of it.
    Days(Option<NaiveDate>, Option<NaiveDate>),
}

/// The time of a filter as whole months and the days around them. Texts are with the entries only.
pub(super) fn stretches(filter: &EntryFilter) -> Vec<Stretch> {
    let (from, to) = (filter.from, filter.to);
    if !filter.words.is_empty() {
        return vec![Stretch::Days(from, to)];
    }
    let head = from.filter(|day| Period::month(*day).from != *day);
    let tail = to.filter(|day| Period::month(*day).to != *day);
    if let (Some(first), Some(last)) = (from, to)
        && (head.is_some() || tail.is_some())
        && Period::month(first) == Period::month(last)
    {
        return vec![Stretch::Days(from, to)];
    }
    let first = from.map(|day| match head {
        Some(_) => YearMonth::of(day).next(),
        None => YearMonth::of(day),
    });
    let last = to.and_then(|day| match tail {
        Some(_) => Some(YearMonth::of(Period::month(day).from.pred_opt()?)),
        None => Some(YearMonth::of(day)),
    });
    let mut stretches = Vec::new();
    stretches.extend(head.map(|day| Stretch::Days(Some(day), Some(Period::month(day).to))));
    let is_empty = first.zip(last).is_some_and(|(first, last)| first > last);
    // Beyond it months are no longer written in four digits.
    let is_beyond = first.is_some_and(|month| month.year > 9_999);
    if !is_empty && !is_beyond {
        stretches.push(Stretch::Months(first, last));
    }
    stretches.extend(tail.map(|day| Stretch::Days(Some(Period::month(day).from), Some(day))));
    stretches
}

/// The pieces of a month, as they are kept beside its entries.
pub(super) fn pieces(month: YearMonth, entries: &[Entry]) -> Result<Vec<Piece>, StoreError> {
    let mut pieces: BTreeMap<_, Piece> = BTreeMap::new();
    for entry in entries {
        let key = (
            entry.project.as_str(),
            entry.phase.as_deref(),
            entry.task.as_deref(),
            entry.member.as_str(),
            entry.billable,
            entry.amount.map(|amount| amount.currency().code()),
        );
        let piece = pieces.entry(key).or_insert_with(|| Piece {
            month: month.to_string(),
            project: entry.project.to_string(),
            phase: entry.phase.clone(),
            task: entry.task.clone(),
            member: entry.member.clone(),
            billable: entry.billable,
            entries: 0,
            seconds: Seconds(0),
            amount: None,
        });
        piece.entries = piece.entries.saturating_add(1);
        piece.seconds += entry.seconds;
        piece.amount = match (piece.amount, entry.amount) {
            (Some(sum), Some(more)) => Some(sum.checked_add(more).map_err(unreadable)?),
            (sum, more) => sum.or(more),
        };
    }
    Ok(pieces.into_values().collect())
}

/// The amount of two columns.
pub(super) fn money(minor: i64, code: &str) -> Result<Money, StoreError> {
    let currency = Currency::parse(code).map_err(unreadable)?;
    Ok(Money::from_minor(minor, currency))
}

fn unreadable(error: MoneyError) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

/// Adds a piece to a sum; amounts only where they are shown.
fn add(totals: &mut Totals, piece: &Piece, viewer: &Viewer) -> Result<(), StoreError> {
    totals.entries = totals.entries.saturating_add(piece.entries);
    totals.seconds += piece.seconds;
    if piece.billable {
        totals.billable += piece.seconds;
    }
    match piece.amount.filter(|_| viewer.shows_amounts()) {
        Some(amount) => add_money(&mut totals.amounts, amount),
        None => Ok(()),
    }
}

/// Adds an amount to the one of its currency.
pub(super) fn add_money(sums: &mut Vec<Money>, amount: Money) -> Result<(), StoreError> {
    let same = sums
        .iter_mut()
        .find(|sum| sum.currency() == amount.currency());
    match same {
        Some(sum) => *sum = sum.checked_add(amount).map_err(unreadable)?,
        None => sums.push(amount),
    }
    Ok(())
}

/// Sums in the making. See [`super::PortalStore::sums`].
pub(super) struct Sums<'a> {
    viewer: &'a Viewer,
    by: By,
    found: BTreeMap<(Option<String>, Option<String>), Totals>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(viewer: &'a Viewer, by: By) -> Self {
        Self {
            viewer,
            by,
            found: BTreeMap::new(),
        }
    }

    pub(super) fn take(&mut self, piece: Piece) -> Result<(), StoreError> {
        let key = match self.by {
            By::Month => (None, Some(piece.month.clone())),
            By::Project => (Some(piece.project.clone()), None),
            By::Phase => (Some(piece.project.clone()), piece.phase.clone()),
            By::Task => (Some(piece.project.clone()), piece.task.clone()),
            By::Member => (None, Some(piece.member.clone())),
        };
        add(self.found.entry(key).or_default(), &piece, self.viewer)
    }

    pub(super) fn done(self) -> Vec<Sum> {
        let sum = |((project, name), totals)| Sum {
            project,
            name,
            totals,
        };
        self.found.into_iter().map(sum).collect()
    }
}

/// What a list of entries is in all, and which months hold a page of it, so that no list is leafed through from its beginning.
pub(super) struct Listing<'a> {
    viewer: &'a Viewer,
    pub(super) totals: Totals,
    months: BTreeMap<String, u64>,
}

/// Where a page of entries is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// The days of the filter in the months that hold it.
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    /// How many of their entries stand before it.
    pub(super) skip: u32,
}

impl<'a> Listing<'a> {
    pub(super) fn new(viewer: &'a Viewer) -> Self {
        Self {
            viewer,
            totals: Totals::default(),
            months: BTreeMap::new(),
        }
    }

    pub(super) fn take(&mut self, piece: Piece) -> Result<(), StoreError> {
        add(&mut self.totals, &piece, self.viewer)?;
        let count = self.months.entry(piece.month).or_default();
        *count = count.saturating_add(piece.entries);
        Ok(())
    }

    /// Where a page of the filter is, newest month first; none where nothing is on it.
    pub(super) fn held_by(
        &self,
        filter: &EntryFilter,
        page: Page,
    ) -> Result<Option<Held>, StoreError> {
        let first = u64::from(page.skip);
        let last = first.saturating_add(page.take.into());
        let mut before: u64 = 0;
        let mut held: Option<Held> = None;
        for (month, count) in self.months.iter().rev() {
            let after = before.saturating_add(*count);
            if after > first && before < last {
                let days = YearMonth::parse(month)
                    .map_err(|_| StoreError::Unreadable("a month".to_owned()))?
                    .period();
                let skip = u32::try_from(first.saturating_sub(before)).unwrap_or(u32::MAX);
                let newest = held.unwrap_or(Held {
                    from: days.from,
                    to: days.to,
                    skip,
                });
                held = Some(Held {
                    from: days.from,
                    ..newest
                });
            }
            before = after;
        }
        Ok(held.map(|held| Held {
            from: filter.from.map_or(held.from, |day| day.max(held.from)),
            to: filter.to.map_or(held.to, |day| day.min(held.to)),
            ..held
        }))
    }
}

/// Adds an invoice, or takes a credit note away, from what was billed by month. They come by their day, oldest first.
pub(super) fn bill(
    months: &mut Vec<(YearMonth, Money)>,
    day: NaiveDate,
    net: Money,
    is_credit: bool,
) -> Result<(), StoreError> {
    let month = YearMonth::of(day);
    let net = if is_credit {
        net.negated().map_err(unreadable)?
    } else {
        net
    };
    let known = months
        .iter_mut()
        .rev()
        .take_while(|(known, _)| *known == month)
        .find(|(_, sum)| sum.currency() == net.currency());
    match known {
        Some((_, sum)) => *sum = sum.checked_add(net).map_err(unreadable)?,
        None => months.push((month, net)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(from: &str, to: &str) -> EntryFilter {
        EntryFilter {
            from: from.parse().ok(),
            to: to.parse().ok(),
            ..EntryFilter::default()
        }
    }

    #[test]
    fn time_is_read_by_months_and_by_days_around_them() {
        let months = |first: &str, last: &str| {
            Stretch::Months(YearMonth::parse(first).ok(), YearMonth::parse(last).ok())
        };
        let days = |from: &str, to: &str| Stretch::Days(from.parse().ok(), to.parse().ok());
        let rows = [
            ("", "", vec![months("", "")]),
            (
                "2026-11-01",
                "2026-11-30",
                vec![months("2026-11", "2026-11")],
            ),
            (
                "2026-11-16",
                "2026-11-22",
                vec![days("2026-11-16", "2026-11-22")],
            ),
            (
                "2026-11-01",
                "2026-11-22",
                vec![days("2026-11-01", "2026-11-22")],
            ),
            (
                "2026-10-26",
                "2026-11-01",
                vec![
                    days("2026-10-26", "2026-10-31"),
                    days("2026-11-01", "2026-11-01"),
                ],
            ),
            (
                "2026-08-15",
                "2026-11-02",
                vec![
                    days("2026-08-15", "2026-08-31"),
                    months("2026-09", "2026-10"),
                    days("2026-11-01", "2026-11-02"),
                ],
            ),
            ("2026-08-01", "", vec![months("2026-08", "")]),
            (
                "",
                "2026-08-02",
                vec![months("", "2026-07"), days("2026-08-01", "2026-08-02")],
            ),
            ("9999-12-02", "", vec![days("9999-12-02", "9999-12-31")]),
        ];
        for (from, to, expected) in rows {
            assert_eq!(stretches(&filter(from, to)), expected, "{from} {to}");
        }
        let search = EntryFilter {
            words: vec!["a".to_owned()],
            ..EntryFilter::default()
        };
        assert_eq!(stretches(&search), [days("", "")]);
    }
}
