//! What comes in from outside: texts from a pipe, files by name; `-` is standard input.

use std::io::{IsTerminal, Read};
use std::path::Path;

use crate::app::Error;

use super::error::{Failure, Result};
use super::missing;

/// A text that was given, or comes by a pipe.
pub(super) fn text(given: Option<String>) -> Result<String> {
    match given {
        Some(text) if text != "-" => Ok(text),
        None if std::io::stdin().is_terminal() => Err(missing("TEXT")),
        _ => standard_input(),
    }
}

/// A file to read, or standard input.
pub(super) fn file(path: &Path) -> Result<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = std::fs::File::open(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(Box::new(file))
}

/// The name of a file and all of it; of one that is larger than it may be, enough to tell.
pub(super) fn whole(path: &Path, largest: usize) -> Result<(String, Vec<u8>)> {
    let most = u64::try_from(largest).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let visible = name.chars().filter(|c| !c.is_control());
    Ok((visible.take(100).collect(), bytes))
}

/// Most that is read: more than the longest note takes.
const MOST: u64 = 1 << 20;

/// All of standard input, as text. None at all is a mistake of a script, and takes nothing away.
fn standard_input() -> Result<String> {
    let unreadable = |message: &str| {
        Failure::usage(
            "input.stdin",
            message.to_owned(),
            "give the text as an argument, or pipe it as UTF-8".to_owned(),
        )
    };
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MOST)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&format!("standard input cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| unreadable("what came on standard input is no UTF-8 text"))?;
    if text.trim().is_empty() {
        return Err(unreadable("nothing came on standard input"));
    }
    Ok(text)
}
