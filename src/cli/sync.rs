//! `loggia sync`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::app::Error;
use crate::app::event::Restart;
use crate::app::sync::{self, ClientReport, Progress, State};
use crate::published::ChunkKey;

use super::Context;
use super::approval::{self, RequestView};
use super::count::count;
use super::error::{Result, exit};
use super::inbox::told_aside;
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

/// What is told where the portal is not the one that it was.
fn restarted(restart: Restart) -> &'static str {
    match restart {
        Restart::Rebuilt => {
            "the portal was made anew since the last sync: it gets all of what clients may see again, and nothing that they said is lost here"
        }
        Restart::Restored => {
            "the portal is an older copy of itself: it gets again what it lacks; what clients said between that copy and the last sync is here"
        }
    }
}

/// Brings one client in step after something was said to it; only what fails is shown.
pub(super) fn quietly(context: &mut Context<'_>, client: &str) -> Result<ExitCode> {
    let mut session = context.session()?;
    let connection = context.connection(&session)?;
    let report = sync::run(&mut session, &connection, Some(client), false, &mut |_| ())?;
    for applied in &report.applied {
        context.say(&approval::told(applied, &session.calendar))?;
    }
    for client in report.clients {
        match client.state {
            State::Failed(error) => return Err(error.into()),
            State::Off => {
                context.warn(&format!(
                    "{} is not on the portal: nobody reads it",
                    client.slug
                ))?;
            }
            _ => context.say(&format!("{} is in step on the portal", client.slug))?,
        }
    }
    Ok(ExitCode::SUCCESS)
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
        if let Some(restart) = report.restarted {
            context.warn(restarted(restart))?;
        }
        if report.aside > 0 {
            context.warn(&told_aside(report.aside))?;
        }
        for applied in &report.applied {
            context.say(&approval::told(applied, &session.calendar))?;
        }
        context.show(&SyncView {
            clients: report.clients.iter().map(ClientView::of).collect(),
            events: report.events,
            events_aside: report.aside,
            portal: report.restarted.map(Restart::word),
            approvals: report
                .applied
                .iter()
                .map(|applied| RequestView::of(&applied.shown, &session.calendar))
                .collect(),
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
    /// Events of all times that this version cannot read.
    events_aside: usize,
    /// `rebuilt` or `restored`: it is another portal than it was.
    portal: Option<&'static str>,
    /// What clients approved and was put into the books.
    approvals: Vec<RequestView>,
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
