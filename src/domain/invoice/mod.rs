//! Invoices and credit notes: what they are, and the state that follows from what happened to them.

mod adjustment;
mod deposit;
mod edit;
mod expense;
mod language;
mod line;
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
pub use deposit::{deducted, deduction, deposit};
pub use edit::Change;
pub use expense::rebilled;
pub use line::{Item, Line, Source, Tax, TaxCategory, Unit};
pub use totals::{TaxBase, Totals, totals};
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
    pub payments: Vec<Payment>,
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
}

impl Invoice {
    /// The sums of the lines.
    pub fn totals(&self) -> Result<Totals, Refusal> {
        totals(&self.lines, &self.adjustments, self.currency)
    }

    /// The sum of the payments.
    pub fn paid(&self) -> Result<Money, Refusal> {
        Ok(Money::sum(
            self.currency,
            self.payments.iter().map(|payment| payment.amount),
        )?)
    }

    /// What is open: the total less what was paid; nothing is open on a void invoice or a credit note.
    pub fn balance(&self) -> Result<Money, Refusal> {
        if self.stored == Stored::Void || self.kind == Kind::CreditNote {
            return Ok(Money::zero(self.currency));
        }
        Ok(self.totals()?.total.checked_sub(self.paid()?)?)
    }

    /// The number, or how a draft is named.
    pub fn name(&self) -> String {
        self.number
            .clone()
            .unwrap_or_else(|| format!("draft-{}", self.key.0))
    }

    /// The state on this day.
    pub fn state(&self, today: NaiveDate) -> Result<State, Refusal> {
        match self.stored {
            Stored::Draft => return Ok(State::Draft),
            Stored::Void => return Ok(State::Void),
            Stored::Issued => {}
        }
        let (paid, balance) = (self.paid()?, self.balance()?);
        let overdue = self.due_date.is_some_and(|due| due < today);
        Ok(if balance.is_negative() {
            State::Overpaid
        } else if balance.is_zero() && self.kind == Kind::Invoice {
            State::Paid
        } else if overdue && self.kind == Kind::Invoice {
            State::Overdue
        } else if !paid.is_zero() {
            State::PartiallyPaid
        } else if self.viewed.is_some() {
            State::Viewed
        } else if self.sent.is_some() {
            State::Sent
        } else {
            State::Issued
        })
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

    /// Refuses to void while payments are recorded.
    pub fn may_be_voided(&self) -> Result<(), Refusal> {
        self.is_open()?;
        let paid = self.paid()?;
        if self.payments.is_empty() {
            Ok(())
        } else {
            Err(Refusal::InvoicePaid {
                invoice: self.name(),
                paid,
            })
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

    /// Refuses a payment that is not positive, dated before the invoice, or (unless `over`) above the balance.
    pub fn takes_payment(&self, amount: Money, date: NaiveDate, over: bool) -> Result<(), Refusal> {
        self.is_open()?;
        if amount.minor() <= 0 {
            return Err(Refusal::PaymentNotPositive);
        }
        if date < self.issue_date {
            return Err(Refusal::PaymentTooEarly {
                date,
                issued: self.issue_date,
            });
        }
        let balance = self.balance()?;
        if balance.checked_sub(amount)?.is_negative() && !over {
            return Err(Refusal::Overpayment { amount, balance });
        }
        Ok(())
    }
}

/// Within a series numbers and dates run the same way.
pub fn dates_run_forward(last: Option<(&str, NaiveDate)>, date: NaiveDate) -> Result<(), Refusal> {
    match last {
        Some((number, last_date)) if date < last_date => Err(Refusal::Backdated {
            last: number.to_owned(),
            last_date,
            date,
        }),
        _ => Ok(()),
    }
}
