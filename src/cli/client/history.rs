//! `loggia client history`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::Error;
use crate::app::client_history::{self, Event, What};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, cut, table};
use crate::cli::terminal::{Page, View};
use crate::values::period::Span;

use super::references;

/// Show what there was with a client: talks, invoices, payments, sign-ins, changes; newest last
#[derive(Debug, Args)]
#[command(
    after_help = "Commands over time are told once a day. `loggia history N` shows what a change was, `loggia client talk` corrects a talk.\n\n\
    Examples:\n  loggia client history acme\n  loggia client history acme 'this year' --kind call --kind email\n  \
    loggia client history acme 2026-10-01..2026-10-31 --kind invoice,payment"
)]
pub(in crate::cli) struct History {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Days: a word such as `last month`, a date, or FROM..TO
    period: Option<String>,
    /// Only these kinds; may be given several times
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<EventWord>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EventWord {
    Call,
    Email,
    Meeting,
    Note,
    Invoice,
    CreditNote,
    Payment,
    Expense,
    Document,
    Invitation,
    SignIn,
    Question,
    Approval,
    Notification,
    Export,
    Stage,
    Time,
    Change,
}

impl EventWord {
    /// The word as events have it.
    fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Note => "note",
            Self::Invoice => "invoice",
            Self::CreditNote => "credit-note",
            Self::Payment => "payment",
            Self::Expense => "expense",
            Self::Document => "document",
            Self::Invitation => "invitation",
            Self::SignIn => "sign-in",
            Self::Question => "question",
            Self::Approval => "approval",
            Self::Notification => "notification",
            Self::Export => "export",
            Self::Stage => "stage",
            Self::Time => "time",
            Self::Change => "change",
        }
    }
}

impl History {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let days = match &self.period {
            Some(period) => session.calendar.parse_period(period).map_err(Error::from)?,
            None => Span::all(),
        };
        let events = client_history::history(&session, &self.client, days)?;
        let wanted = |event: &&Event| {
            self.kinds.is_empty()
                || self
                    .kinds
                    .iter()
                    .any(|kind| kind.word() == event.what.kind())
        };
        context.show(&EventList {
            items: events.iter().filter(wanted).map(EventView::of).collect(),
            narrow: self.period.is_some() || !self.kinds.is_empty(),
        })
    }
}

/// One event for scripts and people.
#[derive(Debug, Serialize)]
struct EventView {
    date: String,
    kind: &'static str,
    summary: String,
    /// An invoice, a mail address, a talk, or the number of an operation.
    reference: String,
    shared: bool,
    who: String,
}

impl EventView {
    fn of(event: &Event) -> Self {
        let (summary, reference) = told(&event.what);
        Self {
            date: event.date.to_string(),
            kind: event.what.kind(),
            summary,
            reference: reference.unwrap_or_else(|| event.operation.0.to_string()),
            shared: match &event.what {
                What::Talk(talk) => talk.shared,
                _ => false,
            },
            who: event.who.clone(),
        }
    }
}

/// The longest summary that the table shows.
const LONGEST: usize = 200;

