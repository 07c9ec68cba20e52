//! Users of a client's portal: who is invited, in which role.

use chrono::{DateTime, Utc};

use crate::values::text::{Email, Line};

use super::key::{ClientKey, UserKey};

/// What a user may see of what is published for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Full,
    /// Invoices, retainer, unbilled, documents.
    Finance,
    /// Hours, budget, tasks, projects.
    Work,
}

impl Role {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Finance => "finance",
            Self::Work => "work",
        }
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Full, Self::Finance, Self::Work]
            .into_iter()
            .find(|role| role.word() == word)
    }
}

/// Whether the user is the client itself or an outside party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Client,
    Accountant,
    Bookkeeper,
}

impl Party {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Accountant => "accountant",
            Self::Bookkeeper => "bookkeeper",
        }
    }

    /// The party a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Client, Self::Accountant, Self::Bookkeeper]
            .into_iter()
            .find(|party| party.word() == word)
    }
}

/// A person who may sign in to see one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub key: UserKey,
    pub client: ClientKey,
    pub email: Email,
    pub name: Option<Line>,
    pub role: Role,
    pub party: Party,
    pub enabled: bool,
    /// SHA-256 of the open invitation's secret, hex. The secret itself is shown once and kept nowhere.
    pub invitation_hash: String,
    pub invitation_expires: DateTime<Utc>,
    /// When the invitation was accepted, as the portal told.
    pub accepted: Option<DateTime<Utc>>,
    pub last_sign_in: Option<DateTime<Utc>>,
}

/// Where a user stands, derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Invited,
    /// The invitation ran out before it was accepted.
    Expired,
    Active,
    Disabled,
}

impl State {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Expired => "expired",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

impl User {
    /// The state at this instant.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if !self.enabled {
            State::Disabled
        } else if self.accepted.is_some() {
            State::Active
        } else if self.invitation_expires <= now {
            State::Expired
        } else {
            State::Invited
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_follows_from_what_happened() {
        let now: DateTime<Utc> = "2026-11-21T10:00:00Z".parse().unwrap();
        let hour = chrono::Duration::hours(1);
        let mut user = User {
            key: UserKey(1),
            client: ClientKey(1),
            email: Email::parse("jo@acme.example").unwrap(),
            name: None,
            role: Role::Full,
            party: Party::Client,
            enabled: true,
            invitation_hash: String::new(),
            invitation_expires: now + hour,
            accepted: None,
            last_sign_in: None,
        };
        assert_eq!(user.state(now), State::Invited);
        assert_eq!(user.state(now + hour), State::Expired);
        user.accepted = Some(now);
        assert_eq!(user.state(now + hour), State::Active);
        user.enabled = false;
        assert_eq!(user.state(now), State::Disabled);
    }
}
