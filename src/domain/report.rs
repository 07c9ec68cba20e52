//! Sums of time by what people ask for. Seconds are added first and formatted last.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};

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
    Quarter,
    Year,
    Billable,
}

impl Dimension {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 13] = [
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
        Self::Quarter,
        Self::Year,
        Self::Billable,
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
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Billable => "billable",
        }
    }

    /// The dimension of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.word() == word)
    }

    /// Whether its values are parts of time, which another period does not have.
    pub fn is_of_time(self) -> bool {
        match self {
            Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year => true,
            Self::Client
            | Self::Project
            | Self::Phase
            | Self::Activity
            | Self::Task
            | Self::Member
            | Self::Tag
            | Self::Billable => false,
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
    /// First day of the quarter.
    Quarter(NaiveDate),
    /// First day of the year.
    Year(NaiveDate),
    Billable(bool),
}

/// The sums of one row, of a group of rows, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Worked.
    pub seconds: Seconds,
    /// Billed, of billable entries.
    pub billed: Seconds,
    /// Worked, of billable entries.
    pub billable: Seconds,
    /// Value of billable entries, by currency: those of two never add.
    pub amounts: Vec<Money>,
    /// Billed time without a rate; no amount counts it.
    pub without_rate: Seconds,
}

impl Sums {
    /// The value, where there is one: none while there is nothing billable, in several currencies, or where some has no rate.
    pub fn amount(&self) -> Option<Money> {
        match self.amounts.as_slice() {
            [one] if self.without_rate == Seconds::ZERO => Some(*one),
            _ => None,
        }
    }

    /// The value in one currency.
    pub fn amount_in(&self, currency: Currency) -> Option<Money> {
        let mut amounts = self.amounts.iter().copied();
        amounts.find(|amount| amount.currency() == currency)
    }
}

/// By what rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    Dimension(Dimension),
    Hours,
    Billable,
    Billed,
    Amount,
}

impl SortBy {
    /// The word on the command line. A dimension has its own; `billable` alone is the dimension where a report has it.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "hours" => Some(Self::Hours),
            "billable" => Some(Self::Billable),
            "billed" => Some(Self::Billed),
            "amount" => Some(Self::Amount),
            other => Dimension::from_word(other).map(Self::Dimension),
        }
    }
}

/// How much more or less, in percent of what was before, with one place; none where nothing was before.
pub fn change(before: Decimal, now: Decimal) -> Option<Decimal> {
    let ratio = (now - before)
        .checked_mul(Decimal::ONE_HUNDRED)?
        .checked_div(before.abs())?;
    let mut percent = ratio.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    percent.rescale(1);
    Some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_dimensions_there_and_back() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::from_word(dimension.word()), Some(dimension));
        }
        assert_eq!(Dimension::from_word("weather"), None);
    }

    #[test]
    fn a_change_is_in_percent_of_what_was_before() {
        for (before, now, expected) in [
            ("10", "15", Some("50.0")),
            ("10", "5", Some("-50.0")),
            ("3", "4", Some("33.3")),
            ("8", "9", Some("12.5")),
            ("800", "801", Some("0.1")),
            ("2000", "2001", Some("0.1")),
            ("10", "0", Some("-100.0")),
            ("0", "5", None),
            ("0", "0", None),
        ] {
            let found = change(before.parse().unwrap(), now.parse().unwrap());
            let expected = expected.map(|text| text.parse::<Decimal>().unwrap());
            assert_eq!(found, expected, "{before} to {now}");
            let text = found.map(|percent| percent.to_string());
            assert!(
                text.is_none_or(|text| text.contains('.')),
                "one place: {found:?}"
            );
        }
    }

    #[test]
    fn an_amount_is_told_only_where_it_is_the_whole_truth() {
        let money = |code: &str| Money::from_minor(100, Currency::parse(code).unwrap());
        let sums = |amounts: &[Money], without| Sums {
            amounts: amounts.to_vec(),
            without_rate: Seconds(without),
            ..Sums::default()
        };
        assert_eq!(sums(&[money("EUR")], 0).amount(), Some(money("EUR")));
        assert_eq!(sums(&[money("EUR")], 60).amount(), None);
        assert_eq!(sums(&[money("EUR"), money("CHF")], 0).amount(), None);
        assert_eq!(sums(&[], 0).amount(), None);
    }

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
