//! The rules of a sync against a portal in memory.

use super::*;
use crate::app::publish::sample::{self, Sample, edit_entry, sample, set};
use crate::disclosure::public_id::Noun;
use crate::domain::key::ClientKey;
use crate::published::protocol::{Event, EventKind};
use crate::store::Books;
use crate::sync::fake::{Fake, Fault};
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use chrono::DateTime;

fn sync(session: &mut Session, fake: &Fake) -> Report {
    run(session, &fake.connection(), None, false, &mut |_| ()).unwrap()
}

fn states(report: &Report) -> Vec<(&str, &'static str)> {
    let clients = report.clients.iter();
    clients
        .map(|client| (client.slug.as_str(), client.state.word()))
        .collect()
}

fn failure(report: &Report, slug: &str) -> SyncError {
    let client = report
        .clients
        .iter()
        .find(|client| client.slug == slug)
        .unwrap();
    match &client.state {
        State::Failed(Error::Sync(error)) => error.clone(),
        other => panic!("{other:?}"),
    }
}

fn pushed(session: &Session) -> Vec<Option<Pushed>> {
    let ask = |books: &Books<'_>| {
        [1, 2]
            .map(|key| books.pushed(ClientKey(key)))
            .into_iter()
            .collect()
    };
    session
        .store
        .read::<_, crate::store::StoreError>(ask)
        .unwrap()
}

fn id(session: &mut Session, noun: Noun, key: i64) -> PublicId {
    publish::public_ids(session).unwrap().row(noun, key)
}

#[test]
fn what_was_pushed_is_in_step_and_costs_one_question() {
    let (mut session, fake) = (sample().session, Fake::start());
    let first = sync(&mut session, &fake);
    assert_eq!(states(&first), [("acme", "pushed"), ("beta", "pushed")]);
    assert_eq!(first.clients[0].difference.added.len(), 5);
    assert!(first.clients[0].bytes > 0);
    fake.requests();
    let second = sync(&mut session, &fake);
    assert_eq!(states(&second), [("acme", "in-step"), ("beta", "in-step")]);
    assert_eq!(fake.requests(), ["GET status"]);
}

#[test]
fn only_what_changed_is_sent() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    fake.requests();
    edit_entry(&mut session, |work| {
        work.note = Some(sample::line("Layout and wording"))
    });
    let report = sync(&mut session, &fake);
    assert_eq!(states(&report), [("acme", "pushed"), ("beta", "in-step")]);
    let changed: Vec<_> = report.clients[0]
        .difference
        .changed
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(changed, ["month/2026-11"]);
    assert_eq!(
        fake.requests(),
        [
            "GET status",
            "GET manifest",
            "PUT manifest",
            "PUT chunk",
            "PUT manifest"
        ]
    );
}

#[test]
fn a_change_that_no_client_may_see_sends_nothing() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    fake.requests();
    edit_entry(&mut session, |work| {
        work.internal_note = Some(sample::line("they never pay"));
        work.tags = vec![sample::line("secret")];
    });
    assert_eq!(
        states(&sync(&mut session, &fake)),
        [("acme", "in-step"), ("beta", "in-step")]
    );
    assert_eq!(fake.requests(), ["GET status"]);
}

#[test]
fn a_dry_run_tells_the_difference_and_changes_nothing() {
    let (mut session, fake) = (sample().session, Fake::start());
    let dry =
        |session: &mut Session| run(session, &fake.connection(), None, true, &mut |_| ()).unwrap();
    let report = dry(&mut session);
    assert_eq!(
        states(&report),
        [("acme", "would-push"), ("beta", "would-push")]
    );
    assert!(report.clients[0].bytes > 0);
    assert_eq!(fake.requests(), ["GET status"]);
    assert_eq!(pushed(&session), [None, None]);
    let real = sync(&mut session, &fake);
    assert_eq!(real.clients[0].difference, report.clients[0].difference);
    set(&mut session, Some("acme"), "console", "off");
    edit_entry(&mut session, |work| work.seconds = Seconds(3600));
    assert_eq!(
        states(&dry(&mut session)),
        [("acme", "would-withdraw"), ("beta", "in-step")]
    );
    assert_eq!(fake.held().clients.len(), 2);
}

#[test]
fn a_client_whose_console_is_off_leaves_the_portal_and_strangers_stay() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    let stranger = PublicId::from_bytes([3; 16]);
    {
        let mut held = fake.held();
        let some = held
            .clients
            .values()
            .next()
            .map(|(manifest, bodies)| (manifest.clone(), bodies.clone()));
        held.clients.insert(stranger.clone(), some.unwrap());
    }
    set(&mut session, Some("acme"), "console", "off");
    let report = sync(&mut session, &fake);
    assert_eq!(
        states(&report),
        [("acme", "withdrawn"), ("beta", "in-step")]
    );
    assert_eq!(report.clients[0].difference.removed.len(), 5);
    assert!(fake.held().clients.contains_key(&stranger));
    assert_eq!(fake.held().clients.len(), 2);
    assert_eq!(states(&sync(&mut session, &fake)), [("beta", "in-step")]);
    let named = run(
        &mut session,
        &fake.connection(),
        Some("acme"),
        false,
        &mut |_| (),
    )
    .unwrap();
    assert_eq!(states(&named), [("acme", "off")]);
    set(&mut session, Some("acme"), "console", "on");
    assert_eq!(
        states(&sync(&mut session, &fake)),
        [("acme", "pushed"), ("beta", "in-step")]
    );
}

#[test]
fn a_push_that_was_cut_goes_on_where_it_was() {
    let (mut session, fake) = (sample().session, Fake::start());
    for _ in 0..4 {
        fake.fault("PUT chunks", Fault::Reset);
    }
    let cut = sync(&mut session, &fake);
    assert!(matches!(
        failure(&cut, "acme"),
        SyncError::Unreachable { .. }
    ));
    assert_eq!(
        states(&cut)[1],
        ("beta", "failed"),
        "nobody else is tried over a broken line"
    );
    assert!(fake.held().clients.is_empty());
    assert_eq!(
        states(&sync(&mut session, &fake)),
        [("acme", "pushed"), ("beta", "pushed")]
    );
}

