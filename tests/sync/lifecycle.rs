//! What a sync would do in the client's words, how far it is, and the life of a connection: another portal, an old copy of the store,
//! a token that was changed, a peer of another version.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::sandbox::{OpenPortal, Outcome, Sandbox, missing_keys, tables};
use crate::visitor::Visitor;

const PASSWORD: &str = "seven green kettles sing";

/// A client with some work, an invoice and an invited user; connected, not yet published.
fn connected() -> (Sandbox, OpenPortal) {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h30m 'Landing page' --date 2026-11-18");
    s.ok("invoice create acme --date 2026-11-19");
    s.ok("time log acme/website 1h 'Menu' --date 2026-11-19");
    s.ok("user invite jo@acme.example --client acme --name 'Jo Field'");
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    (s, portal)
}

fn account_token(s: &Sandbox, database: &str, verb: &str) -> String {
    let made = s.ok(&format!(
        "portal account {verb} studio -q --database {database}"
    ));
    made.reference().to_owned()
}

/// Connects with a token of its own.
fn connect(s: &Sandbox, url: &str, token: &str) -> Outcome {
    let mut connect = s.command(&["portal", "connect", url, "--json"]);
    connect.env("LOGGIA_PORTAL_TOKEN", token);
    Outcome::of(&mut connect)
}

#[test]
fn a_dry_run_speaks_the_words_of_the_client() {
    let (s, _portal) = connected();
    let first = s.ok("sync --dry-run").stdout;
    for expected in [
        "acme would be pushed",
        "2 entries from 18 Nov to 19 Nov (3:30)",
        "1 user",
        "1 invoice",
        "1 project",
    ] {
        assert!(first.contains(expected), "`{expected}` is not in {first}");
    }
    s.ok("sync");
    s.ok("sync --dry-run").says("1 client is in step");
    s.ok("time edit 2 --time 1h30m");
    s.ok("time log acme/website 45m 'Footer' --date 2026-11-20");
    s.ok("invoice pay 2026-0001 50 --date 2026-11-20");
    s.ok("user invite kim@acme.example --client acme --role finance");
    s.ok("user disable jo@acme.example");
    let second = s.ok("sync --dry-run").stdout;
    for expected in [
        "~ 19 Nov, Website: 1:00 → 1:30 \"Menu\"",
        "+ 20 Nov, Website: 0:45 \"Footer\"",
        "~ invoice 2026-0001: state issued → partially paid",
        "+ kim@acme.example may come in (finance)",
        "~ jo@acme.example: may no longer come in",
    ] {
        assert!(second.contains(expected), "`{expected}` is not in {second}");
    }
    let json = s.json("sync --dry-run");
    let acme = &json["clients"][0];
    assert_eq!(missing_keys(acme, "changes summary"), Vec::<&str>::new());
    let changes = acme["changes"].as_array().unwrap();
    let entry = changes
        .iter()
        .find(|change| change["section"] == "entry" && change["change"] == "changed")
        .unwrap();
    assert_eq!(entry["fields"][0]["name"], "time");
    assert_eq!(entry["fields"][0]["is"]["seconds"], 5_400);
    assert_eq!(entry["day"], "2026-11-19");
    s.ok("sync");
    assert_eq!(
        s.json("sync --dry-run")["clients"][0]["changes"],
        Value::Array(vec![])
    );
    // Names of the team, hidden: told once for all entries of which nothing else changes.
    for hour in 1..=9 {
        s.ok(&format!(
            "time log acme/website {hour}m 'Small' --date 2026-11-1{}",
            hour % 7
        ));
    }
    s.ok("sync");
    s.ok("portal-settings set team=anonymous --client acme");
    let team = s.ok("sync --dry-run").stdout;
    assert!(
        team.contains("12 entries from 10 Nov to 20 Nov: member Mara → Member A"),
        "{team}"
    );
    s.ok("portal-settings set console=off --client acme");
    s.ok("sync --dry-run").says("acme would leave the portal");
}

