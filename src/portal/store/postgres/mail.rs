//! Statements about the outbox: what is queued in the transaction of its cause, claimed by one process, and settled by it.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::Console;
use crate::values::id::random;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::AccountId;
use super::super::column::{from_json, instant};
use super::super::mail::{Due, Facts, MAIL_KEPT};
use super::super::{
    ClaimedMail, Mail, MailClaim, MailKind, MailOutcome, MailState, OutboxMail, StoreError,
};
use super::tx::{Tx, Value};
use super::{Outcome, journal, lock, text};

/// Queues a mail; it goes out soon after the transaction was committed, and not at all if it is rolled back.
pub(super) async fn queue(tx: &Tx, mail: &OutboxMail, now: DateTime<Utc>) -> Outcome<()> {
    insert(tx, mail, None, now).await
}

/// Queues the mail of an invitation. Its link is good as long as this very invitation of the user is open.
pub(super) async fn queue_invitation(
    tx: &Tx,
    account: AccountId,
    to: &str,
    membership: i64,
    invitation: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let mail = OutboxMail::invitation(account, to);
    insert(tx, &mail, Some((membership, invitation)), now).await
}

async fn insert(
    tx: &Tx,
    mail: &OutboxMail,
    invitation: Option<(i64, &str)>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let id = random::<16>()
        .map_err(|_| StoreError::Unreadable("random numbers of the system".to_owned()))?;
    tx.execute(
        "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, membership_id, invitation, state,
             queued_at, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $9)",
        &[
            &mail.account.0,
            &data_encoding::HEXLOWER.encode(&id),
            &text(&mail.to),
            &mail.kind.word(),
            &text(&mail.language),
            &text(&mail.params.to_string()),
            &invitation.map(|(membership, _)| membership),
            &invitation.map(|(_, hash)| hash),
            &now.timestamp(),
        ],
    )
    .await?;
    Ok(())
}

/// A notice is sent by the request that hands it over, and by nobody else.
const DUE: &str = "state = 'waiting' AND kind <> 'notice' AND next_at <= $1
    AND (claimed_until IS NULL OR claimed_until <= $1)";

/// Whether something is to be sent.
pub(super) async fn is_due(tx: &Tx, now: DateTime<Utc>) -> Outcome<bool> {
    let sql = format!("SELECT 1 FROM mail WHERE {DUE} LIMIT 1");
    Ok(tx.first(&sql, &[&now.timestamp()]).await?.is_some())
}

/// See [`super::PortalStore::claim_mail`].
pub(super) async fn claim(
    tx: &Tx,
    claim: &MailClaim,
    now: DateTime<Utc>,
) -> Outcome<Option<ClaimedMail>> {
    while let Some(due) = next(tx, now).await? {
        if let Some((state, why)) = due.end(now) {
            close(tx, due.id, state, why, now).await?;
            continue;
        }
        let Some(facts) = facts(tx, &due, now).await? else {
            close(tx, due.id, MailState::Dropped, None, now).await?;
            continue;
        };
        return take(tx, due, facts, claim, now).await.map(Some);
    }
    Ok(None)
}

/// The next that no other process has in hand at this moment.
async fn next(tx: &Tx, now: DateTime<Utc>) -> Outcome<Option<Due>> {
    let sql = format!(
        "SELECT id, account_id, message_id, recipient, kind, language, params, membership_id, invitation, queued_at, attempts
         FROM mail WHERE {DUE} ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
    );
    let Some(row) = tx.first(&sql, &[&now.timestamp()]).await? else {
        return Ok(None);
    };
    Ok(Some(Due {
        id: row.try_get(0)?,
        account: row.try_get(1)?,
        message_id: row.try_get(2)?,
        to: row.try_get(3)?,
        kind: MailKind::of(row.try_get(4)?)?,
        language: row.try_get(5)?,
        params: row.try_get(6)?,
        membership: row.try_get(7)?,
        invitation: row.try_get(8)?,
        queued: instant(row.try_get(9)?)?,
        attempts: attempts(&row, 10)?,
    }))
}

pub(super) fn attempts(row: &Row, column: usize) -> Outcome<u32> {
    Ok(u32::try_from(row.try_get::<_, i64>(column)?).unwrap_or(u32::MAX))
}

/// None where the cause is gone.
async fn facts(tx: &Tx, due: &Due, now: DateTime<Utc>) -> Outcome<Option<Facts>> {
    if let Some(wish) = due.wish()? {
        let lives = "SELECT 1 FROM reset_link WHERE token_hash = $1 AND expires_at > $2";
        let lives = tx.first(lives, &[&wish, &now.timestamp()]).await?;
        if lives.is_none() {
            return Ok(None);
        }
    }
    match (due.membership, &due.invitation) {
        (Some(membership), Some(invitation)) => {
            let console = console(
                tx,
                "SELECT k.body FROM membership m JOIN client c ON c.id = m.client_id JOIN account a ON a.id = c.account_id
                 JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
                 WHERE m.id = $1 AND m.invite_hash = $2 AND m.enabled AND a.enabled",
                &[&membership, invitation],
            )
            .await?;
            Ok(console.map(Facts::of_invitation))
        }
        _ => {
            let console = console(
                tx,
                "SELECT k.body FROM client c JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
                 WHERE c.account_id = $1 ORDER BY c.id LIMIT 1",
                &[&due.account],
            )
            .await?;
            Ok(Some(Facts::of_account(console, &due.language)))
        }
    }
}

