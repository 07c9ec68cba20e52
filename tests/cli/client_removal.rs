//! Deleting clients.

use serde_json::json;

use crate::sandbox::{Sandbox, tables};

/// A client with something of everything that can go.
fn rich() -> Sandbox {
    let s = Sandbox::acme();
    for line in [
        "client contact add acme Jo --email jo@acme.example",
        "client log acme hello --kind call --contact jo",
        "client edit acme --tag vip --field Source=fair",
        "project task add acme/website Design",
        "rate set 80 --client acme",
        "rate set 90 --project acme/website",
        "retainer add acme --hours 20 --from 2026-01-01 --to 2026-01-31 --project acme/website",
        "user invite jo@acme.example --client acme",
        "portal-settings set team=initials --client acme",
        "time log acme/website 2h --task Design",
        "time log acme/website 1h",
        "invoice create acme --draft",
    ] {
        s.ok(line);
    }
    s
}

#[test]
fn a_client_goes_with_all_it_has_after_a_copy_and_comes_back_by_undo() {
    let s = rich();
    let books = s.books();
    s.fails("client delete acme", 2, "usage.confirm");
    assert_eq!(s.books(), books);
    let gone = s.json("client delete acme --yes");
    assert_eq!(gone["deleted"], "acme");
    assert_eq!(gone["removed"]["entries"], 2);
    assert_eq!(gone["removed"]["contacts"], 1);
    assert_eq!(gone["removed"]["drafts"], 1);
    assert_eq!(s.json("client list --all"), json!([]));
    assert_eq!(s.json("time list all"), json!([]));
    s.is_sound();
    let copy = gone["backup"].as_str().unwrap();
    let kept = tables(copy.as_ref());
    let clients = kept.iter().find(|(table, _)| table == "client").unwrap();
    assert_eq!(clients.1.len(), 1);
    s.ok("undo");
    assert_eq!(s.books(), books);
    s.is_sound();
    s.ok("client delete acme --yes").tells("2 entries");
    s.ok("client add 'Acme GmbH' --slug acme");
}

#[test]
fn a_client_for_whom_something_was_issued_stays() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h");
    s.ok("invoice create acme");
    let error = s.fails("client delete acme --yes", 4, "client.billed");
    assert_eq!(error["hint"], "loggia client archive acme");
    s.ok("invoice void 2026-0001 --yes");
    s.fails("client delete acme --yes", 4, "client.billed");
}

#[test]
fn a_client_with_a_running_timer_stays() {
    let s = Sandbox::acme();
    s.ok("time start acme/website");
    s.fails("client delete acme --yes", 4, "client.has_timer");
}

#[test]
fn a_client_on_the_portal_is_withdrawn_first() {
    let s = Sandbox::acme();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("portal-settings set console=on --client acme");
    s.ok("sync");
    let error = s.fails("client delete acme --yes", 4, "client.on_portal");
    assert!(error["hint"].as_str().unwrap().contains("console=off"));
    s.ok("portal-settings set console=off --client acme");
    s.fails("client delete acme --yes", 4, "client.on_portal");
    s.ok("sync --client acme");
    s.ok("client delete acme --yes");
    s.ok("sync");
}

#[test]
fn a_member_who_is_archived_keeps_nobody_from_going() {
    let s = Sandbox::acme();
    s.ok("member add Ines --client acme");
    s.fails("client delete acme --yes", 4, "member.nowhere");
    s.ok("member archive ines");
    s.ok("client delete acme --yes");
}