#[test]
fn status_tells_what_waits_without_a_question() {
    let s = Sandbox::acme();
    s.fails("sync status", 7, "portal.not_connected");
    drop(s);
    let (s, portal) = connected();
    let fresh = s.loggia("sync status --json").exits(6).json();
    assert_eq!(fresh["clients"][0]["state"], "never-pushed");
    assert_eq!(fresh["last_sync"], Value::Null);
    assert_eq!(fresh["account"], "studio");
    s.ok("sync");
    let done = s.json("sync status");
    assert_eq!(
        missing_keys(
            &done,
            "portal account connected_since in_step auto_sync clients last_sync event events_aside check"
        ),
        Vec::<&str>::new()
    );
    assert_eq!(
        (&done["in_step"], &done["check"]),
        (&Value::Bool(true), &Value::Null)
    );
    assert_eq!(done["last_sync"]["ok"], true);
    s.ok("sync status").says("all is in step");
    s.ok("time log acme/website 1h");
    let changed = s.loggia("sync status --json").exits(6).json();
    assert_eq!(changed["clients"][0]["state"], "changed");
    assert_eq!(changed["clients"][0]["operations"], 1);
    s.loggia("sync status").exits(6).says("1 command");
    s.ok("sync");
    let checked = s.json("sync status --check");
    assert_eq!(checked["clients"][0]["there"], "same");
    let check = &checked["check"];
    assert_eq!(
        (&check["account"], &check["clients"]),
        (&"studio".into(), &1.into())
    );
    assert_eq!(check["client_limit"], Value::Null);
    assert!(check["last_push"].is_string());
    s.ok(&format!(
        "portal account limit studio 3 --database {}",
        portal.database
    ));
    s.ok("sync status --check").says("1 of 3 in the plan");
    drop(portal);
    s.ok("sync status");
    let away = s.loggia("sync status --check --json").exits(7);
    assert_eq!(away.error()["code"], "portal.unreachable");
    s.loggia("sync").exits(7);
    s.loggia("sync status").exits(6).says("failed: the portal");
}

#[test]
fn an_old_backup_is_noticed_explained_and_overwrites_only_when_told_to() {
    let (mut s, portal) = connected();
    s.ok("sync");
    let old = s.path("old.db").display().to_string();
    s.ok(&format!("backup {old}"));
    s.ok("time log acme/website 1h 'Done since the backup'");
    s.ok("sync");
    let token = account_token(&s, &portal.database, "token");
    s.env("LOGGIA_PORTAL_TOKEN", &token);
    let url = portal.url.clone();
    s.env("LOGGIA_PORTAL_URL", &url);
    s.ok(&format!(
        "--store {old} time log acme/website 5m 'Done in the copy'"
    ));
    let refused = s.loggia(&format!("--store {old} sync")).exits(6);
    let refused = refused
        .tells("older copy")
        .tells("loggia sync --dry-run --client acme");
    assert!(!refused.stdout.contains("pushed"), "{refused}");
    let look = s
        .loggia(&format!("--store {old} sync --dry-run --client acme"))
        .exits(6)
        .says("acme would be refused")
        .says(
            "~ 20 Nov, Website: 1:00 → 0:05, description Done since the backup → Done in the copy",
        );
    let look = look.tells("--force");
    assert!(look.stderr.contains("revision 2, here 1"), "{look}");
    let behind = s.loggia(&format!("--store {old} sync status --check --json"));
    let behind = behind.exits(6).json();
    assert_eq!(behind["check"]["pushed_elsewhere"][0], "acme");
    let held = |s: &Sandbox| -> String {
        let tables = tables(&s.path("portal.db")).into_iter();
        tables.flat_map(|(_, rows)| rows).collect()
    };
    let before = held(&s);
    assert!(before.contains("Done since the backup"));
    // Not without a word, and not for all clients at once.
    s.fails(
        &format!("--store {old} sync --client acme --force"),
        2,
        "usage.confirm",
    );
    s.loggia(&format!("--store {old} sync --force")).exits(2);
    assert!(held(&s).contains("Done since the backup"));
    s.ok(&format!("--store {old} sync --client acme --force --yes"))
        .tells("~ 20 Nov, Website: 1:00 → 0:05");
    let after = held(&s);
    assert!(after.contains("Done in the copy") && !after.contains("Done since the backup"));
    assert_eq!(
        s.json(&format!("--store {old} sync"))["clients"][0]["state"],
        "in-step"
    );
}

