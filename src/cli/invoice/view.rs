//! Invoices as text and JSON.

use serde::Serialize;
use serde_json::Value;

use crate::app::einvoice;
use crate::app::invoice::{self, Shown};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::einvoice::completing;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::document::json;
use crate::domain::invoice::{Invoice, Kind, WriteOff};
use crate::published;
use crate::values::money::Money;

pub(super) fn warn_missing_glyphs(
    context: &mut Context<'_>,
    session: &mut Session,
    shown: &Shown,
) -> Result<()> {
    let missing = invoice::missing_glyphs(session, shown)?;
    if missing.is_empty() {
        return Ok(());
    }
    let shown: String = missing.iter().take(20).collect();
    context.warn(&format!(
        "the PDF shows a box for characters it has no font for: {shown}; \
         `loggia settings set fonts=FILE` adds one that has them"
    ))
}

/// Says what the invoice of a client who takes e-invoices lacks for one, while it is easy to mend.
pub(super) fn warn_incomplete(
    context: &mut Context<'_>,
    session: &mut Session,
    shown: &Shown,
) -> Result<()> {
    let incomplete = match einvoice::warning(session, shown) {
        Ok(Some(incomplete)) => incomplete,
        Ok(None) => return Ok(()),
        // The invoice stands: what cannot be looked at is no reason to fail.
        Err(error) => return context.warn(&format!("no e-invoice can be made of it: {error}")),
    };
    let lacks: Vec<String> = incomplete.lacks.iter().map(ToString::to_string).collect();
    let mut words = format!("it lacks for an e-invoice: {}", lacks.join("; "));
    if let Some(commands) = completing(&incomplete) {
        words.push_str(&format!(" (`{commands}`)"));
    }
    context.warn(&words)
}

pub(super) fn show(context: &mut Context<'_>, session: &mut Session, shown: &Shown) -> Result<()> {
    let view = InvoiceView::of(session, shown)?;
    context.show(&view)
}

fn entry_keys(shown: &Shown) -> Vec<i64> {
    shown.entries.iter().map(|entry| entry.0).collect()
}

pub(super) fn books_of<'a>(shown: &'a Shown, entries: &'a [i64]) -> json::Books<'a> {
    json::Books {
        client: Some(shown.client.slug.as_str()),
        entries,
        document_sha256: shown.invoice.document_sha256.as_deref(),
    }
}

/// An invoice with the owner's eyes: the JSON is that of the documents, with what only the books know.
#[derive(Debug, Serialize)]
pub(super) struct InvoiceView {
    #[serde(flatten)]
    json: Value,
    /// What was given up of it.
    written_off: Option<WrittenOff>,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    period: Option<String>,
    #[serde(skip)]
    due: Option<String>,
    #[serde(skip)]
    related: Option<String>,
    #[serde(skip)]
    lines: Vec<Vec<String>>,
    #[serde(skip)]
    sums: Vec<(String, String)>,
    #[serde(skip)]
    order: Option<String>,
    #[serde(skip)]
    project: Option<String>,
}

/// What is taken off the lines and added to them, where that is so.
fn adjusted(face: &published::Invoice) -> Vec<(String, String)> {
    let mut sums = Vec::new();
    if !face.discount.is_zero() || face.surcharge.is_some() {
        sums.push(("lines".to_owned(), face.line_total.to_string()));
    }
    if !face.discount.is_zero() {
        let label = grounds("discount", &face.discount_for);
        sums.push((label, format!("-{}", face.discount)));
    }
    if let Some(surcharge) = &face.surcharge {
        let label = grounds("surcharge", &surcharge.grounds);
        sums.push((label, surcharge.amount.to_string()));
    }
    sums
}

fn grounds(word: &str, grounds: &published::Grounds) -> String {
    let percent = grounds
        .percent
        .map(|percent| format!(" {} %", percent.normalize()));
    let reason = grounds.reason.as_ref().map(|reason| format!(" ({reason})"));
    format!(
        "{word}{}{}",
        percent.unwrap_or_default(),
        reason.unwrap_or_default()
    )
}

/// The words of a line in one, with what it is given for less or costs more.
fn described(line: &published::InvoiceLine) -> String {
    let description = line.description.replace('\n', " · ");
    match &line.adjustment {
        Some(of) => {
            let word = match of.amount.is_negative() {
                true => "discount",
                false => "surcharge",
            };
            let label = grounds(word, &of.grounds);
            format!("{description} · {label}: {}", of.amount.amount())
        }
        None => description,
    }
}

