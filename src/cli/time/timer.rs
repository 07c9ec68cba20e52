//! Timers at the command line.

use clap::Args;
use serde::Serialize;

use crate::app::time::{self, Running};
use crate::values::calendar::Calendar;
use crate::values::duration::Seconds;

use super::super::Context;
use super::super::client::references;
use super::super::error::Result;
use super::super::terminal::{Page, View};
use super::entry::EntryView;
use super::{AboutArgs, time_of};

/// Start a timer; a running one is stopped
#[derive(Debug, Args)]
pub(in crate::cli) struct Start {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    /// What is done, in words the client may read
    note: Option<String>,
    /// Time of day at which work began, such as 9:15
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    about: AboutArgs,
}

impl Start {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let about = self.about.about(self.project, self.note)?;
        let at = time_of(self.at)?;
        let (running, stopped) = time::start(&mut session, &about, at)?;
        if let Some(stopped) = stopped {
            let entry = EntryView::of(&stopped.entry, &session.calendar);
            context.say(&format!("stopped {}", entry.sentence()))?;
        }
        context.say("started")?;
        context.show(&TimerView::of(&running, &session.calendar))
    }
}

#[derive(Debug, Serialize)]
pub(super) struct TimerView {
    project: String,
    client: String,
    task: Option<String>,
    member: String,
    note: Option<String>,
    start: String,
    seconds: Option<i64>,
    hours: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct TimerList(pub(super) Vec<TimerView>);

impl TimerView {
    pub(super) fn of(running: &Running, calendar: &Calendar) -> Self {
        Self {
            project: running.project.to_string(),
            client: running.project.client.to_string(),
            task: running.task.clone(),
            member: running.member.clone(),
            note: running.timer.note.as_ref().map(ToString::to_string),
            start: calendar.local(running.timer.start).to_rfc3339(),
            seconds: running.elapsed.map(|elapsed| elapsed.0),
            hours: running.elapsed.map(Seconds::hours),
        }
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
    }

    fn reference(&self) -> String {
        self.project.clone()
    }
}

impl View for TimerList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no timer is running");
        }
        for timer in &self.0 {
            timer.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
