//! Taking operations back, and their history.

use crate::domain::Refusal;
use crate::domain::key::OperationKey;
use crate::store::{Recorded, RecordedChange, StoreError};

use super::{Error, Result, Session, find};

/// Takes an operation back: the named one, or the latest that stands.
pub fn undo(session: &mut Session, operation: Option<i64>) -> Result<Recorded> {
    let mut taken = operation.unwrap_or_default();
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
