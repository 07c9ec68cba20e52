//! Who is told of what by mail: the events, what is set for them, and whom that means. A client's value stands before the global one.

use crate::values::text::{Email, fold};

use super::member::{Access, Member};
use super::user::{Role, User};

/// An event of which somebody can be told.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub key: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
    /// The roles of users who see what it is about; none where it is nothing for clients.
    roles: &'static [Role],
}

/// Every event, in the order in which they are shown.
pub const EVENTS: &[Event] = &[
    Event {
        key: "invoice-issued",
        default: "client",
        meaning: "an invoice was issued",
        roles: &[Role::Full, Role::Finance],
    },
    Event {
        key: "invoice-reminder",
        default: "client",
        meaning: "an invoice is overdue",
        roles: &[Role::Full, Role::Finance],
    },
    Event {
        key: "budget-threshold",
        default: "owner",
        meaning: "a budget is used up to one of its thresholds",
        roles: &[Role::Full, Role::Work],
    },
    Event {
        key: "retainer-low",
        default: "both",
        meaning: "little is left of a retainer",
        roles: &[Role::Full, Role::Finance],
    },
    Event {
        key: "weekly-summary",
        default: "off",
        meaning: "the hours of the week",
        roles: &[Role::Full, Role::Work],
    },
    Event {
        key: "comment-reply",
        default: "both",
        meaning: "somebody replied to a comment",
        roles: &[Role::Full, Role::Finance, Role::Work],
    },
    Event {
        key: "question-asked",
        default: "owner",
        meaning: "a client asked a question",
        roles: &[],
    },
];

/// Why a setting is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    #[error("there is no notification `{0}`")]
    Unknown(String),
    #[error("`{value}` is not a value of `{key}`: expected {expected}")]
    Value {
        key: &'static str,
        value: String,
        expected: &'static str,
    },
    #[error("`{0}` is nothing that somebody at a client can do without")]
    Essential(&'static str),
    #[error("no notice is written about `{0}`: its mail is written from an invoice")]
    NoNotice(&'static str),
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    Off,
    /// The users of the client who see what it is about.
    Client,
    /// The owners of the business.
    Owner,
    Both,
    Addresses(Vec<Email>),
}

impl Audience {
    /// Reads a word, or addresses with commas between them; one that stands there twice is kept once.
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "off" => return Some(Self::Off),
            "client" => return Some(Self::Client),
            "owner" => return Some(Self::Owner),
            "both" => return Some(Self::Both),
            _ => {}
        }
        let mut addresses = Vec::new();
        for word in text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            add(&mut addresses, &Email::parse(word).ok()?);
        }
        (!addresses.is_empty()).then_some(Self::Addresses(addresses))
    }

    /// The form in which it is kept.
    fn kept(&self) -> String {
        match self {
            Self::Off => "off".to_owned(),
            Self::Client => "client".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Both => "both".to_owned(),
            Self::Addresses(addresses) => {
                let addresses: Vec<&str> = addresses.iter().map(Email::as_str).collect();
                addresses.join(",")
            }
        }
    }
}

/// The event of this name.
pub fn find(key: &str) -> Result<&'static Event, NotificationError> {
    EVENTS
        .iter()
        .find(|event| event.key == key)
        .ok_or_else(|| NotificationError::Unknown(key.to_owned()))
}

impl Event {
    /// Reads a value.
    pub fn audience(&self, value: &str) -> Result<Audience, NotificationError> {
        let audience = Audience::parse(value);
        let fits = |audience: &Audience| {
            let for_client = matches!(audience, Audience::Client | Audience::Both);
            !(for_client && self.roles.is_empty())
        };
        audience
            .filter(fits)
            .ok_or_else(|| NotificationError::Value {
                key: self.key,
                value: value.chars().take(100).collect(),
                expected: if self.roles.is_empty() {
                    "off, owner or mail addresses"
                } else {
                    "off, client, owner, both or mail addresses"
                },
            })
    }

    /// Checks a value and gives it in the form in which it is kept.
    pub fn check(&self, value: &str) -> Result<String, NotificationError> {
        Ok(self.audience(value)?.kept())
    }

