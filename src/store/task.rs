//! Tasks in the store.

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::key::{MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::domain::task::{Status, Task};
use crate::values::text::Line;

use super::door::Writer;
use super::row::{flag, int, maybe_int, maybe_text, optional_day, parsed, text};
use super::{Books, Result};

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let status = match (row.get(4)?, row.get(5)?) {
        (true, _) => Status::Done,
        (false, true) => Status::Doing,
        (false, false) => Status::Todo,
    };
    Ok(Task {
        key: TaskKey(row.get(0)?),
        project: ProjectKey(row.get(1)?),
        name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        billable: row.get(3)?,
        status,
        due: optional_day(row.get(6)?)?,
        assignee: row.get::<_, Option<i64>>(7)?.map(MemberKey),
        phase: row.get::<_, Option<i64>>(8)?.map(PhaseKey),
        shared: row.get(9)?,
    })
}

fn columns(task: &Task) -> Vec<(&'static str, Value)> {
    let Task {
        key: _,
        project,
        phase,
        name,
        status,
        due,
        assignee,
        billable,
        shared,
    } = task;
    vec![
        ("project_id", int(project.0)),
        ("phase_id", maybe_int(phase.map(|phase| phase.0))),
        ("name", text(name)),
        ("doing", flag(*status == Status::Doing)),
        ("done", flag(*status == Status::Done)),
        ("due", maybe_text(*due)),
        ("assignee_id", maybe_int(assignee.map(|member| member.0))),
        ("billable", flag(*billable)),
        ("shared", flag(*shared)),
    ]
}

impl Books<'_> {
    /// The tasks of a project, or of all.
    pub fn tasks(&self, project: Option<ProjectKey>) -> Result<Vec<Task>> {
        let condition = match project {
            Some(_) => "project_id = ?1",
            None => "?1 IS NULL",
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id, project_id, name, billable, done, doing, due, assignee_id, phase_id, shared FROM task \
             WHERE {condition} ORDER BY project_id, name COLLATE NOCASE, id",
        ))?;
        let rows = statement.query_map([project.map(|project| project.0)], task)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether anything stands on a task: time, a timer, or a line of an invoice.
    pub fn task_has_time(&self, key: TaskKey) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM entry WHERE task_id = ?1) \
                 OR EXISTS (SELECT 1 FROM timer WHERE task_id = ?1) \
                 OR EXISTS (SELECT 1 FROM invoice_line WHERE task_id = ?1)",
            )?
            .query_row([key.0], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Adds a task to a project. Its key is given here.
    pub fn add_task(&mut self, task: &Task) -> Result<TaskKey> {
        self.insert("task", &columns(task)).map(TaskKey)
    }

    /// Changes a task; whether anything changed.
    pub fn edit_task(&mut self, task: &Task) -> Result<bool> {
        self.update("task", task.key.0, &columns(task))
    }

    /// Removes a task on which nothing stands, with its rates.
    pub fn remove_task(&mut self, key: TaskKey) -> Result<()> {
        for rate in self.rows_of("rate", "task_id = ?1", key.0)? {
            self.delete("rate", rate)?;
        }
        self.delete("task", key.0)
    }
}
