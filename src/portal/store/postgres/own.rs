//! Statements about what a person sees and does about the own sessions, what a browser was asked, and forgotten passwords.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::throttle::Counter;
use super::super::super::viewer::{AccountId, PersonId};
use super::super::column::{CONCERNS, from_json, handle_of, instant, own_line, own_log, public_id};
use super::super::factor::OWN_LOG;
use super::super::{
    LinkOutcome, MailKind, NewReset, NewResetLink, OutboxMail, OwnLine, Resetting, SecurityChange,
    SessionLine, StoreError,
};
use super::factor::{account_row, held_owners, owner, owners, person_row, tell, write};
use super::session::Forgotten;
use super::tx::Tx;
use super::{Outcome, journal, lock, mail, people, session, text};

/// See [`super::PortalStore::keep_challenge`].
pub(super) async fn keep_challenge(
    tx: &Tx,
    key: &str,
    body: &str,
    expires: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    session::forget(tx, Forgotten::Challenges, now).await?;
    tx.execute(
        "INSERT INTO challenge (key, body, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at",
        &[&text(key), &body, &expires.timestamp()],
    )
    .await?;
    Ok(())
}

/// See [`super::PortalStore::challenge`].
pub(super) async fn challenge(tx: &Tx, key: &str, now: DateTime<Utc>) -> Outcome<Option<String>> {
    let sql = "SELECT body FROM challenge WHERE key = $1 AND expires_at > $2";
    let row = tx.first(sql, &[&text(key), &now.timestamp()]).await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

/// See [`super::PortalStore::take_challenge`]. Of two at once, the one that deletes the row has it.
pub(super) async fn take_challenge(
    tx: &Tx,
    key: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<String>> {
    let sql = "DELETE FROM challenge WHERE key = $1 RETURNING body, expires_at";
    let Some(row) = tx.first(sql, &[&text(key)]).await? else {
        return Ok(None);
    };
    let expires = instant(row.try_get(1)?)?;
    let body = row.try_get(0)?;
    Ok((expires > now).then_some(body))
}

/// See [`super::PortalStore::request_reset`].
pub(super) async fn request_reset(tx: &Tx, reset: &NewReset, now: DateTime<Utc>) -> Outcome<()> {
    let persons = held_with_password(tx, &reset.email_key, None).await?;
    session::forget(tx, Forgotten::Resets, now).await?;
    // For an address that nobody has, too: what is written, and how long it takes, shall tell nothing.
    tx.execute(
        "INSERT INTO reset_link (token_hash, email_key, expires_at) VALUES ($1, $2, $3)",
        &[
            &reset.wish,
            &text(&reset.email_key),
            &reset.expires.timestamp(),
        ],
    )
    .await?;
    let mut known = false;
    for person in persons {
        let Some(owner) = owner(tx, person).await? else {
            continue;
        };
        requested(tx, owner.account.0, reset, now).await?;
        // One mail, however many accounts know the address: the link is for all of them.
        if !known {
            let link = OutboxMail {
                account: owner.account,
                to: owner.email,
                kind: MailKind::PasswordReset,
                language: owner.language,
                params: json!({"wish": reset.wish}),
            };
            mail::queue(tx, &link, now).await?;
        }
        known = true;
    }
    if !known {
        requested(tx, 0, reset, now).await?;
    }
    Ok(())
}

async fn requested(tx: &Tx, chain: i64, reset: &NewReset, now: DateTime<Utc>) -> Outcome<()> {
    let act = Act::new(Action::ResetRequested, Actor::Unknown)
        .subject(Counter::for_email(&reset.email_key).key)
        .origin(reset.origin);
    journal::write(tx, chain, &act, now).await
}

/// The persons of an address who have a password, in enabled accounts, with a client to see: of one account, or of all.
async fn with_password(tx: &Tx, email_key: &str, account: Option<i64>) -> Outcome<Vec<PersonId>> {
    let rows = tx
        .query(
            "SELECT p.id FROM person p JOIN account a ON a.id = p.account_id
             WHERE p.email_key = $1 AND p.password IS NOT NULL AND a.enabled AND ($2::bigint IS NULL OR a.id = $2)
                 AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.id AND m.enabled AND m.accepted_at IS NOT NULL)
             ORDER BY p.id",
            &[&text(email_key), &account],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(PersonId(row.try_get(0)?)))
        .collect()
}

/// The same with their accounts held. Where there are others once they are held, all is tried again.
async fn held_with_password(
    tx: &Tx,
    email_key: &str,
    account: Option<i64>,
) -> Outcome<Vec<PersonId>> {
    let seen = with_password(tx, email_key, account).await?;
    lock::persons(tx, &seen).await?;
    let held = with_password(tx, email_key, account).await?;
    if held.iter().all(|person| seen.contains(person)) {
        Ok(held)
    } else {
        Err(StoreError::Crossed)
    }
}

/// What a living link leads to: an address, in one account or in all.
async fn link(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<(String, Option<i64>)>> {
    let sql =
        "SELECT email_key, account_id FROM reset_link WHERE token_hash = $1 AND expires_at > $2";
    let row = tx.first(sql, &[&token_hash, &now.timestamp()]).await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .transpose()
}

/// See [`super::PortalStore::resetting`].
pub(super) async fn resetting(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<Resetting>> {
    let Some((email_key, account)) = link(tx, token_hash, now).await? else {
        return Ok(None);
    };
    let persons = with_password(tx, &email_key, account).await?;
    if persons.is_empty() {
        return Ok(None);
    }
    let sql =
        "SELECT password FROM person WHERE email_key = $1 AND password IS NOT NULL ORDER BY id";
    let passwords = tx.query(sql, &[&email_key]).await?;
    let passwords = passwords.iter().map(|row| row.try_get(0));
    let mut found = Resetting {
        passwords: passwords.collect::<Result<_, _>>()?,
        email: email_key,
        names: Vec::new(),
        consoles: Vec::new(),
    };
    let sql = "SELECT m.name, k.body FROM membership m JOIN chunk k ON k.client_id = m.client_id AND k.key = 'console'
         WHERE m.person_id = $1 AND m.enabled ORDER BY m.id";
    for person in persons {
        for row in tx.query(sql, &[&person.0]).await? {
            found.names.extend(row.try_get::<_, Option<String>>(0)?);
            found.consoles.push(from_json(row.try_get(1)?)?);
        }
    }
    Ok(Some(found))
}

/// See [`super::PortalStore::reset_password`]. Of two at once, the one that deletes the link has it.
pub(super) async fn reset_password(
    tx: &Tx,
    token_hash: &str,
    password: &str,
    origin: std::net::IpAddr,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let Some((email_key, account)) = link(tx, token_hash, now).await? else {
        return Ok(false);
    };
    let persons = held_with_password(tx, &email_key, account).await?;
    if persons.is_empty() {
        return Ok(false);
    }
    let sql = "DELETE FROM reset_link WHERE token_hash = $1";
    if tx.execute(sql, &[&token_hash]).await? == 0 {
        return Ok(false);
    }
    for person in &persons {
        tx.execute(
            "UPDATE person SET password = $1, password_at = $2 WHERE id = $3",
            &[&password, &now.timestamp(), &person.0],
        )
        .await?;
        people::end_all(tx, *person).await?;
        let Some(owner) = owner(tx, *person).await? else {
            continue;
        };
        let user = public_id(&owner.user)?;
        let act = Act::new(Action::PasswordReset, Actor::User(user)).origin(origin);
        journal::write(tx, owner.account.0, &act, now).await?;
        tell(tx, *person, SecurityChange::Password, now).await?;
    }
    let sql = "DELETE FROM reset_link WHERE email_key = $1";
    tx.execute(sql, &[&email_key]).await?;
    session::start_anew(tx, &email_key, &persons).await?;
    Ok(true)
}

/// See [`super::PortalStore::create_reset_link`].
pub(super) async fn create_reset_link(
    tx: &Tx,
    link: &NewResetLink,
    now: DateTime<Utc>,
) -> Outcome<LinkOutcome> {
    let Some(account) = account_row(tx, &link.account).await? else {
        return Ok(LinkOutcome::NoAccount);
    };
    lock::account(tx, account).await?;
    let accepted = with_password(tx, &link.email_key, Some(account.0)).await?;
    let (Some(person), false) = (
        person_row(tx, account, &link.email_key).await?,
        accepted.is_empty(),
    ) else {
        return Ok(LinkOutcome::NoUser);
    };
    session::forget(tx, Forgotten::Resets, now).await?;
    tx.execute(
        "INSERT INTO reset_link (token_hash, email_key, account_id, expires_at) VALUES ($1, $2, $3, $4)",
        &[
            &link.token_hash,
            &text(&link.email_key),
            &account.0,
            &link.expires.timestamp(),
        ],
    )
    .await?;
    let mut act = Act::new(Action::ResetLinkCreated, Actor::Operator);
    if let Some(owner) = owner(tx, person).await? {
        act = act.subject(owner.user);
    }
    journal::write(tx, account.0, &act, now).await?;
    Ok(LinkOutcome::Created)
}

/// See [`super::PortalStore::own_sessions`].
pub(super) async fn sessions(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Vec<SessionLine>> {
    let mut lines = Vec::new();
    let sql = "SELECT agent, origin, created_at, seen_at FROM session WHERE token_hash = $1";
    for hash in hashes(tx, token_hash).await? {
        if session::find(tx, &hash, now).await?.is_none() {
            continue;
        }
        let row = tx.one(sql, &[&hash]).await?;
        lines.push(SessionLine {
            handle: handle_of(&hash),
            agent: row.try_get(0)?,
            origin: row.try_get(1)?,
            begun: instant(row.try_get(2)?)?,
            used: instant(row.try_get(3)?)?,
            current: hash == token_hash,
        });
    }
    Ok(lines)
}

/// The sessions of the persons of a session.
async fn hashes(tx: &Tx, token_hash: &str) -> Outcome<Vec<String>> {
    let rows = tx
        .query(
            "SELECT DISTINCT s.token_hash, s.seen_at FROM session s JOIN session_person sp ON sp.session_id = s.id
             WHERE sp.person_id IN (SELECT person_id FROM session_person JOIN session own ON own.id = session_id
                 WHERE own.token_hash = $1)
             ORDER BY s.seen_at DESC, s.token_hash LIMIT 200",
            &[&token_hash],
        )
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// See [`super::PortalStore::end_own_sessions`].
pub(super) async fn end_sessions(
    tx: &Tx,
    token_hash: &str,
    handle: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<u32> {
    let owners = held_owners(tx, token_hash).await?;
    let mut ended = 0_u32;
    for hash in hashes(tx, token_hash).await? {
        let named = handle.is_none_or(|handle| handle_of(&hash) == handle);
        let sql = "DELETE FROM session WHERE token_hash = $1";
        if hash != token_hash && named && tx.execute(sql, &[&hash]).await? > 0 {
            ended = ended.saturating_add(1);
        }
    }
    if ended > 0 {
        let count = ended.to_string();
        for person in owners {
            write(tx, person, Action::SessionsEnded, Some(&count), now).await?;
        }
    }
    Ok(ended)
}

/// Whose lines of the audit log.
#[derive(Debug, Clone, Copy)]
enum Whose {
    /// What a user did.
    Of,
    /// What somebody tried in the name of an address.
    Against,
}

/// See [`super::PortalStore::own_log`].
pub(super) async fn log(tx: &Tx, token_hash: &str) -> Outcome<Vec<OwnLine>> {
    let mut lines = Vec::new();
    for person in owners(tx, token_hash).await? {
        let sql = "SELECT account_id, email_key FROM person WHERE id = $1";
        let row = tx.one(sql, &[&person.0]).await?;
        let account = AccountId(row.try_get(0)?);
        let sql = "SELECT public_id FROM membership WHERE person_id = $1 ORDER BY id";
        for user in tx.query(sql, &[&person.0]).await? {
            lines.extend(select(tx, Whose::Of, account, user.try_get(0)?).await?);
        }
        let tried = Counter::for_email(row.try_get(1)?).key;
        lines.extend(select(tx, Whose::Against, account, &tried).await?);
    }
    Ok(own_log(lines))
}

async fn select(tx: &Tx, whose: Whose, account: AccountId, value: &str) -> Outcome<Vec<OwnLine>> {
    let whose = match whose {
        Whose::Of => "actor = $2",
        Whose::Against => "actor = 'unknown' AND subject = $2",
    };
    let sql = format!(
        "SELECT at, action, subject, origin FROM audit WHERE chain = $1 AND {whose} AND action = ANY($3)
         ORDER BY number DESC LIMIT $4"
    );
    let concerns = CONCERNS.as_slice();
    let rows = tx
        .query(&sql, &[&account.0, &value, &concerns, &i64::from(OWN_LOG)])
        .await?;
    let lines = rows.iter().map(|row| {
        own_line(
            row.try_get(0)?,
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
        )
    });
    lines.collect()
}
