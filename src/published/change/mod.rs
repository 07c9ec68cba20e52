//! What differs between two states of a client's portal, as the client would notice it: entries, invoices, users, figures; not parts
//! and bytes. Pure; it knows the published types and nothing of where they come from.

mod thing;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::Money;

use super::{ChunkKey, Digest, Projects};
use thing::Thing;

/// So many changes that are the same but for what they are of become one.
const ALIKE: usize = 4;

/// What kind of thing a change is of, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    Console,
    /// Which parts of the portal are there.
    Sections,
    /// Who is let in, and for how long.
    Access,
    User,
    Project,
    Phase,
    Task,
    Retainer,
    /// A period of a retainer.
    Period,
    Question,
    Message,
    Request,
    Document,
    Expense,
    Entry,
    Invoice,
    /// A file of an invoice, or the content of a document.
    File,
    /// A part of which nothing more can be told.
    Part,
}

impl Section {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Sections => "sections",
            Self::Access => "access",
            Self::User => "user",
            Self::Project => "project",
            Self::Phase => "phase",
            Self::Task => "task",
            Self::Retainer => "retainer",
            Self::Period => "period",
            Self::Question => "question",
            Self::Message => "message",
            Self::Request => "request",
            Self::Document => "document",
            Self::Expense => "expense",
            Self::Entry => "entry",
            Self::Invoice => "invoice",
            Self::File => "file",
            Self::Part => "part",
        }
    }
}

/// What becomes of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    Added,
    Changed,
    Removed,
}

impl How {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// Something that a client reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    Text(String),
    Time(Seconds),
    Money(Money),
    Day(NaiveDate),
    Number(Decimal),
    Flag(bool),
}

macro_rules! value_from {
    ($($of:ty: $make:expr;)*) => {
        $(impl From<$of> for Value {
            fn from(value: $of) -> Self {
                $make(value)
            }
        })*
    };
}

value_from! {
    String: Self::Text;
    &str: |text: &str| Self::Text(text.to_owned());
    Seconds: Self::Time;
    Money: Self::Money;
    NaiveDate: Self::Day;
    Decimal: Self::Number;
    bool: Self::Flag;
    u64: |count: u64| Self::Number(count.into());
    u32: |count: u32| Self::Number(count.into());
    Amount: |amount: Amount| match amount {
        Amount::Hours(seconds) => Self::Time(seconds),
        Amount::Money(money) => Self::Money(money),
    };
}

/// One thing that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// `time`, `hours-left`, `due`.
    pub name: String,
    pub was: Option<Value>,
    pub is: Option<Value>,
}

/// A change that the client would notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub section: Section,
    pub how: How,
    /// How many things changed alike; of one, the rest tells which it is.
    pub count: usize,
    /// The day it is of, or the first of those.
    pub day: Option<NaiveDate>,
    /// The last of those days.
    pub until: Option<NaiveDate>,
    /// What it is called: a project, a number, a mail address.
    pub name: Option<String>,
    /// What was written about it.
    pub note: Option<String>,
    /// How much it is: hours, an amount.
    pub value: Option<Value>,
    /// What reads otherwise, of a thing that stays.
    pub fields: Vec<Field>,
}

/// A part of one of the states. Of files the digest is enough.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub key: &'a ChunkKey,
    pub digest: &'a Digest,
    pub body: Option<&'a [u8]>,
}

/// What projects are called.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<PublicId, String>);

impl Names {
    /// Learns the names of these; one that is known keeps its name.
    pub fn learn(&mut self, projects: &Projects) {
        for project in &projects.projects {
            self.0
                .entry(project.id.clone())
                .or_insert_with(|| project.name.clone());
        }
    }

    fn of(&self, project: &PublicId) -> Option<&str> {
        self.0.get(project).map(String::as_str)
    }
}

