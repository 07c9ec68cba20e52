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

    /// The same of a peer that may break off at any time.
    async fn exchange_or_end(&self, request: &str) -> String {
        let (mut read, mut write) = TcpStream::connect(self.address).await.unwrap().into_split();
        let request = request.to_owned();
        let sending = tokio::spawn(async move {
            write.write_all(request.as_bytes()).await.ok();
            write.shutdown().await.ok();
            write
        });
        let mut answer = Vec::new();
        let reading = read.read_to_end(&mut answer);
        tokio::time::timeout(Duration::from_secs(60), reading)
            .await
            .unwrap()
            .ok();
        drop(sending);
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

#[tokio::test]
async fn a_head_without_end_or_of_two_minds_is_refused() {
    let portal = running(|_| ()).await;
    let host = portal.address;
    let long = "a".repeat(1_000_000);
    for (what, head) in [
        ("a megabyte in one header", format!("X-Long: {long}\r\n")),
        ("a hundred headers", "X-Many: 1\r\n".repeat(100)),
        (
            "two lengths",
            "Content-Length: 1\r\nContent-Length: 2\r\n".to_owned(),
        ),
        ("a length that is none", "Content-Length: -1\r\n".to_owned()),
        ("a fold", "X-Fold: a\r\n b\r\n".to_owned()),
    ] {
        let request = format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\n{head}\r\nx");
        let answer = portal.exchange_or_end(&request).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{what}: {answer}"
        );
    }
    // A length beside chunks: the chunks count, and what follows is no second request.
    let smuggled = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    );
    let answer = portal.exchange_or_end(&smuggled).await;
    assert!(!answer.contains("ok\n"), "{answer}");
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "a".repeat(1_000_000)
    );
    let answer = portal.exchange_or_end(&long).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
    // It goes on.
    let answer = portal.exchange(&portal.get("/healthz")).await;
    assert!(answer.ends_with("ok\n"));
}

#[tokio::test]
async fn a_body_without_end_is_read_no_further_than_its_limit() {
    let portal = running(|_| ()).await;
    let mut stream = TcpStream::connect(portal.address).await.unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n",
        portal.address
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let endless = tokio::spawn(async move {
        let chunk = format!("1000\r\n{}\r\n", "a".repeat(4096));
        let mut sent = 0_u64;
        while write.write_all(chunk.as_bytes()).await.is_ok() {
            sent += 4096;
        }
        sent
    });
    let mut start = [0; 12];
    read.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 413");
    drop(read);
    let sent = tokio::time::timeout(Duration::from_secs(30), endless)
        .await
        .unwrap()
        .unwrap();
    assert!(sent < 100_000_000, "{sent}");
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_is_let_go() {
    let portal = running(|settings| settings.times.body = Duration::from_millis(200)).await;
    let mut stream = TcpStream::connect(portal.address).await.unwrap();
    // More answers than the buffers of both ends hold, and nobody reads them.
    let request = format!("GET /sign-in HTTP/1.1\r\nHost: {}\r\n\r\n", portal.address);
    let many = request.repeat(2_000);
    let sent = async { while stream.write_all(many.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(60), sent)
        .await
        .unwrap();
}

#[tokio::test]
async fn open_requests_are_answered_before_the_end() {
    let portal = running(|_| ()).await;
    let mut stream = TcpStream::connect(portal.address).await.unwrap();
    let body = "a".repeat(10);
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n",
        portal.address
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // Another one's answer shows that the first was taken up.
    portal.exchange(&portal.get("/healthz")).await;
    portal.stop.send(()).unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    tokio::time::timeout(Duration::from_secs(20), portal.server)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}
