//! What a shell is told when it asks what could be typed.

use crate::sandbox::{LOGGIA, Outcome, Sandbox};

/// What bash is told, with the cursor at the end of the line; it replaces what stands after the last of its breaks.
fn bash(s: &Sandbox, line: &str) -> Vec<String> {
    let word = line.rsplit([' ', '@', '=', ':']).next().unwrap();
    let mut command = s.program(LOGGIA);
    command
        .env("LOGGIA_COMPLETE", "bash")
        .env("LOGGIA_COMPLETE_LINE", line)
        .env("LOGGIA_COMPLETE_WORD", word);
    let outcome = Outcome::of(&mut command).exits(0);
    assert!(outcome.stderr.is_empty(), "{outcome}");
    outcome.stdout.lines().map(str::to_owned).collect()
}

/// What fish is told.
fn fish(s: &Sandbox, words: &[&str]) -> String {
    let mut command = s.command(&[&["--", "loggia"], words].concat());
    command.env("LOGGIA_COMPLETE", "fish");
    Outcome::of(&mut command).exits(0).stdout
}

#[test]
fn names_of_the_store_are_completed() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("project task add acme/website 'Visual design'");
    s.ok("user invite jo@acme.example --client acme");
    s.ok("time log acme/website 1h --date yesterday");
    s.ok("invoice create acme");
    let cases: [(&str, &[&str]); 13] = [
        ("loggia cli", &["client"]),
        ("loggia client show ", &["acme", "globex"]),
        ("loggia client show g", &["globex"]),
        ("loggia invoice list a", &["acme"]),
        ("loggia time log a", &["acme/website"]),
        (
            "loggia time log acme/website 1h --task V",
            &["Visual\\ design"],
        ),
        ("loggia time log acme/website 1h --by=m", &["mara"]),
        ("loggia invoice show 2", &["2026-0001"]),
        ("loggia user show j", &["jo@acme.example"]),
        ("loggia user show jo@ac", &["acme.example"]),
        ("loggia portal-settings set rates=s", &["shown"]),
        ("loggia notify unset weekly", &["weekly-summary"]),
        ("loggia user role jo@acme.example f", &["full", "finance"]),
    ];
    for (line, expected) in cases {
        assert_eq!(bash(&s, line), expected, "{line}");
    }
    assert_eq!(fish(&s, &["client", "show", "g"]), "globex\tGlobex\n");
}

#[test]
fn the_store_is_that_of_the_line_and_is_neither_made_nor_migrated() {
    let s = Sandbox::empty();
    assert_eq!(bash(&s, "loggia client show a"), Vec::<String>::new());
    assert!(!s.store().exists());
    let old = s.path("old.db");
    let bytes = std::fs::read("tests/data/schema-1.db").unwrap();
    std::fs::write(&old, &bytes).unwrap();
    let line = format!("loggia --store {} client show a", old.display());
    assert_eq!(bash(&s, &line), Vec::<String>::new());
    assert_eq!(std::fs::read(&old).unwrap(), bytes);
    s.found();
    s.ok("client add Acme");
    s.ok("backup other.db");
    s.ok("client edit acme --slug other");
    let line = format!(
        "loggia --store {} client show a",
        s.path("other.db").display()
    );
    assert_eq!(bash(&s, &line), ["acme"]);
}

#[test]
fn a_shell_that_is_not_known_is_told_nothing() {
    let s = Sandbox::acme();
    let mut command = s.command(&["--", "loggia", "client", "show", ""]);
    command.env("LOGGIA_COMPLETE", "tcsh");
    let outcome = Outcome::of(&mut command).exits(0);
    assert!(
        outcome.stdout.is_empty() && outcome.stderr.is_empty(),
        "{outcome}"
    );
}

#[test]
fn what_is_completed_means_nothing_to_a_shell() {
    let s = Sandbox::acme();
    let name = "Fix $(touch ran) `touch ran` 'now' \"soon\" {a,b} \\ ! ; *";
    s.run(&["project", "task", "add", "acme/website", name])
        .exits(0);
    for (open, close) in [("", ""), ("\"", "\""), ("'", "'")] {
        let line = format!("loggia time log acme/website 1h --task {open}F");
        let mut command = s.program(LOGGIA);
        command
            .env("LOGGIA_COMPLETE", "bash")
            .env("LOGGIA_COMPLETE_LINE", line)
            .env("LOGGIA_COMPLETE_WORD", "F");
        let answer = Outcome::of(&mut command).exits(0).stdout;
        let word = format!("{open}{}{close}", answer.trim_end_matches('\n'));
        let mut shell = s.program("sh");
        shell.arg("-c").arg(format!("printf %s {word}"));
        assert_eq!(Outcome::of(&mut shell).exits(0).stdout, name, "{word}");
    }
    assert!(!s.path("ran").exists());
}
