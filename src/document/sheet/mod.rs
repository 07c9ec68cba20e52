//! A table of values, to be written as CSV, as an XLSX workbook or as a PDF to print: lists, reports, exports.
//!
//! A table that is too long to be held is written row by row ([`CsvRows`], [`XlsxRows`]), in the same form.
//!
//! It knows rows and columns, not what they are about. Each value keeps its type up to the file: a number stays a number where the
//! format has numbers, and text of people is text in every format, never a formula, a link or markup.

mod csv;
mod pdf;
mod xlsx;

pub use self::csv::{CsvRows, original};
pub use self::xlsx::XlsxRows;

use std::fmt::Write as _;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::DocumentError;
use crate::values::duration::Seconds;
use crate::values::money::Money;

/// A table with what a file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it shows, for people: `Clients`.
    pub title: String,
    /// The business that made it.
    pub author: String,
    /// The day of which it tells.
    pub day: NaiveDate,
    /// `en` or `de`: how numbers and dates are written where they are text.
    pub language: String,
    pub columns: Vec<Column>,
    /// One cell a column in each row; one that is missing is empty.
    pub rows: Vec<Vec<Cell>>,
}

/// What a file says about itself, and its columns.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    pub title: &'a str,
    pub author: &'a str,
    pub day: NaiveDate,
    pub columns: &'a [Column],
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name for scripts: `last_contact`.
    pub key: String,
    /// The name for people: `Last contact`.
    pub name: String,
    pub kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text by which something is named in commands: `acme`.
    Reference,
    Number,
    Money,
    Hours,
    Date,
    Link,
    Flag,
}

impl Kind {
    /// Figures stand right, below each other.
    pub fn is_figure(self) -> bool {
        matches!(self, Self::Number | Self::Money | Self::Hours)
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(Decimal),
    Money(Money),
    Hours(Seconds),
    Date(NaiveDate),
    /// What is shown, and the address behind it: `https:`, `mailto:` or `tel:`.
    Link {
        text: String,
        url: String,
    },
    Flag(bool),
    /// One of a few words: what scripts know it by, and what people call it.
    Word {
        key: &'static str,
        name: &'static str,
    },
    /// What people are told instead of a value. Scripts read the address, if there is one, or nothing.
    Remark {
        words: &'static str,
        url: Option<String>,
    },
}

impl Cell {
    /// The text, where there is one that is not empty.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        match text.map(Into::into) {
            Some(text) if !text.is_empty() => Self::Text(text),
            _ => Self::Empty,
        }
    }

    /// What people read where it is text, and its address.
    fn shown(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::Text(text) => Some((text, None)),
            Self::Link { text, url } => Some((text, Some(url))),
            Self::Word { name, .. } => Some((name, None)),
            Self::Remark { words, url } => Some((words, url.as_deref())),
            _ => None,
        }
    }

    /// As scripts read it: `1210.00`, `2.50`, `2026-11-21`, `yes`. The currency of money is not part of it.
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        self.write_plain(&mut plain);
        plain
    }

    /// The same at the end of a text.
    fn write_plain(&self, out: &mut String) {
        // Writing to a text does not fail.
        let _ = match self {
            Self::Empty => Ok(()),
            Self::Text(text) | Self::Link { text, .. } => out.write_str(text),
            Self::Number(number) => match i64::try_from(number.mantissa()) {
                Ok(whole) if number.scale() == 0 => write!(out, "{whole}"),
                _ => write!(out, "{number}"),
            },
            Self::Money(money) => out.write_str(&money.amount()),
            Self::Hours(seconds) => out.write_str(&seconds.hours()),
            Self::Date(day) => write!(out, "{day}"),
            Self::Flag(flag) => out.write_str(if *flag { "yes" } else { "no" }),
            Self::Word { key, .. } => out.write_str(key),
            Self::Remark { url, .. } => out.write_str(url.as_deref().unwrap_or_default()),
        };
    }
}

impl Sheet {
    /// All but its rows.
    pub fn head(&self) -> Head<'_> {
        Head {
            title: &self.title,
            author: &self.author,
            day: self.day,
            columns: &self.columns,
        }
    }

    /// The bytes of a CSV file: RFC 4180, UTF-8.
    pub fn csv(&self) -> Result<Vec<u8>, DocumentError> {
        csv::write(self)
    }

    /// The bytes of an XLSX workbook.
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentError> {
        xlsx::write(self)
    }

    /// The bytes of a PDF on A4 across, and the characters that it shows as `□`, since its typeface does not have them.
    pub fn pdf(&self) -> Result<(Vec<u8>, Vec<char>), DocumentError> {
        pdf::write(self)
    }
}

#[cfg(test)]
pub(super) mod sample {
    use super::*;
    use crate::values::money::Currency;

    pub(in crate::document) fn column(key: &str, kind: Kind) -> Column {
        Column {
            key: key.to_owned(),
            name: key.replace('_', " "),
            kind,
        }
    }

    pub(in crate::document) fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    /// A value of every kind, text that means something to other programs, and an empty row.
    pub(in crate::document) fn sheet() -> Sheet {
        let eur = Currency::parse("EUR").unwrap();
        let jpy = Currency::parse("JPY").unwrap();
        let columns = [
            ("name", Kind::Text),
            ("website", Kind::Link),
            ("projects", Kind::Number),
            ("owed", Kind::Money),
            ("unbilled", Kind::Hours),
            ("last_contact", Kind::Date),
            ("portal", Kind::Flag),
        ];
        let row = |name: &str, money| {
            vec![
                text(name),
                Cell::Link {
                    text: "acme.example".to_owned(),
                    url: "https://acme.example".to_owned(),
                },
                Cell::Number(Decimal::from(3)),
                Cell::Money(money),
                Cell::Hours(Seconds(9000)),
                Cell::Date(NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()),
                Cell::Flag(true),
            ]
        };
        Sheet {
            title: "Clients".to_owned(),
            author: "Lindgren Studio".to_owned(),
            day: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
            language: "en".to_owned(),
            columns: columns.map(|(key, kind)| column(key, kind)).to_vec(),
            rows: vec![
                row("Acme GmbH", Money::from_minor(121_000, eur)),
                row("=1+1", Money::from_minor(-5, eur)),
                row(
                    "a \"quote\", a comma\nand a line",
                    Money::from_minor(4_200, jpy),
                ),
                row("#read(\"x\") *b* $x$ <&> 株", Money::zero(eur)),
                vec![text("nothing else"), Cell::Empty],
            ],
        }
    }
}
