//! A sync, both of its processes: the first push of everything, one after an entry was changed, and one that finds nothing to do.
//!
//! ```sh
//! cargo bench -- push                                          # 100,000 entries of 200 clients; then 1,000,000 in the store
//! cargo bench -- push --clients 5 --entries 500 --store 1000 --runs 3
//! ```
//!
//! Between the two is a line that counts: requests, and bytes either way. The floor is the same rows, read by bare SQL, posted as JSON
//! in batches of 1,000 and put into SQLite by a process that does nothing else. Processor time of the portal is that of its threads
//! while a sync runs; of processes that end it is that of their whole life.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use rusqlite::Connection;

use super::load::Portal;
use super::sample::Sample;
use super::{Cost, loggia, medians, shown, timed};

/// The word that asks for this.
pub(super) const WORD: &str = "push";
/// The first argument of a run of this program that is one of the floor's processes.
pub(super) const FLOOR: &str = "push-floor";
/// Rows in one post of the floor.
const BATCH: usize = 1_000;

struct Size {
    clients: u32,
    entries: u32,
    store: u32,
    runs: usize,
}

impl Size {
    fn of(arguments: &[String]) -> Self {
        let mut size = Self {
            clients: 200,
            entries: 100_000,
            store: 1_000_000,
            runs: 11,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut number = || -> u32 { words.next().unwrap().parse().unwrap() };
            match word.as_str() {
                "--clients" => size.clients = number(),
                "--entries" => size.entries = number(),
                "--store" => size.store = number(),
                "--runs" => size.runs = number() as usize,
                "--bench" => {}
                other => panic!("`{other}` is no option of this benchmark"),
            }
        }
        size
    }
}

/// Pushes, and tells what it cost.
pub(super) fn run(arguments: &[String]) {
    let size = Size::of(arguments);
    let folder = tempfile::tempdir().unwrap();
    println!(
        "{:<44} {:>10} {:>10} {:>10} {:>9} {:>10} {:>10}",
        "", "client cpu", "portal cpu", "wall", "requests", "sent", "received"
    );
    let desk = Desk::open(&folder.path().join("first"), size.entries, size.clients);
    let first = desk.sync();
    first.print(&format!("first push of {} entries", size.entries));
    let text = desk.text();
    let each = |bytes: u64| bytes as f64 / f64::from(size.entries);
    println!(
        "  an entry: {:.1} bytes on the wire, {:.1} in the parts, {:.1} of words, {:.1} of words compressed by month; {:.1} above those",
        each(first.sent),
        each(desk.parts()),
        each(text.plain),
        each(text.compressed),
        each(first.sent) - each(text.compressed)
    );
    println!(
        "  client {:.1} µs, portal {:.1} µs an entry",
        micros(first.client, size.entries),
        micros(first.portal, size.entries)
    );
    desk.post_rows(folder.path(), size.entries);
    desk.repeated(&size);
    drop(desk);
    if size.store != size.entries {
        let desk = Desk::open(&folder.path().join("large"), size.store, size.clients);
        desk.sync()
            .print(&format!("first push of {} entries", size.store));
        desk.repeated(&size);
    }
}

fn micros(time: Duration, entries: u32) -> f64 {
    time.as_secs_f64() * 1e6 / f64::from(entries)
}

/// A store, its portal, and the line between them.
struct Desk {
    sample: Sample,
    portal: Portal,
    line: Line,
}

impl Desk {
    fn open(folder: &Path, entries: u32, clients: u32) -> Self {
        let sample = Sample::of_clients(folder, entries, clients);
        let database = folder.join("portal.db");
        let line = Line::open();
        let portal = Portal::open(&database, Some(&line.url));
        line.far.set(portal.address.clone()).unwrap();
        let desk = Self {
            sample,
            portal,
            line,
        };
        let create = [
            "portal",
            "account",
            "create",
            "bench",
            "-q",
            "--database",
            &format!("sqlite:{}", database.display()),
        ];
        let token = desk.command(&create).output().unwrap();
        assert!(token.status.success());
        let mut connect = desk.command(&["portal", "connect", &desk.line.url]);
        connect.env(
            "LOGGIA_PORTAL_TOKEN",
            String::from_utf8(token.stdout).unwrap().trim(),
        );
        timed(&mut connect);
        timed(&mut desk.command(&["portal-settings", "set", "console=on"]));
        desk
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = loggia(self.sample.folder(), &self.sample.store());
        command.args(words);
        command
    }

    fn sync(&self) -> Pushed {
        let before = (self.line.counts(), threads(self.portal.process()));
        let Cost { cpu, wall } = timed(&mut self.command(&["sync"]));
        let after = self.line.counts();
        let [requests, sent, received] =
            [0, 1, 2].map(|which: usize| after[which] - before.0[which]);
        Pushed {
            client: cpu,
            portal: threads(self.portal.process()).saturating_sub(before.1),
            wall,
            requests,
            sent,
            received,
        }
    }

