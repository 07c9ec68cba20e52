//! Everything about a client in one place: how it is billed, what is worked, open, owed and to be done.
//!
//! Reads only rows of this client, so that it is quick however many there are of others.

use std::collections::HashSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::disclosure;
use crate::domain::alert::{self, Alert, Facts};
use crate::domain::budget::Thresholds;
use crate::domain::client::{Client, Stage, point_of_contact};
use crate::domain::key::{MemberKey, ProjectKey};
use crate::domain::rate::{self, DatedRate, Resolved};
use crate::domain::retainer::Retainer;
use crate::domain::talk::Talk;
use crate::domain::user::{State as UserState, User};
use crate::store::{Books, Pushed};
use crate::values::id::ProjectRef;

use super::client::Shown;
use super::owed::{self, Owed};
use super::retainer::Standing;
use super::unbilled::{self, Unbilled};
use super::{Result, Session, client_history, expense, find, portal_settings, project, retainer};

/// A client with all that hangs on it, in figures.
#[derive(Debug, Clone)]
pub struct Summary {
    pub shown: Shown,
    /// The rate for work that no project, task or entry has one for.
    pub rate: Option<Resolved>,
    /// The retainers in force.
    pub retainers: Vec<Standing>,
    /// Open ones.
    pub projects: Vec<project::Shown>,
    pub unbilled: Unbilled,
    /// Expenses that an invoice could bill.
    pub expenses: Option<expense::Unbilled>,
    pub owed: Owed,
    pub last_contact: Option<Talk>,
    pub portal: Portal,
    pub users: Vec<User>,
    /// What is to be done, most urgent first.
    pub alerts: Vec<Alert>,
}

/// The client on the portal.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Its console is switched on.
    pub console: bool,
    /// It will be there after the next sync.
    pub published: bool,
    pub pushed: Option<Pushed>,
}

/// Everything about a client, as of today.
pub fn summary(session: &Session, reference: &str) -> Result<Summary> {
    let today = session.today();
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        let retainers = books.retainers(Some(client.key))?;
        let rates = rates(books, &client)?;
        let projects = projects(books, &client, today)?;
        let unbilled = unbilled(books, &client, &retainers, today)?;
        let owed = owed(books, &client, today)?;
        let in_force = retainers.into_iter().filter(|r| r.is_in_force(today));
        let standings = in_force
            .map(|retainer| retainer::standing(books, retainer, today))
            .collect::<Result<Vec<_>>>()?;
        let visibility = portal_settings::of(books, client.key)?;
        let mut summary = Summary {
            rate: rate::resolve(&rates, &anything(&client, today)),
            projects,
            unbilled,
            expenses: expense::unbilled(books, Some(client.key), today)?.remove(&client.key),
            owed,
            last_contact: books.latest_talk(client.key)?,
            portal: Portal {
                console: visibility.console,
                published: disclosure::is_published(&client, &visibility),
                pushed: books.pushed(client.key)?,
            },
            users: books.users(Some(client.key))?,
            alerts: Vec::new(),
            shown: Shown {
                contacts: books.contacts(client.key)?,
                marks: books.marks(client.key)?,
                tax: books.client_tax(client.key)?,
                retainer: !standings.is_empty(),
                client,
            },
            retainers: standings,
        };
        summary.alerts = alert::alerts(&facts(books, session, &summary)?);
        Ok(summary)
    })
}

/// What a client still owes, and what is not billed yet.
pub fn left_open(session: &Session, reference: &str) -> Result<(Owed, Unbilled)> {
    let today = session.today();
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        let retainers = books.retainers(Some(client.key))?;
        let unbilled = unbilled(books, &client, &retainers, today)?;
        Ok((owed(books, &client, today)?, unbilled))
    })
}

