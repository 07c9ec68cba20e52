//! The sums of an invoice, in the order of EN 16931.

use std::collections::BTreeMap;

use crate::domain::Refusal;
use crate::values::money::{Currency, Money};
use crate::values::named_tax::NamedTax;

use super::{Adjustments, Line, Source, Tax, TaxCategory};

/// Tax on one base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxBase {
    pub tax: Tax,
    /// Where the tax has one: several with names are on the same base.
    pub name: Option<String>,
    pub base: Money,
    /// The share of the document's surcharge in the base.
    pub surcharge: Money,
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
    pub surcharge: Money,
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
    adjustments: &Adjustments,
    rounding: &[TaxRounding],
    currency: Currency,
) -> Result<Totals, Refusal> {
    let mut sums = totals(lines, adjustments, currency)?;
    sums.round(rounding)?;
    Ok(sums)
}

/// Totals in the order of EN 16931: line nets, document discount and surcharge, one base per category and rate, tax = round(base ×
/// rate) per base, total. A discount over several bases is split in proportion to what is billed under each, to the minor unit, the rest by largest
/// remainder; a surcharge likewise. Taxes with names are each on the whole base of their lines.
pub fn totals(
    lines: &[Line],
    adjustments: &Adjustments,
    currency: Currency,
) -> Result<Totals, Refusal> {
    let Adjustments {
        discount,
        discount_for: _,
        surcharge,
        surcharge_for: _,
    } = adjustments;
    let line_total = Money::sum(currency, lines.iter().map(|line| line.net))?;
    let nothing = Money::zero(currency);
    // The sum of lines with the same tax, and of it what is billed here: not the deposits that are deducted.
    let mut alike: BTreeMap<(Tax, &[NamedTax]), (Money, Money)> = BTreeMap::new();
    for line in lines {
        let (sum, billed) = alike
            .entry((line.tax, &line.taxes))
            .or_insert((nothing, nothing));
        *sum = sum.checked_add(line.net)?;
        if !matches!(line.source, Source::Deduction { .. }) {
            *billed = billed.checked_add(line.net)?;
        }
    }
    let weights: Vec<Money> = alike.values().map(|(_, billed)| *billed).collect();
    let off = split(*discount, &weights, currency)?;
    let on = split(*surcharge, &weights, currency)?;
    let mut bases: BTreeMap<(Tax, Option<&str>), (Money, Money)> = BTreeMap::new();
    for (((tax, taxes), (sum, _)), (off, on)) in alike.into_iter().zip(off.into_iter().zip(on)) {
        let base = sum.checked_sub(off)?.checked_add(on)?;
        let named = taxes.iter().map(|named| {
            let tax = Tax {
                category: TaxCategory::S,
                percent: named.percent,
            };
            (tax, Some(named.name.as_str()))
        });
        let plain = taxes.is_empty().then_some((tax, None));
        for key in named.chain(plain) {
            let known = bases.entry(key).or_insert((nothing, nothing));
            *known = (known.0.checked_add(base)?, known.1.checked_add(on)?);
        }
    }
    let taxes: Vec<TaxBase> = bases
        .into_iter()
        .map(|((tax, name), (base, surcharge))| {
            Ok(TaxBase {
                tax,
                name: name.map(str::to_owned),
                base,
                surcharge,
                amount: base.percent(tax.percent)?,
            })
        })
        .collect::<Result<_, Refusal>>()?;
    let net = line_total.checked_sub(*discount)?.checked_add(*surcharge)?;
    let tax = Money::sum(currency, taxes.iter().map(|base| base.amount))?;
    Ok(Totals {
        line_total,
        discount: *discount,
        surcharge: *surcharge,
        net,
        taxes,
        tax,
        total: net.checked_add(tax)?,
    })
}

/// Splits an amount in proportion to weights; the parts add up to it exactly. What weighs less than nothing takes no part; where nothing
/// weighs anything the first takes all.
pub(super) fn split(
    amount: Money,
    weights: &[Money],
    currency: Currency,
) -> Result<Vec<Money>, Refusal> {
    let weights: Vec<i128> = weights
        .iter()
        .map(|weight| i128::from(weight.minor().max(0)))
        .collect();
    let sum: i128 = weights.iter().sum();
    let whole = i128::from(amount.minor());
    let mut parts: Vec<i128> = match sum {
        0 => (0..weights.len())
            .map(|place| if place == 0 { whole } else { 0 })
            .collect(),
        _ => weights
            .iter()
            .map(|weight| (whole * weight).div_euclid(sum))
            .collect(),
    };
    if sum > 0 {
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|place| {
            let weight = weights.get(*place);
            std::cmp::Reverse(weight.map(|weight| (whole * weight).rem_euclid(sum)))
        });
        let rest = whole - parts.iter().sum::<i128>();
        for place in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
            if let Some(part) = parts.get_mut(place) {
                *part += 1;
            }
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
