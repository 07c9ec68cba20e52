//! A portal to test: its router without a socket, a store of its own, a clock that is set by hand, and browsers. The store is an
//! SQLite file; in a process that `postgres.rs` starts it is a PostgreSQL database, for every test alike.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use tower::ServiceExt as _;

use crate::published::protocol::{Answer, Manifest, PROTOCOL_HEADER, Problem};
use crate::published::{Chunk, PROTOCOL};
use crate::values::id::{PublicId, Token};

use super::super::server::Portal;
use super::super::settings::{Clock, Hashing, Limits, Settings};
use super::super::store::PortalStore;
use super::super::{SqliteStore, operator, router};
use super::sample::{Sample, today};

pub(super) const PASSWORD: &str = "seven lanterns over water";

/// The portal and what turns its clock.
pub(super) struct Desk {
    pub(super) router: Router,
    pub(super) store: Arc<dyn PortalStore>,
    pub(super) token: String,
    now: Arc<AtomicI64>,
    kept: Kept,
}

/// What the store is kept in.
enum Kept {
    Folder(tempfile::TempDir),
    /// A PostgreSQL database, by its address.
    #[cfg(feature = "peers")]
    Postgres(String),
}

impl Kept {
    fn new() -> Self {
        #[cfg(feature = "peers")]
        if let Some(address) = super::postgres::chosen() {
            return Self::Postgres(address);
        }
        Self::Folder(tempfile::tempdir().unwrap())
    }

    async fn open(&self) -> Arc<dyn PortalStore> {
        match self {
            Self::Folder(folder) => {
                Arc::new(SqliteStore::open(&folder.path().join("portal.db")).unwrap())
            }
            #[cfg(feature = "peers")]
            Self::Postgres(address) => super::postgres::open(address).await,
        }
    }
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn location(&self) -> String {
        self.header("location").to_owned()
    }

    pub(super) fn problem(&self) -> Problem {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("no problem: {}", self.text()))
    }

    pub(super) fn answer(&self) -> Answer {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// The token of the first form.
    pub(super) fn form_token(&self) -> String {
        let text = self.text();
        let (_, after) = text
            .split_once("name=\"form_token\" value=\"")
            .expect("a form");
        after.split('"').next().unwrap().to_owned()
    }
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let kept = Kept::new();
        let store = kept.open().await;
        let now = Arc::new(AtomicI64::new(
            today().and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp(),
        ));
        let mut settings = settings(&now);
        change(&mut settings);
        let listening: SocketAddr = "127.0.0.1:8070".parse().unwrap();
        let portal = Portal::new(Arc::clone(&store), settings, listening, false).unwrap();
        let at = DateTime::from_timestamp(now.load(Ordering::SeqCst), 0).unwrap();
        let token = operator::create_account(store.as_ref(), "north", at)
            .await
            .unwrap();
        Self {
            router: router::router(&portal),
            store,
            token: token.expose().to_owned(),
            now,
            kept,
        }
    }

    /// Whether a text is anywhere in what the store is kept in: in the bytes of its files, in a row of the database.
    pub(super) async fn holds(&self, text: impl AsRef<[u8]>) -> bool {
        let text = text.as_ref();
        match &self.kept {
            Kept::Folder(folder) => std::fs::read_dir(folder.path()).unwrap().any(|file| {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                bytes.windows(text.len()).any(|window| window == text)
            }),
            #[cfg(feature = "peers")]
            Kept::Postgres(address) => super::postgres::holds(address, text).await,
        }
    }

    /// Recipients and parameters of the mails of a kind that wait, in their order.
    pub(super) async fn mails(&self, kind: &str) -> Vec<(String, serde_json::Value)> {
        let rows: Vec<(String, String)> = match &self.kept {
            Kept::Folder(folder) => {
                let database = rusqlite::Connection::open(folder.path().join("portal.db")).unwrap();
                let sql = "SELECT recipient, params FROM mail WHERE kind = ? ORDER BY id";
                let mut statement = database.prepare(sql).unwrap();
                let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)));
                rows.unwrap().collect::<Result<_, _>>().unwrap()
            }
            #[cfg(feature = "peers")]
            Kept::Postgres(address) => super::postgres::mails(address, kind).await,
        };
        rows.into_iter()
            .map(|(to, params)| (to, serde_json::from_str(&params).unwrap()))
            .collect()
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.now.load(Ordering::SeqCst), 0).unwrap()
    }

    pub(super) fn wait(&self, time: TimeDelta) {
        self.now.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }

    pub(super) async fn send(&self, request: Request<Body>, from: &str) -> Reply {
        let mut request = request;
        let peer = SocketAddr::new(from.parse().unwrap(), 40_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        if !request.headers().contains_key("host") {
            request
                .headers_mut()
                .insert("host", "127.0.0.1:8070".parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    /// A request of the sync, with the token of the first account.
    pub(super) async fn api(&self, method: Method, path: &str, body: impl Into<Body>) -> Reply {
        self.api_as(&self.token, method, path, body).await
    }

    pub(super) async fn api_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: impl Into<Body>,
    ) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header(PROTOCOL_HEADER, PROTOCOL.to_string())
            .body(body.into())
            .unwrap();
        self.send(request, "198.51.100.9").await
    }

    pub(super) async fn put_manifest(&self, client: &PublicId, manifest: &Manifest) -> Reply {
        let body = serde_json::to_vec(manifest).unwrap();
        self.api(Method::PUT, &format!("/clients/{client}/manifest"), body)
            .await
    }

    pub(super) async fn put_chunk(&self, client: &PublicId, chunk: &Chunk) -> Reply {
        let path = format!("/clients/{client}/chunks/{}", chunk.digest());
        self.api(Method::PUT, &path, chunk.body.clone()).await
    }

    pub(super) async fn put_pack(&self, client: &PublicId, body: Vec<u8>) -> Reply {
        let path = format!("/clients/{client}/chunks");
        self.api(Method::PUT, &path, body).await
    }

    /// A whole push.
    pub(super) async fn push(&self, sample: &Sample, revision: u64) {
        let manifest = sample.manifest(revision);
        if let Answer::Lacks { digests } = self.put_manifest(&sample.id, &manifest).await.answer() {
            for chunk in sample
                .chunks()
                .iter()
                .filter(|chunk| digests.contains(&chunk.digest()))
            {
                let put = self.put_chunk(&sample.id, chunk).await;
                assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text());
            }
        }
        let committed = self.put_manifest(&sample.id, &manifest).await.answer();
        assert_eq!(committed, Answer::Committed { revision });
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser {
            desk: self,
            cookies: BTreeMap::new(),
            from: "203.0.113.5".to_owned(),
        }
    }

    /// A browser whose person accepted an invitation.
    pub(super) async fn accepted(&self, secret: &Token) -> Browser<'_> {
        let mut browser = self.browser();
        let reply = browser.accept(secret, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        browser
    }
}

