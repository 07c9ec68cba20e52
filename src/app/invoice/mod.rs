//! Invoices: what would be billed, drafts, issuing, payments, void.
//!
//! Number, invoice, links to its entries and the document are one transaction: all of it is there, or nothing.

mod drawn;
mod names;
mod party;
mod prepare;
mod press;
mod retainer;

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::disclosure::public_id::PublicIds;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{Grouping, Invoice, Item, Kind, Stored};
use crate::domain::key::{ClientKey, EntryKey, InvoiceKey};
use crate::published;
use crate::store::{Books, InvoiceFilter, NewInvoice, Writer};
use crate::values::money::Money;
use crate::values::period::Span;

use super::{Error, Result, Session, face, find};

use prepare::prepare;
use press::not_future;

pub(super) use drawn::drawing;
pub use drawn::{missing_glyphs, pdf, sheet};
pub(super) use prepare::next_net;
pub(super) use press::Press;

/// What to bill.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub client: String,
    /// Days whose work is billed.
    pub days: Span,
    pub grouping: Grouping,
    /// Whether unbilled work and what retainers are due are billed, or the items alone.
    pub work: bool,
    /// What is billed besides.
    pub items: Vec<Item>,
    /// The date of the invoice; today, if none is given.
    pub date: Option<NaiveDate>,
}

/// An invoice with what a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub invoice: Invoice,
    pub client: Client,
    /// Keys of the entries that it bills or billed.
    pub entries: Vec<EntryKey>,
    /// Number of the document it corrects, or that corrects it.
    pub related: Option<String>,
    /// The day for which its state is told.
    pub today: NaiveDate,
}

/// What an invoice over unbilled work would be. Nothing is kept.
pub fn preview(session: &Session, wanted: &Wanted) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let (client, draft) = prepare(books, &session.business, wanted, today)?;
        let entries = draft.billed.iter().map(|billed| billed.entry).collect();
        Ok(Shown {
            invoice: unsaved(draft),
            client,
            entries,
            related: None,
            today,
        })
    })
}

/// Makes a draft over unbilled work. Its entries are bound to it, so that nothing else bills them.
pub fn draft(session: &mut Session, wanted: &Wanted) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let (_, draft) = prepare(books, &business, wanted, today)?;
        Ok::<_, Error>(books.add_invoice(&draft)?)
    })?;
    shown(session, key)
}

/// Bills unbilled work and issues the invoice, in one transaction.
pub fn create(session: &mut Session, wanted: &Wanted) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        create_in(books, &business, &mut press, wanted, today)
    })?;
    shown(session, key)
}

/// The same in the transaction of the caller.
pub(super) fn create_in(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    wanted: &Wanted,
    today: NaiveDate,
) -> Result<InvoiceKey> {
    let (_, draft) = prepare(books, business, wanted, today)?;
    let key = books.add_invoice(&draft)?;
    press.issue(books, business, key, draft.issue_date)?;
    Ok(key)
}

/// Issues a draft, under its own date or another: from then on it does not change.
pub fn issue(session: &mut Session, reference: &str, date: Option<NaiveDate>) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.is_draft()?;
        let date = date.unwrap_or(invoice.issue_date);
        not_future(date, today)?;
        press.issue(books, &business, invoice.key, date)?;
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// Removes a draft; its entries are open again.
pub fn delete(session: &mut Session, reference: &str) -> Result<String> {
    session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        invoice.is_draft()?;
        books.delete_draft(invoice.key)?;
        Ok(invoice.name())
    })
}

