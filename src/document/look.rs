//! How the documents of a business look: what is on no invoice and stands on each of its pages.

use super::font::Typeface;
use super::logo::Logo;
use super::press::Paper;
use crate::published::Invoice;

/// Countries where paper is Letter, not A4.
const LETTER: [&str; 10] = ["US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PR", "VE"];

/// Template, paper, logo, typefaces and what else the owner chose. The default is the program's own.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// The text of a template; none: the program's own.
    pub template: Option<String>,
    /// None: as is used in the country of whoever gets the document.
    pub paper: Option<Paper>,
    pub logo: Option<Logo>,
    /// A QR code to pay with, where a bank can read it.
    pub payment_code: bool,
    /// Typefaces for characters that the program's own does not have, and for templates.
    pub typefaces: Vec<Typeface>,
}

impl Look {
    /// What an invoice is printed on.
    pub(super) fn paper(&self, invoice: &Invoice) -> Paper {
        let usual = || {
            let country = [&invoice.buyer.country, &invoice.seller.country];
            let country = country.into_iter().flatten().next();
            let is_letter = country.is_some_and(|code| LETTER.contains(&code.as_str()));
            if is_letter { Paper::Letter } else { Paper::A4 }
        };
        self.paper.unwrap_or_else(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sample;

    #[test]
    fn paper_is_what_was_chosen_or_what_is_used_where_it_goes() {
        let cases = [
            (None, Some("DE"), Some("US"), Paper::Letter),
            (None, Some("US"), Some("DE"), Paper::A4),
            (None, Some("CA"), None, Paper::Letter),
            (None, None, None, Paper::A4),
            (Some(Paper::A4), Some("US"), Some("US"), Paper::A4),
            (Some(Paper::Letter), None, Some("DE"), Paper::Letter),
        ];
        for (paper, seller, buyer, expected) in cases {
            let mut invoice = sample::invoice();
            invoice.seller.country = seller.map(str::to_owned);
            invoice.buyer.country = buyer.map(str::to_owned);
            let look = Look {
                paper,
                ..Look::default()
            };
            assert_eq!(look.paper(&invoice), expected, "{seller:?} {buyer:?}");
        }
    }
}
