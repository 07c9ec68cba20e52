//! Two servers on one PostgreSQL database: what one takes the other shows, and neither a server that is killed nor a database that
//! stops loses anything.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::database::{PASSWORD as DATABASE_PASSWORD, Server};
use crate::sandbox::{OpenPortal, Outcome, Sandbox, words};
use crate::visitor::Visitor;

const PASSWORD: &str = "seven green kettles sing";
const LOG: &str = "portal.log";

/// A business with a published client and an invited user, its portal served by two processes.
struct Scene {
    s: Sandbox,
    database: Server,
    one: OpenPortal,
    other: OpenPortal,
    link: String,
}

impl Scene {
    fn new() -> Self {
        let database = Server::start();
        let mut s = Sandbox::acme();
        s.env("LOGGIA_DATABASE_URL", &database.database_by_network());
        let token = s.ok("portal account create studio --quiet").stdout;
        let (one, other) = (s.portal_logging_to(LOG), s.portal_logging_to(LOG));
        s.env("LOGGIA_PORTAL_TOKEN", token.trim());
        s.ok(&format!("portal connect {}", one.url));
        s.ok("portal-settings set console=on");
        s.ok("time log acme/website 2h30m 'Layout and colours' --date '10 days ago'");
        let invited = s.json("user invite jo@acme.example --client acme");
        let link = invited["link"].as_str().unwrap().to_owned();
        Self {
            s,
            database,
            one,
            other,
            link,
        }
    }

    fn is_in_step(&self) {
        let report = self.s.json("sync");
        assert_eq!(report["clients"][0]["state"], "in-step", "{report:#}");
    }

    /// Whatever it is made of, a password is nowhere to be seen.
    fn shows_no_password(&self) {
        let log = std::fs::read_to_string(self.s.path(LOG)).unwrap();
        let mut shown = vec![log];
        for portal in [&self.one, &self.other] {
            let line = std::fs::read(format!("/proc/{}/cmdline", portal.process())).unwrap();
            shown.push(String::from_utf8_lossy(&line).into_owned());
        }
        for text in shown {
            for part in [DATABASE_PASSWORD, "secret", PASSWORD] {
                assert!(!text.contains(part), "{text}");
            }
        }
    }
}

