//! Invoices, their lines, payments and files in the store.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::invoice::{
    Invoice, Kind, Line, Party, Payment, Source, Stored, Tax, TaxCategory, Unit,
};
use crate::domain::key::{ClientKey, EntryKey, InvoiceKey, PaymentKey, ProjectKey, TaskKey};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::period::Period;

use super::door::Writer;
use super::row::{
    currency, day, flag, int, maybe_int, maybe_text, of_client, optional_day, optional_instant,
    optional_period, text, unreadable, unsigned, word,
};
use super::{Books, Result, StoreError};

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
    pub discount: Money,
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
    currency, language, seller, buyer, payment_terms, discount, document_sha256, sent, viewed, document_face FROM invoice";

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

fn party(json: &str) -> rusqlite::Result<Party> {
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

fn party_json(party: &Party) -> Result<String> {
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
        discount: Money::from_minor(row.get(15)?, currency),
        payments: Vec::new(),
        document_sha256: row.get(16)?,
        sent: optional_instant(row.get(17)?)?,
        viewed: optional_instant(row.get(18)?)?,
        document_face: row.get(19)?,
    })
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

    /// The last number of a counter: its place, and number and date of the document.
    pub fn last_number(
        &self,
        kind: Kind,
        counter: &str,
    ) -> Result<Option<(u64, String, NaiveDate)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT sequence, number, issue_date FROM invoice WHERE kind = ? AND counter = ? ORDER BY sequence DESC LIMIT 1",
            )?
            .query_row((kind.word(), counter), |row| {
                Ok((
                    unsigned(row.get(0)?)?,
                    row.get(1)?,
                    day(&row.get::<_, String>(2)?)?,
                ))
            })
            .optional()?)
    }

    /// The latest date of an issued document of a kind, with its number.
    pub fn last_issued(&self, kind: Kind) -> Result<Option<(String, NaiveDate)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT number, issue_date FROM invoice WHERE kind = ? AND number IS NOT NULL ORDER BY issue_date DESC, id DESC LIMIT 1",
            )?
            .query_row([kind.word()], |row| {
                Ok((row.get(0)?, day(&row.get::<_, String>(1)?)?))
            })
            .optional()?)
    }

    /// The credit note of a voided invoice.
    pub fn correction_of(&self, key: InvoiceKey) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached("SELECT number FROM invoice WHERE corrects = ?")?
            .query_row([key.0], |row| row.get(0))
            .optional()?
            .flatten())
    }

    /// Keys of the entries that an invoice billed, in order.
    pub fn billed_entries(&self, key: InvoiceKey) -> Result<Vec<EntryKey>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT entry_id FROM billed WHERE line_id IN (SELECT id FROM invoice_line WHERE invoice_id = ?) ORDER BY entry_id",
        )?;
        let rows = statement.query_map([key.0], |row| Ok(EntryKey(row.get(0)?)))?;
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

    /// Whether a retainer fee of this client was billed for a period.
    pub fn is_billed_period(
        &self,
        client: ClientKey,
        source: &str,
        period: Period,
    ) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM invoice_line JOIN invoice ON invoice.id = invoice_id \
                 WHERE client_id = ? AND source = ? AND invoice_line.period_from <= ? AND invoice_line.period_to >= ? AND invoice.state <> 'void' \
                 AND invoice.kind = 'invoice')",
            )?
            .query_row(
                (client.0, source, period.to.to_string(), period.from.to_string()),
                |row| row.get(0),
            )?)
    }

    /// The time beyond a retainer that was billed for a period.
    pub fn billed_overage(&self, client: ClientKey, period: Period) -> Result<Seconds> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(sum(seconds), 0) FROM invoice_line JOIN invoice ON invoice.id = invoice_id \
                 WHERE client_id = ? AND source = 'overage' AND invoice_line.period_from <= ? AND invoice_line.period_to >= ? AND invoice.state <> 'void' \
                 AND invoice.kind = 'invoice'",
            )?
            .query_row(
                (client.0, period.to.to_string(), period.from.to_string()), |row| {
                Ok(Seconds(row.get(0)?))
            })?)
    }

    /// The bytes of a kept file.
    pub fn file(&self, sha256: &str) -> Result<Option<Vec<u8>>> {
        Ok(self
            .conn
            .prepare_cached("SELECT bytes FROM file WHERE sha256 = ?")?
            .query_row([sha256], |row| row.get(0))
            .optional()?)
    }

    fn complete(&self, mut invoice: Invoice, with_entries: bool) -> Result<Invoice> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, source, project_id, task_id, seconds, period_from, period_to, description, quantity, unit, unit_price, \
             net, tax_category, tax_rate FROM invoice_line WHERE invoice_id = ? ORDER BY position",
        )?;
        let mut rows = statement.query([invoice.key.0])?;
        while let Some(row) = rows.next()? {
            let line = self.line(row, invoice.currency, with_entries)?;
            invoice.lines.push(line);
        }
        let mut statement = self.conn.prepare_cached(
            "SELECT id, day, amount, method FROM payment WHERE invoice_id = ? ORDER BY day, id",
        )?;
        let payments = statement.query_map([invoice.key.0], |row| {
            Ok(Payment {
                key: PaymentKey(row.get(0)?),
                date: day(&row.get::<_, String>(1)?)?,
                amount: Money::from_minor(row.get(2)?, invoice.currency),
                method: row.get(3)?,
            })
        })?;
        invoice.payments = payments.collect::<rusqlite::Result<_>>()?;
        Ok(invoice)
    }

    fn line(&self, row: &Row<'_>, currency: Currency, with_entries: bool) -> Result<Line> {
        let id: i64 = row.get(0)?;
        let entries = || {
            if with_entries {
                self.line_entries(id)
            } else {
                Ok(Vec::new())
            }
        };
        let seconds = Seconds(row.get::<_, Option<i64>>(4)?.unwrap_or_default());
        let period = optional_period(row.get(5)?, row.get(6)?)?;
        let needed = || unreadable("a line without its period");
        let source = match row.get::<_, String>(1)?.as_str() {
            "time" => Source::Time {
                project: ProjectKey(row.get(2)?),
                task: row.get::<_, Option<i64>>(3)?.map(TaskKey),
                entries: entries()?,
                seconds,
            },
            "retainer-fee" => Source::RetainerFee {
                period: period.ok_or_else(needed)?,
            },
            "overage" => Source::Overage {
                period: period.ok_or_else(needed)?,
                entries: entries()?,
                seconds,
            },
            _ => Source::Fixed,
        };
        Ok(Line {
            source,
            description: row.get(7)?,
            quantity: Decimal::new(row.get(8)?, 4).normalize(),
            unit: word(&row.get::<_, String>(9)?, Unit::from_code)?,
            unit_price: Decimal::new(row.get(10)?, 4).normalize(),
            net: Money::from_minor(row.get(11)?, currency),
            tax: Tax {
                category: word(&row.get::<_, String>(12)?, TaxCategory::from_code)?,
                percent: Percent::from_ten_thousandths(row.get(13)?),
            },
        })
    }

    fn line_entries(&self, line: i64) -> Result<Vec<EntryKey>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT entry_id FROM billed WHERE line_id = ? ORDER BY entry_id")?;
        let rows = statement.query_map([line], |row| Ok(EntryKey(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn ten_thousandths(value: Decimal) -> Result<i64> {
    let mut scaled = value;
    scaled.rescale(4);
    i64::try_from(scaled.mantissa())
        .map_err(|_| StoreError::Corrupt("a number is too large to keep".into()))
}

impl Writer<'_> {
    /// Adds a draft with its lines. Its entries are bound to it, so that no other draft bills them.
    pub fn add_invoice(&mut self, new: &NewInvoice) -> Result<InvoiceKey> {
        let NewInvoice {
            client,
            kind,
            corrects,
            issue_date,
            due_date,
            period,
            currency,
            language,
            seller,
            buyer,
            payment_terms,
            lines,
            discount,
            billed,
        } = new;
        let columns = [
            ("client_id", int(client.0)),
            ("kind", text(kind.word())),
            ("state", text(Stored::Draft.word())),
            ("corrects", maybe_int(corrects.map(|key| key.0))),
            ("issue_date", text(issue_date)),
            ("due_date", maybe_text(*due_date)),
            ("period_from", maybe_text(period.map(|period| period.from))),
            ("period_to", maybe_text(period.map(|period| period.to))),
            ("currency", text(currency)),
            ("language", text(language)),
            ("seller", text(party_json(seller)?)),
            ("buyer", text(party_json(buyer)?)),
            ("payment_terms", maybe_text(payment_terms.as_ref())),
            ("discount", int(discount.minor())),
        ];
        let key = InvoiceKey(self.insert("invoice", &columns)?);
        let billed: HashMap<_, _> = billed.iter().map(|billed| (billed.entry, billed)).collect();
        for (position, line) in (1..).zip(lines) {
            let row = self.add_line(key, position, line)?;
            let (Source::Time { entries, .. } | Source::Overage { entries, .. }) = &line.source
            else {
                continue;
            };
            // A credit note refers to the lines of its invoice; it bills nothing.
            if *kind == Kind::CreditNote {
                continue;
            }
            for entry in entries {
                self.bill(key, row, *entry, billed.get(entry).copied())?;
            }
        }
        Ok(key)
    }

    fn add_line(&mut self, invoice: InvoiceKey, position: i64, line: &Line) -> Result<i64> {
        let Line {
            source,
            description,
            quantity,
            unit,
            unit_price,
            net,
            tax,
        } = line;
        let (word, project, task, seconds, period) = match source {
            Source::Time {
                project,
                task,
                seconds,
                ..
            } => (
                "time",
                Some(project.0),
                task.map(|t| t.0),
                Some(seconds.0),
                None,
            ),
            Source::RetainerFee { period } => ("retainer-fee", None, None, None, Some(period)),
            Source::Overage {
                period, seconds, ..
            } => ("overage", None, None, Some(seconds.0), Some(period)),
            Source::Fixed => ("fixed", None, None, None, None),
        };
        let columns = [
            ("invoice_id", int(invoice.0)),
            ("position", int(position)),
            ("source", text(word)),
            ("project_id", maybe_int(project)),
            ("task_id", maybe_int(task)),
            ("seconds", maybe_int(seconds)),
            ("period_from", maybe_text(period.map(|period| period.from))),
            ("period_to", maybe_text(period.map(|period| period.to))),
            ("description", text(description)),
            ("quantity", int(ten_thousandths(*quantity)?)),
            ("unit", text(unit.code())),
            ("unit_price", int(ten_thousandths(*unit_price)?)),
            ("net", int(net.minor())),
            ("tax_category", text(tax.category.code())),
            ("tax_rate", int(tax.percent.ten_thousandths())),
        ];
        self.insert("invoice_line", &columns)
    }

    fn bill(
        &mut self,
        invoice: InvoiceKey,
        line: i64,
        entry: EntryKey,
        billed: Option<&BilledEntry>,
    ) -> Result<()> {
        let seconds = billed.map_or(Seconds::ZERO, |billed| billed.billed);
        let columns = [
            ("line_id", int(line)),
            ("entry_id", int(entry.0)),
            ("seconds", int(seconds.0)),
            ("live", flag(true)),
            ("worked", maybe_int(billed.map(|billed| billed.worked.0))),
        ];
        self.insert("billed", &columns)?;
        self.update("entry", entry.0, &[("invoice_id", int(invoice.0))])
            .map(drop)
    }

    /// Moves a draft to another date.
    pub fn date_invoice(
        &mut self,
        key: InvoiceKey,
        date: NaiveDate,
        due: Option<NaiveDate>,
    ) -> Result<bool> {
        let columns = [("issue_date", text(date)), ("due_date", maybe_text(due))];
        self.update("invoice", key.0, &columns)
    }

    /// Gives a draft its number and makes it unchangeable, with the document that goes out.
    pub fn issue_invoice(
        &mut self,
        key: InvoiceKey,
        numbered: &Numbered,
        total: Money,
        document: &[u8],
        face: &str,
    ) -> Result<()> {
        let sha256 = self.keep_file(document)?;
        let sequence = i64::try_from(numbered.sequence)
            .map_err(|_| StoreError::Corrupt("a counter ran out".into()))?;
        let columns = [
            ("state", text(Stored::Issued.word())),
            ("number", text(&numbered.number)),
            ("counter", text(&numbered.counter)),
            ("sequence", int(sequence)),
            ("total", int(total.minor())),
            ("document_sha256", text(sha256)),
            ("document_face", text(face)),
        ];
        self.update("invoice", key.0, &columns).map(drop)
    }

    /// Removes a draft and opens its entries again.
    pub fn delete_draft(&mut self, key: InvoiceKey) -> Result<()> {
        self.reopen_entries(key)?;
        for row in self.rows_of(
            "billed",
            "line_id IN (SELECT id FROM invoice_line WHERE invoice_id = ?)",
            key.0,
        )? {
            self.delete("billed", row)?;
        }
        for row in self.rows_of("invoice_line", "invoice_id = ?", key.0)? {
            self.delete("invoice_line", row)?;
        }
        self.delete("invoice", key.0)
    }

    /// Marks an invoice as void and opens its entries again; what was billed stays on record.
    pub fn void_invoice(&mut self, key: InvoiceKey) -> Result<()> {
        self.reopen_entries(key)?;
        let lines = "live = 1 AND line_id IN (SELECT id FROM invoice_line WHERE invoice_id = ?)";
        for row in self.rows_of("billed", lines, key.0)? {
            self.update("billed", row, &[("live", flag(false))])?;
        }
        self.update("invoice", key.0, &[("state", text(Stored::Void.word()))])
            .map(drop)
    }

    /// Records a payment.
    pub fn add_payment(
        &mut self,
        invoice: InvoiceKey,
        date: NaiveDate,
        amount: Money,
        method: Option<&str>,
    ) -> Result<PaymentKey> {
        let columns = [
            ("invoice_id", int(invoice.0)),
            ("day", text(date)),
            ("amount", int(amount.minor())),
            ("method", maybe_text(method)),
        ];
        self.insert("payment", &columns).map(PaymentKey)
    }

    /// Notes that a client user looked at an invoice for the first time.
    pub fn note_viewed(
        &mut self,
        key: InvoiceKey,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<bool> {
        self.update("invoice", key.0, &[("viewed", int(at.timestamp()))])
    }

    fn reopen_entries(&mut self, key: InvoiceKey) -> Result<()> {
        for row in self.rows_of("entry", "invoice_id = ?", key.0)? {
            self.update(
                "entry",
                row,
                &[("invoice_id", rusqlite::types::Value::Null)],
            )?;
        }
        Ok(())
    }

    /// Keys of the rows of a noun that meet a condition on a key.
    pub(super) fn rows_of(&self, noun: &str, condition: &str, key: i64) -> Result<Vec<i64>> {
        let sql = format!("SELECT id FROM {noun} WHERE {condition} ORDER BY id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([key], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps a file by its content and gives its SHA-256.
    pub(super) fn keep_file(&self, bytes: &[u8]) -> Result<String> {
        use sha2::Digest;
        let sha256 = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes));
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO file (sha256, bytes) VALUES (?, ?)")?
            .execute((&sha256, bytes))?;
        Ok(sha256)
    }
}
