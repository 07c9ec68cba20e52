//! The mail server of the business (SMTP, RFC 5321): sign in once, give it letter after letter.

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::values::text::Email;

use super::message::for_server;
use super::{Carrier, Fault, Letter};

/// How long each answer of the server may take, unless told otherwise.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// After the greeting; a server that does not offer it gets nothing.
    StartTls,
    /// From the first byte.
    Tls,
    /// Not at all, and only to this machine.
    Loopback,
    /// Not at all.
    None,
}

/// The name and the password by which the server knows us.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A mail server, and the connection to it once there is one.
pub struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    login: Option<Login>,
    /// What we call ourselves: the domain that we send from, and not the name of this machine.
    hello: ClientId,
    /// How long each of its answers may take.
    patience: Duration,
    connection: Option<SmtpConnection>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("name", &self.name())
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// A server that nobody has spoken to yet.
    pub fn new(
        host: &str,
        port: u16,
        encryption: Encryption,
        login: Option<Login>,
        sender: &Email,
    ) -> Self {
        let domain = sender.as_str().rsplit('@').next().unwrap_or_default();
        let domain = url::Host::parse(domain).map_or_else(|_| domain.to_owned(), |d| d.to_string());
        Self {
            host: host.to_owned(),
            port,
            encryption,
            login,
            hello: ClientId::Domain(domain),
            patience: PATIENCE,
            connection: None,
        }
    }

    /// The same, waited for no longer than this at each answer.
    #[must_use]
    pub fn waited_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How it is told of: `smtp.example.com:587`.
    fn name(&self) -> String {
        match self.host.parse::<IpAddr>() {
            Ok(IpAddr::V6(address)) => format!("[{address}]:{}", self.port),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    fn connect(&self) -> Result<SmtpConnection, Fault> {
        let unreachable =
            |why: String| Fault::Unreachable(format!("the mail server {} {why}", self.name()));
        if self.encryption == Encryption::Loopback && !self.is_loopback() {
            return Err(unreachable(
                "is not on this machine, and `none` would send it everything in the clear".into(),
            ));
        }
        let tls = |server: &Self| {
            TlsParameters::new(server.host.clone())
                .map_err(|error| unreachable(format!("cannot be asked for TLS: {}", words(&error))))
        };
        let wrapped = match self.encryption {
            Encryption::Tls => Some(tls(self)?),
            _ => None,
        };
        let mut connection = SmtpConnection::connect(
            (self.host.as_str(), self.port),
            Some(self.patience),
            &self.hello,
            wrapped.as_ref(),
            None,
        )
        .map_err(|error| unreachable(format!("does not answer: {}", words(&error))))?;
        if self.encryption == Encryption::StartTls {
            if !connection.can_starttls() {
                connection.abort();
                return Err(unreachable("offers no STARTTLS".into()));
            }
            connection
                .starttls(&tls(self)?, &self.hello)
                .map_err(|error| unreachable(format!("fails at STARTTLS: {}", words(&error))))?;
        }
        if let Some(Login { user, password }) = &self.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            let known = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&known, &credentials).map_err(|error| {
                if error.is_permanent() || error.is_client() {
                    let (name, why) = (self.name(), words(&error));
                    Fault::NotAuthorised(format!(
                        "the mail server {name} does not let `{user}` in: {why}"
                    ))
                } else {
                    unreachable(format!("fails at signing in: {}", words(&error)))
                }
            })?;
        }
        Ok(connection)
    }

    fn is_loopback(&self) -> bool {
        let Ok(addresses) = (self.host.as_str(), self.port).to_socket_addrs() else {
            return false;
        };
        let addresses: Vec<_> = addresses.collect();
        !addresses.is_empty() && addresses.iter().all(|address| address.ip().is_loopback())
    }

    fn fault(&self, error: &lettre::transport::smtp::Error) -> Fault {
        let why = words(error);
        let name = self.name();
        let code = error.status().map(|code| code.to_string());
        if matches!(code.as_deref(), Some("530" | "534" | "535" | "538")) {
            return Fault::NotAuthorised(format!("the mail server {name} lets nobody in: {why}"));
        }
        if error.is_permanent() || error.is_client() {
            Fault::Refused(why)
        } else if error.is_transient() && code.as_deref() != Some("421") {
            Fault::Later(why)
        } else {
            Fault::Unreachable(format!("the mail server {name} broke off: {why}"))
        }
    }
}

impl Carrier for Server {
    fn carry(&mut self, letter: &Letter) -> Result<(), Fault> {
        let message = for_server(letter)?;
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        match connection.send(message.envelope(), &message.formatted()) {
            Ok(_) => {
                self.connection = Some(connection);
                Ok(())
            }
            Err(error) => {
                connection.abort();
                Err(self.fault(&error))
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // It has taken what it was given; how it says good-bye changes nothing.
            let _ = connection.quit();
        }
    }
}

/// What went wrong, in one short line that no server can make into several.
fn words(error: &lettre::transport::smtp::Error) -> String {
    let mut parts: Vec<String> = error.status().iter().map(ToString::to_string).collect();
    let mut source = error.source();
    if source.is_none() {
        parts.push(error.to_string());
    }
    while let Some(cause) = source {
        let is_slow = cause.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            )
        });
        let text = if is_slow {
            "it takes too long".to_owned()
        } else {
            cause.to_string()
        };
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        source = cause.source();
    }
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = parts.join(" ").chars().map(plain).take(300).collect();
    text.trim().to_owned()
}