#[test]
fn a_commit_whose_answer_was_lost_is_known_as_ours() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    edit_entry(&mut session, |work| work.seconds = Seconds(3600));
    // It is offered and sent; then it is committed, and every answer to that is lost.
    fake.fault("PUT manifest", Fault::Pass);
    for _ in 0..4 {
        fake.fault("PUT manifest", Fault::Mute);
    }
    let lost = sync(&mut session, &fake);
    assert!(matches!(
        failure(&lost, "acme"),
        SyncError::Unreachable { .. }
    ));
    let acme = id(&mut session, Noun::Client, 1);
    assert_eq!(fake.held().clients[&acme].0.revision, 2);
    edit_entry(&mut session, |work| work.seconds = Seconds(1800));
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "pushed"));
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "in-step"));
}

#[test]
fn an_old_copy_of_the_store_overwrites_nothing() {
    let (
        Sample {
            mut session,
            folder,
        },
        fake,
    ) = (sample(), Fake::start());
    sync(&mut session, &fake);
    session.store.backup(&folder.path().join("old.db")).unwrap();
    edit_entry(&mut session, |work| work.seconds = Seconds(3600));
    sync(&mut session, &fake);
    let held = fake.held().clients.clone();
    let mut old = sample::open(folder.path(), "old.db");
    edit_entry(&mut old, |work| work.seconds = Seconds(60));
    set(&mut old, Some("beta"), "welcome", "hello");
    let report = sync(&mut old, &fake);
    assert!(matches!(
        failure(&report, "acme"),
        SyncError::Stale {
            ours: 1,
            theirs: 2,
            ..
        }
    ));
    assert_eq!(
        states(&report)[1],
        ("beta", "pushed"),
        "each client for itself"
    );
    let acme = id(&mut old, Noun::Client, 1);
    assert_eq!(fake.held().clients[&acme], held[&acme]);
}

#[test]
fn one_that_was_quicker_is_not_overwritten_and_nothing_is_noted() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    let before = pushed(&session);
    edit_entry(&mut session, |work| work.seconds = Seconds(3600));
    fake.fault(
        "PUT manifest",
        Fault::problem(409, "stale_revision", "newer"),
    );
    assert!(matches!(
        failure(&sync(&mut session, &fake), "acme"),
        SyncError::Stale { .. }
    ));
    assert_eq!(pushed(&session), before);
}

#[test]
fn a_client_that_is_refused_stops_no_other() {
    let (mut session, fake) = (sample().session, Fake::start());
    fake.fault(
        "PUT manifest",
        Fault::problem(403, "limit", "one client only"),
    );
    let report = sync(&mut session, &fake);
    assert_eq!(
        failure(&report, "acme"),
        SyncError::Limit {
            message: "one client only".to_owned()
        }
    );
    assert_eq!(states(&report)[1], ("beta", "pushed"));
    assert_eq!(pushed(&session)[0], None);
}

#[test]
fn nothing_happens_without_a_portal_or_a_token() {
    let (mut session, fake) = (sample().session, Fake::start());
    let mut connection = fake.connection();
    connection.token = crate::values::id::Token::random().unwrap();
    let refused = run(&mut session, &connection, None, false, &mut |_| ()).unwrap_err();
    assert!(matches!(refused, Error::Sync(SyncError::TokenRefused)));
    drop(fake);
    let gone = run(&mut session, &connection, None, false, &mut |_| ()).unwrap_err();
    assert!(matches!(gone, Error::Sync(SyncError::Unreachable { .. })));
    assert_eq!(pushed(&session), [None, None]);
}

fn event(number: u64, client: &PublicId, user: Option<PublicId>, kind: EventKind) -> Event {
    let at = DateTime::from_timestamp(1_795_000_000 + i64::try_from(number).unwrap(), 0).unwrap();
    Event {
        number,
        id: PublicId::random().unwrap(),
        at,
        client: client.clone(),
        user,
        kind,
    }
}

