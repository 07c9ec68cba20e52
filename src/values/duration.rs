//! Worked time as people type it: durations and intervals, and seconds as people read them.
//!
//! Knows no dates: an interval becomes instants in [`super::calendar`].

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use chrono::{NaiveTime, Timelike};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Whole seconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seconds(pub i64);

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

impl Seconds {
    /// None.
    pub const ZERO: Self = Self(0);

    /// So many minutes.
    pub fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(MINUTE))
    }

    /// Hours with up to four places, half away from zero: the quantity of an invoice line.
    pub fn as_hours(self) -> Decimal {
        self.in_hours(4).normalize()
    }

    /// Hours with two places, half away from zero: `2.50`.
    pub fn hours(self) -> String {
        // In whole numbers: a list of a million entries has a million of these.
        let hundredths =
            (i128::from(self.0.unsigned_abs()) * 100 + i128::from(HOUR) / 2) / i128::from(HOUR);
        let sign = if self.0 < 0 && hundredths > 0 {
            "-"
        } else {
            ""
        };
        format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }

    /// Hours and minutes, half a minute up: `2:30`.
    pub fn clock(self) -> String {
        let minutes = self.whole_minutes();
        let sign = if self.0 < 0 && minutes > 0 { "-" } else { "" };
        format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
    }

    /// Words of one glance: `2h 30m`, `45m`, `40s`.
    pub fn words(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let seconds = self.0.unsigned_abs();
        if (1..60).contains(&seconds) {
            return format!("{sign}{seconds}s");
        }
        let minutes = self.whole_minutes();
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{sign}{minutes}m"),
            (hours, 0) => format!("{sign}{hours}h"),
            (hours, minutes) => format!("{sign}{hours}h {minutes:02}m"),
        }
    }

    fn in_hours(self, places: u32) -> Decimal {
        (Decimal::from(self.0) / Decimal::from(HOUR))
            .round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
    }

    fn whole_minutes(self) -> u64 {
        self.0.unsigned_abs().saturating_add(30) / 60
    }
}

impl Add for Seconds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Seconds {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Seconds {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Seconds {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(seconds: I) -> Self {
        seconds.fold(Self::ZERO, Add::add)
    }
}

/// What was typed for worked time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worked {
    /// More than zero, at most 24 hours.
    Length(Seconds),
    /// From a time of day to another, which may be on the next day.
    Interval {
        start: NaiveTime,
        end: NaiveTime,
        next_day: bool,
    },
}

/// Why a text is not worked time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    #[error("`{0}` is not a duration; try 2h30m, 2:30, 1.5, 45min or 9:00-11:30")]
    Unknown(String),
    #[error("`{0}` is no time at all; a duration is more than zero, such as 15m")]
    Zero(String),
    #[error("`{0}` is negative; a duration is more than zero, such as 2h")]
    Negative(String),
    #[error("`{0}` has more than 59 minutes beside its hours; write 2h36m or 96m")]
    TooManyMinutes(String),
    #[error("`{0}` has its units out of order; hours come before minutes, as in 3h2m")]
    Order(String),
    #[error("`{0}` counts seconds; worked time is typed in hours and minutes, such as 1m or 0.5h")]
    SecondsTyped(String),
    #[error("`{0}` counts days, which have no fixed number of hours; write hours, such as 24h")]
    Days(String),
    #[error("`{0}` is more than 24 hours in one entry; log each day on its own")]
    TooLong(String),
    #[error("`{0}` is finer than a second; write it in hours and minutes")]
    TooFine(String),
    #[error("`{0}` is not a time of day; try 9:15, 14:00 or 9am")]
    NotATime(String),
    #[error("`{0}` begins and ends at the same time; an interval is more than nothing")]
    EmptyInterval(String),
    #[error("`{0}` is not a number of hours; try 120h, 37.5 or 120:30")]
    NotHours(String),
}

/// Reads worked time: a duration or an interval.
pub fn parse_worked(text: &str) -> Result<Worked, DurationError> {
    let trimmed = text.trim();
    match interval(trimmed) {
        Some(interval) => interval,
        None => parse_length(trimmed).map(Worked::Length),
    }
}

/// Reads one duration: more than zero, at most 24 hours.
pub fn parse_length(text: &str) -> Result<Seconds, DurationError> {
    let trimmed = text.trim();
    let seconds = length(trimmed)?;
    if seconds.0 == 0 {
        Err(DurationError::Zero(shown(trimmed)))
    } else if seconds.0 > DAY {
        Err(DurationError::TooLong(shown(trimmed)))
    } else {
        Ok(seconds)
    }
}

