//! Looking at a page of the portal as a browser does: cookies are kept, redirects followed. For checks by the program itself.

use reqwest::blocking::Client;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use url::Url;

use super::SyncError;

/// More redirects than a sign-in takes.
const REDIRECTS: u32 = 10;

/// The page that this address of this machine leads to, over plain HTTP.
pub fn browse(address: &Url) -> Result<String, SyncError> {
    let client = client()?;
    let mut url = address.clone();
    let mut cookies: Vec<(String, String)> = Vec::new();
    for _ in 0..REDIRECTS {
        let jar: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let unreachable = |error: reqwest::Error| SyncError::Unreachable {
            url: address.origin().ascii_serialization(),
            reason: error.without_url().to_string(),
        };
        let answer = client
            .get(url.clone())
            .header(COOKIE, jar.join("; "))
            .send()
            .map_err(unreachable)?;
        for header in answer.headers().get_all(SET_COOKIE) {
            let text = header.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                cookies.retain(|(known, _)| known != name);
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let next = answer
            .headers()
            .get(LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(|location| url.join(location).ok())
            // Cookies are for the portal alone.
            .filter(|next| next.origin() == address.origin());
        match next {
            Some(next) => url = next,
            None if answer.status().is_success() => return answer.text().map_err(unreachable),
            None => {
                return Err(SyncError::Failing {
                    url: address.origin().ascii_serialization(),
                    message: format!("the page answers {}", answer.status()),
                });
            }
        }
    }
    Err(SyncError::Failing {
        url: address.origin().ascii_serialization(),
        message: "the page redirects for ever".to_owned(),
    })
}

fn client() -> Result<Client, SyncError> {
    // The second time it is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .tls_certs_only([])
        .build()
        .map_err(|error| SyncError::Unreachable {
            url: "this machine".to_owned(),
            reason: error.to_string(),
        })
}
