//! Statements that list the invoices of a viewer's client. What is summed of them stands in the rows; their bodies are read for
//! one page only.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Transaction, params_from_iter};

use crate::values::money::Money;
use crate::values::period::YearMonth;

use super::super::sums::{add_money, bill, money};
use super::super::{InvoiceFilter, InvoiceGroup, InvoicePage, Page, StoreError};
use super::Outcome;
use super::reading::bodies;

/// The condition of a filter and its values; a fixed text.
fn condition(client: i64, filter: &InvoiceFilter) -> (String, Vec<Value>) {
    let mut sql = "invoice.client_id = ?".to_owned();
    let mut values = vec![Value::Integer(client)];
    match filter.group {
        None => {}
        Some(InvoiceGroup::Open) => sql.push_str(" AND is_open = 1"),
        Some(InvoiceGroup::Settled) => sql.push_str(" AND is_open = 0"),
        Some(InvoiceGroup::Overdue) => {
            sql.push_str(" AND is_open = 1 AND due_date < ?");
            values.push(Value::Text(filter.today.to_string()));
        }
    }
    if let Some(year) = filter.year {
        sql.push_str(" AND issue_date >= ? AND issue_date <= ?");
        values.push(Value::Text(format!("{year:04}-01-01")));
        values.push(Value::Text(format!("{year:04}-12-31")));
    }
    (sql, values)
}

/// See [`super::PortalStore::invoices`].
pub(super) fn page(
    tx: &Transaction<'_>,
    client: i64,
    filter: &InvoiceFilter,
    page: Page,
) -> Outcome<InvoicePage> {
    let (condition, values) = condition(client, filter);
    let mut bounded = values.clone();
    bounded.extend([page.take, page.skip].map(|rows| Value::Integer(rows.into())));
    let invoices = bodies(
        tx,
        &format!(
            "SELECT body FROM invoice JOIN chunk ON chunk.id = chunk_id WHERE {condition}
             ORDER BY issue_date DESC, number DESC LIMIT ? OFFSET ?"
        ),
        params_from_iter(&bounded),
    )?;
    let count: i64 = tx
        .prepare_cached(&format!("SELECT count(*) FROM invoice WHERE {condition}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    Ok(InvoicePage {
        invoices,
        count: count.unsigned_abs(),
        outstanding: outstanding(tx, &condition, &values)?,
        years: years(tx, client)?,
    })
}

/// Money is added up here and not in SQL.
fn outstanding(tx: &Transaction<'_>, condition: &str, values: &[Value]) -> Outcome<Vec<Money>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT balance, currency FROM invoice WHERE {condition} AND is_open = 1"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut open = Vec::new();
    while let Some(row) = rows.next()? {
        add_money(&mut open, money(row.get(0)?, &row.get::<_, String>(1)?)?)?;
    }
    Ok(open)
}

fn years(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<i32>> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT CAST(substr(issue_date, 1, 4) AS INTEGER) AS year FROM invoice WHERE client_id = ? ORDER BY year DESC",
    )?;
    let rows = statement.query_map([client], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`super::PortalStore::billed`].
pub(super) fn billed(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<(YearMonth, Money)>> {
    let mut statement = tx.prepare_cached(
        "SELECT issue_date, is_credit, net, currency FROM invoice WHERE client_id = ? ORDER BY issue_date",
    )?;
    let mut rows = statement.query([client])?;
    let mut months = Vec::new();
    while let Some(row) = rows.next()? {
        let day: NaiveDate = row
            .get::<_, String>(0)?
            .parse()
            .map_err(|_| StoreError::Unreadable("a day".to_owned()))?;
        let net = money(row.get(2)?, &row.get::<_, String>(3)?)?;
        bill(&mut months, day, net, row.get(1)?)?;
    }
    Ok(months)
}
