//! Approval: a week is submitted, approved or rejected, and only what is approved is billed and shown where that is wanted.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn team() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("member add Ines");
    s.ok("member add Milo --access manager");
    s.ok("time log acme/website 2h --by ines --date 2026-11-16");
    s.ok("time log acme/website 3h --by ines --date 2026-11-17 --non-billable");
    s.ok("time log acme/website 1h --by ines --date 2026-11-09");
    s.ok("time log acme/website 4h --date 2026-11-16");
    s
}

#[test]
fn a_week_is_submitted_and_approved_and_stays_as_it_is() {
    let s = team();
    assert_eq!(s.json("time approvals"), json!([]));
    let done = s.json("time submit --member ines");
    assert_eq!(done["entries"], json!([1, 2]));
    assert_eq!(done["hours"], "5.00");
    assert_eq!(
        s.json("time submit --member ines")["entries"],
        json!([]),
        "there is no more"
    );
    s.ok("time submit 2026-W46 --member ines");
    let waiting = s.json("time approvals");
    let weeks: Vec<_> = waiting
        .as_array()
        .unwrap()
        .iter()
        .map(|week| (week["week"]["from"].clone(), week["seconds"].clone()))
        .collect();
    assert_eq!(
        weeks,
        [
            (json!("2026-11-09"), json!(3600)),
            (json!("2026-11-16"), json!(5 * 3600))
        ]
    );
    assert_eq!(waiting[1]["member"], "ines");
    assert_eq!(waiting[1]["billable_seconds"], 2 * 3600);
    for line in [
        "time edit 1 --note x",
        "time delete 1 --yes",
        "time split 1 1h",
    ] {
        s.fails(line, 4, "entry.submitted");
    }
    s.fails("time approve all --by ines", 4, "approval.not_allowed");
    s.fails(
        "time reject all --by ines --reason no",
        4,
        "approval.not_allowed",
    );
    s.fails("time approve --entry 4", 4, "entry.not_submitted");
    s.loggia("time approve").exits(2);
    s.loggia("time reject all").exits(2);
    let done = s.json("time approve this week --member ines --by milo");
    assert_eq!(done["entries"], json!([1, 2]));
    s.fails("time edit 1 --note x", 4, "entry.approved");
    s.fails("time approve --entry 1", 4, "approval.stands");
    let states = |state: &str| {
        s.json(&format!("time list all --approval {state}"))
            .as_array()
            .unwrap()
            .len()
    };
    let counts = ["open", "submitted", "approved", "rejected"].map(states);
    assert_eq!(counts, [1, 1, 2, 0]);
    assert_eq!(s.json("time show 1")["approval"], "approved");
    assert!(s.ok("time list all").stdout.contains("(approved)"));
    s.is_sound();
}

#[test]
fn what_is_rejected_is_open_again_with_the_reason() {
    let s = team();
    s.ok("time submit --entry 1,2");
    let before = s.books();
    s.ok("time reject --entry 1 --reason 'which task?'");
    let entry = s.json("time show 1");
    assert_eq!(
        (&entry["approval"], &entry["approval_note"]),
        (&json!("rejected"), &json!("which task?"))
    );
    s.ok("undo");
    assert_eq!(s.books(), before);
    s.ok("time reject this week --reason 'which task?'");
    s.ok("time edit 1 --note 'the kick-off'");
    s.ok("time submit --member ines");
    let entry = s.json("time show 1");
    assert_eq!(
        (&entry["approval"], &entry["approval_note"]),
        (&json!("submitted"), &Value::Null)
    );
    // What was approved is opened by number only.
    s.ok("time approve all");
    assert_eq!(s.json("time reject all --reason no")["entries"], json!([]));
    s.ok("time reject --entry 1 --reason no");
    s.ok("time submit --entry 1");
    s.ok("time approve --entry 1");
    s.ok("invoice create acme 2026-11");
    s.fails("time reject --entry 1 --reason late", 4, "entry.invoiced");
    s.ok("time lock 2026-11-18");
    s.fails("time reject --entry 2 --reason late", 4, "day.locked");
    s.ok("time submit --entry 4");
    s.ok("time approve --entry 4");
}

#[test]
fn only_approved_work_is_billed_where_that_is_wanted() {
    let s = team();
    assert!(s.json("report unbilled")["hours_waiting"].is_null());
    s.ok("settings set invoice.approved-only=on");
    let held_back = |s: &crate::sandbox::Sandbox| {
        let error = s.fails("invoice preview acme 2026-11", 4, "invoice.nothing_to_bill");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("3 entries wait for approval"), "{error}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("loggia time approvals"), "{error}");
    };
    held_back(&s);
    s.ok("time submit --entry 1,3");
    held_back(&s);
    let all = s.json("report unbilled");
    assert_eq!(all["hours_waiting"], all["totals"][0]["hours"]);
    s.ok("time approve --entry 1");
    s.ok("report unbilled").says("wait for approval");
    let some = s.json("report unbilled");
    assert_ne!(some["hours_waiting"], all["hours_waiting"]);
    // Where there is nothing at all, nothing waits.
    let error = s.fails("invoice preview acme 2026-01", 4, "invoice.nothing_to_bill");
    assert!(!error.to_string().contains("approval"), "{error}");
    let preview = s.json("invoice preview acme 2026-11");
    assert_eq!(preview["entries"], json!([1]));
    assert_eq!(preview["net"], "190.00");
    s.ok("settings unset invoice.approved-only");
    let preview = s.json("invoice preview acme 2026-11");
    assert_eq!(preview["entries"].as_array().unwrap().len(), 3);
}

#[test]
fn clients_see_approved_work_only_where_that_is_wanted() {
    let s = team();
    s.ok("portal-settings set console=on timesheets=on approved-only=on");
    let days = || {
        let preview = s.json("portal-settings preview acme").to_string();
        ["2026-11-16", "2026-11-17", "2026-11-09"]
            .map(|day| preview.contains(&format!("\"day\":\"{day}\"")))
    };
    assert_eq!(days(), [false, false, false]);
    s.ok("time submit --entry 1,2");
    assert_eq!(days(), [false, false, false]);
    s.ok("time approve --entry 2");
    assert_eq!(days(), [false, true, false]);
}

#[test]
fn a_correction_from_a_file_changes_no_approved_entry() {
    let s = Sandbox::acme();
    let file = s.path("toggl.csv");
    let write = |end: &str, length: &str| {
        let header = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)";
        let row = format!(
            "Mara,,Acme GmbH,Website,,one,Yes,2026-11-02,09:00:00,2026-11-02,{end},{length},,"
        );
        std::fs::write(&file, format!("{header}\n{row}\n")).unwrap();
    };
    let import = format!("time import toggl {}", file.display());
    write("10:00:00", "01:00:00");
    s.ok(&import);
    s.ok("time submit --entry 1");
    s.ok("time approve --entry 1");
    let before = s.books();
    assert_eq!(s.json(&import)["unchanged"], 1);
    write("11:00:00", "02:00:00");
    let error = s.fails(&import, 4, "import.rows");
    assert!(
        error["hint"].as_str().unwrap().contains("approved"),
        "{error}"
    );
    assert_eq!(s.books(), before);
}
