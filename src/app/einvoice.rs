//! E-invoices: the invoice as its client gets it, as data. What it lacks is named before anything is written.
//!
//! It is the face of the client, as of its issue, like the PDF: with rates hidden the lines are lump sums here as well, and
//! payments do not change a file. What only leads to the buyer is read from the settings and the client as they are now.

use chrono::NaiveDate;

use crate::disclosure;
use crate::disclosure::public_id::PublicIds;
use crate::document::einvoice::{self, Lack, Profile, Routing, cii, facturx, ubl};
use crate::document::pdf::Printer;
use crate::domain::client::Marks;
use crate::domain::invoice::{Kind, Stored};
use crate::published;
use crate::store::Books;
use crate::values::id::Slug;
use crate::values::peppol_id::PeppolId;

use super::invoice::Shown;
use super::{Error, Result, Session, face};

/// Field of a client with what its invoices must name (BT-10).
pub const BUYER_REFERENCE: &str = "Buyer reference";
/// Field of a client with where it takes e-invoices.
pub const PEPPOL_ID: &str = "Peppol id";

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Ubl(Profile),
    Cii,
    /// The PDF with the CII file in it.
    FacturX,
}

/// An invoice that lacks something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    pub invoice: String,
    pub client: Slug,
    pub kind: Kind,
    /// What stands on it does not change any more.
    pub stored: Stored,
    pub lacks: Vec<Lack>,
}

/// The bytes of the file. Refused with everything it lacks.
pub fn write(session: &mut Session, shown: &Shown, syntax: Syntax) -> Result<Vec<u8>> {
    let ids = PublicIds::new(session.store.identity()?);
    let (face, routing) = session.store.read(|books| {
        let face = issued(books, &ids, shown, shown.invoice.issue_date)?;
        let marks = books.marks(shown.client.key)?;
        Ok::<_, Error>((face, routing(&session.business, &marks)?))
    })?;
    let profile = match syntax {
        Syntax::Ubl(profile) => profile,
        Syntax::Cii | Syntax::FacturX => Profile::Core,
    };
    let lacks = einvoice::missing(&face, &routing, profile);
    if !lacks.is_empty() {
        return Err(Error::Incomplete(Incomplete {
            invoice: shown.invoice.name(),
            client: shown.client.slug.clone(),
            kind: shown.invoice.kind,
            stored: shown.invoice.stored,
            lacks,
        }));
    }
    Ok(match syntax {
        Syntax::Ubl(profile) => ubl::invoice(&face, &routing, profile)?,
        Syntax::Cii => cii::invoice(&face, &routing)?,
        Syntax::FacturX => facturx::invoice(&mut Printer::new()?, &face, &routing)?,
    })
}

fn issued(
    books: &Books<'_>,
    ids: &PublicIds,
    shown: &Shown,
    day: NaiveDate,
) -> Result<published::Invoice> {
    let face = face::client(books, ids, &shown.invoice, day)?;
    Ok(disclosure::invoice::as_issued(face))
}

fn routing(business: &crate::domain::business::Business, marks: &Marks) -> Result<Routing> {
    let field = |wanted: &str| {
        let mut fields = marks.fields.iter();
        let found = fields.find(|(name, _)| name.as_str().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    };
    Ok(Routing {
        buyer_reference: field(BUYER_REFERENCE).map(str::to_owned),
        seller: business.peppol_id.clone(),
        buyer: field(PEPPOL_ID).map(PeppolId::parse).transpose()?,
        exemption: business.exemption.as_ref().map(ToString::to_string),
    })
}