impl InvoiceView {
    pub(super) fn of(session: &mut Session, shown: &Shown) -> Result<Self> {
        let face = invoice::for_owner(session, shown)?;
        let entries = entry_keys(shown);
        let json = serde_json::to_value(json::view(&face, books_of(shown, &entries)))
            .map_err(std::io::Error::from)?;
        let invoice = &shown.invoice;
        let state = invoice.state(shown.today).map_err(Error::from)?;
        let what = match invoice.kind {
            Kind::Invoice => "invoice",
            Kind::CreditNote => "credit note",
        };
        let name = if invoice.key.0 == 0 {
            "preview".to_owned()
        } else {
            invoice.name()
        };
        let heading = format!(
            "{what} {name} for {} ({}), {}",
            shown.client.details.name,
            state.word(),
            invoice.issue_date
        );
        let mut sums = adjusted(&face);
        sums.push(("net".to_owned(), face.net.to_string()));
        for tax in &face.taxes {
            let name = tax.name.as_deref().unwrap_or("tax");
            let label = format!("{name} {} % on {}", tax.rate.normalize(), tax.base);
            sums.push((label, tax.amount.to_string()));
        }
        sums.push(("total".to_owned(), face.total.to_string()));
        let balance = invoice.balance().map_err(Error::from)?;
        sums.extend(settled(&face, invoice, balance));
        Ok(Self {
            order: face.purchase_order.clone(),
            project: face.project_reference.clone(),
            json,
            written_off: invoice.settlement.write_off.as_ref().map(WrittenOff::of),
            name,
            heading,
            period: invoice.period.map(|period| period.to_string()),
            due: invoice.due_date.map(|due| due.to_string()),
            related: shown.related.clone(),
            lines: face
                .lines
                .iter()
                .map(|line| {
                    vec![
                        described(line),
                        line.quantity.to_string(),
                        line.unit.clone(),
                        line.unit_price.normalize().to_string(),
                        line.net.amount(),
                    ]
                })
                .collect(),
            sums,
        })
    }
}

/// A write-off, for scripts.
#[derive(Debug, Serialize)]
struct WrittenOff {
    date: String,
    amount: String,
    reason: Option<String>,
}

impl WrittenOff {
    fn of(write_off: &WriteOff) -> Self {
        Self {
            date: write_off.date.to_string(),
            amount: write_off.amount.amount(),
            reason: write_off.reason.clone(),
        }
    }
}

/// What settled it, row by row, and what is open then; nothing where nothing did.
fn settled(face: &published::Invoice, invoice: &Invoice, balance: Money) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for credit in &face.credits {
        let label = format!("credited {} by {}", credit.date, credit.number);
        rows.push((label, credit.amount.to_string()));
    }
    for payment in &face.payments {
        let how = payment.method.as_deref();
        let how = how.map_or(String::new(), |how| format!(", {how}"));
        rows.push((
            format!("paid {}{how}", payment.date),
            payment.amount.to_string(),
        ));
    }
    if let Some(write_off) = &invoice.settlement.write_off {
        let reason = write_off.reason.as_deref();
        let reason = reason.map_or(String::new(), |reason| format!(", {reason}"));
        let label = format!("written off {}{reason}", write_off.date);
        rows.push((label, write_off.amount.to_string()));
    }
    if !rows.is_empty() {
        rows.push(("open".to_owned(), balance.to_string()));
    }
    rows
}

impl View for InvoiceView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.heading);
        page.field("work of", self.period.as_ref());
        page.field("due", self.due.as_ref());
        page.field("order", self.order.as_ref());
        page.field("project", self.project.as_ref());
        page.field("see", self.related.as_ref());
        let columns = [
            Column::Text("line"),
            Column::Number("quantity"),
            Column::Text("unit"),
            Column::Number("price"),
            Column::Number("net"),
        ];
        table(page, &columns, &self.lines, None);
        for (label, amount) in &self.sums {
            page.field(label, Some(amount));
        }
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

/// Documents in full.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct InvoiceList(pub(super) Vec<InvoiceView>);

impl View for InvoiceList {
    fn text(&self, page: &mut Page) {
        for invoice in &self.0 {
            invoice.text(page);
        }
    }

    fn reference(&self) -> String {
        crate::cli::client::references(&self.0)
    }
}
