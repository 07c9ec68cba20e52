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
    after_help = "One of the name of a contact changes that contact; two of one name that differ are a problem. A contact has one mail address, \
    one number and no notes: what else a card says is told. All come in or none, unless --skip-bad is given.\n\n\
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
        for notice in report.notices.list.iter().take(SHOWN) {
            context.say(&notice.to_string())?;
        }
        let shown = u64::try_from(SHOWN).unwrap_or(u64::MAX);
        let more = report.notices.count.saturating_sub(shown);
        if more > 0 {
            context.say(&format!("and {more} more cards say what was not taken"))?;
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
    /// Cards that say what a contact has no room for, the first hundred of them.
    notices: Vec<NoticeView>,
    /// Cards of groups and companies.
    skipped: usize,
}

#[derive(Debug, Serialize)]
struct NoticeView {
    line: u64,
    message: String,
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
            notices: report
                .notices
                .list
                .iter()
                .map(|notice| NoticeView {
                    line: notice.row,
                    message: notice.reason.to_string(),
                })
                .collect(),
            skipped: report.skipped,
        }
    }
}

/// Contacts and notices that are shown to people.
const SHOWN: usize = 50;

impl View for Imported {
    fn text(&self, page: &mut Page) {
        for imported in self.contacts.iter().take(SHOWN) {
            page.field(imported.result, Some(imported.contact.line()));
        }
        let more = self.contacts.len().saturating_sub(SHOWN);
        if more > 0 {
            page.line(format!("and {more} more; --json has them all"));
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
