//! Lines and payments of an invoice as the file keeps them.

use rusqlite::Row;
use rust_decimal::Decimal;

use crate::domain::invoice::{Adjustment, Invoice, Line, Payment, Source, Tax, TaxCategory, Unit};
use crate::domain::key::{
    EntryKey, ExpenseKey, InvoiceKey, PaymentKey, ProjectKey, RetainerKey, TaskKey,
};
use crate::store::row::{day, optional, optional_period, unreadable, word};
use crate::store::{Books, Result};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Percent};
use crate::values::named_tax::NamedTax;

use super::grounds;

/// What a line is given for less, or costs more.
fn adjustment(row: &Row<'_>, currency: Currency) -> rusqlite::Result<Option<Adjustment>> {
    let amount: Option<i64> = row.get(16)?;
    Ok(match amount {
        Some(minor) => Some(Adjustment {
            amount: Money::from_minor(minor, currency),
            grounds: grounds(row.get(17)?, row.get(18)?),
        }),
        None => None,
    })
}

impl Books<'_> {
    pub(super) fn complete(&self, mut invoice: Invoice, with_entries: bool) -> Result<Invoice> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, source, project_id, task_id, seconds, period_from, period_to, description, quantity, unit, unit_price, \
             net, tax_category, tax_rate, expense_id, deposit_id, adjustment, adjustment_percent, adjustment_reason, taxes, retainer_id FROM invoice_line WHERE invoice_id = ? ORDER BY position",
        )?;
        let mut rows = statement.query([invoice.key.0])?;
        while let Some(row) = rows.next()? {
            let line = self.line(row, invoice.currency, with_entries)?;
            invoice.lines.push(line);
        }
        let mut statement = self.conn.prepare_cached(
            "SELECT id, day, amount, method, reference FROM payment WHERE invoice_id = ? ORDER BY day, id",
        )?;
        let payments = statement.query_map([invoice.key.0], |row| {
            Ok(Payment {
                key: PaymentKey(row.get(0)?),
                date: day(&row.get::<_, String>(1)?)?,
                amount: Money::from_minor(row.get(2)?, invoice.currency),
                method: row.get(3)?,
                reference: row.get(4)?,
            })
        })?;
        invoice.payments = payments.collect::<rusqlite::Result<_>>()?;
        invoice.settlement = self.settlement(&invoice)?;
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
        let retainer = row.get::<_, Option<i64>>(20)?.map(RetainerKey);
        let needed = || unreadable("a line without its period");
        let source = match row.get::<_, String>(1)?.as_str() {
            "time" => Source::Time {
                project: ProjectKey(row.get(2)?),
                task: row.get::<_, Option<i64>>(3)?.map(TaskKey),
                entries: entries()?,
                seconds,
            },
            "retainer-fee" => Source::RetainerFee {
                retainer,
                period: period.ok_or_else(needed)?,
            },
            "overage" => Source::Overage {
                retainer,
                period: period.ok_or_else(needed)?,
                entries: entries()?,
                seconds,
            },
            "expense" => Source::Expense {
                expense: ExpenseKey(row.get(14)?),
            },
            "deposit" => match row.get(15)? {
                Some(deposit) => Source::Deduction {
                    deposit: InvoiceKey(deposit),
                },
                None => Source::Deposit,
            },
            _ => Source::Fixed,
        };
        Ok(Line {
            source,
            description: row.get(7)?,
            quantity: Decimal::new(row.get(8)?, 4).normalize(),
            unit: word(&row.get::<_, String>(9)?, Unit::from_code)?,
            unit_price: Decimal::new(row.get(10)?, 4).normalize(),
            adjustment: adjustment(row, currency)?,
            net: Money::from_minor(row.get(11)?, currency),
            tax: Tax {
                category: word(&row.get::<_, String>(12)?, TaxCategory::from_code)?,
                percent: Percent::from_ten_thousandths(row.get(13)?),
            },
            taxes: optional(row.get(19)?, NamedTax::parse_all)?.unwrap_or_default(),
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
