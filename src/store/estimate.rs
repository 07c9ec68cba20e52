//! Estimates in the store, with their lines.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};
use rust_decimal::Decimal;

use crate::domain::estimate::{Estimate, EstimateLine, Stored, Task};
use crate::domain::invoice::{
    Adjustment, Adjustments, Line, Party, Source, Tax, TaxCategory, Unit,
};
use crate::domain::key::{ClientKey, EstimateKey, ProjectKey};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Percent};
use crate::values::named_tax::NamedTax;
use crate::values::text;

use super::door::Writer;
use super::invoice::{adjustment_columns, grounds, party, party_json, priced_columns};
use super::row::{
    currency, day, int, maybe_int, maybe_text, of_client, optional, optional_day, optional_instant,
    parsed, text, unsigned, word,
};
use super::{Books, Numbered, Result, StoreError};

/// A draft that is not there yet, or what one is changed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEstimate {
    pub client: ClientKey,
    pub title: text::Line,
    pub date: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub currency: Currency,
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    pub lines: Vec<EstimateLine>,
    pub adjustments: Adjustments,
    pub treatment: Option<String>,
    pub tax_note: Option<String>,
    pub introduction: Option<String>,
    pub closing: Option<String>,
}

const SELECT: &str = "SELECT id, client_id, number, state, title, day, valid_until, currency, language, seller, buyer, treatment, \
    tax_note, discount, discount_percent, discount_reason, surcharge, surcharge_percent, surcharge_reason, introduction, closing, \
    document_sha256, sent, decided, reason, project_id FROM estimate";

/// The head; lines follow.
fn head(row: &Row<'_>) -> rusqlite::Result<Estimate> {
    let currency = currency(&row.get::<_, String>(7)?)?;
    Ok(Estimate {
        key: EstimateKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        number: row.get(2)?,
        stored: word(&row.get::<_, String>(3)?, Stored::from_word)?,
        title: parsed(&row.get::<_, String>(4)?, text::Line::parse)?,
        date: day(&row.get::<_, String>(5)?)?,
        valid_until: optional_day(row.get(6)?)?,
        currency,
        language: row.get(8)?,
        seller: party(&row.get::<_, String>(9)?)?,
        buyer: party(&row.get::<_, String>(10)?)?,
        lines: Vec::new(),
        treatment: row.get(11)?,
        tax_note: row.get(12)?,
        adjustments: Adjustments {
            discount: Money::from_minor(row.get(13)?, currency),
            discount_for: grounds(row.get(14)?, row.get(15)?),
            surcharge: Money::from_minor(row.get(16)?, currency),
            surcharge_for: grounds(row.get(17)?, row.get(18)?),
        },
        introduction: row.get(19)?,
        closing: row.get(20)?,
        document_sha256: row.get(21)?,
        sent: optional_instant(row.get(22)?)?,
        decided: optional_day(row.get(23)?)?,
        reason: row.get(24)?,
        project: row.get::<_, Option<i64>>(25)?.map(ProjectKey),
    })
}

fn line(row: &Row<'_>, currency: Currency) -> rusqlite::Result<EstimateLine> {
    let task: Option<String> = row.get(1)?;
    let task = match task {
        Some(name) => Some(Task {
            phase: optional(row.get(0)?, text::Line::parse)?,
            name: parsed(&name, text::Line::parse)?,
            seconds: Seconds(row.get(2)?),
        }),
        None => None,
    };
    let adjustment = match row.get::<_, Option<i64>>(7)? {
        Some(minor) => Some(Adjustment {
            amount: Money::from_minor(minor, currency),
            grounds: grounds(row.get(8)?, row.get(9)?),
        }),
        None => None,
    };
    Ok(EstimateLine {
        task,
        line: Line {
            source: Source::Fixed,
            description: row.get(3)?,
            quantity: Decimal::new(row.get(4)?, 4).normalize(),
            unit: word(&row.get::<_, String>(5)?, Unit::from_code)?,
            unit_price: Decimal::new(row.get(6)?, 4).normalize(),
            adjustment,
            net: Money::from_minor(row.get(10)?, currency),
            tax: Tax {
                category: word(&row.get::<_, String>(11)?, TaxCategory::from_code)?,
                percent: Percent::from_ten_thousandths(row.get(12)?),
            },
            taxes: optional(row.get(13)?, NamedTax::parse_all)?.unwrap_or_default(),
        },
    })
}

impl Books<'_> {
    /// Estimates, the newest first; of one client, if one is given.
    pub fn estimates(&self, client: Option<ClientKey>) -> Result<Vec<Estimate>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{SELECT} WHERE {} ORDER BY id DESC",
            of_client(client)
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], head)?;
        let heads: Vec<Estimate> = rows.collect::<rusqlite::Result<_>>()?;
        heads
            .into_iter()
            .map(|head| self.with_lines(head))
            .collect()
    }

    /// The estimate of this number.
    pub fn estimate(&self, number: &str) -> Result<Option<Estimate>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE number = ?"))?
            .query_row([number], head)
            .optional()?;
        found.map(|head| self.with_lines(head)).transpose()
    }

    /// The estimate of this key.
    pub fn estimate_by_key(&self, key: EstimateKey) -> Result<Option<Estimate>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], head)
            .optional()?;
        found.map(|head| self.with_lines(head)).transpose()
    }

    /// The last place that a counter of estimates gave.
    pub fn last_estimate_sequence(&self, counter: &str) -> Result<Option<u64>> {
        let last: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(sequence) FROM estimate WHERE counter = ?")?
            .query_row([counter], |row| row.get(0))?;
        Ok(last.map(unsigned).transpose()?)
    }

    fn with_lines(&self, head: Estimate) -> Result<Estimate> {
        let mut statement = self.conn.prepare_cached(
            "SELECT phase, task, seconds, description, quantity, unit, unit_price, adjustment, adjustment_percent, \
             adjustment_reason, net, tax_category, tax_rate, taxes FROM estimate_line WHERE estimate_id = ? ORDER BY position",
        )?;
        let lines = statement
            .query_map([head.key.0], |row| line(row, head.currency))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Estimate { lines, ..head })
    }
}

