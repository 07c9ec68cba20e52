//! `loggia export`: the books for accounting programs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::Error;
use crate::app::journal::{self, Format};
use crate::domain::journal::Accounts;
use crate::values::text::escape_terminal;

use super::Context;
use super::count::count;
use super::error::Result;
use super::file;
use super::terminal::{Page, View};

/// Write the books for accounting programs
#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// A journal for hledger and Ledger [default period: all]
    Hledger(Journal),
    /// A journal for beancount [default period: all]
    Beancount(Journal),
    /// The accounts that journals post to, as a file to edit for --accounts
    Accounts,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Invoices (receivable, revenue by tax category, VAT), credit notes, payments and expenses (net, input VAT, paid from), as \
    transactions that balance. Over all days, what is receivable is what is outstanding. The same store gives the same bytes.\n\nExamples:\n  \
    loggia export hledger | hledger -f - balance\n  \
    loggia export hledger last month --output november.journal\n  \
    loggia export accounts > accounts.conf, then loggia export beancount --accounts accounts.conf -o books.beancount"
)]
pub(super) struct Journal {
    /// this month, last quarter, 2026-11, 2026, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    /// The file; `-` is standard output [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Names of accounts: lines of `key = account`
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Hledger(journal) => journal.run(context, Format::Hledger),
            Self::Beancount(journal) => journal.run(context, Format::Beancount),
            Self::Accounts => context.terminal.bytes(Accounts::example().as_bytes()),
        }
    }
}

impl Journal {
    fn run(self, context: &mut Context<'_>, format: Format) -> Result<()> {
        let session = context.session()?;
        let accounts = match &self.accounts {
            Some(path) => Accounts::parse(&read(path)?).map_err(Error::from)?,
            None => Accounts::default(),
        };
        let days = super::time::period_of(&session, &self.period, "all")?;
        let journal = journal::journal(&session, format, days, &accounts)?;
        let path = match self.output {
            Some(path) if path.as_os_str() != "-" => path,
            _ => {
                context.terminal.bytes(journal.text.as_bytes())?;
                if journal.transactions == 0 {
                    context.say("no invoices, payments or expenses in these days")?;
                }
                return Ok(());
            }
        };
        if path.exists() {
            context.confirm(&format!("overwrite {}", path.display()))?;
        }
        file::write(&path, journal.text.as_bytes(), false)?;
        context.show(&Written {
            path: path.display().to_string(),
            transactions: journal.transactions,
            accounts: journal.accounts,
            bytes: journal.text.len(),
        })
    }
}

fn read(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(text)
}

/// A journal that was written.
#[derive(Debug, Serialize)]
struct Written {
    path: String,
    transactions: usize,
    accounts: usize,
    bytes: usize,
}

impl View for Written {
    fn text(&self, page: &mut Page) {
        page.line(format!(
            "wrote {} ({}, {})",
            escape_terminal(&self.path),
            count(self.transactions, "transaction", "transactions"),
            count(self.accounts, "account", "accounts"),
        ));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}
