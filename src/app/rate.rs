//! Rates: setting one from a day on, and those that hold for a client.

use chrono::NaiveDate;

use crate::domain::client::Client;
use crate::domain::key::{MemberKey, ProjectKey, RateKey, TaskKey};
use crate::domain::rate::{self, DatedRate, Facts, Level, Resolved, Scope};
use crate::store::{Books, EntryFilter};
use crate::values::money::Rate;
use crate::values::period::Span;

use super::{Error, Result, Session, find};

/// For what a rate is set, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct For {
    pub client: Option<String>,
    pub project: Option<String>,
    pub task: Option<String>,
    pub member: Option<String>,
}

/// A rate that was set.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    pub dated: DatedRate,
    /// Whether work for which it is set is on invoices already. They keep the rate they have.
    pub reaches_invoiced: bool,
}

/// Sets a rate from a day on; without a day, from the beginning. One for the same thing and day is replaced.
pub fn set(
    session: &mut Session,
    amount: Rate,
    target: &For,
    from: Option<NaiveDate>,
) -> Result<Set> {
    session.write(|books| {
        let project = target
            .project
            .as_deref()
            .map(|project| find::project(books, project))
            .transpose()?;
        let client = match (&project, target.client.as_deref()) {
            (Some((client, ..)), _) => Some(client.clone()),
            (None, Some(client)) => Some(find::client(books, client)?),
            (None, None) => None,
        };
        let task = match (&project, target.task.as_deref()) {
            (Some((_, project, _)), Some(task)) => Some(find::task(books, project, task)?),
            _ => None,
        };
        let member = target
            .member
            .as_deref()
            .map(|member| find::member(books, member))
            .transpose()?;
        let scope = Scope {
            client: client.map(|client| client.key),
            project: project.map(|(_, project, _)| project.key),
            task: task.map(|task| task.key),
            member: member.map(|member| member.key),
        };
        let mut rate = DatedRate {
            key: RateKey(0),
            scope,
            from,
            rate: amount,
        };
        let same = books
            .rates()?
            .into_iter()
            .find(|known| known.scope == scope && known.from == from);
        rate.key = match same {
            Some(known) => {
                books.edit_rate(known.key, amount)?;
                known.key
            }
            None => books.add_rate(&rate)?,
        };
        let invoiced = EntryFilter {
            days: Span { from, to: None },
            client: scope.client,
            project: scope.project,
            task: scope.task,
            member: scope.member,
            billed: true,
            limit: Some(1),
            ..EntryFilter::default()
        };
        Ok(Set {
            dated: rate,
            reaches_invoiced: !books.entries(&invoiced)?.is_empty(),
        })
    })
}

/// All rates.
pub fn list(session: &Session) -> Result<Vec<DatedRate>> {
    Ok(session.store.read(|books| books.rates())?)
}

/// Removes a rate: what was in force before it, or a weaker level, holds again.
pub fn remove(session: &mut Session, key: i64) -> Result<DatedRate> {
    session.write(|books| {
        let rates = books.rates()?;
        let Some(rate) = rates.into_iter().find(|rate| rate.key.0 == key) else {
            return Err(Error::NotFound {
                noun: "rate",
                wanted: key.to_string(),
                near: Vec::new(),
            });
        };
        books.delete_rate(rate.key)?;
        Ok(rate)
    })
}

/// What holds for some work of a client.
#[derive(Debug, Clone)]
pub struct Effective {
    /// None: for any project that is not named.
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    pub member: Option<MemberKey>,
    /// None: there is no rate.
    pub rate: Option<Resolved>,
    /// It holds from a later day on.
    pub is_future: bool,
}

/// The rates of a client.
#[derive(Debug, Clone)]
pub struct Table {
    pub client: Client,
    pub rows: Vec<Effective>,
}

/// What holds today for a client: for each open project, the tasks and members that have a rate of their own; then what is to come.
pub fn effective(session: &Session, client: &str) -> Result<Table> {
    let today = session.today();
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let rates = books.rates()?;
        let mut rows = Vec::new();
        let places = std::iter::once(None).chain(
            books
                .projects(Some(client.key))?
                .into_iter()
                .filter(|project| !project.closed)
                .map(|project| Some(project.key)),
        );
        for project in places {
            rows.extend(place(books, &client, &rates, project, today)?);
        }
        rows.extend(future(books, &client, &rates, today)?);
        Ok(Table { client, rows })
    })
}

/// What holds for a project, or for any other of the client's.
fn place(
    books: &Books<'_>,
    client: &Client,
    rates: &[DatedRate],
    project: Option<ProjectKey>,
    today: NaiveDate,
) -> Result<Vec<Effective>> {
    let resolve = |task: Option<TaskKey>, member: Option<MemberKey>| {
        let facts = Facts {
            client: client.key,
            project: project.unwrap_or(ProjectKey(0)),
            task,
            member: member.unwrap_or(MemberKey(0)),
            day: today,
            own: None,
        };
        Effective {
            project,
            task,
            member,
            rate: rate::resolve(rates, &facts),
            is_future: false,
        }
    };
    let mut rows = vec![resolve(None, None)];
    let at = |row: &Effective, levels: &[Level]| {
        let level = row.rate.map(|resolved| resolved.level);
        level.is_some_and(|level| levels.contains(&level))
    };
    if let Some(project) = project {
        let tasks = books.tasks(Some(project))?;
        let of_tasks = tasks.iter().map(|task| resolve(Some(task.key), None));
        rows.extend(of_tasks.filter(|row| at(row, &[Level::Task])));
    }
    // A project is named for a member only where it has a rate of its own for it.
    let own: &[Level] = match project {
        Some(_) => &[Level::ProjectMember],
        None => &[Level::ClientMember, Level::Member],
    };
    let members = books.members()?;
    let active = members.iter().filter(|member| !member.archived);
    let of_members = active.map(|member| resolve(None, Some(member.key)));
    rows.extend(of_members.filter(|row| at(row, own)));
    Ok(rows)
}

/// Rates that can hold for a client from a later day on, by that day.
fn future(
    books: &Books<'_>,
    client: &Client,
    rates: &[DatedRate],
    today: NaiveDate,
) -> Result<Vec<Effective>> {
    let projects: Vec<ProjectKey> = books
        .projects(Some(client.key))?
        .iter()
        .map(|project| project.key)
        .collect();
    let mut coming: Vec<&DatedRate> = rates
        .iter()
        .filter(|dated| dated.from.is_some_and(|from| from > today))
        .filter(|dated| dated.scope.client.is_none_or(|key| key == client.key))
        .filter(|dated| {
            dated
                .scope
                .project
                .is_none_or(|key| projects.contains(&key))
        })
        .collect();
    coming.sort_by_key(|dated| (dated.from, dated.key));
    Ok(coming
        .into_iter()
        .map(|dated| Effective {
            project: dated.scope.project,
            task: dated.scope.task,
            member: dated.scope.member,
            rate: Some(Resolved {
                key: Some(dated.key),
                rate: dated.rate,
                level: dated.scope.level(),
                from: dated.from,
            }),
            is_future: true,
        })
        .collect())
}
