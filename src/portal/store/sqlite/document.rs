//! Statements about the documents that are shared with a viewer's client.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use crate::published::{ChunkKey, Document, Documents};
use crate::values::id::PublicId;

use super::super::super::audit::Action;
use super::super::super::viewer::Viewer;
use super::{Outcome, reading};

/// See [`super::PortalStore::documents`].
pub(super) fn all(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<Document>> {
    let found: Option<Documents> = reading::chunk(tx, client, &ChunkKey::Documents)?;
    Ok(found.map_or_else(Vec::new, |found| found.documents))
}

/// See [`super::PortalStore::fetch_document`].
pub(super) fn fetch(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    id: &PublicId,
    now: DateTime<Utc>,
) -> Outcome<Option<(Document, Vec<u8>)>> {
    let client = viewer.client_row();
    let listed = all(tx, client)?;
    let Some(document) = listed.into_iter().find(|document| document.id == *id) else {
        return Ok(None);
    };
    let Some(bytes) = reading::body(tx, client, &ChunkKey::Document(id.clone()))? else {
        return Ok(None);
    };
    reading::hand_out(tx, viewer, Action::FileDownloaded, &document.name, now)?;
    Ok(Some((document, bytes)))
}
