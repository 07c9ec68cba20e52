//! Logging time: timers and entries.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::key::{ActivityKey, EntryKey, MemberKey, PhaseKey};
use crate::domain::project::Project;
use crate::domain::task::Task;
use crate::domain::time::{Entry, OverlapRule, Span, Timer, Work, is_billable};
use crate::store::{EntryFilter, Listed, Writer};
use crate::values::calendar::Calendar;
use crate::values::duration::{Seconds, Worked};
use crate::values::id::ProjectRef;
use crate::values::money::Rate;
use crate::values::period::Span as Days;
use crate::values::text::Line;

use super::budget::{Told, Watch};
use super::member::{at_work, works_for};
use super::{Error, Result, Session, find, project};

/// What an entry is about, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub project: String,
    pub note: Option<Line>,
    pub phase: Option<String>,
    pub task: Option<String>,
    pub activity: Option<String>,
    pub by: Option<String>,
    pub billable: Option<bool>,
    pub internal_note: Option<Line>,
    pub rate: Option<Rate>,
    pub tags: Vec<Line>,
}

/// An entry that was written, and what the user should know about it.
#[derive(Debug, Clone)]
pub struct Logged {
    pub entry: Listed,
    /// An entry of the same member that shares time with it.
    pub overlaps: Option<Overlapping>,
    /// What is to be told of budgets.
    pub budgets: Vec<Told>,
    /// What an entry that moved to another project left behind.
    pub dropped: Vec<Dropped>,
}

/// Something of the project in which an entry was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    pub noun: &'static str,
    pub name: String,
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

/// An entry that was written.
struct Written {
    key: EntryKey,
    overlaps: Option<Overlapping>,
    budgets: Vec<Told>,
    dropped: Vec<Dropped>,
}

/// An entry that shares time with another.
#[derive(Debug, Clone)]
pub struct Overlapping {
    pub entry: EntryKey,
    pub span: Span,
}

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
}

/// What an entry is held against that shares time with another or goes over a budget, and the clock it is told by.
struct Guard {
    rule: OverlapRule,
    calendar: Calendar,
    watch: Watch,
}

impl Guard {
    fn of(session: &Session) -> Self {
        Self {
            rule: session.business.overlap,
            calendar: session.calendar.clone(),
            watch: Watch::of(session),
        }
    }
}

/// The project with its phase, task and activity that take new work, checked.
struct Target {
    client: Client,
    project: Project,
    phase: Option<PhaseKey>,
    task: Option<Task>,
    activity: Option<ActivityKey>,
}

impl Target {
    fn of(books: &Writer<'_>, about: &About) -> Result<Self> {
        let (client, project, reference) = project::open(books, &about.project)?;
        let task = about
            .task
            .as_deref()
            .map(|task| task_at_work(books, &project, &reference, task))
            .transpose()?;
        let phase = match (about.phase.as_deref(), &task) {
            (Some(phase), _) => Some(phase_at_work(books, &project, &reference, phase)?),
            (None, Some(task)) => phase_of(books, &project, &reference, task)?,
            (None, None) => None,
        };
        let activity = about
            .activity
            .as_deref()
            .map(|activity| activity_at_work(books, &project, &reference, activity))
            .transpose()?;
        Ok(Self {
            client,
            project,
            phase,
            task,
            activity,
        })
    }

    /// Whether work on it is billable that says nothing of itself, or this.
    fn is_billable(&self, own: Option<bool>) -> bool {
        let task = self.task.as_ref().is_none_or(|task| task.billable);
        let client = self.client.details.billable;
        is_billable(own, task, self.project.billable, client)
    }
}

fn task_at_work(
    books: &Writer<'_>,
    project: &Project,
    reference: &ProjectRef,
    text: &str,
) -> Result<Task> {
    let task = find::task(books, project, text)?;
    task.takes_work(reference)?;
    Ok(task)
}

fn phase_at_work(
    books: &Writer<'_>,
    project: &Project,
    reference: &ProjectRef,
    text: &str,
) -> Result<PhaseKey> {
    let phase = find::phase(books, project, text)?;
    phase.takes_work(reference)?;
    Ok(phase.key)
}

