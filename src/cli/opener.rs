//! Opening a file or an address in the program that the system has for it.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use super::error::{Failure, Result};

/// The program that opens what is there to be opened, and what stands before it. On Windows not `start`: a shell would read it.
fn opener() -> (&'static str, &'static [&'static str]) {
    if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    }
}

/// Opens it. `otherwise` tells what can be done where that does not work.
pub(super) fn open(what: &OsStr, otherwise: &str) -> Result<()> {
    let (program, arguments) = opener();
    let done = Command::new(program)
        .args(arguments)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let why = match done {
        Ok(status) if status.success() => return Ok(()),
        Ok(_) => "found nothing to open it with",
        Err(_) => "is not there",
    };
    let what = what.to_string_lossy();
    Err(Failure::failed(
        "open",
        format!("{what} was not opened: `{program}` {why}"),
        Some(otherwise.to_owned()),
    ))
}
