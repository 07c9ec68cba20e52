//! Retainers: agreeing on one, and how it stands.

use std::collections::HashMap;

use chrono::{Months, NaiveDate};

use crate::domain::Refusal;
use crate::domain::approval::Approval;
use crate::domain::client::Client;
use crate::domain::key::{EntryKey, ProjectKey, RetainerKey};
use crate::domain::retainer::{self, Account, Carry, Overage, Per, Retainer, Terms, Use};
use crate::domain::rounding::Piece;
use crate::store::{ApprovalFilter, Books, EntryFilter, Listed, NewRetainer};
use crate::values::duration::Seconds;
use crate::values::money::{Money, Rate};
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
    pub carry: Option<Carry>,
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
                carry: new.carry,
                overage: new.overage,
            },
            fee: fee.map(Money::minor),
            overage_rate: new.overage_rate,
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

fn period_of(from: NaiveDate, to: Option<NaiveDate>) -> Period {
    Period {
        from,
        to: to.unwrap_or(NaiveDate::MAX),
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
    let names = retainer.projects.iter();
    let projects = names
        .map(|key| Ok(find::project_name(books, *key)?.to_string()))
        .collect::<Result<_>>()?;
    Ok(Agreed {
        client: find::client_of(books, retainer.client)?,
        retainer,
        projects,
    })
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

/// How far ahead a fee may have been invoiced.
const BILLED_AHEAD: u32 = 36;

/// Ends the retainer of a client that is in force on a day, with that day. What was invoiced for days after it would be wrong, so
/// that is refused.
pub fn end(session: &mut Session, reference: &str, day: NaiveDate) -> Result<Agreed> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let mut retainers = books.retainers(Some(client.key))?.into_iter();
        let Some(mut retainer) = retainers.find(|retainer| retainer.is_in_force(day)) else {
            return Err(Refusal::NoRetainer {
                client: client.slug,
                day,
            }
            .into());
        };
        let ahead = day
            .checked_add_months(Months::new(BILLED_AHEAD))
            .unwrap_or(day);
        for period in retainer::periods(&retainer.terms, ahead).into_iter().rev() {
            if period.to > day && books.is_billed_period(client.key, "retainer-fee", period)? {
                return Err(Refusal::RetainerFeeBilled {
                    client: client.slug,
                    through: period.to,
                }
                .into());
            }
        }
        retainer.terms.end = Some(day);
        books.end_retainer(retainer.key, day)?;
        agreed(books, retainer)
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
            .map(|retainer| {
                let client = find::client_of(books, retainer.client)?;
                let accounts = ledger(books, &retainer, today, false)?;
                Ok(Standing {
                    client,
                    retainer,
                    accounts,
                })
            })
            .collect()
    })
}

/// The account of the period that holds a day. Where nothing is carried from one period to the next, only the work of this one is read:
/// a retainer of many years is as quick as a new one.
pub(super) fn account_on(
    books: &Books<'_>,
    retainer: &Retainer,
    day: NaiveDate,
) -> Result<Option<Account>> {
    let terms = &retainer.terms;
    let current = retainer::periods(terms, day).into_iter().next_back();
    let Some(current) = current.filter(|period| period.from <= day) else {
        return Ok(None);
    };
    let carries = terms.carry.is_some() || terms.overage == Overage::Carry;
    let from = if carries { terms.start } else { current.from };
    let uses = uses(books, retainer, from, current.to, false)?;
    Ok(retainer::ledger(terms, &uses, day).pop())
}

/// The ledger up to the period that holds a day: of billed time of billable entries in scope, in the order of time; where only
/// approved work is billed, of approved ones.
pub(super) fn ledger(
    books: &Books<'_>,
    retainer: &Retainer,
    through: NaiveDate,
    approved_only: bool,
) -> Result<Vec<Account>> {
    let through = through.max(retainer.terms.start);
    let last = retainer::periods(&retainer.terms, through)
        .last()
        .map_or(through, |period| period.to);
    let uses = uses(books, retainer, retainer.terms.start, last, approved_only)?;
    Ok(retainer::ledger(&retainer.terms, &uses, through))
}

/// What was drawn in these days, in the order of time.
fn uses(
    books: &Books<'_>,
    retainer: &Retainer,
    from: NaiveDate,
    to: NaiveDate,
    approved_only: bool,
) -> Result<Vec<Use>> {
    let filter = EntryFilter {
        days: Span {
            from: Some(from),
            to: Some(to),
        },
        client: Some(retainer.client),
        billable: Some(true),
        approval: approved_only.then_some(ApprovalFilter::Is(Approval::Approved)),
        ..Default::default()
    };
    let policies = books.policies()?;
    let mut entries = Vec::new();
    let mut pieces = Vec::new();
    books.each_entry(&filter, |listed| {
        let work = &listed.entry.work;
        if retainer.covers(work.project, work.day) {
            entries.push((listed.entry.key, work.day));
            // What an entry is worth does not matter to hours.
            let piece = Piece::of(retainer.client, work, None, listed.entry.invoice);
            pieces.push(piece.by_project(true));
        }
        Ok::<_, Error>(())
    })?;
    let billed = policies.billed(&pieces).of_pieces();
    let uses = entries.into_iter().zip(billed);
    Ok(uses
        .map(|((entry, day), billed)| Use {
            entry,
            day,
            amount: billed.0,
        })
        .collect())
}
