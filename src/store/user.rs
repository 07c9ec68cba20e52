//! Users of the clients' portals in the store.

use chrono::{DateTime, Utc};
use rusqlite::Row;

use crate::domain::key::{ClientKey, ContactKey, UserKey};
use crate::domain::user::{Party, Role, User};
use crate::values::text::{Email, Line, fold};

use super::door::Writer;
use super::row::{
    flag, instant, int, maybe_instant, maybe_int, maybe_text, of_client, optional,
    optional_instant, parsed, text, word,
};
use super::{Books, Result};

/// A user who is not there yet.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub client: ClientKey,
    pub email: Email,
    pub name: Option<Line>,
    pub role: Role,
    pub party: Party,
    pub invitation_hash: String,
    pub invitation_expires: DateTime<Utc>,
    pub invitation_by_mail: bool,
    pub contact: Option<ContactKey>,
}

const SELECT: &str = "SELECT id, client_id, email, name, role, party, enabled, invitation_hash, invitation_expires, accepted, \
    last_sign_in, contact_id, invitation_by_mail FROM user";

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        key: UserKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        email: parsed(&row.get::<_, String>(2)?, Email::parse)?,
        name: optional(row.get(3)?, Line::parse)?,
        role: word(&row.get::<_, String>(4)?, Role::from_word)?,
        party: word(&row.get::<_, String>(5)?, Party::from_word)?,
        enabled: row.get(6)?,
        invitation_hash: row.get(7)?,
        invitation_expires: instant(row.get(8)?)?,
        accepted: optional_instant(row.get(9)?)?,
        last_sign_in: optional_instant(row.get(10)?)?,
        contact: row.get::<_, Option<i64>>(11)?.map(ContactKey),
        invitation_by_mail: row.get(12)?,
    })
}

/// Letters of any alphabet in any case: SQLite's NOCASE knows those of English alone.
fn is_address(user: &User, email: &Email) -> bool {
    fold(user.email.as_str()) == fold(email.as_str())
}

impl Books<'_> {
    /// Users by mail address; of one client, if one is given.
    pub fn users(&self, client: Option<ClientKey>) -> Result<Vec<User>> {
        let sql = format!(
            "{SELECT} WHERE {} ORDER BY client_id, email",
            of_client(client)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([client.map(|client| client.0)], user)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The user of a client with this address.
    pub fn user(&self, client: ClientKey, email: &Email) -> Result<Option<User>> {
        let mut users = self.users(Some(client))?;
        users.retain(|user| is_address(user, email));
        Ok(users.pop())
    }

    /// The users with this address, of whichever client.
    pub fn users_of_address(&self, email: &Email) -> Result<Vec<User>> {
        let mut users = self.users(None)?;
        users.retain(|user| is_address(user, email));
        Ok(users)
    }

    /// All addresses, for suggestions.
    pub fn user_addresses(&self) -> Result<Vec<String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT DISTINCT email FROM user ORDER BY email")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a user.
    pub fn add_user(&mut self, new: &NewUser) -> Result<UserKey> {
        let NewUser {
            client,
            email,
            name,
            role,
            party,
            invitation_hash,
            invitation_expires,
            invitation_by_mail,
            contact,
        } = new;
        let columns = [
            ("client_id", int(client.0)),
            ("email", text(email)),
            ("name", maybe_text(name.as_ref())),
            ("role", text(role.word())),
            ("party", text(party.word())),
            ("enabled", flag(true)),
            ("invitation_hash", text(invitation_hash)),
            ("invitation_expires", int(invitation_expires.timestamp())),
            ("invitation_by_mail", flag(*invitation_by_mail)),
            ("contact_id", maybe_int(contact.map(|contact| contact.0))),
        ];
        self.insert("user", &columns).map(UserKey)
    }

    /// Changes a user; whether anything changed.
    pub fn edit_user(&mut self, user: &User) -> Result<bool> {
        let columns = [
            ("name", maybe_text(user.name.as_ref())),
            ("role", text(user.role.word())),
            ("party", text(user.party.word())),
            ("enabled", flag(user.enabled)),
            ("invitation_hash", text(&user.invitation_hash)),
            (
                "invitation_expires",
                int(user.invitation_expires.timestamp()),
            ),
            ("invitation_by_mail", flag(user.invitation_by_mail)),
            ("accepted", maybe_instant(user.accepted)),
            ("last_sign_in", maybe_instant(user.last_sign_in)),
            (
                "contact_id",
                maybe_int(user.contact.map(|contact| contact.0)),
            ),
        ];
        self.update("user", user.key.0, &columns)
    }

    /// Removes a user.
    pub fn remove_user(&mut self, key: UserKey) -> Result<()> {
        self.delete("user", key.0)
    }

    /// Users who are this contact stay; who they are is no longer known.
    pub(super) fn unlink_contact(&mut self, contact: ContactKey) -> Result<()> {
        let users: Vec<i64> = self
            .conn
            .prepare_cached("SELECT id FROM user WHERE contact_id = ?")?
            .query_map([contact.0], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for user in users {
            self.update("user", user, &[("contact_id", maybe_int(None))])?;
        }
        Ok(())
    }
}
