//! Retainers: agreeing on one, what was agreed, and how it stands.

mod change;
mod ledger;

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::key::{EntryKey, ProjectKey, RetainerKey};
use crate::domain::retainer::{
    self, Account, Agreement, Carry, Kind, Overage, Per, Retainer, Terms,
};
use crate::store::{Books, EntryFilter, Listed, NewRetainer};
use crate::values::amount::Amount;
use crate::values::duration::parse_hours_amount;
use crate::values::money::{Currency, Money, MoneyError, Rate};
use crate::values::period::Period;

use super::{Error, Result, Session, find};

pub use change::{Changes, edit, end};
pub(super) use ledger::{Ledger, account_on, ledger};

/// What `retainer add` was given; amounts as typed, since their currency is the client's.
#[derive(Debug, Clone)]
pub struct New {
    pub kind: Kind,
    /// Hours, or an amount of money.
    pub allowance: String,
    pub per: Per,
    /// Fee per whole period.
    pub fee: Option<String>,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub carry_cap: Option<String>,
    pub carry_expires: Option<u32>,
    pub overage: Overage,
    pub overage_rate: Option<Rate>,
    pub projects: Vec<String>,
    pub prorate: bool,
    pub if_missing: bool,
}

/// A retainer with its client and ledger up to a day.
#[derive(Debug, Clone)]
pub struct Standing {
    pub client: Client,
    pub retainer: Retainer,
    /// The projects in its scope by name; none: all of the client's.
    pub projects: Vec<String>,
    pub accounts: Vec<Account>,
    /// Names of the invoices that closed periods, by the first days of these.
    pub closed_by: HashMap<NaiveDate, String>,
    /// Billable entries in scope that no rate holds for: they draw no money.
    pub without_rate: Vec<EntryKey>,
}

impl Standing {
    /// The account of the period that holds a day, else the last one before it.
    pub fn account(&self, day: NaiveDate) -> Option<&Account> {
        self.accounts
            .iter()
            .rfind(|account| account.period.from <= day)
    }

    /// So much of what the retainer is in.
    pub fn amount(&self, number: i64) -> Amount {
        let currency = self.client.details.currency;
        self.retainer.terms.kind.amount(number, currency)
    }
}

/// Agrees on a retainer. Two of a client never cover the same work.
pub fn add(session: &mut Session, client: &str, new: &New) -> Result<Standing> {
    let week_start = session.business.week_start;
    let key = session.write(|books| {
        let client = find::client(books, client)?;
        client.takes_work()?;
        if let Some(to) = new.to {
            Period::new(new.from, to)?;
        }
        let first = first_agreement(new, client.details.currency)?;
        let mut projects = new
            .projects
            .iter()
            .map(|project| project_of(books, &client, project))
            .collect::<Result<Vec<_>>>()?;
        projects.sort_unstable();
        projects.dedup();
        let others = books.retainers(Some(client.key))?;
        let same = others
            .iter()
            .find(|other| other.terms.start == new.from && other.projects == projects);
        if let (true, Some(same)) = (new.if_missing, same) {
            return Ok(same.key);
        }
        let days = Period {
            from: new.from,
            to: new.to.unwrap_or(NaiveDate::MAX),
        };
        let overlap = others.iter().find(|other| {
            retainer::overlap((days, &projects), (other.days(), &other.projects)).is_some()
        });
        if let Some(other) = overlap {
            return Err(Error::from(Refusal::RetainerOverlap {
                client: client.slug,
                other: other.days(),
            }));
        }
        not_billed_by_the_hour(books, &client, &days, &projects)?;
        Ok(books.add_retainer(&NewRetainer {
            client: client.key,
            terms: Terms {
                kind: new.kind,
                per: new.per,
                start: new.from,
                end: new.to,
                week_start,
                prorate: new.prorate,
                first,
                changes: Vec::new(),
            },
            projects,
        })?)
    })?;
    let standings = status(session, None)?;
    standings
        .into_iter()
        .find(|standing| standing.retainer.key == key)
        .ok_or_else(|| lost(key))
}

fn first_agreement(new: &New, currency: Currency) -> Result<Agreement> {
    let cap = new.carry_cap.as_deref();
    let cap = cap.map(|cap| cap_of(new.kind, cap, currency)).transpose()?;
    let fee = new.fee.as_deref();
    Ok(Agreement {
        allowance: cap_of(new.kind, &new.allowance, currency)?,
        fee: fee.map(|fee| minor_of(fee, currency)).transpose()?,
        carry: cap.map(|cap| Carry {
            cap,
            periods: new.carry_expires,
        }),
        overage: new.overage,
        overage_rate: new.overage_rate,
    })
}

/// Hours in seconds or money in minor units, as typed; never less than zero.
fn cap_of(kind: Kind, text: &str, currency: Currency) -> Result<i64> {
    match kind {
        Kind::Hours => Ok(parse_hours_amount(text)?.0),
        Kind::Money => minor_of(text, currency),
    }
}

