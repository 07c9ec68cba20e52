//! Sums of time by what people ask for. Seconds are added first and formatted last.

use chrono::NaiveDate;

use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::key::{ActivityKey, ClientKey, MemberKey, PhaseKey, ProjectKey, TaskKey};

/// What a report is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    Client,
    Project,
    Phase,
    Task,
    Activity,
    Member,
    Tag,
    Day,
    Week,
    Month,
}

impl Dimension {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 10] = [
        Self::Client,
        Self::Project,
        Self::Phase,
        Self::Task,
        Self::Activity,
        Self::Member,
        Self::Tag,
        Self::Day,
        Self::Week,
        Self::Month,
    ];

    /// The word on the command line and the key in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Project => "project",
            Self::Phase => "phase",
            Self::Task => "task",
            Self::Activity => "activity",
            Self::Member => "member",
            Self::Tag => "tag",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// One value of a dimension. Ordered as a reader expects a report to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    Client(ClientKey),
    Project(ProjectKey),
    Phase(Option<PhaseKey>),
    Task(Option<TaskKey>),
    Activity(Option<ActivityKey>),
    Member(MemberKey),
    /// None: entries without a tag.
    Tag(Option<String>),
    Day(NaiveDate),
    /// First day of the week.
    Week(NaiveDate),
    /// First day of the month.
    Month(NaiveDate),
}

/// The sums of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Worked.
    pub seconds: Seconds,
    /// Billed, of billable entries.
    pub billed: Seconds,
    /// Worked, of billable entries.
    pub billable: Seconds,
    /// Value of billable entries; none while there is none, or where some have no rate.
    pub amount: Option<Money>,
}
