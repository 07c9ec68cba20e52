//! `loggia client contact import` and `export`: vCards.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::app::import::card::{self, Met, Report};
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, file, input};

use super::contact::ContactView;

/// Add the people of a vCard file (3.0 or 4.0) to the contacts of a client
#[derive(Debug, Args)]
#[command(
    after_help = "One of the name of a contact changes that contact. All come in or none, unless --skip-bad is given.\n\n\
    Example:\n  loggia client contact import acme people.vcf"
)]
pub(in crate::cli) struct Import {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Leave out cards with problems
    #[arg(long)]
    skip_bad: bool,
}

/// Write contacts to a vCard file (4.0): all of a client, or one
#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Name or mail address
    #[arg(value_name = "CONTACT")]
    contact: Option<String>,
    /// The file; `-` is standard output [default: CLIENT.vcf in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let file = input::file(&self.file)?;
        let mut session = context.session()?;
        let report = card::contacts(&mut session, &self.client, file, self.skip_bad)?;
        for problem in &report.problems.list {
            context.warn(&problem.to_string())?;
        }
        match report.skipped {
            0 => {}
            1 => context.say("a card of a group or company was passed over")?,
            more => context.say(&format!(
                "{more} cards of groups and companies were passed over"
            ))?,
        }
        context.show(&Imported::of(&report))
    }
}

impl Export {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let contact = self.contact.as_deref();
        let (text, name) = card::export(&context.session()?, &self.client, contact)?;
        let path = match self.output {
            Some(path) if path.as_os_str() == "-" => return context.terminal.data(&text),
            named => file::place(context, named, &format!("{name}.vcf"), text.as_bytes())?,
        };
        file::write(&path, text.as_bytes(), false)?;
        context.show(&Exported {
            path: path.display().to_string(),
            bytes: text.len(),
        })
    }
}

/// The contacts of a file, and what became of them.
#[derive(Debug, Serialize)]
struct Imported {
    contacts: Vec<ImportedContact>,
    /// Cards that were left out.
    problems: u64,
    /// Cards of groups and companies.
    skipped: usize,
}

#[derive(Debug, Serialize)]
struct ImportedContact {
    /// `added`, `updated` or `unchanged`.
    result: &'static str,
    #[serde(flatten)]
    contact: ContactView,
}

impl Imported {
    fn of(report: &Report) -> Self {
        let contacts = report.contacts.iter();
        Self {
            contacts: contacts
                .map(|(contact, met)| ImportedContact {
                    result: match met {
                        Met::Added => "added",
                        Met::Updated => "updated",
                        Met::Unchanged => "unchanged",
                    },
                    contact: ContactView::of(contact),
                })
                .collect(),
            problems: report.problems.count,
            skipped: report.skipped,
        }
    }
}

impl View for Imported {
    fn text(&self, page: &mut Page) {
        for imported in &self.contacts {
            page.field(imported.result, Some(imported.contact.line()));
        }
        let count = |result| self.contacts.iter().filter(|c| c.result == result).count();
        page.heading(&format!(
            "{} added, {} updated, {} unchanged, {} left out",
            count("added"),
            count("updated"),
            count("unchanged"),
            self.problems
        ));
    }

    fn reference(&self) -> String {
        let names = self
            .contacts
            .iter()
            .map(|imported| imported.contact.reference());
        names.collect::<Vec<_>>().join("\n")
    }
}

#[derive(Debug, Serialize)]
struct Exported {
    path: String,
    bytes: usize,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        let path = crate::values::text::escape_terminal(&self.path);
        page.line(format!("wrote {path} ({} bytes)", self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}
