//! `loggia time`.

use chrono::NaiveTime;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::error::field;
use crate::app::report::{self, Report};
use crate::app::time::{self, About, Edit as Change, Logged, Running, Selection};
use crate::app::{Error, Session};
use crate::domain::report::Dimension;
use crate::domain::rounding::Policy;
use crate::store::Listed;
use crate::values::calendar::Calendar;
use crate::values::duration::{Seconds, parse_time_of_day, parse_worked};
use crate::values::money::Rate;
use crate::values::period::Span;
use crate::values::text::Line;

use super::Context;
use super::client::references;
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Log time, run a timer, list and report
#[derive(Debug, Subcommand)]
pub(super) enum Time {
    Start(Start),
    /// Stop the running timer: it becomes an entry
    Stop {
        /// Time of day at which work ended, such as 17:30
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// What was done, in words the client may read
        #[arg(long)]
        note: Option<String>,
        /// The member whose timer it is
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    /// Give up the running timer without an entry
    Cancel {
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    /// Show running timers
    Status {
        #[arg(long, value_name = "MEMBER")]
        by: Option<String>,
    },
    Log(Log),
    /// List entries [default period: this week]
    List {
        /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
        period: Vec<String>,
        #[command(flatten)]
        filter: Filter,
        /// The latest so many
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// Show one entry
    Show {
        /// Number, or @1 for the latest
        entry: String,
    },
    Edit(Edit),
    /// Delete an entry
    Delete {
        /// Number, or @1 for the latest
        entry: String,
    },
    /// Sum up time [default period: this month]
    #[command(
        after_help = "Examples:\n  loggia time report last month --by client,project\n  \
        loggia time report 2026 --by month --client acme --json"
    )]
    Report {
        /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
        period: Vec<String>,
        /// Up to four, in order: client, project, task, member, tag, day, week, month
        #[arg(
            long,
            value_delimiter = ',',
            default_value = "project",
            value_name = "KEYS"
        )]
        by: Vec<Key>,
        #[command(flatten)]
        filter: Filter,
    },
    Import(Box<super::time_import::Import>),
    Export(super::time_export::Export),
}

/// What an entry is about.
#[derive(Debug, Args)]
struct AboutArgs {
    /// A task of the project
    #[arg(long)]
    task: Option<String>,
    /// Who worked [default: the setting time.member, else the first member]
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    /// Billable, whatever task, project and client say
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Not billable
    #[arg(long)]
    non_billable: bool,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

/// Start a timer; a running one is stopped
#[derive(Debug, Args)]
pub(super) struct Start {
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

/// Log worked time
#[derive(Debug, Args)]
#[command(
    after_help = "Durations: 2h30m, 2:30, 2.5h, 1.5 (hours), 45min. Intervals: 9:00-11:30, 9am-1pm, 22:00-01:30.\n\
    Dates: today, yesterday, monday, 3 days ago, 2026-11-21.\n\nExamples:\n  \
    loggia time log acme/website 2h30m \"first draft\"\n  \
    loggia time log acme/website 9:00-11:30 \"workshop\" --date yesterday --task Design"
)]
pub(super) struct Log {
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

#[derive(Debug, Args)]
pub(super) struct Filter {
    #[arg(long)]
    client: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long, requires = "project")]
    task: Option<String>,
    #[arg(long, visible_alias = "by-member")]
    member: Option<String>,
    #[arg(long)]
    tag: Option<String>,
    /// Only billable entries
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Only entries that are not billable
    #[arg(long)]
    non_billable: bool,
    /// Only entries on no invoice
    #[arg(long)]
    unbilled: bool,
}

/// Change an entry; an empty text takes a value away
#[derive(Debug, Args)]
pub(super) struct Edit {
    /// Number, or @1 for the latest
    entry: String,
    /// New duration or interval
    #[arg(long, value_name = "DURATION|INTERVAL", allow_hyphen_values = true)]
    time: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long)]
    task: Option<String>,
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    #[arg(long)]
    note: Option<String>,
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    #[arg(long)]
    non_billable: bool,
    #[arg(long, value_name = "AMOUNT")]
    rate: Option<String>,
    /// Replaces all tags; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Key {
    Client,
    Project,
    Task,
    Member,
    Tag,
    Day,
    Week,
    Month,
}

impl From<Key> for Dimension {
    fn from(key: Key) -> Self {
        match key {
            Key::Client => Self::Client,
            Key::Project => Self::Project,
            Key::Task => Self::Task,
            Key::Member => Self::Member,
            Key::Tag => Self::Tag,
            Key::Day => Self::Day,
            Key::Week => Self::Week,
            Key::Month => Self::Month,
        }
    }
}

