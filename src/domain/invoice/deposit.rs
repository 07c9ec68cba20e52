//! Deposits: money billed in advance, and its deduction on the invoice over the work. Each is deducted once and as a whole, under the
//! tax that it was billed with.

use crate::domain::Refusal;
use crate::domain::tax::Applied;
use crate::values::money::{Currency, Money};

use super::{Adjustments, Invoice, Line, Source, language, totals};

/// The line of a deposit.
pub fn deposit(amount: Money, note: Option<&str>, tongue: &str, tax: &Applied) -> Line {
    let word = language::deposit(tongue);
    let description = match note {
        Some(note) => format!("{word}: {note}"),
        None => word.to_owned(),
    };
    Line {
        taxes: tax.taxes.clone(),
        ..Line::fixed(Source::Deposit, description, amount, tax.tax)
    }
}

/// The lines that take a deposit off again.
pub fn deduction(deposit: &Invoice, tongue: &str) -> Result<Vec<Line>, Refusal> {
    let description = language::deduction(tongue, &deposit.name(), deposit.issue_date);
    let source = Source::Deduction {
        deposit: deposit.key,
    };
    deposit
        .lines
        .iter()
        .map(|line| {
            let off = line.net.negated()?;
            Ok(Line {
                taxes: line.taxes.clone(),
                ..Line::fixed(source.clone(), description.clone(), off, line.tax)
            })
        })
        .collect()
}

/// Takes deposits off, the oldest first, each that leaves something to pay or nothing; gives the others, which wait for an invoice that
/// is large enough.
pub fn deducted(
    lines: &mut Vec<Line>,
    adjustments: &Adjustments,
    deposits: Vec<Invoice>,
    tongue: &str,
    currency: Currency,
) -> Result<Vec<Invoice>, Refusal> {
    let mut left = Vec::new();
    for deposit in deposits {
        let mut with = lines.clone();
        with.extend(deduction(&deposit, tongue)?);
        if totals(&with, adjustments, currency)?.total.is_negative() {
            left.push(deposit);
        } else {
            *lines = with;
        }
    }
    Ok(left)
}
