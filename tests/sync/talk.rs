//! What clients say: a question and its answer, requests and what comes of them, each once whatever is killed, repeated, lost or put
//! back.

use std::time::Instant;

use serde_json::Value;

use crate::sandbox::{OpenPortal, Outcome, Sandbox, kill_after, missing_keys, tables, words};
use crate::visitor::{Page, Visitor};

const PASSWORD: &str = "seven green kettles sing";

/// A client with a budget, some work and a user who has come in; published.
fn visited() -> (Sandbox, OpenPortal, Visitor, String) {
    let s = Sandbox::acme();
    s.ok("project add acme Shop --budget 40h");
    s.ok("time log acme/shop 3h 'Layout' --date 2026-10-05");
    s.ok("time log acme/shop 2h 'Colours' --date 2026-10-06");
    s.ok("time log acme/website 45m 'Fixes of today'");
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("portal-settings set console=on");
    let link = s
        .ok("user invite jo@acme.example --client acme --name 'Jo Field' -q")
        .reference()
        .to_owned();
    s.ok("sync");
    let mut jo = Visitor::of(&portal.url);
    let home = jo.accept(&link, PASSWORD).path;
    assert!(home.starts_with("/c/"), "{home}");
    s.ok("sync");
    (s, portal, jo, home)
}

/// Asks through the form of a page; ends on the thread.
fn ask(jo: &mut Visitor, form: &str, to: &str, text: &str) -> Page {
    let page = jo.open(form);
    let (token, message) = (page.field("form_token"), page.field("message"));
    let mut fields = vec![
        ("form_token", token.as_str()),
        ("message", message.as_str()),
        ("text", text),
    ];
    let about = page
        .text()
        .contains("name=\"about\"")
        .then(|| page.field("about"));
    if let Some(about) = &about {
        fields.push(("about", about));
    }
    jo.send(to, &fields)
}

