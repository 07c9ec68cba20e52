//! Signing in and out, with a password or an operator's link, and choosing a client. Says the same whether an address is known.
//! What comes after the password, and what comes in its place, stands beside.

pub(super) mod passkey;
pub(super) mod second_step;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{HeaderName, RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::values::id::{PublicId, Token};

use super::audit::{Act, Action, Actor};
use super::error::{Refusal, wait};
use super::guard::{InPerson, Origin, SignedIn, admit, is_allowed, is_way_back};
use super::part::email_key;
use super::server::Portal;
use super::session::{Jar, form_secret, form_token, is_own_form, with_cookies};
use super::store::{Attempt, Entrance, Login, Membership, NewSession};
use super::template::{Choice, ChoosePage, Frame, SignInPage, render};
use super::throttle::Counter;
use super::words::{asked, fill};

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Next {
    next: Option<String>,
}

/// `GET /sign-in`
pub(super) async fn form(
    State(portal): State<Portal>,
    headers: HeaderMap,
    query: Result<Query<Next>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(Next { next }) = query.map_err(|_| Refusal::Malformed)?;
    again(&portal, &headers, next, None, StatusCode::OK)
}

/// The form, with what was wrong.
fn again(
    portal: &Portal,
    headers: &HeaderMap,
    next: Option<String>,
    problem: Option<String>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let (secret, cookie) = form_secret(headers, portal.place())?;
    let page = SignInPage {
        frame: Frame::outside(asked().sign_in),
        form_token: form_token(&secret),
        next: next.filter(|path| is_way_back(path)),
        passkeys: portal.passkeys(headers).is_some(),
        problem,
    };
    let response = (status, render(&page)?).into_response();
    Ok(with_cookies(response, [cookie]))
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    form_token: String,
    email: String,
    password: String,
    next: Option<String>,
}

/// `POST /sign-in`
pub(super) async fn submit(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    if !is_own_form(&headers, portal.place(), &sent.form_token) {
        return again(
            &portal,
            &headers,
            sent.next,
            Some(asked().form_stale.to_owned()),
            StatusCode::FORBIDDEN,
        );
    }
    let now = portal.now();
    let email_key = email_key(&sent.email);
    let counter = Counter::for_email(&email_key);
    let counters = vec![
        counter.clone(),
        Counter::for_address(origin),
        Counter::for_everybody(now),
    ];
    if let Some((time, problem)) = blocked(&portal, counters.clone(), origin).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = again(&portal, &headers, sent.next, Some(problem), status)?;
        return Ok(later(response, time));
    }
    let logins = portal.store().logins(email_key).await?;
    let hashes = logins.iter().map(|login| login.password.clone()).collect();
    let right = portal.hasher().verify(sent.password, hashes).await?;
    let accounts = logins.iter().map(|login| login.account).collect();
    let known = logins.len();
    let matched: Vec<Login> = logins
        .into_iter()
        .zip(right)
        .filter_map(|(login, right)| right.then_some(login))
        .collect();
    let mut settled = counters;
    if matched.len() == known
        && let Some(first) = settled.first_mut()
    {
        *first = counter.clone().cleared();
    }
    let persons = matched.iter().map(|login| login.person).collect();
    let clients = portal.store().memberships(persons).await?;
    let is_let_in = clients
        .iter()
        .any(|membership| is_open_to(membership, origin));
    let (secret, session) = new_session(&portal, origin, &headers)?;
    let entrance = match is_let_in {
        true => portal.store().sign_in(session, matched, settled).await?,
        false => None,
    };
    let Some(entrance) = entrance else {
        let failed = Act::new(Action::SignInFailed, Actor::Unknown)
            .subject(counter.key)
            .origin(origin);
        portal.store().sign_in_failed(accounts, failed, now).await?;
        return again(
            &portal,
            &headers,
            sent.next,
            Some(asked().sign_in_failed.to_owned()),
            StatusCode::FORBIDDEN,
        );
    };
    let next = sent.next.filter(|path| is_way_back(path));
    match entrance {
        Entrance::Open => {
            let way = next.unwrap_or_else(|| "/".to_owned());
            Ok(come_in(&portal, &secret, &way))
        }
        Entrance::SecondStep => Ok(second_step::ask(&portal, &secret, next.as_deref())),
    }
}

