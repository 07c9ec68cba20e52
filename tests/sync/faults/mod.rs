//! Lines that lose, cut, repeat and hold back, portals and clients that are killed, two at once, full disks: afterwards the portal is
//! what the books say, and what client users did came once each, in order.
//!
//! `LOGGIA_KILLS=200` kills so often; a failure names its `LOGGIA_SEED`.

mod line;
mod scene;

use std::process::Child;
use std::sync::{Arc, Mutex};

use line::{Moment, wait};
use scene::{Scene, kills, published};

use crate::sandbox::Outcome;

#[test]
fn over_a_bad_line_the_portal_becomes_what_the_books_say() {
    let mut scene = Scene::new();
    scene.line.is_bad(25);
    for _ in 0..kills() / 2 {
        scene.work("");
        scene.somebody_comes();
        scene.sync();
        scene.is_whole();
    }
    scene.ends_well();
}

#[test]
fn over_a_bad_line_a_client_comes_and_goes_as_it_is_wished() {
    let mut scene = Scene::new();
    scene.line.is_bad(25);
    for round in 0..kills() / 4 {
        let wish = ["set console=off", "unset console"][round % 2];
        scene
            .s
            .ok(&format!("portal-settings {wish} --client initech"));
        scene.work("");
        scene.sync();
        scene.is_whole();
    }
    scene.ends_well();
}

#[test]
fn a_portal_that_is_killed_shows_all_or_nothing_and_forgets_nothing_that_was_said() {
    let mut scene = Scene::new();
    let (mut killed, mut requests) = (0, 8);
    while killed < kills() {
        scene.work("");
        let (at, moment) = (1 + scene.dice.below(requests), scene.moment());
        match scene.dice.below(8) {
            // Under the hands of a visitor.
            0..=2 => {
                scene
                    .line
                    .trap(at % 3 + 1, moment, scene.portal_is_killed());
                scene.somebody_comes();
            }
            // It does not come back before the sync has given up.
            3 => {
                scene.line.trap(at, moment, scene.portal_goes());
                scene.sync();
            }
            _ => {
                scene.line.trap(at, moment, scene.portal_is_killed());
                scene.sync();
                requests = scene.line.seen().max(4);
            }
        }
        killed += usize::from(scene.line.was_sprung());
        scene.portal_comes();
        scene.is_whole();
    }
    scene.ends_well();
}

#[test]
fn a_sync_that_is_killed_is_finished_by_the_next_one_wherever_it_was() {
    let mut scene = Scene::new();
    let (mut killed, mut requests) = (0, 8);
    while killed < kills() {
        scene.work("");
        if scene.dice.one_in(2) {
            scene.somebody_comes();
        }
        let (at, moment) = (scene.dice.below(requests + 1), scene.moment());
        if is_killed(&scene, at, moment) {
            killed += 1;
        } else {
            requests = scene.line.seen().max(4);
        }
        scene.is_whole();
    }
    scene.ends_well();
}

/// Begins a sync and kills it at a moment of its n-th request, or for 0 before any; whether it came so far.
fn is_killed(scene: &Scene, at: usize, moment: Moment) -> bool {
    let slot: Arc<Mutex<Option<Child>>> = Arc::default();
    let strike = {
        let slot = Arc::clone(&slot);
        move || {
            loop {
                if let Some(child) = slot.lock().unwrap().as_mut() {
                    return child.kill().unwrap();
                }
                wait(1);
            }
        }
    };
    let mut child = scene.begin_sync("");
    let mut life = child.stdout.take().unwrap();
    if at == 0 {
        if let Moment::Sent { turns } | Moment::After { turns } = moment {
            wait(turns);
        }
        *slot.lock().unwrap() = Some(child);
        strike();
    } else {
        scene.line.trap(at, moment, Box::new(strike));
        *slot.lock().unwrap() = Some(child);
    }
    std::io::copy(&mut life, &mut std::io::sink()).unwrap();
    let killed = at == 0 || scene.line.was_sprung();
    let child = slot.lock().unwrap().take().unwrap();
    let status = child.wait_with_output().unwrap().status.code();
    assert!(matches!(status, None | Some(0)), "{status:?}");
    killed && status.is_none()
}

