//! `time list` as a table and as files: which columns, in what order, with what totals.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use clap::Args;

use crate::app::{Session, report};
use crate::document::sheet::{self, Cell, Kind, Sheet};
use crate::store::Listed;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::period::Span;
use crate::values::text::fold;

use super::super::error::Result;
use super::super::report::sorting;
use super::super::sheet::Target;

/// How entries are listed.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Shape {
    /// What to show, with commas between: id, date, start, end, client, project, phase, task, activity, member, hours, billable, amount, note,
    /// internal, tags, rate, invoice, approval
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = column)]
    columns: Option<Vec<Column>>,
    /// By what to sort, with commas between; a `-` in front sorts from the end [default: date, start]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = sorted, allow_hyphen_values = true)]
    sort: Vec<(Column, bool)>,
    #[command(flatten)]
    pub(in crate::cli) target: Target,
}

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Date,
    Start,
    End,
    Client,
    Project,
    Phase,
    Task,
    Activity,
    Member,
    Hours,
    Billable,
    Amount,
    Note,
    Internal,
    Tags,
    Rate,
    Invoice,
    Approval,
}

/// Columns with their words and headings, in English and German.
const COLUMNS: [(Column, &str, &str, &str, Kind); 19] = [
    (Column::Id, "id", "No.", "Nr.", Kind::Number),
    (Column::Date, "date", "Date", "Datum", Kind::Date),
    (Column::Start, "start", "Start", "Beginn", Kind::Text),
    (Column::End, "end", "End", "Ende", Kind::Text),
    (Column::Client, "client", "Client", "Kunde", Kind::Reference),
    (
        Column::Project,
        "project",
        "Project",
        "Projekt",
        Kind::Reference,
    ),
    (Column::Phase, "phase", "Phase", "Phase", Kind::Text),
    (Column::Task, "task", "Task", "Aufgabe", Kind::Text),
    (
        Column::Activity,
        "activity",
        "Activity",
        "Tätigkeit",
        Kind::Text,
    ),
    (Column::Member, "member", "Member", "Person", Kind::Text),
    (Column::Hours, "hours", "Hours", "Stunden", Kind::Hours),
    (
        Column::Billable,
        "billable",
        "Billable",
        "Abrechenbar",
        Kind::Flag,
    ),
    (Column::Amount, "amount", "Amount", "Betrag", Kind::Money),
    (Column::Note, "note", "Note", "Notiz", Kind::Text),
    (
        Column::Internal,
        "internal",
        "Internal note",
        "Interne Notiz",
        Kind::Text,
    ),
    (Column::Tags, "tags", "Tags", "Schlagwörter", Kind::Text),
    (
        Column::Rate,
        "rate",
        "Own rate",
        "Eigener Satz",
        Kind::Number,
    ),
    (
        Column::Invoice,
        "invoice",
        "Invoice",
        "Rechnung",
        Kind::Text,
    ),
    (
        Column::Approval,
        "approval",
        "Approval",
        "Freigabe",
        Kind::Text,
    ),
];

/// What is shown where nothing is said.
const USUAL: [Column; 7] = [
    Column::Id,
    Column::Date,
    Column::Project,
    Column::Member,
    Column::Hours,
    Column::Note,
    Column::Invoice,
];

fn from_word(word: &str) -> Option<Column> {
    let wanted = fold(word.trim());
    COLUMNS
        .iter()
        .find(|(_, word, ..)| *word == wanted)
        .map(|(column, ..)| *column)
}

fn words() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(_, word, ..)| *word)
}

fn column(text: &str) -> std::result::Result<Column, String> {
    from_word(text).ok_or_else(|| {
        let near = crate::values::id::near(text, words());
        match near.first() {
            Some(near) => format!("there is no column `{text}`; did you mean `{near}`?"),
            None => format!(
                "there is no column `{text}`; there are {}",
                words().collect::<Vec<_>>().join(", ")
            ),
        }
    })
}

fn sorted(text: &str) -> std::result::Result<(Column, bool), String> {
    sorting(text, words(), from_word)
}

/// An entry with its value, where that was asked for.
struct Line {
    listed: Listed,
    amount: Option<Money>,
}

