//! How much of a budget is used, at which pace, until when it lasts, and when it is told.
//!
//! A budget is in hours or in money, for the whole of a project or phase or anew each month. The rules are the same for all: they run
//! over one number a day, which is seconds or money.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::MoneyError;
use crate::values::period::Period;

/// What was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub amount: Amount,
    pub per: Per,
}

/// What a budget is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Per {
    /// The whole.
    #[default]
    Total,
    /// Each calendar month anew.
    Month,
}

/// Which work uses a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counts {
    #[default]
    Billable,
    All,
}

impl Per {
    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Month => "month",
        }
    }

    /// The one of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Total, Self::Month]
            .into_iter()
            .find(|per| per.word() == word)
    }

    /// The days over which the budget is counted at a day; none: all.
    pub fn period(self, day: NaiveDate) -> Option<Period> {
        match self {
            Self::Total => None,
            Self::Month => Some(Period::month(day)),
        }
    }
}

impl Counts {
    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Billable => "billable",
            Self::All => "all",
        }
    }

    /// The one of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Billable, Self::All]
            .into_iter()
            .find(|counts| counts.word() == word)
    }

    /// Whether work of this billability is counted.
    pub fn takes(self, billable: bool) -> bool {
        billable || self == Self::All
    }
}

/// The work of one day that counts: its time, and its exact worth in the major unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub day: NaiveDate,
    pub seconds: Seconds,
    pub worth: Decimal,
}

impl Day {
    /// The number that a budget in this unit counts.
    pub fn number(&self, unit: Amount) -> Decimal {
        match unit {
            Amount::Hours(_) => Decimal::from(self.seconds.0),
            Amount::Money(_) => self.worth,
        }
    }
}

/// A budget as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub allocated: Amount,
    pub used: Amount,
    /// Negative when over.
    pub left: Amount,
    /// Used over allocated, one place; none for a budget of zero.
    pub percent: Option<Decimal>,
    /// Hours or money a week, two places.
    pub burn_rate: Decimal,
    /// The day on which it is used up at that pace, or was used up; none while the pace is zero, and where the month ends first.
    pub projected_completion: Option<NaiveDate>,
    /// The month that is counted; none: everything.
    pub month: Option<Period>,
}

/// Days over which the pace is measured.
const PACE_DAYS: u64 = 28;

const SECONDS_AN_HOUR: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);

/// The state of a budget. `days` is the work that counts, in order of day; later days than `as_of` count as used but not for the pace.
pub fn standing(budget: &Budget, days: &[Day], as_of: NaiveDate) -> Result<Standing, MoneyError> {
    let unit = budget.amount;
    let numbers: Vec<(NaiveDate, Decimal)> =
        days.iter().map(|day| (day.day, day.number(unit))).collect();
    let month = budget.per.period(as_of);
    let counted: Vec<(NaiveDate, Decimal)> = numbers
        .iter()
        .filter(|(day, _)| month.is_none_or(|month| month.contains(*day)))
        .copied()
        .collect();
    let allocated = unit.exact();
    let used: Decimal = counted.iter().map(|(_, number)| *number).sum();
    let left = allocated - used;
    let pace = Pace::of(&numbers, as_of);
    let projected_completion = if left <= Decimal::ZERO {
        used_up_on(allocated, &counted)
    } else {
        pace.lasts_until(left, as_of)
            .filter(|day| month.is_none_or(|month| *day <= month.to))
    };
    let per_week = match unit {
        Amount::Hours(_) => pace.weekly() / SECONDS_AN_HOUR,
        Amount::Money(_) => pace.weekly(),
    };
    Ok(Standing {
        allocated: unit,
        used: unit.like(used)?,
        left: unit.like(left)?,
        percent: percent(used, allocated),
        burn_rate: rounded(per_week, 2),
        projected_completion,
        month,
    })
}

/// How much was used over how many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace {
    used: Decimal,
    days: i64,
}

impl Pace {
    /// What was used in the 28 days up to and with `as_of`; where the first work is younger than that, in the days since it, at
    /// least a week.
    fn of(days: &[(NaiveDate, Decimal)], as_of: NaiveDate) -> Self {
        let until_now = || days.iter().filter(|(day, _)| *day <= as_of);
        let age = until_now()
            .next()
            .map_or(0, |(first, _)| (as_of - *first).num_days() + 1);
        let since = as_of
            .checked_sub_days(Days::new(PACE_DAYS - 1))
            .unwrap_or(NaiveDate::MIN);
        Self {
            used: until_now()
                .filter(|(day, _)| *day >= since)
                .map(|(_, number)| *number)
                .sum(),
            days: age.clamp(7, PACE_DAYS as i64),
        }
    }

