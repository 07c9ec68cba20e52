//! `loggia time`: one file an idea; what they share is here.

mod approval;
mod bulk;
mod edit;
mod entry;
mod export;
mod import;
mod list;
mod lock;
mod several;
mod shape;
mod stream;
mod timer;

use clap::{Args, Subcommand};

use crate::app::error::field;
use crate::app::time::{self, About};
use crate::app::{Error, Session};
use crate::values::calendar::Moment;
use crate::values::period::Span;
use crate::values::text::Line;

use super::Context;
use super::error::Result;
use super::report::time::TimeReport;

use approval::{Approvals, Approve, Reject, Submit};
use edit::Edit;
use entry::{EntryView, Log};
use export::Export;
use import::Import;
pub(super) use list::Filter;
use list::List;
use lock::Lock;
use several::{Delete, Merge, Move, Split};
use timer::{Resume, Start, Status, Stop, TimerView};

/// Log time, run a timer, list and report
#[derive(Debug, Subcommand)]
pub(super) enum Time {
    Start(Start),
    Stop(Stop),
    Resume(Resume),
    /// Give up the running timer without an entry
    Cancel {
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    Status(Status),
    Log(Log),
    List(List),
    /// Show one entry
    Show {
        /// Number, or @1 for the latest
        entry: String,
    },
    Edit(Edit),
    Split(Split),
    Merge(Merge),
    Move(Move),
    Delete(Delete),
    Report(TimeReport),
    Import(Box<Import>),
    Export(Export),
    Submit(Submit),
    Approve(Approve),
    Reject(Reject),
    Approvals(Approvals),
    Lock(Lock),
    /// Unlock all days
    Unlock,
}

/// What an entry is about.
#[derive(Debug, Args)]
struct AboutArgs {
    /// A task of the project
    #[arg(long)]
    task: Option<String>,
    /// A phase of the project [default: that of the task]
    #[arg(long)]
    phase: Option<String>,
    /// An activity code of the project or of the business
    #[arg(long, value_name = "CODE")]
    activity: Option<String>,
    /// Who worked [default: the setting time.member, else the first member]
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    /// Billable, whatever task, project and client say
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Not billable
    #[arg(long)]
    non_billable: bool,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

impl Time {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Start(start) => start.run(context),
            Self::Log(log) => log.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::Import(import) => import.run(context),
            Self::Export(export) => export.run(context),
            Self::Stop(stop) => stop.run(context),
            Self::Resume(resume) => resume.run(context),
            Self::Status(status) => status.run(context),
            Self::Cancel { by } => {
                let mut session = context.session()?;
                let running = time::cancel(&mut session, by.as_deref())?;
                context.say("cancelled, nothing was logged")?;
                context.show(&TimerView::of(&running, &session.calendar))
            }
            Self::List(list) => list.run(context),
            Self::Show { entry } => {
                let session = context.session()?;
                let listed = time::show(&session, &entry)?;
                context.show(&EntryView::of(&listed, &session))
            }
            Self::Split(split) => split.run(context),
            Self::Merge(merge) => merge.run(context),
            Self::Move(moved) => moved.run(context),
            Self::Delete(delete) => delete.run(context),
            Self::Submit(submit) => submit.run(context),
            Self::Approve(approve) => approve.run(context),
            Self::Reject(reject) => reject.run(context),
            Self::Approvals(approvals) => approvals.run(context),
            Self::Lock(lock) => lock.run(context),
            Self::Unlock => lock::unlock(context),
            Self::Report(report) => report.run(context),
        }
    }
}

pub(in crate::cli) fn period_of(
    session: &Session,
    words: &[String],
    default: &str,
) -> Result<Span> {
    let text = words.join(" ");
    let text = if text.trim().is_empty() {
        default
    } else {
        &text
    };
    Ok(session.calendar.parse_period(text).map_err(Error::from)?)
}

fn moment_of(session: &Session, text: Option<&str>) -> Result<Option<Moment>> {
    Ok(text
        .map(|text| session.calendar.parse_moment(text))
        .transpose()
        .map_err(Error::from)?)
}

fn line(name: &'static str, text: Option<String>) -> Result<Option<Line>> {
    Ok(text
        .as_deref()
        .map(|text| field(name, Line::parse(text)))
        .transpose()?)
}

/// Some(None): an empty text, which takes the value away.
fn clearable(name: &'static str, text: Option<String>) -> Result<Option<Option<Line>>> {
    match text.as_deref() {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(_) => line(name, text).map(Some),
    }
}

/// None: an empty text, which takes the value away.
fn taken_away(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

fn tags(words: &[String]) -> Result<Vec<Line>> {
    Ok(words
        .iter()
        .map(|tag| field("tag", Line::parse(tag)))
        .collect::<std::result::Result<_, _>>()?)
}

fn billable(yes: bool, no: bool) -> Option<bool> {
    match (yes, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

impl AboutArgs {
    fn about(self, project: String, note: Option<String>) -> Result<About> {
        Ok(About {
            project,
            note: match note.as_deref() {
                Some("") => None,
                _ => line("note", note)?,
            },
            phase: self.phase,
            task: self.task,
            activity: self.activity,
            by: self.by,
            billable: billable(self.billable, self.non_billable),
            internal_note: None,
            rate: None,
            tags: tags(&self.tags)?,
        })
    }
}
