//! Discounts and surcharges: on a line, where they are part of its net, and on the whole document, before tax.

use crate::domain::Refusal;
use crate::values::item::Sign;
use crate::values::money::{Currency, Money, Percent};
use crate::values::part::Part;

use super::{Line, Source};

/// How an amount came about, for those who read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grounds {
    /// Where it was told in percents.
    pub percent: Option<Percent>,
    pub reason: Option<String>,
}

/// What a line is given for less (below zero), or costs more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    pub amount: Money,
    pub grounds: Grounds,
}

impl Adjustment {
    /// So much less or more of what a line comes to; never less than nothing is left.
    pub fn of(gross: Money, sign: Sign, part: Part) -> Result<Self, Refusal> {
        let amount = part.of(gross)?;
        let amount = match sign {
            Sign::More => amount,
            Sign::Less if amount.minor() > gross.minor() => {
                return Err(Refusal::DiscountTooLarge {
                    discount: amount,
                    of: gross,
                });
            }
            Sign::Less => amount.negated()?,
        };
        Ok(Self {
            amount,
            grounds: Grounds {
                percent: part.percent(),
                reason: None,
            },
        })
    }
}

/// What was asked to be taken off a document or added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub part: Part,
    pub reason: Option<String>,
}

/// What is taken off a whole document and what is added to it, each zero or more. Percents are of the lines without deposits that are
/// deducted, rounded once; the amounts are what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustments {
    pub discount: Money,
    pub discount_for: Grounds,
    pub surcharge: Money,
    pub surcharge_for: Grounds,
}

impl Adjustments {
    /// Neither.
    pub fn none(currency: Currency) -> Self {
        Self {
            discount: Money::zero(currency),
            discount_for: Grounds::default(),
            surcharge: Money::zero(currency),
            surcharge_for: Grounds::default(),
        }
    }

    /// What was asked for comes to these amounts over these lines. Refuses a discount of more than they are.
    pub fn over(
        lines: &[Line],
        discount: Option<&Asked>,
        surcharge: Option<&Asked>,
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let whole = worth(lines, currency)?;
        let of = |asked: Option<&Asked>| -> Result<(Money, Grounds), Refusal> {
            let Some(asked) = asked else {
                return Ok((Money::zero(currency), Grounds::default()));
            };
            let grounds = Grounds {
                percent: asked.part.percent(),
                reason: asked.reason.clone(),
            };
            Ok((asked.part.of(whole)?, grounds))
        };
        let (discount, discount_for) = of(discount)?;
        let (surcharge, surcharge_for) = of(surcharge)?;
        if discount.minor() > whole.minor() {
            return Err(Refusal::DiscountTooLarge {
                discount,
                of: whole,
            });
        }
        Ok(Self {
            discount,
            discount_for,
            surcharge,
            surcharge_for,
        })
    }

    /// What was asked for, from what it came to: percents stay percents.
    pub fn asked(&self) -> (Option<Asked>, Option<Asked>) {
        let asked = |amount: Money, grounds: &Grounds| {
            (!amount.is_zero() || grounds.percent.is_some()).then(|| Asked {
                part: grounds
                    .percent
                    .map_or(Part::Amount(amount.decimal()), Part::Percent),
                reason: grounds.reason.clone(),
            })
        };
        (
            asked(self.discount, &self.discount_for),
            asked(self.surcharge, &self.surcharge_for),
        )
    }
}

/// What the lines come to, without deposits that are deducted.
fn worth(lines: &[Line], currency: Currency) -> Result<Money, Refusal> {
    let billed = lines
        .iter()
        .filter(|line| !matches!(line.source, Source::Deduction { .. }));
    Ok(Money::sum(currency, billed.map(|line| line.net))?)
}
