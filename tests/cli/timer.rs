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