/// Answers the only request that waits.
fn decide(jo: &mut Visitor, home: &str, decision: &str, note: &str) -> Page {
    let approvals = format!("{home}/approvals");
    let page = jo.open(&approvals);
    let (token, shown) = (page.field("form_token"), page.field("shown"));
    let text = page.text();
    let action = text
        .split("<form method=\"post\" action=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .find(|action| action.contains("/approvals/"))
        .unwrap_or_else(|| panic!("nothing to answer: {text}"));
    let fields = [
        ("form_token", token.as_str()),
        ("shown", shown.as_str()),
        ("decision", decision),
        ("note", note),
    ];
    jo.send(action, &fields)
}

/// The address of a link that contains this.
fn link_to(page: &str, part: &str) -> String {
    let mut links = page.split("href=\"").skip(1);
    let found = links.find_map(|rest| {
        let address = rest.split('"').next()?;
        address.contains(part).then(|| address.to_owned())
    });
    found.unwrap_or_else(|| panic!("no link with `{part}` in {page}"))
}

fn questions(s: &Sandbox) -> Vec<Value> {
    s.json("inbox list --all").as_array().unwrap().clone()
}

#[test]
fn a_client_asks_the_owner_answers_from_the_shell_and_the_answer_stands_on_the_page() {
    let (s, _portal, mut jo, home) = visited();
    s.ok("inbox list").says("no open questions");
    let projects = jo.open(&format!("{home}/projects")).ok();
    let project = jo.open(&link_to(&projects, "/projects/")).ok();
    let form = link_to(&project, "about=project/");
    let thread = ask(
        &mut jo,
        &form,
        &format!("{home}/questions"),
        "Will it know\npart numbers?",
    );
    assert!(
        thread.path.starts_with(&format!("{home}/questions/")),
        "{}",
        thread.path
    );
    let address = thread.path.clone();
    assert!(thread.ok().contains("part numbers?"));

    assert_eq!(s.json("sync --dry-run")["events"], 1);
    assert_eq!(s.json("sync")["events"], 1);
    assert_eq!(s.json("sync")["events"], 0);
    let list = s.json("inbox list --open --unread --client acme");
    let item = &list[0];
    let keys = "reference kind client subject state unread asked last approval messages";
    assert_eq!(missing_keys(item, keys), Vec::<&str>::new());
    assert_eq!(
        missing_keys(&item["messages"][0], "at author from text"),
        Vec::<&str>::new()
    );
    let reference = item["reference"].as_str().unwrap();
    assert_eq!(item["messages"][0]["author"], "Jo Field");
    assert!(
        ["acme/shop", "acme/website"].contains(&item["subject"].as_str().unwrap()),
        "{item}"
    );
    s.ok("inbox list").says(reference).says("new");
    s.ok("alerts --kind question-open")
        .says(&format!("loggia inbox reply {reference}"));
    s.ok(&format!("inbox show {reference}"))
        .says("part numbers?");
    assert_eq!(s.json("inbox list --unread"), Value::Array(Vec::new()));

    let mut reply = s.command(&words(&format!("inbox reply {reference} -m - --send")));
    let answer = s.path("answer.txt");
    std::fs::write(&answer, "Yes, from Monday on.\n").unwrap();
    reply.stdin(std::fs::File::open(&answer).unwrap());
    Outcome::of(&mut reply).exits(0).tells("in step");
    let page = jo.open(&address).ok();
    for expected in ["Yes, from Monday on.", "Mara", "Answered"] {
        assert!(page.contains(expected), "`{expected}` is not in {page}");
    }
    assert_eq!(page.matches("part numbers?").count(), 1, "{page}");
    assert_eq!(s.json("inbox list --open"), Value::Array(Vec::new()));

    s.ok(&format!("inbox done {reference}"));
    s.ok("sync");
    assert!(jo.open(&address).ok().contains("Closed"));
    ask(&mut jo, &address, &address, "One more thing").ok();
    s.ok("sync");
    assert_eq!(
        s.json("inbox list --open")[0]["messages"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let history = s.json("client history acme --kind question");
    assert_eq!(history.as_array().unwrap().len(), 3, "{history:#}");
    assert_eq!(history[0]["reference"], *reference);
    s.is_sound();

    // Who answers is shown as the setting says, and with the section off nothing of it is there.
    s.ok("portal-settings set team=anonymous --client acme");
    s.ok("sync");
    let page = jo.open(&address).ok();
    assert!(page.contains("Member ") && !page.contains("Mara"), "{page}");
    s.ok("portal-settings set comments=off --client acme");
    s.ok("sync");
    assert_eq!(jo.open(&address).status, 404);
    assert_eq!(jo.open(&format!("{home}/questions")).status, 404);
    let kept = tables(&s.path("portal.db"))
        .into_iter()
        .filter(|(table, _)| table == "chunk");
    let kept: String = kept.flat_map(|(_, rows)| rows).collect();
    assert!(!kept.contains("from Monday on"), "{kept}");
}

#[test]
fn an_approved_extension_raises_the_budget_once_and_can_be_undone() {
    let (s, _portal, mut jo, home) = visited();
    s.fails(
        "approval request acme --project website --hours 20",
        4,
        "budget.missing",
    );
    s.fails(
        "approval request acme --project shop --amount 2000",
        4,
        "approval.unit",
    );
    s.fails(
        "approval request acme --project shop --hours 0",
        4,
        "approval.of_nothing",
    );
    s.fails(
        "approval request acme --project globex/shop --hours 1",
        2,
        "usage.conflict",
    );
    s.fails("approval request acme --project shop", 2, "usage");
    s.fails("approval request acme", 2, "usage.missing");
    s.fails(
        "approval request nobody --month 2026-10",
        3,
        "client.not_found",
    );
    s.ok("portal-settings set budget=off --client acme");
    let error = s.fails(
        "approval request acme --project shop --hours 20",
        4,
        "approval.unseen",
    );
    s.ok(error["hint"]
        .as_str()
        .unwrap()
        .trim_start_matches("loggia "));
    let asked = s.json("approval request acme --project shop --hours 20 -m 'For the import'");
    assert_eq!(
        missing_keys(&asked, "reference client kind state asked by was outcome"),
        Vec::<&str>::new()
    );
    assert_eq!(
        (&asked["by"], &asked["was"]),
        (&"20.00".into(), &"40.00".into())
    );
    let reference = asked["reference"].as_str().unwrap();
    s.fails(
        "approval request acme --project shop --hours 5",
        4,
        "approval.twice",
    );
    s.ok("sync");
    let page = jo.open(&format!("{home}/approvals")).ok();
    for expected in ["For the import", "60.00", "Approve"] {
        assert!(page.contains(expected), "`{expected}` is not in {page}");
    }
    let page = decide(&mut jo, &home, "approve", "Go on").ok();
    assert!(page.contains("Approved by Jo Field"), "{page}");
    let report = s.json("sync");
    assert_eq!(report["approvals"][0]["outcome"], "applied", "{report:#}");
    let budget = || s.json("project show acme/shop")["budget"]["allocated"].clone();
    assert_eq!(budget(), "60.00");
    let shown = s.json(&format!("approval show {reference}"));
    assert_eq!(
        (&shown["answered_by"], &shown["answer"]),
        (&"Jo Field".into(), &"Go on".into())
    );
    // The portal shows the answer and the new budget, and nothing is done a second time.
    assert!(jo.open(&format!("{home}/projects")).ok().contains("60.00"));
    assert!(
        jo.open(&format!("{home}/approvals"))
            .ok()
            .contains("Approved by Jo Field")
    );
    assert_eq!(s.json("sync")["approvals"], Value::Array(Vec::new()));
    s.fails(
        &format!("approval withdraw {reference}"),
        4,
        "approval.answered",
    );
    let operations = s.json("history");
    let raised = operations
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["command"].as_str().unwrap().starts_with(reference))
        .unwrap_or_else(|| panic!("{operations:#}"));
    assert_eq!(raised["who"], "portal");
    let number = raised["operation"]
        .as_i64()
        .or(raised["id"].as_i64())
        .unwrap();
    s.ok(&format!("undo {number}"));
    assert_eq!(budget(), "40.00");
    s.ok("sync");
    assert_eq!(budget(), "40.00", "what was undone is not done again");
    // The client sees that what it approved does not hold; to undo the undo makes it hold again.
    let shown = s.json(&format!("approval show {reference}"));
    assert_eq!(
        (&shown["state"], &shown["taken_back"], &shown["outcome"]),
        (&"approved".into(), &true.into(), &Value::Null)
    );
    s.ok(&format!("approval show {reference}"))
        .says("approved, and taken back");
    let page = jo.open(&format!("{home}/approvals")).ok();
    for expected in [
        "Approved by Jo Field",
        "Taken back",
        "does not hold any more",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let undo = s.json("history --limit 1")[0]["operation"].clone();
    s.ok(&format!("undo {undo}"));
    assert_eq!(budget(), "60.00");
    assert!(
        s.ok("sync --dry-run")
            .stdout
            .contains("approved by Jo Field")
    );
    s.ok("sync");
    let page = jo.open(&format!("{home}/approvals")).ok();
    assert!(!page.contains("Taken back"), "{page}");
    s.is_sound();
}

#[test]
fn a_budget_that_is_another_by_then_stays_and_a_refusal_comes_as_a_task() {
    let (s, _portal, mut jo, home) = visited();
    s.ok("approval request acme --project shop --hours 20");
    s.ok("sync");
    decide(&mut jo, &home, "approve", "");
    s.ok("project edit acme/shop --budget 50h");
    let report = s.json("sync");
    assert_eq!(
        report["approvals"][0]["outcome"], "not-applied",
        "{report:#}"
    );
    assert_eq!(
        s.json("project show acme/shop")["budget"]["allocated"],
        "50.00"
    );
    let task = &s.json("inbox list --open")[0];
    assert_eq!(task["approval"], "approval-1", "{task:#}");
    // The client said yes and waits for nothing.
    assert_eq!(task["kind"], "task");
    s.ok("alerts --kind question-open")
        .says("the answer to approval-1 wants a look")
        .says("loggia approval show approval-1");
    s.fails("inbox reply 1 -m 'Thank you'", 4, "inbox.task");
    s.ok("inbox show 1").says("loggia inbox done question-1");
    s.ok("inbox done 1");

    s.ok("approval request acme --project shop --hours 10");
    s.ok("sync");
    decide(&mut jo, &home, "decline", "Too much");
    s.ok("sync");
    let task = &s.json("inbox list --open")[0];
    assert_eq!(
        (&task["approval"], &task["messages"][0]["text"]),
        (&"approval-2".into(), &"Too much".into())
    );
    assert_eq!(task["kind"], "question");
    assert_eq!(s.json("approval show 2")["state"], "declined");
    s.ok("inbox reply 2 -m 'Five, then?'");
    s.ok("sync");
    let page = jo.open(&format!("{home}/questions")).ok();
    let thread = jo.open(&link_to(&page, "/questions/")).ok();
    assert!(
        thread.contains("Five, then?") && thread.contains("10.00"),
        "{thread}"
    );
    let history = s.json("client history acme --kind approval");
    let told: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["summary"].as_str().unwrap())
        .collect();
    assert!(
        told.contains(&"approval-2 was declined by Jo Field: Too much"),
        "{told:?}"
    );

    // What is taken back is gone, and an answer that was quicker than that is told.
    s.ok("approval request acme --project shop --hours 1");
    s.ok("sync");
    decide(&mut jo, &home, "approve", "");
    s.ok("approval withdraw approval-3");
    s.ok("sync");
    assert_eq!(s.json("approval show 3")["state"], "withdrawn");
    assert_eq!(s.json("inbox list --open")[0]["approval"], "approval-3");
    s.fails("inbox reply 3 -m 'Sorry'", 4, "inbox.task");
    assert_eq!(
        s.json("project show acme/shop")["budget"]["allocated"],
        "50.00"
    );
    s.is_sound();
}

#[test]
fn what_is_asked_twice_is_said_and_an_undone_time_sheet_can_be_asked_again() {
    let (s, _portal, mut jo, home) = visited();
    let first = s.json("approval request acme --period 2026-10-01..2026-10-05");
    let reference = first["reference"].as_str().unwrap();
    for (line, words) in [
        (
            "--period 2026-10-05..2026-10-06",
            "2026-10-01..2026-10-05 and is still open: 2026-10-05..2026-10-05 would",
        ),
        (
            "--month 2026-10",
            "2026-10-01..2026-10-05 and is still open",
        ),
    ] {
        let line = format!("approval request acme {line}");
        let error = s.fails(&line, 4, "approval.twice");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(words) && message.contains(reference),
            "{message}"
        );
        assert_eq!(
            error["hint"],
            format!("loggia approval withdraw {reference}")
        );
    }
    s.ok("approval request acme --period 2026-10-06");
    s.ok("approval withdraw approval-2");
    s.ok("sync");
    decide(&mut jo, &home, "approve", "").ok();
    s.ok("sync");
    s.fails(
        "approval request acme --period 2026-10-05",
        4,
        "approval.empty",
    );
    let history = s.json("history");
    let mut all = history.as_array().unwrap().iter();
    let applied = all.find(|one| one["command"].as_str().unwrap().starts_with(reference));
    s.ok(&format!("undo {}", applied.unwrap()["operation"]));
    s.ok("approval request acme --period 2026-10-05");
    s.is_sound();
}

#[test]
fn a_time_sheet_covers_what_was_shown_and_nothing_that_was_changed_since() {
    let (s, _portal, mut jo, home) = visited();
    s.fails("approval request acme --month 2026-12", 4, "approval.ahead");
    s.fails("approval request acme --month 2026-09", 4, "approval.empty");
    s.fails("approval request acme --month October", 2, "input.date");
    let asked = s.json("approval request acme --month 2026-10");
    assert_eq!(
        (&asked["entries"], &asked["to"]),
        (&2.into(), &"2026-10-31".into())
    );
    s.fails(
        "approval request acme --period 2026-10-06",
        4,
        "approval.twice",
    );
    s.ok("sync");
    let page = jo.open(&format!("{home}/approvals")).ok();
    for expected in ["Layout", "Colours", "5.00"] {
        assert!(page.contains(expected), "`{expected}` is not in {page}");
    }
    decide(&mut jo, &home, "approve", "");
    let entry = |note: &str| {
        let entries = s.json("time list all --client acme");
        let found = entries
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["note"] == note);
        found
            .unwrap_or_else(|| panic!("{note} in {entries:#}"))
            .clone()
    };
    let colours = entry("Colours")["id"].clone();
    s.ok(&format!("time edit {colours} --time 4h"));
    let report = s.json("sync");
    let result = &report["approvals"][0];
    assert_eq!(
        (&result["outcome"], &result["covered"]),
        (&"partly".into(), &1.into()),
        "{report:#}"
    );
    assert_eq!(entry("Layout")["approval"], "approved");
    assert_eq!(entry("Layout")["approval_note"], "approval-1");
    assert_eq!(entry("Colours")["approval"], Value::Null);
    assert_eq!(s.json("inbox list --open")[0]["approval"], "approval-1");
    // What was not covered can be asked for again, and that alone.
    assert_eq!(
        s.json("approval request acme --month 2026-10")["entries"],
        1
    );
    s.is_sound();
}

