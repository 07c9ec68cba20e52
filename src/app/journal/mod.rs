//! The books as journals of other programs. What is posted is decided in [`crate::domain::journal`]; each format has a file here that
//! writes transactions, and keeps text of people from meaning anything in it.

mod beancount;
mod hledger;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::domain::journal::{Account, Accounts, Billed, Paid, Transaction, What, transactions};
use crate::domain::key::ClientKey;
use crate::store::{Books, ClientFilter, ExpenseFilter, InvoiceFilter};
use crate::values::money::Currency;
use crate::values::period::Span;

use super::{Result, Session};

/// For which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Hledger,
    Beancount,
}

/// A journal that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    pub text: String,
    pub transactions: usize,
    pub accounts: usize,
}

/// The transactions of these days as a journal. The same store gives the same bytes.
pub fn journal(
    session: &Session,
    format: Format,
    days: Span,
    accounts: &Accounts,
) -> Result<Journal> {
    let (billed, paid) = session
        .store
        .read(|books| Ok::<_, super::Error>((billed(books)?, paid(books)?)))?;
    // All of them, as what is open on an invoice of these days depends on earlier ones.
    let mut posted = transactions(&billed, &paid)?;
    posted.retain(|transaction| days.contains(transaction.date));
    let chart = Chart::of(&posted, accounts);
    let text = match format {
        Format::Hledger => hledger::journal(&posted, &chart),
        Format::Beancount => beancount::journal(&posted, &chart)?,
    };
    Ok(Journal {
        text,
        transactions: posted.len(),
        accounts: chart.accounts.len(),
    })
}

fn billed(books: &Books<'_>) -> Result<Vec<Billed>> {
    let all = ClientFilter {
        archived: true,
        ..ClientFilter::default()
    };
    let clients: HashMap<ClientKey, String> = books
        .clients(&all)?
        .into_iter()
        .map(|client| (client.key, client.slug.to_string()))
        .collect();
    let invoices = books.invoices(InvoiceFilter::default())?.into_iter();
    Ok(invoices
        .map(|invoice| Billed {
            client: clients.get(&invoice.client).cloned().unwrap_or_default(),
            invoice,
        })
        .collect())
}

fn paid(books: &Books<'_>) -> Result<Vec<Paid>> {
    let listed = books.expenses(&ExpenseFilter::default())?.into_iter();
    listed
        .map(|listed| {
            let spent = &listed.expense.spent;
            Ok(Paid {
                key: listed.expense.key,
                date: spent.day,
                member: listed.member_slug.clone(),
                project: format!("{}/{}", listed.client_slug, listed.project_slug),
                category: spent.category.as_ref().map(ToString::to_string),
                note: spent.note.as_ref().map(ToString::to_string),
                tax: spent.tax,
                worth: spent.worth()?,
            })
        })
        .collect()
}

/// The accounts of a journal by name: what kind they are, and the first day on which something is posted to them.
struct Chart {
    names: HashMap<Account, String>,
    accounts: BTreeMap<String, (Option<char>, NaiveDate)>,
    currencies: Vec<Currency>,
}

impl Chart {
    fn of(posted: &[Transaction], map: &Accounts) -> Self {
        let mut chart = Self {
            names: HashMap::new(),
            accounts: BTreeMap::new(),
            currencies: Vec::new(),
        };
        for transaction in posted {
            for posting in &transaction.postings {
                let account = &posting.account;
                let name = chart
                    .names
                    .entry(account.clone())
                    .or_insert_with(|| map.name(account));
                let (kind, _) = chart
                    .accounts
                    .entry(name.clone())
                    .or_insert((None, transaction.date));
                *kind = kind.or(kind_of(account));
                let currency = posting.amount.currency();
                if !chart.currencies.contains(&currency) {
                    chart.currencies.push(currency);
                }
            }
        }
        chart.currencies.sort_by_key(|currency| currency.code());
        chart
    }

    fn name(&self, account: &Account) -> &str {
        self.names.get(account).map_or("", String::as_str)
    }
}

/// The letter by which hledger knows the type of an account. Whether a member pays from the business's money or is owed it, the map
/// knows better.
fn kind_of(account: &Account) -> Option<char> {
    Some(match account {
        Account::Receivable { .. } | Account::Bank { .. } | Account::InputVat { .. } => 'A',
        Account::Credit { .. } | Account::Vat { .. } => 'L',
        Account::Revenue { .. } => 'R',
        Account::Expense { .. } | Account::BadDebt { .. } => 'X',
        Account::PaidFrom { .. } => return None,
    })
}

/// What a transaction is, in words: `payment, transfer`.
fn narration(transaction: &Transaction) -> String {
    let (what, note) = (transaction.what, transaction.note.as_deref());
    match (what, note) {
        (What::Invoice, _) => "invoice".to_owned(),
        (What::CreditNote, Some(original)) => format!("credit note for {original}"),
        (What::CreditNote, None) => "credit note".to_owned(),
        (What::Payment, Some(method)) => format!("payment, {method}"),
        (What::Payment, None) => "payment".to_owned(),
        (What::CreditUse, Some(from)) => format!("credit of {from}"),
        (What::CreditUse, None) => "credit".to_owned(),
        (What::Refund, Some(method)) => format!("refund, {method}"),
        (What::Refund, None) => "refund".to_owned(),
        (What::WriteOff, Some(reason)) => format!("write-off, {reason}"),
        (What::WriteOff, None) => "write-off".to_owned(),
        (What::Expense, Some(note)) => note.to_owned(),
        (What::Expense, None) => "expense".to_owned(),
    }
}

/// Text of people on one line: what would break it or turn its direction is a space.
fn on_one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_people_stays_on_its_line() {
        for (text, line) in [
            ("Acme", "Acme"),
            ("Acme\n2026-01-01 x", "Acme 2026-01-01 x"),
            ("a\u{2028}b\u{202e}c\u{85}d\te", "a b c d e"),
            ("  \r\n ", ""),
        ] {
            assert_eq!(on_one_line(text), line);
        }
    }
}
