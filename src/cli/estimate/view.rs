//! Estimates as text and JSON.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::app::Error;
use crate::app::estimate::{Accepted, Shown};
use crate::cli::count::count;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::domain::estimate::EstimateLine;
use crate::domain::invoice::{Grounds, Line, Totals, Unit};
use crate::values::money::Percent;
use crate::values::text::shell_word;

/// An estimate with the owner's eyes.
#[derive(Debug, Serialize)]
pub(super) struct EstimateView {
    estimate: String,
    number: Option<String>,
    title: String,
    state: &'static str,
    client: String,
    date: NaiveDate,
    valid_until: Option<NaiveDate>,
    currency: &'static str,
    language: String,
    introduction: Option<String>,
    lines: Vec<LineView>,
    hours: String,
    line_total: String,
    discount: String,
    discount_percent: Option<String>,
    discount_reason: Option<String>,
    surcharge: String,
    surcharge_percent: Option<String>,
    surcharge_reason: Option<String>,
    net: String,
    tax: Vec<TaxView>,
    tax_note: Option<String>,
    total: String,
    closing: Option<String>,
    sent: Option<String>,
    decided: Option<NaiveDate>,
    reason: Option<String>,
    project: Option<String>,
    document_sha256: Option<String>,
}

#[derive(Debug, Serialize)]
struct LineView {
    phase: Option<String>,
    task: Option<String>,
    /// Of a task.
    seconds: Option<i64>,
    description: String,
    quantity: String,
    unit: &'static str,
    unit_price: String,
    adjustment: Option<String>,
    net: String,
    tax_rate: String,
    tax_category: &'static str,
}

#[derive(Debug, Serialize)]
struct TaxView {
    category: &'static str,
    name: Option<String>,
    rate: String,
    base: String,
    amount: String,
}

fn plain(number: Decimal, places: u32) -> String {
    let mut number = number.normalize();
    if number.scale() < places {
        number.rescale(places);
    }
    number.to_string()
}

fn percent(percent: Percent) -> String {
    plain(percent.decimal(), 0)
}

impl LineView {
    fn of(of: &EstimateLine, exponent: u32) -> Self {
        let EstimateLine { task, line } = of;
        let phase = task.as_ref().and_then(|task| task.phase.as_ref());
        Self {
            phase: phase.map(ToString::to_string),
            task: task.as_ref().map(|task| task.name.to_string()),
            seconds: task.as_ref().map(|task| task.seconds.0),
            description: line.description.clone(),
            quantity: plain(line.quantity, 0),
            unit: line.unit.code(),
            unit_price: plain(line.unit_price, exponent),
            adjustment: line.adjustment.as_ref().map(|of| of.amount.amount()),
            net: line.net.amount(),
            tax_rate: percent(line.tax.percent),
            tax_category: line.tax.category.code(),
        }
    }
}

impl EstimateView {
    pub(super) fn of(shown: &Shown) -> Result<Self> {
        let estimate = &shown.estimate;
        let Totals {
            line_total,
            discount,
            surcharge,
            net,
            taxes,
            tax: _,
            total,
        } = estimate.totals().map_err(Error::from)?;
        let grounds = |of: &Grounds| (of.percent.map(percent), of.reason.clone());
        let (discount_percent, discount_reason) = grounds(&estimate.adjustments.discount_for);
        let (surcharge_percent, surcharge_reason) = grounds(&estimate.adjustments.surcharge_for);
        let exponent = estimate.currency.exponent();
        Ok(Self {
            estimate: estimate.name(),
            number: estimate.number.clone(),
            title: estimate.title.to_string(),
            state: shown.state().word(),
            client: shown.client.slug.to_string(),
            date: estimate.date,
            valid_until: estimate.valid_until,
            currency: estimate.currency.code(),
            language: estimate.language.clone(),
            introduction: estimate.introduction.clone(),
            lines: estimate
                .lines
                .iter()
                .map(|line| LineView::of(line, exponent))
                .collect(),
            hours: estimate.hours().hours(),
            line_total: line_total.amount(),
            discount: discount.amount(),
            discount_percent,
            discount_reason,
            surcharge: surcharge.amount(),
            surcharge_percent,
            surcharge_reason,
            net: net.amount(),
            tax: taxes
                .into_iter()
                .map(|of| TaxView {
                    category: of.tax.category.code(),
                    name: of.name,
                    rate: percent(of.tax.percent),
                    base: of.base.amount(),
                    amount: of.amount.amount(),
                })
                .collect(),
            tax_note: estimate.tax_note.clone(),
            total: total.amount(),
            closing: estimate.closing.clone(),
            sent: estimate
                .sent
                .map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            decided: estimate.decided,
            reason: estimate.reason.clone(),
            project: shown.project.as_ref().map(ToString::to_string),
            document_sha256: estimate.document_sha256.clone(),
        })
    }

