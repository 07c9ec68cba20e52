//! The ledger of a retainer over the books: what entries in scope draw, and what invoices closed.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::app::{Result, find};
use crate::domain::approval::Approval;
use crate::domain::key::{EntryKey, InvoiceKey};
use crate::domain::rate::{self, Facts};
use crate::domain::retainer::{self, Account, Closed, Kind, Overage, Retainer, Use};
use crate::domain::rounding::Piece;
use crate::store::{Books, EntryFilter};
use crate::values::period::Span;

/// A ledger with what stands behind it.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Ledger {
    pub accounts: Vec<Account>,
    /// The invoice or draft that closed a period, by its first day.
    pub closed_by: HashMap<NaiveDate, InvoiceKey>,
    /// Billable entries in scope that no rate holds for: they draw no money.
    pub without_rate: Vec<EntryKey>,
}

/// The ledger up to the period that holds a day: of billed time or value of billable entries in scope, in the order of time; where
/// only approved work is billed, of approved ones.
pub(in crate::app) fn ledger(
    books: &Books<'_>,
    retainer: &Retainer,
    through: NaiveDate,
    approved_only: bool,
) -> Result<Ledger> {
    let terms = &retainer.terms;
    let through = through.max(terms.start);
    let last = retainer::periods(terms, through)
        .last()
        .map_or(through, |period| period.to);
    let closed = books.closed_periods(retainer.key)?;
    let drawn = draws(books, retainer, &closed, (terms.start, last), approved_only)?;
    let first_days: Vec<NaiveDate> = closed.iter().map(|closed| closed.period.from).collect();
    Ok(Ledger {
        accounts: retainer::ledger(terms, &drawn.uses, &first_days, through),
        closed_by: closed
            .iter()
            .map(|closed| (closed.period.from, closed.invoice))
            .collect(),
        without_rate: drawn.without_rate,
    })
}

/// The account of the period that holds a day. Where nothing is carried from one period to the next and none is closed, only the work
/// of this one is read: a retainer of many years is as quick as a new one.
pub(in crate::app) fn account_on(
    books: &Books<'_>,
    retainer: &Retainer,
    day: NaiveDate,
) -> Result<Option<Account>> {
    let terms = &retainer.terms;
    let current = retainer::periods(terms, day).into_iter().next_back();
    let Some(current) = current.filter(|period| period.from <= day) else {
        return Ok(None);
    };
    let closed = books.closed_periods(retainer.key)?;
    let agreements =
        std::iter::once(&terms.first).chain(terms.changes.iter().map(|c| &c.agreement));
    let mut carries = agreements.map(|a| a.carry.is_some() || a.overage == Overage::Carry);
    let from = if carries.any(|carries| carries) || !closed.is_empty() {
        terms.start
    } else {
        current.from
    };
    let drawn = draws(books, retainer, &closed, (from, current.to), false)?;
    let first_days: Vec<NaiveDate> = closed.iter().map(|closed| closed.period.from).collect();
    Ok(retainer::ledger(terms, &drawn.uses, &first_days, day).pop())
}

#[derive(Default)]
struct Drawn {
    uses: Vec<Use>,
    without_rate: Vec<EntryKey>,
}

/// What is drawn of the work of these days, in the order of time. What a closed period drew is as it was then.
fn draws(
    books: &Books<'_>,
    retainer: &Retainer,
    closed: &[Closed],
    (from, to): (NaiveDate, NaiveDate),
    approved_only: bool,
) -> Result<Drawn> {
    let mut settled: HashMap<EntryKey, (&Closed, i64)> = HashMap::new();
    for closed in closed {
        let of_period = closed
            .draws
            .iter()
            .map(|(key, amount)| (*key, (closed, *amount)));
        settled.extend(of_period);
    }
    let filter = EntryFilter {
        days: Span {
            from: Some(from),
            to: Some(to),
        },
        client: Some(retainer.client),
        ..Default::default()
    };
    let kind = retainer.terms.kind;
    let rates = match kind {
        // What an entry is worth does not matter to hours.
        Kind::Hours => Vec::new(),
        Kind::Money => books.rates()?,
    };
    let mut entries = Vec::new();
    let mut pieces = Vec::new();
    books.each_entry(&filter, |listed| {
        let work = &listed.entry.work;
        let is_settled = settled.contains_key(&listed.entry.key);
        let approved = !approved_only || listed.entry.approval == Some(Approval::Approved);
        // What was drawn once was drawn, whatever the entry would do today.
        let draws = listed.billable && approved && retainer.covers(work.project, work.day);
        if is_settled || draws {
            let facts = Facts::of(retainer.client, work);
            let rate = rate::resolve(&rates, &facts).filter(|_| kind == Kind::Money);
            let rate = rate.map(|resolved| resolved.rate);
            let piece = Piece::of(retainer.client, work, rate, listed.entry.invoice);
            let before = settled.get(&listed.entry.key);
            pieces.push(Piece {
                // What was drawn before is rounded for itself, as on two invoices.
                invoice: before.map(|(closed, _)| closed.invoice),
                ..piece.by_project(true)
            });
            entries.push((listed.entry.key, work.day, rate));
        }
        Ok::<_, crate::app::Error>(())
    })?;
    let currency = find::client_of(books, retainer.client)?.details.currency;
    let billed = books.policies()?.billed(&pieces).of_pieces();
    let mut drawn = Drawn::default();
    for ((entry, day, rate), billed) in entries.into_iter().zip(billed) {
        let before = settled.get(&entry);
        let amount = match (before, kind, rate) {
            (Some((_, amount)), ..) => *amount,
            (None, Kind::Hours, _) => billed.0,
            (None, Kind::Money, Some(rate)) => rate.of(billed.as_hours(), currency)?.minor(),
            (None, Kind::Money, None) => {
                drawn.without_rate.push(entry);
                continue;
            }
        };
        drawn.uses.push(Use {
            entry,
            day,
            amount,
            drawn_in: before.map(|(closed, _)| closed.period.from),
        });
    }
    Ok(drawn)
}
