//! Statements about what people sign in with beside a password: authenticators, recovery codes, passkeys.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction, params};
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
use super::{Outcome, journal, mail, people, session};

/// See [`super::PortalStore::factors`].
pub(super) fn of(tx: &Transaction<'_>, persons: &[PersonId]) -> Outcome<Vec<Factors>> {
    let mut all = Vec::new();
    for person in persons {
        let row: Option<(i64, String, Option<String>)> = tx
            .prepare_cached("SELECT account_id, email_key, password FROM person WHERE id = ?")?
            .query_row([person.0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((account, email_key, password)) = row else {
            continue;
        };
        all.push(Factors {
            person: *person,
            account: AccountId(account),
            email_key,
            password,
            authenticator: authenticator(tx, *person)?,
            recovery: recovery(tx, *person)?,
            passkeys: passkeys(tx, *person)?,
        });
    }
    Ok(all)
}

fn authenticator(tx: &Transaction<'_>, person: PersonId) -> Outcome<Option<Authenticator>> {
    let row: Option<(Vec<u8>, i64, i64)> = tx
        .prepare_cached(
            "SELECT secret, last_step, added_at FROM authenticator WHERE person_id = ?",
        )?
        .query_row([person.0], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    row.map(|(secret, last_step, added)| {
        Ok(Authenticator {
            secret,
            last_step,
            added: instant(added)?,
        })
    })
    .transpose()
}

fn recovery(tx: &Transaction<'_>, person: PersonId) -> Outcome<Vec<String>> {
    let mut statement = tx.prepare_cached(
        "SELECT hash FROM recovery_code WHERE person_id = ? AND used_at IS NULL ORDER BY hash",
    )?;
    let rows = statement.query_map([person.0], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn passkeys(tx: &Transaction<'_>, person: PersonId) -> Outcome<Vec<PasskeyLine>> {
    let mut statement = tx.prepare_cached(
        "SELECT id, name, credential, handle, added_at, used_at FROM passkey JOIN passkey_person ON passkey_id = id
         WHERE person_id = ? ORDER BY id",
    )?;
    let mut rows = statement.query([person.0])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(PasskeyLine {
            id: row.get(0)?,
            name: row.get(1)?,
            credential: row.get(2)?,
            handle: row.get(3)?,
            added: instant(row.get(4)?)?,
            used: row.get::<_, Option<i64>>(5)?.map(instant).transpose()?,
        });
    }
    Ok(lines)
}

/// See [`super::PortalStore::half_session`].
pub(super) fn half_session(
    tx: &Transaction<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Outcome<Vec<PersonId>> {
    let mut statement = tx.prepare_cached(
        "SELECT person_id FROM half_session_person JOIN half_session USING (token_hash)
         WHERE token_hash = ? AND expires_at > ? AND failures < ? ORDER BY person_id",
    )?;
    let rows = statement.query_map(
        params![token_hash, now.timestamp(), SECOND_STEP_FAILURES],
        |row| Ok(PersonId(row.get(0)?)),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`super::PortalStore::second_step_failed`].
pub(super) fn second_step_failed(
    tx: &Transaction<'_>,
    token_hash: &str,
    act: &Act,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let persons = half_session(tx, token_hash, now)?;
    tx.execute(
        "UPDATE half_session SET failures = failures + 1 WHERE token_hash = ?",
        [token_hash],
    )?;
    for account in accounts(tx, &persons)? {
        journal::write(tx, account.0, act, now)?;
    }
    Ok(())
}

/// The accounts of persons, each once.
fn accounts(tx: &Transaction<'_>, persons: &[PersonId]) -> Outcome<Vec<AccountId>> {
    let mut accounts = Vec::new();
    for person in persons {
        let account: Option<i64> = tx
            .prepare_cached("SELECT account_id FROM person WHERE id = ?")?
            .query_row([person.0], |row| row.get(0))
            .optional()?;
        accounts.extend(account.map(AccountId));
    }
    accounts.sort();
    accounts.dedup();
    Ok(accounts)
}

/// See [`super::PortalStore::second_step`].
pub(super) fn second_step(
    tx: &Transaction<'_>,
    half: &str,
    proof: &Proof,
    new: &NewSession,
    counters: &[Counter],
) -> Outcome<bool> {
    let waiting = half_session(tx, half, new.at)?;
    let shown = spend(tx, proof, &waiting, new.at)?;
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
        if shown.contains(&person) || !session::has_factor(tx, person)? {
            persons.push(person);
        }
    }
    tx.execute("DELETE FROM half_session WHERE token_hash = ?", [half])?;
    session::settle_all(tx, counters, new.at)?;
    session::open(tx, new, &persons, None)?;
    session::proven(tx, &new.token_hash, &shown)?;
    session::signed_in(tx, new, &persons, word)?;
    Ok(true)
}

/// Uses a proof up: of those who may, for whom it counts. Two that come at once are told apart here.
fn spend(
    tx: &Transaction<'_>,
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
            for person in persons.iter().filter(|person| may.contains(person)) {
                let taken = tx.execute(
                    "UPDATE authenticator SET last_step = ?1 WHERE person_id = ?2 AND last_step < ?1",
                    params![step, person.0],
                )?;
                if taken > 0 {
                    shown.push(*person);
                }
            }
        }
        Proof::Recovery(hashes) => {
            for (person, hash) in hashes.iter().filter(|(person, _)| may.contains(person)) {
                let taken = tx.execute(
                    "UPDATE recovery_code SET used_at = ? WHERE person_id = ? AND hash = ? AND used_at IS NULL",
                    params![now.timestamp(), person.0, hash],
                )?;
                if taken > 0 {
                    shown.push(*person);
                    write(tx, *person, Action::RecoveryCodeUsed, None, now)?;
                    tell(tx, *person, SecurityChange::RecoveryCodeUsed, now)?;
                }
            }
        }
    }
    Ok(shown)
}

/// See [`super::PortalStore::prove`].
pub(super) fn prove(
    tx: &Transaction<'_>,
    token_hash: &str,
    proof: &Proof,
    counters: &[Counter],
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let owners = owners(tx, token_hash)?;
    let shown = spend(tx, proof, &owners, now)?;
    if shown.is_empty() {
        return Ok(false);
    }
    let (factors, word) = match proof {
        Proof::Password(_) => (Vec::new(), "password"),
        Proof::Code { .. } => (shown.clone(), "code"),
        Proof::Recovery(_) => (shown.clone(), "recovery code"),
    };
    session::settle_all(tx, counters, now)?;
    session::proven(tx, token_hash, &factors)?;
    tx.execute(
        "UPDATE session SET proved_at = ? WHERE token_hash = ?",
        params![now.timestamp(), token_hash],
    )?;
    for person in shown {
        write(tx, person, Action::Reauthenticated, Some(word), now)?;
    }
    Ok(true)
}

/// The persons of a session.
pub(super) fn owners(tx: &Transaction<'_>, token_hash: &str) -> Outcome<Vec<PersonId>> {
    let mut statement = tx.prepare_cached(
        "SELECT person_id FROM session_person JOIN session ON session.id = session_id WHERE token_hash = ? ORDER BY person_id",
    )?;
    let rows = statement.query_map([token_hash], |row| Ok(PersonId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`super::PortalStore::change_factors`].
pub(super) fn change(
    tx: &Transaction<'_>,
    token_hash: &str,
    change: &Change,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let owners = owners(tx, token_hash)?;
    let changed = Changing {
        tx,
        owners: &owners,
        now,
    }
    .apply(change)?;
    let Some((persons, action, told)) = changed else {
        return Ok(false);
    };
    for person in &persons {
        end_others(tx, *person, token_hash)?;
        write(tx, *person, action, None, now)?;
        tell(tx, *person, told, now)?;
    }
    // A change does not make the proof before it last longer.
    if matches!(
        change,
        Change::AddAuthenticator { .. } | Change::AddPasskey { .. }
    ) {
        session::proven(tx, token_hash, &persons)?;
    }
    Ok(!persons.is_empty())
}

/// A change being made; what it was, and to whom.
struct Changing<'a> {
    tx: &'a Transaction<'a>,
    owners: &'a [PersonId],
    now: DateTime<Utc>,
}

type Changed = Option<(Vec<PersonId>, Action, SecurityChange)>;

impl Changing<'_> {
    fn apply(&self, change: &Change) -> Outcome<Changed> {
        match change {
            Change::Password { persons, password } => self.password(persons, password),
            Change::AddAuthenticator {
                secret,
                step,
                recovery,
            } => self.add_authenticator(secret, *step, recovery),
            Change::RemoveAuthenticator => self.remove_authenticator(),
            Change::AddPasskey { passkey, recovery } => self.add_passkey(passkey, recovery),
            Change::RemovePasskey(id) => self.remove_passkey(*id),
            Change::Recovery(hashes) => {
                for person in self.owners {
                    self.set_recovery(*person, hashes)?;
                }
                Ok(Some((
                    self.owners.to_vec(),
                    Action::RecoveryCodesMade,
                    SecurityChange::RecoveryCodes,
                )))
            }
        }
    }

    fn password(&self, persons: &[PersonId], password: &str) -> Outcome<Changed> {
        let persons: Vec<PersonId> = persons
            .iter()
            .copied()
            .filter(|person| self.owners.contains(person))
            .collect();
        for person in &persons {
            self.tx.execute(
                "UPDATE person SET password = ?, password_at = ? WHERE id = ?",
                params![password, self.now.timestamp(), person.0],
            )?;
        }
        Ok(Some((
            persons,
            Action::PasswordChanged,
            SecurityChange::Password,
        )))
    }

    fn add_authenticator(&self, secret: &[u8], step: i64, recovery: &[String]) -> Outcome<Changed> {
        for person in self.owners {
            self.tx.execute(
                "INSERT INTO authenticator (person_id, secret, last_step, added_at) VALUES (?, ?, ?, ?)
                 ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step,
                     added_at = excluded.added_at",
                params![person.0, secret, step, self.now.timestamp()],
            )?;
            self.first_recovery(*person, recovery)?;
        }
        Ok(Some((
            self.owners.to_vec(),
            Action::AuthenticatorAdded,
            SecurityChange::FactorAdded,
        )))
    }

    fn remove_authenticator(&self) -> Outcome<Changed> {
        let mut persons = Vec::new();
        for person in self.owners {
            let gone = self
                .tx
                .execute("DELETE FROM authenticator WHERE person_id = ?", [person.0])?;
            if gone > 0 {
                persons.push(*person);
                self.drop_useless_recovery(*person)?;
            }
        }
        Ok((!persons.is_empty()).then_some((
            persons,
            Action::AuthenticatorRemoved,
            SecurityChange::FactorRemoved,
        )))
    }

    fn add_passkey(&self, passkey: &NewPasskey, recovery: &[String]) -> Outcome<Changed> {
        let added = self.tx.execute(
            "INSERT INTO passkey (credential, handle, name, body, added_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (credential) DO NOTHING",
            params![
                passkey.credential,
                passkey.handle,
                passkey.name,
                passkey.body,
                self.now.timestamp()
            ],
        )?;
        if added == 0 {
            return Ok(None);
        }
        let id = self.tx.last_insert_rowid();
        for person in self.owners {
            self.tx.execute(
                "INSERT INTO passkey_person (passkey_id, person_id) VALUES (?, ?)",
                params![id, person.0],
            )?;
            self.first_recovery(*person, recovery)?;
        }
        Ok(Some((
            self.owners.to_vec(),
            Action::PasskeyAdded,
            SecurityChange::PasskeyAdded,
        )))
    }

    fn remove_passkey(&self, id: i64) -> Outcome<Changed> {
        let mut persons = Vec::new();
        for person in self.owners {
            let gone = self.tx.execute(
                "DELETE FROM passkey_person WHERE passkey_id = ? AND person_id = ?",
                params![id, person.0],
            )?;
            if gone > 0 {
                persons.push(*person);
                self.drop_useless_recovery(*person)?;
            }
        }
        forget(self.tx)?;
        Ok((!persons.is_empty()).then_some((
            persons,
            Action::PasskeyRemoved,
            SecurityChange::PasskeyRemoved,
        )))
    }

    /// The codes of a person's first factor; later ones leave those that were written down.
    fn first_recovery(&self, person: PersonId, hashes: &[String]) -> Outcome<()> {
        if hashes.is_empty() || !recovery(self.tx, person)?.is_empty() {
            return Ok(());
        }
        self.set_recovery(person, hashes)
    }

    fn set_recovery(&self, person: PersonId, hashes: &[String]) -> Outcome<()> {
        self.tx
            .execute("DELETE FROM recovery_code WHERE person_id = ?", [person.0])?;
        for hash in hashes {
            self.tx.execute(
                "INSERT INTO recovery_code (person_id, hash) VALUES (?, ?)",
                params![person.0, hash],
            )?;
        }
        Ok(())
    }

    /// With the last factor its recovery codes go: there is nothing left that they stand in for.
    fn drop_useless_recovery(&self, person: PersonId) -> Outcome<()> {
        if !session::has_factor(self.tx, person)? {
            self.set_recovery(person, &[])?;
            // What was shown is a factor no more.
            self.tx.execute(
                "UPDATE session_person SET proven = 0 WHERE person_id = ?",
                [person.0],
            )?;
        }
        Ok(())
    }
}

/// Ends every session of a person but one, and every half session.
fn end_others(tx: &Transaction<'_>, person: PersonId, but: &str) -> Outcome<()> {
    tx.execute(
        "DELETE FROM session WHERE token_hash <> ?2 AND id IN (SELECT session_id FROM session_person WHERE person_id = ?1)",
        params![person.0, but],
    )?;
    tx.execute(
        "DELETE FROM half_session WHERE token_hash IN (SELECT token_hash FROM half_session_person WHERE person_id = ?)",
        [person.0],
    )?;
    // A link that was asked for before is of no use to whoever else holds it.
    tx.execute(
        "DELETE FROM reset_link WHERE email_key = (SELECT email_key FROM person WHERE id = ?)",
        [person.0],
    )?;
    Ok(())
}

/// Takes away passkeys that belong to nobody any more.
pub(super) fn forget(tx: &Transaction<'_>) -> Outcome<()> {
    tx.execute(
        "DELETE FROM passkey WHERE NOT EXISTS (SELECT 1 FROM passkey_person WHERE passkey_id = passkey.id)",
        [],
    )?;
    Ok(())
}

/// See [`super::PortalStore::passkey`].
pub(super) fn passkey(tx: &Transaction<'_>, credential: &str) -> Outcome<Option<Passkey>> {
    let row: Option<(i64, String, String)> = tx
        .prepare_cached("SELECT id, handle, body FROM passkey WHERE credential = ?")?
        .query_row([credential], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((id, handle, body)) = row else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(
        "SELECT person.id FROM passkey_person JOIN person ON person.id = person_id JOIN account ON account.id = account_id
         WHERE passkey_id = ? AND account.enabled = 1 ORDER BY person.id",
    )?;
    let persons = statement
        .query_map([id], |row| Ok(PersonId(row.get(0)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok((!persons.is_empty()).then_some(Passkey {
        handle,
        body,
        persons,
    }))
}

/// See [`super::PortalStore::sign_in_by_passkey`].
pub(super) fn sign_in_by_passkey(
    tx: &Transaction<'_>,
    credential: &str,
    body: &str,
    new: &NewSession,
    counters: &[Counter],
) -> Outcome<bool> {
    let Some(passkey) = passkey(tx, credential)? else {
        return Ok(false);
    };
    tx.execute(
        "UPDATE passkey SET body = ?, used_at = ? WHERE credential = ?",
        params![body, new.at.timestamp(), credential],
    )?;
    session::settle_all(tx, counters, new.at)?;
    session::open(tx, new, &passkey.persons, None)?;
    session::proven(tx, &new.token_hash, &passkey.persons)?;
    session::signed_in(tx, new, &passkey.persons, "passkey")?;
    Ok(true)
}

/// See [`super::PortalStore::reset_factors`].
pub(super) fn reset(
    tx: &Transaction<'_>,
    account: &str,
    email_key: &str,
    now: DateTime<Utc>,
) -> Outcome<LinkOutcome> {
    let Some(account) = account_row(tx, account)? else {
        return Ok(LinkOutcome::NoAccount);
    };
    let Some(person) = person_row(tx, account, email_key)? else {
        return Ok(LinkOutcome::NoUser);
    };
    for statement in [
        "DELETE FROM authenticator WHERE person_id = ?",
        "DELETE FROM recovery_code WHERE person_id = ?",
        "DELETE FROM passkey_person WHERE person_id = ?",
    ] {
        tx.execute(statement, [person.0])?;
    }
    forget(tx)?;
    people::end_all(tx, person)?;
    let mut act = Act::new(Action::FactorsReset, Actor::Operator);
    if let Some(owner) = owner(tx, person)? {
        act = act.subject(owner.user);
    }
    journal::write(tx, account.0, &act, now)?;
    tell(tx, person, SecurityChange::FactorRemoved, now)?;
    Ok(LinkOutcome::Created)
}

/// The account of a name.
pub(super) fn account_row(tx: &Transaction<'_>, name: &str) -> Outcome<Option<AccountId>> {
    Ok(tx
        .query_row("SELECT id FROM account WHERE name = ?", [name], |row| {
            Ok(AccountId(row.get(0)?))
        })
        .optional()?)
}

/// The person of an address in an account.
pub(super) fn person_row(
    tx: &Transaction<'_>,
    account: AccountId,
    email_key: &str,
) -> Outcome<Option<PersonId>> {
    Ok(tx
        .query_row(
            "SELECT id FROM person WHERE account_id = ? AND email_key = ?",
            params![account.0, email_key],
            |row| Ok(PersonId(row.get(0)?)),
        )
        .optional()?)
}

/// A person as one of the users it is: the name under which it stands in the log, and how it is written to.
pub(super) struct Owner {
    pub(super) account: AccountId,
    pub(super) user: String,
    pub(super) email: String,
    pub(super) language: String,
}

/// The first of the users a person is.
pub(super) fn owner(tx: &Transaction<'_>, person: PersonId) -> Outcome<Option<Owner>> {
    let row: Option<(i64, String, String, Vec<u8>)> = tx
        .prepare_cached(
            "SELECT c.account_id, m.public_id, m.email, k.body FROM membership m JOIN client c ON c.id = m.client_id
             JOIN chunk k ON k.client_id = c.id AND k.key = 'console' WHERE m.person_id = ? ORDER BY m.enabled DESC, m.id LIMIT 1",
        )?
        .query_row([person.0], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    row.map(|(account, user, email, console)| {
        Ok(Owner {
            account: AccountId(account),
            user,
            email,
            language: from_json::<Console>(&console)?.language,
        })
    })
    .transpose()
}

/// Writes down what a person did, under the first of the users it is.
pub(super) fn write(
    tx: &Transaction<'_>,
    person: PersonId,
    action: Action,
    subject: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some(owner) = owner(tx, person)? else {
        return Ok(());
    };
    let mut act = Act::new(action, Actor::User(public_id(&owner.user)?));
    act.subject = subject.map(str::to_owned);
    journal::write(tx, owner.account.0, &act, now)
}

/// Tells a person by mail what was changed.
pub(super) fn tell(
    tx: &Transaction<'_>,
    person: PersonId,
    change: SecurityChange,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some(owner) = owner(tx, person)? else {
        return Ok(());
    };
    let note = OutboxMail {
        account: owner.account,
        to: owner.email,
        kind: MailKind::SecurityChange,
        language: owner.language,
        params: json!({"change": change.word()}),
    };
    mail::queue(tx, note, now)
}
