//! What every store must hold of questions and requests; a part of [`super::contract`].

use chrono::TimeDelta;

use crate::published::protocol::{EventKind, RawEvent};
use crate::published::{About, Author, Decision, Message};
use crate::values::id::PublicId;

use super::super::tests::sample::{Sample, day, id};
use super::super::viewer::AccountId;
use super::contract::Scene;
use super::talk::Outcome;
use super::{Decided, Face, NewDecision, NewMessage};

fn asked(name: &str, about: Option<About>, thread: &str) -> NewMessage {
    NewMessage {
        message: id(name),
        thread: id(thread),
        about,
        text: format!("text of {name}"),
    }
}

pub(super) async fn check(scene: &Scene<'_>, account: AccountId) {
    let mut acme = Sample::new("acme", "Acme Corporation");
    let mut beta = Sample::new("beta", "Beta Ltd");
    let viewer = scene.viewer(account, &mut acme, 6, "acme-asker").await;
    let stranger = scene.viewer(account, &mut beta, 6, "beta-asker").await;
    let Scene { store, now } = *scene;

    let said = store.talk(&viewer).await.unwrap();
    assert_eq!(said.talk, acme.talk);
    assert!(said.messages.is_empty() && said.decisions.is_empty() && said.seen.is_empty());

    // Objects of the own client are there, others are not.
    let entry = acme.months[0].entries[0].clone();
    let abouts = [
        About::Project(acme.projects.projects[0].id.clone()),
        About::Task(acme.projects.projects[0].tasks[0].id.clone()),
        About::Entry(entry.day, entry.id.clone()),
        About::Invoice(acme.invoices[0].id.clone()),
        About::Request(acme.talk.requests[0].id.clone()),
    ];
    for about in abouts {
        assert!(
            store.face(&viewer, about.clone()).await.unwrap().is_some(),
            "{about}"
        );
        assert_eq!(store.face(&stranger, about).await.unwrap(), None);
    }
    let elsewhere = About::Entry(day("2026-09-02"), entry.id);
    assert_eq!(store.face(&viewer, elsewhere).await.unwrap(), None);
    assert_eq!(
        store.face(&viewer, About::Client).await.unwrap(),
        Some(Face::Client)
    );

    // A message is kept once, with its event in the same step.
    let before = store.status(account).await.unwrap();
    let write = |new: NewMessage| store.write_message(&viewer, new, now);
    let question = asked("m1", Some(About::Client), "t1");
    for _ in 0..2 {
        assert_eq!(write(question.clone()).await.unwrap(), Outcome::Done);
    }
    assert_eq!(write(asked("m2", None, "t1")).await.unwrap(), Outcome::Done);
    let said = store.talk(&viewer).await.unwrap();
    let names: Vec<_> = said.messages.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["acme-asker@reader.example"; 2]);
    assert!(store.talk(&stranger).await.unwrap().messages.is_empty());
    let events = store.events(account, before.last_event, 10).await.unwrap();
    let kinds: Vec<_> = events.events.iter().filter_map(RawEvent::read).collect();
    let expected = [
        EventKind::Asked {
            thread: id("t1"),
            message: id("m1"),
            about: About::Client,
            text: "text of m1".to_owned(),
        },
        EventKind::Answered {
            thread: id("t1"),
            message: id("m2"),
            text: "text of m2".to_owned(),
        },
    ];
    assert_eq!(kinds, expected);
    let after = store.status(account).await.unwrap();
    assert_eq!(
        (&after.epoch, after.epoch.is_empty()),
        (&before.epoch, false)
    );
    let ids: Vec<&PublicId> = events.events.iter().map(|event| &event.id).collect();
    assert_ne!(ids[0], ids[1]);
    assert_eq!(after.last_event_id.as_ref(), Some(ids[1]));

    // What each has seen is the own.
    store.see_thread(&viewer, id("t1"), 1).await.unwrap();
    store.see_thread(&viewer, id("t1"), 2).await.unwrap();
    assert_eq!(store.talk(&viewer).await.unwrap().seen, [(id("t1"), 2)]);
    assert!(store.talk(&stranger).await.unwrap().seen.is_empty());

    // Nobody writes without end.
    for number in 3..=30 {
        let name = format!("m{number}");
        assert_eq!(
            write(asked(&name, None, "t1")).await.unwrap(),
            Outcome::Done
        );
    }
    assert_eq!(
        write(asked("m31", None, "t1")).await.unwrap(),
        Outcome::TooMany
    );
    let later = now + TimeDelta::hours(2);
    let again = store.write_message(&viewer, asked("m31", None, "t1"), later);
    assert_eq!(again.await.unwrap(), Outcome::Done);
    // Nor a client, however slowly, while nobody takes it in.
    let mut waiting = store.talk(&viewer).await.unwrap().messages.len();
    let mut at = later;
    let full = loop {
        at += TimeDelta::minutes(3);
        let next = asked(&format!("slow {waiting}"), None, "t1");
        match store.write_message(&viewer, next, at).await.unwrap() {
            Outcome::Done => waiting += 1,
            refused => break refused,
        }
    };
    assert_eq!((full, waiting), (Outcome::Full, 500));

    // A request is answered once, as it was shown.
    let request = acme.talk.requests[0].clone();
    let answer = |shown: &str| NewDecision {
        request: request.id.clone(),
        shown: crate::published::Digest::of(shown.as_bytes()),
        approved: true,
        note: Some("go on".to_owned()),
    };
    let right = NewDecision {
        shown: request.digest().unwrap(),
        ..answer("")
    };
    let decide = |new: NewDecision| store.decide(&viewer, new, now);
    assert_eq!(decide(answer("else")).await.unwrap(), Decided::Changed);
    let foreign = store.decide(&stranger, right.clone(), now).await.unwrap();
    assert_eq!(foreign, Decided::NotThere);
    assert_eq!(decide(right.clone()).await.unwrap(), Decided::Done);
    assert_eq!(decide(right.clone()).await.unwrap(), Decided::Before);
    let decisions = store.talk(&viewer).await.unwrap().decisions;
    assert_eq!((decisions.len(), decisions[0].approved), (1, true));

    // What is published by then waits no longer; the same form sent once more changes nothing.
    acme.talk.threads[0].messages.push(Message {
        id: id("m1"),
        day: day("2026-11-21"),
        author: Author::User {
            id: viewer.user().clone(),
            name: "Ada".to_owned(),
        },
        text: "text of m1".to_owned(),
    });
    acme.talk.requests[0].answer = Some(Decision {
        approved: true,
        by: "Ada".to_owned(),
        at: now,
        note: None,
        taken_back: false,
        partly: false,
    });
    scene.push(account, &acme, 7).await;
    let said = store.talk(&viewer).await.unwrap();
    assert_eq!(said.messages.len(), waiting - 1);
    assert!(said.messages.iter().all(|one| one.id != id("m1")));
    assert!(said.decisions.is_empty());
    assert_eq!(decide(right).await.unwrap(), Decided::Before);
    let count = store.status(account).await.unwrap().last_event;
    assert_eq!(write(question).await.unwrap(), Outcome::Done);
    assert_eq!(store.status(account).await.unwrap().last_event, count);
}
