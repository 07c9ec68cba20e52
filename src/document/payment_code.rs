//! The QR code with which a banking app fills in a SEPA credit transfer: EPC069-12, version 002, drawn as SVG.
//!
//! A code that a bank would refuse is worse than none, so there is none where anything does not fit.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode, Version};

use crate::published::{Invoice, InvoiceKind};
use crate::values::money::Money;

/// Countries and territories whose accounts take SEPA credit transfers, by the beginning of the IBAN.
const SEPA: [&str; 42] = [
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI",
    "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL",
    "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
];
/// The largest amount, in cents.
const MOST: i64 = 99_999_999_999;
/// The longest name of an account holder, in characters.
const NAME: usize = 70;
/// The longest reference.
const REFERENCE: usize = 140;
/// The longest text, in bytes, and the largest code it may take.
const LONGEST: usize = 331;
const LARGEST: i16 = 13;

/// The text of the code: who is paid, where, how much, and what for.
pub(super) fn text(invoice: &Invoice) -> Option<String> {
    let seller = &invoice.seller;
    let iban: String = seller.iban.as_deref()?.split_whitespace().collect();
    let in_sepa = SEPA.iter().any(|country| iban.starts_with(country));
    let name: String = line(&seller.name).chars().take(NAME).collect();
    let reference = line(invoice.number.as_deref()?);
    let bic: String = line(seller.bic.as_deref().unwrap_or_default()).replace(' ', "");
    let fits = invoice.kind == InvoiceKind::Invoice
        && in_sepa
        && (15..=34).contains(&iban.len())
        && iban.chars().all(|c| c.is_ascii_alphanumeric())
        && matches!(bic.len(), 0 | 8 | 11)
        && !name.is_empty()
        && !reference.is_empty()
        && reference.chars().count() <= REFERENCE;
    let amount = amount(invoice.balance)?;
    let text = format!("BCD\n002\n1\nSCT\n{bic}\n{name}\n{iban}\nEUR{amount}\n\n\n{reference}");
    (fits && text.len() <= LONGEST).then_some(text)
}

/// Euros and cents.
fn amount(money: Money) -> Option<String> {
    let is_euro = money.currency().code() == "EUR";
    (is_euro && (1..=MOST).contains(&money.minor())).then(|| money.amount())
}

/// Text of people on one line, without what a line of the code cannot hold.
fn line(text: &str) -> String {
    let visible = text
        .chars()
        .filter(|c| c.is_whitespace() || !c.is_control());
    let text: String = visible.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The code as a drawing, with the quiet zone that readers need.
pub(super) fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let Version::Normal(1..=LARGEST) = code.version() else {
        return None;
    };
    let width = code.width();
    let side = width + 8;
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % width + 4, place / width + 4);
            // Writing into a string does not fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sample;
    use crate::values::money::Currency;

    #[test]
    fn the_code_says_who_is_paid_where_how_much_and_what_for() {
        assert_eq!(
            text(&sample::invoice()).unwrap(),
            "BCD\n002\n1\nSCT\nCOBADEFFXXX\nLindgren Studio\nDE89370400440532013000\nEUR6499.36\n\n\n2026-0007"
        );
    }

    #[test]
    fn where_a_bank_would_refuse_it_there_is_none() {
        type Change = fn(&mut Invoice);
        let changes: [(&str, Change); 9] = [
            ("dollars", |i| {
                i.balance = Money::from_minor(100, Currency::parse("USD").unwrap());
            }),
            ("nothing to pay", |i| i.balance = sample::euro(0)),
            ("too much", |i| i.balance = sample::euro(MOST + 1)),
            ("no account", |i| i.seller.iban = None),
            ("outside SEPA", |i| {
                i.seller.iban = Some("TR330006100519786457841326".to_owned());
            }),
            ("no number", |i| i.number = None),
            ("no bank", |i| i.seller.bic = Some("COBADE".to_owned())),
            ("credit", |i| i.kind = InvoiceKind::CreditNote),
            ("long number", |i| i.number = Some("7".repeat(141))),
        ];
        for (name, change) in changes {
            let mut invoice = sample::invoice();
            change(&mut invoice);
            assert_eq!(text(&invoice), None, "{name}");
        }
    }

    #[test]
    fn names_fill_one_line_and_no_more() {
        let mut invoice = sample::invoice();
        invoice.seller.name = format!("Studio\nSCT\r\n{}", "ß".repeat(90));
        let text = text(&invoice).unwrap();
        let name = text.lines().nth(5).unwrap();
        assert!(name.starts_with("Studio SCT ßß") && name.chars().count() == NAME);
        assert_eq!(text.lines().count(), 11);
        assert!(svg(&text).unwrap().starts_with("<svg"));
        assert_eq!(svg(&"x".repeat(400)), None, "larger than version 13");
    }
}
