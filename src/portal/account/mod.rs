//! What people see and change about themselves: password, second factors, passkeys, sessions, and what happened lately. All of it is
//! for the persons of the session together, and nobody else.

pub(super) mod authenticator;
pub(super) mod confirm;
pub(super) mod passkey;
pub(super) mod password;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::values::calendar::Calendar;

use super::agent::describe;
use super::authenticator::recovery_codes;
use super::error::Refusal;
use super::format::Format;
use super::guard::SignedIn;
use super::notice;
use super::server::Portal;
use super::sign_in::readable;
use super::store::{Factors, OwnLine, PasskeyLine, SessionLine};
use super::template::{
    AccountPage, CodesPage, EventView, FactorPage, Frame, PasskeyView, SessionView, render,
};
use super::words::{Words, fill};

/// What was done before the page is shown again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Done {
    done: Option<String>,
}

fn done(what: &str) -> Response {
    Redirect::to(&format!("/account?done={what}")).into_response()
}

fn told(what: &str, w: &'static Words) -> Option<&'static str> {
    Some(match what {
        "password" => w.done_password,
        "authenticator" => w.done_authenticator,
        "authenticator-removed" => w.done_authenticator_removed,
        "passkey" => w.done_passkey,
        "passkey-removed" => w.done_passkey_removed,
        "sessions" => w.done_sessions,
        "notifications" => w.done_notices,
        _ => return None,
    })
}

/// `GET /account`
pub(super) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    headers: HeaderMap,
    query: Result<Query<Done>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(Done { done }) = query.map_err(|_| Refusal::Malformed)?;
    let w = signed_in.words();
    let (store, hash) = (portal.store(), signed_in.token_hash());
    let factors = factors(&portal, &signed_in).await?;
    let sessions = store.own_sessions(hash.clone(), portal.now()).await?;
    let log = store.own_log(hash).await?;
    let clock = Clock::of(&signed_in);
    let passkeys = portal.passkeys(&headers).is_some();
    let page = AccountPage {
        frame: Frame::account(w.account, &signed_in),
        form_token: signed_in.form_token(),
        notice: done.as_deref().and_then(|what| told(what, w)),
        authenticator: factors
            .iter()
            .find_map(|factors| factors.authenticator.as_ref())
            .map(|authenticator| fill(w.factor_since, &[&clock.day(authenticator.added)])),
        codes_left: any_factor(&factors).then(|| codes_left(&factors, w)),
        passkeys: keys(&factors)
            .into_iter()
            .map(|key| clock.passkey(key))
            .collect(),
        passkeys_offered: passkeys,
        others: sessions.iter().any(|session| !session.current),
        sessions: sessions
            .into_iter()
            .map(|session| clock.session(session))
            .collect(),
        events: log.into_iter().map(|line| clock.event(line)).collect(),
        notices: notice::choices(&portal, &signed_in).await?,
    };
    Ok(render(&page)?.into_response())
}

/// `GET /account/second-factor`: where one is led who needs one.
pub(super) async fn second_factor(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let w = signed_in.words();
    let factors = factors(&portal, &signed_in).await?;
    let required = signed_in
        .session()
        .clients
        .iter()
        .filter(|client| client.viewer.console().access.mfa_required && !client.proven)
        .map(|client| client.viewer.console().client.clone());
    let required: Vec<String> = required.collect();
    let page = FactorPage {
        frame: Frame::account(w.factor_set_up, &signed_in),
        form_token: signed_in.form_token(),
        required: (!required.is_empty()).then(|| fill(w.factor_required, &[&required.join(", ")])),
        // There is one, and this session was not shown it.
        known: any_factor(&factors) && !required.is_empty(),
        passkeys_offered: portal.passkeys(&headers).is_some(),
    };
    Ok(render(&page)?.into_response())
}

/// Which session to end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    form_token: String,
    session: Option<String>,
}

/// `POST /account/sessions/end`: one of the others, or all of them.
pub(super) async fn end_sessions(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<End>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    signed_in.check(&sent.form_token)?;
    portal
        .store()
        .end_own_sessions(signed_in.token_hash(), sent.session, portal.now())
        .await?;
    Ok(done("sessions"))
}

/// What the persons of the session can show.
async fn factors(portal: &Portal, signed_in: &SignedIn) -> Result<Vec<Factors>, Refusal> {
    let persons = signed_in.session().persons.iter();
    let persons = persons.map(|signed_in| signed_in.person).collect();
    Ok(portal.store().factors(persons).await?)
}

/// All persons of a session have the same address: it is what signed them in.
fn email(factors: &[Factors]) -> String {
    factors
        .first()
        .map(|factors| factors.email_key.clone())
        .unwrap_or_default()
}

fn any_factor(factors: &[Factors]) -> bool {
    factors.iter().any(Factors::any)
}

