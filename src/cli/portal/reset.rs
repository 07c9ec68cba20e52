//! What whoever runs the portal does for a user who is locked out: a link that sets a password, and factors that were lost taken away.

use clap::Args;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::portal::operator;

use super::{Database, LinkView, block_on};

/// Make a link that sets a user's password, once, within an hour: for whoever runs the portal
///
/// It does not pass a second factor by: that is asked for at the sign-in that follows.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia portal reset-link jo@acme.example --account studio")]
pub(in crate::cli) struct ResetLink {
    email: String,
    #[arg(long)]
    account: String,
    #[command(flatten)]
    database: Database,
}

/// Take a user's second factors away, who lost them: authenticator, passkeys and recovery codes
///
/// The user is signed out everywhere, and told by mail. Be sure that it is the user who asks.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia portal reset-factors jo@acme.example --account studio --yes"
)]
pub(in crate::cli) struct ResetFactors {
    email: String,
    #[arg(long)]
    account: String,
    #[command(flatten)]
    database: Database,
}

impl ResetLink {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        let store = self.database.open()?;
        let path = block_on(operator::reset_link(
            &*store,
            &self.account,
            &self.email,
            now,
        ))??;
        context.say("the path follows the address of the portal; it works once, for an hour")?;
        context.show(&LinkView { path })
    }
}

impl ResetFactors {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        context.confirm(&format!("take the second factors of `{}` away", self.email))?;
        let store = self.database.open()?;
        block_on(operator::reset_factors(
            &*store,
            &self.account,
            &self.email,
            now,
        ))??;
        context.say(&format!(
            "{} signs in with the password alone until a second factor is set up again",
            self.email
        ))?;
        context.show(&FactorsReset {
            email: self.email,
            account: self.account,
        })
    }
}

/// Told on standard error, given to scripts.
#[derive(Debug, Serialize)]
struct FactorsReset {
    email: String,
    account: String,
}

impl View for FactorsReset {
    fn text(&self, _: &mut Page) {}

    fn reference(&self) -> String {
        self.email.clone()
    }
}
