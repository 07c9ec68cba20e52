//! Activity codes in the store.

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::activity::Activity;
use crate::domain::key::{ActivityKey, ProjectKey};
use crate::values::text::{Line, Note};

use super::door::Writer;
use super::row::{flag, maybe_int, maybe_text, optional, parsed, text};
use super::{Books, Result};

fn activity(row: &Row<'_>) -> rusqlite::Result<Activity> {
    Ok(Activity {
        key: ActivityKey(row.get(0)?),
        project: row.get::<_, Option<i64>>(1)?.map(ProjectKey),
        code: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        name: parsed(&row.get::<_, String>(3)?, Line::parse)?,
        explanation: optional(row.get(4)?, Note::parse)?,
        archived: row.get(5)?,
    })
}

fn columns(activity: &Activity) -> Vec<(&'static str, Value)> {
    let Activity {
        key: _,
        project,
        code,
        name,
        explanation,
        archived,
    } = activity;
    vec![
        ("project_id", maybe_int(project.map(|project| project.0))),
        ("code", text(code)),
        ("name", text(name)),
        ("explanation", maybe_text(explanation.as_ref())),
        ("archived", flag(*archived)),
    ]
}

impl Books<'_> {
    /// Every activity code: those of projects, by project, before those of the business; by code.
    pub fn activities(&self) -> Result<Vec<Activity>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, project_id, code, name, explanation, archived FROM activity \
             ORDER BY project_id IS NULL, project_id, code COLLATE NOCASE, id",
        )?;
        let rows = statement.query_map([], activity)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds an activity code. Its key is given here.
    pub fn add_activity(&mut self, activity: &Activity) -> Result<ActivityKey> {
        self.insert("activity", &columns(activity)).map(ActivityKey)
    }

    /// Changes an activity code; whether anything changed.
    pub fn edit_activity(&mut self, activity: &Activity) -> Result<bool> {
        self.update("activity", activity.key.0, &columns(activity))
    }
}
