//! What an import does with each row, decided before anything is written: add an entry, change one, or leave it.
//!
//! Rows and what was imported before are brought together by [`super::matching`]. A row that is new and says just what an entry
//! here says that came another way (typed, or from another program's file) is left out with a notice: the work was done once.
//!
//! A correction changes of the entry what changed in the source; the rest, and edits made here, stay. Where it cannot, because the
//! entry was split, merged or made longer or shorter here, the row is refused.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::app::Error;
use crate::domain::Refusal;
use crate::domain::guard::Guards;
use crate::domain::key::{EntryKey, InvoiceKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::time::{Entry, Span, Work};
use crate::store::{Books, ImportedKey, StoreError};
use crate::values::id::EntryRef;

use super::Report;
use super::matching::{self, Is, Known};
use super::place::{Destination, Resolved, Worker};
use super::problem::{Findings, Reason};
use super::row::{Distinct, Marks, Names, Row, fingerprint};
use super::source_key::{NO_NOTE, SourceKey};

/// What to do with a row.
#[derive(Debug)]
pub(super) enum Step {
    Add,
    Change {
        entry: EntryKey,
        before: SourceKey,
        work: Box<Work>,
    },
    /// The entry is as the row says; only what is known of the row is new.
    Remember {
        entry: EntryKey,
        before: SourceKey,
    },
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
                    report.seconds += row.times.seconds;
                }
                Step::Change { .. } => report.updated += 1,
                Step::Remember { .. } | Step::Keep => report.unchanged += 1,
                Step::Skip => {}
            }
        }
        report.skipped = rows - report.added - report.updated - report.unchanged;
        report
    }
}

/// Plans the import of rows. Those whose names mean nothing were taken out before.
pub(super) fn plan(
    books: &Books<'_>,
    source: &str,
    rows: Vec<Row>,
    names: &Names,
    resolved: &Resolved,
    guards: Guards,
) -> Result<Plan, Error> {
    let marks = &names.marks;
    let with_key = |row: Row| {
        let (worker, place) = resolved.of(&row).ok()?;
        Some((key_of(&row, worker, place, marks), row))
    };
    let mut rows: Vec<(SourceKey, Row)> = rows.into_iter().filter_map(with_key).collect();
    rows.sort_by_key(|(key, row)| (key.identity(), row.line));
    count_copies(&mut rows);
    let mut known = known(books, source)?;
    let meant = matching::meant(&rows, &mut known);
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
    planner.leave_out(source, &rows, &mut steps)?;
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
    for imported in books.imported_keys(source)? {
        let ImportedKey { key, entry, merged } = imported;
        let key = SourceKey::parse(&key).ok_or_else(|| {
            StoreError::Corrupt(format!(
                "entry {} has a source key that does not read",
                entry.0
            ))
        })?;
        known.push(Known {
            key,
            entry,
            merged,
            met: false,
        });
    }
    known.sort_by_key(|known| (known.key.identity(), known.entry));
    Ok(known)
}

/// Numbers the rows of a day that say the same, where no time of day tells them apart.
fn count_copies(rows: &mut [(SourceKey, Row)]) {
    for day in rows.chunk_by_mut(|(a, _), (b, _)| a.identity() == b.identity()) {
        if day.len() < 2 {
            continue;
        }
        let mut seen: HashMap<SourceKey, u32> = HashMap::new();
        for (key, _) in day
            .iter_mut()
            .filter(|(key, _)| !key.clock && key.id.is_none())
        {
            let copies = seen.entry(*key).or_default();
            key.copy = *copies;
            *copies += 1;
        }
    }
}

