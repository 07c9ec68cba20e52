//! `loggia invoice`.

mod bill;
mod credit;
mod deposit;
mod edit;
mod export;
mod extra;
mod list;
mod pay;
mod schedule;
mod send;
mod template;
mod terms;
mod view;
mod write_off;

use std::process::ExitCode;

use clap::Subcommand;
use serde::Serialize;

use crate::app::Error;
use crate::app::invoice::{self, Dating};

use super::Context;
use super::error::Result;
use super::terminal::{Page, View};

use bill::Bill;
use credit::Credit;
use deposit::{Deposit, say_left_open};
use edit::Edit;
use export::Export;
use extra::{DatingArgs, Remarking, extras};
use list::List;
use pay::{Pay, Payments, Unpay};
use send::{Receipt, Remind, Send};
use template::Template;
use view::{show, warn_incomplete, warn_missing_glyphs};
use write_off::WriteOff;

pub(super) use terms::{Adjust, Taxed, items, terms};

/// Preview, issue, pay and void invoices
#[derive(Debug, Subcommand)]
pub(super) enum Invoice {
    /// Show what would be billed; nothing is kept
    Preview {
        #[command(flatten)]
        bill: Box<Bill>,
        #[command(flatten)]
        remarking: Remarking,
    },
    /// Bill unbilled work and issue the invoice; with --draft, keep it as a draft
    Create {
        #[command(flatten)]
        bill: Box<Bill>,
        /// Keep it as a draft without a number
        #[arg(long)]
        draft: bool,
        #[command(flatten)]
        remarking: Remarking,
        /// Pay it with credit of the client, as far as there is some
        #[arg(long, conflicts_with = "draft")]
        use_credit: bool,
        #[command(flatten)]
        dating: DatingArgs,
    },
    Deposit(Deposit),
    Edit(Edit),
    /// Issue a draft: it gets its number and does not change any more
    Issue {
        /// draft-7
        invoice: String,
        /// Date of the invoice [default: that of the draft]
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        #[command(flatten)]
        dating: DatingArgs,
    },
    /// Delete a draft; its entries are open again
    Delete {
        /// draft-7
        invoice: String,
    },
    List(List),
    Aging(super::report::Aging),
    Statement(super::report::Account),
    /// Show an invoice
    Show {
        invoice: String,
    },
    Send(Send),
    Remind(Remind),
    Pay(Pay),
    Receipt(Receipt),
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    Payments(Payments),
    Unpay(Unpay),
    Credit(Credit),
    WriteOff(WriteOff),
    /// Take an invoice back by a credit note over what is left of it; its entries are open again
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
            Self::Schedule(schedule) => schedule.run(context, &mut session),
            Self::Preview { bill, remarking } => {
                let extras = extras(remarking, Dating::default(), false)?;
                let shown = invoice::preview(&session, &bill.wanted(&session)?, &extras)?;
                say_left_open(context, &session, &shown)?;
                warn_incomplete(context, &mut session, &shown)?;
                show(context, &mut session, &shown)
            }
            Self::Create {
                bill,
                draft,
                remarking,
                use_credit,
                dating,
            } => {
                let extras = extras(remarking, dating.dating(), use_credit)?;
                let wanted = bill.wanted(&session)?;
                let shown = if draft {
                    invoice::draft_with(&mut session, &wanted, &extras)?
                } else {
                    invoice::create_with(&mut session, &wanted, &extras)?
                };
                let verb = if draft { "drafted" } else { "issued" };
                context.say(&format!("{verb} {}", shown.invoice.name()))?;
                say_left_open(context, &session, &shown)?;
                warn_missing_glyphs(context, &mut session, &shown)?;
                warn_incomplete(context, &mut session, &shown)?;
                show(context, &mut session, &shown)
            }
            Self::Deposit(deposit) => deposit.run(context, &mut session),
            Self::Edit(edit) => edit.run(context, &mut session),
            Self::Issue {
                invoice,
                date,
                dating,
            } => {
                let date = date
                    .as_deref()
                    .map(|date| session.calendar.parse_date(date))
                    .transpose()
                    .map_err(Error::from)?;
                let shown = invoice::issue(&mut session, &invoice, date, dating.dating())?;
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
            Self::Statement(account) => account.run(context, &mut session),
            Self::List(list) => list.run(context, &mut session),
            Self::Show { invoice } => {
                let shown = invoice::show(&session, &invoice)?;
                show(context, &mut session, &shown)
            }
            Self::Send(send) => send.run(context, &mut session),
            Self::Remind(remind) => remind.run(context, &mut session),
            Self::Receipt(receipt) => receipt.run(context, &mut session),
            Self::Pay(pay) => pay.run(context, &mut session),
            Self::Payments(payments) => payments.run(context, &session),
            Self::Unpay(unpay) => unpay.run(context, &mut session),
            Self::Credit(credit) => credit.run(context, &mut session),
            Self::WriteOff(write_off) => write_off.run(context, &mut session),
            Self::Void { invoice } => {
                context.confirm(&format!("void invoice {invoice}"))?;
                let credit = invoice::void(&mut session, &invoice)?;
                let note = credit.invoice.name();
                context.say(&format!("void: {invoice}, by credit note {note}"))?;
                for fee in invoice::late_fees(&session, &invoice)? {
                    context.warn(&format!(
                        "{fee} is a late fee for {invoice} and stands; to take it back as well: loggia invoice void {fee}"
                    ))?;
                }
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
