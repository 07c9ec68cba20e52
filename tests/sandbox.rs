//! A place of its own for each test: the real binary with a temporary home, a clean environment, a fixed clock and zone.
//!
//! Commands are written as they would be typed: `sandbox.ok("client add 'Acme GmbH' --slug acme")`. Whatever is not as a test expects
//! fails with the whole of what the command wrote.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The day of most stories is Friday, 20 November 2026.
pub(crate) const NOON: &str = "2026-11-20T12:00:00Z";

/// The program under test.
pub(crate) const LOGGIA: &str = env!("CARGO_BIN_EXE_loggia");

/// Opens a portal.
pub(crate) const SERVE: [&str; 3] = ["portal", "serve", "--quiet"];

/// A temporary home with a store in it.
pub(crate) struct Sandbox {
    home: tempfile::TempDir,
    now: String,
    extra: Vec<(String, String)>,
}

impl Sandbox {
    /// An empty home.
    pub(crate) fn empty() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            now: NOON.to_owned(),
            extra: Vec::new(),
        }
    }

    /// A business in Berlin at 95 EUR an hour and 19 % tax, whose owner is `mara`.
    pub(crate) fn studio() -> Self {
        let sandbox = Self::empty();
        sandbox.found();
        sandbox
    }

    /// The studio with a company `acme` and its project `acme/website`.
    pub(crate) fn acme() -> Self {
        let sandbox = Self::studio();
        sandbox.ok("client add 'Acme GmbH' --slug acme");
        sandbox.ok("project add acme Website");
        sandbox
    }

    /// Sets up the business.
    pub(crate) fn found(&self) {
        self.ok("init --business 'Studio Nord' --currency EUR --zone Europe/Berlin --rate 95 --tax 19 --owner Mara");
    }

    /// Sets the clock, by an instant in RFC 3339.
    pub(crate) fn at(&mut self, now: &str) -> &mut Self {
        now.clone_into(&mut self.now);
        self
    }

    /// Sets a variable of the environment for all commands that follow.
    pub(crate) fn env(&mut self, name: &str, value: &str) -> &mut Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The store.
    pub(crate) fn store(&self) -> PathBuf {
        self.path("books.db")
    }

    /// The store, looked at from outside of the program.
    pub(crate) fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.store()).unwrap()
    }

    /// Any program in this sandbox's environment.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("TMPDIR", self.home.path())
            .env("USER", "tester")
            .env("TZ", "UTC")
            .env("LOGGIA_NOW", &self.now)
            .env("LOGGIA_STORE", self.store())
            .envs(self.extra.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    /// The program with its arguments.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.program(LOGGIA);
        command.args(arguments);
        command
    }

    /// Runs the program with these very arguments.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    /// Runs a command as typed, whatever comes of it.
    pub(crate) fn loggia(&self, line: &str) -> Outcome {
        self.run(&words(line))
    }

    /// Runs a command that must succeed.
    pub(crate) fn ok(&self, line: &str) -> Outcome {
        self.loggia(line).exits(0)
    }

    /// Runs a command that must succeed, with `--json`.
    pub(crate) fn json(&self, line: &str) -> Value {
        self.ok(&format!("{line} --json")).json()
    }

    /// Runs a command that must fail with this exit status and code, and give nothing as data. What it says as an error.
    pub(crate) fn fails(&self, line: &str, exit: i32, code: &str) -> Value {
        let outcome = self.loggia(&format!("{line} --json")).exits(exit);
        let error = outcome.error();
        assert_eq!(error["code"], code, "{outcome}");
        assert!(outcome.stdout.is_empty(), "{outcome}");
        error
    }

    /// Every table of the store that belongs to the books, row by row; neither the log nor what this machine keeps for itself.
    pub(crate) fn books(&self) -> Vec<String> {
        const OTHER: [&str; 11] = [
            "operation",
            "change",
            "touched",
            "file",
            "pushed",
            "mail_try",
            "portal_event",
            "approval_due",
            "thread_read",
            "identity",
            "sqlite_sequence",
        ];
        tables(&self.store())
            .into_iter()
            .filter(|(table, _)| !OTHER.contains(&table.as_str()))
            .flat_map(|(table, rows)| rows.into_iter().map(move |row| format!("{table}: {row}")))
            .collect()
    }

    /// Asserts that `check` finds nothing wrong.
    pub(crate) fn is_sound(&self) {
        let health = self.json("check");
        assert_eq!(health["ok"], true, "{health:#}");
    }

    /// Opens a portal on a free port.
    pub(crate) fn portal(&self) -> OpenPortal {
        self.portal_behind(None)
    }

    /// Opens a portal of its own, on a database of this name.
    pub(crate) fn portal_named(&self, database: &str) -> OpenPortal {
        let database = format!("sqlite:{}", self.path(database).display());
        self.portal_with(&["--database", &database], Stdio::null(), database.clone())
    }

    /// Opens the portal where it was before.
    pub(crate) fn portal_at(&self, address: &str) -> OpenPortal {
        let database = format!("sqlite:{}", self.path("portal.db").display());
        let arguments = ["--database", &database, "--listen", address];
        self.portal_with(&arguments, Stdio::null(), database.clone())
    }

    /// Opens a portal that people reach under another address.
    pub(crate) fn portal_behind(&self, public_url: Option<&str>) -> OpenPortal {
        self.portal_on("portal.db", public_url)
    }

    /// Opens a portal on another file.
    pub(crate) fn portal_on(&self, file: &str, public_url: Option<&str>) -> OpenPortal {
        let database = format!("sqlite:{}", self.path(file).display());
        let mut arguments = vec!["--database", &database];
        arguments.extend(public_url.into_iter().flat_map(|url| ["--public-url", url]));
        self.portal_with(&arguments, Stdio::null(), database.clone())
    }

    /// Opens a portal on the database that the environment names; what it logs goes to a file.
    #[cfg(feature = "peers")]
    pub(crate) fn portal_logging_to(&self, log: &str) -> OpenPortal {
        let mut options = std::fs::OpenOptions::new();
        let log = options.create(true).append(true).open(self.path(log));
        let key = self.path("portal.key").display().to_string();
        self.portal_with(&["--key-file", &key], log.unwrap().into(), String::new())
    }

    fn portal_with(&self, arguments: &[&str], log: Stdio, database: String) -> OpenPortal {
        let mut command = self.command(&SERVE);
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(arguments).stderr(log);
        OpenPortal::of(&mut command, database).unwrap()
    }

    /// The program, with files that grow to so many blocks of 512 bytes and no further, as on a disk that is full.
    #[cfg(unix)]
    pub(crate) fn cramped<S: AsRef<OsStr>>(&self, blocks: usize, arguments: &[S]) -> Command {
        let mut command = self.program("sh");
        let script = "trap '' XFSZ; ulimit -f $0; exec \"$@\"";
        command.args(["-c", script, &blocks.to_string(), LOGGIA]);
        command.args(arguments);
        command
    }

    /// Makes an account of a portal and connects the store to it.
    pub(crate) fn connect(&self, portal: &OpenPortal, url: &str) {
        let database = &portal.database;
        let token = self
            .ok(&format!(
                "portal account create studio --quiet --database {database}"
            ))
            .stdout;
        let mut connect = self.command(&["portal", "connect", url]);
        connect.env("LOGGIA_PORTAL_TOKEN", token.trim());
        Outcome::of(&mut connect).exits(0);
    }
}

