//! What somebody wants to be told by mail: the way out that each mail has, which needs no sign-in, and the choice on the account page.
//!
//! Looking at a link changes nothing: programs that look into mail open links. A button does, and so does a mail program that posts to
//! the address by itself (RFC 8058). Nothing but the name of the business is told to whoever has the link.

use std::collections::HashMap;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::published::notice::Kind;
use crate::values::id::{PublicId, Token};

use super::error::Refusal;
use super::guard::SignedIn;
use super::server::Portal;
use super::sign_in::readable;
use super::store::MailReader;
use super::template::{Frame, KindView, NoticesView, UnsubscribePage, render};
use super::viewer::Viewer;
use super::words::{Words, asked, fill};

/// `GET /unsubscribe/{kinds}/{token}`
pub(super) async fn ask(
    State(portal): State<Portal>,
    Path((kinds, token)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let (kinds, secret) = read(&kinds, &token)?;
    let reader = reader(&portal, &secret).await?;
    let done = kinds.iter().all(|kind| reader.muted.contains(kind));
    page(&reader, &kinds, &secret, done)
}

/// `POST /unsubscribe/{kinds}/{token}`: by the button, or by a mail program. What it sends beside the address does not matter.
pub(super) async fn stop(
    State(portal): State<Portal>,
    Path((kinds, token)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let (kinds, secret) = read(&kinds, &token)?;
    let (store, now) = (portal.store(), portal.now());
    if !store.mute(secret.hash(), kinds.clone(), now).await? {
        return Err(Refusal::DeadLink);
    }
    let reader = reader(&portal, &secret).await?;
    page(&reader, &kinds, &secret, true)
}

fn read(kinds: &str, token: &str) -> Result<(Vec<Kind>, Token), Refusal> {
    let kinds = Kind::split(kinds);
    let secret = Token::parse(token).map_err(|_| Refusal::DeadLink)?;
    match kinds.is_empty() {
        true => Err(Refusal::DeadLink),
        false => Ok((kinds, secret)),
    }
}

async fn reader(portal: &Portal, secret: &Token) -> Result<MailReader, Refusal> {
    let reader = portal.store().mail_reader(secret.hash()).await?;
    reader.ok_or(Refusal::DeadLink)
}

fn page(
    reader: &MailReader,
    kinds: &[Kind],
    secret: &Token,
    done: bool,
) -> Result<Response, Refusal> {
    let w = asked();
    let names: Vec<&str> = kinds.iter().map(|kind| name(*kind, w)).collect();
    let about = names.join(", ");
    let (title, text) = match done {
        true => (w.unsubscribe_done_title, w.unsubscribe_done),
        false => (w.unsubscribe_title, w.unsubscribe_lead),
    };
    let page = UnsubscribePage {
        frame: Frame::outside(title),
        text: fill(text, &[&reader.business, &about]),
        action: (!done).then(|| {
            let kinds = Kind::joined(kinds);
            format!("/unsubscribe/{kinds}/{}", secret.expose())
        }),
    };
    Ok(render(&page)?.into_response())
}

fn name(kind: Kind, w: &'static Words) -> &'static str {
    match kind {
        Kind::InvoiceIssued => w.notice_invoice,
        Kind::BudgetThreshold => w.notice_budget,
        Kind::RetainerLow => w.notice_retainer,
        Kind::WeeklySummary => w.notice_week,
        Kind::CommentReply => w.notice_reply,
    }
}

/// What a person can choose, client by client.
pub(super) async fn choices(
    portal: &Portal,
    signed_in: &SignedIn,
) -> Result<Vec<NoticesView>, Refusal> {
    let w = signed_in.words();
    let mut choices = Vec::new();
    for client in &signed_in.session().clients {
        let viewer = &client.viewer;
        let muted = portal.store().muted(viewer).await?;
        let console = viewer.console();
        choices.push(NoticesView {
            client: viewer.client().to_string(),
            about: fill(w.notices_about, &[&console.business, &console.client]),
            kinds: offered(viewer)
                .map(|kind| KindView {
                    key: kind.word(),
                    name: name(kind, w),
                    wanted: !muted.contains(&kind),
                })
                .collect(),
        });
    }
    Ok(choices)
}

/// The kinds that the role reaches.
fn offered(viewer: &Viewer) -> impl Iterator<Item = Kind> {
    let role = viewer.role();
    Kind::ALL.into_iter().filter(move |kind| kind.is_for(role))
}

/// `POST /account/notifications`
pub(super) async fn choose(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Result<Response, Refusal> {
    let sent = readable(form)?;
    let field = |name: &str| sent.get(name).map(String::as_str);
    signed_in.check(field("form_token").ok_or(Refusal::Malformed)?)?;
    let client = field("client").ok_or(Refusal::Malformed)?;
    let client = PublicId::parse(client).map_err(|_| Refusal::Malformed)?;
    let mut clients = signed_in.session().clients.iter();
    let found = clients.find(|one| *one.viewer.client() == client);
    let viewer = &found.ok_or(Refusal::NotFound)?.viewer;
    let store = portal.store();
    // What the role does not reach stays as it was.
    let mut muted = store.muted(viewer).await?;
    muted.retain(|kind| !kind.is_for(viewer.role()));
    muted.extend(offered(viewer).filter(|kind| !sent.contains_key(kind.word())));
    store.choose(viewer, muted, portal.now()).await?;
    Ok(Redirect::to("/account?done=notifications").into_response())
}
