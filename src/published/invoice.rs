//! An invoice or credit note as the client gets it. Pages, PDF, XLSX and e-invoices are all drawn from this one type.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::id::PublicId;
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

/// An issued invoice or credit note, or (with no number) the preview of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    pub id: PublicId,
    pub kind: InvoiceKind,
    /// None for a preview or draft.
    pub number: Option<String>,
    /// For a credit note, the invoice it corrects.
    pub corrects: Option<String>,
    pub state: InvoiceState,
    pub issue_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    /// The days whose work it bills.
    pub period: Option<Period>,
    pub currency: Currency,
    /// Language of the document, `en` or `de`.
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    pub purchase_order: Option<String>,
    /// The client's name for the project (BT-11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_reference: Option<String>,
    /// Text above the lines.
    pub introduction: Option<String>,
    pub lines: Vec<InvoiceLine>,
    /// Sum of the lines' nets.
    pub line_total: Money,
    /// Document discount, zero or more; already taken off the tax bases.
    pub discount: Money,
    #[serde(default, skip_serializing_if = "Grounds::is_empty")]
    pub discount_for: Grounds,
    /// Document surcharge, more than zero; already part of the tax bases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surcharge: Option<Adjustment>,
    pub net: Money,
    pub taxes: Vec<TaxLine>,
    pub total: Money,
    /// Why no tax is charged, in the owner's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_note: Option<String>,
    pub payments: Vec<Payment>,
    pub paid: Money,
    /// Credit notes over it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<Credit>,
    /// Total less what was paid and credited; negative when overpaid.
    pub balance: Money,
    /// Text below the totals: bank details, terms.
    pub payment_terms: Option<String>,
    /// Text at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<String>,
    /// File name of its PDF among the chunks, where there is one.
    pub file: Option<String>,
    /// File name of the e-invoice among the chunks, where the client takes them and nothing is lacking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e_invoice: Option<String>,
}

/// What kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InvoiceKind {
    Invoice,
    CreditNote,
}

/// Derived state; the first that holds, in this order (billing.md, "States").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InvoiceState {
    Draft,
    Void,
    WrittenOff,
    Overpaid,
    Paid,
    Overdue,
    PartiallyPaid,
    Viewed,
    Sent,
    Issued,
}

/// Seller or buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    pub name: String,
    /// Lines of the address, without the country.
    pub address: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// VAT id or other tax id.
    pub tax_id: Option<String>,
    /// Bank account, seller only.
    pub iban: Option<String>,
    pub bic: Option<String>,
    /// Contact person of the buyer.
    pub attention: Option<String>,
}

/// How an amount came about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// Where it was told in percents.
    pub percent: Option<Decimal>,
    pub reason: Option<String>,
}

impl Grounds {
    /// Nothing is said of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What something is given for less (below zero), or costs more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    pub amount: Money,
    pub grounds: Grounds,
}

/// One line. `net` is the rounded product of `quantity` and `unit_price`, with the adjustment where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceLine {
    pub description: String,
    /// Up to four places; 1 where rates are hidden.
    pub quantity: Decimal,
    /// UN/ECE Recommendation 20: `HUR` hour, `C62` piece, `KMT` km, `LS` lump sum.
    pub unit: String,
    /// Up to four places; equals `net` where rates are hidden.
    pub unit_price: Decimal,
    /// Part of the net; none of hours where rates are hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<Adjustment>,
    pub net: Money,
    /// Percent.
    pub tax_rate: Decimal,
    pub tax_category: TaxCategory,
}

/// EN 16931 VAT category codes (BT-151).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum TaxCategory {
    /// Standard or reduced rate.
    S,
    /// Zero rated.
    Z,
    /// Exempt.
    E,
    /// Reverse charge.
    AE,
    /// Intra-community supply.
    K,
    /// Export.
    G,
    /// Outside the scope of tax.
    O,
}

impl TaxCategory {
    /// Its code in EN 16931 (BT-151).
    pub fn code(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::Z => "Z",
            Self::E => "E",
            Self::AE => "AE",
            Self::K => "K",
            Self::G => "G",
            Self::O => "O",
        }
    }
}

/// Tax on one base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxLine {
    pub category: TaxCategory,
    /// Where the tax has one; several with names are on the same base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Percent.
    pub rate: Decimal,
    pub base: Money,
    /// The share of the surcharge in the base, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surcharge: Option<Money>,
    pub amount: Money,
}

/// A payment the business recorded; less than nothing: it paid back, or used credit for another invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    pub date: NaiveDate,
    pub amount: Money,
    pub method: Option<String>,
}

/// A credit note over an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    pub number: String,
    pub date: NaiveDate,
    pub amount: Money,
}
