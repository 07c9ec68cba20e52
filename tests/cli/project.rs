//! Projects, tasks and hour budgets.

use crate::sandbox::Sandbox;

#[test]
fn a_budget_tells_what_is_used_and_left_even_beyond_it() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop --budget 10h --due 2026-12-24");
    s.ok("time log acme/shop 4h");
    s.ok("time log acme/shop 2h --non-billable");
    let budget = s.json("project show acme/shop")["budget"].clone();
    assert_eq!(budget["allocated"], "10.00");
    assert_eq!(budget["used"], "4.00", "billable work is counted");
    assert_eq!(budget["left"], "6.00");
    assert_eq!(budget["percent"], "40");
    s.ok("time log acme/shop 8h");
    let budget = s.json("project show acme/shop")["budget"].clone();
    assert_eq!(budget["left"], "-2.00");
    assert_eq!(budget["percent"], "120");
    assert!(!budget["warnings"].as_array().unwrap().is_empty());
}

#[test]
fn the_pace_is_that_of_the_last_four_weeks() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop --budget 40h");
    // 20 November less 27 days is 24 October: the first of the 28 days.
    s.ok("time log acme/shop 8h --date 2026-10-23");
    s.ok("time log acme/shop 8h --date 2026-10-24");
    s.ok("time log acme/shop 8h --date 2026-11-20");
    let budget = s.json("project show acme/shop")["budget"].clone();
    assert_eq!(
        budget["burn_rate"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
            .to_string(),
        "4"
    );
    // 16 h left at 4 h a week are 28 days.
    assert_eq!(budget["projected_completion"], "2026-12-18");
}

#[test]
fn a_closed_project_takes_no_time_until_it_is_open_again() {
    let s = Sandbox::acme();
    s.ok("time start acme/website");
    s.fails("project close acme/website", 4, "project.has_timer");
    s.ok("time cancel");
    s.ok("project close acme/website");
    let error = s.fails("time log acme/website 1h", 4, "project.closed");
    assert_eq!(error["hint"], "loggia project reopen acme/website");
    assert_eq!(s.json("project list").as_array().unwrap().len(), 0);
    assert_eq!(s.json("project list --all").as_array().unwrap().len(), 1);
    s.ok("project reopen acme/website");
    s.ok("time log acme/website 1h");
}

#[test]
fn one_no_makes_work_non_billable_unless_the_entry_says_otherwise() {
    let s = Sandbox::acme();
    s.ok("project task add acme/website Talk --non-billable");
    s.ok("project add acme Internal --non-billable");
    let billable = |line: &str| s.json(line)["billable"].clone();
    assert_eq!(billable("time log acme/website 1h"), true);
    assert_eq!(billable("time log acme/website 1h --task talk"), false);
    assert_eq!(
        billable("time log acme/website 1h --task Talk --billable"),
        true
    );
    assert_eq!(billable("time log acme/internal 1h"), false);
    assert_eq!(billable("time log acme/website 1h --non-billable"), false);
    s.ok("client edit acme --non-billable");
    assert_eq!(billable("time log acme/website 1h"), false);
}
