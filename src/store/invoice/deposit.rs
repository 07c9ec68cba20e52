//! Deposits and the invoices that deduct them; lines of drafts that change.

use crate::domain::invoice::{Adjustments, Invoice, Line, Party};
use crate::domain::key::{ClientKey, ExpenseKey, InvoiceKey};
use crate::store::door::Writer;
use crate::store::row::{maybe_int, maybe_text, text};
use crate::store::{Books, Result, StoreError};
use crate::values::period::Period;

use super::write::{adjustment_columns, line_columns};
use super::{SELECT, head, party_json};

impl Books<'_> {
    /// Deposits of a client that were issued and that no invoice or draft deducts, the oldest first.
    pub fn open_deposits(&self, client: ClientKey) -> Result<Vec<Invoice>> {
        let sql = format!(
            "{SELECT} WHERE client_id = ? AND kind = 'invoice' AND state = 'issued' AND deducted_by IS NULL AND EXISTS \
             (SELECT 1 FROM invoice_line WHERE invoice_id = invoice.id AND source = 'deposit' AND deposit_id IS NULL) \
             AND NOT EXISTS (SELECT 1 FROM write_off WHERE write_off.invoice_id = invoice.id) \
             ORDER BY issue_date, id"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let heads: Vec<Invoice> = statement
            .query_map([client.0], head)?
            .collect::<rusqlite::Result<_>>()?;
        heads
            .into_iter()
            .map(|head| self.complete(head, false))
            .collect()
    }

    /// The invoice or draft that deducts a deposit.
    pub fn deducting(&self, deposit: InvoiceKey) -> Result<Option<Invoice>> {
        let by: Option<i64> = self
            .conn
            .prepare_cached("SELECT deducted_by FROM invoice WHERE id = ?")?
            .query_row([deposit.0], |row| row.get(0))?;
        by.map_or(Ok(None), |key| self.invoice_by_key(InvoiceKey(key)))
    }
}

impl Writer<'_> {
    /// Binds a deposit to the invoice that deducts it, or opens it again.
    pub fn deduct(&mut self, deposit: InvoiceKey, by: Option<InvoiceKey>) -> Result<()> {
        let by = maybe_int(by.map(|key| key.0));
        self.update("invoice", deposit.0, &[("deducted_by", by)])
            .map(drop)
    }

    /// Adds a line below the others of a draft.
    pub fn append_line(&mut self, draft: InvoiceKey, line: &Line) -> Result<()> {
        let last: i64 = self
            .conn
            .prepare_cached(
                "SELECT coalesce(max(position), 0) FROM invoice_line WHERE invoice_id = ?",
            )?
            .query_row([draft.0], |row| row.get(0))?;
        self.add_line(draft, last + 1, line).map(drop)
    }

    /// Changes a line of a draft, counted from 1; whether anything changed.
    pub fn edit_line(&mut self, draft: InvoiceKey, place: usize, line: &Line) -> Result<bool> {
        let row = self.line_at(draft, place)?;
        self.update("invoice_line", row, &line_columns(line)?)
    }

    /// Takes a line of a draft away, counted from 1; an expense or a deposit on it is open again.
    pub fn remove_line(&mut self, draft: InvoiceKey, place: usize) -> Result<()> {
        let row = self.line_at(draft, place)?;
        let (expense, deposit): (Option<i64>, Option<i64>) = self
            .conn
            .prepare_cached("SELECT expense_id, deposit_id FROM invoice_line WHERE id = ?")?
            .query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.delete("invoice_line", row)?;
        if let Some(expense) = expense {
            self.bill_expense(ExpenseKey(expense), None)?;
        }
        if let Some(deposit) = deposit {
            self.deduct(InvoiceKey(deposit), None)?;
        }
        Ok(())
    }

    fn line_at(&self, draft: InvoiceKey, place: usize) -> Result<i64> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id FROM invoice_line WHERE invoice_id = ? ORDER BY position")?;
        let rows = statement.query_map([draft.0], |row| row.get(0))?;
        let rows: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
        let row = place.checked_sub(1).and_then(|place| rows.get(place));
        row.copied()
            .ok_or_else(|| StoreError::Corrupt("a line is not there".into()))
    }

    /// Sets what is taken off a draft and added to it.
    pub fn adjust_draft(&mut self, draft: InvoiceKey, adjustments: &Adjustments) -> Result<bool> {
        self.update("invoice", draft.0, &adjustment_columns(adjustments))
    }

    /// Sets the days that a draft says it bills.
    pub fn set_period(&mut self, draft: InvoiceKey, period: Option<Period>) -> Result<bool> {
        let columns = [
            ("period_from", maybe_text(period.map(|period| period.from))),
            ("period_to", maybe_text(period.map(|period| period.to))),
        ];
        self.update("invoice", draft.0, &columns)
    }

    /// Names the parties of a draft as they are now.
    pub fn name_parties(
        &mut self,
        draft: InvoiceKey,
        seller: &Party,
        buyer: &Party,
    ) -> Result<bool> {
        let columns = [
            ("seller", text(party_json(seller)?)),
            ("buyer", text(party_json(buyer)?)),
        ];
        self.update("invoice", draft.0, &columns)
    }
}
