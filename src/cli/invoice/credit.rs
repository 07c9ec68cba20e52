//! `loggia invoice credit`.

use clap::Args;
use rust_decimal::Decimal;

use crate::app::Session;
use crate::app::error::field;
use crate::app::invoice::{self, credit::Wanted};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::domain::invoice::Pick;
use crate::values::text::Note;

use super::view::show;

/// Credit a part of an invoice: an amount, or lines of it
#[derive(Debug, Args)]
#[command(
    after_help = "An amount is with its tax, and is spread over the tax rates of the invoice. Several credits never come to more than the \
    invoice. Its entries stay billed: `invoice void` takes all of it back and opens them again. What was paid already becomes credit of \
    the client.\n\nExamples:\n  loggia invoice credit 2026-0007 100.00 'Agreed on the phone'\n  \
    loggia invoice credit 2026-0007 --line 2\n  loggia invoice credit 2026-0007 --line 2 --quantity 1.5 'Billed twice'"
)]
pub(in crate::cli) struct Credit {
    invoice: String,
    /// The amount with its tax (not with --line), and the reason, which stands on the credit note
    #[arg(value_name = "AMOUNT] [REASON")]
    words: Vec<String>,
    /// A line, by its place from 1; may be given several times
    #[arg(long, value_name = "N")]
    line: Vec<usize>,
    /// How much of the line [default: what is left of it]
    #[arg(long, value_name = "QUANTITY", requires = "line")]
    quantity: Option<String>,
}

impl Credit {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let mut words = self.words.into_iter();
        let wanted = if self.line.is_empty() {
            let amount = words.next().ok_or_else(|| {
                Failure::usage(
                    "usage.missing",
                    "neither an amount nor --line is given".to_owned(),
                    format!(
                        "loggia invoice credit {} AMOUNT, or --line N; loggia invoice void takes all of it back",
                        self.invoice
                    ),
                )
            })?;
            Wanted::Amount(amount)
        } else {
            Wanted::Lines(picks(&self.line, self.quantity.as_deref())?)
        };
        let reason = words.collect::<Vec<_>>().join(" ");
        let reason = match reason.trim().is_empty() {
            true => None,
            false => Some(field("reason", Note::parse(&reason))?),
        };
        let note = invoice::credit(session, &self.invoice, &wanted, reason.as_ref())?;
        let name = note.invoice.name();
        context.say(&format!("credited {} by {name}", self.invoice))?;
        show(context, session, &note)
    }
}

fn picks(lines: &[usize], quantity: Option<&str>) -> Result<Vec<Pick>> {
    let quantity = quantity.map(parse_quantity).transpose()?;
    if quantity.is_some() && lines.len() > 1 {
        return Err(Failure::usage(
            "usage.quantity",
            "--quantity is of one line, and several are given".to_owned(),
            "credit one line at a time".to_owned(),
        ));
    }
    let pick = |place: &usize| Pick {
        place: *place,
        quantity,
    };
    Ok(lines.iter().map(pick).collect())
}

/// A number with up to four places, as on the line.
fn parse_quantity(text: &str) -> Result<Decimal> {
    let number = text.trim().replace(',', ".").parse::<Decimal>().ok();
    let fits = |number: &Decimal| number.normalize().scale() <= 4 && !number.is_zero();
    number.filter(fits).ok_or_else(|| {
        Failure::usage(
            "usage.quantity",
            format!("`{text}` is not a quantity"),
            "write it as on the line, with up to four places: 1.5".to_owned(),
        )
    })
}