/// An event in words, and what it is about.
fn told(what: &What) -> (String, Option<String>) {
    match what {
        What::Talk(talk) => {
            let with = talk.with.as_ref().map(|name| format!("{name}: "));
            (
                format!("{}{}", with.unwrap_or_default(), talk.text),
                Some(talk.reference()),
            )
        }
        What::Issued { number, total, .. } => {
            (format!("{number} over {total}"), Some(number.clone()))
        }
        What::Viewed { number } => (
            format!("{number} was looked at on the portal"),
            Some(number.clone()),
        ),
        What::Paid {
            number,
            amount,
            method,
        } => {
            let by = method.as_ref().map(|method| format!(" by {method}"));
            (
                format!("{amount} for {number}{}", by.unwrap_or_default()),
                Some(number.clone()),
            )
        }
        What::Spent {
            expense,
            amount,
            category,
            note,
        } => {
            let note = note.as_ref().map(|note| format!(" {note}"));
            let category = category.as_ref().map(|category| format!(" ({category})"));
            let words = format!(
                "{amount}{}{}",
                note.unwrap_or_default(),
                category.unwrap_or_default()
            );
            (words, Some(expense.0.to_string()))
        }
        What::Invited { email, role } => (
            format!("{email} was invited as {}", role.word()),
            Some(email.clone()),
        ),
        What::Accepted { email } => (
            format!("{email} accepted the invitation"),
            Some(email.clone()),
        ),
        What::SignedIn { email } => (format!("{email} signed in"), Some(email.clone())),
        What::Asked { question, by, text } => (format!("{by}: {text}"), Some(question.clone())),
        What::Replied { question, text } => (format!("answered: {text}"), Some(question.clone())),
        What::Requested { request } => (format!("{request} was asked for"), Some(request.clone())),
        What::Answered {
            request,
            approved,
            by,
            note,
        } => {
            let word = if *approved { "approved" } else { "declined" };
            let note = note.as_ref().map(|note| format!(": {note}"));
            (
                format!("{request} was {word} by {by}{}", note.unwrap_or_default()),
                Some(request.clone()),
            )
        }
        What::Chose { email, muted } => {
            let wish = match muted.as_slice() {
                [] => "wants to be told everything again".to_owned(),
                muted => format!("wants no mail about {}", muted.join(", ")),
            };
            (format!("{email} {wish}"), Some(email.clone()))
        }
        What::Exported { file, by } => {
            let by = by.as_ref().map(|by| format!(" by {by}"));
            (
                format!(
                    "{file} was fetched from the portal{}",
                    by.unwrap_or_default()
                ),
                Some(file.clone()),
            )
        }
        What::Added { stage } => (format!("added as {}", stage.word()), None),
        What::Stage {
            from,
            to,
            taken_back,
        } => {
            let note = taken_back_note(*taken_back);
            (format!("{} → {}{note}", from.word(), to.word()), None)
        }
        What::Done {
            command,
            taken_back,
            ..
        } => (format!("{command}{}", taken_back_note(*taken_back)), None),
        What::Tracked { commands: 1, last } => (last.clone(), None),
        What::Tracked { commands, last } => (format!("{commands} commands, last: {last}"), None),
    }
}

fn taken_back_note(taken_back: bool) -> &'static str {
    if taken_back { " (taken back)" } else { "" }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct EventList {
    items: Vec<EventView>,
    /// There may be more that was not asked for.
    #[serde(skip)]
    narrow: bool,
}

impl View for EventView {
    fn text(&self, page: &mut Page) {
        page.line(crate::values::text::escape_terminal(&self.summary));
    }

    fn reference(&self) -> String {
        self.reference.clone()
    }
}

impl View for EventList {
    fn text(&self, page: &mut Page) {
        if self.items.is_empty() {
            page.line(if self.narrow {
                "nothing of that kind in that time; without PERIOD and --kind all of it is shown"
            } else {
                "nothing yet; `loggia client log CLIENT TEXT --kind call` writes down a call"
            });
            return;
        }
        let columns = [
            Column::Text("date"),
            Column::Text("kind"),
            Column::Text("what"),
            Column::Text("shared"),
            Column::Text("who"),
            Column::Text("reference"),
        ];
        let rows: Vec<_> = self
            .items
            .iter()
            .map(|event| {
                vec![
                    event.date.clone(),
                    event.kind.to_owned(),
                    cut(&event.summary.replace('\n', " / "), LONGEST),
                    if event.shared { "yes" } else { "" }.to_owned(),
                    event.who.clone(),
                    event.reference.clone(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
        let is_cut = |event: &EventView| event.summary.chars().nth(LONGEST).is_some();
        if self.items.iter().any(is_cut) {
            page.line("… stands for more; --json has the whole");
        }
    }

    fn reference(&self) -> String {
        references(&self.items)
    }
}
