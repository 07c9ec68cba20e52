//! Users of a client's portal: who is invited, in which role, and what may be done with them.

use chrono::{DateTime, Duration, Utc};

use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::Refusal;
use super::client::Stage;
use super::key::{ClientKey, ContactKey, UserKey};

/// How long an invitation can be accepted.
const INVITATION: Duration = Duration::days(7);

/// When an invitation of this instant runs out.
pub fn invitation_expires(invited: DateTime<Utc>) -> DateTime<Utc> {
    invited + INVITATION
}

/// What a user may see of what is published for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Full,
    /// Invoices, retainer, unbilled work.
    Finance,
    /// Hours, budgets, projects.
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
    /// SHA-256 of the latest invitation's secret, hex; empty where it was good for a portal that is left. The secret itself is shown
    /// once and kept nowhere.
    pub invitation_hash: String,
    pub invitation_expires: DateTime<Utc>,
    /// The portal mails a link of its own; else its link was shown here, once.
    pub invitation_by_mail: bool,
    /// When the latest invitation was accepted, as the portal told.
    pub accepted: Option<DateTime<Utc>>,
    pub last_sign_in: Option<DateTime<Utc>>,
    /// The contact of the client whom the user is.
    pub contact: Option<ContactKey>,
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
        } else if self.is_in() {
            State::Active
        } else if self.invitation_expires <= now {
            State::Expired
        } else {
            State::Invited
        }
    }

    /// Whether the user was let in and has come.
    pub fn is_in(&self) -> bool {
        self.enabled && self.has_come()
    }

    /// Whether the user has come, let in still or not.
    pub fn has_come(&self) -> bool {
        self.accepted.is_some() || self.last_sign_in.is_some()
    }

    /// Whether the latest invitation waits for being accepted; it may have run out meanwhile.
    pub fn has_open_invitation(&self) -> bool {
        self.enabled && self.accepted.is_none() && !self.invitation_hash.is_empty()
    }

    /// Makes another invitation. One who was in stays active while it waits.
    pub fn invite_again(&mut self, hash: String, by_mail: bool, now: DateTime<Utc>) {
        self.last_sign_in = self.last_sign_in.max(self.accepted);
        self.accepted = None;
        self.invitation_hash = hash;
        self.invitation_expires = invitation_expires(now);
        self.invitation_by_mail = by_mail;
    }

    /// Takes in that an invitation was accepted. What a portal tells from before the latest invitation of one who was in already
    /// is of an earlier one.
    pub fn accept(&mut self, at: DateTime<Utc>) {
        let invited = self.invitation_expires - INVITATION;
        let earlier = self.last_sign_in.is_some() && at < invited;
        if self.accepted.is_none() && !earlier {
            self.accepted = Some(at);
        }
        self.sign_in(at);
    }

    /// The portal does not know the user's password, be it that it forgot it with the client or that it is another one than before:
    /// whether the user was in, and is not any more. An invitation that nobody has used yet stays open.
    pub fn leave(&mut self, now: DateTime<Utc>) -> bool {
        let was_in = self.has_come();
        if self.accepted.take().is_some() {
            // The link that was used once stays used: there is none any more.
            self.invitation_hash.clear();
            self.invitation_expires = self.invitation_expires.min(now);
            self.invitation_by_mail = false;
        }
        self.last_sign_in = None;
        was_in
    }

    /// Takes in that the user was there.
    pub fn sign_in(&mut self, at: DateTime<Utc>) {
        self.last_sign_in = self.last_sign_in.max(Some(at));
    }
}

/// What can be done with a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The first invitation.
    Invite,
    /// Another invitation: the one before is no longer good.
    Reinvite,
    Enable,
    Disable,
    ChangeRole,
    Remove,
}

