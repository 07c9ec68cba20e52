//! Logging an entry, and how one is shown.

use clap::Args;
use serde::Serialize;

use crate::app::time::{self, Dropped, Logged, Notices};
use crate::app::{Error, Session};
use crate::domain::approval::Approval;
use crate::domain::guard::Notice;
use crate::store::Listed;
use crate::values::calendar::Calendar;
use crate::values::duration::{Seconds, Worked, parse_worked};
use crate::values::money::Rate;

use super::super::Context;
use super::super::budget;
use super::super::error::Result;
use super::super::terminal::{Page, View};
use super::{AboutArgs, line};

/// Log worked time
#[derive(Debug, Args)]
#[command(
    after_help = "Durations: 2h30m, 2:30, 2.5h, 1.5 (hours), 45min. Intervals: 9:00-11:30, 9am-1pm, 22:00-01:30.\n\
    Dates: today, yesterday, monday, 3 days ago, 2026-11-21.\n\nExamples:\n  \
    loggia time log acme/website 2h30m \"first draft\"\n  \
    loggia time log acme/website 9:00-11:30 \"workshop\" --date yesterday --task Design"
)]
pub(in crate::cli) struct Log {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    #[arg(value_name = "DURATION|INTERVAL", allow_hyphen_values = true)]
    worked: String,
    /// What was done, in words the client may read
    note: Option<String>,
    /// Day of the work [default: today]
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    #[command(flatten)]
    about: AboutArgs,
    /// A note for the owner's eyes
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
    /// A rate for this entry alone
    #[arg(long, value_name = "AMOUNT")]
    rate: Option<String>,
}

/// A night of work that is longer than this is told.
const LONG_NIGHT: Seconds = Seconds(12 * 3600);

impl Log {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let worked = parse_worked(&self.worked).map_err(Error::from)?;
        let mut about = self.about.about(self.project, self.note)?;
        about.internal_note = line("internal", self.internal)?;
        about.rate = self
            .rate
            .as_deref()
            .map(Rate::parse)
            .transpose()
            .map_err(Error::from)?;
        let mut session = context.session()?;
        let day = match self.date {
            Some(date) => session.calendar.parse_date(&date).map_err(Error::from)?,
            None => session.today(),
        };
        let logged = time::log(&mut session, &about, worked, day)?;
        let seconds = logged.entry.entry.work.seconds;
        // `9-5` is meant as a working day, and read as a night.
        if matches!(worked, Worked::Interval { next_day: true, .. }) && seconds > LONG_NIGHT {
            context.warn(&format!(
                "this ends on the next day, after {}; if that was not meant, `loggia undo` and say 9-17 or 9am-5pm",
                seconds.words()
            ))?;
        }
        show_logged(context, &session, "logged", &logged)
    }
}

pub(super) fn show_logged(
    context: &mut Context<'_>,
    session: &Session,
    what: &str,
    logged: &Logged,
) -> Result<()> {
    tell(context, &session.calendar, &logged.notices)?;
    context.say(what)?;
    context.show(&EntryView::of(&logged.entry, session))
}

/// How many notices of several entries are told.
const TOLD: usize = 10;

/// Tells what is worth knowing about entries that were written.
pub(super) fn tell(
    context: &mut Context<'_>,
    calendar: &Calendar,
    notices: &Notices,
) -> Result<()> {
    for Dropped { noun, name } in &notices.dropped {
        context.warn(&format!(
            "{noun} `{name}` is of the project where the entry was, and was taken away"
        ))?;
    }
    for told in &notices.budgets {
        context.warn(&budget::told(told))?;
    }
    let notices = &notices.rules;
    let clock = |at| calendar.local(at).format("%F %R").to_string();
    for notice in notices.iter().take(TOLD) {
        context.warn(&match notice {
            Notice::Overlap { entry, span } => format!(
                "this overlaps entry {} ({} to {})",
                entry.0,
                clock(span.start),
                clock(span.end)
            ),
            Notice::Ahead { end } => format!("it ends at {}, after now", clock(*end)),
            Notice::Future { day } => format!("{day} is after today"),
            Notice::LongTimer { total } => format!(
                "the timer ran for {}; if it was forgotten, `loggia time edit @1 --time INTERVAL` says what was worked",
                total.words()
            ),
            Notice::LongDay { member, day, total } => {
                format!("`{member}` has {} on {day} now", total.words())
            }
        })?;
    }
    let more = notices.len().saturating_sub(TOLD);
    if more > 0 {
        context.warn(&format!("and {more} more such notices"))?;
    }
    Ok(())
}

/// An entry for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct EntryView {
    pub(super) id: i64,
    pub(super) client: String,
    pub(super) project: String,
    pub(super) task: Option<String>,
    pub(super) phase: Option<String>,
    pub(super) activity: Option<String>,
    pub(super) member: String,
    pub(super) date: String,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) seconds: i64,
    pub(super) hours: String,
    pub(super) billed_hours: String,
    pub(super) billable: bool,
    pub(super) note: Option<String>,
    pub(super) internal_note: Option<String>,
    pub(super) rate: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) invoice: Option<String>,
    pub(super) approval: Option<&'static str>,
    pub(super) approval_note: Option<String>,
}

impl EntryView {
    pub(super) fn of(listed: &Listed, session: &Session) -> Self {
        let work = &listed.entry.work;
        let clock = |at| session.calendar.local(at).to_rfc3339();
        Self {
            id: listed.entry.key.0,
            client: listed.client_slug.clone(),
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            task: listed.task.clone(),
            phase: listed.phase.clone(),
            activity: listed.activity.clone(),
            member: listed.member_slug.clone(),
            date: work.day.to_string(),
            start: work.span.map(|span| clock(span.start)),
            end: work.span.map(|span| clock(span.end)),
            seconds: work.seconds.0,
            hours: work.seconds.hours(),
            billed_hours: time::billed(&session.policies, listed).hours(),
            billable: listed.billable,
            note: work.note.as_ref().map(ToString::to_string),
            internal_note: work.internal_note.as_ref().map(ToString::to_string),
            rate: work.rate.map(|rate| rate.to_string()),
            tags: work.tags.iter().map(ToString::to_string).collect(),
            invoice: listed.invoice.clone(),
            approval: listed.entry.approval.map(Approval::word),
            approval_note: listed.entry.approval_note.as_ref().map(ToString::to_string),
        }
    }

    fn words(&self) -> String {
        Seconds(self.seconds).words()
    }

    pub(super) fn sentence(&self) -> String {
        let note = self
            .note
            .as_ref()
            .map_or_else(String::new, |note| format!(": {note}"));
        format!(
            "{} on {} ({}, {}){note}",
            self.words(),
            self.project,
            self.date,
            self.member
        )
    }
}

impl View for EntryView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} {}", self.id, self.sentence()));
        if let (Some(start), Some(end)) = (&self.start, &self.end) {
            page.field("clock", Some(format!("{start} to {end}")));
        }
        page.field("phase", self.phase.as_ref());
        page.field("task", self.task.as_ref());
        page.field("activity", self.activity.as_ref());
        page.field("internal", self.internal_note.as_ref());
        page.field("rate", self.rate.as_ref());
        page.field(
            "tags",
            (!self.tags.is_empty()).then(|| self.tags.join(", ")),
        );
        page.field("billable", (!self.billable).then_some("no"));
        page.field("invoice", self.invoice.as_ref());
        page.field("approval", self.approval);
        page.field("reason", self.approval_note.as_ref());
    }

    fn reference(&self) -> String {
        self.id.to_string()
    }
}
