//! Statements about people: who may sign in, invitations and sign-in links.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

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
use super::tx::{Tx, Value};
use super::{Outcome, factor, journal, lock, mail, session, text};

/// Makes the users of a client those of the list; sessions of whoever lost something end. Persons are shared by the clients of
/// an account, so the account is held.
pub(super) async fn apply(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    client_row: i64,
    users: &Users,
    now: DateTime<Utc>,
) -> Outcome<()> {
    lock::account(tx, account).await?;
    let people = People {
        tx,
        account,
        client,
        client_row,
        now,
    };
    let mut known = people.known().await?;
    for id in gone(&known, users) {
        if let Some(known) = known.remove(&id) {
            people.remove(&id, &known).await?;
        }
    }
    for user in &users.users {
        match known.get(&user.id) {
            Some(known) => people.update(user, known).await?,
            None => people.add(user).await?,
        }
    }
    let gone = tx
        .execute(
            "DELETE FROM person WHERE account_id = $1 AND NOT EXISTS (SELECT 1 FROM membership WHERE person_id = person.id)",
            &[&account.0],
        )
        .await?;
    if gone > 0 {
        factor::forget(tx).await?;
    }
    Ok(())
}

/// The users of one client while they are changed.
struct People<'a> {
    tx: &'a Tx,
    account: AccountId,
    client: &'a PublicId,
    client_row: i64,
    now: DateTime<Utc>,
}

impl People<'_> {
    async fn known(&self) -> Outcome<HashMap<PublicId, Known>> {
        let rows = self
            .tx
            .query(
                "SELECT public_id, membership.id, person_id, email_key, role, enabled, invite_hash, accepted_hash
                 FROM membership JOIN person ON person.id = person_id WHERE client_id = $1",
                &[&self.client_row],
            )
            .await?;
        let known = rows.iter().map(|row| {
            let user = Known {
                row: row.try_get(1)?,
                person: row.try_get(2)?,
                email_key: row.try_get(3)?,
                role: row.try_get(4)?,
                enabled: row.try_get(5)?,
                invite_hash: row.try_get(6)?,
                accepted_hash: row.try_get(7)?,
            };
            Ok((public_id(row.try_get(0)?)?, user))
        });
        known.collect()
    }

    async fn remove(&self, id: &PublicId, known: &Known) -> Outcome<()> {
        end_sessions(self.tx, known.person, known.row).await?;
        let sql = "DELETE FROM membership WHERE id = $1";
        self.tx.execute(sql, &[&known.row]).await?;
        self.write(Action::UserRemoved, id).await
    }

    async fn add(&self, user: &User) -> Outcome<()> {
        let person: i64 = self
            .tx
            .one(
                "INSERT INTO person (account_id, email_key) VALUES ($1, $2)
                 ON CONFLICT (account_id, email_key) DO UPDATE SET email_key = excluded.email_key RETURNING id",
                &[&self.account.0, &text(&email_key(&user.email))],
            )
            .await?
            .try_get(0)?;
        let invitation = user.invitation.as_ref();
        let membership = self
            .tx
            .one(
                "INSERT INTO membership (client_id, person_id, public_id, email, name, role, enabled, invite_hash, invite_expires,
                     unsubscribe_hash, muted)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
                &[
                    &self.client_row,
                    &person,
                    &user.id.as_str(),
                    &text(&user.email),
                    &user.name.as_deref().map(text),
                    &user.role.word(),
                    &user.enabled,
                    &invitation.map(|invitation| invitation.token_hash.as_str()),
                    &invitation.map(|invitation| invitation.expires.timestamp()),
                    &user.unsubscribe_hash.as_ref().map(Digest::as_str),
                    &kept(&user.muted),
                ],
            )
            .await?
            .try_get(0)?;
        self.write(Action::UserAdded, &user.id).await?;
        if let Some(invitation) = invitation {
            self.write(Action::InvitationOpened, &user.id).await?;
            self.mail(user, invitation, membership).await?;
        }
        Ok(())
    }

    /// Once for each invitation, in the transaction that opens it.
    async fn mail(&self, user: &User, invitation: &Invitation, membership: i64) -> Outcome<()> {
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
        .await
    }

    async fn update(&self, user: &User, known: &Known) -> Outcome<()> {
        let role = user.role.word();
        self.tx
            .execute(
                "UPDATE membership SET email = $1, name = $2, role = $3, enabled = $4, unsubscribe_hash = $6, muted = $7,
                     chosen = nullif(chosen, $7) WHERE id = $5",
                &[
                    &text(&user.email),
                    &user.name.as_deref().map(text),
                    &role,
                    &user.enabled,
                    &known.row,
                    &user.unsubscribe_hash.as_ref().map(Digest::as_str),
                    // What was chosen here and has come back waits no longer.
                    &kept(&user.muted),
                ],
            )
            .await?;
        if role != known.role || user.enabled != known.enabled {
            self.write(Action::UserChanged, &user.id).await?;
        }
        if !user.enabled {
            end_sessions(self.tx, known.person, known.row).await?;
        }
        self.invite(user, known).await
    }

    /// A new invitation takes the place of an open one.
    async fn invite(&self, user: &User, known: &Known) -> Outcome<()> {
        let fresh = known.fresh(user);
        let hash = fresh.map(|invitation| invitation.token_hash.as_str());
        self.tx
            .execute(
                "UPDATE membership SET invite_hash = $1, invite_expires = $2 WHERE id = $3",
                &[
                    &hash,
                    &fresh.map(|invitation| invitation.expires.timestamp()),
                    &known.row,
                ],
            )
            .await?;
        match (known.invite_hash.as_deref(), fresh) {
            (before, _) if before == hash => Ok(()),
            (_, Some(invitation)) => {
                self.write(Action::InvitationOpened, &user.id).await?;
                self.mail(user, invitation, known.row).await
            }
            (_, None) => self.write(Action::InvitationWithdrawn, &user.id).await,
        }
    }

    async fn write(&self, action: Action, user: &PublicId) -> Outcome<()> {
        let act = Act::new(action, Actor::Account)
            .client(self.client)
            .subject(user.to_string());
        journal::write(self.tx, self.account.0, &act, self.now).await
    }
}

