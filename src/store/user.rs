//! Users of the clients' portals in the store.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use crate::domain::key::{ClientKey, UserKey};
use crate::domain::user::{Party, Role, User};
use crate::values::text::{Email, Line};

use super::door::Writer;
use super::row::{
    flag, instant, int, maybe_instant, maybe_text, of_client, optional, optional_instant, parsed,
    text, word,
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
}

const SELECT: &str = "SELECT id, client_id, email, name, role, party, enabled, invitation_hash, invitation_expires, accepted, \
    last_sign_in FROM user";

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
    })
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
        Ok(self
            .conn
            .prepare_cached(&format!(
                "{SELECT} WHERE client_id = ? AND email = ? COLLATE NOCASE"
            ))?
            .query_row((client.0, email.as_str()), user)
            .optional()?)
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
        ];
        self.insert("user", &columns).map(UserKey)
    }

    /// Notes that the portal saw a user come in.
    pub fn note_sign_in(
        &mut self,
        key: UserKey,
        accepted: Option<DateTime<Utc>>,
        last: Option<DateTime<Utc>>,
    ) -> Result<bool> {
        let columns = [
            ("accepted", maybe_instant(accepted)),
            ("last_sign_in", maybe_instant(last)),
        ];
        self.update("user", key.0, &columns)
    }
}
