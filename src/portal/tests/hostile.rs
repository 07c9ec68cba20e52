//! What nobody sends who means well: too much, too deep, twice, for another host, from another origin.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;

use crate::published::protocol::{PROTOCOL_HEADER, Role};
use crate::published::{Digest, PROTOCOL};

use super::super::router::{Access, table};
use super::desk::{Desk, Reply};
use super::sample::Sample;

/// Words of the inside that no answer may have.
const INSIDE: [&str; 9] = [
    "sqlite",
    "SELECT",
    "panicked",
    "src/",
    ".rs",
    "rusqlite",
    "membership",
    "token_hash",
    "stack",
];

fn tells_nothing(reply: &Reply) {
    let text = reply.text();
    for inside in INSIDE {
        assert!(!text.contains(inside), "{inside}: {text}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn put(desk: &Desk, path: &str) -> axum::http::request::Builder {
    Request::put(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {}", desk.token))
        .header(PROTOCOL_HEADER, PROTOCOL.to_string())
}

#[tokio::test]
async fn bombs_and_what_is_too_much_are_not_taken() {
    let desk = Desk::new().await;
    let acme = Sample::new("acme", "Acme");
    let manifest = format!("/clients/{}/manifest", acme.id);
    let bomb = gzip(&vec![b' '; 50_000_000]);
    assert!(bomb.len() < 100_000);
    let request = put(&desk, &manifest).header("content-encoding", "gzip");
    let reply = desk
        .send(
            request.body(Body::from(bomb.clone())).unwrap(),
            "198.51.100.9",
        )
        .await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(reply.problem().code, "too_large");
    // A bomb in a bomb is one gzip, and what comes out of it is no manifest.
    let request = put(&desk, &manifest).header("content-encoding", "gzip");
    let reply = desk
        .send(
            request.body(Body::from(gzip(&bomb))).unwrap(),
            "198.51.100.9",
        )
        .await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    for encodings in ["gzip, gzip", "br", "deflate"] {
        let request = put(&desk, &manifest).header("content-encoding", encodings);
        let reply = desk
            .send(request.body(Body::from("{}")).unwrap(), "198.51.100.9")
            .await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{encodings}"
        );
    }
    let zero = Digest::of(b"");
    let path = format!("/clients/{}/chunks/{zero}", acme.id);
    let reply = desk.api(Method::PUT, &path, vec![0_u8; 2_000_000]).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn json_that_is_too_deep_is_refused_and_not_climbed() {
    let desk = Desk::new().await;
    let acme = Sample::new("acme", "Acme");
    let path = format!("/clients/{}/manifest", acme.id);
    for deep in ["[".repeat(90_000), "{\"a\":".repeat(15_000)] {
        let reply = desk.api(Method::PUT, &path, deep).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.bytes.len() < 1_000);
        tells_nothing(&reply);
    }
}

#[tokio::test]
async fn parameters_by_the_thousand_or_twice_are_refused() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme");
    let secret = acme.invite("jo@acme.example", Role::Full);
    desk.push(&acme, 1).await;
    let mut jo = desk.accepted(&secret).await;
    let sheet = format!("/c/{}/timesheet", acme.id);
    let many: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    for query in [
        many.join("&"),
        "from=2026-11-01&from=2026-11-02".to_owned(),
        "q=a&q=b".to_owned(),
    ] {
        let reply = jo.get(&format!("{sheet}?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{:.40}", query);
        tells_nothing(&reply);
    }
    let token = desk.browser().get("/sign-in").await.form_token();
    let mut browser = desk.browser();
    let reply = browser
        .post(
            "/sign-in",
            &[
                ("form_token", &token),
                ("email", "a@acme.example"),
                ("email", "b@acme.example"),
                ("password", "x"),
            ],
        )
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let reply = desk
        .api(Method::GET, "/events?after=1&after=2", Body::empty())
        .await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn another_host_gets_nothing_and_another_origin_no_leave() {
    let desk = Desk::new().await;
    for host in [
        "evil.example",
        "127.0.0.1:8071",
        "127.0.0.1:8070.evil.example",
        "127.0.0.1:8070@evil.example",
    ] {
        let request = Request::get("/sign-in").header("host", host);
        let reply = desk
            .send(request.body(Body::empty()).unwrap(), "203.0.113.9")
            .await;
        assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(reply.bytes.is_empty());
    }
    for (path, method) in [
        ("/sign-in", Method::OPTIONS),
        ("/sign-in", Method::GET),
        ("/api/v1/status", Method::OPTIONS),
        ("/api/openapi.json", Method::GET),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "PUT");
        let reply = desk
            .send(request.body(Body::empty()).unwrap(), "203.0.113.9")
            .await;
        let allowed = reply
            .headers
            .keys()
            .filter(|name| name.as_str().starts_with("access-control"));
        assert_eq!(allowed.count(), 0, "{path}");
    }
    for method in ["TRACE", "TRACK", "CONNECT", "PROPFIND"] {
        let request = Request::builder().method(method).uri("/sign-in");
        let reply = desk
            .send(request.body(Body::empty()).unwrap(), "203.0.113.9")
            .await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    for path in [
        "/.git/config",
        "/assets/..%2f..%2fportal.db",
        "/assets/%2e%2e/portal.db",
        "/metrics",
        "/debug/pprof",
        "/api/v1/clients/../status",
        "/%00",
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let reply = desk.send(request, "203.0.113.9").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        tells_nothing(&reply);
    }
}

#[tokio::test]
async fn every_answer_has_its_headers_and_only_files_and_accounts_get_them_small() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme");
    let secret = acme.invite("jo@acme.example", Role::Full);
    desk.push(&acme, 1).await;
    let mut jo = desk.accepted(&secret).await;
    for route in table() {
        let path = route
            .path
            .replace("{client}", acme.id.as_str())
            .replace("{invoice}", acme.invoices[0].id.as_str());
        let request = Request::builder()
            .method(route.method.clone())
            .uri(&path)
            .header("accept-encoding", "gzip");
        // Signing out comes last in no table; it has a form of its own, so nobody is signed out here.
        let reply = jo.request(request.body(Body::empty()).unwrap()).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), value, "{path}");
        }
        let policy = reply.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        if matches!(
            route.access,
            Access::User(_) | Access::SignedIn | Access::Account
        ) {
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
        if matches!(route.access, Access::User(_) | Access::SignedIn) {
            assert_eq!(reply.header("content-encoding"), "", "{path}");
        }
        assert!(!reply.headers.contains_key("server"), "{path}");
    }
    let page = jo.get(&format!("/c/{}", acme.id)).await.text();
    let (_, style) = page.split_once("href=\"/assets/style-").unwrap();
    let style = format!("/assets/style-{}", style.split('"').next().unwrap());
    let request = Request::get(&style).header("accept-encoding", "gzip");
    let reply = jo.request(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.header("content-encoding"), "gzip");
    assert_eq!(reply.header("vary"), "accept-encoding");
    let plain = jo.get(&style).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.bytes.len() > 2 * reply.bytes.len());
    let held = Request::get(format!("/api/v1/clients/{}/manifest", acme.id))
        .header("authorization", format!("Bearer {}", desk.token))
        .header(PROTOCOL_HEADER, PROTOCOL.to_string())
        .header("accept-encoding", "gzip");
    let reply = desk
        .send(held.body(Body::empty()).unwrap(), "198.51.100.9")
        .await;
    assert_eq!(reply.header("content-encoding"), "gzip");
    assert_eq!(reply.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn a_proxy_that_tells_of_http_is_believed_and_nobody_else() {
    let desk = Desk::with(|settings| {
        settings.public_url = Some("https://portal.example".parse().unwrap());
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    let call = |path: &'static str, from: &'static str, scheme: &'static str| {
        let request = Request::get(path)
            .header("host", "portal.example")
            .header("x-forwarded-proto", scheme);
        desk.send(request.body(Body::empty()).unwrap(), from)
    };
    let https = call("/sign-in", "10.0.0.1", "https").await;
    assert_eq!(https.status, StatusCode::OK);
    assert_eq!(
        https.header("strict-transport-security"),
        "max-age=63072000; includeSubDomains"
    );
    let http = call("/sign-in", "10.0.0.1", "http").await;
    assert_eq!(http.status, StatusCode::FORBIDDEN);
    let api = call("/api/v1/status", "10.0.0.1", "HTTP").await;
    assert_eq!(api.status, StatusCode::FORBIDDEN);
    assert_eq!(api.problem().code, "insecure");
    assert_eq!(
        call("/sign-in", "203.0.113.9", "http").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn who_asks_too_often_waits_and_others_do_not() {
    let desk = Desk::with(|settings| settings.limits.requests_a_minute = 6).await;
    let call = |from: &'static str| {
        let request = Request::get("/sign-in").body(Body::empty()).unwrap();
        desk.send(request, from)
    };
    for _ in 0..3 {
        assert_eq!(call("203.0.113.9").await.status, StatusCode::OK);
    }
    let reply = call("203.0.113.9").await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=11).contains(&wait), "{wait}");
    assert_eq!(call("203.0.113.10").await.status, StatusCode::OK);
    let status = desk.api(Method::GET, "/status", Body::empty()).await;
    assert_eq!(status.status, StatusCode::OK);
}

#[tokio::test]
async fn a_full_plan_tells_which_clients_fill_it() {
    let desk = Desk::new().await;
    let limit = super::super::operator::set_client_limit;
    limit(desk.store.as_ref(), "north", Some(1), desk.now())
        .await
        .unwrap();
    desk.push(&Sample::new("acme", "Acme"), 1).await;
    desk.wait(TimeDelta::minutes(1));
    let beta = Sample::new("beta", "Beta");
    let reply = desk.put_manifest(&beta.id, &beta.manifest(1)).await;
    let problem = reply.problem();
    assert_eq!(problem.code, "limit");
    assert!(
        problem.message.contains("open are `acme`")
            && problem
                .message
                .contains("loggia portal-settings set console=off --client acme"),
        "{}",
        problem.message
    );
}
