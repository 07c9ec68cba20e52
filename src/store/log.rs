//! The operation log: reading it, and taking an operation back.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};
use serde_json::{Map, Value as Json};

use crate::domain::key::{ClientKey, OperationKey};

use super::door::Writer;
use super::row::{instant, unsigned};
use super::{Books, Result, StoreError};

/// An operation in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub key: OperationKey,
    pub at: DateTime<Utc>,
    pub who: String,
    pub command: String,
    /// Version of the program that did it.
    pub program: String,
    /// The operation it took back.
    pub undoes: Option<i64>,
    /// The operation that took it back.
    pub undone_by: Option<i64>,
    /// Why it cannot be taken back.
    pub final_reason: Option<String>,
    /// Number of rows it changed.
    pub rows: i64,
}

/// A row that an operation changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedChange {
    pub noun: String,
    pub row: i64,
    pub before: Option<Map<String, Json>>,
    pub after: Option<Map<String, Json>>,
}

/// How a row changed in an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    pub operation: OperationKey,
    pub at: DateTime<Utc>,
    pub who: String,
    /// None: it was made.
    pub before: Option<Map<String, Json>>,
    /// None: it was removed.
    pub after: Option<Map<String, Json>>,
}

impl RowChange {
    /// The value of a column before.
    pub fn was(&self, column: &str) -> Option<&Json> {
        self.before.as_ref()?.get(column)
    }

    /// The value of a column after.
    pub fn is(&self, column: &str) -> Option<&Json> {
        self.after.as_ref()?.get(column)
    }

    /// The instant that a column was given.
    pub fn instant(&self, column: &str) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.is(column)?.as_i64()?, 0)
    }
}

/// An operation that concerns a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    pub operation: OperationKey,
    pub at: DateTime<Utc>,
    pub who: String,
    pub command: String,
    pub taken_back: bool,
    /// What it changed first and last.
    pub nouns: [String; 2],
}

macro_rules! nouns {
    ($($noun:literal: $($column:literal)*;)*) => {
        /// The tables that are logged.
        pub(super) const NOUNS: &[&str] = &[$($noun),*];

        /// The columns of a logged table.
        pub(super) fn columns(noun: &str) -> &'static [&'static str] {
            match noun {
                $($noun => &["id", $($column),*],)*
                _ => &[],
            }
        }
    };
}

