//! `loggia rate list --client`: what holds today, and what is to come.

use serde::Serialize;

use crate::app::rate::{Effective, Table};
use crate::app::report::Names;

use super::super::table::{Column, table};
use super::super::terminal::{Page, View};

/// What holds for some work of a client.
#[derive(Debug, Serialize)]
struct EffectiveView {
    /// None: any other project of the client's.
    project: Option<String>,
    task: Option<String>,
    member: Option<String>,
    /// None: no level has one.
    rate: Option<String>,
    currency: &'static str,
    level: Option<&'static str>,
    from: Option<String>,
    /// in-force or future.
    state: &'static str,
    id: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct EffectiveList {
    rows: Vec<EffectiveView>,
    #[serde(skip)]
    client: String,
}

impl EffectiveList {
    pub(super) fn of(held: &Table, names: &Names) -> Self {
        let currency = held.client.details.currency.code();
        let view = |row: &Effective| EffectiveView {
            project: row
                .project
                .and_then(|key| Some(names.projects.get(&key)?.0.clone())),
            task: row.task.and_then(|key| names.tasks.get(&key).cloned()),
            member: row
                .member
                .and_then(|key| Some(names.members.get(&key)?.0.clone())),
            rate: row.rate.map(|resolved| resolved.rate.to_string()),
            currency,
            level: row.rate.map(|resolved| resolved.level.word()),
            from: row
                .rate
                .and_then(|resolved| Some(resolved.from?.to_string())),
            state: if row.is_future { "future" } else { "in-force" },
            id: row.rate.and_then(|resolved| Some(resolved.key?.0)),
        };
        Self {
            rows: held.rows.iter().map(view).collect(),
            client: held.client.slug.to_string(),
        }
    }
}

impl View for EffectiveList {
    fn text(&self, page: &mut Page) {
        if self.rows.iter().all(|row| row.rate.is_none()) {
            page.line(format!(
                "no rates; `loggia rate set AMOUNT --client {}` sets that of this client",
                self.client
            ));
            return;
        }
        let columns = [
            Column::Text("project"),
            Column::Text("task"),
            Column::Text("member"),
            Column::Number("rate"),
            Column::Text("of the"),
            Column::Text("since"),
            Column::Number("id"),
        ];
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| {
                let is_future = row.state == "future";
                let any = match (is_future, row.level) {
                    (true, Some("business" | "member")) => "any",
                    _ => "any other",
                };
                let since = match (&row.from, is_future) {
                    (Some(day), true) => format!("from {day} on"),
                    (Some(day), false) => day.clone(),
                    (None, _) => String::new(),
                };
                vec![
                    row.project.clone().unwrap_or_else(|| any.to_owned()),
                    row.task.clone().unwrap_or_default(),
                    row.member.clone().unwrap_or_default(),
                    match &row.rate {
                        Some(rate) => format!("{rate} {}", row.currency),
                        None => "none".to_owned(),
                    },
                    row.level.unwrap_or_default().to_owned(),
                    since,
                    row.id.map_or_else(String::new, |id| id.to_string()),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let ids = self.rows.iter().filter_map(|row| row.id);
        let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
        ids.join("\n")
    }
}
