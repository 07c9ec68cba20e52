//! Putting a backup in the place of the store.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::domain::Refusal;
use crate::store::{Store, StoreError};

use super::Result;

/// Puts a backup in the place of the store; gives the path where what was there is kept. A number that was given must not be given
/// again: refused where documents were issued after the backup, unless `lose_documents`. A store that is damaged is set aside.
pub fn restore(path: &Path, backup: &Path, lose_documents: bool) -> Result<PathBuf> {
    let staged = Store::stage(path, backup)?;
    let mut current = match Store::open(path) {
        Ok(current) => current,
        Err(StoreError::Corrupt(_)) => return Ok(Store::replace_damaged(path, &staged)?),
        Err(other) => return Err(other.into()),
    };
    let kept: HashSet<String> = staged.invoice_numbers()?.into_iter().collect();
    let mut numbers = current.read(|books| books.invoice_numbers())?;
    numbers.retain(|number| !kept.contains(number));
    if !numbers.is_empty() && !lose_documents {
        return Err(Refusal::RestoreLoses { numbers }.into());
    }
    Ok(current.replace(&staged)?)
}
