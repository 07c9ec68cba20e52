//! The ledger of retainers: each period with what was granted, used and left, and every draw.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};

use crate::document::sheet::{Cell, Kind};
use crate::published::{Retainer, RetainerPeriod};
use crate::values::amount::Amount;
use crate::values::period::Period;

use super::super::chart::{self, Chart, Column};
use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Bar, Frame, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{Words, fill};
use super::console::{expiries, retainer_bar, retainer_label};
use super::export::{self, File, FileKind};
use super::filter::calendar;
use super::{Link, format_of};

/// Periods that are shown, those of them with their draws, and draws of each; a file has them all.
const PERIODS: usize = 24;
const DRAWN_PERIODS: usize = 6;
const DRAWS: usize = 40;

#[derive(Debug, Template)]
#[template(path = "retainer.html", config = "src/portal/askama.toml")]
struct RetainerPage {
    frame: Frame,
    w: &'static Words,
    retainers: Vec<RetainerView>,
    files: Vec<Link>,
}

#[derive(Debug)]
struct RetainerView {
    terms: String,
    since: String,
    current: Option<Current>,
    chart: Option<Chart>,
    periods: Vec<PeriodRow>,
    /// Periods that are not shown since they are long ago.
    earlier: Option<String>,
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
    /// That there are more, which the file has.
    more: Option<String>,
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
    let retainers = seen(&portal, &viewer).await?;
    let w = format.words();
    let export = format!("/c/{}/retainer/export", viewer.client());
    let page = RetainerPage {
        frame: Frame::of(w.retainer, "/retainer", &viewer, &signed_in),
        w,
        files: match retainers
            .iter()
            .any(|retainer| !retainer.periods.is_empty())
        {
            true => export::links(w, |kind| format!("{export}?format={kind}")),
            false => Vec::new(),
        },
        retainers: (1..)
            .zip(&retainers)
            .map(|(number, retainer)| view(number, retainer, &format))
            .collect(),
    };
    Ok(render(&page)?)
}

/// The retainers as far as the role reaches: draws are rows of the time sheet, for those who see that.
async fn seen(portal: &Portal, viewer: &Viewer) -> Result<Vec<Retainer>, Refusal> {
    let mut retainers = portal.store().retainers(viewer).await?;
    if !viewer.may(Need::Timesheet) {
        for period in retainers.iter_mut().flat_map(|one| &mut one.periods) {
            period.draws.clear();
        }
    }
    Ok(retainers)
}

/// `GET /c/{client}/retainer/export`: every period, and every draw of each.
pub(in super::super) async fn export(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let kind = query.strip_prefix("format=").and_then(FileKind::named);
    let kind = kind.ok_or(Refusal::Malformed)?;
    let format = format_of(&viewer);
    let w = format.words();
    let (today, _) = calendar(&portal, &viewer);
    let retainers = seen(&portal, &viewer).await?;
    let in_money = retainers
        .iter()
        .any(|retainer| retainer.allowance.currency().is_some());
    let unit = if in_money { Kind::Money } else { Kind::Hours };
    let columns = [
        ("period", w.period, Kind::Text),
        ("day", w.day, Kind::Date),
        ("what", w.description, Kind::Text),
        ("person", w.person, Kind::Text),
        ("granted", w.granted, unit),
        ("carried", w.carried, unit),
        ("used", w.used, unit),
        ("over", w.overage, unit),
        ("left", w.left, unit),
    ];
    let file = File {
        stem: w.file_retainer.to_owned(),
        title: w.retainer.to_owned(),
        day: today,
        columns: columns
            .map(|(key, name, kind)| export::column(key, name, kind))
            .into(),
        rows: retainers
            .iter()
            .flat_map(|retainer| &retainer.periods)
            .flat_map(|period| ledger(period, &format))
            .collect(),
    };
    export::send(&portal, &viewer, file, kind).await
}

