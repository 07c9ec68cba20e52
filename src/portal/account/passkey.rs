//! Passkeys of the account: adding one with a name, taking one away.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::values::text::Line;

use super::super::asset;
use super::super::error::Refusal;
use super::super::guard::SignedIn;
use super::super::passkey::Passkeys;
use super::super::server::Portal;
use super::super::sign_in::readable;
use super::super::store::{Change, NewPasskey};
use super::super::template::{AskPasskeyPage, Frame, render};
use super::authenticator::first_codes;
use super::{done, email, factors, keys, show_codes};

/// How long a browser may take to answer.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// Characters of a name.
const LONGEST_NAME: usize = 60;
/// Passkeys of one person.
const MOST: usize = 20;

/// What is remembered until the browser has answered.
#[derive(Serialize, Deserialize)]
struct Asked {
    state: String,
    handle: String,
    name: String,
}

fn key(signed_in: &SignedIn) -> String {
    format!("passkey:{}", signed_in.token_hash())
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Named {
    form_token: String,
    name: String,
}

/// `POST /account/passkeys/new`
pub(in super::super) async fn begin(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    headers: HeaderMap,
    form: Result<Form<Named>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    signed_in.recently_proved(&portal, "/account/second-factor")?;
    let passkeys = portal.passkeys(&headers).ok_or(Refusal::NotFound)?;
    let factors = factors(&portal, &signed_in).await?;
    let known = keys(&factors);
    if known.len() >= MOST {
        return Err(Refusal::TooLarge);
    }
    // One handle for all of a person's, so that an authenticator shows them as one user.
    let handle = known
        .first()
        .map_or_else(Passkeys::handle, |key| key.handle.clone());
    let credentials: Vec<String> = known.into_iter().map(|key| key.credential).collect();
    let question = passkeys
        .ask_new(&handle, &email(&factors), &credentials)
        .map_err(|_| Refusal::Unexplained("a question for a passkey"))?;
    let name = Line::parse(&sent.name).ok().map(|name| name.to_string());
    let name = name.unwrap_or_else(|| signed_in.words().passkey.to_owned());
    let asked = Asked {
        state: question.state,
        handle,
        name: name.chars().take(LONGEST_NAME).collect(),
    };
    let body = serde_json::to_string(&asked).map_err(|_| Refusal::Unexplained("a passkey"))?;
    let now = portal.now();
    portal
        .store()
        .keep_challenge(key(&signed_in), body, now + PATIENCE, now)
        .await?;
    let page = AskPasskeyPage {
        frame: Frame::account(signed_in.words().passkey_add, &signed_in),
        script: asset::passkey(),
        kind: "create",
        action: "/account/passkeys",
        options: question.options,
        form_token: signed_in.form_token(),
        challenge: None,
        next: None,
        lead: signed_in.words().passkey_add_lead,
        back: "/account",
    };
    Ok(render(&page)?.into_response())
}

/// What the script sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Answer {
    form_token: String,
    credential: String,
}

/// `POST /account/passkeys`
pub(in super::super) async fn add(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    headers: HeaderMap,
    form: Result<Form<Answer>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    signed_in.recently_proved(&portal, "/account/second-factor")?;
    let passkeys = portal.passkeys(&headers).ok_or(Refusal::NotFound)?;
    let (store, now) = (portal.store(), portal.now());
    let kept = store.take_challenge(key(&signed_in), now).await?;
    let Some(asked) = kept.and_then(|body| serde_json::from_str::<Asked>(&body).ok()) else {
        return Ok(Redirect::to("/account").into_response());
    };
    let made = passkeys
        .made(&sent.credential, &asked.state)
        .map_err(|_| Refusal::Malformed)?;
    let first = first_codes(&portal, &signed_in).await?;
    let (codes, recovery) = first.unwrap_or_default();
    let change = Change::AddPasskey {
        passkey: NewPasskey {
            credential: made.credential,
            handle: asked.handle,
            name: asked.name,
            body: made.body,
        },
        recovery,
    };
    if !store
        .change_factors(signed_in.token_hash(), change, now)
        .await?
    {
        return Err(Refusal::Malformed);
    }
    if codes.is_empty() {
        return Ok(done("passkey"));
    }
    show_codes(&signed_in, codes)
}

/// Which one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Which {
    form_token: String,
    passkey: i64,
}

/// `POST /account/passkeys/remove`
pub(in super::super) async fn remove(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<Which>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    signed_in.recently_proved(&portal, "/account")?;
    let change = Change::RemovePasskey(sent.passkey);
    let removed = portal
        .store()
        .change_factors(signed_in.token_hash(), change, portal.now())
        .await?;
    if removed {
        Ok(done("passkey-removed"))
    } else {
        Err(Refusal::NotFound)
    }
}
