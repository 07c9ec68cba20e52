//! What a sync did or would do, as text and as JSON.

use serde::Serialize;

use crate::app::Session;
use crate::app::event::Restart;
use crate::app::sync::{ClientReport, Report, State};
use crate::published::ChunkKey;

use super::super::approval::RequestView;
use super::super::count::count;
use super::super::table::{Column, table};
use super::super::terminal::{Page, Tone, View};
use super::difference::{ChangeView, SummaryView, Words};

/// What is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Told {
    /// What was done.
    Done,
    /// What would be; `all` of it, however much it is.
    WouldBe { all: bool },
}

#[derive(Debug, Serialize)]
pub(super) struct SyncView {
    clients: Vec<ClientView>,
    events: usize,
    /// Events of all times that this version cannot read.
    events_aside: usize,
    /// `rebuilt` or `restored`: it is another portal than it was.
    portal: Option<&'static str>,
    /// What clients approved and was put into the books.
    approvals: Vec<RequestView>,
    /// It tells what would be.
    #[serde(skip)]
    dry: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct ClientView {
    slug: String,
    added: usize,
    changed: usize,
    removed: usize,
    bytes: u64,
    state: &'static str,
    /// The parts of the client's portal that differ, by key.
    parts: Parts,
    error: Option<String>,
    /// Users who were in and have to be invited again.
    reinvite: Vec<String>,
    /// With --dry-run: what the client would notice, one by one and counted.
    changes: Vec<ChangeView>,
    summary: Vec<SummaryView>,
    #[serde(skip)]
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Parts {
    added: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
}

impl SyncView {
    pub(super) fn of(report: &Report, session: &Session, words: &Words, told: Told) -> Self {
        let all = matches!(told, Told::WouldBe { all: true });
        let clients = report.clients.iter();
        Self {
            dry: matches!(told, Told::WouldBe { .. }),
            clients: clients
                .map(|client| ClientView::of(client, words, all))
                .collect(),
            events: report.events,
            events_aside: report.aside,
            portal: report.restarted.map(Restart::word),
            approvals: report
                .applied
                .iter()
                .map(|applied| RequestView::of(&applied.shown, &session.calendar))
                .collect(),
        }
    }

    fn differences(&self, page: &mut Page) {
        let fine = |client: &&ClientView| client.state == "in-step";
        for client in self.clients.iter().filter(|client| !fine(client)) {
            let what = match client.state {
                "would-push" => "would be pushed",
                "would-withdraw" => "would leave the portal",
                "stale" | "over-limit" => "would be refused",
                "off" => "is not on the portal",
                _ => "failed",
            };
            let size = match client.bytes {
                0 => String::new(),
                bytes => format!(" ({})", indicatif::HumanBytes(bytes)),
            };
            page.heading(&format!("{} {what}{size}", client.slug));
            for line in &client.lines {
                let tone = match line.chars().next() {
                    Some('+') => Some(Tone::Good),
                    Some('-') => Some(Tone::Bad),
                    Some('~') => Some(Tone::Warning),
                    _ => None,
                };
                let shown = match tone {
                    Some(tone) => page.tinted(line, tone),
                    None => line.clone(),
                };
                page.line(format!("  {shown}"));
            }
        }
        let fine = self.clients.iter().filter(fine).count();
        if fine > 0 {
            page.line(format!(
                "{} in step",
                count(fine, "client is", "clients are")
            ));
        }
    }

    fn rows(&self, page: &mut Page) {
        let columns = [
            Column::Text("client"),
            Column::Text("state"),
            Column::Number("added"),
            Column::Number("changed"),
            Column::Number("removed"),
            Column::Number("bytes"),
        ];
        let row = |client: &ClientView| {
            vec![
                client.slug.clone(),
                client.state.to_owned(),
                client.added.to_string(),
                client.changed.to_string(),
                client.removed.to_string(),
                client.bytes.to_string(),
            ]
        };
        let rows: Vec<_> = self.clients.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }
}

impl ClientView {
    pub(super) fn of(client: &ClientReport, words: &Words, all: bool) -> Self {
        let difference = &client.difference;
        let keys = |keys: &[ChunkKey]| keys.iter().map(ToString::to_string).collect();
        let changes = client.seen.changes.iter();
        let summary = client.seen.summary.iter();
        Self {
            slug: client.slug.clone(),
            added: difference.added.len(),
            changed: difference.changed.len(),
            removed: difference.removed.len(),
            bytes: client.bytes,
            state: client.state.word(),
            parts: Parts {
                added: keys(&difference.added),
                changed: keys(&difference.changed),
                removed: keys(&difference.removed),
            },
            error: match &client.state {
                State::Failed(error) => Some(error.to_string()),
                State::Stale(error) | State::OverLimit(error) => Some(error.to_string()),
                _ => None,
            },
            reinvite: client.left.clone(),
            changes: changes
                .map(|change| ChangeView::of(change, words))
                .collect(),
            summary: summary.map(SummaryView::of).collect(),
            lines: words.lines(&client.seen, all),
        }
    }
}

impl View for SyncView {
    fn text(&self, page: &mut Page) {
        if self.clients.is_empty() {
            page.line(
                "no client has a console; `loggia portal-settings set console=on --client CLIENT`",
            );
        } else if self.dry {
            self.differences(page);
        } else {
            self.rows(page);
        }
        if self.events > 0 {
            page.line(format!(
                "{} from clients",
                count(self.events, "event", "events")
            ));
        }
    }

    fn reference(&self) -> String {
        self.clients
            .iter()
            .filter(|client| client.state != "in-step" && client.state != "off")
            .map(|client| client.slug.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }
}
