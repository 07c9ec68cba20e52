//! Statements that list the entries of a viewer's client. One condition serves the list and the sums, so that sums follow the filter.

use chrono::NaiveDate;
use tokio_postgres::types::ToSql;

use crate::published::Entry;
use crate::values::duration::Seconds;
use crate::values::text::fold;

use super::super::super::viewer::Viewer;
use super::super::column::from_json;
use super::super::sums::{Held, Listing};
use super::super::{EntryFilter, EntryPage, Facets, Page};
use super::tx::{Tx, Value};
use super::{Outcome, sums, text};

/// A condition and its values. The text is put together from fixed pieces; whatever somebody typed is a value.
pub(super) struct Condition<'a> {
    pub(super) sql: String,
    values: Vec<Box<dyn ToSql + Sync + Send + 'a>>,
}

impl<'a> Condition<'a> {
    /// Of one client, by the column that names it.
    pub(super) fn on(column: &str, client: i64) -> Self {
        Self {
            sql: format!("{column} = $1"),
            values: vec![Box::new(client)],
        }
    }

    /// All of a filter but its days and words.
    pub(super) fn of(client: i64, filter: &'a EntryFilter) -> Self {
        let mut condition = Self::on("client_id", client);
        condition.also("project =", filter.project.as_ref().map(|id| id.as_str()));
        condition.also("phase =", filter.phase.as_deref().map(text));
        condition.also("task =", filter.task.as_deref().map(text));
        condition.also("member =", filter.member.as_deref().map(text));
        condition.also("billable =", filter.billable);
        condition
    }

    /// `AND` a comparison with a value, where there is one.
    pub(super) fn also(&mut self, comparison: &str, value: Option<impl ToSql + Sync + Send + 'a>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.sql.push_str(&format!(" AND {comparison} {place}"));
        }
    }

    /// Of entries: from a day to a day.
    pub(super) fn days(&mut self, from: Option<NaiveDate>, to: Option<NaiveDate>) {
        self.also("day >=", from);
        self.also("day <=", to);
    }

    /// Of entries: with all of these words. The text of each entry is looked up by its key. (As an `EXISTS` it would be a join, and the planner, who knows nothing yet
    /// of what a first sync brought, may compare every entry with every text.)
    pub(super) fn words(&mut self, words: &[String]) {
        if words.is_empty() {
            return;
        }
        let words: Vec<String> = words
            .iter()
            .map(|word| text(&fold(word)).into_owned())
            .collect();
        let place = self.place(words);
        self.sql.push_str(&format!(
            " AND (SELECT NOT EXISTS (SELECT 1 FROM unnest({place}::text[]) AS word WHERE strpos(t.search, word) = 0)
                 FROM entry_text AS t WHERE t.client_id = entry.client_id AND t.day = entry.day AND t.ordinal = entry.ordinal)"
        ));
    }

    /// Keeps a value; how the text names it.
    pub(super) fn place(&mut self, value: impl ToSql + Sync + Send + 'a) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }

    /// Runs a statement with the values of the condition.
    pub(super) async fn query(&self, tx: &Tx, sql: &str) -> Outcome<Vec<tokio_postgres::Row>> {
        let values: Vec<Value<'_>> = self
            .values
            .iter()
            .map(|value| &**value as Value<'_>)
            .collect();
        tx.query(sql, &values).await
    }
}

/// See [`super::PortalStore::entries`].
pub(super) async fn page(
    tx: &Tx,
    viewer: &Viewer,
    filter: &EntryFilter,
    page: Page,
) -> Outcome<EntryPage> {
    let mut listing = Listing::new(viewer);
    sums::gather(tx, viewer, filter, |piece| listing.take(piece)).await?;
    let held = listing.held_by(filter, page)?;
    let mut found = EntryPage {
        totals: listing.totals,
        ..EntryPage::default()
    };
    let Some(Held { from, to, skip }) = held else {
        return Ok(found);
    };
    let within = |from: NaiveDate, to: NaiveDate| {
        let mut condition = Condition::of(viewer.client_row(), filter);
        condition.days(Some(from), Some(to));
        condition.words(&filter.words);
        condition
    };
    found.entries = list(tx, within(from, to), viewer, Page { skip, ..page }).await?;
    if let (Some(oldest), Some(newest)) = (found.entries.last(), found.entries.first()) {
        found.days = day_sums(tx, &within(oldest.day, newest.day)).await?;
    }
    Ok(found)
}

async fn list(
    tx: &Tx,
    mut condition: Condition<'_>,
    viewer: &Viewer,
    page: Page,
) -> Outcome<Vec<Entry>> {
    let take = condition.place(i64::from(page.take));
    let skip = condition.place(i64::from(page.skip));
    let sql = format!(
        "SELECT body FROM (SELECT client_id, day, ordinal FROM entry WHERE {} ORDER BY day DESC, ordinal LIMIT {take} OFFSET {skip}) AS shown
         JOIN entry_text USING (client_id, day, ordinal) ORDER BY day DESC, ordinal",
        condition.sql
    );
    let rows = condition.query(tx, &sql).await?;
    let entries = rows.iter().map(|row| {
        let body: &str = row.try_get(0)?;
        let mut entry: Entry = from_json(body.as_bytes())?;
        viewer.narrow_entry(&mut entry);
        Ok(entry)
    });
    entries.collect()
}

async fn day_sums(tx: &Tx, condition: &Condition<'_>) -> Outcome<Vec<(NaiveDate, Seconds)>> {
    let sql = format!(
        "SELECT day, sum(seconds)::bigint FROM entry WHERE {} GROUP BY day ORDER BY day DESC",
        condition.sql
    );
    let rows = condition.query(tx, &sql).await?;
    let days = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, Seconds(row.try_get(1)?))));
    days.collect()
}

/// See [`super::PortalStore::facets`].
pub(super) async fn facets(tx: &Tx, viewer: &Viewer) -> Outcome<Facets> {
    let client = viewer.client_row();
    let rows = tx
        .query(
            "SELECT DISTINCT kind, value FROM facet JOIN chunk ON chunk.id = chunk_id WHERE client_id = $1 ORDER BY kind, value",
            &[&client],
        )
        .await?;
    let mut facets = Facets::default();
    for row in rows {
        let values = match row.try_get(0)? {
            "project" => &mut facets.projects,
            "task" => &mut facets.tasks,
            _ => &mut facets.members,
        };
        values.push(row.try_get(1)?);
    }
    let sql = "SELECT min(day), max(day) FROM entry WHERE client_id = $1";
    let row = tx.one(sql, &[&client]).await?;
    let (first, last): (Option<NaiveDate>, Option<NaiveDate>) = (row.try_get(0)?, row.try_get(1)?);
    facets.days = first.zip(last);
    facets.phases = sums::phases(tx, client).await?;
    Ok(facets)
}
