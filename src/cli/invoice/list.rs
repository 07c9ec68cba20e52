//! `loggia invoice list`.

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::invoice;
use crate::app::invoice::list::{self, Column, List as Listed, Row, Standing, Wanted};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::sheet::{Format, Target, deliver};
use crate::cli::table;
use crate::cli::terminal::{Page, View};
use crate::document::sheet::{self, Cell, Sheet};
use crate::domain::invoice::State;
use crate::values::period::Span;

use super::view::{InvoiceList, InvoiceView};

/// List invoices, credit notes and drafts, newest first, with a total for each currency
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(in crate::cli) struct List {
    #[arg(value_name = "CLIENT")]
    client: Option<String>,
    /// The same, as a flag
    #[arg(long = "client", value_name = "CLIENT", conflicts_with = "client")]
    of: Option<String>,
    /// Only in these states, with commas between
    #[arg(long, value_name = "STATES", value_delimiter = ',', value_parser = standing)]
    state: Vec<Standing>,
    /// Only those dated in this period: 2026-11, last quarter, 2026-01-01..2026-03-31
    #[arg(long, value_name = "PERIOD", conflicts_with = "since")]
    period: Option<String>,
    /// Only those dated from this day on
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// What to show, with commas between
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = column)]
    columns: Option<Vec<Column>>,
    /// By what to sort, with commas between; a `-` in front sorts from the end [default: newest first]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = sorting, allow_hyphen_values = true)]
    sort: Vec<(Column, bool)>,
    #[command(flatten)]
    target: Target,
}

const AFTER: &str = "States: draft, void, written-off, overpaid, paid, overdue, partially-paid, viewed, sent, issued; and open, which is \
    whatever is issued and not settled.\n\
    Columns: number, kind, client, name, state, date, due, period, currency, total, paid, credited, open, purchase_order, corrects.\n\
    In the totals credit notes count against what was billed; drafts do not count. With --json each document is told in full, or with \
    --columns just these.\n\n\
    Examples:\n  loggia invoice list --state overdue --sort due\n  loggia invoice list acme --period 'last quarter'\n  \
    loggia invoice list --since 2026-01-01 --columns number,client,total,open --format csv";

/// What is shown where nothing is said.
const USUAL: &[Column] = &[
    Column::Number,
    Column::Client,
    Column::State,
    Column::Date,
    Column::Due,
    Column::Total,
    Column::Open,
];

fn standing(text: &str) -> std::result::Result<Standing, String> {
    let word = text.trim().to_lowercase().replace(['_', ' '], "-");
    if word == "open" {
        return Ok(Standing::Open);
    }
    State::from_word(&word).map(Standing::In).ok_or_else(|| {
        let words: Vec<&str> = State::ALL.iter().map(|state| state.word()).collect();
        let words = words.join(", ");
        format!("there is no state `{text}`; there are {words} and open")
    })
}

fn column(text: &str) -> std::result::Result<Column, String> {
    Column::parse(text).ok_or_else(|| {
        let near = crate::values::id::near(text, Column::words());
        match near.first() {
            Some(near) => format!("there is no column `{text}`; did you mean `{near}`?"),
            None => {
                let words: Vec<&str> = Column::words().collect();
                let words = words.join(", ");
                format!("there is no column `{text}`; there are {words}")
            }
        }
    })
}

fn sorting(text: &str) -> std::result::Result<(Column, bool), String> {
    match text.strip_prefix('-') {
        Some(name) => Ok((column(name)?, true)),
        None => Ok((column(text)?, false)),
    }
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let wanted = Wanted {
            client: self.client.or(self.of),
            days: days(session, self.period.as_deref(), self.since.as_deref())?,
            states: self.state,
            sort: self.sort,
        };
        let listed = list::list(session, &wanted)?;
        let narrow = wanted.client.is_some() || wanted.days.is_some() || !wanted.states.is_empty();
        let as_json = context.terminal.is_json() || self.target.is(Format::Json);
        if as_json && self.columns.is_none() {
            let full = full(session, &listed)?;
            return deliver(context, &self.target, "invoices", &full.1, &full.0);
        }
        let columns = self.columns.unwrap_or_else(|| USUAL.to_vec());
        let for_people = self.target.is_for_people();
        let (sheet, totals) = sheet_of(session, &listed, &columns, &self.target, for_people);
        let view = Table {
            items: listed.rows.iter().map(|row| item(row, &columns)).collect(),
            names: listed.rows.iter().map(Row::name).collect(),
            sheet: sheet_of(session, &listed, &columns, &self.target, true).0,
            totals,
            narrow,
        };
        deliver(context, &self.target, "invoices", &sheet, &view)
    }
}

fn days(session: &Session, period: Option<&str>, since: Option<&str>) -> Result<Option<Span>> {
    let calendar = &session.calendar;
    Ok(match (period, since) {
        (Some(period), _) => Some(calendar.parse_period(period).map_err(Error::from)?),
        (None, Some(since)) => Some(Span {
            from: Some(calendar.parse_date(since).map_err(Error::from)?),
            to: None,
        }),
        (None, None) => None,
    })
}

