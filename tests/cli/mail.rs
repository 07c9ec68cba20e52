//! Mail: what goes out, to whom, and that it goes out at least once.

use serde_json::{Value, json};

#[cfg(feature = "peers")]
use crate::sandbox::NOON;
use crate::sandbox::Sandbox;

/// The studio with an address, and an issued invoice of acme, whose books jo keeps.
fn billed() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("settings set email=mara@studio.example iban=DE89370400440532013000");
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example --role billing");
    s.ok("time log acme/website 2h30m draft --internal 'CANARY-note' --date 2026-11-02");
    s.ok("invoice create acme 2026-11");
    s
}

/// The same, with a folder that takes mail.
fn foldered() -> Sandbox {
    let s = billed();
    s.ok(&format!(
        "settings set mail-folder={}",
        s.path("mails").display()
    ));
    s
}

/// What is in the folder.
fn files(s: &Sandbox) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(s.path("mails")) else {
        return Vec::new();
    };
    let read = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path()).unwrap();
    entries.map(|entry| read(entry.unwrap())).collect()
}

#[test]
fn a_preview_shows_the_mail_whole_and_sends_nothing() {
    let s = billed();
    let books = s.books();
    let mail = s.json("invoice send 2026-0001 --preview --message 'As agreed.'");
    assert_eq!(mail["to"], json!(["jo@acme.example"]));
    assert_eq!(mail["from"], "mara@studio.example");
    assert_eq!(mail["subject"], "Invoice 2026-0001 from Studio Nord");
    let body = mail["body"].as_str().unwrap();
    for part in [
        "Hello Jo Field,\n\nAs agreed.\n",
        "€282.63",
        "4 December\u{a0}2026".replace('\u{a0}', " ").as_str(),
        "DE89 3704",
    ] {
        let plain = body.replace('\u{a0}', " ");
        assert!(plain.contains(part), "{part}: {body}");
    }
    assert!(!body.contains("CANARY"), "{body}");
    assert_eq!(mail["attachments"][0]["name"], "2026-0001.pdf");
    s.ok("invoice send 2026-0001 --preview")
        .says("Kind regards");
    assert_eq!(s.books(), books);
}

#[test]
fn without_a_way_or_an_address_nothing_is_queued() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h --date 2026-11-02");
    s.ok("invoice create acme 2026-11");
    s.fails("invoice send 2026-0001", 4, "mail.no_sender");
    s.ok("settings set email=mara@studio.example");
    let hint = s.fails("invoice send 2026-0001", 4, "mail.no_recipient");
    assert!(hint["hint"].as_str().unwrap().contains("contact add acme"));
    s.ok("client edit acme --email office@acme.example");
    s.fails("invoice send 2026-0001", 4, "mail.no_way");
    for (line, exit, code) in [
        ("invoice send 2026-0001 --to jo@nowhere", 2, "input.text"),
        (
            "invoice send 2026-0001 --to 'jo@acme.example\nBcc: x@y.example'",
            2,
            "input.text",
        ),
        ("invoice send 2026-0001 --subject ''", 2, "input.text"),
        ("invoice send 2026-0009", 3, "invoice.not_found"),
        ("mail send 7", 4, "mail.no_way"),
        ("mail show 7", 3, "mail.not_found"),
        ("invoice receipt 2026-0001", 4, "mail.nothing_paid"),
        (
            "invoice statement acme --to jo@acme.example",
            2,
            "usage.send",
        ),
    ] {
        s.fails(line, exit, code);
    }
    s.ok("time log acme/website 1h --date 2026-11-03");
    s.ok("invoice create acme 2026-11 --draft");
    s.fails("invoice send draft-2", 4, "invoice.draft");
    assert_eq!(s.json("mail list --all"), json!([]));
    assert_eq!(
        s.json("invoice send 2026-0001 --preview")["to"],
        json!(["office@acme.example"])
    );
}