/// The badge and the hours of the only request.
fn answered(jo: &mut Visitor, home: &str, hours: &str, words: &str, not: &str) {
    let page = jo.open(&format!("{home}/approvals")).ok();
    for expected in [hours, words] {
        assert!(page.contains(expected), "`{expected}` is not in {page}");
    }
    assert!(!page.contains(not), "`{not}` is in {page}");
}

#[test]
fn an_answered_time_sheet_keeps_its_hours_and_says_what_of_it_holds() {
    const PARTLY: &str = "Some of this work was changed or reopened";
    const NOTHING: &str = "it does not hold any more";
    let (s, _portal, mut jo, home) = visited();
    s.ok("approval request acme --period 2026-10-05..2026-10-06");
    s.ok("sync");
    let entries = s.json("time list all --client acme");
    let id = |note: &str| {
        let mut all = entries.as_array().unwrap().iter();
        all.find(|one| one["note"] == note).unwrap()["id"].clone()
    };
    let (layout, colours) = (id("Layout"), id("Colours"));
    decide(&mut jo, &home, "approve", "");
    // Changed after it was shown and before the answer came in: the answer is to what was shown.
    s.ok(&format!("time edit {colours} --time 7h"));
    s.ok("sync");
    answered(&mut jo, &home, "5.00", PARTLY, NOTHING);
    // As it was again, it can be asked for, and so can what was reopened.
    s.ok(&format!("time edit {colours} --time 2h"));
    s.ok("sync");
    answered(&mut jo, &home, "5.00", PARTLY, NOTHING);
    let full = s.fails(
        "approval request acme --period 2026-10-05",
        4,
        "approval.empty",
    );
    let message = full["message"].as_str().unwrap();
    assert!(message.contains("approved all that it sees"), "{message}");
    let again = s.json("approval request acme --period 2026-10-05..2026-10-06");
    assert_eq!(again["entries"], 1);
    s.ok("approval withdraw approval-2");
    s.ok(&format!("time reject --entry {layout} --reason 'Too much'"));
    s.ok("sync");
    answered(&mut jo, &home, "5.00", NOTHING, PARTLY);
    let again = s.json("approval request acme --period 2026-10-05..2026-10-06");
    assert_eq!(again["entries"], 2);
    s.is_sound();
}

