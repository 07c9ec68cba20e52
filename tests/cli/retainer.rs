//! Retainers: what is granted, used, left and over; closed periods, changes, several at once.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

#[test]
fn hours_are_drawn_and_what_is_beyond_is_overage() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --per month --fee 1800 --from 2026-10-01");
    assert_eq!(s.json("client show acme")["billing"], "retainer");
    s.ok("time log acme/website 12h --date 2026-10-05");
    s.ok("time log acme/website 11h --date 2026-10-06");
    s.ok("time log acme/website 2h30m --date 2026-11-05");
    s.ok("time log acme/website 5h --date 2026-11-06 --non-billable");
    let status = s.json("retainer status acme")[0].clone();
    let wanted = "client kind period granted carried_in used left overage expires currency";
    assert_eq!(missing_keys(&status, wanted), Vec::<&str>::new());
    assert_eq!(
        status["period"],
        json!({"from": "2026-11-01", "to": "2026-11-30"})
    );
    assert_eq!(status["granted"], "20.00");
    assert_eq!(status["carried_in"], "0.00");
    assert_eq!(status["used"], "2.50");
    assert_eq!(status["left"], "17.50");
    assert_eq!(status["overage"], "0.00");
    let october = s.json("retainer status acme --as-of 2026-10-31")[0].clone();
    assert_eq!(october["used"], "23.00");
    assert_eq!(october["left"], "0.00");
    assert_eq!(october["overage"], "3.00");
}

#[test]
fn the_fee_and_the_overage_are_billed_once() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --fee 1800 --from 2026-10-01");
    s.ok("time log acme/website 12h --date 2026-10-05");
    s.ok("time log acme/website 11h --date 2026-10-06");
    let invoice = s.json("invoice create acme 2026-10");
    // 1800 for the month and three hours at 95 beyond it.
    assert_eq!(invoice["net"], "2085.00");
    assert_eq!(invoice["tax"][0]["amount"], "396.15");
    assert_eq!(invoice["total"], "2481.15");
    s.fails("invoice create acme 2026-10", 4, "invoice.nothing_to_bill");
}

#[test]
fn a_partial_month_is_prorated_by_days() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --from 2026-11-16");
    // 15 of 30 days.
    assert_eq!(s.json("retainer status")[0]["granted"], "10.00");
    s.ok("client add Globex");
    s.ok("retainer add globex --hours 20 --from 2026-11-16 --no-prorate");
    assert_eq!(s.json("retainer status globex")[0]["granted"], "20.00");
}

#[test]
fn only_projects_in_scope_draw() {
    let s = Sandbox::acme();
    s.ok("project add acme Care");
    s.ok("retainer add acme --hours 20 --from 2026-11-01 --project acme/care");
    s.ok("time log acme/care 2h");
    s.ok("time log acme/website 1h");
    assert_eq!(s.json("retainer status")[0]["used"], "2.00");
    assert_eq!(s.json("invoice preview acme")["net"], "95.00");
}

#[test]
fn a_client_has_one_retainer_at_a_time() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --from 2026-10-01 --to 2026-10-31");
    s.fails(
        "retainer add acme --hours 10 --from 2026-10-31",
        4,
        "retainer.overlap",
    );
    s.ok("retainer add acme --hours 10 --from 2026-11-01");
    s.fails(
        "retainer add acme --hours 10 --per term --from 2027-01-01",
        2,
        "usage.missing",
    );
    s.fails("retainer status nobody", 3, "client.not_found");
    assert_eq!(
        s.json("retainer status acme --verbose")[0]["client"],
        "acme"
    );
    assert_ne!(
        s.json("retainer status acme --verbose")[0]["periods"],
        Value::Null
    );
}

