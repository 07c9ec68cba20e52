//! Brings a database up to date. Several servers may start at once: one migrates, the others wait for it. A server that finds a
//! newer schema goes on serving, unless that schema says it must not.

use deadpool_postgres::Object;

use super::super::StoreError;
use super::tx::{Mode, Sight, Tx};
use super::{Outcome, publish};

mod migration {
    //! The migrations, compiled in.
    #![allow(clippy::unwrap_used, unreachable_pub, missing_debug_implementations)]
    refinery::embed_migrations!("migrations/portal/postgres");
}

/// Schema this program knows; the number of the last migration.
pub(super) const SCHEMA: i64 = 7;
/// The schema since which parts are spread into rows as they are now.
const SPREAD: i64 = 3;
/// The oldest PostgreSQL that is served by.
const OLDEST: i64 = 13;
/// Where refinery writes down what it did; its own name, as other programs may use refinery too.
const HISTORY: &str = "portal_migration";
/// Who holds this migrates.
const MIGRATING: i64 = 0x4C4F_4750;

/// What was found, or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// Of the database server, as it tells it.
    pub(super) server: String,
    /// Number of the schema.
    pub(super) schema: i64,
}

/// Migrates, on a connection of its own that is closed afterwards.
pub(super) async fn migrate(mut connection: Object) -> Outcome<State> {
    let state = match migrate_on(&mut connection).await {
        Ok(state) => state,
        Err(error) => {
            // With it go the lock and the settings.
            drop(Object::take(connection));
            return Err(error);
        }
    };
    spread(connection).await?;
    Ok(state)
}

/// Spreads what an older schema holds, once, while the lock is still held; the connection is closed.
async fn spread(connection: Object) -> Outcome<()> {
    let tx = Tx::begin(connection, Mode::Change, Sight::All).await?;
    let sql = "UPDATE portal_schema SET spread = $1 WHERE spread < $1";
    if tx.execute(sql, &[&SPREAD]).await? > 0 {
        publish::spread_again(&tx).await?;
    }
    tx.close().await
}

async fn migrate_on(connection: &mut Object) -> Outcome<State> {
    let server = server(connection).await?;
    connection
        .batch_execute("SET lock_timeout = '60s'; SET statement_timeout = 0")
        .await?;
    let sql = "SELECT pg_advisory_lock($1)";
    connection.query(sql, &[&MIGRATING]).await?;
    let found = found(connection).await?;
    if let Some(found) = found {
        found.check()?;
    } else if is_foreign(connection).await? {
        return Err(StoreError::ForeignDatabase);
    }
    if found.is_none_or(|found| found.version < SCHEMA) {
        let mut runner = migration::migrations::runner().set_abort_missing(false);
        runner.set_migration_table_name(HISTORY);
        runner.run_async(&mut ***connection).await?;
    }
    let schema = self::found(connection).await?.map(|found| found.version);
    Ok(State {
        server,
        schema: schema.unwrap_or(SCHEMA),
    })
}

async fn server(connection: &Object) -> Outcome<String> {
    let sql =
        "SELECT current_setting('server_version_num')::bigint, current_setting('server_version')";
    let row = connection.query_one(sql, &[]).await?;
    let (number, words): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
    // Debian adds where it is from: "15.14 (Debian 15.14-0+deb12u1)".
    let version = words.split(' ').next().unwrap_or_default().to_owned();
    if number < OLDEST.saturating_mul(10_000) {
        return Err(StoreError::OldPostgres {
            found: version,
            needed: OLDEST,
        });
    }
    Ok(version)
}

/// What a database says of its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    version: i64,
    needs: i64,
}

impl Found {
    /// Refuses where this program knows too little for it.
    pub(super) fn check(self) -> Outcome<()> {
        if self.needs > SCHEMA {
            return Err(StoreError::Newer {
                found: self.version,
                known: SCHEMA,
            });
        }
        Ok(())
    }

    /// Of a row with version and needs.
    pub(super) fn of(row: &tokio_postgres::Row) -> Outcome<Self> {
        Ok(Self {
            version: row.try_get(0)?,
            needs: row.try_get(1)?,
        })
    }
}

async fn found(connection: &Object) -> Outcome<Option<Found>> {
    let sql = "SELECT to_regclass('portal_schema') IS NOT NULL";
    if !connection.query_one(sql, &[]).await?.try_get(0)? {
        return Ok(None);
    }
    let sql = "SELECT version, needs FROM portal_schema";
    let row = connection.query_opt(sql, &[]).await?;
    row.as_ref().map(Found::of).transpose()
}

/// Whether something else lives here already. (The history may be left of a first start that was cut short.)
async fn is_foreign(connection: &Object) -> Outcome<bool> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                   AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname <> $1)";
    Ok(connection.query_one(sql, &[&HISTORY]).await?.try_get(0)?)
}
