//! Opening the file: durability, migrations with a copy before them, and the transactions of reading and writing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::door::{Operation, WriteCounter, Writer};
use super::{Books, Result, StoreError};

mod embedded {
    refinery::embed_migrations!("migrations/store");
}

/// The schema this program writes.
pub const SCHEMA: u32 = 24;

/// "Logg", in the file's header.
const APPLICATION: i64 = 1_282_367_335;

/// How long a command waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open store.
#[derive(Debug)]
pub struct Store {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    counter: WriteCounter,
    /// Something was written to the books.
    wrote: bool,
}

impl Store {
    /// Opens the store, makes it if there is none, and migrates an older one after copying it beside itself.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.exists() {
            create(path)?;
        }
        Self::open_existing(path)
    }

    /// Opens a store that must be there.
    pub fn open_existing(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags)?;
        let mut store = Self {
            counter: WriteCounter::watch(&mut conn)?,
            conn,
            path: path.to_owned(),
            wrote: false,
        };
        store.configure()?;
        store.migrate()?;
        Ok(store)
    }

    /// Opens a store of this schema for a look: nothing is made, migrated or waited for.
    pub fn peek(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags)?;
        let store = Self {
            counter: WriteCounter::watch(&mut conn)?,
            conn,
            path: path.to_owned(),
            wrote: false,
        };
        match store.schema()? {
            SCHEMA => Ok(store),
            found => Err(StoreError::Migration(format!("it has schema {found}"))),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The version of SQLite inside this program.
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }

    /// Reads in one transaction: everything is of one moment.
    pub fn read<T, E: From<StoreError>>(
        &self,
        ask: impl FnOnce(&Books<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let transaction = self
            .conn
            .unchecked_transaction()
            .map_err(StoreError::from)?;
        let answer = ask(&Books { conn: &transaction });
        // Nothing was written; ending it is all there is to do.
        transaction.finish().map_err(StoreError::from)?;
        answer
    }

    /// The one door for writes. All of it is committed, with its record in the log, or nothing.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        operation: &Operation,
        act: impl FnOnce(&mut Writer<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.counter.reset();
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let mut writer = Writer::new(&transaction, operation);
        let done = act(&mut writer)?;
        let recorded = writer.recorded();
        if self.counter.count() != recorded {
            return Err(StoreError::Unlogged.into());
        }
        transaction.commit().map_err(StoreError::from)?;
        self.wrote |= recorded > 0;
        Ok(done)
    }

    /// Whether something was written to the books since this was opened.
    pub fn wrote(&self) -> bool {
        self.wrote
    }

    /// Writes what is state of this machine and no part of the books: what the portal holds, the place in its events.
    pub fn note<T>(&mut self, act: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = act(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    fn configure(&self) -> Result<()> {
        self.conn.busy_timeout(PATIENCE)?;
        // A checkpoint at every close would cost each one-shot command two more fsyncs. One is made when the log has grown long,
        // by `drop`: SQLite's own would leave it long, and every command that opens it reads all of it.
        self.conn
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // A plan does not hang on the values that are bound. Without this SQLite prepares a statement anew for each value that it
        // might compare with the condition of a partial index: each look-up of a project or an entry by its key.
        self.conn
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        self.conn.set_prepared_statement_cache_capacity(64);
        // Up to 32 MiB of pages, taken as they are read: with SQLite's two, an import and a long export read the same pages again
        // and again.
        self.conn
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;",
            )
            .map_err(|error| match StoreError::from(error) {
                StoreError::Corrupt(_) if !is_database(&self.path) => {
                    StoreError::NotAStore(self.path.clone())
                }
                other => other,
            })
    }

    fn migrate(&mut self) -> Result<()> {
        let found = self.schema()?;
        if found == SCHEMA {
            return Ok(());
        }
        if found > SCHEMA {
            return Err(StoreError::NewerSchema {
                found,
                known: SCHEMA,
            });
        }
        let copy = if found > 0 {
            let name = format!("before-schema-{SCHEMA}");
            Some(self.copy_beside(&name)?)
        } else {
            None
        };
        let migrated = self.run_migrations();
        match migrated {
            Ok(_) => Ok(()),
            // Two processes may open an old store at once; the one that came second finds it done.
            Err(_) if self.schema()? == SCHEMA => Ok(()),
            Err(error) => {
                // The store is as it was: its copy says nothing, and each try would leave another.
                if let Some(copy) = copy {
                    let _ = std::fs::remove_file(copy);
                }
                Err(error)
            }
        }
    }

    /// All or none of them. A table that is made anew goes for a moment, so that nothing may hold on to it: references are not
    /// enforced meanwhile (which can be said outside of a transaction only) and are looked through afterwards.
    fn run_migrations(&mut self) -> Result<()> {
        self.conn.execute_batch("PRAGMA foreign_keys = OFF")?;
        let done = embedded::migrations::runner()
            .set_grouped(true)
            // A migration may be mended before its first release; what a development version made with it goes on.
            .set_abort_divergent(false)
            .run(&mut self.conn);
        self.conn.execute_batch("PRAGMA foreign_keys = ON")?;
        done.map_err(|error| StoreError::Migration(error.to_string()))?;
        let dangling = self
            .conn
            .prepare("PRAGMA foreign_key_check")?
            .query([])?
            .next()?
            .is_some();
        match dangling {
            true => Err(StoreError::Corrupt(
                "rows refer to others that are not there".into(),
            )),
            false => Ok(()),
        }
    }

    /// The schema version in the file; refuses a file of another program.
    fn schema(&self) -> Result<u32> {
        // In one moment: another process may be making the tables.
        let (application, version, tables): (i64, i64, i64) = self.read(|books| {
            let pragma = |name: &str| {
                books
                    .conn
                    .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            };
            // Refinery commits its own table before the first migration: a store with that alone is being made, or its maker was killed.
            let tables = books.conn.query_row(
                "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'refinery_schema_history'",
                [],
                |row| row.get(0),
            )?;
            Ok::<_, StoreError>((pragma("application_id")?, pragma("user_version")?, tables))
        })?;
        match application {
            APPLICATION => u32::try_from(version)
                .map_err(|_| StoreError::Corrupt("its schema number is negative".into())),
            0 if version == 0 && tables == 0 => Ok(0),
            _ => Err(StoreError::NotAStore(self.path.clone())),
        }
    }
}

/// A write-ahead log longer than this is put into the file when the store is closed: some thirty one-shot commands.
const LONG_LOG: u64 = 1024 * 1024;

impl Drop for Store {
    fn drop(&mut self) {
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        let long = std::fs::metadata(&log).is_ok_and(|log| log.len() > LONG_LOG);
        if long {
            // Whoever reads at this moment keeps it from being emptied; the next command tries again. Nothing depends on it.
            let _ = self.conn.busy_timeout(Duration::ZERO);
            let _ = self
                .conn
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

/// Whether a file begins as SQLite's do: if it does and cannot be read, it is damaged.
fn is_database(path: &Path) -> bool {
    let mut magic = [0; 16];
    std::fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut magic))
        .is_ok_and(|()| &magic == b"SQLite format 3\0")
}

/// Makes an empty file that only its owner can read, and its folder.
fn create(path: &Path) -> Result<()> {
    let failed = |source| StoreError::File {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        // Not that something is missing: it cannot be made.
        std::fs::create_dir_all(folder).map_err(|source| {
            failed(std::io::Error::other(format!("no folder there: {source}")))
        })?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_new_store_is_for_its_owner_alone_and_opens_again() {
        let folder = folder();
        let path = folder.path().join("deep/er/books.db");
        drop(Store::open(&path).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(Store::open(&path).unwrap().schema().unwrap(), SCHEMA);
    }

    #[test]
    fn a_long_log_is_put_into_the_file_when_the_store_is_closed() {
        let folder = folder();
        let path = folder.path().join("books.db");
        let log = folder.path().join("books.db-wal");
        let length = || std::fs::metadata(&log).map_or(0, |log| log.len());
        let fill = |times: i64| {
            let mut store = Store::open(&path).unwrap();
            store
                .note(|conn| {
                    for number in 0..times {
                        conn.execute(
                            "INSERT INTO file (sha256, bytes) VALUES (?, zeroblob(10000))",
                            [format!("{times}-{number}")],
                        )?;
                    }
                    Ok(())
                })
                .unwrap();
        };
        fill(1);
        assert!(length() > 0, "a short log stays");
        fill(200);
        assert_eq!(length(), 0, "a long one is emptied");
    }

    #[test]
    fn a_newer_store_is_refused_and_left_alone() {
        let folder = folder();
        let path = folder.path().join("books.db");
        let store = Store::open(&path).unwrap();
        store.conn.pragma_update(None, "user_version", 99).unwrap();
        drop(store);
        assert!(matches!(
            Store::open(&path),
            Err(StoreError::NewerSchema { found: 99, .. })
        ));
    }

    #[test]
    fn a_file_of_another_program_is_refused() {
        let folder = folder();
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "a text that is long enough to be no database at all").unwrap();
        assert!(matches!(Store::open(&text), Err(StoreError::NotAStore(_))));
        let other = folder.path().join("other.db");
        let conn = Connection::open(&other).unwrap();
        conn.execute_batch("CREATE TABLE theirs (a)").unwrap();
        drop(conn);
        assert!(matches!(Store::open(&other), Err(StoreError::NotAStore(_))));
        assert!(matches!(
            Store::open_existing(&folder.path().join("none.db")),
            Err(StoreError::Missing(_))
        ));
    }
}
