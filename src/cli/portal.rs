//! `loggia portal`: serving it, what its operator does, and the connection of this store to one.

mod account;
mod audit;
mod mail;
mod reset;
mod serve;
mod withdraw;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::app::{Error, Session, sync};
use crate::portal::operator::{self, OperatorError};
use crate::portal::{Address, Opened, PortalStore, SealKey, StoreError};
use crate::sync::{Connection, SyncError};
use crate::values::id::Token;

use super::Context;
use super::config::connection_file;
use super::count::count;
use super::error::{Failure, Result};
use super::file;
use super::terminal::{Page, View};

/// Serve the portal, manage its accounts, connect to one
#[derive(Debug, Subcommand)]
pub(super) enum Portal {
    Serve(Box<serve::Serve>),
    /// Accounts of a portal: one for each business that publishes to it
    #[command(subcommand)]
    Account(account::Account),
    Connect(Connect),
    /// Forget the portal; what is published stays there
    Disconnect,
    Withdraw(withdraw::Withdraw),
    Link(Link),
    ResetLink(reset::ResetLink),
    ResetFactors(reset::ResetFactors),
    /// The outbox of a portal
    #[command(subcommand)]
    Mail(mail::MailCommand),
    Audit(audit::Audit),
    /// Print how the sync speaks with a portal, as OpenAPI 3.1
    Openapi,
}

#[derive(Args)]
pub(super) struct Database {
    /// sqlite:PATH, or postgres://USER@HOST/NAME; one with a password in LOGGIA_DATABASE_URL, where lists of processes do not show it
    #[arg(
        long,
        value_name = "URL",
        default_value = "sqlite:portal.db",
        env = "LOGGIA_DATABASE_URL",
        hide_env_values = true
    )]
    database: String,
}

/// A password may stand in it.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

/// Connect this store to a portal; the token is read from --token-file, LOGGIA_PORTAL_TOKEN or standard input
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia portal account create studio -q | loggia portal connect http://127.0.0.1:8070"
)]
pub(super) struct Connect {
    #[arg(value_name = "URL")]
    url: url::Url,
    /// A file that holds the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Make a link that signs one user in, once: for whoever runs the portal
#[derive(Debug, Args)]
pub(super) struct Link {
    email: String,
    #[arg(long)]
    account: String,
    #[arg(long)]
    client: String,
    /// Minutes until it ends, up to a day
    #[arg(long, default_value_t = 10)]
    minutes: u16,
    #[command(flatten)]
    database: Database,
}

impl Portal {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Serve(serve) => serve.run(context),
            Self::Account(account) => account.run(context),
            Self::Connect(connect) => connect.run(context),
            Self::Disconnect => disconnect(context),
            Self::Withdraw(withdraw) => withdraw.run(context),
            Self::Link(link) => link.run(context),
            Self::ResetLink(link) => link.run(context),
            Self::ResetFactors(reset) => reset.run(context),
            Self::Mail(mail) => mail.run(context),
            Self::Audit(audit) => audit.run(context),
            Self::Openapi => {
                let mut text = crate::portal::openapi::text();
                text.push('\n');
                context.terminal.data(&text)
            }
        }
    }
}

