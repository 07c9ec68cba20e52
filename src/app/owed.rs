//! What clients owe: of one client, or of all at once.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::alert::Overdue;
use crate::domain::key::ClientKey;
use crate::store::Books;
use crate::values::money::{Currency, Money};

use super::Result;

/// What a client owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Open on issued invoices.
    pub outstanding: Money,
    /// The part of it that is past its due date.
    pub overdue: Money,
    /// What was paid or credited above totals, and was not used yet.
    pub credit: Money,
    /// The invoices with that part.
    pub late: Vec<Overdue>,
}

impl Owed {
    /// Nothing.
    pub fn nothing(currency: Currency) -> Self {
        Self {
            outstanding: Money::zero(currency),
            overdue: Money::zero(currency),
            credit: Money::zero(currency),
            late: Vec::new(),
        }
    }
}

/// What the clients owe that owe something. What was paid too much on one invoice does not pay another.
pub fn by_client(
    books: &Books<'_>,
    client: Option<ClientKey>,
    today: NaiveDate,
) -> Result<HashMap<ClientKey, Owed>> {
    let mut all: HashMap<ClientKey, Owed> = HashMap::new();
    for invoice in books.open_invoices(client)? {
        let balance = invoice.total.checked_sub(invoice.settled)?;
        if balance.is_zero() {
            continue;
        }
        let owed = all
            .entry(invoice.client)
            .or_insert_with(|| Owed::nothing(balance.currency()));
        if balance.is_negative() {
            owed.credit = owed.credit.checked_sub(balance)?;
            continue;
        }
        owed.outstanding = owed.outstanding.checked_add(balance)?;
        if let Some(due) = invoice.due.filter(|due| *due < today) {
            owed.overdue = owed.overdue.checked_add(balance)?;
            owed.late.push(Overdue {
                invoice: invoice.number,
                due,
                balance,
            });
        }
    }
    Ok(all)
}
