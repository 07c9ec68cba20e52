//! TLS of the portal's own: certificate and key from files, read again when told (SIGHUP), TLS 1.2 and 1.3 only.
//! Without it, a proxy in front ends TLS.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use tokio_rustls::TlsAcceptor;

/// Certificate or key are of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Not there, or no PEM.
    #[error("`{path}` holds no {what}: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What should be in it.
        what: &'static str,
        /// What the reader says.
        reason: String,
    },
    /// They do not belong together, or are of a kind that is not known.
    #[error("the key `{key}` does not open the certificate `{certificate}`: {reason}")]
    Pair {
        /// File of the certificate.
        certificate: PathBuf,
        /// File of the key.
        key: PathBuf,
        /// What the library says.
        reason: String,
    },
}

/// A certificate that can be exchanged while the portal is open.
#[derive(Debug, Clone)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    shown: Arc<Shown>,
    acceptor: Acceptor,
}

#[derive(Clone)]
struct Acceptor(TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

/// The certificate that is shown to whoever comes next.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

impl Tls {
    /// Reads both files: PEM, the certificate with those that lead to its authority.
    pub fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let shown = Arc::new(Shown(RwLock::new(Arc::new(read(certificate, key)?))));
        let resolver = Arc::clone(&shown) as Arc<dyn ResolvesServerCert>;
        let mut config =
            rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_protocol_versions(&[&TLS13, &TLS12])
                .map_err(|error| pair(certificate, key, &error))?
                .with_no_client_auth()
                .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            shown,
            acceptor: Acceptor(TlsAcceptor::from(Arc::new(config))),
        })
    }

    /// Reads the files again. Where they are of no use, the certificate from before is shown further on.
    pub fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(read(&self.certificate, &self.key)?);
        let mut shown = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
        *shown = fresh;
        Ok(())
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.0.clone()
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let unread = |path: &Path, what: &'static str, reason: String| TlsError::File {
        path: path.to_owned(),
        what,
        reason,
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unread(certificate, "certificate", error.to_string()))?;
    if chain.is_empty() {
        return Err(unread(
            certificate,
            "certificate",
            "there is none in it".to_owned(),
        ));
    }
    let secret =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unread(key, "key", error.to_string()))?;
    CertifiedKey::from_der(chain, secret, &ring::default_provider())
        .map_err(|error| pair(certificate, key, &error))
}

fn pair(certificate: &Path, key: &Path, error: &rustls::Error) -> TlsError {
    TlsError::Pair {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        reason: error.to_string(),
    }
}
