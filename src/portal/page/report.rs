//! Reports: hours by month, project, phase, task and person, and what was billed by month; each as a file too.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;

use crate::document::sheet::{Cell, Column as SheetColumn, Kind};
use crate::published::Project;
use crate::values::id::PublicId;
use crate::values::money::Money;
use crate::values::period::YearMonth;

use super::super::chart::{self, Chart, Column};
use super::super::error::Refusal;
use super::super::format::{Format, share};
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::{By, EntryFilter, Sum};
use super::super::template::{Frame, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::Words;
use super::export::{self, File, FileKind};
use super::filter::{Asked, calendar};
use super::timesheet::{names, project_name};
use super::{Link, format_of};

/// Rows of a report on the page; a file has them all.
const MOST_ROWS: usize = 24;

#[derive(Debug, Template)]
#[template(path = "reports.html", config = "src/portal/askama.toml")]
struct ReportsPage {
    frame: Frame,
    w: &'static Words,
    presets: Vec<Link>,
    problem: Option<String>,
    /// Back to everything, where something is filtered.
    all: Option<String>,
    any: bool,
    reports: Vec<ReportView>,
}

#[derive(Debug)]
struct ReportView {
    title: &'static str,
    head: &'static str,
    money: bool,
    /// A bar in each row.
    bars: bool,
    chart: Option<Chart>,
    rows: Vec<Row>,
    more: bool,
    files: Vec<Link>,
}

#[derive(Debug)]
struct Row {
    name: String,
    beside: String,
    value: String,
    amounts: Vec<String>,
    width: u8,
}

/// A report, by its word in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    Months,
    Projects,
    Phases,
    Tasks,
    People,
    Spend,
}

impl Report {
    const EACH: [(Self, &'static str); 6] = [
        (Self::Months, "months"),
        (Self::Projects, "projects"),
        (Self::Phases, "phases"),
        (Self::Tasks, "tasks"),
        (Self::People, "people"),
        (Self::Spend, "spend"),
    ];

    fn named(name: &str) -> Option<Self> {
        let mut each = Self::EACH.into_iter();
        each.find(|(_, word)| *word == name)
            .map(|(report, _)| report)
    }

    fn word(self) -> &'static str {
        let mut each = Self::EACH.into_iter();
        each.find(|(report, _)| *report == self)
            .map_or("", |(_, word)| word)
    }

    fn title(self, w: &Words) -> &'static str {
        match self {
            Self::Months => w.by_month,
            Self::Projects => w.by_project,
            Self::Phases => w.by_phase,
            Self::Tasks => w.by_task,
            Self::People => w.by_person,
            Self::Spend => w.spend_by_month,
        }
    }

    /// Above the names of its rows.
    fn head(self, w: &Words) -> &'static str {
        match self {
            Self::Months | Self::Spend => w.month,
            Self::Projects => w.project,
            Self::Phases => w.phase,
            Self::Tasks => w.task,
            Self::People => w.person,
        }
    }

    /// What it sums up; none of what was billed.
    fn by(self) -> Option<By> {
        match self {
            Self::Months => Some(By::Month),
            Self::Projects => Some(By::Project),
            Self::Phases => Some(By::Phase),
            Self::Tasks => Some(By::Task),
            Self::People => Some(By::Member),
            Self::Spend => None,
        }
    }

    /// Whether the role and the sections reach it.
    fn is_for(self, viewer: &Viewer) -> bool {
        let sections = &viewer.console().sections;
        let hours = viewer.may(Need::Timesheet);
        match self {
            Self::Months | Self::Projects | Self::People => hours,
            Self::Phases => hours && sections.phases,
            Self::Tasks => hours && sections.tasks,
            Self::Spend => viewer.may(Need::Invoices),
        }
    }
}

