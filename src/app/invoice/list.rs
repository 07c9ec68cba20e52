//! The list of invoices: which ones, by what they are sorted, and what they come to.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use crate::app::{Result, Session, find};
use crate::document::sheet::{Cell, Kind};
use crate::domain::invoice::{self, State};
use crate::domain::key::ClientKey;
use crate::store::{ClientFilter, ListedInvoice};
use crate::values::money::{Currency, Money};
use crate::values::period::Span;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Number,
    Kind,
    Client,
    Name,
    State,
    Date,
    Due,
    Period,
    Currency,
    Total,
    Paid,
    Credited,
    Open,
    PurchaseOrder,
    Corrects,
}

/// The columns with their words, in the order of the help text.
const COLUMNS: [(Column, &str, Kind); 15] = [
    (Column::Number, "number", Kind::Reference),
    (Column::Kind, "kind", Kind::Text),
    (Column::Client, "client", Kind::Reference),
    (Column::Name, "name", Kind::Text),
    (Column::State, "state", Kind::Text),
    (Column::Date, "date", Kind::Date),
    (Column::Due, "due", Kind::Date),
    (Column::Period, "period", Kind::Text),
    (Column::Currency, "currency", Kind::Text),
    (Column::Total, "total", Kind::Money),
    (Column::Paid, "paid", Kind::Money),
    (Column::Credited, "credited", Kind::Money),
    (Column::Open, "open", Kind::Money),
    (Column::PurchaseOrder, "purchase_order", Kind::Text),
    (Column::Corrects, "corrects", Kind::Reference),
];

impl Column {
    /// The words of all columns.
    pub fn words() -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().map(|(_, word, _)| *word)
    }

    /// The column of a word; dashes do for underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let wanted = text.trim().to_lowercase().replace('-', "_");
        let known = COLUMNS.iter().find(|(_, word, _)| *word == wanted);
        known.map(|(column, ..)| *column)
    }

    fn known(self) -> Option<&'static (Self, &'static str, Kind)> {
        COLUMNS.iter().find(|(column, ..)| *column == self)
    }

    /// The word on the command line and the key in files.
    pub fn word(self) -> &'static str {
        self.known().map_or("", |(_, word, _)| word)
    }

    /// What it holds.
    pub fn kind(self) -> Kind {
        self.known().map_or(Kind::Text, |(.., kind)| *kind)
    }
}

/// Where an invoice stands, as it is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    In(State),
    /// Issued, and not settled.
    Open,
}

impl Standing {
    fn has(self, row: &Row) -> bool {
        match self {
            Self::In(state) => row.state == state,
            // Of a credit note that is issued, all may have gone into other invoices or back.
            Self::Open => {
                let is_open = matches!(
                    row.state,
                    State::Overdue
                        | State::PartiallyPaid
                        | State::Viewed
                        | State::Sent
                        | State::Issued
                );
                is_open && !row.listed.standing.balance.is_zero()
            }
        }
    }
}

/// Which invoices to list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub client: Option<String>,
    /// By issue date.
    pub days: Option<Span>,
    /// Any of these; none: all.
    pub states: Vec<Standing>,
    /// By what to sort, and whether from the end; nothing: newest first.
    pub sort: Vec<(Column, bool)>,
}

/// An invoice in the list.
#[derive(Debug, Clone)]
pub struct Row {
    pub listed: ListedInvoice,
    pub state: State,
    /// Short name and name of the client.
    pub client: (String, String),
}

/// The invoices, and one sum a currency.
#[derive(Debug, Clone)]
pub struct List {
    pub rows: Vec<Row>,
    pub totals: Vec<Sum>,
}

/// What invoices of one currency come to. Credit notes count against them, also those of void invoices; drafts do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub currency: Currency,
    pub total: Money,
    pub paid: Money,
    pub open: Money,
}

impl Row {
    /// The number, or how a draft is named.
    pub fn name(&self) -> String {
        let listed = &self.listed;
        let draft = || format!("draft-{}", listed.key.0);
        listed.number.clone().unwrap_or_else(draft)
    }

    /// What stands in a column.
    pub fn cell(&self, column: Column) -> Cell {
        let Self { listed, client, .. } = self;
        let standing = &listed.standing;
        let date = |day: Option<_>| day.map_or(Cell::Empty, Cell::Date);
        match column {
            Column::Number => Cell::Text(self.name()),
            Column::Kind => Cell::Text(standing.kind.word().to_owned()),
            Column::Client => Cell::Text(client.0.clone()),
            Column::Name => Cell::Text(client.1.clone()),
            Column::State => Cell::Text(self.state.word().to_owned()),
            Column::Date => Cell::Date(listed.issue_date),
            Column::Due => date(standing.due),
            Column::Period => Cell::text(listed.period.map(|period| period.to_string())),
            Column::Currency => Cell::Text(listed.currency.code().to_owned()),
            Column::Total => Cell::Money(listed.total),
            Column::Paid => Cell::Money(standing.paid),
            Column::Credited => Cell::Money(listed.credited),
            Column::Open => Cell::Money(standing.balance),
            Column::PurchaseOrder => Cell::text(listed.purchase_order.clone()),
            Column::Corrects => Cell::text(listed.corrects.clone()),
        }
    }

