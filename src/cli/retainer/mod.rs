//! `loggia retainer`.

mod add;
mod edit;
mod ledger;
mod status;
mod terms;

use clap::{Args, Subcommand, ValueEnum};

use crate::app::Error;
use crate::app::retainer;
use crate::domain::retainer::{Overage, Per};
use crate::values::amount::Amount;

use super::Context;
use super::client::references;
use super::error::{Failure, Result};
use super::missing;

use add::Add;
use edit::Edit;
use ledger::Ledger;
use status::{RetainerList, RetainerView};
use terms::{TermsList, TermsView};

pub(super) use terms::words as terms_words;

/// Retainers: hours or money agreed per period
#[derive(Debug, Subcommand)]
pub(super) enum Retainer {
    Add(Add),
    /// Show how retainers stand in the current period
    #[command(after_help = "Examples:\n  loggia retainer status\n  loggia retainer status acme -v")]
    Status {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Every period, in a table
        #[arg(long, short)]
        verbose: bool,
    },
    /// List retainers with what was agreed, and from when on it changed
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
    },
    Ledger(Ledger),
    Edit(Edit),
    End(End),
}

/// End a client's retainer early; what was invoiced for it stays
#[derive(Debug, Args)]
#[command(
    after_help = "The last period is granted by its days, as the first one is.\n\nExamples:\n  loggia retainer end acme --on 2026-12-31\n  \
    loggia retainer end acme --project care"
)]
pub(super) struct End {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The last day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// The one for this project, where there are several
    #[arg(long, value_name = "CLIENT/PROJECT")]
    project: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Length {
    Week,
    Month,
    Quarter,
    Year,
    /// One period from --from to --to
    Term,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Beyond {
    /// It is billed by the hour
    Bill,
    /// The next period begins with it as a deficit
    Carry,
    /// It is given to the client
    Absorb,
}

impl From<Beyond> for Overage {
    fn from(beyond: Beyond) -> Self {
        match beyond {
            Beyond::Bill => Self::Bill,
            Beyond::Carry => Self::Carry,
            Beyond::Absorb => Self::Absorb,
        }
    }
}

impl From<Length> for Per {
    fn from(length: Length) -> Self {
        match length {
            Length::Week => Self::Week,
            Length::Month => Self::Month,
            Length::Quarter => Self::Quarter,
            Length::Year => Self::Year,
            Length::Term => Self::Term,
        }
    }
}

impl Retainer {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Status { client, verbose } => {
                let session = context.session()?;
                let standings = retainer::status(&session, client.as_deref())?;
                let today = session.today();
                let views = standings
                    .iter()
                    .filter_map(|standing| RetainerView::of(standing, today, verbose))
                    .collect();
                context.show(&RetainerList(views))
            }
            Self::List { client } => {
                let session = context.session()?;
                let agreed = retainer::list(&session, client.as_deref())?;
                context.show(&TermsList(agreed.iter().map(TermsView::of).collect()))
            }
            Self::Ledger(ledger) => ledger.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::End(end) => end.run(context),
        }
    }
}

impl End {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let day = self
            .on
            .as_deref()
            .map(|on| session.calendar.parse_date(on))
            .transpose()
            .map_err(Error::from)?
            .unwrap_or(session.today());
        let agreed = retainer::end(&mut session, &self.client, self.project.as_deref(), day)?;
        context.say(&format!("the retainer ends with {day}"))?;
        context.show(&TermsView::of(&agreed))
    }
}

/// A rate of overage is for time that is billed.
fn rate_fits(overage: Option<Overage>, rate: Option<&str>) -> Result<()> {
    match (overage, rate) {
        (Some(Overage::Carry | Overage::Absorb), Some(_)) => Err(Failure::usage(
            "usage.conflict",
            "--overage-rate says what is billed beyond the hours, and nothing is".to_owned(),
            "give --overage bill, or leave --overage-rate away".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// For sentences: `12.50 h`, `1200.00 EUR`.
pub(super) fn sized(amount: Amount) -> String {
    match amount {
        Amount::Hours(hours) => format!("{} h", hours.hours()),
        Amount::Money(money) => money.to_string(),
    }
}

/// The client, with the projects where a retainer is for some only.
fn named(client: &str, projects: &[String]) -> String {
    if projects.is_empty() {
        client.to_owned()
    } else {
        projects.join(", ")
    }
}
