//! What the command line knows of its surroundings: environment variables, folders, whether a person is there. The only file of
//! this layer that reads them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::portal::Clock;
use crate::values::calendar::Calendar;

use super::error::{Failure, Result};

/// The surroundings of one command.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// `LOGGIA_STORE`
    pub(super) store: Option<PathBuf>,
    /// `LOGGIA_NOW`
    pub(super) now: Option<String>,
    /// `LOGGIA_PORTAL_URL` and `LOGGIA_PORTAL_TOKEN`
    pub(super) portal_url: Option<String>,
    pub(super) portal_token: Option<String>,
    /// `LOGGIA_SMTP_PASSWORD`, and `LOGGIA_SMTP_PASSWORD_COMMAND`
    pub(super) smtp_password: Option<String>,
    pub(super) smtp_password_command: Option<String>,
    /// `TZ`
    pub(super) zone: Option<String>,
    /// Login name.
    pub(super) user: String,
    /// `NO_COLOR`
    pub(super) plain: bool,
    /// `VISUAL`, else `EDITOR`, else what the platform has.
    pub(super) editor: String,
    /// Whether what has an address can be clicked.
    pub(super) links: Links,
    /// Where the command was started.
    pub(super) folder: Option<PathBuf>,
    /// A person sits at both ends.
    pub(super) interactive: bool,
    /// What a shell asks to be completed.
    pub(super) completion: Option<Completion>,
}

/// A shell asks what could be typed.
#[derive(Debug, Clone)]
pub(super) struct Completion {
    /// `LOGGIA_COMPLETE`: its name.
    pub(super) shell: String,
    /// `LOGGIA_COMPLETE_LINE`: the line up to the cursor, from a shell that gives it whole.
    pub(super) line: String,
    /// `LOGGIA_COMPLETE_WORD`: the part of the line that such a shell is going to replace.
    pub(super) word: String,
}

/// Whether the terminal makes text that can be clicked of the sequence for it (OSC 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// `FORCE_HYPERLINK`
    Always,
    /// It is one that is known to.
    Known,
    Never,
}

impl Links {
    /// By the names that terminals leave in the environment.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        match variable("FORCE_HYPERLINK").as_deref() {
            Some("0") => return Self::Never,
            Some(_) => return Self::Always,
            None => {}
        }
        let is = |name: &str, known: &[&str]| {
            variable(name).is_some_and(|value| known.iter().any(|known| value.starts_with(known)))
        };
        let at_least =
            |name: &str, least: u32| variable(name).and_then(|v| v.parse().ok()) >= Some(least);
        // Between the program and the terminal these swallow or garble it, unless they are set up for it.
        let between = is("TERM", &["dumb", "screen", "tmux", "linux"]);
        let known = is(
            "TERM",
            &[
                "xterm-kitty",
                "xterm-ghostty",
                "alacritty",
                "foot",
                "wezterm",
                "contour",
                "rio",
            ],
        ) || is(
            "TERM_PROGRAM",
            &[
                "iTerm.app",
                "WezTerm",
                "vscode",
                "ghostty",
                "Hyper",
                "rio",
                "WarpTerminal",
            ],
        ) || at_least("VTE_VERSION", 5000)
            || at_least("KONSOLE_VERSION", 201_200)
            || variable("WT_SESSION").is_some()
            || variable("KITTY_WINDOW_ID").is_some()
            || variable("DOMTERM").is_some();
        if known && !between {
            Self::Known
        } else {
            Self::Never
        }
    }
}

