//! `loggia notify`.

use clap::Subcommand;

use crate::app::layered;
use crate::app::notification;
use crate::domain::notification::{Event, Nobody};

use super::Context;
use super::error::Result;
use super::layered::{KeyList, Set, Show, Told, Unset};

/// Who is to be told of what by mail, globally and per client; mail goes out about invoices and reminders
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
}

impl Notify {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        context.say(
            "mail goes out about invoices and reminders; the others are kept for when it does",
        )?;
        let client = match self {
            Self::Show(show) => show.client(&session)?,
            Self::Set(set) => set.run::<Event>(&mut session)?,
            Self::Unset(unset) => unset.run::<Event>(&mut session)?,
        };
        let Some(client) = client else {
            let shown = layered::show::<Event>(&session, None)?;
            let unknown = || Told::Of {
                recipients: None,
                nobody: None,
            };
            let keys = shown.into_iter().map(|holds| (holds, unknown()));
            return context.show(&KeyList::new(None, keys));
        };
        let shown = notification::of_client(&session, &client)?;
        let keys = shown.into_iter().map(|told| {
            let why: Vec<&str> = told.nobody.into_iter().map(words).collect();
            let of = Told::Of {
                recipients: Some(told.addresses.iter().map(ToString::to_string).collect()),
                nobody: (!why.is_empty()).then(|| why.join("; ")),
            };
            (told.holds, of)
        });
        context.show(&KeyList::new(Some(client), keys))
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
