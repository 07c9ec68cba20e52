//! Notices that an account hands over to be sent: the types of it. Knows no SQL.

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::notice::{Kind, NoticeAbout, NoticeMail};
use crate::published::protocol::Role;

use super::super::audit::{Act, Action, Actor};
use super::StoreError;
use super::notice::kinds;

/// How long what an account handed over counts against how much it may.
pub(super) const DAY: TimeDelta = TimeDelta::days(1);

/// A notice that is handed over. Its words are not kept: it is sent while its account waits, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// By which it is known when it comes again; the part of its Message-ID before the `@`.
    pub id: String,
    /// The letter. What it is about is there, and each once.
    pub mail: NoticeMail,
    /// How many an account may hand over in a day.
    pub most: u32,
    /// Until when nobody else sends it.
    pub until: DateTime<Utc>,
}

/// A notice that is sent now, by who claimed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeClaim {
    /// Row number.
    pub mail: i64,
    /// See [`NewNotice`].
    pub id: String,
    /// Which try this is, from 1.
    pub attempt: u32,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    /// It is to be sent now, by who asked.
    Taken(NoticeClaim),
    /// It was sent before.
    Before,
    /// Another request is sending it.
    Underway,
    /// Another account has this id.
    Foreign,
    /// Its reader is not, or not let in as, a user of all that it is about, in a role that sees it.
    NoReader,
    /// Its reader has ended a kind that is in it.
    Unwanted,
    /// The account handed over as many as it may today.
    Full,
}

/// A mail that has the id of a notice already.
pub(super) struct Earlier {
    pub(super) is_ours: bool,
    pub(super) is_sent: bool,
    pub(super) claimed: Option<DateTime<Utc>>,
    pub(super) attempts: u32,
}

impl Earlier {
    /// Why it is not sent again; none: whoever claimed it never said what came of it.
    pub(super) fn stands(&self, now: DateTime<Utc>) -> Option<HandOver> {
        if !self.is_ours {
            Some(HandOver::Foreign)
        } else if self.is_sent {
            Some(HandOver::Before)
        } else if self.claimed.is_some_and(|until| until > now) {
            Some(HandOver::Underway)
        } else {
            None
        }
    }
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

/// What is noted of a notice that is taken; of a client, where it is about one alone.
pub(super) fn act(mail: i64, about: &[NoticeAbout]) -> Act {
    let act = Act::new(Action::NoticeTaken, Actor::Account).subject(mail.to_string());
    match about {
        [NoticeAbout { client, .. }, others @ ..]
            if others.iter().all(|other| other.client == *client) =>
        {
            act.client(client)
        }
        _ => act,
    }
}

/// What it is about, each once.
pub(super) fn about(mail: &NoticeMail) -> Vec<NoticeAbout> {
    let mut about = mail.about.clone();
    about.sort();
    about.dedup();
    about
}
