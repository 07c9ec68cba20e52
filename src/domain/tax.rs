//! Which tax a client is billed: the rates by country that the user keeps, how a client is treated, and what follows for a day.
//!
//! The program claims nothing about the law of any country: rates are data with a date, and who is treated how is the user's word.
//! What it knows are the categories of EN 16931 and what each of them needs.

use std::fmt;

use chrono::NaiveDate;

use crate::values::money::{MoneyError, Percent};
use crate::values::named_tax::{self, NamedTax, NamedTaxError};
use crate::values::text::{Country, Line};

use super::Refusal;
use super::business::Business;
use super::invoice::{Tax, TaxCategory};
use super::key::{ClientKey, TaxRateKey};

/// The name of a rate: `standard`, `reduced`, `super-reduced`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateName(String);

/// The rate that holds where nothing else is said.
pub const STANDARD: &str = "standard";

/// Why a text tells no tax.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    #[error(
        "`{0}` is no tax; write percents such as 19, a name such as reduced, or zero, exempt, reverse-charge, \
         intra-community, export or outside"
    )]
    Unknown(String),
    #[error(
        "0 percent has several reasons; say zero, exempt, reverse-charge, intra-community, export or outside"
    )]
    ZeroPercent,
    #[error("`{0}` is no name of a rate; write a word in small letters such as reduced")]
    Name(String),
    #[error("`{0}` says how a client is treated and cannot be the name of a rate")]
    Reserved(String),
    #[error("`{0}` is no country; write a code such as DE")]
    Country(String),
    #[error(transparent)]
    Percent(#[from] MoneyError),
    #[error(transparent)]
    Named(#[from] NamedTaxError),
}

impl RateName {
    /// Reads a word of letters and hyphens, in any case.
    pub fn parse(text: &str) -> Result<Self, TaxError> {
        let name = text.trim().to_lowercase();
        let is_word = name.starts_with(char::is_alphabetic)
            && name.chars().count() <= 30
            && name.chars().all(|c| c.is_alphabetic() || c == '-');
        if !is_word {
            return Err(TaxError::Name(text.trim().chars().take(60).collect()));
        }
        if without(&name).is_some() {
            return Err(TaxError::Reserved(name));
        }
        Ok(Self(name))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A rate in the user's table, in force from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedTaxRate {
    pub key: TaxRateKey,
    pub country: Country,
    pub name: RateName,
    pub percent: Percent,
    /// None: always.
    pub from: Option<NaiveDate>,
}

/// How a client is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// So many percent.
    Percent(Percent),
    /// A rate of the table: of a country, else of the business's own.
    Named {
        country: Option<Country>,
        name: RateName,
    },
    /// Taxes with names, each on the same base.
    Several(Vec<NamedTax>),
    /// No tax, for this reason.
    Without(TaxCategory),
}

const WITHOUT: [(&str, TaxCategory); 6] = [
    ("zero", TaxCategory::Z),
    ("exempt", TaxCategory::E),
    ("reverse-charge", TaxCategory::AE),
    ("intra-community", TaxCategory::K),
    ("export", TaxCategory::G),
    ("outside", TaxCategory::O),
];

fn without(word: &str) -> Option<TaxCategory> {
    let mut known = WITHOUT.iter();
    known
        .find(|(name, _)| *name == word)
        .map(|(_, category)| *category)
}

/// The word for a category without tax.
pub fn word(category: TaxCategory) -> &'static str {
    let mut known = WITHOUT.iter();
    known
        .find(|(_, known)| *known == category)
        .map_or("taxed", |(word, _)| word)
}

impl Treatment {
    /// The rate `standard` of the business's country.
    pub fn standard() -> Self {
        Self::Named {
            country: None,
            name: RateName(STANDARD.to_owned()),
        }
    }

