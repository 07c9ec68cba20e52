//! Timers: started, stopped, taken up again, given up.

use chrono::{DateTime, Duration, Utc};

use crate::domain::Refusal;
use crate::domain::guard::Notice;
use crate::domain::key::{EntryKey, MemberKey};
use crate::domain::time::{Oddity, Span, Timer, Work};
use crate::store::Writer;
use crate::values::calendar::{Calendar, Moment};
use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::text::Line;

use super::super::budget::Told;
use super::super::member::at_work;
use super::super::{Error, Result, Session, find};
use super::guard::Guard;
use super::{About, Logged, Notices, Place, logged, place, write_entry};

/// A running timer with the names it is shown by.
#[derive(Debug, Clone)]
pub struct Running {
    pub timer: Timer,
    pub project: ProjectRef,
    pub member: String,
    pub phase: Option<String>,
    pub task: Option<String>,
    /// The code.
    pub activity: Option<String>,
    /// Since the start; none if the clock went back behind it.
    pub elapsed: Option<Seconds>,
    pub oddity: Option<Oddity>,
}

/// A timer that was started, and what the user should know about it.
#[derive(Debug, Clone)]
pub struct Started {
    pub running: Running,
    /// The entry of the timer that ran before.
    pub stopped: Option<Logged>,
    /// Budgets that are used up.
    pub budgets: Vec<Told>,
}

/// What to do with a timer that runs when another is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Other {
    Stop,
    Refuse,
}

/// Starts a timer now. A running one of the same member is stopped and becomes an entry.
pub fn start(session: &mut Session, about: &About, at: Option<Moment>) -> Result<Started> {
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    begin(session, at, Other::Stop, |books| {
        let place = place(books, about, set.as_ref(), &who)?;
        Ok((place, about.clone()))
    })
}

fn timer(place: &Place, about: &About, start: DateTime<Utc>) -> Timer {
    Timer {
        member: place.member,
        project: place.project.key,
        phase: place.phase,
        task: place.task,
        activity: place.activity,
        start,
        note: about.note.clone(),
        internal_note: about.internal_note.clone(),
        billable: about.billable,
        rate: about.rate,
        tags: about.tags.clone(),
    }
}

/// Starts again what was last worked, or what an entry says.
pub fn resume(
    session: &mut Session,
    entry: Option<&str>,
    by: Option<&str>,
    at: Option<Moment>,
    note: Option<Line>,
) -> Result<Started> {
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let today = session.today();
    // What was last worked is what runs; only another entry can follow it.
    let other = if entry.is_some() {
        Other::Stop
    } else {
        Other::Refuse
    };
    begin(session, at, other, |books| {
        let member = at_work(books, by, set.as_ref(), &who)?;
        let entry = match entry {
            Some(reference) => find::entry(books, reference)?,
            None => books
                .last_worked(member.key, today)?
                .ok_or(Refusal::NothingToResume)?,
        };
        let project = find::project_name(books, entry.work.project)?;
        let mut tasks = books.tasks(Some(entry.work.project))?.into_iter();
        let task = tasks.find(|task| Some(task.key) == entry.work.task);
        let mut phases = books.phases(Some(entry.work.project))?.into_iter();
        let phase = phases.find(|phase| Some(phase.key) == entry.work.phase);
        let mut activities = books.activities()?.into_iter();
        let activity = activities.find(|activity| Some(activity.key) == entry.work.activity);
        let about = About {
            project: project.to_string(),
            note: note.or(entry.work.note),
            phase: phase.map(|phase| phase.name.to_string()),
            task: task.map(|task| task.name.to_string()),
            activity: activity.map(|activity| activity.code.to_string()),
            by: Some(member.slug.to_string()),
            billable: entry.work.billable,
            internal_note: entry.work.internal_note,
            rate: entry.work.rate,
            tags: entry.work.tags,
        };
        // All that stands against new work stands against this, too.
        let place = place(books, &about, None, &who)?;
        Ok((place, about))
    })
}

