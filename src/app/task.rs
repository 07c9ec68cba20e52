//! Tasks of projects.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::key::{MemberKey, PhaseKey, TaskKey};
use crate::domain::project::Project;
use crate::domain::task::{Status, Task};
use crate::store::{Books, EntryFilter, GroupBy, Writer};
use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::text::{Line, fold};

use super::client::Made;
use super::member::{at_work, works_for};
use super::{Error, Result, Session, find, project};

/// A task with the names it is shown by.
#[derive(Debug, Clone)]
pub struct Shown {
    pub task: Task,
    pub project: ProjectRef,
    pub phase: Option<String>,
    /// Short name of the member who is to do it.
    pub assignee: Option<String>,
    pub worked: Seconds,
    pub overdue: bool,
}

/// What `project task add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub name: Line,
    pub phase: Option<String>,
    pub due: Option<NaiveDate>,
    pub assignee: Option<String>,
    pub billable: bool,
    pub shared: bool,
    pub if_missing: bool,
}

/// What `project task edit` changes; none: as it is, some none: taken away.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub name: Option<Line>,
    pub phase: Option<Option<String>>,
    pub due: Option<Option<NaiveDate>>,
    pub assignee: Option<Option<String>>,
    pub billable: Option<bool>,
    pub shared: Option<bool>,
}

/// Adds a task to a project.
pub fn add(session: &mut Session, reference: &str, new: &New) -> Result<(Shown, Made)> {
    let (key, made) = session.write(|books| {
        let (_, project, _) = find::project(books, reference)?;
        match find::task(books, &project, new.name.as_str()) {
            Ok(task) if new.if_missing => return Ok((task.key, Made::Existing)),
            Ok(_) => return Err(taken(&new.name)),
            Err(Error::NotFound { .. }) => {}
            Err(other) => return Err(other),
        }
        project::open(books, reference)?;
        let task = Task {
            key: TaskKey(0),
            project: project.key,
            phase: phase_key(books, &project, new.phase.as_deref())?,
            name: new.name.clone(),
            status: Status::Todo,
            due: new.due,
            assignee: assignee(books, &project, new.assignee.as_deref())?,
            billable: new.billable,
            shared: new.shared,
        };
        Ok((books.add_task(&task)?, Made::New))
    })?;
    Ok((shown(session, reference, key)?, made))
}

fn taken(name: &Line) -> Error {
    Error::from(Refusal::Exists {
        noun: "task",
        reference: name.to_string(),
    })
}

/// The member who is to do a task: one who works for the client.
fn assignee(
    books: &mut Writer<'_>,
    project: &Project,
    text: Option<&str>,
) -> Result<Option<MemberKey>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let member = at_work(books, Some(text), None, "")?;
    works_for(books, &member, &find::client_of(books, project.client)?)?;
    Ok(Some(member.key))
}

fn phase_key(books: &Books<'_>, project: &Project, text: Option<&str>) -> Result<Option<PhaseKey>> {
    let phase = text
        .map(|text| find::phase(books, project, text))
        .transpose()?;
    Ok(phase.map(|phase| phase.key))
}

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// None: of all open projects.
    pub project: Option<String>,
    pub status: Option<Status>,
    pub assignee: Option<String>,
    pub overdue: bool,
}

/// Tasks by project; within it what is overdue or due first comes first, and what is done comes last.
pub fn list(session: &Session, selection: &Selection) -> Result<Vec<Shown>> {
    let today = session.today();
    let mut tasks = session.store.read(|books| {
        let projects = match &selection.project {
            Some(reference) => {
                let (_, project, _) = find::project(books, reference)?;
                vec![project]
            }
            None => {
                let mut projects = books.projects(None)?;
                projects.retain(|project| !project.closed);
                projects
            }
        };
        let assignee = selection
            .assignee
            .as_deref()
            .map(|member| find::member(books, member))
            .transpose()?
            .map(|member| member.key);
        let mut tasks = Vec::new();
        for project in &projects {
            tasks.extend(of_project(books, project, today)?);
        }
        tasks.retain(|shown| {
            selection
                .status
                .is_none_or(|status| shown.task.status == status)
                && (assignee.is_none() || shown.task.assignee == assignee)
                && (!selection.overdue || shown.overdue)
        });
        Ok::<_, Error>(tasks)
    })?;
    let later = NaiveDate::MAX;
    tasks.sort_by(|a, b| {
        let order = |shown: &Shown| {
            let done = shown.task.status == Status::Done;
            (done, shown.task.due.unwrap_or(later))
        };
        (&a.project, order(a)).cmp(&(&b.project, order(b)))
    });
    Ok(tasks)
}

