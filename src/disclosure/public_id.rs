//! Ids that leave the machine: random to everybody who does not have the store's secret, and the same at every sync.
//!
//! They are derived, not kept: HMAC-SHA256 over noun and row key, cut to 128 bits. They tell neither order nor time nor number. Those of
//! entries are the second half of such a one: they are most of what a push sends, and of a million two are the same once in forty
//! million stores.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::domain::key::UserKey;
use crate::values::id::{PublicId, Token};

/// What an id names. Ids of different nouns have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    Client,
    Project,
    Member,
    Entry,
    /// Several entries shown as one.
    Sum,
    Retainer,
    Invoice,
    User,
    Task,
    /// An answer to a question.
    Message,
    /// Something that the client is asked to approve.
    Request,
    /// A thread that begins with the answer to a request.
    Thread,
    Document,
    Estimate,
    Expense,
}

impl Noun {
    fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Project => "project",
            Self::Member => "member",
            Self::Entry => "entry",
            Self::Sum => "sum",
            Self::Retainer => "retainer",
            Self::Invoice => "invoice",
            Self::User => "user",
            Self::Task => "task",
            Self::Message => "message",
            Self::Request => "request",
            Self::Thread => "thread",
            Self::Document => "document",
            Self::Estimate => "estimate",
            Self::Expense => "expense",
        }
    }
}

/// Makes the public ids of one store.
#[derive(Clone)]
pub struct PublicIds {
    secret: [u8; 32],
}

impl fmt::Debug for PublicIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicIds(…)")
    }
}

impl PublicIds {
    /// Ids under the secret of a store.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// The id of a row.
    pub fn row(&self, noun: Noun, key: i64) -> PublicId {
        self.derive(noun, &[&key.to_string()])
    }

    /// The id of what is known by several texts together.
    pub fn of(&self, noun: Noun, parts: &[&str]) -> PublicId {
        self.derive(noun, parts)
    }

    /// The secret in a user's mails by which notices are ended. It opens nothing else.
    pub fn unsubscribe(&self, user: UserKey) -> Token {
        Token::from_bytes(&self.mac("unsubscribe", &[&user.0.to_string()]))
    }

    fn derive(&self, noun: Noun, parts: &[&str]) -> PublicId {
        let mut bytes = [0_u8; 16];
        for (to, from) in bytes.iter_mut().zip(self.mac(noun.word(), parts)) {
            *to = from;
        }
        let id = PublicId::from_bytes(bytes);
        match noun {
            Noun::Entry | Noun::Sum => id.short(),
            _ => id,
        }
    }

    fn mac(&self, noun: &str, parts: &[&str]) -> [u8; 32] {
        // HMAC fills a shorter key with zeros itself; a whole block cannot be refused for its length.
        let mut block = [0_u8; 64];
        for (to, from) in block.iter_mut().zip(self.secret) {
            *to = from;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in std::iter::once(&noun).chain(parts) {
            // The length before the text, so that ("a", "bc") is not ("ab", "c").
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_id_is_the_same_each_time_and_differs_by_noun_key_and_store() {
        let ids = PublicIds::new([7; 32]);
        assert_eq!(ids.row(Noun::Entry, 1), ids.row(Noun::Entry, 1));
        let all: BTreeSet<_> = (1..100)
            .flat_map(|key| [ids.row(Noun::Entry, key), ids.row(Noun::Project, key)])
            .chain([PublicIds::new([8; 32]).row(Noun::Entry, 1)])
            .chain([
                ids.of(Noun::Sum, &["a", "bc"]),
                ids.of(Noun::Sum, &["ab", "c"]),
            ])
            .collect();
        assert_eq!(all.len(), 2 * 99 + 3);
    }

    #[test]
    fn the_order_of_ids_is_not_that_of_keys() {
        let ids = PublicIds::new([7; 32]);
        let in_order: Vec<_> = (1..50).map(|key| ids.row(Noun::Entry, key)).collect();
        let mut sorted = in_order.clone();
        sorted.sort();
        assert_ne!(in_order, sorted);
    }

    #[test]
    fn the_way_out_of_mails_is_a_secret_of_each_user_and_store() {
        let ids = PublicIds::new([7; 32]);
        let secret = ids.unsubscribe(UserKey(1));
        assert_eq!(secret, ids.unsubscribe(UserKey(1)));
        assert_eq!(Token::parse(secret.expose()), Ok(secret.clone()));
        assert_ne!(secret, ids.unsubscribe(UserKey(2)));
        assert_ne!(secret, PublicIds::new([8; 32]).unsubscribe(UserKey(1)));
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", PublicIds::new([7; 32])), "PublicIds(…)");
    }
}
