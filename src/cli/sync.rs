//! `loggia sync`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::app::Error;
use crate::app::sync::{self, ClientReport, Progress, State};
use crate::published::ChunkKey;

use super::Context;
use super::count::count;
use super::error::{Result, exit};
use super::table::{Column, table};
use super::terminal::{Page, View, progress};

/// Publish to the portal what each client may see, and fetch what clients did there
#[derive(Debug, Args)]
#[command(
    after_help = "Safe to repeat and to interrupt. Exit status: 0 in step, 6 some clients failed, 7 portal not reachable, 8 token refused."
)]
pub(super) struct Sync {
    /// Only this client
    #[arg(long)]
    client: Option<String>,
    /// Tell what would change for each client, and send nothing
    #[arg(long)]
    dry_run: bool,
}

impl Sync {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let mut session = context.session()?;
        let connection = context.connection(&session)?;
        let bar = progress(context.terminal);
        let report = sync::run(
            &mut session,
            &connection,
            self.client.as_deref(),
            self.dry_run,
            &mut |step| {
                if let Progress::Client { place, of, .. } = step {
                    bar.set_length(u64::try_from(of).unwrap_or_default());
                    bar.set_position(u64::try_from(place).unwrap_or_default());
                }
            },
        );
        bar.finish_and_clear();
        let report = report?;
        let mut failed = false;
        for client in &report.clients {
            if let State::Failed(error) = &client.state {
                failed = true;
                context.warn(&format!("{}: {error}", client.slug))?;
            }
        }
        context.show(&SyncView {
            clients: report.clients.iter().map(ClientView::of).collect(),
            events: report.events,
        })?;
        let line = report
            .clients
            .into_iter()
            .find_map(|client| match client.state {
                State::Failed(Error::Sync(error)) if error.is_of_connection() => Some(error),
                _ => None,
            });
        if let Some(error) = line {
            return Err(Error::from(error).into());
        }
        Ok(if failed {
            ExitCode::from(exit::PARTLY)
        } else {
            ExitCode::SUCCESS
        })
    }
}

#[derive(Debug, Serialize)]
struct SyncView {
    clients: Vec<ClientView>,
    events: usize,
}

#[derive(Debug, Serialize)]
struct ClientView {
    slug: String,
    added: usize,
    changed: usize,
    removed: usize,
    bytes: u64,
    state: &'static str,
    /// The parts of the client's portal that differ, by key.
    parts: Parts,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Parts {
    added: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
}

impl ClientView {
    fn of(client: &ClientReport) -> Self {
        let difference = &client.difference;
        let keys = |keys: &[ChunkKey]| keys.iter().map(ToString::to_string).collect();
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
                _ => None,
            },
        }
    }
}

impl View for SyncView {
    fn text(&self, page: &mut Page) {
        if self.clients.is_empty() {
            page.line(
                "no client has a console; `loggia portal-settings set console=on --client CLIENT`",
            );
        } else {
            let columns = [
                Column::Text("client"),
                Column::Text("state"),
                Column::Number("added"),
                Column::Number("changed"),
                Column::Number("removed"),
                Column::Number("bytes"),
            ];
            let rows: Vec<_> = self
                .clients
                .iter()
                .map(|client| {
                    vec![
                        client.slug.clone(),
                        client.state.to_owned(),
                        client.added.to_string(),
                        client.changed.to_string(),
                        client.removed.to_string(),
                        client.bytes.to_string(),
                    ]
                })
                .collect();
            table(page, &columns, &rows, None);
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
