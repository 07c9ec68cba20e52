//! What goes into and comes out of a store. Plain data; knows no SQL and no page.

use chrono::{DateTime, NaiveDate, Utc};

use crate::published::protocol::{ClientStatus, Role};
use crate::published::{ChunkKey, Console, Digest, Entry, Expense, Invoice};
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::Money;

use super::super::part::Flaw;
use super::super::viewer::{AccountId, PersonId, Viewer};

/// A store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is of a newer program.
    #[error(
        "the portal's database is of a newer loggia (schema {found}, this program knows {known}): update loggia on the server"
    )]
    Newer {
        /// Schema of the file.
        found: i64,
        /// Schema of this program.
        known: i64,
    },
    /// The file is something else.
    #[error("the file is not a portal's database")]
    Foreign,
    /// The database is something else.
    #[error("the database holds tables of something else: give the portal a database of its own")]
    ForeignDatabase,
    /// The database server is too old.
    #[error("the database server is PostgreSQL {found}; the portal needs {needed} or newer")]
    OldPostgres {
        /// Its version.
        found: String,
        /// The oldest that will do.
        needed: i64,
    },
    /// The authorities that vouch for the database server cannot be read.
    #[error("the certificates that vouch for the database server cannot be used: {0}")]
    Certificates(String),
    /// The database cannot be reached, or went away in the middle; it may come back.
    #[error("the portal's database cannot be reached: {0}")]
    Away(String),
    /// Others changed the same at the same time, and all of it was undone. Stores try again by themselves.
    #[error("others changed the same at the same time")]
    Crossed,
    /// The database says no.
    #[error("the portal's database failed: {0}")]
    Postgres(String),
    /// Somebody else writes for too long.
    #[error("the portal's database is busy")]
    Busy,
    /// The database says no.
    #[error("the portal's database failed")]
    Sqlite(#[source] rusqlite::Error),
    /// A change of schema did not go through.
    #[error("the portal's database could not be brought up to date")]
    Migration(#[from] refinery::Error),
    /// The file cannot be made.
    #[error("the portal's database file cannot be opened")]
    File(#[from] std::io::Error),
    /// What is stored cannot be read back.
    #[error("the portal's database holds what this program cannot read: {0}")]
    Unreadable(String),
    /// The work was cut short.
    #[error("the portal is stopping")]
    Stopped,
}

impl StoreError {
    /// Whether the same may succeed in a moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Crossed | Self::Away(_))
    }
}

/// An account of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row number.
    pub id: AccountId,
    /// Unique.
    pub name: String,
    /// Whether its token and its clients' pages work.
    pub enabled: bool,
    /// Clients with a console it may publish; none: any number.
    pub client_limit: Option<u32>,
    /// Clients with a console it has published.
    pub clients: u32,
    /// When it was made.
    pub created: DateTime<Utc>,
}

/// What an operator does to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountChange {
    /// Switch on or off.
    Enabled(bool),
    /// Limit the number of clients.
    Limit(Option<u32>),
    /// Replace the token; the old one dies at once.
    Token {
        /// SHA-256 of the new one.
        hash: String,
    },
}

/// A user of a client, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUser {
    /// Of which client.
    pub client: PublicId,
    /// Who, as the audit log names it.
    pub user: PublicId,
    /// Mail address.
    pub email: String,
    /// What the role reaches.
    pub role: Role,
    /// Whether let in.
    pub enabled: bool,
    /// When the latest invitation was accepted for the first time.
    pub accepted: Option<DateTime<Utc>>,
}

/// A sign-in link to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Name of the account.
    pub account: String,
    /// Slug of the client.
    pub client: String,
    /// Mail address of the user, in its searchable form.
    pub email_key: String,
    /// SHA-256 of the secret.
    pub token_hash: String,
    /// When it dies.
    pub expires: DateTime<Utc>,
}

/// Whether a link was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOutcome {
    /// It was.
    Created,
    /// There is no such account.
    NoAccount,
    /// The account has no such client.
    NoClient,
    /// Two clients of the account go by this slug.
    SeveralClients,
    /// The client has no enabled user of this address.
    NoUser,
}

/// What an account has on the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStatus {
    /// By public id.
    pub clients: Vec<ClientStatus>,
    /// The highest event number.
    pub last_event: u64,
    /// The id of that event, where there is one.
    pub last_event_id: Option<PublicId>,
    /// Of the account's events; minted with it.
    pub epoch: String,
    /// How many clients with an open console it may publish.
    pub client_limit: Option<u32>,
    /// When something was last published.
    pub last_push: Option<DateTime<Utc>>,
}

/// Parts that wait for their commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staging {
    /// For which client.
    pub client: PublicId,
    /// The bytes of each, by their hash.
    pub parts: Vec<(Digest, Vec<u8>)>,
    /// Bytes that may wait in all for one account.
    pub limit: u64,
    /// What waits since before this instant is dropped.
    pub stale: DateTime<Utc>,
}

/// What became of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commit {
    /// The client is as the manifest says.
    Committed {
        /// The client's revision now.
        revision: u64,
    },
    /// These are missing.
    Lacks(Vec<Digest>),
    /// The portal has something newer or as new.
    Stale {
        /// The portal's revision.
        revision: u64,
    },
    /// The account has as many clients as it may.
    Limit {
        /// So many.
        limit: u32,
    },
    /// A part is not what its key says.
    Flawed(Flaw),
}

/// What became of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The client is gone, and what was staged for it.
    Removed,
    /// There is none; what was staged for it is gone.
    NotThere,
    /// The portal has something newer.
    Stale {
        /// The portal's revision.
        revision: u64,
    },
}

