//! What goes into and comes out of a store about second factors, ways back in and a person's own sessions. Plain data; knows no SQL.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::Console;

use super::super::viewer::{AccountId, PersonId};

/// How long a second factor is waited for after a password was right.
pub(in crate::portal) const SECOND_STEP: TimeDelta = TimeDelta::minutes(10);
/// Wrong second factors after which the password is asked for again.
pub(in crate::portal) const SECOND_STEP_FAILURES: u32 = 5;
/// Lines of the audit log a person is shown.
pub(in crate::portal) const OWN_LOG: u32 = 20;

/// Where a right password led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// The session is open.
    Open,
    /// A half session was opened instead, with the same secret: a second factor is to come.
    SecondStep,
}

/// What one person can show beside a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    /// Who.
    pub person: PersonId,
    /// In which account.
    pub account: AccountId,
    /// The address, in its searchable form.
    pub email_key: String,
    /// The password, in PHC form.
    pub password: Option<String>,
    /// An authenticator that gives codes.
    pub authenticator: Option<Authenticator>,
    /// Recovery codes that were not used, in PHC form.
    pub recovery: Vec<String>,
    /// Passkeys, oldest first.
    pub passkeys: Vec<PasskeyLine>,
}

impl Factors {
    /// Whether there is a second factor at all. Recovery codes are none of their own.
    pub fn any(&self) -> bool {
        self.authenticator.is_some() || !self.passkeys.is_empty()
    }
}

/// An authenticator that gives codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    /// The sealed secret.
    pub secret: Vec<u8>,
    /// The step of the last code that was taken.
    pub last_step: i64,
    /// Since when.
    pub added: DateTime<Utc>,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyLine {
    /// Row number.
    pub id: i64,
    /// The name its owner gave it.
    pub name: String,
    /// The credential, as the authenticator names it.
    pub credential: String,
    /// What the authenticator knows the user by.
    pub handle: String,
    /// Since when.
    pub added: DateTime<Utc>,
    /// The last sign-in with it.
    pub used: Option<DateTime<Utc>>,
}

/// A passkey as it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// What the authenticator knows the user by.
    pub handle: String,
    /// The public key with its counter, as JSON.
    pub body: String,
    /// Whom it signs in.
    pub persons: Vec<PersonId>,
}

/// A passkey to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// See [`PasskeyLine`].
    pub credential: String,
    /// See [`PasskeyLine`].
    pub handle: String,
    /// See [`PasskeyLine`].
    pub name: String,
    /// See [`Passkey`].
    pub body: String,
}

/// Something that was shown and compared; the store sees to it that what works once works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The password of these persons.
    Password(Vec<PersonId>),
    /// A code of this step of their authenticators.
    Code {
        /// Whose.
        persons: Vec<PersonId>,
        /// Counted in half minutes since 1970.
        step: i64,
    },
    /// A recovery code: each person's hash of it.
    Recovery(Vec<(PersonId, String)>),
}

/// A change to how the persons of a session sign in. Each ends their other sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another password for these persons.
    Password {
        /// Whose.
        persons: Vec<PersonId>,
        /// In PHC form.
        password: String,
    },
    /// An authenticator takes the place of any before.
    AddAuthenticator {
        /// Sealed.
        secret: Vec<u8>,
        /// The step of the code that confirmed it.
        step: i64,
        /// New recovery codes, where there were none.
        recovery: Vec<String>,
    },
    /// No authenticator any more.
    RemoveAuthenticator,
    /// One more passkey.
    AddPasskey {
        /// The passkey.
        passkey: NewPasskey,
        /// New recovery codes, where there were none.
        recovery: Vec<String>,
    },
    /// One passkey less.
    RemovePasskey(i64),
    /// A new set of recovery codes; those before are dead.
    Recovery(Vec<String>),
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Names it in forms; tells nothing of its secret.
    pub handle: String,
    /// What the browser says it is.
    pub agent: Option<String>,
    /// Where it was opened from.
    pub origin: Option<String>,
    /// When it was opened.
    pub begun: DateTime<Utc>,
    /// When it was last used.
    pub used: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A wish for a way back in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReset {
    /// The address, in its searchable form.
    pub email_key: String,
    /// A random name, by which the mail knows it: as long as it lives, each try to send the mail makes a link of its own.
    pub wish: String,
    /// When it dies.
    pub expires: DateTime<Utc>,
    /// Where the wish came from.
    pub origin: IpAddr,
}

/// A way back in that an operator makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResetLink {
    /// Name of the account.
    pub account: String,
    /// The address, in its searchable form.
    pub email_key: String,
    /// SHA-256 of the secret.
    pub token_hash: String,
    /// When it dies.
    pub expires: DateTime<Utc>,
}

/// Who sets a new password.
#[derive(Debug, Clone, PartialEq)]
pub struct Resetting {
    /// The address.
    pub email: String,
    /// The passwords of this address as they are now: a new one takes their salt.
    pub passwords: Vec<String>,
    /// Names of the person, for words that may not be in the password.
    pub names: Vec<String>,
    /// Consoles it leads to.
    pub consoles: Vec<Console>,
}

/// A line of the audit log about the one who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLine {
    /// When.
    pub at: DateTime<Utc>,
    /// See [`super::super::audit::Action::word`].
    pub action: String,
    /// With what, at a sign-in.
    pub subject: Option<String>,
    /// Where from.
    pub origin: Option<String>,
}
