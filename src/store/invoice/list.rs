//! Invoices as a list shows them: one row each, without lines and documents, however many there are.

use chrono::NaiveDate;
use rusqlite::Row;

use crate::domain::invoice::{Kind, Standing, Stored};
use crate::domain::key::{ClientKey, InvoiceKey};
use crate::store::row::{
    currency, day, of_client, optional_day, optional_period, unreadable, word,
};
use crate::store::{Books, Result};
use crate::values::money::{Currency, Money};
use crate::values::period::{Period, Span};

use super::settlement::{CREDITED, EVER, PAID, WRITTEN_OFF};

/// An invoice, credit note or draft in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedInvoice {
    pub key: InvoiceKey,
    pub client: ClientKey,
    pub number: Option<String>,
    /// Of a credit note, the number of its invoice.
    pub corrects: Option<String>,
    pub issue_date: NaiveDate,
    pub period: Option<Period>,
    pub currency: Currency,
    pub purchase_order: Option<String>,
    pub total: Money,
    pub credited: Money,
    /// What its state follows from, with what was paid and what is open.
    pub standing: Standing,
}

impl Books<'_> {
    /// Invoices, credit notes and drafts of some days, newest first and drafts on top; of one client, if one is given.
    pub fn listed_invoices(
        &self,
        client: Option<ClientKey>,
        days: Span,
    ) -> Result<Vec<ListedInvoice>> {
        let sql = format!(
            "SELECT id, client_id, kind, state, number, corrects, issue_date, due_date, period_from, period_to, currency, \
             purchase_order, total, sent IS NOT NULL, viewed IS NOT NULL, {PAID}, {CREDITED}, {WRITTEN_OFF}, \
             EXISTS (SELECT 1 FROM write_off WHERE write_off.invoice_id = invoice.id), \
             (SELECT original.number FROM invoice AS original WHERE original.id = invoice.corrects) \
             FROM invoice WHERE {} AND (?3 IS NULL OR issue_date >= ?3) AND (?4 IS NULL OR issue_date <= ?4) \
             ORDER BY state <> 'draft', issue_date DESC, id DESC",
            of_client(client)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let of_days = [days.from, days.to].map(|day| day.map(|day| day.to_string()));
        let [from, to] = of_days;
        let mut last: Option<Currency> = None;
        let rows = statement.query_map((client.map(|client| client.0), EVER, from, to), |row| {
            listed(row, &mut last)
        })?;
        let mut listed: Vec<ListedInvoice> = rows.collect::<rusqlite::Result<_>>()?;
        // What a draft comes to is not kept.
        for draft in listed.iter_mut().filter(|of| of.number.is_none()) {
            if let Some(invoice) = self.invoice_by_key(draft.key)? {
                let total = invoice.totals().map(|sums| sums.total);
                draft.total = total.unwrap_or(draft.total);
                draft.standing.balance = draft.total;
            }
        }
        Ok(listed)
    }
}

fn listed(row: &Row<'_>, last: &mut Option<Currency>) -> rusqlite::Result<ListedInvoice> {
    let code = row.get_ref(10)?.as_str().map_err(unreadable)?;
    // Most are in the currency of the one before.
    let currency = match *last {
        Some(known) if known.code() == code => known,
        _ => currency(code)?,
    };
    *last = Some(currency);
    let money = |column: usize| -> rusqlite::Result<Money> {
        let minor: Option<i64> = row.get(column)?;
        Ok(Money::from_minor(minor.unwrap_or_default(), currency))
    };
    let kind = word(
        row.get_ref(2)?.as_str().map_err(unreadable)?,
        Kind::from_word,
    )?;
    let stored = word(
        row.get_ref(3)?.as_str().map_err(unreadable)?,
        Stored::from_word,
    )?;
    let (total, paid, credited, written_off) = (money(12)?, money(15)?, money(16)?, money(17)?);
    let minor = match (kind, stored) {
        (Kind::CreditNote, _) | (_, Stored::Void) => 0,
        _ => total.minor() - paid.minor() - credited.minor() - written_off.minor(),
    };
    Ok(ListedInvoice {
        key: InvoiceKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        number: row.get(4)?,
        corrects: row.get(19)?,
        issue_date: day(row.get_ref(6)?.as_str().map_err(unreadable)?)?,
        period: optional_period(row.get(8)?, row.get(9)?)?,
        currency,
        purchase_order: row.get(11)?,
        total,
        credited,
        standing: Standing {
            kind,
            stored,
            written_off: row.get(18)?,
            paid,
            balance: Money::from_minor(minor, currency),
            due: optional_day(row.get(7)?)?,
            sent: row.get(13)?,
            viewed: row.get(14)?,
        },
    })
}
