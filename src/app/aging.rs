//! What clients owe, by how long it has been due.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::aging::Age;
use crate::domain::key::ClientKey;
use crate::store::Books;
use crate::values::money::{Currency, Money};

use super::names::Names;
use super::{Result, Session, find};

/// What is owed, on a day.
#[derive(Debug, Clone)]
pub struct Aging {
    pub as_of: NaiveDate,
    pub rows: Vec<Row>,
    /// One a currency: those of two never add.
    pub totals: Vec<Balances>,
}

/// What a client owes in one currency.
#[derive(Debug, Clone)]
pub struct Row {
    pub client: String,
    pub name: String,
    pub balances: Balances,
}

/// Balances by age.
#[derive(Debug, Clone)]
pub struct Balances {
    pub currency: Currency,
    /// In the order of [`Age::ALL`].
    pub by_age: [Money; 5],
    pub total: Money,
    /// Number of open invoices.
    pub invoices: usize,
    /// The due day of the oldest.
    pub oldest: Option<NaiveDate>,
}

impl Balances {
    fn none(currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self {
            currency,
            by_age: [nothing; 5],
            total: nothing,
            invoices: 0,
            oldest: None,
        }
    }

    fn add(&mut self, balance: Money, due: Option<NaiveDate>, as_of: NaiveDate) -> Result<()> {
        if let Some(slot) = self.by_age.get_mut(Age::of(due, as_of).place()) {
            *slot = slot.checked_add(balance)?;
        }
        self.total = self.total.checked_add(balance)?;
        self.invoices += 1;
        self.oldest = match (self.oldest, due) {
            (Some(oldest), Some(due)) => Some(oldest.min(due)),
            (oldest, due) => oldest.or(due),
        };
        Ok(())
    }
}

/// What is owed today, or was on the day for which the command runs: invoices of later days and later payments do not count.
pub fn aging(session: &Session, client: Option<&str>) -> Result<Aging> {
    let as_of = session.today();
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let mut by_client: BTreeMap<(ClientKey, Currency), Balances> = BTreeMap::new();
        let mut totals: BTreeMap<Currency, Balances> = BTreeMap::new();
        for invoice in books.open_invoices_on(as_of, client.map(|client| client.key))? {
            let balance = invoice.total.checked_sub(invoice.settled)?;
            if balance.minor() <= 0 {
                // What was paid too much on one invoice does not pay another.
                continue;
            }
            let currency = balance.currency();
            let own = by_client
                .entry((invoice.client, currency))
                .or_insert_with(|| Balances::none(currency));
            own.add(balance, invoice.due, as_of)?;
            let all = totals
                .entry(currency)
                .or_insert_with(|| Balances::none(currency));
            all.add(balance, invoice.due, as_of)?;
        }
        Ok(Aging {
            as_of,
            rows: rows(books, by_client)?,
            totals: totals.into_values().collect(),
        })
    })
}

fn rows(
    books: &Books<'_>,
    by_client: BTreeMap<(ClientKey, Currency), Balances>,
) -> Result<Vec<Row>> {
    let mut names = Names::default();
    let mut rows = Vec::new();
    for ((client, _), balances) in by_client {
        names.learn_client(books, client)?;
        let (slug, name) = match names.clients.get(&client) {
            Some((slug, name, _)) => (slug.clone(), name.clone()),
            None => Default::default(),
        };
        rows.push(Row {
            client: slug,
            name,
            balances,
        });
    }
    rows.sort_by(|a, b| (&a.client, a.balances.currency).cmp(&(&b.client, b.balances.currency)));
    Ok(rows)
}
