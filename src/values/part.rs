//! A part of an amount as people type it: `10%` of it, or `50.00`.

use std::fmt;

use rust_decimal::Decimal;

use super::money::{Currency, Money, MoneyError, Percent, SCALE, parse_decimal, shown};

/// So much percent of an amount, or an amount of its own; more than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Percent(Percent),
    Amount(Decimal),
}

impl Part {
    /// Reads `10%`, `2,5 %`, `50.00`.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let trimmed = text.trim();
        let part = if trimmed.ends_with('%') {
            Self::Percent(Percent::parse(trimmed)?)
        } else {
            Self::Amount(parse_decimal(trimmed, SCALE, "10% or 50.00")?)
        };
        let number = match part {
            Self::Percent(percent) => percent.decimal(),
            Self::Amount(amount) => amount,
        };
        if number <= Decimal::ZERO {
            return Err(MoneyError::NotPositive(shown(text)));
        }
        Ok(part)
    }

    /// What it comes to: percents are rounded once, an amount must be one of the currency.
    pub fn of(self, whole: Money) -> Result<Money, MoneyError> {
        match self {
            Self::Percent(percent) => whole.percent(percent),
            Self::Amount(amount) => exact(amount, whole.currency()),
        }
    }

    /// The percents, where it is told in them.
    pub fn percent(self) -> Option<Percent> {
        match self {
            Self::Percent(percent) => Some(percent),
            Self::Amount(_) => None,
        }
    }
}

/// An amount as it is; refused where the currency has fewer places.
fn exact(amount: Decimal, currency: Currency) -> Result<Money, MoneyError> {
    let money = Money::rounded(amount, currency)?;
    if money.decimal() != amount {
        return Err(MoneyError::TooPrecise {
            text: amount.normalize().to_string(),
            places: currency.exponent(),
        });
    }
    Ok(money)
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => f.pad(&format!("{percent}%")),
            Self::Amount(amount) => f.pad(&amount.normalize().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_of_percent_tells_a_share_from_an_amount() {
        let euro = Currency::parse("EUR").unwrap();
        let whole = Money::parse("99.95", euro).unwrap();
        for (text, expected) in [
            ("10%", Some("10.00")),
            ("2,5 %", Some("2.50")),
            ("50", Some("50.00")),
            (" 50,5 ", Some("50.50")),
            ("0.005", None),
            ("0", None),
            ("0%", None),
            ("-5", None),
            ("1001%", None),
            ("1,000", None),
            ("ten", None),
            ("", None),
            ("%", None),
        ] {
            let found = Part::parse(text).and_then(|part| part.of(whole));
            assert_eq!(found.ok().map(Money::amount).as_deref(), expected, "{text}");
        }
        let yen = Money::parse("1000", Currency::parse("JPY").unwrap()).unwrap();
        assert!(matches!(
            Part::parse("1.5").unwrap().of(yen),
            Err(MoneyError::TooPrecise { .. })
        ));
    }
}