/// Work on a task is in the phase of the task, unless it says otherwise.
fn phase_of(
    books: &Writer<'_>,
    project: &Project,
    reference: &ProjectRef,
    task: &Task,
) -> Result<Option<PhaseKey>> {
    let phases = books.phases(Some(project.key))?;
    let found = phases.iter().find(|phase| Some(phase.key) == task.phase);
    found
        .map(|phase| {
            phase.takes_work(reference)?;
            Ok(phase.key)
        })
        .transpose()
}

fn activity_at_work(
    books: &Writer<'_>,
    project: &Project,
    reference: &ProjectRef,
    text: &str,
) -> Result<ActivityKey> {
    let activity = find::activity(books, Some(project.key), text)?;
    activity.takes_work(activity.project.map(|_| reference))?;
    Ok(activity.key)
}

/// Logs worked time on a day.
pub fn log(session: &mut Session, about: &About, worked: Worked, day: NaiveDate) -> Result<Logged> {
    let (span, seconds) = match worked {
        Worked::Length(seconds) => (None, seconds),
        Worked::Interval {
            start,
            end,
            next_day,
        } => {
            let (start, end) = session.calendar.interval(day, start, end, next_day)?;
            let span = Span::new(start, end)?;
            (Some(span), span.seconds())
        }
    };
    let guard = Guard::of(session);
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let written = session.write(|books| {
        let member = at_work(books, about.by.as_deref(), set.as_ref(), &who)?;
        let target = Target::of(books, about)?;
        works_for(books, &member, &target.client)?;
        let work = Work {
            project: target.project.key,
            phase: target.phase,
            task: target.task.map(|task| task.key),
            activity: target.activity,
            member: member.key,
            day,
            span,
            seconds,
            billable: about.billable,
            note: about.note.clone(),
            internal_note: about.internal_note.clone(),
            rate: about.rate,
            tags: about.tags.clone(),
        };
        write_entry(books, &work, &guard)
    })?;
    logged(session, written)
}

/// Starts a timer now. A running one of the same member is stopped and becomes an entry.
pub fn start(session: &mut Session, about: &About, at: Option<NaiveTime>) -> Result<Started> {
    let now = session.calendar.now();
    let at = at.map_or(Ok(now), |time| latest(&session.calendar, time))?;
    let guard = Guard::of(session);
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let calendar = session.calendar.clone();
    let (member, stopped, budgets) = session.write(|books| {
        let member = at_work(books, about.by.as_deref(), set.as_ref(), &who)?;
        let target = Target::of(books, about)?;
        works_for(books, &member, &target.client)?;
        let stopped = match books.timer(member.key)? {
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
                    books.remove_timer(member.key)?;
                    None
                }
            }
        };
        let budgets = guard.watch.used_up(
            books,
            &target.project,
            target.phase,
            calendar.day_of(at),
            target.is_billable(about.billable),
        )?;
        books.start_timer(&Timer {
            member: member.key,
            project: target.project.key,
            phase: target.phase,
            task: target.task.map(|task| task.key),
            activity: target.activity,
            start: at,
            note: about.note.clone(),
            billable: about.billable,
            tags: about.tags.clone(),
        })?;
        Ok::<_, Error>((member.key, stopped, budgets))
    })?;
    Ok(Started {
        running: running(session, member)?,
        stopped: stopped
            .map(|written| logged(session, written))
            .transpose()?,
        budgets,
    })
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
    let written = session.write(|books| {
        let member = at_work(books, by, set.as_ref(), &who)?;
        let mut timer = books.timer(member.key)?.ok_or(Refusal::NoTimer)?;
        not_from_the_future(&calendar, &timer, now)?;
        if timer.start == end {
            return Err(Refusal::TimerEmpty.into());
        }
        timer.note = note.or(timer.note);
        finish(books, &timer, end, &guard)
    })?;
    logged(session, written)
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

