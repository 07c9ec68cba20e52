//! `loggia notify`.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::layered;
use crate::app::notice::{self, Muted};
use crate::app::notification;
use crate::app::{Session, outbox};
use crate::domain::notification::{Event, LeftOut, Nobody};
use crate::values::text::Email;

use super::Context;
use super::error::Result;
use super::layered::{KeyList, LeftOutView, Set, Show, Told, Unset};
use super::mail::{self, address};
use super::terminal::{Page, View};

/// Who is told of what by mail, globally and per client; `loggia run` sends it, several things to one person as one mail
#[derive(Debug, Subcommand)]
pub(super) enum Notify {
    /// Show every event with the value that holds and where it comes from; for a client, also the addresses
    Show(Show),
    /// Set who is told, globally or for a client: off, client, owner, both, or mail addresses
    #[command(after_help = "Examples:\n  loggia notify set weekly-summary=both\n  \
        loggia notify set invoice-issued=books@acme.example,jo@acme.example --client acme")]
    Set(Set),
    /// Unset events: what stands behind them holds again
    Unset(Unset),
    /// Tell somebody no more of some events, as people can choose on the portal themselves
    #[command(
        after_help = "Examples:\n  loggia notify mute jo@acme.example weekly-summary\n  \
        loggia notify mute jo@acme.example --client acme"
    )]
    Mute(Choice),
    /// Tell somebody of events again; what people ended themselves stays ended, unless they asked for it
    #[command(
        after_help = "Examples:\n  loggia notify unmute jo@acme.example weekly-summary\n  \
        loggia notify unmute jo@acme.example --on-request"
    )]
    Unmute(Unmute),
    /// Write the mail about an event with today's figures, and send it to yourself; it counts for nothing
    #[command(after_help = "Without figures it is a sample.\n\n\
        Examples:\n  loggia notify test weekly-summary --show\n  \
        loggia notify test budget-threshold --client acme --to me@studio.example")]
    Test(Test),
}

#[derive(Debug, Args)]
pub(super) struct Choice {
    /// The address
    #[arg(value_name = "EMAIL")]
    email: String,
    /// The events, as `loggia notify show` lists them [default: all]
    #[arg(value_name = "EVENT")]
    events: Vec<String>,
    /// About this client [default: all of which the address is told]
    #[arg(long)]
    client: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Unmute {
    #[command(flatten)]
    choice: Choice,
    /// Also what they ended themselves: they asked you for it
    #[arg(long)]
    on_request: bool,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    /// The event, as `loggia notify show` lists it
    event: String,
    /// With the figures of this client [default: the first that has some]
    #[arg(long)]
    client: Option<String>,
    /// Send it to this address [default: the owner's]
    #[arg(long, value_name = "EMAIL")]
    to: Option<String>,
    /// Show the mail, and send nothing
    #[arg(long, visible_alias = "dry-run")]
    show: bool,
}

impl Notify {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let client = match self {
            Self::Show(show) => show.client(&session)?,
            Self::Set(set) => set.run::<Event>(&mut session)?,
            Self::Unset(unset) => unset.run::<Event>(&mut session)?,
            Self::Mute(choice) => return choice.mute(context, &mut session),
            Self::Unmute(unmute) => return unmute.run(context, &mut session),
            Self::Test(test) => return test.run(context, &mut session),
        };
        if !notice::has_way(&session) {
            context.say("nothing is sent yet: `loggia settings set email=EMAIL smtp-host=HOST`, or mail-folder=FOLDER, opens a way")?;
        }
        let Some(client) = client else {
            let shown = layered::show::<Event>(&session, None)?;
            let unknown = || Told::Of {
                recipients: None,
                nobody: None,
                muted: None,
                left_out: None,
            };
            let keys = shown.into_iter().map(|holds| (holds, unknown()));
            return context.show(&KeyList::new(None, keys));
        };
        let shown = notification::of_client(&session, &client)?;
        let texts = |emails: Vec<Email>| emails.iter().map(ToString::to_string).collect();
        let keys = shown.into_iter().map(|told| {
            let why: Vec<&str> = told.nobody.into_iter().map(words).collect();
            let of = Told::Of {
                recipients: Some(texts(told.addresses)),
                nobody: (!why.is_empty()).then(|| why.join("; ")),
                muted: Some(texts(told.muted)),
                left_out: Some(told.left_out.iter().map(left_out).collect()),
            };
            (told.holds, of)
        });
        context.show(&KeyList::new(Some(client), keys))
    }
}

