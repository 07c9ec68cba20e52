//! `loggia report aging`, which is `loggia invoice aging` too.

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::app::aging::{self, Balances};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::sheet::{Target, deliver};
use crate::cli::table;
use crate::cli::terminal::{Page, View};
use crate::document::sheet::{Cell, Kind, Sheet};
use crate::values::money::Money;

use super::{Heading, SheetOf, is_german, total_word};

/// What clients owe, by how long it has been due
#[derive(Debug, Args)]
#[command(
    after_help = "Not due, 1 to 30 days overdue, 31 to 60, 61 to 90, and more; the due day itself is not overdue. Totals are one a \
    currency. With --as-of it is as it was on that day: invoices of later days and later payments do not count. What was paid too \
    much on one invoice does not pay another.\n\nExamples:\n  loggia report aging\n  \
    loggia report aging --as-of 2026-09-30 --format xlsx --output q3.xlsx"
)]
pub(in crate::cli) struct Aging {
    /// Only of this client
    #[arg(long)]
    client: Option<String>,
    #[command(flatten)]
    target: Target,
}

impl Aging {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let aging = aging::aging(&session, self.client.as_deref())?;
        let view = AgingView {
            as_of: aging.as_of.to_string(),
            rows: aging.rows.iter().map(RowView::of).collect(),
            totals: aging.totals.iter().map(BalancesView::of).collect(),
            sheet: sheet_of(&aging, &session, true),
        };
        let file = sheet_of(&aging, &session, self.target.is_for_people());
        deliver(context, &self.target, "aging", &file, &view)
    }
}

#[derive(Debug, Serialize)]
struct AgingView {
    as_of: String,
    rows: Vec<RowView>,
    /// One a currency.
    totals: Vec<BalancesView>,
    #[serde(skip)]
    sheet: Sheet,
}

#[derive(Debug, Serialize)]
struct RowView {
    client: String,
    name: String,
    #[serde(flatten)]
    balances: BalancesView,
}

#[derive(Debug, Serialize)]
struct BalancesView {
    currency: &'static str,
    not_due: String,
    days_1_30: String,
    days_31_60: String,
    days_61_90: String,
    days_over_90: String,
    total: String,
    invoices: usize,
    /// The due day of the oldest.
    oldest: Option<String>,
}

impl BalancesView {
    fn of(balances: &Balances) -> Self {
        let [not_due, to_30, to_60, to_90, older] = balances.by_age.map(Money::amount);
        Self {
            currency: balances.currency.code(),
            not_due,
            days_1_30: to_30,
            days_31_60: to_60,
            days_61_90: to_90,
            days_over_90: older,
            total: balances.total.amount(),
            invoices: balances.invoices,
            oldest: balances.oldest.map(|day| day.to_string()),
        }
    }
}

impl RowView {
    fn of(row: &aging::Row) -> Self {
        Self {
            client: row.client.clone(),
            name: row.name.clone(),
            balances: BalancesView::of(&row.balances),
        }
    }
}

fn sheet_of(aging: &aging::Aging, session: &Session, for_people: bool) -> Sheet {
    let cells = |client: Cell, name: Cell, balances: &Balances| {
        let money = |money: Money| match money.is_zero() && for_people {
            true => Cell::Empty,
            false => Cell::Money(money),
        };
        let mut cells = vec![client, name];
        cells.extend(balances.by_age.map(money));
        cells.push(Cell::Money(balances.total));
        cells
    };
    let mut rows: Vec<Vec<Cell>> = aging
        .rows
        .iter()
        .map(|row| {
            let (client, name) = (row.client.clone(), row.name.clone());
            cells(Cell::Text(client), Cell::Text(name), &row.balances)
        })
        .collect();
    if for_people {
        let totals = aging.totals.iter();
        rows.extend(totals.map(|total| cells(total_word(session), Cell::Empty, total)));
    }
    let title = match is_german(session) {
        true => format!("Offene Posten am {}", aging.as_of),
        false => format!("Open invoices on {}", aging.as_of),
    };
    let money = |key, english, german| Heading::new(key, english, german, Kind::Money);
    SheetOf {
        title,
        columns: vec![
            Heading::new("client", "Client", "Kunde", Kind::Reference),
            Heading::new("name", "Name", "Name", Kind::Text),
            money("not_due", "Not due", "Nicht fällig"),
            money("days_1_30", "1–30 days", "1–30 Tage"),
            money("days_31_60", "31–60 days", "31–60 Tage"),
            money("days_61_90", "61–90 days", "61–90 Tage"),
            money("days_over_90", "Over 90 days", "Über 90 Tage"),
            money("total", "Total", "Summe"),
        ],
        rows,
    }
    .for_business(session)
}

impl View for AgingView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.line(format!(
                "nothing is owed on {}; `loggia invoice list` shows all invoices",
                self.as_of
            ));
            return;
        }
        let totals: Vec<usize> = (self.rows.len()..self.sheet.rows.len()).collect();
        table::summed(page, &self.sheet, &totals);
    }

    fn reference(&self) -> String {
        let clients: Vec<&str> = self.rows.iter().map(|row| row.client.as_str()).collect();
        clients.join("\n")
    }
}
