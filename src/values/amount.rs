//! An amount of work: in hours or in money.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::duration::{DurationError, Seconds, parse_hours_amount};
use super::money::{Currency, Money, MoneyError};

/// Hours or money. In JSON seconds are a number, and money is as everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    Hours(Seconds),
    Money(Money),
}

/// Why a text is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error(transparent)]
    Hours(#[from] DurationError),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("`{0}` is neither hours nor an amount; write it as 120h or 9000")]
    Neither(String),
    #[error("`{text}` is not in {currency}, the currency of the client")]
    Currency { text: String, currency: Currency },
}

impl Amount {
    /// Reads `120h`, `37:30` or `90min` as hours, and `9000`, `9000.50` or `9000 EUR` as money of this currency: a bare number is
    /// money. Not less than zero.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let trimmed = text.trim();
        if !trimmed.contains(|c: char| c.is_ascii_digit()) {
            return Err(AmountError::Neither(shown(trimmed)));
        }
        let number = trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let word = trimmed.strip_prefix(number).unwrap_or_default();
        let named = match word.len() {
            3 => Currency::parse(word).ok(),
            _ => None,
        };
        let digits = match named {
            Some(named) if named != currency => {
                return Err(AmountError::Currency {
                    text: shown(trimmed),
                    currency,
                });
            }
            Some(_) => number.trim_end(),
            None if trimmed.contains(':') || trimmed.contains(char::is_alphabetic) => {
                return Ok(Self::Hours(parse_hours_amount(trimmed)?));
            }
            None => trimmed,
        };
        let money = Money::parse(digits, currency)?;
        if money.is_negative() {
            return Err(MoneyError::Negative(trimmed.to_owned()).into());
        }
        Ok(Self::Money(money))
    }

    /// The exact number in its unit: seconds, or the major unit of the currency.
    pub fn exact(self) -> Decimal {
        match self {
            Self::Hours(seconds) => Decimal::from(seconds.0),
            Self::Money(money) => money.decimal(),
        }
    }

    /// Seconds, or minor units of the currency.
    pub fn number(self) -> i64 {
        match self {
            Self::Hours(seconds) => seconds.0,
            Self::Money(money) => money.minor(),
        }
    }

    /// So much of the same unit.
    pub fn with(self, number: i64) -> Self {
        match self {
            Self::Hours(_) => Self::Hours(Seconds(number)),
            Self::Money(money) => Self::Money(Money::from_minor(number, money.currency())),
        }
    }

    /// An amount of the same unit; money is rounded to the minor unit.
    pub fn like(self, exact: Decimal) -> Result<Self, MoneyError> {
        match self {
            Self::Hours(_) => {
                let seconds = exact.round_dp_with_strategy(
                    0,
                    rust_decimal::RoundingStrategy::MidpointAwayFromZero,
                );
                let seconds = i64::try_from(seconds).map_err(|_| MoneyError::TooLarge)?;
                Ok(Self::Hours(Seconds(seconds)))
            }
            Self::Money(money) => Ok(Self::Money(Money::rounded(exact, money.currency())?)),
        }
    }

    /// As a decimal for tables and JSON: `120.00`.
    pub fn decimal(self) -> String {
        match self {
            Self::Hours(seconds) => seconds.hours(),
            Self::Money(money) => money.amount(),
        }
    }

    /// The currency; none for hours.
    pub fn currency(self) -> Option<Currency> {
        match self {
            Self::Hours(_) => None,
            Self::Money(money) => Some(money.currency()),
        }
    }

    /// Without its sign.
    pub fn magnitude(self) -> Self {
        match self {
            Self::Hours(seconds) => Self::Hours(Seconds(seconds.0.saturating_abs())),
            Self::Money(money) => Self::Money(Money::from_minor(
                money.minor().saturating_abs(),
                money.currency(),
            )),
        }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

impl fmt::Display for Amount {
    /// For sentences: `12h 30m`, `1200.00 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(Seconds::ZERO) => f.write_str("0h"),
            Self::Hours(seconds) => f.write_str(&seconds.words()),
            Self::Money(money) => write!(f, "{money}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_makes_hours_and_a_bare_number_is_money() {
        let euro = Currency::parse("EUR").unwrap();
        let hours = |minutes: i64| Some(Amount::Hours(Seconds(minutes * 60)));
        let money = |minor| Some(Amount::Money(Money::from_minor(minor, euro)));
        let cases = [
            ("120h", hours(7200)),
            ("120 h", hours(7200)),
            ("37,5h", hours(2250)),
            ("37:30", hours(2250)),
            ("90min", hours(90)),
            ("2h30m", hours(150)),
            ("9000", money(900_000)),
            ("9000.50", money(900_050)),
            ("9000,5", money(900_050)),
            ("9000 EUR", money(900_000)),
            ("9000eur", money(900_000)),
            ("0", money(0)),
            ("9000 USD", None),
            ("-1", None),
            ("-1h", None),
            ("9,000", None),
            ("1,000h", None),
            ("", None),
            ("h", None),
            ("lots", None),
            ("9000 €€", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Amount::parse(text, euro).ok(), expected, "{text}");
        }
    }
}