#[test]
fn an_invoice_is_sent_once_unless_again_and_then_is_sent() {
    let s = foldered();
    let mail = s.json("invoice send 2026-0001 --cc kim@acme.example,JO@acme.example");
    assert_eq!((&mail["state"], &mail["id"]), (&json!("sent"), &json!(1)));
    assert_eq!(mail["cc"], json!(["kim@acme.example"]), "jo gets it once");
    let shown = s.json("invoice show 2026-0001");
    assert_eq!(shown["state"], "sent");
    assert_eq!(mail["attachments"][0]["sha256"], shown["document_sha256"]);
    s.fails("invoice send 2026-0001", 4, "mail.sent_already");
    s.ok("invoice send 2026-0001 --again --queue");
    s.fails("invoice send 2026-0001", 4, "mail.queued");
    let ids: Vec<Value> = s
        .json("mail list --all")
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| mail["message_id"].clone())
        .collect();
    assert_ne!(ids[0], ids[1], "it is another mail");
    let [file] = files(&s).try_into().unwrap();
    let id = mail["message_id"].as_str().unwrap();
    assert!(file.contains(&format!("Message-ID: <{id}>\r\n")), "{file}");
    // What is queued can be taken back; what is gone cannot.
    s.ok("undo");
    assert_eq!(s.json("mail list --all").as_array().unwrap().len(), 1);
    s.fails("undo", 4, "undo.refused");
    s.fails("mail discard 1", 4, "mail.sent");
    s.fails("mail retry 1", 4, "mail.sent");
    s.is_sound();
}

#[test]
fn a_mail_can_wait_be_discarded_and_come_back() {
    let s = foldered();
    assert_eq!(s.ok("invoice send 2026-0001 --queue -q").reference(), "1");
    assert_eq!(s.json("invoice show 2026-0001")["state"], "issued");
    s.ok("mail discard 1");
    assert_eq!(s.json("mail list"), json!([]));
    s.fails("mail send 1", 4, "mail.not_queued");
    s.ok("mail send").tells("nothing is queued");
    s.ok("mail retry 1");
    assert_eq!(s.json("mail send")[0]["state"], "sent");
    assert_eq!(s.json("invoice show 2026-0001")["state"], "sent");
    assert_eq!(files(&s).len(), 1);
}

#[test]
fn a_client_is_written_to_in_its_language_with_the_texts_of_the_owner() {
    let s = foldered();
    s.ok("client add 'Bücher & Co' --slug buecher --language de --email office@buecher.example");
    s.ok("project add buecher Web");
    s.ok("time log buecher/web 1h --date 2026-11-02");
    s.ok("invoice create buecher 2026-11");
    let german = s.json("invoice send 2026-0002 --preview");
    assert_eq!(german["subject"], "Rechnung 2026-0002 von Studio Nord");
    s.ok("mail template export invoice --language de --output text.txt");
    let text = std::fs::read_to_string(s.path("text.txt")).unwrap();
    let own = text.replace("Guten Tag {contact}", "Moin {contact}");
    std::fs::write(s.path("text.txt"), &own).unwrap();
    s.ok("mail template check invoice text.txt");
    s.ok("mail template use invoice text.txt --language de");
    let body = |number: &str| {
        let mail = s.json(&format!("invoice send {number} --preview"));
        mail["body"].as_str().unwrap().to_owned()
    };
    assert!(body("2026-0002").starts_with("Moin Bücher & Co,"));
    assert!(body("2026-0001").starts_with("Hello Jo"));
    std::fs::write(s.path("bad.txt"), "Subject: x\n\nHello {name}").unwrap();
    let error = s.fails("mail template use invoice bad.txt", 2, "input.template");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("line 3 has `{name}`") && message.contains("{contact}"),
        "{message}"
    );
    s.fails("mail template check invoice bad.txt", 2, "input.template");
    s.ok("mail template reset invoice --language de");
    assert!(body("2026-0002").starts_with("Guten Tag"));
    let texts = s.json("mail template list");
    assert!(
        texts
            .as_array()
            .unwrap()
            .iter()
            .all(|text| text["own"] == false)
    );
}

