//! Which entries are meant.

use rusqlite::ToSql;

use crate::domain::approval::Approval;
use crate::domain::key::{
    ActivityKey, ClientKey, InvoiceKey, MemberKey, PhaseKey, ProjectKey, TaskKey,
};
use crate::values::period::Span as Days;

use super::BILLABLE;

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    pub days: Days,
    pub client: Option<ClientKey>,
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    pub phase: Option<PhaseKey>,
    /// Any of these.
    pub activities: Option<Vec<ActivityKey>>,
    pub member: Option<MemberKey>,
    /// As decided by entry, task, project and client together.
    pub billable: Option<bool>,
    /// On no invoice.
    pub unbilled: bool,
    /// On an invoice.
    pub billed: bool,
    pub tag: Option<String>,
    pub approval: Option<ApprovalFilter>,
    pub invoice: Option<InvoiceKey>,
    /// At most this many, the latest.
    pub limit: Option<u32>,
}

/// How far entries are on the way to being approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalFilter {
    /// Not submitted, or rejected: they can change.
    Open,
    Is(Approval),
}

/// The conditions of a filter, and their values in order.
pub(in crate::store) struct Conditions {
    pub(in crate::store) sql: String,
    pub(in crate::store) values: Vec<Box<dyn ToSql>>,
}

impl EntryFilter {
    pub(in crate::store) fn conditions(&self) -> Conditions {
        let mut parts: Vec<String> = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        // Days stand in the query itself: a bound one would have it planned twice, when its value is known.
        for (sign, day) in [(">=", self.days.from), ("<=", self.days.to)] {
            parts.extend(day.map(|day| format!("entry.day {sign} '{}'", day.format("%F"))));
        }
        let mut add = |part: &str, value: Box<dyn ToSql>| {
            parts.push(part.to_owned());
            values.push(value);
        };
        if let Some(client) = self.client {
            // By the projects of the client, so that the index over project and day serves.
            add(
                "entry.project_id IN (SELECT id FROM project WHERE client_id = ?)",
                Box::new(client.0),
            );
        }
        if let Some(project) = self.project {
            add("entry.project_id = ?", Box::new(project.0));
        }
        if let Some(task) = self.task {
            add("entry.task_id = ?", Box::new(task.0));
        }
        if let Some(phase) = self.phase {
            add("entry.phase_id = ?", Box::new(phase.0));
        }
        if let Some(activities) = &self.activities {
            let keys: Vec<String> = activities.iter().map(|key| key.0.to_string()).collect();
            let keys = serde_json::Value::from(keys).to_string();
            add(
                "entry.activity_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
                Box::new(keys),
            );
        }
        if let Some(member) = self.member {
            add("entry.member_id = ?", Box::new(member.0));
        }
        if let Some(invoice) = self.invoice {
            add("entry.invoice_id = ?", Box::new(invoice.0));
        }
        if let Some(tag) = &self.tag {
            add(
                "EXISTS (SELECT 1 FROM json_each(entry.tags) WHERE value = ?)",
                Box::new(tag.clone()),
            );
        }
        if let Some(billable) = self.billable {
            add(&format!("{BILLABLE} = ?"), Box::new(billable));
        }
        match self.approval {
            Some(ApprovalFilter::Is(approval)) => {
                // In the very words of the index over those that wait.
                parts.push(format!("entry.approval = '{}'", approval.word()));
            }
            Some(ApprovalFilter::Open) => {
                parts.push("(entry.approval IS NULL OR entry.approval = 'rejected')".to_owned());
            }
            None => {}
        }
        if self.unbilled {
            parts.push("entry.invoice_id IS NULL".to_owned());
        }
        if self.billed {
            parts.push("entry.invoice_id IS NOT NULL".to_owned());
        }
        Conditions {
            sql: if parts.is_empty() {
                "1".to_owned()
            } else {
                parts.join(" AND ")
            },
            values,
        }
    }
}