impl Time {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Start(start) => start.run(context),
            Self::Log(log) => log.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::Import(import) => import.run(context),
            Self::Export(export) => export.run(context),
            Self::Stop { at, note, by } => {
                let mut session = context.session()?;
                let at = time_of(at)?;
                let note = line("note", note)?;
                let logged = time::stop(&mut session, by.as_deref(), at, note)?;
                show_logged(context, &session, "stopped", &logged)
            }
            Self::Cancel { by } => {
                let mut session = context.session()?;
                let running = time::cancel(&mut session, by.as_deref())?;
                context.say("cancelled, nothing was logged")?;
                context.show(&TimerView::of(&running, &session.calendar))
            }
            Self::Status { by } => {
                let session = context.session()?;
                let timers = time::status(&session, by.as_deref())?;
                let views = timers
                    .iter()
                    .map(|timer| TimerView::of(timer, &session.calendar))
                    .collect();
                context.show(&TimerList(views))
            }
            Self::List {
                period,
                filter,
                limit,
            } => {
                let session = context.session()?;
                let mut selection = filter.selection(period_of(&session, &period, "this week")?);
                selection.limit = limit;
                let entries = time::list(&session, &selection)?;
                context.show(&EntryList::of(&entries, &session, selection.days))
            }
            Self::Show { entry } => {
                let session = context.session()?;
                let listed = time::show(&session, &entry)?;
                context.show(&EntryView::of(&listed, &session.calendar))
            }
            Self::Delete { entry } => {
                context.confirm(&format!("delete entry {entry}"))?;
                let mut session = context.session()?;
                let listed = time::delete(&mut session, &entry)?;
                context.say("deleted; `loggia undo` brings it back")?;
                context.show(&EntryView::of(&listed, &session.calendar))
            }
            Self::Report { period, by, filter } => {
                let session = context.session()?;
                let selection = filter.selection(period_of(&session, &period, "this month")?);
                let by: Vec<Dimension> = by.into_iter().map(Dimension::from).collect();
                let report = report::report(&session, &selection, &by)?;
                context.show(&ReportView::of(&report))
            }
        }
    }
}

pub(super) fn period_of(session: &Session, words: &[String], default: &str) -> Result<Span> {
    let text = words.join(" ");
    let text = if text.trim().is_empty() {
        default
    } else {
        &text
    };
    Ok(session.calendar.parse_period(text).map_err(Error::from)?)
}

fn time_of(text: Option<String>) -> Result<Option<NaiveTime>> {
    Ok(text
        .as_deref()
        .map(parse_time_of_day)
        .transpose()
        .map_err(Error::from)?)
}

fn line(name: &'static str, text: Option<String>) -> Result<Option<Line>> {
    Ok(text
        .as_deref()
        .map(|text| field(name, Line::parse(text)))
        .transpose()?)
}

/// Some(None): an empty text, which takes the value away.
fn clearable(name: &'static str, text: Option<String>) -> Result<Option<Option<Line>>> {
    match text.as_deref() {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(_) => line(name, text).map(Some),
    }
}

fn tags(words: &[String]) -> Result<Vec<Line>> {
    Ok(words
        .iter()
        .map(|tag| field("tag", Line::parse(tag)))
        .collect::<std::result::Result<_, _>>()?)
}

