//! Days are counted in the zone of the business; elapsed time is what really passed.

use crate::sandbox::Sandbox;

#[test]
fn an_entry_belongs_to_the_local_day_on_which_it_starts() {
    let mut s = Sandbox::acme();
    // Half past midnight in Berlin; the day before in UTC and in the zone of the machine.
    s.at("2026-11-19T23:30:00Z").ok("time start acme/website");
    assert_eq!(
        s.at("2026-11-20T00:30:00Z").json("time stop")["date"],
        "2026-11-20"
    );
    s.at("2026-11-20T22:30:00Z").ok("time start acme/website");
    let over_midnight = s.at("2026-11-21T00:30:00Z").json("time stop");
    assert_eq!(over_midnight["date"], "2026-11-20");
    assert_eq!(over_midnight["seconds"], 7200);
    assert_eq!(s.json("time report 2026-11-20")["total"]["seconds"], 10800);
    assert_eq!(s.json("time report 2026-11-21")["total"]["seconds"], 0);
}

#[test]
fn another_zone_has_another_today() {
    let mut s = Sandbox::acme();
    s.at("2026-11-20T23:30:00Z");
    assert_eq!(s.json("time log acme/website 1h")["date"], "2026-11-21");
    s.ok("settings set zone=America/New_York");
    assert_eq!(s.json("time log acme/website 1h")["date"], "2026-11-20");
    assert_eq!(
        s.json("time log acme/website 1h --as-of 2026-11-18")["date"],
        "2026-11-18"
    );
}

#[test]
fn a_night_with_a_clock_change_counts_what_passed() {
    let mut s = Sandbox::acme();
    s.at("2026-12-01T12:00:00Z");
    let seconds = |day: &str| {
        s.json(&format!("time log acme/website 22:00-06:00 --date {day}"))["seconds"].clone()
    };
    assert_eq!(seconds("2026-03-21"), 8 * 3600, "an ordinary night");
    assert_eq!(seconds("2026-03-28"), 7 * 3600, "an hour is lost");
    assert_eq!(seconds("2026-10-24"), 9 * 3600, "an hour comes twice");
}

#[test]
fn a_time_that_never_was_is_refused_and_one_that_came_twice_is_the_first() {
    let mut s = Sandbox::acme();
    s.at("2026-12-01T12:00:00Z");
    let outcome = s
        .loggia("time log acme/website 02:30-04:00 --date 2026-03-29 --json")
        .exits(2);
    assert!(
        outcome.error()["code"]
            .as_str()
            .unwrap()
            .starts_with("input."),
        "{outcome}"
    );
    let entry = s.json("time log acme/website 02:30-03:30 --date 2026-10-25");
    assert_eq!(entry["start"], "2026-10-25T02:30:00+02:00");
    assert_eq!(entry["seconds"], 2 * 3600);
}

#[test]
fn a_timer_over_the_night_of_the_change_counts_what_passed() {
    let mut s = Sandbox::acme();
    s.at("2026-10-24T22:00:00Z").ok("time start acme/website");
    let entry = s.at("2026-10-25T05:00:00Z").json("time stop");
    assert_eq!(entry["seconds"], 7 * 3600);
    assert_eq!(entry["date"], "2026-10-25");
}