/// Reads hours of a budget or a retainer: zero or more, up to a million; `120h`, `37.5`, `120:30`.
pub fn parse_hours_amount(text: &str) -> Result<Seconds, DurationError> {
    let trimmed = text.trim();
    // `1,000h` is as likely a thousand hours as one.
    let digits = trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    if digits
        .split_once(',')
        .is_some_and(|(_, fraction)| fraction.len() == 3)
    {
        return Err(DurationError::NotHours(shown(trimmed)));
    }
    let seconds = length(trimmed).map_err(|error| match error {
        DurationError::Unknown(text) => DurationError::NotHours(text),
        other => other,
    })?;
    if seconds.0 > 1_000_000 * HOUR {
        return Err(DurationError::NotHours(shown(trimmed)));
    }
    Ok(seconds)
}

/// Reads a time of day: `9`, `9:15`, `09:15`, `9am`, `9:15 pm`.
pub fn parse_time_of_day(text: &str) -> Result<NaiveTime, DurationError> {
    time_of_day(text.trim()).ok_or_else(|| DurationError::NotATime(shown(text.trim())))
}

/// An interval, where the text looks like one: two parts with a dash between, each beginning with a digit.
fn interval(text: &str) -> Option<Result<Worked, DurationError>> {
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, to) = (from.trim(), to.trim());
    let begins_with_digit = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    if !begins_with_digit(from) || !begins_with_digit(to) {
        return None;
    }
    let bad = |part: &str| DurationError::NotATime(shown(part));
    Some((|| {
        let start = time_of_day(from).ok_or_else(|| bad(from))?;
        // Midnight as the end of a day is written 24:00.
        let midnight = matches!(to, "24:00" | "24");
        let end = if midnight {
            NaiveTime::MIN
        } else {
            time_of_day(to).ok_or_else(|| bad(to))?
        };
        if start == end && !midnight {
            return Err(DurationError::EmptyInterval(shown(text)));
        }
        Ok(Worked::Interval {
            start,
            end,
            next_day: end <= start,
        })
    })())
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let lower = text.to_ascii_lowercase();
    let (clock, half) = if let Some(clock) = lower.strip_suffix("am") {
        (clock.trim_end(), Some(0))
    } else if let Some(clock) = lower.strip_suffix("pm") {
        (clock.trim_end(), Some(12))
    } else {
        (lower.as_str(), None)
    };
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "00"));
    let digits = |part: &str, most: usize| -> Option<u32> {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse().ok() } else { None }
    };
    let hour = digits(hour, 2)?;
    let minute = if minute.len() == 2 {
        digits(minute, 2)?
    } else {
        return None;
    };
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// One duration without limits.
fn length(text: &str) -> Result<Seconds, DurationError> {
    let unknown = || DurationError::Unknown(shown(text));
    if text.starts_with('-') || text.starts_with('−') {
        return Err(DurationError::Negative(shown(text)));
    }
    if text.is_empty() || text.len() > 60 {
        return Err(unknown());
    }
    if let Some((hours, minutes)) = text.split_once(':') {
        return clock_length(text, hours, minutes);
    }
    let parts = units(text).ok_or_else(unknown)?;
    let mut total: i64 = 0;
    let mut previous: Option<Unit> = None;
    for (number, unit) in &parts {
        match (previous, unit) {
            (_, Unit::Second) => return Err(DurationError::SecondsTyped(shown(text))),
            (_, Unit::Day) => return Err(DurationError::Days(shown(text))),
            (None, _) => {}
            (Some(Unit::Hour), Unit::Minute) => {
                // `1.5h 30m` says half an hour twice over or not at all.
                let fraction = parts.iter().any(|(number, _)| !number.fract().is_zero());
                if fraction {
                    return Err(unknown());
                }
                if *number >= Decimal::from(60) {
                    return Err(DurationError::TooManyMinutes(shown(text)));
                }
            }
            (Some(Unit::Minute), Unit::Hour) => return Err(DurationError::Order(shown(text))),
            (Some(_), _) => return Err(unknown()),
        }
        let exact = number
            .checked_mul(Decimal::from(unit.seconds()))
            .ok_or_else(unknown)?;
        if !exact.fract().is_zero() && !unit.may_round() {
            return Err(DurationError::TooFine(shown(text)));
        }
        let whole = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let seconds = i64::try_from(whole).map_err(|_| unknown())?;
        if seconds == 0 && !number.is_zero() {
            return Err(DurationError::TooFine(shown(text)));
        }
        total = total.checked_add(seconds).ok_or_else(unknown)?;
        previous = Some(*unit);
    }
    Ok(Seconds(total))
}

