//! `loggia sync`.

use std::process::ExitCode;

use clap::Args;

use super::Context;
use super::error::Result;

/// Publish to the portal what each client may see, and fetch what clients did there
#[derive(Debug, Args)]
pub(super) struct Sync {
    /// Only this client
    #[arg(long)]
    client: Option<String>,
    /// Tell what would change for each client, and send nothing
    #[arg(long)]
    dry_run: bool,
}

impl Sync {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let _ = (self.client, self.dry_run, context);
        Ok(ExitCode::SUCCESS)
    }
}
