//! Time entries: overlaps, lists, changes, reports.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

#[test]
fn overlaps_are_told_refused_or_allowed() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 9:00-11:00");
    s.ok("time log acme/website 10:00-12:00")
        .tells("overlaps entry 1");
    s.ok("settings set time.overlap=refuse");
    let error = s.fails("time log acme/website 10:30-10:45", 4, "entry.overlap");
    assert!(
        error["hint"]
            .as_str()
            .unwrap()
            .contains("time.overlap=warn"),
        "{error}"
    );
    s.ok("time log acme/website 12:00-13:00");
    s.ok("time log acme/website 1h");
    s.ok("member add Ines");
    s.ok("time log acme/website 9:00-11:00 --by ines");
    s.fails("time edit @2 --time 9:30-10:00", 4, "entry.overlap");
    s.ok("settings set time.overlap=allow");
    let silent = s.ok("time log acme/website 9:00-11:00");
    assert!(!silent.stderr.contains("overlap"), "{silent}");
}

#[test]
fn an_entry_is_found_by_number_and_from_the_end() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h first");
    s.ok("time log acme/website 2h second");
    assert_eq!(s.json("time show 1")["note"], "first");
    assert_eq!(s.json("time show @1")["note"], "second");
    assert_eq!(s.json("time show @2")["note"], "first");
    s.fails("time show 99", 3, "entry.not_found");
    s.fails("time show @9", 3, "entry.not_found");
    assert_eq!(s.loggia("time show x").status, Some(2));
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("time log acme/website 9:00-11:00 'a note' --tag web --internal 'for us'");
    let entry = s.json("time edit 1 --time 3h");
    assert_eq!(entry["start"], "2026-11-20T09:00:00+01:00");
    assert_eq!(entry["end"], "2026-11-20T12:00:00+01:00");
    assert_eq!(entry["note"], "a note");
    let entry = s.json("time edit 1 --date yesterday --project acme/shop --note '' --non-billable");
    assert_eq!(entry["start"], "2026-11-19T09:00:00+01:00");
    assert_eq!(entry["project"], "acme/shop");
    assert_eq!(entry["note"], Value::Null);
    assert_eq!(entry["internal_note"], "for us");
    assert_eq!(entry["billable"], false);
    assert_eq!(entry["tags"], json!(["web"]));
}

#[test]
fn deleting_needs_a_yes_off_a_terminal() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.fails("time delete 1", 2, "usage.confirm");
    s.ok("time delete 1 --yes");
    assert_eq!(s.json("time list all"), json!([]));
    assert_eq!(
        s.json("time log acme/website 1h")["id"],
        2,
        "a number is never used again"
    );
}

#[test]
fn lists_and_reports_count_the_same() {
    let s = Sandbox::acme();
    s.ok("client add Globex --slug globex");
    s.ok("project add globex App");
    s.ok("member add Ines");
    s.ok("project task add acme/website Design");
    for line in [
        "acme/website 1h20m one --date 2026-10-30 --task Design --tag web",
        "acme/website 2h two --date 2026-11-02 --by ines",
        "acme/website 20m three --date 2026-11-03 --non-billable --tag web --tag print",
        "globex/app 45m four --date 2026-11-03",
    ] {
        s.ok(&format!("time log {line}"));
    }
    let report = s.json("time report 2026-10-01..2026-11-30 --by client,month");
    let rows: Vec<_> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["key"]["client"].clone(),
                row["key"]["month"].clone(),
                row["seconds"].clone(),
            )
        })
        .collect();
    assert_eq!(rows.len(), 3, "{report:#}");
    assert!(
        rows.contains(&(json!("acme"), json!("2026-10"), json!(4800))),
        "{report:#}"
    );
    assert!(
        rows.contains(&(json!("acme"), json!("2026-11"), json!(8400))),
        "{report:#}"
    );
    assert!(
        rows.contains(&(json!("globex"), json!("2026-11"), json!(2700))),
        "{report:#}"
    );
    let total = &report["total"];
    assert_eq!(total["seconds"], 15900);
    assert_eq!(
        total["hours"], "4.42",
        "seconds are added first, hours formatted last"
    );
    assert_eq!(total["billable_seconds"], 14700);
    // 80 minutes at 95 are 126.67; with 190.00 and 71.25.
    assert_eq!(total["amount"], "387.92");
    assert_eq!(total["currency"], "EUR");

    let sum = |line: &str| -> i64 {
        let entries = s.json(line);
        let entries = entries.as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry["seconds"].as_i64().unwrap())
            .sum()
    };
    for filter in [
        "",
        "--client acme",
        "--project acme/website --task design",
        "--member ines",
        "--tag web",
        "--billable",
        "--non-billable",
    ] {
        let report = s.json(&format!("time report all --by member {filter}"));
        assert_eq!(
            report["total"]["seconds"],
            sum(&format!("time list all {filter}")),
            "{filter}"
        );
    }
    assert_eq!(sum("time list all --tag web"), 4800 + 1200);
    assert_eq!(sum("time list all --limit 1"), 2700);
}

#[test]
fn a_report_adds_no_mixed_currencies() {
    let s = Sandbox::acme();
    s.ok("client add Globex --slug globex --currency USD");
    s.ok("project add globex App");
    s.ok("time log acme/website 1h");
    s.ok("time log globex/app 1h");
    let total = s.json("time report today --by client")["total"].clone();
    assert_eq!(total["amount"], Value::Null);
    assert_eq!(total["amounts"].as_array().unwrap().len(), 2);
}

#[test]
fn references_to_what_is_not_there_suggest_what_may_be_meant() {
    let s = Sandbox::acme();
    s.ok("project task add acme/website Design");
    s.ok("member add 'Ines Costa' --slug ines");
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    for (line, code, near) in [
        ("client show acne", "client.not_found", "`acme`"),
        (
            "time log acme/websit 1h",
            "project.not_found",
            "`acme/website`",
        ),
        (
            "time log acme/website 1h --task Desing",
            "task.not_found",
            "`Design`",
        ),
        (
            "time log acme/website 1h --by inse",
            "member.not_found",
            "`ines`",
        ),
        ("invoice show 2026-0002", "invoice.not_found", "`2026-0001`"),
    ] {
        let error = s.fails(line, 3, code);
        assert!(error["hint"].as_str().unwrap().contains(near), "{error}");
    }
    let error = s.fails("client show quite-something-else", 3, "client.not_found");
    assert!(
        error["hint"]
            .as_str()
            .unwrap()
            .contains("loggia client list"),
        "{error}"
    );
}

#[test]
fn a_working_day_that_reads_as_a_night_is_told() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 9-5 --date 2026-11-18")
        .tells("ends on the next day, after 20h");
    let quiet = s.ok("time log acme/website 22:00-01:30 --date 2026-11-10");
    assert!(!quiet.stderr.contains("next day"), "{quiet}");
}
