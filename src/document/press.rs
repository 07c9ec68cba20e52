//! The press: typst over one template and one virtual file of data, to the bytes of a PDF/A-3a.
//!
//! That is all a template can reach: no other file, no package, no clock and no font but our own; so the same data give the same
//! bytes, today and on any machine. What is laid on the desk is the business of [`super::pdf`] and [`super::sheet`].

use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::DocumentError;
use super::font::{self, Faces};

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
#[derive(Debug)]
pub(super) struct Desk {
    faces: &'static Faces,
    template: Source,
    data_id: FileId,
    data: Bytes,
}

impl Desk {
    /// A desk with a template, under the name it has in messages, and a file of data that is still empty. typst numbers the
    /// paths it ever saw and has room for 65,535: a kind of document has two, whatever is printed.
    pub(super) fn new(name: &str, template: &str, data: &str) -> Result<Self, DocumentError> {
        Ok(Self {
            faces: font::faces()?,
            template: Source::new(file(name)?, template.to_owned()),
            data_id: file(data)?,
            data: Bytes::new([]),
        })
    }

    /// Lays data on the desk.
    pub(super) fn lay(&mut self, data: &impl Serialize) -> Result<(), DocumentError> {
        self.data = Bytes::new(serde_json::to_vec(data)?);
        Ok(())
    }

    /// The bytes of the PDF.
    pub(super) fn print(&self, options: &PdfOptions) -> Result<Vec<u8>, DocumentError> {
        let printed = self.lay_out().and_then(|pages| write(&pages, options));
        // Also where it failed: a batch goes on.
        comemo::evict(MEMORY);
        printed
    }

    /// The pages.
    pub(super) fn lay_out(&self) -> Result<PagedDocument, DocumentError> {
        typst::compile(self)
            .output
            .map_err(|errors| template_error(self, &errors))
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        static LIBRARY: LazyLock<LazyHash<Library>> =
            LazyLock::new(|| LazyHash::new(Library::default()));
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
        if id == self.data_id {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
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
    let line = error
        .span
        .id()
        .filter(|id| *id == desk.template.id())
        .and_then(|_| desk.range(error.span))
        .and_then(|range| desk.template.lines().byte_to_line(range.start))
        .map(|line| line + 1);
    DocumentError::Template {
        message: error.message.to_string(),
        line,
    }
}
