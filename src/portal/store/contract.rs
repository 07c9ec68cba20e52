//! What every store must hold, written over the trait alone: SQLite and PostgreSQL run it.
//! Takes an empty store and leaves it as it likes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::protocol::{EventKind, RawEvent, Role};
use crate::published::{Digest, Entry};
use crate::values::id::{PublicId, Token};
use crate::values::money::Money;
use crate::values::period::YearMonth;

use super::super::audit::{Act, Action, Actor};
use super::super::tests::sample::{Sample, invitation, today};
use super::super::throttle::Counter;
use super::super::viewer::{AccountId, PersonId, Viewer};
use super::{
    Account, AccountChange, Attempt, By, Change, ClaimedMail, Commit, Entrance, EntryFilter,
    InvoiceFile, InvoiceFilter, InvoiceGroup, LinkOutcome, Login, MAIL_ATTEMPTS, MailClaim,
    MailKind, MailOutcome, MailState, NewLink, NewPasskey, NewReset, NewResetLink, NewSession,
    OutboxMail, Page, PortalStore, Proof, Removal, Session, Staging, Sum, Totals,
};

const ADA: &str = "ada@lovelace.example";
const EVE: &str = "eve@reader.example";
const ALL: Page = Page {
    skip: 0,
    take: 1_000,
};

/// Runs the whole contract.
pub(crate) async fn check(store: &dyn PortalStore) {
    let scene = Scene {
        store,
        now: today().and_hms_opt(12, 0, 0).unwrap().and_utc(),
    };
    store.ready().await.unwrap();
    let account = scene.accounts().await;
    scene.sync(&account).await;
    scene.people(account.id).await;
    super::talk_contract::check(&scene, account.id).await;
    super::notice_contract::check(&scene, account.id).await;
    super::hand_over_contract::check(&scene, account.id).await;
    scene.reading(account.id).await;
    scene.links(account.id).await;
    // Before anything else waits in the outbox.
    scene.mail(account.id).await;
    let person = scene.second_factors(account.id).await;
    scene.passkeys(person).await;
    scene.own(person).await;
    scene.ways_back().await;
    scene.throttle().await;
    scene.operator(account.id).await;
    scene.removal(account.id).await;
    assert!(store.verify_audit().await.unwrap().unwrap() > 10);
}

pub(super) struct Scene<'a> {
    pub(super) store: &'a dyn PortalStore,
    pub(super) now: DateTime<Utc>,
}

