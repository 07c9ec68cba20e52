//! Submitting, approving and rejecting time.

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::app::error::field;
use crate::app::time::{self, Chosen, Done, Week};
use crate::store::ApprovalFilter;
use crate::values::duration::Seconds;
use crate::values::text::Line;

use super::super::Context;
use super::super::error::{Failure, Result};
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};
use super::list::State;
use super::period_of;

/// Submit time for approval [default period: this week]
///
/// What is submitted does not change until it is rejected.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time submit last week\n  loggia time submit 2026-W47 --member ines"
)]
pub(in crate::cli) struct Submit {
    /// this week, last week, 2026-W47, 2026-11, all
    #[arg(conflicts_with = "entries")]
    period: Vec<String>,
    /// Whose time [default: the setting time.member, else the first member]
    #[arg(
        long,
        visible_alias = "by",
        value_name = "MEMBER",
        conflicts_with = "entries"
    )]
    member: Option<String>,
    /// These entries alone: numbers, or @1
    #[arg(long = "entry", value_delimiter = ',', value_name = "ENTRY")]
    entries: Vec<String>,
}

impl Submit {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let chosen = Chosen {
            days: period_of(&session, &self.period, "this week")?,
            entries: self.entries,
            member: self.member,
        };
        let done = time::submit(&mut session, &chosen)?;
        show(context, "submitted", &done)
    }
}

/// Which submitted time is meant.
#[derive(Debug, Args)]
struct Which {
    /// this week, last week, 2026-W47, 2026-11, all
    #[arg(conflicts_with = "entries")]
    period: Vec<String>,
    /// Whose time
    #[arg(long, value_name = "MEMBER", conflicts_with = "entries")]
    member: Option<String>,
    /// These entries alone: numbers, or @1
    #[arg(long = "entry", value_delimiter = ',', value_name = "ENTRY")]
    entries: Vec<String>,
    /// Who answers, an owner or manager [default: the setting time.member, else the first member]
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
}

impl Which {
    fn chosen(&self, session: &Session) -> Result<Chosen> {
        if self.period.is_empty() && self.member.is_none() && self.entries.is_empty() {
            return Err(Failure::usage(
                "usage.missing",
                "a period, --member or --entry is missing".to_owned(),
                "`loggia time approvals` shows what waits; `all` takes everything".to_owned(),
            ));
        }
        Ok(Chosen {
            days: period_of(session, &self.period, "all")?,
            entries: self.entries.clone(),
            member: self.member.clone(),
        })
    }
}

/// Approve submitted time
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time approve last week --member ines\n  loggia time approve --entry 1024,1025"
)]
pub(in crate::cli) struct Approve {
    #[command(flatten)]
    which: Which,
}

impl Approve {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let chosen = self.which.chosen(&session)?;
        let done = time::approve(&mut session, &chosen, self.which.by.as_deref())?;
        show(context, "approved", &done)
    }
}

/// Reject submitted time: it can be changed again, and submitted anew
///
/// Time that was approved already is rejected by --entry.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia time reject last week --member ines --reason \"which task was it?\""
)]
pub(in crate::cli) struct Reject {
    #[command(flatten)]
    which: Which,
    /// Why, for the member to read
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Reject {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let reason = field("reason", Line::parse(&self.reason))?;
        let chosen = self.which.chosen(&session)?;
        let done = time::reject(&mut session, &chosen, self.which.by.as_deref(), &reason)?;
        show(context, "rejected", &done)
    }
}

/// Show what waits for approval, by member and week
#[derive(Debug, Args)]
pub(in crate::cli) struct Approvals {
    /// Whose time
    #[arg(long, value_name = "MEMBER")]
    member: Option<String>,
    /// Time that is so far
    #[arg(long, value_name = "STATE", default_value = "submitted")]
    state: State,
}

impl Approvals {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let state = ApprovalFilter::from(self.state);
        let weeks = time::approvals(&session, state, self.member.as_deref())?;
        context.show(&WeekList {
            weeks: weeks.iter().map(WeekView::of).collect(),
            waiting: self.state == State::Submitted,
        })
    }
}

fn show(context: &mut Context<'_>, what: &'static str, done: &Done) -> Result<()> {
    context.show(&DoneView {
        what,
        entries: done.entries.iter().map(|key| key.0).collect(),
        seconds: done.seconds.0,
        hours: done.seconds.hours(),
    })
}

/// What a step did.
#[derive(Debug, Serialize)]
struct DoneView {
    #[serde(skip)]
    what: &'static str,
    entries: Vec<i64>,
    seconds: i64,
    hours: String,
}

impl View for DoneView {
    fn text(&self, page: &mut Page) {
        page.line(match self.entries.len() {
            0 => format!("nothing to be {}", self.what),
            1 => format!("{} 1 entry, {} h", self.what, self.hours),
            many => format!("{} {many} entries, {} h", self.what, self.hours),
        });
    }

    fn reference(&self) -> String {
        let numbers: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        numbers.join("\n")
    }
}

#[derive(Debug, Serialize)]
struct WeekView {
    member: String,
    week: PeriodView,
    entries: Vec<i64>,
    seconds: i64,
    hours: String,
    billable_seconds: i64,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
}

impl WeekView {
    fn of(week: &Week) -> Self {
        Self {
            member: week.member.clone(),
            week: PeriodView {
                from: week.week.from.to_string(),
                to: week.week.to.to_string(),
            },
            entries: week.entries.iter().map(|key| key.0).collect(),
            seconds: week.seconds.0,
            hours: week.seconds.hours(),
            billable_seconds: week.billable.0,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct WeekList {
    weeks: Vec<WeekView>,
    #[serde(skip)]
    waiting: bool,
}

impl View for WeekList {
    fn text(&self, page: &mut Page) {
        if self.weeks.is_empty() {
            page.line(if self.waiting {
                "nothing waits for approval; `loggia time submit` submits this week"
            } else {
                "there is no such time"
            });
            return;
        }
        let columns = [
            Column::Text("member"),
            Column::Text("from"),
            Column::Text("to"),
            Column::Number("entries"),
            Column::Number("hours"),
            Column::Number("billable"),
        ];
        let rows: Vec<_> = self
            .weeks
            .iter()
            .map(|week| {
                vec![
                    week.member.clone(),
                    week.week.from.clone(),
                    week.week.to.clone(),
                    week.entries.len().to_string(),
                    week.hours.clone(),
                    Seconds(week.billable_seconds).hours(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let lines: Vec<String> = self
            .weeks
            .iter()
            .map(|week| format!("{} {}", week.member, week.week.from))
            .collect();
        lines.join("\n")
    }
}
