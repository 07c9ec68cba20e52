//! The documents that are shared with a client: the list, and each as a download.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};

use crate::published::DocumentKind;
use crate::values::id::PublicId;

use super::super::error::Refusal;
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Frame, render};
use super::super::words::Words;
use super::export::{attachment, media_of};
use super::format_of;

/// Documents that are listed.
const MOST: usize = 200;

#[derive(Debug, Template)]
#[template(path = "documents.html", config = "src/portal/askama.toml")]
struct DocumentsPage {
    frame: Frame,
    w: &'static Words,
    documents: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    address: String,
    name: String,
    kind: &'static str,
    day: String,
    size: String,
}

/// `GET /c/{client}/documents`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
) -> Result<Html<String>, Refusal> {
    let format = format_of(&viewer);
    let w = format.words();
    let documents = portal.store().documents(&viewer).await?;
    let page = DocumentsPage {
        frame: Frame::of(w.documents, "/documents", &viewer, &signed_in),
        w,
        documents: documents
            .into_iter()
            .take(MOST)
            .map(|document| Row {
                address: format!("/c/{}/documents/{}", viewer.client(), document.id),
                kind: kind(document.kind, w),
                day: format.short_day(document.day),
                size: format.size(document.size),
                name: document.name,
            })
            .collect(),
    };
    Ok(render(&page)?)
}

fn kind(kind: DocumentKind, w: &'static Words) -> &'static str {
    match kind {
        DocumentKind::Estimate => w.kind_estimate,
        DocumentKind::Proposal => w.kind_proposal,
        DocumentKind::Contract => w.kind_contract,
        DocumentKind::Agreement => w.kind_agreement,
        DocumentKind::Other => w.kind_other,
    }
}

/// `GET /c/{client}/documents/{document}`
pub(in super::super) async fn file(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    Path((_, document)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let id = PublicId::parse(&document).map_err(|_| Refusal::NotFound)?;
    let found = portal
        .store()
        .fetch_document(&viewer, id, portal.now())
        .await?;
    let (document, bytes) = found.ok_or(Refusal::NotFound)?;
    let media = media_of(&document.name, &bytes);
    attachment(&document.name, media, bytes)
}
