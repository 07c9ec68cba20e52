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
        name: handed_out(name.as_str()),
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

/// Characters of a name on the portal.
const LONGEST: usize = 150;

/// The name under which a browser saves it: not hidden, and no longer than a portal takes. The ending stays.
fn handed_out(name: &str) -> String {
    let name = match name.trim_start_matches('.') {
        "" => "document",
        rest => rest,
    };
    let length = name.chars().count();
    if length <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = match ending.chars().count() {
        1..=10 => format!(".{ending}"),
        _ => String::new(),
    };
    let kept = LONGEST.saturating_sub(ending.chars().count());
    let stem: String = name.chars().take(kept).collect();
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::handed_out;
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};

    #[test]
    fn a_name_that_no_portal_takes_holds_nothing_up() {
        let long = format!("{}.pdf", "x".repeat(190));
        for (name, expected) in [
            ("offer.pdf", "offer.pdf".to_owned()),
            (".htaccess", "htaccess".to_owned()),
            ("...", "document".to_owned()),
            (long.as_str(), format!("{}.pdf", "x".repeat(146))),
        ] {
            assert_eq!(handed_out(name), expected);
        }
    }

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
