//! Where a PostgreSQL database is and how to speak with it: the address as it is typed, the encryption, the pool. The password
//! is in the address and is shown nowhere.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::StoreError;
use super::super::address::AddressError;
use super::Outcome;
use super::tx::innermost;

/// Connections of one server process, which is also how many requests are in the database at once; others wait.
const CONNECTIONS: usize = 16;
/// How long a request waits for one of them, or for a new one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a database that went away without a word is believed to be there.
const SILENCE: Duration = Duration::from_secs(30);

/// An address such as `postgres://loggia@db.example.com/portal`, read. See [`Address::parse`].
#[derive(Clone)]
pub struct Address {
    config: Config,
    encryption: Encryption,
}

/// How what is said is kept from others.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Encryption {
    /// Not at all: within this machine, or as the address asks.
    Off,
    /// TLS with a server whose certificate is for its name: by the authorities of the system, or by those of a file.
    Verified { roots: Option<PathBuf> },
}

impl Address {
    /// Reads `postgres://USER[:PASSWORD]@HOST[:PORT]/NAME[?OPTION=VALUE&…]`, with several hosts where there are several.
    ///
    /// Without `sslmode` the connection is encrypted and the server's certificate verified, unless the host is this machine.
    /// `disable` switches that off, `verify-full`, `verify-ca` and `require` all verify, `sslrootcert=FILE` names the
    /// authorities. `allow` and `prefer` promise nothing and are refused.
    pub(in super::super) fn parse(url: &str) -> Result<Self, AddressError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let mut read = url::form_urlencoded::parse(pair.as_bytes());
            match read.next() {
                Some((key, value)) if key == "sslmode" => mode = Some(value.into_owned()),
                Some((key, value)) if key == "sslrootcert" => {
                    roots = Some(PathBuf::from(value.as_ref()));
                }
                _ => others.push(pair),
            }
        }
        let rest = format!("{place}?{}", others.join("&"));
        // What the parser says may quote a piece of the password.
        let mut config: Config = rest.parse().map_err(|_| AddressError::Postgres)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(AddressError::NoHost);
        }
        let encryption = match mode.as_deref() {
            None if is_local(&config) && roots.is_none() => Encryption::Off,
            Some("disable") => Encryption::Off,
            None | Some("require" | "verify-ca" | "verify-full") => Encryption::Verified { roots },
            Some(_) => return Err(AddressError::Encryption),
        };
        config.ssl_mode(match encryption {
            Encryption::Off => SslMode::Disable,
            Encryption::Verified { .. } => SslMode::Require,
        });
        if config.get_application_name().is_none() {
            config.application_name("loggia portal");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        Ok(Self { config, encryption })
    }

    /// A pool that connects when it is first asked for a connection.
    pub(super) fn pool(&self) -> Outcome<Pool> {
        let settings = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match &self.encryption {
            Encryption::Off => Manager::from_config(self.config.clone(), NoTls, settings),
            Encryption::Verified { roots } => {
                let tls = MakeRustlsConnect::new(tls(roots.as_ref())?);
                Manager::from_config(self.config.clone(), tls, settings)
            }
        };
        Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE.saturating_mul(2)))
            .recycle_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Postgres(error.to_string()))
    }
}