#[test]
fn what_is_left_carries_up_to_the_cap_and_every_draw_is_told() {
    let mut s = Sandbox::acme();
    s.at("2026-03-31T12:00:00Z");
    s.ok("retainer add acme --hours 20 --from 2026-01-01 --carry-cap 10 --carry-expires 2 --fee 1800");
    let work = [("2026-01-05", [8, 4]), ("2026-02-10", [9, 0])];
    for (day, hours) in work {
        for hours in hours.into_iter().filter(|hours| *hours > 0) {
            s.ok(&format!("time log acme/website {hours}h --date {day}"));
        }
    }
    for day in [
        "2026-03-02",
        "2026-03-03",
        "2026-03-04",
        "2026-03-05",
        "2026-03-06",
    ] {
        s.ok(&format!("time log acme/website 7h --date {day}"));
    }
    let ledger = s.json("retainer ledger acme");
    let periods = ledger[0]["periods"].as_array().unwrap();
    let keys = [
        "granted",
        "carried_in",
        "used",
        "left",
        "over_cap",
        "carried_out",
        "overage",
    ];
    // The table of the agreement: January, February, March.
    for (period, expected) in periods.iter().zip([
        ["20.00", "0.00", "12.00", "8.00", "0.00", "8.00", "0.00"],
        ["20.00", "8.00", "9.00", "19.00", "9.00", "10.00", "0.00"],
        ["20.00", "10.00", "35.00", "0.00", "0.00", "0.00", "5.00"],
    ]) {
        for (key, expected) in keys.iter().zip(expected) {
            assert_eq!(period[key], expected, "{key} of {period:#}");
        }
    }
    // February: eight hours come from January's grant, one from its own.
    let draws = periods[1]["draws"].as_array().unwrap();
    let told: Vec<_> = draws
        .iter()
        .map(|draw| (draw["hours"].as_str().unwrap(), draw["grant"].as_str()))
        .collect();
    assert_eq!(
        told,
        [("8.00", Some("2026-01-01")), ("1.00", Some("2026-02-01"))]
    );
    assert!(
        periods[2]["draws"]
            .as_array()
            .unwrap()
            .iter()
            .any(|draw| draw["grant"].is_null())
    );
    s.ok("retainer ledger acme")
        .says("lost")
        .says("beyond what is there");
    let terms = s.json("retainer list");
    assert_eq!(terms[0]["carry_cap"], "10.00");
    assert_eq!(terms[0]["carry_expires"], 2);
}

#[test]
fn what_is_beyond_is_billed_at_its_rate_carried_or_given() {
    for (terms, billed, left) in [
        ("--overage bill --overage-rate 120", Some("240.00"), "10.00"),
        ("--overage carry", None, "8.00"),
        ("--overage absorb", None, "10.00"),
    ] {
        let mut s = Sandbox::acme();
        s.at("2026-02-01T12:00:00Z");
        s.ok(&format!(
            "retainer add acme --hours 10 --from 2026-01-01 {terms}"
        ));
        s.ok("time log acme/website 12h --date 2026-01-05");
        let status = s.json("retainer status acme");
        assert_eq!(status[0]["left"], left, "{terms}");
        let preview = s.loggia("invoice preview acme 2026-01 --json");
        match billed {
            Some(net) => assert_eq!(preview.exits(0).json()["net"], net, "{terms}"),
            None => assert_eq!(preview.status, Some(4), "{terms}: {preview}"),
        }
    }
    let s = Sandbox::acme();
    s.fails(
        "retainer add acme --hours 10 --from 2026-01-01 --overage absorb --overage-rate 9",
        2,
        "usage.conflict",
    );
    s.loggia("retainer add acme --hours 10 --from 2026-01-01 --carry-expires 2")
        .exits(2);
}

#[test]
fn a_retainer_ends_early_but_not_within_a_fee_that_is_invoiced() {
    let s = Sandbox::acme();
    s.fails("retainer end acme", 4, "retainer.none");
    s.ok("retainer add acme --hours 10 --from 2026-10-01 --fee 900");
    s.ok("invoice create acme 2026-11");
    let error = s.fails(
        "retainer end acme --on 2026-11-25",
        4,
        "retainer.fee_billed",
    );
    assert!(error["message"].as_str().unwrap().contains("2026-11-30"));
    s.ok("retainer end acme --on 2026-11-30");
    assert_eq!(s.json("retainer list acme")[0]["to"], "2026-11-30");
    s.ok("undo");
    assert!(s.json("retainer list acme")[0]["to"].is_null());
}

