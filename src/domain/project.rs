//! Projects.

use chrono::NaiveDate;

use crate::values::id::{ProjectRef, Slug};
use crate::values::text::Line;

use super::Refusal;
use super::budget::{Budget, Counts, Thresholds};
use super::key::{ClientKey, ProjectKey};

/// Work for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub key: ProjectKey,
    pub client: ClientKey,
    pub slug: Slug,
    pub name: Line,
    pub budget: Option<Budget>,
    /// What its budget and those of its phases count.
    pub counts: Counts,
    /// Percents of the budget at which it is told; none: those of the business.
    pub thresholds: Option<Thresholds>,
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
