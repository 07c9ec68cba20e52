//! Importing clients and their contacts from a CSV file of any program: [`column`] says which column is what, [`row`] reads,
//! [`plan`] decides, by what each [`target`] was told. It writes as all imports do: all or nothing, unless bad rows are to be
//! skipped.

mod column;
mod fault;
mod plan;
#[cfg(test)]
mod promise;
mod row;
mod target;
#[cfg(test)]
mod tests;

use std::io::Read;

use crate::domain::client::Marks;
use crate::store::{Books, StoreError, Writer};
use crate::values::text::Line;

use super::person;
use super::problem::ImportError;
use super::sheet::Sheet;
use crate::app::{Result, Session};

pub use column::Field;
pub use fault::Fault;
pub use plan::{Outcome, Told};

use column::Columns;
use plan::{Decided, Plan};
use row::Row;
use target::Target;

/// The largest file that is read, and the most rows of it: short rows take much more room in memory than in the file.
const MOST_BYTES: u64 = 32 << 20;
const MOST_ROWS: usize = 200_000;

/// How to import clients.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Check everything, write nothing.
    pub dry_run: bool,
    /// Leave out rows that cannot be imported, instead of importing none.
    pub skip_bad: bool,
    /// Columns by field, before those that are known by their names.
    pub columns: Vec<(Field, String)>,
}

/// What was imported, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Every row in the order of the file.
    pub rows: Vec<Told>,
    /// Fields with the column they were read from.
    pub columns: Vec<(String, String)>,
    /// Columns that mean nothing.
    pub ignored: Vec<String>,
    /// Lines with a mobile number beside another one, for which a contact has no room.
    pub second_phones: Vec<u64>,
    /// Rows have problems and bad ones were not to be skipped: nothing was written.
    pub refused: bool,
}

impl Report {
    /// How many rows became what: added, updated, unchanged, problems.
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for told in &self.rows {
            let [added, updated, unchanged, problems] = &mut counts;
            *match told.outcome {
                Outcome::Added => added,
                Outcome::Updated(_) => updated,
                Outcome::Unchanged => unchanged,
                Outcome::Problem(_) => problems,
            } += 1;
        }
        counts
    }
}

/// Imports a file. `progress` is told of clients done and clients in all; in all are 0 while the file is being read.
pub fn clients(
    session: &mut Session,
    input: impl Read,
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    let (columns, records) = read(input, &options.columns, progress)?;
    let business = session.business.clone();
    let decide = |books: &Books<'_>| -> std::result::Result<(Report, Decided), StoreError> {
        let mut plan = Plan::new(books, &business, &columns)?;
        for (line, record) in &records {
            match record {
                Ok(row) => plan.take(row)?,
                Err(fault) => plan.refuse(*line, fault.clone()),
            }
        }
        let mut decided = plan.finish();
        let mut report = columns_of(&columns);
        let rows = records
            .iter()
            .filter_map(|(_, record)| record.as_ref().ok());
        let second = rows.filter(|row| row.second_phone.is_some());
        report.second_phones = second.map(|row| row.line).collect();
        report.rows = std::mem::take(&mut decided.rows);
        let [_, _, _, problems] = report.counts();
        report.refused = problems > 0 && !options.skip_bad;
        Ok((report, decided))
    };
    if options.dry_run {
        let (report, _) = session.store.read(|books| decide(books))?;
        return Ok(report);
    }
    session.write(|books| {
        let (report, decided) = decide(books)?;
        if !report.refused {
            let all = u64::try_from(decided.targets.len()).unwrap_or_default();
            for (done, target) in (1..).zip(&decided.targets) {
                write(books, target)?;
                if done % 100 == 0 || done == all {
                    progress(done, all);
                }
            }
        }
        Ok(report)
    })
}

/// A record of the file, read or not, with its line.
type Record = (u64, std::result::Result<Row, Fault>);

fn read(
    input: impl Read,
    said: &[(Field, String)],
    progress: &mut dyn FnMut(u64, u64),
) -> std::result::Result<(Columns, Vec<Record>), ImportError> {
    let mut sheet = Sheet::open_any(input, MOST_BYTES)?;
    let columns = Columns::find(sheet.header()?.names(), said)?;
    let mut records = Vec::new();
    while let Some((line, record)) = sheet.next()? {
        // What a spreadsheet leaves below its last row.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if records.len() == MOST_ROWS {
            return Err(ImportError::TooManyRows { most: MOST_ROWS });
        }
        records.push((line, row::read(&columns, record, line)));
        if records.len().is_multiple_of(1000) {
            progress(u64::try_from(records.len()).unwrap_or_default(), 0);
        }
    }
    Ok((columns, records))
}

fn columns_of(columns: &Columns) -> Report {
    let found = columns.found.iter();
    Report {
        columns: found
            .map(|(field, _, name)| (field.word(), name.clone()))
            .collect(),
        ignored: columns.ignored.clone(),
        ..Report::default()
    }
}

/// Writes a client as it is to be, once, so that the import can be taken back.
fn write(books: &mut Writer<'_>, target: &Target) -> std::result::Result<(), StoreError> {
    let Target {
        slug,
        stage,
        details,
        marks,
        ..
    } = target;
    let external_id = target.external_id.as_ref();
    let (key, before) = match target.key {
        Some(key) => {
            books.edit_imported_client(key, slug, details, external_id)?;
            (key, books.marks(key)?)
        }
        None => {
            let key = books.add_imported_client(slug, *stage, details, external_id)?;
            (key, Marks::default())
        }
    };
    let tags = marks.tags.iter();
    for tag in tags.filter(|tag| !before.tags.contains(tag)) {
        books.add_tag(key, tag)?;
    }
    let changed = |field: &&(Line, Line)| !before.fields.contains(field);
    for (name, value) in marks.fields.iter().filter(changed) {
        books.set_field(key, name, Some(value))?;
    }
    person::write(books, key, target.contacts())
}
