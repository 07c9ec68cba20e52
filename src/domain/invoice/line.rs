//! Lines of invoices: what they bill, how much of it at what price, and under which tax.

use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::domain::key::{EntryKey, ProjectKey, RetainerKey, TaskKey};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::period::Period;

/// EN 16931 VAT category codes (BT-151, code list UNCL5305).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxCategory {
    /// Standard or reduced rate.
    S,
    /// Zero rated.
    Z,
    /// Exempt.
    E,
    /// Reverse charge.
    AE,
    /// Intra-community supply.
    K,
    /// Export.
    G,
    /// Outside the scope of tax.
    O,
}

impl TaxCategory {
    const ALL: [(Self, &str); 7] = [
        (Self::S, "S"),
        (Self::Z, "Z"),
        (Self::E, "E"),
        (Self::AE, "AE"),
        (Self::K, "K"),
        (Self::G, "G"),
        (Self::O, "O"),
    ];

    /// The code.
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(category, _)| *category == self)
            .map_or("", |(_, code)| code)
    }

    /// The category of a code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(code))
            .map(|(category, _)| *category)
    }
}

/// The tax of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tax {
    pub category: TaxCategory,
    /// Zero for every category but S.
    pub percent: Percent,
}

/// What a line bills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Time of one project at one rate.
    Time {
        project: ProjectKey,
        task: Option<TaskKey>,
        entries: Vec<EntryKey>,
        seconds: Seconds,
    },
    /// The fee of a retainer's period.
    RetainerFee {
        /// None on lines that are older than clients with several.
        retainer: Option<RetainerKey>,
        period: Period,
    },
    /// What is beyond a retainer's allowance: time, or an amount, which has no seconds.
    Overage {
        /// None on lines that are older than clients with several.
        retainer: Option<RetainerKey>,
        period: Period,
        entries: Vec<EntryKey>,
        seconds: Seconds,
    },
    /// Anything else.
    Fixed,
}

/// Unit of a quantity, by UN/ECE Recommendation 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Piece,
}

impl Unit {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour => "HUR",
            Self::Piece => "C62",
        }
    }

    /// The unit of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Hour, Self::Piece]
            .into_iter()
            .find(|unit| unit.code() == code)
    }
}

/// Something to bill that is neither time nor a retainer: so much of it at a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub description: String,
    /// Up to four places.
    pub quantity: Decimal,
    pub unit: Unit,
    /// Up to four places.
    pub unit_price: Decimal,
    /// None: that of the business.
    pub tax: Option<Tax>,
}

/// A line: `net` is the rounded product of `quantity` and `unit_price`, so a reader who multiplies gets the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub source: Source,
    pub description: String,
    /// Up to four places.
    pub quantity: Decimal,
    pub unit: Unit,
    /// Up to four places.
    pub unit_price: Decimal,
    pub net: Money,
    pub tax: Tax,
}

impl Line {
    /// A line of time: hours with up to four places.
    pub fn hours(
        source: Source,
        description: String,
        seconds: Seconds,
        rate: Rate,
        tax: Tax,
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let quantity = seconds.as_hours();
        Ok(Self {
            source,
            description,
            quantity,
            unit: Unit::Hour,
            unit_price: rate.decimal(),
            net: rate.of(quantity, currency)?,
            tax,
        })
    }

    /// The line of an item.
    pub fn item(item: &Item, tax: Tax, currency: Currency) -> Result<Self, Refusal> {
        let net = item
            .quantity
            .checked_mul(item.unit_price)
            .ok_or(Refusal::AmountTooLarge)?;
        Ok(Self {
            source: Source::Fixed,
            description: item.description.clone(),
            quantity: item.quantity,
            unit: item.unit,
            unit_price: item.unit_price,
            net: Money::rounded(net, currency)?,
            tax: item.tax.unwrap_or(tax),
        })
    }

    /// A line of one piece at a price.
    pub fn fixed(source: Source, description: String, price: Money, tax: Tax) -> Self {
        Self {
            source,
            description,
            quantity: Decimal::ONE,
            unit: Unit::Piece,
            unit_price: price.decimal(),
            net: price,
            tax,
        }
    }
}
