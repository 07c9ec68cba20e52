//! The portal's memory: one trait, so that SQLite and PostgreSQL serve alike. Each method is one transaction; what it
//! does to the audit log and to the events happens in the same one. No state that matters is kept in the process.
//!
//! People: a [`PersonId`] is one mail address within one account and holds the password; a membership makes that person a user
//! of one client, with a role. The same address under two accounts is two persons, so an account that invites somebody can
//! never set a password that opens another account.

pub mod address;
mod column;
mod factor;
mod hand_over;
#[cfg(test)]
mod hand_over_contract;
mod mail;
mod notice;
#[cfg(test)]
mod notice_contract;
mod people;
pub mod postgres;
mod record;
pub mod sqlite;
mod sums;
pub mod talk;

#[cfg(test)]
pub(crate) mod contract;
#[cfg(test)]
mod talk_contract;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};

use crate::published::notice::Kind;
use crate::published::protocol::{Events, Manifest, RawEvent};
use crate::published::{About, Digest, Document, Invoice, Projects, Retainer};
use crate::values::id::PublicId;
use crate::values::money::Money;
use crate::values::period::YearMonth;

pub(in crate::portal) use factor::SECOND_STEP;
pub use factor::{
    Authenticator, Change, Entrance, Factors, NewPasskey, NewReset, NewResetLink, OwnLine, Passkey,
    PasskeyLine, Proof, Resetting, SessionLine,
};
pub use hand_over::{HandOver, NewNotice, NoticeClaim};
pub use mail::{
    ClaimedMail, MAIL_ATTEMPTS, Mail, MailClaim, MailKind, MailOutcome, MailState, OutboxMail,
    SecurityChange,
};
pub use notice::MailReader;
pub use record::{
    Account, AccountChange, AccountStatus, Attempt, By, Clients, Commit, EntryFilter, EntryPage,
    Facets, Invitee, InvoiceFile, InvoiceFilter, InvoiceGroup, InvoicePage, KnownUser, LinkOutcome,
    Login, Membership, NewLink, NewSession, Page, Removal, Session, SignedIn, Spending, Staging,
    StoreError, Sum, Totals,
};
pub use talk::{Decided, Face, NewDecision, NewMessage, Said};

use super::audit::{Act, Broken, Head, Record};
use super::throttle::Counter;
use super::viewer::{AccountId, PersonId, Viewer};

