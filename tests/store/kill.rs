//! A process that is killed while it writes leaves all of its work or nothing.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::{Sandbox, kill_after};

fn duration_of(s: &Sandbox, line: &str) -> Duration {
    let started = Instant::now();
    s.ok(line);
    started.elapsed()
}

/// After a kill: the store is sound, and the entry is on an invoice with a number and its document, or on none.
fn is_whole(s: &Sandbox, entry: i64, issued_before: usize) -> bool {
    s.is_sound();
    let on = s.json(&format!("time show {entry}"))["invoice"].clone();
    let issued = numbers(s).len();
    match on {
        Value::String(number) if !number.starts_with("draft-") => {
            assert_eq!(issued, issued_before + 1);
            let bytes = s.ok(&format!("invoice export {number} --output -")).bytes;
            assert!(bytes.starts_with(b"%PDF"));
            true
        }
        _ => {
            assert_eq!(issued, issued_before);
            false
        }
    }
}

fn numbers(s: &Sandbox) -> Vec<String> {
    let list = s.json("invoice list");
    let mut numbers: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|invoice| invoice["number"].as_str().map(str::to_owned))
        .collect();
    numbers.sort();
    numbers
}

fn are_gapless(s: &Sandbox, count: usize) {
    let expected: Vec<_> = (1..=count)
        .map(|number| format!("2026-{number:04}"))
        .collect();
    assert_eq!(numbers(s), expected);
}

const KILLS: u32 = 20;

#[test]
fn a_killed_invoice_create_leaves_all_or_nothing() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 15m");
    let whole = duration_of(&s, "invoice create acme");
    for kill in 0..KILLS {
        let entry = s.json("time log acme/website 15m")["id"].as_i64().unwrap();
        kill_after(&s, "invoice create acme", whole * kill / KILLS);
        if !is_whole(&s, entry, kill as usize + 1) {
            s.ok("invoice create acme");
        }
    }
    are_gapless(&s, KILLS as usize + 1);
}

#[test]
fn a_killed_invoice_issue_leaves_all_or_nothing() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 15m");
    let draft = s
        .ok("invoice create acme --draft -q")
        .reference()
        .to_owned();
    let whole = duration_of(&s, &format!("invoice issue {draft}"));
    for kill in 0..KILLS {
        let entry = s.json("time log acme/website 15m")["id"].as_i64().unwrap();
        let draft = s
            .ok("invoice create acme --draft -q")
            .reference()
            .to_owned();
        kill_after(&s, &format!("invoice issue {draft}"), whole * kill / KILLS);
        if !is_whole(&s, entry, kill as usize + 1) {
            s.ok(&format!("invoice issue {draft}"));
        }
    }
    are_gapless(&s, KILLS as usize + 1);
}

#[cfg(feature = "peers")]
mod at_every_write {
    //! With strace: the process is killed at each of its system calls that write.

    use super::*;
    use crate::peer;

    /// What SQLite writes a file with.
    const WRITES: [&str; 6] = [
        "pwrite64",
        "write",
        "fdatasync",
        "fsync",
        "ftruncate",
        "unlink",
    ];

    /// How often the command makes each of these calls.
    fn counted(s: &Sandbox, line: &str) -> Vec<(&'static str, usize)> {
        let log = s.path("strace.log");
        let mut command = traced(s, &format!("trace={}", WRITES.join(",")), line);
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let log = std::fs::read_to_string(log).unwrap();
        let count = |name: &'static str| {
            let call = format!("{name}(");
            let calls = log
                .lines()
                .filter(|line| line.split_whitespace().any(|word| word.starts_with(&call)));
            (name, calls.count())
        };
        WRITES.into_iter().map(count).collect()
    }

    fn traced(s: &Sandbox, expression: &str, line: &str) -> std::process::Command {
        let mut command = peer::in_sandbox(s, "strace", "strace");
        command.args([
            "-f",
            "-o",
            s.path("strace.log").to_str().unwrap(),
            "-e",
            expression,
        ]);
        command
            .arg(crate::sandbox::LOGGIA)
            .args(crate::sandbox::words(line));
        command
    }

    /// A store of its own for each kill, as it was before.
    fn reset(s: &Sandbox) {
        for file in ["books.db-wal", "books.db-shm", "books.db"] {
            let _ = std::fs::remove_file(s.path(file));
        }
        std::fs::copy(s.path("before.db"), s.store()).unwrap();
    }

    fn dies_well(s: &Sandbox, line: &str, entry: i64) {
        s.ok("backup before.db");
        reset(s);
        let counts = counted(s, line);
        let writes: usize = counts.iter().map(|(_, count)| count).sum();
        assert!(writes > 5, "strace saw no writes: {counts:?}");
        let (mut nothing, mut all) = (0, 0);
        for (call, count) in counts {
            for when in 1..=count {
                reset(s);
                let killed = traced(
                    s,
                    &format!("inject={call}:signal=SIGKILL:when={when}"),
                    line,
                )
                .output()
                .unwrap();
                assert!(!killed.status.success(), "{call} {when} was not reached");
                if is_whole(s, entry, 0) {
                    all += 1;
                } else {
                    nothing += 1;
                    s.ok(line);
                }
                are_gapless(s, 1);
            }
        }
        assert!(
            nothing > 0 && all > 0,
            "kills before the commit: {nothing}, after: {all}"
        );
    }

    #[test]
    fn invoice_create_leaves_all_or_nothing() {
        let s = Sandbox::acme();
        s.ok("time log acme/website 15m");
        dies_well(&s, "invoice create acme", 1);
    }

    #[test]
    fn invoice_issue_leaves_all_or_nothing() {
        let s = Sandbox::acme();
        s.ok("time log acme/website 15m");
        let draft = s
            .ok("invoice create acme --draft -q")
            .reference()
            .to_owned();
        dies_well(&s, &format!("invoice issue {draft}"), 1);
    }

    #[test]
    fn making_a_store_can_be_done_again() {
        let s = Sandbox::empty();
        let line = "client add Acme --if-missing";
        let clear = || {
            for file in ["books.db", "books.db-wal", "books.db-shm"] {
                let _ = std::fs::remove_file(s.path(file));
            }
        };
        let counts = counted(&s, line);
        for (call, count) in counts {
            for when in 1..=count {
                clear();
                let killed = traced(
                    &s,
                    &format!("inject={call}:signal=SIGKILL:when={when}"),
                    line,
                )
                .output()
                .unwrap();
                assert!(!killed.status.success(), "{call} {when} was not reached");
                s.ok(line);
                assert_eq!(s.json("client list").as_array().unwrap().len(), 1);
                s.is_sound();
            }
        }
    }
}
