//! Talks with clients, and all else there was.

use serde_json::Value;

use crate::sandbox::Sandbox;

fn of(events: &Value, key: &str) -> Vec<String> {
    let events = events.as_array().unwrap().iter();
    events
        .map(|event| event[key].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_talk_is_written_down_with_whom_and_when() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example");
    s.ok("client log acme 'wants an offer' --kind call --contact jo@acme.example --date 2026-11-03 --share");
    s.ok("client log acme 'look at their site'");
    let history = s.json("client history acme --kind call,note");
    assert_eq!(of(&history, "kind"), ["call", "note"]);
    assert_eq!(of(&history, "date"), ["2026-11-03", "2026-11-20"]);
    assert_eq!(of(&history, "who"), ["tester", "tester"]);
    assert_eq!(history[0]["summary"], "Jo Field: wants an offer");
    assert_eq!(history[0]["shared"], true);
    assert_eq!(history[1]["shared"], false);
    let last = s.json("client show acme")["last_contact"].clone();
    assert_eq!(last["text"], "wants an offer", "a note is no contact");

    let books = s.books();
    s.fails("client log acme hello --date tomorrow", 4, "talk.in_future");
    s.fails(
        "client log acme hello --contact nobody",
        3,
        "contact.not_found",
    );
    s.loggia("client log acme").exits(2);
    assert_eq!(s.books(), books);
}

#[test]
fn a_talk_keeps_the_name_of_a_contact_who_goes() {
    let s = Sandbox::acme();
    s.ok("client contact add acme Jo");
    s.ok("client log acme hello --kind call --contact jo");
    s.ok("client contact edit acme Jo --name Joanna");
    let told = || s.json("client history acme --kind call")[0]["summary"].clone();
    assert_eq!(told(), "Joanna: hello");
    s.ok("client contact remove acme Joanna --yes");
    assert_eq!(told(), "Jo: hello", "as it was written down");
    s.ok("undo");
    assert_eq!(told(), "Joanna: hello");
    s.is_sound();
}

#[test]
fn the_history_holds_all_that_was_newest_last() {
    let mut s = Sandbox::empty();
    s.at("2026-09-01T10:00:00Z").found();
    s.ok("client add Acme --lead");
    s.ok("client convert acme");
    s.ok("project add acme Website");
    s.ok("time log acme/website 2h");
    s.ok("time log acme/website 1h");
    s.at("2026-10-01T10:00:00Z");
    s.ok("invoice create acme 2026-09");
    s.at("2026-10-10T10:00:00Z");
    s.ok("invoice pay 2026-0001 100 --date 2026-10-10 --method transfer");
    s.at("2026-10-12T10:00:00Z");
    s.ok("user invite jo@acme.example --client acme");
    s.ok("client log acme 'all is well' --kind meeting --date 2026-10-05");
    let history = s.json("client history acme");
    let told: Vec<_> = of(&history, "date")
        .into_iter()
        .zip(of(&history, "kind"))
        .map(|(date, kind)| format!("{} {kind}", date.trim_start_matches("2026-")))
        .collect();
    let expected = [
        "09-01 stage",
        "09-01 stage",
        "09-01 change",
        "09-01 time",
        "10-01 invoice",
        "10-05 meeting",
        "10-10 payment",
        "10-12 invitation",
    ];
    assert_eq!(told, expected, "{history:#}");
    assert_eq!(history[0]["summary"], "added as lead");
    assert_eq!(history[6]["reference"], "2026-0001");
    let keys = ["date", "kind", "reference", "shared", "summary", "who"];
    for event in history.as_array().unwrap() {
        let mut found: Vec<_> = event.as_object().unwrap().keys().collect();
        found.sort();
        assert_eq!(found, keys);
    }
    let october = s.json("client history acme 2026-10-01..2026-10-05");
    assert_eq!(of(&october, "kind"), ["invoice", "meeting"]);
    s.ok("client history acme").says("all is well");
}

#[test]
fn what_was_taken_back_is_told_as_such() {
    let s = Sandbox::acme();
    s.ok("client edit acme --phone '+49 40 12345'");
    s.ok("undo");
    let changes = of(&s.json("client history acme --kind change"), "summary");
    assert!(
        changes
            .iter()
            .any(|change| change.ends_with("(taken back)")),
        "{changes:?}"
    );
    assert_eq!(changes.last().unwrap(), "undo");
}

#[test]
fn an_invitation_is_told_once_and_as_it_was() {
    let s = Sandbox::acme();
    s.ok("user invite jo@acme.example --client acme --role finance");
    s.ok("user role jo@acme.example work");
    s.ok("user remove jo@acme.example --yes");
    s.ok("undo");
    s.ok("client archive acme");
    s.ok("undo");
    let history = s.json("client history acme");
    let told = |part: &str| -> Vec<String> {
        let events = history.as_array().unwrap().iter();
        let summaries = events.map(|event| event["summary"].as_str().unwrap());
        let found = summaries.filter(|summary| summary.contains(part));
        found.map(str::to_owned).collect()
    };
    assert_eq!(
        told("was invited"),
        ["jo@acme.example was invited as finance"]
    );
    assert!(
        told("archived")
            .iter()
            .any(|summary| summary.ends_with("(taken back)")),
        "{history:#}"
    );
}

#[test]
fn a_note_is_a_talk_with_nobody() {
    let s = Sandbox::acme();
    s.ok("client log acme 'thought about it' --kind note");
    let figures = s.json("client list --columns slug,last_contact");
    assert!(figures[0]["last_contact"].is_null(), "{figures}");
    assert!(s.json("client show acme")["last_contact"].is_null());
    s.ok("client log acme 'told them' --kind call");
    assert!(s.json("client show acme")["last_contact"].is_object());
}

#[test]
fn a_client_is_told_by_its_short_name() {
    let s = Sandbox::studio();
    s.ok("client add Beta");
    assert_eq!(s.json("client log BETA hi")["client"], "beta");
    assert_eq!(s.json("notify show --client BETA")["client"], "beta");
}

#[test]
fn a_talk_is_corrected_and_taken_out_by_its_name() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field'");
    s.ok("client contact add acme 'Kim Wood'");
    let talk = s
        .ok("-q client log acme 'wants an ofer' --kind call --contact Jo --share")
        .reference()
        .to_owned();
    let told = |s: &Sandbox| s.json("client history acme --kind call,email")[0].clone();
    assert_eq!(told(&s)["reference"], talk.as_str());
    s.ok(&format!(
        "client talk edit acme {talk} 'wants an offer' --kind email --date 2026-11-18 --contact kim --internal"
    ));
    let now = told(&s);
    assert_eq!(now["summary"], "Kim Wood: wants an offer");
    assert_eq!(
        (&now["date"], &now["kind"], &now["shared"]),
        (&"2026-11-18".into(), &"email".into(), &false.into())
    );
    let books = s.books();
    let edit = format!("client talk edit acme {talk}");
    s.fails(&format!("{edit} --date 2027-01-01"), 4, "talk.in_future");
    s.fails(&format!("{edit} --contact nobody"), 3, "contact.not_found");
    s.fails("client talk edit acme talk-99 x", 3, "talk.not_found");
    s.fails(
        &format!("client talk remove acme {talk}"),
        2,
        "usage.confirm",
    );
    assert_eq!(s.books(), books);
    s.ok(&format!("client talk edit acme {talk} --contact ''"));
    assert_eq!(told(&s)["summary"], "wants an offer");
    s.ok(&format!("client talk remove acme {talk} --yes"));
    assert_eq!(told(&s), serde_json::Value::Null);
    s.ok("undo");
    assert_eq!(told(&s)["summary"], "wants an offer");
    s.is_sound();
}

#[test]
fn a_contact_is_meant_by_how_the_name_of_only_one_begins() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field'");
    s.ok("client log acme 'wants an offer by Friday' --kind call --contact Jo");
    s.ok("client contact add acme 'Jonas Kern'");
    s.fails("client log acme x --contact jo", 2, "contact.ambiguous");
    s.ok("client contact add acme Jo");
    let said = s.json("client log acme x --contact JO");
    assert_eq!(said["contact"], "Jo");
    s.fails("client log acme x --contact o", 3, "contact.not_found");
}

#[test]
fn a_long_note_does_not_fill_the_history() {
    let s = Sandbox::acme();
    let long = "word ".repeat(300);
    s.ok(&format!("client log acme '{long}'"));
    let table = s
        .ok("client history acme --kind note")
        .says("--json has the whole");
    assert!(
        table.stdout.lines().all(|line| line.chars().count() < 300),
        "{table}"
    );
    let whole = s.json("client history acme --kind note")[0]["summary"].clone();
    assert_eq!(whole.as_str().unwrap(), long.trim());
    s.ok("client log acme short --kind call");
    let short = s.ok("client history acme --kind call");
    assert!(!short.stdout.contains("--json"), "{short}");
}
