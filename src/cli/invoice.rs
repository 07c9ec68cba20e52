//! `loggia invoice`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use crate::app::einvoice::{self, Syntax};
use crate::app::invoice::{self, Shown, Wanted};
use crate::app::{Error, Session};
use crate::document::einvoice::Profile;
use crate::document::json;
use crate::domain::invoice::{Grouping, Kind};
use crate::domain::number::Pattern;
use crate::values::period::Span;

use super::Context;
use super::error::{Failure, Result};
use super::file;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Preview, issue, pay and void invoices
#[derive(Debug, Subcommand)]
pub(super) enum Invoice {
    /// Show what would be billed; nothing is kept
    Preview(Bill),
    /// Bill unbilled work and issue the invoice; with --draft, keep it as a draft
    Create {
        #[command(flatten)]
        bill: Bill,
        /// Keep it as a draft without a number
        #[arg(long)]
        draft: bool,
    },
    /// Issue a draft: it gets its number and does not change any more
    Issue {
        /// draft-7
        invoice: String,
        /// Date of the invoice [default: that of the draft]
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
    },
    /// Delete a draft; its entries are open again
    Delete {
        /// draft-7
        invoice: String,
    },
    /// List invoices, newest first
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// The same, as a flag
        #[arg(long = "client", value_name = "CLIENT", conflicts_with = "client")]
        of: Option<String>,
    },
    Aging(super::report::Aging),
    Statement(super::report::Account),
    /// Show an invoice
    Show {
        invoice: String,
    },
    Pay(Pay),
    /// Take an invoice back by a credit note; its entries are open again
    Void {
        invoice: String,
    },
    Export(Export),
    Verify(super::verify::Verify),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia invoice preview acme last month\n  loggia invoice create acme 2026-11 --group-by task"
)]
pub(super) struct Bill {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Days whose work is billed [default: everything up to today]
    period: Vec<String>,
    /// What makes a line
    #[arg(long, value_name = "KEY", default_value = "project")]
    group_by: GroupBy,
    /// Date of the invoice [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GroupBy {
    Project,
    Task,
    Member,
    Day,
    Entry,
}

impl From<GroupBy> for Grouping {
    fn from(by: GroupBy) -> Self {
        match by {
            GroupBy::Project => Self::Project,
            GroupBy::Task => Self::Task,
            GroupBy::Member => Self::Member,
            GroupBy::Day => Self::Day,
            GroupBy::Entry => Self::Entry,
        }
    }
}

/// Record a payment
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia invoice pay 2026-0007 1210.00 --date yesterday --method transfer"
)]
pub(super) struct Pay {
    invoice: String,
    /// In the invoice's currency
    #[arg(allow_hyphen_values = true)]
    amount: String,
    /// Day of the payment [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// transfer, card, cash…
    #[arg(long)]
    method: Option<String>,
    /// Take more than is open
    #[arg(long)]
    overpay: bool,
}

/// Write an invoice to a file
#[derive(Debug, Args)]
#[command(
    after_help = "An e-invoice (ubl, cii, facturx) is checked first; what it lacks is named with the command that sets it.\n\nExamples:\n  loggia invoice export 2026-0007 --format pdf --output 2026-0007.pdf\n  loggia invoice export 2026-0007 --format facturx\n  loggia invoice export 2026-0007 --format ubl --peppol"
)]
pub(super) struct Export {
    invoice: String,
    #[arg(long, default_value = "pdf")]
    format: Format,
    /// UBL by the rules of Peppol BIS Billing 3
    #[arg(long)]
    peppol: bool,
    /// The file; `-` is standard output [default: NUMBER.pdf, .json or .xml in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Pdf,
    Json,
    /// E-invoice of EN 16931, UBL 2.1
    Ubl,
    /// E-invoice of EN 16931, UN/CEFACT CII
    Cii,
    /// PDF with the e-invoice in it (ZUGFeRD)
    Facturx,
}

