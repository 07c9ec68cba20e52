//! Members of the team in the store.

use rusqlite::{OptionalExtension, Row};

use crate::domain::key::{ClientKey, MemberKey};
use crate::domain::member::{Access, Member, Reach};
use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::door::Writer;
use super::row::{flag, int, maybe_text, optional, parsed, text, word};
use super::{Books, Result};

const SELECT: &str = "SELECT id, slug, name, email, role, archived, access, alias FROM member";

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        key: MemberKey(row.get(0)?),
        slug: parsed(&row.get::<_, String>(1)?, Slug::parse)?,
        name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        email: optional(row.get(3)?, Email::parse)?,
        role: optional(row.get(4)?, Line::parse)?,
        archived: row.get(5)?,
        access: word(&row.get::<_, String>(6)?, Access::from_word)?,
        alias: optional(row.get(7)?, Line::parse)?,
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

    /// The clients for whom a member works.
    pub fn reach(&self, member: MemberKey) -> Result<Reach> {
        let mut statement = self.conn.prepare_cached(
            "SELECT client_id FROM member_client WHERE member_id = ? ORDER BY client_id",
        )?;
        let rows = statement.query_map([member.0], |row| row.get(0).map(ClientKey))?;
        Ok(Reach(rows.collect::<rusqlite::Result<_>>()?))
    }

    fn reach_row(&self, member: MemberKey, client: ClientKey) -> Result<Option<i64>> {
        Ok(self
            .conn
            .prepare_cached("SELECT id FROM member_client WHERE member_id = ? AND client_id = ?")?
            .query_row((member.0, client.0), |row| row.get(0))
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

    /// Sets the clients for whom a member works.
    pub fn set_reach(&mut self, member: MemberKey, wanted: &Reach) -> Result<()> {
        let kept = self.reach(member)?;
        for client in kept.0.iter().filter(|client| !wanted.0.contains(client)) {
            if let Some(row) = self.reach_row(member, *client)? {
                self.delete("member_client", row)?;
            }
        }
        for client in wanted.0.iter().filter(|client| !kept.0.contains(client)) {
            let columns = [("member_id", int(member.0)), ("client_id", int(client.0))];
            self.insert("member_client", &columns)?;
        }
        Ok(())
    }
}

fn columns(member: &Member) -> [(&'static str, rusqlite::types::Value); 7] {
    let Member {
        key: _,
        slug,
        name,
        email,
        role,
        archived,
        access,
        alias,
    } = member;
    [
        ("slug", text(slug)),
        ("name", text(name)),
        ("email", maybe_text(email.as_ref())),
        ("role", maybe_text(role.as_ref())),
        ("archived", flag(*archived)),
        ("access", text(access.word())),
        ("alias", maybe_text(alias.as_ref())),
    ]
}