/// Without user and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        let ports = self.config.get_ports();
        for (at, host) in self.config.get_hosts().iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            match host {
                Host::Tcp(name) => f.write_str(name)?,
                Host::Unix(folder) => write!(f, "{}", folder.display())?,
            }
            if let Some(port) = ports.get(at).or(ports.first()) {
                write!(f, ":{port}")?;
            }
        }
        if let Some(name) = self.config.get_dbname() {
            write!(f, "/{name}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Whether nothing of what is said leaves this machine.
fn is_local(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        }
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn tls(roots: Option<&PathBuf>) -> Outcome<ClientConfig> {
    let unusable =
        |error: &(dyn std::error::Error + 'static)| StoreError::Certificates(innermost(error));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    let Some(path) = roots else {
        let builder = builder
            .with_platform_verifier()
            .map_err(|error| unusable(&error))?;
        return Ok(builder.with_no_client_auth());
    };
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        store.add(certificate).map_err(|error| unusable(&error))?;
    }
    if store.is_empty() {
        return Err(StoreError::Certificates(format!(
            "`{}` holds no certificate",
            path.display()
        )));
    }
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Address {
        Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_and_verified() {
        let verified = |roots: Option<&str>| Encryption::Verified {
            roots: roots.map(PathBuf::from),
        };
        let rows = [
            ("postgres://loggia@localhost/portal", Encryption::Off),
            ("postgresql://127.0.0.1:5433/portal", Encryption::Off),
            ("postgres://[::1]/portal", Encryption::Off),
            ("postgres://%2Frun%2Fpostgresql/portal", Encryption::Off),
            ("postgres:///portal?host=/run/postgresql", Encryption::Off),
            ("postgres://db.example/portal", verified(None)),
            ("postgres://localhost,db.example/portal", verified(None)),
            (
                "postgres://localhost/portal?hostaddr=192.0.2.1",
                verified(None),
            ),
            (
                "postgres://localhost/portal?sslmode=verify-full",
                verified(None),
            ),
            (
                "postgres://db.example/portal?sslmode=require",
                verified(None),
            ),
            (
                "postgres://db.example/portal?sslmode=verify-ca&sslrootcert=/etc/ca%20x.pem",
                verified(Some("/etc/ca x.pem")),
            ),
            (
                "postgres://localhost/portal?sslrootcert=ca.pem",
                verified(Some("ca.pem")),
            ),
            (
                "postgres://db.example/portal?sslmode=disable",
                Encryption::Off,
            ),
        ];
        for (url, expected) in rows {
            let address = read(url);
            assert_eq!(address.encryption, expected, "{url}");
            let mode = match expected {
                Encryption::Off => SslMode::Disable,
                Encryption::Verified { .. } => SslMode::Require,
            };
            assert_eq!(address.config.get_ssl_mode(), mode, "{url}");
        }
        for mode in ["prefer", "allow", "", "Require"] {
            let url = format!("postgres://db.example/portal?sslmode={mode}");
            assert!(matches!(
                Address::parse(&url),
                Err(AddressError::Encryption)
            ));
        }
    }

    #[test]
    fn other_options_are_the_databases() {
        let address = read(
            "postgres://u@localhost/portal?connect_timeout=3&sslmode=disable&options=-c%20a%3Db",
        );
        assert_eq!(address.config.get_options(), Some("-c a=b"));
        assert_eq!(
            address.config.get_connect_timeout(),
            Some(&Duration::from_secs(3))
        );
        assert_eq!(address.config.get_application_name(), Some("loggia portal"));
    }

    #[test]
    fn the_password_is_shown_nowhere() {
        let address = read(
            "postgres://loggia:hunter2@db.example:5433,other.example:5434/portal?application_name=x",
        );
        assert_eq!(address.config.get_password(), Some(&b"hunter2"[..]));
        let shown = format!("{address} {address:?}");
        assert!(
            shown.starts_with("postgres://db.example:5433,other.example:5434/portal "),
            "{shown}"
        );
        assert!(!shown.contains("hunter2"), "{shown}");
        for broken in [
            "postgres://loggia:hunter2?hunter2=x@db.example/portal",
            "postgres://loggia:hunter2@db.example:hunter2/portal",
            "postgres://loggia:hunter2%@db.example/portal?hunter2",
            "postgres://loggia:hunter2@db.example/portal?sslmode=hunter2",
        ] {
            let told = match Address::parse(broken) {
                Ok(address) => format!("{address} {address:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn authorities_that_cannot_be_read_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "nothing").unwrap();
        assert!(matches!(
            tls(Some(&empty)),
            Err(StoreError::Certificates(_))
        ));
        let missing = folder.path().join("missing.pem");
        assert!(matches!(
            tls(Some(&missing)),
            Err(StoreError::Certificates(_))
        ));
    }
}
