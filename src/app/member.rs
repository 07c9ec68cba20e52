//! Members of the team.

use crate::domain::Refusal;
use crate::domain::key::MemberKey;
use crate::domain::member::Member;
use crate::store::Writer;
use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::client::Made;
use super::settings::owner;
use super::{Error, Result, Session, find};

/// Adds a member.
pub fn add(
    session: &mut Session,
    name: Line,
    slug: Option<Slug>,
    email: Option<Email>,
    role: Option<Line>,
    if_missing: bool,
) -> Result<(Member, Made)> {
    let slug = match slug {
        Some(slug) => slug,
        None => Slug::from_name(name.as_str())?,
    };
    session.write(|books| {
        if let Some(existing) = books.member(&slug)? {
            if if_missing {
                return Ok((existing, Made::Existing));
            }
            return Err(Error::from(Refusal::Exists {
                noun: "member",
                reference: slug.to_string(),
            }));
        }
        let mut member = Member {
            key: MemberKey(0),
            slug,
            name,
            email,
            role,
            archived: false,
        };
        member.key = books.add_member(&member)?;
        Ok((member, Made::New))
    })
}

/// Members, the owner first.
pub fn list(session: &Session, archived: bool) -> Result<Vec<Member>> {
    let mut members = session.store.read(|books| books.members())?;
    members.retain(|member| archived || !member.archived);
    Ok(members)
}

/// Changes a member.
pub fn edit(
    session: &mut Session,
    reference: &str,
    change: impl FnOnce(&mut Member),
) -> Result<Member> {
    session.write(|books| {
        let mut member = find::member(books, reference)?;
        let slug = member.slug.clone();
        change(&mut member);
        if member.slug != slug && books.member(&member.slug)?.is_some() {
            return Err(Error::from(Refusal::Exists {
                noun: "member",
                reference: member.slug.to_string(),
            }));
        }
        books.edit_member(&member)?;
        Ok(member)
    })
}

/// Who logs time: as named, else as the settings say, else the first member. A store without members gets its first.
pub(super) fn at_work(
    books: &mut Writer<'_>,
    named: Option<&str>,
    set: Option<&Slug>,
    who: &str,
) -> Result<Member> {
    let member = match (named, set) {
        (Some(name), _) => find::member(books, name)?,
        (None, Some(slug)) => find::member(books, slug.as_str())?,
        (None, None) => match books.members()?.into_iter().find(|member| !member.archived) {
            Some(first) => first,
            None => {
                let mut first = owner(None, who)?;
                first.key = books.add_member(&first)?;
                first
            }
        },
    };
    if member.archived {
        return Err(Refusal::MemberArchived {
            member: member.slug,
        }
        .into());
    }
    Ok(member)
}
