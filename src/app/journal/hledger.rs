//! A journal for hledger, which Ledger reads too.

use std::fmt::Write as _;

use crate::domain::journal::Transaction;

use super::{Chart, narration, on_one_line};

/// Declares what is used, so that `hledger check --strict` has nothing to say; then the transactions.
pub(super) fn journal(posted: &[Transaction], chart: &Chart) -> String {
    let mut text = String::new();
    for currency in &chart.currencies {
        let places = "0".repeat(usize::try_from(currency.exponent()).unwrap_or_default());
        let _ = writeln!(text, "commodity 1000.{places} {}", currency.code());
    }
    for (name, (kind, _)) in &chart.accounts {
        let _ = match kind {
            Some(kind) => writeln!(text, "account {name}  ; type: {kind}"),
            None => writeln!(text, "account {name}"),
        };
    }
    for transaction in posted {
        // `|` parts payee and note.
        let _ = writeln!(
            text,
            "\n{} * ({}) {} | {}",
            transaction.date,
            code(&transaction.code),
            plain(&transaction.party),
            plain(&narration(transaction))
        );
        for posting in &transaction.postings {
            let _ = writeln!(
                text,
                "    {}  {} {}",
                chart.name(&posting.account),
                posting.amount.amount(),
                posting.amount.currency().code()
            );
        }
    }
    text
}

/// A description, in which `;` would begin a comment and `|` part it again.
fn plain(text: &str) -> String {
    on_one_line(&text.replace(';', ",").replace('|', "/"))
}

/// A code ends with its bracket.
fn code(text: &str) -> String {
    plain(text).replace(['(', ')'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_journal_is_replaced() {
        assert_eq!(plain("A; b | c\n  Assets  5"), "A, b / c Assets 5");
        assert_eq!(code("R(1);2"), "R-1-,2");
    }
}
