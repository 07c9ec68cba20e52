//! Statements that spread a part over the tables that pages read from.

use std::cmp::Reverse;
use std::ops::Range;

use rusqlite::{ErrorCode, Transaction, params};

use crate::published::{ChunkKey, Invoice, InvoiceKind, Month};

use super::super::super::part::{Flaw, Part};
use super::super::StoreError;
use super::super::column::{flaw, is_open, key, searchable, signed};
use super::super::sums::pieces;
use super::{Outcome, entry, sums};

/// A part of a client that was put down, and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) client: i64,
    pub(super) chunk: i64,
    pub(super) key: &'a ChunkKey,
    pub(super) body: &'a [u8],
}

/// Spreads what pages read row by row.
pub(super) fn part(
    tx: &Transaction<'_>,
    placed: Placed<'_>,
    part: &Part,
) -> Outcome<Result<(), Flaw>> {
    match part {
        Part::Month(month) => self::month(tx, placed, month)?,
        Part::Invoice(invoice) if !self::invoice(tx, placed, invoice)? => {
            return Ok(Err(flaw(placed.key, "another invoice has the same id")));
        }
        _ => {}
    }
    Ok(Ok(()))
}

/// Takes away what was spread of a part. Whatever hangs on the chunk goes with it.
pub(super) fn gather_up(tx: &Transaction<'_>, client: i64, key: &ChunkKey) -> Outcome<()> {
    let ChunkKey::Month(month) = key else {
        return Ok(());
    };
    let days = month.period();
    tx.prepare_cached("DELETE FROM entry WHERE client_id = ? AND day >= ? AND day <= ?")?
        .execute(params![client, days.from.to_string(), days.to.to_string()])?;
    tx.prepare_cached("DELETE FROM month_sum WHERE client_id = ? AND month = ?")?
        .execute(params![client, month.to_string()])?;
    tx.prepare_cached("DELETE FROM facet WHERE client_id = ? AND month = ?")?
        .execute(params![client, month.to_string()])?;
    Ok(())
}

