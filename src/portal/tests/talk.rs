//! Questions and approvals on the pages: who reads and writes what, once, and as plain text.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::published::protocol::{EventKind, RawEvent, Role};
use crate::published::{About, Asked, Author, Message, Thread};
use crate::values::amount::Amount;
use crate::values::id::PublicId;

use super::desk::{Browser, Desk, Reply};
use super::sample::{Sample, day, hours, id};

async fn visitor<'a>(
    desk: &'a Desk,
    sample: &mut Sample,
    role: Role,
    revision: u64,
) -> Browser<'a> {
    let email = format!("{role:?}@lovelace.example").to_lowercase();
    let secret = sample.invite(&email, role);
    desk.push(sample, revision).await;
    desk.accepted(&secret).await
}

fn field(text: &str, name: &str) -> String {
    let (_, after) = text
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("{name} in {text}"));
    after.split('"').next().unwrap().to_owned()
}

/// Fills in the form of a page and sends it to an address.
async fn write(browser: &mut Browser<'_>, page: &str, to: &str, text: &str) -> Reply {
    let form = browser.get(page).await.text();
    let (token, message) = (token(&form), field(&form, "message"));
    let mut fields = vec![
        ("form_token", token.as_str()),
        ("message", message.as_str()),
        ("text", text),
    ];
    let about = form
        .contains("name=\"about\"")
        .then(|| field(&form, "about"));
    if let Some(about) = &about {
        fields.push(("about", about));
    }
    browser.post(to, &fields).await
}

/// The token of a form, which is the same in all forms of a session.
fn token(page: &str) -> String {
    field(page, "form_token")
}

async fn events(desk: &Desk) -> Vec<EventKind> {
    let account = crate::portal::PortalStore::accounts(desk.store.as_ref())
        .await
        .unwrap();
    let events = crate::portal::PortalStore::events(desk.store.as_ref(), account[0].id, 0, 1000);
    let talk =
        |kind: &EventKind| matches!(kind.word(), "asked" | "answered" | "approved" | "declined");
    let events = events.await.unwrap().events;
    let kinds = events.iter().filter_map(RawEvent::read);
    kinds.filter(talk).collect()
}

#[tokio::test]
async fn a_question_is_asked_about_an_object_and_stands_there_as_plain_text() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let base = format!("/c/{}/questions", acme.id);
    let invoice = acme.invoices[0].id.clone();
    let page = ada
        .get(&format!("/c/{}/invoices/{invoice}", acme.id))
        .await
        .text();
    let link = format!("{base}?about=invoice/{invoice}");
    assert!(page.contains(&link), "{page}");
    let sent = write(
        &mut ada,
        &link,
        &base,
        "Why <script>alert(1)</script>?\nThanks",
    )
    .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let thread = ada.get(&sent.location()).await.text();
    for expected in ["Invoice 2026-0007", "Thanks", "&#60;script&#62;", "You"] {
        assert!(thread.contains(expected), "{expected} in {thread}");
    }
    assert!(!thread.contains("<script"), "{thread}");
    let list = ada.get(&base).await.text();
    assert!(list.contains(&sent.location()), "{list}");
    let kinds = events(&desk).await;
    assert!(
        matches!(&kinds[..], [EventKind::Asked { about: About::Invoice(of), text, .. }]
            if *of == invoice && text.ends_with("Thanks")),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn a_form_that_is_sent_twice_writes_once_and_a_bad_text_stays_in_it() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let base = format!("/c/{}/questions", acme.id);
    let form = ada.get(&base).await.text();
    let (token, message) = (token(&form), field(&form, "message"));
    let fields = |text: &'static str| {
        [
            ("form_token", token.clone()),
            ("message", message.clone()),
            ("text", text.to_owned()),
        ]
    };
    let send = async |browser: &mut Browser<'_>, text: &'static str| {
        let fields = fields(text);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post(&base, &fields).await
    };
    for (text, told) in [
        ("  ", "write something"),
        ("turned\u{202e}", "cannot be shown"),
    ] {
        let refused = send(&mut ada, text).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains(told), "{}", refused.text());
        assert!(refused.text().contains(text.trim()), "{}", refused.text());
    }
    let long = "ä".repeat(4_001);
    let mut with_long = fields("");
    with_long[2].1 = long;
    let pairs: Vec<(&str, &str)> = with_long.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let refused = ada.post(&base, &pairs).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("4000"), "{}", refused.text());
    for _ in 0..2 {
        assert_eq!(send(&mut ada, "Once").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(events(&desk).await.len(), 1);
    // Nothing can be slipped in, and no form from elsewhere is taken.
    let strange = [
        ("form_token", token.as_str()),
        ("message", &message),
        ("text", "x"),
        ("internal", "false"),
    ];
    assert_eq!(
        ada.post(&base, &strange).await.status,
        StatusCode::BAD_REQUEST
    );
    let forged = [
        ("form_token", "x"),
        ("message", message.as_str()),
        ("text", "x"),
    ];
    assert_eq!(ada.post(&base, &forged).await.status, StatusCode::FORBIDDEN);
    assert_eq!(events(&desk).await.len(), 1);
}

#[tokio::test]
async fn an_answer_is_new_until_it_is_read_and_each_reads_for_oneself() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let mut work = visitor(&desk, &mut acme, Role::Work, 2).await;
    let base = format!("/c/{}/questions", acme.id);
    let thread = format!("{base}/{}", acme.talk.threads[0].id);
    let new = |page: &Reply| page.text().matches(">New<").count();
    assert_eq!(new(&ada.get(&base).await), 2);
    let page = ada.get(&thread).await.text();
    assert!(page.contains("Yes, from Monday on.") && page.contains("Alex Morgan, Studio North"));
    assert_eq!(new(&ada.get(&base).await), 1);
    assert_eq!(
        new(&work.get(&base).await),
        1,
        "the other is about an invoice"
    );
    // The own word is nothing new, and opens the question again.
    let sent = write(&mut ada, &thread, &thread, "And colours?").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert_eq!(new(&ada.get(&base).await), 1);
    assert!(ada.get(&thread).await.text().contains("Open</span>"));
    acme.talk.threads[0].done = true;
    desk.push(&acme, 3).await;
    assert!(
        ada.get(&thread).await.text().contains("Open</span>"),
        "asked since"
    );
}

