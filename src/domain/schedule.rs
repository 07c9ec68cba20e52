//! A schedule: an invoice every so many weeks, months or years. Its dates are a pure function of its terms. Each is reckoned from
//! the beginning and not from the one before, so that none ever drifts: 31 January, 28 February, 31 March.

use std::collections::BTreeSet;
use std::fmt;
use std::iter;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::values::calendar::Calendar;
use crate::values::period::Period;

use super::invoice::{Grouping, Item};
use super::key::{ClientKey, ScheduleKey};

/// Why a text is no interval, or no wanted day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error(
        "`{0}` is not an interval; try month, 2 weeks, 3 months, quarter or 1 year (up to {MOST})"
    )]
    Every(String),
    #[error("`{0}` is not a day of the month; try 1 to 31, or end")]
    DayOfMonth(String),
    #[error("`{0}` is not a day of the week; try monday")]
    DayOfWeek(String),
}

/// The longest interval, in its unit.
const MOST: u32 = 120;

/// What an interval is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Week,
    Month,
    Year,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Year];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The unit a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word)
    }
}

/// How long from one date to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Every {
    pub count: u32,
    pub unit: Unit,
}

impl Every {
    /// Reads `month`, `2 weeks`, `3 months`, `quarterly`, `1 year`.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let refused = || ScheduleError::Every(shown(text));
        let word = text.trim().to_lowercase();
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let name = word.strip_prefix(&digits).unwrap_or_default().trim();
        let count: u32 = match digits.as_str() {
            "" => 1,
            digits => digits.parse().map_err(|_| refused())?,
        };
        let (times, unit) = match name {
            "week" | "weeks" | "weekly" => (1, Unit::Week),
            "month" | "months" | "monthly" => (1, Unit::Month),
            "quarter" | "quarters" | "quarterly" => (3, Unit::Month),
            "year" | "years" | "yearly" | "annually" => (1, Unit::Year),
            _ => return Err(refused()),
        };
        let count = count.checked_mul(times).ok_or_else(refused)?;
        if !(1..=MOST).contains(&count) {
            return Err(refused());
        }
        Ok(Self { count, unit })
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{s}", self.count, self.unit.word())
    }
}

/// The wanted day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum On {
    /// Of the month; a month that is shorter has its last day instead, and 31 is the end of every month.
    Day(u32),
    Weekday(Weekday),
}

/// The end of every month.
const END: u32 = 31;

impl On {
    /// The day that a first date wants by itself.
    pub fn of(from: NaiveDate, unit: Unit) -> Self {
        match unit {
            Unit::Week => Self::Weekday(from.weekday()),
            Unit::Month | Unit::Year => Self::Day(from.day()),
        }
    }

    /// Reads `1` to `31` or `end`; of weeks a weekday.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, ScheduleError> {
        let word = text.trim().to_lowercase();
        match unit {
            Unit::Week => Calendar::parse_week_start(&word)
                .map(Self::Weekday)
                .map_err(|_| ScheduleError::DayOfWeek(shown(text))),
            Unit::Month | Unit::Year => match word.as_str() {
                "end" | "last" => Some(END),
                day => day.parse().ok().filter(|day| (1..=END).contains(day)),
            }
            .map(Self::Day)
            .ok_or_else(|| ScheduleError::DayOfMonth(shown(text))),
        }
    }

    /// As it is kept.
    pub fn number(self) -> u32 {
        match self {
            Self::Day(day) => day,
            Self::Weekday(day) => day.number_from_monday(),
        }
    }

    /// From what is kept.
    pub fn from_number(number: u32, unit: Unit) -> Option<Self> {
        match unit {
            Unit::Week => {
                let day = u8::try_from(number.checked_sub(1)?).ok()?;
                Weekday::try_from(day).ok().map(Self::Weekday)
            }
            Unit::Month | Unit::Year => (1..=END).contains(&number).then_some(Self::Day(number)),
        }
    }
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(END) => f.write_str("end"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Weekday(day) => f.write_str(super::business::week_start_word(*day)),
        }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// When invoices are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub every: Every,
    pub on: On,
    /// The first date is on this day, or the first wanted day after it.
    pub from: NaiveDate,
    /// No date is after it.
    pub until: Option<NaiveDate>,
    /// So many dates in all; one that is skipped counts.
    pub times: Option<u32>,
}

