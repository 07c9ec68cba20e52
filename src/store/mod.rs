//! The local store: one SQLite file.
//!
//! [`Store::read`] gives [`Books`], the way to read. [`Store::write`] is the only way to write: it begins an immediate
//! transaction, and every row that changes is recorded with the operation that changed it, so that `undo`, `history`, the
//! audit and the sync all read one log. What can be asked of a noun stands in the file of that noun.
//! No rule is decided here: SQL selects and sums worked seconds, the domain decides.

mod activity;
mod alert;
mod approval_request;
mod backup;
mod check;
mod client;
mod client_document;
mod client_list;
mod client_removal;
mod client_text;
mod cost;
mod door;
mod error;
mod estimate;
mod expense;
mod file;
mod inbox;
mod invoice;
mod job;
mod last_sync;
mod log;
mod mail;
mod mark;
mod member;
mod notice;
mod open;
mod phase;
mod portal_event;
mod project;
mod published;
mod rate;
mod report;
mod retainer;
mod rounding;
mod row;
mod schedule;
mod setting;
mod stamp;
mod suggest;
mod talk;
mod task;
mod tax;
mod time;
mod turn;
mod user;

pub use alert::{Clocked, OpenOn};
pub use backup::Staged;
pub use check::{Finding, Health, Proof};
pub use client::ClientFilter;
pub use client_document::NewDocument;
pub use client_list::OpenInvoice;
pub use door::{Operation, Writer};
pub use error::StoreError;
pub use estimate::NewEstimate;
pub use expense::{ExpenseFilter, ListedExpense};
pub use inbox::NewThread;
pub use invoice::{BilledEntry, BilledOverage, InvoiceFilter, ListedInvoice, NewInvoice, Numbered};
pub use job::Job;
pub use last_sync::LastSync;
pub use log::{Recorded, RecordedChange, RowChange, Touch};
pub use mail::{MailFilter, NewAttachment, NewMail};
pub use notice::NewNotice;
pub use open::{SCHEMA, Store};
pub use portal_event::{EventPlace, KeptEvent};
pub use project::NewProject;
pub use published::{Left, Pushed};
pub use report::{Group, GroupBy};
pub use retainer::NewRetainer;
pub use schedule::NewSchedule;
pub use setting::Layered;
pub use stamp::Stamp;
pub use suggest::Suggestion;
pub use time::{ApprovalFilter, EntryFilter, EntrySource, ImportedKey, Listed};
pub use turn::{Queue, Turn};
pub use user::NewUser;

use rusqlite::Connection;

/// The books, for reading. What is read within one [`Store::read`] or [`Store::write`] is of one moment.
#[derive(Debug, Clone, Copy)]
pub struct Books<'c> {
    conn: &'c Connection,
}

/// What store functions return.
pub type Result<T> = std::result::Result<T, StoreError>;
