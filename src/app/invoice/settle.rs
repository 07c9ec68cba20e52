//! What settles an invoice: payments, credit of the client, a write-off; and taking each back.

use chrono::NaiveDate;

use crate::app::{Error, Result, Session, find};
use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::invoice::Invoice;
use crate::domain::key::{ClientKey, CreditUseKey, InvoiceKey, PaymentKey};
use crate::store::{Books, Writer};
use crate::values::money::{Currency, Money};

use super::deposit::not_deducted;
use super::{Shown, amount_in, shown};

/// A payment to record.
#[derive(Debug, Clone, Default)]
pub struct NewPayment {
    /// In the invoice's currency, which may stand beside it.
    pub amount: String,
    /// None: today.
    pub date: Option<NaiveDate>,
    pub method: Option<String>,
    /// A second one with the same reference is not recorded again.
    pub reference: Option<String>,
    /// Also above the balance.
    pub over: bool,
}

/// Whether something was recorded, or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Now,
    Before,
}

/// Records a payment. One whose reference the invoice has already is the same one told again: it must be over the same amount, and
/// nothing happens.
pub fn pay(session: &mut Session, reference: &str, new: &NewPayment) -> Result<(Shown, Recorded)> {
    let today = session.today();
    let (key, recorded) = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        let amount = amount_in(&new.amount, invoice.currency)?;
        if let Some(wanted) = &new.reference
            && is_recorded(&invoice, wanted, amount, new.date)?
        {
            return Ok((invoice.key, Recorded::Before));
        }
        let date = new.date.unwrap_or(today);
        invoice.takes_payment(amount, date, today, new.over)?;
        let (method, reference) = (new.method.as_deref(), new.reference.as_deref());
        books.add_payment(invoice.key, date, amount, method, reference)?;
        Ok::<_, Error>((invoice.key, Recorded::Now))
    })?;
    Ok((shown(session, key)?, recorded))
}

fn is_recorded(
    invoice: &Invoice,
    wanted: &str,
    amount: Money,
    date: Option<NaiveDate>,
) -> Result<bool> {
    let mut payments = invoice.payments.iter();
    let Some(known) = payments.find(|known| known.reference.as_deref() == Some(wanted)) else {
        return Ok(false);
    };
    if known.amount == amount && date.is_none_or(|date| date == known.date) {
        return Ok(true);
    }
    Err(Refusal::PaymentDiffers {
        invoice: invoice.name(),
        reference: wanted.to_owned(),
        recorded: format!("{} of {}", known.amount, known.date),
        given: match date {
            Some(date) => format!("{amount} of {date}"),
            None => amount.to_string(),
        },
    }
    .into())
}

/// What can be taken back of an invoice, as `invoice payments` names it: `p3` a payment, `c2` credit that came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    Payment(PaymentKey),
    Credit(CreditUseKey),
}

impl Movement {
    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (letter, number) = text.split_at_checked(1)?;
        let key: i64 = number.parse().ok().filter(|key| *key > 0)?;
        match letter {
            "p" | "P" => Some(Self::Payment(PaymentKey(key))),
            "c" | "C" => Some(Self::Credit(CreditUseKey(key))),
            _ => None,
        }
    }
}

impl std::fmt::Display for Movement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Payment(key) => write!(f, "p{}", key.0),
            Self::Credit(key) => write!(f, "c{}", key.0),
        }
    }
}

