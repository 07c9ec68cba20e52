//! Why an entry is billed as it is: what was worked, the rounding policy, the rate, and from where each comes.

use chrono::NaiveDate;

use crate::domain::key::EntryKey;
use crate::domain::rate::{self, Facts, Resolved};
use crate::domain::rounding::{Billed, DatedPolicy, Piece, Policies, Scope};
use crate::store::{Books, EntryFilter, Listed};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};
use crate::values::period::Span;

use super::time::Selection;
use super::{Error, Result, Session, find};

/// An entry with all that decides on its amount.
#[derive(Debug, Clone)]
pub struct Explained {
    pub listed: Listed,
    /// The policy in force; none where billed time is worked time, or the entry is not billable.
    pub policy: Option<DatedPolicy>,
    /// Its own billed time.
    pub billed: Seconds,
    pub rate: Option<Resolved>,
    /// Of its own billed time.
    pub amount: Option<Money>,
    pub currency: Currency,
    /// It draws from a retainer: its hours are paid with the fee.
    pub retained: bool,
}

/// What rounding a sum adds to its entries, or takes off: a part of its own.
#[derive(Debug, Clone)]
pub struct Sum {
    pub policy: DatedPolicy,
    /// The last of its days, and whose work it is where that is one member's.
    pub day: NaiveDate,
    pub project: String,
    pub member: Option<String>,
    pub entries: Vec<EntryKey>,
    pub worked: Seconds,
    pub billed: Seconds,
    /// None where some of it has no rate.
    pub amount: Option<Money>,
    pub currency: Currency,
}

impl Sum {
    /// What rounding made of it.
    pub fn difference(&self) -> Seconds {
        self.billed - self.worked
    }
}

/// Entries explained, with the sums of days and lines that were rounded.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub entries: Vec<Explained>,
    pub sums: Vec<Sum>,
}

/// One entry explained.
#[derive(Debug, Clone)]
pub struct OfEntry {
    pub entry: Explained,
    /// The day that is rounded at once with it.
    pub sum: Option<Sum>,
    /// Who says that it is not billable.
    pub non_billable: Option<&'static str>,
    /// What its invoice bills of it, where that is something else.
    pub invoiced: Option<Seconds>,
    /// The rate at which its invoice bills it, where that is another.
    pub invoiced_rate: Option<Rate>,
}

/// The selected entries, rounded as if they were billed alone.
pub fn list(session: &Session, selection: &Selection) -> Result<Explanation> {
    session.store.read(|books| {
        let entries = books.entries(&selection.filter(books)?)?;
        explain(books, entries)
    })
}

/// One entry, rounded with all of its day.
pub fn entry(session: &Session, reference: &str) -> Result<OfEntry> {
    session.store.read(|books| {
        let key = find::entry(books, reference)?.key;
        let listed = books.listed_entry(key)?.ok_or_else(|| Error::NotFound {
            noun: "entry",
            wanted: reference.to_owned(),
            near: Vec::new(),
        })?;
        let work = &listed.entry.work;
        let non_billable = match listed.billable {
            true => None,
            false => Some(who_says_no(books, &listed)?),
        };
        let of_day = EntryFilter {
            days: Span {
                from: Some(work.day),
                to: Some(work.day),
            },
            project: Some(work.project),
            member: Some(work.member),
            ..EntryFilter::default()
        };
        let Explanation { entries, sums } = explain(books, books.entries(&of_day)?)?;
        let found = entries
            .into_iter()
            .find(|explained| explained.listed.entry.key == key);
        let entry = found.ok_or_else(|| Error::NotFound {
            noun: "entry",
            wanted: reference.to_owned(),
            near: Vec::new(),
        })?;
        // A line is made of more than one day: its sum is told on the invoice.
        let sum = sums
            .into_iter()
            .find(|sum| sum.policy.policy.scope == Scope::Day && sum.entries.contains(&key));
        Ok(OfEntry {
            invoiced: books
                .billed_seconds(key)?
                .filter(|billed| *billed != entry.billed && !entry.retained),
            invoiced_rate: books.billed_rate(key)?.filter(|billed| {
                let now = entry.rate.map(|resolved| resolved.rate);
                now != Some(*billed) && !entry.retained
            }),
            entry,
            sum,
            non_billable,
        })
    })
}