/// Takes an invoice back by a credit note; its entries are open again. Gives the credit note.
pub fn void(session: &mut Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.may_be_voided()?;
        let credit = NewInvoice {
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
            lines: invoice.lines.clone(),
            discount: invoice.discount,
            billed: Vec::new(),
        };
        let key = books.add_invoice(&credit)?;
        press.issue(books, &business, key, credit.issue_date)?;
        books.void_invoice(invoice.key)?;
        let number = invoice.name();
        books.cannot_be_undone(&format!(
            "invoice {number} is void by a credit note, which stays"
        ))?;
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// Records a payment. `amount` is in the invoice's currency.
pub fn pay(
    session: &mut Session,
    reference: &str,
    amount: &str,
    date: Option<NaiveDate>,
    method: Option<&str>,
    over: bool,
) -> Result<Shown> {
    let today = session.today();
    let key = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        let amount = Money::parse(amount, invoice.currency)?;
        let date = date.unwrap_or(today);
        invoice.takes_payment(amount, date, over)?;
        books.add_payment(invoice.key, date, amount, method)?;
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// An invoice, credit note or draft.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let key = session
        .store
        .read(|books| find::invoice(books, reference))?
        .key;
    shown(session, key)
}

/// Invoices and credit notes, newest first; of one client, if one is named. Only `with_entries` they name what they billed.
pub fn list(session: &Session, client: Option<&str>, with_entries: bool) -> Result<Vec<Shown>> {
    let today = session.today();
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let filter = InvoiceFilter {
            client: client.map(|client| client.key),
            drafts: true,
        };
        let mut billed = if with_entries {
            books.billed_by_invoice(filter.client)?
        } else {
            HashMap::new()
        };
        let mut clients: HashMap<ClientKey, Client> = HashMap::new();
        books
            .invoices(filter)?
            .into_iter()
            .map(|invoice| {
                let client = match clients.get(&invoice.client) {
                    Some(client) => client.clone(),
                    None => {
                        let client = find::client_of(books, invoice.client)?;
                        clients.insert(client.key, client.clone());
                        client
                    }
                };
                Ok(Shown {
                    client,
                    entries: billed.remove(&invoice.key).unwrap_or_default(),
                    related: None,
                    invoice,
                    today,
                })
            })
            .collect()
    })
}

/// The invoice as its client gets it, with payments as of today.
pub fn for_client(session: &mut Session, shown: &Shown) -> Result<published::Invoice> {
    let ids = PublicIds::new(session.store.identity()?);
    let today = session.today();
    session
        .store
        .read(|books| face::client(books, &ids, &shown.invoice, today))
}

/// The invoice with all that the owner may see of it, with payments as of today.
pub fn for_owner(session: &mut Session, shown: &Shown) -> Result<published::Invoice> {
    let ids = PublicIds::new(session.store.identity()?);
    let today = session.today();
    session
        .store
        .read(|books| face::owner(books, &ids, &shown.invoice, today))
}

fn shown(session: &Session, key: InvoiceKey) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let invoice = books.invoice_by_key(key)?.ok_or_else(|| Error::NotFound {
            noun: "invoice",
            wanted: key.0.to_string(),
            near: Vec::new(),
        })?;
        complete(books, invoice, today)
    })
}

fn complete(books: &Books<'_>, invoice: Invoice, today: NaiveDate) -> Result<Shown> {
    let related = match invoice.corrects {
        Some(original) => books.invoice_by_key(original)?.map(|i| i.name()),
        None => books.correction_of(invoice.key)?,
    };
    Ok(Shown {
        client: find::client_of(books, invoice.client)?,
        entries: books.billed_entries(invoice.key)?,
        related,
        invoice,
        today,
    })
}

/// A draft as an invoice that is not kept.
fn unsaved(draft: NewInvoice) -> Invoice {
    Invoice {
        key: InvoiceKey(0),
        client: draft.client,
        kind: draft.kind,
        number: None,
        stored: Stored::Draft,
        corrects: draft.corrects,
        issue_date: draft.issue_date,
        due_date: draft.due_date,
        period: draft.period,
        currency: draft.currency,
        language: draft.language,
        seller: draft.seller,
        buyer: draft.buyer,
        payment_terms: draft.payment_terms,
        lines: draft.lines,
        discount: draft.discount,
        payments: Vec::new(),
        document_sha256: None,
        document_face: None,
        sent: None,
        viewed: None,
    }
}
