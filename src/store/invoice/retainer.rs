//! What invoices and drafts hold of retainers: fees, overage, and the periods that they closed.

use rusqlite::OptionalExtension;

use crate::domain::key::{ClientKey, EntryKey, InvoiceKey, OperationKey, RetainerKey};
use crate::domain::retainer::Closed;
use crate::store::door::Writer;
use crate::store::row::{day, int, text};
use crate::store::{Books, Result};
use crate::values::duration::Seconds;
use crate::values::period::Period;

/// What was billed of a period beyond its allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BilledOverage {
    pub seconds: Seconds,
    /// Minor units without tax.
    pub net: i64,
}

/// The lines of a retainer `?1` that stand on an invoice or draft, are of source `?2` and lie in the days from `?3` to `?4`. A line
/// that names none is of the first of the client's retainers there: it comes from when a client had one at a time.
const LINES: &str = "FROM invoice_line AS line JOIN invoice ON invoice.id = line.invoice_id \
    WHERE invoice.client_id = (SELECT client_id FROM retainer WHERE id = ?1) AND line.source = ?2 \
    AND line.period_from <= ?4 AND line.period_to >= ?3 AND invoice.state <> 'void' AND invoice.kind = 'invoice' \
    AND ?1 = coalesce(line.retainer_id, (SELECT min(other.id) FROM retainer AS other WHERE other.client_id = invoice.client_id \
    AND other.start <= line.period_to AND coalesce(other.until, '9999-12-31') >= line.period_from))";

impl Books<'_> {
    /// An invoice or draft of a client that was made after an operation and is not void.
    pub fn billed_since(
        &self,
        client: ClientKey,
        operation: OperationKey,
    ) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(number, 'draft-' || invoice.id) FROM invoice JOIN change ON noun = 'invoice' AND row_id = invoice.id \
                 WHERE client_id = ? AND kind = 'invoice' AND state <> 'void' AND operation_id > ? AND before IS NULL \
                 ORDER BY invoice.id LIMIT 1",
            )?
            .query_row((client.0, operation.0), |row| row.get(0))
            .optional()?)
    }

    /// Fees of a period of a retainer that stand on several invoices and drafts, in words; of one client, if one is given.
    pub fn fees_twice(&self, client: Option<ClientKey>) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT 'the fee of ' || line.period_from || ' stands on several invoices: ' \
             || group_concat(coalesce(number, 'draft-' || invoice.id), ', ') FROM invoice_line AS line \
             JOIN invoice ON invoice.id = line.invoice_id WHERE line.source = 'retainer-fee' AND invoice.kind = 'invoice' \
             AND invoice.state <> 'void' AND (?1 IS NULL OR invoice.client_id = ?1) \
             GROUP BY invoice.client_id, line.retainer_id, line.period_from HAVING count(DISTINCT invoice.id) > 1",
        )?;
        let rows = statement.query_map([client.map(|client| client.0)], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether the fee of a retainer stands on an invoice or draft for some of these days.
    pub fn is_billed_fee(&self, retainer: RetainerKey, days: Period) -> Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 {LINES})");
        let (from, to) = (days.from.to_string(), days.to.to_string());
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row((retainer.0, "retainer-fee", from, to), |row| row.get(0))?)
    }

    /// What stands on invoices and drafts of a period beyond its allowance.
    pub fn billed_overage(&self, retainer: RetainerKey, period: Period) -> Result<BilledOverage> {
        let sql =
            format!("SELECT coalesce(sum(line.seconds), 0), coalesce(sum(line.net), 0) {LINES}");
        let (from, to) = (period.from.to_string(), period.to.to_string());
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(
            statement.query_row((retainer.0, "overage", from, to), |row| {
                Ok(BilledOverage {
                    seconds: Seconds(row.get(0)?),
                    net: row.get(1)?,
                })
            })?,
        )
    }

    /// The periods of a retainer that an invoice or draft closed, in their order.
    pub fn closed_periods(&self, retainer: RetainerKey) -> Result<Vec<Closed>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, period_from, period_to, invoice_id FROM retainer_close WHERE retainer_id = ? ORDER BY period_from",
        )?;
        let rows = statement.query_map([retainer.0], |row| {
            let closed = Closed {
                retainer,
                period: Period {
                    from: day(&row.get::<_, String>(1)?)?,
                    to: day(&row.get::<_, String>(2)?)?,
                },
                invoice: InvoiceKey(row.get(3)?),
                draws: Vec::new(),
            };
            Ok((row.get::<_, i64>(0)?, closed))
        })?;
        let mut all = Vec::new();
        for row in rows {
            let (key, mut closed) = row?;
            let mut statement = self.conn.prepare_cached(
                "SELECT entry_id, amount FROM retainer_draw WHERE close_id = ? ORDER BY entry_id",
            )?;
            let draws = statement.query_map([key], |row| {
                Ok((EntryKey(row.get(0)?), row.get::<_, i64>(1)?))
            })?;
            closed.draws = draws.collect::<rusqlite::Result<_>>()?;
            all.push(closed);
        }
        Ok(all)
    }

    /// The invoice or draft that closed the period which drew an entry: while it stands, the entry does not change.
    pub fn closing_invoice(&self, entry: EntryKey) -> Result<Option<InvoiceKey>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT invoice_id FROM retainer_draw JOIN retainer_close ON retainer_close.id = close_id WHERE entry_id = ?",
            )?
            .query_row([entry.0], |row| Ok(InvoiceKey(row.get(0)?)))
            .optional()?)
    }
}

impl Writer<'_> {
    /// Closes a period of a retainer with an invoice or draft.
    pub fn close_retainer(&mut self, closed: &Closed) -> Result<()> {
        let Closed {
            retainer,
            period,
            invoice,
            draws,
        } = closed;
        let columns = [
            ("retainer_id", int(retainer.0)),
            ("invoice_id", int(invoice.0)),
            ("period_from", text(period.from)),
            ("period_to", text(period.to)),
        ];
        let key = self.insert("retainer_close", &columns)?;
        for (entry, amount) in draws {
            let columns = [
                ("close_id", int(key)),
                ("entry_id", int(entry.0)),
                ("amount", int(*amount)),
            ];
            self.insert("retainer_draw", &columns)?;
        }
        Ok(())
    }

    /// Opens the periods again that an invoice or draft closed.
    pub(super) fn reopen_retainers(&mut self, invoice: InvoiceKey) -> Result<()> {
        let draws = "close_id IN (SELECT id FROM retainer_close WHERE invoice_id = ?)";
        for row in self.rows_of("retainer_draw", draws, invoice.0)? {
            self.delete("retainer_draw", row)?;
        }
        for row in self.rows_of("retainer_close", "invoice_id = ?", invoice.0)? {
            self.delete("retainer_close", row)?;
        }
        Ok(())
    }
}
