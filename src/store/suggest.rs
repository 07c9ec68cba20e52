//! What begins with what somebody typed, for completion: a few rows by an index, whatever the size of the books.

use rusqlite::types::Value;

use crate::values::id::ProjectRef;

use super::{Books, Result};

/// What could be typed, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub text: String,
    pub meaning: Option<String>,
}

/// As many are given; of more, the last one too. So what all of them begin with is what the given ones begin with, and a shell
/// that types it for the user does not type too much.
const MOST: usize = 200;

impl Books<'_> {
    /// Short names of clients, by whether they are archived.
    pub fn suggest_clients(&self, typed: &str, archived: bool) -> Result<Vec<Suggestion>> {
        let select = "SELECT slug, name FROM client WHERE (stage = 'archived') = ?3";
        self.beginning(select, "slug", typed, Some(Value::from(archived)))
    }

    /// Short names of leads.
    pub fn suggest_leads(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT slug, name FROM client WHERE stage = 'lead'";
        self.beginning(select, "slug", typed, None)
    }

    /// Short names of clients who have projects, with the slash that follows.
    pub fn suggest_clients_with_projects(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT slug || '/', name FROM client \
            WHERE EXISTS (SELECT 1 FROM project WHERE client_id = client.id)";
        self.beginning(select, "slug", typed, None)
    }

    /// Projects of a client, as `client/project`; closed ones only where no open one is meant.
    pub fn suggest_projects(&self, client: &str, typed: &str) -> Result<Vec<Suggestion>> {
        let of_state = |closed: bool| {
            let select = format!(
                "SELECT client.slug || '/' || project.slug, project.name FROM client \
                 JOIN project ON project.client_id = client.id AND closed = {} WHERE client.slug = ?3",
                i32::from(closed)
            );
            let client = Some(Value::from(client.to_owned()));
            self.beginning(&select, "project.slug", typed, client)
        };
        let open = of_state(false)?;
        if open.is_empty() {
            return of_state(true);
        }
        Ok(open)
    }

    /// Numbers of invoices and credit notes, and names of drafts.
    pub fn suggest_invoices(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let whose = "(SELECT name FROM client WHERE client.id = client_id)";
        let issued = format!("SELECT number, {whose} FROM invoice WHERE number IS NOT NULL");
        let mut found = self.beginning(&issued, "number", typed, None)?;
        let drafts = format!("SELECT 'draft-' || id, {whose} FROM invoice WHERE state = 'draft'");
        found.extend(self.beginning(&drafts, "'draft-' || id", typed, None)?);
        Ok(found)
    }

    /// Short names of members who are there.
    pub fn suggest_members(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT slug, name FROM member WHERE archived = 0";
        self.beginning(select, "slug", typed, None)
    }

    /// Names of tasks that are not done, of a project or of all.
    pub fn suggest_tasks(
        &self,
        project: Option<&ProjectRef>,
        typed: &str,
    ) -> Result<Vec<Suggestion>> {
        let Some(project) = project else {
            let select = "SELECT DISTINCT name, NULL FROM task WHERE done = 0";
            return self.beginning(select, "name", typed, None);
        };
        let select = "SELECT task.name, NULL FROM task JOIN project ON project.id = project_id \
            JOIN client ON client.id = client_id WHERE done = 0 AND client.slug || '/' || project.slug = ?3";
        let project = Some(Value::from(project.to_string()));
        self.beginning(select, "task.name", typed, project)
    }

    /// Names of phases that are not closed, of a project or of all.
    pub fn suggest_phases(
        &self,
        project: Option<&ProjectRef>,
        typed: &str,
    ) -> Result<Vec<Suggestion>> {
        let Some(project) = project else {
            let select = "SELECT DISTINCT name, NULL FROM phase WHERE closed = 0";
            return self.beginning(select, "name", typed, None);
        };
        let select = "SELECT phase.name, NULL FROM phase JOIN project ON project.id = project_id \
            JOIN client ON client.id = client_id WHERE phase.closed = 0 AND client.slug || '/' || project.slug = ?3";
        let project = Some(Value::from(project.to_string()));
        self.beginning(select, "phase.name", typed, project)
    }

    /// Activity codes that are not archived: those that a project can use, or all.
    pub fn suggest_activities(
        &self,
        project: Option<&ProjectRef>,
        typed: &str,
    ) -> Result<Vec<Suggestion>> {
        let Some(project) = project else {
            let select = "SELECT DISTINCT code, name FROM activity WHERE archived = 0";
            return self.beginning(select, "code", typed, None);
        };
        let select = "SELECT DISTINCT code, name FROM activity WHERE archived = 0 AND (project_id IS NULL \
            OR project_id IN (SELECT project.id FROM project JOIN client ON client.id = client_id \
            WHERE client.slug || '/' || project.slug = ?3))";
        let project = Some(Value::from(project.to_string()));
        self.beginning(select, "code", typed, project)
    }

    /// Names of contacts of a client.
    pub fn suggest_contacts(&self, client: &str, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT contact.name, contact.email FROM contact \
            JOIN client ON client.id = client_id WHERE client.slug = ?3";
        self.beginning(
            select,
            "contact.name",
            typed,
            Some(Value::from(client.to_owned())),
        )
    }

    /// Names of documents of a client.
    pub fn suggest_documents(&self, client: &str, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT document.name, document.kind FROM document \
            JOIN client ON client.id = client_id WHERE client.slug = ?3";
        self.beginning(
            select,
            "document.name",
            typed,
            Some(Value::from(client.to_owned())),
        )
    }

    /// Talks of a client.
    pub fn suggest_talks(&self, client: &str, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT 'talk-' || talk.id, substr(text, 1, 40) FROM talk \
            JOIN client ON client.id = client_id WHERE client.slug = ?3";
        self.beginning(
            select,
            "'talk-' || talk.id",
            typed,
            Some(Value::from(client.to_owned())),
        )
    }

    /// Questions of clients, with their first words.
    pub fn suggest_questions(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT 'question-' || thread.id, (SELECT substr(text, 1, 40) FROM message WHERE thread_id = thread.id \
            ORDER BY id LIMIT 1) FROM thread WHERE 1";
        self.beginning(select, "'question-' || thread.id", typed, None)
    }

    /// Requests for approval, with how far they are.
    pub fn suggest_approvals(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT 'approval-' || id, state FROM approval_request WHERE 1";
        self.beginning(select, "'approval-' || id", typed, None)
    }

    /// Tags of clients.
    pub fn suggest_tags(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT DISTINCT tag, NULL FROM client_tag WHERE 1";
        self.beginning(select, "tag", typed, None)
    }

    /// Mail addresses of users.
    pub fn suggest_users(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT DISTINCT email, user.name FROM user WHERE 1";
        self.beginning(select, "email", typed, None)
    }

    /// Categories of expenses.
    pub fn suggest_categories(&self, typed: &str) -> Result<Vec<Suggestion>> {
        let select = "SELECT DISTINCT category, NULL FROM expense WHERE 1";
        self.beginning(select, "category", typed, None)
    }

    /// Adds to a selection of text and meaning that a column begins with what was typed.
    fn beginning(
        &self,
        select: &str,
        column: &str,
        typed: &str,
        more: Option<Value>,
    ) -> Result<Vec<Suggestion>> {
        let range = format!("{select} AND {column} >= ?1 AND {column} < ?2 ORDER BY {column}");
        let mut values = vec![
            Value::from(typed.to_owned()),
            Value::from(format!("{typed}\u{10ffff}")),
        ];
        values.extend(more);
        let ask = |sql: &str| -> Result<Vec<Suggestion>> {
            let mut statement = self.conn.prepare(sql)?;
            let rows = statement.query_map(rusqlite::params_from_iter(&values), |row| {
                Ok(Suggestion {
                    text: row.get(0)?,
                    meaning: row.get(1)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let mut found = ask(&format!("{range} LIMIT {}", MOST + 1))?;
        if found.len() > MOST {
            found.pop();
            found.extend(ask(&format!("{range} DESC LIMIT 1"))?);
        }
        Ok(found)
    }
}
