//! Numbers, hours, money and days as a client reads them. Only looks: nothing is computed here but the width of a bar.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;

use super::words::{Words, fill};

/// How a client writes numbers and days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    point: char,
    group: char,
    /// Currency before the number.
    leading: bool,
    words: &'static Words,
}

impl Format {
    /// By the language of the client, which decides the words too. English where it is none that is known.
    pub(super) fn of(language: &str) -> Self {
        let words = Words::of(language);
        let swiss = language.to_ascii_lowercase().ends_with("-ch");
        let (point, group) = match (words.tag, swiss) {
            ("de", true) => ('.', '\u{2019}'),
            ("de", false) => (',', '.'),
            ("fr", _) => (',', '\u{202f}'),
            _ => ('.', ','),
        };
        Self {
            point,
            group,
            leading: words.tag == "en",
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

    /// `14 January 2027`, `14. Januar 2027`, `1er janvier 2027`
    pub(super) fn day(&self, day: NaiveDate) -> String {
        let month = of_year(&self.words.months, day);
        format!("{}\u{a0}{month} {}", self.ordinal(day), day.year())
    }

    /// `14 Jan 2027`
    pub(super) fn short_day(&self, day: NaiveDate) -> String {
        let month = of_year(&self.words.short_months, day);
        format!("{}\u{a0}{month}\u{a0}{}", self.ordinal(day), day.year())
    }

    /// `14 Jan`
    pub(super) fn brief_day(&self, day: NaiveDate) -> String {
        let month = of_year(&self.words.short_months, day);
        format!("{}\u{a0}{month}", self.ordinal(day))
    }

    /// `Thursday, 14 January 2027`
    pub(super) fn long_day(&self, day: NaiveDate) -> String {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        let weekday = self.words.weekdays.get(index).copied().unwrap_or_default();
        let comma = if self.words.tag == "fr" { "" } else { "," };
        format!("{weekday}{comma} {}", self.day(day))
    }

    /// `January 2027`
    pub(super) fn month(&self, day: NaiveDate) -> String {
        format!("{} {}", of_year(&self.words.months, day), day.year())
    }

    /// `Jan 2027`
    pub(super) fn short_month(&self, day: NaiveDate) -> String {
        format!(
            "{}\u{a0}{}",
            of_year(&self.words.short_months, day),
            day.year()
        )
    }

    /// `1 - 30 November 2026`
    pub(super) fn period(&self, period: Period) -> String {
        let Period { from, to } = period;
        if from == to {
            self.day(to)
        } else if period == Period::month(from) {
            self.month(from)
        } else if (from.year(), from.month()) == (to.year(), to.month()) {
            format!("{}\u{2013}{}", self.ordinal(from), self.day(to))
        } else {
            format!("{} \u{2013} {}", self.short_day(from), self.short_day(to))
        }
    }

    /// The day of the month.
    fn ordinal(&self, day: NaiveDate) -> String {
        match (self.words.tag, day.day()) {
            ("de", day) => format!("{day}."),
            ("fr", 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        }
    }

    /// `320 bytes`, `14 kB`, `2.3 MB`
    pub(super) fn size(&self, bytes: u64) -> String {
        let tenths = |unit: u64| {
            let tenths = bytes.saturating_mul(10).checked_div(unit).unwrap_or(0);
            Decimal::new(i64::try_from(tenths).unwrap_or(i64::MAX), 1)
        };
        match bytes {
            0..1_000 => fill(self.words.bytes, &[&bytes.to_string()]),
            1_000..1_000_000 => format!("{}\u{a0}kB", self.number(tenths(1_000).round())),
            _ => format!("{}\u{a0}MB", self.number(tenths(1_000_000))),
        }
    }
}

fn of_year(names: &'static [&'static str; 12], day: NaiveDate) -> &'static str {
    let index = usize::try_from(day.month0()).unwrap_or_default();
    names.get(index).copied().unwrap_or_default()
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

    use super::*;

    fn money(text: &str, currency: &str) -> Money {
        let currency = Currency::parse(currency).unwrap();
        Money::parse(text, currency).unwrap()
    }

    #[test]
    fn each_language_writes_its_own_way() {
        let (en, de, fr) = (Format::of("en"), Format::of("de-AT"), Format::of("fr"));
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
            (fr.money(money("1210.5", "EUR")), "1\u{202f}210,50\u{a0}€"),
            (
                Format::of("de-CH").money(money("1210.5", "CHF")),
                "1\u{2019}210.50\u{a0}CHF",
            ),
            (en.size(320), "320 bytes"),
            (de.size(2_345_678), "2,3\u{a0}MB"),
            (en.size(14_250), "14\u{a0}kB"),
        ];
        for (written, expected) in rows {
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn days_and_periods_read_well() {
        let en = Format::of("en");
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
            "November 2026"
        );
        assert_eq!(
            en.period(period("2026-11-02", "2026-11-30")),
            "2\u{2013}30\u{a0}November 2026"
        );
        let (de, fr) = (Format::of("de"), Format::of("fr"));
        assert_eq!(
            de.long_day(day("2027-01-14")),
            "Donnerstag, 14.\u{a0}Januar 2027"
        );
        assert_eq!(
            fr.long_day(day("2027-01-01")),
            "vendredi 1er\u{a0}janvier 2027"
        );
        assert_eq!(
            de.period(period("2026-11-02", "2026-11-30")),
            "2.\u{2013}30.\u{a0}November 2026"
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
