//! What can be wrong with a file that is imported, and with its rows. Facts only; hints and exit statuses are given in `cli`.

use std::fmt;

use crate::document::vcard::{CardFault, VcardError};
use crate::domain::Refusal;
use crate::values::calendar::DateError;
use crate::values::money::MoneyError;
use crate::values::text::TextError;

use super::format::Format;

/// A file was not imported; nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file cannot be read: {0}")]
    Read(#[source] std::io::Error),
    /// Not UTF-8. `line` is where that shows.
    #[error("the file is not UTF-8 text (line {line}); it looks like {looks_like}")]
    Encoding {
        line: u64,
        looks_like: LooksLike,
        /// What it should have been.
        format: Expected,
    },
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {} MiB, the most that is imported at once", .most >> 20)]
    TooLarge { most: u64 },
    #[error("the file has more than {most} rows, the most that is imported at once")]
    TooManyRows { most: usize },
    #[error("the file has {found} columns; {most} are the most that are imported")]
    TooManyColumns { found: usize, most: usize },
    #[error("the file has a NUL byte on line {line}, so it is no text")]
    Zero { line: u64 },
    /// None of the columns can be the one without which there is nothing to import.
    #[error("the file has no column for {what}; {}", columns_words(.found))]
    NoColumn {
        what: &'static str,
        found: Vec<String>,
    },
    /// A column was named that is not there.
    #[error("the file has no column `{named}`; {}", columns_words(.found))]
    NotAColumn { named: String, found: Vec<String> },
    /// A field was given to two columns.
    #[error("`{field}` is to be read from two columns: {}", quoted(.columns))]
    TwoColumns { field: String, columns: Vec<String> },
    /// A column was given to two fields.
    #[error("the column `{column}` is to be two fields: {}", quoted(.fields))]
    TwoFields { column: String, fields: [String; 2] },
    #[error("{}", header_words(.missing, .found))]
    Header {
        /// Columns that it needs and does not have.
        missing: Vec<&'static str>,
        /// Columns that it has.
        found: Vec<String>,
        /// What separates its columns, where that is no comma.
        separator: Option<char>,
    },
    /// Its content is of none of the formats.
    #[error("nothing in the file tells whose it is")]
    UnknownFormat,
    /// Its content may be of several.
    #[error("the file may be {}", candidates_words(.0))]
    AmbiguousFormat(Vec<Format>),
    #[error("the file is not JSON (line {line}): {why}")]
    Json { line: usize, why: String },
    /// Day or month first: the whole file does not tell.
    #[error("the dates of the file, such as `{example}`, could be day or month first")]
    DateOrder { example: String },
    #[error("line {line} is longer than {} KiB, so it is no line of a text", .most >> 10)]
    LongLine { line: u64, most: u64 },
    #[error(transparent)]
    Card(VcardError),
    #[error(transparent)]
    Rows(Box<Rejected>),
}

/// What a file that is no UTF-8 text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksLike {
    Utf16,
    /// UTF-16 without a byte order mark.
    BareUtf16,
    /// A workbook, or an archive of anything.
    Archive,
    Latin,
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "UTF-16",
            Self::BareUtf16 => "UTF-16 without a byte order mark",
            Self::Archive => "an XLSX workbook or a ZIP archive",
            Self::Latin => "Windows-1252 or Latin-1",
        })
    }
}

/// What a file is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Csv,
    Vcard,
    /// A file of another program, of lines or JSON.
    Text,
}

impl ImportError {
    /// The stable code in `--json` errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(_) => "import.read",
            Self::Encoding { .. } => "import.encoding",
            Self::Card(_) => "import.vcard",
            Self::Empty => "import.empty",
            Self::TooLarge { .. }
            | Self::TooManyRows { .. }
            | Self::TooManyColumns { .. }
            | Self::LongLine { .. } => "import.too_large",
            Self::UnknownFormat | Self::AmbiguousFormat(_) => "import.format",
            Self::Json { .. } => "import.json",
            Self::DateOrder { .. } => "import.dates",
            Self::Zero { .. } => "import.encoding",
            Self::Header { .. }
            | Self::NoColumn { .. }
            | Self::NotAColumn { .. }
            | Self::TwoColumns { .. }
            | Self::TwoFields { .. } => "import.header",
            Self::Rows(rejected) if rejected.problems.count == 0 => "import.missing",
            Self::Rows(_) => "import.rows",
        }
    }
}

