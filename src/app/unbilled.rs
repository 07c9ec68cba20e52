//! What is worked or spent and not billed yet: of one client, or of all at once.
//!
//! Work that a retainer covers is not counted: it is paid with the fee.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveDate};

use crate::domain::approval::Approval;
use crate::domain::key::{ClientKey, ProjectKey};
use crate::domain::rate_card::RateCard;
use crate::domain::report::Cell;
use crate::domain::retainer::{self, Retainer};
use crate::domain::rounding::Needs;
use crate::store::{ApprovalFilter, Books, EntryFilter, Group, GroupBy};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};
use crate::values::period::Span;

use super::names::Names;
use super::report::rate_of;
use super::rounding::Rounding;
use super::{Result, Session, expense, find};

/// Billable work that is on no invoice and draws from no retainer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbilled {
    pub seconds: Seconds,
    pub amount: Money,
    /// Expenses, as they would be billed.
    pub expenses: Money,
    /// Work without a rate, which no amount counts.
    pub without_rate: Seconds,
    /// The first day of it; none where there is none of it.
    pub since: Option<NaiveDate>,
}

impl Unbilled {
    /// None.
    pub fn nothing(currency: Currency) -> Self {
        Self {
            seconds: Seconds::ZERO,
            amount: Money::zero(currency),
            expenses: Money::zero(currency),
            without_rate: Seconds::ZERO,
            since: None,
        }
    }

    /// Work and expenses together.
    pub fn total(&self) -> Result<Money> {
        Ok(self.amount.checked_add(self.expenses)?)
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        self.seconds += other.seconds;
        self.amount = self.amount.checked_add(other.amount)?;
        self.expenses = self.expenses.checked_add(other.expenses)?;
        self.without_rate += other.without_rate;
        self.since = first(self.since, other.since);
        Ok(())
    }
}

/// Of whom, and up to when.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Everybody, if it is none.
    pub client: Option<ClientKey>,
    pub through: NaiveDate,
}

/// The unbilled work of a project: billed time by rate, each rounded once, as an invoice by project would have them.
#[derive(Debug, Clone)]
pub struct Part {
    pub client: ClientKey,
    pub project: ProjectKey,
    pub seconds: Seconds,
    pub by_rate: BTreeMap<Rate, Seconds>,
    pub without_rate: Seconds,
    pub since: Option<NaiveDate>,
    /// The first day of what is without a rate.
    pub without_rate_since: Option<NaiveDate>,
}

/// The first of two days, of which each may be unknown.
fn first(one: Option<NaiveDate>, other: Option<NaiveDate>) -> Option<NaiveDate> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The unbilled work of the clients that have some. `currency` tells that of a client; who has none is left out.
pub fn by_client(
    books: &Books<'_>,
    retainers: &[Retainer],
    scope: Scope,
    currency: impl Fn(ClientKey) -> Option<Currency>,
) -> Result<HashMap<ClientKey, Unbilled>> {
    let mut all: HashMap<ClientKey, Unbilled> = HashMap::new();
    for part in by_project(books, retainers, scope)? {
        if let Some(currency) = currency(part.client) {
            let own = all
                .entry(part.client)
                .or_insert(Unbilled::nothing(currency));
            own.add(&part.settled(currency)?)?;
        }
    }
    Ok(all)
}

/// The unbilled work of the projects that have some, by client and project.
pub fn by_project(books: &Books<'_>, retainers: &[Retainer], scope: Scope) -> Result<Vec<Part>> {
    parts(books, retainers, scope, None)
}

/// The same; of one state of approval, if one is given.
fn parts(
    books: &Books<'_>,
    retainers: &[Retainer],
    scope: Scope,
    approval: Option<ApprovalFilter>,
) -> Result<Vec<Part>> {
    let mut rates = books.rates()?;
    rates.retain(|rate| {
        let others = rate.scope.client != scope.client;
        !(others && scope.client.is_some() && rate.scope.client.is_some())
    });
    let card = RateCard::of(rates);
    let needs = card.needs();
    let keys = GroupBy {
        project: true,
        task: needs.task,
        member: needs.member,
        day: needs.day,
        since: true,
        without_retainer: true,
        ..GroupBy::default()
    };
    // All that is read here is beyond retainers, so none is asked for.
    let rounding = Rounding::new(books.policies()?, &[]);
    let keys = keys.and(Needs {
        retained_days: false,
        ..rounding.policies.needs()
    });
    let filter = EntryFilter {
        days: Span {
            from: None,
            to: Some(scope.through),
        },
        client: scope.client,
        billable: Some(true),
        unbilled: true,
        approval,
        ..EntryFilter::default()
    };
    let mut groups = books.sums(&filter, keys)?;
    // What a retainer covers stays on no invoice for good. Only the days that none covers are read, however many years it runs.
    let of_retained = GroupBy {
        without_retainer: false,
        ..keys
    };
    for (project, days) in uncovered(books, retainers, scope.through)? {
        let filter = EntryFilter {
            days,
            client: None,
            project: Some(project),
            ..filter.clone()
        };
        groups.extend(books.sums(&filter, of_retained)?);
    }
    let mut all: BTreeMap<(ClientKey, ProjectKey), Part> = BTreeMap::new();
    for rounded in rounding.parts(&groups, |group| rate_of(&card, group)) {
        let group = rounded.group;
        let project = group.project.unwrap_or(ProjectKey(0));
        let part = all
            .entry((group.client, project))
            .or_insert_with(|| Part::nothing(group.client, project));
        part.add(group, rounded.billed, rounded.rate);
    }
    Ok(all.into_values().collect())
}

