//! What clients may see: global settings and those of a client.

use std::collections::HashMap;

use crate::domain::client::Client;
use crate::domain::key::ClientKey;
use crate::domain::visibility::{self, SETTINGS, Visibility};
use crate::store::{Books, Layered};

use super::layered::{Layers, Setting};
use super::{Result, Session, find};

impl Setting for visibility::Setting {
    const FAMILY: Layered = Layered::Visibility;

    fn all() -> &'static [Self] {
        SETTINGS
    }

    fn find(key: &str) -> Result<&'static Self> {
        Ok(visibility::find(key)?)
    }

    fn key(&self) -> &'static str {
        self.key
    }

    fn default(&self) -> &'static str {
        self.default
    }

    fn meaning(&self) -> &'static str {
        self.meaning
    }

    fn check(&self, value: &str) -> Result<String> {
        Ok(Self::check(self, value)?)
    }
}

/// What holds for a client.
pub(super) fn of(books: &Books<'_>, client: ClientKey) -> Result<Visibility> {
    let layers = Layers::read(books, Layered::Visibility, Some(client))?;
    Ok(Visibility::from_settings(|key| {
        layers.get(key).map(|(value, _)| value.to_owned())
    })?)
}

/// What holds for each of the clients, in two queries however many they are.
pub(super) fn of_all(
    books: &Books<'_>,
    clients: &[Client],
) -> Result<HashMap<ClientKey, Visibility>> {
    let global = books.layer(Layered::Visibility, None)?;
    let own = books.own_layers(Layered::Visibility)?;
    clients
        .iter()
        .map(|client| {
            let own = own.get(&client.key);
            let value = |key: &str| {
                own.and_then(|own| own.get(key))
                    .or(global.get(key))
                    .cloned()
            };
            Ok((client.key, Visibility::from_settings(value)?))
        })
        .collect()
}

/// A client and what holds for it.
pub fn visibility(session: &Session, client: &str) -> Result<(Client, Visibility)> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let visibility = of(books, client.key)?;
        Ok((client, visibility))
    })
}
