//! `loggia alerts`: what is to be done, and the words of it.

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde::Serialize;

use crate::app::alert::{self, Told};
use crate::domain::alert::{Alert, Severity};
use crate::values::text::shell_word;

use super::Context;
use super::error::Result;
use super::retainer::sized;
use super::terminal::{Page, View};

/// Tell what is to be done: overdue, over budget, running low, unusual, idle, unbilled for long
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Alerts {
    /// Only what is about this client
    #[arg(long)]
    client: Option<String>,
    /// Only this kind; may be given several times
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Alert::WORDS))]
    kind: Vec<String>,
}

const AFTER: &str = "The most urgent comes first. From when on something is told is set by `loggia settings set KEY=VALUE`: alerts.long-entry, \
    alerts.day-hours, alerts.entry-days, alerts.idle-days, alerts.unbilled-days and alerts.retainer-percent. A budget is told from \
    75, 90 and 100 % on, and when at its pace it ends before the project is due. The exit status is 0 whatever there is to tell.\n\n\
    Examples:\n  loggia alerts\n  loggia alerts --client acme\n  \
    loggia alerts --kind invoice-overdue --kind retainer-low --json | jq -r '.[].command'";

impl Alerts {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let mut told = alert::alerts(&session, self.client.as_deref())?;
        let wanted = |told: &Told| self.kind.iter().any(|kind| kind == told.alert.word());
        told.retain(|told| self.kind.is_empty() || wanted(told));
        context.show(&AlertList(told.iter().map(AlertView::of).collect()))
    }
}

#[derive(Debug, Serialize)]
struct AlertView {
    kind: &'static str,
    severity: &'static str,
    client: String,
    /// The project, invoice, entry or member; else the client.
    subject: String,
    since: Option<String>,
    message: String,
    /// What helps.
    command: String,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct AlertList(Vec<AlertView>);

impl AlertView {
    fn of(told: &Told) -> Self {
        let (message, command) = words(&told.alert, &told.client);
        let subject = match alert::subject(&told.alert) {
            subject if subject.is_empty() => told.client.clone(),
            subject => subject,
        };
        Self {
            kind: told.alert.word(),
            severity: told.alert.severity().word(),
            client: told.client.clone(),
            subject,
            since: told.since.map(|day| day.to_string()),
            message,
            command,
        }
    }

    /// The message, with the client where it does not name him.
    fn sentence(&self) -> String {
        if self.subject.starts_with(&format!("{}/", self.client))
            || self.message.contains(&format!("{}/", self.client))
        {
            self.message.clone()
        } else {
            format!("{}: {}", self.client, self.message)
        }
    }
}

impl View for AlertView {
    fn text(&self, page: &mut Page) {
        page.line(crate::values::text::escape_terminal(&self.sentence()));
        let command = page.dim(&format!(
            "  → {}",
            crate::values::text::escape_terminal(&self.command)
        ));
        page.line(command);
    }

    fn reference(&self) -> String {
        self.subject.clone()
    }
}

impl View for AlertList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("nothing to be done: no alerts");
            return;
        }
        for severity in [Severity::High, Severity::Medium, Severity::Low] {
            let word = severity.word();
            let alerts: Vec<&AlertView> = self
                .0
                .iter()
                .filter(|alert| alert.severity == word)
                .collect();
            if alerts.is_empty() {
                continue;
            }
            let heading = match severity {
                Severity::High => "Now",
                Severity::Medium => "Soon",
                Severity::Low => "Worth a look",
            };
            page.heading(&format!("{heading} ({})", alerts.len()));
            for alert in alerts {
                alert.text(page);
            }
        }
    }

    fn reference(&self) -> String {
        super::client::references(&self.0)
    }
}

/// An alert in one sentence, and a command that helps.
pub(super) fn sentence(told: &Told) -> (String, String) {
    let view = AlertView::of(told);
    (view.sentence(), view.command)
}

