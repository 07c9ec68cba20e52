//! Statements about what happened: the audit log and the events that go back to the account.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::protocol::{Event, EventKind, Events, RawEvent};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Broken, Head, Record, Verifier};
use super::super::super::viewer::AccountId;
use super::super::column::{event_body, event_kind, identified, instant, public_id, random_id};
use super::tx::Tx;
use super::{Outcome, lock, text};

/// Lines that are verified at a time.
const STRETCH: i64 = 2_000;

/// Appends a line to a chain, which is held from here to the end, so nobody else appends meanwhile.
pub(super) async fn write(tx: &Tx, chain: i64, act: &Act, now: DateTime<Utc>) -> Outcome<()> {
    lock::chain(tx, chain).await?;
    let last = tx
        .first(
            "SELECT number, hash FROM audit WHERE chain = $1 ORDER BY number DESC LIMIT 1",
            &[&chain],
        )
        .await?;
    let last = match last {
        Some(row) => Some((row.try_get(0)?, row.try_get(1)?)),
        None => None,
    };
    // What the database cannot hold is replaced before the line is hashed.
    let act = Act {
        subject: act
            .subject
            .as_deref()
            .map(|subject| text(subject).into_owned()),
        ..act.clone()
    };
    let record = Record::following(chain, last, now, &act);
    tx.execute(
        "INSERT INTO audit (chain, number, at, action, actor, client, subject, origin, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &record.chain,
            &record.number,
            &record.at.timestamp(),
            &record.action,
            &record.actor,
            &record.client,
            &record.subject,
            &record.origin,
            &record.previous,
            &record.hash,
        ],
    )
    .await?;
    Ok(())
}

const LINE: &str =
    "SELECT chain, number, at, action, actor, client, subject, origin, previous, hash FROM audit";

pub(super) async fn lines(tx: &Tx, chain: i64, after: i64, limit: u32) -> Outcome<Vec<Record>> {
    let sql = format!("{LINE} WHERE chain = $1 AND number > $2 ORDER BY number LIMIT $3");
    let rows = tx.query(&sql, &[&chain, &after, &i64::from(limit)]).await?;
    rows.iter().map(record).collect()
}

pub(super) async fn verify(tx: &Tx) -> Outcome<Result<u64, Broken>> {
    let sql =
        format!("{LINE} WHERE (chain, number) > ($1, $2) ORDER BY chain, number LIMIT {STRETCH}");
    let (mut verifier, mut count) = (Verifier::default(), 0_u64);
    let (mut chain, mut number) = (i64::MIN, i64::MIN);
    loop {
        let rows = tx.query(&sql, &[&chain, &number]).await?;
        if rows.is_empty() {
            return Ok(Ok(count));
        }
        for row in &rows {
            let record = record(row)?;
            (chain, number) = (record.chain, record.number);
            if let Err(broken) = verifier.next(&record) {
                return Ok(Err(broken));
            }
            count = count.saturating_add(1);
        }
    }
}

/// See [`super::PortalStore::audit_heads`].
pub(super) async fn heads(tx: &Tx) -> Outcome<Vec<Head>> {
    let sql =
        "SELECT DISTINCT ON (chain) chain, number, hash FROM audit ORDER BY chain, number DESC";
    let rows = tx.query(sql, &[]).await?;
    let heads = rows.iter().map(|row| {
        Ok(Head {
            chain: row.try_get(0)?,
            number: row.try_get(1)?,
            hash: row.try_get(2)?,
        })
    });
    heads.collect()
}

fn record(row: &Row) -> Outcome<Record> {
    Ok(Record {
        chain: row.try_get(0)?,
        number: row.try_get(1)?,
        at: instant(row.try_get(2)?)?,
        action: row.try_get(3)?,
        actor: row.try_get(4)?,
        client: row.try_get(5)?,
        subject: row.try_get(6)?,
        origin: row.try_get(7)?,
        previous: row.try_get(8)?,
        hash: row.try_get(9)?,
    })
}

