//! Statements about what was spent for a viewer's client.

use crate::published::{ChunkKey, Expenses};

use super::super::Spending;
use super::tx::Tx;
use super::{Outcome, reading};

/// See [`super::PortalStore::expenses`].
pub(super) async fn of_year(tx: &Tx, client: i64, asked: Option<u16>) -> Outcome<Spending> {
    let sql = "SELECT key FROM chunk WHERE client_id = $1 AND key LIKE 'expenses/%'";
    let rows = tx.query(sql, &[&client]).await?;
    let keys: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get(0)).collect();
    let mut found = Spending::over(keys?.into_iter(), asked);
    if let Some(year) = found.year {
        let key = ChunkKey::Expenses(year);
        let part: Option<Expenses> = reading::chunk(tx, client, &key).await?;
        found.expenses = part.map_or_else(Vec::new, |part| part.expenses);
    }
    Ok(found)
}
