//! How values stand in columns, and what is worked out for one, so that both stores keep and read alike. Knows no SQL.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use crate::published::protocol::EventKind;
use crate::published::{About, ChunkKey, Digest, Entry, Invoice, InvoiceState};
use crate::values::id::PublicId;
use crate::values::text::fold;

use super::super::part::Flaw;
use super::factor::OWN_LOG;
use super::{Clients, OwnLine, StoreError};

/// Use of a session is written down no more often than this.
pub(super) const TOUCH: TimeDelta = TimeDelta::seconds(30);
/// A second look at an invoice within this time is no second event.
pub(super) const SAME_VIEW: TimeDelta = TimeDelta::hours(24);

/// The instant of a column.
pub(super) fn instant(seconds: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp(seconds, 0)
        .ok_or_else(|| StoreError::Unreadable(format!("the instant {seconds}")))
}

/// The public id of a column.
pub(super) fn public_id(text: &str) -> Result<PublicId, StoreError> {
    PublicId::parse(text).map_err(|_| StoreError::Unreadable("an id".to_owned()))
}

/// The value of a column that holds JSON.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// The key of a part.
pub(super) fn key(text: &str) -> Result<ChunkKey, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Unreadable("the key of a part".to_owned()))
}

/// The digest of a column.
pub(super) fn digest(text: String) -> Result<Digest, StoreError> {
    Digest::try_from(text).map_err(|_| StoreError::Unreadable("a digest".to_owned()))
}

/// A count or size of a column.
pub(super) fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Unreadable("a negative number".to_owned()))
}

/// A count or size as a column takes it.
pub(super) fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number)
        .map_err(|_| StoreError::Unreadable("a number beyond all counts".to_owned()))
}

/// A new random id.
pub(super) fn random_id() -> Result<PublicId, StoreError> {
    PublicId::random().map_err(|_| StoreError::Unreadable("random numbers".to_owned()))
}

/// The whole event as a column takes it.
pub(super) fn event_body(kind: &EventKind) -> Result<String, StoreError> {
    serde_json::to_string(kind).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// The event of a body, read no further than it is passed on; of one that was kept before events had a body, of word and subject.
/// One that says nothing more is told by its word: nothing here keeps the account from those that follow.
pub(super) fn event_kind(
    body: Option<&str>,
    word: &str,
    subject: Option<&str>,
) -> Map<String, Value> {
    if let Some(Ok(Value::Object(body))) = body.map(serde_json::from_str) {
        return body;
    }
    let mut kind = Map::new();
    kind.insert("kind".to_owned(), word.into());
    if let Some(subject) = subject {
        let name = if word == "invoice_viewed" {
            "invoice"
        } else {
            "subject"
        };
        kind.insert(name.to_owned(), subject.into());
    }
    kind
}

/// The id of an event; of one that was kept before events had ids, what follows from epoch and number.
pub(super) fn identified(
    kept: Option<&str>,
    epoch: &str,
    number: i64,
) -> Result<PublicId, StoreError> {
    if let Some(id) = kept {
        return public_id(id);
    }
    let digest = Digest::of(format!("{epoch} {number}").as_bytes());
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.as_str().bytes()) {
        *to = from;
    }
    Ok(PublicId::from_bytes(bytes))
}

/// What a question is about.
pub(super) fn about(text: &str) -> Result<About, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Unreadable("what a question is about".to_owned()))
}

/// What a search looks in: words that every role of the timesheet reads, and nothing else.
pub(super) fn searchable(entry: &Entry) -> String {
    let parts = [
        entry.description.as_deref(),
        entry.task.as_deref(),
        entry.phase.as_deref(),
        Some(entry.member.as_str()),
    ];
    fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// Whether something is still to be paid.
pub(super) fn is_open(invoice: &Invoice) -> bool {
    let settled = matches!(
        invoice.state,
        InvoiceState::Draft
            | InvoiceState::Void
            | InvoiceState::WrittenOff
            | InvoiceState::Paid
            | InvoiceState::Overpaid
    );
    !settled && !invoice.balance.is_zero() && !invoice.balance.is_negative()
}

/// A session that reaches several clients keeps to the strictest of their time-outs.
pub(super) fn idle_limit(clients: &Clients) -> Option<TimeDelta> {
    let minutes = clients
        .iter()
        .map(|client| client.viewer.console().access.session_timeout_minutes)
        .min()?;
    Some(TimeDelta::minutes(i64::from(minutes)))
}

/// What is wrong with a part.
pub(super) fn flaw(key: &ChunkKey, reason: &str) -> Flaw {
    Flaw {
        key: key.clone(),
        reason: reason.to_owned(),
    }
}

/// What of the audit log concerns how somebody signs in.
pub(super) const CONCERNS: [&str; 18] = [
    "signed_in",
    "signed_out",
    "link_used",
    "invitation_accepted",
    "reauthenticated",
    "authenticator_added",
    "authenticator_removed",
    "passkey_added",
    "passkey_removed",
    "recovery_codes_made",
    "recovery_code_used",
    "password_changed",
    "password_reset",
    "sessions_ended",
    "sign_in_failed",
    "second_factor_failed",
    "reauthentication_failed",
    "reset_requested",
];

/// A line of the audit log as whom it is about reads it.
pub(super) fn own_line(
    at: i64,
    action: String,
    subject: Option<String>,
    origin: Option<String>,
) -> Result<OwnLine, StoreError> {
    Ok(OwnLine {
        at: instant(at)?,
        // Of what failed it is the key of a counter, which tells a person nothing.
        subject: subject.filter(|_| !action.ends_with("_failed") && action != "reset_requested"),
        action,
        origin,
    })
}

/// Such lines of all the users a person is, as they are shown: the newest few. One sign-in stands in the log of each client it
/// reached.
pub(super) fn own_log(mut lines: Vec<OwnLine>) -> Vec<OwnLine> {
    lines.sort_by(|a, b| {
        let key = |line: &OwnLine| (line.at, line.action.clone(), line.origin.clone());
        key(b).cmp(&key(a))
    });
    lines.dedup();
    lines.truncate(usize::try_from(OWN_LOG).unwrap_or(usize::MAX));
    lines
}

/// What names a session to its owner: a part of the hash of its secret, from which neither follows.
pub(super) fn handle_of(token_hash: &str) -> String {
    token_hash.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_passed_on_whether_it_is_known_here_or_not() {
        let whole = r#"{"kind":"dreamed","of":["sheep"]}"#;
        let rows = [
            (Some(whole), "dreamed", None, whole),
            (None, "signed_in", None, r#"{"kind":"signed_in"}"#),
            (
                None,
                "invoice_viewed",
                Some("2026-0007"),
                r#"{"kind":"invoice_viewed","invoice":"2026-0007"}"#,
            ),
            (
                Some("not JSON"),
                "dreamed",
                Some("sheep"),
                r#"{"kind":"dreamed","subject":"sheep"}"#,
            ),
            (Some("[]"), "dreamed", None, r#"{"kind":"dreamed"}"#),
        ];
        for (body, word, subject, expected) in rows {
            let expected: Value = serde_json::from_str(expected).unwrap();
            assert_eq!(Value::from(event_kind(body, word, subject)), expected);
        }
    }
}
