//! What is to be billed: the arguments of `invoice preview` and `invoice create`.

use clap::{Args, ValueEnum};

use crate::app::invoice::Wanted;
use crate::app::{Error, Session};
use crate::cli::error::Result;
use crate::domain::invoice::Grouping;
use crate::values::period::Span;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia invoice preview acme last month\n  loggia invoice create acme 2026-11 --group-by task"
)]
pub(in crate::cli) struct Bill {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Days whose work is billed [default: everything up to today]
    period: Vec<String>,
    /// What makes a line
    #[arg(long, value_name = "KEY", default_value = "project")]
    group_by: GroupBy,
    /// Date of the invoice [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum GroupBy {
    Project,
    Task,
    Member,
    Day,
    Entry,
}

impl From<GroupBy> for Grouping {
    fn from(by: GroupBy) -> Self {
        match by {
            GroupBy::Project => Self::Project,
            GroupBy::Task => Self::Task,
            GroupBy::Member => Self::Member,
            GroupBy::Day => Self::Day,
            GroupBy::Entry => Self::Entry,
        }
    }
}

impl Bill {
    pub(super) fn wanted(self, session: &Session) -> Result<Wanted> {
        let text = self.period.join(" ");
        let calendar = &session.calendar;
        Ok(Wanted {
            client: self.client,
            days: if text.trim().is_empty() {
                Span::all()
            } else {
                calendar.parse_period(&text).map_err(Error::from)?
            },
            grouping: self.group_by.into(),
            work: true,
            items: Vec::new(),
            date: self
                .date
                .as_deref()
                .map(|date| calendar.parse_date(date))
                .transpose()
                .map_err(Error::from)?,
        })
    }
}
