//! Rounding policies in the store.

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, ProjectKey, RoundingKey};
use crate::domain::rounding::{DatedPolicy, Mode, Policies, Policy, Scope, Target};

use crate::values::period::Span;

use super::door::{Columns, Writer};
use super::row::{int, maybe_int, maybe_text, optional_day, text, word};
use super::{Books, EntryFilter, Result};

impl Books<'_> {
    /// All policies, ready to be applied.
    pub fn policies(&self) -> Result<Policies> {
        Ok(Policies::new(self.dated_policies()?))
    }

    /// Whether work of a target and of these days is on an invoice or a draft.
    pub fn is_invoiced_from(&self, target: Target, from: Option<NaiveDate>) -> Result<bool> {
        let (client, project) = match target {
            Target::Business => (None, None),
            Target::Client(client) => (Some(client), None),
            Target::Project(project) => (None, Some(project)),
        };
        let filter = EntryFilter {
            days: Span { from, to: None },
            client,
            project,
            billed: true,
            limit: Some(1),
            ..EntryFilter::default()
        };
        Ok(!self.entries(&filter)?.is_empty())
    }

    /// All policies as they were set.
    pub fn dated_policies(&self) -> Result<Vec<DatedPolicy>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, client_id, project_id, from_day, mode, step, minimum, scope FROM rounding ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            let project: Option<i64> = row.get(2)?;
            let client: Option<i64> = row.get(1)?;
            Ok(DatedPolicy {
                key: RoundingKey(row.get(0)?),
                target: match (project, client) {
                    (Some(project), _) => Target::Project(ProjectKey(project)),
                    (None, Some(client)) => Target::Client(ClientKey(client)),
                    (None, None) => Target::Business,
                },
                from: optional_day(row.get(3)?)?,
                policy: Policy {
                    mode: word(&row.get::<_, String>(4)?, Mode::from_word)?,
                    step_minutes: row.get(5)?,
                    minimum_minutes: row.get(6)?,
                    scope: word(&row.get::<_, String>(7)?, Scope::from_word)?,
                },
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a policy. The `key` of the given one is not used.
    pub fn add_policy(&mut self, dated: &DatedPolicy) -> Result<RoundingKey> {
        let DatedPolicy {
            key: _,
            target,
            from,
            policy,
        } = dated;
        let (client, project) = match target {
            Target::Business => (None, None),
            Target::Client(client) => (Some(client.0), None),
            Target::Project(project) => (None, Some(project.0)),
        };
        let mut columns = vec![
            ("client_id", maybe_int(client)),
            ("project_id", maybe_int(project)),
            ("from_day", maybe_text(*from)),
        ];
        columns.extend(policy_columns(policy));
        self.insert("rounding", &columns).map(RoundingKey)
    }

    /// Corrects a policy.
    pub fn edit_policy(&mut self, key: RoundingKey, policy: &Policy) -> Result<bool> {
        let columns = policy_columns(policy);
        let columns: Columns<'_> = &columns;
        self.update("rounding", key.0, columns)
    }

    /// Removes a policy.
    pub fn delete_policy(&mut self, key: RoundingKey) -> Result<()> {
        self.delete("rounding", key.0)
    }
}

fn policy_columns(policy: &Policy) -> [(&'static str, rusqlite::types::Value); 4] {
    let Policy {
        mode,
        step_minutes,
        minimum_minutes,
        scope,
    } = policy;
    [
        ("mode", text(mode.word())),
        ("step", int((*step_minutes).into())),
        ("minimum", int((*minimum_minutes).into())),
        ("scope", text(scope.word())),
    ]
}
