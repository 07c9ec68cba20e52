//! What an hour of a member costs the business: setting it from a day on. Nothing of it is ever published.

use chrono::NaiveDate;

use crate::domain::cost::DatedCost;
use crate::domain::key::CostKey;
use crate::values::money::Rate;

use super::{Error, Result, Session, find};

/// Sets what an hour of a member costs from a day on; without a day, from the beginning. One for the same day is replaced.
pub fn set(
    session: &mut Session,
    amount: Rate,
    member: &str,
    from: Option<NaiveDate>,
) -> Result<DatedCost> {
    session.write(|books| {
        let member = find::member(books, member)?.key;
        let mut cost = DatedCost {
            key: CostKey(0),
            member,
            from,
            rate: amount,
        };
        let same = books
            .costs()?
            .into_iter()
            .find(|known| known.member == member && known.from == from);
        cost.key = match same {
            Some(known) => {
                books.edit_cost(known.key, amount)?;
                known.key
            }
            None => books.add_cost(&cost)?,
        };
        Ok(cost)
    })
}

/// All cost rates.
pub fn list(session: &Session) -> Result<Vec<DatedCost>> {
    Ok(session.store.read(|books| books.costs())?)
}

/// Removes a cost rate: what was in force before it holds again.
pub fn remove(session: &mut Session, key: i64) -> Result<DatedCost> {
    session.write(|books| {
        let costs = books.costs()?;
        let Some(cost) = costs.into_iter().find(|cost| cost.key.0 == key) else {
            return Err(Error::NotFound {
                noun: "cost",
                wanted: key.to_string(),
                near: Vec::new(),
            });
        };
        books.delete_cost(cost.key)?;
        Ok(cost)
    })
}
