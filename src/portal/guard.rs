//! What stands before the pages: the pinned host, headers of every answer, the number of a request, and who is let through.
//! The route table says which guard a route has; a handler never checks by itself.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use chrono::TimeDelta;
use ipnet::IpNet;
use tower_http::timeout::TimeoutBody;
use tracing::Instrument as _;

use crate::published::PROTOCOL;
use crate::published::protocol::PROTOCOL_HEADER;
use crate::values::id::{PublicId, Token, random};

use super::error::{self, ApiRefusal, Refusal};
use super::server::Portal;
use super::session::{Jar, form_token, is_form_token};
use super::store::{Account, Membership, Session};
use super::viewer::{Need, Viewer};
use super::words::{self, Words, asked};

/// Nothing is loaded but our own style sheet, pictures and the one script; forms go to us alone; nobody frames us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                      base-uri 'none'; object-src 'none'";

/// Where a request came from, as far as it can be known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or(Refusal::Unexplained("no origin"))
    }
}

/// The outermost: numbers the request, pins the host, bounds slow bodies, and gives every answer its headers.
pub(super) async fn every_request(
    State(portal): State<Portal>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let number = random::<8>().map_or_else(
        |_| "unnumbered".to_owned(),
        |bytes| data_encoding::HEXLOWER.encode(&bytes),
    );
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".to_owned());
    let span = tracing::info_span!("request", number, route, method = %request.method());
    let origin = origin(&portal, &request);
    request.extensions_mut().insert(Origin(origin));
    let language = words::accepted(request.headers());
    let host_matters = !matches!(route.as_str(), "/healthz" | "/readyz");
    let (api, method) = (route.starts_with("/api/"), request.method().clone());
    let answer = async {
        let response = if host_matters && !is_for_us(&portal, &request) {
            error::misdirected()
        } else if host_matters && came_in_the_clear(&portal, &request) {
            error::in_the_clear(api)
        } else if let Err(wait) = flood(&portal, api, origin, started) {
            error::flooded(wait)
        } else {
            let patience = portal.settings().times.body;
            next.run(request.map(|body| Body::new(TimeoutBody::new(patience, body))))
                .await
        };
        let mut response = error::with_number(response, &number);
        if api && let Ok(number) = HeaderValue::from_str(&number) {
            response.headers_mut().insert(REQUEST_ID, number);
        }
        portal
            .meter()
            .answered(&route, &method, response.status(), started.elapsed());
        tracing::info!(
            status = response.status().as_u16(),
            ms = started.elapsed().as_millis(),
            "answered"
        );
        response
    };
    let mut response = words::asking(language, answer.instrument(span)).await;
    headers(&portal, response.headers_mut());
    response
}

/// Under this the log knows a request. Pages have it where they failed; elsewhere two answers that shall be the same are.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A trusted proxy tells that a visitor came without encryption although there is some: what was sent is read by others already.
fn came_in_the_clear(portal: &Portal, request: &Request) -> bool {
    let is_proxy = portal
        .settings()
        .trusted_proxies
        .iter()
        .any(|network| network.contains(&peer(request)));
    let mut told = request.headers().get_all("x-forwarded-proto").iter();
    portal.place().https
        && is_proxy
        && told
            .next_back()
            .is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"http"))
}

/// An account with its token may send as much as its push needs; what it has no token for is cheap to refuse.
fn flood(
    portal: &Portal,
    api: bool,
    origin: IpAddr,
    now: Instant,
) -> Result<(), std::time::Duration> {
    if api {
        return Ok(());
    }
    portal
        .flood()
        .take(origin, now)
        .inspect_err(|_| portal.meter().flooded())
}

fn is_for_us(portal: &Portal, request: &Request) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(|host| portal.place().answers(host)),
        _ => false,
    }
}

/// The peer, or what the nearest trusted proxy saw.
fn origin(portal: &Portal, request: &Request) -> IpAddr {
    let trusted = &portal.settings().trusted_proxies;
    forwarded(peer(request), request.headers(), trusted)
}

fn peer(request: &Request) -> IpAddr {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| {
            peer.ip().to_canonical()
        })
}

