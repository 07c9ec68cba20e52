//! The sync API on good days and on bad ones.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::published::pack::pack;
use crate::published::protocol::{Answer, Events, Manifest, PROTOCOL_HEADER, Role, Status};
use crate::published::{Chunk, ChunkKey, PROTOCOL};
use crate::values::id::{PublicId, Token};

use super::super::operator;
use super::desk::{Desk, PASSWORD};
use super::sample::{Sample, id};

fn acme() -> (Sample, Token) {
    let mut acme = Sample::new("acme", "Acme Corporation");
    let secret = acme.invite("ada@lovelace.example", Role::Full);
    (acme, secret)
}

async fn held(desk: &Desk, client: &PublicId) -> Manifest {
    let path = format!("/clients/{client}/manifest");
    let reply = desk.api(Method::GET, &path, Body::empty()).await;
    serde_json::from_slice(&reply.bytes).unwrap()
}

async fn status(desk: &Desk) -> Status {
    let reply = desk.api(Method::GET, "/status", Body::empty()).await;
    serde_json::from_slice(&reply.bytes).unwrap()
}

#[tokio::test]
async fn a_killed_push_resumes_and_a_repeated_one_does_nothing() {
    let desk = Desk::new().await;
    let (acme, _) = acme();
    let manifest = acme.manifest(1);
    let Answer::Lacks { digests } = desk.put_manifest(&acme.id, &manifest).await.answer() else {
        panic!()
    };
    assert_eq!(digests.len(), acme.chunks().len());
    for chunk in acme.chunks().iter().take(3) {
        desk.put_chunk(&acme.id, chunk).await;
    }
    assert!(
        status(&desk).await.clients.is_empty(),
        "nothing is shown before it is committed"
    );
    let Answer::Lacks { digests: rest } = desk.put_manifest(&acme.id, &manifest).await.answer()
    else {
        panic!()
    };
    assert_eq!(rest.len(), digests.len() - 3);
    desk.push(&acme, 1).await;
    desk.push(&acme, 1).await;
    let after = status(&desk).await;
    assert_eq!(after.account, "north");
    assert_eq!(after.public_url, "http://127.0.0.1:8070");
    let [client] = after.clients.as_slice() else {
        panic!()
    };
    assert_eq!((client.revision, &client.manifest), (1, &manifest.digest()));
    assert!(client.console);
    assert_eq!(held(&desk, &acme.id).await, manifest);
}

#[tokio::test]
async fn only_what_changed_is_asked_for_and_what_is_absent_goes() {
    let desk = Desk::new().await;
    let (mut acme, _) = acme();
    desk.push(&acme, 1).await;
    acme.console.welcome = Some("New".to_owned());
    acme.invoices.remove(0);
    acme.files.remove(0);
    let Answer::Lacks { digests } = desk
        .put_manifest(&acme.id, &acme.manifest(2))
        .await
        .answer()
    else {
        panic!()
    };
    assert_eq!(
        digests,
        [Chunk::json(ChunkKey::Console, &acme.console)
            .unwrap()
            .digest()]
    );
    desk.push(&acme, 2).await;
    assert_eq!(held(&desk, &acme.id).await, acme.manifest(2));
}

#[tokio::test]
async fn an_older_push_cannot_overwrite_a_newer() {
    let desk = Desk::new().await;
    let (mut acme, _) = acme();
    desk.push(&acme, 5).await;
    acme.console.welcome = None;
    for revision in [4, 5] {
        let reply = desk.put_manifest(&acme.id, &acme.manifest(revision)).await;
        assert_eq!(
            (reply.status, reply.problem().code.as_str()),
            (StatusCode::CONFLICT, "stale_revision")
        );
    }
    assert_eq!(status(&desk).await.clients[0].revision, 5);
}