fn settings(now: &Arc<AtomicI64>) -> Settings {
    let now = Arc::clone(now);
    let clock: Clock =
        Arc::new(move || DateTime::from_timestamp(now.load(Ordering::SeqCst), 0).unwrap());
    Settings {
        clock,
        hashing: Hashing {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
            parallel: 2,
        },
        limits: Limits {
            manifest: 100_000,
            chunk: 1_000_000,
            requests_a_minute: 0,
            ..Limits::default()
        },
        ..Settings::default()
    }
}

/// Keeps cookies and follows nothing by itself.
#[derive(Clone)]
pub(super) struct Browser<'a> {
    desk: &'a Desk,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) from: String,
}

impl Browser<'_> {
    pub(super) async fn get(&mut self, path: &str) -> Reply {
        self.request(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.request(request.body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn request(&mut self, mut request: Request<Body>) -> Reply {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request
                .headers_mut()
                .insert("cookie", cookies.join("; ").parse().unwrap());
        }
        let reply = self.desk.send(request, &self.from).await;
        for cookie in reply.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    pub(super) async fn accept(&mut self, secret: &Token, password: &str) -> Reply {
        let opened = self.get(&format!("/invite/{}", secret.expose())).await;
        assert_eq!(
            (opened.status, opened.location().as_str()),
            (StatusCode::SEE_OTHER, "/invite")
        );
        let form = self.get("/invite").await;
        if form.status != StatusCode::OK {
            return form;
        }
        let token = form.form_token();
        self.post(
            "/invite",
            &[
                ("form_token", &token),
                ("password", password),
                ("repeat", password),
            ],
        )
        .await
    }

    pub(super) async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        let token = self.get("/sign-in").await.form_token();
        self.post(
            "/sign-in",
            &[
                ("form_token", &token),
                ("email", email),
                ("password", password),
            ],
        )
        .await
    }
}
