//! Sums of worked seconds by the keys that the rules need: for reports over a million entries.

use chrono::NaiveDate;
use rusqlite::OptionalExtension;

use crate::domain::key::{
    ActivityKey, ClientKey, InvoiceKey, MemberKey, PhaseKey, ProjectKey, TaskKey,
};
use crate::domain::rounding::Needs;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Rate};

use super::row::{currency, day, optional_rate};
use super::time::{BILLABLE, Conditions, EntryFilter};
use super::{Books, Result};

/// What to keep apart beside billability. The keys of a rate are kept apart only where amounts are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupBy {
    pub project: bool,
    pub phase: bool,
    pub task: bool,
    pub activity: bool,
    pub member: bool,
    pub tag: bool,
    pub day: bool,
    /// Months, told by their first days; days tell them too.
    pub month: bool,
    /// Leave out projects of clients who have, or had, a retainer.
    pub without_retainer: bool,
    /// Tell the first day of each sum.
    pub since: bool,
    /// Days where a retainer of the client may cover some.
    pub retained_days: bool,
    /// Entries of different length.
    pub length: bool,
    pub invoice: bool,
}

/// A key of the sums, as a column: what it is called, what it is made of, and whether it is kept apart in the sum and in the answer.
struct Key {
    name: &'static str,
    made_of: &'static str,
    summed: bool,
    answered: bool,
}

impl Key {
    fn inner(&self) -> String {
        let Self { name, made_of, .. } = self;
        match self.summed {
            true => format!("{made_of} AS {name}"),
            false => format!("NULL AS {name}"),
        }
    }

    fn grouped(&self) -> Option<&'static str> {
        self.summed.then_some(self.made_of)
    }

    fn outer(&self) -> String {
        match self.answered {
            true => format!("entry.{}", self.name),
            false => "NULL".to_owned(),
        }
    }
}

/// The projects of clients who have, or had, a retainer.
macro_rules! retained_projects {
    () => {
        "(SELECT project.id FROM project JOIN retainer ON retainer.client_id = project.client_id)"
    };
}

/// Projects whose client never had a retainer.
const WITHOUT_RETAINER: &str = concat!("entry.project_id NOT IN ", retained_projects!());

/// The day, where the client has, or had, a retainer.
const RETAINED_DAY: &str = concat!(
    "CASE WHEN entry.project_id IN ",
    retained_projects!(),
    " THEN entry.day END"
);

impl GroupBy {
    /// The same with what the rounding policies need.
    pub fn and(self, needs: Needs) -> Self {
        let Needs {
            lengths,
            days,
            members,
            tasks,
            invoices,
            retained_days,
        } = needs;
        Self {
            task: self.task || tasks,
            member: self.member || members,
            day: self.day || days,
            retained_days: self.retained_days || retained_days,
            length: self.length || lengths,
            invoice: self.invoice || invoices,
            ..self
        }
    }

    /// In the order of the indexes. Project and task are always summed apart: whether time is billable hangs on them.
    fn keys(self) -> [Key; 11] {
        let key = |name, made_of, summed, answered| Key {
            name,
            made_of,
            summed,
            answered,
        };
        let day = match (self.day, self.month, self.retained_days) {
            (true, _, _) | (_, true, true) => "entry.day",
            (false, true, false) => "substr(entry.day, 1, 8) || '01'",
            (false, false, true) => RETAINED_DAY,
            (false, false, false) => "NULL",
        };
        let days = self.day || self.month || self.retained_days;
        [
            key("project_id", "entry.project_id", true, self.project),
            key("task_id", "entry.task_id", true, self.task),
            key("rate", "entry.rate", true, true),
            key("billable", "entry.billable", true, false),
            key("member_id", "entry.member_id", self.member, self.member),
            key("day", day, days, days),
            key("tag", "tag.value", self.tag, self.tag),
            key("length", "entry.seconds", self.length, self.length),
            key("invoice_id", "entry.invoice_id", self.invoice, self.invoice),
            key("phase_id", "entry.phase_id", self.phase, self.phase),
            key(
                "activity_id",
                "entry.activity_id",
                self.activity,
                self.activity,
            ),
        ]
    }

    /// The index to read. SQLite keeps no statistics of a store, and without them takes an index whose order fits for one that
    /// reads a month of a project out of five years.
    fn index(self, filter: &EntryFilter) -> &'static str {
        let in_projects = filter.client.is_some() || filter.project.is_some();
        let in_days = filter.days.from.is_some() || filter.days.to.is_some();
        if filter.task.is_some() || filter.invoice.is_some() || filter.billed || self.tag {
            ""
        } else if filter.unbilled {
            "INDEXED BY entry_unbilled"
        } else if in_projects && in_days {
            "INDEXED BY entry_project_day"
        } else if in_projects || filter.member.is_some() {
            ""
        } else if in_days || self.member || self.day || self.month || self.since {
            "INDEXED BY entry_day"
        } else {
            "INDEXED BY entry_sums"
        }
    }
}

