//! `loggia sync status`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use crate::app::sync::{self, ClientStanding, Standing, There};
use crate::app::{Error, Session};
use crate::published::PROTOCOL;
use crate::published::protocol::Status as Portal;
use crate::values::calendar::Calendar;

use super::super::Context;
use super::super::count::count;
use super::super::error::{Result, exit};
use super::super::inbox::told_aside;
use super::super::portal::Kept;
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};

/// More clients than this are not listed one by one.
const MANY: usize = 20;

/// Show what is not yet on the portal, and how the last sync ended
#[derive(Debug, Args)]
#[command(
    after_help = "Without --check no question goes out: it tells what this machine knows. Exit status: 0 all is in step, 6 something waits or the last \
    sync failed, 7 no portal is connected or it cannot be reached, 8 token refused."
)]
pub(super) struct Status {
    /// Ask the portal, too: whether it is there, and whether it has what was pushed
    #[arg(long)]
    check: bool,
}

impl Status {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let mut session = context.session()?;
        let connection = context.connection(&session)?;
        let kept = context.kept(&session)?;
        let portal = connection.portal().map_err(Error::from)?;
        let mut standing = sync::standing(&mut session, &portal)?;
        let answer = match self.check {
            true => Some(connection.status().map_err(Error::from)?),
            false => None,
        };
        let strangers = match &answer {
            Some(answer) => Some(standing.compare(&mut session, answer)?),
            None => None,
        };
        if answer.is_some() && !standing.running {
            sync::note_seen(&mut session, &standing)?;
        }
        if let Some(mut last) = standing.last.take() {
            last.told = true;
            if last.automatic {
                last.keep(session.store.path());
            }
            standing.last = Some(last);
        }
        let check = answer
            .zip(strangers)
            .map(|(answer, strangers)| CheckView::of(&session, answer, strangers, &standing));
        let in_step = standing.is_in_step();
        context.show(&StatusView::of(&session, portal, kept, standing, check))?;
        Ok(match in_step {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(exit::PARTLY),
        })
    }
}

#[derive(Debug, Serialize)]
struct StatusView {
    portal: String,
    account: Option<String>,
    connected_since: Option<String>,
    #[serde(skip)]
    connected: Option<String>,
    in_step: bool,
    /// A sync is at it just now.
    running: bool,
    auto_sync: bool,
    clients: Vec<ClientView>,
    last_sync: Option<LastView>,
    /// The number of the last event that came here.
    event: u64,
    events_aside: usize,
    /// What the portal says; none without --check.
    check: Option<CheckView>,
}

#[derive(Debug, Serialize)]
struct ClientView {
    slug: String,
    state: &'static str,
    pushed: Option<String>,
    revision: Option<u64>,
    /// Operations since the last push.
    operations: u64,
    /// What the portal has: `same`, `newer`, `other`, `missing`; none without --check.
    there: Option<&'static str>,
    #[serde(skip)]
    ago: String,
}

#[derive(Debug, Serialize)]
struct LastView {
    at: String,
    ok: bool,
    automatic: bool,
    error: Option<String>,
    failed: Vec<FailedView>,
    #[serde(skip)]
    ago: String,
}

#[derive(Debug, Serialize)]
struct FailedView {
    slug: String,
    error: String,
}

#[derive(Debug, Serialize)]
struct CheckView {
    account: String,
    server: String,
    protocol: u32,
    clients: usize,
    open_clients: usize,
    client_limit: Option<u32>,
    last_push: Option<String>,
    #[serde(skip)]
    last: Option<String>,
    /// Another copy of this store, or another store of the account, pushed something that this one does not know of.
    pushed_elsewhere: Vec<String>,
    /// Clients of the account that are not of this store.
    strangers: usize,
    /// Events that wait.
    events: u64,
}

impl CheckView {
    fn of(session: &Session, answer: Portal, strangers: usize, standing: &Standing) -> Self {
        let newer = |client: &&ClientStanding| client.there == Some(There::Newer);
        Self {
            clients: answer.clients.len(),
            open_clients: answer
                .clients
                .iter()
                .filter(|client| client.console)
                .count(),
            client_limit: answer.client_limit,
            last_push: answer
                .last_push
                .map(|at| session.calendar.local(at).to_rfc3339()),
            last: answer
                .last_push
                .map(|at| moment(&session.calendar, at, session.now())),
            pushed_elsewhere: standing
                .clients
                .iter()
                .filter(newer)
                .map(|client| client.slug.clone())
                .collect(),
            strangers,
            events: answer.last_event.saturating_sub(standing.cursor),
            protocol: PROTOCOL,
            account: answer.account,
            server: answer.server,
        }
    }

