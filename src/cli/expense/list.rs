//! `loggia expense list`: on the terminal with totals, and as a file.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use crate::app::error::field;
use crate::app::expense::{self, Selection};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::client::references;
use crate::cli::error::Result;
use crate::cli::sheet::{Target, deliver};
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::document::sheet::{self, Cell, Kind, Sheet};
use crate::store::ListedExpense;
use crate::values::money::{Currency, Money};
use crate::values::period::Span;
use crate::values::text::Line;

use super::billable;
use super::view::ExpenseView;

/// List expenses [default period: this month]
#[derive(Debug, Args)]
#[command(
    visible_alias = "ls",
    after_help = "Examples:\n  loggia expense list last month --client acme\n  \
    loggia expense list all --unbilled --billable\n  loggia expense list 2026 --category Travel --format xlsx --output travel.xlsx"
)]
pub(in crate::cli) struct List {
    /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    #[arg(long)]
    client: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    #[arg(long)]
    member: Option<String>,
    /// Only billable expenses
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Only expenses that are not billable
    #[arg(long)]
    non_billable: bool,
    /// Only expenses on no invoice
    #[arg(long)]
    unbilled: bool,
    #[command(flatten)]
    target: Target,
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let words = self.period.join(" ");
        let period = match words.trim() {
            "" => "this month",
            words => words,
        };
        let category = self.category.as_deref().map(Line::parse);
        let selection = Selection {
            days: session.calendar.parse_period(period).map_err(Error::from)?,
            client: self.client,
            project: self.project,
            member: self.member,
            category: field("category", category.transpose())?,
            billable: billable(self.billable, self.non_billable),
            unbilled: self.unbilled,
        };
        let expenses = expense::list(&session, &selection)?;
        let views = expenses.iter().map(ExpenseView::of);
        let list = ExpenseList {
            expenses: views.collect::<Result<_>>()?,
            total: totals(&expenses)?,
            days: selection.days,
        };
        let sheet = sheet_of(&session, &expenses)?;
        deliver(context, &self.target, "expenses", &sheet, &list)
    }
}

