//! Logging time: timers and entries. One file an idea; what they share, and the plainest of them, is here.

mod approval;
mod edit;
mod guard;
mod list;
mod lock;
mod split;
mod timer;

use chrono::NaiveDate;

use crate::domain::client::Client;
use crate::domain::guard::Notice;
use crate::domain::key::{EntryKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::project::Project;
use crate::domain::time::{Entry, Span, Work};
use crate::store::{Books, Listed, StoreError, Writer};
use crate::values::duration::Worked;
use crate::values::id::{EntryRef, Slug};
use crate::values::money::Rate;
use crate::values::text::Line;

use super::member::{at_work, works_for};
use super::{Error, Result, Session, find};

pub use approval::{Chosen, Done, Week, approvals, approve, reject, submit};
pub use edit::{Closed, Edit, Edited, Plan, Reasons, delete, edit, edit_all, plan};
pub use list::{Selection, each, keys, list, listed, show};
pub use lock::{lock, locked_before, unlock};
pub use split::{Cut, Merged, merge, split};
pub use timer::{Running, cancel, resume, start, status, stop};

use guard::Guard;

/// What an entry is about, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub project: String,
    pub note: Option<Line>,
    pub task: Option<String>,
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
    pub notices: Vec<Notice>,
}

/// The project and task that take new work, checked.
struct Target {
    client: Client,
    project: Project,
    task: Option<TaskKey>,
}

fn target(books: &Books<'_>, project: &str, task: Option<&str>) -> Result<Target> {
    let (client, project, reference) = find::project(books, project)?;
    client.takes_work()?;
    project.takes_work(&reference)?;
    let task = task
        .map(|task| find::task(books, &project, task))
        .transpose()?
        .map(|task| task.key);
    Ok(Target {
        client,
        project,
        task,
    })
}

/// Who works on what: all that new work stands on, checked.
struct Place {
    member: MemberKey,
    project: ProjectKey,
    task: Option<TaskKey>,
}

/// Finds who works on what. `set` is the member of the settings, `who` the login name, for where none is named.
fn place(books: &mut Writer<'_>, about: &About, set: Option<&Slug>, who: &str) -> Result<Place> {
    let member = at_work(books, about.by.as_deref(), set, who)?;
    let target = target(books, &about.project, about.task.as_deref())?;
    works_for(books, &member, &target.client)?;
    Ok(Place {
        member: member.key,
        project: target.project.key,
        task: target.task,
    })
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
            project: place.project,
            task: place.task,
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

fn write_entry(
    books: &mut Writer<'_>,
    work: &Work,
    guard: &Guard,
) -> Result<(EntryKey, Vec<Notice>)> {
    let notices = guard.admit(books, work, None)?;
    Ok((books.add_entry(work, None)?, notices))
}

fn logged(session: &Session, key: EntryKey, notices: Vec<Notice>) -> Result<Logged> {
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
