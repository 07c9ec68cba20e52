//! `loggia time export`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::export::{self, Format, Report, Target};
use crate::app::{Error, Session};
use crate::values::text::escape_terminal;

use super::super::Context;
use super::super::error::Result;
use super::super::file::write_with;
use super::super::terminal::{Interrupted, Page, View, progress};
use super::{Filter, period_of};

/// Write entries to a file [default period: all]
#[derive(Debug, Args)]
#[command(
    after_help = "csv and json have every fact of an entry; time is worked time. toggl-csv, timewarrior, timeclock and klog can be imported \
    again, here or there; what a format has no room for is told.\n\nExamples:\n  \
    loggia time export csv last month --client acme --output acme.csv\n  \
    loggia time export xlsx 2026 --output 2026.xlsx\n  \
    loggia time export timeclock --member mara | hledger -f timeclock:- balance"
)]
pub(in crate::cli) struct Export {
    format: As,
    /// this month, last month, 2026-11, 2026-Q4, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// The file; `-` is standard output [default: standard output, of xlsx time.xlsx in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum As {
    /// For spreadsheets and scripts; `time import csv` reads it
    Csv,
    /// A workbook
    Xlsx,
    /// A list, one entry a line
    Json,
    /// As Toggl's detailed report
    TogglCsv,
    /// A data file of Timewarrior
    Timewarrior,
    /// For hledger and Ledger
    Timeclock,
    /// Records of klog
    Klog,
}

impl From<As> for Format {
    fn from(format: As) -> Self {
        match format {
            As::Csv => Self::Csv,
            As::Xlsx => Self::Xlsx,
            As::Json => Self::Json,
            As::TogglCsv => Self::TogglCsv,
            As::Timewarrior => Self::Timewarrior,
            As::Timeclock => Self::Timeclock,
            As::Klog => Self::Klog,
        }
    }
}

impl Export {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let format = Format::from(self.format);
        let session = context.session()?;
        let selection = self
            .filter
            .selection(period_of(&session, &self.period, "all")?);
        let to_file = match self.output {
            Some(path) if path.as_os_str() == "-" => None,
            None if format == Format::Xlsx => Some(PathBuf::from("time.xlsx")),
            named => named,
        };
        let Some(path) = to_file else {
            let written = context.terminal.stream(|out| {
                let target = Target::Stream(out);
                let written = export::time(&session, &selection, format, target, &mut |_| {});
                written.map_err(|error| match error {
                    // The reader went away, and has seen what it wanted.
                    Error::File { source, .. } => Interrupted::Output(source),
                    other => other.into(),
                })
            })?;
            return match written {
                Some(report) => warn(context, &report),
                None => Ok(()),
            };
        };
        if path.exists() {
            context.confirm(&format!("overwrite {}", path.display()))?;
        }
        let report = to(context, &session, &selection, format, &path)?;
        warn(context, &report)?;
        context.show(&Exported {
            path: path.display().to_string(),
            format: format.word(),
            rows: report.rows,
            seconds: report.seconds.0,
            hours: report.seconds.hours(),
            left_out: report.left_out,
        })
    }
}

fn to(
    context: &Context<'_>,
    session: &Session,
    selection: &crate::app::time::Selection,
    format: Format,
    path: &Path,
) -> Result<Report> {
    let bar = progress(context.terminal);
    let report = write_with(path, false, |file| {
        let told = &mut |done| bar.set_position(done);
        let written = export::time(session, selection, format, Target::File(file), told);
        written.map_err(|error| match error {
            Error::File { source, .. } => Error::File {
                path: path.to_owned(),
                source,
            },
            other => other,
        })
    });
    bar.finish_and_clear();
    report
}

fn warn(context: &mut Context<'_>, report: &Report) -> Result<()> {
    for (notice, count) in &report.notices {
        let entries = if *count == 1 { "entry" } else { "entries" };
        context.warn(&format!("{count} {entries}: {notice}"))?;
    }
    Ok(())
}

/// A file that was written.
#[derive(Debug, Serialize)]
struct Exported {
    path: String,
    format: &'static str,
    rows: u64,
    seconds: i64,
    hours: String,
    /// Entries that the format has no room for.
    left_out: u64,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        let path = escape_terminal(&self.path);
        page.line(format!(
            "wrote {path} ({} entries, {} h)",
            self.rows, self.hours
        ));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}
