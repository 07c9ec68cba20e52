//! Failures: exit statuses, the shape of errors, texts that would harm a terminal, readers that go away.

use std::io::Read as _;
use std::process::Stdio;

use crate::sandbox::{LOGGIA, Sandbox};

#[test]
fn usage_errors_exit_2_with_nothing_as_data() {
    let s = Sandbox::acme();
    for line in [
        "",
        "nonsense",
        "time",
        "time log",
        "time log acme/website",
        "time log acme/website 1h --no-such-flag",
        "time log noslash 1h",
        "time report --by nonsense",
        "time report --by client,client",
        "time report --by client,project,member,tag,day",
        "client add A --company --individual",
        "rate set 10 --task Design",
        "invoice export 2026-0001 --format docx",
        "time list --as-of 4/2",
        "portal-settings set console=maybe",
        "portal-settings set nonsense=on",
        "portal account create x --database mysql://nowhere",
        "--color sometimes client list",
    ] {
        let outcome = s.loggia(line).exits(2);
        assert!(outcome.stdout.is_empty(), "{outcome}");
        assert!(!outcome.stderr.is_empty(), "{outcome}");
        if !line.is_empty() {
            s.loggia(&format!("{line} --json")).exits(2).error();
        }
    }
}

#[test]
fn a_value_below_zero_is_told_to_be_one() {
    let s = Sandbox::acme();
    for (line, said) in [
        ("rate set -5", "`-5` is less than zero"),
        ("client add Beta --rate -5", "`-5` is less than zero"),
        (
            "project add acme Shop --budget -5h",
            "`-5h` begins with a dash",
        ),
        ("invoice pay 2026-0001 5 --date -x", "-x"),
    ] {
        s.loggia(line).exits(2).tells(said);
        s.loggia(&format!("{line} --json")).exits(2).error();
    }
}

#[test]
fn commands_that_take_away_or_write_have_json_too() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme --draft");
    let gone = s.json("invoice delete draft-1 --yes");
    assert_eq!(gone["deleted"], "draft-1");
    let none = s.json("portal disconnect");
    assert_eq!(none["disconnected"], false);
    assert_eq!(s.json("man pages")["folder"], "pages");
}

#[test]
fn one_is_counted_in_the_singular() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    s.ok("check").says("1 entry, 1 invoice, ");
    s.ok("client list --format csv --output one.csv")
        .says("(1 row, ");
}

#[test]
fn help_and_version_are_data() {
    let s = Sandbox::empty();
    s.ok("--help").says("loggia init");
    s.ok("help time log").says("2h30m");
    s.ok("time log --help").says("Durations:");
    s.ok("--version").says(env!("CARGO_PKG_VERSION"));
    assert!(!s.store().exists(), "asking for help makes no store");
}

#[test]
fn an_error_for_people_is_the_fact_and_a_command() {
    let s = Sandbox::acme();
    s.ok("client archive acme");
    let outcome = s.loggia("time log acme/website 1h").exits(4);
    assert_eq!(
        outcome.stderr,
        "error: client `acme` is archived\nhint: loggia client restore acme\n"
    );
}

#[test]
fn quiet_gives_the_reference_of_what_was_made() {
    let s = Sandbox::studio();
    for (line, reference) in [
        ("client add 'Acme GmbH'", "acme-gmbh"),
        ("client contact add acme-gmbh 'Jo Field'", "Jo Field"),
        ("project add acme-gmbh Website", "acme-gmbh/website"),
        ("member add 'Ines Costa'", "ines-costa"),
        ("time log acme-gmbh/website 1h", "1"),
        ("time edit 1 --note changed", "1"),
        ("invoice create acme-gmbh", "2026-0001"),
        ("invoice void 2026-0001 --yes", "CN-2026-0001"),
        (
            "retainer add acme-gmbh --hours 1 --from 2026-11-01",
            "acme-gmbh",
        ),
        ("client list", "acme-gmbh"),
    ] {
        let outcome = s.ok(&format!("{line} -q"));
        assert_eq!(outcome.reference(), reference, "{line}");
        assert!(outcome.stderr.is_empty(), "{outcome}");
    }
}

#[test]
fn talk_is_on_standard_error_and_data_alone_on_standard_output() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 9:00-10:00");
    let outcome = s
        .ok("time log acme/website 9:30-10:00 --json")
        .tells("overlaps");
    assert!(outcome.json().is_object());
}

