//! Reports over time: sums by any of client, project, task, member, tag, day, week, month.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::domain::key::{ClientKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::rate::{self, DatedRate, Facts};
use crate::domain::report::{Cell, Dimension, Sums};
use crate::domain::rounding::Needs;
use crate::store::{Books, Group, GroupBy};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};
use crate::values::period::{Period, Span};

use super::rounding::{Part, Rounding};
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
    pub tasks: HashMap<TaskKey, String>,
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

/// Sums worked and billed time of the selected entries by these dimensions.
///
/// What is selected is rounded as if it were billed alone: by entry, by day, or by line, where a line is what an invoice by project
/// would have. A difference of a sum stands with the task (and of a line on the last day) of most of its time, and under no tag.
pub fn report(session: &Session, selection: &Selection, by: &[Dimension]) -> Result<Report> {
    let week_start = session.business.week_start;
    session.store.read(|books| {
        let names = names(books)?;
        let rates = books.rates()?;
        let rounding = Rounding::of(books)?;
        let keys = group_by(by, &rates, rounding.policies.needs());
        let filter = selection.filter(books)?;
        let groups = books.sums(&filter, GroupBy { tag: false, ..keys })?;
        // An entry with two tags stands in two rows and yet was worked and is rounded once.
        let tagged = match keys.tag {
            true => books.sums(&filter, keys)?,
            false => Vec::new(),
        };
        let rate_of = |group: &Group| rate_of(&rates, group);
        let currency =
            |part: &Part<'_>| currency_of(&names, part.group.client, session.business.currency);
        let mut rows: BTreeMap<Vec<Cell>, Gathered> = BTreeMap::new();
        let mut place = |part: &Part<'_>| {
            let key = by
                .iter()
                .filter_map(|dimension| cell(*dimension, part.group, week_start))
                .collect();
            rows.entry(key).or_default().add(part, currency(part));
        };
        let mut total = Gathered::default();
        for part in &rounding.parts(&groups, rate_of) {
            total.add(part, currency(part));
            if !keys.tag || part.is_difference {
                place(part);
            }
        }
        for part in &rounding.parts(&tagged, rate_of) {
            if !part.is_difference {
                place(part);
            }
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

/// The keys that the dimensions, the rates and the rounding policies need. Days only where a rule depends on the day.
pub(super) fn group_by(by: &[Dimension], rates: &[DatedRate], needs: Needs) -> GroupBy {
    let wants = |dimension| by.contains(&dimension);
    let dated = rates.iter().any(|rate| rate.from.is_some());
    GroupBy {
        project: true,
        task: wants(Dimension::Task) || rates.iter().any(|rate| rate.scope.task.is_some()),
        member: wants(Dimension::Member) || rates.iter().any(|rate| rate.scope.member.is_some()),
        tag: wants(Dimension::Tag),
        retained_days: false,
        day: dated || wants(Dimension::Day) || wants(Dimension::Week) || wants(Dimension::Month),
        length: false,
        invoice: false,
    }
    .and(needs)
}

pub(super) fn cell(
    dimension: Dimension,
    group: &Group,
    week_start: chrono::Weekday,
) -> Option<Cell> {
    Some(match dimension {
        Dimension::Client => Cell::Client(group.client),
        Dimension::Project => Cell::Project(group.project?),
        Dimension::Task => Cell::Task(group.task),
        Dimension::Member => Cell::Member(group.member?),
        Dimension::Tag => Cell::Tag(group.tag.clone()),
        Dimension::Day => Cell::Day(group.day?),
        Dimension::Week => Cell::Week(Period::week(group.day?, week_start).from),
        Dimension::Month => Cell::Month(group.day?.with_day(1)?),
    })
}

/// The rate of a group; the keys it depends on were kept apart.
pub(super) fn rate_of(rates: &[DatedRate], group: &Group) -> Option<Rate> {
    let facts = Facts {
        client: group.client,
        project: group.project.unwrap_or(ProjectKey(0)),
        task: group.task,
        member: group.member.unwrap_or(MemberKey(0)),
        day: group.day.unwrap_or(NaiveDate::MIN),
        own: group.own_rate,
    };
    rate::resolve(rates, &facts).map(|resolved| resolved.rate)
}

impl Gathered {
    fn add(&mut self, part: &Part<'_>, currency: Currency) {
        self.sums.seconds += part.worked;
        if !part.group.billable {
            return;
        }
        self.sums.billable += part.worked;
        self.sums.billed += part.billed;
        match part.rate {
            Some(rate) => {
                let value = rate.decimal() * Decimal::from(part.billed.0) / SECONDS_AN_HOUR;
                *self.values.entry(currency).or_default() += value;
            }
            None => self.without_rate += part.billed,
        }
    }
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

pub(super) fn names(books: &Books<'_>) -> Result<Names> {
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
    /// The currency of a client.
    pub fn currency(&self, client: ClientKey) -> Option<Currency> {
        self.clients.get(&client).map(|(_, _, currency)| *currency)
    }

    /// How a cell is written: references for clients, projects and members.
    pub fn text(&self, cell: &Cell) -> String {
        let known = |found: Option<&String>| found.cloned().unwrap_or_default();
        match cell {
            Cell::Client(key) => known(self.clients.get(key).map(|(slug, ..)| slug)),
            Cell::Project(key) => known(self.projects.get(key).map(|(reference, _)| reference)),
            Cell::Task(key) => known(key.and_then(|key| self.tasks.get(&key))),
            Cell::Member(key) => known(self.members.get(key).map(|(slug, _)| slug)),
            Cell::Tag(tag) => tag.clone().unwrap_or_default(),
            Cell::Day(day) | Cell::Week(day) => day.to_string(),
            Cell::Month(day) => format!("{:04}-{:02}", day.year(), day.month()),
        }
    }
}