/// What a store answers, later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// See the module.
pub trait PortalStore: fmt::Debug + Send + Sync + 'static {
    /// Whether the store can be read.
    fn ready(&self) -> Answer<'_, ()>;

    // ---- operator

    /// A new account; false where the name is taken.
    fn create_account(
        &self,
        name: String,
        token_hash: String,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;
    /// All accounts by name.
    fn accounts(&self) -> Answer<'_, Vec<Account>>;
    /// Changes an account; false where there is none of this name.
    fn change_account(
        &self,
        name: String,
        change: AccountChange,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;
    /// A single-use link that sets a person's password.
    fn create_reset_link(&self, link: NewResetLink, now: DateTime<Utc>) -> Answer<'_, LinkOutcome>;
    /// Takes all second factors of a person away and ends the person's sessions.
    fn reset_factors(
        &self,
        account: String,
        email_key: String,
        now: DateTime<Utc>,
    ) -> Answer<'_, LinkOutcome>;
    /// A single-use link that signs one user of one client in.
    fn create_link(&self, link: NewLink, now: DateTime<Utc>) -> Answer<'_, LinkOutcome>;
    /// Lines of the audit log of one chain after a number, at most `limit`.
    fn audit(&self, chain: i64, after: i64, limit: u32) -> Answer<'_, Vec<Record>>;
    /// Follows all chains; the first thing wrong, or how many lines there are.
    fn verify_audit(&self) -> Answer<'_, Result<u64, Broken>>;
    /// The last line of each chain: number and hash. Kept elsewhere, they show if the end of a chain was cut off.
    fn audit_heads(&self) -> Answer<'_, Vec<Head>>;
    /// The users of an account's clients, by client and address.
    fn people(&self, account: AccountId) -> Answer<'_, Vec<KnownUser>>;

    // ---- sync

    /// The account that owns this token.
    fn account_by_token(&self, token_hash: String) -> Answer<'_, Option<Account>>;
    /// What the account has published.
    fn status(&self, account: AccountId) -> Answer<'_, AccountStatus>;
    /// Keeps the bytes of parts until a commit asks for them; of all or, where they are too many, of none.
    fn stage(&self, account: AccountId, parts: Staging, now: DateTime<Utc>) -> Answer<'_, bool>;
    /// Swaps a client to this manifest, or tells why not. Changes nothing unless it answers [`Commit::Committed`].
    fn commit(
        &self,
        account: AccountId,
        client: PublicId,
        manifest: Manifest,
        now: DateTime<Utc>,
    ) -> Answer<'_, Commit>;
    /// Removes a client of this revision or an older one, with its users and their sessions. Changes nothing where it
    /// answers [`Removal::Stale`].
    fn remove_client(
        &self,
        account: AccountId,
        client: PublicId,
        revision: u64,
        now: DateTime<Utc>,
    ) -> Answer<'_, Removal>;
    /// Events after a number.
    fn events(&self, account: AccountId, after: u64, limit: u32) -> Answer<'_, Events<RawEvent>>;
    /// Forgets what users of a client did, up to an event that the account has. That event stays, of nobody: by its id the account
    /// knows that the portal is the one it was.
    fn forget_events(&self, account: AccountId, client: PublicId, through: u64) -> Answer<'_, ()>;
    /// The parts of a client of the account; none where there is no such client.
    fn manifest(&self, account: AccountId, client: PublicId) -> Answer<'_, Option<Manifest>>;
    /// The bytes of a committed part of a client of the account.
    fn part(
        &self,
        account: AccountId,
        client: PublicId,
        digest: Digest,
    ) -> Answer<'_, Option<Vec<u8>>>;

    // ---- signing in

    /// Counts an attempt, and tells whether it may be made.
    fn attempt(&self, counters: Vec<Counter>, act: Act, now: DateTime<Utc>) -> Answer<'_, Attempt>;
    /// Everybody with this address and a password, in enabled accounts.
    fn logins(&self, email_key: String) -> Answer<'_, Vec<Login>>;
    /// Where these persons may go: with a console, enabled, accepted.
    fn memberships(&self, persons: Vec<PersonId>) -> Answer<'_, Clients>;
    /// Writes down that nobody came in, for each account that knows the address, or for none.
    fn sign_in_failed(
        &self,
        accounts: Vec<AccountId>,
        act: Act,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()>;
    /// Opens a session for those whose password was right, and settles the counters of the attempt. Where one of them has a second
    /// factor it is a half session. None where by now nobody has the password that was checked.
    fn sign_in(
        &self,
        session: NewSession,
        matched: Vec<Login>,
        counters: Vec<Counter>,
    ) -> Answer<'_, Option<Entrance>>;
    /// Who was invited with this secret, while the invitation is open.
    fn invitation(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Option<Invitee>>;
    /// Accepts an invitation: sets the person's password, ends the person's other sessions and opens this one, or a half one where
    /// the person has a second factor. The client to go to, or none where the invitation is no longer open.
    fn accept(
        &self,
        token_hash: String,
        password: String,
        session: NewSession,
    ) -> Answer<'_, Option<(PublicId, Entrance)>>;
    /// Uses a sign-in link up. The client to go to.
    fn use_link(&self, token_hash: String, session: NewSession) -> Answer<'_, Option<PublicId>>;
    /// A living session and what it reaches; marks it as used, unless the request was the browser's own and not the person's.
    fn session(
        &self,
        token_hash: String,
        used: bool,
        now: DateTime<Utc>,
    ) -> Answer<'_, Option<Session>>;
    /// Ends a session.
    fn end_session(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, ()>;

    // ---- second factors

    /// What these persons can show.
    fn factors(&self, persons: Vec<PersonId>) -> Answer<'_, Vec<Factors>>;
    /// Whose second factor a living half session waits for.
    fn half_session(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Vec<PersonId>>;
    /// A second factor was wrong: written down; after a few the half session is dead.
    fn second_step_failed(
        &self,
        token_hash: String,
        act: Act,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()>;
    /// Turns a half session into a whole one, with a secret of its own; false where it has ended or the proof was used before.
    fn second_step(
        &self,
        half: String,
        proof: Proof,
        session: NewSession,
        counters: Vec<Counter>,
    ) -> Answer<'_, bool>;
    /// Notes that the one in front of the browser showed who it is; false where the proof was used before.
    fn prove(
        &self,
        session: String,
        proof: Proof,
        counters: Vec<Counter>,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;
    /// Changes how the persons of a session sign in, and ends their other sessions; false where that cannot be.
    fn change_factors(
        &self,
        session: String,
        change: Change,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;
    /// The passkey of a credential, in enabled accounts.
    fn passkey(&self, credential: String) -> Answer<'_, Option<Passkey>>;
    /// Opens a session for whom a passkey belongs to, and keeps its counter; false where it is gone.
    fn sign_in_by_passkey(
        &self,
        credential: String,
        body: String,
        session: NewSession,
        counters: Vec<Counter>,
    ) -> Answer<'_, bool>;
    /// Keeps what a browser was asked, in place of what it was asked under the same key before.
    fn keep_challenge(
        &self,
        key: String,
        body: String,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()>;
    /// What a browser was asked.
    fn challenge(&self, key: String, now: DateTime<Utc>) -> Answer<'_, Option<String>>;
    /// The same, once.
    fn take_challenge(&self, key: String, now: DateTime<Utc>) -> Answer<'_, Option<String>>;

    // ---- a forgotten password

    /// Mails a link to an address, if somebody has a password under it; does as much where nobody has.
    fn request_reset(&self, reset: NewReset, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Who may set a new password with this secret.
    fn resetting(&self, token_hash: String, now: DateTime<Utc>) -> Answer<'_, Option<Resetting>>;
    /// Sets the password and ends the sessions; false where the link is used up or over.
    fn reset_password(
        &self,
        token_hash: String,
        password: String,
        origin: std::net::IpAddr,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;

    // ---- what is one's own

    /// The living sessions of the persons of a session, the last used first.
    fn own_sessions(&self, session: String, now: DateTime<Utc>) -> Answer<'_, Vec<SessionLine>>;
    /// Ends other sessions of the persons of a session: the one of a handle, or all. How many.
    fn end_own_sessions(
        &self,
        session: String,
        handle: Option<String>,
        now: DateTime<Utc>,
    ) -> Answer<'_, u32>;
    /// What the audit log tells of how the persons of a session signed in, newest first.
    fn own_log(&self, session: String) -> Answer<'_, Vec<OwnLine>>;

    // ---- what a viewer sees

    /// The client's projects.
    fn projects<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Option<Projects>>;
    /// The client's retainers.
    fn retainers<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Retainer>>;
    /// Entries that pass a filter, newest day first.
    fn entries<'a>(
        &'a self,
        viewer: &'a Viewer,
        filter: EntryFilter,
        page: Page,
    ) -> Answer<'a, EntryPage>;
    /// What can be filtered by.
    fn facets<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Facets>;
    /// Sums of the entries that pass a filter, by project and name.
    fn sums<'a>(&'a self, viewer: &'a Viewer, filter: EntryFilter, by: By) -> Answer<'a, Vec<Sum>>;
    /// Invoices that pass a filter, newest first.
    fn invoices<'a>(
        &'a self,
        viewer: &'a Viewer,
        filter: InvoiceFilter,
        page: Page,
    ) -> Answer<'a, InvoicePage>;
    /// What was billed without tax, less what was credited, by month and currency, oldest first.
    fn billed<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<(YearMonth, Money)>>;
    /// Unpaid invoices by due day.
    fn open_invoices<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Invoice>>;
    /// One invoice; that it was looked at is written down and becomes an event.
    fn view_invoice<'a>(
        &'a self,
        viewer: &'a Viewer,
        id: PublicId,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<Invoice>>;
    /// A file of one invoice, with its name; that it was fetched is written down.
    fn fetch_file<'a>(
        &'a self,
        viewer: &'a Viewer,
        invoice: PublicId,
        which: InvoiceFile,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<(String, Vec<u8>)>>;

    // ---- mail

    /// Queues a mail. What changes something and tells of it does both in its own transaction; this is for the rest.
    fn queue_mail(&self, mail: OutboxMail, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Takes the mail that has been due for longest, for itself until the claim ends; binds the secret of the claim to its link.
    /// What is of no use any more is dropped on the way.
    fn claim_mail(&self, claim: MailClaim, now: DateTime<Utc>) -> Answer<'_, Option<ClaimedMail>>;
    /// Writes down what came of a try; false where it is no longer the last one.
    fn settle_mail(
        &self,
        mail: i64,
        attempt: u32,
        outcome: MailOutcome,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;
    /// The newest mails, oldest of them first; in one state, if it is given.
    fn mails(&self, state: Option<MailState>, limit: u32) -> Answer<'_, Vec<Mail>>;
    /// How many mails are kept in each state.
    fn mail_counts(&self) -> Answer<'_, Vec<(MailState, u64)>>;
    /// Takes a mail up again that was given up; false where it is none of those.
    fn retry_mail(&self, mail: i64, now: DateTime<Utc>) -> Answer<'_, bool>;
    /// Takes a notice of an account, to be sent at once to one of its users who is a user of all that it is about and wants it; the audit
    /// tells so. One that was sent is not taken again, whatever it says; one that nobody told the end of is, once its claim is over.
    fn take_notice(
        &self,
        account: AccountId,
        new: NewNotice,
        now: DateTime<Utc>,
    ) -> Answer<'_, HandOver>;
    /// Writes down that a notice was sent, or forgets it, so that it can be handed over again; false where another request has it.
    fn settle_notice(
        &self,
        claim: NoticeClaim,
        is_sent: bool,
        now: DateTime<Utc>,
    ) -> Answer<'_, bool>;

    // ---- what a viewer says

    /// All questions and requests of the client, whatever the role; [`Viewer`] narrows them.
    fn talk<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Said>;
    /// The object of a question; none where it is not published. Whether the role reaches it is [`Viewer::may_ask`].
    fn face<'a>(&'a self, viewer: &'a Viewer, about: About) -> Answer<'a, Option<Face>>;
    /// Keeps a message and tells the account of it, once for each id.
    fn write_message<'a>(
        &'a self,
        viewer: &'a Viewer,
        new: NewMessage,
        now: DateTime<Utc>,
    ) -> Answer<'a, talk::Outcome>;
    /// Notes how many messages of a thread the viewer has seen.
    fn see_thread<'a>(
        &'a self,
        viewer: &'a Viewer,
        thread: PublicId,
        messages: u32,
    ) -> Answer<'a, ()>;
    /// Answers a request, once, if it is still what was shown.
    fn decide<'a>(
        &'a self,
        viewer: &'a Viewer,
        new: NewDecision,
        now: DateTime<Utc>,
    ) -> Answer<'a, Decided>;

    // ---- what a viewer wants to be told

    /// The kinds of notices that the viewer does not want.
    fn muted<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Kind>>;
    /// Sets them, and tells the account if that is new.
    fn choose<'a>(
        &'a self,
        viewer: &'a Viewer,
        muted: Vec<Kind>,
        now: DateTime<Utc>,
    ) -> Answer<'a, ()>;
    /// Whose mails this secret ends, in an enabled account.
    fn mail_reader(&self, token_hash: String) -> Answer<'_, Option<MailReader>>;
    /// Adds to what the reader does not want, and tells the account if that is new; false where nobody has this secret.
    fn mute(&self, token_hash: String, kinds: Vec<Kind>, now: DateTime<Utc>) -> Answer<'_, bool>;

    // ---- expenses and documents

    /// What was spent for the client in a year, or in the latest one with anything.
    fn expenses<'a>(&'a self, viewer: &'a Viewer, year: Option<u16>) -> Answer<'a, Spending>;
    /// The documents that are shared with the client.
    fn documents<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<Document>>;
    /// One of them with its content; that it was fetched is written down.
    fn fetch_document<'a>(
        &'a self,
        viewer: &'a Viewer,
        document: PublicId,
        now: DateTime<Utc>,
    ) -> Answer<'a, Option<(Document, Vec<u8>)>>;
    /// Writes down that a list goes out as a file, before it does.
    fn exported<'a>(
        &'a self,
        viewer: &'a Viewer,
        name: String,
        now: DateTime<Utc>,
    ) -> Answer<'a, ()>;
}
