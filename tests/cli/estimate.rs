//! Estimates: drafted, sent, answered, and what becomes of those that are accepted.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

const SHOP: &str = "estimate add acme 'Web shop' --task 'Design=12h@80' --task 'Build: Checkout=40h' --task 'Build: QA=6h' \
    --task 'Launch: QA=90min' --item '12 x 10 Hosting' --discount 10%";

/// The studio with an address, and a lead that asked.
fn asked() -> Sandbox {
    let s = Sandbox::studio();
    s.ok("settings set email=mara@studio.example iban=DE89370400440532013000");
    s.ok("client add 'Acme GmbH' --slug acme --lead --email jo@acme.example");
    s
}

/// The same, with an estimate that is out.
fn issued() -> Sandbox {
    let s = asked();
    s.ok(SHOP);
    s.ok("estimate issue estimate-1");
    s
}

fn bytes(s: &Sandbox, estimate: &str, name: &str) -> Vec<u8> {
    let path = s.path(name);
    s.ok(&format!(
        "estimate export {estimate} --output {}",
        path.display()
    ));
    std::fs::read(path).unwrap()
}

#[test]
fn a_draft_is_added_changed_shown_and_deleted() {
    let s = asked();
    s.ok("estimate list").says("loggia estimate add");
    let added = s.json(SHOP);
    let keys = "estimate number title state client date valid_until currency language introduction lines hours line_total discount \
        discount_percent discount_reason surcharge net tax tax_note total closing sent decided reason project document_sha256";
    assert_eq!(missing_keys(&added, keys), Vec::<&str>::new());
    assert_eq!(added["estimate"], "estimate-1");
    assert_eq!(added["number"], Value::Null);
    assert_eq!(added["state"], "draft");
    assert_eq!(added["hours"], "59.50");
    // 12 h at 80, 47.5 h at the 95 of the business, and the hosting.
    assert_eq!(added["line_total"], "5592.50");
    assert_eq!(added["discount"], "559.25");
    assert_eq!(added["net"], "5033.25");
    assert_eq!(added["tax"][0]["amount"], "956.32");
    assert_eq!(added["total"], "5989.57");
    assert_eq!(s.json("estimate show estimate-1"), added);
    assert_eq!(s.json("estimate list acme"), json!([added]));

    let changed = s.json(
        "estimate edit estimate-1 --remove 5 --task 'Launch: Training=2h@100' --title 'Shop' --valid-until 2026-12-31",
    );
    assert_eq!(changed["line_total"], "5672.50");
    assert_eq!(
        changed["discount"], "567.25",
        "percents are worked out again"
    );
    assert_eq!(changed["title"], "Shop");
    assert_eq!(changed["valid_until"], "2026-12-31");
    s.ok("undo");
    assert_eq!(s.json("estimate show estimate-1"), added);

    s.fails("estimate delete estimate-1", 2, "usage.confirm");
    s.ok("estimate delete estimate-1 --yes");
    assert_eq!(s.json("estimate list"), json!([]));
    s.ok("undo");
    assert_eq!(s.json("estimate show estimate-1"), added);
    s.is_sound();
}

