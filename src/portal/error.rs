//! What goes wrong, and what is told about it: the only place that gives a status, a page or a problem. The inside is never told;
//! it goes to the log, with the number that is on the page.

use std::net::SocketAddr;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use crate::mail::Fault;
use crate::published::PROTOCOL;
use crate::published::protocol::{Problem, over_the_limit};

use super::authenticator::Unusable;
use super::part::Flaw;
use super::password::HashError;
use super::store::StoreError;
use super::template::{self, Message};
use super::words::{asked, fill};
use crate::values::id::RandomError;

/// The portal cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The public address has more than scheme and host.
    #[error("the public address `{0}` must be http or https and a host, with no path")]
    PublicUrl(String),
    /// Nobody knows under which name this is reached.
    #[error("listening on `{0}` needs a public address: `--public-url https://...`")]
    PublicUrlMissing(SocketAddr),
    /// Parameters that argon2id does not take.
    #[error("these parameters for passwords do not work")]
    Hashing,
    /// The network says no.
    #[error("the portal cannot listen")]
    Listen(#[from] std::io::Error),
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page that is not given.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Not there, or not yours: the same to the byte.
    NotFound,
    /// Sign in first, then come back.
    SignIn { back: Option<String> },
    /// The client allows other networks only.
    Network,
    /// The client asks for a second factor, which a link cannot show.
    SecondFactor,
    /// The client asks for a second factor, and there is none yet.
    SetUpFactor,
    /// Show a password or factor first, then come back.
    Confirm { back: &'static str },
    /// An operator's link opened the session: nobody's password or factors are to be seen in it.
    Linked,
    /// A link that was used, has expired or never was.
    DeadLink,
    /// Not sent from one of our forms.
    Forged,
    /// A query or form that cannot be read.
    Malformed,
    /// More than is taken.
    TooLarge,
    /// More than a file holds, in the words of the client.
    TooMany { title: &'static str, text: String },
    /// Nothing that is told.
    Inside(StoreError),
    /// As above, with nothing to log but that.
    Unexplained(&'static str),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Inside(error)
    }
}

impl From<HashError> for Refusal {
    fn from(_: HashError) -> Self {
        Self::Unexplained("hashing")
    }
}

impl From<RandomError> for Refusal {
    fn from(_: RandomError) -> Self {
        Self::Unexplained("random numbers")
    }
}

impl From<Unusable> for Refusal {
    fn from(_: Unusable) -> Self {
        Self::Unexplained("the secret of an authenticator")
    }
}

impl From<askama::Error> for Refusal {
    fn from(_: askama::Error) -> Self {
        Self::Unexplained("template")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let w = asked();
        match self {
            Self::NotFound => page(StatusCode::NOT_FOUND, w.not_found_title, w.not_found),
            Self::SignIn { back } => {
                Redirect::to(&sign_in_address(back.as_deref())).into_response()
            }
            Self::Network => page(StatusCode::FORBIDDEN, w.network_title, w.network),
            Self::SecondFactor => page(StatusCode::FORBIDDEN, w.factor_title, w.factor),
            Self::SetUpFactor => Redirect::to("/account/second-factor").into_response(),
            Self::Confirm { back } => {
                Redirect::to(&format!("/account/confirm?next={back}")).into_response()
            }
            Self::Linked => page(StatusCode::FORBIDDEN, w.linked_title, w.linked),
            Self::DeadLink => page(StatusCode::GONE, w.link_dead_title, w.link_dead),
            Self::Forged => page(StatusCode::FORBIDDEN, w.refused_title, w.refused),
            Self::Malformed => page(StatusCode::BAD_REQUEST, w.refused_title, w.refused),
            Self::TooLarge => page(StatusCode::PAYLOAD_TOO_LARGE, w.refused_title, w.too_large),
            Self::TooMany { title, text } => page(StatusCode::UNPROCESSABLE_ENTITY, title, &text),
            Self::Inside(error) if error.is_passing() => {
                log(&error);
                soon(page(StatusCode::SERVICE_UNAVAILABLE, w.busy_title, w.busy))
            }
            Self::Inside(error) => {
                log(&error);
                failed(Side::Page)
            }
            Self::Unexplained(what) => {
                tracing::error!(what, "a page failed");
                failed(Side::Page)
            }
        }
    }
}

fn sign_in_address(back: Option<&str>) -> String {
    match back {
        Some(back) => {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", back)
                .finish();
            format!("/sign-in?{query}")
        }
        None => "/sign-in".to_owned(),
    }
}

/// An answer that may be another one in a moment.
fn soon(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn log(error: &StoreError) {
    let source = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(%error, source, "the store failed");
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    match template::message(&Message::new(title, text)) {
        Ok(body) => (status, body).into_response(),
        Err(_) => (status, title.to_owned()).into_response(),
    }
}

/// To whom something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Page,
    Api,
}

/// An answer that is still without its number; [`with_number`] puts it in.
fn failed(side: Side) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(side);
    response
}

/// What a panic is turned into. Nothing of it is told.
pub(super) fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    failed(Side::Page)
}

