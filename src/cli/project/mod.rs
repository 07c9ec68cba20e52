//! `loggia project`.

mod activity;
mod phase;
mod task;
mod view;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::app::error::field;
use crate::app::project::{self, Edit as Change, New};
use crate::app::{Error, Session};
use crate::domain::budget::{Counts, Per, Thresholds};
use crate::values::id::Slug;
use crate::values::text::Line;

use super::Context;
use super::client::say_made;
use super::error::{Failure, Result};

use activity::Activity;
use phase::Phase;
use task::Task;
use view::{ProjectList, ProjectView};

/// Projects, phases, tasks, activity codes and budgets
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
    Edit(Edit),
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
    #[command(subcommand)]
    Phase(Phase),
    #[command(subcommand)]
    Task(Task),
    #[command(subcommand)]
    Activity(Activity),
}

/// Add a project to a client
#[derive(Debug, Args)]
#[command(
    after_help = "A budget with a unit is in hours (120h, 37:30); a bare number is money of the client's currency.\n\nExamples:\n  \
    loggia project add acme Website --budget 120h --due 2026-12-18\n  \
    loggia project add acme Shop --budget 9000 --phase Design=40h --phase Build=80h\n  \
    loggia project add acme Care --budget 10h --monthly"
)]
pub(super) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    name: String,
    /// Short name used in commands [default: made of the name]
    #[arg(long)]
    slug: Option<String>,
    /// Hours or money agreed, such as 120h or 9000
    #[arg(long, value_name = "HOURS|AMOUNT")]
    budget: Option<String>,
    /// The budget is for each calendar month anew
    #[arg(long, requires = "budget")]
    monthly: bool,
    /// Which work uses a budget
    #[arg(long, value_name = "WORK", default_value = "billable")]
    budget_counts: Work,
    /// Percents of the budget at which it is told, or none [default: the setting budget.thresholds]
    #[arg(long, value_name = "PERCENTS")]
    thresholds: Option<String>,
    /// A phase, with a budget of its own if one is given; may be given several times
    #[arg(long = "phase", value_name = "NAME[=BUDGET]")]
    phases: Vec<String>,
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

/// Which work uses a budget.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Work {
    Billable,
    All,
}

impl From<Work> for Counts {
    fn from(work: Work) -> Self {
        match work {
            Work::Billable => Self::Billable,
            Work::All => Self::All,
        }
    }
}

/// Change a project; an empty text takes a value away
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia project edit acme/website --budget 160h --due 2027-01-31\n  \
    loggia project edit acme/website --budget ''"
)]
pub(super) struct Edit {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    #[arg(long)]
    name: Option<String>,
    /// Short name used in commands
    #[arg(long)]
    slug: Option<String>,
    /// Hours or money agreed, such as 120h or 9000
    #[arg(long, value_name = "HOURS|AMOUNT")]
    budget: Option<String>,
    /// The budget is for each calendar month anew
    #[arg(long, conflicts_with = "total")]
    monthly: bool,
    /// The budget is for the whole project
    #[arg(long)]
    total: bool,
    /// Which work uses a budget
    #[arg(long, value_name = "WORK")]
    budget_counts: Option<Work>,
    /// Percents of the budget at which it is told, or none; empty: those of the business
    #[arg(long, value_name = "PERCENTS")]
    thresholds: Option<String>,
    /// Day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// Work on it is billable
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// No work on it is billable
    #[arg(long)]
    non_billable: bool,
}

impl Project {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::Phase(phase) => phase.run(context),
            Self::Task(task) => task.run(context),
            Self::Activity(activity) => activity.run(context),
            Self::List { client, all } => {
                let session = context.session()?;
                let projects = project::list(&session, client.as_deref(), all)?;
                context.show(&ProjectList::of(&projects, &session))
            }
            Self::Show { project } => {
                let session = context.session()?;
                let shown = project::show(&session, &project)?;
                context.show(&ProjectView::of(&shown, &session))
            }
            Self::Close { project } => {
                let mut session = context.session()?;
                let shown = project::set_closed(&mut session, &project, true)?;
                context.say(&format!("closed {}", shown.reference))?;
                context.show(&ProjectView::of(&shown, &session))
            }
            Self::Reopen { project } => {
                let mut session = context.session()?;
                let shown = project::set_closed(&mut session, &project, false)?;
                context.say(&format!("open again: {}", shown.reference))?;
                context.show(&ProjectView::of(&shown, &session))
            }
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let new = New {
            name: field("name", Line::parse(&self.name))?,
            slug: slug(self.slug.as_deref())?,
            budget: self.budget,
            per: if self.monthly { Per::Month } else { Per::Total },
            counts: self.budget_counts.into(),
            thresholds: self.thresholds.as_deref().map(thresholds).transpose()?,
            due: self
                .due
                .as_deref()
                .map(|due| date(&session, due))
                .transpose()?,
            billable: !self.non_billable,
            phases: self
                .phases
                .iter()
                .map(|phase| named_budget(phase))
                .collect::<Result<_>>()?,
            if_missing: self.if_missing,
        };
        let (shown, made) = project::add(&mut session, &self.client, &new)?;
        say_made(context, made, "project", &shown.reference.to_string())?;
        context.show(&ProjectView::of(&shown, &session))
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
            slug: slug(self.slug.as_deref())?,
            budget: self.budget.map(given),
            per: match (self.monthly, self.total) {
                (true, _) => Some(Per::Month),
                (_, true) => Some(Per::Total),
                _ => None,
            },
            counts: self.budget_counts.map(Counts::from),
            thresholds: self
                .thresholds
                .map(|text| given(text).as_deref().map(thresholds).transpose())
                .transpose()?,
            due: day(&session, self.due)?,
            billable: match (self.billable, self.non_billable) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
        };
        let shown = project::edit(&mut session, &self.project, &change)?;
        context.say(&format!("changed {}", shown.reference))?;
        context.show(&ProjectView::of(&shown, &session))
    }
}

fn slug(text: Option<&str>) -> Result<Option<Slug>> {
    Ok(text.map(Slug::parse).transpose().map_err(Error::from)?)
}

fn thresholds(text: &str) -> Result<Thresholds> {
    Ok(text.parse::<Thresholds>().map_err(Error::from)?)
}

/// `NAME=40h`, or a name alone.
fn named_budget(text: &str) -> Result<(Line, Option<String>)> {
    let (name, budget) = match text.rsplit_once('=') {
        Some((name, budget)) => (name, Some(budget.trim().to_owned())),
        None => (text, None),
    };
    if budget.as_deref() == Some("") {
        return Err(Failure::usage(
            "usage.phase",
            format!("`{text}` has no budget after the sign"),
            "write it as --phase NAME=40h, or --phase NAME".to_owned(),
        ));
    }
    Ok((field("phase", Line::parse(name))?, budget))
}

fn date(session: &Session, text: &str) -> Result<NaiveDate> {
    Ok(session.calendar.parse_date(text).map_err(Error::from)?)
}

/// None: an empty text, which takes a value away.
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

/// A day to be changed to, or taken away.
fn day(session: &Session, text: Option<String>) -> Result<Option<Option<NaiveDate>>> {
    text.map(|text| given(text).map(|text| date(session, &text)).transpose())
        .transpose()
}
