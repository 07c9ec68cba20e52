//! Invoices, their lines, payments and files in the store.

mod deposit;
mod line;
mod list;
mod retainer;
mod settlement;
mod write;

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::domain::invoice::{
    Adjustments, Grounds, Invoice, Kind, Line, Party, Remarks, Settlement, Stored,
};
use crate::domain::key::{ClientKey, EntryKey, InvoiceKey};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::period::Period;

use super::row::{
    currency, day, of_client, optional_day, optional_instant, optional_period, unreadable,
    unsigned, word,
};
use super::{Books, Result, StoreError};

pub(in crate::store) use write::{adjustment_columns, priced_columns};

pub use list::ListedInvoice;
pub use retainer::BilledOverage;
pub(in crate::store) use settlement::{EVER, settled, tax_rounding};

/// Which invoices to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct InvoiceFilter {
    pub client: Option<ClientKey>,
    /// Drafts too.
    pub drafts: bool,
}

/// An entry on a new invoice. What rounding its day or line adds is part of the line alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BilledEntry {
    pub entry: EntryKey,
    pub worked: Seconds,
    pub billed: Seconds,
}

/// An invoice that is not there yet: a draft. Billed seconds of each entry are kept with its line.
#[derive(Debug, Clone)]
pub struct NewInvoice {
    pub client: ClientKey,
    pub kind: Kind,
    pub corrects: Option<InvoiceKey>,
    pub issue_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub period: Option<Period>,
    pub currency: Currency,
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    pub payment_terms: Option<String>,
    pub lines: Vec<Line>,
    pub adjustments: Adjustments,
    pub tax_note: Option<String>,
    /// The entries on the time lines.
    pub billed: Vec<BilledEntry>,
}

/// A number in its series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    pub number: String,
    /// What it counts within.
    pub counter: String,
    pub sequence: u64,
}

const SELECT: &str = "SELECT id, client_id, kind, number, state, corrects, issue_date, due_date, period_from, period_to, \
    currency, language, seller, buyer, payment_terms, discount, document_sha256, sent, viewed, document_face, \
    discount_percent, discount_reason, surcharge, surcharge_percent, surcharge_reason, tax_note, \
    tax_rounding, purchase_order, project_reference, introduction, closing FROM invoice";

/// A party as the file keeps it.
#[derive(Serialize, Deserialize)]
struct PartyRow {
    name: String,
    address: Vec<String>,
    country: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    tax_id: Option<String>,
    iban: Option<String>,
    bic: Option<String>,
    attention: Option<String>,
}

pub(in crate::store) fn party(json: &str) -> rusqlite::Result<Party> {
    let row: PartyRow = serde_json::from_str(json).map_err(unreadable)?;
    Ok(Party {
        name: row.name,
        address: row.address,
        country: row.country,
        email: row.email,
        phone: row.phone,
        tax_id: row.tax_id,
        iban: row.iban,
        bic: row.bic,
        attention: row.attention,
    })
}

