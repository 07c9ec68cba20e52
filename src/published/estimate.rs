//! An estimate as the client gets it: the PDF, the file in JSON and the mail are drawn from this one type. It is not on the portal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::money::{Currency, Money};

use super::{Adjustment, Grounds, InvoiceLine, Party, TaxLine};

/// An estimate; without a number, the draft of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    pub number: Option<String>,
    pub title: String,
    pub date: NaiveDate,
    /// Its last day; of a draft it may not be known.
    pub valid_until: Option<NaiveDate>,
    pub currency: Currency,
    /// Language of the document, `en` or `de`.
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    /// Text above the lines.
    pub introduction: Option<String>,
    pub lines: Vec<EstimateLine>,
    /// Sum of the lines' nets.
    pub line_total: Money,
    /// Zero or more; already taken off the tax bases.
    pub discount: Money,
    pub discount_for: Grounds,
    /// More than zero; already part of the tax bases.
    pub surcharge: Option<Adjustment>,
    pub net: Money,
    pub taxes: Vec<TaxLine>,
    pub total: Money,
    /// Why no tax is charged, in the owner's words.
    pub tax_note: Option<String>,
    /// Text at the end.
    pub closing: Option<String>,
}

/// One line. Hours and rate of a task stand in its quantity and price, where rates are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimateLine {
    pub phase: Option<String>,
    /// None: an item.
    pub task: Option<String>,
    #[serde(flatten)]
    pub line: InvoiceLine,
}
