//! A forgotten password: a link by mail, and a new password. The answer is the same whether an address is known, and neither passes
//! the second factor by: afterwards one signs in.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::values::id::Token;

use super::audit::{Act, Action, Actor};
use super::error::Refusal;
use super::guard::{Origin, is_allowed};
use super::invitation::NewPassword;
use super::part::email_key;
use super::server::Portal;
use super::session::{Jar, form_secret, form_token, is_form_token, is_own_form, with_cookies};
use super::sign_in::{blocked, later, readable};
use super::store::{Attempt, NewReset, Resetting};
use super::template::{ForgotPage, Frame, ResetPage, render};
use super::throttle::Counter;
use super::words::asked;

/// How long a wish lives, and each link that is made for it.
pub(super) const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// `GET /forgot`
pub(super) async fn ask(
    State(portal): State<Portal>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    ask_again(&portal, &headers, None, false, StatusCode::OK)
}

fn ask_again(
    portal: &Portal,
    headers: &HeaderMap,
    problem: Option<String>,
    sent: bool,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let (secret, cookie) = form_secret(headers, portal.place())?;
    let page = ForgotPage {
        frame: Frame::outside(asked().forgot_title),
        form_token: form_token(&secret),
        problem,
        sent,
    };
    let response = (status, render(&page)?).into_response();
    Ok(with_cookies(response, [cookie]))
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forgotten {
    form_token: String,
    email: String,
}

/// `POST /forgot`
pub(super) async fn send(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<Forgotten>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    if !is_own_form(&headers, portal.place(), &sent.form_token) {
        let stale = Some(asked().form_stale.to_owned());
        return ask_again(&portal, &headers, stale, false, StatusCode::FORBIDDEN);
    }
    let here = vec![Counter::for_address(origin)];
    if let Some((time, problem)) = blocked(&portal, here, origin).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = ask_again(&portal, &headers, Some(problem), false, status)?;
        return Ok(later(response, time));
    }
    let email_key = email_key(&sent.email);
    let now = portal.now();
    let act = Act::new(Action::SignInBlocked, Actor::Unknown).origin(origin);
    let store = portal.store();
    let counters = vec![Counter::for_reset(&email_key)];
    // Nobody's mailbox is filled; that it is enough for now is not told, for it would tell what others asked for.
    if store.attempt(counters, act, now).await? == Attempt::Go {
        let reset = NewReset {
            email_key,
            wish: Token::random()?.hash(),
            expires: now + LIFETIME,
            origin,
        };
        // Where the address is known there is more to do, and its account may be held by a sync.
        let at_work = portal.clone();
        let errand = async move {
            if let Err(error) = at_work.store().request_reset(reset, now).await {
                tracing::error!(%error, "a wish for a new password was not kept");
            }
        };
        portal.afterwards(errand).await;
    }
    ask_again(&portal, &headers, None, true, StatusCode::OK)
}

/// `GET /reset/{token}`: the secret moves into a cookie at once; looking uses nothing up.
pub(super) async fn open(
    State(portal): State<Portal>,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let secret = Token::parse(&token).map_err(|_| Refusal::DeadLink)?;
    let cookie = Jar::Reset.keep(&secret, portal.place());
    let response = Redirect::to("/reset").into_response();
    Ok(with_cookies(response, [cookie]))
}

/// Who may set a password, from here.
async fn resetting(
    portal: &Portal,
    headers: &HeaderMap,
    origin: std::net::IpAddr,
) -> Result<(Token, Resetting), Refusal> {
    let secret = Jar::Reset
        .read(headers, portal.place())
        .ok_or(Refusal::DeadLink)?;
    let found = portal
        .store()
        .resetting(secret.hash(), portal.now())
        .await?
        .ok_or(Refusal::DeadLink)?;
    let open = found
        .consoles
        .iter()
        .any(|console| is_allowed(&console.access.ip_allow, origin));
    if open {
        Ok((secret, found))
    } else {
        Err(Refusal::Network)
    }
}

fn again(
    secret: &Token,
    found: &Resetting,
    problem: Option<&str>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let page = ResetPage {
        frame: Frame::outside(asked().reset_title),
        email: found.email.clone(),
        form_token: form_token(secret),
        problem: problem.map(str::to_owned),
        done: false,
    };
    Ok((status, render(&page)?).into_response())
}

/// `GET /reset`
pub(super) async fn form(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (secret, found) = resetting(&portal, &headers, origin).await?;
    again(&secret, &found, None, StatusCode::OK)
}

/// `POST /reset`
pub(super) async fn submit(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<NewPassword>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    let (secret, found) = resetting(&portal, &headers, origin).await?;
    if !is_form_token(&secret, &sent.form_token) {
        return Err(Refusal::Forged);
    }
    let mut own: Vec<&str> = vec![&found.email];
    own.extend(found.names.iter().map(String::as_str));
    for console in &found.consoles {
        own.extend([console.client.as_str(), &console.business]);
    }
    let problem = sent.problem(&own);
    if problem.is_some() {
        return again(&secret, &found, problem, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let others = found.passwords.clone();
    let password = portal.hasher().hash(sent.password, others).await?;
    let store = portal.store();
    if !store
        .reset_password(secret.hash(), password, origin, portal.now())
        .await?
    {
        return Err(Refusal::DeadLink);
    }
    let page = ResetPage {
        frame: Frame::outside(asked().reset_done_title),
        email: found.email,
        form_token: String::new(),
        problem: None,
        done: true,
    };
    let cookies = [Jar::Reset, Jar::Session].map(|jar| jar.drop(portal.place()));
    Ok(with_cookies(render(&page)?.into_response(), cookies))
}
