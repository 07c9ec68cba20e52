//! From the first sync to a client who looks at its hours, and back.

use serde_json::Value;

use crate::sandbox::{OpenPortal, Sandbox, missing_keys};
use crate::visitor::Visitor;

const PASSWORD: &str = "seven green kettles sing";

/// A client with work of last month on an invoice, work of today, and a user with an open invitation; published.
fn published() -> (Sandbox, OpenPortal, String) {
    let s = Sandbox::acme();
    s.ok("project task add acme/website Design");
    s.ok("project add acme Shop --budget 40h");
    s.ok(
        "time log acme/website 2h30m 'Layout & <b>colours</b>' --date '10 days ago' --task Design",
    );
    s.ok("invoice create acme --date '5 days ago'");
    s.ok("time log acme/website 45m 'Fixes of today'");
    s.ok("client add Globex --slug globex");
    s.ok("project add globex 'Secret project'");
    s.ok("time log globex/secret-project 1h 'Words for Globex'");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("portal-settings set console=on");
    let invited = s.json("user invite jo@acme.example --client acme --name 'Jo Field'");
    assert_eq!(invited["state"], "invited");
    let link = invited["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&portal.url), "{link}");
    (s, portal, link)
}

fn client<'a>(report: &'a Value, slug: &str) -> &'a Value {
    let clients = report["clients"].as_array().unwrap();
    clients
        .iter()
        .find(|client| client["slug"] == slug)
        .unwrap_or_else(|| panic!("{slug}: {report:#}"))
}

