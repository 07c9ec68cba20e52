//! Changing and removing entries.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::time::{Span, Work};
use crate::store::{Listed, Writer};
use crate::values::calendar::Calendar;
use crate::values::duration::{Seconds, Worked};
use crate::values::money::Rate;
use crate::values::text::Line;

use super::super::member::{at_work, works_for};
use super::super::{Error, Result, Session, find};
use super::guard::{Guard, not_invoiced, overlap};
use super::{Logged, listed, logged, target};

/// What `time edit` changes; none: as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub worked: Option<Worked>,
    pub day: Option<NaiveDate>,
    pub project: Option<String>,
    /// Some(None) takes the task away.
    pub task: Option<Option<String>>,
    pub by: Option<String>,
    pub note: Option<Option<Line>>,
    pub internal_note: Option<Option<Line>>,
    pub billable: Option<Option<bool>>,
    pub rate: Option<Option<Rate>>,
    pub tags: Option<Vec<Line>>,
}

/// Changes an entry that is on no invoice.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Logged> {
    let guard = Guard::of(session);
    let calendar = session.calendar.clone();
    let (key, overlaps) = session.write(|books| {
        let entry = find::entry(books, reference)?;
        not_invoiced(books, &entry)?;
        let mut work = entry.work.clone();
        change_target(books, &mut work, edit)?;
        change_member(books, &mut work, edit)?;
        change_time(&calendar, &mut work, edit)?;
        work.note = edit.note.clone().unwrap_or(work.note);
        work.internal_note = edit.internal_note.clone().unwrap_or(work.internal_note);
        work.billable = edit.billable.unwrap_or(work.billable);
        work.rate = edit.rate.unwrap_or(work.rate);
        work.tags = edit.tags.clone().unwrap_or(work.tags);
        let moved = work.span != entry.work.span || work.member != entry.work.member;
        let overlaps = if moved {
            overlap(books, &work, Some(entry.key), &guard)?
        } else {
            None
        };
        books.edit_entry(entry.key, &work)?;
        Ok::<_, Error>((entry.key, overlaps))
    })?;
    logged(session, key, overlaps)
}

fn change_target(books: &Writer<'_>, work: &mut Work, edit: &Edit) -> Result<()> {
    if let Some(project) = &edit.project {
        let moved = target(books, project, None)?;
        if moved.project.key != work.project {
            work.project = moved.project.key;
            work.task = None;
        }
    }
    if let Some(task) = &edit.task {
        let project = find::project_of(books, work.project)?;
        work.task = task
            .as_deref()
            .map(|task| find::task(books, &project, task))
            .transpose()?
            .map(|task| task.key);
    }
    Ok(())
}

/// Whoever did the work has to work for the client, where either of them changes.
fn change_member(books: &mut Writer<'_>, work: &mut Work, edit: &Edit) -> Result<()> {
    if edit.by.is_none() && edit.project.is_none() {
        return Ok(());
    }
    let member = match &edit.by {
        Some(by) => Some(at_work(books, Some(by), None, "")?),
        None => {
            let mut members = books.members()?.into_iter();
            members.find(|member| member.key == work.member)
        }
    };
    if let Some(member) = member {
        let project = find::project_of(books, work.project)?;
        works_for(books, &member, &find::client_of(books, project.client)?)?;
        work.member = member.key;
    }
    Ok(())
}

/// A new length of an entry with a clock keeps its start; another day keeps the times of day.
fn change_time(calendar: &Calendar, work: &mut Work, edit: &Edit) -> Result<()> {
    let day = edit.day.unwrap_or(work.day);
    let worked = match (edit.worked, work.span) {
        (Some(worked), _) => worked,
        (None, Some(span)) if day != work.day => Worked::Interval {
            start: calendar.time_of(span.start),
            end: calendar.time_of(span.end),
            next_day: calendar.day_of(span.end) > work.day,
        },
        (None, _) => {
            work.day = day;
            return Ok(());
        }
    };
    work.span = match (worked, work.span) {
        (
            Worked::Interval {
                start,
                end,
                next_day,
            },
            _,
        ) => {
            let (start, end) = calendar.interval(day, start, end, next_day)?;
            Some(Span::new(start, end)?)
        }
        (Worked::Length(seconds), Some(span)) => {
            let start = if day == work.day {
                span.start
            } else {
                calendar.instant(day, calendar.time_of(span.start))?
            };
            Some(Span::new(start, later(start, seconds))?)
        }
        (Worked::Length(seconds), None) => {
            work.seconds = seconds;
            None
        }
    };
    work.seconds = work.span.map_or(work.seconds, |span| span.seconds());
    work.day = day;
    Ok(())
}

fn later(start: DateTime<Utc>, seconds: Seconds) -> DateTime<Utc> {
    start
        .checked_add_signed(chrono::Duration::seconds(seconds.0))
        .unwrap_or(start)
}

/// Removes an entry that is on no invoice.
pub fn delete(session: &mut Session, reference: &str) -> Result<Listed> {
    let key = session
        .store
        .read(|books| find::entry(books, reference))?
        .key;
    let listed = listed(session, key)?;
    session.write(|books| {
        let entry = find::entry(books, &key.0.to_string())?;
        not_invoiced(books, &entry)?;
        Ok::<_, Error>(books.delete_entry(entry.key)?)
    })?;
    Ok(listed)
}
