//! Rates: the first that is set wins, and a new one never changes the past.

use crate::sandbox::Sandbox;

/// What one hour costs that is logged like this.
fn amount(s: &Sandbox, line: &str) -> String {
    let entry = s.json(line);
    let day = entry["date"].as_str().unwrap();
    let report = s.json(&format!("time report {day} --by project"));
    s.ok(&format!("time delete {} --yes", entry["id"]));
    report["total"]["amount"].as_str().unwrap().to_owned()
}

#[test]
fn the_first_that_is_set_wins() {
    let s = Sandbox::acme();
    s.ok("project task add acme/website Design");
    let log = "time log acme/website 1h --task Design";
    for (rate, wins) in [
        ("rate set 101 --member mara", "101.00"),
        ("rate set 102 --client acme", "102.00"),
        ("rate set 103 --client acme --member mara", "103.00"),
        ("rate set 104 --project acme/website", "104.00"),
        (
            "rate set 105 --project acme/website --member mara",
            "105.00",
        ),
        (
            "rate set 106.5 --project acme/website --task Design",
            "106.50",
        ),
    ] {
        s.ok(rate);
        assert_eq!(amount(&s, log), wins, "{rate}");
    }
    assert_eq!(amount(&s, &format!("{log} --rate 107")), "107.00");
    assert_eq!(
        amount(&s, &format!("{log} --rate 0")),
        "0.00",
        "a rate of 0 is set"
    );
}

#[test]
fn an_entry_takes_the_rate_of_its_own_day() {
    let s = Sandbox::acme();
    s.ok("rate set 120 --client acme --from 2026-11-10");
    assert_eq!(
        amount(&s, "time log acme/website 1h --date 2026-11-09"),
        "95.00"
    );
    assert_eq!(
        amount(&s, "time log acme/website 1h --date 2026-11-10"),
        "120.00"
    );
    s.ok("time log acme/website 1h --date 2026-11-09");
    s.ok("rate set 200 --from 2026-11-20");
    assert_eq!(
        s.json("time report 2026-11-09 --by project")["total"]["amount"],
        "95.00"
    );
}

#[test]
fn a_rate_is_no_negative_amount_and_has_at_most_four_places() {
    let s = Sandbox::acme();
    for rate in ["-1", "1.23456", "ten", "1e3", ""] {
        let outcome = s.run(&["rate", "set", "--client", "acme", "--", rate]);
        assert_eq!(outcome.status, Some(2), "{outcome}");
    }
    s.ok("rate set 0.0125 --client acme");
}

#[test]
fn the_table_of_a_client_says_what_holds_today_and_what_is_to_come() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("project add globex App");
    s.ok("project add acme Closed");
    s.ok("project close acme/closed");
    s.ok("project task add acme/website Design");
    s.ok("member add Ann");
    s.ok("rate set 120 --client acme --from 2026-11-01");
    s.ok("rate set 130 --project acme/website --task Design");
    s.ok("rate set 75 --project acme/website --member ann");
    s.ok("rate set 200 --client globex --from 2027-01-01");
    s.ok("rate set 140 --client acme --from 2026-12-01");
    let rows = |line: &str| -> Vec<String> {
        let list = s.json(line);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        list.as_array()
            .unwrap()
            .iter()
            .map(|row| {
                [
                    "project", "task", "member", "rate", "level", "from", "state",
                ]
                .map(|key| text(&row[key]))
                .join(" ")
            })
            .collect()
    };
    assert_eq!(
        rows("rate list --client acme"),
        [
            "- - - 120.00 client 2026-11-01 in-force",
            "acme/website - - 120.00 client 2026-11-01 in-force",
            "acme/website Design - 130.00 task - in-force",
            "acme/website - ann 75.00 project and member - in-force",
            "- - - 140.00 client 2026-12-01 future",
        ]
    );
    assert_eq!(
        rows("rate list --client acme --as-of 2026-12-01")[0],
        "- - - 140.00 client 2026-12-01 in-force"
    );
    s.fails("rate list --client nobody", 3, "client.not_found");
}

#[test]
fn a_rate_that_is_removed_lets_the_one_before_hold_again() {
    let s = Sandbox::acme();
    let id = s
        .ok("rate set 120 --client acme --quiet")
        .reference()
        .to_owned();
    let log = "time log acme/website 1h";
    assert_eq!(amount(&s, log), "120.00");
    s.fails(&format!("rate remove {id}"), 2, "usage.confirm");
    s.ok(&format!("rate remove {id} --yes"));
    assert_eq!(amount(&s, log), "95.00");
    s.fails(&format!("rate remove {id} --yes"), 3, "rate.not_found");
}

#[test]
fn a_rate_that_reaches_invoiced_work_is_told_and_the_invoice_keeps_its_own() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    assert!(
        !s.ok("rate set 100 --client acme")
            .stderr
            .contains("invoices")
    );
    s.ok("invoice create acme");
    s.ok("rate set 200 --client acme")
        .tells("which keep their amounts");
    let quiet = s.ok("rate set 300 --client acme --from 2027-01-01");
    assert!(!quiet.stderr.contains("invoices"), "{quiet}");
    let explained = s.json("rate explain 1");
    assert_eq!(explained["invoiced_rate"], "100.00");
    s.ok("rate explain 1")
        .says("at 100.00: the rate was another then");
}
