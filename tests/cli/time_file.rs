//! Time from other programs' files, and to files.

use crate::sandbox::Sandbox;

fn write(s: &Sandbox, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(s.path(name), bytes).unwrap();
}

const HARVEST: &str = "Date,Client,Project,Task,Notes,Hours,Hours Rounded,Billable?,First Name,Last Name\n\
    2026-11-02,Acme GmbH,Website,Design,Cover,1.33,1.5,Yes,Mara,\n\
    2026-11-02,Acme GmbH,Website,Design,Cover,1.33,1.5,Yes,Mara,\n\
    2026-11-03,Acme GmbH,Website,Design,Zero,0,0,Yes,Mara,\n";

#[test]
fn the_format_is_told_from_the_file_and_rows_come_in_once() {
    let s = Sandbox::acme();
    write(&s, "x.csv", HARVEST);
    let before = s.books();
    let planned = s.json("time import x.csv --dry-run --create-missing");
    assert_eq!(s.books(), before);
    assert_eq!(planned["format"], "harvest");
    assert_eq!(
        (&planned["added"], &planned["skipped"]),
        (&2.into(), &1.into())
    );
    let outcome = s.fails("time import x.csv", 4, "import.missing");
    assert!(
        outcome["hint"]
            .as_str()
            .unwrap()
            .contains("task add acme/website")
    );
    s.ok("time import x.csv --create-missing")
        .says("2 added (2.67 h)");
    s.ok("time import harvest x.csv")
        .says("0 added (0.00 h), 0 updated, 2 unchanged, 1 skipped");
    // One of the two was corrected.
    write(&s, "x.csv", HARVEST.replacen("1.33,1.5", "2.00,2.0", 1));
    s.ok("time import x.csv")
        .says("0 added (0.00 h), 1 updated, 1 unchanged");
    let entries = s.json("time list all");
    let seconds: i64 = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["seconds"].as_i64().unwrap())
        .sum();
    assert_eq!(seconds, 12_000);
    s.is_sound();
}

#[test]
fn what_is_no_file_of_time_is_refused_and_says_what_to_do() {
    let s = Sandbox::acme();
    let before = s.books();
    for (content, code) in [
        (b"a,b\n1,2\n".as_slice(), "import.format"),
        (b"", "import.empty"),
        (b"[1, 2", "import.format"),
        (b"[[1, 2", "import.json"),
        (b"\xff\xfei\0", "import.encoding"),
        (b"i 2026/01/01 09:00:00 a:b\n\0", "import.encoding"),
        (
            b"date,hours,project\n4/2/2026,1,acme/website\n",
            "import.dates",
        ),
        (
            b"User,Email,Client,Project,Start date,Start time,End date,End time\n",
            "import.format",
        ),
    ] {
        write(&s, "x", content);
        s.fails("time import x", 2, code);
    }
    write(&s, "long", vec![b'a'; 3 << 20]);
    s.fails("time import toggl long", 2, "import.too_large");
    s.fails("time import toggle x", 2, "import.format");
    s.fails("time import klog", 2, "usage.missing");
    s.fails("time import .", 1, "file");
    s.fails("time import nowhere.csv", 3, "file");
    assert_eq!(s.books(), before);
}

#[test]
fn a_file_with_a_column_less_takes_nothing_away() {
    let s = Sandbox::acme();
    let write = |text: &str| std::fs::write(s.path("work.csv"), text).unwrap();
    write("date,project,hours,note,tags\n2026-11-18,acme/website,2,first draft,web\n");
    s.ok("time import csv work.csv");
    write("date,project,hours\n2026-11-18,acme/website,2\n");
    s.ok("time import csv work.csv");
    let entries = s.json("time list all");
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries:#}");
    assert_eq!(entries[0]["note"], "first draft");
    assert_eq!(entries[0]["tags"][0], "web");
}

