//! Lines of retainers: the fee of each period, and what went beyond the allowance. And the periods that an invoice closes.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::{Result, find, retainer};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{Line, Source};
use crate::domain::key::{EntryKey, InvoiceKey};
use crate::domain::rate::{self, Facts};
use crate::domain::retainer::{Account, Closed, Draw, Kind, Overage, Retainer};
use crate::store::{Books, Writer};
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Span;

use super::Wanted;

/// The fee of each period that began in these days, and the overage of each that is over, as far as they are not billed yet.
pub(super) fn retainer_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    days: Span,
    today: NaiveDate,
) -> Result<Vec<Line>> {
    // What has not begun is not due, however far the days of the invoice reach.
    let through = days.to.unwrap_or(today).min(today);
    if through < retainer.terms.start {
        return Ok(Vec::new());
    }
    let bills = Bills {
        books,
        business,
        client,
        retainer,
        scope: scope(books, retainer)?,
    };
    let ledger = retainer::ledger(books, retainer, through, business.approved_only)?;
    let mut lines = Vec::new();
    for account in &ledger.accounts {
        let period = account.period;
        if days.contains(period.from)
            && let Some(fee) = retainer.terms.fee(period)
            && !books.is_billed_fee(retainer.key, period)?
        {
            lines.push(bills.fee(account, fee));
        }
        let billed_beyond = retainer.terms.on(period.from).overage == Overage::Bill;
        if billed_beyond && days.contains(period.to) && period.to < today {
            let in_period = |key: &&EntryKey| is_of(books, **key, account);
            let without: Vec<EntryKey> = ledger
                .without_rate
                .iter()
                .filter(in_period)
                .copied()
                .collect();
            if !without.is_empty() {
                return Err(no_rate(books, &without)?);
            }
            lines.extend(bills.overage(account)?);
        }
    }
    Ok(lines)
}

/// Whether an entry is of the days of a period.
fn is_of(books: &Books<'_>, key: EntryKey, account: &Account) -> bool {
    let listed = books.listed_entry(key).ok().flatten();
    listed.is_some_and(|listed| account.period.contains(listed.entry.work.day))
}

fn no_rate(books: &Books<'_>, entries: &[EntryKey]) -> Result<crate::app::Error> {
    let named: Vec<String> = entries
        .iter()
        .take(10)
        .map(|key| key.0.to_string())
        .collect();
    let first = entries.first().copied().unwrap_or(EntryKey(0));
    let project = books
        .listed_entry(first)?
        .map(|listed| listed.entry.work.project);
    let project = project.unwrap_or(crate::domain::key::ProjectKey(0));
    Ok(Refusal::NoRate {
        count: entries.len(),
        entries: named.join(", "),
        project: find::project_name(books, project)?,
    }
    .into())
}

/// What a line says of the scope: nothing where it is all of the client's work.
fn scope(books: &Books<'_>, retainer: &Retainer) -> Result<String> {
    let names = retainer.projects.iter();
    let names = names
        .map(|key| Ok(find::project_of(books, *key)?.name.to_string()))
        .collect::<Result<Vec<_>>>()?;
    Ok(if names.is_empty() {
        String::new()
    } else {
        format!(": {}", names.join(", "))
    })
}

/// What the lines of one retainer are made from.
struct Bills<'a> {
    books: &'a Books<'a>,
    business: &'a Business,
    client: &'a Client,
    retainer: &'a Retainer,
    scope: String,
}

