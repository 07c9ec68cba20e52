//! What an operator may set about a portal. Knows nothing of pages or of the store; reads no environment: the command line does.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use url::Url;

use crate::mail::smtp::{Encryption, Login};
use crate::values::calendar::Calendar;
use crate::values::text::Email;

use super::error::Error;
use super::seal::SealKey;

/// Tells the time; tests put their own in.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a portal is run.
#[derive(Clone)]
pub struct Settings {
    /// Address under which people open the portal: scheme and host, no path. Requests for another host are refused.
    /// None: derived from the listening address, which must then be a loopback one.
    pub public_url: Option<Url>,
    /// Proxies whose `X-Forwarded-For` is believed; empty: the peer's address is the client's.
    pub trusted_proxies: Vec<IpNet>,
    /// What passwords cost.
    pub hashing: Hashing,
    /// How much is accepted.
    pub limits: Limits,
    /// How long things may take and last.
    pub times: Times,
    /// How mail goes out; none: it stays in the outbox.
    pub mail: Option<Outgoing>,
    /// Whether accounts may hand over notices, which they write themselves and the portal sends from its own address.
    pub takes_notices: bool,
    /// The clock.
    pub clock: Clock,
    /// Seals secrets in the database. None: a new one, so that second factors do not outlive the process.
    pub seal: Option<SealKey>,
}

/// How mail goes out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// By whom or what it is taken.
    pub way: Way,
    /// What stands in `From`, before which comes the name of the business.
    pub sender: Email,
}

/// What takes mail.
#[derive(Debug, Clone)]
pub enum Way {
    /// A mail server.
    Server {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is encrypted.
        encryption: Encryption,
        /// As whom we come, if it asks.
        login: Option<Login>,
    },
    /// A folder, for somebody else to send it on.
    Folder(PathBuf),
}

/// Parameters of argon2id.
#[derive(Debug, Clone, Copy)]
pub struct Hashing {
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Hashes computed at the same time; further sign-ins wait.
    pub parallel: usize,
}

/// Upper bounds on what a peer may send.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Body of a form, in bytes.
    pub form: usize,
    /// A manifest, inflated, in bytes.
    pub manifest: usize,
    /// Parts in one manifest.
    pub chunks: usize,
    /// One part, inflated, in bytes.
    pub chunk: usize,
    /// All parts that are staged for one account, in bytes.
    pub staged: u64,
    /// Connections at the same time; further ones wait to be accepted.
    pub connections: usize,
    /// Of these, how many one network address may hold, unless it is a trusted proxy or this machine.
    pub connections_of_one: usize,
    /// Requests a minute from one network address, other than those of an account with its token; 0: any number.
    pub requests_a_minute: u32,
    /// Notices that one account may hand over in a day to be sent.
    pub notices_a_day: u32,
}

/// Time-outs and lifetimes.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For the head of a request to arrive.
    pub head: Duration,
    /// Between two pieces of a body.
    pub body: Duration,
    /// For a whole request, body and answer.
    pub request: Duration,
    /// For open requests to end once a stop was asked for.
    pub stop: Duration,
    /// After which a session ends, used or not.
    pub session: chrono::TimeDelta,
    /// After which parts that were staged and never committed are dropped.
    pub staged: chrono::TimeDelta,
    /// Between two looks into the outbox.
    pub outbox: Duration,
    /// For each answer of the mail server.
    pub mail: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            trusted_proxies: Vec::new(),
            hashing: Hashing::default(),
            limits: Limits::default(),
            times: Times::default(),
            mail: None,
            takes_notices: false,
            clock: Arc::new(Calendar::system_now),
            seal: None,
        }
    }
}

