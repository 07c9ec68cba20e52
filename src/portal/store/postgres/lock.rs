//! What a transaction has to itself until its end, over all server processes: one client, one account with its chain in the audit
//! log, one counter of sign-ins, the chain of nobody. Who needs several takes them in this order, accounts and counters each by
//! their own order; then nobody waits in a circle. (PostgreSQL would find the circle after a second, and it would be tried again.)

use crate::values::id::PublicId;

use super::super::super::throttle::Counter;
use super::super::super::viewer::{AccountId, PersonId};
use super::Outcome;
use super::tx::Tx;

/// What is published of one client.
pub(super) async fn client(tx: &Tx, account: AccountId, client: &PublicId) -> Outcome<()> {
    tx.hold(format!("loggia client {} {client}", account.0))
        .await
}

/// What waits for its commit, of one account.
pub(super) async fn staging(tx: &Tx, account: AccountId) -> Outcome<()> {
    tx.hold(format!("loggia staging {}", account.0)).await
}

/// An account: its plan, its people, its chain in the audit log.
pub(super) async fn account(tx: &Tx, account: AccountId) -> Outcome<()> {
    chain(tx, account.0).await
}

/// Several accounts.
pub(super) async fn accounts(tx: &Tx, mut accounts: Vec<AccountId>) -> Outcome<()> {
    accounts.sort_unstable();
    accounts.dedup();
    for id in accounts {
        account(tx, id).await?;
    }
    Ok(())
}

/// The accounts of persons, each once.
pub(super) async fn persons(tx: &Tx, persons: &[PersonId]) -> Outcome<Vec<AccountId>> {
    let persons: Vec<i64> = persons.iter().map(|person| person.0).collect();
    let sql = "SELECT DISTINCT account_id FROM person WHERE id = ANY($1) ORDER BY account_id";
    let rows = tx.query(sql, &[&persons]).await?;
    let found = rows.iter().map(|row| Ok(AccountId(row.try_get(0)?)));
    let found: Vec<AccountId> = found.collect::<Outcome<_>>()?;
    accounts(tx, found.clone()).await?;
    Ok(found)
}

/// Counters of sign-ins.
pub(super) async fn counters(tx: &Tx, counters: &[Counter]) -> Outcome<()> {
    let mut keys: Vec<&str> = counters
        .iter()
        .map(|counter| counter.key.as_str())
        .collect();
    keys.sort_unstable();
    for key in keys {
        tx.hold(format!("loggia counter {key}")).await?;
    }
    Ok(())
}

/// A chain of the audit log; taken by whoever appends to it, if not before.
pub(super) async fn chain(tx: &Tx, chain: i64) -> Outcome<()> {
    tx.hold(format!("loggia account {chain}")).await
}