fn candidates_words(candidates: &[Format]) -> String {
    let titles: Vec<&str> = candidates.iter().map(|format| format.title()).collect();
    format!("of {}", titles.join(" or of "))
}

fn columns_words(found: &[String]) -> String {
    match found {
        [only] => format!("its only column is `{only}`"),
        _ => format!("its columns are {}", quoted(found)),
    }
}

/// `` `a`, `b` ``.
fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn header_words(missing: &[&'static str], found: &[String]) -> String {
    let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
    format!(
        "the file has no column {}; its columns are {}",
        quoted(&missing),
        quoted(found),
    )
}

/// Rows that cannot be imported as they are, and what they name that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Rows in the file.
    pub rows: u64,
    pub problems: Findings,
    /// What `create_missing` would make.
    pub missing: Vec<Named>,
}

impl Rejected {
    /// For a single row.
    pub(super) fn one(row: u64, reason: Reason) -> ImportError {
        let mut problems = Findings::default();
        problems.add(row, reason);
        ImportError::Rows(Box::new(Self {
            rows: 1,
            problems,
            missing: Vec::new(),
        }))
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bad, rows) = (self.problems.count, self.rows);
        if bad > 0 {
            write!(f, "{bad} of {rows} rows cannot be imported")?;
        }
        if !self.missing.is_empty() {
            let names: Vec<String> = self.missing.iter().map(Named::to_string).collect();
            let joint = if bad > 0 { "; " } else { "" };
            write!(
                f,
                "{joint}the file names what is not there: {}",
                names.join(", ")
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}

/// A client, project, phase, task or member that the file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// `client`, `project`, `phase`, `task` or `member`.
    pub noun: &'static str,
    /// As in the file.
    pub name: String,
    /// The short name it has or would have; of a project `client/project`, of a phase or task its project's.
    pub reference: String,
    /// Of a member.
    pub email: Option<String>,
    /// Rows that name it.
    pub rows: u64,
    /// What may have been meant.
    pub near: Vec<String>,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.noun, self.name)?;
        if matches!(self.noun, "phase" | "task") {
            write!(f, " of {}", self.reference)?;
        }
        Ok(())
    }
}

/// What was found in rows: the first of them, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// At most [`Findings::KEPT`].
    pub list: Vec<Problem>,
    pub count: u64,
    /// What rows are counted in: `line`, or `entry` where a file has no lines that matter.
    pub noun: &'static str,
}

impl Default for Findings {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            count: 0,
            noun: "line",
        }
    }
}

impl Findings {
    /// How many are kept to be shown.
    pub const KEPT: usize = 100;

    pub(super) fn add(&mut self, row: u64, reason: Reason) {
        self.count += 1;
        if self.list.len() < Self::KEPT {
            let noun = self.noun;
            self.list.push(Problem { noun, row, reason });
        }
    }

    /// Adds what was found elsewhere.
    pub(super) fn append(&mut self, more: Self) {
        let room = Self::KEPT.saturating_sub(self.list.len());
        self.list.extend(more.list.into_iter().take(room));
        self.count += more.count;
    }

    pub(super) fn in_order(mut self) -> Self {
        self.list.sort_by_key(|problem| problem.row);
        self
    }
}

/// What is wrong with a row, or worth a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What rows are counted in.
    pub noun: &'static str,
    /// The line of the file on which the row begins; the header is on line 1.
    pub row: u64,
    pub reason: Reason,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.noun, self.row, self.reason)
    }
}

