//! A mail that waits to be sent. Plain data; knows no SQL and no way that mail takes.

use serde_json::Value;

use super::super::viewer::AccountId;

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// A way back in, for who asked for it. Needs `path`, the address of the page on this portal: `/reset/SECRET`.
    PasswordReset,
    /// What a person signs in with was changed. Needs `change`, a word of [`SecurityChange`].
    SecurityChange,
}

impl MailKind {
    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::SecurityChange => "security_change",
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
