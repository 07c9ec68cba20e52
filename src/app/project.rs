//! Projects, their tasks and what is used of their budgets.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::budget::{self, HourBudget};
use crate::domain::client::Stage;
use crate::domain::project::{Project, Task};
use crate::store::{Books, NewProject};
use crate::values::duration::Seconds;
use crate::values::id::{ProjectRef, Slug};
use crate::values::text::Line;

use super::client::Made;
use super::{Error, Result, Session, find};

/// A project with what a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub project: Project,
    pub reference: ProjectRef,
    pub tasks: Vec<Task>,
    /// All worked time.
    pub worked: Seconds,
    pub budget: Option<HourBudget>,
}

/// What `project add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub name: Line,
    pub slug: Option<Slug>,
    pub budget: Option<Seconds>,
    pub due: Option<NaiveDate>,
    pub billable: bool,
    pub if_missing: bool,
}

/// Adds a project to a client that is not archived.
pub fn add(session: &mut Session, client: &str, new: &New) -> Result<(Shown, Made)> {
    let slug = match &new.slug {
        Some(slug) => slug.clone(),
        None => Slug::from_name(new.name.as_str())?,
    };
    let (reference, made) = session.write(|books| {
        let client = find::client(books, client)?;
        let reference = ProjectRef {
            client: client.slug.clone(),
            project: slug.clone(),
        };
        if books.project(client.key, &slug)?.is_some() {
            if new.if_missing {
                return Ok((reference, Made::Existing));
            }
            return Err(Error::from(Refusal::Exists {
                noun: "project",
                reference: reference.to_string(),
            }));
        }
        client.takes_work()?;
        books.add_project(&NewProject {
            client: client.key,
            slug,
            name: new.name.clone(),
            budget: new.budget,
            due: new.due,
            billable: new.billable,
        })?;
        Ok((reference, Made::New))
    })?;
    Ok((show(session, &reference.to_string())?, made))
}

/// A project with its tasks and budget.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let (_, project, reference) = find::project(books, reference)?;
        shown(books, project, reference, today)
    })
}

/// Projects by client and name. Closed ones, and those of archived clients, only with `all`.
pub fn list(session: &Session, client: Option<&str>, all: bool) -> Result<Vec<Shown>> {
    let today = session.today();
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let mut shown_projects = Vec::new();
        for project in books.projects(client.as_ref().map(|client| client.key))? {
            let owner = find::client_of(books, project.client)?;
            if !all && (project.closed || owner.stage == Stage::Archived) {
                continue;
            }
            let reference = ProjectRef {
                client: owner.slug,
                project: project.slug.clone(),
            };
            shown_projects.push(shown(books, project, reference, today)?);
        }
        shown_projects.sort_by(|a, b| a.reference.cmp(&b.reference));
        Ok(shown_projects)
    })
}

/// A project with what is used of it.
pub(super) fn shown(
    books: &Books<'_>,
    project: Project,
    reference: ProjectRef,
    today: NaiveDate,
) -> Result<Shown> {
    let worked = books.worked_seconds(project.key)?;
    let budget = project
        .budget
        .map(|allocated| -> Result<_> {
            let days = books.seconds_by_day(project.key, true)?;
            Ok(budget::hours(allocated, &days, today))
        })
        .transpose()?;
    Ok(Shown {
        tasks: books.tasks(Some(project.key))?,
        project,
        reference,
        worked,
        budget,
    })
}

/// Closes a project, or opens it again.
pub fn set_closed(session: &mut Session, reference: &str, closed: bool) -> Result<Shown> {
    session.write(|books| {
        let (client, project, name) = find::project(books, reference)?;
        if closed && books.timers(None)?.iter().any(|t| t.project == project.key) {
            return Err(Error::from(Refusal::ProjectHasTimer { project: name }));
        }
        if !closed {
            client.takes_work()?;
        }
        books.set_closed(project.key, closed)?;
        Ok(())
    })?;
    show(session, reference)
}

/// Adds a task to a project.
pub fn add_task(
    session: &mut Session,
    reference: &str,
    name: Line,
    billable: bool,
    if_missing: bool,
) -> Result<(Task, Made)> {
    session.write(|books| {
        let (client, project, project_ref) = find::project(books, reference)?;
        match find::task(books, &project, name.as_str()) {
            Ok(task) if if_missing => return Ok((task, Made::Existing)),
            Ok(_) => {
                return Err(Error::from(Refusal::Exists {
                    noun: "task",
                    reference: name.to_string(),
                }));
            }
            Err(Error::NotFound { .. }) => {}
            Err(other) => return Err(other),
        }
        client.takes_work()?;
        project.takes_work(&project_ref)?;
        let key = books.add_task(project.key, &name, billable)?;
        let task = Task {
            key,
            project: project.key,
            name,
            billable,
            done: false,
        };
        Ok((task, Made::New))
    })
}
