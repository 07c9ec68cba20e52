//! `loggia invoice pay`, `payments` and `unpay`.

use clap::Args;
use serde::Serialize;

use crate::app::error::field;
use crate::app::invoice::settle::{self, Movement, NewPayment, Recorded};
use crate::app::invoice::{self, Shown};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::values::text::Line;

use super::view::show;

/// Record a payment
#[derive(Debug, Args)]
#[command(
    after_help = "With --reference a script can run twice: the second time nothing is recorded, and the exit status is 0.\n\nExamples:\n  \
    loggia invoice pay 2026-0007 1210.00 --date yesterday --method transfer\n  \
    loggia invoice pay 2026-0007 1210.00 --reference bank-4711\n  loggia invoice pay 2026-0007 --from-credit"
)]
pub(in crate::cli) struct Pay {
    invoice: String,
    /// In the invoice's currency
    #[arg(allow_hyphen_values = true, required_unless_present = "from_credit")]
    amount: Option<String>,
    /// Day of the payment [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// transfer, card, cash…
    #[arg(long, conflicts_with = "from_credit")]
    method: Option<String>,
    /// What the bank or your script calls it; once an invoice
    #[arg(long, value_name = "TEXT", conflicts_with = "from_credit")]
    reference: Option<String>,
    /// Take more than is open; the rest is credit of the client
    #[arg(long, conflicts_with = "from_credit")]
    overpay: bool,
    /// Pay with credit of the client [without an amount: as much as there is and is open]
    #[arg(long)]
    from_credit: bool,
}

impl Pay {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let date = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        if self.from_credit {
            let amount = self.amount.as_deref();
            let shown = settle::pay_from_credit(session, &self.invoice, amount, date)?;
            context.say(&format!("paid {} from credit", shown.invoice.name()))?;
            return show(context, session, &shown);
        }
        let new = NewPayment {
            amount: self.amount.unwrap_or_default(),
            date,
            method: line("method", self.method.as_deref())?,
            reference: line("reference", self.reference.as_deref())?,
            over: self.overpay,
        };
        let (shown, recorded) = invoice::pay(session, &self.invoice, &new)?;
        let name = shown.invoice.name();
        match recorded {
            Recorded::Now => context.say(&format!("recorded a payment of {name}"))?,
            Recorded::Before => context.say(&format!("the payment of {name} is there already"))?,
        }
        let credit = shown.invoice.credit().map_err(Error::from)?;
        if recorded == Recorded::Now && new.over && !credit.is_zero() {
            let client = &shown.client.slug;
            context.say(&format!("{credit} of it are credit of {client}"))?;
        }
        show(context, session, &shown)
    }
}

pub(super) fn line(what: &'static str, text: Option<&str>) -> Result<Option<String>> {
    let line = text
        .map(|text| field(what, Line::parse(text)))
        .transpose()?;
    Ok(line.map(|line| line.to_string()))
}

/// List what was paid of an invoice, with the names by which `unpay` takes it back
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia invoice payments 2026-0007")]
pub(in crate::cli) struct Payments {
    invoice: String,
}

impl Payments {
    pub(super) fn run(self, context: &mut Context<'_>, session: &Session) -> Result<()> {
        let shown = invoice::show(session, &self.invoice)?;
        context.show(&PaymentList::of(&shown))
    }
}

/// Take a payment back, or credit that was used [default: the latest payment]
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia invoice unpay 2026-0007\n  loggia invoice unpay 2026-0007 p3\n  loggia invoice unpay 2026-0007 bank-4711"
)]
pub(in crate::cli) struct Unpay {
    invoice: String,
    /// As `invoice payments` names it, or its reference
    payment: Option<String>,
}

impl Unpay {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let what = self.payment.as_deref().unwrap_or("the latest payment");
        context.confirm(&format!("take back {what} of {}", self.invoice))?;
        let shown = invoice::unpay(session, &self.invoice, self.payment.as_deref())?;
        context.say(&format!("took a payment of {} back", shown.invoice.name()))?;
        show(context, session, &shown)
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct PaymentList {
    items: Vec<Item>,
    #[serde(skip)]
    invoice: String,
}

#[derive(Debug, Serialize)]
struct Item {
    payment: String,
    /// payment, credit-use or refund.
    kind: &'static str,
    date: String,
    /// Less than nothing: it went away.
    amount: String,
    currency: &'static str,
    method: Option<String>,
    reference: Option<String>,
    /// The invoice at the other end.
    invoice: Option<String>,
}

impl PaymentList {
    fn of(shown: &Shown) -> Self {
        let invoice = &shown.invoice;
        let currency = invoice.currency.code();
        let settlement = &invoice.settlement;
        let mut items: Vec<Item> = Vec::new();
        for payment in &invoice.payments {
            items.push(Item {
                payment: Movement::Payment(payment.key).to_string(),
                kind: "payment",
                date: payment.date.to_string(),
                amount: payment.amount.amount(),
                currency,
                method: payment.method.clone(),
                reference: payment.reference.clone(),
                invoice: None,
            });
        }
        let uses = settlement.taken.iter().map(|of| (of, ""));
        let uses = uses.chain(settlement.given.iter().map(|of| (of, "-")));
        for (of, sign) in uses {
            items.push(Item {
                payment: Movement::Credit(of.key).to_string(),
                kind: match of.other {
                    Some(_) => "credit-use",
                    None => "refund",
                },
                date: of.date.to_string(),
                amount: format!("{sign}{}", of.amount.amount()),
                currency,
                method: of.method.clone(),
                reference: None,
                invoice: of.other.clone(),
            });
        }
        items.sort_by(|a, b| a.date.cmp(&b.date));
        Self {
            items,
            invoice: invoice.name(),
        }
    }
}

impl View for PaymentList {
    fn text(&self, page: &mut Page) {
        if self.items.is_empty() {
            let invoice = &self.invoice;
            page.line(format!(
                "nothing was paid of {invoice}; `loggia invoice pay {invoice} AMOUNT` records a payment"
            ));
            return;
        }
        let columns = [
            Column::Text("payment"),
            Column::Text("kind"),
            Column::Text("date"),
            Column::Number("amount"),
            Column::Text("method"),
            Column::Text("reference"),
            Column::Text("invoice"),
        ];
        let rows = self.items.iter().map(|item| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![
                item.payment.clone(),
                item.kind.to_owned(),
                item.date.clone(),
                format!("{} {}", item.amount, item.currency),
                text(&item.method),
                text(&item.reference),
                text(&item.invoice),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let names: Vec<&str> = self
            .items
            .iter()
            .map(|item| item.payment.as_str())
            .collect();
        names.join("\n")
    }
}
