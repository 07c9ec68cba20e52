//! Timers and time entries in the store.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, ToSql};

use crate::domain::approval::Approval;
use crate::domain::key::{
    ActivityKey, ClientKey, EntryKey, InvoiceKey, MemberKey, PhaseKey, ProjectKey, TaskKey,
};
use crate::domain::time::{Entry, Span, Timer, Work};
use crate::values::duration::Seconds;
use crate::values::id::EntryRef;
use crate::values::period::Span as Days;
use crate::values::text::Line;

use super::door::Writer;
use super::row::{
    day, flag, instant, int, maybe_int, maybe_text, optional, optional_at, optional_rate, text,
    text_at, unreadable, word,
};
use super::{Books, Result, StoreError};

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    pub days: Days,
    pub client: Option<ClientKey>,
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    pub phase: Option<PhaseKey>,
    /// Any of these.
    pub activities: Option<Vec<ActivityKey>>,
    pub member: Option<MemberKey>,
    /// As decided by entry, task, project and client together.
    pub billable: Option<bool>,
    /// On no invoice.
    pub unbilled: bool,
    /// On an invoice.
    pub billed: bool,
    pub tag: Option<String>,
    pub approval: Option<ApprovalFilter>,
    pub invoice: Option<InvoiceKey>,
    /// At most this many, the latest.
    pub limit: Option<u32>,
}

/// How far entries are on the way to being approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalFilter {
    /// Not submitted, or rejected: they can change.
    Open,
    Is(Approval),
}

/// An entry with the names a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub entry: Entry,
    pub client: ClientKey,
    pub client_slug: String,
    pub project_slug: String,
    pub project_name: String,
    pub phase: Option<String>,
    pub task: Option<String>,
    /// The code.
    pub activity: Option<String>,
    pub member_slug: String,
    pub member_name: String,
    pub billable: bool,
    /// Number of the invoice that bills it.
    pub invoice: Option<String>,
}

/// What was imported before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedKey {
    pub key: String,
    pub entry: EntryKey,
    /// Other imported entries were merged into that entry.
    pub merged: bool,
}

/// Where an imported entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntrySource<'a> {
    pub source: &'a str,
    pub key: &'a str,
}

const COLUMNS: &str = "entry.id, entry.project_id, entry.task_id, entry.member_id, entry.day, entry.started, entry.ended, \
    entry.seconds, entry.billable, entry.note, entry.internal_note, entry.rate, entry.tags, entry.invoice_id, entry.phase_id, \
    entry.activity_id, entry.approval, entry.approval_note";

/// Whether an entry is billable: itself, else task, project and client together. The rule is `domain::time::is_billable`; this is
/// its form in a query, and a test holds the two together.
pub(super) const BILLABLE: &str =
    "coalesce(entry.billable, coalesce(task.billable, 1) AND project.billable AND client.billable)";

fn tags(json: &str) -> rusqlite::Result<Vec<Line>> {
    if json == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(json).map_err(unreadable)
}

fn tags_value(tags: &[Line]) -> Value {
    text(serde_json::Value::from(
        tags.iter().map(Line::as_str).collect::<Vec<_>>(),
    ))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let span = match (row.get(5)?, row.get(6)?) {
        (Some(start), Some(end)) => Some(Span {
            start: instant(start)?,
            end: instant(end)?,
        }),
        _ => None,
    };
    Ok(Entry {
        key: EntryKey(row.get(0)?),
        work: Work {
            project: ProjectKey(row.get(1)?),
            phase: row.get::<_, Option<i64>>(14)?.map(PhaseKey),
            task: row.get::<_, Option<i64>>(2)?.map(TaskKey),
            activity: row.get::<_, Option<i64>>(15)?.map(ActivityKey),
            member: MemberKey(row.get(3)?),
            day: text_at(row, 4, day)?,
            span,
            seconds: Seconds(row.get(7)?),
            billable: row.get(8)?,
            note: optional_at(row, 9, Line::parse)?,
            internal_note: optional_at(row, 10, Line::parse)?,
            rate: optional_rate(row.get(11)?),
            tags: text_at(row, 12, tags)?,
        },
        invoice: row.get::<_, Option<i64>>(13)?.map(InvoiceKey),
        approval: optional_at(row, 16, |text| word(text, Approval::from_word))?,
        approval_note: optional_at(row, 17, Line::parse)?,
    })
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        entry: entry(row)?,
        client: ClientKey(row.get(18)?),
        client_slug: row.get(19)?,
        project_slug: row.get(20)?,
        project_name: row.get(21)?,
        task: row.get(22)?,
        member_slug: row.get(23)?,
        member_name: row.get(24)?,
        billable: row.get(25)?,
        invoice: row.get(26)?,
        phase: row.get(27)?,
        activity: row.get(28)?,
    })
}