/// Numbers an event and keeps it. The account's row is held until the end, so numbers become visible in their order and a sync
/// that asks for what comes after one misses none.
pub(super) async fn emit(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    user: &PublicId,
    kind: &EventKind,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let number: i64 = tx
        .one(
            "UPDATE account SET last_event = last_event + 1 WHERE id = $1 RETURNING last_event",
            &[&account.0],
        )
        .await?
        .try_get(0)?;
    let (word, subject) = (kind.word(), kind.subject());
    tx.execute(
        "INSERT INTO event (account_id, number, at, client, user_id, kind, subject, public_id, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &account.0,
            &number,
            &now.timestamp(),
            &client.as_str(),
            &user.as_str(),
            &word,
            &subject.map(text),
            &random_id()?.as_str(),
            &event_body(kind)?,
        ],
    )
    .await?;
    Ok(())
}

/// Whether the same event was kept since an instant.
pub(super) async fn emitted_since(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    user: &PublicId,
    kind: &EventKind,
    since: DateTime<Utc>,
) -> Outcome<bool> {
    let (word, subject) = (kind.word(), kind.subject());
    let found = tx
        .first(
            "SELECT 1 FROM event WHERE account_id = $1 AND client = $2 AND user_id = $3 AND kind = $4
                 AND subject IS NOT DISTINCT FROM $5 AND at > $6 LIMIT 1",
            &[
                &account.0,
                &client.as_str(),
                &user.as_str(),
                &word,
                &subject.map(text),
                &since.timestamp(),
            ],
        )
        .await?;
    Ok(found.is_some())
}

pub(super) async fn events(
    tx: &Tx,
    account: AccountId,
    after: u64,
    limit: u32,
) -> Outcome<Events<RawEvent>> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let rows = tx
        .query(
            "SELECT number, at, client, user_id, kind, subject, body, public_id, epoch
             FROM event JOIN account ON account.id = account_id WHERE account_id = $1 AND number > $2 ORDER BY number LIMIT $3",
            &[&account.0, &after, &i64::from(limit).saturating_add(1)],
        )
        .await?;
    let more = rows.len() > wanted;
    let events = rows.iter().take(wanted).map(|row| {
        let user: Option<&str> = row.try_get(3)?;
        let number: i64 = row.try_get(0)?;
        Ok(Event {
            number: number.unsigned_abs(),
            id: identified(row.try_get(7)?, row.try_get(8)?, number)?,
            at: instant(row.try_get(1)?)?,
            client: public_id(row.try_get(2)?)?,
            user: user.map(public_id).transpose()?,
            kind: event_kind(row.try_get(6)?, row.try_get(4)?, row.try_get(5)?),
        })
    });
    Ok(Events {
        events: events.collect::<Outcome<_>>()?,
        more,
    })
}

/// See [`super::PortalStore::forget_events`].
pub(super) async fn forget(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    through: u64,
) -> Outcome<()> {
    let through = i64::try_from(through).unwrap_or(i64::MAX);
    tx.execute(
        "DELETE FROM event WHERE account_id = $1 AND client = $2 AND number < $3",
        &[&account.0, &client.as_str(), &through],
    )
    .await?;
    tx.execute(
        "UPDATE event SET client = $4, user_id = NULL, kind = 'forgotten', subject = NULL, body = NULL
         WHERE account_id = $1 AND client = $2 AND number = $3",
        &[
            &account.0,
            &client.as_str(),
            &through,
            &PublicId::from_bytes([0; 16]).as_str(),
        ],
    )
    .await?;
    Ok(())
}

/// The id of the event of a number; none where there is no such event.
pub(super) async fn event_id(
    tx: &Tx,
    account: AccountId,
    number: i64,
) -> Outcome<Option<PublicId>> {
    let found = tx
        .first(
            "SELECT public_id, epoch FROM event JOIN account ON account.id = account_id WHERE account_id = $1 AND number = $2",
            &[&account.0, &number],
        )
        .await?;
    found
        .map(|row| identified(row.try_get(0)?, row.try_get(1)?, number))
        .transpose()
}