#[test]
fn events_come_in_once_and_those_of_strangers_change_nothing() {
    let (mut session, fake) = (sample().session, Fake::start());
    let wanted = crate::app::invoice::Wanted {
        client: "acme".to_owned(),
        days: crate::values::period::Span::all(),
        grouping: crate::domain::invoice::Grouping::Project,
        work: true,
        items: Vec::new(),
        terms: crate::app::invoice::Terms::default(),
        date: None,
    };
    let invoice = crate::app::invoice::create(&mut session, &wanted)
        .unwrap()
        .invoice;
    let number = invoice.number.clone().unwrap();
    let (acme, beta) = (
        id(&mut session, Noun::Client, 1),
        id(&mut session, Noun::Client, 2),
    );
    let jo = Some(id(&mut session, Noun::User, 1));
    let view = || EventKind::InvoiceViewed {
        invoice: number.clone(),
    };
    // Events are of those who are there.
    sync(&mut session, &fake);
    fake.held().events = vec![
        event(1, &acme, jo.clone(), EventKind::InvitationAccepted),
        event(2, &acme, jo.clone(), EventKind::SignedIn),
        event(3, &acme, jo.clone(), view()),
        event(4, &acme, jo.clone(), view()),
        event(5, &acme, jo.clone(), EventKind::SignedIn),
        // Another client's user, another client's invoice, and nobody known.
        event(6, &beta, jo.clone(), EventKind::SignedIn),
        event(7, &beta, jo.clone(), view()),
        event(8, &PublicId::from_bytes([1; 16]), None, EventKind::SignedIn),
    ];
    let dry = run(&mut session, &fake.connection(), None, true, &mut |_| ()).unwrap();
    assert_eq!(dry.events, 8);
    let report = sync(&mut session, &fake);
    assert_eq!(report.events, 8);
    let look = |session: &Session| {
        let ask = |books: &Books<'_>| {
            let users = books.users(None)?;
            let invoice = books.invoice(&number)?.unwrap();
            Ok((users, invoice.viewed, books.event_place()?.cursor))
        };
        session
            .store
            .read::<_, crate::store::StoreError>(ask)
            .unwrap()
    };
    let (users, viewed, cursor) = look(&session);
    let at = |number| Some(event(number, &acme, None, EventKind::SignedIn).at);
    assert_eq!((users[0].accepted, users[0].last_sign_in), (at(1), at(5)));
    assert_eq!((users[1].accepted, users[1].last_sign_in), (None, None));
    assert_eq!((viewed, cursor), (at(3), 8));
    // All of it was published in the same run.
    let again = sync(&mut session, &fake);
    assert_eq!(
        (again.events, states(&again)),
        (0, vec![("acme", "in-step"), ("beta", "in-step")])
    );
    let body = fake.held().clients[&acme]
        .1
        .values()
        .map(|body| String::from_utf8_lossy(body).into_owned())
        .collect::<String>();
    assert!(body.contains("\"state\":\"viewed\"") && body.contains("\"invitation\":null"));
    // Another portal counts from the beginning; what is known stays as it is.
    fake.held().epoch = "another".to_owned();
    fake.held().events = vec![event(1, &acme, jo, EventKind::SignedIn)];
    let rebuilt = sync(&mut session, &fake);
    assert_eq!(
        (rebuilt.events, rebuilt.restarted),
        (1, Some(Restart::Rebuilt))
    );
    let (users, viewed, cursor) = look(&session);
    assert_eq!((users[0].last_sign_in, viewed, cursor), (at(5), at(3), 1));
}

#[test]
fn each_store_has_ids_of_its_own() {
    let (mut one, mut other) = (sample(), sample());
    assert_ne!(
        id(&mut one.session, Noun::Client, 1),
        id(&mut other.session, Noun::Client, 1)
    );
}

fn dry(session: &mut Session, fake: &Fake) -> Report {
    run(session, &fake.connection(), None, true, &mut |_| ()).unwrap()
}

/// What would be told of a client: section, name, and what reads otherwise.
fn told(report: &Report, place: usize) -> Vec<String> {
    let changes = report.clients[place].seen.changes.iter();
    changes
        .map(|change| {
            let fields: Vec<&str> = change
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            let name = change.name.as_deref().unwrap_or_default();
            let (how, section) = (change.how.word(), change.section.word());
            format!("{how} {section} {name} {}", fields.join(","))
        })
        .collect()
}

#[test]
fn a_dry_run_tells_what_the_client_would_notice_and_fetches_only_what_differs() {
    let (mut session, fake) = (sample().session, Fake::start());
    let first = dry(&mut session, &fake);
    let acme = &first.clients[0].seen;
    assert!(acme.changes.is_empty(), "all of it is new");
    let counted: Vec<_> = acme
        .summary
        .iter()
        .map(|one| (one.section.word(), one.how.word(), one.count))
        .collect();
    for expected in [
        ("entry", "added", 1),
        ("user", "added", 1),
        ("project", "added", 1),
    ] {
        assert!(counted.contains(&expected), "{counted:?}");
    }
    sync(&mut session, &fake);
    edit_entry(&mut session, |work| {
        work.note = Some(sample::line("Layout and wording"))
    });
    fake.requests();
    let report = dry(&mut session, &fake);
    assert_eq!(told(&report, 0), ["changed entry Website description"]);
    assert_eq!(
        fake.requests(),
        ["GET status", "GET manifest", "GET chunk"],
        "one part differs"
    );
    edit_entry(&mut session, |work| work.seconds = Seconds(10_800));
    set(&mut session, Some("acme"), "team", "anonymous");
    let lines = told(&dry(&mut session, &fake), 0);
    assert!(
        lines.contains(&"changed entry Website time,description,member".to_owned()),
        "{lines:#?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("changed project Website hours,")),
        "{lines:#?}"
    );
    set(&mut session, Some("acme"), "console", "off");
    let leaving = dry(&mut session, &fake);
    assert_eq!(states(&leaving)[0], ("acme", "would-withdraw"));
    assert!(leaving.clients[0].seen.changes.is_empty());
    let gone = leaving.clients[0].seen.summary.iter();
    assert!(gone.clone().any(|one| one.section.word() == "entry"));
    assert!(gone.clone().all(|one| one.how.word() == "removed"));
    assert_eq!(fake.held().clients.len(), 2);
}

/// A store, a copy of it from before, and the portal to which the store has pushed a change since.
fn overtaken() -> (Sample, Session, Fake) {
    let (mut sample, fake) = (sample(), Fake::start());
    let session = &mut sample.session;
    sync(session, &fake);
    let folder = sample.folder.path();
    session.store.backup(&folder.join("old.db")).unwrap();
    edit_entry(session, |work| work.seconds = Seconds(3_600));
    sync(session, &fake);
    let old = sample::open(folder, "old.db");
    (sample, old, fake)
}

#[test]
fn an_old_copy_is_shown_what_it_would_overwrite_and_does_so_only_when_told() {
    let (mut sample, mut old, fake) = overtaken();
    let session = &mut sample.session;
    let report = dry(&mut old, &fake);
    assert_eq!(states(&report), [("acme", "stale"), ("beta", "in-step")]);
    let lines = told(&report, 0);
    assert!(
        lines.contains(&"changed entry Website time".to_owned()),
        "{lines:#?}"
    );
    let forced = overwrite(&mut old, &fake.connection(), "acme", &mut |_| ()).unwrap();
    assert_eq!(states(&forced), [("acme", "pushed")]);
    assert_eq!(
        states(&sync(&mut old, &fake)),
        [("acme", "in-step"), ("beta", "in-step")]
    );
    // Now the other one is the old one, and is told so.
    assert!(matches!(
        failure(&sync(session, &fake), "acme"),
        SyncError::Stale {
            ours: 2,
            theirs: 3,
            ..
        }
    ));
}