async fn end_sessions(tx: &Tx, person: i64, membership: i64) -> Outcome<()> {
    tx.execute(
        "DELETE FROM session WHERE only_membership = $2
            OR id IN (SELECT session_id FROM session_person WHERE person_id = $1)",
        &[&person, &membership],
    )
    .await?;
    let sql = "DELETE FROM sign_in_link WHERE membership_id = $1";
    tx.execute(sql, &[&membership]).await?;
    Ok(())
}

pub(super) async fn logins(tx: &Tx, email_key: &str) -> Outcome<Vec<Login>> {
    let rows = tx
        .query(
            "SELECT person.id, account_id, password FROM person JOIN account ON account.id = account_id
             WHERE email_key = $1 AND password IS NOT NULL AND account.enabled ORDER BY person.id",
            &[&text(email_key)],
        )
        .await?;
    let logins = rows.iter().map(|row| {
        Ok(Login {
            person: PersonId(row.try_get(0)?),
            account: AccountId(row.try_get(1)?),
            password: row.try_get(2)?,
        })
    });
    logins.collect()
}

/// See [`super::PortalStore::people`].
pub(super) async fn of_account(tx: &Tx, account: AccountId) -> Outcome<Vec<KnownUser>> {
    let rows = tx
        .query(
            "SELECT c.public_id, m.public_id, m.email, m.role, m.enabled, m.accepted_at FROM membership m
             JOIN client c ON c.id = m.client_id WHERE c.account_id = $1
             ORDER BY c.slug COLLATE \"C\", m.email COLLATE \"C\"",
            &[&account.0],
        )
        .await?;
    let people = rows.iter().map(|row| {
        Ok(KnownUser {
            client: public_id(row.try_get(0)?)?,
            user: public_id(row.try_get(1)?)?,
            email: row.try_get(2)?,
            role: role_of(row.try_get(3)?)?,
            enabled: row.try_get(4)?,
            accepted: row.try_get::<_, Option<i64>>(5)?.map(instant).transpose()?,
        })
    });
    people.collect()
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
     WHERE m.enabled AND a.enabled";

/// By the invitation's own secret, or by that of a mail which was sent for it.
const INVITED: &str = "m.id IN (
    SELECT id FROM membership WHERE invite_hash = $1 AND invite_expires > $2
    UNION
    SELECT i.id FROM mail_link l JOIN mail ON mail.id = l.mail_id
    JOIN membership i ON i.id = mail.membership_id AND i.invite_hash = mail.invitation
    WHERE l.token_hash = $1 AND l.expires_at > $2)";
