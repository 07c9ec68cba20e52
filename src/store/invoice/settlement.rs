//! What settles invoices besides payments, in the store: credit notes, credit of the client, write-offs.

use chrono::NaiveDate;
use rusqlite::OptionalExtension;
use rust_decimal::Decimal;

use crate::domain::invoice::{
    Account, Credit, CreditUse, Credited, Invoice, Kind, Movement, Remarks, Settlement, Stored,
    Tax, TaxCategory, TaxRounding, WriteOff,
};
use crate::domain::key::{ClientKey, CreditUseKey, InvoiceKey, PaymentKey, WriteOffKey};
use crate::store::door::Writer;
use crate::store::row::{currency, day, flag, int, maybe_int, maybe_text, text, unreadable, word};
use crate::store::{Books, Result, StoreError};
use crate::values::money::{Currency, Money, Percent};

/// What was paid of an invoice by a day (`?2`), in minor units: an expression over the row of an `invoice`, as the two below.
pub(in crate::store) const PAID: &str = "(\
    (SELECT coalesce(sum(amount), 0) FROM payment WHERE payment.invoice_id = invoice.id AND day <= ?2) \
    + (SELECT coalesce(sum(amount), 0) FROM credit_use WHERE to_invoice_id = invoice.id AND day <= ?2) \
    - (SELECT coalesce(sum(amount), 0) FROM credit_use WHERE credit_use.invoice_id = invoice.id AND day <= ?2))";

/// What credit notes took back.
pub(in crate::store) const CREDITED: &str = "(SELECT coalesce(sum(note.total), 0) FROM invoice AS note \
      WHERE note.corrects = invoice.id AND note.state = 'issued' AND note.issue_date <= ?2)";

/// What was given up.
pub(in crate::store) const WRITTEN_OFF: &str = "(SELECT coalesce(sum(amount), 0) FROM write_off WHERE write_off.invoice_id = invoice.id AND day <= ?2)";

/// All that settled it.
pub(in crate::store) fn settled() -> String {
    format!("({PAID} + {CREDITED} + {WRITTEN_OFF})")
}

/// A day after all others: everything counts.
pub(in crate::store) const EVER: &str = "9999-12-31";

/// The taxes of a credit note as the file keeps them: category, ten thousandths of a percent, minor units.
type RoundingRow = (String, i64, i64);

pub(in crate::store) fn tax_rounding(
    json: Option<String>,
    currency: Currency,
) -> rusqlite::Result<Vec<TaxRounding>> {
    let Some(json) = json else {
        return Ok(Vec::new());
    };
    let rows: Vec<RoundingRow> = serde_json::from_str(&json).map_err(unreadable)?;
    rows.into_iter()
        .map(|(category, rate, minor)| {
            Ok(TaxRounding {
                tax: Tax {
                    category: word(&category, TaxCategory::from_code)?,
                    percent: Percent::from_ten_thousandths(rate),
                },
                amount: Money::from_minor(minor, currency),
            })
        })
        .collect()
}

