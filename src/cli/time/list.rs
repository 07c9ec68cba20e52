//! Which entries are meant, and lists of them.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::Session;
use crate::app::time::{self, Selection};
use crate::domain::approval::Approval;
use crate::store::{ApprovalFilter, Listed};
use crate::values::duration::Seconds;
use crate::values::period::Span;

use super::super::Context;
use super::super::client::references;
use super::super::error::Result;
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};
use super::entry::EntryView;
use super::{billable, period_of, stream};

/// List entries [default period: this week]
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// The latest so many
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Table on the terminal, or rows for programs
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "table",
        conflicts_with = "json"
    )]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let mut selection = self
            .filter
            .selection(period_of(&session, &self.period, "this week")?);
        selection.limit = self.limit;
        // What programs read is written as it is read, so that a million entries need no memory.
        match self.format {
            Format::Csv => return stream::csv(context, &session, &selection),
            Format::Json => return stream::json(context, &session, &selection),
            Format::Table if context.terminal.is_json() => {
                return stream::json(context, &session, &selection);
            }
            Format::Table => {}
        }
        let entries = time::list(&session, &selection)?;
        let mut list = EntryList::of(&entries, &session);
        list.days = selection.days;
        context.show(&list)
    }
}

#[derive(Debug, Args)]
pub(super) struct Filter {
    #[arg(long)]
    client: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long, requires = "project")]
    task: Option<String>,
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
    pub(super) fn selection(self, days: Span) -> Selection {
        Selection {
            days,
            client: self.client,
            project: self.project,
            task: self.task,
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
}

impl EntryList {
    pub(super) fn of(entries: &[Listed], session: &Session) -> Self {
        Self {
            entries: entries
                .iter()
                .map(|listed| EntryView::of(listed, &session.calendar))
                .collect(),
            days: Span::all(),
        }
    }
}

impl View for EntryList {
    fn text(&self, page: &mut Page) {
        if self.entries.is_empty() {
            page.line(format!(
                "no entries in {}; `loggia time log CLIENT/PROJECT DURATION` logs one",
                self.days
            ));
            return;
        }
        let columns = [
            Column::Number("id"),
            Column::Text("date"),
            Column::Text("project"),
            Column::Text("member"),
            Column::Number("hours"),
            Column::Text("note"),
            Column::Text("invoice"),
        ];
        let rows: Vec<_> = self
            .entries
            .iter()
            .map(|entry| {
                let mut note = entry.note.clone().unwrap_or_default();
                if !entry.billable {
                    note.push_str(" (non-billable)");
                }
                if let Some(approval) = entry.approval {
                    note.push_str(&format!(" ({approval})"));
                }
                vec![
                    entry.id.to_string(),
                    entry.date.clone(),
                    entry.project.clone(),
                    entry.member.clone(),
                    entry.hours.clone(),
                    note,
                    entry.invoice.clone().unwrap_or_default(),
                ]
            })
            .collect();
        let sum: Seconds = self
            .entries
            .iter()
            .map(|entry| Seconds(entry.seconds))
            .sum();
        let mut total = vec![String::new(); columns.len()];
        if let Some(cell) = total.get_mut(2) {
            *cell = "total".to_owned();
        }
        if let Some(cell) = total.get_mut(4) {
            *cell = sum.hours();
        }
        table(page, &columns, &rows, Some(total));
    }

    fn reference(&self) -> String {
        references(&self.entries)
    }
}
