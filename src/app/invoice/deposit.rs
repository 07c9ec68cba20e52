//! Deposits: an invoice over money in advance.

use chrono::NaiveDate;

use crate::app::{Error, Result, Session, find};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{self, Invoice, Source};
use crate::domain::key::InvoiceKey;
use crate::domain::tax::Treatment;
use crate::store::{Books, Writer};
use crate::values::money::Money;
use crate::values::period::Span;
use crate::values::text::Line;

use super::prepare::{Content, draft_of};
use super::press::not_future;
use super::terms::{Taxation, Terms};
use super::{Press, Shown, shown};

/// What `invoice deposit` was given.
#[derive(Debug, Clone)]
pub struct Deposit {
    pub client: String,
    /// In the currency of the client, without tax.
    pub amount: String,
    pub note: Option<Line>,
    pub date: Option<NaiveDate>,
    pub tax: Option<Treatment>,
    pub tax_note: Option<Line>,
    /// Keep it as a draft.
    pub draft: bool,
}

/// Bills a deposit, which the next invoice that is large enough deducts.
pub fn deposit(session: &mut Session, wanted: &Deposit) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = crate::app::business(books, zone)?;
        let client = find::client(books, &wanted.client)?;
        let date = wanted.date.unwrap_or(today);
        not_future(date, today)?;
        let amount = Money::parse(&wanted.amount, client.details.currency)?;
        let of = Drafted {
            amount,
            note: wanted.note.as_ref().map(Line::as_str),
            terms: Terms {
                tax: wanted.tax.clone(),
                tax_note: wanted.tax_note.clone(),
                ..Terms::default()
            },
            date,
        };
        let key = draft_deposit(books, &business, &client, of)?;
        if !wanted.draft {
            press.issue(books, &business, key, date)?;
        }
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// A deposit that is to be billed.
pub(in crate::app) struct Drafted<'a> {
    pub(in crate::app) amount: Money,
    pub(in crate::app) note: Option<&'a str>,
    /// Of these the tax.
    pub(in crate::app) terms: Terms,
    pub(in crate::app) date: NaiveDate,
}

/// The draft over a deposit, in the transaction of the caller.
pub(in crate::app) fn draft_deposit(
    books: &mut Writer<'_>,
    business: &Business,
    client: &Client,
    of: Drafted<'_>,
) -> Result<InvoiceKey> {
    let Drafted {
        amount,
        note,
        terms,
        date,
    } = of;
    if amount.minor() <= 0 {
        return Err(Refusal::DepositOfNothing.into());
    }
    let taxation = Taxation::of(books, business, client, &terms, date)?;
    let language = client.details.language.as_str();
    let line = invoice::deposit(amount, note, language, &taxation.applied);
    let content = Content::of_lines(vec![line], client.details.currency);
    let days = Span::all();
    let draft = draft_of(books, business, client, &taxation, content, days, date)?;
    Ok(books.add_invoice(&draft)?)
}

/// Refuses to take back a deposit that an invoice or draft deducts.
pub(super) fn not_deducted(books: &Books<'_>, invoice: &Invoice) -> Result<()> {
    match books.deducting(invoice.key)? {
        None => Ok(()),
        Some(by) => Err(Refusal::DepositDeducted {
            deposit: invoice.name(),
            invoice: by.name(),
        }
        .into()),
    }
}

/// Number and net of the deposits that an invoice leaves for a later one.
pub fn left_open(session: &Session, of: &Shown) -> Result<Vec<(String, Money)>> {
    let deducts = |key| {
        let mut lines = of.invoice.lines.iter();
        lines.any(|line| line.source == Source::Deduction { deposit: key })
    };
    let deposits = session
        .store
        .read(|books| books.open_deposits(of.client.key))?;
    deposits
        .into_iter()
        .filter(|deposit| !deducts(deposit.key) && deposit.key != of.invoice.key)
        .map(|deposit| Ok((deposit.name(), deposit.totals()?.net)))
        .collect()
}
