//! The sums of an invoice, in the order of EN 16931.

use std::collections::BTreeMap;

use crate::domain::Refusal;
use crate::values::money::{Currency, Money};

use super::{Line, Tax};

/// Tax on one base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxBase {
    pub tax: Tax,
    pub base: Money,
    pub amount: Money,
}

/// By what the tax on a base differs from base times rate, so that parts of an invoice add up to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxRounding {
    pub tax: Tax,
    pub amount: Money,
}

/// The sums of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub line_total: Money,
    pub discount: Money,
    pub net: Money,
    pub taxes: Vec<TaxBase>,
    pub tax: Money,
    pub total: Money,
}

impl Totals {
    /// Adds what taxes differ from base times rate.
    pub(super) fn round(&mut self, rounding: &[TaxRounding]) -> Result<(), Refusal> {
        for TaxRounding { tax, amount } in rounding {
            if let Some(base) = self.taxes.iter_mut().find(|base| base.tax == *tax) {
                base.amount = base.amount.checked_add(*amount)?;
                self.tax = self.tax.checked_add(*amount)?;
                self.total = self.total.checked_add(*amount)?;
            }
        }
        Ok(())
    }
}

/// The sums of lines, with what taxes differ from base times rate.
pub fn rounded_totals(
    lines: &[Line],
    discount: Money,
    rounding: &[TaxRounding],
    currency: Currency,
) -> Result<Totals, Refusal> {
    let mut sums = totals(lines, discount, currency)?;
    sums.round(rounding)?;
    Ok(sums)
}

/// Totals in the order of EN 16931: line nets, document discount, one base per category and rate, tax = round(base × rate) per
/// base, total. A discount over several bases is split in proportion to them, to the minor unit, the rest by largest remainder.
pub fn totals(lines: &[Line], discount: Money, currency: Currency) -> Result<Totals, Refusal> {
    let line_total = Money::sum(currency, lines.iter().map(|line| line.net))?;
    let mut bases: BTreeMap<Tax, Money> = BTreeMap::new();
    for line in lines {
        let base = bases.entry(line.tax).or_insert(Money::zero(currency));
        *base = base.checked_add(line.net)?;
    }
    let shares = split(
        discount,
        &bases.values().copied().collect::<Vec<_>>(),
        currency,
    )?;
    let mut taxes = Vec::with_capacity(bases.len());
    for ((tax, gross), share) in bases.into_iter().zip(shares) {
        let base = gross.checked_sub(share)?;
        taxes.push(TaxBase {
            tax,
            base,
            amount: base.percent(tax.percent)?,
        });
    }
    let net = line_total.checked_sub(discount)?;
    let tax = Money::sum(currency, taxes.iter().map(|base| base.amount))?;
    Ok(Totals {
        line_total,
        discount,
        net,
        taxes,
        tax,
        total: net.checked_add(tax)?,
    })
}

/// Splits an amount in proportion to weights; the parts add up to it exactly.
pub(super) fn split(
    amount: Money,
    weights: &[Money],
    currency: Currency,
) -> Result<Vec<Money>, Refusal> {
    let sum: i128 = weights
        .iter()
        .map(|weight| i128::from(weight.minor()))
        .sum();
    if amount.is_zero() || sum == 0 {
        return Ok(vec![Money::zero(currency); weights.len()]);
    }
    let exact = |weight: &Money| i128::from(amount.minor()) * i128::from(weight.minor());
    let mut parts: Vec<i128> = weights
        .iter()
        .map(|weight| exact(weight).div_euclid(sum))
        .collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| {
        std::cmp::Reverse(
            weights
                .get(*index)
                .map(|weight| exact(weight).rem_euclid(sum)),
        )
    });
    let rest = i128::from(amount.minor()) - parts.iter().sum::<i128>();
    for index in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
        }
    }
    parts
        .into_iter()
        .map(|part| {
            i64::try_from(part)
                .map(|minor| Money::from_minor(minor, currency))
                .map_err(|_| Refusal::AmountTooLarge)
        })
        .collect()
}
