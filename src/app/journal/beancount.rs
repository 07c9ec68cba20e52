//! A journal for beancount.

use std::fmt::Write as _;

use crate::app::Result;
use crate::domain::journal::{AccountsError, Transaction};

use super::{Chart, narration, on_one_line};

/// Opens each account on the day on which it is first used; then the transactions. Each is linked by the number of its document, so
/// that an invoice and its payments are found together.
pub(super) fn journal(posted: &[Transaction], chart: &Chart) -> Result<String> {
    let mut text = String::new();
    for currency in &chart.currencies {
        let _ = writeln!(
            text,
            "option \"operating_currency\" \"{}\"",
            currency.code()
        );
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for (name, (_, first)) in &chart.accounts {
        if !is_account(name) {
            return Err(AccountsError::Beancount { name: name.clone() }.into());
        }
        let _ = writeln!(text, "{first} open {name}");
    }
    for transaction in posted {
        let narration = format!("{} {}", transaction.code, narration(transaction));
        let _ = writeln!(
            text,
            "\n{} * {} {} ^{}",
            transaction.date,
            quoted(&transaction.party),
            quoted(&narration),
            link(&transaction.code)
        );
        for posting in &transaction.postings {
            let _ = writeln!(
                text,
                "  {}  {} {}",
                chart.name(&posting.account),
                posting.amount.amount(),
                posting.amount.currency().code()
            );
        }
    }
    Ok(text)
}

fn quoted(text: &str) -> String {
    let plain = on_one_line(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{plain}\"")
}

fn link(code: &str) -> String {
    code.chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() => c,
            '-' | '_' | '/' | '.' => c,
            _ => '-',
        })
        .collect()
}

fn is_account(name: &str) -> bool {
    const ROOTS: [&str; 5] = ["Assets", "Liabilities", "Equity", "Income", "Expenses"];
    let mut parts = name.split(':');
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && part
                .chars()
                .all(|c| c.is_alphabetic() || c.is_ascii_digit() || c == '-')
    };
    parts.next().is_some_and(|root| ROOTS.contains(&root)) && name.contains(':') && parts.all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_links_cannot_be_left() {
        assert_eq!(quoted(r#"A "b" \ c"#), r#""A \"b\" \\ c""#);
        assert_eq!(quoted("a\n2026-01-01 open X"), "\"a 2026-01-01 open X\"");
        assert_eq!(link("R 2026#1/ä"), "R-2026-1/-");
    }

    #[test]
    fn accounts_are_those_of_beancount() {
        for (name, reads) in [
            ("Assets:Bank", true),
            ("Liabilities:VAT:7-7", true),
            ("Expenses:Büro", true),
            ("Assets", false),
            ("Aktiva:Bank", false),
            ("Assets:bank", false),
            ("Assets:Bank A", false),
            ("Assets:A_b", false),
        ] {
            assert_eq!(is_account(name), reads, "{name}");
        }
    }
}
