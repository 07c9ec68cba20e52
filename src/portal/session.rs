//! Cookies: the session's, and the form token's that guards forms. Secrets live in the browser; the store has their hashes.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use crate::values::id::{RandomError, Token};

use super::settings::Place;
use super::store::SECOND_STEP;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jar {
    /// Proves who is signed in.
    Session,
    /// Ties a form to the browser it was given to, before anybody is signed in.
    Form,
    /// Holds the secret of an invitation between the link and the password.
    Invitation,
    /// Proves whose password was right, until a second factor was.
    Half,
    /// Holds the secret of a link for a forgotten password.
    Reset,
}

/// How long an opened link waits for its password.
pub(super) const INVITATION_LIFETIME: TimeDelta = TimeDelta::minutes(30);

impl Jar {
    /// With the `__Host-` prefix a browser takes the cookie from this very host over https only.
    fn name(self, place: &Place) -> &'static str {
        match (self, place.https) {
            (Self::Session, true) => "__Host-loggia",
            (Self::Session, false) => "loggia",
            (Self::Form, true) => "__Host-loggia-form",
            (Self::Form, false) => "loggia-form",
            (Self::Invitation, true) => "__Host-loggia-invitation",
            (Self::Invitation, false) => "loggia-invitation",
            (Self::Half, true) => "__Host-loggia-step",
            (Self::Half, false) => "loggia-step",
            (Self::Reset, true) => "__Host-loggia-reset",
            (Self::Reset, false) => "loggia-reset",
        }
    }

    /// The secret of a request's cookie, if it has the form of one. Two cookies of the name are none.
    pub(super) fn read(self, headers: &HeaderMap, place: &Place) -> Option<Token> {
        let name = self.name(place);
        let mut values = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Token::parse(value).ok(),
            _ => None,
        }
    }

    /// The `Set-Cookie` that keeps a secret.
    pub(super) fn keep(self, secret: &Token, place: &Place) -> Option<HeaderValue> {
        let age = match self {
            Self::Session | Self::Form => String::new(),
            Self::Invitation | Self::Reset => {
                format!("; Max-Age={}", INVITATION_LIFETIME.num_seconds())
            }
            Self::Half => format!("; Max-Age={}", SECOND_STEP.num_seconds()),
        };
        self.set(secret.expose(), &age, place)
    }

    /// The `Set-Cookie` that takes it away.
    pub(super) fn drop(self, place: &Place) -> Option<HeaderValue> {
        self.set("", "; Max-Age=0", place)
    }

    fn set(self, value: &str, age: &str, place: &Place) -> Option<HeaderValue> {
        let secure = if place.https { "; Secure" } else { "" };
        let cookie = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
            self.name(place)
        );
        let mut header = HeaderValue::from_str(&cookie).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// The token that forms carry, derived from a cookie's secret: no other site can know it, and it tells nothing of the secret.
pub(super) fn form_token(secret: &Token) -> String {
    let digest = Sha256::digest(format!("loggia form\n{}", secret.expose()).as_bytes());
    data_encoding::BASE64URL_NOPAD.encode(&digest)
}

/// Whether a form carries the right token. Compared by hash, so the time it takes tells nothing.
pub(super) fn is_form_token(secret: &Token, sent: &str) -> bool {
    Sha256::digest(form_token(secret).as_bytes()) == Sha256::digest(sent.as_bytes())
}

/// Whether a form was given to this very browser, before anybody is signed in.
pub(super) fn is_own_form(headers: &HeaderMap, place: &Place, sent: &str) -> bool {
    Jar::Form
        .read(headers, place)
        .is_some_and(|secret| is_form_token(&secret, sent))
}

/// An answer that sets these cookies, too.
pub(super) fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The browser's form secret, or a new one that is to be kept.
pub(super) fn form_secret(
    headers: &HeaderMap,
    place: &Place,
) -> Result<(Token, Option<HeaderValue>), RandomError> {
    match Jar::Form.read(headers, place) {
        Some(secret) => Ok((secret, None)),
        None => {
            let secret = Token::random()?;
            let cookie = Jar::Form.keep(&secret, place);
            Ok((secret, cookie))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Place {
        Place::new(
            Some(&url::Url::parse(url).unwrap()),
            "127.0.0.1:1".parse().unwrap(),
            false,
        )
        .unwrap()
    }

    #[test]
    fn cookies_keep_to_this_host() {
        let secret = Token::random().unwrap();
        let cookie = Jar::Session
            .keep(&secret, &place("https://portal.example"))
            .unwrap();
        let expected = format!(
            "__Host-loggia={}; Path=/; HttpOnly; SameSite=Lax; Secure",
            secret.expose()
        );
        assert_eq!(cookie.to_str().unwrap(), expected);
        let plain = Jar::Session
            .keep(&secret, &place("http://127.0.0.1:80"))
            .unwrap();
        assert!(!plain.to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn a_cookie_reads_back_unless_it_is_doubled() {
        let place = place("http://localhost:1");
        let secret = Token::random().unwrap();
        let read = |cookie: String| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&cookie).unwrap());
            Jar::Session
                .read(&headers, &place)
                .map(|token| token.hash())
        };
        let one = format!("a=b; loggia={}; c", secret.expose());
        assert_eq!(read(one.clone()), Some(secret.hash()));
        assert_eq!(read(format!("{one}; loggia={}", secret.expose())), None);
        assert_eq!(read("loggia=short".to_owned()), None);
        assert_eq!(read(format!("loggia-form={}", secret.expose())), None);
    }

    #[test]
    fn form_tokens_belong_to_one_secret() {
        let (a, b) = (Token::random().unwrap(), Token::random().unwrap());
        assert!(is_form_token(&a, &form_token(&a)));
        assert!(!is_form_token(&a, &form_token(&b)));
        assert!(!is_form_token(&a, a.expose()));
        assert!(!is_form_token(&a, ""));
    }
}
