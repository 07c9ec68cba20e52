//! `loggia portal`: serving it, what its operator does, and the connection of this store to one.

mod account;
mod audit;
mod mail;
mod reset;
mod serve;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::app::{Error, Session};
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
    let disconnected = match std::fs::remove_file(&path) {
        Ok(()) => true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(source) => return Err(Error::File { path, source }.into()),
    };
    context.say(match disconnected {
        true => "disconnected; what is published stays on the portal",
        false => "there was no connection",
    })?;
    context.show(&Disconnected {
        disconnected,
        portal: portal.map(|connection| connection.url.to_string()),
    })
}

/// Told on standard error, given to scripts.
#[derive(Debug, Serialize)]
struct Disconnected {
    disconnected: bool,
    /// Its address, where there was one.
    portal: Option<String>,
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
struct Kept {
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
        let kept = Kept {
            url: connection.url.clone(),
            token: connection.token.expose().to_owned(),
        };
        let bytes = serde_json::to_vec_pretty(&kept).map_err(std::io::Error::from)?;
        // The store is made first, so that its folder is there.
        let mut session = context.session()?;
        let path = connection_file(session.store.path());
        if kept_connection(&path)?.is_some_and(|before| before.url != connection.url) {
            session.store.forget_events()?;
        }
        file::write(&path, &bytes, true)?;
        context.show(&Connected {
            url: connection.url.to_string(),
            account: status.account,
            server: status.server,
            clients: status.clients.len(),
        })
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
