//! Statements about what was spent for a viewer's client.

use rusqlite::Transaction;

use crate::published::{ChunkKey, Expenses};

use super::super::Spending;
use super::{Outcome, reading};

/// See [`super::PortalStore::expenses`].
pub(super) fn of_year(tx: &Transaction<'_>, client: i64, asked: Option<u16>) -> Outcome<Spending> {
    let mut statement = tx.prepare_cached(
        "SELECT key FROM chunk WHERE client_id = ? AND key > 'expenses/' AND key < 'expenses0'",
    )?;
    let keys: Vec<String> = statement
        .query_map([client], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut found = Spending::over(keys.into_iter(), asked);
    if let Some(year) = found.year {
        let part: Option<Expenses> = reading::chunk(tx, client, &ChunkKey::Expenses(year))?;
        found.expenses = part.map_or_else(Vec::new, |part| part.expenses);
    }
    Ok(found)
}
