//! One entry into two, several into one. No second is lost or made.

use chrono::NaiveTime;

use crate::domain::Refusal;
use crate::domain::key::EntryKey;
use crate::domain::time::{self, Entry, Span, Work};
use crate::store::Listed;
use crate::values::calendar::Calendar;
use crate::values::duration::Seconds;
use crate::values::text::Line;

use super::super::error::field;
use super::super::{Error, Result, Session, find};
use super::guard::Guard;
use super::{Notices, listed};

/// Where an entry is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// After so much of it.
    After(Seconds),
    /// At a time of day between its start and its end.
    At(NaiveTime),
}

/// Splits an entry: it keeps the first part, a new one takes the rest, with another note if one is given.
pub fn split(
    session: &mut Session,
    reference: &str,
    cut: Cut,
    note: Option<Line>,
) -> Result<(Listed, Listed, Notices)> {
    let calendar = session.calendar.clone();
    let (first, second, rules) = session.write(|books| {
        let entry = find::entry(books, reference)?;
        let guard = Guard::of(books, &calendar)?;
        guard.open(books, &entry)?;
        let (first, mut rest) = parts(&calendar, &entry, cut)?;
        rest.note = note.or(rest.note);
        books.edit_entry(entry.key, &first)?;
        // The rest may begin on another day, which may be locked, to come, or full.
        let rules = guard.admit(books, &rest, None)?;
        let second = books.add_entry(&rest, None)?;
        Ok::<_, Error>((entry.key, second, rules))
    })?;
    let notices = Notices {
        rules,
        ..Notices::default()
    };
    Ok((listed(session, first)?, listed(session, second)?, notices))
}

fn parts(calendar: &Calendar, entry: &Entry, cut: Cut) -> Result<(Work, Work)> {
    let work = &entry.work;
    let outside = || Refusal::SplitOutside {
        entry: entry.key.0,
        what: work.seconds.words(),
    };
    let after = match (cut, work.span) {
        (Cut::After(seconds), _) => seconds,
        (Cut::At(time), Some(span)) => {
            let at = calendar.next(span.start, time).ok_or_else(outside)?;
            Seconds((at - span.start).num_seconds())
        }
        (Cut::At(_), None) => {
            return Err(Refusal::NoClock { entry: entry.key.0 }.into());
        }
    };
    if after <= Seconds::ZERO || after >= work.seconds {
        return Err(outside().into());
    }
    let (mut first, mut rest) = (work.clone(), work.clone());
    first.seconds = after;
    rest.seconds = work.seconds - after;
    if let Some(span) = work.span {
        let at = span.start + chrono::Duration::seconds(after.0);
        first.span = Some(Span::new(span.start, at)?);
        rest.span = Some(Span::new(at, span.end)?);
        rest.day = calendar.day_of(at);
    }
    Ok((first, rest))
}

/// What became of entries that were merged.
#[derive(Debug, Clone)]
pub struct Merged {
    pub entry: Listed,
    pub gone: Vec<EntryKey>,
    /// There was time between them, or some had no start: only the length is kept.
    pub without_clock: bool,
}

/// Merges entries into the first of them: the sum of their time, their notes and tags together.
pub fn merge(session: &mut Session, entries: &[EntryKey]) -> Result<Merged> {
    let calendar = session.calendar.clone();
    let (key, gone, without_clock) = session.write(|books| {
        let guard = Guard::of(books, &calendar)?;
        let mut all = Vec::with_capacity(entries.len());
        for key in entries {
            let entry = super::entry_of(books, *key)?;
            guard.open(books, &entry)?;
            all.push(entry);
        }
        all.sort_by_key(|entry| (entry.work.span.map(|span| span.start), entry.key));
        let Some((first, others)) = all.split_first() else {
            return Err(Refusal::NothingToMerge.into());
        };
        if others.is_empty() {
            return Err(Refusal::NothingToMerge.into());
        }
        let work = joined(first, others)?;
        let without_clock = work.span.is_none() && all.iter().any(|e| e.work.span.is_some());
        let mut gone = Vec::new();
        for other in others {
            books.merge_entry(other.key, first.key)?;
            gone.push(other.key);
        }
        books.edit_entry(first.key, &work)?;
        Ok::<_, Error>((first.key, gone, without_clock))
    })?;
    Ok(Merged {
        entry: listed(session, key)?,
        gone,
        without_clock,
    })
}

fn joined(first: &Entry, others: &[Entry]) -> Result<Work> {
    let mut work = first.work.clone();
    for other in others {
        time::alike(first, other)?;
        work.seconds += other.work.seconds;
        work.note = both("note", work.note, other.work.note.as_ref())?;
        let internal = other.work.internal_note.as_ref();
        work.internal_note = both("internal", work.internal_note, internal)?;
        for tag in &other.work.tags {
            if !work.tags.contains(tag) {
                work.tags.push(tag.clone());
            }
        }
        work.span = match (work.span, other.work.span) {
            (Some(before), Some(after)) if before.end == after.start => {
                Some(Span::new(before.start, after.end)?)
            }
            _ => None,
        };
    }
    time::at_most_a_day(work.seconds)?;
    Ok(work)
}

/// Two texts as one; what is said twice is said once.
fn both(name: &'static str, one: Option<Line>, two: Option<&Line>) -> Result<Option<Line>> {
    match (one, two) {
        (Some(one), Some(two)) if !one.as_str().split("; ").any(|part| part == two.as_str()) => {
            Ok(Some(field(name, Line::parse(&format!("{one}; {two}")))?))
        }
        (Some(one), _) => Ok(Some(one)),
        (None, two) => Ok(two.cloned()),
    }
}
