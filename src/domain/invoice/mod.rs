//! Invoices and credit notes: what they are, and the state that follows from what happened to them.

mod adjustment;
mod credit;
mod deposit;
mod edit;
mod expense;
mod language;
#[cfg(test)]
mod life;
mod line;
mod remarks;
mod settlement;
#[cfg(test)]
mod tests;
mod totals;
mod work;

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::id::Slug;
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

use super::Refusal;
use super::key::{ClientKey, InvoiceKey, PaymentKey};

pub use adjustment::{Adjustment, Adjustments, Asked, Grounds};
pub use credit::{CreditLine, Creditable, Credited, MOST_ROUNDING, Part, Pick, Words};
pub use deposit::{deducted, deduction, deposit};
pub use edit::Change;
pub use expense::rebilled;
pub use language::{beyond, fee, late_fee};
pub use line::{Item, Line, Source, Tax, TaxCategory, Unit};
pub use remarks::Remarks;
pub use settlement::{Account, Credit, CreditUse, Movement, Settlement, WriteOff};
pub use totals::{TaxBase, TaxRounding, Totals, rounded_totals, totals};
pub use work::{BillableTime, Group, Grouping, rounded, time_lines};

/// Invoice or credit note; each kind has a number series of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Invoice,
    CreditNote,
}

impl Kind {
    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit-note",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Invoice, Self::CreditNote]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// What is stored about the course of an invoice; everything else is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Draft,
    Issued,
    Void,
}

impl Stored {
    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Issued => "issued",
            Self::Void => "void",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::Issued, Self::Void]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// The state people see; the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
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

impl State {
    /// All, in the order in which the first that holds is taken.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Void,
        Self::WrittenOff,
        Self::Overpaid,
        Self::Paid,
        Self::Overdue,
        Self::PartiallyPaid,
        Self::Viewed,
        Self::Sent,
        Self::Issued,
    ];

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Void => "void",
            Self::WrittenOff => "written-off",
            Self::Overpaid => "overpaid",
            Self::Paid => "paid",
            Self::Overdue => "overdue",
            Self::PartiallyPaid => "partially-paid",
            Self::Viewed => "viewed",
            Self::Sent => "sent",
            Self::Issued => "issued",
        }
    }
}

/// What the state of an invoice follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub kind: Kind,
    pub stored: Stored,
    pub written_off: bool,
    pub paid: Money,
    pub balance: Money,
    pub due: Option<NaiveDate>,
    pub sent: bool,
    pub viewed: bool,
}

impl Standing {
    /// The state on a day: the first that holds.
    pub fn state(self, today: NaiveDate) -> State {
        let is_invoice = self.kind == Kind::Invoice;
        match self.stored {
            Stored::Draft => State::Draft,
            Stored::Void => State::Void,
            Stored::Issued if self.written_off => State::WrittenOff,
            Stored::Issued if self.balance.is_negative() => State::Overpaid,
            Stored::Issued if self.balance.is_zero() && is_invoice => State::Paid,
            Stored::Issued if is_invoice && self.due.is_some_and(|due| due < today) => {
                State::Overdue
            }
            Stored::Issued if !self.paid.is_zero() => State::PartiallyPaid,
            Stored::Issued if self.viewed => State::Viewed,
            Stored::Issued if self.sent => State::Sent,
            Stored::Issued => State::Issued,
        }
    }
}

/// Name and address as they stand on a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub name: String,
    /// Lines, without the country.
    pub address: Vec<String>,
    pub country: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub tax_id: Option<String>,
    pub iban: Option<String>,
    pub bic: Option<String>,
    pub attention: Option<String>,
}

/// An invoice or credit note with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub key: InvoiceKey,
    pub client: ClientKey,
    pub kind: Kind,
    /// None for a draft.
    pub number: Option<String>,
    pub stored: Stored,
    /// For a credit note, the invoice it corrects.
    pub corrects: Option<InvoiceKey>,
    pub issue_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub period: Option<Period>,
    pub currency: Currency,
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    pub payment_terms: Option<String>,
    pub lines: Vec<Line>,
    pub adjustments: Adjustments,
    /// What it says of why no tax is charged.
    pub tax_note: Option<String>,
    /// Of a credit note over a part: by what its taxes differ from base times rate.
    pub tax_rounding: Vec<TaxRounding>,
    pub remarks: Remarks,
    pub payments: Vec<Payment>,
    pub settlement: Settlement,
    /// The SHA-256 of the PDF that was stored at issue, hex.
    pub document_sha256: Option<String>,
    /// Digest of the published invoice from which that PDF was drawn, hex.
    pub document_face: Option<String>,
    pub sent: Option<DateTime<Utc>>,
    pub viewed: Option<DateTime<Utc>>,
}

