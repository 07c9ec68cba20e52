//! What `run` has done, by key. A key is written in the transaction of its effect, so that there is never one without the other.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::invoice::Stored;
use crate::domain::job::{self, Key, Kind, Outcome};
use crate::domain::key::{ClientKey, InvoiceKey, RetainerKey};
use crate::domain::late_fee::Late;
use crate::values::period::Period;

use super::door::Writer;
use super::row::{day, flag, maybe_int, optional_day, text, word};
use super::{Books, Result};

/// A piece of work that is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub key: Key,
    /// On which it was done.
    pub day: NaiveDate,
    pub outcome: Outcome,
    pub client: Option<ClientKey>,
    /// None where it made none, or a draft that was deleted.
    pub invoice: Option<InvoiceKey>,
    /// The number of the invoice, where it has one.
    pub number: Option<String>,
    /// The invoice is void, or was a draft and is deleted.
    pub taken_back: bool,
    /// That was told already.
    pub taken_back_told: bool,
}

const SELECT: &str = "SELECT job.kind, subject, period, day, outcome, job.client_id, invoice_id, taken_back_told, invoice.number, invoice.state \
    FROM job LEFT JOIN invoice ON invoice.id = invoice_id";

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let kind = word(&row.get::<_, String>(0)?, Kind::from_word)?;
    let outcome = word(&row.get::<_, String>(4)?, Outcome::from_word)?;
    let state: Option<String> = row.get(9)?;
    let taken_back = match state {
        Some(state) => state == Stored::Void.word(),
        None => kind.bills() && outcome == Outcome::Done,
    };
    Ok(Job {
        key: Key {
            kind,
            subject: row.get(1)?,
            period: row.get(2)?,
        },
        day: day(&row.get::<_, String>(3)?)?,
        outcome,
        client: row.get::<_, Option<i64>>(5)?.map(ClientKey),
        invoice: row.get::<_, Option<i64>>(6)?.map(InvoiceKey),
        number: row.get(8)?,
        taken_back,
        taken_back_told: row.get(7)?,
    })
}

