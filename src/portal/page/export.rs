//! Lists as files: CSV, XLSX, PDF. Drawn from the rows a page shows, away from the threads that serve pages, a few at a time and not
//! for ever; what goes out is written down first.

use std::time::Duration;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use tokio::sync::Semaphore;

use crate::document::DocumentError;
use crate::document::sheet::{Cell, Column, Kind, Sheet};

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::server::Portal;
use super::super::store::StoreError;
use super::super::viewer::Viewer;
use super::super::words::{Words, fill};
use super::Link;

/// Files that are drawn at once in this process.
const AT_ONCE: usize = 2;
static DRAWING: Semaphore = Semaphore::const_new(AT_ONCE);
/// How long somebody waits for a turn, and then for the file.
const TURN: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(20);

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Xlsx,
    Pdf,
    Csv,
}

impl FileKind {
    const EACH: [(Self, &'static str, &'static str); 3] = [
        (Self::Xlsx, "xlsx", "Excel"),
        (Self::Pdf, "pdf", "PDF"),
        (Self::Csv, "csv", "CSV"),
    ];

    /// The kind an address names.
    pub(super) fn named(name: &str) -> Option<Self> {
        let mut each = Self::EACH.into_iter();
        each.find(|(_, word, _)| *word == name)
            .map(|(kind, ..)| kind)
    }

    /// The most that goes into one file: as much as is drawn in the time there is.
    pub(super) fn most_rows(self) -> u32 {
        match self {
            Self::Xlsx | Self::Csv => 50_000,
            Self::Pdf => 2_000,
        }
    }

    /// What somebody reads who asks for more.
    pub(super) fn too_many(self, rows: u64, format: &Format) -> Refusal {
        let w = format.words();
        let number = |rows: u64| format.number(rows.into());
        Refusal::TooMany {
            title: w.too_many_title,
            text: fill(
                w.too_many,
                &[&number(rows), &number(self.most_rows().into())],
            ),
        }
    }

    /// The word in addresses, and the ending of a file's name.
    fn word(self) -> &'static str {
        let mut each = Self::EACH.into_iter();
        each.find(|(kind, ..)| *kind == self)
            .map_or("", |(_, word, _)| word)
    }

    fn media(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// A link for each kind.
pub(super) fn links(w: &Words, address: impl Fn(&str) -> String) -> Vec<Link> {
    let link = |(_, word, name): (FileKind, &str, &str)| Link {
        address: address(word),
        name: fill(w.export_as, &[name]),
        current: false,
    };
    FileKind::EACH.into_iter().map(link).collect()
}

/// A list that goes out.
#[derive(Debug)]
pub(super) struct File {
    /// Of its name: plain letters and digits.
    pub(super) stem: String,
    pub(super) title: String,
    pub(super) day: NaiveDate,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A column of it.
pub(super) fn column(key: &str, name: &str, kind: Kind) -> Column {
    Column {
        key: key.to_owned(),
        name: name.to_owned(),
        kind,
    }
}

/// Draws a list, writes down that it goes out, and answers with it.
pub(super) async fn send(
    portal: &Portal,
    viewer: &Viewer,
    file: File,
    kind: FileKind,
) -> Result<Response, Refusal> {
    let rows = u64::try_from(file.rows.len()).unwrap_or(u64::MAX);
    if rows > u64::from(kind.most_rows()) {
        return Err(kind.too_many(rows, &super::format_of(viewer)));
    }
    let name = format!("{}.{}", file.stem, kind.word());
    let sheet = Sheet {
        title: file.title,
        author: viewer.console().business.clone(),
        day: file.day,
        language: viewer.console().language.clone(),
        columns: file.columns,
        rows: file.rows,
    };
    let bytes = draw(sheet, kind).await?;
    let now = portal.now();
    portal.store().exported(viewer, name.clone(), now).await?;
    attachment(&name, kind.media(), bytes)
}

/// Within the time there is; the place is given back only when the thread is done, so that no more than a few ever draw.
async fn draw(sheet: Sheet, kind: FileKind) -> Result<Vec<u8>, Refusal> {
    let busy = || Refusal::Inside(StoreError::Busy);
    let turn = tokio::time::timeout(TURN, DRAWING.acquire()).await;
    let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
    let drawing = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        match kind {
            FileKind::Csv => sheet.csv(),
            FileKind::Xlsx => sheet.xlsx(),
            FileKind::Pdf => sheet.pdf().map(|(bytes, _)| bytes),
        }
    });
    let drawn: Result<Vec<u8>, DocumentError> = tokio::time::timeout(PATIENCE, drawing)
        .await
        .map_err(|_| busy())?
        .map_err(|_| Refusal::Unexplained("a drawing thread"))?;
    drawn.map_err(|error| {
        tracing::error!(%error, "a list could not be drawn");
        Refusal::Unexplained("a list")
    })
}

/// A file as a download that can do nothing in the browser.
pub(super) fn attachment(
    name: &str,
    media: &'static str,
    bytes: Vec<u8>,
) -> Result<Response, Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
        ),
    );
    let disposition = HeaderValue::from_str(&disposition(name))
        .map_err(|_| Refusal::Unexplained("a file name"))?;
    headers.insert(CONTENT_DISPOSITION, disposition);
    Ok((headers, bytes).into_response())
}

/// What a file of the business is sent as: a PDF where it is one, else something a browser keeps its hands off.
pub(super) fn media_of(name: &str, bytes: &[u8]) -> &'static str {
    if is_pdf_name(name) && bytes.starts_with(b"%PDF-") {
        "application/pdf"
    } else {
        "application/octet-stream"
    }
}

pub(super) fn is_pdf_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".pdf")
}

/// RFC 6266: a name in plain letters for old readers, and the true one.
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("2026-0007.pdf"),
            "attachment; filename=\"2026-0007.pdf\"; filename*=UTF-8''2026-0007.pdf"
        );
        assert_eq!(
            disposition("Rechnung ü\"\r\n.pdf"),
            "attachment; filename=\"Rechnung ____.pdf\"; filename*=UTF-8''Rechnung%20%C3%BC%22%0D%0A.pdf"
        );
    }
}
