//! Writing invoices: drafts, issue, void, payments.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::invoice::{Kind, Line, Source, Stored};
use crate::domain::key::{EntryKey, InvoiceKey, PaymentKey};
use crate::store::door::Writer;
use crate::store::row::{flag, int, maybe_int, maybe_text, text};
use crate::store::{Result, StoreError};
use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::{BilledEntry, NewInvoice, Numbered, party_json};

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
        self.forget_draft_of_jobs(key)?;
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
}
