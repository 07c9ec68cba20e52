//! What an invoice over unbilled work of a client would be.

use chrono::NaiveDate;

use crate::app::{Error, Result, find};
use crate::domain::Refusal;
use crate::domain::approval::Approval;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{self, Adjustments, BillableTime, Grouping, Kind, Line, Source};
use crate::domain::rate::{self, Facts};
use crate::domain::retainer::Retainer;
use crate::store::{
    ApprovalFilter, BilledEntry, Books, EntryFilter, Listed, ListedExpense, NewInvoice,
};
use crate::values::money::{Currency, Money};
use crate::values::period::{Period, Span};

use super::Wanted;
use super::names::Names;
use super::party::{buyer, seller};
use super::press::{due_date, not_future};
use super::retainer::retainer_lines;
use super::terms::{Taxation, Terms};

/// The draft over everything that is to be billed.
pub(super) fn prepare(
    books: &Books<'_>,
    business: &Business,
    wanted: &Wanted,
    today: NaiveDate,
) -> Result<(Client, NewInvoice)> {
    let client = find::client(books, &wanted.client)?;
    let date = wanted.date.unwrap_or(today);
    not_future(date, today)?;
    let days = Span {
        to: Some(wanted.days.to.unwrap_or(today)),
        ..wanted.days
    };
    let currency = client.details.currency;
    let taxation = Taxation::of(books, business, &client, &wanted.terms, date)?;
    let business = &taxation.billing(business);
    let Work { mut lines, time } = if wanted.work {
        work(books, business, &client, days, wanted.grouping, today)?
    } else {
        Work::default()
    };
    let spent = match wanted.terms.expenses.unwrap_or(wanted.work) {
        true => expenses(books, &client, days)?,
        false => Vec::new(),
    };
    lines.extend(expense_lines(books, business, &client, &spent)?);
    for item in &wanted.items {
        lines.push(Line::item(item, business.tax, currency)?);
    }
    taxation.name(&mut lines);
    if lines.is_empty() {
        return Err(Refusal::NothingToBill {
            waiting: waiting(books, business, &client, days)?,
            client: client.slug,
            period: days.to_string(),
        }
        .into());
    }
    let Terms {
        discount,
        surcharge,
        deposits,
        ..
    } = &wanted.terms;
    let adjustments = Adjustments::over(&lines, discount.as_ref(), surcharge.as_ref(), currency)?;
    if *deposits {
        let open = books.open_deposits(client.key)?;
        let language = client.details.language.as_str();
        invoice::deducted(&mut lines, &adjustments, open, language, currency)?;
    }
    let content = Content {
        lines,
        time: &time,
        spent: &spent,
        adjustments,
    };
    let draft = draft_of(books, business, &client, &taxation, content, days, date)?;
    Ok((client, draft))
}

/// What an invoice is made of.
pub(super) struct Content<'a> {
    pub(super) lines: Vec<Line>,
    /// The time and the expenses on them.
    pub(super) time: &'a [BillableTime],
    pub(super) spent: &'a [ListedExpense],
    pub(super) adjustments: Adjustments,
}

impl Content<'_> {
    /// Lines that are of no time and no expenses.
    pub(super) fn of_lines(lines: Vec<Line>, currency: Currency) -> Self {
        Self {
            lines,
            time: &[],
            spent: &[],
            adjustments: Adjustments::none(currency),
        }
    }
}

/// The draft over lines.
pub(super) fn draft_of(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    taxation: &Taxation,
    content: Content<'_>,
    days: Span,
    date: NaiveDate,
) -> Result<NewInvoice> {
    let Content {
        lines,
        time,
        spent,
        adjustments,
    } = content;
    let billed = time
        .iter()
        .filter(|item| item.difference.is_none())
        .map(|item| BilledEntry {
            entry: item.entry,
            worked: item.worked,
            billed: item.billed,
        })
        .collect();
    let spent_on = spent.iter().map(|listed| listed.expense.spent.day);
    let period = billed_period(&lines, time, spent_on, days);
    Ok(NewInvoice {
        client: client.key,
        kind: Kind::Invoice,
        corrects: None,
        issue_date: date,
        due_date: due_date(business, Kind::Invoice, date),
        period,
        currency: client.details.currency,
        language: client.details.language.to_string(),
        seller: seller(business),
        buyer: buyer(books, client)?,
        payment_terms: business.payment_terms.as_ref().map(ToString::to_string),
        tax_note: taxation.note(&lines),
        lines,
        adjustments,
        billed,
    })
}

/// Lines of retainers and of time, and the time on the latter.
#[derive(Default)]
struct Work {
    lines: Vec<Line>,
    time: Vec<BillableTime>,
}

/// What is to be billed of these days: of retainers what is due, of time what draws from none.
fn work(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    days: Span,
    grouping: Grouping,
    today: NaiveDate,
) -> Result<Work> {
    let retainers = books.retainers(Some(client.key))?;
    let unbilled = unbilled(books, client, &retainers, days, approval(business))?;
    let time = priced(books, business, client, &unbilled)?;
    let time = invoice::rounded(time, client.key, &books.policies()?, grouping);
    let names = Names::of(books, client, &unbilled)?;
    let currency = client.details.currency;
    let mut lines = Vec::new();
    for retainer in &retainers {
        lines.extend(retainer_lines(
            books, business, client, retainer, days, today,
        )?);
    }
    lines.extend(invoice::time_lines(&time, grouping, currency, |group| {
        names.describe(group)
    })?);
    Ok(Work { lines, time })
}

