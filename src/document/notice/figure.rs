//! Hours, money and days as a reader of the letter's language writes them.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;

use super::words::Words;

/// How figures are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    words: &'static Words,
}

impl Figures {
    pub(super) fn of(words: &'static Words) -> Self {
        Self { words }
    }

    /// A plain decimal such as `-1210.50` with the language's signs.
    fn written(self, plain: &str) -> String {
        let (sign, digits) = plain
            .strip_prefix('-')
            .map_or(("", plain), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut grouped = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && whole.len().saturating_sub(index).is_multiple_of(3) {
                grouped.push(self.words.group);
            }
            grouped.push(digit);
        }
        if !fraction.is_empty() {
            grouped.push(self.words.point);
            grouped.push_str(fraction);
        }
        grouped
    }

    /// `12.50 h`
    pub(super) fn hours(self, seconds: Seconds) -> String {
        format!("{}\u{a0}h", self.written(&seconds.hours()))
    }

    /// `€1,210.00`, `1.210,00 €`
    pub(super) fn money(self, money: Money) -> String {
        let amount = self.written(&money.amount());
        let symbol = money.currency().symbol();
        match self.words.tag {
            "en" => format!("{symbol}\u{a0}{amount}"),
            _ => format!("{amount}\u{a0}{symbol}"),
        }
    }

    pub(super) fn amount(self, amount: Amount) -> String {
        match amount {
            Amount::Hours(seconds) => self.hours(seconds),
            Amount::Money(money) => self.money(money),
        }
    }

    /// `68.5 %`
    pub(super) fn percent(self, percent: Decimal) -> String {
        let gap = if self.words.tag == "en" { "" } else { "\u{a0}" };
        format!("{}{gap}%", self.written(&percent.normalize().to_string()))
    }

    /// `14 November 2026`, `14. November 2026`, `1er novembre 2026`
    pub(super) fn day(self, day: NaiveDate) -> String {
        format!("{} {}", self.of_month(day), day.year())
    }

    /// `9 – 15 November 2026`
    pub(super) fn period(self, period: Period) -> String {
        let Period { from, to } = period;
        let first = if (from.year(), from.month()) == (to.year(), to.month()) {
            self.ordinal(from)
        } else if from.year() == to.year() {
            self.of_month(from)
        } else {
            self.day(from)
        };
        format!("{first} \u{2013} {}", self.day(to))
    }

    fn of_month(self, day: NaiveDate) -> String {
        let index = usize::try_from(day.month0()).unwrap_or_default();
        let month = self.words.months.get(index).copied().unwrap_or_default();
        format!("{} {month}", self.ordinal(day))
    }

    fn ordinal(self, day: NaiveDate) -> String {
        match (self.words.tag, day.day()) {
            ("de", day) => format!("{day}."),
            ("fr", 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        }
    }
}
