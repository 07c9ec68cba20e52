//! Statements about what a person sees and does about the own sessions, what a browser was asked, and forgotten passwords.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::json;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::throttle::Counter;
use super::super::super::viewer::PersonId;
use super::super::column::{CONCERNS, from_json, handle_of, instant, own_line, own_log, public_id};
use super::super::factor::OWN_LOG;
use super::super::{
    LinkOutcome, MailKind, NewReset, NewResetLink, OutboxMail, OwnLine, Resetting, SecurityChange,
    SessionLine,
};
use super::factor::{account_row, owner, owners, person_row, tell, write};
use super::{Outcome, journal, mail, people, session};

/// See [`super::PortalStore::keep_challenge`].
pub(super) fn keep_challenge(
    tx: &Transaction<'_>,
    key: &str,
    body: &str,
    expires: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    tx.execute(
        "DELETE FROM challenge WHERE expires_at <= ?",
        [now.timestamp()],
    )?;
    tx.execute(
        "INSERT INTO challenge (key, body, expires_at) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at",
        params![key, body, expires.timestamp()],
    )?;
    Ok(())
}

/// See [`super::PortalStore::challenge`].
pub(super) fn challenge(
    tx: &Transaction<'_>,
    key: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<String>> {
    Ok(tx
        .prepare_cached("SELECT body FROM challenge WHERE key = ? AND expires_at > ?")?
        .query_row(params![key, now.timestamp()], |row| row.get(0))
        .optional()?)
}

/// See [`super::PortalStore::take_challenge`].
pub(super) fn take_challenge(
    tx: &Transaction<'_>,
    key: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<String>> {
    let body = challenge(tx, key, now)?;
    tx.execute("DELETE FROM challenge WHERE key = ?", [key])?;
    Ok(body)
}

/// See [`super::PortalStore::request_reset`].
pub(super) fn request_reset(
    tx: &Transaction<'_>,
    reset: &NewReset,
    now: DateTime<Utc>,
) -> Outcome<()> {
    tx.execute(
        "DELETE FROM reset_link WHERE expires_at <= ?",
        [now.timestamp()],
    )?;
    // For an address that nobody has, too: what is written, and how long it takes, shall tell nothing.
    tx.execute(
        "INSERT INTO reset_link (token_hash, email_key, expires_at) VALUES (?, ?, ?)",
        params![reset.wish, reset.email_key, reset.expires.timestamp()],
    )?;
    let mut known = false;
    for person in with_password(tx, &reset.email_key, None)? {
        let Some(owner) = owner(tx, person)? else {
            continue;
        };
        requested(tx, owner.account.0, reset, now)?;
        // One mail, however many accounts know the address: the link is for all of them.
        if !known {
            let link = OutboxMail {
                account: owner.account,
                to: owner.email,
                kind: MailKind::PasswordReset,
                language: owner.language,
                params: json!({"wish": reset.wish}),
            };
            mail::queue(tx, link, now)?;
        }
        known = true;
    }
    if !known {
        requested(tx, 0, reset, now)?;
    }
    Ok(())
}

fn requested(
    tx: &Transaction<'_>,
    chain: i64,
    reset: &NewReset,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let act = Act::new(Action::ResetRequested, Actor::Unknown)
        .subject(Counter::for_email(&reset.email_key).key)
        .origin(reset.origin);
    journal::write(tx, chain, &act, now)
}

/// The persons of an address who have a password, in enabled accounts, with a client to see: of one account, or of all.
fn with_password(
    tx: &Transaction<'_>,
    email_key: &str,
    account: Option<i64>,
) -> Outcome<Vec<PersonId>> {
    let mut statement = tx.prepare_cached(
        "SELECT p.id FROM person p JOIN account a ON a.id = p.account_id
         WHERE p.email_key = ?1 AND p.password IS NOT NULL AND a.enabled = 1 AND (?2 IS NULL OR a.id = ?2)
             AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.id AND m.enabled = 1 AND m.accepted_at IS NOT NULL)
         ORDER BY p.id",
    )?;
    let rows = statement.query_map(params![email_key, account], |row| Ok(PersonId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The persons behind a living link.
fn behind(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<(String, Vec<PersonId>)> {
    let row: Option<(String, Option<i64>)> = tx
        .prepare_cached(
            "SELECT email_key, account_id FROM reset_link WHERE token_hash = ? AND expires_at > ?",
        )?
        .query_row(params![token_hash, now.timestamp()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    match row {
        Some((email_key, account)) => {
            let persons = with_password(tx, &email_key, account)?;
            Ok((email_key, persons))
        }
        None => Ok((String::new(), Vec::new())),
    }
}

/// See [`super::PortalStore::resetting`].
pub(super) fn resetting(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<Resetting>> {
    let (email_key, persons) = behind(tx, token_hash, now)?;
    if persons.is_empty() {
        return Ok(None);
    }
    let passwords = tx
        .prepare_cached(
            "SELECT password FROM person WHERE email_key = ? AND password IS NOT NULL ORDER BY id",
        )?
        .query_map([&email_key], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut found = Resetting {
        email: email_key,
        passwords,
        names: Vec::new(),
        consoles: Vec::new(),
    };
    let mut statement = tx.prepare_cached(
        "SELECT m.name, k.body FROM membership m JOIN chunk k ON k.client_id = m.client_id AND k.key = 'console'
         WHERE m.person_id = ? AND m.enabled = 1 ORDER BY m.id",
    )?;
    for person in persons {
        let mut rows = statement.query([person.0])?;
        while let Some(row) = rows.next()? {
            found.names.extend(row.get::<_, Option<String>>(0)?);
            found.consoles.push(from_json(&row.get::<_, Vec<u8>>(1)?)?);
        }
    }
    Ok(Some(found))
}

/// See [`super::PortalStore::reset_password`].
pub(super) fn reset_password(
    tx: &Transaction<'_>,
    token_hash: &str,
    password: &str,
    origin: std::net::IpAddr,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let (email_key, persons) = behind(tx, token_hash, now)?;
    for person in &persons {
        tx.execute(
            "UPDATE person SET password = ?, password_at = ? WHERE id = ?",
            params![password, now.timestamp(), person.0],
        )?;
        people::end_all(tx, *person)?;
        let Some(owner) = owner(tx, *person)? else {
            continue;
        };
        let user = public_id(&owner.user)?;
        let act = Act::new(Action::PasswordReset, Actor::User(user)).origin(origin);
        journal::write(tx, owner.account.0, &act, now)?;
        tell(tx, *person, SecurityChange::Password, now)?;
    }
    if persons.is_empty() {
        return Ok(false);
    }
    tx.execute("DELETE FROM reset_link WHERE email_key = ?", [&email_key])?;
    session::start_anew(tx, &email_key, &persons)?;
    Ok(true)
}

/// See [`super::PortalStore::create_reset_link`].
pub(super) fn create_reset_link(
    tx: &Transaction<'_>,
    link: &NewResetLink,
    now: DateTime<Utc>,
) -> Outcome<LinkOutcome> {
    let Some(account) = account_row(tx, &link.account)? else {
        return Ok(LinkOutcome::NoAccount);
    };
    let accepted = with_password(tx, &link.email_key, Some(account.0))?;
    let (Some(person), false) = (
        person_row(tx, account, &link.email_key)?,
        accepted.is_empty(),
    ) else {
        return Ok(LinkOutcome::NoUser);
    };
    tx.execute(
        "DELETE FROM reset_link WHERE expires_at <= ?",
        [now.timestamp()],
    )?;
    tx.execute(
        "INSERT INTO reset_link (token_hash, email_key, account_id, expires_at) VALUES (?, ?, ?, ?)",
        params![
            link.token_hash,
            link.email_key,
            account.0,
            link.expires.timestamp()
        ],
    )?;
    let mut act = Act::new(Action::ResetLinkCreated, Actor::Operator);
    if let Some(owner) = owner(tx, person)? {
        act = act.subject(owner.user);
    }
    journal::write(tx, account.0, &act, now)?;
    Ok(LinkOutcome::Created)
}

/// See [`super::PortalStore::own_sessions`].
pub(super) fn sessions(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Vec<SessionLine>> {
    let mut lines = Vec::new();
    for hash in hashes(tx, token_hash)? {
        if session::find(tx, &hash, now)?.is_none() {
            continue;
        }
        let (agent, origin, begun, used): (Option<String>, Option<String>, i64, i64) = tx
            .prepare_cached(
                "SELECT agent, origin, created_at, seen_at FROM session WHERE token_hash = ?",
            )?
            .query_row([&hash], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        lines.push(SessionLine {
            handle: handle_of(&hash),
            agent,
            origin,
            begun: instant(begun)?,
            used: instant(used)?,
            current: hash == token_hash,
        });
    }
    Ok(lines)
}

/// The sessions of the persons of a session.
fn hashes(tx: &Transaction<'_>, token_hash: &str) -> Outcome<Vec<String>> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT s.token_hash, s.seen_at FROM session s JOIN session_person sp ON sp.session_id = s.id
         WHERE sp.person_id IN (SELECT person_id FROM session_person JOIN session own ON own.id = session_id
             WHERE own.token_hash = ?)
         ORDER BY s.seen_at DESC, s.token_hash LIMIT 200",
    )?;
    let rows = statement.query_map([token_hash], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`super::PortalStore::end_own_sessions`].
pub(super) fn end_sessions(
    tx: &Transaction<'_>,
    token_hash: &str,
    handle: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<u32> {
    let mut ended = 0_u32;
    for hash in hashes(tx, token_hash)? {
        let named = handle.is_none_or(|handle| handle_of(&hash) == handle);
        if hash != token_hash && named {
            tx.execute("DELETE FROM session WHERE token_hash = ?", [&hash])?;
            ended = ended.saturating_add(1);
        }
    }
    if ended > 0 {
        for person in owners(tx, token_hash)? {
            write(
                tx,
                person,
                Action::SessionsEnded,
                Some(&ended.to_string()),
                now,
            )?;
        }
    }
    Ok(ended)
}

/// See [`super::PortalStore::own_log`].
pub(super) fn log(tx: &Transaction<'_>, token_hash: &str) -> Outcome<Vec<OwnLine>> {
    let mut lines = Vec::new();
    for person in owners(tx, token_hash)? {
        let (account, email_key): (i64, String) = tx.query_row(
            "SELECT account_id, email_key FROM person WHERE id = ?",
            [person.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let users: Vec<String> = tx
            .prepare_cached("SELECT public_id FROM membership WHERE person_id = ? ORDER BY id")?
            .query_map([person.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for user in users {
            lines.extend(select(tx, "actor = ?", account, &user)?);
        }
        let tried = Counter::for_email(&email_key).key;
        lines.extend(select(
            tx,
            "actor = 'unknown' AND subject = ?",
            account,
            &tried,
        )?);
    }
    Ok(own_log(lines))
}

fn select(tx: &Transaction<'_>, whose: &str, chain: i64, value: &str) -> Outcome<Vec<OwnLine>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT at, action, subject, origin FROM audit WHERE chain = ? AND {whose} AND action IN ('{}')
         ORDER BY number DESC LIMIT ?",
        CONCERNS.join("', '")
    ))?;
    let mut rows = statement.query(params![chain, value, OWN_LOG])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(own_line(
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
        )?);
    }
    Ok(lines)
}
