//! What goes into and comes out of the outbox of a store. Plain data; knows no SQL, no words and no way that mail takes.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::published::Console;

use super::super::viewer::AccountId;
use super::StoreError;
use super::column::from_json;

/// How often a mail is tried before somebody has to look after it.
pub const MAIL_ATTEMPTS: u32 = 9;

/// How long what is settled is kept, for the operator to look at.
pub(in crate::portal) const MAIL_KEPT: TimeDelta = TimeDelta::days(30);

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// Somebody may come in. Queued by the sync; the secret of its link is made when it is sent.
    Invitation,
    /// A way back in, for who asked for it. Needs `wish`, see [`super::NewReset`]; the secret of its link is made when it is sent,
    /// and it is not sent later than [`MailKind::useful_for`].
    PasswordReset,
    /// What a person signs in with was changed. Needs `change`, a word of [`SecurityChange`].
    SecurityChange,
    /// What an account tells its clients' users. It is sent by the request that hands it over; its words are not kept.
    Notice,
}

impl MailKind {
    const ALL: [Self; 4] = [
        Self::Invitation,
        Self::PasswordReset,
        Self::SecurityChange,
        Self::Notice,
    ];

    /// The word in the store and in `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::SecurityChange => "security_change",
            Self::Notice => "notice",
        }
    }

    /// The kind of a word.
    pub(super) fn of(word: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| StoreError::Unreadable(format!("the mail `{word}`")))
    }

    /// How long after it was queued it is still worth sending; none: as long as it is tried.
    pub(in crate::portal) fn useful_for(self) -> Option<TimeDelta> {
        match self {
            Self::PasswordReset => Some(TimeDelta::hours(1)),
            Self::Invitation | Self::SecurityChange | Self::Notice => None,
        }
    }

    /// How long the link lives that is made when the mail is sent, counted from then; none: it has no such link.
    pub(in crate::portal) fn link_lifetime(self) -> Option<TimeDelta> {
        match self {
            Self::Invitation => Some(TimeDelta::days(7)),
            Self::PasswordReset => Some(TimeDelta::hours(1)),
            Self::SecurityChange | Self::Notice => None,
        }
    }
}

/// What was changed about how a person signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityChange {
    /// Another password.
    Password,
    /// A second factor was added.
    FactorAdded,
    /// A second factor was taken away.
    FactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// New recovery codes were made.
    RecoveryCodes,
    /// One of the recovery codes was used.
    RecoveryCodeUsed,
}

impl SecurityChange {
    const ALL: [Self; 7] = [
        Self::Password,
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::RecoveryCodes,
        Self::RecoveryCodeUsed,
    ];

    /// The word in the parameter `change`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::FactorAdded => "factor_added",
            Self::FactorRemoved => "factor_removed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::RecoveryCodes => "recovery_codes",
            Self::RecoveryCodeUsed => "recovery_code_used",
        }
    }

    /// The change of a word.
    pub(in crate::portal) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.word() == word)
    }
}

/// A mail to one recipient, to be sent soon.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMail {
    /// In whose name.
    pub account: AccountId,
    /// One address of mail.
    pub to: String,
    /// What it tells.
    pub kind: MailKind,
    /// BCP 47; what is not known is English.
    pub language: String,
    /// What the kind needs, as a JSON object. It is emptied once the mail was sent.
    pub params: Value,
}

/// A wish to send the next mail that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailClaim {
    /// SHA-256 of the secret that goes into its link, if its kind has one.
    pub token_hash: String,
    /// Until when nobody else takes it.
    pub until: DateTime<Utc>,
}

