//! A business, its portal, and client users who ask and sign in, with a bad line between them all; and what must hold whatever was lost,
//! killed or repeated.

use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use loggia::published::Digest;
use loggia::published::protocol::{Manifest, ManifestChunk};
use rusqlite::Connection;

use super::line::{Dice, Line, Moment};
use crate::sandbox::{OpenPortal, Outcome, SERVE, Sandbox, words};
use crate::visitor::{Page, Visitor};

const PASSWORD: &str = "seven green kettles sing";
/// A user may say so much in one hour, and the clock stands.
const MOST_ASKED: usize = 25;
/// After so many tries over the bad line something else is wrong.
const TRIES: usize = 60;
/// What a sync may end with while the line is bad: done, some clients failed, not reachable.
const BEARABLE: [i32; 3] = [0, 6, 7];

/// How often something is killed; `LOGGIA_KILLS` says otherwise.
pub(super) fn kills() -> usize {
    std::env::var("LOGGIA_KILLS").map_or(40, |number| number.parse().unwrap())
}

/// A user of a client, at a browser.
pub(super) struct Person {
    visitor: Visitor,
    email: String,
    client: &'static str,
    home: String,
    asked: usize,
}

impl Person {
    /// Asks something, again and again until it is answered that it was asked.
    pub(super) fn asks(&mut self, text: &str) {
        let form = format!("{}/questions", self.home);
        let page = until_it_comes(|| self.visitor.try_open(&form));
        assert_eq!(page.path, form);
        let (token, message) = (page.field("form_token"), page.field("message"));
        let fields = [
            ("form_token", token.as_str()),
            ("message", message.as_str()),
            ("text", text),
        ];
        until_it_comes(|| self.visitor.try_send(&form, &fields));
        self.asked += 1;
    }

    /// Signs in at another browser; over a bad line that may fail.
    pub(super) fn signs_in(&self, portal: &str) {
        let mut other = Visitor::of(portal);
        let Ok(page) = other.try_open("/sign-in") else {
            return;
        };
        if page.status != 200 {
            return;
        }
        let token = page.field("form_token");
        let fields = [
            ("form_token", token.as_str()),
            ("email", &self.email),
            ("password", PASSWORD),
        ];
        let _ = other.try_send("/sign-in", &fields);
    }
}

fn until_it_comes(mut ask: impl FnMut() -> reqwest::Result<Page>) -> Page {
    let mut last = String::new();
    for _ in 0..TRIES {
        match ask() {
            Ok(page) if page.status == 200 => return page,
            Ok(page) => last = format!("{}: {}", page.status, page.text()),
            Err(error) => last = error.to_string(),
        }
    }
    panic!("{last}");
}

/// All of it.
pub(super) struct Scene {
    pub(super) s: Arc<Sandbox>,
    pub(super) line: Line,
    pub(super) portal: Arc<Mutex<Option<OpenPortal>>>,
    pub(super) dice: Dice,
    /// Of acme and of globex.
    people: Vec<Person>,
    /// At which client, what, in this order.
    asked: Vec<(&'static str, String)>,
    seed: u64,
    round: usize,
}

impl Drop for Scene {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("LOGGIA_SEED={} ({})", self.seed, self.line.told());
        }
    }
}

impl Scene {
    pub(super) fn new() -> Self {
        let seed = std::env::var("LOGGIA_SEED").map_or_else(
            |_| u64::from(std::process::id()) ^ seconds(),
            |seed| seed.parse().unwrap(),
        );
        let s = Sandbox::acme();
        s.ok("project add acme Shop --budget 40h");
        s.ok("time log acme/website 2h30m 'Layout' --date 2026-10-05");
        s.ok("time log acme/shop 45m 'Colours' --date 2026-11-06");
        s.ok("invoice create acme 2026-10");
        for client in ["Globex", "Initech"] {
            s.ok(&format!("client add {client}"));
            let slug = client.to_lowercase();
            s.ok(&format!("project add {slug} Hall"));
            s.ok(&format!("time log {slug}/hall 1h 'Words for {client}'"));
        }
        s.ok("portal-settings set console=on");
        let line = Line::open(seed);
        let portal = s.portal_behind(Some(&line.url));
        line.tie(&portal.url);
        s.connect(&portal, &line.url);
        let invite = |email: &str, client: &str| {
            let invited = s.ok(&format!("user invite {email} --client {client} -q"));
            invited.reference().to_owned()
        };
        let links = [
            ("jo@acme.example", "acme"),
            ("lee@acme.example", "acme"),
            ("sam@acme.example", "acme"),
            ("kim@globex.example", "globex"),
            ("pat@globex.example", "globex"),
        ]
        .map(|(email, client)| (email, client, invite(email, client)));
        s.ok("sync");
        let people = links.into_iter().map(|(email, client, link)| {
            let mut visitor = Visitor::of(&line.url);
            let home = visitor.accept(&link, PASSWORD).path;
            assert!(home.starts_with("/c/"), "{home}");
            Person {
                visitor,
                email: email.to_owned(),
                client,
                home,
                asked: 0,
            }
        });
        Self {
            people: people.collect(),
            asked: Vec::new(),
            portal: Arc::new(Mutex::new(Some(portal))),
            dice: Dice::new(seed ^ 0x5ce7e),
            s: Arc::new(s),
            line,
            seed,
            round: 0,
        }
    }

