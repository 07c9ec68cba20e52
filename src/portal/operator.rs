//! What whoever runs the server does to it, from its command line: accounts, their tokens and limits, and sign-in links.
//! No words for people here beyond errors; the command line prints.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::protocol::Manifest;
use crate::values::id::Token;
use crate::values::text::Line;

use super::audit::{Broken, Head, Record};
use super::part::email_key;
use super::reset;
use super::store::{
    Account, AccountChange, AccountStatus, KnownUser, LinkOutcome, Mail, MailState, NewLink,
    NewResetLink, PortalStore, StoreError,
};

/// How long a sign-in link lives unless told otherwise.
pub const LINK_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long a sign-in link may live at most.
pub const LONGEST_LINK_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// An operator's wish could not be fulfilled.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The name is in use.
    #[error("there is an account `{0}` already")]
    NameTaken(String),
    /// The name cannot be shown safely.
    #[error("`{0}` cannot be the name of an account: one line of 1 to 100 characters")]
    Name(String),
    /// Nobody goes by this name.
    #[error("there is no account `{0}`")]
    NoAccount(String),
    /// The account has not published this client.
    #[error("the account has no published client `{0}`")]
    NoClient(String),
    /// Two clients of the account go by the same slug.
    #[error("the account has several clients `{0}`: sync them under different names first")]
    SeveralClients(String),
    /// The client has no such user.
    #[error("the client has no enabled user `{0}`")]
    NoUser(String),
    /// The account has no such user.
    #[error("the account has no user `{0}`")]
    Unknown(String),
    /// The account has no such user who could sign in.
    #[error(
        "the account has no user `{0}` who has set a password: `loggia user reinvite {0}` makes an invitation"
    )]
    NoPassword(String),
    /// The link would live too long, or not at all.
    #[error("a sign-in link lives from 1 minute to 24 hours")]
    Lifetime,
    /// The machine has no randomness.
    #[error("the system gives no random numbers")]
    Random,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an account; its token is shown this once, the store keeps only its hash.
pub async fn create_account(
    store: &dyn PortalStore,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Token, OperatorError> {
    let line = Line::parse(name)
        .ok()
        .filter(|line| line.as_str().chars().count() <= 100);
    let name = line
        .ok_or_else(|| OperatorError::Name(name.to_owned()))?
        .to_string();
    let token = token()?;
    if store
        .create_account(name.clone(), token.hash(), now)
        .await?
    {
        Ok(token)
    } else {
        Err(OperatorError::NameTaken(name))
    }
}

/// All accounts by name.
pub async fn accounts(store: &dyn PortalStore) -> Result<Vec<Account>, OperatorError> {
    Ok(store.accounts().await?)
}

/// One account with its clients and their users.
pub async fn account(
    store: &dyn PortalStore,
    name: &str,
) -> Result<(Account, AccountStatus, Vec<KnownUser>), OperatorError> {
    let mut accounts = store.accounts().await?;
    accounts.retain(|account| account.name == name);
    let account = accounts
        .pop()
        .ok_or_else(|| OperatorError::NoAccount(name.to_owned()))?;
    let status = store.status(account.id).await?;
    let people = store.people(account.id).await?;
    Ok((account, status, people))
}

/// What each of the clients of an account holds, in the order of its status.
pub async fn manifests(
    store: &dyn PortalStore,
    account: &Account,
    status: &AccountStatus,
) -> Result<Vec<Manifest>, OperatorError> {
    let mut manifests = Vec::with_capacity(status.clients.len());
    for client in &status.clients {
        let held = store.manifest(account.id, client.id.clone()).await?;
        // One that went meanwhile holds nothing.
        manifests.push(held.unwrap_or_else(|| Manifest {
            revision: client.revision,
            slug: client.slug.clone(),
            chunks: Vec::new(),
        }));
    }
    Ok(manifests)
}

/// The newest mails of the outbox, oldest of them first.
pub async fn mails(
    store: &dyn PortalStore,
    state: Option<MailState>,
    limit: u32,
) -> Result<Vec<Mail>, OperatorError> {
    Ok(store.mails(state, limit).await?)
}

/// Takes a mail up again; false where it was not given up.
pub async fn retry_mail(
    store: &dyn PortalStore,
    mail: i64,
    now: DateTime<Utc>,
) -> Result<bool, OperatorError> {
    Ok(store.retry_mail(mail, now).await?)
}

/// Which lines of the audit log are wanted; what is empty holds nothing back.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Name of an account.
    pub account: Option<String>,
    /// Slug or id of a client.
    pub client: Option<String>,
    /// Mail address or id of a user.
    pub user: Option<String>,
    /// Words of actions.
    pub kinds: Vec<String>,
    /// From this instant.
    pub since: Option<DateTime<Utc>>,
}

