//! Documents of clients in the store. Their bytes are in `file`, by content, where they stay when a document is removed: so that
//! the removal can be taken back.

use chrono::NaiveDate;
use rusqlite::Row;

use crate::domain::client_document::{ClientDocument, Kind};
use crate::domain::key::{ClientKey, DocumentKey};
use crate::values::file_name::FileName;

use super::door::Writer;
use super::row::{day, flag, int, of_client, parsed, text, unsigned, word};
use super::{Books, Result, StoreError};

/// A document that is not there yet.
#[derive(Debug, Clone)]
pub struct NewDocument<'b> {
    pub client: ClientKey,
    pub kind: Kind,
    pub name: FileName,
    pub day: NaiveDate,
    pub shared: bool,
    pub bytes: &'b [u8],
}

fn document(row: &Row<'_>) -> rusqlite::Result<ClientDocument> {
    Ok(ClientDocument {
        key: DocumentKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        kind: word(&row.get::<_, String>(2)?, Kind::from_word)?,
        name: parsed(&row.get::<_, String>(3)?, FileName::parse)?,
        day: day(&row.get::<_, String>(4)?)?,
        sha256: row.get(5)?,
        size: unsigned(row.get(6)?)?,
        shared: row.get(7)?,
    })
}

impl Books<'_> {
    /// Documents, the latest first; of one client, if one is given.
    pub fn client_documents(&self, client: Option<ClientKey>) -> Result<Vec<ClientDocument>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id, client_id, kind, name, day, sha256, size, shared FROM document \
             WHERE {} ORDER BY client_id, day DESC, id DESC",
            of_client(client)
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], document)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a document with its content.
    pub fn add_client_document(&mut self, new: &NewDocument<'_>) -> Result<DocumentKey> {
        let sha256 = self.keep_file(new.bytes)?;
        let size = i64::try_from(new.bytes.len())
            .map_err(|_| StoreError::Corrupt("a document without end".into()))?;
        let columns = [
            ("client_id", int(new.client.0)),
            ("kind", text(new.kind.word())),
            ("name", text(&new.name)),
            ("day", text(new.day)),
            ("sha256", text(sha256)),
            ("size", int(size)),
            ("shared", flag(new.shared)),
        ];
        self.insert("document", &columns).map(DocumentKey)
    }

    /// Changes the name, the kind and the day of a document; whether that changed anything.
    pub fn edit_client_document(&mut self, document: &ClientDocument) -> Result<bool> {
        let columns = [
            ("kind", text(document.kind.word())),
            ("name", text(&document.name)),
            ("day", text(document.day)),
        ];
        self.update("document", document.key.0, &columns)
    }

    /// Shares a document with the client, or no longer; whether that changed anything.
    pub fn share_client_document(&mut self, key: DocumentKey, shared: bool) -> Result<bool> {
        self.update("document", key.0, &[("shared", flag(shared))])
    }

    /// Removes a document.
    pub fn remove_client_document(&mut self, key: DocumentKey) -> Result<()> {
        self.delete("document", key.0)
    }
}