#[tokio::test]
async fn tampered_and_unfitting_parts_are_refused_and_change_nothing() {
    let desk = Desk::new().await;
    let (acme, _) = acme();
    desk.push(&acme, 1).await;
    let before = status(&desk).await;
    let chunk = Chunk::file("a.pdf", b"%PDF".to_vec());
    let path = format!("/clients/{}/chunks/{}", acme.id, chunk.digest());
    let tampered = desk.api(Method::PUT, &path, "%PDF-tampered").await;
    assert_eq!(
        (tampered.status, tampered.problem().code.as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "invalid")
    );

    let leaky = serde_json::to_vec(&acme.projects).unwrap();
    let leaky =
        String::from_utf8(leaky)
            .unwrap()
            .replacen("\"closed\"", "\"rate\":\"95\",\"closed\"", 1);
    let chunk = Chunk {
        key: ChunkKey::Projects,
        body: leaky.into_bytes(),
    };
    desk.put_chunk(&acme.id, &chunk).await;
    let mut manifest = acme.manifest(2);
    for line in &mut manifest.chunks {
        if line.key == ChunkKey::Projects {
            (line.digest, line.size) = (chunk.digest(), chunk.body.len() as u64);
        }
    }
    let reply = desk.put_manifest(&acme.id, &manifest).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply
            .problem()
            .message
            .contains("`projects`: unknown field `rate`"),
        "{}",
        reply.text()
    );
    assert_eq!(status(&desk).await, before);

    let mut twice = acme.manifest(2);
    twice.chunks.push(twice.chunks[0].clone());
    assert_eq!(
        desk.put_manifest(&acme.id, &twice).await.problem().code,
        "invalid"
    );
    let mut twins = acme.clone();
    twins.invoices[1].id = twins.invoices[0].id.clone();
    for chunk in twins.chunks() {
        desk.put_chunk(&acme.id, &chunk).await;
    }
    let reply = desk.put_manifest(&acme.id, &twins.manifest(2)).await;
    assert!(
        reply.problem().message.contains("same id"),
        "{}",
        reply.text()
    );
    assert_eq!(status(&desk).await, before);
}

