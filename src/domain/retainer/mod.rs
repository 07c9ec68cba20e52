//! A retainer is a ledger: grants, draws, carry-over with cap and expiry, overage. [`ledger`] is a pure function of terms and
//! use, and every figure about a retainer anywhere comes from it.
//!
//! Amounts are whole seconds or minor units of money, as the terms say; the ledger does not care which.

mod change;
mod ledger;
mod period;
mod scope;
#[cfg(test)]
mod tests;

use chrono::{NaiveDate, Weekday};

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};

use super::key::{ClientKey, ProjectKey, RetainerKey};

pub use change::{NotAStart, Wanted};
pub use ledger::{Account, Carried, Closed, Draw, Lost, Use, Why, ledger};
pub use period::periods;
pub use scope::{overlap, uncovered};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Week,
    Month,
    Quarter,
    Year,
    /// One period from start to end.
    Term,
}

impl Per {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Term => "term",
        }
    }

    /// The length a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Week,
            Self::Month,
            Self::Quarter,
            Self::Year,
            Self::Term,
        ]
        .into_iter()
        .find(|per| per.word() == word)
    }
}

/// What happens with use beyond what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overage {
    /// Billed after the period: by the hour, or as an amount.
    Bill,
    /// A deficit that the next period begins with.
    Carry,
    /// Given to the client.
    Absorb,
}

impl Overage {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Carry => "carry",
            Self::Absorb => "absorb",
        }
    }

    /// The rule a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Bill, Self::Carry, Self::Absorb]
            .into_iter()
            .find(|overage| overage.word() == word)
    }
}

/// What is granted and drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Billed time, in seconds.
    Hours,
    /// The value of billed time at the rates in force, in minor units of the client's currency.
    Money,
}

impl Kind {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Money => "money",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Hours, Self::Money]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    /// So much of it.
    pub fn amount(self, number: i64, currency: Currency) -> Amount {
        match self {
            Self::Hours => Amount::Hours(Seconds(number)),
            Self::Money => Amount::Money(Money::from_minor(number, currency)),
        }
    }

    /// A pro-rated grant is rounded to a multiple of this: to the minute, or to the minor unit.
    fn grain(self) -> i64 {
        match self {
            Self::Hours => 60,
            Self::Money => 1,
        }
    }
}

/// Unused amounts move to the next period up to a cap, each grant for a number of periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// At most this much is carried out of a period.
    pub cap: i64,
    /// A grant can be drawn in its own period and in this many after it; none: for ever.
    pub periods: Option<u32>,
}

/// What a whole period has, for as long as it is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Granted in a whole period.
    pub allowance: i64,
    /// Minor units per whole period.
    pub fee: Option<i64>,
    pub carry: Option<Carry>,
    pub overage: Overage,
    /// The rate of billed overage; none: that of the entry. Of money, overage is an amount already.
    pub overage_rate: Option<Rate>,
}

/// What is agreed from the first day of a period on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub from: NaiveDate,
    pub agreement: Agreement,
}

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub kind: Kind,
    pub per: Per,
    pub start: NaiveDate,
    /// The last day.
    pub end: Option<NaiveDate>,
    pub week_start: Weekday,
    /// First and last partial periods are granted by days.
    pub prorate: bool,
    /// What holds from the start.
    pub first: Agreement,
    /// What holds later, in the order of days; each from the first day of a period.
    pub changes: Vec<Change>,
}

impl Terms {
    /// What is agreed for a day.
    pub fn on(&self, day: NaiveDate) -> &Agreement {
        self.changes
            .iter()
            .rfind(|change| change.from <= day)
            .map_or(&self.first, |change| &change.agreement)
    }
}

/// A retainer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retainer {
    pub key: RetainerKey,
    pub client: ClientKey,
    pub terms: Terms,
    /// Projects whose work draws from it; empty: all of the client's.
    pub projects: Vec<ProjectKey>,
}

impl Retainer {
    /// Whether its terms hold on this day.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.terms.start <= day && self.terms.end.is_none_or(|end| day <= end)
    }

    /// Whether work on this project and day draws from it.
    pub fn covers(&self, project: ProjectKey, day: NaiveDate) -> bool {
        self.is_in_force(day) && (self.projects.is_empty() || self.projects.contains(&project))
    }
}
