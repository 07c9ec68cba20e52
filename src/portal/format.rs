//! Numbers, hours, money and days as a client reads them. Only looks: nothing is computed here but the width of a bar.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;

use super::words::Words;

/// How a client writes numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    point: char,
    group: char,
    /// Currency before the number.
    leading: bool,
    words: &'static Words,
}

impl Format {
    /// By the language of the client, `en` unless it is `de` or a dialect of it.
    pub(super) fn of(language: &str, words: &'static Words) -> Self {
        let german = language
            .split(['-', '_'])
            .next()
            .is_some_and(|tag| tag.eq_ignore_ascii_case("de"));
        let (point, group) = if german { (',', '.') } else { ('.', ',') };
        Self {
            point,
            group,
            leading: !german,
            words,
        }
    }

    /// The words beside the numbers.
    pub(super) fn words(&self) -> &'static Words {
        self.words
    }

    /// A plain decimal such as `-1210.50` with the client's signs.
    fn written(&self, plain: &str) -> String {
        let (sign, digits) = plain
            .strip_prefix('-')
            .map_or(("", plain), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut grouped = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && whole.len().saturating_sub(index).is_multiple_of(3) {
                grouped.push(self.group);
            }
            grouped.push(digit);
        }
        if !fraction.is_empty() {
            grouped.push(self.point);
            grouped.push_str(fraction);
        }
        grouped
    }

    /// `12.50 h`
    pub(super) fn hours(&self, seconds: Seconds) -> String {
        format!("{}\u{a0}h", self.written(&seconds.hours()))
    }

    /// Hours or money.
    pub(super) fn amount(&self, amount: Amount) -> String {
        match amount {
            Amount::Hours(seconds) => self.hours(seconds),
            Amount::Money(money) => self.money(money),
        }
    }

    /// `12.5 h`
    pub(super) fn rough_hours(&self, hours: Decimal) -> String {
        format!("{}\u{a0}h", self.number(hours))
    }

    /// Without zeros at the end.
    pub(super) fn number(&self, number: Decimal) -> String {
        self.written(&number.normalize().to_string())
    }

    /// At least two places.
    pub(super) fn price(&self, number: Decimal) -> String {
        let mut number = number.normalize();
        if number.scale() < 2 {
            number.rescale(2);
        }
        self.written(&number.to_string())
    }

    /// `68 %`
    pub(super) fn percent(&self, percent: Decimal) -> String {
        let gap = if self.leading { "" } else { "\u{a0}" };
        format!("{}{gap}%", self.number(percent))
    }

    /// `€1,210.00`, `1.210,00 €`, `CHF 1,210.00`
    pub(super) fn money(&self, money: Money) -> String {
        let amount = self.written(&money.amount());
        let code = money.currency().code();
        let symbol = match code {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            "JPY" => "¥",
            _ => code,
        };
        if !self.leading {
            return format!("{amount}\u{a0}{symbol}");
        }
        let gap = if symbol == code { "\u{a0}" } else { "" };
        match amount.strip_prefix('-') {
            Some(amount) => format!("-{symbol}{gap}{amount}"),
            None => format!("{symbol}{gap}{amount}"),
        }
    }

    /// `14 January 2027`
    pub(super) fn day(&self, day: NaiveDate) -> String {
        format!("{}\u{a0}{} {}", day.day(), self.month(day), day.year())
    }

    /// `14 Jan 2027`
    pub(super) fn short_day(&self, day: NaiveDate) -> String {
        let month: String = self.month(day).chars().take(3).collect();
        format!("{}\u{a0}{month}\u{a0}{}", day.day(), day.year())
    }

    /// `Thursday, 14 January 2027`
    pub(super) fn long_day(&self, day: NaiveDate) -> String {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        let weekday = self.words.weekdays.get(index).copied().unwrap_or_default();
        format!("{weekday}, {}", self.day(day))
    }

    /// `1 - 30 November 2026`
    pub(super) fn period(&self, period: Period) -> String {
        let Period { from, to } = period;
        if from == to {
            self.day(to)
        } else if (from.year(), from.month()) == (to.year(), to.month()) {
            format!("{}\u{2013}{}", from.day(), self.day(to))
        } else {
            format!("{} \u{2013} {}", self.short_day(from), self.short_day(to))
        }
    }

    fn month(&self, day: NaiveDate) -> &'static str {
        let index = usize::try_from(day.month0()).unwrap_or_default();
        self.words.months.get(index).copied().unwrap_or_default()
    }
}

