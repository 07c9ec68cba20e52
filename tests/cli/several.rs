//! Splitting, merging, moving, and changing all that a filter finds.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn seconds(s: &Sandbox) -> i64 {
    let report = s.json("time report all");
    report["total"]["seconds"].as_i64().unwrap()
}

/// Every change is one operation, which leaves nothing behind when it is taken back.
fn taken_back(s: &Sandbox, line: &str) {
    let before = s.books();
    s.ok(line);
    assert_ne!(s.books(), before, "{line}");
    s.ok("undo");
    assert_eq!(s.books(), before, "{line}");
    s.is_sound();
}

#[test]
fn an_entry_is_split_and_no_second_is_lost() {
    let s = Sandbox::acme();
    s.ok("settings set time.overlap=refuse");
    s.ok("time log acme/website 22:00-01:30 'both parts' --date 2026-11-18 --tag web --internal us --non-billable");
    s.ok("time log acme/website 2h --date 2026-11-18");
    for line in [
        "time split 1 23:00",
        "time split 1 90m",
        "time split 2 45min",
    ] {
        taken_back(&s, line);
    }
    let worked = seconds(&s);
    let parts = s.json("time split 1 0:30 --note 'after midnight'");
    assert_eq!(parts[0]["end"], "2026-11-19T00:30:00+01:00");
    assert_eq!(parts[0]["date"], "2026-11-18");
    assert_eq!(parts[0]["note"], "both parts");
    assert_eq!(parts[1]["start"], parts[0]["end"]);
    assert_eq!(
        parts[1]["date"], "2026-11-19",
        "it is of the day on which it starts"
    );
    assert_eq!(parts[1]["note"], "after midnight");
    for key in ["tags", "internal_note", "billable", "project", "member"] {
        assert_eq!(parts[1][key], parts[0][key], "{key}");
    }
    let parts = s.json("time split 2 1:15");
    assert_eq!(
        (&parts[0]["seconds"], &parts[1]["seconds"]),
        (&json!(4500), &json!(2700))
    );
    assert_eq!(seconds(&s), worked);
    for (line, exit, code) in [
        ("time split 1 22:00", 4, "entry.split_outside"),
        ("time split 1 12:00", 4, "entry.split_outside"),
        ("time split 1 9h30m", 4, "entry.split_outside"),
        ("time split 2 9am", 2, "input.duration"),
        ("time split 1 nonsense", 2, "input.duration"),
        ("time split 1 0m", 2, "input.duration"),
        ("time split 99 1h", 3, "entry.not_found"),
    ] {
        s.fails(line, exit, code);
    }
    s.is_sound();
}

#[test]
fn entries_that_are_alike_are_merged() {
    let s = Sandbox::acme();
    s.ok("project task add acme/website Design");
    s.ok("member add Ines");
    s.ok("time log acme/website 10:00-11:00 two --tag b");
    s.ok("time log acme/website 9:00-10:00 one --tag a --internal secret");
    s.ok("time log acme/website 13:00-14:00 two");
    s.ok("time log acme/website 30m");
    taken_back(&s, "time merge 1 2");
    taken_back(&s, "time merge 1 2 3 4");
    let worked = seconds(&s);
    let merged = s.json("time merge 1 2");
    assert_eq!(merged["id"], 2, "the first of them stays");
    assert_eq!(merged["start"], "2026-11-20T09:00:00+01:00");
    assert_eq!(merged["end"], "2026-11-20T11:00:00+01:00");
    assert_eq!(merged["note"], "one; two");
    assert_eq!(merged["internal_note"], "secret");
    assert_eq!(merged["tags"], json!(["a", "b"]));
    s.ok("time merge 2 3 4").tells("only the length");
    let merged = s.json("time list today");
    assert_eq!(merged.as_array().unwrap().len(), 1);
    assert_eq!(merged[0]["start"], Value::Null);
    assert_eq!(merged[0]["note"], "one; two");
    assert_eq!(seconds(&s), worked);
    s.is_sound();
}

#[test]
fn entries_that_differ_are_not_merged_and_the_difference_is_named() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("project task add acme/website Design");
    s.ok("member add Ines");
    s.ok("time log acme/website 9:00-10:00");
    for (line, why) in [
        ("time log acme/shop 1h", "projects"),
        ("time log acme/website 1h --task Design", "tasks"),
        ("time log acme/website 1h --by ines", "members"),
        ("time log acme/website 1h --date yesterday", "days"),
        ("time log acme/website 1h --non-billable", "billable"),
        ("time log acme/website 1h --rate 12", "rates"),
        ("time log acme/website 9:30-10:30", "share time"),
    ] {
        s.ok(line);
        let before = s.books();
        let error = s.fails("time merge 1 @1", 4, "entry.not_alike");
        assert!(
            error["message"].as_str().unwrap().contains(why),
            "{line}: {error}"
        );
        assert_eq!(s.books(), before);
    }
    s.fails("time merge 1 1", 4, "entry.nothing_to_merge");
    s.fails("time merge 1 99", 3, "entry.not_found");
    s.loggia("time merge 1").exits(2);
}

#[test]
fn entries_move_together_and_tasks_of_the_same_name_go_along() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("project task add acme/website Design");
    s.ok("project task add acme/website Code");
    s.ok("project task add acme/shop design");
    s.ok("time log acme/website 1h --task Design");
    s.ok("time log acme/website 1h --task Code");
    taken_back(&s, "time move 1 2 --to acme/shop");
    taken_back(&s, "time delete 1 2 --yes");
    let moved = s.json("time move 1 @1 2 --to acme/shop");
    assert_eq!(moved.as_array().unwrap().len(), 2, "each once");
    assert_eq!(moved[0]["task"], "design");
    assert_eq!(moved[1]["task"], Value::Null);
    let moved = s.json("time move 1 --to acme/website --task Code");
    assert_eq!(moved["task"], "Code");
    s.fails("time delete 1 2", 2, "usage.confirm");
    s.ok("time delete 1 2 --yes");
    assert_eq!(s.json("time list all"), json!([]));
}

