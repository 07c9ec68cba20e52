//! Invoices that are due by themselves: of schedules, fees and overage of retainers, and late fees. Each is a draft first, and is kept
//! in the transaction of whoever asks for it.
//!
//! A planned date that lies before the latest invoice of the series cannot be the date of an invoice any more, since numbers and dates
//! run the same way. The invoice then has the earliest date that can be, and its period stays as planned.

use chrono::{Days, NaiveDate};

use crate::app::{Error, Result, find};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{self, Invoice, Kind, Line, Remarks, Source};
use crate::domain::key::InvoiceKey;
use crate::domain::late_fee::{LateFee, TAX};
use crate::domain::retainer::Retainer;
use crate::domain::schedule::Schedule;
use crate::store::{Books, NewInvoice, Writer};
use crate::values::money::Money;
use crate::values::period::{Period, Span};

use super::prepare::{Content, draft_of, prepare};
use super::press::Press;
use super::retainer::{self, fee_line};
use super::terms::{Taxation, Terms};
use super::{Wanted, remarks};

/// The earliest date from a planned one on that an invoice can have.
pub(in crate::app) fn first_date(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    planned: NaiveDate,
    today: NaiveDate,
) -> Result<NaiveDate> {
    let pattern = &business.invoice_number;
    let counter = pattern.counter(planned, client.slug.as_str());
    let own = books.newest_of(Kind::Invoice, &counter)?;
    let other = match pattern.is_per_client() {
        true => None,
        // What is dated ahead of the day holds up no other counter.
        false => books.newest_elsewhere(Kind::Invoice, &counter, today)?,
    };
    let newest = own.into_iter().chain(other).map(|(_, date)| date).max();
    Ok(newest.map_or(planned, |newest| newest.max(planned)))
}

/// What is billed on a date of a schedule: its items, and unbilled work up to the day before.
pub(in crate::app) fn wanted_of(
    schedule: &Schedule,
    client: &Client,
    planned: NaiveDate,
) -> Wanted {
    Wanted {
        client: client.slug.to_string(),
        days: Span {
            from: None,
            to: planned.pred_opt(),
        },
        grouping: schedule.grouping,
        work: schedule.work,
        items: schedule.items.clone(),
        date: None,
        terms: Terms::default(),
    }
}

/// The draft of a date of a schedule. Items alone are for the days up to the next date.
pub(in crate::app) fn of_schedule(
    books: &Books<'_>,
    business: &Business,
    schedule: &Schedule,
    planned: NaiveDate,
    today: NaiveDate,
) -> Result<NewInvoice> {
    let client = find::client_of(books, schedule.client)?;
    let date = first_date(books, business, &client, planned, today)?;
    let wanted = Wanted {
        date: Some(date),
        ..wanted_of(schedule, &client, planned)
    };
    let (_, mut draft) = prepare(books, business, &wanted, today)?;
    draft.period = draft
        .period
        .or_else(|| Some(schedule.terms.period(planned)));
    if let Some(days) = schedule.terms_days {
        draft.due_date = date.checked_add_days(Days::new(days.into()));
    }
    Ok(draft)
}

