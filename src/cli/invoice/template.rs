//! `loggia invoice template`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use crate::app::template;
use crate::app::{Error, Session};
use crate::cli::count::count;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, file, input};
use crate::document::template::{LARGEST, Trial, Tried};
use crate::values::text::escape_terminal;

/// How invoices look: export the template, change it, try it, use it
#[derive(Debug, Subcommand)]
#[command(
    after_help = "A template is a typst file (https://typst.app/docs). It is given the words and figures of an invoice and lays them out; \
        it reaches no other file and no network.\n\n\
        Example:\n  loggia invoice template export my-invoice.typ\n  loggia invoice template check my-invoice.typ --output samples\n  \
        loggia invoice template use my-invoice.typ"
)]
pub(in crate::cli) enum Template {
    /// Write the program's own template, with comments, as a beginning
    Export {
        /// `-` is standard output [default: invoice.typ in this folder]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// The one in use, where that is another
        #[arg(long)]
        in_use: bool,
    },
    /// Print sample invoices of every kind with a template
    #[command(
        after_help = "Short and long, A4 and Letter, with logo and payment code, drafts, credit notes, time sheets, every tax case.\n\n\
            Example:\n  loggia invoice template check my-invoice.typ --output samples"
    )]
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A folder to write the PDFs to
        #[arg(long, short, value_name = "FOLDER")]
        output: Option<PathBuf>,
    },
    /// Print with a template from now on; issued documents stay as they are
    Use {
        #[arg(value_name = "FILE", required_unless_present = "builtin")]
        file: Option<PathBuf>,
        /// The program's own again
        #[arg(long, conflicts_with = "file")]
        builtin: bool,
    },
    /// Show which template is in use
    Show,
}

impl Template {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        match self {
            Self::Export { file, in_use } => export(context, session, file, in_use),
            Self::Check { file, output } => check(context, session, &file, output.as_deref()),
            Self::Use { file, .. } => use_(context, session, file.as_deref()),
            Self::Show => context.show(&InUse::of(session)?),
        }
    }
}

fn export(
    context: &mut Context<'_>,
    session: &Session,
    named: Option<PathBuf>,
    in_use: bool,
) -> Result<()> {
    let text = if in_use {
        template::show(session)?.text
    } else {
        template::builtin().to_owned()
    };
    if named.as_deref() == Some(Path::new("-")) {
        return context.terminal.bytes(text.as_bytes());
    }
    let path = named.unwrap_or_else(|| PathBuf::from("invoice.typ"));
    // Hours of somebody's work may be in it.
    if std::fs::read(&path).is_ok_and(|there| there != text.as_bytes()) {
        context.confirm(&format!("replace the file `{}`", path.display()))?;
    }
    file::write(&path, text.as_bytes(), false)?;
    context.show(&Exported {
        path: path.display().to_string(),
    })
}

fn check(
    context: &mut Context<'_>,
    session: &Session,
    path: &Path,
    output: Option<&Path>,
) -> Result<()> {
    let trial = template::check(session, input::whole(path, LARGEST)?.1)?;
    warn(context, &trial)?;
    if let Some(folder) = output {
        let failed = |source| Error::File {
            path: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        for tried in &trial.tried {
            let path = folder.join(format!("{}.pdf", tried.name));
            file::write(&path, &tried.pdf, false)?;
        }
    }
    let samples = trial.tried.iter();
    context.show(&Checked {
        file: path.display().to_string(),
        samples: samples.map(|tried| Sample::of(tried, output)).collect(),
        warnings: trial.warnings,
    })
}

fn use_(context: &mut Context<'_>, session: &mut Session, path: Option<&Path>) -> Result<()> {
    let chosen = match path {
        Some(path) => Some(input::whole(path, LARGEST)?),
        None => None,
    };
    if let Some(trial) = template::use_(session, chosen)? {
        warn(context, &trial)?;
    }
    context.say("invoices are printed with it from now on; issued documents stay as they are")?;
    context.show(&InUse::of(&context.session()?)?)
}

fn warn(context: &mut Context<'_>, trial: &Trial) -> Result<()> {
    for warning in &trial.warnings {
        context.warn(&format!("template, {warning}"))?;
    }
    Ok(())
}

#[derive(Debug, Serialize)]
struct Exported {
    path: String,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        let path = escape_terminal(&self.path);
        page.line(format!("wrote {path}"));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

/// A template that printed everything.
#[derive(Debug, Serialize)]
struct Checked {
    file: String,
    samples: Vec<Sample>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Sample {
    name: &'static str,
    pages: usize,
    path: Option<String>,
}

impl Sample {
    fn of(tried: &Tried, folder: Option<&Path>) -> Self {
        Self {
            name: tried.name,
            pages: tried.pages,
            path: folder.map(|folder| {
                let path = folder.join(format!("{}.pdf", tried.name));
                path.display().to_string()
            }),
        }
    }
}

impl View for Checked {
    fn text(&self, page: &mut Page) {
        let file = escape_terminal(&self.file);
        page.line(format!("{file} prints every kind of invoice:"));
        for sample in &self.samples {
            let pages = count(sample.pages, "page", "pages");
            let path = sample.path.as_deref().map(escape_terminal);
            let shown = path.map(|path| format!(", {path}")).unwrap_or_default();
            page.line(format!("  {}: {pages}{shown}", sample.name));
        }
    }

    fn reference(&self) -> String {
        self.file.clone()
    }
}

/// The template in use.
#[derive(Debug, Serialize)]
struct InUse {
    builtin: bool,
    file: Option<String>,
    sha256: Option<String>,
    lines: usize,
}

impl InUse {
    fn of(session: &Session) -> Result<Self> {
        let shown = template::show(session)?;
        Ok(Self {
            builtin: shown.file.is_none(),
            file: shown.file.as_ref().map(|file| file.name.clone()),
            sha256: shown.file.map(|file| file.sha256),
            lines: shown.text.lines().count(),
        })
    }
}

impl View for InUse {
    fn text(&self, page: &mut Page) {
        let lines = count(self.lines, "line", "lines");
        match (&self.file, &self.sha256) {
            (Some(file), Some(sha256)) => {
                let file = escape_terminal(file);
                page.line(format!(
                    "invoices are printed with {file} ({lines}, sha256 {sha256})"
                ));
                page.line("`loggia invoice template use --builtin` goes back to the program's own");
            }
            _ => page.line(format!(
                "invoices are printed with the program's own template ({lines}); \
                 `loggia invoice template export` writes it to a file"
            )),
        }
    }

    fn reference(&self) -> String {
        self.file.clone().unwrap_or_else(|| "builtin".to_owned())
    }
}
