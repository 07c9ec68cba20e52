//! What users do not want to be told by mail: the types of it. Knows no SQL.

use crate::published::notice::Kind;
use crate::values::id::PublicId;

use super::super::viewer::AccountId;

/// Whose mails a secret ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailReader {
    /// The account's business, as it is published.
    pub business: String,
    /// What the reader does not want to be told.
    pub muted: Vec<Kind>,
}

/// A user whose choice is changed.
pub(super) struct Chooser {
    pub(super) row: i64,
    pub(super) account: AccountId,
    pub(super) client: PublicId,
    pub(super) user: PublicId,
    pub(super) muted: Vec<Kind>,
}

/// Kinds as a row keeps them.
pub(super) fn kept(kinds: &[Kind]) -> String {
    let mut kinds = kinds.to_vec();
    kinds.sort();
    kinds.dedup();
    let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    words.join(",")
}

/// Kinds out of a row; those that a newer server knows are left out.
pub(super) fn kinds(kept: &str) -> Vec<Kind> {
    kept.split(',').filter_map(Kind::from_word).collect()
}
