//! What whoever runs the server does to it, from its command line: accounts, their tokens and limits, and sign-in links.
//! No words for people here beyond errors; the command line prints.

use chrono::{DateTime, TimeDelta, Utc};

use crate::values::id::Token;
use crate::values::text::Line;

use super::part::email_key;
use super::reset;
use super::store::{
    Account, AccountChange, LinkOutcome, NewLink, NewResetLink, PortalStore, StoreError,
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
