//! Sums of worked seconds by the keys that the rules need: for reports over a million entries.

use chrono::NaiveDate;

use crate::domain::key::{ActivityKey, ClientKey, MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::values::duration::Seconds;
use crate::values::money::Rate;

use super::row::{day, optional_rate};
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
    /// Days where a retainer of the client may cover some.
    pub retained_days: bool,
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
    pub seconds: Seconds,
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
        let (phase, activity) = (
            key(by.phase, "entry.phase_id"),
            key(by.activity, "entry.activity_id"),
        );
        let wanted = match billable {
            Some(billable) => {
                values.push(Box::new(billable));
                format!("WHERE {BILLABLE} = ?")
            }
            None => String::new(),
        };
        let sql = format!(
            "SELECT client.id, {project}, {task}, entry.member_id, entry.tag, entry.day, entry.rate, {BILLABLE}, \
             entry.phase_id, entry.activity_id, \
             sum(entry.seconds) FROM (SELECT entry.project_id, entry.task_id, {member} AS member_id, {tag} AS tag, {on} AS day, \
             entry.rate, entry.billable, {phase} AS phase_id, {activity} AS activity_id, sum(entry.seconds) AS seconds \
             FROM entry {tags} WHERE {sql} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) AS entry JOIN project ON project.id = entry.project_id \
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
                phase: row.get::<_, Option<i64>>(8)?.map(PhaseKey),
                activity: row.get::<_, Option<i64>>(9)?.map(ActivityKey),
                seconds: Seconds(row.get(10)?),
            });
        }
        Ok(groups)
    }
}
