//! What a client is asked to approve: more budget, or the time of some days; and what an answer changes in the books.
//!
//! An approval covers what was shown and nothing else: a budget that is another by now stays as it is, and so does an entry that was
//! changed or is gone.

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::period::Period;
use crate::values::text::{Line, Note};

use super::Refusal;
use super::budget::Budget;
use super::key::{ApprovalRequestKey, ClientKey, EntryKey, ProjectKey};
use super::time::Work;

/// Something that a client was asked to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRequest {
    pub key: ApprovalRequestKey,
    pub client: ClientKey,
    pub what: Asked,
    /// What the client reads beside it.
    pub note: Option<Note>,
    pub asked: DateTime<Utc>,
    pub state: State,
    /// The client's answer.
    pub answer: Option<Answer>,
    /// What an approval changed here; none while it is still to be put into the books.
    pub outcome: Option<Outcome>,
    /// What followed from the approval was undone here: it does not hold any more.
    pub taken_back: bool,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Budget {
        project: ProjectKey,
        /// So much more.
        by: Amount,
        /// What it was when it was asked.
        was: Amount,
    },
    Timesheet {
        days: Period,
        /// The entries, with [`facts`] of when it was asked.
        entries: Vec<(EntryKey, String)>,
    },
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// The owner took it back.
    Withdrawn,
    Approved,
    Declined,
}

impl State {
    const ALL: [Self; 4] = [Self::Open, Self::Withdrawn, Self::Approved, Self::Declined];

    /// The word in the store, in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Withdrawn => "withdrawn",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A client's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub at: DateTime<Utc>,
    /// Name or address of the user.
    pub by: String,
    pub note: Option<Note>,
    /// Hash of what was shown.
    pub shown: String,
    /// Of a time sheet the entries that were shown, each with its time; empty where that is not known.
    pub sheet: Vec<(EntryKey, Seconds)>,
}

/// What an approval changed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it.
    Applied { covered: usize },
    /// Entries were changed since: only so many are as they were shown.
    Partly { covered: usize },
    /// Nothing, for nothing is as it was shown.
    NotApplied,
}

impl Outcome {
    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Partly { .. } => "partly",
            Self::NotApplied => "not-applied",
        }
    }

    /// The outcome of a word and a number of entries.
    pub fn from_word(word: &str, covered: usize) -> Option<Self> {
        match word {
            "applied" => Some(Self::Applied { covered }),
            "partly" => Some(Self::Partly { covered }),
            "not-applied" => Some(Self::NotApplied),
            _ => None,
        }
    }

    /// Of so many entries that are as they were, of all that were asked for.
    pub fn of_entries(covered: usize, all: usize) -> Self {
        match covered {
            0 => Self::NotApplied,
            some if some == all => Self::Applied { covered },
            _ => Self::Partly { covered },
        }
    }

    /// How many entries it covers.
    pub fn covered(self) -> usize {
        match self {
            Self::Applied { covered } | Self::Partly { covered } => covered,
            Self::NotApplied => 0,
        }
    }
}

impl Asked {
    /// Of two that ask for the same: what of it is asked twice.
    pub fn twice(&self, other: &Self) -> Option<Twice> {
        match (self, other) {
            (Self::Budget { project, .. }, Self::Budget { project: of, .. }) => {
                (project == of).then_some(Twice::Budget)
            }
            (Self::Timesheet { days, .. }, Self::Timesheet { days: of, .. }) => {
                let from = days.from.max(of.from);
                let to = days.to.min(of.to);
                Period::new(from, to).ok().map(Twice::Days)
            }
            _ => None,
        }
    }
}

/// What is asked twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    /// More budget for one project.
    Budget,
    /// The time of these days.
    Days(Period),
}

impl ApprovalRequest {
    /// How it is named: `approval-3`.
    pub fn reference(&self) -> String {
        reference(self.key)
    }

    /// Whether the client approved it, and that holds.
    pub fn holds(&self) -> bool {
        self.state == State::Approved && !self.taken_back
    }

    /// Refuses what was answered or taken back already.
    pub fn is_open(&self) -> Result<(), Refusal> {
        if self.state == State::Open {
            return Ok(());
        }
        Err(Refusal::RequestAnswered {
            request: self.reference(),
            state: self.state,
        })
    }
}