fn clock_length(text: &str, hours: &str, minutes: &str) -> Result<Seconds, DurationError> {
    let unknown = || DurationError::Unknown(shown(text));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
        return Err(unknown());
    }
    let hours: i64 = hours.parse().map_err(|_| unknown())?;
    let minutes: i64 = minutes.parse().map_err(|_| unknown())?;
    if minutes > 59 {
        return Err(DurationError::TooManyMinutes(shown(text)));
    }
    hours
        .checked_mul(HOUR)
        .and_then(|seconds| seconds.checked_add(minutes * MINUTE))
        .map(Seconds)
        .ok_or_else(unknown)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    fn of(word: &str) -> Option<Self> {
        match word {
            "d" | "day" | "days" => Some(Self::Day),
            "h" | "hr" | "hrs" | "hour" | "hours" => Some(Self::Hour),
            "m" | "min" | "mins" | "minute" | "minutes" => Some(Self::Minute),
            "s" | "sec" | "secs" | "second" | "seconds" => Some(Self::Second),
            _ => None,
        }
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Day => DAY,
            Self::Hour => HOUR,
            Self::Minute => MINUTE,
            Self::Second => 1,
        }
    }

    /// `0.33` hours are 1188 seconds and `0.333` are 1199: people mean a third, so hours may round to a second.
    fn may_round(self) -> bool {
        self == Self::Hour
    }
}

/// Numbers with their units; a lone number counts hours.
fn units(text: &str) -> Option<Vec<(Decimal, Unit)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let number_end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
            .unwrap_or(rest.len());
        let (number_text, tail) = rest.split_at_checked(number_end)?;
        let tail = tail.trim_start();
        let word_end = tail
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (word, after) = tail.split_at_checked(word_end)?;
        let number = decimal(number_text)?;
        let unit = if word.is_empty() {
            // A number on its own counts hours, and `1h30` is half past one; `2h 30` could be anything.
            match parts.as_slice() {
                [] if after.is_empty() => Unit::Hour,
                [(_, Unit::Hour)] if is_clock_tail(text, number_text) => Unit::Minute,
                _ => return None,
            }
        } else {
            Unit::of(&word.to_ascii_lowercase())?
        };
        parts.push((number, unit));
        rest = after.trim_start();
    }
    (!parts.is_empty()).then_some(parts)
}

/// Whether a text ends in an hour and two digits without a space, as in `1h30`.
fn is_clock_tail(text: &str, number: &str) -> bool {
    let before = text
        .strip_suffix(number)
        .and_then(|rest| rest.chars().last());
    number.len() == 2 && before.is_some_and(|last| last.is_ascii_alphabetic())
}

