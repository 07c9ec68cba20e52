//! Statements about what happened: the audit log and the events that go back to the account.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::published::protocol::{Event, EventKind, Events, RawEvent};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Broken, Head, Record, Verifier};
use super::super::super::viewer::AccountId;
use super::super::column::{event_body, event_kind, identified, instant, public_id, random_id};
use super::Outcome;

/// Appends a line to a chain. The transaction holds the write lock, so nobody else appends meanwhile.
pub(super) fn write(
    tx: &Transaction<'_>,
    chain: i64,
    act: &Act,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let last = tx
        .prepare_cached(
            "SELECT number, hash FROM audit WHERE chain = ? ORDER BY number DESC LIMIT 1",
        )?
        .query_row([chain], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let record = Record::following(chain, last, now, act);
    tx.prepare_cached(
        "INSERT INTO audit (chain, number, at, action, actor, client, subject, origin, previous, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        record.chain,
        record.number,
        record.at.timestamp(),
        record.action,
        record.actor,
        record.client,
        record.subject,
        record.origin,
        record.previous,
        record.hash,
    ])?;
    Ok(())
}

const LINE: &str =
    "SELECT chain, number, at, action, actor, client, subject, origin, previous, hash FROM audit";

pub(super) fn lines(
    tx: &Transaction<'_>,
    chain: i64,
    after: i64,
    limit: u32,
) -> Outcome<Vec<Record>> {
    let mut statement = tx.prepare_cached(&format!(
        "{LINE} WHERE chain = ? AND number > ? ORDER BY number LIMIT ?"
    ))?;
    let mut rows = statement.query(params![chain, after, limit])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(record(row)?);
    }
    Ok(records)
}

pub(super) fn verify(tx: &Transaction<'_>) -> Outcome<Result<u64, Broken>> {
    let mut statement = tx.prepare(&format!("{LINE} ORDER BY chain, number"))?;
    let mut rows = statement.query([])?;
    let (mut verifier, mut count) = (Verifier::default(), 0_u64);
    while let Some(row) = rows.next()? {
        if let Err(broken) = verifier.next(&record(row)?) {
            return Ok(Err(broken));
        }
        count = count.saturating_add(1);
    }
    Ok(Ok(count))
}

/// See [`super::PortalStore::audit_heads`].
pub(super) fn heads(tx: &Transaction<'_>) -> Outcome<Vec<Head>> {
    let mut statement = tx.prepare(
        "SELECT chain, number, hash FROM audit
         WHERE (chain, number) IN (SELECT chain, max(number) FROM audit GROUP BY chain) ORDER BY chain",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Head {
            chain: row.get(0)?,
            number: row.get(1)?,
            hash: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn record(row: &Row<'_>) -> Outcome<Record> {
    Ok(Record {
        chain: row.get(0)?,
        number: row.get(1)?,
        at: instant(row.get(2)?)?,
        action: row.get(3)?,
        actor: row.get(4)?,
        client: row.get(5)?,
        subject: row.get(6)?,
        origin: row.get(7)?,
        previous: row.get(8)?,
        hash: row.get(9)?,
    })
}

/// Numbers an event and keeps it.
pub(super) fn emit(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    user: &PublicId,
    kind: &EventKind,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let number: i64 = tx
        .prepare_cached(
            "UPDATE account SET last_event = last_event + 1 WHERE id = ? RETURNING last_event",
        )?
        .query_row([account.0], |row| row.get(0))?;
    let (word, subject) = (kind.word(), kind.subject());
    tx.prepare_cached(
        "INSERT INTO event (account_id, number, at, client, user, kind, subject, public_id, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        account.0,
        number,
        now.timestamp(),
        client.to_string(),
        user.to_string(),
        word,
        subject,
        random_id()?.to_string(),
        event_body(kind)?
    ])?;
    Ok(())
}

/// Whether the same event was kept since an instant.
pub(super) fn emitted_since(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    user: &PublicId,
    kind: &EventKind,
    since: DateTime<Utc>,
) -> Outcome<bool> {
    let (word, subject) = (kind.word(), kind.subject());
    let found = tx
        .prepare_cached(
            "SELECT 1 FROM event WHERE account_id = ? AND client = ? AND user = ? AND kind = ? AND subject IS ? AND at > ? LIMIT 1",
        )?
        .exists(params![
            account.0,
            client.to_string(),
            user.to_string(),
            word,
            subject,
            since.timestamp()
        ])?;
    Ok(found)
}

pub(super) fn events(
    tx: &Transaction<'_>,
    account: AccountId,
    after: u64,
    limit: u32,
) -> Outcome<Events<RawEvent>> {
    let mut statement = tx.prepare_cached(
        "SELECT number, at, client, user, kind, subject, body, public_id, (SELECT coalesce(epoch, '') FROM account WHERE id = account_id)
         FROM event WHERE account_id = ? AND number > ? ORDER BY number LIMIT ?",
    )?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows = statement.query(params![
        account.0,
        after,
        i64::from(limit).saturating_add(1)
    ])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let user: Option<String> = row.get(3)?;
        let (number, body): (i64, Option<String>) = (row.get(0)?, row.get(6)?);
        let kind = event_kind(
            body.as_deref(),
            &row.get::<_, String>(4)?,
            row.get::<_, Option<String>>(5)?.as_deref(),
        );
        events.push(Event {
            number: number.unsigned_abs(),
            id: identified(
                row.get::<_, Option<String>>(7)?.as_deref(),
                &row.get::<_, String>(8)?,
                number,
            )?,
            at: instant(row.get(1)?)?,
            client: public_id(&row.get::<_, String>(2)?)?,
            user: user.as_deref().map(public_id).transpose()?,
            kind,
        });
    }
    let more = events.len() > wanted;
    events.truncate(wanted);
    Ok(Events { events, more })
}

/// See [`super::PortalStore::forget_events`].
pub(super) fn forget(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    through: u64,
) -> Outcome<()> {
    let through = i64::try_from(through).unwrap_or(i64::MAX);
    tx.execute(
        "DELETE FROM event WHERE account_id = ? AND client = ? AND number < ?",
        params![account.0, client.as_str(), through],
    )?;
    tx.execute(
        "UPDATE event SET client = ?, user = NULL, kind = 'forgotten', subject = NULL, body = NULL
         WHERE account_id = ? AND client = ? AND number = ?",
        params![
            PublicId::from_bytes([0; 16]).as_str(),
            account.0,
            client.as_str(),
            through
        ],
    )?;
    Ok(())
}

/// The id of the event of a number; none where there is no such event.
pub(super) fn event_id(
    tx: &Transaction<'_>,
    account: AccountId,
    number: i64,
) -> Outcome<Option<PublicId>> {
    let found: Option<(Option<String>, String)> = tx
        .prepare_cached(
            "SELECT public_id, coalesce(epoch, '') FROM event JOIN account ON account.id = account_id WHERE account_id = ? AND number = ?",
        )?
        .query_row([account.0, number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found
        .map(|(kept, epoch)| identified(kept.as_deref(), &epoch, number))
        .transpose()
}
