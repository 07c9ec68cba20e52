//! Estimates: what work would cost, until when that holds, and what became of it.

mod plan;

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::duration::Seconds;
use crate::values::money::Currency;
use crate::values::text;

use super::Refusal;
use super::invoice::{self, Adjustments, Line, Party, Source, Totals};
use super::key::{ClientKey, EstimateKey, ProjectKey};

pub use plan::{Plan, PlannedPhase, PlannedTask, grown};

/// What is stored about the course of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Draft,
    /// It has a number and is out.
    Issued,
    Accepted,
    Declined,
}

impl Stored {
    const ALL: [Self; 4] = [Self::Draft, Self::Issued, Self::Accepted, Self::Declined];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Issued => "issued",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// The state people see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    /// It is with the client, who has not answered.
    Sent,
    /// The same, after its last day.
    Expired,
    Accepted,
    Declined,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Sent,
        Self::Expired,
        Self::Accepted,
        Self::Declined,
    ];

    /// The word in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Expired => "expired",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Work that is estimated in hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub phase: Option<text::Line>,
    pub name: text::Line,
    pub seconds: Seconds,
}

/// A line: a task, or an item at a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstimateLine {
    pub task: Option<Task>,
    /// What it comes to, as it would stand on an invoice.
    pub line: Line,
}

/// An estimate with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    pub key: EstimateKey,
    pub client: ClientKey,
    /// None for a draft.
    pub number: Option<String>,
    pub stored: Stored,
    pub title: text::Line,
    pub date: NaiveDate,
    /// Its last day. Of a draft none where it follows from the day of issue.
    pub valid_until: Option<NaiveDate>,
    pub currency: Currency,
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    pub lines: Vec<EstimateLine>,
    pub adjustments: Adjustments,
    /// Tax in place of the client's, as typed.
    pub treatment: Option<String>,
    pub tax_note: Option<String>,
    pub introduction: Option<String>,
    pub closing: Option<String>,
    /// When mail first brought it.
    pub sent: Option<DateTime<Utc>>,
    /// When it was accepted or declined.
    pub decided: Option<NaiveDate>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// What it became.
    pub project: Option<ProjectKey>,
    pub document_sha256: Option<String>,
}

impl EstimateLine {
    /// A line of an item.
    pub fn item(line: Line) -> Self {
        Self { task: None, line }
    }

    /// A line of a task at a rate.
    pub fn task(
        task: Task,
        rate: crate::values::money::Rate,
        tax: invoice::Tax,
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let line = Line::hours(
            Source::Fixed,
            task.heading(),
            task.seconds,
            rate,
            tax,
            currency,
        )?;
        Ok(Self {
            task: Some(task),
            line,
        })
    }
}

impl Task {
    /// How it is named on the document.
    pub fn heading(&self) -> String {
        match &self.phase {
            Some(phase) => format!("{phase} · {}", self.name),
            None => self.name.to_string(),
        }
    }
}

impl Estimate {
    /// How people name it: its number, or that of the draft.
    pub fn name(&self) -> String {
        match &self.number {
            Some(number) => number.clone(),
            None => format!("estimate-{}", self.key.0),
        }
    }

    /// The lines as they would stand on an invoice.
    pub fn invoice_lines(&self) -> Vec<Line> {
        self.lines.iter().map(|of| of.line.clone()).collect()
    }

    /// What it comes to.
    pub fn totals(&self) -> Result<Totals, Refusal> {
        invoice::totals(&self.invoice_lines(), &self.adjustments, self.currency)
    }

    /// All hours in it.
    pub fn hours(&self) -> Seconds {
        let tasks = self.lines.iter().filter_map(|of| of.task.as_ref());
        Seconds(tasks.map(|task| task.seconds.0).sum())
    }

    /// The state on a day. It holds until the end of its last day.
    pub fn state(&self, today: NaiveDate) -> State {
        match self.stored {
            Stored::Draft => State::Draft,
            Stored::Issued if self.valid_until.is_some_and(|last| last < today) => State::Expired,
            Stored::Issued => State::Sent,
            Stored::Accepted => State::Accepted,
            Stored::Declined => State::Declined,
        }
    }

    /// Refuses to change or delete what is out.
    pub fn is_draft(&self) -> Result<(), Refusal> {
        match self.stored {
            Stored::Draft => Ok(()),
            _ => Err(Refusal::EstimateNotDraft {
                estimate: self.name(),
            }),
        }
    }

    /// Refuses what only an estimate that is out can do.
    pub fn is_out(&self) -> Result<(), Refusal> {
        match self.stored {
            Stored::Draft => Err(Refusal::EstimateDraft {
                estimate: self.name(),
            }),
            _ => Ok(()),
        }
    }

    /// Refuses to send what the client has answered.
    pub fn may_be_sent(&self) -> Result<(), Refusal> {
        match self.stored {
            Stored::Draft | Stored::Issued => Ok(()),
            Stored::Accepted | Stored::Declined => Err(self.is_decided()),
        }
    }

    /// Refuses to accept what is no offer: a draft, what was accepted, and, unless `late`, what has expired. A client who declined may
    /// come back to it.
    pub fn may_be_accepted(&self, today: NaiveDate, late: bool) -> Result<(), Refusal> {
        self.is_out()?;
        if self.stored == Stored::Accepted {
            return Err(self.is_decided());
        }
        match self.valid_until.filter(|last| *last < today && !late) {
            Some(last) => Err(Refusal::EstimateExpired {
                estimate: self.name(),
                last,
            }),
            None => Ok(()),
        }
    }

    /// Refuses to decline what is not open.
    pub fn may_be_declined(&self) -> Result<(), Refusal> {
        self.is_out()?;
        match self.stored {
            Stored::Accepted | Stored::Declined => Err(self.is_decided()),
            Stored::Draft | Stored::Issued => Ok(()),
        }
    }

    fn is_decided(&self) -> Refusal {
        Refusal::EstimateDecided {
            estimate: self.name(),
            state: self.stored.word(),
        }
    }
}

/// Refuses an estimate over nothing, one that is over before it begins, and two tasks of one name in one phase.
pub fn makes_sense(
    lines: &[EstimateLine],
    date: NaiveDate,
    valid_until: Option<NaiveDate>,
) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Err(Refusal::EstimateOfNothing);
    }
    if let Some(last) = valid_until.filter(|last| *last < date) {
        return Err(Refusal::EstimateEndsBefore { last, date });
    }
    let mut seen: Vec<(Option<String>, String)> = Vec::new();
    for task in lines.iter().filter_map(|of| of.task.as_ref()) {
        let phase = task.phase.as_ref().map(|phase| text::fold(phase.as_str()));
        let named = (phase, text::fold(task.name.as_str()));
        if seen.contains(&named) {
            return Err(Refusal::TaskTwice {
                task: task.heading(),
            });
        }
        seen.push(named);
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
