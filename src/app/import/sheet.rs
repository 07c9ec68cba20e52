//! Reading a CSV file that other people's programs wrote: its encoding, its header, its records one by one.

use std::io::{BufReader, Chain, Cursor, Read};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord, Terminator};

use super::guard::{self, GivenUp, Guard, LineEnds, Lines};
use super::problem::{Expected, ImportError, LooksLike};

/// Enough to tell an encoding from.
const HEAD: u64 = 4096;

/// The longest line of a table.
const LONGEST_LINE: u64 = 1 << 20;

/// Names of columns that are shown where a header is not the expected one.
const SHOWN: usize = 20;

/// What was read to tell the encoding, the rest, and an end of the last line.
type Text<R> = Chain<Chain<Cursor<Vec<u8>>, LineEnds<R>>, &'static [u8]>;

/// An open file.
pub(super) struct Sheet<R> {
    reader: Reader<BufReader<Text<R>>>,
    record: StringRecord,
}

/// A file whose beginning was looked at, up to a number of bytes.
pub(super) type Limited<R> = Guard<Chain<Cursor<Vec<u8>>, R>>;

impl<R: Read> Sheet<R> {
    /// Opens a table whose columns are parted by commas, or by commas, semicolons, tabs or bars, whichever its first line has most
    /// of or names; past a byte order mark. What is no text is refused, and a line that no text has.
    pub(super) fn table(input: R, commas: bool) -> Result<Sheet<Lines<R>>, ImportError> {
        let separator = if commas { |_: &[u8]| b',' } else { separator };
        Sheet::with(Lines::new(input, LONGEST_LINE), separator)
    }

    /// Opens a file with commas, semicolons, tabs or bars, whichever its first line has most of or names, and reads not more of it
    /// than so many bytes.
    pub(super) fn open_any(mut input: R, most: u64) -> Result<Sheet<Limited<R>>, ImportError> {
        // The encoding first: what another one has zeros for is better called by its name.
        let head = head_of(&mut input, Expected::Csv)?;
        Sheet::with(Guard::new(Cursor::new(head).chain(input), most), separator)
    }

    fn with(mut input: R, separator: fn(&[u8]) -> u8) -> Result<Self, ImportError> {
        let mut head = head_of(&mut input, Expected::Csv)?;
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        // Old Macs, and spreadsheets that still write for them.
        let bare_returns = head.contains(&b'\r') && !head.contains(&b'\n');
        let input = LineEnds::new(input, bare_returns);
        if bare_returns {
            guard::end_lines(&mut head);
        }
        let separator = match said_separator(&head) {
            Some((said, length)) => {
                // Its end stays, so that lines are counted.
                head.drain(..length);
                said
            }
            None => separator(&head),
        };
        let text = Cursor::new(head).chain(input).chain(b"\n".as_slice());
        Ok(Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator)
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
        while let Some((_, record)) = self.next()? {
            let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
            // What a spreadsheet leaves above its first row.
            if names.iter().any(|name| !name.is_empty()) {
                return Ok(Header(names));
            }
        }
        Err(ImportError::Empty)
    }
}

/// The names of the columns of a file.
pub(super) struct Header(Vec<String>);

impl Header {
    pub(super) fn names(&self) -> &[String] {
        &self.0
    }

    pub(super) fn columns(&self) -> usize {
        self.0.len()
    }

    /// Where the column of the first of these names is that there is.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        let called = |name: &&str| {
            let mut columns = self.0.iter();
            columns.position(|column| column.eq_ignore_ascii_case(name))
        };
        names.iter().find_map(called)
    }

    /// The names, as far as they are shown.
    pub(super) fn shown(&self) -> Vec<String> {
        let names = self.0.iter().take(SHOWN);
        names.map(|name| name.chars().take(80).collect()).collect()
    }

    /// What to say of a header without these columns.
    pub(super) fn without(self, missing: Vec<&'static str>) -> ImportError {
        let separator = match self.0.as_slice() {
            [only] => [';', '\t', '|'].into_iter().find(|c| only.contains(*c)),
            _ => None,
        };
        ImportError::Header {
            missing,
            found: self.shown(),
            separator,
        }
    }
}

/// The first bytes, if they are those of text.
fn head_of(input: &mut impl Read, format: Expected) -> Result<Vec<u8>, ImportError> {
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head).map_err(given_up)?;
    match other_than_text(&head) {
        Some(looks_like) => Err(ImportError::Encoding {
            line: 1,
            looks_like,
            format,
        }),
        None => Ok(head),
    }
}

/// The whole of a file that is text and not longer than so many bytes, without a byte order mark.
pub(super) fn text(input: impl Read, most: u64) -> Result<String, ImportError> {
    whole(input, most, Expected::Text)
}

/// The same of a vCard file.
pub(super) fn cards(input: impl Read, most: u64) -> Result<String, ImportError> {
    whole(input, most, Expected::Vcard)
}

