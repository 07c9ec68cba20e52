//! The few words that are written into lines when they are made, in the language of the client's documents.

use chrono::NaiveDate;

use crate::values::money::Money;
use crate::values::period::Period;

/// What an expense is called that has no words of its own.
pub(super) fn expense(language: &str) -> &'static str {
    match is_german(language) {
        true => "Auslage",
        false => "Expense",
    }
}

/// What a deposit is called.
pub(super) fn deposit(language: &str) -> &'static str {
    match is_german(language) {
        true => "Anzahlung",
        false => "Deposit",
    }
}

/// The line that takes a deposit off.
pub(super) fn deduction(language: &str, number: &str, date: NaiveDate) -> String {
    match is_german(language) {
        true => format!("Abzüglich Anzahlung laut Rechnung {number} vom {date}"),
        false => format!("Less deposit of invoice {number} of {date}"),
    }
}

/// The line of a retainer's fee.
pub fn fee(language: &str, period: Period) -> String {
    match is_german(language) {
        true => format!("Pauschale {period}"),
        false => format!("Retainer {period}"),
    }
}

/// The lines of what is beyond a retainer.
pub fn beyond(language: &str, period: Period) -> String {
    match is_german(language) {
        true => format!("Über die Pauschale hinaus {period}"),
        false => format!("Beyond the retainer {period}"),
    }
}

/// The line of a late fee: for an invoice, due on a day, with an amount open on another.
pub fn late_fee(
    language: &str,
    number: &str,
    due: NaiveDate,
    open: Money,
    on: NaiveDate,
) -> String {
    match is_german(language) {
        true => {
            format!("Verzugsgebühr zu Rechnung {number}, fällig am {due}\n{open} offen am {on}")
        }
        false => format!("Late fee for invoice {number}, due on {due}\n{open} open on {on}"),
    }
}

fn is_german(language: &str) -> bool {
    language.starts_with("de")
}