/// Why a row is not imported, or what is worth knowing about one that is or that had nothing to import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("it has {found} fields and the header has {expected}; is a quote open?")]
    Fields { found: usize, expected: usize },
    #[error("`{0}` is empty")]
    Empty(&'static str),
    #[error("`{column}`: {source}")]
    Date {
        column: &'static str,
        source: DateError,
    },
    #[error("`{text}` in `{column}` is not a time of day; it looks like 09:30:00")]
    Time { column: &'static str, text: String },
    #[error("`{text}` in `{column}` is not a duration; it looks like {like}")]
    Duration {
        column: &'static str,
        text: String,
        like: &'static str,
    },
    #[error("`{text}` in `{column}` is not a number of hours such as 1.50")]
    Number { column: &'static str, text: String },
    /// `1,500`: one and a half, or a thousand and a half.
    #[error("the separator of `{text}` in `{column}` may be of thousands or of decimals")]
    Separator { column: &'static str, text: String },
    #[error("`{text}` in `{column}` is neither Yes nor No")]
    Billable { column: &'static str, text: String },
    #[error("`{column}`: {source}")]
    Rate {
        column: &'static str,
        source: MoneyError,
    },
    /// What stands there is not what the format has there.
    #[error("`{text}` is not what the format has here: {expected}")]
    Syntax {
        text: String,
        expected: &'static str,
    },
    #[error("it takes time away; an entry is more than nothing")]
    Negative,
    #[error("it takes time away, and the record has no entry before it that is longer")]
    LoneBreak,
    #[error("it names no project")]
    NoProject,
    #[error("there is no project `{project}`, and the row names no client")]
    NoClient { project: String },
    #[error("it has the id of line {first} and says something else")]
    SameId { first: u64 },
    #[error("`{column}`: {source}")]
    Text {
        column: &'static str,
        source: TextError,
    },
    #[error(transparent)]
    Gap(DateError),
    #[error("`Duration` says {} and from start to end it is {}; was the export rounded?", hms(*.duration), hms(*.between))]
    Disagree { duration: i64, between: i64 },
    #[error("more than one {noun} is called `{name}`")]
    Several { noun: &'static str, name: String },
    #[error("there is no {noun} `{name}`")]
    Missing { noun: &'static str, name: String },
    /// A correction would count work twice, or take away what was merged.
    #[error(
        "entry {entry} was split, merged or edited here, so its correction has to be made here too"
    )]
    Reworked { entry: i64 },
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the vCard {0}")]
    Card(CardFault),
    #[error("`{column}` is not as on line {first}, which tells of a person of the same name")]
    SamePerson { column: &'static str, first: u64 },
    /// The rest of the card is imported.
    #[error("not taken, since a contact has no room for it: {0}")]
    NoRoom(String),
    /// The row is left out: a zero never becomes an entry.
    #[error("it has no time and is left out")]
    Zero,
    /// The row is left out.
    #[error("it has no end: it is still running and is left out")]
    Running,
    /// The row is left out.
    #[error("entry {entry} says the same, though it came another way; the row is left out")]
    Here { entry: i64 },
    /// The exact time counts.
    #[error("from start to end it is {}, which counts; `{column}` says {}", hms(*.between), hms(*.stated))]
    Rounded {
        column: &'static str,
        stated: i64,
        between: i64,
    },
    /// The end is so much earlier.
    #[error("a break of {} was taken off its end", hms(*.0))]
    Break(i64),
    /// The row is left out.
    #[error("it says the same as line {first} and is left out")]
    Repeated { first: u64 },
    /// `Duration` is off by the clock change; the time that passed counts.
    #[error("the clock changed in it: {} passed, `Duration` says {}", hms(*.passed), hms(*.duration))]
    ClockChange { passed: i64, duration: i64 },
    /// Imported all the same: history is history.
    #[error("it shares time with another entry of the same member")]
    Overlap,
}

impl Reason {
    /// Whether the import goes on: the row is imported, or there was nothing to import.
    pub(super) fn is_notice(&self) -> bool {
        matches!(
            self,
            Self::Zero
                | Self::Running
                | Self::Here { .. }
                | Self::Rounded { .. }
                | Self::Break(_)
                | Self::Repeated { .. }
                | Self::ClockChange { .. }
                | Self::Overlap
                | Self::NoRoom(_)
        )
    }

    pub(super) fn text(column: &'static str) -> impl Fn(TextError) -> Self {
        move |source| Self::Text { column, source }
    }
}

/// Seconds as the file writes them.
fn hms(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    format!(
        "{sign}{:02}:{:02}:{:02}",
        all / 3600,
        all / 60 % 60,
        all % 60
    )
}
