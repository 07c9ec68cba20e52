//! Statements that list the entries of a viewer's client. One condition serves the list and the sums, so that sums follow the filter.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Rows, Transaction, params, params_from_iter};

use crate::published::{ChunkKey, Entry};
use crate::values::duration::Seconds;
use crate::values::period::YearMonth;
use crate::values::text::fold;

use super::super::super::viewer::Viewer;
use super::super::column::from_json;
use super::super::sums::{Held, Listing, Piece};
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
        for word in words {
            self.also("instr(search, ?) > 0", Some(fold(word)));
        }
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
        "SELECT day, start, length FROM entry WHERE {} ORDER BY day DESC, ordinal LIMIT ? OFFSET ?",
        condition.sql
    ))?;
    let bounds = [page.take, page.skip].map(|rows| Value::Integer(rows.into()));
    let values = condition.values.iter().chain(&bounds);
    let rows = statement.query(params_from_iter(values))?;
    let mut entries = said(tx, viewer.client_row(), &places(rows)?)?;
    for entry in &mut entries {
        viewer.narrow_entry(entry);
    }
    Ok(entries)
}

/// The entries of one day.
pub(super) fn of_day(tx: &Transaction<'_>, client: i64, day: NaiveDate) -> Outcome<Vec<Entry>> {
    let mut statement = tx.prepare_cached(
        "SELECT day, start, length FROM entry WHERE client_id = ? AND day = ? ORDER BY ordinal",
    )?;
    let rows = statement.query(params![client, day.to_string()])?;
    said(tx, client, &places(rows)?)
}

/// Where an entry is said: the month whose part it came with, and the bytes of it.
struct Place {
    month: YearMonth,
    bytes: Range<usize>,
}

/// Of rows of day, start and length.
fn places(mut rows: Rows<'_>) -> Outcome<Vec<Place>> {
    let mut places = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let [start, length] = [row.get(1)?, row.get(2)?].map(|at: u32| at as usize);
        places.push(Place {
            month: YearMonth::of(day(text)?),
            bytes: start..start.saturating_add(length),
        });
    }
    Ok(places)
}

/// What entries say; the part of a month is read once for those of it that stand together.
fn said(tx: &Transaction<'_>, client: i64, places: &[Place]) -> Outcome<Vec<Entry>> {
    let mut parts = tx.prepare_cached("SELECT body FROM chunk WHERE client_id = ? AND key = ?")?;
    let mut entries = Vec::with_capacity(places.len());
    for together in places.chunk_by(|one, next| one.month == next.month) {
        let Some(Place { month, .. }) = together.first() else {
            continue;
        };
        let mut rows = parts.query(params![client, ChunkKey::Month(*month).to_string()])?;
        let missing = || StoreError::Unreadable(format!("the month {month}"));
        let row = rows.next()?.ok_or_else(missing)?;
        let body = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        for place in together {
            let bytes = body.get(place.bytes.clone()).ok_or_else(missing)?;
            entries.push(from_json(bytes)?);
        }
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
    let mut all = Choices::default();
    let mut statement = tx.prepare_cached("SELECT body FROM facet WHERE client_id = ?")?;
    let mut rows = statement.query([client])?;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let month: Choices = from_json(body.as_bytes())?;
        for (all, of_month) in all.iter_mut().zip(month) {
            all.extend(of_month);
        }
    }
    let edge = |order: &str| -> Outcome<Option<NaiveDate>> {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT {order}(day) FROM entry WHERE client_id = ?"
        ))?;
        let found: Option<String> = statement.query_row([client], |row| row.get(0))?;
        found.as_deref().map(day).transpose()
    };
    let [projects, phases, tasks, members] =
        all.map(|choices| choices.into_iter().collect::<Vec<_>>());
    Ok(Facets {
        projects,
        tasks,
        members,
        phases,
        days: edge("min")?.zip(edge("max")?),
    })
}

/// Projects, phases, tasks and members, each once and in order.
type Choices = [BTreeSet<String>; 4];

/// Writes what a month that is committed can be filtered by.
pub(super) fn write_choices(
    tx: &Transaction<'_>,
    client: i64,
    month: YearMonth,
    pieces: &[Piece],
) -> Outcome<()> {
    if pieces.is_empty() {
        return Ok(());
    }
    let of = |value: fn(&Piece) -> Option<&str>| -> BTreeSet<&str> {
        pieces.iter().filter_map(value).collect()
    };
    let choices: [BTreeSet<&str>; 4] = [
        of(|piece| Some(&piece.project)),
        of(|piece| piece.phase.as_deref()),
        of(|piece| piece.task.as_deref()),
        of(|piece| Some(&piece.member)),
    ];
    let body = serde_json::to_string(&choices)
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    tx.prepare_cached("INSERT INTO facet (client_id, month, body) VALUES (?, ?, ?)")?
        .execute(params![client, month.to_string(), body])?;
    Ok(())
}
