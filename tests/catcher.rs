//! A mail server that keeps what it gets, and certificates for servers in tests.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::Value;

use crate::peer;
use crate::sandbox::Sandbox;

/// A mail server of another make, which keeps what it gets.
pub(crate) struct Catcher {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub(crate) port: String,
}

impl Catcher {
    /// Opens it on a free port.
    pub(crate) fn open(s: &Sandbox, arguments: &[&str]) -> Self {
        Self::keeping(s, "caught", arguments)
    }

    /// The same, which keeps what it gets in this folder.
    pub(crate) fn keeping(s: &Sandbox, folder: &str, arguments: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mail_catcher.py");
        std::fs::create_dir_all(s.path(folder)).unwrap();
        let mut child = python()
            .arg(script)
            .arg(s.path(folder))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        let port = port.trim().to_owned();
        assert!(!port.is_empty(), "the mail catcher does not start");
        Self { child, lines, port }
    }

    /// Waits for the next mail.
    pub(crate) fn wait(&mut self) {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
    }
}

/// The python for which the server's library is installed: the one that its own program names in its first line.
fn python() -> std::process::Command {
    drop(peer::command("aiosmtpd", "python3-aiosmtpd"));
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::env::split_paths(&path);
    let program = folders
        .map(|folder| folder.join("aiosmtpd"))
        .find(|program| program.is_file());
    let text = std::fs::read_to_string(program.unwrap()).unwrap();
    let line = text.lines().next().unwrap().trim_start_matches("#!");
    let mut words = line.split_whitespace();
    let mut command = std::process::Command::new(words.next().unwrap());
    command.args(words);
    command
}

impl Drop for Catcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it got, in order.
pub(crate) fn caught(s: &Sandbox) -> Vec<Value> {
    caught_in(s, "caught")
}

/// The same, of a folder of its own.
pub(crate) fn caught_in(s: &Sandbox, folder: &str) -> Vec<Value> {
    let path = |count| s.path(folder).join(format!("{count}.json"));
    let files = (1..).map(path).take_while(|path| path.exists());
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    files
        .map(|path| serde_json::from_str(&read(path)).unwrap())
        .collect()
}

/// A certificate authority, and a certificate of it for `localhost`.
pub(crate) fn certificates(s: &Sandbox) {
    let openssl = |arguments: &str| {
        let mut command = peer::in_sandbox(s, "openssl", "openssl");
        command.args(arguments.split(' '));
        peer::output(command);
    };
    let make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650";
    openssl(&format!(
        "{make} -keyout ca.key -out ca.pem -subj /CN=authority"
    ));
    openssl(&format!(
        "{make} -CA ca.pem -CAkey ca.key -keyout leaf.key -out leaf.pem -subj /CN=localhost \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    ));
}
