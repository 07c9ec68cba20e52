//! Statements that list the invoices of a viewer's client. What is summed of them stands in the rows; their bodies are read for
//! one page only.

use chrono::NaiveDate;

use crate::values::money::Money;
use crate::values::period::YearMonth;

use super::super::column::{from_json, unsigned};
use super::super::sums::{add_money, bill, money};
use super::super::{InvoiceFilter, InvoiceGroup, InvoicePage, Page};
use super::Outcome;
use super::entry::Condition;
use super::tx::Tx;

fn condition(client: i64, filter: &InvoiceFilter) -> Condition<'static> {
    let mut condition = Condition::on("invoice.client_id", client);
    match filter.group {
        None => {}
        Some(InvoiceGroup::Open) => condition.sql.push_str(" AND is_open"),
        Some(InvoiceGroup::Settled) => condition.sql.push_str(" AND NOT is_open"),
        Some(InvoiceGroup::Overdue) => {
            condition.sql.push_str(" AND is_open");
            condition.also("due_date <", Some(filter.today));
        }
    }
    condition.also("extract(year FROM issue_date)::integer =", filter.year);
    condition
}

/// See [`super::PortalStore::invoices`].
pub(super) async fn page(
    tx: &Tx,
    client: i64,
    filter: &InvoiceFilter,
    page: Page,
) -> Outcome<InvoicePage> {
    let condition = condition(client, filter);
    let mut bounded = self::condition(client, filter);
    let take = bounded.place(i64::from(page.take));
    let skip = bounded.place(i64::from(page.skip));
    let sql = format!(
        "SELECT body FROM invoice JOIN chunk ON chunk.id = chunk_id WHERE {}
         ORDER BY issue_date DESC, number DESC LIMIT {take} OFFSET {skip}",
        bounded.sql
    );
    let rows = bounded.query(tx, &sql).await?;
    let invoices = rows.iter().map(|row| from_json(row.try_get(0)?));
    let invoices = invoices.collect::<Outcome<_>>()?;
    let sql = format!("SELECT count(*) FROM invoice WHERE {}", condition.sql);
    let mut count = 0;
    for row in condition.query(tx, &sql).await? {
        count = unsigned(row.try_get(0)?)?;
    }
    Ok(InvoicePage {
        invoices,
        count,
        outstanding: outstanding(tx, &condition).await?,
        years: years(tx, client).await?,
    })
}

/// Money is added up here and not in SQL.
async fn outstanding(tx: &Tx, condition: &Condition<'_>) -> Outcome<Vec<Money>> {
    let sql = format!(
        "SELECT balance, currency FROM invoice WHERE {} AND is_open",
        condition.sql
    );
    let mut open = Vec::new();
    for row in condition.query(tx, &sql).await? {
        add_money(&mut open, money(row.try_get(0)?, row.try_get(1)?)?)?;
    }
    Ok(open)
}

async fn years(tx: &Tx, client: i64) -> Outcome<Vec<i32>> {
    let sql = "SELECT DISTINCT extract(year FROM issue_date)::integer AS year FROM invoice WHERE client_id = $1 ORDER BY year DESC";
    let rows = tx.query(sql, &[&client]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// See [`super::PortalStore::billed`].
pub(super) async fn billed(tx: &Tx, client: i64) -> Outcome<Vec<(YearMonth, Money)>> {
    let sql = "SELECT issue_date, is_credit, net, currency FROM invoice WHERE client_id = $1 ORDER BY issue_date";
    let mut months = Vec::new();
    for row in tx.query(sql, &[&client]).await? {
        let day: NaiveDate = row.try_get(0)?;
        let net = money(row.try_get(2)?, row.try_get(3)?)?;
        bill(&mut months, day, net, row.try_get(1)?)?;
    }
    Ok(months)
}
