//! Projects, their tasks and budgets.

use chrono::NaiveDate;

use crate::values::duration::Seconds;
use crate::values::id::{ProjectRef, Slug};
use crate::values::text::Line;

use super::Refusal;
use super::key::{ClientKey, ProjectKey, TaskKey};

/// Work for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub key: ProjectKey,
    pub client: ClientKey,
    pub slug: Slug,
    pub name: Line,
    /// Hours agreed for the whole project.
    pub budget: Option<Seconds>,
    pub due: Option<NaiveDate>,
    /// False: no work on it is billable.
    pub billable: bool,
    pub closed: bool,
}

impl Project {
    /// Refuses new work on a closed project. `reference` is how the user names it.
    pub fn takes_work(&self, reference: &ProjectRef) -> Result<(), Refusal> {
        if self.closed {
            return Err(Refusal::ProjectClosed {
                project: reference.clone(),
            });
        }
        Ok(())
    }
}

/// A part of a project that time can be logged on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub key: TaskKey,
    pub project: ProjectKey,
    pub name: Line,
    pub billable: bool,
    pub done: bool,
}
