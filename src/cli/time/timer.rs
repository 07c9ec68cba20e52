//! Timers at the command line.

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::app::time::{self, Running, Started};
use crate::domain::time::Oddity;
use crate::values::calendar::Calendar;
use crate::values::duration::Seconds;

use super::super::Context;
use super::super::budget;
use super::super::client::references;
use super::super::error::{Failure, Result};
use super::super::terminal::{Page, View};
use super::entry::{EntryView, show_logged, tell};
use super::{AboutArgs, line, moment_of};

/// Start a timer; a running one is stopped
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time start acme/website \"first draft\"\n  \
    loggia time start acme/website --at 9:15 --task Design\n  loggia time start acme/website --at '20 minutes ago'"
)]
pub(in crate::cli) struct Start {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    /// What is done, in words the client may read
    note: Option<String>,
    /// When work began: 9:15, '20 minutes ago', 'yesterday 22:30', '2026-11-20 9:15'
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// A note for the owner's eyes
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
    #[command(flatten)]
    about: AboutArgs,
}

impl Start {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let mut about = self.about.about(self.project, self.note)?;
        about.internal_note = line("internal", self.internal)?;
        let at = moment_of(&session, self.at.as_deref())?;
        let started = time::start(&mut session, &about, at)?;
        show_started(context, &session, started)
    }
}

/// Start again what was last worked, or what an entry says
///
/// Takes project, task, note and tags along.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time resume\n  loggia time resume 1024 --note \"second draft\""
)]
pub(in crate::cli) struct Resume {
    /// Number, or @1 for the latest [default: what the member last worked]
    entry: Option<String>,
    /// Another note
    #[arg(long)]
    note: Option<String>,
    /// When work began: 9:15, '20 minutes ago', 'yesterday 22:30', '2026-11-20 9:15'
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Who works
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
}

impl Resume {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let at = moment_of(&session, self.at.as_deref())?;
        let note = line("note", self.note)?;
        let (entry, by) = (self.entry.as_deref(), self.by.as_deref());
        let started = time::resume(&mut session, entry, by, at, note)?;
        show_started(context, &session, started)
    }
}

fn show_started(context: &mut Context<'_>, session: &Session, started: Started) -> Result<()> {
    let Started {
        running,
        stopped,
        budgets,
    } = started;
    if let Some(stopped) = stopped {
        tell(context, &session.calendar, &stopped.notices)?;
        let entry = EntryView::of(&stopped.entry, session);
        context.say(&format!("stopped {}", entry.sentence()))?;
    }
    for told in &budgets {
        context.warn(&budget::told(told))?;
    }
    context.say("started")?;
    context.show(&TimerView::of(&running, &session.calendar))
}

/// Stop the running timer: it becomes an entry
#[derive(Debug, Args)]
#[command(
    after_help = "A forgotten timer is stopped at the time of day at which work ended: --at 18:00 is the first one after its start.\n\n\
    Examples:\n  loggia time stop\n  loggia time stop --at 18:00 --note \"workshop\""
)]
pub(in crate::cli) struct Stop {
    /// When work ended: 17:30, '20 minutes ago', 'yesterday 18:00', '2026-11-20 18:00'
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What was done, in words the client may read
    #[arg(long)]
    note: Option<String>,
    /// The member whose timer it is
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
}

impl Stop {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let at = moment_of(&session, self.at.as_deref())?;
        let note = line("note", self.note)?;
        let logged = time::stop(&mut session, self.by.as_deref(), at, note)?;
        show_logged(context, &session, "stopped", &logged)
    }
}

/// Show running timers
#[derive(Debug, Args)]
#[command(
    after_help = "Placeholders of --format: {project} {client} {task} {note} {member} {elapsed} (1:05) {hours} (1.08)\n\
    {start} (09:15) {odd} (`!` where the timer runs for more than 12 hours, over midnight, or from the future).\n\
    {{ and }} are braces. Nothing is printed where no timer runs.\n\n\
    Example, for a shell prompt:\n  loggia time status --format '{project} {elapsed}{odd}'"
)]
pub(in crate::cli) struct Status {
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    /// One line a timer, with placeholders
    #[arg(long, value_name = "TEXT", conflicts_with = "json")]
    format: Option<String>,
}

impl Status {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        if let Some(format) = &self.format {
            let parts = parse_format(format)?;
            // A prompt asks often, and is no reason to make a store.
            if !context.store_path()?.exists() {
                return Ok(());
            }
            let session = context.session()?;
            for timer in time::status(&session, self.by.as_deref())? {
                let line = formatted(&parts, &TimerView::of(&timer, &session.calendar));
                let line = crate::values::text::escape_terminal(&line);
                context.terminal.data(&format!("{line}\n"))?;
            }
            return Ok(());
        }
        let session = context.session()?;
        let timers = time::status(&session, self.by.as_deref())?;
        let views: Vec<_> = timers
            .iter()
            .map(|timer| TimerView::of(timer, &session.calendar))
            .collect();
        for view in &views {
            if let Some(advice) = view.advice() {
                context.warn(&advice)?;
            }
        }
        context.show(&TimerList(views))
    }
}

