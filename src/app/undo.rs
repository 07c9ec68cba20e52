//! Taking operations back, and their history.

use chrono_tz::Tz;

use crate::domain::Refusal;
use crate::domain::key::OperationKey;
use crate::store::{Books, Recorded, RecordedChange, StoreError};
use crate::values::id::EntryRef;

use super::{Error, Result, Session, find};

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
        locked_days_stay(books, taken, zone)?;
        books.undo(&recorded)?;
        Ok(recorded)
    });
    // References are looked at when the transaction ends.
    done.map_err(|error| match error {
        Error::Store(StoreError::NotUndoable(reason)) => refused(taken, reason),
        Error::Store(StoreError::Referenced) => refused(
            taken,
            "something that came later needs what it made".to_owned(),
        ),
        other => other,
    })
}

/// Taking a change of an entry back changes it, which a locked day does not let happen. Billing and approving an entry are no change
/// of it.
fn locked_days_stay(books: &Books<'_>, operation: i64, zone: Tz) -> Result<()> {
    let guards = super::business(books, zone)?.guards;
    if guards.locked_before.is_none() {
        return Ok(());
    }
    let about_it = |column: &str| matches!(column, "invoice_id" | "approval" | "approval_note");
    let changes = books.changes(OperationKey(operation))?;
    for change in changes.iter().filter(|change| change.noun == "entry") {
        let sides = [&change.before, &change.after];
        let changed = sides.iter().copied().flatten().flat_map(|row| row.keys());
        if changed.clone().all(|column| about_it(column)) {
            continue;
        }
        let there = books.entry(EntryRef::Id(change.row))?;
        let days = sides
            .iter()
            .copied()
            .flatten()
            .filter_map(|row| row.get("day")?.as_str()?.parse().ok());
        for day in days.chain(there.map(|entry| entry.work.day)) {
            guards.unlocked(day)?;
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
