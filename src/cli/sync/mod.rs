//! `loggia sync`.

pub(super) mod automatic;
mod difference;
mod status;
mod view;
mod watch;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::app::event::Restart;
use crate::app::sync::{self, ClientReport, Progress, Report, Seen, State};
use crate::app::{Error, Session};
use crate::sync::Connection;

use super::Context;
use super::approval;
use super::count::count;
use super::error::{Failure, Result, exit};
use super::inbox::told_aside;
use super::terminal::{Terminal, progress};
use difference::Words;
use view::{SyncView, Told};

/// Publish to the portal what each client may see, and fetch what clients did there
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Safe to repeat and to interrupt. Exit status: 0 in step, 6 some clients failed, 7 portal not reachable, 8 token refused.\n\n\
    Examples:\n  loggia sync --dry-run                    what each client would notice\n  \
    loggia sync --watch                      stay, and push each change\n  \
    loggia settings set auto-sync=on         a sync after each command, in the background\n  \
    loggia sync status                       what is not yet on the portal"
)]
pub(super) struct Sync {
    #[command(subcommand)]
    command: Option<SyncCommand>,
    /// Only this client
    #[arg(long)]
    client: Option<String>,
    /// Tell what each client would notice, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: each change, however many there are
    #[arg(long, requires = "dry_run")]
    all: bool,
    /// Overwrite what is newer on the portal, after showing what that is
    #[arg(long, requires = "client", conflicts_with = "dry_run")]
    force: bool,
    /// Stay, push each change, and fetch what clients do
    #[arg(long, conflicts_with_all = ["dry_run", "force", "client"])]
    watch: bool,
    /// With --watch: how often the portal is asked what clients did [default: 30s]
    #[arg(long, value_name = "TIME", requires = "watch")]
    every: Option<String>,
    /// How the program starts itself after a command, with `auto-sync` on
    #[arg(long, hide = true, conflicts_with_all = ["dry_run", "force", "client", "watch"])]
    later: bool,
}

#[derive(Debug, Subcommand)]
enum SyncCommand {
    Status(status::Status),
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

/// That users lost what they sign in with, where there are such users.
pub(super) fn told_left(client: &str, users: &[String], is_gone: bool) -> Option<String> {
    let (one, more) = users.split_first()?;
    let all = match more.len() {
        0 => one.clone(),
        1..=4 => users.join(", "),
        _ => count(users.len(), "user", "users"),
    };
    let command = format!("loggia user reinvite {one} --client {client}");
    let how = match more.is_empty() {
        true => format!("`{command}` does"),
        false => format!("`{command}`, and so on"),
    };
    Some(match is_gone {
        true => format!(
            "{client} left the portal, and with it what {all} signed in with: to be let in when it comes back, each is invited again: {how}"
        ),
        false => format!(
            "{client} is new on this portal, which does not know with what {all} signed in: each is to be invited again: {how}"
        ),
    })
}

/// What is told of the users of a client after a run.
fn told_of_users(client: &ClientReport) -> Option<String> {
    let is_gone = matches!(client.state, State::Withdrawn);
    told_left(&client.slug, &client.left, is_gone)
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
        if let Some(told) = told_of_users(&client) {
            context.warn(&told)?;
        }
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
        if let Some(SyncCommand::Status(status)) = self.command {
            return status.run(context);
        }
        if self.watch {
            return watch::run(context, self.every.as_deref());
        }
        if self.later {
            return automatic::run(context);
        }
        let mut session = context.session()?;
        let connection = context.connection(&session)?;
        if let (true, Some(client)) = (self.force, &self.client) {
            return force(context, &mut session, &connection, client);
        }
        let report = with_bar(context.terminal, |progress| {
            let client = self.client.as_deref();
            sync::run(&mut session, &connection, client, self.dry_run, progress)
        })?;
        let told = match self.dry_run {
            true => Told::WouldBe { all: self.all },
            false => Told::Done,
        };
        finish(context, &session, report, told)
    }
}

