//! The periods of a retainer, and what a first or last partial one has of a whole one.

use chrono::{Datelike, Days, Months, NaiveDate};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::period::Period;

use super::{Per, Terms};

impl Terms {
    /// What a period grants.
    pub fn grant(&self, period: Period) -> i64 {
        let allowance = self.on(period.from).allowance;
        self.share(allowance, period, self.kind.grain())
    }

    /// The fee of a period, in minor units.
    pub fn fee(&self, period: Period) -> Option<i64> {
        let fee = self.on(period.from).fee?;
        Some(self.share(fee, period, 1))
    }

    /// What a period has of an amount agreed for a whole one: all of it, or by days (both ends count) where the terms begin or end
    /// within it; rounded to a multiple of `grain`, half away from zero.
    fn share(&self, amount: i64, period: Period, grain: i64) -> i64 {
        let Some(whole) = whole_period(self, period.from) else {
            return amount;
        };
        if whole == period || !self.prorate {
            return amount;
        }
        let exact =
            Decimal::from(amount) * Decimal::from(period.days()) / Decimal::from(whole.days());
        let grain = Decimal::from(grain.max(1));
        (exact / grain)
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            .checked_mul(grain)
            .and_then(|rounded| rounded.to_i64())
            .unwrap_or(amount)
    }
}

/// The periods of the terms up to the one that holds `through`.
pub fn periods(terms: &Terms, through: NaiveDate) -> Vec<Period> {
    let mut all = Vec::new();
    let mut from = terms.start;
    let last = terms.end.map_or(through, |end| end.min(through));
    while from <= last {
        let Some(whole) = whole_period(terms, from) else {
            break;
        };
        let to = terms.end.map_or(whole.to, |end| end.min(whole.to));
        all.push(Period { from, to });
        let Some(next) = to.checked_add_days(Days::new(1)) else {
            break;
        };
        from = next;
    }
    all
}

/// The calendar period of the terms' length that holds this day.
pub(super) fn whole_period(terms: &Terms, day: NaiveDate) -> Option<Period> {
    Some(match terms.per {
        Per::Week => {
            let back = (day.weekday().num_days_from_monday() + 7
                - terms.week_start.num_days_from_monday())
                % 7;
            let from = day.checked_sub_days(Days::new(u64::from(back)))?;
            Period {
                from,
                to: from.checked_add_days(Days::new(6))?,
            }
        }
        Per::Month => months(day, day.month(), 1)?,
        Per::Quarter => months(day, (day.month() - 1) / 3 * 3 + 1, 3)?,
        Per::Year => months(day, 1, 12)?,
        Per::Term => Period {
            from: terms.start,
            to: terms.end.unwrap_or(NaiveDate::MAX),
        },
    })
}

fn months(day: NaiveDate, first: u32, count: u32) -> Option<Period> {
    let from = NaiveDate::from_ymd_opt(day.year(), first, 1)?;
    let to = from
        .checked_add_months(Months::new(count))?
        .checked_sub_days(Days::new(1))?;
    Some(Period { from, to })
}

/// The last day of the period that is `more` periods after this one.
pub(super) fn last_day_after(terms: &Terms, period: Period, more: u32) -> Option<NaiveDate> {
    let mut whole = period;
    for _ in 0..more.min(10_000) {
        whole = whole_period(terms, whole.to.checked_add_days(Days::new(1))?)?;
    }
    Some(whole.to)
}