async fn console(tx: &Tx, sql: &str, values: &[Value<'_>]) -> Outcome<Option<Console>> {
    let Some(row) = tx.first(sql, values).await? else {
        return Ok(None);
    };
    let body: Vec<u8> = row.try_get(0)?;
    from_json(&body).map(Some)
}

async fn take(
    tx: &Tx,
    due: Due,
    facts: Facts,
    claim: &MailClaim,
    now: DateTime<Utc>,
) -> Outcome<ClaimedMail> {
    let sql = "UPDATE mail SET attempts = attempts + 1, claimed_until = $1 WHERE id = $2";
    tx.execute(sql, &[&claim.until.timestamp(), &due.id])
        .await?;
    if let Some(lifetime) = due.kind.link_lifetime() {
        let expires = (now + lifetime).timestamp();
        match due.wish()? {
            Some(wish) => {
                let sql = "INSERT INTO reset_link (token_hash, email_key, expires_at)
                     SELECT $1, email_key, $2 FROM reset_link WHERE token_hash = $3";
                tx.execute(sql, &[&claim.token_hash, &expires, &wish])
                    .await?;
            }
            None => {
                let sql =
                    "INSERT INTO mail_link (token_hash, mail_id, expires_at) VALUES ($1, $2, $3)";
                tx.execute(sql, &[&claim.token_hash, &due.id, &expires])
                    .await?;
            }
        }
    }
    due.claimed(facts)
}

/// See [`super::PortalStore::settle_mail`]. What another process took up meanwhile is left to it.
pub(super) async fn settle(
    tx: &Tx,
    mail: i64,
    attempt: u32,
    outcome: &MailOutcome,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let ours = tx
        .first(
            "SELECT 1 FROM mail WHERE id = $1 AND attempts = $2 AND state = 'waiting' FOR UPDATE",
            &[&mail, &i64::from(attempt)],
        )
        .await?;
    if ours.is_none() {
        return Ok(false);
    }
    match outcome {
        MailOutcome::Sent => close(tx, mail, MailState::Sent, None, now).await?,
        MailOutcome::Dead { error } => close(tx, mail, MailState::Dead, Some(error), now).await?,
        MailOutcome::Later { at, error } => {
            let sql =
                "UPDATE mail SET next_at = $1, claimed_until = NULL, error = $2 WHERE id = $3";
            tx.execute(sql, &[&at.timestamp(), &text(error), &mail])
                .await?;
        }
    }
    clear(tx, now).await?;
    Ok(true)
}

/// Forgets what was settled long ago.
pub(super) async fn clear(tx: &Tx, now: DateTime<Utc>) -> Outcome<()> {
    let kept = (now - MAIL_KEPT).timestamp();
    tx.execute("DELETE FROM mail WHERE settled_at < $1", &[&kept])
        .await?;
    Ok(())
}

/// Settles a mail. What it was made of is needed no longer, unless it may be tried again by hand.
pub(super) async fn close(
    tx: &Tx,
    mail: i64,
    state: MailState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    tx.execute(
        "UPDATE mail SET state = $1, claimed_until = NULL, settled_at = $2, error = $3,
             params = CASE WHEN $4 THEN params ELSE '{}' END WHERE id = $5",
        &[
            &state.word(),
            &now.timestamp(),
            &error.map(text),
            &(state == MailState::Dead),
            &mail,
        ],
    )
    .await?;
    Ok(())
}

/// See [`super::PortalStore::retry_mail`].
pub(super) async fn retry(tx: &Tx, mail: i64, now: DateTime<Utc>) -> Outcome<bool> {
    let retried = tx
        .first(
            "UPDATE mail SET state = 'waiting', attempts = 0, next_at = $2, settled_at = NULL, error = NULL
             WHERE id = $1 AND state = 'dead' AND kind <> 'notice' RETURNING account_id",
            &[&mail, &now.timestamp()],
        )
        .await?;
    let Some(row) = retried else {
        return Ok(false);
    };
    let account: i64 = row.try_get(0)?;
    lock::account(tx, AccountId(account)).await?;
    let act = Act::new(Action::MailRetried, Actor::Operator).subject(mail.to_string());
    journal::write(tx, account, &act, now).await?;
    Ok(true)
}

/// See [`super::PortalStore::mail_counts`].
pub(super) async fn counts(tx: &Tx) -> Outcome<Vec<(MailState, u64)>> {
    let sql = "SELECT state, count(*) FROM mail GROUP BY state ORDER BY state COLLATE \"C\"";
    let rows = tx.query(sql, &[]).await?;
    let counts = rows.iter().map(|row| {
        let state = MailState::of(row.try_get(0)?)?;
        Ok((state, row.try_get::<_, i64>(1)?.unsigned_abs()))
    });
    counts.collect()
}

/// See [`super::PortalStore::mails`].
pub(super) async fn list(tx: &Tx, state: Option<MailState>, limit: u32) -> Outcome<Vec<Mail>> {
    let rows = tx
        .query(
            "SELECT mail.id, account.name, recipient, kind, state, message_id, queued_at, attempts, next_at, settled_at, error
             FROM mail JOIN account ON account.id = account_id WHERE $1::text IS NULL OR state = $1
             ORDER BY mail.id DESC LIMIT $2",
            &[&state.map(MailState::word), &i64::from(limit)],
        )
        .await?;
    rows.iter().rev().map(mail).collect()
}

fn mail(row: &Row) -> Outcome<Mail> {
    let state = MailState::of(row.try_get(4)?)?;
    let next = instant(row.try_get(8)?)?;
    Ok(Mail {
        id: row.try_get(0)?,
        account: row.try_get(1)?,
        to: row.try_get(2)?,
        kind: MailKind::of(row.try_get(3)?)?,
        state,
        message_id: row.try_get(5)?,
        queued: instant(row.try_get(6)?)?,
        attempts: attempts(row, 7)?,
        next: (state == MailState::Waiting).then_some(next),
        settled: row.try_get::<_, Option<i64>>(9)?.map(instant).transpose()?,
        error: row.try_get(10)?,
    })
}
