//! Copies of the store: `backup`, `restore`, and the copy before a migration.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::open::SCHEMA;
use super::{Result, Store, StoreError};

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

    /// Puts the content of a copy in the place of this store, in one transaction, after copying this store beside itself.
    /// Gives the path of that copy.
    pub fn restore(&mut self, from: &Path) -> Result<PathBuf> {
        if !from.exists() {
            return Err(StoreError::Missing(from.to_owned()));
        }
        // A copy of an older version is migrated, but not in place: it may be the only one.
        let staged = sibling(&self.path, "restoring");
        let _ = std::fs::remove_file(&staged);
        let result = self.restore_staged(from, &staged);
        for suffix in ["", "-wal", "-shm"] {
            let mut path = staged.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
        result
    }

    fn restore_staged(&mut self, from: &Path, staged: &Path) -> Result<PathBuf> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let source = Connection::open_with_flags(from, flags)?;
        let version: u32 = source
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|_| StoreError::NotAStore(from.to_owned()))?;
        if version > SCHEMA {
            return Err(StoreError::NewerSchema {
                found: version,
                known: SCHEMA,
            });
        }
        copy(&source, staged)?;
        drop(source);
        let restored = Self::open_existing(staged).map_err(|error| match error {
            StoreError::NotAStore(_) => StoreError::NotAStore(from.to_owned()),
            other => other,
        })?;
        let health = restored.check()?;
        if let Some(finding) = health.findings.first() {
            return Err(StoreError::Corrupt(finding.to_string()));
        }
        let kept = self.copy_beside("before-restore")?;
        let backup = Backup::new(&restored.conn, &mut self.conn)?;
        backup.run_to_completion(1000, Duration::from_millis(5), None)?;
        Ok(kept)
    }

    /// A copy beside the store, under a name that says when it was made: never over another copy.
    pub(super) fn copy_beside(&self, occasion: &str) -> Result<PathBuf> {
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
        backup.run_to_completion(1000, Duration::ZERO, None)?;
    }
    // The copy carries the mark of the write-ahead log; as a file to be moved about it must be one file.
    target.execute_batch("PRAGMA journal_mode = DELETE")?;
    Ok(())
}

fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{suffix}"));
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
