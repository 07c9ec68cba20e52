//! How many of what: `42km`, `12x`, `3 nights`; a price for one of it; and telling a quantity from an amount of money.

use std::fmt;

use rust_decimal::Decimal;

use super::money::{Currency, Money, MoneyError, Rate, SCALE, parse_decimal, shown};
use super::text::fold;

/// How an amount or a quantity looks.
const EXAMPLE: &str = "49.90, 42km or 12x";

/// A number of things: more than zero, up to four places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(Decimal);

/// The largest quantity; a mistyped one is told before it becomes an amount.
const MOST: i64 = 1_000_000_000;

impl Quantity {
    /// Reads `42`, `12.5`, `12,5`. Three digits after a point or comma are as likely thousands and refused.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let value = parse_decimal(text, SCALE, "12.5")?;
        let fraction = text.trim().split_once(['.', ',']).map_or("", |(_, f)| f);
        if fraction.len() == 3 && value >= Decimal::ONE {
            return Err(MoneyError::Grouped {
                text: shown(text),
                example: "12.5".to_owned(),
            });
        }
        if value <= Decimal::ZERO {
            return Err(MoneyError::NotPositive(shown(text)));
        }
        if value > Decimal::from(MOST) {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self(value))
    }

    /// From ten thousandths, as it is kept.
    pub fn from_ten_thousandths(value: i64) -> Self {
        Self(Decimal::new(value, SCALE))
    }

    /// In ten thousandths, as it is kept.
    pub fn ten_thousandths(self) -> i64 {
        let mut scaled = self.0;
        scaled.rescale(SCALE);
        i64::try_from(scaled.mantissa()).unwrap_or(i64::MAX)
    }

    /// The number.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.normalize().to_string())
    }
}

/// Of what there is a number: `km`, `mi`, `x`, `nights`. A word; the usual spellings of kilometres, miles and pieces are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unit(String);

impl Unit {
    /// Reads a word of letters, with spaces and points inside.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let inside = |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '²' | '³');
        let is_word = text.starts_with(char::is_alphabetic) && text.chars().all(inside);
        let one = match fold(text).as_str() {
            "km" | "kms" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => "km",
            "mi" | "mile" | "miles" => "mi",
            "x" | "×" | "times" | "pcs" | "pieces" => "x",
            _ if is_word && text.chars().count() <= 20 => text,
            _ => {
                return Err(MoneyError::NotAnAmount {
                    text: shown(text),
                    example: EXAMPLE.to_owned(),
                });
            }
        };
        Ok(Self(one.to_owned()))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a way driven.
    pub fn is_way(&self) -> bool {
        matches!(self.as_str(), "km" | "mi")
    }

    /// Whether it is one of those that are known by themselves: a way, or pieces.
    pub fn is_counted(&self) -> bool {
        self.is_way() || self.as_str() == "x"
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A price for one of something: `0.30/km`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPrice {
    pub price: Rate,
    pub unit: Unit,
}

impl UnitPrice {
    /// Reads a price for a way: `0.30` (per kilometre), `0.30/km`, `0.67/mi`.
    pub fn parse_mileage(text: &str) -> Result<Self, MoneyError> {
        let (price, unit) = text.split_once('/').unwrap_or((text, "km"));
        let unit = Unit::parse(unit)?;
        if !unit.is_way() {
            return Err(MoneyError::NotAnAmount {
                text: shown(text),
                example: "0.30/km or 0.67/mi".to_owned(),
            });
        }
        let price = Rate::parse(price)?;
        if price.is_zero() {
            return Err(MoneyError::NotPositive(shown(text)));
        }
        Ok(Self { price, unit })
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.price, self.unit))
    }
}

/// What was spent, as it is typed: an amount of money, or a quantity of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spending {
    /// The number is read when its currency is known, since that tells how many places it has.
    Amount {
        number: String,
        /// The currency that stands with it.
        currency: Option<Currency>,
    },
    Measured {
        quantity: Quantity,
        unit: Unit,
    },
}

