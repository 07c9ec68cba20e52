//! `loggia portal`: serving it, its accounts, and the connection of this store to one.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::app::{Error, Session};
use crate::portal::operator::{self, OperatorError};
use crate::portal::{Address, Opened, PortalStore, SealKey, Settings, StoreError};
use crate::sync::{Connection, SyncError};
use crate::values::id::Token;

use super::Context;
use super::config::connection_file;
use super::count::count;
use super::error::{Failure, Result};
use super::file;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Serve the portal, manage its accounts, connect to one
#[derive(Debug, Subcommand)]
pub(super) enum Portal {
    Serve(Serve),
    /// Accounts of a portal: one for each business that publishes to it
    #[command(subcommand)]
    Account(Account),
    Connect(Connect),
    /// Forget the portal; what is published stays there
    Disconnect,
    Link(Link),
    ResetLink(ResetLink),
    ResetFactors(ResetFactors),
}

/// Serve the portal
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia portal serve --database sqlite:/var/lib/loggia/portal.db --public-url https://portal.example.com"
)]
pub(super) struct Serve {
    #[command(flatten)]
    database: Database,
    /// Address to listen on; port 0 takes a free one and tells it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8070")]
    listen: SocketAddr,
    /// Address under which people open the portal [default: that it listens on, if loopback]
    #[arg(long, value_name = "URL")]
    public_url: Option<url::Url>,
    /// Networks of proxies whose X-Forwarded-For is believed
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<ipnet::IpNet>,
    /// File with the key that seals the secrets of second factors; it is made if it is not there [default: beside an SQLite database]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
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

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account; its token is shown this once
    Create {
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// List accounts
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Switch an account off: its token and its clients' pages end at once
    Disable {
        name: String,
        /// Switch it on again
        #[arg(long)]
        undo: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Limit how many clients with a console an account may publish
    Limit {
        name: String,
        /// A number, or `none`
        clients: String,
        #[command(flatten)]
        database: Database,
    },
    /// Give an account a new token; the old one dies at once
    Token {
        name: String,
        #[command(flatten)]
        database: Database,
    },
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

/// Make a link that sets a user's password, once, within an hour: for whoever runs the portal
///
/// It does not pass a second factor by: that is asked for at the sign-in that follows.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia portal reset-link jo@acme.example --account studio")]
pub(super) struct ResetLink {
    email: String,
    #[arg(long)]
    account: String,
    #[command(flatten)]
    database: Database,
}

/// Take a user's second factors away, who lost them: authenticator, passkeys and recovery codes
///
/// The user is signed out everywhere, and told by mail. Be sure that it is the user who asks.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia portal reset-factors jo@acme.example --account studio --yes"
)]
pub(super) struct ResetFactors {
    email: String,
    #[arg(long)]
    account: String,
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
    fn open(&self) -> Result<Arc<dyn PortalStore>> {
        Ok(self.opened()?.store)
    }

    /// Opens it, and tells what it is.
    fn opened(&self) -> Result<Opened> {
        let address = self.address()?;
        block_on(address.open())?.map_err(|error| portal_store(&address, &error))
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

impl Serve {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        if self.public_url.is_none() && !self.listen.ip().is_loopback() {
            return Err(super::missing("--public-url"));
        }
        if let Some(url) = self.public_url.as_ref().filter(|url| !is_safe(url)) {
            return Err(Failure::usage(
                "portal.insecure",
                format!("`{url}` is not encrypted"),
                "people open a portal by https; http is for this machine only".to_owned(),
            ));
        }
        let key_file = self.database.key_file(self.key_file)?;
        tracing_subscriber::fmt()
            .json()
            .with_writer(std::io::stderr)
            // Of the tool that migrates, only what goes wrong: it names files of the machine that built this. Of the database's client
            // likewise. Nothing of what checks passkeys: it writes down what was sent, and what came of it is in the audit log.
            .with_env_filter(
                "info,refinery_core=warn,tokio_postgres=warn,webauthn_rs=off,webauthn_rs_core=off",
            )
            .init();
        let Opened { store, database } = self.database.opened()?;
        tracing::info!(database, "the database is open");
        let settings = Settings {
            public_url: self.public_url,
            trusted_proxies: self.trusted_proxy,
            clock: context.environment.clock()?,
            seal: Some(seal_key(&key_file)?),
            ..Settings::default()
        };
        block_on(async {
            let listener = tokio::net::TcpListener::bind(self.listen)
                .await
                .map_err(|error| cannot_listen(self.listen, &error))?;
            let address = listener.local_addr()?;
            context.show(&Serving {
                address: format!("http://{address}"),
                database,
            })?;
            context.terminal.finish()?;
            crate::portal::serve(listener, store, settings, stop_signal())
                .await
                .map_err(|error| Failure::failed("portal.serve", error.to_string(), None))
        })?
    }
}

/// Whether passwords may go to this address: over https, or within this machine.
fn is_safe(url: &url::Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::failed(
        "portal.listen",
        format!("`{address}` cannot be listened on: {error}"),
        Some("choose another with --listen; port 0 takes a free one".to_owned()),
    )
}

/// Ends with Ctrl-C or SIGTERM.
pub(super) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

#[derive(Debug, Serialize)]
struct Serving {
    address: String,
    /// What the store is kept in, with its version.
    database: String,
}

impl View for Serving {
    fn text(&self, page: &mut Page) {
        page.line(format!(
            "the portal is open at {}; Ctrl-C closes it",
            self.address
        ));
    }

