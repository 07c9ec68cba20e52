//! What stands against writing time: locked days, days to come, days that are too full, entries that are closed.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// A row of Toggl's detailed report.
fn toggl(s: &Sandbox, name: &str, rows: &[(&str, &str, &str)]) -> String {
    let file = s.path(name);
    let mut text = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n".to_owned();
    for (day, start, end) in rows {
        let hours = |time: &str| time[..2].parse::<i64>().unwrap();
        text.push_str(&format!(
            "Mara,mara@studio.example,Acme GmbH,Website,,imported,Yes,{day},{start},{day},{end},{:02}:00:00,,\n",
            hours(end) - hours(start)
        ));
    }
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn nothing_before_a_lock_is_added_changed_removed_or_moved_there() {
    let mut s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("time log acme/website 9:00-11:00 --date 2026-10-30");
    s.ok("time log acme/website 11:00-12:00 --date 2026-10-30");
    s.ok("time log acme/website 1h --date 2026-11-02");
    let locked = s.json("time lock 2026-11-01");
    assert_eq!(locked["locked_before"], "2026-11-01");
    assert_eq!(s.json("time lock"), locked);
    let before = s.books();
    for line in [
        "time log acme/website 1h --date 2026-10-31",
        "time edit 1 --note changed",
        "time edit 1 --date 2026-11-02",
        "time edit 3 --date 2026-10-31",
        "time split 1 10:00",
        "time merge 1 2",
        "time move 1 --to acme/shop",
        "time delete 1 --yes",
        "time start acme/website --at '2026-10-31 9:00'",
        "client delete acme --yes",
    ] {
        let error = s.fails(line, 4, "day.locked");
        assert!(
            error["hint"].as_str().unwrap().contains("unlock"),
            "{line}: {error}"
        );
    }
    s.fails(
        "time edit --where client=acme --set note=x --yes",
        4,
        "entry.closed",
    );
    s.fails("time delete 1 3 --yes", 4, "entry.closed");
    let file = toggl(&s, "october.csv", &[("2026-10-29", "09:00:00", "10:00:00")]);
    let error = s.fails(&format!("time import toggl {file}"), 4, "import.rows");
    assert!(
        error["hint"].as_str().unwrap().contains("locked"),
        "{error}"
    );
    assert_eq!(s.books(), before);
    // What is locked is still billed, and what is open is open.
    s.ok("time edit 3 --note changed");
    s.ok("invoice create acme 2026-10 --draft");
    s.ok("undo");
    s.ok("time unlock");
    s.ok("time edit 1 --note changed");
    s.fails("time lock 2027-01-01", 4, "lock.ahead");
    s.fails(
        "settings set time.locked-before=2027-01-01",
        4,
        "lock.ahead",
    );
    s.fails(
        "settings set time.future=warn time.locked-before=2030-01-01",
        4,
        "lock.ahead",
    );
    s.at("2026-10-31T12:00:00Z").ok("time start acme/website");
    s.at("2026-11-20T12:00:00Z")
        .ok("time lock 2026-11-01")
        .tells("only be cancelled");
    s.fails("time stop --at '2026-10-31 18:00'", 4, "day.locked");
    s.ok("time cancel");
}

#[test]
fn an_undo_touches_no_locked_day() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h --date 2026-10-30");
    s.ok("time log acme/website 1h --date 2026-11-02");
    s.ok("time edit 1 --date 2026-11-03");
    s.ok("time lock 2026-11-01");
    let operation = |back: usize| s.json("history --limit 9")[back]["operation"].clone();
    // Moving it back, and bringing it back where it was, would both change October.
    let moved = operation(1);
    let second = operation(2);
    let error = s.fails(&format!("undo {moved}"), 4, "day.locked");
    assert!(
        error["hint"].as_str().unwrap().contains("unlock"),
        "{error}"
    );
    s.ok(&format!("undo {second}"));
    s.ok("time submit all");
    s.ok("undo");
    s.ok("undo");
    assert_eq!(
        s.json("time lock")["locked_before"],
        Value::Null,
        "a lock can be taken back"
    );
    s.ok(&format!("undo {moved}"));
    assert_eq!(s.json("time show 1")["date"], "2026-10-30");
}

