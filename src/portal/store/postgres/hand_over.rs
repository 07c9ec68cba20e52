//! Statements about notices that an account hands over.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::notice::{Kind, NoticeAbout};

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::part::email_key;
use super::super::super::viewer::AccountId;
use super::super::hand_over::{DAY, HandOver, NewNotice, Reader, about};
use super::super::mail::Due;
use super::super::{MailKind, StoreError};
use super::tx::Tx;
use super::{Outcome, journal, lock, text};

/// See [`super::PortalStore::take_notice`].
pub(super) async fn take(
    tx: &Tx,
    account: AccountId,
    new: &NewNotice,
    now: DateTime<Utc>,
) -> Outcome<HandOver> {
    lock::account(tx, account).await?;
    let before = "SELECT account_id, kind FROM mail WHERE message_id = $1";
    if let Some(row) = tx.first(before, &[&new.id]).await? {
        let (owner, kind): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let is_ours = owner == account.0 && kind == MailKind::Notice.word();
        return Ok(if is_ours {
            HandOver::Before
        } else {
            HandOver::Foreign
        });
    }
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
    let mut told: Vec<(i64, Kind)> = Vec::new();
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
        told.push((reader.membership, *kind));
    }
    let Some((first, _)) = told.first() else {
        return Ok(HandOver::NoReader);
    };
    // With the first of them the letter goes; with another it is not sent, and what stood in it is wiped.
    let letter = serde_json::to_string(&new.mail)
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let inserted = tx
        .first(
            "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, membership_id, state, queued_at, next_at)
             VALUES ($1, $2, $3, $4, '', $5, $6, 'waiting', $7, $7) ON CONFLICT (message_id) DO NOTHING RETURNING id",
            &[
                &account.0,
                &new.id,
                &text(&new.mail.to),
                &MailKind::Notice.word(),
                &text(&letter),
                first,
                &now.timestamp(),
            ],
        )
        .await?;
    // Another account was quicker with the same id.
    let Some(row) = inserted else {
        return Ok(HandOver::Foreign);
    };
    let mail: i64 = row.try_get(0)?;
    for (membership, kind) in &told {
        let sql = "INSERT INTO mail_about (mail_id, membership_id, kind) VALUES ($1, $2, $3)";
        tx.execute(sql, &[&mail, membership, &kind.word()]).await?;
    }
    let mut act = Act::new(Action::NoticeTaken, Actor::Account).subject(mail.to_string());
    if let [NoticeAbout { client, .. }, others @ ..] = all.as_slice()
        && others.iter().all(|other| other.client == *client)
    {
        act = act.client(client);
    }
    journal::write(tx, account.0, &act, now).await?;
    Ok(HandOver::Taken)
}

fn reader(row: &Row) -> Outcome<Reader> {
    Ok(Reader {
        membership: row.try_get(0)?,
        role: row.try_get(1)?,
        muted: row.try_get(2)?,
    })
}

/// Whether all that a notice tells may still be told; of other mail, that is so.
pub(super) async fn stands(tx: &Tx, due: &Due) -> Outcome<bool> {
    let Some(letter) = due.notice()? else {
        return Ok(true);
    };
    let rows = tx
        .query(
            "SELECT m.id, m.role, coalesce(m.chosen, m.muted), b.kind FROM mail_about b JOIN membership m ON m.id = b.membership_id
             JOIN account a ON a.id = $1 WHERE b.mail_id = $2 AND m.enabled AND a.enabled",
            &[&due.account, &due.id],
        )
        .await?;
    for row in &rows {
        let told = match Kind::from_word(row.try_get(3)?) {
            Some(kind) => reader(row)?.refuses(kind)?.is_none(),
            None => false,
        };
        if !told {
            return Ok(false);
        }
    }
    Ok(rows.len() == about(&letter).len())
}