impl Terms {
    /// All dates, in order.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        let most = self.times.unwrap_or(u32::MAX);
        (0..most)
            .map_while(|index| self.date(index))
            .take_while(|date| self.until.is_none_or(|until| *date <= until))
    }

    /// The days for which a date stands: up to the day before the next one.
    pub fn period(&self, date: NaiveDate) -> Period {
        let endless = Self {
            until: None,
            times: None,
            ..self.clone()
        };
        let next = endless.dates().find(|next| *next > date);
        let last = next.and_then(|next| next.pred_opt()).unwrap_or(date);
        Period {
            from: date,
            to: last,
        }
    }

    /// A date by its place, from 0.
    fn date(&self, index: u32) -> Option<NaiveDate> {
        let steps = u64::from(index) * u64::from(self.every.count);
        match (self.every.unit, self.on) {
            (Unit::Week, on) => {
                let wanted = match on {
                    On::Weekday(day) => day,
                    On::Day(_) => self.from.weekday(),
                };
                let ahead = (wanted.num_days_from_monday() + 7
                    - self.from.weekday().num_days_from_monday())
                    % 7;
                let first = self.from.checked_add_days(Days::new(ahead.into()))?;
                first.checked_add_days(Days::new(steps * 7))
            }
            (Unit::Month, on) => self.in_month(on, steps),
            (Unit::Year, on) => self.in_month(on, steps * 12),
        }
    }

    /// The wanted day so many months after that of the first date.
    fn in_month(&self, on: On, months: u64) -> Option<NaiveDate> {
        let wanted = match on {
            On::Day(day) => day,
            On::Weekday(_) => self.from.day(),
        };
        let first = month(self.from);
        let late = day_of(first, wanted).is_some_and(|date| date < self.from);
        let first = if late { first + 1 } else { first };
        day_of(first.checked_add(i64::try_from(months).ok()?)?, wanted)
    }
}

/// Months since the year 0.
fn month(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

/// A day of a month, or its last day where it is shorter.
fn day_of(month: i64, wanted: u32) -> Option<NaiveDate> {
    let first = |month: i64| {
        let year = i32::try_from(month.div_euclid(12)).ok()?;
        let month0 = u32::try_from(month.rem_euclid(12)).ok()?;
        NaiveDate::from_ymd_opt(year, month0 + 1, 1)
    };
    let last = first(month + 1)?.pred_opt()?;
    last.with_day(wanted.min(last.day()))
}

/// A schedule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub key: ScheduleKey,
    pub client: ClientKey,
    pub terms: Terms,
    pub items: Vec<Item>,
    /// Unbilled work up to the day before each date is billed, too.
    pub work: bool,
    pub grouping: Grouping,
    /// Invoices stay drafts.
    pub draft: bool,
    /// Days from issue to due; none: those of the business.
    pub terms_days: Option<u16>,
    /// Since when nothing is due.
    pub paused: Option<NaiveDate>,
    /// Dates that are left out.
    pub skips: BTreeSet<NaiveDate>,
}

impl Schedule {
    /// How it is named: `schedule-3`.
    pub fn name(&self) -> String {
        format!("schedule-{}", self.key.0)
    }

