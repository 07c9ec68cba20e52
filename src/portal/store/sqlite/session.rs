//! Statements about sessions and about the counters of failed sign-ins.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::published::Console;
use crate::published::protocol::EventKind;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::throttle::{Count, Counter, FORGOTTEN};
use super::super::super::viewer::{AccountId, PersonId, Viewer};
use super::super::column::{TOUCH, from_json, idle_limit, instant, public_id};
use super::super::factor::SECOND_STEP;
use super::super::record::role_of;
use super::super::{Attempt, Clients, Entrance, Login, Membership, NewSession, Session, SignedIn};
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
        match Count::attempt(count(tx, counter)?, counter, now) {
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

fn clear(tx: &Transaction<'_>, counter: &Counter) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM throttle WHERE key = ?")?
        .execute([&counter.key])?;
    Ok(())
}

/// After new passwords: what was guessed before is worth nothing, unless somebody else has a password under the same address.
pub(super) fn start_anew(
    tx: &Transaction<'_>,
    email_key: &str,
    persons: &[PersonId],
) -> Outcome<()> {
    let holders: Vec<i64> = tx
        .prepare_cached("SELECT id FROM person WHERE email_key = ? AND password IS NOT NULL")?
        .query_map([email_key], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    match holders.iter().all(|id| persons.contains(&PersonId(*id))) {
        true => clear(tx, &Counter::for_email(email_key)),
        false => Ok(()),
    }
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
    matched: &[Login],
    counters: &[Counter],
) -> Outcome<Option<Entrance>> {
    let mut unchanged = tx.prepare_cached("SELECT 1 FROM person WHERE id = ? AND password = ?")?;
    let mut persons = Vec::new();
    for login in matched {
        if unchanged.exists(params![login.person.0, login.password])? {
            persons.push(login.person);
        }
    }
    if persons.is_empty() {
        return Ok(None);
    }
    settle_all(tx, counters, new.at)?;
    let entrance = enter(tx, new, &persons)?;
    if entrance == Entrance::Open {
        signed_in(tx, new, &persons, "password")?;
    }
    Ok(Some(entrance))
}

/// An attempt succeeded.
pub(super) fn settle_all(
    tx: &Transaction<'_>,
    counters: &[Counter],
    now: DateTime<Utc>,
) -> Outcome<()> {
    counters
        .iter()
        .try_for_each(|counter| settle(tx, counter, now))
}

/// Opens a session for persons whose password was right, or a half one where one of them has a second factor.
pub(super) fn enter(
    tx: &Transaction<'_>,
    new: &NewSession,
    persons: &[PersonId],
) -> Outcome<Entrance> {
    let mut any = false;
    for person in persons {
        any |= has_factor(tx, *person)?;
    }
    if !any {
        open(tx, new, persons, None)?;
        return Ok(Entrance::Open);
    }
    tx.execute(
        "DELETE FROM half_session WHERE expires_at <= ?",
        [new.at.timestamp()],
    )?;
    tx.execute(
        "INSERT INTO half_session (token_hash, expires_at) VALUES (?, ?)",
        params![new.token_hash, (new.at + SECOND_STEP).timestamp()],
    )?;
    for person in persons {
        tx.execute(
            "INSERT INTO half_session_person (token_hash, person_id) VALUES (?, ?)",
            params![new.token_hash, person.0],
        )?;
    }
    Ok(Entrance::SecondStep)
}

/// Whether somebody can show more than a password.
pub(super) fn has_factor(tx: &Transaction<'_>, person: PersonId) -> Outcome<bool> {
    Ok(tx
        .prepare_cached(
            "SELECT 1 FROM authenticator WHERE person_id = ?1 UNION ALL SELECT 1 FROM passkey_person WHERE person_id = ?1 LIMIT 1",
        )?
        .exists([person.0])?)
}

/// Writes down with what somebody came in, and tells the accounts.
pub(super) fn signed_in(
    tx: &Transaction<'_>,
    new: &NewSession,
    persons: &[PersonId],
    with: &str,
) -> Outcome<()> {
    for membership in memberships(tx, persons)? {
        let viewer = membership.viewer;
        let act = Act::new(Action::SignedIn, Actor::User(viewer.user().clone()))
            .client(viewer.client())
            .subject(with)
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
        "INSERT INTO session (token_hash, only_membership, created_at, seen_at, expires_at, proved_at, origin, agent)
         VALUES (?1, ?2, ?3, ?3, ?4, ?3, ?5, ?6)",
        params![
            new.token_hash,
            only,
            new.at.timestamp(),
            new.expires.timestamp(),
            new.origin.to_string(),
            new.agent,
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

/// Notes whose second factor a session was shown.
pub(super) fn proven(tx: &Transaction<'_>, token_hash: &str, persons: &[PersonId]) -> Outcome<()> {
    for person in persons {
        tx.execute(
            "UPDATE session_person SET proven = 1
             WHERE person_id = ? AND session_id = (SELECT id FROM session WHERE token_hash = ?)",
            params![person.0, token_hash],
        )?;
    }
    Ok(())
}

/// A living session, and whether its use is to be written down.
pub(super) fn find(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<(Session, bool)>> {
    let row: Option<(i64, i64, i64, i64, Option<i64>)> = tx
        .prepare_cached(
            "SELECT id, seen_at, expires_at, proved_at, only_membership FROM session WHERE token_hash = ?",
        )?
        .query_row([token_hash], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((id, seen, expires, proved, only)) = row else {
        return Ok(None);
    };
    let persons = persons(tx, id)?;
    let clients = reached(tx, id, only)?;
    let unused = now.signed_duration_since(instant(seen)?);
    let living =
        instant(expires)? > now && idle_limit(&clients).is_some_and(|limit| unused < limit);
    let session = Session {
        clients,
        persons,
        proved: instant(proved)?,
    };
    Ok(living.then_some((session, unused >= TOUCH)))
}

/// What a session reaches.
fn reached(tx: &Transaction<'_>, session: i64, only: Option<i64>) -> Outcome<Clients> {
    let mut statement = tx.prepare_cached(&format!(
        "{MEMBERSHIP} AND (m.id = ?2 OR (m.accepted_at IS NOT NULL
             AND m.person_id IN (SELECT person_id FROM session_person WHERE session_id = ?1))) {ORDER}"
    ))?;
    let proven: std::collections::HashSet<i64> = tx
        .prepare_cached("SELECT person_id FROM session_person WHERE session_id = ? AND proven = 1")?
        .query_map([session], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut rows = statement.query(params![session, only])?;
    let mut clients = Vec::new();
    while let Some(row) = rows.next()? {
        let mut client = membership(row)?;
        client.proven = proven.contains(&row.get(7)?);
        clients.push(client);
    }
    Ok(clients)
}

/// Who signed in.
fn persons(tx: &Transaction<'_>, session: i64) -> Outcome<Vec<SignedIn>> {
    let mut statement = tx.prepare_cached(
        "SELECT person.id, email_key FROM session_person JOIN person ON person.id = person_id
         WHERE session_id = ? ORDER BY person.id",
    )?;
    let rows = statement.query_map([session], |row| {
        Ok(SignedIn {
            person: PersonId(row.get(0)?),
            email_key: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
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
    "SELECT c.account_id, c.id, c.public_id, c.slug, m.public_id, m.role, k.body, m.person_id
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
        proven: false,
    })
}
