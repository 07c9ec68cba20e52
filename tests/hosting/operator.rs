//! What whoever runs a portal does on its command line.

use serde_json::{Value, json};

use crate::visitor::Visitor;

use super::{Hosted, open_client};

#[test]
fn accounts_are_made_limited_switched_and_shown() {
    let s = open_client();
    let db = format!("--database sqlite:{}", s.path("portal.db").display());
    s.fails(&format!("portal account list {db}"), 3, "portal.database");
    assert!(!s.path("portal.db").exists(), "looking makes none");
    let made = s.json(&format!("portal account create studio --limit 3 {db}"));
    assert_eq!(made["account"], "studio");
    s.fails(
        &format!("portal account create studio {db}"),
        4,
        "account.exists",
    );
    let listed = s.json(&format!("portal account list {db}"));
    let row = json!({ "name": "studio", "enabled": true, "clients": 0, "client_limit": 3, "created": listed[0]["created"] });
    assert_eq!(listed, json!([row]));
    for (line, exit, code) in [
        ("portal account show nobody", 3, "account.not_found"),
        ("portal account enable nobody", 3, "account.not_found"),
        ("portal account limit studio many", 2, "usage.value"),
        ("portal account limit nobody 3", 3, "account.not_found"),
        ("portal account token nobody", 3, "account.not_found"),
        ("portal audit --account nobody", 3, "account.not_found"),
        ("portal audit --since yesterday", 2, "input.date"),
        (
            "portal account list --database mysql:x",
            2,
            "usage.database",
        ),
    ] {
        let line = match line.contains("--database") {
            true => line.to_owned(),
            false => format!("{line} {db}"),
        };
        s.fails(&line, exit, code);
    }
    let off = s.json(&format!("portal account disable studio {db}"));
    assert_eq!(off[0]["enabled"], false);
    let on = s.json(&format!("portal account enable studio {db}"));
    assert_eq!(on[0]["enabled"], true);
    s.ok(&format!("portal account show studio {db}"))
        .says("nothing is published yet");
    let new = s.json(&format!("portal account token studio {db}"));
    assert_ne!(new["token"], made["token"]);
    let kinds: Vec<Value> = s
        .json(&format!("portal audit {db}"))
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["kind"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "account_created",
            "account_limited",
            "account_disabled",
            "account_enabled",
            "token_replaced"
        ]
    );
}

#[test]
fn a_plan_counts_open_consoles_and_a_sync_over_it_says_which() {
    let s = open_client();
    s.ok("client add Beta --slug beta");
    s.ok("project add beta Shop");
    s.ok("time log beta/shop 1h");
    s.ok("time log acme/website 1h");
    let portal = Hosted::open(&s, &["--listen", "127.0.0.1:0"]);
    portal.connect(&s);
    let db = format!("--database {}", portal.database);
    s.ok(&format!("portal account limit studio 1 {db}"));
    let outcome = s.loggia("sync");
    let status = outcome.status;
    assert!(matches!(status, Some(4 | 6)), "{outcome}");
    let told = outcome.to_string();
    assert!(
        told.contains("the plan of this account holds 1 open client; open are `"),
        "{told}"
    );
    assert!(told.contains("console=off --client"), "{told}");
    let shown = s.json(&format!("portal account show studio {db}"));
    assert_eq!(
        (&shown["clients"], &shown["client_limit"]),
        (&json!(1), &json!(1))
    );
    let first = shown["published"][0]["slug"].as_str().unwrap().to_owned();
    // Archiving the one makes room for the other.
    s.ok(&format!("client archive {first} --yes"));
    s.ok("sync");
    let shown = s.json(&format!("portal account show studio {db}"));
    assert_eq!(shown["clients"], 1);
    let open: Vec<&Value> = shown["published"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|client| client["console"] == true)
        .map(|client| &client["slug"])
        .collect();
    assert_ne!(open, [&json!(first)]);
}

#[test]
fn the_audit_log_is_read_by_names_and_a_broken_one_is_found() {
    let s = open_client();
    let portal = Hosted::open(&s, &["--listen", "127.0.0.1:0"]);
    portal.connect(&s);
    let db = format!("--database {}", portal.database);
    let invited = s.json("user invite jo@acme.example --client acme");
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    jo.accept(
        invited["link"].as_str().unwrap(),
        "seven green kettles sing",
    );
    let by_jo = s.json(&format!(
        "portal audit --user jo@acme.example --client acme --kind invitation_accepted {db}"
    ));
    let [line] = by_jo.as_array().unwrap().as_slice() else {
        panic!("{by_jo}")
    };
    assert_eq!(line["actor_email"], "jo@acme.example");
    assert_eq!(
        (&line["client_slug"], &line["origin"]),
        (&json!("acme"), &json!("127.0.0.1"))
    );
    s.ok(&format!("portal audit {db}"))
        .says("invitation_accepted");
    s.ok(&format!("portal audit --since 2027-01-01 {db}"))
        .says("no such lines");
    let whole = s.json(&format!("portal audit --verify --anchor anchor.json {db}"));
    assert_eq!(
        (&whole["ok"], &whole["anchored"]),
        (&json!(true), &json!(false))
    );
    s.ok(&format!("portal account disable studio {db}"));
    let again = s.json(&format!("portal audit --verify --anchor anchor.json {db}"));
    assert_eq!(
        (&again["ok"], &again["anchored"]),
        (&json!(true), &json!(true))
    );
    drop(portal);

    // Somebody with the file at hand gets rid of the last line, then changes one.
    let file = rusqlite::Connection::open(s.path("portal.db")).unwrap();
    file.execute_batch(
        "DROP TRIGGER audit_is_not_shortened; DROP TRIGGER audit_is_not_changed;
         DELETE FROM audit WHERE (chain, number) = (SELECT chain, max(number) FROM audit WHERE chain = 1)",
    )
    .unwrap();
    let unanchored = s.json(&format!("portal audit --verify {db}"));
    assert_eq!(unanchored["ok"], true);
    let cut = s.fails(
        &format!("portal audit --verify --anchor anchor.json {db}"),
        4,
        "audit.broken",
    );
    assert!(
        cut["message"]
            .as_str()
            .unwrap()
            .contains("its last lines were cut off"),
        "{cut}"
    );
    file.execute_batch("UPDATE audit SET actor = 'operator' WHERE chain = 1 AND number = 2")
        .unwrap();
    let changed = s.fails(&format!("portal audit --verify {db}"), 4, "audit.broken");
    assert!(
        changed["message"]
            .as_str()
            .unwrap()
            .contains("line 2 of chain 1 was changed"),
        "{changed}"
    );
}

#[test]
fn the_description_of_the_sync_is_printed() {
    let s = open_client();
    let printed = s.ok("portal openapi").json();
    assert_eq!(printed["openapi"], "3.1.0");
    assert!(printed["paths"]["/api/v1/clients/{id}/manifest"]["put"].is_object());
}
