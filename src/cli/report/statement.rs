//! `loggia invoice statement`.

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::app::letter;
use crate::app::statement::{self, Shown};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::cli::mail::Envelope;
use crate::cli::sheet::{Target, deliver, pdf};
use crate::cli::table;
use crate::cli::terminal::{Page, View};
use crate::document::sheet::{Cell, Kind, Sheet};
use crate::domain::journal::What;
use crate::domain::statement::Statement;
use crate::store::NewAttachment;
use crate::values::money::Money;

use super::{Heading, SheetOf, is_german};

/// Statement of a client's account: what it owed, invoices, credit notes, payments, and what it owes then
#[derive(Debug, Args)]
#[command(
    after_help = "Positive amounts are owed by the client, negative ones to it. With --as-of it is as it was on that day.\n\nExamples:\n  \
    loggia invoice statement acme\n  loggia invoice statement acme last quarter --format pdf --output acme.pdf"
)]
pub(in crate::cli) struct Account {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// this month, last quarter, 2026, 2026-11-01..2026-11-15 [default: all]
    period: Vec<String>,
    #[command(flatten)]
    target: Target,
    /// Send it to the client by mail, as PDF in the client's language
    #[arg(long)]
    send: bool,
    #[command(flatten)]
    envelope: Envelope,
}

impl Account {
    pub(in crate::cli) fn run(
        self,
        context: &mut Context<'_>,
        session: &mut Session,
    ) -> Result<()> {
        let days = crate::cli::time::period_of(session, &self.period, "all")?;
        let shown = statement::statement(session, &self.client, days)?;
        if self.send {
            return self.send(context, session, &shown);
        }
        if self.envelope.is_given() {
            return Err(Failure::usage(
                "usage.send",
                "the flags of a mail need --send".to_owned(),
                format!("loggia invoice statement {} --send", self.client),
            ));
        }
        let (sheet, totals) = sheet_of(&shown, session, true);
        let view = AccountView {
            client: shown.client.slug.to_string(),
            name: shown.client.details.name.to_string(),
            from: shown.days.from.map(|day| day.to_string()),
            to: shown.days.to.map(|day| day.to_string()),
            accounts: shown.statements.iter().map(StatementView::of).collect(),
            sheet,
            totals,
        };
        let (file, _) = sheet_of(&shown, session, self.target.is_for_people());
        deliver(context, &self.target, "statement", &file, &view)
    }

    fn send(self, context: &mut Context<'_>, session: &mut Session, shown: &Shown) -> Result<()> {
        let wanted = self.envelope.wanted()?;
        // The client reads it, not the business.
        session.business.language = shown.client.details.language.clone();
        let (sheet, _) = sheet_of(shown, session, true);
        let file = NewAttachment {
            name: format!("{}.pdf", sheet.title),
            media: "application/pdf",
            bytes: pdf(context, &sheet)?,
        };
        let written = letter::statement(session, shown, file, &wanted)?;
        self.envelope.dispatch(context, session, &written, true)
    }
}

#[derive(Debug, Serialize)]
struct AccountView {
    client: String,
    name: String,
    from: Option<String>,
    to: Option<String>,
    /// One a currency.
    accounts: Vec<StatementView>,
    #[serde(skip)]
    sheet: Sheet,
    #[serde(skip)]
    totals: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct StatementView {
    currency: &'static str,
    opening: String,
    items: Vec<ItemView>,
    closing: String,
}

#[derive(Debug, Serialize)]
struct ItemView {
    date: String,
    kind: &'static str,
    number: String,
    note: Option<String>,
    amount: String,
    balance: String,
}

impl StatementView {
    fn of(statement: &Statement) -> Self {
        let items = statement.items.iter().map(|item| ItemView {
            date: item.date.to_string(),
            kind: words(item.what).0,
            number: item.number.clone(),
            note: item.note.clone(),
            amount: item.amount.amount(),
            balance: item.balance.amount(),
        });
        Self {
            currency: statement.currency.code(),
            opening: statement.opening.amount(),
            items: items.collect(),
            closing: statement.closing.amount(),
        }
    }
}

/// The word for scripts, in English and in German.
fn words(what: What) -> (&'static str, &'static str, &'static str) {
    match what {
        What::Invoice => ("invoice", "invoice", "Rechnung"),
        What::CreditNote => ("credit-note", "credit note", "Gutschrift"),
        What::Payment => ("payment", "payment", "Zahlung"),
        What::CreditUse => ("credit-use", "credit used", "Verrechnung"),
        What::Refund => ("refund", "refund", "Rückzahlung"),
        What::WriteOff => ("write-off", "write-off", "Ausbuchung"),
        What::Expense => ("expense", "expense", "Auslage"),
    }
}

/// The items; for people with the balances before and after them, whose rows are told.
fn sheet_of(shown: &Shown, session: &Session, for_people: bool) -> (Sheet, Vec<usize>) {
    let german = is_german(session);
    let mut rows = Vec::new();
    let mut totals = Vec::new();
    let (before, after) = match german {
        true => ("Anfangssaldo", "Endsaldo"),
        false => ("opening balance", "closing balance"),
    };
    for statement in &shown.statements {
        let mut sum = |rows: &mut Vec<Vec<Cell>>, day, words: &str, balance: Money| {
            if for_people {
                totals.push(rows.len());
                rows.push(vec![
                    Option::map_or(day, Cell::Empty, Cell::Date),
                    Cell::Text(words.to_owned()),
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Money(balance),
                ]);
            }
        };
        sum(&mut rows, shown.days.from, before, statement.opening);
        for item in &statement.items {
            let (key, english, german_word) = words(item.what);
            let name = if german { german_word } else { english };
            rows.push(vec![
                Cell::Date(item.date),
                Cell::Word { key, name },
                Cell::Text(item.number.clone()),
                item.note.clone().map_or(Cell::Empty, Cell::Text),
                Cell::Money(item.amount),
                Cell::Money(item.balance),
            ]);
        }
        sum(&mut rows, shown.days.to, after, statement.closing);
    }
    let name = &shown.client.details.name;
    let sheet = SheetOf {
        title: match german {
            true => format!("Kontoauszug {name}"),
            false => format!("Statement of account, {name}"),
        },
        columns: vec![
            Heading::new("date", "Date", "Datum", Kind::Date),
            Heading::new("kind", "Kind", "Art", Kind::Text),
            Heading::new("number", "Number", "Nummer", Kind::Reference),
            Heading::new("note", "Note", "Bemerkung", Kind::Text),
            Heading::new("amount", "Amount", "Betrag", Kind::Money),
            Heading::new("balance", "Balance", "Saldo", Kind::Money),
        ],
        rows,
    };
    (sheet.for_business(session), totals)
}

impl View for AccountView {
    fn text(&self, page: &mut Page) {
        if self.accounts.is_empty() {
            page.line(format!(
                "nothing was billed to {} yet; `loggia invoice create {}` bills unbilled work",
                self.name, self.client
            ));
            return;
        }
        page.heading(&self.sheet.title);
        table::summed(page, &self.sheet, &self.totals);
    }

    fn reference(&self) -> String {
        let closing = self.accounts.iter();
        let closing: Vec<String> = closing
            .map(|account| format!("{} {}", account.closing, account.currency))
            .collect();
        closing.join("\n")
    }
}