impl Shape {
    /// Whether the rows can be written as they are read: all fields, in the order in which they are found.
    pub(in crate::cli) fn is_as_found(&self) -> bool {
        self.columns.is_none() && self.sort.is_empty()
    }

    /// The entries in the order that is wanted, the table of them for people, and the numbers of its totals; and the file, where one
    /// is wanted.
    pub(in crate::cli) fn lay(
        &self,
        session: &Session,
        days: Span,
        entries: Vec<Listed>,
    ) -> Result<(Vec<Listed>, Laid)> {
        let columns = self.columns.clone().unwrap_or_else(|| USUAL.to_vec());
        let valued = columns.contains(&Column::Amount)
            || self
                .sort
                .iter()
                .any(|(column, _)| *column == Column::Amount);
        let amounts = match valued {
            true => report::values(session, &entries)?,
            false => vec![None; entries.len()],
        };
        let lines = entries.into_iter().zip(amounts);
        let mut lines: Vec<Line> = lines
            .map(|(listed, amount)| Line { listed, amount })
            .collect();
        self.order(session, &mut lines);
        let (table, first_total) = sheet_of(session, days, &columns, &lines, true);
        let file = match self.target.is_for_people() {
            true => table.clone(),
            false => sheet_of(session, days, &columns, &lines, false).0,
        };
        let totals = (first_total..table.rows.len()).collect();
        let entries = lines.into_iter().map(|line| line.listed).collect();
        Ok((
            entries,
            Laid {
                table,
                totals,
                file,
            },
        ))
    }

