//! The formats of other programs, each in a file of its own that reads into [`super::row`], and what they share: how dates, times
//! and lengths are written ([`field`]), what local times mean ([`clock`]), tables of columns ([`table`]), and from which content a
//! format is told ([`detect`]).

mod clock;
mod clockify;
mod csv;
mod detect;
mod field;
mod harvest;
mod kimai;
mod klog;
mod reading;
mod table;
mod timeclock;
mod timewarrior;
mod toggl;
mod watson;

#[cfg(test)]
mod tests;

use std::io::{Read, Seek, SeekFrom};

use chrono_tz::Tz;

use crate::values::calendar::Calendar;
use crate::values::id::Slug;
use crate::values::text::Line;

use super::problem::ImportError;
use super::row::Batch;
use super::sheet;

pub use detect::detect;
pub use field::{DateOrder, Decimals};
pub(in crate::app) use klog::tags_in;
pub use table::Field;
pub(in crate::app) use timewarrior::{BILLABLE, NON_BILLABLE, TASK};

use reading::Reading;

/// The largest table that is read, row by row, and the largest text, which is read at once.
const MOST_BYTES: u64 = 256 << 20;
const MOST_TEXT: u64 = 128 << 20;

/// Whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Toggl,
    Clockify,
    Harvest,
    Kimai,
    Timewarrior,
    Watson,
    Klog,
    Timeclock,
    Csv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Toggl,
        Self::Clockify,
        Self::Harvest,
        Self::Kimai,
        Self::Timewarrior,
        Self::Watson,
        Self::Klog,
        Self::Timeclock,
        Self::Csv,
    ];

    /// The word of the command line. What was imported is known again by it, so it never changes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Toggl => "toggl",
            Self::Clockify => "clockify",
            Self::Harvest => "harvest",
            Self::Kimai => "kimai",
            Self::Timewarrior => "timewarrior",
            Self::Watson => "watson",
            Self::Klog => "klog",
            Self::Timeclock => "timeclock",
            Self::Csv => "csv",
        }
    }

    /// The format of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Toggl => "Toggl Track (detailed report, CSV)",
            Self::Clockify => "Clockify (detailed report, CSV)",
            Self::Harvest => "Harvest (detailed time, CSV)",
            Self::Kimai => "Kimai (export, CSV or JSON)",
            Self::Timewarrior => "Timewarrior (data file or export)",
            Self::Watson => "Watson (frames or log, JSON)",
            Self::Klog => "klog",
            Self::Timeclock => "timeclock (hledger, Ledger)",
            Self::Csv => "a table with named columns (CSV)",
        }
    }
}

/// What files do not say themselves.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The zone of local times [the business's].
    pub zone: Option<Tz>,
    /// What parts a decimal.
    pub decimals: Option<Decimals>,
    /// What comes first in dates such as `4/2/2026`.
    pub dates: Option<DateOrder>,
    /// What an empty cell of a billable column says.
    pub empty_billable: Option<bool>,
    /// Tags, or names of projects, with the client and project that they mean.
    pub projects: Vec<(String, [Line; 2])>,
    /// The client of projects that name none.
    pub client: Option<Line>,
    /// Client and project of rows that name none.
    pub project: Option<[Line; 2]>,
    /// Whose work it is where the file does not say.
    pub by: Option<Slug>,
    /// Columns by what they are.
    pub columns: Vec<(Field, String)>,
}

/// Reads a file. `progress` is told how many rows were read.
pub(super) fn read(
    format: Format,
    mut input: impl Read + Seek,
    choices: &Choices,
    home: &Calendar,
    progress: &mut dyn FnMut(u64),
) -> Result<Batch, ImportError> {
    let length = input.seek(SeekFrom::End(0)).map_err(ImportError::Read)?;
    input.rewind().map_err(ImportError::Read)?;
    if length > MOST_BYTES {
        return Err(ImportError::TooLarge { most: MOST_BYTES });
    }
    let mut reading = Reading::new(choices, home, progress);
    match format {
        Format::Toggl => table::read(&mut reading, input, &toggl::DIALECT)?,
        Format::Clockify => table::read(&mut reading, input, &clockify::DIALECT)?,
        Format::Harvest => table::read(&mut reading, input, &harvest::DIALECT)?,
        Format::Csv => table::read(&mut reading, input, &csv::DIALECT)?,
        Format::Kimai => match detect::first_character(&mut input)? {
            Some('[' | '{') => kimai::read(&mut reading, &sheet::text(input, MOST_TEXT)?)?,
            _ => table::read(&mut reading, input, &kimai::DIALECT)?,
        },
        Format::Timewarrior => timewarrior::read(&mut reading, &sheet::text(input, MOST_TEXT)?)?,
        Format::Watson => watson::read(&mut reading, &sheet::text(input, MOST_TEXT)?)?,
        Format::Klog => klog::read(&mut reading, &sheet::text(input, MOST_TEXT)?)?,
        Format::Timeclock => timeclock::read(&mut reading, &sheet::text(input, MOST_TEXT)?)?,
    }
    Ok(reading.into_batch())
}
