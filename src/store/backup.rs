//! Copies of the store: `backup`, `restore`, and the copy before a migration.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::open::SCHEMA;
use super::{Result, Store, StoreError};

/// A copy of a backup, ready to take the place of a store. It is removed when it is dropped.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
}

impl Staged {
    fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The numbers of the documents in it.
    pub fn invoice_numbers(&self) -> Result<Vec<String>> {
        Store::open_existing(&self.path)?.read(|books| books.invoice_numbers())
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(with_suffix(&self.path, suffix));
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.remove();
    }
}

impl Store {
    /// Copies the store to a file that must not be there. The copy is whole or not there at all.
    pub fn backup(&self, to: &Path) -> Result<u64> {
        let failed = |source| StoreError::File {
            path: to.to_owned(),
            source,
        };
        if to.exists() {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        let partial = sibling(to, "partial");
        let _ = std::fs::remove_file(&partial);
        let copied = self.copy_to(&partial).and_then(|()| {
            let file = File::open(&partial).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            std::fs::rename(&partial, to).map_err(failed)?;
            sync_folder(to).map_err(failed)?;
            Ok(file.metadata().map_err(failed)?.len())
        });
        if copied.is_err() {
            let _ = std::fs::remove_file(&partial);
        }
        copied
    }

    /// A checked copy of a backup beside a store, migrated if it is of an older version. The backup itself is left as it is.
    pub fn stage(path: &Path, backup: &Path) -> Result<Staged> {
        if !backup.exists() {
            return Err(StoreError::Missing(backup.to_owned()));
        }
        let staged = Staged::new(sibling(path, "restoring"));
        staged.remove();
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let source = Connection::open_with_flags(backup, flags)?;
        let version: u32 = source
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|_| StoreError::NotAStore(backup.to_owned()))?;
        if version == 0 {
            // An empty file reads as an empty database, which would become an empty store.
            return Err(StoreError::NotAStore(backup.to_owned()));
        }
        if version > SCHEMA {
            return Err(StoreError::NewerSchema {
                found: version,
                known: SCHEMA,
            });
        }
        copy(&source, &staged.path)?;
        let store = Self::open_existing(&staged.path).map_err(|error| match error {
            StoreError::NotAStore(_) => StoreError::NotAStore(backup.to_owned()),
            other => other,
        })?;
        if let Some(finding) = store.check()?.findings.first() {
            return Err(StoreError::Corrupt(finding.to_string()));
        }
        Ok(staged)
    }

    /// Puts the content of a staged copy in the place of this store, in one transaction, after copying this store beside itself.
    /// Gives the path of that copy.
    pub fn replace(&mut self, staged: &Staged) -> Result<PathBuf> {
        let source = Self::open_existing(&staged.path)?;
        loop {
            let before = self.data_version()?;
            let kept = self.copy_beside("before-restore")?;
            if self.data_version()? != before {
                // Somebody wrote meanwhile: that has to be in the copy as well.
                std::fs::remove_file(&kept)
                    .map_err(|source| StoreError::File { path: kept, source })?;
                continue;
            }
            let backup = Backup::new(&source.conn, &mut self.conn)?;
            run(&backup)?;
            return Ok(kept);
        }
    }

    /// Puts a staged copy in the place of a store that cannot be opened. What is there is renamed, not removed; gives its new path.
    pub fn replace_damaged(path: &Path, staged: &Staged) -> Result<PathBuf> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::File { path, source }
        };
        let aside = (1..10_000)
            .map(|number| sibling(path, &format!("damaged-{number}")))
            .find(|candidate| !candidate.exists())
            .ok_or_else(|| failed(path)(std::io::ErrorKind::AlreadyExists.into()))?;
        for suffix in ["-wal", "-shm"] {
            let from = with_suffix(path, suffix);
            if from.exists() {
                std::fs::rename(&from, with_suffix(&aside, suffix)).map_err(failed(&from))?;
            }
        }
        std::fs::rename(path, &aside).map_err(failed(path))?;
        let source = Self::open_existing(&staged.path)?;
        source.backup(path)?;
        Ok(aside)
    }

    /// Changes whenever another connection wrote.
    fn data_version(&self) -> Result<i64> {
        Ok(self
            .conn
            .pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// A copy beside the store, under a name that says when it was made: never over another copy.
    pub fn copy_beside(&self, occasion: &str) -> Result<PathBuf> {
        for number in 1..10_000 {
            let path = sibling(&self.path, &format!("{occasion}-{number}"));
            if !path.exists() {
                self.backup(&path)?;
                return Ok(path);
            }
        }
        Err(StoreError::File {
            path: self.path.clone(),
            source: std::io::ErrorKind::AlreadyExists.into(),
        })
    }

    fn copy_to(&self, path: &Path) -> Result<()> {
        copy(&self.conn, path)
    }
}

/// Copies a database, what is in its write-ahead log included, to a new file for its owner alone.
fn copy(source: &Connection, path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(|source| StoreError::File {
        path: path.to_owned(),
        source,
    })?;
    let mut target = Connection::open(path)?;
    target.execute_batch("PRAGMA synchronous = FULL")?;
    {
        let backup = Backup::new(source, &mut target)?;
        run(&backup)?;
    }
    // The copy carries the mark of the write-ahead log; as a file to be moved about it must be one file.
    target.execute_batch("PRAGMA journal_mode = DELETE")?;
    Ok(())
}

/// Copies all pages in one step: in pieces, every write of another process would begin it anew.
fn run(backup: &Backup<'_, '_>) -> Result<()> {
    const TRIES: u32 = 1000;
    for _ in 0..TRIES {
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    Err(StoreError::Busy)
}

fn sibling(path: &Path, suffix: &str) -> PathBuf {
    with_suffix(path, &format!(".{suffix}"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A rename is durable once its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
