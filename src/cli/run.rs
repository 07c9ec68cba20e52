//! `loggia run`: what is due by itself, for cron.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde::Serialize;

use crate::app;
use crate::app::outbox;
use crate::app::run::{self, Fault, Job, Outside, Portal, Report, State, Wanted};
use crate::domain::job::Kind;
use crate::values::text::shell_word;

use super::Context;
use super::alert::sentence;
use super::approval;
use super::config::connection_file;
use super::count::count;
use super::error::{Failure, Result, exit, hint_of};
use super::file;
use super::mail;
use super::terminal::{Page, View};

/// Do what is due: schedules, retainer fees and overage, late fees, reminders, alerts, sync, notices, mail, exports
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Run {
    /// Only this kind; may be given several times
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::WORDS))]
    only: Vec<String>,
    /// Tell what is due, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do one again whose invoice is void or gone, by the key that was told
    #[arg(long, value_name = "KEY", conflicts_with_all = ["only", "dry_run", "mark_done"])]
    again: Option<String>,
    /// Write down that what is due was done elsewhere, without doing it
    #[arg(long, conflicts_with = "dry_run")]
    mark_done: bool,
}

const AFTER: &str = "Each piece of work has a key and is done once, however often this runs. Missed dates are caught up on one by one. What fails is \
    named, the rest is done. A portal is brought in step where one is connected.\n\n\
    Exit status: 0 all is done, or nothing was due; 6 some failed.\n\n\
    Examples:\n  loggia run --dry-run\n  loggia run --only schedule --only retainer-fee\n  \
    loggia run --only retainer-fee --as-of 2026-10-31 --mark-done\n\n\
    For cron, every morning; there is mail when something was done, told or failed:\n  15 6 * * *  $HOME/.cargo/bin/loggia run --quiet";