    fn compare(&self, other: &Self, column: Column) -> Ordering {
        let (a, b) = (&self.listed, &other.listed);
        let money = |of: fn(&ListedInvoice) -> Money| {
            (of(a).currency(), of(a).minor()).cmp(&(of(b).currency(), of(b).minor()))
        };
        match column {
            Column::Number => (a.number.is_some(), a.standing.kind, a.issue_date, a.key).cmp(&(
                b.number.is_some(),
                b.standing.kind,
                b.issue_date,
                b.key,
            )),
            Column::Kind => a.standing.kind.cmp(&b.standing.kind),
            Column::Client => self.client.0.cmp(&other.client.0),
            Column::Name => self
                .client
                .1
                .to_lowercase()
                .cmp(&other.client.1.to_lowercase()),
            Column::State => place(self.state).cmp(&place(other.state)),
            Column::Date => a.issue_date.cmp(&b.issue_date),
            Column::Due => (a.standing.due.is_none(), a.standing.due)
                .cmp(&(b.standing.due.is_none(), b.standing.due)),
            Column::Period => {
                let from = |of: &ListedInvoice| of.period.map(|period| (period.from, period.to));
                from(a).cmp(&from(b))
            }
            Column::Currency => a.currency.cmp(&b.currency),
            Column::Total => money(|of| of.total),
            Column::Paid => money(|of| of.standing.paid),
            Column::Credited => money(|of| of.credited),
            Column::Open => money(|of| of.standing.balance),
            Column::PurchaseOrder => a.purchase_order.cmp(&b.purchase_order),
            Column::Corrects => a.corrects.cmp(&b.corrects),
        }
    }
}

fn place(state: State) -> usize {
    State::ALL.iter().position(|of| *of == state).unwrap_or(0)
}

/// Invoices, credit notes and drafts, newest first where nothing else is asked for.
pub fn list(session: &Session, wanted: &Wanted) -> Result<List> {
    let today = session.today();
    let days = wanted.days.unwrap_or(Span::all());
    let (listed, clients) = session.store.read(|books| {
        let client = wanted.client.as_deref();
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let listed = books.listed_invoices(client.map(|client| client.key), days)?;
        let all = ClientFilter {
            archived: true,
            ..ClientFilter::default()
        };
        let clients: HashMap<ClientKey, (String, String)> = books
            .clients(&all)?
            .into_iter()
            .map(|of| (of.key, (of.slug.to_string(), of.details.name.to_string())))
            .collect();
        Ok::<_, crate::app::Error>((listed, clients))
    })?;
    let mut rows: Vec<Row> = listed
        .into_iter()
        .map(|listed| Row {
            state: listed.standing.state(today),
            client: clients.get(&listed.client).cloned().unwrap_or_default(),
            listed,
        })
        .filter(|row| {
            wanted.states.is_empty() || wanted.states.iter().any(|standing| standing.has(row))
        })
        .collect();
    rows.sort_by(|a, b| {
        let mut orders = wanted.sort.iter().map(|(column, from_end)| {
            let order = a.compare(b, *column);
            if *from_end { order.reverse() } else { order }
        });
        orders
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(List {
        totals: totals(&rows)?,
        rows,
    })
}

fn totals(rows: &[Row]) -> Result<Vec<Sum>> {
    let mut sums: BTreeMap<Currency, Sum> = BTreeMap::new();
    for row in rows {
        let listed = &row.listed;
        let total = match (row.state, listed.standing.kind) {
            (State::Draft, _) => continue,
            (_, invoice::Kind::Invoice) => listed.total,
            (_, invoice::Kind::CreditNote) => listed.total.negated()?,
        };
        let nothing = Money::zero(listed.currency);
        let sum = sums.entry(listed.currency).or_insert(Sum {
            currency: listed.currency,
            total: nothing,
            paid: nothing,
            open: nothing,
        });
        sum.total = sum.total.checked_add(total)?;
        sum.paid = sum.paid.checked_add(listed.standing.paid)?;
        sum.open = sum.open.checked_add(listed.standing.balance)?;
    }
    Ok(sums.into_values().collect())
}