/// Width of a bar in percent, within 0 and 100.
pub(super) fn share(part: i64, whole: i64) -> u8 {
    if part <= 0 {
        return 0;
    }
    if whole <= 0 || part >= whole {
        return 100;
    }
    let percent = i128::from(part)
        .saturating_mul(100)
        .checked_div(i128::from(whole));
    u8::try_from(percent.unwrap_or(0)).unwrap_or(100).min(100)
}

#[cfg(test)]
mod tests {
    use crate::values::money::Currency;

    use super::super::words::ENGLISH;
    use super::*;

    fn money(text: &str, currency: &str) -> Money {
        let currency = Currency::parse(currency).unwrap();
        Money::parse(text, currency).unwrap()
    }

    #[test]
    fn each_language_writes_its_own_way() {
        let (en, de) = (Format::of("en", &ENGLISH), Format::of("de-AT", &ENGLISH));
        let rows = [
            (en.hours(Seconds(45_000)), "12.50\u{a0}h"),
            (de.hours(Seconds(45_000)), "12,50\u{a0}h"),
            (en.hours(Seconds(-900)), "-0.25\u{a0}h"),
            (en.hours(Seconds(3_600 * 1_234)), "1,234.00\u{a0}h"),
            (en.money(money("1210", "EUR")), "€1,210.00"),
            (en.money(money("-1234567.89", "EUR")), "-€1,234,567.89"),
            (de.money(money("-1210", "EUR")), "-1.210,00\u{a0}€"),
            (en.money(money("999", "CHF")), "CHF\u{a0}999.00"),
            (de.money(money("1000", "JPY")), "1.000\u{a0}¥"),
            (en.percent(Decimal::new(685, 1)), "68.5%"),
            (de.percent(Decimal::new(680, 1)), "68\u{a0}%"),
            (en.price(Decimal::new(95, 0)), "95.00"),
            (en.price(Decimal::new(951_250, 4)), "95.125"),
            (en.rough_hours(Decimal::new(1250, 2)), "12.5\u{a0}h"),
        ];
        for (written, expected) in rows {
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn days_and_periods_read_well() {
        let en = Format::of("en", &ENGLISH);
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(en.day(day("2027-01-14")), "14\u{a0}January 2027");
        assert_eq!(
            en.long_day(day("2027-01-14")),
            "Thursday, 14\u{a0}January 2027"
        );
        let period = |from: &str, to: &str| Period {
            from: day(from),
            to: day(to),
        };
        assert_eq!(
            en.period(period("2026-11-01", "2026-11-30")),
            "1\u{2013}30\u{a0}November 2026"
        );
        assert_eq!(
            en.period(period("2026-11-30", "2026-12-06")),
            "30\u{a0}Nov\u{a0}2026 \u{2013} 6\u{a0}Dec\u{a0}2026"
        );
    }

    #[test]
    fn a_bar_stays_within_its_frame() {
        let rows = [
            (0, 10, 0),
            (5, 10, 50),
            (10, 10, 100),
            (15, 10, 100),
            (-5, 10, 0),
            (5, 0, 100),
            (i64::MAX, i64::MAX - 1, 100),
        ];
        for (part, whole, expected) in rows {
            assert_eq!(share(part, whole), expected, "{part}/{whole}");
        }
    }
}
