//! `loggia estimate`.

mod draft;
mod view;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::error::field;
use crate::app::estimate::{self, Accept as Wanted, Budgeted, Place, Shown};
use crate::app::{Error, Session, letter};
use crate::domain::estimate::State;
use crate::domain::number::Pattern;
use crate::values::part::Part;
use crate::values::text::Line;

use super::error::Result;
use super::mail::Envelope;
use super::terminal::{Page, View};
use super::{Context, file};

use draft::{Add, Edit};
use view::{AcceptedView, EstimateView, List};

/// Estimates: draft, send, and make projects of those that are accepted
#[derive(Debug, Subcommand)]
pub(super) enum Estimate {
    Add(Add),
    Edit(Edit),
    /// List estimates, the newest first
    #[command(
        visible_alias = "ls",
        after_help = "Examples:\n  loggia estimate list acme\n  loggia estimate list --state sent,expired"
    )]
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Only in these states, with commas between: draft, sent, expired, accepted, declined
        #[arg(long, value_name = "STATES", value_delimiter = ',', value_parser = state)]
        state: Vec<State>,
    },
    /// Show an estimate
    Show {
        /// E-2026-0001, or estimate-3 while it is a draft
        estimate: String,
    },
    /// Give a draft its number, to hand it out yourself; from then on it does not change
    Issue {
        /// estimate-3
        estimate: String,
    },
    Send(Send),
    Accept(Accept),
    /// Note that the client does not want it
    #[command(
        after_help = "Example:\n  loggia estimate decline E-2026-0001 --reason 'No budget this year'"
    )]
    Decline {
        estimate: String,
        /// Why, for your own records
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Delete a draft
    Delete {
        /// estimate-3
        estimate: String,
    },
    Export(Export),
}

fn state(text: &str) -> std::result::Result<State, String> {
    State::from_word(&text.trim().to_lowercase()).ok_or_else(|| {
        let words: Vec<&str> = State::ALL.iter().map(|state| state.word()).collect();
        format!("there is no state `{text}`; there are {}", words.join(", "))
    })
}

impl Estimate {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let session = &mut session;
        match self {
            Self::Add(add) => add.run(context, session),
            Self::Edit(edit) => edit.run(context, session),
            Self::List { client, state } => {
                let listed = estimate::list(session, client.as_deref(), &state)?;
                let views = listed.iter().map(EstimateView::of).collect::<Result<_>>()?;
                context.show(&List(views))
            }
            Self::Show { estimate } => show(context, &estimate::show(session, &estimate)?),
            Self::Issue { estimate } => {
                let shown = issue(context, session, &estimate)?;
                show(context, &shown)
            }
            Self::Send(send) => send.run(context, session),
            Self::Accept(accept) => accept.run(context, session),
            Self::Decline { estimate, reason } => {
                let reason = reason.map(|reason| field("reason", Line::parse(&reason)));
                let reason = reason.transpose()?;
                let shown = estimate::decline(session, &estimate, reason.as_ref())?;
                context.say(&format!("{} is declined", shown.estimate.name()))?;
                show(context, &shown)
            }
            Self::Delete { estimate } => {
                context.confirm(&format!("delete {estimate}"))?;
                let deleted = estimate::delete(session, &estimate)?;
                context.say(&format!("deleted {deleted}"))?;
                context.show(&Deleted { deleted })
            }
            Self::Export(export) => export.run(context, session),
        }
    }
}

fn show(context: &mut Context<'_>, shown: &Shown) -> Result<()> {
    context.show(&EstimateView::of(shown)?)
}

fn issue(context: &mut Context<'_>, session: &mut Session, reference: &str) -> Result<Shown> {
    let shown = estimate::issue(session, reference)?;
    context.say(&format!("issued {}", shown.estimate.name()))?;
    warn_missing_glyphs(context, session, &shown)?;
    Ok(shown)
}

fn warn_missing_glyphs(context: &mut Context<'_>, session: &Session, shown: &Shown) -> Result<()> {
    let missing = estimate::missing_glyphs(session, shown)?;
    if missing.is_empty() {
        return Ok(());
    }
    let shown: String = missing.iter().take(20).collect();
    context.warn(&format!(
        "the PDF shows a box for characters it has no font for: {shown}; \
         `loggia settings set fonts=FILE` adds one that has them"
    ))
}

/// Send an estimate by mail with its PDF; a draft is issued first
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia estimate send estimate-3 --preview\n  \
    loggia estimate send estimate-3 --message 'As discussed on Monday.'\n  loggia estimate send E-2026-0001 --again --to jane@acme.example"
)]
pub(super) struct Send {
    /// E-2026-0001, or estimate-3 while it is a draft
    estimate: String,
    /// Send what was sent already
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    envelope: Envelope,
}

