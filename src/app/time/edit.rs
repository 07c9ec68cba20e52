//! Changing, moving and removing entries: one, several, or all that a filter finds; always all of them or none.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::Refusal;
use crate::domain::key::{EntryKey, ProjectKey};
use crate::domain::phase::Phase;
use crate::domain::task::Task;
use crate::domain::time::{Entry, Span, Work};
use crate::store::{Books, Listed, Writer};
use crate::values::calendar::Calendar;
use crate::values::duration::{Seconds, Worked};
use crate::values::id::ProjectRef;
use crate::values::money::Rate;
use crate::values::text::{Line, fold};

use super::super::member::{present, works_for};
use super::super::{Error, Result, Session, find, project};
use super::guard::Guard;
use super::{Dropped, Logged, Notices, Selection, entry_of, listed, logged, phase_of};

/// What `time edit` changes; none: as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    pub worked: Option<Worked>,
    pub day: Option<NaiveDate>,
    pub project: Option<String>,
    /// Some(None) takes the phase away.
    pub phase: Option<Option<String>>,
    pub task: Option<Option<String>>,
    pub activity: Option<Option<String>>,
    pub by: Option<String>,
    pub note: Option<Option<Line>>,
    pub internal_note: Option<Option<Line>>,
    pub billable: Option<Option<bool>>,
    pub rate: Option<Option<Rate>>,
    pub tags: Option<Vec<Line>>,
    /// Added to those that are there.
    pub tags_added: Vec<Line>,
    /// Taken from those that are there.
    pub tags_removed: Vec<Line>,
}

/// What to do with entries among several that cannot change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nothing changes if one of them cannot.
    Refuse,
    /// They stay as they are.
    Skip,
}

/// Numbers of entries that cannot change, and why.
pub type Reasons = Vec<(i64, Refusal)>;

/// What an edit of several entries would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The entries that would change, as they are.
    pub changes: Vec<Listed>,
    /// Those that are as wanted already.
    pub unchanged: u64,
    /// Those that cannot change, and why.
    pub closed: Reasons,
}

/// What became of several entries.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The entries that changed, as they are now.
    pub entries: Vec<Listed>,
    pub notices: Notices,
    /// Those that stayed because they cannot change.
    pub closed: Reasons,
}

/// Changes an entry that is open.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Logged> {
    let calendar = session.calendar.clone();
    let (key, notices) = session.write(|books| {
        let entry = find::entry(books, reference)?;
        let guard = Guard::of(books, &calendar)?;
        guard.open(books, &entry)?;
        let notices = change(books, &guard, &calendar, std::slice::from_ref(&entry), edit)?;
        Ok::<_, Error>((entry.key, notices))
    })?;
    logged(session, key, notices)
}

fn change(
    books: &mut Writer<'_>,
    guard: &Guard,
    calendar: &Calendar,
    entries: &[Entry],
    edit: &Edit,
) -> Result<Notices> {
    let mut notices = Notices::default();
    let mut changes = Vec::new();
    for entry in entries {
        let (work, dropped) = edited(books, calendar, entry, edit)?;
        notices.extend(Notices {
            dropped,
            ..Notices::default()
        });
        changes.push((entry, work));
    }
    notices.extend(guard.change(books, &changes)?);
    Ok(notices)
}

/// What an edit of all entries of a selection would do. Nothing is changed.
pub fn plan(session: &Session, selection: &Selection, edit: &Edit) -> Result<Plan> {
    let calendar = &session.calendar;
    session.store.read(|books| {
        let guard = Guard::of(books, calendar)?;
        let mut plan = Plan {
            changes: Vec::new(),
            unchanged: 0,
            closed: Vec::new(),
        };
        for listed in books.entries(&selection.filter(books)?)? {
            let (work, _) = edited(books, calendar, &listed.entry, edit)?;
            if work == listed.entry.work {
                plan.unchanged += 1;
            } else if let Some(refusal) = refusal(guard.open(books, &listed.entry))? {
                plan.closed.push((listed.entry.key.0, refusal));
            } else {
                plan.changes.push(listed);
            }
        }
        Ok(plan)
    })
}