/// The tasks of a project with their names and hours.
fn of_project(books: &Books<'_>, project: &Project, today: NaiveDate) -> Result<Vec<Shown>> {
    let tasks = books.tasks(Some(project.key))?;
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let reference = find::project_name(books, project.key)?;
    let (phases, members) = (books.phases(Some(project.key))?, books.members()?);
    let filter = EntryFilter {
        project: Some(project.key),
        ..EntryFilter::default()
    };
    let by = GroupBy {
        task: true,
        ..GroupBy::default()
    };
    let worked = books.sums(&filter, by)?;
    Ok(tasks
        .into_iter()
        .map(|task| Shown {
            project: reference.clone(),
            phase: phases
                .iter()
                .find(|phase| Some(phase.key) == task.phase)
                .map(|phase| phase.name.to_string()),
            assignee: members
                .iter()
                .find(|member| Some(member.key) == task.assignee)
                .map(|member| member.slug.to_string()),
            worked: worked
                .iter()
                .filter(|group| group.task == Some(task.key))
                .map(|group| group.seconds)
                .sum(),
            overdue: task.is_overdue(today),
            task,
        })
        .collect())
}

/// A task by name.
pub fn show(session: &Session, reference: &str, name: &str) -> Result<Shown> {
    let key = session.store.read(|books| {
        let (_, project, _) = find::project(books, reference)?;
        Ok::<_, Error>(find::task(books, &project, name)?.key)
    })?;
    shown(session, reference, key)
}

fn shown(session: &Session, reference: &str, key: TaskKey) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let (_, project, _) = find::project(books, reference)?;
        of_project(books, &project, today)?
            .into_iter()
            .find(|shown| shown.task.key == key)
            .ok_or_else(|| Error::NotFound {
                noun: "task",
                wanted: key.0.to_string(),
                near: Vec::new(),
            })
    })
}

/// Changes a task.
pub fn edit(session: &mut Session, reference: &str, name: &str, edit: &Edit) -> Result<Shown> {
    change(session, reference, name, |books, project, task| {
        if let Some(name) = &edit.name {
            let tasks = books.tasks(Some(project.key))?;
            let same = |other: &Task| fold(other.name.as_str()) == fold(name.as_str());
            if tasks
                .iter()
                .any(|other| other.key != task.key && same(other))
            {
                return Err(taken(name));
            }
            task.name = name.clone();
        }
        if let Some(phase) = &edit.phase {
            task.phase = phase_key(books, project, phase.as_deref())?;
        }
        if let Some(member) = &edit.assignee {
            task.assignee = assignee(books, project, member.as_deref())?;
        }
        task.due = edit.due.unwrap_or(task.due);
        task.billable = edit.billable.unwrap_or(task.billable);
        task.shared = edit.shared.unwrap_or(task.shared);
        Ok(())
    })
}

/// Gives a task a status.
pub fn set_status(
    session: &mut Session,
    reference: &str,
    name: &str,
    status: Status,
) -> Result<Shown> {
    change(session, reference, name, |_, _, task| {
        task.status = status;
        Ok(())
    })
}

fn change(
    session: &mut Session,
    reference: &str,
    name: &str,
    how: impl FnOnce(&mut Writer<'_>, &Project, &mut Task) -> Result<()>,
) -> Result<Shown> {
    let key = session.write(|books| {
        let (_, project, _) = find::project(books, reference)?;
        let mut task = find::task(books, &project, name)?;
        how(books, &project, &mut task)?;
        books.edit_task(&task)?;
        Ok::<_, Error>(task.key)
    })?;
    shown(session, reference, key)
}

/// Removes a task on which no time is logged, with its rates.
pub fn remove(session: &mut Session, reference: &str, name: &str) -> Result<Shown> {
    let removed = show(session, reference, name)?;
    session.write(|books| {
        let (_, project, reference) = find::project(books, reference)?;
        let task = find::task(books, &project, name)?;
        if books.task_has_time(task.key)? {
            return Err(Error::from(Refusal::HasTime {
                noun: "task",
                name: task.name.to_string(),
                project: reference,
            }));
        }
        Ok(books.remove_task(task.key)?)
    })?;
    Ok(removed)
}
