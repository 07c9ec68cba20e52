//! `loggia retainer add`.

use clap::Args;

use crate::app::Error;
use crate::app::retainer::{self, New};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::domain::retainer::{Kind, Overage, Per};
use crate::values::money::Rate;

use super::{Beyond, Length, RetainerView};

/// Agree on a retainer with a client
#[derive(Debug, Args)]
#[command(
    after_help = "While a retainer is in force, work in its scope draws from it; only what is beyond it is billed. Of --amount draws the \
    value of the work, at the rates in force. A client can have several at a time, each for projects of its own.\n\n\
    Examples:\n  loggia retainer add acme --hours 20 --per month --fee 1800 --from 2026-01-01\n  \
    loggia retainer add acme --amount 3000 --per quarter --from 2026-01-01 --project care\n  \
    loggia retainer add acme --hours 20 --from 2026-01-01 --carry-cap 10 --carry-expires 2 --overage bill --overage-rate 110"
)]
pub(in crate::cli) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Hours granted in a whole period
    #[arg(long, required_unless_present = "amount", conflicts_with = "amount")]
    hours: Option<String>,
    /// Money granted in a whole period instead of hours, in the client's currency
    #[arg(long, conflicts_with = "overage_rate")]
    amount: Option<String>,
    /// Length of a period
    #[arg(long, default_value = "month")]
    per: Length,
    /// Fee of a whole period, in the client's currency
    #[arg(long, value_name = "AMOUNT")]
    fee: Option<String>,
    /// First day
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Last day
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// What is left moves to the next period, up to so many hours or so much money
    #[arg(long, value_name = "CAP")]
    carry_cap: Option<String>,
    /// A grant can be drawn in its own period and so many after it [default: for ever]
    #[arg(long, value_name = "PERIODS", requires = "carry_cap", value_parser = clap::value_parser!(u32).range(1..=1000))]
    carry_expires: Option<u32>,
    /// What becomes of work beyond what is granted
    #[arg(long, default_value = "bill")]
    overage: Beyond,
    /// Rate of work beyond the hours [default: that of each entry]
    #[arg(long, value_name = "AMOUNT")]
    overage_rate: Option<String>,
    /// Only work on this project draws from it; may be given several times
    #[arg(long = "project", value_name = "CLIENT/PROJECT")]
    projects: Vec<String>,
    /// Grant the whole allowance in a first or last partial period too
    #[arg(long)]
    no_prorate: bool,
    /// Keep a retainer with the same first day and projects that is there already
    #[arg(long)]
    if_missing: bool,
}

impl Add {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let overage = Overage::from(self.overage);
        super::rate_fits(Some(overage), self.overage_rate.as_deref())?;
        let (kind, allowance) = match (self.hours, self.amount) {
            (Some(hours), _) => (Kind::Hours, hours),
            (None, Some(amount)) => (Kind::Money, amount),
            (None, None) => return Err(super::missing("--hours")),
        };
        let mut session = context.session()?;
        let date = |text: &str| session.calendar.parse_date(text).map_err(Error::from);
        let new = New {
            kind,
            allowance,
            per: self.per.into(),
            fee: self.fee,
            from: date(&self.from)?,
            to: self.to.as_deref().map(date).transpose()?,
            carry_cap: self.carry_cap,
            carry_expires: self.carry_expires,
            overage,
            overage_rate: self
                .overage_rate
                .as_deref()
                .map(Rate::parse)
                .transpose()
                .map_err(Error::from)?,
            projects: self.projects,
            prorate: !self.no_prorate,
            if_missing: self.if_missing,
        };
        if new.per == Per::Term && new.to.is_none() {
            return Err(super::missing("--to"));
        }
        let standing = retainer::add(&mut session, &self.client, &new)?;
        context.say(&format!("retainer of {}", standing.client.slug))?;
        let today = session.today();
        match RetainerView::of(&standing, today.max(new.from), false) {
            Some(view) => context.show(&view),
            None => Err(Failure::from(Error::from(
                crate::domain::Refusal::NoRetainer {
                    client: standing.client.slug,
                    day: new.from,
                },
            ))),
        }
    }
}
