//! Reports over time: sums by any of client, project, phase, task, activity, member, tag, day, week, month.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::domain::budget::{Counts, Day};
use crate::domain::key::{ActivityKey, ClientKey, MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::domain::rate::{self, DatedRate, Facts};
use crate::domain::report::{Cell, Dimension, Sums};
use crate::domain::rounding::Policy;
use crate::store::{Books, EntryFilter, Group, GroupBy};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::period::{Period, Span};

use super::time::Selection;
use super::{Result, Session};

const SECONDS_AN_HOUR: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    pub days: Span,
    pub by: Vec<Dimension>,
    pub rows: Vec<Row>,
    pub total: Totals,
    pub names: Names,
}

/// One row: the values of the dimensions, and its sums.
#[derive(Debug, Clone)]
pub struct Row {
    pub key: Vec<Cell>,
    pub sums: Sums,
}

/// The sums of all rows. Amounts of several currencies stand beside each other.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    pub seconds: Seconds,
    pub billed: Seconds,
    pub billable: Seconds,
    pub amounts: Vec<Money>,
    /// Billable seconds without a rate; no amount counts them.
    pub without_rate: Seconds,
}

/// The names behind the keys of a report.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub clients: HashMap<ClientKey, (String, String, Currency)>,
    pub projects: HashMap<ProjectKey, (String, String)>,
    pub phases: HashMap<PhaseKey, String>,
    pub tasks: HashMap<TaskKey, String>,
    /// Codes.
    pub activities: HashMap<ActivityKey, String>,
    pub members: HashMap<MemberKey, (String, String)>,
}

/// What a row adds up before its amounts are rounded.
#[derive(Default)]
struct Gathered {
    sums: Sums,
    /// Exact values by currency: each figure is rounded once, so that the total is the same under any grouping.
    values: BTreeMap<Currency, Decimal>,
    without_rate: Seconds,
}

/// Sums worked time of the selected entries by these dimensions.
pub fn report(session: &Session, selection: &Selection, by: &[Dimension]) -> Result<Report> {
    let week_start = session.business.week_start;
    session.store.read(|books| {
        let names = names(books)?;
        let rates = books.rates()?;
        let groups = books.sums(&selection.filter(books)?, group_by(by, &rates))?;
        let mut rows: BTreeMap<Vec<Cell>, Gathered> = BTreeMap::new();
        let mut total = Gathered::default();
        for group in &groups {
            let key = by
                .iter()
                .filter_map(|dimension| cell(*dimension, group, week_start))
                .collect();
            let currency = currency_of(&names, group.client, session.business.currency);
            gather(rows.entry(key).or_default(), group, &rates, currency);
            gather(&mut total, group, &rates, currency);
        }
        if by.contains(&Dimension::Tag) {
            // An entry with two tags stands in two rows and yet was worked once.
            total = untagged_total(books, selection, &rates, &names, session)?;
        }
        Ok(Report {
            days: selection.days,
            by: by.to_vec(),
            rows: rows
                .into_iter()
                .map(|(key, gathered)| {
                    Ok(Row {
                        key,
                        sums: settle(gathered)?,
                    })
                })
                .collect::<Result<_>>()?,
            total: total_of(total)?,
            names,
        })
    })
}

/// The keys that the dimensions and the rule of rates need. Days only where a rate depends on the day.
fn group_by(by: &[Dimension], rates: &[DatedRate]) -> GroupBy {
    let wants = |dimension| by.contains(&dimension);
    let dated = rates.iter().any(|rate| rate.from.is_some());
    GroupBy {
        project: true,
        phase: wants(Dimension::Phase),
        activity: wants(Dimension::Activity),
        task: wants(Dimension::Task) || rates.iter().any(|rate| rate.scope.task.is_some()),
        member: wants(Dimension::Member) || rates.iter().any(|rate| rate.scope.member.is_some()),
        tag: wants(Dimension::Tag),
        retained_days: false,
        day: dated || wants(Dimension::Day) || wants(Dimension::Week) || wants(Dimension::Month),
    }
}

fn cell(dimension: Dimension, group: &Group, week_start: chrono::Weekday) -> Option<Cell> {
    Some(match dimension {
        Dimension::Client => Cell::Client(group.client),
        Dimension::Project => Cell::Project(group.project?),
        Dimension::Phase => Cell::Phase(group.phase),
        Dimension::Task => Cell::Task(group.task),
        Dimension::Activity => Cell::Activity(group.activity),
        Dimension::Member => Cell::Member(group.member?),
        Dimension::Tag => Cell::Tag(group.tag.clone()),
        Dimension::Day => Cell::Day(group.day?),
        Dimension::Week => Cell::Week(Period::week(group.day?, week_start).from),
        Dimension::Month => Cell::Month(group.day?.with_day(1)?),
    })
}

fn gather(into: &mut Gathered, group: &Group, rates: &[DatedRate], currency: Currency) {
    into.sums.seconds += group.seconds;
    if !group.billable {
        return;
    }
    let billed = Policy::EXACT.billed(group.seconds);
    into.sums.billable += group.seconds;
    into.sums.billed += billed;
    let facts = Facts {
        client: group.client,
        project: group.project.unwrap_or(ProjectKey(0)),
        task: group.task,
        member: group.member.unwrap_or(MemberKey(0)),
        day: group.day.unwrap_or(NaiveDate::MIN),
        own: group.own_rate,
    };
    match rate::resolve(rates, &facts) {
        Some(resolved) => {
            let value = resolved.rate.decimal() * Decimal::from(billed.0) / SECONDS_AN_HOUR;
            *into.values.entry(currency).or_default() += value;
        }
        None => into.without_rate += billed,
    }
}

