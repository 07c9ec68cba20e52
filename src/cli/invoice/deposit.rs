//! `loggia invoice deposit`, and the word about deposits that wait.

use clap::Args;

use crate::app::error::field;
use crate::app::invoice::{self, Shown};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::values::text::Line;

use super::terms::Taxed;
use super::view::{show, warn_missing_glyphs};

/// Bill money in advance; the next invoice by hand that is large enough deducts it
#[derive(Debug, Args)]
#[command(
    after_help = "The amount is without tax, as all prices are; the client's tax is added, and taken off again with the deposit. Each deposit is \
    deducted\nonce and as a whole, paid or not, for it is owed either way. `loggia invoice create CLIENT --no-deposits` leaves it for later.\n\n\
    Examples:\n  loggia invoice deposit acme 1000 \"First third of the website\"\n  loggia invoice deposit acme 500 --draft"
)]
pub(in crate::cli) struct Deposit {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// In the client's currency, without tax
    #[arg(allow_hyphen_values = true)]
    amount: String,
    /// What it is for
    note: Option<String>,
    /// Date of the invoice [default: today]
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    date: Option<String>,
    #[command(flatten)]
    taxed: Taxed,
    /// Keep it as a draft without a number
    #[arg(long)]
    draft: bool,
}

impl Deposit {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let (tax, tax_note) = self.taxed.read()?;
        let date = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let wanted = invoice::Deposit {
            client: self.client,
            amount: self.amount,
            note: self
                .note
                .map(|note| field("note", Line::parse(&note)))
                .transpose()?,
            date,
            tax,
            tax_note,
            draft: self.draft,
        };
        let shown = invoice::deposit(session, &wanted)?;
        let verb = if wanted.draft { "drafted" } else { "issued" };
        context.say(&format!("{verb} {}", shown.invoice.name()))?;
        warn_missing_glyphs(context, session, &shown)?;
        show(context, session, &shown)
    }
}

/// Says which deposits an invoice leaves open, for it is too small or was told to.
pub(super) fn say_left_open(
    context: &mut Context<'_>,
    session: &Session,
    shown: &Shown,
) -> Result<()> {
    for (number, net) in invoice::left_open(session, shown)? {
        context.say(&format!(
            "deposit {number} of {net} stays open for a later invoice"
        ))?;
    }
    Ok(())
}
