//! What clients may see: global settings and those of a client.

use crate::domain::client::Client;
use crate::domain::key::ClientKey;
use crate::domain::visibility::{self, SETTINGS, Visibility};
use crate::store::Books;

use super::{Result, Session, find};

/// Where the value that holds comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Default,
    Global,
    Client,
}

impl Origin {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Global => "global",
            Self::Client => "client",
        }
    }
}

/// Every key with the value that holds, for a client or globally.
pub fn show(
    session: &Session,
    client: Option<&str>,
) -> Result<Vec<(&'static visibility::Setting, String, Origin)>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let global = books.portal_settings(None)?;
        let own = match &client {
            Some(client) => books.portal_settings(Some(client.key))?,
            None => Default::default(),
        };
        Ok(SETTINGS
            .iter()
            .map(|setting| {
                if let Some(value) = own.get(setting.key) {
                    (setting, value.clone(), Origin::Client)
                } else if let Some(value) = global.get(setting.key) {
                    (setting, value.clone(), Origin::Global)
                } else {
                    (setting, setting.default.to_owned(), Origin::Default)
                }
            })
            .collect())
    })
}

/// Sets keys, all or none.
pub fn set(session: &mut Session, client: Option<&str>, pairs: &[(String, String)]) -> Result<()> {
    let mut checked = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let setting = visibility::find(key)?;
        checked.push((setting.key, setting.check(value)?));
    }
    session.write(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        for (key, value) in &checked {
            books.set_portal_setting(client.as_ref().map(|client| client.key), key, value)?;
        }
        Ok(())
    })
}

/// Unsets keys: what stands behind them holds again.
pub fn unset(session: &mut Session, client: Option<&str>, keys: &[String]) -> Result<()> {
    for key in keys {
        visibility::find(key)?;
    }
    session.write(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        for key in keys {
            books.unset_portal_setting(client.as_ref().map(|client| client.key), key)?;
        }
        Ok(())
    })
}

/// What holds for a client.
pub(super) fn of(books: &Books<'_>, client: ClientKey) -> Result<Visibility> {
    let global = books.portal_settings(None)?;
    let own = books.portal_settings(Some(client))?;
    Ok(Visibility::from_settings(|key| {
        own.get(key).or_else(|| global.get(key)).cloned()
    })?)
}

/// A client and what holds for it.
pub fn visibility(session: &Session, client: &str) -> Result<(Client, Visibility)> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let visibility = of(books, client.key)?;
        Ok((client, visibility))
    })
}