/// What a client would notice when these parts take the place of those. Parts that are the same on both sides are not needed.
pub fn between(was: &[Side<'_>], is: &[Side<'_>], names: &Names) -> Vec<Change> {
    let old = Thing::all(was, names);
    let new = Thing::all(is, names);
    let index = |things: &'_ [Thing]| -> HashMap<(Section, String), usize> {
        let keys = things.iter().enumerate();
        keys.map(|(at, thing)| ((thing.section, thing.key.clone()), at))
            .collect()
    };
    let (by_key, kept) = (index(&old), index(&new));
    let mut told: HashSet<String> = HashSet::new();
    let mut changes = Vec::new();
    for thing in &new {
        let before = by_key.get(&(thing.section, thing.key.clone()));
        let change = match before.and_then(|at| old.get(*at)) {
            Some(before) => thing.changed_from(before),
            None => thing.whole(How::Added),
        };
        if let Some(change) = change {
            told.insert(thing.part.clone());
            changes.push(change);
        }
    }
    for thing in &old {
        if kept.contains_key(&(thing.section, thing.key.clone())) {
            continue;
        }
        if let Some(change) = thing.whole(How::Removed) {
            told.insert(thing.part.clone());
            changes.push(change);
        }
    }
    changes.extend(untold(was, is, &told));
    changes.sort_by_key(|change| (change.section, change.day));
    alike(changes)
}

/// Parts that differ, though nothing was told of them: no difference stays unnamed.
fn untold(was: &[Side<'_>], is: &[Side<'_>], told: &HashSet<String>) -> Vec<Change> {
    let both = is.iter().filter(|side| {
        was.iter()
            .any(|other| other.key == side.key && other.digest != side.digest)
    });
    both.filter(|side| !told.contains(&side.key.to_string()))
        .map(|side| Change {
            section: Section::Part,
            how: How::Changed,
            count: 1,
            day: None,
            until: None,
            name: Some(side.key.to_string()),
            note: None,
            value: None,
            fields: Vec::new(),
        })
        .collect()
}

/// Changes that are the same many times over are told once.
fn alike(changes: Vec<Change>) -> Vec<Change> {
    let same = |change: &Change| (change.section, change.fields.clone());
    let mut counts: HashMap<(Section, Vec<Field>), usize> = HashMap::new();
    let grouped = |change: &Change| change.how == How::Changed && !change.fields.is_empty();
    for change in changes.iter().filter(|change| grouped(change)) {
        *counts.entry(same(change)).or_default() += 1;
    }
    let mut first: HashMap<(Section, Vec<Field>), usize> = HashMap::new();
    let mut told: Vec<Change> = Vec::new();
    for change in changes {
        let key = same(&change);
        let count = counts.get(&key).copied().unwrap_or_default();
        if !grouped(&change) || count < ALIKE {
            told.push(change);
            continue;
        }
        match first.get(&key).and_then(|at| told.get_mut(*at)) {
            Some(group) => {
                group.count += 1;
                group.day = group.day.min(change.day);
                group.until = group.until.max(change.day);
            }
            None => {
                first.insert(key, told.len());
                told.push(Change {
                    until: change.day,
                    name: None,
                    note: None,
                    value: None,
                    ..change
                });
            }
        }
    }
    told
}

/// So many things of a kind become the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub section: Section,
    pub how: How,
    pub count: usize,
    /// The first and the last of their days.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Their time in all, of entries.
    pub time: Option<Seconds>,
}

/// Counts changes by kind.
pub fn summary(changes: &[Change]) -> Vec<Summary> {
    let mut all: Vec<Summary> = Vec::new();
    for change in changes {
        let days = change.day.map(|day| (day, change.until.unwrap_or(day)));
        let time = match &change.value {
            Some(Value::Time(time)) if change.section == Section::Entry => Some(*time),
            _ => None,
        };
        let known = all
            .iter_mut()
            .find(|one| (one.section, one.how) == (change.section, change.how));
        let Some(known) = known else {
            all.push(Summary {
                section: change.section,
                how: change.how,
                count: change.count,
                days,
                time,
            });
            continue;
        };
        known.count += change.count;
        known.days = match (known.days, days) {
            (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
            (known, more) => known.or(more),
        };
        known.time = match (known.time, time) {
            (Some(sum), Some(more)) => Some(Seconds(sum.0.saturating_add(more.0))),
            (sum, more) => sum.or(more),
        };
    }
    all
}