/// How often each word stands in the inbox.
fn said(s: &Sandbox) -> Vec<String> {
    let mut all: Vec<String> = questions(s)
        .iter()
        .flat_map(|thread| thread["messages"].as_array().unwrap().clone())
        .map(|message| message["text"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn each_event_comes_once_over_kills_repeats_and_two_at_once() {
    let (s, _portal, mut jo, home) = visited();
    let form = format!("{home}/questions");
    let started = Instant::now();
    s.ok("sync");
    let whole = started.elapsed();
    let mut expected = Vec::new();
    for kill in 0..12 {
        let text = format!("question {kill:02}");
        ask(&mut jo, &form, &form, &text).ok();
        expected.push(text);
        kill_after(&s, "sync", whole * kill / 10);
        s.is_sound();
        if kill % 3 == 0 {
            let mut both = [0, 1].map(|_| s.command(&["sync"]).spawn().unwrap());
            for one in &mut both {
                one.wait().unwrap();
            }
        }
    }
    s.ok("sync");
    assert_eq!(s.json("sync")["events"], 0);
    assert_eq!(said(&s), expected);
    for text in &expected {
        let held: String = tables(&s.path("portal.db"))
            .into_iter()
            .filter(|(table, _)| table == "pending_message")
            .flat_map(|(_, rows)| rows)
            .collect();
        assert!(
            !held.contains(text.as_str()),
            "{text} is published and waits no more"
        );
    }
    assert_eq!(jo.open(&form).ok().matches("question 07").count(), 1);
}

#[test]
fn an_approval_is_put_into_the_books_once_wherever_the_sync_is_killed() {
    let (s, _portal, mut jo, home) = visited();
    let started = Instant::now();
    s.ok("sync");
    let whole = started.elapsed();
    for kill in 0..8_u32 {
        s.ok("approval request acme --project shop --hours 1");
        s.ok("sync");
        decide(&mut jo, &home, "approve", "");
        kill_after(&s, "sync", whole * kill / 6);
        s.is_sound();
        s.ok("sync");
        let budget = s.json("project show acme/shop")["budget"]["allocated"].clone();
        assert_eq!(budget, format!("{}.00", 41 + kill));
        assert_eq!(s.json("approval list"), Value::Array(Vec::new()));
    }
}

#[test]
fn a_portal_made_anew_or_put_back_loses_and_doubles_nothing() {
    let (mut s, portal, mut jo, home) = visited();
    let form = format!("{home}/questions");
    ask(&mut jo, &form, &form, "before the copy").ok();
    s.ok("sync");
    let copy = s.path("portal-copy.db");
    rusqlite::Connection::open(s.path("portal.db"))
        .unwrap()
        .execute("VACUUM INTO ?", [copy.to_str().unwrap()])
        .unwrap();
    ask(&mut jo, &form, &form, "after the copy").ok();
    s.ok("sync");
    s.ok("inbox reply 2 -m 'An answer'");
    s.ok("sync");
    drop(portal);
    let remove = |s: &Sandbox| {
        for file in ["portal.db", "portal.db-wal", "portal.db-shm"] {
            let _ = std::fs::remove_file(s.path(file));
        }
    };

    // Yesterday's copy: two new words there take the numbers of what this store knows already.
    remove(&s);
    std::fs::copy(&copy, s.path("portal.db")).unwrap();
    let portal = s.portal();
    let url = portal.url.clone();
    s.env("LOGGIA_PORTAL_URL", &url);
    let mut jo = Visitor::of(&url);
    let home = jo.sign_in("jo@acme.example", PASSWORD).path;
    let form = format!("{home}/questions");
    ask(&mut jo, &form, &form, "on the copy").ok();
    let report = s.json("sync");
    let address = url.strip_prefix("http://").unwrap().to_owned();
    assert_eq!(report["portal"], "restored", "{report:#}");
    let all = [
        "An answer",
        "after the copy",
        "before the copy",
        "on the copy",
    ];
    assert_eq!(said(&s), all);
    let page = jo.open(&form).ok();
    for text in ["before the copy", "after the copy", "on the copy"] {
        assert_eq!(page.matches(text).count(), 1, "{text} in {page}");
    }
    assert_eq!(s.json("sync")["portal"], Value::Null);
    drop(portal);

    // An empty one: nothing that was said is lost, and no number stands in the way.
    remove(&s);
    let portal = s.portal_at(&address);
    let create = format!(
        "portal account create studio -q --database {}",
        portal.database
    );
    let token = s.ok(&create).reference().to_owned();
    let url = portal.url.clone();
    s.env("LOGGIA_PORTAL_TOKEN", &token)
        .env("LOGGIA_PORTAL_URL", &url);
    let report = s.json("sync");
    assert_eq!(report["portal"], "rebuilt", "{report:#}");
    assert_eq!(s.json("sync")["portal"], Value::Null);
    assert_eq!(said(&s), all);
    let link = s.json("user reinvite jo@acme.example")["link"]
        .as_str()
        .unwrap()
        .to_owned();
    s.ok("sync");
    let mut jo = Visitor::of(&url);
    let home = jo.accept(&link, PASSWORD).path;
    let form = format!("{home}/questions");
    let page = jo.open(&form).ok();
    for text in ["before the copy", "after the copy", "on the copy"] {
        assert_eq!(page.matches(text).count(), 1, "{text} in {page}");
    }
    ask(&mut jo, &form, &form, "on the new one").ok();
    s.ok("sync");
    assert_eq!(said(&s).len(), 5);
    s.is_sound();
}

#[test]
fn an_older_copy_of_the_books_gets_again_what_it_lacks() {
    let (s, _portal, mut jo, home) = visited();
    let form = format!("{home}/questions");
    ask(&mut jo, &form, &form, "first").ok();
    s.ok("sync");
    s.ok("backup old.db");
    ask(&mut jo, &form, &form, "second").ok();
    s.ok("sync");
    let old = s.path("old.db");
    std::fs::copy(s.path("books.db.portal"), s.path("old.db.portal")).unwrap();
    let old = old.to_str().unwrap();
    s.loggia(&format!("sync --store {old}"));
    let list = s.json(&format!("inbox list --store {old}"));
    assert_eq!(list.as_array().unwrap().len(), 2, "{list:#}");
    assert_eq!(said(&s), ["first", "second"]);
}

/// The script of the README, line by line as it stands there; the client does what its comments say.
#[cfg(unix)]
#[test]
fn the_whole_story_of_the_readme_comes_to_its_end() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, story) = readme.split_once("### The whole story").unwrap();
    let script = story.split("```").nth(1).unwrap();
    let s = Sandbox::empty();
    std::fs::create_dir(s.path("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_loggia"), s.path("bin/loggia")).unwrap();
    let portal = s.portal();
    let mut jo = Visitor::of(&portal.url);
    let mut home = String::new();
    let mut told = Vec::new();
    for line in script.lines().skip(1).filter(|line| !line.is_empty()) {
        match line.strip_prefix("# Jo ") {
            None => {
                let line = line.replace("http://127.0.0.1:8070", &portal.url);
                let line = format!("PATH=\"$PWD/bin:$PATH\"; {line}");
                let mut shell = s.program("/bin/sh");
                let done = Outcome::of(shell.current_dir(s.path("")).args(["-c", &line]));
                let done = done.exits(0);
                told.extend([done.stdout, done.stderr]);
            }
            Some(does) if does.starts_with("opens the link") => {
                let link = std::fs::read_to_string(s.path("link")).unwrap();
                home = jo.accept(link.trim(), PASSWORD).path;
                let projects = jo.open(&format!("{home}/projects")).ok();
                let project = jo.open(&link_to(&projects, "/projects/")).ok();
                let (_, question) = does.split_once('"').unwrap();
                let form = link_to(&project, "about=project/");
                let to = format!("{home}/questions");
                ask(&mut jo, &form, &to, question.trim_end_matches('"')).ok();
            }
            Some(does) if does.starts_with("approves") => {
                decide(&mut jo, &home, "approve", "").ok();
            }
            Some(does) => {
                assert!(does.starts_with("looks at the invoice"), "{does}");
                let invoices = jo.open(&format!("{home}/invoices")).ok();
                jo.open(&link_to(&invoices, "/invoices/")).ok();
            }
        }
    }
    let told = told.join("\n");
    for expected in [
        "Will it know part numbers?",
        "the budget was raised",
        "3h of 40h used",
        "viewed",
        "2026-0001",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let invoice = s.json("invoice show 2026-0001");
    assert_eq!(invoice["state"], "paid", "{invoice:#}");
    let page = jo.open(&format!("{home}/invoices")).ok();
    assert!(page.contains("Paid"), "{page}");
    assert_eq!(s.json("sync")["clients"][0]["state"], "in-step");
    s.is_sound();
}
