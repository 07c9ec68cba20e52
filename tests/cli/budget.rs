//! Budgets in hours and money, of projects, months and phases: reported, told when time is logged, and refused.

use crate::sandbox::Sandbox;

const KEYS: &str =
    "project allocated used left percent burn_rate projected_completion warnings currency sentence";

#[test]
fn a_budget_in_money_counts_what_the_work_is_worth() {
    let s = Sandbox::acme();
    s.ok("project edit acme/website --budget 1000");
    s.ok("time log acme/website 4h");
    s.ok("time log acme/website 1h --rate 200");
    s.ok("time log acme/website 9h --non-billable");
    let budget = s.json("report budget")[0].clone();
    assert_eq!(
        crate::sandbox::missing_keys(&budget, KEYS),
        Vec::<&str>::new()
    );
    assert_eq!(budget["unit"], "money");
    assert_eq!(budget["currency"], "EUR");
    assert_eq!(budget["allocated"], "1000.00");
    assert_eq!(budget["used"], "580.00");
    assert_eq!(budget["left"], "420.00");
    assert_eq!(budget["percent"], "58");
    s.ok("project edit acme/website --budget-counts all");
    let all = s.json("report budget")[0].clone();
    assert_eq!(all["used"], "1435.00", "580 and nine hours at 95");
    assert_eq!(all["left"], "-435.00");
}

#[test]
fn a_monthly_budget_begins_anew() {
    let mut s = Sandbox::acme();
    s.ok("project add acme Care --budget 10h --monthly");
    s.ok("time log acme/care 8h --date 2026-10-30");
    s.ok("time log acme/care 3h --date 2026-11-02");
    let used = |s: &Sandbox| s.json("report budget --project acme/care")[0]["used"].clone();
    assert_eq!(used(&s), "3.00");
    s.at("2026-12-01T12:00:00Z");
    assert_eq!(used(&s), "0.00");
    // What is logged late counts where it belongs, and is told there.
    let late = s.ok("time log acme/care 9h --date 2026-11-05");
    assert!(late.stderr.contains("2h over its budget"), "{late}");
    assert_eq!(used(&s), "0.00");
}

#[test]
fn a_threshold_is_told_once_when_it_is_crossed() {
    let s = Sandbox::acme();
    s.ok("settings set budget.thresholds=50,80");
    s.ok("project edit acme/website --budget 10h");
    let told = |line: &str| s.ok(line).stderr.contains("warning");
    assert!(!told("time log acme/website 4h"));
    assert!(told("time log acme/website 1h"));
    assert!(!told("time log acme/website 1h"));
    s.ok("time log acme/website 2h").tells("80 %");
    s.ok("time log acme/website 3h").tells("1h over");
    assert!(!told("time log acme/website 3h --non-billable"));
    s.ok("project edit acme/website --budget 100h --thresholds 12");
    s.ok("time log acme/website 1h").tells("12 %");
    s.ok("project edit acme/website --thresholds none");
    assert!(!told("time log acme/website 8h --date yesterday"));
}

#[test]
fn work_over_a_budget_can_be_refused_and_what_was_timed_is_kept() {
    let mut s = Sandbox::acme();
    s.ok("settings set budget.over=refuse");
    s.ok("project edit acme/website --budget 5h");
    s.ok("time log acme/website 4h");
    s.fails("time log acme/website 2h", 4, "budget.over");
    assert_eq!(s.json("time list all").as_array().unwrap().len(), 1);
    s.fails("time edit @1 --time 6h", 4, "budget.over");
    s.ok("time log acme/website 2h --non-billable");
    s.ok("time start acme/website");
    s.at("2026-11-20T15:00:00Z")
        .ok("time stop")
        .tells("2h over");
    s.fails("time start acme/website", 4, "budget.over");
    s.ok("time start acme/website --non-billable");
    s.ok("time cancel");
    // What takes work away from it is no work over it.
    s.ok("time edit 1 --time 3h");
    s.ok("settings set budget.over=warn");
    s.ok("time start acme/website").tells("used up");
}

#[test]
fn phases_have_budgets_of_their_own() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop --budget 20h --phase Design=5h --phase Build=10h --phase Rest");
    s.ok("time log acme/shop 6h --phase design")
        .tells("phase `Design`");
    s.ok("time log acme/shop 2h");
    let budgets = s.json("report budget");
    let row = |number: usize| {
        let row = &budgets[number];
        (row["phase"].clone(), row["used"].clone())
    };
    assert_eq!(row(0), (serde_json::Value::Null, "8.00".into()));
    assert_eq!(row(1), ("Design".into(), "6.00".into()));
    assert_eq!(row(2), ("Build".into(), "0.00".into()));
    assert_eq!(budgets.as_array().unwrap().len(), 3);
}

#[test]
fn budgets_that_do_not_read_are_refused() {
    let s = Sandbox::acme();
    for text in ["lots", "-5h", "'100 USD'", "1,000h", "-1"] {
        s.fails(
            &format!("project add acme Shop --budget={text}"),
            2,
            "input.amount",
        );
    }
    s.fails("project edit acme/website --monthly", 4, "budget.missing");
    s.fails("report budget --project acme/website", 4, "budget.missing");
    s.fails(
        "project edit acme/website --thresholds 0",
        2,
        "input.thresholds",
    );
    s.fails("settings set budget.over=maybe", 2, "input.setting");
    assert_eq!(s.json("report budget"), serde_json::json!([]));
    s.ok("report budget").says("project edit");
    s.ok("client edit acme --currency USD");
    s.ok("project edit acme/website --budget 100");
    s.fails("client edit acme --currency EUR", 4, "currency.fixed");
}

#[test]
fn a_project_burns_down_week_by_week() {
    let s = Sandbox::acme();
    s.ok("project edit acme/website --budget 40h --due 2026-12-20");
    s.ok("time log acme/website 8h --date 2026-11-02");
    s.ok("time log acme/website 4h --date 2026-11-18");
    let burn = s.json("report burn acme/website");
    let weeks = burn["weeks"].as_array().unwrap();
    assert_eq!(weeks[0]["from"], "2026-11-02");
    assert_eq!(weeks[0]["used"], "8.00");
    assert_eq!(weeks[2]["total"], "12.00");
    let last = weeks.last().unwrap();
    assert_eq!(last["to"], "2026-12-20");
    assert_eq!(last["ahead"], true);
    assert_eq!(last["ideal_total"], "40.00");
    s.ok("report burn acme/website").says("12h of 40h used");
    s.ok("report burn acme/website --svg burn.svg");
    let drawing = std::fs::read_to_string(s.path("burn.svg")).unwrap();
    assert!(drawing.starts_with("<svg ") && drawing.ends_with("</svg>\n"));
    s.ok("project add acme Bare");
    s.ok("report burn acme/bare").says("no work");
    s.fails("report burn acme/none", 3, "project.not_found");
}
