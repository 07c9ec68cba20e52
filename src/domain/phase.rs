//! Phases: parts of a project in time, each with a budget of its own.

use chrono::NaiveDate;

use crate::values::amount::Amount;
use crate::values::id::ProjectRef;
use crate::values::text::Line;

use super::Refusal;
use super::key::{PhaseKey, ProjectKey};

/// A phase of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    pub key: PhaseKey,
    pub project: ProjectKey,
    pub name: Line,
    /// For the whole phase; it counts what the project's budget counts.
    pub budget: Option<Amount>,
    pub due: Option<NaiveDate>,
    pub closed: bool,
}

impl Phase {
    /// Refuses new work in a closed phase. `project` is how the user names its project.
    pub fn takes_work(&self, project: &ProjectRef) -> Result<(), Refusal> {
        if self.closed {
            return Err(Refusal::PhaseClosed {
                phase: self.name.to_string(),
                project: project.clone(),
            });
        }
        Ok(())
    }
}
