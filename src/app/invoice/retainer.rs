//! Lines of retainers: the fee of each period, and what went beyond the allowance. And the periods that an invoice closes.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::retainer::Ledger;
use crate::app::{Result, find, retainer};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{self, Line, Source};
use crate::domain::job;
use crate::domain::key::{EntryKey, InvoiceKey};
use crate::domain::rate::{self, Facts};
use crate::domain::retainer::{Account, Closed, Draw, Kind, Overage, Retainer};
use crate::store::{Books, Writer};
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::{Period, Span};

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
    let bills = Bills::of(books, business, client, retainer)?;
    let ledger = retainer::ledger(books, retainer, through, business.approved_only)?;
    let mut lines = Vec::new();
    for account in &ledger.accounts {
        let period = account.period;
        if days.contains(period.from)
            && let Some(fee) = retainer.terms.fee(period)
            && !books.is_billed_fee(retainer.key, period)?
            && !books.is_marked(retainer.key, job::Kind::RetainerFee, period)?
        {
            lines.push(bills.fee(period, fee));
        }
        if days.contains(period.to)
            && is_to_bill(retainer, account, today)
            && !books.is_marked(retainer.key, job::Kind::Overage, period)?
        {
            lines.extend(bills.overage_of(&ledger, account)?);
        }
    }
    Ok(lines)
}

/// Whether what is beyond a period is billed, and the period is over.
fn is_to_bill(retainer: &Retainer, account: &Account, today: NaiveDate) -> bool {
    let period = account.period;
    retainer.terms.on(period.from).overage == Overage::Bill && period.to < today
}

/// Periods that are over and of which something beyond the allowance is on no invoice.
pub(in crate::app) fn open_overages(
    books: &Books<'_>,
    business: &Business,
    retainer: &Retainer,
    today: NaiveDate,
) -> Result<Vec<Period>> {
    if today < retainer.terms.start {
        return Ok(Vec::new());
    }
    let ledger = retainer::ledger(books, retainer, today, business.approved_only)?;
    let mut open = Vec::new();
    for account in &ledger.accounts {
        if account.overage > 0
            && is_to_bill(retainer, account, today)
            && open_beyond(books, retainer, account)? > 0
        {
            open.push(account.period);
        }
    }
    Ok(open)
}

/// What is beyond a period and on no invoice, in seconds or minor units.
fn open_beyond(books: &Books<'_>, retainer: &Retainer, account: &Account) -> Result<i64> {
    let billed = books.billed_overage(retainer.key, account.period)?;
    Ok(match retainer.terms.kind {
        Kind::Hours => account.overage - billed.seconds.0,
        Kind::Money => account.overage - billed.net,
    })
}

/// The line of the fee of a period; none where there is no fee.
pub(super) fn fee_line(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    period: Period,
) -> Result<Option<Line>> {
    let bills = Bills::of(books, business, client, retainer)?;
    let fee = retainer.terms.fee(period);
    Ok(fee.map(|fee| bills.fee(period, fee)))
}

/// The lines of what is beyond one period that is over.
pub(super) fn overage_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    period: Period,
    today: NaiveDate,
) -> Result<Vec<Line>> {
    let through = period.to.min(today);
    let ledger = retainer::ledger(books, retainer, through, business.approved_only)?;
    let account = ledger.accounts.iter().find(|of| of.period == period);
    let Some(account) = account.filter(|of| is_to_bill(retainer, of, today)) else {
        return Ok(Vec::new());
    };
    Bills::of(books, business, client, retainer)?.overage_of(&ledger, account)
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

impl<'a> Bills<'a> {
    fn of(
        books: &'a Books<'a>,
        business: &'a Business,
        client: &'a Client,
        retainer: &'a Retainer,
    ) -> Result<Self> {
        Ok(Self {
            books,
            business,
            client,
            retainer,
            scope: scope(books, retainer)?,
        })
    }

    /// What is beyond a period. Refused where some of its work has no rate by which it draws.
    fn overage_of(&self, ledger: &Ledger, account: &Account) -> Result<Vec<Line>> {
        let in_period = |key: &&EntryKey| is_of(self.books, **key, account);
        let without = ledger.without_rate.iter().filter(in_period).copied();
        let without: Vec<EntryKey> = without.collect();
        if !without.is_empty() {
            return Err(no_rate(self.books, &without)?);
        }
        self.overage(account)
    }

    fn fee(&self, period: Period, fee: i64) -> Line {
        let fee = Money::from_minor(fee, self.client.details.currency);
        let source = Source::RetainerFee {
            retainer: Some(self.retainer.key),
            period,
        };
        let words = invoice::fee(self.language(), period);
        let description = format!("{words}{}", self.scope);
        Line::fixed(source, description, fee, self.business.tax)
    }

    /// What is beyond a period and on no line yet: the latest draws of it.
    fn overage(&self, account: &Account) -> Result<Vec<Line>> {
        let mut open = open_beyond(self.books, self.retainer, account)?;
        let mut beyond = Vec::new();
        let draws = account.draws.iter().rev();
        let (mut unbilled, mut billed) = (Vec::new(), Vec::new());
        for draw in draws.filter(|draw| draw.granted_on.is_none()) {
            match self.unbilled(draw)? {
                Some(_) => unbilled.push(draw),
                None => billed.push(draw),
            }
        }
        // What no invoice holds comes first, of it the latest.
        for draw in unbilled.into_iter().chain(billed) {
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
        let words = invoice::beyond(self.language(), account.period);
        format!("{words}{}", self.scope)
    }

    fn language(&self) -> &str {
        self.client.details.language.as_str()
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
        if let Some(last) = ledger.accounts.iter().rfind(is_billed) {
            close(books, &retainer, &ledger, last.period, invoice)?;
        }
    }
    Ok(())
}

/// Closes with an invoice the periods of one retainer up to one that is over.
pub(super) fn close_through(
    books: &mut Writer<'_>,
    business: &Business,
    retainer: &Retainer,
    last: Period,
    invoice: InvoiceKey,
    today: NaiveDate,
) -> Result<()> {
    let ledger = retainer::ledger(books, retainer, today, business.approved_only)?;
    close(books, retainer, &ledger, last, invoice)
}

fn close(
    books: &mut Writer<'_>,
    retainer: &Retainer,
    ledger: &Ledger,
    last: Period,
    invoice: InvoiceKey,
) -> Result<()> {
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
    Ok(())
}
