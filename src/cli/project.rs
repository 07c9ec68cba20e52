//! `loggia project`.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::error::field;
use crate::app::project::{self, New, Shown};
use crate::values::duration::parse_hours_amount;
use crate::values::id::Slug;
use crate::values::text::Line;

use super::Context;
use super::client::{references, say_made};
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Projects, tasks and hour budgets
#[derive(Debug, Subcommand)]
pub(super) enum Project {
    Add(Add),
    /// List projects with their budgets; closed ones only with --all
    List {
        /// Only this client's
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Closed projects and those of archived clients too
        #[arg(long)]
        all: bool,
    },
    /// Show a project
    Show {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: String,
    },
    /// Close a project: it takes no new time
    Close {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: String,
    },
    /// Open a closed project again
    Reopen {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: String,
    },
    /// Tasks of a project
    #[command(subcommand)]
    Task(Task),
}

/// Add a project to a client
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia project add acme Website --budget 120h")]
pub(super) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    name: String,
    /// Short name used in commands [default: made of the name]
    #[arg(long)]
    slug: Option<String>,
    /// Hours agreed for the whole project, such as 120h
    #[arg(long, value_name = "HOURS")]
    budget: Option<String>,
    /// Day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// No work on it is billable
    #[arg(long)]
    non_billable: bool,
    /// Keep a project that is there already
    #[arg(long)]
    if_missing: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Add a task
    Add {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: String,
        name: String,
        /// Work on it is not billable
        #[arg(long)]
        non_billable: bool,
        /// Keep a task that is there already
        #[arg(long)]
        if_missing: bool,
    },
    /// List tasks
    List {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: String,
    },
}

impl Project {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        match self {
            Self::Add(add) => add.run(context),
            Self::List { client, all } => {
                let projects = project::list(&session, client.as_deref(), all)?;
                context.show(&ProjectList(projects.iter().map(ProjectView::of).collect()))
            }
            Self::Show { project } => {
                let shown = project::show(&session, &project)?;
                context.show(&ProjectView::of(&shown))
            }
            Self::Close { project } => {
                let shown = project::set_closed(&mut session, &project, true)?;
                context.say(&format!("closed {}", shown.reference))?;
                context.show(&ProjectView::of(&shown))
            }
            Self::Reopen { project } => {
                let shown = project::set_closed(&mut session, &project, false)?;
                context.say(&format!("open again: {}", shown.reference))?;
                context.show(&ProjectView::of(&shown))
            }
            Self::Task(Task::Add {
                project,
                name,
                non_billable,
                if_missing,
            }) => {
                let name = field("name", Line::parse(&name))?;
                let (task, made) =
                    project::add_task(&mut session, &project, name, !non_billable, if_missing)?;
                say_made(context, made, "task", task.name.as_str())?;
                context.show(&TaskView::of(&task))
            }
            Self::Task(Task::List { project }) => {
                let shown = project::show(&session, &project)?;
                context.show(&TaskList(shown.tasks.iter().map(TaskView::of).collect()))
            }
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let new = New {
            name: field("name", Line::parse(&self.name))?,
            slug: self
                .slug
                .as_deref()
                .map(Slug::parse)
                .transpose()
                .map_err(crate::app::Error::from)?,
            budget: self
                .budget
                .as_deref()
                .map(parse_hours_amount)
                .transpose()
                .map_err(crate::app::Error::from)?,
            due: self
                .due
                .as_deref()
                .map(|due| session.calendar.parse_date(due))
                .transpose()
                .map_err(crate::app::Error::from)?,
            billable: !self.non_billable,
            if_missing: self.if_missing,
        };
        let (shown, made) = project::add(&mut session, &self.client, &new)?;
        say_made(context, made, "project", &shown.reference.to_string())?;
        context.show(&ProjectView::of(&shown))
    }
}

#[derive(Debug, Serialize)]
struct ProjectView {
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
    tasks: Vec<TaskView>,
}

#[derive(Debug, Serialize)]
struct BudgetView {
    /// Hours.
    allocated: String,
    used: String,
    left: String,
    percent: Option<String>,
    /// Hours a week.
    burn_rate: String,
    projected_completion: Option<String>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct TaskView {
    name: String,
    billable: bool,
    done: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ProjectList(Vec<ProjectView>);

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct TaskList(Vec<TaskView>);

impl ProjectView {
    fn of(shown: &Shown) -> Self {
        let budget = shown.budget.as_ref().map(|budget| BudgetView {
            allocated: budget.allocated.hours(),
            used: budget.used.hours(),
            left: budget.left.hours(),
            percent: budget.percent.map(|percent| percent.to_string()),
            burn_rate: budget.burn_rate.to_string(),
            projected_completion: budget.projected_completion.map(|day| day.to_string()),
            warnings: if budget.left.0 < 0 {
                vec![format!("{} over budget", (-budget.left).words())]
            } else {
                Vec::new()
            },
        });
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
            budget,
            tasks: shown.tasks.iter().map(TaskView::of).collect(),
        }
    }
}

impl TaskView {
    fn of(task: &crate::domain::project::Task) -> Self {
        Self {
            name: task.name.to_string(),
            billable: task.billable,
            done: task.done,
        }
    }
}

impl View for ProjectView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.project));
        page.field("worked", Some(format!("{} h", self.hours)));
        if let Some(budget) = &self.budget {
            let percent = budget.percent.as_deref().unwrap_or("–");
            page.field(
                "budget",
                Some(format!(
                    "{} of {} h used ({percent} %), {} h left",
                    budget.used, budget.allocated, budget.left
                )),
            );
            page.field("pace", Some(format!("{} h a week", budget.burn_rate)));
            page.field("lasts until", budget.projected_completion.as_ref());
            for warning in &budget.warnings {
                page.field("warning", Some(warning));
            }
        }
        page.field("due", self.due.as_ref());
        page.field("closed", self.closed.then_some("yes"));
        page.field("billable", (!self.billable).then_some("no"));
        for task in &self.tasks {
            page.field("task", Some(&task.name));
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
                    of(|budget| budget.allocated.clone()),
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

impl View for TaskView {
    fn text(&self, page: &mut Page) {
        let billable = if self.billable { "" } else { " (non-billable)" };
        page.line(format!(
            "{}{billable}",
            crate::values::text::escape_terminal(&self.name)
        ));
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

impl View for TaskList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no tasks; `loggia project task add CLIENT/PROJECT NAME` adds one");
        }
        for task in &self.0 {
            task.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
