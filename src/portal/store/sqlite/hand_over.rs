//! Statements about notices that an account hands over.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::published::notice::{Kind, NoticeAbout};

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::part::email_key;
use super::super::super::viewer::AccountId;
use super::super::hand_over::{DAY, HandOver, NewNotice, Reader, about};
use super::super::mail::Due;
use super::super::{MailKind, StoreError};
use super::{Outcome, journal};

/// See [`super::PortalStore::take_notice`].
pub(super) fn take(
    tx: &Transaction<'_>,
    account: AccountId,
    new: &NewNotice,
    now: DateTime<Utc>,
) -> Outcome<HandOver> {
    let before: Option<(i64, String)> = tx
        .prepare_cached("SELECT account_id, kind FROM mail WHERE message_id = ?")?
        .query_row([&new.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((owner, kind)) = before {
        let is_ours = owner == account.0 && kind == MailKind::Notice.word();
        return Ok(if is_ours {
            HandOver::Before
        } else {
            HandOver::Foreign
        });
    }
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
    let mut told: Vec<(i64, Kind)> = Vec::new();
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
        told.push((reader.membership, *kind));
    }
    let Some((first, _)) = told.first() else {
        return Ok(HandOver::NoReader);
    };
    // With the first of them the letter goes; with another it is not sent, and what stood in it is wiped.
    let letter = serde_json::to_string(&new.mail)
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, membership_id, state, queued_at, next_at)
         VALUES (?, ?, ?, ?, '', ?, ?, 'waiting', ?, ?)",
    )?
    .execute(params![
        account.0,
        new.id,
        new.mail.to,
        MailKind::Notice.word(),
        letter,
        first,
        now.timestamp(),
        now.timestamp(),
    ])?;
    let mail = tx.last_insert_rowid();
    let mut about = tx
        .prepare_cached("INSERT INTO mail_about (mail_id, membership_id, kind) VALUES (?, ?, ?)")?;
    for (membership, kind) in &told {
        about.execute(params![mail, membership, kind.word()])?;
    }
    let mut act = Act::new(Action::NoticeTaken, Actor::Account).subject(mail.to_string());
    if let [NoticeAbout { client, .. }, others @ ..] = all.as_slice()
        && others.iter().all(|other| other.client == *client)
    {
        act = act.client(client);
    }
    journal::write(tx, account.0, &act, now)?;
    Ok(HandOver::Taken)
}

fn reader(row: &Row<'_>) -> rusqlite::Result<Reader> {
    Ok(Reader {
        membership: row.get(0)?,
        role: row.get(1)?,
        muted: row.get(2)?,
    })
}

/// Whether all that a notice tells may still be told; of other mail, that is so.
pub(super) fn stands(tx: &Transaction<'_>, due: &Due) -> Outcome<bool> {
    let Some(letter) = due.notice()? else {
        return Ok(true);
    };
    let mut statement = tx.prepare_cached(
        "SELECT m.id, m.role, coalesce(m.chosen, m.muted), b.kind FROM mail_about b JOIN membership m ON m.id = b.membership_id
         JOIN account a ON a.id = ? WHERE b.mail_id = ? AND m.enabled = 1 AND a.enabled = 1",
    )?;
    let mut rows = statement.query(params![due.account, due.id])?;
    let mut there = 0;
    while let Some(row) = rows.next()? {
        let kind = Kind::from_word(&row.get::<_, String>(3)?);
        let told = match kind {
            Some(kind) => reader(row)?.refuses(kind)?.is_none(),
            None => false,
        };
        if !told {
            return Ok(false);
        }
        there += 1;
    }
    Ok(there == about(&letter).len())
}
