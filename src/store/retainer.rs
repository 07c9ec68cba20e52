//! Retainers in the store: what was agreed, and from when on. The ledger is never stored; it follows from terms and entries.

use chrono::NaiveDate;
use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::business::week_start_word;
use crate::domain::key::{ClientKey, ProjectKey, RetainerKey};
use crate::domain::retainer::{Agreement, Carry, Change, Kind, Overage, Per, Retainer, Terms};
use crate::values::calendar::Calendar;

use super::door::Writer;
use super::row::{
    day, flag, int, maybe_int, maybe_text, of_client, optional_day, optional_rate, parsed, text,
    word,
};
use super::{Books, Result};

/// A retainer that is not there yet.
#[derive(Debug, Clone)]
pub struct NewRetainer {
    pub client: ClientKey,
    pub terms: Terms,
    pub projects: Vec<ProjectKey>,
}

/// What is agreed, as it stands in a retainer and in a change of one.
const AGREEMENT: &str = "allowance, fee, carry_cap, carry_periods, overage, overage_rate";

/// The agreement whose first column is at this place.
fn agreement(row: &Row<'_>, at: usize) -> rusqlite::Result<Agreement> {
    let cap: Option<i64> = row.get(at + 2)?;
    let periods: Option<u32> = row.get(at + 3)?;
    Ok(Agreement {
        allowance: row.get(at)?,
        fee: row.get(at + 1)?,
        carry: cap.map(|cap| Carry { cap, periods }),
        overage: word(&row.get::<_, String>(at + 4)?, Overage::from_word)?,
        overage_rate: optional_rate(row.get(at + 5)?),
    })
}

fn agreement_columns(agreement: &Agreement) -> [(&'static str, Value); 6] {
    let Agreement {
        allowance,
        fee,
        carry,
        overage,
        overage_rate,
    } = agreement;
    let periods = carry.and_then(|carry| carry.periods).map(i64::from);
    [
        ("allowance", int(*allowance)),
        ("fee", maybe_int(*fee)),
        ("carry_cap", maybe_int(carry.map(|carry| carry.cap))),
        ("carry_periods", maybe_int(periods)),
        ("overage", text(overage.word())),
        (
            "overage_rate",
            maybe_int(overage_rate.map(|rate| rate.ten_thousandths())),
        ),
    ]
}

fn retainer(row: &Row<'_>) -> rusqlite::Result<Retainer> {
    Ok(Retainer {
        key: RetainerKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        terms: Terms {
            kind: word(&row.get::<_, String>(2)?, Kind::from_word)?,
            per: word(&row.get::<_, String>(3)?, Per::from_word)?,
            start: day(&row.get::<_, String>(4)?)?,
            end: optional_day(row.get(5)?)?,
            week_start: parsed(&row.get::<_, String>(7)?, Calendar::parse_week_start)?,
            prorate: row.get(6)?,
            first: agreement(row, 8)?,
            changes: Vec::new(),
        },
        projects: Vec::new(),
    })
}

impl Books<'_> {
    /// Retainers by start; of one client, if one is given.
    pub fn retainers(&self, client: Option<ClientKey>) -> Result<Vec<Retainer>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id, client_id, kind, per, start, until, prorate, week_start, {AGREEMENT} \
             FROM retainer WHERE {} ORDER BY client_id, start, id",
            of_client(client)
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], retainer)?;
        let mut retainers: Vec<Retainer> = rows.collect::<rusqlite::Result<_>>()?;
        for retainer in &mut retainers {
            retainer.terms.changes = self.retainer_changes(retainer.key)?;
            retainer.projects = self.retainer_projects(retainer.key)?;
        }
        Ok(retainers)
    }

    fn retainer_changes(&self, key: RetainerKey) -> Result<Vec<Change>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT from_day, {AGREEMENT} FROM retainer_change WHERE retainer_id = ? ORDER BY from_day"
        ))?;
        let rows = statement.query_map([key.0], |row| {
            Ok(Change {
                from: day(&row.get::<_, String>(0)?)?,
                agreement: agreement(row, 1)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn retainer_projects(&self, key: RetainerKey) -> Result<Vec<ProjectKey>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT project_id FROM retainer_project WHERE retainer_id = ? ORDER BY project_id",
        )?;
        let rows = statement.query_map([key.0], |row| Ok(ProjectKey(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Ends a retainer with a day. What was agreed for later never comes to be.
    pub fn end_retainer(&mut self, key: RetainerKey, day: NaiveDate) -> Result<bool> {
        for change in self.rows_of("retainer_change", "retainer_id = ?", key.0)? {
            let later: bool = self.conn.query_row(
                "SELECT from_day > ? FROM retainer_change WHERE id = ?",
                (day.to_string(), change),
                |row| row.get(0),
            )?;
            if later {
                self.delete("retainer_change", change)?;
            }
        }
        self.update("retainer", key.0, &[("until", text(day))])
    }

    /// Sets what is agreed from a day on: from the start, or by a change.
    pub fn change_retainer(
        &mut self,
        retainer: &Retainer,
        from: NaiveDate,
        agreement: &Agreement,
    ) -> Result<()> {
        let key = retainer.key.0;
        let columns = agreement_columns(agreement);
        if from == retainer.terms.start {
            return self.update("retainer", key, &columns).map(drop);
        }
        let same = self.conn.query_row(
            "SELECT max(id) FROM retainer_change WHERE retainer_id = ? AND from_day = ?",
            (key, from.to_string()),
            |row| row.get::<_, Option<i64>>(0),
        )?;
        if let Some(same) = same {
            return self.update("retainer_change", same, &columns).map(drop);
        }
        let mut all = vec![("retainer_id", int(key)), ("from_day", text(from))];
        all.extend(columns);
        self.insert("retainer_change", &all).map(drop)
    }

    /// Adds a retainer.
    pub fn add_retainer(&mut self, new: &NewRetainer) -> Result<RetainerKey> {
        let NewRetainer {
            client,
            terms,
            projects,
        } = new;
        let Terms {
            kind,
            per,
            start,
            end,
            week_start,
            prorate,
            first,
            changes: _, // a new one has none
        } = terms;
        let mut columns = vec![
            ("client_id", int(client.0)),
            ("kind", text(kind.word())),
            ("per", text(per.word())),
            ("start", text(start)),
            ("until", maybe_text::<NaiveDate>(*end)),
            ("prorate", flag(*prorate)),
            ("week_start", text(week_start_word(*week_start))),
        ];
        columns.extend(agreement_columns(first));
        let key = RetainerKey(self.insert("retainer", &columns)?);
        for project in projects {
            let columns = [("retainer_id", int(key.0)), ("project_id", int(project.0))];
            self.insert("retainer_project", &columns)?;
        }
        Ok(key)
    }
}
