//! Profit: what work brought, what it cost, and what is left.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Two members: mara works 4 h (1 h of it not billable) and costs 40, then 50; ann works 2 h.
fn team() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("member add Ann");
    s.ok("time log acme/website 2h --date 2026-11-02");
    s.ok("time log acme/website 1h --date 2026-11-09");
    s.ok("time log acme/website 1h --date 2026-11-09 --non-billable");
    s.ok("time log acme/website 2h --by ann --date 2026-11-09");
    s.ok("rate set 40 --cost --member mara");
    s.ok("rate set 50 --cost --member mara --from 2026-11-09");
    s
}

#[test]
fn cost_is_worked_time_at_the_cost_of_its_day() {
    let s = team();
    s.ok("rate set 30.5 --cost --member ann");
    let report = s.json("report profit 2026-11");
    let total = &report["total"];
    assert_eq!(total["revenue"], "475.00", "5 h at 95");
    // 2 h at 40, 2 h at 50, 2 h at 30.5.
    assert_eq!(total["cost"], "241.00");
    assert_eq!(total["margin"], "234.00");
    assert_eq!(total["percent"], "49.3");
    assert_eq!(report["without_cost"], json!([]));
    for by in ["client", "project", "member"] {
        let report = s.json(&format!("report profit 2026-11 --by {by}"));
        let sum = |key: &str| -> i64 {
            let rows = report["rows"].as_array().unwrap();
            let cents = |value: &Value| value.as_str().unwrap().replace('.', "");
            rows.iter()
                .map(|row| cents(&row[key]).parse::<i64>().unwrap())
                .sum()
        };
        assert_eq!((sum("revenue"), sum("cost")), (47500, 24100), "{by}");
    }
}

#[test]
fn members_without_a_cost_are_named_and_have_no_margin() {
    let s = team();
    let report = s.json("report profit 2026-11 --by member");
    assert_eq!(
        report["without_cost"],
        json!([{"member": "ann", "seconds": 7200, "hours": "2.00"}])
    );
    assert_eq!(report["rows"][0]["key"], "ann");
    assert_eq!(report["rows"][0]["margin"], Value::Null);
    assert_eq!(report["rows"][1]["margin"], "105.00");
    assert_eq!(report["total"]["margin"], Value::Null);
    let text = s.ok("report profit 2026-11").to_string();
    assert!(text.contains("--cost --member ann"), "{text}");
}

#[test]
fn revenue_is_billed_time_and_currencies_are_not_added() {
    let s = team();
    s.ok("rounding set up --step 240");
    s.ok("rate set 30 --cost --member ann");
    s.ok("client add Yen --slug yen --currency JPY --rate 9500");
    s.ok("project add yen App");
    s.ok("time log yen/app 4h --date 2026-11-03");
    let report = s.json("report profit 2026-11");
    assert_eq!(report["rows"][0]["revenue"], "1140.00", "3 entries of 4 h");
    assert_eq!(report["rows"][1]["currency"], "JPY");
    assert_eq!(report["rows"][1]["margin"], Value::Null);
    assert_eq!(report["total"]["revenue"], Value::Null);
    assert_eq!(report["total"]["revenues"].as_array().unwrap().len(), 2);
    assert_eq!(report["total"]["margin"], Value::Null);
}

#[test]
fn costs_are_listed_replaced_removed_and_undone() {
    let s = team();
    let first = s.json("rate list --cost");
    assert_eq!(first.as_array().unwrap().len(), 2);
    s.ok("rate set 55 --cost --member mara --from 2026-11-09");
    assert_eq!(s.json("rate list --cost")[1]["cost"], "55.00");
    s.fails("rate remove 2 --cost", 2, "usage.confirm");
    s.ok("rate remove 2 --cost --yes");
    s.ok("undo");
    s.ok("undo");
    assert_eq!(s.json("rate list --cost"), first);
    s.fails("rate remove 9 --cost --yes", 3, "cost.not_found");
    s.fails("rate set 40 --cost --member nobody", 3, "member.not_found");
    for line in [
        "rate set 40 --cost",
        "rate set 40 --cost --member mara --client acme",
        "rate set -1 --cost --member mara",
    ] {
        assert_eq!(s.loggia(line).status, Some(2), "{line}");
    }
}

#[test]
fn what_work_costs_is_never_published() {
    let s = team();
    s.ok("rate set 4321.0987 --cost --member ann");
    s.ok("portal-settings set console=on rates=shown --client acme");
    let published = s.json("portal-settings preview acme").to_string();
    assert!(published.contains("Ann"), "{published}");
    assert!(!published.contains("4321"), "{published}");
}
