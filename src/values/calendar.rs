//! The business's calendar: its zone, its first day of the week, and now. The only place that reads the clock.
//!
//! Elapsed time is the difference of instants, so a night with a clock change counts what passed. A local time that does not
//! exist is refused; one that exists twice takes the first.

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use super::duration::{parse_length, parse_time_of_day};
use super::id::near;
use super::period::{Period, Span, YearMonth};

/// Why a text is not a date, period, zone or instant, or a local time does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("`{0}` is not a date; try 2026-11-21, today, yesterday, monday or 3 days ago")]
    NotADate(String),
    #[error("`{0}` could be day or month first; write it as 2026-11-21")]
    Ambiguous(String),
    #[error("`{0}` is not a day of the calendar")]
    NoSuchDay(String),
    #[error(
        "`{0}` is not a period; try this week, last month, 2026-11, 2026-W47, 2026-Q4 or 2026-11-01..2026-11-15"
    )]
    NotAPeriod(String),
    #[error("`{0}` is not a month; write it as 2026-11")]
    NotAMonth(String),
    #[error("{to} is before {from}")]
    Backwards { from: NaiveDate, to: NaiveDate },
    #[error("{day} {time} does not exist in {zone}: the clock went forward")]
    Gap {
        day: NaiveDate,
        time: NaiveTime,
        zone: &'static str,
    },
    #[error("`{0}` is not a time; try 18:00, yesterday 18:00, 2026-11-20 18:00 or 20 minutes ago")]
    NotAMoment(String),
    #[error("`{0}` is not an instant; write it as 2026-11-21T10:00:00Z")]
    NotAnInstant(String),
    #[error("`{name}` is not a time zone{}", suggestion(.near))]
    UnknownZone { name: String, near: Vec<String> },
    #[error("`{0}` is not a day of the week")]
    NotAWeekday(String),
}

fn suggestion(near: &[String]) -> String {
    match near.first() {
        Some(first) => format!("; did you mean {first}?"),
        None => "; use an IANA name such as Europe/Berlin".to_owned(),
    }
}

/// Years that people work in; beyond them a date is a slip of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;

/// When something was, as people type it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A time of day; of which day, the rest tells.
    Time(NaiveTime),
    Instant(DateTime<Utc>),
}

/// Zone, first day of the week, and now.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: Tz,
    week_start: Weekday,
    now: DateTime<Utc>,
}

impl Calendar {
    /// A calendar in which it is `now`.
    pub fn new(zone: Tz, week_start: Weekday, now: DateTime<Utc>) -> Self {
        Self {
            zone,
            week_start,
            now,
        }
    }

    /// Reads the clock, in whole seconds.
    pub fn system_now() -> DateTime<Utc> {
        let now = Utc::now();
        DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
    }

    /// Reads an RFC 3339 instant.
    pub fn parse_instant(text: &str) -> Result<DateTime<Utc>, DateError> {
        DateTime::parse_from_rfc3339(text.trim())
            .ok()
            .map(|instant| instant.to_utc())
            .filter(|instant| YEARS.contains(&instant.year()))
            .and_then(|instant| DateTime::from_timestamp(instant.timestamp(), 0))
            .ok_or_else(|| DateError::NotAnInstant(shown(text)))
    }

    /// Reads an IANA zone name.
    pub fn parse_zone(text: &str) -> Result<Tz, DateError> {
        let name = text.trim();
        chrono_tz::TZ_VARIANTS
            .iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(name))
            .copied()
            .ok_or_else(|| DateError::UnknownZone {
                name: shown(text),
                near: near(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
            })
    }

    /// The machine's zone by its own files, if they name one.
    pub fn machine_zone() -> Option<Tz> {
        let linked = std::fs::read_link("/etc/localtime").ok();
        let by_link = linked
            .as_deref()
            .and_then(std::path::Path::to_str)
            .and_then(|path| path.split_once("zoneinfo/"))
            .and_then(|(_, name)| Self::parse_zone(name).ok());
        by_link.or_else(|| {
            let name = std::fs::read_to_string("/etc/timezone").ok()?;
            Self::parse_zone(&name).ok()
        })
    }

