//! Phases of projects.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::key::PhaseKey;
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::store::Books;
use crate::values::text::{Line, fold};

use super::client::Made;
use super::project::{self, Shown};
use super::{Error, Result, Session, find};

/// What `project phase add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub name: Line,
    /// Hours or an amount, as typed.
    pub budget: Option<String>,
    pub due: Option<NaiveDate>,
    pub if_missing: bool,
}

/// What `project phase edit` changes; none: as it is, some none: taken away.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub name: Option<Line>,
    pub budget: Option<Option<String>>,
    pub due: Option<Option<NaiveDate>>,
}

/// Adds a phase to a project. The project with its phases, and the name of this one.
pub fn add(session: &mut Session, reference: &str, new: &New) -> Result<(Shown, Line, Made)> {
    let (name, made) = session.write(|books| {
        let (client, project, _) = find::project(books, reference)?;
        match find::phase(books, &project, new.name.as_str()) {
            Ok(phase) if new.if_missing => return Ok((phase.name, Made::Existing)),
            Ok(_) | Err(Error::NotFound { .. }) => {}
            Err(other) => return Err(other),
        }
        is_free(books, &project, &new.name, None)?;
        project::open(books, reference)?;
        books.add_phase(&Phase {
            key: PhaseKey(0),
            project: project.key,
            name: new.name.clone(),
            budget: new
                .budget
                .as_deref()
                .map(|text| project::amount(&client, text))
                .transpose()?,
            due: new.due,
            closed: false,
        })?;
        Ok((new.name.clone(), Made::New))
    })?;
    Ok((project::show(session, reference)?, name, made))
}

/// Refuses a name that another phase of the project has.
pub(super) fn is_free(
    books: &Books<'_>,
    project: &Project,
    name: &Line,
    except: Option<&Phase>,
) -> Result<()> {
    let taken = books
        .phases(Some(project.key))?
        .into_iter()
        .filter(|phase| except.is_none_or(|except| except.key != phase.key))
        .any(|phase| fold(phase.name.as_str()) == fold(name.as_str()));
    if taken {
        return Err(Refusal::Exists {
            noun: "phase",
            reference: name.to_string(),
        }
        .into());
    }
    Ok(())
}

/// Changes a phase. The project with its phases, and the name of this one.
pub fn edit(
    session: &mut Session,
    reference: &str,
    name: &str,
    edit: &Edit,
) -> Result<(Shown, Line)> {
    let name = session.write(|books| {
        let (client, project, _) = find::project(books, reference)?;
        let phase = find::phase(books, &project, name)?;
        if let Some(name) = &edit.name {
            is_free(books, &project, name, Some(&phase))?;
        }
        let budget = match &edit.budget {
            None => phase.budget,
            Some(text) => text
                .as_deref()
                .map(|text| project::amount(&client, text))
                .transpose()?,
        };
        let phase = Phase {
            name: edit.name.clone().unwrap_or(phase.name),
            budget,
            due: edit.due.unwrap_or(phase.due),
            ..phase
        };
        books.edit_phase(&phase)?;
        Ok::<_, Error>(phase.name)
    })?;
    Ok((project::show(session, reference)?, name))
}

/// Closes a phase, or opens it again.
pub fn set_closed(
    session: &mut Session,
    reference: &str,
    name: &str,
    closed: bool,
) -> Result<(Shown, Line)> {
    let name = session.write(|books| {
        let (_, project, _) = find::project(books, reference)?;
        let phase = Phase {
            closed,
            ..find::phase(books, &project, name)?
        };
        books.edit_phase(&phase)?;
        Ok::<_, Error>(phase.name)
    })?;
    Ok((project::show(session, reference)?, name))
}

/// Removes a phase on which no time is logged. Its tasks stay, in no phase.
pub fn remove(session: &mut Session, reference: &str, name: &str) -> Result<Phase> {
    session.write(|books| {
        let (_, project, reference) = find::project(books, reference)?;
        let phase = find::phase(books, &project, name)?;
        if books.phase_has_time(phase.key, project.key)? {
            return Err(Refusal::HasTime {
                noun: "phase",
                name: phase.name.to_string(),
                project: reference,
            }
            .into());
        }
        books.remove_phase(phase.key)?;
        Ok(phase)
    })
}
