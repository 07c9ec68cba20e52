//! Stores of other versions: older ones are copied and migrated, newer ones refused.

use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

/// The small stores that are kept of every earlier schema.
fn older() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_store = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with("schema-") && name.ends_with(".db")
    };
    files.filter(is_store).collect()
}

#[test]
fn every_older_store_is_copied_migrated_and_sound() {
    let older = older();
    assert!(
        !older.is_empty(),
        "no store of an earlier schema is kept under tests/data"
    );
    for file in older {
        let s = Sandbox::empty();
        std::fs::copy(&file, s.store()).unwrap();
        let before = std::fs::read(&file).unwrap();
        let health = s.json("check");
        assert_eq!(health["ok"], true, "{}: {health:#}", file.display());
        assert!(
            health["entries"].as_i64().unwrap() > 0,
            "a store without entries shows nothing"
        );
        let copies: Vec<_> = std::fs::read_dir(s.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("books.db.before-schema-"))
            .collect();
        assert_eq!(copies.len(), 1, "{copies:?}");
        let tables = crate::sandbox::tables;
        assert_eq!(
            tables(&s.path(&copies[0])),
            tables(&file),
            "the copy is the store as it was"
        );
        assert_eq!(std::fs::read(&file).unwrap(), before);

        let project = s.json("project list --all")[0]["project"]
            .as_str()
            .unwrap()
            .to_owned();
        s.ok(&format!("project reopen {project}"));
        s.ok(&format!("time log {project} 1h"));
        s.ok("undo");
        s.is_sound();
    }
}

#[test]
fn a_tax_id_that_an_older_store_has_twice_does_not_lock_it() {
    for file in older() {
        let s = Sandbox::empty();
        std::fs::copy(&file, s.store()).unwrap();
        let hand = s.sqlite();
        let columns = "slug, name, kind, stage, currency, language, tax_id";
        for slug in ["twin-a", "twin-b"] {
            let sql = format!(
                "INSERT INTO client ({columns}) VALUES ('{slug}', '{slug}', 'company', 'active', 'EUR', 'en', 'DE136695976')"
            );
            hand.execute_batch(&sql).unwrap();
        }
        drop(hand);
        s.ok("check");
        s.ok("client edit twin-b --tax-id ''");
        s.fails(
            "client edit twin-b --tax-id DE136695976",
            4,
            "client.tax_id_taken",
        );
    }
}

#[test]
fn a_migration_that_fails_leaves_the_store_and_no_copy() {
    let s = Sandbox::empty();
    std::fs::copy(&older()[0], s.store()).unwrap();
    // A table that the migration wants to make is there already.
    let hand = s.sqlite();
    hand.execute_batch("CREATE TABLE talk (x)").unwrap();
    drop(hand);
    for _ in 0..2 {
        s.loggia("client list").exits(1);
    }
    let copies = std::fs::read_dir(s.path(""))
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_str().unwrap().contains("before-schema")
        })
        .count();
    assert_eq!(copies, 0);
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_is() {
    let s = Sandbox::acme();
    let known = s.json("check")["schema"].as_i64().unwrap();
    let hand = s.sqlite();
    hand.pragma_update(None, "user_version", known + 1).unwrap();
    hand.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(hand);
    let before = std::fs::read(s.store()).unwrap();
    for line in [
        "client list",
        "client add Globex",
        "check",
        "sync",
        "restore books.db --yes",
    ] {
        let error = s.fails(line, 1, "store.newer");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains(&(known + 1).to_string()),
            "{error}"
        );
        assert!(
            error["hint"]
                .as_str()
                .unwrap()
                .contains("update this program"),
            "{error}"
        );
    }
    assert_eq!(std::fs::read(s.store()).unwrap(), before);
}
