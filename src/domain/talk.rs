//! Talks with clients: calls, mails, meetings, notes.

use chrono::NaiveDate;

use crate::values::text::{Line, Note};

use super::Refusal;
use super::key::{ClientKey, ContactKey, TalkKey};

/// In which way somebody talked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Call,
    Email,
    Meeting,
    /// Nobody talked: something to remember.
    Note,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Call, Self::Email, Self::Meeting, Self::Note];

    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Note => "note",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A talk, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    pub key: TalkKey,
    pub client: ClientKey,
    /// With whom, as long as the contact is there.
    pub contact: Option<ContactKey>,
    /// The name of the contact: as it is while they are there, else as it was when the talk was written down.
    pub with: Option<Line>,
    pub kind: Kind,
    pub day: NaiveDate,
    pub text: Note,
    /// The client may read it; otherwise it is for the owner's eyes.
    pub shared: bool,
}

impl Talk {
    /// How it is named: `talk-7`.
    pub fn reference(&self) -> String {
        format!("talk-{}", self.key.0)
    }
}

/// Refuses a talk that is still to come.
pub fn has_been(day: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if day > today {
        return Err(Refusal::TalkInFuture { date: day });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_been_is_written_down() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-21");
        assert!(has_been(day("2026-11-20"), today).is_ok());
        assert!(has_been(today, today).is_ok());
        assert!(has_been(day("2026-11-22"), today).is_err());
    }
}
