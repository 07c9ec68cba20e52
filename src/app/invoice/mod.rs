//! Invoices: what would be billed, drafts, issuing, payments, void.
//!
//! Number, invoice, links to its entries and the document are one transaction: all of it is there, or nothing.

pub mod credit;
mod deposit;
mod drawn;
pub(super) mod due;
mod edit;
pub mod list;
mod names;
mod party;
mod prepare;
mod press;
pub(super) mod remarks;
mod retainer;
pub mod settle;
mod terms;

use chrono::NaiveDate;

use crate::disclosure::public_id::PublicIds;
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{Grouping, Invoice, Item, Remarks, Settlement, Stored};
use crate::domain::key::{EntryKey, InvoiceKey};
use crate::published;
use crate::store::{Books, NewInvoice, Writer};
use crate::values::money::{Currency, Money};
use crate::values::period::Span;

use super::{Error, Result, Session, face, find};

use prepare::prepare;
use press::not_future;
use retainer::close_retainers;

pub use credit::{credit, late_fees, void};
pub use deposit::{Deposit, deposit, left_open};
pub use edit::{Edit, edit};
pub use terms::{Terms, items};

pub(super) use deposit::{Drafted, draft_deposit};
pub(super) use drawn::drawing;
pub use drawn::{missing_glyphs, pdf, sheet};
pub(super) use party::{buyer, seller};
pub(super) use prepare::next_net;
pub use press::Dating;
pub(super) use press::Press;
pub use remarks::{Extras, PURCHASE_ORDER};
pub(super) use retainer::open_overages;
pub use settle::{pay, refund, unpay, write_off};
pub(super) use terms::Taxation;

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
    pub terms: Terms,
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
    /// Number of the document it corrects, or numbers of those that correct it.
    pub related: Option<String>,
    /// The day for which its state is told.
    pub today: NaiveDate,
}

/// What an invoice over unbilled work would be. Nothing is kept.
pub fn preview(session: &Session, wanted: &Wanted, extras: &Extras) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let (client, draft) = prepare(books, &session.business, wanted, today)?;
        let entries = draft.billed.iter().map(|billed| billed.entry).collect();
        let remarks = remarks::of(books, &client, &extras.remarks)?;
        Ok(Shown {
            invoice: Invoice {
                remarks,
                ..unsaved(draft)
            },
            client,
            entries,
            related: None,
            today,
        })
    })
}

/// Makes a draft over unbilled work. Its entries are bound to it, so that nothing else bills them.
pub fn draft(session: &mut Session, wanted: &Wanted) -> Result<Shown> {
    draft_with(session, wanted, &Extras::default())
}

/// The same with references, texts and all else that it has beside what it bills.
pub fn draft_with(session: &mut Session, wanted: &Wanted, extras: &Extras) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let (key, _) = drafted(books, &business, wanted, extras, today)?;
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// Bills unbilled work and issues the invoice, in one transaction.
pub fn create(session: &mut Session, wanted: &Wanted) -> Result<Shown> {
    create_with(session, wanted, &Extras::default())
}

/// The same with references, texts and all else that it has beside what it bills.
pub fn create_with(session: &mut Session, wanted: &Wanted, extras: &Extras) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::with(session, extras.clone())?;
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
    let (key, date) = drafted(books, business, wanted, press.extras(), today)?;
    press.issue(books, business, key, date)?;
    if press.extras().use_credit {
        let invoice = find::invoice_of(books, key)?;
        if invoice.balance()?.minor() > 0 {
            settle::use_credit(books, &invoice, None, today, today)?;
        }
    }
    Ok(key)
}

/// A draft, with its date.
fn drafted(
    books: &mut Writer<'_>,
    business: &Business,
    wanted: &Wanted,
    extras: &Extras,
    today: NaiveDate,
) -> Result<(InvoiceKey, NaiveDate)> {
    let (client, draft) = prepare(books, business, wanted, today)?;
    let key = books.add_invoice(&draft)?;
    books.remark(key, &remarks::of(books, &client, &extras.remarks)?)?;
    close_retainers(books, business, wanted, key, today)?;
    Ok((key, draft.issue_date))
}

/// Issues a draft, under its own date or another: from then on it does not change.
pub fn issue(
    session: &mut Session,
    reference: &str,
    date: Option<NaiveDate>,
    dating: Dating,
) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::with(
        session,
        Extras {
            dating,
            ..Extras::default()
        },
    )?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.is_draft()?;
        let date = date.unwrap_or(invoice.issue_date);
        not_future(date, today)?;
        // What a draft lacked may have been set since it was made.
        let client = find::client_of(books, invoice.client)?;
        books.name_parties(invoice.key, &seller(&business), &buyer(books, &client)?)?;
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

/// An invoice, credit note or draft.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let key = session
        .store
        .read(|books| find::invoice(books, reference))?
        .key;
    shown(session, key)
}

/// Several documents, in this order.
pub fn several(session: &Session, references: &[String]) -> Result<Vec<Shown>> {
    let today = session.today();
    session.store.read(|books| {
        let found = references.iter().map(|reference| {
            let invoice = find::invoice(books, reference)?;
            complete(books, invoice, today)
        });
        found.collect()
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
    session
        .store
        .read(|books| complete(books, find::invoice_of(books, key)?, today))
}

/// An amount in a currency, which may stand beside it: `100`, `100 EUR`. Another currency is refused, with both named.
fn amount_in(text: &str, currency: Currency) -> Result<Money> {
    let letter = |c: char| c.is_ascii_alphabetic();
    let trimmed = text.trim();
    let number = trimmed.trim_matches(letter).trim();
    let word = match trimmed.starts_with(letter) {
        true => trimmed.strip_suffix(number),
        false => trimmed.strip_prefix(number),
    };
    let word = word.unwrap_or_default().trim();
    if word.is_empty() || number.is_empty() {
        return Ok(Money::parse(text, currency)?);
    }
    let named = Currency::parse(word)?;
    if named != currency {
        return Err(Refusal::OtherCurrency {
            given: named,
            wanted: currency,
        }
        .into());
    }
    Ok(Money::parse(number, currency)?)
}

fn complete(books: &Books<'_>, invoice: Invoice, today: NaiveDate) -> Result<Shown> {
    let related = match invoice.corrects {
        Some(original) => books.invoice_by_key(original)?.map(|i| i.name()),
        None => Some(books.corrections_of(invoice.key)?.join(", ")).filter(|all| !all.is_empty()),
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
        adjustments: draft.adjustments,
        tax_note: draft.tax_note,
        tax_rounding: Vec::new(),
        remarks: Remarks::default(),
        payments: Vec::new(),
        settlement: Settlement::default(),
        document_sha256: None,
        document_face: None,
        sent: None,
        viewed: None,
    }
}
