//! `loggia portal serve`: what an operator sets, and the running server around it.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::net::TcpListener;

use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::cli::terminal::{Page, View};
use crate::mail::smtp::{Encryption, Login};
use crate::portal::{Doors, Limits, Opened, Outgoing, Settings, Tls, Way};
use crate::values::text::Email;

use super::{Database, block_on, seal_key, stop_signal};

/// Serve the portal
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    loggia portal serve --database sqlite:/var/lib/loggia/portal.db --public-url https://portal.example.com --trusted-proxy 127.0.0.1/32\n  \
    loggia portal serve --listen 0.0.0.0:443 --tls-cert full.pem --tls-key key.pem --public-url https://portal.example.com\n  \
    LOGGIA_SMTP_PASSWORD=… loggia portal serve --smtp smtp://portal@mail.example.com --mail-from portal@example.com\n\n\
    Ctrl-C or SIGTERM closes it once open requests are answered, after 10 seconds at most. SIGHUP reads the certificate again.")]
pub(in crate::cli) struct Serve {
    #[command(flatten)]
    database: Database,
    /// Address to listen on; port 0 takes a free one and tells it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8070")]
    listen: SocketAddr,
    /// Address under which people open the portal [default: that it listens on, if loopback]
    #[arg(long, value_name = "URL")]
    public_url: Option<url::Url>,
    /// Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<ipnet::IpNet>,
    /// Certificate in PEM, with those that lead to its authority: the portal ends TLS itself
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Key of the certificate in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Mail server: smtp://USER@HOST (STARTTLS), smtps://USER@HOST, smtp://localhost?tls=none; its password is in LOGGIA_SMTP_PASSWORD
    #[arg(long, value_name = "URL")]
    smtp: Option<url::Url>,
    /// Folder that takes mail as .eml where there is no mail server [default: mail, beside the database]
    #[arg(long, value_name = "FOLDER", conflicts_with = "smtp")]
    mail_dir: Option<PathBuf>,
    /// Sender of mails [default: portal@ the host of the public address]
    #[arg(long, value_name = "EMAIL")]
    mail_from: Option<String>,
    /// Send what accounts hand over for their clients' users (`settings set notices=portal`), from this portal's address: where the
    /// accounts are trusted, since they write these letters
    #[arg(long)]
    take_notices: bool,
    /// Loopback address at which Prometheus finds /metrics
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// How the log is written to standard error [default: text on a terminal, else json]
    #[arg(long, value_name = "FORMAT")]
    log: Option<LogFormat>,
    /// Requests a minute from one network address; 0: any number
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().requests_a_minute)]
    requests: u32,
    /// File with the key that seals the secrets of second factors; it is made if it is not there [default: beside an SQLite database]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Connections at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections)]
    connections: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl Serve {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        self.check()?;
        let tls = self.tls()?;
        let mail = Outgoing {
            way: self.way(context)?,
            sender: self.sender()?,
        };
        let key_file = self.database.key_file(self.key_file.clone())?;
        log(self.log);
        let Opened { store, database } = self.database.opened()?;
        tracing::info!(database, "the database is open");
        let settings = Settings {
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxy.clone(),
            clock: context.environment.clock()?,
            mail: Some(mail),
            takes_notices: self.take_notices,
            seal: Some(seal_key(&key_file)?),
            limits: Limits {
                requests_a_minute: self.requests,
                connections: self.connections,
                ..Limits::default()
            },
            ..Settings::default()
        };
        block_on(async {
            let portal = listen(self.listen).await?;
            let metrics = match self.metrics {
                Some(address) => Some(listen(address).await?),
                None => None,
            };
            let stop = stop_signal();
            if let Some(tls) = &tls {
                reload_when_told(tls.clone())?;
            }
            let scheme = if tls.is_some() { "https" } else { "http" };
            let of = |listener: &TcpListener| listener.local_addr();
            context.show(&Serving {
                address: format!("{scheme}://{}", of(&portal)?),
                database,
                metrics: match &metrics {
                    Some(listener) => Some(format!("http://{}/metrics", of(listener)?)),
                    None => None,
                },
            })?;
            context.terminal.finish()?;
            let doors = Doors {
                portal,
                tls,
                metrics,
            };
            crate::portal::serve_at(doors, store, settings, stop)
                .await
                .map_err(|error| Failure::failed("portal.serve", error.to_string(), None))
        })?
    }

    fn check(&self) -> Result<()> {
        if self.public_url.is_none() && !self.listen.ip().is_loopback() {
            return Err(crate::cli::missing("--public-url"));
        }
        if let Some(url) = self.public_url.as_ref().filter(|url| !is_safe(url)) {
            return Err(Failure::usage(
                "portal.insecure",
                format!("`{url}` is not encrypted"),
                "people open a portal by https; http is for this machine only".to_owned(),
            ));
        }
        if let Some(metrics) = self.metrics.filter(|metrics| !metrics.ip().is_loopback()) {
            return Err(Failure::usage(
                "portal.metrics",
                format!("`{metrics}` can be reached by others, and metrics are for this machine"),
                format!("--metrics 127.0.0.1:{}", metrics.port()),
            ));
        }
        Ok(())
    }

    fn tls(&self) -> Result<Option<Tls>> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(None);
        };
        Tls::open(certificate, key).map(Some).map_err(|error| {
            Failure::usage(
                "portal.tls",
                error.to_string(),
                "--tls-cert takes the certificate and its chain, --tls-key the key, both in PEM"
                    .to_owned(),
            )
        })
    }

    fn way(&self, context: &Context<'_>) -> Result<Way> {
        if let Some(url) = &self.smtp {
            return server(url, || context.environment.smtp_password());
        }
        let folder = match &self.mail_dir {
            Some(folder) => folder.clone(),
            None => self.database.folder().join("mail"),
        };
        Ok(Way::Folder(folder))
    }

    fn sender(&self) -> Result<Email> {
        if let Some(text) = &self.mail_from {
            return Email::parse(text).map_err(|error| {
                Failure::usage(
                    "usage.value",
                    error.to_string(),
                    "--mail-from portal@example.com".to_owned(),
                )
            });
        }
        let host = self.public_url.as_ref().and_then(url::Url::domain);
        let derived = host.and_then(|host| Email::parse(&format!("portal@{host}")).ok());
        match derived {
            Some(sender) => Ok(sender),
            None if self.smtp.is_some() => Err(crate::cli::missing("--mail-from")),
            // Of mails that stay on this machine, in a domain that never exists.
            None => Email::parse("portal@loggia.invalid")
                .map_err(|error| Failure::failed("portal.serve", error.to_string(), None)),
        }
    }
}

