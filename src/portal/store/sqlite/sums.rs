//! Sums over the entries of a viewer's client. Whole months come from the sums that were made when they were committed, so that
//! a sum over years costs no more than its months; single days, and searches, go over the entries themselves. SQL picks the rows,
//! money is added up here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{Row, Transaction, params_from_iter};

use crate::published::Entry;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, MoneyError};
use crate::values::period::{Period, YearMonth};

use super::super::super::viewer::Viewer;
use super::super::{By, EntryFilter, StoreError, Sum, Totals};
use super::Outcome;
use super::entry::Condition;

/// Some entries that have all of this in common.
pub(super) struct Piece {
    pub(super) month: String,
    project: String,
    phase: Option<String>,
    task: Option<String>,
    member: String,
    billable: bool,
    pub(super) entries: u64,
    seconds: Seconds,
    amount: Option<Money>,
}

/// Where to read a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stretch {
    /// Whole months, both ends part of it.
    Months(Option<YearMonth>, Option<YearMonth>),
    /// Days, both ends part of it.
    Days(Option<NaiveDate>, Option<NaiveDate>),
}

/// The time of a filter as whole months and the days around them. Texts are with the entries only.
fn stretches(filter: &EntryFilter) -> Vec<Stretch> {
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

/// Hands over all that passes the filter, in pieces.
pub(super) fn gather(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    filter: &EntryFilter,
    mut take: impl FnMut(Piece) -> Outcome<()>,
) -> Outcome<()> {
    for stretch in stretches(filter) {
        let (sql, condition) = statement(viewer.client_row(), filter, &stretch);
        let mut statement = tx.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&condition.values))?;
        while let Some(row) = rows.next()? {
            take(piece(row)?)?;
        }
    }
    Ok(())
}

fn statement(client: i64, filter: &EntryFilter, stretch: &Stretch) -> (String, Condition) {
    let mut condition = Condition::of(client, filter);
    match stretch {
        Stretch::Months(first, last) => {
            condition.also("month >= ?", first.map(|month| month.to_string()));
            condition.also("month <= ?", last.map(|month| month.to_string()));
            let sql = format!(
                "SELECT month, project, phase, task, member, billable, entries, seconds, minor, currency
                 FROM month_sum WHERE {}",
                condition.sql
            );
            (sql, condition)
        }
        Stretch::Days(from, to) => {
            condition.days(*from, *to);
            condition.words(&filter.words);
            let sql = format!(
                "SELECT substr(day, 1, 7), project, phase, task, member, billable, 1, seconds, minor, currency
                 FROM entry WHERE {}",
                condition.sql
            );
            (sql, condition)
        }
    }
}

fn piece(row: &Row<'_>) -> Outcome<Piece> {
    let (minor, currency): (Option<i64>, Option<String>) = (row.get(8)?, row.get(9)?);
    let amount = match minor.zip(currency) {
        Some((minor, code)) => {
            let currency = Currency::parse(&code).map_err(unreadable)?;
            Some(Money::from_minor(minor, currency))
        }
        None => None,
    };
    let entries: i64 = row.get(6)?;
    Ok(Piece {
        month: row.get(0)?,
        project: row.get(1)?,
        phase: row.get(2)?,
        task: row.get(3)?,
        member: row.get(4)?,
        billable: row.get(5)?,
        entries: entries.unsigned_abs(),
        seconds: Seconds(row.get(7)?),
        amount,
    })
}

fn unreadable(error: MoneyError) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