/// A line of the audit log, with the names of the ids in it as far as they are still known.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// The line.
    pub record: Record,
    /// Name of the account; none for what belongs to none.
    pub account: Option<String>,
    /// Slug of the client.
    pub client: Option<String>,
    /// Address of the user who did it.
    pub actor: Option<String>,
    /// Address of the user it was about.
    pub subject: Option<String>,
}

/// Lines of the audit log, oldest first within each account.
pub async fn audit(
    store: &dyn PortalStore,
    filter: &AuditFilter,
) -> Result<Vec<AuditLine>, OperatorError> {
    let mut accounts = store.accounts().await?;
    if let Some(name) = &filter.account {
        accounts.retain(|account| account.name == *name);
        if accounts.is_empty() {
            return Err(OperatorError::NoAccount(name.clone()));
        }
    }
    let mut lines = Vec::new();
    if filter.account.is_none() {
        let nobodys = Names::default();
        read_chain(store, 0, None, &nobodys, filter, &mut lines).await?;
    }
    for account in accounts {
        let names = Names::of(store, &account).await?;
        let chain = account.id.0;
        read_chain(
            store,
            chain,
            Some(&account.name),
            &names,
            filter,
            &mut lines,
        )
        .await?;
    }
    Ok(lines)
}

/// What the ids of an account stand for.
#[derive(Debug, Default)]
struct Names {
    clients: HashMap<String, String>,
    users: HashMap<String, String>,
}

impl Names {
    async fn of(store: &dyn PortalStore, account: &Account) -> Result<Self, StoreError> {
        let clients = store.status(account.id).await?.clients;
        let users = store.people(account.id).await?;
        Ok(Self {
            clients: clients
                .into_iter()
                .map(|client| (client.id.to_string(), client.slug))
                .collect(),
            users: users
                .into_iter()
                .map(|known| (known.user.to_string(), known.email))
                .collect(),
        })
    }

    fn line(&self, record: Record, account: Option<&str>) -> AuditLine {
        let of = |names: &HashMap<String, String>, id: Option<&String>| {
            id.and_then(|id| names.get(id)).cloned()
        };
        AuditLine {
            account: account.map(str::to_owned),
            client: of(&self.clients, record.client.as_ref()),
            actor: of(&self.users, Some(&record.actor)),
            subject: of(&self.users, record.subject.as_ref()),
            record,
        }
    }
}

/// Lines that are read at once.
const LINES: u32 = 1_000;

async fn read_chain(
    store: &dyn PortalStore,
    chain: i64,
    account: Option<&str>,
    names: &Names,
    filter: &AuditFilter,
    lines: &mut Vec<AuditLine>,
) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let records = store.audit(chain, after, LINES).await?;
        let Some(last) = records.last() else {
            return Ok(());
        };
        after = last.number;
        let read = records
            .into_iter()
            .map(|record| names.line(record, account))
            .filter(|line| filter.takes(line));
        lines.extend(read);
    }
}

impl AuditFilter {
    fn takes(&self, line: &AuditLine) -> bool {
        let record = &line.record;
        let is = |wanted: &Option<String>, of: &[Option<&String>]| match wanted {
            None => true,
            Some(wanted) => of
                .iter()
                .flatten()
                .any(|text| text.eq_ignore_ascii_case(wanted)),
        };
        let user = [
            line.actor.as_ref(),
            line.subject.as_ref(),
            Some(&record.actor),
            record.subject.as_ref(),
        ];
        is(
            &self.client,
            &[line.client.as_ref(), record.client.as_ref()],
        ) && is(&self.user, &user)
            && (self.kinds.is_empty() || self.kinds.contains(&record.action))
            && self.since.is_none_or(|since| record.at >= since)
    }
}

