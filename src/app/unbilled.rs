//! What is worked and not billed yet: of one client, or of all at once.
//!
//! Work that a retainer covers is not counted: it is paid with the fee.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, MemberKey, ProjectKey};
use crate::domain::rate::{self, DatedRate, Facts};
use crate::domain::retainer::Retainer;
use crate::domain::rounding::Policy;
use crate::store::{Books, EntryFilter, Group, GroupBy};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};
use crate::values::period::Span;

use super::Result;

/// Billable work that is on no invoice and draws from no retainer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbilled {
    pub seconds: Seconds,
    pub amount: Money,
    /// Work without a rate, which no amount counts.
    pub without_rate: Seconds,
    /// The first day of it; known where days were to be kept apart.
    pub since: Option<NaiveDate>,
}

impl Unbilled {
    /// None.
    pub fn nothing(currency: Currency) -> Self {
        Self {
            seconds: Seconds::ZERO,
            amount: Money::zero(currency),
            without_rate: Seconds::ZERO,
            since: None,
        }
    }
}

/// Of whom, and up to when.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Everybody, if it is none.
    pub client: Option<ClientKey>,
    pub through: NaiveDate,
    /// Keep days apart even where neither rates nor retainers need it.
    pub days: bool,
}

/// What of a client was gathered: billed time by project and rate, each rounded once, as an invoice by project would have them.
#[derive(Default)]
struct Gathered {
    seconds: Seconds,
    by_rate: BTreeMap<(ProjectKey, Rate), Seconds>,
    without_rate: Seconds,
    since: Option<NaiveDate>,
}

/// The unbilled work of the clients that have some. `currency` tells that of a client; who has none is left out.
pub fn by_client(
    books: &Books<'_>,
    retainers: &[Retainer],
    scope: Scope,
    currency: impl Fn(ClientKey) -> Option<Currency>,
) -> Result<HashMap<ClientKey, Unbilled>> {
    let mut rates = books.rates()?;
    rates.retain(|rate| {
        let others = rate.scope.client != scope.client;
        !(others && scope.client.is_some() && rate.scope.client.is_some())
    });
    let rates = Rates::of(rates);
    let filter = EntryFilter {
        days: Span {
            from: None,
            to: Some(scope.through),
        },
        client: scope.client,
        billable: Some(true),
        unbilled: true,
        ..EntryFilter::default()
    };
    let mut of_clients: HashMap<ClientKey, Vec<&Retainer>> = HashMap::new();
    for retainer in retainers {
        of_clients
            .entry(retainer.client)
            .or_default()
            .push(retainer);
    }
    let keys = rates.keys(scope.days);
    let mut all: HashMap<ClientKey, Gathered> = HashMap::new();
    for group in books.sums(&filter, keys)? {
        let project = group.project.unwrap_or(ProjectKey(0));
        let day = group.day.unwrap_or(NaiveDate::MIN);
        let own = of_clients
            .get(&group.client)
            .map(Vec::as_slice)
            .unwrap_or_default();
        if own.iter().any(|retainer| retainer.covers(project, day)) {
            continue;
        }
        let billed = Policy::EXACT.billed(group.seconds);
        let gathered = all.entry(group.client).or_default();
        gathered.seconds += billed;
        gathered.since = match (gathered.since, group.day) {
            (Some(since), Some(day)) => Some(since.min(day)),
            (since, day) => since.or(day),
        };
        match rates.resolve(&group, project, day) {
            Some(rate) => *gathered.by_rate.entry((project, rate)).or_default() += billed,
            None => gathered.without_rate += billed,
        }
    }
    all.into_iter()
        .filter_map(|(client, gathered)| Some((client, gathered.settled(currency(client)?))))
        .map(|(client, settled)| Ok((client, settled?)))
        .collect()
}

impl Gathered {
    fn settled(self, currency: Currency) -> Result<Unbilled> {
        let mut unbilled = Unbilled {
            seconds: self.seconds,
            without_rate: self.without_rate,
            since: self.since,
            ..Unbilled::nothing(currency)
        };
        for ((_, rate), seconds) in self.by_rate {
            let amount = rate.of(seconds.as_hours(), currency)?;
            unbilled.amount = unbilled.amount.checked_add(amount)?;
        }
        Ok(unbilled)
    }
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
            phase: false,
            activity: false,
            task: rates.iter().any(|rate| rate.scope.task.is_some()),
            member: rates.iter().any(|rate| rate.scope.member.is_some()),
            tag: false,
            retained_days: true,
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

    /// What has to be kept apart for the rates to be told.
    fn keys(&self, days: bool) -> GroupBy {
        GroupBy {
            day: self.keys.day || days,
            ..self.keys
        }
    }

    fn resolve(&self, group: &Group, project: ProjectKey, day: NaiveDate) -> Option<Rate> {
        let rates = self.of_clients.get(&group.client).unwrap_or(&self.general);
        let facts = Facts {
            client: group.client,
            project,
            task: group.task,
            member: group.member.unwrap_or(MemberKey(0)),
            day,
            own: group.own_rate,
        };
        rate::resolve(rates, &facts).map(|resolved| resolved.rate)
    }
}
