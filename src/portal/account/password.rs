//! Another password, for who knows the one before.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::super::audit::{Act, Action, Actor};
use super::super::error::Refusal;
use super::super::guard::{Origin, SignedIn};
use super::super::invitation::told;
use super::super::proof;
use super::super::server::Portal;
use super::super::sign_in::{blocked, later, readable};
use super::super::store::{Change, Proof};
use super::super::template::{Frame, PasswordPage, render};
use super::super::throttle::Counter;
use super::{done, email, factors};

/// `GET /account/password`
pub(in super::super) async fn form(
    State(portal): State<Portal>,
    signed_in: SignedIn,
) -> Result<Response, Refusal> {
    let email = email(&factors(&portal, &signed_in).await?);
    again(&signed_in, email, None, StatusCode::OK)
}

fn again(
    signed_in: &SignedIn,
    email: String,
    problem: Option<String>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let page = PasswordPage {
        frame: Frame::account(signed_in.words().password_change, signed_in),
        form_token: signed_in.form_token(),
        email,
        problem,
    };
    Ok((status, render(&page)?).into_response())
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Passwords {
    form_token: String,
    /// Only there so that a password manager keeps the address with the password.
    #[serde(rename = "email")]
    _email: Option<String>,
    current: String,
    password: String,
    repeat: String,
}

/// `POST /account/password`
pub(in super::super) async fn submit(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Origin(origin): Origin,
    form: Result<Form<Passwords>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    let factors = factors(&portal, &signed_in).await?;
    let email_key = email(&factors);
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(problem) = problem(&signed_in, &email_key, &sent) {
        return again(&signed_in, email_key, Some(problem.to_owned()), unfit);
    }
    let counters = vec![Counter::for_email(&email_key), Counter::for_address(origin)];
    if let Some((time, problem)) = blocked(&portal, counters.clone(), origin).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = again(&signed_in, email_key, Some(problem), status)?;
        return Ok(later(response, time));
    }
    let (store, hash, now) = (portal.store(), signed_in.token_hash(), portal.now());
    let shown = proof::of_password(&portal, &factors, sent.current).await?;
    let Some(Proof::Password(persons)) = shown else {
        let failed = Act::new(Action::ReauthenticationFailed, Actor::Unknown)
            .subject(Counter::for_email(&email_key).key)
            .origin(origin);
        let accounts = factors.iter().map(|factors| factors.account).collect();
        store.sign_in_failed(accounts, failed, now).await?;
        let problem = Some(signed_in.words().password_wrong.to_owned());
        return again(&signed_in, email_key, problem, StatusCode::FORBIDDEN);
    };
    // All persons of an address share a salt, in other accounts too.
    let logins = store.logins(email_key).await?;
    let others = logins.into_iter().map(|login| login.password).collect();
    let password = portal.hasher().hash(sent.password, others).await?;
    let proof = Proof::Password(persons.clone());
    store.prove(hash.clone(), proof, counters, now).await?;
    let change = Change::Password { persons, password };
    if !store.change_factors(hash, change, now).await? {
        return Err(Refusal::SignIn { back: None });
    }
    Ok(done("password"))
}

fn problem(signed_in: &SignedIn, email: &str, sent: &Passwords) -> Option<&'static str> {
    if sent.password != sent.repeat {
        return Some(signed_in.words().password_differs);
    }
    if sent.password == sent.current {
        return Some(signed_in.words().password_same);
    }
    let mut own = vec![email];
    for client in &signed_in.session().clients {
        let console = client.viewer.console();
        own.extend([console.client.as_str(), &console.business]);
    }
    told(&sent.password, &own)
}
