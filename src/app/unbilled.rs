//! What is worked and not billed yet, of all clients at once.
//!
//! Work that a retainer covers is not counted: it is paid with the fee.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::key::{ClientKey, MemberKey, ProjectKey};
use crate::domain::rate::{self, DatedRate, Facts};
use crate::domain::retainer::Retainer;
use crate::domain::rounding::Policy;
use crate::store::{Books, EntryFilter, Group, GroupBy};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};

use super::Result;

const SECONDS_AN_HOUR: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);

/// Billable work of a client on no invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbilled {
    pub seconds: Seconds,
    /// Its value, without what has no rate.
    pub amount: Money,
    /// Billable and without a rate on any level.
    pub without_rate: Seconds,
}

/// The unbilled work of the clients that have some. `currency` tells that of a client; `only` leaves the others out.
pub fn by_client(
    books: &Books<'_>,
    retainers: &[Retainer],
    only: Option<ClientKey>,
    currency: impl Fn(ClientKey) -> Currency,
) -> Result<HashMap<ClientKey, Unbilled>> {
    let rates = Rates::of(books.rates()?);
    let filter = EntryFilter {
        client: only,
        billable: Some(true),
        unbilled: true,
        ..EntryFilter::default()
    };
    let mut sums: HashMap<ClientKey, (Seconds, Decimal, Seconds)> = HashMap::new();
    for group in books.sums(&filter, rates.keys(!retainers.is_empty()))? {
        let project = group.project.unwrap_or(ProjectKey(0));
        let day = group.day.unwrap_or(NaiveDate::MIN);
        let covers =
            |retainer: &Retainer| retainer.client == group.client && retainer.covers(project, day);
        if retainers.iter().any(covers) {
            continue;
        }
        let billed = Policy::EXACT.billed(group.seconds);
        let (seconds, value, without_rate) = sums.entry(group.client).or_default();
        *seconds += billed;
        match rates.resolve(&group, project, day) {
            Some(rate) => *value += rate * Decimal::from(billed.0) / SECONDS_AN_HOUR,
            None => *without_rate += billed,
        }
    }
    let unbilled = |(client, (seconds, value, without_rate))| {
        let amount = Money::rounded(value, currency(client))?;
        let unbilled = Unbilled {
            seconds,
            amount,
            without_rate,
        };
        Ok((client, unbilled))
    };
    sums.into_iter().map(unbilled).collect()
}

/// All rates, those of clients by client: so that ten thousand clients with a rate each do not look at each other's.
struct Rates {
    general: Vec<DatedRate>,
    /// With the general ones.
    of_clients: HashMap<ClientKey, Vec<DatedRate>>,
    keys: GroupBy,
}

impl Rates {
    fn of(rates: Vec<DatedRate>) -> Self {
        let keys = GroupBy {
            project: true,
            task: rates.iter().any(|rate| rate.scope.task.is_some()),
            member: rates.iter().any(|rate| rate.scope.member.is_some()),
            tag: false,
            day: rates.iter().any(|rate| rate.from.is_some()),
        };
        let (own, general): (Vec<_>, Vec<_>) = rates
            .into_iter()
            .partition(|rate| rate.scope.client.is_some());
        let mut of_clients: HashMap<ClientKey, Vec<DatedRate>> = HashMap::new();
        for rate in own {
            if let Some(client) = rate.scope.client {
                of_clients
                    .entry(client)
                    .or_insert_with(|| general.clone())
                    .push(rate);
            }
        }
        Self {
            general,
            of_clients,
            keys,
        }
    }

    /// What has to be kept apart for the rates to be told; days also where a retainer covers some.
    fn keys(&self, days: bool) -> GroupBy {
        GroupBy {
            day: self.keys.day || days,
            ..self.keys
        }
    }

    fn resolve(&self, group: &Group, project: ProjectKey, day: NaiveDate) -> Option<Decimal> {
        let rates = self.of_clients.get(&group.client).unwrap_or(&self.general);
        let facts = Facts {
            client: group.client,
            project,
            task: group.task,
            member: group.member.unwrap_or(MemberKey(0)),
            day,
            own: group.own_rate,
        };
        rate::resolve(rates, &facts).map(|resolved| resolved.rate.decimal())
    }
}
