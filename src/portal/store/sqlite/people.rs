//! Statements about people: who may sign in, invitations and sign-in links.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::published::Digest;
use crate::published::protocol::{EventKind, Invitation, User, Users};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::part::email_key;
use super::super::super::viewer::{AccountId, PersonId};
use super::super::column::{from_json, instant, public_id};
use super::super::notice::kept;
use super::super::people::{Known, gone};
use super::super::record::role_of;
use super::super::{
    Entrance, Invitee, KnownUser, LinkOutcome, Login, NewLink, NewSession, SecurityChange,
};
use super::{Outcome, factor, journal, mail, session};

/// Makes the users of a client those of the list; sessions of whoever lost something end.
pub(super) fn apply(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    client_row: i64,
    users: &Users,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let people = People {
        tx,
        account,
        client,
        client_row,
        now,
    };
    let mut known = people.known()?;
    for id in gone(&known, users) {
        if let Some(known) = known.remove(&id) {
            people.remove(&id, &known)?;
        }
    }
    for user in &users.users {
        match known.get(&user.id) {
            Some(known) => people.update(user, known)?,
            None => people.add(user)?,
        }
    }
    let gone = tx.execute(
        "DELETE FROM person WHERE account_id = ? AND NOT EXISTS (SELECT 1 FROM membership WHERE person_id = person.id)",
        [account.0],
    )?;
    if gone > 0 {
        factor::forget(tx)?;
    }
    Ok(())
}

/// The users of one client while they are changed.
struct People<'a> {
    tx: &'a Transaction<'a>,
    account: AccountId,
    client: &'a PublicId,
    client_row: i64,
    now: DateTime<Utc>,
}

impl People<'_> {
    fn known(&self) -> Outcome<HashMap<PublicId, Known>> {
        let mut statement = self.tx.prepare_cached(
            "SELECT public_id, membership.id, person_id, email_key, role, enabled, invite_hash, accepted_hash
             FROM membership JOIN person ON person.id = person_id WHERE client_id = ?",
        )?;
        let mut rows = statement.query([self.client_row])?;
        let mut known = HashMap::new();
        while let Some(row) = rows.next()? {
            let user = Known {
                row: row.get(1)?,
                person: row.get(2)?,
                email_key: row.get(3)?,
                role: row.get(4)?,
                enabled: row.get(5)?,
                invite_hash: row.get(6)?,
                accepted_hash: row.get(7)?,
            };
            known.insert(public_id(&row.get::<_, String>(0)?)?, user);
        }
        Ok(known)
    }

    fn remove(&self, id: &PublicId, known: &Known) -> Outcome<()> {
        end_sessions(self.tx, known.person, known.row)?;
        self.tx
            .execute("DELETE FROM membership WHERE id = ?", [known.row])?;
        self.write(Action::UserRemoved, id)
    }

    fn add(&self, user: &User) -> Outcome<()> {
        let key = email_key(&user.email);
        self.tx.execute(
            "INSERT INTO person (account_id, email_key) VALUES (?, ?) ON CONFLICT (account_id, email_key) DO NOTHING",
            params![self.account.0, key],
        )?;
        self.tx.execute(
            "INSERT INTO membership (client_id, person_id, public_id, email, name, role, enabled, invite_hash, invite_expires,
                 unsubscribe_hash, muted)
             SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM person WHERE account_id = ? AND email_key = ?",
            params![
                self.client_row,
                user.id.to_string(),
                user.email,
                user.name,
                user.role.word(),
                user.enabled,
                user.invitation.as_ref().map(|invitation| invitation.token_hash.as_str()),
                user.invitation.as_ref().map(|invitation| invitation.expires.timestamp()),
                user.unsubscribe_hash.as_ref().map(Digest::as_str),
                kept(&user.muted),
                self.account.0,
                key,
            ],
        )?;
        let membership = self.tx.last_insert_rowid();
        self.write(Action::UserAdded, &user.id)?;
        if let Some(invitation) = &user.invitation {
            self.write(Action::InvitationOpened, &user.id)?;
            self.mail(user, invitation, membership)?;
        }
        Ok(())
    }

    /// Once for each invitation, in the transaction that opens it.
    fn mail(&self, user: &User, invitation: &Invitation, membership: i64) -> Outcome<()> {
        if !(invitation.send && user.enabled) {
            return Ok(());
        }
        mail::queue_invitation(
            self.tx,
            self.account,
            &user.email,
            membership,
            invitation.token_hash.as_str(),
            self.now,
        )
    }

    fn update(&self, user: &User, known: &Known) -> Outcome<()> {
        let role = user.role.word();
        self.tx.execute(
            "UPDATE membership SET email = ?1, name = ?2, role = ?3, enabled = ?4, unsubscribe_hash = ?5, muted = ?6,
                 chosen = nullif(chosen, ?6) WHERE id = ?7",
            params![
                user.email,
                user.name,
                role,
                user.enabled,
                user.unsubscribe_hash.as_ref().map(Digest::as_str),
                // What was chosen here and has come back waits no longer.
                kept(&user.muted),
                known.row
            ],
        )?;
        if role != known.role || user.enabled != known.enabled {
            self.write(Action::UserChanged, &user.id)?;
        }
        if !user.enabled {
            end_sessions(self.tx, known.person, known.row)?;
        }
        self.invite(user, known)
    }

    /// A new invitation takes the place of an open one.
    fn invite(&self, user: &User, known: &Known) -> Outcome<()> {
        let fresh = known.fresh(user);
        let hash = fresh.map(|invitation| invitation.token_hash.as_str());
        self.tx.execute(
            "UPDATE membership SET invite_hash = ?, invite_expires = ? WHERE id = ?",
            params![
                hash,
                fresh.map(|invitation| invitation.expires.timestamp()),
                known.row
            ],
        )?;
        match (known.invite_hash.as_deref(), fresh) {
            (before, _) if before == hash => Ok(()),
            (_, Some(invitation)) => {
                self.write(Action::InvitationOpened, &user.id)?;
                self.mail(user, invitation, known.row)
            }
            (_, None) => self.write(Action::InvitationWithdrawn, &user.id),
        }
    }

    fn write(&self, action: Action, user: &PublicId) -> Outcome<()> {
        let act = Act::new(action, Actor::Account)
            .client(self.client)
            .subject(user.to_string());
        journal::write(self.tx, self.account.0, &act, self.now)
    }
}

