//! Statements about mail that waits to be sent.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};

use crate::values::id::random;

use super::super::StoreError;
use super::super::mail::OutboxMail;
use super::Outcome;

/// Queues a mail; it goes out soon after the transaction was committed, and not at all if it is rolled back.
pub(super) fn queue(tx: &Transaction<'_>, mail: OutboxMail, now: DateTime<Utc>) -> Outcome<()> {
    let id = random::<16>()
        .map_err(|_| StoreError::Unreadable("random numbers of the system".to_owned()))?;
    tx.prepare_cached(
        "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, state, queued_at, next_at)
         VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
    )?
    .execute(params![
        mail.account.0,
        data_encoding::HEXLOWER.encode(&id),
        mail.to,
        mail.kind.word(),
        mail.language,
        mail.params.to_string(),
        now.timestamp(),
        now.timestamp(),
    ])?;
    Ok(())
}
