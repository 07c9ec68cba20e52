//! Rounding: billed time follows the policy in force, worked time stays, and whatever tells hours tells the same.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Work of two days at 95 an hour: 10 and 25 minutes on one, 20 on the next.
fn worked() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("time log acme/website 10m One --date 2026-11-02");
    s.ok("time log acme/website 25m Two --date 2026-11-02");
    s.ok("time log acme/website 20m Three --date 2026-11-03");
    s
}

fn hundredths(hours: &Value) -> i64 {
    let (whole, part) = hours.as_str().unwrap().split_once('.').unwrap();
    whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
}

/// Billed hours and amount of everything, as a report has them.
fn reported(s: &Sandbox, by: &str) -> (String, String) {
    let report = s.json(&format!("time report 2026-11 --by {by}"));
    let rows = report["rows"].as_array().unwrap();
    let sum: i64 = rows
        .iter()
        .map(|row| hundredths(&row["billed_hours"]))
        .sum();
    let total = &report["total"];
    assert!(
        (sum - hundredths(&total["billed_hours"])).abs() <= rows.len() as i64,
        "the rows of a report by {by} add up, but for the places that are shown: {report}"
    );
    assert_eq!(total["hours"], "0.92", "worked time is as it was");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&total["billed_hours"]), text(&total["amount"]))
}

#[test]
fn every_figure_of_billed_time_is_the_same() {
    for (policy, hours, net) in [
        ("none", "0.92", "87.09"),
        ("up --step 15", "1.25", "118.75"),
        ("nearest --step 15", "1.00", "95.00"),
        ("down --step 15", "0.50", "47.50"),
        ("none --minimum 30", "1.50", "142.50"),
        ("up --step 30 --scope day", "1.50", "142.50"),
        ("down --step 30 --scope day", "0.50", "47.50"),
        ("up --step 60 --scope line", "1.00", "95.00"),
        ("down --step 30 --scope line", "0.50", "47.50"),
    ] {
        let s = worked();
        s.ok(&format!("rounding set {policy}"));
        s.ok("portal-settings set console=on rates=shown --client acme");
        for by in ["project", "day", "task", "member", "tag", "week,client"] {
            let (billed, amount) = reported(&s, by);
            assert_eq!(billed, hours, "{policy}: report by {by}");
            // An invoice multiplies hours of four places.
            let cents = (hundredths(&amount.into()) - hundredths(&net.into())).abs();
            assert!(cents <= 1, "{policy}: report by {by}");
        }
        let preview = s.json("invoice preview acme");
        assert_eq!(preview["net"], net, "{policy}: invoice");
        let shown = s.json("client show acme");
        assert_eq!(shown["unbilled"]["hours"], hours, "{policy}: {shown}");
        assert_eq!(shown["unbilled"]["amount"], net, "{policy}: {shown}");
        let listed = s.json("time list 2026-11");
        let seconds: i64 = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["seconds"].as_i64().unwrap())
            .sum();
        assert_eq!(seconds, 55 * 60, "{policy}: worked time is as it was");
        let published = s.json("portal-settings preview acme");
        let text = published.to_string();
        assert!(
            text.contains(net),
            "{policy}: the portal shows {net}: {text}"
        );
        let month = published["parts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|part| part["key"] == "month/2026-11")
            .unwrap_or_else(|| panic!("{published}"));
        let entries = month["content"]["entries"].as_array().unwrap();
        let seconds: i64 = entries
            .iter()
            .map(|entry| entry["seconds"].as_i64().unwrap())
            .sum();
        let exact = shown["unbilled"]["seconds"].as_i64();
        assert_eq!(Some(seconds), exact, "{policy}: {month}");
        let without_clock = |entry: &Value| entry.get("clock").is_some_and(Value::is_null);
        assert!(entries.iter().all(without_clock), "none is null: {month}");
    }
}

