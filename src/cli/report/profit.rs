//! `loggia report profit`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::profit::{self, Figures, Profit};
use crate::app::time::Selection;
use crate::cli::time::period_of;
use crate::domain::report::Dimension;
use crate::values::money::Money;

use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};

/// What work brought, what it cost and what is left [default period: this month]
#[derive(Debug, Args)]
#[command(
    after_help = "Value: billed time at its rates, whether it is invoiced yet or not. Cost: worked time, billable or not, at what an \
    hour of the member cost on its day. Nothing of it is ever published.\n\n\
    Examples:\n  loggia rate set 40 --cost --member ann\n  loggia report profit last month\n  \
    loggia report profit 2026 --by member --json"
)]
pub(in crate::cli) struct ProfitReport {
    /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    #[arg(long, value_enum, default_value = "client")]
    by: By,
    /// Only work for this client
    #[arg(long)]
    client: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Client,
    Project,
    Member,
}

impl From<By> for Dimension {
    fn from(by: By) -> Self {
        match by {
            By::Client => Self::Client,
            By::Project => Self::Project,
            By::Member => Self::Member,
        }
    }
}

impl ProfitReport {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let selection = Selection {
            days: period_of(&session, &self.period, "this month")?,
            client: self.client,
            ..Selection::default()
        };
        let report = profit::report(&session, &selection, self.by.into())?;
        context.show(&ProfitView::of(&report))
    }
}

#[derive(Debug, Serialize)]
struct ProfitView {
    period: PeriodView,
    by: &'static str,
    rows: Vec<RowView>,
    total: FiguresView,
    /// Members with work that no cost rate covers.
    without_cost: Vec<WithoutCost>,
    #[serde(skip)]
    days: String,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    key: String,
    #[serde(flatten)]
    figures: FiguresView,
}

#[derive(Debug, Serialize)]
struct WithoutCost {
    member: String,
    seconds: i64,
    hours: String,
}

#[derive(Debug, Serialize)]
struct AmountView {
    amount: String,
    currency: &'static str,
}

#[derive(Debug, Serialize)]
struct FiguresView {
    seconds: i64,
    hours: String,
    billed_hours: String,
    /// None where there are several currencies.
    revenue: Option<String>,
    currency: Option<&'static str>,
    revenues: Vec<AmountView>,
    cost: String,
    cost_currency: &'static str,
    /// None where some work has no cost rate, or some revenue is in another currency than the cost.
    margin: Option<String>,
    percent: Option<String>,
    without_rate_hours: String,
    without_cost_hours: String,
}

fn amount(money: &Money) -> AmountView {
    AmountView {
        amount: money.amount(),
        currency: money.currency().code(),
    }
}

impl FiguresView {
    fn of(figures: &Figures) -> Self {
        let Figures {
            worked,
            billed,
            value,
            cost,
            margin,
            without_rate,
            without_cost,
        } = figures;
        let nothing = Money::zero(cost.currency());
        let single = match value.as_slice() {
            [] => Some(nothing),
            [one] => Some(*one),
            _ => None,
        };
        Self {
            seconds: worked.0,
            hours: worked.hours(),
            billed_hours: billed.hours(),
            revenue: single.map(Money::amount),
            currency: single.map(|money| money.currency().code()),
            revenues: value.iter().map(amount).collect(),
            cost: cost.amount(),
            cost_currency: cost.currency().code(),
            margin: margin.map(|margin| margin.amount.amount()),
            percent: margin.and_then(|margin| Some(margin.percent?.to_string())),
            without_rate_hours: without_rate.hours(),
            without_cost_hours: without_cost.hours(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let revenue = match (&self.revenue, self.currency) {
            (Some(revenue), Some(currency)) => format!("{revenue} {currency}"),
            _ => {
                let all = self.revenues.iter();
                let all = all.map(|sum| format!("{} {}", sum.amount, sum.currency));
                all.collect::<Vec<_>>().join(" + ")
            }
        };
        let margin = self.margin.as_ref();
        vec![
            self.hours.clone(),
            self.billed_hours.clone(),
            revenue,
            format!("{} {}", self.cost, self.cost_currency),
            margin.map_or_else(String::new, |margin| {
                format!("{margin} {}", self.cost_currency)
            }),
            self.percent.clone().unwrap_or_default(),
        ]
    }
}

impl ProfitView {
    fn of(profit: &Profit) -> Self {
        let Profit {
            days,
            by,
            rows,
            total,
            without_cost,
            names,
        } = profit;
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        let mut rows: Vec<_> = rows
            .iter()
            .map(|(cell, figures)| RowView {
                key: names.text(cell),
                figures: FiguresView::of(figures),
            })
            .collect();
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        let mut without_cost: Vec<_> = without_cost
            .iter()
            .filter_map(|(member, seconds)| {
                Some(WithoutCost {
                    member: names.members.get(member)?.0.clone(),
                    seconds: seconds.0,
                    hours: seconds.hours(),
                })
            })
            .collect();
        without_cost.sort_by(|a, b| a.member.cmp(&b.member));
        Self {
            period: PeriodView {
                from: day(days.from),
                to: day(days.to),
            },
            by: by.word(),
            rows,
            total: FiguresView::of(total),
            without_cost,
            days: days.to_string(),
        }
    }
}

impl View for ProfitView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.line(format!("no entries in {}", self.days));
            return;
        }
        let columns = [
            Column::Text(self.by),
            Column::Number("hours"),
            Column::Number("billed"),
            Column::Number("revenue"),
            Column::Number("cost"),
            Column::Number("margin"),
            Column::Number("%"),
        ];
        let row = |key: &str, figures: &FiguresView| {
            let mut cells = vec![key.to_owned()];
            cells.extend(figures.cells());
            cells
        };
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|one| row(&one.key, &one.figures))
            .collect();
        table(page, &columns, &rows, Some(row("total", &self.total)));
        for lacking in &self.without_cost {
            page.line(format!(
                "{} h of {} have no cost, and no margin: loggia rate set AMOUNT --cost --member {}",
                lacking.hours, lacking.member, lacking.member
            ));
        }
        if self.total.without_rate_hours != "0.00" {
            page.line(format!(
                "{} billable h have no rate and no value: loggia rate set AMOUNT",
                self.total.without_rate_hours
            ));
        }
        let foreign = |sum: &AmountView| sum.currency != self.total.cost_currency;
        if self.total.revenues.iter().any(foreign) {
            page.line(format!(
                "costs are in {}: what is billed in another currency has no margin",
                self.total.cost_currency
            ));
        }
    }

    fn reference(&self) -> String {
        String::new()
    }
}