#[test]
fn a_new_token_goes_on_where_the_old_one_was() {
    let (s, portal) = connected();
    s.ok("sync");
    let since = s.json("sync status")["connected_since"].clone();
    let token = account_token(&s, &portal.database, "token");
    let refused = s.loggia("sync --json").exits(8).error();
    assert!(
        refused["message"].as_str().unwrap().contains("token"),
        "{refused}"
    );
    s.loggia("sync status --check").exits(8);
    let again = connect(&s, &portal.url, &token).exits(0).json();
    assert_eq!(again["left_behind"], Value::Array(vec![]));
    let report = s.json("sync");
    assert_eq!(report["clients"][0]["state"], "in-step", "{report:#}");
    assert_eq!(report["portal"], Value::Null);
    assert_eq!(s.json("sync status")["connected_since"], since);
}

#[test]
fn moving_to_another_portal_is_explained_and_leaves_nothing_behind() {
    let (s, old) = connected();
    s.ok("sync");
    let new = s.portal_named("new.db");
    let token = account_token(&s, &new.database, "create");
    let moved = connect(&s, &new.url, &token).exits(0);
    assert_eq!(moved.json()["left_behind"][0], "acme");
    let command = format!("loggia portal withdraw --from {}", old.url);
    assert!(moved.stderr.contains(&command), "{moved}");
    let report = s.json("sync");
    assert_eq!(report["clients"][0]["state"], "pushed", "{report:#}");
    assert_eq!(
        report["portal"],
        Value::Null,
        "another one is not one made anew"
    );
    let line = command.strip_prefix("loggia ").unwrap();
    s.fails(line, 2, "usage.confirm");
    let done = s.json(&format!("{line} --yes"));
    assert_eq!(done["clients"][0]["slug"], "acme");
    assert_eq!(done["clients"][0]["removed"], true);
    let rows: Vec<String> = tables(&s.path("portal.db"))
        .into_iter()
        .filter(|(table, _)| table != "audit")
        .flat_map(|(_, rows)| rows)
        .collect();
    assert!(!rows.iter().any(|row| row.contains("acme")), "{rows:#?}");
    // Its token is no longer kept, and there is nothing left to do. The new one knows nothing of all that.
    s.ok(line).says("holds nothing of this store");
    let other = "portal withdraw --from http://127.0.0.1:9";
    s.fails(other, 2, "portal.unknown");
    assert_eq!(s.json("sync")["clients"][0]["state"], "in-step");
    // Left altogether.
    s.ok("portal withdraw --yes").says("acme is off");
    s.ok("portal withdraw --yes").says("holds nothing");
    s.ok("portal disconnect")
        .tells("nothing of this store is on the portal");
    s.fails("sync", 7, "portal.not_connected");
    // A third one, which nobody has used before.
    let third = s.portal_named("third.db");
    let token = account_token(&s, &third.database, "create");
    connect(&s, &third.url, &token).exits(0);
    let outcome = s.ok("sync --json");
    assert_eq!(outcome.json()["portal"], Value::Null);
    assert!(!outcome.stderr.contains("anew"), "{outcome}");
    s.ok("portal disconnect").tells("1 client stays");
    connect(&s, &third.url, &token).exits(0);
    assert_eq!(s.json("portal disconnect")["clients"][0], "acme");
}

/// Jo has come in at a portal.
fn with_jo() -> (Sandbox, OpenPortal) {
    let (s, portal) = connected();
    let link = s.ok("user reinvite jo@acme.example --client acme -q");
    s.ok("sync");
    Visitor::of(&portal.url).accept(link.reference(), PASSWORD);
    s.ok("sync");
    assert_eq!(state(&s), "active");
    (s, portal)
}

fn state(s: &Sandbox) -> Value {
    s.json("user list --client acme")[0]["state"].clone()
}

#[test]
fn users_are_invited_again_to_the_portal_to_which_their_client_moves() {
    let (s, old) = with_jo();
    let new = s.portal_named("new.db");
    let token = account_token(&s, &new.database, "create");
    connect(&s, &new.url, &token).exits(0);
    let outcome = s.ok("sync --json");
    let hint = "loggia user reinvite jo@acme.example --client acme";
    let outcome = outcome.tells(hint);
    assert_eq!(
        outcome.json()["clients"][0]["reinvite"][0],
        "jo@acme.example"
    );
    assert_ne!(state(&s), "active");
    // That is all: nothing waits, and nothing is told twice.
    s.ok("sync status");
    let again = s.ok("sync --json");
    assert_eq!(again.json()["clients"][0]["state"], "in-step");
    assert!(!again.stderr.contains("reinvite"), "{again}");
    let line = hint.strip_prefix("loggia ").unwrap();
    let link = s.ok(&format!("{line} -q"));
    s.ok("sync");
    Visitor::of(&new.url).accept(link.reference(), PASSWORD);
    s.ok("sync");
    assert_eq!(state(&s), "active");
    s.ok(&format!("portal withdraw --from {} --yes", old.url));
    assert_eq!(state(&s), "active");
    s.is_sound();
}