#[test]
fn money_is_drawn_by_the_value_of_the_work_and_overage_is_an_amount() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --amount 1000 --per month --fee 900 --from 2026-10-01");
    s.ok("time log acme/website 10h --date 2026-10-05");
    s.ok("time log acme/website 1h --date 2026-10-06 --rate 120");
    let october = s.json("retainer status acme --as-of 2026-10-31")[0].clone();
    assert_eq!(october["kind"], "money");
    // 10 h at 95 and one at 120.
    for (key, expected) in [
        ("granted", "1000.00"),
        ("used", "1070.00"),
        ("left", "0.00"),
        ("overage", "70.00"),
        ("currency", "EUR"),
    ] {
        assert_eq!(october[key], expected, "{key}");
    }
    let draws = s.json("retainer ledger acme")[0]["periods"][0]["draws"].clone();
    assert_eq!(draws[0]["amount"], "950.00");
    assert!(draws[0]["hours"].is_null());
    let invoice = s.json("invoice create acme 2026-10");
    let lines = invoice["lines"].as_array().unwrap();
    let nets: Vec<_> = lines
        .iter()
        .map(|line| line["net"].as_str().unwrap())
        .collect();
    assert_eq!(nets, ["900.00", "70.00"]);
    s.fails("invoice create acme 2026-10", 4, "invoice.nothing_to_bill");
    s.ok("client show acme").says("1000.00 EUR per month");
    s.ok("retainer list").says("1000.00 EUR a month");
    for (command, code) in [
        ("retainer edit acme --hours 20", "retainer.kind"),
        (
            "retainer edit acme --overage-rate 100",
            "retainer.overage_rate",
        ),
        ("retainer edit acme --carry-expires 2", "retainer.no_cap"),
    ] {
        s.fails(command, 4, code);
    }
    s.loggia("retainer add acme --amount 5 --hours 5 --from 2027-01-01")
        .exits(2);
    s.loggia("retainer add acme --amount -5 --from 2027-01-01")
        .exits(2);
    s.is_sound();
}

#[test]
fn work_without_a_rate_draws_no_money_and_is_named() {
    let s = Sandbox::acme();
    s.ok("rate remove 1 --yes");
    s.ok("retainer add acme --amount 1000 --from 2026-10-01");
    s.ok("time log acme/website 2h --date 2026-10-05");
    let status = s.json("retainer status acme --as-of 2026-10-31")[0].clone();
    assert_eq!(status["used"], "0.00");
    assert_eq!(status["without_rate"], json!([1]));
    s.ok("retainer status").says("1 entry");
    s.fails("invoice create acme 2026-10", 4, "rate.missing");
}

#[test]
fn what_is_logged_for_an_invoiced_period_is_late_and_draws_from_the_current_one() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 10 --fee 900 --from 2026-10-01");
    s.ok("time log acme/website 8h --date 2026-10-05");
    s.ok("time log acme/website 4h --date 2026-10-06");
    let number = s.json("invoice create acme 2026-10")["number"]
        .as_str()
        .unwrap()
        .to_owned();
    s.ok("time log acme/website 3h --date 2026-10-20");
    let ledger = s.json("retainer ledger acme");
    let periods = &ledger[0]["periods"];
    assert_eq!(periods[0]["used"], "12.00");
    assert_eq!(periods[0]["closed_by"], number.as_str());
    assert_eq!(periods[1]["used"], "3.00");
    assert_eq!(periods[1]["draws"][0]["late"], true);
    assert_eq!(periods[1]["draws"][0]["date"], "2026-10-20");
    s.ok("retainer ledger acme").says("late, 2026-10-20");
    s.ok("retainer status acme -v").says(&number).says("LATE");
    s.fails("invoice create acme 2026-10", 4, "invoice.nothing_to_bill");
    // What the closed period drew does not change, neither what it billed nor what it granted.
    s.fails("time edit 1 --time 2h", 4, "entry.drawn");
    s.fails("time delete 1 --yes", 4, "entry.drawn");
    s.fails("time edit 2 --time 2h", 4, "entry.invoiced");
    s.fails(
        "retainer edit acme --hours 5 --from 2026-10-01",
        4,
        "retainer.closed",
    );
    s.fails("retainer end acme --on 2026-10-15", 4, "retainer.closed");
    s.is_sound();
    // Void opens it again, and all of its work is its own.
    s.ok(&format!("invoice void {number} --yes"));
    let ledger = s.json("retainer ledger acme");
    assert_eq!(ledger[0]["periods"][0]["used"], "15.00");
    assert!(ledger[0]["periods"][0]["closed_by"].is_null());
    assert_eq!(ledger[0]["periods"][1]["used"], "0.00");
    s.ok("time edit 1 --time 2h");
    s.is_sound();
}

#[test]
fn an_undo_never_changes_what_a_closed_period_drew() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 10 --fee 900 --from 2026-10-01");
    s.ok("time log acme/website 8h --date 2026-10-05");
    s.ok("time edit 1 --time 6h");
    let edited = s.json("history")[0]["operation"].as_i64().unwrap();
    s.ok("invoice create acme 2026-10 --draft");
    s.fails(&format!("undo {edited}"), 4, "undo.refused");
    s.fails(&format!("undo {}", edited - 1), 4, "undo.refused");
    s.ok("undo");
    s.ok(&format!("undo {edited}"));
    assert_eq!(
        s.json("retainer ledger acme")[0]["periods"][0]["used"],
        "8.00"
    );
    s.is_sound();
}