    /// Reads the name of a day of the week.
    pub fn parse_week_start(text: &str) -> Result<Weekday, DateError> {
        weekday(&text.trim().to_lowercase()).ok_or_else(|| DateError::NotAWeekday(shown(text)))
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The business's zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first day of the business's week.
    pub fn week_start(&self) -> Weekday {
        self.week_start
    }

    /// The local day of now.
    pub fn today(&self) -> NaiveDate {
        self.day_of(self.now)
    }

    /// The local day of an instant.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.local(instant).date_naive()
    }

    /// The local time of day of an instant.
    pub fn time_of(&self, instant: DateTime<Utc>) -> NaiveTime {
        self.local(instant).time()
    }

    /// An instant on the business's clock.
    pub fn local(&self, instant: DateTime<Utc>) -> DateTime<Tz> {
        instant.with_timezone(&self.zone)
    }

    /// The instant of a local time. One that does not exist is refused; of one that exists twice, the first.
    pub fn instant(&self, day: NaiveDate, time: NaiveTime) -> Result<DateTime<Utc>, DateError> {
        match self.zone.from_local_datetime(&day.and_time(time)) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
                Ok(instant.to_utc())
            }
            LocalResult::None => Err(DateError::Gap {
                day,
                time,
                zone: self.zone.name(),
            }),
        }
    }

    /// The first time that the clock shows this time of day after an instant.
    pub fn next(&self, after: DateTime<Utc>, time: NaiveTime) -> Option<DateTime<Utc>> {
        let first = self.day_of(after);
        // A time that a spring night leaves out comes on the day after.
        let days = first.iter_days().take(3);
        days.flat_map(
            |day| match self.zone.from_local_datetime(&day.and_time(time)) {
                LocalResult::Single(instant) => vec![instant.to_utc()],
                LocalResult::Ambiguous(one, two) => vec![one.to_utc(), two.to_utc()],
                LocalResult::None => Vec::new(),
            },
        )
        .find(|instant| *instant > after)
    }

    /// Reads a moment: a time of day, a date with one, an RFC 3339 instant, `20 minutes ago`, `now`.
    pub fn parse_moment(&self, text: &str) -> Result<Moment, DateError> {
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("now") {
            return Ok(Moment::Instant(self.now));
        }
        if let Ok(time) = parse_time_of_day(trimmed) {
            return Ok(Moment::Time(time));
        }
        if let Ok(instant) = Self::parse_instant(trimmed) {
            return Ok(Moment::Instant(instant));
        }
        let bad = || DateError::NotAMoment(shown(trimmed));
        let lower = trimmed.to_lowercase();
        if let Some(length) = lower.strip_suffix(" ago")
            && let Ok(seconds) = parse_length(length)
        {
            return Ok(Moment::Instant(self.now - Duration::seconds(seconds.0)));
        }
        // `2026-11-20T18:00` is written by programs, `2026-11-20 18:00` and `yesterday 18:00` by people.
        let split = |mark: char| {
            let (date, time) = lower.rsplit_once(mark)?;
            let exact = || NaiveTime::parse_from_str(time, "%H:%M:%S").ok();
            let time = parse_time_of_day(time).ok().or_else(exact)?;
            Some((self.parse_date(date), time))
        };
        match split(' ').or_else(|| split('t')) {
            Some((date, time)) => Ok(Moment::Instant(self.instant(date?, time)?)),
            None => Err(bad()),
        }
    }

    /// The instants of an interval that begins on this day.
    pub fn interval(
        &self,
        day: NaiveDate,
        start: NaiveTime,
        end: NaiveTime,
        next_day: bool,
    ) -> Result<(DateTime<Utc>, DateTime<Utc>), DateError> {
        let end_day = if next_day {
            day.succ_opt()
                .ok_or_else(|| DateError::NoSuchDay(day.to_string()))?
        } else {
            day
        };
        let start_at = self.instant(day, start)?;
        let mut end_at = self.instant(end_day, end)?;
        // In the hour that happens twice, an end that would be before the start is the second one.
        if end_at <= start_at
            && let LocalResult::Ambiguous(_, second) =
                self.zone.from_local_datetime(&end_day.and_time(end))
        {
            end_at = second.to_utc();
        }
        Ok((start_at, end_at))
    }

    /// Reads a date: `2026-11-21`, `today`, `yesterday`, `tomorrow`, a weekday (the latest not after today), `3 days ago`, `-3d`,
    /// `2 weeks ago`.
    pub fn parse_date(&self, text: &str) -> Result<NaiveDate, DateError> {
        let word = text.trim().to_lowercase();
        self.date_word(&word)
            .unwrap_or_else(|| Err(not_a_date(text.trim())))
    }

    fn date_word(&self, word: &str) -> Option<Result<NaiveDate, DateError>> {
        let today = self.today();
        let shifted =
            |days: Option<NaiveDate>| Some(days.ok_or_else(|| DateError::NoSuchDay(shown(word))));
        match word {
            "today" | "now" => return Some(Ok(today)),
            "yesterday" => return shifted(today.pred_opt()),
            "tomorrow" => return shifted(today.succ_opt()),
            _ => {}
        }
        if let Some(weekday) = weekday(word) {
            return Some(Ok(Period::week(today, weekday).from));
        }
        if let Some(back) = days_ago(word) {
            let day = back
                .and_then(|days| today.checked_sub_days(Days::new(days)))
                .filter(|day| YEARS.contains(&day.year()));
            return shifted(day);
        }
        iso_date(word)
    }

    /// Reads a period: the words and forms of the conventions, any date as a period of one day, and `A..B` with either end open.
    pub fn parse_period(&self, text: &str) -> Result<Span, DateError> {
        let word = text.trim().to_lowercase();
        if matches!(word.as_str(), "all" | "all time" | "..") {
            return Ok(Span::all());
        }
        if let Some((from, to)) = word.split_once("..") {
            let end = |part: &str| -> Result<Option<Span>, DateError> {
                if part.trim().is_empty() {
                    return Ok(None);
                }
                self.parse_period(part).map(Some)
            };
            let (from, to) = (end(from)?, end(to)?);
            let span = Span {
                from: from.and_then(|span| span.from),
                to: to.and_then(|span| span.to),
            };
            if let (Some(from), Some(to)) = (span.from, span.to) {
                Period::new(from, to)?;
            }
            return Ok(span);
        }
        if let Some(period) = self.period_word(&word) {
            return Ok(period.into());
        }
        match self.date_word(&word) {
            Some(day) => day.map(|day| Period { from: day, to: day }.into()),
            None => Err(match not_a_date(text.trim()) {
                ambiguous @ DateError::Ambiguous(_) => ambiguous,
                _ => DateError::NotAPeriod(shown(text.trim())),
            }),
        }
    }

    fn period_word(&self, word: &str) -> Option<Period> {
        let today = self.today();
        let unit = |name: &str| -> Option<Period> {
            Some(match name {
                "day" => Period {
                    from: today,
                    to: today,
                },
                "week" => Period::week(today, self.week_start),
                "month" => Period::month(today),
                "quarter" => Period::quarter(today),
                "year" => Period::year(today),
                _ => return None,
            })
        };
        if let Some(days) = word
            .strip_prefix("last ")
            .and_then(|rest| rest.strip_suffix(" days"))
        {
            // Today is the last of them, as in the reports of Toggl and Harvest.
            let back = digits(days.trim())??.checked_sub(1)?;
            let from = today.checked_sub_days(Days::new(back))?;
            return Some(Period { from, to: today }).filter(|_| YEARS.contains(&from.year()));
        }
        if let Some((which, name)) = word.split_once(' ') {
            let this = unit(name.trim())?;
            return match which {
                "this" => Some(this),
                "last" | "previous" => Some(this.previous()),
                _ => None,
            };
        }
        month_name(word)
            .and_then(|month| {
                let year = if month <= today.month() {
                    today.year()
                } else {
                    today.year() - 1
                };
                NaiveDate::from_ymd_opt(year, month, 1).map(Period::month)
            })
            .or_else(|| self.numbered_period(word))
    }

    /// `2026`, `2026-11`, `2026-w47` (ISO week), `2026-q4`.
    fn numbered_period(&self, word: &str) -> Option<Period> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let year_of = |part: &str| -> Option<i32> {
            if part.len() != 4 || !digits(part) {
                return None;
            }
            part.parse().ok().filter(|year| YEARS.contains(year))
        };
        let Some((year, rest)) = word.split_once('-') else {
            return NaiveDate::from_ymd_opt(year_of(word)?, 1, 1).map(Period::year);
        };
        let year = year_of(year)?;
        if let Some(week) = rest.strip_prefix('w') {
            let week = Some(week)
                .filter(|w| digits(w) && w.len() <= 2)?
                .parse()
                .ok()?;
            let monday = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)?;
            return Some(Period::week(monday, Weekday::Mon));
        }
        if let Some(quarter) = rest.strip_prefix('q') {
            let quarter: u32 = Some(quarter)
                .filter(|q| digits(q) && q.len() == 1)?
                .parse()
                .ok()?;
            let first = quarter.checked_sub(1)?.checked_mul(3)?.checked_add(1)?;
            return NaiveDate::from_ymd_opt(year, first, 1).map(Period::quarter);
        }
        YearMonth::parse(word).ok().map(YearMonth::period)
    }
}

