//! Durations, dates and periods as people type them: every row of the table, through the binary.

use serde_json::Value;

use crate::sandbox::{Outcome, Sandbox};

fn log(s: &Sandbox, worked: &str) -> Outcome {
    s.run(&["time", "log", "--json", "acme/website", worked])
}

#[test]
fn what_people_type_for_a_length_of_time() {
    let s = Sandbox::acme();
    s.ok("settings set time.day-limit=allow");
    s.ok("settings set time.overlap=allow");
    for (typed, seconds) in [
        ("2h30m", 9000),
        ("2h 30m", 9000),
        ("2:30", 9000),
        ("2.5h", 9000),
        ("2,5h", 9000),
        ("150m", 9000),
        ("150min", 9000),
        ("45 minutes", 2700),
        ("1.5", 5400),
        ("1,5", 5400),
        ("2", 7200),
        ("9:00-11:30", 9000),
        ("9-11:30", 9000),
        ("9am-11:30am", 9000),
        ("22:00-01:30", 12600),
        ("24h", 86400),
    ] {
        let entry = log(&s, typed).exits(0).json();
        assert_eq!(entry["seconds"], seconds, "{typed}");
        assert_eq!(entry["date"], "2026-11-20", "{typed}");
        let has_clock = typed.contains('-');
        assert_eq!(entry["start"].is_string(), has_clock, "{typed}");
    }
    let night = s.json("time show @1");
    assert_ne!(night["seconds"], 0);
}

#[test]
fn an_end_that_is_not_after_the_start_is_on_the_next_day() {
    let s = Sandbox::acme();
    let entry = log(&s, "22:00-01:30").exits(0).json();
    assert_eq!(entry["date"], "2026-11-20");
    assert_eq!(entry["start"], "2026-11-20T22:00:00+01:00");
    assert_eq!(entry["end"], "2026-11-21T01:30:00+01:00");
}

#[test]
fn what_is_no_length_of_time_is_a_usage_error_that_says_what_would_be_taken() {
    let s = Sandbox::acme();
    let books = s.books();
    for typed in [
        "0",
        "-2h",
        "1h96m",
        "2m3h",
        "1.5s",
        "3d",
        "25h",
        "",
        "abc",
        "1h2h",
        "0:00",
        "25:00",
        "9:00-",
        "9:61-10:00",
        "99999999999999999999h",
        "1e2",
        "NaN",
    ] {
        let outcome = log(&s, typed).exits(2);
        let error = outcome.error();
        assert_eq!(error["code"], "input.duration", "{outcome}");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(s.books(), books);
}

#[test]
fn what_people_type_for_a_day() {
    let s = Sandbox::acme();
    for (typed, day) in [
        ("today", "2026-11-20"),
        ("yesterday", "2026-11-19"),
        ("tomorrow", "2026-11-21"),
        ("monday", "2026-11-16"),
        ("friday", "2026-11-20"),
        ("saturday", "2026-11-14"),
        ("sunday", "2026-11-15"),
        ("3 days ago", "2026-11-17"),
        ("-3d", "2026-11-17"),
        ("2026-11-21", "2026-11-21"),
    ] {
        let outcome = s.run(&[
            "time",
            "log",
            "--json",
            "acme/website",
            "1h",
            "--date",
            typed,
        ]);
        assert_eq!(outcome.exits(0).json()["date"], day, "{typed}");
    }
}

#[test]
fn a_day_that_would_be_a_guess_is_refused() {
    let s = Sandbox::acme();
    for typed in [
        "4/2",
        "01.02.26",
        "26-11-21",
        "2026-02-30",
        "2026-13-01",
        "2025-02-29",
        "someday",
        "",
    ] {
        let outcome = s
            .run(&[
                "time",
                "log",
                "--json",
                "acme/website",
                "1h",
                "--date",
                typed,
            ])
            .exits(2);
        assert!(
            outcome.error()["code"]
                .as_str()
                .unwrap()
                .starts_with("input."),
            "{outcome}"
        );
    }
    assert_eq!(s.json("time list all"), serde_json::json!([]));
}

#[test]
fn what_people_type_for_a_period() {
    let s = Sandbox::acme();
    for (typed, from, to) in [
        ("today", "2026-11-20", "2026-11-20"),
        ("this week", "2026-11-16", "2026-11-22"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
        ("..2026-11-15", "", "2026-11-15"),
        ("2026-11-15..", "2026-11-15", ""),
    ] {
        let period = s.json(&format!("time report {typed}"))["period"].clone();
        let day = |day: &str| {
            if day.is_empty() {
                Value::Null
            } else {
                Value::from(day)
            }
        };
        assert_eq!(period["from"], day(from), "{typed}");
        assert_eq!(period["to"], day(to), "{typed}");
    }
    for typed in [
        "2026-W54",
        "2025-W53",
        "2026-Q5",
        "2026-13",
        "2026-11-15..2026-11-01",
        "11/2026",
        "fortnight",
    ] {
        let outcome = s.loggia(&format!("time report {typed}")).exits(2);
        assert!(!outcome.stderr.is_empty());
    }
}

#[test]
fn the_week_starts_where_the_business_says() {
    let s = Sandbox::acme();
    s.ok("settings set week-start=sunday");
    assert_eq!(
        s.json("time report this week")["period"]["from"],
        "2026-11-15"
    );
}

#[test]
fn both_ends_of_a_period_are_part_of_it() {
    let s = Sandbox::acme();
    for day in ["2026-10-31", "2026-11-01", "2026-11-15", "2026-11-16"] {
        s.ok(&format!("time log acme/website 1h --date {day}"));
    }
    let listed = s.json("time list 2026-11-01..2026-11-15");
    let days: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["date"])
        .collect();
    assert_eq!(days, ["2026-11-01", "2026-11-15"]);
}
