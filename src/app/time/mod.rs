//! Logging time: timers and entries. One file an idea; what they share, and the plainest of them, is here.

mod approval;
mod edit;
mod guard;
mod list;
mod lock;
mod split;
mod timer;

use chrono::NaiveDate;

use crate::domain::guard::Notice;
use crate::domain::key::{ActivityKey, EntryKey, MemberKey, PhaseKey, TaskKey};
use crate::domain::project::Project;
use crate::domain::task::Task;
use crate::domain::time::{Entry, Span, Work, is_billable};
use crate::store::{Books, Listed, StoreError, Writer};
use crate::values::duration::Worked;
use crate::values::id::{EntryRef, ProjectRef, Slug};
use crate::values::money::Rate;
use crate::values::text::Line;

use super::budget::Told;
use super::member::{at_work, works_for};
use super::{Error, Result, Session, find, project};

pub use approval::{Chosen, Done, Week, approvals, approve, reject, submit};
pub use edit::{Closed, Edit, Edited, Plan, Reasons, delete, edit, edit_all, plan};
pub(super) use guard::not_drawn;
pub use list::{Selection, billed, each, keys, list, listed, show};
pub(super) use lock::{KEY as LOCK, not_ahead};
pub use lock::{lock, locked_before, unlock};
pub use split::{Cut, Merged, merge, split};
pub use timer::{Running, Started, cancel, resume, start, status, stop};

use guard::Guard;

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
    pub notices: Notices,
}

/// What the user should know about entries that were written.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    pub rules: Vec<Notice>,
    /// Of each budget the last word.
    pub budgets: Vec<Told>,
    /// What entries that moved to another project left behind.
    pub dropped: Vec<Dropped>,
}

impl Notices {
    fn extend(&mut self, more: Self) {
        self.rules.extend(more.rules);
        for told in more.budgets {
            let same = |known: &Told| known.project == told.project && known.phase == told.phase;
            self.budgets.retain(|known| !same(known));
            self.budgets.push(told);
        }
        for dropped in more.dropped {
            if !self.dropped.contains(&dropped) {
                self.dropped.push(dropped);
            }
        }
    }
}

/// Something of the project in which an entry was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    pub noun: &'static str,
    pub name: String,
}

/// Who works on what: all that new work stands on, checked.
struct Place {
    member: MemberKey,
    project: Project,
    phase: Option<PhaseKey>,
    task: Option<TaskKey>,
    activity: Option<ActivityKey>,
    /// Whether work there is billed, with what it says of itself.
    billable: bool,
}

/// Finds who works on what. `set` is the member of the settings, `who` the login name, for where none is named.
fn place(books: &mut Writer<'_>, about: &About, set: Option<&Slug>, who: &str) -> Result<Place> {
    let member = at_work(books, about.by.as_deref(), set, who)?;
    let (client, project, reference) = project::open(books, &about.project)?;
    works_for(books, &member, &client)?;
    let task = about.task.as_deref();
    let task = task
        .map(|task| find::task(books, &project, task))
        .transpose()?;
    if let Some(task) = &task {
        task.takes_work(&reference)?;
    }
    let phase = match (about.phase.as_deref(), &task) {
        (Some(phase), _) => {
            let phase = find::phase(books, &project, phase)?;
            phase.takes_work(&reference)?;
            Some(phase.key)
        }
        (None, Some(task)) => phase_of(books, &project, &reference, task)?,
        (None, None) => None,
    };
    let activity = match about.activity.as_deref() {
        None => None,
        Some(activity) => {
            let activity = find::activity(books, Some(project.key), activity)?;
            activity.takes_work(activity.project.map(|_| &reference))?;
            Some(activity.key)
        }
    };
    let of_task = task.as_ref().is_none_or(|task| task.billable);
    Ok(Place {
        member: member.key,
        billable: is_billable(
            about.billable,
            of_task,
            project.billable,
            client.details.billable,
        ),
        project,
        phase,
        task: task.map(|task| task.key),
        activity,
    })
}

/// Work on a task is in the phase of the task, unless it says otherwise.
fn phase_of(
    books: &Books<'_>,
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
    let set = session.business.member.clone();
    let who = session.who().to_owned();
    let calendar = session.calendar.clone();
    let (key, notices) = session.write(|books| {
        let place = place(books, about, set.as_ref(), &who)?;
        let work = Work {
            project: place.project.key,
            phase: place.phase,
            task: place.task,
            activity: place.activity,
            member: place.member,
            day,
            span,
            seconds,
            billable: about.billable,
            note: about.note.clone(),
            internal_note: about.internal_note.clone(),
            rate: about.rate,
            tags: about.tags.clone(),
        };
        write_entry(books, &work, &Guard::of(books, &calendar)?)
    })?;
    logged(session, key, notices)
}

fn write_entry(books: &mut Writer<'_>, work: &Work, guard: &Guard) -> Result<(EntryKey, Notices)> {
    guard.write(books, work, |books| Ok(books.add_entry(work, None)?))
}

fn logged(session: &Session, key: EntryKey, notices: Notices) -> Result<Logged> {
    Ok(Logged {
        entry: listed(session, key)?,
        notices,
    })
}

/// The entry of a row.
fn entry_of(books: &Books<'_>, key: EntryKey) -> Result<Entry> {
    let missing = || Error::from(StoreError::Corrupt(format!("entry {} is not there", key.0)));
    books.entry(EntryRef::Id(key.0))?.ok_or_else(missing)
}
