//! Statements about accounts.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::AccountId;
use super::super::column::instant;
use super::super::{Account, AccountChange};
use super::{Outcome, journal};

const COLUMNS: &str = "SELECT id, name, enabled, client_limit, created_at,
    (SELECT count(*) FROM client WHERE account_id = account.id AND has_console = 1) FROM account";

pub(super) fn create(
    tx: &Transaction<'_>,
    name: &str,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let created = tx.execute(
        "INSERT INTO account (name, token_hash, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        params![name, token_hash, now.timestamp()],
    )?;
    if created == 0 {
        return Ok(false);
    }
    let chain = tx.last_insert_rowid();
    journal::write(
        tx,
        chain,
        &Act::new(Action::AccountCreated, Actor::Operator),
        now,
    )?;
    Ok(true)
}

pub(super) fn all(tx: &Transaction<'_>) -> Outcome<Vec<Account>> {
    let mut statement = tx.prepare_cached(&format!("{COLUMNS} ORDER BY name"))?;
    let rows = statement.query_map([], columns)?;
    rows.map(|row| account(row?)).collect()
}

pub(super) fn by_token(tx: &Transaction<'_>, token_hash: &str) -> Outcome<Option<Account>> {
    let mut statement = tx.prepare_cached(&format!("{COLUMNS} WHERE token_hash = ?"))?;
    statement
        .query_row([token_hash], columns)
        .optional()?
        .map(account)
        .transpose()
}

pub(super) fn change(
    tx: &Transaction<'_>,
    name: &str,
    change: &AccountChange,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let id: Option<i64> = tx
        .query_row("SELECT id FROM account WHERE name = ?", [name], |row| {
            row.get(0)
        })
        .optional()?;
    let Some(id) = id else { return Ok(false) };
    let action = match change {
        AccountChange::Enabled(enabled) => {
            tx.execute(
                "UPDATE account SET enabled = ? WHERE id = ?",
                params![enabled, id],
            )?;
            if *enabled {
                Action::AccountEnabled
            } else {
                Action::AccountDisabled
            }
        }
        AccountChange::Limit(limit) => {
            tx.execute(
                "UPDATE account SET client_limit = ? WHERE id = ?",
                params![limit, id],
            )?;
            Action::AccountLimited
        }
        AccountChange::Token { hash } => {
            tx.execute(
                "UPDATE account SET token_hash = ? WHERE id = ?",
                params![hash, id],
            )?;
            Action::TokenReplaced
        }
    };
    if *change == AccountChange::Enabled(false) {
        tx.execute(
            "DELETE FROM session WHERE id IN (SELECT session_id FROM session_person
                JOIN person ON person.id = person_id WHERE account_id = ?)",
            [id],
        )?;
    }
    journal::write(tx, id, &Act::new(action, Actor::Operator), now)?;
    Ok(true)
}

type Columns = (i64, String, bool, Option<u32>, i64, u32);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
    ))
}

fn account((id, name, enabled, client_limit, created, clients): Columns) -> Outcome<Account> {
    Ok(Account {
        id: AccountId(id),
        name,
        enabled,
        client_limit,
        clients,
        created: instant(created)?,
    })
}