/// Which entries to list, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub days: Days,
    pub client: Option<String>,
    pub project: Option<String>,
    pub phase: Option<String>,
    pub task: Option<String>,
    pub activity: Option<String>,
    pub member: Option<String>,
    pub billable: Option<bool>,
    pub unbilled: bool,
    pub tag: Option<String>,
    pub limit: Option<u32>,
}

impl Selection {
    /// The filter of the store.
    pub(super) fn filter(&self, books: &crate::store::Books<'_>) -> Result<EntryFilter> {
        let project = self
            .project
            .as_deref()
            .map(|project| find::project(books, project))
            .transpose()?;
        let client = self
            .client
            .as_deref()
            .map(|client| find::client(books, client))
            .transpose()?;
        let task = match (&project, self.task.as_deref()) {
            (Some((_, project, _)), Some(task)) => Some(find::task(books, project, task)?.key),
            _ => None,
        };
        let phase = match (&project, self.phase.as_deref()) {
            (Some((_, project, _)), Some(phase)) => Some(find::phase(books, project, phase)?.key),
            _ => None,
        };
        let project_key = project.as_ref().map(|(_, project, _)| project.key);
        let activities = self
            .activity
            .as_deref()
            .map(|activity| find::activities(books, project_key, activity))
            .transpose()?;
        let member = self
            .member
            .as_deref()
            .map(|member| find::member(books, member))
            .transpose()?;
        Ok(EntryFilter {
            days: self.days,
            client: client.map(|client| client.key),
            project: project_key,
            phase,
            task,
            activities,
            member: member.map(|member| member.key),
            billable: self.billable,
            unbilled: self.unbilled,
            billed: false,
            tag: self.tag.clone(),
            invoice: None,
            limit: self.limit,
        })
    }
}

/// Entries in the order of day and start.
pub fn list(session: &Session, selection: &Selection) -> Result<Vec<Listed>> {
    session.store.read(|books| {
        let filter = selection.filter(books)?;
        Ok(books.entries(&filter)?)
    })
}

/// What `time edit` changes; none: as it is.
#[derive(Debug, Clone, Default)]
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
}

/// Changes an entry that is on no invoice.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Logged> {
    let guard = Guard::of(session);
    let calendar = session.calendar.clone();
    let written = session.write(|books| {
        let entry = find::entry(books, reference)?;
        not_invoiced(books, &entry)?;
        let mut work = entry.work.clone();
        let dropped = change_target(books, &mut work, edit)?;
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
        let drawn = guard.watch.drawn(books, &work)?;
        books.edit_entry(entry.key, &work)?;
        Ok::<_, Error>(Written {
            key: entry.key,
            overlaps,
            budgets: guard.watch.told(books, drawn)?,
            dropped,
        })
    })?;
    logged(session, written)
}