#[test]
fn one_with_the_same_title_is_kept() {
    let s = asked();
    let first = s.ok(&format!("{SHOP} -q")).reference().to_owned();
    let books = s.books();
    let again = s.ok(&format!("{SHOP} --if-missing -q"));
    assert_eq!((again.reference(), s.books()), (first.as_str(), books));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let s = asked();
    s.ok(SHOP);
    let books = s.books();
    for (line, exit, code) in [
        ("estimate add acme Shop", 4, "estimate.of_nothing"),
        ("estimate add acme Shop --task Design", 2, "input.task"),
        ("estimate add acme Shop --task 'Design=0h'", 2, "input.task"),
        ("estimate add acme Shop --item Hosting", 2, "input.item"),
        (
            "estimate add acme Shop --task 'A=1h' --task 'a=2h'",
            4,
            "estimate.task_twice",
        ),
        (
            "estimate add acme Shop --task 'A=1h' --valid-until 2026-01-01",
            4,
            "estimate.ends_before",
        ),
        (
            "estimate add acme Shop --item '10 A' --discount 11",
            4,
            "discount.too_large",
        ),
        (
            "estimate add nobody Shop --task 'A=1h'",
            3,
            "client.not_found",
        ),
        (
            "estimate edit estimate-1 --remove 6",
            4,
            "estimate.no_such_line",
        ),
        (
            "estimate edit estimate-1 --remove 1 --remove 2 --remove 3 --remove 4 --remove 5",
            4,
            "estimate.of_nothing",
        ),
        ("estimate show estimate-2", 3, "estimate.not_found"),
        ("estimate accept estimate-1", 4, "estimate.draft"),
        ("estimate decline estimate-1", 4, "estimate.draft"),
        ("estimate list --state open", 2, "usage"),
    ] {
        s.fails(line, exit, code);
    }
    assert_eq!(s.books(), books);
}

#[test]
fn what_is_issued_has_a_number_and_stays_as_it_is() {
    let mut s = asked();
    s.ok(SHOP);
    s.ok("estimate add acme 'A draft that goes' --item '10 A'");
    s.ok("estimate add acme Other --item '10 A'");
    s.ok("estimate delete estimate-2 --yes");
    let issued = s.json("estimate issue estimate-1");
    assert_eq!(issued["number"], "E-2026-0001");
    assert_eq!(issued["state"], "sent");
    assert_eq!(issued["valid_until"], "2026-12-20");
    assert_eq!(
        s.ok("estimate issue estimate-3 -q").reference(),
        "E-2026-0002"
    );
    s.fails("undo", 4, "undo.refused");
    s.fails("estimate issue E-2026-0001", 4, "estimate.not_a_draft");
    s.fails(
        "estimate edit E-2026-0001 --title X",
        4,
        "estimate.not_a_draft",
    );
    s.fails(
        "estimate delete E-2026-0001 --yes",
        4,
        "estimate.not_a_draft",
    );

    let first = bytes(&s, "E-2026-0001", "first.pdf");
    assert!(first.starts_with(b"%PDF"));
    s.ok("settings set name='Studio South'");
    assert!(first == bytes(&s, "E-2026-0001", "again.pdf"));
    assert_eq!(s.json("estimate list --state expired"), json!([]));
    s.at("2026-12-21T12:00:00+01:00");
    assert_eq!(s.json("estimate show E-2026-0001")["state"], "expired");
    assert_eq!(
        s.json("estimate list --state expired")
            .as_array()
            .unwrap()
            .len(),
        2
    );
    s.is_sound();
}

#[test]
fn the_same_books_give_the_same_document() {
    let one = issued();
    let other = issued();
    assert!(bytes(&one, "E-2026-0001", "e.pdf") == bytes(&other, "E-2026-0001", "e.pdf"));
}

