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
use crate::domain::invoice::Kind;

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
    let Some(incomplete) = einvoice::warning(session, shown)? else {
        return Ok(());
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
        let mut sums = vec![("net".to_owned(), face.net.to_string())];
        for tax in &face.taxes {
            let label = format!("tax {} % on {}", tax.rate.normalize(), tax.base);
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
                        line.description.replace('\n', " · "),
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