/// The work of a day in a phase, with its worth.
pub(super) struct Spent {
    pub(super) phase: Option<PhaseKey>,
    pub(super) day: Day,
    /// Of it, what has no rate and so no worth.
    pub(super) without_rate: Seconds,
}

/// The entries of a filter that count, by day and phase, each with what it is worth as a report says. Non-billable work that counts
/// is worth what it would be if it were billed.
pub(super) fn spent(
    books: &Books<'_>,
    filter: &EntryFilter,
    counts: Counts,
    currency: Currency,
) -> Result<Vec<Spent>> {
    let rates = books.rates()?;
    let by = GroupBy {
        phase: true,
        ..group_by(&[Dimension::Day], &rates)
    };
    let mut spent: BTreeMap<(NaiveDate, Option<PhaseKey>), Gathered> = BTreeMap::new();
    for group in books.sums(filter, by)? {
        let Some(day) = group.day.filter(|_| counts.takes(group.billable)) else {
            continue;
        };
        let counted = Group {
            billable: true,
            ..group
        };
        let into = spent.entry((day, counted.phase)).or_default();
        gather(into, &counted, &rates, currency);
    }
    Ok(spent
        .into_iter()
        .map(|((day, phase), gathered)| Spent {
            phase,
            day: Day {
                day,
                seconds: gathered.sums.seconds,
                worth: gathered.values.values().sum(),
            },
            without_rate: gathered.without_rate,
        })
        .collect())
}

/// Amounts by currency, rounded.
fn amounts(values: &BTreeMap<Currency, Decimal>) -> Result<Vec<Money>> {
    values
        .iter()
        .map(|(currency, value)| Ok(Money::rounded(*value, *currency)?))
        .collect()
}

fn settle(gathered: Gathered) -> Result<Sums> {
    let amounts = amounts(&gathered.values)?;
    let amount = match amounts.as_slice() {
        [one] if gathered.without_rate == Seconds::ZERO => Some(*one),
        _ => None,
    };
    Ok(Sums {
        amount,
        ..gathered.sums
    })
}

fn total_of(gathered: Gathered) -> Result<Totals> {
    Ok(Totals {
        seconds: gathered.sums.seconds,
        billed: gathered.sums.billed,
        billable: gathered.sums.billable,
        amounts: amounts(&gathered.values)?,
        without_rate: gathered.without_rate,
    })
}

fn untagged_total(
    books: &Books<'_>,
    selection: &Selection,
    rates: &[DatedRate],
    names: &Names,
    session: &Session,
) -> Result<Gathered> {
    let mut total = Gathered::default();
    for group in books.sums(&selection.filter(books)?, group_by(&[], rates))? {
        let currency = currency_of(names, group.client, session.business.currency);
        gather(&mut total, &group, rates, currency);
    }
    Ok(total)
}

fn currency_of(names: &Names, client: ClientKey, business: Currency) -> Currency {
    names
        .clients
        .get(&client)
        .map_or(business, |(_, _, currency)| *currency)
}

/// The names of everything.
pub fn names_of(session: &Session) -> Result<Names> {
    session.store.read(names)
}

fn names(books: &Books<'_>) -> Result<Names> {
    let everybody = crate::store::ClientFilter {
        archived: true,
        ..Default::default()
    };
    let clients: HashMap<_, _> = books
        .clients(&everybody)?
        .into_iter()
        .map(|client| {
            let name = client.details.name.to_string();
            let currency = client.details.currency;
            (client.key, (client.slug.to_string(), name, currency))
        })
        .collect();
    let projects = books
        .projects(None)?
        .into_iter()
        .map(|project| {
            let client = clients
                .get(&project.client)
                .map_or("", |(slug, ..)| slug.as_str());
            let reference = format!("{client}/{}", project.slug);
            (project.key, (reference, project.name.to_string()))
        })
        .collect();
    Ok(Names {
        projects,
        clients,
        tasks: books
            .tasks(None)?
            .into_iter()
            .map(|task| (task.key, task.name.to_string()))
            .collect(),
        phases: books
            .phases(None)?
            .into_iter()
            .map(|phase| (phase.key, phase.name.to_string()))
            .collect(),
        activities: books
            .activities()?
            .into_iter()
            .map(|activity| (activity.key, activity.code.to_string()))
            .collect(),
        members: books
            .members()?
            .into_iter()
            .map(|member| {
                (
                    member.key,
                    (member.slug.to_string(), member.name.to_string()),
                )
            })
            .collect(),
    })
}

impl Names {
    /// How a cell is written: references for clients, projects and members.
    pub fn text(&self, cell: &Cell) -> String {
        let known = |found: Option<&String>| found.cloned().unwrap_or_default();
        match cell {
            Cell::Client(key) => known(self.clients.get(key).map(|(slug, ..)| slug)),
            Cell::Project(key) => known(self.projects.get(key).map(|(reference, _)| reference)),
            Cell::Phase(key) => known(key.and_then(|key| self.phases.get(&key))),
            Cell::Activity(key) => known(key.and_then(|key| self.activities.get(&key))),
            Cell::Task(key) => known(key.and_then(|key| self.tasks.get(&key))),
            Cell::Member(key) => known(self.members.get(key).map(|(slug, _)| slug)),
            Cell::Tag(tag) => tag.clone().unwrap_or_default(),
            Cell::Day(day) | Cell::Week(day) => day.to_string(),
            Cell::Month(day) => format!("{:04}-{:02}", day.year(), day.month()),
        }
    }
}