pub(in crate::store) fn party_json(party: &Party) -> Result<String> {
    let Party {
        name,
        address,
        country,
        email,
        phone,
        tax_id,
        iban,
        bic,
        attention,
    } = party.clone();
    let row = PartyRow {
        name,
        address,
        country,
        email,
        phone,
        tax_id,
        iban,
        bic,
        attention,
    };
    serde_json::to_string(&row).map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// The head of an invoice; lines and payments follow.
fn head(row: &Row<'_>) -> rusqlite::Result<Invoice> {
    let currency = currency(&row.get::<_, String>(10)?)?;
    Ok(Invoice {
        key: InvoiceKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        kind: word(&row.get::<_, String>(2)?, Kind::from_word)?,
        number: row.get(3)?,
        stored: word(&row.get::<_, String>(4)?, Stored::from_word)?,
        corrects: row.get::<_, Option<i64>>(5)?.map(InvoiceKey),
        issue_date: day(&row.get::<_, String>(6)?)?,
        due_date: optional_day(row.get(7)?)?,
        period: optional_period(row.get(8)?, row.get(9)?)?,
        currency,
        language: row.get(11)?,
        seller: party(&row.get::<_, String>(12)?)?,
        buyer: party(&row.get::<_, String>(13)?)?,
        payment_terms: row.get(14)?,
        lines: Vec::new(),
        adjustments: Adjustments {
            discount: Money::from_minor(row.get(15)?, currency),
            discount_for: grounds(row.get(20)?, row.get(21)?),
            surcharge: Money::from_minor(row.get(22)?, currency),
            surcharge_for: grounds(row.get(23)?, row.get(24)?),
        },
        tax_note: row.get(25)?,
        tax_rounding: settlement::tax_rounding(row.get(26)?, currency)?,
        remarks: Remarks {
            purchase_order: row.get(27)?,
            project_reference: row.get(28)?,
            introduction: row.get(29)?,
            closing: row.get(30)?,
        },
        payments: Vec::new(),
        settlement: Settlement::default(),
        document_sha256: row.get(16)?,
        sent: optional_instant(row.get(17)?)?,
        viewed: optional_instant(row.get(18)?)?,
        document_face: row.get(19)?,
    })
}

pub(in crate::store) fn grounds(percent: Option<i64>, reason: Option<String>) -> Grounds {
    Grounds {
        percent: percent.map(Percent::from_ten_thousandths),
        reason,
    }
}

/// Number and date.
fn issued(row: &Row<'_>) -> rusqlite::Result<(String, NaiveDate)> {
    Ok((row.get(0)?, day(&row.get::<_, String>(1)?)?))
}

impl Books<'_> {
    /// The invoice of this number.
    pub fn invoice(&self, number: &str) -> Result<Option<Invoice>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE number = ?"))?
            .query_row([number], head)
            .optional()?;
        found.map(|head| self.complete(head, true)).transpose()
    }

    /// The invoice of this key.
    pub fn invoice_by_key(&self, key: InvoiceKey) -> Result<Option<Invoice>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], head)
            .optional()?;
        found.map(|head| self.complete(head, true)).transpose()
    }

    /// Invoices and credit notes, newest first; drafts on top. Their lines do not name entries.
    pub fn invoices(&self, filter: InvoiceFilter) -> Result<Vec<Invoice>> {
        let sql = format!(
            "{SELECT} WHERE {} AND (?2 OR state <> 'draft') ORDER BY state <> 'draft', issue_date DESC, id DESC",
            of_client(filter.client)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((filter.client.map(|c| c.0), filter.drafts), head)?;
        let heads: Vec<Invoice> = rows.collect::<rusqlite::Result<_>>()?;
        heads
            .into_iter()
            .map(|head| self.complete(head, false))
            .collect()
    }

    /// All numbers, for suggestions.
    pub fn invoice_numbers(&self) -> Result<Vec<String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT number FROM invoice WHERE number IS NOT NULL ORDER BY id")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The last place that a counter gave.
    pub fn last_sequence(&self, kind: Kind, counter: &str) -> Result<Option<u64>> {
        let last: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(sequence) FROM invoice WHERE kind = ? AND counter = ?")?
            .query_row((kind.word(), counter), |row| row.get(0))?;
        Ok(last.map(unsigned).transpose()?)
    }

    /// The document of a counter with the latest date.
    pub fn newest_of(&self, kind: Kind, counter: &str) -> Result<Option<(String, NaiveDate)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT number, issue_date FROM invoice WHERE kind = ? AND counter = ? AND number IS NOT NULL \
                 ORDER BY issue_date DESC, sequence DESC LIMIT 1",
            )?
            .query_row((kind.word(), counter), issued)
            .optional()?)
    }

    /// The document of a kind with the latest date up to a day that is not of this counter.
    pub fn newest_elsewhere(
        &self,
        kind: Kind,
        counter: &str,
        until: NaiveDate,
    ) -> Result<Option<(String, NaiveDate)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT number, issue_date FROM invoice WHERE kind = ? AND counter <> ? AND number IS NOT NULL \
                 AND issue_date <= ? ORDER BY issue_date DESC, id DESC LIMIT 1",
            )?
            .query_row((kind.word(), counter, until.to_string()), issued)
            .optional()?)
    }

    /// The numbers of the credit notes over an invoice, in order.
    pub fn corrections_of(&self, key: InvoiceKey) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT number FROM invoice WHERE corrects = ? AND number IS NOT NULL ORDER BY id",
        )?;
        let rows = statement.query_map([key.0], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Keys of the entries that an invoice billed, in order.
    pub fn billed_entries(&self, key: InvoiceKey) -> Result<Vec<EntryKey>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT entry_id FROM billed WHERE line_id IN (SELECT id FROM invoice_line WHERE invoice_id = ?) ORDER BY entry_id",
        )?;
        let rows = statement.query_map([key.0], |row| Ok(EntryKey(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What an invoice bills of the entries behind its lines of time.
    pub fn billed_work(&self, key: InvoiceKey) -> Result<HashMap<EntryKey, Seconds>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT billed.entry_id, billed.seconds FROM billed JOIN invoice_line ON invoice_line.id = billed.line_id \
             WHERE invoice_line.invoice_id = ? AND invoice_line.source = 'time'",
        )?;
        let rows = statement.query_map([key.0], |row| {
            Ok((EntryKey(row.get(0)?), Seconds(row.get(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What the invoice or draft on which an entry is bills of it.
    pub fn billed_seconds(&self, key: EntryKey) -> Result<Option<Seconds>> {
        Ok(self
            .conn
            .prepare_cached("SELECT seconds FROM billed WHERE entry_id = ? AND live = 1")?
            .query_row([key.0], |row| Ok(Seconds(row.get(0)?)))
            .optional()?)
    }

    /// The rate at which an entry is billed by the hour on an invoice.
    pub fn billed_rate(&self, key: EntryKey) -> Result<Option<Rate>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT unit_price FROM billed JOIN invoice_line ON invoice_line.id = line_id \
                 WHERE entry_id = ? AND live = 1 AND source = 'time'",
            )?
            .query_row([key.0], |row| Ok(Rate::from_ten_thousandths(row.get(0)?)))
            .optional()?)
    }

    /// Keys of the entries that invoices billed; of one client, if one is given.
    pub fn billed_by_invoice(
        &self,
        client: Option<ClientKey>,
    ) -> Result<HashMap<InvoiceKey, Vec<EntryKey>>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT invoice_line.invoice_id, billed.entry_id FROM billed JOIN invoice_line ON invoice_line.id = billed.line_id \
             JOIN invoice ON invoice.id = invoice_line.invoice_id WHERE ?1 IS NULL OR invoice.client_id = ?1 ORDER BY 1, 2",
        )?;
        let mut rows = statement.query([client.map(|client| client.0)])?;
        let mut billed: HashMap<InvoiceKey, Vec<EntryKey>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let entries = billed.entry(InvoiceKey(row.get(0)?)).or_default();
            entries.push(EntryKey(row.get(1)?));
        }
        Ok(billed)
    }
}
