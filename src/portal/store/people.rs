//! The users of a client as a store has them, held against the list that the account sends: which are gone, and whose invitation is a
//! new one. Knows no SQL.

use std::collections::{HashMap, HashSet};

use crate::published::protocol::{Invitation, User, Users};
use crate::values::id::PublicId;

use super::super::part::email_key;

/// A user as it is.
pub(super) struct Known {
    pub(super) row: i64,
    pub(super) person: i64,
    pub(super) email_key: String,
    pub(super) role: String,
    pub(super) enabled: bool,
    pub(super) invite_hash: Option<String>,
    pub(super) accepted_hash: Option<String>,
}

impl Known {
    /// The invitation of the list, unless it was accepted before: that one is not opened again by being sent again.
    pub(super) fn fresh<'u>(&self, user: &'u User) -> Option<&'u Invitation> {
        user.invitation.as_ref().filter(|invitation| {
            self.accepted_hash.as_deref() != Some(invitation.token_hash.as_str())
        })
    }
}

/// Who is not in the list any more, or under another address: that is another person.
pub(super) fn gone(known: &HashMap<PublicId, Known>, users: &Users) -> Vec<PublicId> {
    let listed: HashSet<(&PublicId, String)> = users
        .users
        .iter()
        .map(|user| (&user.id, email_key(&user.email)))
        .collect();
    known
        .iter()
        .filter(|(id, known)| !listed.contains(&(*id, known.email_key.clone())))
        .map(|(id, _)| id.clone())
        .collect()
}
