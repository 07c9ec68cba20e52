//! Writing entries.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use crate::domain::approval::Approval;
use crate::domain::key::EntryKey;
use crate::domain::time::Work;
use crate::store::Result;
use crate::store::door::Writer;
use crate::store::row::{flag, int, maybe_int, maybe_text, text};
use crate::values::text::Line;

use super::{EntrySource, tags_value};

fn work_columns(work: &Work) -> Vec<(&'static str, Value)> {
    let Work {
        project,
        phase,
        task,
        activity,
        member,
        day,
        span,
        seconds,
        billable,
        note,
        internal_note,
        rate,
        tags,
    } = work;
    vec![
        ("project_id", int(project.0)),
        ("phase_id", maybe_int(phase.map(|phase| phase.0))),
        ("task_id", maybe_int(task.map(|task| task.0))),
        ("activity_id", maybe_int(activity.map(|key| key.0))),
        ("member_id", int(member.0)),
        ("day", text(day)),
        (
            "started",
            maybe_int(span.map(|span| span.start.timestamp())),
        ),
        ("ended", maybe_int(span.map(|span| span.end.timestamp()))),
        ("seconds", int(seconds.0)),
        ("billable", billable.map_or(Value::Null, flag)),
        ("note", maybe_text(note.as_ref())),
        ("internal_note", maybe_text(internal_note.as_ref())),
        ("rate", maybe_int(rate.map(|rate| rate.ten_thousandths()))),
        ("tags", tags_value(tags)),
    ]
}

impl Writer<'_> {
    /// Adds an entry.
    pub fn add_entry(&mut self, work: &Work, source: Option<EntrySource<'_>>) -> Result<EntryKey> {
        let mut columns = work_columns(work);
        if let Some(EntrySource { source, key }) = source {
            columns.push(("source", text(source)));
            columns.push(("source_key", text(key)));
        }
        self.insert("entry", &columns).map(EntryKey)
    }

    /// Changes an entry; whether anything changed.
    pub fn edit_entry(&mut self, key: EntryKey, work: &Work) -> Result<bool> {
        self.update("entry", key.0, &work_columns(work))
    }

    /// Says how far an entry is on the way to being approved, with the reason of a rejection.
    pub fn set_approval(
        &mut self,
        key: EntryKey,
        approval: Approval,
        reason: Option<&Line>,
    ) -> Result<bool> {
        let columns = [
            ("approval", text(approval.word())),
            ("approval_note", maybe_text(reason)),
        ];
        self.update("entry", key.0, &columns)
    }

    /// Gives what was imported into an entry another key in its source.
    pub fn rekey_entry(
        &mut self,
        key: EntryKey,
        source: EntrySource<'_>,
        now: &str,
    ) -> Result<bool> {
        let EntrySource {
            source,
            key: before,
        } = source;
        let merged: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT id FROM imported_key WHERE entry_id = ?1 AND source = ?2 AND source_key = ?3",
            )?
            .query_row((key.0, source, before), |row| row.get(0))
            .optional()?;
        let columns = [("source_key", text(now))];
        match merged {
            Some(row) => self.update("imported_key", row, &columns),
            None => self.update("entry", key.0, &columns),
        }
    }

    /// Removes an entry whose time another takes over: what was imported into it is known again by the other.
    pub fn merge_entry(&mut self, gone: EntryKey, into: EntryKey) -> Result<()> {
        for row in self.rows_of("imported_key", "entry_id = ?1", gone.0)? {
            self.update("imported_key", row, &[("entry_id", int(into.0))])?;
        }
        let own: Option<(String, String)> = self
            .conn
            .prepare_cached(
                "SELECT source, source_key FROM entry WHERE id = ? AND source_key IS NOT NULL",
            )?
            .query_row([gone.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((source, key)) = own {
            let columns = [
                ("entry_id", int(into.0)),
                ("source", text(source)),
                ("source_key", text(key)),
            ];
            self.insert("imported_key", &columns)?;
        }
        self.delete("entry", gone.0)
    }

    /// Removes an entry, and what is known of where it came from.
    pub fn delete_entry(&mut self, key: EntryKey) -> Result<()> {
        for row in self.rows_of("imported_key", "entry_id = ?1", key.0)? {
            self.delete("imported_key", row)?;
        }
        self.delete("entry", key.0)
    }
}