/// `GET /c/{client}/reports`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())
        .filter(|asked| asked.view.is_empty() && asked.page.is_empty())
        .ok_or(Refusal::Malformed)?;
    let format = format_of(&viewer);
    let w = format.words();
    let here = format!("/c/{}/reports", viewer.client());
    let (today, week_start) = calendar(&portal, &viewer);
    let (filter, problem) = match asked.filter(today, week_start, w) {
        Ok(filter) => (Some(filter), None),
        Err(problem) => (None, Some(problem)),
    };
    let mut reports = Vec::new();
    if let Some(filter) = &filter {
        let names = names(&portal, &viewer).await?;
        for (report, _) in Report::EACH {
            if !report.is_for(&viewer) {
                continue;
            }
            let told = tell(&portal, &viewer, report, filter, &names, &format).await?;
            let files = export::links(w, |kind| {
                let own = [("report", report.word()), ("format", kind)];
                asked.address(&format!("{here}/export"), &own)
            });
            reports.extend(view(report, told, files, &format));
        }
    }
    let status = match problem {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let page = ReportsPage {
        frame: Frame::of(w.reports, "/reports", &viewer, &signed_in),
        w,
        presets: asked.presets(&here, w),
        problem,
        all: asked.is_filter().then(|| here.clone()),
        any: !reports.is_empty(),
        reports,
    };
    Ok((status, render(&page)?).into_response())
}

/// A row of a report.
#[derive(Debug)]
struct Told {
    name: String,
    /// The same where there is little room.
    brief: String,
    project: String,
    /// Hours, or minor units.
    number: i64,
    value: Cell,
    amounts: Vec<Money>,
}

async fn tell(
    portal: &Portal,
    viewer: &Viewer,
    report: Report,
    filter: &EntryFilter,
    names: &HashMap<PublicId, Project>,
    format: &Format,
) -> Result<Vec<Told>, Refusal> {
    let Some(by) = report.by() else {
        let billed = portal.store().billed(viewer).await?;
        let days = (filter.from, filter.to);
        return Ok(billed
            .into_iter()
            .filter(|(month, _)| is_within(*month, days))
            .map(|(month, money)| spent(month, money, format))
            .collect());
    };
    let mut sums = portal.store().sums(viewer, filter.clone(), by).await?;
    if by != By::Month {
        sums.sort_by_key(|sum| std::cmp::Reverse(sum.totals.seconds));
    }
    Ok(sums
        .into_iter()
        .map(|sum| summed(report, sum, names, format))
        .collect())
}

/// Whether a month has days in the range.
fn is_within(month: YearMonth, (from, to): (Option<NaiveDate>, Option<NaiveDate>)) -> bool {
    let days = month.period();
    from.is_none_or(|from| days.to >= from) && to.is_none_or(|to| days.from <= to)
}

fn spent(month: YearMonth, money: Money, format: &Format) -> Told {
    Told {
        name: format.month(month.period().from),
        brief: format.short_month(month.period().from),
        project: String::new(),
        number: money.minor(),
        value: Cell::Money(money),
        amounts: Vec::new(),
    }
}

fn summed(report: Report, sum: Sum, names: &HashMap<PublicId, Project>, format: &Format) -> Told {
    let w = format.words();
    let of_project = sum.project.as_deref().map(|id| project_name(names, id));
    let month = sum
        .name
        .as_deref()
        .and_then(|month| YearMonth::parse(month).ok());
    let brief = month.map_or_else(String::new, |month| format.short_month(month.period().from));
    let (name, project) = match (report, sum.name) {
        (Report::Projects, _) => (of_project.unwrap_or_default(), String::new()),
        (Report::Months, Some(month)) => {
            let first = YearMonth::parse(&month).map(|month| month.period().from);
            (first.map_or(month, |day| format.month(day)), String::new())
        }
        (_, Some(name)) => (name, of_project.unwrap_or_default()),
        (Report::Phases, None) => (w.without_phase.to_owned(), of_project.unwrap_or_default()),
        (_, None) => (w.without_task.to_owned(), of_project.unwrap_or_default()),
    };
    Told {
        name,
        brief,
        project,
        number: sum.totals.seconds.0,
        value: Cell::Hours(sum.totals.seconds),
        amounts: sum.totals.amounts,
    }
}

