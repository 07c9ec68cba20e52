//! Statements about accounts.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::AccountId;
use super::super::column::instant;
use super::super::{Account, AccountChange};
use super::tx::Tx;
use super::{Outcome, journal, lock, text};

const COLUMNS: &str = "SELECT id, name, enabled, client_limit, created_at,
    (SELECT count(*) FROM client WHERE account_id = account.id AND has_console) FROM account";

pub(super) async fn create(
    tx: &Tx,
    name: &str,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let created = tx
        .first(
            "INSERT INTO account (name, token_hash, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id",
            &[&text(name), &token_hash, &now.timestamp()],
        )
        .await?;
    let Some(row) = created else {
        return Ok(false);
    };
    let act = Act::new(Action::AccountCreated, Actor::Operator);
    journal::write(tx, row.try_get(0)?, &act, now).await?;
    Ok(true)
}

pub(super) async fn all(tx: &Tx) -> Outcome<Vec<Account>> {
    let rows = tx.query(&format!("{COLUMNS} ORDER BY name"), &[]).await?;
    rows.iter().map(account).collect()
}

pub(super) async fn by_token(tx: &Tx, token_hash: &str) -> Outcome<Option<Account>> {
    let sql = format!("{COLUMNS} WHERE token_hash = $1");
    let row = tx.first(&sql, &[&token_hash]).await?;
    row.as_ref().map(account).transpose()
}

pub(super) async fn change(
    tx: &Tx,
    name: &str,
    change: &AccountChange,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let found = tx
        .first("SELECT id FROM account WHERE name = $1", &[&text(name)])
        .await?;
    let Some(row) = found else { return Ok(false) };
    let id: i64 = row.try_get(0)?;
    lock::account(tx, AccountId(id)).await?;
    let action = match change {
        AccountChange::Enabled(enabled) => {
            let sql = "UPDATE account SET enabled = $1 WHERE id = $2";
            tx.execute(sql, &[enabled, &id]).await?;
            if *enabled {
                Action::AccountEnabled
            } else {
                Action::AccountDisabled
            }
        }
        AccountChange::Limit(limit) => {
            let sql = "UPDATE account SET client_limit = $1 WHERE id = $2";
            tx.execute(sql, &[&limit.map(i64::from), &id]).await?;
            Action::AccountLimited
        }
        AccountChange::Token { hash } => {
            let sql = "UPDATE account SET token_hash = $1 WHERE id = $2";
            tx.execute(sql, &[hash, &id]).await?;
            Action::TokenReplaced
        }
    };
    if *change == AccountChange::Enabled(false) {
        tx.execute(
            "DELETE FROM session WHERE id IN (SELECT session_id FROM session_person
                JOIN person ON person.id = person_id WHERE account_id = $1)",
            &[&id],
        )
        .await?;
    }
    journal::write(tx, id, &Act::new(action, Actor::Operator), now).await?;
    Ok(true)
}

fn account(row: &Row) -> Outcome<Account> {
    let limit: Option<i64> = row.try_get(3)?;
    Ok(Account {
        id: AccountId(row.try_get(0)?),
        name: row.try_get(1)?,
        enabled: row.try_get(2)?,
        client_limit: limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)),
        clients: u32::try_from(row.try_get::<_, i64>(5)?).unwrap_or(u32::MAX),
        created: instant(row.try_get(4)?)?,
    })
}