impl Send {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let wanted = self.envelope.wanted()?;
        let mut written = letter::estimate(session, &self.estimate, &wanted)?;
        let is_draft = written
            .estimate
            .as_ref()
            .is_some_and(|estimate| estimate.number.is_none());
        // The first was written to see that it can be: a number that is given stays given.
        if is_draft && !self.envelope.is_preview() {
            self.envelope.can_go(session)?;
            let shown = issue(context, session, &self.estimate)?;
            written = letter::estimate(session, &shown.estimate.name(), &wanted)?;
        }
        self.envelope
            .dispatch(context, session, &written, self.again)
    }
}

/// Take an estimate as agreed: it becomes a project with phases, tasks and budgets, and a lead becomes a client
#[derive(Debug, Args)]
#[command(
    after_help = "The project has the hours of all tasks as its budget, each phase those of its tasks. Where another rate than that of the \
    estimate\nwould hold for a task, the task is given its own. `loggia undo` takes all of it back.\n\nExamples:\n  \
    loggia estimate accept E-2026-0001\n  loggia estimate accept E-2026-0001 --project 'Shop 2027' --budget money\n  \
    loggia estimate accept E-2026-0001 --project acme/website --deposit 30%"
)]
pub(super) struct Accept {
    estimate: String,
    /// The project: one that is there, which gets the work besides, or the name of a new one [default: new, named after the title]
    #[arg(long, value_name = "PROJECT")]
    project: Option<String>,
    /// Make no project
    #[arg(long, conflicts_with_all = ["project", "budget"])]
    no_project: bool,
    /// What the budgets are in
    #[arg(long, value_name = "UNIT", default_value = "hours")]
    budget: Unit,
    /// Draft an invoice over a deposit, 30% or 1500.00 of what it comes to without tax
    #[arg(long, value_name = "PART")]
    deposit: Option<String>,
    /// Although it has expired
    #[arg(long)]
    late: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Unit {
    Hours,
    /// What the tasks come to, before discount and tax
    Money,
    /// No budgets
    None,
}

impl Accept {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let wanted = Wanted {
            place: match (self.project, self.no_project) {
                (_, true) => Place::Nowhere,
                (Some(project), false) => Place::Named(project),
                (None, false) => Place::Titled,
            },
            budgeted: match self.budget {
                Unit::Hours => Budgeted::Hours,
                Unit::Money => Budgeted::Money,
                Unit::None => Budgeted::None,
            },
            deposit: self
                .deposit
                .map(|part| Part::parse(&part))
                .transpose()
                .map_err(Error::from)?,
            late: self.late,
        };
        let accepted = estimate::accept(session, &self.estimate, &wanted)?;
        let view = AcceptedView::of(&accepted)?;
        context.say(&format!("{} is accepted", accepted.shown.estimate.name()))?;
        for told in view.told() {
            context.say(&told)?;
        }
        context.show(&view)
    }
}

/// Write an estimate to a file
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia estimate export E-2026-0001\n  loggia estimate export estimate-3 --format json --output -"
)]
pub(super) struct Export {
    /// E-2026-0001, or estimate-3 while it is a draft
    estimate: String,
    #[arg(long, default_value = "pdf")]
    format: Format,
    /// The file; `-` is standard output [default: NUMBER with its ending in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Pdf,
    /// As the client may see it
    Json,
}

impl Export {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let shown = estimate::show(session, &self.estimate)?;
        let (bytes, ending) = match self.format {
            Format::Pdf => (estimate::pdf(session, &shown)?, "pdf"),
            Format::Json => {
                let face = estimate::for_client(session, &shown)?;
                let json = crate::document::json::estimate(&face).map_err(Error::from)?;
                (json, "json")
            }
        };
        let name = shown.estimate.name();
        let path = match self.output {
            Some(path) if path.as_os_str() == "-" => return context.terminal.bytes(&bytes),
            named => {
                let usual = Pattern::file_name(&name, ending);
                file::place(context, named, &usual, &bytes)?
            }
        };
        file::write(&path, &bytes, false)?;
        context.show(&Exported {
            estimate: name,
            path: path.display().to_string(),
            bytes: bytes.len(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Exported {
    estimate: String,
    path: String,
    bytes: usize,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        page.line(format!("wrote {} ({} bytes)", self.path, self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

/// A draft that is gone: told on standard error, given to scripts.
#[derive(Debug, Serialize)]
struct Deleted {
    deleted: String,
}

impl View for Deleted {
    fn text(&self, _: &mut Page) {}

    fn reference(&self) -> String {
        self.deleted.clone()
    }
}
