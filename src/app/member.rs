//! Members of the team, and for whom they work.

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::key::{ClientKey, MemberKey};
use crate::domain::member::{Access, Member, Reach, ReachChange, first_access, keeps_an_owner};
use crate::store::{Books, Writer};
use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::client::Made;
use super::settings::owner;
use super::{Error, Result, Session, find};

/// A member with the clients for whom they work.
#[derive(Debug, Clone)]
pub struct Shown {
    pub member: Member,
    /// Short names; empty: all clients.
    pub clients: Vec<Slug>,
}

impl Shown {
    pub(super) fn of(books: &Books<'_>, member: Member) -> Result<Self> {
        let reach = books.reach(member.key)?;
        let mut clients = Vec::with_capacity(reach.0.len());
        for client in reach.0 {
            clients.push(find::client_of(books, client)?.slug);
        }
        clients.sort();
        Ok(Self { member, clients })
    }
}

/// What is said of a new member.
#[derive(Debug, Clone)]
pub struct New {
    pub name: Line,
    pub slug: Option<Slug>,
    pub email: Option<Email>,
    pub role: Option<Line>,
    /// None: owner, if it is the first member, else member.
    pub access: Option<Access>,
    pub alias: Option<Line>,
    /// Short names of clients; none: all.
    pub clients: Vec<String>,
}

/// Which clients a member works for, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct ClientWords {
    pub all: bool,
    pub with: Vec<String>,
    pub without: Vec<String>,
}

impl ClientWords {
    fn change(&self, books: &Books<'_>) -> Result<ReachChange> {
        let keys = |words: &[String]| {
            words
                .iter()
                .map(|word| Ok(find::client(books, word)?.key))
                .collect::<Result<Vec<_>>>()
        };
        Ok(ReachChange {
            all: self.all,
            with: keys(&self.with)?,
            without: keys(&self.without)?,
        })
    }
}

/// Adds a member.
pub fn add(session: &mut Session, new: New, if_missing: bool) -> Result<(Shown, Made)> {
    let slug = match new.slug {
        Some(slug) => slug,
        None => Slug::from_name(new.name.as_str())?,
    };
    session.write(|books| {
        if let Some(existing) = books.member(&slug)? {
            if if_missing {
                return Ok((Shown::of(books, existing)?, Made::Existing));
            }
            return Err(Error::from(Refusal::Exists {
                noun: "member",
                reference: slug.to_string(),
            }));
        }
        let clients = ClientWords {
            with: new.clients,
            ..ClientWords::default()
        };
        let reach = Reach::default().changed(&slug, &clients.change(books)?)?;
        let mut member = Member {
            key: MemberKey(0),
            slug,
            name: new.name,
            email: new.email,
            role: new.role,
            archived: false,
            access: match new.access {
                Some(access) => access,
                None => first_access(&books.members()?),
            },
            alias: new.alias,
        };
        member.key = books.add_member(&member)?;
        books.set_reach(member.key, &reach)?;
        Ok((Shown::of(books, member)?, Made::New))
    })
}

/// Members, the first one first.
pub fn list(session: &Session, archived: bool) -> Result<Vec<Shown>> {
    session.store.read(|books| {
        books
            .members()?
            .into_iter()
            .filter(|member| archived || !member.archived)
            .map(|member| Shown::of(books, member))
            .collect()
    })
}

/// One member.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    session
        .store
        .read(|books| Shown::of(books, find::member(books, reference)?))
}

/// Changes a member, and the clients for whom they work.
pub fn edit(
    session: &mut Session,
    reference: &str,
    clients: &ClientWords,
    change: impl FnOnce(&mut Member),
) -> Result<Shown> {
    session.write(|books| {
        let before = find::member(books, reference)?;
        let mut member = before.clone();
        change(&mut member);
        if member.slug != before.slug && books.member(&member.slug)?.is_some() {
            return Err(Error::from(Refusal::Taken {
                noun: "member",
                reference: member.slug.to_string(),
            }));
        }
        keeps_an_owner(&books.members()?, &member)?;
        if member.archived && !before.archived && books.timer(member.key)?.is_some() {
            return Err(Error::from(Refusal::MemberHasTimer {
                member: member.slug,
            }));
        }
        let change = clients.change(books)?;
        let reach = books.reach(member.key)?.changed(&member.slug, &change)?;
        books.edit_member(&member)?;
        books.set_reach(member.key, &reach)?;
        Shown::of(books, member)
    })
}

/// The members who work for a client and are there.
pub(super) fn of_client(books: &Books<'_>, client: ClientKey) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    for member in books.members()? {
        if !member.archived && books.reach(member.key)?.includes(client) {
            members.push(member);
        }
    }
    Ok(members)
}

/// Refuses work of a member for a client for whom they do not work.
pub(super) fn works_for(books: &Books<'_>, member: &Member, client: &Client) -> Result<()> {
    let reach = books.reach(member.key)?;
    Ok(reach.check(&member.slug, client.key, &client.slug)?)
}

