//! The messages of the sync API between `loggia sync` and a portal.
//!
//! All requests carry `Authorization: Bearer TOKEN` and `Loggia-Protocol: N`; bodies are JSON, larger ones gzip
//! (`Content-Encoding: gzip`). A client is published in three repeatable steps, so that a push that was killed resumes:
//!
//! 1. `PUT  /api/v1/clients/{id}/manifest` with a [`Manifest`]. The answer is [`Answer::Lacks`] with the digests the portal
//!    does not have, or [`Answer::Committed`].
//! 2. `PUT  /api/v1/clients/{id}/chunks/{digest}` with the bytes of each lacking chunk, or `PUT /api/v1/clients/{id}/chunks` with several
//!    in one body ([`super::pack`]); staged, not yet shown.
//! 3. step 1 again: now the portal swaps the whole client to the new manifest in one transaction.
//!
//! A client that the portal does not have yet may begin with step 2.
//!
//! `GET /api/v1/status` tells the revision and the digest of the manifest of each client the account has published: equal means
//! nothing to do. It stays small however much is published: what a client holds is asked for only where there is a difference, by
//! `GET /api/v1/clients/{id}/manifest`, and `GET /api/v1/clients/{id}/chunks/{digest}` gives a part back to the account that sent it.
//! `DELETE /api/v1/clients/{id}?revision=N&read=N` removes a client and its users' sessions, unless it has a higher revision by now, and of
//! its events those up to the last one that the account has. `GET /api/v1/events?after=N` is the way back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::id::PublicId;

use super::chunk::{ChunkKey, Digest};
use super::notice::Kind;
use super::talk::About;

/// The header that carries [`super::PROTOCOL`].
pub const PROTOCOL_HEADER: &str = "loggia-protocol";

/// Everything a client shall see, by hash. What is absent is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Counts up with every push of this client; an older push cannot overwrite a newer.
    pub revision: u64,
    /// Readable name in addresses of pages.
    pub slug: String,
    /// Ordered by key.
    pub chunks: Vec<ManifestChunk>,
}

impl Manifest {
    /// Hash over keys and digests (not the revision): equal hashes mean the same portal.
    pub fn digest(&self) -> Digest {
        let mut text = format!("{}\n", self.slug);
        for chunk in &self.chunks {
            text.push_str(&format!("{} {}\n", chunk.digest, chunk.key));
        }
        Digest::of(text.as_bytes())
    }
}

/// One line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestChunk {
    pub key: ChunkKey,
    pub digest: Digest,
    /// Bytes of the body.
    pub size: u64,
}

/// The portal's answer to a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Answer {
    /// Send these first, then the manifest again.
    Lacks { digests: Vec<Digest> },
    /// The client is now as the manifest says.
    Committed { revision: u64 },
}

/// What the account has on the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Version of the portal program.
    pub server: String,
    /// Address under which people open the portal.
    pub public_url: String,
    /// Name of the account.
    pub account: String,
    pub clients: Vec<ClientStatus>,
    /// The highest event number of the account.
    pub last_event: u64,
    /// The id of that event, where there is one.
    #[serde(default)]
    pub last_event_id: Option<PublicId>,
    /// Random, minted with the account: the events of an account that was made anew are others, whatever their numbers.
    #[serde(default)]
    pub epoch: String,
    /// How many clients with an open console the account may publish; none: any number.
    #[serde(default)]
    pub client_limit: Option<u32>,
    /// When something was last published.
    #[serde(default)]
    pub last_push: Option<DateTime<Utc>>,
}

/// One published client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientStatus {
    pub id: PublicId,
    pub slug: String,
    pub revision: u64,
    /// [`Manifest::digest`] of what it holds.
    pub manifest: Digest,
    /// It has a console, and counts against the limit.
    pub console: bool,
}

/// Body of the `users` chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Users {
    pub users: Vec<User>,
}

/// A person who may sign in to see one client. The same address may be a user of several clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub id: PublicId,
    pub email: String,
    pub name: Option<String>,
    pub role: Role,
    pub enabled: bool,
    /// The open invitation; none once the owner withdrew it.
    pub invitation: Option<Invitation>,
    /// SHA-256 of the secret in the user's mails by which notices are ended, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe_hash: Option<Digest>,
    /// What the user does not want to be told by mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<Kind>,
}

/// What a user of a client may see of what is published for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything that is on.
    Full,
    /// Invoices, retainer, unbilled, documents.
    Finance,
    /// Hours, budget, tasks, projects.
    Work,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Full, Self::Finance, Self::Work];

    /// The word on the wire, in stores and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Finance => "finance",
            Self::Work => "work",
        }
    }

    /// The role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// An invitation: only the hash of its secret is ever stored or sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// SHA-256 of the secret, hex.
    pub token_hash: Digest,
    pub expires: DateTime<Utc>,
    /// The portal shall mail a link of its own to the user.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub send: bool,
}