/// Kills a command after a time, if it is still there. Waits by looking at the clock: there is nothing to wait for but time itself.
pub(crate) fn kill_after(s: &Sandbox, line: &str, delay: Duration) {
    let mut command = s.command(&words(line));
    let started = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while started.elapsed() < delay {
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
}

/// Every table of an SQLite file with its rows as text; so are blobs that hold text.
pub(crate) fn tables(path: &Path) -> Vec<(String, Vec<String>)> {
    use rusqlite::types::Value;
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut names = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap();
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let rows = |table: &String| {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows: Vec<String> = statement
            .query_map([], |row| {
                let cell = |column| {
                    Ok(match row.get(column)? {
                        Value::Blob(bytes) => String::from_utf8(bytes)
                            .map_or_else(|error| Value::Blob(error.into_bytes()), Value::Text),
                        other => other,
                    })
                };
                let cells: Vec<Value> = (0..columns).map(cell).collect::<rusqlite::Result<_>>()?;
                Ok(format!("{cells:?}"))
            })
            .unwrap()
            .map(Result::unwrap)
            .collect();
        rows.sort();
        rows
    };
    names
        .iter()
        .map(|name| (name.clone(), rows(name)))
        .collect()
}

/// A portal that is open; dropped, it is killed.
pub(crate) struct OpenPortal {
    child: Child,
    pub(crate) url: String,
    pub(crate) database: String,
}

impl OpenPortal {
    /// Opens one; none where it ends at once.
    pub(crate) fn of(command: &mut Command, database: String) -> Option<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        if url.is_empty() {
            child.wait().unwrap();
            return None;
        }
        let url = url.trim().to_owned();
        assert!(
            url.starts_with("http://127.0.0.1:"),
            "the portal says `{url}`"
        );
        Some(Self {
            child,
            url,
            database,
        })
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, whatever it is doing.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for OpenPortal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came of a command.
pub(crate) struct Outcome {
    command: String,
    pub(crate) status: Option<i32>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self::from_output(command, output)
    }

    /// Of a command that ended.
    pub(crate) fn from_output(command: &Command, output: Output) -> Self {
        let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        Self {
            command: arguments.join(" "),
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            bytes: output.stdout,
        }
    }

    /// Asserts the exit status.
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self}");
        self
    }

    /// The one JSON document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The error, if standard error is one JSON document in the shape of errors.
    pub(crate) fn error(&self) -> Value {
        let document: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self}"));
        let error = document["error"].clone();
        let keys: Vec<_> = error
            .as_object()
            .map(|error| error.keys().cloned().collect())
            .unwrap_or_default();
        assert_eq!(keys, ["code", "hint", "message"], "{self}");
        assert!(error["message"].is_string(), "{self}");
        error
    }

    /// Asserts that a text is in the data.
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "`{text}` is not there: {self}");
        self
    }

    /// Asserts that a text is in the talk.
    pub(crate) fn tells(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not told: {self}");
        self
    }

    /// The data without the end of its line: a reference, with `--quiet`.
    pub(crate) fn reference(&self) -> &str {
        self.stdout.trim_end()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\n$ loggia {}\nexit {:?}\n--- stdout\n{}--- stderr\n{}---",
            self.command, self.status, self.stdout, self.stderr
        )
    }
}

/// The words of a command as a shell would split them: quotes keep spaces.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is open: {line}");
    words.extend(word);
    words
}

/// The keys of an object that are missing.
pub(crate) fn missing_keys<'k>(object: &Value, keys: &'k str) -> Vec<&'k str> {
    keys.split_whitespace()
        .filter(|key| object.get(key).is_none())
        .collect()
}