const LINKED: &str =
    "m.id = (SELECT membership_id FROM sign_in_link WHERE token_hash = $1 AND expires_at > $2)";

impl Door {
    /// The one user behind a secret. Two behind one secret are as good as none.
    async fn find(
        tx: &Tx,
        which: &str,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Outcome<Option<Self>> {
        let sql = format!("{DOOR} AND {which} LIMIT 2");
        let values: [Value<'_>; 2] = [&token_hash, &now.timestamp()];
        let rows = tx.query(&sql, &values).await?;
        let [row] = rows.as_slice() else {
            return Ok(None);
        };
        Ok(Some(Self {
            membership: row.try_get(0)?,
            person: row.try_get(1)?,
            account: AccountId(row.try_get(2)?),
            client: public_id(row.try_get(3)?)?,
            user: public_id(row.try_get(4)?)?,
            email: row.try_get(5)?,
            email_key: row.try_get(6)?,
            name: row.try_get(7)?,
            console: row.try_get(8)?,
        }))
    }

    /// The same with its account held: looked at again once nobody else can use the secret up, or take the user away.
    async fn claim(
        tx: &Tx,
        which: &str,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Outcome<Option<Self>> {
        let Some(seen) = Self::find(tx, which, token_hash, now).await? else {
            return Ok(None);
        };
        lock::account(tx, seen.account).await?;
        let held = Self::find(tx, which, token_hash, now).await?;
        Ok(held.filter(|door| door.account == seen.account))
    }

    fn act(&self, action: Action, session: &NewSession) -> Act {
        Act::new(action, Actor::User(self.user.clone()))
            .client(&self.client)
            .origin(session.origin)
    }
}

pub(super) async fn invitation(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Option<Invitee>> {
    let Some(door) = Door::find(tx, INVITED, token_hash, now).await? else {
        return Ok(None);
    };
    let rows = tx
        .query(
            "SELECT password FROM person WHERE email_key = $1 AND password IS NOT NULL ORDER BY id",
            &[&door.email_key],
        )
        .await?;
    let passwords = rows.iter().map(|row| row.try_get(0));
    let known = "SELECT 1 FROM person WHERE id = $1 AND password IS NOT NULL";
    let known = tx.first(known, &[&door.person]).await?.is_some();
    Ok(Some(Invitee {
        known,
        passwords: passwords.collect::<Result<_, _>>()?,
        console: from_json(&door.console)?,
        email: door.email,
        name: door.name,
    }))
}

/// See [`super::PortalStore::accept`].
pub(super) async fn accept(
    tx: &Tx,
    token_hash: &str,
    password: &str,
    new: &NewSession,
) -> Outcome<Option<(PublicId, Entrance)>> {
    let now = new.at;
    let Some(door) = Door::claim(tx, INVITED, token_hash, now).await? else {
        return Ok(None);
    };
    tx.execute(
        "UPDATE membership SET accepted_at = coalesce(accepted_at, $1), accepted_hash = invite_hash, invite_hash = NULL,
             invite_expires = NULL WHERE id = $2",
        &[&now.timestamp(), &door.membership],
    )
    .await?;
    let person = PersonId(door.person);
    let had = "SELECT 1 FROM person WHERE id = $1 AND password IS NOT NULL";
    let replaced = tx.first(had, &[&person.0]).await?.is_some();
    tx.execute(
        "UPDATE person SET password = $1, password_at = $2 WHERE id = $3",
        &[&password, &now.timestamp(), &person.0],
    )
    .await?;
    end_all(tx, person).await?;
    if replaced {
        factor::tell(tx, person, SecurityChange::Password, now).await?;
    }
    session::start_anew(tx, &door.email_key, &[person]).await?;
    let entrance = session::enter(tx, new, &[person]).await?;
    let act = door.act(Action::InvitationAccepted, new);
    journal::write(tx, door.account.0, &act, now).await?;
    journal::emit(
        tx,
        door.account,
        &door.client,
        &door.user,
        &EventKind::InvitationAccepted,
        now,
    )
    .await?;
    Ok(Some((door.client, entrance)))
}

/// Ends all sessions of a person, whole and half: a password was changed.
pub(super) async fn end_all(tx: &Tx, person: PersonId) -> Outcome<()> {
    for statement in [
        "DELETE FROM session WHERE id IN (SELECT session_id FROM session_person WHERE person_id = $1)",
        "DELETE FROM half_session WHERE token_hash IN (SELECT token_hash FROM half_session_person WHERE person_id = $1)",
        "DELETE FROM reset_link WHERE email_key = (SELECT email_key FROM person WHERE id = $1)",
    ] {
        tx.execute(statement, &[&person.0]).await?;
    }
    Ok(())
}

/// See [`super::PortalStore::create_link`].
pub(super) async fn create_link(
    tx: &Tx,
    link: &NewLink,
    now: DateTime<Utc>,
) -> Outcome<LinkOutcome> {
    let account = tx
        .first(
            "SELECT id FROM account WHERE name = $1",
            &[&text(&link.account)],
        )
        .await?;
    let Some(account) = account else {
        return Ok(LinkOutcome::NoAccount);
    };
    let account: i64 = account.try_get(0)?;
    lock::account(tx, AccountId(account)).await?;
    let clients = tx
        .query(
            "SELECT id, public_id FROM client WHERE account_id = $1 AND slug = $2 AND has_console LIMIT 2",
            &[&account, &text(&link.client)],
        )
        .await?;
    let client = match clients.as_slice() {
        [] => return Ok(LinkOutcome::NoClient),
        [one] => one,
        _ => return Ok(LinkOutcome::SeveralClients),
    };
    let user = tx
        .first(
            "SELECT membership.id, public_id FROM membership JOIN person ON person.id = person_id
             WHERE client_id = $1 AND email_key = $2 AND enabled",
            &[&client.try_get::<_, i64>(0)?, &text(&link.email_key)],
        )
        .await?;
    let Some(user) = user else {
        return Ok(LinkOutcome::NoUser);
    };
    session::forget(tx, session::Forgotten::Links, now).await?;
    tx.execute(
        "INSERT INTO sign_in_link (token_hash, membership_id, expires_at) VALUES ($1, $2, $3)",
        &[
            &link.token_hash,
            &user.try_get::<_, i64>(0)?,
            &link.expires.timestamp(),
        ],
    )
    .await?;
    let act = Act::new(Action::LinkCreated, Actor::Operator)
        .client(&public_id(client.try_get(1)?)?)
        .subject(user.try_get::<_, String>(1)?);
    journal::write(tx, account, &act, now).await?;
    Ok(LinkOutcome::Created)
}

/// See [`super::PortalStore::use_link`].
pub(super) async fn use_link(
    tx: &Tx,
    token_hash: &str,
    new: &NewSession,
) -> Outcome<Option<PublicId>> {
    let now = new.at;
    let Some(door) = Door::claim(tx, LINKED, token_hash, now).await? else {
        return Ok(None);
    };
    let sql = "DELETE FROM sign_in_link WHERE token_hash = $1";
    tx.execute(sql, &[&token_hash]).await?;
    session::open(tx, new, &[], Some(door.membership)).await?;
    let act = door.act(Action::LinkUsed, new);
    journal::write(tx, door.account.0, &act, now).await?;
    journal::emit(
        tx,
        door.account,
        &door.client,
        &door.user,
        &EventKind::LinkOpened,
        now,
    )
    .await?;
    Ok(Some(door.client))
}
