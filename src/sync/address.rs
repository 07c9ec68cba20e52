//! The address of a portal, and whether a token may be sent there.

use url::{Host, Url};

use super::SyncError;

/// An address that was checked.
#[derive(Debug, Clone)]
pub(super) struct Address {
    base: Url,
    pub(super) loopback: bool,
}

impl Address {
    /// Takes https, and plain http on this machine.
    pub(super) fn of(url: &Url) -> Result<Self, SyncError> {
        let mut base = url.clone();
        let bad = || SyncError::BadAddress {
            url: without_secret(url),
        };
        let has_secret = !base.username().is_empty() || base.password().is_some();
        if has_secret || base.query().is_some() || base.fragment().is_some() {
            return Err(bad());
        }
        let loopback = match base.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(bad()),
        };
        match base.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return Err(SyncError::Insecure {
                    url: base.to_string(),
                });
            }
            _ => return Err(bad()),
        }
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self { base, loopback })
    }

    /// Whether nothing is encrypted.
    pub(super) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// The address as people see it.
    pub(super) fn as_str(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The address of a part of the API. Its parts need no escaping: ids, digests and numbers.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}api/v1/{path}", self.base)
    }
}

/// An address as it may be printed.
fn without_secret(url: &Url) -> String {
    let mut shown = url.clone();
    // Fails for addresses that have no place for a secret either.
    let _ = shown
        .set_username("")
        .and_then(|()| shown.set_password(None));
    shown.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, SyncError> {
        Address::of(&Url::parse(text).unwrap())
    }

    #[test]
    fn https_is_taken_everywhere_and_http_on_this_machine_only() {
        for good in [
            "https://portal.example",
            "https://portal.example/loggia/",
            "http://127.0.0.1:8070",
            "http://localhost:8070/",
            "http://[::1]:8070",
            "http://127.3.2.1",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for open in [
            "http://portal.example",
            "http://192.168.1.2:8070",
            "http://localhost.evil.example",
        ] {
            assert!(
                matches!(parse(open), Err(SyncError::Insecure { .. })),
                "{open}"
            );
        }
        for bad in [
            "data:,x",
            "ftp://portal.example",
            "https://me:pw@portal.example",
            "https://x/?a",
            "https://x/#a",
        ] {
            let refused = parse(bad).unwrap_err();
            assert!(matches!(refused, SyncError::BadAddress { .. }), "{bad}");
            assert!(!refused.to_string().contains("pw"));
        }
    }

    #[test]
    fn parts_of_the_api_stand_below_the_address() {
        let at = |text: &str| parse(text).unwrap().api("status");
        assert_eq!(
            at("https://portal.example"),
            "https://portal.example/api/v1/status"
        );
        assert_eq!(
            at("https://portal.example/loggia"),
            "https://portal.example/loggia/api/v1/status"
        );
        assert_eq!(
            parse("http://localhost:1/").unwrap().as_str(),
            "http://localhost:1"
        );
    }
}
