//! Settings of the business and of the portal, as they are kept.

use std::collections::BTreeMap;

use crate::domain::key::ClientKey;

use super::door::Writer;
use super::row::{maybe_int, text};
use super::{Books, Result};

impl Books<'_> {
    /// The settings of the business that are set.
    pub fn settings(&self) -> Result<BTreeMap<String, String>> {
        let mut statement = self.conn.prepare_cached("SELECT key, value FROM setting")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The portal settings that are set: of a client, or the global ones.
    pub fn portal_settings(&self, client: Option<ClientKey>) -> Result<BTreeMap<String, String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT key, value FROM visibility WHERE client_id IS ?")?;
        let rows = statement.query_map([client.map(|client| client.0)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn setting_row(&self, key: &str) -> Result<Option<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id FROM setting WHERE key = ?")?;
        let mut rows = statement.query([key])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    fn portal_setting_row(&self, client: Option<ClientKey>, key: &str) -> Result<Option<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id FROM visibility WHERE client_id IS ? AND key = ?")?;
        let mut rows = statement.query((client.map(|client| client.0), key))?;
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

    /// Unsets a setting; whether it was set.
    pub fn unset_setting(&mut self, key: &str) -> Result<bool> {
        match self.setting_row(key)? {
            Some(row) => self.delete("setting", row).map(|()| true),
            None => Ok(false),
        }
    }

    /// Sets a portal setting, of a client or globally.
    pub fn set_portal_setting(
        &mut self,
        client: Option<ClientKey>,
        key: &str,
        value: &str,
    ) -> Result<()> {
        let columns = [
            ("client_id", maybe_int(client.map(|client| client.0))),
            ("key", text(key)),
            ("value", text(value)),
        ];
        match self.portal_setting_row(client, key)? {
            Some(row) => self.update("visibility", row, &columns).map(drop),
            None => self.insert("visibility", &columns).map(drop),
        }
    }

    /// Unsets a portal setting; whether it was set.
    pub fn unset_portal_setting(&mut self, client: Option<ClientKey>, key: &str) -> Result<bool> {
        match self.portal_setting_row(client, key)? {
            Some(row) => self.delete("visibility", row).map(|()| true),
            None => Ok(false),
        }
    }
}
