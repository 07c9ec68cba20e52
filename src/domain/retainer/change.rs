//! Changes of what is agreed: each takes effect with a period, and none reaches back into one that was invoiced.

use chrono::{Days, NaiveDate};

use crate::values::money::Rate;
use crate::values::period::Period;

use super::period::periods;
use super::{Agreement, Carry, Change, Overage, Terms};

/// What `retainer edit` was given; none: as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub allowance: Option<i64>,
    pub fee: Option<Option<i64>>,
    pub carry: Option<Option<Carry>>,
    pub overage: Option<Overage>,
    pub overage_rate: Option<Option<Rate>>,
}

/// A change that would begin within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAStart {
    pub within: Period,
    /// When the next one begins; none where it is the last.
    pub next: Option<NaiveDate>,
}

impl Wanted {
    /// What is agreed then. A rate of overage goes with the overage that it is for.
    pub fn over(&self, agreement: &Agreement) -> Agreement {
        let overage = self.overage.unwrap_or(agreement.overage);
        let kept = agreement.overage_rate.filter(|_| overage == Overage::Bill);
        Agreement {
            allowance: self.allowance.unwrap_or(agreement.allowance),
            fee: self.fee.unwrap_or(agreement.fee),
            carry: self.carry.unwrap_or(agreement.carry),
            overage,
            overage_rate: self.overage_rate.unwrap_or(kept),
        }
    }
}

impl Terms {
    /// The first day of the first period that begins after a day; none where there is none.
    pub fn next_start(&self, day: NaiveDate) -> Option<NaiveDate> {
        if day < self.start {
            return Some(self.start);
        }
        let current = periods(self, day).pop()?;
        let next = current.to.checked_add_days(Days::new(1))?;
        self.end.is_none_or(|end| next <= end).then_some(next)
    }

    /// Refuses a day on which no period begins.
    pub fn begins_on(&self, day: NaiveDate) -> Result<(), NotAStart> {
        let within = periods(self, day).pop().unwrap_or(Period {
            from: self.start,
            to: self.start,
        });
        if within.from == day && self.start <= day {
            return Ok(());
        }
        Err(NotAStart {
            within,
            next: self.next_start(day),
        })
    }

    /// The terms with what is agreed from a day on.
    pub fn changed(&self, from: NaiveDate, agreement: Agreement) -> Self {
        let mut terms = self.clone();
        if from == terms.start {
            terms.first = agreement;
            return terms;
        }
        terms.changes.retain(|change| change.from != from);
        terms.changes.push(Change { from, agreement });
        terms.changes.sort_by_key(|change| change.from);
        terms
    }
}