/// Money in minor units, as typed; never less than zero.
fn minor_of(text: &str, currency: Currency) -> Result<i64> {
    let money = Money::parse(text, currency)?;
    if money.is_negative() {
        return Err(MoneyError::Negative(text.trim().to_owned()).into());
    }
    Ok(money.minor())
}

/// A project of the client: `care`, or `acme/care`.
fn project_of(books: &Books<'_>, client: &Client, project: &str) -> Result<ProjectKey> {
    let reference = if project.contains('/') {
        project.to_owned()
    } else {
        format!("{}/{project}", client.slug)
    };
    let (owner, project, _) = find::project(books, &reference)?;
    if owner.key != client.key {
        return Err(Error::NotFound {
            noun: "project",
            wanted: reference,
            near: Vec::new(),
        });
    }
    Ok(project.key)
}

/// Work that is on an invoice by the hour cannot draw from a retainer as well.
fn not_billed_by_the_hour(
    books: &Books<'_>,
    client: &Client,
    days: &Period,
    projects: &[ProjectKey],
) -> Result<()> {
    let filter = EntryFilter {
        days: (*days).into(),
        client: Some(client.key),
        billed: true,
        ..Default::default()
    };
    let mut invoice = None;
    books.each_entry(&filter, |listed| {
        if projects.is_empty() || projects.contains(&listed.entry.work.project) {
            invoice = listed.invoice.or(invoice.take());
        }
        Ok::<_, Error>(())
    })?;
    match invoice {
        Some(invoice) => Err(Refusal::RetainerOverBilled {
            client: client.slug.clone(),
            invoice,
        }
        .into()),
        None => Ok(()),
    }
}

fn lost(key: RetainerKey) -> Error {
    Error::NotFound {
        noun: "retainer",
        wanted: key.0.to_string(),
        near: Vec::new(),
    }
}

/// A retainer with its client, and the projects in its scope by name; none: all of the client's.
#[derive(Debug, Clone)]
pub struct Agreed {
    pub client: Client,
    pub retainer: Retainer,
    pub projects: Vec<String>,
}

fn agreed(books: &Books<'_>, retainer: Retainer) -> Result<Agreed> {
    Ok(Agreed {
        client: find::client_of(books, retainer.client)?,
        projects: scope_of(books, &retainer)?,
        retainer,
    })
}

/// The projects in the scope of a retainer by name; none: all of the client's.
pub(super) fn scope_of(books: &Books<'_>, retainer: &Retainer) -> Result<Vec<String>> {
    let names = retainer.projects.iter();
    names
        .map(|key| Ok(find::project_name(books, *key)?.to_string()))
        .collect()
}

/// Retainers as they were agreed, those that ended too; of one client, if one is named.
pub fn list(session: &Session, client: Option<&str>) -> Result<Vec<Agreed>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let retainers = books.retainers(client.map(|client| client.key))?;
        retainers
            .into_iter()
            .map(|retainer| agreed(books, retainer))
            .collect()
    })
}

/// The entries that draws are made of.
pub type Drawn = HashMap<EntryKey, Listed>;

/// The ledgers of a client's retainers, with the entries behind their draws.
pub fn ledgers(session: &Session, reference: &str) -> Result<Vec<(Standing, Drawn)>> {
    let standings = status(session, Some(reference))?;
    session.store.read(|books| {
        let mut all = Vec::with_capacity(standings.len());
        for standing in standings {
            let mut drawn = Drawn::new();
            for draw in standing.accounts.iter().flat_map(|account| &account.draws) {
                if let Some(listed) = books.listed_entry(draw.entry)? {
                    drawn.insert(draw.entry, listed);
                }
            }
            all.push((standing, drawn));
        }
        Ok(all)
    })
}

/// How retainers stand; of one client, if one is named.
pub fn status(session: &Session, client: Option<&str>) -> Result<Vec<Standing>> {
    let today = session.today();
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        books
            .retainers(client.map(|client| client.key))?
            .into_iter()
            .map(|retainer| standing(books, retainer, today))
            .collect()
    })
}

/// How a retainer stands, up to the period that holds a day.
pub(super) fn standing(
    books: &Books<'_>,
    retainer: Retainer,
    today: NaiveDate,
) -> Result<Standing> {
    let ledger = ledger(books, &retainer, today, false)?;
    let mut closed_by = HashMap::with_capacity(ledger.closed_by.len());
    for (from, invoice) in ledger.closed_by {
        closed_by.insert(from, change::invoice_name(books, invoice)?);
    }
    Ok(Standing {
        client: find::client_of(books, retainer.client)?,
        projects: scope_of(books, &retainer)?,
        retainer,
        accounts: ledger.accounts,
        closed_by,
        without_rate: ledger.without_rate,
    })
}
