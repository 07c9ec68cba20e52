//! Which row of a file is which of those that were imported before.
//!
//! 1. A row with the id of an imported one is that row.
//! 2. A row that was imported just like this is unchanged, whatever was done with its entry here.
//! 3. A row with the member and start of an imported one that is not in the file as it was is that row, corrected. Only where both
//!    project and note differ, and the file has no row of the old project (so it seems to be an export of other projects), it is
//!    another row. Of rows that tell a day and a length only, one must have the project or the note of the other.
//! 4. A row at a new start that in all else is an imported one of that day, with the same end or length, is that row, moved.
//! 5. Any other row is new. So is one whose entry was deleted here: the file says that it was worked.
//!
//! Thousands of rows may share one start: each step looks rows up and compares no two lists.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::domain::key::{EntryKey, MemberKey, ProjectKey, TaskKey};

use super::row::Row;
use super::source_key::{NO_NOTE, Part, Parts, SourceKey};

/// A row that was imported before.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) key: SourceKey,
    pub(super) entry: EntryKey,
    /// Rows that were imported apart are in that entry.
    pub(super) merged: bool,
    /// A row of the file is this one.
    pub(super) met: bool,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    New,
    /// Known, and as it was.
    Same,
    /// The known one of this number, with something else in it.
    Known(usize),
    /// What the row on an earlier line is.
    Repeated {
        first: u64,
    },
    /// It has the id of an earlier line, and says something else.
    SameId {
        first: u64,
    },
}

/// Finds out what each row is. Both are in the order of [`SourceKey::identity`].
pub(super) fn meant(rows: &[(SourceKey, Row)], known: &mut [Known]) -> Vec<Is> {
    let mut meant = vec![Is::New; rows.len()];
    match_ids(rows, known, &mut meant);
    match_starts(rows, known, &mut meant);
    match_moved(rows, known, &mut meant);
    meant
}

fn match_ids(rows: &[(SourceKey, Row)], known: &mut [Known], meant: &mut [Is]) {
    let numbered = known.iter().enumerate();
    let by_id: HashMap<u64, usize> = numbered
        .filter_map(|(number, known)| Some((known.key.id?, number)))
        .collect();
    let mut seen: HashMap<u64, (SourceKey, u64)> = HashMap::new();
    for ((key, row), is) in rows.iter().zip(meant) {
        let Some(id) = key.id else { continue };
        if let Some((first, line)) = seen.get(&id) {
            let first_line = *line;
            *is = match first == key {
                true => Is::Repeated { first: first_line },
                false => Is::SameId { first: first_line },
            };
            continue;
        }
        seen.insert(id, (*key, row.line));
        let Some(number) = by_id.get(&id) else {
            continue;
        };
        if let Some(known) = known.get_mut(*number) {
            known.met = true;
            *is = match known.key == *key {
                true => Is::Same,
                false => Is::Known(*number),
            };
        }
    }
}

/// Finds, for rows and known ones of the same start and member, which is which.
fn match_starts(rows: &[(SourceKey, Row)], known: &mut [Known], meant: &mut [Is]) {
    let projects: HashSet<ProjectKey> = rows.iter().map(|(key, _)| key.project).collect();
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
        match_same(group, same_start, from, group_meant);
        match_corrected(group, same_start, from, &projects, group_meant);
        done += group.len();
    }
}

/// Rows that were imported just like this; rows that say what another said.
fn match_same(rows: &[(SourceKey, Row)], known: &mut [Known], from: usize, meant: &mut [Is]) {
    let mut first_lines: HashMap<SourceKey, u64> = HashMap::new();
    let mut just_like: HashMap<(SourceKey, bool), VecDeque<usize>> = HashMap::new();
    for (number, known) in known.iter().enumerate().filter(|(_, known)| !known.met) {
        let like = (known.key.content(), known.key.id.is_some());
        just_like.entry(like).or_default().push_back(number);
    }
    for ((key, row), is) in rows.iter().zip(meant) {
        if !matches!(is, Is::New) {
            continue;
        }
        // A day may well have the same piece of work twice; an instant has not.
        if key.clock && key.id.is_none() && rows.len() > 1 {
            if let Some(first) = first_lines.get(key) {
                *is = Is::Repeated { first: *first };
                continue;
            }
            first_lines.insert(*key, row.line);
        }
        let mut next = |with_id| just_like.get_mut(&(key.content(), with_id))?.pop_front();
        let with_id = key.id.is_none().then(|| next(true)).flatten();
        let Some(number) = with_id.or_else(|| next(false)) else {
            continue;
        };
        if let Some(same) = known.get_mut(number) {
            same.met = true;
            // An id that was not known before is worth remembering.
            *is = match same.key.id.is_some() || key.id.is_none() {
                true => Is::Same,
                false => Is::Known(from + number),
            };
        }
    }
}