/// Counts an attempt. How long to wait where it may not be made, and how that is told.
pub(super) async fn blocked(
    portal: &Portal,
    counters: Vec<Counter>,
    origin: std::net::IpAddr,
) -> Result<Option<(TimeDelta, String)>, Refusal> {
    let now = portal.now();
    let act = Act::new(Action::SignInBlocked, Actor::Unknown).origin(origin);
    match portal.store().attempt(counters, act, now).await? {
        Attempt::Go => Ok(None),
        Attempt::Wait(until) => {
            let time = until.signed_duration_since(now);
            Ok(Some((time, fill(asked().sign_in_wait, &[&wait(time)]))))
        }
    }
}

/// With the time after which to try again.
pub(super) fn later(mut response: Response, time: TimeDelta) -> Response {
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(time.num_seconds().max(1)));
    response
}

pub(super) fn readable<T>(form: Result<Form<T>, FormRejection>) -> Result<T, Refusal> {
    match form {
        Ok(Form(sent)) => Ok(sent),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Refusal::TooLarge)
        }
        Err(_) => Err(Refusal::Malformed),
    }
}

/// Whether the client lets this network in. A missing second factor is told after signing in.
pub(super) fn is_open_to(membership: &Membership, origin: std::net::IpAddr) -> bool {
    is_allowed(&membership.viewer.console().access.ip_allow, origin)
}

/// Characters kept of what a browser says it is.
const LONGEST_AGENT: usize = 300;

/// A session with a fresh secret.
pub(super) fn new_session(
    portal: &Portal,
    origin: std::net::IpAddr,
    headers: &HeaderMap,
) -> Result<(Token, NewSession), Refusal> {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .map(|agent| agent.chars().take(LONGEST_AGENT).collect());
    let secret = Token::random()?;
    let at = portal.now();
    let session = NewSession {
        token_hash: secret.hash(),
        at,
        expires: at + portal.settings().times.session,
        origin,
        agent,
    };
    Ok((secret, session))
}

/// Gives the session's cookie and goes on.
pub(super) fn come_in(portal: &Portal, secret: &Token, way: &str) -> Response {
    let place = portal.place();
    let cookies = [
        Jar::Session.keep(secret, place),
        Jar::Form.drop(place),
        Jar::Half.drop(place),
    ];
    with_cookies(Redirect::to(way).into_response(), cookies)
}

/// `GET /enter/{token}`: an operator's link, used up by being followed.
pub(super) async fn enter(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    _: InPerson,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let token = Token::parse(&token).map_err(|_| Refusal::DeadLink)?;
    let (secret, session) = new_session(&portal, origin, &headers)?;
    let client: PublicId = portal
        .store()
        .use_link(token.hash(), session)
        .await?
        .ok_or(Refusal::DeadLink)?;
    Ok(come_in(&portal, &secret, &format!("/c/{client}")))
}

/// A form with nothing but its token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bare {
    pub(super) form_token: String,
}

/// `POST /sign-out`
pub(super) async fn sign_out(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<Bare>, FormRejection>,
) -> Result<Response, Refusal> {
    signed_in.check(&readable(form)?.form_token)?;
    portal
        .store()
        .end_session(signed_in.token_hash(), portal.now())
        .await?;
    let mut response = Redirect::to("/sign-in").into_response();
    let headers = response.headers_mut();
    if let Some(cookie) = Jar::Session.drop(portal.place()) {
        headers.append(SET_COOKIE, cookie);
    }
    // Not "cookies": that would reach the cookies of every other host of the domain.
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

/// `GET /`: the clients to choose from, or the only one.
pub(super) async fn choose(
    signed_in: SignedIn,
    Origin(origin): Origin,
) -> Result<Response, Refusal> {
    let clients = &signed_in.session().clients;
    if let [only] = clients.as_slice() {
        if !matches!(admit(only, origin), Ok(()) | Err(Refusal::SecondFactor)) {
            return Err(Refusal::Network);
        }
        return Ok(Redirect::to(&format!("/c/{}", only.viewer.client())).into_response());
    }
    let page = ChoosePage {
        frame: Frame::outside(asked().choose_title),
        clients: clients
            .iter()
            .filter(|membership| is_open_to(membership, origin))
            .map(choice)
            .collect(),
        form_token: signed_in.form_token(),
    };
    if page.clients.is_empty() {
        return Err(Refusal::Network);
    }
    Ok(render(&page)?.into_response())
}

pub(super) fn choice(membership: &Membership) -> Choice {
    let console = membership.viewer.console();
    Choice {
        address: format!("/c/{}", membership.viewer.client()),
        client: console.client.clone(),
        by: fill(asked().choose_by, &[&console.business]),
    }
}
