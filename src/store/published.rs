//! What the portal is known to hold, and the secret of public ids: state of this machine.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use crate::domain::key::ClientKey;
use crate::values::id::random;

use super::row::{instant, unsigned};
use super::{Books, Result, Store};

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
}

impl Books<'_> {
    /// The last push of a client.
    pub fn pushed(&self, client: ClientKey) -> Result<Option<Pushed>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT portal, revision, manifest, operation_id, at FROM pushed WHERE client_id = ?",
            )?
            .query_row([client.0], |row| {
                Ok(Pushed {
                    portal: row.get(0)?,
                    revision: unsigned(row.get(1)?)?,
                    manifest: row.get(2)?,
                    operation: row.get(3)?,
                    at: instant(row.get(4)?)?,
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

    /// Notes what the portal holds of a client now.
    pub fn note_pushed(&mut self, client: ClientKey, pushed: &Pushed) -> Result<()> {
        self.note(|conn| {
            conn.execute(
                "INSERT OR REPLACE INTO pushed (client_id, portal, revision, manifest, operation_id, at) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    client.0,
                    &pushed.portal,
                    i64::try_from(pushed.revision).unwrap_or(i64::MAX),
                    &pushed.manifest,
                    pushed.operation,
                    pushed.at.timestamp(),
                ),
            )?;
            Ok(())
        })
    }

    /// Notes that a client is no longer on the portal.
    pub fn note_withdrawn(&mut self, client: ClientKey) -> Result<()> {
        self.note(|conn| {
            conn.execute("DELETE FROM pushed WHERE client_id = ?", [client.0])?;
            Ok(())
        })
    }
}
