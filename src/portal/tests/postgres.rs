//! The store in PostgreSQL, with a real server: the contract, all tests of the portal once more, what happens when several
//! processes want the same at once, and how a database is opened.

use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};

use crate::published::protocol::{RawEvent, Role};
use crate::published::{About, Decision};
use crate::values::id::{PublicId, Token};

use super::super::audit::{Act, Action, Actor};
use super::super::store::talk::Outcome as Written;
use super::super::store::{
    Attempt, By, Change, Commit, Decided, Entrance, EntryFilter, InvoiceFile, InvoiceFilter,
    LinkOutcome, NewDecision, NewLink, NewMessage, NewReset, NewSession, Page, PortalStore, Proof,
    Staging, StoreError, contract,
};
use super::super::throttle::Counter;
use super::super::viewer::{AccountId, PersonId, Viewer};
use super::super::{Address, operator};
use super::database::{PASSWORD, Server};
use super::sample::{Sample, id, today};

/// Tasks that want the same at once, half of them through each of two pools.
const MANY: usize = 24;

/// The address of a new database, in a process that [`the_portal_is_the_same_over_postgresql`] started.
pub(super) fn chosen() -> Option<String> {
    Server::is_given().then(|| Server::shared().database())
}

/// Opens a store by its address.
pub(super) async fn open(address: &str) -> Arc<dyn PortalStore> {
    try_open(address).await.unwrap()
}

async fn try_open(address: &str) -> Result<Arc<dyn PortalStore>, StoreError> {
    let opened = Address::parse(address).unwrap().open().await?;
    Ok(opened.store)
}

/// A connection past the store.
async fn beside(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Whether a text is in any row of any table, as text or in bytes.
pub(super) async fn holds(address: &str, text: &[u8]) -> bool {
    let client = beside(address).await;
    let tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    let hex = data_encoding::HEXLOWER.encode(text);
    // What is no text is in bytes only.
    let text = std::str::from_utf8(text).unwrap_or(&hex);
    for row in client.query(tables, &[]).await.unwrap() {
        let table: String = row.get(0);
        let sql = format!(
            "SELECT 1 FROM {table} AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1"
        );
        if !client.query(&sql, &[&text, &hex]).await.unwrap().is_empty() {
            return true;
        }
    }
    false
}

/// Recipients and parameters of the mails of a kind.
pub(super) async fn mails(address: &str, kind: &str) -> Vec<(String, String)> {
    let sql = "SELECT recipient, params FROM mail WHERE kind = $1 ORDER BY id";
    let rows = beside(address).await.query(sql, &[&kind]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn keeps_the_contract() {
    contract::check(open(&Server::shared().database()).await.as_ref()).await;
}

/// Runs this program again: in that process every test of the portal has its store in PostgreSQL.
#[test]
fn the_portal_is_the_same_over_postgresql() {
    let (name, handle) = Server::shared().handle();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["portal::tests::", "--skip", "portal::tests::postgres::"])
        .env(name, handle)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(!told.contains("running 0 tests"), "{told}");
}

/// One database through two pools, as two server processes have it, and a client with a user.
struct Two {
    stores: [Arc<dyn PortalStore>; 2],
    address: String,
    now: DateTime<Utc>,
    account: AccountId,
}

impl Two {
    async fn new() -> Self {
        let address = Server::shared().database();
        let stores = [open(&address).await, open(&address).await];
        let now = today().and_hms_opt(12, 0, 0).unwrap().and_utc();
        operator::create_account(stores[0].as_ref(), "north", now)
            .await
            .unwrap();
        let account = stores[0].accounts().await.unwrap()[0].id;
        Self {
            stores,
            address,
            now,
            account,
        }
    }

    async fn stage(&self, sample: &Sample) {
        for chunk in sample.chunks() {
            let part = Staging {
                client: sample.id.clone(),
                parts: vec![(chunk.digest(), chunk.body)],
                limit: 100_000_000,
                stale: self.now - TimeDelta::hours(1),
            };
            let staged = self.stores[0].stage(self.account, part, self.now).await;
            assert!(staged.unwrap());
        }
    }

    async fn push(&self, sample: &Sample, revision: u64) {
        self.stage(sample).await;
        let (client, manifest) = (sample.id.clone(), sample.manifest(revision));
        let commit = self.stores[1].commit(self.account, client, manifest, self.now);
        assert_eq!(commit.await.unwrap(), Commit::Committed { revision });
    }

    fn session(&self, name: &str) -> NewSession {
        session(name, self.now)
    }

    /// Publishes a client with a user who is signed in.
    async fn viewer(&self) -> (Sample, Viewer) {
        let mut acme = Sample::new("acme", "Acme Corporation");
        let secret = acme.invite("ada@lovelace.example", Role::Full);
        self.push(&acme, 1).await;
        let accepted =
            self.stores[0].accept(secret.hash(), "phc".to_owned(), self.session("first"));
        accepted.await.unwrap().unwrap();
        let session = self.stores[1]
            .session("first".to_owned(), true, self.now)
            .await;
        let viewer = session.unwrap().unwrap().clients[0].viewer.clone();
        (acme, viewer)
    }

    /// Does the same many times at once, through both pools.
    async fn at_once<T: Send + 'static, F>(
        &self,
        what: impl Fn(Arc<dyn PortalStore>, usize) -> F,
    ) -> Vec<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut tasks = JoinSet::new();
        for number in 0..MANY {
            tasks.spawn(what(Arc::clone(&self.stores[number % 2]), number));
        }
        tasks.join_all().await
    }

    /// The person of the user that [`Self::viewer`] makes.
    async fn ada(&self) -> PersonId {
        let logins = self.stores[0].logins("ada@lovelace.example".to_owned());
        logins.await.unwrap()[0].person
    }

    async fn actions(&self, action: Action) -> usize {
        let lines = self.stores[0].audit(self.account.0, 0, 10_000).await;
        let of_it = |line: &&super::super::audit::Record| line.action == action.word();
        lines.unwrap().iter().filter(of_it).count()
    }

    /// Nothing is missing or double in the chains or among the events.
    async fn is_sound(&self) {
        self.stores[1].verify_audit().await.unwrap().unwrap();
        let events = self.stores[1].events(self.account, 0, 10_000).await;
        let numbers = events.unwrap().events.into_iter().map(|event| event.number);
        let numbers: Vec<u64> = numbers.collect();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u64));
    }
}

