//! Signing in with a passkey: it knows its user, so it stands for the address, the password and the second factor.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::values::id::Token;

use super::super::asset;
use super::super::audit::{Act, Action, Actor};
use super::super::error::Refusal;
use super::super::guard::{Origin, is_way_back};
use super::super::passkey::Passkeys;
use super::super::server::Portal;
use super::super::session::is_own_form;
use super::super::template::{AskPasskeyPage, Frame, render};
use super::super::throttle::Counter;
use super::super::words::asked;
use super::{again, blocked, come_in, is_open_to, later, new_session, readable};

/// How long a browser may take to answer.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// What the button sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Wish {
    form_token: String,
    next: Option<String>,
}

/// `POST /sign-in/passkey`: asks for any passkey.
pub(in super::super) async fn ask(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<Wish>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    let passkeys = portal.passkeys(&headers).ok_or(Refusal::NotFound)?;
    if !is_own_form(&headers, portal.place(), &sent.form_token) {
        let stale = Some(asked().form_stale.to_owned());
        return again(&portal, &headers, sent.next, stale, StatusCode::FORBIDDEN);
    }
    // Counted where it begins, so that questions cannot be heaped up either.
    let counters = vec![Counter::for_address(origin)];
    if let Some((time, problem)) = blocked(&portal, counters, origin).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = again(&portal, &headers, sent.next, Some(problem), status)?;
        return Ok(later(response, time));
    }
    let question = passkeys
        .ask()
        .map_err(|_| Refusal::Unexplained("a question for a passkey"))?;
    let challenge = Token::random()?;
    let now = portal.now();
    portal
        .store()
        .keep_challenge(key(&challenge), question.state, now + PATIENCE, now)
        .await?;
    let page = AskPasskeyPage {
        frame: Frame::outside(asked().passkey_sign_in),
        script: asset::passkey(),
        kind: "get",
        action: "/sign-in/passkey/answer",
        options: question.options,
        form_token: sent.form_token,
        challenge: Some(challenge.expose().to_owned()),
        next: sent.next.filter(|path| is_way_back(path)),
        lead: asked().passkey_sign_in_lead,
        back: "/sign-in",
    };
    Ok(render(&page)?.into_response())
}

fn key(challenge: &Token) -> String {
    format!("sign-in:{}", challenge.hash())
}

/// What the script sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Answer {
    form_token: String,
    challenge: String,
    credential: String,
    next: Option<String>,
}

/// `POST /sign-in/passkey/answer`
pub(in super::super) async fn answer(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<Answer>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    let passkeys = portal.passkeys(&headers).ok_or(Refusal::NotFound)?;
    let refused = |problem: &str| {
        let problem = Some(problem.to_owned());
        again(
            &portal,
            &headers,
            sent.next.clone(),
            problem,
            StatusCode::FORBIDDEN,
        )
    };
    if !is_own_form(&headers, portal.place(), &sent.form_token) {
        return refused(asked().form_stale);
    }
    let Some((credential, body)) = shown(&portal, passkeys, &sent, origin).await? else {
        let failed = Act::new(Action::SignInFailed, Actor::Unknown)
            .subject("passkey")
            .origin(origin);
        portal
            .store()
            .sign_in_failed(Vec::new(), failed, portal.now())
            .await?;
        return refused(asked().passkey_refused);
    };
    let (secret, session) = new_session(&portal, origin, &headers)?;
    let counters = vec![Counter::for_address(origin)];
    let store = portal.store();
    if !store
        .sign_in_by_passkey(credential, body, session, counters)
        .await?
    {
        return refused(asked().passkey_refused);
    }
    let way = sent.next.as_deref().filter(|path| is_way_back(path));
    Ok(come_in(&portal, &secret, way.unwrap_or("/")))
}

/// The credential that was shown, and how it is to be kept; none where it does not hold or leads nowhere from this network.
async fn shown(
    portal: &Portal,
    passkeys: &Passkeys,
    sent: &Answer,
    origin: std::net::IpAddr,
) -> Result<Option<(String, String)>, Refusal> {
    let (Ok(challenge), Ok(credential)) = (
        Token::parse(&sent.challenge),
        Passkeys::credential(&sent.credential),
    ) else {
        return Ok(None);
    };
    let store = portal.store();
    let Some(state) = store.take_challenge(key(&challenge), portal.now()).await? else {
        return Ok(None);
    };
    let Some(kept) = store.passkey(credential.clone()).await? else {
        return Ok(None);
    };
    let Ok(body) = passkeys.shown(&sent.credential, &state, &kept.handle, &kept.body) else {
        return Ok(None);
    };
    let clients = store.memberships(kept.persons).await?;
    let open = clients.iter().any(|client| is_open_to(client, origin));
    Ok(open.then_some((credential, body)))
}
