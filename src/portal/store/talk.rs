//! What goes into and comes out of a store about questions and requests. Plain data.

use chrono::{DateTime, NaiveDate, Utc};

use crate::published::{About, Digest, Request, Talk};
use crate::values::id::PublicId;

/// All that was said, published or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What the account published.
    pub talk: Talk,
    /// What users wrote since, in order. Some of it may be published by now.
    pub messages: Vec<PendingMessage>,
    /// Answers to requests since.
    pub decisions: Vec<PendingDecision>,
    /// How many messages of which thread the viewer has seen.
    pub seen: Vec<(PublicId, u32)>,
}

/// A message that waits for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMessage {
    /// Where it belongs.
    pub thread: PublicId,
    /// Its own id.
    pub id: PublicId,
    /// With the message that begins a thread: what it is about.
    pub about: Option<About>,
    /// The user.
    pub author: PublicId,
    /// The user's name or address; empty where the user is gone.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Plain text.
    pub text: String,
}

/// An answer that waits for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDecision {
    /// To which request.
    pub request: PublicId,
    /// Yes or no.
    pub approved: bool,
    /// The user's name or address; empty where the user is gone.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said with it.
    pub note: Option<String>,
}

/// What a question is about, as the viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// No object in particular.
    Client,
    /// A project, a task or an invoice.
    Named(String),
    /// Work of a day.
    Work {
        /// The day.
        day: NaiveDate,
        /// Project and words.
        name: String,
    },
    /// What was asked to be approved.
    Request(Box<Request>),
}

/// A message to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Minted with the form: sent twice, it is written once.
    pub message: PublicId,
    /// Where it belongs; a new one where `about` is there.
    pub thread: PublicId,
    /// What a new thread is about.
    pub about: Option<About>,
    /// Plain text, checked.
    pub text: String,
}

/// Whether a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It stands there, now or since before.
    Done,
    /// The user writes too much.
    TooMany,
}

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// To which.
    pub request: PublicId,
    /// Hash of what was shown.
    pub shown: Digest,
    /// Yes or no.
    pub approved: bool,
    /// What is said with it.
    pub note: Option<String>,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is given.
    Done,
    /// Somebody gave one before.
    Before,
    /// What is asked is no longer what was shown.
    Changed,
    /// There is no such request, or it is not for this viewer to answer.
    NotThere,
}
