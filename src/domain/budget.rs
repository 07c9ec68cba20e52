//! How much of an hour budget is used, at which pace, and until when it lasts.

use chrono::{Days, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::duration::Seconds;

/// A budget in hours as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourBudget {
    pub allocated: Seconds,
    pub used: Seconds,
    /// Negative when over.
    pub left: Seconds,
    /// Used over allocated, one place; none for a budget of zero.
    pub percent: Option<Decimal>,
    /// Hours a week, two places.
    pub burn_rate: Decimal,
    /// The day on which it is used up at that pace, or was used up; none while the pace is zero.
    pub projected_completion: Option<NaiveDate>,
}

/// Days over which the pace is measured.
const PACE_DAYS: u64 = 28;

/// The state of a budget of `allocated` hours. `days` are the seconds that count, summed by day, in order of day; later days
/// than `as_of` count as used but not for the pace.
pub fn hours(allocated: Seconds, days: &[(NaiveDate, Seconds)], as_of: NaiveDate) -> HourBudget {
    let used: Seconds = days.iter().map(|(_, seconds)| *seconds).sum();
    let left = allocated - used;
    let exact_burn = weekly_pace(days, as_of);
    HourBudget {
        allocated,
        used,
        left,
        percent: percent(used, allocated),
        burn_rate: exact_burn.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero),
        projected_completion: if left.0 <= 0 {
            used_up_on(allocated, days)
        } else {
            lasts_until(left, exact_burn, as_of)
        },
    }
}

/// Hours a week: the hours of the 28 days up to and with `as_of`, over 4; where the first entry is younger than that, over the
/// weeks since it, at least one.
pub fn weekly_pace(days: &[(NaiveDate, Seconds)], as_of: NaiveDate) -> Decimal {
    let until_now = || days.iter().filter(|(day, _)| *day <= as_of);
    let Some((first, _)) = until_now().next() else {
        return Decimal::ZERO;
    };
    let age = (as_of - *first).num_days() + 1;
    let measured = age.clamp(7, PACE_DAYS as i64);
    let since = as_of
        .checked_sub_days(Days::new(PACE_DAYS - 1))
        .unwrap_or(NaiveDate::MIN);
    let seconds: Seconds = until_now()
        .filter(|(day, _)| *day >= since)
        .map(|(_, seconds)| *seconds)
        .sum();
    // seconds / 3600 / (measured / 7)
    Decimal::from(seconds.0) * Decimal::from(7) / Decimal::from(3600 * measured)
}

fn percent(used: Seconds, allocated: Seconds) -> Option<Decimal> {
    if allocated.0 == 0 {
        return None;
    }
    let exact = Decimal::from(used.0) * Decimal::ONE_HUNDRED / Decimal::from(allocated.0);
    Some(exact.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
}

fn used_up_on(allocated: Seconds, days: &[(NaiveDate, Seconds)]) -> Option<NaiveDate> {
    let mut sum = Seconds::ZERO;
    days.iter().find_map(|(day, seconds)| {
        sum += *seconds;
        (sum >= allocated).then_some(*day)
    })
}

fn lasts_until(left: Seconds, weekly: Decimal, as_of: NaiveDate) -> Option<NaiveDate> {
    if weekly.is_zero() {
        return None;
    }
    // left / 3600 / weekly × 7, in one division so that an exact number of days stays exact.
    let days = (Decimal::from(left.0) * Decimal::from(7))
        .checked_div(weekly * Decimal::from(3600))?
        .round_dp(9)
        .ceil();
    as_of.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn worked(days: &[(&str, i64)]) -> Vec<(NaiveDate, Seconds)> {
        days.iter()
            .map(|(on, hours)| (day(on), Seconds(hours * 3600)))
            .collect()
    }

    #[test]
    fn the_pace_is_that_of_four_weeks_and_projects_the_end() {
        // 50 h in the last 28 days: 12.5 a week; 70 h are left: 39.2 days, so the 40th day.
        let days = worked(&[("2026-09-01", 80), ("2026-10-26", 30), ("2026-11-20", 20)]);
        let state = hours(Seconds(200 * 3600), &days, day("2026-11-21"));
        assert_eq!(state.used, Seconds(130 * 3600));
        assert_eq!(state.left, Seconds(70 * 3600));
        assert_eq!(state.percent, Some("65".parse().unwrap()));
        assert_eq!(state.burn_rate, "12.5".parse().unwrap());
        assert_eq!(state.projected_completion, Some(day("2026-12-31")));
    }

    #[test]
    fn the_first_of_28_days_counts_and_the_one_before_does_not() {
        let as_of = day("2026-11-28");
        let inside = worked(&[("2026-10-01", 1), ("2026-11-01", 8)]);
        let outside = worked(&[("2026-10-01", 1), ("2026-10-31", 8)]);
        assert_eq!(weekly_pace(&inside, as_of), Decimal::TWO);
        assert_eq!(weekly_pace(&outside, as_of), Decimal::ZERO);
    }

    #[test]
    fn a_young_budget_is_measured_over_at_least_a_week() {
        let as_of = day("2026-11-21");
        // three days old: 6 h over one week; fourteen days with both ends: 6 h over two.
        assert_eq!(
            weekly_pace(&worked(&[("2026-11-19", 6)]), as_of),
            Decimal::from(6)
        );
        assert_eq!(
            weekly_pace(&worked(&[("2026-11-08", 6)]), as_of),
            Decimal::from(3)
        );
    }

    #[test]
    fn an_idle_budget_projects_nothing_and_a_used_one_says_when() {
        let days = worked(&[("2026-01-05", 6), ("2026-01-06", 6)]);
        let idle = hours(Seconds(20 * 3600), &days, day("2026-11-21"));
        assert_eq!(
            (idle.burn_rate, idle.projected_completion),
            (Decimal::ZERO, None)
        );
        let over = hours(Seconds(10 * 3600), &days, day("2026-11-21"));
        assert_eq!(over.left, Seconds(-2 * 3600));
        assert_eq!(over.percent, Some(Decimal::from(120)));
        assert_eq!(over.projected_completion, Some(day("2026-01-06")));
    }

    #[test]
    fn no_work_at_all_is_no_division_by_zero() {
        let state = hours(Seconds(0), &[], day("2026-11-21"));
        assert_eq!((state.percent, state.burn_rate), (None, Decimal::ZERO));
    }
}
