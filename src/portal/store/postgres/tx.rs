//! One transaction on one connection: how it begins, its statements, the locks it holds, and how it ends. Whatever is not brought
//! to its end (a browser that went away, a panic) is rolled back.
//!
//! Transactions that change something read what is committed at each statement, and hold a lock by name for what they decide
//! upon: see [`super::lock`]. (Serializable ones would take their picture before they wait for a lock, so a long sync would fail
//! again and again on an account whose clients look at their invoices meanwhile.) What the locks leave open is found by unique
//! and foreign keys and tried again.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::Object;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use crate::values::id::random;

use super::super::StoreError;
use super::Outcome;

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Look at one state of the database.
    Read,
    /// Change something.
    Change,
}

/// What of the published a transaction sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Of all clients.
    All,
    /// Of the client in this row and of no other, whatever a statement asks for: row level security, a wall behind the conditions.
    Client(i64),
}

/// One message begins a transaction. A statement, a lock that is waited for and a server that stands still in the middle are bounded.
fn beginning(mode: Mode, sight: Sight) -> String {
    let level = match mode {
        Mode::Read => "REPEATABLE READ READ ONLY",
        Mode::Change => "READ COMMITTED",
    };
    let client = match sight {
        Sight::All => String::new(),
        Sight::Client(row) => row.to_string(),
    };
    format!(
        "BEGIN ISOLATION LEVEL {level}; SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '5s';
         SET LOCAL idle_in_transaction_session_timeout = '30s'; SET LOCAL loggia.client = '{client}'"
    )
}

/// A value of a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// An open transaction.
pub(super) struct Tx {
    connection: Option<Object>,
    held: Mutex<BTreeSet<String>>,
}

/// How a transaction ended.
pub(super) enum Ended<T> {
    /// As it should.
    Done(T),
    /// All of it was undone, and it may be tried again.
    Undone(StoreError),
    /// It failed, or nobody knows whether it did.
    Failed(StoreError),
}

impl Tx {
    /// Begins on a connection; the connection is closed where that fails.
    pub(super) async fn begin(
        connection: Object,
        mode: Mode,
        sight: Sight,
    ) -> Result<Self, tokio_postgres::Error> {
        let tx = Self {
            connection: Some(connection),
            held: Mutex::default(),
        };
        if let Some(connection) = &tx.connection {
            connection.batch_execute(&beginning(mode, sight)).await?;
        }
        Ok(tx)
    }

