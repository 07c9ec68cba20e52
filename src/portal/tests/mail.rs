//! The outbox with servers that do not do what they should.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::mail::smtp::Encryption;
use crate::values::text::Email;

use super::super::store::{Mail, MailKind, MailState, OutboxMail};
use super::super::viewer::AccountId;
use super::super::{Outgoing, PortalStore, Settings, SqliteStore, Way, operator, serve};

/// Serves a portal with one mail in its outbox until that mail was tried.
async fn tried(way: Way) -> Mail {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("portal.db")).unwrap();
    let now: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    operator::create_account(&store, "north", now)
        .await
        .unwrap();
    let mail = OutboxMail {
        account: AccountId(1),
        to: "jo@acme.example".to_owned(),
        kind: MailKind::SecurityChange,
        language: "en".to_owned(),
        params: json!({ "change": "password" }),
    };
    store.queue_mail(mail, now).await.unwrap();
    let mut settings = Settings {
        clock: Arc::new(move || now),
        mail: Some(Outgoing {
            way,
            sender: Email::parse("portal@portal.example").unwrap(),
        }),
        ..Settings::default()
    };
    settings.times.mail = Duration::from_millis(100);
    settings.times.outbox = Duration::from_millis(10);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        stopped.await.ok();
    };
    let served = tokio::spawn(serve(listener, Arc::new(store.clone()), settings, shutdown));
    let tried = async {
        loop {
            let [mail] = store.mails(None, 2).await.unwrap().try_into().unwrap();
            if mail.error.is_some() || mail.settled.is_some() {
                return mail;
            }
            tokio::task::yield_now().await;
        }
    };
    let mail = tokio::time::timeout(Duration::from_secs(60), tried)
        .await
        .unwrap();
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    mail
}

fn server(port: u16) -> Way {
    Way::Server {
        host: "127.0.0.1".to_owned(),
        port,
        encryption: Encryption::Loopback,
        login: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_does_not_hold_the_mail_up_for_ever() {
    // It takes connections (the system does), and never a word.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mail = tried(server(mute.local_addr().unwrap().port())).await;
    assert_eq!((mail.state, mail.attempts), (MailState::Waiting, 1));
    let next = mail.next.unwrap() - mail.queued;
    assert_eq!(next.num_minutes(), 1);
    let error = mail.error.unwrap();
    assert!(error.contains("takes too long"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_asked_again() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let mail = tried(server(port)).await;
    assert_eq!((mail.state, mail.attempts), (MailState::Waiting, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let mail = tried(Way::Folder(path.clone())).await;
    assert_eq!((mail.state, mail.error), (MailState::Sent, None));
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 1);
}
