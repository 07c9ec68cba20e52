//! Invoices as others see them: the face for the client, under its portal settings, and the owner's own with everything.

use chrono::NaiveDate;

use crate::disclosure;
use crate::disclosure::public_id::{Noun, PublicIds};
use crate::document::DocumentError;
use crate::domain::invoice::Invoice;
use crate::domain::visibility::{Descriptions, Team, Visibility};
use crate::published::{self, Digest};
use crate::store::Books;

use super::{Error, Result, portal_settings};

/// The invoice as its client may see it on a day.
pub(super) fn client(
    books: &Books<'_>,
    ids: &PublicIds,
    invoice: &Invoice,
    as_of: NaiveDate,
) -> Result<published::Invoice> {
    let visibility = portal_settings::of(books, invoice.client)?;
    face(books, ids, invoice, &visibility, as_of)
}

/// The invoice with all that the owner may see of it.
pub(super) fn owner(
    books: &Books<'_>,
    ids: &PublicIds,
    invoice: &Invoice,
    as_of: NaiveDate,
) -> Result<published::Invoice> {
    let visibility = Visibility {
        rates: true,
        team: Team::Names,
        descriptions: Descriptions::Full,
        ..portal_settings::of(books, invoice.client)?
    };
    face(books, ids, invoice, &visibility, as_of)
}

fn face(
    books: &Books<'_>,
    ids: &PublicIds,
    invoice: &Invoice,
    visibility: &Visibility,
    as_of: NaiveDate,
) -> Result<published::Invoice> {
    let corrects = match invoice.corrects {
        Some(original) => books
            .invoice_by_key(original)?
            .and_then(|original| original.number),
        None => None,
    };
    let id = ids.row(Noun::Invoice, invoice.key.0);
    Ok(disclosure::invoice::invoice(
        invoice, visibility, corrects, id, as_of, None,
    )?)
}

/// The digest of a face, by which a kept document is known to be still what the client may see.
pub(super) fn digest(
    face: &published::Invoice,
    annex: Option<&published::Annex>,
) -> Result<Digest> {
    disclosure::invoice::face_with(face, annex)
        .map_err(|error| Error::Document(DocumentError::from(error)))
}