fn seconds_of(parts: &[Part]) -> Seconds {
    parts.iter().map(|part| part.seconds).sum()
}

/// The projects of clients with retainers, and the days up to one that no retainer covers.
fn uncovered(
    books: &Books<'_>,
    retainers: &[Retainer],
    through: NaiveDate,
) -> Result<Vec<(ProjectKey, Span)>> {
    let clients: BTreeSet<ClientKey> = retainers.iter().map(|retainer| retainer.client).collect();
    let mut all = Vec::new();
    for client in clients {
        for project in books.projects(Some(client))? {
            let own = retainers
                .iter()
                .filter(|retainer| retainer.client == client);
            let spans = retainer::uncovered(own, project.key, through);
            all.extend(spans.into_iter().map(|span| (project.key, span)));
        }
    }
    Ok(all)
}

impl Part {
    fn nothing(client: ClientKey, project: ProjectKey) -> Self {
        Self {
            client,
            project,
            seconds: Seconds::ZERO,
            by_rate: BTreeMap::new(),
            without_rate: Seconds::ZERO,
            since: None,
            without_rate_since: None,
        }
    }

    fn add(&mut self, group: &Group, billed: Seconds, rate: Option<Rate>) {
        self.seconds += billed;
        self.since = first(self.since, group.since);
        match rate {
            Some(rate) => *self.by_rate.entry(rate).or_default() += billed,
            None => {
                self.without_rate += billed;
                self.without_rate_since = first(self.without_rate_since, group.since);
            }
        }
    }

    /// With its value.
    pub fn settled(&self, currency: Currency) -> Result<Unbilled> {
        let mut unbilled = Unbilled {
            seconds: self.seconds,
            without_rate: self.without_rate,
            since: self.since,
            ..Unbilled::nothing(currency)
        };
        for (rate, seconds) in &self.by_rate {
            let amount = rate.of(seconds.as_hours(), currency)?;
            unbilled.amount = unbilled.amount.checked_add(amount)?;
        }
        Ok(unbilled)
    }
}

/// What `report unbilled` is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub client: Option<String>,
    /// Only work that is older than so many days.
    pub older_than: Option<u32>,
    /// One row for all projects of a client.
    pub by_client: bool,
}

/// The unbilled work as a report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The last day of it.
    pub through: NaiveDate,
    pub rows: Vec<Row>,
    /// One a currency: those of two never add.
    pub totals: Vec<Unbilled>,
    /// So much of it waits for approval; none where what is not approved is billed too.
    pub waiting: Option<Seconds>,
}

/// The unbilled work of a project, or of a client.
#[derive(Debug, Clone)]
pub struct Row {
    pub client: String,
    pub project: Option<String>,
    pub name: String,
    pub unbilled: Unbilled,
}

/// Billable work on no invoice and in no retainer, by client and project.
pub fn report(session: &Session, wanted: &Wanted) -> Result<Report> {
    let older = wanted.older_than.map_or(0, |days| u64::from(days) + 1);
    let through = session.today().checked_sub_days(Days::new(older));
    let through = through.unwrap_or(NaiveDate::MIN);
    session.store.read(|books| {
        let client = wanted
            .client
            .as_deref()
            .map(|client| find::client(books, client))
            .transpose()?;
        let scope = Scope {
            client: client.map(|client| client.key),
            through,
        };
        let retainers = books.retainers(scope.client)?;
        let mut names = Names::default();
        let mut rows: BTreeMap<(String, Option<String>), Row> = BTreeMap::new();
        let mut totals: BTreeMap<Currency, Unbilled> = BTreeMap::new();
        let all = by_project(books, &retainers, scope)?;
        let waiting = match session.business.approved_only {
            true => {
                let approved = Some(ApprovalFilter::Is(Approval::Approved));
                let approved = parts(books, &retainers, scope, approved)?;
                Some(seconds_of(&all) - seconds_of(&approved))
            }
            false => None,
        };
        // What was spent counts as what was worked does: an invoice bills both.
        let spent = expense::unbilled_by_project(books, scope.client, through)?;
        let work: HashMap<_, _> = all
            .iter()
            .map(|part| ((part.client, part.project), part))
            .collect();
        let keys: BTreeSet<_> = work.keys().chain(spent.keys()).copied().collect();
        for key in keys {
            let (client, project) = key;
            names.learn_client(books, client)?;
            names.learn(books, &Cell::Project(project))?;
            let Some((slug, client, currency)) = names.clients.get(&client) else {
                continue;
            };
            let nothing = || Unbilled::nothing(*currency);
            let mut unbilled = match work.get(&key) {
                Some(part) => part.settled(*currency)?,
                None => nothing(),
            };
            if let Some(spent) = spent.get(&key) {
                unbilled.expenses = spent.amount;
                unbilled.since = first(unbilled.since, Some(spent.since));
            }
            let project = names.projects.get(&project);
            let project = project.filter(|_| !wanted.by_client);
            totals
                .entry(*currency)
                .or_insert_with(nothing)
                .add(&unbilled)?;
            let reference = project.map(|(reference, _)| reference.clone());
            rows.entry((slug.clone(), reference.clone()))
                .or_insert_with(|| Row {
                    client: slug.clone(),
                    project: reference,
                    name: project.map_or(client, |(_, name)| name).clone(),
                    unbilled: nothing(),
                })
                .unbilled
                .add(&unbilled)?;
        }
        Ok(Report {
            through,
            rows: rows.into_values().collect(),
            totals: totals.into_values().collect(),
            waiting,
        })
    })
}
