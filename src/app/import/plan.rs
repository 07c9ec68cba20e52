//! What an import does with each row, decided before anything is written: add an entry, change one, or leave it.
//!
//! Rows and what was imported before are brought together in the order of start and member:
//! 1. A row that was imported just like this is unchanged, whatever was done with its entry here.
//! 2. A row with the member and start of an imported one that is not in the file as it was is that row, corrected. Only where both
//!    project and note differ, and the file has no row of the old project (so it seems to be an export of other projects), it is
//!    another row.
//! 3. A row at a new start that in all else is an imported one of that day, with the same end or length, is that row, moved.
//! 4. Any other row is new. So is one whose entry was deleted here: the file says that it was worked.
//!
//! A correction changes of the entry what changed in the source; the rest, and edits made here, stay.

use std::collections::HashSet;

use crate::app::Error;
use crate::domain::guard::Guards;
use crate::domain::key::{EntryKey, InvoiceKey, MemberKey, ProjectKey};
use crate::domain::time::{Entry, Span, Work};
use crate::store::{Books, StoreError};
use crate::values::id::EntryRef;

use super::Report;
use super::place::{Destination, Resolved, Worker};
use super::problem::{Findings, Reason};
use super::row::{Distinct, Marks, Row};
use super::source_key::SourceKey;

/// What to do with a row.
#[derive(Debug)]
pub(super) enum Step {
    Add,
    Change {
        entry: EntryKey,
        work: Box<Work>,
    },
    /// The entry is as the row says; only what is known of the row is new.
    Remember(EntryKey),
    /// Nothing.
    Keep,
    /// It is not imported.
    Skip,
}

/// What an import does: a step for each row, in the order of start and member.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) rows: Vec<(SourceKey, Row)>,
    pub(super) steps: Vec<Step>,
    pub(super) problems: Findings,
    pub(super) notices: Findings,
    pub(super) overlaps: u64,
}

impl Plan {
    /// How many rows it adds, changes, leaves and skips, of so many in the file.
    pub(super) fn counts(&self, rows: u64) -> Report {
        let mut report = Report::default();
        for ((_, row), step) in self.rows.iter().zip(&self.steps) {
            match step {
                Step::Add => {
                    report.added += 1;
                    report.seconds += row.span.seconds();
                }
                Step::Change { .. } => report.updated += 1,
                Step::Remember(_) | Step::Keep => report.unchanged += 1,
                Step::Skip => {}
            }
        }
        report.skipped = rows - report.added - report.updated - report.unchanged;
        report
    }
}

/// A row that was imported before.
#[derive(Debug)]
struct Known {
    key: SourceKey,
    entry: EntryKey,
    /// A row of the file is this one.
    met: bool,
}

/// What a row is.
#[derive(Debug, Clone, Copy)]
enum Is {
    New,
    /// Known, and as it was.
    Same,
    /// The known one of this number, with something else in it.
    Known(usize),
    /// What the row on an earlier line is.
    Repeated {
        first: u64,
    },
}

/// Plans the import of rows. Those whose names mean nothing were taken out before.
pub(super) fn plan(
    books: &Books<'_>,
    source: &str,
    rows: Vec<Row>,
    marks: &Distinct<Marks>,
    resolved: &Resolved,
    guards: Guards,
) -> Result<Plan, Error> {
    let with_key = |row: Row| {
        let (worker, place) = resolved.of(&row).ok()?;
        Some((key_of(&row, worker, place, marks), row))
    };
    let mut rows: Vec<(SourceKey, Row)> = rows.into_iter().filter_map(with_key).collect();
    rows.sort_by_key(|(key, row)| (key.identity(), row.line));
    let mut known = known(books, source)?;
    let mut meant = match_starts(&rows, &mut known);
    match_moved(&rows, &mut known, &mut meant);
    let mut planner = Planner {
        books,
        guards,
        marks,
        resolved,
        problems: Findings::default(),
        notices: Findings::default(),
    };
    let mut steps = Vec::with_capacity(rows.len());
    for ((key, row), is) in rows.iter().zip(meant) {
        steps.push(planner.step(key, row, is, &known)?);
    }
    let overlaps = planner.overlaps(&rows, &steps)?;
    Ok(Plan {
        rows,
        steps,
        overlaps,
        problems: planner.problems,
        notices: planner.notices,
    })
}

/// What was imported before, in the order of start and member.
fn known(books: &Books<'_>, source: &str) -> Result<Vec<Known>, StoreError> {
    let mut known = Vec::new();
    for (text, entry) in books.imported_keys(source)? {
        let key = SourceKey::parse(&text).ok_or_else(|| {
            StoreError::Corrupt(format!(
                "entry {} has a source key that does not read",
                entry.0
            ))
        })?;
        known.push(Known {
            key,
            entry,
            met: false,
        });
    }
    known.sort_by_key(|known| (known.key.identity(), known.entry));
    Ok(known)
}

fn key_of(row: &Row, worker: &Worker, place: &Destination, marks: &Distinct<Marks>) -> SourceKey {
    SourceKey {
        member: worker.key,
        start: row.start,
        offset: SourceKey::offset_of(row.start, row.span),
        seconds: row.span.seconds().0,
        project: place.project,
        task: place.task,
        note: row.note_print,
        marks: marks.values.get(row.marks).map_or(0, |marks| marks.print),
    }
}

