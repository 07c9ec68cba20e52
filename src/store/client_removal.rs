//! Removing a client with everything that hangs on it.

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, MailKey};

use super::door::Writer;
use super::row::optional_day;
use super::{Books, Result};

const PROJECTS: &str = "project_id IN (SELECT id FROM project WHERE client_id = ?1)";
const LINES: &str = "invoice_id IN (SELECT id FROM invoice WHERE client_id = ?1)";

/// What hangs on a client: the rows of each noun, in an order in which no row is left that needs one that is gone.
const PARTS: &[(&str, &str)] = &[
    ("message", "client_id = ?1"),
    ("thread", "client_id = ?1"),
    ("approval_entry", "client_id = ?1"),
    ("approval_request", "client_id = ?1"),
    (
        "job",
        "client_id = ?1 OR invoice_id IN (SELECT id FROM invoice WHERE client_id = ?1)",
    ),
    (
        "schedule_item",
        "schedule_id IN (SELECT id FROM schedule WHERE client_id = ?1)",
    ),
    (
        "schedule_skip",
        "schedule_id IN (SELECT id FROM schedule WHERE client_id = ?1)",
    ),
    ("schedule", "client_id = ?1"),
    (
        "retainer_draw",
        "close_id IN (SELECT id FROM retainer_close WHERE retainer_id IN (SELECT id FROM retainer WHERE client_id = ?1))",
    ),
    (
        "retainer_close",
        "retainer_id IN (SELECT id FROM retainer WHERE client_id = ?1)",
    ),
    (
        "billed",
        "line_id IN (SELECT id FROM invoice_line WHERE invoice_id IN (SELECT id FROM invoice WHERE client_id = ?1))",
    ),
    ("notice", "client_id = ?1"),
    ("notice_choice", "client_id = ?1"),
    (
        "mail_attachment",
        "mail_id IN (SELECT id FROM mail WHERE client_id = ?1)",
    ),
    ("mail", "client_id = ?1"),
    ("client_reminder", "client_id = ?1"),
    (
        "estimate_line",
        "estimate_id IN (SELECT id FROM estimate WHERE client_id = ?1)",
    ),
    ("estimate", "client_id = ?1"),
    ("invoice_line", LINES),
    ("payment", LINES),
    ("credit_use", LINES),
    ("write_off", LINES),
    ("timer", PROJECTS),
    (
        "imported_key",
        "entry_id IN (SELECT id FROM entry WHERE project_id IN (SELECT id FROM project WHERE client_id = ?1))",
    ),
    ("entry", PROJECTS),
    ("expense", PROJECTS),
    ("invoice", "client_id = ?1"),
    (
        "rate",
        "client_id = ?1 OR project_id IN (SELECT id FROM project WHERE client_id = ?1) \
         OR task_id IN (SELECT id FROM task WHERE project_id IN (SELECT id FROM project WHERE client_id = ?1))",
    ),
    (
        "rounding",
        "client_id = ?1 OR project_id IN (SELECT id FROM project WHERE client_id = ?1)",
    ),
    (
        "retainer_project",
        "retainer_id IN (SELECT id FROM retainer WHERE client_id = ?1)",
    ),
    (
        "retainer_change",
        "retainer_id IN (SELECT id FROM retainer WHERE client_id = ?1)",
    ),
    ("retainer", "client_id = ?1"),
    ("task", PROJECTS),
    ("phase", PROJECTS),
    ("activity", PROJECTS),
    ("project", "client_id = ?1"),
    ("visibility", "client_id = ?1"),
    ("notification", "client_id = ?1"),
    ("user", "client_id = ?1"),
    ("talk", "client_id = ?1"),
    ("document", "client_id = ?1"),
    ("contact", "client_id = ?1"),
    ("client_tag", "client_id = ?1"),
    ("client_field", "client_id = ?1"),
    ("client_tax", "client_id = ?1"),
    ("client_text", "client_id = ?1"),
    ("member_client", "client_id = ?1"),
    ("client", "id = ?1"),
];

/// Mails that tell of this client and of others, and have not gone out.
const DIGESTS: &str = "client_id IS NULL AND state <> 'sent' AND id IN (SELECT mail_id FROM notice WHERE client_id = ?1)";

impl Books<'_> {
    /// The first day on which something was worked or spent for a client.
    pub fn first_day_of(&self, client: ClientKey) -> Result<Option<NaiveDate>> {
        let sql = format!(
            "SELECT min(day) FROM (SELECT min(day) AS day FROM entry WHERE {PROJECTS} \
             UNION ALL SELECT min(day) FROM expense WHERE {PROJECTS})"
        );
        let first = self
            .conn
            .prepare_cached(&sql)?
            .query_row([client.0], |row| row.get(0))?;
        Ok(optional_day(first)?)
    }

    /// How many rows of which noun hang on a client; those of which there are none are left out.
    pub fn client_parts(&self, client: ClientKey) -> Result<Vec<(&'static str, i64)>> {
        let mut parts = Vec::new();
        for (noun, condition) in PARTS {
            let sql = format!("SELECT count(*) FROM {noun} WHERE {condition}");
            let count: i64 = self
                .conn
                .prepare_cached(&sql)?
                .query_row([client.0], |row| row.get(0))?;
            if count > 0 {
                parts.push((*noun, count));
            }
        }
        Ok(parts)
    }
}

impl Writer<'_> {
    /// Removes a client and everything that hangs on it.
    pub fn remove_client(&mut self, client: ClientKey) -> Result<()> {
        let digests = self.rows_of("mail", DIGESTS, client.0)?;
        for (noun, condition) in PARTS {
            for row in self.rows_of(noun, condition, client.0)? {
                self.delete(noun, row)?;
            }
        }
        // One that told of this client and of others tells of those when it goes; where they are gone, too, there is nothing to tell.
        for digest in digests {
            if self.notices_of(MailKey(digest))?.is_empty() {
                self.delete("mail", digest)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn every_table_that_names_a_client_is_thought_of() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("books.db")).unwrap();
        let mut statement = store
            .conn
            .prepare(
                "SELECT DISTINCT t.name FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' \
                 AND f.\"table\" IN ('client', 'project', 'task', 'invoice', 'invoice_line', 'retainer', 'retainer_close', 'contact', 'entry', 'user', 'schedule', 'estimate', 'thread', 'approval_request')",
            )
            .unwrap();
        let names: Vec<String> = statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert!(names.len() > 15, "{names:?}");
        for name in names {
            // What the portal holds is withdrawn by a sync before a client can go; what is only noted goes with what it is about.
            let noted = [
                "pushed",
                "withdrawn",
                "portal_event",
                "approval_due",
                "thread_read",
            ];
            let known =
                noted.contains(&name.as_str()) || PARTS.iter().any(|(noun, _)| *noun == name);
            assert!(known, "{name}");
        }
    }
}
