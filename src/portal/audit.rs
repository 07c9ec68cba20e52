//! The audit log: what is written down, and the chain of hashes that shows if a line was changed or left out.
//! Pure; the stores append and read. Only ids are written, and for sign-ins the network address they came from.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::values::id::PublicId;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    AccountCreated,
    AccountEnabled,
    AccountDisabled,
    AccountLimited,
    TokenReplaced,
    LinkCreated,
    LinkUsed,
    ClientPublished,
    ClientRemoved,
    UserAdded,
    UserChanged,
    UserRemoved,
    InvitationOpened,
    InvitationWithdrawn,
    InvitationAccepted,
    SignedIn,
    SignInFailed,
    SignInBlocked,
    SignedOut,
    InvoiceViewed,
    FileDownloaded,
    Exported,
    SecondFactorFailed,
    Reauthenticated,
    ReauthenticationFailed,
    AuthenticatorAdded,
    AuthenticatorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    PasswordChanged,
    ResetRequested,
    ResetLinkCreated,
    PasswordReset,
    SessionsEnded,
    FactorsReset,
    MailRetried,
    QuestionAsked,
    QuestionAnswered,
    RequestApproved,
    RequestDeclined,
    NotificationsChanged,
    NoticeTaken,
}

impl Action {
    /// The stable word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::AccountCreated => "account_created",
            Self::AccountEnabled => "account_enabled",
            Self::AccountDisabled => "account_disabled",
            Self::AccountLimited => "account_limited",
            Self::TokenReplaced => "token_replaced",
            Self::LinkCreated => "link_created",
            Self::LinkUsed => "link_used",
            Self::ClientPublished => "client_published",
            Self::ClientRemoved => "client_removed",
            Self::UserAdded => "user_added",
            Self::UserChanged => "user_changed",
            Self::UserRemoved => "user_removed",
            Self::InvitationOpened => "invitation_opened",
            Self::InvitationWithdrawn => "invitation_withdrawn",
            Self::InvitationAccepted => "invitation_accepted",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignInBlocked => "sign_in_blocked",
            Self::SignedOut => "signed_out",
            Self::InvoiceViewed => "invoice_viewed",
            Self::FileDownloaded => "file_downloaded",
            Self::Exported => "exported",
            Self::SecondFactorFailed => "second_factor_failed",
            Self::Reauthenticated => "reauthenticated",
            Self::ReauthenticationFailed => "reauthentication_failed",
            Self::AuthenticatorAdded => "authenticator_added",
            Self::AuthenticatorRemoved => "authenticator_removed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::PasswordChanged => "password_changed",
            Self::ResetRequested => "reset_requested",
            Self::ResetLinkCreated => "reset_link_created",
            Self::PasswordReset => "password_reset",
            Self::SessionsEnded => "sessions_ended",
            Self::FactorsReset => "factors_reset",
            Self::MailRetried => "mail_retried",
            Self::QuestionAsked => "question_asked",
            Self::QuestionAnswered => "question_answered",
            Self::RequestApproved => "request_approved",
            Self::RequestDeclined => "request_declined",
            Self::NotificationsChanged => "notifications_changed",
            Self::NoticeTaken => "notice_taken",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever runs the server, on its command line.
    Operator,
    /// The account, with its token.
    Account,
    /// A user of a client.
    User(PublicId),
    /// Nobody who proved to be somebody.
    Unknown,
}

impl Actor {
    fn word(&self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Account => "account".to_owned(),
            Self::User(id) => id.to_string(),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

/// A line to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What.
    pub action: Action,
    /// Who.
    pub actor: Actor,
    /// The client it was about.
    pub client: Option<PublicId>,
    /// The object: an invoice number, a file name, a user, a key of a lock-out.
    pub subject: Option<String>,
    /// Where a sign-in came from.
    pub origin: Option<IpAddr>,
}

impl Act {
    /// A line with neither client nor object.
    pub fn new(action: Action, actor: Actor) -> Self {
        Self {
            action,
            actor,
            client: None,
            subject: None,
            origin: None,
        }
    }

    /// About a client.
    #[must_use]
    pub fn client(mut self, client: &PublicId) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// About an object.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// From a network address.
    #[must_use]
    pub fn origin(mut self, origin: IpAddr) -> Self {
        self.origin = Some(origin);
        self
    }
}

/// A line as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Account number, or 0.
    pub chain: i64,
    /// Counts up from 1 in its chain.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// See [`Action::word`].
    pub action: String,
    /// `operator`, `account`, `unknown`, or the id of a user.
    pub actor: String,
    /// Id of a client.
    pub client: Option<String>,
    /// What it was about.
    pub subject: Option<String>,
    /// Network address.
    pub origin: Option<String>,
    /// Hash of the line before; empty for the first.
    pub previous: String,
    /// Hash over all the above.
    pub hash: String,
}

