//! Documents of invoices: the one that was issued, and those that are drawn when they are asked for, in the look of the day of issue.

use crate::app::look::{self, Printers};
use crate::app::{Result, Session, annex};
use crate::disclosure::public_id::PublicIds;
use crate::document::invoice_sheet;
use crate::document::sheet::Sheet;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::Invoice;
use crate::published::{self, Annex};
use crate::store::Books;

use super::press::Press;
use super::{Shown, for_client};

/// What a document is drawn from.
pub(in crate::app) struct Drawing {
    pub(in crate::app) face: published::Invoice,
    pub(in crate::app) annex: Option<Annex>,
    pub(in crate::app) business: Business,
}

/// The PDF of an invoice: the one that was issued, or one drawn now of a draft. `with_annex`: drawn with the time sheet, where it was
/// not issued with one.
pub fn pdf(session: &mut Session, shown: &Shown, with_annex: bool) -> Result<Vec<u8>> {
    let ids = PublicIds::new(session.store.identity()?);
    session.store.read(|books| {
        let drawing = drawing(
            books,
            &ids,
            &session.business,
            &shown.client,
            &shown.invoice,
            with_annex,
        )?;
        let has_annex = drawing.business.appearance.annex;
        if let Some(sha256) = &shown.invoice.document_sha256
            && (!with_annex || has_annex)
            && let Some(bytes) = books.file(sha256)?
        {
            return Ok(bytes);
        }
        draw(books, &drawing)
    })
}

/// The characters of an invoice for which there is no typeface. Worth a warning.
pub fn missing_glyphs(session: &mut Session, shown: &Shown) -> Result<Vec<char>> {
    let ids = PublicIds::new(session.store.identity()?);
    session.store.read(|books| {
        let drawing = drawing(
            books,
            &ids,
            &session.business,
            &shown.client,
            &shown.invoice,
            false,
        )?;
        let mut printers = Printers::default();
        let printer = printers.of(books, &drawing.business)?;
        Ok(printer.missing_glyphs(&drawing.face, drawing.annex.as_ref()))
    })
}

/// The invoice as a table, as its client may see it.
pub fn sheet(session: &mut Session, shown: &Shown) -> Result<Sheet> {
    Ok(invoice_sheet::of(&for_client(session, shown)?))
}

/// What is on the document, under the settings of the day of issue; of a draft under those of today.
pub(in crate::app) fn drawing(
    books: &Books<'_>,
    ids: &PublicIds,
    business: &Business,
    client: &Client,
    invoice: &Invoice,
    with_annex: bool,
) -> Result<Drawing> {
    let business =
        look::at_issue(books, invoice, business.zone)?.unwrap_or_else(|| business.clone());
    let annex = if with_annex || business.appearance.annex {
        annex::of(books, ids, &business, client, invoice)?
    } else {
        None
    };
    Ok(Drawing {
        face: Press::face_of(books, ids, invoice)?,
        annex,
        business,
    })
}

fn draw(books: &Books<'_>, drawing: &Drawing) -> Result<Vec<u8>> {
    let mut printers = Printers::default();
    let printer = printers.of(books, &drawing.business)?;
    Ok(printer.with_annex(&drawing.face, drawing.annex.as_ref())?)
}