impl Books<'_> {
    /// The piece of work of this key, if it is settled.
    pub fn job(&self, key: &Key) -> Result<Option<Job>> {
        Ok(self
            .conn
            .prepare_cached(&format!(
                "{SELECT} WHERE job.kind = ? AND subject = ? AND period = ?"
            ))?
            .query_row((key.kind.word(), &key.subject, &key.period), job)
            .optional()?)
    }

    /// What is settled of a kind, by subject and period.
    pub fn jobs(&self, kind: Kind) -> Result<Vec<Job>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{SELECT} WHERE job.kind = ? ORDER BY subject, period"
        ))?;
        let rows = statement.query_map([kind.word()], job)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is settled of one subject, by period.
    pub fn jobs_of(&self, kind: Kind, subject: &str) -> Result<Vec<Job>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{SELECT} WHERE job.kind = ? AND subject = ? ORDER BY period"
        ))?;
        let rows = statement.query_map((kind.word(), subject), job)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The latest period of a kind and subject that is settled.
    pub fn latest_job(&self, kind: Kind, subject: &str) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached("SELECT max(period) FROM job WHERE kind = ? AND subject = ?")?
            .query_row((kind.word(), subject), |row| row.get(0))?)
    }

    /// The first invoice that bills a fee or overage of these days: a void one, or one that is not.
    pub fn invoice_of_period(
        &self,
        retainer: RetainerKey,
        source: Kind,
        period: Period,
        void: bool,
    ) -> Result<Option<(InvoiceKey, String)>> {
        // Lines from when a client had one retainer at a time name none.
        Ok(self
            .conn
            .prepare_cached(
                "SELECT invoice.id, coalesce(number, 'draft-' || invoice.id) FROM invoice_line JOIN invoice ON invoice.id = invoice_id \
                 WHERE client_id = (SELECT client_id FROM retainer WHERE id = ?1) AND coalesce(retainer_id, ?1) = ?1 AND source = ?2 \
                 AND invoice_line.period_from <= ?3 AND invoice_line.period_to >= ?4 AND (invoice.state = 'void') = ?5 \
                 AND invoice.kind = 'invoice' ORDER BY invoice.id LIMIT 1",
            )?
            .query_row(
                (retainer.0, source.word(), period.to.to_string(), period.from.to_string(), void),
                |row| Ok((InvoiceKey(row.get(0)?), row.get(1)?)),
            )
            .optional()?)
    }

    /// Whether a fee or overage of these days was marked as billed elsewhere.
    pub fn is_marked(&self, retainer: RetainerKey, source: Kind, period: Period) -> Result<bool> {
        let key = Key::new(source, job::of_retainer(retainer), period);
        let job = self.job(&key)?;
        Ok(job.is_some_and(|job| job.outcome == Outcome::Marked))
    }

    /// The invoice by which a fee or overage of these days was billed, where it is void and no other bills it.
    pub fn voided_of_period(
        &self,
        retainer: RetainerKey,
        source: Kind,
        period: Period,
    ) -> Result<Option<(InvoiceKey, String)>> {
        match self.invoice_of_period(retainer, source, period, false)? {
            Some(_) => Ok(None),
            None => self.invoice_of_period(retainer, source, period, true),
        }
    }

    /// Invoices that were not paid by their due day, which is before a day: each with its number, its client, and what makes it late.
    pub fn late_invoices(
        &self,
        today: NaiveDate,
    ) -> Result<Vec<(InvoiceKey, String, ClientKey, Late)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, number, client_id, issue_date, due_date, (SELECT max(day) FROM job WHERE invoice_id = invoice.id), \
             EXISTS (SELECT 1 FROM job WHERE invoice_id = invoice.id AND kind = 'late-fee') FROM invoice \
             WHERE kind = 'invoice' AND state = 'issued' AND number IS NOT NULL AND due_date < ?1 AND total > \
             (SELECT coalesce(sum(amount), 0) FROM payment WHERE invoice_id = invoice.id AND payment.day <= due_date) ORDER BY id",
        )?;
        let rows = statement.query_map([today.to_string()], |row| {
            let late = Late {
                issued: day(&row.get::<_, String>(3)?)?,
                due: day(&row.get::<_, String>(4)?)?,
                made: optional_day(row.get(5)?)?,
                is_fee: row.get(6)?,
            };
            Ok((
                InvoiceKey(row.get(0)?),
                row.get(1)?,
                ClientKey(row.get(2)?),
                late,
            ))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn job_row(&self, key: &Key) -> Result<Option<i64>> {
        Ok(self
            .conn
            .prepare_cached("SELECT id FROM job WHERE kind = ? AND subject = ? AND period = ?")?
            .query_row((key.kind.word(), &key.subject, &key.period), |row| {
                row.get(0)
            })
            .optional()?)
    }
}

impl Writer<'_> {
    /// Writes down that a piece of work is settled; one that was settled before is so anew.
    pub fn settle(
        &mut self,
        key: &Key,
        day: NaiveDate,
        outcome: Outcome,
        client: Option<ClientKey>,
        invoice: Option<InvoiceKey>,
    ) -> Result<()> {
        let columns = [
            ("kind", text(key.kind.word())),
            ("subject", text(&key.subject)),
            ("period", text(&key.period)),
            ("day", text(day)),
            ("outcome", text(outcome.word())),
            ("client_id", maybe_int(client.map(|client| client.0))),
            ("invoice_id", maybe_int(invoice.map(|invoice| invoice.0))),
            ("taken_back_told", flag(false)),
        ];
        match self.job_row(key)? {
            Some(row) => self.update("job", row, &columns).map(drop),
            None => self.insert("job", &columns).map(drop),
        }
    }

    /// Writes down that it was told that the invoice of a piece of work is void or gone.
    pub fn tell_taken_back(&mut self, key: &Key) -> Result<()> {
        match self.job_row(key)? {
            Some(row) => self
                .update("job", row, &[("taken_back_told", flag(true))])
                .map(drop),
            None => Ok(()),
        }
    }

    /// A draft is about to go; the work that made it stays settled.
    pub(super) fn forget_draft_of_jobs(&mut self, draft: InvoiceKey) -> Result<()> {
        for row in self.rows_of("job", "invoice_id = ?", draft.0)? {
            self.update("job", row, &[("invoice_id", Value::Null)])?;
        }
        Ok(())
    }
}
