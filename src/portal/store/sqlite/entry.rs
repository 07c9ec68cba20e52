//! Statements that list the entries of a viewer's client. One condition serves the list and the sums, so that sums follow the filter.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Transaction, params_from_iter};

use crate::published::Entry;
use crate::values::duration::Seconds;
use crate::values::text::fold;

use super::super::super::viewer::Viewer;
use super::super::column::from_json;
use super::super::sums::{Held, Listing};
use super::super::{EntryFilter, EntryPage, Facets, Page, StoreError};
use super::{Outcome, sums};

/// A condition and its values. The text is put together from fixed pieces; whatever somebody typed is a value.
#[derive(Clone)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    /// All of a filter but its days and words.
    pub(super) fn of(client: i64, filter: &EntryFilter) -> Self {
        let mut condition = Self {
            sql: "client_id = ?".to_owned(),
            values: vec![Value::Integer(client)],
        };
        condition.also(
            "project = ?",
            filter.project.as_ref().map(ToString::to_string),
        );
        condition.also("phase = ?", filter.phase.clone());
        condition.also("task = ?", filter.task.clone());
        condition.also("member = ?", filter.member.clone());
        condition.also("billable = ?", filter.billable.map(i64::from));
        condition
    }

    /// Adds a piece, where there is a value for it.
    pub(super) fn also(&mut self, sql: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.sql.push_str(" AND ");
            self.sql.push_str(sql);
            self.values.push(value.into());
        }
    }

    /// Of entries: from a day to a day.
    pub(super) fn days(&mut self, from: Option<NaiveDate>, to: Option<NaiveDate>) {
        self.also("day >= ?", from.map(|day| day.to_string()));
        self.also("day <= ?", to.map(|day| day.to_string()));
    }

    /// Of entries: with all of these words.
    pub(super) fn words(&mut self, words: &[String]) {
        if words.is_empty() {
            return;
        }
        self.sql.push_str(
            " AND EXISTS (SELECT 1 FROM entry_text AS t WHERE t.client_id = entry.client_id
                 AND t.day = entry.day AND t.ordinal = entry.ordinal",
        );
        for word in words {
            self.also("instr(t.search, ?) > 0", Some(fold(word)));
        }
        self.sql.push(')');
    }
}

/// See [`super::PortalStore::entries`].
pub(super) fn page(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    filter: &EntryFilter,
    page: Page,
) -> Outcome<EntryPage> {
    let mut listing = Listing::new(viewer);
    sums::gather(tx, viewer, filter, |piece| listing.take(piece))?;
    let held = listing.held_by(filter, page)?;
    let mut found = EntryPage {
        totals: listing.totals,
        ..EntryPage::default()
    };
    let Some(Held { from, to, skip }) = held else {
        return Ok(found);
    };
    let mut condition = Condition::of(viewer.client_row(), filter);
    condition.days(Some(from), Some(to));
    condition.words(&filter.words);
    found.entries = list(tx, &condition, viewer, Page { skip, ..page })?;
    if let (Some(oldest), Some(newest)) = (found.entries.last(), found.entries.first()) {
        condition.days(Some(oldest.day), Some(newest.day));
        found.days = day_sums(tx, &condition)?;
    }
    Ok(found)
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
        phases: sums::phases(tx, client)?,
        days: edge("min")?.zip(edge("max")?),
    })
}