impl Spending {
    /// Reads `49.90`, `49,90 EUR`, `€49.90`, `42km`, `12.5 km`, `3 nights`. A word that is the code of a currency is one.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let trimmed = text.trim();
        let is_number = |c: char| c.is_ascii_digit() || "+-.,'’_ \u{a0}\u{202f}".contains(c);
        let first = trimmed.find(|c: char| c.is_ascii_digit() || "+-.,".contains(c));
        let not_an_amount = || MoneyError::NotAnAmount {
            text: shown(text),
            example: EXAMPLE.to_owned(),
        };
        let (before, rest) = trimmed
            .split_at_checked(first.ok_or_else(not_an_amount)?)
            .unwrap_or(("", trimmed));
        let end = rest.find(|c: char| !is_number(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (before, number, after) = (before.trim(), number.trim(), after.trim());
        let amount = |currency| Self::Amount {
            number: number.to_owned(),
            currency,
        };
        match (before, after) {
            ("", "") => Ok(amount(None)),
            (word, "") => named_currency(word)
                .map(|currency| amount(Some(currency)))
                .ok_or_else(not_an_amount),
            ("", word) => match named_currency(word) {
                Some(currency) => Ok(amount(Some(currency))),
                None => Ok(Self::Measured {
                    unit: Unit::parse(word).map_err(|_| not_an_amount())?,
                    quantity: Quantity::parse(number)?,
                }),
            },
            _ => Err(not_an_amount()),
        }
    }
}

/// The currency of a code, or of a sign that only one currency has.
fn named_currency(word: &str) -> Option<Currency> {
    let code = match word {
        "€" => "EUR",
        "£" => "GBP",
        "₹" => "INR",
        other => other,
    };
    Currency::parse(code).ok()
}

/// Reads the number of an amount: more than zero.
pub fn positive_money(number: &str, currency: Currency) -> Result<Money, MoneyError> {
    let money = Money::parse(number, currency)?;
    if money.is_zero() || money.is_negative() {
        return Err(MoneyError::NotPositive(shown(number)));
    }
    Ok(money)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        match Spending::parse(text) {
            Ok(Spending::Amount { number, currency }) => {
                format!("{number} {}", currency.map_or("-", Currency::code))
            }
            Ok(Spending::Measured { quantity, unit }) => format!("{quantity} of {unit}"),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn amounts_and_quantities_are_told_apart() {
        for (text, expected) in [
            ("49.90", "49.90 -"),
            (" 49,90 ", "49,90 -"),
            ("49.90 EUR", "49.90 EUR"),
            ("49.90eur", "49.90 EUR"),
            ("€49.90", "49.90 EUR"),
            ("USD 12", "12 USD"),
            ("-5", "-5 -"),
            ("42km", "42 of km"),
            ("12,5 Kilometer", "12.5 of km"),
            ("10 miles", "10 of mi"),
            ("12x", "12 of x"),
            ("12 ×", "12 of x"),
            ("3 nights", "3 of nights"),
            ("0.125 km", "0.125 of km"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "km",
            "x12",
            "$5",
            "0km",
            "-3km",
            "1,200 km",
            "1.200 km",
            "1 200 km",
            "2h30m",
            "EUR 5 EUR",
            "9999999999 km",
            "1.23456 km",
            "5 a-very-long-name-of-a-unit",
            "5 \u{202e}km",
        ] {
            assert!(read(text).starts_with("error: "), "{text}: {}", read(text));
        }
    }

    #[test]
    fn a_price_for_a_way_is_per_kilometre_unless_it_says_otherwise() {
        let read = |text| UnitPrice::parse_mileage(text).map(|price| price.to_string());
        assert_eq!(read("0.30"), Ok("0.30/km".to_owned()));
        assert_eq!(read("0,655 / mile"), Ok("0.655/mi".to_owned()));
        for text in ["", "0", "-1", "0.30/night", "0.30/", "much"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_nothing_is_nothing(text in "\\PC{0,40}") {
            if let Ok(Spending::Measured { quantity, unit }) = Spending::parse(&text) {
                prop_assert!(quantity.decimal() > Decimal::ZERO);
                prop_assert_eq!(Quantity::from_ten_thousandths(quantity.ten_thousandths()), quantity);
                prop_assert_eq!(Unit::parse(unit.as_str()), Ok(unit));
            }
            let _ = UnitPrice::parse_mileage(&text);
        }
    }
}