fn disconnect(context: &mut Context<'_>) -> Result<()> {
    let path = connection_file(&context.store_path()?);
    // One that does not read any more is taken away too.
    let portal = kept_connection(&path).ok().flatten();
    let clients = match &portal {
        Some(kept) => still_on(&context.session()?, &kept.url)?,
        None => Vec::new(),
    };
    let disconnected = match std::fs::remove_file(&path) {
        Ok(()) => true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(source) => return Err(Error::File { path, source }.into()),
    };
    for left in portal.iter().flat_map(|kept| &kept.left) {
        context.warn(&format!(
            "what {} still has of this store is taken off it with a token of its own from now on: LOGGIA_PORTAL_URL={0} LOGGIA_PORTAL_TOKEN=… loggia portal withdraw",
            left.url.as_str().trim_end_matches('/')
        ))?;
    }
    let others = portal.as_ref().map_or(&[][..], |kept| &kept.others);
    for Other { url, account } in others {
        context.warn(&format!(
            "what this store published at {0} as `{account}` stays there; a token of that account takes it off: LOGGIA_PORTAL_URL={0} LOGGIA_PORTAL_TOKEN=… loggia portal withdraw",
            url.as_str().trim_end_matches('/')
        ))?;
    }
    context.say(&match (disconnected, clients.is_empty()) {
        (false, _) => "there was no connection".to_owned(),
        (true, true) if !others.is_empty() => "disconnected".to_owned(),
        (true, true) => "disconnected; nothing of this store is on the portal".to_owned(),
        (true, false) => format!(
            "disconnected; {} on the portal ({}): to leave nothing there, connect again and `loggia portal withdraw` first",
            count(clients.len(), "client stays", "clients stay"),
            clients.join(", ")
        ),
    })?;
    context.show(&Disconnected {
        disconnected,
        portal: portal.map(|connection| connection.url.to_string()),
        clients,
    })
}

/// The clients of this store that are on the portal of an address, as far as this machine knows.
fn still_on(session: &Session, portal: &url::Url) -> Result<Vec<String>> {
    let connection = Connection {
        url: portal.clone(),
        token: Token::random().map_err(Error::from)?,
    };
    let address = connection.portal().map_err(Error::from)?;
    Ok(sync::pushed_to(session, &address)?)
}

/// Told on standard error, given to scripts.
#[derive(Debug, Serialize)]
struct Disconnected {
    disconnected: bool,
    /// Its address, where there was one.
    portal: Option<String>,
    /// Clients that it still shows.
    clients: Vec<String>,
}

impl View for Disconnected {
    fn text(&self, _: &mut Page) {}

    fn reference(&self) -> String {
        self.portal.clone().unwrap_or_default()
    }
}

impl Database {
    /// Opens one that is there: a slip in its name makes none.
    fn open(&self) -> Result<Arc<dyn PortalStore>> {
        if let Address::Sqlite(path) = self.address()?
            && !path.exists()
        {
            return Err(Failure::with_exit(
                "portal.database",
                format!("there is no portal's database `{}`", path.display()),
                super::error::exit::NOT_FOUND,
            )
            .with_hint(
                "--database sqlite:PATH or LOGGIA_DATABASE_URL; `loggia portal serve` makes one"
                    .to_owned(),
            ));
        }
        self.open_or_make()
    }

    /// Opens it, or makes it.
    fn open_or_make(&self) -> Result<Arc<dyn PortalStore>> {
        Ok(self.opened()?.store)
    }

    /// Opens it, and tells what it is.
    fn opened(&self) -> Result<Opened> {
        let address = self.address()?;
        block_on(address.open())?.map_err(|error| portal_store(&address, &error))
    }

    /// Where files go that belong to it.
    fn folder(&self) -> PathBuf {
        serve::folder_of(&self.database)
    }

    fn address(&self) -> Result<Address> {
        Address::parse(&self.database).map_err(|error| {
            Failure::usage("usage.database", error.to_string(), error.hint().to_owned())
        })
    }

    /// Where the key is that seals what the database alone shall not tell: kept apart from it, so that a copy of the one is of no
    /// use without the other.
    fn key_file(&self, named: Option<PathBuf>) -> Result<PathBuf> {
        match (named, self.address()?) {
            (Some(path), _) => Ok(path),
            (None, Address::Sqlite(mut path)) => {
                path.as_mut_os_string().push(".key");
                Ok(path)
            }
            (None, Address::Postgres(_)) => Err(super::missing("--key-file")),
        }
    }
}

