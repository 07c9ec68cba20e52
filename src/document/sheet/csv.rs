//! CSV: comma, quotes where they are needed, CR LF (RFC 4180), UTF-8 without a byte order mark; names of columns on the first line.
//!
//! Money takes two columns, the amount and its currency. A text that a spreadsheet would take for a formula gets a `'` in front, so
//! that opening a list of other people's words can do nothing; the import takes it off again.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::{Cell, DocumentError, Kind, Sheet};

pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, DocumentError> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let failed = |error: csv::Error| DocumentError::Sheet(error.to_string());
    let mut header = Vec::new();
    for column in &sheet.columns {
        header.push(column.key.clone());
        if column.kind == Kind::Money {
            header.push(format!("{}_currency", column.key));
        }
    }
    writer.write_record(&header).map_err(failed)?;
    let mut record: Vec<String> = Vec::with_capacity(header.len());
    for row in &sheet.rows {
        record.clear();
        for (number, column) in sheet.columns.iter().enumerate() {
            let cell = row.get(number).unwrap_or(&Cell::Empty);
            record.push(match cell {
                Cell::Text(text) | Cell::Link { text, .. } => neutral(text),
                figure => figure.plain(),
            });
            if column.kind == Kind::Money {
                record.push(match cell {
                    Cell::Money(money) => money.currency().code().to_owned(),
                    _ => String::new(),
                });
            }
        }
        writer.write_record(&record).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| DocumentError::Sheet(error.to_string()))
}

/// A file that is written row by row as the rows come: of a million rows, one is in memory.
#[derive(Debug)]
pub struct Rows<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> Rows<W> {
    /// Writes the names of the columns.
    pub fn new(out: W, names: &[&str]) -> io::Result<Self> {
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(out);
        writer.write_record(names)?;
        Ok(Self { writer })
    }

    /// Writes a row of texts.
    pub fn row(&mut self, texts: &[&str]) -> io::Result<()> {
        for text in texts {
            if is_formula(text) {
                self.writer.write_field(format!("'{text}"))?;
            } else {
                self.writer.write_field(text)?;
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// What a text begins with that a spreadsheet computes.
const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a spreadsheet would compute a text, or it looks like one that was made harmless.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(COMPUTED)
}

/// The text, made harmless where a spreadsheet would compute it.
fn neutral(text: &str) -> String {
    if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
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
    fn rows_that_come_one_by_one_are_written_as_those_of_a_sheet() {
        let mut file = Vec::new();
        let mut rows = Rows::new(&mut file, &["id", "note"]).unwrap();
        rows.row(&["1", "=1+1"]).unwrap();
        rows.row(&["2", "a \"quote\", a comma"]).unwrap();
        rows.finish().unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(
            text,
            "id,note\r\n1,'=1+1\r\n2,\"a \"\"quote\"\", a comma\"\r\n"
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
