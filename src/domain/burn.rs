//! A budget week by week: what was used, and what would have been at an even pace.

use chrono::{Days, NaiveDate, Weekday};
use rust_decimal::Decimal;

use crate::values::period::Period;

use super::budget::Per;

/// What an even pace is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The budget, in the unit of the days.
    pub allocated: Decimal,
    pub per: Per,
    /// The day on which a budget for the whole is to be used up; without one there is no even pace.
    pub due: Option<NaiveDate>,
}

/// A week, and all up to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub days: Period,
    pub used: Decimal,
    pub total: Decimal,
    /// At an even pace.
    pub ideal: Option<Decimal>,
    pub ideal_total: Option<Decimal>,
    /// It is after the day as of which is told: only its plan is known.
    pub ahead: bool,
}

/// Ten years: a day of the due that is a slip of the keyboard makes no endless chart.
const MOST_WEEKS: usize = 520;

/// The weeks from the first work to `as_of`, or to the day on which it is due, or to the last work, whichever is latest. `days` are in
/// order of day.
pub fn weeks(
    plan: Option<&Plan>,
    days: &[(NaiveDate, Decimal)],
    as_of: NaiveDate,
    first_day: Weekday,
) -> Vec<Week> {
    let first = days.first().map_or(as_of, |(day, _)| *day).min(as_of);
    let due = plan.and_then(|plan| plan.due);
    let last = [
        Some(as_of),
        days.last().map(|(day, _)| *day),
        due.filter(|due| *due > first),
    ];
    let last = last.into_iter().flatten().max().unwrap_or(as_of);
    let mut weeks = Vec::new();
    let (mut total, mut ideal_total) = (Decimal::ZERO, Decimal::ZERO);
    let mut week = Period::week(first, first_day);
    while week.from <= last && weeks.len() < MOST_WEEKS {
        let used = days
            .iter()
            .filter(|(day, _)| week.contains(*day))
            .map(|(_, number)| *number)
            .sum();
        total += used;
        let ideal = plan.and_then(|plan| ideal(plan, first, week));
        ideal_total += ideal.unwrap_or_default();
        weeks.push(Week {
            days: week,
            used,
            total,
            ideal,
            ideal_total: ideal.map(|_| ideal_total),
            ahead: week.from > as_of,
        });
        let Some(next) = week.to.succ_opt() else {
            break;
        };
        week = Period::week(next, first_day);
    }
    weeks
}

/// What an even pace uses in a week.
fn ideal(plan: &Plan, first: NaiveDate, week: Period) -> Option<Decimal> {
    match plan.per {
        Per::Month => Some(
            each_day(week)
                .map(|day| plan.allocated / Decimal::from(Period::month(day).days()))
                .sum(),
        ),
        Per::Total => {
            let whole = Period::new(first, plan.due?).ok()?;
            let planned = each_day(week).filter(|day| whole.contains(*day)).count();
            let planned = Decimal::from(u64::try_from(planned).ok()?);
            Some(plan.allocated * planned / Decimal::from(whole.days()))
        }
    }
}

fn each_day(period: Period) -> impl Iterator<Item = NaiveDate> {
    let days = u64::try_from(period.days()).unwrap_or_default();
    (0..days).filter_map(move |after| period.from.checked_add_days(Days::new(after)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn plan(allocated: i64, per: Per, due: Option<&str>) -> Plan {
        Plan {
            allocated: Decimal::from(allocated),
            per,
            due: due.map(day),
        }
    }

    fn used(weeks: &[Week]) -> Vec<String> {
        weeks.iter().map(|week| week.used.to_string()).collect()
    }

    #[test]
    fn weeks_run_from_the_first_work_without_a_gap() {
        let days = [
            (day("2026-11-04"), Decimal::from(3)),
            (day("2026-11-08"), Decimal::from(1)),
            (day("2026-11-20"), Decimal::from(2)),
        ];
        let monday = weeks(None, &days, day("2026-11-20"), Weekday::Mon);
        assert_eq!(used(&monday), ["4", "0", "2"]);
        assert_eq!(monday[2].total, Decimal::from(6));
        assert_eq!(monday[0].ideal, None);
        let sunday = weeks(None, &days, day("2026-11-20"), Weekday::Sun);
        assert_eq!(used(&sunday), ["3", "1", "2"]);
        let nothing = weeks(None, &[], day("2026-11-20"), Weekday::Mon);
        assert_eq!(used(&nothing), ["0"]);
    }

    #[test]
    fn an_even_pace_uses_up_the_budget_on_the_day_it_is_due() {
        let days = [(day("2026-11-05"), Decimal::from(3))];
        // 5 November to 2 December are 28 days.
        let plan = plan(56, Per::Total, Some("2026-12-02"));
        let weeks = weeks(Some(&plan), &days, day("2026-11-20"), Weekday::Mon);
        let ideal: Vec<_> = weeks.iter().filter_map(|week| week.ideal).collect();
        assert_eq!(ideal, [8, 14, 14, 14, 6].map(Decimal::from));
        assert_eq!(weeks[4].ideal_total, Some(Decimal::from(56)));
        let ahead: Vec<_> = weeks.iter().map(|week| week.ahead).collect();
        assert_eq!(ahead, [false, false, false, true, true]);
    }

    #[test]
    fn a_month_has_its_pace_by_its_days() {
        let days = [(day("2026-11-02"), Decimal::ONE)];
        let plan = plan(30, Per::Month, None);
        let weeks = weeks(Some(&plan), &days, day("2026-11-10"), Weekday::Mon);
        let ideal: Vec<_> = weeks.iter().filter_map(|week| week.ideal).collect();
        assert_eq!(ideal, [7, 7].map(Decimal::from));
    }

    proptest! {
        #[test]
        fn the_weeks_sum_up_to_all_that_was_used(
            work in prop::collection::btree_map(0u64..400, 1i64..600, 0..40),
            due in prop::option::of(0u64..500),
            sunday: bool,
        ) {
            let start = day("2026-01-01");
            let days: Vec<_> = work
                .iter()
                .map(|(after, minutes)| (start + Days::new(*after), Decimal::from(*minutes)))
                .collect();
            let plan = Plan {
                allocated: Decimal::from(100),
                per: Per::Total,
                due: due.map(|after| start + Days::new(after)),
            };
            let first_day = if sunday { Weekday::Sun } else { Weekday::Mon };
            let weeks = weeks(Some(&plan), &days, day("2026-09-09"), first_day);
            let all: Decimal = days.iter().map(|(_, number)| *number).sum();
            prop_assert_eq!(weeks.last().map(|week| week.total), Some(all));
            prop_assert!(weeks.windows(2).all(|two| two[0].days.to.succ_opt() == Some(two[1].days.from)));
        }
    }
}