#[test]
fn reminders_go_out_once_a_level_and_firmer_each_time() {
    let mut s = foldered();
    s.fails("settings set reminder-days=soon", 2, "input.setting");
    s.ok("settings set reminder-days=-3,7,14");
    let mut subject_at = |now: &str| -> Vec<String> {
        s.at(now);
        let sent = s.json("invoice remind --due");
        let sent = match sent {
            Value::Array(mails) => mails,
            one => vec![one],
        };
        assert_eq!(s.json("invoice remind --due"), json!([]), "once");
        let subjects = sent.iter().map(|mail| mail["subject"].as_str().unwrap());
        subjects.map(str::to_owned).collect()
    };
    // Due on 4 December.
    assert!(subject_at("2026-11-30T12:00:00Z").is_empty());
    assert_eq!(
        subject_at("2026-12-01T12:00:00Z"),
        ["Invoice 2026-0001 is due on 4 December 2026"]
    );
    assert_eq!(
        subject_at("2026-12-12T12:00:00Z"),
        ["Reminder: invoice 2026-0001"]
    );
    assert!(subject_at("2026-12-17T12:00:00Z").is_empty());
    assert_eq!(
        subject_at("2027-03-01T12:00:00Z"),
        ["Second reminder: invoice 2026-0001"]
    );
    assert!(subject_at("2028-03-01T12:00:00Z").is_empty());
    let by_hand = s.json("invoice remind 2026-0001 --preview");
    assert_eq!(by_hand["subject"], "Last reminder: invoice 2026-0001");
    s.ok("invoice pay 2026-0001 282.63");
    s.fails("invoice remind 2026-0001", 4, "mail.nothing_to_remind");
    let receipt = s.json("invoice receipt 2026-0001");
    assert_eq!(receipt["subject"], "Payment received for invoice 2026-0001");
    assert!(!receipt["body"].as_str().unwrap().contains("Still open"));
    s.is_sound();
}

#[test]
fn a_client_has_days_of_its_own_and_notifications_are_kept_to() {
    let mut s = foldered();
    s.at("2026-12-20T12:00:00Z");
    let due = |s: &Sandbox| s.json("mail reminders")["due"].as_array().unwrap().len();
    assert_eq!(due(&s), 0);
    s.ok("mail reminders acme --days -3,7");
    assert_eq!(due(&s), 1);
    s.ok("notify set invoice-reminder=off --client acme");
    assert_eq!(due(&s), 0);
    s.ok("notify set invoice-reminder=books@acme.example --client acme");
    s.ok("settings set reminder-days=7");
    s.ok("mail reminders acme --days off");
    assert_eq!(due(&s), 0);
    s.ok("mail reminders acme --default");
    assert_eq!(due(&s), 1);
    assert_eq!(
        s.json("invoice remind --due")["to"],
        json!(["books@acme.example"])
    );
    s.fails("mail reminders acme --days weekly", 2, "input.reminders");
    s.ok("notify set invoice-issued=both --client acme");
    let mail = s.json("invoice send 2026-0001 --preview");
    assert_eq!(mail["bcc"], json!(["mara@studio.example"]));
    assert_eq!(mail["to"], json!(["jo@acme.example"]));
}

#[test]
fn a_statement_goes_out_in_the_language_of_the_client() {
    let s = foldered();
    s.ok("client edit acme --language de");
    let mail = s.json("invoice statement acme --send");
    assert_eq!(mail["subject"], "Kontoauszug von Studio Nord");
    assert_eq!(mail["attachments"][0]["name"], "Kontoauszug Acme GmbH.pdf");
    s.ok("client add Birch --slug birch --email office@birch.example");
    s.fails("invoice statement birch --send", 4, "mail.nothing_billed");
}

#[test]
fn a_folder_that_cannot_be_written_keeps_the_mail_here() {
    let s = billed();
    std::fs::write(s.path("mails"), "a file").unwrap();
    s.ok(&format!(
        "settings set mail-folder={}",
        s.path("mails").display()
    ));
    let failed = s.loggia("invoice send 2026-0001 --json").exits(7);
    assert_eq!(failed.error()["code"], "mail.unreachable");
    assert_eq!(s.json("mail list")[0]["state"], "queued");
    assert_eq!(s.json("invoice show 2026-0001")["state"], "issued");
    std::fs::remove_file(s.path("mails")).unwrap();
    assert_eq!(s.json("mail send")[0]["state"], "sent");
}

