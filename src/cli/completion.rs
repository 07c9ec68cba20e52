//! `loggia completions` and `loggia man`: generated from the definition of the command line.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::error::Result;
use super::{Context, command};

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia completions bash > ~/.local/share/bash-completion/completions/loggia"
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
        clap_complete::generate(self.shell, &mut command(), "loggia", &mut script);
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
        context.say(&format!("wrote the manual to {}", self.folder.display()))
    }
}