impl Record {
    /// The line that follows `last` in `chain`.
    pub(super) fn following(
        chain: i64,
        last: Option<(i64, String)>,
        at: DateTime<Utc>,
        act: &Act,
    ) -> Self {
        let (number, previous) = last.unwrap_or((0, String::new()));
        let mut record = Self {
            chain,
            number: number.saturating_add(1),
            at,
            action: act.action.word().to_owned(),
            actor: act.actor.word(),
            client: act.client.as_ref().map(ToString::to_string),
            subject: act.subject.clone(),
            origin: act.origin.map(|address| address.to_string()),
            previous,
            hash: String::new(),
        };
        record.hash = record.computed();
        record
    }

    /// What the hash must be. Each field goes in with its length, so that no two lines give the same bytes.
    fn computed(&self) -> String {
        let mut hasher = Sha256::new();
        let mut field = |text: Option<&str>| match text {
            Some(text) => {
                hasher.update([1]);
                hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
                hasher.update(text.as_bytes());
            }
            None => hasher.update([0]),
        };
        field(Some(&self.chain.to_string()));
        field(Some(&self.number.to_string()));
        field(Some(&self.at.timestamp().to_string()));
        field(Some(&self.action));
        field(Some(&self.actor));
        field(self.client.as_deref());
        field(self.subject.as_deref());
        field(self.origin.as_deref());
        field(Some(&self.previous));
        data_encoding::HEXLOWER.encode(&hasher.finalize())
    }
}

/// The last line of a chain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Account number, or 0.
    pub chain: i64,
    /// Number of the line.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

/// The first thing wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A number is missing.
    #[error("line {expected} of chain {chain} is missing")]
    Missing {
        /// Which chain.
        chain: i64,
        /// The number that should come.
        expected: i64,
    },
    /// A chain ends before the line it was known to have.
    #[error("chain {chain} had {number} lines and ends before: its last lines were cut off")]
    CutOff {
        /// Which chain.
        chain: i64,
        /// The line that is known.
        number: i64,
    },
    /// A line is not what was written.
    #[error("line {number} of chain {chain} was changed")]
    Changed {
        /// Which chain.
        chain: i64,
        /// Which line.
        number: i64,
    },
}

/// Follows one chain line by line.
#[derive(Debug, Default)]
pub struct Verifier {
    last: Option<(i64, i64, String)>,
}

impl Verifier {
    /// Takes the next line, chains one after the other, each from its first line.
    pub fn next(&mut self, record: &Record) -> Result<(), Broken> {
        let (expected, previous) = match self.last.take() {
            Some((chain, number, hash)) if chain == record.chain => {
                (number.saturating_add(1), hash)
            }
            _ => (1, String::new()),
        };
        if record.number != expected {
            return Err(Broken::Missing {
                chain: record.chain,
                expected,
            });
        }
        if record.previous != previous || record.hash != record.computed() {
            return Err(Broken::Changed {
                chain: record.chain,
                number: record.number,
            });
        }
        self.last = Some((record.chain, record.number, record.hash.clone()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Record> {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut last = None;
        [
            Action::AccountCreated,
            Action::TokenReplaced,
            Action::LinkCreated,
        ]
        .into_iter()
        .map(|action| {
            let record = Record::following(3, last.take(), at, &Act::new(action, Actor::Operator));
            last = Some((record.number, record.hash.clone()));
            record
        })
        .collect()
    }

    fn verify(records: &[Record]) -> Result<(), Broken> {
        let mut verifier = Verifier::default();
        records.iter().try_for_each(|record| verifier.next(record))
    }

    #[test]
    fn an_untouched_chain_verifies() {
        assert_eq!(verify(&chain()), Ok(()));
    }

    #[test]
    fn a_changed_or_missing_line_is_found() {
        let mut changed = chain();
        changed[1].actor = "account".to_owned();
        assert_eq!(
            verify(&changed),
            Err(Broken::Changed {
                chain: 3,
                number: 2
            })
        );
        let mut moved = chain();
        moved[1].client = moved[1].subject.replace("x".to_owned());
        assert!(verify(&moved).is_err());
        let mut missing = chain();
        missing.remove(1);
        assert_eq!(
            verify(&missing),
            Err(Broken::Missing {
                chain: 3,
                expected: 2
            })
        );
        let mut beheaded = chain();
        beheaded.remove(0);
        assert_eq!(
            verify(&beheaded),
            Err(Broken::Missing {
                chain: 3,
                expected: 1
            })
        );
    }
}
