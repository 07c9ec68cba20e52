//! Issuing: the number, the date, the document and the state, in the transaction of the caller.

use chrono::{Days, NaiveDate};

use crate::app::look::Printers;
use crate::app::{Result, Session, annex, einvoice, face, find};
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

use super::drawn::drawing;
use super::remarks::Extras;

/// How free the date of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dating {
    /// It may be before the last one of its counter.
    pub back: bool,
    /// It may be more than a year after the day on which the command runs.
    pub ahead: bool,
}

/// Gives numbers and draws documents.
pub(in crate::app) struct Press {
    ids: PublicIds,
    printers: Printers,
    extras: Extras,
    /// The day by the clock, whatever day the command is run for.
    clock: NaiveDate,
}

impl Press {
    pub(in crate::app) fn new(session: &mut Session) -> Result<Self> {
        Self::with(session, Extras::default())
    }

    /// The same, with what documents have besides.
    pub(super) fn with(session: &mut Session, extras: Extras) -> Result<Self> {
        Ok(Self {
            ids: PublicIds::new(session.store.identity()?),
            printers: Printers::default(),
            extras,
            clock: session.calendar.day_of(session.operation.at),
        })
    }

    pub(super) fn extras(&self) -> &Extras {
        &self.extras
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
        let mut invoice = find::invoice_of(books, key)?;
        invoice::not_far_ahead(date, self.clock, self.extras.dating.ahead)?;
        let client = find::client_of(books, invoice.client)?;
        if invoice.issue_date != date {
            let due = moved_due(business, &invoice, date);
            books.date_invoice(key, date, due)?;
            invoice.issue_date = date;
            invoice.due_date = due;
        }
        if invoice.kind == Kind::Invoice {
            invoice.is_payable()?;
            invoice.names_tax_ids(&client.slug)?;
        }
        let (numbered, back) = self.next_number(books, business, invoice.kind, &client, date)?;
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
        if back {
            books.mark_backdated(key)?;
        }
        let number = numbered.number;
        books.cannot_be_undone(&format!(
            "invoice {number} is issued; `loggia invoice void {number}` takes it back"
        ))?;
        Ok(())
    }

    /// The next number of the series, and whether its date is before the last one's. Numbers and dates run the same way.
    fn next_number(
        &self,
        books: &Books<'_>,
        business: &Business,
        kind: Kind,
        client: &Client,
        date: NaiveDate,
    ) -> Result<(Numbered, bool)> {
        let pattern: &Pattern = match kind {
            Kind::Invoice => &business.invoice_number,
            Kind::CreditNote => &business.credit_note_number,
        };
        let slug = client.slug.as_str();
        let counter = pattern.counter(date, slug);
        let own = books.newest_of(kind, &counter)?;
        // What a clock ahead of its time dated does not hold up the counters of today.
        let other = match pattern.is_per_client() {
            true => None,
            false => books.newest_elsewhere(kind, &counter, self.clock)?,
        };
        let back = invoice::dates_run_forward(own, other, date, self.extras.dating.back)?;
        let last = books.last_sequence(kind, &counter)?;
        let sequence = last.unwrap_or(0) + 1;
        let number = pattern.number(sequence, date, slug);
        if books.invoice(&number)?.is_some() {
            return Err(Refusal::NumberTaken { number }.into());
        }
        let numbered = Numbered {
            number,
            counter,
            sequence,
        };
        Ok((numbered, back))
    }

    /// The document for its client today: the one that was kept, unless the client may see less of it by now.
    pub(in crate::app) fn copy(
        &mut self,
        books: &Books<'_>,
        business: &Business,
        invoice: &Invoice,
    ) -> Result<Vec<u8>> {
        let client = find::client_of(books, invoice.client)?;
        let drawing = drawing(books, &self.ids, business, &client, invoice, false)?;
        let digest = face::digest(&drawing.face, drawing.annex.as_ref())?;
        let kept = match &invoice.document_sha256 {
            Some(sha256) if invoice.document_face.as_deref() == Some(digest.as_str()) => {
                books.file(sha256)?
            }
            _ => None,
        };
        if let Some(bytes) = kept {
            return Ok(bytes);
        }
        let printer = self.printers.of(books, &drawing.business)?;
        Ok(printer.with_annex(&drawing.face, drawing.annex.as_ref())?)
    }

    /// The invoice as its client may see it on a day.
    pub(in crate::app) fn seen(
        &self,
        books: &Books<'_>,
        invoice: &Invoice,
        day: NaiveDate,
    ) -> Result<published::Invoice> {
        face::client(books, &self.ids, invoice, day)
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

/// The due day of a draft on another date: as many days after it as before.
pub(super) fn moved_due(
    business: &Business,
    draft: &Invoice,
    date: NaiveDate,
) -> Option<NaiveDate> {
    match draft.due_date {
        Some(due) => date.checked_add_signed(due - draft.issue_date),
        None => due_date(business, draft.kind, date),
    }
}

pub(super) fn due_date(business: &Business, kind: Kind, date: NaiveDate) -> Option<NaiveDate> {
    match kind {
        Kind::Invoice => date.checked_add_days(Days::new(u64::from(business.terms_days))),
        Kind::CreditNote => None,
    }
}