/// Changes several entries in one operation.
pub fn edit_all(
    session: &mut Session,
    entries: &[EntryKey],
    edit: &Edit,
    closed: Closed,
) -> Result<Edited> {
    let calendar = session.calendar.clone();
    let (changed, notices, closed) = session.write(|books| {
        let guard = Guard::of(books, &calendar)?;
        let (open, closed) = open_ones(books, &guard, entries, closed)?;
        let notices = change(books, &guard, &calendar, &open, edit)?;
        let changed: Vec<EntryKey> = open.iter().map(|entry| entry.key).collect();
        Ok::<_, Error>((changed, notices, closed))
    })?;
    Ok(Edited {
        entries: all_listed(session, &changed)?,
        notices,
        closed,
    })
}

/// Removes entries that are open, in one operation. Gives them as they were.
pub fn delete(session: &mut Session, entries: &[EntryKey], closed: Closed) -> Result<Edited> {
    let calendar = session.calendar.clone();
    session.write(|books| {
        let guard = Guard::of(books, &calendar)?;
        let (open, closed) = open_ones(books, &guard, entries, closed)?;
        let mut gone = Vec::new();
        for entry in open {
            gone.extend(books.listed_entry(entry.key)?);
            books.delete_entry(entry.key)?;
        }
        Ok(Edited {
            entries: gone,
            notices: Notices::default(),
            closed,
        })
    })
}

/// Those among entries that can change, and why the others cannot.
fn open_ones(
    books: &Books<'_>,
    guard: &Guard,
    keys: &[EntryKey],
    closed: Closed,
) -> Result<(Vec<Entry>, Reasons)> {
    let (mut open, mut shut) = (Vec::new(), Vec::new());
    for key in keys {
        let entry = entry_of(books, *key)?;
        match refusal(guard.open(books, &entry))? {
            None => open.push(entry),
            Some(refusal) => shut.push((key.0, refusal)),
        }
    }
    if closed == Closed::Skip || shut.is_empty() {
        return Ok((open, shut));
    }
    Err(one_or_many(shut, keys.len()).into())
}

/// Of one entry its own refusal; of several, that they are closed.
pub(super) fn one_or_many(mut closed: Reasons, of: usize) -> Refusal {
    match (closed.pop(), of) {
        (Some((_, only)), 1) => only,
        (last, _) => {
            closed.extend(last);
            Refusal::EntriesClosed { closed }
        }
    }
}

/// Tells a refusal from what went wrong.
pub(super) fn refusal(answer: Result<()>) -> Result<Option<Refusal>> {
    match answer {
        Ok(()) => Ok(None),
        Err(Error::Refused(refusal)) => Ok(Some(refusal)),
        Err(other) => Err(other),
    }
}

fn all_listed(session: &Session, keys: &[EntryKey]) -> Result<Vec<Listed>> {
    keys.iter().map(|key| listed(session, *key)).collect()
}

/// What an entry is after an edit, and what it leaves behind.
fn edited(
    books: &Books<'_>,
    calendar: &Calendar,
    entry: &Entry,
    edit: &Edit,
) -> Result<(Work, Vec<Dropped>)> {
    let mut work = entry.work.clone();
    let dropped = change_target(books, &mut work, edit)?;
    change_member(books, &mut work, edit)?;
    change_time(calendar, &mut work, edit)?;
    work.note = edit.note.clone().unwrap_or(work.note);
    work.internal_note = edit.internal_note.clone().unwrap_or(work.internal_note);
    work.billable = edit.billable.unwrap_or(work.billable);
    work.rate = edit.rate.unwrap_or(work.rate);
    work.tags = edit.tags.clone().unwrap_or(work.tags);
    work.tags.retain(|tag| !edit.tags_removed.contains(tag));
    for tag in &edit.tags_added {
        if !work.tags.contains(tag) {
            work.tags.push(tag.clone());
        }
    }
    Ok((work, dropped))
}

