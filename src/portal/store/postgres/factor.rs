//! Statements about what people sign in with beside a password: authenticators, recovery codes, passkeys. Whoever changes
//! something about persons holds their accounts first, and looks again once it does.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::published::Console;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::throttle::Counter;
use super::super::super::viewer::{AccountId, PersonId};
use super::super::column::{from_json, instant, public_id};
use super::super::factor::SECOND_STEP_FAILURES;
use super::super::{
    Authenticator, Change, Factors, LinkOutcome, MailKind, NewPasskey, NewSession, OutboxMail,
    Passkey, PasskeyLine, Proof, SecurityChange,
};
use super::tx::Tx;
use super::{Outcome, journal, lock, mail, people, session, text};

/// See [`super::PortalStore::factors`].
pub(super) async fn of(tx: &Tx, persons: &[PersonId]) -> Outcome<Vec<Factors>> {
    let mut all = Vec::new();
    for person in persons {
        let sql = "SELECT account_id, email_key, password FROM person WHERE id = $1";
        let Some(row) = tx.first(sql, &[&person.0]).await? else {
            continue;
        };
        all.push(Factors {
            person: *person,
            account: AccountId(row.try_get(0)?),
            email_key: row.try_get(1)?,
            password: row.try_get(2)?,
            authenticator: authenticator(tx, *person).await?,
            recovery: recovery(tx, *person).await?,
            passkeys: passkeys(tx, *person).await?,
        });
    }
    Ok(all)
}

async fn authenticator(tx: &Tx, person: PersonId) -> Outcome<Option<Authenticator>> {
    let sql = "SELECT secret, last_step, added_at FROM authenticator WHERE person_id = $1";
    let Some(row) = tx.first(sql, &[&person.0]).await? else {
        return Ok(None);
    };
    Ok(Some(Authenticator {
        secret: row.try_get(0)?,
        last_step: row.try_get(1)?,
        added: instant(row.try_get(2)?)?,
    }))
}

