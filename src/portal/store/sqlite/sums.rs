//! Statements that sum the entries of a viewer's client. Whole months come from the sums that were made when they were committed, so
//! that a sum over years costs no more than its months; single days, and searches, go over the entries themselves.

use rusqlite::{Row, Transaction, params_from_iter};

use crate::values::duration::Seconds;
use crate::values::period::YearMonth;

use super::super::super::viewer::Viewer;
use super::super::column::{signed, unsigned};
use super::super::sums::{Piece, Stretch, Sums, money, stretches};
use super::super::{By, EntryFilter, Sum};
use super::Outcome;
use super::entry::Condition;

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
    let amount = minor.zip(currency);
    Ok(Piece {
        month: row.get(0)?,
        project: row.get(1)?,
        phase: row.get(2)?,
        task: row.get(3)?,
        member: row.get(4)?,
        billable: row.get(5)?,
        entries: unsigned(row.get(6)?)?,
        seconds: Seconds(row.get(7)?),
        amount: amount
            .map(|(minor, code)| money(minor, &code))
            .transpose()?,
    })
}

/// See [`super::PortalStore::sums`].
pub(super) fn by(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    filter: &EntryFilter,
    by: By,
) -> Outcome<Vec<Sum>> {
    let mut sums = Sums::new(viewer, by);
    gather(tx, viewer, filter, |piece| sums.take(piece))?;
    Ok(sums.done())
}

/// Writes the sums of a month that is committed.
pub(super) fn write(
    tx: &Transaction<'_>,
    client: i64,
    month: YearMonth,
    pieces: Vec<Piece>,
) -> Outcome<()> {
    let month = month.to_string();
    let mut insert = tx.prepare_cached(
        "INSERT INTO month_sum (client_id, month, ordinal, project, phase, task, member, billable, entries, seconds, minor, currency)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (ordinal, piece) in (0_i64..).zip(pieces) {
        insert.execute(rusqlite::params![
            client,
            month,
            ordinal,
            piece.project,
            piece.phase,
            piece.task,
            piece.member,
            piece.billable,
            signed(piece.entries)?,
            piece.seconds.0,
            piece.amount.map(|amount| amount.minor()),
            piece.amount.map(|amount| amount.currency().code())
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
        assert!(
            months.contains(
                "SEARCH month_sum USING PRIMARY KEY (client_id=? AND month>? AND month<?)"
            ),
            "{months}"
        );
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