    fn reference(&self) -> String {
        self.address.clone()
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

impl Account {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        match self {
            Self::Create { name, database } => {
                let store = database.open()?;
                let token = block_on(operator::create_account(&*store, &name, now))??;
                context
                    .say("the token is shown this once; give it to `loggia portal connect URL`")?;
                context.show(&TokenView::of(name, &token))
            }
            Self::Token { name, database } => {
                let store = database.open()?;
                let token = block_on(operator::new_token(&*store, &name, now))??;
                context.say("the old token is dead; this one is shown this once")?;
                context.show(&TokenView::of(name, &token))
            }
            Self::Disable {
                name,
                undo,
                database,
            } => {
                let store = database.open()?;
                block_on(operator::set_enabled(&*store, &name, undo, now))??;
                list(context, &*store)
            }
            Self::Limit {
                name,
                clients,
                database,
            } => {
                let limit = match clients.as_str() {
                    "none" => None,
                    number => Some(number.parse().map_err(|_| {
                        Failure::usage(
                            "usage.value",
                            format!("`{number}` is not a number of clients"),
                            "write a number, or none".to_owned(),
                        )
                    })?),
                };
                let store = database.open()?;
                block_on(operator::set_client_limit(&*store, &name, limit, now))??;
                list(context, &*store)
            }
            Self::List { database } => list(context, &*database.open()?),
        }
    }
}

fn list(context: &mut Context<'_>, store: &dyn PortalStore) -> Result<()> {
    let accounts = block_on(operator::accounts(store))??;
    let views = accounts
        .into_iter()
        .map(|account| AccountView {
            name: account.name,
            enabled: account.enabled,
            clients: account.clients,
            client_limit: account.client_limit,
            created: account.created.to_rfc3339(),
        })
        .collect();
    context.show(&AccountList(views))
}

#[derive(Debug, Serialize)]
struct TokenView {
    account: String,
    token: String,
}

impl TokenView {
    fn of(account: String, token: &Token) -> Self {
        Self {
            account,
            token: token.expose().to_owned(),
        }
    }
}

impl View for TokenView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.account);
        page.field("token", Some(&self.token));
    }

    fn reference(&self) -> String {
        self.token.clone()
    }
}

#[derive(Debug, Serialize)]
struct AccountView {
    name: String,
    enabled: bool,
    clients: u32,
    client_limit: Option<u32>,
    created: String,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct AccountList(Vec<AccountView>);

impl View for AccountList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no accounts; `loggia portal account create NAME` makes one");
            return;
        }
        let columns = [
            Column::Text("account"),
            Column::Text("state"),
            Column::Number("clients"),
            Column::Number("limit"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|account| {
                let state = if account.enabled { "on" } else { "off" };
                vec![
                    account.name.clone(),
                    state.to_owned(),
                    account.clients.to_string(),
                    account
                        .client_limit
                        .map_or_else(|| "none".to_owned(), |limit| limit.to_string()),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|account| account.name.as_str()).collect();
        names.join("\n")
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

impl ResetLink {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        let store = self.database.open()?;
        let path = block_on(operator::reset_link(
            &*store,
            &self.account,
            &self.email,
            now,
        ))??;
        context.say("the path follows the address of the portal; it works once, for an hour")?;
        context.show(&LinkView { path })
    }
}

impl ResetFactors {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        context.confirm(&format!("take the second factors of `{}` away", self.email))?;
        let store = self.database.open()?;
        block_on(operator::reset_factors(
            &*store,
            &self.account,
            &self.email,
            now,
        ))??;
        context.say(&format!(
            "{} signs in with the password alone until a second factor is set up again",
            self.email
        ))?;
        context.show(&FactorsReset {
            email: self.email,
            account: self.account,
        })
    }
}

/// Told on standard error, given to scripts.
#[derive(Debug, Serialize)]
struct FactorsReset {
    email: String,
    account: String,
}

impl View for FactorsReset {
    fn text(&self, _: &mut Page) {}

    fn reference(&self) -> String {
        self.email.clone()
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
