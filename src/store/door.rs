//! The door through which every change of the books goes: it writes a row and its record in one step.
//!
//! Only this file has SQL that changes the books. That no write goes past it is also held at run time: SQLite counts the rows
//! that changed, and a transaction in which that count differs from the record is taken back.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use rusqlite::hooks::Action;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use serde_json::{Map, Value as Json};

use super::{Books, Result, StoreError};

/// Who does what, for the log.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Login name of the person.
    pub who: String,
    /// The command as it was typed.
    pub command: String,
    pub at: DateTime<Utc>,
}

/// Tables that are the log itself or state of this machine.
const UNLOGGED: [&str; 13] = [
    "operation",
    "change",
    "touched",
    "file",
    "pushed",
    "withdrawn",
    "mail_try",
    "portal_event",
    "approval_due",
    "thread_read",
    "identity",
    "sqlite_sequence",
    "refinery_schema_history",
];

/// Counts the rows of the books that SQLite changes.
#[derive(Debug)]
pub(super) struct WriteCounter(Arc<AtomicU64>);

impl WriteCounter {
    pub(super) fn watch(conn: &mut Connection) -> Result<Self> {
        let count = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&count);
        conn.update_hook(Some(move |_: Action, _: &str, table: &str, _: i64| {
            if !UNLOGGED.contains(&table) {
                seen.fetch_add(1, Ordering::Relaxed);
            }
        }))?;
        Ok(Self(count))
    }

    pub(super) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Values of columns, by name.
pub(super) type Columns<'a> = &'a [(&'static str, Value)];

/// A write transaction. It reads like [`Books`]; its writes are the functions of the nouns.
#[derive(Debug)]
pub struct Writer<'c> {
    books: Books<'c>,
    operation: &'c Operation,
    id: Option<i64>,
    recorded: u64,
    touched: BTreeSet<i64>,
}

impl<'c> Deref for Writer<'c> {
    type Target = Books<'c>;

    fn deref(&self) -> &Books<'c> {
        &self.books
    }
}

impl<'c> Writer<'c> {
    pub(super) fn new(conn: &'c Connection, operation: &'c Operation) -> Self {
        Self {
            books: Books { conn },
            operation,
            id: None,
            recorded: 0,
            touched: BTreeSet::new(),
        }
    }

    pub(super) fn recorded(&self) -> u64 {
        self.recorded
    }

