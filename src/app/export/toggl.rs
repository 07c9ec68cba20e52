//! Entries as Toggl's detailed report has them, so that what `time import toggl` reads comes back as it was.
//!
//! An entry without a time of day has none in the file, which Toggl itself does not take; a time of day is not made up.

use std::io::{self, Write};

use crate::document::sheet::{Cell, Column, CsvRows, Kind};

use super::{Fact, Notice, Result, Writer, Written, failed};

const COLUMNS: [&str; 13] = [
    "User",
    "Email",
    "Client",
    "Project",
    "Task",
    "Description",
    "Billable",
    "Start date",
    "Start time",
    "End date",
    "End time",
    "Duration",
    "Tags",
];

pub(super) struct Toggl<W: Write> {
    rows: CsvRows<W>,
}

impl<W: Write> Toggl<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let column = |name: &str| Column {
            key: name.to_owned(),
            name: name.to_owned(),
            kind: Kind::Text,
        };
        let columns = COLUMNS.map(column);
        Ok(Self {
            rows: CsvRows::new(&columns, out)?,
        })
    }
}

impl<W: Write> Writer for Toggl<W> {
    fn entry(&mut self, fact: &Fact<'_>, told: &mut dyn FnMut(Notice)) -> Result<Written> {
        let listed = fact.listed;
        let work = &listed.entry.work;
        let [start, end] = match fact.on_the_clock() {
            Some(clock) => {
                if !clock.plain {
                    told(Notice::ClockChange);
                }
                [Some(clock.start), Some(clock.end)]
            }
            None => {
                told(Notice::EmptyStart);
                [None, None]
            }
        };
        let day = |at: Option<chrono::NaiveDateTime>| at.map(|at| at.date().to_string());
        let time = |at: Option<chrono::NaiveDateTime>| at.map(|at| at.format("%T").to_string());
        let start_day = day(start).or_else(|| Some(work.day.to_string()));
        let seconds = work.seconds.0;
        let duration = format!(
            "{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
        let tags: Vec<&str> = work.tags.iter().map(|tag| tag.as_str()).collect();
        if tags.iter().any(|tag| tag.contains(',')) {
            told(Notice::Sign);
        }
        let row = [
            Cell::Text(listed.member_name.clone()),
            Cell::text(fact.email),
            Cell::text(Some(fact.client)),
            Cell::Text(listed.project_name.clone()),
            Cell::text(listed.task.as_deref()),
            Cell::text(Some(fact.note())),
            Cell::text(Some(if listed.billable { "Yes" } else { "No" })),
            Cell::text(start_day),
            Cell::text(time(start)),
            Cell::text(day(end)),
            Cell::text(time(end)),
            Cell::Text(duration),
            Cell::Text(tags.join(", ")),
        ];
        self.rows.row(&row).map_err(failed)?;
        Ok(Written::Yes)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut out = self.rows.finish().map_err(failed)?;
        out.flush().map_err(failed)
    }
}
