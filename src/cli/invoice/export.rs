//! `loggia invoice export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::einvoice::{self, Syntax};
use crate::app::invoice;
use crate::app::{Error, Session};
use crate::cli::error::{Failure, Result};
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, file};
use crate::document::einvoice::Profile;
use crate::document::json;
use crate::domain::number::Pattern;

use super::view::books_of;

/// Write an invoice to a file
#[derive(Debug, Args)]
#[command(
    after_help = "An e-invoice (ubl, cii, facturx) is checked first; what it lacks is named with the command that sets it.\n\nExamples:\n  loggia invoice export 2026-0007 --format pdf --output 2026-0007.pdf\n  loggia invoice export 2026-0007 --format facturx\n  loggia invoice export 2026-0007 --format ubl --peppol\n  loggia invoice export 2026-0007 --annex"
)]
pub(in crate::cli) struct Export {
    invoice: String,
    #[arg(long, default_value = "pdf")]
    format: Format,
    /// PDF with the entries behind the lines on further pages
    #[arg(long)]
    annex: bool,
    /// UBL by the rules of Peppol BIS Billing 3
    #[arg(long)]
    peppol: bool,
    /// The file; `-` is standard output [default: NUMBER with its ending in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Pdf,
    Json,
    /// Lines and sums for spreadsheets and scripts
    Csv,
    /// Lines and sums as a workbook
    Xlsx,
    /// E-invoice of EN 16931, UBL 2.1
    Ubl,
    /// E-invoice of EN 16931, UN/CEFACT CII
    Cii,
    /// PDF with the e-invoice in it (ZUGFeRD)
    Facturx,
}

impl Export {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        if self.peppol && !matches!(self.format, Format::Ubl) {
            return Err(Failure::usage(
                "usage.peppol",
                "`--peppol` is for UBL".to_owned(),
                "give --format ubl".to_owned(),
            ));
        }
        if self.annex && !matches!(self.format, Format::Pdf) {
            return Err(Failure::usage(
                "usage.annex",
                "`--annex` is for PDF".to_owned(),
                "give --format pdf".to_owned(),
            ));
        }
        let shown = invoice::show(session, &self.invoice)?;
        let (bytes, ending) = match self.format {
            Format::Ubl => {
                let profile = if self.peppol {
                    Profile::Peppol
                } else {
                    Profile::Core
                };
                (
                    einvoice::write(session, &shown, Syntax::Ubl(profile))?,
                    "xml",
                )
            }
            Format::Cii => (einvoice::write(session, &shown, Syntax::Cii)?, "xml"),
            Format::Facturx => (einvoice::write(session, &shown, Syntax::FacturX)?, "pdf"),
            Format::Pdf => (invoice::pdf(session, &shown, self.annex)?, "pdf"),
            Format::Csv => {
                let sheet = invoice::sheet(session, &shown)?;
                (sheet.csv().map_err(Error::from)?, "csv")
            }
            Format::Xlsx => {
                let sheet = invoice::sheet(session, &shown)?;
                (sheet.xlsx().map_err(Error::from)?, "xlsx")
            }
            Format::Json => {
                let face = invoice::for_client(session, &shown)?;
                let books = json::Books {
                    entries: &[],
                    ..books_of(&shown, &[])
                };
                let bytes = json::invoice_with(&face, books).map_err(Error::from)?;
                (bytes, "json")
            }
        };
        let path = match self.output {
            Some(path) if path.as_os_str() == "-" => return context.terminal.bytes(&bytes),
            named => {
                let name = Pattern::file_name(&shown.invoice.name(), ending);
                file::place(context, named, &name, &bytes)?
            }
        };
        file::write(&path, &bytes, false)?;
        context.show(&Exported {
            invoice: shown.invoice.name(),
            path: path.display().to_string(),
            bytes: bytes.len(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Exported {
    invoice: String,
    path: String,
    bytes: usize,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        page.line(format!("wrote {} ({} bytes)", self.path, self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}