/// Runs something that a person may have to wait for.
fn with_bar<T>(terminal: &Terminal, run: impl FnOnce(&mut dyn FnMut(Progress<'_>)) -> T) -> T {
    let bar = progress(terminal);
    let style = indicatif::ProgressStyle::with_template(
        "{bar:30} {human_pos} of {human_len} clients  {msg}",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let (mut name, mut sent, mut total) = (String::new(), 0, 0);
    let done = run(&mut |step| match step {
        Progress::Client { slug, place, of } => {
            slug.clone_into(&mut name);
            bar.set_length(u64::try_from(of).unwrap_or_default());
            bar.set_position(u64::try_from(place).unwrap_or_default());
            bar.set_message(name.clone());
        }
        Progress::Sending { parts, bytes } => {
            (sent, total) = (0, parts);
            let size = indicatif::HumanBytes(bytes);
            bar.set_message(format!("{name}: {parts} parts, {size}"));
        }
        Progress::Sent { bytes: _ } => {
            sent += 1;
            bar.set_message(format!("{name}: part {sent} of {total}"));
        }
        Progress::Waiting => bar.set_message("another sync is running; this one is next"),
    });
    bar.finish_and_clear();
    done
}

/// Tells what a run did. Its exit status says how it went.
fn finish(
    context: &mut Context<'_>,
    session: &Session,
    report: Report,
    told: Told,
) -> Result<ExitCode> {
    let mut failed = false;
    for client in &report.clients {
        match &client.state {
            State::Failed(error) => {
                failed = true;
                context.warn(&format!("{}: {error}", client.slug))?;
                if let Some(hint) = way_out(error) {
                    context.warn(&format!("{}: {hint}", client.slug))?;
                }
            }
            State::OverLimit(error) => {
                failed = true;
                context.warn(&format!("{}: {error}", client.slug))?;
            }
            State::Stale(error) => {
                failed = true;
                context.warn(&format!("{}: {error}", client.slug))?;
                context.warn(&format!(
                    "{0}: below is what a push would do to it all the same; `loggia sync --client {0} --force` does",
                    client.slug
                ))?;
            }
            _ => {}
        }
        if let Some(told) = told_of_users(client) {
            context.warn(&told)?;
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
    let words = Words::new(session.today());
    context.show(&SyncView::of(&report, session, &words, told))?;
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

/// What to do about a client that failed, where a command tells more.
fn way_out(error: &Error) -> Option<String> {
    match error {
        Error::Sync(crate::sync::SyncError::Stale { client, .. }) => Some(format!(
            "`loggia sync --dry-run --client {client}` shows what differs; where this store is an old backup, go on with the newer one"
        )),
        _ => None,
    }
}

/// Overwrites what is newer on the portal, once somebody has seen what that is.
fn force(
    context: &mut Context<'_>,
    session: &mut Session,
    connection: &Connection,
    client: &str,
) -> Result<ExitCode> {
    let dry = sync::run(session, connection, Some(client), true, &mut |_| ())?;
    let words = Words::new(session.today());
    let mut seen = None;
    for client in dry.clients {
        let State::Stale(error) = &client.state else {
            continue;
        };
        context.say(&format!("{}: {error}", client.slug))?;
        let lines = words.lines(&client.seen, false);
        context.say(&format!("the client would notice:\n{}", lines.join("\n")))?;
        context.confirm(&format!(
            "overwrite what the portal has of `{}` with what is here",
            client.slug
        ))?;
        seen = Some(client.seen);
    }
    let mut report = with_bar(context.terminal, |progress| {
        sync::overwrite(session, connection, client, progress)
    })?;
    if let (Some(seen), Some(client)) = (seen, report.clients.first_mut()) {
        client.seen = Seen { ..seen };
    }
    finish(context, session, report, Told::Done)
}

/// A time between looks as it is typed: `30s`, `5m`, `1h`.
fn period(typed: &str) -> Result<Duration> {
    let number = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let length = match typed.strip_prefix(number) {
        Some("s") => Some(1),
        Some("m" | "min") => Some(60),
        Some("h") => Some(3_600),
        _ => None,
    };
    let seconds: Option<u64> = number
        .parse()
        .ok()
        .zip(length)
        .and_then(|(number, length): (u64, u64)| number.checked_mul(length));
    match seconds {
        Some(seconds @ 1..=3_600) => Ok(Duration::from_secs(seconds)),
        _ => Err(Failure::usage(
            "usage.value",
            format!("`{typed}` is no time between looks"),
            "--every takes 1s to 1h, such as 30s or 5m".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_between_looks() {
        for (typed, seconds) in [
            ("1s", Some(1)),
            ("30s", Some(30)),
            ("5m", Some(300)),
            ("5min", Some(300)),
            ("1h", Some(3_600)),
            ("0s", None),
            ("2h", None),
            ("30", None),
            ("s", None),
            ("-5s", None),
            ("1.5m", None),
            ("99999999999999999999h", None),
            ("", None),
        ] {
            let read = period(typed).ok().map(|time| time.as_secs());
            assert_eq!(read, seconds, "{typed}");
        }
    }
}
