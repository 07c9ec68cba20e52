//! A portal that is away, refuses, or came back.

use std::net::TcpListener;
use std::time::Instant;

use crate::sandbox::{Outcome, Sandbox, kill_after, tables};
use crate::wire::Wire;

#[test]
fn without_a_connection_sync_says_how_to_make_one() {
    let s = Sandbox::acme();
    let error = s.fails("sync", 7, "portal.not_connected");
    assert_eq!(error["hint"], "loggia portal connect URL");
}

#[test]
fn a_portal_that_is_down_is_exit_7_and_nothing_is_lost() {
    let s = Sandbox::acme();
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    drop(portal);
    let books = s.books();
    let error = s.loggia("sync --json").exits(7).error();
    assert!(
        error["hint"].as_str().unwrap().contains("nothing was lost"),
        "{error}"
    );
    assert_eq!(s.books(), books);

    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut connect = s.command(&["portal", "connect", &format!("http://{free}"), "--json"]);
    connect.env("LOGGIA_PORTAL_TOKEN", "a".repeat(52));
    let outcome = Outcome::of(&mut connect);
    assert!(matches!(outcome.status, Some(2 | 7)), "{outcome}");
}

#[test]
fn a_token_that_is_refused_is_exit_8() {
    let mut s = Sandbox::acme();
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("sync");
    let database = portal.database.clone();
    let new = s
        .ok(&format!(
            "portal account token studio -q --database {database}"
        ))
        .reference()
        .to_owned();
    let error = s.loggia("sync --json").exits(8).error();
    assert!(
        error["hint"].as_str().unwrap().contains("portal connect"),
        "{error}"
    );
    s.env("LOGGIA_PORTAL_TOKEN", &new);
    s.ok("sync");
    s.ok(&format!(
        "portal account disable studio --database {database}"
    ));
    s.loggia("sync").exits(8);
    s.ok(&format!(
        "portal account disable studio --undo --database {database}"
    ));
    s.ok("sync");
    s.env("LOGGIA_PORTAL_TOKEN", "no token");
    s.loggia("sync").exits(2);
}

#[test]
fn a_token_is_kept_for_the_owner_alone_and_hashed_at_the_portal() {
    use std::os::unix::fs::PermissionsExt as _;
    let s = Sandbox::acme();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    let file = s.path("books.db.portal");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let token = kept["token"].as_str().unwrap().as_bytes().to_vec();
    for file in ["portal.db", "portal.db-wal", "books.db", "books.db-wal"] {
        let bytes = std::fs::read(s.path(file)).unwrap_or_default();
        assert!(
            !bytes.windows(token.len()).any(|part| part == token),
            "{file}"
        );
    }
    s.ok("portal disconnect");
    assert!(!file.exists());
}

#[test]
fn a_token_goes_over_no_open_line() {
    let s = Sandbox::acme();
    for url in [
        "http://portal.example.com",
        "ftp://127.0.0.1",
        "http://user:secret@127.0.0.1",
    ] {
        let mut connect = s.command(&["portal", "connect", url]);
        connect.env("LOGGIA_PORTAL_TOKEN", "a".repeat(52));
        Outcome::of(&mut connect).exits(2);
    }
}

#[test]
fn a_dry_run_sends_no_part_of_the_books() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h 'words of the day'");
    s.ok("portal-settings set console=on");
    let wire = Wire::open();
    let portal = s.portal_behind(Some(&wire.url));
    wire.tie(&portal.url);
    s.connect(&portal, &wire.url);
    s.ok("sync --dry-run");
    let sent = wire.text();
    assert!(sent.contains("GET /api/v1/status"), "{sent}");
    for word in ["PUT ", "POST ", "DELETE ", "words of the day"] {
        assert!(!sent.contains(word), "{sent}");
    }
    s.ok("sync");
    assert!(wire.text().contains("words of the day"));
    s.ok("sync");
    let twice = wire.text().matches("words of the day").count();
    assert_eq!(twice, 1, "what is in step is not sent again");
}

#[test]
fn a_portal_that_lost_its_data_gets_all_of_it_again() {
    let mut s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("sync");
    drop(portal);
    for file in ["portal.db", "portal.db-wal", "portal.db-shm"] {
        let _ = std::fs::remove_file(s.path(file));
    }
    let portal = s.portal();
    let token = s
        .ok(&format!(
            "portal account create studio -q --database {}",
            portal.database
        ))
        .reference()
        .to_owned();
    s.env("LOGGIA_PORTAL_TOKEN", &token);
    let url = portal.url.clone();
    s.env("LOGGIA_PORTAL_URL", &url);
    let report = s.json("sync");
    assert_eq!(report["clients"][0]["state"], "pushed", "{report:#}");
    assert_eq!(s.json("sync")["clients"][0]["state"], "in-step");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let s = Sandbox::empty();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let outcome = s
        .loggia(&format!("portal serve --listen {address} --json"))
        .exits(1);
    assert!(outcome.stderr.contains("portal.listen"), "{outcome}");
}

#[test]
fn clients_beyond_the_limit_of_the_account_fail_and_the_others_are_done() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok(&format!(
        "portal account limit studio 1 --database {}",
        portal.database
    ));
    let outcome = s.loggia("sync --json").exits(6);
    let report = outcome.json();
    let states: Vec<_> = report["clients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| &client["state"])
        .collect();
    assert_eq!(
        states.iter().filter(|state| **state == "pushed").count(),
        1,
        "{outcome}"
    );
    assert_eq!(
        states.iter().filter(|state| **state == "failed").count(),
        1,
        "{outcome}"
    );
    s.ok(&format!(
        "portal account limit studio none --database {}",
        portal.database
    ));
    let report = s.json("sync");
    assert!(
        report["clients"]
            .as_array()
            .unwrap()
            .iter()
            .all(|client| client["error"].is_null()),
        "{report:#}"
    );
}

#[test]
fn a_killed_sync_is_finished_by_the_next_one() {
    let s = Sandbox::acme();
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    let started = Instant::now();
    s.ok("sync");
    let whole = started.elapsed();
    for kill in 0..12 {
        s.ok(&format!("time log acme/website 1h 'words of kill {kill}'"));
        s.ok("invoice create acme");
        kill_after(&s, "sync", whole * kill / 8);
        s.is_sound();
        s.ok("sync");
        let report = s.json("sync");
        assert_eq!(report["clients"][0]["state"], "in-step", "{report:#}");
        let held = tables(&s.path("portal.db"))
            .into_iter()
            .flat_map(|(_, rows)| rows)
            .collect::<String>();
        assert!(held.contains(&format!("words of kill {kill}")));
    }
}