#[test]
fn terms_change_from_a_period_on_and_are_undone() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --fee 1800 --from 2026-09-01 --carry-cap 5");
    let error = s.fails(
        "retainer edit acme --hours 30 --from 2026-10-15",
        4,
        "retainer.not_a_start",
    );
    assert!(
        error["hint"].as_str().unwrap().contains("2026-11-01"),
        "{error}"
    );
    s.ok("retainer edit acme --hours 30 --from 2026-10-01");
    let granted = || -> Vec<String> {
        let ledger = s.json("retainer ledger acme");
        let periods = ledger[0]["periods"].as_array().unwrap();
        let granted = periods
            .iter()
            .map(|period| period["granted"].as_str().unwrap());
        granted.map(str::to_owned).collect()
    };
    assert_eq!(granted(), ["20.00", "30.00", "30.00"]);
    let listed = s.json("retainer list acme")[0].clone();
    assert_eq!(listed["allowance"], "20.00");
    assert_eq!(listed["changes"][0]["from"], "2026-10-01");
    assert_eq!(listed["changes"][0]["allowance"], "30.00");
    // What is not named stays.
    assert_eq!(listed["changes"][0]["fee"], "1800.00");
    assert_eq!(listed["changes"][0]["carry_cap"], "5.00");
    s.ok("retainer list acme")
        .says("from 2026-10-01: 30.00 h a month");
    s.fails(
        "retainer edit acme --hours 25 --from 2026-09-01",
        4,
        "retainer.changes_later",
    );
    // Without a day the next period is meant.
    s.ok("retainer edit acme --no-carry");
    let changes = s.json("retainer list acme")[0]["changes"].clone();
    assert_eq!(changes[1]["from"], "2026-12-01");
    assert!(changes[1]["carry_cap"].is_null());
    s.ok("undo");
    s.ok("undo");
    assert_eq!(granted(), ["20.00", "20.00", "20.00"]);
    s.fails("retainer edit acme", 2, "usage.missing");
    s.ok("invoice create acme 2026-11");
    s.fails(
        "retainer edit acme --fee 2000 --from 2026-11-01",
        4,
        "retainer.fee_billed",
    );
    s.ok("retainer edit acme --fee 2000 --from 2026-12-01");
    s.is_sound();
}

#[test]
fn an_early_end_grants_the_last_period_by_days() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --fee 1800 --from 2026-10-01");
    s.ok("retainer edit acme --hours 40 --from 2026-12-01");
    s.ok("retainer end acme --on 2026-11-15");
    assert_eq!(s.json("retainer status acme")[0]["granted"], "10.00");
    assert_eq!(s.json("invoice create acme 2026-11")["net"], "900.00");
    // What was agreed for later never comes to be.
    assert_eq!(s.json("retainer list acme")[0]["changes"], json!([]));
}

#[test]
fn several_retainers_bill_each_their_own() {
    let s = Sandbox::acme();
    s.ok("project add acme Care");
    s.ok("retainer add acme --hours 10 --fee 900 --from 2026-10-01 --project care");
    for clash in [
        "",
        " --project care",
        " --project website --project acme/care",
    ] {
        let add = format!("retainer add acme --hours 5 --from 2026-11-01{clash}");
        s.fails(&add, 4, "retainer.overlap");
    }
    s.ok("retainer add acme --amount 500 --fee 400 --from 2026-10-01 --project website");
    s.ok(
        "retainer add acme --amount 500 --fee 400 --from 2026-10-01 --project website --if-missing",
    );
    assert_eq!(s.json("retainer status").as_array().unwrap().len(), 2);
    s.ok("time log acme/care 12h --date 2026-10-05");
    s.ok("time log acme/website 10h --date 2026-10-05");
    let invoice = s.json("invoice create acme 2026-10");
    let lines = invoice["lines"].as_array().unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["description"].as_str().unwrap(),
                line["net"].as_str().unwrap(),
            )
        })
        .collect();
    // Two hours at 95 beyond the one, 950 - 500 beyond the other.
    assert_eq!(
        told.iter().map(|(_, net)| *net).collect::<Vec<_>>(),
        ["900.00", "190.00", "400.00", "450.00"]
    );
    assert!(
        told[0].0.contains("Care") && told[2].0.contains("Website"),
        "{told:?}"
    );
    s.fails("invoice create acme 2026-10", 4, "invoice.nothing_to_bill");
    s.ok("retainer status")
        .says("acme/care: ")
        .says("acme/website: ");
    s.ok("client show acme")
        .says("acme/care")
        .says("acme/website");
    s.fails("retainer end acme", 4, "retainer.several");
    s.fails("retainer edit acme --hours 5", 4, "retainer.several");
    s.ok("retainer end acme --project care");
    s.ok("retainer edit acme --project website --amount 600");
    s.is_sound();
}