    /// Reads `standard`, `reduced`, `FR/standard`, `19`, `GST 5 + PST 7`, `reverse-charge`, `exempt`, `zero`…
    pub fn parse(text: &str) -> Result<Self, TaxError> {
        let trimmed = text.trim();
        let unknown = || TaxError::Unknown(trimmed.chars().take(60).collect());
        if trimmed.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            let percent = Percent::parse_tax(trimmed)?;
            return match percent.is_zero() {
                true => Err(TaxError::ZeroPercent),
                false => Ok(Self::Percent(percent)),
            };
        }
        if trimmed.contains(|c: char| c.is_ascii_digit()) {
            return Ok(Self::Several(NamedTax::parse_all(trimmed)?));
        }
        if let Some(category) = without(&trimmed.to_lowercase()) {
            return Ok(Self::Without(category));
        }
        let (country, name) = match trimmed.split_once('/') {
            Some((country, name)) => {
                let country = Country::parse(country)
                    .map_err(|_| TaxError::Country(country.chars().take(60).collect()))?;
                (Some(country), name)
            }
            None => (None, trimmed),
        };
        let name = RateName::parse(name).map_err(|_| unknown())?;
        Ok(Self::Named { country, name })
    }
}

impl fmt::Display for Treatment {
    /// As it is typed and kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Percent(percent) => percent.to_string(),
            Self::Named {
                country: Some(country),
                name,
            } => format!("{country}/{name}"),
            Self::Named {
                country: None,
                name,
            } => name.to_string(),
            Self::Several(taxes) => named_tax::written(taxes),
            Self::Without(category) => word(*category).to_owned(),
        };
        f.pad(&text)
    }
}

/// What was agreed with a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientTax {
    pub client: ClientKey,
    /// None: as the business.
    pub treatment: Option<Treatment>,
    /// What its documents say of it.
    pub note: Option<Line>,
}

impl ClientTax {
    /// As the business.
    pub fn of_business(client: ClientKey) -> Self {
        Self {
            client,
            treatment: None,
            note: None,
        }
    }
}

/// A tax as it stands on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub tax: Tax,
    /// Where it has a name, or is several: those it is made of.
    pub taxes: Vec<NamedTax>,
}

impl Applied {
    fn plain(tax: Tax) -> Self {
        Self {
            tax,
            taxes: Vec::new(),
        }
    }

    fn percent(percent: Percent) -> Self {
        Self::plain(Tax {
            category: match percent.is_zero() {
                true => TaxCategory::Z,
                false => TaxCategory::S,
            },
            percent,
        })
    }
}

/// What a treatment comes to on a day. Without one the business's own settings hold, and the rate `standard` of its country in the
/// table before them, where it charges tax at all.
pub fn apply(
    treatment: Option<&Treatment>,
    business: &Business,
    table: &[DatedTaxRate],
    day: NaiveDate,
) -> Result<Applied, Refusal> {
    let of_business = || Applied {
        tax: business.tax,
        taxes: business.taxes.clone(),
    };
    match treatment {
        None if business.tax.category != TaxCategory::S || !business.taxes.is_empty() => {
            Ok(of_business())
        }
        None => Ok(standard(business, table, day).unwrap_or_else(of_business)),
        Some(Treatment::Percent(percent)) => Ok(Applied::percent(*percent)),
        Some(Treatment::Without(category)) => Ok(Applied::plain(Tax {
            category: *category,
            percent: Percent::ZERO,
        })),
        Some(Treatment::Several(taxes)) => Ok(Applied {
            tax: Tax {
                category: TaxCategory::S,
                percent: named_tax::sum(taxes)?,
            },
            taxes: taxes.clone(),
        }),
        Some(Treatment::Named {
            country: None,
            name,
        }) if name.as_str() == STANDARD => {
            Ok(standard(business, table, day).unwrap_or_else(of_business))
        }
        Some(Treatment::Named { country, name }) => {
            let country = country.as_ref().or(business.country.as_ref());
            let percent = country.and_then(|country| in_force(table, country, name, day));
            percent
                .map(Applied::percent)
                .ok_or_else(|| Refusal::NoTaxRate {
                    name: name.to_string(),
                    country: country.cloned(),
                    day,
                })
        }
    }
}

fn standard(business: &Business, table: &[DatedTaxRate], day: NaiveDate) -> Option<Applied> {
    let name = RateName(STANDARD.to_owned());
    let country = business.country.as_ref()?;
    in_force(table, country, &name, day).map(Applied::percent)
}

