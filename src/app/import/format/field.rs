//! How other programs write a date, a time of day, a length, a number, a yes. Nothing is guessed: what may mean two things is
//! refused, unless it was said which.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::calendar::{Calendar, DateError};
use crate::values::duration::parse_length;

use super::super::problem::Reason;
use super::reading::shown;

/// What comes first in a date such as `4/2/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// What parts a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimals {
    Comma,
    Point,
}

/// `2026-11-21`; where the order is known also `21/11/2026`; `21.11.2026`, where any order may be.
pub(super) fn date(
    calendar: &Calendar,
    text: &str,
    column: &'static str,
    order: Option<DateOrder>,
    dots: bool,
) -> Result<NaiveDate, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty(column));
    }
    let iso = || {
        let mut parts = text.split('-').map(number);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let written_out = text.len() == 10;
        of_calendar(year, month, day).filter(|_| written_out && parts.next().is_none())
    };
    let local = || {
        let [first, second, year] = parts_of(text)?;
        let order = match text.contains('.') && dots {
            true => Some(DateOrder::DayFirst),
            false => order,
        };
        match order? {
            DateOrder::DayFirst => of_calendar(year, second, first),
            DateOrder::MonthFirst => of_calendar(year, first, second),
        }
    };
    let year_first = || {
        let mut parts = text.split('/').map(number);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        of_calendar(year, month, day).filter(|_| text.len() == 10 && parts.next().is_none())
    };
    iso()
        .or_else(local)
        .or_else(|| year_first().filter(|_| dots))
        .ok_or_else(|| Reason::Date {
            column,
            // Whatever people may type instead, why it is none.
            source: match calendar.parse_date(text) {
                Err(error) => error,
                Ok(_) => DateError::NotADate(shown(text)),
            },
        })
}

/// The three numbers of `4/2/2026` or `04.02.2026`: a year of four digits stands last.
pub(super) fn parts_of(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split(['/', '.', '-']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = first.len() <= 2 && second.len() <= 2 && year.len() == 4 && parts.next().is_none();
    fits.then_some([number(first)?, number(second)?, number(year)?])
}

fn of_calendar(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok()?;
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1900..3000).contains(&year))
}

/// `09:30:00`, `09:30`, `9:30 AM`.
pub(super) fn time(text: &str, column: &'static str) -> Result<NaiveTime, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty(column));
    }
    let read = || {
        let lower = text.to_ascii_lowercase();
        let half = [("am", 0), ("pm", 12)];
        let half = half.into_iter().find_map(|(word, hours)| {
            let clock = lower.strip_suffix(word)?;
            Some((clock.trim_end().to_owned(), hours))
        });
        let (clock, half) = half.map_or((lower, None), |(clock, hours)| (clock, Some(hours)));
        let mut parts = clock.split(':').map(number);
        let (hour, minute) = (parts.next()??, parts.next()??);
        let second = parts.next().unwrap_or(Some(0))?;
        if parts.next().is_some() {
            return None;
        }
        let hour = match half {
            None => hour,
            Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
            Some(_) => return None,
        };
        NaiveTime::from_hms_opt(hour, minute, second)
    };
    read().ok_or_else(|| Reason::Time {
        column,
        text: shown(text),
    })
}

/// What a moment is given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Instant(DateTime<Utc>),
    Local(NaiveDateTime),
}

/// `2026-03-02T09:00:00+01:00`, `2026-03-02 09:00`: a date and a time in one text.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once(['T', ' '])?;
    let with_zone = time.ends_with('Z') || time.contains(['+', '-']);
    if with_zone {
        let joined = format!("{date}T{time}");
        let read = DateTime::parse_from_rfc3339(&joined)
            .or_else(|_| DateTime::parse_from_str(&joined, "%Y-%m-%dT%H:%M:%S%z"));
        let whole = DateTime::from_timestamp(read.ok()?.timestamp(), 0)?;
        return Some(Moment::Instant(whole)).filter(|_| in_use(whole.date_naive()));
    }
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let time = self::time(time.trim(), "").ok()?;
    Some(Moment::Local(day.and_time(time))).filter(|_| date.len() == 10 && in_use(day))
}

/// Years that people work in.
pub(super) fn in_use(day: NaiveDate) -> bool {
    use chrono::Datelike as _;
    (1900..3000).contains(&day.year())
}

/// `01:30:00`, in seconds.
pub(super) fn hms(text: &str, column: &'static str) -> Result<i64, Reason> {
    clock_length(text, true).ok_or_else(|| Reason::Duration {
        column,
        text: shown(text),
        like: "01:30:00",
    })
}