impl Invoice {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let mut session = context.session()?;
        match self {
            Self::Verify(verify) => return verify.run(context, &session),
            Self::Preview(bill) => {
                let shown = invoice::preview(&session, &bill.wanted(&session)?)?;
                show(context, &mut session, &shown)
            }
            Self::Create { bill, draft } => {
                let wanted = bill.wanted(&session)?;
                let shown = if draft {
                    invoice::draft(&mut session, &wanted)?
                } else {
                    invoice::create(&mut session, &wanted)?
                };
                let verb = if draft { "drafted" } else { "issued" };
                context.say(&format!("{verb} {}", shown.invoice.name()))?;
                warn_missing_glyphs(context, &mut session, &shown)?;
                show(context, &mut session, &shown)
            }
            Self::Issue { invoice, date } => {
                let date = date
                    .as_deref()
                    .map(|date| session.calendar.parse_date(date))
                    .transpose()
                    .map_err(Error::from)?;
                let shown = invoice::issue(&mut session, &invoice, date)?;
                context.say(&format!("issued {}", shown.invoice.name()))?;
                warn_missing_glyphs(context, &mut session, &shown)?;
                show(context, &mut session, &shown)
            }
            Self::Delete { invoice } => {
                context.confirm(&format!("delete {invoice}"))?;
                let name = invoice::delete(&mut session, &invoice)?;
                context.say(&format!("deleted {name}; its entries are open again"))?;
                context.show(&Deleted { deleted: name })
            }
            Self::Aging(report) => report.run(context),
            Self::Statement(account) => account.run(context, &session),
            Self::List { client, of } => {
                let client = client.or(of);
                let with_entries = context.terminal.is_json();
                let invoices = invoice::list(&session, client.as_deref(), with_entries)?;
                let views = invoices
                    .iter()
                    .map(|shown| InvoiceView::of(&mut session, shown))
                    .collect::<Result<_>>()?;
                context.show(&InvoiceList(views))
            }
            Self::Show { invoice } => {
                let shown = invoice::show(&session, &invoice)?;
                show(context, &mut session, &shown)
            }
            Self::Pay(pay) => pay.run(context, &mut session),
            Self::Void { invoice } => {
                context.confirm(&format!("void invoice {invoice}"))?;
                let credit = invoice::void(&mut session, &invoice)?;
                let note = credit.invoice.name();
                context.say(&format!("void: {invoice}, by credit note {note}"))?;
                show(context, &mut session, &credit)
            }
            Self::Export(export) => export.run(context, &mut session),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Bill {
    fn wanted(self, session: &Session) -> Result<Wanted> {
        let text = self.period.join(" ");
        let calendar = &session.calendar;
        Ok(Wanted {
            client: self.client,
            days: if text.trim().is_empty() {
                Span::all()
            } else {
                calendar.parse_period(&text).map_err(Error::from)?
            },
            grouping: self.group_by.into(),
            date: self
                .date
                .as_deref()
                .map(|date| calendar.parse_date(date))
                .transpose()
                .map_err(Error::from)?,
        })
    }
}

impl Pay {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let date = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let method = self
            .method
            .as_deref()
            .map(|method| {
                crate::app::error::field("method", crate::values::text::Line::parse(method))
            })
            .transpose()?;
        let shown = invoice::pay(
            session,
            &self.invoice,
            &self.amount,
            date,
            method.as_ref().map(|method| method.as_str()),
            self.overpay,
        )?;
        context.say(&format!("recorded a payment of {}", shown.invoice.name()))?;
        show(context, session, &shown)
    }
}

impl Export {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        if self.peppol && !matches!(self.format, Format::Ubl) {
            return Err(Failure::usage(
                "usage.peppol",
                "`--peppol` is for UBL".to_owned(),
                "give --format ubl".to_owned(),
            ));
        }
        let shown = invoice::show(session, &self.invoice)?;
        let (bytes, ending) = match self.format {
            Format::Ubl => {
                let profile = if self.peppol {
                    Profile::Peppol
                } else {
                    Profile::Core
                };
                (
                    einvoice::write(session, &shown, Syntax::Ubl(profile))?,
                    "xml",
                )
            }
            Format::Cii => (einvoice::write(session, &shown, Syntax::Cii)?, "xml"),
            Format::Facturx => (einvoice::write(session, &shown, Syntax::FacturX)?, "pdf"),
            Format::Pdf => (invoice::pdf(session, &self.invoice)?, "pdf"),
            Format::Json => {
                let face = invoice::for_client(session, &shown)?;
                let books = json::Books {
                    entries: &[],
                    ..books_of(&shown, &[])
                };
                let bytes = json::invoice_with(&face, books).map_err(Error::from)?;
                (bytes, "json")
            }
        };
        let path = match self.output {
            Some(path) if path.as_os_str() == "-" => return context.terminal.bytes(&bytes),
            named => {
                let name = Pattern::file_name(&shown.invoice.name(), ending);
                file::place(context, named, &name, &bytes)?
            }
        };
        file::write(&path, &bytes, false)?;
        context.show(&Exported {
            invoice: shown.invoice.name(),
            path: path.display().to_string(),
            bytes: bytes.len(),
        })
    }
}

fn warn_missing_glyphs(
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

fn show(context: &mut Context<'_>, session: &mut Session, shown: &Shown) -> Result<()> {
    let view = InvoiceView::of(session, shown)?;
    context.show(&view)
}

fn entry_keys(shown: &Shown) -> Vec<i64> {
    shown.entries.iter().map(|entry| entry.0).collect()
}

fn books_of<'a>(shown: &'a Shown, entries: &'a [i64]) -> json::Books<'a> {
    json::Books {
        client: Some(shown.client.slug.as_str()),
        entries,
        document_sha256: shown.invoice.document_sha256.as_deref(),
    }
}

/// An invoice with the owner's eyes: the JSON is that of the documents, with what only the books know.
#[derive(Debug, Serialize)]
struct InvoiceView {
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
    fn of(session: &mut Session, shown: &Shown) -> Result<Self> {
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
struct InvoiceList(Vec<InvoiceView>);

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
        super::client::references(&self.0)
    }
}

#[derive(Debug, Serialize)]
struct Exported {
    invoice: String,
    path: String,
    bytes: usize,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        page.line(format!("wrote {} ({} bytes)", self.path, self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

impl From<crate::domain::Refusal> for Failure {
    fn from(refusal: crate::domain::Refusal) -> Self {
        Error::from(refusal).into()
    }
}

/// A draft that is gone: told on standard error, given to scripts.
#[derive(Debug, Serialize)]
struct Deleted {
    deleted: String,
}

impl View for Deleted {
    fn text(&self, _: &mut Page) {}

    fn reference(&self) -> String {
        self.deleted.clone()
    }
}
