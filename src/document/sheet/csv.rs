//! CSV: comma, quotes where they are needed, CR LF (RFC 4180), UTF-8 without a byte order mark; names of columns on the first line.
//!
//! Money takes two columns, the amount and its currency. A text that a spreadsheet would take for a formula gets a `'` in front, so
//! that opening a list of other people's words can do nothing; the import takes it off again.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use super::{Cell, Column, DocumentError, Kind, Sheet};

pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, DocumentError> {
    let failed = |error: io::Error| DocumentError::Sheet(error.to_string());
    let mut rows = CsvRows::new(&sheet.columns, Vec::new()).map_err(failed)?;
    for row in &sheet.rows {
        rows.row(row).map_err(failed)?;
    }
    rows.finish().map_err(failed)
}

/// A CSV file that is written row by row, and needs no memory for those that were.
#[derive(Debug)]
pub struct CsvRows<W: Write> {
    writer: Writer<W>,
    /// Which columns are of money, and so take two.
    money: Vec<bool>,
    /// Where figures are written before they are.
    figure: String,
}

impl<W: Write> CsvRows<W> {
    /// Begins a file with the names of its columns.
    pub fn new(columns: &[Column], out: W) -> io::Result<Self> {
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(out);
        let mut header = Vec::new();
        for column in columns {
            header.push(column.key.clone());
            if column.kind == Kind::Money {
                header.push(format!("{}_currency", column.key));
            }
        }
        writer.write_record(&header).map_err(of_out)?;
        let is_money = |column: &Column| column.kind == Kind::Money;
        Ok(Self {
            writer,
            money: columns.iter().map(is_money).collect(),
            figure: String::new(),
        })
    }

    /// Writes a row; a cell that is missing is empty.
    pub fn row(&mut self, row: &[Cell]) -> io::Result<()> {
        for (number, is_money) in self.money.iter().enumerate() {
            let cell = row.get(number).unwrap_or(&Cell::Empty);
            match cell {
                Cell::Text(text) | Cell::Link { text, .. } => {
                    self.writer.write_field(neutral(text).as_bytes())
                }
                figure => {
                    self.figure.clear();
                    figure.write_plain(&mut self.figure);
                    self.writer.write_field(&self.figure)
                }
            }
            .map_err(of_out)?;
            if *is_money {
                let currency = match cell {
                    Cell::Money(money) => money.currency().code(),
                    _ => "",
                };
                self.writer.write_field(currency).map_err(of_out)?;
            }
        }
        self.writer.write_record(None::<&[u8]>).map_err(of_out)
    }

    /// Writes what is not written yet.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}

/// The failure of what is written to, as it is.
fn of_out(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// What a text begins with that a spreadsheet computes.
const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a spreadsheet would compute a text, or it looks like one that was made harmless.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(COMPUTED)
}

/// The text, made harmless where a spreadsheet would compute it.
fn neutral(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that was made harmless, or another as it is.
pub fn original(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample;
    use super::*;

    #[test]
    fn every_kind_of_value_has_its_form() {
        let written = String::from_utf8(write(&sample::sheet()).unwrap()).unwrap();
        assert_eq!(
            written,
            "name,website,projects,owed,owed_currency,unbilled,last_contact,portal\r\n\
             Acme GmbH,acme.example,3,1210.00,EUR,2.50,2026-11-21,yes\r\n\
             '=1+1,acme.example,3,-0.05,EUR,2.50,2026-11-21,yes\r\n\
             \"a \"\"quote\"\", a comma\nand a line\",acme.example,3,4200,JPY,2.50,2026-11-21,yes\r\n\
             \"#read(\"\"x\"\") *b* $x$ <&> 株\",acme.example,3,0.00,EUR,2.50,2026-11-21,yes\r\n\
             nothing else,,,,,,,\r\n"
        );
    }

    #[test]
    fn what_a_spreadsheet_would_compute_is_text() {
        for text in ["=1", "+1", "-1", "@a", "\tx", "\rx", "'=1", "''-"] {
            assert_eq!(neutral(text), format!("'{text}"));
        }
        for text in ["", "a=1", " =1", "'", "'a", "' =1"] {
            assert_eq!(neutral(text), text);
            assert_eq!(original(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back(texts in prop::collection::vec("['=+\\-@\t\r, \"]{0,4}\\PC{0,9}", 1..8)) {
            let mut sheet = sample::sheet();
            sheet.columns = vec![sample::column("a", Kind::Text), sample::column("b", Kind::Text)];
            sheet.rows = texts.iter().map(|text| vec![sample::text(text), sample::text("x")]).collect();
            let written = write(&sheet).unwrap();
            let mut reader = csv::Reader::from_reader(written.as_slice());
            let back: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
            prop_assert!(back.iter().all(|text| !text.starts_with(COMPUTED)));
            let back: Vec<&str> = back.iter().map(|text| original(text)).collect();
            prop_assert_eq!(back, texts);
        }
    }
}
