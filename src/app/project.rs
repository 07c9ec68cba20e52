//! Projects, and what is used of their budgets.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::budget::{Budget, Counts, Per, Standing, Thresholds};
use crate::domain::client::{Client, Stage};
use crate::domain::key::PhaseKey;
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::task::Task;
use crate::store::{Books, NewProject};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::{ProjectRef, Slug};
use crate::values::text::Line;

use super::budget::{self, PhaseStanding, Standings};
use super::client::Made;
use super::{Error, Result, Session, find, phase};

/// A project with what a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub project: Project,
    pub reference: ProjectRef,
    pub tasks: Vec<Task>,
    pub phases: Vec<PhaseStanding>,
    /// All worked time.
    pub worked: Seconds,
    pub budget: Option<Standing>,
    /// Time that a budget in money cannot count.
    pub without_rate: Seconds,
}

/// What `project add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub name: Line,
    pub slug: Option<Slug>,
    /// Hours or an amount, as typed.
    pub budget: Option<String>,
    pub per: Per,
    pub counts: Counts,
    pub thresholds: Option<Thresholds>,
    pub due: Option<NaiveDate>,
    pub billable: bool,
    /// Names of phases, with hours or an amount as typed.
    pub phases: Vec<(Line, Option<String>)>,
    pub if_missing: bool,
}

/// What `project edit` changes; none: as it is, some none: taken away.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub name: Option<Line>,
    pub slug: Option<Slug>,
    pub budget: Option<Option<String>>,
    pub per: Option<Per>,
    pub counts: Option<Counts>,
    pub thresholds: Option<Option<Thresholds>>,
    pub due: Option<Option<NaiveDate>>,
    pub billable: Option<bool>,
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
            return Err(exists(&reference));
        }
        client.takes_work()?;
        let amount = new
            .budget
            .as_deref()
            .map(|text| amount(&client, text))
            .transpose()?;
        let key = books.add_project(&NewProject {
            client: client.key,
            slug,
            name: new.name.clone(),
            budget: amount.map(|amount| Budget {
                amount,
                per: new.per,
            }),
            counts: new.counts,
            thresholds: new.thresholds.clone(),
            due: new.due,
            billable: new.billable,
        })?;
        let project = find::project_of(books, key)?;
        for (name, budget) in &new.phases {
            phase::is_free(books, &project, name, None)?;
            books.add_phase(&Phase {
                key: PhaseKey(0),
                project: key,
                name: name.clone(),
                budget: budget
                    .as_deref()
                    .map(|text| self::amount(&client, text))
                    .transpose()?,
                due: None,
                closed: false,
            })?;
        }
        Ok((reference, Made::New))
    })?;
    Ok((show(session, &reference.to_string())?, made))
}

fn exists(reference: &ProjectRef) -> Error {
    Error::from(Refusal::Exists {
        noun: "project",
        reference: reference.to_string(),
    })
}

/// An amount as typed, in hours or in the currency of the client.
pub(super) fn amount(client: &Client, text: &str) -> Result<Amount> {
    Ok(Amount::parse(text, client.details.currency)?)
}

/// Changes a project.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Shown> {
    let reference = session.write(|books| {
        let (client, project, reference) = find::project(books, reference)?;
        let slug = edit.slug.clone().unwrap_or_else(|| project.slug.clone());
        let renamed = ProjectRef {
            client: client.slug.clone(),
            project: slug.clone(),
        };
        if slug != project.slug && books.project(client.key, &slug)?.is_some() {
            return Err(exists(&renamed));
        }
        let amount = match &edit.budget {
            None => project.budget.map(|budget| budget.amount),
            Some(text) => text
                .as_deref()
                .map(|text| amount(&client, text))
                .transpose()?,
        };
        if amount.is_none() && edit.per.is_some() {
            return Err(Refusal::NoBudget { project: reference }.into());
        }
        let per = edit
            .per
            .or_else(|| project.budget.map(|budget| budget.per))
            .unwrap_or_default();
        books.edit_project(
            project.key,
            &NewProject {
                client: client.key,
                slug,
                name: edit.name.clone().unwrap_or(project.name),
                budget: amount.map(|amount| Budget { amount, per }),
                counts: edit.counts.unwrap_or(project.counts),
                thresholds: edit.thresholds.clone().unwrap_or(project.thresholds),
                due: edit.due.unwrap_or(project.due),
                billable: edit.billable.unwrap_or(project.billable),
            },
        )?;
        Ok(renamed)
    })?;
    show(session, &reference.to_string())
}

/// A project with its phases, tasks and budget.
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
    let phases = books.phases(Some(project.key))?;
    let Standings {
        whole,
        phases,
        without_rate,
    } = budget::standings(books, &project, phases, today)?;
    Ok(Shown {
        tasks: books.tasks(Some(project.key))?,
        worked: books.worked_seconds(project.key)?,
        project,
        reference,
        phases,
        budget: whole,
        without_rate,
    })
}

/// A project that takes work, for what is to be added to it.
pub(super) fn open(books: &Books<'_>, reference: &str) -> Result<(Client, Project, ProjectRef)> {
    let (client, project, reference) = find::project(books, reference)?;
    client.takes_work()?;
    project.takes_work(&reference)?;
    Ok((client, project, reference))
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
