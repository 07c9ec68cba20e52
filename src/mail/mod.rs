//! Mail on its way out: a letter becomes a message of the standard (RFC 5322, MIME), which a mail server or a file takes.
//!
//! It knows neither the books nor the outbox: what is sent, to whom and how often is decided by those who call. Every text was
//! checked by them for characters that break lines; what is not ASCII is encoded here.

mod folder;
mod message;
pub mod smtp;

use chrono::{DateTime, Utc};

use crate::values::text::{Email, Line};

pub use folder::Folder;
pub use message::file;

/// A mail as its reader gets it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Without the angle brackets.
    pub message_id: String,
    pub date: DateTime<Utc>,
    pub sender: Email,
    pub sender_name: Option<Line>,
    /// To whom answers go, where that is not the sender.
    pub reply_to: Option<Email>,
    pub to: Vec<Email>,
    pub cc: Vec<Email>,
    /// Seen by nobody else.
    pub bcc: Vec<Email>,
    pub subject: Line,
    /// Plain text; lines end with `\n`.
    pub body: String,
    /// The same as HTML, for programs that prefer it.
    pub html: Option<String>,
    /// A machine wrote it: nobody's absence notice shall answer.
    pub automatic: bool,
    /// By which its reader ends mails like it: an address of a page that ends them when it is posted to, or `mailto:`.
    pub unsubscribe: Option<String>,
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a letter.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub name: String,
    /// `application/pdf`
    pub media: String,
    pub bytes: Vec<u8>,
}

/// What takes letters.
pub trait Carrier: Send {
    /// Gives a letter away, whole or not at all.
    fn carry(&mut self, letter: &Letter) -> Result<(), Fault>;
}

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody answered, or not as a mail server does: no other letter would go either.
    #[error("{0}")]
    Unreachable(String),
    /// The server does not let us in: no other letter would go either.
    #[error("{0}")]
    NotAuthorised(String),
    /// It may be taken another time.
    #[error("{0}")]
    Later(String),
    /// It will not be taken as it is.
    #[error("{0}")]
    Refused(String),
}

impl Fault {
    /// Whether it is no use to try another letter now.
    pub fn is_of_the_way(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::NotAuthorised(_))
    }
}
