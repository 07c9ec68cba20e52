//! Statements about the outbox: what is queued in the transaction of its cause, claimed by one process, and settled by it.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::published::Console;
use crate::values::id::random;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::AccountId;
use super::super::column::{from_json, instant};
use super::super::mail::{Due, Facts, MAIL_KEPT};
use super::super::{
    ClaimedMail, Mail, MailClaim, MailKind, MailOutcome, MailState, OutboxMail, StoreError,
};
use super::{Outcome, journal};

/// Queues a mail; it goes out soon after the transaction was committed, and not at all if it is rolled back.
pub(in crate::portal) fn queue(
    tx: &Transaction<'_>,
    mail: OutboxMail,
    now: DateTime<Utc>,
) -> Outcome<()> {
    insert(tx, &mail, None, now)
}

/// Queues the mail of an invitation. Its link is good as long as this very invitation of the user is open.
pub(super) fn queue_invitation(
    tx: &Transaction<'_>,
    account: AccountId,
    to: &str,
    membership: i64,
    invitation: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let mail = OutboxMail::invitation(account, to);
    insert(tx, &mail, Some((membership, invitation)), now)
}

fn insert(
    tx: &Transaction<'_>,
    mail: &OutboxMail,
    invitation: Option<(i64, &str)>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let id = random::<16>()
        .map_err(|_| StoreError::Unreadable("random numbers of the system".to_owned()))?;
    tx.prepare_cached(
        "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, membership_id, invitation, state,
             queued_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
    )?
    .execute(params![
        mail.account.0,
        data_encoding::HEXLOWER.encode(&id),
        mail.to,
        mail.kind.word(),
        mail.language,
        mail.params.to_string(),
        invitation.map(|(membership, _)| membership),
        invitation.map(|(_, hash)| hash),
        now.timestamp(),
        now.timestamp(),
    ])?;
    Ok(())
}

/// A notice is sent by the request that hands it over, and by nobody else.
const DUE: &str = "state = 'waiting' AND kind <> 'notice' AND next_at <= ?1
    AND (claimed_until IS NULL OR claimed_until <= ?1)";

/// Whether something is to be sent.
pub(super) fn is_due(tx: &Transaction<'_>, now: DateTime<Utc>) -> Outcome<bool> {
    Ok(tx
        .prepare_cached(&format!("SELECT 1 FROM mail WHERE {DUE} LIMIT 1"))?
        .exists([now.timestamp()])?)
}

/// See [`super::PortalStore::claim_mail`].
pub(super) fn claim(
    tx: &Transaction<'_>,
    claim: &MailClaim,
    now: DateTime<Utc>,
) -> Outcome<Option<ClaimedMail>> {
    while let Some(due) = next(tx, now)? {
        if let Some((state, why)) = due.end(now) {
            close(tx, due.id, state, why, now)?;
            continue;
        }
        let facts = facts(tx, &due, now)?;
        let Some(facts) = facts else {
            close(tx, due.id, MailState::Dropped, None, now)?;
            continue;
        };
        return take(tx, due, facts, claim, now).map(Some);
    }
    Ok(None)
}

fn next(tx: &Transaction<'_>, now: DateTime<Utc>) -> Outcome<Option<Due>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT id, account_id, message_id, recipient, kind, language, params, membership_id, invitation, queued_at, attempts
         FROM mail WHERE {DUE} ORDER BY next_at, id LIMIT 1"
    ))?;
    let mut rows = statement.query([now.timestamp()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(Due {
        id: row.get(0)?,
        account: row.get(1)?,
        message_id: row.get(2)?,
        to: row.get(3)?,
        kind: MailKind::of(&row.get::<_, String>(4)?)?,
        language: row.get(5)?,
        params: row.get(6)?,
        membership: row.get(7)?,
        invitation: row.get(8)?,
        queued: instant(row.get(9)?)?,
        attempts: row.get(10)?,
    }))
}

/// None where the cause is gone.
fn facts(tx: &Transaction<'_>, due: &Due, now: DateTime<Utc>) -> Outcome<Option<Facts>> {
    if let Some(wish) = due.wish()? {
        let lives = tx
            .prepare_cached("SELECT 1 FROM reset_link WHERE token_hash = ? AND expires_at > ?")?
            .exists(params![wish, now.timestamp()])?;
        if !lives {
            return Ok(None);
        }
    }
    let console = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Outcome<Option<Console>> {
        let body: Option<Vec<u8>> = tx
            .prepare_cached(sql)?
            .query_row(params, |row| row.get(0))
            .optional()?;
        body.map(|body| from_json(&body)).transpose()
    };
    match (due.membership, &due.invitation) {
        (Some(membership), Some(invitation)) => {
            let console = console(
                "SELECT k.body FROM membership m JOIN client c ON c.id = m.client_id JOIN account a ON a.id = c.account_id
                 JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
                 WHERE m.id = ? AND m.invite_hash = ? AND m.enabled = 1 AND a.enabled = 1",
                &[&membership, invitation],
            )?;
            Ok(console.map(Facts::of_invitation))
        }
        _ => {
            let console = console(
                "SELECT k.body FROM client c JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
                 WHERE c.account_id = ? ORDER BY c.id LIMIT 1",
                &[&due.account],
            )?;
            Ok(Some(Facts::of_account(console, &due.language)))
        }
    }
}