/// What is to be done in words, and a command that helps.
pub(super) fn words(alert: &Alert, slug: &str) -> (String, String) {
    match alert {
        Alert::Overdue {
            invoice,
            days,
            balance,
        } => {
            let days = if *days == 1 {
                "1 day".to_owned()
            } else {
                format!("{days} days")
            };
            (
                format!("invoice {invoice} is {days} overdue, {balance} open"),
                format!("loggia invoice show {invoice}"),
            )
        }
        Alert::RetainerOver { name, over, until } => (
            format!("{} is {} over until {until}", retainer(name), sized(*over)),
            format!("loggia retainer status {slug} -v"),
        ),
        Alert::RetainerLow {
            name,
            left,
            available,
            until,
        } => (
            format!(
                "{} of {} are left in {} until {until}",
                sized(*left),
                sized(*available),
                retainer(name)
            ),
            format!("loggia retainer status {slug} -v"),
        ),
        Alert::RetainerPace {
            name,
            left,
            used_up,
            until,
        } => (
            format!(
                "at its pace {} is used up on {used_up}, before {until}; {} are left",
                retainer(name),
                sized(*left)
            ),
            format!("loggia retainer status {slug} -v"),
        ),
        Alert::Budget {
            project, percent, ..
        } => (
            format!("{percent} % of the budget of {project} is used"),
            format!("loggia project show {project}"),
        ),
        Alert::UnbilledOld { seconds, since } => (
            format!("{} h are unbilled since {since}", seconds.hours()),
            format!("loggia invoice preview {slug}"),
        ),
        Alert::BudgetPace {
            project,
            used_up,
            due,
        } => (
            format!(
                "at its pace the budget of {project} is used up on {used_up}, and it is due on {due}"
            ),
            format!("loggia project show {project}"),
        ),
        Alert::ProjectIdle {
            project,
            last,
            days,
            left,
        } => (
            format!(
                "nothing was done on {project} since {last} ({days} days), and {left} of its budget are left"
            ),
            format!("loggia project show {project}"),
        ),
        Alert::WithoutRate {
            project,
            seconds,
            since,
        } => (
            format!(
                "{} h on {project} since {since} have no rate",
                seconds.hours()
            ),
            format!("loggia rate set AMOUNT --project {project}"),
        ),
        Alert::EntryLong {
            entry,
            project,
            day,
            seconds,
        } => (
            format!(
                "entry {entry} on {project} ({day}) is {} h long",
                seconds.hours()
            ),
            format!("loggia time show {entry}"),
        ),
        Alert::EntryOutOfHours {
            entry,
            project,
            day,
            start,
            end,
        } => (
            format!(
                "entry {entry} on {project} ({day}) is from {} to {}, outside of working hours",
                start.format("%R"),
                end.format("%R")
            ),
            format!("loggia time show {entry}"),
        ),
        Alert::TimerLong {
            member,
            project,
            elapsed,
            ..
        } => match elapsed {
            Some(elapsed) => (
                format!(
                    "the timer of {member} on {project} runs for {}",
                    elapsed.words()
                ),
                format!("loggia time stop --by {member} --at TIME"),
            ),
            None => (
                format!("the timer of {member} on {project} starts after now: the clock went back"),
                format!("loggia time cancel --by {member}"),
            ),
        },
        Alert::LeadSilent { days } => (
            format!("nobody has talked with this lead for {days} days"),
            format!("loggia client log {slug} TEXT --kind call"),
        ),
        Alert::InvitationExpired { email } => (
            format!("the invitation of {email} has expired"),
            format!("loggia user reinvite {} --client {slug}", shell_word(email)),
        ),
        Alert::QuestionOpen {
            task: Some(request),
            days,
            ..
        } => (
            format!("the answer to {request} wants a look{}", since(*days)),
            format!("loggia approval show {request}"),
        ),
        Alert::QuestionOpen {
            question,
            subject,
            days,
            task: None,
        } => (
            format!(
                "a question about {subject} waits for an answer{}",
                since(*days)
            ),
            format!("loggia inbox reply {question}"),
        ),
        Alert::ApprovalOpen { request, days } => (
            format!("{request} was not answered for {days} days"),
            format!("loggia approval show {request}"),
        ),
        Alert::NoPointOfContact => (
            "there is no point of contact".to_owned(),
            format!("loggia client contact add {slug} NAME"),
        ),
    }
}

/// For how long, where it is more than today.
fn since(days: i64) -> String {
    match days {
        ..=0 => String::new(),
        1 => " since yesterday".to_owned(),
        more => format!(" for {more} days"),
    }
}

/// A retainer of a client, with its projects where they are not all of them.
fn retainer(name: &Option<String>) -> String {
    match name {
        Some(projects) => format!("the retainer for {projects}"),
        None => "the retainer".to_owned(),
    }
}
