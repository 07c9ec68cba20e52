//! Why no tax is charged: the sentence that documents carry, and the code of the list VATEX where there is one (BT-120, BT-121).

use super::words::{Language, Tax};
use crate::published::{Invoice, TaxCategory};

/// The reason for one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exemption {
    pub(super) code: Option<String>,
    pub(super) text: String,
}

/// The reason for a category; none where tax is charged, or the rate is zero. What the owner says stands in place of the general words
/// for an exemption, whose ground only the owner knows, and may begin with its code: `VATEX-EU-132-1I Education`. For the others it
/// stands behind them.
pub(super) fn of(
    invoice: &Invoice,
    note: Option<&str>,
    category: TaxCategory,
    language: Language,
    tax: Tax,
) -> Option<Exemption> {
    let general = language.reason(tax, category)?.to_owned();
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let any_exempt = || {
        let mut lines = invoice.lines.iter();
        lines.any(|line| line.tax_category == TaxCategory::E)
    };
    Some(match (category, note) {
        (TaxCategory::E, Some(note)) => {
            let (code, text) = told(note);
            Exemption {
                code,
                text: if text.is_empty() {
                    general
                } else {
                    text.to_owned()
                },
            }
        }
        (_, Some(note)) if !any_exempt() => Exemption {
            code: code(category).map(str::to_owned),
            text: format!("{general} {note}"),
        },
        _ => Exemption {
            code: code(category).map(str::to_owned),
            text: general,
        },
    })
}

/// The code before a text, if there is one.
fn told(note: &str) -> (Option<String>, &str) {
    let (first, rest) = note.split_once(char::is_whitespace).unwrap_or((note, ""));
    let code = first.trim_end_matches([':', ',']).to_ascii_uppercase();
    match code.strip_prefix("VATEX-") {
        Some(rest_of_code) if !rest_of_code.is_empty() => (Some(code), rest.trim()),
        _ => (None, note),
    }
}

/// The code that a category has by itself. That of an exemption depends on its ground.
fn code(category: TaxCategory) -> Option<&'static str> {
    match category {
        TaxCategory::AE => Some("VATEX-EU-AE"),
        TaxCategory::K => Some("VATEX-EU-IC"),
        TaxCategory::G => Some("VATEX-EU-G"),
        TaxCategory::O => Some("VATEX-EU-O"),
        TaxCategory::S | TaxCategory::Z | TaxCategory::E => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sample;

    #[test]
    fn the_owners_words_are_the_ground_of_an_exemption_and_stand_behind_the_others() {
        let general = "Exempt from VAT.";
        for (category, note, code, text) in [
            (TaxCategory::E, None, None, general),
            (
                TaxCategory::E,
                Some("Small business"),
                None,
                "Small business",
            ),
            (
                TaxCategory::E,
                Some("vatex-eu-132-1i: Education"),
                Some("VATEX-EU-132-1I"),
                "Education",
            ),
            (
                TaxCategory::E,
                Some("VATEX-EU-J"),
                Some("VATEX-EU-J"),
                general,
            ),
            (
                TaxCategory::G,
                Some("Licence 7"),
                Some("VATEX-EU-G"),
                "Export outside the European Union, exempt from VAT. Licence 7",
            ),
        ] {
            let mut invoice = sample::invoice();
            for line in &mut invoice.lines {
                line.tax_category = category;
            }
            let found = of(&invoice, note, category, Language::English, Tax::Vat).unwrap();
            assert_eq!((found.code.as_deref(), found.text.as_str()), (code, text));
        }
        let invoice = sample::invoice();
        for category in [TaxCategory::S, TaxCategory::Z] {
            assert_eq!(
                of(&invoice, Some("x"), category, Language::English, Tax::Vat),
                None
            );
        }
    }
}