/// How a request is named.
pub fn reference(key: ApprovalRequestKey) -> String {
    format!("approval-{}", key.0)
}

/// What of an entry matters to who approved it. Two that are equal are the same work.
pub fn facts(work: &Work) -> String {
    let Work {
        project,
        phase,
        task,
        activity: _, // how the owner sorts
        member,
        day,
        span: _, // the day and the hours count
        seconds,
        billable,
        note,
        internal_note: _, // never shown
        rate: _,          // the same
        tags: _,          // the same
    } = work;
    let number = |key: Option<i64>| key.map_or_else(|| "-".to_owned(), |key| key.to_string());
    let billable = match billable {
        None => "-",
        Some(true) => "yes",
        Some(false) => "no",
    };
    let note = note.as_ref().map_or("", Line::as_str);
    format!(
        "{day} {} {} {} {} {} {billable} {note}",
        project.0,
        number(phase.map(|phase| phase.0)),
        number(task.map(|task| task.0)),
        member.0,
        seconds.0,
    )
}

/// The budget after it was extended. None where it is no longer the one that was shown.
pub fn extended(is: Option<Budget>, was: Amount, by: Amount) -> Result<Option<Budget>, Refusal> {
    match is {
        Some(budget) if budget.amount == was => {
            let amount = sum(was, by)?;
            Ok(Some(Budget { amount, ..budget }))
        }
        _ => Ok(None),
    }
}

/// So much and so much more, in one unit.
pub fn sum(was: Amount, by: Amount) -> Result<Amount, Refusal> {
    if was.currency() != by.currency() {
        return Err(Refusal::ExtensionUnit { was, by });
    }
    let number = was.number().checked_add(by.number());
    number
        .map(|number| was.with(number))
        .ok_or(Refusal::AmountTooLarge)
}

/// The days of a request that is asked on a day. What is still to come cannot be approved.
pub fn days(period: Period, today: NaiveDate) -> Result<Period, Refusal> {
    if period.from > today {
        return Err(Refusal::SheetAhead { date: period.from });
    }
    Ok(Period {
        to: period.to.min(today),
        ..period
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::budget::Per;
    use crate::values::duration::Seconds;
    use crate::values::money::{Currency, Money};

    fn hours(hours: i64) -> Amount {
        Amount::Hours(Seconds(hours * 3600))
    }

    fn euro(minor: i64) -> Amount {
        Amount::Money(Money::from_minor(minor, Currency::parse("EUR").unwrap()))
    }

    #[test]
    fn a_budget_is_extended_as_it_was_shown_or_not_at_all() {
        let budget = |amount| Budget {
            amount,
            per: Per::Month,
        };
        let cases = [
            (Some(hours(40)), hours(40), hours(20), Some(hours(60))),
            (Some(euro(1_000)), euro(1_000), euro(50), Some(euro(1_050))),
            (Some(hours(45)), hours(40), hours(20), None),
            (Some(euro(144_000)), hours(40), hours(20), None),
            (None, hours(40), hours(20), None),
        ];
        for (is, was, by, becomes) in cases {
            let extended = extended(is.map(budget), was, by).unwrap();
            assert_eq!(extended, becomes.map(budget), "{is:?}");
        }
        assert!(sum(hours(1), euro(1)).is_err());
        assert!(sum(Amount::Hours(Seconds(i64::MAX)), hours(1)).is_err());
    }

    #[test]
    fn an_outcome_is_of_all_some_or_none() {
        assert_eq!(Outcome::of_entries(0, 3), Outcome::NotApplied);
        assert_eq!(Outcome::of_entries(2, 3), Outcome::Partly { covered: 2 });
        assert_eq!(Outcome::of_entries(3, 3), Outcome::Applied { covered: 3 });
        for outcome in [Outcome::of_entries(0, 3), Outcome::of_entries(2, 3)] {
            let read = Outcome::from_word(outcome.word(), outcome.covered());
            assert_eq!(read, Some(outcome));
        }
    }

    #[test]
    fn days_to_come_are_not_asked_for() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let month = Period::month(day("2026-11-01"));
        let today = day("2026-11-20");
        assert_eq!(days(month, today).unwrap().to, today);
        let past = Period::month(day("2026-10-01"));
        assert_eq!(days(past, today).unwrap(), past);
        assert!(days(Period::month(day("2026-12-01")), today).is_err());
    }
}