/// An entry with what is around it.
const JOINED: &str = "entry JOIN project ON project.id = entry.project_id JOIN client ON client.id = project.client_id \
    JOIN member ON member.id = entry.member_id LEFT JOIN task ON task.id = entry.task_id \
    LEFT JOIN invoice ON invoice.id = entry.invoice_id LEFT JOIN phase ON phase.id = entry.phase_id \
    LEFT JOIN activity ON activity.id = entry.activity_id";

fn select_listed() -> String {
    format!(
        "SELECT {COLUMNS}, client.id, client.slug, project.slug, project.name, task.name, member.slug, member.name, \
         {BILLABLE}, invoice.number, phase.name, activity.code FROM {JOINED}"
    )
}

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

/// The conditions of a filter, and their values in order.
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) values: Vec<Box<dyn ToSql>>,
}

impl EntryFilter {
    pub(super) fn conditions(&self) -> Conditions {
        let mut parts: Vec<String> = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        // Days stand in the query itself: a bound one would have it planned twice, when its value is known.
        for (sign, day) in [(">=", self.days.from), ("<=", self.days.to)] {
            parts.extend(day.map(|day| format!("entry.day {sign} '{}'", day.format("%F"))));
        }
        let mut add = |part: &str, value: Box<dyn ToSql>| {
            parts.push(part.to_owned());
            values.push(value);
        };
        if let Some(client) = self.client {
            // By the projects of the client, so that the index over project and day serves.
            add(
                "entry.project_id IN (SELECT id FROM project WHERE client_id = ?)",
                Box::new(client.0),
            );
        }
        if let Some(project) = self.project {
            add("entry.project_id = ?", Box::new(project.0));
        }
        if let Some(task) = self.task {
            add("entry.task_id = ?", Box::new(task.0));
        }
        if let Some(phase) = self.phase {
            add("entry.phase_id = ?", Box::new(phase.0));
        }
        if let Some(activities) = &self.activities {
            let keys: Vec<String> = activities.iter().map(|key| key.0.to_string()).collect();
            let keys = serde_json::Value::from(keys).to_string();
            add(
                "entry.activity_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
                Box::new(keys),
            );
        }
        if let Some(member) = self.member {
            add("entry.member_id = ?", Box::new(member.0));
        }
        if let Some(invoice) = self.invoice {
            add("entry.invoice_id = ?", Box::new(invoice.0));
        }
        if let Some(tag) = &self.tag {
            add(
                "EXISTS (SELECT 1 FROM json_each(entry.tags) WHERE value = ?)",
                Box::new(tag.clone()),
            );
        }
        if let Some(billable) = self.billable {
            add(&format!("{BILLABLE} = ?"), Box::new(billable));
        }
        match self.approval {
            Some(ApprovalFilter::Is(approval)) => {
                // In the very words of the index over those that wait.
                parts.push(format!("entry.approval = '{}'", approval.word()));
            }
            Some(ApprovalFilter::Open) => {
                parts.push("(entry.approval IS NULL OR entry.approval = 'rejected')".to_owned());
            }
            None => {}
        }
        if self.unbilled {
            parts.push("entry.invoice_id IS NULL".to_owned());
        }
        if self.billed {
            parts.push("entry.invoice_id IS NOT NULL".to_owned());
        }
        Conditions {
            sql: if parts.is_empty() {
                "1".to_owned()
            } else {
                parts.join(" AND ")
            },
            values,
        }
    }
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

    /// The entry of this reference.
    pub fn entry(&self, reference: EntryRef) -> Result<Option<Entry>> {
        let (condition, value) = match reference {
            EntryRef::Id(id) => ("WHERE id = ?", id),
            EntryRef::Latest(back) => ("ORDER BY id DESC LIMIT 1 OFFSET ?", i64::from(back) - 1),
        };
        Ok(self
            .conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM entry {condition}"))?
            .query_row([value], entry)
            .optional()?)
    }