fn end_sessions(tx: &Transaction<'_>, person: i64, membership: i64) -> Outcome<()> {
    tx.prepare_cached(
        "DELETE FROM session WHERE only_membership = ?2
            OR id IN (SELECT session_id FROM session_person WHERE person_id = ?1)",
    )?
    .execute([person, membership])?;
    tx.execute(
        "DELETE FROM sign_in_link WHERE membership_id = ?",
        [membership],
    )?;
    Ok(())
}

pub(super) fn logins(tx: &Transaction<'_>, email_key: &str) -> Outcome<Vec<Login>> {
    let mut statement = tx.prepare_cached(
        "SELECT person.id, account_id, password FROM person JOIN account ON account.id = account_id
         WHERE email_key = ? AND password IS NOT NULL AND account.enabled = 1 ORDER BY person.id",
    )?;
    let rows = statement.query_map([email_key], |row| {
        Ok(Login {
            person: PersonId(row.get(0)?),
            account: AccountId(row.get(1)?),
            password: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`super::PortalStore::people`].
pub(super) fn of_account(tx: &Transaction<'_>, account: AccountId) -> Outcome<Vec<KnownUser>> {
    let mut statement = tx.prepare_cached(
        "SELECT c.public_id, m.public_id, m.email, m.role, m.enabled, m.accepted_at
         FROM membership m JOIN client c ON c.id = m.client_id WHERE c.account_id = ? ORDER BY c.slug, m.email",
    )?;
    let mut rows = statement.query([account.0])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(KnownUser {
            client: public_id(&row.get::<_, String>(0)?)?,
            user: public_id(&row.get::<_, String>(1)?)?,
            email: row.get(2)?,
            role: role_of(&row.get::<_, String>(3)?)?,
            enabled: row.get(4)?,
            accepted: row.get::<_, Option<i64>>(5)?.map(instant).transpose()?,
        });
    }
    Ok(people)
}

/// A user who may open the door with a secret.
struct Door {
    membership: i64,
    person: i64,
    account: AccountId,
    client: PublicId,
    user: PublicId,
    email: String,
    email_key: String,
    name: Option<String>,
    console: Vec<u8>,
}

const DOOR: &str = "SELECT m.id, m.person_id, c.account_id, c.public_id, m.public_id, m.email, p.email_key, m.name, k.body
     FROM membership m JOIN person p ON p.id = m.person_id JOIN client c ON c.id = m.client_id
     JOIN account a ON a.id = c.account_id JOIN chunk k ON k.client_id = c.id AND k.key = 'console'
     WHERE m.enabled = 1 AND a.enabled = 1";

impl Door {
    /// The one user behind an open invitation: by its own secret, or by that of a mail which was sent for it.
    fn invited(
        tx: &Transaction<'_>,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Outcome<Option<Self>> {
        Self::find(
            tx,
            &format!(
                "{DOOR} AND m.id IN (
                     SELECT id FROM membership WHERE invite_hash = ?1 AND invite_expires > ?2
                     UNION
                     SELECT i.id FROM mail_link l JOIN mail ON mail.id = l.mail_id
                     JOIN membership i ON i.id = mail.membership_id AND i.invite_hash = mail.invitation
                     WHERE l.token_hash = ?1 AND l.expires_at > ?2) LIMIT 2"
            ),
            params![token_hash, now.timestamp()],
        )
    }

    /// The one user behind a sign-in link.
    fn linked(tx: &Transaction<'_>, token_hash: &str, now: DateTime<Utc>) -> Outcome<Option<Self>> {
        Self::find(
            tx,
            &format!(
                "{DOOR} AND m.id = (SELECT membership_id FROM sign_in_link WHERE token_hash = ? AND expires_at > ?) LIMIT 2"
            ),
            params![token_hash, now.timestamp()],
        )
    }

    /// Two behind one secret are as good as none.
    fn find(
        tx: &Transaction<'_>,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Outcome<Option<Self>> {
        let mut statement = tx.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let door = Self {
            membership: row.get(0)?,
            person: row.get(1)?,
            account: AccountId(row.get(2)?),
            client: public_id(&row.get::<_, String>(3)?)?,
            user: public_id(&row.get::<_, String>(4)?)?,
            email: row.get(5)?,
            email_key: row.get(6)?,
            name: row.get(7)?,
            console: row.get(8)?,
        };
        Ok(rows.next()?.is_none().then_some(door))
    }

    fn act(&self, action: Action, session: &NewSession) -> Act {
        Act::new(action, Actor::User(self.user.clone()))
            .client(&self.client)
            .origin(session.origin)
    }
}

pub(super) fn invitation(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<Invitee>> {
    let Some(door) = Door::invited(tx, token_hash, now)? else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(
        "SELECT password FROM person WHERE email_key = ? AND password IS NOT NULL ORDER BY id",
    )?;
    let passwords = statement.query_map([&door.email_key], |row| row.get(0))?;
    let known = tx
        .prepare_cached("SELECT 1 FROM person WHERE id = ? AND password IS NOT NULL")?
        .exists([door.person])?;
    Ok(Some(Invitee {
        known,
        passwords: passwords.collect::<Result<_, _>>()?,
        console: from_json(&door.console)?,
        email: door.email,
        name: door.name,
    }))
}

/// See [`super::PortalStore::accept`].
pub(super) fn accept(
    tx: &Transaction<'_>,
    token_hash: &str,
    password: &str,
    new: &NewSession,
) -> Outcome<Option<(PublicId, Entrance)>> {
    let now = new.at;
    let Some(door) = Door::invited(tx, token_hash, now)? else {
        return Ok(None);
    };
    tx.execute(
        "UPDATE membership SET accepted_at = coalesce(accepted_at, ?), accepted_hash = invite_hash, invite_hash = NULL,
             invite_expires = NULL WHERE id = ?",
        params![now.timestamp(), door.membership],
    )?;
    let person = PersonId(door.person);
    let replaced = tx
        .prepare_cached("SELECT 1 FROM person WHERE id = ? AND password IS NOT NULL")?
        .exists([person.0])?;
    tx.execute(
        "UPDATE person SET password = ?, password_at = ? WHERE id = ?",
        params![password, now.timestamp(), person.0],
    )?;
    end_all(tx, person)?;
    if replaced {
        factor::tell(tx, person, SecurityChange::Password, now)?;
    }
    session::start_anew(tx, &door.email_key, &[person])?;
    let entrance = session::enter(tx, new, &[person])?;
    journal::write(
        tx,
        door.account.0,
        &door.act(Action::InvitationAccepted, new),
        now,
    )?;
    journal::emit(
        tx,
        door.account,
        &door.client,
        &door.user,
        &EventKind::InvitationAccepted,
        now,
    )?;
    Ok(Some((door.client, entrance)))
}

/// Ends all sessions of a person, whole and half, and what was asked for to get back in: a password was changed.
pub(super) fn end_all(tx: &Transaction<'_>, person: PersonId) -> Outcome<()> {
    for statement in [
        "DELETE FROM session WHERE id IN (SELECT session_id FROM session_person WHERE person_id = ?)",
        "DELETE FROM half_session WHERE token_hash IN (SELECT token_hash FROM half_session_person WHERE person_id = ?)",
        "DELETE FROM reset_link WHERE email_key = (SELECT email_key FROM person WHERE id = ?)",
    ] {
        tx.execute(statement, [person.0])?;
    }
    Ok(())
}

/// See [`super::PortalStore::create_link`].
pub(super) fn create_link(
    tx: &Transaction<'_>,
    link: &NewLink,
    now: DateTime<Utc>,
) -> Outcome<LinkOutcome> {
    let account: Option<i64> = tx
        .query_row(
            "SELECT id FROM account WHERE name = ?",
            [&link.account],
            |row| row.get(0),
        )
        .optional()?;
    let Some(account) = account else {
        return Ok(LinkOutcome::NoAccount);
    };
    let mut statement = tx.prepare(
        "SELECT id, public_id FROM client WHERE account_id = ? AND slug = ? AND has_console = 1 LIMIT 2",
    )?;
    let clients = statement
        .query_map(params![account, link.client], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let (client, client_id) = match clients.as_slice() {
        [] => return Ok(LinkOutcome::NoClient),
        [one] => one,
        _ => return Ok(LinkOutcome::SeveralClients),
    };
    let user: Option<(i64, String)> = tx
        .query_row(
            "SELECT membership.id, public_id FROM membership JOIN person ON person.id = person_id
             WHERE client_id = ? AND email_key = ? AND enabled = 1",
            params![client, link.email_key],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((membership, user)) = user else {
        return Ok(LinkOutcome::NoUser);
    };
    tx.execute(
        "DELETE FROM sign_in_link WHERE expires_at <= ?",
        [now.timestamp()],
    )?;
    tx.execute(
        "INSERT INTO sign_in_link (token_hash, membership_id, expires_at) VALUES (?, ?, ?)",
        params![link.token_hash, membership, link.expires.timestamp()],
    )?;
    let act = Act::new(Action::LinkCreated, Actor::Operator)
        .client(&public_id(client_id)?)
        .subject(user);
    journal::write(tx, account, &act, now)?;
    Ok(LinkOutcome::Created)
}

/// See [`super::PortalStore::use_link`].
pub(super) fn use_link(
    tx: &Transaction<'_>,
    token_hash: &str,
    new: &NewSession,
) -> Outcome<Option<PublicId>> {
    let now = new.at;
    let Some(door) = Door::linked(tx, token_hash, now)? else {
        return Ok(None);
    };
    tx.execute(
        "DELETE FROM sign_in_link WHERE token_hash = ?",
        [token_hash],
    )?;
    session::open(tx, new, &[], Some(door.membership))?;
    journal::write(tx, door.account.0, &door.act(Action::LinkUsed, new), now)?;
    journal::emit(
        tx,
        door.account,
        &door.client,
        &door.user,
        &EventKind::LinkOpened,
        now,
    )?;
    Ok(Some(door.client))
}
