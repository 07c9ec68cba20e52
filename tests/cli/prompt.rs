//! What is asked on a terminal: the real program behind a real one, answered key by key.

use std::process::Stdio;

use rexpect::session::{Options, PtySession, spawn_with_options};
use serde_json::json;

use crate::sandbox::{Sandbox, words};

/// Long enough for a busy machine; a question that does not come fails its test then.
const PATIENCE_MS: u64 = 30_000;

/// The program with somebody at the keyboard.
struct Dialogue(PtySession);

impl Dialogue {
    fn begin(sandbox: &Sandbox, line: &str) -> Self {
        let mut command = sandbox.command(&words(line));
        // The terminal takes the place of the input that the sandbox closes.
        command
            .env("TERM", "xterm-256color")
            .stdin(Stdio::inherit());
        let options = Options::new()
            .timeout_ms(Some(PATIENCE_MS))
            .strip_ansi_escape_codes(true);
        Self(spawn_with_options(command, options).unwrap())
    }

    /// Waits until this is on the screen.
    fn sees(&mut self, text: &str) -> &mut Self {
        if let Err(error) = self.0.exp_string(text) {
            panic!("`{text}` does not come: {error}");
        }
        self
    }

    /// Answers the question with a line.
    fn asks(&mut self, question: &str, answer: &str) -> &mut Self {
        self.sees(question);
        self.0.send_line(answer).unwrap();
        self
    }

    /// Presses keys that end no line.
    fn presses(&mut self, keys: &str) -> &mut Self {
        self.0.send(keys).unwrap();
        self.0.flush().unwrap();
        self
    }

    /// Waits for the end: what was still shown, and the exit status.
    fn ends(mut self) -> (String, i32) {
        let rest = self.0.exp_eof().unwrap();
        match self.0.process().wait().unwrap() {
            rexpect::process::WaitStatus::Exited(_, status) => (rest, status),
            other => panic!("{other:?} after {rest}"),
        }
    }
}

const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";
const CTRL_C: &str = "\x03";

#[test]
fn a_client_is_added_by_answers_and_a_wrong_one_is_asked_again() {
    let sandbox = Sandbox::acme();
    let mut dialogue = Dialogue::begin(&sandbox, "client add --phone '+49 30 123456'");
    dialogue.asks("Name of the client", "Café Schön");
    // The default is made from the name; one that is taken is not let through.
    dialogue.sees("cafe-schoen");
    dialogue.presses("acme\r").sees("acme");
    dialogue.sees("`acme` is the short name of another client");
    dialogue.asks("Short name", "schoen");
    dialogue.sees("individual").presses(DOWN).presses(ENTER);
    dialogue.sees("Stage").sees("lead").presses(ENTER);
    dialogue.asks("Mail address", "not an address");
    dialogue.asks("Mail address", "post@schoen.example");
    // The phone was given by its flag, so the next question is the website.
    dialogue.asks("Website", "");
    dialogue.asks("Country", "at");
    dialogue.asks("Currency", "");
    dialogue.asks("Rate per hour", "80");
    let (rest, status) = dialogue.ends();
    assert_eq!(status, 0, "{rest}");

    let client = sandbox.json("client show schoen");
    assert_eq!(client["name"], "Café Schön");
    assert_eq!(client["kind"], "individual");
    assert_eq!(client["stage"], "active");
    assert_eq!(client["email"], "post@schoen.example");
    assert_eq!(client["phone"], "+49 30 123456");
    assert_eq!(client["website"], json!(null));
    assert_eq!(client["country"], "AT");
    assert_eq!(client["currency"], "EUR");
    let rates = sandbox.json("rate list");
    assert!(
        rates
            .as_array()
            .unwrap()
            .iter()
            .any(|rate| rate["client"] == "schoen" && rate["rate"] == "80.00"),
        "{rates}"
    );
}

#[test]
fn a_user_is_invited_by_answers() {
    let sandbox = Sandbox::acme();
    sandbox.ok("client contact add acme 'Jo Doe' --email jo@acme.example");
    sandbox.ok("client add 'Zweite GmbH' --slug zweite");
    let mut dialogue = Dialogue::begin(&sandbox, "user invite");
    dialogue.sees("Client").sees("zweite").presses(ENTER);
    dialogue.sees("somebody else").presses(ENTER);
    dialogue
        .sees("Role")
        .sees("work:")
        .presses(DOWN)
        .presses(ENTER);
    dialogue.sees("Party").sees("bookkeeper").presses(ENTER);
    dialogue.sees("invite Jo Doe <jo@acme.example> to Acme GmbH (acme) as finance");
    dialogue.sees("[Y/n]").presses(ENTER);
    let (rest, status) = dialogue.ends();
    assert_eq!(status, 0, "{rest}");

    let users = sandbox.json("user list --client acme");
    let user = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["email"] == "jo@acme.example")
        .unwrap_or_else(|| panic!("{users}"));
    assert_eq!(user["role"], "finance");
    assert_eq!(user["party"], "client");
    assert_eq!(user["contact"], "Jo Doe");
}