impl Writer<'_> {
    /// Adds a draft.
    pub fn add_estimate(&mut self, new: &NewEstimate) -> Result<EstimateKey> {
        let mut columns = columns(new)?;
        columns.push(("state", text(Stored::Draft.word())));
        let key = EstimateKey(self.insert("estimate", &columns)?);
        self.add_estimate_lines(key, &new.lines)?;
        Ok(key)
    }

    /// Changes a draft; its lines are replaced where they differ.
    pub fn edit_estimate(&mut self, current: &Estimate, new: &NewEstimate) -> Result<()> {
        self.update("estimate", current.key.0, &columns(new)?)?;
        if current.lines != new.lines {
            self.drop_estimate_lines(current.key)?;
            self.add_estimate_lines(current.key, &new.lines)?;
        }
        Ok(())
    }

    /// Gives a draft its number and the document that goes out.
    pub fn issue_estimate(
        &mut self,
        key: EstimateKey,
        numbered: &Numbered,
        document: &[u8],
    ) -> Result<()> {
        let sha256 = self.keep_file(document)?;
        let sequence = i64::try_from(numbered.sequence)
            .map_err(|_| StoreError::Corrupt("a counter ran out".into()))?;
        let columns = [
            ("state", text(Stored::Issued.word())),
            ("number", text(&numbered.number)),
            ("counter", text(&numbered.counter)),
            ("sequence", int(sequence)),
            ("document_sha256", text(sha256)),
        ];
        self.update("estimate", key.0, &columns).map(drop)
    }

    /// Notes what the client answered, and what it became.
    pub fn decide_estimate(
        &mut self,
        key: EstimateKey,
        decision: Stored,
        day: NaiveDate,
        reason: Option<&str>,
        project: Option<ProjectKey>,
    ) -> Result<bool> {
        let columns = [
            ("state", text(decision.word())),
            ("decided", text(day)),
            ("reason", maybe_text(reason)),
            ("project_id", maybe_int(project.map(|key| key.0))),
        ];
        self.update("estimate", key.0, &columns)
    }

    /// Notes that mail brought it, the first time.
    pub fn note_estimate_sent(&mut self, key: EstimateKey, at: DateTime<Utc>) -> Result<()> {
        let first = self
            .estimate_by_key(key)?
            .is_some_and(|of| of.sent.is_none());
        if first {
            self.update("estimate", key.0, &[("sent", int(at.timestamp()))])?;
        }
        Ok(())
    }

    /// Removes a draft.
    pub fn delete_estimate(&mut self, key: EstimateKey) -> Result<()> {
        self.drop_estimate_lines(key)?;
        self.delete("estimate", key.0)
    }

    fn drop_estimate_lines(&mut self, key: EstimateKey) -> Result<()> {
        for row in self.rows_of("estimate_line", "estimate_id = ?", key.0)? {
            self.delete("estimate_line", row)?;
        }
        Ok(())
    }

    fn add_estimate_lines(&mut self, key: EstimateKey, lines: &[EstimateLine]) -> Result<()> {
        for (position, EstimateLine { task, line }) in (1..).zip(lines) {
            let mut columns = vec![
                ("estimate_id", int(key.0)),
                ("position", int(position)),
                (
                    "phase",
                    maybe_text(task.as_ref().and_then(|task| task.phase.as_ref())),
                ),
                ("task", maybe_text(task.as_ref().map(|task| &task.name))),
                (
                    "seconds",
                    maybe_int(task.as_ref().map(|task| task.seconds.0)),
                ),
            ];
            columns.extend(priced_columns(line)?);
            self.insert("estimate_line", &columns)?;
        }
        Ok(())
    }
}

fn columns(new: &NewEstimate) -> Result<Vec<(&'static str, Value)>> {
    let NewEstimate {
        client,
        title,
        date,
        valid_until,
        currency,
        language,
        seller,
        buyer,
        lines: _,
        adjustments,
        treatment,
        tax_note,
        introduction,
        closing,
    } = new;
    let mut columns = vec![
        ("client_id", int(client.0)),
        ("title", text(title)),
        ("day", text(date)),
        ("valid_until", maybe_text(*valid_until)),
        ("currency", text(currency)),
        ("language", text(language)),
        ("seller", text(party_json(seller)?)),
        ("buyer", text(party_json(buyer)?)),
        ("treatment", maybe_text(treatment.as_ref())),
        ("tax_note", maybe_text(tax_note.as_ref())),
        ("introduction", maybe_text(introduction.as_ref())),
        ("closing", maybe_text(closing.as_ref())),
    ];
    columns.extend(adjustment_columns(adjustments));
    Ok(columns)
}
