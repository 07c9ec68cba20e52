//! The embedded store: one SQLite file, one writer, a few readers. Here are the connections and the trait; the statements stand
//! beside, by what they are about. Knows nothing of HTTP.

mod account;
mod document;
mod entry;
mod expense;
mod factor;
mod hand_over;
mod invoice;
mod journal;
pub(in crate::portal) mod mail;
mod notice;
mod own;
mod people;
mod publish;
mod reading;
mod session;
mod spread;
mod sums;
mod talk;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::Semaphore;

use crate::published::notice::Kind;
use crate::published::protocol::{Events, Manifest, RawEvent};
use crate::published::{About, Digest, Document, Invoice, Projects, Retainer};
use crate::values::id::PublicId;
use crate::values::money::Money;
use crate::values::period::YearMonth;

use super::super::audit::{Act, Action, Broken, Head, Record};
use super::super::throttle::Counter;
use super::super::viewer::{AccountId, PersonId, Viewer};
use super::{
    Account, AccountChange, AccountStatus, Answer, Attempt, By, Change, ClaimedMail, Clients,
    Commit, Decided, Entrance, EntryFilter, EntryPage, Face, Facets, Factors, HandOver, Invitee,
    InvoiceFile, InvoiceFilter, InvoicePage, KnownUser, LinkOutcome, Login, Mail, MailClaim,
    MailOutcome, MailReader, MailState, NewDecision, NewLink, NewMessage, NewNotice, NewReset,
    NewResetLink, NewSession, NoticeClaim, OutboxMail, OwnLine, Page, Passkey, PortalStore, Proof,
    Removal, Resetting, Said, Session, SessionLine, Spending, Staging, StoreError, Sum,
};

mod schema {
    //! The migrations, compiled in.
    #![allow(clippy::unwrap_used, unreachable_pub, missing_debug_implementations)]
    refinery::embed_migrations!("migrations/portal/sqlite");
}

/// Schema this program knows; the number of the last migration.
const SCHEMA: i64 = 7;
/// The schema since which parts are spread as they are.
const SPREAD: i64 = 7;
/// Marks the file as a portal's: "LOGP".
const APPLICATION: i64 = 0x4C4F_4750;
/// Read connections kept open, which is also how many reads run at once.
const READERS: usize = 4;
/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// The portal's memory in one SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    write_permit: Arc<Semaphore>,
    read_permits: Arc<Semaphore>,
}

type Outcome<T> = Result<T, StoreError>;

impl SqliteStore {
    /// Opens the file, or makes it, and brings its schema up to date. Blocking: call it before serving.
    pub fn open(path: &Path) -> Outcome<Self> {
        create_private(path)?;
        let mut writer = connect(path)?;
        migrate(&mut writer)?;
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer: Mutex::new(writer),
                readers: Mutex::new(Vec::new()),
                write_permit: Arc::new(Semaphore::new(1)),
                read_permits: Arc::new(Semaphore::new(READERS)),
            }),
        })
    }

    /// What it is kept in: `SQLite 3.51.0, schema 1`.
    pub fn describe() -> String {
        format!("SQLite {}, schema {SCHEMA}", rusqlite::version())
    }

    /// Runs `work` in a snapshot that is only read.
    fn read<'a, T, F>(&'a self, work: F) -> Answer<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let permit = permit(&inner.read_permits).await?;
            let task = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let idle = lock(&inner.readers).pop();
                let mut connection = match idle {
                    Some(connection) => connection,
                    None => connect(&inner.path)?,
                };
                let answer = snapshot(&mut connection, work);
                lock(&inner.readers).push(connection);
                answer
            });
            task.await.map_err(|_| StoreError::Stopped)?
        })
    }

    /// Runs `work` in a transaction that holds the write lock from its beginning; an error undoes all of it.
    fn write<'a, T, F>(&'a self, work: F) -> Answer<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static,
    {
        self.write_where(work, |_| true, |_| After::Nothing)
    }

    /// As `write`, but an answer that is not to be `kept` undoes all as well.
    fn write_where<'a, T, F>(
        &'a self,
        work: F,
        kept: fn(&T) -> bool,
        after: fn(&T) -> After,
    ) -> Answer<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let permit = permit(&inner.write_permit).await?;
            let task = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let mut writer = lock(&inner.writer);
                let transaction =
                    writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let answer = work(&transaction)?;
                if kept(&answer) {
                    transaction.commit()?;
                    if after(&answer) == After::Forget {
                        forget(&writer);
                    }
                }
                Ok(answer)
            });
            task.await.map_err(|_| StoreError::Stopped)?
        })
    }
}

