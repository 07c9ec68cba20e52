//! `loggia completions` and `loggia man`, generated from the definition of the command line; and the answers to a shell that asks
//! what could be typed.
//!
//! The script that `completions` prints calls the program back with `LOGGIA_COMPLETE` set. What cannot be completed is answered
//! with nothing: no message, no status that a shell would show.

mod bash;
mod value;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;
use clap_complete::env::{EnvCompleter, Shells};
use serde::Serialize;

use crate::values::text::escape_terminal;

use super::config::{Completion, Environment};
use super::error::Result;
use super::terminal::{Page, Terminal, View};
use super::{Context, command};

use value::Source;

const VARIABLE: &str = "LOGGIA_COMPLETE";

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(
    after_help = "It completes commands and flags, and clients, projects, tasks, members, users and invoices of the store.\n\n\
    Examples:\n  loggia completions bash > ~/.local/share/bash-completion/completions/loggia\n  \
    loggia completions zsh > ~/.zfunc/_loggia\n  loggia completions fish > ~/.config/fish/completions/loggia.fish"
)]
pub(super) struct Completions {
    shell: Shell,
}

/// Write the manual pages into a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder, made if it is not there
    folder: PathBuf,
}

impl Completions {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut script = Vec::new();
        match Shells::builtins().completer(&self.shell.to_string()) {
            Some(shell) if !bash::is(shell.name()) => {
                shell.write_registration(VARIABLE, "loggia", "loggia", "loggia", &mut script)?;
            }
            _ => script.extend(bash::SCRIPT.as_bytes()),
        }
        context.terminal.bytes(&script)
    }
}

impl Man {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let failed = |source| crate::app::Error::File {
            path: self.folder.clone(),
            source,
        };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        clap_mangen::generate_to(command(), &self.folder).map_err(failed)?;
        context.show(&Written {
            folder: self.folder.display().to_string(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Written {
    folder: String,
}

impl View for Written {
    fn text(&self, page: &mut Page) {
        let folder = escape_terminal(&self.folder);
        page.line(format!("wrote the manual to {folder}"));
    }

    fn reference(&self) -> String {
        self.folder.clone()
    }
}

/// Tells a shell what could be typed.
pub(super) fn answer(
    asked: &Completion,
    arguments: Vec<OsString>,
    environment: &Environment,
    terminal: &mut Terminal,
) -> ExitCode {
    let answer = if bash::is(&asked.shell) {
        bash::answer(asked, environment)
    } else {
        let after = arguments.into_iter().skip_while(|word| word != "--");
        of_shell(&asked.shell, after.skip(1).collect(), environment).unwrap_or_default()
    };
    match terminal.bytes(&answer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The answer in the form of a shell; none if the shell is not known.
fn of_shell(name: &str, words: Vec<OsString>, environment: &Environment) -> Option<Vec<u8>> {
    let shells = Shells::builtins();
    let shell: &dyn EnvCompleter = shells.completer(name)?;
    if words.is_empty() {
        return None;
    }
    let mut command = Source::of(&words, environment)?.attach(command());
    let folder = environment.folder.as_deref();
    let mut answer = Vec::new();
    shell
        .write_complete(&mut command, words, folder, &mut answer)
        .ok()?;
    Some(answer)
}
