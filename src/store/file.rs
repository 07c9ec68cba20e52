//! Files kept by their content: documents, receipts.

use rusqlite::OptionalExtension;

use super::door::Writer;
use super::{Books, Result};

impl Books<'_> {
    /// The bytes of a kept file.
    pub fn file(&self, sha256: &str) -> Result<Option<Vec<u8>>> {
        Ok(self
            .conn
            .prepare_cached("SELECT bytes FROM file WHERE sha256 = ?")?
            .query_row([sha256], |row| row.get(0))
            .optional()?)
    }
}

impl Writer<'_> {
    /// Keeps a file by its content and gives its SHA-256.
    pub(super) fn keep_file(&self, bytes: &[u8]) -> Result<String> {
        use sha2::Digest;
        let sha256 = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes));
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO file (sha256, bytes) VALUES (?, ?)")?
            .execute((&sha256, bytes))?;
        Ok(sha256)
    }
}
