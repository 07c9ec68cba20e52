//! The store for several server processes: PostgreSQL, a pool of connections, nothing kept in the process. Here are the
//! connections and the trait; the statements stand beside, in the files and under the names of the SQLite store. Each is a plain
//! function on a transaction. Knows nothing of HTTP.

mod account;
mod connection;
mod document;
mod entry;
mod expense;
mod factor;
mod hand_over;
mod invoice;
mod journal;
mod lock;
mod mail;
mod notice;
mod own;
mod people;
mod publish;
mod reading;
mod schema;
mod session;
mod sums;
mod talk;
mod tx;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use deadpool_postgres::{Object, Pool};

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
use tx::{Ended, Mode, Sight, Turns, Tx};

pub use connection::Address;

type Outcome<T> = Result<T, StoreError>;

/// The portal's memory in a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: Pool,
    server: String,
}

impl PostgresStore {
    /// Connects, and brings the schema up to date.
    pub async fn open(address: &Address) -> Outcome<Self> {
        let pool = address.pool()?;
        let state = schema::migrate(pool.get().await?).await?;
        Ok(Self {
            pool,
            server: format!("PostgreSQL {}, schema {}", state.server, state.schema),
        })
    }

    /// What it is kept in: `PostgreSQL 15.14, schema 1`.
    pub fn describe(&self) -> &str {
        &self.server
    }

    /// A transaction on a connection that lives. After a restart of the database the pool may hand out some that do not.
    async fn begin(&self, mode: Mode, sight: Sight) -> Outcome<Tx> {
        let mut dead = self.pool.status().size;
        loop {
            let connection: Object = self.pool.get().await?;
            match Tx::begin(connection, mode, sight).await {
                Ok(tx) => return Ok(tx),
                Err(error) => match StoreError::from(error) {
                    StoreError::Away(_) if dead > 0 => dead = dead.saturating_sub(1),
                    error => return Err(error),
                },
            }
        }
    }
}

/// Answers with what `$work` makes of a transaction; an error undoes all of it, and so does an answer that is not to be `$kept`.
/// While others are in the way it is done again from its beginning, so `$work` only looks at what it was given.
macro_rules! transaction {
    ($store:expr, $mode:expr, $sight:expr, |$tx:ident| $work:expr, $kept:expr) => {
        Box::pin(async move {
            let mut turns = Turns::default();
            loop {
                let tx = $store.begin($mode, $sight).await?;
                let answer = {
                    let $tx = &tx;
                    $work.await
                };
                match tx.end(answer, $kept).await {
                    Ended::Done(answer) => return Ok(answer),
                    Ended::Undone(error) => turns.next(error).await?,
                    Ended::Failed(error) => return Err(error),
                }
            }
        })
    };
}

/// A look at one state of the database; at the client of `viewer` alone, where one looks.
macro_rules! read {
    ($store:expr, |$tx:ident| $work:expr) => {
        transaction!($store, Mode::Read, Sight::All, |$tx| $work, |_| true)
    };
    ($store:expr, $viewer:expr, |$tx:ident| $work:expr) => {
        transaction!($store, Mode::Read, sight($viewer), |$tx| $work, |_| true)
    };
}

/// A change, kept unless it is told when; seeing the client of `viewer` alone, where one looks.
macro_rules! change {
    ($store:expr, |$tx:ident| $work:expr) => {
        transaction!($store, Mode::Change, Sight::All, |$tx| $work, |_| true)
    };
    ($store:expr, |$tx:ident| $work:expr, $kept:expr) => {
        transaction!($store, Mode::Change, Sight::All, |$tx| $work, $kept)
    };
    ($store:expr, $viewer:expr, |$tx:ident| $work:expr) => {
        transaction!($store, Mode::Change, sight($viewer), |$tx| $work, |_| true)
    };
}

fn sight(viewer: &Viewer) -> Sight {
    Sight::Client(viewer.client_row())
}

/// Text as PostgreSQL can hold it: everything but the character NUL, which nobody types.
fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether the database can be read, and still wants this program.
async fn ready(tx: &Tx) -> Outcome<()> {
    let sql = "SELECT version, needs FROM portal_schema";
    schema::Found::of(&tx.one(sql, &[]).await?)?.check()
}

