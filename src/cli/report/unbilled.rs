//! `loggia report unbilled`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::Session;
use crate::app::unbilled::{self, Wanted};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::sheet::{Target, deliver};
use crate::cli::table;
use crate::cli::terminal::{Page, View};
use crate::document::sheet::{Cell, Kind, Sheet};
use crate::values::duration::Seconds;
use crate::values::period::parse_days;

use super::{Heading, SheetOf, is_german, total_word};

/// Billable work and expenses that are on no invoice; what a retainer covers is not counted
#[derive(Debug, Args)]
#[command(
    after_help = "Up to and with today. Work without a rate is in no amount; its hours stand in a column of their own, where there are \
    some. Totals are one a currency.\n\nExamples:\n  loggia report unbilled\n  \
    loggia report unbilled --older-than 30d --by client\n  \
    loggia report unbilled --client acme --format csv"
)]
pub(in crate::cli) struct Unbilled {
    /// Only of this client
    #[arg(long)]
    client: Option<String>,
    /// Only work older than this: 30d, 6w or a number of days
    #[arg(long, value_name = "DAYS", value_parser = parse_days)]
    older_than: Option<u32>,
    #[arg(long, value_name = "KEY", default_value = "project")]
    by: By,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Client,
    Project,
}

impl Unbilled {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let wanted = Wanted {
            client: self.client,
            older_than: self.older_than,
            by_client: self.by == By::Client,
        };
        let report = unbilled::report(&session, &wanted)?;
        let view = UnbilledView {
            through: report.through.to_string(),
            rows: report.rows.iter().map(RowView::of).collect::<Result<_>>()?,
            totals: report
                .totals
                .iter()
                .map(FiguresView::of)
                .collect::<Result<_>>()?,
            hours_waiting: report.waiting.map(Seconds::hours),
            waiting: report.waiting.unwrap_or(Seconds::ZERO),
            sheet: sheet_of(&report, self.by, &session, true)?,
        };
        let file = sheet_of(&report, self.by, &session, self.target.is_for_people())?;
        deliver(context, &self.target, "unbilled", &file, &view)
    }
}

#[derive(Debug, Serialize)]
struct UnbilledView {
    /// The last day of it.
    through: String,
    rows: Vec<RowView>,
    /// One a currency.
    totals: Vec<FiguresView>,
    /// Hours that wait for approval; none where what is not approved is billed too.
    hours_waiting: Option<String>,
    #[serde(skip)]
    waiting: Seconds,
    #[serde(skip)]
    sheet: Sheet,
}

#[derive(Debug, Serialize)]
struct RowView {
    client: String,
    project: Option<String>,
    name: String,
    #[serde(flatten)]
    figures: FiguresView,
}

#[derive(Debug, Serialize)]
struct FiguresView {
    seconds: i64,
    hours: String,
    /// Of the work.
    amount: String,
    expenses: String,
    /// What an invoice over all of it would be, before tax.
    total: String,
    currency: &'static str,
    /// Hours that no amount counts.
    hours_without_rate: String,
    since: Option<String>,
}

impl FiguresView {
    fn of(unbilled: &unbilled::Unbilled) -> Result<Self> {
        Ok(Self {
            seconds: unbilled.seconds.0,
            hours: unbilled.seconds.hours(),
            amount: unbilled.amount.amount(),
            expenses: unbilled.expenses.amount(),
            total: unbilled.total()?.amount(),
            currency: unbilled.amount.currency().code(),
            hours_without_rate: unbilled.without_rate.hours(),
            since: unbilled.since.map(|day| day.to_string()),
        })
    }
}

impl RowView {
    fn of(row: &unbilled::Row) -> Result<Self> {
        Ok(Self {
            client: row.client.clone(),
            project: row.project.clone(),
            name: row.name.clone(),
            figures: FiguresView::of(&row.unbilled)?,
        })
    }
}

fn sheet_of(
    report: &unbilled::Report,
    by: By,
    session: &Session,
    for_people: bool,
) -> Result<Sheet> {
    let without = |seconds: Seconds| seconds != Seconds::ZERO;
    let some_without = report
        .totals
        .iter()
        .any(|total| without(total.without_rate));
    let some_spent = report.totals.iter().any(|total| !total.expenses.is_zero());
    let cells = |first: Cell, name: Cell, unbilled: &unbilled::Unbilled| -> Result<Vec<Cell>> {
        let mut cells = vec![
            first,
            name,
            unbilled.since.map_or(Cell::Empty, Cell::Date),
            Cell::Hours(unbilled.seconds),
            Cell::Money(unbilled.amount),
        ];
        if some_spent {
            cells.push(Cell::Money(unbilled.expenses));
            cells.push(Cell::Money(unbilled.total()?));
        }
        if some_without {
            cells.push(match without(unbilled.without_rate) {
                true => Cell::Hours(unbilled.without_rate),
                false => Cell::Empty,
            });
        }
        Ok(cells)
    };
    let mut rows: Vec<Vec<Cell>> = report
        .rows
        .iter()
        .map(|row| {
            let reference = row.project.as_ref().unwrap_or(&row.client).clone();
            cells(
                Cell::Text(reference),
                Cell::Text(row.name.clone()),
                &row.unbilled,
            )
        })
        .collect::<Result<_>>()?;
    if for_people {
        let totals = report.totals.iter();
        for total in totals {
            rows.push(cells(total_word(session), Cell::Empty, total)?);
        }
    }
    let mut columns = vec![
        match by {
            By::Client => Heading::new("client", "Client", "Kunde", Kind::Reference),
            By::Project => Heading::new("project", "Project", "Projekt", Kind::Reference),
        },
        Heading::new("name", "Name", "Name", Kind::Text),
        Heading::new("since", "Since", "Seit", Kind::Date),
        Heading::new("hours", "Hours", "Stunden", Kind::Hours),
        Heading::new("amount", "Amount", "Betrag", Kind::Money),
    ];
    if some_spent {
        columns.push(Heading::new(
            "expenses",
            "Expenses",
            "Auslagen",
            Kind::Money,
        ));
        columns.push(Heading::new("total", "Total", "Summe", Kind::Money));
    }
    if some_without {
        let heading = Heading::new("without_rate", "Without rate", "Ohne Satz", Kind::Hours);
        columns.push(heading);
    }
    let title = match is_german(session) {
        true => format!("Unberechnete Arbeit bis {}", report.through),
        false => format!("Unbilled work up to {}", report.through),
    };
    Ok(SheetOf {
        title,
        columns,
        rows,
    }
    .for_business(session))
}

impl View for UnbilledView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.line(format!("nothing is unbilled up to {}", self.through));
            return;
        }
        let totals: Vec<usize> = (self.rows.len()..self.sheet.rows.len()).collect();
        table::summed(page, &self.sheet, &totals);
        if self
            .totals
            .iter()
            .any(|total| total.hours_without_rate != Seconds::ZERO.hours())
        {
            page.line("hours without a rate are in no amount; `loggia rate set AMOUNT --project CLIENT/PROJECT` sets one");
        }
        if self.waiting > Seconds::ZERO {
            let waiting = self.waiting.words();
            page.line(format!("of it, {waiting} wait for approval before they are billed; `loggia time approvals` shows what is submitted, `--state open` the rest"));
        }
    }

    fn reference(&self) -> String {
        let reference = |row: &RowView| row.project.clone().unwrap_or_else(|| row.client.clone());
        let references: Vec<String> = self.rows.iter().map(reference).collect();
        references.join("\n")
    }
}