#[test]
fn tags_are_mapped_and_a_project_stands_in() {
    let s = Sandbox::acme();
    s.ok("project add acme App");
    let data = "inc 20261102T080000Z - 20261102T093000Z # site deep\n\
        inc 20261102T100000Z - 20261102T110000Z # other # \"a call\"\n\
        inc 20261102T120000Z # site\n";
    write(&s, "2026-11.data", data);
    s.fails("time import 2026-11.data", 4, "import.rows");
    s.ok("time import 2026-11.data --project-tag site=acme/website --default-project acme/app")
        .says("2 added (2.50 h)");
    let entries = s.json("time list all");
    assert_eq!(entries[0]["project"], "acme/website");
    assert_eq!(entries[0]["tags"], serde_json::json!(["deep"]));
    assert_eq!(entries[1]["project"], "acme/app");
    assert_eq!(entries[1]["note"], "a call");
}

#[test]
fn an_export_is_a_whole_file_and_comes_back() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 9:00-10:30 '=1+1' --date 2026-11-02 --tag a --tag 'b, c'");
    s.ok("time log acme/website 45min --date 2026-11-03 --non-billable --internal secret");
    let table = s.ok("time export csv").stdout;
    assert!(table.contains(",'=1+1,"), "{table}");
    assert_eq!(table.lines().count(), 3);
    assert_eq!(s.ok("time export csv 2026-11-03").stdout.lines().count(), 2);
    s.ok("time export csv --output t.csv")
        .says("wrote t.csv (2 entries, 2.25 h)");
    assert_eq!(std::fs::read_to_string(s.path("t.csv")).unwrap(), table);
    s.fails("time export csv --output t.csv", 2, "usage.confirm");
    s.ok("time export csv --output t.csv --yes");
    // Here it is all known; elsewhere it is as it was.
    s.ok("time import t.csv").says("0 added");
    let other = Sandbox::acme();
    write(&other, "t.csv", &table);
    other.ok("time import t.csv").says("2 added (2.25 h)");
    assert_eq!(other.ok("time export csv").stdout, table);
    for (format, back) in [
        ("json", None),
        ("xlsx", None),
        ("toggl-csv", Some("toggl")),
        ("timewarrior", Some("timewarrior")),
        ("timeclock", Some("timeclock")),
        ("klog", Some("klog")),
    ] {
        s.ok(&format!("time export {format} 2026-11-02 --output out"));
        let whole = std::fs::read(s.path("out")).unwrap();
        assert!(!whole.is_empty(), "{format}");
        if let Some(back) = back {
            let other = Sandbox::acme();
            write(&other, "out", whole);
            other
                .ok(&format!("time import {back} out --create-missing"))
                .says("1 added (1.50 h)");
            let came = other.json("time list all");
            assert_eq!(came[0]["project"], "acme/website", "{format}");
            assert_eq!(came[0]["note"], "=1+1", "{format}");
        }
        std::fs::remove_file(s.path("out")).unwrap();
    }
    s.ok("time submit 2026-11-02");
    let list = s.json("time export json");
    assert_eq!(list, s.json("time list all"));
    assert_eq!(list[0]["approval"], "submitted");
    assert_eq!(list[0]["note"], "=1+1");
    assert_eq!(list[1]["start"], serde_json::Value::Null);
}

#[test]
fn phases_and_activities_come_back_and_only_phases_are_made() {
    let s = Sandbox::acme();
    s.ok("project phase add acme/website Design");
    s.ok("project activity add DEV Development");
    s.ok("time log acme/website 1h one --date 2026-11-02 --phase design --activity dev");
    let table = s.ok("time export csv").stdout;
    let other = Sandbox::acme();
    write(&other, "t.csv", &table);
    let problem = other.fails("time import t.csv --create-missing", 4, "import.rows");
    assert!(problem.to_string().contains("there is no activity `DEV`"));
    other.ok("project activity add DEV Development");
    let missing = other.fails("time import t.csv", 4, "import.missing");
    assert!(
        missing
            .to_string()
            .contains("phase `Design` of acme/website")
    );
    other
        .ok("time import t.csv --create-missing")
        .says("1 added");
    assert_eq!(other.ok("time export csv").stdout, table);
    // Corrected in the source, which tells no id here.
    let changed = table.replace(",Design,", ",Build,");
    write(&other, "t.csv", changed);
    other
        .ok("time import t.csv --create-missing")
        .says("1 updated");
    assert_eq!(other.json("time list all")[0]["phase"], "Build");
}