/// What a form from elsewhere is answered.
pub(super) fn forged() -> Response {
    Refusal::Forged.into_response()
}

/// What a request for another host is answered.
pub(super) fn misdirected() -> Response {
    StatusCode::MISDIRECTED_REQUEST.into_response()
}

/// What is answered to what came without encryption: pages and accounts alike have to come again, by another address.
pub(super) fn in_the_clear(api: bool) -> Response {
    if api {
        return problem(
            StatusCode::FORBIDDEN,
            "insecure",
            "the portal is reached by https only; the token that was sent in the clear should be replaced",
        );
    }
    Refusal::Forged.into_response()
}

/// What somebody is answered who asks too often.
pub(super) fn flooded(wait: std::time::Duration) -> Response {
    let mut response = page(
        StatusCode::TOO_MANY_REQUESTS,
        asked().busy_title,
        asked().busy,
    );
    let seconds = wait.as_secs().saturating_add(1);
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// What a prober is told while the store cannot be read.
pub(super) fn not_ready(error: &StoreError) -> Response {
    log(error);
    soon((StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response())
}

/// Gives an answer that tells nothing the number under which the log tells more.
pub(super) fn with_number(response: Response, number: &str) -> Response {
    match response.extensions().get::<Side>() {
        None => response,
        Some(Side::Page) => {
            let w = asked();
            let message = Message::new(w.failed_title, w.failed).number(number);
            match template::message(&message) {
                Ok(body) => (StatusCode::INTERNAL_SERVER_ERROR, body).into_response(),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
        Some(Side::Api) => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("the portal failed; its log tells more under {number}"),
        ),
    }
}

/// How long somebody has to wait, in words.
pub(super) fn wait(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(1);
    let minutes = seconds.saturating_add(59).checked_div(60).unwrap_or(1);
    let w = asked();
    match (seconds, minutes) {
        (1, _) => w.second.to_owned(),
        (2..60, _) => fill(w.seconds, &[&seconds.to_string()]),
        (_, 1) => w.minute.to_owned(),
        _ => fill(w.minutes, &[&minutes.to_string()]),
    }
}

/// A request of the sync that is not fulfilled.
#[derive(Debug)]
pub(super) enum ApiRefusal {
    /// No token, or none of ours.
    Unauthorised,
    /// The account was switched off.
    Disabled,
    /// The peer speaks another version; none where it told none.
    Protocol(Option<u32>),
    /// Something as new is there already.
    Stale { revision: u64 },
    /// As many clients as the plan holds: these.
    Limit { limit: u32, open: Vec<String> },
    /// More bytes than are taken.
    TooLarge(&'static str, u64),
    /// Not what the protocol says.
    Invalid(String),
    /// A part that is not what its key says.
    Flawed(Flaw),
    /// Nothing by that id.
    NotFound,
    /// No mail goes out from here.
    NoMail,
    /// Notices of accounts are not sent from here.
    NoNotices,
    /// The reader of a notice is no user of what it is about.
    NoReader,
    /// The reader of a notice has ended what is in it.
    Unwanted,
    /// As many notices as are taken in a day.
    TooMany(u32),
    /// The notice is being sent by another request, or still by this one.
    Underway,
    /// The mail server did not take the notice.
    Mail(Fault),
    /// Too much is asked for at this moment.
    Busy,
    /// The store failed.
    Inside(StoreError),
}

impl From<StoreError> for ApiRefusal {
    fn from(error: StoreError) -> Self {
        Self::Inside(error)
    }
}

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        match self {
            Self::Unauthorised => {
                let mut response = problem(
                    StatusCode::UNAUTHORIZED,
                    "unauthorised",
                    "the portal does not know this token; connect again with `loggia portal connect`",
                );
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                response
            }
            Self::Disabled => problem(
                StatusCode::FORBIDDEN,
                "account_disabled",
                "this account was switched off by whoever runs the portal",
            ),
            Self::Protocol(theirs) => {
                problem(StatusCode::CONFLICT, "protocol", other_protocol(theirs))
            }
            Self::Stale { revision } => problem(
                StatusCode::CONFLICT,
                "stale_revision",
                format!(
                    "the portal has revision {revision} of this client, with other content: something newer was pushed from elsewhere"
                ),
            ),
            Self::Limit { limit, open } => {
                problem(StatusCode::FORBIDDEN, "limit", over_the_limit(limit, &open))
            }
            Self::TooLarge(what, most) => problem(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("{what} of more than {most} bytes is not taken"),
            ),
            Self::Invalid(what) => problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", what),
            Self::Flawed(flaw) => problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                flaw.to_string(),
            ),
            Self::NotFound => problem(
                StatusCode::NOT_FOUND,
                "not_found",
                "there is no such thing in this account",
            ),
            Self::NoMail => problem(
                StatusCode::FORBIDDEN,
                "no_mail",
                "this portal sends no mail; whoever runs it can open a way with `--smtp`",
            ),
            Self::NoNotices => problem(
                StatusCode::FORBIDDEN,
                "no_notices",
                "this portal takes no notices; whoever runs it can start it with `--take-notices`",
            ),
            Self::NoReader => problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "no_reader",
                "the reader is not let in here as a user of all that it tells",
            ),
            Self::Unwanted => problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unwanted",
                "the reader has ended mail about something that is in it; the next sync tells so",
            ),
            // Asking again in a moment is of no use, as the status for too many requests would say.
            Self::TooMany(most) => problem(
                StatusCode::FORBIDDEN,
                "too_many",
                format!("more than {most} notices of an account are not taken in a day"),
            ),
            Self::Underway => problem(
                StatusCode::CONFLICT,
                "underway",
                "the portal is giving this mail to its mail server at this moment; what came of it is told when it is asked later",
            ),
            Self::Mail(fault) => {
                let (status, code) = match fault {
                    Fault::Unreachable(_) | Fault::NotAuthorised(_) => {
                        (StatusCode::BAD_GATEWAY, "mail_away")
                    }
                    Fault::Later(_) => (StatusCode::BAD_GATEWAY, "mail_later"),
                    Fault::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "mail_refused"),
                };
                problem(status, code, format!("mail of the portal: {fault}"))
            }
            Self::Busy => soon(problem(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "the portal is busy; try again",
            )),
            Self::Inside(error) if error.is_passing() => {
                log(&error);
                Self::Busy.into_response()
            }
            Self::Inside(error) => {
                log(&error);
                failed(Side::Api)
            }
        }
    }
}

