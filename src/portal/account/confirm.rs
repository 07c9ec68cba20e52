//! Showing once more who is in front of the browser, before anything about signing in is changed.

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::super::audit::{Act, Action, Actor};
use super::super::error::Refusal;
use super::super::guard::{Origin, SignedIn};
use super::super::proof;
use super::super::server::Portal;
use super::super::sign_in::{blocked, later, readable};
use super::super::store::Factors;
use super::super::template::{ConfirmPage, Frame, render};
use super::super::throttle::Counter;
use super::{email, factors};

/// Where to go on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Next {
    next: Option<String>,
}

/// Pages of the account, and nothing else.
fn way(next: Option<&str>) -> &str {
    next.filter(|path| {
        path.starts_with("/account")
            && path
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-'))
    })
    .unwrap_or("/account")
}

/// `GET /account/confirm`
pub(in super::super) async fn form(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    query: Result<Query<Next>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(Next { next }) = query.map_err(|_| Refusal::Malformed)?;
    let factors = factors(&portal, &signed_in).await?;
    again(&signed_in, &factors, next.as_deref(), None, StatusCode::OK)
}

fn again(
    signed_in: &SignedIn,
    factors: &[Factors],
    next: Option<&str>,
    problem: Option<String>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let page = ConfirmPage {
        frame: Frame::account(signed_in.words().confirm_title, signed_in),
        form_token: signed_in.form_token(),
        email: email(factors),
        next: way(next).to_owned(),
        codes: factors
            .iter()
            .any(|factors| factors.authenticator.is_some()),
        problem,
    };
    Ok((status, render(&page)?).into_response())
}

/// What the form sends: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Shown {
    form_token: String,
    next: Option<String>,
    /// Only there so that a password manager finds the password.
    #[serde(rename = "email")]
    _email: Option<String>,
    password: Option<String>,
    code: Option<String>,
}

/// `POST /account/confirm`
pub(in super::super) async fn submit(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Origin(origin): Origin,
    form: Result<Form<Shown>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    let factors = factors(&portal, &signed_in).await?;
    let email_key = email(&factors);
    let next = sent.next.as_deref();
    let counter = match sent.password {
        Some(_) => Counter::for_email(&email_key),
        None => Counter::for_factor(&email_key),
    };
    let counters = vec![counter, Counter::for_address(origin)];
    if let Some((time, problem)) = blocked(&portal, counters.clone(), origin).await? {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = again(&signed_in, &factors, next, Some(problem), status)?;
        return Ok(later(response, time));
    }
    let now = portal.now();
    let shown = match (sent.password, &sent.code) {
        (Some(password), None) => proof::of_password(&portal, &factors, password).await?,
        (None, Some(code)) => proof::of_code(&portal, &factors, code, now).await?,
        _ => return Err(Refusal::Malformed),
    };
    let store = portal.store();
    if let Some(shown) = shown
        && store
            .prove(signed_in.token_hash(), shown, counters, now)
            .await?
    {
        return Ok(Redirect::to(way(next)).into_response());
    }
    let failed = Act::new(Action::ReauthenticationFailed, Actor::Unknown)
        .subject(Counter::for_email(&email_key).key)
        .origin(origin);
    let accounts = factors.iter().map(|factors| factors.account).collect();
    store.sign_in_failed(accounts, failed, now).await?;
    let problem = Some(signed_in.words().confirm_failed.to_owned());
    again(&signed_in, &factors, next, problem, StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_within_the_account() {
        assert_eq!(
            way(Some("/account/second-factor")),
            "/account/second-factor"
        );
        for other in [
            None,
            Some("/"),
            Some("//evil.example"),
            Some("/account?x=//e"),
        ] {
            assert_eq!(way(other), "/account", "{other:?}");
        }
    }
}
