//! `loggia invoice send`, `remind` and `receipt`.

use clap::{Args, ValueEnum};

use crate::app::Session;
use crate::app::einvoice::Syntax;
use crate::app::letter::{self, Attach};
use crate::app::reminder::{self, Reminded};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::cli::mail::{self, Envelope};
use crate::document::einvoice::Profile;

/// Send an invoice or a credit note by mail
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia invoice send 2026-0007 --preview\n  loggia invoice send 2026-0007 --message 'As agreed on Monday.'\n  \
    loggia invoice send 2026-0007 --attach pdf,ubl\n  loggia invoice send 2026-0007 --to books@acme.example --eml invoice.eml"
)]
pub(in crate::cli) struct Send {
    invoice: String,
    /// Files that go with it
    #[arg(
        long,
        value_name = "FORMAT",
        value_delimiter = ',',
        default_value = "pdf"
    )]
    attach: Vec<Format>,
    /// Send what was sent already
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    envelope: Envelope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pdf,
    /// PDF with the e-invoice in it (ZUGFeRD)
    Facturx,
    /// E-invoice of EN 16931, UBL 2.1
    Ubl,
    /// UBL by the rules of Peppol BIS Billing 3
    Peppol,
    /// E-invoice of EN 16931, UN/CEFACT CII
    Cii,
}

impl From<Format> for Attach {
    fn from(format: Format) -> Self {
        match format {
            Format::Pdf => Self::Pdf,
            Format::Facturx => Self::EInvoice(Syntax::FacturX),
            Format::Ubl => Self::EInvoice(Syntax::Ubl(Profile::Core)),
            Format::Peppol => Self::EInvoice(Syntax::Ubl(Profile::Peppol)),
            Format::Cii => Self::EInvoice(Syntax::Cii),
        }
    }
}

impl Send {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let wanted = self.envelope.wanted()?;
        let mut attach: Vec<Attach> = Vec::new();
        for format in self.attach {
            if !attach.contains(&format.into()) {
                attach.push(format.into());
            }
        }
        let written = letter::invoice(session, &self.invoice, &attach, &wanted)?;
        self.envelope
            .dispatch(context, session, &written, self.again)
    }
}

/// Remind a client of an invoice by mail, or send every reminder that is due
#[derive(Debug, Args)]
#[command(
    after_help = "Each reminder of an invoice is firmer than the one before. `loggia mail reminders` shows when they are due.\n\n\
    Examples:\n  loggia invoice remind 2026-0007 --preview\n  loggia invoice remind --due"
)]
pub(in crate::cli) struct Remind {
    #[arg(required_unless_present = "due")]
    invoice: Option<String>,
    /// Every reminder that is due by the days of the settings
    #[arg(long, conflicts_with = "invoice")]
    due: bool,
    #[command(flatten)]
    envelope: Envelope,
}

impl Remind {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let Some(invoice) = self.invoice else {
            return all_due(context, session, &self.envelope);
        };
        let wanted = self.envelope.wanted()?;
        let written = letter::reminder(session, &invoice, &wanted)?;
        self.envelope.dispatch(context, session, &written, true)
    }
}

/// Queues each reminder that is due in a transaction of its own, then sends them.
fn all_due(context: &mut Context<'_>, session: &mut Session, envelope: &Envelope) -> Result<()> {
    if envelope.is_given() {
        return Err(Failure::usage(
            "usage.due",
            "`--due` sends many mails, each in its own words".to_owned(),
            "name one invoice, or leave the other flags out".to_owned(),
        ));
    }
    let Reminded { queued, failed } = reminder::remind_all(session)?;
    for (number, error) in &failed {
        context.warn(&format!("invoice {number}: {error}"))?;
    }
    if queued.is_empty() {
        context.say("no reminder is due")?;
    }
    let sent = mail::send_or_nothing(context, session, &queued);
    match failed.into_iter().next() {
        Some((_, error)) if sent.is_ok() => Err(Failure::from(error).partly()),
        _ => sent,
    }
}

/// Thank a client for payments of an invoice by mail
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia invoice receipt 2026-0007 --preview")]
pub(in crate::cli) struct Receipt {
    invoice: String,
    #[command(flatten)]
    envelope: Envelope,
}

impl Receipt {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let wanted = self.envelope.wanted()?;
        let written = letter::receipt(session, &self.invoice, &wanted)?;
        self.envelope.dispatch(context, session, &written, true)
    }
}