fn begin(
    session: &mut Session,
    at: Option<Moment>,
    other: Other,
    on: impl FnOnce(&mut Writer<'_>) -> Result<(Place, About)>,
) -> Result<Started> {
    let at = began(&session.calendar, at)?;
    let calendar = session.calendar.clone();
    let (member, stopped, budgets) = session.write(|books| {
        let guard = Guard::of(books, &calendar)?;
        guard.unlocked(calendar.day_of(at))?;
        let (place, about) = on(books)?;
        let timer = timer(&place, &about, at);
        let stopped = match books.timer(timer.member)? {
            None => None,
            Some(running) => {
                not_from_the_future(&calendar, &running)?;
                if at < running.start || other == Other::Refuse {
                    let started = told(&calendar, running.start);
                    return Err(Refusal::TimerRuns { started }.into());
                }
                if at > running.start {
                    Some(finish(books, &running, at, &calendar)?)
                } else {
                    // Started in the same second: nothing was worked, so nothing is kept.
                    books.remove_timer(timer.member)?;
                    None
                }
            }
        };
        let budgets = guard.used_up(books, &place, calendar.day_of(at))?;
        books.start_timer(&timer)?;
        Ok::<_, Error>((timer.member, stopped, budgets))
    })?;
    Ok(Started {
        running: running(session, member)?,
        stopped: stopped
            .map(|(key, notices)| logged(session, key, notices))
            .transpose()?,
        budgets,
    })
}

fn told(calendar: &Calendar, at: DateTime<Utc>) -> String {
    calendar.local(at).format("%F %R").to_string()
}

fn not_yet(calendar: &Calendar, at: DateTime<Utc>) -> Error {
    let at = told(calendar, at);
    Refusal::NotYet { at }.into()
}

/// How far back a time of day can be of yesterday: just after midnight `23:50` is, at noon `14:00` is a slip.
const YESTERDAY: Duration = Duration::hours(12);

/// When work began. A time of day is today's, or yesterday's where that was less than half a day ago.
fn began(calendar: &Calendar, at: Option<Moment>) -> Result<DateTime<Utc>> {
    let now = calendar.now();
    let at = match at {
        None => return Ok(now),
        Some(Moment::Instant(at)) => at,
        Some(Moment::Time(time)) => {
            let today = calendar.instant(calendar.today(), time)?;
            let yesterday = match calendar.today().pred_opt() {
                Some(day) if today > now => calendar.instant(day, time).ok(),
                _ => None,
            };
            yesterday
                .filter(|at| now - *at < YESTERDAY)
                .unwrap_or(today)
        }
    };
    if at > now {
        return Err(not_yet(calendar, at));
    }
    Ok(at)
}

/// When work ended. A time of day is the first one after the start of the timer.
fn ended(calendar: &Calendar, timer: &Timer, at: Option<Moment>) -> Result<DateTime<Utc>> {
    let now = calendar.now();
    let at = match at {
        None => return Ok(now),
        Some(Moment::Instant(at)) => at,
        Some(Moment::Time(time)) => calendar.next(timer.start, time).unwrap_or(now),
    };
    if at > now {
        return Err(not_yet(calendar, at));
    }
    Ok(at)
}

fn not_from_the_future(calendar: &Calendar, timer: &Timer) -> std::result::Result<(), Refusal> {
    if timer.start > calendar.now() {
        let started = told(calendar, timer.start);
        return Err(Refusal::ClockWentBack { started });
    }
    Ok(())
}

/// Stops the running timer of a member: it becomes an entry on the day on which it started.
pub fn stop(
    session: &mut Session,
    by: Option<&str>,
    at: Option<Moment>,
    note: Option<Line>,
) -> Result<Logged> {
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let calendar = session.calendar.clone();
    let (key, notices) = session.write(|books| {
        let member = at_work(books, by, set.as_ref(), &who)?;
        let mut timer = books.timer(member.key)?.ok_or(Refusal::NoTimer)?;
        not_from_the_future(&calendar, &timer)?;
        let end = ended(&calendar, &timer, at)?;
        if timer.start == end {
            return Err(Refusal::TimerEmpty.into());
        }
        timer.note = note.or(timer.note);
        let long = at.is_none() && timer.oddity(end, true) == Some(Oddity::Long);
        let (key, mut notices) = finish(books, &timer, end, &calendar)?;
        if long {
            let total = Seconds((end - timer.start).num_seconds());
            notices.rules.push(Notice::LongTimer { total });
        }
        Ok::<_, Error>((key, notices))
    })?;
    logged(session, key, notices)
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
    calendar: &Calendar,
) -> Result<(EntryKey, Notices)> {
    if timer.oddity(end, true) == Some(Oddity::TooLong) {
        return Err(Refusal::TimerTooLong {
            started: told(calendar, timer.start),
            elapsed: Seconds((end - timer.start).num_seconds()).words(),
        }
        .into());
    }
    let span = Span::new(timer.start, end)?;
    books.remove_timer(timer.member)?;
    let work = Work {
        project: timer.project,
        phase: timer.phase,
        task: timer.task,
        activity: timer.activity,
        member: timer.member,
        day: calendar.day_of(timer.start),
        span: Some(span),
        seconds: span.seconds(),
        billable: timer.billable,
        note: timer.note.clone(),
        internal_note: timer.internal_note.clone(),
        rate: timer.rate,
        tags: timer.tags.clone(),
    };
    // What was timed was worked.
    let guard = Guard::of(books, calendar)?.for_facts();
    write_entry(books, &work, &guard)
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
    let same_day = session.calendar.day_of(timer.start) == session.today();
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
        let phase = books
            .phases(Some(timer.project))?
            .into_iter()
            .find(|phase| Some(phase.key) == timer.phase)
            .map(|phase| phase.name.to_string());
        let activity = match timer.activity {
            None => None,
            Some(key) => books
                .activities()?
                .into_iter()
                .find(|activity| activity.key == key)
                .map(|activity| activity.code.to_string()),
        };
        let elapsed = Seconds((now - timer.start).num_seconds());
        Ok(Running {
            project,
            member,
            phase,
            task,
            activity,
            elapsed: (elapsed >= Seconds::ZERO).then_some(elapsed),
            oddity: timer.oddity(now, same_day),
            timer,
        })
    })
}