/// What another project does not know stays behind and is told, where nothing else is given for it.
fn change_target(books: &Writer<'_>, work: &mut Work, edit: &Edit) -> Result<Vec<Dropped>> {
    let mut dropped = Vec::new();
    if let Some(project) = &edit.project {
        let (_, project, _) = project::open(books, project)?;
        if project.key != work.project {
            dropped = leave(books, work, edit)?;
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
        if let Some(activity) = activity
            .as_ref()
            .filter(|activity| work.activity != Some(activity.key))
        {
            activity.takes_work(activity.project.map(|_| &reference))?;
        }
        work.activity = activity.map(|activity| activity.key);
    }
    Ok(dropped)
}

/// Takes from an entry what is of the project that it leaves.
fn leave(books: &Writer<'_>, work: &mut Work, edit: &Edit) -> Result<Vec<Dropped>> {
    let mut dropped = Vec::new();
    let mut tell = |noun, name: Option<String>, given: bool| {
        dropped.extend(name.filter(|_| !given).map(|name| Dropped { noun, name }));
    };
    let tasks = books.tasks(Some(work.project))?;
    let task = tasks.into_iter().find(|task| Some(task.key) == work.task);
    tell(
        "task",
        task.map(|task| task.name.to_string()),
        edit.task.is_some(),
    );
    let phases = books.phases(Some(work.project))?;
    let phase = phases
        .into_iter()
        .find(|phase| Some(phase.key) == work.phase);
    tell(
        "phase",
        phase.map(|phase| phase.name.to_string()),
        edit.phase.is_some(),
    );
    (work.task, work.phase) = (None, None);
    let own = books.activities()?.into_iter().find(|activity| {
        Some(activity.key) == work.activity && activity.project == Some(work.project)
    });
    if let Some(own) = own {
        work.activity = None;
        tell(
            "activity",
            Some(own.code.to_string()),
            edit.activity.is_some(),
        );
    }
    Ok(dropped)
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

fn not_invoiced(books: &Writer<'_>, entry: &Entry) -> Result<()> {
    let Some(key) = entry.invoice else {
        return Ok(());
    };
    let invoice = books
        .invoice_by_key(key)?
        .map_or_else(String::new, |invoice| invoice.name());
    Err(Refusal::EntryInvoiced {
        entry: entry.key.0,
        invoice,
    }
    .into())
}

/// Makes the entry of a timer.
fn finish(
    books: &mut Writer<'_>,
    timer: &Timer,
    end: DateTime<Utc>,
    guard: &Guard,
) -> Result<Written> {
    let span = Span::new(timer.start, end)?;
    books.remove_timer(timer.member)?;
    let work = Work {
        project: timer.project,
        phase: timer.phase,
        task: timer.task,
        activity: timer.activity,
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
    // What was timed was worked: an overlap and a budget are told, never refused.
    let told = Guard {
        rule: match guard.rule {
            OverlapRule::Refuse => OverlapRule::Warn,
            other => other,
        },
        calendar: guard.calendar.clone(),
        watch: guard.watch.telling(),
    };
    write_entry(books, &work, &told)
}

fn write_entry(books: &mut Writer<'_>, work: &Work, guard: &Guard) -> Result<Written> {
    let overlaps = overlap(books, work, None, guard)?;
    let drawn = guard.watch.drawn(books, work)?;
    Ok(Written {
        key: books.add_entry(work, None)?,
        overlaps,
        budgets: guard.watch.told(books, drawn)?,
        dropped: Vec::new(),
    })
}

/// The first entry of the member that shares time with this work, as far as the rule cares.
fn overlap(
    books: &Writer<'_>,
    work: &Work,
    except: Option<EntryKey>,
    guard: &Guard,
) -> Result<Option<Overlapping>> {
    let Guard { rule, calendar, .. } = guard;
    let rule = *rule;
    let (Some(span), true) = (work.span, rule != OverlapRule::Allow) else {
        return Ok(None);
    };
    let around = books.entries_around(work.member, &span, except)?;
    let found = around.iter().find_map(|other| {
        let theirs = other.work.span?;
        span.overlaps(&theirs).then_some(Overlapping {
            entry: other.key,
            span: theirs,
        })
    });
    match (found, rule) {
        (Some(other), OverlapRule::Refuse) => Err(Refusal::Overlap {
            entry: other.entry.0,
            span: format!(
                "{}–{}",
                calendar.local(other.span.start).format("%F %R"),
                calendar.local(other.span.end).format("%R")
            ),
        }
        .into()),
        (found, _) => Ok(found),
    }
}

fn logged(session: &Session, written: Written) -> Result<Logged> {
    let Written {
        key,
        overlaps,
        budgets,
        dropped,
    } = written;
    Ok(Logged {
        entry: listed(session, key)?,
        overlaps,
        budgets,
        dropped,
    })
}

/// An entry with its names.
pub fn listed(session: &Session, key: EntryKey) -> Result<Listed> {
    let found = session.store.read(|books| books.listed_entry(key))?;
    found.ok_or_else(|| Error::NotFound {
        noun: "entry",
        wanted: key.0.to_string(),
        near: Vec::new(),
    })
}

/// An entry by reference, with its names.
pub fn show(session: &Session, reference: &str) -> Result<Listed> {
    let key = session
        .store
        .read(|books| find::entry(books, reference))?
        .key;
    listed(session, key)
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
            timer,
        })
    })
}
