//! Which entries are meant, and lists of them.

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::app::time::{self, Selection};
use crate::store::Listed;
use crate::values::duration::Seconds;
use crate::values::period::Span;

use super::super::Context;
use super::super::client::references;
use super::super::error::Result;
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};
use super::entry::EntryView;
use super::{billable, period_of};

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
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let mut selection = self
            .filter
            .selection(period_of(&session, &self.period, "this week")?);
        selection.limit = self.limit;
        let entries = time::list(&session, &selection)?;
        context.show(&EntryList::of(&entries, &session, selection.days))
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
    /// Only entries on no invoice
    #[arg(long)]
    unbilled: bool,
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
            limit: None,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct EntryList {
    entries: Vec<EntryView>,
    #[serde(skip)]
    days: Span,
}

impl EntryList {
    fn of(entries: &[Listed], session: &Session, days: Span) -> Self {
        Self {
            entries: entries
                .iter()
                .map(|listed| EntryView::of(listed, &session.calendar))
                .collect(),
            days,
        }
    }
}

impl View for EntryList {
    fn text(&self, page: &mut Page) {
        if self.entries.is_empty() {
            page.line(format!("no entries in {}", self.days));
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