#[test]
fn parts_that_wait_for_their_commit_are_not_sent_again() {
    let (mut session, fake) = (sample().session, Fake::start());
    // All parts of the first client arrive, and the line is cut before the answer.
    for _ in 0..4 {
        fake.fault("PUT chunks", Fault::Mute);
    }
    let acme = |session: &mut Session| {
        let connection = fake.connection();
        run(session, &connection, Some("acme"), false, &mut |_| ()).unwrap()
    };
    assert_eq!(states(&acme(&mut session)), [("acme", "failed")]);
    fake.requests();
    let done = acme(&mut session);
    assert_eq!(states(&done), [("acme", "pushed")]);
    assert_eq!(done.clients[0].difference.added.len(), 5);
    assert_eq!(fake.requests(), ["GET status", "PUT manifest"]);
}

#[test]
fn the_bytes_on_the_wire_follow_the_change() {
    let (mut session, fake) = (sample().session, Fake::start());
    // Five years of work of one client.
    session
        .write(|books| {
            let work = books
                .listed_entry(crate::domain::key::EntryKey(1))?
                .unwrap();
            let mut work = work.entry.work;
            for month in 0..60 {
                for entry in 0..20 {
                    let (year, month) = (2021 + month / 12, month % 12 + 1);
                    work.day = sample::day(&format!("{year}-{month:02}-{:02}", entry % 28 + 1));
                    work.note = Some(sample::line(&format!("Work {entry} of month {month}")));
                    work.seconds = Seconds(900 + 60 * i64::from(entry));
                    books.add_entry(&work, None)?;
                }
            }
            Ok::<_, Error>(())
        })
        .unwrap();
    sync(&mut session, &fake);
    let wire = |fake: &Fake| {
        let mut held = fake.held();
        let sent: usize = held.seen.iter().map(|seen| seen.sent).sum();
        held.seen.clear();
        sent + std::mem::take(&mut held.answered)
    };
    let first = wire(&fake);
    sync(&mut session, &fake);
    let nothing = wire(&fake);
    assert!(
        nothing < 600,
        "{nothing} bytes for two clients and no change"
    );
    edit_entry(&mut session, |work| {
        work.note = Some(sample::line("One word more"))
    });
    let report = sync(&mut session, &fake);
    assert_eq!(report.clients[0].difference.changed.len(), 1);
    let one = wire(&fake);
    assert!(one < 20_000, "{one} bytes for one entry, {first} for all");
}

#[test]
fn the_next_day_is_pushed_though_nobody_did_anything() {
    let (
        Sample {
            mut session,
            folder,
        },
        fake,
    ) = (sample(), Fake::start());
    sync(&mut session, &fake);
    drop(session);
    let setting = crate::app::Setting {
        now: "2026-11-21T23:30:00Z".parse().unwrap(),
        as_of: None,
        zone: chrono_tz::Tz::Europe__Berlin,
        who: "owner".to_owned(),
        command: "test".to_owned(),
    };
    let mut session = Session::open(&folder.path().join("books.db"), &setting).unwrap();
    let stands = |session: &mut Session| -> Vec<&'static str> {
        let portal = fake.connection().portal().unwrap();
        let all = standing(session, &portal).unwrap().clients;
        all.iter().map(|client| client.stand.word()).collect()
    };
    assert_eq!(stands(&mut session), ["dated", "dated"]);
    let lines = told(&dry(&mut session, &fake), 0);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("changed console"), "{lines:?}");
    let report = sync(&mut session, &fake);
    assert_eq!(states(&report), [("acme", "pushed"), ("beta", "pushed")]);
    assert_eq!(stands(&mut session), ["in-step", "in-step"]);
}

#[test]
fn it_is_known_here_what_waits_and_there_what_is_newer() {
    let (
        Sample {
            mut session,
            folder,
        },
        fake,
    ) = (sample(), Fake::start());
    let portal = fake.connection().portal().unwrap();
    let look = |session: &mut Session| standing(session, &portal).unwrap();
    let stands = |standing: &Standing| -> Vec<(&'static str, u64)> {
        let clients = standing.clients.iter();
        clients
            .map(|client| (client.stand.word(), client.operations))
            .collect()
    };
    let fresh = look(&mut session);
    assert_eq!(stands(&fresh), [("never-pushed", 0), ("never-pushed", 0)]);
    assert!(!fresh.is_in_step() && fresh.last.is_none());
    sync(&mut session, &fake);
    let done = look(&mut session);
    assert!(done.is_in_step());
    assert!(done.last.unwrap().is_good());
    session.store.backup(&folder.path().join("old.db")).unwrap();
    edit_entry(&mut session, |work| work.seconds = Seconds(3_600));
    edit_entry(&mut session, |work| work.seconds = Seconds(1_800));
    set(&mut session, Some("beta"), "console", "off");
    let changed = look(&mut session);
    assert_eq!(stands(&changed), [("changed", 2), ("leaving", 1)]);
    sync(&mut session, &fake);
    let mut now = look(&mut session);
    assert_eq!(stands(&now), [("in-step", 0)]);
    let status = fake.connection().status().unwrap();
    assert_eq!(now.compare(&mut session, &status).unwrap(), 0);
    assert_eq!(now.clients[0].there, Some(There::Same));
    let mut old = sample::open(folder.path(), "old.db");
    let mut behind = look(&mut old);
    assert!(behind.clients.iter().all(|one| one.stand == Stand::InStep));
    behind.compare(&mut old, &status).unwrap();
    let there: Vec<_> = behind.clients.iter().map(|one| one.there).collect();
    assert_eq!(there, [Some(There::Newer), Some(There::Missing)]);
    assert!(!behind.is_in_step());
    // What a killed sync noted before the portal had it is not taken for done.
    let kept = pushed(&session)[0].clone().unwrap();
    let begun = Pushed {
        open: true,
        ..kept.clone()
    };
    session.store.note_pushed(ClientKey(1), &begun).unwrap();
    let open = look(&mut session);
    assert_eq!(open.clients[0].stand, Stand::Unfinished);
    assert!(!open.is_in_step());
    session.store.note_pushed(ClientKey(1), &kept).unwrap();
    let turn = session.store.turn(Duration::ZERO).unwrap();
    let running = look(&mut session);
    assert!(running.running && !running.is_in_step());
    drop(turn);
    // A failure is kept until it is mended.
    fake.fault(
        "PUT manifest",
        Fault::problem(403, "limit", "one client only"),
    );
    edit_entry(&mut session, |work| work.seconds = Seconds(60));
    sync(&mut session, &fake);
    let failed = look(&mut session);
    assert_eq!(
        failed.last.as_ref().unwrap().clients,
        [("acme".to_owned(), "one client only".to_owned())]
    );
    assert!(!failed.is_in_step());
    let mut single = |client: &str| {
        let connection = fake.connection();
        run(&mut session, &connection, Some(client), false, &mut |_| ())
    };
    assert!(single("nobody").is_err());
    single("beta").unwrap();
    single("acme").unwrap();
    assert!(look(&mut session).is_in_step());
}

