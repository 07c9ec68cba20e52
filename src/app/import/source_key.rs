//! What identifies an imported entry in the program it came from, kept with the entry as `source_key`.
//!
//! Where the program gives its entries ids, the id identifies a row; most exports have none. Then member and start do (of a row
//! that tells no time of day, member and day). The rest of the key is what the row said when it was last imported, in short. So an import sees from the keys alone which rows are new, which changed, and in what: what did not
//! change in the source is not touched, and edits that were made here stay.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::domain::key::{MemberKey, ProjectKey, TaskKey};

use super::row::Times;

/// The fingerprint of no note.
pub(super) const NO_NOTE: u32 = 0;

/// `3@2026-03-02T09:00:00+3600/5400/12.5/1a2b3c4d5e6f7081`: member, local start, its offset from UTC, seconds, project and task
/// (none: 0), fingerprints of the note and of the marks; and, where there is one, of the id. Without a time of day:
/// `3@2026-03-02+0/…`, and `~1` behind it for the second that says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SourceKey {
    pub(super) member: MemberKey,
    pub(super) start: NaiveDateTime,
    /// Whether the row tells the time of day.
    pub(super) clock: bool,
    /// Seconds east of UTC at the start: tells the two hours of an autumn night apart, and that the business moved.
    pub(super) offset: i64,
    pub(super) seconds: i64,
    pub(super) project: ProjectKey,
    pub(super) task: Option<TaskKey>,
    pub(super) note: u32,
    pub(super) marks: u32,
    pub(super) id: Option<u64>,
    /// How many rows before it say the same: without a time of day, the same piece of work may be there twice.
    pub(super) copy: u32,
}

impl SourceKey {
    /// Reads a key as it was kept.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (text, copy) = match text.split_once('~') {
            Some((text, copy)) => (text, copy.parse().ok()?),
            None => (text, 0),
        };
        let (member, text) = text.split_once('@')?;
        let mut parts = text.split('/');
        let when = parts.next()?;
        let at = when.rfind(['+', '-'])?;
        let (start, offset) = when.split_at_checked(at)?;
        let seconds = parts.next()?.parse().ok()?;
        let (project, task) = parts.next()?.split_once('.')?;
        let (note, marks) = parts.next()?.split_at_checked(8)?;
        let id = match parts.next() {
            Some(id) => Some(u64::from_str_radix(id, 16).ok()?),
            None => None,
        };
        let task: i64 = task.parse().ok()?;
        let clock = start.contains('T');
        let start = match clock {
            true => start.parse().ok()?,
            false => start.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN),
        };
        Some(Self {
            member: MemberKey(member.parse().ok()?),
            start,
            clock,
            offset: offset.parse().ok()?,
            seconds,
            project: ProjectKey(project.parse().ok()?),
            task: (task != 0).then_some(TaskKey(task)),
            note: u32::from_str_radix(note, 16).ok()?,
            marks: u32::from_str_radix(marks, 16).ok()?,
            id,
            copy,
        })
    }

    /// The offset of a local start from its instant.
    pub(super) fn offset_of(times: &Times) -> i64 {
        times.span.map_or(0, |span| {
            (times.start - span.start.naive_utc()).num_seconds()
        })
    }

    /// What it says, whatever its id.
    pub(super) fn content(&self) -> Self {
        Self { id: None, ..*self }
    }

    pub(super) fn same_time(&self, other: &Self) -> bool {
        self.time() == other.time()
    }

    fn time(&self) -> (NaiveDateTime, bool, i64, i64) {
        (self.start, self.clock, self.offset, self.seconds)
    }

    pub(super) fn same_place(&self, other: &Self) -> bool {
        (self.project, self.task) == (other.project, other.task)
    }

    /// Some of what it says. What is equal in a part is alike in it.
    pub(super) fn part(&self, parts: Parts) -> Part {
        Part {
            time: parts.time.then_some((self.offset, self.seconds)),
            place: parts.place.then_some((self.project, self.task)),
            note: parts.note.then_some(self.note),
            marks: parts.marks.then_some(self.marks),
        }
    }

    /// The instant of the end.
    pub(super) fn end(&self) -> i64 {
        self.start.and_utc().timestamp() - self.offset + self.seconds
    }

    pub(super) fn day(&self) -> NaiveDate {
        self.start.date()
    }

    /// What identifies it where there is no id, in the order in which rows and keys are brought together.
    pub(super) fn identity(&self) -> (NaiveDateTime, bool, MemberKey) {
        (self.start, self.clock, self.member)
    }
}

/// Which of its four parts two keys of one identity are held against each other by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) time: bool,
    pub(super) place: bool,
    pub(super) note: bool,
    pub(super) marks: bool,
}

impl Parts {
    /// All choices of so many parts.
    pub(super) fn choices(count: u32) -> impl Iterator<Item = Self> {
        let choices = (0_u32..16).filter(move |bits| bits.count_ones() == count);
        choices.map(|bits| Self {
            time: bits & 8 != 0,
            place: bits & 4 != 0,
            note: bits & 2 != 0,
            marks: bits & 1 != 0,
        })
    }
}

/// Some parts of a key; the others are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Part {
    time: Option<(i64, i64)>,
    place: Option<(ProjectKey, Option<TaskKey>)>,
    note: Option<u32>,
    marks: Option<u32>,
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            member,
            start,
            clock,
            offset,
            seconds,
            project,
            task,
            note,
            marks,
            id,
            copy,
        } = self;
        let task = task.map_or(0, |task| task.0);
        write!(f, "{}@", member.0)?;
        if *clock {
            write!(f, "{start:?}")?;
        } else {
            write!(f, "{}", start.date())?;
        }
        write!(
            f,
            "{offset:+}/{seconds}/{}.{task}/{note:08x}{marks:08x}",
            project.0
        )?;
        if let Some(id) = id {
            write!(f, "/{id:016x}")?;
        }
        match copy {
            0 => Ok(()),
            copy => write!(f, "~{copy}"),
        }
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
            "1@2026-11-01+0/3600/1.0/0000000100000000",
            "1@2026-11-01+0/3600/1.0/0000000100000000~12",
            "1@2026-11-01T01:00:00+0/86400/1.0/0000000100000000/00000000000000ff",
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
