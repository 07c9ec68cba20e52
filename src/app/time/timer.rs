//! Timers: started, stopped, given up.

use chrono::{DateTime, NaiveTime, Utc};

use crate::domain::Refusal;
use crate::domain::key::{EntryKey, MemberKey};
use crate::domain::time::{OverlapRule, Span, Timer, Work};
use crate::store::Writer;
use crate::values::calendar::Calendar;
use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::text::Line;

use super::super::member::at_work;
use super::super::{Error, Result, Session, find};
use super::guard::{Guard, Overlapping};
use super::{About, Logged, logged, place, write_entry};

/// A running timer with the names it is shown by.
#[derive(Debug, Clone)]
pub struct Running {
    pub timer: Timer,
    pub project: ProjectRef,
    pub member: String,
    pub task: Option<String>,
    /// Since the start; none if the clock went back behind it.
    pub elapsed: Option<Seconds>,
}

/// Starts a timer now. A running one of the same member is stopped and becomes an entry.
pub fn start(
    session: &mut Session,
    about: &About,
    at: Option<NaiveTime>,
) -> Result<(Running, Option<Logged>)> {
    let now = session.calendar.now();
    let at = at.map_or(Ok(now), |time| latest(&session.calendar, time))?;
    let guard = Guard::of(session);
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let calendar = session.calendar.clone();
    let (member, stopped) = session.write(|books| {
        let place = place(books, about, set.as_ref(), &who)?;
        let stopped = match books.timer(place.member)? {
            None => None,
            Some(running) => {
                not_from_the_future(&calendar, &running, now)?;
                if at < running.start {
                    return Err(Refusal::TimerRuns {
                        started: calendar.local(running.start).format("%F %R").to_string(),
                    }
                    .into());
                }
                if at > running.start {
                    Some(finish(books, &running, at, &guard)?)
                } else {
                    // Started in the same second: nothing was worked, so nothing is kept.
                    books.remove_timer(place.member)?;
                    None
                }
            }
        };
        books.start_timer(&Timer {
            member: place.member,
            project: place.project,
            task: place.task,
            start: at,
            note: about.note.clone(),
            billable: about.billable,
            tags: about.tags.clone(),
        })?;
        Ok::<_, Error>((place.member, stopped))
    })?;
    let running = running(session, member)?;
    let stopped = stopped
        .map(|(key, overlaps)| logged(session, key, overlaps))
        .transpose()?;
    Ok((running, stopped))
}

/// The latest such time of day that is not after now: today's, else yesterday's.
fn latest(calendar: &Calendar, time: NaiveTime) -> Result<DateTime<Utc>> {
    let today = calendar.instant(calendar.today(), time)?;
    match calendar.today().pred_opt() {
        Some(yesterday) if today > calendar.now() => Ok(calendar.instant(yesterday, time)?),
        _ => Ok(today),
    }
}

fn not_from_the_future(
    calendar: &Calendar,
    timer: &Timer,
    now: DateTime<Utc>,
) -> std::result::Result<(), Refusal> {
    if timer.start > now {
        let started = calendar.local(timer.start).format("%F %R").to_string();
        return Err(Refusal::ClockWentBack { started });
    }
    Ok(())
}

/// Stops the running timer of a member: it becomes an entry on the day on which it started.
pub fn stop(
    session: &mut Session,
    by: Option<&str>,
    at: Option<NaiveTime>,
    note: Option<Line>,
) -> Result<Logged> {
    let now = session.calendar.now();
    let end = at.map_or(Ok(now), |time| latest(&session.calendar, time))?;
    let guard = Guard::of(session);
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let calendar = session.calendar.clone();
    let (key, overlaps) = session.write(|books| {
        let member = at_work(books, by, set.as_ref(), &who)?;
        let mut timer = books.timer(member.key)?.ok_or(Refusal::NoTimer)?;
        not_from_the_future(&calendar, &timer, now)?;
        if timer.start == end {
            return Err(Refusal::TimerEmpty.into());
        }
        timer.note = note.or(timer.note);
        finish(books, &timer, end, &guard)
    })?;
    logged(session, key, overlaps)
}

/// Takes the running timer of a member away without an entry.
pub fn cancel(session: &mut Session, by: Option<&str>) -> Result<Running> {
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let timer = session.write(|books| {
        let member = at_work(books, by, set.as_ref(), &who)?;
        let timer = books.timer(member.key)?.ok_or(Refusal::NoTimer)?;
        books.remove_timer(member.key)?;
        Ok::<_, Error>(timer)
    })?;
    describe(session, timer)
}

/// Running timers; of one member, if one is named.
pub fn status(session: &Session, by: Option<&str>) -> Result<Vec<Running>> {
    let timers = session.store.read(|books| {
        let member = by.map(|by| find::member(books, by)).transpose()?;
        Ok::<_, Error>(books.timers(member.map(|member| member.key))?)
    })?;
    timers
        .into_iter()
        .map(|timer| describe(session, timer))
        .collect()
}

/// Makes the entry of a timer.
fn finish(
    books: &mut Writer<'_>,
    timer: &Timer,
    end: DateTime<Utc>,
    guard: &Guard,
) -> Result<(EntryKey, Option<Overlapping>)> {
    let span = Span::new(timer.start, end)?;
    books.remove_timer(timer.member)?;
    let work = Work {
        project: timer.project,
        task: timer.task,
        member: timer.member,
        day: guard.calendar.day_of(timer.start),
        span: Some(span),
        seconds: span.seconds(),
        billable: timer.billable,
        note: timer.note.clone(),
        internal_note: None,
        rate: None,
        tags: timer.tags.clone(),
    };
    // What was timed was worked: an overlap is told, never refused.
    let told = Guard {
        rule: match guard.rule {
            OverlapRule::Refuse => OverlapRule::Warn,
            other => other,
        },
        calendar: guard.calendar.clone(),
    };
    write_entry(books, &work, &told)
}

fn running(session: &Session, member: MemberKey) -> Result<Running> {
    let timer = session
        .store
        .read(|books| books.timer(member))?
        .ok_or(Refusal::NoTimer)?;
    describe(session, timer)
}

fn describe(session: &Session, timer: Timer) -> Result<Running> {
    let now = session.calendar.now();
    session.store.read(|books| {
        let project = find::project_name(books, timer.project)?;
        let member = books
            .members()?
            .into_iter()
            .find(|member| member.key == timer.member)
            .map_or_else(String::new, |member| member.slug.to_string());
        let task = books
            .tasks(Some(timer.project))?
            .into_iter()
            .find(|task| Some(task.key) == timer.task)
            .map(|task| task.name.to_string());
        let elapsed = Seconds((now - timer.start).num_seconds());
        Ok(Running {
            project,
            member,
            task,
            elapsed: (elapsed >= Seconds::ZERO).then_some(elapsed),
            timer,
        })
    })
}
