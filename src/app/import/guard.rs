//! What is read of a file before anybody looks at its rows: not more than a limit, no byte that text does not have, and no line
//! that no text has.

use std::io::{self, Read};

/// Why reading was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum GivenUp {
    #[error("it is larger than {most} bytes")]
    TooLarge { most: u64 },
    #[error("it has a byte of value zero on line {line}")]
    Zero { line: u64 },
    #[error("line {line} is longer than {most} bytes")]
    LongLine { line: u64, most: u64 },
}

/// A reader that gives up.
pub(super) struct Guard<R> {
    inner: R,
    most: u64,
    left: u64,
    line: u64,
}

impl<R: Read> Guard<R> {
    /// Lets so many bytes through.
    pub(super) fn new(inner: R, most: u64) -> Self {
        Self {
            inner,
            most,
            left: most,
            line: 1,
        }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let most = self.most;
        let length = u64::try_from(count).unwrap_or(u64::MAX);
        self.left = self
            .left
            .checked_sub(length)
            .ok_or_else(|| io::Error::other(GivenUp::TooLarge { most }))?;
        for byte in buffer.iter().take(count) {
            match byte {
                0 => return Err(io::Error::other(GivenUp::Zero { line: self.line })),
                b'\n' => self.line += 1,
                _ => {}
            }
        }
        Ok(count)
    }
}

/// A reader that gives up on a line that goes on and on.
pub(super) struct Lines<R> {
    inner: R,
    most: u64,
    length: u64,
    line: u64,
}

impl<R: Read> Lines<R> {
    /// Lets lines of so many bytes through.
    pub(super) fn new(inner: R, most: u64) -> Self {
        Self {
            inner,
            most,
            length: 0,
            line: 1,
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut pieces = buffer
            .get(..count)
            .unwrap_or_default()
            .split(|b| *b == b'\n');
        let mut piece = pieces.next();
        while let Some(bytes) = piece {
            self.length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if self.length > self.most {
                let (line, most) = (self.line, self.most);
                return Err(io::Error::other(GivenUp::LongLine { line, most }));
            }
            piece = pieces.next();
            if piece.is_some() {
                self.length = 0;
                self.line += 1;
            }
        }
        Ok(count)
    }
}

/// A reader of lines that end with `\r` alone, if they do: they end with `\n` then.
pub(super) struct LineEnds<R> {
    inner: R,
    bare_returns: bool,
}

impl<R: Read> LineEnds<R> {
    pub(super) fn new(inner: R, bare_returns: bool) -> Self {
        Self {
            inner,
            bare_returns,
        }
    }
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.bare_returns {
            end_lines(buffer.get_mut(..count).unwrap_or_default());
        }
        Ok(count)
    }
}

/// Ends lines with `\n` instead of `\r`.
pub(super) fn end_lines(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| **byte == b'\r') {
        *byte = b'\n';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], most: u64) -> Result<usize, GivenUp> {
        let mut all = Vec::new();
        Guard::new(bytes, most)
            .read_to_end(&mut all)
            .map_err(|error| {
                let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                *inner.unwrap()
            })
    }

    #[test]
    fn reading_stops_at_the_limit_and_at_a_zero() {
        assert_eq!(read(b"abc", 3), Ok(3));
        assert_eq!(read(b"abcd", 3), Err(GivenUp::TooLarge { most: 3 }));
        assert_eq!(read(b"a\nb\0", 10), Err(GivenUp::Zero { line: 2 }));
        assert_eq!(read(b"", 0), Ok(0));
    }

    #[test]
    fn a_line_that_goes_on_is_given_up() {
        let read = |bytes: &[u8]| {
            let mut all = Vec::new();
            let read = Lines::new(bytes, 3).read_to_end(&mut all);
            read.map_err(|error| *error.get_ref().unwrap().downcast_ref::<GivenUp>().unwrap())
        };
        assert_eq!(read(b"abc\nabc\n\n\nabc"), Ok(13));
        assert_eq!(
            read(b"abc\nabcd"),
            Err(GivenUp::LongLine { line: 2, most: 3 })
        );
    }
}