#[test]
fn a_portal_can_be_left_without_a_trace_and_strangers_stay() {
    let (mut session, fake, new) = (sample().session, Fake::start(), Fake::start());
    new.held().epoch = "new".to_owned();
    sync(&mut session, &fake);
    let stranger = PublicId::from_bytes([3; 16]);
    {
        let mut held = fake.held();
        let some = held.clients.values().next().cloned().unwrap();
        held.clients.insert(stranger.clone(), some);
    }
    // Connected to the new one: all of it goes there, under revisions that go on.
    session.store.forget_events().unwrap();
    assert_eq!(
        states(&sync(&mut session, &new)),
        [("acme", "pushed"), ("beta", "pushed")]
    );
    let old = fake.connection();
    assert_eq!(held(&mut session, &old, &[]).unwrap(), ["acme", "beta"]);
    let only = withdraw(&mut session, &old, &["beta".to_owned()]).unwrap();
    assert!(only.len() == 1 && only[0].removed);
    withdraw(&mut session, &old, &[]).unwrap();
    assert_eq!(fake.held().clients.keys().collect::<Vec<_>>(), [&stranger]);
    // The new one is untouched, and in step.
    let again = sync(&mut session, &new);
    assert_eq!(states(&again), [("acme", "in-step"), ("beta", "in-step")]);
    assert_eq!(again.restarted, None);
    let back = withdraw(&mut session, &new.connection(), &[]).unwrap();
    assert_eq!(back.len(), 2);
    assert!(new.held().clients.is_empty());
    assert_eq!(
        states(&sync(&mut session, &new)),
        [("acme", "pushed"), ("beta", "pushed")],
        "what keeps its console comes back"
    );
}

#[test]
fn a_second_sync_of_the_same_store_waits_for_the_first() {
    let (
        Sample {
            mut session,
            folder,
        },
        fake,
    ) = (sample(), Fake::start());
    let turn = session.store.turn(std::time::Duration::ZERO).unwrap();
    let mut second = sample::open(folder.path(), "books.db");
    let connection = fake.connection();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| {
            run(&mut second, &connection, None, false, &mut |step| {
                if matches!(step, Progress::Waiting) {
                    tell.send(()).unwrap();
                }
            })
            .unwrap()
        });
        told.recv().unwrap();
        assert!(fake.requests().is_empty());
        drop(turn);
        assert_eq!(
            states(&waits.join().unwrap()),
            [("acme", "pushed"), ("beta", "pushed")]
        );
    });
    assert_eq!(
        states(&sync(&mut session, &fake)),
        [("acme", "in-step"), ("beta", "in-step")]
    );
}

/// Users of acme who are in.
fn who_is_in(session: &Session) -> Vec<String> {
    let ask = |books: &Books<'_>| books.users(Some(ClientKey(1)));
    let users = session.store.read::<_, crate::store::StoreError>(ask);
    let users = users.unwrap().into_iter().filter(|user| user.is_in());
    users.map(|user| user.email.to_string()).collect()
}

/// A store that is on a portal, at which a user of acme has come in.
fn with_jo() -> (Sample, Fake) {
    let (mut sample, fake) = (sample(), Fake::start());
    fake.held().epoch = "one".to_owned();
    let session = &mut sample.session;
    sync(session, &fake);
    let (acme, jo) = (id(session, Noun::Client, 1), id(session, Noun::User, 1));
    let came = event(1, &acme, Some(jo), EventKind::InvitationAccepted);
    fake.held().events = vec![came];
    sync(session, &fake);
    assert_eq!(who_is_in(session).len(), 1);
    (sample, fake)
}

