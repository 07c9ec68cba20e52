//! The words of mails to clients: texts with places that are filled with what the client may see. Plain text.
//!
//! Each occasion has a text in each language, which people may replace by their own. What fills the places comes from the
//! [`Invoice`] as its client gets it, so that a mail cannot tell more than the document that goes with it.

mod template;

use chrono::NaiveDate;

use crate::published::{Estimate, Invoice, InvoiceKind};
use crate::values::money::Money;
use crate::values::period::Period;

use super::words::Language;

pub use template::{Rendered, Template, TemplateError};

/// The languages that there are texts in.
pub const LANGUAGES: [&str; 2] = ["en", "de"];

/// What a mail is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    Invoice,
    CreditNote,
    Receipt,
    Statement,
    /// An invoice is about to be due, or is today.
    ReminderDue,
    ReminderFirst,
    ReminderSecond,
    ReminderLast,
    Estimate,
}

impl Occasion {
    /// Every occasion, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Invoice,
        Self::CreditNote,
        Self::Receipt,
        Self::Statement,
        Self::ReminderDue,
        Self::ReminderFirst,
        Self::ReminderSecond,
        Self::ReminderLast,
        Self::Estimate,
    ];

    /// The word in the store and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit-note",
            Self::Receipt => "receipt",
            Self::Statement => "statement",
            Self::ReminderDue => "reminder-due",
            Self::ReminderFirst => "reminder-1",
            Self::ReminderSecond => "reminder-2",
            Self::ReminderLast => "reminder-3",
            Self::Estimate => "estimate",
        }
    }

    /// The occasion a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// The names of the places that its text can have.
    pub fn places(self) -> &'static [&'static str] {
        match self {
            Self::Statement => &[
                "business", "client", "contact", "message", "days", "balance",
            ],
            Self::Estimate => &[
                "business", "client", "contact", "message", "number", "title", "date", "valid",
                "net", "total",
            ],
            _ => &[
                "business", "client", "contact", "message", "number", "date", "due", "late",
                "period", "order", "total", "paid", "balance", "open", "iban", "bic",
            ],
        }
    }

    /// The text that comes with the program.
    pub fn text(self, language: &str) -> &'static str {
        macro_rules! texts {
            ($($occasion:ident $file:literal),*) => {
                match (self, Language::of(language)) {
                    $((Self::$occasion, Language::English) => include_str!(concat!("en/", $file, ".txt")),
                      (Self::$occasion, Language::German) => include_str!(concat!("de/", $file, ".txt")),)*
                }
            };
        }
        texts!(
            Invoice "invoice",
            CreditNote "credit-note",
            Receipt "receipt",
            Statement "statement",
            ReminderDue "reminder-due",
            ReminderFirst "reminder-1",
            ReminderSecond "reminder-2",
            ReminderLast "reminder-3",
            Estimate "estimate"
        )
    }
}

/// The language of texts for a tag: one of [`LANGUAGES`].
pub fn language(tag: &str) -> &'static str {
    Language::of(tag).tag()
}

/// What a mail is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    Invoice {
        /// As its client gets it, with what was paid.
        invoice: &'a Invoice,
        today: NaiveDate,
    },
    Estimate(&'a Estimate),
    Account {
        from: Option<NaiveDate>,
        to: NaiveDate,
        /// What is owed in each currency.
        balances: &'a [Money],
    },
}

/// What fills the places of a text.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub business: &'a str,
    pub client: &'a str,
    /// Who is greeted; where nobody is known, the client.
    pub contact: Option<&'a str>,
    /// Words for this one mail.
    pub message: Option<&'a str>,
    pub about: About<'a>,
}

/// Fills a text in.
pub fn write(template: &Template, language: &str, facts: &Facts<'_>) -> Rendered {
    let language = Language::of(language);
    template.render(|place| value(place, language, facts))
}

/// What stands in a place; empty where there is nothing to say.
fn value(place: &str, language: Language, facts: &Facts<'_>) -> String {
    match place {
        "business" => facts.business.to_owned(),
        "client" => facts.client.to_owned(),
        "contact" => facts.contact.unwrap_or(facts.client).to_owned(),
        "message" => facts.message.unwrap_or_default().to_owned(),
        _ => match facts.about {
            About::Invoice { invoice, today } => of_invoice(place, language, invoice, today),
            About::Estimate(estimate) => of_estimate(place, language, estimate),
            About::Account { from, to, balances } => match place {
                "days" => of_days(language, from, to),
                "balance" => {
                    let balances: Vec<String> =
                        balances.iter().map(|sum| language.money(*sum)).collect();
                    balances.join(", ")
                }
                _ => String::new(),
            },
        },
    }
}

