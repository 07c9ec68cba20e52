//! Notices that an account hands over to be sent: the types of it. Knows no SQL.

use chrono::TimeDelta;

use crate::published::notice::{Kind, NoticeAbout, NoticeMail};
use crate::published::protocol::Role;

use super::StoreError;
use super::notice::kinds;

/// How long what an account handed over counts against how much it may.
pub(super) const DAY: TimeDelta = TimeDelta::days(1);

/// A notice that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// By which it is known when it comes again; the part of its Message-ID before the `@`.
    pub id: String,
    /// The letter. What it is about is there, and each once.
    pub mail: NoticeMail,
    /// How many an account may hand over in a day.
    pub most: u32,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// It goes out soon.
    Taken,
    /// It was taken before.
    Before,
    /// Another account has this id.
    Foreign,
    /// Its reader is not, or not let in as, a user of all that it is about, in a role that sees it.
    NoReader,
    /// Its reader has ended a kind that is in it.
    Unwanted,
    /// The account handed over as many as it may today.
    Full,
}

/// A user to whom a notice goes, as the portal has it.
pub(super) struct Reader {
    pub(super) membership: i64,
    pub(super) role: String,
    /// What is not wanted, as a row keeps it.
    pub(super) muted: String,
}

impl Reader {
    /// Why the user is not told of a kind; none: it may be told.
    pub(super) fn refuses(&self, kind: Kind) -> Result<Option<HandOver>, StoreError> {
        let unknown = || StoreError::Unreadable(format!("the role `{}`", self.role));
        let role = Role::from_word(&self.role).ok_or_else(unknown)?;
        Ok(if !kind.is_for(role) {
            Some(HandOver::NoReader)
        } else if kinds(&self.muted).contains(&kind) {
            Some(HandOver::Unwanted)
        } else {
            None
        })
    }
}

/// What it is about, each once, in an order in which nobody waits in a circle.
pub(super) fn about(mail: &NoticeMail) -> Vec<NoticeAbout> {
    let mut about = mail.about.clone();
    about.sort();
    about.dedup();
    about
}
