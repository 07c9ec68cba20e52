//! Lists and reports as files: `--format` and `--output`, the same for every command that has them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::Error;
use crate::document::sheet::Sheet;
use crate::values::text::escape_terminal;

use super::Context;
use super::count::count;
use super::error::{Failure, Result};
use super::file;
use super::terminal::{Page, View};

/// In which format, and where to.
#[derive(Debug, Default, Args)]
pub(super) struct Target {
    /// Table on the terminal, or a file
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// The file; `-` is standard output [default: of csv and json standard output, else a file in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, on the terminal
    #[default]
    Table,
    /// For spreadsheets and scripts
    Csv,
    /// A workbook with numbers, dates and links
    Xlsx,
    /// To print, A4 across
    Pdf,
    Json,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::Json => "json",
        }
    }
}

impl Target {
    /// The format, where it goes to standard output.
    pub(super) fn to_standard_output(&self) -> Option<Format> {
        match &self.output {
            Some(path) if path.as_os_str() != "-" => None,
            _ => Some(self.format),
        }
    }

    /// Whether it is this format.
    pub(super) fn is(&self, format: Format) -> bool {
        self.format == format
    }

    /// Whether it is read by people, who want totals, and not by programs, which add up rows.
    pub(super) fn is_for_people(&self) -> bool {
        matches!(self.format, Format::Table | Format::Pdf)
    }
    /// The language that people read it in: workbooks and pages in that of the business, the terminal in English.
    pub(super) fn language<'l>(&self, of_business: &'l str) -> &'l str {
        match self.format {
            Format::Xlsx | Format::Pdf => of_business,
            Format::Table | Format::Csv | Format::Json => "en",
        }
    }
}

/// Shows a list, or writes it to a file. `name` is that of the file where none is named.
pub(super) fn deliver(
    context: &mut Context<'_>,
    target: &Target,
    name: &str,
    sheet: &Sheet,
    view: &impl View,
) -> Result<()> {
    let format = target.format;
    let on_screen = match &target.output {
        Some(path) => path.as_os_str() == "-",
        None => matches!(format, Format::Csv | Format::Json),
    };
    if context.global.json && on_screen && !matches!(format, Format::Table | Format::Json) {
        return Err(Failure::usage(
            "usage.format",
            format!(
                "--json and --format {} are two forms of one output",
                format.ending()
            ),
            "give one of them, or name a file with --output".to_owned(),
        ));
    }
    let bytes = match format {
        Format::Table if target.output.is_none() => return context.show(view),
        Format::Table => return Err(without_format()),
        Format::Json => json(view)?,
        Format::Csv => sheet.csv().map_err(Error::from)?,
        Format::Xlsx => sheet.xlsx().map_err(Error::from)?,
        Format::Pdf => pdf(context, sheet)?,
    };
    let path = match &target.output {
        _ if on_screen => return context.terminal.bytes(&bytes),
        named => {
            let name = format!("{name}.{}", format.ending());
            file::place(context, named.clone(), &name, &bytes)?
        }
    };
    file::write(&path, &bytes, false)?;
    context.show(&Written {
        path: path.display().to_string(),
        rows: sheet.rows.len(),
        bytes: bytes.len(),
    })
}

fn without_format() -> Failure {
    Failure::usage(
        "usage.format",
        "--output needs a --format".to_owned(),
        "give --format csv, xlsx, pdf or json".to_owned(),
    )
}

fn json(view: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(view).map_err(std::io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

pub(super) fn pdf(context: &mut Context<'_>, sheet: &Sheet) -> Result<Vec<u8>> {
    let (bytes, missing) = sheet.pdf().map_err(Error::from)?;
    if !missing.is_empty() {
        let shown: String = missing.iter().take(20).collect();
        context.warn(&format!(
            "the PDF shows a box for characters it has no font for: {shown}"
        ))?;
    }
    Ok(bytes)
}

/// A file that was written.
#[derive(Debug, Serialize)]
struct Written {
    path: String,
    rows: usize,
    bytes: usize,
}

impl View for Written {
    fn text(&self, page: &mut Page) {
        let path = escape_terminal(&self.path);
        page.line(format!(
            "wrote {path} ({}, {} bytes)",
            count(self.rows, "row", "rows"),
            self.bytes
        ));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}