nouns! {
    "setting": "key" "value";
    "member": "slug" "name" "email" "role" "archived" "access" "alias";
    "member_client": "member_id" "client_id";
    "client": "slug" "name" "kind" "stage" "stage_before_archive" "email" "phone" "website" "currency" "language" "address"
        "country" "tax_id" "notes" "billable" "external_id";
    "client_tag": "client_id" "tag";
    "client_field": "client_id" "name" "value";
    "talk": "client_id" "contact_id" "contact_name" "kind" "day" "text" "shared";
    "document": "client_id" "kind" "name" "day" "sha256" "size" "shared";
    "notification": "client_id" "event" "value";
    "contact": "client_id" "name" "email" "phone" "position" "is_primary" "roles";
    "user": "client_id" "email" "name" "role" "party" "enabled" "invitation_hash" "invitation_expires" "accepted"
        "last_sign_in" "contact_id" "invitation_by_mail";
    "project": "client_id" "slug" "name" "budget_seconds" "due" "billable" "closed" "budget_money" "budget_per" "budget_counts"
        "thresholds";
    "phase": "project_id" "name" "budget_seconds" "budget_money" "due" "closed";
    "activity": "project_id" "code" "name" "explanation" "archived";
    "task": "project_id" "name" "billable" "done" "doing" "due" "assignee_id" "phase_id" "shared";
    "rate": "client_id" "project_id" "task_id" "member_id" "from_day" "amount";
    "rounding": "client_id" "project_id" "from_day" "mode" "step" "minimum" "scope";
    "cost": "member_id" "from_day" "amount";
    "timer": "member_id" "project_id" "task_id" "started" "note" "billable" "tags" "phase_id" "activity_id" "internal_note" "rate";
    "retainer": "client_id" "kind" "per" "allowance" "fee" "start" "until" "prorate" "carry_cap" "carry_periods" "overage"
        "overage_rate" "week_start";
    "retainer_project": "retainer_id" "project_id";
    "retainer_change": "retainer_id" "from_day" "allowance" "fee" "carry_cap" "carry_periods" "overage" "overage_rate";
    "retainer_close": "retainer_id" "invoice_id" "period_from" "period_to";
    "retainer_draw": "close_id" "entry_id" "amount";
    "estimate": "client_id" "state" "number" "counter" "sequence" "title" "day" "valid_until" "currency" "language" "seller" "buyer"
        "treatment" "tax_note" "discount" "discount_percent" "discount_reason" "surcharge" "surcharge_percent" "surcharge_reason"
        "introduction" "closing" "document_sha256" "sent" "decided" "reason" "project_id";
    "estimate_line": "estimate_id" "position" "phase" "task" "seconds" "description" "quantity" "unit" "unit_price" "adjustment"
        "adjustment_percent" "adjustment_reason" "net" "tax_category" "tax_rate" "taxes";
    "invoice": "client_id" "kind" "state" "number" "counter" "sequence" "corrects" "issue_date" "due_date" "period_from"
        "period_to" "currency" "language" "seller" "buyer" "payment_terms" "discount" "total" "document_sha256" "document_face" "sent" "viewed"
        "discount_percent" "discount_reason" "surcharge" "surcharge_percent" "surcharge_reason" "tax_note" "deducted_by"
        "tax_rounding" "backdated" "purchase_order" "project_reference" "introduction" "closing";
    "invoice_line": "invoice_id" "position" "source" "project_id" "task_id" "seconds" "period_from" "period_to"
        "description" "quantity" "unit" "unit_price" "net" "tax_category" "tax_rate" "retainer_id" "expense_id" "deposit_id"
        "adjustment" "adjustment_percent" "adjustment_reason" "taxes" "credits";
    "tax_rate": "country" "name" "percent" "from_day";
    "client_tax": "client_id" "treatment" "note";
    "payment": "invoice_id" "day" "amount" "method" "reference";
    "credit_use": "invoice_id" "to_invoice_id" "day" "amount" "method";
    "write_off": "invoice_id" "day" "amount" "reason";
    "client_text": "client_id" "key" "value";
    "entry": "project_id" "task_id" "member_id" "day" "started" "ended" "seconds" "billable" "note" "internal_note" "rate"
        "tags" "invoice_id" "source" "source_key" "phase_id" "activity_id" "approval" "approval_note";
    "imported_key": "entry_id" "source" "source_key";
    "expense": "project_id" "member_id" "day" "amount" "category" "tax_rate" "markup" "quantity" "unit" "unit_price" "billable"
        "note" "internal_note" "receipt_sha256" "receipt_name" "invoice_id";
    "billed": "line_id" "entry_id" "seconds" "live" "worked";
    "visibility": "client_id" "key" "value";
    "schedule": "client_id" "unit" "every" "wanted" "start" "until" "times" "work" "group_by" "draft" "terms_days" "paused";
    "schedule_item": "schedule_id" "description" "quantity" "unit" "unit_price" "adjustment" "tax_category" "tax_rate";
    "schedule_skip": "schedule_id" "day";
    "job": "kind" "subject" "period" "day" "outcome" "client_id" "invoice_id" "taken_back_told";
    "mail": "client_id" "invoice_id" "kind" "level" "message_id" "sender" "sender_name" "recipients" "subject" "body" "state"
        "queued" "sent" "estimate_id" "html" "unsubscribe" "portal";
    "mail_attachment": "mail_id" "name" "media" "sha256";
    "mail_template": "occasion" "language" "text";
    "client_reminder": "client_id" "days";
    "notice": "client_id" "event" "occasion" "side" "recipient" "day" "mail_id";
    "notice_choice": "client_id" "email" "muted" "own";
    "approval_request": "client_id" "kind" "project_id" "by_seconds" "by_money" "was_seconds" "was_money" "from_day" "to_day" "note"
        "asked" "state" "decided" "decided_by" "decided_note" "shown" "outcome" "covered" "taken_back";
    "approval_entry": "client_id" "request_id" "entry" "facts" "seconds" "answered";
    "thread": "client_id" "public_id" "about" "subject" "asked" "done" "request_id";
    "message": "client_id" "thread_id" "public_id" "user_id" "user_name" "member_id" "at" "text";
}

