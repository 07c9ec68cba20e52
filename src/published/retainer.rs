//! A retainer as a client sees it: terms, periods and every draw.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::period::Period;

/// A retainer in hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retainer {
    pub id: PublicId,
    /// Length of a period: `week`, `month`, `quarter`, `year` or `term`.
    pub per: String,
    /// Hours granted in a whole period.
    pub allowance: Seconds,
    pub start: NaiveDate,
    pub end: Option<NaiveDate>,
    /// Newest first; periods in the future are not published.
    pub periods: Vec<RetainerPeriod>,
}

/// One period: `granted + carried_in = (used - overage) + left` always holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetainerPeriod {
    pub period: Period,
    /// The running one.
    pub current: bool,
    pub granted: Seconds,
    pub carried_in: Seconds,
    /// Billed time of the period, overage included.
    pub used: Seconds,
    pub left: Seconds,
    pub overage: Seconds,
    /// What is carried out and the last day of the period after which it is lost.
    pub expires: Vec<(NaiveDate, Seconds)>,
    /// What was drawn; empty where single entries are not shown.
    pub draws: Vec<RetainerDraw>,
}

/// One draw on a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetainerDraw {
    pub day: NaiveDate,
    pub seconds: Seconds,
    pub description: Option<String>,
    pub member: String,
}
