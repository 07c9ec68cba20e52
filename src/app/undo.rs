//! Taking operations back, and their history.

use chrono_tz::Tz;

use crate::domain::client::Client;
use crate::domain::key::{ClientKey, EntryKey, OperationKey};
use crate::domain::{Refusal, invariant};
use crate::store::{Books, Recorded, RecordedChange, RowChange, StoreError};
use crate::values::id::EntryRef;

use super::{Error, Result, Session, approval_request, find};

/// Takes an operation back: the named one, or the latest that stands.
pub fn undo(session: &mut Session, operation: Option<i64>) -> Result<Recorded> {
    let mut taken = operation.unwrap_or_default();
    let zone = session.business.zone;
    let done = session.write(|books| {
        let found = match operation {
            Some(key) => books.operation_by_key(OperationKey(key))?,
            None => books.latest_standing_operation(super::PORTAL)?,
        };
        let Some(recorded) = found else {
            return Err(match operation {
                Some(key) => Error::NotFound {
                    noun: "operation",
                    wanted: key.to_string(),
                    near: Vec::new(),
                },
                None => Refusal::NothingToUndo.into(),
            });
        };
        taken = recorded.key.0;
        if let Some(by) = recorded.undone_by {
            return Err(refused(
                taken,
                format!("operation {by} took it back already"),
            ));
        }
        if let Some(reason) = &recorded.final_reason {
            return Err(refused(taken, reason.clone()));
        }
        let clients = books.touched(recorded.key)?;
        let before = broken(books, &clients)?;
        locked_days_stay(books, taken, zone)?;
        what_was_drawn_stays(books, taken)?;
        what_was_billed_stays_agreed(books, taken, &clients)?;
        books.undo(&recorded)?;
        approval_request::taken_back(books, recorded.key)?;
        // Later operations may have built on what it did without touching its rows.
        let mut after = broken(books, &clients)?.into_iter();
        if let Some(reason) = after.find(|reason| !before.contains(reason)) {
            return Err(refused(taken, format!("then {reason}")));
        }
        for client in books_of(books, &clients)? {
            let tax_id = client.details.tax_id.as_ref();
            super::client::is_free(books, Some(client.key), &client.slug, tax_id)
                .map_err(|error| refused(taken, format!("then {error}")))?;
        }
        Ok(recorded)
    });
    // References are looked at when the transaction ends.
    done.map_err(|error| match error {
        Error::Store(StoreError::NotUndoable(reason)) => refused(taken, reason),
        Error::Store(StoreError::Referenced) => refused(
            taken,
            "something that came later needs what it made".to_owned(),
        ),
        Error::Store(StoreError::Duplicate) => refused(
            taken,
            "something that came later has a name that it would bring back".to_owned(),
        ),
        other => other,
    })
}