async fn recovery(tx: &Tx, person: PersonId) -> Outcome<Vec<String>> {
    let sql =
        "SELECT hash FROM recovery_code WHERE person_id = $1 AND used_at IS NULL ORDER BY hash";
    let rows = tx.query(sql, &[&person.0]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

async fn passkeys(tx: &Tx, person: PersonId) -> Outcome<Vec<PasskeyLine>> {
    let rows = tx
        .query(
            "SELECT id, name, credential, handle, added_at, used_at FROM passkey JOIN passkey_person ON passkey_id = id
             WHERE person_id = $1 ORDER BY id",
            &[&person.0],
        )
        .await?;
    let lines = rows.iter().map(|row| {
        Ok(PasskeyLine {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            credential: row.try_get(2)?,
            handle: row.try_get(3)?,
            added: instant(row.try_get(4)?)?,
            used: row.try_get::<_, Option<i64>>(5)?.map(instant).transpose()?,
        })
    });
    lines.collect()
}

/// See [`super::PortalStore::half_session`].
pub(super) async fn half_session(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Vec<PersonId>> {
    let rows = tx
        .query(
            "SELECT person_id FROM half_session_person JOIN half_session USING (token_hash)
             WHERE token_hash = $1 AND expires_at > $2 AND failures < $3 ORDER BY person_id",
            &[
                &token_hash,
                &now.timestamp(),
                &i64::from(SECOND_STEP_FAILURES),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(PersonId(row.try_get(0)?)))
        .collect()
}

/// The same with the accounts of its persons held.
async fn held_half_session(
    tx: &Tx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Vec<PersonId>> {
    lock::persons(tx, &half_session(tx, token_hash, now).await?).await?;
    half_session(tx, token_hash, now).await
}

/// See [`super::PortalStore::second_step_failed`].
pub(super) async fn second_step_failed(
    tx: &Tx,
    token_hash: &str,
    act: &Act,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let persons = held_half_session(tx, token_hash, now).await?;
    let sql = "UPDATE half_session SET failures = failures + 1 WHERE token_hash = $1";
    tx.execute(sql, &[&token_hash]).await?;
    for account in lock::persons(tx, &persons).await? {
        journal::write(tx, account.0, act, now).await?;
    }
    Ok(())
}

/// See [`super::PortalStore::second_step`].
pub(super) async fn second_step(
    tx: &Tx,
    half: &str,
    proof: &Proof,
    new: &NewSession,
    counters: &[Counter],
) -> Outcome<bool> {
    let waiting = held_half_session(tx, half, new.at).await?;
    lock::counters(tx, counters).await?;
    let shown = spend(tx, proof, &waiting, new.at).await?;
    let word = match proof {
        // A password is what opened the half session: it is no second factor.
        Proof::Password(_) => return Ok(false),
        Proof::Code { .. } => "password and code",
        Proof::Recovery(_) => "password and recovery code",
    };
    if shown.is_empty() {
        return Ok(false);
    }
    // Who shares the address and password but has another second factor, that was not shown, stays outside.
    let mut persons = Vec::new();
    for person in waiting {
        if shown.contains(&person) || !session::has_factor(tx, person).await? {
            persons.push(person);
        }
    }
    let sql = "DELETE FROM half_session WHERE token_hash = $1";
    if tx.execute(sql, &[&half]).await? == 0 {
        return Ok(false);
    }
    session::settle_all(tx, counters, new.at).await?;
    session::open(tx, new, &persons, None).await?;
    session::proven(tx, &new.token_hash, &shown).await?;
    session::signed_in(tx, new, &persons, word).await?;
    Ok(true)
}

/// Uses a proof up: of those who may, for whom it counts. Two that come at once are told apart here, by the row itself.
async fn spend(
    tx: &Tx,
    proof: &Proof,
    may: &[PersonId],
    now: DateTime<Utc>,
) -> Outcome<Vec<PersonId>> {
    let mut shown = Vec::new();
    match proof {
        Proof::Password(persons) => {
            shown.extend(persons.iter().filter(|person| may.contains(person)));
        }
        Proof::Code { persons, step } => {
            let sql =
                "UPDATE authenticator SET last_step = $1 WHERE person_id = $2 AND last_step < $1";
            for person in persons.iter().filter(|person| may.contains(person)) {
                if tx.execute(sql, &[step, &person.0]).await? > 0 {
                    shown.push(*person);
                }
            }
        }
        Proof::Recovery(hashes) => {
            let sql = "UPDATE recovery_code SET used_at = $1 WHERE person_id = $2 AND hash = $3 AND used_at IS NULL";
            for (person, hash) in hashes.iter().filter(|(person, _)| may.contains(person)) {
                let taken = tx
                    .execute(sql, &[&now.timestamp(), &person.0, hash])
                    .await?;
                if taken > 0 {
                    shown.push(*person);
                    write(tx, *person, Action::RecoveryCodeUsed, None, now).await?;
                    tell(tx, *person, SecurityChange::RecoveryCodeUsed, now).await?;
                }
            }
        }
    }
    Ok(shown)
}

/// See [`super::PortalStore::prove`].
pub(super) async fn prove(
    tx: &Tx,
    token_hash: &str,
    proof: &Proof,
    counters: &[Counter],
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let owners = held_owners(tx, token_hash).await?;
    lock::counters(tx, counters).await?;
    let shown = spend(tx, proof, &owners, now).await?;
    if shown.is_empty() {
        return Ok(false);
    }
    let (factors, word) = match proof {
        Proof::Password(_) => (Vec::new(), "password"),
        Proof::Code { .. } => (shown.clone(), "code"),
        Proof::Recovery(_) => (shown.clone(), "recovery code"),
    };
    session::settle_all(tx, counters, now).await?;
    session::proven(tx, token_hash, &factors).await?;
    let sql = "UPDATE session SET proved_at = $1 WHERE token_hash = $2";
    tx.execute(sql, &[&now.timestamp(), &token_hash]).await?;
    for person in shown {
        write(tx, person, Action::Reauthenticated, Some(word), now).await?;
    }
    Ok(true)
}

/// The persons of a session.
pub(super) async fn owners(tx: &Tx, token_hash: &str) -> Outcome<Vec<PersonId>> {
    let rows = tx
        .query(
            "SELECT person_id FROM session_person JOIN session ON session.id = session_id
             WHERE token_hash = $1 ORDER BY person_id",
            &[&token_hash],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(PersonId(row.try_get(0)?)))
        .collect()
}

/// The same with their accounts held.
pub(super) async fn held_owners(tx: &Tx, token_hash: &str) -> Outcome<Vec<PersonId>> {
    lock::persons(tx, &owners(tx, token_hash).await?).await?;
    owners(tx, token_hash).await
}

/// See [`super::PortalStore::change_factors`].
pub(super) async fn change(
    tx: &Tx,
    token_hash: &str,
    change: &Change,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let owners = held_owners(tx, token_hash).await?;
    let changing = Changing {
        tx,
        owners: &owners,
        now,
    };
    let Some((persons, action, told)) = changing.apply(change).await? else {
        return Ok(false);
    };
    for person in &persons {
        end_others(tx, *person, token_hash).await?;
        write(tx, *person, action, None, now).await?;
        tell(tx, *person, told, now).await?;
    }
    // A change does not make the proof before it last longer.
    if matches!(
        change,
        Change::AddAuthenticator { .. } | Change::AddPasskey { .. }
    ) {
        session::proven(tx, token_hash, &persons).await?;
    }
    Ok(!persons.is_empty())
}

/// A change being made; what it was, and to whom.
struct Changing<'a> {
    tx: &'a Tx,
    owners: &'a [PersonId],
    now: DateTime<Utc>,
}

type Changed = Option<(Vec<PersonId>, Action, SecurityChange)>;

impl Changing<'_> {
    async fn apply(&self, change: &Change) -> Outcome<Changed> {
        match change {
            Change::Password { persons, password } => self.password(persons, password).await,
            Change::AddAuthenticator {
                secret,
                step,
                recovery,
            } => self.add_authenticator(secret, *step, recovery).await,
            Change::RemoveAuthenticator => self.remove_authenticator().await,
            Change::AddPasskey { passkey, recovery } => self.add_passkey(passkey, recovery).await,
            Change::RemovePasskey(id) => self.remove_passkey(*id).await,
            Change::Recovery(hashes) => {
                for person in self.owners {
                    self.set_recovery(*person, hashes).await?;
                }
                Ok(Some((
                    self.owners.to_vec(),
                    Action::RecoveryCodesMade,
                    SecurityChange::RecoveryCodes,
                )))
            }
        }
    }

    async fn password(&self, persons: &[PersonId], password: &str) -> Outcome<Changed> {
        let persons: Vec<PersonId> = persons
            .iter()
            .copied()
            .filter(|person| self.owners.contains(person))
            .collect();
        let sql = "UPDATE person SET password = $1, password_at = $2 WHERE id = $3";
        for person in &persons {
            self.tx
                .execute(sql, &[&password, &self.now.timestamp(), &person.0])
                .await?;
        }
        Ok(Some((
            persons,
            Action::PasswordChanged,
            SecurityChange::Password,
        )))
    }

    async fn add_authenticator(
        &self,
        secret: &[u8],
        step: i64,
        recovery: &[String],
    ) -> Outcome<Changed> {
        let sql = "INSERT INTO authenticator (person_id, secret, last_step, added_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step,
                 added_at = excluded.added_at";
        for person in self.owners {
            self.tx
                .execute(sql, &[&person.0, &secret, &step, &self.now.timestamp()])
                .await?;
            self.first_recovery(*person, recovery).await?;
        }
        Ok(Some((
            self.owners.to_vec(),
            Action::AuthenticatorAdded,
            SecurityChange::FactorAdded,
        )))
    }

    async fn remove_authenticator(&self) -> Outcome<Changed> {
        let mut persons = Vec::new();
        let sql = "DELETE FROM authenticator WHERE person_id = $1";
        for person in self.owners {
            if self.tx.execute(sql, &[&person.0]).await? > 0 {
                persons.push(*person);
                self.drop_useless_recovery(*person).await?;
            }
        }
        Ok((!persons.is_empty()).then_some((
            persons,
            Action::AuthenticatorRemoved,
            SecurityChange::FactorRemoved,
        )))
    }

    async fn add_passkey(&self, passkey: &NewPasskey, recovery: &[String]) -> Outcome<Changed> {
        let added = self
            .tx
            .first(
                "INSERT INTO passkey (credential, handle, name, body, added_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (credential) DO NOTHING RETURNING id",
                &[
                    &text(&passkey.credential),
                    &text(&passkey.handle),
                    &text(&passkey.name),
                    &passkey.body,
                    &self.now.timestamp(),
                ],
            )
            .await?;
        let Some(row) = added else {
            return Ok(None);
        };
        let id: i64 = row.try_get(0)?;
        let sql = "INSERT INTO passkey_person (passkey_id, person_id) VALUES ($1, $2)";
        for person in self.owners {
            self.tx.execute(sql, &[&id, &person.0]).await?;
            self.first_recovery(*person, recovery).await?;
        }
        Ok(Some((
            self.owners.to_vec(),
            Action::PasskeyAdded,
            SecurityChange::PasskeyAdded,
        )))
    }

    async fn remove_passkey(&self, id: i64) -> Outcome<Changed> {
        let mut persons = Vec::new();
        let sql = "DELETE FROM passkey_person WHERE passkey_id = $1 AND person_id = $2";
        for person in self.owners {
            if self.tx.execute(sql, &[&id, &person.0]).await? > 0 {
                persons.push(*person);
                self.drop_useless_recovery(*person).await?;
            }
        }
        forget(self.tx).await?;
        Ok((!persons.is_empty()).then_some((
            persons,
            Action::PasskeyRemoved,
            SecurityChange::PasskeyRemoved,
        )))
    }

    /// The codes of a person's first factor; later ones leave those that were written down.
    async fn first_recovery(&self, person: PersonId, hashes: &[String]) -> Outcome<()> {
        if hashes.is_empty() || !recovery(self.tx, person).await?.is_empty() {
            return Ok(());
        }
        self.set_recovery(person, hashes).await
    }

    async fn set_recovery(&self, person: PersonId, hashes: &[String]) -> Outcome<()> {
        let sql = "DELETE FROM recovery_code WHERE person_id = $1";
        self.tx.execute(sql, &[&person.0]).await?;
        let sql = "INSERT INTO recovery_code (person_id, hash) VALUES ($1, $2)";
        for hash in hashes {
            self.tx.execute(sql, &[&person.0, hash]).await?;
        }
        Ok(())
    }

    /// With the last factor its recovery codes go: there is nothing left that they stand in for.
    async fn drop_useless_recovery(&self, person: PersonId) -> Outcome<()> {
        if !session::has_factor(self.tx, person).await? {
            self.set_recovery(person, &[]).await?;
            // What was shown is a factor no more.
            let sql = "UPDATE session_person SET proven = false WHERE person_id = $1";
            self.tx.execute(sql, &[&person.0]).await?;
        }
        Ok(())
    }
}

/// Ends every session of a person but one, and every half session.
async fn end_others(tx: &Tx, person: PersonId, but: &str) -> Outcome<()> {
    tx.execute(
        "DELETE FROM session WHERE token_hash <> $2 AND id IN (SELECT session_id FROM session_person WHERE person_id = $1)",
        &[&person.0, &but],
    )
    .await?;
    tx.execute(
        "DELETE FROM half_session WHERE token_hash IN (SELECT token_hash FROM half_session_person WHERE person_id = $1)",
        &[&person.0],
    )
    .await?;
    // A link that was asked for before is of no use to whoever else holds it.
    tx.execute(
        "DELETE FROM reset_link WHERE email_key = (SELECT email_key FROM person WHERE id = $1)",
        &[&person.0],
    )
    .await?;
    Ok(())
}

/// Takes away passkeys that belong to nobody any more.
pub(super) async fn forget(tx: &Tx) -> Outcome<()> {
    let sql = "DELETE FROM passkey WHERE NOT EXISTS (SELECT 1 FROM passkey_person WHERE passkey_id = passkey.id)";
    tx.execute(sql, &[]).await?;
    Ok(())
}

/// See [`super::PortalStore::passkey`].
pub(super) async fn passkey(tx: &Tx, credential: &str) -> Outcome<Option<Passkey>> {
    let sql = "SELECT id, handle, body FROM passkey WHERE credential = $1";
    let Some(row) = tx.first(sql, &[&text(credential)]).await? else {
        return Ok(None);
    };
    let persons = tx
        .query(
            "SELECT person.id FROM passkey_person JOIN person ON person.id = person_id JOIN account ON account.id = account_id
             WHERE passkey_id = $1 AND account.enabled ORDER BY person.id",
            &[&row.try_get::<_, i64>(0)?],
        )
        .await?;
    let persons = persons.iter().map(|row| Ok(PersonId(row.try_get(0)?)));
    let persons: Vec<PersonId> = persons.collect::<Outcome<_>>()?;
    if persons.is_empty() {
        return Ok(None);
    }
    Ok(Some(Passkey {
        handle: row.try_get(1)?,
        body: row.try_get(2)?,
        persons,
    }))
}

/// See [`super::PortalStore::sign_in_by_passkey`].
pub(super) async fn sign_in_by_passkey(
    tx: &Tx,
    credential: &str,
    body: &str,
    new: &NewSession,
    counters: &[Counter],
) -> Outcome<bool> {
    let Some(seen) = passkey(tx, credential).await? else {
        return Ok(false);
    };
    lock::persons(tx, &seen.persons).await?;
    lock::counters(tx, counters).await?;
    let Some(mut held) = passkey(tx, credential).await? else {
        return Ok(false);
    };
    // A passkey is never given to further persons; were it, they are not held.
    held.persons.retain(|person| seen.persons.contains(person));
    let sql = "UPDATE passkey SET body = $1, used_at = $2 WHERE credential = $3";
    tx.execute(sql, &[&body, &new.at.timestamp(), &text(credential)])
        .await?;
    session::settle_all(tx, counters, new.at).await?;
    session::open(tx, new, &held.persons, None).await?;
    session::proven(tx, &new.token_hash, &held.persons).await?;
    session::signed_in(tx, new, &held.persons, "passkey").await?;
    Ok(true)
}

/// See [`super::PortalStore::reset_factors`].
pub(super) async fn reset(
    tx: &Tx,
    account: &str,
    email_key: &str,
    now: DateTime<Utc>,
) -> Outcome<LinkOutcome> {
    let Some(account) = account_row(tx, account).await? else {
        return Ok(LinkOutcome::NoAccount);
    };
    lock::account(tx, account).await?;
    let Some(person) = person_row(tx, account, email_key).await? else {
        return Ok(LinkOutcome::NoUser);
    };
    for statement in [
        "DELETE FROM authenticator WHERE person_id = $1",
        "DELETE FROM recovery_code WHERE person_id = $1",
        "DELETE FROM passkey_person WHERE person_id = $1",
    ] {
        tx.execute(statement, &[&person.0]).await?;
    }
    forget(tx).await?;
    people::end_all(tx, person).await?;
    let mut act = Act::new(Action::FactorsReset, Actor::Operator);
    if let Some(owner) = owner(tx, person).await? {
        act = act.subject(owner.user);
    }
    journal::write(tx, account.0, &act, now).await?;
    tell(tx, person, SecurityChange::FactorRemoved, now).await?;
    Ok(LinkOutcome::Created)
}

/// The account of a name.
pub(super) async fn account_row(tx: &Tx, name: &str) -> Outcome<Option<AccountId>> {
    let sql = "SELECT id FROM account WHERE name = $1";
    let row = tx.first(sql, &[&text(name)]).await?;
    row.map(|row| Ok(AccountId(row.try_get(0)?))).transpose()
}

/// The person of an address in an account.
pub(super) async fn person_row(
    tx: &Tx,
    account: AccountId,
    email_key: &str,
) -> Outcome<Option<PersonId>> {
    let sql = "SELECT id FROM person WHERE account_id = $1 AND email_key = $2";
    let row = tx.first(sql, &[&account.0, &text(email_key)]).await?;
    row.map(|row| Ok(PersonId(row.try_get(0)?))).transpose()
}

/// A person as one of the users it is: the name under which it stands in the log, and how it is written to.
pub(super) struct Owner {
    pub(super) account: AccountId,
    pub(super) user: String,
    pub(super) email: String,
    pub(super) language: String,
}

/// The first of the users a person is.
pub(super) async fn owner(tx: &Tx, person: PersonId) -> Outcome<Option<Owner>> {
    let row = tx
        .first(
            "SELECT c.account_id, m.public_id, m.email, k.body FROM membership m JOIN client c ON c.id = m.client_id
             JOIN chunk k ON k.client_id = c.id AND k.key = 'console' WHERE m.person_id = $1
             ORDER BY m.enabled DESC, m.id LIMIT 1",
            &[&person.0],
        )
        .await?;
    row.map(|row| {
        Ok(Owner {
            account: AccountId(row.try_get(0)?),
            user: row.try_get(1)?,
            email: row.try_get(2)?,
            language: from_json::<Console>(row.try_get(3)?)?.language,
        })
    })
    .transpose()
}

/// Writes down what a person did, under the first of the users it is.
pub(super) async fn write(
    tx: &Tx,
    person: PersonId,
    action: Action,
    subject: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some(owner) = owner(tx, person).await? else {
        return Ok(());
    };
    let mut act = Act::new(action, Actor::User(public_id(&owner.user)?));
    act.subject = subject.map(str::to_owned);
    journal::write(tx, owner.account.0, &act, now).await
}

/// Tells a person by mail what was changed.
pub(super) async fn tell(
    tx: &Tx,
    person: PersonId,
    change: SecurityChange,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some(owner) = owner(tx, person).await? else {
        return Ok(());
    };
    let note = OutboxMail {
        account: owner.account,
        to: owner.email,
        kind: MailKind::SecurityChange,
        language: owner.language,
        params: json!({"change": change.word()}),
    };
    mail::queue(tx, &note, now).await
}
