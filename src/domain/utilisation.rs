//! How much of what people could work was worked and billable.
//!
//! Capacity is the hours of a week over five, for each Monday to Friday. Holidays and leave are not known and not taken off.

use chrono::{Datelike, NaiveDate, Weekday};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::duration::Seconds;
use crate::values::period::Period;

/// Working days of a week.
const DAYS: i64 = 5;

/// The hours that one person can work in a period, as far as it has come: days after `as_of` do not count.
pub fn capacity(weekly: Seconds, period: Period, as_of: NaiveDate) -> Seconds {
    let to = period.to.min(as_of);
    if to < period.from {
        return Seconds::ZERO;
    }
    let days = (to - period.from).num_days() + 1;
    let whole = days / 7 * DAYS;
    let rest = days % 7;
    let in_rest = period
        .from
        .iter_days()
        .take(usize::try_from(rest).unwrap_or(0))
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .count();
    let working = whole + i64::try_from(in_rest).unwrap_or(0);
    Seconds(weekly.0.saturating_mul(working) / DAYS)
}

/// A part in percent of a whole, with one place; none of nothing.
pub fn percent(part: Seconds, whole: Seconds) -> Option<Decimal> {
    let hundredfold = Decimal::from(part.0) * Decimal::ONE_HUNDRED;
    let exact = hundredfold.checked_div(Decimal::from(whole.0))?;
    let mut percent = exact.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    percent.rescale(1);
    Some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn capacity_counts_mondays_to_fridays_that_have_come() {
        for (from, to, as_of, hours) in [
            ("2026-11-16", "2026-11-22", "2026-11-30", 40),
            ("2026-11-16", "2026-11-22", "2026-11-20", 40),
            ("2026-11-16", "2026-11-22", "2026-11-18", 24),
            ("2026-11-21", "2026-11-22", "2026-11-30", 0),
            ("2026-11-21", "2026-11-23", "2026-11-30", 8),
            ("2026-11-01", "2026-11-30", "2026-12-31", 168),
            ("2026-01-01", "2026-12-31", "2026-12-31", 2088),
            ("2026-12-01", "2026-12-31", "2026-11-20", 0),
        ] {
            let period = Period::new(day(from), day(to)).unwrap();
            let found = capacity(Seconds(40 * 3600), period, day(as_of));
            assert_eq!(found, Seconds(hours * 3600), "{period} on {as_of}");
        }
    }

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!(percent(Seconds(5), Seconds(0)), None);
        assert_eq!(
            percent(Seconds(1), Seconds(3)),
            Some("33.3".parse().unwrap())
        );
        assert_eq!(
            percent(Seconds(5), Seconds(4)),
            Some("125".parse().unwrap())
        );
    }
}
