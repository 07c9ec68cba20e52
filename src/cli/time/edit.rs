//! Changing an entry.

use clap::Args;

use crate::app::Error;
use crate::app::time::{self, Edit as Change};
use crate::values::duration::parse_worked;
use crate::values::money::Rate;

use super::super::Context;
use super::super::error::Result;
use super::entry::show_logged;
use super::{billable, clearable, tags};

/// Change an entry; an empty text takes a value away
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// Number, or @1 for the latest
    entry: String,
    /// New duration or interval
    #[arg(long, value_name = "DURATION|INTERVAL", allow_hyphen_values = true)]
    time: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long)]
    task: Option<String>,
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
        let change = Change {
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
            task: self.task.map(|task| Some(task).filter(|t| !t.is_empty())),
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
        };
        let logged = time::edit(&mut session, &self.entry, &change)?;
        show_logged(context, &session, "changed", &logged)
    }
}