/// What was paid and what of it is billed, in each currency.
fn totals(expenses: &[ListedExpense]) -> Result<BTreeMap<Currency, (Money, Money)>> {
    let mut totals = BTreeMap::new();
    for listed in expenses {
        let worth = listed.expense.spent.worth().map_err(Error::from)?;
        let currency = worth.amount.currency();
        let nothing = Money::zero(currency);
        let (paid, billed) = totals.entry(currency).or_insert((nothing, nothing));
        *paid = paid.checked_add(worth.amount).map_err(Error::from)?;
        if listed.billable {
            *billed = billed.checked_add(worth.billed).map_err(Error::from)?;
        }
    }
    Ok(totals)
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ExpenseList {
    expenses: Vec<ExpenseView>,
    #[serde(skip)]
    total: BTreeMap<Currency, (Money, Money)>,
    #[serde(skip)]
    days: Span,
}

impl View for ExpenseList {
    fn text(&self, page: &mut Page) {
        if self.expenses.is_empty() {
            page.line(format!(
                "no expenses in {}; `loggia expense add CLIENT/PROJECT AMOUNT` adds one",
                self.days
            ));
            return;
        }
        let joined = |part: fn(&(Money, Money)) -> Money| {
            let sums = self.total.values().map(|sums| part(sums).to_string());
            sums.collect::<Vec<_>>().join(" + ")
        };
        let rows: Vec<[String; 8]> = self
            .expenses
            .iter()
            .map(|expense| row(expense, page.width.is_some()))
            .collect();
        let total = [
            String::new(),
            String::new(),
            "total".to_owned(),
            String::new(),
            String::new(),
            joined(|(paid, _)| *paid),
            joined(|(_, billed)| *billed),
            String::new(),
        ];
        // Columns in which nothing stands would take the room of the others.
        let fills = |place: usize| {
            let cell = |row: &[String; 8]| row.get(place).is_some_and(|cell| !cell.is_empty());
            rows.iter().any(cell)
        };
        let shown: Vec<usize> = (0..HEADS.len()).filter(|place| fills(*place)).collect();
        let chosen = |row: &[String; 8]| -> Vec<String> {
            let cells = shown.iter().filter_map(|place| row.get(*place));
            cells.cloned().collect()
        };
        let columns: Vec<Column> = shown
            .iter()
            .filter_map(|place| HEADS.get(*place))
            .copied()
            .collect();
        let rows: Vec<Vec<String>> = rows.iter().map(chosen).collect();
        table(page, &columns, &rows, Some(chosen(&total)));
    }

    fn reference(&self) -> String {
        references(&self.expenses)
    }
}

/// What the list shows on a terminal.
const HEADS: [Column; 8] = [
    Column::Number("id"),
    Column::Whole("date"),
    Column::Whole("project"),
    Column::Text("category"),
    Column::Text("note"),
    Column::Number("amount"),
    Column::Number("billed"),
    Column::Text("invoice"),
];

/// The longest note on a terminal; `expense show` and the files have the whole of it.
const LONGEST: usize = 40;

fn row(expense: &ExpenseView, narrow: bool) -> [String; 8] {
    let texts = [expense.note.clone(), expense.measured()];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    let mut note = texts.join(", ");
    if narrow && note.chars().nth(LONGEST).is_some() {
        note = note
            .chars()
            .take(LONGEST - 1)
            .collect::<String>()
            .trim_end()
            .to_owned();
        note.push('…');
    }
    [
        expense.id(),
        expense.date.clone(),
        expense.project.clone(),
        expense.category.clone().unwrap_or_default(),
        note,
        format!("{} {}", expense.amount, expense.currency),
        match expense.billable {
            true => expense.billed.clone(),
            false => "no".to_owned(),
        },
        expense.invoice.clone().unwrap_or_default(),
    ]
}

/// The columns of a file: key, names in English and German, kind.
const COLUMNS: [(&str, &str, &str, Kind); 16] = [
    ("id", "Number", "Nummer", Kind::Reference),
    ("date", "Date", "Datum", Kind::Date),
    ("client", "Client", "Kunde", Kind::Reference),
    ("project", "Project", "Projekt", Kind::Reference),
    ("member", "Member", "Mitglied", Kind::Reference),
    ("category", "Category", "Kategorie", Kind::Text),
    ("note", "Note", "Notiz", Kind::Text),
    ("quantity", "Quantity", "Menge", Kind::Text),
    ("amount", "Amount", "Betrag", Kind::Money),
    ("tax_rate", "Tax %", "Steuer %", Kind::Number),
    ("tax", "Tax", "Steuer", Kind::Money),
    ("net", "Net", "Netto", Kind::Money),
    ("billed", "Billed", "Berechnet", Kind::Money),
    ("billable", "Billable", "Abrechenbar", Kind::Flag),
    ("receipt", "Receipt", "Beleg", Kind::Text),
    ("invoice", "Invoice", "Rechnung", Kind::Reference),
];

fn sheet_of(session: &Session, expenses: &[ListedExpense]) -> Result<Sheet> {
    let business = &session.business;
    let german = business.language.as_str() == "de";
    let author = business.name.as_ref().map(ToString::to_string);
    Ok(Sheet {
        title: if german { "Auslagen" } else { "Expenses" }.to_owned(),
        author: author.unwrap_or_default(),
        day: session.today(),
        language: business.language.to_string(),
        columns: COLUMNS
            .iter()
            .map(|(key, english, in_german, kind)| sheet::Column {
                key: (*key).to_owned(),
                name: if german { *in_german } else { *english }.to_owned(),
                kind: *kind,
            })
            .collect(),
        rows: expenses.iter().map(cells).collect::<Result<_>>()?,
    })
}

fn cells(listed: &ListedExpense) -> Result<Vec<Cell>> {
    let spent = &listed.expense.spent;
    let worth = spent.worth().map_err(Error::from)?;
    let text = |text: &str| Cell::Text(text.to_owned());
    let line = |line: &Option<Line>| Cell::text(line.as_ref().map(Line::as_str));
    let nothing = Money::zero(worth.amount.currency());
    Ok(vec![
        Cell::Text(listed.expense.key.0.to_string()),
        Cell::Date(spent.day),
        text(&listed.client_slug),
        Cell::Text(format!("{}/{}", listed.client_slug, listed.project_slug)),
        text(&listed.member_slug),
        line(&spent.category),
        line(&spent.note),
        Cell::text(ExpenseView::of(listed)?.measured()),
        Cell::Money(worth.amount),
        spent
            .tax
            .map_or(Cell::Empty, |rate| Cell::Number(rate.decimal().normalize())),
        Cell::Money(worth.tax),
        Cell::Money(worth.net),
        Cell::Money(if listed.billable {
            worth.billed
        } else {
            nothing
        }),
        Cell::Flag(listed.billable),
        Cell::text(spent.receipt.as_ref().map(|receipt| receipt.name.as_str())),
        Cell::text(listed.invoice.as_deref()),
    ])
}
