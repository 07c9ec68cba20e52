//! `loggia expense`.

mod list;
mod receipt;
mod view;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use crate::app::Error;
use crate::app::client::Made;
use crate::app::error::field;
use crate::app::expense::{self, Edit as Change, New, Notice, Saved};
use crate::values::calendar::Calendar;
use crate::values::money::{Currency, Percent, Rate};
use crate::values::quantity::{Spending, Unit};
use crate::values::text::Line;

use super::Context;
use super::error::{Failure, Result};
use view::ExpenseView;

/// What was spent for a project: amounts with receipts, mileage
#[derive(Debug, Subcommand)]
pub(super) enum Expense {
    Add(Add),
    List(list::List),
    /// Show one expense, with what of it is billed
    Show {
        /// Number, or @1 for the latest
        expense: String,
    },
    Edit(Edit),
    /// Delete an expense; `loggia undo` brings it back
    Delete {
        /// Number, or @1 for the latest
        expense: String,
    },
    Receipt(receipt::Receipt),
}

/// Add an expense
#[derive(Debug, Args)]
#[command(
    after_help = "The amount is what was paid, in the client's currency, with --tax in it. An invoice bills it without that tax, with the \
    mark-up on top, and adds the client's own tax. Without --tax all of it is billed.\n\
    A quantity is multiplied by --price; for km and mi the setting expense.mileage-rate has one.\n\nExamples:\n  \
    loggia expense add acme/website 49.90 \"train to Hamburg\" --category Travel --tax 7 --receipt ticket.pdf\n  \
    loggia expense add acme/website 42km \"to the client and back\" --price 0.30\n  \
    loggia expense add acme/website 12x \"licences\" --price 8.50 --markup 10 --date yesterday"
)]
pub(super) struct Add {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    /// 49.90, or a quantity such as 42km, 12x, 3 nights
    #[arg(value_name = "AMOUNT", allow_hyphen_values = true)]
    amount: String,
    /// What for, in words the client may read
    note: Option<String>,
    /// Day on which it was spent [default: today]
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    /// Travel, Print, Software, … whatever you call it
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Rate of the tax that the amount contains
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    tax: Option<String>,
    /// A file that proves it; a copy is kept in the store, up to 25 MiB
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    receipt: Option<PathBuf>,
    /// What is added when it is billed
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    markup: Option<String>,
    /// Price for one of a quantity
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    price: Option<String>,
    /// Refuse it where the client is billed in another currency
    #[arg(long)]
    currency: Option<String>,
    /// Billable, whatever project and client say
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Not billable
    #[arg(long)]
    non_billable: bool,
    /// Who paid [default: the setting time.member, else the first member]
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    /// A note for the owner's eyes
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
    /// Keep an expense that says the same and is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change an expense; an empty text takes a value away
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia expense edit @1 --amount 59.90 --note 'train, first class'\n  \
    loggia expense edit 12 --receipt ticket.pdf\n  loggia expense edit 12 --category '' --tax ''"
)]
pub(super) struct Edit {
    /// Number, or @1 for the latest
    expense: String,
    /// New amount or quantity
    #[arg(long, allow_hyphen_values = true)]
    amount: Option<String>,
    /// Price for one of the quantity
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    price: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    tax: Option<String>,
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    markup: Option<String>,
    #[arg(long)]
    note: Option<String>,
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
    /// A file in place of the one that is kept
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    receipt: Option<OsString>,
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    #[arg(long)]
    non_billable: bool,
}

