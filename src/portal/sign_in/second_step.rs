//! The second factor after a right password. Between the two there is a half session: it opens nothing but this page, and ends after
//! ten minutes or a few wrong codes.

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::values::id::Token;

use super::super::audit::{Act, Action, Actor};
use super::super::error::Refusal;
use super::super::guard::{Origin, is_way_back};
use super::super::proof;
use super::super::server::Portal;
use super::super::session::{Jar, form_secret, form_token, is_form_token, with_cookies};
use super::super::store::Factors;
use super::super::template::{Frame, SecondStepPage, render};
use super::super::throttle::Counter;
use super::super::words::asked;
use super::{Next, blocked, come_in, is_open_to, later, new_session, readable};

/// Gives the half session's cookie and asks for the factor.
pub(in super::super) fn ask(portal: &Portal, half: &Token, next: Option<&str>) -> Response {
    let way = match next {
        Some(next) => {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", next)
                .finish();
            format!("/sign-in/code?{query}")
        }
        None => "/sign-in/code".to_owned(),
    };
    let cookie = Jar::Half.keep(half, portal.place());
    with_cookies(Redirect::to(&way).into_response(), [cookie])
}

/// A half session that waits, and for whose factors.
struct Waiting {
    half: Token,
    factors: Vec<Factors>,
}

impl Waiting {
    async fn of(portal: &Portal, headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let Some(half) = Jar::Half.read(headers, portal.place()) else {
            return Ok(None);
        };
        let store = portal.store();
        let persons = store.half_session(half.hash(), portal.now()).await?;
        let factors = store.factors(persons).await?;
        Ok((!factors.is_empty()).then_some(Self { half, factors }))
    }

    /// The page, with what was wrong.
    fn again(
        &self,
        portal: &Portal,
        headers: &HeaderMap,
        next: Option<String>,
        problem: Option<String>,
        status: StatusCode,
    ) -> Result<Response, Refusal> {
        let (secret, cookie) = form_secret(headers, portal.place())?;
        let passkeys = portal.passkeys(headers).is_some()
            && self
                .factors
                .iter()
                .any(|factors| !factors.passkeys.is_empty());
        let page = SecondStepPage {
            frame: Frame::outside(asked().step_title),
            form_token: form_token(&self.half),
            next: next.filter(|path| is_way_back(path)),
            codes: self
                .factors
                .iter()
                .any(|factors| factors.authenticator.is_some()),
            passkey_token: passkeys.then(|| form_token(&secret)),
            problem,
        };
        let response = (status, render(&page)?).into_response();
        Ok(with_cookies(response, [cookie]))
    }
}

/// `GET /sign-in/code`
pub(in super::super) async fn form(
    State(portal): State<Portal>,
    headers: HeaderMap,
    query: Result<Query<Next>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(Next { next }) = query.map_err(|_| Refusal::Malformed)?;
    match Waiting::of(&portal, &headers).await? {
        Some(waiting) => waiting.again(&portal, &headers, next, None, StatusCode::OK),
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Code {
    form_token: String,
    code: String,
    next: Option<String>,
}

/// `POST /sign-in/code`
pub(in super::super) async fn submit(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<Code>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    let Some(waiting) = Waiting::of(&portal, &headers).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    if !is_form_token(&waiting.half, &sent.form_token) {
        return Err(Refusal::Forged);
    }
    let email_key = waiting
        .factors
        .first()
        .map(|factors| factors.email_key.clone())
        .unwrap_or_default();
    let counters = vec![
        Counter::for_factor(&email_key),
        Counter::for_address(origin),
        Counter::for_everybody(portal.now()),
    ];
    if let Some((time, problem)) = blocked(&portal, counters.clone(), origin).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = waiting.again(&portal, &headers, sent.next, Some(problem), status)?;
        return Ok(later(response, time));
    }
    let persons = waiting.factors.iter().map(|factors| factors.person);
    let clients = portal.store().memberships(persons.collect()).await?;
    if !clients.iter().any(|client| is_open_to(client, origin)) {
        return Err(Refusal::Network);
    }
    let half = waiting.half.hash();
    let shown = proof::of_code(&portal, &waiting.factors, &sent.code, portal.now()).await?;
    if let Some(shown) = shown {
        let (secret, session) = new_session(&portal, origin, &headers)?;
        let store = portal.store();
        if store
            .second_step(half.clone(), shown, session, counters)
            .await?
        {
            let way = sent.next.filter(|path| is_way_back(path));
            return Ok(come_in(&portal, &secret, way.as_deref().unwrap_or("/")));
        }
    }
    let failed = Act::new(Action::SecondFactorFailed, Actor::Unknown)
        .subject(Counter::for_email(&email_key).key)
        .origin(origin);
    portal
        .store()
        .second_step_failed(half, failed, portal.now())
        .await?;
    match Waiting::of(&portal, &headers).await? {
        Some(waiting) => waiting.again(
            &portal,
            &headers,
            sent.next,
            Some(asked().step_failed.to_owned()),
            StatusCode::FORBIDDEN,
        ),
        None => super::again(
            &portal,
            &headers,
            sent.next,
            Some(asked().step_over.to_owned()),
            StatusCode::FORBIDDEN,
        ),
    }
}