impl PortalStore for PostgresStore {
    fn ready(&self) -> Answer<'_, ()> {
        read!(self, |tx| ready(tx))
    }

    fn create_account(
        &self,
        name: String,
        token_hash: String,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(self, |tx| account::create(tx, &name, &token_hash, now))
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        read!(self, |tx| account::all(tx))
    }

    fn change_account(
        &self,
        name: String,
        change: AccountChange,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(self, |tx| account::change(tx, &name, &change, now))
    }

    fn create_reset_link(&self, link: NewResetLink, now: DateTime<Utc>) -> Answer<'_, LinkOutcome> {
        change!(self, |tx| own::create_reset_link(tx, &link, now))
    }

    fn reset_factors(
        &self,
        account: String,
        email_key: String,
        now: DateTime<Utc>,
    ) -> Answer<'_, LinkOutcome> {
        change!(self, |tx| factor::reset(tx, &account, &email_key, now))
    }

    fn create_link(&self, link: NewLink, now: DateTime<Utc>) -> Answer<'_, LinkOutcome> {
        change!(self, |tx| people::create_link(tx, &link, now))
    }

    fn audit(&self, chain: i64, after: i64, limit: u32) -> Answer<'_, Vec<Record>> {
        read!(self, |tx| journal::lines(tx, chain, after, limit))
    }

    fn verify_audit(&self) -> Answer<'_, Result<u64, Broken>> {
        read!(self, |tx| journal::verify(tx))
    }

    fn audit_heads(&self) -> Answer<'_, Vec<Head>> {
        read!(self, |tx| journal::heads(tx))
    }

    fn people(&self, account: AccountId) -> Answer<'_, Vec<KnownUser>> {
        read!(self, |tx| people::of_account(tx, account))
    }

    fn account_by_token(&self, token_hash: String) -> Answer<'_, Option<Account>> {
        read!(self, |tx| account::by_token(tx, &token_hash))
    }

    fn status(&self, account: AccountId) -> Answer<'_, AccountStatus> {
        read!(self, |tx| publish::status(tx, account))
    }

    fn stage(&self, account: AccountId, parts: Staging, now: DateTime<Utc>) -> Answer<'_, bool> {
        change!(self, |tx| publish::stage(tx, account, &parts, now))
    }

    fn commit(
        &self,
        account: AccountId,
        client: PublicId,
        manifest: Manifest,
        now: DateTime<Utc>,
    ) -> Answer<'_, Commit> {
        change!(
            self,
            |tx| publish::commit(tx, account, &client, &manifest, now),
            |outcome| matches!(outcome, Commit::Committed { .. })
        )
    }

    fn remove_client(
        &self,
        account: AccountId,
        client: PublicId,
        revision: u64,
        now: DateTime<Utc>,
    ) -> Answer<'_, Removal> {
        change!(
            self,
            |tx| publish::remove(tx, account, &client, revision, now),
            |removal| !matches!(removal, Removal::Stale { .. })
        )
    }

    fn events(&self, account: AccountId, after: u64, limit: u32) -> Answer<'_, Events<RawEvent>> {
        read!(self, |tx| journal::events(tx, account, after, limit))
    }

    fn forget_events(&self, account: AccountId, client: PublicId, through: u64) -> Answer<'_, ()> {
        change!(self, |tx| journal::forget(tx, account, &client, through))
    }

    fn manifest(&self, account: AccountId, client: PublicId) -> Answer<'_, Option<Manifest>> {
        read!(self, |tx| publish::manifest(tx, account, &client))
    }

    fn part(
        &self,
        account: AccountId,
        client: PublicId,
        digest: Digest,
    ) -> Answer<'_, Option<Vec<u8>>> {
        read!(self, |tx| publish::part(tx, account, &client, &digest))
    }

    fn attempt(&self, counters: Vec<Counter>, act: Act, now: DateTime<Utc>) -> Answer<'_, Attempt> {
        change!(self, |tx| session::attempt(tx, &counters, &act, now))
    }

    fn logins(&self, email_key: String) -> Answer<'_, Vec<Login>> {
        read!(self, |tx| people::logins(tx, &email_key))
    }

    fn memberships(&self, persons: Vec<PersonId>) -> Answer<'_, Clients> {
        read!(self, |tx| session::memberships(tx, &persons))
    }

    fn sign_in_failed(
        &self,
        accounts: Vec<AccountId>,
        act: Act,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        change!(self, |tx| session::failed(tx, &accounts, &act, now))
    }

    fn sign_in(
        &self,
        session: NewSession,
        matched: Vec<Login>,
        counters: Vec<Counter>,
    ) -> Answer<'_, Option<Entrance>> {
        change!(self, |tx| session::sign_in(
            tx, &session, &matched, &counters
        ))
    }

    fn invitation(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Option<Invitee>> {
        read!(self, |tx| people::invitation(tx, &token_hash, now))
    }

    fn accept(
        &self,
        token_hash: String,
        password: String,
        session: NewSession,
    ) -> Answer<'_, Option<(PublicId, Entrance)>> {
        change!(
            self,
            |tx| people::accept(tx, &token_hash, &password, &session),
            Option::is_some
        )
    }

    fn use_link(&self, token_hash: String, session: NewSession) -> Answer<'_, Option<PublicId>> {
        change!(
            self,
            |tx| people::use_link(tx, &token_hash, &session),
            Option::is_some
        )
    }

    fn session(
        &self,
        token_hash: String,
        used: bool,
        now: DateTime<Utc>,
    ) -> Answer<'_, Option<Session>> {
        Box::pin(async move {
            let hash = token_hash.as_str();
            let found: Answer<'_, _> = read!(self, |tx| session::find(tx, hash, now));
            let Some((session, touch)) = found.await? else {
                return Ok(None);
            };
            if touch && used {
                let touched: Answer<'_, ()> = change!(self, |tx| session::touch(tx, hash, now));
                touched.await?;
            }
            Ok(Some(session))
        })
    }

    fn end_session(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, ()> {
        change!(self, |tx| session::end(tx, &token_hash, now))
    }

    fn factors(&self, persons: Vec<PersonId>) -> Answer<'_, Vec<Factors>> {
        read!(self, |tx| factor::of(tx, &persons))
    }

    fn half_session(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Vec<PersonId>> {
        read!(self, |tx| factor::half_session(tx, &token_hash, now))
    }

    fn second_step_failed(
        &self,
        token_hash: String,
        act: Act,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        change!(self, |tx| factor::second_step_failed(
            tx,
            &token_hash,
            &act,
            now
        ))
    }

    fn second_step(
        &self,
        half: String,
        proof: Proof,
        session: NewSession,
        counters: Vec<Counter>,
    ) -> Answer<'_, bool> {
        change!(
            self,
            |tx| factor::second_step(tx, &half, &proof, &session, &counters),
            |done| *done
        )
    }

    fn prove(
        &self,
        session: String,
        proof: Proof,
        counters: Vec<Counter>,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(
            self,
            |tx| factor::prove(tx, &session, &proof, &counters, now),
            |done| *done
        )
    }

    fn change_factors(
        &self,
        session: String,
        change: Change,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(
            self,
            |tx| factor::change(tx, &session, &change, now),
            |done| *done
        )
    }

    fn passkey(&self, credential: String) -> Answer<'_, Option<Passkey>> {
        read!(self, |tx| factor::passkey(tx, &credential))
    }

    fn sign_in_by_passkey(
        &self,
        credential: String,
        body: String,
        session: NewSession,
        counters: Vec<Counter>,
    ) -> Answer<'_, bool> {
        change!(self, |tx| factor::sign_in_by_passkey(
            tx,
            &credential,
            &body,
            &session,
            &counters
        ))
    }

    fn keep_challenge(
        &self,
        key: String,
        body: String,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        change!(self, |tx| own::keep_challenge(
            tx, &key, &body, expires, now
        ))
    }

    fn challenge(&self, key: String, now: DateTime<Utc>) -> Answer<'_, Option<String>> {
        read!(self, |tx| own::challenge(tx, &key, now))
    }

    fn take_challenge(&self, key: String, now: DateTime<Utc>) -> Answer<'_, Option<String>> {
        change!(self, |tx| own::take_challenge(tx, &key, now))
    }

    fn request_reset(&self, reset: NewReset, now: DateTime<Utc>) -> Answer<'_, ()> {
        change!(self, |tx| own::request_reset(tx, &reset, now))
    }

    fn resetting(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Option<Resetting>> {
        read!(self, |tx| own::resetting(tx, &token_hash, now))
    }

    fn reset_password(
        &self,
        token_hash: String,
        password: String,
        origin: std::net::IpAddr,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(self, |tx| own::reset_password(
            tx,
            &token_hash,
            &password,
            origin,
            now
        ))
    }

    fn own_sessions(&self, session: String, now: DateTime<Utc>) -> Answer<'_, Vec<SessionLine>> {
        read!(self, |tx| own::sessions(tx, &session, now))
    }

    fn end_own_sessions(
        &self,
        session: String,
        handle: Option<String>,
        now: DateTime<Utc>,
    ) -> Answer<'_, u32> {
        change!(self, |tx| own::end_sessions(
            tx,
            &session,
            handle.as_deref(),
            now
        ))
    }

    fn own_log(&self, session: String) -> Answer<'_, Vec<OwnLine>> {
        read!(self, |tx| own::log(tx, &session))
    }

    fn projects<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Option<Projects>> {
        read!(self, viewer, |tx| reading::seen_projects(tx, viewer))
    }

    fn retainers<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Retainer>> {
        let client = viewer.client_row();
        read!(self, viewer, |tx| reading::retainers(tx, client))
    }

    fn entries<'a>(
        &'a self,
        viewer: &'a Viewer,
        filter: EntryFilter,
        page: Page,
    ) -> Answer<'a, EntryPage> {
        read!(self, viewer, |tx| entry::page(tx, viewer, &filter, page))
    }

    fn facets<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Facets> {
        read!(self, viewer, |tx| entry::facets(tx, viewer))
    }

    fn sums<'a>(&'a self, viewer: &'a Viewer, filter: EntryFilter, by: By) -> Answer<'a, Vec<Sum>> {
        read!(self, viewer, |tx| sums::by(tx, viewer, &filter, by))
    }

    fn invoices<'a>(
        &'a self,
        viewer: &'a Viewer,
        filter: InvoiceFilter,
        page: Page,
    ) -> Answer<'a, InvoicePage> {
        let client = viewer.client_row();
        read!(self, viewer, |tx| invoice::page(tx, client, &filter, page))
    }

    fn billed<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<(YearMonth, Money)>> {
        let client = viewer.client_row();
        read!(self, viewer, |tx| invoice::billed(tx, client))
    }

    fn open_invoices<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Invoice>> {
        let client = viewer.client_row();
        read!(self, viewer, |tx| reading::open_invoices(tx, client))
    }

    fn view_invoice<'a>(
        &'a self,
        viewer: &'a Viewer,
        id: PublicId,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<Invoice>> {
        change!(self, viewer, |tx| reading::view_invoice(
            tx, viewer, &id, now
        ))
    }

    fn fetch_file<'a>(
        &'a self,
        viewer: &'a Viewer,
        invoice: PublicId,
        which: InvoiceFile,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<(String, Vec<u8>)>> {
        change!(self, viewer, |tx| reading::fetch_file(
            tx, viewer, &invoice, which, now
        ))
    }

    fn queue_mail(&self, mail: OutboxMail, now: DateTime<Utc>) -> Answer<'_, ()> {
        change!(self, |tx| mail::queue(tx, &mail, now))
    }

    fn claim_mail(&self, claim: MailClaim, now: DateTime<Utc>) -> Answer<'_, Option<ClaimedMail>> {
        Box::pin(async move {
            // Asked every few moments; the answer is mostly no, and costs no write.
            let due: Answer<'_, bool> = read!(self, |tx| mail::is_due(tx, now));
            if !due.await? {
                return Ok(None);
            }
            let claimed: Answer<'_, Option<ClaimedMail>> =
                change!(self, |tx| mail::claim(tx, &claim, now));
            claimed.await
        })
    }

    fn settle_mail(
        &self,
        mail: i64,
        attempt: u32,
        outcome: MailOutcome,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(self, |tx| mail::settle(tx, mail, attempt, &outcome, now))
    }

    fn mails(&self, state: Option<MailState>, limit: u32) -> Answer<'_, Vec<Mail>> {
        read!(self, |tx| mail::list(tx, state, limit))
    }

    fn mail_counts(&self) -> Answer<'_, Vec<(MailState, u64)>> {
        read!(self, |tx| mail::counts(tx))
    }

    fn retry_mail(&self, mail: i64, now: DateTime<Utc>) -> Answer<'_, bool> {
        change!(self, |tx| mail::retry(tx, mail, now))
    }

    fn take_notice(
        &self,
        account: AccountId,
        new: NewNotice,
        now: DateTime<Utc>,
    ) -> Answer<'_, HandOver> {
        change!(self, |tx| hand_over::take(tx, account, &new, now))
    }

    fn settle_notice(
        &self,
        claim: NoticeClaim,
        is_sent: bool,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool> {
        change!(self, |tx| hand_over::settle(tx, &claim, is_sent, now))
    }

    fn talk<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Said> {
        read!(self, viewer, |tx| talk::said(tx, viewer))
    }

    fn face<'a>(&'a self, viewer: &'a Viewer, about: About) -> Answer<'a, Option<Face>> {
        read!(self, viewer, |tx| talk::face(tx, viewer, &about))
    }

    fn write_message<'a>(
        &'a self,
        viewer: &'a Viewer,
        new: NewMessage,
        now: DateTime<Utc>,
    ) -> Answer<'a, super::talk::Outcome> {
        change!(self, viewer, |tx| talk::write(tx, viewer, &new, now))
    }

    fn see_thread<'a>(
        &'a self,
        viewer: &'a Viewer,
        thread: PublicId,
        messages: u32,
    ) -> Answer<'a, ()> {
        change!(self, viewer, |tx| talk::see(tx, viewer, &thread, messages))
    }

    fn decide<'a>(
        &'a self,
        viewer: &'a Viewer,
        new: NewDecision,
        now: DateTime<Utc>,
    ) -> Answer<'a, Decided> {
        change!(self, viewer, |tx| talk::decide(tx, viewer, &new, now))
    }

    fn expenses<'a>(&'a self, viewer: &'a Viewer, year: Option<u16>) -> Answer<'a, Spending> {
        let client = viewer.client_row();
        read!(self, viewer, |tx| expense::of_year(tx, client, year))
    }

    fn muted<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Kind>> {
        read!(self, viewer, |tx| notice::muted(tx, viewer))
    }

    fn choose<'a>(
        &'a self,
        viewer: &'a Viewer,
        muted: Vec<Kind>,
        now: DateTime<Utc>,
    ) -> Answer<'a, ()> {
        change!(self, viewer, |tx| notice::choose(tx, viewer, &muted, now))
    }

    fn mail_reader(&self, token_hash: String) -> Answer<'_, Option<MailReader>> {
        read!(self, |tx| notice::reader(tx, &token_hash))
    }

    fn mute(&self, token_hash: String, kinds: Vec<Kind>, now: DateTime<Utc>) -> Answer<'_, bool> {
        change!(self, |tx| notice::mute(tx, &token_hash, &kinds, now))
    }

    fn documents<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Document>> {
        let client = viewer.client_row();
        read!(self, viewer, |tx| document::all(tx, client))
    }

    fn fetch_document<'a>(
        &'a self,
        viewer: &'a Viewer,
        document: PublicId,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<(Document, Vec<u8>)>> {
        change!(self, viewer, |tx| document::fetch(
            tx, viewer, &document, now
        ))
    }

    fn exported<'a>(
        &'a self,
        viewer: &'a Viewer,
        name: String,
        now: DateTime<Utc>,
    ) -> Answer<'a, ()> {
        change!(self, viewer, |tx| reading::hand_out(
            tx,
            viewer,
            Action::Exported,
            &name,
            now
        ))
    }
}
