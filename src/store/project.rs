//! Projects in the store.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::budget::{Budget, Counts, Per, Thresholds};
use crate::domain::key::{ClientKey, ProjectKey};
use crate::domain::project::Project;
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::{ProjectRef, Slug};
use crate::values::money::{Currency, Money};
use crate::values::text::Line;

use super::door::Writer;
use super::row::{
    currency, flag, int, maybe_int, maybe_text, of_client, optional_day, parsed, text, unreadable,
    word,
};
use super::{Books, Result};

/// A project that is not there yet, or what one becomes.
#[derive(Debug, Clone)]
pub struct NewProject {
    pub client: ClientKey,
    pub slug: Slug,
    pub name: Line,
    pub budget: Option<Budget>,
    pub counts: Counts,
    pub thresholds: Option<Thresholds>,
    pub due: Option<NaiveDate>,
    pub billable: bool,
}

const SELECT: &str = "SELECT id, client_id, slug, name, budget_seconds, due, billable, closed, budget_money, budget_per, \
    budget_counts, thresholds, (SELECT currency FROM client WHERE client.id = client_id) FROM project";

fn project(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        key: ProjectKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        slug: parsed(&row.get::<_, String>(2)?, Slug::parse)?,
        name: parsed(&row.get::<_, String>(3)?, Line::parse)?,
        budget: budget(row)?,
        counts: word(&row.get::<_, String>(10)?, Counts::from_word)?,
        thresholds: thresholds(row.get(11)?)?,
        due: optional_day(row.get(5)?)?,
        billable: row.get(6)?,
        closed: row.get(7)?,
    })
}

/// An amount from its two columns, of which at most one has a value.
pub(super) fn amount(
    seconds: Option<i64>,
    money: Option<i64>,
    currency: Currency,
) -> Option<Amount> {
    let money = || money.map(|minor| Amount::Money(Money::from_minor(minor, currency)));
    seconds
        .map(|seconds| Amount::Hours(Seconds(seconds)))
        .or_else(money)
}

/// The two columns of an amount.
pub(super) fn amount_columns(amount: Option<Amount>) -> [(&'static str, Value); 2] {
    let (seconds, money) = match amount {
        None => (None, None),
        Some(Amount::Hours(seconds)) => (Some(seconds.0), None),
        Some(Amount::Money(money)) => (None, Some(money.minor())),
    };
    [
        ("budget_seconds", maybe_int(seconds)),
        ("budget_money", maybe_int(money)),
    ]
}

fn budget_columns(new: &NewProject) -> Vec<(&'static str, Value)> {
    let NewProject {
        budget,
        counts,
        thresholds,
        ..
    } = new;
    let mut columns = amount_columns(budget.map(|budget| budget.amount)).to_vec();
    let per = budget.map_or_else(Per::default, |budget| budget.per);
    let percents = thresholds
        .as_ref()
        .map(|thresholds| serde_json::Value::from(thresholds.percents()));
    columns.extend([
        ("budget_per", text(per.word())),
        ("budget_counts", text(counts.word())),
        ("thresholds", maybe_text(percents)),
    ]);
    columns
}

fn budget(row: &Row<'_>) -> rusqlite::Result<Option<Budget>> {
    let currency = currency(&row.get::<_, String>(12)?)?;
    let per = word(&row.get::<_, String>(9)?, Per::from_word)?;
    let amount = amount(row.get(4)?, row.get(8)?, currency);
    Ok(amount.map(|amount| Budget { amount, per }))
}

fn thresholds(json: Option<String>) -> rusqlite::Result<Option<Thresholds>> {
    let Some(json) = json else {
        return Ok(None);
    };
    let percents: Vec<u16> = serde_json::from_str(&json).map_err(unreadable)?;
    let percents: Vec<String> = percents.iter().map(u16::to_string).collect();
    let listed = match percents.as_slice() {
        [] => "none".to_owned(),
        some => some.join(","),
    };
    listed.parse().map(Some).map_err(unreadable)
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
}

fn new_columns(new: &NewProject) -> Vec<(&'static str, Value)> {
    let NewProject {
        client,
        slug,
        name,
        due,
        billable,
        budget: _,
        counts: _,
        thresholds: _,
    } = new;
    let mut columns = vec![
        ("client_id", int(client.0)),
        ("slug", text(slug)),
        ("name", text(name)),
        ("due", maybe_text(*due)),
        ("billable", flag(*billable)),
    ];
    columns.extend(budget_columns(new));
    columns
}

impl Writer<'_> {
    /// Adds a project.
    pub fn add_project(&mut self, new: &NewProject) -> Result<ProjectKey> {
        let columns = new_columns(new);
        self.insert("project", &columns).map(ProjectKey)
    }

    /// Changes a project; whether anything changed.
    pub fn edit_project(&mut self, key: ProjectKey, to: &NewProject) -> Result<bool> {
        self.update("project", key.0, &new_columns(to))
    }

    /// Closes a project, or opens it again.
    pub fn set_closed(&mut self, key: ProjectKey, closed: bool) -> Result<bool> {
        self.update("project", key.0, &[("closed", flag(closed))])
    }
}