fn of_invoice(place: &str, language: Language, invoice: &Invoice, today: NaiveDate) -> String {
    let owed = invoice.kind == InvoiceKind::Invoice && invoice.balance.minor() > 0;
    let text = match place {
        "number" => invoice.number.clone(),
        "date" => Some(language.date(invoice.issue_date)),
        "due" => invoice.due_date.map(|due| language.date(due)),
        "late" => invoice.due_date.filter(|due| *due < today).map(|due| {
            let days = today.signed_duration_since(due).num_days();
            days.to_string()
        }),
        "period" => invoice.period.map(|period| language.period(period)),
        "order" => invoice.purchase_order.clone(),
        "total" => Some(language.money(invoice.total)),
        "paid" => Some(invoice.paid)
            .filter(|paid| !paid.is_zero())
            .map(|paid| language.money(paid)),
        "balance" => Some(language.money(invoice.balance)),
        "open" => owed.then(|| language.money(invoice.balance)),
        "iban" => invoice.seller.iban.as_deref().map(in_fours),
        "bic" => invoice.seller.bic.clone(),
        _ => None,
    };
    text.unwrap_or_default()
}

fn of_estimate(place: &str, language: Language, estimate: &Estimate) -> String {
    let text = match place {
        // Of a draft, which is only looked at.
        "number" => Some(estimate.number.clone().unwrap_or_else(|| "…".to_owned())),
        "title" => Some(estimate.title.clone()),
        "date" => Some(language.date(estimate.date)),
        "valid" => estimate.valid_until.map(|last| language.date(last)),
        "net" => Some(language.money(estimate.net)),
        "total" => Some(language.money(estimate.total)),
        _ => None,
    };
    text.unwrap_or_default()
}

fn of_days(language: Language, from: Option<NaiveDate>, to: NaiveDate) -> String {
    match (from, language) {
        (Some(from), _) => language.period(Period { from, to }),
        (None, Language::English) => format!("up to {}", language.date(to)),
        (None, Language::German) => format!("bis zum {}", language.date(to)),
    }
}

/// An account number as people read it.
fn in_fours(iban: &str) -> String {
    let mut spaced = String::new();
    for (place, c) in iban.chars().filter(|c| !c.is_whitespace()).enumerate() {
        if place > 0 && place % 4 == 0 {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn every_text_that_comes_with_the_program_works() {
        let invoice = sample::rich();
        let estimate = sample::estimate();
        let balances = [sample::euro(121_000)];
        for occasion in Occasion::ALL {
            assert_eq!(Occasion::from_word(occasion.word()), Some(occasion));
            for tag in LANGUAGES {
                let template = Template::parse(occasion.text(tag), occasion).unwrap();
                let about = match occasion {
                    Occasion::Statement => About::Account {
                        from: None,
                        to: sample::day("2026-11-20"),
                        balances: &balances,
                    },
                    Occasion::Estimate => About::Estimate(&estimate),
                    _ => About::Invoice {
                        invoice: &invoice,
                        today: sample::day("2027-01-31"),
                    },
                };
                let facts = Facts {
                    business: "Studio Nord",
                    client: "Acme GmbH",
                    contact: None,
                    message: None,
                    about,
                };
                let Rendered { subject, body } = write(&template, tag, &facts);
                assert!(!subject.is_empty() && !subject.contains('\n'), "{subject}");
                assert!(body.contains("Acme GmbH") && body.contains("Studio Nord"));
                assert!(!body.contains(['{', '}']), "{body}");
                assert!(!body.contains("\n\n\n") && body.ends_with('\n'), "{body}");
            }
        }
    }

    #[test]
    fn what_is_not_known_leaves_no_line_behind() {
        let mut invoice = sample::invoice();
        invoice.seller.iban = None;
        invoice.seller.bic = None;
        let template = Template::parse(Occasion::Invoice.text("en"), Occasion::Invoice).unwrap();
        let facts = Facts {
            business: "Studio Nord",
            client: "Acme GmbH",
            contact: Some("Jo"),
            message: Some("as agreed\non Monday."),
            about: About::Invoice {
                invoice: &invoice,
                today: invoice.issue_date,
            },
        };
        let body = write(&template, "en", &facts).body;
        assert!(!body.contains("IBAN") && !body.contains("BIC"), "{body}");
        assert!(body.starts_with("Hello Jo,\n\nas agreed\non Monday.\n\nPlease find"));
        let mut invoice = invoice.clone();
        invoice.seller.iban = Some("DE89370400440532013000".into());
        let facts = Facts {
            about: About::Invoice {
                invoice: &invoice,
                today: invoice.issue_date,
            },
            message: None,
            ..facts
        };
        let body = write(&template, "de", &facts).body;
        assert!(
            body.contains("IBAN: DE89 3704 0044 0532 0130 00\n"),
            "{body}"
        );
        assert!(body.starts_with("Hello Jo,\n\nPlease find"));
    }
}
