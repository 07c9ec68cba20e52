//! What the portal is known to hold, and the secret of public ids: state of this machine.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::key::ClientKey;
use crate::values::id::random;

use super::row::{instant, unsigned};
use super::{Books, Result, Store, Writer};

/// The last push of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Address of the portal.
    pub portal: String,
    pub revision: u64,
    /// Digest of the manifest.
    pub manifest: String,
    /// The latest operation that was in it.
    pub operation: i64,
    pub at: DateTime<Utc>,
    /// It began, and how it ended is not known here.
    pub open: bool,
    /// Before it the portal had no such client, and what that means for its users is not noted yet.
    pub anew: bool,
}

/// A client that was taken off a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Address of the portal.
    pub portal: String,
    /// What comes next has a higher one.
    pub revision: u64,
}

fn pushed(row: &Row<'_>) -> rusqlite::Result<(ClientKey, Pushed)> {
    let pushed = Pushed {
        portal: row.get(1)?,
        revision: unsigned(row.get(2)?)?,
        manifest: row.get(3)?,
        operation: row.get(4)?,
        at: instant(row.get(5)?)?,
        open: row.get(6)?,
        anew: row.get(7)?,
    };
    Ok((ClientKey(row.get(0)?), pushed))
}

const PUSHED: &str =
    "SELECT client_id, portal, revision, manifest, operation_id, at, open, anew FROM pushed";

impl Books<'_> {
    /// The last push of a client.
    pub fn pushed(&self, client: ClientKey) -> Result<Option<Pushed>> {
        let found = self
            .conn
            .prepare_cached(&format!("{PUSHED} WHERE client_id = ?"))?
            .query_row([client.0], pushed)
            .optional()?;
        Ok(found.map(|(_, pushed)| pushed))
    }

    /// Pushes of which something is still to be noted.
    pub fn open_pushes(&self) -> Result<Vec<(ClientKey, Pushed)>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{PUSHED} WHERE open = 1 OR anew = 1 ORDER BY client_id"
        ))?;
        let rows = statement.query_map([], pushed)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// From which portal a client was taken off last.
    pub fn left(&self, client: ClientKey) -> Result<Option<Left>> {
        Ok(self
            .conn
            .prepare_cached("SELECT portal, revision FROM withdrawn WHERE client_id = ?")?
            .query_row([client.0], |row| {
                Ok(Left {
                    portal: row.get(0)?,
                    revision: unsigned(row.get(1)?)?,
                })
            })
            .optional()?)
    }

    /// The secret from which public ids are made; none before the first publication.
    pub fn identity(&self) -> Result<Option<[u8; 32]>> {
        Ok(self
            .conn
            .query_row("SELECT secret FROM identity", [], |row| row.get(0))
            .optional()?)
    }
}

impl Store {
    /// The secret from which public ids are made, minted at the first publication.
    pub fn identity(&mut self) -> Result<[u8; 32]> {
        if let Some(secret) = self.read(|books| books.identity())? {
            return Ok(secret);
        }
        let secret: [u8; 32] = random()?;
        self.note(|conn| {
            conn.execute(
                "INSERT OR IGNORE INTO identity (id, secret) VALUES (1, ?)",
                [secret],
            )?;
            Ok(conn.query_row("SELECT secret FROM identity", [], |row| row.get(0))?)
        })
    }

    /// Notes what the portal holds of a client now, or may hold.
    pub fn note_pushed(&mut self, client: ClientKey, pushed: &Pushed) -> Result<()> {
        self.note(|conn| write_pushed(conn, client, pushed))
    }

    /// Notes that nothing of a client is on the portal after all.
    pub fn forget_pushed(&mut self, client: ClientKey) -> Result<()> {
        self.note(|conn| {
            conn.execute("DELETE FROM pushed WHERE client_id = ?", [client.0])?;
            Ok(())
        })
    }

    /// Notes that these pushes came to their end, but of those after which another one began.
    pub fn note_ended(&mut self, ended: &[(ClientKey, Pushed)]) -> Result<()> {
        if ended.is_empty() {
            return Ok(());
        }
        self.note(|conn| {
            let mut statement = conn.prepare_cached(
                "UPDATE pushed SET open = 0, anew = ? WHERE client_id = ? AND portal = ? AND revision = ? AND manifest = ?",
            )?;
            for (client, pushed) in ended {
                statement.execute((
                    pushed.anew,
                    client.0,
                    &pushed.portal,
                    signed(pushed.revision),
                    &pushed.manifest,
                ))?;
            }
            Ok(())
        })
    }

    /// Notes that a client is about to be taken off a portal, of which the end may never be heard.
    pub fn note_leaving(&mut self, client: ClientKey, left: &Left) -> Result<()> {
        self.note(|conn| write_left(conn, client, left))
    }

    /// Notes that a client is no longer on the portal.
    pub fn note_withdrawn(&mut self, client: ClientKey, left: &Left) -> Result<()> {
        self.note(|conn| {
            conn.execute("DELETE FROM pushed WHERE client_id = ?", [client.0])?;
            write_left(conn, client, left)
        })
    }

    /// Notes that what was pushed to a portal stays there and is no longer looked after from here. What comes next goes on from its
    /// revisions.
    pub fn note_abandoned(&mut self, portal: &str) -> Result<()> {
        self.note(|conn| {
            conn.execute(
                "INSERT INTO withdrawn (client_id, portal, revision) SELECT client_id, portal, revision FROM pushed WHERE portal = ? \
                 ON CONFLICT (client_id) DO UPDATE SET portal = excluded.portal, revision = max(revision, excluded.revision)",
                [portal],
            )?;
            conn.execute("DELETE FROM pushed WHERE portal = ?", [portal])?;
            Ok(())
        })
    }
}

impl Writer<'_> {
    /// Notes what the portal holds of a client now, together with what follows from it.
    pub fn note_pushed(&mut self, client: ClientKey, pushed: &Pushed) -> Result<()> {
        write_pushed(self.conn, client, pushed)
    }
}

fn write_pushed(conn: &Connection, client: ClientKey, pushed: &Pushed) -> Result<()> {
    let Pushed {
        portal,
        revision,
        manifest,
        operation,
        at,
        open,
        anew,
    } = pushed;
    conn.prepare_cached(
        "INSERT OR REPLACE INTO pushed (client_id, portal, revision, manifest, operation_id, at, open, anew) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(rusqlite::params![
        client.0,
        portal,
        signed(*revision),
        manifest,
        operation,
        at.timestamp(),
        open,
        anew,
    ])?;
    Ok(())
}

/// The revision never goes back: a request of before may arrive late.
fn write_left(conn: &Connection, client: ClientKey, left: &Left) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO withdrawn (client_id, portal, revision) VALUES (?, ?, ?) \
         ON CONFLICT (client_id) DO UPDATE SET portal = excluded.portal, revision = max(revision, excluded.revision)",
    )?
    .execute((client.0, &left.portal, signed(left.revision)))?;
    Ok(())
}

fn signed(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}
