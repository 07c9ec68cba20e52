//! The portal's mail: that it goes out once, to one reader, with a link that opens the door, and that nothing of it is told elsewhere.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, tables};
use crate::visitor::Visitor;

use super::{Hosted, open_client, until};

const PASSWORD: &str = "seven green kettles sing";

/// The files of the portal's folder of mail, once there are so many.
fn files(s: &Sandbox, count: usize) -> Vec<String> {
    until("mail in the folder", || {
        let entries = std::fs::read_dir(s.path("mail")).ok()?;
        let mut paths: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .collect();
        paths.sort();
        let read = |path| std::fs::read_to_string(path).unwrap();
        (paths.len() >= count).then(|| paths.into_iter().map(read).collect())
    })
}

/// The path of the first link in a mail.
fn link(mail: &str, page: &str) -> String {
    let mail = mail.replace("=\r\n", "").replace("=3D", "=");
    let (_, rest) = mail.split_once(page).unwrap_or_else(|| panic!("{mail}"));
    let secret: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    format!("{page}{secret}")
}

#[test]
fn an_invitation_is_mailed_once_and_its_link_opens_the_door_once() {
    let s = open_client();
    let portal = Hosted::open(&s, &["--listen", "127.0.0.1:0"]);
    portal.connect(&s);
    let invited = s.json("user invite jo@acme.example --client acme --send");
    assert_eq!(invited["link"], Value::Null);
    s.ok("user invite kim@acme.example --client acme --send")
        .tells("the portal mails the link after `loggia sync`");
    s.ok("sync");
    let [first, second] = files(&s, 2).try_into().unwrap();
    for mail in [&first, &second] {
        assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
        assert!(
            mail.contains("\"Studio Nord\" <portal@loggia.invalid>"),
            "{mail}"
        );
        assert!(mail.contains("multipart/alternative"), "{mail}");
        assert_eq!(
            mail.matches("@acme.example").count(),
            1,
            "one reader: {mail}"
        );
    }
    // What changes afterwards mails nobody again.
    s.ok("time log acme/website 1h");
    s.ok("sync");
    let list = format!("portal mail list --all --database {}", portal.database);
    let sent = until("both are settled", || {
        let mails = s.json(&list);
        let sent = |mail: &Value| mail["state"] == "sent";
        mails.as_array().unwrap().iter().all(sent).then_some(mails)
    });
    assert_eq!(sent.as_array().unwrap().len(), 2);
    let jo = if first.contains("jo@acme") {
        &first
    } else {
        &second
    };
    let link = link(jo, "/invite/");
    let page = Visitor::of(&portal.url).accept(&link, PASSWORD);
    assert!(page.path.starts_with("/c/"), "{}", page.path);
    assert_eq!(Visitor::of(&portal.url).open(&link).status, 410);
    // Neither the database nor the log knows secret or reader beyond what it must.
    let secret = link.trim_start_matches("/invite/");
    let kept = format!("{:?}", tables(&s.path("portal.db")));
    assert!(!kept.contains(secret));
    let log = portal.log();
    assert!(log.contains("a mail went out"), "{log}");
    for told in [secret, "acme", "jo@", "Studio"] {
        assert!(!log.contains(told), "{told}: {log}");
    }
    // Again, by mail: the link from before is dead before it was used.
    let kim = if first.contains("kim@acme") {
        &first
    } else {
        &second
    };
    let before = super::mail::link(kim, "/invite/");
    s.ok("user reinvite kim@acme.example --send");
    s.ok("sync");
    files(&s, 3);
    assert_eq!(Visitor::of(&portal.url).open(&before).status, 410);
    let list = format!("portal mail list --database {}", portal.database);
    until("nothing waits", || {
        let told = s.ok(&list).stdout;
        told.contains("nothing waits and nothing was given up")
            .then_some(())
    });
}