#[tokio::test]
async fn roles_read_and_ask_about_what_they_see() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut finance = visitor(&desk, &mut acme, Role::Finance, 1).await;
    let mut work = visitor(&desk, &mut acme, Role::Work, 2).await;
    let base = format!("/c/{}/questions", acme.id);
    let project = format!("{base}?about=project/{}", acme.projects.projects[0].id);
    let invoice = format!("{base}?about=invoice/{}", acme.invoices[0].id);
    let entry = &acme.months[0].entries[0];
    let entry = format!("{base}?about=entry/{}/{}", entry.day, entry.id);
    let cases = [
        (&project, false, true),
        (&invoice, true, false),
        (&entry, false, true),
    ];
    for (page, finance_may, work_may) in cases {
        let status = |may| {
            if may {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            }
        };
        assert_eq!(
            finance.get(page).await.status,
            status(finance_may),
            "{page}"
        );
        assert_eq!(work.get(page).await.status, status(work_may), "{page}");
    }
    assert!(!finance.get(&base).await.text().contains("part numbers"));
    assert!(!work.get(&base).await.text().contains("Which order"));
    // An object is not reached by its name in a form either.
    let form = finance.get(&base).await.text();
    let about = format!("project/{}", acme.projects.projects[0].id);
    let fields = [
        ("form_token", token(&form)),
        ("message", field(&form, "message")),
        ("about", about),
        ("text", "Let me in".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(
        finance.post(&base, &fields).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(events(&desk).await.is_empty());
}

#[tokio::test]
async fn a_question_goes_with_its_object_and_all_go_with_the_section() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let base = format!("/c/{}/questions", acme.id);
    let link = format!("{base}?about=invoice/{}", acme.invoices[0].id);
    let thread = write(&mut ada, &link, &base, "Soon gone").await.location();
    assert!(ada.get(&base).await.text().contains("Soon gone"));
    let gone = acme.invoices.remove(0);
    acme.talk
        .threads
        .retain(|thread| thread.about != About::Invoice(gone.id.clone()));
    desk.push(&acme, 2).await;
    assert!(!ada.get(&base).await.text().contains("Soon gone"));
    assert_eq!(ada.get(&thread).await.status, StatusCode::NOT_FOUND);
    acme.console.sections.comments = false;
    desk.push(&acme, 3).await;
    assert_eq!(ada.get(&base).await.status, StatusCode::NOT_FOUND);
    let home = ada.get(&format!("/c/{}", acme.id)).await.text();
    assert!(!home.contains("/questions"), "{home}");
}

#[tokio::test]
async fn who_writes_too_much_waits() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let base = format!("/c/{}/questions", acme.id);
    for _ in 0..30 {
        let sent = write(&mut ada, &base, &base, "More").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
    }
    let refused = write(&mut ada, &base, &base, "Too much of it").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        refused.text().contains("Too much of it"),
        "the text is not lost"
    );
    desk.wait(TimeDelta::minutes(25));
    ada.get(&base).await;
    desk.wait(TimeDelta::minutes(25));
    ada.get(&base).await;
    desk.wait(TimeDelta::minutes(25));
    let sent = write(&mut ada, &base, &base, "Later").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
}

