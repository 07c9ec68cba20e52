//! Importing entries from other programs' files.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::{Error, import};

use super::super::Context;
use super::super::count::count;
use super::super::error::Result;
use super::super::terminal::{self, Page, View};

/// Import entries from another program's file
#[derive(Debug, Args)]
#[command(
    after_help = "A second import of the same or an extended file adds only what is new; a corrected row updates its entry.\n\n\
    Example:\n  loggia time import toggl detailed.csv --dry-run"
)]
pub(in crate::cli) struct Import {
    format: Format,
    #[arg(value_name = "FILE")]
    file: std::path::PathBuf,
    /// Tell what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Add clients, projects, tasks and members that are not there
    #[arg(long)]
    create_missing: bool,
    /// Import the good rows although others have problems
    #[arg(long)]
    skip_bad: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Detailed report as CSV
    Toggl,
}

impl Import {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let file = std::fs::File::open(&self.file).map_err(|source| Error::File {
            path: self.file.clone(),
            source,
        })?;
        let options = import::Options {
            dry_run: self.dry_run,
            create_missing: self.create_missing,
            skip_bad: self.skip_bad,
        };
        let bar = terminal::progress(context.terminal);
        let Format::Toggl = self.format;
        let report = import::toggl(
            &mut session,
            std::io::BufReader::new(file),
            &options,
            &mut |done, all| {
                bar.set_length(all);
                bar.set_position(done);
            },
        );
        bar.finish_and_clear();
        let report = report?;
        for finding in report.problems.list.iter().chain(&report.notices.list) {
            context.warn(&finding.to_string())?;
        }
        let shown = report.problems.list.len() + report.notices.list.len();
        let all = report.problems.count + report.notices.count;
        let more = all.saturating_sub(u64::try_from(shown).unwrap_or(all));
        if more > 0 {
            context.warn(&format!("and {more} more"))?;
        }
        context.show(&ImportView::of(&report, self.dry_run))
    }
}

#[derive(Debug, Serialize)]
struct ImportView {
    dry_run: bool,
    rows: u64,
    added: u64,
    updated: u64,
    unchanged: u64,
    skipped: u64,
    seconds: i64,
    hours: String,
    /// Rows that share time with another entry of the member.
    overlaps: u64,
    created: Vec<String>,
    problems: Vec<ProblemView>,
    notices: Vec<ProblemView>,
}

#[derive(Debug, Serialize)]
struct ProblemView {
    line: u64,
    message: String,
}

fn found(findings: &import::Findings) -> Vec<ProblemView> {
    findings
        .list
        .iter()
        .map(|problem| ProblemView {
            line: problem.row,
            message: problem.reason.to_string(),
        })
        .collect()
}

impl ImportView {
    pub(super) fn of(report: &import::Report, dry_run: bool) -> Self {
        Self {
            dry_run,
            rows: report.rows,
            added: report.added,
            updated: report.updated,
            unchanged: report.unchanged,
            skipped: report.skipped,
            seconds: report.seconds.0,
            hours: report.seconds.hours(),
            created: report.created.iter().map(ToString::to_string).collect(),
            overlaps: report.overlaps,
            problems: found(&report.problems),
            notices: found(&report.notices),
        }
    }
}

impl View for ImportView {
    fn text(&self, page: &mut Page) {
        for created in &self.created {
            page.line(crate::values::text::escape_terminal(created));
        }
        let would = if self.dry_run { "would be " } else { "" };
        page.heading(&format!(
            "{}: {} {would}added ({} h), {} {would}updated, {} unchanged, {} skipped",
            count(self.rows, "row", "rows"),
            self.added,
            self.hours,
            self.updated,
            self.unchanged,
            self.skipped
        ));
    }

    fn reference(&self) -> String {
        self.added.to_string()
    }
}
