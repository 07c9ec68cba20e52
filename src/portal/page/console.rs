//! The first page of a client: hours left first, then figures, budgets, the week and what is to be paid.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::NaiveDate;

use crate::published::{Figure, HoursSummary, Invoice, InvoiceState, Retainer, RetainerPeriod};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;

use super::super::error::Refusal;
use super::super::format::{Format, share};
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Bar, Frame, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{ENGLISH as W, Words, fill};
use super::{BudgetView, format_of};

/// Invoices that are named on the console.
const OPEN_INVOICES: usize = 5;

#[derive(Debug, Template)]
#[template(path = "console.html", config = "src/portal/askama.toml")]
struct ConsolePage {
    frame: Frame,
    w: &'static Words,
    base: String,
    business: String,
    as_of: String,
    retainers: Vec<RetainerCard>,
    figures: Vec<FigureCard>,
    budgets: Vec<BudgetCard>,
    week: Option<WeekCard>,
    unbilled: Option<(String, Option<String>)>,
    invoices: Vec<InvoiceLink>,
    welcome: Option<String>,
    links: Links,
    nothing: bool,
}

/// Which other pages may be linked to.
#[derive(Debug)]
struct Links {
    timesheet: bool,
}

#[derive(Debug)]
struct RetainerCard {
    label: &'static str,
    left: String,
    over: bool,
    span: &'static str,
    period: String,
    bar: Bar,
    carried: Option<String>,
    expires: Vec<String>,
}

#[derive(Debug)]
struct FigureCard {
    label: &'static str,
    value: String,
}

#[derive(Debug)]
struct BudgetCard {
    name: String,
    due: Option<String>,
    budget: BudgetView,
}

#[derive(Debug)]
struct WeekCard {
    title: String,
    members: Vec<(String, String, u8)>,
    total: String,
    all: String,
    bars: Vec<WeekBar>,
}

/// One column of the hours by week; a picture of 12 columns, 20 wide each and 60 high.
#[derive(Debug)]
struct WeekBar {
    x: usize,
    y: u8,
    height: u8,
    day: String,
    hours: String,
}

#[derive(Debug)]
struct InvoiceLink {
    address: String,
    number: String,
    due: Option<String>,
    overdue: bool,
    balance: String,
}

/// `GET /c/{client}`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
) -> Result<Html<String>, Refusal> {
    let store = portal.store();
    let console = viewer.console();
    let format = format_of(&viewer);
    let retainers = if viewer.may(Need::Retainer) {
        store.retainers(&viewer).await?
    } else {
        Vec::new()
    };
    let projects = if viewer.may(Need::Projects) && console.sections.budget {
        store
            .projects(&viewer)
            .await?
            .map_or_else(Vec::new, |projects| projects.projects)
    } else {
        Vec::new()
    };
    let open = if viewer.may(Need::Invoices) {
        store.open_invoices(&viewer).await?
    } else {
        Vec::new()
    };
    let budgets = projects
        .iter()
        .filter(|project| !project.closed)
        .filter_map(|project| {
            Some(BudgetCard {
                name: project.name.clone(),
                due: project.due.map(|day| fill(W.due_on, &[&format.day(day)])),
                budget: BudgetView::new(project.budget.as_ref()?, false, console.as_of, &format),
            })
        });
    let mut page = ConsolePage {
        frame: Frame::of(W.console, "", &viewer, &signed_in),
        w: &W,
        base: format!("/c/{}", viewer.client()),
        business: console.business.clone(),
        as_of: fill(W.as_of, &[&format.day(console.as_of)]),
        retainers: retainers
            .iter()
            .filter_map(|retainer| retainer_card(retainer, &format))
            .collect(),
        figures: console
            .snapshots
            .iter()
            .map(|figure| figure_card(figure, &format))
            .collect(),
        budgets: budgets.collect(),
        week: console
            .hours
            .as_ref()
            .map(|hours| week_card(hours, &format)),
        unbilled: console.unbilled.as_ref().map(|unbilled| {
            let hours = fill(W.unbilled_hours, &[&format.hours(unbilled.seconds)]);
            (hours, unbilled.amount.map(|amount| format.money(amount)))
        }),
        invoices: open
            .iter()
            .take(OPEN_INVOICES)
            .map(|invoice| invoice_link(invoice, &viewer, &format))
            .collect(),
        welcome: console.welcome.clone(),
        links: Links {
            timesheet: viewer.may(Need::Timesheet),
        },
        nothing: false,
    };
    page.nothing = page.retainers.is_empty()
        && page.figures.is_empty()
        && page.budgets.is_empty()
        && page.week.is_none()
        && page.unbilled.is_none()
        && page.invoices.is_empty();
    Ok(render(&page)?)
}

