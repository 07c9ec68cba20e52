//! Statements that list and sum the entries of a viewer's client. One condition serves the list and the sums, so that sums
//! follow the filter.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Transaction, params_from_iter};

use crate::published::Entry;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::text::fold;

use super::super::super::viewer::Viewer;
use super::super::column::from_json;
use super::super::{EntryFilter, EntryPage, Facets, Page, StoreError, Totals};
use super::Outcome;

/// A condition and its values. The text is put together from fixed pieces; whatever somebody typed is a value.
#[derive(Clone)]
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    fn new(client: i64, filter: &EntryFilter) -> Self {
        let mut condition = Self {
            sql: "client_id = ?".to_owned(),
            values: vec![Value::Integer(client)],
        };
        condition.also("day >= ?", filter.from.map(|day| day.to_string()));
        condition.also("day <= ?", filter.to.map(|day| day.to_string()));
        condition.also(
            "project = ?",
            filter.project.as_ref().map(ToString::to_string),
        );
        condition.also("task = ?", filter.task.clone());
        condition.also("member = ?", filter.member.clone());
        condition.also("billable = ?", filter.billable.map(i64::from));
        if !filter.words.is_empty() {
            condition.words(&filter.words);
        }
        condition
    }

    fn also(&mut self, sql: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.sql.push_str(" AND ");
            self.sql.push_str(sql);
            self.values.push(value.into());
        }
    }

    fn words(&mut self, words: &[String]) {
        self.sql.push_str(
            " AND EXISTS (SELECT 1 FROM entry_text AS t WHERE t.client_id = entry.client_id
                 AND t.day = entry.day AND t.ordinal = entry.ordinal",
        );
        for word in words {
            self.also("instr(t.search, ?) > 0", Some(fold(word)));
        }
        self.sql.push(')');
    }

    /// The same for some days only.
    fn within(&self, from: NaiveDate, to: NaiveDate) -> Self {
        let mut within = self.clone();
        within.also("day >= ?", Some(from.to_string()));
        within.also("day <= ?", Some(to.to_string()));
        within
    }
}

/// See [`super::PortalStore::entries`].
pub(super) fn page(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    filter: &EntryFilter,
    page: Page,
) -> Outcome<EntryPage> {
    let condition = Condition::new(viewer.client_row(), filter);
    let entries = list(tx, &condition, viewer, page)?;
    let days = match (entries.last(), entries.first()) {
        (Some(oldest), Some(newest)) => day_sums(tx, &condition.within(oldest.day, newest.day))?,
        _ => Vec::new(),
    };
    Ok(EntryPage {
        totals: totals(tx, &condition, viewer)?,
        entries,
        days,
    })
}

fn list(
    tx: &Transaction<'_>,
    condition: &Condition,
    viewer: &Viewer,
    page: Page,
) -> Outcome<Vec<Entry>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT body FROM (SELECT client_id, day, ordinal FROM entry WHERE {} ORDER BY day DESC, ordinal LIMIT ? OFFSET ?)
         JOIN entry_text USING (client_id, day, ordinal) ORDER BY day DESC, ordinal",
        condition.sql
    ))?;
    let bounds = [page.take, page.skip].map(|rows| Value::Integer(rows.into()));
    let values = condition.values.iter().chain(&bounds);
    let mut rows = statement.query(params_from_iter(values))?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let mut entry: Entry = from_json(body.as_bytes())?;
        viewer.narrow_entry(&mut entry);
        entries.push(entry);
    }
    Ok(entries)
}

fn totals(tx: &Transaction<'_>, condition: &Condition, viewer: &Viewer) -> Outcome<Totals> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT count(*), coalesce(sum(seconds), 0), coalesce(sum(CASE billable WHEN 1 THEN seconds END), 0)
         FROM entry WHERE {}",
        condition.sql
    ))?;
    let (entries, seconds, billable): (i64, i64, i64) = statement
        .query_row(params_from_iter(&condition.values), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    Ok(Totals {
        entries: entries.unsigned_abs(),
        seconds: Seconds(seconds),
        billable: Seconds(billable),
        amounts: if viewer.shows_amounts() {
            amounts(tx, condition)?
        } else {
            Vec::new()
        },
    })
}

/// Money is added up here and not in SQL.
fn amounts(tx: &Transaction<'_>, condition: &Condition) -> Outcome<Vec<Money>> {
    let unreadable =
        |error: crate::values::money::MoneyError| StoreError::Unreadable(error.to_string());
    let mut statement = tx.prepare_cached(&format!(
        "SELECT minor, currency FROM entry WHERE {} AND minor IS NOT NULL",
        condition.sql
    ))?;
    let mut rows = statement.query(params_from_iter(&condition.values))?;
    let mut sums: Vec<Money> = Vec::new();
    while let Some(row) = rows.next()? {
        let code = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let minor = row.get(0)?;
        match sums.iter_mut().find(|sum| sum.currency().code() == code) {
            Some(sum) => {
                let more = Money::from_minor(minor, sum.currency());
                *sum = sum.checked_add(more).map_err(unreadable)?;
            }
            None => {
                let currency = Currency::parse(code).map_err(unreadable)?;
                sums.push(Money::from_minor(minor, currency));
            }
        }
    }
    Ok(sums)
}

fn day_sums(tx: &Transaction<'_>, condition: &Condition) -> Outcome<Vec<(NaiveDate, Seconds)>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT day, sum(seconds) FROM entry WHERE {} GROUP BY day ORDER BY day DESC",
        condition.sql
    ))?;
    let mut rows = statement.query(params_from_iter(&condition.values))?;
    let mut days = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        days.push((day(text)?, Seconds(row.get(1)?)));
    }
    Ok(days)
}

fn day(text: &str) -> Outcome<NaiveDate> {
    text.parse()
        .map_err(|_| StoreError::Unreadable("a day".to_owned()))
}

/// See [`super::PortalStore::facets`].
pub(super) fn facets(tx: &Transaction<'_>, viewer: &Viewer) -> Outcome<Facets> {
    let client = viewer.client_row();
    let values = |kind: &str| -> Outcome<Vec<String>> {
        let mut statement = tx.prepare_cached(
            "SELECT DISTINCT value FROM facet JOIN chunk ON chunk.id = chunk_id
             WHERE client_id = ? AND kind = ? ORDER BY value",
        )?;
        let rows = statement.query_map((client, kind), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let edge = |order: &str| -> Outcome<Option<NaiveDate>> {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT {order}(day) FROM entry WHERE client_id = ?"
        ))?;
        let found: Option<String> = statement.query_row([client], |row| row.get(0))?;
        found.as_deref().map(day).transpose()
    };
    Ok(Facets {
        projects: values("project")?,
        tasks: values("task")?,
        members: values("member")?,
        days: edge("min")?.zip(edge("max")?),
    })
}