    /// The operation in the log. It is made with the first change, so that a command that changes nothing leaves no record.
    pub(super) fn operation(&mut self) -> Result<i64> {
        if let Some(id) = self.id {
            return Ok(id);
        }
        self.conn
            .prepare_cached(
                "INSERT INTO operation (at, who, command, program) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![
                self.operation.at.timestamp(),
                self.operation.who,
                self.operation.command,
                env!("CARGO_PKG_VERSION"),
            ])?;
        let id = self.conn.last_insert_rowid();
        self.id = Some(id);
        Ok(id)
    }

    /// Says that this operation cannot be undone, and what to do instead.
    pub fn cannot_be_undone(&mut self, reason: &str) -> Result<()> {
        let id = self.operation()?;
        self.conn
            .prepare_cached("UPDATE operation SET final = ? WHERE id = ?")?
            .execute(params![reason, id])?;
        Ok(())
    }

    pub(super) fn undoes(&mut self, undone: i64) -> Result<i64> {
        let id = self.operation()?;
        self.conn
            .execute("UPDATE operation SET undoes = ? WHERE id = ?", [undone, id])?;
        self.conn.execute(
            "UPDATE operation SET undone_by = ? WHERE id = ?",
            [id, undone],
        )?;
        Ok(id)
    }

    /// Inserts a row and gives its key.
    pub(super) fn insert(&mut self, noun: &'static str, columns: Columns<'_>) -> Result<i64> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {noun} ({}) VALUES ({marks})", names.join(", "));
        self.conn
            .prepare_cached(&sql)?
            .execute(rusqlite::params_from_iter(
                columns.iter().map(|(_, value)| value),
            ))?;
        let id = self.conn.last_insert_rowid();
        self.record(noun, id, None, Some(json_of(columns)))?;
        Ok(id)
    }

    /// Changes columns of a row. Columns that have the value already are left out; if all have it, nothing happens.
    pub(super) fn update(
        &mut self,
        noun: &'static str,
        id: i64,
        columns: Columns<'_>,
    ) -> Result<bool> {
        let current = self.row(noun, id)?.ok_or_else(|| missing(noun, id))?;
        let mut wanted = json_of(columns);
        wanted.retain(|name, value| current.get(name) != Some(value));
        if wanted.is_empty() {
            return Ok(false);
        }
        let changed: Vec<_> = columns
            .iter()
            .filter(|(name, _)| wanted.contains_key(*name))
            .collect();
        let sets: Vec<String> = changed
            .iter()
            .map(|(name, _)| format!("{name} = ?"))
            .collect();
        let sql = format!("UPDATE {noun} SET {} WHERE id = ?", sets.join(", "));
        let key = Value::Integer(id);
        self.conn
            .prepare_cached(&sql)?
            .execute(rusqlite::params_from_iter(
                changed
                    .iter()
                    .map(|(_, value)| value)
                    .chain(std::iter::once(&key)),
            ))?;
        let mut before = current;
        // Whom the row concerned before is part of the record even where it did not change.
        self.touch(noun, id, &before)?;
        before.retain(|name, _| wanted.contains_key(name));
        self.record(noun, id, Some(before), Some(wanted))?;
        Ok(true)
    }

    /// Removes a row.
    pub(super) fn delete(&mut self, noun: &'static str, id: i64) -> Result<()> {
        let before = self.row(noun, id)?.ok_or_else(|| missing(noun, id))?;
        // Asked while the row is still there to ask.
        self.touch(noun, id, &before)?;
        self.conn
            .prepare_cached(&format!("DELETE FROM {noun} WHERE id = ?"))?
            .execute([id])?;
        self.record(noun, id, Some(before), None)
    }

    /// Puts a row in the state of a record: for undo.
    pub(super) fn put_back(
        &mut self,
        noun: &'static str,
        id: i64,
        before: Option<&Map<String, Json>>,
        exists: bool,
    ) -> Result<()> {
        let Some(before) = before else {
            return self.delete(noun, id);
        };
        let mut columns = Vec::with_capacity(before.len());
        for (name, value) in before {
            columns.push((column_name(noun, name)?, value_of(value)?));
        }
        if exists {
            self.update(noun, id, &columns).map(drop)
        } else {
            self.insert(noun, &columns).map(drop)
        }
    }

    /// A row as the log keeps it.
    pub(super) fn row(&self, noun: &str, id: i64) -> Result<Option<Map<String, Json>>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("SELECT * FROM {noun} WHERE id = ?"))?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let mut map = Map::with_capacity(names.len());
        for (index, name) in names.into_iter().enumerate() {
            map.insert(name, json_value(&row.get(index)?));
        }
        Ok(Some(map))
    }

    /// Keys of the rows of a noun that meet a condition on a key.
    pub(super) fn rows_of(&self, noun: &str, condition: &str, key: i64) -> Result<Vec<i64>> {
        let sql = format!("SELECT id FROM {noun} WHERE {condition} ORDER BY id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([key], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn record(
        &mut self,
        noun: &'static str,
        id: i64,
        before: Option<Map<String, Json>>,
        after: Option<Map<String, Json>>,
    ) -> Result<()> {
        let operation = self.operation()?;
        if let Some(after) = &after {
            self.touch(noun, id, after)?;
        }
        let text = |row: Option<Map<String, Json>>| row.map(|row| Json::Object(row).to_string());
        self.conn
            .prepare_cached(
                "INSERT INTO change (operation_id, noun, row_id, before, after) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![operation, noun, id, text(before), text(after)])?;
        self.recorded += 1;
        Ok(())
    }

    /// Marks the client whom a row concerns.
    fn touch(&mut self, noun: &str, id: i64, row: &Map<String, Json>) -> Result<()> {
        let Some(client) = self.concerned(noun, id, row)? else {
            return Ok(());
        };
        if self.touched.insert(client) {
            let operation = self.operation()?;
            self.conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO touched (client_id, operation_id) VALUES (?, ?)",
                )?
                .execute([client, operation])?;
        }
        Ok(())
    }

    /// The client whom a row concerns; 0 for everybody, none where the part of the row at hand does not tell.
    fn concerned(&self, noun: &str, id: i64, row: &Map<String, Json>) -> Result<Option<i64>> {
        if noun == "client" {
            return Ok(Some(id));
        }
        // What somebody was told changes nothing that a client sees: the next sync need not look.
        let is_notice = noun == "notice"
            || (noun == "mail" && row.get("kind").and_then(Json::as_str) == Some("notice"));
        if is_notice {
            return Ok(None);
        }
        let key = |name: &str| row.get(name).and_then(Json::as_i64);
        let ask = |sql: &str, id: i64| -> Result<Option<i64>> {
            use rusqlite::OptionalExtension;
            Ok(self
                .conn
                .prepare_cached(sql)?
                .query_row([id], |row| row.get(0))
                .optional()?)
        };
        if let Some(client) = key("client_id") {
            return Ok(Some(client));
        }
        if let Some(project) = key("project_id") {
            return ask("SELECT client_id FROM project WHERE id = ?", project);
        }
        if let Some(invoice) = key("invoice_id").filter(|_| noun != "entry") {
            return ask("SELECT client_id FROM invoice WHERE id = ?", invoice);
        }
        if let Some(retainer) = key("retainer_id") {
            return ask("SELECT client_id FROM retainer WHERE id = ?", retainer);
        }
        if let Some(line) = key("line_id") {
            return ask(
                "SELECT client_id FROM invoice WHERE id = (SELECT invoice_id FROM invoice_line WHERE id = ?)",
                line,
            );
        }
        if let Some(estimate) = key("estimate_id") {
            return ask("SELECT client_id FROM estimate WHERE id = ?", estimate);
        }
        let for_everybody = matches!(noun, "setting" | "member" | "tax_rate")
            || (row.contains_key("client_id")
                && matches!(noun, "rate" | "rounding" | "visibility" | "notification"));
        Ok(for_everybody.then_some(0))
    }
}

/// Names of columns come from the log as text; only those that the table has are taken.
fn column_name(noun: &str, name: &str) -> Result<&'static str> {
    super::log::columns(noun)
        .iter()
        .find(|known| **known == name)
        .copied()
        .ok_or_else(|| {
            StoreError::NotUndoable(format!("it was written by another version ({name})"))
        })
}

fn missing(noun: &str, id: i64) -> StoreError {
    StoreError::Corrupt(format!("{noun} {id} is not there"))
}

fn json_of(columns: Columns<'_>) -> Map<String, Json> {
    columns
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json_value(value)))
        .collect()
}

fn json_value(value: &Value) -> Json {
    match value {
        Value::Null | Value::Blob(_) => Json::Null,
        Value::Integer(number) => Json::from(*number),
        Value::Real(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
    }
}

fn value_of(value: &Json) -> Result<Value> {
    match value {
        Json::Null => Ok(Value::Null),
        Json::String(text) => Ok(Value::Text(text.clone())),
        Json::Number(number) => number
            .as_i64()
            .map(Value::Integer)
            .ok_or_else(|| StoreError::Corrupt("the log has a number that is none".into())),
        _ => Err(StoreError::Corrupt(
            "the log has a value that is none".into(),
        )),
    }
}
