//! Importing from other programs' files: time, clients ([`client`]) and contacts ([`card`]).
//!
//! A file is read and checked as a whole before anything is written, and written in one transaction: all of it or nothing,
//! unless bad rows are to be skipped. Importing a file again, or one that has more rows, adds what is new and changes what was
//! corrected ([`plan`] says how a row is known again). History is history: time that overlaps is imported, with a notice.
//!
//! Each program's format has a file of its own in [`mod@format`] that reads into [`row`]; what comes after does not know the format.

pub mod card;
pub mod client;
pub mod format;
mod guard;
mod matching;
mod person;
mod place;
mod plan;
mod problem;
mod row;
mod sheet;
mod source_key;

#[cfg(test)]
mod tests;

use std::io::{Read, Seek};

use crate::domain::guard::Guards;
use crate::store::{Books, EntrySource, Writer};
use crate::values::duration::Seconds;
use crate::values::id::Slug;

use super::{Result, Session, find};

pub use format::{Choices, Format};
pub use problem::{Expected, Findings, ImportError, LooksLike, Named, Problem, Reason, Rejected};

use place::{Catalogue, MadeUp, Resolved};
use plan::{Plan, Step};
use row::{Batch, Distinct, Marks, Row};
use source_key::SourceKey;

/// How to import.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Check everything, write nothing.
    pub dry_run: bool,
    /// Make clients, projects, tasks and members that the file names and that are not there.
    pub create_missing: bool,
    /// Leave out rows that cannot be imported, instead of importing none.
    pub skip_bad: bool,
}

/// What was imported, or would be. Every row is either added, updated, unchanged or skipped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Rows in the file.
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Without time, repeated, or bad and to be skipped.
    pub skipped: u64,
    /// Worked time of the added ones.
    pub seconds: Seconds,
    /// Rows that share time with another entry of the member.
    pub overlaps: u64,
    /// Why bad rows were skipped.
    pub problems: Findings,
    /// What is worth knowing about rows.
    pub notices: Findings,
    /// What was made because the file names it.
    pub created: Vec<Named>,
    /// What is not there, and whose rows were skipped.
    pub missing: Vec<Named>,
    /// Columns that were not read.
    pub ignored: Vec<String>,
}

/// Imports a file of time. `progress` is told of rows done and rows in all; in all are 0 while the file is being read.
pub fn time(
    session: &mut Session,
    input: impl Read + Seek,
    format: Format,
    choices: &Choices,
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    let calendar = session.calendar.clone();
    let batch = format::read(format, input, choices, &calendar, &mut |read| {
        progress(read, 0);
    })?;
    let by = match &choices.by {
        Some(by) => Some(
            session
                .store
                .read(|books| find::member(books, by.as_str()))?
                .slug,
        ),
        None => session.business.member.clone(),
    };
    let source = Source {
        word: format.word(),
        by: by.as_ref(),
    };
    import(session, source, batch, options, progress)
}

/// Where rows come from.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    word: &'static str,
    /// Whose work it is where the file does not say.
    by: Option<&'a Slug>,
}

fn import(
    session: &mut Session,
    source: Source<'_>,
    batch: Batch,
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    let business = session.business.clone();
    let who = session.who().to_owned();
    let Source { word, by } = source;
    if options.dry_run {
        return session.store.read(|books| {
            let guards = super::business(books, business.zone)?.guards;
            let catalogue = Catalogue::read(books, &business, &who)?;
            let resolved = Resolved::new(catalogue, by, &batch.names, &mut MadeUp::default())?;
            Ok(Prepared::new(books, word, batch, resolved, guards, options)?.report)
        });
    }
    session.write(|books| {
        let guards = super::business(books, business.zone)?.guards;
        let catalogue = Catalogue::read(books, &business, &who)?;
        let resolved = if options.create_missing {
            Resolved::new(catalogue, by, &batch.names, books)?
        } else {
            Resolved::new(catalogue, by, &batch.names, &mut MadeUp::default())?
        };
        Prepared::new(books, word, batch, resolved, guards, options)?.write(books, word, progress)
    })
}

/// An import that can be carried out.
struct Prepared {
    plan: Plan,
    resolved: Resolved,
    marks: Distinct<Marks>,
    report: Report,
}

impl Prepared {
    /// Checks all that is left to check. The error leaves nothing behind: the transaction ends with it.
    fn new(
        books: &Books<'_>,
        source: &'static str,
        batch: Batch,
        mut resolved: Resolved,
        guards: Guards,
        options: &Options,
    ) -> Result<Self> {
        let Batch {
            mut rows,
            names,
            count,
            mut problems,
            mut notices,
            ignored,
        } = batch;
        rows.retain(|row| take(row, &mut resolved, options, &mut problems));
        let mut plan = plan::plan(books, source, rows, &names, &resolved, guards)?;
        problems.append(std::mem::take(&mut plan.problems));
        notices.append(std::mem::take(&mut plan.notices));
        let absent = std::mem::take(&mut resolved.absent);
        let (created, missing) = if options.create_missing {
            (absent, Vec::new())
        } else {
            (Vec::new(), absent)
        };
        if !options.skip_bad && (problems.count > 0 || !missing.is_empty()) {
            return Err(ImportError::Rows(Box::new(Rejected {
                rows: count,
                problems: problems.in_order(),
                missing,
            }))
            .into());
        }
        let report = Report {
            rows: count,
            overlaps: plan.overlaps,
            problems: problems.in_order(),
            notices: notices.in_order(),
            created,
            missing,
            ignored,
            ..plan.counts(count)
        };
        Ok(Self {
            plan,
            resolved,
            marks: names.marks,
            report,
        })
    }

    fn write(
        self,
        books: &mut Writer<'_>,
        source: &'static str,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report> {
        let (mut done, all) = (0, self.plan.rows.len() as u64);
        for ((key, row), step) in self.plan.rows.iter().zip(&self.plan.steps) {
            let key = || key.to_string();
            let rekey = |books: &mut Writer<'_>, entry, before: &SourceKey| {
                let before = &before.to_string();
                let before = EntrySource {
                    source,
                    key: before,
                };
                books.rekey_entry(entry, before, &key()).map(drop)
            };
            match step {
                Step::Add => {
                    let found = self.resolved.of(row);
                    let (worker, place) =
                        found.map_err(|reason| Rejected::one(row.line, reason))?;
                    let work = plan::work(row, worker, place, &self.marks);
                    let key = &key();
                    books.add_entry(&work, Some(EntrySource { source, key }))?;
                }
                Step::Change {
                    entry,
                    before,
                    work,
                } => {
                    books.edit_entry(*entry, work)?;
                    rekey(books, *entry, before)?;
                }
                Step::Remember { entry, before } => rekey(books, *entry, before)?,
                Step::Keep | Step::Skip => {}
            }
            done += 1;
            if done % 500 == 0 || done == all {
                progress(done, all);
            }
        }
        Ok(self.report)
    }
}

/// Whether a row goes on: it does not where a name of it means nothing.
fn take(row: &Row, resolved: &mut Resolved, options: &Options, problems: &mut Findings) -> bool {
    let missing = resolved.count(row).filter(|_| !options.create_missing);
    match (resolved.of(row).err(), missing) {
        (None, None) => true,
        (Some(reason), _) => {
            problems.add(row.line, reason);
            false
        }
        (None, Some(reason)) => {
            // Told once for all rows, unless it is the reason for which a row is skipped.
            if options.skip_bad {
                problems.add(row.line, reason);
            }
            false
        }
    }
}