/// The mail server of an address, whose password comes from elsewhere: what stands in a command, others read in the list of processes.
fn server(url: &url::Url, password: impl FnOnce() -> Result<String>) -> Result<Way> {
    let bad = |message: String| {
        Failure::usage(
            "portal.smtp",
            message,
            "write smtp://USER@HOST, smtps://USER@HOST, or smtp://localhost?tls=none".to_owned(),
        )
    };
    if url.password().is_some() {
        return Err(Failure::usage(
            "portal.smtp",
            "the address of the mail server has a password in it, which others can read in the list of processes".to_owned(),
            "set LOGGIA_SMTP_PASSWORD, or LOGGIA_SMTP_PASSWORD_COMMAND to a command that writes it".to_owned(),
        ));
    }
    let query: Vec<_> = url.query_pairs().collect();
    let in_the_clear = match query.as_slice() {
        [] => false,
        [(name, value)] if name == "tls" && value == "none" => true,
        _ => return Err(bad(format!("`{url}` says more than a mail server needs"))),
    };
    let (encryption, port) = match (url.scheme(), in_the_clear) {
        ("smtp", false) => (Encryption::StartTls, 587),
        ("smtps", false) => (Encryption::Tls, 465),
        ("smtp", true) => (Encryption::Loopback, 25),
        _ => return Err(bad(format!("`{url}` is not the address of a mail server"))),
    };
    let plain = matches!(url.path(), "" | "/") && url.fragment().is_none();
    let host = url.host_str().filter(|host| plain && !host.is_empty());
    let host = host.ok_or_else(|| bad(format!("`{url}` is not the address of a mail server")))?;
    let login = match url.username() {
        "" => None,
        name => Some(Login {
            user: percent_decoded(name)
                .ok_or_else(|| bad(format!("`{name}` is no name of a user")))?,
            password: password()?,
        }),
    };
    Ok(Way::Server {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(port),
        encryption,
        login,
    })
}

