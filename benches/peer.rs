//! The same jobs done by Timewarrior, Watson and hledger, where they are installed: what people would come from.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::sample::{Sample, project};
use super::{medians, shown, timed};

/// Runs what is installed on the entries of the sample.
pub(super) fn compare(sample: &Sample, only: &[String]) {
    let home = sample.folder();
    if installed("timew") {
        write_timewarrior(sample);
        row(
            home,
            only,
            &[
                "timew",
                "track",
                "20261120T100000Z",
                "-",
                "20261120T100100Z",
                "bench",
                ":yes",
                ":adjust",
            ],
        );
        row(
            home,
            only,
            &["timew", "summary", "2026-10-01", "-", "2026-11-01"],
        );
        row(home, only, &["timew", "summary", ":all"]);
        row(home, only, &["timew", "export"]);
    }
    if installed("watson") && sample.entries() <= 100_000 {
        write_watson(sample);
        row(
            home,
            only,
            &[
                "watson",
                "add",
                "-f",
                "2026-11-20 10:00",
                "-t",
                "2026-11-20 10:01",
                "bench",
            ],
        );
        row(
            home,
            only,
            &["watson", "report", "-f", "2026-10-01", "-t", "2026-10-31"],
        );
        row(home, only, &["watson", "report", "--all"]);
    }
    if installed("hledger") && sample.entries() <= 100_000 {
        write_timeclock(sample);
        row(
            home,
            only,
            &[
                "hledger",
                "-f",
                "work.timeclock",
                "balance",
                "-p",
                "2026-10",
            ],
        );
        row(home, only, &["hledger", "-f", "work.timeclock", "balance"]);
    }
}

fn installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.stdin(Stdio::null()).status().is_ok()
}

fn row(home: &Path, only: &[String], words: &[&str]) {
    let name = words.join(" ");
    if !only.iter().all(|word| name.contains(word)) {
        return;
    }
    let costs: Vec<_> = (0..3)
        .map(|_| {
            let mut command = Command::new(words[0]);
            command
                .args(&words[1..])
                .env("HOME", home)
                .env("XDG_CONFIG_HOME", home)
                .env("WATSON_DIR", home.join("watson"))
                .env("TIMEWARRIORDB", home.join("timewarrior"))
                .env("TZ", "UTC")
                .current_dir(home)
                .stdin(Stdio::null());
            timed(&mut command)
        })
        .collect();
    let (cpu, wall) = medians(&costs);
    let name: String = name.chars().take(44).collect();
    println!(
        "{name:<44} {:>10} {:>10} {:>7} {:>10}",
        shown(cpu),
        "",
        "",
        shown(wall)
    );
}

fn write_timewarrior(sample: &Sample) {
    let data = sample.folder().join("timewarrior/data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(
        sample.folder().join("timewarrior/timewarrior.cfg"),
        "confirmation = off\n",
    )
    .unwrap();
    let mut months: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    // Timewarrior has one user, who does one thing at a time: each entry lasts until the next at the latest.
    let mut free = chrono::DateTime::UNIX_EPOCH;
    for work in sample.worked() {
        let start = work.start.max(free);
        let end = start + chrono::Duration::seconds(60);
        free = end;
        let month = months
            .entry(start.format("%Y-%m.data").to_string())
            .or_default();
        let (start, end) = (start.format("%Y%m%dT%H%M%SZ"), end.format("%Y%m%dT%H%M%SZ"));
        writeln!(month, "inc {start} - {end} # {}", project(work.project)).unwrap();
    }
    for (name, text) in months {
        std::fs::write(data.join(name), text).unwrap();
    }
}

fn write_watson(sample: &Sample) {
    let folder = sample.folder().join("watson");
    std::fs::create_dir_all(&folder).unwrap();
    let frames: Vec<_> = sample
        .worked()
        .enumerate()
        .map(|(number, work)| {
            let start = work.start.timestamp();
            let end = start + i64::from(work.seconds);
            serde_json::json!([
                start,
                end,
                project(work.project),
                format!("{number:032x}"),
                ["web"],
                end
            ])
        })
        .collect();
    std::fs::write(folder.join("frames"), serde_json::to_vec(&frames).unwrap()).unwrap();
}

fn write_timeclock(sample: &Sample) {
    let mut text = String::new();
    let mut free = chrono::DateTime::UNIX_EPOCH;
    for work in sample.worked() {
        let start = work.start.max(free);
        let end = start + chrono::Duration::seconds(60);
        free = end;
        writeln!(
            text,
            "i {} {}",
            start.format("%F %T"),
            project(work.project).replace('/', ":")
        )
        .unwrap();
        writeln!(text, "o {}", end.format("%F %T")).unwrap();
    }
    std::fs::write(sample.folder().join("work.timeclock"), text).unwrap();
}
