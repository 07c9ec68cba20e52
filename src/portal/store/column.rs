//! How values stand in columns, and what is worked out for one, so that both stores keep and read alike. Knows no SQL.

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::protocol::EventKind;
use crate::published::{ChunkKey, Digest, Entry, Invoice, InvoiceState};
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

/// Word and subject of an event.
pub(super) fn event_words(kind: &EventKind) -> (&'static str, Option<&str>) {
    match kind {
        EventKind::InvitationAccepted => ("invitation_accepted", None),
        EventKind::SignedIn => ("signed_in", None),
        EventKind::InvoiceViewed { invoice } => ("invoice_viewed", Some(invoice)),
    }
}

/// The event of a word and a subject.
pub(super) fn event_kind(word: &str, subject: Option<String>) -> Result<EventKind, StoreError> {
    match (word, subject) {
        ("invitation_accepted", None) => Ok(EventKind::InvitationAccepted),
        ("signed_in", None) => Ok(EventKind::SignedIn),
        ("invoice_viewed", Some(invoice)) => Ok(EventKind::InvoiceViewed { invoice }),
        (other, _) => Err(StoreError::Unreadable(format!("the event `{other}`"))),
    }
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
