//! `loggia time`: one file an idea; what they share is here.

mod edit;
mod entry;
mod import;
mod list;
mod report;
mod timer;

use chrono::NaiveTime;
use clap::{Args, Subcommand};

use crate::app::error::field;
use crate::app::time::{self, About};
use crate::app::{Error, Session};
use crate::values::duration::parse_time_of_day;
use crate::values::period::Span;
use crate::values::text::Line;

use super::Context;
use super::error::Result;

use edit::Edit;
use entry::{EntryView, Log, show_logged};
use import::Import;
use list::List;
use report::Report;
use timer::{Start, TimerList, TimerView};

/// Log time, run a timer, list and report
#[derive(Debug, Subcommand)]
pub(super) enum Time {
    Start(Start),
    /// Stop the running timer: it becomes an entry
    Stop {
        /// Time of day at which work ended, such as 17:30
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// What was done, in words the client may read
        #[arg(long)]
        note: Option<String>,
        /// The member whose timer it is
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    /// Give up the running timer without an entry
    Cancel {
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    /// Show running timers
    Status {
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    Log(Log),
    List(List),
    /// Show one entry
    Show {
        /// Number, or @1 for the latest
        entry: String,
    },
    Edit(Edit),
    /// Delete an entry
    Delete {
        /// Number, or @1 for the latest
        entry: String,
    },
    Report(Report),
    Import(Import),
}

/// What an entry is about.
#[derive(Debug, Args)]
struct AboutArgs {
    /// A task of the project
    #[arg(long)]
    task: Option<String>,
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
            Self::Stop { at, note, by } => {
                let mut session = context.session()?;
                let at = time_of(at)?;
                let note = line("note", note)?;
                let logged = time::stop(&mut session, by.as_deref(), at, note)?;
                show_logged(context, &session, "stopped", &logged)
            }
            Self::Cancel { by } => {
                let mut session = context.session()?;
                let running = time::cancel(&mut session, by.as_deref())?;
                context.say("cancelled, nothing was logged")?;
                context.show(&TimerView::of(&running, &session.calendar))
            }
            Self::Status { by } => {
                let session = context.session()?;
                let timers = time::status(&session, by.as_deref())?;
                let views = timers
                    .iter()
                    .map(|timer| TimerView::of(timer, &session.calendar))
                    .collect();
                context.show(&TimerList(views))
            }
            Self::List(list) => list.run(context),
            Self::Show { entry } => {
                let session = context.session()?;
                let listed = time::show(&session, &entry)?;
                context.show(&EntryView::of(&listed, &session.calendar))
            }
            Self::Delete { entry } => {
                context.confirm(&format!("delete entry {entry}"))?;
                let mut session = context.session()?;
                let listed = time::delete(&mut session, &entry)?;
                context.say("deleted; `loggia undo` brings it back")?;
                context.show(&EntryView::of(&listed, &session.calendar))
            }
            Self::Report(report) => report.run(context),
        }
    }
}

fn period_of(session: &Session, words: &[String], default: &str) -> Result<Span> {
    let text = words.join(" ");
    let text = if text.trim().is_empty() {
        default
    } else {
        &text
    };
    Ok(session.calendar.parse_period(text).map_err(Error::from)?)
}

fn time_of(text: Option<String>) -> Result<Option<NaiveTime>> {
    Ok(text
        .as_deref()
        .map(parse_time_of_day)
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
            task: self.task,
            by: self.by,
            billable: billable(self.billable, self.non_billable),
            internal_note: None,
            rate: None,
            tags: tags(&self.tags)?,
        })
    }
}
