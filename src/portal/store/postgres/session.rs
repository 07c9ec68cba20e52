//! Statements about sessions and about the counters of failed sign-ins.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::Console;
use crate::published::protocol::EventKind;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::throttle::{Count, Counter, FORGOTTEN};
use super::super::super::viewer::{AccountId, PersonId, Viewer};
use super::super::column::{TOUCH, from_json, idle_limit, instant, public_id};
use super::super::factor::SECOND_STEP;
use super::super::record::role_of;
use super::super::{Attempt, Clients, Entrance, Login, Membership, NewSession, Session, SignedIn};
use super::tx::{Tx, Value};
use super::{Outcome, journal, lock, text};

/// What is cleared away along the way: a few rows at a time, and none that somebody else holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Forgotten {
    Challenges,
    Counters,
    HalfSessions,
    Links,
    Resets,
    Sessions,
    Staged,
}

/// Clears away what ended before an instant.
pub(super) async fn forget(tx: &Tx, what: Forgotten, before: DateTime<Utc>) -> Outcome<()> {
    let sql = match what {
        Forgotten::Challenges => {
            "DELETE FROM challenge WHERE key IN
                 (SELECT key FROM challenge WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
        Forgotten::HalfSessions => {
            "DELETE FROM half_session WHERE token_hash IN
                 (SELECT token_hash FROM half_session WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
        Forgotten::Resets => {
            "DELETE FROM reset_link WHERE token_hash IN
                 (SELECT token_hash FROM reset_link WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
        Forgotten::Counters => {
            "DELETE FROM throttle WHERE key IN
                 (SELECT key FROM throttle WHERE last_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
        Forgotten::Links => {
            "DELETE FROM sign_in_link WHERE token_hash IN
                 (SELECT token_hash FROM sign_in_link WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
        Forgotten::Sessions => {
            "DELETE FROM session WHERE id IN
                 (SELECT id FROM session WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
        Forgotten::Staged => {
            "DELETE FROM staged WHERE (account_id, client, digest) IN
                 (SELECT account_id, client, digest FROM staged WHERE received_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)"
        }
    };
    tx.execute(sql, &[&before.timestamp()]).await?;
    Ok(())
}

/// See [`super::PortalStore::attempt`]. The counters are held, so attempts side by side cannot outrun the count.
pub(super) async fn attempt(
    tx: &Tx,
    counters: &[Counter],
    act: &Act,
    now: DateTime<Utc>,
) -> Outcome<Attempt> {
    lock::counters(tx, counters).await?;
    forget(tx, Forgotten::Counters, now - FORGOTTEN).await?;
    let mut counted = Vec::new();
    let mut wait: Option<DateTime<Utc>> = None;
    for counter in counters {
        match Count::attempt(count(tx, counter).await?, counter, now) {
            Ok(count) => counted.push((counter, count)),
            Err(until) => wait = wait.max(Some(until)),
        }
    }
    if let Some(until) = wait {
        return Ok(Attempt::Wait(until));
    }
    for (counter, count) in counted {
        tx.execute(
            "INSERT INTO throttle (key, failures, last_at, blocked_until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at,
                 blocked_until = excluded.blocked_until",
            &[
                &counter.key,
                &i64::from(count.failures),
                &count.last.timestamp(),
                &count.blocked_until.timestamp(),
            ],
        )
        .await?;
        if count.blocked_until > now {
            let act = act.clone().subject(counter.key.clone());
            journal::write(tx, 0, &act, now).await?;
        }
    }
    Ok(Attempt::Go)
}

async fn count(tx: &Tx, counter: &Counter) -> Outcome<Option<Count>> {
    let sql = "SELECT failures, last_at, blocked_until FROM throttle WHERE key = $1";
    let Some(row) = tx.first(sql, &[&counter.key]).await? else {
        return Ok(None);
    };
    Ok(Some(Count {
        failures: u32::try_from(row.try_get::<_, i64>(0)?).unwrap_or(u32::MAX),
        last: instant(row.try_get(1)?)?,
        blocked_until: instant(row.try_get(2)?)?,
    }))
}

async fn clear(tx: &Tx, counter: &Counter) -> Outcome<()> {
    lock::counters(tx, std::slice::from_ref(counter)).await?;
    let sql = "DELETE FROM throttle WHERE key = $1";
    tx.execute(sql, &[&counter.key]).await?;
    Ok(())
}

/// After new passwords: what was guessed before is worth nothing, unless somebody else has a password under the same address.
pub(super) async fn start_anew(tx: &Tx, email_key: &str, persons: &[PersonId]) -> Outcome<()> {
    let persons: Vec<i64> = persons.iter().map(|person| person.0).collect();
    let others = tx
        .first(
            "SELECT 1 FROM person WHERE email_key = $1 AND password IS NOT NULL AND id <> ALL($2) LIMIT 1",
            &[&text(email_key), &persons],
        )
        .await?;
    match others {
        None => clear(tx, &Counter::for_email(email_key)).await,
        Some(_) => Ok(()),
    }
}

/// A sign-in succeeded: its attempt was no failure.
async fn settle(tx: &Tx, counter: &Counter, now: DateTime<Utc>) -> Outcome<()> {
    if counter.cleared {
        return clear(tx, counter).await;
    }
    tx.execute(
        "UPDATE throttle SET failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, $1) WHERE key = $2",
        &[&now.timestamp(), &counter.key],
    )
    .await?;
    Ok(())
}

/// See [`super::PortalStore::sign_in_failed`].
pub(super) async fn failed(
    tx: &Tx,
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
    lock::accounts(tx, chains.to_vec()).await?;
    for account in chains {
        journal::write(tx, account.0, act, now).await?;
    }
    Ok(())
}

/// See [`super::PortalStore::sign_in`].
pub(super) async fn sign_in(
    tx: &Tx,
    new: &NewSession,
    matched: &[Login],
    counters: &[Counter],
) -> Outcome<Option<Entrance>> {
    let all: Vec<PersonId> = matched.iter().map(|login| login.person).collect();
    lock::persons(tx, &all).await?;
    lock::counters(tx, counters).await?;
    let unchanged = "SELECT 1 FROM person WHERE id = $1 AND password = $2";
    let mut persons = Vec::new();
    for login in matched {
        let values: [Value<'_>; 2] = [&login.person.0, &login.password];
        if tx.first(unchanged, &values).await?.is_some() {
            persons.push(login.person);
        }
    }
    if persons.is_empty() {
        return Ok(None);
    }
    settle_all(tx, counters, new.at).await?;
    let entrance = enter(tx, new, &persons).await?;
    if entrance == Entrance::Open {
        signed_in(tx, new, &persons, "password").await?;
    }
    Ok(Some(entrance))
}

/// An attempt succeeded.
pub(super) async fn settle_all(tx: &Tx, counters: &[Counter], now: DateTime<Utc>) -> Outcome<()> {
    for counter in counters {
        settle(tx, counter, now).await?;
    }
    Ok(())
}

/// Opens a session for persons whose password was right, or a half one where one of them has a second factor.
pub(super) async fn enter(tx: &Tx, new: &NewSession, persons: &[PersonId]) -> Outcome<Entrance> {
    let mut any = false;
    for person in persons {
        any |= has_factor(tx, *person).await?;
    }
    if !any {
        open(tx, new, persons, None).await?;
        return Ok(Entrance::Open);
    }
    forget(tx, Forgotten::HalfSessions, new.at).await?;
    let sql = "INSERT INTO half_session (token_hash, expires_at) VALUES ($1, $2)";
    let expires = (new.at + SECOND_STEP).timestamp();
    tx.execute(sql, &[&new.token_hash, &expires]).await?;
    let persons: Vec<i64> = persons.iter().map(|person| person.0).collect();
    tx.execute(
        "INSERT INTO half_session_person (token_hash, person_id) SELECT $1, id FROM person WHERE id = ANY($2)",
        &[&new.token_hash, &persons],
    )
    .await?;
    Ok(Entrance::SecondStep)
}

/// Whether somebody can show more than a password.
pub(super) async fn has_factor(tx: &Tx, person: PersonId) -> Outcome<bool> {
    let sql = "SELECT 1 FROM authenticator WHERE person_id = $1
         UNION ALL SELECT 1 FROM passkey_person WHERE person_id = $1 LIMIT 1";
    Ok(tx.first(sql, &[&person.0]).await?.is_some())
}

/// Writes down with what somebody came in, and tells the accounts.
pub(super) async fn signed_in(
    tx: &Tx,
    new: &NewSession,
    persons: &[PersonId],
    with: &str,
) -> Outcome<()> {
    for membership in memberships(tx, persons).await? {
        let viewer = membership.viewer;
        let act = Act::new(Action::SignedIn, Actor::User(viewer.user().clone()))
            .client(viewer.client())
            .subject(with)
            .origin(new.origin);
        journal::write(tx, viewer.account().0, &act, new.at).await?;
        journal::emit(
            tx,
            viewer.account(),
            viewer.client(),
            viewer.user(),
            &EventKind::SignedIn,
            new.at,
        )
        .await?;
    }
    Ok(())
}

/// Opens a session for persons, or for one membership alone; clears away those that ended.
pub(super) async fn open(
    tx: &Tx,
    new: &NewSession,
    persons: &[PersonId],
    only: Option<i64>,
) -> Outcome<()> {
    forget(tx, Forgotten::Sessions, new.at).await?;
    let session: i64 = tx
        .one(
            "INSERT INTO session (token_hash, only_membership, created_at, seen_at, expires_at, proved_at, origin, agent)
             VALUES ($1, $2, $3, $3, $4, $3, $5, $6) RETURNING id",
            &[
                &new.token_hash,
                &only,
                &new.at.timestamp(),
                &new.expires.timestamp(),
                &new.origin.to_string(),
                &new.agent.as_deref().map(text),
            ],
        )
        .await?
        .try_get(0)?;
    let persons: Vec<i64> = persons.iter().map(|person| person.0).collect();
    // Somebody who was taken away since the password was compared is not let in by the others.
    tx.execute(
        "INSERT INTO session_person (session_id, person_id) SELECT $1::bigint, id FROM person WHERE id = ANY($2)",
        &[&session, &persons],
    )
    .await?;
    Ok(())
}

/// Notes whose second factor a session was shown.
pub(super) async fn proven(tx: &Tx, token_hash: &str, persons: &[PersonId]) -> Outcome<()> {
    let persons: Vec<i64> = persons.iter().map(|person| person.0).collect();
    tx.execute(
        "UPDATE session_person SET proven = true
         WHERE person_id = ANY($1) AND session_id = (SELECT id FROM session WHERE token_hash = $2)",
        &[&persons, &token_hash],
    )
    .await?;
    Ok(())
}

/// A living session, and whether its use is to be written down.
pub(super) async fn find(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<(Session, bool)>> {
    let sql = "SELECT id, seen_at, expires_at, proved_at, only_membership FROM session WHERE token_hash = $1";
    let Some(row) = tx.first(sql, &[&token_hash]).await? else {
        return Ok(None);
    };
    let (id, only): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(4)?);
    let (seen, expires) = (instant(row.try_get(1)?)?, instant(row.try_get(2)?)?);
    let session = Session {
        clients: reached(tx, id, only).await?,
        persons: persons(tx, id).await?,
        proved: instant(row.try_get(3)?)?,
    };
    let unused = now.signed_duration_since(seen);
    let living = expires > now && idle_limit(&session.clients).is_some_and(|limit| unused < limit);
    Ok(living.then_some((session, unused >= TOUCH)))
}

/// What a session reaches.
async fn reached(tx: &Tx, session: i64, only: Option<i64>) -> Outcome<Clients> {
    let sql = format!(
        "{MEMBERSHIP} AND (m.id = $2 OR (m.accepted_at IS NOT NULL
             AND m.person_id IN (SELECT person_id FROM session_person WHERE session_id = $1))) {ORDER}"
    );
    let rows = tx.query(&sql, &[&session, &only]).await?;
    let sql = "SELECT person_id FROM session_person WHERE session_id = $1 AND proven";
    let proven = tx.query(sql, &[&session]).await?;
    let proven: HashSet<i64> = proven
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    let clients = rows.iter().map(|row| {
        let mut client = membership(row)?;
        client.proven = proven.contains(&row.try_get(7)?);
        Ok(client)
    });
    clients.collect()
}

/// Who signed in.
async fn persons(tx: &Tx, session: i64) -> Outcome<Vec<SignedIn>> {
    let rows = tx
        .query(
            "SELECT person.id, email_key FROM session_person JOIN person ON person.id = person_id
             WHERE session_id = $1 ORDER BY person.id",
            &[&session],
        )
        .await?;
    let persons = rows.iter().map(|row| {
        Ok(SignedIn {
            person: PersonId(row.try_get(0)?),
            email_key: row.try_get(1)?,
        })
    });
    persons.collect()
}

pub(super) async fn touch(tx: &Tx, token_hash: &str, now: DateTime<Utc>) -> Outcome<()> {
    let sql = "UPDATE session SET seen_at = greatest(seen_at, $1) WHERE token_hash = $2";
    tx.execute(sql, &[&now.timestamp(), &token_hash]).await?;
    Ok(())
}

/// See [`super::PortalStore::end_session`]. Ended twice at once, it is written down once.
pub(super) async fn end(tx: &Tx, token_hash: &str, now: DateTime<Utc>) -> Outcome<()> {
    let found = find(tx, token_hash, now).await?;
    let clients = found.map_or_else(Vec::new, |(session, _)| session.clients);
    let accounts = clients.iter().map(|client| client.viewer.account());
    lock::accounts(tx, accounts.collect()).await?;
    let sql = "DELETE FROM session WHERE token_hash = $1";
    if tx.execute(sql, &[&token_hash]).await? == 0 {
        return Ok(());
    }
    for client in clients {
        let viewer = client.viewer;
        let act =
            Act::new(Action::SignedOut, Actor::User(viewer.user().clone())).client(viewer.client());
        journal::write(tx, viewer.account().0, &act, now).await?;
    }
    Ok(())
}

const MEMBERSHIP: &str =
    "SELECT c.account_id, c.id, c.public_id, c.slug, m.public_id, m.role, k.body, m.person_id
     FROM membership m JOIN client c ON c.id = m.client_id JOIN account a ON a.id = c.account_id
     JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
     WHERE m.enabled AND a.enabled";

const ORDER: &str = "ORDER BY c.slug, c.public_id";

/// See [`super::PortalStore::memberships`].
pub(super) async fn memberships(tx: &Tx, persons: &[PersonId]) -> Outcome<Clients> {
    let sql = format!("{MEMBERSHIP} AND m.accepted_at IS NOT NULL AND m.person_id = $1 {ORDER}");
    let mut clients = Vec::new();
    for person in persons {
        for row in tx.query(&sql, &[&person.0]).await? {
            clients.push(membership(&row)?);
        }
    }
    Ok(clients)
}

fn membership(row: &Row) -> Outcome<Membership> {
    let console: Console = from_json(row.try_get(6)?)?;
    let viewer = Viewer::new(
        AccountId(row.try_get(0)?),
        row.try_get(1)?,
        public_id(row.try_get(2)?)?,
        public_id(row.try_get(4)?)?,
        role_of(row.try_get(5)?)?,
        console,
    );
    Ok(Membership {
        slug: row.try_get(3)?,
        viewer: viewer.narrowed(),
        proven: false,
    })
}
