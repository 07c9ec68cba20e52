//! Statements about notices that an account hands over.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::published::notice::NoticeAbout;

use super::super::super::audit::Action;
use super::super::super::part::email_key;
use super::super::super::viewer::AccountId;
use super::super::hand_over::{DAY, Earlier, HandOver, NewNotice, NoticeClaim, Reader, about, act};
use super::super::{MailKind, MailState};
use super::{Outcome, journal, mail};

/// See [`super::PortalStore::take_notice`].
pub(super) fn take(
    tx: &Transaction<'_>,
    account: AccountId,
    new: &NewNotice,
    now: DateTime<Utc>,
) -> Outcome<HandOver> {
    let before = tx
        .prepare_cached(
            "SELECT account_id, kind, state, claimed_until, attempts FROM mail WHERE message_id = ?",
        )?
        .query_row([&new.id], |row| {
            let (owner, kind, state): (i64, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let claimed: Option<i64> = row.get(3)?;
            Ok(Earlier {
                is_ours: owner == account.0 && kind == MailKind::Notice.word(),
                is_sent: state == MailState::Sent.word(),
                claimed: claimed.and_then(|until| DateTime::from_timestamp(until, 0)),
                attempts: row.get(4)?,
            })
        })
        .optional()?;
    if let Some(stands) = before.as_ref().and_then(|before| before.stands(now)) {
        return Ok(stands);
    }
    // This one, and others that no process will tell the end of.
    tx.prepare_cached(
        "DELETE FROM mail WHERE account_id = ? AND kind = 'notice' AND state <> 'sent'
             AND (claimed_until IS NULL OR claimed_until <= ?)",
    )?
    .execute(params![account.0, now.timestamp()])?;
    // Of what is told for ever: the mails of a user go with the user. Only the lines of a day are looked at.
    let handed: i64 = tx
        .prepare_cached(
            "SELECT count(*) FROM audit WHERE chain = ?1 AND action = ?3 AND number > coalesce(
                 (SELECT number FROM audit WHERE chain = ?1 AND at <= ?2 ORDER BY number DESC LIMIT 1), 0)",
        )?
        .query_row(
            params![account.0, (now - DAY).timestamp(), Action::NoticeTaken.word()],
            |row| row.get(0),
        )?;
    if handed >= i64::from(new.most) {
        return Ok(HandOver::Full);
    }
    let all = about(&new.mail);
    let mut first: Option<i64> = None;
    for NoticeAbout { client, kind } in &all {
        let reader = tx
            .prepare_cached(
                "SELECT m.id, m.role, coalesce(m.chosen, m.muted) FROM membership m JOIN client c ON c.id = m.client_id
                 JOIN person p ON p.id = m.person_id
                 WHERE c.account_id = ? AND c.public_id = ? AND p.email_key = ? AND m.enabled = 1 AND m.accepted_at IS NOT NULL",
            )?
            .query_row(
                params![account.0, client.to_string(), email_key(&new.mail.to)],
                reader,
            )
            .optional()?;
        let Some(reader) = reader else {
            return Ok(HandOver::NoReader);
        };
        if let Some(refused) = reader.refuses(*kind)? {
            return Ok(refused);
        }
        first.get_or_insert(reader.membership);
    }
    // With the first of them it is forgotten that it was sent.
    let Some(membership) = first else {
        return Ok(HandOver::NoReader);
    };
    let attempt = before.map_or(0, |before| before.attempts).saturating_add(1);
    tx.prepare_cached(
        "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, membership_id, state, queued_at, next_at,
             attempts, claimed_until) VALUES (?1, ?2, ?3, ?4, '', '{}', ?5, 'waiting', ?6, ?6, ?7, ?8)",
    )?
    .execute(params![
        account.0,
        new.id,
        new.mail.to,
        MailKind::Notice.word(),
        membership,
        now.timestamp(),
        attempt,
        new.until.timestamp(),
    ])?;
    let mail = tx.last_insert_rowid();
    journal::write(tx, account.0, &act(mail, &all), now)?;
    Ok(HandOver::Taken(NoticeClaim {
        mail,
        id: new.id.clone(),
        attempt,
    }))
}

fn reader(row: &Row<'_>) -> rusqlite::Result<Reader> {
    Ok(Reader {
        membership: row.get(0)?,
        role: row.get(1)?,
        muted: row.get(2)?,
    })
}

/// See [`super::PortalStore::settle_notice`].
pub(super) fn settle(
    tx: &Transaction<'_>,
    claim: &NoticeClaim,
    is_sent: bool,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let is_ours = tx
        .prepare_cached(
            "SELECT 1 FROM mail WHERE id = ? AND message_id = ? AND attempts = ? AND state = 'waiting'",
        )?
        .exists(params![claim.mail, claim.id, claim.attempt])?;
    if !is_ours {
        return Ok(false);
    }
    if is_sent {
        mail::close(tx, claim.mail, MailState::Sent, None, now)?;
    } else {
        tx.prepare_cached("DELETE FROM mail WHERE id = ?")?
            .execute([claim.mail])?;
    }
    mail::clear(tx, now)?;
    Ok(true)
}