#[test]
fn days_to_come_are_told_refused_or_allowed() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h --date tomorrow")
        .tells("after today");
    s.ok("settings set time.future=refuse");
    s.fails(
        "time log acme/website 1h --date tomorrow",
        4,
        "entry.future",
    );
    s.ok("time log acme/website 1h");
    s.fails("time edit @1 --date tomorrow", 4, "entry.future");
    s.ok("time edit 1 --note 'planned before the rule'");
    s.ok("settings set time.future=allow");
    let silent = s.ok("time log acme/website 1h --date tomorrow");
    assert!(!silent.stderr.contains("after today"), "{silent}");
}

#[test]
fn a_day_of_a_member_has_24_hours() {
    let mut s = Sandbox::acme();
    s.ok("member add Ines");
    s.ok("time log acme/website 14h");
    s.ok("time log acme/website 4h").tells("18h");
    let error = s.fails("time log acme/website 7h", 4, "day.full");
    assert!(
        error["message"].as_str().unwrap().contains("25h"),
        "{error}"
    );
    s.ok("time log acme/website 7h --by ines");
    s.ok("time log acme/website 7h --date yesterday");
    s.fails("time edit 3 --by mara", 4, "day.full");
    s.fails("time edit 4 --date today", 4, "day.full");
    s.fails("time edit 2 --time 11h", 4, "day.full");
    s.ok("time edit 2 --time 3h");
    // What was timed was worked.
    s.ok("time start acme/website --at 0:30");
    s.at("2026-11-20T12:30:00Z").ok("time stop").tells("30h");
    s.ok("settings set time.day-limit=allow");
    let silent = s.ok("time log acme/website 7h");
    assert!(!silent.stderr.contains("h on "), "{silent}");
}

#[test]
fn what_is_on_an_invoice_changes_by_no_verb() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("time log acme/website 9:00-10:00");
    s.ok("time log acme/website 10:00-11:00");
    s.ok("invoice create acme");
    let before = s.books();
    for line in [
        "time edit 1 --note changed",
        "time split 1 9:30",
        "time merge 1 2",
        "time move 1 --to acme/shop",
        "time delete 1 --yes",
    ] {
        s.fails(line, 4, "entry.invoiced");
    }
    let error = s.fails(
        "time edit --where client=acme --set note=x --yes",
        4,
        "entry.closed",
    );
    assert!(
        error["message"].as_str().unwrap().contains("2026-0001"),
        "{error}"
    );
    let kept = s.json("time edit --where client=acme --set note=x --yes --skip-locked");
    assert_eq!(kept["changed"], 0);
    assert_eq!(kept["skipped"].as_array().unwrap().len(), 2);
    assert_eq!(s.books(), before);
    assert_eq!(
        s.json("time resume 1")["project"],
        "acme/website",
        "it is only looked at"
    );
}

#[test]
fn a_closed_project_and_an_archived_client_take_no_work_by_any_verb() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("client add Globex");
    s.ok("project add globex App");
    s.ok("time log globex/app 1h");
    s.ok("time log acme/website 1h");
    s.ok("project close acme/shop");
    s.ok("client archive globex");
    for (place, code) in [
        ("acme/shop", "project.closed"),
        ("globex/app", "client.archived"),
    ] {
        for line in [
            format!("time log {place} 1h"),
            format!("time start {place}"),
            format!("time move 2 --to {place}"),
            format!("time edit 2 --project {place}"),
            format!("time edit --where client=acme --set project={place} --yes"),
        ] {
            s.fails(&line, 4, code);
        }
    }
    s.fails("time resume 1", 4, "client.archived");
}

#[test]
fn expenses_of_locked_days_stay_whatever_is_undone_or_deleted() {
    let s = Sandbox::acme();
    s.ok("expense add acme/website 10 --date 2026-11-02");
    let added = s.json("history --limit 1")[0]["operation"].clone();
    s.ok("time lock 2026-11-10");
    let before = s.books();
    s.fails(&format!("undo {added}"), 4, "day.locked");
    s.fails("client delete acme --yes", 4, "day.locked");
    assert_eq!(s.books(), before);
    s.ok("settings set time.future=refuse");
    s.fails(
        "expense add acme/website 10 --date 2026-12-01",
        4,
        "entry.future",
    );
}

#[test]
fn the_second_part_of_a_split_is_held_to_its_day() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 23h --date 2026-11-18");
    s.ok("time log acme/website 21:00-03:00 --date 2026-11-17");
    s.fails("time split @1 0:00", 4, "day.full");
    s.ok("settings set time.future=refuse");
    s.ok("time log acme/website 22:00-02:00 --date 2026-11-20");
    s.fails("time split @1 0:00", 4, "entry.future");
}
