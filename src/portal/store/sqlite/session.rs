//! Statements about sessions and about the counters of failed sign-ins.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::published::Console;
use crate::published::protocol::EventKind;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::throttle::{Count, Counter, FORGOTTEN};
use super::super::super::viewer::{AccountId, PersonId, Viewer};
use super::super::column::{TOUCH, from_json, idle_limit, instant, public_id};
use super::super::record::role_of;
use super::super::{Attempt, Clients, Membership, NewSession, Session};
use super::{Outcome, journal};

/// See [`super::PortalStore::attempt`].
pub(super) fn attempt(
    tx: &Transaction<'_>,
    counters: &[Counter],
    act: &Act,
    now: DateTime<Utc>,
) -> Outcome<Attempt> {
    tx.execute(
        "DELETE FROM throttle WHERE last_at <= ?",
        [(now - FORGOTTEN).timestamp()],
    )?;
    let mut counted = Vec::new();
    let mut wait: Option<DateTime<Utc>> = None;
    for counter in counters {
        match Count::attempt(count(tx, counter)?, counter.free, now) {
            Ok(count) => counted.push((counter, count)),
            Err(until) => wait = wait.max(Some(until)),
        }
    }
    if let Some(until) = wait {
        return Ok(Attempt::Wait(until));
    }
    for (counter, count) in counted {
        tx.prepare_cached(
            "INSERT INTO throttle (key, failures, last_at, blocked_until) VALUES (?, ?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at,
                 blocked_until = excluded.blocked_until",
        )?
        .execute(params![
            counter.key,
            count.failures,
            count.last.timestamp(),
            count.blocked_until.timestamp()
        ])?;
        if count.blocked_until > now {
            journal::write(tx, 0, &act.clone().subject(counter.key.clone()), now)?;
        }
    }
    Ok(Attempt::Go)
}

fn count(tx: &Transaction<'_>, counter: &Counter) -> Outcome<Option<Count>> {
    let row: Option<(u32, i64, i64)> = tx
        .prepare_cached("SELECT failures, last_at, blocked_until FROM throttle WHERE key = ?")?
        .query_row([&counter.key], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((failures, last, blocked_until)) = row else {
        return Ok(None);
    };
    Ok(Some(Count {
        failures,
        last: instant(last)?,
        blocked_until: instant(blocked_until)?,
    }))
}

pub(super) fn clear(tx: &Transaction<'_>, counter: &Counter) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM throttle WHERE key = ?")?
        .execute([&counter.key])?;
    Ok(())
}

/// A sign-in succeeded: its attempt was no failure.
fn settle(tx: &Transaction<'_>, counter: &Counter, now: DateTime<Utc>) -> Outcome<()> {
    if counter.cleared {
        return clear(tx, counter);
    }
    tx.prepare_cached(
        "UPDATE throttle SET failures = max(failures - 1, 0), blocked_until = min(blocked_until, ?) WHERE key = ?",
    )?
    .execute(params![now.timestamp(), counter.key])?;
    Ok(())
}

/// See [`super::PortalStore::sign_in_failed`].
pub(super) fn failed(
    tx: &Transaction<'_>,
    accounts: &[AccountId],
    act: &Act,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let nobody = [AccountId(0)];
    let chains = if accounts.is_empty() {
        &nobody
    } else {
        accounts
    };
    chains
        .iter()
        .try_for_each(|account| journal::write(tx, account.0, act, now))
}

/// See [`super::PortalStore::sign_in`].
pub(super) fn sign_in(
    tx: &Transaction<'_>,
    new: &NewSession,
    persons: &[PersonId],
    counters: &[Counter],
) -> Outcome<()> {
    counters
        .iter()
        .try_for_each(|counter| settle(tx, counter, new.at))?;
    open(tx, new, persons, None)?;
    for membership in memberships(tx, persons)? {
        let viewer = membership.viewer;
        let act = Act::new(Action::SignedIn, Actor::User(viewer.user().clone()))
            .client(viewer.client())
            .origin(new.origin);
        journal::write(tx, viewer.account().0, &act, new.at)?;
        journal::emit(
            tx,
            viewer.account(),
            viewer.client(),
            viewer.user(),
            &EventKind::SignedIn,
            new.at,
        )?;
    }
    Ok(())
}

/// Opens a session for persons, or for one membership alone; clears away those that ended.
pub(super) fn open(
    tx: &Transaction<'_>,
    new: &NewSession,
    persons: &[PersonId],
    only: Option<i64>,
) -> Outcome<()> {
    tx.execute(
        "DELETE FROM session WHERE expires_at <= ?",
        [new.at.timestamp()],
    )?;
    tx.execute(
        "INSERT INTO session (token_hash, only_membership, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        params![
            new.token_hash,
            only,
            new.at.timestamp(),
            new.at.timestamp(),
            new.expires.timestamp()
        ],
    )?;
    let session = tx.last_insert_rowid();
    let mut insert =
        tx.prepare_cached("INSERT INTO session_person (session_id, person_id) VALUES (?, ?)")?;
    for person in persons {
        insert.execute([session, person.0])?;
    }
    Ok(())
}

