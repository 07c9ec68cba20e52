//! `loggia invoice`.

mod bill;
mod export;
mod pay;
mod template;
mod view;

use std::process::ExitCode;

use clap::Subcommand;
use serde::Serialize;

use crate::app::Error;
use crate::app::invoice;

use super::Context;
use super::error::Result;
use super::terminal::{Page, View};

use bill::Bill;
use export::Export;
use pay::Pay;
use template::Template;
use view::{InvoiceList, InvoiceView, show, warn_incomplete, warn_missing_glyphs};

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
    #[command(subcommand)]
    Template(Template),
    Verify(super::verify::Verify),
}

impl Invoice {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let mut session = context.session()?;
        match self {
            Self::Template(template) => template.run(context, &mut session),
            Self::Verify(verify) => return verify.run(context, &session),
            Self::Preview(bill) => {
                let shown = invoice::preview(&session, &bill.wanted(&session)?)?;
                warn_incomplete(context, &mut session, &shown)?;
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
                warn_incomplete(context, &mut session, &shown)?;
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
                warn_incomplete(context, &mut session, &shown)?;
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
