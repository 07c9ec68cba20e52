//! Sums of time.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::report;
use crate::domain::report::Dimension;
use crate::values::duration::Seconds;

use super::super::Context;
use super::super::error::Result;
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};
use super::list::Filter;
use super::period_of;

/// Sum up time [default period: this month]
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time report last month --by client,project\n  \
    loggia time report 2026 --by month --client acme --json"
)]
pub(in crate::cli) struct Report {
    /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    /// Up to four, in order: client, project, task, member, tag, day, week, month
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "project",
        value_name = "KEYS"
    )]
    by: Vec<Key>,
    #[command(flatten)]
    filter: Filter,
}

impl Report {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let days = period_of(&session, &self.period, "this month")?;
        let selection = self.filter.selection(days);
        let by: Vec<Dimension> = self.by.into_iter().map(Dimension::from).collect();
        let report = report::report(&session, &selection, &by)?;
        context.show(&ReportView::of(&report))
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Key {
    Client,
    Project,
    Task,
    Member,
    Tag,
    Day,
    Week,
    Month,
}

impl From<Key> for Dimension {
    fn from(key: Key) -> Self {
        match key {
            Key::Client => Self::Client,
            Key::Project => Self::Project,
            Key::Task => Self::Task,
            Key::Member => Self::Member,
            Key::Tag => Self::Tag,
            Key::Day => Self::Day,
            Key::Week => Self::Week,
            Key::Month => Self::Month,
        }
    }
}

#[derive(Debug, Serialize)]
struct ReportView {
    #[serde(skip)]
    by: Vec<Dimension>,
    period: PeriodView,
    rows: Vec<RowView>,
    total: TotalView,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    key: Map<String, Value>,
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable_seconds: i64,
    amount: Option<String>,
    currency: Option<&'static str>,
    #[serde(skip)]
    cells: Vec<String>,
}

#[derive(Debug, Serialize)]
struct TotalView {
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable_seconds: i64,
    /// None where there are several currencies, or time without a rate.
    amount: Option<String>,
    currency: Option<&'static str>,
    amounts: Vec<AmountView>,
}

#[derive(Debug, Serialize)]
struct AmountView {
    amount: String,
    currency: &'static str,
}

impl ReportView {
    fn of(report: &report::Report) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        let total = &report.total;
        let single = match total.amounts.as_slice() {
            [one] if total.without_rate == Seconds::ZERO => Some(*one),
            _ => None,
        };
        Self {
            by: report.by.clone(),
            period: PeriodView {
                from: day(report.days.from),
                to: day(report.days.to),
            },
            rows: report
                .rows
                .iter()
                .map(|row| RowView::of(row, report))
                .collect(),
            total: TotalView {
                seconds: total.seconds.0,
                hours: total.seconds.hours(),
                billed_hours: total.billed.hours(),
                billable_seconds: total.billable.0,
                amount: single.map(|money| money.amount()),
                currency: single.map(|money| money.currency().code()),
                amounts: total
                    .amounts
                    .iter()
                    .map(|money| AmountView {
                        amount: money.amount(),
                        currency: money.currency().code(),
                    })
                    .collect(),
            },
        }
    }
}

impl RowView {
    fn of(row: &report::Row, report: &report::Report) -> Self {
        let cells: Vec<String> = row.key.iter().map(|cell| report.names.text(cell)).collect();
        Self {
            key: report
                .by
                .iter()
                .zip(&cells)
                .map(|(dimension, text)| {
                    let value = if text.is_empty() {
                        Value::Null
                    } else {
                        Value::from(text.as_str())
                    };
                    (dimension.word().to_owned(), value)
                })
                .collect(),
            seconds: row.sums.seconds.0,
            hours: row.sums.seconds.hours(),
            billed_hours: row.sums.billed.hours(),
            billable_seconds: row.sums.billable.0,
            amount: row.sums.amount.map(|money| money.amount()),
            currency: row.sums.amount.map(|money| money.currency().code()),
            cells,
        }
    }
}

impl View for ReportView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.line("no entries in this period");
            return;
        }
        let columns: Vec<Column> = self
            .by
            .iter()
            .map(|dimension| Column::Text(dimension.word()))
            .chain([
                Column::Number("hours"),
                Column::Number("billable"),
                Column::Number("amount"),
            ])
            .collect();
        let amount =
            |amount: Option<&String>, currency: Option<&'static str>| match (amount, currency) {
                (Some(amount), Some(currency)) => format!("{amount} {currency}"),
                _ => String::new(),
            };
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let mut cells = row.cells.clone();
                cells.push(row.hours.clone());
                cells.push(Seconds(row.billable_seconds).hours());
                cells.push(amount(row.amount.as_ref(), row.currency));
                cells
            })
            .collect();
        let mut total = vec![String::new(); self.by.len()];
        if let Some(first) = total.first_mut() {
            *first = "total".to_owned();
        }
        total.push(self.total.hours.clone());
        total.push(Seconds(self.total.billable_seconds).hours());
        let sums: Vec<String> = self
            .total
            .amounts
            .iter()
            .map(|sum| format!("{} {}", sum.amount, sum.currency))
            .collect();
        total.push(sums.join(" + "));
        table(page, &columns, &rows, Some(total));
    }

    fn reference(&self) -> String {
        String::new()
    }
}