/// Events that come back to the command line, in order per account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Events<E = Event> {
    pub events: Vec<E>,
    /// There are more after the last one.
    pub more: bool,
}

/// Something a client user did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event<K = EventKind> {
    /// Counts up per account.
    pub number: u64,
    /// Random, of this event alone: by it an event is taken in once, whatever became of the numbers.
    pub id: PublicId,
    pub at: DateTime<Utc>,
    pub client: PublicId,
    pub user: Option<PublicId>,
    #[serde(flatten)]
    pub kind: K,
}

/// An event as it is kept and sent: a portal hands on what it does not know itself, such as what a newer one took down.
pub type RawEvent = Event<serde_json::Map<String, serde_json::Value>>;

impl RawEvent {
    /// What happened, where it is known here.
    pub fn read(&self) -> Option<EventKind> {
        serde_json::from_value(self.kind.clone().into()).ok()
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EventKind {
    InvitationAccepted,
    SignedIn,
    InvoiceViewed {
        invoice: String,
    },
    /// A file was fetched.
    ExportMade {
        file: String,
    },
    /// A sign-in link of the operator's was used.
    LinkOpened,
    /// A question was asked.
    Asked {
        thread: PublicId,
        message: PublicId,
        about: About,
        text: String,
    },
    /// Something was said to a question that is there.
    Answered {
        thread: PublicId,
        message: PublicId,
        text: String,
    },
    /// A request was approved as it was shown, which [`super::Request::digest`] tells.
    Approved {
        request: PublicId,
        shown: Digest,
        note: Option<String>,
    },
    Declined {
        request: PublicId,
        shown: Digest,
        note: Option<String>,
    },
    /// The user chose what to be told by mail: all that is not wanted from now on.
    NotificationsChanged {
        muted: Vec<Kind>,
    },
    /// Something that a client's user did, of a client that left the portal: of nobody, for whoever has not read so far.
    Forgotten,
}

impl EventKind {
    /// The stable word, as it stands in `kind`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::InvitationAccepted => "invitation_accepted",
            Self::SignedIn => "signed_in",
            Self::InvoiceViewed { .. } => "invoice_viewed",
            Self::ExportMade { .. } => "export_made",
            Self::LinkOpened => "link_opened",
            Self::Asked { .. } => "asked",
            Self::Answered { .. } => "answered",
            Self::Approved { .. } => "approved",
            Self::Declined { .. } => "declined",
            Self::NotificationsChanged { .. } => "notifications_changed",
            Self::Forgotten => "forgotten",
        }
    }

    /// By which it is told apart from others of its kind: an invoice, a file, a message, a request.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::InvitationAccepted
            | Self::SignedIn
            | Self::LinkOpened
            | Self::NotificationsChanged { .. }
            | Self::Forgotten => None,
            Self::InvoiceViewed { invoice } => Some(invoice),
            Self::ExportMade { file } => Some(file),
            Self::Asked { message, .. } | Self::Answered { message, .. } => Some(message.as_str()),
            Self::Approved { request, .. } | Self::Declined { request, .. } => {
                Some(request.as_str())
            }
        }
    }
}

/// Body of every answer that is not 2xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Stable: `unauthorised`, `account_disabled`, `protocol`, `stale_revision`, `limit`, `too_large`, `invalid`, `not_found`, `busy`,
    /// `internal`; of a notice also `no_mail`, `no_notices`, `no_reader`, `unwanted`, `too_many`,
    /// `underway`, `mail_away`, `mail_later`, `mail_refused`.
    pub code: String,
    pub message: String,
}

/// What is told where the plan of an account has no room for one more client: which are in the way, and what can be done.
pub fn over_the_limit(limit: u32, open: &[String]) -> String {
    let clients = match limit {
        1 => "1 open client".to_owned(),
        limit => format!("{limit} open clients"),
    };
    let named: Vec<String> = open
        .iter()
        .take(5)
        .map(|slug| format!("`{slug}`"))
        .collect();
    let more = match open.len().saturating_sub(named.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let what = match open.first() {
        None => "ask whoever runs the portal for a larger plan".to_owned(),
        Some(first) => format!(
            "open are {}{more}: `loggia portal-settings set console=off --client {first}` or archiving one makes room",
            named.join(", ")
        ),
    };
    format!("the plan of this account holds {clients}; {what}")
}