/// `portal%40example.com` as it is meant.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Ids and numbers only; what reaches the log is decided where it is written.
fn log(format: Option<LogFormat>) {
    let text = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        // Of the tool that migrates, only what goes wrong: it names files of the machine that built this. Of the database's client
        // likewise. Nothing of what checks passkeys: it writes down what was sent, and what came of it is in the audit log.
        .with_env_filter(
            "info,refinery_core=warn,tokio_postgres=warn,webauthn_rs=off,webauthn_rs_core=off",
        );
    match (format, text) {
        (Some(LogFormat::Json), _) | (None, false) => builder.json().init(),
        (Some(LogFormat::Text), _) | (None, true) => builder.with_ansi(text).init(),
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

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(
            "portal.listen",
            format!("`{address}` cannot be listened on: {error}"),
            Some("choose another with --listen or --metrics; port 0 takes a free one".to_owned()),
        )
    })
}

/// Reads the certificate again at each SIGHUP, as tools that renew it send.
fn reload_when_told(tls: Tls) -> Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut told = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            while told.recv().await.is_some() {
                match tls.reload() {
                    Ok(()) => tracing::info!("the certificate was read again"),
                    Err(error) => tracing::error!(%error, "the certificate from before stays"),
                }
            }
        });
    }
    #[cfg(not(unix))]
    drop(tls);
    Ok(())
}

#[derive(Debug, Serialize)]
struct Serving {
    address: String,
    /// What the store is kept in, with its version.
    database: String,
    metrics: Option<String>,
}

impl View for Serving {
    fn text(&self, page: &mut Page) {
        page.line(format!(
            "the portal is open at {}; Ctrl-C closes it",
            self.address
        ));
        if let Some(metrics) = &self.metrics {
            page.line(format!("metrics are at {metrics}"));
        }
    }

    fn reference(&self) -> String {
        let lines = [Some(&self.address), self.metrics.as_ref()];
        let lines: Vec<&str> = lines.into_iter().flatten().map(String::as_str).collect();
        lines.join("\n")
    }
}

/// The folder of a database that is a file; else the one the command was started in.
pub(super) fn folder_of(database: &str) -> PathBuf {
    database
        .strip_prefix("sqlite:")
        .and_then(|path| Path::new(path).parent())
        .map(Path::to_owned)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(url: &str) -> Result<Way> {
        server(&url::Url::parse(url).unwrap(), || Ok("secret".to_owned()))
    }

    #[test]
    fn mail_servers_are_read_from_their_address() {
        for (url, expected) in [
            (
                "smtp://mail.example.com",
                ("mail.example.com", 587, Encryption::StartTls, None),
            ),
            (
                "smtps://a@mail.example.com:4650",
                ("mail.example.com", 4650, Encryption::Tls, Some("a")),
            ),
            (
                "smtp://portal%40example.com@mail.example.com",
                (
                    "mail.example.com",
                    587,
                    Encryption::StartTls,
                    Some("portal@example.com"),
                ),
            ),
            (
                "smtp://[::1]:25/?tls=none",
                ("::1", 25, Encryption::Loopback, None),
            ),
        ] {
            let Way::Server {
                host,
                port,
                encryption,
                login,
            } = way(url).unwrap()
            else {
                panic!("{url}");
            };
            let user = login.as_ref().map(|login| login.user.as_str());
            assert_eq!((host.as_str(), port, encryption, user), expected, "{url}");
        }
    }

    #[test]
    fn other_addresses_and_passwords_in_them_are_refused() {
        for url in [
            "http://mail.example.com",
            "smtps://mail.example.com?tls=none",
            "smtp://mail.example.com/inbox",
            "smtp://mail.example.com?tls=maybe",
            "smtp://mail.example.com?tls=none&tls=none",
            "smtp:mail",
            "smtp://a:b@mail.example.com",
            "smtp://a%ff@mail.example.com",
        ] {
            assert!(way(url).is_err(), "{url}");
        }
    }
}