#[test]
fn texts_that_would_harm_a_terminal_or_a_reader_are_refused_whole() {
    let s = Sandbox::acme();
    let books = s.books();
    for hostile in [
        "red \u{1b}[31m alarm",
        "bell\u{7}",
        "null\u{1}",
        "two\nlines",
        "back\rwards",
        "\u{202e}gnp.exe",
        "\u{2066}isolated",
        "c1 \u{9b}31m",
        "line\u{2028}separator",
    ] {
        for arguments in [
            vec!["client", "add", hostile],
            vec!["member", "add", hostile],
            vec!["project", "add", "acme", hostile],
            vec!["project", "task", "add", "acme/website", hostile],
            vec!["time", "log", "acme/website", "1h", hostile],
            vec!["time", "log", "acme/website", "1h", "--tag", hostile],
            vec!["time", "log", "acme/website", "1h", "--internal", hostile],
            vec!["client", "contact", "add", "acme", hostile],
            vec!["client", "edit", "acme", "--name", hostile],
        ] {
            let outcome = s.run(&arguments).exits(2);
            assert!(
                !outcome
                    .stderr
                    .contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']),
                "{outcome}"
            );
        }
    }
    assert_eq!(s.books(), books);
}

#[test]
fn what_is_not_found_is_escaped_when_it_is_told() {
    let s = Sandbox::acme();
    for hostile in ["\u{1b}[2J", "\u{202e}acme"] {
        for arguments in [
            vec!["client", "show", hostile],
            vec!["invoice", "show", hostile],
            vec!["time", "log", hostile, "1h"],
        ] {
            let outcome = s.run(&arguments);
            assert!(matches!(outcome.status, Some(2 | 3)), "{outcome}");
            assert!(
                !outcome.stderr.contains(['\u{1b}', '\u{202e}']),
                "{outcome}"
            );
        }
    }
}

#[test]
fn markup_formulas_and_quotes_are_text_like_any_other() {
    let s = Sandbox::acme();
    for text in [
        "=1+1",
        "<script>alert(1)</script>",
        "it's \"quoted\"",
        "{{ template }}",
        "#set text(red)",
        "'; DROP TABLE entry; --",
    ] {
        s.run(&["time", "log", "acme/website", "1h", text]).exits(0);
        assert_eq!(s.json("time show @1")["note"], text);
    }
    s.is_sound();
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let s = Sandbox::acme();
    let mut command = s.command(&["help", "time"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));

    // Through a shell, as people do: the list is longer than a pipe holds.
    let names: String = (0..2000).map(|n| format!("Ines,i@s.example,Acme GmbH,Website,,{}{n},Yes,2026-11-02,09:00:00,2026-11-02,09:01:00,00:01:00,,\n", "x".repeat(60))).collect();
    let head = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n";
    std::fs::write(s.path("many.csv"), format!("{head}{names}")).unwrap();
    s.ok("time import toggl many.csv --create-missing");
    let script = format!(
        "{LOGGIA} time list all | head -n 1; {LOGGIA} time list all --json 2>&1 >/dev/full | cat"
    );
    let output = s
        .program("/bin/sh")
        .env("PATH", "/usr/bin:/bin")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("\"code\":\"output\""),
        "a full disk is told: {said}"
    );
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let s = Sandbox::acme();
    assert!(!s.ok("client show acme").stdout.contains('\u{1b}'));
    assert!(
        s.ok("client show acme --color always")
            .stdout
            .contains('\u{1b}')
    );
    assert!(
        !s.ok("client show acme --color always --json")
            .stdout
            .contains('\u{1b}')
    );
}

#[test]
fn a_clock_that_cannot_be_read_is_a_usage_error() {
    let mut s = Sandbox::acme();
    s.at("yesterday");
    let outcome = s.loggia("time log acme/website 1h --json").exits(2);
    outcome.error();
}

#[test]
fn a_file_that_is_not_there_is_told_by_its_name() {
    let s = Sandbox::acme();
    for line in [
        "time import toggl nowhere.csv",
        "client import nowhere.csv",
        "client contact import acme nowhere.vcf",
        "document add acme nowhere.pdf",
        "restore nowhere.db --yes",
    ] {
        let outcome = s.loggia(line).exits(3);
        assert!(outcome.stderr.contains("nowhere"), "{outcome}");
    }
}
