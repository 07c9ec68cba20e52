//! A retainer as a client sees it: terms, periods and every draw.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::amount::Amount;
use crate::values::id::PublicId;
use crate::values::period::Period;

/// A retainer in hours or in money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retainer {
    pub id: PublicId,
    /// Length of a period: `week`, `month`, `quarter`, `year` or `term`.
    pub per: String,
    /// Granted in a whole period.
    pub allowance: Amount,
    pub start: NaiveDate,
    pub end: Option<NaiveDate>,
    /// Newest first; periods in the future are not published. None of a retainer in money where rates are hidden.
    pub periods: Vec<RetainerPeriod>,
}

/// One period: `granted + carried_in = (used - overage) + left` always holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetainerPeriod {
    pub period: Period,
    /// The running one.
    pub current: bool,
    pub granted: Amount,
    pub carried_in: Amount,
    /// Billed time or its value, overage included.
    pub used: Amount,
    pub left: Amount,
    pub overage: Amount,
    /// What is carried out and the last day of the period after which it is lost.
    pub expires: Vec<(NaiveDate, Amount)>,
    /// What was drawn; empty where single entries are not shown.
    pub draws: Vec<RetainerDraw>,
}

/// One draw on a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetainerDraw {
    pub day: NaiveDate,
    #[serde(rename = "seconds")]
    pub amount: Amount,
    pub description: Option<String>,
    pub member: String,
}
