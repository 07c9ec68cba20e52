//! What can be wrong with a row of clients.

use crate::domain::Refusal;
use crate::values::text::TextError;

/// Why a row is not imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it has {found} fields and the header has {expected}; is a quote open?")]
    Fields { found: usize, expected: usize },
    #[error("the client has no name")]
    NoName,
    #[error("`{column}`: {source}")]
    Text { column: String, source: TextError },
    #[error("`{column}`: {message}")]
    Other { column: String, message: String },
    #[error("`{text}` in `{column}` is not known; it can be {accepted}")]
    Word {
        column: String,
        text: String,
        accepted: &'static str,
    },
    #[error("no short name can be made of `{0}`; give one in a column `slug`")]
    NoSlug(String),
    #[error(
        "`{name}` and `{other}` have the same short name `{slug}`; give them a column `slug` or `external_id`"
    )]
    SameSlug {
        slug: String,
        name: String,
        other: String,
    },
    #[error(
        "more than one client is called `{name}`: {}; say which in a column `slug` or `external_id`",
        .slugs.iter().map(|slug| format!("`{slug}`")).collect::<Vec<_>>().join(", ")
    )]
    SeveralClients { name: String, slugs: Vec<String> },
    #[error("`{slug}` is the client with the external id `{external_id}`")]
    OtherId { slug: String, external_id: String },
    #[error("`{column}` is not as on line {first}, which tells of the same client")]
    Differs { column: String, first: u64 },
    #[error("the contact has no name")]
    NamelessContact,
    #[error("line {first} names another point of contact")]
    OtherPointOfContact { first: u64 },
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl Fault {
    pub(super) fn text(column: impl Into<String>) -> impl FnOnce(TextError) -> Self {
        move |source| Self::Text {
            column: column.into(),
            source,
        }
    }

    pub(super) fn other<E: std::fmt::Display>(column: impl Into<String>) -> impl FnOnce(E) -> Self {
        move |error| Self::Other {
            column: column.into(),
            message: error.to_string(),
        }
    }
}