/// Whether a sign-in may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Now.
    Go,
    /// Not before.
    Wait(DateTime<Utc>),
}

/// A person whose password is to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Who.
    pub person: PersonId,
    /// In which account.
    pub account: AccountId,
    /// argon2id, in PHC form.
    pub password: String,
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the cookie's secret.
    pub token_hash: String,
    /// Now.
    pub at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires: DateTime<Utc>,
    /// Where it was opened from.
    pub origin: std::net::IpAddr,
    /// What the browser says it is.
    pub agent: Option<String>,
}

/// Somebody who was invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// The user's address.
    pub email: String,
    /// Name, where there is one.
    pub name: Option<String>,
    /// Console of the client.
    pub console: Console,
    /// The person's password as it is now, and those of the same address elsewhere: a new one takes their salt.
    pub passwords: Vec<String>,
    /// Whether the person has one already, in this account.
    pub known: bool,
}

/// One client a session reaches.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The client's readable name for addresses.
    pub slug: String,
    /// The user.
    pub viewer: Viewer,
    /// Whether the session was shown a second factor of this user.
    pub proven: bool,
}

/// All clients a session or person reaches.
pub type Clients = Vec<Membership>;

/// A living session.
#[derive(Debug, Clone)]
pub struct Session {
    /// What it reaches; never empty.
    pub clients: Clients,
    /// Who signed in; nobody where an operator's link opened it.
    pub persons: Vec<SignedIn>,
    /// When a password or factor was last shown in it.
    pub proved: DateTime<Utc>,
}

/// A person a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// The address, in its searchable form.
    pub email_key: String,
}

/// What entries to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// From this day.
    pub from: Option<NaiveDate>,
    /// To this day, which is part of it.
    pub to: Option<NaiveDate>,
    /// Of one project.
    pub project: Option<PublicId>,
    /// Of one phase.
    pub phase: Option<String>,
    /// Of one task.
    pub task: Option<String>,
    /// Of one member.
    pub member: Option<String>,
    /// Billable or not.
    pub billable: Option<bool>,
    /// With all of these words.
    pub words: Vec<String>,
}

/// A stretch of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows before it.
    pub skip: u32,
    /// Rows on it.
    pub take: u32,
}

/// A page of entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Sums over everything that passes the filter, this page or not.
    pub totals: Totals,
    /// Sums of the days that stand on this page, whole days.
    pub days: Vec<(NaiveDate, Seconds)>,
}

/// Sums that follow the filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Number of entries.
    pub entries: u64,
    /// All time.
    pub seconds: Seconds,
    /// Billable time.
    pub billable: Seconds,
    /// Amounts, one for each currency; empty where none are shown.
    pub amounts: Vec<Money>,
}

/// By what sums are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By month, oldest first.
    Month,
    /// By project.
    Project,
    /// By project and phase.
    Phase,
    /// By project and task.
    Task,
    /// By member.
    Member,
}

/// What has one thing in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Id of the project, where sums are by project.
    pub project: Option<String>,
    /// The month, phase, task or member; none of work without one.
    pub name: Option<String>,
    /// How much it is.
    pub totals: Totals,
}

/// What invoices to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// In one state.
    pub group: Option<InvoiceGroup>,
    /// Of one year.
    pub year: Option<i32>,
    /// The day by which something is overdue.
    pub today: NaiveDate,
}

/// What was spent for a client in a year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spending {
    /// The years with anything, the latest first.
    pub years: Vec<u16>,
    /// The one that is shown.
    pub year: Option<u16>,
    /// The latest first.
    pub expenses: Vec<Expense>,
}

impl Spending {
    /// From the keys of the years that there are, to which one is read.
    pub(super) fn over(keys: impl Iterator<Item = String>, asked: Option<u16>) -> Self {
        let key = |key: String| match key.parse() {
            Ok(ChunkKey::Expenses(year)) => Some(year),
            _ => None,
        };
        let mut years: Vec<u16> = keys.filter_map(key).collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            year: asked.or(years.first().copied()),
            years,
            expenses: Vec::new(),
        }
    }
}

/// One of the files of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceFile {
    /// What people read.
    Document,
    /// What programs read.
    EInvoice,
}

impl InvoiceFile {
    /// Its name among what is published.
    pub(super) fn of(self, invoice: Invoice) -> Option<String> {
        match self {
            Self::Document => invoice.file,
            Self::EInvoice => invoice.e_invoice,
        }
    }
}

/// States, as a client tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceGroup {
    /// Something is to be paid.
    Open,
    /// And should have been.
    Overdue,
    /// Nothing is to be paid.
    Settled,
}

/// A page of invoices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoicePage {
    /// The invoices and credit notes.
    pub invoices: Vec<Invoice>,
    /// How many pass the filter, this page or not.
    pub count: u64,
    /// What is to be paid of those, one for each currency.
    pub outstanding: Vec<Money>,
    /// All years with invoices, newest first, whatever the filter.
    pub years: Vec<i32>,
}

/// What can be filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Ids of projects with entries.
    pub projects: Vec<String>,
    /// Tasks.
    pub tasks: Vec<String>,
    /// Members.
    pub members: Vec<String>,
    /// Phases.
    pub phases: Vec<String>,
    /// First and last day with an entry.
    pub days: Option<(NaiveDate, NaiveDate)>,
}

/// The role of a word in a store.
pub(super) fn role_of(word: &str) -> Result<Role, StoreError> {
    Role::from_word(word).ok_or_else(|| StoreError::Unreadable(format!("the role `{word}`")))
}
