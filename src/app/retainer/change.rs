//! Changes of a retainer: other terms from a period on, and its end.

use chrono::{Months, NaiveDate};

use crate::app::{Result, Session, find};
use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::key::InvoiceKey;
use crate::domain::retainer::{self, Carry, Kind, NotAStart, Overage, Retainer, Wanted};
use crate::store::Books;
use crate::values::duration::parse_hours_amount;
use crate::values::money::Rate;
use crate::values::period::Period;

use super::{Agreed, agreed, cap_of, minor_of};

/// What `retainer edit` was given, as typed: the currency is the client's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    pub hours: Option<String>,
    pub amount: Option<String>,
    /// Some of none: no fee from then on.
    pub fee: Option<Option<String>>,
    /// Some of none: nothing is carried from then on.
    pub carry_cap: Option<Option<String>>,
    pub carry_expires: Option<u32>,
    pub overage: Option<Overage>,
    pub overage_rate: Option<Rate>,
}

/// How far ahead a fee may have been invoiced.
const BILLED_AHEAD: u32 = 36;

/// Agrees on other terms from the first day of a period on; the next period, where no day is given. Gives the day.
pub fn edit(
    session: &mut Session,
    client: &str,
    project: Option<&str>,
    from: Option<NaiveDate>,
    changes: &Changes,
) -> Result<(NaiveDate, Agreed)> {
    let today = session.today();
    session.write(|books| {
        let client = find::client(books, client)?;
        let mut retainer = pick(books, &client, project, from.unwrap_or(today))?;
        let terms = &retainer.terms;
        let from = match from {
            Some(from) => from,
            None => terms.next_start(today).ok_or(Refusal::RetainerNoNext {
                client: client.slug.clone(),
                day: today,
            })?,
        };
        terms
            .begins_on(from)
            .map_err(|NotAStart { within, next }| Refusal::RetainerNotAStart {
                client: client.slug.clone(),
                day: from,
                within,
                next,
            })?;
        if let Some(later) = terms.changes.iter().find(|change| change.from > from) {
            return Err(Refusal::RetainerChangesLater {
                client: client.slug,
                later: later.from,
            }
            .into());
        }
        let before = terms.on(from).clone();
        let wanted = wanted(&client, &retainer, &before, changes)?;
        let agreement = wanted.over(&before);
        if agreement.overage_rate.is_some() && agreement.overage != Overage::Bill {
            let reason = "nothing is billed beyond it";
            return Err(Refusal::RetainerOverageRate { reason }.into());
        }
        if agreement != before {
            not_closed_from(books, &client, &retainer, from)?;
            if agreement.fee != before.fee {
                fee_not_billed_from(books, &client, &retainer, from)?;
            }
            books.change_retainer(&retainer, from, &agreement)?;
            retainer.terms = retainer.terms.changed(from, agreement);
        }
        Ok((from, agreed(books, retainer)?))
    })
}

fn wanted(
    client: &Client,
    retainer: &Retainer,
    before: &retainer::Agreement,
    changes: &Changes,
) -> Result<Wanted> {
    let (kind, currency) = (retainer.terms.kind, client.details.currency);
    let asked = match (&changes.hours, &changes.amount) {
        (Some(hours), _) => Some((Kind::Hours, hours)),
        (None, Some(amount)) => Some((Kind::Money, amount)),
        (None, None) => None,
    };
    if let Some((wanted, _)) = asked.filter(|(wanted, _)| *wanted != kind) {
        return Err(Refusal::RetainerKind {
            client: client.slug.clone(),
            kind,
            wanted,
        }
        .into());
    }
    if kind == Kind::Money && changes.overage_rate.is_some() {
        let reason = "it is an amount already";
        return Err(Refusal::RetainerOverageRate { reason }.into());
    }
    let cap = match &changes.carry_cap {
        None => before.carry.map(|carry| carry.cap),
        Some(cap) => cap
            .as_deref()
            .map(|cap| cap_of(kind, cap, currency))
            .transpose()?,
    };
    let expires = before.carry.and_then(|carry| carry.periods);
    let carry = cap.map(|cap| Carry {
        cap,
        periods: changes.carry_expires.or(expires),
    });
    if carry.is_none() && changes.carry_expires.is_some() {
        let client = client.slug.clone();
        return Err(Refusal::RetainerNoCap { client }.into());
    }
    let fee = changes.fee.as_ref().map(|fee| {
        let fee = fee.as_deref().map(|fee| minor_of(fee, currency));
        fee.transpose()
    });
    Ok(Wanted {
        allowance: match asked {
            Some((Kind::Hours, hours)) => Some(parse_hours_amount(hours)?.0),
            Some((Kind::Money, amount)) => Some(minor_of(amount, currency)?),
            None => None,
        },
        fee: fee.transpose()?,
        carry: Some(carry),
        overage: changes.overage,
        overage_rate: changes.overage_rate.map(Some),
    })
}