#[test]
fn the_file_for_the_client_tells_what_it_may_see() {
    let s = issued();
    s.ok("estimate decline E-2026-0001 --reason 'CANARY of mine'");
    let read = |s: &Sandbox| -> Value {
        let path = s.path("e.json");
        s.ok(&format!(
            "estimate export E-2026-0001 --format json -o {}",
            path.display()
        ));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let hidden = read(&s);
    assert_eq!(hidden["lines"][0]["quantity"], "1");
    assert_eq!(hidden["lines"][1]["phase"], "Build");
    s.ok("portal-settings set rates=shown --client acme");
    let shown = read(&s);
    assert_eq!(shown["lines"][0]["quantity"], "12");
    assert_eq!(shown["total"], hidden["total"]);
    let text = shown.to_string();
    assert!(
        !text.contains("CANARY") && !text.contains("DE8937"),
        "{text}"
    );
}

#[test]
fn an_accepted_one_becomes_a_project_and_can_be_taken_back() {
    let s = issued();
    let before = s.books();
    let accepted = s.json("estimate accept E-2026-0001");
    assert_eq!(accepted["state"], "accepted");
    assert_eq!(accepted["project"], "acme/web-shop");
    assert_eq!(accepted["converted"], true);
    assert_eq!(accepted["phases_added"], 2);
    assert_eq!(accepted["tasks_added"], 4);
    assert_eq!(accepted["rates_set"], 1);
    assert_eq!(s.json("client show acme")["stage"], "active");
    s.ok("project show acme/web-shop")
        .says("59h 30m")
        .says("Build, 0h of 46h")
        .says("Launch, 0h of 1h 30m")
        .says("QA (Build)")
        .says("QA (Launch)");
    // What was agreed on is billed.
    s.ok("time log acme/web-shop 1h --task Design --date 2026-11-02");
    s.ok("time log acme/web-shop 1h --task Checkout --date 2026-11-02");
    let invoice = s.json("invoice preview acme --group-by task");
    assert_eq!(invoice["net"], "175.00");
    s.fails("estimate accept E-2026-0001", 4, "estimate.decided");
    s.fails("estimate decline E-2026-0001", 4, "estimate.decided");
    s.fails("estimate send E-2026-0001", 4, "estimate.decided");
    s.is_sound();

    s.ok("undo").tells("time log");
    s.ok("undo").tells("time log");
    s.ok("undo").tells("estimate accept");
    assert_eq!(s.json("project list"), json!([]));
    assert_eq!(s.json("estimate show E-2026-0001")["state"], "sent");
    assert_eq!(s.json("client show acme")["stage"], "lead");
    assert!(s.books().len() >= before.len());
    s.is_sound();
}

#[test]
fn the_work_can_go_into_a_project_that_is_there() {
    let s = issued();
    s.ok("project add acme Site --budget 100h --phase 'build=10h'");
    s.ok("project task add acme/site Design");
    let accepted = s.json("estimate accept E-2026-0001 --project acme/site");
    assert_eq!(accepted["project_is_new"], false);
    assert_eq!(accepted["phases_added"], 1);
    assert_eq!(accepted["tasks_added"], 3);
    s.ok("project show acme/site")
        .says("of 159h 30m")
        .says("build, 0h of 56h");
    s.is_sound();
}

#[test]
fn budgets_in_money_under_another_name_or_no_project_at_all() {
    let s = issued();
    s.fails(
        "estimate accept E-2026-0001 --project acme/none",
        3,
        "project.not_found",
    );
    s.ok("project add acme 'Web shop'");
    s.fails("estimate accept E-2026-0001", 4, "estimate.project_there");
    s.ok("project add acme Monthly --budget 10h --monthly");
    s.fails(
        "estimate accept E-2026-0001 --project acme/monthly",
        4,
        "estimate.other_budget",
    );
    s.ok("client add Other --slug other");
    s.ok("project add other Site");
    s.fails(
        "estimate accept E-2026-0001 --project other/site",
        4,
        "estimate.project_of_another",
    );
    assert_eq!(
        s.json("client show acme")["stage"],
        "lead",
        "nothing was done by halves"
    );
    let accepted = s.json("estimate accept E-2026-0001 --project 'Shop 2027' --budget money");
    assert_eq!(accepted["project"], "acme/shop-2027");
    s.ok("project show acme/shop-2027").says("5472.50");
    s.ok("undo");
    let accepted = s.json("estimate accept E-2026-0001 --no-project");
    assert_eq!(accepted["project"], Value::Null);
    s.is_sound();
}

#[test]
fn a_deposit_is_drafted_and_items_are_left_to_be_billed() {
    let s = issued();
    for part in ["0%", "x", "-5"] {
        s.fails(
            &format!("estimate accept E-2026-0001 --deposit={part}"),
            2,
            "input.amount",
        );
    }
    s.fails(
        "estimate accept E-2026-0001 --deposit 101%",
        4,
        "estimate.deposit_too_large",
    );
    let accepted = s.json("estimate accept E-2026-0001 --deposit 30%");
    let draft = accepted["deposit"].as_str().unwrap().to_owned();
    assert_eq!(s.json(&format!("invoice show {draft}"))["net"], "1509.98");
    assert_eq!(accepted["items"], json!(["12 x 10.00 Hosting"]));
    let billed =
        s.json("invoice preview acme --item '12 x 10.00 Hosting' --only-items --no-deposits");
    assert_eq!(billed["net"], "120.00");
    s.ok("undo").tells("estimate accept");
    s.fails(&format!("invoice show {draft}"), 3, "invoice.not_found");
    s.ok("estimate accept E-2026-0001")
        .tells("--item '12 x 10.00 Hosting' --only-items");
    s.is_sound();
}

#[test]
fn an_expired_one_is_taken_late_and_a_declined_one_again() {
    let mut s = issued();
    let declined = s.json("estimate decline E-2026-0001 --reason 'No budget'");
    assert_eq!(declined["reason"], "No budget");
    assert_eq!(declined["decided"], "2026-11-20");
    s.at("2026-12-21T12:00:00+01:00");
    s.fails("estimate accept E-2026-0001", 4, "estimate.expired");
    s.ok("client edit acme --currency USD");
    s.fails(
        "estimate accept E-2026-0001 --late",
        4,
        "estimate.other_currency",
    );
    s.ok("client edit acme --currency EUR");
    let accepted = s.json("estimate accept E-2026-0001 --late");
    assert_eq!(accepted["reason"], Value::Null);
    assert_eq!(accepted["decided"], "2026-12-21");
}

#[test]
fn mail_brings_it_once_and_a_draft_is_issued_with_it() {
    let s = asked();
    s.ok(SHOP);
    let books = s.books();
    let preview = s.json("estimate send estimate-1 --preview --message 'As agreed.'");
    assert_eq!(preview["kind"], "estimate");
    assert_eq!(preview["to"], json!(["jo@acme.example"]));
    assert!(preview["body"].as_str().unwrap().contains("As agreed."));
    s.fails("estimate send estimate-1", 4, "mail.no_way");
    assert_eq!(s.books(), books, "a draft that cannot go out stays one");
    s.ok(&format!(
        "settings set mail-folder={}",
        s.path("mails").display()
    ));
    let sent = s.json("estimate send estimate-1");
    let text = sent.to_string();
    assert!(text.contains("E-2026-0001.pdf"), "{text}");
    assert!(
        text.contains("Estimate E-2026-0001 from Studio Nord: Web shop"),
        "{text}"
    );
    let shown = s.json("estimate show E-2026-0001");
    assert!(shown["sent"].is_string());
    assert_eq!(std::fs::read_dir(s.path("mails")).unwrap().count(), 1);
    s.fails("estimate send E-2026-0001", 4, "estimate.sent_already");
    s.ok("estimate send E-2026-0001 --again");
    assert_eq!(s.json("mail list --all")[1]["estimate"], "E-2026-0001");
    assert_eq!(s.json("estimate show E-2026-0001")["sent"], shown["sent"]);
    s.is_sound();
}

#[test]
fn a_client_goes_with_its_drafts_and_stays_with_what_was_issued() {
    let s = asked();
    s.ok(SHOP);
    s.ok("client delete acme --yes");
    assert_eq!(s.json("estimate list"), json!([]));
    s.ok("undo");
    assert_eq!(s.json("estimate list").as_array().unwrap().len(), 1);
    s.ok("estimate issue estimate-1");
    s.fails("client delete acme --yes", 4, "client.billed");
    s.is_sound();
}

#[test]
fn a_check_finds_what_was_done_to_estimates_by_other_means() {
    for (sql, check) in [
        ("UPDATE estimate SET sequence = 2", "numbers"),
        ("DELETE FROM file", "documents"),
        ("DELETE FROM estimate_line", "estimates"),
    ] {
        let s = issued();
        s.is_sound();
        s.sqlite().execute_batch(sql).unwrap();
        let found = s.loggia("check --json").json();
        assert_eq!(found["ok"], false, "{sql}");
        assert!(found.to_string().contains(check), "{sql}: {found}");
    }
}
