//! What an hour of a member costs the business, in the store. It is never published.

use crate::domain::cost::DatedCost;
use crate::domain::key::{CostKey, MemberKey};
use crate::values::money::Rate;

use super::door::Writer;
use super::row::{int, maybe_text, optional_day};
use super::{Books, Result};

impl Books<'_> {
    /// All cost rates.
    pub fn costs(&self) -> Result<Vec<DatedCost>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id, member_id, from_day, amount FROM cost ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok(DatedCost {
                key: CostKey(row.get(0)?),
                member: MemberKey(row.get(1)?),
                from: optional_day(row.get(2)?)?,
                rate: Rate::from_ten_thousandths(row.get(3)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a cost rate. The `key` of the given one is not used.
    pub fn add_cost(&mut self, cost: &DatedCost) -> Result<CostKey> {
        let DatedCost {
            key: _,
            member,
            from,
            rate,
        } = cost;
        let columns = [
            ("member_id", int(member.0)),
            ("from_day", maybe_text(*from)),
            ("amount", int(rate.ten_thousandths())),
        ];
        self.insert("cost", &columns).map(CostKey)
    }

    /// Corrects the amount of a cost rate.
    pub fn edit_cost(&mut self, key: CostKey, amount: Rate) -> Result<bool> {
        self.update("cost", key.0, &[("amount", int(amount.ten_thousandths()))])
    }

    /// Removes a cost rate.
    pub fn delete_cost(&mut self, key: CostKey) -> Result<()> {
        self.delete("cost", key.0)
    }
}
