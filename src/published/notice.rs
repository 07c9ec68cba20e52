//! What a person at a client is told by mail without having asked: the kinds that each can do without, and what stands in one.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::Money;
use crate::values::period::Period;

use super::console::MemberHours;
use super::protocol::Role;

/// A kind of notice that a person can do without. Mail that brings an invoice or reminds of one is none of them: it is business mail.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    InvoiceIssued,
    BudgetThreshold,
    RetainerLow,
    WeeklySummary,
    CommentReply,
}

impl Kind {
    /// In the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::InvoiceIssued,
        Self::BudgetThreshold,
        Self::RetainerLow,
        Self::WeeklySummary,
        Self::CommentReply,
    ];

    /// The word in addresses, in stores and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::InvoiceIssued => "invoice-issued",
            Self::BudgetThreshold => "budget-threshold",
            Self::RetainerLow => "retainer-low",
            Self::WeeklySummary => "weekly-summary",
            Self::CommentReply => "comment-reply",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Several kinds in one word of an address, and back; those that are not known are left out.
    pub fn joined(kinds: &[Self]) -> String {
        let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
        words.join(".")
    }

    /// See [`Self::joined`].
    pub fn split(word: &str) -> Vec<Self> {
        let mut kinds: Vec<Self> = word.split('.').filter_map(Self::from_word).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// Whether a role sees what it is about.
    pub fn is_for(self, role: Role) -> bool {
        match self {
            Self::InvoiceIssued | Self::RetainerLow => role != Role::Work,
            Self::BudgetThreshold | Self::WeeklySummary => role != Role::Finance,
            Self::CommentReply => true,
        }
    }
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Invoice {
        number: String,
        is_credit_note: bool,
        total: Money,
        due: Option<NaiveDate>,
    },
    Budget {
        project: String,
        /// The threshold that was reached.
        step: u16,
        standing: BudgetLine,
        /// When it is used up at the pace of late, or was.
        until: Option<NaiveDate>,
    },
    Retainer {
        standing: RetainerLine,
        overage: Amount,
    },
    Week(Week),
    /// Somebody answered, or asked.
    Said {
        is_answer: bool,
        /// The project, task, work or invoice.
        about: Option<String>,
        author: String,
        text: String,
    },
}

/// A notice as it was written, which a portal sends to one of its users: body of `PUT /api/v1/notices/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeMail {
    /// The address of the user.
    pub to: String,
    /// All that it tells.
    pub about: Vec<NoticeAbout>,
    /// Stands beside the portal's address in `From`.
    pub business: String,
    /// The address of the business, to which answers go.
    pub reply_to: String,
    pub subject: String,
    /// Lines end with `\n`.
    pub text: String,
    pub html: Option<String>,
    /// For `List-Unsubscribe`: a page of this portal, or `mailto:` with the address of the business.
    pub unsubscribe: Option<String>,
}

/// One thing that a notice tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeAbout {
    /// The client whose user is told.
    pub client: PublicId,
    pub kind: Kind,
}

/// How much of a budget is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetLine {
    pub project: String,
    pub percent: Decimal,
    pub used: Amount,
    pub allocated: Amount,
}

/// How much of a retainer is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetainerLine {
    /// Which one it is, where there are several.
    pub name: Option<RetainerName>,
    pub left: Amount,
    /// Granted and carried in.
    pub available: Amount,
    /// The last day of the period.
    pub until: NaiveDate,
}

/// How one of several retainers is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetainerName {
    /// By what was agreed, as on the pages of the portal.
    Terms {
        allowance: Amount,
        /// Length of a period, as in [`super::Retainer`].
        per: String,
        start: NaiveDate,
        end: Option<NaiveDate>,
    },
    /// By the projects it is for.
    Projects(String),
}

/// A week of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub week: Period,
    pub total: Seconds,
    /// Most first; empty where single entries are not shown.
    pub projects: Vec<(String, Seconds)>,
    /// The same by member, under the names that the client may see.
    pub members: Vec<MemberHours>,
    /// Of open projects.
    pub budgets: Vec<BudgetLine>,
    pub retainers: Vec<RetainerLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_alone_and_together() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.word()));
        }
        assert_eq!(Kind::split(&Kind::joined(&Kind::ALL)), Kind::ALL);
        for (word, count) in [
            ("", 0),
            ("weather", 0),
            ("weekly-summary.weekly-summary.x", 1),
        ] {
            assert_eq!(Kind::split(word).len(), count, "{word}");
        }
    }
}