#[test]
fn all_that_a_filter_finds_is_changed_at_once_or_not_at_all() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("project task add acme/website Design");
    s.ok("time log acme/website 1h one --date 2026-10-05 --tag x --tag y");
    s.ok("time log acme/website 2h two --date 2026-10-06 --tag x");
    s.ok("time log acme/website 3h three --date 2026-11-02 --tag x");
    s.ok("time log acme/shop 4h four --date 2026-10-07 --tag x");
    let filter = "--where project=acme/website --where tag=x --where 'period=last month'";
    let change = "--set task=Design --set billable=no --set tag-=x --set tag+=z";
    let line = format!("time edit {filter} {change}");
    let before = s.books();
    let preview = s.json(&format!("{line} --dry-run"));
    assert_eq!(preview["dry_run"], true);
    assert_eq!(preview["changed"], 2);
    let shown = s.ok(&format!("{line} --dry-run"));
    for words in [
        "task: – → Design",
        "billable: yes → no",
        "tags: x, y → y, z",
        "2 entries",
    ] {
        assert!(shown.stdout.contains(words), "{words}: {shown}");
    }
    s.fails(&line, 2, "usage.confirm");
    assert_eq!(s.books(), before);
    taken_back(&s, &format!("{line} --yes"));
    let done = s.json(&format!("{line} --yes"));
    assert_eq!(
        (&done["changed"], &done["unchanged"]),
        (&json!(2), &json!(0))
    );
    for entry in done["entries"].as_array().unwrap() {
        assert_eq!(entry["task"], "Design");
        assert_eq!(entry["billable"], false);
    }
    assert_eq!(done["entries"][0]["tags"], json!(["y", "z"]));
    let again = s
        .json("time edit --where task=Design --where project=acme/website --set billable=no --yes");
    assert_eq!(
        (&again["changed"], &again["unchanged"]),
        (&json!(0), &json!(2))
    );
    // One that cannot be refuses all.
    s.ok("time submit --entry 2");
    let before = s.books();
    s.fails(
        &format!("time edit {} --set note=x --yes", "--where client=acme"),
        4,
        "entry.closed",
    );
    assert_eq!(s.books(), before);
    let done = s.json("time edit --where client=acme --set note=x --yes --skip-locked");
    assert_eq!(done["changed"], 3);
    assert_eq!(done["skipped"][0]["id"], 2);
    assert_eq!(s.json("time show 2")["note"], "two");
}

#[test]
fn words_that_mean_nothing_are_told_before_anything_happens() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    let before = s.books();
    for (line, exit, code) in [
        ("--where nonsense --set note=x", 2, "usage.field"),
        ("--where colour=red --set note=x", 2, "usage.field"),
        ("--where client= --set note=x", 2, "usage.field"),
        ("--where tag=a --where tag=b --set note=x", 2, "usage.field"),
        ("--where task=Design --set note=x", 2, "usage.field"),
        ("--where billable=maybe --set note=x", 2, "usage.field"),
        ("--where invoiced=yes --set note=x", 2, "usage.field"),
        ("--where approval=done --set note=x", 2, "usage.field"),
        ("--where client=acme --set colour=red", 2, "usage.field"),
        ("--where client=acme --set billable=maybe", 2, "usage.field"),
        ("--where period=soon --set note=x", 2, "input.date"),
        ("--where client=acne --set note=x", 3, "client.not_found"),
        ("--where client=acme --set task=Design", 3, "task.not_found"),
        (
            "--where client=acme --set member=otto",
            3,
            "member.not_found",
        ),
        ("--where client=acme --set rate=x", 2, "input.amount"),
    ] {
        s.fails(&format!("time edit {line} --yes"), exit, code);
    }
    s.loggia("time edit").exits(2);
    s.loggia("time edit 1 --where client=acme --note x")
        .exits(2);
    s.loggia("time edit --where client=acme --time 1h").exits(2);
    assert_eq!(s.books(), before);
}

/// Budgets are held against a change of several entries as a whole: what it gives back counts, and each is told once.
#[test]
fn a_budget_is_held_against_all_that_a_change_does() {
    let s = Sandbox::acme();
    s.ok("settings set budget.over=refuse");
    s.ok("project edit acme/website --budget 600");
    s.ok("time log acme/website 5h --rate 20 --date 2026-11-18");
    s.ok("time log acme/website 5h --rate 100 --date 2026-11-19");
    // Two hundred more on the first, as much less on the second.
    s.ok("time edit --where client=acme --set rate=60 --yes");
    let used = |project: &str| {
        let budget = s.json(&format!("report budget --project {project}"));
        budget[0]["used"].clone()
    };
    assert_eq!(used("acme/website"), "600.00");
    let before = s.books();
    let dearer = "time edit --where client=acme --set rate=80 --yes";
    s.fails(dearer, 4, "budget.over");
    assert_eq!(s.books(), before, "all or nothing");
    s.ok("settings set budget.over=warn");
    let told = s.ok(dearer);
    assert_eq!(told.stderr.matches("over its budget").count(), 1, "{told}");
    assert!(told.stderr.contains("200.00"), "{told}");
    // Another project: its budget is told as it is when all of them are there.
    s.ok("project add acme Care --budget 5h");
    let told = s.ok("time move 1 2 --to acme/care");
    assert_eq!(told.stderr.matches("over its budget").count(), 1, "{told}");
    assert!(told.stderr.contains("5h over"), "{told}");
    assert_eq!(used("acme/care"), "10.00");
}
