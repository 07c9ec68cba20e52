//! Statements that read what a viewer sees. Each is bound to the viewer's client; none takes a client from anywhere else.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Params, Transaction, params};

use crate::published::protocol::EventKind;
use crate::published::{ChunkKey, Invoice, Projects, Retainer};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::Viewer;
use super::super::InvoiceFile;
use super::super::column::{SAME_VIEW, from_json};
use super::{Outcome, journal};

pub(super) fn chunk<T: serde::de::DeserializeOwned>(
    tx: &Transaction<'_>,
    client: i64,
    key: &ChunkKey,
) -> Outcome<Option<T>> {
    let body = body(tx, client, key)?;
    body.as_deref().map(from_json).transpose()
}

pub(super) fn body(tx: &Transaction<'_>, client: i64, key: &ChunkKey) -> Outcome<Option<Vec<u8>>> {
    let mut statement =
        tx.prepare_cached("SELECT body FROM chunk WHERE client_id = ? AND key = ?")?;
    Ok(statement
        .query_row(params![client, key.to_string()], |row| row.get(0))
        .optional()?)
}

/// See [`super::PortalStore::projects`].
pub(super) fn seen_projects(tx: &Transaction<'_>, viewer: &Viewer) -> Outcome<Option<Projects>> {
    let mut all = projects(tx, viewer.client_row())?;
    if let Some(all) = &mut all {
        viewer.narrow_projects(all);
    }
    Ok(all)
}

pub(super) fn projects(tx: &Transaction<'_>, client: i64) -> Outcome<Option<Projects>> {
    chunk(tx, client, &ChunkKey::Projects)
}

pub(super) fn retainers(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<Retainer>> {
    Ok(chunk(tx, client, &ChunkKey::Retainers)?.unwrap_or_default())
}

/// See [`super::PortalStore::open_invoices`].
pub(super) fn open_invoices(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<Invoice>> {
    let mut open = bodies(
        tx,
        "SELECT body FROM invoice JOIN chunk ON chunk.id = chunk_id WHERE invoice.client_id = ? AND is_open = 1
         ORDER BY issue_date, number LIMIT 100",
        [client],
    )?;
    open.sort_by_key(|invoice: &Invoice| (invoice.due_date.is_none(), invoice.due_date));
    Ok(open)
}

pub(super) fn bodies<T: serde::de::DeserializeOwned>(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl Params,
) -> Outcome<Vec<T>> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        read.push(from_json(
            row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?,
        )?);
    }
    Ok(read)
}

pub(super) fn invoice(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    id: &PublicId,
) -> Outcome<Option<Invoice>> {
    let found = bodies(
        tx,
        "SELECT body FROM invoice JOIN chunk ON chunk.id = chunk_id WHERE invoice.client_id = ? AND public_id = ?",
        params![viewer.client_row(), id.to_string()],
    )?;
    Ok(found.into_iter().next())
}

pub(super) fn note(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    action: Action,
    subject: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let act = Act::new(action, Actor::User(viewer.user().clone()))
        .client(viewer.client())
        .subject(subject);
    journal::write(tx, viewer.account().0, &act, now)
}

/// See [`super::PortalStore::view_invoice`].
pub(super) fn view_invoice(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    id: &PublicId,
    now: DateTime<Utc>,
) -> Outcome<Option<Invoice>> {
    let Some(invoice) = invoice(tx, viewer, id)? else {
        return Ok(None);
    };
    let number = invoice.number.clone().unwrap_or_default();
    note(tx, viewer, Action::InvoiceViewed, &number, now)?;
    let kind = EventKind::InvoiceViewed { invoice: number };
    let (account, client, user) = (viewer.account(), viewer.client(), viewer.user());
    if !journal::emitted_since(tx, account, client, user, &kind, now - SAME_VIEW)? {
        journal::emit(tx, account, client, user, &kind, now)?;
    }
    Ok(Some(invoice))
}

/// See [`super::PortalStore::fetch_file`].
pub(super) fn fetch_file(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    id: &PublicId,
    which: InvoiceFile,
    now: DateTime<Utc>,
) -> Outcome<Option<(String, Vec<u8>)>> {
    let Some(name) = invoice(tx, viewer, id)?.and_then(|invoice| which.of(invoice)) else {
        return Ok(None);
    };
    let Some(bytes) = body(tx, viewer.client_row(), &ChunkKey::File(name.clone()))? else {
        return Ok(None);
    };
    hand_out(tx, viewer, Action::FileDownloaded, &name, now)?;
    Ok(Some((name, bytes)))
}

/// A file goes out: it is written down, and the account hears of it.
pub(super) fn hand_out(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    action: Action,
    name: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    note(tx, viewer, action, name, now)?;
    let file = name.to_owned();
    let kind = EventKind::ExportMade { file };
    let (account, client, user) = (viewer.account(), viewer.client(), viewer.user());
    journal::emit(tx, account, client, user, &kind, now)
}
