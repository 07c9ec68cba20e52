//! Tasks, phases and activity codes, and time that is logged on them.

use crate::sandbox::Sandbox;

fn acme() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("project phase add acme/website Design --budget 40h --due 2026-12-04");
    s.ok("project task add acme/website Layout --phase design --due 2026-11-10 --assignee mara");
    s.ok("project activity add DEV Development --explanation 'Programming, with its tests'");
    s.ok("project activity add PIX Pixels --project acme/website");
    s
}

#[test]
fn time_is_logged_on_phases_tasks_and_activities() {
    let mut s = acme();
    let entry = s.json("time log acme/website 1h --task layout --activity dev");
    assert_eq!(entry["phase"], "Design", "that of the task");
    assert_eq!(entry["task"], "Layout");
    assert_eq!(entry["activity"], "DEV");
    s.ok("time start acme/website --phase Design --activity pixels");
    let timer = s.json("time status")[0].clone();
    assert_eq!(
        (&timer["phase"], &timer["activity"]),
        (&"Design".into(), &"PIX".into())
    );
    s.at("2026-11-20T14:00:00Z");
    let stopped = s.json("time stop");
    assert_eq!(stopped["phase"], "Design");
    assert_eq!(stopped["activity"], "PIX");
    s.ok("time log acme/website 4h");
    let rows = s.json("time report today --by phase,activity")["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 3, "{rows:#}");
    let count = |line: &str| s.json(line).as_array().unwrap().len();
    assert_eq!(
        count("time list all --project acme/website --phase design"),
        2
    );
    assert_eq!(count("time list all --activity dev"), 1);
    let cleared = s.json("time edit 1 --phase '' --activity ''");
    assert!(cleared["phase"].is_null() && cleared["activity"].is_null());
    let error = s.fails(
        "time log acme/website 1h --phase Desing",
        3,
        "phase.not_found",
    );
    assert!(error["hint"].as_str().unwrap().contains("Design"));
    s.fails(
        "time log acme/website 1h --activity DEF",
        3,
        "activity.not_found",
    );
}

#[test]
fn what_is_done_closed_or_archived_takes_no_time_until_it_is_open_again() {
    let s = acme();
    s.ok("time log acme/website 1h --task Layout --activity DEV");
    let cases = [
        (
            "project task done acme/website layout",
            "--task Layout",
            "task.done",
        ),
        (
            "project phase close acme/website design",
            "--phase Design",
            "phase.closed",
        ),
        (
            "project activity archive dev",
            "--activity DEV",
            "activity.archived",
        ),
        (
            "project activity archive pix --project acme/website",
            "--activity PIX",
            "activity.archived",
        ),
    ];
    for (close, on, code) in cases {
        s.ok(close);
        let line = format!("time log acme/website 1h {on}");
        let error = s.fails(&line, 4, code);
        s.ok("time edit 1 --note 'what stands stays'");
        let hint = error["hint"].as_str().unwrap().to_owned();
        s.ok(hint.strip_prefix("loggia ").unwrap());
        s.ok(&line);
    }
}

#[test]
fn moving_an_entry_leaves_behind_what_is_of_its_project_and_tells() {
    let s = acme();
    s.ok("project add acme Shop");
    s.ok("project task add acme/shop layout");
    s.ok("project task add acme/website Review --phase Design");
    s.ok("time log acme/website 1h --task Review --activity PIX");
    let moved = s.ok("time edit 1 --project acme/shop");
    for told in ["task `Review`", "phase `Design`", "activity `PIX`"] {
        assert!(moved.stderr.contains(told), "{moved}");
    }
    let entry = s.json("time show 1");
    for key in ["task", "phase", "activity"] {
        assert!(entry[key].is_null(), "{entry:#}");
    }
    s.ok("time log acme/website 1h --task Layout --activity DEV");
    let entry = s.json("time edit 2 --project acme/shop");
    assert_eq!(
        entry["task"], "layout",
        "what the project has of the same name"
    );
    assert_eq!(entry["activity"], "DEV", "that of the business goes along");
    s.fails("time edit 2 --phase Design", 3, "phase.not_found");
}

#[test]
fn tasks_have_a_status_a_day_and_a_person() {
    let s = acme();
    s.ok("project task add acme/website Build --internal --due 2026-12-24");
    s.ok("project task start acme/website build");
    let tasks = s.json("project task list acme/website");
    let of = |name: &str| {
        let found = tasks.as_array().unwrap().iter();
        found
            .clone()
            .find(|task| task["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(of("Layout")["overdue"], true);
    assert_eq!(of("Layout")["assignee"], "mara");
    assert_eq!(of("Build")["status"], "doing");
    assert_eq!(of("Build")["shared"], false);
    let count = |line: &str| s.json(line).as_array().unwrap().len();
    assert_eq!(count("project task list --overdue"), 1);
    assert_eq!(count("project task list --assignee mara --status todo"), 1);
    s.ok("project task list acme/website --board")
        .says("DOING (1)")
        .says("! due 2026-11-10");
    s.ok(
        "project task edit acme/website Layout --name Wireframes --due '' --assignee '' --phase ''",
    );
    let task = s.json("project task show acme/website wireframes");
    for key in ["due", "assignee", "phase"] {
        assert!(task[key].is_null(), "{task:#}");
    }
    s.fails(
        "project task edit acme/website Build --name wireframes",
        4,
        "exists",
    );
    s.fails("project task add acme/website Wireframes", 4, "exists");
    s.ok("project task add acme/website Wireframes --if-missing");
    s.fails(
        "project task add acme/website X --assignee nobody",
        3,
        "member.not_found",
    );
}

#[test]
fn only_what_has_no_time_is_removed_and_undo_brings_it_back() {
    let s = acme();
    s.ok("rate set 120 --project acme/website --task Layout");
    let before = s.books();
    s.ok("project task remove acme/website Layout --yes");
    s.ok("undo");
    assert_eq!(s.books(), before);
    s.ok("project phase remove acme/website Design --yes");
    assert!(s.json("project task show acme/website Layout")["phase"].is_null());
    s.ok("undo");
    assert_eq!(s.books(), before);
    s.ok("time log acme/website 1h --task Layout");
    s.fails(
        "project task remove acme/website Layout --yes",
        4,
        "task.has_time",
    );
    s.fails(
        "project phase remove acme/website Design --yes",
        4,
        "phase.has_time",
    );
    let refused = s.loggia("project task remove acme/website Layout");
    assert_ne!(
        refused.status,
        Some(0),
        "nothing is removed unasked: {refused}"
    );
}

#[test]
fn phases_and_activities_are_changed_and_keep_their_time() {
    let s = acme();
    s.ok("time log acme/website 2h --phase Design --activity DEV");
    s.ok("project phase edit acme/website design --name Concept --budget 3000 --due ''");
    let phase = s.json("project phase list acme/website")[0].clone();
    assert_eq!(phase["name"], "Concept");
    assert_eq!(phase["hours"], "2.00");
    assert_eq!(phase["budget"]["currency"], "EUR");
    assert!(phase["due"].is_null());
    s.ok("project activity edit dev --code CODE --explanation ''");
    assert_eq!(s.json("time show 1")["activity"], "CODE");
    s.fails("project activity add code Other", 4, "exists");
    s.ok("project activity add CODE Other --project acme/website");
    let entry = s.json("time log acme/website 1h --activity code");
    let codes = s.json("project activity list acme/website");
    assert_eq!(codes.as_array().unwrap().len(), 3);
    assert_eq!(entry["activity"], "CODE");
    s.fails(
        "project activity add 'on site' Visit",
        4,
        "activity.no_code",
    );
    s.fails("project phase add acme/website concept", 4, "exists");
}

#[test]
fn a_project_is_changed_and_an_empty_text_takes_a_value_away() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    let shown = s.json(
        "project edit acme/website --name Portal --slug portal --budget 9000 --due 2027-01-31 --non-billable",
    );
    assert_eq!(shown["project"], "acme/portal");
    assert_eq!(shown["billable"], false);
    assert_eq!(shown["budget"]["allocated"], "9000.00");
    let bare = s.json("project edit acme/portal --budget '' --due '' --billable");
    assert!(bare["budget"].is_null() && bare["due"].is_null());
    s.fails("project edit acme/portal --slug shop", 4, "exists");
    s.fails("project edit acme/website --name X", 3, "project.not_found");
}

#[test]
fn a_move_takes_no_work_to_what_is_done_or_closed() {
    let s = acme();
    s.ok("project add acme App --phase Design");
    s.ok("project task add acme/app Layout");
    s.ok("project task done acme/app Layout");
    s.ok("project phase close acme/app Design");
    s.ok("time log acme/website 1h --task Layout");
    let moved = s.ok("time move 1 --to acme/app");
    for told in ["task `Layout`", "phase `Design`"] {
        assert!(moved.stderr.contains(told), "{moved}");
    }
    let entry = s.json("time show 1");
    assert!(
        entry["task"].is_null() && entry["phase"].is_null(),
        "{entry:#}"
    );
}

#[test]
fn the_name_of_an_internal_task_stands_on_no_invoice() {
    let s = Sandbox::acme();
    s.ok("project task add acme/website Hush --internal");
    s.ok("project task add acme/website Open");
    for task in ["Hush", "Open"] {
        s.ok(&format!("time log acme/website 1h --task {task}"));
    }
    let invoice = s.json("invoice create acme --group-by task");
    let lines = invoice["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 2, "{invoice:#}");
    let text = invoice["lines"].to_string();
    assert!(text.contains("Open") && !text.contains("Hush"), "{text}");
    s.ok("portal-settings set console=on tasks=off rates=shown --client acme");
    let seen = s.ok("portal-settings preview acme --json");
    assert!(!seen.stdout.contains("Hush"), "{seen}");
}
