//! Phases of projects in the store.

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::key::{PhaseKey, ProjectKey};
use crate::domain::phase::Phase;
use crate::values::text::Line;

use super::door::Writer;
use super::project::{amount, amount_columns};
use super::row::{currency, flag, int, maybe_text, optional_day, parsed, text};
use super::{Books, Result};

fn phase(row: &Row<'_>) -> rusqlite::Result<Phase> {
    let currency = currency(&row.get::<_, String>(7)?)?;
    Ok(Phase {
        key: PhaseKey(row.get(0)?),
        project: ProjectKey(row.get(1)?),
        name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        budget: amount(row.get(3)?, row.get(4)?, currency),
        due: optional_day(row.get(5)?)?,
        closed: row.get(6)?,
    })
}

fn columns(phase: &Phase) -> Vec<(&'static str, Value)> {
    let Phase {
        key: _,
        project,
        name,
        budget,
        due,
        closed,
    } = phase;
    let mut columns = vec![
        ("project_id", int(project.0)),
        ("name", text(name)),
        ("due", maybe_text(*due)),
        ("closed", flag(*closed)),
    ];
    columns.extend(amount_columns(*budget));
    columns
}

impl Books<'_> {
    /// The phases of a project, or of all, in the order in which they were added.
    pub fn phases(&self, project: Option<ProjectKey>) -> Result<Vec<Phase>> {
        let condition = match project {
            Some(_) => "project_id = ?1",
            None => "?1 IS NULL",
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT phase.id, project_id, phase.name, phase.budget_seconds, phase.budget_money, phase.due, phase.closed, \
             client.currency FROM phase JOIN project ON project.id = project_id JOIN client ON client.id = client_id \
             WHERE {condition} ORDER BY project_id, phase.id",
        ))?;
        let rows = statement.query_map([project.map(|project| project.0)], phase)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether time is logged on a phase, or a timer runs on it.
    pub fn phase_has_time(&self, key: PhaseKey, project: ProjectKey) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM entry WHERE project_id = ?2 AND phase_id = ?1) \
                 OR EXISTS (SELECT 1 FROM timer WHERE phase_id = ?1)",
            )?
            .query_row([key.0, project.0], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Adds a phase to a project. Its key is given here.
    pub fn add_phase(&mut self, phase: &Phase) -> Result<PhaseKey> {
        self.insert("phase", &columns(phase)).map(PhaseKey)
    }

    /// Changes a phase; whether anything changed.
    pub fn edit_phase(&mut self, phase: &Phase) -> Result<bool> {
        self.update("phase", phase.key.0, &columns(phase))
    }

    /// Removes a phase on which no time is logged; its tasks stay, in no phase.
    pub fn remove_phase(&mut self, key: PhaseKey) -> Result<()> {
        for task in self.rows_of("task", "phase_id = ?1", key.0)? {
            self.update("task", task, &[("phase_id", Value::Null)])?;
        }
        self.delete("phase", key.0)
    }
}