/// The rate of a name in a country on a day: the one that began last.
pub fn in_force(
    table: &[DatedTaxRate],
    country: &Country,
    name: &RateName,
    day: NaiveDate,
) -> Option<Percent> {
    let known = table.iter().filter(|rate| {
        rate.country == *country && rate.name == *name && rate.from.is_none_or(|from| from <= day)
    });
    known.max_by_key(|rate| rate.from).map(|rate| rate.percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    fn percent(text: &str) -> Percent {
        Percent::parse(text).unwrap()
    }

    fn business(settings: &[(&str, &str)]) -> Business {
        Business::from_settings(Tz::UTC, |key| {
            let mut known = settings.iter();
            known
                .find(|(name, _)| *name == key)
                .map(|(_, v)| (*v).to_owned())
        })
        .unwrap()
    }

    fn rate(country: &str, name: &str, value: &str, from: Option<&str>) -> DatedTaxRate {
        DatedTaxRate {
            key: TaxRateKey(1),
            country: Country::parse(country).unwrap(),
            name: RateName::parse(name).unwrap(),
            percent: percent(value),
            from: from.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn treatments_read_and_write() {
        for (text, expected) in [
            ("19", Some("19")),
            ("7,7 %", Some("7.7")),
            ("standard", Some("standard")),
            ("Reduced", Some("reduced")),
            ("fr/standard", Some("FR/standard")),
            ("Reverse-Charge", Some("reverse-charge")),
            ("exempt", Some("exempt")),
            ("GST 5 + PST 7", Some("GST 5 + PST 7")),
            ("GST 5", Some("GST 5")),
            ("0", None),
            ("101", None),
            ("XX/standard", None),
            ("DE/exempt", None),
            ("DE/", None),
            ("", None),
            ("a b", None),
        ] {
            let read = Treatment::parse(text).map(|treatment| treatment.to_string());
            assert_eq!(read.ok().as_deref(), expected, "{text}");
        }
        assert!(matches!(
            RateName::parse("exempt"),
            Err(TaxError::Reserved(_))
        ));
    }

    #[test]
    fn the_table_holds_by_day_and_the_settings_where_it_says_nothing() {
        let table = [
            rate("DE", "standard", "19", None),
            rate("DE", "standard", "16", Some("2020-07-01")),
            rate("DE", "standard", "19", Some("2021-01-01")),
            rate("DE", "reduced", "7", None),
            rate("FR", "standard", "20", None),
        ];
        let german = business(&[("tax", "10"), ("country", "DE")]);
        let elsewhere = business(&[("tax", "10")]);
        let small = business(&[("country", "DE")]);
        let on = |treatment: Option<&str>, business: &Business, day: &str| {
            let treatment = treatment.map(|text| Treatment::parse(text).unwrap());
            let applied = apply(treatment.as_ref(), business, &table, day.parse().unwrap());
            match applied {
                Ok(applied) => format!("{}{}", applied.tax.category.code(), applied.tax.percent),
                Err(refusal) => refusal.code().to_owned(),
            }
        };
        for (treatment, business, day, expected) in [
            (None, &german, "2020-06-30", "S19"),
            (None, &german, "2020-07-01", "S16"),
            (None, &german, "2020-12-31", "S16"),
            (None, &german, "2021-01-01", "S19"),
            (None, &elsewhere, "2021-01-01", "S10"),
            // Who charges no tax does not begin to because of a table.
            (None, &small, "2021-01-01", "E0"),
            (Some("standard"), &small, "2021-01-01", "S19"),
            (Some("standard"), &elsewhere, "2021-01-01", "S10"),
            (Some("reduced"), &german, "2021-01-01", "S7"),
            (Some("reduced"), &elsewhere, "2021-01-01", "tax.no_rate"),
            (Some("FR/standard"), &german, "2021-01-01", "S20"),
            (Some("FR/reduced"), &german, "2021-01-01", "tax.no_rate"),
            (Some("8.5"), &german, "2021-01-01", "S8.5"),
            (Some("reverse-charge"), &german, "2021-01-01", "AE0"),
            (Some("GST 5 + PST 7"), &german, "2021-01-01", "S12"),
        ] {
            assert_eq!(
                on(treatment, business, day),
                expected,
                "{treatment:?} on {day}"
            );
        }
    }
}