    fn weekly(self) -> Decimal {
        self.used * Decimal::from(7) / Decimal::from(self.days)
    }

    /// The day on which so much will be used; none while nothing is.
    fn lasts_until(self, left: Decimal, as_of: NaiveDate) -> Option<NaiveDate> {
        // left ÷ (used ÷ days), in one division so that an exact number of days stays exact.
        let days = (left * Decimal::from(self.days))
            .checked_div(self.used)?
            .ceil();
        as_of.checked_add_days(Days::new(u64::try_from(days).ok()?))
    }
}

fn percent(used: Decimal, allocated: Decimal) -> Option<Decimal> {
    let exact = (used * Decimal::ONE_HUNDRED).checked_div(allocated)?;
    Some(rounded(exact, 1))
}

fn rounded(exact: Decimal, places: u32) -> Decimal {
    exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// The day on which the sum reached the budget; none where nothing was agreed and nothing was worked.
fn used_up_on(allocated: Decimal, days: &[(NaiveDate, Decimal)]) -> Option<NaiveDate> {
    let mut sum = Decimal::ZERO;
    days.iter().find_map(|(day, number)| {
        sum += *number;
        (sum >= allocated).then_some(*day)
    })
}

/// Percents of a budget at which it is told, from the lowest to the highest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds(Vec<u16>);

/// The highest percent and the largest number of thresholds.
const HIGHEST: u16 = 1000;
const MOST: usize = 10;

/// A text that is no list of percents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no list of percents; write it as 75,90,100, or none")]
pub struct ThresholdError(String);

impl FromStr for Thresholds {
    type Err = ThresholdError;

    /// Reads `75,90,100` in any order, with or without signs of percent, or `none`.
    fn from_str(text: &str) -> Result<Self, ThresholdError> {
        let wrong = || ThresholdError(text.chars().take(60).collect());
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self(Vec::new()));
        }
        let mut percents = text
            .split(',')
            .map(|part| {
                let digits = part.trim().trim_end_matches('%').trim_end();
                let percent: u16 = digits.parse().map_err(|_| wrong())?;
                (1..=HIGHEST)
                    .contains(&percent)
                    .then_some(percent)
                    .ok_or_else(wrong)
            })
            .collect::<Result<Vec<_>, _>>()?;
        percents.sort_unstable();
        percents.dedup();
        if percents.len() > MOST {
            return Err(wrong());
        }
        Ok(Self(percents))
    }
}

impl fmt::Display for Thresholds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let percents: Vec<String> = self.0.iter().map(u16::to_string).collect();
        f.write_str(&percents.join(","))
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self(vec![75, 90, 100])
    }
}

impl Thresholds {
    /// From the lowest to the highest.
    pub fn percents(&self) -> &[u16] {
        &self.0
    }

    /// The highest that is reached at so many percent.
    pub fn reached(&self, percent: Decimal) -> Option<u16> {
        self.0
            .iter()
            .rev()
            .copied()
            .find(|threshold| Decimal::from(*threshold) <= percent)
    }
}

/// What to do with work that goes over a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverRule {
    Warn,
    Refuse,
}

impl OverRule {
    /// The rule a word of the settings names.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "warn" => Some(Self::Warn),
            "refuse" => Some(Self::Refuse),
            _ => None,
        }
    }
}

/// What is to be told of work that was added to a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// It is over the budget, by so much.
    Over { by: Decimal },
    /// It reached a threshold that was not reached before.
    Reached { threshold: u16 },
}