/// `2026-11-21`; anything else that begins like it is no day of the calendar.
fn iso_date(word: &str) -> Option<Result<NaiveDate, DateError>> {
    let parts: Vec<&str> = word.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let date = || {
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
            .filter(|date| YEARS.contains(&date.year()))
    };
    Some(date().ok_or_else(|| DateError::NoSuchDay(shown(word))))
}

/// `3 days ago`, `1 week ago`, `-3d`, `-2w`: Some(None) where the number is absurd.
fn days_ago(word: &str) -> Option<Option<u64>> {
    let short = |unit: char| word.strip_prefix('-')?.strip_suffix(unit);
    let long = |unit: &str| {
        let rest = word.strip_suffix(" ago")?;
        rest.strip_suffix('s').unwrap_or(rest).strip_suffix(unit)
    };
    let (number, days) = if let Some(number) = short('d').or_else(|| long(" day")) {
        (number, 1)
    } else {
        (short('w').or_else(|| long(" week"))?, 7)
    };
    Some(digits(number.trim())?.and_then(|number| number.checked_mul(days)))
}

/// A number of digits alone: Some(None) where it is too large.
fn digits(text: &str) -> Option<Option<u64>> {
    let all = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok())
}

fn weekday(word: &str) -> Option<Weekday> {
    // chrono also reads three letters, as people type.
    word.parse().ok().filter(|_| word.len() >= 3)
}

