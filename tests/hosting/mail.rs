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

    /// Of accounts that whoever runs it trusts.
    fn trusting(s: &Sandbox, listen: &str, smtp: &str) -> Hosted {
        let mail = ["--smtp", smtp, "--mail-from", "portal@studio.example"];
        let arguments = ["--listen", listen, "--take-notices"];
        Hosted::open(s, &[arguments.as_slice(), &mail].concat())
    }

    fn hosted(s: &Sandbox, smtp: &str) -> Hosted {
        let from = ["--mail-from", "portal@studio.example"];
        let mut arguments = vec!["--listen", "127.0.0.1:0", "--smtp", smtp];
        arguments.extend(from);
        Hosted::open(s, &arguments)
    }

    /// A user of the client is invited, comes in, and that is known here.
    fn comes_in(s: &Sandbox, portal: &Hosted, name: &str) {
        let line = format!("user invite {name}@acme.example --client acme -q");
        let link = s.ok(&line).reference().to_owned();
        s.ok("sync");
        assert_eq!(Visitor::of(&portal.url).accept(&link, PASSWORD).status, 200);
        s.ok("sync");
    }

    /// A user's summary of a week waits for the portal to send it.
    fn a_summary_waits(s: &Sandbox, portal: &Hosted) {
        comes_in(s, portal, "jo");
        s.ok("time log acme/website 2h --date 2026-11-12");
        s.ok("settings set notices=portal email=mara@studio.example");
        s.ok("notify set weekly-summary=client");
        s.ok("run --only notice");
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

    /// One mail of the owner's outbox.
    fn outbox(s: &Sandbox, to: &str) -> Vec<Value> {
        let list = s.json("mail list --all");
        let all = list.as_array().unwrap().iter();
        all.filter(|mail| mail["to"] == json!([to]))
            .cloned()
            .collect()
    }

    #[test]
    fn the_portal_sends_notices_to_its_users_once_in_the_name_of_the_business() {
        let mut s = open_client();
        let mut catcher = Catcher::open(&s, &[]);
        let portal = trusting(&s, "127.0.0.1:0", &smtp(&catcher));
        portal.connect(&s);
        comes_in(&s, &portal, "jo");
        comes_in(&s, &portal, "kim");
        s.ok("project add acme Shop --budget 10h");
        s.ok("time log acme/shop 8h --date 2026-11-18");
        s.ok("settings set notices=portal email=mara@studio.example");
        s.fails("settings set notices=on", 2, "input.setting");
        s.ok("notify set weekly-summary=client budget-threshold=owner");
        s.at("2026-11-23T06:15:00Z");
        // No way of our own: what the owner is told waits, what users are told goes.
        s.ok("run").tells("notices that wait").tells("sent");
        s.ok("run");
        catcher.wait();
        catcher.wait();
        let mails = caught(&s);
        assert_eq!(mails.len(), 2, "{mails:#?}");
        let jos = mails
            .iter()
            .find(|mail| mail["recipients"] == json!(["jo@acme.example"]))
            .unwrap();
        let kept = outbox(&s, "jo@acme.example").remove(0);
        assert_eq!(
            (&kept["state"], &kept["portal"]),
            (&json!("sent"), &json!(portal.url))
        );
        s.ok("mail list --all")
            .says(&format!("handed to {}", portal.url));
        let headers = &jos["headers"];
        assert_eq!(jos["defects"], json!([]));
        assert_eq!(headers["From"], "Studio Nord <portal@studio.example>");
        assert_eq!(headers["Reply-To"], "mara@studio.example");
        assert_eq!(
            headers["Subject"],
            "Studio Nord: the week 16 – 22 November 2026"
        );
        let id = |text: &Value| {
            let text = text.as_str().unwrap().trim_start_matches('<').to_owned();
            text.split('@').next().unwrap().to_owned()
        };
        assert_eq!(id(&headers["Message-ID"]), id(&kept["message_id"]));
        let way_out = headers["List-Unsubscribe"].as_str().unwrap();
        assert!(way_out.starts_with(&format!("<{}/unsubscribe/weekly-summary/", portal.url)));
        assert!(
            jos["body"].as_str().unwrap().contains("8.00\u{a0}h"),
            "{jos}"
        );
        s.loggia("undo").exits(4);
        let told = state(&s, &portal);
        let kinds: Vec<&Value> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|mail| &mail["kind"])
            .collect();
        assert_eq!(kinds, ["notice", "notice"]);

        // Kim ends it on the portal: the owner's machine does not know yet, and the portal takes no such mail.
        s.ok("time log acme/shop 30m --date 2026-11-24");
        s.at("2026-11-30T06:15:00Z");
        s.ok("run --only notice");
        let kims = mails
            .iter()
            .find(|mail| mail["recipients"] == json!(["kim@acme.example"]));
        let kims = kims.unwrap()["headers"]["List-Unsubscribe"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = kims
            .trim_matches(['<', '>'])
            .trim_start_matches(&portal.url)
            .to_owned();
        let fields = [("List-Unsubscribe", "One-Click")];
        assert_eq!(Visitor::of(&portal.url).send(&path, &fields).status, 200);
        s.loggia("run --only mail").exits(6);
        catcher.wait();
        let waits = outbox(&s, "kim@acme.example").pop().unwrap();
        assert_eq!(waits["state"], "queued");
        assert!(
            waits["error"].as_str().unwrap().contains("ended mail"),
            "{waits:#}"
        );
        s.ok("sync");
        s.at("2026-11-30T08:15:00Z");
        s.ok("run --only mail").tells("the reason for it is gone");
        assert_eq!(caught(&s).len(), 3);

        // A portal that is away keeps nobody's mail for ever, and what it took is not sent twice.
        s.ok("time log acme/shop 30m --date 2026-12-01");
        s.at("2026-12-07T06:15:00Z");
        s.ok("run --only notice");
        let address = portal.url.trim_start_matches("http://").to_owned();
        portal.kill();
        s.loggia("run --only mail").exits(6);
        s.loggia("mail send").exits(7).tells("notices=local");
        let waits = outbox(&s, "jo@acme.example").pop().unwrap();
        assert_eq!(
            (&waits["state"], &waits["attempts"]),
            (&json!("queued"), &json!(0))
        );
        assert!(
            waits["error"]
                .as_str()
                .unwrap()
                .contains("is not reachable"),
            "{waits:#}"
        );
        let portal = trusting(&s, &address, &smtp(&catcher));
        s.ok("mail send");
        catcher.wait();
        assert_eq!(caught(&s).len(), 4);
        // As if the answer had been lost: it is handed over again, and taken for done.
        let again = rusqlite::Connection::open(s.store()).unwrap();
        let last = outbox(&s, "jo@acme.example").pop().unwrap()["id"]
            .as_i64()
            .unwrap();
        again
            .execute(
                "UPDATE mail SET state = 'queued', sent = NULL, portal = NULL WHERE id = ?",
                [last],
            )
            .unwrap();
        drop(again);
        s.ok("mail send");
        let settled = until("all is settled", || {
            let mails = state(&s, &portal);
            let sent = mails.as_array().unwrap().iter();
            let open = sent.filter(|mail| mail["state"] == "waiting").count();
            (open == 0).then_some(mails)
        });
        assert_eq!(settled.as_array().unwrap().len(), 4, "{settled:#}");
        assert_eq!(caught(&s).len(), 4);
        s.ok(&format!(
            "portal audit --verify --database {}",
            portal.database
        ));
    }

    #[test]
    fn what_the_portal_could_not_send_is_written_anew_before_it_goes() {
        let mut s = open_client();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let nobody = format!("smtp://{}?tls=none", free.local_addr().unwrap());
        drop(free);
        let portal = trusting(&s, "127.0.0.1:0", &nobody);
        portal.connect(&s);
        let address = portal.url.trim_start_matches("http://").to_owned();
        a_summary_waits(&s, &portal);

        // The mail server of the portal is away: the mail stays here, and says why.
        s.loggia("mail send").exits(7).tells("mail of the portal");
        let waits = outbox(&s, "jo@acme.example").remove(0);
        assert_eq!(
            (&waits["state"], &waits["attempts"]),
            (&json!("queued"), &json!(0))
        );
        assert!(
            waits["error"]
                .as_str()
                .unwrap()
                .contains("mail of the portal"),
            "{waits:#}"
        );
        assert_eq!(state(&s, &portal), json!([]));
        portal.kill();

        // The portal dies while it sends: whoever asks next is told that it may be on its way.
        let mut silent = Catcher::keeping(&s, "silent", &["--silent"]);
        let portal = trusting(&s, &address, &smtp(&silent));
        let mut send = s.command(&["mail", "send", "--quiet"]);
        send.stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let mut send = send.spawn().unwrap();
        silent.wait();
        portal.kill();
        assert_eq!(send.wait().unwrap().code(), Some(7));
        let mut catcher = Catcher::open(&s, &[]);
        let portal = trusting(&s, &address, &smtp(&catcher));
        s.loggia("mail send")
            .exits(6)
            .tells("giving this mail to its mail server at this moment");

        // Later it goes with the words of then, known by its id.
        s.ok("time log acme/website 3h --date 2026-11-12");
        s.at("2026-11-20T12:20:00Z");
        portal.kill();
        let portal = trusting(&s, &address, &smtp(&catcher));
        s.ok("mail send");
        catcher.wait();
        let before: Value = caught_in(&s, "silent").remove(0);
        let [after] = caught(&s).try_into().unwrap();
        let body = |mail: &Value| mail["body"].as_str().unwrap().to_owned();
        assert!(body(&before).contains("2.00\u{a0}h"), "{before}");
        assert!(body(&after).contains("5.00\u{a0}h"), "{after}");
        assert_eq!(
            before["headers"]["Message-ID"],
            after["headers"]["Message-ID"]
        );
        assert_eq!(outbox(&s, "jo@acme.example").remove(0)["state"], "sent");
        assert_eq!(state(&s, &portal)[0]["state"], "sent");
        let kept = format!("{:?}", tables(&s.path("portal.db")));
        assert!(!kept.contains("5.00"), "its words are kept");
    }

    #[test]
    fn a_portal_that_sends_no_notices_is_named_and_they_wait() {
        use std::io::{BufRead as _, BufReader, Read as _, Write as _};
        let s = open_client();
        let mut catcher = Catcher::open(&s, &[]);
        let portal = hosted(&s, &smtp(&catcher));
        portal.connect(&s);
        a_summary_waits(&s, &portal);
        let old = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", old.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in old.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length) = (String::new(), 0);
                while reader.read_line(&mut line).unwrap_or(0) > 2 {
                    let header = line.to_ascii_lowercase();
                    if let Some(number) = header.strip_prefix("content-length:") {
                        length = number.trim().parse().unwrap();
                    }
                    line.clear();
                }
                reader.take(length).read_to_end(&mut Vec::new()).unwrap();
                let body =
                    r#"{"code":"not_found","message":"there is no such thing in this account"}"#;
                let head = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n";
                write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
            }
        });
        let mut send = s.command(&["mail", "send"]);
        send.env("LOGGIA_PORTAL_URL", &url)
            .env("LOGGIA_PORTAL_TOKEN", "A".repeat(43));
        crate::sandbox::Outcome::of(&mut send)
            .exits(7)
            .tells("sends no notices: whoever runs it has to update it")
            .tells("notices=local");
        // Nor does one whose operator does not trust its accounts so far.
        s.loggia("mail send").exits(7).tells("--take-notices");
        let waits = outbox(&s, "jo@acme.example").remove(0);
        assert_eq!(
            (&waits["state"], &waits["attempts"]),
            (&json!("queued"), &json!(0))
        );
        let address = portal.url.trim_start_matches("http://").to_owned();
        portal.kill();
        let _portal = trusting(&s, &address, &smtp(&catcher));
        s.ok("mail send");
        catcher.wait();
        assert_eq!(caught(&s).len(), 1);
    }
}