/// What rows and known ones can be brought together by: parts that are alike; the project, where it must be the same; whether
/// the known one has an id.
type Handle = (Part, Option<ProjectKey>, bool);

/// Rows that were imported with something else in them; the most alike first, and of those in their order.
fn match_corrected(
    rows: &[(SourceKey, Row)],
    known: &mut [Known],
    from: usize,
    projects: &HashSet<ProjectKey>,
    meant: &mut [Is],
) {
    let open = |meant: &[Is]| {
        let mut group = meant.iter().take(rows.len());
        group.any(|is| matches!(is, Is::New))
    };
    for alike in (0..=4).rev() {
        if known.iter().all(|known| known.met) || !open(meant) {
            return;
        }
        let mut by_handle: HashMap<Handle, VecDeque<usize>> = HashMap::new();
        for (number, known) in known.iter().enumerate().filter(|(_, known)| !known.met) {
            let key = &known.key;
            for parts in Parts::choices(alike) {
                let same_note = parts.note && key.note != NO_NOTE;
                let free = key.clock && projects.contains(&key.project);
                let project = (!free && !same_note).then_some(key.project);
                let handle = (key.part(parts), project, key.id.is_some());
                by_handle.entry(handle).or_default().push_back(number);
            }
        }
        for ((key, _), is) in rows.iter().zip(meant.iter_mut()) {
            if !matches!(is, Is::New) {
                continue;
            }
            let mut best: Option<usize> = None;
            for parts in Parts::choices(alike) {
                for project in [None, Some(key.project)] {
                    for with_id in [false, true] {
                        if with_id && key.id.is_some() {
                            continue;
                        }
                        let handle = (key.part(parts), project, with_id);
                        let Some(queue) = by_handle.get_mut(&handle) else {
                            continue;
                        };
                        let gone = |number: &usize| known.get(*number).is_none_or(|k| k.met);
                        while queue.front().is_some_and(gone) {
                            queue.pop_front();
                        }
                        let next = queue.front().copied();
                        best = match (best, next) {
                            (Some(a), Some(b)) => Some(a.min(b)),
                            (a, b) => a.or(b),
                        };
                    }
                }
            }
            if let Some((number, known)) = best.and_then(|n| Some((n, known.get_mut(n)?))) {
                known.met = true;
                *is = Is::Known(from + number);
            }
        }
    }
}

/// All but the time of day, and its end or its length.
type Moved = (
    MemberKey,
    chrono::NaiveDate,
    ProjectKey,
    Option<TaskKey>,
    (u32, u32),
    Kept,
);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kept {
    End(i64),
    Length(i64),
}

fn moved(key: &SourceKey, kept: Kept) -> Moved {
    let marks = (key.note, key.marks);
    (key.member, key.day(), key.project, key.task, marks, kept)
}

/// Rows that were imported at another start of the day. That one of the same length was moved is only said where the file
/// has other rows of the member that were imported before: a file with new rows alone says nothing about old ones.
fn match_moved(rows: &[(SourceKey, Row)], known: &mut [Known], meant: &mut [Is]) {
    let any_new = meant.iter().any(|is| matches!(is, Is::New));
    if !any_new || known.iter().all(|known| known.met) {
        return;
    }
    let met: HashSet<MemberKey> = known
        .iter()
        .filter(|k| k.met)
        .map(|k| k.key.member)
        .collect();
    let mut by_kept: HashMap<Moved, Vec<usize>> = HashMap::new();
    for (number, known) in known.iter().enumerate().filter(|(_, known)| !known.met) {
        for kept in [Kept::End(known.key.end()), Kept::Length(known.key.seconds)] {
            by_kept
                .entry(moved(&known.key, kept))
                .or_default()
                .push(number);
        }
    }
    for ((key, _), is) in rows.iter().zip(meant) {
        if !matches!(is, Is::New) || !key.clock {
            continue;
        }
        let end = by_kept.get(&moved(key, Kept::End(key.end())));
        let length = by_kept.get(&moved(key, Kept::Length(key.seconds)));
        let length = length.filter(|_| met.contains(&key.member));
        let fits = |number: &usize| {
            let known = known.get(*number);
            known.is_some_and(|k| !k.met && k.key.clock && (key.id.is_none() || k.key.id.is_none()))
        };
        let mut found: Option<usize> = None;
        let mut several = false;
        for number in end.into_iter().chain(length).flatten().filter(|n| fits(n)) {
            several |= found.is_some_and(|other| other != *number);
            found = Some(*number);
            if several {
                break;
            }
        }
        if let (Some(number), false) = (found, several)
            && let Some(known) = known.get_mut(number)
        {
            known.met = true;
            *is = Is::Known(number);
        }
    }
}