/// Each passkey once, whomever of the persons it belongs to.
fn keys(factors: &[Factors]) -> Vec<PasskeyLine> {
    let mut keys: Vec<PasskeyLine> = factors
        .iter()
        .flat_map(|factors| factors.passkeys.clone())
        .collect();
    keys.sort_by_key(|key| key.id);
    keys.dedup_by_key(|key| key.id);
    keys
}

fn codes_left(factors: &[Factors], w: &Words) -> String {
    let left = factors
        .iter()
        .map(|factors| factors.recovery.len())
        .max()
        .unwrap_or_default();
    match left {
        0 => w.codes_none.to_owned(),
        1 => w.codes_one.to_owned(),
        _ => fill(w.codes_left, &[&left.to_string()]),
    }
}

/// A new set of recovery codes, and what is kept of them. All share a salt, so that one computation compares with all.
async fn new_codes(portal: &Portal) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let codes = recovery_codes()?;
    let mut hashes: Vec<String> = Vec::new();
    for code in &codes {
        let others = hashes.first().cloned().into_iter().collect();
        hashes.push(portal.hasher().hash(code.clone(), others).await?);
    }
    Ok((codes, hashes))
}

/// Shows a new set, this once.
fn show_codes(signed_in: &SignedIn, codes: Vec<String>) -> Result<Response, Refusal> {
    let page = CodesPage {
        frame: Frame::account(signed_in.words().codes_title, signed_in),
        form_token: signed_in.form_token(),
        joined: codes.join(" "),
        codes,
    };
    Ok(render(&page)?.into_response())
}

/// Instants as the person reads them: in the zone of the first client.
struct Clock {
    calendar: Option<Calendar>,
    format: Format,
    words: &'static Words,
}

impl Clock {
    fn of(signed_in: &SignedIn) -> Self {
        let console = signed_in.session().clients.first();
        let console = console.map(|client| client.viewer.console());
        let zone = console.and_then(|console| Calendar::parse_zone(&console.zone).ok());
        Self {
            calendar: zone
                .map(|zone| Calendar::new(zone, chrono::Weekday::Mon, DateTime::<Utc>::default())),
            format: Format::of(signed_in.words().tag),
            words: signed_in.words(),
        }
    }

    fn day(&self, at: DateTime<Utc>) -> String {
        let day = self.calendar.as_ref().map(|calendar| calendar.day_of(at));
        self.format.day(day.unwrap_or_else(|| at.date_naive()))
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        let time = match &self.calendar {
            Some(calendar) => calendar.local(at).format("%H:%M").to_string(),
            None => at.format("%H:%M").to_string(),
        };
        format!("{}, {time}", self.day(at))
    }

    fn passkey(&self, key: PasskeyLine) -> PasskeyView {
        PasskeyView {
            id: key.id,
            name: key.name,
            since: fill(self.words.factor_since, &[&self.day(key.added)]),
            used: key
                .used
                .map(|used| fill(self.words.last_used, &[&self.moment(used)])),
        }
    }

    fn session(&self, session: SessionLine) -> SessionView {
        let device = match describe(session.agent.as_deref().unwrap_or_default()) {
            (Some(browser), Some(system)) => fill(self.words.browser_on, &[browser, system]),
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) => self.words.browser_unknown.to_owned(),
        };
        SessionView {
            handle: session.handle,
            device,
            origin: session.origin.unwrap_or_default(),
            begun: self.moment(session.begun),
            used: self.moment(session.used),
            current: session.current,
        }
    }

    fn event(&self, line: OwnLine) -> EventView {
        let what = match line.action.as_str() {
            "signed_in" => fill(
                self.words.event_signed_in,
                &[with(line.subject.as_deref(), self.words)],
            ),
            "signed_out" => self.words.event_signed_out.to_owned(),
            "link_used" => self.words.event_link_used.to_owned(),
            "invitation_accepted" => self.words.event_invitation.to_owned(),
            "reauthenticated" => self.words.event_confirmed.to_owned(),
            "authenticator_added" => self.words.event_authenticator_added.to_owned(),
            "authenticator_removed" => self.words.event_authenticator_removed.to_owned(),
            "passkey_added" => self.words.event_passkey_added.to_owned(),
            "passkey_removed" => self.words.event_passkey_removed.to_owned(),
            "recovery_codes_made" => self.words.event_codes.to_owned(),
            "recovery_code_used" => self.words.event_code_used.to_owned(),
            "password_changed" | "password_reset" => self.words.event_password.to_owned(),
            "sessions_ended" => self.words.event_sessions.to_owned(),
            "reset_requested" => self.words.event_reset_requested.to_owned(),
            _ => self.words.event_failed.to_owned(),
        };
        EventView {
            at: self.moment(line.at),
            what,
            origin: line.origin.unwrap_or_default(),
            bad: line.action.ends_with("_failed"),
        }
    }
}

/// With what somebody signed in.
fn with(subject: Option<&str>, w: &'static Words) -> &'static str {
    match subject {
        Some("passkey") => w.with_passkey,
        Some("password and code") => w.with_code,
        Some("password and recovery code") => w.with_recovery_code,
        _ => w.with_password,
    }
}
