//! `loggia client refund`.

use clap::Args;
use serde::Serialize;

use crate::app::Error;
use crate::app::error::field;
use crate::app::invoice;
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::values::text::Line;

/// Record that credit was paid back: what a client paid or was credited above its invoices
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client refund acme\n  loggia client refund acme 50.00 --date yesterday --method transfer"
)]
pub(in crate::cli) struct Refund {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// In the client's currency [default: all of its credit]
    amount: Option<String>,
    /// Day on which it was paid back [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// transfer, card, cash…
    #[arg(long)]
    method: Option<String>,
}

impl Refund {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let date = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let method = self.method.as_deref();
        let method = method
            .map(|method| field("method", Line::parse(method)))
            .transpose()?;
        let method = method.as_ref().map(|method| method.as_str());
        let amount = self.amount.as_deref();
        let (client, paid) = invoice::refund(&mut session, &self.client, amount, date, method)?;
        context.show(&Refunded {
            client: client.slug.to_string(),
            refunded: paid.amount(),
            currency: paid.currency().code(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Refunded {
    client: String,
    refunded: String,
    currency: &'static str,
}

impl View for Refunded {
    fn text(&self, page: &mut Page) {
        page.line(format!(
            "recorded that {} {} of credit were paid back to {}",
            self.refunded, self.currency, self.client
        ));
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}
