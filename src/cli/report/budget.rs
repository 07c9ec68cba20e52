//! `loggia report budget`.

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::app::budget;
use crate::app::project::Shown;
use crate::cli::Context;
use crate::cli::budget::BudgetView;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, Tone, View};
use crate::values::text::escape_terminal;

/// Budgets: used, left, pace, and until when they last
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia report budget\n  loggia report budget --client acme --all --json"
)]
pub(in crate::cli) struct BudgetReport {
    /// Only this client's projects
    #[arg(long)]
    client: Option<String>,
    /// Only this project
    #[arg(long, value_name = "CLIENT/PROJECT", conflicts_with_all = ["client", "all"])]
    project: Option<String>,
    /// Closed projects and those of archived clients too
    #[arg(long)]
    all: bool,
}

impl BudgetReport {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let shown = match self.project {
            Some(project) => budget::of(&session, &project)?,
            None => budget::list(&session, self.client.as_deref(), self.all)?,
        };
        context.show(&Budgets::of(&shown, &session))
    }
}

/// Budgets of projects, each followed by those of its phases.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Budgets {
    budgets: Vec<BudgetView>,
}

impl Budgets {
    fn of(projects: &[Shown], session: &Session) -> Self {
        let (business, today) = (&session.business, session.today());
        let budgets = projects.iter().flat_map(|shown| {
            let whole = BudgetView::of_project(shown, business, today);
            let phases = BudgetView::of_phases(shown, business, today);
            whole.into_iter().chain(phases)
        });
        Self {
            budgets: budgets.collect(),
        }
    }
}

/// The width where there is no terminal.
const WIDTH: usize = 80;

impl View for Budgets {
    fn text(&self, page: &mut Page) {
        if self.budgets.is_empty() {
            page.line("no budgets; `loggia project edit CLIENT/PROJECT --budget 120h` sets one");
            return;
        }
        let width = page.width.map_or(WIDTH, usize::from);
        let mut before: Option<&str> = None;
        for budget in &self.budgets {
            let whose = match &budget.phase {
                Some(phase) => format!("{}, phase {phase}", budget.project),
                None => budget.project.clone(),
            };
            // What belongs to one project stands together.
            if before.is_some_and(|before| before != budget.project) {
                page.line("");
            }
            before = Some(&budget.project);
            page.heading(&whose);
            let bar = budget.bar(page, width.saturating_sub(2));
            page.line(format!("  {bar}"));
            page.prose(2, budget.line());
            page.prose(2, &budget.sentence);
            for warning in &budget.warnings {
                let warning = page.tinted(&escape_terminal(warning), Tone::Warning);
                page.line(format!("  ! {warning}"));
            }
        }
    }

    fn reference(&self) -> String {
        let mut projects: Vec<&str> = Vec::new();
        for budget in &self.budgets {
            if projects.last() != Some(&budget.project.as_str()) {
                projects.push(&budget.project);
            }
        }
        projects.join("\n")
    }
}
