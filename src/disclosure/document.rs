//! Documents: those that are shared with the client, where the section is on.

use crate::domain::client_document::{ClientDocument, Kind};
use crate::published::{Document, DocumentKind, Documents};

use super::{ClientBooks, Noun};

/// The shared documents, the latest first.
pub(super) fn documents(books: &ClientBooks) -> Documents {
    let mut documents: Vec<Document> = books
        .documents
        .iter()
        .filter_map(|document| published(books, document))
        .collect();
    documents.sort_by(|a, b| (b.day, &a.name, &a.id).cmp(&(a.day, &b.name, &b.id)));
    Documents { documents }
}

/// The document as the client sees it; none where it is not for the client's eyes.
fn published(books: &ClientBooks, document: &ClientDocument) -> Option<Document> {
    let ClientDocument {
        key,
        client: _, // the client's own page
        kind,
        name,
        day,
        sha256: _, // how the owner keeps it
        size,
        shared,
    } = document;
    shared.then(|| Document {
        id: books.ids.row(Noun::Document, key.0),
        name: name.to_string(),
        kind: match kind {
            Kind::Proposal => DocumentKind::Proposal,
            Kind::Contract => DocumentKind::Contract,
            Kind::Agreement => DocumentKind::Agreement,
            Kind::Other => DocumentKind::Other,
        },
        day: *day,
        size: *size,
    })
}

#[cfg(test)]
mod tests {
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};

    #[test]
    fn shared_documents_are_shown_where_the_section_is_on() {
        let shown = |settings: &[(&str, &str)]| {
            let shown = portal(&sample::books(), &visibility(settings)).unwrap();
            shown.unwrap().documents
        };
        assert_eq!(shown(&[]), None);
        let documents = shown(&[("documents", "on")]).unwrap().documents;
        let names: Vec<&str> = documents
            .iter()
            .map(|document| document.name.as_str())
            .collect();
        assert_eq!(names, ["agreement-of-may.pdf"]);
    }
}