/// Billable expenses of these days that are on no invoice, by day.
fn expenses(books: &Books<'_>, client: &Client, days: Span) -> Result<Vec<ListedExpense>> {
    let mut spent = books.unbilled_expenses(client.key, days.to.unwrap_or(NaiveDate::MAX))?;
    spent.retain(|listed| days.contains(listed.expense.spent.day));
    Ok(spent)
}

fn expense_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    spent: &[ListedExpense],
) -> Result<Vec<Line>> {
    if spent.is_empty() {
        return Ok(Vec::new());
    }
    let projects = books.projects(Some(client.key))?;
    let language = client.details.language.as_str();
    spent
        .iter()
        .map(|listed| {
            let key = listed.expense.spent.project;
            let project = projects.iter().find(|project| project.key == key);
            let project = project.map_or("", |project| project.name.as_str());
            let line = invoice::rebilled(&listed.expense, project, language, business.tax)?;
            Ok(line)
        })
        .collect()
}

/// Whether only approved work is billed.
fn approval(business: &Business) -> Option<ApprovalFilter> {
    business
        .approved_only
        .then_some(ApprovalFilter::Is(Approval::Approved))
}

/// The number of entries that would be billed if they were approved, where nothing else is to be billed.
fn waiting(books: &Books<'_>, business: &Business, client: &Client, days: Span) -> Result<usize> {
    if approval(business).is_none() {
        return Ok(0);
    }
    let retainers = books.retainers(Some(client.key))?;
    Ok(unbilled(books, client, &retainers, days, None)?.len())
}

/// Billable entries that are on no invoice and draw from no retainer.
fn unbilled(
    books: &Books<'_>,
    client: &Client,
    retainers: &[Retainer],
    days: Span,
    approval: Option<ApprovalFilter>,
) -> Result<Vec<Listed>> {
    let filter = EntryFilter {
        days,
        client: Some(client.key),
        billable: Some(true),
        unbilled: true,
        approval,
        ..Default::default()
    };
    let mut entries = books.entries(&filter)?;
    entries.retain(|listed| {
        let work = &listed.entry.work;
        !retainers
            .iter()
            .any(|retainer| retainer.covers(work.project, work.day))
    });
    Ok(entries)
}

/// Entries, not rounded yet, with the rate in force. Refused if any has none, naming them.
fn priced(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    entries: &[Listed],
) -> Result<Vec<BillableTime>> {
    let rates = books.rates()?;
    let mut priced = Vec::with_capacity(entries.len());
    let mut without: Vec<&Listed> = Vec::new();
    for listed in entries {
        let work = &listed.entry.work;
        let facts = Facts::of(client.key, work);
        match rate::resolve(&rates, &facts) {
            Some(resolved) => priced.push(BillableTime {
                entry: listed.entry.key,
                project: work.project,
                task: work.task,
                member: work.member,
                day: work.day,
                worked: work.seconds,
                billed: work.seconds,
                rate: resolved.rate,
                tax: business.tax,
                difference: None,
            }),
            None => without.push(listed),
        }
    }
    let Some(first) = without.first() else {
        return Ok(priced);
    };
    let mut named: Vec<String> = without
        .iter()
        .take(10)
        .map(|listed| listed.entry.key.0.to_string())
        .collect();
    if without.len() > named.len() {
        named.push("…".to_owned());
    }
    Err(Refusal::NoRate {
        count: without.len(),
        entries: named.join(", "),
        project: find::project_name(books, first.entry.work.project)?,
    }
    .into())
}

/// The days that an invoice bills: as asked for, else those of the work on it.
fn billed_period(
    lines: &[Line],
    time: &[BillableTime],
    spent_on: impl Iterator<Item = NaiveDate>,
    days: Span,
) -> Option<Period> {
    let worked = time.iter().map(|item| item.day).chain(spent_on);
    let worked = worked.map(|day| Period { from: day, to: day });
    let periods = lines.iter().filter_map(|line| match &line.source {
        Source::RetainerFee { period, .. } | Source::Overage { period, .. } => Some(*period),
        Source::Time { .. }
        | Source::Expense { .. }
        | Source::Deposit
        | Source::Deduction { .. }
        | Source::Fixed => None,
    });
    let covered = worked.chain(periods).reduce(|a, b| Period {
        from: a.from.min(b.from),
        to: a.to.max(b.to),
    });
    match (days.from, covered) {
        (Some(from), _) => days.to.map(|to| Period { from, to }),
        (None, covered) => covered,
    }
}

/// What an invoice over all unbilled work of a client up to a day would be without tax; none where there is nothing, or no rate.
pub(in crate::app) fn next_net(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    today: NaiveDate,
    expenses: bool,
) -> Result<Option<Money>> {
    let wanted = Wanted {
        client: client.slug.to_string(),
        days: Span::all(),
        grouping: Grouping::Project,
        work: true,
        items: Vec::new(),
        terms: Terms {
            expenses: (!expenses).then_some(false),
            ..Terms::default()
        },
        date: None,
    };
    match prepare(books, business, &wanted, today) {
        Ok((_, draft)) => {
            let totals = invoice::totals(&draft.lines, &draft.adjustments, draft.currency)?;
            Ok(Some(totals.net))
        }
        Err(Error::Refused(Refusal::NothingToBill { .. } | Refusal::NoRate { .. })) => Ok(None),
        Err(other) => Err(other),
    }
}