/// A part of a format.
#[derive(Debug, PartialEq, Eq)]
enum Part<'f> {
    Text(&'f str),
    Placeholder(&'f str),
}

const PLACEHOLDERS: [&str; 9] = [
    "project", "client", "task", "note", "member", "elapsed", "hours", "start", "odd",
];

fn parse_format(format: &str) -> Result<Vec<Part<'_>>> {
    let bad = |what: String| {
        let known: Vec<String> = PLACEHOLDERS
            .iter()
            .map(|name| format!("{{{name}}}"))
            .collect();
        Failure::usage(
            "usage.format",
            what,
            format!("known are {}", known.join(" ")),
        )
    };
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, from) = rest.split_at(at);
        parts.push(Part::Text(text));
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            parts.push(Part::Text(if from.starts_with('{') { "{" } else { "}" }));
            rest = after;
            continue;
        }
        let Some((name, after)) = from.strip_prefix('{').and_then(|from| from.split_once('}'))
        else {
            return Err(bad(format!("`{format}` has a brace without its other")));
        };
        if !PLACEHOLDERS.contains(&name) {
            return Err(bad(format!("`{{{name}}}` is no placeholder")));
        }
        parts.push(Part::Placeholder(name));
        rest = after;
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

fn formatted(parts: &[Part<'_>], timer: &TimerView) -> String {
    let value = |name: &str| -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match name {
            "project" => timer.project.clone(),
            "client" => timer.client.clone(),
            "task" => text(&timer.task),
            "note" => text(&timer.note),
            "member" => timer.member.clone(),
            "elapsed" => Seconds(timer.seconds.unwrap_or(0)).clock(),
            "hours" => Seconds(timer.seconds.unwrap_or(0)).hours(),
            "start" => timer.clock.clone(),
            _ => timer.odd.map_or("", |_| "!").to_owned(),
        }
    };
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => (*text).to_owned(),
            Part::Placeholder(name) => value(name),
        })
        .collect()
}

/// A running timer for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct TimerView {
    project: String,
    client: String,
    phase: Option<String>,
    task: Option<String>,
    activity: Option<String>,
    member: String,
    note: Option<String>,
    internal_note: Option<String>,
    tags: Vec<String>,
    start: String,
    seconds: Option<i64>,
    hours: Option<String>,
    /// What is odd about it: clock_went_back, too_long, long, over_midnight.
    odd: Option<&'static str>,
    #[serde(skip)]
    oddity: Option<Oddity>,
    #[serde(skip)]
    clock: String,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct TimerList(Vec<TimerView>);

impl TimerView {
    pub(super) fn of(running: &Running, calendar: &Calendar) -> Self {
        let timer = &running.timer;
        let start = calendar.local(timer.start);
        Self {
            project: running.project.to_string(),
            client: running.project.client.to_string(),
            phase: running.phase.clone(),
            task: running.task.clone(),
            activity: running.activity.clone(),
            member: running.member.clone(),
            note: timer.note.as_ref().map(ToString::to_string),
            internal_note: timer.internal_note.as_ref().map(ToString::to_string),
            tags: timer.tags.iter().map(ToString::to_string).collect(),
            start: start.to_rfc3339(),
            seconds: running.elapsed.map(|elapsed| elapsed.0),
            hours: running.elapsed.map(Seconds::hours),
            odd: running.oddity.map(Oddity::word),
            oddity: running.oddity,
            clock: start.format("%R").to_string(),
        }
    }

    /// What to do about a timer that is odd.
    fn advice(&self) -> Option<String> {
        let who = &self.member;
        let stop = format!("`loggia time stop --by {who} --at 18:00` says when work ended");
        let cancel = format!("`loggia time cancel --by {who}` gives it up");
        Some(match self.oddity? {
            Oddity::ClockWentBack => format!(
                "the timer of `{who}` starts after now, so the clock went back: correct it, or {cancel}"
            ),
            Oddity::TooLong => format!(
                "the timer of `{who}` runs for more than the 24 hours of one entry: {stop}, {cancel}"
            ),
            Oddity::Long => format!(
                "the timer of `{who}` runs for more than 12 hours; if it was forgotten, {stop}"
            ),
            Oddity::OverMidnight => format!(
                "the timer of `{who}` runs over midnight; all of it will count for the day of its start"
            ),
        })
    }
}

impl View for TimerView {
    fn text(&self, page: &mut Page) {
        let elapsed = self.seconds.map_or_else(
            || "start is after now: the clock went back".to_owned(),
            |seconds| Seconds(seconds).words(),
        );
        let note = self
            .note
            .as_ref()
            .map_or_else(String::new, |note| format!(": {note}"));
        page.heading(&format!(
            "{} on {} since {} ({}){note}",
            elapsed, self.project, self.start, self.member
        ));
        page.field("phase", self.phase.as_ref());
        page.field("task", self.task.as_ref());
        page.field("activity", self.activity.as_ref());
        page.field("internal", self.internal_note.as_ref());
        page.field(
            "tags",
            (!self.tags.is_empty()).then(|| self.tags.join(", ")),
        );
    }

    fn reference(&self) -> String {
        self.project.clone()
    }
}

impl View for TimerList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no timer is running; `loggia time start CLIENT/PROJECT` starts one");
        }
        for timer in &self.0 {
            timer.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_text_and_placeholders() {
        use Part::{Placeholder, Text};
        let parts = parse_format("{project} {{{elapsed}}}").unwrap();
        let expected = [
            Text(""),
            Placeholder("project"),
            Text(" "),
            Text("{"),
            Text(""),
            Placeholder("elapsed"),
            Text(""),
            Text("}"),
            Text(""),
        ];
        assert_eq!(parts, expected);
        for bad in ["{", "}", "{projekt}", "{}", "a {note"] {
            assert!(parse_format(bad).is_err(), "{bad}");
        }
    }
}