#[test]
fn a_push_of_unknown_end_stays_open_until_somebody_saw_how_it_ended() {
    let (
        Sample {
            mut session,
            folder: _folder,
        },
        fake,
    ) = (sample(), Fake::start());
    sync(&mut session, &fake);
    let portal = fake.connection().portal().unwrap();
    let stand = |session: &mut Session| {
        let standing = standing(session, &portal).unwrap();
        standing.clients[0].stand
    };
    let only = |session: &mut Session, client: &str| {
        run(
            session,
            &fake.connection(),
            Some(client),
            false,
            &mut |_| (),
        )
        .unwrap()
    };
    let cut_off = |session: &mut Session, seconds| {
        edit_entry(session, |work| work.seconds = Seconds(seconds));
        for _ in 0..4 {
            fake.fault("PUT manifest", Fault::Reset);
        }
        assert_eq!(states(&only(session, "acme")), [("acme", "failed")]);
        assert_eq!(stand(session), Stand::Unfinished);
    };
    cut_off(&mut session, 3600);
    // Another client says nothing of it, nor does a portal that cannot be reached.
    assert_eq!(states(&only(&mut session, "beta")), [("beta", "in-step")]);
    assert_eq!(stand(&mut session), Stand::Unfinished);
    for _ in 0..4 {
        fake.fault("GET status", Fault::Reset);
    }
    assert!(run(&mut session, &fake.connection(), None, false, &mut |_| ()).is_err());
    assert_eq!(stand(&mut session), Stand::Unfinished);
    let last = LastSync::read(session.store.path()).unwrap();
    assert_eq!(last.clients.len(), 1, "why acme failed is not forgotten");
    assert!(last.failure.is_some());
    sync(&mut session, &fake);
    assert_eq!(stand(&mut session), Stand::InStep);
    // One that was committed, though nobody was told: the portal is asked.
    edit_entry(&mut session, |work| work.seconds = Seconds(1800));
    fake.fault("PUT manifest", Fault::Pass);
    for _ in 0..4 {
        fake.fault("PUT manifest", Fault::Mute);
    }
    only(&mut session, "acme");
    assert_eq!(stand(&mut session), Stand::Unfinished);
    let mut asked = standing(&mut session, &portal).unwrap();
    let status = fake.connection().status().unwrap();
    asked.compare(&mut session, &status).unwrap();
    assert_eq!(asked.clients[0].stand, Stand::InStep);
    note_seen(&mut session, &asked).unwrap();
    assert_eq!(stand(&mut session), Stand::InStep);
}

#[test]
fn of_a_client_that_left_nobody_is_in_whenever_they_were_there_last() {
    let (mut sample, fake) = with_jo();
    let session = &mut sample.session;
    let (acme, jo) = (id(session, Noun::Client, 1), id(session, Noun::User, 1));
    // While it is taken off, and once more when all of that is read already.
    let late = event(2, &acme, Some(jo.clone()), EventKind::SignedIn);
    fake.held().last_words = vec![late];
    set(session, Some("acme"), "console", "off");
    let report = sync(session, &fake);
    assert_eq!(states(&report)[0], ("acme", "withdrawn"));
    assert_eq!(report.clients[0].left.len(), 1);
    assert_eq!(who_is_in(session), Vec::<String>::new());
    let ask = |books: &Books<'_>| books.event_place();
    let place = session.store.read::<_, crate::store::StoreError>(ask);
    assert_eq!(place.unwrap().cursor, 2, "it is here, and kept");
    let later = event(3, &acme, Some(jo.clone()), EventKind::SignedIn);
    fake.held().events.push(later);
    assert_eq!(sync(session, &fake).events, 1);
    assert_eq!(who_is_in(session), Vec::<String>::new());
    // Back again, and invited again.
    set(session, Some("acme"), "console", "on");
    sync(session, &fake);
    let back = event(4, &acme, Some(jo), EventKind::InvitationAccepted);
    fake.held().events.push(back);
    sync(session, &fake);
    assert_eq!(who_is_in(session).len(), 1);
    assert_eq!(session.store.check().unwrap().findings, []);
}

#[test]
fn what_a_portal_has_forgotten_is_read_and_passed_over() {
    let (mut session, fake) = (sample().session, Fake::start());
    let nobody = PublicId::from_bytes([0; 16]);
    fake.held().epoch = "one".to_owned();
    fake.held().events = vec![event(1, &nobody, None, EventKind::Forgotten)];
    let report = sync(&mut session, &fake);
    assert_eq!((report.events, report.aside), (1, 0));
    assert_eq!(sync(&mut session, &fake).events, 0);
}

#[test]
fn users_of_one_portal_are_none_of_another() {
    let (mut sample, old) = with_jo();
    let session = &mut sample.session;
    let new = Fake::start();
    new.held().epoch = "two".to_owned();
    // Connected, and nothing is sent yet: they are in where they were.
    session.store.forget_events().unwrap();
    for _ in 0..4 {
        new.fault("PUT chunks", Fault::Reset);
    }
    let cut = sync(session, &new);
    assert_eq!(states(&cut)[0], ("acme", "failed"));
    assert_eq!(who_is_in(session).len(), 1);
    let report = sync(session, &new);
    assert_eq!(states(&report)[0], ("acme", "pushed"));
    assert_eq!(report.clients[0].left.len(), 1);
    assert_eq!(report.restarted, None);
    assert_eq!(who_is_in(session), Vec::<String>::new());
    let portal = new.connection().portal().unwrap();
    assert!(standing(session, &portal).unwrap().is_in_step());
    let again = sync(session, &new);
    assert_eq!(states(&again)[0], ("acme", "in-step"));
    assert_eq!(again.clients[0].left, Vec::<String>::new());
    // What they did at the old one since is no coming in at the new one.
    let (acme, jo) = (id(session, Noun::Client, 1), id(session, Noun::User, 1));
    let there = event(2, &acme, Some(jo.clone()), EventKind::SignedIn);
    old.held().events.push(there);
    withdraw(session, &old.connection(), &[]).unwrap();
    assert_eq!(who_is_in(session), Vec::<String>::new());
    // At the new one it is, and stays.
    let here = event(1, &acme, Some(jo), EventKind::InvitationAccepted);
    new.held().events.push(here);
    sync(session, &new);
    assert_eq!(who_is_in(session).len(), 1);
    edit_entry(session, |work| work.seconds = Seconds(3600));
    sync(session, &new);
    assert_eq!(who_is_in(session).len(), 1);
}