#[test]
fn lines_of_an_invoice_are_what_a_reader_multiplies() {
    let s = worked();
    s.ok("rounding set up --step 30 --scope day");
    for by in ["project", "task", "member", "day", "entry"] {
        let preview = s.json(&format!("invoice preview acme --group-by {by}"));
        for line in preview["lines"].as_array().unwrap() {
            let places = |text: &Value| {
                let text = text.as_str().unwrap();
                let (whole, part) = text.split_once('.').unwrap_or((text, ""));
                format!("{whole}{part:0<4}").parse::<i64>().unwrap()
            };
            let product = places(&line["quantity"]) * places(&line["unit_price"]);
            // Hundred-millionths to cents, half away from zero.
            let cents = (product + 500_000) / 1_000_000;
            assert_eq!(hundredths(&line["net"]), cents, "{by}: {line}");
        }
    }
    let by_entry = s.json("invoice preview acme --group-by entry");
    let descriptions: Vec<&str> = by_entry["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["description"].as_str().unwrap())
        .collect();
    assert_eq!(descriptions.len(), 5, "a line for each day's difference");
    assert!(descriptions[2].contains("rounding"), "{descriptions:?}");
}

#[test]
fn the_projects_policy_wins_then_the_clients_and_days_before_keep_theirs() {
    let s = Sandbox::acme();
    s.ok("rounding set up --step 60");
    s.ok("rounding set up --step 30 --client acme --from 2026-11-03");
    s.ok("rounding set none --project acme/website --from 2026-11-04");
    let billed = |day: &str| {
        s.json(&format!("time log acme/website 10m --date {day}"))["billed_hours"].clone()
    };
    assert_eq!(billed("2026-11-02"), "1.00");
    assert_eq!(billed("2026-11-03"), "0.50");
    assert_eq!(billed("2026-11-04"), "0.17");
    let list = s.json("rounding list --client acme");
    assert_eq!(list.as_array().unwrap().len(), 3);
    s.fails("rounding remove 3", 2, "usage.confirm");
    s.ok("rounding remove 3 --yes");
    assert_eq!(billed("2026-11-04"), "0.50");
    s.ok("undo");
    s.ok("undo");
    assert_eq!(billed("2026-11-04"), "0.17");
    s.fails("rounding remove 99 --yes", 3, "rounding.not_found");
}

#[test]
fn a_policy_for_the_same_thing_and_day_is_replaced() {
    let s = Sandbox::acme();
    let first = s
        .ok("rounding set up --step 15 --quiet")
        .reference()
        .to_owned();
    let second = s
        .ok("rounding set down --step 6 --quiet")
        .reference()
        .to_owned();
    assert_eq!(first, second);
    assert_eq!(s.json("rounding list").as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_a_policy_is_refused() {
    let s = Sandbox::acme();
    for line in [
        "rounding set sideways",
        "rounding set up --step 0",
        "rounding set up --step 481",
        "rounding set up --minimum 1441",
        "rounding set none --step 15",
        "rounding set up --scope week",
        "rounding set up --client acme --project acme/website",
        "rounding set up --from 4/2",
    ] {
        assert_eq!(s.loggia(line).status, Some(2), "{line}");
    }
    s.fails("rounding set up --client nobody", 3, "client.not_found");
    s.fails("rounding set up --project acme/app", 3, "project.not_found");
    assert_eq!(s.json("rounding list"), serde_json::json!([]));
}

#[test]
fn an_issued_invoice_and_a_draft_keep_their_hours() {
    let s = worked();
    s.ok("invoice create acme ..2026-11-02");
    let draft = s
        .ok("invoice create acme --draft --quiet")
        .reference()
        .to_owned();
    let shown = |s: &Sandbox| {
        (
            s.json("invoice show 2026-0001"),
            s.ok("invoice export 2026-0001 --output -").bytes,
            s.json(&format!("invoice show {draft}")),
        )
    };
    let before = shown(&s);
    let outcome = s.ok("rounding set up --step 60");
    assert!(
        outcome.to_string().contains("keep their hours"),
        "{outcome}"
    );
    assert_eq!(shown(&s), before);
    s.ok("check");
    let fresh = s.ok("rounding set up --step 30 --from 2026-12-01");
    assert!(!fresh.to_string().contains("keep their hours"), "{fresh}");
}

#[test]
fn a_rounded_invoice_passes_the_check_and_a_changed_entry_does_not() {
    let s = worked();
    s.ok("rounding set up --step 15");
    s.ok("invoice create acme");
    s.ok("check");
    s.sqlite()
        .execute("UPDATE entry SET seconds = 900 WHERE id = 1", [])
        .unwrap();
    assert_ne!(s.loggia("check").status, Some(0));
}

#[test]
fn a_retainer_is_drawn_by_billed_time() {
    for (policy, used) in [
        ("up --step 15", "1.25"),
        ("up --step 30 --scope day", "1.50"),
        ("down --step 30 --scope day", "0.50"),
        // No line bills what a retainer covers.
        ("up --step 60 --scope line", "0.92"),
    ] {
        let s = worked();
        s.ok("retainer add acme --hours 1 --from 2026-11-01");
        s.ok(&format!("rounding set {policy}"));
        let status = s.json("retainer status acme")[0].clone();
        assert_eq!(status["used"], used, "{policy}");
        assert_eq!(reported(&s, "day").0, used, "{policy}");
        let (used, left, over) = (
            hundredths(&status["used"]),
            hundredths(&status["left"]),
            hundredths(&status["overage"]),
        );
        assert_eq!(100, used - over + left, "{policy}: nothing is made or lost");
        // The overage that is billed leaves the ledger as it is.
        if over > 0 {
            s.ok("invoice create acme 2026-11 --as-of 2026-12-01");
            assert_eq!(s.json("retainer status acme")[0]["used"], status["used"]);
        }
    }
}

#[test]
fn a_day_on_two_invoices_is_rounded_on_each() {
    let s = worked();
    s.ok("rounding set up --step 30 --scope day");
    s.ok("invoice create acme ..2026-11-02");
    s.ok("time log acme/website 5m Late --date 2026-11-02");
    let report = s.json("time report 2026-11-02 --by project");
    assert_eq!(report["total"]["billed_hours"], "1.50");
    let late = s.json("invoice preview acme ..2026-11-02");
    assert_eq!(late["lines"][0]["quantity"], "0.5");
}

#[test]
fn a_list_explains_each_entry_and_the_difference_of_a_day_as_its_own_part() {
    let s = worked();
    s.ok("rounding set up --step 30 --scope day --client acme --from 2026-11-01");
    s.ok("rate set 120 --project acme/website --from 2026-11-03");
    let parts = s.json("time list 2026-11 --explain");
    let of = |index: usize, key: &str| parts[index][key].clone();
    assert_eq!(parts.as_array().unwrap().len(), 5, "{parts}");
    assert_eq!(
        (of(0, "part"), of(0, "billed_seconds")),
        ("entry".into(), 600.into())
    );
    assert_eq!(of(0, "rounding")["level"], "client");
    assert_eq!(of(0, "rounding")["from"], "2026-11-01");
    assert_eq!(of(0, "rate")["level"], "business");
    // 35 minutes become an hour.
    assert_eq!(
        (of(2, "part"), of(2, "billed_seconds")),
        ("rounding".into(), 1500.into())
    );
    assert_eq!(of(2, "sum")["entries"], serde_json::json!([1, 2]));
    assert_eq!(of(3, "rate")["level"], "project");
    assert_eq!(of(3, "rate")["from"], "2026-11-03");
    let billed: i64 = parts
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["billed_seconds"].as_i64().unwrap())
        .sum();
    let unbilled = s.json("client show acme")["unbilled"]["seconds"].as_i64();
    assert_eq!(Some(billed), unbilled);
    let text = s.ok("time list 2026-11 --explain").to_string();
    assert!(text.contains("rounding: 1.00 h of entries 1, 2"), "{text}");
}

#[test]
fn an_entry_is_explained_from_the_work_to_the_amount() {
    let s = worked();
    let plain = s.json("rate explain 1");
    assert_eq!(plain["rounding"], Value::Null);
    assert_eq!(plain["billed_hours"], "0.17");
    assert_eq!(plain["rate"]["level"], "business");
    s.ok("rounding set up --step 15 --project acme/website");
    let rounded = s.json("rate explain 1");
    assert_eq!(rounded["rounding"]["level"], "project");
    assert_eq!(
        (&rounded["hours"], &rounded["billed_hours"]),
        (&"0.17".into(), &"0.25".into())
    );
    assert_eq!(
        (&rounded["amount"], &rounded["currency"]),
        (&"23.75".into(), &"EUR".into())
    );
    s.ok("invoice create acme");
    s.ok("rounding set up --step 60 --project acme/website");
    let later = s.json("rate explain 1");
    assert_eq!(later["billed_hours"], "1.00");
    assert_eq!(
        later["invoiced_hours"], "0.25",
        "the invoice keeps its hours"
    );
    s.ok("time log acme/website 10m --non-billable");
    assert_eq!(s.json("rate explain @1")["non_billable_by"], "entry");
    assert_eq!(s.json("rate explain @1")["amount"], Value::Null);
    s.fails("rate explain 99", 3, "entry.not_found");
}
