//! Texts on the documents of a client, in place of those of the business.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use crate::domain::key::ClientKey;

use super::door::Writer;
use super::row::{int, text};
use super::{Books, Result};

impl Books<'_> {
    /// The texts of a client, by the key of the setting that each stands in for.
    pub fn client_texts(&self, client: ClientKey) -> Result<BTreeMap<String, String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT key, value FROM client_text WHERE client_id = ?")?;
        let rows = statement.query_map([client.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Gives a client a text of its own, or takes it away.
    pub fn set_client_text(
        &mut self,
        client: ClientKey,
        key: &str,
        value: Option<&str>,
    ) -> Result<()> {
        let row: Option<i64> = self
            .conn
            .prepare_cached("SELECT id FROM client_text WHERE client_id = ? AND key = ?")?
            .query_row((client.0, key), |row| row.get(0))
            .optional()?;
        match (row, value) {
            (None, None) => Ok(()),
            (Some(row), None) => self.delete("client_text", row),
            (Some(row), Some(value)) => self
                .update("client_text", row, &[("value", text(value))])
                .map(drop),
            (None, Some(value)) => {
                let columns = [
                    ("client_id", int(client.0)),
                    ("key", text(key)),
                    ("value", text(value)),
                ];
                self.insert("client_text", &columns).map(drop)
            }
        }
    }
}