impl Default for Hashing {
    /// What OWASP asks for: 46 MiB, one pass, one lane.
    fn default() -> Self {
        Self {
            memory_kib: 47_104,
            passes: 1,
            lanes: 1,
            parallel: 4,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            form: 16 * 1024,
            manifest: 16 * 1024 * 1024,
            chunks: 50_000,
            chunk: 64 * 1024 * 1024,
            staged: 1024 * 1024 * 1024,
            connections: 1_000,
            connections_of_one: 100,
            requests_a_minute: 1_200,
            notices_a_day: 2_000,
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            body: Duration::from_secs(20),
            request: Duration::from_secs(60),
            stop: Duration::from_secs(10),
            session: chrono::TimeDelta::hours(12),
            staged: chrono::TimeDelta::hours(24),
            outbox: Duration::from_secs(2),
            mail: Duration::from_secs(30),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("public_url", &self.public_url.as_ref().map(Url::as_str))
            .field("trusted_proxies", &self.trusted_proxies)
            .field("hashing", &self.hashing)
            .field("limits", &self.limits)
            .field("times", &self.times)
            .field("mail", &self.mail)
            .field("takes_notices", &self.takes_notices)
            .finish_non_exhaustive()
    }
}

/// The place where the portal is found, worked out once at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// `https://portal.example`, as a browser writes an origin.
    pub(super) origin: String,
    /// Whether cookies may be marked secure.
    pub(super) https: bool,
    /// Values of the `Host` header that are answered.
    hosts: Vec<String>,
}

impl Place {
    /// From the settings, else from the address that is listened on.
    pub(super) fn new(
        public_url: Option<&Url>,
        listening: SocketAddr,
        tls: bool,
    ) -> Result<Self, Error> {
        let Some(url) = public_url else {
            return Self::loopback(listening, tls);
        };
        let plain = matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let (true, Some(host)) = (plain, url.host_str()) else {
            return Err(Error::PublicUrl(url.as_str().to_owned()));
        };
        let https = url.scheme() == "https";
        let default_port = if https { 443 } else { 80 };
        let hosts = match url.port() {
            Some(port) => vec![format!("{host}:{port}")],
            None => vec![host.to_owned(), format!("{host}:{default_port}")],
        };
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            https,
            hosts,
        })
    }

    fn loopback(listening: SocketAddr, tls: bool) -> Result<Self, Error> {
        if !listening.ip().is_loopback() {
            return Err(Error::PublicUrlMissing(listening));
        }
        let port = listening.port();
        Ok(Self {
            origin: format!("{}://{listening}", if tls { "https" } else { "http" }),
            https: tls,
            hosts: vec![
                listening.to_string(),
                format!("localhost:{port}"),
                format!("127.0.0.1:{port}"),
                format!("[::1]:{port}"),
            ],
        })
    }

    /// The same portal by name, where it is on this machine and answers to one.
    pub(super) fn on_localhost(&self) -> Option<String> {
        let named = self
            .hosts
            .iter()
            .find(|host| host.starts_with("localhost:"))?;
        Some(format!("http://{named}"))
    }

    /// The path of an address that leads here, by whichever name; none: it leads elsewhere.
    pub(super) fn path_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        let scheme = if self.https { "https://" } else { "http://" };
        let rest = address.strip_prefix(scheme)?;
        let (host, path) = rest.split_at(rest.find('/')?);
        self.answers(host).then_some(path)
    }

    /// Whether a request for this host is meant for this portal.
    pub(super) fn answers(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Result<Place, Error> {
        Place::new(
            Some(&Url::parse(url).unwrap()),
            "127.0.0.1:1".parse().unwrap(),
            false,
        )
    }

    #[test]
    fn the_host_is_pinned_to_the_public_address() {
        let place = place("https://portal.example").unwrap();
        assert!(place.https);
        assert_eq!(place.origin, "https://portal.example");
        assert!(place.answers("portal.example"));
        assert!(place.answers("PORTAL.example:443"));
        assert!(!place.answers("portal.example:80"));
        assert!(!place.answers("portal.example.evil"));
        assert!(!place.answers(""));
    }

    #[test]
    fn an_address_with_a_path_or_secret_is_refused() {
        for url in [
            "https://portal.example/a",
            "https://u:p@portal.example/",
            "ftp://portal.example/",
            "https://portal.example/?a",
            "https://portal.example/#a",
        ] {
            assert!(place(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_a_loopback_address_needs_no_public_one() {
        let place = |listening: &str, tls| Place::new(None, listening.parse().unwrap(), tls);
        assert!(place("0.0.0.0:8070", false).is_err());
        let encrypted = place("127.0.0.1:8070", true).unwrap();
        assert!(encrypted.https && encrypted.origin.starts_with("https://127"));
        let place = place("127.0.0.1:8070", false).unwrap();
        assert_eq!(place.origin, "http://127.0.0.1:8070");
        assert!(place.answers("localhost:8070"));
        assert!(!place.answers("localhost:8071"));
        assert!(!place.answers("evil.example"));
    }
}
