//! Approval of worked time: a member submits, an owner or manager approves or rejects. What was submitted does not change.

use super::Refusal;
use super::key::EntryKey;
use super::member::{Access, Member};

/// How far an entry is on the way to being approved. Before it is submitted it has none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Approval {
    /// It waits for an answer.
    Submitted,
    Approved,
    /// It is open again, with the reason beside it.
    Rejected,
}

impl Approval {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The approval a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Submitted, Self::Approved, Self::Rejected]
            .into_iter()
            .find(|approval| approval.word() == word)
    }
}

/// A step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Submit,
    Approve,
    Reject,
}

impl Step {
    /// What becomes of an entry; none where the step does not concern it.
    pub fn from(self, approval: Option<Approval>) -> Option<Approval> {
        match (self, approval) {
            (Self::Submit, None | Some(Approval::Rejected)) => Some(Approval::Submitted),
            (Self::Approve, Some(Approval::Submitted)) => Some(Approval::Approved),
            (Self::Reject, Some(Approval::Submitted | Approval::Approved)) => {
                Some(Approval::Rejected)
            }
            _ => None,
        }
    }

    /// Why a step does not concern an entry that was named.
    pub fn refuse(self, entry: EntryKey, approval: Option<Approval>) -> Refusal {
        let entry = entry.0;
        match approval {
            None => Refusal::EntryNotSubmitted { entry },
            Some(approval) => Refusal::ApprovalStands { entry, approval },
        }
    }
}

/// Owners and managers approve and reject.
pub fn may_decide(member: &Member) -> Result<(), Refusal> {
    match member.access {
        Access::Owner | Access::Manager => Ok(()),
        Access::Member => Err(Refusal::MayNotApprove {
            member: member.slug.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_concerns_what_waits_for_it() {
        use Approval::{Approved, Rejected, Submitted};
        let cases = [
            (Step::Submit, [Some(Submitted), None, None, Some(Submitted)]),
            (Step::Approve, [None, Some(Approved), None, None]),
            (Step::Reject, [None, Some(Rejected), Some(Rejected), None]),
        ];
        for (step, becomes) in cases {
            let from = [None, Some(Submitted), Some(Approved), Some(Rejected)];
            assert_eq!(
                from.map(|approval| step.from(approval)),
                becomes,
                "{step:?}"
            );
        }
    }
}
