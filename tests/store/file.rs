//! Backup and restore, and files that are not what they should be.

use std::os::unix::fs::PermissionsExt as _;

use crate::sandbox::{Sandbox, tables};

#[test]
fn a_backup_holds_all_that_was_committed_and_restore_brings_it_back() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h first");
    let wal = std::fs::metadata(s.path("books.db-wal")).unwrap().len();
    assert!(
        wal > 0,
        "what was written last is still in the write-ahead log"
    );
    s.ok("backup copy.db");
    let kept = s.books();
    assert_eq!(tables(&s.path("copy.db")), tables(&s.store()));
    assert_eq!(
        std::fs::metadata(s.path("copy.db"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    let again = s.loggia("backup copy.db").exits(1);
    assert!(
        again.stderr.contains("copy.db"),
        "a backup is never written over: {again}"
    );

    s.ok("time log acme/website 2h second");
    s.ok("client add Globex");
    let newer = s.books();
    s.fails("restore copy.db", 2, "usage.confirm");
    assert_eq!(s.books(), newer);
    let restored = s.json("restore copy.db --yes");
    assert_eq!(s.books(), kept);
    s.is_sound();

    // What was replaced is kept beside it, whole.
    let before = restored["kept"].as_str().unwrap().to_owned();
    s.ok(&format!("restore {before} --yes"));
    assert_eq!(s.books(), newer);
}

#[test]
fn restore_refuses_what_is_no_store_and_changes_nothing() {
    let s = Sandbox::acme();
    std::fs::write(s.path("notes.txt"), "x".repeat(5000)).unwrap();
    std::fs::write(s.path("empty.db"), "").unwrap();
    let books = s.books();
    for file in ["notes.txt", "empty.db", "."] {
        let outcome = s.loggia(&format!("restore {file} --yes"));
        assert!(matches!(outcome.status, Some(1 | 3)), "{outcome}");
        assert_eq!(s.books(), books, "{file}");
    }
    s.is_sound();
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let s = Sandbox::acme();
    for number in 0..50 {
        s.ok(&format!(
            "time log acme/website 15m 'entry number {number} with some words'"
        ));
    }
    s.ok("backup copy.db");
    let mut bytes = std::fs::read(s.path("copy.db")).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    std::fs::write(s.path("copy.db"), bytes).unwrap();
    let books = s.books();
    s.loggia("restore copy.db --yes").exits(1);
    assert_eq!(s.books(), books);
    s.is_sound();
}

#[test]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let s = Sandbox::empty();
    std::fs::write(
        s.store(),
        "these are notes, and no database at all, of some length".repeat(20),
    )
    .unwrap();
    let before = std::fs::read(s.store()).unwrap();
    s.fails("client list", 1, "store.foreign");
    s.fails("client add Acme", 1, "store.foreign");
    assert_eq!(std::fs::read(s.store()).unwrap(), before);

    std::fs::remove_file(s.store()).unwrap();
    s.sqlite()
        .execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        .unwrap();
    s.fails("client add Acme", 1, "store.foreign");
    assert_eq!(tables(&s.store()).len(), 1);
}

#[test]
fn an_empty_file_becomes_a_store() {
    let s = Sandbox::empty();
    std::fs::write(s.store(), "").unwrap();
    s.ok("client add Acme");
    assert_eq!(s.json("client list")[0]["slug"], "acme");
}

#[test]
fn a_store_whose_making_was_killed_is_made() {
    let s = Sandbox::empty();
    // What the migrations begin with, on their own.
    s.sqlite()
        .execute_batch(
            "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255))",
        )
        .unwrap();
    s.ok("client add Acme");
    s.is_sound();
}

#[test]
fn a_folder_or_a_path_that_cannot_be_is_told_by_its_name() {
    let mut s = Sandbox::empty();
    std::fs::create_dir(s.path("folder.db")).unwrap();
    std::fs::write(s.path("file"), "").unwrap();
    for store in ["folder.db", "file/books.db"] {
        let path = s.path(store);
        let outcome = s
            .env("LOGGIA_STORE", path.to_str().unwrap())
            .loggia("client list");
        assert_eq!(outcome.status, Some(1), "{outcome}");
        assert!(outcome.stderr.contains(store), "{outcome}");
        assert!(
            !outcome.stderr.to_lowercase().contains("sql"),
            "no talk of SQL: {outcome}"
        );
    }
}

#[test]
fn a_store_on_a_full_or_read_only_disk_says_so() {
    let mut s = Sandbox::empty();
    // Nobody can make a file there, not even root.
    let outcome = s
        .env("LOGGIA_STORE", "/proc/loggia/books.db")
        .loggia("client list");
    assert_eq!(outcome.status, Some(1), "{outcome}");
    assert!(outcome.stderr.contains("/proc/loggia"), "{outcome}");
}

#[test]
fn the_store_is_for_its_owner_alone() {
    let s = Sandbox::acme();
    for file in ["books.db", "books.db-wal", "books.db-shm"] {
        let mode = std::fs::metadata(s.path(file))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(mode, 0o600, "{file}");
    }
}

#[test]
fn check_finds_what_was_damaged_by_hand() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    s.is_sound();
    for damage in [
        "UPDATE invoice SET sequence = 7",
        "UPDATE invoice SET total = total + 1",
        "UPDATE file SET bytes = x'00'",
        "UPDATE entry SET invoice_id = NULL",
        "PRAGMA foreign_keys = OFF; DELETE FROM project",
    ] {
        s.ok("backup sound.db");
        s.sqlite().execute_batch(damage).unwrap();
        let health = s.loggia("check --json");
        assert_eq!(health.status, Some(1), "{damage}: {health}");
        let health = health.json();
        assert_eq!(health["ok"], false, "{damage}");
        assert!(
            !health["findings"].as_array().unwrap().is_empty(),
            "{damage}"
        );
        s.ok("restore sound.db --yes");
        std::fs::remove_file(s.path("sound.db")).unwrap();
        s.is_sound();
    }
}

