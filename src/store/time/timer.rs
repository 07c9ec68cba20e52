//! Running timers.

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::key::{ActivityKey, MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::domain::time::Timer;
use crate::store::door::Writer;
use crate::store::row::{flag, instant, int, maybe_int, maybe_text, optional, optional_rate};
use crate::store::{Books, Result};
use crate::values::text::Line;

use super::{tags, tags_value};

fn timer(row: &Row<'_>) -> rusqlite::Result<Timer> {
    Ok(Timer {
        member: MemberKey(row.get(0)?),
        project: ProjectKey(row.get(1)?),
        phase: row.get::<_, Option<i64>>(8)?.map(PhaseKey),
        task: row.get::<_, Option<i64>>(2)?.map(TaskKey),
        activity: row.get::<_, Option<i64>>(9)?.map(ActivityKey),
        start: instant(row.get(3)?)?,
        note: optional(row.get(4)?, Line::parse)?,
        billable: row.get(5)?,
        tags: tags(&row.get::<_, String>(6)?)?,
        internal_note: optional(row.get(7)?, Line::parse)?,
        rate: optional_rate(row.get(10)?),
    })
}

impl Books<'_> {
    /// The running timer of a member.
    pub fn timer(&self, member: MemberKey) -> Result<Option<Timer>> {
        Ok(self.timers(Some(member))?.into_iter().next())
    }

    /// Running timers; of one member, if one is given.
    pub fn timers(&self, member: Option<MemberKey>) -> Result<Vec<Timer>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT member_id, project_id, task_id, started, note, billable, tags, internal_note, phase_id, activity_id, rate FROM timer \
             WHERE ?1 IS NULL OR member_id = ?1 ORDER BY started",
        )?;
        let rows = statement.query_map([member.map(|member| member.0)], timer)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Starts a timer.
    pub fn start_timer(&mut self, timer: &Timer) -> Result<()> {
        let Timer {
            member,
            project,
            phase,
            task,
            activity,
            start,
            note,
            internal_note,
            billable,
            rate,
            tags,
        } = timer;
        let columns = [
            ("member_id", int(member.0)),
            ("project_id", int(project.0)),
            ("phase_id", maybe_int(phase.map(|phase| phase.0))),
            ("task_id", maybe_int(task.map(|task| task.0))),
            ("activity_id", maybe_int(activity.map(|key| key.0))),
            ("started", int(start.timestamp())),
            ("note", maybe_text(note.as_ref())),
            ("internal_note", maybe_text(internal_note.as_ref())),
            ("billable", billable.map_or(Value::Null, flag)),
            ("rate", maybe_int(rate.map(|rate| rate.ten_thousandths()))),
            ("tags", tags_value(tags)),
        ];
        self.insert("timer", &columns).map(drop)
    }

    /// Takes a member's timer away.
    pub fn remove_timer(&mut self, member: MemberKey) -> Result<()> {
        let row: i64 = self
            .conn
            .prepare_cached("SELECT id FROM timer WHERE member_id = ?")?
            .query_row([member.0], |row| row.get(0))?;
        self.delete("timer", row)
    }
}
