//! Settings in layers: a default, a global value over it, and the value of a client over that. `portal-settings` and `notify`
//! are two families of them.

use std::collections::BTreeMap;

use crate::domain::client::Client;
use crate::domain::key::ClientKey;
use crate::store::{Books, Layered};

use super::{Result, Session, find};

/// A setting of a family.
pub trait Setting: Sized + 'static {
    /// Where the family is kept.
    const FAMILY: Layered;

    /// Every setting, in the order in which they are shown.
    fn all() -> &'static [Self];

    /// The setting of this name.
    fn find(key: &str) -> Result<&'static Self>;

    fn key(&self) -> &'static str;

    /// What holds where nothing is set.
    fn default(&self) -> &'static str;

    fn meaning(&self) -> &'static str;

    /// Checks a value and gives it in the form in which it is kept.
    fn check(&self, value: &str) -> Result<String>;
}

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

/// A setting with the value that holds.
#[derive(Debug, Clone)]
pub struct Effective<S: 'static> {
    pub setting: &'static S,
    pub value: String,
    pub origin: Origin,
}

/// What is set, for a client or globally.
#[derive(Debug)]
pub(super) struct Layers {
    global: BTreeMap<String, String>,
    own: BTreeMap<String, String>,
}

impl Layers {
    pub(super) fn read(
        books: &Books<'_>,
        family: Layered,
        client: Option<ClientKey>,
    ) -> Result<Self> {
        Ok(Self {
            global: books.layer(family, None)?,
            own: match client {
                Some(client) => books.layer(family, Some(client))?,
                None => BTreeMap::new(),
            },
        })
    }

    /// The value that is set, the client's own before the global one.
    pub(super) fn get(&self, key: &str) -> Option<(&str, Origin)> {
        let own = self.own.get(key).map(|value| (value, Origin::Client));
        let global = || self.global.get(key).map(|value| (value, Origin::Global));
        own.or_else(global)
            .map(|(value, origin)| (value.as_str(), origin))
    }
}

/// Every setting of a family with the value that holds, for a client or globally.
pub(super) fn effective<S: Setting>(
    books: &Books<'_>,
    client: Option<ClientKey>,
) -> Result<Vec<Effective<S>>> {
    let layers = Layers::read(books, S::FAMILY, client)?;
    let holds = |setting: &'static S| {
        let set = layers.get(setting.key());
        let (value, origin) = set.unwrap_or((setting.default(), Origin::Default));
        Effective {
            setting,
            value: value.to_owned(),
            origin,
        }
    };
    Ok(S::all().iter().map(holds).collect())
}

/// Every setting of a family with the value that holds, for a named client or globally.
pub fn show<S: Setting>(session: &Session, client: Option<&str>) -> Result<Vec<Effective<S>>> {
    session.store.read(|books| {
        let client = named(books, client)?;
        effective(books, client.map(|client| client.key))
    })
}

/// Sets values, all or none.
pub fn set<S: Setting>(
    session: &mut Session,
    client: Option<&str>,
    pairs: &[(String, String)],
) -> Result<()> {
    let mut checked = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let setting = S::find(key)?;
        checked.push((setting.key(), setting.check(value)?));
    }
    session.write(|books| {
        let client = named(books, client)?.map(|client| client.key);
        for (key, value) in &checked {
            books.set_in_layer(S::FAMILY, client, key, value)?;
        }
        Ok(())
    })
}

/// Unsets values: what stands behind them holds again.
pub fn unset<S: Setting>(
    session: &mut Session,
    client: Option<&str>,
    keys: &[String],
) -> Result<()> {
    for key in keys {
        S::find(key)?;
    }
    session.write(|books| {
        let client = named(books, client)?.map(|client| client.key);
        for key in keys {
            books.unset_in_layer(S::FAMILY, client, key)?;
        }
        Ok(())
    })
}

fn named(books: &Books<'_>, client: Option<&str>) -> Result<Option<Client>> {
    client.map(|client| find::client(books, client)).transpose()
}
