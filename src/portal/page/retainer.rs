//! The ledger of retainers: each period with what was granted, used and left, and every draw.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use crate::published::{Retainer, RetainerPeriod};

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Bar, Frame, render};
use super::super::words::{ENGLISH as W, Words, fill};
use super::console::{expiries, retainer_bar, retainer_label};
use super::format_of;

#[derive(Debug, Template)]
#[template(path = "retainer.html", config = "src/portal/askama.toml")]
struct RetainerPage {
    frame: Frame,
    w: &'static Words,
    retainers: Vec<RetainerView>,
}

#[derive(Debug)]
struct RetainerView {
    terms: String,
    since: String,
    current: Option<Current>,
    periods: Vec<PeriodRow>,
    draws: Vec<Draws>,
    /// Over the draws: hours, or an amount.
    drawn: &'static str,
}

#[derive(Debug)]
struct Current {
    label: &'static str,
    left: String,
    over: bool,
    period: String,
    bar: Bar,
    expires: Vec<String>,
}

#[derive(Debug)]
struct PeriodRow {
    period: String,
    current: bool,
    granted: String,
    carried: String,
    used: String,
    overage: String,
    left: String,
}

#[derive(Debug)]
struct Draws {
    title: String,
    total: String,
    open: bool,
    rows: Vec<DrawRow>,
}

#[derive(Debug)]
struct DrawRow {
    day: String,
    description: String,
    member: String,
    amount: String,
}

/// `GET /c/{client}/retainer`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
) -> Result<Html<String>, Refusal> {
    let format = format_of(&viewer);
    let retainers = portal.store().retainers(&viewer).await?;
    let page = RetainerPage {
        frame: Frame::of(W.retainer, "/retainer", &viewer, &signed_in),
        w: &W,
        retainers: retainers
            .iter()
            .map(|retainer| view(retainer, &format))
            .collect(),
    };
    Ok(render(&page)?)
}

fn view(retainer: &Retainer, format: &Format) -> RetainerView {
    let terms = match retainer.per.as_str() {
        "week" => W.retainer_terms_week,
        "month" => W.retainer_terms_month,
        "quarter" => W.retainer_terms_quarter,
        "year" => W.retainer_terms_year,
        _ => W.retainer_terms_term,
    };
    let since = fill(W.since, &[&format.day(retainer.start)]);
    let until = retainer.end.map(|end| fill(W.until, &[&format.day(end)]));
    RetainerView {
        terms: fill(terms, &[&format.amount(retainer.allowance)]),
        since: [Some(since), until]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        current: retainer
            .periods
            .iter()
            .find(|period| period.current)
            .map(|period| current(period, format)),
        periods: retainer
            .periods
            .iter()
            .map(|period| row(period, format))
            .collect(),
        drawn: match retainer.allowance.currency() {
            None => W.hours,
            Some(_) => W.amount,
        },
        draws: retainer
            .periods
            .iter()
            .filter(|period| !period.draws.is_empty())
            .map(|period| draws(period, format))
            .collect(),
    }
}

fn current(period: &RetainerPeriod, format: &Format) -> Current {
    let over = period.overage.number() > 0;
    Current {
        label: retainer_label(period),
        left: format.amount(if over { period.overage } else { period.left }),
        over,
        period: format.period(period.period),
        bar: retainer_bar(period, format),
        expires: expiries(&period.expires, format),
    }
}

fn row(period: &RetainerPeriod, format: &Format) -> PeriodRow {
    PeriodRow {
        period: format.period(period.period),
        current: period.current,
        granted: format.amount(period.granted),
        carried: format.amount(period.carried_in),
        used: format.amount(period.used),
        overage: format.amount(period.overage),
        left: format.amount(period.left),
    }
}

fn draws(period: &RetainerPeriod, format: &Format) -> Draws {
    Draws {
        title: fill(W.draws_of, &[&format.period(period.period)]),
        total: format.amount(period.used),
        open: period.current,
        rows: period
            .draws
            .iter()
            .map(|draw| DrawRow {
                day: format.short_day(draw.day),
                description: draw.description.clone().unwrap_or_default(),
                member: draw.member.clone(),
                amount: format.amount(draw.amount),
            })
            .collect(),
    }
}
