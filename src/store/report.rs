//! Sums of worked seconds by the keys that the rules need: for reports over a million entries.

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, InvoiceKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::rounding::Needs;
use crate::values::duration::Seconds;
use crate::values::money::Rate;

use super::row::{day, optional_rate};
use super::time::{BILLABLE, Conditions, EntryFilter};
use super::{Books, Result};

/// What to keep apart beside billability. The keys of a rate are kept apart only where amounts are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupBy {
    pub project: bool,
    pub task: bool,
    pub member: bool,
    pub tag: bool,
    pub day: bool,
    /// Days where a retainer of the client may cover some.
    pub retained_days: bool,
    /// Entries of different length.
    pub length: bool,
    pub invoice: bool,
}

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
}

/// Seconds of the entries that have these keys in common. A key that was not asked for is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub client: ClientKey,
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    pub member: Option<MemberKey>,
    pub tag: Option<String>,
    pub day: Option<NaiveDate>,
    /// The rate that the entries themselves name.
    pub own_rate: Option<Rate>,
    pub billable: bool,
    /// Of all entries together.
    pub seconds: Seconds,
    /// Of one of them; none where entries of different length are together.
    pub length: Option<Seconds>,
    /// How many they are, where entries of different length are kept apart.
    pub entries: i64,
    pub invoice: Option<InvoiceKey>,
}

impl Books<'_> {
    /// Sums of worked seconds. With tags, an entry counts once under each of its tags.
    pub fn sums(&self, filter: &EntryFilter, by: GroupBy) -> Result<Vec<Group>> {
        // Entries are summed on their own, by index; whether a sum is billable is asked of the few rows that result.
        let billable = filter.billable;
        let entries = EntryFilter {
            billable: None,
            ..filter.clone()
        };
        let Conditions { sql, mut values } = entries.conditions();
        let key = |wanted: bool, column: &'static str| if wanted { column } else { "NULL" };
        let (member, tag, on) = (
            key(by.member, "entry.member_id"),
            key(by.tag, "tag.value"),
            match (by.day, by.retained_days) {
                (true, _) => "entry.day",
                (false, true) => {
                    "CASE WHEN entry.project_id IN (SELECT project.id FROM project \
                     JOIN retainer ON retainer.client_id = project.client_id) THEN entry.day END"
                }
                (false, false) => "NULL",
            },
        );
        let tags = if by.tag {
            "LEFT JOIN json_each(entry.tags) AS tag"
        } else {
            ""
        };
        let (project, task) = (
            key(by.project, "entry.project_id"),
            key(by.task, "entry.task_id"),
        );
        let (length, invoice) = (
            key(by.length, "entry.seconds"),
            key(by.invoice, "entry.invoice_id"),
        );
        let wanted = match billable {
            Some(billable) => {
                values.push(Box::new(billable));
                format!("WHERE {BILLABLE} = ?")
            }
            None => String::new(),
        };
        // A report over everything keeps no more apart than it must.
        let apart = if by.length || by.invoice {
            ", 8, 9"
        } else {
            ""
        };
        let entries = if by.length { "count(*)" } else { "1" };
        let sql = format!(
            "SELECT client.id, {project}, {task}, entry.member_id, entry.tag, entry.day, entry.rate, {BILLABLE}, \
             entry.length, entry.invoice_id, sum(entry.seconds), sum(entry.entries) FROM (SELECT entry.project_id, entry.task_id, \
             {member} AS member_id, {tag} AS tag, {on} AS day, entry.rate, entry.billable, {length} AS length, \
             {invoice} AS invoice_id, sum(entry.seconds) AS seconds, {entries} AS entries FROM entry {tags} WHERE {sql} \
             GROUP BY 1, 2, 3, 4, 5, 6, 7{apart}) AS entry JOIN project ON project.id = entry.project_id \
             JOIN client ON client.id = project.client_id LEFT JOIN task ON task.id = entry.task_id {wanted} \
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(
            values.iter().map(|value| value.as_ref()),
        ))?;
        let mut groups = Vec::new();
        while let Some(row) = rows.next()? {
            groups.push(Group {
                client: ClientKey(row.get(0)?),
                project: row.get::<_, Option<i64>>(1)?.map(ProjectKey),
                task: row.get::<_, Option<i64>>(2)?.map(TaskKey),
                member: row.get::<_, Option<i64>>(3)?.map(MemberKey),
                tag: row.get(4)?,
                day: row
                    .get::<_, Option<String>>(5)?
                    .map(|text| day(&text))
                    .transpose()?,
                own_rate: optional_rate(row.get(6)?),
                billable: row.get(7)?,
                length: row.get::<_, Option<i64>>(8)?.map(Seconds),
                invoice: row.get::<_, Option<i64>>(9)?.map(InvoiceKey),
                seconds: Seconds(row.get(10)?),
                entries: row.get(11)?,
            });
        }
        Ok(groups)
    }
}
