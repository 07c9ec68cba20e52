//! Periods of days: both ends are part of them.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::DateError;

/// From a day to a day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// Refuses an end before the start.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, DateError> {
        if to < from {
            return Err(DateError::Backwards { from, to });
        }
        Ok(Self { from, to })
    }

    /// Whether the day is part of it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Number of days, both ends counted.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The calendar month of a day.
    pub fn month(day: NaiveDate) -> Self {
        Self::months(day, day.month(), 1)
    }

    /// The calendar quarter of a day.
    pub fn quarter(day: NaiveDate) -> Self {
        Self::months(day, (day.month() - 1) / 3 * 3 + 1, 3)
    }

    /// The calendar year of a day.
    pub fn year(day: NaiveDate) -> Self {
        Self::months(day, 1, 12)
    }

    /// The week of a day, beginning with `first`.
    pub fn week(day: NaiveDate, first: Weekday) -> Self {
        let week = day.week(first);
        Self {
            from: week.checked_first_day().unwrap_or(day),
            to: week.checked_last_day().unwrap_or(day),
        }
    }

    /// The one before: of a whole month, quarter or year the whole one before it, else as many days.
    pub fn previous(&self) -> Self {
        let Some(to) = self.from.pred_opt() else {
            return *self;
        };
        for whole in [Self::month, Self::quarter, Self::year] {
            if whole(self.from) == *self {
                return whole(to);
            }
        }
        let back = u64::try_from(self.days() - 1).unwrap_or(0);
        Self {
            from: to.checked_sub_days(Days::new(back)).unwrap_or(to),
            to,
        }
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    fn months(day: NaiveDate, first: u32, count: u32) -> Self {
        let from = NaiveDate::from_ymd_opt(day.year(), first, 1).unwrap_or(day);
        let to = from
            .checked_add_months(Months::new(count))
            .and_then(|next| next.pred_opt())
            .unwrap_or(NaiveDate::MAX);
        Self { from, to }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// A period whose ends may be open, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Span {
    /// All days.
    pub fn all() -> Self {
        Self::default()
    }

    /// Whether the day is part of it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The period, where both ends are closed.
    pub fn bounded(&self) -> Option<Period> {
        Some(Period {
            from: self.from?,
            to: self.to?,
        })
    }
}

impl From<Period> for Span {
    fn from(period: Period) -> Self {
        Self {
            from: Some(period.from),
            to: Some(period.to),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("all time"),
            (from, to) => {
                if let Some(from) = from {
                    write!(f, "{from}")?;
                }
                f.write_str("..")?;
                if let Some(to) = to {
                    write!(f, "{to}")?;
                }
                Ok(())
            }
        }
    }
}

/// Reads a number of days: `30d`, `30 days`, `30`, `6w`.
pub fn parse_days(text: &str) -> Result<u32, String> {
    let refused = || {
        let shown: String = text.chars().take(40).collect();
        format!("`{shown}` is not a number of days; try 30d, 6w or 30")
    };
    let word = text.trim().to_lowercase();
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let unit = word.strip_prefix(&digits).unwrap_or_default().trim();
    let times = match unit {
        "" | "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        _ => return Err(refused()),
    };
    let number: u32 = digits.parse().map_err(|_| refused())?;
    let days = number.checked_mul(times).filter(|days| *days <= 36_500);
    days.ok_or_else(refused)
}

/// A month of a year: `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearMonth {
    pub year: i32,
    pub month: u32,
}

impl YearMonth {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let unknown = || DateError::NotAMonth(text.chars().take(40).collect());
        let (year, month) = text.split_once('-').ok_or_else(unknown)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return Err(unknown());
        }
        let year = year.parse().map_err(|_| unknown())?;
        let month = month.parse().map_err(|_| unknown())?;
        NaiveDate::from_ymd_opt(year, month, 1)
            .filter(|first| first.year() >= 1)
            .map(Self::of)
            .ok_or_else(unknown)
    }

    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    /// Its days.
    pub fn period(self) -> Period {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).map_or(
            Period {
                from: NaiveDate::MIN,
                to: NaiveDate::MIN,
            },
            Period::month,
        )
    }

    /// The month after it.
    pub fn next(self) -> Self {
        if self.month >= 12 {
            Self {
                year: self.year.saturating_add(1),
                month: 1,
            }
        } else {
            Self {
                month: self.month + 1,
                ..self
            }
        }
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for YearMonth {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period::new(day(from), day(to)).unwrap()
    }

    #[test]
    fn a_number_of_days_is_read_with_its_unit() {
        for (text, days) in [
            ("30d", Some(30)),
            ("30", Some(30)),
            (" 30 Days ", Some(30)),
            ("1 day", Some(1)),
            ("6w", Some(42)),
            ("0d", Some(0)),
            ("-1d", None),
            ("d", None),
            ("", None),
            ("1.5d", None),
            ("3m", None),
            ("36501", None),
            ("99999999999d", None),
            ("900000000w", None),
        ] {
            assert_eq!(parse_days(text).ok(), days, "{text}");
        }
    }

    #[test]
    fn both_ends_are_part_of_a_period() {
        let november = period("2026-11-01", "2026-11-30");
        assert!(november.contains(day("2026-11-01")) && november.contains(day("2026-11-30")));
        assert!(!november.contains(day("2026-12-01")));
        assert_eq!(november.days(), 30);
        assert!(Period::new(day("2026-11-02"), day("2026-11-01")).is_err());
    }

    #[test]
    fn the_period_before_is_of_the_same_kind() {
        let cases = [
            (period("2026-03-01", "2026-03-31"), "2026-02-01..2026-02-28"),
            (period("2026-01-01", "2026-03-31"), "2025-10-01..2025-12-31"),
            (period("2024-01-01", "2024-12-31"), "2023-01-01..2023-12-31"),
            (period("2026-11-16", "2026-11-22"), "2026-11-09..2026-11-15"),
            (period("2026-11-05", "2026-11-05"), "2026-11-04..2026-11-04"),
        ];
        for (period, before) in cases {
            assert_eq!(period.previous().to_string(), before);
        }
    }

    #[test]
    fn a_week_begins_where_the_business_says() {
        let sunday = day("2026-11-22");
        assert_eq!(
            Period::week(sunday, Weekday::Mon),
            period("2026-11-16", "2026-11-22")
        );
        assert_eq!(
            Period::week(sunday, Weekday::Sun),
            period("2026-11-22", "2026-11-28")
        );
    }

    #[test]
    fn months_read_back_and_run_on() {
        let december = YearMonth::parse("2026-12").unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.period(), period("2026-12-01", "2026-12-31"));
        for text in [
            "2026-13", "2026-1", "26-01", "0000-01", "2026", "-2026-01", "+026-01",
        ] {
            assert!(YearMonth::parse(text).is_err(), "{text}");
        }
    }
}