/// What follows a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    /// What was deleted shall not linger in the write-ahead log.
    Forget,
}

async fn permit(permits: &Arc<Semaphore>) -> Outcome<tokio::sync::OwnedSemaphorePermit> {
    Arc::clone(permits)
        .acquire_owned()
        .await
        .map_err(|_| StoreError::Stopped)
}

/// A connection that panicked rolled its transaction back when it was dropped: it can go on.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn snapshot<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let answer = work(&transaction)?;
    transaction.finish()?;
    Ok(answer)
}

/// Pages of the log that held deleted parts are overwritten by the checkpoint (`secure_delete` cleared the pages themselves).
/// A reader may be in the way; the next commit tries again.
fn forget(connection: &Connection) {
    let done = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0)
    });
    if !matches!(done, Ok(0)) {
        tracing::debug!("the write-ahead log could not be emptied yet");
    }
}

/// The file holds what clients pay for: nobody but the server's user reads it.
fn create_private(path: &Path) -> Outcome<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

fn connect(path: &Path) -> Outcome<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Outcome<()> {
    let pragma = |connection: &Connection, name: &str| {
        connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0))
    };
    let (application, found) = (
        pragma(connection, "application_id")?,
        pragma(connection, "user_version")?,
    );
    if application == 0 {
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let interrupted = connection.table_exists(None, "refinery_schema_history")?;
        if found != 0 || (tables != 0 && !interrupted) {
            return Err(StoreError::Foreign);
        }
    } else if application != APPLICATION {
        return Err(StoreError::Foreign);
    }
    if found > SCHEMA {
        return Err(StoreError::Newer {
            found,
            known: SCHEMA,
        });
    }
    if found < SCHEMA {
        schema::migrations::runner().run(connection)?;
        if (1..SPREAD).contains(&found) {
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            spread::again(&tx)?;
            tx.commit()?;
        }
        connection.pragma_update(None, "user_version", SCHEMA)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    Ok(())
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Sqlite(error),
        }
    }
}

