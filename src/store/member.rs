//! Members of the team in the store.

use rusqlite::{OptionalExtension, Row};

use crate::domain::key::MemberKey;
use crate::domain::member::Member;
use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::door::Writer;
use super::row::{flag, maybe_text, optional, parsed, text};
use super::{Books, Result};

const SELECT: &str = "SELECT id, slug, name, email, role, archived FROM member";

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        key: MemberKey(row.get(0)?),
        slug: parsed(&row.get::<_, String>(1)?, Slug::parse)?,
        name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        email: optional(row.get(3)?, Email::parse)?,
        role: optional(row.get(4)?, Line::parse)?,
        archived: row.get(5)?,
    })
}

impl Books<'_> {
    /// All members, by key: the first is the owner.
    pub fn members(&self) -> Result<Vec<Member>> {
        let mut statement = self.conn.prepare_cached(&format!("{SELECT} ORDER BY id"))?;
        let rows = statement.query_map([], member)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The member of this short name.
    pub fn member(&self, slug: &Slug) -> Result<Option<Member>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE slug = ?"))?
            .query_row([slug.as_str()], member)
            .optional()?)
    }
}

impl Writer<'_> {
    /// Adds a member. The `key` of the given one is not used.
    pub fn add_member(&mut self, member: &Member) -> Result<MemberKey> {
        self.insert("member", &columns(member)).map(MemberKey)
    }

    /// Changes a member; whether anything changed.
    pub fn edit_member(&mut self, member: &Member) -> Result<bool> {
        self.update("member", member.key.0, &columns(member))
    }
}

fn columns(member: &Member) -> [(&'static str, rusqlite::types::Value); 5] {
    let Member {
        key: _,
        slug,
        name,
        email,
        role,
        archived,
    } = member;
    [
        ("slug", text(slug)),
        ("name", text(name)),
        ("email", maybe_text(email.as_ref())),
        ("role", maybe_text(role.as_ref())),
        ("archived", flag(*archived)),
    ]
}
