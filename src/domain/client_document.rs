//! Documents attached to a client: proposals, contracts, agreements. Internal until they are shared.

use chrono::NaiveDate;

use crate::values::file_name::FileName;

use super::Refusal;
use super::key::{ClientKey, DocumentKey};

/// The size from which a document is refused: more does not belong into the books.
pub const MOST_BYTES: u64 = 25 * 1024 * 1024;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Proposal,
    Contract,
    Agreement,
    Other,
}

impl Kind {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Contract => "contract",
            Self::Agreement => "agreement",
            Self::Other => "other",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Proposal, Self::Contract, Self::Agreement, Self::Other]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A document; its content is known by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDocument {
    pub key: DocumentKey,
    pub client: ClientKey,
    pub kind: Kind,
    /// Of its own among the documents of the client, in any case.
    pub name: FileName,
    /// The day it is of.
    pub day: NaiveDate,
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    /// For the client's eyes too, where the section `documents` is on.
    pub shared: bool,
}

/// Refuses what is empty or too large to be kept.
pub fn fits(name: &str, size: u64) -> Result<(), Refusal> {
    let name = || name.to_owned();
    match size {
        0 => Err(Refusal::DocumentEmpty { name: name() }),
        1..=MOST_BYTES => Ok(()),
        _ => Err(Refusal::DocumentTooLarge { name: name() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for kind in [Kind::Proposal, Kind::Contract, Kind::Agreement, Kind::Other] {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(Kind::from_word("bill"), None);
    }

    #[test]
    fn neither_empty_nor_larger_than_the_limit() {
        assert!(matches!(fits("a", 0), Err(Refusal::DocumentEmpty { .. })));
        assert_eq!(fits("a", 1), Ok(()));
        assert_eq!(fits("a", MOST_BYTES), Ok(()));
        let refusal = fits("film.mov", MOST_BYTES + 1).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "`film.mov` has more than 25 MiB, the most that a document can have"
        );
    }
}