/// A mail that is to be sent now, by who claimed it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedMail {
    /// Row number.
    pub id: i64,
    /// The part of its Message-ID before the `@`; the same at each try.
    pub message_id: String,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// See [`OutboxMail`].
    pub to: String,
    /// See [`OutboxMail`].
    pub kind: MailKind,
    /// See [`OutboxMail`].
    pub language: String,
    /// See [`OutboxMail`].
    pub params: Value,
    /// When it was queued.
    pub queued: DateTime<Utc>,
    /// The business in whose name it goes, as clients know it.
    pub business: Option<String>,
    /// The client it is about.
    pub client: Option<String>,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailOutcome {
    /// The next server has it.
    Sent,
    /// Not now.
    Later {
        /// When to try again.
        at: DateTime<Utc>,
        /// Why, for the operator.
        error: String,
    },
    /// Never, as it is.
    Dead {
        /// Why, for the operator.
        error: String,
    },
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailState {
    /// To be sent.
    Waiting,
    /// Taken by the next server.
    Sent,
    /// Given up; `loggia portal mail retry` takes it up again.
    Dead,
    /// No longer wanted: an invitation that was withdrawn or accepted meanwhile, a reset that came too late.
    Dropped,
}

impl MailState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dead, Self::Dropped];

    /// The word in the store and in `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a word.
    pub(super) fn of(word: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::Unreadable(format!("the state `{word}` of a mail")))
    }
}

/// A mail as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Row number.
    pub id: i64,
    /// Name of the account.
    pub account: String,
    /// To whom.
    pub to: String,
    /// What it tells.
    pub kind: MailKind,
    /// Where it stands.
    pub state: MailState,
    /// The part of its Message-ID before the `@`.
    pub message_id: String,
    /// When it was queued.
    pub queued: DateTime<Utc>,
    /// Tries so far.
    pub attempts: u32,
    /// The next try, while it waits.
    pub next: Option<DateTime<Utc>>,
    /// When it was sent or given up.
    pub settled: Option<DateTime<Utc>>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// A mail in a store that waits and is due.
pub(super) struct Due {
    pub(super) id: i64,
    pub(super) account: i64,
    pub(super) message_id: String,
    pub(super) to: String,
    pub(super) kind: MailKind,
    pub(super) language: String,
    pub(super) params: String,
    pub(super) membership: Option<i64>,
    pub(super) invitation: Option<String>,
    pub(super) queued: DateTime<Utc>,
    pub(super) attempts: u32,
}

/// What a mail tells of its cause as it is now.
pub(super) struct Facts {
    business: Option<String>,
    client: Option<String>,
    language: String,
}

impl Facts {
    /// Of an invitation: it is about the client of this console, in its language.
    pub(super) fn of_invitation(console: Console) -> Self {
        Self {
            business: Some(console.business),
            client: Some(console.client),
            language: console.language,
        }
    }

    /// Of what is about nobody's client: the business as some client of the account knows it.
    pub(super) fn of_account(console: Option<Console>, language: &str) -> Self {
        Self {
            business: console.map(|console| console.business),
            client: None,
            language: language.to_owned(),
        }
    }
}

impl Due {
    /// The wish that a mail with a way back in answers.
    pub(super) fn wish(&self) -> Result<Option<String>, StoreError> {
        if self.kind != MailKind::PasswordReset {
            return Ok(None);
        }
        let params: Value = from_json(self.params.as_bytes())?;
        let wish = params.get("wish").and_then(Value::as_str);
        Ok(Some(wish.unwrap_or_default().to_owned()))
    }

    /// What is to become of it instead of being sent, with the reason.
    pub(super) fn end(&self, now: DateTime<Utc>) -> Option<(MailState, Option<&'static str>)> {
        let age = now.signed_duration_since(self.queued);
        if self.kind.useful_for().is_some_and(|useful| age >= useful) {
            return Some((MailState::Dropped, None));
        }
        // Whoever claimed it the last time never said what came of it.
        (self.attempts >= MAIL_ATTEMPTS).then_some((MailState::Dead, Some("no answer")))
    }

    /// As it goes to who claimed it.
    pub(super) fn claimed(self, facts: Facts) -> Result<ClaimedMail, StoreError> {
        Ok(ClaimedMail {
            id: self.id,
            message_id: self.message_id,
            attempt: self.attempts.saturating_add(1),
            to: self.to,
            kind: self.kind,
            language: facts.language,
            params: from_json(self.params.as_bytes())?,
            queued: self.queued,
            business: facts.business,
            client: facts.client,
        })
    }
}

impl OutboxMail {
    /// The mail of an invitation.
    pub(super) fn invitation(account: AccountId, to: &str) -> Self {
        Self {
            account,
            to: to.to_owned(),
            kind: MailKind::Invitation,
            // That of the client's console, once it is sent.
            language: "en".to_owned(),
            params: Value::Object(serde_json::Map::new()),
        }
    }
}