/// Finds, for rows and known ones of the same start and member, which is which.
fn match_starts(rows: &[(SourceKey, Row)], known: &mut [Known]) -> Vec<Is> {
    let projects: HashSet<ProjectKey> = rows.iter().map(|(key, _)| key.project).collect();
    let mut meant = vec![Is::New; rows.len()];
    let mut done = 0;
    for group in rows.chunk_by(|(a, _), (b, _)| a.identity() == b.identity()) {
        let Some((key, _)) = group.first() else {
            continue;
        };
        let from = known.partition_point(|known| known.key.identity() < key.identity());
        let rest = known.get_mut(from..).unwrap_or_default();
        let count = rest.partition_point(|known| known.key.identity() == key.identity());
        let same_start = rest.get_mut(..count).unwrap_or_default();
        let group_meant = meant.get_mut(done..).unwrap_or_default();
        match_same(group, same_start, group_meant);
        match_corrected(group, same_start, from, &projects, group_meant);
        done += group.len();
    }
    meant
}

/// Rows that were imported just like this; rows that say what another said.
fn match_same(rows: &[(SourceKey, Row)], known: &mut [Known], meant: &mut [Is]) {
    for (place, ((key, _), is)) in rows.iter().zip(meant).enumerate() {
        let mut before = rows.iter().take(place);
        if let Some((_, first)) = before.find(|(other, _)| other == key) {
            *is = Is::Repeated { first: first.line };
        } else if let Some(same) = known.iter_mut().find(|known| known.key == *key) {
            same.met = true;
            *is = Is::Same;
        }
    }
}

/// Rows that were imported with something else in them; the most alike first.
fn match_corrected(
    rows: &[(SourceKey, Row)],
    known: &mut [Known],
    from: usize,
    projects: &HashSet<ProjectKey>,
    meant: &mut [Is],
) {
    if known.iter().all(|known| known.met) {
        return;
    }
    for alike in (0..=4).rev() {
        for ((key, _), is) in rows.iter().zip(meant.iter_mut()) {
            if !matches!(is, Is::New) {
                continue;
            }
            let candidate = known.iter_mut().enumerate().find(|(_, known)| {
                let still_exported = projects.contains(&known.key.project);
                !known.met
                    && key.alike(&known.key) == alike
                    && (still_exported || key.same_subject(&known.key))
            });
            if let Some((number, candidate)) = candidate {
                candidate.met = true;
                *is = Is::Known(from + number);
            }
        }
    }
}

/// Rows that were imported at another start of the day. That one of the same length was moved is only said where the file
/// has other rows of the member that were imported before: a file with new rows alone says nothing about old ones.
fn match_moved(rows: &[(SourceKey, Row)], known: &mut [Known], meant: &mut [Is]) {
    let met: HashSet<MemberKey> = known
        .iter()
        .filter(|k| k.met)
        .map(|k| k.key.member)
        .collect();
    for ((key, _), is) in rows.iter().zip(meant) {
        if !matches!(is, Is::New) {
            continue;
        }
        let from = known.partition_point(|known| known.key.day() < key.day());
        let of_day = known.iter_mut().enumerate().skip(from);
        let mut candidates = of_day
            .take_while(|(_, known)| known.key.day() == key.day())
            .filter(|(_, known)| {
                let same_end = key.end() == known.key.end();
                !known.met
                    && key.is_moved_from(&known.key)
                    && (same_end || met.contains(&key.member))
            });
        if let (Some((number, moved)), None) = (candidates.next(), candidates.next()) {
            moved.met = true;
            *is = Is::Known(number);
        }
    }
}

struct Planner<'a> {
    books: &'a Books<'a>,
    guards: Guards,
    marks: &'a Distinct<Marks>,
    resolved: &'a Resolved,
    problems: Findings,
    notices: Findings,
}

