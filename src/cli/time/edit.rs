//! Changing an entry.

use clap::Args;

use crate::app::Error;
use crate::app::time::{self, Edit as Change};
use crate::values::duration::parse_worked;
use crate::values::money::Rate;

use super::super::Context;
use super::super::error::{Failure, Result};
use super::bulk::{self, How};
use super::entry::show_logged;
use super::{billable, clearable, tags, taken_away};

/// Change an entry, or all that a filter finds; an empty text takes a value away
#[derive(Debug, Args)]
#[command(
    after_help = "--where FIELD=VALUE may be given several times, and all have to hold: client, project, phase, task, activity, member,\n\
    tag, \
    billable=yes|no, invoiced=no, approval=open|submitted|approved|rejected, period='last month'.\n\
    --set FIELD=VALUE: project, phase, task, activity, member, note, internal, billable=yes|no|inherit, rate, tag (replaces all), tag+ (adds),\n\
    tag- (takes away).\n\
    A change of several entries is shown first and asked for; off a terminal it needs --yes. It is one operation: all of it\n\
    or nothing, and one `loggia undo` takes it back.\n\n\
    Examples:\n  loggia time edit 1024 --time 9:00-11:30\n  \
    loggia time edit --where project=acme/website --where 'period=last month' --set task=Design --set billable=no --dry-run"
)]
pub(in crate::cli) struct Edit {
    /// Number, or @1 for the latest
    #[arg(required_unless_present = "conditions", conflicts_with = "conditions")]
    entry: Option<String>,
    /// All entries for which this holds
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    conditions: Vec<String>,
    /// What to set
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    assignments: Vec<String>,
    /// Tell what would change, and change nothing
    #[arg(long, requires = "conditions")]
    dry_run: bool,
    /// Leave entries that are locked, invoiced, submitted or approved as they are
    #[arg(long, requires = "conditions")]
    skip_locked: bool,
    /// New duration or interval
    #[arg(
        long,
        value_name = "DURATION|INTERVAL",
        allow_hyphen_values = true,
        conflicts_with = "conditions"
    )]
    time: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long)]
    phase: Option<String>,
    #[arg(long)]
    task: Option<String>,
    #[arg(long, value_name = "CODE")]
    activity: Option<String>,
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    #[arg(long)]
    note: Option<String>,
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    #[arg(long)]
    non_billable: bool,
    #[arg(long, value_name = "AMOUNT")]
    rate: Option<String>,
    /// Replaces all tags; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

impl Edit {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let mut change = Change {
            worked: self
                .time
                .as_deref()
                .map(parse_worked)
                .transpose()
                .map_err(Error::from)?,
            day: self
                .date
                .as_deref()
                .map(|date| session.calendar.parse_date(date))
                .transpose()
                .map_err(Error::from)?,
            project: self.project,
            phase: self.phase.map(taken_away),
            task: self.task.map(taken_away),
            activity: self.activity.map(taken_away),
            by: self.by,
            note: clearable("note", self.note)?,
            internal_note: clearable("internal", self.internal)?,
            billable: billable(self.billable, self.non_billable).map(Some),
            rate: match self.rate.as_deref() {
                None => None,
                Some("") => Some(None),
                Some(rate) => Some(Some(Rate::parse(rate).map_err(Error::from)?)),
            },
            tags: match self.tags.as_slice() {
                [] => None,
                [only] if only.is_empty() => Some(Vec::new()),
                all => Some(tags(all)?),
            },
            ..Change::default()
        };
        bulk::set(&mut change, &self.assignments)?;
        let Some(entry) = self.entry else {
            let selection = bulk::selection(&session, &self.conditions)?;
            let how = How {
                dry_run: self.dry_run,
                skip_locked: self.skip_locked,
            };
            return bulk::run(context, &mut session, &selection, &change, how);
        };
        if change == Change::default() {
            return Err(Failure::usage(
                "usage.nothing",
                "nothing to change was given".to_owned(),
                format!(
                    "say what is new, as in `loggia time edit {entry} --note TEXT`; --help has the flags"
                ),
            ));
        }
        let logged = time::edit(&mut session, &entry, &change)?;
        show_logged(context, &session, "changed", &logged)
    }
}
