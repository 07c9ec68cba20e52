//! What was spent for a client, a year at a time, and the same as a file.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};

use crate::document::sheet::{Cell, Kind};
use crate::published::Expense;
use crate::values::id::PublicId;
use crate::values::money::{Currency, Money};

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::Spending;
use super::super::template::{Frame, Pager, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::Words;
use super::export::{self, FileKind};
use super::filter::{calendar, each_once};
use super::timesheet::page_number;
use super::{Link, ROWS, format_of, pager};

#[derive(Debug, Template)]
#[template(path = "expenses.html", config = "src/portal/askama.toml")]
struct ExpensesPage {
    frame: Frame,
    w: &'static Words,
    years: Vec<Link>,
    /// Of the year: all, and what no invoice bills yet.
    totals: Vec<(&'static str, String)>,
    /// Whether the viewer sees of which project they are.
    projects: bool,
    /// Whether the viewer sees by which invoice they were billed.
    invoices: bool,
    rows: Vec<Row>,
    pager: Option<Pager>,
    files: Vec<Link>,
}

#[derive(Debug)]
struct Row {
    day: String,
    words: String,
    category: String,
    project: String,
    invoice: String,
    amount: String,
}

/// What an address asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    year: Option<u16>,
    page: String,
    format: String,
}

impl Asked {
    /// Each word once, and none that is not known.
    fn read(query: &str) -> Option<Self> {
        let mut asked = Self::default();
        each_once(query, |name, value| {
            match name {
                "year" => asked.year = Some(year(value)?),
                "page" => value.clone_into(&mut asked.page),
                "format" => value.clone_into(&mut asked.format),
                _ => return None,
            }
            Some(())
        })?;
        Some(asked)
    }
}

fn year(text: &str) -> Option<u16> {
    let plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `GET /c/{client}/expenses`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Refusal> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())
        .filter(|asked| asked.format.is_empty())
        .ok_or(Refusal::Malformed)?;
    let number = page_number(&asked.page).ok_or(Refusal::Malformed)?;
    let found = portal.store().expenses(&viewer, asked.year).await?;
    let names = project_names(&portal, &viewer).await?;
    let format = format_of(&viewer);
    let w = format.words();
    let here = format!("/c/{}/expenses", viewer.client());
    let skip = usize::try_from(number.saturating_sub(1).saturating_mul(ROWS));
    let of_page = found.expenses.iter().skip(skip.unwrap_or(usize::MAX));
    let rows = of_page
        .take(usize::try_from(ROWS).unwrap_or_default())
        .map(|expense| row(expense, &names, &format))
        .collect();
    let count = u64::try_from(found.expenses.len()).unwrap_or(u64::MAX);
    let year = found.year.unwrap_or_default();
    let page = ExpensesPage {
        frame: Frame::of(w.expenses, "/expenses", &viewer, &signed_in),
        w,
        years: years(&found, &here),
        totals: totals(&found.expenses, viewer.may(Need::Invoices), &format),
        projects: viewer.may(Need::Projects),
        invoices: viewer.may(Need::Invoices),
        rows,
        pager: pager(w, number, count, |page| {
            format!("{here}?year={year:04}&page={page}")
        }),
        files: export::links(w, |kind| {
            format!("{here}/export?year={year:04}&format={kind}")
        }),
    };
    Ok(render(&page)?)
}

fn years(found: &Spending, here: &str) -> Vec<Link> {
    let link = |year: &u16| Link {
        address: format!("{here}?year={year:04}"),
        name: format!("{year:04}"),
        current: Some(*year) == found.year,
    };
    found.years.iter().map(link).collect()
}

/// Names of projects, for whoever may know of them.
async fn project_names(
    portal: &Portal,
    viewer: &Viewer,
) -> Result<HashMap<PublicId, String>, Refusal> {
    if !viewer.may(Need::Projects) {
        return Ok(HashMap::new());
    }
    let projects = portal.store().projects(viewer).await?;
    let projects = projects.map_or_else(Vec::new, |all| all.projects);
    Ok(projects
        .into_iter()
        .map(|project| (project.id, project.name))
        .collect())
}

