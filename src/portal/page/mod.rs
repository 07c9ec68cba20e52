//! The pages of a client. Each reads what its viewer may see, turns it into words and fills a template.

pub(super) mod approval;
pub(super) mod console;
pub(super) mod document;
pub(super) mod expense;
pub(super) mod export;
mod filter;
pub(super) mod invoice;
pub(super) mod next_invoice;
pub(super) mod project;
pub(super) mod question;
pub(super) mod report;
pub(super) mod retainer;
pub(super) mod timesheet;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::published::{Budget, BudgetUnit};

use super::chart::{self, Chart};
use super::format::{Format, share};
use super::store::Page;
use super::template::{Bar, Pager};
use super::viewer::Viewer;
use super::words::{Words, fill};

/// Rows on one page of a list.
const ROWS: u32 = 50;
/// No list is leafed through beyond this page.
const LAST_PAGE: u32 = 100_000;

fn format_of(viewer: &Viewer) -> Format {
    Format::of(&viewer.console().language)
}

/// A way to somewhere, one of several.
#[derive(Debug)]
struct Link {
    address: String,
    name: String,
    current: bool,
}

/// A value that a form offers.
#[derive(Debug)]
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// A budget as it is shown: the bar, the numbers, and the plain sentence.
#[derive(Debug)]
struct BudgetView {
    bar: Bar,
    left: String,
    over: bool,
    sentence: Option<String>,
}

impl BudgetView {
    fn new(budget: &Budget, closed: bool, as_of: chrono::NaiveDate, format: &Format) -> Self {
        let (used, allocated, width, over, left) = match &budget.unit {
            BudgetUnit::Hours {
                allocated,
                used,
                left,
            } => (
                format.hours(*used),
                format.hours(*allocated),
                share(used.0, allocated.0),
                (left.0 < 0).then(|| format.hours(-*left)),
                format.hours(*left),
            ),
            BudgetUnit::Money {
                allocated,
                used,
                left,
            } => (
                format.money(*used),
                format.money(*allocated),
                share(used.minor(), allocated.minor()),
                left.is_negative().then(|| {
                    left.negated()
                        .map_or_else(|_| format.money(*left), |over| format.money(over))
                }),
                format.money(*left),
            ),
        };
        let w = format.words();
        let text = fill(w.used_of, &[&used, &allocated]);
        Self {
            bar: Bar {
                width,
                over: over.is_some(),
                text: format!("{text} ({})", format.percent(budget.percent)),
            },
            left: match &over {
                Some(over) => fill(w.over_by, &[over]),
                None => fill(w.budget_left, &[&left]),
            },
            sentence: if closed {
                None
            } else {
                sentence(budget, over.as_deref(), as_of, format)
            },
            over: over.is_some(),
        }
    }
}

/// "At 12.5 h a week the budget lasts until 14 January 2027."
fn sentence(
    budget: &Budget,
    over: Option<&str>,
    as_of: chrono::NaiveDate,
    format: &Format,
) -> Option<String> {
    let w = format.words();
    match (budget.projected_completion, over) {
        (Some(day), _) if day > as_of && over.is_none() => {
            let pace = format.rough_hours(budget.burn_rate);
            Some(fill(w.lasts_until, &[&pace, &format.day(day)]))
        }
        (Some(day), _) => Some(fill(w.used_up_on, &[&format.day(day)])),
        (None, Some(over)) => Some(fill(w.exceeded_by, &[over])),
        (None, None) if budget.burn_rate <= Decimal::ZERO => Some(w.no_pace.to_owned()),
        (None, None) => None,
    }
}

/// The rows of page `number`, counted from 1.
fn rows(number: u32) -> Page {
    Page {
        skip: number
            .clamp(1, LAST_PAGE)
            .saturating_sub(1)
            .saturating_mul(ROWS),
        take: ROWS,
    }
}

/// Links to the pages before and after, where a list has more than one.
fn pager(w: &Words, number: u32, rows: u64, address: impl Fn(u32) -> String) -> Option<Pager> {
    let pages = rows
        .div_ceil(u64::from(ROWS))
        .to_u32()
        .unwrap_or(LAST_PAGE)
        .min(LAST_PAGE);
    (pages > 1).then(|| Pager {
        newer: (number > 1).then(|| address(number.saturating_sub(1).min(pages))),
        older: (number < pages).then(|| address(number.saturating_add(1))),
        text: fill(w.page_of, &[&number.to_string(), &pages.to_string()]),
    })
}

/// The chart of a budget in hours.
fn burn_chart(
    id: &str,
    name: &str,
    budget: &Budget,
    view: &BudgetView,
    as_of: chrono::NaiveDate,
    format: &Format,
) -> Option<Chart> {
    let BudgetUnit::Hours { allocated, .. } = budget.unit else {
        return None;
    };
    let burn = chart::Burn {
        name,
        weeks: &budget.weeks,
        allocated,
        as_of,
        completion: budget.projected_completion,
        sentence: view.sentence.as_deref().unwrap_or_default(),
    };
    chart::burn_up(id, &burn, format)
}
