//! `loggia expense receipt`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::app::expense;
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::cli::{file, opener};
use crate::values::text::escape_terminal;

/// Write the receipt of an expense to a file, or open it
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia expense receipt 12\n  loggia expense receipt @1 --open"
)]
pub(in crate::cli) struct Receipt {
    /// Number, or @1 for the latest
    expense: String,
    /// The file; `-` is standard output [default: its name in this folder]
    #[arg(long, short, value_name = "FILE", conflicts_with = "open")]
    output: Option<PathBuf>,
    /// Open a copy in the program for its kind
    #[arg(long)]
    open: bool,
}

impl Receipt {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let (receipt, bytes) = expense::receipt(&context.session()?, &self.expense)?;
        let name = receipt.name.as_str();
        let path = match self.output {
            _ if self.open => {
                let path = file::private_copy(name, &bytes)?;
                opener::open(
                    path.as_os_str(),
                    "loggia expense receipt N writes it to a file",
                )
                .inspect_err(|_| file::drop_copy(&path))?;
                context.say("opened a copy; changes to it do not come back")?;
                path
            }
            Some(path) if path.as_os_str() == "-" => return context.terminal.bytes(&bytes),
            named => {
                let path = file::place(context, named, name, &bytes)?;
                file::write(&path, &bytes, false)?;
                path
            }
        };
        context.show(&Written {
            receipt: name.to_owned(),
            path: path.display().to_string(),
            bytes: bytes.len(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Written {
    receipt: String,
    path: String,
    bytes: usize,
}

impl View for Written {
    fn text(&self, page: &mut Page) {
        let path = escape_terminal(&self.path);
        page.line(format!("wrote {path} ({} bytes)", self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}