impl Environment {
    /// That of this process.
    pub(super) fn of_process() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            store: std::env::var_os("LOGGIA_STORE")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            now: text("LOGGIA_NOW"),
            portal_url: text("LOGGIA_PORTAL_URL"),
            portal_token: text("LOGGIA_PORTAL_TOKEN"),
            smtp_password: text("LOGGIA_SMTP_PASSWORD"),
            smtp_password_command: text("LOGGIA_SMTP_PASSWORD_COMMAND"),
            zone: text("TZ"),
            user: text("USER")
                .or_else(|| text("USERNAME"))
                .or_else(|| text("LOGNAME"))
                .unwrap_or_else(|| "owner".to_owned()),
            plain: text("NO_COLOR").is_some(),
            editor: text("VISUAL")
                .or_else(|| text("EDITOR"))
                .unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.to_owned()),
            links: Links::of(text),
            folder: std::env::current_dir().ok(),
            interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            completion: text("LOGGIA_COMPLETE").map(|shell| Completion {
                shell,
                line: text("LOGGIA_COMPLETE_LINE").unwrap_or_default(),
                word: text("LOGGIA_COMPLETE_WORD").unwrap_or_default(),
            }),
        }
    }

    /// The store where none is named: in the platform's data folder.
    pub(super) fn store(&self) -> Result<PathBuf> {
        if let Some(path) = &self.store {
            return Ok(path.clone());
        }
        directories::ProjectDirs::from("", "", "loggia")
            .map(|folders| folders.data_dir().join("books.db"))
            .ok_or_else(|| {
                Failure::usage(
                    "store.no_home",
                    "there is no home folder to keep a store in".to_owned(),
                    "name a file with --store FILE or LOGGIA_STORE".to_owned(),
                )
            })
    }

    /// The password of the mail server: from the environment, or the first line that a command of the environment writes. It is
    /// in no store: one that comes from others must not name a command.
    pub(super) fn smtp_password(&self) -> Result<String> {
        if let Some(password) = &self.smtp_password {
            return Ok(password.clone());
        }
        let without = |message: String| {
            Failure::usage(
                "mail.no_password",
                message,
                "set LOGGIA_SMTP_PASSWORD, or LOGGIA_SMTP_PASSWORD_COMMAND to a command that writes it"
                    .to_owned(),
            )
        };
        let Some(command) = &self.smtp_password_command else {
            return Err(without(
                "smtp-user is set, and there is no password for it".to_owned(),
            ));
        };
        let (shell, flag) = if cfg!(windows) {
            ("cmd", "/C")
        } else {
            ("sh", "-c")
        };
        let output = std::process::Command::new(shell)
            .args([flag, command])
            .stdin(std::process::Stdio::inherit())
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|error| {
                without(format!("the command for the password cannot run: {error}"))
            })?;
        if !output.status.success() {
            let status = output.status;
            return Err(without(format!(
                "the command for the password failed: {status}"
            )));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().next().filter(|line| !line.is_empty()) {
            Some(password) => Ok(password.to_owned()),
            None => Err(without(
                "the command for the password writes none".to_owned(),
            )),
        }
    }

    /// This program, to be started again.
    pub(super) fn program() -> std::io::Result<PathBuf> {
        std::env::current_exe()
    }

    /// The clock: `LOGGIA_NOW`, else the machine's.
    pub(super) fn now(&self) -> Result<DateTime<Utc>> {
        match &self.now {
            Some(instant) => Ok(Calendar::parse_instant(instant).map_err(crate::app::Error::from)?),
            None => Ok(Calendar::system_now()),
        }
    }

    /// The clock of a server: it stands still at `LOGGIA_NOW`, else it is the machine's.
    pub(super) fn clock(&self) -> Result<Clock> {
        Ok(match &self.now {
            Some(_) => {
                let now = self.now()?;
                Arc::new(move || now)
            }
            None => Arc::new(Calendar::system_now),
        })
    }

    /// The zone where the business has set none: `TZ`, else the machine's, else UTC.
    pub(super) fn zone(&self) -> Tz {
        self.zone
            .as_deref()
            .and_then(|zone| Calendar::parse_zone(zone.trim_start_matches(':')).ok())
            .or_else(Calendar::machine_zone)
            .unwrap_or(Tz::UTC)
    }
}

/// The file beside a store that keeps the address and the token of its portal.
pub(super) fn connection_file(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".portal");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_that_know_links() {
        use Links::{Always, Known, Never};
        let cases: &[(&[(&str, &str)], Links)] = &[
            (&[], Never),
            (&[("TERM", "xterm-256color")], Never),
            (&[("TERM", "xterm-kitty")], Known),
            (
                &[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")],
                Known,
            ),
            (
                &[("TERM", "xterm-256color"), ("VTE_VERSION", "4200")],
                Never,
            ),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")],
                Known,
            ),
            (
                &[("TERM", "tmux-256color"), ("TERM_PROGRAM", "iTerm.app")],
                Never,
            ),
            (&[("TERM", "dumb"), ("WT_SESSION", "x")], Never),
            (&[("FORCE_HYPERLINK", "1"), ("TERM", "dumb")], Always),
            (&[("FORCE_HYPERLINK", "0"), ("TERM", "xterm-kitty")], Never),
        ];
        for (variables, expected) in cases {
            let get = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Links::of(get), *expected, "{variables:?}");
        }
    }
}
