//! Lines of retainers: the fee of each period, and what went beyond the allowance.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::{Result, find, retainer};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{Line, Source};
use crate::domain::job::Kind;
use crate::domain::key::EntryKey;
use crate::domain::rate::{self, Facts};
use crate::domain::retainer::{Account, Overage, Retainer};
use crate::store::Books;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Span;

/// The fee of each period that begins in these days, and the overage of each that is over, as far as they are not billed yet.
pub(super) fn retainer_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    days: Span,
    today: NaiveDate,
) -> Result<Vec<Line>> {
    let currency = client.details.currency;
    let mut lines = Vec::new();
    let through = days.to.unwrap_or(today);
    for account in retainer::ledger(books, retainer, through, business.approved_only)? {
        let period = account.period;
        let begins = days.contains(period.from);
        if let (Some(fee), true) = (retainer.fee, begins)
            && !books.is_billed_period(client.key, "retainer-fee", period)?
            && !books.is_marked(client.key, Kind::RetainerFee, period)?
        {
            let fee = Money::from_minor(retainer.terms.share(fee, period, 1), currency);
            let description = format!("Retainer {period}");
            let source = Source::RetainerFee { period };
            lines.push(Line::fixed(source, description, fee, business.tax));
        }
        let billable = retainer.terms.overage == Overage::Bill;
        if billable
            && days.contains(period.to)
            && period.to < today
            && !books.is_marked(client.key, Kind::Overage, period)?
        {
            // What was logged after the overage was billed makes it larger; only the rest is billed then.
            let billed = books.billed_overage(client.key, period)?;
            let open = Seconds(account.overage) - billed;
            if open > Seconds::ZERO {
                lines.extend(overage_lines(
                    books, business, client, retainer, &account, open,
                )?);
            }
        }
    }
    Ok(lines)
}

/// One line per rate over what the entries of a period drew beyond the retainer and is not billed yet: the latest draws.
pub(super) fn overage_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    account: &Account,
    open: Seconds,
) -> Result<Vec<Line>> {
    let rates = books.rates()?;
    let mut by_rate: BTreeMap<_, (Seconds, Vec<EntryKey>)> = Default::default();
    let mut rest = open;
    let beyond = account
        .draws
        .iter()
        .filter(|draw| draw.granted_on.is_none());
    for draw in beyond.rev() {
        let part = Seconds(draw.amount).min(rest);
        if part <= Seconds::ZERO {
            break;
        }
        rest = rest - part;
        let Some(listed) = books.listed_entry(draw.entry)? else {
            continue;
        };
        let work = &listed.entry.work;
        let facts = Facts::of(client.key, work);
        let Some(resolved) = rate::resolve(&rates, &facts) else {
            return Err(Refusal::NoRate {
                count: 1,
                entries: draw.entry.0.to_string(),
                project: find::project_name(books, work.project)?,
            }
            .into());
        };
        let rate = retainer.overage_rate.unwrap_or(resolved.rate);
        let (seconds, entries) = by_rate.entry(rate).or_default();
        *seconds += part;
        // An entry is on one invoice; what an earlier one left open of it is billed without naming it again.
        if listed.entry.invoice.is_none() {
            entries.push(draw.entry);
        }
    }
    by_rate
        .into_iter()
        .map(|(rate, (seconds, entries))| {
            let source = Source::Overage {
                period: account.period,
                entries,
                seconds,
            };
            let description = format!("Beyond the retainer {}", account.period);
            let currency = client.details.currency;
            Ok(Line::hours(
                source,
                description,
                seconds,
                rate,
                business.tax,
                currency,
            )?)
        })
        .collect()
}
