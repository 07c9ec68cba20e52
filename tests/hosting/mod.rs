//! Running a portal: serving it, its mail, and what its operator does on the command line.

mod mail;
mod operator;
mod serve;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::{Outcome, Sandbox};

/// A portal with arguments of its own; dropped, it is killed. What it logs is kept.
pub(crate) struct Hosted {
    child: Child,
    lines: BufReader<ChildStdout>,
    url: String,
    database: String,
    log: PathBuf,
}

impl Hosted {
    fn open(s: &Sandbox, arguments: &[&str]) -> Self {
        let database = format!("sqlite:{}", s.path("portal.db").display());
        let log = s.path("portal.log");
        let kept = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .unwrap();
        let mut child = s
            .command(&["portal", "serve", "--quiet", "--database", &database])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(kept)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut hosted = Self {
            child,
            lines,
            url: String::new(),
            database,
            log,
        };
        hosted.url = hosted.line();
        hosted
    }

    /// The next line it writes.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        assert!(line.starts_with("http"), "`{line}`: {}", self.log());
        line.trim().to_owned()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Makes an account, and connects the store to it.
    fn connect(&self, s: &Sandbox) {
        let token = s.ok(&format!(
            "portal account create studio -q --database {}",
            self.database
        ));
        let mut connect = s.command(&["portal", "connect", &self.url]);
        connect.env("LOGGIA_PORTAL_TOKEN", token.reference());
        Outcome::of(&mut connect).exits(0);
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let mut kill = std::process::Command::new("kill");
        kill.args([name, &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for something another process does, looking again and again.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::yield_now();
    }
}

/// A client with an open console.
fn open_client() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("portal-settings set console=on");
    s
}