/// The clients that are there.
fn books_of(books: &Books<'_>, clients: &[ClientKey]) -> Result<Vec<Client>> {
    let found = clients.iter().map(|key| books.client_by_key(*key));
    let found: Vec<Option<Client>> = found.collect::<std::result::Result<_, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// What does not agree around these clients and in the team, in words.
fn broken(books: &Books<'_>, clients: &[ClientKey]) -> Result<Vec<String>> {
    let timers = books.timers(None)?;
    let mut broken = invariant::of_team(&books.members()?, &timers);
    for client in books_of(books, clients)? {
        for account in books.accounts(Some(client.key))? {
            broken.extend(account.broken());
        }
        broken.extend(books.fees_twice(Some(client.key))?);
        broken.extend(invariant::of_client(&books.surroundings(client)?, &timers));
    }
    Ok(broken)
}

/// Billing and approving are no change of an entry.
fn is_about_it(column: &str) -> bool {
    matches!(column, "invoice_id" | "approval" | "approval_note")
}

/// Taking a change of an entry or an expense back changes it, which a locked day does not let happen. Billing and approving are no
/// change of it.
fn locked_days_stay(books: &Books<'_>, operation: i64, zone: Tz) -> Result<()> {
    let guards = super::business(books, zone)?.guards;
    if guards.locked_before.is_none() {
        return Ok(());
    }
    let changes = books.changes(OperationKey(operation))?;
    let dated = |noun: &str| matches!(noun, "entry" | "expense");
    for change in changes.iter().filter(|change| dated(&change.noun)) {
        let sides = [&change.before, &change.after];
        let changed = sides.iter().copied().flatten().flat_map(|row| row.keys());
        if changed.clone().all(|column| is_about_it(column)) {
            continue;
        }
        let there = match change.noun.as_str() {
            "entry" => books
                .entry(EntryRef::Id(change.row))?
                .map(|entry| entry.work.day),
            _ => books
                .expense(EntryRef::Id(change.row))?
                .map(|listed| listed.expense.spent.day),
        };
        let days = sides
            .iter()
            .copied()
            .flatten()
            .filter_map(|row| row.get("day")?.as_str()?.parse().ok());
        for day in days.chain(there) {
            guards.unlocked(day)?;
        }
    }
    Ok(())
}

/// What a closed period of a retainer drew of an entry does not change, so neither does the entry.
fn what_was_drawn_stays(books: &Books<'_>, operation: i64) -> Result<()> {
    for change in books.changes(OperationKey(operation))? {
        if let ("retainer_draw", Some(drawn)) = (change.noun.as_str(), &change.before) {
            let entry = drawn.get("entry_id").and_then(serde_json::Value::as_i64);
            let entry = entry.unwrap_or_default();
            let since = books.row_changes("entry", entry)?.into_iter();
            let mut since = since.filter(|of| of.operation.0 > operation);
            if since.any(|of| is_another(&of)) {
                return Err(refused(
                    operation,
                    format!("entry {entry} was changed since, and would not be what was drawn"),
                ));
            }
        }
        let sides = [&change.before, &change.after];
        let mut changed = sides.iter().copied().flatten().flat_map(|row| row.keys());
        if change.noun != "entry" || changed.all(|column| is_about_it(column)) {
            continue;
        }
        let entry = EntryKey(change.row);
        super::time::not_drawn(books, entry).map_err(|error| match error {
            Error::Refused(refusal) => refused(operation, refusal.to_string()),
            other => other,
        })?;
    }
    Ok(())
}

/// Whether an entry was made another by a change.
fn is_another(change: &RowChange) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return true;
    };
    let mut columns = after.iter();
    columns.any(|(column, value)| !is_about_it(column) && before.get(column) != Some(value))
}

/// Terms of a retainer under which a client was billed since are not taken back: what was billed would not be what they come to.
fn what_was_billed_stays_agreed(
    books: &Books<'_>,
    operation: i64,
    clients: &[ClientKey],
) -> Result<()> {
    let changes = books.changes(OperationKey(operation))?;
    let agreed = |noun: &str| matches!(noun, "retainer" | "retainer_change" | "retainer_project");
    if !changes.iter().any(|change| agreed(&change.noun)) {
        return Ok(());
    }
    for client in clients {
        if let Some(invoice) = books.billed_since(*client, OperationKey(operation))? {
            let reason = format!("{invoice} was made since under what it agreed on");
            return Err(refused(operation, reason));
        }
    }
    Ok(())
}

fn refused(operation: i64, reason: String) -> Error {
    Refusal::NotUndoable { operation, reason }.into()
}

/// The latest operations, newest first.
pub fn history(session: &Session, client: Option<&str>, most: u32) -> Result<Vec<Recorded>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        Ok(books.operations(client.map(|client| client.key), most)?)
    })
}

/// One operation with the rows it changed.
pub fn operation(session: &Session, key: i64) -> Result<(Recorded, Vec<RecordedChange>)> {
    session.store.read(|books| {
        let key = OperationKey(key);
        match books.operation_by_key(key)? {
            Some(recorded) => Ok((recorded, books.changes(key)?)),
            None => Err(Error::NotFound {
                noun: "operation",
                wanted: key.0.to_string(),
                near: Vec::new(),
            }),
        }
    })
}