#[test]
fn whoever_came_to_a_new_portal_before_its_first_push_was_known_to_be_done_is_in() {
    let (mut sample, _old) = with_jo();
    let session = &mut sample.session;
    let new = Fake::start();
    new.held().epoch = "two".to_owned();
    session.store.forget_events().unwrap();
    // It is committed, and this machine hears nothing of it.
    new.fault("PUT manifest", Fault::Pass);
    for _ in 0..4 {
        new.fault("PUT manifest", Fault::Mute);
    }
    let lost = sync(session, &new);
    assert_eq!(states(&lost)[0], ("acme", "failed"));
    let (acme, jo) = (id(session, Noun::Client, 1), id(session, Noun::User, 1));
    let came = event(1, &acme, Some(jo), EventKind::InvitationAccepted);
    new.held().events.push(came.clone());
    let next = sync(session, &new);
    assert_eq!(
        next.clients[0].left.len(),
        1,
        "with what was good elsewhere"
    );
    let ask = |books: &Books<'_>| books.users(Some(ClientKey(1)));
    let users = session.store.read::<_, crate::store::StoreError>(ask);
    assert_eq!(users.unwrap()[0].accepted, Some(came.at));
}

#[test]
fn an_old_copy_takes_nothing_off_that_is_newer_unless_it_is_told_to() {
    let (_sample, mut old, fake) = overtaken();
    set(&mut old, Some("acme"), "console", "off");
    assert_eq!(states(&dry(&mut old, &fake))[0], ("acme", "stale"));
    let refused = failure(&sync(&mut old, &fake), "acme");
    let expected = SyncError::Stale {
        client: "acme".to_owned(),
        ours: 1,
        theirs: 2,
    };
    assert_eq!(refused, expected);
    assert_eq!(fake.held().clients.len(), 2);
    let forced = overwrite(&mut old, &fake.connection(), "acme", &mut |_| ()).unwrap();
    assert_eq!(states(&forced), [("acme", "withdrawn")]);
    assert_eq!(fake.held().clients.len(), 1);
}

#[test]
fn what_arrives_late_neither_takes_a_client_off_again_nor_brings_it_back() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    let acme = id(&mut session, Noun::Client, 1);
    let before = fake.held().clients[&acme].clone();
    set(&mut session, Some("acme"), "console", "off");
    sync(&mut session, &fake);
    // A push of before, that was held back on its way.
    fake.held().clients.insert(acme.clone(), before);
    let report = sync(&mut session, &fake);
    assert_eq!(states(&report)[0], ("acme", "withdrawn"));
    assert!(!fake.held().clients.contains_key(&acme));
    assert_eq!(states(&sync(&mut session, &fake)), [("beta", "in-step")]);
    // A removal of before, when it is there again.
    set(&mut session, Some("acme"), "console", "on");
    sync(&mut session, &fake);
    assert!(fake.held().clients[&acme].0.revision >= 2);
    let peer = Peer::connect(&fake.connection()).unwrap();
    assert!(peer.remove(&acme, 1, 0).is_err());
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "in-step"));
}

#[test]
fn a_dry_run_tells_for_whom_the_plan_has_no_room() {
    let (mut session, fake) = (sample().session, Fake::start());
    fake.held().limit = Some(1);
    let would = dry(&mut session, &fake);
    assert_eq!(
        states(&would),
        [("acme", "would-push"), ("beta", "over-limit")]
    );
    let State::OverLimit(told) = &would.clients[1].state else {
        unreachable!()
    };
    let real = sync(&mut session, &fake);
    assert_eq!(&failure(&real, "beta"), told);
    // What leaves makes room, for those after it.
    set(&mut session, Some("acme"), "console", "off");
    assert_eq!(
        states(&dry(&mut session, &fake)),
        [("acme", "would-withdraw"), ("beta", "would-push")]
    );
    assert_eq!(states(&sync(&mut session, &fake))[1], ("beta", "pushed"));
    // One that is there already needs none.
    fake.held().limit = Some(0);
    edit_entry(&mut session, |work| work.seconds = Seconds(60));
    set(&mut session, Some("beta"), "welcome", "hello");
    assert_eq!(states(&dry(&mut session, &fake)), [("beta", "would-push")]);
}

#[test]
fn a_portal_that_was_never_used_was_not_made_anew() {
    let (mut session, one, other) = (sample().session, Fake::start(), Fake::start());
    one.held().epoch = "one".to_owned();
    other.held().epoch = "two".to_owned();
    sync(&mut session, &one);
    assert_eq!(sync(&mut session, &other).restarted, None);
    other.held().epoch = "three".to_owned();
    let again = sync(&mut session, &other);
    assert_eq!(again.restarted, Some(Restart::Rebuilt));
}

#[test]
fn what_an_old_copy_knows_nothing_of_is_seen_at_the_portal_and_taken_off_when_told_to() {
    let (
        Sample {
            mut session,
            folder,
        },
        fake,
    ) = (sample(), Fake::start());
    set(&mut session, Some("beta"), "console", "off");
    sync(&mut session, &fake);
    session.store.backup(&folder.path().join("old.db")).unwrap();
    set(&mut session, Some("beta"), "console", "on");
    sync(&mut session, &fake);
    let mut old = sample::open(folder.path(), "old.db");
    let refused = SyncError::Stale {
        client: "beta".to_owned(),
        ours: 0,
        theirs: 1,
    };
    let stale = [("acme", "in-step"), ("beta", "stale")];
    assert_eq!(states(&dry(&mut old, &fake)), stale);
    assert_eq!(failure(&sync(&mut old, &fake), "beta"), refused);
    let portal = fake.connection().portal().unwrap();
    let mut standing = standing(&mut old, &portal).unwrap();
    let status = fake.connection().status().unwrap();
    assert_eq!(standing.compare(&mut old, &status).unwrap(), 0);
    let beta = standing.clients.last().unwrap();
    assert_eq!(
        (beta.slug.as_str(), beta.stand, beta.there),
        ("beta", Stand::Leaving, Some(There::Newer))
    );
    assert!(!standing.is_in_step());
    let forced = overwrite(&mut old, &fake.connection(), "beta", &mut |_| ()).unwrap();
    assert_eq!(states(&forced), [("beta", "withdrawn")]);
    assert_eq!(fake.held().clients.len(), 1);
    assert_eq!(states(&sync(&mut old, &fake)), [("acme", "in-step")]);
}

