//! The unit of publishing: one part of what a client sees, with a key and a content hash.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::values::id::PublicId;
use crate::values::period::YearMonth;

/// SHA-256 of a chunk's bytes, 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)))
    }

    /// The 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl TryFrom<String> for Digest {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        let hex = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if hex {
            Ok(Self(text))
        } else {
            Err(KeyError(text))
        }
    }
}

/// Names one part of what a client sees. The text form is the key on the wire: `console`, `month/2026-11`, `invoice/2026-0007`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ChunkKey {
    /// Figures, notes and switches of the console: [`super::Console`].
    Console,
    /// Who may sign in: [`super::protocol::Users`].
    Users,
    /// Projects with budgets: [`super::Projects`].
    Projects,
    /// Retainers with their periods: a list of [`super::Retainer`].
    Retainers,
    /// Questions with their answers, and what is to be approved: [`super::Talk`].
    Talk,
    /// Documents that are shared: [`super::Documents`].
    Documents,
    /// The expenses of one year: [`super::Expenses`].
    Expenses(u16),
    /// The time entries of one month: [`super::Month`].
    Month(YearMonth),
    /// One invoice or credit note, by number: [`super::Invoice`].
    Invoice(String),
    /// A file belonging to an invoice, by file name; the body is the file itself.
    File(String),
    /// A document that is shared, by its id; the body is the file itself.
    Document(PublicId),
}

/// The text is not the key of a chunk, or not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a published part")]
pub struct KeyError(pub String);

impl fmt::Display for ChunkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Console => f.write_str("console"),
            Self::Users => f.write_str("users"),
            Self::Projects => f.write_str("projects"),
            Self::Retainers => f.write_str("retainers"),
            Self::Talk => f.write_str("talk"),
            Self::Documents => f.write_str("documents"),
            Self::Expenses(year) => write!(f, "expenses/{year:04}"),
            Self::Month(month) => write!(f, "month/{month}"),
            Self::Invoice(number) => write!(f, "invoice/{number}"),
            Self::File(name) => write!(f, "file/{name}"),
            Self::Document(id) => write!(f, "document/{id}"),
        }
    }
}

impl FromStr for ChunkKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let unknown = || KeyError(text.chars().take(200).collect());
        if text.len() > 200 || text.chars().any(char::is_control) {
            return Err(unknown());
        }
        match text.split_once('/') {
            None => match text {
                "console" => Ok(Self::Console),
                "users" => Ok(Self::Users),
                "projects" => Ok(Self::Projects),
                "retainers" => Ok(Self::Retainers),
                "talk" => Ok(Self::Talk),
                "documents" => Ok(Self::Documents),
                _ => Err(unknown()),
            },
            Some(("month", month)) => YearMonth::parse(month)
                .map(Self::Month)
                .map_err(|_| unknown()),
            Some((_, "")) => Err(unknown()),
            Some(("expenses", year))
                if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                year.parse().map(Self::Expenses).map_err(|_| unknown())
            }
            Some(("invoice", number)) => Ok(Self::Invoice(number.to_owned())),
            Some(("file", name)) => Ok(Self::File(name.to_owned())),
            Some(("document", id)) => PublicId::parse(id)
                .map(Self::Document)
                .map_err(|_| unknown()),
            Some(_) => Err(unknown()),
        }
    }
}

impl From<ChunkKey> for String {
    fn from(key: ChunkKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for ChunkKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

/// One part of what a client sees: JSON of the type its key names, or a file's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Which part.
    pub key: ChunkKey,
    /// The bytes as they are stored and hashed.
    pub body: Vec<u8>,
}

impl Chunk {
    /// A chunk of JSON. Field order is the order of the type, so equal values give equal bytes.
    pub fn json<T: Serialize>(key: ChunkKey, value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self {
            key,
            body: serde_json::to_vec(value)?,
        })
    }

    /// A chunk that is a file.
    pub fn file(name: &str, body: Vec<u8>) -> Self {
        Self {
            key: ChunkKey::File(name.to_owned()),
            body,
        }
    }

    /// The content hash.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_they_are_written() {
        let keys = [
            ChunkKey::Console,
            ChunkKey::Users,
            ChunkKey::Projects,
            ChunkKey::Retainers,
            ChunkKey::Talk,
            ChunkKey::Month(YearMonth {
                year: 2026,
                month: 2,
            }),
            ChunkKey::Invoice("2026/0007".to_owned()),
            ChunkKey::File("2026-0007.pdf".to_owned()),
            ChunkKey::Expenses(2026),
            ChunkKey::Documents,
            ChunkKey::Document(PublicId::from_bytes([7; 16])),
        ];
        for key in keys {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }

    #[test]
    fn foreign_keys_are_refused() {
        for text in [
            "",
            "consoles",
            "month/",
            "month/2026-13",
            "invoice/",
            "rates/1",
            "file/a\nb",
            "document/contract.pdf",
            "documents/",
            "expenses/",
            "expenses/226",
            "expenses/+226",
        ] {
            assert!(text.parse::<ChunkKey>().is_err(), "{text:?}");
        }
        assert!(Digest::try_from("abc".to_owned()).is_err());
        assert!(Digest::try_from("G".repeat(64)).is_err());
    }
}