impl Books<'_> {
    pub(super) fn settlement(&self, invoice: &Invoice) -> Result<Settlement> {
        let (key, currency) = (invoice.key.0, invoice.currency);
        let mut credits = self.conn.prepare_cached(
            "SELECT id, coalesce(number, ''), issue_date, coalesce(total, 0) FROM invoice \
             WHERE corrects = ? AND state = 'issued' ORDER BY id",
        )?;
        let credits = credits.query_map([key], |row| {
            Ok(Credit {
                note: InvoiceKey(row.get(0)?),
                number: row.get(1)?,
                date: day(&row.get::<_, String>(2)?)?,
                amount: Money::from_minor(row.get(3)?, currency),
            })
        })?;
        let write_off = self
            .conn
            .prepare_cached("SELECT id, day, amount, reason FROM write_off WHERE invoice_id = ?")?
            .query_row([key], |row| {
                Ok(WriteOff {
                    key: WriteOffKey(row.get(0)?),
                    date: day(&row.get::<_, String>(1)?)?,
                    amount: Money::from_minor(row.get(2)?, currency),
                    reason: row.get(3)?,
                })
            })
            .optional()?;
        Ok(Settlement {
            credits: credits.collect::<rusqlite::Result<_>>()?,
            taken: self.credit_uses(
                "SELECT credit_use.id, day, amount, number, method FROM credit_use \
                 LEFT JOIN invoice ON invoice.id = credit_use.invoice_id WHERE to_invoice_id = ? ORDER BY day, credit_use.id",
                invoice,
            )?,
            given: self.credit_uses(
                "SELECT credit_use.id, day, amount, number, method FROM credit_use \
                 LEFT JOIN invoice ON invoice.id = to_invoice_id WHERE credit_use.invoice_id = ? ORDER BY day, credit_use.id",
                invoice,
            )?,
            write_off,
        })
    }

    fn credit_uses(&self, sql: &'static str, invoice: &Invoice) -> Result<Vec<CreditUse>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([invoice.key.0], |row| {
            Ok(CreditUse {
                key: CreditUseKey(row.get(0)?),
                date: day(&row.get::<_, String>(1)?)?,
                amount: Money::from_minor(row.get(2)?, invoice.currency),
                other: row.get(3)?,
                method: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The credit notes over an invoice, in order.
    pub fn credit_notes(&self, key: InvoiceKey) -> Result<Vec<Invoice>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM invoice WHERE corrects = ? AND state = 'issued' ORDER BY id",
        )?;
        let rows = statement.query_map([key.0], |row| Ok(InvoiceKey(row.get(0)?)))?;
        let keys: Vec<InvoiceKey> = rows.collect::<rusqlite::Result<_>>()?;
        let notes = keys.into_iter().map(|key| self.invoice_by_key(key));
        Ok(notes
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// What credit notes took back of single lines of an invoice.
    pub fn credited_lines(&self, key: InvoiceKey) -> Result<Vec<Credited>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT credits, quantity FROM invoice_line WHERE credits IS NOT NULL AND invoice_id IN \
             (SELECT id FROM invoice WHERE corrects = ? AND state = 'issued')",
        )?;
        let rows = statement.query_map([key.0], |row| {
            let place: i64 = row.get(0)?;
            Ok(Credited {
                place: usize::try_from(place).map_err(unreadable)?,
                quantity: Decimal::new(row.get(1)?, 4),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The issued invoices on which more was settled than they come to: of one client, or of all; the oldest first.
    pub fn overpaid_invoices(&self, client: Option<ClientKey>) -> Result<Vec<Invoice>> {
        let sql = format!(
            "SELECT id FROM invoice WHERE {} AND kind = 'invoice' AND state = 'issued' AND total < {} \
             ORDER BY issue_date, id",
            crate::store::row::of_client(client),
            settled()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((client.map(|client| client.0), EVER), |row| {
            Ok(InvoiceKey(row.get(0)?))
        })?;
        let keys: Vec<InvoiceKey> = rows.collect::<rusqlite::Result<_>>()?;
        let found = keys.into_iter().map(|key| self.invoice_by_key(key));
        Ok(found
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// What settled the invoices that something settled: of one client, or of all. It is what `check` and undo hold against the rules,
    /// so it reads sums as they are kept, each table once.
    pub fn accounts(&self, client: Option<ClientKey>) -> Result<Vec<Account>> {
        let sql = format!(
            "SELECT invoice.id, coalesce(number, 'draft-' || invoice.id), kind, state, issue_date, currency, coalesce(total, 0), \
             of, day, amount FROM (\
                SELECT invoice_id AS id, 'paid' AS of, day, amount FROM payment \
                UNION ALL SELECT corrects, 'credited', issue_date, coalesce(total, 0) FROM invoice \
                    WHERE corrects IS NOT NULL AND state = 'issued' \
                UNION ALL SELECT to_invoice_id, 'paid', day, amount FROM credit_use WHERE to_invoice_id IS NOT NULL \
                UNION ALL SELECT invoice_id, 'given', day, -amount FROM credit_use \
                UNION ALL SELECT invoice_id, 'written-off', day, amount FROM write_off\
             ) AS movement JOIN invoice ON invoice.id = movement.id WHERE {} ORDER BY invoice.id",
            crate::store::row::of_client(client)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([client.map(|client| client.0)])?;
        let mut accounts: Vec<Account> = Vec::new();
        let mut last = None;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let currency = currency(row.get_ref(5)?.as_str().map_err(unreadable)?)?;
            if last != Some(key) {
                last = Some(key);
                accounts.push(Account {
                    name: row.get(1)?,
                    kind: word(&row.get::<_, String>(2)?, Kind::from_word)?,
                    stored: word(&row.get::<_, String>(3)?, Stored::from_word)?,
                    issue_date: day(&row.get::<_, String>(4)?)?,
                    total: Money::from_minor(row.get(6)?, currency),
                    movements: Vec::new(),
                });
            }
            let movement = match row.get_ref(7)?.as_str().map_err(unreadable)? {
                "credited" => Movement::Credited,
                "given" => Movement::Given,
                "written-off" => Movement::WrittenOff,
                _ => Movement::Paid,
            };
            let amount = Money::from_minor(row.get(9)?, currency);
            if let Some(account) = accounts.last_mut() {
                let day = day(row.get_ref(8)?.as_str().map_err(unreadable)?)?;
                account.movements.push((day, movement, amount));
            }
        }
        Ok(accounts)
    }
}

impl Writer<'_> {
    /// Takes a recorded payment away.
    pub fn remove_payment(&mut self, key: PaymentKey) -> Result<()> {
        self.delete("payment", key.0)
    }

    /// Records that credit of an invoice paid another one, or was paid back.
    pub fn add_credit_use(
        &mut self,
        from: InvoiceKey,
        to: Option<InvoiceKey>,
        date: NaiveDate,
        amount: Money,
        method: Option<&str>,
    ) -> Result<CreditUseKey> {
        let columns = [
            ("invoice_id", int(from.0)),
            ("to_invoice_id", maybe_int(to.map(|to| to.0))),
            ("day", text(date)),
            ("amount", int(amount.minor())),
            ("method", maybe_text(method)),
        ];
        self.insert("credit_use", &columns).map(CreditUseKey)
    }

    /// Takes it back.
    pub fn remove_credit_use(&mut self, key: CreditUseKey) -> Result<()> {
        self.delete("credit_use", key.0)
    }

    /// Closes the balance of an invoice without a document.
    pub fn write_off(
        &mut self,
        invoice: InvoiceKey,
        date: NaiveDate,
        amount: Money,
        reason: Option<&str>,
    ) -> Result<WriteOffKey> {
        let columns = [
            ("invoice_id", int(invoice.0)),
            ("day", text(date)),
            ("amount", int(amount.minor())),
            ("reason", maybe_text(reason)),
        ];
        self.insert("write_off", &columns).map(WriteOffKey)
    }

    /// Takes a write-off back.
    pub fn remove_write_off(&mut self, key: WriteOffKey) -> Result<()> {
        self.delete("write_off", key.0)
    }

    /// Writes references and texts on a draft.
    pub fn remark(&mut self, key: InvoiceKey, remarks: &Remarks) -> Result<bool> {
        let Remarks {
            purchase_order,
            project_reference,
            introduction,
            closing,
        } = remarks;
        let columns = [
            ("purchase_order", maybe_text(purchase_order.as_ref())),
            ("project_reference", maybe_text(project_reference.as_ref())),
            ("introduction", maybe_text(introduction.as_ref())),
            ("closing", maybe_text(closing.as_ref())),
        ];
        self.update("invoice", key.0, &columns)
    }

    /// Keeps by what the taxes of a credit note differ from base times rate, and which lines its lines take back.
    pub fn detail_credit(
        &mut self,
        key: InvoiceKey,
        rounding: &[TaxRounding],
        credits: &[Option<usize>],
    ) -> Result<()> {
        if !rounding.is_empty() {
            let rows: Vec<RoundingRow> = rounding
                .iter()
                .map(|of| {
                    (
                        of.tax.category.code().to_owned(),
                        of.tax.percent.ten_thousandths(),
                        of.amount.minor(),
                    )
                })
                .collect();
            let json =
                serde_json::to_string(&rows).map_err(|e| StoreError::Corrupt(e.to_string()))?;
            self.update("invoice", key.0, &[("tax_rounding", text(json))])?;
        }
        let rows = self.rows_of("invoice_line", "invoice_id = ?", key.0)?;
        for (row, place) in rows.into_iter().zip(credits) {
            let place = place.and_then(|place| i64::try_from(place).ok());
            self.update("invoice_line", row, &[("credits", maybe_int(place))])?;
        }
        Ok(())
    }

    /// Notes that an invoice was let be dated before the one that precedes it.
    pub fn mark_backdated(&mut self, key: InvoiceKey) -> Result<bool> {
        self.update("invoice", key.0, &[("backdated", flag(true))])
    }
}
