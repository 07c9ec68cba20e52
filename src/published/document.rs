//! Documents that the business shares with a client. Their content is a part of its own, by id.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::id::PublicId;

/// All documents of a client that it may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// The latest first.
    pub documents: Vec<Document>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub id: PublicId,
    /// A file name.
    pub name: String,
    pub kind: DocumentKind,
    /// The day it is of.
    pub day: NaiveDate,
    /// Bytes of its content.
    pub size: u64,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    Estimate,
    Proposal,
    Contract,
    Agreement,
    Other,
}
