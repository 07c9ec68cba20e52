//! Opening a file or an address in the program that the system has for it.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use super::error::{Failure, Result};

/// What the system calls it.
#[cfg(target_os = "macos")]
const OPENER: &[&str] = &["open"];
#[cfg(windows)]
const OPENER: &[&str] = &["explorer"];
#[cfg(not(any(target_os = "macos", windows)))]
const OPENER: &[&str] = &["xdg-open"];

/// Opens it, without waiting for the program.
pub(super) fn open(what: &OsStr) -> Result<()> {
    let [program, arguments @ ..] = OPENER else {
        return Ok(());
    };
    Command::new(program)
        .args(arguments)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
        .map_err(|_| {
            Failure::failed(
                "open",
                format!(
                    "`{}` cannot be opened: there is no `{program}`",
                    what.to_string_lossy()
                ),
                None,
            )
        })
}
