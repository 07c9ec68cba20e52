//! What is read of a file before anybody looks at its rows: not more than a limit, and no byte that text does not have.

use std::io::{self, Read};

/// Why reading was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum GivenUp {
    #[error("it is larger than {most} bytes")]
    TooLarge { most: u64 },
    #[error("it has a byte of value zero on line {line}")]
    Zero { line: u64 },
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
}
