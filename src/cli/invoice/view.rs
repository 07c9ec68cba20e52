//! Invoices as text and JSON.

use serde::Serialize;
use serde_json::Value;

use crate::app::invoice::{self, Shown};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::document::json;
use crate::domain::invoice::Kind;
use crate::published;

pub(super) fn warn_missing_glyphs(
    context: &mut Context<'_>,
    session: &mut Session,
    shown: &Shown,
) -> Result<()> {
    let face = invoice::for_client(session, shown)?;
    let missing = crate::document::pdf::missing_glyphs(&face).map_err(Error::from)?;
    if missing.is_empty() {
        return Ok(());
    }
    let shown: String = missing.iter().take(20).collect();
    context.warn(&format!(
        "the PDF shows a box for characters it has no font for: {shown}"
    ))
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
    row: Vec<String>,
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
        for payment in &face.payments {
            sums.push((format!("paid {}", payment.date), payment.amount.to_string()));
        }
        let balance = invoice.balance().map_err(Error::from)?;
        if !face.payments.is_empty() {
            sums.push(("open".to_owned(), balance.to_string()));
        }
        Ok(Self {
            row: vec![
                name.clone(),
                shown.client.slug.to_string(),
                state.word().to_owned(),
                invoice.issue_date.to_string(),
                invoice.due_date.map(|d| d.to_string()).unwrap_or_default(),
                face.total.to_string(),
                balance.to_string(),
            ],
            json,
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

impl View for InvoiceView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.heading);
        page.field("work of", self.period.as_ref());
        page.field("due", self.due.as_ref());
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

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct InvoiceList(pub(super) Vec<InvoiceView>);

impl View for InvoiceList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no invoices; `loggia invoice create CLIENT` bills unbilled work");
            return;
        }
        let columns = [
            Column::Text("number"),
            Column::Text("client"),
            Column::Text("state"),
            Column::Text("date"),
            Column::Text("due"),
            Column::Number("total"),
            Column::Number("open"),
        ];
        let rows: Vec<_> = self.0.iter().map(|invoice| invoice.row.clone()).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        crate::cli::client::references(&self.0)
    }
}