/// Follows all chains, and compares them with heads that were kept from before. How many lines there are, and the heads now; or the
/// first thing wrong.
pub async fn verify_audit(
    store: &dyn PortalStore,
    known: &[Head],
) -> Result<Result<(u64, Vec<Head>), Broken>, OperatorError> {
    let lines = match store.verify_audit().await? {
        Ok(lines) => lines,
        Err(broken) => return Ok(Err(broken)),
    };
    for head in known {
        let (chain, number) = (head.chain, head.number);
        let found = store.audit(chain, number.saturating_sub(1), 1).await?;
        match found.first() {
            Some(line) if line.number == number && line.hash == head.hash => {}
            Some(line) if line.number == number => {
                return Ok(Err(Broken::Changed { chain, number }));
            }
            _ => return Ok(Err(Broken::CutOff { chain, number })),
        }
    }
    Ok(Ok((lines, store.audit_heads().await?)))
}

/// Switches an account on, or off: its token, its clients' pages and their sessions end at once. Nothing is deleted.
pub async fn set_enabled(
    store: &dyn PortalStore,
    name: &str,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<(), OperatorError> {
    change(store, name, AccountChange::Enabled(enabled), now).await
}

/// Limits how many clients with a console the account may publish. What is published stays.
pub async fn set_client_limit(
    store: &dyn PortalStore,
    name: &str,
    limit: Option<u32>,
    now: DateTime<Utc>,
) -> Result<(), OperatorError> {
    change(store, name, AccountChange::Limit(limit), now).await
}

/// A new token for the account; the old one dies at once.
pub async fn new_token(
    store: &dyn PortalStore,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Token, OperatorError> {
    let token = token()?;
    change(
        store,
        name,
        AccountChange::Token { hash: token.hash() },
        now,
    )
    .await?;
    Ok(token)
}

/// A path (`/enter/...`) that signs one user of one client in, once, until its lifetime is over.
pub async fn sign_in_link(
    store: &dyn PortalStore,
    account: &str,
    client: &str,
    email: &str,
    lifetime: TimeDelta,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    if lifetime < TimeDelta::minutes(1) || lifetime > LONGEST_LINK_LIFETIME {
        return Err(OperatorError::Lifetime);
    }
    let token = token()?;
    let link = NewLink {
        account: account.to_owned(),
        client: client.to_owned(),
        email_key: email_key(email),
        token_hash: token.hash(),
        expires: now + lifetime,
    };
    match store.create_link(link, now).await? {
        LinkOutcome::Created => Ok(format!("/enter/{}", token.expose())),
        LinkOutcome::NoAccount => Err(OperatorError::NoAccount(account.to_owned())),
        LinkOutcome::NoClient => Err(OperatorError::NoClient(client.to_owned())),
        LinkOutcome::SeveralClients => Err(OperatorError::SeveralClients(client.to_owned())),
        LinkOutcome::NoUser => Err(OperatorError::NoUser(email.to_owned())),
    }
}

/// A path (`/reset/...`) that sets one user's password, once, within an hour.
pub async fn reset_link(
    store: &dyn PortalStore,
    account: &str,
    email: &str,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    let token = token()?;
    let link = NewResetLink {
        account: account.to_owned(),
        email_key: email_key(email),
        token_hash: token.hash(),
        expires: now + reset::LIFETIME,
    };
    match store.create_reset_link(link, now).await? {
        LinkOutcome::NoAccount => Err(OperatorError::NoAccount(account.to_owned())),
        LinkOutcome::Created => Ok(format!("/reset/{}", token.expose())),
        _ => Err(OperatorError::NoPassword(email.to_owned())),
    }
}

/// Takes one user's second factors away and ends the user's sessions.
pub async fn reset_factors(
    store: &dyn PortalStore,
    account: &str,
    email: &str,
    now: DateTime<Utc>,
) -> Result<(), OperatorError> {
    let reset = store.reset_factors(account.to_owned(), email_key(email), now);
    match reset.await? {
        LinkOutcome::Created => Ok(()),
        LinkOutcome::NoAccount => Err(OperatorError::NoAccount(account.to_owned())),
        _ => Err(OperatorError::Unknown(email.to_owned())),
    }
}

async fn change(
    store: &dyn PortalStore,
    name: &str,
    change: AccountChange,
    now: DateTime<Utc>,
) -> Result<(), OperatorError> {
    if store.change_account(name.to_owned(), change, now).await? {
        Ok(())
    } else {
        Err(OperatorError::NoAccount(name.to_owned()))
    }
}

fn token() -> Result<Token, OperatorError> {
    Token::random().map_err(|_| OperatorError::Random)
}
