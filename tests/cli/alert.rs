//! Alerts: what is told, of whom, in what order, and from when on.

use serde_json::Value;

use crate::sandbox::{Sandbox, missing_keys};

fn kinds(told: &Value) -> Vec<String> {
    let kind = |alert: &Value| alert["kind"].as_str().unwrap().to_owned();
    told.as_array().unwrap().iter().map(kind).collect()
}

#[test]
fn what_is_unusual_is_told_with_the_command_that_helps() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 8h --date 2026-11-18");
    s.ok("time log acme/website 11h --date 2026-11-17");
    s.ok("time log acme/website 21:00-23:30 --date 2026-11-16");
    s.ok("time log acme/website 12h --date 2026-11-01");
    let told = s.json("alerts");
    assert_eq!(kinds(&told), ["entry-long", "entry-out-of-hours"]);
    for alert in told.as_array().unwrap() {
        let keys = "kind severity client subject since message command";
        assert_eq!(missing_keys(alert, keys), [""; 0]);
        let command = alert["command"].as_str().unwrap();
        s.ok(command.strip_prefix("loggia ").unwrap());
    }
    assert_eq!(told[0]["since"], "2026-11-17");

    s.ok("settings set alerts.long-entry=7h30m alerts.day-hours=0:00-24:00 alerts.entry-days=30");
    let told = s.json("alerts");
    assert_eq!(kinds(&told), ["entry-long", "entry-long", "entry-long"]);
    let days: Vec<_> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| &alert["since"])
        .collect();
    assert_eq!(
        days,
        ["2026-11-01", "2026-11-17", "2026-11-18"],
        "the oldest first"
    );
    s.fails("settings set alerts.day-hours=never", 2, "input.setting");
}

#[test]
fn money_that_is_late_comes_first() {
    let mut s = Sandbox::acme();
    s.ok("project add acme App --budget 10h");
    s.ok("time log acme/app 9h30m --date 2026-11-02");
    s.ok("time log acme/website 1h --date 2026-11-02");
    let number = s
        .ok("invoice create acme 2026-11-02 --quiet")
        .reference()
        .to_owned();
    s.ok("time log acme/website 2h --date 2026-11-03");
    assert_eq!(kinds(&s.json("alerts")), ["budget"]);
    s.at("2026-12-20T12:00:00Z");
    let told = s.json("alerts");
    assert_eq!(
        kinds(&told),
        ["invoice-overdue", "budget", "unbilled-old", "project-idle"]
    );
    assert_eq!(told[0]["subject"], number.as_str());
    assert_eq!(told[0]["severity"], "high");
    assert_eq!(told[2]["since"], "2026-11-03");
    s.ok("alerts").says("Now (1)").says("16 days overdue");

    assert_eq!(kinds(&s.json("alerts --kind budget")), ["budget"]);
    assert_eq!(
        kinds(&s.json("alerts --kind project-idle --kind invoice-overdue")),
        ["invoice-overdue", "project-idle"]
    );
    s.ok("client add Bolt --slug bolt");
    assert_eq!(s.json("alerts --client bolt"), serde_json::json!([]));
    assert_eq!(kinds(&s.json("alerts --client acme")).len(), 4);
    s.fails("alerts --client nobody", 3, "client.not_found");
    s.loggia("alerts --kind nonsense").exits(2);

    s.ok("client archive acme");
    assert_eq!(
        kinds(&s.json("alerts")),
        ["invoice-overdue"],
        "an archived client is only reminded of its debts"
    );
}

#[test]
fn budgets_that_end_before_their_projects_and_low_retainers_are_told() {
    let s = Sandbox::acme();
    s.ok("project add acme App --budget 100h --due 2027-06-30");
    s.ok("time log acme/app 8h --date 2026-11-17");
    s.ok("time log acme/app 8h --date 2026-11-18");
    s.ok("client add Bolt --slug bolt");
    s.ok("project add bolt Care");
    s.ok("retainer add bolt --hours 10 --from 2026-11-01");
    s.ok("time log bolt/care 9h --date 2026-11-18");
    assert_eq!(kinds(&s.json("alerts")), ["budget-pace", "retainer-low"]);
    s.ok("time log bolt/care 2h --date 2026-11-19");
    assert_eq!(kinds(&s.json("alerts")), ["retainer-over", "budget-pace"]);
}

#[test]
fn a_timer_that_was_forgotten_is_told() {
    let mut s = Sandbox::acme();
    s.ok("time start acme/website");
    assert_eq!(kinds(&s.json("alerts")), [""; 0]);
    s.at("2026-11-21T08:00:00Z");
    let told = s.json("alerts --client acme");
    assert_eq!(kinds(&told), ["timer-long"]);
    assert_eq!(told[0]["subject"], "mara");
    s.at("2026-11-20T11:00:00Z");
    s.ok("alerts").says("the clock went back");
}

#[test]
fn work_without_a_rate_is_told_by_project() {
    let s = Sandbox::empty();
    s.ok("init --business X --currency EUR --zone Europe/Berlin --owner Mara");
    s.ok("client add Acme --slug acme");
    s.ok("project add acme Website");
    s.ok("time log acme/website 2h");
    let told = s.json("alerts");
    assert_eq!(kinds(&told), ["without-rate"]);
    assert_eq!(told[0]["subject"], "acme/website");
}
