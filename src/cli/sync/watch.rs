//! `sync --watch`: stays, pushes what changes, and fetches what clients do. Twice a second it looks at the files of the store, which
//! costs nothing; a round of the sync begins when something was written and the writing pauses, and every so often anyway, for events
//! and for the next day. While the portal is away it asks less and less often.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::app::Error;
use crate::app::sync::{self, ClientReport, Report, State};
use crate::store::{Stamp, Store, StoreError};
use crate::sync::SyncError;
use crate::values::calendar::Calendar;

use super::super::count::count;
use super::super::error::Result;
use super::super::{Context, approval, portal};
use super::{period, restarted, told_of_users};

/// How often the portal is asked where nothing changes here.
const EVERY: Duration = Duration::from_secs(30);
/// How often the store is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// A change waits so long for the next one.
const QUIET: Duration = Duration::from_millis(400);
/// But not longer than this.
const LONGEST: Duration = Duration::from_secs(5);
/// The first and the longest pause while the portal is away.
const AWAY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// Stays until it is told to stop, which is how it should end.
pub(super) fn run(context: &mut Context<'_>, every: Option<&str>) -> Result<ExitCode> {
    let every = every.map_or(Ok(EVERY), period)?;
    let stop = portal::stop()?;
    let store = context.store_path()?;
    let session = context.session()?;
    let connection = context.connection(&session)?;
    let calendar = session.calendar.clone();
    drop(session);
    context.say(&format!(
        "keeping {} in step; Ctrl-C ends it",
        connection.portal().map_err(Error::from)?
    ))?;
    let mut watch = Watch {
        store,
        every,
        stamp: None,
        operation: 0,
        away: None,
        failed: BTreeMap::new(),
        calendar,
    };
    loop {
        let pause = watch.round(context)?;
        if watch.wait(&stop, pause) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

struct Watch {
    store: PathBuf,
    every: Duration,
    /// The files, as the last round left them.
    stamp: Option<Stamp>,
    /// The latest operation that the last round knew of.
    operation: i64,
    /// The pause before the next try, while the portal is away.
    away: Option<Duration>,
    /// Why clients failed, so that each reason is told once.
    failed: BTreeMap<String, String>,
    /// Days and times of the business, as the last round knew them.
    calendar: Calendar,
}

impl Watch {
    /// One sync. Gives how long to wait before the next, if nothing happens.
    fn round(&mut self, context: &mut Context<'_>) -> Result<Duration> {
        let (stamp, operation) = (Stamp::of(&self.store), self.latest());
        match sync_once(context) {
            Ok((report, calendar)) => {
                self.calendar = calendar;
                let line = report.clients.iter().find_map(of_connection).cloned();
                self.report(context, &report)?;
                if let Some(error) = line {
                    return self.away(context, Error::Sync(error));
                }
                if self.away.take().is_some() {
                    self.tell(
                        context,
                        "the portal is there again",
                        &json!({ "portal": "back" }),
                    )?;
                }
            }
            Err(Failed::Passing(error)) => return self.away(context, error),
            Err(Failed::Final(failure)) => return Err(failure),
        }
        let latest = self.latest();
        // What the round noted itself is no news; what somebody wrote meanwhile is, and begins the next one.
        self.stamp = Some(match latest == operation {
            true => Stamp::of(&self.store),
            false => stamp,
        });
        self.operation = operation;
        Ok(self.every)
    }

    /// The number of the latest operation; that of before, while the store cannot be looked at.
    fn latest(&self) -> i64 {
        let ask = || Store::peek(&self.store)?.read(|books| books.latest_operation());
        ask().unwrap_or(self.operation)
    }

    /// The portal cannot be had, or the store. It is told once.
    fn away(&mut self, context: &mut Context<'_>, error: Error) -> Result<Duration> {
        if !is_passing(&error) {
            return Err(error.into());
        }
        let pause = match self.away {
            None => {
                let portal = json!({ "portal": "away", "error": error.to_string() });
                self.tell(context, &format!("{error}; it is tried again"), &portal)?;
                AWAY.0.min(self.every)
            }
            Some(before) => before.saturating_mul(2).min(AWAY.1),
        };
        self.away = Some(pause);
        Ok(pause)
    }

    /// Waits for a change, or for the time; true where it is time to stop.
    fn wait(&mut self, stop: &Receiver<()>, pause: Duration) -> bool {
        let begun = Instant::now();
        let mut changed: Option<(Instant, Instant, Stamp)> = None;
        loop {
            let left = pause.saturating_sub(begun.elapsed());
            let step = match changed {
                Some(_) => QUIET,
                None => LOOK,
            };
            match stop.recv_timeout(step.min(left)) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return true,
            }
            if begun.elapsed() >= pause {
                return false;
            }
            // While the portal is away a change waits with all the others.
            if self.away.is_some() {
                continue;
            }
            let now = Stamp::of(&self.store);
            match &mut changed {
                None if self.stamp == Some(now) => {}
                None if self.latest() == self.operation => self.stamp = Some(now),
                None => changed = Some((Instant::now(), Instant::now(), now)),
                Some((first, last, stamp)) => {
                    if *stamp != now {
                        (*last, *stamp) = (Instant::now(), now);
                    }
                    if last.elapsed() >= QUIET || first.elapsed() >= LONGEST {
                        return false;
                    }
                }
            }
        }
    }

    /// One line for each thing that happened.
    fn report(&mut self, context: &mut Context<'_>, report: &Report) -> Result<()> {
        if let Some(restart) = report.restarted {
            context.warn(restarted(restart))?;
        }
        if report.events > 0 {
            let events = count(report.events, "event", "events");
            let line = json!({ "events": report.events });
            self.tell(context, &format!("{events} from clients"), &line)?;
        }
        for applied in &report.applied {
            context.say(&approval::told(applied, &self.calendar))?;
        }
        for client in &report.clients {
            self.client(context, client)?;
        }
        Ok(())
    }

    fn client(&mut self, context: &mut Context<'_>, client: &ClientReport) -> Result<()> {
        let slug = &client.slug;
        if let Some(told) = told_of_users(client) {
            context.warn(&told)?;
        }
        let text = match &client.state {
            State::Failed(error) if of_connection(client).is_none() => {
                let why = error.to_string();
                if self.failed.insert(slug.clone(), why.clone()) == Some(why.clone()) {
                    return Ok(());
                }
                context.warn(&format!("{slug}: {why}"))?;
                if !context.terminal.is_json() {
                    return Ok(());
                }
                why
            }
            State::Failed(_) => return Ok(()),
            State::Pushed => {
                let difference = &client.difference;
                let parts =
                    difference.added.len() + difference.changed.len() + difference.removed.len();
                let size = indicatif::HumanBytes(client.bytes);
                format!("pushed, {} ({size})", count(parts, "part", "parts"))
            }
            State::Withdrawn => "withdrawn".to_owned(),
            _ => {
                self.failed.remove(slug);
                return Ok(());
            }
        };
        let error = match client.state {
            State::Failed(_) => Some(text.clone()),
            _ => {
                self.failed.remove(slug);
                None
            }
        };
        let line = json!({
            "client": slug,
            "state": client.state.word(),
            "added": client.difference.added.len(),
            "changed": client.difference.changed.len(),
            "removed": client.difference.removed.len(),
            "bytes": client.bytes,
            "error": error,
        });
        self.tell(context, &format!("{slug}: {text}"), &line)
    }

    /// A line with the time of day of the business, or one JSON document to a line.
    fn tell(&self, context: &mut Context<'_>, text: &str, line: &Json) -> Result<()> {
        let now = self.calendar.local(context.environment.now()?);
        if context.terminal.is_json() {
            let mut line = line.clone();
            if let Some(line) = line.as_object_mut() {
                line.insert("at".to_owned(), json!(now.to_rfc3339()));
            }
            return context.terminal.data(&format!("{line}\n"));
        }
        if context.global.quiet {
            return match line.get("client").and_then(Json::as_str) {
                Some(client) => context.terminal.data(&format!("{client}\n")),
                None => Ok(()),
            };
        }
        let text = crate::values::text::escape_terminal(text);
        let at = now.format("%H:%M");
        context.terminal.data(&format!("{at} {text}\n"))
    }
}

/// Why there was no report.
enum Failed {
    Passing(Error),
    Final(super::super::error::Failure),
}

/// A sync with the settings, the day and the connection of now.
fn sync_once(context: &mut Context<'_>) -> std::result::Result<(Report, Calendar), Failed> {
    let mut session = context.session().map_err(Failed::Final)?;
    let connection = context.connection(&session).map_err(Failed::Final)?;
    let done = sync::run(&mut session, &connection, None, false, &mut |_| ());
    match done {
        Ok(report) => Ok((report, session.calendar)),
        Err(error) if is_passing(&error) => Err(Failed::Passing(error)),
        Err(error) => Err(Failed::Final(error.into())),
    }
}

/// What may be otherwise in a while.
fn is_passing(error: &Error) -> bool {
    matches!(
        error,
        Error::Sync(
            SyncError::Unreachable { .. }
                | SyncError::Failing { .. }
                | SyncError::BadAnswer { .. }
                | SyncError::Running
        ) | Error::Store(StoreError::Busy)
    )
}

/// The line to the portal broke at this client.
fn of_connection(client: &ClientReport) -> Option<&SyncError> {
    match &client.state {
        State::Failed(Error::Sync(error)) if error.is_of_connection() => Some(error),
        _ => None,
    }
}