fn key_of(row: &Row, worker: &Worker, place: &Destination, marks: &Distinct<Marks>) -> SourceKey {
    SourceKey {
        member: worker.key,
        start: row.times.start,
        clock: row.times.span.is_some(),
        offset: SourceKey::offset_of(&row.times),
        seconds: row.times.seconds.0,
        project: place.project,
        task: place.task,
        note: row.note_print,
        marks: marks.values.get(row.marks).map_or(0, |marks| marks.print),
        id: row.id,
        copy: 0,
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
            Is::SameId { first } => Err(Reason::SameId { first }),
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
                self.guards.unlocked(row.times.day)?;
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
            (true, None) => Ok(Step::Remember {
                entry: known.entry,
                before: known.key,
            }),
            (false, invoice) => {
                let reworked = Reason::Reworked {
                    entry: known.entry.0,
                };
                let invoice = invoice.map(|key| self.invoice_name(key)).transpose()?;
                let drawn = match self.books.closing_invoice(entry.key)? {
                    Some(key) => Err(Refusal::EntryDrawn {
                        entry: entry.key.0,
                        invoice: self.invoice_name(key)?,
                    }),
                    None => Ok(()),
                };
                let allowed = self.guards.open(&entry, invoice).and(drawn);
                match (
                    allowed.and_then(|()| self.guards.unlocked(work.day)),
                    &place.refusal,
                ) {
                    (Err(refusal), _) => Err(refusal.into()),
                    (Ok(()), Some(refusal)) if work.project != entry.work.project => {
                        Err(refusal.clone().into())
                    }
                    _ if is_reworked(&entry.work, known, key) => Err(reworked),
                    _ => Ok(Step::Change {
                        entry: known.entry,
                        before: known.key,
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

    /// Takes out what would be added although it is here, logged by hand or from another source: as often as it is here.
    fn leave_out(
        &mut self,
        source: &str,
        rows: &[(SourceKey, Row)],
        steps: &mut [Step],
    ) -> Result<(), StoreError> {
        let mut added: HashMap<Said, Vec<EntryKey>> = HashMap::new();
        let mut days: Option<(NaiveDate, NaiveDate)> = None;
        for ((key, row), step) in rows.iter().zip(steps.iter()) {
            if matches!(step, Step::Add) {
                let day = row.times.day;
                let (from, to) = days.unwrap_or((day, day));
                days = Some((from.min(day), to.max(day)));
                added.entry(said(key, row)).or_default();
            }
        }
        let Some((from, to)) = days else {
            return Ok(());
        };
        self.books.each_other(source, from, to, |entry, work| {
            let note = work
                .note
                .as_ref()
                .map_or(NO_NOTE, |note| fingerprint(note.as_str()));
            let like = Said {
                member: work.member,
                day: work.day,
                start: work.span.map(|span| span.start.timestamp()),
                seconds: work.seconds.0,
                project: work.project,
                task: work.task,
                note,
            };
            if let Some(here) = added.get_mut(&like) {
                here.push(entry);
            }
        })?;
        for ((key, row), step) in rows.iter().zip(steps) {
            if !matches!(step, Step::Add) {
                continue;
            }
            if let Some(entry) = added.get_mut(&said(key, row)).and_then(Vec::pop) {
                *step = Step::Skip;
                self.notices.add(row.line, Reason::Here { entry: entry.0 });
            }
        }
        Ok(())
    }

    /// Counts where what is written shares time with another entry of the member, of the file or not.
    fn overlaps(&mut self, rows: &[(SourceKey, Row)], steps: &[Step]) -> Result<u64, StoreError> {
        let mut spans: Vec<(MemberKey, Span, Option<u64>)> = Vec::new();
        let mut changed = HashSet::new();
        for ((key, row), step) in rows.iter().zip(steps) {
            match step {
                Step::Add => {
                    let span = row.times.span;
                    spans.extend(span.map(|span| (key.member, span, Some(row.line))));
                }
                Step::Change { entry, work, .. } => {
                    changed.insert(*entry);
                    spans.extend(work.span.map(|span| (work.member, span, Some(row.line))));
                }
                Step::Remember { .. } | Step::Keep | Step::Skip => {}
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

/// What a row or an entry says was worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Said {
    member: MemberKey,
    day: NaiveDate,
    start: Option<i64>,
    seconds: i64,
    project: ProjectKey,
    task: Option<TaskKey>,
    note: u32,
}

fn said(key: &SourceKey, row: &Row) -> Said {
    let note = row.note.as_ref();
    Said {
        member: key.member,
        day: row.times.day,
        start: row.times.span.map(|span| span.start.timestamp()),
        seconds: key.seconds,
        project: key.project,
        task: key.task,
        note: note.map_or(NO_NOTE, |note| fingerprint(note.as_str())),
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
        phase: place.phase,
        task: place.task,
        activity: place.activity,
        member: worker.key,
        day: row.times.day,
        span: row.times.span,
        seconds: row.times.seconds,
        // What goes without saying is not said, so that a project that becomes non-billable takes its entries along.
        billable: marks
            .and_then(|marks| marks.billable)
            .filter(|billable| !billable || !place.billable),
        note: row.note.clone(),
        internal_note: row.internal_note.clone(),
        rate: marks.and_then(|marks| marks.rate),
        tags: marks.map(|marks| marks.tags.clone()).unwrap_or_default(),
    }
}

/// Whether a correction of a row would take away what was done with its entry here: a merged entry has the time and the words of
/// other rows too, and of one that is no longer as long as its row the rest may be in another.
fn is_reworked(entry: &Work, known: &Known, now: &SourceKey) -> bool {
    known.merged || (!now.same_time(&known.key) && entry.seconds.0 != known.key.seconds)
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
    // A file without words or tags takes none away: it may only have a column less.
    if now.note != before.note {
        work.note = said.note.or(work.note);
        work.internal_note = said.internal_note.or(work.internal_note);
    }
    if now.marks != before.marks {
        if !said.tags.is_empty() {
            work.tags = said.tags;
        }
        work.rate = said.rate.or(work.rate);
    }
    if now.marks != before.marks || !now.same_place(before) {
        work.billable = said.billable;
        work.phase = said.phase.or(work.phase);
        work.activity = said.activity.or(work.activity);
    }
    work
}