/// Walks `X-Forwarded-For` from its end while the addresses are those of trusted proxies; what cannot be read ends the walk.
fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    let headers: Vec<&HeaderValue> = headers.get_all("x-forwarded-for").iter().collect();
    let hops = headers
        .into_iter()
        .rev()
        .flat_map(|header| header.to_str().unwrap_or("?").rsplit(','));
    for hop in hops {
        if !is_trusted(&nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

fn headers(portal: &Portal, headers: &mut HeaderMap) {
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    unless_set(CONTENT_SECURITY_POLICY, POLICY);
    unless_set(CACHE_CONTROL, "no-store");
    unless_set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(X_FRAME_OPTIONS, "DENY");
    unless_set(REFERRER_POLICY, "no-referrer");
    unless_set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    unless_set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    unless_set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), \
         publickey-credentials-get=(self)",
    );
    if portal.place().https {
        unless_set(
            STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
}

/// A signed-in browser.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    secret: Token,
    session: Session,
}

impl SignedIn {
    /// What the session reaches.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// The language of pages about the one who is signed in: what the browser asks for.
    pub(super) fn words(&self) -> &'static Words {
        asked()
    }

    /// The hash by which the store knows the session.
    pub(super) fn token_hash(&self) -> String {
        self.secret.hash()
    }

    /// The token for forms on this session's pages.
    pub(super) fn form_token(&self) -> String {
        form_token(&self.secret)
    }

    /// Refuses a form that was not made for this session.
    pub(super) fn check(&self, sent: &str) -> Result<(), Refusal> {
        if is_form_token(&self.secret, sent) {
            Ok(())
        } else {
            Err(Refusal::Forged)
        }
    }

    /// Asks for a password or factor, unless one was shown a few minutes ago. `back` is where to go on afterwards.
    pub(super) fn recently_proved(
        &self,
        portal: &Portal,
        back: &'static str,
    ) -> Result<(), Refusal> {
        let since = portal.now().signed_duration_since(self.session.proved);
        if since < PROOF_LASTS {
            Ok(())
        } else {
            Err(Refusal::Confirm { back })
        }
    }

    /// By the session's secret; without one, or a living session, signing in comes first.
    fn of<'a>(
        portal: &'a Portal,
        request: &Request,
    ) -> impl Future<Output = Result<Self, Refusal>> + Send + use<'a> {
        let secret = Jar::Session.read(request.headers(), portal.place());
        let back = way_back(request);
        let used = !is_background(request.headers());
        async move {
            let found = match secret {
                Some(secret) => portal
                    .store()
                    .session(secret.hash(), used, portal.now())
                    .await?
                    .map(|session| (secret, session)),
                None => None,
            };
            match found {
                Some((secret, session)) => Ok(Self { secret, session }),
                None => Err(Refusal::SignIn { back }),
            }
        }
    }
}

/// How long a password or factor that was shown is good for changing either.
const PROOF_LASTS: TimeDelta = TimeDelta::minutes(10);

/// A header that a script sets on what it asks for by itself.
const BACKGROUND: &str = "loggia-background";

/// Whether nobody asked for this but the browser or a script: then it does not keep a session from ending.
fn is_background(headers: &HeaderMap) -> bool {
    headers.contains_key(BACKGROUND) || is_look_ahead(headers)
}

/// Whether a browser only fetches what its user might want next.
fn is_look_ahead(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"]
        .iter()
        .filter_map(|name| headers.get(*name))
        .any(|value| value.to_str().is_ok_and(|value| value.contains("prefetch")))
}

/// Somebody asked for this now. Extracted by what uses something up or writes down that it was looked at: a look at the head alone
/// (HEAD) or ahead (prefetch) finds nothing there.
#[derive(Debug, Clone, Copy)]
pub(super) struct InPerson;

impl<S: Send + Sync> FromRequestParts<S> for InPerson {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        if parts.method == Method::HEAD || is_look_ahead(&parts.headers) {
            return Err(Refusal::NotFound);
        }
        Ok(Self)
    }
}

/// The page to come back to after signing in: pages of clients only.
fn way_back(request: &Request) -> Option<String> {
    let path = request.uri().path_and_query()?.as_str();
    (request.method() == Method::GET && is_way_back(path)).then(|| path.to_owned())
}

/// Whether a path may be followed after signing in: one of ours, and no way to another host.
pub(super) fn is_way_back(path: &str) -> bool {
    path.starts_with("/c/")
        && path.len() <= 1_000
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Refusal::Unexplained("no session"))
    }
}

/// Who looks at a page of a client, let through by [`client`].
#[derive(Debug)]
pub(super) struct Visitor(pub(super) Viewer);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts
            .extensions
            .get::<Viewer>()
            .cloned()
            .map(Self)
            .ok_or(Refusal::Unexplained("no viewer"))
    }
}

/// Lets through who is signed in.
pub(super) async fn signed_in(
    State(portal): State<Portal>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let signed_in = SignedIn::of(&portal, &request).await?;
    request.extensions_mut().insert(signed_in);
    Ok(next.run(request).await)
}

/// Lets through who signed in with a password or passkey, from where one of the clients may be looked at.
pub(super) async fn person(
    State(portal): State<Portal>,
    Origin(origin): Origin,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let signed_in = SignedIn::of(&portal, &request).await?;
    let session = signed_in.session();
    if session.persons.is_empty() {
        return Err(Refusal::Linked);
    }
    let open = |client: &Membership| is_allowed(&client.viewer.console().access.ip_allow, origin);
    if !session.clients.iter().any(open) {
        return Err(Refusal::Network);
    }
    request.extensions_mut().insert(signed_in);
    Ok(next.run(request).await)
}

