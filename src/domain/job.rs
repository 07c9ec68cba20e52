//! What `run` does: the kinds of work and their order, and the key under which each piece of it is done once.

use std::fmt;

use super::key::RetainerKey;

/// A kind of work. The order is that in which what is due on one day is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Schedule,
    RetainerFee,
    Overage,
    LateFee,
    Reminder,
    Alert,
    /// The portal. Before mail: it links to pages, and who wants no more of it says so there.
    Sync,
    /// What somebody is told by mail without having asked.
    Notice,
    /// What waits in the outbox.
    Mail,
    Export,
}

impl Kind {
    /// In their order.
    pub const ALL: [Self; 10] = [
        Self::Schedule,
        Self::RetainerFee,
        Self::Overage,
        Self::LateFee,
        Self::Reminder,
        Self::Alert,
        Self::Sync,
        Self::Notice,
        Self::Mail,
        Self::Export,
    ];

    /// Their words.
    pub const WORDS: [&'static str; 10] = [
        "schedule",
        "retainer-fee",
        "overage",
        "late-fee",
        "reminder",
        "alert",
        "sync",
        "notice",
        "mail",
        "export",
    ];

    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .zip(Self::WORDS)
            .find(|(kind, _)| **kind == self)
            .map_or("", |(_, word)| word)
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it makes an invoice.
    pub fn bills(self) -> bool {
        matches!(
            self,
            Self::Schedule | Self::RetainerFee | Self::Overage | Self::LateFee
        )
    }
}

/// Under which a piece of work is done once: `schedule/schedule-3/2026-11-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub kind: Kind,
    /// A schedule, a retainer, an invoice, what an alert is about, a file.
    pub subject: String,
    /// The planned day, or the days it is for.
    pub period: String,
}

impl Key {
    /// A key.
    pub fn new(kind: Kind, subject: impl fmt::Display, period: impl fmt::Display) -> Self {
        Self {
            kind,
            subject: subject.to_string(),
            period: period.to_string(),
        }
    }

    /// Reads a key as it is shown; none where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.trim().split_once('/')?;
        let (subject, period) = rest.rsplit_once('/')?;
        if subject.is_empty() || period.is_empty() {
            return None;
        }
        Some(Self::new(Kind::from_word(kind)?, subject, period))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind.word(), self.subject, self.period)
    }
}

/// What came of a piece of work that is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done: an invoice, a file, something told.
    Done,
    /// There was nothing to bill.
    Nothing,
    /// Its client is archived.
    Skipped,
    /// It was done elsewhere, and marked so.
    Marked,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Done, Self::Nothing, Self::Skipped, Self::Marked];

    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Nothing => "nothing",
            Self::Skipped => "skipped",
            Self::Marked => "marked",
        }
    }

    /// The outcome a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// How a retainer is named in keys.
pub fn of_retainer(key: RetainerKey) -> String {
    format!("retainer-{}", key.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_keys_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
        assert!(Kind::ALL.is_sorted());
        let key = Key::new(Kind::Alert, "budget/acme/website", "75");
        assert_eq!(key.to_string(), "alert/budget/acme/website/75");
        assert_eq!(Key::parse(&key.to_string()), Some(key));
        for text in [
            "",
            "schedule",
            "schedule/1",
            "schedule//1",
            "nonsense/1/2",
            "schedule/1/",
        ] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
