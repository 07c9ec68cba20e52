//! Splitting, merging, moving and deleting entries.

use clap::Args;

use crate::app::time::{self, Closed, Cut, Edit as Change, Edited};
use crate::app::{Error, Session};
use crate::values::duration::{parse_length, parse_time_of_day};

use super::super::Context;
use super::super::error::Result;
use super::entry::{EntryView, tell};
use super::line;
use super::list::EntryList;

/// Split an entry in two: it keeps the first part, a new one takes the rest
#[derive(Debug, Args)]
#[command(
    after_help = "Of an entry with start and end, 10:30 or 3pm is the time of day at which to split; 1h30m or 90min is the length\n\
    of the first part. Of an entry without, 1:30 is a length as well.\n\n\
    Examples:\n  loggia time split 1024 10:30\n  loggia time split @1 45min --note \"call with Jo\""
)]
pub(in crate::cli) struct Split {
    /// Number, or @1 for the latest
    entry: String,
    /// Where to split
    #[arg(value_name = "TIME|DURATION")]
    at: String,
    /// Another note for the new entry
    #[arg(long)]
    note: Option<String>,
}

impl Split {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let entry = time::show(&session, &self.entry)?;
        let cut = match parse_time_of_day(&self.at) {
            Ok(at) if entry.entry.work.span.is_some() => Cut::At(at),
            _ => Cut::After(parse_length(&self.at).map_err(Error::from)?),
        };
        let note = line("note", self.note)?;
        let number = entry.entry.key.0.to_string();
        let (first, second, notices) = time::split(&mut session, &number, cut, note)?;
        tell(context, &session.calendar, &notices)?;
        context.say("split")?;
        let entries = [first, second];
        context.show(&EntryList::of(&entries, &session)?)
    }
}

/// Merge entries of the same project, task, member and day into one
///
/// Times are added, notes and tags joined. Start and end are kept where one entry follows on the other; else only the length is.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia time merge 1024 1025 1026")]
pub(in crate::cli) struct Merge {
    /// Numbers, or @1 for the latest
    #[arg(required = true, num_args = 2.., value_name = "ENTRY")]
    entries: Vec<String>,
}

impl Merge {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let keys = time::keys(&session, &self.entries)?;
        let merged = time::merge(&mut session, &keys)?;
        if merged.without_clock {
            context.warn("they do not follow on each other, so only the length is kept")?;
        }
        let gone: Vec<String> = merged.gone.iter().map(|key| key.0.to_string()).collect();
        context.say(&format!(
            "merged, without {} now; `loggia undo` brings all back",
            gone.join(", ")
        ))?;
        context.show(&EntryView::of(&merged.entry, &session))
    }
}

/// Which entries, and what to do with closed ones.
#[derive(Debug, Args)]
struct Several {
    /// Numbers, or @1 for the latest
    #[arg(required = true, value_name = "ENTRY")]
    entries: Vec<String>,
    /// Leave entries that are locked, invoiced, submitted or approved as they are
    #[arg(long)]
    skip_locked: bool,
}

impl Several {
    fn closed(&self) -> Closed {
        closed(self.skip_locked)
    }
}

/// What `--skip-locked` asks for.
pub(super) fn closed(skip: bool) -> Closed {
    if skip { Closed::Skip } else { Closed::Refuse }
}

/// Move entries to another project
///
/// The task goes along where the project has one of that name.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia time move 1024 1025 --to acme/shop --task Design\n\n\
    `loggia time edit --where … --set project=…` moves all that a filter finds."
)]
pub(in crate::cli) struct Move {
    #[command(flatten)]
    several: Several,
    /// The project they go to
    #[arg(long, value_name = "CLIENT/PROJECT")]
    to: String,
    /// A task of that project
    #[arg(long)]
    task: Option<String>,
}

impl Move {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let keys = time::keys(&session, &self.several.entries)?;
        let change = Change {
            project: Some(self.to),
            task: self.task.map(Some),
            ..Change::default()
        };
        let edited = time::edit_all(&mut session, &keys, &change, self.several.closed())?;
        show(context, &session, "moved", &edited, keys.len())
    }
}

/// Delete entries
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia time delete 1024 1025 --yes")]
pub(in crate::cli) struct Delete {
    #[command(flatten)]
    several: Several,
}

impl Delete {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let entries = &self.several.entries;
        context.confirm(&match entries.as_slice() {
            [only] => format!("delete entry {only}"),
            many => format!("delete {} entries", many.len()),
        })?;
        let mut session = context.session()?;
        let keys = time::keys(&session, entries)?;
        let edited = time::delete(&mut session, &keys, self.several.closed())?;
        let what = "deleted; `loggia undo` brings it back";
        show(context, &session, what, &edited, keys.len())
    }
}

/// Shows one entry as one, several as a list.
fn show(
    context: &mut Context<'_>,
    session: &Session,
    what: &str,
    edited: &Edited,
    of: usize,
) -> Result<()> {
    tell(context, &session.calendar, &edited.notices)?;
    tell_skipped(
        context,
        edited.closed.iter().map(|(id, why)| why.of_entry(*id)),
    )?;
    context.say(what)?;
    match edited.entries.as_slice() {
        [only] if of == 1 => context.show(&EntryView::of(only, session)),
        entries => context.show(&EntryList::of(entries, session)?),
    }
}

/// Tells which entries stayed as they are.
pub(super) fn tell_skipped(
    context: &mut Context<'_>,
    reasons: impl ExactSizeIterator<Item = String>,
) -> Result<()> {
    const TOLD: usize = 10;
    let more = reasons.len().saturating_sub(TOLD);
    for reason in reasons.take(TOLD) {
        context.warn(&format!("left as it is: {reason}"))?;
    }
    if more > 0 {
        context.warn(&format!("and {more} more are left as they are"))?;
    }
    Ok(())
}
