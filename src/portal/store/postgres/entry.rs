//! Statements that list and sum the entries of a viewer's client. One condition serves the list and the sums, so that sums
//! follow the filter.

use std::borrow::Cow;

use chrono::NaiveDate;
use tokio_postgres::types::ToSql;

use crate::published::Entry;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::text::fold;

use super::super::super::viewer::Viewer;
use super::super::column::from_json;
use super::super::{EntryFilter, EntryPage, Facets, Page, StoreError, Totals};
use super::tx::{Tx, Value};
use super::{Outcome, text};

/// A condition and its values. The text is put together from fixed pieces; whatever somebody typed is a value.
struct Condition<'a> {
    sql: String,
    values: Vec<Box<dyn ToSql + Sync + Send + 'a>>,
}

impl<'a> Condition<'a> {
    fn new(client: i64, filter: &'a EntryFilter) -> Self {
        let mut condition = Self {
            sql: "client_id = $1".to_owned(),
            values: vec![Box::new(client)],
        };
        condition.also("day >=", filter.from);
        condition.also("day <=", filter.to);
        condition.also("project =", filter.project.as_ref().map(|id| id.as_str()));
        condition.also("task =", filter.task.as_deref().map(text));
        condition.also("member =", filter.member.as_deref().map(text));
        condition.also("billable =", filter.billable);
        if !filter.words.is_empty() {
            condition.words(&filter.words);
        }
        condition
    }

    /// `AND` a comparison with a value, where there is one.
    fn also(&mut self, comparison: &str, value: Option<impl ToSql + Sync + Send + 'a>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.sql.push_str(&format!(" AND {comparison} {place}"));
        }
    }

    /// The text of each entry is looked up by its key. (As an `EXISTS` it would be a join, and the planner, who knows nothing yet
    /// of what a first sync brought, may compare every entry with every text.)
    fn words(&mut self, words: &[String]) {
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
    fn place(&mut self, value: impl ToSql + Sync + Send + 'a) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }

    /// Runs a statement with the values of the condition.
    async fn query(&self, tx: &Tx, sql: &str) -> Outcome<Vec<tokio_postgres::Row>> {
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
    let client = viewer.client_row();
    let entries = list(tx, Condition::new(client, filter), viewer, page).await?;
    let condition = Condition::new(client, filter);
    let totals = totals(tx, &condition, viewer).await?;
    let days = match (entries.last(), entries.first()) {
        (Some(oldest), Some(newest)) => {
            let mut within = condition;
            within.also("day >=", Some(oldest.day));
            within.also("day <=", Some(newest.day));
            day_sums(tx, &within).await?
        }
        _ => Vec::new(),
    };
    Ok(EntryPage {
        totals,
        entries,
        days,
    })
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

async fn totals(tx: &Tx, condition: &Condition<'_>, viewer: &Viewer) -> Outcome<Totals> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(seconds), 0)::bigint, coalesce(sum(seconds) FILTER (WHERE billable), 0)::bigint
         FROM entry WHERE {}",
        condition.sql
    );
    let rows = condition.query(tx, &sql).await?;
    let mut totals = Totals::default();
    if let Some(row) = rows.first() {
        totals.entries = row.try_get::<_, i64>(0)?.unsigned_abs();
        totals.seconds = Seconds(row.try_get(1)?);
        totals.billable = Seconds(row.try_get(2)?);
    }
    if viewer.shows_amounts() {
        totals.amounts = amounts(tx, condition).await?;
    }
    Ok(totals)
}

/// Money is added up here and not in SQL.
async fn amounts(tx: &Tx, condition: &Condition<'_>) -> Outcome<Vec<Money>> {
    let unreadable =
        |error: crate::values::money::MoneyError| StoreError::Unreadable(error.to_string());
    let sql = format!(
        "SELECT minor, currency FROM entry WHERE {} AND minor IS NOT NULL",
        condition.sql
    );
    let mut sums: Vec<Money> = Vec::new();
    for row in condition.query(tx, &sql).await? {
        let (minor, code): (i64, Cow<'_, str>) = (row.try_get(0)?, Cow::Borrowed(row.try_get(1)?));
        match sums.iter_mut().find(|sum| sum.currency().code() == code) {
            Some(sum) => {
                let more = Money::from_minor(minor, sum.currency());
                *sum = sum.checked_add(more).map_err(unreadable)?;
            }
            None => {
                let currency = Currency::parse(&code).map_err(unreadable)?;
                sums.push(Money::from_minor(minor, currency));
            }
        }
    }
    Ok(sums)
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
    Ok(facets)
}
