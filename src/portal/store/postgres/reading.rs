//! Statements that read what a viewer sees. Each is bound to the viewer's client; none takes a client from anywhere else.

use chrono::{DateTime, Utc};

use crate::published::protocol::EventKind;
use crate::published::{ChunkKey, Invoice, Projects, Retainer};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::Viewer;
use super::super::InvoiceFile;
use super::super::column::{SAME_VIEW, from_json};
use super::tx::{Tx, Value};
use super::{Outcome, journal, text};

pub(super) async fn chunk<T: serde::de::DeserializeOwned>(
    tx: &Tx,
    client: i64,
    key: &ChunkKey,
) -> Outcome<Option<T>> {
    let body = body(tx, client, key).await?;
    body.as_deref().map(from_json).transpose()
}

pub(super) async fn body(tx: &Tx, client: i64, key: &ChunkKey) -> Outcome<Option<Vec<u8>>> {
    let sql = "SELECT body FROM chunk WHERE client_id = $1 AND key = $2";
    let row = tx.first(sql, &[&client, &text(&key.to_string())]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// See [`super::PortalStore::projects`].
pub(super) async fn seen_projects(tx: &Tx, viewer: &Viewer) -> Outcome<Option<Projects>> {
    let mut all = projects(tx, viewer.client_row()).await?;
    if let Some(all) = &mut all {
        viewer.narrow_projects(all);
    }
    Ok(all)
}

pub(super) async fn projects(tx: &Tx, client: i64) -> Outcome<Option<Projects>> {
    chunk(tx, client, &ChunkKey::Projects).await
}

pub(super) async fn retainers(tx: &Tx, client: i64) -> Outcome<Vec<Retainer>> {
    let retainers = chunk(tx, client, &ChunkKey::Retainers).await?;
    Ok(retainers.unwrap_or_default())
}

/// See [`super::PortalStore::open_invoices`].
pub(super) async fn open_invoices(tx: &Tx, client: i64) -> Outcome<Vec<Invoice>> {
    let mut open = bodies(
        tx,
        "SELECT body FROM invoice JOIN chunk ON chunk.id = chunk_id WHERE invoice.client_id = $1 AND is_open
         ORDER BY issue_date, number LIMIT 100",
        &[&client],
    )
    .await?;
    open.sort_by_key(|invoice: &Invoice| (invoice.due_date.is_none(), invoice.due_date));
    Ok(open)
}

async fn bodies<T: serde::de::DeserializeOwned>(
    tx: &Tx,
    sql: &str,
    values: &[Value<'_>],
) -> Outcome<Vec<T>> {
    let rows = tx.query(sql, values).await?;
    rows.iter().map(|row| from_json(row.try_get(0)?)).collect()
}

pub(super) async fn invoice(tx: &Tx, viewer: &Viewer, id: &PublicId) -> Outcome<Option<Invoice>> {
    let found = bodies(
        tx,
        "SELECT body FROM invoice JOIN chunk ON chunk.id = chunk_id WHERE invoice.client_id = $1 AND public_id = $2",
        &[&viewer.client_row(), &id.as_str()],
    )
    .await?;
    Ok(found.into_iter().next())
}

pub(super) async fn note(
    tx: &Tx,
    viewer: &Viewer,
    action: Action,
    subject: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let act = Act::new(action, Actor::User(viewer.user().clone()))
        .client(viewer.client())
        .subject(subject);
    journal::write(tx, viewer.account().0, &act, now).await
}

/// See [`super::PortalStore::view_invoice`].
pub(super) async fn view_invoice(
    tx: &Tx,
    viewer: &Viewer,
    id: &PublicId,
    now: DateTime<Utc>,
) -> Outcome<Option<Invoice>> {
    let Some(invoice) = invoice(tx, viewer, id).await? else {
        return Ok(None);
    };
    let number = invoice.number.clone().unwrap_or_default();
    note(tx, viewer, Action::InvoiceViewed, &number, now).await?;
    let kind = EventKind::InvoiceViewed { invoice: number };
    let (account, client, user) = (viewer.account(), viewer.client(), viewer.user());
    if !journal::emitted_since(tx, account, client, user, &kind, now - SAME_VIEW).await? {
        journal::emit(tx, account, client, user, &kind, now).await?;
    }
    Ok(Some(invoice))
}

/// See [`super::PortalStore::fetch_file`].
pub(super) async fn fetch_file(
    tx: &Tx,
    viewer: &Viewer,
    id: &PublicId,
    which: InvoiceFile,
    now: DateTime<Utc>,
) -> Outcome<Option<(String, Vec<u8>)>> {
    let invoice = invoice(tx, viewer, id).await?;
    let Some(name) = invoice.and_then(|invoice| which.of(invoice)) else {
        return Ok(None);
    };
    let key = ChunkKey::File(name.clone());
    let Some(bytes) = body(tx, viewer.client_row(), &key).await? else {
        return Ok(None);
    };
    hand_out(tx, viewer, Action::FileDownloaded, &name, now).await?;
    Ok(Some((name, bytes)))
}

/// A file goes out: it is written down, and the account hears of it.
pub(super) async fn hand_out(
    tx: &Tx,
    viewer: &Viewer,
    action: Action,
    name: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    note(tx, viewer, action, name, now).await?;
    let file = name.to_owned();
    let kind = EventKind::ExportMade { file };
    let (account, client, user) = (viewer.account(), viewer.client(), viewer.user());
    journal::emit(tx, account, client, user, &kind, now).await
}
