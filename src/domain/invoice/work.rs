//! Lines from worked time: rounded by the policies in force, put together by what is asked for.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::key::{ClientKey, EntryKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::rounding::{Piece, Policies, Scope};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Rate};

use super::{Line, Source, Tax};

/// By what time is put together on lines. Lines with different rates or tax never merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    Project,
    Task,
    Member,
    Day,
    Entry,
}

impl Grouping {
    /// The grouping a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Project,
            Self::Task,
            Self::Member,
            Self::Day,
            Self::Entry,
        ]
        .into_iter()
        .find(|grouping| grouping.word() == word)
    }

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Task => "task",
            Self::Member => "member",
            Self::Day => "day",
            Self::Entry => "entry",
        }
    }
}

/// One entry to bill, with the rate in force on its day; or what rounding a day or a line adds to such entries, or takes off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillableTime {
    pub entry: EntryKey,
    pub project: ProjectKey,
    pub task: Option<TaskKey>,
    pub member: MemberKey,
    pub day: NaiveDate,
    /// Worked time; of a difference none.
    pub worked: Seconds,
    pub billed: Seconds,
    pub rate: Rate,
    pub tax: Tax,
    /// What was rounded, where this is the difference and no entry's own time.
    pub difference: Option<Scope>,
}

/// What the entries of a time line have in common, for its description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub project: ProjectKey,
    pub task: Option<TaskKey>,
    pub member: Option<MemberKey>,
    pub day: Option<NaiveDate>,
    /// The line has no entries: it is what rounding those of the day makes of them. It stands below them.
    pub rounding: bool,
    pub entry: Option<EntryKey>,
}

impl Group {
    fn of(item: &BillableTime, grouping: Grouping) -> Self {
        let only = |wanted: Grouping| grouping == wanted;
        // Where each entry has its line, the difference of a day has one as well.
        let apart = only(Grouping::Entry) && item.difference == Some(Scope::Day);
        Self {
            project: item.project,
            task: item.task.filter(|_| only(Grouping::Task)),
            member: Some(item.member).filter(|_| only(Grouping::Member)),
            day: Some(item.day).filter(|_| only(Grouping::Day) || only(Grouping::Entry)),
            rounding: apart,
            entry: Some(item.entry).filter(|_| only(Grouping::Entry) && !apart),
        }
    }
}

/// Worked time of entries as it is billed on lines of this grouping, by the policies in force on their days.
pub fn rounded(
    time: Vec<BillableTime>,
    client: ClientKey,
    policies: &Policies,
    grouping: Grouping,
) -> Vec<BillableTime> {
    let pieces: Vec<_> = time
        .iter()
        .map(|item| Piece {
            client,
            project: item.project,
            task: item.task,
            member: item.member,
            day: item.day,
            rate: Some(item.rate),
            invoice: None,
            line: Some((Group::of(item, grouping), item.rate, item.tax)),
            worked: item.worked,
            entries: 1,
        })
        .collect();
    let billed = policies.billed(&pieces);
    let differences: Vec<_> = billed
        .differences
        .iter()
        .filter_map(|difference| {
            Some(BillableTime {
                worked: Seconds::ZERO,
                billed: difference.seconds,
                difference: Some(difference.scope),
                ..time.get(difference.piece)?.clone()
            })
        })
        .collect();
    let own = time.into_iter().zip(billed.own);
    let own = own.map(|(item, billed)| BillableTime { billed, ..item });
    own.chain(differences).collect()
}

/// Time lines, ordered by project, then by what they are grouped by, then by rate. Seconds are added before hours are made.
pub fn time_lines(
    time: &[BillableTime],
    grouping: Grouping,
    currency: Currency,
    describe: impl Fn(&Group) -> String,
) -> Result<Vec<Line>, Refusal> {
    let mut groups: BTreeMap<(Group, Rate, Tax), (Seconds, Vec<EntryKey>)> = BTreeMap::new();
    for item in time {
        let group = Group::of(item, grouping);
        let (seconds, entries) = groups.entry((group, item.rate, item.tax)).or_default();
        *seconds += item.billed;
        if item.difference.is_none() {
            entries.push(item.entry);
        }
    }
    groups
        .into_iter()
        .map(|((group, rate, tax), (seconds, entries))| {
            let source = Source::Time {
                project: group.project,
                task: group.task,
                entries,
                seconds,
            };
            Line::hours(source, describe(&group), seconds, rate, tax, currency)
        })
        .collect()
}
