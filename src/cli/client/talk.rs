//! `loggia client log`, and `loggia client talk` for what was written down wrong.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::error::field;
use crate::app::talk::{self, Correction, New};
use crate::app::{Error, client};
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, input, prompt};
use crate::domain::talk::{Kind, Talk};
use crate::values::text::Note;

/// Write down a call, a mail, a meeting or a note
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client log acme 'wants an offer by Friday' --kind call --contact Jo\n  \
    loggia client log acme 'kick-off' --kind meeting --date 2026-11-20 --share\n  \
    pbpaste | loggia client log acme --kind email\n\n\
    In a loop that reads its lines from standard input, give it `</dev/null`."
)]
pub(in crate::cli) struct Log {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// What was said; `-` reads it from standard input, as does a pipe without TEXT
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
        let text = match self.text {
            None if prompt::can_ask(&context.global, &context.environment) => {
                prompt::text("What was said", None, |typed| Ok(typed.to_owned()))?
            }
            text => input::text(text)?,
        };
        let mut session = context.session()?;
        let date = |text: &str| session.calendar.parse_date(text).map_err(Error::from);
        let new = New {
            kind: self.kind.into(),
            day: self.date.as_deref().map(date).transpose()?,
            contact: self.contact,
            text: field("text", Note::parse(&text))?,
            shared: self.share,
        };
        let talk = talk::log(&mut session, &self.client, &new)?;
        let client = client::show(&session, &self.client)?.client.slug;
        context.show(&TalkView::of(client.as_str(), &talk))
    }
}

/// Correct a talk or take it out; `client history` names them
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TalkCommand {
    Edit(Edit),
    /// Take a talk out; `loggia undo` brings it back
    Remove {
        #[arg(value_name = "CLIENT")]
        client: String,
        /// As in `client history`: talk-7
        talk: String,
    },
}

/// Correct a talk; an empty contact takes it away
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client talk edit acme talk-7 'wants an offer by Monday' --kind email\n  \
    loggia client talk edit acme talk-7 --date yesterday --contact ''"
)]
pub(in crate::cli) struct Edit {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// As in `client history`: talk-7
    talk: String,
    /// What was said; `-` reads it from standard input
    text: Option<String>,
    #[arg(long)]
    kind: Option<TalkWord>,
    /// Day on which it was
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    date: Option<String>,
    /// With whom: name or mail address of a contact
    #[arg(long, value_name = "NAME")]
    contact: Option<String>,
    /// The client may know
    #[arg(long, conflicts_with = "internal")]
    share: bool,
    /// For your eyes alone
    #[arg(long)]
    internal: bool,
}

impl TalkCommand {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Edit(edit) => edit.run(context),
            Self::Remove { client, talk } => {
                let mut session = context.session()?;
                let name = talk::show(&session, &client, &talk)?.reference();
                context.confirm(&format!("remove {name} of {client}"))?;
                let removed = talk::remove(&mut session, &client, &name)?;
                context.say(&format!("removed {name}; `loggia undo` brings it back"))?;
                let client = client::show(&session, &client)?.client.slug;
                context.show(&TalkView::of(client.as_str(), &removed))
            }
        }
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let text = match self.text.as_deref() {
            Some("-") => Some(input::text(self.text)?),
            _ => self.text,
        };
        let mut session = context.session()?;
        let date = |text: &str| session.calendar.parse_date(text).map_err(Error::from);
        let correction = Correction {
            kind: self.kind.map(Kind::from),
            day: self.date.as_deref().map(date).transpose()?,
            contact: self.contact.map(|name| (!name.is_empty()).then_some(name)),
            text: text
                .map(|text| field("text", Note::parse(&text)))
                .transpose()?,
            shared: (self.share || self.internal).then_some(self.share),
        };
        let (talk, changed) = talk::edit(&mut session, &self.client, &self.talk, correction)?;
        if !changed {
            context.say("nothing was changed")?;
        }
        let client = client::show(&session, &self.client)?.client.slug;
        context.show(&TalkView::of(client.as_str(), &talk))
    }
}

/// A talk for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct TalkView {
    reference: String,
    client: String,
    date: String,
    kind: &'static str,
    contact: Option<String>,
    text: String,
    shared: bool,
}

impl TalkView {
    pub(super) fn of(client: &str, talk: &Talk) -> Self {
        Self {
            reference: talk.reference(),
            client: client.to_owned(),
            date: talk.day.to_string(),
            kind: talk.kind.word(),
            contact: talk.with.as_ref().map(ToString::to_string),
            text: talk.text.to_string(),
            shared: talk.shared,
        }
    }
}

impl TalkView {
    /// On one line, as the latest of a client.
    pub(super) fn line(&self) -> String {
        let with = self.contact.as_ref().map(|name| format!(" with {name}"));
        let with = with.unwrap_or_default();
        format!("{} {}{with}: {}", self.date, self.kind, self.text)
    }
}

impl View for TalkView {
    fn text(&self, page: &mut Page) {
        let with = self.contact.as_ref().map(|name| format!(" with {name}"));
        page.heading(&format!(
            "{} {} {} {}{}",
            self.client,
            self.reference,
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
        self.reference.clone()
    }
}
