//! Taking operations back, and their history.

use crate::domain::Refusal;
use crate::domain::key::OperationKey;
use crate::store::{Recorded, RecordedChange, StoreError};

use super::{Error, Result, Session, find};

/// Takes an operation back: the named one, or the latest that stands.
pub fn undo(session: &mut Session, operation: Option<i64>) -> Result<Recorded> {
    session
        .write(|books| {
            let found = match operation {
                Some(key) => books.operation_by_key(OperationKey(key))?,
                None => books.latest_standing_operation(super::PORTAL)?,
            };
            let Some(recorded) = found else {
                return Err(Error::NotFound {
                    noun: "operation",
                    wanted: operation.map_or_else(|| "to undo".to_owned(), |key| key.to_string()),
                    near: Vec::new(),
                });
            };
            let refuse = |reason: String| {
                Error::from(Refusal::NotUndoable {
                    operation: recorded.key.0,
                    reason,
                })
            };
            if let Some(by) = recorded.undone_by {
                return Err(refuse(format!("operation {by} took it back already")));
            }
            if let Some(reason) = &recorded.final_reason {
                return Err(refuse(reason.clone()));
            }
            match books.undo(&recorded) {
                Ok(_) => Ok(recorded),
                Err(StoreError::NotUndoable(reason)) => Err(refuse(reason)),
                Err(StoreError::Referenced) => Err(refuse(
                    "something that came later needs what it made".into(),
                )),
                Err(other) => Err(other.into()),
            }
        })
        .map_err(|error| match error {
            // References are looked at when the transaction ends.
            Error::Store(StoreError::Referenced) => Error::from(Refusal::NotUndoable {
                operation: operation.unwrap_or_default(),
                reason: "something that came later needs what it made".into(),
            }),
            other => other,
        })
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