/// Ends the retainer of a client that is in force on a day, with that day. What was invoiced for days after it would be wrong, so
/// that is refused.
pub fn end(
    session: &mut Session,
    reference: &str,
    project: Option<&str>,
    day: NaiveDate,
) -> Result<Agreed> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let mut retainer = pick(books, &client, project, day)?;
        if !retainer.is_in_force(day) {
            return Err(Refusal::NoRetainer {
                client: client.slug,
                day,
            }
            .into());
        }
        let next = day.succ_opt().unwrap_or(day);
        // Of the period that ends early the grant and the fee would be others.
        not_closed_from(books, &client, &retainer, next)?;
        fee_not_billed_from(books, &client, &retainer, next)?;
        retainer.terms.end = Some(day);
        retainer.terms.changes.retain(|change| change.from <= day);
        books.end_retainer(retainer.key, day)?;
        agreed(books, retainer)
    })
}

/// The retainer that is meant: the one for a project, else the only one; of several in time the one in force on a day, else the
/// latest.
fn pick(
    books: &Books<'_>,
    client: &Client,
    project: Option<&str>,
    day: NaiveDate,
) -> Result<Retainer> {
    let mut retainers = books.retainers(Some(client.key))?;
    if let Some(project) = project {
        let project = super::project_of(books, client, project)?;
        retainers.retain(|r| r.projects.is_empty() || r.projects.contains(&project));
    }
    let none = || Refusal::NoRetainer {
        client: client.slug.clone(),
        day,
    };
    if retainers.iter().any(|retainer| retainer.is_in_force(day)) {
        retainers.retain(|retainer| retainer.is_in_force(day));
    } else if let Some(next) = retainers
        .iter()
        .map(|r| r.terms.start)
        .filter(|s| *s > day)
        .min()
    {
        // One that is still to begin can change.
        retainers.retain(|retainer| retainer.terms.start == next);
    } else {
        return Err(none().into());
    }
    if retainers.len() > 1 {
        let mut names = Vec::with_capacity(retainers.len());
        for retainer in &retainers {
            names.push(super::scope_of(books, retainer)?.join(", "));
        }
        let first = retainers.iter().flat_map(|r| &r.projects).next();
        let project = first
            .map(|key| find::project_name(books, *key))
            .transpose()?;
        return Err(Refusal::SeveralRetainers {
            client: client.slug.clone(),
            day,
            names,
            project: project
                .map(|project| project.to_string())
                .unwrap_or_default(),
        }
        .into());
    }
    retainers.pop().ok_or_else(|| none().into())
}

/// Refuses what would change a period that an invoice closed: one with days from this one on.
fn not_closed_from(
    books: &Books<'_>,
    client: &Client,
    retainer: &Retainer,
    from: NaiveDate,
) -> Result<()> {
    let closed = books.closed_periods(retainer.key)?;
    let Some(last) = closed.into_iter().rfind(|closed| closed.period.to >= from) else {
        return Ok(());
    };
    Err(Refusal::RetainerClosed {
        client: client.slug.clone(),
        through: last.period.to,
        invoice: invoice_name(books, last.invoice)?,
    }
    .into())
}

/// Refuses what would change a fee that was invoiced: of a period with days from this one on.
fn fee_not_billed_from(
    books: &Books<'_>,
    client: &Client,
    retainer: &Retainer,
    from: NaiveDate,
) -> Result<()> {
    let ahead = from
        .checked_add_months(Months::new(BILLED_AHEAD))
        .unwrap_or(from);
    let periods: Vec<Period> = retainer::periods(&retainer.terms, ahead);
    for period in periods.into_iter().rev() {
        if period.to >= from && books.is_billed_fee(retainer.key, period)? {
            return Err(Refusal::RetainerFeeBilled {
                client: client.slug.clone(),
                through: period.to,
            }
            .into());
        }
    }
    Ok(())
}

pub(super) fn invoice_name(books: &Books<'_>, key: InvoiceKey) -> Result<String> {
    let invoice = books.invoice_by_key(key)?;
    Ok(invoice.map_or_else(String::new, |invoice| invoice.name()))
}
