//! An authenticator that gives codes: setting it up, taking it away; and recovery codes.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use super::super::authenticator::{Secret, code_of, picture, recovery_code_of};
use super::super::error::Refusal;
use super::super::guard::SignedIn;
use super::super::server::Portal;
use super::super::sign_in::{Bare, readable};
use super::super::store::Change;
use super::super::template::{AuthenticatorPage, Frame, render};
use super::super::words::fill;
use super::{any_factor, done, email, factors, new_codes, show_codes};

/// How long a picture waits for its code.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// Where the secret is set up.
const PAGE: &str = "/account/authenticator";

/// The secret that a session is setting up is kept under this.
fn key(signed_in: &SignedIn) -> String {
    format!("authenticator:{}", signed_in.token_hash())
}

/// `POST /account/authenticator/new`: a secret, to be confirmed.
pub(in super::super) async fn begin(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<Bare>, FormRejection>,
) -> Result<Response, Refusal> {
    signed_in.check(&readable(form)?.form_token)?;
    signed_in.recently_proved(&portal, "/account/second-factor")?;
    let sealed = Secret::random()?.seal(portal.seal())?;
    let now = portal.now();
    let body = data_encoding::BASE64.encode(&sealed);
    portal
        .store()
        .keep_challenge(key(&signed_in), body, now + PATIENCE, now)
        .await?;
    Ok(Redirect::to(PAGE).into_response())
}

/// The secret that is being set up, as it is sealed.
async fn pending(
    portal: &Portal,
    signed_in: &SignedIn,
) -> Result<Option<(Secret, Vec<u8>)>, Refusal> {
    let kept = portal
        .store()
        .challenge(key(signed_in), portal.now())
        .await?;
    let sealed = kept.and_then(|body| data_encoding::BASE64.decode(body.as_bytes()).ok());
    match sealed {
        Some(sealed) => Ok(Some((Secret::open(portal.seal(), &sealed)?, sealed))),
        None => Ok(None),
    }
}

/// `GET /account/authenticator`
pub(in super::super) async fn form(
    State(portal): State<Portal>,
    signed_in: SignedIn,
) -> Result<Response, Refusal> {
    signed_in.recently_proved(&portal, "/account/second-factor")?;
    match pending(&portal, &signed_in).await? {
        Some((secret, _)) => again(&portal, &signed_in, &secret, None, StatusCode::OK).await,
        None => Ok(Redirect::to("/account/second-factor").into_response()),
    }
}

async fn again(
    portal: &Portal,
    signed_in: &SignedIn,
    secret: &Secret,
    problem: Option<&str>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let email = email(&factors(portal, signed_in).await?);
    let business = signed_in
        .session()
        .clients
        .first()
        .map(|client| client.viewer.console().business.clone());
    let issuer = business.unwrap_or_else(|| "Loggia".to_owned());
    let address = secret.address(&issuer, &email)?;
    let (side, path) = picture(&address)?;
    let page = AuthenticatorPage {
        frame: Frame::account(signed_in.words().authenticator_set_up, signed_in),
        form_token: signed_in.form_token(),
        side,
        path,
        secret: secret.text(),
        address,
        problem: problem.map(str::to_owned),
    };
    Ok((status, render(&page)?).into_response())
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Code {
    form_token: String,
    code: String,
}

/// `POST /account/authenticator`: the first code proves that the app has the secret.
pub(in super::super) async fn confirm(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<Code>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    signed_in.recently_proved(&portal, "/account/second-factor")?;
    let Some((secret, sealed)) = pending(&portal, &signed_in).await? else {
        return Ok(Redirect::to("/account/second-factor").into_response());
    };
    let now = portal.now();
    let code = code_of(&sent.code);
    let step = match code {
        Some(code) => secret.step_of(&code, 0, now)?,
        None => None,
    };
    let Some(step) = step else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(
            &portal,
            &signed_in,
            &secret,
            Some(signed_in.words().code_wrong),
            status,
        )
        .await;
    };
    let store = portal.store();
    if store.take_challenge(key(&signed_in), now).await?.is_none() {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    let first = first_codes(&portal, &signed_in).await?;
    let (codes, recovery) = first.unwrap_or_default();
    let change = Change::AddAuthenticator {
        secret: sealed,
        step,
        recovery,
    };
    store
        .change_factors(signed_in.token_hash(), change, now)
        .await?;
    if codes.is_empty() {
        return Ok(done("authenticator"));
    }
    show_codes(&signed_in, codes)
}

/// A set of recovery codes, if there is none that could be used.
pub(super) async fn first_codes(
    portal: &Portal,
    signed_in: &SignedIn,
) -> Result<Option<(Vec<String>, Vec<String>)>, Refusal> {
    let factors = factors(portal, signed_in).await?;
    if factors.iter().all(|factors| !factors.recovery.is_empty()) {
        return Ok(None);
    }
    new_codes(portal).await.map(Some)
}

/// `POST /account/authenticator/remove`
pub(in super::super) async fn remove(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<Bare>, FormRejection>,
) -> Result<Response, Refusal> {
    signed_in.check(&readable(form)?.form_token)?;
    signed_in.recently_proved(&portal, "/account")?;
    let change = Change::RemoveAuthenticator;
    portal
        .store()
        .change_factors(signed_in.token_hash(), change, portal.now())
        .await?;
    Ok(done("authenticator-removed"))
}

/// `POST /account/recovery-codes`: a new set; the one before is dead.
pub(in super::super) async fn recovery(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<Bare>, FormRejection>,
) -> Result<Response, Refusal> {
    signed_in.check(&readable(form)?.form_token)?;
    signed_in.recently_proved(&portal, "/account")?;
    if !any_factor(&factors(&portal, &signed_in).await?) {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    let (codes, hashes) = new_codes(&portal).await?;
    let change = Change::Recovery(hashes);
    portal
        .store()
        .change_factors(signed_in.token_hash(), change, portal.now())
        .await?;
    show_codes(&signed_in, codes)
}

/// Codes that the page was just shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Codes {
    form_token: String,
    codes: String,
}

/// `POST /account/recovery-codes/file`: the codes of the page as a text to keep. The portal has only their hashes, so the page sends
/// them; nothing but codes comes back.
pub(in super::super) async fn file(
    signed_in: SignedIn,
    form: Result<Form<Codes>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    let codes: Option<Vec<String>> = sent.codes.split(' ').map(recovery_code_of).collect();
    let codes = codes
        .filter(|codes| codes.len() <= 10)
        .ok_or(Refusal::Malformed)?;
    let business = signed_in.session().clients.first();
    let business = business.map_or("Loggia", |client| client.viewer.console().business.as_str());
    let text = format!(
        "{}\n\n{}\n",
        fill(signed_in.words().codes_file, &[business]),
        codes.join("\n")
    );
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"recovery-codes.txt\"",
        ),
    ];
    Ok((headers, text).into_response())
}