/// Adds a piece to a sum; amounts only where they are shown.
pub(super) fn add(totals: &mut Totals, piece: &Piece, viewer: &Viewer) -> Outcome<()> {
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
pub(super) fn add_money(sums: &mut Vec<Money>, amount: Money) -> Outcome<()> {
    let same = sums
        .iter_mut()
        .find(|sum| sum.currency() == amount.currency());
    match same {
        Some(sum) => *sum = sum.checked_add(amount).map_err(unreadable)?,
        None => sums.push(amount),
    }
    Ok(())
}

/// See [`super::PortalStore::sums`].
pub(super) fn by(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    filter: &EntryFilter,
    by: By,
) -> Outcome<Vec<Sum>> {
    let mut sums: BTreeMap<(Option<String>, Option<String>), Totals> = BTreeMap::new();
    gather(tx, viewer, filter, |piece| {
        let key = match by {
            By::Month => (None, Some(piece.month.clone())),
            By::Project => (Some(piece.project.clone()), None),
            By::Phase => (Some(piece.project.clone()), piece.phase.clone()),
            By::Task => (Some(piece.project.clone()), piece.task.clone()),
            By::Member => (None, Some(piece.member.clone())),
        };
        add(sums.entry(key).or_default(), &piece, viewer)
    })?;
    let sum = |((project, name), totals)| Sum {
        project,
        name,
        totals,
    };
    Ok(sums.into_iter().map(sum).collect())
}

/// Phases, for a filter to offer.
pub(super) fn phases(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<String>> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT phase FROM month_sum WHERE client_id = ? AND phase IS NOT NULL ORDER BY phase",
    )?;
    let rows = statement.query_map([client], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the sums of a month that is committed.
pub(super) fn write(
    tx: &Transaction<'_>,
    chunk: i64,
    client: i64,
    month: YearMonth,
    entries: &[Entry],
) -> Outcome<()> {
    let mut sums: BTreeMap<_, (i64, Seconds, Option<Money>)> = BTreeMap::new();
    for entry in entries {
        let currency = entry.amount.map(|amount| amount.currency().code());
        let key = (
            entry.project.to_string(),
            entry.phase.as_deref(),
            entry.task.as_deref(),
            entry.member.as_str(),
            entry.billable,
            currency,
        );
        let (count, seconds, amount) = sums.entry(key).or_default();
        *count = count.saturating_add(1);
        *seconds += entry.seconds;
        *amount = match (*amount, entry.amount) {
            (Some(sum), Some(more)) => Some(sum.checked_add(more).map_err(unreadable)?),
            (sum, more) => sum.or(more),
        };
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO month_sum (client_id, month, chunk_id, project, phase, task, member, billable, entries, seconds, minor, currency)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for ((project, phase, task, member, billable, currency), (count, seconds, amount)) in sums {
        insert.execute(rusqlite::params![
            client,
            month.to_string(),
            chunk,
            project,
            phase,
            task,
            member,
            billable,
            count,
            seconds.0,
            amount.map(|amount| amount.minor()),
            currency
        ])?;
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

    /// What SQLite does for each statement, with all filters and with none.
    #[test]
    fn no_sum_reads_more_than_its_client_and_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.db");
        drop(super::super::SqliteStore::open(&path).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        let plan = |sql: &str, condition: &Condition| -> String {
            let mut statement = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .unwrap();
            let rows = statement
                .query_map(params_from_iter(&condition.values), |row| {
                    row.get::<_, String>(3)
                })
                .unwrap();
            rows.map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        let everything = EntryFilter {
            member: Some("a".to_owned()),
            phase: Some("b".to_owned()),
            words: vec!["c".to_owned()],
            ..filter("2026-10-02", "2026-11-02")
        };
        let (sql, condition) = statement(
            7,
            &filter("", ""),
            &Stretch::Months(
                YearMonth::parse("2026-01").ok(),
                YearMonth::parse("2026-02").ok(),
            ),
        );
        let months = plan(&sql, &condition);
        assert!(months.contains("SEARCH month_sum USING INDEX month_sum_by_month (client_id=? AND month>? AND month<?)"), "{months}");
        let (sql, condition) = statement(
            7,
            &everything,
            &Stretch::Days(everything.from, everything.to),
        );
        let days = plan(&sql, &condition);
        assert!(
            days.contains("SEARCH entry USING PRIMARY KEY (client_id=? AND day>? AND day<?)"),
            "{days}"
        );
        assert!(
            !months.contains("SCAN") && !days.contains("SCAN"),
            "{months} {days}"
        );
    }
}
