//! E-invoices of EN 16931: the same invoice as data, for the programs of the one who gets it.
//!
//! - [`missing`] names what an invoice lacks before anything is written
//! - [`ubl`] writes UBL 2.1, as core EN 16931 or as Peppol BIS Billing 3; [`cii`] writes UN/CEFACT CII D16B
//! - [`facturx`] prints the PDF with the CII file in it
//! - `bill` is the semantic model of the standard, from which both syntaxes are written; `xml` writes elements
//!
//! Everything is written from the published invoice; what concerns the way to the buyer only, and stands on no page, is lent in
//! [`Routing`].

mod bill;
pub mod cii;
pub mod facturx;
mod missing;
pub mod ubl;
mod xml;

pub use missing::{Lack, missing};

use crate::values::peppol_id::PeppolId;

/// Which rules hold besides the core of EN 16931.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// EN 16931 and nothing else.
    Core,
    /// Peppol BIS Billing 3.
    Peppol,
}

/// What an e-invoice needs and no page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routing {
    /// What the buyer asked to be named (BT-10): in Germany the Leitweg-ID.
    pub buyer_reference: Option<String>,
    /// Where the seller takes e-invoices; else by its VAT id.
    pub seller: Option<PeppolId>,
    /// Where the buyer does; else by its VAT id.
    pub buyer: Option<PeppolId>,
    /// Why no tax is charged in category E (BT-120).
    pub exemption: Option<String>,
}

#[cfg(test)]
mod tests;
