//! `loggia project phase`.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::Session;
use crate::app::budget::PhaseStanding;
use crate::app::error::field;
use crate::app::phase::{self, Edit as Change, New};
use crate::app::project::{self, Shown};
use crate::cli::Context;
use crate::cli::budget::BudgetView;
use crate::cli::client::{references, say_made};
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::values::text::Line;

use super::{date, day, given};

/// Phases: parts of a project in time, each with a budget of its own
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Phase {
    Add(Add),
    /// List the phases of a project with their budgets
    List {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: String,
    },
    Edit(Edit),
    /// Close a phase: it takes no new time
    Close(Named),
    /// Open a closed phase again
    Reopen(Named),
    /// Remove a phase on which no time is logged; its tasks stay
    Remove(Named),
}

/// Add a phase to a project
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia project phase add acme/website Design --budget 40h --due 2026-12-04"
)]
pub(in crate::cli) struct Add {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    name: String,
    /// Hours or money agreed for the phase, such as 40h or 3000
    #[arg(long, value_name = "HOURS|AMOUNT")]
    budget: Option<String>,
    /// Day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// Keep a phase that is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change a phase; an empty text takes a value away
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    #[command(flatten)]
    which: Named,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// Hours or money agreed for the phase, such as 40h or 3000
    #[arg(long, value_name = "HOURS|AMOUNT")]
    budget: Option<String>,
    /// Day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
}

/// A phase by its name.
#[derive(Debug, Args)]
pub(in crate::cli) struct Named {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    #[arg(value_name = "PHASE")]
    phase: String,
}

impl Phase {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::List { project } => {
                let session = context.session()?;
                let shown = project::show(&session, &project)?;
                let phases = shown.phases.iter();
                let views = phases.map(|phase| PhaseView::of(&shown, phase, &session));
                context.show(&PhaseList(views.collect()))
            }
            Self::Close(which) => which.set_closed(context, true),
            Self::Reopen(which) => which.set_closed(context, false),
            Self::Remove(Named { project, phase }) => {
                context.confirm(&format!("remove phase {phase} of {project}"))?;
                let mut session = context.session()?;
                let removed = phase::remove(&mut session, &project, &phase)?;
                context.say("removed; `loggia undo` brings it back")?;
                context.show(&Removed {
                    project,
                    name: removed.name.to_string(),
                })
            }
        }
    }
}

impl Named {
    fn set_closed(self, context: &mut Context<'_>, closed: bool) -> Result<()> {
        let mut session = context.session()?;
        let (shown, name) = phase::set_closed(&mut session, &self.project, &self.phase, closed)?;
        let what = if closed { "closed" } else { "open again:" };
        context.say(&format!("{what} phase {name} of {}", shown.reference))?;
        show(context, &shown, &name, &session)
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let new = New {
            name: field("name", Line::parse(&self.name))?,
            budget: self.budget,
            due: self
                .due
                .as_deref()
                .map(|due| date(&session, due))
                .transpose()?,
            if_missing: self.if_missing,
        };
        let (shown, name, made) = phase::add(&mut session, &self.project, &new)?;
        say_made(context, made, "phase", name.as_str())?;
        show(context, &shown, &name, &session)
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let change = Change {
            name: self
                .name
                .as_deref()
                .map(|name| field("name", Line::parse(name)))
                .transpose()?,
            budget: self.budget.map(given),
            due: day(&session, self.due)?,
        };
        let Named { project, phase } = &self.which;
        let (shown, name) = phase::edit(&mut session, project, phase, &change)?;
        context.say(&format!("changed phase {name} of {}", shown.reference))?;
        show(context, &shown, &name, &session)
    }
}

fn show(context: &mut Context<'_>, shown: &Shown, name: &Line, session: &Session) -> Result<()> {
    let found = shown.phases.iter().find(|phase| phase.phase.name == *name);
    match found {
        Some(phase) => context.show(&PhaseView::of(shown, phase, session)),
        None => Ok(()),
    }
}

/// A phase for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct PhaseView {
    project: String,
    name: String,
    closed: bool,
    due: Option<String>,
    /// Of the work that counts.
    seconds: i64,
    hours: String,
    budget: Option<BudgetView>,
}

impl PhaseView {
    pub(super) fn of(shown: &Shown, phase: &PhaseStanding, session: &Session) -> Self {
        Self {
            project: shown.reference.to_string(),
            name: phase.phase.name.to_string(),
            closed: phase.phase.closed,
            due: phase.phase.due.map(|due| due.to_string()),
            seconds: phase.worked.0,
            hours: phase.worked.hours(),
            budget: BudgetView::of_phase(shown, phase, &session.business, session.today()),
        }
    }

    /// On one line.
    pub(super) fn words(&self) -> String {
        let used = match &self.budget {
            Some(budget) => budget.line().to_owned(),
            None => format!("{} h", self.hours),
        };
        let due = self
            .due
            .as_ref()
            .map_or_else(String::new, |due| format!(", due {due}"));
        let closed = if self.closed { ", closed" } else { "" };
        format!("{}, {used}{due}{closed}", self.name)
    }
}

impl View for PhaseView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.project));
        page.field("worked", Some(format!("{} h", self.hours)));
        if let Some(budget) = &self.budget {
            page.field("budget", Some(budget.line()));
            page.field("pace", Some(&budget.sentence));
            for warning in &budget.warnings {
                page.field("warning", Some(warning));
            }
        }
        page.field("due", self.due.as_ref());
        page.field("closed", self.closed.then_some("yes"));
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct PhaseList(Vec<PhaseView>);

impl View for PhaseList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no phases; `loggia project phase add CLIENT/PROJECT NAME` adds one");
            return;
        }
        let columns = [
            Column::Text("phase"),
            Column::Number("hours"),
            Column::Number("budget"),
            Column::Number("left"),
            Column::Number("%"),
            Column::Text("due"),
            Column::Text("state"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|phase| {
                let budget = phase.budget.as_ref();
                let of = |pick: fn(&BudgetView) -> String| budget.map(pick).unwrap_or_default();
                vec![
                    phase.name.clone(),
                    phase.hours.clone(),
                    of(BudgetView::agreed),
                    of(|budget| budget.left.clone()),
                    of(|budget| budget.percent.clone().unwrap_or_default()),
                    phase.due.clone().unwrap_or_default(),
                    if phase.closed { "closed" } else { "open" }.to_owned(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}

/// A phase that is no more.
#[derive(Debug, Serialize)]
struct Removed {
    project: String,
    name: String,
}

impl View for Removed {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.project));
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}
