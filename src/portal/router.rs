//! Every route of the portal in one table, with who may call it. What the table says is what is enforced: the guard of a route is
//! made from its row, and the tests go through the rows.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;

use super::error::{self, ApiRefusal, Refusal};
use super::server::Portal;
use super::viewer::Need;
use super::{
    account, asset, compress, guard, hand_over, ingest, invitation, notice, openapi, page, reset,
    sign_in,
};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Everybody.
    Everyone,
    /// An account, with its token and our protocol.
    Account,
    /// Who is signed in.
    SignedIn,
    /// Who signed in as somebody, and not by an operator's link, from where a client lets in.
    Person,
    /// A user of the client named in the address, as far as the role and the client's sections reach.
    User(Need),
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Route {
    /// As in `handler`; read by the tests that go through the table.
    #[cfg_attr(not(test), expect(dead_code))]
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) access: Access,
    handler: MethodRouter<Portal>,
}

/// The table.
#[rustfmt::skip]
pub(super) fn table() -> Vec<Route> {
    use Access::{Account, Everyone, Person, SignedIn, User};
    use Need::{
        Approvals, Documents, Expenses, Invoices, Membership, Projects, Questions, Reports, Retainer, Timesheet, Unbilled,
    };
    let route = |method, path, access, handler| Route { method, path, access, handler };
    let (read, send, put_, remove) = (|| Method::GET, || Method::POST, || Method::PUT, || Method::DELETE);
    vec![
        // The machine's own.
        route(read(), "/healthz",                            Everyone,         get(health)),
        route(read(), "/readyz",                             Everyone,         get(readiness)),
        route(read(), "/robots.txt",                         Everyone,         get(robots)),
        route(read(), "/assets/{name}",                      Everyone,         get(asset::serve)),
        // Coming in and going out.
        route(read(), "/sign-in",                            Everyone,         get(sign_in::form)),
        route(send(), "/sign-in",                            Everyone,         post(sign_in::submit)),
        route(read(), "/sign-in/code",                       Everyone,         get(sign_in::second_step::form)),
        route(send(), "/sign-in/code",                       Everyone,         post(sign_in::second_step::submit)),
        route(send(), "/sign-in/passkey",                    Everyone,         post(sign_in::passkey::ask)),
        route(send(), "/sign-in/passkey/answer",             Everyone,         post(sign_in::passkey::answer)),
        route(read(), "/forgot",                             Everyone,         get(reset::ask)),
        route(send(), "/forgot",                             Everyone,         post(reset::send)),
        route(read(), "/reset/{token}",                      Everyone,         get(reset::open)),
        route(read(), "/reset",                              Everyone,         get(reset::form)),
        route(send(), "/reset",                              Everyone,         post(reset::submit)),
        route(read(), "/invite/{token}",                     Everyone,         get(invitation::open)),
        route(read(), "/invite",                             Everyone,         get(invitation::form)),
        route(send(), "/invite",                             Everyone,         post(invitation::submit)),
        route(read(), "/enter/{token}",                      Everyone,         get(sign_in::enter)),
        route(read(), "/unsubscribe/{kinds}/{token}",        Everyone,         get(notice::ask)),
        route(send(), "/unsubscribe/{kinds}/{token}",        Everyone,         post(notice::stop)),
        route(send(), "/sign-out",                           SignedIn,         post(sign_in::sign_out)),
        route(read(), "/",                                   SignedIn,         get(sign_in::choose)),
        // What is one's own.
        route(read(), "/account",                            Person,           get(account::show)),
        route(read(), "/account/confirm",                    Person,           get(account::confirm::form)),
        route(send(), "/account/confirm",                    Person,           post(account::confirm::submit)),
        route(read(), "/account/password",                   Person,           get(account::password::form)),
        route(send(), "/account/password",                   Person,           post(account::password::submit)),
        route(read(), "/account/second-factor",              Person,           get(account::second_factor)),
        route(read(), "/account/authenticator",              Person,           get(account::authenticator::form)),
        route(send(), "/account/authenticator",              Person,           post(account::authenticator::confirm)),
        route(send(), "/account/authenticator/new",          Person,           post(account::authenticator::begin)),
        route(send(), "/account/authenticator/remove",       Person,           post(account::authenticator::remove)),
        route(send(), "/account/recovery-codes",             Person,           post(account::authenticator::recovery)),
        route(send(), "/account/recovery-codes/file",        Person,           post(account::authenticator::file)),
        route(send(), "/account/passkeys",                   Person,           post(account::passkey::add)),
        route(send(), "/account/passkeys/new",               Person,           post(account::passkey::begin)),
        route(send(), "/account/passkeys/remove",            Person,           post(account::passkey::remove)),
        route(send(), "/account/sessions/end",               Person,           post(account::end_sessions)),
        route(send(), "/account/notifications",              Person,           post(notice::choose)),
        // What a client sees.
        route(read(), "/c/{client}",                         User(Membership), get(page::console::show)),
        route(read(), "/c/{client}/timesheet",               User(Timesheet),  get(page::timesheet::show)),
        route(read(), "/c/{client}/timesheet/export",        User(Timesheet),  get(page::timesheet::export)),
        route(read(), "/c/{client}/projects",                User(Projects),   get(page::project::list)),
        route(read(), "/c/{client}/projects/{project}",      User(Projects),   get(page::project::show)),
        route(read(), "/c/{client}/retainer",                User(Retainer),   get(page::retainer::show)),
        route(read(), "/c/{client}/retainer/export",         User(Retainer),   get(page::retainer::export)),
        route(read(), "/c/{client}/invoices",                User(Invoices),   get(page::invoice::list)),
        route(read(), "/c/{client}/invoices/export",         User(Invoices),   get(page::invoice::export)),
        route(read(), "/c/{client}/invoices/{invoice}",      User(Invoices),   get(page::invoice::show)),
        route(read(), "/c/{client}/invoices/{invoice}/file", User(Invoices),   get(page::invoice::file)),
        route(read(), "/c/{client}/invoices/{invoice}/e-invoice", User(Invoices), get(page::invoice::e_invoice)),
        route(read(), "/c/{client}/next-invoice",            User(Unbilled),   get(page::next_invoice::show)),
        route(read(), "/c/{client}/expenses",                User(Expenses),   get(page::expense::list)),
        route(read(), "/c/{client}/expenses/export",         User(Expenses),   get(page::expense::export)),
        route(read(), "/c/{client}/documents",               User(Documents),  get(page::document::list)),
        route(read(), "/c/{client}/documents/{document}",    User(Documents),  get(page::document::file)),
        route(read(), "/c/{client}/reports",                 User(Reports),    get(page::report::show)),
        route(read(), "/c/{client}/reports/export",          User(Reports),    get(page::report::export)),
        // What a client says.
        route(read(), "/c/{client}/questions",               User(Questions),  get(page::question::list)),
        route(send(), "/c/{client}/questions",               User(Questions),  post(page::question::ask)),
        route(read(), "/c/{client}/questions/{thread}",      User(Questions),  get(page::question::show)),
        route(send(), "/c/{client}/questions/{thread}",      User(Questions),  post(page::question::answer)),
        route(read(), "/c/{client}/approvals",               User(Approvals),  get(page::approval::list)),
        route(send(), "/c/{client}/approvals/{request}",     User(Approvals),  post(page::approval::decide)),
        // The sync of an account.
        route(read(), "/api/openapi.json",                   Everyone,         get(openapi::serve)),
        route(read(), "/api/v1/status",                      Account,          get(ingest::status)),
        route(read(), "/api/v1/events",                      Account,          get(ingest::events)),
        route(read(), "/api/v1/clients/{id}/manifest",       Account,          get(ingest::held)),
        route(put_(), "/api/v1/clients/{id}/manifest",       Account,          put(ingest::manifest)),
        route(put_(), "/api/v1/clients/{id}/chunks",         Account,          put(ingest::pack)),
        route(read(), "/api/v1/clients/{id}/chunks/{digest}", Account,         get(ingest::part)),
        route(put_(), "/api/v1/clients/{id}/chunks/{digest}", Account,         put(ingest::chunk)),
        route(put_(), "/api/v1/notices/{id}",                Account,          put(hand_over::take)),
        route(remove(), "/api/v1/clients/{id}",              Account,          delete(ingest::remove)),
    ]
}