#[test]
fn a_client_sees_its_hours_and_invoices_and_the_owner_that_it_looked() {
    let (s, portal, link) = published();
    let dry = s.json("sync --dry-run");
    let report = s.json("sync");
    for report in [&dry, &report] {
        assert_eq!(missing_keys(report, "clients events"), Vec::<&str>::new());
        let acme = client(report, "acme");
        assert_eq!(
            missing_keys(acme, "slug added changed removed bytes state"),
            Vec::<&str>::new()
        );
        assert!(acme["added"].as_u64().unwrap() > 0);
    }
    assert_eq!(client(&report, "acme")["state"], "pushed");
    assert_eq!(
        client(&dry, "acme")["added"],
        client(&report, "acme")["added"]
    );
    let again = s.json("sync");
    assert_eq!(client(&again, "acme")["state"], "in-step");
    assert_eq!(client(&again, "acme")["added"], 0);

    let mut jo = Visitor::of(&portal.url);
    let console = jo.accept(&link, PASSWORD);
    let home = console.path.clone();
    assert!(home.starts_with("/c/"), "{home}");
    let console = console.ok();
    for expected in ["Acme GmbH", "Studio Nord", "Shop", "40", "2026"] {
        assert!(
            console.contains(expected),
            "`{expected}` is not in {console}"
        );
    }
    let timesheet = jo
        .open(&format!("{home}/timesheet?from=2020-01-01&to=2099-12-31"))
        .ok();
    for expected in [
        "Fixes of today",
        "Layout &amp; &lt;b&gt;colours&lt;/b&gt;",
        "Design",
        "Mara",
    ] {
        let decoded = timesheet
            .replace("&#38;", "&amp;")
            .replace("&#60;", "&lt;")
            .replace("&#62;", "&gt;");
        assert!(
            decoded.contains(expected),
            "`{expected}` is not in {timesheet}"
        );
    }
    for page in ["", "/timesheet", "/projects", "/invoices"] {
        let page = jo.open(&format!("{home}{page}")).ok();
        for other in ["Globex", "Secret project", "Words for"] {
            assert!(!page.contains(other), "`{other}` is in {page}");
        }
    }

    let list = jo.open(&format!("{home}/invoices")).ok();
    let number = s.json("invoice list")[0]["number"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(list.contains(&number), "{list}");
    let address = list
        .split("href=\"")
        .find(|rest| rest.contains(&format!(">{number}<")))
        .unwrap();
    let address = address.split('"').next().unwrap().to_owned();
    let invoice = jo.open(&address).ok();
    // 2.5 h at 95 and 19 %: 237.50 + 45.13.
    assert!(invoice.contains("282.63"), "{invoice}");
    let file = jo.open(&format!("{address}/file"));
    assert_eq!((file.status, file.kind.as_str()), (200, "application/pdf"));
    assert_eq!(
        file.bytes,
        s.ok(&format!("invoice export {number} --output -")).bytes
    );

    assert_eq!(s.json("user list")[0]["state"], "invited");
    let back = s.json("sync");
    assert!(back["events"].as_u64().unwrap() > 0, "{back:#}");
    assert_eq!(s.json("user list")[0]["state"], "active");
    Visitor::of(&portal.url).sign_in("jo@acme.example", PASSWORD);
    s.ok("sync");
    let user = s.json("user list")[0].clone();
    assert!(user["last_sign_in"].is_string(), "{user:#}");
    assert_eq!(s.json(&format!("invoice show {number}"))["state"], "viewed");
}

#[test]
fn a_client_reaches_nothing_of_another() {
    let (s, portal, link) = published();
    let globex_link = s
        .ok("user invite kim@globex.example --client globex -q")
        .reference()
        .to_owned();
    s.ok("time log globex/secret-project 1h --date '10 days ago'");
    s.ok("invoice create globex");
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    let mut kim = Visitor::of(&portal.url);
    let acme = jo.accept(&link, PASSWORD).path;
    let globex = kim.accept(&globex_link, PASSWORD).path;
    assert_ne!(acme, globex);
    let list = kim.open(&format!("{globex}/invoices")).ok();
    let invoice = list
        .split(&format!("href=\"{globex}/invoices/"))
        .nth(1)
        .unwrap();
    let invoice = invoice.split('"').next().unwrap();
    for page in [
        "".to_owned(),
        "/timesheet".into(),
        "/projects".into(),
        "/invoices".into(),
        format!("/invoices/{invoice}"),
        format!("/invoices/{invoice}/file"),
    ] {
        kim.open(&format!("{globex}{page}"));
        let theirs = jo.open(&format!("{globex}{page}"));
        assert_eq!(theirs.status, 404, "{page}");
        let nowhere = jo.open("/c/aaaaaaaaaaaaaaaaaaaaaaaaaa/timesheet");
        assert_eq!(nowhere.status, 404);
        assert_eq!(
            without_number(&theirs.text()),
            without_number(&nowhere.text()),
            "not yours and not there look the same"
        );
        // Its invoice under the address of one's own client.
        if page.contains(invoice) {
            assert_eq!(jo.open(&format!("{acme}{page}")).status, 404);
        }
    }
    let mut stranger = Visitor::of(&portal.url);
    let page = stranger.open(&acme);
    assert_eq!(page.path, "/sign-in");
}

/// Each answer has a number for support.
fn without_number(page: &str) -> String {
    let is_number = |word: &&str| word.len() == 16 && word.chars().all(|c| c.is_ascii_hexdigit());
    page.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !is_number(word))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_password_opens_the_console_again_and_signing_out_closes_it() {
    let (s, portal, link) = published();
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    let home = jo.accept(&link, PASSWORD).path;
    let token = jo.open(&home).field("form_token");
    jo.send("/sign-out", &[("form_token", "wrong")]);
    assert_eq!(jo.open(&home).path, home, "a forged form signs nobody out");
    jo.send("/sign-out", &[("form_token", &token)]);
    assert_eq!(jo.open(&home).path, "/sign-in");
    let wrong = jo.sign_in("jo@acme.example", "seven green kettles");
    assert_eq!(wrong.path, "/sign-in");
    let unknown = Visitor::of(&portal.url).sign_in("nobody@acme.example", "seven green kettles");
    assert_eq!(wrong.status, unknown.status);
    jo.sign_in("jo@acme.example", PASSWORD);
    assert_eq!(jo.open(&home).path, home);
    // An invitation is used up.
    let mut second = Visitor::of(&portal.url);
    assert_ne!(second.open(&link).status, 200);
}

#[test]
fn what_is_switched_off_or_archived_is_withdrawn_with_the_next_sync() {
    let (s, portal, link) = published();
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    let home = jo.accept(&link, PASSWORD).path;
    jo.open(&home).ok();
    for (off, on) in [
        (
            "portal-settings set console=off --client acme",
            "portal-settings unset console --client acme",
        ),
        ("client archive acme", "client restore acme"),
    ] {
        s.ok(off);
        jo.open(&home);
        let report = s.json("sync");
        assert!(
            client(&report, "acme")["removed"].as_u64().unwrap() > 0,
            "{report:#}"
        );
        let gone = jo.open(&home);
        assert!(
            gone.status == 404 || gone.path == "/sign-in",
            "{off}: {} {}",
            gone.status,
            gone.path
        );
        let kept: Vec<String> = crate::sandbox::tables(&s.path("portal.db"))
            .into_iter()
            .flat_map(|(_, rows)| rows)
            .collect();
        assert!(
            !kept.iter().any(|row| row.contains("Fixes of today")),
            "what was withdrawn is deleted"
        );
        s.ok(on);
        s.ok("sync");
        let report = s.json("sync");
        assert_eq!(client(&report, "acme")["state"], "in-step");
    }
}

#[test]
fn sections_that_are_off_are_neither_sent_nor_shown() {
    let (s, portal, link) = published();
    s.ok("portal-settings set invoices=off descriptions=none team=anonymous --client acme");
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    let home = jo.accept(&link, PASSWORD).path;
    assert_eq!(jo.open(&format!("{home}/invoices")).status, 404);
    let timesheet = jo
        .open(&format!("{home}/timesheet?from=2020-01-01&to=2099-12-31"))
        .ok();
    for hidden in ["Fixes", "Mara", "colours"] {
        assert!(!timesheet.contains(hidden), "`{hidden}` is in {timesheet}");
    }
    s.ok("portal-settings set invoices=on descriptions=full team=names --client acme");
    s.ok("sync");
    jo.open(&format!("{home}/invoices")).ok();
    assert!(
        jo.open(&format!("{home}/timesheet?from=2020-01-01&to=2099-12-31"))
            .ok()
            .contains("Fixes of today")
    );
}

#[test]
fn a_role_sees_its_part() {
    let (s, portal, _) = published();
    let finance = s
        .ok("user invite fi@acme.example --client acme --role finance -q")
        .reference()
        .to_owned();
    let work = s
        .ok("user invite wo@acme.example --client acme --role work -q")
        .reference()
        .to_owned();
    s.ok("sync");
    let mut fi = Visitor::of(&portal.url);
    let home = fi.accept(&finance, PASSWORD).path;
    let mut wo = Visitor::of(&portal.url);
    wo.accept(&work, PASSWORD);
    for (page, by_finance, by_work) in [
        ("/invoices", 200, 404),
        ("/timesheet", 404, 200),
        ("/projects", 404, 200),
    ] {
        assert_eq!(
            fi.open(&format!("{home}{page}")).status,
            by_finance,
            "{page}"
        );
        assert_eq!(wo.open(&format!("{home}{page}")).status, by_work, "{page}");
    }
}

#[test]
fn only_what_changed_is_sent() {
    let (s, _portal, _) = published();
    s.ok("sync");
    s.ok("time log globex/secret-project 1h 'More words'");
    let report = s.json("sync");
    assert_eq!(client(&report, "acme")["state"], "in-step");
    assert_eq!(client(&report, "globex")["state"], "pushed");
    s.ok("undo");
    s.ok("sync");
    assert_eq!(client(&s.json("sync"), "globex")["state"], "in-step");
    let only = s.json("sync --client acme");
    assert_eq!(only["clients"].as_array().unwrap().len(), 1);
}

#[test]
fn the_preview_is_what_will_be_sent() {
    let (s, _portal, _) = published();
    let preview = s.json("portal-settings preview acme");
    let dry = s.json("sync --dry-run --client acme");
    assert_eq!(
        preview["parts"].as_array().unwrap().len() as u64,
        dry["clients"][0]["added"].as_u64().unwrap()
    );
    s.ok("portal-settings preview acme").says("Website");
}

#[test]
fn what_becomes_of_a_user_takes_effect_with_the_next_sync() {
    let (s, portal, first) = published();
    s.ok("sync");
    let reinvite = || {
        let again = s.json("user reinvite jo@acme.example");
        again["link"].as_str().unwrap().to_owned()
    };
    let second = reinvite();
    let mut jo = Visitor::of(&portal.url);
    assert!(jo.open(&first).text().contains("form_token"));
    s.ok("sync");
    assert!(!jo.open(&first).text().contains("jo@acme.example"));
    let home = jo.accept(&second, PASSWORD).path;
    s.ok("sync");
    assert_eq!(s.json("user list")[0]["state"], "active");
    assert_eq!(s.json("user list")[0]["invitation_expires"], Value::Null);

    // Invited again, one who was in stays in, and has another password from the new link on.
    let third = reinvite();
    assert_eq!(s.json("user list")[0]["state"], "active");
    s.ok("sync");
    jo.open(&home).ok();
    let mut anew = Visitor::of(&portal.url);
    anew.accept(&third, "nine blue ladders hum");
    s.ok("sync");
    assert_eq!(s.json("user list")[0]["invitation_expires"], Value::Null);
    assert_eq!(jo.open(&home).path, "/sign-in");

    anew.open(&format!("{home}/timesheet")).ok();
    s.ok("user role jo@acme.example finance");
    anew.open(&format!("{home}/timesheet")).ok();
    s.ok("sync");
    assert_eq!(anew.open(&format!("{home}/timesheet")).status, 404);
    s.ok("user disable jo@acme.example");
    s.ok("sync");
    assert_eq!(anew.open(&home).path, "/sign-in");
    s.ok("user enable jo@acme.example");
    s.ok("sync");
    anew.sign_in("jo@acme.example", "nine blue ladders hum");
    anew.open(&home).ok();
    s.ok("user remove jo@acme.example --yes");
    s.ok("sync");
    assert_eq!(anew.open(&home).path, "/sign-in");
}

#[test]
fn expenses_are_published_at_what_they_are_billed_and_move_when_they_change() {
    let s = Sandbox::acme();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("portal-settings set console=on expenses=on");
    s.ok("sync");
    let spent = "expense add acme/website 119 Proofs --tax 19 --markup 10 --date yesterday --internal 'ask for a discount'";
    s.ok(spent);
    let report = s.json("sync");
    let parts = &client(&report, "acme")["parts"]["added"];
    let year = parts[0].as_str().unwrap();
    assert!(year.starts_with("expenses/"), "{parts}");
    let preview = s.json("portal-settings preview acme");
    let parts = preview["parts"].as_array().unwrap();
    let shown = parts.iter().find(|part| part["key"] == year).unwrap();
    assert_eq!(
        shown["content"]["expenses"][0]["amount"]["amount"],
        "110.00"
    );
    let text = preview.to_string();
    assert!(!text.contains("discount") && !text.contains("119.00"));
    // What is not billed to the client is none of its business.
    s.ok("expense edit @1 --non-billable");
    let gone = s.json("sync");
    assert_eq!(client(&gone, "acme")["parts"]["removed"][0], year);
}