fn take(
    tx: &Transaction<'_>,
    due: Due,
    facts: Facts,
    claim: &MailClaim,
    now: DateTime<Utc>,
) -> Outcome<ClaimedMail> {
    tx.prepare_cached("UPDATE mail SET attempts = attempts + 1, claimed_until = ? WHERE id = ?")?
        .execute(params![claim.until.timestamp(), due.id])?;
    if let Some(lifetime) = due.kind.link_lifetime() {
        let expires = (now + lifetime).timestamp();
        match due.wish()? {
            Some(wish) => tx
                .prepare_cached(
                    "INSERT INTO reset_link (token_hash, email_key, expires_at)
                     SELECT ?, email_key, ? FROM reset_link WHERE token_hash = ?",
                )?
                .execute(params![claim.token_hash, expires, wish])?,
            None => tx
                .prepare_cached(
                    "INSERT INTO mail_link (token_hash, mail_id, expires_at) VALUES (?, ?, ?)",
                )?
                .execute(params![claim.token_hash, due.id, expires])?,
        };
    }
    due.claimed(facts)
}

/// See [`super::PortalStore::settle_mail`]. What another process took up meanwhile is left to it.
pub(super) fn settle(
    tx: &Transaction<'_>,
    mail: i64,
    attempt: u32,
    outcome: &MailOutcome,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let is_ours = tx
        .prepare_cached("SELECT 1 FROM mail WHERE id = ? AND attempts = ? AND state = 'waiting'")?
        .exists(params![mail, attempt])?;
    if !is_ours {
        return Ok(false);
    }
    match outcome {
        MailOutcome::Sent => close(tx, mail, MailState::Sent, None, now)?,
        MailOutcome::Dead { error } => close(tx, mail, MailState::Dead, Some(error), now)?,
        MailOutcome::Later { at, error } => {
            tx.prepare_cached(
                "UPDATE mail SET next_at = ?, claimed_until = NULL, error = ? WHERE id = ?",
            )?
            .execute(params![at.timestamp(), error, mail])?;
        }
    }
    clear(tx, now)?;
    Ok(true)
}

/// Forgets what was settled long ago.
pub(super) fn clear(tx: &Transaction<'_>, now: DateTime<Utc>) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM mail WHERE settled_at < ?")?
        .execute([(now - MAIL_KEPT).timestamp()])?;
    Ok(())
}

/// Settles a mail. What it was made of is needed no longer, unless it may be tried again by hand.
pub(super) fn close(
    tx: &Transaction<'_>,
    mail: i64,
    state: MailState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE mail SET state = ?1, claimed_until = NULL, settled_at = ?2, error = ?3,
             params = CASE WHEN ?1 = 'dead' THEN params ELSE '{}' END WHERE id = ?4",
    )?
    .execute(params![state.word(), now.timestamp(), error, mail])?;
    Ok(())
}

/// See [`super::PortalStore::retry_mail`].
pub(super) fn retry(tx: &Transaction<'_>, mail: i64, now: DateTime<Utc>) -> Outcome<bool> {
    let account: Option<i64> = tx
        .query_row(
            "UPDATE mail SET state = 'waiting', attempts = 0, next_at = ?2, settled_at = NULL, error = NULL
             WHERE id = ?1 AND state = 'dead' AND kind <> 'notice' RETURNING account_id",
            params![mail, now.timestamp()],
            |row| row.get(0),
        )
        .optional()?;
    let Some(account) = account else {
        return Ok(false);
    };
    let act = Act::new(Action::MailRetried, Actor::Operator).subject(mail.to_string());
    journal::write(tx, account, &act, now)?;
    Ok(true)
}

/// See [`super::PortalStore::mail_counts`].
pub(super) fn counts(tx: &Transaction<'_>) -> Outcome<Vec<(MailState, u64)>> {
    let mut statement =
        tx.prepare_cached("SELECT state, count(*) FROM mail GROUP BY state ORDER BY state")?;
    let mut rows = statement.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let state = MailState::of(&row.get::<_, String>(0)?)?;
        counts.push((state, row.get::<_, i64>(1)?.unsigned_abs()));
    }
    Ok(counts)
}

/// See [`super::PortalStore::mails`].
pub(super) fn list(
    tx: &Transaction<'_>,
    state: Option<MailState>,
    limit: u32,
) -> Outcome<Vec<Mail>> {
    let mut statement = tx.prepare_cached(
        "SELECT mail.id, account.name, recipient, kind, state, message_id, queued_at, attempts, next_at, settled_at, error
         FROM mail JOIN account ON account.id = account_id WHERE ?1 IS NULL OR state = ?1 ORDER BY mail.id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![state.map(MailState::word), limit])?;
    let mut mails = Vec::new();
    while let Some(row) = rows.next()? {
        mails.push(mail(row)?);
    }
    mails.reverse();
    Ok(mails)
}

fn mail(row: &Row<'_>) -> Outcome<Mail> {
    let state = MailState::of(&row.get::<_, String>(4)?)?;
    let next = instant(row.get(8)?)?;
    Ok(Mail {
        id: row.get(0)?,
        account: row.get(1)?,
        to: row.get(2)?,
        kind: MailKind::of(&row.get::<_, String>(3)?)?,
        state,
        message_id: row.get(5)?,
        queued: instant(row.get(6)?)?,
        attempts: row.get(7)?,
        next: (state == MailState::Waiting).then_some(next),
        settled: row.get::<_, Option<i64>>(9)?.map(instant).transpose()?,
        error: row.get(10)?,
    })
}
