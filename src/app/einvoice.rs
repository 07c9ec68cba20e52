//! E-invoices: the invoice as its client gets it, as data. What it lacks is named before anything is written.
//!
//! It is the face of the client, as of its issue, like the PDF: with rates hidden the lines are lump sums here as well, and
//! payments do not change a file. What only leads to the buyer is read from the settings and the client as they are now.

use crate::disclosure;
use crate::disclosure::public_id::PublicIds;
use crate::document::einvoice::{self, Lack, Profile, Routing, cii, facturx, ubl};
use crate::domain::appearance::EInvoices;
use crate::domain::business::Business;
use crate::domain::client::{Client, Marks};
use crate::domain::invoice::{Invoice, Kind, Stored};
use crate::published;
use crate::store::Books;
use crate::values::id::Slug;
use crate::values::peppol_id::PeppolId;

use super::invoice::Shown;
use super::look::Printers;
use super::{Error, Result, Session, invoice};

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
    session
        .store
        .read(|books| written(books, &ids, &session.business, shown, syntax))
}

fn written(
    books: &Books<'_>,
    ids: &PublicIds,
    business: &Business,
    shown: &Shown,
    syntax: Syntax,
) -> Result<Vec<u8>> {
    let drawing = invoice::drawing(books, ids, business, &shown.client, &shown.invoice, false)?;
    let face = &drawing.face;
    let routing = routing(business, &books.marks(shown.client.key)?)?;
    let profile = match syntax {
        Syntax::Ubl(profile) => profile,
        Syntax::Cii | Syntax::FacturX => Profile::Core,
    };
    let lacks = einvoice::missing(face, &routing, profile);
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
        Syntax::Ubl(profile) => ubl::invoice(face, &routing, profile)?,
        Syntax::Cii => cii::invoice(face, &routing)?,
        Syntax::FacturX => {
            let mut printers = Printers::default();
            let printer = printers.of(books, &drawing.business)?;
            facturx::invoice(printer, face, drawing.annex.as_ref(), &routing)?
        }
    })
}

/// What an invoice of a client who takes e-invoices lacks for one; none where nothing is lacking, and where it is not asked for. The
/// number that it gets when it is issued is not counted.
pub fn warning(session: &mut Session, shown: &Shown) -> Result<Option<Incomplete>> {
    if session.business.appearance.e_invoices == EInvoices::Off {
        return Ok(None);
    }
    let ids = PublicIds::new(session.store.identity()?);
    session.store.read(|books| {
        let drawing = invoice::drawing(
            books,
            &ids,
            &session.business,
            &shown.client,
            &shown.invoice,
            false,
        )?;
        let Invoice { kind, stored, .. } = shown.invoice;
        let lacks = lacks(books, &session.business, &shown.client, &drawing.face)?;
        Ok((!lacks.is_empty()).then(|| Incomplete {
            invoice: shown.invoice.name(),
            client: shown.client.slug.clone(),
            kind,
            stored,
            lacks,
        }))
    })
}

/// Refuses to issue what lacks something for an e-invoice, where that is asked for.
pub(super) fn required(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    invoice: &Invoice,
    face: &published::Invoice,
) -> Result<()> {
    if business.appearance.e_invoices != EInvoices::Require {
        return Ok(());
    }
    let lacks = lacks(books, business, client, face)?;
    if lacks.is_empty() {
        return Ok(());
    }
    Err(Error::Incomplete(Incomplete {
        invoice: Invoice {
            number: None,
            ..invoice.clone()
        }
        .name(),
        client: client.slug.clone(),
        kind: invoice.kind,
        stored: Stored::Draft,
        lacks,
    }))
}

/// How a client takes e-invoices.
pub(super) struct Taker {
    routing: Routing,
    profile: Profile,
}

impl Taker {
    /// By the rules of Peppol for a client with a Peppol id, by the core for one with a buyer reference; others take none.
    pub(super) fn of(
        books: &Books<'_>,
        business: &Business,
        client: &Client,
    ) -> Result<Option<Self>> {
        let routing = routing(business, &books.marks(client.key)?)?;
        let profile = match (&routing.buyer, &routing.buyer_reference) {
            (Some(_), _) => Profile::Peppol,
            (None, Some(_)) => Profile::Core,
            (None, None) => return Ok(None),
        };
        Ok(Some(Self { routing, profile }))
    }

    /// The file, as of the issue; none where something is lacking for it.
    pub(super) fn file(&self, shown: &published::Invoice) -> Result<Option<Vec<u8>>> {
        let face = disclosure::invoice::as_issued(shown.clone());
        if !einvoice::missing(&face, &self.routing, self.profile).is_empty() {
            return Ok(None);
        }
        Ok(Some(ubl::invoice(&face, &self.routing, self.profile)?))
    }
}

fn lacks(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    face: &published::Invoice,
) -> Result<Vec<Lack>> {
    let Some(Taker { routing, profile }) = Taker::of(books, business, client)? else {
        return Ok(Vec::new());
    };
    let mut lacks = einvoice::missing(face, &routing, profile);
    lacks.retain(|lack| *lack != Lack::Number);
    Ok(lacks)
}

fn routing(business: &Business, marks: &Marks) -> Result<Routing> {
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
