//! The timer: start, stop, cancel, status.

use crate::sandbox::Sandbox;

#[test]
fn a_timer_becomes_an_entry_when_it_is_stopped() {
    let mut s = Sandbox::acme();
    s.at("2026-11-20T08:00:00Z")
        .ok("time start acme/website 'first draft' --tag web");
    s.at("2026-11-20T09:30:00Z");
    let running = s.json("time status");
    assert_eq!(running[0]["seconds"], 5400);
    assert_eq!(running[0]["project"], "acme/website");
    let entry = s.json("time stop");
    assert_eq!(entry["seconds"], 5400);
    assert_eq!(entry["start"], "2026-11-20T09:00:00+01:00");
    assert_eq!(entry["end"], "2026-11-20T10:30:00+01:00");
    assert_eq!(entry["note"], "first draft");
    assert_eq!(entry["tags"][0], "web");
    assert_eq!(s.json("time status"), serde_json::json!([]));
    s.fails("time stop", 4, "timer.none");
}

#[test]
fn starting_again_stops_what_runs() {
    let mut s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.at("2026-11-20T08:00:00Z").ok("time start acme/website");
    s.at("2026-11-20T08:45:00Z")
        .ok("time start acme/shop")
        .tells("45");
    let entries = s.json("time list today");
    assert_eq!(entries.as_array().unwrap().len(), 1);
    assert_eq!(entries[0]["seconds"], 2700);
    assert_eq!(s.json("time status")[0]["project"], "acme/shop");
}

#[test]
fn cancelling_leaves_no_entry() {
    let mut s = Sandbox::acme();
    s.ok("time start acme/website");
    s.at("2026-11-20T15:00:00Z").ok("time cancel");
    assert_eq!(s.json("time list all"), serde_json::json!([]));
    s.fails("time cancel", 4, "timer.none");
}

#[test]
fn stopping_and_starting_in_the_same_minute_is_no_overlap() {
    let mut s = Sandbox::acme();
    s.ok("settings set time.overlap=refuse");
    s.at("2026-11-20T08:00:00Z").ok("time start acme/website");
    s.at("2026-11-20T09:00:00Z").ok("time start acme/website");
    let second = s.at("2026-11-20T10:00:00Z").ok("time stop");
    assert!(!second.stderr.contains("overlap"), "{second}");
    assert_eq!(s.json("time list today").as_array().unwrap().len(), 2);
}

#[test]
fn a_clock_that_went_back_is_told_and_nothing_is_logged() {
    let mut s = Sandbox::acme();
    s.ok("time start acme/website");
    s.at("2026-11-20T11:00:00Z");
    s.fails("time stop", 4, "timer.clock_went_back");
    assert_eq!(s.json("time status")[0]["seconds"], serde_json::Value::Null);
    s.at("2026-11-20T13:00:00Z");
    assert_eq!(s.json("time stop")["seconds"], 3600);
}

#[test]
fn each_member_has_a_timer_of_its_own() {
    let mut s = Sandbox::acme();
    s.ok("member add Ines");
    s.ok("time start acme/website");
    s.ok("time start acme/website --by ines");
    assert_eq!(s.json("time status").as_array().unwrap().len(), 2);
    s.at("2026-11-20T13:00:00Z").ok("time stop --by ines");
    assert_eq!(s.json("time status")[0]["member"], "mara");
}

#[test]
fn what_was_agreed_for_an_entry_holds_when_it_is_taken_up_again() {
    let mut s = Sandbox::acme();
    s.ok("time log acme/website 1h --rate 77 --internal 'a favour'");
    s.ok("time resume 1");
    s.at("2026-11-20T13:00:00Z").ok("time stop");
    let again = s.json("time show @1");
    assert_eq!(again["internal_note"], "a favour");
    assert_eq!(
        s.json("rate explain @1")["rate"],
        s.json("rate explain 1")["rate"]
    );
    s.ok("time start acme/website");
    s.at("2026-11-20T14:00:00Z").ok("time stop");
    let other = s.json("time show @1");
    assert!(other["internal_note"].is_null(), "{other}");
    s.is_sound();
}

#[test]
fn what_was_last_worked_is_taken_up_again() {
    let mut s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("project task add acme/website Design");
    s.fails("time resume", 4, "timer.nothing_to_resume");
    s.ok("time log acme/shop 1h 'the day before' --date yesterday");
    s.ok("time log acme/website 9:00-10:00 draft --task Design --tag web --non-billable");
    s.ok("time log acme/shop 1h 'planned' --date tomorrow");
    let running = s.json("time resume");
    assert_eq!(running["project"], "acme/website");
    assert_eq!(running["task"], "Design");
    assert_eq!(running["note"], "draft");
    assert_eq!(running["tags"][0], "web");
    s.fails("time resume", 4, "timer.runs");
    s.at("2026-11-20T13:00:00Z");
    let other = s.json("time resume 1 --note again");
    assert_eq!(
        (&other["project"], &other["note"]),
        (&"acme/shop".into(), &"again".into())
    );
    let stopped = s.json("time show @1");
    assert_eq!(stopped["billable"], false);
    assert_eq!(stopped["seconds"], 3600);
    s.ok("time cancel");
    s.ok("project close acme/website");
    s.fails("time resume", 4, "project.closed");
    s.fails("time resume 99", 3, "entry.not_found");
}