impl Choice {
    fn mute(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let email = address(&self.email)?;
        let client = self.client.as_deref();
        say(
            context,
            notice::mute(session, &email, client, &self.events)?,
        )
    }
}

impl Unmute {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let Choice {
            email,
            events,
            client,
        } = self.choice;
        let (email, client) = (address(&email)?, client.as_deref());
        let told = notice::unmute(session, &email, client, &events, self.on_request)?;
        say(context, told)
    }
}

/// What holds now.
fn say(context: &mut Context<'_>, (choices, changed): (Vec<Muted>, bool)) -> Result<()> {
    if !changed {
        context.say("that is so already")?;
    }
    context.show(&ChoiceList(choices.iter().map(ChoiceView::of).collect()))
}

impl Test {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let to = self.to.as_deref().map(address).transpose()?;
        let client = self.client.as_deref();
        let rehearsal = notice::rehearse(session, &self.event, client, to.as_ref(), self.show)?;
        match &rehearsal.client {
            Some(client) => context.say(&format!("with the figures of {client}"))?,
            None => context.say("there is nothing to tell yet: a sample")?,
        }
        if rehearsal.without_address {
            context.say("an address is missing yet: `loggia settings set email=EMAIL`")?;
        }
        if self.show {
            return context.show(&mail::preview(&rehearsal.mail, rehearsal.client.as_deref()));
        }
        mail::is_there(session, None)?;
        let queued: outbox::Shown = rehearsal.queue(session)?;
        mail::send(context, session, Some(&[queued.mail.key.0]), None)
    }
}

#[derive(Debug, Serialize)]
struct ChoiceView {
    client: String,
    email: String,
    /// Events of which the address is not told.
    muted: Vec<String>,
    /// Those of them that whoever reads it ended.
    unsubscribed: Vec<String>,
}

impl ChoiceView {
    fn of(choice: &Muted) -> Self {
        Self {
            client: choice.client.clone(),
            email: choice.email.to_string(),
            muted: choice.muted.clone(),
            unsubscribed: choice.own.clone(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ChoiceList(Vec<ChoiceView>);

impl View for ChoiceList {
    fn text(&self, page: &mut Page) {
        for choice in &self.0 {
            let ChoiceView {
                client,
                email,
                muted,
                unsubscribed: _, // `notify show` tells
            } = choice;
            page.line(match muted.as_slice() {
                [] => format!("{client}: {email} is told all that is set"),
                muted => format!("{client}: {email} is not told of {}", muted.join(", ")),
            });
        }
    }

    fn reference(&self) -> String {
        let clients: Vec<&str> = self.0.iter().map(|choice| choice.client.as_str()).collect();
        clients.join("\n")
    }
}

/// Why somebody is left out, in words.
fn left_out((email, why): &(Email, LeftOut)) -> LeftOutView {
    let (setting, words) = match why {
        LeftOut::Disabled => (None, "disabled".to_owned()),
        LeftOut::NotAccepted => (None, "has not accepted the invitation".to_owned()),
        LeftOut::Role(role) => (None, format!("{} does not see it", role.word())),
        LeftOut::Muted => (None, "muted by you".to_owned()),
        LeftOut::Unsubscribed => (None, "ended it themselves".to_owned()),
        LeftOut::Hidden(setting) => (Some(*setting), format!("{setting}=off")),
        LeftOut::NotSynced => (None, "not on a portal before a sync".to_owned()),
    };
    LeftOutView {
        email: email.to_string(),
        why: why.word(),
        setting,
        words,
    }
}

/// Why nobody is told, in words.
fn words(nobody: Nobody) -> &'static str {
    match nobody {
        Nobody::NoUser => "client: it has no user",
        Nobody::NotIn => "client: no user has accepted the invitation and is let in",
        Nobody::NotTheirs => "client: no user's role shows it",
        Nobody::NoAddress => {
            "client: neither its contact for billing, nor its point of contact, nor the client has a mail address"
        }
        Nobody::NoOwner => "owner: neither an owner nor the business has a mail address",
    }
}