impl Act {
    /// Refuses what cannot be done with a user of this client. An archived client has left the portal: nobody is invited to it,
    /// but who was can be kept in order until it is restored.
    pub fn check(self, client: &Slug, stage: Stage, user: Option<&User>) -> Result<(), Refusal> {
        let client = client.clone();
        let invites = matches!(self, Self::Invite | Self::Reinvite);
        if invites && stage == Stage::Archived {
            return Err(Refusal::ClientArchived { client });
        }
        match user {
            Some(user) if self == Self::Invite => Err(Refusal::UserExists {
                email: user.email.to_string(),
                client,
            }),
            Some(user) if self == Self::Reinvite && !user.enabled => Err(Refusal::UserDisabled {
                email: user.email.to_string(),
                client,
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn user() -> User {
        User {
            key: UserKey(1),
            client: ClientKey(1),
            email: Email::parse("jo@acme.example").unwrap(),
            name: None,
            role: Role::Full,
            party: Party::Client,
            enabled: true,
            invitation_hash: "dd".repeat(32),
            invitation_expires: invitation_expires(now()),
            invitation_by_mail: false,
            accepted: None,
            last_sign_in: None,
            contact: None,
        }
    }

    #[test]
    fn the_state_follows_from_what_happened() {
        let (now, week) = (now(), Duration::days(7));
        let mut user = user();
        assert_eq!(user.state(now), State::Invited);
        assert_eq!(user.state(now + week), State::Expired);
        user.accepted = Some(now);
        assert_eq!(user.state(now + week), State::Active);
        user.enabled = false;
        assert_eq!(user.state(now), State::Disabled);
    }

    #[test]
    fn who_was_in_has_to_be_invited_again_once_the_client_left_the_portal() {
        let now = now();
        let mut user = user();
        assert!(!user.leave(now));
        assert_eq!(user.state(now), State::Invited);
        user.accept(now);
        user.sign_in(now + Duration::days(1));
        let later = now + Duration::days(2);
        assert!(user.leave(later));
        assert_eq!(user.state(later), State::Expired);
        assert!(!user.has_open_invitation(), "the link was used");
        assert!(!user.leave(later));
        // Invited again before the client left: that link nobody has used.
        user.accept(later);
        user.invite_again("ee".to_owned(), false, later);
        assert!(user.leave(later));
        assert_eq!(user.state(later), State::Invited);
        assert!(user.has_open_invitation());
    }

    #[test]
    fn an_invitation_is_open_until_it_is_accepted_and_again_when_it_is_made_anew() {
        let hour = |hours| now() + Duration::hours(hours);
        let mut user = user();
        assert!(user.has_open_invitation());
        // A portal whose clock is behind.
        user.accept(hour(-1));
        assert!(!user.has_open_invitation());
        assert_eq!(user.last_sign_in, Some(hour(-1)));
        user.accepted = Some(hour(1));
        user.last_sign_in = None;
        user.invite_again("ff".to_owned(), false, hour(2));
        assert!(user.has_open_invitation());
        assert_eq!(user.state(hour(2)), State::Active);
        assert_eq!(user.last_sign_in, Some(hour(1)));
        // Told again of the first one, and then of the second.
        user.accept(hour(1));
        assert!(user.has_open_invitation());
        user.accept(hour(3));
        assert_eq!(user.accepted, Some(hour(3)));
        user.sign_in(hour(2));
        assert_eq!(user.last_sign_in, Some(hour(3)));
        user.accepted = None;
        user.enabled = false;
        assert!(!user.has_open_invitation());
    }

    #[test]
    fn what_can_be_done_with_whom() {
        use Act::{ChangeRole, Disable, Enable, Invite, Reinvite, Remove};
        let disabled = User {
            enabled: false,
            ..user()
        };
        let acme = Slug::parse("acme").unwrap();
        let all = [Invite, Reinvite, Enable, Disable, ChangeRole, Remove];
        let cases: [(Stage, Option<User>, &[Act], &str); 7] = [
            (Stage::Lead, None, &all, ""),
            (Stage::Active, None, &all, ""),
            (
                Stage::Archived,
                None,
                &[Invite, Reinvite],
                "client.archived",
            ),
            (
                Stage::Archived,
                Some(user()),
                &[Invite, Reinvite],
                "client.archived",
            ),
            (Stage::Active, Some(user()), &[Invite], "user.exists"),
            (
                Stage::Active,
                Some(disabled.clone()),
                &[Reinvite],
                "user.disabled",
            ),
            (
                Stage::Archived,
                Some(disabled),
                &[Enable, Disable, ChangeRole, Remove],
                "",
            ),
        ];
        for (stage, user, acts, expected) in cases {
            for act in acts {
                let answer = act.check(&acme, stage, user.as_ref());
                let code = answer.map_or_else(|refusal| refusal.code(), |()| "");
                assert_eq!(code, expected, "{act:?} at {stage:?}");
            }
        }
    }
}
