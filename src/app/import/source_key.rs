//! What identifies an imported entry in the program it came from, kept with the entry as `source_key`.
//!
//! A CSV export has no ids. Member and local start identify a row; the rest of the key is what the row said when it was last
//! imported, in short. So an import sees from the keys alone which rows are new, which changed, and in what: what did not
//! change in the source is not touched, and edits that were made here stay.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};

use crate::domain::key::{MemberKey, ProjectKey, TaskKey};
use crate::domain::time::Span;

/// The fingerprint of no note.
pub(super) const NO_NOTE: u32 = 0;

/// `3@2026-03-02T09:00:00+3600/5400/12.5/1a2b3c4d5e6f7081`: member, local start, its offset from UTC, seconds, project and task
/// (none: 0), fingerprints of the note and of the marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceKey {
    pub(super) member: MemberKey,
    pub(super) start: NaiveDateTime,
    /// Seconds east of UTC at the start: tells the two hours of an autumn night apart, and that the business moved.
    pub(super) offset: i64,
    pub(super) seconds: i64,
    pub(super) project: ProjectKey,
    pub(super) task: Option<TaskKey>,
    pub(super) note: u32,
    pub(super) marks: u32,
}

impl SourceKey {
    /// Reads a key as it was kept.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (member, text) = text.split_once('@')?;
        let mut parts = text.split('/');
        let when = parts.next()?;
        let at = when.rfind(['+', '-'])?;
        let (start, offset) = when.split_at_checked(at)?;
        let seconds = parts.next()?.parse().ok()?;
        let (project, task) = parts.next()?.split_once('.')?;
        let (note, marks) = parts.next()?.split_at_checked(8)?;
        let task: i64 = task.parse().ok()?;
        Some(Self {
            member: MemberKey(member.parse().ok()?),
            start: start.parse().ok()?,
            offset: offset.parse().ok()?,
            seconds,
            project: ProjectKey(project.parse().ok()?),
            task: (task != 0).then_some(TaskKey(task)),
            note: u32::from_str_radix(note, 16).ok()?,
            marks: u32::from_str_radix(marks, 16).ok()?,
        })
    }

    /// The offset of a local start from its instant.
    pub(super) fn offset_of(start: NaiveDateTime, span: Span) -> i64 {
        (start - span.start.naive_utc()).num_seconds()
    }

    pub(super) fn same_time(&self, other: &Self) -> bool {
        (self.start, self.offset, self.seconds) == (other.start, other.offset, other.seconds)
    }

    pub(super) fn same_place(&self, other: &Self) -> bool {
        (self.project, self.task) == (other.project, other.task)
    }

    /// In how many of its four parts it is the same.
    pub(super) fn alike(&self, other: &Self) -> usize {
        [
            self.same_time(other),
            self.same_place(other),
            self.note == other.note,
            self.marks == other.marks,
        ]
        .into_iter()
        .filter(|same| *same)
        .count()
    }

    /// Whether the project is the same, or the note, where there is one.
    pub(super) fn same_subject(&self, other: &Self) -> bool {
        self.project == other.project || (self.note == other.note && self.note != NO_NOTE)
    }

    /// Whether all but the time is the same, and of the time the day and the end or the length.
    pub(super) fn is_moved_from(&self, other: &Self) -> bool {
        self.member == other.member
            && self.day() == other.day()
            && self.same_place(other)
            && (self.note, self.marks) == (other.note, other.marks)
            && (self.seconds == other.seconds || self.end() == other.end())
    }

    /// The instant of the end.
    pub(super) fn end(&self) -> i64 {
        self.start.and_utc().timestamp() - self.offset + self.seconds
    }

    pub(super) fn day(&self) -> NaiveDate {
        self.start.date()
    }

    /// What identifies it, in the order in which rows and keys are brought together.
    pub(super) fn identity(&self) -> (NaiveDateTime, MemberKey) {
        (self.start, self.member)
    }
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            member,
            start,
            offset,
            seconds,
            project,
            task,
            note,
            marks,
        } = self;
        let task = task.map_or(0, |task| task.0);
        write!(
            f,
            "{}@{start:?}{offset:+}/{seconds}/{}.{task}/{note:08x}{marks:08x}",
            member.0, project.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back() {
        for text in [
            "3@2026-03-02T09:00:00+3600/5400/12.5/1a2b3c4d5e6f7081",
            "1@2026-11-01T00:59:59-14400/1/1.0/00000000ffffffff",
            "1@2026-11-01T01:00:00+0/86400/1.0/0000000100000000",
        ] {
            let key = SourceKey::parse(text).unwrap();
            assert_eq!(key.to_string(), text);
        }
        for text in [
            "",
            "3@",
            "3@2026-03-02",
            "x@y/1/2.3/4",
            "3@2026-03-02T09:00:00+0/1/1.1/é",
        ] {
            assert_eq!(SourceKey::parse(text), None, "{text}");
        }
    }
}