    /// After one more entry each time, and after nothing.
    fn repeated(&self, size: &Size) {
        let change = |_| {
            timed(&mut self.command(&["time", "log", "client0/project0", "1m", "bench"]));
            self.sync()
        };
        Pushed::median((0..size.runs).map(change).collect()).print("  after one entry more");
        let nothing = |_| self.sync();
        Pushed::median((0..size.runs).map(nothing).collect()).print("  with nothing to do");
    }

    /// Bytes of all parts on the portal.
    fn parts(&self) -> u64 {
        let portal = Connection::open(self.sample.folder().join("portal.db")).unwrap();
        let sum: i64 = portal
            .query_row("SELECT sum(size) FROM chunk", [], |row| row.get(0))
            .unwrap();
        sum as u64
    }

    /// What entries say, month by month of each client, as it is and compressed.
    fn text(&self) -> Text {
        let store = Connection::open(self.sample.store()).unwrap();
        let mut statement = store
            .prepare(
                "SELECT client_id, substr(day, 1, 7), note FROM entry JOIN project ON project.id = project_id
                 ORDER BY 1, 2, day, started",
            )
            .unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut text = Text::default();
        let (mut month, mut words) = (None, GzEncoder::new(Vec::new(), Compression::default()));
        while let Some(row) = rows.next().unwrap() {
            let this: Option<(i64, String)> = Some((row.get(0).unwrap(), row.get(1).unwrap()));
            if this != month {
                text.add(&mut words);
                month = this;
            }
            let note: String = row.get(2).unwrap();
            text.plain += note.len() as u64;
            words.write_all(note.as_bytes()).unwrap();
        }
        text.add(&mut words);
        text
    }

    /// The floor: a process that reads and posts, and one that takes and inserts.
    fn post_rows(&self, folder: &Path, entries: u32) {
        let me = std::env::current_exe().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let mut taking = Command::new(&me);
        taking
            .args([FLOOR, "take", &address])
            .arg(folder.join("floor.db"));
        let mut taking = taking.stdout(Stdio::null()).spawn().unwrap();
        let mut posting = Command::new(&me);
        posting
            .args([FLOOR, "post", &address])
            .arg(self.sample.store());
        let post = timed(&mut posting);
        // It ends with the line.
        let before = super::children();
        assert!(taking.wait().unwrap().success());
        let take = super::children() - before;
        println!(
            "{:<44} {:>10} {:>10} {:>10}",
            format!("  floor: {entries} rows posted"),
            shown(post.cpu),
            shown(take),
            shown(post.wall)
        );
    }
}

#[derive(Default)]
struct Text {
    plain: u64,
    compressed: u64,
}

impl Text {
    fn add(&mut self, words: &mut GzEncoder<Vec<u8>>) {
        let done = std::mem::replace(words, GzEncoder::new(Vec::new(), Compression::default()));
        self.compressed += done.finish().unwrap().len() as u64;
    }
}

/// What one sync cost.
#[derive(Clone, Copy)]
struct Pushed {
    client: Duration,
    portal: Duration,
    wall: Duration,
    requests: u64,
    sent: u64,
    received: u64,
}

impl Pushed {
    fn median(all: Vec<Self>) -> Self {
        let cost = |of: fn(&Self) -> Duration| {
            let costs: Vec<Cost> = all
                .iter()
                .map(|one| Cost {
                    cpu: of(one),
                    wall: one.wall,
                })
                .collect();
            medians(&costs)
        };
        let most = |of: fn(&Self) -> u64| all.iter().map(of).max().unwrap();
        Self {
            client: cost(|one| one.client).0,
            portal: cost(|one| one.portal).0,
            wall: cost(|one| one.client).1,
            requests: most(|one| one.requests),
            sent: most(|one| one.sent),
            received: most(|one| one.received),
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name:<44} {:>10} {:>10} {:>10} {:>9} {:>10} {:>10}",
            shown(self.client),
            shown(self.portal),
            shown(self.wall),
            self.requests,
            self.sent,
            self.received
        );
    }
}

/// The processor time of the threads of a process, to the nanosecond.
fn threads(process: u32) -> Duration {
    let mut nanos = 0;
    for thread in std::fs::read_dir(format!("/proc/{process}/task")).unwrap() {
        // A thread may have ended meanwhile.
        let Ok(text) = std::fs::read_to_string(thread.unwrap().path().join("schedstat")) else {
            continue;
        };
        let first = text.split_whitespace().next().unwrap();
        nanos += first.parse::<u64>().unwrap();
    }
    Duration::from_nanos(nanos)
}

