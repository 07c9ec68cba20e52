//! `loggia invoice edit`.

use std::collections::BTreeMap;

use clap::Args;

use crate::app::error::field;
use crate::app::invoice::{self, Edit as Wanted};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::domain::invoice::Change;
use crate::values::money::Rate;
use crate::values::quantity::Quantity;
use crate::values::text::Note;

use super::terms::{Adjust, items};
use super::view::show;

/// Change a draft: its lines, date, period, discount and surcharge
#[derive(Debug, Args)]
#[command(
    after_help = "Lines are counted from 1, as `loggia invoice show` lists them. The words of any line can change; quantity and price only of \
    items,\nfor what work, expenses and retainers came to is not typed over. Percents of a discount are worked out again.\n\n\
    Examples:\n  loggia invoice edit draft-7 --item \"3 x 49.00 Hosting\" --remove 2\n  \
    loggia invoice edit draft-7 --describe \"1=Website, first part\" --price 3=59\n  \
    loggia invoice edit draft-7 --discount 10% --discount-reason loyalty --date yesterday"
)]
pub(in crate::cli) struct Edit {
    /// draft-7
    invoice: String,
    /// Item to add: [QUANTITY [UNIT] x] PRICE [-10%|+5.00] [@TAX] DESCRIPTION; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Line to take away; an expense or a deposit on it is open again
    #[arg(long, value_name = "LINE")]
    remove: Vec<usize>,
    /// Other words for a line
    #[arg(long, value_name = "LINE=TEXT")]
    describe: Vec<String>,
    /// Another quantity of an item
    #[arg(long, value_name = "LINE=QUANTITY")]
    quantity: Vec<String>,
    /// Another price of an item
    #[arg(long, value_name = "LINE=PRICE")]
    price: Vec<String>,
    /// Date of the invoice
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    date: Option<String>,
    /// Days that it says it bills; `none` for no days
    #[arg(long, value_name = "PERIOD", allow_hyphen_values = true)]
    period: Option<String>,
    /// What is taken off and added; `none` takes it away again
    #[command(flatten)]
    adjust: Adjust,
}

impl Edit {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let reference = self.invoice.clone();
        let wanted = self.wanted(session)?;
        let shown = invoice::edit(session, &reference, &wanted)?;
        context.say(&format!("changed {}", shown.invoice.name()))?;
        show(context, session, &shown)
    }

    fn wanted(self, session: &Session) -> Result<Wanted> {
        let calendar = &session.calendar;
        let date = self
            .date
            .as_deref()
            .map(|date| calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let period = match self.period.as_deref().map(str::trim) {
            None => None,
            Some("none" | "") => Some(None),
            Some(text) => Some(Some(closed(
                calendar.parse_period(text).map_err(Error::from)?,
            )?)),
        };
        let mut change: BTreeMap<usize, Change> = BTreeMap::new();
        for pair in &self.describe {
            let (line, text) = pair_of("--describe", "TEXT", pair)?;
            let text = field("description", Note::parse(text))?;
            change.entry(line).or_default().description = Some(text.to_string());
        }
        for pair in &self.quantity {
            let (line, text) = pair_of("--quantity", "QUANTITY", pair)?;
            let quantity = Quantity::parse(text).map_err(Error::from)?;
            change.entry(line).or_default().quantity = Some(quantity.decimal());
        }
        for pair in &self.price {
            let (line, text) = pair_of("--price", "PRICE", pair)?;
            let price = Rate::parse(text).map_err(Error::from)?;
            change.entry(line).or_default().unit_price = Some(price.decimal());
        }
        let [discount, surcharge] = self.adjust.asked()?;
        let wanted = Wanted {
            add: items(session, &self.items, date)?,
            remove: self.remove.into_iter().collect(),
            change,
            date,
            period,
            discount,
            surcharge,
        };
        let same = wanted
            .remove
            .iter()
            .find(|line| wanted.change.contains_key(line));
        match same {
            Some(line) => Err(Failure::usage(
                "usage",
                format!("line {line} is to be changed and taken away"),
                "give one of the two".to_owned(),
            )),
            None => Ok(wanted),
        }
    }
}

/// `2=59.00` as the line and what is said of it.
fn pair_of<'a>(flag: &str, value: &str, pair: &'a str) -> Result<(usize, &'a str)> {
    let read = pair
        .split_once('=')
        .and_then(|(line, text)| Some((line.trim().parse().ok()?, text)));
    read.ok_or_else(|| {
        Failure::usage(
            "usage",
            format!("`{pair}` names no line"),
            format!("write it as {flag} 2={value}"),
        )
    })
}

/// A period with both ends.
fn closed(span: crate::values::period::Span) -> Result<crate::values::period::Period> {
    match (span.from, span.to) {
        (Some(from), Some(to)) => Ok(crate::values::period::Period { from, to }),
        _ => Err(Failure::usage(
            "usage",
            "the period of an invoice has a first and a last day".to_owned(),
            "write it as 2026-11, or 2026-11-01..2026-11-15".to_owned(),
        )),
    }
}