impl Run {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let mut session = context.session()?;
        if let Some(key) = &self.again {
            let job = run::again(&mut session, key)?;
            context.say(&line(&job))?;
            context.show(&RunView::of(&Report {
                jobs: vec![job],
                ..Report::default()
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if self.mark_done {
            context.confirm("mark all that is due as done elsewhere")?;
        }
        let wanted = Wanted {
            only: self
                .only
                .iter()
                .filter_map(|word| Kind::from_word(word))
                .collect(),
            dry_run: self.dry_run,
            mark_done: self.mark_done,
        };
        let portal = portal(context, &session);
        let mut desk = Desk {
            context,
            portal,
            dry_run: self.dry_run,
            trouble: None,
        };
        let report = run::run(&mut session, &wanted, &mut desk)?;
        if let Some(trouble) = desk.trouble {
            return Err(trouble);
        }
        if report.left > 0 {
            let left = count(report.left, "more is", "more are");
            context.warn(&format!(
                "{left} due and not tried: the store cannot be written"
            ))?;
        }
        for applied in &report.applied {
            context.say(&approval::told(applied, &session.calendar))?;
        }
        let view = RunView::of(&report);
        let failed = view.failed > 0;
        context.show(&view)?;
        Ok(if failed {
            ExitCode::from(exit::PARTLY)
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// The portal, where one is connected.
fn portal(context: &Context<'_>, session: &app::Session) -> Portal {
    let known =
        context.environment.portal_url.is_some() || connection_file(session.store.path()).exists();
    if !known {
        return Portal::NotConnected;
    }
    match context.connection(session) {
        Ok(connection) => Portal::Connected(connection),
        Err(failure) => Portal::Broken(failure.message().to_owned()),
    }
}

/// The world around a run: lines on standard error, files, the portal.
struct Desk<'d, 't> {
    context: &'d mut Context<'t>,
    portal: Portal,
    dry_run: bool,
    /// Standard error cannot be written.
    trouble: Option<Failure>,
}

impl Outside for Desk<'_, '_> {
    fn tell(&mut self, job: &Job) {
        if self.dry_run {
            return;
        }
        let line = line(job);
        let told = match job.state {
            State::Failed => self.context.terminal.talk(&format!("error: {line}")),
            // What nobody asked for has to reach somebody.
            State::TakenBack => self.context.warn(&line),
            State::Waiting if job.key.kind == Kind::Notice => self.context.warn(&line),
            State::Done if job.told.is_some() && !self.context.terminal.is_json() => {
                self.context.terminal.talk(&line)
            }
            _ => self.context.say(&line),
        };
        if let Err(failure) = told {
            self.trouble.get_or_insert(failure);
        }
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> app::Result<()> {
        file::write_for_app(path, bytes)
    }

    fn send(&mut self, session: &mut app::Session) -> std::result::Result<outbox::Report, Fault> {
        let ways = mail::ways(self.context, session, None);
        let mut ways = ways.map_err(|failure| Fault::Said(failure.message().to_owned()))?;
        Ok(outbox::send(session, &mut ways, None)?)
    }

    fn portal(&mut self) -> Portal {
        std::mem::replace(&mut self.portal, Portal::NotConnected)
    }
}

/// A piece of work in a line.
fn line(job: &Job) -> String {
    let key = &job.key;
    if (key.kind, job.state) == (Kind::Notice, State::Waiting) {
        let waiting = job.reference.as_deref().unwrap_or_default();
        return format!(
            "notices that wait since nothing can send them: {waiting}; `loggia settings set email=EMAIL smtp-host=HOST`, or mail-folder=FOLDER, \
             opens a way, and `loggia notify show` has who would be told"
        );
    }
    if let Some(told) = &job.told {
        let (message, command) = sentence(told);
        return format!("alert: {message} → {command}");
    }
    let mut what = key.kind.word().to_owned();
    if let Some(client) = &job.client {
        what.push_str(&format!(" of {client}"));
    }
    // The file or the invoice; the numbers of schedules say little beside their client.
    if !matches!(key.kind, Kind::RetainerFee | Kind::Overage | Kind::Sync) {
        what.push_str(&format!(" ({})", key.subject));
    }
    let reference = job.reference.as_deref().unwrap_or_default();
    let became = match job.state {
        State::Due => "due".to_owned(),
        State::Done => match key.kind {
            Kind::Export => format!("wrote {reference}"),
            Kind::Sync => "pushed".to_owned(),
            Kind::Reminder => "queued".to_owned(),
            Kind::Notice => format!("queued as {reference}"),
            Kind::Mail => format!("sent `{reference}`"),
            _ if reference.starts_with("draft-") => format!("drafted {reference}"),
            _ => format!("issued {reference}"),
        },
        State::Nothing if key.kind == Kind::Mail => {
            "not sent, the reason for it is gone".to_owned()
        }
        State::Nothing => "nothing to bill".to_owned(),
        State::Waiting => "waits for approval of time".to_owned(),
        State::Skipped => "left out, the client is archived".to_owned(),
        State::Marked => "marked as done".to_owned(),
        State::TakenBack => {
            let why = match reference {
                "" => "its draft was deleted".to_owned(),
                number => format!("invoice {number} is void"),
            };
            let again = shell_word(&key.to_string());
            format!("{why}, and it is not made again by itself; `loggia run --again {again}` does")
        }
        State::Failed => match hint(job) {
            Some(hint) => format!("{} → {hint}", fault(job)),
            None => fault(job),
        },
    };
    format!("{what} for {}: {became}", key.period)
}

/// Why it failed, and what helps.
fn fault(job: &Job) -> String {
    match &job.fault {
        Some(Fault::Said(said)) => said.clone(),
        Some(Fault::Error(error)) => error.to_string(),
        None => String::new(),
    }
}

fn hint(job: &Job) -> Option<String> {
    match &job.fault {
        Some(Fault::Error(error)) => hint_of(error),
        _ => None,
    }
}

#[derive(Debug, Serialize)]
struct JobView {
    kind: &'static str,
    subject: String,
    period: String,
    client: Option<String>,
    state: &'static str,
    /// The invoice, draft or file.
    reference: Option<String>,
    /// Why it failed, or what an alert says.
    message: Option<String>,
    hint: Option<String>,
    /// By which it can be done again.
    key: String,
}

/// What a run did.
#[derive(Debug, Serialize)]
struct RunView {
    jobs: Vec<JobView>,
    #[serde(skip)]
    failed: usize,
    /// Lines of a dry run.
    #[serde(skip)]
    due: Vec<String>,
    #[serde(skip)]
    counts: Vec<(State, usize)>,
}

impl RunView {
    fn of(report: &Report) -> Self {
        let mut counts: Vec<(State, usize)> = Vec::new();
        for job in &report.jobs {
            match counts.iter_mut().find(|(state, _)| *state == job.state) {
                Some((_, number)) => *number += 1,
                None => counts.push((job.state, 1)),
            }
        }
        let failed = |state: &State| *state == State::Failed;
        Self {
            failed: report.jobs.iter().filter(|job| failed(&job.state)).count(),
            due: report
                .jobs
                .iter()
                .filter(|job| matches!(job.state, State::Due) || job.state == State::TakenBack)
                .map(line)
                .collect(),
            counts,
            jobs: report
                .jobs
                .iter()
                .map(|job| JobView {
                    kind: job.key.kind.word(),
                    subject: job.key.subject.clone(),
                    period: job.key.period.clone(),
                    client: job.client.clone(),
                    state: job.state.word(),
                    reference: job.reference.clone(),
                    message: match (&job.fault, &job.told) {
                        (Some(_), _) => Some(fault(job)),
                        (_, Some(told)) => Some(sentence(told).0),
                        _ => None,
                    },
                    hint: hint(job),
                    key: job.key.to_string(),
                })
                .collect(),
        }
    }
}

impl View for RunView {
    fn text(&self, page: &mut Page) {
        if self.jobs.is_empty() {
            page.line("nothing is due");
            return;
        }
        let dry = self.counts.iter().any(|(state, _)| *state == State::Due);
        if dry {
            for line in &self.due {
                page.line(crate::values::text::escape_terminal(line));
            }
            return;
        }
        let counts: Vec<String> = self
            .counts
            .iter()
            .map(|(state, number)| format!("{number} {}", state.word()))
            .collect();
        page.line(counts.join(", "));
    }

    fn reference(&self) -> String {
        // A notice is told by the mail that it is in.
        let is_made = |job: &&JobView| job.state == "done" && job.kind != Kind::Notice.word();
        let made = self.jobs.iter().filter(is_made);
        made.filter_map(|job| job.reference.as_deref())
            .collect::<Vec<_>>()
            .join("\n")
    }
}