#[test]
fn the_status_fits_a_prompt() {
    let mut s = Sandbox::acme();
    let format = "time status --format '{project} {elapsed} {note}{odd} {{x}}'";
    assert_eq!(s.ok(format).stdout, "");
    s.ok("time start acme/website draft --at 11:55");
    assert_eq!(s.ok(format).stdout, "acme/website 1:05 draft {x}\n");
    s.at("2026-11-21T09:00:00Z");
    assert_eq!(s.ok(format).stdout, "acme/website 22:05 draft! {x}\n");
    s.loggia("time status --format '{colour}'")
        .exits(2)
        .tells("colour");
    s.loggia("time status --format '{note'").exits(2);
    let none = Sandbox::empty();
    assert_eq!(none.ok("time status --format '{project}'").stdout, "");
    assert!(!none.store().exists(), "a prompt makes no store");
}

#[test]
fn a_private_note_of_a_timer_becomes_that_of_the_entry() {
    let mut s = Sandbox::acme();
    s.ok("time start acme/website --internal 'they pay late'");
    assert_eq!(s.json("time status")[0]["internal_note"], "they pay late");
    s.at("2026-11-20T13:00:00Z");
    assert_eq!(s.json("time stop")["internal_note"], "they pay late");
}

#[test]
fn a_timer_begins_and_ends_when_it_is_said_to() {
    // Now is 13:00 in Berlin.
    for (at, start) in [
        ("9:15", "2026-11-20T09:15:00+01:00"),
        ("now", "2026-11-20T13:00:00+01:00"),
        ("20 minutes ago", "2026-11-20T12:40:00+01:00"),
        ("1h30m ago", "2026-11-20T11:30:00+01:00"),
        ("yesterday 22:30", "2026-11-19T22:30:00+01:00"),
        ("2026-11-19 9am", "2026-11-19T09:00:00+01:00"),
        ("2026-11-20T10:00", "2026-11-20T10:00:00+01:00"),
        ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00+01:00"),
    ] {
        let s = Sandbox::acme();
        let outcome = s.run(&["time", "start", "acme/website", "--at", at, "--json"]);
        assert_eq!(outcome.exits(0).json()["start"], start, "{at}");
    }
    let mut s = Sandbox::acme();
    for (at, exit, code) in [
        ("14:00", 4, "time.not_yet"),
        ("tomorrow 9:00", 4, "time.not_yet"),
        ("nonsense", 2, "input.date"),
        ("", 2, "input.date"),
        ("25:00", 2, "input.date"),
        ("2026-02-30 9:00", 2, "input.date"),
        ("2026-03-29 2:30", 2, "input.date"),
    ] {
        s.fails(&format!("time start acme/website --at '{at}'"), exit, code);
    }
    // Just after midnight, half an hour to midnight was yesterday.
    s.at("2026-11-19T23:30:00Z");
    let running = s.json("time start acme/website --at 23:30");
    assert_eq!(running["start"], "2026-11-19T23:30:00+01:00");
    s.fails("time stop --at 1:00", 4, "time.not_yet");
    s.fails("time stop --at 'yesterday 22:00'", 4, "entry.empty");
    assert_eq!(s.json("time stop --at 0:15")["seconds"], 2700);
}

#[test]
fn a_forgotten_timer_is_flagged_and_never_longer_than_a_day() {
    let mut s = Sandbox::acme();
    s.at("2026-11-16T08:00:00Z").ok("time start acme/website");
    let odd = |s: &Sandbox| s.json("time status")[0]["odd"].clone();
    assert_eq!(odd(&s), serde_json::Value::Null);
    s.at("2026-11-16T23:30:00Z");
    assert_eq!(odd(&s), "long");
    s.ok("time status").tells("--at 18:00");
    s.at("2026-11-18T12:00:00Z");
    assert_eq!(odd(&s), "too_long");
    let before = s.books();
    let error = s.fails("time stop", 4, "timer.too_long");
    assert!(
        error["hint"].as_str().unwrap().contains("--at 18:00"),
        "{error}"
    );
    s.fails("time start acme/website", 4, "timer.too_long");
    assert_eq!(s.books(), before);
    // The first six o'clock after the start, not that of yesterday.
    let entry = s.json("time stop --at 18:00");
    assert_eq!(entry["end"], "2026-11-16T18:00:00+01:00");
    s.at("2026-11-18T17:00:00Z").ok("time start acme/website");
    s.at("2026-11-18T23:30:00Z");
    assert_eq!(odd(&s), "over_midnight");
    s.at("2026-11-19T08:00:00Z")
        .ok("time stop")
        .tells("forgotten");
}