/// What it means that of a budget `before` was used and now `after` is: a threshold is told once, when it is crossed; over the budget
/// is told of everything that adds to it.
pub fn crossing(
    allocated: Decimal,
    before: Decimal,
    after: Decimal,
    thresholds: &Thresholds,
) -> Option<Crossing> {
    if after <= before {
        return None;
    }
    if after > allocated {
        return Some(Crossing::Over {
            by: after - allocated,
        });
    }
    // By the percent that people read, as alerts, notices and reports go by it.
    let reached = |used| thresholds.reached(percent(used, allocated)?);
    let threshold = reached(after)?;
    (reached(before) < Some(threshold)).then_some(Crossing::Reached { threshold })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::money::{Currency, Money};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// Days of whole hours, each hour worth 100.
    fn worked(days: &[(&str, i64)]) -> Vec<Day> {
        days.iter()
            .map(|(on, hours)| Day {
                day: day(on),
                seconds: Seconds(hours * 3600),
                worth: Decimal::from(hours * 100),
            })
            .collect()
    }

    fn hours(hours: i64, per: Per) -> Budget {
        Budget {
            amount: Amount::Hours(Seconds(hours * 3600)),
            per,
        }
    }

    fn euros(euros: i64, per: Per) -> Budget {
        let euro = Currency::parse("EUR").unwrap();
        Budget {
            amount: Amount::Money(Money::from_minor(euros * 100, euro)),
            ..hours(0, per)
        }
    }

    #[test]
    fn used_left_pace_and_end_follow_the_rules_in_hours_and_in_money() {
        use Per::{Month, Total};
        // 50 h in the last 28 days: 12.5 a week; 70 h are left: 39.2 days, so the 40th day.
        let autumn = worked(&[("2026-09-01", 80), ("2026-10-26", 30), ("2026-11-20", 20)]);
        let january = worked(&[("2026-01-05", 6), ("2026-01-06", 6)]);
        // The first of 28 days counts and the one before does not.
        let edge = worked(&[("2026-10-24", 8), ("2026-10-25", 8)]);
        let cases = [
            (
                hours(200, Total),
                &autumn,
                "130",
                "65",
                "12.5",
                Some("2026-12-31"),
            ),
            (
                euros(20_000, Total),
                &autumn,
                "13000",
                "65",
                "1250",
                Some("2026-12-31"),
            ),
            // Of November only 20 h; the pace is that of four weeks. 30 h left: 16.8 days are in December.
            (hours(50, Month), &autumn, "20", "40", "12.5", None),
            // 5 h left: 2.8 days.
            (
                hours(25, Month),
                &autumn,
                "20",
                "80",
                "12.5",
                Some("2026-11-24"),
            ),
            (
                euros(2500, Month),
                &autumn,
                "2000",
                "80",
                "1250",
                Some("2026-11-24"),
            ),
            (
                hours(20, Month),
                &autumn,
                "20",
                "100",
                "12.5",
                Some("2026-11-20"),
            ),
            (hours(20, Total), &january, "12", "60", "0", None),
            (
                hours(10, Total),
                &january,
                "12",
                "120",
                "0",
                Some("2026-01-06"),
            ),
            (
                hours(12, Total),
                &january,
                "12",
                "100",
                "0",
                Some("2026-01-06"),
            ),
            (hours(10, Month), &january, "0", "0", "0", None),
            (hours(32, Total), &edge, "16", "50", "2", Some("2027-01-16")),
        ];
        for (budget, days, used, percent, burn, end) in cases {
            let state = standing(&budget, days, day("2026-11-21")).unwrap();
            let unit = match budget.amount {
                Amount::Hours(_) => Decimal::from(3600),
                Amount::Money(_) => Decimal::ONE,
            };
            assert_eq!(state.used.exact() / unit, dec(used), "{budget:?}");
            assert_eq!(
                state.left.exact(),
                budget.amount.exact() - state.used.exact(),
                "{budget:?}"
            );
            assert_eq!(state.percent, Some(dec(percent)), "{budget:?}");
            assert_eq!(state.burn_rate, dec(burn), "{budget:?}");
            assert_eq!(state.projected_completion, end.map(day), "{budget:?}");
        }
    }

    #[test]
    fn a_young_budget_is_measured_over_at_least_a_week() {
        // three days old: 6 h over one week; fourteen days with both ends: 6 h over two.
        for (first, weekly) in [("2026-11-19", 6), ("2026-11-08", 3), ("2026-10-25", 2)] {
            let days = worked(&[(first, if weekly == 2 { 8 } else { 6 })]);
            let state = standing(&hours(99, Per::Total), &days, day("2026-11-21")).unwrap();
            assert_eq!(state.burn_rate, Decimal::from(weekly), "{first}");
        }
    }

    #[test]
    fn work_of_later_days_is_used_and_makes_no_pace() {
        let days = worked(&[("2026-11-20", 2), ("2026-11-25", 5)]);
        let state = standing(&hours(10, Per::Total), &days, day("2026-11-21")).unwrap();
        assert_eq!(state.used, Amount::Hours(Seconds(7 * 3600)));
        assert_eq!(state.burn_rate, Decimal::TWO);
    }

    #[test]
    fn no_work_and_no_budget_are_no_division_by_zero() {
        for per in [Per::Total, Per::Month] {
            let state = standing(&hours(0, per), &[], day("2026-11-21")).unwrap();
            assert_eq!((state.percent, state.burn_rate), (None, Decimal::ZERO));
            assert_eq!(state.projected_completion, None);
        }
    }

    #[test]
    fn thresholds_are_a_list_of_percents() {
        let cases = [
            ("75,90,100", Some("75,90,100")),
            ("100, 50 %, 50%", Some("50,100")),
            ("none", Some("none")),
            ("150", Some("150")),
            ("0", None),
            ("1001", None),
            ("", None),
            ("75;90", None),
            ("-5", None),
            ("1,2,3,4,5,6,7,8,9,10,11", None),
        ];
        for (text, kept) in cases {
            let parsed = text.parse::<Thresholds>().ok();
            let shown = parsed.as_ref().map(ToString::to_string);
            assert_eq!(shown.as_deref(), kept, "{text}");
            if let Some(parsed) = parsed {
                assert_eq!(parsed.to_string().parse(), Ok(parsed));
            }
        }
    }

    #[test]
    fn a_threshold_is_told_once_and_over_the_budget_always() {
        let thresholds = Thresholds::default();
        // allocated, before, after
        let cases = [
            (100, 0, 74, None),
            (100, 74, 75, Some(75)),
            (100, 75, 80, None),
            (100, 70, 95, Some(90)),
            (100, 95, 100, Some(100)),
            (100, 100, 100, None),
            (100, 90, 50, None),
            // By the percent that is shown: 74.9, then 75.0.
            (10_000, 7_494, 7_496, Some(75)),
            (10_000, 7_496, 7_500, None),
        ];
        for (allocated, before, after, told) in cases {
            let found = crossing(
                Decimal::from(allocated),
                Decimal::from(before),
                Decimal::from(after),
                &thresholds,
            );
            let expected = told.map(|threshold| Crossing::Reached { threshold });
            assert_eq!(found, expected, "{before} to {after}");
        }
        for (allocated, before, after, by) in [(100, 99, 101, 1), (100, 120, 125, 25), (0, 0, 1, 1)]
        {
            let (before, after) = (Decimal::from(before), Decimal::from(after));
            let found = crossing(Decimal::from(allocated), before, after, &thresholds);
            let by = Decimal::from(by);
            assert_eq!(found, Some(Crossing::Over { by }));
        }
        let less = crossing(dec("10"), dec("20"), dec("15"), &thresholds);
        assert_eq!(less, None, "what takes work away is never told");
    }

    proptest! {
        #[test]
        fn used_and_left_are_the_budget_whatever_was_worked(
            allocated in 0i64..5_000,
            hours_of_days in prop::collection::vec((0i64..120, 1i64..24), 0..40),
            monthly: bool,
            money: bool,
        ) {
            let per = if monthly { Per::Month } else { Per::Total };
            let budget = if money { euros(allocated * 100, per) } else { hours(allocated, per) };
            let first = day("2026-08-01");
            let mut days: Vec<Day> = hours_of_days
                .iter()
                .map(|(after, hours)| Day {
                    day: first + Days::new(u64::try_from(*after).unwrap()),
                    seconds: Seconds(hours * 3600),
                    worth: Decimal::from(hours * 100),
                })
                .collect();
            days.sort_by_key(|day| day.day);
            let as_of = day("2026-10-20");
            let state = standing(&budget, &days, as_of).unwrap();
            prop_assert_eq!(state.used.exact() + state.left.exact(), state.allocated.exact());
            // In hours and in money of one rate the same is told.
            let other = if money { hours(allocated, per) } else { euros(allocated * 100, per) };
            let other = standing(&other, &days, as_of).unwrap();
            prop_assert_eq!(state.percent, other.percent);
            prop_assert_eq!(state.projected_completion, other.projected_completion);
            // A day on which it will be used up is not in the past; one on which it was has work.
            if let Some(end) = state.projected_completion {
                let over = state.left.exact() <= Decimal::ZERO;
                prop_assert_eq!(over, days.iter().any(|day| day.day == end) && over);
                prop_assert!(over || end > as_of);
            }
        }
    }
}