    fn adjusted(
        &self,
        page: &mut Page,
        word: &str,
        [amount, percent, reason]: [Option<&String>; 3],
    ) {
        let amount = amount.map_or("0", String::as_str);
        if amount.chars().all(|c| matches!(c, '0' | '.')) {
            return;
        }
        let percent = percent.map_or(String::new(), |percent| format!(" {percent} %"));
        let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
        page.field(
            &format!("{word}{percent}{reason}"),
            Some(format!("{amount} {}", self.currency)),
        );
    }
}

impl View for EstimateView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "estimate {} for {}: {}, {}",
            self.estimate, self.client, self.title, self.state
        ));
        page.field("date", Some(self.date));
        let last = match (self.valid_until, self.number.is_none()) {
            (Some(last), _) => Some(last.to_string()),
            (None, true) => Some("by the setting estimate-valid-days, from issue".to_owned()),
            (None, false) => None,
        };
        page.field("valid until", last);
        page.field("mailed", self.sent.as_ref());
        page.field(self.state, self.decided);
        page.field("reason", self.reason.as_ref());
        page.field("project", self.project.as_ref());
        let columns = [
            Column::Number(""),
            Column::Text("line"),
            Column::Number("quantity"),
            Column::Text("unit"),
            Column::Number("price"),
            Column::Number("net"),
        ];
        let rows: Vec<Vec<String>> = (1..)
            .zip(&self.lines)
            .map(|(place, line): (usize, _)| {
                let adjusted = line.adjustment.as_ref();
                let adjusted = adjusted.map_or(String::new(), |amount| format!(" ({amount})"));
                vec![
                    place.to_string(),
                    format!("{}{adjusted}", line.description),
                    line.quantity.clone(),
                    line.unit.to_owned(),
                    line.unit_price.clone(),
                    line.net.clone(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
        if self.lines.iter().any(|line| line.task.is_some()) {
            page.field("hours", Some(&self.hours));
        }
        self.adjusted(
            page,
            "discount",
            [
                Some(&self.discount),
                self.discount_percent.as_ref(),
                self.discount_reason.as_ref(),
            ],
        );
        self.adjusted(
            page,
            "surcharge",
            [
                Some(&self.surcharge),
                self.surcharge_percent.as_ref(),
                self.surcharge_reason.as_ref(),
            ],
        );
        page.field("net", Some(format!("{} {}", self.net, self.currency)));
        for tax in &self.tax {
            let name = tax.name.as_deref().unwrap_or("tax");
            page.field(
                &format!("{name} {} % on {}", tax.rate, tax.base),
                Some(format!("{} {}", tax.amount, self.currency)),
            );
        }
        page.field("total", Some(format!("{} {}", self.total, self.currency)));
    }

    fn reference(&self) -> String {
        self.estimate.clone()
    }
}

/// Estimates, a row each.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct List(pub(super) Vec<EstimateView>);

impl View for List {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no estimates; `loggia estimate add CLIENT TITLE --task 'Design=12h@95'` drafts one");
            return;
        }
        let columns = [
            Column::Text("estimate"),
            Column::Text("client"),
            Column::Text("title"),
            Column::Text("state"),
            Column::Text("date"),
            Column::Text("valid until"),
            Column::Number("hours"),
            Column::Number("total"),
        ];
        let rows: Vec<Vec<String>> = self
            .0
            .iter()
            .map(|of| {
                vec![
                    of.estimate.clone(),
                    of.client.clone(),
                    of.title.clone(),
                    of.state.to_owned(),
                    of.date.to_string(),
                    of.valid_until
                        .map(|day| day.to_string())
                        .unwrap_or_default(),
                    of.hours.clone(),
                    format!("{} {}", of.total, of.currency),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        crate::cli::client::references(&self.0)
    }
}

/// An accepted estimate, with what was done for it.
#[derive(Debug, Serialize)]
pub(super) struct AcceptedView {
    #[serde(flatten)]
    estimate: EstimateView,
    /// A lead became a client.
    converted: bool,
    project_is_new: Option<bool>,
    phases_added: usize,
    tasks_added: usize,
    rates_set: usize,
    /// The draft over the deposit.
    deposit: Option<String>,
    /// What of it is billed by hand, as `invoice create` takes it.
    items: Vec<String>,
}

impl AcceptedView {
    pub(super) fn of(accepted: &Accepted) -> Result<Self> {
        let Accepted {
            shown,
            converted,
            is_new,
            phases,
            tasks,
            rates,
            deposit,
        } = accepted;
        Ok(Self {
            estimate: EstimateView::of(shown)?,
            converted: *converted,
            project_is_new: *is_new,
            phases_added: *phases,
            tasks_added: *tasks,
            rates_set: *rates,
            deposit: deposit.clone(),
            items: items(shown),
        })
    }

    /// What was done, sentence by sentence.
    pub(super) fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if self.converted {
            told.push(format!(
                "{} was a lead and is a client now",
                self.estimate.client
            ));
        }
        if let (Some(project), Some(is_new)) = (&self.estimate.project, self.project_is_new) {
            let verb = if is_new { "made" } else { "extended" };
            let phases = count(self.phases_added, "phase", "phases");
            let tasks = count(self.tasks_added, "task", "tasks");
            told.push(format!(
                "{verb} project {project} with {phases} and {tasks}"
            ));
        }
        if self.rates_set > 0 {
            let tasks = count(self.rates_set, "task bills", "tasks bill");
            told.push(format!("{tasks} at the rate of the estimate"));
        }
        if let Some(draft) = &self.deposit {
            told.push(format!(
                "drafted {draft} over the deposit; `loggia invoice issue {draft}` issues it"
            ));
        }
        if !self.items.is_empty() {
            let client = &self.estimate.client;
            let items = self
                .items
                .iter()
                .map(|item| format!(" --item {}", shell_word(item)));
            let items: String = items.collect();
            told.push(format!(
                "its items are billed by hand: `loggia invoice create {client}{items} --only-items`"
            ));
        }
        told
    }
}

/// The items as they are typed.
fn items(shown: &Shown) -> Vec<String> {
    let exponent = shown.estimate.currency.exponent();
    let items = shown.estimate.lines.iter().filter(|of| of.task.is_none());
    items.map(|of| item(&of.line, exponent)).collect()
}

fn item(line: &Line, exponent: u32) -> String {
    let unit = match line.unit {
        Unit::Hour => " h",
        Unit::Day => " days",
        Unit::Week => " weeks",
        Unit::Month => " months",
        Unit::Year => " years",
        Unit::Kilometre => " km",
        Unit::Piece | Unit::Mile => "",
    };
    let adjusted = line.adjustment.as_ref().map(|of| {
        let sign = if of.amount.is_negative() { '-' } else { '+' };
        match of.grounds.percent {
            Some(of) => format!(" {sign}{}%", percent(of)),
            None => format!(" {sign}{}", of.amount.amount().trim_start_matches('-')),
        }
    });
    format!(
        "{}{unit} x {}{} {}",
        plain(line.quantity, 0),
        plain(line.unit_price, exponent),
        adjusted.unwrap_or_default(),
        line.description
    )
}

impl View for AcceptedView {
    fn text(&self, page: &mut Page) {
        self.estimate.text(page);
    }

    fn reference(&self) -> String {
        self.estimate
            .project
            .clone()
            .unwrap_or_else(|| self.estimate.estimate.clone())
    }
}