    /// Whether a user of this role sees what it is about.
    pub fn is_for(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The addresses of an audience: of users who are in and may see it, of owners who are there, each once. Where no owner has
    /// an address, the business's is taken.
    pub fn recipients(&self, audience: &Audience, people: &People<'_>) -> Vec<Email> {
        let mut addresses = Vec::new();
        if let Audience::Addresses(named) = audience {
            return named.clone();
        }
        if matches!(audience, Audience::Client | Audience::Both) {
            let told = |user: &&User| user.is_in() && self.roles.contains(&user.role);
            for user in people.users.iter().filter(told) {
                add(&mut addresses, &user.email);
            }
        }
        if matches!(audience, Audience::Owner | Audience::Both) {
            let owns = |member: &&Member| member.access == Access::Owner && !member.archived;
            let of_owners = people.members.iter().filter(owns);
            let mut owners = of_owners
                .filter_map(|member| member.email.as_ref())
                .peekable();
            if owners.peek().is_none() {
                people
                    .business
                    .iter()
                    .for_each(|email| add(&mut addresses, email));
            }
            owners.for_each(|email| add(&mut addresses, email));
        }
        addresses
    }

    /// Of the client and of the owner, as far as an audience means them: why nobody is told.
    pub fn nobody(&self, audience: &Audience, people: &People<'_>) -> Vec<Nobody> {
        let (client, owner) = match audience {
            Audience::Off | Audience::Addresses(_) => return Vec::new(),
            Audience::Client => (true, false),
            Audience::Owner => (false, true),
            Audience::Both => (true, true),
        };
        let tells = |part: Audience| !self.recipients(&part, people).is_empty();
        let mut reasons = Vec::new();
        if client && !tells(Audience::Client) {
            reasons.push(if people.users.is_empty() {
                Nobody::NoUser
            } else if people.users.iter().any(User::is_in) {
                Nobody::NotTheirs
            } else {
                Nobody::NotIn
            });
        }
        if owner && !tells(Audience::Owner) {
            reasons.push(Nobody::NoOwner);
        }
        reasons
    }
}

/// Why nobody is told of an event although somebody is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nobody {
    /// The client has no user.
    NoUser,
    /// No user of the client has accepted an invitation and is let in.
    NotIn,
    /// No user who is in has a role that sees it.
    NotTheirs,
    /// Neither a contact who pays or speaks for the client nor the client itself has a mail address.
    NoAddress,
    /// Neither an owner nor the business has a mail address.
    NoOwner,
}

/// Why somebody who is meant is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The user is not let in.
    Disabled,
    /// The user has not accepted the invitation.
    NotAccepted,
    /// The user's role does not show it.
    Role(Role),
    /// The owner put it down.
    Muted,
    /// They ended it themselves.
    Unsubscribed,
    /// This setting of the portal is off.
    Hidden(&'static str),
    /// The client is not on a portal yet.
    NotSynced,
}

impl LeftOut {
    /// The stable word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::NotAccepted => "not-accepted",
            Self::Role(_) => "role",
            Self::Muted => "muted",
            Self::Unsubscribed => "unsubscribed",
            Self::Hidden(_) => "hidden",
            Self::NotSynced => "not-synced",
        }
    }
}

/// Who can be told.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    pub users: &'a [User],
    pub members: &'a [Member],
    pub business: Option<&'a Email>,
}

