//! Retainers: agreeing on one, and how it stands.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::key::{ProjectKey, RetainerKey};
use crate::domain::retainer::{self, Account, Overage, Per, Retainer, Terms, Use};
use crate::domain::rounding::Policy;
use crate::store::{Books, EntryFilter, NewRetainer};
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::{Period, Span};

use super::{Error, Result, Session, find};

/// What `retainer add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub hours: Seconds,
    pub per: Per,
    /// Fee per whole period, as typed: its currency is the client's.
    pub fee: Option<String>,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub projects: Vec<String>,
    pub prorate: bool,
    pub if_missing: bool,
}

/// A retainer with its client and ledger up to a day.
#[derive(Debug, Clone)]
pub struct Standing {
    pub client: Client,
    pub retainer: Retainer,
    pub accounts: Vec<Account>,
}

impl Standing {
    /// The account of the period that holds a day, else the last one before it.
    pub fn account(&self, day: NaiveDate) -> Option<&Account> {
        self.accounts
            .iter()
            .rfind(|account| account.period.from <= day)
    }
}

/// Agrees on a retainer. A client has one at a time.
pub fn add(session: &mut Session, client: &str, new: &New) -> Result<Standing> {
    let week_start = session.business.week_start;
    let key = session.write(|books| {
        let client = find::client(books, client)?;
        client.takes_work()?;
        if let Some(to) = new.to {
            Period::new(new.from, to)?;
        }
        let others = books.retainers(Some(client.key))?;
        let same = others.iter().find(|other| other.terms.start == new.from);
        if let (true, Some(same)) = (new.if_missing, same) {
            return Ok(same.key);
        }
        let wanted = period_of(new.from, new.to);
        let overlap = others
            .iter()
            .map(|other| period_of(other.terms.start, other.terms.end))
            .find(|other| other.overlaps(&wanted));
        if let Some(other) = overlap {
            return Err(Error::from(Refusal::RetainerOverlap {
                client: client.slug,
                other,
            }));
        }
        let fee = new
            .fee
            .as_deref()
            .map(|fee| Money::parse(fee, client.details.currency))
            .transpose()?;
        let projects = new
            .projects
            .iter()
            .map(|project| {
                let reference = if project.contains('/') {
                    project.clone()
                } else {
                    format!("{}/{project}", client.slug)
                };
                find::project(books, &reference).map(|(_, project, _)| project.key)
            })
            .collect::<Result<Vec<_>>>()?;
        not_billed_by_the_hour(books, &client, &wanted, &projects)?;
        Ok(books.add_retainer(&NewRetainer {
            client: client.key,
            terms: Terms {
                per: new.per,
                allowance: new.hours.0,
                start: new.from,
                end: new.to,
                week_start,
                prorate: new.prorate,
                grain: 60,
                carry: None,
                overage: Overage::Bill,
            },
            fee: fee.map(Money::minor),
            overage_rate: None,
            projects,
        })?)
    })?;
    let standing = status(session, None)?;
    standing
        .into_iter()
        .find(|standing| standing.retainer.key == key)
        .ok_or_else(|| lost(key))
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
        Ok::<(), Error>(())
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

fn period_of(from: NaiveDate, to: Option<NaiveDate>) -> Period {
    Period {
        from,
        to: to.unwrap_or(NaiveDate::MAX),
    }
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
            .map(|retainer| {
                let client = find::client_of(books, retainer.client)?;
                let accounts = ledger(books, &retainer, today)?;
                Ok(Standing {
                    client,
                    retainer,
                    accounts,
                })
            })
            .collect()
    })
}

/// The ledger up to the period that holds a day: of billed time of billable entries in scope, in the order of time.
pub(super) fn ledger(
    books: &Books<'_>,
    retainer: &Retainer,
    through: NaiveDate,
) -> Result<Vec<Account>> {
    let through = through.max(retainer.terms.start);
    let last = retainer::periods(&retainer.terms, through)
        .last()
        .map_or(through, |period| period.to);
    let filter = EntryFilter {
        days: Span {
            from: Some(retainer.terms.start),
            to: Some(last),
        },
        client: Some(retainer.client),
        billable: Some(true),
        ..Default::default()
    };
    let mut uses = Vec::new();
    books.each_entry(&filter, |listed| {
        let work = &listed.entry.work;
        if retainer.covers(work.project, work.day) {
            uses.push(Use {
                entry: listed.entry.key,
                day: work.day,
                amount: Policy::EXACT.billed(work.seconds).0,
            });
        }
        Ok::<(), Error>(())
    })?;
    Ok(retainer::ledger(&retainer.terms, &uses, through))
}
