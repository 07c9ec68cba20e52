//! The portal at the other end: one function for each request of the protocol.
//!
//! Every request can be repeated without harm, so one whose answer was lost is sent again, a few times.

use std::io::{Read as _, Write as _};
use std::sync::Once;
use std::time::Duration;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use reqwest::blocking::{Client, Request, Response};
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue,
    RETRY_AFTER,
};
use reqwest::{Method, StatusCode, redirect};
use serde::de::DeserializeOwned;

use crate::published::PROTOCOL;
use crate::published::notice::NoticeMail;
use crate::published::pack::pack;
use crate::published::protocol::{Answer, Events, Manifest, PROTOCOL_HEADER, Problem, Status};
use crate::published::{Chunk, Digest};
use crate::values::id::PublicId;

use super::address::Address;
use super::{Connection, SyncError};

/// How long a portal may take to take a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long one request may take, answer included.
const REQUEST: Duration = Duration::from_secs(120);
/// How often a request is tried.
const TRIES: u32 = 4;
/// The first pause between tries; each is three times the one before.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest pause that a portal may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Bodies from this size on are compressed.
const WORTH_COMPRESSING: usize = 1024;
/// The last level of compression that costs little more than the one before: a push is entry upon entry of the same shape.
const LEVEL: Compression = Compression::new(7);
/// An answer that is longer is not one of ours.
const LONGEST_ANSWER: u64 = 256 * 1024 * 1024;

/// A connected portal.
#[derive(Debug)]
pub struct Peer {
    http: Client,
    address: Address,
}