#[test]
fn what_cannot_be_sent_is_refused_before_the_portal_opens() {
    let s = open_client();
    for (arguments, code) in [
        ("--smtp smtp://mail.example.com", "usage.missing"),
        (
            "--smtp smtp://a:b@mail.example.com --mail-from a@b.example",
            "portal.smtp",
        ),
        (
            "--smtp http://mail.example.com --mail-from a@b.example",
            "portal.smtp",
        ),
        (
            "--smtp smtp://a@mail.example.com --mail-from a@b.example",
            "mail.no_password",
        ),
        ("--mail-from nobody", "usage.value"),
        ("--tls-cert none.pem --tls-key none.key", "portal.tls"),
        ("--metrics 0.0.0.0:9070", "portal.metrics"),
        ("--public-url http://portal.example.com", "portal.insecure"),
        ("--listen 0.0.0.0:0", "usage.missing"),
    ] {
        s.fails(&format!("portal serve {arguments}"), 2, code);
    }
    s.fails("portal mail retry 7", 3, "portal.database");
    s.ok("portal account create studio");
    s.fails("portal mail retry 7", 4, "mail.not_dead");
    s.loggia("portal mail retry").exits(2);
}

#[cfg(feature = "peers")]
mod server {
    use super::*;
    use crate::catcher::{Catcher, caught, caught_in, certificates};

