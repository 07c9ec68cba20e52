//! `loggia client log` and `loggia client history`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::client_history::{self, Event, NewTalk, What};
use crate::app::error::field;
use crate::app::{Error, client};
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, prompt};
use crate::domain::talk::{Kind, Talk};
use crate::values::period::Span;
use crate::values::text::Note;

use super::note;
use super::references;

/// Write down a call, a mail, a meeting or a note
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client log acme 'wants an offer by Friday' --kind call --contact Jo\n  \
    loggia client log acme 'kick-off' --kind meeting --date 2026-11-20 --share\n  \
    pbpaste | loggia client log acme - --kind email"
)]
pub(in crate::cli) struct Log {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// What was said; `-` reads it from standard input
    text: Option<String>,
    #[arg(long, default_value = "note")]
    kind: TalkWord,
    /// Day on which it was [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// With whom: name or mail address of a contact
    #[arg(long, value_name = "NAME")]
    contact: Option<String>,
    /// The client may know; without it the talk is internal
    #[arg(long)]
    share: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TalkWord {
    Call,
    Email,
    Meeting,
    Note,
}

impl From<TalkWord> for Kind {
    fn from(word: TalkWord) -> Self {
        match word {
            TalkWord::Call => Self::Call,
            TalkWord::Email => Self::Email,
            TalkWord::Meeting => Self::Meeting,
            TalkWord::Note => Self::Note,
        }
    }
}

impl Log {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let (global, environment) = (&context.global, &context.environment);
        let text = prompt::value(global, environment, self.text, "TEXT", "What was said")?;
        let text = match text.as_str() {
            "-" => note::standard_input()?,
            _ => text,
        };
        let mut session = context.session()?;
        let date = |text: &str| session.calendar.parse_date(text).map_err(Error::from);
        let new = NewTalk {
            kind: self.kind.into(),
            day: self.date.as_deref().map(date).transpose()?,
            contact: self.contact,
            text: field("text", Note::parse(&text))?,
            shared: self.share,
        };
        let talk = client_history::log(&mut session, &self.client, &new)?;
        let client = client::show(&session, &self.client)?.client.slug;
        context.show(&TalkView::of(client.as_str(), &talk))
    }
}

/// Show what there was with a client: talks, invoices, payments, sign-ins, changes; newest last
#[derive(Debug, Args)]
#[command(
    after_help = "Commands over time are told once a day. `loggia history N` shows what a change was.\n\n\
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
    Document,
    Invitation,
    SignIn,
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
            Self::Document => "document",
            Self::Invitation => "invitation",
            Self::SignIn => "sign-in",
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

#[derive(Debug, Serialize)]
struct TalkView {
    client: String,
    date: String,
    kind: &'static str,
    contact: Option<String>,
    text: String,
    shared: bool,
}

impl TalkView {
    fn of(client: &str, talk: &Talk) -> Self {
        Self {
            client: client.to_owned(),
            date: talk.day.to_string(),
            kind: talk.kind.word(),
            contact: talk.with.as_ref().map(ToString::to_string),
            text: talk.text.to_string(),
            shared: talk.shared,
        }
    }
}

impl View for TalkView {
    fn text(&self, page: &mut Page) {
        let with = self.contact.as_ref().map(|name| format!(" with {name}"));
        page.heading(&format!(
            "{} {} {}{}",
            self.client,
            self.date,
            self.kind,
            with.unwrap_or_default()
        ));
        page.field(
            if self.shared { "shared" } else { "internal" },
            Some(&self.text),
        );
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

/// One event for scripts and people.
#[derive(Debug, Serialize)]
struct EventView {
    date: String,
    kind: &'static str,
    summary: String,
    /// An invoice, a mail address, or the number of an operation.
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

/// An event in words, and what it is about.
fn told(what: &What) -> (String, Option<String>) {
    match what {
        What::Talk(talk) => {
            let with = talk.with.as_ref().map(|name| format!("{name}: "));
            (format!("{}{}", with.unwrap_or_default(), talk.text), None)
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
        What::Invited { email, role } => (
            format!("{email} was invited as {}", role.word()),
            Some(email.clone()),
        ),
        What::Accepted { email } => (
            format!("{email} accepted the invitation"),
            Some(email.clone()),
        ),
        What::SignedIn { email } => (format!("{email} signed in"), Some(email.clone())),
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
                    event.summary.replace('\n', " / "),
                    if event.shared { "yes" } else { "" }.to_owned(),
                    event.who.clone(),
                    event.reference.clone(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.items)
    }
}
