//! Members of the team: who does the work.

use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::key::MemberKey;

/// Somebody who logs time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub key: MemberKey,
    pub slug: Slug,
    pub name: Line,
    pub email: Option<Email>,
    /// What the member does, in a word a client may read: "Developer".
    pub role: Option<Line>,
    /// Their time stays; they take no new entries.
    pub archived: bool,
}
