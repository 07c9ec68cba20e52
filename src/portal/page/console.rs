//! The first page of a client: hours left first, then figures, budgets, the week and what is to be paid.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::published::{
    Budget, Figure, HoursSummary, Invoice, InvoiceState, Project, Retainer, RetainerPeriod,
};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;

use super::super::chart::{self, Chart, Column};
use super::super::error::Refusal;
use super::super::format::{Format, share};
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::Said;
use super::super::talk;
use super::super::template::{Bar, Frame, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{Words, fill};
use super::approval;
use super::{BudgetView, burn_chart, format_of};

/// Invoices that are named on the console, and projects with a budget.
const OPEN_INVOICES: usize = 5;
const BUDGETS: usize = 6;
/// Budgets that are drawn.
const CHARTS: usize = 2;
/// From this share on a budget or a retainer is called nearly used up, in percent.
const NEARLY: u8 = 80;
/// Days before something is lost that it is told.
const SOON: i64 = 14;
/// Warnings that are shown.
const WARNINGS: usize = 5;

#[derive(Debug, Template)]
#[template(path = "console.html", config = "src/portal/askama.toml")]
struct ConsolePage {
    frame: Frame,
    w: &'static Words,
    base: String,
    business: String,
    as_of: String,
    retainers: Vec<RetainerCard>,
    warnings: Vec<Warning>,
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
    /// More projects than are shown.
    more_projects: bool,
}

/// What should not be overlooked.
#[derive(Debug)]
struct Warning {
    text: String,
    address: String,
    bad: bool,
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
    address: String,
    due: Option<String>,
    budget: BudgetView,
    chart: Option<Chart>,
}

#[derive(Debug)]
struct WeekCard {
    title: String,
    members: Vec<(String, String, u8)>,
    total: String,
    all: String,
    chart: Option<Chart>,
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
    let w = format.words();
    let base = format!("/c/{}", viewer.client());
    let of_budgets: Vec<_> = projects
        .iter()
        .filter(|project| !project.closed)
        .filter_map(|project| Some((project, project.budget.as_ref()?)))
        .collect();
    let mut budgets: Vec<BudgetCard> = of_budgets
        .iter()
        .take(BUDGETS)
        .map(|(project, budget)| budget_card(project, budget, &viewer, &format))
        .collect();
    for card in budgets.iter_mut().skip(CHARTS) {
        card.chart = None;
    }
    let said = store.talk(&viewer).await?;
    let mut warnings = waiting(&said, &viewer, &base, &format);
    warnings.extend(
        open.iter()
            .filter_map(|invoice| overdue(invoice, &base, &format)),
    );
    warnings.extend(
        retainers
            .iter()
            .filter_map(|retainer| retainer_warning(retainer, console.as_of, &base, &format)),
    );
    warnings.extend(
        of_budgets
            .iter()
            .filter_map(|(project, budget)| budget_warning(project, budget, &base, &format)),
    );
    warnings.truncate(WARNINGS);
    // With whole weeks only, the figures end before today.
    let week = console.hours.as_ref().map(|hours| hours.week.to);
    let through = week.map_or(console.as_of, |end| end.min(console.as_of));
    let is_past = through < console.as_of;
    let mut page = ConsolePage {
        frame: Frame::of(w.console, "", &viewer, &signed_in),
        w,
        base,
        business: console.business.clone(),
        as_of: fill(w.as_of, &[&format.day(through)]),
        retainers: retainers
            .iter()
            .filter_map(|retainer| retainer_card(retainer, &format))
            .collect(),
        figures: console
            .snapshots
            .iter()
            .map(|figure| figure_card(figure, is_past, &format))
            .collect(),
        warnings,
        budgets,
        week: console
            .hours
            .as_ref()
            .map(|hours| week_card(hours, &format)),
        unbilled: console.unbilled.as_ref().map(|unbilled| {
            let hours = fill(w.unbilled_hours, &[&format.hours(unbilled.seconds)]);
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
            more_projects: of_budgets.len() > BUDGETS,
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

/// What the viewer is asked, and what was answered.
fn waiting(said: &Said, viewer: &Viewer, base: &str, format: &Format) -> Vec<Warning> {
    let w = format.words();
    let asked = talk::requests(said, viewer).filter(|request| {
        let is_open = request.answer.is_none() && talk::pending(said, request).is_none();
        is_open && viewer.may_decide(&request.what)
    });
    let mut all: Vec<Warning> = asked
        .map(|request| Warning {
            // What projects there are is not for everybody.
            text: match viewer.may(Need::Projects) {
                true => fill(w.warning_approval, &[&approval::title(request, format)]),
                false => w.warning_approval_some.to_owned(),
            },
            address: format!("{base}/approvals#{}", request.id),
            bad: false,
        })
        .collect();
    let answered = talk::conversations(said, viewer);
    let mut answered = answered.iter().filter(|one| one.published && one.unread);
    all.extend(answered.next().map(|one| Warning {
        text: w.warning_answer.to_owned(),
        address: format!("{base}/questions/{}", one.id),
        bad: false,
    }));
    all
}

fn retainer_card(retainer: &Retainer, format: &Format) -> Option<RetainerCard> {
    let w = format.words();
    let period = retainer.periods.iter().find(|period| period.current)?;
    let over = period.overage.number() > 0;
    Some(RetainerCard {
        label: retainer_label(period, w),
        left: format.amount(if over { period.overage } else { period.left }),
        over,
        span: match retainer.per.as_str() {
            "week" => w.retainer_week,
            "month" => w.retainer_month,
            "quarter" => w.retainer_quarter,
            "year" => w.retainer_year,
            _ => w.retainer_term,
        },
        period: format.period(period.period),
        bar: retainer_bar(period, format),
        carried: (period.carried_in.number() > 0)
            .then(|| fill(w.carried_in, &[&format.amount(period.carried_in)])),
        expires: expiries(&period.expires, format),
    })
}

/// What the figure of a period tells.
pub(super) fn retainer_label(period: &RetainerPeriod, w: &Words) -> &'static str {
    let over = period.overage.number() > 0;
    match (over, period.left.currency()) {
        (true, None) => w.hours_over,
        (true, Some(_)) => w.money_over,
        (false, None) => w.hours_left,
        (false, Some(_)) => w.money_left,
    }
}

/// How much of a period is used, in a bar.
pub(super) fn retainer_bar(period: &RetainerPeriod, format: &Format) -> Bar {
    let w = format.words();
    let (granted, carried) = (period.granted, period.carried_in);
    let available = granted.with(granted.number().saturating_add(carried.number()));
    Bar {
        width: share(period.used.number(), available.number()),
        over: period.overage.number() > 0,
        text: fill(
            w.used_of,
            &[&format.amount(period.used), &format.amount(available)],
        ),
    }
}

/// Until when it can still be used.
pub(super) fn expiries(expires: &[(NaiveDate, Amount)], format: &Format) -> Vec<String> {
    let w = format.words();
    expires
        .iter()
        .map(|(day, amount)| fill(w.expires_on, &[&format.amount(*amount), &format.day(*day)]))
        .collect()
}

fn figure_card(figure: &Figure, is_past: bool, format: &Format) -> FigureCard {
    let w = format.words();
    let (label, value) = match figure {
        Figure::HoursWeek(seconds) if is_past => (w.figure_hours_last_week, format.hours(*seconds)),
        Figure::HoursWeek(seconds) => (w.figure_hours_week, format.hours(*seconds)),
        Figure::HoursTotal(seconds) => (w.figure_hours_total, format.hours(*seconds)),
        Figure::BudgetLeft(seconds) => (w.figure_budget_left, format.hours(*seconds)),
        Figure::RetainerLeft(seconds) => (w.figure_retainer_left, format.hours(*seconds)),
        Figure::RetainerLeftMoney(money) => (w.figure_retainer_left, format.money(*money)),
        Figure::Unbilled(seconds) => (w.figure_unbilled, format.hours(*seconds)),
        Figure::NextInvoice(money) => (w.figure_next_invoice, format.money(*money)),
        Figure::Outstanding(money) => (w.figure_outstanding, format.money(*money)),
    };
    FigureCard { label, value }
}

fn week_card(hours: &HoursSummary, format: &Format) -> WeekCard {
    let w = format.words();
    let most = hours
        .by_member
        .iter()
        .map(|member| member.seconds.0)
        .max()
        .unwrap_or(0);
    WeekCard {
        title: fill(w.week_of, &[&format.period(hours.week)]),
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
        chart: week_chart(&hours.weeks, format),
    }
}

/// The last weeks as columns.
pub(super) fn week_chart(weeks: &[(NaiveDate, Seconds)], format: &Format) -> Option<Chart> {
    let w = format.words();
    let columns: Vec<Column> = weeks
        .iter()
        .rev()
        .take(12)
        .rev()
        .map(|(day, seconds)| Column {
            name: format.short_day(*day),
            brief: format.brief_day(*day),
            value: format.hours(*seconds),
            number: seconds.0,
            limit: None,
        })
        .collect();
    chart::columns(
        "weeks",
        w.hours_by_week.to_owned(),
        [w.from_week, w.hours],
        None,
        &columns,
    )
}

fn budget_card(project: &Project, budget: &Budget, viewer: &Viewer, format: &Format) -> BudgetCard {
    let as_of = viewer.console().as_of;
    let view = BudgetView::new(budget, false, as_of, format);
    BudgetCard {
        name: project.name.clone(),
        address: format!("/c/{}/projects/{}", viewer.client(), project.id),
        due: project
            .due
            .map(|day| fill(format.words().due_on, &[&format.day(day)])),
        chart: burn_chart(
            &format!("burn-{}", project.id),
            &project.name,
            budget,
            &view,
            as_of,
            format,
        ),
        budget: view,
    }
}

fn overdue(invoice: &Invoice, base: &str, format: &Format) -> Option<Warning> {
    let due = invoice
        .due_date
        .filter(|_| invoice.state == InvoiceState::Overdue)?;
    let number = invoice.number.clone().unwrap_or_default();
    Some(Warning {
        text: fill(format.words().warn_overdue, &[&number, &format.day(due)]),
        address: format!("{base}/invoices/{}", invoice.id),
        bad: true,
    })
}

fn retainer_warning(
    retainer: &Retainer,
    as_of: NaiveDate,
    base: &str,
    format: &Format,
) -> Option<Warning> {
    let w = format.words();
    let period = retainer.periods.iter().find(|period| period.current)?;
    let expiring = period.expires.iter().find(|(day, amount)| {
        let days = day.signed_duration_since(as_of).num_days();
        (0..=SOON).contains(&days) && amount.number() > 0
    });
    let bar = retainer_bar(period, format);
    let (text, bad) = if period.overage.number() > 0 {
        (
            fill(w.warn_retainer_over, &[&format.amount(period.overage)]),
            true,
        )
    } else if let Some((day, amount)) = expiring {
        (
            fill(
                w.warn_expires,
                &[&format.amount(*amount), &format.day(*day)],
            ),
            false,
        )
    } else if bar.width >= NEARLY {
        (
            fill(w.warn_retainer_near, &[&format.amount(period.left)]),
            false,
        )
    } else {
        return None;
    };
    Some(Warning {
        text,
        address: format!("{base}/retainer"),
        bad,
    })
}

fn budget_warning(
    project: &Project,
    budget: &Budget,
    base: &str,
    format: &Format,
) -> Option<Warning> {
    let w = format.words();
    let late = project
        .due
        .zip(budget.projected_completion)
        .filter(|(due, day)| day < due);
    let (text, bad) = if budget.percent > Decimal::ONE_HUNDRED {
        (
            fill(
                w.warn_budget_over,
                &[&project.name, &format.percent(budget.percent)],
            ),
            true,
        )
    } else if let Some((due, day)) = late {
        (
            fill(
                w.warn_budget_early,
                &[&project.name, &format.day(day), &format.day(due)],
            ),
            false,
        )
    } else if budget.percent >= Decimal::from(NEARLY) {
        (
            fill(
                w.warn_budget_near,
                &[&project.name, &format.percent(budget.percent)],
            ),
            false,
        )
    } else {
        return None;
    };
    Some(Warning {
        text,
        address: format!("{base}/projects/{}", project.id),
        bad,
    })
}

fn invoice_link(invoice: &Invoice, viewer: &Viewer, format: &Format) -> InvoiceLink {
    let w = format.words();
    InvoiceLink {
        address: format!("/c/{}/invoices/{}", viewer.client(), invoice.id),
        number: invoice.number.clone().unwrap_or_default(),
        due: invoice
            .due_date
            .map(|day| fill(w.due_on, &[&format.day(day)])),
        overdue: invoice.state == InvoiceState::Overdue,
        balance: format.money(invoice.balance),
    }
}
