//! What syncs by itself: `--watch`, and the sync that follows a command.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::{OpenPortal, Sandbox, words};
use crate::visitor::Visitor;

const PASSWORD: &str = "seven green kettles sing";

fn published() -> (Sandbox, OpenPortal) {
    let s = Sandbox::acme();
    s.ok("portal-settings set console=on");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    (s, portal)
}

/// A `sync --watch` that runs.
struct Watch {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watch {
    fn start(s: &Sandbox) -> Self {
        let mut command = s.command(&words("sync --watch --every 1s --json"));
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next thing that happened, at a time of the business.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        let told: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: `{line}`"));
        let at = told["at"].as_str().unwrap();
        assert!(at.ends_with("+01:00"), "{line}");
        told
    }

    /// The next thing that this key tells of.
    fn until(&mut self, key: &str) -> Value {
        loop {
            let line = self.next();
            if line.get(key).is_some() {
                return line;
            }
        }
    }

    fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args([name, &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    fn ends(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again for what another process does.
fn until(what: &str, mut look: impl FnMut() -> bool) {
    let started = Instant::now();
    while !look() {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "never: {what}"
        );
        std::thread::yield_now();
    }
}

/// What a command shows to a person.
fn on_terminal(s: &Sandbox, line: &str) -> String {
    let mut command = s.command(&words(line));
    command.stdin(Stdio::inherit());
    let options = rexpect::session::Options::new()
        .timeout_ms(Some(30_000))
        .strip_ansi_escape_codes(true);
    let mut session = rexpect::session::spawn_with_options(command, options).unwrap();
    session.exp_eof().unwrap()
}

#[test]
fn a_watch_pushes_what_changes_and_fetches_what_clients_do() {
    let (s, mut portal) = published();
    let link = s.json("user invite jo@acme.example --client acme")["link"].clone();
    let mut watch = Watch::start(&s);
    let first = watch.until("client");
    assert_eq!(
        (&first["client"], &first["state"]),
        (&"acme".into(), &"pushed".into())
    );
    s.ok("time log acme/website 1h 'First words'");
    let next = watch.until("client");
    assert!(next["changed"].as_u64().unwrap() > 0, "{next}");
    let mut jo = Visitor::of(&portal.url);
    let home = jo.accept(link.as_str().unwrap(), PASSWORD).path;
    assert!(
        jo.open(&format!("{home}/timesheet"))
            .ok()
            .contains("First words")
    );
    assert!(watch.until("events")["events"].as_u64().unwrap() > 0);
    until("the user is known to have come in", || {
        s.json("user list")[0]["state"] == "active"
    });
    // The portal goes and comes back; what was done meanwhile is pushed then.
    let address = portal.url.strip_prefix("http://").unwrap().to_owned();
    portal.kill();
    assert_eq!(watch.until("portal")["portal"], "away");
    s.ok("time log acme/website 1h 'Second words'");
    let portal = s.portal_at(&address);
    assert_eq!(watch.until("portal")["portal"], "back");
    until("what was done meanwhile is there", || {
        let page = jo.open(&format!("{home}/timesheet"));
        page.text().contains("Second words")
    });
    // A token that is refused ends it: nobody but a person can mend that.
    s.ok(&format!(
        "portal account token studio -q --database {}",
        portal.database
    ));
    assert_eq!(watch.ends(), Some(8));
}

#[test]
fn a_watch_ends_when_it_is_told_to_and_two_of_them_are_at_peace() {
    let (s, portal) = published();
    let (mut one, mut other) = (Watch::start(&s), Watch::start(&s));
    until("the client is there", || {
        s.loggia("sync status").status == Some(0)
    });
    for word in ["first", "second", "third"] {
        s.ok(&format!("time log acme/website 1h 'The {word}'"));
        until("it is pushed", || s.loggia("sync status").status == Some(0));
    }
    let status = s.json("sync status --check");
    assert_eq!(status["clients"][0]["there"], "same");
    // One push for each change, and the first: neither undid or repeated what the other did.
    assert_eq!(status["clients"][0]["revision"], 4, "{status:#}");
    assert_eq!(status["last_sync"]["ok"], true);
    one.signal("-INT");
    other.signal("-TERM");
    assert_eq!((one.ends(), other.ends()), (Some(0), Some(0)));
    drop(portal);
    s.fails("sync --watch --every 0s", 2, "usage.value");
    s.loggia("sync --every 5s").exits(2);
    s.loggia("sync --watch --dry-run").exits(2);
}

#[test]
fn commands_in_a_row_make_one_sync_and_the_last_change_is_in_it() {
    let (s, _portal) = published();
    s.ok("sync");
    s.ok("settings set auto-sync=on");
    // As if a sync were running: the first command starts one that waits, the others see that one does.
    let running = File::open(s.path("books.db.sync-lock")).unwrap();
    running.lock().unwrap();
    for number in 0..10 {
        s.ok(&format!("time log acme/website 5m 'Work {number}'"));
    }
    s.loggia("sync status").exits(6);
    drop(running);
    until("the last change is there", || {
        s.loggia("sync status").status == Some(0)
    });
    let status = s.json("sync status --check");
    assert_eq!(status["clients"][0]["revision"], 2, "{status:#}");
    assert_eq!(status["clients"][0]["there"], "same");
    assert_eq!(
        (&status["last_sync"]["automatic"], &status["auto_sync"]),
        (&true.into(), &true.into())
    );
    // Off again, nothing follows; and a command that only looks never had one.
    s.ok("settings set auto-sync=off");
    until("what followed the setting is done", || {
        s.loggia("sync status").status == Some(0)
    });
    s.ok("time log acme/website 5m");
    s.loggia("sync status").exits(6);
}

#[test]
fn an_automatic_sync_that_failed_is_told_once() {
    let (s, portal) = published();
    s.ok("sync");
    s.ok("settings set auto-sync=on");
    until("what followed the setting is done", || {
        s.loggia("sync status").status == Some(0)
    });
    drop(portal);
    s.ok("time log acme/website 5m 'Nobody there'");
    until("it failed", || {
        let kept = std::fs::read(s.path("books.db.sync")).unwrap_or_default();
        let kept: Value = serde_json::from_slice(&kept).unwrap_or_default();
        kept["failure"].is_string() && kept["automatic"] == true
    });
    let kept: Value =
        serde_json::from_slice(&std::fs::read(s.path("books.db.sync")).unwrap()).unwrap();
    assert_eq!(kept["told"], false);
    // Off a terminal nothing is said beside the answer; on one it is told with the next command, once.
    let quiet = s.ok("time list");
    assert!(!quiet.stderr.contains("automatic"), "{quiet}");
    assert!(on_terminal(&s, "time list").contains("the last automatic sync failed: the portal"));
    assert!(!on_terminal(&s, "time list").contains("automatic"));
    s.loggia("sync status")
        .exits(6)
        .says("by itself: failed: the portal");
    let kept: Value =
        serde_json::from_slice(&std::fs::read(s.path("books.db.sync")).unwrap()).unwrap();
    assert_eq!(kept["told"], true);
}
