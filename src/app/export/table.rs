//! Entries as CSV and as a workbook: the columns that `time import csv` reads.

use std::io::{self, Cursor, Write};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::document::sheet::{Cell, Column, CsvRows, Head, Kind, XlsxRows};

use super::{Error, Fact, Notice, Result, Target, Writer, Written, failed};

const COLUMNS: [(&str, &str, Kind); 18] = [
    ("id", "Entry", Kind::Number),
    ("date", "Date", Kind::Date),
    ("start", "Start", Kind::Reference),
    ("end", "End", Kind::Reference),
    ("seconds", "Seconds", Kind::Number),
    ("hours", "Hours", Kind::Hours),
    ("client", "Client", Kind::Reference),
    ("project", "Project", Kind::Reference),
    ("phase", "Phase", Kind::Text),
    ("task", "Task", Kind::Text),
    ("activity", "Activity", Kind::Text),
    ("member", "Member", Kind::Reference),
    ("note", "Note", Kind::Text),
    ("internal_note", "Internal note", Kind::Text),
    ("billable", "Billable", Kind::Flag),
    ("rate", "Rate", Kind::Number),
    ("tags", "Tags", Kind::Text),
    ("invoice", "Invoice", Kind::Reference),
];

fn columns() -> Vec<Column> {
    let column = |(key, name, kind): (&str, &str, Kind)| Column {
        key: key.to_owned(),
        name: name.to_owned(),
        kind,
    };
    COLUMNS.into_iter().map(column).collect()
}

/// The cells of an entry.
fn cells(fact: &Fact<'_>, row: &mut Vec<Cell>) {
    let listed = fact.listed;
    let work = &listed.entry.work;
    let clock = |at| Cell::Text(fact.calendar.local(at).to_rfc3339());
    row.clear();
    row.extend([
        Cell::Number(Decimal::from(listed.entry.key.0)),
        Cell::Date(work.day),
        work.span.map_or(Cell::Empty, |span| clock(span.start)),
        work.span.map_or(Cell::Empty, |span| clock(span.end)),
        Cell::Number(Decimal::from(work.seconds.0)),
        Cell::Hours(work.seconds),
        Cell::Text(listed.client_slug.clone()),
        Cell::Text(fact.project()),
        Cell::text(listed.phase.as_deref()),
        Cell::text(listed.task.as_deref()),
        Cell::text(listed.activity.as_deref()),
        Cell::Text(listed.member_slug.clone()),
        Cell::text(work.note.as_ref().map(|note| note.as_str())),
        Cell::text(work.internal_note.as_ref().map(|note| note.as_str())),
        Cell::Flag(listed.billable),
        work.rate
            .map_or(Cell::Empty, |rate| Cell::Number(rate.decimal())),
        Cell::text(Some(tags(fact))),
        Cell::text(listed.invoice.as_deref()),
    ]);
}

/// Tags with commas between; one that has a comma in it stands in quotes.
fn tags(fact: &Fact<'_>) -> String {
    let tags = fact.listed.entry.work.tags.iter().map(|tag| tag.as_str());
    let tags = tags.map(|tag| match tag.contains([',', '"']) {
        true => format!("\"{}\"", tag.replace('"', "\"\"")),
        false => tag.to_owned(),
    });
    tags.collect::<Vec<_>>().join(", ")
}

pub(super) struct Csv<W: Write> {
    rows: CsvRows<W>,
    row: Vec<Cell>,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        Ok(Self {
            rows: CsvRows::new(&columns(), out)?,
            row: Vec::new(),
        })
    }
}

impl<W: Write> Writer for Csv<W> {
    fn entry(&mut self, fact: &Fact<'_>, _: &mut dyn FnMut(Notice)) -> Result<Written> {
        cells(fact, &mut self.row);
        self.rows.row(&self.row).map_err(failed)?;
        Ok(Written::Yes)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut out = self.rows.finish().map_err(failed)?;
        out.flush().map_err(failed)
    }
}

pub(super) struct Workbook<'a> {
    rows: XlsxRows,
    row: Vec<Cell>,
    target: Target<'a>,
}

impl<'a> Workbook<'a> {
    pub(super) fn new(author: &str, day: NaiveDate, target: Target<'a>) -> Result<Self> {
        let head = Head {
            title: "Time",
            author,
            day,
            columns: &columns(),
        };
        Ok(Self {
            rows: XlsxRows::new(head).map_err(Error::from)?,
            row: Vec::new(),
            target,
        })
    }
}

impl Writer for Workbook<'_> {
    fn entry(&mut self, fact: &Fact<'_>, _: &mut dyn FnMut(Notice)) -> Result<Written> {
        cells(fact, &mut self.row);
        self.rows.row(&self.row)?;
        Ok(Written::Yes)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        match self.target {
            Target::File(file) => Ok(self.rows.finish(file)?),
            Target::Stream(out) => {
                let mut whole = Cursor::new(Vec::new());
                self.rows.finish(&mut whole)?;
                out.write_all(&whole.into_inner()).map_err(failed)
            }
        }
    }
}
