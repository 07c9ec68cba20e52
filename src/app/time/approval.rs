//! Submitting worked time, approving and rejecting it.

use std::collections::{BTreeMap, HashSet};

use crate::domain::approval::{Approval, Step, may_decide};
use crate::domain::key::{EntryKey, MemberKey};
use crate::domain::time::Entry;
use crate::store::{ApprovalFilter, Books, EntryFilter, Writer};
use crate::values::duration::Seconds;
use crate::values::period::{Period, Span};
use crate::values::text::Line;

use super::super::member::at_work;
use super::super::{Error, Result, Session, find};
use super::edit::{one_or_many, refusal};
use super::guard::Guard;

/// Whose time, or which entries.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// These, by number.
    pub entries: Vec<String>,
    /// Else those of these days.
    pub days: Span,
    /// Of this member.
    pub member: Option<String>,
}

/// What a step did.
#[derive(Debug, Clone, Default)]
pub struct Done {
    pub entries: Vec<EntryKey>,
    pub seconds: Seconds,
}

/// Submits a member's open time. It does not change until it is answered.
pub fn submit(session: &mut Session, chosen: &Chosen) -> Result<Done> {
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    session.write(|books| {
        let filter = if chosen.entries.is_empty() {
            let member = at_work(books, chosen.member.as_deref(), set.as_ref(), &who)?;
            Some(member.key)
        } else {
            None
        };
        let entries = concerned(books, Step::Submit, chosen, filter)?;
        write(books, Step::Submit, &entries, None)
    })
}

/// Approves submitted time; `by` is who does it.
pub fn approve(session: &mut Session, chosen: &Chosen, by: Option<&str>) -> Result<Done> {
    decide(session, Step::Approve, chosen, by, None)
}

/// Rejects submitted time, or by number also approved time: it is open again.
pub fn reject(
    session: &mut Session,
    chosen: &Chosen,
    by: Option<&str>,
    reason: &Line,
) -> Result<Done> {
    decide(session, Step::Reject, chosen, by, Some(reason))
}

fn decide(
    session: &mut Session,
    step: Step,
    chosen: &Chosen,
    by: Option<&str>,
    reason: Option<&Line>,
) -> Result<Done> {
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let calendar = session.calendar.clone();
    session.write(|books| {
        may_decide(&at_work(books, by, set.as_ref(), &who)?)?;
        let member = match &chosen.member {
            Some(member) => Some(find::member(books, member)?.key),
            None => None,
        };
        let entries = concerned(books, step, chosen, member)?;
        if step == Step::Reject {
            // To reject is to ask for a change, which an invoice or a lock would not let happen.
            let guard = Guard::of(books, &calendar)?;
            let mut closed = Vec::new();
            for entry in &entries {
                if let Some(refusal) = refusal(guard.may_reopen(books, entry))? {
                    closed.push((entry.key.0, refusal));
                }
            }
            if !closed.is_empty() {
                return Err(one_or_many(closed, entries.len()).into());
            }
        }
        write(books, step, &entries, reason)
    })
}

/// The entries that a step concerns. One that was named and is not concerned is refused.
fn concerned(
    books: &Books<'_>,
    step: Step,
    chosen: &Chosen,
    member: Option<MemberKey>,
) -> Result<Vec<Entry>> {
    if chosen.entries.is_empty() {
        let filter = EntryFilter {
            days: chosen.days,
            member,
            approval: Some(match step {
                Step::Submit => ApprovalFilter::Open,
                Step::Approve | Step::Reject => ApprovalFilter::Is(Approval::Submitted),
            }),
            ..EntryFilter::default()
        };
        let entries = books.entries(&filter)?;
        return Ok(entries.into_iter().map(|listed| listed.entry).collect());
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen = HashSet::new();
    for reference in &chosen.entries {
        let entry = find::entry(books, reference)?;
        if step.from(entry.approval).is_none() {
            return Err(step.refuse(entry.key, entry.approval).into());
        }
        if seen.insert(entry.key) {
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn write(
    books: &mut Writer<'_>,
    step: Step,
    entries: &[Entry],
    reason: Option<&Line>,
) -> Result<Done> {
    let mut done = Done::default();
    for entry in entries {
        let Some(approval) = step.from(entry.approval) else {
            continue;
        };
        books.set_approval(entry.key, approval, reason)?;
        done.entries.push(entry.key);
        done.seconds += entry.work.seconds;
    }
    Ok(done)
}

/// The time of a member in a week that is as far as this.
#[derive(Debug, Clone)]
pub struct Week {
    pub member: String,
    pub week: Period,
    pub entries: Vec<EntryKey>,
    pub seconds: Seconds,
    pub billable: Seconds,
}

/// Time by member and week, oldest first: what waits for an answer, or what is as far as named.
pub fn approvals(
    session: &Session,
    state: ApprovalFilter,
    member: Option<&str>,
) -> Result<Vec<Week>> {
    let first = session.business.week_start;
    session.store.read(|books| {
        let member = match member {
            Some(member) => Some(find::member(books, member)?.key),
            None => None,
        };
        let filter = EntryFilter {
            approval: Some(state),
            member,
            ..EntryFilter::default()
        };
        let mut weeks: BTreeMap<(Period, String), Week> = BTreeMap::new();
        books.each_entry(&filter, |listed| {
            let work = &listed.entry.work;
            let week = Period::week(work.day, first);
            let key = (week, listed.member_slug.clone());
            let sum = weeks.entry(key).or_insert_with(|| Week {
                member: listed.member_slug.clone(),
                week,
                entries: Vec::new(),
                seconds: Seconds::ZERO,
                billable: Seconds::ZERO,
            });
            sum.entries.push(listed.entry.key);
            sum.seconds += work.seconds;
            if listed.billable {
                sum.billable += work.seconds;
            }
            Ok::<_, Error>(())
        })?;
        Ok(weeks.into_values().collect())
    })
}