fn other_protocol(theirs: Option<u32>) -> String {
    match theirs {
        Some(theirs) if theirs > PROTOCOL => {
            format!(
                "the portal speaks protocol {PROTOCOL} and you speak {theirs}: whoever runs the portal must update it"
            )
        }
        Some(theirs) => format!(
            "the portal speaks protocol {PROTOCOL} and you speak {theirs}: update loggia on this machine"
        ),
        None => format!(
            "the portal speaks protocol {PROTOCOL} and was told none: update loggia on this machine"
        ),
    }
}

fn problem(status: StatusCode, code: &str, message: impl Into<String>) -> Response {
    let problem = Problem {
        code: code.to_owned(),
        message: message.into(),
    };
    (status, Json(problem)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_page_that_tells_nothing_but_a_number() {
        let response = with_number(panicked(Box::new("inside")), "4711");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 100_000).await;
        let text = String::from_utf8_lossy(&body.unwrap()).into_owned();
        assert!(
            text.contains("<code>4711</code>") && !text.contains("inside"),
            "{text}"
        );
    }

    #[test]
    fn waiting_is_told_in_words() {
        let rows = [
            (0, "1 second"),
            (1, "1 second"),
            (30, "30 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (900, "15 minutes"),
        ];
        for (seconds, expected) in rows {
            assert_eq!(wait(TimeDelta::seconds(seconds)), expected);
        }
    }

    #[test]
    fn a_full_plan_names_who_fills_it() {
        let open: Vec<String> = (1..=7).map(|n| format!("client-{n}")).collect();
        let text = over_the_limit(7, &open);
        assert!(
            text.starts_with(
                "the plan of this account holds 7 open clients; open are `client-1`, "
            ) && text.contains(
                "`client-5` and 2 more: `loggia portal-settings set console=off --client client-1`"
            ),
            "{text}"
        );
        assert!(over_the_limit(0, &[]).contains("a larger plan"));
    }

    #[test]
    fn the_one_who_is_behind_is_told_to_update() {
        assert!(other_protocol(Some(PROTOCOL + 1)).contains("whoever runs the portal"));
        assert!(other_protocol(Some(0)).contains("on this machine"));
        assert!(other_protocol(None).contains("on this machine"));
    }
}