/// Counts what goes over it.
struct Line {
    url: String,
    far: Arc<OnceLock<String>>,
    counts: Arc<[AtomicU64; 3]>,
}

impl Line {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let counts: Arc<[AtomicU64; 3]> = Arc::default();
        let far: Arc<OnceLock<String>> = Arc::default();
        let (counting, portal) = (Arc::clone(&counts), Arc::clone(&far));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(portal.get().unwrap()).unwrap();
                // Else a small answer waits for an acknowledgement.
                near.set_nodelay(true).unwrap();
                far.set_nodelay(true).unwrap();
                let (there, back) = (Arc::clone(&counting), Arc::clone(&counting));
                carry(&near, &far, move |bytes| {
                    there[0].fetch_add(u64::from(begins_request(bytes)), Ordering::SeqCst);
                    there[1].fetch_add(bytes.len() as u64, Ordering::SeqCst);
                });
                carry(&far, &near, move |bytes| {
                    back[2].fetch_add(bytes.len() as u64, Ordering::SeqCst);
                });
            }
        });
        Self { url, far, counts }
    }

    /// Requests, bytes sent, bytes received.
    fn counts(&self) -> [u64; 3] {
        [0, 1, 2].map(|which: usize| self.counts[which].load(Ordering::SeqCst))
    }
}

/// A client waits for an answer before it asks again, so a request begins where bytes begin.
fn begins_request(bytes: &[u8]) -> bool {
    [&b"GET /"[..], b"PUT /", b"POST /", b"DELETE /"]
        .iter()
        .any(|word| bytes.starts_with(word))
}

fn carry(from: &TcpStream, to: &TcpStream, count: impl Fn(&[u8]) + Send + 'static) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    std::thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            count(&buffer[..read]);
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// The columns that are published of an entry.
type Row = (
    i64,
    i64,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// One of the floor's processes.
pub(super) fn floor(arguments: &[String]) {
    let [job, address, file] = arguments else {
        panic!("a floor wants a job, an address and a file");
    };
    match job.as_str() {
        "post" => post(address, file),
        "take" => take(address, file),
        other => panic!("there is no floor `{other}`"),
    }
}

fn post(address: &str, store: &str) {
    let started = Instant::now();
    let mut line = loop {
        match TcpStream::connect(address) {
            Ok(line) => break line,
            // The other process is only just starting.
            Err(error) => assert!(started.elapsed() < Duration::from_secs(10), "{error}"),
        }
    };
    line.set_nodelay(true).unwrap();
    let store = Connection::open(store).unwrap();
    let mut statement = store
        .prepare("SELECT project_id, member_id, day, seconds, started, ended, note FROM entry ORDER BY project_id, day")
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut batch: Vec<Row> = Vec::with_capacity(BATCH);
    loop {
        let row = rows.next().unwrap();
        let is_last = row.is_none();
        if let Some(row) = row {
            batch.push((
                row.get(0).unwrap(),
                row.get(1).unwrap(),
                row.get(2).unwrap(),
                row.get(3).unwrap(),
                row.get(4).unwrap(),
                row.get(5).unwrap(),
                row.get(6).unwrap(),
            ));
        }
        if batch.len() == BATCH || (is_last && !batch.is_empty()) {
            let body = serde_json::to_vec(&batch).unwrap();
            let head = format!(
                "POST / HTTP/1.1\r\nhost: floor\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            line.write_all(head.as_bytes()).unwrap();
            line.write_all(&body).unwrap();
            let mut answer = [0; 64];
            assert!(line.read(&mut answer).unwrap() > 0);
            batch.clear();
        }
        if is_last {
            return;
        }
    }
}

fn take(address: &str, database: &str) {
    let listener = TcpListener::bind(address).unwrap();
    let mut conn = Connection::open(database).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE entry (project INTEGER, member INTEGER, day TEXT, seconds INTEGER, started INTEGER, ended INTEGER, note TEXT) STRICT;",
    )
    .unwrap();
    let (mut line, _) = listener.accept().unwrap();
    line.set_nodelay(true).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 256 * 1024];
    while let Ok(read @ 1..) = line.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let length: usize = head
            .rsplit("content-length: ")
            .next()
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        if bytes.len() < end + 4 + length {
            continue;
        }
        let rows: Vec<Row> = serde_json::from_slice(&bytes[end + 4..]).unwrap();
        let tx = conn.transaction().unwrap();
        {
            let mut insert = tx
                .prepare_cached("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)")
                .unwrap();
            for row in rows {
                insert.execute(row).unwrap();
            }
        }
        tx.commit().unwrap();
        line.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        bytes.clear();
    }
}