#[test]
fn letters_choose_the_client_and_nobody_is_invited_without_a_yes() {
    let sandbox = Sandbox::acme();
    sandbox.ok("client add 'Beta AG' --slug b2");
    sandbox.ok("client add 'Gamma KG' --slug gamma");
    let invite = "user invite who@b2.example --role work --party client";
    for (answer, exit, users) in [("n", 1, 0), ("y", 0, 1)] {
        let mut dialogue = Dialogue::begin(&sandbox, invite);
        dialogue.sees("gamma").presses("xy").sees("nothing has");
        // Enter takes nothing that does not match, ctrl-u begins anew.
        dialogue.presses("\r\x15be").sees("> Beta AG (b2)");
        dialogue.presses(ENTER).asks("Name", "");
        dialogue.sees("who@b2.example to Beta AG (b2) as work");
        dialogue.sees("[Y/n]").presses(answer);
        let (rest, status) = dialogue.ends();
        assert_eq!(status, exit, "{rest}");
        let there = sandbox.json("user list");
        assert_eq!(there.as_array().unwrap().len(), users, "{there}");
    }
    assert_eq!(sandbox.json("user list")[0]["client"], "b2");
}

#[test]
fn leaving_in_the_middle_changes_nothing() {
    for keys in ["in the list", "in a text"] {
        let sandbox = Sandbox::acme();
        let before = sandbox.books();
        let mut dialogue = Dialogue::begin(&sandbox, "client add");
        dialogue.asks("Name of the client", "Halb");
        dialogue.sees("Short name");
        if keys == "in the list" {
            dialogue.presses(ENTER).sees("individual");
        }
        dialogue.presses(CTRL_C);
        dialogue.0.exp_eof().unwrap();
        let status = dialogue.0.process().wait().unwrap();
        assert!(
            !matches!(status, rexpect::process::WaitStatus::Exited(_, 0)),
            "{keys}: {status:?}"
        );
        assert_eq!(sandbox.books(), before, "{keys}");
    }
}

#[test]
fn a_client_is_deleted_only_after_a_yes() {
    let sandbox = Sandbox::acme();
    let before = sandbox.books();
    let mut dialogue = Dialogue::begin(&sandbox, "client delete acme");
    dialogue.sees("[y/N]").presses(ENTER);
    let (rest, status) = dialogue.ends();
    assert_ne!(status, 0, "{rest}");
    assert_eq!(sandbox.books(), before);

    let mut dialogue = Dialogue::begin(&sandbox, "client delete acme");
    dialogue.sees("[y/N]").presses("y");
    let (rest, status) = dialogue.ends();
    assert_eq!(status, 0, "{rest}");
    sandbox.fails("client show acme", 3, "client.not_found");
}

#[test]
fn nothing_is_asked_when_told_so() {
    let sandbox = Sandbox::acme();
    let dialogue = Dialogue::begin(&sandbox, "client add --no-input");
    let (rest, status) = dialogue.ends();
    assert_eq!(status, 2, "{rest}");
    assert!(rest.contains("NAME"), "{rest}");
}

/// An editor that runs this script with the file as `$1`.
fn editor(sandbox: &mut Sandbox, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = sandbox.path("editor.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.env("EDITOR", path.to_str().unwrap());
}

/// What the hint says was kept.
fn kept(rest: &str) -> String {
    let (_, path) = rest.split_once("what you wrote is in ").unwrap();
    std::fs::read_to_string(path.trim()).unwrap()
}

#[test]
fn notes_that_are_not_taken_can_be_mended_or_are_kept() {
    let mut sandbox = Sandbox::acme();
    editor(&mut sandbox, "printf 'long story\\033' > \"$1\"");
    let mut dialogue = Dialogue::begin(&sandbox, "client note acme");
    dialogue.sees("U+001B").sees("[y/N]").presses("n");
    let (rest, status) = dialogue.ends();
    assert_eq!(status, 2, "{rest}");
    assert!(kept(&rest).starts_with("long story"));

    // The second time the editor finds what was typed, and mends it.
    let script = "if grep -q story \"$1\"; then printf mended > \"$1\"; else printf 'story\\033' > \"$1\"; fi";
    editor(&mut sandbox, script);
    let mut dialogue = Dialogue::begin(&sandbox, "client note acme");
    dialogue.sees("[y/N]").presses("y");
    let (rest, status) = dialogue.ends();
    assert_eq!(status, 0, "{rest}");
    assert_eq!(sandbox.json("client show acme")["notes"], "mended");
}

#[test]
fn notes_that_another_command_wrote_meanwhile_are_not_lost() {
    let mut sandbox = Sandbox::acme();
    sandbox.ok("client note acme first");
    let meanwhile = format!(
        "EDITOR= '{}' client note acme --append meanwhile; printf 'mine' > \"$1\"",
        crate::sandbox::LOGGIA
    );
    editor(&mut sandbox, &meanwhile);
    let (rest, status) = Dialogue::begin(&sandbox, "client note acme").ends();
    assert_eq!(status, 4, "{rest}");
    assert_eq!(kept(&rest), "mine");
    let notes = sandbox.json("client show acme")["notes"].clone();
    assert_eq!(notes, "first\nmeanwhile");
}