/// The key in a file, or a new one that is put there.
pub(super) fn seal_key(path: &Path) -> Result<SealKey> {
    let unreadable = |_| {
        Failure::failed(
            "portal.key",
            format!("`{}` holds no key", path.display()),
            Some("name the file that was made with the database by --key-file".to_owned()),
        )
    };
    match std::fs::read_to_string(path) {
        Ok(text) => SealKey::parse(&text).map_err(unreadable),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let (key, text) = SealKey::random().map_err(Error::from)?;
            file::write(path, format!("{text}\n").as_bytes(), true)?;
            Ok(key)
        }
        Err(source) => Err(Error::File {
            path: path.to_owned(),
            source,
        }
        .into()),
    }
}

fn portal_store(address: &Address, error: &StoreError) -> Failure {
    let hint = match error {
        StoreError::Away(_) => Some(format!(
            "see that PostgreSQL runs and can be reached at {address}"
        )),
        StoreError::ForeignDatabase => Some("createdb --owner loggia portal".to_owned()),
        _ => None,
    };
    Failure::failed("portal.store", error.to_string(), hint)
}

/// Runs what the portal does, which is asynchronous, to its end.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(future))
}

/// Ends with Ctrl-C or SIGTERM, from when it is called: whoever is told of an address may send one at once.
pub(super) fn stop_signal() -> impl Future<Output = ()> + Send + use<> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let told = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
        async move {
            let [Ok(mut terminate), Ok(mut interrupt)] = told else {
                let _ = tokio::signal::ctrl_c().await;
                return;
            };
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
    }
    #[cfg(not(unix))]
    async {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// How long a command that was told to stop may go on with what it is at.
const GRACE: Duration = Duration::from_secs(5);

/// Gets a word when Ctrl-C or SIGTERM comes. A command that is busy for long then is ended all the same, as one that did what it
/// was told: a sync may be cut off anywhere.
pub(super) fn stop() -> Result<Receiver<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let stop = {
        let _inside = runtime.enter();
        stop_signal()
    };
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(stop);
        // The other end is there until the process ends.
        let _ = tell.send(());
        std::thread::sleep(GRACE);
        std::process::exit(0);
    });
    Ok(told)
}

impl From<OperatorError> for Failure {
    fn from(error: OperatorError) -> Self {
        let message = error.to_string();
        let (code, status) = match &error {
            OperatorError::NameTaken(_) => ("account.exists", super::error::exit::REFUSED),
            OperatorError::NoAccount(_) => ("account.not_found", super::error::exit::NOT_FOUND),
            OperatorError::NoClient(_) | OperatorError::SeveralClients(_) => {
                ("client.not_found", super::error::exit::NOT_FOUND)
            }
            OperatorError::NoUser(_) | OperatorError::Unknown(_) | OperatorError::NoPassword(_) => {
                ("user.not_found", super::error::exit::NOT_FOUND)
            }
            OperatorError::Name(_) | OperatorError::Lifetime => {
                ("usage.value", super::error::exit::USAGE)
            }
            OperatorError::Random | OperatorError::Store(_) => {
                ("portal.store", super::error::exit::FAILED)
            }
        };
        Self::with_exit(code, message, status)
    }
}

impl Link {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        let store = self.database.open()?;
        let lifetime = chrono::TimeDelta::minutes(i64::from(self.minutes));
        let path = block_on(operator::sign_in_link(
            &*store,
            &self.account,
            &self.client,
            &self.email,
            lifetime,
            now,
        ))??;
        context.say("the path follows the address of the portal; it works once")?;
        context.show(&LinkView { path })
    }
}

#[derive(Debug, Serialize)]
struct LinkView {
    path: String,
}

