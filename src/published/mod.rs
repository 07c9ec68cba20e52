//! What a client may see, as versioned serde types: the contract between sync, documents and the portal.
//!
//! Everything here has already passed the privacy filter in [`crate::disclosure`]. Nothing in this module knows where the
//! data came from, and nothing here may carry a field that a client must not see: ids are public ids, people of the team are
//! aliases, money is rounded. A type that changes in a way an older portal cannot read raises [`PROTOCOL`].

pub mod annex;
pub mod change;
pub mod chunk;
pub mod console;
pub mod document;
pub mod estimate;
pub mod expense;
pub mod invoice;
pub mod notice;
pub mod pack;
pub mod protocol;
pub mod retainer;
mod schema;
pub mod talk;
pub mod work;

pub use annex::{Annex, AnnexRow};
pub use chunk::{Chunk, ChunkKey, Digest};
pub use console::{
    Access, Console, Figure, HoursSummary, MemberHours, Sections, Unbilled, UnbilledProject,
};
pub use document::{Document, DocumentKind, Documents};
pub use estimate::{Estimate, EstimateLine};
pub use expense::{Expense, Expenses};
pub use invoice::{
    Adjustment, Credit, Grounds, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Party, Payment,
    TaxCategory, TaxLine,
};
pub use retainer::{Retainer, RetainerDraw, RetainerPeriod};
pub use talk::{About, Asked, Author, Decision, Message, Request, SheetRow, Talk, Thread};
pub use work::{Budget, BudgetUnit, Clock, Entry, Month, Phase, Project, Projects, Task};

/// Version of the types and of the sync protocol. A peer with another number is refused with words that say who must update.
pub const PROTOCOL: u32 = 3;