/// A row as the log keeps it.
fn logged(text: Option<String>) -> Result<Option<Map<String, Json>>> {
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|e| StoreError::Corrupt(format!("the log does not read: {e}")))
}

const SELECT: &str = "SELECT id, at, who, command, program, undoes, undone_by, final, \
    (SELECT count(*) FROM change WHERE operation_id = operation.id) FROM operation";

fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    Ok(Recorded {
        key: OperationKey(row.get(0)?),
        at: instant(row.get(1)?)?,
        who: row.get(2)?,
        command: row.get(3)?,
        program: row.get(4)?,
        undoes: row.get(5)?,
        undone_by: row.get(6)?,
        final_reason: row.get(7)?,
        rows: row.get(8)?,
    })
}

impl Books<'_> {
    /// The latest operations, newest first; of one client, if one is named.
    pub fn operations(&self, client: Option<ClientKey>, most: u32) -> Result<Vec<Recorded>> {
        let filter = match client {
            Some(_) => "WHERE id IN (SELECT operation_id FROM touched WHERE client_id = ?1)",
            None => "WHERE ?1 IS NULL",
        };
        let sql = format!("{SELECT} {filter} ORDER BY id DESC LIMIT ?2");
        let mut statement = self.conn.prepare(&sql)?;
        let rows = statement.query_map((client.map(|c| c.0), most), recorded)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One operation.
    pub fn operation_by_key(&self, key: OperationKey) -> Result<Option<Recorded>> {
        Ok(self
            .conn
            .query_row(&format!("{SELECT} WHERE id = ?"), [key.0], recorded)
            .optional()?)
    }

    /// The latest operation that stands: not taken back, not itself a taking back, and not of `others`.
    pub fn latest_standing_operation(&self, others: &str) -> Result<Option<Recorded>> {
        let sql = format!(
            "{SELECT} WHERE undone_by IS NULL AND undoes IS NULL AND who <> ? ORDER BY id DESC LIMIT 1"
        );
        Ok(self.conn.query_row(&sql, [others], recorded).optional()?)
    }

    /// The key of the latest operation that concerns a client or everybody; 0 if there is none.
    pub fn latest_touch(&self, client: ClientKey) -> Result<i64> {
        Ok(self
            .conn
            .prepare_cached(
                // Two looks at the ends of an index; over both at once SQLite would read all of it.
                "SELECT max((SELECT coalesce(max(operation_id), 0) FROM touched WHERE client_id = 0), \
                 (SELECT coalesce(max(operation_id), 0) FROM touched WHERE client_id = ?))",
            )?
            .query_row([client.0], |row| row.get(0))?)
    }

    /// How many operations after one concern a client.
    pub fn touches_since(&self, client: ClientKey, operation: i64) -> Result<u64> {
        let count = self
            .conn
            .prepare_cached(
                "SELECT count(DISTINCT operation_id) FROM touched WHERE client_id IN (0, ?) AND operation_id > ?",
            )?
            .query_row([client.0, operation], |row| row.get(0))?;
        Ok(unsigned(count)?)
    }

    /// The number of the latest operation of all; 0 where there is none.
    pub fn latest_operation(&self) -> Result<i64> {
        Ok(self
            .conn
            .query_row("SELECT coalesce(max(id), 0) FROM operation", [], |row| {
                row.get(0)
            })?)
    }

    /// The operations that concern a client, oldest first.
    pub fn touches(&self, client: ClientKey) -> Result<Vec<Touch>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT operation.id, at, who, command, undone_by IS NOT NULL, \
             (SELECT noun FROM change WHERE operation_id = operation.id ORDER BY id LIMIT 1), \
             (SELECT noun FROM change WHERE operation_id = operation.id ORDER BY id DESC LIMIT 1) \
             FROM touched JOIN operation ON operation.id = operation_id WHERE client_id = ? ORDER BY operation.id",
        )?;
        let rows = statement.query_map([client.0], |row| {
            Ok(Touch {
                operation: OperationKey(row.get(0)?),
                at: instant(row.get(1)?)?,
                who: row.get(2)?,
                command: row.get(3)?,
                taken_back: row.get(4)?,
                nouns: [
                    row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                    row.get::<_, Option<String>>(6)?.unwrap_or_default(),
                ],
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The clients that an operation concerns.
    pub fn touched(&self, operation: OperationKey) -> Result<Vec<ClientKey>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT client_id FROM touched WHERE operation_id = ? AND client_id <> 0 ORDER BY client_id",
        )?;
        let rows = statement.query_map([operation.0], |row| Ok(ClientKey(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How a row came to be as it is, oldest change first.
    pub fn row_changes(&self, noun: &str, row: i64) -> Result<Vec<RowChange>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT operation.id, at, who, before, after FROM change JOIN operation ON operation.id = operation_id \
             WHERE noun = ? AND row_id = ? ORDER BY change.id",
        )?;
        let mut rows = statement.query((noun, row))?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            changes.push(RowChange {
                operation: OperationKey(row.get(0)?),
                at: instant(row.get(1)?)?,
                who: row.get(2)?,
                before: logged(row.get(3)?)?,
                after: logged(row.get(4)?)?,
            });
        }
        Ok(changes)
    }

    /// The rows an operation changed, in the order in which it did.
    pub fn changes(&self, key: OperationKey) -> Result<Vec<RecordedChange>> {
        let mut statement = self.conn.prepare(
            "SELECT noun, row_id, before, after FROM change WHERE operation_id = ? ORDER BY id",
        )?;
        let mut rows = statement.query([key.0])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            changes.push(RecordedChange {
                noun: row.get(0)?,
                row: row.get(1)?,
                before: logged(row.get(2)?)?,
                after: logged(row.get(3)?)?,
            });
        }
        Ok(changes)
    }
}

impl Writer<'_> {
    /// Takes an operation back, row by row from its end. Refused if a later operation that stands changed one of its rows: that one
    /// has to be taken back first.
    pub fn undo(&mut self, operation: &Recorded) -> Result<OperationKey> {
        self.conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        let changes = self.changes(operation.key)?;
        // All of it before anything is put back: what this undo writes is later, too.
        for RecordedChange { noun, row, .. } in &changes {
            if let Some(later) = self.later(noun, *row, operation)? {
                return Err(StoreError::NotUndoable(format!(
                    "operation {later} changed the same {noun} later"
                )));
            }
        }
        for change in changes.iter().rev() {
            let noun = NOUNS
                .iter()
                .find(|noun| **noun == change.noun)
                .copied()
                .ok_or_else(|| {
                    StoreError::NotUndoable("it was written by another version".into())
                })?;
            let current = self.row(noun, change.row)?;
            let stands = match (&current, &change.after) {
                (Some(row), Some(after)) => after
                    .iter()
                    .all(|(name, value)| row.get(name) == Some(value)),
                (None, None) => true,
                _ => false,
            };
            if !stands {
                return Err(StoreError::NotUndoable(format!(
                    "the {noun} it changed is not as it left it"
                )));
            }
            self.put_back(noun, change.row, change.before.as_ref(), current.is_some())?;
        }
        if let Some(first) = operation.undoes {
            // An undo that is undone: what it took back stands again.
            self.conn.execute(
                "UPDATE operation SET undone_by = NULL WHERE id = ?",
                [first],
            )?;
        }
        self.undoes(operation.key.0).map(OperationKey)
    }

    /// The latest later operation that changed a row and stands: one that was taken back and its undo cancel each other out.
    fn later(&self, noun: &str, row: i64, operation: &Recorded) -> Result<Option<i64>> {
        let later: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT max(operation_id) FROM change JOIN operation ON operation.id = operation_id WHERE noun = ? \
                 AND row_id = ? AND operation_id > ? AND undone_by IS NULL AND undoes IS NULL",
            )?
            .query_row((noun, row, operation.key.0), |row| row.get(0))?;
        Ok(later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn the_log_knows_every_column_of_every_table() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("books.db")).unwrap();
        for noun in NOUNS {
            let statement = store
                .conn
                .prepare(&format!("SELECT * FROM {noun}"))
                .unwrap();
            let names: Vec<_> = statement.column_names().collect();
            assert_eq!(names, columns(noun), "{noun}");
        }
    }
}