    /// All rows of a statement.
    pub(super) async fn query(&self, sql: &str, values: &[Value<'_>]) -> Outcome<Vec<Row>> {
        let connection = self.connection()?;
        let statement = connection.prepare_cached(sql).await?;
        Ok(connection.query(&statement, values).await?)
    }

    /// The first row, where there is one.
    pub(super) async fn first(&self, sql: &str, values: &[Value<'_>]) -> Outcome<Option<Row>> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    /// The one row that is always there.
    pub(super) async fn one(&self, sql: &str, values: &[Value<'_>]) -> Outcome<Row> {
        let row = self.first(sql, values).await?;
        row.ok_or_else(|| StoreError::Unreadable("no row where there must be one".to_owned()))
    }

    /// Runs a statement; how many rows it changed.
    pub(super) async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Outcome<u64> {
        let connection = self.connection()?;
        let statement = connection.prepare_cached(sql).await?;
        Ok(connection.execute(&statement, values).await?)
    }

    /// Holds a lock by name until the end; held already, it costs nothing.
    pub(super) async fn hold(&self, name: String) -> Outcome<()> {
        let fresh = self
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone());
        if fresh {
            let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            self.query(sql, &[&name]).await?;
        }
        Ok(())
    }

    /// Commits where the answer is good and to be `kept`, else rolls back.
    pub(super) async fn end<T>(mut self, answer: Outcome<T>, kept: fn(&T) -> bool) -> Ended<T> {
        if let Err(error @ StoreError::Away(_)) = answer {
            // The connection is closed, not kept: it broke, or leads to a server that only reads any more.
            return Ended::Undone(error);
        }
        let commit = answer.as_ref().is_ok_and(kept);
        let ended = match &self.connection {
            Some(connection) if commit => connection.batch_execute("COMMIT").await,
            Some(connection) => connection.batch_execute("ROLLBACK").await,
            None => return Ended::Failed(StoreError::Stopped),
        };
        if ended.is_ok() {
            // Back into the pool.
            drop(self.connection.take());
        }
        match (answer, ended) {
            (Ok(answer), Ok(())) => Ended::Done(answer),
            // A read, or what was to be undone anyway: it is.
            (Ok(answer), Err(_)) if !commit => Ended::Done(answer),
            (Ok(_), Err(error)) => match StoreError::from(error) {
                StoreError::Crossed => Ended::Undone(StoreError::Crossed),
                error => Ended::Failed(error),
            },
            (Err(error @ StoreError::Crossed), _) => Ended::Undone(error),
            (Err(error), _) => Ended::Failed(error),
        }
    }

    /// Commits, and closes the connection with all that it holds and was set to.
    pub(super) async fn close(self) -> Outcome<()> {
        Ok(self.connection()?.batch_execute("COMMIT").await?)
    }

    fn connection(&self) -> Outcome<&Object> {
        self.connection.as_ref().ok_or(StoreError::Stopped)
    }
}

impl Drop for Tx {
    /// What is still in the middle of a transaction does not go back into the pool: closing it rolls back.
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}

/// Bounds how often something is tried again.
#[derive(Debug, Default)]
pub(super) struct Turns {
    taken: u32,
}

/// Tries in all where others are in the way.
const TURNS: u32 = 8;
/// Tries in all where the connection broke.
const CONNECTIONS: u32 = 2;

impl Turns {
    /// Waits for the next turn, or gives up.
    pub(super) async fn next(&mut self, error: StoreError) -> Outcome<()> {
        self.taken = self.taken.saturating_add(1);
        match error {
            StoreError::Crossed if self.taken < TURNS => {
                tokio::time::sleep(self.pause()).await;
                Ok(())
            }
            StoreError::Crossed => Err(StoreError::Busy),
            StoreError::Away(_) if self.taken < CONNECTIONS => Ok(()),
            other => Err(other),
        }
    }

    /// Longer each time, and not the same for all.
    fn pause(&self) -> Duration {
        let [chance] = random::<1>().unwrap_or([128]);
        Duration::from_millis(u64::from(chance % 16) + 1).saturating_mul(self.taken)
    }
}

impl From<tokio_postgres::Error> for StoreError {
    /// Of what the database says, the values it says it of are left out: they are people's.
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else {
            let reason = innermost(&error);
            let broken = error.is_closed()
                || std::error::Error::source(&error)
                    .is_some_and(|source| source.downcast_ref::<std::io::Error>().is_some());
            return if broken {
                Self::Away(reason)
            } else {
                Self::Postgres(reason)
            };
        };
        let crossed = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::UNIQUE_VIOLATION,
            SqlState::FOREIGN_KEY_VIOLATION,
        ];
        let busy = [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::INSUFFICIENT_RESOURCES,
            SqlState::OUT_OF_MEMORY,
        ];
        let away = [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::DATABASE_DROPPED,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        let code = told.code();
        if crossed.contains(code) {
            Self::Crossed
        } else if busy.contains(code) {
            Self::Busy
        } else if away.contains(code) || code.code().starts_with("08") {
            Self::Away(told.message().to_owned())
        } else {
            Self::Postgres(format!("{} ({})", told.message(), code.code()))
        }
    }
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        use deadpool_postgres::{PoolError, TimeoutType};
        match error {
            PoolError::Timeout(TimeoutType::Wait) => Self::Busy,
            PoolError::Timeout(_) => Self::Away("it takes too long to answer".to_owned()),
            PoolError::Backend(error) => error.into(),
            PoolError::Closed => Self::Stopped,
            other => Self::Postgres(other.to_string()),
        }
    }
}

/// The last reason in the chain, where there is one.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
