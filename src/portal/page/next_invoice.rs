//! What the next invoice would be: work that no invoice holds yet, by project. Amounts only where they are shown.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use crate::published::UnbilledProject;
use crate::values::money::Money;

use super::super::error::Refusal;
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Frame, render};
use super::super::viewer::Need;
use super::super::words::{Words, fill};
use super::format_of;

#[derive(Debug, Template)]
#[template(path = "next_invoice.html", config = "src/portal/askama.toml")]
struct NextPage {
    frame: Frame,
    w: &'static Words,
    /// The list of invoices, for whom it is there.
    invoices: Option<String>,
    as_of: String,
    nothing: bool,
    hours: String,
    amount: Option<String>,
    /// What of it is no work of the projects: fees, expenses, rounding of lines.
    beside: Option<String>,
    projects: Vec<Row>,
    amounts: bool,
    timesheet: Option<String>,
}

#[derive(Debug)]
struct Row {
    name: String,
    address: String,
    hours: String,
    amount: String,
}

/// `GET /c/{client}/next-invoice`
pub(in super::super) async fn show(
    State(_): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
) -> Result<Html<String>, Refusal> {
    let format = format_of(&viewer);
    let w = format.words();
    let console = viewer.console();
    let base = format!("/c/{}", viewer.client());
    let unbilled = console.unbilled.as_ref().ok_or(Refusal::NotFound)?;
    // What an invoice would really be knows of fees, expenses and rounding; else what the work comes to.
    let drafted = unbilled.invoice;
    let work = unbilled
        .amount
        .unwrap_or_else(|| Money::zero(console.currency));
    let beside = drafted
        .and_then(|drafted| drafted.checked_sub(work).ok())
        .filter(|beside| !beside.is_zero());
    let row = |project: &UnbilledProject| Row {
        name: project.name.clone(),
        address: format!("{base}/projects/{}", project.project),
        hours: format.hours(project.seconds),
        amount: project
            .amount
            .map_or_else(String::new, |amount| format.money(amount)),
    };
    let page = NextPage {
        frame: Frame::of(w.next_invoice, "/invoices", &viewer, &signed_in),
        w,
        invoices: viewer
            .may(Need::Invoices)
            .then(|| format!("{base}/invoices")),
        as_of: fill(w.as_of, &[&format.day(console.as_of)]),
        nothing: unbilled.projects.is_empty() && unbilled.seconds.0 == 0 && drafted.is_none(),
        hours: fill(w.unbilled_hours, &[&format.hours(unbilled.seconds)]),
        amount: drafted
            .or(unbilled.amount)
            .map(|amount| format.money(amount)),
        beside: beside.map(|beside| format.money(beside)),
        amounts: unbilled
            .projects
            .iter()
            .any(|project| project.amount.is_some()),
        projects: unbilled.projects.iter().map(row).collect(),
        timesheet: viewer
            .may(Need::Timesheet)
            .then(|| format!("{base}/timesheet?billable=yes")),
    };
    Ok(render(&page)?)
}
