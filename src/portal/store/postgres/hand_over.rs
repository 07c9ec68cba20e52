//! Statements about notices that an account hands over.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::notice::NoticeAbout;

use super::super::super::audit::Action;
use super::super::super::part::email_key;
use super::super::super::viewer::AccountId;
use super::super::hand_over::{DAY, Earlier, HandOver, NewNotice, NoticeClaim, Reader, about, act};
use super::super::{MailKind, MailState};
use super::tx::Tx;
use super::{Outcome, journal, lock, mail, text};

/// See [`super::PortalStore::take_notice`].
pub(super) async fn take(
    tx: &Tx,
    account: AccountId,
    new: &NewNotice,
    now: DateTime<Utc>,
) -> Outcome<HandOver> {
    lock::account(tx, account).await?;
    let before =
        "SELECT account_id, kind, state, claimed_until, attempts FROM mail WHERE message_id = $1";
    let before = match tx.first(before, &[&new.id]).await? {
        Some(row) => {
            let (owner, kind): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            let claimed: Option<i64> = row.try_get(3)?;
            Some(Earlier {
                is_ours: owner == account.0 && kind == MailKind::Notice.word(),
                is_sent: row.try_get::<_, String>(2)? == MailState::Sent.word(),
                claimed: claimed.and_then(|until| DateTime::from_timestamp(until, 0)),
                attempts: mail::attempts(&row, 4)?,
            })
        }
        None => None,
    };
    if let Some(stands) = before.as_ref().and_then(|before| before.stands(now)) {
        return Ok(stands);
    }
    // This one, and others that no process will tell the end of.
    tx.execute(
        "DELETE FROM mail WHERE account_id = $1 AND kind = 'notice' AND state <> 'sent'
             AND (claimed_until IS NULL OR claimed_until <= $2)",
        &[&account.0, &now.timestamp()],
    )
    .await?;
    // Of what is told for ever: the mails of a user go with the user. Only the lines of a day are looked at.
    let since = (now - DAY).timestamp();
    let handed = tx
        .first(
            "SELECT count(*) FROM audit WHERE chain = $1 AND action = $3 AND number > coalesce(
                 (SELECT number FROM audit WHERE chain = $1 AND at <= $2 ORDER BY number DESC LIMIT 1), 0)",
            &[&account.0, &since, &Action::NoticeTaken.word()],
        )
        .await?;
    let handed: i64 = handed.map_or(Ok(0), |row| row.try_get(0))?;
    if handed >= i64::from(new.most) {
        return Ok(HandOver::Full);
    }
    let all = about(&new.mail);
    let mut first: Option<i64> = None;
    for NoticeAbout { client, kind } in &all {
        let found = tx
            .first(
                "SELECT m.id, m.role, coalesce(m.chosen, m.muted) FROM membership m JOIN client c ON c.id = m.client_id
                 JOIN person p ON p.id = m.person_id
                 WHERE c.account_id = $1 AND c.public_id = $2 AND p.email_key = $3 AND m.enabled AND m.accepted_at IS NOT NULL",
                &[&account.0, &client.to_string(), &email_key(&new.mail.to)],
            )
            .await?;
        let Some(row) = found else {
            return Ok(HandOver::NoReader);
        };
        let reader = reader(&row)?;
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
    let inserted = tx
        .first(
            "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, membership_id, state, queued_at, next_at,
                 attempts, claimed_until) VALUES ($1, $2, $3, $4, '', '{}', $5, 'waiting', $6, $6, $7, $8)
             ON CONFLICT (message_id) DO NOTHING RETURNING id",
            &[
                &account.0,
                &new.id,
                &text(&new.mail.to),
                &MailKind::Notice.word(),
                &membership,
                &now.timestamp(),
                &i64::from(attempt),
                &new.until.timestamp(),
            ],
        )
        .await?;
    // Another account was quicker with the same id.
    let Some(row) = inserted else {
        return Ok(HandOver::Foreign);
    };
    let mail: i64 = row.try_get(0)?;
    journal::write(tx, account.0, &act(mail, &all), now).await?;
    Ok(HandOver::Taken(NoticeClaim {
        mail,
        id: new.id.clone(),
        attempt,
    }))
}

fn reader(row: &Row) -> Outcome<Reader> {
    Ok(Reader {
        membership: row.try_get(0)?,
        role: row.try_get(1)?,
        muted: row.try_get(2)?,
    })
}

/// See [`super::PortalStore::settle_notice`].
pub(super) async fn settle(
    tx: &Tx,
    claim: &NoticeClaim,
    is_sent: bool,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let ours = tx
        .first(
            "SELECT 1 FROM mail WHERE id = $1 AND message_id = $2 AND attempts = $3 AND state = 'waiting' FOR UPDATE",
            &[&claim.mail, &claim.id, &i64::from(claim.attempt)],
        )
        .await?;
    if ours.is_none() {
        return Ok(false);
    }
    if is_sent {
        mail::close(tx, claim.mail, MailState::Sent, None, now).await?;
    } else {
        tx.execute("DELETE FROM mail WHERE id = $1", &[&claim.mail])
            .await?;
    }
    mail::clear(tx, now).await?;
    Ok(true)
}
