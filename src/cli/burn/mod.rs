//! `loggia report burn`: a project week by week, in the terminal or as a drawing.

mod chart;
mod svg;

use std::path::PathBuf;

use clap::Args;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::app::Session;
use crate::app::budget;
use crate::domain::burn::Week;
use crate::values::amount::Amount;
use crate::values::duration::Seconds;

use super::Context;
use super::budget::BudgetView;
use super::error::Result;
use super::terminal::{Page, View};

/// A project week by week, beside an even pace to the day on which it is due
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia report burn acme/website\n  loggia report burn acme/website --svg burn.svg"
)]
pub(super) struct Burn {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    /// Write a drawing (SVG) to this file; - writes it to the screen
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Burn {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let burn = budget::burn(&session, &self.project)?;
        let view = BurnView::of(&burn, &session);
        let Some(path) = self.svg else {
            return context.show(&view);
        };
        let drawing = svg::draw(&view);
        if path.as_os_str() == "-" {
            return context.terminal.data(&drawing);
        }
        super::file::write(&path, drawing.as_bytes(), false)?;
        context.show(&Written {
            path: path.display().to_string(),
            bytes: drawing.len(),
        })
    }
}

/// A project week by week. Numbers are hours, or money where there is a currency.
#[derive(Debug, Serialize)]
struct BurnView {
    project: String,
    name: String,
    unit: &'static str,
    currency: Option<&'static str>,
    budget: Option<BudgetView>,
    due: Option<String>,
    weeks: Vec<WeekView>,
    /// The budget in the unit of the weeks.
    #[serde(skip)]
    allocated: Option<Decimal>,
    /// It is counted by the month, so that a sum over all weeks says nothing.
    #[serde(skip)]
    monthly: bool,
}

#[derive(Debug, Serialize)]
struct WeekView {
    from: String,
    to: String,
    used: String,
    total: String,
    /// At an even pace.
    ideal: Option<String>,
    ideal_total: Option<String>,
    /// It is still to come.
    ahead: bool,
    #[serde(skip)]
    exact: Exact,
}

/// The numbers of a week in hours, or in the major unit.
#[derive(Debug, Clone, Copy)]
struct Exact {
    used: Decimal,
    total: Decimal,
    ideal: Option<Decimal>,
    ideal_total: Option<Decimal>,
}

/// In which unit the weeks are told.
#[derive(Clone, Copy)]
struct Unit(Amount);

impl Unit {
    /// Hours, or the major unit.
    fn number(self, exact: Decimal) -> Decimal {
        match self.0 {
            Amount::Hours(_) => exact / Decimal::from(3600),
            Amount::Money(_) => exact,
        }
    }

    fn text(self, exact: Decimal) -> String {
        self.0
            .like(exact)
            .map_or_else(|_| exact.round_dp(2).to_string(), Amount::decimal)
    }
}

impl BurnView {
    fn of(burn: &budget::Burn, session: &Session) -> Self {
        let shown = &burn.shown;
        let agreed = shown.project.budget;
        let unit = Unit(agreed.map_or(Amount::Hours(Seconds::ZERO), |budget| budget.amount));
        Self {
            project: shown.reference.to_string(),
            name: shown.project.name.to_string(),
            unit: match unit.0 {
                Amount::Hours(_) => "hours",
                Amount::Money(_) => "money",
            },
            currency: unit.0.currency().map(|currency| currency.code()),
            budget: BudgetView::of_project(shown, &session.business, session.today()),
            due: shown.project.due.map(|due| due.to_string()),
            weeks: burn
                .weeks
                .iter()
                .map(|week| WeekView::of(week, unit))
                .collect(),
            allocated: agreed.map(|budget| unit.number(budget.amount.exact())),
            monthly: shown
                .budget
                .as_ref()
                .is_some_and(|standing| standing.month.is_some()),
        }
    }

    /// `h`, or the currency.
    fn unit_word(&self) -> &'static str {
        self.currency.unwrap_or("h")
    }

    /// What stands over a chart.
    fn title(&self) -> String {
        format!("{} ({})", self.name, self.project)
    }

    /// How a person would say it, in two sentences.
    fn said(&self) -> Vec<String> {
        match &self.budget {
            Some(budget) => vec![format!("{}.", budget.line()), budget.sentence.clone()],
            None => vec!["The project has no budget.".to_owned()],
        }
    }

    fn sentence(&self) -> String {
        self.said().join(" ")
    }
}

impl WeekView {
    fn of(week: &Week, unit: Unit) -> Self {
        Self {
            from: week.days.from.to_string(),
            to: week.days.to.to_string(),
            used: unit.text(week.used),
            total: unit.text(week.total),
            ideal: week.ideal.map(|ideal| unit.text(ideal)),
            ideal_total: week.ideal_total.map(|ideal| unit.text(ideal)),
            ahead: week.ahead,
            exact: Exact {
                used: unit.number(week.used),
                total: unit.number(week.total),
                ideal: week.ideal.map(|ideal| unit.number(ideal)),
                ideal_total: week.ideal_total.map(|ideal| unit.number(ideal)),
            },
        }
    }
}

impl View for BurnView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.title());
        chart::draw(self, page);
        page.prose(2, &self.sentence());
    }

    fn reference(&self) -> String {
        self.project.clone()
    }
}

/// A number as it stands at an axis: without places where it has none.
fn axis(number: Decimal) -> String {
    number.round_dp(1).normalize().to_string()
}

/// The drawing that was written.
#[derive(Debug, Serialize)]
struct Written {
    path: String,
    bytes: usize,
}

impl View for Written {
    fn text(&self, page: &mut Page) {
        let path = crate::values::text::escape_terminal(&self.path);
        page.line(format!("wrote {path} ({} bytes)", self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

#[cfg(test)]
mod sample {
    //! Weeks for the tests of both charts.

    use super::*;

    pub(super) fn view(used: &[i64], ideal: Option<i64>) -> BurnView {
        let mut total = 0;
        let weeks = used.iter().enumerate().map(|(number, used)| {
            total += used;
            let upto = i64::try_from(number).unwrap() + 1;
            WeekView {
                from: format!("2026-01-{:02}", 1 + number % 28),
                to: String::new(),
                used: used.to_string(),
                total: total.to_string(),
                ideal: None,
                ideal_total: None,
                ahead: false,
                exact: Exact {
                    used: Decimal::from(*used),
                    total: Decimal::from(total),
                    ideal: ideal.map(Decimal::from),
                    ideal_total: ideal.map(|ideal| Decimal::from(ideal * upto)),
                },
            }
        });
        BurnView {
            project: "acme/website".into(),
            name: "Web <site> & \"more\"".into(),
            unit: "hours",
            currency: None,
            budget: None,
            due: None,
            weeks: weeks.collect(),
            allocated: ideal.map(|_| Decimal::from(100)),
            monthly: false,
        }
    }
}
