//! Files that `run` writes for other programs by itself: which, where and how often.

use std::path::Path;

use chrono::{Datelike, NaiveDate};

use crate::values::period::YearMonth;

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Xlsx,
    Csv,
    Json,
    Hledger,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Csv, Self::Json, Self::Hledger];

    /// The word in settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Hledger => "hledger",
        }
    }

    /// The name of its file, always the same: each export replaces the one before.
    pub fn file(self) -> &'static str {
        match self {
            Self::Xlsx => "invoices.xlsx",
            Self::Csv => "invoices.csv",
            Self::Json => "invoices.json",
            Self::Hledger => "books.journal",
        }
    }
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    Day,
    Week,
    Month,
}

impl Rhythm {
    /// The rhythm a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => None,
        }
    }

    /// The day, the ISO week or the month of a day: `2026-11-20`, `2026-W47`, `2026-11`.
    pub fn of(self, day: NaiveDate) -> String {
        match self {
            Self::Day => day.to_string(),
            Self::Week => {
                let week = day.iso_week();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => YearMonth::of(day).to_string(),
        }
    }
}

/// Which files, where and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub folder: String,
    pub formats: Vec<Format>,
    pub every: Rhythm,
}

/// Reads `xlsx,hledger`.
pub fn parse_formats(text: &str) -> Option<Vec<Format>> {
    let word = |word: &str| {
        let word = word.trim().to_lowercase();
        Format::ALL.into_iter().find(|format| format.word() == word)
    };
    let mut formats: Vec<Format> = text.split(',').map(word).collect::<Option<_>>()?;
    formats.sort_unstable();
    formats.dedup();
    Some(formats)
}

/// A folder that is the same wherever the program is started.
pub fn is_folder(text: &str) -> bool {
    Path::new(text).is_absolute()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_names_its_day_week_or_month() {
        let day: NaiveDate = "2027-01-01".parse().unwrap();
        assert_eq!(Rhythm::Day.of(day), "2027-01-01");
        assert_eq!(Rhythm::Week.of(day), "2026-W53");
        assert_eq!(Rhythm::Month.of(day), "2027-01");
    }

    #[test]
    fn formats_are_listed_once() {
        let formats = |text| parse_formats(text);
        assert_eq!(
            formats("hledger, XLSX,xlsx"),
            Some(vec![Format::Xlsx, Format::Hledger])
        );
        assert_eq!(formats(""), None);
        assert_eq!(formats("pdf"), None);
    }
}