#[test]
fn a_store_that_has_not_read_so_far_passes_over_what_was_forgotten() {
    let (mut s, portal) = with_jo();
    let copy = s.path("copy.db").display().to_string();
    s.ok("portal-settings set console=off --client acme");
    // A copy from before the account had anything.
    s.ok("sync");
    s.ok(&format!("backup {copy}"));
    let books = rusqlite::Connection::open(&copy).unwrap();
    books
        .execute_batch("DELETE FROM portal_event; UPDATE identity SET event_cursor = 0, event_epoch = NULL, event_anchor = NULL")
        .unwrap();
    drop(books);
    let token = account_token(&s, &portal.database, "token");
    let url = portal.url.clone();
    s.env("LOGGIA_PORTAL_TOKEN", &token);
    s.env("LOGGIA_PORTAL_URL", &url);
    let report = s.json(&format!("--store {copy} sync"));
    assert_eq!(
        (&report["events"], &report["events_aside"]),
        (&1.into(), &0.into())
    );
    let users = s.json(&format!("--store {copy} user list --client acme"));
    assert_ne!(users[0]["state"], "active");
}

#[test]
fn a_dry_run_goes_by_the_plan_of_the_account() {
    let (s, portal) = connected();
    s.ok("client add Globex --slug globex");
    s.ok(&format!(
        "portal account limit studio 1 --database {}",
        portal.database
    ));
    let dry = s.loggia("sync --dry-run --json").exits(6);
    let clients = dry.json()["clients"].clone();
    assert_eq!(clients[0]["state"], "would-push");
    assert_eq!(clients[1]["state"], "over-limit");
    let told = clients[1]["error"].as_str().unwrap().to_owned();
    let text = s.loggia("sync --dry-run").exits(6);
    text.says("globex would be refused").tells(&told);
    s.loggia("sync").exits(6).tells(&told);
    s.ok("sync --dry-run --client acme");
}

#[test]
fn hints_can_be_run() {
    let s = Sandbox::acme();
    std::fs::write(s.path("token1"), "no store").unwrap();
    let refused = s.loggia("restore token1 --yes --json").exits(1).error();
    assert!(
        refused["hint"]
            .as_str()
            .unwrap()
            .contains("`loggia backup FILE`"),
        "{refused}"
    );
    let missing = s.loggia("sync --every 5s --json").exits(2).error();
    let hint = missing["hint"].as_str().unwrap();
    assert!(hint.starts_with("loggia sync --watch --every"), "{hint}");
}

