//! A client's statement of account: what it owed, what was billed, credited and paid, and what it owes then.

use chrono::NaiveDate;

use crate::values::money::{Currency, Money};
use crate::values::period::Span;

use super::Refusal;
use super::journal::{Account, Transaction, What};

/// The account of a client in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub currency: Currency,
    /// The balance before the first day: positive, the client owes it.
    pub opening: Money,
    pub items: Vec<Item>,
    pub closing: Money,
}

/// What changed the balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub date: NaiveDate,
    pub what: What,
    /// The number of the document.
    pub number: String,
    /// How it was paid, or what a credit note takes back.
    pub note: Option<String>,
    /// Positive: the client owes more.
    pub amount: Money,
    /// After it.
    pub balance: Money,
}

/// The statements of a client over some days, one a currency. `transactions` are in order, and from the beginning.
pub fn statements(
    transactions: &[Transaction],
    client: &str,
    days: Span,
) -> Result<Vec<Statement>, Refusal> {
    let mut statements: Vec<Statement> = Vec::new();
    let before = |date: NaiveDate| days.from.is_some_and(|from| date < from);
    for transaction in transactions {
        let through = days.to.is_none_or(|to| transaction.date <= to);
        let mut own = transaction
            .postings
            .iter()
            .filter(|posting| match &posting.account {
                Account::Receivable { client: of } | Account::Credit { client: of } => of == client,
                _ => false,
            });
        let Some(first) = own.next().filter(|_| through) else {
            continue;
        };
        let currency = first.amount.currency();
        let rest = Money::sum(currency, own.map(|posting| posting.amount))?;
        let amount = first.amount.checked_add(rest)?;
        // Credit that pays an invoice changes nothing on the whole.
        if amount.is_zero() && transaction.what == What::CreditUse {
            continue;
        }
        let known = statements.iter().position(|of| of.currency == currency);
        let place = known.unwrap_or(statements.len());
        if known.is_none() {
            statements.push(Statement {
                currency,
                opening: Money::zero(currency),
                items: Vec::new(),
                closing: Money::zero(currency),
            });
        }
        let Some(statement) = statements.get_mut(place) else {
            continue;
        };
        statement.closing = statement.closing.checked_add(amount)?;
        if before(transaction.date) {
            statement.opening = statement.closing;
        } else {
            statement.items.push(Item {
                date: transaction.date,
                what: transaction.what,
                number: transaction.code.clone(),
                note: transaction.note.clone(),
                amount,
                balance: statement.closing,
            });
        }
    }
    statements.sort_by_key(|statement| statement.currency.code());
    Ok(statements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journal::Posting;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::parse("EUR").unwrap())
    }

    fn of(date: &str, code: &str, client: &str, amounts: [i64; 2]) -> Transaction {
        let (client, [receivable, credit]) = (client.to_owned(), amounts);
        Transaction {
            date: date.parse().unwrap(),
            what: What::Invoice,
            code: code.to_owned(),
            party: String::new(),
            note: None,
            postings: vec![
                Posting {
                    account: Account::Bank { method: None },
                    amount: eur(-receivable - credit),
                },
                Posting {
                    account: Account::Receivable {
                        client: client.clone(),
                    },
                    amount: eur(receivable),
                },
                Posting {
                    account: Account::Credit { client },
                    amount: eur(credit),
                },
            ],
        }
    }

    #[test]
    fn the_balance_runs_from_what_was_before_to_the_last_day() {
        let all = [
            of("2026-01-31", "1", "acme", [100, 0]),
            of("2026-02-01", "2", "acme", [50, 0]),
            of("2026-02-02", "3", "birch", [7, 0]),
            of("2026-02-28", "4", "acme", [-150, -20]),
            of("2026-03-01", "5", "acme", [1, 0]),
        ];
        let days = Span {
            from: "2026-02-01".parse().ok(),
            to: "2026-02-28".parse().ok(),
        };
        let [statement] = statements(&all, "acme", days).unwrap().try_into().unwrap();
        let items: Vec<_> = statement
            .items
            .iter()
            .map(|item| {
                (
                    item.number.as_str(),
                    item.amount.minor(),
                    item.balance.minor(),
                )
            })
            .collect();
        assert_eq!(items, [("2", 50, 150), ("4", -170, -20)]);
        assert_eq!((statement.opening, statement.closing), (eur(100), eur(-20)));
        let [whole] = statements(&all, "acme", Span::all())
            .unwrap()
            .try_into()
            .unwrap();
        assert_eq!(
            (whole.opening, whole.closing, whole.items.len()),
            (eur(0), eur(-19), 4)
        );
        assert_eq!(statements(&all, "nobody", days), Ok(vec![]));
    }
}