/// Each document in full, as `invoice show` tells it.
fn full(session: &mut Session, listed: &Listed) -> Result<(InvoiceList, Sheet)> {
    let names: Vec<String> = listed.rows.iter().map(Row::name).collect();
    let shown = invoice::several(session, &names)?;
    let views = shown.iter().map(|shown| InvoiceView::of(session, shown));
    let views = InvoiceList(views.collect::<Result<_>>()?);
    let sheet = sheet_of(session, listed, USUAL, &Target::default(), false).0;
    Ok((views, sheet))
}

/// The rows; for people with the totals below, whose places are told.
fn sheet_of(
    session: &Session,
    listed: &Listed,
    columns: &[Column],
    target: &Target,
    for_people: bool,
) -> (Sheet, Vec<usize>) {
    let business = &session.business;
    let author = business.name.as_ref().map(ToString::to_string);
    let language = target.language(business.language.as_str());
    let german = language == "de";
    let cells = |row: &Row| columns.iter().map(|column| row.cell(*column)).collect();
    let mut rows: Vec<Vec<Cell>> = listed.rows.iter().map(cells).collect();
    let has_money = columns
        .iter()
        .any(|column| matches!(column, Column::Total | Column::Paid | Column::Open));
    let mut totals = Vec::new();
    if for_people && has_money && listed.rows.len() > 1 {
        for sum in &listed.totals {
            totals.push(rows.len());
            let word = if german { "Summe" } else { "total" };
            let mut worded = false;
            let cells = columns.iter().map(|column| match column {
                Column::Total => Cell::Money(sum.total),
                Column::Paid => Cell::Money(sum.paid),
                Column::Open => Cell::Money(sum.open),
                Column::Currency => Cell::Text(sum.currency.code().to_owned()),
                _ if !worded => {
                    worded = true;
                    Cell::Text(word.to_owned())
                }
                _ => Cell::Empty,
            });
            rows.push(cells.collect());
        }
    }
    let sheet = Sheet {
        title: if german { "Rechnungen" } else { "Invoices" }.to_owned(),
        author: author.unwrap_or_default(),
        day: session.today(),
        language: language.to_owned(),
        columns: columns
            .iter()
            .map(|column| sheet::Column {
                key: column.word().to_owned(),
                name: heading(*column, german).to_owned(),
                kind: column.kind(),
            })
            .collect(),
        rows,
    };
    (sheet, totals)
}

fn heading(column: Column, german: bool) -> &'static str {
    let (english, in_german) = match column {
        Column::Number => ("Number", "Nummer"),
        Column::Kind => ("Kind", "Art"),
        Column::Client => ("Client", "Kunde"),
        Column::Name => ("Name", "Name"),
        Column::State => ("State", "Stand"),
        Column::Date => ("Date", "Datum"),
        Column::Due => ("Due", "Fällig"),
        Column::Period => ("Period", "Zeitraum"),
        Column::Currency => ("Currency", "Währung"),
        Column::Total => ("Total", "Betrag"),
        Column::Paid => ("Paid", "Bezahlt"),
        Column::Credited => ("Credited", "Gutgeschrieben"),
        Column::Open => ("Open", "Offen"),
        Column::PurchaseOrder => ("Purchase order", "Bestellnummer"),
        Column::Corrects => ("Corrects", "Zu Rechnung"),
    };
    if german { in_german } else { english }
}

fn item(row: &Row, columns: &[Column]) -> Map<String, Value> {
    let mut item = Map::new();
    for column in columns {
        let cell = row.cell(*column);
        let value = match &cell {
            Cell::Empty => Value::Null,
            Cell::Money(money) => Value::from(money.amount()),
            other => Value::from(other.plain()),
        };
        if matches!(cell, Cell::Money(_)) {
            let code = row.listed.currency.code();
            item.insert("currency".to_owned(), Value::from(code));
        }
        item.insert(column.word().to_owned(), value);
    }
    item
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Table {
    items: Vec<Map<String, Value>>,
    #[serde(skip)]
    names: Vec<String>,
    #[serde(skip)]
    sheet: Sheet,
    #[serde(skip)]
    totals: Vec<usize>,
    /// Others may be there that were not asked for.
    #[serde(skip)]
    narrow: bool,
}

impl View for Table {
    fn text(&self, page: &mut Page) {
        if self.items.is_empty() {
            page.line(if self.narrow {
                "no invoice is like that; `loggia invoice list` shows every one"
            } else {
                "no invoices; `loggia invoice create CLIENT` bills unbilled work"
            });
            return;
        }
        table::summed(page, &self.sheet, &self.totals);
    }

    fn reference(&self) -> String {
        self.names.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_column_and_state() {
        for word in Column::words() {
            assert!(AFTER.contains(word), "{word}");
            assert_eq!(Column::parse(word).unwrap().word(), word);
        }
        for state in State::ALL {
            assert!(AFTER.contains(state.word()), "{}", state.word());
        }
    }
}