async fn decide(browser: &mut Browser<'_>, sample: &Sample, place: usize, decision: &str) -> Reply {
    let base = format!("/c/{}/approvals", sample.id);
    let request = &sample.talk.requests[place];
    let page = browser.get(&base).await.text();
    let shown = request.digest().unwrap().to_string();
    let fields = [
        ("form_token", token(&page)),
        ("shown", shown),
        ("decision", decision.to_owned()),
        ("note", "Fine".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    browser
        .post(&format!("{base}/{}", request.id), &fields)
        .await
}

#[tokio::test]
async fn a_request_is_answered_once_by_whom_it_is_for() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut finance = visitor(&desk, &mut acme, Role::Finance, 1).await;
    let mut work = visitor(&desk, &mut acme, Role::Work, 2).await;
    let page = format!("/c/{}/approvals", acme.id);
    let shown = finance.get(&page).await.text();
    assert!(shown.contains("20.00\u{a0}h more for Web shop"), "{shown}");
    assert!(
        shown.contains("140.00\u{a0}h") && !shown.contains("Time sheet of"),
        "{shown}"
    );
    let shown = work.get(&page).await.text();
    assert!(
        shown.contains("Time sheet of") && shown.contains("Layout"),
        "{shown}"
    );
    assert_eq!(
        shown.matches("value=\"approve\"").count(),
        1,
        "budgets are read, not answered"
    );
    assert_eq!(
        decide(&mut work, &acme, 0, "approve").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        decide(&mut finance, &acme, 1, "approve").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        decide(&mut finance, &acme, 0, "maybe").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        decide(&mut finance, &acme, 0, "approve").await.status,
        StatusCode::SEE_OTHER
    );
    let again = decide(&mut finance, &acme, 0, "decline").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(
        again.text().contains("answered already"),
        "{}",
        again.text()
    );
    let shown = finance.get(&page).await.text();
    assert!(
        shown.contains("Approved by finance@lovelace.example on 21\u{a0}November 2026"),
        "{shown}"
    );
    assert_eq!(
        decide(&mut work, &acme, 1, "decline").await.status,
        StatusCode::SEE_OTHER
    );
    let kinds: Vec<_> = events(&desk).await.iter().map(EventKind::word).collect();
    assert_eq!(kinds, ["approved", "declined"]);
}

#[tokio::test]
async fn what_was_changed_since_is_looked_at_again() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let before = acme.clone();
    if let Asked::Budget { by, .. } = &mut acme.talk.requests[0].what {
        *by = Amount::Hours(hours(30));
    }
    desk.push(&acme, 2).await;
    let stale = decide(&mut ada, &before, 0, "approve").await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text().contains("changed since"), "{}", stale.text());
    assert!(events(&desk).await.is_empty());
    assert_eq!(
        decide(&mut ada, &acme, 0, "approve").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn what_is_published_and_what_waits_is_one_talk() {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    let base = format!("/c/{}/questions", acme.id);
    let thread = write(&mut ada, &base, &base, "First word").await.location();
    let key = PublicId::parse(thread.rsplit('/').next().unwrap()).unwrap();
    let user = id("acme full@lovelace.example");
    let message = |name: PublicId, author, text: &str| Message {
        id: name,
        day: day("2026-11-21"),
        author,
        text: text.to_owned(),
    };
    // Taken in and answered, while a second word was written.
    write(&mut ada, &thread, &thread, "Second word").await;
    let by = Author::User {
        id: user,
        name: "Ada".to_owned(),
    };
    let team = Author::Team {
        name: "Alex".to_owned(),
    };
    acme.talk.threads.insert(
        0,
        Thread {
            id: key.clone(),
            about: About::Client,
            name: None,
            done: false,
            messages: vec![
                message(key, by, "First word"),
                message(id("a"), team, "Answer"),
            ],
        },
    );
    desk.push(&acme, 2).await;
    let page = ada.get(&thread).await.text();
    let body = page.split("<ol").nth(1).unwrap();
    let places: Vec<usize> = ["First word", "Answer", "Second word"]
        .iter()
        .map(|word| {
            assert_eq!(body.matches(word).count(), 1, "{word} in {body}");
            body.find(word).unwrap()
        })
        .collect();
    assert!(places.is_sorted(), "{body}");
}

#[tokio::test]
async fn without_anything_asked_the_pages_say_what_will_be_there() {
    let desk = Desk::new().await;
    let mut acme = Sample::empty("acme", "Acme Corporation");
    let mut ada = visitor(&desk, &mut acme, Role::Full, 1).await;
    for (page, told) in [
        ("questions", "No questions yet"),
        ("approvals", "Nothing to approve"),
    ] {
        let text = ada.get(&format!("/c/{}/{page}", acme.id)).await.text();
        assert!(text.contains(told), "{text}");
    }
}
