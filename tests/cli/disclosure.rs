//! What the owner is told of what clients see.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::sandbox::Sandbox;
use crate::visitor::Visitor;

#[test]
fn what_follows_is_told_with_the_command_that_closes_it() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h 'call with jo@acme.example'");
    // Nothing is published: that is said, and what would follow.
    s.ok("portal-settings explain acme")
        .tells("nothing of acme is published")
        .says("portal-settings set detail=weekly --client acme");
    s.ok("portal-settings set console=on --client acme");
    let codes = |told: &serde_json::Value| -> Vec<String> {
        let all = told["consequences"].as_array().unwrap().iter();
        all.map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let told = s.json("portal-settings explain acme");
    assert_eq!(told["published"], true);
    for code in ["rate", "pace", "addresses"] {
        assert!(codes(&told).contains(&code.to_owned()), "{code}: {told}");
    }
    // What is proposed works as it is written.
    let pace = told["consequences"].as_array().unwrap().iter();
    let pace = pace.clone().find(|one| one["code"] == "pace").unwrap();
    let command = pace["closes"][0].as_str().unwrap();
    s.ok(command.strip_prefix("loggia ").unwrap());
    assert!(!codes(&s.json("portal-settings explain acme")).contains(&"pace".to_owned()));
    s.fails("portal-settings explain nobody", 3, "client.not_found");
}

#[test]
fn the_pages_are_looked_at_before_they_are_published() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h 'first draft'");
    s.ok("invoice create acme");
    s.fails(
        "portal-settings preview acme --open",
        4,
        "portal.nothing_published",
    );
    s.fails("portal-settings preview acme --as boss", 2, "usage");
    s.ok("portal-settings set console=on mfa=required ip-allow=203.0.113.0/24");
    let before = s.books();
    let line = [
        "-q",
        "portal-settings",
        "preview",
        "acme",
        "--open",
        "--as",
        "finance",
    ];
    let mut preview = s.command(&line).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    let mut told = BufReader::new(preview.stdout.take().unwrap());
    told.read_line(&mut url).unwrap();
    let (portal, link) = url.trim().split_at(url.find("/enter/").unwrap());
    let mut visitor = Visitor::of(portal);
    // Neither a second factor nor another network is asked of the owner.
    let console = visitor.open(link);
    let home = console.path.clone();
    assert!(console.ok().contains("Acme"));
    let invoices = visitor.open(&format!("{home}/invoices")).ok();
    assert!(invoices.contains("2026-0001"), "{invoices}");
    // The role sees no single hours.
    assert_eq!(visitor.open(&format!("{home}/timesheet")).status, 404);
    preview.kill().unwrap();
    preview.wait().unwrap();
    // It leaves nothing behind, and nothing was published.
    assert_eq!(s.books(), before);
}
