//! Files: what clients get is drawn from what is published, never from the books.
//!
//! Nothing here knows the store, the rules or where a figure came from: it lays out an [`Invoice`](crate::published::Invoice) or
//! the values of a [`Sheet`](sheet::Sheet) and computes no money. Text of people is plain text in every format: it is never read as
//! template, markup or formula.
//!
//! - [`pdf`] prints PDF/A-3a with tags for screen readers, from a template (`template/invoice.typ`) that holds the layout, in the
//!   [`Look`] of the business: its own [`template`], paper, [`logo`], typefaces, and the `payment_code` for banking apps
//! - [`invoice_sheet`] makes a table of an invoice
//! - [`json`] writes the keys that scripts read
//! - [`einvoice`] writes UBL, CII and Factur-X for the programs of clients, and names what they lack
//! - [`notice`] writes the mail that tells of several things at once
//! - [`letter`] writes the words of mails, from texts that people may replace
//! - [`sheet`] writes any table as CSV, XLSX or PDF: lists and reports of the owner, exports
//! - [`vcard`] writes people as vCards, and reads them
//! - `press` is typst with one template and its data; `view` turns an invoice into the strings a template shows; `words` is the
//!   one table of translations, with the number and date formats; `font` holds the typeface and replaces what it cannot draw; `watch` gives up
//!   a template that does not end; `specimen` has invoices of every kind to try one with

pub mod einvoice;
mod exemption;
mod font;
pub mod invoice_sheet;
pub mod json;
pub mod letter;
pub mod logo;
mod look;
pub mod notice;
mod payment_code;
pub mod pdf;
mod press;
#[cfg(test)]
mod sample;
pub mod sheet;
mod specimen;
pub mod template;
pub mod vcard;
mod view;
mod watch;
mod words;

pub use font::{LARGEST_TYPEFACE, Typeface};
pub use look::Look;
pub use press::Paper;

use crate::values::money::MoneyError;

/// Why a file could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The template is wrong; with the template that belongs to the program this is a bug.
    #[error("the template does not work: {message}{}", at(*line))]
    Template {
        /// What typst says about it.
        message: String,
        /// The line of the template, counted from 1, where one is to blame.
        line: Option<usize>,
    },
    /// A picture is not one to print.
    #[error(transparent)]
    Logo(#[from] logo::LogoError),
    /// A file that was to be a typeface is none.
    #[error("`{0}` is no typeface of at most 32 MiB")]
    Typeface(String),
    /// A template takes more time or memory than any document needs.
    #[error("the template was given up: {0}")]
    Runaway(String),
    /// A template leaves out what a document must have in it.
    #[error("the template leaves out {0}")]
    Incomplete(&'static str),
    /// The pages were laid out, but they break the rules of PDF/A or PDF/UA.
    #[error("the document cannot be archived as PDF/A: {0}")]
    Standard(String),
    /// A font inside the program is damaged.
    #[error("the font `{0}` inside the program cannot be read")]
    Font(&'static str),
    /// The date is outside what a PDF can say.
    #[error("the date {0} cannot be written into a PDF, which knows the years 1 to 9999")]
    Date(chrono::NaiveDate),
    /// A table is longer than its format has room for.
    #[error("{rows} rows are too many: the format has room for {most}")]
    TooManyRows {
        /// Those it has.
        rows: usize,
        /// Those that fit.
        most: usize,
    },
    /// A table could not be written.
    #[error("the table cannot be written: {0}")]
    Sheet(String),
    /// An element could not be written.
    #[error("the document cannot be written as XML: {0}")]
    Xml(String),
    /// The sums of an e-invoice must be those of its lines.
    #[error("the sums of the invoice are not those of its lines")]
    Sums,
    /// The PDF has no description to add to.
    #[error("the PDF cannot be made a Factur-X: {0}")]
    Hybrid(&'static str),
    /// The data could not be written as JSON.
    #[error("the document cannot be written as JSON: {0}")]
    Json(String),
}

impl From<serde_json::Error> for DocumentError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

impl From<MoneyError> for DocumentError {
    fn from(_: MoneyError) -> Self {
        Self::Sums
    }
}

/// ` (line 12)`, or nothing.
fn at(line: Option<usize>) -> String {
    line.map(|line| format!(" (line {line})"))
        .unwrap_or_default()
}