impl View for LinkView {
    fn text(&self, page: &mut Page) {
        page.line(&self.path);
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

/// The connection as its file keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    url: url::Url,
    token: String,
    /// What the account is called there.
    #[serde(default)]
    pub(super) account: Option<String>,
    #[serde(default)]
    pub(super) since: Option<DateTime<Utc>>,
    /// Portals that were left and may still hold clients.
    #[serde(default)]
    left: Vec<Left>,
    /// Portals that were left and hold nothing of this store any more, so that their tokens need not be kept.
    #[serde(default)]
    emptied: Vec<url::Url>,
    /// What was published as other accounts of a portal, and was not taken off it since.
    #[serde(default)]
    others: Vec<Other>,
}

/// An account as which this store published before it was connected as another one of the same portal.
#[derive(Clone, Serialize, Deserialize)]
struct Other {
    url: url::Url,
    account: String,
}

/// A portal that was left.
#[derive(Clone, Serialize, Deserialize)]
struct Left {
    url: url::Url,
    token: String,
}

impl Connect {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let text = match (&self.token_file, &context.environment.portal_token) {
            (Some(path), _) => std::fs::read_to_string(path).map_err(|source| Error::File {
                path: path.clone(),
                source,
            })?,
            (None, Some(token)) => token.clone(),
            (None, None) => read_token(context)?,
        };
        let token = token_of(&text)?;
        let connection = Connection {
            url: self.url,
            token,
        };
        let status = connection.status().map_err(Error::from)?;
        // The store is made first, so that its folder is there.
        let mut session = context.session()?;
        let path = connection_file(session.store.path());
        let before = kept_connection(&path)?;
        let before_account = before.as_ref().and_then(|before| before.account.clone());
        let moved = before
            .as_ref()
            .filter(|before| before.url != connection.url)
            .map(|before| before.url.clone());
        let renamed =
            before_account.filter(|account| moved.is_none() && *account != status.account);
        let mut others = before
            .as_ref()
            .map_or_else(Vec::new, |before| before.others.clone());
        if let Some(account) = &renamed {
            others.extend(abandon(&mut session, &connection, account)?);
        }
        others.retain(|other| !other.is(&connection.url, &status.account));
        let kept = Kept {
            others,
            account: Some(status.account.clone()),
            since: match &before {
                // A new token for the same account goes on where the old one was.
                Some(before) if moved.is_none() && before.since.is_some() => before.since,
                _ => Some(session.now()),
            },
            emptied: before.as_ref().map_or_else(Vec::new, |before| {
                let emptied = before.emptied.iter();
                emptied
                    .filter(|url| **url != connection.url)
                    .cloned()
                    .collect()
            }),
            left: Kept::left_by(before, &connection.url),
            url: connection.url.clone(),
            token: connection.token.expose().to_owned(),
        };
        if moved.is_some() || renamed.is_some() {
            session.store.forget_events()?;
        }
        kept.keep(&path)?;
        if let Some(account) = renamed {
            context.warn(&format!(
                "this is another account than before: what `{account}` published there stays, until it is withdrawn with its own token: LOGGIA_PORTAL_TOKEN=… loggia portal withdraw"
            ))?;
        }
        let old = match moved {
            Some(url) => moved_from(context, &session, &url)?,
            None => Vec::new(),
        };
        context.show(&Connected {
            url: connection.url.to_string(),
            account: status.account,
            server: status.server,
            clients: status.clients.len(),
            left_behind: old,
        })
    }
}

/// From here on another account publishes: what is noted of pushes is of one that is no longer looked at. Gives it, where it has any.
fn abandon(session: &mut Session, connection: &Connection, account: &str) -> Result<Option<Other>> {
    let address = connection.portal().map_err(Error::from)?;
    if sync::pushed_to(session, &address)?.is_empty() {
        return Ok(None);
    }
    session
        .store
        .note_abandoned(&address)
        .map_err(Error::from)?;
    Ok(Some(Other {
        url: connection.url.clone(),
        account: account.to_owned(),
    }))
}

impl Other {
    fn is(&self, url: &url::Url, account: &str) -> bool {
        self.url == *url && self.account == account
    }
}

/// Tells what it means that another portal is connected. Gives the clients that the one of before still shows.
fn moved_from(context: &mut Context<'_>, session: &Session, old: &url::Url) -> Result<Vec<String>> {
    let address = old.as_str().trim_end_matches('/');
    let clients = still_on(session, old)?;
    context.say(
        "the next `loggia sync` publishes all that clients may see here. Users and passwords do not move: \
         `loggia user reinvite EMAIL` lets each of them in here",
    )?;
    if !clients.is_empty() {
        context.warn(&format!(
            "{address} still shows {} ({}); take what is there off it: loggia portal withdraw --from {address}",
            count(clients.len(), "client", "clients"),
            clients.join(", ")
        ))?;
    }
    Ok(clients)
}

