//! What work costs the business, and what is left of its value. For the owner's eyes alone.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::money::{Money, Rate};

use super::Refusal;
use super::key::{CostKey, MemberKey};

/// What an hour of a member costs, in the business's currency, from a first day on; without one, from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedCost {
    pub key: CostKey,
    pub member: MemberKey,
    pub from: Option<NaiveDate>,
    pub rate: Rate,
}

/// The cost rate of a member in force on a day.
pub fn in_force(costs: &[DatedCost], member: MemberKey, day: NaiveDate) -> Option<&DatedCost> {
    costs
        .iter()
        .filter(|dated| dated.member == member && dated.from.is_none_or(|from| from <= day))
        // The latest first day, and of two set for one day the one set last.
        .max_by_key(|dated| (dated.from, dated.key))
}

/// What is left of a value after its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    pub amount: Money,
    /// Of the value, to a tenth; none where there is no value.
    pub percent: Option<Decimal>,
}

/// The margin of a value over its cost. Amounts of two currencies have none.
pub fn margin(value: Money, cost: Money) -> Result<Margin, Refusal> {
    let amount = value.checked_sub(cost)?;
    let percent = (!value.is_zero()).then(|| {
        let mut percent = (amount.decimal() * Decimal::ONE_HUNDRED / value.decimal())
            .round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
        percent.rescale(1);
        percent
    });
    Ok(Margin { amount, percent })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::money::Currency;

    fn cost(key: i64, member: i64, from: Option<&str>, rate: &str) -> DatedCost {
        DatedCost {
            key: CostKey(key),
            member: MemberKey(member),
            from: from.map(|day| day.parse().unwrap()),
            rate: Rate::parse(rate).unwrap(),
        }
    }

    #[test]
    fn a_new_cost_never_changes_the_past() {
        let costs = [
            cost(1, 1, None, "40"),
            cost(2, 1, Some("2026-03-01"), "45"),
            cost(3, 1, Some("2026-03-01"), "46"),
            cost(4, 2, Some("2026-02-01"), "30"),
        ];
        let on = |member, day: &str| {
            let found = in_force(&costs, MemberKey(member), day.parse().unwrap());
            found.map(|dated| dated.rate.to_string())
        };
        assert_eq!(on(1, "2026-02-28").as_deref(), Some("40.00"));
        assert_eq!(on(1, "2026-03-01").as_deref(), Some("46.00"));
        assert_eq!(on(2, "2026-01-31"), None);
        assert_eq!(on(3, "2026-01-31"), None);
    }

    #[test]
    fn a_margin_is_what_is_left_and_its_part_of_the_value() {
        let euro = Currency::parse("EUR").unwrap();
        let money = |minor| Money::from_minor(minor, euro);
        for (value, spent, amount, percent) in [
            (10_000, 4_000, 6_000, Some("60.0")),
            (10_000, 15_000, -5_000, Some("-50.0")),
            (3_000, 1_000, 2_000, Some("66.7")),
            (0, 1_000, -1_000, None),
        ] {
            let margin = margin(money(value), money(spent)).unwrap();
            assert_eq!(margin.amount, money(amount));
            assert_eq!(margin.percent.map(|p| p.to_string()).as_deref(), percent);
        }
        let dollar = Money::zero(Currency::parse("USD").unwrap());
        assert!(margin(money(1), dollar).is_err());
    }
}