fn row(expense: &Expense, names: &HashMap<PublicId, String>, format: &Format) -> Row {
    Row {
        day: format.short_day(expense.day),
        words: words(expense, format.words()),
        category: expense.category.clone().unwrap_or_default(),
        project: names.get(&expense.project).cloned().unwrap_or_default(),
        invoice: expense.invoice.clone().unwrap_or_default(),
        amount: format.money(expense.amount),
    }
}

/// What it was for.
fn words(expense: &Expense, w: &Words) -> String {
    let said = expense.description.as_ref().or(expense.category.as_ref());
    said.cloned().unwrap_or_else(|| w.expense.to_owned())
}

fn totals(expenses: &[Expense], invoices: bool, format: &Format) -> Vec<(&'static str, String)> {
    let w = format.words();
    let sums = |name: &'static str, chosen: &dyn Fn(&Expense) -> bool| {
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        for expense in expenses.iter().filter(|expense| chosen(expense)) {
            let currency = expense.amount.currency();
            let sum = sums
                .entry(currency)
                .or_insert_with(|| Money::zero(currency));
            // More than an amount holds is no year's spending.
            *sum = sum.checked_add(expense.amount).unwrap_or(*sum);
        }
        sums.into_values()
            .map(|sum| (name, format.money(sum)))
            .collect::<Vec<_>>()
    };
    let mut all = sums(w.total, &|_| true);
    if invoices {
        all.extend(sums(w.not_billed_yet, &|expense| expense.invoice.is_none()));
    }
    all
}

/// `GET /c/{client}/expenses/export`: the year, all of it.
pub(in super::super) async fn export(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())
        .filter(|asked| asked.page.is_empty())
        .ok_or(Refusal::Malformed)?;
    let kind = FileKind::named(&asked.format).ok_or(Refusal::Malformed)?;
    let found = portal.store().expenses(&viewer, asked.year).await?;
    let names = project_names(&portal, &viewer).await?;
    let w = format_of(&viewer).words();
    let (projects, invoices) = (viewer.may(Need::Projects), viewer.may(Need::Invoices));
    let columns = [
        ("day", w.day, Kind::Date, true),
        ("description", w.description, Kind::Text, true),
        ("category", w.category, Kind::Text, true),
        ("project", w.project, Kind::Text, projects),
        ("invoice", w.invoice, Kind::Text, invoices),
        ("amount", w.amount, Kind::Money, true),
    ];
    let row = |expense: &Expense| {
        let project = names.get(&expense.project).map(String::as_str);
        let cells = [
            Cell::Date(expense.day),
            Cell::Text(words(expense, w)),
            Cell::text(expense.category.as_deref()),
            Cell::text(project),
            Cell::text(expense.invoice.as_deref()),
            Cell::Money(expense.amount),
        ];
        let shown = columns.iter().zip(cells);
        shown
            .filter_map(|((.., shown), cell)| shown.then_some(cell))
            .collect()
    };
    let (today, _) = calendar(&portal, &viewer);
    let file = export::File {
        stem: format!("{}-{:04}", w.file_expenses, found.year.unwrap_or_default()),
        title: w.expenses.to_owned(),
        day: today,
        rows: found.expenses.iter().map(row).collect(),
        columns: columns
            .iter()
            .filter(|(.., shown)| *shown)
            .map(|(key, name, kind, _)| export::column(key, name, *kind))
            .collect(),
    };
    export::send(&portal, &viewer, file, kind).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_asked_for_once() {
        let of = |query: &str| Asked::read(query).map(|asked| (asked.year, asked.page));
        assert_eq!(of(""), Some((None, String::new())));
        assert_eq!(of("year=2026&page=2"), Some((Some(2026), "2".to_owned())));
        for query in ["year=226", "year=+226", "year=2026&year=2026", "sort=day"] {
            assert_eq!(of(query), None, "{query}");
        }
    }
}
