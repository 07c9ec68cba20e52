//! How documents look, with the files that the settings name: the printer for a business, and for what was issued under settings that
//! have changed since.

use chrono_tz::Tz;

use crate::document::logo::Logo;
use crate::document::pdf::Printer;
use crate::document::{DocumentError, Look, Paper, Typeface};
use crate::domain::appearance::{self, Appearance, KeptFile};
use crate::domain::business::Business;
use crate::domain::invoice::Invoice;
use crate::store::{Books, StoreError};

use super::Result;

/// The look that the settings give.
pub(super) fn of(books: &Books<'_>, business: &Business) -> Result<Look> {
    let Appearance {
        paper,
        logo,
        template,
        fonts,
        payment_qr,
        annex: _,      // of the invoice, not of its look
        e_invoices: _, // likewise
    } = &business.appearance;
    let mut typefaces = Vec::with_capacity(fonts.len());
    for file in fonts {
        typefaces.push(typeface(&file.name, content(books, file)?)?);
    }
    Ok(Look {
        template: match template {
            Some(file) => Some(text(content(books, file)?)?),
            None => None,
        },
        paper: match paper {
            appearance::Paper::Auto => None,
            appearance::Paper::A4 => Some(Paper::A4),
            appearance::Paper::Letter => Some(Paper::Letter),
        },
        logo: match logo {
            Some(file) => Some(Logo::read(content(books, file)?).map_err(DocumentError::from)?),
            None => None,
        },
        payment_code: *payment_qr,
        typefaces,
    })
}

/// A file as typefaces; refused if it is none.
pub(super) fn typeface(name: &str, bytes: Vec<u8>) -> Result<Typeface> {
    let read = Typeface::read(bytes);
    Ok(read.ok_or_else(|| DocumentError::Typeface(name.to_owned()))?)
}

/// The text of a template.
pub(super) fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| {
        let message = "it is no text in UTF-8".to_owned();
        DocumentError::Template {
            message,
            line: None,
        }
        .into()
    })
}

fn content(books: &Books<'_>, file: &KeptFile) -> Result<Vec<u8>> {
    let gone = || StoreError::Corrupt(format!("the kept file `{}` is gone", file.name));
    Ok(books.file(&file.sha256)?.ok_or_else(gone)?)
}

/// The business as its settings were when an invoice was issued: what is drawn again later looks like what was sent. None for what
/// is not issued.
pub(super) fn at_issue(books: &Books<'_>, invoice: &Invoice, zone: Tz) -> Result<Option<Business>> {
    let changes = books.row_changes("invoice", invoice.key.0)?;
    let issued = changes.iter().find(|change| {
        let is = |column| change.is(column).is_some_and(|value| value.is_string());
        is("document_sha256")
    });
    let Some(issued) = issued else {
        return Ok(None);
    };
    let kept = books.settings_after(issued.operation)?;
    Ok(Some(Business::from_settings(zone, |key| {
        kept.get(key).cloned()
    })?))
}

/// The printer of the look that was asked for last: most documents of a run look the same.
#[derive(Debug, Default)]
pub(super) struct Printers {
    last: Option<(Appearance, Printer)>,
}

impl Printers {
    /// A printer for documents of the business.
    pub(super) fn of(&mut self, books: &Books<'_>, business: &Business) -> Result<&mut Printer> {
        let is_same = self.last.as_ref();
        let is_same = is_same.is_some_and(|(appearance, _)| *appearance == business.appearance);
        if !is_same {
            self.last = None;
        }
        let last = match self.last.take() {
            Some(last) => last,
            None => {
                let printer = Printer::of(of(books, business)?)?;
                (business.appearance.clone(), printer)
            }
        };
        let (_, printer) = self.last.insert(last);
        Ok(printer)
    }
}
