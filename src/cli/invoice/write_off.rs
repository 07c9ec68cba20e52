//! `loggia invoice write-off`.

use clap::Args;

use crate::app::invoice::{self, settle};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;

use super::pay::line;
use super::view::show;

/// Give up what is open on an invoice, without a document
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing can be paid on it after that; --take-back opens it again.\n\nExamples:\n  \
    loggia invoice write-off 2026-0007 --reason 'insolvent'\n  loggia invoice write-off 2026-0007 --take-back"
)]
pub(in crate::cli) struct WriteOff {
    invoice: String,
    /// Day on which it is given up [default: today]
    #[arg(long, value_name = "DATE", conflicts_with = "take_back")]
    date: Option<String>,
    /// Why; it stays in the books
    #[arg(long, value_name = "TEXT", conflicts_with = "take_back")]
    reason: Option<String>,
    /// Open it again
    #[arg(long)]
    take_back: bool,
}

impl WriteOff {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        if self.take_back {
            let shown = settle::take_back_write_off(session, &self.invoice)?;
            context.say(&format!("{} is open again", shown.invoice.name()))?;
            return show(context, session, &shown);
        }
        let date = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let reason = line("reason", self.reason.as_deref())?;
        let shown = invoice::write_off(session, &self.invoice, date, reason.as_deref())?;
        let (name, amount) = (shown.invoice.name(), shown.invoice.written_off());
        context.say(&format!("wrote off {amount} of {name}"))?;
        show(context, session, &shown)
    }
}
