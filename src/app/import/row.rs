//! A row of a time export, the same whichever program wrote it. It names people and places by their number in [`Names`],
//! so that each name is read and looked up once and not a hundred thousand times.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use sha2::{Digest as _, Sha256};

use crate::domain::time::Span;
use crate::values::duration::Seconds;
use crate::values::money::Rate;
use crate::values::text::{Email, Line};

use super::problem::{Findings, Reason};

/// A row that reads.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The line of the file on which it begins.
    pub(super) line: u64,
    pub(super) person: usize,
    pub(super) place: usize,
    pub(super) marks: usize,
    pub(super) times: Times,
    pub(super) note: Option<Line>,
    pub(super) internal_note: Option<Line>,
    /// Fingerprint of the two.
    pub(super) note_print: u32,
    /// Fingerprint of the id that it has in the other program.
    pub(super) id: Option<u64>,
}

/// When the work of a row was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    /// The start by which the row is known again, on the clock of the file: local, or that of UTC where the file counts instants.
    /// Midnight, where the row tells a day and a length only.
    pub(super) start: NaiveDateTime,
    /// The day of the business on which it starts.
    pub(super) day: NaiveDate,
    /// None: the row tells a day and a length only.
    pub(super) span: Option<Span>,
    pub(super) seconds: Seconds,
}

impl Times {
    /// The same with an end so much earlier. Refused where nothing would be left.
    pub(super) fn less(self, pause: i64) -> Result<Self, Reason> {
        let seconds = self.seconds - Seconds(pause);
        if seconds <= Seconds::ZERO {
            return Err(Reason::LoneBreak);
        }
        let earlier =
            |span: Span| Span::new(span.start, span.start + TimeDelta::seconds(seconds.0));
        Ok(Self {
            span: self.span.map(earlier).transpose()?,
            seconds,
            ..self
        })
    }
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
    pub(super) names: Names,
    /// Rows in the file, with those that do not read.
    pub(super) count: u64,
    pub(super) problems: Findings,
    pub(super) notices: Findings,
    /// Columns that were not read.
    pub(super) ignored: Vec<String>,
}

/// What the rows name.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) people: Distinct<Person>,
    pub(super) places: Distinct<Place>,
    pub(super) marks: Distinct<Marks>,
}

/// Who did the work. Neither: the file is that of one person, who is said elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: Option<Line>,
    pub(super) email: Option<Email>,
}

/// What the work was done on.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// None: the project alone says which.
    pub(super) client: Option<Line>,
    pub(super) project: Line,
    pub(super) phase: Option<Line>,
    pub(super) task: Option<Line>,
    /// By code or name.
    pub(super) activity: Option<Line>,
}

/// How the work is marked.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    /// What the row says itself.
    pub(super) billable: Option<bool>,
    pub(super) tags: Vec<Line>,
    pub(super) rate: Option<Rate>,
    /// Fingerprint of all that, and of phase and activity.
    pub(super) print: u32,
}

/// Values by the texts they were read from, each once.
#[derive(Debug)]
pub(super) struct Distinct<T> {
    by_text: HashMap<String, usize>,
    pub(super) values: Vec<T>,
    text: String,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self {
            by_text: HashMap::new(),
            values: Vec::new(),
            text: String::new(),
        }
    }
}

impl<T> Distinct<T> {
    /// The number of the value of these texts, read if they are new.
    pub(super) fn number(
        &mut self,
        texts: &[&str],
        read: impl FnOnce() -> Result<T, Reason>,
    ) -> Result<usize, Reason> {
        self.text.clear();
        for text in texts {
            self.text.push_str(text);
            self.text.push('\u{1f}');
        }
        if let Some(number) = self.by_text.get(&self.text) {
            return Ok(*number);
        }
        let number = self.values.len();
        self.values.push(read()?);
        self.by_text.insert(self.text.clone(), number);
        Ok(number)
    }
}

/// A number by which to see whether a text changed; the same in every version of the program.
pub(super) fn fingerprint(text: &str) -> u32 {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(4)
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A number for an id of another program, long enough that no two ids share one.
pub(super) fn id_print(id: &str) -> Option<u64> {
    let hash = Sha256::digest(id.as_bytes());
    let number = || {
        hash.iter()
            .take(8)
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    (!id.is_empty()).then(number)
}