fn who_says_no(books: &Books<'_>, listed: &Listed) -> Result<&'static str> {
    let work = &listed.entry.work;
    let project = find::project_of(books, work.project)?;
    let tasks = books.tasks(Some(work.project))?;
    let of_task = |task| {
        tasks
            .iter()
            .any(|known| known.key == task && !known.billable)
    };
    Ok(if work.billable == Some(false) {
        "entry"
    } else if work.task.is_some_and(of_task) {
        "task"
    } else if !project.billable {
        "project"
    } else {
        "client"
    })
}

fn explain(books: &Books<'_>, entries: Vec<Listed>) -> Result<Explanation> {
    let policies = books.policies()?;
    let rates = books.rates()?;
    let retainers = books.retainers(None)?;
    let names = super::names::Names::all(books)?;
    let explained = |listed: Listed| {
        let work = &listed.entry.work;
        let retained = listed.billable
            && retainers.iter().any(|retainer| {
                retainer.client == listed.client && retainer.covers(work.project, work.day)
            });
        let currency = names.currency(listed.client);
        Ok(Explained {
            policy: policies
                .in_force(listed.client, work.project, work.day)
                .filter(|_| listed.billable)
                .copied(),
            billed: Seconds::ZERO,
            rate: rate::resolve(&rates, &Facts::of(listed.client, work))
                .filter(|_| listed.billable),
            amount: None,
            currency: currency.ok_or(Error::Store(crate::store::StoreError::Corrupt(format!(
                "client {} is not there",
                listed.client.0
            ))))?,
            retained,
            listed,
        })
    };
    let mut entries = entries
        .into_iter()
        .map(explained)
        .collect::<Result<Vec<_>>>()?;
    let billed = billed(&policies, &entries);
    for (explained, own) in entries.iter_mut().zip(&billed.own) {
        explained.billed = *own;
        if let Some(resolved) = explained.rate {
            let amount = resolved.rate.of(own.as_hours(), explained.currency)?;
            explained.amount = Some(amount);
        }
    }
    let sums = sums(&entries, &billed)?;
    Ok(Explanation { entries, sums })
}

fn billed(policies: &Policies, entries: &[Explained]) -> Billed {
    let pieces: Vec<_> = entries
        .iter()
        .map(|explained| {
            let listed = &explained.listed;
            let rate = explained.rate.map(|resolved| resolved.rate);
            let work = &listed.entry.work;
            let piece = Piece::of(listed.client, work, rate, listed.entry.invoice);
            Piece {
                entries: i64::from(listed.billable),
                ..piece.by_project(explained.retained)
            }
        })
        .collect();
    policies.billed(&pieces)
}

fn sums(entries: &[Explained], billed: &Billed) -> Result<Vec<Sum>> {
    let mut sums = Vec::new();
    for unit in &billed.units {
        let of_unit = || unit.pieces.iter().filter_map(|piece| entries.get(*piece));
        let last = of_unit().max_by_key(|one| (one.listed.entry.work.day, one.listed.entry.key));
        let Some(last) = last else {
            continue;
        };
        let mut amount = Some(Money::zero(last.currency));
        for difference in &billed.differences {
            if !unit.pieces.contains(&difference.piece) {
                continue;
            }
            let rate = entries.get(difference.piece).and_then(|one| one.rate);
            amount = match (amount, rate) {
                (Some(sum), Some(resolved)) => {
                    let part = resolved
                        .rate
                        .of(difference.seconds.as_hours(), last.currency)?;
                    Some(sum.checked_add(part)?)
                }
                _ => None,
            };
        }
        let listed = &last.listed;
        let of_one = of_unit().all(|one| one.listed.member_slug == listed.member_slug);
        sums.push(Sum {
            policy: unit.policy,
            day: listed.entry.work.day,
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            member: of_one.then(|| listed.member_slug.clone()),
            entries: of_unit().map(|one| one.listed.entry.key).collect(),
            worked: unit.worked,
            billed: unit.billed,
            amount,
            currency: last.currency,
        });
    }
    Ok(sums)
}
