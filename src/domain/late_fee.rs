//! What a late payment costs: its own invoice, a while after the due day; a percentage comes again each month.

use std::fmt;

use chrono::{Days, NaiveDate};

use crate::values::money::{Currency, Money, MoneyError, Percent, Rate};

use super::invoice::{Tax, TaxCategory};
use super::schedule::{Every, On, Terms, Unit};

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Once for an invoice, in the business's currency.
    Flat(Rate),
    /// Of what is open, each month.
    Percent(Percent),
}

impl Amount {
    /// Reads `40` or `1.5%`.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        match text.strip_suffix('%') {
            Some(percent) => Percent::parse_tax(percent.trim()).map(Self::Percent),
            None => Rate::parse(text).map(Self::Flat),
        }
    }

    fn is_nothing(self) -> bool {
        match self {
            Self::Flat(amount) => amount.is_zero(),
            Self::Percent(percent) => percent.is_zero(),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flat(amount) => write!(f, "{amount}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// The rule of the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFee {
    pub amount: Amount,
    /// Days from the due day to the fee.
    pub after_days: u32,
    /// Only of invoices that were issued from this day on.
    pub from: Option<NaiveDate>,
    /// Of late fees that are late, too.
    pub on_fees: bool,
}

/// An invoice that may be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    pub issued: NaiveDate,
    pub due: NaiveDate,
    /// The day on which a job made it, which may be long after its date.
    pub made: Option<NaiveDate>,
    pub is_fee: bool,
}

impl LateFee {
    /// The days up to `through` on which an invoice has a fee, if it is open then.
    pub fn dates(&self, late: &Late, through: NaiveDate) -> Vec<NaiveDate> {
        let before = self.from.is_some_and(|from| late.issued < from);
        if before || self.amount.is_nothing() || late.is_fee && !self.on_fees {
            return Vec::new();
        }
        // Its client has as long as it would have had, had it been made in time.
        let due = match late.made {
            Some(made) => late.due.max(made + (late.due - late.issued)),
            None => late.due,
        };
        let Some(from) = due.checked_add_days(Days::new(self.after_days.into())) else {
            return Vec::new();
        };
        let terms = Terms {
            every: Every {
                count: 1,
                unit: Unit::Month,
            },
            on: On::of(from, Unit::Month),
            from,
            until: Some(through),
            times: match self.amount {
                Amount::Flat(_) => Some(1),
                Amount::Percent(_) => None,
            },
        };
        terms.dates().filter(|date| *date > due).collect()
    }

    /// The fee on what is open; none where there is none.
    pub fn of(&self, open: Money, business: Currency) -> Result<Option<Money>, MoneyError> {
        if open.minor() <= 0 {
            return Ok(None);
        }
        let fee = match self.amount {
            Amount::Flat(_) if open.currency() != business => return Ok(None),
            Amount::Flat(amount) => Money::rounded(amount.decimal(), business)?,
            Amount::Percent(percent) => open.percent(percent)?,
        };
        Ok(Some(fee).filter(|fee| !fee.is_zero()))
    }
}

/// A late fee makes good a damage and pays for nothing: it is outside of the scope of tax.
pub const TAX: Tax = Tax {
    category: TaxCategory::O,
    percent: Percent::ZERO,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(amount: &str) -> LateFee {
        LateFee {
            amount: Amount::parse(amount).unwrap(),
            after_days: 14,
            from: Some(day("2026-01-01")),
            on_fees: false,
        }
    }

    fn late(issued: &str, due: &str) -> Late {
        Late {
            issued: day(issued),
            due: day(due),
            made: None,
            is_fee: false,
        }
    }

    #[test]
    fn a_flat_fee_comes_once_and_a_percentage_each_month() {
        let invoice = late("2026-01-03", "2026-01-17");
        let through = day("2026-04-15");
        assert_eq!(rule("40").dates(&invoice, through), [day("2026-01-31")]);
        assert_eq!(
            rule("1.5%").dates(&invoice, through),
            [day("2026-01-31"), day("2026-02-28"), day("2026-03-31")]
        );
        assert!(rule("40").dates(&invoice, day("2026-01-30")).is_empty());
    }

    #[test]
    fn what_was_agreed_before_there_were_fees_has_none_nor_has_a_fee() {
        let through = day("2026-12-31");
        let old = late("2025-12-31", "2026-01-14");
        assert!(rule("40").dates(&old, through).is_empty());
        let fee = Late {
            is_fee: true,
            ..late("2026-02-01", "2026-02-15")
        };
        assert!(rule("40").dates(&fee, through).is_empty());
        let on_fees = LateFee {
            on_fees: true,
            ..rule("40")
        };
        assert_eq!(on_fees.dates(&fee, through).len(), 1);
        assert!(
            rule("0%")
                .dates(&late("2026-02-01", "2026-02-15"), through)
                .is_empty()
        );
    }

    #[test]
    fn what_was_made_late_is_late_later() {
        let invoice = Late {
            made: Some(day("2026-03-10")),
            ..late("2026-01-01", "2026-01-15")
        };
        // 14 days to pay from the day it was made, and 14 more.
        assert_eq!(
            rule("40").dates(&invoice, day("2026-12-31")),
            [day("2026-04-07")]
        );
    }

    #[test]
    fn the_fee_is_of_what_is_open() {
        let euro = Currency::parse("EUR").unwrap();
        let dollar = Currency::parse("USD").unwrap();
        let open = |minor| Money::from_minor(minor, euro);
        for (amount, minor, fee) in [
            ("1.5%", 121_000, Some(1815)),
            ("1.5%", 33, None),
            ("40", 1, Some(4000)),
            ("40", 0, None),
            ("40", -5, None),
        ] {
            let found = rule(amount).of(open(minor), euro).unwrap();
            assert_eq!(found, fee.map(open), "{amount} of {minor}");
        }
        assert_eq!(rule("40").of(Money::from_minor(1, dollar), euro), Ok(None));
    }
}
