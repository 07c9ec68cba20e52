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

/// One time entry, or a sum of entries where the client sees only summaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub id: PublicId,
    pub day: NaiveDate,
    /// Start and end on the clock, where they are shown.
    pub clock: Option<Clock>,
    /// Time as it is billed; for non-billable work the time worked.
    pub seconds: Seconds,
    pub billable: bool,
    pub project: PublicId,
    pub phase: Option<String>,
    pub task: Option<String>,
    /// The member under the name this client may see.
    pub member: String,
    pub description: Option<String>,
    /// Amount without tax, where rates are shown.
    pub amount: Option<Money>,
    /// The invoice that holds it, where invoices are shown.
    pub invoice: Option<String>,
}

/// Local times of day, `HH:MM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    pub start: String,
    pub end: String,
}
