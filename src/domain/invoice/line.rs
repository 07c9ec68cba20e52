//! Lines of invoices: what they bill, how much of it at what price, and under which tax.

use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::domain::key::{EntryKey, ExpenseKey, InvoiceKey, ProjectKey, RetainerKey, TaskKey};
use crate::values::duration::Seconds;
use crate::values::item::{Count, Sign};
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::named_tax::NamedTax;
use crate::values::part::Part;
use crate::values::period::Period;

use super::Adjustment;

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
    /// What was spent, billed again.
    Expense { expense: ExpenseKey },
    /// Money in advance.
    Deposit,
    /// A deposit that was billed before, taken off.
    Deduction { deposit: InvoiceKey },
    /// Anything else.
    Fixed,
}

/// Unit of a quantity, by UN/ECE Recommendation 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Piece,
    Day,
    Week,
    Month,
    Year,
    Kilometre,
    Mile,
}

impl Unit {
    const ALL: [(Self, &str); 8] = [
        (Self::Hour, "HUR"),
        (Self::Piece, "C62"),
        (Self::Day, "DAY"),
        (Self::Week, "WEE"),
        (Self::Month, "MON"),
        (Self::Year, "ANN"),
        (Self::Kilometre, "KMT"),
        (Self::Mile, "SMI"),
    ];

    /// The code.
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(unit, _)| *unit == self)
            .map_or("", |(_, code)| code)
    }

    /// The unit of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == code)
            .map(|(unit, _)| *unit)
    }
}

impl From<Count> for Unit {
    fn from(count: Count) -> Self {
        match count {
            Count::Hour => Self::Hour,
            Count::Day => Self::Day,
            Count::Week => Self::Week,
            Count::Month => Self::Month,
            Count::Year => Self::Year,
            Count::Kilometre => Self::Kilometre,
            Count::Piece => Self::Piece,
        }
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
    /// What it is given for less, or costs more.
    pub adjustment: Option<(Sign, Part)>,
    /// None: that of the invoice.
    pub tax: Option<Tax>,
}

/// A line: `net` is the rounded product of `quantity` and `unit_price` with the adjustment, so a reader who multiplies gets the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub source: Source,
    pub description: String,
    /// Up to four places.
    pub quantity: Decimal,
    pub unit: Unit,
    /// Up to four places.
    pub unit_price: Decimal,
    /// What it is given for less, or costs more: part of the net.
    pub adjustment: Option<Adjustment>,
    pub net: Money,
    pub tax: Tax,
    /// Where the tax has a name, or is several on one base: those it is made of. Else none.
    pub taxes: Vec<NamedTax>,
}

/// Quantity times price, rounded once.
pub(super) fn product(
    quantity: Decimal,
    unit_price: Decimal,
    currency: Currency,
) -> Result<Money, Refusal> {
    let exact = quantity
        .checked_mul(unit_price)
        .ok_or(Refusal::AmountTooLarge)?;
    Ok(Money::rounded(exact, currency)?)
}

impl Line {
    /// What the net must be: quantity times price, with the adjustment.
    pub fn worked_out(&self, currency: Currency) -> Result<Money, Refusal> {
        let gross = product(self.quantity, self.unit_price, currency)?;
        match &self.adjustment {
            Some(adjustment) => Ok(gross.checked_add(adjustment.amount)?),
            None => Ok(gross),
        }
    }

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
            adjustment: None,
            net: rate.of(quantity, currency)?,
            tax,
            taxes: Vec::new(),
        })
    }

    /// The line of an item.
    pub fn item(item: &Item, tax: Tax, currency: Currency) -> Result<Self, Refusal> {
        let gross = product(item.quantity, item.unit_price, currency)?;
        let adjustment = item
            .adjustment
            .map(|(sign, part)| Adjustment::of(gross, sign, part))
            .transpose()?;
        let line = Self {
            source: Source::Fixed,
            description: item.description.clone(),
            quantity: item.quantity,
            unit: item.unit,
            unit_price: item.unit_price,
            adjustment,
            net: gross,
            tax: item.tax.unwrap_or(tax),
            taxes: Vec::new(),
        };
        Ok(Self {
            net: line.worked_out(currency)?,
            ..line
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
            adjustment: None,
            net: price,
            tax,
            taxes: Vec::new(),
        }
    }
}