fn retainer_card(retainer: &Retainer, format: &Format) -> Option<RetainerCard> {
    let period = retainer.periods.iter().find(|period| period.current)?;
    let over = period.overage.number() > 0;
    Some(RetainerCard {
        label: retainer_label(period),
        left: format.amount(if over { period.overage } else { period.left }),
        over,
        span: match retainer.per.as_str() {
            "week" => W.retainer_week,
            "month" => W.retainer_month,
            "quarter" => W.retainer_quarter,
            "year" => W.retainer_year,
            _ => W.retainer_term,
        },
        period: format.period(period.period),
        bar: retainer_bar(period, format),
        carried: (period.carried_in.number() > 0)
            .then(|| fill(W.carried_in, &[&format.amount(period.carried_in)])),
        expires: expiries(&period.expires, format),
    })
}

/// What the figure of a period tells.
pub(super) fn retainer_label(period: &RetainerPeriod) -> &'static str {
    let over = period.overage.number() > 0;
    match (over, period.left.currency()) {
        (true, None) => W.hours_over,
        (true, Some(_)) => W.money_over,
        (false, None) => W.hours_left,
        (false, Some(_)) => W.money_left,
    }
}

/// How much of a period is used, in a bar.
pub(super) fn retainer_bar(period: &RetainerPeriod, format: &Format) -> Bar {
    let (granted, carried) = (period.granted, period.carried_in);
    let available = granted.with(granted.number().saturating_add(carried.number()));
    Bar {
        width: share(period.used.number(), available.number()),
        over: period.overage.number() > 0,
        text: fill(
            W.used_of,
            &[&format.amount(period.used), &format.amount(available)],
        ),
    }
}

/// Until when it can still be used.
pub(super) fn expiries(expires: &[(NaiveDate, Amount)], format: &Format) -> Vec<String> {
    expires
        .iter()
        .map(|(day, amount)| fill(W.expires_on, &[&format.amount(*amount), &format.day(*day)]))
        .collect()
}

fn figure_card(figure: &Figure, format: &Format) -> FigureCard {
    let (label, value) = match figure {
        Figure::HoursWeek(seconds) => (W.figure_hours_week, format.hours(*seconds)),
        Figure::HoursTotal(seconds) => (W.figure_hours_total, format.hours(*seconds)),
        Figure::BudgetLeft(seconds) => (W.figure_budget_left, format.hours(*seconds)),
        Figure::RetainerLeft(seconds) => (W.figure_retainer_left, format.hours(*seconds)),
        Figure::RetainerLeftMoney(money) => (W.figure_retainer_left, format.money(*money)),
        Figure::Unbilled(seconds) => (W.figure_unbilled, format.hours(*seconds)),
        Figure::NextInvoice(money) => (W.figure_next_invoice, format.money(*money)),
        Figure::Outstanding(money) => (W.figure_outstanding, format.money(*money)),
    };
    FigureCard { label, value }
}

fn week_card(hours: &HoursSummary, format: &Format) -> WeekCard {
    let most = hours
        .by_member
        .iter()
        .map(|member| member.seconds.0)
        .max()
        .unwrap_or(0);
    WeekCard {
        title: fill(W.week_of, &[&format.period(hours.week)]),
        members: hours
            .by_member
            .iter()
            .map(|member| {
                (
                    member.member.clone(),
                    format.hours(member.seconds),
                    share(member.seconds.0, most),
                )
            })
            .collect(),
        total: format.hours(hours.week_total),
        all: format.hours(hours.total),
        bars: week_bars(&hours.weeks, format),
    }
}

fn week_bars(weeks: &[(NaiveDate, Seconds)], format: &Format) -> Vec<WeekBar> {
    let last: Vec<_> = weeks.iter().rev().take(12).rev().collect();
    let most = last.iter().map(|(_, seconds)| seconds.0).max().unwrap_or(0);
    if most <= 0 {
        return Vec::new();
    }
    (0..12_usize)
        .zip(last)
        .map(|(index, (day, seconds))| {
            // A week of work is never drawn as nothing.
            let height = u16::from(share(seconds.0, most)).saturating_mul(60) / 100;
            let height = u8::try_from(height)
                .unwrap_or(60)
                .max(u8::from(seconds.0 > 0));
            WeekBar {
                x: index.saturating_mul(20),
                y: 60_u8.saturating_sub(height),
                height,
                day: format.short_day(*day),
                hours: format.hours(*seconds),
            }
        })
        .collect()
}

fn invoice_link(invoice: &Invoice, viewer: &Viewer, format: &Format) -> InvoiceLink {
    InvoiceLink {
        address: format!("/c/{}/invoices/{}", viewer.client(), invoice.id),
        number: invoice.number.clone().unwrap_or_default(),
        due: invoice
            .due_date
            .map(|day| fill(W.due_on, &[&format.day(day)])),
        overdue: invoice.state == InvoiceState::Overdue,
        balance: format.money(invoice.balance),
    }
}
