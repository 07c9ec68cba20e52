//! Changes of a draft's lines: their words in any case, quantity and price where no rule made them.

use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::values::item::Sign;
use crate::values::money::Currency;
use crate::values::part::Part;

use super::line::product;
use super::{Adjustment, Line, Source};

/// What is to be another at one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    pub description: Option<String>,
    pub quantity: Option<Decimal>,
    pub unit_price: Option<Decimal>,
}

impl Line {
    /// The line after a change. What work, expenses and retainers came to is not typed over.
    pub fn changed(
        &self,
        change: &Change,
        place: usize,
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let mut line = self.clone();
        if let Some(description) = &change.description {
            line.description.clone_from(description);
        }
        if change.quantity.is_none() && change.unit_price.is_none() {
            return Ok(line);
        }
        if !matches!(self.source, Source::Fixed | Source::Deposit) {
            return Err(Refusal::LineNotFixed { line: place });
        }
        line.quantity = change.quantity.unwrap_or(line.quantity);
        line.unit_price = change.unit_price.unwrap_or(line.unit_price);
        if let Some(Adjustment { amount, grounds }) = &self.adjustment {
            let sign = match amount.is_negative() {
                true => Sign::Less,
                false => Sign::More,
            };
            let part = grounds
                .percent
                .map_or(Part::Amount(amount.decimal().abs()), Part::Percent);
            let gross = product(line.quantity, line.unit_price, currency)?;
            line.adjustment = Some(Adjustment {
                grounds: grounds.clone(),
                ..Adjustment::of(gross, sign, part)?
            });
        }
        line.net = line.worked_out(currency)?;
        Ok(line)
    }

    /// Refuses to take a line away that stands for work: it would be hidden which hours are billed.
    pub fn may_be_removed(&self, place: usize) -> Result<(), Refusal> {
        match self.source {
            Source::Fixed | Source::Expense { .. } | Source::Deduction { .. } => Ok(()),
            Source::Time { .. }
            | Source::RetainerFee { .. }
            | Source::Overage { .. }
            | Source::Deposit => Err(Refusal::LineStays { line: place }),
        }
    }
}