#[test]
fn two_at_once_on_one_store_get_in_nobodys_way() {
    let mut scene = Scene::new();
    let mut requests = 8;
    for _ in 0..kills() / 2 {
        scene.work("");
        if scene.dice.one_in(2) {
            scene.somebody_comes();
        }
        // At some moment of some request of one, the other has more to send, and begins.
        let (at, moment) = (1 + scene.dice.below(requests), scene.moment());
        let other: Arc<Mutex<Option<Child>>> = Arc::default();
        let another = scene.another_begins(&other);
        scene.line.trap(at, moment, another);
        scene.s.ok("sync");
        requests = scene.line.seen().max(4);
        scene.line.was_sprung();
        if let Some(child) = other.lock().unwrap().take() {
            scene.end_sync(child);
        }
        scene.is_whole();
        scene.s.ok("sync");
    }
    scene.ends_well();
}

#[test]
fn two_at_once_over_a_bad_line_are_no_worse_than_one() {
    let mut scene = Scene::new();
    for _ in 0..kills() / 4 {
        scene.line.is_bad(10);
        scene.work("");
        let one = scene.begin_sync("");
        wait(scene.dice.turns());
        let other = scene.begin_sync("");
        scene.somebody_comes();
        scene.end_sync(one);
        scene.end_sync(other);
        scene.is_whole();
    }
    scene.ends_well();
}

#[test]
fn of_two_copies_of_a_store_one_is_published_and_both_hear_everything() {
    let mut scene = Scene::new();
    scene.s.ok("backup copy.db");
    let file = |name: &str| scene.s.path(name);
    std::fs::copy(file("books.db.portal"), file("copy.db.portal")).unwrap();
    let copy = " --store copy.db";
    for _ in 0..kills() / 4 {
        scene.line.is_bad(10);
        scene.work("");
        scene.work(copy);
        let one = scene.begin_sync("");
        wait(scene.dice.turns());
        let other = scene.begin_sync(copy);
        scene.somebody_comes();
        scene.end_sync(one);
        scene.end_sync(other);
        scene.is_whole();
    }
    scene.line.mend();
    // Each hears all; which of them is published is told client by client, and the other one is refused.
    for store in ["", copy] {
        for _ in 0..2 {
            let outcome = scene.s.loggia(&format!("sync --json{store}"));
            assert!(matches!(outcome.status, Some(0 | 6)), "{outcome}");
            for client in outcome.json()["clients"].as_array().unwrap() {
                let code = &client["error"]["code"];
                assert!(code.is_null() || code == "sync.stale", "{outcome}");
            }
        }
    }
    let (one, other) = (scene.anew(""), scene.anew(copy));
    for client in rows_by_client(&published(&scene.s, "portal.db")) {
        let is_of = |books: &[String]| client.iter().all(|row| books.contains(row));
        assert!(is_of(&one) || is_of(&other), "{client:#?}");
    }
}

/// Blocks of a file that is written to, and a few more.
fn a_little_room(scene: &mut Scene, file: &str) -> usize {
    let size = std::fs::metadata(scene.s.path(file)).map_or(0, |data| data.len());
    (size / 512) as usize + scene.dice.below(100)
}

#[test]
fn a_portal_whose_disk_is_full_says_so_and_goes_on_when_there_is_room() {
    let mut scene = Scene::new();
    let mut full = 0;
    // Each that is refused asks again a few times, with pauses.
    for _ in 0..kills() / 8 {
        scene.work("");
        let room = a_little_room(&mut scene, "portal.db-wal");
        if !scene.portal_is_cramped(room) || scene.sync().status != Some(0) {
            full += 1;
        }
        scene.portal_goes()();
        scene.portal_comes();
        scene.somebody_comes();
        scene.is_whole();
    }
    assert!(full > 0, "there was always room");
    scene.ends_well();
}

#[test]
fn a_sync_whose_disk_is_full_takes_in_all_or_nothing() {
    let mut scene = Scene::new();
    let mut full = 0;
    for _ in 0..kills() / 2 {
        scene.work("");
        scene.somebody_comes();
        let room = a_little_room(&mut scene, "books.db-wal");
        let outcome = Outcome::of(&mut scene.s.cramped(room, &["sync"]));
        assert!(matches!(outcome.status, Some(0 | 1 | 6 | 7)), "{outcome}");
        full += usize::from(outcome.status != Some(0));
        scene.is_whole();
    }
    assert!(full > 0, "there was always room");
    scene.ends_well();
}

/// The rows of each client, together.
fn rows_by_client(rows: &[String]) -> Vec<Vec<String>> {
    let client = |row: &String| row.split(" | ").nth(1).unwrap().to_owned();
    let mut clients: Vec<String> = rows.iter().map(client).collect();
    clients.sort();
    clients.dedup();
    let of = |id: &String| {
        let mut own = rows.to_vec();
        own.retain(|row| client(row) == *id);
        own
    };
    clients.iter().map(of).collect()
}