fn session(name: &str, now: DateTime<Utc>) -> NewSession {
    NewSession {
        token_hash: name.to_owned(),
        at: now,
        expires: now + TimeDelta::hours(12),
        origin: std::net::IpAddr::from([192, 0, 2, 1]),
        agent: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_one_chain_whoever_writes() {
    let two = Two::new().await;
    let (mut acme, viewer) = two.viewer().await;
    let invoice = acme.invoices[0].id.clone();
    let now = two.now;
    let views = two.at_once(|store, _| {
        let (viewer, invoice) = (viewer.clone(), invoice.clone());
        async move {
            let seen = store.view_invoice(&viewer, invoice.clone(), now).await;
            assert!(seen.unwrap().is_some());
            let file = store
                .fetch_file(&viewer, invoice, InvoiceFile::Document, now)
                .await;
            assert!(file.unwrap().is_some());
        }
    });
    // A sync and its users come in the middle of it.
    acme.invite("grace@hopper.example", Role::Work);
    acme.console.welcome = None;
    let (_, ()) = tokio::join!(views, two.push(&acme, 2));
    assert_eq!(two.actions(Action::InvoiceViewed).await, MANY);
    assert_eq!(two.actions(Action::FileDownloaded).await, MANY);
    assert_eq!(two.actions(Action::ClientPublished).await, 2);
    two.is_sound().await;
    // Of all those looks, one event: the first; of each file one.
    let events = two.stores[0].events(two.account, 0, 100).await.unwrap();
    let of = |word: &str| {
        let kinds = events.events.iter().filter_map(RawEvent::read);
        kinds.filter(|kind| kind.word() == word).count()
    };
    assert_eq!((of("invoice_viewed"), of("export_made")), (1, MANY));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_in_the_middle_leave_whole_changes() {
    let two = Two::new().await;
    let (acme, viewer) = two.viewer().await;
    let invoice = acme.invoices[0].id.clone();
    let now = two.now;
    let views = two.at_once(|store, _| {
        let (viewer, invoice) = (viewer.clone(), invoice.clone());
        async move {
            match store.view_invoice(&viewer, invoice, now).await {
                Ok(seen) => {
                    assert!(seen.is_some());
                    true
                }
                Err(error) => {
                    assert!(error.is_passing(), "{error}");
                    false
                }
            }
        }
    });
    let client = beside(&two.address).await;
    let cuts = async {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        for _ in 0..10 {
            client.query(cut, &[]).await.unwrap();
        }
    };
    let (views, ()) = tokio::join!(views, cuts);
    let answered = views.iter().filter(|seen| **seen).count();
    // Of one that was not answered nobody knows; one that was answered is written down, once.
    let written = two.actions(Action::InvoiceViewed).await;
    assert!((answered..=MANY).contains(&written), "{answered} {written}");
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_at_once_do_not_outrun_the_count() {
    let two = Two::new().await;
    let now = two.now;
    let counters = || {
        vec![
            Counter::for_address("192.0.2.7".parse().unwrap()),
            Counter::for_email("ada@lovelace.example"),
        ]
    };
    let attempts = two.at_once(|store, number| async move {
        let act = Act::new(Action::SignInBlocked, Actor::Unknown);
        let mut counters = counters();
        if number % 3 == 0 {
            counters.reverse();
        }
        store.attempt(counters, act, now).await.unwrap()
    });
    let attempts = attempts.await;
    let gone = attempts.iter().filter(|attempt| **attempt == Attempt::Go);
    assert_eq!(gone.count(), 5, "{attempts:?}");
    let until = now + TimeDelta::seconds(30);
    assert!(attempts.contains(&Attempt::Wait(until)));
    assert_eq!(two.stores[0].audit(0, 0, 100).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_and_an_invitation_let_one_in() {
    let two = Two::new().await;
    let now = two.now;
    let (mut acme, _) = two.viewer().await;
    let link = NewLink {
        account: "north".to_owned(),
        client: "acme".to_owned(),
        email_key: "ada@lovelace.example".to_owned(),
        token_hash: "link".to_owned(),
        expires: now + TimeDelta::minutes(10),
    };
    let made = two.stores[0].create_link(link, now).await.unwrap();
    assert_eq!(made, LinkOutcome::Created);
    let used = two.at_once(|store, number| async move {
        let session = session(&format!("link {number}"), now);
        store.use_link("link".to_owned(), session).await.unwrap()
    });
    assert_eq!(used.await.into_iter().flatten().count(), 1);
    assert_eq!(two.actions(Action::LinkUsed).await, 1);

    let secret = acme.invite("grace@hopper.example", Role::Work).hash();
    two.push(&acme, 2).await;
    let accepted = two.at_once(|store, number| {
        let secret = secret.clone();
        async move {
            let session = session(&format!("invitation {number}"), now);
            let password = format!("phc {number}");
            store.accept(secret, password, session).await.unwrap()
        }
    });
    assert_eq!(accepted.await.into_iter().flatten().count(), 1);
    let mut living = Vec::new();
    for number in 0..MANY {
        let name = format!("invitation {number}");
        if two.stores[0]
            .session(name, true, now)
            .await
            .unwrap()
            .is_some()
        {
            living.push(format!("phc {number}"));
        }
    }
    let logins = two.stores[1]
        .logins("grace@hopper.example".to_owned())
        .await;
    let passwords: Vec<_> = logins
        .unwrap()
        .into_iter()
        .map(|login| login.password)
        .collect();
    assert_eq!(
        living, passwords,
        "the session and the password are of the same one"
    );
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_many_times_at_once_is_written_once() {
    let two = Two::new().await;
    let (mut acme, viewer) = two.viewer().await;
    let now = two.now;
    let new = NewMessage {
        message: id("message"),
        thread: id("thread"),
        about: Some(About::Client),
        text: "Why?".to_owned(),
    };
    let written = two.at_once(|store, _| {
        let (viewer, new) = (viewer.clone(), new.clone());
        async move { store.write_message(&viewer, new, now).await.unwrap() }
    });
    // A sync comes in the middle of it.
    acme.console.welcome = None;
    let (written, ()) = tokio::join!(written, two.push(&acme, 2));
    assert_eq!(written, vec![Written::Done; MANY]);
    let said = two.stores[1].talk(&viewer).await.unwrap();
    assert_eq!(said.messages.len(), 1);
    assert_eq!(two.actions(Action::QuestionAsked).await, 1);
    two.is_sound().await;

    // Nor does anybody write more than is allowed by writing at once: one more each time than there is room for.
    let room = 30 - 1;
    for _ in 0..2 {
        let many = two.at_once(|store, _| {
            let new = NewMessage {
                message: PublicId::random().unwrap(),
                about: None,
                ..new.clone()
            };
            let viewer = viewer.clone();
            async move { store.write_message(&viewer, new, now).await.unwrap() }
        });
        many.await;
    }
    assert_eq!(two.actions(Action::QuestionAnswered).await, room);
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_once_whoever_answers_and_whatever_is_published_meanwhile() {
    let two = Two::new().await;
    let (mut acme, viewer) = two.viewer().await;
    let now = two.now;
    let request = acme.talk.requests[0].clone();
    let decided = two.at_once(|store, number| {
        let viewer = viewer.clone();
        let new = NewDecision {
            request: request.id.clone(),
            shown: request.digest().unwrap(),
            approved: number % 2 == 0,
            note: None,
        };
        async move { store.decide(&viewer, new, now).await.unwrap() }
    });
    // The account answers the same request by itself, at the same time.
    acme.talk.requests[0].answer = Some(Decision {
        approved: false,
        by: "Ada".to_owned(),
        at: now,
        note: None,
        taken_back: false,
        partly: false,
    });
    let (decided, ()) = tokio::join!(decided, two.push(&acme, 2));
    let done = decided.iter().filter(|one| **one == Decided::Done).count();
    let before = decided.iter().filter(|one| **one == Decided::Before);
    assert_eq!(done + before.count(), MANY, "{decided:?}");
    assert!(done <= 1, "{decided:?}");
    let told =
        two.actions(Action::RequestApproved).await + two.actions(Action::RequestDeclined).await;
    assert_eq!(told, done);
    let said = two.stores[0].talk(&viewer).await.unwrap();
    assert!(said.decisions.is_empty());
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_twice_ends_once() {
    let two = Two::new().await;
    let now = two.now;
    two.viewer().await;
    two.at_once(|store, _| async move {
        store.end_session("first".to_owned(), now).await.unwrap();
    })
    .await;
    assert_eq!(two.actions(Action::SignedOut).await, 1);
    let gone = two.stores[1].session("first".to_owned(), true, now).await;
    assert!(gone.unwrap().is_none());
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_recovery_codes_let_one_in() {
    let two = Two::new().await;
    let now = two.now;
    two.viewer().await;
    let person = two.ada().await;
    let added = Change::AddAuthenticator {
        secret: b"sealed".to_vec(),
        step: 100,
        recovery: vec!["r1".to_owned(), "r2".to_owned()],
    };
    let first = "first".to_owned();
    let added = two.stores[0].change_factors(first, added, now);
    assert!(added.await.unwrap());
    let code = |step| Proof::Code {
        persons: vec![person],
        step,
    };
    let recovery = Proof::Recovery(vec![(person, "r1".to_owned())]);
    let logins = two.stores[0].logins("ada@lovelace.example".to_owned());
    let logins = logins.await.unwrap();
    for (name, proof) in [("code", code(101)), ("recovery", recovery)] {
        let came_in = two.at_once(|store, number| {
            let (proof, logins) = (proof.clone(), logins.clone());
            async move {
                let half = session(&format!("half {name} {number}"), now);
                let entrance = store.sign_in(half.clone(), logins, Vec::new());
                assert_eq!(entrance.await.unwrap(), Some(Entrance::SecondStep));
                let whole = session(&format!("whole {name} {number}"), now);
                let step = store.second_step(half.token_hash, proof, whole, Vec::new());
                step.await.unwrap()
            }
        });
        let came_in = came_in.await.into_iter().filter(|came_in| *came_in);
        assert_eq!(came_in.count(), 1, "{name}");
        let mut living = 0;
        for number in 0..MANY {
            let whole = format!("whole {name} {number}");
            let found = two.stores[1].session(whole, true, now).await.unwrap();
            living += usize::from(found.is_some());
        }
        assert_eq!(living, 1, "{name}");
    }
    assert_eq!(two.actions(Action::RecoveryCodeUsed).await, 1);
    // One right password leads to one session, however many codes are shown.
    let half = two.session("half");
    let entrance = two.stores[0].sign_in(half, logins, Vec::new());
    assert_eq!(entrance.await.unwrap(), Some(Entrance::SecondStep));
    let came_in = two.at_once(|store, number| async move {
        let code = Proof::Code {
            persons: vec![person],
            step: 200 + i64::try_from(number).unwrap(),
        };
        let whole = session(&format!("whole {number}"), now);
        let step = store.second_step("half".to_owned(), code, whole, Vec::new());
        step.await.unwrap()
    });
    let came_in = came_in.await.into_iter().filter(|came_in| *came_in);
    assert_eq!(came_in.count(), 1);
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_and_a_link_for_a_password_are_taken_once() {
    let two = Two::new().await;
    let now = two.now;
    two.viewer().await;
    let later = now + TimeDelta::minutes(5);
    let challenge = ("key".to_owned(), "body".to_owned());
    let kept = two.stores[0].keep_challenge(challenge.0, challenge.1, later, now);
    kept.await.unwrap();
    let taken = two.at_once(|store, _| async move {
        let taken = store.take_challenge("key".to_owned(), now);
        taken.await.unwrap()
    });
    assert_eq!(taken.await.into_iter().flatten().count(), 1);

    let reset = NewReset {
        email_key: "ada@lovelace.example".to_owned(),
        wish: "link".to_owned(),
        expires: later,
        origin: [192, 0, 2, 1].into(),
    };
    two.stores[0].request_reset(reset, now).await.unwrap();
    let set = two.at_once(|store, number| async move {
        let password = format!("phc {number}");
        let origin = [192, 0, 2, 1].into();
        let set = store.reset_password("link".to_owned(), password.clone(), origin, now);
        set.await.unwrap().then_some(password)
    });
    let set: Vec<String> = set.await.into_iter().flatten().collect();
    assert_eq!(set.len(), 1, "{set:?}");
    let logins = two.stores[1].logins("ada@lovelace.example".to_owned());
    assert_eq!(logins.await.unwrap()[0].password, set[0]);
    assert_eq!(two.actions(Action::PasswordReset).await, 1);
    assert_eq!(mails(&two.address, "security_change").await.len(), 1);
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_and_changes_of_users_at_once_leave_all_in_order() {
    let two = Two::new().await;
    let now = two.now;
    let (mut acme, _) = two.viewer().await;
    let mut beta = Sample::new("beta", "Beta Ltd");
    beta.invite("ada@lovelace.example", Role::Full);
    two.push(&beta, 1).await;
    let logins = two.stores[0].logins("ada@lovelace.example".to_owned());
    let logins = logins.await.unwrap();
    let sign_ins = two.at_once(|store, number| {
        let logins = logins.clone();
        async move {
            let counters = vec![Counter::for_email("ada@lovelace.example")];
            let new = session(&format!("s{number}"), now);
            store.sign_in(new, logins, counters).await.unwrap();
        }
    });
    acme.users.users.clear();
    let taken_away = two.push(&acme, 2);
    beta.users.users.clear();
    let (_, (), ()) = tokio::join!(sign_ins, taken_away, two.push(&beta, 2));
    for number in 0..MANY {
        let session = two.stores[0].session(format!("s{number}"), true, now).await;
        assert!(session.unwrap().is_none());
    }
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_pushes_at_once_one_is_committed() {
    let two = Two::new().await;
    let (now, account) = (two.now, two.account);
    let variant = |number: usize| {
        let mut acme = Sample::empty("acme", "Acme Corporation");
        acme.console.welcome = Some(format!("note {number}"));
        acme
    };
    for number in 0..MANY {
        two.stage(&variant(number)).await;
    }
    let commits = two.at_once(|store, number| {
        let sample = variant(number);
        async move {
            let manifest = sample.manifest(1);
            store
                .commit(account, sample.id, manifest, now)
                .await
                .unwrap()
        }
    });
    let commits = commits.await;
    let of = |outcome: Commit| commits.iter().filter(|commit| **commit == outcome).count();
    assert_eq!(of(Commit::Committed { revision: 1 }), 1, "{commits:?}");
    assert_eq!(of(Commit::Stale { revision: 1 }), MANY - 1, "{commits:?}");
    two.is_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_not_exceeded_by_clients_that_open_at_once() {
    let two = Two::new().await;
    let (now, account) = (two.now, two.account);
    operator::set_client_limit(two.stores[0].as_ref(), "north", Some(3), now)
        .await
        .unwrap();
    let client = |number: usize| Sample::empty(&format!("client-{number}"), "A client");
    for number in 0..MANY {
        two.stage(&client(number)).await;
    }
    let commits = two.at_once(|store, number| {
        let sample = client(number);
        async move {
            let manifest = sample.manifest(1);
            store
                .commit(account, sample.id, manifest, now)
                .await
                .unwrap()
        }
    });
    let commits = commits.await;
    let committed = Commit::Committed { revision: 1 };
    let count = commits
        .iter()
        .filter(|commit| **commit == committed)
        .count();
    assert_eq!(count, 3, "{commits:?}");
    let accounts = two.stores[1].accounts().await.unwrap();
    assert_eq!(accounts[0].clients, 3);
}

#[tokio::test]
async fn the_role_of_the_portal_cannot_change_the_audit_log() {
    let two = Two::new().await;
    let client = beside(&two.address).await;
    for sql in [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
    ] {
        let error = client.batch_execute(sql).await.unwrap_err();
        let told = error.as_db_error().unwrap().message();
        assert_eq!(told, "the audit log is append-only", "{sql}");
    }
    assert_eq!(two.stores[0].verify_audit().await.unwrap().unwrap(), 1);
    // A line of another chain's is not taken twice, and a changed one is found.
    let owner = "ALTER TABLE audit DISABLE TRIGGER ALL; UPDATE audit SET actor = 'nobody'";
    let name = two.address.rsplit('/').next().unwrap();
    Server::shared().sql(name, owner);
    assert!(two.stores[0].verify_audit().await.unwrap().is_err());
}

#[tokio::test]
async fn a_statement_for_one_client_sees_no_row_of_another() {
    let two = Two::new().await;
    let (acme, viewer) = two.viewer().await;
    let mut beta = Sample::new("beta", "Beta Ltd");
    beta.invite("grace@hopper.example", Role::Full);
    two.push(&beta, 1).await;
    for sample in [&acme, &beta] {
        let seen = format!(
            "INSERT INTO pending_message (client_id, thread, message, author, at, text)
                 SELECT id, 't', 'm', 'a', 0, 'text' FROM client WHERE public_id = '{0}';
             INSERT INTO pending_decision (client_id, request, approved, author, at)
                 SELECT id, 'r', true, 'a', 0 FROM client WHERE public_id = '{0}';
             INSERT INTO seen_thread (membership_id, thread, messages)
                 SELECT membership.id, 't', 1 FROM membership JOIN client ON client.id = client_id
                 WHERE client.public_id = '{0}'",
            sample.id
        );
        let beside = beside(&two.address).await;
        beside.batch_execute(&seen).await.unwrap();
    }
    let row = viewer.client_row();
    let mut client = beside(&two.address).await;
    let entries = |sample: &Sample| -> usize {
        let months = sample.months.iter();
        months.map(|month| month.entries.len()).sum()
    };
    let tables = [
        "chunk",
        "entry",
        "entry_text",
        "facet",
        "invoice",
        "pending_message",
        "pending_decision",
        "seen_thread",
        "month_sum",
    ];
    for table in tables {
        let count = format!("SELECT count(*) FROM {table}");
        let all: i64 = client.query_one(&count, &[]).await.unwrap().get(0);
        let tx = client.transaction().await.unwrap();
        let look = format!("SET LOCAL loggia.client = '{row}'");
        tx.batch_execute(&look).await.unwrap();
        let seen: i64 = tx.query_one(&count, &[]).await.unwrap().get(0);
        assert!(seen > 0 && seen < all, "{table}: {seen} of {all}");
        if table == "entry" {
            assert_eq!(usize::try_from(seen).unwrap(), entries(&acme));
            let theirs = format!("SELECT 1 FROM entry WHERE client_id <> {row}");
            assert!(tx.query(&theirs, &[]).await.unwrap().is_empty());
        }
        tx.rollback().await.unwrap();
        let again: i64 = client.query_one(&count, &[]).await.unwrap().get(0);
        assert_eq!(again, all, "the wall ends with the transaction");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_migrate_once() {
    let address = Server::shared().database();
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let address = address.clone();
        tasks.spawn(async move { open(&address).await.ready().await });
    }
    for ready in tasks.join_all().await {
        ready.unwrap();
    }
    let sql = "SELECT (SELECT max(version)::bigint FROM portal_migration), (SELECT version FROM portal_schema)";
    let row = beside(&address).await.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), row.get::<_, i64>(1));
}

/// As a server of the first release left it, which spread less.
#[tokio::test]
async fn what_an_older_schema_held_is_spread_again() {
    let two = Two::new().await;
    let (acme, viewer) = two.viewer().await;
    let all = InvoiceFilter {
        group: None,
        year: None,
        today: today(),
    };
    let page = Page { skip: 0, take: 100 };
    let before = two.stores[0].sums(&viewer, EntryFilter::default(), By::Phase);
    let before = before.await.unwrap();
    let invoices = two.stores[0].invoices(&viewer, all, page).await.unwrap();
    assert!(!before.is_empty() && invoices.count > 0);
    let older = "DELETE FROM month_sum; UPDATE entry SET phase = NULL; UPDATE invoice SET currency = '', net = 0, balance = 0;
                 UPDATE portal_schema SET spread = 1";
    beside(&two.address)
        .await
        .batch_execute(older)
        .await
        .unwrap();
    let none = two.stores[0].sums(&viewer, EntryFilter::default(), By::Phase);
    assert!(none.await.unwrap().is_empty());
    let again = open(&two.address).await;
    let after = again.sums(&viewer, EntryFilter::default(), By::Phase);
    assert_eq!(after.await.unwrap(), before);
    assert_eq!(again.invoices(&viewer, all, page).await.unwrap(), invoices);
    let found = again
        .entries(&viewer, EntryFilter::default(), page)
        .await
        .unwrap();
    let entries: usize = acme.months.iter().map(|month| month.entries.len()).sum();
    assert_eq!(found.totals.entries, entries as u64);
}

#[tokio::test]
async fn a_newer_schema_is_served_unless_it_says_no() {
    let address = Server::shared().database();
    let running = open(&address).await;
    let client = beside(&address).await;
    let newer = "INSERT INTO portal_migration VALUES (999, 'later', '2027-01-01T00:00:00Z', '1');
                 ALTER TABLE account ADD COLUMN later text; UPDATE portal_schema SET version = 999";
    client.batch_execute(newer).await.unwrap();
    running.ready().await.unwrap();
    let older = open(&address).await;
    assert!(older.accounts().await.unwrap().is_empty());
    let sql = "UPDATE portal_schema SET needs = 999";
    client.batch_execute(sql).await.unwrap();
    for refused in [running.ready().await, try_open(&address).await.map(drop)] {
        let error = refused.unwrap_err();
        assert!(
            matches!(error, StoreError::Newer { found: 999, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_event_that_a_newer_server_took_down_is_passed_on_as_it_is() {
    let two = Two::new().await;
    two.viewer().await;
    let whole = r#"{"kind": "dreamed", "of": ["sheep"]}"#;
    let newer = format!("UPDATE event SET kind = 'dreamed', body = '{whole}'");
    let client = beside(&two.address).await;
    client.batch_execute(&newer).await.unwrap();
    let events = two.stores[0].events(two.account, 0, 10).await.unwrap();
    assert_eq!(events.events[0].read(), None);
    let told = serde_json::to_value(&events.events[0]).unwrap();
    assert_eq!(
        (&told["number"], &told["of"][0]),
        (&1.into(), &"sheep".into())
    );
}

#[tokio::test]
async fn a_database_of_something_else_is_left_alone() {
    let address = Server::shared().database();
    let client = beside(&address).await;
    client
        .batch_execute("CREATE TABLE t (a int)")
        .await
        .unwrap();
    let error = try_open(&address).await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignDatabase), "{error}");
    let row = client
        .query_one("SELECT to_regclass('account') IS NULL", &[])
        .await
        .unwrap();
    assert!(row.get::<_, bool>(0));
    // Beside it, in a schema of its own, there is room.
    client.batch_execute("CREATE SCHEMA portal").await.unwrap();
    let beside = format!("{address}?options=-c%20search_path%3Dportal");
    try_open(&beside).await.unwrap().ready().await.unwrap();
}

#[tokio::test]
async fn what_goes_over_the_network_is_encrypted_and_the_server_is_who_it_says() {
    let server = Server::shared();
    let address = server.database_by_network();
    let authority = format!("sslrootcert={}", server.authority().display());
    // Within the machine there is no need; asked for, it is done, by the name in the certificate.
    try_open(&address).await.unwrap().ready().await.unwrap();
    let by_name = address.replace("127.0.0.1", "localhost");
    let encrypted = format!("{by_name}?sslmode=verify-full&{authority}");
    let store = try_open(&encrypted).await.unwrap();
    store.ready().await.unwrap();
    let name = address.rsplit('/').next().unwrap();
    let used = format!(
        "DO $$ BEGIN ASSERT (SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
             WHERE datname = '{name}' AND application_name = 'loggia portal' AND ssl); END $$"
    );
    server.sql("postgres", &used);
    let other_name = format!("{address}?sslmode=verify-full&{authority}");
    let unknown = format!("{by_name}?sslmode=require");
    for address in [other_name, unknown] {
        let error = try_open(&address).await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(
            told.contains("certificate") || told.contains("UnknownIssuer"),
            "{told}"
        );
        assert!(!told.contains(PASSWORD), "{told}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_and_none_is_shown() {
    let address = Server::shared().database_by_network();
    let wrong = address.replacen("secret", "hunter2", 1);
    let error = try_open(&wrong).await.unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(told.contains("password authentication failed"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    let nobody = address.replacen(&format!(":{}", wrong.split(':').nth(2).unwrap()), "", 1);
    assert!(!format!("{:?}", Address::parse(&nobody)).contains("secret"));
}

#[tokio::test]
async fn the_character_that_postgresql_cannot_hold_breaks_nothing() {
    let two = Two::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    acme.months[0].entries[0].description = Some("one\0two".to_owned());
    acme.months[0].entries[0].task = Some("three\0four".to_owned());
    let secret: Token = acme.invite("ada@lovelace.example", Role::Full);
    two.push(&acme, 1).await;
    let accepted = two.stores[0].accept(secret.hash(), "phc".to_owned(), two.session("s"));
    accepted.await.unwrap().unwrap();
    let session = two.stores[0].session("s".to_owned(), true, two.now).await;
    let viewer = session.unwrap().unwrap().clients[0].viewer.clone();
    let filter = super::super::store::EntryFilter {
        words: vec!["e\0t".to_owned()],
        task: Some("three\0four".to_owned()),
        ..Default::default()
    };
    let page = super::super::store::Page { skip: 0, take: 10 };
    let found = two.stores[1].entries(&viewer, filter, page).await.unwrap();
    assert_eq!(found.entries.len(), 1);
    let (read, sent) = (&found.entries[0], &acme.months[0].entries[0]);
    assert_eq!(
        (&read.task, &read.description),
        (&sent.task, &sent.description)
    );
    assert!(
        two.stores[0]
            .logins("a\0b".to_owned())
            .await
            .unwrap()
            .is_empty()
    );
}
