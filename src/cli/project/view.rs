//! What is shown of projects.

use serde::Serialize;

use crate::app::Session;
use crate::app::project::Shown;
use crate::cli::budget::BudgetView;
use crate::cli::client::references;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, Tone, View};
use crate::domain::task::Status;
use crate::values::text::escape_terminal;

use super::phase::PhaseView;

#[derive(Debug, Serialize)]
pub(super) struct ProjectView {
    project: String,
    client: String,
    slug: String,
    name: String,
    closed: bool,
    billable: bool,
    due: Option<String>,
    seconds: i64,
    hours: String,
    budget: Option<BudgetView>,
    phases: Vec<PhaseView>,
    tasks: Vec<TaskLine>,
}

/// A task as it is listed below its project.
#[derive(Debug, Serialize)]
struct TaskLine {
    name: String,
    status: &'static str,
    due: Option<String>,
    overdue: bool,
    billable: bool,
    shared: bool,
    done: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct ProjectList(Vec<ProjectView>);

impl ProjectList {
    pub(super) fn of(projects: &[Shown], session: &Session) -> Self {
        let views = projects.iter().map(|shown| ProjectView::of(shown, session));
        Self(views.collect())
    }
}

impl ProjectView {
    pub(super) fn of(shown: &Shown, session: &Session) -> Self {
        let (business, today) = (&session.business, session.today());
        let phases = shown
            .phases
            .iter()
            .map(|phase| PhaseView::of(shown, phase, session));
        Self {
            project: shown.reference.to_string(),
            client: shown.reference.client.to_string(),
            slug: shown.project.slug.to_string(),
            name: shown.project.name.to_string(),
            closed: shown.project.closed,
            billable: shown.project.billable,
            due: shown.project.due.map(|due| due.to_string()),
            seconds: shown.worked.0,
            hours: shown.worked.hours(),
            budget: BudgetView::of_project(shown, business, today),
            phases: phases.collect(),
            tasks: shown
                .tasks
                .iter()
                .map(|task| TaskLine {
                    name: task.name.to_string(),
                    status: task.status.word(),
                    due: task.due.map(|due| due.to_string()),
                    overdue: task.is_overdue(today),
                    billable: task.billable,
                    shared: task.shared,
                    done: task.status == Status::Done,
                })
                .collect(),
        }
    }
}

impl TaskLine {
    fn words(&self) -> String {
        let mut words = format!("{}, {}", self.name, self.status);
        match &self.due {
            Some(due) if self.overdue => words.push_str(&format!(", overdue since {due}")),
            Some(due) => words.push_str(&format!(", due {due}")),
            None => {}
        }
        if !self.shared {
            words.push_str(", internal");
        }
        if !self.billable {
            words.push_str(", non-billable");
        }
        words
    }
}

impl View for ProjectView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.project));
        page.field("worked", Some(format!("{} h", self.hours)));
        if let Some(budget) = &self.budget {
            page.field("budget", Some(budget.line()));
            let bar = budget.bar(page, page.width.map_or(60, usize::from).saturating_sub(17));
            page.line(format!("  {:<14} {bar}", ""));
            page.field("pace", Some(&budget.sentence));
            for warning in &budget.warnings {
                let warning = page.tinted(&escape_terminal(warning), Tone::Warning);
                page.line(format!(
                    "  {} {warning}",
                    page.dim(&format!("{:<14}", "warning"))
                ));
            }
        }
        page.field("due", self.due.as_ref());
        page.field("closed", self.closed.then_some("yes"));
        page.field("billable", (!self.billable).then_some("no"));
        for phase in &self.phases {
            page.field("phase", Some(phase.words()));
        }
        for task in &self.tasks {
            page.field("task", Some(task.words()));
        }
    }

    fn reference(&self) -> String {
        self.project.clone()
    }
}

impl View for ProjectList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no projects; `loggia project add CLIENT NAME` adds one");
            return;
        }
        let columns = [
            Column::Text("project"),
            Column::Text("name"),
            Column::Number("hours"),
            Column::Number("budget"),
            Column::Number("left"),
            Column::Number("%"),
            Column::Text("lasts until"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|project| {
                let budget = project.budget.as_ref();
                let of = |pick: fn(&BudgetView) -> String| budget.map(pick).unwrap_or_default();
                vec![
                    project.project.clone(),
                    project.name.clone(),
                    project.hours.clone(),
                    of(BudgetView::agreed),
                    of(|budget| budget.left.clone()),
                    of(|budget| budget.percent.clone().unwrap_or_default()),
                    of(|budget| budget.projected_completion.clone().unwrap_or_default()),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
