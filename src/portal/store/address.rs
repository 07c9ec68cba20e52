//! Which database a portal keeps its memory in, as it is typed: `sqlite:PATH`, a path, or `postgres://…`.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::postgres::{self, PostgresStore};
use super::sqlite::SqliteStore;
use super::{PortalStore, StoreError};

/// A database, by its address. Shown without its password.
#[derive(Debug, Clone)]
pub enum Address {
    /// One file, for one server process.
    Sqlite(PathBuf),
    /// A database server, for any number of server processes.
    Postgres(Box<postgres::Address>),
}

/// An address that cannot be used. The address itself is never told: a password may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither of the kinds.
    #[error("the address of the database is of a kind that is not known")]
    Kind,
    /// Nothing that PostgreSQL's address can be.
    #[error("the address of the PostgreSQL database does not read")]
    Postgres,
    /// It names no host.
    #[error("the address of the PostgreSQL database names no host")]
    NoHost,
    /// A promise of nothing.
    #[error("this `sslmode` is not known here, or leaves open whether the connection is encrypted")]
    Encryption,
}

impl AddressError {
    /// What would be accepted.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Kind => "write sqlite:PATH or postgres://USER@HOST/NAME",
            Self::Postgres => {
                "write postgres://USER:PASSWORD@HOST/NAME, with `%40` for a `@` in the password, `%2F` for `/`, `%3F` for `?`"
            }
            Self::NoHost => {
                "write postgres://USER@HOST/NAME, or postgres:///NAME?host=/var/run/postgresql for a socket of this machine"
            }
            Self::Encryption => "write sslmode=verify-full, or sslmode=disable",
        }
    }
}

/// A store that is open, and what it is kept in.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The store.
    pub store: Arc<dyn PortalStore>,
    /// `PostgreSQL 15.14, schema 1`
    pub database: String,
}

impl Address {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(postgres::Address::parse(text)?)));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        // A letter and a colon are a drive; a word and a colon are a kind of database that is not known here.
        let is_kind = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic());
        let names_another = text
            .split_once(':')
            .is_some_and(|(word, _)| is_kind(word) && path == text);
        if path.is_empty() || names_another || (path == text && text.starts_with("postgres")) {
            return Err(AddressError::Kind);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    /// Opens the store, or makes it, and brings its schema up to date.
    pub async fn open(&self) -> Result<Opened, StoreError> {
        match self {
            Self::Sqlite(path) => {
                let path = path.clone();
                let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&path)).await;
                let store = opened.map_err(|_| StoreError::Stopped)??;
                Ok(Opened {
                    database: SqliteStore::describe(),
                    store: Arc::new(store),
                })
            }
            Self::Postgres(address) => {
                let store = PostgresStore::open(address).await?;
                Ok(Opened {
                    database: store.describe().to_owned(),
                    store: Arc::new(store),
                })
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_known_by_how_it_begins() {
        let shown = |text: &str| Address::parse(text).map(|address| address.to_string());
        let rows = [
            ("sqlite:portal.db", Ok("sqlite:portal.db")),
            ("portal.db", Ok("sqlite:portal.db")),
            (
                "/var/lib/loggia/portal.db",
                Ok("sqlite:/var/lib/loggia/portal.db"),
            ),
            (
                "postgres://loggia:x@db.example/portal",
                Ok("postgres://db.example:5432/portal"),
            ),
            (
                "postgresql://db.example/portal",
                Ok("postgres://db.example:5432/portal"),
            ),
            ("postgres:///portal", Err(AddressError::NoHost)),
            ("postgres:portal", Err(AddressError::Kind)),
            ("mysql://db.example/portal", Err(AddressError::Kind)),
            ("mysql:portal", Err(AddressError::Kind)),
            ("sqlite:", Err(AddressError::Kind)),
            ("", Err(AddressError::Kind)),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text), expected.map(str::to_owned), "{text}");
        }
    }
}