/// Seconds of the entries that have these keys in common. A key that was not asked for is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub client: ClientKey,
    pub project: Option<ProjectKey>,
    pub phase: Option<PhaseKey>,
    pub task: Option<TaskKey>,
    pub activity: Option<ActivityKey>,
    pub member: Option<MemberKey>,
    pub tag: Option<String>,
    pub day: Option<NaiveDate>,
    /// The rate that the entries themselves name.
    pub own_rate: Option<Rate>,
    pub billable: bool,
    /// Of all entries together.
    pub seconds: Seconds,
    /// The first day of it, where that was asked for.
    pub since: Option<NaiveDate>,
    /// Of one of them; none where entries of different length are together.
    pub length: Option<Seconds>,
    /// How many they are, where entries of different length are kept apart.
    pub entries: i64,
    pub invoice: Option<InvoiceKey>,
}

impl Books<'_> {
    /// Slug, name and currency of a client.
    pub fn client_label(&self, key: ClientKey) -> Result<Option<(String, String, Currency)>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT slug, name, currency FROM client WHERE id = ?")?;
        let label = statement.query_row([key.0], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                currency(&row.get::<_, String>(2)?)?,
            ))
        });
        Ok(label.optional()?)
    }

    /// Reference and name of a project.
    pub fn project_label(&self, key: ProjectKey) -> Result<Option<(String, String)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT client.slug || '/' || project.slug, project.name FROM project \
             JOIN client ON client.id = client_id WHERE project.id = ?",
        )?;
        let label = statement.query_row([key.0], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(label.optional()?)
    }

    /// Name of a task.
    pub fn task_label(&self, key: TaskKey) -> Result<Option<String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT name FROM task WHERE id = ?")?;
        Ok(statement.query_row([key.0], |row| row.get(0)).optional()?)
    }

    /// Sums of worked seconds. With tags, an entry counts once under each of its tags.
    pub fn sums(&self, filter: &EntryFilter, by: GroupBy) -> Result<Vec<Group>> {
        // Entries are summed on their own, by index; whether a sum is billable is asked of the few rows that result.
        let billable = filter.billable;
        let selected = EntryFilter {
            billable: None,
            ..filter.clone()
        };
        let Conditions { sql, mut values } = selected.conditions();
        let sql = match by.without_retainer {
            true => format!("{sql} AND {WITHOUT_RETAINER}"),
            false => sql,
        };
        let keys = by.keys();
        let index = by.index(&selected);
        let since = if by.since { "min(entry.day)" } else { "NULL" };
        let entries = if by.length { "count(*)" } else { "1" };
        let tags = if by.tag {
            "LEFT JOIN json_each(entry.tags) AS tag"
        } else {
            ""
        };
        let wanted = match billable {
            Some(billable) => {
                values.push(Box::new(billable));
                format!("WHERE {BILLABLE} = ?")
            }
            None => String::new(),
        };
        // Only what is asked for is grouped by, in the order of the indexes: then nothing is sorted.
        let inner: Vec<String> = keys.iter().map(Key::inner).collect();
        let grouped: Vec<&str> = keys.iter().filter_map(Key::grouped).collect();
        let outer: Vec<String> = keys.iter().map(Key::outer).collect();
        let sql = format!(
            "SELECT client.id, {}, {BILLABLE}, sum(entry.seconds), min(entry.since), sum(entry.entries) FROM (SELECT {}, \
             sum(entry.seconds) AS seconds, {since} AS since, {entries} AS entries \
             FROM entry {index} {tags} WHERE {sql} GROUP BY {}) AS entry \
             JOIN project ON project.id = entry.project_id JOIN client ON client.id = project.client_id \
             LEFT JOIN task ON task.id = entry.task_id {wanted} GROUP BY 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13",
            outer.join(", "),
            inner.join(", "),
            grouped.join(", "),
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(
            values.iter().map(|value| value.as_ref()),
        ))?;
        let mut groups = Vec::new();
        while let Some(row) = rows.next()? {
            let on = |text: Option<String>| text.map(|text| day(&text)).transpose();
            groups.push(Group {
                client: ClientKey(row.get(0)?),
                project: row.get::<_, Option<i64>>(1)?.map(ProjectKey),
                task: row.get::<_, Option<i64>>(2)?.map(TaskKey),
                own_rate: optional_rate(row.get(3)?),
                member: row.get::<_, Option<i64>>(5)?.map(MemberKey),
                day: on(row.get(6)?)?,
                tag: row.get(7)?,
                length: row.get::<_, Option<i64>>(8)?.map(Seconds),
                invoice: row.get::<_, Option<i64>>(9)?.map(InvoiceKey),
                phase: row.get::<_, Option<i64>>(10)?.map(PhaseKey),
                activity: row.get::<_, Option<i64>>(11)?.map(ActivityKey),
                billable: row.get(12)?,
                seconds: Seconds(row.get(13)?),
                since: on(row.get(14)?)?,
                entries: row.get(15)?,
            });
        }
        Ok(groups)
    }
}