impl Expense {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::List(list) => list.run(context),
            Self::Show { expense } => {
                let found = expense::show(&context.session()?, &expense)?;
                context.show(&ExpenseView::of(&found)?)
            }
            Self::Edit(edit) => edit.run(context),
            Self::Delete { expense } => {
                let mut session = context.session()?;
                // Asked about only where it is there, and by its number: `@1` may be another one when the answer comes.
                let found = ExpenseView::of(&expense::show(&session, &expense)?)?;
                context.confirm(&format!("delete expense {}", found.title()))?;
                let gone = expense::delete(&mut session, &found.id())?;
                context.say("deleted; `loggia undo` brings it back")?;
                context.show(&ExpenseView::of(&gone)?)
            }
            Self::Receipt(receipt) => receipt.run(context),
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let spending = Spending::parse(&self.amount).map_err(Error::from)?;
        if let (Spending::Amount { .. }, Some(_)) = (&spending, &self.price) {
            return Err(price_of_an_amount());
        }
        stands_apart(&spending, &self.amount, self.note.as_deref())?;
        let currency = self.currency.as_deref().map(Currency::parse);
        let mut session = context.session()?;
        let new = New {
            spending,
            currency: currency.transpose().map_err(Error::from)?,
            price: rate(self.price)?,
            day: day(&session.calendar, self.date)?,
            category: cleared("category", self.category)?.flatten(),
            tax: percent(self.tax, Percent::parse_tax)?.flatten(),
            markup: markup(self.markup)?.unwrap_or(Percent::ZERO),
            billable: billable(self.billable, self.non_billable),
            note: cleared("note", self.note)?.flatten(),
            internal_note: cleared("internal", self.internal)?.flatten(),
            receipt: self.receipt,
            project: self.project,
            by: self.by,
            if_missing: self.if_missing,
        };
        let saved = expense::add(&mut session, &new)?;
        let done = match saved.made {
            Made::New => "added",
            Made::Existing => "there already",
        };
        show_saved(context, done, &saved)
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let spending = self.amount.as_deref().map(Spending::parse);
        let spending = spending.transpose().map_err(Error::from)?;
        if let (Some(Spending::Amount { .. }), Some(_)) = (&spending, &self.price) {
            return Err(price_of_an_amount());
        }
        let mut session = context.session()?;
        let change = Change {
            spending,
            price: rate(self.price)?,
            project: self.project,
            day: day(&session.calendar, self.date)?,
            by: self.by,
            category: cleared("category", self.category)?,
            tax: percent(self.tax, Percent::parse_tax)?,
            markup: markup(self.markup)?,
            billable: billable(self.billable, self.non_billable).map(Some),
            note: cleared("note", self.note)?,
            internal_note: cleared("internal", self.internal)?,
            receipt: self.receipt.map(|path| {
                Some(path)
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from)
            }),
        };
        let saved = expense::edit(&mut session, &self.expense, &change)?;
        show_saved(context, "changed", &saved)
    }
}

fn show_saved(context: &mut Context<'_>, done: &str, saved: &Saved) -> Result<()> {
    for notice in &saved.notices {
        context.warn(&words(notice))?;
    }
    context.say(done)?;
    context.show(&ExpenseView::of(&saved.expense)?)
}

fn words(notice: &Notice) -> String {
    match notice {
        Notice::Future(day) => format!("{day} is after today"),
        Notice::Twin(key) => format!("expense {} says the same", key.0),
        Notice::Category { given, near } => {
            let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
            format!(
                "`{given}` is a new category; there is {}",
                near.join(" and ")
            )
        }
    }
}

/// Refuses a number whose unit or currency came as a word of its own: `42 km` typed without quotes is no 42 euros for `km`.
fn stands_apart(spending: &Spending, amount: &str, note: Option<&str>) -> Result<()> {
    let (Spending::Amount { currency: None, .. }, Some(word)) = (spending, note) else {
        return Ok(());
    };
    let is_code = word.chars().all(|c| c.is_ascii_uppercase()) && Currency::parse(word).is_ok();
    let is_unit = Unit::parse(word).is_ok_and(|unit| unit.is_counted());
    if !is_code && !is_unit {
        return Ok(());
    }
    Err(Failure::usage(
        "usage.amount",
        format!("`{word}` stands apart from `{amount}` and would be its note"),
        format!("write it as one word: {amount}{word}"),
    ))
}

fn price_of_an_amount() -> Failure {
    Failure::usage(
        "usage.price",
        "--price is for one of a quantity, and what was given is an amount".to_owned(),
        "give a quantity such as 42km or 12x, or leave --price out".to_owned(),
    )
}

fn day(calendar: &Calendar, date: Option<String>) -> Result<Option<chrono::NaiveDate>> {
    let day = date.as_deref().map(|date| calendar.parse_date(date));
    Ok(day.transpose().map_err(Error::from)?)
}

fn rate(text: Option<String>) -> Result<Option<Rate>> {
    let rate = text.as_deref().map(Rate::parse);
    Ok(rate.transpose().map_err(Error::from)?)
}

/// A percentage by its reader; Some(None): an empty text, which takes the value away.
fn percent<E>(
    text: Option<String>,
    parse: impl Fn(&str) -> std::result::Result<Percent, E>,
) -> Result<Option<Option<Percent>>>
where
    Error: From<E>,
{
    match text.as_deref() {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(text) => Ok(Some(Some(parse(text).map_err(Error::from)?))),
    }
}

fn markup(text: Option<String>) -> Result<Option<Percent>> {
    let markup = percent(text, Percent::parse)?;
    Ok(markup.map(|markup| markup.unwrap_or(Percent::ZERO)))
}

/// Some(None): an empty text, which takes the value away.
fn cleared(name: &'static str, text: Option<String>) -> Result<Option<Option<Line>>> {
    match text.as_deref() {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(text) => Ok(Some(Some(field(name, Line::parse(text))?))),
    }
}

fn billable(yes: bool, no: bool) -> Option<bool> {
    match (yes, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
