//! Statements about mail that waits to be sent.

use chrono::{DateTime, Utc};

use crate::values::id::random;

use super::super::StoreError;
use super::super::mail::OutboxMail;
use super::tx::Tx;
use super::{Outcome, text};

/// Queues a mail; it goes out soon after the transaction was committed, and not at all if it is rolled back.
pub(super) async fn queue(tx: &Tx, mail: OutboxMail, now: DateTime<Utc>) -> Outcome<()> {
    let id = random::<16>()
        .map_err(|_| StoreError::Unreadable("random numbers of the system".to_owned()))?;
    tx.execute(
        "INSERT INTO mail (account_id, message_id, recipient, kind, language, params, state, queued_at, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7)",
        &[
            &mail.account.0,
            &data_encoding::HEXLOWER.encode(&id),
            &text(&mail.to),
            &mail.kind.word(),
            &text(&mail.language),
            // JSON writes the character NUL as an escape.
            &mail.params.to_string(),
            &now.timestamp(),
        ],
    )
    .await?;
    Ok(())
}