#[test]
fn a_client_that_is_wiped_leaves_its_audit_alone() {
    let (s, portal) = connected();
    s.ok("client add Globex --slug globex");
    s.ok("project add globex Launch");
    s.ok("sync");
    let link = s.json("user reinvite jo@acme.example")["link"].clone();
    let asks = s.json("user invite kim@acme.example --client acme --send");
    assert_eq!(asks["state"], "invited");
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    let home = jo.accept(link.as_str().unwrap(), PASSWORD).path;
    let page = jo.open(&format!("{home}/questions"));
    let (token, message) = (page.field("form_token"), page.field("message"));
    let fields = [
        ("form_token", token.as_str()),
        ("message", message.as_str()),
        ("text", "Why so many hours?"),
        ("about", "client"),
    ];
    jo.send(&format!("{home}/questions"), &fields);
    jo.open(&format!("{home}/invoices")).ok();
    // Something waits for its commit, too: a part of a push that was killed.
    let database = rusqlite::Connection::open(s.path("portal.db")).unwrap();
    let client: String = database
        .query_row(
            "SELECT public_id FROM client WHERE slug = 'acme'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    database
        .execute(
            "INSERT INTO staged (account_id, client, digest, body, received_at) SELECT id, ?, 'ff', CAST('half a push of acme' AS BLOB), 0 FROM account",
            [&client],
        )
        .unwrap();
    s.ok("portal-settings set console=off --client acme");
    let report = s.json("sync");
    assert_eq!(report["clients"][0]["state"], "withdrawn", "{report:#}");
    assert_eq!(
        s.json("inbox list").as_array().unwrap().len(),
        1,
        "what was asked is here"
    );
    let mut audited = 0;
    for (table, rows) in tables(&s.path("portal.db")) {
        if table == "audit" {
            audited += rows.iter().filter(|row| row.contains(&client)).count();
            continue;
        }
        for trace in [
            client.as_str(),
            "acme",
            "Acme",
            "Jo Field",
            "Landing page",
            "Why so many hours",
        ] {
            let found: Vec<_> = rows.iter().filter(|row| row.contains(trace)).collect();
            assert!(found.is_empty(), "{table} has `{trace}`: {found:#?}");
        }
    }
    assert!(audited > 0);
    assert_ne!(jo.open(&home).path, home);
    s.ok(&format!(
        "portal audit --verify --database {}",
        portal.database
    ));
    // The other client is as it was, and the events go on.
    let again = s.json("sync");
    assert_eq!(again["clients"][0]["state"], "in-step");
    assert_eq!(
        (&again["portal"], &again["events"]),
        (&Value::Null, &0.into())
    );
}

/// An answer to anything.
fn peer_that_answers(status: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4_096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn peers_of_another_version_are_told_who_must_update() {
    let (mut s, portal) = connected();
    let kept = std::fs::read(s.path("books.db.portal")).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    let token = kept["token"].as_str().unwrap().to_owned();
    // A program of another version asks this portal.
    let ask = |protocol: &str| {
        let address = portal.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /api/v1/status HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nloggia-protocol: {protocol}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let (older, newer) = (ask("1"), ask("99"));
    assert!(
        older.contains("409") && older.contains("update loggia on this machine"),
        "{older}"
    );
    assert!(
        newer.contains("409") && newer.contains("whoever runs the portal must update"),
        "{newer}"
    );
    // This program asks a portal of another version: what that says is what is told.
    let words =
        "the portal speaks protocol 1 and you speak 2: whoever runs the portal must update it";
    let url = peer_that_answers(
        "409 Conflict",
        &format!("{{\"code\":\"protocol\",\"message\":\"{words}\"}}"),
    );
    s.env("LOGGIA_PORTAL_URL", &url);
    s.env("LOGGIA_PORTAL_TOKEN", &token);
    for line in [
        "sync",
        "sync --dry-run",
        "sync status --check",
        "sync --watch",
    ] {
        let outcome = s.loggia(&format!("{line} --json")).exits(1);
        assert_eq!(outcome.error()["code"], "portal.protocol", "{outcome}");
        assert_eq!(outcome.error()["message"], words);
    }
}

#[test]
fn a_portal_made_anew_is_told_and_gets_all_of_it() {
    let (s, mut portal) = connected();
    s.ok("sync");
    let address = portal.url.strip_prefix("http://").unwrap().to_owned();
    portal.kill();
    for file in ["portal.db", "portal.db-wal", "portal.db-shm"] {
        let _ = std::fs::remove_file(s.path(file));
    }
    let portal = s.portal_at(&address);
    let token = account_token(&s, &portal.database, "create");
    connect(&s, &portal.url, &token).exits(0);
    let outcome = s.ok("sync --json").tells("made anew");
    let report = outcome.json();
    assert_eq!(report["portal"], "rebuilt");
    assert_eq!(report["clients"][0]["state"], "pushed");
    let again = s.json("sync");
    assert_eq!(
        (&again["portal"], &again["clients"][0]["state"]),
        (&Value::Null, &"in-step".into())
    );
}

#[test]
fn users_of_a_client_that_left_are_told_to_be_invited_again() {
    let (s, portal) = connected();
    s.ok("sync");
    let link = s.ok("user reinvite jo@acme.example --client acme -q");
    let link = link.reference().to_owned();
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    jo.accept(&link, PASSWORD);
    s.ok("sync");
    let state = |s: &Sandbox| s.json("user list --client acme")[0]["state"].clone();
    assert_eq!(state(&s), "active");
    s.ok("portal-settings set console=off");
    s.ok("sync")
        .tells("loggia user reinvite jo@acme.example --client acme");
    assert_ne!(state(&s), "active");
    s.ok("portal-settings set console=on");
    s.ok("sync");
    // The old password opens nothing; a new invitation does.
    assert!(
        jo.sign_in("jo@acme.example", PASSWORD)
            .text()
            .contains("match")
    );
    let link = s.ok("user reinvite jo@acme.example --client acme -q");
    s.ok("sync");
    let mut again = Visitor::of(&portal.url);
    assert!(
        again
            .accept(link.reference(), PASSWORD)
            .path
            .starts_with("/c/")
    );
    s.ok("sync");
    assert_eq!(state(&s), "active");
    s.is_sound();
}

#[test]
fn a_look_at_a_run_names_the_clients_that_it_would_push() {
    let (s, portal) = connected();
    let due = || -> Vec<(String, String)> {
        let report = s.json("run --dry-run --only sync");
        let word = |job: &Value, key: &str| job[key].as_str().unwrap_or_default().to_owned();
        let jobs = report["jobs"].as_array().unwrap().iter();
        jobs.map(|job| (word(job, "client"), word(job, "state")))
            .collect()
    };
    let acme = [("acme".to_owned(), "due".to_owned())];
    assert_eq!(due(), acme);
    s.ok("run --only sync");
    assert!(due().is_empty());
    s.ok("run --dry-run --only sync").says("nothing is due");
    s.ok("time log acme/website 15m --date 2026-11-19");
    assert_eq!(due(), acme);
    // Of accounts, the one that is named.
    let account = s.ok(&format!(
        "portal account limit studio 5 -q --database {}",
        portal.database
    ));
    assert_eq!(account.reference(), "studio");
}

#[test]
fn a_client_that_an_old_backup_knows_nothing_of_does_not_stay_open_unnoticed() {
    let (s, _portal) = connected();
    s.ok("client add Globex --slug globex");
    s.ok("portal-settings set console=off --client globex");
    s.ok("sync");
    s.ok("backup before.db");
    s.ok("portal-settings set console=on --client globex");
    s.ok("user invite z@globex.example --client globex");
    s.ok("sync");
    s.ok("restore before.db --yes");
    let refused = s.loggia("sync --json").exits(6);
    let clients = refused.json()["clients"].clone();
    assert_eq!(clients[1]["slug"], "globex", "{clients:#}");
    assert_eq!(clients[1]["state"], "failed", "{clients:#}");
    let dry = s.loggia("sync --dry-run --json").exits(6).json();
    assert_eq!(dry["clients"][1]["state"], "stale", "{dry:#}");
    let status = s.loggia("sync status --check --json").exits(6).json();
    assert_eq!(status["check"]["pushed_elsewhere"][0], "globex");
    assert_eq!(status["check"]["strangers"], 0, "{status:#}");
    assert_eq!(status["clients"][1]["state"], "leaving", "{status:#}");
    s.ok("sync --client globex --force --yes");
    s.ok("sync");
    let status = s.json("sync status --check");
    assert_eq!(status["check"]["clients"], 1);
}

#[test]
fn another_account_of_the_same_portal_begins_with_nothing() {
    let (mut s, portal) = connected();
    s.ok("sync");
    let created = s.ok(&format!(
        "portal account create atelier -q --database {}",
        portal.database
    ));
    let token = created.reference().to_owned();
    connect(&s, &portal.url, &token)
        .exits(0)
        .tells("what `studio` published there stays");
    let fresh = s.loggia("sync status --json").exits(6).json();
    assert_eq!(fresh["clients"][0]["state"], "never-pushed");
    // Nothing is published as this one, and something as the other one.
    let stays = "as `studio` stays there";
    let left = s.ok("portal disconnect").tells(stays);
    assert!(!left.stderr.contains("nothing of this store"), "{left}");
    let own = account_token(&s, &portal.database, "token");
    connect(&s, &portal.url, &own).exits(0);
    let report = s.json("sync");
    assert_eq!(report["clients"][0]["state"], "in-step", "{report:#}");
    connect(&s, &portal.url, &token).exits(0);
    // A token of its own takes it off; then there is nothing more to tell.
    s.env("LOGGIA_PORTAL_TOKEN", &own);
    s.ok("portal withdraw --yes").says("acme is off");
    s.env("LOGGIA_PORTAL_TOKEN", &token);
    s.ok("portal disconnect")
        .tells("nothing of this store is on the portal");
}