/// A living session, and whether its use is to be written down.
pub(super) fn find(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<(Session, bool)>> {
    let row: Option<(i64, i64, i64, Option<i64>)> = tx
        .prepare_cached(
            "SELECT id, seen_at, expires_at, only_membership FROM session WHERE token_hash = ?",
        )?
        .query_row([token_hash], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((id, seen, expires, only)) = row else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(&format!(
        "{MEMBERSHIP} AND (m.id = ?2 OR (m.accepted_at IS NOT NULL
             AND m.person_id IN (SELECT person_id FROM session_person WHERE session_id = ?1))) {ORDER}"
    ))?;
    let mut rows = statement.query(params![id, only])?;
    let mut clients = Vec::new();
    while let Some(row) = rows.next()? {
        clients.push(membership(row)?);
    }
    let unused = now.signed_duration_since(instant(seen)?);
    let living =
        instant(expires)? > now && idle_limit(&clients).is_some_and(|limit| unused < limit);
    Ok(living.then_some((Session { clients }, unused >= TOUCH)))
}

pub(super) fn touch(tx: &Transaction<'_>, token_hash: &str, now: DateTime<Utc>) -> Outcome<()> {
    tx.prepare_cached("UPDATE session SET seen_at = max(seen_at, ?) WHERE token_hash = ?")?
        .execute(params![now.timestamp(), token_hash])?;
    Ok(())
}

/// See [`super::PortalStore::end_session`].
pub(super) fn end(tx: &Transaction<'_>, token_hash: &str, now: DateTime<Utc>) -> Outcome<()> {
    let Some((session, _)) = find(tx, token_hash, now)? else {
        tx.execute("DELETE FROM session WHERE token_hash = ?", [token_hash])?;
        return Ok(());
    };
    for client in session.clients {
        let viewer = client.viewer;
        let act =
            Act::new(Action::SignedOut, Actor::User(viewer.user().clone())).client(viewer.client());
        journal::write(tx, viewer.account().0, &act, now)?;
    }
    tx.execute("DELETE FROM session WHERE token_hash = ?", [token_hash])?;
    Ok(())
}

const MEMBERSHIP: &str =
    "SELECT c.account_id, c.id, c.public_id, c.slug, m.public_id, m.role, k.body
     FROM membership m JOIN client c ON c.id = m.client_id JOIN account a ON a.id = c.account_id
     JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
     WHERE m.enabled = 1 AND a.enabled = 1";

const ORDER: &str = "ORDER BY c.slug, c.public_id";

/// See [`super::PortalStore::memberships`].
pub(super) fn memberships(tx: &Transaction<'_>, persons: &[PersonId]) -> Outcome<Clients> {
    let mut statement = tx.prepare_cached(&format!(
        "{MEMBERSHIP} AND m.accepted_at IS NOT NULL AND m.person_id = ? {ORDER}"
    ))?;
    let mut clients = Vec::new();
    for person in persons {
        let mut rows = statement.query([person.0])?;
        while let Some(row) = rows.next()? {
            clients.push(membership(row)?);
        }
    }
    Ok(clients)
}

fn membership(row: &Row<'_>) -> Outcome<Membership> {
    let console: Console = from_json(row.get_ref(6)?.as_blob().map_err(rusqlite::Error::from)?)?;
    let viewer = Viewer::new(
        AccountId(row.get(0)?),
        row.get(1)?,
        public_id(&row.get::<_, String>(2)?)?,
        public_id(&row.get::<_, String>(4)?)?,
        role_of(&row.get::<_, String>(5)?)?,
        console,
    );
    Ok(Membership {
        slug: row.get(3)?,
        viewer: viewer.narrowed(),
    })
}