/// What unbilled work adds to the next date of a schedule, as far as there is any today; none where some of it has no rate.
pub(in crate::app) fn work_net(
    books: &Books<'_>,
    business: &Business,
    schedule: &Schedule,
    client: &Client,
    planned: NaiveDate,
    today: NaiveDate,
) -> Result<Option<Money>> {
    let wanted = wanted_of(schedule, client, planned);
    let wanted = Wanted {
        days: Span {
            to: wanted.days.to.map(|to| to.min(today)),
            ..wanted.days
        },
        items: Vec::new(),
        ..wanted
    };
    match prepare(books, business, &wanted, today) {
        Ok((_, draft)) => {
            let totals = invoice::totals(&draft.lines, &draft.adjustments, draft.currency)?;
            Ok(Some(totals.net))
        }
        Err(Error::Refused(Refusal::NothingToBill { .. })) => {
            Ok(Some(Money::zero(client.details.currency)))
        }
        Err(Error::Refused(Refusal::NoRate { .. })) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The draft of the fee of a period.
pub(in crate::app) fn of_fee(
    books: &Books<'_>,
    business: &Business,
    retainer: &Retainer,
    period: Period,
    today: NaiveDate,
) -> Result<Option<NewInvoice>> {
    let client = find::client_of(books, retainer.client)?;
    let date = first_date(books, business, &client, period.from, today)?;
    let taxation = Taxation::of(books, business, &client, &Terms::default(), date)?;
    let business = &taxation.billing(business);
    let Some(line) = fee_line(books, business, &client, retainer, period)? else {
        return Ok(None);
    };
    over(
        books,
        business,
        &client,
        &taxation,
        vec![line],
        period,
        date,
    )
    .map(Some)
}

/// The draft of the work beyond a retainer in a period that is over, as far as it is on no invoice.
pub(in crate::app) fn of_overage(
    books: &Books<'_>,
    business: &Business,
    agreed: &Retainer,
    period: Period,
    today: NaiveDate,
) -> Result<Option<NewInvoice>> {
    let client = find::client_of(books, agreed.client)?;
    let planned = period.to.succ_opt().unwrap_or(period.to);
    let date = first_date(books, business, &client, planned, today)?;
    let taxation = Taxation::of(books, business, &client, &Terms::default(), date)?;
    let business = &taxation.billing(business);
    let lines = retainer::overage_lines(books, business, &client, agreed, period, today)?;
    if lines.is_empty() {
        return Ok(None);
    }
    over(books, business, &client, &taxation, lines, period, date).map(Some)
}

/// The draft over lines of a period.
fn over(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    taxation: &Taxation,
    mut lines: Vec<Line>,
    period: Period,
    date: NaiveDate,
) -> Result<NewInvoice> {
    taxation.name(&mut lines);
    let content = Content::of_lines(lines, client.details.currency);
    draft_of(
        books,
        business,
        client,
        taxation,
        content,
        period.into(),
        date,
    )
}

/// What an invoice that is due closes: the periods of retainers that it bills to their end.
#[derive(Debug)]
pub(in crate::app) enum Closes {
    Nothing,
    /// As an invoice of this would.
    Work(Wanted),
    Through(Retainer, Period),
}

/// The draft of the fee for an invoice that was open on a planned day; none where it was not.
pub(in crate::app) fn of_late_fee(
    books: &Books<'_>,
    business: &Business,
    rule: &LateFee,
    late: &Invoice,
    planned: NaiveDate,
    today: NaiveDate,
) -> Result<Option<NewInvoice>> {
    let open = late.open_on(planned)?;
    let Some(fee) = rule.of(open, business.currency).map_err(Refusal::from)? else {
        return Ok(None);
    };
    let client = find::client_of(books, late.client)?;
    let due = late.due_date.unwrap_or(late.issue_date);
    let language = client.details.language.as_str();
    let description = invoice::late_fee(language, &late.name(), due, open, planned);
    let line = Line::fixed(Source::Fixed, description, fee, TAX);
    let date = first_date(books, business, &client, planned, today)?;
    let day = Period {
        from: planned,
        to: planned,
    };
    let taxation = Taxation::of(books, business, &client, &Terms::default(), date)?;
    let draft = over(books, business, &client, &taxation, vec![line], day, date)?;
    Ok(Some(NewInvoice {
        // It is outside the scope of tax, whatever is agreed for work.
        tax_note: None,
        ..draft
    }))
}

/// Keeps a draft, and issues it unless it stays one.
pub(in crate::app) fn keep(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    draft: &NewInvoice,
    closes: &Closes,
    issue: bool,
    today: NaiveDate,
) -> Result<InvoiceKey> {
    let key = books.add_invoice(draft)?;
    let client = find::client_of(books, draft.client)?;
    books.remark(key, &remarks::of(books, &client, &Remarks::default())?)?;
    match closes {
        Closes::Nothing => {}
        Closes::Work(wanted) => retainer::close_retainers(books, business, wanted, key, today)?,
        Closes::Through(agreed, period) => {
            retainer::close_through(books, business, agreed, *period, key, today)?;
        }
    }
    if issue {
        press.issue(books, business, key, draft.issue_date)?;
    }
    Ok(key)
}
