//! Entries of worked time as the store has them.

mod filter;
mod timer;
mod write;

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::approval::Approval;
use crate::domain::key::{
    ActivityKey, ClientKey, EntryKey, InvoiceKey, MemberKey, PhaseKey, ProjectKey, TaskKey,
};
use crate::domain::time::{Entry, Span, Work};
use crate::values::duration::Seconds;
use crate::values::id::EntryRef;
use crate::values::period::Span as Days;
use crate::values::text::Line;

use super::row::{day, instant, optional_at, optional_rate, text, text_at, unreadable, word};
use super::{Books, Result, StoreError};

pub(super) use filter::Conditions;
pub use filter::{ApprovalFilter, EntryFilter};

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

impl Books<'_> {
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