impl Scene<'_> {
    async fn accounts(&self) -> Account {
        let Self { store, now } = *self;
        assert!(
            store
                .create_account("north".to_owned(), "hash-1".to_owned(), now)
                .await
                .unwrap()
        );
        assert!(
            !store
                .create_account("north".to_owned(), "hash-2".to_owned(), now)
                .await
                .unwrap()
        );
        assert!(
            store
                .create_account("east".to_owned(), "hash-3".to_owned(), now)
                .await
                .unwrap()
        );
        let names: Vec<String> = store
            .accounts()
            .await
            .unwrap()
            .into_iter()
            .map(|account| account.name)
            .collect();
        assert_eq!(names, ["east", "north"]);
        let change = |name: &str, change| store.change_account(name.to_owned(), change, now);
        assert!(!change("west", AccountChange::Enabled(false)).await.unwrap());
        assert!(
            change("north", AccountChange::Limit(Some(7)))
                .await
                .unwrap()
        );
        assert!(
            change(
                "north",
                AccountChange::Token {
                    hash: "hash-4".to_owned()
                }
            )
            .await
            .unwrap()
        );
        assert_eq!(
            store.account_by_token("hash-1".to_owned()).await.unwrap(),
            None
        );
        let account = store
            .account_by_token("hash-4".to_owned())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (
                account.client_limit,
                account.enabled,
                account.clients,
                account.created
            ),
            (Some(7), true, 0, now)
        );
        account
    }

    async fn stage(&self, account: AccountId, sample: &Sample) {
        for chunk in sample.chunks() {
            let part = Staging {
                client: sample.id.clone(),
                parts: vec![(chunk.digest(), chunk.body)],
                limit: 100_000_000,
                stale: self.now - TimeDelta::hours(1),
            };
            assert!(self.store.stage(account, part, self.now).await.unwrap());
        }
    }

    pub(super) async fn push(&self, account: AccountId, sample: &Sample, revision: u64) {
        self.stage(account, sample).await;
        let commit = self
            .store
            .commit(
                account,
                sample.id.clone(),
                sample.manifest(revision),
                self.now,
            )
            .await;
        assert_eq!(commit.unwrap(), Commit::Committed { revision });
    }

    async fn sync(&self, account: &Account) {
        let Self { store, now } = *self;
        let id = account.id;
        let mut beta = Sample::new("beta", "Beta Ltd");
        let commit = |sample: &Sample, revision| {
            store.commit(id, sample.id.clone(), sample.manifest(revision), now)
        };
        let Commit::Lacks(lacking) = commit(&beta, 1).await.unwrap() else {
            panic!()
        };
        assert_eq!(lacking.len(), beta.chunks().len());
        assert!(store.status(id).await.unwrap().clients.is_empty());
        self.push(id, &beta, 1).await;
        let first = store.status(id).await.unwrap();
        assert_eq!(first.last_push, Some(now));
        assert!(first.clients[0].console);
        let held = async |client: &PublicId| store.manifest(id, client.clone()).await.unwrap();
        assert_eq!(held(&beta.id).await, Some(beta.manifest(1)));
        let part =
            async |account, digest| store.part(account, beta.id.clone(), digest).await.unwrap();
        for chunk in beta.chunks() {
            assert_eq!(part(id, chunk.digest()).await, Some(chunk.body.clone()));
            let stranger = AccountId(id.0 + 1_000);
            assert_eq!(part(stranger, chunk.digest()).await, None);
            assert_eq!(
                store.manifest(stranger, beta.id.clone()).await.unwrap(),
                None
            );
        }
        assert_eq!(part(id, Digest::of(b"another")).await, None);
        assert_eq!(first.clients[0].manifest, beta.manifest(1).digest());
        // The same again, and the same under a later revision.
        assert_eq!(
            commit(&beta, 1).await.unwrap(),
            Commit::Committed { revision: 1 }
        );
        assert_eq!(
            commit(&beta, 3).await.unwrap(),
            Commit::Committed { revision: 3 }
        );
        assert_eq!(
            commit(&beta, 2).await.unwrap(),
            Commit::Committed { revision: 3 }
        );
        beta.console.welcome = None;
        assert_eq!(
            commit(&beta, 3).await.unwrap(),
            Commit::Stale { revision: 3 }
        );
        // A flaw undoes all of it.
        let mut flawed = beta.clone();
        flawed.console.zone = "Mars/Olympus".to_owned();
        flawed.invoices.clear();
        self.stage(id, &flawed).await;
        let Commit::Flawed(flaw) = commit(&flawed, 4).await.unwrap() else {
            panic!()
        };
        assert_eq!(flaw.key.to_string(), "console");
        assert_eq!(store.status(id).await.unwrap().clients[0].revision, 3);
        // What is absent goes; the order is the manifest's.
        beta.months.clear();
        beta.invoices.reverse();
        self.push(id, &beta, 5).await;
        assert_eq!(
            store.manifest(id, beta.id.clone()).await.unwrap(),
            Some(beta.manifest(5))
        );
        assert!(
            store
                .change_account("north".to_owned(), AccountChange::Limit(Some(1)), now)
                .await
                .unwrap()
        );
        assert_eq!(
            commit(&Sample::empty("gamma", "Gamma"), 1).await.unwrap(),
            Commit::Limit { limit: 1 }
        );
        assert!(
            store
                .change_account("north".to_owned(), AccountChange::Limit(None), now)
                .await
                .unwrap()
        );
    }

    fn session(&self, name: &str) -> NewSession {
        NewSession {
            token_hash: name.to_owned(),
            at: self.now,
            expires: self.now + TimeDelta::hours(12),
            origin: IpAddr::from([192, 0, 2, 1]),
            agent: Some(format!("{name} browser")),
        }
    }

    async fn living(&self, name: &str, at: DateTime<Utc>) -> Option<Session> {
        self.store.session(name.to_owned(), true, at).await.unwrap()
    }

    async fn people(&self, account: AccountId) {
        let Self { store, now } = *self;
        let mut acme = Sample::new("acme", "Acme Corporation");
        let secret = acme.invite(ADA, Role::Full);
        self.push(account, &acme, 1).await;
        let late = now + TimeDelta::days(8);
        assert!(
            store
                .invitation(secret.hash(), late)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            store
                .invitation("other".to_owned(), now)
                .await
                .unwrap()
                .is_none()
        );
        let invitee = store.invitation(secret.hash(), now).await.unwrap().unwrap();
        assert_eq!((invitee.email.as_str(), invitee.passwords.len()), (ADA, 0));
        assert!(store.logins(ADA.to_owned()).await.unwrap().is_empty());
        let accepted = store
            .accept(secret.hash(), "phc-1".to_owned(), self.session("s1"))
            .await
            .unwrap();
        assert_eq!(accepted, Some((acme.id.clone(), Entrance::Open)));
        assert!(
            store
                .accept(secret.hash(), "phc-2".to_owned(), self.session("s2"))
                .await
                .unwrap()
                .is_none()
        );
        assert!(self.living("s2", now).await.is_none());
        let logins = store.logins(ADA.to_owned()).await.unwrap();
        assert_eq!((logins.len(), logins[0].password.as_str()), (1, "phc-1"));

        // Idle, absolute, signed out.
        assert!(
            self.living("s1", now + TimeDelta::minutes(29))
                .await
                .is_some()
        );
        assert!(
            self.living("s1", now + TimeDelta::minutes(58))
                .await
                .is_some()
        );
        assert!(
            self.living("s1", now + TimeDelta::minutes(88))
                .await
                .is_none()
        );
        let counters = vec![Counter::for_email(ADA)];
        let entrance = store
            .sign_in(self.session("s3"), vec![logins[0].clone()], counters)
            .await
            .unwrap();
        assert_eq!(entrance, Some(Entrance::Open));
        // Somebody else was quicker with another password.
        let outdated = Login {
            password: "before".to_owned(),
            ..logins[0].clone()
        };
        let late = store.sign_in(self.session("s4"), vec![outdated], Vec::new());
        assert_eq!(late.await.unwrap(), None);
        assert!(self.living("s4", now).await.is_none());
        assert!(self.living("s3", now).await.is_some());
        store.end_session("s3".to_owned(), now).await.unwrap();
        store.end_session("s3".to_owned(), now).await.unwrap();
        assert!(self.living("s3", now).await.is_none());

        // Inviting again opens the door again; a change of address is another person.
        let again = Token::random().unwrap();
        acme.user(ADA).invitation = Some(invitation(&again));
        self.push(account, &acme, 2).await;
        assert_eq!(
            store
                .invitation(again.hash(), now)
                .await
                .unwrap()
                .unwrap()
                .passwords,
            ["phc-1"]
        );
        acme.user(ADA).email = "augusta@lovelace.example".to_owned();
        self.push(account, &acme, 3).await;
        assert!(store.logins(ADA.to_owned()).await.unwrap().is_empty());
        assert!(self.living("s1", now).await.is_none());
        acme.users.users.clear();
        self.push(account, &acme, 4).await;
        assert!(store.invitation(again.hash(), now).await.unwrap().is_none());
    }

    pub(super) async fn viewer(
        &self,
        account: AccountId,
        sample: &mut Sample,
        revision: u64,
        name: &str,
    ) -> Viewer {
        let secret = sample.invite(&format!("{name}@reader.example"), Role::Full);
        self.push(account, sample, revision).await;
        self.store
            .accept(secret.hash(), "phc".to_owned(), self.session(name))
            .await
            .unwrap()
            .unwrap();
        let session = self.living(name, self.now).await.unwrap();
        session.clients.into_iter().next().unwrap().viewer
    }

    async fn reading(&self, account: AccountId) {
        let Self { store, now } = *self;
        let mut acme = Sample::new("acme", "Acme Corporation");
        let mut beta = Sample::new("beta", "Beta Ltd");
        beta.months.truncate(1);
        let viewer = self.viewer(account, &mut acme, 10, "acme-reader").await;
        let stranger = self.viewer(account, &mut beta, 10, "beta-reader").await;
        assert_eq!(
            store.projects(&viewer).await.unwrap().unwrap(),
            acme.projects
        );
        assert_eq!(store.retainers(&viewer).await.unwrap(), acme.retainers);
        self.invoices(&viewer, &acme).await;
        self.sums(&viewer, &acme).await;
        self.documents(&viewer, &stranger, &acme).await;
        let open: Vec<_> = store
            .open_invoices(&viewer)
            .await
            .unwrap()
            .into_iter()
            .filter_map(|invoice| invoice.number)
            .collect();
        assert_eq!(open, ["2026-0006", "2026-0007"]);

        let entries: Vec<_> = acme
            .months
            .iter()
            .flat_map(|month| &month.entries)
            .collect();
        let found = store
            .entries(&viewer, EntryFilter::default(), ALL)
            .await
            .unwrap();
        assert_eq!(found.entries.len(), entries.len());
        assert!(found.entries.is_sorted_by(|a, b| a.day >= b.day));
        assert_eq!(
            found.totals.seconds,
            entries.iter().map(|entry| entry.seconds).sum()
        );
        let filter = EntryFilter {
            member: Some("Robin Hale".to_owned()),
            words: vec!["ARTICLES".to_owned(), "import".to_owned()],
            ..EntryFilter::default()
        };
        let some = store
            .entries(&viewer, filter, Page { skip: 0, take: 1 })
            .await
            .unwrap();
        let expected = entries.iter().filter(|entry| {
            entry.member == "Robin Hale"
                && entry
                    .description
                    .as_ref()
                    .is_some_and(|text| text.contains("articles"))
        });
        assert_eq!(
            (some.totals.entries, some.entries.len().min(1)),
            (expected.count() as u64, some.entries.len())
        );
        let facets = store.facets(&viewer).await.unwrap();
        assert_eq!(facets.members, ["Alex Morgan", "Robin Hale", "Sam Okafor"]);
        assert_eq!(facets.days.unwrap().0, entries[0].day);

        // Each viewer is bound to the own client.
        let id = acme.invoices[0].id.clone();
        assert!(
            store
                .view_invoice(&stranger, id.clone(), now)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            store
                .fetch_file(&stranger, id.clone(), InvoiceFile::Document, now)
                .await
                .unwrap()
                .is_none()
        );
        let theirs = store
            .entries(&stranger, EntryFilter::default(), ALL)
            .await
            .unwrap();
        assert_eq!(theirs.entries.len(), beta.months[0].entries.len());

        let before = store.status(account).await.unwrap().last_event;
        for _ in 0..2 {
            assert!(
                store
                    .view_invoice(&viewer, id.clone(), now)
                    .await
                    .unwrap()
                    .is_some()
            );
        }
        let e_invoice = store.fetch_file(&stranger, id.clone(), InvoiceFile::EInvoice, now);
        assert!(e_invoice.await.unwrap().is_none());
        for (which, kept) in [InvoiceFile::Document, InvoiceFile::EInvoice]
            .into_iter()
            .zip(&acme.files)
        {
            let file = store.fetch_file(&viewer, id.clone(), which, now);
            assert_eq!(&file.await.unwrap().unwrap(), kept);
        }
        let events = store.events(account, before, 10).await.unwrap();
        let viewed = EventKind::InvoiceViewed {
            invoice: "2026-0007".to_owned(),
        };
        let fetched = EventKind::ExportMade {
            file: "2026-0007.pdf".to_owned(),
        };
        let fetched_too = EventKind::ExportMade {
            file: "2026-0007.xml".to_owned(),
        };
        assert_eq!(
            events
                .events
                .iter()
                .filter_map(RawEvent::read)
                .collect::<Vec<_>>(),
            [viewed, fetched, fetched_too]
        );
        let part = store.events(account, 0, 1).await.unwrap();
        assert_eq!((part.events.len(), part.more), (1, true));
    }

    async fn invoices(&self, viewer: &Viewer, acme: &Sample) {
        let store = self.store;
        let filter = |group, year| InvoiceFilter {
            group,
            year,
            today: today(),
        };
        let all = store
            .invoices(viewer, filter(None, None), ALL)
            .await
            .unwrap();
        assert_eq!((all.invoices, all.count), (acme.invoices.clone(), 3));
        assert_eq!(all.years, [2026]);
        let balance = |numbers: &[&str]| {
            let of = acme.invoices.iter();
            let of = of.filter(|invoice| numbers.contains(&invoice.number.as_deref().unwrap()));
            Money::sum(acme.console.currency, of.map(|invoice| invoice.balance)).unwrap()
        };
        let rows: [(_, _, &[&str], &[&str]); 5] = [
            (
                Some(InvoiceGroup::Open),
                None,
                &["2026-0007", "2026-0006"],
                &["2026-0007", "2026-0006"],
            ),
            (
                Some(InvoiceGroup::Overdue),
                None,
                &["2026-0007", "2026-0006"],
                &["2026-0007", "2026-0006"],
            ),
            (Some(InvoiceGroup::Settled), Some(2026), &["2026-0003"], &[]),
            (None, Some(2025), &[], &[]),
            (
                None,
                Some(2026),
                &["2026-0007", "2026-0006", "2026-0003"],
                &["2026-0007", "2026-0006"],
            ),
        ];
        for (group, year, expected, open) in rows {
            let found = store
                .invoices(viewer, filter(group, year), ALL)
                .await
                .unwrap();
            let numbers: Vec<_> = found
                .invoices
                .iter()
                .filter_map(|invoice| invoice.number.as_deref())
                .collect();
            assert_eq!(numbers, expected, "{group:?} {year:?}");
            assert_eq!(found.count, expected.len() as u64);
            let sums: Vec<_> = (!open.is_empty())
                .then(|| balance(open))
                .into_iter()
                .collect();
            assert_eq!(found.outstanding, sums, "{group:?} {year:?}");
        }
        let early = InvoiceFilter {
            today: acme.invoices[0].due_date.unwrap(),
            ..filter(Some(InvoiceGroup::Overdue), None)
        };
        let early = store
            .invoices(viewer, early, Page { skip: 0, take: 1 })
            .await
            .unwrap();
        assert_eq!(
            (early.count, early.invoices[0].number.as_deref()),
            (1, Some("2026-0006"))
        );
        let billed = store.billed(viewer).await.unwrap();
        let expected = acme.invoices.iter().rev();
        let expected: Vec<_> = expected
            .map(|invoice| (YearMonth::of(invoice.issue_date), invoice.net))
            .collect();
        assert_eq!(billed, expected);
    }

    /// Sums are what the entries that pass come to, by whatever they are told apart, and over months and days alike.
    async fn sums(&self, viewer: &Viewer, acme: &Sample) {
        let entries: Vec<&Entry> = acme
            .months
            .iter()
            .flat_map(|month| &month.entries)
            .collect();
        let day = |text: &str| text.parse().ok();
        let filters = [
            EntryFilter::default(),
            EntryFilter {
                from: day("2026-09-10"),
                to: day("2026-11-05"),
                ..EntryFilter::default()
            },
            EntryFilter {
                from: day("2026-10-01"),
                to: day("2026-10-31"),
                billable: Some(true),
                ..EntryFilter::default()
            },
            EntryFilter {
                phase: Some("Build".to_owned()),
                ..EntryFilter::default()
            },
            EntryFilter {
                words: vec!["warehouse".to_owned()],
                from: day("2026-09-02"),
                ..EntryFilter::default()
            },
            EntryFilter {
                member: Some("nobody".to_owned()),
                ..EntryFilter::default()
            },
        ];
        for filter in filters {
            let passes = |entry: &&&Entry| {
                filter.from.is_none_or(|from| entry.day >= from)
                    && filter.to.is_none_or(|to| entry.day <= to)
                    && filter
                        .billable
                        .is_none_or(|billable| entry.billable == billable)
                    && filter.phase.is_none() | (filter.phase == entry.phase)
                    && filter
                        .member
                        .as_ref()
                        .is_none_or(|member| *member == entry.member)
                    && filter.words.iter().all(|word| {
                        entry
                            .description
                            .as_ref()
                            .is_some_and(|text| text.contains(word.as_str()))
                    })
            };
            let passing: Vec<&Entry> = entries.iter().filter(passes).copied().collect();
            let found = self
                .store
                .entries(viewer, filter.clone(), ALL)
                .await
                .unwrap();
            assert_eq!(found.entries.len(), passing.len(), "{filter:?}");
            assert_eq!(found.totals.entries, passing.len() as u64);
            for by in [By::Month, By::Project, By::Phase, By::Task, By::Member] {
                let mut expected: BTreeMap<_, Totals> = BTreeMap::new();
                for entry in &passing {
                    let project = Some(entry.project.to_string());
                    let key = match by {
                        By::Month => (None, Some(YearMonth::of(entry.day).to_string())),
                        By::Project => (project, None),
                        By::Phase => (project, entry.phase.clone()),
                        By::Task => (project, entry.task.clone()),
                        By::Member => (None, Some(entry.member.clone())),
                    };
                    let totals = expected.entry(key).or_default();
                    totals.entries += 1;
                    totals.seconds += entry.seconds;
                    if entry.billable {
                        totals.billable += entry.seconds;
                    }
                    if let Some(amount) = entry.amount {
                        let before = totals.amounts.pop().into_iter();
                        let sum = Money::sum(amount.currency(), before.chain([amount])).unwrap();
                        totals.amounts.push(sum);
                    }
                }
                let expected: Vec<Sum> = expected
                    .into_iter()
                    .map(|((project, name), totals)| Sum {
                        project,
                        name,
                        totals,
                    })
                    .collect();
                let sums = self.store.sums(viewer, filter.clone(), by).await.unwrap();
                assert_eq!(sums, expected, "{by:?} {filter:?}");
            }
            // Leafed through in pages, it is the same list.
            let mut leafed = Vec::new();
            for skip in (0..)
                .step_by(7)
                .take_while(|skip| (*skip as usize) < passing.len())
            {
                let page = Page { skip, take: 7 };
                leafed.extend(
                    self.store
                        .entries(viewer, filter.clone(), page)
                        .await
                        .unwrap()
                        .entries,
                );
            }
            assert_eq!(leafed, found.entries, "{filter:?}");
        }
    }

    async fn documents(&self, viewer: &Viewer, stranger: &Viewer, acme: &Sample) {
        let Self { store, now } = *self;
        for (asked, place) in [(None, 0), (Some(2026), 0), (Some(2025), 1)] {
            let found = store.expenses(viewer, asked).await.unwrap();
            let year = &acme.expenses[place];
            assert_eq!(found.years, [2026, 2025]);
            assert_eq!(
                (found.year, &found.expenses),
                (Some(year.year), &year.expenses)
            );
        }
        let none = store.expenses(viewer, Some(1999)).await.unwrap();
        assert!(none.expenses.is_empty() && none.years == [2026, 2025]);
        let listed: Vec<_> = acme
            .documents
            .iter()
            .map(|(listed, _)| listed.clone())
            .collect();
        assert_eq!(store.documents(viewer).await.unwrap(), listed);
        let before = self.acts(viewer).await;
        let id = listed[0].id.clone();
        assert_eq!(
            store
                .fetch_document(stranger, id.clone(), now)
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            store
                .fetch_document(viewer, id, now)
                .await
                .unwrap()
                .as_ref(),
            Some(&acme.documents[0])
        );
        store
            .exported(viewer, "timesheet.csv".to_owned(), now)
            .await
            .unwrap();
        let after = self.acts(viewer).await;
        assert_eq!(
            after[before.len()..],
            [
                (
                    "file_downloaded".to_owned(),
                    Some("Wartung 2026.pdf".to_owned())
                ),
                ("exported".to_owned(), Some("timesheet.csv".to_owned())),
            ]
        );
    }

    /// What stands in the audit log of the viewer's account.
    async fn acts(&self, viewer: &Viewer) -> Vec<(String, Option<String>)> {
        let records = self
            .store
            .audit(viewer.account().0, 0, 10_000)
            .await
            .unwrap();
        records
            .into_iter()
            .map(|record| (record.action, record.subject))
            .collect()
    }

    async fn links(&self, account: AccountId) {
        let Self { store, now } = *self;
        let link = |client: &str, email: &str, hash: &str| NewLink {
            account: "north".to_owned(),
            client: client.to_owned(),
            email_key: email.to_owned(),
            token_hash: hash.to_owned(),
            expires: now + TimeDelta::minutes(10),
        };
        let reader = "acme-reader@reader.example";
        let make = |link| store.create_link(link, now);
        assert_eq!(
            make(link("none", reader, "l0")).await.unwrap(),
            LinkOutcome::NoClient
        );
        assert_eq!(
            make(link("acme", ADA, "l0")).await.unwrap(),
            LinkOutcome::NoUser
        );
        assert_eq!(
            make(link("beta", reader, "l0")).await.unwrap(),
            LinkOutcome::NoUser
        );
        assert_eq!(
            make(link("acme", reader, "l1")).await.unwrap(),
            LinkOutcome::Created
        );
        assert!(
            store
                .use_link("l0".to_owned(), self.session("k0"))
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            store
                .use_link("l1".to_owned(), self.session("k1"))
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .use_link("l1".to_owned(), self.session("k2"))
                .await
                .unwrap()
                .is_none()
        );
        let session = self.living("k1", now).await.unwrap();
        assert_eq!(session.clients.len(), 1);
        assert_eq!(session.clients[0].viewer.account(), account);
    }

    /// Somebody with a password and an authenticator, who is not signed in.
    async fn second_factors(&self, account: AccountId) -> PersonId {
        let Self { store, now } = *self;
        let mut delta = Sample::new("delta", "Delta Works");
        let secret = delta.invite(EVE, Role::Full);
        self.push(account, &delta, 1).await;
        let accept = store.accept(secret.hash(), "phc-eve".to_owned(), self.session("f1"));
        assert!(accept.await.unwrap().is_some());
        let person = self.living("f1", now).await.unwrap().persons[0].person;
        let change = |session: &str, change| store.change_factors(session.to_owned(), change, now);
        let recovery = ["r1", "r2"].map(str::to_owned).to_vec();
        let set = Change::AddAuthenticator {
            secret: b"sealed".to_vec(),
            step: 100,
            recovery: recovery.clone(),
        };
        assert!(change("f1", set).await.unwrap());
        assert!(!change("none", Change::RemoveAuthenticator).await.unwrap());
        let factors = store.factors(vec![person]).await.unwrap().remove(0);
        let authenticator = factors.authenticator.unwrap();
        assert_eq!(
            (authenticator.secret.as_slice(), authenticator.last_step),
            (b"sealed".as_slice(), 100)
        );
        assert_eq!(
            (factors.recovery, factors.email_key.as_str()),
            (recovery, EVE)
        );
        assert!(self.living("f1", now).await.unwrap().clients[0].proven);

        // A password opens half a session, which opens nothing.
        let logins = store.logins(EVE.to_owned()).await.unwrap();
        let enter = |name: &str| store.sign_in(self.session(name), logins.clone(), Vec::new());
        assert_eq!(enter("h1").await.unwrap(), Some(Entrance::SecondStep));
        assert!(self.living("h1", now).await.is_none());
        let half = |name: &str, at| store.half_session(name.to_owned(), at);
        assert_eq!(half("h1", now).await.unwrap(), [person]);
        assert!(
            half("h1", now + TimeDelta::minutes(10))
                .await
                .unwrap()
                .is_empty()
        );
        let code = |step| Proof::Code {
            persons: vec![person],
            step,
        };
        let step = |half: &str, proof, session: &str| {
            store.second_step(half.to_owned(), proof, self.session(session), Vec::new())
        };
        assert!(
            !step("h1", Proof::Password(vec![person]), "x")
                .await
                .unwrap()
        );
        assert!(
            !step("h1", code(100), "x").await.unwrap(),
            "used at the confirmation"
        );
        // Two at once: one comes in, with a secret of its own.
        assert_eq!(enter("h2").await.unwrap(), Some(Entrance::SecondStep));
        let (one, two) = tokio::join!(step("h1", code(101), "w1"), step("h2", code(101), "w2"));
        assert!(one.unwrap() ^ two.unwrap());
        let (one, two) = (self.living("w1", now).await, self.living("w2", now).await);
        let open = one.or(two).unwrap();
        assert!(open.clients[0].proven);
        assert!(
            !step("h1", code(102), "x").await.unwrap()
                || !step("h2", code(102), "x").await.unwrap()
        );
        // The same with a recovery code.
        for name in ["h3", "h4"] {
            assert_eq!(enter(name).await.unwrap(), Some(Entrance::SecondStep));
        }
        let recovery = || Proof::Recovery(vec![(person, "r1".to_owned())]);
        let (one, two) = tokio::join!(step("h3", recovery(), "w3"), step("h4", recovery(), "w4"));
        assert!(one.unwrap() ^ two.unwrap());
        assert_eq!(
            store.factors(vec![person]).await.unwrap()[0].recovery,
            ["r2"]
        );
        // A few wrong ones end it.
        assert_eq!(enter("h5").await.unwrap(), Some(Entrance::SecondStep));
        for _ in 0..5 {
            assert_eq!(half("h5", now).await.unwrap(), [person]);
            let act = Act::new(Action::SecondFactorFailed, Actor::Unknown);
            store
                .second_step_failed("h5".to_owned(), act, now)
                .await
                .unwrap();
        }
        assert!(half("h5", now).await.unwrap().is_empty());
        // Showing it again, in a session that is open: once, too.
        let prove = |proof| {
            store.prove(
                "w3".to_owned(),
                proof,
                Vec::new(),
                now + TimeDelta::minutes(1),
            )
        };
        let session = if self.living("w3", now).await.is_some() {
            "w3"
        } else {
            "w4"
        };
        assert!(!prove(code(90)).await.unwrap());
        let later = now + TimeDelta::minutes(5);
        assert!(
            store
                .prove(session.to_owned(), code(200), Vec::new(), later)
                .await
                .unwrap()
        );
        assert_eq!(self.living(session, now).await.unwrap().proved, later);
        assert!(
            !store
                .prove(session.to_owned(), code(200), Vec::new(), later)
                .await
                .unwrap()
        );
        // With the factor its codes go, and the other sessions.
        assert!(change(session, Change::RemoveAuthenticator).await.unwrap());
        assert!(!change(session, Change::RemoveAuthenticator).await.unwrap());
        let factors = store.factors(vec![person]).await.unwrap().remove(0);
        assert!(!factors.any() && factors.recovery.is_empty());
        assert!(self.living("f1", now).await.is_none());
        assert!(self.living(session, now).await.is_some());
        assert_eq!(enter("p1").await.unwrap(), Some(Entrance::Open));
        person
    }

    async fn passkeys(&self, person: PersonId) {
        let Self { store, now } = *self;
        let add = |session: &str, credential: &str| {
            let passkey = NewPasskey {
                credential: credential.to_owned(),
                handle: "handle".to_owned(),
                name: "phone".to_owned(),
                body: "{}".to_owned(),
            };
            let recovery = vec!["r9".to_owned()];
            store.change_factors(
                session.to_owned(),
                Change::AddPasskey { passkey, recovery },
                now,
            )
        };
        assert!(add("p1", "key-1").await.unwrap());
        assert!(!add("p1", "key-1").await.unwrap(), "it belongs to somebody");
        assert!(add("p1", "key-2").await.unwrap());
        let kept = store.passkey("key-1".to_owned()).await.unwrap().unwrap();
        assert_eq!(
            (kept.persons, kept.handle.as_str()),
            (vec![person], "handle")
        );
        assert!(store.passkey("key-3".to_owned()).await.unwrap().is_none());
        let show = |credential: &str, session: &str| {
            store.sign_in_by_passkey(
                credential.to_owned(),
                "{1}".to_owned(),
                self.session(session),
                Vec::new(),
            )
        };
        assert!(show("key-1", "p2").await.unwrap());
        assert!(!show("key-3", "p3").await.unwrap());
        assert!(self.living("p2", now).await.unwrap().clients[0].proven);
        assert_eq!(
            store
                .passkey("key-1".to_owned())
                .await
                .unwrap()
                .unwrap()
                .body,
            "{1}"
        );
        let lines = store
            .factors(vec![person])
            .await
            .unwrap()
            .remove(0)
            .passkeys;
        assert_eq!(
            (lines.len(), lines[0].used, lines[1].used),
            (2, Some(now), None)
        );
        let remove = |id| store.change_factors("p2".to_owned(), Change::RemovePasskey(id), now);
        assert!(remove(lines[0].id).await.unwrap());
        assert!(!remove(lines[0].id).await.unwrap());
        assert!(store.passkey("key-1".to_owned()).await.unwrap().is_none());
        assert!(
            self.living("p1", now).await.is_none(),
            "a change ends the others"
        );
        // What a browser was asked is there once, and not for long.
        let keep = |body: &str| {
            store.keep_challenge(
                "k".to_owned(),
                body.to_owned(),
                now + TimeDelta::minutes(5),
                now,
            )
        };
        keep("a").await.unwrap();
        keep("b").await.unwrap();
        let late = now + TimeDelta::minutes(5);
        assert_eq!(store.challenge("k".to_owned(), late).await.unwrap(), None);
        assert_eq!(
            store
                .challenge("k".to_owned(), now)
                .await
                .unwrap()
                .as_deref(),
            Some("b")
        );
        let take = || store.take_challenge("k".to_owned(), now);
        let (one, two) = tokio::join!(take(), take());
        assert_eq!([one.unwrap(), two.unwrap()].iter().flatten().count(), 1);
    }

    async fn own(&self, person: PersonId) {
        let Self { store, now } = *self;
        for name in ["o1", "o2"] {
            store
                .sign_in_by_passkey(
                    "key-2".to_owned(),
                    "{}".to_owned(),
                    self.session(name),
                    Vec::new(),
                )
                .await
                .unwrap();
        }
        let list = || store.own_sessions("o1".to_owned(), now);
        let lines = list().await.unwrap();
        let agents: Vec<_> = lines
            .iter()
            .filter_map(|line| line.agent.as_deref())
            .collect();
        assert_eq!(agents.len(), 3, "{agents:?}");
        let current: Vec<_> = lines.iter().filter(|line| line.current).collect();
        assert_eq!(
            (current.len(), current[0].agent.as_deref()),
            (1, Some("o1 browser"))
        );
        assert_eq!(current[0].origin.as_deref(), Some("192.0.2.1"));
        let other = lines
            .iter()
            .find(|line| line.agent.as_deref() == Some("o2 browser"))
            .unwrap();
        let end = |handle: Option<&str>| {
            store.end_own_sessions("o1".to_owned(), handle.map(str::to_owned), now)
        };
        assert_eq!(end(Some("nobody's")).await.unwrap(), 0);
        assert_eq!(end(Some(&other.handle)).await.unwrap(), 1);
        assert!(self.living("o2", now).await.is_none());
        assert_eq!(end(None).await.unwrap(), 1);
        assert_eq!(list().await.unwrap().len(), 1);
        let log = store.own_log("o1".to_owned()).await.unwrap();
        let has = |action: &str, subject: Option<&str>| {
            log.iter()
                .any(|line| line.action == action && line.subject.as_deref() == subject)
        };
        assert!(
            has("signed_in", Some("passkey")) && has("sessions_ended", Some("1")),
            "{log:?}"
        );
        assert!(log.len() <= 20 && log.is_sorted_by(|a, b| a.at >= b.at));
        // What nobody asked for keeps no session from ending.
        let late = now + TimeDelta::minutes(29);
        assert!(
            store
                .session("o1".to_owned(), false, late)
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            self.living("o1", now + TimeDelta::minutes(31))
                .await
                .is_none()
        );
        assert!(
            store
                .session("o1".to_owned(), true, late)
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            self.living("o1", now + TimeDelta::minutes(31))
                .await
                .is_some()
        );
        let other = Change::Password {
            persons: vec![person],
            password: "phc-2".to_owned(),
        };
        assert!(
            store
                .change_factors("o1".to_owned(), other, now)
                .await
                .unwrap()
        );
        assert_eq!(
            store.logins(EVE.to_owned()).await.unwrap()[0].password,
            "phc-2"
        );
    }

    async fn ways_back(&self) {
        let Self { store, now } = *self;
        let ask = |email: &str, hash: &str| {
            let reset = NewReset {
                email_key: email.to_owned(),
                wish: hash.to_owned(),
                expires: now + TimeDelta::hours(1),
                origin: IpAddr::from([192, 0, 2, 1]),
            };
            store.request_reset(reset, now)
        };
        ask(EVE, "w-1").await.unwrap();
        ask("nobody@reader.example", "w-2").await.unwrap();
        let resetting = |hash: &str, at| store.resetting(hash.to_owned(), at);
        assert!(resetting("w-2", now).await.unwrap().is_none());
        assert!(
            resetting("w-1", now + TimeDelta::hours(1))
                .await
                .unwrap()
                .is_none()
        );
        let found = resetting("w-1", now).await.unwrap().unwrap();
        assert_eq!((found.email.as_str(), found.consoles.len()), (EVE, 1));
        assert_eq!(found.passwords, ["phc-2"]);
        let reset = |hash: &str, password: &str| {
            let origin = IpAddr::from([192, 0, 2, 1]);
            store.reset_password(hash.to_owned(), password.to_owned(), origin, now)
        };
        assert!(!reset("w-2", "phc-3").await.unwrap());
        let (one, two) = tokio::join!(reset("w-1", "phc-3"), reset("w-1", "phc-4"));
        assert!(one.unwrap() ^ two.unwrap());
        assert!(self.living("o1", now).await.is_none());
        // The second factor is still there.
        let logins = store.logins(EVE.to_owned()).await.unwrap();
        let enter = store.sign_in(self.session("z1"), logins, Vec::new());
        assert_eq!(enter.await.unwrap(), Some(Entrance::SecondStep));
        let link = |account: &str, email: &str| {
            let link = NewResetLink {
                account: account.to_owned(),
                email_key: email.to_owned(),
                token_hash: format!("w {account} {email}"),
                expires: now + TimeDelta::hours(1),
            };
            store.create_reset_link(link, now)
        };
        assert_eq!(link("west", EVE).await.unwrap(), LinkOutcome::NoAccount);
        assert_eq!(link("east", EVE).await.unwrap(), LinkOutcome::NoUser);
        assert_eq!(link("north", EVE).await.unwrap(), LinkOutcome::Created);
        assert!(reset(&format!("w north {EVE}"), "phc-5").await.unwrap());
        let factors = |account: &str| store.reset_factors(account.to_owned(), EVE.to_owned(), now);
        assert_eq!(factors("west").await.unwrap(), LinkOutcome::NoAccount);
        assert_eq!(factors("east").await.unwrap(), LinkOutcome::NoUser);
        assert_eq!(factors("north").await.unwrap(), LinkOutcome::Created);
        assert!(store.passkey("key-2".to_owned()).await.unwrap().is_none());
        let logins = store.logins(EVE.to_owned()).await.unwrap();
        let enter = store.sign_in(self.session("z2"), logins, Vec::new());
        assert_eq!(enter.await.unwrap(), Some(Entrance::Open));
    }

    async fn throttle(&self) {
        let Self { store, now } = *self;
        let counters = || {
            vec![
                Counter::for_email("x@y.example"),
                Counter::for_address(IpAddr::from([192, 0, 2, 1])),
            ]
        };
        let attempt = |at| {
            store.attempt(
                counters(),
                Act::new(Action::SignInBlocked, Actor::Unknown),
                at,
            )
        };
        for _ in 0..5 {
            assert_eq!(attempt(now).await.unwrap(), Attempt::Go);
        }
        let until = now + TimeDelta::seconds(30);
        assert_eq!(attempt(now).await.unwrap(), Attempt::Wait(until));
        assert_eq!(attempt(until).await.unwrap(), Attempt::Go);
        let failed = Act::new(Action::SignInFailed, Actor::Unknown);
        store.sign_in_failed(Vec::new(), failed, now).await.unwrap();
        let server: Vec<String> = store
            .audit(0, 0, 100)
            .await
            .unwrap()
            .into_iter()
            .map(|line| line.action)
            .collect();
        assert_eq!(
            server,
            [
                "reset_requested",
                "sign_in_blocked",
                "sign_in_blocked",
                "sign_in_failed"
            ]
        );
    }

    async fn removal(&self, account: AccountId) {
        let Self { store, now } = *self;
        let acme = Sample::new("acme", "Acme Corporation");
        let other = store
            .account_by_token("hash-3".to_owned())
            .await
            .unwrap()
            .unwrap();
        let remove = async |account, revision| {
            let removal = store.remove_client(account, acme.id.clone(), revision, now);
            removal.await.unwrap()
        };
        let status = store.status(account).await.unwrap();
        let held = status.clients.into_iter().find(|held| held.id == acme.id);
        let revision = held.unwrap().revision;
        assert_eq!(remove(other.id, revision).await, Removal::NotThere);
        // A removal of what was there before removes nothing that came since.
        assert_eq!(
            remove(account, revision - 1).await,
            Removal::Stale { revision }
        );
        assert!(self.living("k1", now).await.is_some());
        assert_eq!(remove(account, revision).await, Removal::Removed);
        assert_eq!(remove(account, revision).await, Removal::NotThere);
        assert_eq!(remove(account, 0).await, Removal::NotThere);
        // Of its events stays the last that was read, of nobody; those of others and those after it are as they were.
        let events = async || store.events(account, 0, 1_000).await.unwrap().events;
        let before = events().await;
        let of_acme = |event: &&RawEvent| event.client == acme.id;
        let read = before.iter().rfind(of_acme).unwrap().clone();
        store
            .forget_events(other.id, acme.id.clone(), read.number)
            .await
            .unwrap();
        assert_eq!(events().await, before, "another account forgets nothing");
        store
            .forget_events(account, acme.id.clone(), read.number)
            .await
            .unwrap();
        let after = events().await;
        assert!(!after.iter().any(|event| event.client == acme.id));
        let kept = after.iter().find(|event| event.id == read.id).unwrap();
        assert_eq!((kept.number, &kept.user), (read.number, &None));
        assert_eq!(kept.kind.get("kind"), Some(&"forgotten".into()));
        let others = before.iter().filter(|event| event.client != acme.id);
        for event in others {
            assert!(after.contains(event));
        }
        assert!(self.living("k1", now).await.is_none());
        assert!(self.living("acme-reader", now).await.is_none());
        assert!(self.living("beta-reader", now).await.is_some());
    }

    /// An invitation is mailed once, claimed by one at a time, and its links are good as long as it is.
    async fn mail(&self, account: AccountId) {
        let Self { store, now } = *self;
        let mut gamma = Sample::new("gamma", "Gamma");
        gamma.console.language = "de".to_owned();
        let printed = gamma.invite(ADA, Role::Full);
        let user = gamma.user(ADA);
        user.invitation.as_mut().unwrap().send = true;
        self.push(account, &gamma, 1).await;
        gamma.console.welcome = None;
        self.push(account, &gamma, 2).await;
        let mails = store.mails(None, 10).await.unwrap();
        let [mail] = mails.as_slice() else {
            panic!("one mail for one invitation: {mails:?}")
        };
        assert_eq!((mail.to.as_str(), mail.state), (ADA, MailState::Waiting));

        let first = self.claim("link-1", now).await.unwrap();
        assert_eq!((first.id, first.attempt), (mail.id, 1));
        let facts = (
            first.language.as_str(),
            first.business.as_deref(),
            first.client.as_deref(),
        );
        assert_eq!(facts, ("de", Some("Studio North"), Some("Gamma")));
        assert_eq!(self.claim("link-x", now).await, None);
        // Whoever claimed it died: after the claim the next one takes it, under the same id, and the first is told no more.
        let later = now + TimeDelta::minutes(15);
        let second = self.claim("link-2", later).await.unwrap();
        assert_eq!(
            (second.message_id.as_str(), second.attempt),
            (first.message_id.as_str(), 2)
        );
        let sent = || MailOutcome::Sent;
        assert!(!store.settle_mail(first.id, 1, sent(), later).await.unwrap());
        let wait = MailOutcome::Later {
            at: later + TimeDelta::minutes(5),
            error: "busy".to_owned(),
        };
        assert!(store.settle_mail(first.id, 2, wait, later).await.unwrap());
        assert_eq!(self.claim("link-x", later).await, None);
        let last = later + TimeDelta::minutes(5);
        assert_eq!(self.claim("link-3", last).await.unwrap().attempt, 3);
        assert!(store.settle_mail(first.id, 3, sent(), last).await.unwrap());
        assert_eq!(self.claim("link-x", last).await, None);

        // All of the links are good for seven days from when they were sent, and so is the invitation's own.
        let open = async |hash: &str, at| store.invitation(hash.to_owned(), at).await.unwrap();
        for hash in ["link-1", "link-2", "link-3", &printed.hash()] {
            let invitee = open(hash, last).await.unwrap();
            assert_eq!(invitee.email, ADA, "{hash}");
        }
        assert!(open("link-x", last).await.is_none());
        let week = TimeDelta::days(7);
        assert!(open("link-1", now + week).await.is_none());
        assert!(open("link-3", now + week).await.is_some());
        assert!(open("link-3", last + week).await.is_none());
        let accepted = store.accept(
            "link-2".to_owned(),
            "hash".to_owned(),
            self.session("mailed"),
        );
        let accepted = accepted.await.unwrap().map(|(client, _)| client);
        assert_eq!(accepted, Some(gamma.id.clone()));
        for hash in ["link-1", "link-2", "link-3", &printed.hash()] {
            assert!(open(hash, last).await.is_none(), "{hash}");
        }
        self.unsendable(account, gamma).await;
    }

    /// What has become pointless is dropped, what is refused waits for the operator, what came too late is not sent.
    async fn unsendable(&self, account: AccountId, mut gamma: Sample) {
        let Self { store, now } = *self;
        let secret = gamma.invite("withdrawn@gamma.example", Role::Work);
        gamma
            .user("withdrawn@gamma.example")
            .invitation
            .as_mut()
            .unwrap()
            .send = true;
        self.push(account, &gamma, 3).await;
        gamma.user("withdrawn@gamma.example").invitation = None;
        self.push(account, &gamma, 4).await;
        assert_eq!(self.claim("link-4", now).await, None);
        assert!(
            store
                .invitation(secret.hash(), now)
                .await
                .unwrap()
                .is_none()
        );

        let queued = |kind, params| OutboxMail {
            account,
            to: ADA.to_owned(),
            kind,
            language: "fr".to_owned(),
            params,
        };
        let wish = |name: &str| {
            let reset = NewReset {
                email_key: ADA.to_owned(),
                wish: name.to_owned(),
                expires: now + TimeDelta::hours(1),
                origin: IpAddr::from([192, 0, 2, 1]),
            };
            store.request_reset(reset, now)
        };
        wish("too late").await.unwrap();
        let late = now + TimeDelta::hours(1);
        assert_eq!(self.claim("link-5", late).await, None);
        // A link is made for each try, and for none once the wish is gone.
        wish("in time").await.unwrap();
        let claimed = self.claim("link-6", now).await.unwrap();
        assert_eq!(
            (claimed.kind, claimed.to.as_str()),
            (MailKind::PasswordReset, ADA)
        );
        let resetting = |hash: &str| store.resetting(hash.to_owned(), now);
        assert!(resetting("link-6").await.unwrap().is_some());
        assert!(resetting("link-5").await.unwrap().is_none());
        let dead = MailOutcome::Dead {
            error: "550 no such box".to_owned(),
        };
        assert!(store.settle_mail(claimed.id, 1, dead, now).await.unwrap());
        let kept = store.mails(Some(MailState::Dead), 10).await.unwrap();
        assert_eq!(kept[0].error.as_deref(), Some("550 no such box"));
        assert!(store.retry_mail(claimed.id, now).await.unwrap());
        assert!(!store.retry_mail(claimed.id, now).await.unwrap());
        let again = self.claim("link-7", now).await.unwrap();
        assert!(resetting("link-7").await.unwrap().is_some());
        assert_eq!((again.id, again.attempt), (claimed.id, 1));
        let done = store.settle_mail(again.id, 1, MailOutcome::Sent, now);
        assert!(done.await.unwrap());
        wish("overtaken").await.unwrap();
        let origin = IpAddr::from([192, 0, 2, 1]);
        let password = "phc-anew".to_owned();
        let reset = store.reset_password("link-6".to_owned(), password, origin, now);
        assert!(reset.await.unwrap());
        assert!(resetting("link-7").await.unwrap().is_none());
        let told = self.claim("", now).await.unwrap();
        assert_eq!(told.kind, MailKind::SecurityChange);
        let done = store.settle_mail(told.id, 1, MailOutcome::Sent, now);
        assert!(done.await.unwrap());
        // One that nobody ever tells of is given up.
        let change = serde_json::json!({ "change": "password" });
        let change = queued(MailKind::SecurityChange, change);
        store.queue_mail(change, now).await.unwrap();
        let mut at = now;
        for attempt in 1..=MAIL_ATTEMPTS {
            assert_eq!(self.claim("", at).await.unwrap().attempt, attempt);
            at += TimeDelta::minutes(15);
        }
        assert_eq!(self.claim("", at).await, None);
        let counts = store.mail_counts().await.unwrap();
        let expected = [
            (MailState::Dead, 1),
            (MailState::Dropped, 3),
            (MailState::Sent, 3),
        ];
        assert_eq!(counts, expected);
    }

    pub(super) async fn claim(&self, hash: &str, at: DateTime<Utc>) -> Option<ClaimedMail> {
        let claim = MailClaim {
            token_hash: hash.to_owned(),
            until: at + TimeDelta::minutes(15),
        };
        self.store.claim_mail(claim, at).await.unwrap()
    }

    /// What the operator reads.
    async fn operator(&self, account: AccountId) {
        let Self { store, .. } = *self;
        let people = store.people(account).await.unwrap();
        let of_gamma: Vec<_> = people
            .iter()
            .filter(|known| known.client == Sample::new("gamma", "Gamma").id)
            .map(|known| (known.email.as_str(), known.role, known.accepted.is_some()))
            .collect();
        assert_eq!(
            of_gamma,
            [
                (ADA, Role::Full, true),
                ("withdrawn@gamma.example", Role::Work, false)
            ]
        );
        let heads = store.audit_heads().await.unwrap();
        let head = heads.iter().find(|head| head.chain == account.0).unwrap();
        let rest = store.audit(head.chain, head.number - 1, 10).await.unwrap();
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].hash, head.hash);
    }
}
