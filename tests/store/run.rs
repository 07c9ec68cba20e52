//! `run` over many clients that is killed at any moment: what was made stands whole, a second run makes the rest, and nothing is made
//! twice.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::sandbox::{Sandbox, kill_after};

const CLIENTS: usize = 50;

/// Clients with work beyond their retainer.
const OVER: usize = 5;

/// Each client has a date of a schedule or a fee of a retainer that is due, and some have work beyond a retainer.
fn filled() -> Sandbox {
    let mut s = Sandbox::studio();
    s.at("2026-10-31T12:00:00Z");
    let mut csv = String::from("name,slug\n");
    for client in 0..CLIENTS {
        csv.push_str(&format!("Client {client},c{client}\n"));
    }
    std::fs::write(s.path("clients.csv"), csv).unwrap();
    s.ok("client import clients.csv");
    s.ok("settings set time.day-limit=allow");
    for client in 0..CLIENTS {
        if client % 2 == 0 {
            s.ok(&format!(
                "invoice schedule add c{client} --every month --from 2026-11-15 --item '12 x 9.90 Hosting'"
            ));
        } else {
            s.ok(&format!(
                "retainer add c{client} --hours 1 --fee 100 --from 2026-10-31 --to 2026-10-31"
            ));
        }
    }
    for client in 0..OVER {
        let client = client * 2 + 1;
        s.ok(&format!("project add c{client} Site"));
        s.ok(&format!("time log c{client}/site 2h"));
    }
    s.at("2026-11-20T12:00:00Z");
    s.ok("backup before.db");
    s
}

/// One of each client, and one for what is beyond a retainer.
const INVOICES: usize = CLIENTS + OVER;

const RUN: &str = "run --quiet --only schedule --only retainer-fee --only overage";

fn reset(s: &Sandbox) {
    for file in ["books.db-wal", "books.db-shm", "books.db"] {
        let _ = std::fs::remove_file(s.path(file));
    }
    std::fs::copy(s.path("before.db"), s.store()).unwrap();
}

fn numbers(s: &Sandbox) -> BTreeSet<String> {
    let list = s.ok("invoice list --quiet").stdout;
    list.lines().map(str::to_owned).collect()
}

/// What a run that was killed has made stands and is whole; the next one makes the rest. How much there was.
fn goes_on(s: &Sandbox) -> usize {
    s.is_sound();
    s.ok("invoice verify");
    let before = numbers(s);
    s.ok(RUN);
    let after = numbers(s);
    assert!(before.is_subset(&after));
    let expected: BTreeSet<String> = (1..=INVOICES)
        .map(|number| format!("2026-{number:04}"))
        .collect();
    assert_eq!(after, expected, "no gap, and nothing twice");
    s.is_sound();
    s.ok("invoice verify");
    assert_eq!(s.json(RUN)["jobs"].as_array().unwrap().len(), 0);
    before.len()
}

const KILLS: u32 = 5;

#[test]
fn killed_at_random_it_goes_on() {
    let s = filled();
    let started = Instant::now();
    s.ok(RUN);
    let whole = started.elapsed();
    let mut made = BTreeSet::new();
    for kill in 1..KILLS {
        reset(&s);
        kill_after(
            &s,
            RUN,
            whole * kill / KILLS + Duration::from_millis(u64::from(kill * 7)),
        );
        made.insert(goes_on(&s));
    }
    assert!(
        made.iter().any(|made| (1..INVOICES).contains(made)),
        "{made:?}"
    );
}

#[cfg(feature = "peers")]
mod at_every_write {
    //! With strace: the process is killed at its system calls that write, or the disk is full there.

    use super::*;
    use crate::peer;

    /// What SQLite writes a file with.
    const WRITES: [&str; 4] = ["pwrite64", "fdatasync", "fsync", "ftruncate"];

    fn traced(s: &Sandbox, expression: &str) -> std::process::Output {
        let mut command = peer::in_sandbox(s, "strace", "strace");
        let log = s.path("strace.log");
        command.args(["-f", "-o", log.to_str().unwrap(), "-e", expression]);
        command.arg(crate::sandbox::LOGGIA);
        command.args(crate::sandbox::words(RUN));
        command.output().unwrap()
    }

    /// How often a run makes each of these calls.
    fn counted(s: &Sandbox) -> Vec<(&'static str, usize)> {
        let output = traced(s, &format!("trace={}", WRITES.join(",")));
        assert!(output.status.success());
        let log = std::fs::read_to_string(s.path("strace.log")).unwrap();
        let calls = |name: &'static str| {
            let call = format!("{name}(");
            let is_call = |line: &&str| line.split_whitespace().any(|word| word.starts_with(&call));
            (name, log.lines().filter(is_call).count())
        };
        WRITES.into_iter().map(calls).collect()
    }

    /// Calls spread over the run, the first and the last among them.
    fn spread(count: usize, most: usize) -> Vec<usize> {
        let mut places: Vec<usize> = match count {
            0 => Vec::new(),
            _ => (0..most)
                .map(|place| 1 + place * (count - 1) / (most - 1).max(1))
                .collect(),
        };
        places.dedup();
        places
    }

    /// How many calls of each kind are tried; `LOGGIA_KILLS=all` tries each of them, which takes hours.
    fn places(count: usize) -> Vec<usize> {
        match std::env::var("LOGGIA_KILLS").as_deref() {
            Ok("all") => (1..=count).collect(),
            Ok(most) => spread(count, most.parse().unwrap()),
            Err(_) => spread(count, 4),
        }
    }

    #[test]
    fn killed_at_its_writes_it_goes_on() {
        let s = filled();
        reset(&s);
        let counts = counted(&s);
        let writes: usize = counts.iter().map(|(_, count)| count).sum();
        assert!(writes > INVOICES, "strace saw too few writes: {counts:?}");
        let mut kills = 0;
        for (call, count) in counts {
            for when in places(count) {
                reset(&s);
                let killed = traced(&s, &format!("inject={call}:signal=SIGKILL:when={when}"));
                assert!(!killed.status.success(), "{call} {when} was not reached");
                goes_on(&s);
                kills += 1;
            }
        }
        println!("killed {kills} times over {CLIENTS} clients");
        assert!(kills > 4);
    }

    #[test]
    fn where_the_disk_is_full_the_rest_waits() {
        let s = filled();
        reset(&s);
        let writes = counted(&s)
            .into_iter()
            .find(|(call, _)| *call == "pwrite64");
        let half = writes.unwrap().1 / 2;
        reset(&s);
        let full = traced(&s, &format!("inject=pwrite64:error=ENOSPC:when={half}+"));
        assert_eq!(full.status.code(), Some(6));
        let said = String::from_utf8_lossy(&full.stderr);
        assert!(said.contains("disk is full"), "{said}");
        assert!(said.contains("not tried"), "{said}");
        let made = goes_on(&s);
        assert!((1..INVOICES).contains(&made), "{made}");
    }
}