    /// Entries with their names, in the order of day and start.
    pub fn entries(&self, filter: &EntryFilter) -> Result<Vec<Listed>> {
        let mut entries = Vec::new();
        self.each_entry(filter, |listed| {
            entries.push(listed);
            Ok::<_, StoreError>(())
        })?;
        Ok(entries)
    }

    /// One entry with its names.
    pub fn listed_entry(&self, key: EntryKey) -> Result<Option<Listed>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{} WHERE entry.id = ?", select_listed()))?
            .query_row([key.0], listed)
            .optional()?)
    }

    /// Gives entries one by one, so that a million of them need no memory.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        filter: &EntryFilter,
        mut with: impl FnMut(Listed) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let Conditions { sql, values } = filter.conditions();
        let order = "ORDER BY entry.day, entry.started, entry.id";
        let sql = match filter.limit {
            None => format!("{} WHERE {sql} {order}", select_listed()),
            // Billability needs the tables around an entry; everything else is chosen from entries alone, by index.
            Some(limit) => {
                let from = if filter.billable.is_some() {
                    JOINED
                } else {
                    "entry"
                };
                format!(
                    "{} WHERE entry.id IN (SELECT entry.id FROM {from} WHERE {sql} \
                     ORDER BY entry.day DESC, entry.started DESC, entry.id DESC LIMIT {limit}) {order}",
                    select_listed()
                )
            }
        };
        let failed = |error: rusqlite::Error| E::from(StoreError::from(error));
        let mut statement = self.conn.prepare_cached(&sql).map_err(failed)?;
        let values = rusqlite::params_from_iter(values.iter().map(|value| value.as_ref()));
        let mut rows = statement.query(values).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            with(listed(row).map_err(failed)?)?;
        }
        Ok(())
    }

    /// Entries of some days that were not imported from this source.
    pub fn each_other(
        &self,
        source: &str,
        from: NaiveDate,
        to: NaiveDate,
        mut with: impl FnMut(EntryKey, &Work),
    ) -> Result<()> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entry WHERE day BETWEEN ?1 AND ?2 AND source IS NOT ?3 ORDER BY id DESC"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query((from.to_string(), to.to_string(), source))?;
        while let Some(row) = rows.next()? {
            let entry = entry(row)?;
            with(entry.key, &entry.work);
        }
        Ok(())
    }

    /// The first entry of a member, other than `except`, that may share time with a span: with start and end around it.
    pub fn entries_around(
        &self,
        member: MemberKey,
        span: &Span,
        except: Option<EntryKey>,
    ) -> Result<Vec<Entry>> {
        // No entry is longer than a day, so only those that start within a day before can reach in.
        let sql = format!(
            "SELECT {COLUMNS} FROM entry WHERE member_id = ?1 AND started > ?2 AND started < ?3 AND ended > ?4 \
             AND id IS NOT ?5 ORDER BY started LIMIT 50"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(
            (
                member.0,
                span.start.timestamp() - 24 * 3600 - 1,
                span.end.timestamp(),
                span.start.timestamp(),
                except.map(|key| key.0),
            ),
            entry,
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Worked seconds of billable (or of all) entries of a project, summed by day.
    pub fn seconds_by_day(
        &self,
        project: ProjectKey,
        billable_only: bool,
    ) -> Result<Vec<(NaiveDate, Seconds)>> {
        let sql = format!(
            "SELECT entry.day, sum(entry.seconds) FROM entry JOIN project ON project.id = entry.project_id \
             JOIN client ON client.id = project.client_id LEFT JOIN task ON task.id = entry.task_id \
             WHERE entry.project_id = ? AND (NOT ? OR {BILLABLE}) GROUP BY entry.day ORDER BY entry.day"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((project.0, billable_only), |row| {
            Ok((day(&row.get::<_, String>(0)?)?, Seconds(row.get(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What a member worked last, up to a day.
    pub fn last_worked(&self, member: MemberKey, through: NaiveDate) -> Result<Option<Entry>> {
        // The days are looked through from the latest on, which is where the answer is.
        let sql = format!(
            "SELECT {COLUMNS} FROM entry INDEXED BY entry_day WHERE member_id = ? AND day <= ? \
             ORDER BY day DESC, started DESC, id DESC LIMIT 1"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row((member.0, through.to_string()), entry)
            .optional()?)
    }

    /// Worked seconds of a member on a day, without one entry.
    pub fn seconds_of_day(
        &self,
        member: MemberKey,
        day: NaiveDate,
        except: Option<EntryKey>,
    ) -> Result<Seconds> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(sum(seconds), 0) FROM entry WHERE day = ? AND member_id = ? AND id IS NOT ?",
            )?
            .query_row(
                (day.to_string(), member.0, except.map(|key| key.0)),
                |row| Ok(Seconds(row.get(0)?)),
            )?)
    }

    /// Worked seconds of billable (or of all) entries of a project or a phase of it, in a span of days.
    pub fn seconds_in(
        &self,
        project: ProjectKey,
        phase: Option<PhaseKey>,
        days: Days,
        billable_only: bool,
    ) -> Result<Seconds> {
        // Written out by case, since a condition that may be none would leave the index aside.
        let of_phase = match phase {
            Some(_) => "entry.phase_id = ?5",
            None => "?5 IS NULL",
        };
        let sql = format!(
            "SELECT coalesce(sum(entry.seconds), 0) FROM entry JOIN project ON project.id = entry.project_id \
             JOIN client ON client.id = project.client_id LEFT JOIN task ON task.id = entry.task_id \
             WHERE entry.project_id = ?1 AND entry.day BETWEEN ?2 AND ?3 AND (NOT ?4 OR {BILLABLE}) AND {of_phase}"
        );
        let day = |day: Option<NaiveDate>, else_: NaiveDate| day.unwrap_or(else_).to_string();
        let first = NaiveDate::from_ymd_opt(0, 1, 1).unwrap_or(NaiveDate::MIN);
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        Ok(self.conn.prepare_cached(&sql)?.query_row(
            (
                project.0,
                day(days.from, first),
                day(days.to, last),
                billable_only,
                phase.map(|phase| phase.0),
            ),
            |row| Ok(Seconds(row.get(0)?)),
        )?)
    }

    /// All worked seconds of a project.
    pub fn worked_seconds(&self, project: ProjectKey) -> Result<Seconds> {
        Ok(self
            .conn
            .prepare_cached("SELECT coalesce(sum(seconds), 0) FROM entry WHERE project_id = ?")?
            .query_row([project.0], |row| Ok(Seconds(row.get(0)?)))?)
    }

    /// Keys of all that was imported from a source, with the entries it is in.
    pub fn imported_keys(&self, source: &str) -> Result<Vec<ImportedKey>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT source_key, id, id IN (SELECT entry_id FROM imported_key) FROM entry WHERE source = ?1 \
             UNION ALL SELECT source_key, entry_id, 1 FROM imported_key WHERE source = ?1",
        )?;
        let rows = statement.query_map([source], |row| {
            Ok(ImportedKey {
                key: row.get(0)?,
                entry: EntryKey(row.get(1)?),
                merged: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Entries with start and end that may share time with a span: whose, and when.
    pub fn each_span(
        &self,
        around: Span,
        mut take: impl FnMut(EntryKey, MemberKey, Span),
    ) -> Result<()> {
        // By day, which has an index; a day of any zone begins within a day of that of UTC.
        let mut statement = self.conn.prepare_cached(
            "SELECT id, member_id, started, ended FROM entry WHERE day BETWEEN ?1 AND ?2 AND started < ?3 AND ended > ?4",
        )?;
        let first = around.start - chrono::TimeDelta::days(3);
        let last = around.end + chrono::TimeDelta::days(1);
        let mut rows = statement.query((
            first.date_naive().to_string(),
            last.date_naive().to_string(),
            around.end.timestamp(),
            around.start.timestamp(),
        ))?;
        while let Some(row) = rows.next()? {
            let span = Span {
                start: instant(row.get(2)?)?,
                end: instant(row.get(3)?)?,
            };
            take(EntryKey(row.get(0)?), MemberKey(row.get(1)?), span);
        }
        Ok(())
    }
}

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