fn view(report: Report, told: Vec<Told>, files: Vec<Link>, format: &Format) -> Option<ReportView> {
    let w = format.words();
    if told.is_empty() {
        return None;
    }
    let shown = |told: &Told| match &told.value {
        Cell::Money(money) => format.money(*money),
        Cell::Hours(seconds) => format.hours(*seconds),
        _ => String::new(),
    };
    let by_month = matches!(report, Report::Months | Report::Spend);
    let columns: Vec<Column> = told
        .iter()
        .rev()
        .take(12)
        .rev()
        .map(|told| Column {
            name: told.name.clone(),
            brief: told.brief.clone(),
            value: shown(told),
            number: told.number,
            limit: None,
        })
        .collect();
    let mut chart = chart::columns(
        report.word(),
        report.title(w).to_owned(),
        [
            report.head(w),
            if report == Report::Spend {
                w.amount
            } else {
                w.hours
            },
        ],
        None,
        &columns,
    );
    // The table stands beside it already.
    if let Some(chart) = &mut chart {
        chart.rows.clear();
    }
    let most = told.iter().map(|told| told.number).max().unwrap_or(0);
    let row = |told: &Told| Row {
        name: told.name.clone(),
        beside: told.project.clone(),
        value: shown(told),
        amounts: told
            .amounts
            .iter()
            .map(|amount| format.money(*amount))
            .collect(),
        width: share(told.number, most),
    };
    // Months are read from the newest.
    let rows = match by_month {
        true => told.iter().rev().take(MOST_ROWS).map(row).collect(),
        false => told.iter().take(MOST_ROWS).map(row).collect(),
    };
    Some(ReportView {
        title: report.title(w),
        head: report.head(w),
        money: report == Report::Spend,
        bars: !by_month,
        chart: chart.filter(|_| by_month && columns.len() > 1),
        rows,
        more: told.len() > MOST_ROWS,
        files,
    })
}

/// `GET /c/{client}/reports/export`: one report, all of it.
pub(in super::super) async fn export(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let (asked, [kind, report]) =
        Asked::read_beside(&query, &["format", "report"]).ok_or(Refusal::Malformed)?;
    let kind = FileKind::named(&kind).ok_or(Refusal::Malformed)?;
    let report = Report::named(&report).ok_or(Refusal::Malformed)?;
    if !report.is_for(&viewer) {
        return Err(Refusal::NotFound);
    }
    let format = format_of(&viewer);
    let w = format.words();
    let (today, week_start) = calendar(&portal, &viewer);
    let filter = asked
        .filter(today, week_start, w)
        .map_err(|_| Refusal::Malformed)?;
    let names = names(&portal, &viewer).await?;
    let told = tell(&portal, &viewer, report, &filter, &names, &format).await?;
    let amounts = report != Report::Spend && viewer.shows_amounts();
    let beside = matches!(report, Report::Phases | Report::Tasks);
    let file = File {
        stem: format!("{}-{}", w.file_report, report.word()),
        title: report.title(w).to_owned(),
        day: today,
        columns: columns(report, w, beside, amounts),
        rows: told
            .into_iter()
            .map(|told| {
                let mut row = Vec::new();
                if beside {
                    row.push(Cell::Text(told.project));
                }
                row.extend([Cell::Text(told.name), told.value]);
                if amounts {
                    // One currency is a client's; of a second one the file tells the first.
                    row.push(
                        told.amounts
                            .first()
                            .map_or(Cell::Empty, |sum| Cell::Money(*sum)),
                    );
                }
                row
            })
            .collect(),
    };
    export::send(&portal, &viewer, file, kind).await
}

fn columns(report: Report, w: &Words, beside: bool, amounts: bool) -> Vec<SheetColumn> {
    let mut columns = Vec::new();
    if beside {
        columns.push(export::column("project", w.project, Kind::Text));
    }
    columns.push(export::column("name", report.head(w), Kind::Text));
    columns.push(match report {
        Report::Spend => export::column("amount", w.amount, Kind::Money),
        _ => export::column("hours", w.hours, Kind::Hours),
    });
    if amounts {
        columns.push(export::column("amount", w.amount, Kind::Money));
    }
    columns
}
