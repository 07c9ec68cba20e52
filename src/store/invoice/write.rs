//! Writing invoices: drafts, issue, void, payments.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::types::Value;

use crate::domain::invoice::{Adjustments, Grounds, Kind, Line, Source, Stored};
use crate::domain::key::{EntryKey, ExpenseKey, InvoiceKey, PaymentKey};
use crate::store::door::Writer;
use crate::store::row::{flag, int, maybe_int, maybe_text, ten_thousandths, text};
use crate::store::{Result, StoreError};
use crate::values::duration::Seconds;
use crate::values::money::{Money, Percent};
use crate::values::named_tax;
use crate::values::period::Period;

use super::{BilledEntry, NewInvoice, Numbered, party_json};

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
            adjustments,
            tax_note,
            billed,
        } = new;
        let mut columns = vec![
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
            ("tax_note", maybe_text(tax_note.as_ref())),
        ];
        columns.extend(adjustment_columns(adjustments));
        let key = InvoiceKey(self.insert("invoice", &columns)?);
        let billed: HashMap<_, _> = billed.iter().map(|billed| (billed.entry, billed)).collect();
        for (position, line) in (1..).zip(lines) {
            let row = self.add_line(key, position, line)?;
            // A credit note refers to the lines of its invoice; it bills nothing.
            if *kind == Kind::CreditNote {
                continue;
            }
            match &line.source {
                Source::Time { entries, .. } | Source::Overage { entries, .. } => {
                    for entry in entries {
                        self.bill(key, row, *entry, billed.get(entry).copied())?;
                    }
                }
                Source::Expense { expense } => {
                    self.bill_expense(*expense, Some(key))?;
                }
                Source::Deduction { deposit } => self.deduct(*deposit, Some(key))?,
                Source::RetainerFee { .. } | Source::Deposit | Source::Fixed => {}
            }
        }
        Ok(key)
    }

    pub(super) fn add_line(
        &mut self,
        invoice: InvoiceKey,
        position: i64,
        line: &Line,
    ) -> Result<i64> {
        let mut columns = vec![("invoice_id", int(invoice.0)), ("position", int(position))];
        columns.extend(line_columns(line)?);
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

    /// Sets what a draft says of why no tax is charged.
    pub fn note_tax(&mut self, key: InvoiceKey, note: Option<&str>) -> Result<bool> {
        self.update("invoice", key.0, &[("tax_note", maybe_text(note))])
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
        reference: Option<&str>,
    ) -> Result<PaymentKey> {
        let columns = [
            ("invoice_id", int(invoice.0)),
            ("day", text(date)),
            ("amount", int(amount.minor())),
            ("method", maybe_text(method)),
            ("reference", maybe_text(reference)),
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
        self.reopen_retainers(key)?;
        for row in self.rows_of("entry", "invoice_id = ?", key.0)? {
            self.update(
                "entry",
                row,
                &[("invoice_id", rusqlite::types::Value::Null)],
            )?;
        }
        for row in self.rows_of("expense", "invoice_id = ?", key.0)? {
            self.bill_expense(ExpenseKey(row), None)?;
        }
        for row in self.rows_of("invoice", "deducted_by = ?", key.0)? {
            self.deduct(InvoiceKey(row), None)?;
        }
        Ok(())
    }
}

/// The columns of what is taken off a document and added to it.
pub(in crate::store) fn adjustment_columns(
    adjustments: &Adjustments,
) -> Vec<(&'static str, Value)> {
    let Adjustments {
        discount,
        discount_for,
        surcharge,
        surcharge_for,
    } = adjustments;
    let percent = |grounds: &Grounds| maybe_int(grounds.percent.map(Percent::ten_thousandths));
    let reason = |grounds: &Grounds| maybe_text(grounds.reason.as_ref());
    vec![
        ("discount", int(discount.minor())),
        ("discount_percent", percent(discount_for)),
        ("discount_reason", reason(discount_for)),
        ("surcharge", int(surcharge.minor())),
        ("surcharge_percent", percent(surcharge_for)),
        ("surcharge_reason", reason(surcharge_for)),
    ]
}

/// The columns of a line, but its place.
pub(super) fn line_columns(line: &Line) -> Result<Vec<(&'static str, Value)>> {
    let mut columns = source_columns(&line.source);
    columns.extend(priced_columns(line)?);
    Ok(columns)
}

/// The columns of what a line comes to, whatever it bills.
pub(in crate::store) fn priced_columns(line: &Line) -> Result<Vec<(&'static str, Value)>> {
    let Line {
        source: _,
        description,
        quantity,
        unit,
        unit_price,
        adjustment,
        net,
        tax,
        taxes,
    } = line;
    let grounds = adjustment.as_ref().map(|adjustment| &adjustment.grounds);
    let percent = grounds.and_then(|grounds| grounds.percent);
    Ok(vec![
        ("description", text(description)),
        ("quantity", int(ten_thousandths(*quantity)?)),
        ("unit", text(unit.code())),
        ("unit_price", int(ten_thousandths(*unit_price)?)),
        ("net", int(net.minor())),
        ("tax_category", text(tax.category.code())),
        ("tax_rate", int(tax.percent.ten_thousandths())),
        (
            "adjustment",
            maybe_int(adjustment.as_ref().map(|of| of.amount.minor())),
        ),
        (
            "adjustment_percent",
            maybe_int(percent.map(Percent::ten_thousandths)),
        ),
        (
            "adjustment_reason",
            maybe_text(grounds.and_then(|grounds| grounds.reason.as_ref())),
        ),
        (
            "taxes",
            maybe_text((!taxes.is_empty()).then(|| named_tax::written(taxes))),
        ),
    ])
}

/// What a line bills.
fn source_columns(source: &Source) -> Vec<(&'static str, Value)> {
    let period = |period: &Period| {
        [
            ("period_from", text(period.from)),
            ("period_to", text(period.to)),
        ]
    };
    let mut columns = Vec::new();
    let word = match source {
        Source::Time {
            project,
            task,
            entries: _,
            seconds,
        } => {
            columns.extend([
                ("project_id", int(project.0)),
                ("task_id", maybe_int(task.map(|task| task.0))),
                ("seconds", int(seconds.0)),
            ]);
            "time"
        }
        Source::RetainerFee {
            retainer,
            period: of,
        } => {
            columns.extend(period(of));
            columns.push(("retainer_id", maybe_int(retainer.map(|key| key.0))));
            "retainer-fee"
        }
        Source::Overage {
            retainer,
            period: of,
            entries: _,
            seconds,
        } => {
            columns.extend(period(of));
            columns.push(("retainer_id", maybe_int(retainer.map(|key| key.0))));
            columns.push(("seconds", int(seconds.0)));
            "overage"
        }
        Source::Expense { expense } => {
            columns.push(("expense_id", int(expense.0)));
            "expense"
        }
        Source::Deposit => "deposit",
        Source::Deduction { deposit } => {
            columns.push(("deposit_id", int(deposit.0)));
            "deposit"
        }
        Source::Fixed => "fixed",
    };
    columns.push(("source", text(word)));
    columns
}