    fn order(&self, session: &Session, lines: &mut [Line]) {
        lines.sort_by(|left, right| {
            let orders = self.sort.iter().map(|(column, down)| {
                let (left, right) = (
                    column.cell(left, session, false),
                    column.cell(right, session, false),
                );
                order(&left, &right, *down)
            });
            orders
                .into_iter()
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
    }
}

/// Entries laid out.
#[derive(Debug)]
pub(in crate::cli) struct Laid {
    pub(in crate::cli) table: Sheet,
    /// The rows of the table that are totals.
    pub(in crate::cli) totals: Vec<usize>,
    pub(in crate::cli) file: Sheet,
}

/// What is empty comes last, from either end.
fn order(left: &Cell, right: &Cell, down: bool) -> Ordering {
    let empty = |cell: &Cell| *cell == Cell::Empty;
    if empty(left) || empty(right) {
        return empty(left).cmp(&empty(right));
    }
    let order = match (left, right) {
        (Cell::Number(left), Cell::Number(right)) => left.cmp(right),
        (Cell::Hours(left), Cell::Hours(right)) => left.cmp(right),
        (Cell::Date(left), Cell::Date(right)) => left.cmp(right),
        (Cell::Flag(left), Cell::Flag(right)) => left.cmp(right),
        (Cell::Money(left), Cell::Money(right)) => {
            (left.decimal(), left.currency()).cmp(&(right.decimal(), right.currency()))
        }
        (left, right) => fold(&left.plain()).cmp(&fold(&right.plain())),
    };
    if down { order.reverse() } else { order }
}

impl Column {
    fn cell(self, line: &Line, session: &Session, for_people: bool) -> Cell {
        let Line { listed, amount } = line;
        let work = &listed.entry.work;
        let clock = |at| session.calendar.local(at).format("%R").to_string();
        match self {
            Self::Id => Cell::Number(listed.entry.key.0.into()),
            Self::Date => Cell::Date(work.day),
            Self::Start => Cell::text(work.span.map(|span| clock(span.start))),
            Self::End => Cell::text(work.span.map(|span| clock(span.end))),
            Self::Client => Cell::text(Some(&listed.client_slug)),
            Self::Project => Cell::Text(format!("{}/{}", listed.client_slug, listed.project_slug)),
            Self::Phase => Cell::text(listed.phase.as_ref()),
            Self::Task => Cell::text(listed.task.as_ref()),
            Self::Activity => Cell::text(listed.activity.as_ref()),
            Self::Member => Cell::text(Some(&listed.member_slug)),
            Self::Hours => Cell::Hours(work.seconds),
            Self::Billable => Cell::Flag(listed.billable),
            Self::Amount => amount.map_or(Cell::Empty, Cell::Money),
            Self::Note => {
                let note = work.note.as_ref().map(|note| note.as_str());
                let mut note = note.unwrap_or_default().to_owned();
                if for_people && !listed.billable {
                    note.push_str(" (non-billable)");
                }
                if let Some(approval) = listed.entry.approval.filter(|_| for_people) {
                    note.push_str(&format!(" ({})", approval.word()));
                }
                Cell::text(Some(note.trim_start()))
            }
            Self::Internal => Cell::text(work.internal_note.as_ref().map(|note| note.as_str())),
            Self::Tags => {
                let tags: Vec<&str> = work.tags.iter().map(|tag| tag.as_str()).collect();
                Cell::text(Some(tags.join(", ")))
            }
            Self::Rate => work
                .rate
                .map_or(Cell::Empty, |rate| Cell::Number(rate.decimal())),
            Self::Invoice => Cell::text(listed.invoice.as_ref()),
            Self::Approval => Cell::text(listed.entry.approval.map(|approval| approval.word())),
        }
    }
}

/// The sheet, and the number of its first total. Totals are for people: of hours, and of amounts one a currency.
fn sheet_of(
    session: &Session,
    days: Span,
    columns: &[Column],
    lines: &[Line],
    for_people: bool,
) -> (Sheet, usize) {
    let german = session.business.language.as_str() == "de";
    let mut rows: Vec<Vec<Cell>> = lines
        .iter()
        .map(|line| {
            let cells = columns.iter();
            // What is billable is said in the note, where there is no column for it.
            let told = for_people && !columns.contains(&Column::Billable);
            cells
                .map(|column| column.cell(line, session, told))
                .collect()
        })
        .collect();
    let first_total = rows.len();
    if for_people {
        rows.extend(totals(columns, lines, german));
    }
    let author = session.business.name.as_ref().map(ToString::to_string);
    let title = if german { "Einträge" } else { "Entries" };
    let heads = columns
        .iter()
        .filter_map(|wanted| COLUMNS.iter().find(|(column, ..)| column == wanted));
    let sheet = Sheet {
        title: format!("{title} {days}"),
        author: author.unwrap_or_default(),
        day: session.today(),
        language: session.business.language.to_string(),
        columns: heads
            .map(|(_, word, english, in_german, kind)| sheet::Column {
                key: (*word).to_owned(),
                name: if german { in_german } else { english }.to_string(),
                kind: *kind,
            })
            .collect(),
        rows,
    };
    (sheet, first_total)
}

fn totals(columns: &[Column], lines: &[Line], german: bool) -> Vec<Vec<Cell>> {
    let hours: Seconds = lines
        .iter()
        .map(|line| line.listed.entry.work.seconds)
        .sum();
    let mut amounts: BTreeMap<Currency, Option<Money>> = BTreeMap::new();
    for amount in lines.iter().filter_map(|line| line.amount) {
        let currency = amount.currency();
        let sum = amounts
            .entry(currency)
            .or_insert(Some(Money::zero(currency)));
        // A sum that is beyond all bounds is not shown.
        *sum = sum.and_then(|sum| sum.checked_add(amount).ok());
    }
    let mut amounts = amounts.into_values().flatten();
    let name = columns.iter().position(|column| {
        !matches!(
            column,
            Column::Id | Column::Date | Column::Hours | Column::Amount
        )
    });
    let row = |first: bool, amount: Option<Money>| -> Vec<Cell> {
        let cell = |(place, column): (usize, &Column)| match column {
            Column::Hours if first => Cell::Hours(hours),
            Column::Amount => amount.map_or(Cell::Empty, Cell::Money),
            _ if Some(place) == name => {
                Cell::Text(if german { "Summe" } else { "total" }.to_owned())
            }
            _ => Cell::Empty,
        };
        columns.iter().enumerate().map(cell).collect()
    };
    let mut rows = vec![row(true, amounts.next())];
    rows.extend(amounts.map(|amount| row(false, Some(amount))));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_word_and_mistakes_are_named() {
        for (known, word, ..) in COLUMNS {
            assert_eq!(column(word), Ok(known));
        }
        assert_eq!(sorted("-Amount"), Ok((Column::Amount, true)));
        assert!(column("invoise").unwrap_err().contains("`invoice`"));
        assert!(column("xyzzy").unwrap_err().contains("id, date"));
    }
}
