//! Handing a notice over by the API: what is taken, and what is not.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::mail::smtp::Encryption;
use crate::published::protocol::Role;
use crate::values::text::Email;

use super::super::{Outgoing, Settings, Way};
use super::desk::Desk;
use super::sample::Sample;

const ID: &str = "/notices/6e6456d58466f693e543e8105f0a64de";

/// A mail server where nobody listens.
fn away() -> Way {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    Way::Server {
        host: "127.0.0.1".to_owned(),
        port: free.local_addr().unwrap().port(),
        encryption: Encryption::Loopback,
        login: None,
    }
}

fn mails(settings: &mut Settings, way: Way) {
    settings.mail = Some(Outgoing {
        way,
        sender: Email::parse("portal@portal.example").unwrap(),
    });
    settings.takes_notices = true;
    settings.limits.notices_a_day = 1;
}

fn notice(client: &str) -> Value {
    json!({
        "to": "jo@acme.example",
        "about": [{ "client": client, "kind": "weekly-summary" }],
        "business": "Studio North",
        "reply_to": "mara@studio.example",
        "subject": "The week",
        "text": "8 h\n",
        "html": null,
        "unsubscribe": null,
    })
}

#[tokio::test]
async fn a_notice_is_taken_once_for_a_user_and_nothing_that_leads_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let way = Way::Folder(folder.path().to_owned());
    let desk = Desk::with(|settings| mails(settings, way)).await;
    let mut acme = Sample::new("acme", "Acme");
    let secret = acme.invite("jo@acme.example", Role::Full);
    desk.push(&acme, 1).await;
    let id = acme.id.to_string();
    let put = async |path: &str, body: &Value| desk.api(Method::PUT, path, body.to_string()).await;
    // Whoever has not come in gets no mail of an account's making.
    let early = put(ID, &notice(&id)).await;
    assert_eq!(
        (early.status, early.problem().code.as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "no_reader")
    );
    desk.accepted(&secret).await;
    let changed = |key: &str, value: Value| {
        let mut notice = notice(&id);
        notice[key] = value;
        notice
    };
    for (key, value) in [
        ("to", json!("jo@acme.example\r\nBcc: x@y.example")),
        ("to", json!("nobody")),
        ("reply_to", json!("")),
        ("subject", json!("a\nb")),
        ("business", json!("")),
        ("text", json!("a\u{0}b")),
        ("html", json!("a\u{7}b")),
        ("about", json!([])),
        ("about", json!([{ "client": id, "kind": "weather" }])),
        (
            "unsubscribe",
            json!("https://evil.example/unsubscribe/weekly-summary/x"),
        ),
        ("surplus", json!(1)),
    ] {
        let refused = put(ID, &changed(key, value.clone())).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{key}={value}"
        );
        assert_eq!(refused.problem().code, "invalid", "{key}={value}");
    }
    for path in [
        "/notices/short",
        "/notices/6E6456D58466F693E543E8105F0A64DE",
    ] {
        assert_eq!(
            put(path, &notice(&id)).await.problem().code,
            "invalid",
            "{path}"
        );
    }
    let large = put(ID, &changed("text", json!("a".repeat(300_000)))).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let other = put(ID, &changed("to", json!("kim@acme.example"))).await;
    assert_eq!(other.problem().code, "no_reader");

    for _ in 0..2 {
        let taken = put(ID, &notice(&id)).await;
        assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());
    }
    let sent: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    let more = put("/notices/0123456789abcdef", &notice(&id)).await;
    assert_eq!(
        (more.status, more.problem().code.as_str()),
        (StatusCode::FORBIDDEN, "too_many")
    );
}

#[tokio::test]
async fn what_the_mail_server_does_not_take_is_told_and_not_kept() {
    let desk = Desk::with(|settings| {
        mails(settings, away());
        settings.limits.notices_a_day = 9;
    })
    .await;
    let mut acme = Sample::new("acme", "Acme");
    let secret = acme.invite("jo@acme.example", Role::Full);
    desk.push(&acme, 1).await;
    desk.accepted(&secret).await;
    for _ in 0..2 {
        let body = notice(&acme.id.to_string()).to_string();
        let away = desk.api(Method::PUT, ID, body).await;
        assert_eq!(
            (away.status, away.problem().code.as_str()),
            (StatusCode::BAD_GATEWAY, "mail_away")
        );
        assert_eq!(desk.store.mails(None, 10).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_portal_takes_notices_only_where_whoever_runs_it_says_so() {
    let desk = Desk::with(|settings| {
        mails(settings, away());
        settings.takes_notices = false;
    })
    .await;
    let reply = desk
        .api(Method::PUT, ID, notice(&"0".repeat(26)).to_string())
        .await;
    let problem = reply.problem();
    assert_eq!(
        (reply.status, problem.code.as_str()),
        (StatusCode::FORBIDDEN, "no_notices")
    );
    assert!(problem.message.contains("`--take-notices`"));
}

#[tokio::test]
async fn a_portal_that_sends_no_mail_says_so() {
    let desk = Desk::with(|settings| settings.mail = None).await;
    let reply = desk
        .api(Method::PUT, ID, notice(&"0".repeat(26)).to_string())
        .await;
    assert_eq!(
        (reply.status, reply.problem().code.as_str()),
        (StatusCode::FORBIDDEN, "no_mail")
    );
}
