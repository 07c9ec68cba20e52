//! What alerts and the ages of debts are told from: each in one query that reads no more than it has to.

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, EntryKey, ProjectKey};
use crate::domain::time::Span;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;

use super::invoice::settled;
use super::row::{currency, day, instant, of_client, optional_day};
use super::{Books, Result};

/// An invoice as it stood on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOn {
    pub client: ClientKey,
    pub number: String,
    pub due: Option<NaiveDate>,
    pub total: Money,
    /// By payments up to and with that day.
    pub settled: Money,
}

/// An entry that may be unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocked {
    pub entry: EntryKey,
    pub project: ProjectKey,
    pub day: NaiveDate,
    pub seconds: Seconds,
    pub span: Option<Span>,
}

impl Books<'_> {
    /// Invoices that were issued by a day and are not void, with what settled them by then; of one client, if one is given.
    pub fn open_invoices_on(
        &self,
        on: NaiveDate,
        client: Option<ClientKey>,
    ) -> Result<Vec<OpenOn>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT client_id, number, currency, due_date, total, {} FROM invoice WHERE {} AND kind = 'invoice' AND state = 'issued' AND total IS NOT NULL AND issue_date <= ?2 \
             ORDER BY due_date, number",
            settled(),
            of_client(client)
        ))?;
        let rows = statement.query_map((client.map(|client| client.0), on.to_string()), |row| {
            let currency = currency(&row.get::<_, String>(2)?)?;
            Ok(OpenOn {
                client: ClientKey(row.get(0)?),
                number: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                due: optional_day(row.get(3)?)?,
                total: Money::from_minor(row.get(4)?, currency),
                settled: Money::from_minor(row.get(5)?, currency),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Gives the entries of a period one by one, in the order of days.
    pub fn each_clocked(
        &self,
        days: Period,
        mut take: impl FnMut(Clocked) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, project_id, day, seconds, started, ended FROM entry INDEXED BY entry_day \
             WHERE day BETWEEN ? AND ? ORDER BY day, id",
        )?;
        let mut rows = statement.query((days.from.to_string(), days.to.to_string()))?;
        while let Some(row) = rows.next()? {
            let span = match (row.get(4)?, row.get(5)?) {
                (Some(start), Some(end)) => Some(Span {
                    start: instant(start)?,
                    end: instant(end)?,
                }),
                _ => None,
            };
            take(Clocked {
                entry: EntryKey(row.get(0)?),
                project: ProjectKey(row.get(1)?),
                day: day(&row.get::<_, String>(2)?)?,
                seconds: Seconds(row.get(3)?),
                span,
            })?;
        }
        Ok(())
    }

    /// The latest day on which something was done for a project.
    pub fn last_day_of(&self, project: ProjectKey) -> Result<Option<NaiveDate>> {
        let last = self
            .conn
            .prepare_cached(
                "SELECT max(day) FROM entry INDEXED BY entry_project_day WHERE project_id = ?",
            )?
            .query_row([project.0], |row| row.get(0))?;
        Ok(optional_day(last)?)
    }
}