#[cfg(feature = "peers")]
mod server {
    use std::process::Stdio;

    use super::*;
    use crate::catcher::{Catcher, caught, certificates};
    use crate::peer;

    fn sends_to(s: &Sandbox, catcher: &Catcher) {
        s.ok(&format!(
            "settings set smtp-host=127.0.0.1 smtp-tls=none smtp-port={}",
            catcher.port
        ));
    }

    fn decoded(part: &Value) -> Vec<u8> {
        let text = part["base64"].as_str().unwrap();
        data_encoding::BASE64.decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_mail_arrives_whole_and_tells_nothing_else() {
        let s = billed();
        s.ok("client add 'OTHER-CLIENT' --slug other --email other@other.example");
        s.ok("settings set name='Studio Größe'");
        let catcher = Catcher::open(&s, &[]);
        sends_to(&s, &catcher);
        s.ok("notify set invoice-issued=both --client acme");
        let mut send = s.command(&[
            "invoice",
            "send",
            "2026-0001",
            "--message",
            "Grüße – 日本\n.\nein Punkt",
            "--json",
        ]);
        send.env("HOSTNAME", "CANARY-host");
        let sent = crate::sandbox::Outcome::of(&mut send).exits(0).json();
        let [mail] = caught(&s).try_into().unwrap();
        assert_eq!(mail["defects"], json!([]));
        assert_eq!(mail["headers"]["Subject"], sent["subject"]);
        assert_eq!(
            mail["headers"]["From"],
            "Studio Größe <mara@studio.example>"
        );
        assert_eq!(mail["headers"]["To"], "jo@acme.example");
        assert_eq!(mail["headers"].get("Bcc"), None);
        assert_eq!(
            mail["recipients"],
            json!(["jo@acme.example", "mara@studio.example"])
        );
        assert_eq!(mail["hello"], "studio.example");
        let names: Vec<&String> = mail["headers"].as_object().unwrap().keys().collect();
        for name in names {
            let known = "Message-ID Date From To Cc Subject MIME-Version Content-Type";
            assert!(known.split(' ').any(|known| known == name), "{name}");
        }
        let body = mail["body"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(body, sent["body"].as_str().unwrap());
        assert!(body.contains("Grüße – 日本\n.\nein Punkt"));
        s.ok("invoice export 2026-0001 --output stored.pdf");
        let stored = std::fs::read(s.path("stored.pdf")).unwrap();
        assert_eq!(decoded(&mail["attachments"][0]), stored);
        let raw = mail["raw"].as_str().unwrap();
        for canary in ["CANARY", "OTHER-CLIENT", "tester", "Mara"] {
            assert!(!raw.contains(canary), "{canary}");
        }
    }

    #[test]
    fn e_invoices_go_with_it() {
        let s = billed();
        s.ok("settings set address='Hafenweg 1' country=DE tax-id=DE136695976 phone='+49 30 1234567'");
        s.ok("client edit acme --address 'Weg 1' --country DE --email office@acme.example");
        s.ok("time log acme/website 1h --date 2026-11-03");
        s.ok("invoice create acme 2026-11");
        let catcher = Catcher::open(&s, &[]);
        sends_to(&s, &catcher);
        s.ok("invoice send 2026-0002 --attach pdf,facturx,cii");
        let [mail] = caught(&s).try_into().unwrap();
        let attached = mail["attachments"].as_array().unwrap();
        let names: Vec<&Value> = attached.iter().map(|part| &part["name"]).collect();
        assert_eq!(names, ["2026-0002.pdf", "2026-0002-2.pdf", "2026-0002.xml"]);
        assert!(decoded(&attached[2]).starts_with(b"<?xml"));
        let lacking = s.loggia("invoice send 2026-0001 --attach peppol --json");
        assert_eq!(lacking.exits(4).error()["code"], "einvoice.incomplete");
    }

    #[test]
    fn with_rates_hidden_the_document_tells_none() {
        let s = billed();
        s.ok("portal-settings set rates=hidden --client acme");
        let catcher = Catcher::open(&s, &[]);
        sends_to(&s, &catcher);
        s.ok("invoice send 2026-0001");
        let [mail] = caught(&s).try_into().unwrap();
        std::fs::write(s.path("got.pdf"), decoded(&mail["attachments"][0])).unwrap();
        let mut text = peer::command("pdftotext", "poppler-utils");
        text.arg(s.path("got.pdf")).arg("-");
        let text = String::from_utf8(peer::output(text)).unwrap();
        assert!(
            text.contains("2026-0001") && text.contains("282.63"),
            "{text}"
        );
        assert!(!text.contains("95.00"), "{text}");
    }

    #[test]
    fn a_recipient_who_is_refused_leaves_the_mail_here_with_the_reason() {
        let mut s = billed();
        let catcher = Catcher::open(
            &s,
            &["--refuse", "jo@acme.example", "--later", "kim@acme.example"],
        );
        sends_to(&s, &catcher);
        let refused = s.loggia("invoice send 2026-0001 --json").exits(6);
        assert_eq!(refused.error()["code"], "mail.refused");
        let mail = refused.json();
        assert_eq!(mail["state"], "failed");
        assert!(mail["error"].as_str().unwrap().contains("no such box"));
        assert_eq!(s.json("mail list")[0]["error"], mail["error"]);
        assert_eq!(s.json("invoice show 2026-0001")["state"], "issued");
        // One that is refused keeps no other from going.
        s.ok("mail retry 1");
        s.ok("invoice send 2026-0001 --again --queue --to ann@acme.example");
        s.ok("invoice send 2026-0001 --again --queue --to kim@acme.example");
        let several = s.loggia("mail send --json").exits(6).json();
        let states: Vec<&Value> = several
            .as_array()
            .unwrap()
            .iter()
            .map(|mail| &mail["state"])
            .collect();
        assert_eq!(states, ["failed", "sent", "queued"]);
        // The one that was to come another time has its pause.
        assert_eq!(s.json("mail send"), json!([]));
        s.at("2026-11-20T12:10:00Z");
        let later = s.loggia("mail send --json").exits(6).json();
        assert_eq!(
            (&later[0]["id"], &later[0]["attempts"]),
            (&json!(3), &json!(2))
        );
        assert_eq!(caught(&s).len(), 1);
        s.is_sound();
    }

    #[test]
    fn a_server_that_is_down_is_tried_again_by_the_next_command() {
        let s = billed();
        let gone = Catcher::open(&s, &[]);
        sends_to(&s, &gone);
        drop(gone);
        let down = s.loggia("invoice send 2026-0001 --json").exits(7);
        assert_eq!(down.error()["code"], "mail.unreachable");
        let mail = s.json("mail list")[0].clone();
        assert_eq!(mail["state"], "queued");
        let catcher = Catcher::open(&s, &[]);
        sends_to(&s, &catcher);
        assert_eq!(s.json("mail send")[0]["state"], "sent");
        let [got] = caught(&s).try_into().unwrap();
        let id = format!("<{}>", mail["message_id"].as_str().unwrap());
        assert_eq!(got["headers"]["Message-ID"], id);
        s.ok("settings set smtp-tls=starttls");
        s.ok("invoice send 2026-0001 --again --queue");
        let plain = s.loggia("mail send --json").exits(7).error();
        assert!(
            plain["message"]
                .as_str()
                .unwrap()
                .contains("offers no STARTTLS")
        );
        assert_eq!(
            caught(&s).len(),
            1,
            "nothing is said to a server in the clear"
        );
    }

    #[test]
    fn a_command_that_is_killed_after_the_server_took_it_sends_it_again_under_the_same_id() {
        let mut s = billed();
        let mut silent = Catcher::open(&s, &["--silent"]);
        sends_to(&s, &silent);
        let mut child = s
            .command(&["invoice", "send", "2026-0001"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        silent.wait();
        // Meanwhile no other command sends it, even if it is named.
        assert_eq!(s.json("mail send"), json!([]));
        s.fails("mail send 1", 4, "mail.claimed");
        child.kill().unwrap();
        child.wait().unwrap();
        drop(silent);
        let first = caught(&s).remove(0);
        std::fs::remove_dir_all(s.path("caught")).unwrap();
        assert_eq!(s.json("mail list")[0]["state"], "queued");
        assert_eq!(s.json("invoice show 2026-0001")["state"], "issued");
        let catcher = Catcher::open(&s, &[]);
        sends_to(&s, &catcher);
        assert_eq!(s.at(NOON).json("mail send"), json!([]), "it is claimed");
        s.at("2026-11-20T12:11:00Z");
        assert_eq!(s.json("mail send")[0]["state"], "sent");
        let [second] = caught(&s).try_into().unwrap();
        assert_eq!(second["raw"], first["raw"], "the very same mail");
        s.is_sound();
    }

    #[test]
    fn the_way_is_encrypted_and_the_password_is_nowhere_in_the_store() {
        let mut s = billed();
        certificates(&s);
        let (leaf, key) = (s.path("leaf.pem"), s.path("leaf.key"));
        let catcher = Catcher::open(
            &s,
            &[
                "--certificate",
                leaf.to_str().unwrap(),
                "--key",
                key.to_str().unwrap(),
                "--login",
                "mara:CANARY-secret",
            ],
        );
        s.ok(&format!(
            "settings set smtp-host=localhost smtp-user=mara smtp-port={}",
            catcher.port
        ));
        // The authority is nobody's that this machine trusts. `LOGGIA_NOW` is not the clock of certificates.
        s.env("LOGGIA_SMTP_PASSWORD", "CANARY-secret");
        let stranger = s.loggia("invoice send 2026-0001 --json").exits(7).error();
        assert!(
            stranger["message"].as_str().unwrap().contains("STARTTLS"),
            "{stranger}"
        );
        let authority = s.path("ca.pem").display().to_string();
        s.env("SSL_CERT_FILE", &authority);
        s.env("LOGGIA_SMTP_PASSWORD", "wrong");
        let wrong = s.loggia("mail send --json").exits(8).error();
        assert_eq!(wrong["code"], "mail.not_authorised");
        s.env("LOGGIA_SMTP_PASSWORD", "");
        s.fails("mail send", 2, "mail.no_password");
        s.env("LOGGIA_SMTP_PASSWORD_COMMAND", "exit 3");
        s.fails("mail send", 2, "mail.no_password");
        let path = std::env::var("PATH").unwrap();
        s.env("PATH", &path);
        s.env(
            "LOGGIA_SMTP_PASSWORD_COMMAND",
            "echo CANARY-secret; echo more",
        );
        assert_eq!(s.json("mail send")[0]["state"], "sent");
        let [mail] = caught(&s).try_into().unwrap();
        assert_eq!(
            (&mail["encrypted"], &mail["authenticated"]),
            (&json!(true), &json!(true))
        );
        let store = std::fs::read(s.store()).unwrap();
        let log = std::fs::read(s.path("books.db-wal")).unwrap_or_default();
        for bytes in [store, log] {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("CANARY-secret"));
        }
    }
}

#[test]
fn what_could_not_be_written_to_a_file_is_not_sent_later() {
    let s = Sandbox::acme();
    s.ok("settings set email=me@studio.example mail-folder=outbox");
    s.ok("client edit acme --email jo@acme.example");
    s.ok("time log acme/website 2h");
    s.ok("invoice create acme");
    assert_ne!(
        s.loggia("invoice send 2026-0001 --eml nowhere/at/all.eml")
            .status,
        Some(0)
    );
    s.ok("run --only mail").says("nothing is due");
    s.ok("invoice send 2026-0001 --eml now.eml");
    s.is_sound();
}
