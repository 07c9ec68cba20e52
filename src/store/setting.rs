//! Settings as they are kept: those of the business, and those that are set globally and per client.

use std::collections::{BTreeMap, HashMap};

use crate::domain::appearance::KeptFile;
use crate::domain::key::{ClientKey, OperationKey};

use super::door::Writer;
use super::row::{maybe_int, text};
use super::{Books, Result};

/// Settings that are set globally and per client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layered {
    /// What clients may see.
    Visibility,
    /// Who is told of what.
    Notification,
}

impl Layered {
    fn table(self) -> &'static str {
        match self {
            Self::Visibility => "visibility",
            Self::Notification => "notification",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Visibility => "key",
            Self::Notification => "event",
        }
    }
}

impl Books<'_> {
    /// The settings of the business that are set.
    pub fn settings(&self) -> Result<BTreeMap<String, String>> {
        let mut statement = self.conn.prepare_cached("SELECT key, value FROM setting")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The settings of the business as an operation left them.
    pub fn settings_after(&self, operation: OperationKey) -> Result<BTreeMap<String, String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT row_id, after IS NULL, json_extract(after, '$.key'), json_extract(after, '$.value') \
             FROM change WHERE noun = 'setting' AND operation_id <= ? ORDER BY id",
        )?;
        let mut kept: HashMap<i64, (String, String)> = HashMap::new();
        let mut rows = statement.query([operation.0])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let (key, value): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
            if row.get(1)? {
                kept.remove(&id);
                continue;
            }
            // Of a change the log has only the columns that changed.
            let (old_key, old_value) = kept.remove(&id).unwrap_or_default();
            kept.insert(id, (key.unwrap_or(old_key), value.unwrap_or(old_value)));
        }
        Ok(kept.into_values().collect())
    }

    /// The settings that are set: of a client, or the global ones.
    pub fn layer(
        &self,
        of: Layered,
        client: Option<ClientKey>,
    ) -> Result<BTreeMap<String, String>> {
        let (table, key) = (of.table(), of.key());
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {key}, value FROM {table} WHERE client_id IS ?"
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The values of a family that clients have of their own.
    pub fn own_layers(&self, of: Layered) -> Result<HashMap<ClientKey, BTreeMap<String, String>>> {
        let (table, key) = (of.table(), of.key());
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT client_id, {key}, value FROM {table} WHERE client_id IS NOT NULL"
        ))?;
        let mut all: HashMap<ClientKey, BTreeMap<String, String>> = HashMap::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let own = all.entry(ClientKey(row.get(0)?)).or_default();
            own.insert(row.get(1)?, row.get(2)?);
        }
        Ok(all)
    }

    fn setting_row(&self, key: &str) -> Result<Option<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id FROM setting WHERE key = ?")?;
        let mut rows = statement.query([key])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    fn layer_row(&self, of: Layered, client: Option<ClientKey>, name: &str) -> Result<Option<i64>> {
        let (table, key) = (of.table(), of.key());
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id FROM {table} WHERE client_id IS ? AND {key} = ?"
        ))?;
        let mut rows = statement.query((client.map(|client| client.0), name))?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }
}

impl Writer<'_> {
    /// Sets a setting of the business.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        let columns = [("key", text(key)), ("value", text(value))];
        match self.setting_row(key)? {
            Some(row) => self.update("setting", row, &columns).map(drop),
            None => self.insert("setting", &columns).map(drop),
        }
    }

    /// Sets a setting to files that are kept by their content.
    pub fn set_files(&mut self, key: &str, files: &[(String, Vec<u8>)]) -> Result<()> {
        let mut kept = Vec::with_capacity(files.len());
        for (name, bytes) in files {
            let file = KeptFile {
                sha256: self.keep_file(bytes)?,
                name: name.clone(),
            };
            kept.push(file.to_string());
        }
        self.set_setting(key, &kept.join("\n"))
    }

    /// Unsets a setting; whether it was set.
    pub fn unset_setting(&mut self, key: &str) -> Result<bool> {
        match self.setting_row(key)? {
            Some(row) => self.delete("setting", row).map(|()| true),
            None => Ok(false),
        }
    }

    /// Sets a setting, of a client or globally.
    pub fn set_in_layer(
        &mut self,
        of: Layered,
        client: Option<ClientKey>,
        name: &str,
        value: &str,
    ) -> Result<()> {
        let columns = [
            ("client_id", maybe_int(client.map(|client| client.0))),
            (of.key(), text(name)),
            ("value", text(value)),
        ];
        match self.layer_row(of, client, name)? {
            Some(row) => self.update(of.table(), row, &columns).map(drop),
            None => self.insert(of.table(), &columns).map(drop),
        }
    }

    /// Unsets a setting; whether it was set.
    pub fn unset_in_layer(
        &mut self,
        of: Layered,
        client: Option<ClientKey>,
        name: &str,
    ) -> Result<bool> {
        match self.layer_row(of, client, name)? {
            Some(row) => self.delete(of.table(), row).map(|()| true),
            None => Ok(false),
        }
    }
}