fn add(addresses: &mut Vec<Email>, email: &Email) {
    let same = |other: &Email| fold(other.as_str()) == fold(email.as_str());
    if !addresses.iter().any(same) {
        addresses.push(email.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::{ClientKey, MemberKey, UserKey};
    use crate::domain::user::Party;
    use crate::values::id::Slug;
    use crate::values::text::Line;

    #[test]
    fn values_are_checked() {
        let cases = [
            ("off", Some("off")),
            (" both ", Some("both")),
            ("Client", None),
            ("jo@acme.example", Some("jo@acme.example")),
            (
                "jo@acme.example, Ann@Acme.Example,JO@acme.example,",
                Some("jo@acme.example,Ann@acme.example"),
            ),
            ("jo@acme.example, owner", None),
            ("jo", None),
            ("", None),
            (",", None),
        ];
        for event in EVENTS {
            for (value, kept) in cases {
                let kept = kept.filter(|_| !(event.roles.is_empty() && value.contains("both")));
                assert_eq!(event.check(value).ok().as_deref(), kept, "{value}");
            }
            assert_eq!(event.check(event.default).as_deref(), Ok(event.default));
            assert!(find(event.key).is_ok());
        }
        assert!(find("weather").is_err());
    }

    fn user(name: &str, role: Role, enabled: bool, accepted: bool) -> User {
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        User {
            key: UserKey(1),
            client: ClientKey(1),
            email: Email::parse(&format!("{name}@acme.example")).unwrap(),
            name: None,
            role,
            party: Party::Client,
            enabled,
            invitation_hash: String::new(),
            invitation_expires: at,
            invitation_by_mail: false,
            accepted: accepted.then_some(at),
            last_sign_in: None,
            contact: None,
        }
    }

    fn member(name: &str, access: Access, archived: bool) -> Member {
        Member {
            key: MemberKey(1),
            slug: Slug::parse(name).unwrap(),
            name: Line::parse(name).unwrap(),
            email: Email::parse(&format!("{name}@studio.example")).ok(),
            role: None,
            archived,
            access,
            alias: None,
        }
    }

    #[test]
    fn those_are_told_who_are_in_and_see_it() {
        let users = [
            user("full", Role::Full, true, true),
            user("finance", Role::Finance, true, true),
            user("work", Role::Work, true, true),
            user("invited", Role::Full, true, false),
            user("disabled", Role::Full, false, true),
        ];
        let members = [
            member("ada", Access::Owner, false),
            member("mara", Access::Manager, false),
            member("left", Access::Owner, true),
        ];
        let office = Email::parse("office@studio.example").unwrap();
        let told = |key: &str, value: &str, members: &[Member]| {
            let event = find(key).unwrap();
            let people = People {
                users: &users,
                members,
                business: Some(&office),
            };
            let addresses = event.recipients(&event.audience(value).unwrap(), &people);
            let locals = addresses
                .iter()
                .filter_map(|email| email.as_str().split('@').next());
            locals.collect::<Vec<_>>().join(" ")
        };
        let cases = [
            ("invoice-issued", "client", "full finance"),
            ("budget-threshold", "client", "full work"),
            ("comment-reply", "both", "full finance work ada"),
            ("invoice-issued", "owner", "ada"),
            ("invoice-issued", "off", ""),
            ("invoice-issued", "kim@else.example", "kim"),
        ];
        for (key, value, expected) in cases {
            assert_eq!(told(key, value, &members), expected, "{key}={value}");
        }
        assert_eq!(told("invoice-issued", "owner", &members[1..]), "office");
    }

    #[test]
    fn where_nobody_is_told_the_reason_is_known() {
        let in_as = |role| user("jo", role, true, true);
        let invited = user("jo", Role::Full, true, false);
        let ada = [member("ada", Access::Owner, false)];
        let event = find("invoice-issued").unwrap();
        for (value, users, owned, expected) in [
            ("client", vec![], true, vec![Nobody::NoUser]),
            ("client", vec![invited], true, vec![Nobody::NotIn]),
            (
                "client",
                vec![in_as(Role::Work)],
                true,
                vec![Nobody::NotTheirs],
            ),
            (
                "both",
                vec![in_as(Role::Full)],
                false,
                vec![Nobody::NoOwner],
            ),
            ("both", vec![], false, vec![Nobody::NoUser, Nobody::NoOwner]),
            ("off", vec![], false, vec![]),
            ("kim@else.example", vec![], false, vec![]),
        ] {
            let people = People {
                users: &users,
                members: if owned { &ada } else { &[] },
                business: None,
            };
            let audience = event.audience(value).unwrap();
            assert_eq!(event.nobody(&audience, &people), expected, "{value}");
        }
    }
}
