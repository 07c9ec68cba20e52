//! Retainers in the store: what was agreed. The ledger is never stored; it follows from terms and entries.

use chrono::NaiveDate;
use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::business::week_start_word;
use crate::domain::key::{ClientKey, ProjectKey, RetainerKey};
use crate::domain::retainer::{Carry, Overage, Per, Retainer, Terms};
use crate::values::calendar::Calendar;
use crate::values::money::Rate;

use super::door::Writer;
use super::row::{
    day, flag, int, maybe_int, maybe_text, of_client, optional_day, parsed, text, word,
};
use super::{Books, Result};

/// A retainer that is not there yet.
#[derive(Debug, Clone)]
pub struct NewRetainer {
    pub client: ClientKey,
    pub terms: Terms,
    /// Minor units per whole period.
    pub fee: Option<i64>,
    pub overage_rate: Option<Rate>,
    pub projects: Vec<ProjectKey>,
}

/// Hours are granted to the minute.
const MINUTE: i64 = 60;

fn retainer(row: &Row<'_>) -> rusqlite::Result<Retainer> {
    let cap: Option<i64> = row.get(7)?;
    let periods: Option<u32> = row.get(8)?;
    Ok(Retainer {
        key: RetainerKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        terms: Terms {
            per: word(&row.get::<_, String>(2)?, Per::from_word)?,
            allowance: row.get(3)?,
            start: day(&row.get::<_, String>(4)?)?,
            end: optional_day(row.get(5)?)?,
            week_start: parsed(&row.get::<_, String>(12)?, Calendar::parse_week_start)?,
            prorate: row.get(6)?,
            grain: MINUTE,
            carry: cap.map(|cap| Carry { cap, periods }),
            overage: word(&row.get::<_, String>(9)?, Overage::from_word)?,
        },
        fee: row.get(10)?,
        overage_rate: row
            .get::<_, Option<i64>>(11)?
            .map(Rate::from_ten_thousandths),
        projects: Vec::new(),
    })
}

impl Books<'_> {
    /// Retainers by start; of one client, if one is given.
    pub fn retainers(&self, client: Option<ClientKey>) -> Result<Vec<Retainer>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id, client_id, per, allowance, start, until, prorate, carry_cap, carry_periods, overage, fee, overage_rate, week_start \
             FROM retainer WHERE kind = 'hours' AND {} ORDER BY client_id, start, id",
            of_client(client)
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], retainer)?;
        let mut retainers: Vec<Retainer> = rows.collect::<rusqlite::Result<_>>()?;
        for retainer in &mut retainers {
            retainer.projects = self.retainer_projects(retainer.key)?;
        }
        Ok(retainers)
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
    /// Ends a retainer with a day.
    pub fn end_retainer(&mut self, key: RetainerKey, day: NaiveDate) -> Result<bool> {
        self.update("retainer", key.0, &[("until", text(day))])
    }

    /// Adds a retainer over hours.
    pub fn add_retainer(&mut self, new: &NewRetainer) -> Result<RetainerKey> {
        let NewRetainer {
            client,
            terms,
            fee,
            overage_rate,
            projects,
        } = new;
        let Terms {
            per,
            allowance,
            start,
            end,
            week_start,
            prorate,
            grain: _,
            carry,
            overage,
        } = terms;
        let columns = [
            ("client_id", int(client.0)),
            ("kind", text("hours")),
            ("per", text(per.word())),
            ("allowance", int(*allowance)),
            ("fee", maybe_int(*fee)),
            ("start", text(start)),
            ("until", maybe_text::<NaiveDate>(*end)),
            ("prorate", flag(*prorate)),
            ("carry_cap", maybe_int(carry.map(|carry| carry.cap))),
            (
                "carry_periods",
                maybe_int(carry.and_then(|carry| carry.periods).map(i64::from)),
            ),
            ("overage", text(overage.word())),
            ("week_start", text(week_start_word(*week_start))),
            (
                "overage_rate",
                overage_rate.map_or(Value::Null, |rate| int(rate.ten_thousandths())),
            ),
        ];
        let key = RetainerKey(self.insert("retainer", &columns)?);
        for project in projects {
            let columns = [("retainer_id", int(key.0)), ("project_id", int(project.0))];
            self.insert("retainer_project", &columns)?;
        }
        Ok(key)
    }
}