    fn text(&self, page: &mut Page) {
        page.heading("at the portal");
        page.field("account", Some(&self.account));
        page.field(
            "speaks",
            Some(format!(
                "protocol {}, loggia {}",
                self.protocol, self.server
            )),
        );
        let limit = match self.client_limit {
            Some(limit) => format!("{} of {limit} in the plan", self.open_clients),
            None => format!("{}, and the plan has no limit", self.open_clients),
        };
        page.field("open clients", Some(limit));
        page.field("last push", self.last.as_ref());
        if !self.pushed_elsewhere.is_empty() {
            let which = self.pushed_elsewhere.join(", ");
            page.field(
                "newer there",
                Some(format!("{which}: another copy of this store pushed")),
            );
        }
        if self.strangers > 0 {
            let clients = count(self.strangers, "client", "clients");
            page.field("also there", Some(format!("{clients} of another store")));
        }
        if self.events > 0 {
            page.field("events", Some(format!("{} wait", self.events)));
        }
    }
}

impl StatusView {
    fn of(
        session: &Session,
        portal: String,
        kept: Option<Kept>,
        standing: Standing,
        check: Option<CheckView>,
    ) -> Self {
        let (calendar, now) = (&session.calendar, session.now());
        let in_step = standing.is_in_step();
        let (account, since) = kept.map_or((None, None), |kept| (kept.account, kept.since));
        let client = |client: &ClientStanding| ClientView {
            slug: client.slug.clone(),
            state: client.stand.word(),
            pushed: client.pushed.map(|at| calendar.local(at).to_rfc3339()),
            revision: client.revision,
            operations: client.operations,
            there: client.there.map(There::word),
            ago: client
                .pushed
                .map(|at| moment(calendar, at, now))
                .unwrap_or_default(),
        };
        Self {
            in_step,
            running: standing.running,
            portal,
            account,
            connected_since: since.map(|since| calendar.local(since).to_rfc3339()),
            connected: since.map(|since| moment(calendar, since, now)),
            auto_sync: session.business.auto_sync,
            clients: standing.clients.iter().map(client).collect(),
            last_sync: standing.last.map(|last| LastView {
                at: calendar.local(last.at).to_rfc3339(),
                ok: last.is_good(),
                automatic: last.automatic,
                error: last.words(),
                failed: last
                    .clients
                    .into_iter()
                    .map(|(slug, error)| FailedView { slug, error })
                    .collect(),
                ago: moment(calendar, last.at, now),
            }),
            event: standing.cursor,
            events_aside: standing.aside,
            check,
        }
    }

    fn last(&self, page: &mut Page) {
        let Some(last) = &self.last_sync else {
            page.field("last sync", Some("never"));
            return;
        };
        let by = if last.automatic { ", by itself" } else { "" };
        let how = match &last.error {
            None => "went well".to_owned(),
            Some(error) => format!("failed: {error}"),
        };
        page.field("last sync", Some(format!("{}{by}: {how}", last.ago)));
    }
}

impl View for StatusView {
    fn text(&self, page: &mut Page) {
        let all = match (self.clients.is_empty(), self.in_step) {
            (true, _) => "no client has a console",
            (false, true) => "all is in step",
            (false, false) if self.running => "a sync is running",
            (false, false) => "not in step; `loggia sync` brings it there",
        };
        page.heading(&format!("{}: {all}", self.portal));
        page.field("account", self.account.as_ref());
        page.field("connected", self.connected.as_ref());
        self.last(page);
        page.field(
            "by itself",
            Some(match self.auto_sync {
                true => "after each command (auto-sync is on)",
                false => "no; `loggia settings set auto-sync=on`",
            }),
        );
        if self.events_aside > 0 {
            page.field("events", Some(told_aside(self.events_aside)));
        }
        if let Some(check) = &self.check {
            check.text(page);
        }
        if self.clients.is_empty() {
            page.line(
                "`loggia portal-settings set console=on --client CLIENT` gives one a console",
            );
            return;
        }
        let mut columns = vec![
            Column::Text("client"),
            Column::Text("state"),
            Column::Text("pushed"),
            Column::Number("since then"),
        ];
        if self.check.is_some() {
            columns.push(Column::Text("portal has"));
        }
        let row = |client: &ClientView| {
            let mut row = vec![
                client.slug.clone(),
                client.state.replace('-', " "),
                client.ago.clone(),
                match client.operations {
                    0 => String::new(),
                    many => count(many, "command", "commands"),
                },
            ];
            row.extend(self.check.as_ref().and(client.there).map(str::to_owned));
            row
        };
        let fine = |client: &&ClientView| {
            client.state == "in-step"
                && client.there.is_none_or(|there| there == There::Same.word())
        };
        // Of many only those that something is to be told of.
        let short = self.clients.len() > MANY;
        let shown = self
            .clients
            .iter()
            .filter(|client| !(short && fine(client)));
        let rows: Vec<_> = shown.map(row).collect();
        if !rows.is_empty() {
            table(page, &columns, &rows, None);
        }
        let left = self.clients.len().saturating_sub(rows.len());
        if left > 0 {
            page.line(format!(
                "{} in step",
                count(left, "client is", "clients are")
            ));
        }
    }

    fn reference(&self) -> String {
        self.clients
            .iter()
            .filter(|client| client.state != "in-step")
            .map(|client| client.slug.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// `14:05` of today, else with its day.
fn moment(calendar: &Calendar, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let local = calendar.local(at);
    let format = match calendar.day_of(at) == calendar.day_of(now) {
        true => "%H:%M",
        false => "%Y-%m-%d %H:%M",
    };
    local.format(format).to_string()
}
