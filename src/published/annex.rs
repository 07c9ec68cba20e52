//! The time sheet behind an invoice: the entries of its lines, with the client's eyes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::duration::Seconds;

use super::work::Clock;

/// The work that an invoice bills by the hour. `total` is the sum of the rows, of `further` and of `rounding`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    /// By day.
    pub rows: Vec<AnnexRow>,
    /// Work that is billed and not shown in detail.
    pub further: Seconds,
    /// What rounding days or lines added, or took off.
    pub rounding: Seconds,
    /// The hours on the lines of the invoice.
    pub total: Seconds,
}

/// An entry, or a sum of entries where the client sees only summaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnexRow {
    pub day: NaiveDate,
    /// Start and end on the clock, where they are shown.
    pub clock: Option<Clock>,
    pub project: String,
    pub task: Option<String>,
    /// The member under the name this client may see.
    pub member: String,
    pub description: Option<String>,
    /// Time as it is billed.
    pub seconds: Seconds,
}