#[test]
fn an_undo_never_lets_two_retainers_cover_the_same_work() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 10 --from 2026-10-01");
    s.ok("retainer end acme --on 2026-10-31");
    s.ok("retainer add acme --hours 20 --from 2026-11-01");
    let last = s.json("history")[0]["operation"].as_i64().unwrap();
    s.fails(&format!("undo {}", last - 1), 4, "undo.refused");
    s.is_sound();
}

#[test]
fn fees_of_periods_that_have_not_begun_are_not_billed() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 10 --fee 900 --from 2026-11-10");
    for days in ["2027", "2026-12", "2026-12-01..2030-12-31"] {
        s.fails(
            &format!("invoice create acme {days}"),
            4,
            "invoice.nothing_to_bill",
        );
    }
    // 21 of 30 days of November; of December nothing, although the days reach into it.
    assert_eq!(
        s.json("invoice create acme 2026-11-01..2027-12-31")["net"],
        "630.00"
    );
    s.fails(
        "invoice create acme 2026-11-01..2027-12-31",
        4,
        "invoice.nothing_to_bill",
    );
}

#[test]
fn alerts_tell_of_a_retainer_that_is_low_or_too_fast() {
    let told = |hours: &str, terms: &str| -> Vec<String> {
        let s = Sandbox::acme();
        s.ok(&format!("retainer add acme {terms} --from 2026-11-01"));
        s.ok(&format!("time log acme/website {hours} --date 2026-11-05"));
        let alerts = s.json("alerts --client acme");
        let alerts = alerts.as_array().unwrap().iter();
        alerts
            .map(|alert| alert["kind"].as_str().unwrap().to_owned())
            .filter(|kind| kind.starts_with("retainer"))
            .collect()
    };
    for (hours, terms, expected) in [
        ("5h", "--hours 20", None),
        ("15h", "--hours 20", Some("retainer-pace")),
        ("16h", "--hours 20", Some("retainer-low")),
        ("21h", "--hours 20", Some("retainer-over")),
        ("15h", "--amount 1900", Some("retainer-pace")),
        ("21h", "--amount 1900", Some("retainer-over")),
        ("5h", "--amount 1900", None),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(told(hours, terms), expected, "{hours} of {terms}");
    }
}

#[test]
fn what_a_closed_period_drew_stays_whatever_becomes_of_the_project() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 10 --from 2026-10-01 --carry-cap 10");
    s.ok("time log acme/website 12h --date 2026-10-05");
    s.ok("invoice create acme 2026-10");
    s.ok("project edit acme/website --non-billable");
    let october = &s.json("retainer ledger acme")[0]["periods"][0];
    assert_eq!(october["used"], "12.00", "{october:#}");
    assert_eq!(october["overage"], "2.00");
    s.is_sound();
}

#[test]
fn terms_under_which_was_billed_are_not_taken_back() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 1 --from 2026-09-01");
    s.ok("retainer end acme --on 2026-09-30");
    s.ok("time log acme/website 5h --date 2026-10-05");
    s.ok("invoice create acme 2026-10 --draft");
    let end = operation(&s, "retainer end");
    s.fails(&format!("undo {end}"), 4, "undo.refused");
    s.ok("invoice delete draft-1 --yes");
    s.ok(&format!("undo {end}"));
    s.is_sound();
}

#[test]
fn a_fee_that_was_billed_meanwhile_does_not_come_back() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 1 --fee 100 --from 2026-11-01");
    s.ok("invoice create acme --draft");
    s.ok("invoice delete draft-1 --yes");
    let deleted = operation(&s, "invoice delete");
    s.ok("invoice create acme");
    s.fails(&format!("undo {deleted}"), 4, "undo.refused");
    s.is_sound();
}

/// The key of the latest operation that began so.
fn operation(s: &Sandbox, command: &str) -> i64 {
    let history = s.json("history");
    let all = history.as_array().unwrap();
    let is_it = |of: &&Value| of["command"].as_str().unwrap().starts_with(command);
    all.iter().find(is_it).unwrap()["operation"]
        .as_i64()
        .unwrap()
}
