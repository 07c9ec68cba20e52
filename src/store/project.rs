//! Projects and tasks in the store.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row};

use crate::domain::key::{ClientKey, ProjectKey, TaskKey};
use crate::domain::project::{Project, Task};
use crate::values::duration::Seconds;
use crate::values::id::{ProjectRef, Slug};
use crate::values::text::Line;

use super::door::Writer;
use super::row::{flag, int, maybe_int, maybe_text, of_client, optional_day, parsed, text};
use super::{Books, Result};

/// A project that is not there yet.
#[derive(Debug, Clone)]
pub struct NewProject {
    pub client: ClientKey,
    pub slug: Slug,
    pub name: Line,
    pub budget: Option<Seconds>,
    pub due: Option<NaiveDate>,
    pub billable: bool,
}

const SELECT: &str =
    "SELECT id, client_id, slug, name, budget_seconds, due, billable, closed FROM project";

fn project(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        key: ProjectKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        slug: parsed(&row.get::<_, String>(2)?, Slug::parse)?,
        name: parsed(&row.get::<_, String>(3)?, Line::parse)?,
        budget: row.get::<_, Option<i64>>(4)?.map(Seconds),
        due: optional_day(row.get(5)?)?,
        billable: row.get(6)?,
        closed: row.get(7)?,
    })
}

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        key: TaskKey(row.get(0)?),
        project: ProjectKey(row.get(1)?),
        name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        billable: row.get(3)?,
        done: row.get(4)?,
    })
}

impl Books<'_> {
    /// The project of this short name at a client.
    pub fn project(&self, client: ClientKey, slug: &Slug) -> Result<Option<Project>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE client_id = ? AND slug = ?"))?
            .query_row((client.0, slug.as_str()), project)
            .optional()?)
    }

    /// The project of this key.
    pub fn project_by_key(&self, key: ProjectKey) -> Result<Option<Project>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], project)
            .optional()?)
    }

    /// Projects by name; of one client, if one is given.
    pub fn projects(&self, client: Option<ClientKey>) -> Result<Vec<Project>> {
        let sql = format!(
            "{SELECT} WHERE {} ORDER BY client_id, name COLLATE NOCASE, id",
            of_client(client)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([client.map(|client| client.0)], project)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All references `client/project`, for suggestions.
    pub fn project_refs(&self) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT client.slug || '/' || project.slug FROM project JOIN client ON client.id = client_id ORDER BY 1",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How people name a project.
    pub fn project_ref(&self, key: ProjectKey) -> Result<Option<ProjectRef>> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT client.slug, project.slug FROM project JOIN client ON client.id = client_id WHERE project.id = ?",
            )?
            .query_row([key.0], |row| {
                Ok(ProjectRef {
                    client: parsed(&row.get::<_, String>(0)?, Slug::parse)?,
                    project: parsed(&row.get::<_, String>(1)?, Slug::parse)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// The tasks of a project, or of all.
    pub fn tasks(&self, project: Option<ProjectKey>) -> Result<Vec<Task>> {
        let condition = match project {
            Some(_) => "project_id = ?1",
            None => "?1 IS NULL",
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id, project_id, name, billable, done FROM task WHERE {condition} \
             ORDER BY project_id, name COLLATE NOCASE, id",
        ))?;
        let rows = statement.query_map([project.map(|project| project.0)], task)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a project.
    pub fn add_project(&mut self, new: &NewProject) -> Result<ProjectKey> {
        let NewProject {
            client,
            slug,
            name,
            budget,
            due,
            billable,
        } = new;
        let columns = [
            ("client_id", int(client.0)),
            ("slug", text(slug)),
            ("name", text(name)),
            ("budget_seconds", maybe_int(budget.map(|budget| budget.0))),
            ("due", maybe_text(*due)),
            ("billable", flag(*billable)),
        ];
        self.insert("project", &columns).map(ProjectKey)
    }

    /// Closes a project, or opens it again.
    pub fn set_closed(&mut self, key: ProjectKey, closed: bool) -> Result<bool> {
        self.update("project", key.0, &[("closed", flag(closed))])
    }

    /// Adds a task to a project.
    pub fn add_task(
        &mut self,
        project: ProjectKey,
        name: &Line,
        billable: bool,
    ) -> Result<TaskKey> {
        let columns = [
            ("project_id", int(project.0)),
            ("name", text(name)),
            ("billable", flag(billable)),
        ];
        self.insert("task", &columns).map(TaskKey)
    }
}