fn billable(yes: bool, no: bool) -> Option<bool> {
    match (yes, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

impl AboutArgs {
    fn about(self, project: String, note: Option<String>) -> Result<About> {
        Ok(About {
            project,
            note: match note.as_deref() {
                Some("") => None,
                _ => line("note", note)?,
            },
            task: self.task,
            by: self.by,
            billable: billable(self.billable, self.non_billable),
            internal_note: None,
            rate: None,
            tags: tags(&self.tags)?,
        })
    }
}

impl Start {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
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

impl Log {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
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
        show_logged(context, &session, "logged", &logged)
    }
}

fn show_logged(
    context: &mut Context<'_>,
    session: &Session,
    what: &str,
    logged: &Logged,
) -> Result<()> {
    if let Some(other) = &logged.overlaps {
        let clock = |at| session.calendar.local(at).format("%F %R").to_string();
        context.warn(&format!(
            "this overlaps entry {} ({} to {})",
            other.entry.0,
            clock(other.span.start),
            clock(other.span.end)
        ))?;
    }
    context.say(what)?;
    context.show(&EntryView::of(&logged.entry, &session.calendar))
}

impl Filter {
    pub(super) fn selection(self, days: Span) -> Selection {
        Selection {
            days,
            client: self.client,
            project: self.project,
            task: self.task,
            member: self.member,
            billable: billable(self.billable, self.non_billable),
            unbilled: self.unbilled,
            tag: self.tag,
            limit: None,
        }
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let change = Change {
            worked: self
                .time
                .as_deref()
                .map(parse_worked)
                .transpose()
                .map_err(Error::from)?,
            day: self
                .date
                .as_deref()
                .map(|date| session.calendar.parse_date(date))
                .transpose()
                .map_err(Error::from)?,
            project: self.project,
            task: self.task.map(|task| Some(task).filter(|t| !t.is_empty())),
            by: self.by,
            note: clearable("note", self.note)?,
            internal_note: clearable("internal", self.internal)?,
            billable: billable(self.billable, self.non_billable).map(Some),
            rate: match self.rate.as_deref() {
                None => None,
                Some("") => Some(None),
                Some(rate) => Some(Some(Rate::parse(rate).map_err(Error::from)?)),
            },
            tags: match self.tags.as_slice() {
                [] => None,
                [only] if only.is_empty() => Some(Vec::new()),
                all => Some(tags(all)?),
            },
        };
        let logged = time::edit(&mut session, &self.entry, &change)?;
        show_logged(context, &session, "changed", &logged)
    }
}

/// An entry for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct EntryView {
    id: i64,
    client: String,
    project: String,
    task: Option<String>,
    phase: Option<String>,
    member: String,
    date: String,
    start: Option<String>,
    end: Option<String>,
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable: bool,
    note: Option<String>,
    internal_note: Option<String>,
    rate: Option<String>,
    tags: Vec<String>,
    invoice: Option<String>,
}

impl EntryView {
    fn of(listed: &Listed, calendar: &Calendar) -> Self {
        let work = &listed.entry.work;
        let clock = |at| calendar.local(at).to_rfc3339();
        let billed = if listed.billable {
            Policy::EXACT.billed(work.seconds)
        } else {
            Seconds::ZERO
        };
        Self {
            id: listed.entry.key.0,
            client: listed.client_slug.clone(),
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            task: listed.task.clone(),
            phase: None,
            member: listed.member_slug.clone(),
            date: work.day.to_string(),
            start: work.span.map(|span| clock(span.start)),
            end: work.span.map(|span| clock(span.end)),
            seconds: work.seconds.0,
            hours: work.seconds.hours(),
            billed_hours: billed.hours(),
            billable: listed.billable,
            note: work.note.as_ref().map(ToString::to_string),
            internal_note: work.internal_note.as_ref().map(ToString::to_string),
            rate: work.rate.map(|rate| rate.to_string()),
            tags: work.tags.iter().map(ToString::to_string).collect(),
            invoice: listed.invoice.clone(),
        }
    }

    fn words(&self) -> String {
        Seconds(self.seconds).words()
    }

    fn sentence(&self) -> String {
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
        page.field("task", self.task.as_ref());
        page.field("internal", self.internal_note.as_ref());
        page.field("rate", self.rate.as_ref());
        page.field(
            "tags",
            (!self.tags.is_empty()).then(|| self.tags.join(", ")),
        );
        page.field("billable", (!self.billable).then_some("no"));
        page.field("invoice", self.invoice.as_ref());
    }

    fn reference(&self) -> String {
        self.id.to_string()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct EntryList {
    entries: Vec<EntryView>,
    #[serde(skip)]
    days: Span,
}

impl EntryList {
    fn of(entries: &[Listed], session: &Session, days: Span) -> Self {
        Self {
            entries: entries
                .iter()
                .map(|listed| EntryView::of(listed, &session.calendar))
                .collect(),
            days,
        }
    }
}

impl View for EntryList {
    fn text(&self, page: &mut Page) {
        if self.entries.is_empty() {
            page.line(format!("no entries in {}", self.days));
            return;
        }
        let columns = [
            Column::Number("id"),
            Column::Text("date"),
            Column::Text("project"),
            Column::Text("member"),
            Column::Number("hours"),
            Column::Text("note"),
            Column::Text("invoice"),
        ];
        let rows: Vec<_> = self
            .entries
            .iter()
            .map(|entry| {
                let mut note = entry.note.clone().unwrap_or_default();
                if !entry.billable {
                    note.push_str(" (non-billable)");
                }
                vec![
                    entry.id.to_string(),
                    entry.date.clone(),
                    entry.project.clone(),
                    entry.member.clone(),
                    entry.hours.clone(),
                    note,
                    entry.invoice.clone().unwrap_or_default(),
                ]
            })
            .collect();
        let sum: Seconds = self
            .entries
            .iter()
            .map(|entry| Seconds(entry.seconds))
            .sum();
        let mut total = vec![String::new(); columns.len()];
        if let Some(cell) = total.get_mut(2) {
            *cell = "total".to_owned();
        }
        if let Some(cell) = total.get_mut(4) {
            *cell = sum.hours();
        }
        table(page, &columns, &rows, Some(total));
    }

    fn reference(&self) -> String {
        references(&self.entries)
    }
}

#[derive(Debug, Serialize)]
struct TimerView {
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
struct TimerList(Vec<TimerView>);

impl TimerView {
    fn of(running: &Running, calendar: &Calendar) -> Self {
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

#[derive(Debug, Serialize)]
struct ReportView {
    #[serde(skip)]
    by: Vec<Dimension>,
    period: PeriodView,
    rows: Vec<RowView>,
    total: TotalView,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    key: Map<String, Value>,
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable_seconds: i64,
    amount: Option<String>,
    currency: Option<&'static str>,
    #[serde(skip)]
    cells: Vec<String>,
}

#[derive(Debug, Serialize)]
struct TotalView {
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable_seconds: i64,
    /// None where there are several currencies, or time without a rate.
    amount: Option<String>,
    currency: Option<&'static str>,
    amounts: Vec<AmountView>,
}

#[derive(Debug, Serialize)]
struct AmountView {
    amount: String,
    currency: &'static str,
}

impl ReportView {
    fn of(report: &Report) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        let total = &report.total;
        let single = match total.amounts.as_slice() {
            [one] if total.without_rate == Seconds::ZERO => Some(*one),
            _ => None,
        };
        Self {
            by: report.by.clone(),
            period: PeriodView {
                from: day(report.days.from),
                to: day(report.days.to),
            },
            rows: report
                .rows
                .iter()
                .map(|row| RowView::of(row, report))
                .collect(),
            total: TotalView {
                seconds: total.seconds.0,
                hours: total.seconds.hours(),
                billed_hours: total.billed.hours(),
                billable_seconds: total.billable.0,
                amount: single.map(|money| money.amount()),
                currency: single.map(|money| money.currency().code()),
                amounts: total
                    .amounts
                    .iter()
                    .map(|money| AmountView {
                        amount: money.amount(),
                        currency: money.currency().code(),
                    })
                    .collect(),
            },
        }
    }
}

impl RowView {
    fn of(row: &report::Row, report: &Report) -> Self {
        let cells: Vec<String> = row.key.iter().map(|cell| report.names.text(cell)).collect();
        Self {
            key: report
                .by
                .iter()
                .zip(&cells)
                .map(|(dimension, text)| {
                    let value = if text.is_empty() {
                        Value::Null
                    } else {
                        Value::from(text.as_str())
                    };
                    (dimension.word().to_owned(), value)
                })
                .collect(),
            seconds: row.sums.seconds.0,
            hours: row.sums.seconds.hours(),
            billed_hours: row.sums.billed.hours(),
            billable_seconds: row.sums.billable.0,
            amount: row.sums.amount.map(|money| money.amount()),
            currency: row.sums.amount.map(|money| money.currency().code()),
            cells,
        }
    }
}

impl View for ReportView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.line("no entries in this period");
            return;
        }
        let columns: Vec<Column> = self
            .by
            .iter()
            .map(|dimension| Column::Text(dimension.word()))
            .chain([
                Column::Number("hours"),
                Column::Number("billable"),
                Column::Number("amount"),
            ])
            .collect();
        let amount =
            |amount: Option<&String>, currency: Option<&'static str>| match (amount, currency) {
                (Some(amount), Some(currency)) => format!("{amount} {currency}"),
                _ => String::new(),
            };
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let mut cells = row.cells.clone();
                cells.push(row.hours.clone());
                cells.push(Seconds(row.billable_seconds).hours());
                cells.push(amount(row.amount.as_ref(), row.currency));
                cells
            })
            .collect();
        let mut total = vec![String::new(); self.by.len()];
        if let Some(first) = total.first_mut() {
            *first = "total".to_owned();
        }
        total.push(self.total.hours.clone());
        total.push(Seconds(self.total.billable_seconds).hours());
        let sums: Vec<String> = self
            .total
            .amounts
            .iter()
            .map(|sum| format!("{} {}", sum.amount, sum.currency))
            .collect();
        total.push(sums.join(" + "));
        table(page, &columns, &rows, Some(total));
    }

    fn reference(&self) -> String {
        String::new()
    }
}