    /// The dates after `done`, the latest that is settled, that are not left out.
    pub fn coming(&self, done: Option<NaiveDate>) -> impl Iterator<Item = NaiveDate> + '_ {
        let after = move |date: &NaiveDate| done.is_none_or(|done| *date > done);
        self.terms
            .dates()
            .filter(after)
            .filter(|date| !self.skips.contains(date))
    }

    /// The dates that are to be billed by a day; none while it is paused.
    pub fn due(
        &self,
        done: Option<NaiveDate>,
        through: NaiveDate,
    ) -> Box<dyn Iterator<Item = NaiveDate> + '_> {
        if self.paused.is_some() {
            return Box::new(iter::empty());
        }
        let coming = self.coming(done);
        Box::new(coming.take_while(move |date| *date <= through))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms(every: &str, on: Option<&str>, from: &str) -> Terms {
        let every = Every::parse(every).unwrap();
        let from = day(from);
        Terms {
            every,
            on: on.map_or(On::of(from, every.unit), |on| {
                On::parse(on, every.unit).unwrap()
            }),
            from,
            until: None,
            times: None,
        }
    }

    fn schedule(terms: Terms) -> Schedule {
        Schedule {
            key: ScheduleKey(1),
            client: ClientKey(1),
            terms,
            items: Vec::new(),
            work: true,
            grouping: Grouping::Project,
            draft: false,
            terms_days: None,
            paused: None,
            skips: BTreeSet::new(),
        }
    }

    #[test]
    fn the_wanted_day_is_kept() {
        // interval, wanted day, from, the first dates
        let cases = [
            (
                "1 month",
                None,
                "2026-01-31",
                "2026-01-31 2026-02-28 2026-03-31 2026-04-30",
            ),
            (
                "month",
                None,
                "2026-01-30",
                "2026-01-30 2026-02-28 2026-03-30",
            ),
            (
                "monthly",
                Some("end"),
                "2026-02-10",
                "2026-02-28 2026-03-31 2026-04-30",
            ),
            (
                "month",
                Some("1"),
                "2026-01-20",
                "2026-02-01 2026-03-01 2026-04-01",
            ),
            (
                "month",
                Some("1"),
                "2026-01-01",
                "2026-01-01 2026-02-01 2026-03-01",
            ),
            (
                "year",
                None,
                "2024-02-29",
                "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29",
            ),
            (
                "quarter",
                Some("end"),
                "2025-11-30",
                "2025-11-30 2026-02-28 2026-05-31",
            ),
            (
                "2 weeks",
                None,
                "2026-11-20",
                "2026-11-20 2026-12-04 2026-12-18",
            ),
            (
                "week",
                Some("monday"),
                "2026-11-20",
                "2026-11-23 2026-11-30 2026-12-07",
            ),
            (
                "1 year",
                Some("1"),
                "2026-12-02",
                "2027-01-01 2028-01-01 2029-01-01",
            ),
        ];
        for (every, on, from, dates) in cases {
            let expected: Vec<NaiveDate> = dates.split(' ').map(day).collect();
            let found: Vec<_> = terms(every, on, from)
                .dates()
                .take(expected.len())
                .collect();
            assert_eq!(found, expected, "{every} from {from}");
        }
    }

    #[test]
    fn a_schedule_ends_by_day_or_by_number() {
        let mut monthly = terms("month", None, "2026-01-31");
        monthly.until = Some(day("2026-03-31"));
        assert_eq!(monthly.dates().count(), 3);
        monthly.until = Some(day("2026-03-30"));
        assert_eq!(monthly.dates().count(), 2);
        monthly.until = None;
        monthly.times = Some(5);
        assert_eq!(monthly.dates().last(), Some(day("2026-05-31")));
        let last = monthly.period(day("2026-05-31"));
        assert_eq!(last.to_string(), "2026-05-31..2026-06-29");
    }

    #[test]
    fn what_is_skipped_counts_and_what_is_paused_is_not_due() {
        let mut monthly = schedule(terms("month", None, "2026-01-01"));
        monthly.terms.times = Some(3);
        monthly.skips.insert(day("2026-02-01"));
        let due: Vec<_> = monthly.due(None, day("2026-12-31")).collect();
        assert_eq!(due, [day("2026-01-01"), day("2026-03-01")]);
        monthly.paused = Some(day("2026-01-15"));
        assert_eq!(monthly.due(None, day("2026-12-31")).count(), 0);
    }

    #[test]
    fn intervals_and_wanted_days_read_back() {
        for (text, every) in [
            ("month", Some("1 month")),
            ("2 weeks", Some("2 weeks")),
            ("2weeks", Some("2 weeks")),
            ("Quarterly", Some("3 months")),
            ("1 YEAR", Some("1 year")),
            ("0 months", None),
            ("121 months", None),
            ("41 quarters", None),
            ("-1 month", None),
            ("1.5 months", None),
            ("1 day", None),
            ("99999999999 weeks", None),
            ("", None),
        ] {
            let read = Every::parse(text).ok().map(|every| every.to_string());
            assert_eq!(read.as_deref(), every, "{text}");
        }
        for (text, unit, on) in [
            ("1", Unit::Month, Some("1")),
            ("END", Unit::Year, Some("end")),
            ("31", Unit::Month, Some("end")),
            ("32", Unit::Month, None),
            ("0", Unit::Month, None),
            ("monday", Unit::Month, None),
            ("Monday", Unit::Week, Some("monday")),
            ("1", Unit::Week, None),
        ] {
            let read = On::parse(text, unit).ok();
            assert_eq!(read.map(|on| on.to_string()).as_deref(), on, "{text}");
            let kept = read.and_then(|on| On::from_number(on.number(), unit));
            assert_eq!(kept, read, "{text}");
        }
    }

    fn any_terms() -> impl Strategy<Value = Terms> {
        let unit = prop_oneof![Just(Unit::Week), Just(Unit::Month), Just(Unit::Year)];
        (
            unit,
            1..=MOST,
            0u64..40_000,
            proptest::option::of(1u32..=31),
        )
            .prop_map(|(unit, count, days, wanted)| {
                let from = day("1990-01-01") + Days::new(days);
                let own = On::of(from, unit);
                let on = match unit {
                    Unit::Week => wanted.and_then(|day| On::from_number(day % 7 + 1, unit)),
                    Unit::Month | Unit::Year => wanted.map(On::Day),
                };
                Terms {
                    every: Every { count, unit },
                    on: on.unwrap_or(own),
                    from,
                    until: None,
                    times: Some(60),
                }
            })
    }

    proptest! {
        #[test]
        fn dates_never_drift(terms in any_terms()) {
            let dates: Vec<_> = terms.dates().collect();
            prop_assert!(dates.first().is_none_or(|first| *first >= terms.from));
            for (before, after) in dates.iter().zip(dates.iter().skip(1)) {
                prop_assert!(before < after);
                match terms.every.unit {
                    Unit::Week => prop_assert_eq!(
                        (*after - *before).num_days(),
                        i64::from(terms.every.count) * 7
                    ),
                    Unit::Month => prop_assert_eq!(
                        month(*after) - month(*before),
                        i64::from(terms.every.count)
                    ),
                    Unit::Year => prop_assert_eq!(
                        month(*after) - month(*before),
                        i64::from(terms.every.count) * 12
                    ),
                }
            }
            for date in dates {
                match terms.on {
                    On::Weekday(wanted) => prop_assert_eq!(date.weekday(), wanted),
                    // The wanted day, or the last of a month that is shorter.
                    On::Day(wanted) => prop_assert!(
                        date.day() == wanted
                            || date.day() < wanted && date.succ_opt().unwrap().day() == 1
                    ),
                }
            }
        }

        #[test]
        fn catching_up_in_any_parts_is_all_at_once(
            terms in any_terms(),
            mut looks in proptest::collection::vec(0u64..60_000, 0..12),
        ) {
            let schedule = schedule(terms);
            let end = schedule.terms.from + Days::new(60_000);
            let whole: Vec<_> = schedule.due(None, end).collect();
            looks.sort_unstable();
            looks.push(60_000);
            let mut parts: Vec<NaiveDate> = Vec::new();
            for look in looks {
                let today = schedule.terms.from + Days::new(look);
                let due: Vec<_> = schedule.due(parts.last().copied(), today).collect();
                parts.extend(due);
            }
            prop_assert_eq!(parts, whole);
        }
    }
}
