//! `loggia retainer edit`: other terms from a period on.

use clap::Args;

use crate::app::Error;
use crate::app::retainer::{self, Changes};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::domain::retainer::Overage;
use crate::values::money::Rate;

use super::{Beyond, TermsView};

/// Change what is agreed, from the first day of a period on
#[derive(Debug, Args)]
#[command(
    after_help = "What was granted and drawn before that day stays as it was. Length of a period, projects and kind do not change: end the \
    retainer and add another.\n\nExamples:\n  loggia retainer edit acme --hours 30 --from 2026-07-01\n  \
    loggia retainer edit acme --fee 2400 --carry-cap 15 --carry-expires 3\n  \
    loggia retainer edit acme --project care --no-carry --overage absorb"
)]
pub(in crate::cli) struct Edit {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// First day of the period from which on it holds [default: that of the next period]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The one for this project, where there are several
    #[arg(long, value_name = "CLIENT/PROJECT")]
    project: Option<String>,
    /// Hours granted in a whole period
    #[arg(long, conflicts_with = "amount")]
    hours: Option<String>,
    /// Money granted in a whole period
    #[arg(long)]
    amount: Option<String>,
    /// Fee of a whole period
    #[arg(long, value_name = "AMOUNT", conflicts_with = "no_fee")]
    fee: Option<String>,
    /// No fee any more
    #[arg(long)]
    no_fee: bool,
    /// What is left moves to the next period, up to so much
    #[arg(long, value_name = "CAP", conflicts_with = "no_carry")]
    carry_cap: Option<String>,
    /// Nothing moves to the next period any more
    #[arg(long)]
    no_carry: bool,
    /// A grant can be drawn in its own period and so many after it
    #[arg(long, value_name = "PERIODS", conflicts_with = "no_carry", value_parser = clap::value_parser!(u32).range(1..=1000))]
    carry_expires: Option<u32>,
    /// What becomes of work beyond what is granted
    #[arg(long)]
    overage: Option<Beyond>,
    /// Rate of work beyond the hours
    #[arg(long, value_name = "AMOUNT")]
    overage_rate: Option<String>,
}

impl Edit {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let overage = self.overage.map(Overage::from);
        super::rate_fits(overage, self.overage_rate.as_deref())?;
        let changes = Changes {
            hours: self.hours,
            amount: self.amount,
            fee: or_none(self.fee, self.no_fee),
            carry_cap: or_none(self.carry_cap, self.no_carry),
            carry_expires: self.carry_expires,
            overage,
            overage_rate: self
                .overage_rate
                .as_deref()
                .map(Rate::parse)
                .transpose()
                .map_err(Error::from)?,
        };
        if changes == Changes::default() {
            return Err(Failure::usage(
                "usage.missing",
                "nothing is to change".to_owned(),
                "give --hours, --amount, --fee, --carry-cap, --carry-expires, --overage or --overage-rate"
                    .to_owned(),
            ));
        }
        let mut session = context.session()?;
        let from = self
            .from
            .as_deref()
            .map(|from| session.calendar.parse_date(from))
            .transpose()
            .map_err(Error::from)?;
        let project = self.project.as_deref();
        let (from, agreed) = retainer::edit(&mut session, &self.client, project, from, &changes)?;
        context.say(&format!("agreed from {from} on"))?;
        context.show(&TermsView::of(&agreed))
    }
}

/// What is typed, or that it goes.
fn or_none(text: Option<String>, none: bool) -> Option<Option<String>> {
    if none { Some(None) } else { text.map(Some) }
}