impl PortalStore for SqliteStore {
    fn ready(&self) -> Answer<'_, ()> {
        self.read(|tx| {
            tx.query_row("SELECT count(*) FROM account", [], |_| Ok(()))?;
            Ok(())
        })
    }

    fn create_account(
        &self,
        name: String,
        token_hash: String,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write(move |tx| account::create(tx, &name, &token_hash, now))
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        self.read(account::all)
    }

    fn change_account(
        &self,
        name: String,
        change: AccountChange,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write(move |tx| account::change(tx, &name, &change, now))
    }

    fn create_reset_link(&self, link: NewResetLink, now: DateTime<Utc>) -> Answer<'_, LinkOutcome> {
        self.write(move |tx| own::create_reset_link(tx, &link, now))
    }

    fn reset_factors(
        &self,
        account: String,
        email_key: String,
        now: DateTime<Utc>,
    ) -> Answer<'_, LinkOutcome> {
        self.write(move |tx| factor::reset(tx, &account, &email_key, now))
    }

    fn create_link(&self, link: NewLink, now: DateTime<Utc>) -> Answer<'_, LinkOutcome> {
        self.write(move |tx| people::create_link(tx, &link, now))
    }

    fn audit(&self, chain: i64, after: i64, limit: u32) -> Answer<'_, Vec<Record>> {
        self.read(move |tx| journal::lines(tx, chain, after, limit))
    }

    fn verify_audit(&self) -> Answer<'_, Result<u64, Broken>> {
        self.read(journal::verify)
    }

    fn audit_heads(&self) -> Answer<'_, Vec<Head>> {
        self.read(journal::heads)
    }

    fn people(&self, account: AccountId) -> Answer<'_, Vec<KnownUser>> {
        self.read(move |tx| people::of_account(tx, account))
    }

    fn account_by_token(&self, token_hash: String) -> Answer<'_, Option<Account>> {
        self.read(move |tx| account::by_token(tx, &token_hash))
    }

    fn status(&self, account: AccountId) -> Answer<'_, AccountStatus> {
        self.read(move |tx| publish::status(tx, account))
    }

    fn stage(&self, account: AccountId, parts: Staging, now: DateTime<Utc>) -> Answer<'_, bool> {
        let done = self.write_where(
            move |tx| publish::stage(tx, account, &parts, now),
            |_| true,
            |(_, after)| *after,
        );
        Box::pin(async move { Ok(done.await?.0) })
    }

    fn commit(
        &self,
        account: AccountId,
        client: PublicId,
        manifest: Manifest,
        now: DateTime<Utc>,
    ) -> Answer<'_, Commit> {
        let done = self.write_where(
            move |tx| publish::commit(tx, account, &client, &manifest, now),
            |(outcome, _)| matches!(outcome, Commit::Committed { .. }),
            |(_, after)| *after,
        );
        Box::pin(async move { Ok(done.await?.0) })
    }

    fn remove_client(
        &self,
        account: AccountId,
        client: PublicId,
        revision: u64,
        now: DateTime<Utc>,
    ) -> Answer<'_, Removal> {
        self.write_where(
            move |tx| publish::remove(tx, account, &client, revision, now),
            |removal| !matches!(removal, Removal::Stale { .. }),
            |_| After::Forget,
        )
    }

    fn events(&self, account: AccountId, after: u64, limit: u32) -> Answer<'_, Events<RawEvent>> {
        self.read(move |tx| journal::events(tx, account, after, limit))
    }

    fn forget_events(&self, account: AccountId, client: PublicId, through: u64) -> Answer<'_, ()> {
        self.write_where(
            move |tx| journal::forget(tx, account, &client, through),
            |()| true,
            |()| After::Forget,
        )
    }

    fn manifest(&self, account: AccountId, client: PublicId) -> Answer<'_, Option<Manifest>> {
        self.read(move |tx| publish::manifest(tx, account, &client))
    }

    fn part(
        &self,
        account: AccountId,
        client: PublicId,
        digest: Digest,
    ) -> Answer<'_, Option<Vec<u8>>> {
        self.read(move |tx| publish::part(tx, account, &client, &digest))
    }

    fn attempt(&self, counters: Vec<Counter>, act: Act, now: DateTime<Utc>) -> Answer<'_, Attempt> {
        self.write(move |tx| session::attempt(tx, &counters, &act, now))
    }

    fn logins(&self, email_key: String) -> Answer<'_, Vec<Login>> {
        self.read(move |tx| people::logins(tx, &email_key))
    }

    fn memberships(&self, persons: Vec<PersonId>) -> Answer<'_, Clients> {
        self.read(move |tx| session::memberships(tx, &persons))
    }

    fn sign_in_failed(
        &self,
        accounts: Vec<AccountId>,
        act: Act,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        self.write(move |tx| session::failed(tx, &accounts, &act, now))
    }

    fn sign_in(
        &self,
        session: NewSession,
        matched: Vec<Login>,
        counters: Vec<Counter>,
    ) -> Answer<'_, Option<Entrance>> {
        self.write(move |tx| session::sign_in(tx, &session, &matched, &counters))
    }

    fn invitation(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Option<Invitee>> {
        self.read(move |tx| people::invitation(tx, &token_hash, now))
    }

    fn accept(
        &self,
        token_hash: String,
        password: String,
        session: NewSession,
    ) -> Answer<'_, Option<(PublicId, Entrance)>> {
        self.write_where(
            move |tx| people::accept(tx, &token_hash, &password, &session),
            Option::is_some,
            |_| After::Nothing,
        )
    }

    fn use_link(&self, token_hash: String, session: NewSession) -> Answer<'_, Option<PublicId>> {
        self.write_where(
            move |tx| people::use_link(tx, &token_hash, &session),
            Option::is_some,
            |_| After::Nothing,
        )
    }

    fn session(
        &self,
        token_hash: String,
        used: bool,
        now: DateTime<Utc>,
    ) -> Answer<'_, Option<Session>> {
        Box::pin(async move {
            let hash = token_hash.clone();
            let Some((session, touch)) = self.read(move |tx| session::find(tx, &hash, now)).await?
            else {
                return Ok(None);
            };
            if touch && used {
                self.write(move |tx| session::touch(tx, &token_hash, now))
                    .await?;
            }
            Ok(Some(session))
        })
    }

    fn end_session(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, ()> {
        self.write(move |tx| session::end(tx, &token_hash, now))
    }

    fn factors(&self, persons: Vec<PersonId>) -> Answer<'_, Vec<Factors>> {
        self.read(move |tx| factor::of(tx, &persons))
    }

    fn half_session(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Vec<PersonId>> {
        self.read(move |tx| factor::half_session(tx, &token_hash, now))
    }

    fn second_step_failed(
        &self,
        token_hash: String,
        act: Act,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        self.write(move |tx| factor::second_step_failed(tx, &token_hash, &act, now))
    }

    fn second_step(
        &self,
        half: String,
        proof: Proof,
        session: NewSession,
        counters: Vec<Counter>,
    ) -> Answer<'_, bool> {
        self.write_where(
            move |tx| factor::second_step(tx, &half, &proof, &session, &counters),
            |done| *done,
            |_| After::Nothing,
        )
    }

    fn prove(
        &self,
        session: String,
        proof: Proof,
        counters: Vec<Counter>,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write_where(
            move |tx| factor::prove(tx, &session, &proof, &counters, now),
            |done| *done,
            |_| After::Nothing,
        )
    }

    fn change_factors(
        &self,
        session: String,
        change: Change,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write_where(
            move |tx| factor::change(tx, &session, &change, now),
            |done| *done,
            |_| After::Nothing,
        )
    }

    fn passkey(&self, credential: String) -> Answer<'_, Option<Passkey>> {
        self.read(move |tx| factor::passkey(tx, &credential))
    }

    fn sign_in_by_passkey(
        &self,
        credential: String,
        body: String,
        session: NewSession,
        counters: Vec<Counter>,
    ) -> Answer<'_, bool> {
        self.write(move |tx| {
            factor::sign_in_by_passkey(tx, &credential, &body, &session, &counters)
        })
    }

    fn keep_challenge(
        &self,
        key: String,
        body: String,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        self.write(move |tx| own::keep_challenge(tx, &key, &body, expires, now))
    }

    fn challenge(&self, key: String, now: DateTime<Utc>) -> Answer<'_, Option<String>> {
        self.read(move |tx| own::challenge(tx, &key, now))
    }

    fn take_challenge(&self, key: String, now: DateTime<Utc>) -> Answer<'_, Option<String>> {
        self.write(move |tx| own::take_challenge(tx, &key, now))
    }

    fn request_reset(&self, reset: NewReset, now: DateTime<Utc>) -> Answer<'_, ()> {
        self.write(move |tx| own::request_reset(tx, &reset, now))
    }

    fn resetting(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Option<Resetting>> {
        self.read(move |tx| own::resetting(tx, &token_hash, now))
    }

    fn reset_password(
        &self,
        token_hash: String,
        password: String,
        origin: std::net::IpAddr,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write(move |tx| own::reset_password(tx, &token_hash, &password, origin, now))
    }

    fn own_sessions(&self, session: String, now: DateTime<Utc>) -> Answer<'_, Vec<SessionLine>> {
        self.read(move |tx| own::sessions(tx, &session, now))
    }

    fn end_own_sessions(
        &self,
        session: String,
        handle: Option<String>,
        now: DateTime<Utc>,
    ) -> Answer<'_, u32> {
        self.write(move |tx| own::end_sessions(tx, &session, handle.as_deref(), now))
    }

    fn own_log(&self, session: String) -> Answer<'_, Vec<OwnLine>> {
        self.read(move |tx| own::log(tx, &session))
    }

    fn projects<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Option<Projects>> {
        let viewer = viewer.clone();
        self.read(move |tx| reading::seen_projects(tx, &viewer))
    }

    fn retainers<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Retainer>> {
        let client = viewer.client_row();
        self.read(move |tx| reading::retainers(tx, client))
    }

    fn entries<'a>(
        &'a self,
        viewer: &'a Viewer,
        filter: EntryFilter,
        page: Page,
    ) -> Answer<'a, EntryPage> {
        let viewer = viewer.clone();
        self.read(move |tx| entry::page(tx, &viewer, &filter, page))
    }

    fn facets<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Facets> {
        let viewer = viewer.clone();
        self.read(move |tx| entry::facets(tx, &viewer))
    }

    fn sums<'a>(&'a self, viewer: &'a Viewer, filter: EntryFilter, by: By) -> Answer<'a, Vec<Sum>> {
        let viewer = viewer.clone();
        self.read(move |tx| sums::by(tx, &viewer, &filter, by))
    }

    fn invoices<'a>(
        &'a self,
        viewer: &'a Viewer,
        filter: InvoiceFilter,
        page: Page,
    ) -> Answer<'a, InvoicePage> {
        let client = viewer.client_row();
        self.read(move |tx| invoice::page(tx, client, &filter, page))
    }

    fn billed<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<(YearMonth, Money)>> {
        let client = viewer.client_row();
        self.read(move |tx| invoice::billed(tx, client))
    }

    fn open_invoices<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Invoice>> {
        let client = viewer.client_row();
        self.read(move |tx| reading::open_invoices(tx, client))
    }

    fn view_invoice<'a>(
        &'a self,
        viewer: &'a Viewer,
        id: PublicId,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<Invoice>> {
        let viewer = viewer.clone();
        self.write(move |tx| reading::view_invoice(tx, &viewer, &id, now))
    }

    fn fetch_file<'a>(
        &'a self,
        viewer: &'a Viewer,
        invoice: PublicId,
        which: InvoiceFile,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<(String, Vec<u8>)>> {
        let viewer = viewer.clone();
        self.write(move |tx| reading::fetch_file(tx, &viewer, &invoice, which, now))
    }

    fn queue_mail(&self, mail: OutboxMail, now: DateTime<Utc>) -> Answer<'_, ()> {
        self.write(move |tx| mail::queue(tx, mail, now))
    }

    fn claim_mail(&self, claim: MailClaim, now: DateTime<Utc>) -> Answer<'_, Option<ClaimedMail>> {
        Box::pin(async move {
            // Asked every few moments; the answer is mostly no, and costs no write.
            if !self.read(move |tx| mail::is_due(tx, now)).await? {
                return Ok(None);
            }
            self.write(move |tx| mail::claim(tx, &claim, now)).await
        })
    }

    fn settle_mail(
        &self,
        mail: i64,
        attempt: u32,
        outcome: MailOutcome,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write(move |tx| mail::settle(tx, mail, attempt, &outcome, now))
    }

    fn mails(&self, state: Option<MailState>, limit: u32) -> Answer<'_, Vec<Mail>> {
        self.read(move |tx| mail::list(tx, state, limit))
    }

    fn mail_counts(&self) -> Answer<'_, Vec<(MailState, u64)>> {
        self.read(mail::counts)
    }

    fn retry_mail(&self, mail: i64, now: DateTime<Utc>) -> Answer<'_, bool> {
        self.write(move |tx| mail::retry(tx, mail, now))
    }

    fn take_notice(
        &self,
        account: AccountId,
        new: NewNotice,
        now: DateTime<Utc>,
    ) -> Answer<'_, HandOver> {
        self.write(move |tx| hand_over::take(tx, account, &new, now))
    }

    fn settle_notice(
        &self,
        claim: NoticeClaim,
        is_sent: bool,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        self.write(move |tx| hand_over::settle(tx, &claim, is_sent, now))
    }

    fn talk<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Said> {
        let viewer = viewer.clone();
        self.read(move |tx| talk::said(tx, &viewer))
    }

    fn face<'a>(&'a self, viewer: &'a Viewer, about: About) -> Answer<'a, Option<Face>> {
        let viewer = viewer.clone();
        self.read(move |tx| talk::face(tx, &viewer, &about))
    }

    fn write_message<'a>(
        &'a self,
        viewer: &'a Viewer,
        new: NewMessage,
        now: DateTime<Utc>,
    ) -> Answer<'a, super::talk::Outcome> {
        let viewer = viewer.clone();
        self.write(move |tx| talk::write(tx, &viewer, &new, now))
    }

    fn see_thread<'a>(
        &'a self,
        viewer: &'a Viewer,
        thread: PublicId,
        messages: u32,
    ) -> Answer<'a, ()> {
        let viewer = viewer.clone();
        self.write(move |tx| talk::see(tx, &viewer, &thread, messages))
    }

    fn decide<'a>(
        &'a self,
        viewer: &'a Viewer,
        new: NewDecision,
        now: DateTime<Utc>,
    ) -> Answer<'a, Decided> {
        let viewer = viewer.clone();
        self.write(move |tx| talk::decide(tx, &viewer, &new, now))
    }

    fn expenses<'a>(&'a self, viewer: &'a Viewer, year: Option<u16>) -> Answer<'a, Spending> {
        let client = viewer.client_row();
        self.read(move |tx| expense::of_year(tx, client, year))
    }

    fn muted<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Kind>> {
        let viewer = viewer.clone();
        self.read(move |tx| notice::muted(tx, &viewer))
    }

    fn choose<'a>(
        &'a self,
        viewer: &'a Viewer,
        muted: Vec<Kind>,
        now: DateTime<Utc>,
    ) -> Answer<'a, ()> {
        let viewer = viewer.clone();
        self.write(move |tx| notice::choose(tx, &viewer, &muted, now))
    }

    fn mail_reader(&self, token_hash: String) -> Answer<'_, Option<MailReader>> {
        self.read(move |tx| notice::reader(tx, &token_hash))
    }

    fn mute(&self, token_hash: String, kinds: Vec<Kind>, now: DateTime<Utc>) -> Answer<'_, bool> {
        self.write(move |tx| notice::mute(tx, &token_hash, &kinds, now))
    }

    fn documents<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Document>> {
        let client = viewer.client_row();
        self.read(move |tx| document::all(tx, client))
    }

    fn fetch_document<'a>(
        &'a self,
        viewer: &'a Viewer,
        document: PublicId,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<(Document, Vec<u8>)>> {
        let viewer = viewer.clone();
        self.write(move |tx| document::fetch(tx, &viewer, &document, now))
    }

    fn exported<'a>(
        &'a self,
        viewer: &'a Viewer,
        name: String,
        now: DateTime<Utc>,
    ) -> Answer<'a, ()> {
        let viewer = viewer.clone();
        self.write(move |tx| reading::hand_out(tx, &viewer, Action::Exported, &name, now))
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract;
    use super::*;

    fn store() -> (tempfile::TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("portal.db")).unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn keeps_the_contract() {
        let (_folder, store) = store();
        contract::check(&store).await;
    }

    #[test]
    fn opens_again_and_refuses_what_it_does_not_know() {
        let (folder, store) = store();
        drop(store);
        let path = folder.path().join("portal.db");
        SqliteStore::open(&path).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection
            .pragma_update(None, "user_version", SCHEMA + 1)
            .unwrap();
        drop(connection);
        let newer = SqliteStore::open(&path).unwrap_err();
        assert!(
            newer.to_string().contains("update loggia on the server"),
            "{newer}"
        );
    }

    #[test]
    fn a_foreign_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE t (a)")
            .unwrap();
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::Foreign)));
        std::fs::write(
            &path,
            "no database at all, but quite a long text".repeat(200),
        )
        .unwrap();
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::Foreign)));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, _store) = store();
        let mode = std::fs::metadata(folder.path().join("portal.db"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_audit_log_is_append_only() {
        let (folder, _store) = store();
        let connection = Connection::open(folder.path().join("portal.db")).unwrap();
        connection
            .execute_batch("INSERT INTO audit VALUES (0, 1, 0, 'a', 'b', NULL, NULL, NULL, '', '')")
            .unwrap();
        assert!(connection.execute_batch("DELETE FROM audit").is_err());
        assert!(
            connection
                .execute_batch("UPDATE audit SET actor = 'c'")
                .is_err()
        );
    }
}