/// Another project takes along what it has of the same name; the rest stays behind and is told, where nothing else is given for it.
fn change_target(books: &Books<'_>, work: &mut Work, edit: &Edit) -> Result<Vec<Dropped>> {
    let mut dropped = Vec::new();
    if let Some(project) = &edit.project {
        let (_, project, reference) = project::open(books, project)?;
        if project.key != work.project {
            dropped = leave(books, work, edit, project.key, &reference)?;
            work.project = project.key;
        }
    }
    if edit.phase.is_none() && edit.task.is_none() && edit.activity.is_none() {
        return Ok(dropped);
    }
    let project = find::project_of(books, work.project)?;
    let reference = find::project_name(books, work.project)?;
    if let Some(task) = &edit.task {
        let task = task
            .as_deref()
            .map(|task| find::task(books, &project, task))
            .transpose()?;
        // What stays as it is may be done since.
        if let Some(task) = task.as_ref().filter(|task| work.task != Some(task.key)) {
            task.takes_work(&reference)?;
            if edit.phase.is_none() && task.phase.is_some() {
                work.phase = phase_of(books, &project, &reference, task)?;
            }
        }
        work.task = task.map(|task| task.key);
    }
    if let Some(phase) = &edit.phase {
        let phase = phase
            .as_deref()
            .map(|phase| find::phase(books, &project, phase))
            .transpose()?;
        if let Some(phase) = phase.as_ref().filter(|phase| work.phase != Some(phase.key)) {
            phase.takes_work(&reference)?;
        }
        work.phase = phase.map(|phase| phase.key);
    }
    if let Some(activity) = &edit.activity {
        let activity = activity
            .as_deref()
            .map(|activity| find::activity(books, Some(project.key), activity))
            .transpose()?;
        let other = activity
            .as_ref()
            .filter(|activity| work.activity != Some(activity.key));
        if let Some(activity) = other {
            activity.takes_work(activity.project.map(|_| &reference))?;
        }
        work.activity = activity.map(|activity| activity.key);
    }
    Ok(dropped)
}

/// Takes an entry to another project: its task and phase become those of the same name there, if there are any that take work.
fn leave(
    books: &Books<'_>,
    work: &mut Work,
    edit: &Edit,
    to: ProjectKey,
    reference: &ProjectRef,
) -> Result<Vec<Dropped>> {
    let mut dropped = Vec::new();
    let mut tell = |noun, name: &Line, given: bool| {
        if !given {
            let name = name.to_string();
            dropped.push(Dropped { noun, name });
        }
    };
    let same = |one: &Line, other: &Line| fold(one.as_str()) == fold(other.as_str());
    let tasks = books.tasks(Some(work.project))?;
    if let Some(task) = tasks.iter().find(|task| Some(task.key) == work.task) {
        let there = books.tasks(Some(to))?;
        let takes = |other: &Task| other.takes_work(reference).is_ok();
        let found = there
            .iter()
            .find(|other| same(&other.name, &task.name) && takes(other));
        work.task = found.map(|task| task.key);
        if found.is_none() {
            tell("task", &task.name, edit.task.is_some());
        }
    }
    let phases = books.phases(Some(work.project))?;
    if let Some(phase) = phases.iter().find(|phase| Some(phase.key) == work.phase) {
        let there = books.phases(Some(to))?;
        let takes = |other: &Phase| other.takes_work(reference).is_ok();
        let found = there
            .iter()
            .find(|other| same(&other.name, &phase.name) && takes(other));
        work.phase = found.map(|phase| phase.key);
        if found.is_none() {
            tell("phase", &phase.name, edit.phase.is_some());
        }
    }
    let activities = books.activities()?;
    let own = activities.iter().find(|activity| {
        Some(activity.key) == work.activity && activity.project == Some(work.project)
    });
    if let Some(own) = own {
        work.activity = None;
        tell("activity", &own.code, edit.activity.is_some());
    }
    Ok(dropped)
}

/// Whoever did the work has to work for the client, where either of them changes.
fn change_member(books: &Books<'_>, work: &mut Work, edit: &Edit) -> Result<()> {
    if edit.by.is_none() && edit.project.is_none() {
        return Ok(());
    }
    let member = match &edit.by {
        Some(by) => Some(present(books, by)?),
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

/// A new length of an entry with a clock keeps its start; another day keeps the time of day of its start, and its length.
fn change_time(calendar: &Calendar, work: &mut Work, edit: &Edit) -> Result<()> {
    let day = edit.day.unwrap_or(work.day);
    let worked = match (edit.worked, work.span) {
        (Some(worked), _) => worked,
        // As long as it was, also where the clock changes on one of the two days.
        (None, Some(span)) if day != work.day => Worked::Length(span.seconds()),
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
