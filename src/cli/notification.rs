//! `loggia notify`.

use clap::Subcommand;

use crate::app::layered;
use crate::app::notification;
use crate::domain::notification::Event;

use super::Context;
use super::error::Result;
use super::layered::{KeyList, Set, Show, Told, Unset};

/// Who is told of what by mail, globally and per client
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
        let client = match self {
            Self::Show(show) => show.client(&session)?,
            Self::Set(set) => set.run::<Event>(&mut session)?,
            Self::Unset(unset) => unset.run::<Event>(&mut session)?,
        };
        let Some(client) = client else {
            let shown = layered::show::<Event>(&session, None)?;
            let keys = shown.into_iter().map(|holds| (holds, Told::Unknown(())));
            return context.show(&KeyList::new(None, keys));
        };
        let shown = notification::of_client(&session, &client)?;
        let keys = shown.into_iter().map(|(holds, addresses)| {
            let addresses = addresses.iter().map(ToString::to_string).collect();
            (holds, Told::Addresses(addresses))
        });
        context.show(&KeyList::new(Some(client), keys))
    }
}