#[test]
fn two_servers_are_one_portal() {
    let mut scene = Scene::new();
    scene.s.ok("sync");
    // Invited by a link at one, with the console at the other.
    let path = scene.link.replace(&scene.one.url, "");
    let mut jo = Visitor::of(&scene.other.url);
    let console = jo.accept(&path, PASSWORD);
    let home = console.path.clone();
    console.ok();
    jo.turn_to(&scene.one.url);
    let page = jo.open(&format!("{home}/timesheet")).ok();
    assert!(page.contains("Layout and colours"), "{page}");
    // Signed out at one, signed out at both.
    let mut laptop = Visitor::of(&scene.other.url);
    laptop.sign_in("jo@acme.example", PASSWORD).ok();
    let token = jo.open(&home).field("form_token");
    jo.send("/sign-out", &[("form_token", token.as_str())]);
    for portal in [&scene.one, &scene.other] {
        jo.turn_to(&portal.url);
        assert_eq!(jo.open(&home).path, "/sign-in");
        laptop.turn_to(&portal.url);
        assert_eq!(laptop.open(&home).path, home, "another session stays");
    }
    // Failed attempts are counted together.
    let statuses: Vec<u16> = (0..8)
        .map(|number| {
            let portal = [&scene.one, &scene.other][number % 2];
            let mut stranger = Visitor::of(&portal.url);
            stranger
                .sign_in("jo@acme.example", "never the password")
                .status
        })
        .collect();
    let free = statuses.iter().filter(|status| **status == 403).count();
    assert_eq!(free, 5, "{statuses:?}");
    // What a client did comes back once, by whichever server it is fetched.
    let back = scene.s.json("sync");
    assert_eq!(back["events"], 2, "{back:#}");
    let other = scene.other.url.clone();
    scene.s.env("LOGGIA_PORTAL_URL", &other);
    assert_eq!(scene.s.json("sync")["events"], 0);
    scene.shows_no_password();
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_a_sync_leaves_no_half_of_it() {
    let mut scene = Scene::new();
    let started = Instant::now();
    scene.s.ok("sync");
    let whole = started.elapsed();
    let (first, second) = (scene.one.url.clone(), scene.other.url.clone());
    let path = scene.link.replace(&first, "");
    let mut jo = Visitor::of(&second);
    let home = jo.accept(&path, PASSWORD).path;
    for kill in 0..8_u32 {
        let s = &mut scene.s;
        s.ok(&format!("time log acme/website 1h 'words of kill {kill}'"));
        let one = scene.one.url.clone();
        s.env("LOGGIA_PORTAL_URL", &one);
        killed_after(s, &mut scene.one, whole * kill / 8);
        // The other goes on, with all or nothing of it.
        let page = jo.open(&format!("{home}/timesheet")).ok();
        for earlier in 0..kill {
            assert!(page.contains(&format!("words of kill {earlier}")), "{page}");
        }
        s.env("LOGGIA_PORTAL_URL", &second);
        s.ok("sync");
        let page = jo.open(&format!("{home}/timesheet")).ok();
        assert_eq!(page.matches(&format!(">words of kill {kill}<")).count(), 1);
        scene.is_in_step();
        scene.one = scene.s.portal_logging_to(LOG);
    }
}

/// Kills a portal a while after a sync with it began. Waits by looking at the clock: there is nothing to wait for but time itself.
fn killed_after(s: &Sandbox, portal: &mut OpenPortal, delay: Duration) {
    let mut command = s.command(&words("sync"));
    let started = Instant::now();
    let mut sync = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while started.elapsed() < delay {
        std::thread::yield_now();
    }
    portal.kill();
    let status = sync.wait().unwrap().code();
    assert!(matches!(status, Some(0 | 6 | 7)), "{status:?}");
}

#[test]
fn a_database_that_stops_is_waited_for() {
    let scene = Scene::new();
    scene.s.ok("sync");
    let path = scene.link.replace(&scene.one.url, "");
    let mut jo = Visitor::of(&scene.one.url);
    let home = jo.accept(&path, PASSWORD).path;
    let mut other = Visitor::of(&scene.other.url);
    other.sign_in("jo@acme.example", PASSWORD).ok();
    for _ in 0..2 {
        scene.database.down();
        for visitor in [&mut jo, &mut other] {
            let page = visitor.open(&home);
            assert_eq!(page.status, 503, "{}", page.text());
            assert_eq!(page.retry_after.as_deref(), Some("5"));
            assert!(!page.text().contains("PostgreSQL"), "{}", page.text());
            assert_eq!(visitor.open("/healthz").status, 200);
            assert_eq!(visitor.open("/readyz").status, 503);
        }
        let accounts = scene
            .s
            .run(&["portal", "account", "list", "--json"])
            .exits(1);
        let error = accounts.error();
        assert_eq!(error["code"], "portal.store");
        assert!(
            error["hint"].as_str().unwrap().contains("127.0.0.1"),
            "{error}"
        );
        assert!(!accounts.stderr.contains("secret"), "{error}");
        scene.database.up();
        for visitor in [&mut jo, &mut other] {
            assert_eq!(visitor.open(&home).path, home, "the session is still there");
            assert_eq!(visitor.open("/readyz").status, 200);
        }
    }
    scene.s.ok("time log acme/website 1h 'after the pause'");
    scene.s.ok("sync");
    let page = other.open(&format!("{home}/timesheet")).ok();
    assert!(page.contains("after the pause"), "{page}");
    scene.shows_no_password();
}

#[test]
fn a_key_is_named_where_no_file_of_the_database_is_beside_it() {
    let database = Server::start();
    let mut s = Sandbox::empty();
    s.env("LOGGIA_DATABASE_URL", &database.database_by_network());
    let refused = s.run(&["portal", "serve", "--json"]).exits(2);
    let error = refused.error();
    assert!(
        error["message"].as_str().unwrap().contains("--key-file"),
        "{refused}"
    );
    // Servers with one key are one portal; the first makes it.
    let _one = s.portal_logging_to(LOG);
    let key = std::fs::read(s.path("portal.key")).unwrap();
    let _other = s.portal_logging_to(LOG);
    assert_eq!(std::fs::read(s.path("portal.key")).unwrap(), key);
}

#[test]
fn an_address_that_cannot_be_used_is_told_without_its_password() {
    let mut s = Sandbox::empty();
    let rows = [
        ("mysql://u:hunter2@db.example/portal", "usage.database"),
        (
            "postgres://u:hunter2@db.example/portal?sslmode=prefer",
            "usage.database",
        ),
        (
            "postgres://u:hunter2@db.example:hunter2/portal",
            "usage.database",
        ),
        ("postgres:///portal", "usage.database"),
    ];
    for (address, code) in rows {
        s.env("LOGGIA_DATABASE_URL", address);
        let outcomes = [
            s.run(&["portal", "account", "list", "--json"]),
            s.run(&["portal", "serve", "--json", "--database", address]),
        ];
        for outcome in outcomes {
            let outcome: Outcome = outcome.exits(2);
            assert_eq!(outcome.error()["code"], code, "{outcome}");
            assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
        }
        let help = s.run(&["portal", "serve", "--help"]).exits(0);
        assert!(!help.stdout.contains("hunter2"), "{help}");
    }
    // A path alone is a file, as before.
    s.env("LOGGIA_DATABASE_URL", "portal.db");
    s.ok("portal account create studio -q");
    assert!(s.path("portal.db").is_file());
}
