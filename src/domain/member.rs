//! Members of the team: who does the work, for whom, and what they are among the others.

use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::Refusal;
use super::key::{ClientKey, MemberKey};

/// What a member is among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Answers for the books; a team has at least one.
    Owner,
    Manager,
    Member,
}

impl Access {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Member => "member",
        }
    }

    /// The access a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Owner, Self::Manager, Self::Member]
            .into_iter()
            .find(|access| access.word() == word)
    }
}

/// Somebody who logs time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub key: MemberKey,
    pub slug: Slug,
    pub name: Line,
    pub email: Option<Email>,
    /// What the member does, in a word a client may read: "Developer".
    pub role: Option<Line>,
    /// Their time stays; they take no new entries.
    pub archived: bool,
    pub access: Access,
    /// What clients read in place of the name.
    pub alias: Option<Line>,
}

impl Member {
    /// Whether the member is an owner who is there.
    pub fn owns(&self) -> bool {
        self.access == Access::Owner && !self.archived
    }
}

/// The access of a new member where none is named: the first one owns.
pub fn first_access(team: &[Member]) -> Access {
    if team.is_empty() {
        Access::Owner
    } else {
        Access::Member
    }
}

/// Refuses a change after which a team would be without an owner.
pub fn keeps_an_owner(team: &[Member], changed: &Member) -> Result<(), Refusal> {
    let owned = |member: &Member| member.key == changed.key && member.owns();
    let other = |member: &Member| member.key != changed.key && member.owns();
    if changed.owns() || team.iter().any(other) || !team.iter().any(owned) {
        return Ok(());
    }
    Err(Refusal::LastOwner {
        member: changed.slug.clone(),
    })
}

/// The clients for whom a member works. Nobody named: for all, also for those to come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach(pub Vec<ClientKey>);

/// How a reach changes.
#[derive(Debug, Clone, Default)]
pub struct ReachChange {
    /// All clients again, before the others are looked at.
    pub all: bool,
    pub with: Vec<ClientKey>,
    pub without: Vec<ClientKey>,
}

impl Reach {
    /// Whether the member works for a client.
    pub fn includes(&self, client: ClientKey) -> bool {
        self.0.is_empty() || self.0.contains(&client)
    }

    /// Refuses work for a client for whom the member does not work.
    pub fn check(&self, member: &Slug, client: ClientKey, slug: &Slug) -> Result<(), Refusal> {
        if self.includes(client) {
            return Ok(());
        }
        Err(Refusal::MemberElsewhere {
            member: member.clone(),
            client: slug.clone(),
        })
    }

    /// The reach after a change. Taking the last client away would turn it into all clients, and is refused.
    pub fn changed(&self, member: &Slug, change: &ReachChange) -> Result<Self, Refusal> {
        let mut clients = if change.all {
            Vec::new()
        } else {
            self.0.clone()
        };
        clients.extend(&change.with);
        clients.sort_unstable();
        clients.dedup();
        if change.without.is_empty() {
            return Ok(Self(clients));
        }
        let member = member.clone();
        if clients.is_empty() {
            return Err(Refusal::MemberEverywhere { member });
        }
        clients.retain(|client| !change.without.contains(client));
        if clients.is_empty() {
            return Err(Refusal::MemberNowhere { member });
        }
        Ok(Self(clients))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(key: i64, access: Access, archived: bool) -> Member {
        Member {
            key: MemberKey(key),
            slug: Slug::parse(&format!("m{key}")).unwrap(),
            name: Line::parse("Somebody").unwrap(),
            email: None,
            role: None,
            archived,
            access,
            alias: None,
        }
    }

    #[test]
    fn a_team_keeps_an_owner() {
        use Access::{Manager, Member, Owner};
        // The others; the member before and after; whether it may be.
        let cases = [
            (vec![], (Owner, false), (Owner, true), false),
            (vec![], (Owner, false), (Manager, false), false),
            (vec![], (Owner, false), (Owner, false), true),
            (
                vec![(Manager, false)],
                (Owner, false),
                (Member, false),
                false,
            ),
            (vec![(Owner, true)], (Owner, false), (Owner, true), false),
            (vec![(Owner, false)], (Owner, false), (Owner, true), true),
            (vec![(Owner, false)], (Owner, false), (Member, false), true),
            (vec![(Owner, false)], (Member, false), (Member, true), true),
            // A team that has no owner is not made worse.
            (vec![], (Member, false), (Member, true), true),
            (vec![], (Member, false), (Owner, false), true),
        ];
        for (others, before, after, allowed) in cases {
            let mut team: Vec<_> = (2..)
                .zip(&others)
                .map(|(key, (access, archived))| member(key, *access, *archived))
                .collect();
            team.push(member(1, before.0, before.1));
            let answer = keeps_an_owner(&team, &member(1, after.0, after.1));
            assert_eq!(
                answer.is_ok(),
                allowed,
                "{others:?}: {before:?} to {after:?}"
            );
        }
        assert_eq!(first_access(&[]), Owner);
        assert_eq!(first_access(&[member(1, Owner, false)]), Member);
    }

    #[test]
    fn a_reach_is_widened_and_narrowed_by_name_and_never_by_accident() {
        let keys = |keys: &[i64]| keys.iter().copied().map(ClientKey).collect::<Vec<_>>();
        // Before; all again, with, without; after or why not.
        type Case<'a> = (
            &'a [i64],
            (bool, &'a [i64], &'a [i64]),
            Result<&'a [i64], &'a str>,
        );
        let cases: [Case<'_>; 9] = [
            (&[], (false, &[], &[]), Ok(&[])),
            (&[], (false, &[2, 1, 2], &[]), Ok(&[1, 2])),
            (&[1], (false, &[2], &[]), Ok(&[1, 2])),
            (&[1, 2], (false, &[], &[1]), Ok(&[2])),
            (&[1, 2], (false, &[3], &[1, 9]), Ok(&[2, 3])),
            (&[1, 2], (true, &[], &[]), Ok(&[])),
            (&[1, 2], (true, &[3], &[]), Ok(&[3])),
            (&[], (false, &[], &[1]), Err("member.everywhere")),
            (&[1], (false, &[], &[1]), Err("member.nowhere")),
        ];
        let ada = Slug::parse("ada").unwrap();
        for (before, (all, with, without), after) in cases {
            let change = ReachChange {
                all,
                with: keys(with),
                without: keys(without),
            };
            let answer = Reach(keys(before)).changed(&ada, &change);
            let expected = after.map(|after| Reach(keys(after)));
            assert_eq!(answer.map_err(|refusal| refusal.code()), expected);
        }
        let acme = Slug::parse("acme").unwrap();
        for (reach, allowed) in [(vec![], true), (keys(&[1]), true), (keys(&[2]), false)] {
            let answer = Reach(reach).check(&ada, ClientKey(1), &acme);
            assert_eq!(answer.is_ok(), allowed);
        }
    }
}
