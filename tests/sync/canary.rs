//! With nothing switched on but the console, no private word leaves: not in the bytes that are sent, not in the portal's file, not
//! on a page.

use crate::sandbox::{Sandbox, tables};
use crate::visitor::Visitor;
use crate::wire::Wire;

/// Words and amounts that stand in private fields only.
const PRIVATE: [&str; 28] = [
    "canary-client-notes",
    "canary-phone",
    "0491112223",
    "canary-lead",
    "canary-internal",
    "canary-invoiced-internal",
    "canary-tag",
    "canary-staff@studio.example",
    "canary-contact",
    "canary-setting-of-time",
    "canary-globex",
    "globex-canary",
    "canary-other-project",
    "canary-other-words",
    "canary-other-internal",
    "canary-draft-only",
    "canary-portal-off",
    "97.31",
    "9731",
    "113.57",
    "11357",
    "83.19",
    "8319",
    "canary-deleted",
    // Expenses are not published: neither their words nor their amounts.
    "canary-expense",
    "canary-receipt",
    "61.37",
    "6137",
];

/// What a client may see by default, and what therefore proves that these tests look in the right places.
const PUBLIC: [&str; 4] = ["allowed words", "Acme GmbH", "Studio Nord", "Website"];

fn studio_with_canaries() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("client edit acme --notes canary-client-notes --phone 0491112223");
    s.ok("client contact add acme 'Jo Field' --email canary-contact@acme.example --phone 0491112223 --position canary-contact");
    s.ok("client add 'canary-lead Ltd' --lead");
    s.ok("member edit mara --email canary-staff@studio.example");
    s.ok("rate set 97.31 --client acme");
    s.ok("rate set 83.19 --member mara");
    s.ok("time log acme/website 2h 'allowed words, invoiced' --date '10 days ago' --internal canary-invoiced-internal --tag canary-tag");
    s.ok("invoice create acme --date '5 days ago'");
    s.ok("time log acme/website 1h20m 'allowed words' --internal canary-internal --tag canary-tag --rate 113.57");
    s.ok("time log acme/website 1h canary-deleted");
    s.ok("time delete @1 --yes");
    std::fs::write(s.path("canary-receipt.txt"), "canary-receipt").unwrap();
    s.ok("expense add acme/website 61.37 canary-expense-note --internal canary-expense-internal --category canary-expense-category --receipt canary-receipt.txt");
    s.ok("client add 'canary-globex AG' --slug globex-canary --notes canary-globex --rate 113.57");
    s.ok("project add globex-canary canary-other-project");
    s.ok("time log globex-canary/canary-other-project 1h canary-other-words --internal canary-other-internal");
    s.ok("invoice create globex-canary");
    s.ok("user invite canary-globex@globex.example --client globex-canary");
    s.ok("portal-settings set welcome=canary-portal-off --client globex-canary");
    s.ok("portal-settings set console=on --client acme");
    s
}

fn tells_nothing(what: &str, text: &str) {
    let lower = text.to_lowercase();
    for private in PRIVATE {
        if let Some(at) = lower.find(private) {
            let around: String = lower
                .chars()
                .skip(lower[..at].chars().count().saturating_sub(80))
                .take(200)
                .collect();
            panic!("`{private}` is in {what}: …{around}…");
        }
    }
}

fn shows(what: &str, text: &str) {
    for public in PUBLIC {
        assert!(
            text.contains(public),
            "`{public}` is not in {what}: the test does not see what it looks for"
        );
    }
}

#[test]
fn by_default_no_private_word_leaves() {
    let s = studio_with_canaries();
    let wire = Wire::open();
    let portal = s.portal_behind(Some(&wire.url));
    wire.tie(&portal.url);
    s.connect(&portal, &wire.url);
    let link = s
        .ok("user invite jo@acme.example --client acme -q")
        .reference()
        .to_owned();
    s.ok("sync");

    let sent = wire.text();
    shows("the requests", &sent);
    tells_nothing("the requests", &without_noise(&sent));

    let kept: Vec<String> = tables(&s.path("portal.db"))
        .into_iter()
        .map(|(table, rows)| format!("{table} {}", rows.join("\n")))
        .collect();
    let kept = kept.join("\n");
    shows("the rows of the portal", &kept);
    tells_nothing(
        "the rows of the portal",
        &without_noise(&without_blobs(&kept)),
    );
    let mut files = String::new();
    for file in ["portal.db", "portal.db-wal"] {
        files.push_str(&String::from_utf8_lossy(
            &std::fs::read(s.path(file)).unwrap_or_default(),
        ));
    }
    shows("the portal's file", &files);
    tells_nothing("the portal's file", &without_noise(&files));

    let mut jo = Visitor::of(&wire.url);
    let home = jo.accept(&link, "seven green kettles sing").path;
    let mut pages = String::new();
    for page in [
        "",
        "/timesheet?from=2020-01-01&to=2099-12-31",
        "/projects",
        "/invoices",
    ] {
        pages.push_str(&jo.open(&format!("{home}{page}")).ok());
    }
    let invoice = pages
        .split(&format!("href=\"{home}/invoices/"))
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    pages.push_str(&jo.open(&format!("{home}/invoices/{invoice}")).ok());
    shows("the pages", &pages);
    tells_nothing("the pages", &without_noise(&pages));
}

#[test]
fn without_a_console_not_even_the_name_of_a_client_leaves() {
    let s = studio_with_canaries();
    s.ok("portal-settings unset console --client acme");
    let wire = Wire::open();
    let portal = s.portal_behind(Some(&wire.url));
    wire.tie(&portal.url);
    s.connect(&portal, &wire.url);
    s.ok("sync");
    let sent = wire.text();
    assert!(sent.contains("/api/v1/"), "{sent}");
    tells_nothing("the requests", &without_noise(&sent));
    for public in PUBLIC {
        assert!(!sent.contains(public), "{sent}");
    }
}

fn without_blobs(rows: &str) -> String {
    rows.split("Blob(")
        .map(|part| part.split_once(')').map_or(part, |(_, rest)| rest))
        .collect()
}

/// Compressed streams of PDFs and random ids can hold any four digits by chance: runs of letters and digits that are longer than
/// an amount are no amounts. Neither are the nanoseconds in which a migration ends.
fn without_noise(text: &str) -> String {
    text.split("stream\n")
        .map(|part| part.split_once("endstream").map_or(part, |(_, rest)| rest))
        .flat_map(|part| part.split_inclusive(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| word.len() < 20 || word.contains("canary"))
        .filter(|word| !is_nanoseconds(word))
        .collect()
}

/// `298319484Z`
fn is_nanoseconds(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits == 9 && word[9..].starts_with(['Z', 'z'])
}
