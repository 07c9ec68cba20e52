//! Retainers: hours granted, used, left and over.

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
