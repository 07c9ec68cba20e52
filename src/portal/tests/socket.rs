//! The portal through a real socket: slow heads, oversized forms, a store that fails, and the stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::super::{Error, Hashing, Settings, SqliteStore, serve};

struct Running {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), Error>>,
    folder: tempfile::TempDir,
}

async fn running(change: impl FnOnce(&mut Settings)) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("portal.db")).unwrap();
    let mut settings = Settings {
        hashing: Hashing {
            memory_kib: 64,
            ..Hashing::default()
        },
        ..Settings::default()
    };
    change(&mut settings);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        let _ = stopped.await;
    };
    let server = tokio::spawn(serve(listener, Arc::new(store), settings, shutdown));
    Running {
        address,
        stop,
        server,
        folder,
    }
}

impl Running {
    async fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
    }
}

#[tokio::test]
async fn serves_and_stops_when_told() {
    let portal = running(|_| ()).await;
    let answer = portal.exchange(&portal.get("/healthz")).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("ok\n"),
        "{answer}"
    );
    let answer = portal.exchange(&portal.get("/sign-in")).await;
    assert!(
        answer.contains("content-security-policy: default-src 'none'"),
        "{answer}"
    );
    // An idle connection does not hold the stop up.
    let _idle = TcpStream::connect(portal.address).await.unwrap();
    portal.stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), portal.server)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let portal = running(|settings| settings.times.head = Duration::from_millis(50)).await;
    let answer = tokio::time::timeout(
        Duration::from_secs(10),
        portal.exchange("GET / HTTP/1.1\r\nHost: a\r\n"),
    )
    .await;
    assert!(!answer.unwrap().contains("200 OK"));
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_request() {
    let portal = running(|settings| settings.times.body = Duration::from_millis(50)).await;
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nform",
        portal.address
    );
    let answer = tokio::time::timeout(Duration::from_secs(10), portal.exchange(&head))
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_form_that_is_too_large_is_not_read() {
    let portal = running(|_| ()).await;
    let body = "a".repeat(20_000);
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        portal.address,
        body.len()
    );
    let answer = portal.exchange(&request).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn a_failing_store_tells_nothing_but_a_number() {
    let portal = running(|_| ()).await;
    let database = rusqlite::Connection::open(portal.folder.path().join("portal.db")).unwrap();
    database
        .execute_batch("PRAGMA foreign_keys = OFF; DROP TABLE session; DROP TABLE account")
        .unwrap();
    let cookie = format!(
        "loggia={}",
        crate::values::id::Token::random().unwrap().expose()
    );
    let request = portal
        .get("/")
        .replace("Connection", &format!("Cookie: {cookie}\r\nConnection"));
    let answer = portal.exchange(&request).await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(
        answer.contains("Something went wrong") && answer.contains("<code>"),
        "{answer}"
    );
    for inside in ["session", "SQL", "table", "account"] {
        assert!(!answer.contains(inside), "{inside}");
    }
    let answer = portal.exchange(&portal.get("/readyz")).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}
