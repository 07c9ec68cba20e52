//! The press: typst over one template and a few virtual files, its data and pictures, to the bytes of a PDF/A-3a.
//!
//! That is all a template can reach: no other file, no package, no clock, and no font but our own and those that the owner named;
//! so the same data give the same bytes, today and on any machine. What is laid on the desk is the business of [`super::pdf`] and [`super::sheet`].

use std::sync::{Arc, LazyLock};

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Binding, Bytes, Datetime, Duration, Smart, Value};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::DocumentError;
use super::font::Faces;

/// Functions that no template has.
const WITHHELD: [&str; 2] = ["eval", "plugin"];

/// After so many prints without use, a memorised part of the layout is forgotten. Keeps the memory flat over thousands of prints.
const MEMORY: usize = 10;

/// What it is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8½ × 11 inch.
    Letter,
}

impl Paper {
    /// The name that typst has for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "us-letter",
        }
    }
}

/// The whole world as a template sees it.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    faces: Arc<Faces>,
    template: Source,
    /// Files by the one name that each has.
    files: Vec<(FileId, Bytes)>,
}

/// What was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) pdf: Vec<u8>,
    pub(super) pages: usize,
    /// What typst found odd in the template.
    pub(super) warnings: Vec<String>,
}

impl Desk {
    /// A desk with a template, under the name it has in messages. typst numbers the paths it ever saw and has room for 65,535: a
    /// kind of document has a few, whatever is printed.
    pub(super) fn new(
        name: &str,
        template: &str,
        faces: Arc<Faces>,
    ) -> Result<Self, DocumentError> {
        Ok(Self {
            faces,
            template: Source::new(file(name)?, template.to_owned()),
            files: Vec::new(),
        })
    }

    /// The same desk with more below its template.
    pub(super) fn extended(&self, name: &str, below: &str) -> Result<Self, DocumentError> {
        let template = format!("{}\n{below}", self.template.text());
        Ok(Self {
            template: Source::new(file(name)?, template),
            ..self.clone()
        })
    }

    /// Lays data on the desk.
    pub(super) fn lay(&mut self, name: &str, data: &impl Serialize) -> Result<(), DocumentError> {
        let bytes = serde_json::to_vec(data)?;
        self.lay_file(name, bytes)
    }

    /// Lays a picture on the desk.
    pub(super) fn lay_file(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), DocumentError> {
        let id = file(name)?;
        self.files.retain(|(known, _)| *known != id);
        self.files.push((id, Bytes::new(bytes)));
        Ok(())
    }

    /// The bytes of the PDF, its pages counted.
    pub(super) fn print(&self, options: &PdfOptions) -> Result<Printed, DocumentError> {
        let printed = self.lay_out().and_then(|(document, warnings)| {
            Ok(Printed {
                pdf: write(&document, options)?,
                pages: document.pages().len(),
                warnings,
            })
        });
        // Also where it failed: a batch goes on.
        comemo::evict(MEMORY);
        printed
    }

    /// The pages, and what is odd about the template.
    pub(super) fn lay_out(&self) -> Result<(PagedDocument, Vec<String>), DocumentError> {
        let compiled = typst::compile(self);
        let document = compiled
            .output
            .map_err(|errors| template_error(self, &errors))?;
        let warnings = compiled.warnings.iter();
        Ok((
            document,
            warnings.map(|warning| self.remark(warning)).collect(),
        ))
    }

    /// A warning with its line.
    fn remark(&self, warning: &SourceDiagnostic) -> String {
        match self.line(warning) {
            Some(line) => format!("line {line}: {}", warning.message),
            None => warning.message.to_string(),
        }
    }

    /// The line of the template to which something points, counted from 1: its own, or that of the call that led there.
    fn line(&self, found: &SourceDiagnostic) -> Option<usize> {
        let of_template = |span: DiagSpan| {
            span.id().filter(|id| *id == self.template.id())?;
            let range = self.range(span)?;
            Some(self.template.lines().byte_to_line(range.start)? + 1)
        };
        of_template(found.span).or_else(|| {
            let mut calls = found.trace.iter();
            calls.find_map(|call| of_template(call.span.into()))
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(library()));
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.faces.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.files.iter().find(|(known, _)| *known == id);
        found
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// What typst brings, less what makes code of text, or runs other code: the texts of people are data in every template.
fn library() -> Library {
    let mut library = Library::default();
    let scope = library.global.scope_mut();
    for name in WITHHELD {
        if let Some(binding) = scope.get_mut(name) {
            *binding = Binding::detached(Value::None);
        }
    }
    library.std = Binding::detached(library.global.clone());
    library
}

fn file(path: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(path).map_err(|error| DocumentError::Template {
        message: error.to_string(),
        line: None,
    })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn write(pages: &PagedDocument, options: &PdfOptions) -> Result<Vec<u8>, DocumentError> {
    typst_pdf::pdf(pages, options).map_err(|errors| {
        DocumentError::Standard(
            errors
                .first()
                .map(|error| error.message.to_string())
                .unwrap_or_default(),
        )
    })
}

/// The archive standards, with an identifier and a date that come from the document alone.
pub(super) fn archive(identifier: String, day: NaiveDate) -> Result<PdfOptions, DocumentError> {
    let midnight = || {
        let month = u8::try_from(day.month()).ok()?;
        Datetime::from_ymd_hms(day.year(), month, u8::try_from(day.day()).ok()?, 0, 0, 0)
    };
    let midnight = midnight()
        .filter(|_| (1..=9999).contains(&day.year()))
        .ok_or(DocumentError::Date(day))?;
    Ok(PdfOptions {
        ident: Smart::Custom(identifier),
        creator: Smart::Custom(Some("Loggia".to_owned())),
        timestamp: Some(Timestamp::new_utc(midnight)),
        standards: PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
            .map_err(|error| DocumentError::Standard(error.message().to_string()))?,
        ..PdfOptions::default()
    })
}

fn template_error(desk: &Desk, errors: &[SourceDiagnostic]) -> DocumentError {
    let Some(error) = errors.first() else {
        return DocumentError::Template {
            message: String::new(),
            line: None,
        };
    };
    let range = desk.range(error.span);
    let text = range.and_then(|range| desk.template.text().get(range));
    let withheld = text.filter(|text| WITHHELD.contains(text));
    let hints = error.hints.iter().map(|hint| hint.v.as_str());
    let message = match withheld {
        Some(name) => format!("`{name}` is not there in a template: texts are shown and never run"),
        None => {
            let parts: Vec<&str> = std::iter::once(error.message.as_str())
                .chain(hints)
                .collect();
            parts.join("; ")
        }
    };
    DocumentError::Template {
        message,
        line: desk.line(error),
    }
}
