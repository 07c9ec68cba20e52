//! Projects, budgets and time entries as a client sees them.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::Money;
use crate::values::period::YearMonth;

use super::console::MemberHours;

/// All projects of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Projects {
    pub projects: Vec<Project>,
}

/// One project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    pub id: PublicId,
    pub name: String,
    /// No more work is expected.
    pub closed: bool,
    pub due: Option<NaiveDate>,
    /// Hours of all shown work on the project.
    pub seconds: Seconds,
    pub budget: Option<Budget>,
    pub phases: Vec<Phase>,
    pub tasks: Vec<Task>,
    /// Hours by member, most first.
    pub team: Vec<MemberHours>,
}

/// How much of a budget is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    pub unit: BudgetUnit,
    /// Hours a week over the last four weeks, two places.
    pub burn_rate: Decimal,
    /// The day on which the budget is used up at that pace, or was used up.
    pub projected_completion: Option<NaiveDate>,
    /// Used over allocated in percent, one place; over 100 when exceeded.
    pub percent: Decimal,
    /// Hours used in each week from the first with work, by the first day of the week; of the budget in hours of an open project.
    pub weeks: Vec<(NaiveDate, Seconds)>,
}

/// A budget counts hours or money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "unit")]
pub enum BudgetUnit {
    Hours {
        allocated: Seconds,
        used: Seconds,
        left: Seconds,
    },
    Money {
        allocated: Money,
        used: Money,
        left: Money,
    },
}

/// A phase of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    pub name: String,
    /// No more work is expected.
    pub closed: bool,
    pub due: Option<NaiveDate>,
    pub seconds: Seconds,
    pub budget: Option<Budget>,
}

/// A task that is shared with the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub id: PublicId,
    pub name: String,
    pub phase: Option<String>,
    /// Somebody works on it.
    pub doing: bool,
    pub done: bool,
    pub due: Option<NaiveDate>,
    pub seconds: Seconds,
}

/// The entries of one month, ordered by day, then by start where it is shown, then by what is shown: never by when they were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Month {
    pub month: YearMonth,
    pub entries: Vec<Entry>,
}

/// One time entry, or a sum of entries where the client sees only summaries. What it has not is left out: a push is entry upon entry,
/// and in this order they compress best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub id: PublicId,
    pub day: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The member under the name this client may see.
    pub member: String,
    /// Time as it is billed; for non-billable work the time worked.
    pub seconds: Seconds,
    pub project: PublicId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    pub billable: bool,
    /// Start and end on the clock, where they are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Amount without tax, where rates are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The invoice that holds it, where invoices are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<String>,
}

impl Entry {
    /// Whether an id names it, whatever the length of either.
    pub fn has_id(&self, id: &PublicId) -> bool {
        self.id.clone().short() == id.clone().short()
    }

    /// The fields that are left out where there is nothing in them.
    pub const OPTIONAL: [&str; 6] = ["description", "phase", "task", "clock", "amount", "invoice"];
}

/// Local times of day, `HH:MM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    pub start: String,
    pub end: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::values::money::Currency;

    fn fields(entry: &Entry) -> BTreeSet<String> {
        let value = serde_json::to_value(entry).unwrap();
        value.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn what_an_entry_has_not_is_left_out_and_read_as_nothing() {
        let bare = Entry {
            id: PublicId::from_bytes([7; 16]).short(),
            day: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
            description: None,
            member: "Kim".to_owned(),
            seconds: Seconds(3600),
            project: PublicId::from_bytes([7; 16]),
            phase: None,
            task: None,
            billable: true,
            clock: None,
            amount: None,
            invoice: None,
        };
        let full = Entry {
            description: Some("sketches".to_owned()),
            phase: Some("Design".to_owned()),
            task: Some("Walls".to_owned()),
            clock: Some(Clock {
                start: "09:00".to_owned(),
                end: "10:00".to_owned(),
            }),
            amount: Some(Money::from_minor(9500, Currency::parse("EUR").unwrap())),
            invoice: Some("2026-0007".to_owned()),
            ..bare.clone()
        };
        let left_out: BTreeSet<String> = Entry::OPTIONAL.map(ToOwned::to_owned).into();
        assert_eq!(&fields(&full) - &fields(&bare), left_out);
        for entry in [bare, full] {
            let text = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
        }
    }
}
