//! Rates in the store.

use crate::domain::key::{ClientKey, MemberKey, ProjectKey, RateKey, TaskKey};
use crate::domain::rate::{DatedRate, Scope};
use crate::values::money::Rate;

use super::door::Writer;
use super::row::{int, maybe_int, maybe_text, optional_day};
use super::{Books, Result};

impl Books<'_> {
    /// All rates.
    pub fn rates(&self) -> Result<Vec<DatedRate>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, client_id, project_id, task_id, member_id, from_day, amount FROM rate ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(DatedRate {
                key: RateKey(row.get(0)?),
                scope: Scope {
                    client: row.get::<_, Option<i64>>(1)?.map(ClientKey),
                    project: row.get::<_, Option<i64>>(2)?.map(ProjectKey),
                    task: row.get::<_, Option<i64>>(3)?.map(TaskKey),
                    member: row.get::<_, Option<i64>>(4)?.map(MemberKey),
                },
                from: optional_day(row.get(5)?)?,
                rate: Rate::from_ten_thousandths(row.get(6)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a rate. The `key` of the given one is not used.
    pub fn add_rate(&mut self, rate: &DatedRate) -> Result<RateKey> {
        let DatedRate {
            key: _,
            scope,
            from,
            rate,
        } = rate;
        let columns = [
            ("client_id", maybe_int(scope.client.map(|key| key.0))),
            ("project_id", maybe_int(scope.project.map(|key| key.0))),
            ("task_id", maybe_int(scope.task.map(|key| key.0))),
            ("member_id", maybe_int(scope.member.map(|key| key.0))),
            ("from_day", maybe_text(*from)),
            ("amount", int(rate.ten_thousandths())),
        ];
        self.insert("rate", &columns).map(RateKey)
    }

    /// Corrects the amount of a rate.
    pub fn edit_rate(&mut self, key: RateKey, amount: Rate) -> Result<bool> {
        self.update("rate", key.0, &[("amount", int(amount.ten_thousandths()))])
    }

    /// Removes a rate.
    pub fn delete_rate(&mut self, key: RateKey) -> Result<()> {
        self.delete("rate", key.0)
    }
}
