//! Reading a CSV file that other people's programs wrote: its encoding, its header, its records one by one.

use std::io::{BufReader, Chain, Cursor, Read};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord, Terminator};

use super::problem::ImportError;

/// Enough to tell an encoding from.
const HEAD: u64 = 4096;

/// Names of columns that are shown where a header is not the expected one.
const SHOWN: usize = 20;

/// What was read to tell the encoding, the rest, and an end of the last line.
type Text<R> = Chain<Chain<Cursor<Vec<u8>>, R>, &'static [u8]>;

/// An open file.
pub(super) struct Sheet<R> {
    reader: Reader<BufReader<Text<R>>>,
    record: StringRecord,
}

impl<R: Read> Sheet<R> {
    /// Opens it, past a byte order mark; what is no text is refused.
    pub(super) fn open(mut input: R) -> Result<Self, ImportError> {
        let mut head = Vec::new();
        input
            .by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(ImportError::Read)?;
        if let Some(looks_like) = other_than_text(&head) {
            return Err(ImportError::Encoding {
                line: 1,
                looks_like,
            });
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        let text = Cursor::new(head).chain(input).chain(b"\n".as_slice());
        Ok(Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                // A line ends with `\n`, so that the reader's count is that of lines; a `\r` before it is trimmed with the field.
                .terminator(Terminator::Any(b'\n'))
                .from_reader(BufReader::with_capacity(1 << 16, text)),
            record: StringRecord::new(),
        })
    }

    /// The next record and the line on which it begins.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &StringRecord)>, ImportError> {
        while self
            .reader
            .read_record(&mut self.record)
            .map_err(unreadable)?
        {
            let blank = self.record.len() == 1
                && self.record.get(0).is_none_or(|only| only.trim().is_empty());
            if blank {
                continue;
            }
            let inside = self.record.iter().flat_map(str::bytes);
            let inside = inside.filter(|byte| *byte == b'\n').count() as u64;
            let line = self.reader.position().line() - 1 - inside;
            return Ok(Some((line, &self.record)));
        }
        Ok(None)
    }

    /// The names of the columns.
    pub(super) fn header(&mut self) -> Result<Header, ImportError> {
        match self.next()? {
            Some((_, record)) => Ok(Header(
                record.iter().map(|name| name.trim().to_owned()).collect(),
            )),
            None => Err(ImportError::Empty),
        }
    }
}

/// The names of the columns of a file.
pub(super) struct Header(Vec<String>);

impl Header {
    pub(super) fn columns(&self) -> usize {
        self.0.len()
    }

    /// Where the first column of one of these names is.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        self.0
            .iter()
            .position(|column| names.iter().any(|name| column.eq_ignore_ascii_case(name)))
    }

    /// What to say of a header without these columns.
    pub(super) fn without(self, missing: Vec<&'static str>) -> ImportError {
        let separator = match self.0.as_slice() {
            [only] => [';', '\t', '|'].into_iter().find(|c| only.contains(*c)),
            _ => None,
        };
        let found = self.0.iter().take(SHOWN);
        ImportError::Header {
            missing,
            found: found.map(|name| name.chars().take(80).collect()).collect(),
            separator,
        }
    }
}

/// What the first bytes look like, if they are not those of UTF-8 text.
fn other_than_text(head: &[u8]) -> Option<&'static str> {
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        Some("UTF-16")
    } else if head.starts_with(b"PK\x03\x04") {
        Some("an XLSX workbook or a ZIP archive")
    } else if zeros * 3 > head.len() {
        Some("UTF-16 without a byte order mark")
    } else {
        None
    }
}

fn unreadable(error: csv::Error) -> ImportError {
    let line = error.position().map_or(1, csv::Position::line);
    match error.into_kind() {
        ErrorKind::Io(source) => ImportError::Read(source),
        ErrorKind::Utf8 { .. } => ImportError::Encoding {
            line,
            looks_like: "Windows-1252 or Latin-1",
        },
        other => ImportError::Read(std::io::Error::other(format!("{other:?}"))),
    }
}