/// A payment that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub key: PaymentKey,
    pub date: NaiveDate,
    pub amount: Money,
    pub method: Option<String>,
    /// What the script or the bank calls it; once an invoice.
    pub reference: Option<String>,
}

impl Invoice {
    /// The sums of the lines.
    pub fn totals(&self) -> Result<Totals, Refusal> {
        rounded_totals(
            &self.lines,
            &self.adjustments,
            &self.tax_rounding,
            self.currency,
        )
    }

    /// The number, or how a draft is named.
    pub fn name(&self) -> String {
        self.number
            .clone()
            .unwrap_or_else(|| format!("draft-{}", self.key.0))
    }

    /// The state on this day.
    pub fn state(&self, today: NaiveDate) -> Result<State, Refusal> {
        if self.stored == Stored::Draft {
            return Ok(State::Draft);
        }
        Ok(Standing {
            kind: self.kind,
            stored: self.stored,
            written_off: self.settlement.write_off.is_some(),
            paid: self.paid()?,
            balance: self.balance()?,
            due: self.due_date,
            sent: self.sent.is_some(),
            viewed: self.viewed.is_some(),
        }
        .state(today))
    }

    /// Refuses a change of an invoice that is no draft.
    pub fn is_draft(&self) -> Result<(), Refusal> {
        match self.stored {
            Stored::Draft => Ok(()),
            Stored::Issued => Err(Refusal::InvoiceIssued {
                invoice: self.name(),
            }),
            Stored::Void => Err(Refusal::InvoiceVoid {
                invoice: self.name(),
            }),
        }
    }

    /// Refuses what can be done to an issued invoice only: payments, void.
    pub fn is_open(&self) -> Result<(), Refusal> {
        let invoice = self.name();
        match (self.kind, self.stored) {
            (Kind::CreditNote, _) => Err(Refusal::CreditNote { invoice }),
            (_, Stored::Draft) => Err(Refusal::InvoiceDraft { invoice }),
            (_, Stored::Void) => Err(Refusal::InvoiceVoid { invoice }),
            (_, Stored::Issued) => Ok(()),
        }
    }

    /// Refuses an invoice under which money would be owed to the one who gets it: a credit note does that.
    pub fn is_payable(&self) -> Result<(), Refusal> {
        let total = self.totals()?.total;
        if self.kind == Kind::Invoice && total.is_negative() {
            return Err(Refusal::InvoiceNegative { total });
        }
        Ok(())
    }

    /// Refuses tax that the buyer owes, or a supply into another member state, while one of the two is not named by its tax id.
    pub fn names_tax_ids(&self, client: &Slug) -> Result<(), Refusal> {
        let shifted = |line: &&Line| matches!(line.tax.category, TaxCategory::AE | TaxCategory::K);
        let Some(line) = self.lines.iter().find(shifted) else {
            return Ok(());
        };
        let treatment = crate::domain::tax::word(line.tax.category);
        if self.buyer.tax_id.is_none() {
            return Err(Refusal::NoBuyerTaxId {
                client: client.clone(),
                treatment,
            });
        }
        if self.seller.tax_id.is_none() {
            return Err(Refusal::NoSellerTaxId { treatment });
        }
        Ok(())
    }
}

/// A document that was issued: its number and its date.
pub type Issued = (String, NaiveDate);

/// Within a series numbers and dates run the same way. `own` is the newest document of the counter, `other` that of all others;
/// `back` lets a date be before the newest of its own counter. Gives whether it is.
pub fn dates_run_forward(
    own: Option<Issued>,
    other: Option<Issued>,
    date: NaiveDate,
    back: bool,
) -> Result<bool, Refusal> {
    let later = |newest: &Issued| date < newest.1;
    // An earlier counter is closed, and nothing opens it again.
    if let Some((last, last_date)) = other.filter(later) {
        return Err(match back {
            true => Refusal::BackdatedTooFar {
                last,
                last_date,
                date,
            },
            false => Refusal::Backdated {
                last,
                last_date,
                date,
            },
        });
    }
    match own.filter(later) {
        Some((last, last_date)) if !back => Err(Refusal::Backdated {
            last,
            last_date,
            date,
        }),
        own => Ok(own.is_some()),
    }
}

/// Refuses a date that is more than a year after the day by the clock: a slip in `--as-of` or in the clock.
pub fn not_far_ahead(date: NaiveDate, clock: NaiveDate, ahead: bool) -> Result<(), Refusal> {
    if !ahead && (date - clock).num_days() > 366 {
        return Err(Refusal::FarAhead { date, today: clock });
    }
    Ok(())
}
