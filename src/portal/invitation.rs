//! From an invitation to a password. The secret of the link moves into a cookie at once, so that no address bar, history or log
//! keeps it; looking at the link uses nothing up.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::values::id::Token;

use super::error::Refusal;
use super::guard::{Origin, is_allowed};
use super::password::{Weakness, weakness};
use super::server::Portal;
use super::session::{Jar, form_token, is_form_token, with_cookies};
use super::sign_in::{come_in, new_session, second_step};
use super::store::{Entrance, Invitee};
use super::template::{Frame, InvitationPage, render};
use super::words::{asked, fill};

/// `GET /invite/{token}`
pub(super) async fn open(
    State(portal): State<Portal>,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let secret = Token::parse(&token).map_err(|_| Refusal::DeadLink)?;
    let cookie = Jar::Invitation.keep(&secret, portal.place());
    let response = Redirect::to("/invite").into_response();
    Ok(with_cookies(response, [cookie]))
}

/// `GET /invite`
pub(super) async fn form(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (secret, invitee) = invited(&portal, &headers, origin).await?;
    again(&secret, &invitee, None, StatusCode::OK)
}

/// Who was invited, if the invitation is still open.
async fn invited(
    portal: &Portal,
    headers: &HeaderMap,
    origin: std::net::IpAddr,
) -> Result<(Token, Invitee), Refusal> {
    let secret = Jar::Invitation
        .read(headers, portal.place())
        .ok_or(Refusal::DeadLink)?;
    let invitee = portal
        .store()
        .invitation(secret.hash(), portal.now())
        .await?
        .ok_or(Refusal::DeadLink)?;
    if !is_allowed(&invitee.console.access.ip_allow, origin) {
        return Err(Refusal::Network);
    }
    Ok((secret, invitee))
}

fn again(
    secret: &Token,
    invitee: &Invitee,
    problem: Option<&str>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let console = &invitee.console;
    let page = InvitationPage {
        replaces: invitee.known,
        frame: Frame::outside(&fill(asked().welcome_to, &[&console.business])),
        lead: fill(
            asked().set_password_lead,
            &[&console.business, &console.client],
        ),
        email: invitee.email.clone(),
        form_token: form_token(secret),
        problem: problem.map(str::to_owned),
    };
    Ok((status, render(&page)?).into_response())
}

/// What a form with a new password sends: this one, and that of a reset.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    pub(super) form_token: String,
    /// Only there so that a password manager keeps the address with the password.
    #[serde(rename = "email")]
    _email: Option<String>,
    pub(super) password: String,
    repeat: String,
}

impl NewPassword {
    /// What is wrong with it, in words. `own` are words that others would try first.
    pub(super) fn problem(&self, own: &[&str]) -> Option<&'static str> {
        match self.password == self.repeat {
            true => told(&self.password, own),
            false => Some(asked().password_differs),
        }
    }
}

/// `POST /invite`
pub(super) async fn submit(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    headers: HeaderMap,
    form: Result<Form<NewPassword>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(sent) = form.map_err(|_| Refusal::Malformed)?;
    let (secret, invitee) = invited(&portal, &headers, origin).await?;
    if !is_form_token(&secret, &sent.form_token) {
        return Err(Refusal::Forged);
    }
    let own = [
        invitee.email.as_str(),
        invitee.name.as_deref().unwrap_or_default(),
        &invitee.console.client,
        &invitee.console.business,
    ];
    if let Some(problem) = sent.problem(&own) {
        return again(
            &secret,
            &invitee,
            Some(problem),
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    let password = portal
        .hasher()
        .hash(sent.password, invitee.passwords)
        .await?;
    let (session_secret, session) = new_session(&portal, origin, &headers)?;
    let accepted = portal
        .store()
        .accept(secret.hash(), password, session)
        .await?;
    let (client, entrance) = accepted.ok_or(Refusal::DeadLink)?;
    let way = format!("/c/{client}");
    let response = match entrance {
        Entrance::Open => come_in(&portal, &session_secret, &way),
        // A new password is no way around the second factor.
        Entrance::SecondStep => second_step::ask(&portal, &session_secret, Some(&way)),
    };
    Ok(with_cookies(
        response,
        [Jar::Invitation.drop(portal.place())],
    ))
}

/// What is wrong with a new password, in words.
pub(super) fn told(password: &str, own: &[&str]) -> Option<&'static str> {
    let w = asked();
    weakness(password, own).map(|weakness| match weakness {
        Weakness::Short => w.password_short,
        Weakness::Long => w.password_long,
        Weakness::Common => w.password_common,
        Weakness::Pattern => w.password_pattern,
        Weakness::Personal => w.password_personal,
    })
}