#[cfg(feature = "peers")]
mod with_a_failing_disk {
    //! With strace: the system says no to what SQLite asks for.

    use crate::peer;
    use crate::sandbox::{LOGGIA, Outcome, Sandbox, words};

    /// Runs a command to which the system answers with an error.
    fn failing(s: &Sandbox, fault: &str, line: &str) -> Outcome {
        let mut command = peer::in_sandbox(s, "strace", "strace");
        let expression = format!("inject={fault}");
        command.args(["-f", "-o", "strace.log", "-e", &expression]);
        for file in ["books.db", "books.db-wal"] {
            command.arg("-P").arg(s.path(file));
        }
        command.arg(LOGGIA).args(words(line)).arg("--json");
        Outcome::of(&mut command)
    }

    #[test]
    fn a_full_disk_is_told_and_changes_nothing() {
        let s = Sandbox::acme();
        let books = s.books();
        for line in ["time log acme/website 1h", "client add Globex"] {
            let error = failing(&s, "pwrite64:error=ENOSPC", line).exits(1).error();
            assert_eq!(error["code"], "store.disk_full", "{error}");
            assert_eq!(s.books(), books);
        }
        s.ok("time log acme/website 1h");
        s.is_sound();
    }

    #[test]
    fn a_disk_that_cannot_keep_what_was_written_is_told() {
        let s = Sandbox::acme();
        let books = s.books();
        failing(&s, "pwrite64:error=EIO", "time log acme/website 1h")
            .exits(1)
            .error();
        assert_eq!(s.books(), books);
        // What was written but not synced may be there or not; that it was kept is not claimed.
        failing(&s, "fsync,fdatasync:error=EIO", "time log acme/website 1h")
            .exits(1)
            .error();
        s.is_sound();
    }

    #[test]
    fn a_read_only_store_can_be_read_and_says_that_it_cannot_be_written() {
        let s = Sandbox::acme();
        let books = s.books();
        let fault = "openat:error=EROFS:when=1";
        let error = failing(&s, fault, "time log acme/website 1h")
            .exits(1)
            .error();
        assert_eq!(error["code"], "store.read_only", "{error}");
        assert_eq!(s.books(), books);
        s.is_sound();
    }
}