    /// Does something in the books, of a store.
    pub(super) fn work(&mut self, store: &str) {
        let line = self.something_to_do(store);
        is_done(&self.s, &line);
    }

    /// A strike that does something in the books and begins to sync it, while a sync is under way.
    pub(super) fn another_begins(
        &mut self,
        other: &Arc<Mutex<Option<Child>>>,
    ) -> Box<dyn FnOnce() + Send> {
        let line = self.something_to_do("");
        let (s, other) = (Arc::clone(&self.s), Arc::clone(other));
        Box::new(move || {
            is_done(&s, &line);
            let mut sync = s.command(&["sync"]);
            sync.stdout(Stdio::piped()).stderr(Stdio::piped());
            *other.lock().unwrap() = Some(sync.spawn().unwrap());
        })
    }

    fn something_to_do(&mut self, store: &str) -> String {
        self.round += 1;
        let round = self.round;
        let minutes = 1 + self.dice.below(300);
        let month = 1 + self.dice.below(10);
        let line = match self.dice.below(12) {
            0..=2 => format!(
                "time log acme/website {minutes}m 'words of round {round}' --date 2026-{month:02}-17"
            ),
            3 => format!("time log globex/hall {minutes}m 'words of round {round}'"),
            4 => format!("time edit 1 --time {minutes}m"),
            5 => format!("project add acme 'Project {round}' --budget {minutes}h"),
            6 => "portal-settings set descriptions=summary --client globex".to_owned(),
            7 => "portal-settings unset descriptions --client globex".to_owned(),
            8 | 9 => "portal-settings set console=off --client initech".to_owned(),
            _ => "portal-settings unset console --client initech".to_owned(),
        };
        format!("{line}{store}")
    }

    /// One of the users asks, or signs in.
    pub(super) fn somebody_comes(&mut self) {
        let round = self.round;
        let who = self.dice.below(self.people.len());
        if self.people[who].asked == MOST_ASKED || self.dice.one_in(4) {
            self.people[who].signs_in(&self.line.url);
        } else {
            let text = format!("question {} of round {round}", self.asked.len());
            self.people[who].asks(&text);
            self.asked.push((self.people[who].client, text));
        }
    }

    /// A strike that kills the portal and opens it again.
    pub(super) fn portal_is_killed(&self) -> Box<dyn FnOnce() + Send> {
        let (s, line) = (Arc::clone(&self.s), self.line.clone());
        let portal = Arc::clone(&self.portal);
        Box::new(move || {
            let mut portal = portal.lock().unwrap();
            // A strike may come late, when another one was there first.
            if let Some(mut open) = portal.take() {
                open.kill();
            }
            let next = s.portal_behind(Some(&line.url));
            line.tie(&next.url);
            *portal = Some(next);
        })
    }

    /// A strike that kills the portal for now, if it is open.
    pub(super) fn portal_goes(&self) -> Box<dyn FnOnce() + Send> {
        let (line, portal) = (self.line.clone(), Arc::clone(&self.portal));
        Box::new(move || {
            line.untie();
            if let Some(mut open) = portal.lock().unwrap().take() {
                open.kill();
            }
        })
    }

    /// Opens the portal anew on a disk that is soon full; whether it opens at all.
    pub(super) fn portal_is_cramped(&self, blocks: usize) -> bool {
        let mut portal = self.portal.lock().unwrap();
        if let Some(mut open) = portal.take() {
            self.line.untie();
            open.kill();
        }
        let database = format!("sqlite:{}", self.s.path("portal.db").display());
        let mut command = self.s.cramped(blocks, &SERVE);
        command.args(["--database", &database, "--public-url", &self.line.url]);
        *portal = OpenPortal::of(command.stderr(Stdio::null()), database);
        if let Some(open) = portal.as_ref() {
            self.line.tie(&open.url);
        }
        portal.is_some()
    }