/// All routes behind their guards, and what stands before all of them.
pub(super) fn router(portal: &Portal) -> Router {
    let times = portal.settings().times;
    let forged = CsrfLayer::new().with_rejection_response(|_: ProtectionError| error::forged());
    let csrf = forged
        .clone()
        .add_trusted_origin(&portal.place().origin)
        .unwrap_or(forged);
    table()
        .into_iter()
        .fold(Router::new(), |router, route| {
            router.route(route.path, guarded(route, portal))
        })
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(portal.settings().limits.form))
        .layer(csrf)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            times.request,
        ))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn_with_state(portal.clone(), guard::every_request))
        .with_state(portal.clone())
}

fn guarded(route: Route, portal: &Portal) -> MethodRouter<Portal> {
    match route.access {
        // Nothing secret is in these, so their length may tell what it likes.
        Access::Everyone if route.path.starts_with("/assets/") => {
            route.handler.route_layer(from_fn(compress::answer))
        }
        Access::Everyone => route.handler,
        // No browser sends a token by itself, so nobody can have one ask beside a text of theirs.
        Access::Account => route
            .handler
            .route_layer(from_fn(compress::answer))
            .route_layer(from_fn_with_state(portal.clone(), guard::token)),
        Access::SignedIn => route
            .handler
            .route_layer(from_fn_with_state(portal.clone(), guard::signed_in)),
        Access::Person => route
            .handler
            .route_layer(from_fn_with_state(portal.clone(), guard::person)),
        Access::User(need) => route
            .handler
            .route_layer(from_fn_with_state((portal.clone(), need), guard::client)),
    }
}

/// No route is there.
async fn nowhere(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        ApiRefusal::NotFound.into_response()
    } else {
        Refusal::NotFound.into_response()
    }
}

/// The process runs.
async fn health() -> &'static str {
    "ok\n"
}

/// The process can serve.
async fn readiness(State(portal): State<Portal>) -> Response {
    match portal.store().ready().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => error::not_ready(&error),
    }
}

async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}