#[tokio::test]
async fn manifests_with_unknown_fields_or_rubbish_are_refused() {
    let desk = Desk::new().await;
    let (acme, _) = acme();
    let path = format!("/clients/{}/manifest", acme.id);
    for body in [
        r#"{"revision":1,"slug":"acme","chunks":[],"admin":true}"#,
        r#"{"revision":1,"slug":"acme","chunks":[{"key":"console","digest":"x","size":1}]}"#,
        r#"{"revision":-1,"slug":"acme","chunks":[]}"#,
        r#"{"revision":18446744073709551615,"slug":"acme","chunks":[]}"#,
        r#"{"revision":1,"slug":"../acme","chunks":[]}"#,
        "[]",
        "",
        "\u{0}",
    ] {
        let reply = desk.api(Method::PUT, &path, body).await;
        assert_eq!(
            (reply.status, reply.problem().code.as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            "{body}"
        );
    }
    let nowhere = desk.api(Method::PUT, "/clients/acme/manifest", "{}").await;
    assert_eq!(
        (nowhere.status, nowhere.problem().code.as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
}

async fn put_gzip(desk: &Desk, path: &str, body: Vec<u8>, encoding: &str) -> super::desk::Reply {
    let request = Request::put(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {}", desk.token))
        .header(PROTOCOL_HEADER, PROTOCOL.to_string())
        .header("content-encoding", encoding)
        .body(Body::from(body))
        .unwrap();
    desk.send(request, "198.51.100.9").await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn compressed_bodies_are_bounded_by_what_comes_out() {
    let desk = Desk::new().await;
    let (acme, _) = acme();
    let manifest = serde_json::to_vec(&acme.manifest(1)).unwrap();
    let path = format!("/clients/{}/manifest", acme.id);
    assert_eq!(
        put_gzip(&desk, &path, gzip(&manifest), "gzip").await.status,
        StatusCode::OK
    );
    let bomb = gzip(&vec![b' '; 20_000_000]);
    assert!(bomb.len() < 400_000);
    let chunk = format!("/clients/{}/chunks/{}", acme.id, "0".repeat(64));
    let reply = put_gzip(&desk, &chunk, bomb, "gzip").await;
    assert_eq!(
        (reply.status, reply.problem().code.as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    );
    let plain = desk.api(Method::PUT, &path, vec![b' '; 200_000]).await;
    assert_eq!(
        (plain.status, plain.problem().code.as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    );
    for (body, encoding) in [
        (manifest.clone(), "gzip"),
        (manifest.clone(), "br"),
        (gzip(&manifest)[..40].to_vec(), "gzip"),
    ] {
        let reply = put_gzip(&desk, &path, body, encoding).await;
        assert_eq!(reply.problem().code, "invalid", "{encoding}");
    }
}

#[tokio::test]
async fn tokens_and_protocols_are_checked() {
    let desk = Desk::new().await;
    let call = async |protocol: Option<&str>, authorization: Option<&str>| {
        let mut request = Request::get("/api/v1/status");
        if let Some(protocol) = protocol {
            request = request.header(PROTOCOL_HEADER, protocol);
        }
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let reply = desk
            .send(request.body(Body::empty()).unwrap(), "198.51.100.9")
            .await;
        (
            reply.status.as_u16(),
            if reply.status.is_success() {
                String::new()
            } else {
                reply.problem().code
            },
        )
    };
    let right = format!("Bearer {}", desk.token);
    let ours = PROTOCOL.to_string();
    assert_eq!(call(Some(&ours), Some(&right)).await, (200, String::new()));
    let (older, newer) = ((PROTOCOL - 1).to_string(), (PROTOCOL + 1).to_string());
    for protocol in [None, Some("0"), Some("one"), Some(&older), Some(&newer)] {
        assert_eq!(
            call(protocol, Some(&right)).await,
            (409, "protocol".to_owned()),
            "{protocol:?}"
        );
    }
    let other = format!("Bearer {}", Token::random().unwrap().expose());
    for authorization in [
        None,
        Some("Bearer"),
        Some("Bearer x"),
        Some("Basic x"),
        Some(other.as_str()),
    ] {
        assert_eq!(
            call(Some(&ours), authorization).await,
            (401, "unauthorised".to_owned()),
            "{authorization:?}"
        );
    }
    let fresh = operator::new_token(desk.store.as_ref(), "north", desk.now())
        .await
        .unwrap();
    assert_eq!(
        call(Some(&ours), Some(&right)).await.0,
        401,
        "the old token dies at once"
    );
    let fresh = format!("Bearer {}", fresh.expose());
    operator::set_enabled(desk.store.as_ref(), "north", false, desk.now())
        .await
        .unwrap();
    assert_eq!(
        call(Some(&ours), Some(&fresh)).await,
        (403, "account_disabled".to_owned())
    );
}

#[tokio::test]
async fn another_accounts_client_is_neither_seen_nor_touched() {
    let desk = Desk::new().await;
    let (acme, _) = acme();
    desk.push(&acme, 1).await;
    let other = operator::create_account(desk.store.as_ref(), "south", desk.now())
        .await
        .unwrap();
    let path = format!("/clients/{}", acme.id);
    let reply = desk
        .api_as(
            other.expose(),
            Method::DELETE,
            &format!("{path}?revision=9"),
            Body::empty(),
        )
        .await;
    assert_eq!(
        (reply.status, reply.problem().code.as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    let reply = desk
        .api_as(other.expose(), Method::GET, "/status", Body::empty())
        .await;
    let theirs: Status = serde_json::from_slice(&reply.bytes).unwrap();
    assert!(theirs.clients.is_empty());
    // Parts of one account are no parts of another, not even to ask whether they are there.
    let manifest = serde_json::to_vec(&acme.manifest(9)).unwrap();
    let reply = desk
        .api_as(
            other.expose(),
            Method::PUT,
            &format!("{path}/manifest"),
            manifest,
        )
        .await;
    let Answer::Lacks { digests } = reply.answer() else {
        panic!()
    };
    assert_eq!(digests.len(), acme.chunks().len());
    assert_eq!(status(&desk).await.clients[0].revision, 1);
}

#[tokio::test]
async fn a_plan_counts_clients_with_a_console() {
    let desk = Desk::new().await;
    operator::set_client_limit(desk.store.as_ref(), "north", Some(1), desk.now())
        .await
        .unwrap();
    let (mut acme, _) = acme();
    let beta = Sample::new("beta", "Beta Ltd");
    desk.push(&acme, 1).await;
    let reply = desk.put_manifest(&beta.id, &beta.manifest(1)).await;
    assert_eq!(
        (reply.status, reply.problem().code.as_str()),
        (StatusCode::FORBIDDEN, "limit")
    );
    acme.console.welcome = None;
    desk.push(&acme, 2).await;
    let removed = desk
        .api(
            Method::DELETE,
            &format!("/clients/{}?revision=2", acme.id),
            Body::empty(),
        )
        .await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    desk.push(&beta, 1).await;
}

#[tokio::test]
async fn a_removed_client_takes_users_sessions_and_content_with_it() {
    let desk = Desk::new().await;
    let (mut acme, secret) = acme();
    acme.console.welcome = Some("CANARY-in-the-note".to_owned());
    desk.push(&acme, 1).await;
    let mut browser = desk.accepted(&secret).await;
    assert!(desk.holds("CANARY-in-the-note").await);
    let remove = async |query: &str| {
        let path = format!("/clients/{}{query}", acme.id);
        let reply = desk.api(Method::DELETE, &path, Body::empty()).await;
        reply.status
    };
    // Without a word of what is removed nothing is, nor by what was asked before the last push.
    for query in ["", "?read=0", "?revision=1&revision=1", "?revision=x"] {
        let unclear = remove(query).await;
        assert_eq!(unclear, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    assert_eq!(remove("?revision=0&read=0").await, StatusCode::CONFLICT);
    assert!(desk.holds("CANARY-in-the-note").await);
    assert_eq!(remove("?revision=1&read=0").await, StatusCode::NO_CONTENT);
    assert_eq!(remove("?revision=1").await, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.get(&format!("/c/{}", acme.id)).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        desk.browser()
            .sign_in("ada@lovelace.example", PASSWORD)
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert!(
        !desk.holds("CANARY-in-the-note").await,
        "nothing of it is left in the files"
    );
    assert!(!desk.holds("ada@lovelace.example").await);
}

#[tokio::test]
async fn what_was_hidden_is_gone_from_the_files() {
    let desk = Desk::new().await;
    let (mut acme, _) = acme();
    acme.months[0].entries[0].description = Some("CANARY-in-an-entry".to_owned());
    desk.push(&acme, 1).await;
    assert!(desk.holds("CANARY-in-an-entry").await);
    acme.months[0].entries[0].description = None;
    desk.push(&acme, 2).await;
    assert!(!desk.holds("CANARY-in-an-entry").await);
    assert!(
        !desk.holds("canary-in-an-entry").await,
        "nor in what is searched"
    );
}

#[tokio::test]
async fn events_come_once_and_in_order() {
    let desk = Desk::new().await;
    let (acme, secret) = acme();
    desk.push(&acme, 1).await;
    let mut browser = desk.accepted(&secret).await;
    let invoice = format!("/c/{}/invoices/{}", acme.id, acme.invoices[0].id);
    for _ in 0..3 {
        browser.get(&invoice).await;
    }
    let reply = desk
        .api(Method::GET, "/events?after=0", Body::empty())
        .await;
    let all: Events = serde_json::from_slice(&reply.bytes).unwrap();
    let numbers: Vec<u64> = all.events.iter().map(|event| event.number).collect();
    assert_eq!((numbers, all.more), (vec![1, 2], false));
    assert_eq!(all.events[1].user, Some(id("acme ada@lovelace.example")));
    let reply = desk
        .api(Method::GET, "/events?after=1", Body::empty())
        .await;
    let rest: Events = serde_json::from_slice(&reply.bytes).unwrap();
    assert_eq!(rest.events, all.events[1..]);
    assert_eq!(status(&desk).await.last_event, 2);
    assert_eq!(
        desk.api(Method::GET, "/events?after=x", Body::empty())
            .await
            .problem()
            .code,
        "invalid"
    );
}

#[tokio::test]
async fn parts_come_together_and_all_or_none_of_them_are_taken() {
    let desk = Desk::with(|settings| settings.limits.staged = 40_000).await;
    let (acme, _) = acme();
    let chunks = acme.chunks();
    let bodies: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.body.as_slice()).collect();
    let whole = pack(bodies.iter().copied());
    for broken in [&whole[..whole.len() - 1], &[0xff; 9]] {
        let reply = desk.put_pack(&acme.id, broken.to_vec()).await;
        assert_eq!(reply.problem().code, "invalid");
    }
    let large = vec![1; 50_000];
    let too_many = pack(bodies.iter().copied().chain([large.as_slice()]));
    let reply = desk.put_pack(&acme.id, too_many).await;
    assert_eq!(reply.problem().code, "too_large");
    let manifest = acme.manifest(1);
    let Answer::Lacks { digests } = desk.put_manifest(&acme.id, &manifest).await.answer() else {
        panic!("nothing was taken");
    };
    assert_eq!(digests.len(), chunks.len());
    let reply = desk.put_pack(&acme.id, whole).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.text());
    let committed = desk.put_manifest(&acme.id, &manifest).await.answer();
    assert_eq!(committed, Answer::Committed { revision: 1 });
}

#[tokio::test]
async fn staged_parts_are_bounded_and_left_overs_go() {
    let desk = Desk::with(|settings| settings.limits.staged = 1_000).await;
    let (acme, _) = acme();
    let part = |byte: u8| Chunk::file("x.pdf", vec![byte; 600]);
    assert_eq!(
        desk.put_chunk(&acme.id, &part(1)).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        desk.put_chunk(&acme.id, &part(2)).await.problem().code,
        "too_large"
    );
    let kept = "CANARY-never-shown".repeat(10);
    assert_eq!(
        desk.put_chunk(&acme.id, &Chunk::file("y.pdf", kept.into_bytes()))
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    assert!(desk.holds("CANARY-never-shown").await);
    desk.wait(chrono::TimeDelta::hours(25));
    assert_eq!(
        desk.put_chunk(&acme.id, &part(2)).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(!desk.holds("CANARY-never-shown").await);
}

#[tokio::test]
async fn an_account_reads_back_what_it_pushed_and_nothing_of_another() {
    let desk = Desk::new().await;
    let (acme, _) = acme();
    desk.push(&acme, 1).await;
    let other = operator::create_account(desk.store.as_ref(), "south", desk.now()).await;
    let other = other.unwrap();
    let manifest = format!("/clients/{}/manifest", acme.id);
    let mut paths = vec![manifest.clone()];
    for chunk in acme.chunks() {
        let path = format!("/clients/{}/chunks/{}", acme.id, chunk.digest());
        let reply = desk.api(Method::GET, &path, Body::empty()).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.bytes == chunk.body, "{}", chunk.key);
        paths.push(path);
    }
    let nowhere = format!("/clients/{}/manifest", id("nobody"));
    let unknown = desk.api(Method::GET, &nowhere, Body::empty()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for path in paths {
        let reply = desk
            .api_as(other.expose(), Method::GET, &path, Body::empty())
            .await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(
            reply.bytes, unknown.bytes,
            "not yours and not there are the same"
        );
        let reply = desk.api_as("none", Method::GET, &path, Body::empty()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    // What waits for its commit is not read back.
    let staged = Chunk::file("new.pdf", b"%PDF-new".to_vec());
    desk.put_chunk(&acme.id, &staged).await;
    let path = format!("/clients/{}/chunks/{}", acme.id, staged.digest());
    let reply = desk.api(Method::GET, &path, Body::empty()).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    for bad in ["/clients/none/manifest", "/clients/none/chunks/none"] {
        let reply = desk.api(Method::GET, bad, Body::empty()).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[tokio::test]
async fn the_status_grows_with_the_clients_and_not_with_what_they_hold() {
    let desk = Desk::new().await;
    let (mut acme, _) = acme();
    desk.push(&acme, 1).await;
    let size = async || {
        let reply = desk.api(Method::GET, "/status", Body::empty()).await;
        reply.bytes.len()
    };
    let before = size().await;
    for year in 2_000..2_010 {
        let mut month = acme.months[0].clone();
        month.month.year = year;
        month.entries.clear();
        acme.months.push(month);
    }
    desk.push(&acme, 2).await;
    assert_eq!(held(&desk, &acme.id).await.chunks, acme.manifest(2).chunks);
    assert_eq!(size().await, before);
    let beta = Sample::new("beta", "Beta Ltd");
    desk.push(&beta, 1).await;
    let one_more = size().await - before;
    assert!(one_more < 200, "{one_more} bytes");
}
