//! The few words that are written into lines when they are made, in the language of the client's documents.

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
pub(super) fn deduction(language: &str, number: &str, date: chrono::NaiveDate) -> String {
    match is_german(language) {
        true => format!("Abzüglich Anzahlung laut Rechnung {number} vom {date}"),
        false => format!("Less deposit of invoice {number} of {date}"),
    }
}

fn is_german(language: &str) -> bool {
    language.starts_with("de")
}