fn month_name(word: &str) -> Option<u32> {
    word.parse::<chrono::Month>()
        .ok()
        .filter(|_| word.len() >= 3)
        .map(|month| month.number_from_month())
}

/// Which of the refusals fits a text that is no date.
fn not_a_date(text: &str) -> DateError {
    let looks_dated = text.contains(['/', '.'])
        && !text.contains("..")
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '/' | '.' | '-' | ' '));
    let two_digit_year = text.len() == 8
        && text
            .split('-')
            .all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()));
    if looks_dated || two_digit_year {
        DateError::Ambiguous(shown(text))
    } else {
        DateError::NotADate(shown(text))
    }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The length of the day in the zone: 23 or 25 hours when the clock changes.
pub fn length_of_day(calendar: &Calendar, day: NaiveDate) -> Option<Duration> {
    let start = calendar.instant(day, NaiveTime::MIN).ok()?;
    let end = calendar.instant(day.succ_opt()?, NaiveTime::MIN).ok()?;
    Some(end - start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Saturday, 21 November 2026, ten in the morning in Berlin.
    fn calendar() -> Calendar {
        in_zone("Europe/Berlin", "2026-11-21T09:00:00Z")
    }

    fn in_zone(zone: &str, now: &str) -> Calendar {
        Calendar::new(
            Calendar::parse_zone(zone).unwrap(),
            Weekday::Mon,
            now.parse().unwrap(),
        )
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    #[test]
    fn dates_as_people_type_them() {
        let cases = [
            ("today", "2026-11-21"),
            ("Yesterday", "2026-11-20"),
            ("tomorrow", "2026-11-22"),
            ("monday", "2026-11-16"),
            ("saturday", "2026-11-21"),
            ("sunday", "2026-11-15"),
            ("fri", "2026-11-20"),
            ("3 days ago", "2026-11-18"),
            ("1 day ago", "2026-11-20"),
            ("1 week ago", "2026-11-14"),
            ("2 weeks ago", "2026-11-07"),
            ("-2w", "2026-11-07"),
            ("-3d", "2026-11-18"),
            ("-0d", "2026-11-21"),
            (" 2026-11-21 ", "2026-11-21"),
            ("2024-02-29", "2024-02-29"),
        ];
        for (text, date) in cases {
            assert_eq!(calendar().parse_date(text), Ok(day(date)), "{text}");
        }
    }

    #[test]
    fn what_is_a_guess_is_no_date() {
        for text in [
            "4/2",
            "01.02.26",
            "4/2/2026",
            "21.11.2026",
            "26-11-21",
            "4.2.",
        ] {
            let error = calendar().parse_date(text).unwrap_err();
            assert!(matches!(error, DateError::Ambiguous(_)), "{text}: {error}");
        }
        for text in [
            "2026-02-30",
            "2026-13-01",
            "0001-01-01",
            "-99999999d",
            "-99999999999999999999d",
            "9999999999999999999 weeks ago",
        ] {
            let error = calendar().parse_date(text).unwrap_err();
            assert!(matches!(error, DateError::NoSuchDay(_)), "{text}: {error}");
        }
        for text in [
            "",
            "soon",
            "mo",
            "2026",
            "2026-11",
            "next friday",
            "-d",
            "２０２６-11-21",
        ] {
            let error = calendar().parse_date(text).unwrap_err();
            assert!(matches!(error, DateError::NotADate(_)), "{text}: {error}");
        }
    }

    #[test]
    fn periods_as_people_type_them() {
        let cases = [
            ("this week", "2026-11-16..2026-11-22"),
            ("last week", "2026-11-09..2026-11-15"),
            ("this month", "2026-11-01..2026-11-30"),
            ("Last Month", "2026-10-01..2026-10-31"),
            ("this quarter", "2026-10-01..2026-12-31"),
            ("last quarter", "2026-07-01..2026-09-30"),
            ("last year", "2025-01-01..2025-12-31"),
            ("2026-11", "2026-11-01..2026-11-30"),
            ("2026-W47", "2026-11-16..2026-11-22"),
            ("2026-W01", "2025-12-29..2026-01-04"),
            ("2026-Q4", "2026-10-01..2026-12-31"),
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-11-01..2026-11-15", "2026-11-01..2026-11-15"),
            ("2026-10..2026-11", "2026-10-01..2026-11-30"),
            ("..2026-11-15", "..2026-11-15"),
            ("2026-11-15..", "2026-11-15.."),
            ("monday..today", "2026-11-16..2026-11-21"),
            ("yesterday", "2026-11-20..2026-11-20"),
            ("november", "2026-11-01..2026-11-30"),
            ("december", "2025-12-01..2025-12-31"),
            ("all", "all time"),
            ("last 7 days", "2026-11-15..2026-11-21"),
            ("last 1 days", "2026-11-21..2026-11-21"),
        ];
        for (text, span) in cases {
            assert_eq!(
                calendar().parse_period(text).map(|span| span.to_string()),
                Ok(span.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        assert!(matches!(
            calendar().parse_period("2026-11-15..2026-11-01"),
            Err(DateError::Backwards { .. })
        ));
        assert!(matches!(
            calendar().parse_period("4/2..5/2"),
            Err(DateError::Ambiguous(_))
        ));
        for text in [
            "2026-W54",
            "2026-Q5",
            "2026-Q0",
            "2026-13",
            "26",
            "this fortnight",
            "",
            "x..y",
            "last 0 days",
            "last 99999999 days",
            "last days",
        ] {
            assert!(calendar().parse_period(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_night_with_a_clock_change_counts_what_passed() {
        let berlin = calendar();
        let hours = |on: &str| {
            let (start, end) = berlin
                .interval(day(on), time("22:00"), time("06:00"), true)
                .unwrap();
            (end - start).num_hours()
        };
        assert_eq!(hours("2026-03-28"), 7);
        assert_eq!(hours("2026-10-24"), 9);
        assert_eq!(hours("2026-11-20"), 8);
        assert_eq!(
            length_of_day(&berlin, day("2026-10-25")),
            Some(Duration::hours(25))
        );
    }

    #[test]
    fn a_time_that_does_not_exist_is_refused_and_one_that_exists_twice_is_the_first() {
        let berlin = calendar();
        assert!(matches!(
            berlin.instant(day("2026-03-29"), time("02:30")),
            Err(DateError::Gap { .. })
        ));
        let first = berlin.instant(day("2026-10-25"), time("02:30")).unwrap();
        assert_eq!(
            first,
            "2026-10-25T00:30:00Z".parse::<DateTime<Utc>>().unwrap()
        );
        // Apia went over the date line and had no 30 December 2011.
        let apia = in_zone("Pacific/Apia", "2012-01-01T00:00:00Z");
        assert!(apia.instant(day("2011-12-30"), time("12:00")).is_err());
        // From 02:30 (first) to 02:10: the second 02:10 is forty minutes later.
        let (start, end) = berlin
            .interval(day("2026-10-25"), time("02:30"), time("02:10"), false)
            .unwrap();
        assert_eq!((end - start).num_minutes(), 40);
    }

    #[test]
    fn the_day_is_that_of_the_zone() {
        let tokyo = in_zone("Asia/Tokyo", "2026-11-21T16:00:00Z");
        let new_york = in_zone("America/New_York", "2026-11-21T03:00:00Z");
        assert_eq!(tokyo.today(), day("2026-11-22"));
        assert_eq!(new_york.today(), day("2026-11-20"));
    }

    #[test]
    fn zones_are_named_as_iana_does() {
        assert!(Calendar::parse_zone("europe/berlin").is_ok());
        let error = Calendar::parse_zone("Europe/Berlim").unwrap_err();
        assert!(error.to_string().contains("Europe/Berlin"), "{error}");
        assert!(Calendar::parse_instant("2026-11-21T10:00:00+01:00").is_ok());
        assert!(Calendar::parse_instant("2026-11-21 10:00").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let calendar = calendar();
            let _ = calendar.parse_date(&text);
            let _ = calendar.parse_period(&text);
            let _ = Calendar::parse_instant(&text);
        }

        #[test]
        fn text_near_a_period_never_panics(text in "[0-9wq.dags -]{0,24}") {
            if let Ok(span) = calendar().parse_period(&text)
                && let Some(period) = span.bounded()
            {
                prop_assert!(period.days() > 0);
            }
        }

        #[test]
        fn instants_of_any_day_are_on_that_day(offset in 0u64..20_000, minute in 0u32..1440) {
            let calendar = calendar();
            let on = day("1990-01-01") + Days::new(offset);
            let at = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
            if let Ok(instant) = calendar.instant(on, at) {
                prop_assert_eq!(calendar.day_of(instant), on);
                prop_assert_eq!(calendar.time_of(instant), at);
            }
        }
    }
}
