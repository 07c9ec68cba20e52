//! Schedules of invoices: their dates, what they bill, and how they are paused, skipped and ended.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

fn dates(s: &Sandbox, line: &str) -> Vec<String> {
    let next = s.json(line);
    let dates = next["dates"].as_array().unwrap().iter();
    dates
        .map(|date| date["date"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_schedule_is_agreed_on_shown_and_listed() {
    let s = Sandbox::acme();
    s.ok("invoice schedule list")
        .says("loggia invoice schedule add");
    let added = s.json(
        "invoice schedule add acme --every 'quarter' --on end --from 2026-12-31 --item '12 x 9.90 Hosting' --item '450 Care' --work \
         --group-by task --terms-days 30",
    );
    let keys = "schedule client state every on from until count items currency work group_by draft terms_days paused skipped done next";
    assert_eq!(missing_keys(&added, keys), Vec::<&str>::new());
    assert_eq!(added["schedule"], "schedule-1");
    assert_eq!(added["state"], "active");
    assert_eq!(added["every"], "3 months");
    assert_eq!(added["on"], "end");
    assert_eq!(added["items"][0]["quantity"], "12");
    assert_eq!(added["next"], "2026-12-31");
    assert_eq!(added["done"], Value::Null);
    assert_eq!(s.json("invoice schedule show schedule-1"), added);
    assert_eq!(s.json("invoice schedule show 1"), added);
    assert_eq!(s.json("invoice schedule show acme"), added);
    assert_eq!(s.json("invoice schedule list"), json!([added]));
    assert_eq!(s.json("invoice schedule list acme"), json!([added]));
    s.ok("invoice schedule list")
        .says("Hosting, Care, unbilled work");
    s.ok("invoice schedule show acme").says("12 × 9.90 EUR");
}

#[test]
fn one_that_is_there_is_kept_and_two_have_to_be_told_apart() {
    let s = Sandbox::acme();
    let line = "invoice schedule add acme --every month --from 2026-12-01 --item '9.90 Hosting'";
    let first = s.ok(&format!("{line} -q")).reference().to_owned();
    let books = s.books();
    let again = s
        .ok(&format!("{line} --if-missing -q"))
        .reference()
        .to_owned();
    assert_eq!((again, s.books()), (first, books));
    s.ok(line);
    let error = s.fails("invoice schedule show acme", 2, "schedule.ambiguous");
    assert!(error["hint"].as_str().unwrap().contains("schedule-2"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let s = Sandbox::acme();
    let books = s.books();
    for (line, exit, code) in [
        (
            "--every month --from 2026-12-01 --no-work",
            4,
            "schedule.of_nothing",
        ),
        (
            "--every month --on 15 --from 2026-12-20 --until 2027-01-14",
            4,
            "schedule.without_dates",
        ),
        ("--every fortnight --from 2026-12-01", 2, "input.schedule"),
        ("--every '0 months' --from 2026-12-01", 2, "input.schedule"),
        (
            "--every month --on 32 --from 2026-12-01",
            2,
            "input.schedule",
        ),
        (
            "--every month --on monday --from 2026-12-01",
            2,
            "input.schedule",
        ),
        ("--every week --on 3 --from 2026-12-01", 2, "input.schedule"),
        ("--every month --from 4/2", 2, "input.date"),
        (
            "--every month --from 2026-12-01 --item Hosting",
            2,
            "input.item",
        ),
        (
            "--every month --from 2026-12-01 --item '1,800 Hosting'",
            2,
            "input.item",
        ),
        (
            "--every month --from 2026-12-01 --item '=5'",
            2,
            "input.item",
        ),
    ] {
        s.fails(&format!("invoice schedule add acme {line}"), exit, code);
    }
    for verb in ["show", "pause", "resume", "skip", "end", "next"] {
        let line = format!("invoice schedule {verb} schedule-7");
        s.fails(&line, 3, "schedule.not_found");
        s.fails(
            &format!("invoice schedule {verb} acme"),
            3,
            "schedule.not_found",
        );
    }
    s.ok("client archive acme");
    s.fails(
        "invoice schedule add acme --every month --from 2026-12-01",
        4,
        "client.archived",
    );
    s.ok("client restore acme");
    assert_eq!(s.books(), books);
}

#[test]
fn the_next_dates_tell_what_each_would_bill() {
    let s = Sandbox::acme();
    s.ok(
        "invoice schedule add acme --every month --from 2026-11-30 --item '2 x 10 Hosting' --work",
    );
    s.ok("time log acme/website 2h --date 2026-11-10");
    let next = s.json("invoice schedule next acme 3");
    assert_eq!(next["dates"][0]["date"], "2026-11-30");
    assert_eq!(next["dates"][0]["due"], false);
    assert_eq!(next["dates"][0]["items"], "20.00");
    assert_eq!(next["dates"][0]["work"], "190.00");
    // The work of later dates is not done yet.
    assert_eq!(next["dates"][1]["work"], Value::Null);
    assert_eq!(next["dates"][1]["period"]["to"], "2027-01-29");
    assert_eq!(
        dates(&s, "invoice schedule next acme 4"),
        ["2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28"]
    );
    s.ok("invoice schedule next acme").says("190.00 so far");
    s.loggia("invoice schedule next acme 0").exits(2);
}

#[test]
fn a_date_is_left_out_and_its_work_comes_with_the_next() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01");
    s.ok("time log acme/website 1h --date 2026-11-10");
    s.ok("invoice schedule skip acme");
    assert_eq!(dates(&s, "invoice schedule next acme 1"), ["2027-01-01"]);
    // Twice is once; a day that is no date is refused with the next one.
    s.ok("invoice schedule skip acme 2026-12-01");
    let error = s.fails(
        "invoice schedule skip acme 2026-12-02",
        4,
        "schedule.no_such_date",
    );
    assert!(error["message"].as_str().unwrap().contains("2027-01-01"));
    s.at("2027-01-05T12:00:00Z");
    let jobs = s.json("run --only schedule")["jobs"].clone();
    assert_eq!(jobs.as_array().unwrap().len(), 1);
    assert_eq!(s.json("invoice show 2027-0001")["net"], "95.00");
    s.fails(
        "invoice schedule skip acme 2027-01-01",
        4,
        "schedule.no_such_date",
    );
}

#[test]
fn what_passes_while_it_is_paused_is_left_out_or_caught_up_on() {
    for (resume, made) in [("", 2), ("--catch-up", 4)] {
        let mut s = Sandbox::acme();
        s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting'");
        s.at("2026-12-02T12:00:00Z");
        s.ok("run -q");
        s.ok("invoice schedule pause acme");
        s.at("2027-02-15T12:00:00Z");
        s.ok("run --only schedule").says("nothing is due");
        assert_eq!(s.json("invoice schedule show acme")["state"], "paused");
        s.ok(&format!("invoice schedule resume acme {resume}"));
        s.ok(&format!("invoice schedule resume acme {resume}"));
        s.at("2027-03-01T12:00:00Z");
        s.ok("run -q");
        assert_eq!(s.json("invoice list").as_array().unwrap().len(), made);
    }
}

#[test]
fn a_schedule_ends_by_number_by_day_or_by_word() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting' --count 2");
    s.at("2027-06-01T12:00:00Z");
    s.ok("run -q");
    assert_eq!(s.json("invoice list").as_array().unwrap().len(), 2);
    assert_eq!(s.json("invoice schedule list"), json!([]));
    assert_eq!(s.json("invoice schedule list --all")[0]["state"], "ended");
    s.fails("invoice schedule skip acme", 4, "schedule.ended");
    s.fails("invoice schedule pause acme", 4, "schedule.ended");
    s.ok("invoice schedule edit acme --count 0");
    s.ok("invoice schedule end acme --on 2027-03-15");
    assert_eq!(
        dates(&s, "invoice schedule next acme 10"),
        ["2027-02-01", "2027-03-01"]
    );
    s.ok("invoice schedule edit acme --until never");
    assert_eq!(dates(&s, "invoice schedule next acme 10").len(), 10);
}

#[test]
fn what_changes_holds_for_dates_to_come() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting'");
    s.at("2027-02-02T12:00:00Z");
    s.ok("run -q");
    s.ok("invoice schedule edit acme --on 15 --item '12 Hosting' --item '5 Care'");
    assert_eq!(
        dates(&s, "invoice schedule next acme 2"),
        ["2027-02-15", "2027-03-15"]
    );
    s.at("2027-02-20T12:00:00Z");
    s.ok("run -q");
    let invoices = s.json("invoice list");
    assert_eq!(
        invoices.as_array().unwrap().len(),
        4,
        "nothing of the past is billed anew"
    );
    assert_eq!(invoices[0]["net"], "17.00");
    s.fails(
        "invoice schedule edit acme --no-items",
        4,
        "schedule.of_nothing",
    );
    s.ok("invoice schedule edit acme --no-items --work --draft --terms-days 7 --group-by entry");
    let shown = s.json("invoice schedule show acme");
    assert_eq!(
        (&shown["draft"], &shown["terms_days"]),
        (&json!(true), &json!(7))
    );
    s.ok("undo");
    assert_eq!(s.json("invoice schedule show acme")["draft"], false);
}
