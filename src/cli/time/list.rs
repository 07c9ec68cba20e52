//! Which entries are meant, and lists of them.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::time::{self, Selection};
use crate::app::{Session, explain};
use crate::domain::approval::Approval;
use crate::store::{ApprovalFilter, Listed};
use crate::values::period::Span;

use super::super::Context;
use super::super::client::references;
use super::super::error::Result;
use super::super::explain::ExplainedList;
use super::super::sheet::{Format, deliver};
use super::super::table::summed;
use super::super::terminal::{Page, View};
use super::entry::EntryView;
use super::shape::{Laid, Shape};
use super::{billable, period_of, stream};

/// List entries [default period: this week]
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time list last month --client acme --columns date,member,hours,amount,note\n  \
    loggia time list 2026 --unbilled --sort -hours\n  loggia time list last month --format xlsx --output november.xlsx"
)]
pub(in crate::cli) struct List {
    /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// The latest so many
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    shape: Shape,
    /// Tell how each entry is billed: rounding, rate and amount, and where they come from
    #[arg(long, conflicts_with_all = ["columns", "sort", "format", "output"])]
    explain: bool,
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let mut selection = self
            .filter
            .selection(period_of(&session, &self.period, "this week")?);
        selection.limit = self.limit;
        if self.explain {
            let explanation = explain::list(&session, &selection)?;
            let period = selection.days.to_string();
            return context.show(&ExplainedList::of(&explanation, period));
        }
        // What programs read is written as it is read, so that a million entries need no memory.
        if self.shape.is_as_found() {
            match self.shape.target.to_standard_output() {
                Some(Format::Csv) => return stream::csv(context, &session, &selection),
                Some(Format::Json) => return stream::json(context, &session, &selection),
                Some(Format::Table) if context.terminal.is_json() => {
                    return stream::json(context, &session, &selection);
                }
                _ => {}
            }
        }
        let entries = time::list(&session, &selection)?;
        let (entries, laid) = self.shape.lay(&session, selection.days, entries)?;
        let list = EntryList::laid(&entries, &session, selection.days, laid);
        deliver(
            context,
            &self.shape.target,
            "entries",
            &list.laid.file,
            &list,
        )
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Filter {
    #[arg(long)]
    client: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long, requires = "project")]
    phase: Option<String>,
    #[arg(long, requires = "project")]
    task: Option<String>,
    #[arg(long, value_name = "CODE")]
    activity: Option<String>,
    #[arg(long, visible_alias = "by-member")]
    member: Option<String>,
    #[arg(long)]
    tag: Option<String>,
    /// Only billable entries
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Only entries that are not billable
    #[arg(long)]
    non_billable: bool,
    /// Only entries that are so far
    #[arg(long, value_name = "STATE")]
    approval: Option<State>,
    /// Only entries on no invoice
    #[arg(long)]
    unbilled: bool,
}

/// How far entries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum State {
    /// Not submitted, or rejected
    Open,
    /// Waiting for an answer
    Submitted,
    Approved,
    Rejected,
}

impl From<State> for ApprovalFilter {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Submitted => Self::Is(Approval::Submitted),
            State::Approved => Self::Is(Approval::Approved),
            State::Rejected => Self::Is(Approval::Rejected),
        }
    }
}

impl Filter {
    pub(in crate::cli) fn selection(self, days: Span) -> Selection {
        Selection {
            days,
            client: self.client,
            project: self.project,
            phase: self.phase,
            task: self.task,
            activity: self.activity,
            member: self.member,
            billable: billable(self.billable, self.non_billable),
            unbilled: self.unbilled,
            tag: self.tag,
            approval: self.approval.map(ApprovalFilter::from),
            limit: None,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct EntryList {
    entries: Vec<EntryView>,
    #[serde(skip)]
    days: Span,
    #[serde(skip)]
    laid: Laid,
}

impl EntryList {
    /// Some entries, in the usual columns.
    pub(super) fn of(entries: &[Listed], session: &Session) -> Result<Self> {
        let days = Span::all();
        let (entries, laid) = Shape::default().lay(session, days, entries.to_vec())?;
        Ok(Self::laid(&entries, session, days, laid))
    }

    fn laid(entries: &[Listed], session: &Session, days: Span, laid: Laid) -> Self {
        Self {
            entries: entries
                .iter()
                .map(|listed| EntryView::of(listed, session))
                .collect(),
            days,
            laid,
        }
    }
}

impl View for EntryList {
    fn text(&self, page: &mut Page) {
        if self.entries.is_empty() {
            page.line(format!(
                "no entries in {}; `loggia time list all --limit 5` shows the latest",
                self.days
            ));
            return;
        }
        summed(page, &self.laid.table, &self.laid.totals);
    }

    fn reference(&self) -> String {
        references(&self.entries)
    }
}
