//! Sums of time by what people ask for. Seconds are added first and formatted last.

use chrono::NaiveDate;

use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::key::{ClientKey, MemberKey, ProjectKey, TaskKey};

/// What a report is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    Client,
    Project,
    Task,
    Member,
    Tag,
    Day,
    Week,
    Month,
}

impl Dimension {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 8] = [
        Self::Client,
        Self::Project,
        Self::Task,
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
            Self::Task => "task",
            Self::Member => "member",
            Self::Tag => "tag",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// Why a report cannot be grouped as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupingError {
    #[error("`{0}` is given twice")]
    Twice(&'static str),
    #[error("{0} keys are more than four, the most that a report has")]
    TooMany(usize),
}

/// The most keys of a report.
const MOST_KEYS: usize = 4;

/// Refuses a key that is given twice, and more than four.
pub fn is_a_grouping(by: &[Dimension]) -> Result<(), GroupingError> {
    for (place, key) in by.iter().enumerate() {
        if by.iter().take(place).any(|earlier| earlier == key) {
            return Err(GroupingError::Twice(key.word()));
        }
    }
    if by.len() > MOST_KEYS {
        return Err(GroupingError::TooMany(by.len()));
    }
    Ok(())
}

/// One value of a dimension. Ordered as a reader expects a report to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    Client(ClientKey),
    Project(ProjectKey),
    Task(Option<TaskKey>),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_up_to_four_keys_and_each_once() {
        use Dimension::{Client, Day, Member, Project, Tag};
        let cases: [(&[Dimension], Result<(), GroupingError>); 5] = [
            (&[], Ok(())),
            (&[Client, Project, Member, Day], Ok(())),
            (
                &[Client, Project, Client],
                Err(GroupingError::Twice("client")),
            ),
            (&[Day, Day], Err(GroupingError::Twice("day"))),
            (
                &[Client, Project, Member, Day, Tag],
                Err(GroupingError::TooMany(5)),
            ),
        ];
        for (by, expected) in cases {
            assert_eq!(is_a_grouping(by), expected, "{by:?}");
        }
    }
}