/// One row for each entry, in the order of the table: of a client that is new, each goes to its end.
fn month(tx: &Transaction<'_>, placed: Placed<'_>, month: &Month) -> Outcome<()> {
    let places = objects(placed.body);
    if places.len() != month.entries.len() {
        return Err(StoreError::Unreadable("a month".to_owned()));
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO entry (client_id, day, ordinal, seconds, billable, project, phase, task, member, minor, currency, search, start, length)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut rows: Vec<_> = (0_i64..).zip(month.entries.iter().zip(places)).collect();
    rows.sort_by_key(|(ordinal, (entry, _))| (Reverse(entry.day), *ordinal));
    for (ordinal, (entry, place)) in rows {
        insert.execute(params![
            placed.client,
            entry.day.to_string(),
            ordinal,
            entry.seconds.0,
            entry.billable,
            entry.project.as_str(),
            entry.phase,
            entry.task,
            entry.member,
            entry.amount.map(|amount| amount.minor()),
            entry.amount.map(|amount| amount.currency().code()),
            searchable(entry),
            signed(place.start as u64)?,
            signed(place.len() as u64)?,
        ])?;
    }
    let pieces = pieces(month.month, &month.entries)?;
    entry::write_choices(tx, placed.client, month.month, &pieces)?;
    sums::write(tx, placed.client, month.month, pieces)
}

/// Where the entries stand in a month's part that was read: the objects in its one list.
fn objects(body: &[u8]) -> Vec<Range<usize>> {
    /// Within the month, and within its list.
    const ENTRY: u32 = 3;
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    let (mut in_text, mut is_escaped) = (false, false);
    for (at, byte) in body.iter().enumerate() {
        if in_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                if depth == ENTRY {
                    start = at;
                }
            }
            b'}' | b']' => {
                if depth == ENTRY {
                    found.push(start..at.saturating_add(1));
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    found
}

/// False where another invoice of the client has the id.
fn invoice(tx: &Transaction<'_>, placed: Placed<'_>, invoice: &Invoice) -> Outcome<bool> {
    let inserted = tx
        .prepare_cached("INSERT INTO invoice (chunk_id, client_id, public_id, number, issue_date, is_open, due_date, is_credit, currency, net, balance)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
        .execute(params![
            placed.chunk,
            placed.client,
            invoice.id.to_string(),
            invoice.number,
            invoice.issue_date.to_string(),
            is_open(invoice),
            invoice.due_date.map(|day| day.to_string()),
            invoice.kind == InvoiceKind::CreditNote,
            invoice.currency.code(),
            invoice.net.minor(),
            invoice.balance.minor()
        ]);
    match inserted {
        Ok(_) => Ok(true),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Spreads what was committed before the tables that pages read from were as they are.
pub(super) fn again(tx: &Transaction<'_>) -> Outcome<()> {
    tx.execute_batch(
        "DELETE FROM entry; DELETE FROM month_sum; DELETE FROM facet; DELETE FROM invoice;",
    )?;
    let mut statement = tx.prepare("SELECT id, client_id, key, body FROM chunk ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = key(&row.get::<_, String>(2)?)?;
        if !matches!(key, ChunkKey::Month(_) | ChunkKey::Invoice(_)) {
            continue;
        }
        let body: Vec<u8> = row.get(3)?;
        let placed = Placed {
            chunk: row.get(0)?,
            client: row.get(1)?,
            key: &key,
            body: &body,
        };
        // What cannot be read or be told apart is replaced by the next sync.
        if let Ok(read) = Part::read(&key, &body) {
            let _ = self::part(tx, placed, &read)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use refinery::Target;

    use super::*;
    use crate::values::id::PublicId;

    #[test]
    fn entries_are_found_whatever_their_words() {
        let entries = [
            r#"{"description":"a } ] { [ \" \\","amount":{"amount":"1.00","currency":"EUR"}}"#,
            r#"{ "clock": {"start":"09:00","end":"10:00"}, "description": "\u007b\\\\" }"#,
            "{}",
        ];
        let body = format!(
            r#" {{ "month":"2026-11" , "entries": [ {} ]}}"#,
            entries.join(" , ")
        );
        let found: Vec<&str> = objects(body.as_bytes())
            .into_iter()
            .map(|place| body.get(place).unwrap())
            .collect();
        assert_eq!(found, entries);
        assert!(objects(br#"{"entries":[],"month":"[{}]"}"#).is_empty());
    }

    /// As a server of the schema before left it: the parts, and tables that are no more.
    #[test]
    fn what_an_older_schema_held_is_spread_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.db");
        let mut connection = rusqlite::Connection::open(&path).unwrap();
        let older = super::super::schema::migrations::runner().set_target(Target::Version(6));
        older.run(&mut connection).unwrap();
        let entry = |day: &str, words: &str| {
            let id = PublicId::random().unwrap();
            format!(
                r#"{{"id":"{id}","day":"{day}","clock":null,"seconds":3600,"billable":true,"project":"{id}","phase":"Design","task":null,"member":"Kim","description":"{words}","amount":null,"invoice":null}}"#
            )
        };
        let month = format!(
            r#"{{"month":"2026-11","entries":[{},{}]}}"#,
            entry("2026-11-02", "Sketches"),
            entry("2026-11-03", "Walls")
        );
        connection
            .execute_batch(
                "PRAGMA application_id = 0x4C4F4750; PRAGMA user_version = 6;
                 INSERT INTO account (id, name, token_hash, created_at) VALUES (1, 'a', 'b', 0);
                 INSERT INTO client (id, account_id, public_id, slug, revision, manifest, has_console, committed_at)
                 VALUES (7, 1, 'c', 'acme', 1, 'm', 1, 0);",
            )
            .unwrap();
        let sql = "INSERT INTO chunk (client_id, key, position, digest, size, body) VALUES (7, 'month/2026-11', 0, 'd', 1, ?)";
        connection.execute(sql, [month.as_bytes()]).unwrap();
        drop(connection);
        drop(super::super::SqliteStore::open(&path).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        let found: String = connection
            .query_row(
                "SELECT group_concat(day || ' ' || replace(search, char(10), ' '), ', ') FROM entry",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(
            found,
            "2026-11-03 walls design kim, 2026-11-02 sketches design kim"
        );
        let sums: i64 = connection
            .query_row("SELECT sum(seconds) FROM month_sum", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sums, 7200);
    }
}