impl Peer {
    /// Checks the address and gets ready. Nothing is sent yet.
    pub fn connect(connection: &Connection) -> Result<Self, SyncError> {
        let address = Address::of(&connection.url)?;
        let failed = |reason: String| SyncError::Unreachable {
            url: address.as_str().to_owned(),
            reason,
        };
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", connection.token.expose()))
            .map_err(|error| failed(error.to_string()))?;
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, bearer);
        headers.insert(PROTOCOL_HEADER, HeaderValue::from(PROTOCOL));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        install_crypto();
        let mut builder = Client::builder()
            .default_headers(headers)
            .user_agent(concat!("loggia/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(REQUEST)
            // A token goes to the portal it is for and nowhere else.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false);
        if address.loopback {
            builder = builder.no_proxy();
        }
        builder = if address.is_plain() {
            // Reading the certificates of the system takes longer than all else.
            builder.tls_certs_only([])
        } else {
            builder.https_only(true)
        };
        let http = builder.build().map_err(|error| failed(words(&error)))?;
        Ok(Self { http, address })
    }

    /// The address as people see it.
    pub fn url(&self) -> &str {
        self.address.as_str()
    }

    /// What the account has on the portal.
    pub fn status(&self) -> Result<Status, SyncError> {
        let response = self.send(Method::GET, "status", Body::None)?;
        self.read(response)
    }

    /// Tells what a client shall be; the portal takes it, or says what it lacks.
    pub fn offer(&self, client: &PublicId, manifest: &Manifest) -> Result<Answer, SyncError> {
        let json = serde_json::to_vec(manifest).map_err(|error| self.bad(error.to_string()))?;
        let path = format!("clients/{client}/manifest");
        let response = self.send(Method::PUT, &path, Body::of(&json, true))?;
        self.read(response)
    }

    /// Sends a part, and gives the number of bytes that went over the line.
    pub fn put(&self, client: &PublicId, digest: &Digest, chunk: &Chunk) -> Result<u64, SyncError> {
        let path = format!("clients/{client}/chunks/{digest}");
        let body = Body::of(&chunk.body, false);
        let size = body.len();
        self.send(Method::PUT, &path, body)?;
        Ok(size)
    }

    /// Sends several parts at once, and gives the number of bytes that went over the line.
    pub fn put_all(&self, client: &PublicId, chunks: &[&Chunk]) -> Result<u64, SyncError> {
        let path = format!("clients/{client}/chunks");
        let bodies = chunks.iter().map(|chunk| chunk.body.as_slice());
        let body = Body::of(&pack(bodies), false);
        let size = body.len();
        self.send(Method::PUT, &path, body)?;
        Ok(size)
    }

    /// What the portal holds of a client, part by part; none where it has no such client.
    pub fn manifest(&self, client: &PublicId) -> Result<Option<Manifest>, SyncError> {
        self.find(&format!("clients/{client}/manifest"))?
            .map(|response| self.read(response))
            .transpose()
    }

    /// A part that the portal holds of a client, as it was pushed; none where it is no longer there.
    pub fn part(&self, client: &PublicId, digest: &Digest) -> Result<Option<Vec<u8>>, SyncError> {
        let Some(response) = self.find(&format!("clients/{client}/chunks/{digest}"))? else {
            return Ok(None);
        };
        let bytes = self.bytes(response)?;
        if Digest::of(&bytes) != *digest {
            return Err(self.bad(format!("the bytes are not those of the part {digest}")));
        }
        Ok(Some(bytes))
    }

    /// Asks for something that may not be there.
    fn find(&self, path: &str) -> Result<Option<Response>, SyncError> {
        match self.send(Method::GET, path, Body::None) {
            Ok(response) => Ok(Some(response)),
            Err(SyncError::Refused { code, .. }) if code == "not_found" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes a client of this revision or an older one, and its events up to one that is here. One that is not there is as good as
    /// removed.
    pub fn remove(&self, client: &PublicId, revision: u64, read: u64) -> Result<(), SyncError> {
        let path = format!("clients/{client}?revision={revision}&read={read}");
        match self.send(Method::DELETE, &path, Body::None) {
            Ok(_) => Ok(()),
            Err(SyncError::Refused { code, .. }) if code == "not_found" => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What client users did after this event, as it came: one that cannot be read must not hold back the others.
    pub fn events(&self, after: u64) -> Result<Events<serde_json::Value>, SyncError> {
        let response = self.send(Method::GET, &format!("events?after={after}"), Body::None)?;
        self.read(response)
    }

    /// Hands a notice over, which the portal sends at once. Once more is no harm: it is known by its id.
    pub fn hand_over(&self, id: &str, mail: &NoticeMail) -> Result<(), SyncError> {
        let json = serde_json::to_vec(mail).map_err(|error| self.bad(error.to_string()))?;
        let path = format!("notices/{id}");
        // What its mail server does not take is better written anew first.
        let is_passing = |status| is_passing(status) && status != StatusCode::BAD_GATEWAY;
        match self.send_while(is_passing, Method::PUT, &path, Body::of(&json, true)) {
            Ok(_) => Ok(()),
            // A portal of before has no such place.
            Err(SyncError::Refused { code, .. }) if code == "not_found" => {
                Err(SyncError::SendsNoNotices {
                    url: self.url().to_owned(),
                })
            }
            Err(error) => Err(error),
        }
    }

    fn send(&self, method: Method, path: &str, body: Body) -> Result<Response, SyncError> {
        self.send_while(is_passing, method, path, body)
    }

    /// Sends again what gets no answer, or one of these.
    fn send_while(
        &self,
        is_passing: impl Fn(StatusCode) -> bool,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Response, SyncError> {
        let request = self.request(method, path, body)?;
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            // A body in memory can always be sent again.
            let Some(again) = request.try_clone() else {
                break;
            };
            let wait = match self.http.execute(again) {
                Ok(response) if is_passing(response.status()) => {
                    asked_pause(&response).unwrap_or(pause)
                }
                Ok(response) => return self.check(response),
                Err(error) if is_lost(&error) => pause,
                Err(error) => return Err(self.unreachable(words(&error))),
            };
            std::thread::sleep(wait);
            pause = pause.saturating_mul(3);
        }
        match self.http.execute(request) {
            Ok(response) => self.check(response),
            Err(error) => Err(self.unreachable(words(&error))),
        }
    }

    fn request(&self, method: Method, path: &str, body: Body) -> Result<Request, SyncError> {
        let builder = self.http.request(method, self.address.api(path));
        let builder = match body {
            Body::None => builder,
            Body::Plain { bytes, kind } => builder.header(CONTENT_TYPE, kind).body(bytes),
            Body::Gzip { bytes, kind } => builder
                .header(CONTENT_TYPE, kind)
                .header(CONTENT_ENCODING, "gzip")
                .body(bytes),
        };
        builder.build().map_err(|error| self.bad(words(&error)))
    }

    /// Lets a good answer through and reads the problem of a bad one.
    fn check(&self, response: Response) -> Result<Response, SyncError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let problem: Option<Problem> = self.read(response).ok();
        Err(self.refusal(status, problem))
    }

    fn refusal(&self, status: StatusCode, problem: Option<Problem>) -> SyncError {
        let Some(Problem { code, message }) = problem else {
            return match status {
                StatusCode::UNAUTHORIZED => SyncError::TokenRefused,
                passing if is_passing(passing) => self.unreachable(format!("it answers {passing}")),
                other => self.bad(format!("it answers {other}")),
            };
        };
        match code.as_str() {
            "unauthorised" => SyncError::TokenRefused,
            "account_disabled" => SyncError::AccountDisabled { message },
            "protocol" => SyncError::Protocol {
                ours: PROTOCOL,
                message,
            },
            "limit" => SyncError::Limit { message },
            "busy" | "internal" => SyncError::Failing {
                url: self.url().to_owned(),
                message,
            },
            _ => SyncError::Refused { code, message },
        }
    }

    fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T, SyncError> {
        let bytes = self.bytes(response)?;
        serde_json::from_slice(&bytes).map_err(|error| self.bad(error.to_string()))
    }

    /// An answer as it is, inflated where it came compressed: never more of it than an answer of ours is long.
    fn bytes(&self, response: Response) -> Result<Vec<u8>, SyncError> {
        let gzip = match response.headers().get(CONTENT_ENCODING) {
            None => false,
            Some(coding) if coding == "gzip" => true,
            Some(coding) => return Err(self.bad(format!("it answers in {coding:?}"))),
        };
        let mut received = Vec::new();
        response
            .take(LONGEST_ANSWER)
            .read_to_end(&mut received)
            .map_err(|error| self.unreachable(format!("its answer broke off: {error}")))?;
        if !gzip {
            return Ok(received);
        }
        let mut bytes = Vec::new();
        MultiGzDecoder::new(received.as_slice())
            .take(LONGEST_ANSWER)
            .read_to_end(&mut bytes)
            .map_err(|error| self.bad(error.to_string()))?;
        if bytes.len() as u64 == LONGEST_ANSWER {
            return Err(self.bad("its answer does not end".to_owned()));
        }
        Ok(bytes)
    }

    fn unreachable(&self, reason: String) -> SyncError {
        SyncError::Unreachable {
            url: self.url().to_owned(),
            reason,
        }
    }

    pub(crate) fn bad(&self, reason: String) -> SyncError {
        SyncError::BadAnswer {
            url: self.url().to_owned(),
            reason,
        }
    }
}

/// The one TLS of this program. Another part of it may have been first.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails where somebody else was quicker, with the same.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
    });
}

/// What is sent.
enum Body {
    None,
    Plain { bytes: Vec<u8>, kind: &'static str },
    Gzip { bytes: Vec<u8>, kind: &'static str },
}

impl Body {
    fn of(bytes: &[u8], json: bool) -> Self {
        let kind = if json {
            "application/json"
        } else {
            "application/octet-stream"
        };
        let plain = || Self::Plain {
            bytes: bytes.to_vec(),
            kind,
        };
        if bytes.len() < WORTH_COMPRESSING {
            return plain();
        }
        match gzip(bytes) {
            Ok(smaller) if smaller.len() < bytes.len() => Self::Gzip {
                bytes: smaller,
                kind,
            },
            _ => plain(),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Plain { bytes, .. } | Self::Gzip { bytes, .. } => bytes.len() as u64,
        }
    }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), LEVEL);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// An answer that may be another one in a moment.
fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
    )
}

