//! How much of what the members could work was worked and billable, from the same sums as every report.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::key::MemberKey;
use crate::domain::report::{Cell, Dimension};
use crate::domain::utilisation::{capacity, percent};
use crate::values::duration::Seconds;
use crate::values::period::Period;

use super::report::{self, Wanted};
use super::time::Selection;
use super::{Result, Session, find};

/// Parts of the period that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Week,
    Month,
}

/// The members' hours in a period.
#[derive(Debug, Clone)]
pub struct Utilisation {
    pub period: Period,
    /// Hours of a whole week.
    pub weekly: Seconds,
    pub rows: Vec<Row>,
    pub total: Figures,
}

/// A member in the period, or in a part of it.
#[derive(Debug, Clone)]
pub struct Row {
    pub member: String,
    pub part: Option<Period>,
    pub figures: Figures,
}

/// Hours, and what they are of each other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    pub worked: Seconds,
    pub billable: Seconds,
    pub capacity: Seconds,
}

impl Figures {
    /// Billable of worked hours, in percent.
    pub fn billable_share(&self) -> Option<Decimal> {
        percent(self.billable, self.worked)
    }

    /// Billable hours of the capacity, in percent.
    pub fn utilisation(&self) -> Option<Decimal> {
        percent(self.billable, self.capacity)
    }

    fn add(&mut self, other: &Self) {
        self.worked += other.worked;
        self.billable += other.billable;
        self.capacity += other.capacity;
    }
}

/// The hours of the members that are at work, and of those who worked in the period.
pub fn utilisation(
    session: &Session,
    period: Period,
    part: Option<Part>,
    member: Option<&str>,
) -> Result<Utilisation> {
    let parts = parts(session, period, part);
    let by_part = part.map(|part| match part {
        Part::Week => Dimension::Week,
        Part::Month => Dimension::Month,
    });
    let selection = Selection {
        days: period.into(),
        member: member.map(ToOwned::to_owned),
        ..Selection::default()
    };
    let wanted = Wanted {
        by: [Some(Dimension::Member), by_part]
            .into_iter()
            .flatten()
            .collect(),
        ..Wanted::default()
    };
    let report = report::report(session, &selection, &wanted)?;
    let mut worked: BTreeMap<(MemberKey, usize), Figures> = BTreeMap::new();
    for line in report.rows() {
        if let Some(Cell::Member(key)) = line.key.first() {
            let place = place(&parts, line.key.get(1));
            let figures = worked.entry((*key, place)).or_default();
            figures.worked += line.sums.seconds;
            figures.billable += line.sums.billable;
        }
    }
    let weekly = session.business.capacity;
    let mut rows = Vec::new();
    let mut total = Figures::default();
    for (key, slug) in members(session, member, &worked)? {
        for (place, part_of) in parts.iter().enumerate() {
            let mut figures = worked.get(&(key, place)).copied().unwrap_or_default();
            figures.capacity = capacity(weekly, *part_of, session.today());
            total.add(&figures);
            rows.push(Row {
                member: slug.clone(),
                part: part.map(|_| *part_of),
                figures,
            });
        }
    }
    Ok(Utilisation {
        period,
        weekly,
        rows,
        total,
    })
}

/// The parts of a period; those at its ends may be cut.
fn parts(session: &Session, period: Period, part: Option<Part>) -> Vec<Period> {
    let Some(part) = part else {
        return vec![period];
    };
    let mut parts = Vec::new();
    let mut from = period.from;
    loop {
        let whole = match part {
            Part::Week => Period::week(from, session.business.week_start),
            Part::Month => Period::month(from),
        };
        let to = whole.to.min(period.to);
        parts.push(Period { from, to });
        match to.succ_opt() {
            Some(next) if next <= period.to => from = next,
            _ => return parts,
        }
    }
}

/// Which of the parts a cell of the report is about.
fn place(parts: &[Period], cell: Option<&Cell>) -> usize {
    match cell {
        // The first week or month may begin before the period does.
        Some(Cell::Week(first) | Cell::Month(first)) => parts
            .iter()
            .rposition(|part| part.from <= *first)
            .unwrap_or(0),
        _ => 0,
    }
}

/// Who is at work, and who has worked, by slug.
fn members(
    session: &Session,
    named: Option<&str>,
    worked: &BTreeMap<(MemberKey, usize), Figures>,
) -> Result<Vec<(MemberKey, String)>> {
    session.store.read(|books| {
        let members = match named {
            Some(named) => vec![find::member(books, named)?],
            None => books.members()?,
        };
        let has_worked = |key| worked.keys().any(|(member, _)| *member == key);
        let mut shown: Vec<_> = members
            .into_iter()
            .filter(|member| named.is_some() || !member.archived || has_worked(member.key))
            .map(|member| (member.key, member.slug.to_string()))
            .collect();
        shown.sort_by(|(_, a), (_, b)| a.cmp(b));
        Ok(shown)
    })
}