/// A row for the period and one for each draw.
fn ledger(period: &RetainerPeriod, format: &Format) -> Vec<Vec<Cell>> {
    let cell = |amount: Amount| match amount {
        Amount::Hours(seconds) => Cell::Hours(seconds),
        Amount::Money(money) => Cell::Money(money),
    };
    let name = Cell::Text(period.period.to_string());
    let mut rows = vec![vec![
        name.clone(),
        Cell::Empty,
        Cell::Text(format.words().period.to_owned()),
        Cell::Empty,
        cell(period.granted),
        cell(period.carried_in),
        cell(period.used),
        cell(period.overage),
        cell(period.left),
    ]];
    rows.extend(period.draws.iter().map(|draw| {
        vec![
            name.clone(),
            Cell::Date(draw.day),
            Cell::text(draw.description.as_deref()),
            Cell::Text(draw.member.clone()),
            Cell::Empty,
            Cell::Empty,
            cell(draw.amount),
        ]
    }));
    rows
}

fn view(number: usize, retainer: &Retainer, format: &Format) -> RetainerView {
    let w = format.words();
    let shown = retainer.periods.iter().take(PERIODS);
    let terms = match retainer.per.as_str() {
        "week" => w.retainer_terms_week,
        "month" => w.retainer_terms_month,
        "quarter" => w.retainer_terms_quarter,
        "year" => w.retainer_terms_year,
        _ => w.retainer_terms_term,
    };
    let since = fill(w.since, &[&format.day(retainer.start)]);
    let until = retainer.end.map(|end| fill(w.until, &[&format.day(end)]));
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
        chart: chart(number, retainer, format),
        earlier: retainer
            .periods
            .len()
            .checked_sub(PERIODS)
            .filter(|earlier| *earlier > 0)
            .map(|earlier| fill(w.earlier_periods, &[&earlier.to_string()])),
        periods: shown.clone().map(|period| row(period, format)).collect(),
        drawn: match retainer.allowance.currency() {
            None => w.hours,
            Some(_) => w.amount,
        },
        draws: shown
            .filter(|period| !period.draws.is_empty())
            .take(DRAWN_PERIODS)
            .map(|period| draws(period, format))
            .collect(),
    }
}

/// What was used of each of the last periods, against what there was.
fn chart(number: usize, retainer: &Retainer, format: &Format) -> Option<Chart> {
    let w = format.words();
    let columns: Vec<Column> = retainer
        .periods
        .iter()
        .take(12)
        .rev()
        .map(|period| {
            let available = period
                .granted
                .number()
                .saturating_add(period.carried_in.number());
            Column {
                name: format.period(period.period),
                brief: match period.period == Period::month(period.period.from) {
                    true => format.short_month(period.period.from),
                    false => format.brief_day(period.period.from),
                },
                value: fill(
                    w.used_of,
                    &[
                        &format.amount(period.used),
                        &format.amount(period.granted.with(available)),
                    ],
                ),
                number: period.used.number(),
                limit: Some(available),
            }
        })
        .collect();
    chart::columns(
        &format!("periods-{number}"),
        w.used_by_period.to_owned(),
        [w.period, w.used],
        Some(w.available),
        &columns,
    )
    .filter(|_| columns.len() > 1)
}

fn current(period: &RetainerPeriod, format: &Format) -> Current {
    let w = format.words();
    let over = period.overage.number() > 0;
    Current {
        label: retainer_label(period, w),
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
    let w = format.words();
    Draws {
        title: fill(w.draws_of, &[&format.period(period.period)]),
        total: format.amount(period.used),
        open: period.current,
        more: period
            .draws
            .len()
            .checked_sub(DRAWS)
            .filter(|more| *more > 0)
            .map(|more| fill(w.more_draws, &[&more.to_string()])),
        rows: period
            .draws
            .iter()
            .take(DRAWS)
            .map(|draw| DrawRow {
                day: format.short_day(draw.day),
                description: draw.description.clone().unwrap_or_default(),
                member: draw.member.clone(),
                amount: format.amount(draw.amount),
            })
            .collect(),
    }
}