    /// Opens the portal, where it is not open.
    pub(super) fn portal_comes(&self) {
        let mut portal = self.portal.lock().unwrap();
        if portal.is_none() {
            let next = self.s.portal_behind(Some(&self.line.url));
            self.line.tie(&next.url);
            *portal = Some(next);
        }
    }

    /// Syncs as well as the line lets.
    pub(super) fn sync(&self) -> Outcome {
        let outcome = self.s.loggia("sync");
        assert!(
            outcome
                .status
                .is_some_and(|status| BEARABLE.contains(&status)),
            "{outcome}"
        );
        outcome
    }

    /// Begins a sync; its output is its life: it ends when the process does.
    pub(super) fn begin_sync(&self, store: &str) -> Child {
        let mut command = self.s.command(&words(&format!("sync{store}")));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Waits for a sync that was begun.
    pub(super) fn end_sync(&self, child: Child) {
        let output = child.wait_with_output().unwrap();
        let outcome = Outcome::from_output(&self.s.command(&["sync"]), output);
        assert!(
            outcome
                .status
                .is_some_and(|status| BEARABLE.contains(&status)),
            "{outcome}"
        );
    }

    pub(super) fn moment(&mut self) -> Moment {
        Moment::any(&mut self.dice)
    }

    /// At any time: what is shown of each client is all of one push, and nothing came from the portal that is not there.
    pub(super) fn is_whole(&self) {
        let portal = Connection::open(self.s.path("portal.db")).unwrap();
        // At one moment: the portal may still be at what it was sent last.
        portal.execute_batch("BEGIN").unwrap();
        for client in rows(&portal, "SELECT public_id, slug, manifest FROM client") {
            let [id, slug, digest] = client.as_slice() else {
                unreachable!()
            };
            let sql = format!(
                "SELECT key, digest, size, body FROM chunk JOIN client ON client.id = client_id WHERE public_id = '{id}' ORDER BY position"
            );
            let mut statement = portal.prepare(&sql).unwrap();
            let chunks = statement.query_map([], |row| {
                let (key, digest): (String, String) = (row.get(0)?, row.get(1)?);
                let (size, body): (i64, Vec<u8>) = (row.get(2)?, row.get(3)?);
                let size = size as u64;
                assert_eq!(Digest::of(&body).as_str(), digest, "{slug}: {key}");
                assert_eq!(body.len() as u64, size, "{slug}: {key}");
                Ok(ManifestChunk {
                    key: key.parse().unwrap(),
                    digest: digest.try_into().unwrap(),
                    size,
                })
            });
            let manifest = Manifest {
                revision: 0,
                slug: slug.clone(),
                chunks: chunks.unwrap().map(Result::unwrap).collect(),
            };
            assert_eq!(manifest.digest().as_str(), digest, "{slug} is half of two");
        }
        portal.execute_batch("COMMIT").unwrap();
        let there = events_at(&portal);
        for event in events_here(&self.s.sqlite()) {
            assert!(there.contains(&event), "{event:?} never happened");
        }
        self.s.is_sound();
    }

    /// In the end: the portal is what the books say and what a portal that is made anew would be, and every event came once.
    pub(super) fn ends_well(mut self) {
        self.line.mend();
        self.portal_comes();
        self.s.ok("sync");
        self.is_in_step("");
        self.is_whole();
        let shown = published(&self.s, "portal.db");
        assert_eq!(shown, self.anew(""));
        // Whatever was asked before and arrives only now changes nothing of it.
        self.line.repeat();
        assert_eq!(published(&self.s, "portal.db"), shown);
        self.is_in_step("");
        self.each_event_came_once("");
        self.nothing_is_left_over();
        println!(
            "LOGGIA_SEED={}: {}, {} questions, {} events",
            self.seed,
            self.line.told(),
            self.asked.len(),
            events_here(&self.s.sqlite()).len()
        );
    }

    fn is_in_step(&self, store: &str) {
        let report = self.s.json(&format!("sync{store}"));
        assert_eq!(report["events"], 0, "{report:#}");
        for client in report["clients"].as_array().unwrap() {
            assert_eq!(client["state"], "in-step", "{report:#}");
        }
    }

    /// What a portal that is made anew holds of the books of a store.
    pub(super) fn anew(&self, store: &str) -> Vec<String> {
        let s = &self.s;
        for file in ["fresh.db", "fresh-portal.db", "fresh-portal.db-wal"] {
            let _ = std::fs::remove_file(s.path(file));
        }
        s.ok(&format!("backup fresh.db{store}"));
        let portal = s.portal_on("fresh-portal.db", None);
        let token = s.ok(&format!(
            "portal account create studio -q --database {}",
            portal.database
        ));
        let mut sync = s.command(&["sync", "--store", "fresh.db"]);
        sync.env("LOGGIA_PORTAL_TOKEN", token.reference())
            .env("LOGGIA_PORTAL_URL", &portal.url);
        Outcome::of(&mut sync).exits(0);
        published(s, "fresh-portal.db")
    }

    /// Here is what happened there, in its order, and what was asked is what was asked.
    pub(super) fn each_event_came_once(&self, store: &str) {
        let here = match store.split_whitespace().last() {
            Some(file) => Connection::open(self.s.path(file)).unwrap(),
            None => self.s.sqlite(),
        };
        let there = Connection::open(self.s.path("portal.db")).unwrap();
        assert_eq!(events_here(&here), events_at(&there));
        for client in ["acme", "globex"] {
            let said = rows(
                &here,
                &format!(
                    "SELECT text FROM message JOIN client ON client.id = message.client_id WHERE slug = '{client}' ORDER BY message.id"
                ),
            );
            let mut asked = self.asked.clone();
            asked.retain(|(at, _)| *at == client);
            let asked: Vec<String> = asked.into_iter().map(|(_, text)| text).collect();
            assert_eq!(said.concat(), asked, "{client}");
        }
        let waiting = rows(&there, "SELECT text FROM pending_message");
        assert!(waiting.is_empty(), "published, and waiting: {waiting:?}");
    }

    /// What was staged for a push that never came is gone a day later.
    fn nothing_is_left_over(&mut self) {
        self.portal.lock().unwrap().take().unwrap().kill();
        let s = Arc::get_mut(&mut self.s).expect("no trap is set any more");
        s.at("2026-11-21T13:00:00Z");
        self.portal_comes();
        self.s.ok("sync");
        let portal = Connection::open(self.s.path("portal.db")).unwrap();
        let staged = rows(&portal, "SELECT client, digest FROM staged");
        assert!(staged.is_empty(), "{staged:?}");
        let verified = format!(
            "portal audit --verify --database sqlite:{}",
            self.s.path("portal.db").display()
        );
        self.s.ok(&verified);
    }
}

/// Some of it is refused by a rule.
fn is_done(s: &Sandbox, line: &str) {
    let outcome = s.loggia(line);
    assert!(matches!(outcome.status, Some(0 | 4)), "{outcome}");
}

fn seconds() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

fn rows(conn: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = conn.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..columns)
            .map(|column| {
                Ok(match row.get_ref(column)? {
                    rusqlite::types::ValueRef::Text(text) => {
                        String::from_utf8(text.to_vec()).unwrap()
                    }
                    other => format!("{other:?}"),
                })
            })
            .collect::<rusqlite::Result<Vec<String>>>()
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Number, id and kind of each event of the portal.
fn events_at(portal: &Connection) -> Vec<Vec<String>> {
    rows(
        portal,
        "SELECT CAST(number AS TEXT), public_id, kind FROM event ORDER BY number",
    )
}

/// The same of those that came here.
fn events_here(store: &Connection) -> Vec<Vec<String>> {
    rows(
        store,
        "SELECT CAST(number AS TEXT), id, kind FROM portal_event ORDER BY number",
    )
}

/// All that a portal shows, without the numbers of its own rows and what its visitors did.
pub(super) fn published(s: &Sandbox, file: &str) -> Vec<String> {
    const OF_CLIENT: [&str; 6] = [
        "SELECT 'client', public_id, slug, manifest, has_console FROM client ORDER BY public_id",
        "SELECT 'chunk', public_id, key, position, digest, size FROM chunk JOIN client ON client.id = client_id ORDER BY public_id, position",
        "SELECT 'entry', public_id, day, ordinal, seconds, billable, project, phase, task, member, minor, currency, search, start, length
         FROM entry JOIN client ON client.id = client_id ORDER BY public_id, day, ordinal",
        "SELECT 'facet', public_id, month, body FROM facet JOIN client ON client.id = client_id ORDER BY public_id, month",
        "SELECT 'sum', public_id, month, project, phase, task, member, billable, entries, seconds, minor FROM month_sum
         JOIN client ON client.id = client_id ORDER BY public_id, month, project, phase, task, member, billable",
        "SELECT 'user', client.public_id, membership.public_id, email, name, role, enabled FROM membership
         JOIN client ON client.id = client_id ORDER BY client.public_id, membership.public_id",
    ];
    let portal = Connection::open(s.path(file)).unwrap();
    let all = OF_CLIENT.iter().flat_map(|sql| rows(&portal, sql));
    all.map(|row| row.join(" | ")).collect()
}
