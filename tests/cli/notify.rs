//! Who is told of what.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn of(shown: &Value, key: &str) -> Value {
    let keys = shown["keys"].as_array().unwrap();
    keys.iter().find(|row| row["key"] == key).unwrap().clone()
}

#[test]
fn a_client_s_value_stands_before_the_global_one_and_both_before_the_default() {
    let s = Sandbox::acme();
    let shown = s.json("notify show");
    let summary = of(&shown, "weekly-summary");
    assert_eq!(
        (&summary["value"], &summary["origin"]),
        (&json!("off"), &json!("default"))
    );
    assert_eq!(summary["recipients"], Value::Null);
    s.ok("notify set weekly-summary=owner");
    s.ok("notify set weekly-summary='jo@acme.example, kim@acme.example' --client acme");
    let own = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(own["origin"], "client");
    assert_eq!(
        own["recipients"],
        json!(["jo@acme.example", "kim@acme.example"])
    );
    s.ok("notify unset weekly-summary --client acme");
    let global = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(
        (&global["value"], &global["origin"]),
        (&json!("owner"), &json!("global"))
    );
    assert_eq!(global["recipients"], json!([]), "no owner has an address");
    s.ok("member edit mara --email mara@studio.example");
    let told = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(told["recipients"], json!(["mara@studio.example"]));
}

#[test]
fn what_is_no_event_or_no_value_is_refused_and_nothing_kept() {
    let s = Sandbox::acme();
    let books = s.books();
    for line in [
        "notify set weather=on",
        "notify set weekly-summary=everybody",
        "notify set weekly-summary=both comment-reply=jo@nowhere",
        "notify set weekly-summary=",
        "notify unset weather",
    ] {
        s.fails(line, 2, "input.setting");
    }
    s.fails(
        "notify set weekly-summary=both --client nobody",
        3,
        "client.not_found",
    );
    assert_eq!(s.books(), books);
    s.ok("notify set weekly-summary=both");
    s.ok("undo");
    assert_eq!(s.books(), books);
}

#[test]
fn it_is_told_why_nobody_is_told_and_of_what_mail_goes_out() {
    let s = Sandbox::acme();
    let why_of = |s: &Sandbox, event: &str| {
        of(&s.json("notify show --client acme"), event)["nobody"].clone()
    };
    let why = |s: &Sandbox| why_of(s, "weekly-summary");
    // Mail about money goes to whoever pays, user or not.
    let missing = why_of(&s, "invoice-issued").to_string();
    assert!(missing.contains("has a mail address"), "{missing}");
    s.ok("client edit acme --email office@acme.example");
    let issued = of(&s.json("notify show --client acme"), "invoice-issued");
    assert_eq!(issued["recipients"], json!(["office@acme.example"]));
    assert_eq!(issued["nobody"], Value::Null);
    s.ok("notify set weekly-summary=client --client acme");
    assert_eq!(why(&s), "client: it has no user");
    s.ok("user invite jo@acme.example --client acme");
    assert_eq!(
        why(&s),
        "client: no user has accepted the invitation and is let in"
    );
    s.ok("notify set weekly-summary=jo@acme.example --client acme")
        .tells("mail goes out about invoices and reminders");
    assert_eq!(why(&s), Value::Null);
    s.ok("notify show --client acme")
        .tells("mail goes out about invoices and reminders")
        .says("neither an owner nor the business has a mail address");
}