/// Who logs time: as named, else as the settings say, else the first member. A store without members gets its first.
pub(super) fn at_work(
    books: &mut Writer<'_>,
    named: Option<&str>,
    set: Option<&Slug>,
    who: &str,
) -> Result<Member> {
    match (named, set) {
        (Some(name), _) => present(books, name),
        (None, Some(slug)) => present(books, slug.as_str()),
        (None, None) => match books.members()?.into_iter().find(|member| !member.archived) {
            Some(first) => Ok(first),
            None => {
                let mut first = owner(None, who)?;
                first.key = books.add_member(&first)?;
                Ok(first)
            }
        },
    }
}

/// A member by name who is there.
pub(super) fn present(books: &Books<'_>, name: &str) -> Result<Member> {
    let member = find::member(books, name)?;
    if member.archived {
        return Err(Refusal::MemberArchived {
            member: member.slug,
        }
        .into());
    }
    Ok(member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::publish::sample::{Sample, day, line, sample};
    use crate::app::time::{self, About};
    use crate::values::duration::{Seconds, Worked};

    fn new(name: &str, clients: &[&str]) -> New {
        New {
            name: line(name),
            slug: None,
            email: None,
            role: None,
            access: None,
            alias: None,
            clients: clients.iter().map(|client| (*client).to_owned()).collect(),
        }
    }

    fn code(error: Error) -> &'static str {
        match error {
            Error::Refused(refusal) => refusal.code(),
            other => panic!("{other}"),
        }
    }

    fn about(client: &str, by: &str) -> About {
        About {
            project: format!("{client}/website"),
            by: Some(by.to_owned()),
            ..About::default()
        }
    }

    fn log(session: &mut Session, client: &str, by: &str) -> Result<String> {
        let worked = Worked::Length(Seconds(600));
        let logged = time::log(session, &about(client, by), worked, day("2026-11-19"))?;
        Ok(logged.entry.entry.key.0.to_string())
    }

    fn words(all: bool, with: &[&str], without: &[&str]) -> ClientWords {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        ClientWords {
            all,
            with: owned(with),
            without: owned(without),
        }
    }

    #[test]
    fn work_is_refused_for_clients_for_whom_a_member_does_not_work() {
        let Sample { mut session, .. } = sample();
        add(&mut session, new("Jonas", &["beta"]), false).unwrap();
        let refused = log(&mut session, "acme", "jonas").unwrap_err();
        assert_eq!(code(refused), "member.elsewhere");
        let refused = time::start(&mut session, &about("acme", "jonas"), None).unwrap_err();
        assert_eq!(code(refused), "member.elsewhere");
        let entry = log(&mut session, "beta", "jonas").unwrap();
        let moved = time::Edit {
            project: Some("acme/website".to_owned()),
            ..Default::default()
        };
        let refused = time::edit(&mut session, &entry, &moved).unwrap_err();
        assert_eq!(code(refused), "member.elsewhere");
        let others = log(&mut session, "acme", "ada").unwrap();
        let taken = time::Edit {
            by: Some("jonas".to_owned()),
            ..Default::default()
        };
        let refused = time::edit(&mut session, &others, &taken).unwrap_err();
        assert_eq!(code(refused), "member.elsewhere");

        let wider = words(false, &["acme"], &["beta"]);
        let shown = edit(&mut session, "jonas", &wider, |_| ()).unwrap();
        let names: Vec<_> = shown.clients.iter().map(Slug::as_str).collect();
        assert_eq!(names, ["acme"]);
        log(&mut session, "acme", "jonas").unwrap();
        // What was logged before stays, and can be corrected.
        let noted = time::Edit {
            note: Some(Some(line("kick-off"))),
            ..Default::default()
        };
        time::edit(&mut session, &entry, &noted).unwrap();
        let refused = edit(&mut session, "jonas", &words(false, &[], &["acme"]), |_| ());
        assert_eq!(code(refused.unwrap_err()), "member.nowhere");
        let all = edit(&mut session, "jonas", &words(true, &[], &[]), |_| ()).unwrap();
        assert!(all.clients.is_empty());
        log(&mut session, "beta", "jonas").unwrap();
    }

    #[test]
    fn the_last_owner_stays_and_nobody_goes_with_a_timer_running() {
        let Sample { mut session, .. } = sample();
        add(&mut session, new("Jonas", &[]), false).unwrap();
        let same = ClientWords::default();
        let archive = |member: &mut Member| member.archived = true;
        let refused = edit(&mut session, "ada", &same, archive).unwrap_err();
        assert_eq!(code(refused), "member.last_owner");
        let refused = edit(&mut session, "ada", &same, |ada| {
            ada.access = Access::Manager
        });
        assert_eq!(code(refused.unwrap_err()), "member.last_owner");
        time::start(&mut session, &about("acme", "jonas"), None).unwrap();
        let refused = edit(&mut session, "jonas", &same, archive).unwrap_err();
        assert_eq!(code(refused), "member.has_timer");
        time::cancel(&mut session, Some("jonas")).unwrap();
        edit(&mut session, "jonas", &same, |jonas| {
            jonas.access = Access::Owner
        })
        .unwrap();
        edit(&mut session, "ada", &same, archive).unwrap();
        let refused = log(&mut session, "acme", "ada").unwrap_err();
        assert_eq!(code(refused), "member.archived");
        let team = list(&session, false).unwrap();
        assert_eq!(team.len(), 1);
        assert_eq!(list(&session, true).unwrap().len(), 2);
    }
}
