//! Issuing: the number, the date, the document and the state, in the transaction of the caller.

use chrono::{Days, NaiveDate};

use crate::app::look::Printers;
use crate::app::{Error, Result, Session, annex, einvoice, face, find};
use crate::disclosure;
use crate::disclosure::public_id::PublicIds;
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{self, Invoice, Kind, Stored};
use crate::domain::key::InvoiceKey;
use crate::domain::number::Pattern;
use crate::published;
use crate::store::{Books, Numbered, Writer};

/// Gives numbers and draws documents.
pub(in crate::app) struct Press {
    ids: PublicIds,
    printers: Printers,
}

impl Press {
    pub(in crate::app) fn new(session: &mut Session) -> Result<Self> {
        Ok(Self {
            ids: PublicIds::new(session.store.identity()?),
            printers: Printers::default(),
        })
    }

    /// Number, date, document and state, within the transaction of the caller.
    pub(super) fn issue(
        &mut self,
        books: &mut Writer<'_>,
        business: &Business,
        key: InvoiceKey,
        date: NaiveDate,
    ) -> Result<()> {
        if business.name.is_none() {
            return Err(Refusal::NoBusiness.into());
        }
        let Some(mut invoice) = books.invoice_by_key(key)? else {
            return Err(Error::NotFound {
                noun: "invoice",
                wanted: key.0.to_string(),
                near: Vec::new(),
            });
        };
        let client = find::client_of(books, invoice.client)?;
        if invoice.issue_date != date {
            let due = due_date(business, invoice.kind, date);
            books.date_invoice(key, date, due)?;
            invoice.issue_date = date;
            invoice.due_date = due;
        }
        let numbered = next_number(books, business, invoice.kind, &client, date)?;
        invoice.number = Some(numbered.number.clone());
        invoice.stored = Stored::Issued;
        let face = self.face(books, &invoice)?;
        let total = invoice.totals()?.total;
        einvoice::required(books, business, &client, &invoice, &face)?;
        let annex = if business.appearance.annex {
            annex::of(books, &self.ids, business, &client, &invoice)?
        } else {
            None
        };
        let printer = self.printers.of(books, business)?;
        let bytes = printer.with_annex(&face, annex.as_ref())?;
        let digest = face::digest(&face, annex.as_ref())?;
        books.issue_invoice(key, &numbered, total, &bytes, digest.as_str())?;
        let number = numbered.number;
        books.cannot_be_undone(&format!(
            "invoice {number} is issued; `loggia invoice void {number}` takes it back"
        ))?;
        Ok(())
    }

    /// What the document is drawn from: the invoice as of its issue.
    pub(super) fn face(&self, books: &Books<'_>, invoice: &Invoice) -> Result<published::Invoice> {
        Self::face_of(books, &self.ids, invoice)
    }

    /// The same with the public ids of the store.
    pub(super) fn face_of(
        books: &Books<'_>,
        ids: &PublicIds,
        invoice: &Invoice,
    ) -> Result<published::Invoice> {
        let face = face::client(books, ids, invoice, invoice.issue_date)?;
        Ok(disclosure::invoice::as_issued(face))
    }
}

pub(super) fn not_future(date: NaiveDate, today: NaiveDate) -> std::result::Result<(), Refusal> {
    if date > today {
        return Err(Refusal::FutureDate { date });
    }
    Ok(())
}

pub(super) fn due_date(business: &Business, kind: Kind, date: NaiveDate) -> Option<NaiveDate> {
    match kind {
        Kind::Invoice => date.checked_add_days(Days::new(u64::from(business.terms_days))),
        Kind::CreditNote => None,
    }
}

/// The next number of the series. Numbers and dates run the same way.
fn next_number(
    books: &Books<'_>,
    business: &Business,
    kind: Kind,
    client: &Client,
    date: NaiveDate,
) -> Result<Numbered> {
    let pattern: &Pattern = match kind {
        Kind::Invoice => &business.invoice_number,
        Kind::CreditNote => &business.credit_note_number,
    };
    let slug = client.slug.as_str();
    let counter = pattern.counter(date, slug);
    let last = books.last_number(kind, &counter)?;
    let newest = if pattern.is_per_client() {
        last.as_ref()
            .map(|(_, number, date)| (number.clone(), *date))
    } else {
        books.last_issued(kind)?
    };
    let newest = newest
        .as_ref()
        .map(|(number, date)| (number.as_str(), *date));
    invoice::dates_run_forward(newest, date)?;
    let sequence = last.map_or(0, |(sequence, ..)| sequence) + 1;
    let number = pattern.number(sequence, date, slug);
    if books.invoice(&number)?.is_some() {
        return Err(Refusal::NumberTaken { number }.into());
    }
    Ok(Numbered {
        number,
        counter,
        sequence,
    })
}