/// Takes a payment away, or credit that was used; the latest payment, if none is named.
pub fn unpay(session: &mut Session, reference: &str, wanted: Option<&str>) -> Result<Shown> {
    let key = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        match movement(&invoice, wanted)? {
            Movement::Payment(payment) => books.remove_payment(payment)?,
            Movement::Credit(credit) => books.remove_credit_use(credit)?,
        }
        // Credit that it gave may have been used.
        agrees(books, &[invoice.key])?;
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

fn movement(invoice: &Invoice, wanted: Option<&str>) -> Result<Movement> {
    let settlement = &invoice.settlement;
    let payments = invoice.payments.iter();
    let payments = payments.map(|payment| Movement::Payment(payment.key));
    let uses = settlement.taken.iter().chain(&settlement.given);
    let uses = uses.map(|of| Movement::Credit(of.key));
    let found = match wanted {
        None => payments.clone().next_back(),
        Some(text) => {
            let by_reference = invoice
                .payments
                .iter()
                .find(|payment| payment.reference.as_deref() == Some(text))
                .map(|payment| Movement::Payment(payment.key));
            by_reference.or_else(|| {
                let named = Movement::parse(text)?;
                payments.chain(uses).find(|movement| *movement == named)
            })
        }
    };
    found.ok_or_else(|| {
        Refusal::NoMovement {
            invoice: invoice.name(),
            noun: "payment",
            wanted: wanted.unwrap_or_default().to_owned(),
        }
        .into()
    })
}

/// Refuses what leaves something on these invoices that does not agree.
fn agrees(books: &Books<'_>, invoices: &[InvoiceKey]) -> Result<()> {
    for key in invoices {
        let Some(invoice) = books.invoice_by_key(*key)? else {
            continue;
        };
        if let Some(reason) = invoice.unsettled().into_iter().next() {
            let invoice = invoice.name();
            return Err(Refusal::Unsettled { invoice, reason }.into());
        }
    }
    Ok(())
}

/// Closes the balance of an invoice without a document.
pub fn write_off(
    session: &mut Session,
    reference: &str,
    date: Option<NaiveDate>,
    reason: Option<&str>,
) -> Result<Shown> {
    let today = session.today();
    let key = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        let date = date.unwrap_or(today);
        let amount = invoice.write_off(date, today)?;
        not_deducted(books, &invoice)?;
        books.write_off(invoice.key, date, amount, reason)?;
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// Opens an invoice again that was written off.
pub fn take_back_write_off(session: &mut Session, reference: &str) -> Result<Shown> {
    let key = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        match &invoice.settlement.write_off {
            Some(write_off) => books.remove_write_off(write_off.key)?,
            None => {
                return Err(Refusal::NotWrittenOff {
                    invoice: invoice.name(),
                }
                .into());
            }
        }
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// Pays an invoice with credit of its client: an amount, or as much as is there and open.
pub fn pay_from_credit(
    session: &mut Session,
    reference: &str,
    amount: Option<&str>,
    date: Option<NaiveDate>,
) -> Result<Shown> {
    let today = session.today();
    let key = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        let date = date.unwrap_or(today);
        let amount = amount
            .map(|amount| amount_in(amount, invoice.currency))
            .transpose()?;
        let open = invoice.balance()?;
        invoice.is_open()?;
        if open.minor() <= 0 && invoice.settlement.write_off.is_none() {
            let invoice = invoice.name();
            return Err(Refusal::NothingOpen { invoice }.into());
        }
        invoice.takes_payment(amount.unwrap_or(open), date, today, false)?;
        let used = use_credit(books, &invoice, amount, date, today)?;
        if used.is_zero() {
            return Err(no_credit(books, invoice.client, invoice.currency)?);
        }
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// Pays what is open on an invoice from credit of its client, the oldest first: an amount, which must be there, or as much as there
/// is. Gives how much it was.
pub(super) fn use_credit(
    books: &mut Writer<'_>,
    invoice: &Invoice,
    amount: Option<Money>,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<Money> {
    let wanted = amount.unwrap_or(invoice.balance()?);
    let sources = sources(books, invoice.client, invoice.currency)?;
    let parts = drawn(&sources, wanted, amount.is_some(), date, today)?;
    for (from, part) in &parts {
        books.add_credit_use(*from, Some(invoice.key), date, *part, None)?;
    }
    let used = parts.iter().map(|(_, part)| *part);
    Ok(Money::sum(invoice.currency, used)?)
}

/// Records that credit was paid back to a client: an amount, or all of it. Gives how much it was.
pub fn refund(
    session: &mut Session,
    client: &str,
    amount: Option<&str>,
    date: Option<NaiveDate>,
    method: Option<&str>,
) -> Result<(Client, Money)> {
    let today = session.today();
    session.write(|books| {
        let client = find::client(books, client)?;
        let currency = client.details.currency;
        let date = date.unwrap_or(today);
        let sources = sources(books, client.key, currency)?;
        let credit = credit_of(&sources, currency)?;
        let wanted = amount
            .map(|amount| amount_in(amount, currency))
            .transpose()?;
        if credit.is_zero() {
            return Err(no_credit(books, client.key, currency)?);
        }
        let parts = drawn(&sources, wanted.unwrap_or(credit), true, date, today)?;
        for (from, part) in &parts {
            books.add_credit_use(*from, None, date, *part, method)?;
        }
        let paid = Money::sum(currency, parts.iter().map(|(_, part)| *part))?;
        Ok::<_, Error>((client, paid))
    })
}

/// The invoices of a client that have credit in a currency, the oldest first.
fn sources(books: &Books<'_>, client: ClientKey, currency: Currency) -> Result<Vec<Invoice>> {
    let mut sources = books.overpaid_invoices(Some(client))?;
    sources.retain(|source| source.currency == currency);
    Ok(sources)
}

fn credit_of(sources: &[Invoice], currency: Currency) -> Result<Money> {
    let mut sum = Money::zero(currency);
    for source in sources {
        sum = sum.checked_add(source.credit()?)?;
    }
    Ok(sum)
}

/// How much comes from which invoice; `all` of it must be there, or as much as is.
fn drawn(
    sources: &[Invoice],
    wanted: Money,
    all: bool,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<(InvoiceKey, Money)>> {
    if wanted.minor() <= 0 {
        return Err(Refusal::PaymentNotPositive.into());
    }
    let credit = credit_of(sources, wanted.currency())?;
    if all && credit.checked_sub(wanted)?.is_negative() {
        return Err(Refusal::CreditUsedUp {
            amount: wanted,
            credit,
        }
        .into());
    }
    let mut left = wanted;
    let mut parts = Vec::new();
    for source in sources {
        let own = source.credit()?;
        let part = match own.checked_sub(left)?.is_negative() {
            true => own,
            false => left,
        };
        if part.is_zero() {
            continue;
        }
        source.gives_credit(part, date, today)?;
        parts.push((source.key, part));
        left = left.checked_sub(part)?;
    }
    Ok(parts)
}

fn no_credit(books: &Books<'_>, client: ClientKey, currency: Currency) -> Result<Error> {
    let client = find::client_of(books, client)?.slug;
    Ok(Refusal::NoCredit { client, currency }.into())
}