/// The portal's disk is full.
fn full(fake: &Fake, what: &str) {
    for _ in 0..4 {
        fake.fault(what, Fault::problem(500, "internal", "disk full"));
    }
}

#[test]
fn a_removal_that_did_not_happen_takes_nothing_off_when_it_arrives_at_last() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    let acme = id(&mut session, Noun::Client, 1);
    let peer = Peer::connect(&fake.connection()).unwrap();
    let in_step = [("acme", "in-step"), ("beta", "in-step")];
    // By a sync, or by a withdrawal; then it is wanted again, just as it is there.
    full(&fake, "DELETE");
    set(&mut session, Some("acme"), "console", "off");
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "failed"));
    set(&mut session, Some("acme"), "console", "on");
    assert_eq!(states(&sync(&mut session, &fake)), in_step);
    assert!(peer.remove(&acme, 1, 0).is_err());
    let before = fake.held().clients[&acme].0.revision;
    full(&fake, "DELETE");
    let only = ["acme".to_owned()];
    let done = withdraw(&mut session, &fake.connection(), &only).unwrap();
    assert!(!done[0].removed && done[0].failure.is_some());
    assert_eq!(states(&sync(&mut session, &fake)), in_step);
    assert!(peer.remove(&acme, before, 0).is_err());
    // That it moved on is known from then on, and costs nothing more.
    fake.requests();
    assert_eq!(states(&sync(&mut session, &fake)), in_step);
    assert_eq!(fake.requests(), ["GET status"]);
}

#[test]
fn a_push_that_was_given_up_changes_nothing_when_it_arrives_at_last() {
    let (mut session, fake) = (sample().session, Fake::start());
    set(&mut session, Some("acme"), "welcome", "hello");
    sync(&mut session, &fake);
    let acme = id(&mut session, Noun::Client, 1);
    let before = fake.held().clients[&acme].clone();
    set(&mut session, Some("acme"), "welcome", "good morning");
    fake.fault("PUT manifest", Fault::Pass);
    for _ in 0..4 {
        fake.fault("PUT manifest", Fault::Reset);
    }
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "failed"));
    let given_up = fake.held().seen.iter().rev().find_map(|seen| {
        let is_offer = seen.what == "PUT manifest";
        is_offer.then(|| serde_json::from_slice::<crate::published::protocol::Manifest>(&seen.body))
    });
    let given_up = given_up.unwrap().unwrap();
    set(&mut session, Some("acme"), "welcome", "hello");
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "in-step"));
    let peer = Peer::connect(&fake.connection()).unwrap();
    assert!(peer.offer(&acme, &given_up).is_err());
    assert_eq!(fake.held().clients[&acme].0.digest(), before.0.digest());
}

#[test]
fn a_removal_that_was_cut_off_is_finished() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    let (acme, beta) = (
        id(&mut session, Noun::Client, 1),
        id(&mut session, Noun::Client, 2),
    );
    let removals = |fake: &Fake| {
        let requests = fake.requests();
        requests.iter().filter(|what| *what == "DELETE").count()
    };
    // They are gone, and what their users did is not.
    fake.held().clients.remove(&acme);
    set(&mut session, Some("acme"), "console", "off");
    assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "withdrawn"));
    assert_eq!(removals(&fake), 1);
    fake.held().clients.remove(&beta);
    let only = ["beta".to_owned()];
    let done = withdraw(&mut session, &fake.connection(), &only).unwrap();
    assert!(!done[0].removed && done[0].failure.is_none());
    assert_eq!(removals(&fake), 1);
    withdraw(&mut session, &fake.connection(), &only).unwrap();
    assert_eq!(removals(&fake), 0, "it is done");
}

#[test]
fn a_store_that_is_busy_in_the_end_loses_no_report() {
    let (
        Sample {
            mut session,
            folder,
        },
        fake,
    ) = (sample(), Fake::start());
    let other = rusqlite::Connection::open(folder.path().join("books.db")).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER busy BEFORE UPDATE ON pushed BEGIN SELECT RAISE(ABORT, 'busy'); END",
        )
        .unwrap();
    let report = sync(&mut session, &fake);
    assert_eq!(states(&report), [("acme", "pushed"), ("beta", "pushed")]);
    other.execute_batch("DROP TRIGGER busy").unwrap();
    let again = sync(&mut session, &fake);
    assert_eq!(states(&again), [("acme", "in-step"), ("beta", "in-step")]);
    assert!(pushed(&session).into_iter().flatten().all(|one| !one.open));
}

#[test]
fn one_client_that_cannot_be_withdrawn_hides_nothing_of_the_others() {
    let (mut session, fake) = (sample().session, Fake::start());
    sync(&mut session, &fake);
    fake.fault("DELETE", Fault::problem(409, "stale_revision", "newer"));
    let done = withdraw(&mut session, &fake.connection(), &[]).unwrap();
    let told: Vec<_> = done
        .iter()
        .map(|one| (one.slug.as_str(), one.removed, one.failure.is_some()))
        .collect();
    assert_eq!(told, [("acme", false, true), ("beta", true, false)]);
    assert_eq!(fake.held().clients.len(), 1);
    let noted: Vec<_> = pushed(&session).iter().map(Option::is_some).collect();
    assert_eq!(noted, [true, false]);
}