impl Kept {
    /// Portals that were left, the one of before among them, but the one that is connected.
    fn left_by(before: Option<Self>, now: &url::Url) -> Vec<Left> {
        let Some(before) = before else {
            return Vec::new();
        };
        let one = Left {
            url: before.url,
            token: before.token,
        };
        let mut left = before.left;
        left.retain(|other| other.url != one.url);
        left.push(one);
        left.retain(|other| other.url != *now);
        left
    }

    fn keep(&self, path: &Path) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(self).map_err(std::io::Error::from)?;
        file::write(path, &bytes, true)
    }
}

fn token_of(text: &str) -> Result<Token> {
    Token::parse(text).map_err(|_| {
        Failure::usage(
            "portal.token",
            "what was given is not a token".to_owned(),
            "loggia portal account token NAME".to_owned(),
        )
    })
}

fn read_token(context: &Context<'_>) -> Result<String> {
    if context.environment.interactive && !context.global.no_input {
        return dialoguer::Password::new()
            .with_prompt("Token of the account")
            .interact()
            .map_err(|_| super::missing("the token"));
    }
    let mut text = String::new();
    let limited = std::io::Read::take(std::io::stdin(), 1000);
    std::io::Read::read_to_string(&mut { limited }, &mut text)?;
    Ok(text)
}

/// The connection that is kept beside a store, if there is one.
fn kept_connection(path: &Path) -> Result<Option<Kept>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes).map_err(|error| {
            Failure::failed(
                "portal.connection",
                format!("`{}` does not read: {error}", path.display()),
                Some("loggia portal connect URL".to_owned()),
            )
        })?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::File {
            path: path.to_owned(),
            source,
        }
        .into()),
    }
}

impl Context<'_> {
    /// What is kept of the connection, where it is the one that holds.
    pub(super) fn kept(&self, session: &Session) -> Result<Option<Kept>> {
        let kept = kept_connection(&connection_file(session.store.path()))?;
        Ok(kept.filter(|_| self.environment.portal_url.is_none()))
    }

    /// The portal of this store: from LOGGIA_PORTAL_URL and LOGGIA_PORTAL_TOKEN, or the file beside the store.
    pub(super) fn connection(&self, session: &Session) -> Result<Connection> {
        let environment = &self.environment;
        let path = connection_file(session.store.path());
        let kept = kept_connection(&path)?;
        let url = match (&environment.portal_url, &kept) {
            (Some(url), _) => url::Url::parse(url).map_err(|_| {
                Failure::usage(
                    "portal.url",
                    format!("`{url}` is not an address"),
                    "LOGGIA_PORTAL_URL looks like https://portal.example.com".to_owned(),
                )
            })?,
            (None, Some(kept)) => kept.url.clone(),
            (None, None) => return Err(Error::from(SyncError::NotConnected).into()),
        };
        let token = match (&environment.portal_token, &kept) {
            (Some(token), _) => token_of(token)?,
            (None, Some(kept)) => token_of(&kept.token)?,
            (None, None) => return Err(Error::from(SyncError::NotConnected).into()),
        };
        Ok(Connection { url, token })
    }
}

#[derive(Debug, Serialize)]
struct Connected {
    url: String,
    account: String,
    server: String,
    clients: usize,
    /// Clients that the portal of before still shows.
    left_behind: Vec<String>,
}

impl View for Connected {
    fn text(&self, page: &mut Page) {
        page.line(format!(
            "connected to {} as {} ({} published)",
            self.url,
            self.account,
            count(self.clients, "client", "clients")
        ));
    }

    fn reference(&self) -> String {
        self.url.clone()
    }
}
