//! Expenses as a client pays for them. What was paid for them, by whom and with which tax is the business's own affair.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::id::PublicId;
use crate::values::money::Money;

/// The billable expenses of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expenses {
    pub year: u16,
    /// The latest first.
    pub expenses: Vec<Expense>,
}

/// An expense.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expense {
    pub id: PublicId,
    pub day: NaiveDate,
    pub project: PublicId,
    /// Such as `Travel`.
    pub category: Option<String>,
    pub description: Option<String>,
    /// What is billed for it, without tax.
    pub amount: Money,
    /// Number of the invoice that bills it.
    pub invoice: Option<String>,
}