impl Planner<'_> {
    fn step(&mut self, key: &SourceKey, row: &Row, is: Is, known: &[Known]) -> Result<Step, Error> {
        let planned = match is {
            Is::Repeated { first } => Err(Reason::Repeated { first }),
            Is::Same => Ok(Step::Keep),
            Is::New => self.addition(row),
            Is::Known(number) => match known.get(number) {
                Some(known) => self.change(key, row, known)?,
                None => Ok(Step::Skip),
            },
        };
        Ok(planned.unwrap_or_else(|reason| {
            let findings = if reason.is_notice() {
                &mut self.notices
            } else {
                &mut self.problems
            };
            findings.add(row.line, reason);
            Step::Skip
        }))
    }

    fn addition(&self, row: &Row) -> Result<Step, Reason> {
        let (worker, place) = self.resolved.of(row)?;
        match worker.refusal.as_ref().or(place.refusal.as_ref()) {
            Some(refusal) => Err(refusal.clone().into()),
            None => {
                self.guards.unlocked(row.start.date())?;
                Ok(Step::Add)
            }
        }
    }

    /// Changes of the entry what changed in the source.
    fn change(
        &self,
        key: &SourceKey,
        row: &Row,
        known: &Known,
    ) -> Result<Result<Step, Reason>, Error> {
        let entry = entry(self.books, known.entry)?;
        let (worker, place) = match self.resolved.of(row) {
            Ok(found) => found,
            Err(reason) => return Ok(Err(reason)),
        };
        let said = work(row, worker, place, self.marks);
        let work = merged(&entry.work, said, &known.key, key);
        Ok(match (work == entry.work, entry.invoice) {
            (true, Some(_)) => Ok(Step::Keep),
            (true, None) => Ok(Step::Remember(known.entry)),
            (false, invoice) => {
                let invoice = invoice.map(|key| self.invoice_name(key)).transpose()?;
                let allowed = self.guards.open(&entry, invoice);
                match (
                    allowed.and_then(|()| self.guards.unlocked(work.day)),
                    &place.refusal,
                ) {
                    (Err(refusal), _) => Err(refusal.into()),
                    (Ok(()), Some(refusal)) if work.project != entry.work.project => {
                        Err(refusal.clone().into())
                    }
                    _ => Ok(Step::Change {
                        entry: known.entry,
                        work: Box::new(work),
                    }),
                }
            }
        })
    }

    fn invoice_name(&self, key: InvoiceKey) -> Result<String, StoreError> {
        let invoice = self.books.invoice_by_key(key)?;
        Ok(invoice.map_or_else(String::new, |invoice| invoice.name()))
    }

    /// Counts where what is written shares time with another entry of the member, of the file or not.
    fn overlaps(&mut self, rows: &[(SourceKey, Row)], steps: &[Step]) -> Result<u64, StoreError> {
        let mut spans: Vec<(MemberKey, Span, Option<u64>)> = Vec::new();
        let mut changed = HashSet::new();
        for ((key, row), step) in rows.iter().zip(steps) {
            match step {
                Step::Add => spans.push((key.member, row.span, Some(row.line))),
                Step::Change { entry, work } => {
                    changed.insert(*entry);
                    spans.extend(work.span.map(|span| (work.member, span, Some(row.line))));
                }
                Step::Remember(_) | Step::Keep | Step::Skip => {}
            }
        }
        let Some(reach) = reach(&spans) else {
            return Ok(0);
        };
        self.books.each_span(reach, |entry, member, span| {
            if !changed.contains(&entry) {
                spans.push((member, span, None));
            }
        })?;
        spans.sort_by_key(|(member, span, _)| (*member, span.start));
        let mut count = 0;
        let mut longest: Option<(MemberKey, Span, Option<u64>)> = None;
        for next in spans {
            let (member, span, line) = next;
            match longest {
                Some((same, before, earlier)) if same == member => {
                    if let (true, Some(line)) = (before.overlaps(&span), line.or(earlier)) {
                        count += 1;
                        self.notices.add(line, Reason::Overlap);
                    }
                    if span.end > before.end {
                        longest = Some(next);
                    }
                }
                _ => longest = Some(next),
            }
        }
        Ok(count)
    }
}

/// From the first start to the last end.
fn reach(spans: &[(MemberKey, Span, Option<u64>)]) -> Option<Span> {
    Some(Span {
        start: spans.iter().map(|(_, span, _)| span.start).min()?,
        end: spans.iter().map(|(_, span, _)| span.end).max()?,
    })
}

fn entry(books: &Books<'_>, key: EntryKey) -> Result<Entry, StoreError> {
    books
        .entry(EntryRef::Id(key.0))?
        .ok_or_else(|| StoreError::Corrupt(format!("entry {} is not there", key.0)))
}

/// The entry that a row describes.
pub(super) fn work(
    row: &Row,
    worker: &Worker,
    place: &Destination,
    marks: &Distinct<Marks>,
) -> Work {
    let marks = marks.values.get(row.marks);
    Work {
        project: place.project,
        phase: None,
        task: place.task,
        activity: None,
        member: worker.key,
        day: row.start.date(),
        span: Some(row.span),
        seconds: row.span.seconds(),
        // What goes without saying is not said, so that a project that becomes non-billable takes its entries along.
        billable: marks
            .and_then(|marks| marks.billable)
            .filter(|billable| !billable || !place.billable),
        note: row.note.clone(),
        internal_note: None,
        rate: None,
        tags: marks.map(|marks| marks.tags.clone()).unwrap_or_default(),
    }
}

/// An entry with what changed in the source since it was imported.
fn merged(entry: &Work, said: Work, before: &SourceKey, now: &SourceKey) -> Work {
    let mut work = entry.clone();
    if !now.same_time(before) {
        work.day = said.day;
        work.span = said.span;
        work.seconds = said.seconds;
    }
    if !now.same_place(before) {
        if said.project != work.project {
            work.phase = None;
            work.activity = None;
        }
        work.project = said.project;
        work.task = said.task;
    }
    if now.note != before.note {
        work.note = said.note;
    }
    if now.marks != before.marks {
        work.tags = said.tags;
    }
    if now.marks != before.marks || !now.same_place(before) {
        work.billable = said.billable;
    }
    work
}
