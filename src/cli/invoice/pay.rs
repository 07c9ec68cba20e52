//! `loggia invoice pay`.

use clap::Args;

use crate::app::invoice;
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;

use super::view::show;

/// Record a payment
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia invoice pay 2026-0007 1210.00 --date yesterday --method transfer"
)]
pub(in crate::cli) struct Pay {
    invoice: String,
    /// In the invoice's currency
    #[arg(allow_hyphen_values = true)]
    amount: String,
    /// Day of the payment [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// transfer, card, cash…
    #[arg(long)]
    method: Option<String>,
    /// Take more than is open
    #[arg(long)]
    overpay: bool,
}

impl Pay {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let date = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let method = self
            .method
            .as_deref()
            .map(|method| {
                crate::app::error::field("method", crate::values::text::Line::parse(method))
            })
            .transpose()?;
        let shown = invoice::pay(
            session,
            &self.invoice,
            &self.amount,
            date,
            method.as_ref().map(|method| method.as_str()),
            self.overpay,
        )?;
        context.say(&format!("recorded a payment of {}", shown.invoice.name()))?;
        show(context, session, &shown)
    }
}
