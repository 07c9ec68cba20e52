//! Credit notes: over a part of an invoice, and over what is left of one that is taken back.

use chrono::NaiveDate;

use crate::app::{Error, Result, Session, find};
use crate::domain::business::Business;
use crate::domain::invoice::{
    Adjustments, Creditable, Credited, Invoice, Kind, Part, Pick, Remarks, TaxRounding, Totals,
    Words,
};
use crate::domain::job;
use crate::domain::key::InvoiceKey;
use crate::store::{NewInvoice, Writer};
use crate::values::text::Note;

use super::deposit::not_deducted;
use super::{Press, Shown, amount_in, shown};

/// What to credit of an invoice.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// So much, with its tax, in the invoice's currency.
    Amount(String),
    /// Lines, or some of each.
    Lines(Vec<Pick>),
}

/// Writes a credit note over a part of an invoice. Its entries stay with it.
pub fn credit(
    session: &mut Session,
    reference: &str,
    wanted: &Wanted,
    reason: Option<&Note>,
) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = crate::app::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.may_be_credited()?;
        let words = words(&invoice);
        let (notes, credited) = before(books, &invoice)?;
        let creditable = Creditable::of(&invoice, &notes, &credited)?;
        let part = match wanted {
            Wanted::Amount(amount) => {
                creditable.amount(amount_in(amount, invoice.currency)?, &words)?
            }
            Wanted::Lines(picks) => creditable.lines(picks, &words)?,
        };
        let key = write(books, &business, &mut press, &invoice, part, reason, today)?;
        let note = books.invoice_by_key(key)?.map(|note| note.name());
        books.cannot_be_undone(&format!(
            "credit note {} is issued, which stays",
            note.unwrap_or_default()
        ))?;
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// Takes an invoice back by a credit note over what earlier ones left of it; its entries are open again. Gives the credit note.
pub fn void(session: &mut Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = crate::app::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.may_be_voided()?;
        not_deducted(books, &invoice)?;
        let key = match invoice.settlement.credits.last() {
            None => whole(books, &business, &mut press, &invoice, today)?,
            // What is credited in full needs no further note.
            Some(last) if invoice.creditable()?.is_zero() => last.note,
            Some(_) => {
                let (notes, credited) = before(books, &invoice)?;
                let rest = Creditable::of(&invoice, &notes, &credited)?.rest(&words(&invoice))?;
                write(books, &business, &mut press, &invoice, rest, None, today)?
            }
        };
        books.void_invoice(invoice.key)?;
        let number = invoice.name();
        books.cannot_be_undone(&format!(
            "invoice {number} is void by a credit note, which stays"
        ))?;
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// The late fees that were charged for an invoice and stand.
pub fn late_fees(session: &Session, reference: &str) -> Result<Vec<String>> {
    session.store.read(|books| {
        let number = find::invoice(books, reference)?.name();
        let charged = books.jobs_of(job::Kind::LateFee, &number)?.into_iter();
        Ok(charged
            .filter(|job| !job.taken_back)
            .filter_map(|job| job.number)
            .collect())
    })
}

/// What credit notes took back so far.
fn before(books: &Writer<'_>, invoice: &Invoice) -> Result<(Vec<Totals>, Vec<Credited>)> {
    let notes = books.credit_notes(invoice.key)?;
    let notes = notes.iter().map(Invoice::totals);
    let notes = notes.collect::<std::result::Result<_, _>>()?;
    Ok((notes, books.credited_lines(invoice.key)?))
}

/// A credit note with the lines of the invoice.
fn whole(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    invoice: &Invoice,
    today: NaiveDate,
) -> Result<InvoiceKey> {
    let note = NewInvoice {
        lines: invoice.lines.clone(),
        adjustments: invoice.adjustments.clone(),
        ..empty(invoice, today)
    };
    let places: Vec<Option<usize>> = (1..=invoice.lines.len()).map(Some).collect();
    let detail = (&[][..], places.as_slice());
    keep(books, business, press, &note, detail, &references(invoice))
}

fn write(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    invoice: &Invoice,
    part: Part,
    reason: Option<&Note>,
    today: NaiveDate,
) -> Result<InvoiceKey> {
    let places: Vec<Option<usize>> = part.lines.iter().map(|of| of.credits).collect();
    let note = NewInvoice {
        lines: part.lines.into_iter().map(|of| of.line).collect(),
        ..empty(invoice, today)
    };
    let remarks = Remarks {
        introduction: reason.map(ToString::to_string),
        ..references(invoice)
    };
    let detail = (part.tax_rounding.as_slice(), places.as_slice());
    keep(books, business, press, &note, detail, &remarks)
}

/// Issues a credit note, with the rounding of its taxes and the places of the lines that it takes back.
fn keep(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    note: &NewInvoice,
    (rounding, places): (&[TaxRounding], &[Option<usize>]),
    remarks: &Remarks,
) -> Result<InvoiceKey> {
    let key = books.add_invoice(note)?;
    books.detail_credit(key, rounding, places)?;
    books.remark(key, remarks)?;
    press.issue(books, business, key, note.issue_date)?;
    Ok(key)
}

/// A credit note names the same order and project as its invoice.
fn references(invoice: &Invoice) -> Remarks {
    Remarks {
        introduction: None,
        closing: None,
        ..invoice.remarks.clone()
    }
}

/// A credit note without lines.
fn empty(invoice: &Invoice, today: NaiveDate) -> NewInvoice {
    NewInvoice {
        client: invoice.client,
        kind: Kind::CreditNote,
        corrects: Some(invoice.key),
        issue_date: today.max(invoice.issue_date),
        due_date: None,
        period: invoice.period,
        currency: invoice.currency,
        language: invoice.language.clone(),
        seller: invoice.seller.clone(),
        buyer: invoice.buyer.clone(),
        payment_terms: None,
        lines: Vec::new(),
        adjustments: Adjustments::none(invoice.currency),
        tax_note: invoice.tax_note.clone(),
        billed: Vec::new(),
    }
}

fn words(invoice: &Invoice) -> Words {
    let number = invoice.name();
    match invoice.language.as_str() {
        "de" => Words {
            amount: format!("Korrektur zu Rechnung {number}"),
            rest: format!("Restbetrag der Rechnung {number}"),
            share: "Anteil am Rabatt und Rundung".to_owned(),
        },
        _ => Words {
            amount: format!("Credit on invoice {number}"),
            rest: format!("What is left of invoice {number}"),
            share: "Share of discount and rounding".to_owned(),
        },
    }
}
