//! Why the store could not do what was asked, in the terms of a file, not of SQL.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::values::id::RandomError;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("another process is writing to the store and did not finish")]
    Busy,
    #[error("the store has schema {found}, this program knows up to {known}")]
    NewerSchema { found: u32, known: u32 },
    #[error("`{0}` is not a Loggia store")]
    NotAStore(PathBuf),
    #[error("there is no store at `{0}`")]
    Missing(PathBuf),
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    #[error("the store cannot be written: it or its folder is read-only")]
    ReadOnly,
    #[error("`{path}`: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the store cannot be migrated: {0}")]
    Migration(String),
    #[error("a row that other rows need cannot go")]
    Referenced,
    #[error("that exists already")]
    Duplicate,
    #[error("a write went past the log and was taken back")]
    Unlogged,
    #[error("the change cannot be taken back: {0}")]
    NotUndoable(String),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error("the store failed: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        let Some(inner) = error.sqlite_error() else {
            return match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Corrupt(error.to_string()),
                other => Self::Sqlite(other),
            };
        };
        match inner.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::ReadOnly => Self::ReadOnly,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Corrupt(error.to_string())
            }
            ErrorCode::ConstraintViolation => match inner.extended_code {
                ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Referenced,
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                    Self::Duplicate
                }
                _ => Self::Sqlite(error),
            },
            _ => Self::Sqlite(error),
        }
    }
}