fn decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    // `.5` is read as it is meant; `5.` could be a slip.
    let whole = if whole.is_empty() && text.len() > 1 {
        "0"
    } else {
        whole
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 9 || fraction.len() > 9 {
        return None;
    }
    Decimal::from_str_exact(&format!("{whole}.{fraction}")).ok()
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

impl fmt::Display for Worked {
    /// In a form that reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(seconds) => f.write_str(&seconds.clock()),
            Self::Interval { start, end, .. } => write!(
                f,
                "{:02}:{:02}-{:02}:{:02}",
                start.hour(),
                start.minute(),
                end.hour(),
                end.minute()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn durations_as_people_type_them() {
        let cases = [
            ("2h30m", 150),
            ("2h 30m", 150),
            ("2:30", 150),
            ("2.5h", 150),
            ("2,5h", 150),
            ("150m", 150),
            ("150min", 150),
            ("45 minutes", 45),
            ("45minutes", 45),
            ("1 hour", 60),
            ("2 hours 5 min", 125),
            ("2H30M", 150),
            ("1.5", 90),
            ("1,5", 90),
            ("2", 120),
            (" 2 ", 120),
            ("0:15", 15),
            ("24h", 1440),
            ("0.25", 15),
            (".5", 30),
            (",5h", 30),
            ("1h30", 90),
            ("2H05", 125),
        ];
        for (text, minutes) in cases {
            assert_eq!(
                parse_worked(text),
                Ok(Worked::Length(Seconds::from_minutes(minutes))),
                "{text}"
            );
        }
        assert_eq!(parse_length("0.33"), Ok(Seconds(1188)));
    }

    #[test]
    fn intervals_as_people_type_them() {
        let cases = [
            ("9:00-11:30", time(9, 0), time(11, 30), false),
            ("9-11:30", time(9, 0), time(11, 30), false),
            ("9am-11:30am", time(9, 0), time(11, 30), false),
            ("9am - 1pm", time(9, 0), time(13, 0), false),
            ("12am-12pm", time(0, 0), time(12, 0), false),
            ("22:00-01:30", time(22, 0), time(1, 30), true),
            ("22:00–24:00", time(22, 0), time(0, 0), true),
            ("0:00-24:00", time(0, 0), time(0, 0), true),
        ];
        for (text, start, end, next_day) in cases {
            assert_eq!(
                parse_worked(text),
                Ok(Worked::Interval {
                    start,
                    end,
                    next_day
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_refused_says_why() {
        use DurationError as E;
        type Case = (&'static str, fn(String) -> E);
        let cases: &[Case] = &[
            ("0", E::Zero),
            ("0:00", E::Zero),
            ("0h 0m", E::Zero),
            ("-2h", E::Negative),
            ("1h96m", E::TooManyMinutes),
            ("1:75", E::TooManyMinutes),
            ("2m3h", E::Order),
            ("1.5s", E::SecondsTyped),
            ("90s", E::SecondsTyped),
            ("3d", E::Days),
            ("25h", E::TooLong),
            ("24:01", E::TooLong),
            ("1441m", E::TooLong),
            ("", E::Unknown),
            ("h", E::Unknown),
            ("2h 30", E::Unknown),
            ("2 30", E::Unknown),
            ("1.5h 30m", E::Unknown),
            ("2h2h", E::Unknown),
            ("1:2:3", E::Unknown),
            ("2:3", E::Unknown),
            ("two hours", E::Unknown),
            ("1..5", E::Unknown),
            (".", E::Unknown),
            ("1h5", E::Unknown),
            ("1h300", E::Unknown),
            ("1h30 20", E::Unknown),
            ("30m15", E::Unknown),
            ("1h75", E::TooManyMinutes),
            ("5.", E::Unknown),
            ("٢h", E::Unknown),
            ("0.333333m", E::TooFine),
            ("0.00001", E::TooFine),
            ("9:00-9:00", E::EmptyInterval),
        ];
        for (text, error) in cases {
            assert_eq!(parse_worked(text), Err(error((*text).to_owned())), "{text}");
        }
        for text in ["25:00-26:00", "9:5-10", "9:00-13pm", "9:60-10:00", "9-0am"] {
            assert!(matches!(parse_worked(text), Err(E::NotATime(_))), "{text}");
        }
    }

    #[test]
    fn hours_of_a_budget_have_no_daily_limit() {
        for (text, hours) in [("120h", 120), ("120", 120), ("0", 0), ("1000:00", 1000)] {
            assert_eq!(
                parse_hours_amount(text),
                Ok(Seconds(hours * 3600)),
                "{text}"
            );
        }
        assert_eq!(parse_hours_amount("37,5h"), Ok(Seconds(135_000)));
        for text in ["-1", "a lot", "1000001h", "9999999999999999", "1,000h"] {
            assert!(parse_hours_amount(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_as_people_read_them() {
        // seconds, hours, clock, words, quantity
        let cases = [
            (9000, "2.50", "2:30", "2h 30m", "2.5"),
            (0, "0.00", "0:00", "0m", "0"),
            (40, "0.01", "0:01", "40s", "0.0111"),
            (3600, "1.00", "1:00", "1h", "1"),
            (1200, "0.33", "0:20", "20m", "0.3333"),
            (18, "0.01", "0:00", "18s", "0.005"),
            (-5400, "-1.50", "-1:30", "-1h 30m", "-1.5"),
        ];
        for (seconds, hours, clock, words, quantity) in cases {
            let value = Seconds(seconds);
            assert_eq!(value.hours(), hours);
            assert_eq!(value.clock(), clock);
            assert_eq!(value.words(), words);
            assert_eq!(value.as_hours().to_string(), quantity);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_more_than_nothing_and_at_most_a_day_or_refused(text in "\\PC{0,30}") {
            match parse_worked(&text) {
                Ok(Worked::Length(seconds)) => prop_assert!((1..=DAY).contains(&seconds.0)),
                Ok(Worked::Interval { start, end, next_day }) => {
                    prop_assert!(start != end && next_day == (end < start));
                }
                Err(_) => {}
            }
            let _ = parse_hours_amount(&text);
        }

        #[test]
        fn text_near_a_duration_never_panics(text in "[0-9hm:.,apdsin -]{0,16}") {
            let _ = parse_worked(&text);
            let _ = parse_time_of_day(&text);
        }

        #[test]
        fn what_is_printed_reads_back(minutes in 1i64..=1440) {
            let worked = Worked::Length(Seconds::from_minutes(minutes));
            prop_assert_eq!(parse_worked(&worked.to_string()), Ok(worked));
        }
    }
}