/// `1:30:00`, or `1:30` where seconds may be left out.
fn clock_length(text: &str, seconds: bool) -> Option<i64> {
    let mut parts = text.split(':').map(number);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = match parts.next() {
        Some(seconds) => seconds?,
        None if seconds => return None,
        None => 0,
    };
    let fits = minutes < 60 && seconds < 60 && parts.next().is_none();
    fits.then(|| i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds))
}

/// A length however it is written (`1:30:00`, `1:30`, `1h 30m`, `90 min`, `1.50`), and what may have been lost in writing it.
pub(super) fn length(
    text: &str,
    column: &'static str,
    decimals: Option<Decimals>,
) -> Result<(i64, i64), Reason> {
    if let Some(seconds) = clock_length(text, true) {
        return Ok((seconds, 0));
    }
    if let Some(seconds) = clock_length(text, false) {
        return Ok((seconds, 59));
    }
    if text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        let zero = || {
            let parts = text.split(|c: char| !c.is_ascii_digit());
            let mut digits = parts.filter(|part| !part.is_empty()).peekable();
            digits.peek().is_some() && digits.all(|part| part.bytes().all(|byte| byte == b'0'))
        };
        return match parse_length(text) {
            Ok(length) => Ok((length.0, 59)),
            Err(_) if zero() => Ok((0, 0)),
            Err(_) => Err(Reason::Duration {
                column,
                text: shown(text),
                like: "1:30, 1h30m or 1.50",
            }),
        };
    }
    Ok((hours(text, column, decimals)?, HUNDREDTH))
}

/// Seconds that a number of hours with two places has lost at most.
pub(super) const HUNDREDTH: i64 = 36;

/// Hours such as `1.50`, in seconds.
///
/// Programs that count minutes show hours with two places: where those are what a whole number of minutes comes to, these are
/// meant, and `1.33` is an hour and twenty minutes.
pub(super) fn hours(
    text: &str,
    column: &'static str,
    decimals: Option<Decimals>,
) -> Result<i64, Reason> {
    let number = decimal(text, column, decimals)?;
    let seconds = number
        .checked_mul(Decimal::from(3600))
        .map(|seconds| seconds.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero));
    let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
    let seconds = seconds.ok_or_else(|| Reason::Number {
        column,
        text: shown(text),
    })?;
    let minutes = (seconds + 30).div_euclid(60);
    let shown_as = (Decimal::from(minutes) / Decimal::from(60))
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    if number.normalize().scale() <= 2 && shown_as == number && minutes > 0 {
        return Ok(minutes * 60);
    }
    Ok(seconds)
}

/// A number with a point or a comma; a separator of thousands is refused, unless it was said what parts decimals.
pub(super) fn decimal(
    text: &str,
    column: &'static str,
    decimals: Option<Decimals>,
) -> Result<Decimal, Reason> {
    let bad = || Reason::Number {
        column,
        text: shown(text),
    };
    let (sign, unsigned) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let plain = match decimals {
        Some(Decimals::Comma) => unsigned.replace('.', "").replace(',', "."),
        Some(Decimals::Point) => unsigned.replace(',', ""),
        None => {
            let separators = unsigned.chars().filter(|c| matches!(c, '.' | ',')).count();
            let fraction = unsigned.split_once(',').map(|(_, fraction)| fraction);
            if separators > 1 || fraction.is_some_and(|fraction| fraction.len() == 3) {
                return Err(Reason::Separator {
                    column,
                    text: shown(text),
                });
            }
            unsigned.replace(',', ".")
        }
    };
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let shape = plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if digits == 0 || digits > 15 || !shape {
        return Err(bad());
    }
    Decimal::from_str_exact(&format!("{sign}{plain}")).map_err(|_| bad())
}

/// A number of one to four digits.
fn number(text: &str) -> Option<u32> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Yes or no, in the words of tables.
pub(super) fn yes(text: &str, column: &'static str) -> Result<Option<bool>, Reason> {
    const YES: [&str; 7] = ["yes", "y", "true", "1", "x", "ja", "billable"];
    const NO: [&str; 7] = [
        "no",
        "n",
        "false",
        "0",
        "nein",
        "non-billable",
        "non billable",
    ];
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match text {
        "" => Ok(None),
        _ if is(&YES) => Ok(Some(true)),
        _ if is(&NO) => Ok(Some(false)),
        text => Err(Reason::Billable {
            column,
            text: shown(text),
        }),
    }
}

/// Parts between commas, outside of quotes; quotes around a part are taken off, and `""` in it is one.
pub(super) fn list(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                part.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if part.trim().is_empty() => {
                part.clear();
                quoted = true;
            }
            ',' if !quoted => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}