impl Bills<'_> {
    fn fee(&self, account: &Account, fee: i64) -> Line {
        let period = account.period;
        let fee = Money::from_minor(fee, self.client.details.currency);
        let source = Source::RetainerFee {
            retainer: Some(self.retainer.key),
            period,
        };
        let description = format!("Retainer {period}{}", self.scope);
        Line::fixed(source, description, fee, self.business.tax)
    }

    /// What is beyond a period and on no line yet: the latest draws of it.
    fn overage(&self, account: &Account) -> Result<Vec<Line>> {
        let billed = self
            .books
            .billed_overage(self.retainer.key, account.period)?;
        let billed = match self.retainer.terms.kind {
            Kind::Hours => billed.seconds.0,
            Kind::Money => billed.net,
        };
        let mut open = account.overage - billed;
        let mut beyond = Vec::new();
        let draws = account.draws.iter().rev();
        for draw in draws.filter(|draw| draw.granted_on.is_none()) {
            let part = draw.amount.min(open);
            if part <= 0 {
                break;
            }
            open -= part;
            beyond.push((draw, part));
        }
        if beyond.is_empty() {
            return Ok(Vec::new());
        }
        match self.retainer.terms.kind {
            Kind::Hours => self.hours(account, &beyond),
            Kind::Money => Ok(vec![self.amount(account, &beyond)?]),
        }
    }

    /// The line of an amount.
    fn amount(&self, account: &Account, beyond: &[(&Draw, i64)]) -> Result<Line> {
        let mut entries = Vec::new();
        for (draw, _) in beyond {
            entries.extend(self.unbilled(draw)?);
        }
        let source = Source::Overage {
            retainer: Some(self.retainer.key),
            period: account.period,
            entries,
            seconds: Seconds::ZERO,
        };
        let net = beyond.iter().map(|(_, part)| part).sum();
        let net = Money::from_minor(net, self.client.details.currency);
        Ok(Line::fixed(
            source,
            self.description(account),
            net,
            self.business.tax,
        ))
    }

    /// One line per rate.
    fn hours(&self, account: &Account, beyond: &[(&Draw, i64)]) -> Result<Vec<Line>> {
        let rates = self.books.rates()?;
        let agreed = self.retainer.terms.on(account.period.from).overage_rate;
        let mut by_rate: BTreeMap<_, (Seconds, Vec<EntryKey>)> = Default::default();
        for (draw, part) in beyond {
            let Some(listed) = self.books.listed_entry(draw.entry)? else {
                continue;
            };
            let facts = Facts::of(self.client.key, &listed.entry.work);
            let own = rate::resolve(&rates, &facts).map(|resolved| resolved.rate);
            let Some(rate) = agreed.or(own) else {
                return Err(no_rate(self.books, &[draw.entry])?);
            };
            let (seconds, entries) = by_rate.entry(rate).or_default();
            *seconds += Seconds(*part);
            entries.extend(self.unbilled(draw)?);
        }
        by_rate
            .into_iter()
            .map(|(rate, (seconds, entries))| {
                let source = Source::Overage {
                    retainer: Some(self.retainer.key),
                    period: account.period,
                    entries,
                    seconds,
                };
                Ok(Line::hours(
                    source,
                    self.description(account),
                    seconds,
                    rate,
                    self.business.tax,
                    self.client.details.currency,
                )?)
            })
            .collect()
    }

    fn description(&self, account: &Account) -> String {
        format!("Beyond the retainer {}{}", account.period, self.scope)
    }

    /// The entry of a draw. One is on one invoice; what an earlier one left open of it is billed without naming it again.
    fn unbilled(&self, draw: &Draw) -> Result<Option<EntryKey>> {
        let listed = self.books.listed_entry(draw.entry)?;
        let open = listed.filter(|listed| listed.entry.invoice.is_none());
        Ok(open.map(|_| draw.entry))
    }
}

/// Closes with an invoice or draft the periods that are over and whose last day it bills, and those before them: what is logged for
/// their days later draws from the period that runs then.
pub(super) fn close_retainers(
    books: &mut Writer<'_>,
    business: &Business,
    wanted: &Wanted,
    invoice: InvoiceKey,
    today: NaiveDate,
) -> Result<()> {
    if !wanted.work {
        return Ok(());
    }
    let client = find::client(books, &wanted.client)?;
    let days = Span {
        to: Some(wanted.days.to.unwrap_or(today)),
        ..wanted.days
    };
    for retainer in books.retainers(Some(client.key))? {
        if retainer.terms.start > today {
            continue;
        }
        let ledger = retainer::ledger(books, &retainer, today, business.approved_only)?;
        let is_billed =
            |account: &&Account| account.period.to < today && days.contains(account.period.to);
        let Some(last) = ledger.accounts.iter().rfind(is_billed).map(|a| a.period) else {
            continue;
        };
        let open = ledger.accounts.iter().filter(|account| !account.closed);
        for account in open.filter(|account| account.period.to <= last.to) {
            let mut draws: BTreeMap<EntryKey, i64> = BTreeMap::new();
            for draw in &account.draws {
                *draws.entry(draw.entry).or_default() += draw.amount;
            }
            books.close_retainer(&Closed {
                retainer: retainer.key,
                period: account.period,
                invoice,
                draws: draws.into_iter().collect(),
            })?;
        }
    }
    Ok(())
}