    fn smtp(catcher: &Catcher) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", catcher.port)
    }

    fn hosted(s: &Sandbox, smtp: &str) -> Hosted {
        let from = ["--mail-from", "portal@studio.example"];
        let mut arguments = vec!["--listen", "127.0.0.1:0", "--smtp", smtp];
        arguments.extend(from);
        Hosted::open(s, &arguments)
    }

    fn state(s: &Sandbox, portal: &Hosted) -> Value {
        s.json(&format!(
            "portal mail list --all --database {}",
            portal.database
        ))
    }

    #[test]
    fn a_mail_arrives_whole_in_the_language_of_the_client_and_tells_nothing_else() {
        let s = open_client();
        s.ok("client edit acme --language de");
        s.ok("time log acme/website 1h 'Words' --internal 'CANARY-note'");
        s.ok("client add 'CANARY-other' --slug other");
        let mut catcher = Catcher::open(&s, &[]);
        let portal = hosted(&s, &smtp(&catcher));
        portal.connect(&s);
        s.ok("user invite jo@acme.example --client acme --send --name 'Jo Field'");
        s.ok("sync");
        catcher.wait();
        let [mail] = caught(&s).try_into().unwrap();
        assert_eq!(mail["defects"], json!([]));
        assert_eq!(mail["recipients"], json!(["jo@acme.example"]));
        assert_eq!(mail["hello"], "studio.example");
        let headers = &mail["headers"];
        assert_eq!(headers["From"], "Studio Nord <portal@studio.example>");
        assert_eq!(
            headers["Subject"],
            "Studio Nord lädt Sie zum Portal von Acme GmbH ein"
        );
        for name in headers.as_object().unwrap().keys() {
            let known = "Message-ID Date From To Subject MIME-Version Content-Type Auto-Submitted";
            assert!(known.split(' ').any(|known| known == name), "{name}");
        }
        let body = mail["body"].as_str().unwrap();
        assert!(body.contains("Wählen Sie dort ein Passwort:"), "{body}");
        let link = link(body, "/invite/");
        assert!(body.contains(&format!("{}{link}", portal.url)), "{body}");
        let raw = mail["raw"].as_str().unwrap();
        for canary in ["CANARY", "tester", "Mara", "mara", "loggia-"] {
            assert!(!raw.contains(canary), "{canary}: {raw}");
        }
    }

    #[test]
    fn what_a_server_refuses_waits_for_the_operator_and_what_it_puts_off_for_later() {
        let mut s = open_client();
        let mut strict = Catcher::keeping(
            &s,
            "strict",
            &[
                "--refuse",
                "gone@acme.example",
                "--later",
                "busy@acme.example",
            ],
        );
        let portal = hosted(&s, &smtp(&strict));
        portal.connect(&s);
        for name in ["busy", "gone", "jo"] {
            s.ok(&format!(
                "user invite {name}@acme.example --client acme --send"
            ));
        }
        s.ok("sync");
        strict.wait();
        let mails = until("all three were tried", || {
            let mails = state(&s, &portal);
            let tried = |mail: &Value| mail["error"].is_string() || mail["state"] == "sent";
            mails.as_array().unwrap().iter().all(tried).then_some(mails)
        });
        let of = |name: &str| {
            let to = format!("{name}@acme.example");
            let mails = mails.as_array().unwrap();
            mails.iter().find(|mail| mail["to"] == to).unwrap().clone()
        };
        assert_eq!(of("jo")["state"], "sent");
        let (busy, gone) = (of("busy"), of("gone"));
        assert_eq!(
            (&busy["state"], &busy["attempts"]),
            (&json!("waiting"), &json!(1))
        );
        assert_eq!(busy["next"], "2026-11-20T12:01:00+00:00");
        assert_eq!(gone["state"], "dead");
        assert!(gone["error"].as_str().unwrap().contains("no such box"));
        s.ok(&format!("portal mail list --database {}", portal.database))
            .says("loggia portal mail retry");
        let log = portal.log();
        assert!(!log.contains("acme"), "{log}");
        let database = portal.database.clone();
        portal.kill();
        // Another server takes both, once the operator and the clock say so.
        s.at("2026-11-20T12:01:00Z");
        s.ok(&format!("portal mail retry --all --database {database}"));
        let mut kind = Catcher::keeping(&s, "kind", &[]);
        let portal = hosted(&s, &smtp(&kind));
        kind.wait();
        kind.wait();
        until("both are sent", || {
            let mails = state(&s, &portal);
            let mut mails = mails.as_array().unwrap().iter();
            mails.all(|mail| mail["state"] == "sent").then_some(())
        });
        let audit = s.json(&format!(
            "portal audit --kind mail_retried --database {database}"
        ));
        assert_eq!(audit.as_array().unwrap().len(), 1);
    }

    #[test]
    fn killed_between_sending_and_writing_it_down_it_sends_once_more_under_the_same_id() {
        let mut s = open_client();
        // It keeps the mail and never says so: the portal is in the midst of sending for as long as we like.
        let mut silent = Catcher::keeping(&s, "silent", &["--silent"]);
        let portal = hosted(&s, &smtp(&silent));
        portal.connect(&s);
        s.ok("user invite jo@acme.example --client acme --send");
        s.ok("sync");
        silent.wait();
        assert_eq!(state(&s, &portal)[0]["state"], "waiting");
        portal.kill();
        s.at("2026-11-20T12:20:00Z");
        let mut second = Catcher::keeping(&s, "second", &[]);
        let portal = hosted(&s, &smtp(&second));
        second.wait();
        until("it is settled", || {
            (state(&s, &portal)[0]["state"] == "sent").then_some(())
        });
        let ([before], [after]) = (
            <[Value; 1]>::try_from(caught_in(&s, "silent")).unwrap(),
            <[Value; 1]>::try_from(caught_in(&s, "second")).unwrap(),
        );
        assert_eq!(
            before["headers"]["Message-ID"],
            after["headers"]["Message-ID"]
        );
        let of = |mail: &Value| link(mail["body"].as_str().unwrap(), "/invite/");
        // Each try has a secret of its own, and either may be the one that arrived.
        assert_ne!(of(&before), of(&after));
        let page = Visitor::of(&portal.url).accept(&of(&before), PASSWORD);
        assert!(page.path.starts_with("/c/"), "{}", page.path);
        assert_eq!(Visitor::of(&portal.url).open(&of(&after)).status, 410);
    }

    #[test]
    fn the_way_is_encrypted_and_signed_in_to() {
        let mut s = open_client();
        certificates(&s);
        let (leaf, key) = (s.path("leaf.pem"), s.path("leaf.key"));
        let mut catcher = Catcher::open(
            &s,
            &[
                "--certificate",
                leaf.to_str().unwrap(),
                "--key",
                key.to_str().unwrap(),
                "--login",
                "portal@studio.example:CANARY-secret",
            ],
        );
        let authority = s.path("ca.pem").display().to_string();
        s.env("SSL_CERT_FILE", &authority);
        s.env("LOGGIA_SMTP_PASSWORD", "CANARY-secret");
        let url = format!("smtp://portal%40studio.example@localhost:{}", catcher.port);
        let portal = hosted(&s, &url);
        portal.connect(&s);
        s.ok("user invite jo@acme.example --client acme --send");
        s.ok("sync");
        catcher.wait();
        let [mail] = caught(&s).try_into().unwrap();
        assert_eq!(
            (&mail["encrypted"], &mail["authenticated"]),
            (&json!(true), &json!(true))
        );
        assert!(!portal.log().contains("CANARY"));
        assert!(!format!("{:?}", tables(&s.path("portal.db"))).contains("CANARY"));
    }
}