fn asked_pause(response: &Response) -> Option<Duration> {
    let seconds = response
        .headers()
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// Sent, perhaps done, but never answered. A portal that cannot be connected to, or takes too long, is not asked again.
fn is_lost(error: &reqwest::Error) -> bool {
    !error.is_connect() && !error.is_timeout() && !error.is_builder() && !error.is_redirect()
}

/// The innermost reason, without the address that stands in the message already.
fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it takes too long to answer".to_owned();
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::ChunkKey;
    use crate::published::protocol::ManifestChunk;
    use crate::sync::fake::{Fake, Fault};
    use crate::values::id::Token;

    fn client() -> PublicId {
        PublicId::from_bytes([5; 16])
    }

    fn manifest(chunks: &[&Chunk]) -> Manifest {
        let chunks = chunks.iter().map(|chunk| ManifestChunk {
            key: chunk.key.clone(),
            digest: chunk.digest(),
            size: chunk.body.len() as u64,
        });
        Manifest {
            revision: 1,
            slug: "acme".to_owned(),
            chunks: chunks.collect(),
        }
    }

    #[test]
    fn a_client_is_offered_sent_and_committed() {
        let fake = Fake::start();
        let peer = Peer::connect(&fake.connection()).unwrap();
        let chunk = Chunk {
            key: ChunkKey::Console,
            body: b"{}".to_vec(),
        };
        let manifest = manifest(&[&chunk]);
        let lacks = Answer::Lacks {
            digests: vec![chunk.digest()],
        };
        assert_eq!(peer.offer(&client(), &manifest), Ok(lacks));
        assert_eq!(peer.put(&client(), &chunk.digest(), &chunk), Ok(2));
        assert_eq!(
            peer.offer(&client(), &manifest),
            Ok(Answer::Committed { revision: 1 })
        );
        assert_eq!(
            peer.status().unwrap().clients[0].manifest,
            manifest.digest()
        );
        let newer = Manifest {
            revision: 2,
            slug: "acme-2".to_owned(),
            ..manifest
        };
        peer.offer(&client(), &newer).unwrap();
        let late = peer.remove(&client(), 1, 0).unwrap_err();
        assert!(
            matches!(&late, SyncError::Refused { code, .. } if code == "stale_revision"),
            "{late}"
        );
        assert_eq!(peer.remove(&client(), 2, 0), Ok(()));
        assert_eq!(
            peer.remove(&client(), 2, 0),
            Ok(()),
            "one that is gone is as good as removed"
        );
    }

    #[test]
    fn every_request_has_token_and_protocol_and_large_bodies_are_compressed() {
        let fake = Fake::start();
        let peer = Peer::connect(&fake.connection()).unwrap();
        let large = Chunk::file("a.pdf", vec![b'x'; 50_000]);
        let sent = peer.put(&client(), &large.digest(), &large).unwrap();
        assert!(sent < 1000);
        peer.status().unwrap();
        let held = fake.held();
        for seen in &held.seen {
            assert_eq!(seen.headers["loggia-protocol"], PROTOCOL.to_string());
            assert!(seen.headers["authorization"].starts_with("Bearer "));
        }
        assert_eq!(held.seen[0].body, large.body);
        assert_eq!(held.seen[0].sent as u64, sent);
        assert_eq!(held.seen[0].headers["content-encoding"], "gzip");
    }

    #[test]
    fn what_is_held_comes_back_as_it_was_pushed() {
        let fake = Fake::start();
        let peer = Peer::connect(&fake.connection()).unwrap();
        let chunk = Chunk::file("a.pdf", vec![b'x'; 50_000]);
        let manifest = manifest(&[&chunk]);
        assert_eq!(peer.manifest(&client()), Ok(None));
        peer.put(&client(), &chunk.digest(), &chunk).unwrap();
        assert_eq!(peer.part(&client(), &chunk.digest()), Ok(None));
        peer.offer(&client(), &manifest).unwrap();
        assert_eq!(peer.manifest(&client()), Ok(Some(manifest)));
        fake.held().answered = 0;
        assert_eq!(
            peer.part(&client(), &chunk.digest()),
            Ok(Some(chunk.body.clone()))
        );
        assert!(fake.held().answered < 1_000, "it comes compressed");
        assert_eq!(peer.part(&client(), &Digest::of(b"another")), Ok(None));
        let broken = Fault::Answer(200, "no such bytes".to_owned());
        fake.fault("GET chunk", broken);
        let error = peer.part(&client(), &chunk.digest()).unwrap_err();
        assert!(matches!(error, SyncError::BadAnswer { .. }), "{error}");
    }

    #[test]
    fn a_lost_answer_is_asked_for_again() {
        let fake = Fake::start();
        let peer = Peer::connect(&fake.connection()).unwrap();
        for fault in [Fault::Reset, Fault::Mute, Fault::Answer(503, String::new())] {
            fake.fault("GET status", fault);
            assert!(peer.status().is_ok());
        }
        assert_eq!(fake.requests().len(), 6);
        for _ in 0..TRIES {
            fake.fault("GET status", Fault::Reset);
        }
        assert!(matches!(peer.status(), Err(SyncError::Unreachable { .. })));
    }

    #[test]
    fn what_the_portal_says_is_told_apart() {
        let fake = Fake::start();
        let peer = Peer::connect(&fake.connection()).unwrap();
        let answer = |status, code: &str| {
            let times = if is_passing(StatusCode::from_u16(status).unwrap()) {
                TRIES
            } else {
                1
            };
            for _ in 0..times {
                fake.fault("GET status", Fault::problem(status, code, "said so"));
            }
            peer.status().unwrap_err().code()
        };
        let cases = [
            (401, "unauthorised", "portal.token_refused"),
            (403, "account_disabled", "portal.account_disabled"),
            (409, "protocol", "portal.protocol"),
            (403, "limit", "portal.limit"),
            (413, "too_large", "portal.refused"),
            (503, "busy", "portal.failing"),
            (500, "internal", "portal.failing"),
        ];
        for (status, code, expected) in cases {
            assert_eq!(answer(status, code), expected);
        }
    }

    #[test]
    fn what_is_no_portal_is_not_believed() {
        let fake = Fake::start();
        let peer = Peer::connect(&fake.connection()).unwrap();
        for (status, body) in [(200, "<html>"), (404, "<html>"), (200, "{}"), (302, "")] {
            fake.fault("GET status", Fault::Answer(status, body.to_owned()));
            let error = peer.status().unwrap_err();
            assert!(
                matches!(error, SyncError::BadAnswer { .. }),
                "{status}: {error}"
            );
        }
        assert_eq!(fake.requests().len(), 4, "a redirect is not followed");
    }

    #[test]
    fn a_portal_that_is_not_there_is_told_at_once_and_a_token_is_never_printed() {
        let free = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let token = Token::random().unwrap();
        let connection = Connection {
            url: url::Url::parse(&format!("http://{free}")).unwrap(),
            token: token.clone(),
        };
        let error = connection.status().unwrap_err();
        assert!(matches!(&error, SyncError::Unreachable { .. }), "{error}");
        let peer = Peer::connect(&connection).unwrap();
        for printed in [
            format!("{connection:?}"),
            format!("{peer:?}"),
            format!("{error} {error:?}"),
        ] {
            assert!(!printed.contains(token.expose()));
        }
    }
}