fn unbilled(
    books: &Books<'_>,
    client: &Client,
    retainers: &[Retainer],
    today: NaiveDate,
) -> Result<Unbilled> {
    let currency = client.details.currency;
    let scope = unbilled::Scope {
        client: Some(client.key),
        through: today,
    };
    let unbilled = unbilled::by_client(books, retainers, scope, |_| Some(currency))?
        .remove(&client.key)
        .unwrap_or(Unbilled::nothing(currency));
    Ok(unbilled)
}

fn owed(books: &Books<'_>, client: &Client, today: NaiveDate) -> Result<Owed> {
    let owed = owed::by_client(books, Some(client.key), today)?.remove(&client.key);
    Ok(owed.unwrap_or(Owed::nothing(client.details.currency)))
}

/// The rates that can hold for a client.
fn rates(books: &Books<'_>, client: &Client) -> Result<Vec<DatedRate>> {
    let projects: HashSet<ProjectKey> = books
        .projects(Some(client.key))?
        .iter()
        .map(|project| project.key)
        .collect();
    let mut rates = books.rates()?;
    rates.retain(|rate| {
        rate.scope.client.is_none_or(|key| key == client.key)
            && rate.scope.project.is_none_or(|key| projects.contains(&key))
    });
    Ok(rates)
}

/// Work of nobody in particular, on no project.
fn anything(client: &Client, day: NaiveDate) -> rate::Facts {
    rate::Facts {
        client: client.key,
        project: ProjectKey(0),
        task: None,
        member: MemberKey(0),
        day,
        own: None,
    }
}

fn projects(books: &Books<'_>, client: &Client, today: NaiveDate) -> Result<Vec<project::Shown>> {
    books
        .projects(Some(client.key))?
        .into_iter()
        .filter(|project| !project.closed)
        .map(|project| {
            let reference = ProjectRef {
                client: client.slug.clone(),
                project: project.slug.clone(),
            };
            project::shown(books, project, reference, today)
        })
        .collect()
}

/// What the rules of alerts look at.
fn facts(books: &Books<'_>, session: &Session, summary: &Summary) -> Result<Facts> {
    let client = &summary.shown.client;
    let (today, now) = (session.today(), session.calendar.now());
    let last_contact = match (&summary.last_contact, client.stage) {
        (Some(talk), _) => Some(talk.day),
        (None, Stage::Lead) => client_history::added_on(books, &session.calendar, client)?,
        (None, _) => None,
    };
    let balances = summary.retainers.iter().filter_map(|standing| {
        let account = standing.account(today)?;
        Some(super::alert::balance(
            client,
            &standing.retainer,
            &standing.projects,
            account,
            today,
        ))
    });
    Ok(Facts {
        today,
        thresholds: session.business.alerts,
        kind: client.details.kind,
        stage: client.stage,
        has_point_of_contact: point_of_contact(&summary.shown.contacts).is_some(),
        last_contact,
        overdue: summary.owed.late.clone(),
        budgets: budgets(session, &summary.projects),
        retainers: balances.collect(),
        unbilled: summary.unbilled.since.map(|since| alert::Unbilled {
            seconds: summary.unbilled.seconds,
            since,
        }),
        expired: summary
            .users
            .iter()
            .filter(|user| user.state(now) == UserState::Expired)
            .map(|user| user.email.to_string())
            .collect(),
        talk: super::alert::talk(books, session, Some(client.key))?
            .into_iter()
            .map(|(.., alert)| alert)
            .collect(),
    })
}

/// The budgets of projects that are not zero, with the thresholds that hold for them.
fn budgets(
    session: &Session,
    projects: &[project::Shown],
) -> Vec<(ProjectRef, Decimal, Thresholds)> {
    let of_business = &session.business.thresholds;
    let budget = |shown: &project::Shown| {
        let percent = shown.budget.as_ref()?.percent?;
        let own = shown.project.thresholds.as_ref();
        let thresholds = own.unwrap_or(of_business).clone();
        Some((shown.reference.clone(), percent, thresholds))
    };
    projects.iter().filter_map(budget).collect()
}
