//! What work brought and what it cost. For the owner's eyes alone.
//!
//! The value is billed time at its rates, whether it is invoiced yet or not, and also where it is paid with the fee of a retainer.
//! The cost is worked time, billable or not, at what an hour of the member cost on the day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::cost::{self, DatedCost, Margin};
use crate::domain::key::MemberKey;
use crate::domain::rate;
use crate::domain::rate_card::RateCard;
use crate::domain::report::{Cell, Dimension};
use crate::store::GroupBy;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::period::Span;

use super::names::Names;
use super::report;
use super::rounding::{Part, Rounding};
use super::time::Selection;
use super::{Result, Session};

/// Value, cost and margin.
#[derive(Debug, Clone)]
pub struct Profit {
    pub days: Span,
    pub by: Dimension,
    pub rows: Vec<(Cell, Figures)>,
    pub total: Figures,
    /// Members with work that no cost rate covers, with that work.
    pub without_cost: Vec<(MemberKey, Seconds)>,
    pub names: Names,
}

/// The figures of a row, or of all.
#[derive(Debug, Clone)]
pub struct Figures {
    pub worked: Seconds,
    pub billed: Seconds,
    /// By currency; amounts of several stand beside each other.
    pub value: Vec<Money>,
    /// In the business's currency.
    pub cost: Money,
    /// None where some work has no cost rate, or some value is in another currency than the cost.
    pub margin: Option<Margin>,
    /// Billed time without a rate, which has no value.
    pub without_rate: Seconds,
    /// Worked time without a cost rate, which the cost does not count.
    pub without_cost: Seconds,
}

#[derive(Default)]
struct Gathered {
    worked: Seconds,
    billed: Seconds,
    values: BTreeMap<Currency, Decimal>,
    cost: Decimal,
    without_rate: Seconds,
    without_cost: Seconds,
}

/// Value, cost and margin of the selected entries by client, project or member.
pub fn report(session: &Session, selection: &Selection, by: Dimension) -> Result<Profit> {
    session.store.read(|books| {
        let names = Names::all(books)?;
        let card = RateCard::of(books.rates()?);
        let costs = books.costs()?;
        let rounding = Rounding::of(books)?;
        let keys = report::group_by(&[by], &card, rounding.policies.needs());
        let keys = GroupBy {
            member: true,
            day: keys.day || costs.iter().any(|cost| cost.from.is_some()),
            ..keys
        };
        let groups = books.sums(&selection.filter(books)?, keys)?;
        let business = session.business.currency;
        let mut rows: BTreeMap<Cell, Gathered> = BTreeMap::new();
        let mut total = Gathered::default();
        let mut without_cost: BTreeMap<MemberKey, Seconds> = BTreeMap::new();
        for part in rounding.parts(&groups, |group| report::rate_of(&card, group)) {
            let currency = names.currency(part.group.client).unwrap_or(business);
            let cost = cost_of(&costs, &part);
            total.add(&part, currency, cost);
            let week_start = session.business.week_start;
            if let Some(cell) = report::cell(by, part.group, week_start) {
                rows.entry(cell).or_default().add(&part, currency, cost);
            }
            if let (None, Some(member)) = (cost, part.group.member)
                && part.worked != Seconds::ZERO
            {
                *without_cost.entry(member).or_default() += part.worked;
            }
        }
        let rows = rows.into_iter();
        let rows = rows.map(|(cell, gathered)| Ok((cell, gathered.settled(business)?)));
        Ok(Profit {
            days: selection.days,
            by,
            rows: rows.collect::<Result<_>>()?,
            total: total.settled(business)?,
            without_cost: without_cost.into_iter().collect(),
            names,
        })
    })
}

/// The exact cost; none where the member has no cost rate on the day.
fn cost_of(costs: &[DatedCost], part: &Part<'_>) -> Option<Decimal> {
    let day = part.group.day.unwrap_or(NaiveDate::MIN);
    let dated = cost::in_force(costs, part.group.member?, day)?;
    Some(rate::exact(dated.rate, part.worked))
}

impl Gathered {
    fn add(&mut self, part: &Part<'_>, currency: Currency, cost: Option<Decimal>) {
        self.worked += part.worked;
        self.billed += part.billed;
        match part.rate {
            Some(rate) => {
                *self.values.entry(currency).or_default() += rate::exact(rate, part.billed)
            }
            None => self.without_rate += part.billed,
        }
        match cost {
            Some(cost) => self.cost += cost,
            None => self.without_cost += part.worked,
        }
    }

    fn settled(self, business: Currency) -> Result<Figures> {
        let cost = Money::rounded(self.cost, business)?;
        let mut value = Vec::with_capacity(self.values.len());
        for (currency, exact) in &self.values {
            value.push(Money::rounded(*exact, *currency)?);
        }
        let margin = match value.as_slice() {
            _ if self.without_cost != Seconds::ZERO => None,
            [] => Some(cost::margin(Money::zero(business), cost)?),
            [one] if one.currency() == business => Some(cost::margin(*one, cost)?),
            _ => None,
        };
        Ok(Figures {
            worked: self.worked,
            billed: self.billed,
            value,
            cost,
            margin,
            without_rate: self.without_rate,
            without_cost: self.without_cost,
        })
    }
}