fn whole(mut input: impl Read, most: u64, format: Expected) -> Result<String, ImportError> {
    let head = head_of(&mut input, format)?;
    let mut bytes = Vec::new();
    Guard::new(Cursor::new(head).chain(input), most)
        .read_to_end(&mut bytes)
        .map_err(given_up)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let read = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to());
        let line = read.filter(|byte| **byte == b'\n').count();
        ImportError::Encoding {
            line: u64::try_from(line).unwrap_or_default() + 1,
            looks_like: LooksLike::Latin,
            format,
        }
    })?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// The beginning of a file that is text, up to so many bytes and in whole characters, without a byte order mark.
pub(super) fn beginning(mut input: impl Read, most: u64) -> Result<String, ImportError> {
    let mut bytes = head_of(&mut input, Expected::Text)?;
    let rest = most.saturating_sub(HEAD);
    input.take(rest).read_to_end(&mut bytes).map_err(given_up)?;
    // A character of another encoding, or one that was cut: whoever reads the whole file tells.
    let valid = match std::str::from_utf8(&bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    };
    bytes.truncate(valid);
    let text = String::from_utf8(bytes).unwrap_or_default();
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// What a first line `sep=;` says, which Excel reads and writes, and how long it is without its end.
fn said_separator(head: &[u8]) -> Option<(u8, usize)> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let bare = line.strip_suffix(b"\r").unwrap_or(line);
    let quoted = bare.strip_prefix(b"\"").and_then(|b| b.strip_suffix(b"\""));
    let (key, said) = quoted.unwrap_or(bare).split_at_checked(4)?;
    match said {
        [separator @ (b',' | b';' | b'\t' | b'|' | b':' | b' ')]
            if key.eq_ignore_ascii_case(b"sep=") =>
        {
            Some((*separator, line.len()))
        }
        _ => None,
    }
}

/// What separates the columns of the first line that is not blank, outside of quotes.
fn separator(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty());
    for byte in first.unwrap_or_default() {
        if *byte == b'"' {
            quoted = !quoted;
        }
        for (separator, count) in &mut counts {
            *count += i32::from(!quoted && byte == separator);
        }
    }
    // Of equal ones the first.
    let [first, others @ ..] = counts;
    others
        .into_iter()
        .fold(
            first,
            |most, other| if other.1 > most.1 { other } else { most },
        )
        .0
}

/// Why a file was not read to its end.
fn given_up(error: std::io::Error) -> ImportError {
    let reason = error.get_ref().and_then(|inner| inner.downcast_ref());
    match reason {
        Some(GivenUp::TooLarge { most }) => ImportError::TooLarge { most: *most },
        Some(GivenUp::Zero { line }) => ImportError::Zero { line: *line },
        Some(GivenUp::LongLine { line, most }) => ImportError::LongLine {
            line: *line,
            most: *most,
        },
        None => ImportError::Read(error),
    }
}

/// What the first bytes look like, if they are not those of UTF-8 text.
fn other_than_text(head: &[u8]) -> Option<LooksLike> {
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        Some(LooksLike::Utf16)
    } else if head.starts_with(b"PK\x03\x04") {
        Some(LooksLike::Archive)
    } else if zeros * 3 > head.len() {
        Some(LooksLike::BareUtf16)
    } else {
        None
    }
}

fn unreadable(error: csv::Error) -> ImportError {
    let line = error.position().map_or(1, csv::Position::line);
    match error.into_kind() {
        ErrorKind::Io(source) => given_up(source),
        ErrorKind::Utf8 { .. } => ImportError::Encoding {
            line,
            looks_like: LooksLike::Latin,
            format: Expected::Csv,
        },
        other => ImportError::Read(std::io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_may_name_the_separator() {
        for (head, expected) in [
            ("sep=;\r\na,b,c;d", Some((b';', 6))),
            ("SEP=\t\na", Some((b'\t', 5))),
            ("\"sep=|\"\na", Some((b'|', 7))),
            ("sep=\na", None),
            ("sep=;;\na", None),
            ("sep,name\n", None),
            ("", None),
        ] {
            assert_eq!(said_separator(head.as_bytes()), expected, "{head}");
        }
    }

    #[test]
    fn what_separates_the_columns_is_seen_in_the_first_line() {
        for (head, expected) in [
            ("a,b,c\n1;2;3;4", b','),
            ("a;b;c", b';'),
            ("a\tb", b'\t'),
            ("\"a;b;c;d\",e", b','),
            ("\n \r\n\na;b,c;d\n1,2,3", b';'),
            ("\ta\n", b'\t'),
            ("name|email\nA|B", b'|'),
            ("a,b|c", b','),
            ("a", b','),
            ("", b','),
        ] {
            assert_eq!(separator(head.as_bytes()), expected, "{head}");
        }
    }
}