/// Lets through who is signed in, is a user of the client of the address, and whose role and network reach the page.
pub(super) async fn client(
    State((portal, need)): State<(Portal, Need)>,
    params: RawPathParams,
    Origin(origin): Origin,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let signed_in = SignedIn::of(&portal, &request).await?;
    let named = params
        .iter()
        .find(|(name, _)| *name == "client")
        .and_then(|(_, id)| PublicId::parse(id).ok());
    let membership = signed_in
        .session()
        .clients
        .iter()
        .find(|membership| Some(membership.viewer.client()) == named.as_ref())
        .ok_or(Refusal::NotFound)?;
    match admit(membership, origin) {
        // Whoever can set one up is led there.
        Err(Refusal::SecondFactor) if !signed_in.session().persons.is_empty() => {
            return Err(Refusal::SetUpFactor);
        }
        admitted => admitted?,
    }
    let viewer = membership.viewer.clone();
    if !viewer.may(need) {
        return Err(Refusal::NotFound);
    }
    request.extensions_mut().insert(signed_in);
    request.extensions_mut().insert(viewer);
    Ok(next.run(request).await)
}

/// The client's own rules of access.
pub(super) fn admit(membership: &Membership, origin: IpAddr) -> Result<(), Refusal> {
    let access = &membership.viewer.console().access;
    if !is_allowed(&access.ip_allow, origin) {
        return Err(Refusal::Network);
    }
    if access.mfa_required && !membership.proven {
        return Err(Refusal::SecondFactor);
    }
    Ok(())
}

/// Whether a list of networks lets an address in. A list with a network that cannot be read lets nobody in through it.
pub(super) fn is_allowed(networks: &[String], origin: IpAddr) -> bool {
    let origin = origin.to_canonical();
    networks.is_empty()
        || networks
            .iter()
            .filter_map(|network| network.parse::<IpNet>().ok())
            .any(|network| network.contains(&origin))
}

/// Lets through an account with its token, if it speaks our protocol.
pub(super) async fn token(
    State(portal): State<Portal>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiRefusal> {
    check_protocol(request.headers())?;
    let token = bearer(request.headers()).ok_or(ApiRefusal::Unauthorised)?;
    let account: Account = portal
        .store()
        .account_by_token(token.hash())
        .await?
        .ok_or(ApiRefusal::Unauthorised)?;
    if !account.enabled {
        return Err(ApiRefusal::Disabled);
    }
    request.extensions_mut().insert(account);
    Ok(next.run(request).await)
}

fn check_protocol(headers: &HeaderMap) -> Result<(), ApiRefusal> {
    let theirs = headers
        .get(PROTOCOL_HEADER)
        .and_then(|text| text.to_str().ok()?.parse::<u32>().ok());
    if theirs == Some(PROTOCOL) {
        Ok(())
    } else {
        Err(ApiRefusal::Protocol(theirs))
    }
}

fn bearer(headers: &HeaderMap) -> Option<Token> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Token::parse(token.trim()).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded_for: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded_for {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpNet> = trusted
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        forwarded(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], &[]), "192.0.2.1");
        assert_eq!(
            seen("10.0.0.1", &["198.51.100.7"], &["10.0.0.0/8"]),
            "198.51.100.7"
        );
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1, 198.51.100.7"], &["10.0.0.0/8"]),
            "198.51.100.7"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                &["1.1.1.1", "198.51.100.7, 10.0.0.2"],
                &["10.0.0.0/8"]
            ),
            "198.51.100.7"
        );
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1, rubbish"], &["10.0.0.0/8"]),
            "10.0.0.1"
        );
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn networks_are_kept_to() {
        let allowed = |networks: &[&str], origin: &str| {
            let networks: Vec<String> =
                networks.iter().map(|&network| network.to_owned()).collect();
            is_allowed(&networks, origin.parse().unwrap())
        };
        assert!(allowed(&[], "192.0.2.1"));
        assert!(allowed(&["192.0.2.0/24"], "192.0.2.1"));
        assert!(allowed(&["192.0.2.0/24"], "::ffff:192.0.2.1"));
        assert!(allowed(&["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1"));
        assert!(!allowed(&["192.0.2.0/24"], "192.0.3.1"));
        assert!(!allowed(&["rubbish"], "192.0.2.1"));
    }

    #[test]
    fn the_way_back_stays_here() {
        assert!(is_way_back("/c/0123/timesheet?q=a%20b"));
        for path in [
            "//evil.example/c/",
            "https://evil.example/c/",
            "/c/\\evil",
            "/c/ a",
            "/",
            "",
            "/sign-in",
            "/c/\n",
        ] {
            assert!(!is_way_back(path), "{path:?}");
        }
    }
}
