//! What an invoice lacks before it can be an e-invoice: all of it at once, so that nobody mends it one by one.

use std::collections::BTreeSet;
use std::fmt;

use super::bill::{Address, Identity, has, is_out_of_scope};
use super::{Profile, Routing};
use crate::published::{Invoice, InvoiceKind, TaxCategory};

/// One thing that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// It is not issued.
    Number,
    /// It has no lines.
    Lines,
    /// The standard knows two decimals at most.
    Decimals,
    /// Outside the scope of tax and inside it at once (BR-O-11 to 14).
    MixedScope,
    /// Several taxes on one base, which the standard does not know.
    SeveralTaxes,
    /// The invoice that a credit note corrects.
    Corrected,
    SellerCountry,
    /// Any tax id.
    SellerTaxId,
    /// One for VAT.
    SellerVatId,
    /// Why no tax is charged.
    Exemption,
    SellerPeppolId,
    /// The number of a Dutch seller in its register.
    SellerRegister,
    /// Town with its post code.
    SellerTown,
    SellerEmail,
    SellerPhone,
    SellerIban,
    BuyerCountry,
    BuyerVatId,
    BuyerPeppolId,
    BuyerRegister,
    BuyerTown,
    BuyerReference,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number, which a draft gets when it is issued",
            Self::Lines => "lines",
            Self::Decimals => "a currency of at most two decimals",
            Self::MixedScope => "lines that are all outside the scope of tax, or none",
            Self::SeveralTaxes => {
                "one tax on each line: the standard knows no second one, such as PST beside GST"
            }
            Self::Corrected => "the invoice that it corrects",
            Self::SellerCountry => "your country",
            Self::SellerTaxId => "your tax id",
            Self::SellerVatId => "your VAT id",
            Self::Exemption => "the reason why no tax is charged",
            Self::SellerPeppolId => "your Peppol id",
            Self::SellerRegister => "your Peppol id of the Dutch register (0106 or 0190)",
            Self::SellerTown => "your address with post code and town in its last line",
            Self::SellerEmail => "your mail address",
            Self::SellerPhone => "your phone number",
            Self::SellerIban => "your IBAN",
            Self::BuyerCountry => "the client's country",
            Self::BuyerVatId => "the client's VAT id",
            Self::BuyerPeppolId => "the client's Peppol id",
            Self::BuyerRegister => "the client's Peppol id of the Dutch register (0106 or 0190)",
            Self::BuyerTown => "the client's address with post code and town in its last line",
            Self::BuyerReference => "the client's buyer reference or a purchase order",
        })
    }
}

/// Everything that is missing, in a fixed order; empty: it can be written.
pub fn missing(invoice: &Invoice, routing: &Routing, profile: Profile) -> Vec<Lack> {
    let seller = Identity::of_seller(invoice, routing);
    let buyer = Identity::of_buyer(invoice, routing);
    let mut lacks = Vec::new();
    let mut lack = |is_missing: bool, what| {
        if is_missing {
            lacks.push(what);
        }
    };
    lack(invoice.number.is_none(), Lack::Number);
    lack(invoice.lines.is_empty(), Lack::Lines);
    lack(invoice.currency.exponent() > 2, Lack::Decimals);
    let in_scope = |line: &crate::published::InvoiceLine| line.tax_category != TaxCategory::O;
    let mixed = is_out_of_scope(invoice) && invoice.lines.iter().any(in_scope);
    lack(mixed, Lack::MixedScope);
    let names: BTreeSet<_> = invoice
        .taxes
        .iter()
        .filter_map(|tax| tax.name.as_ref())
        .collect();
    lack(names.len() > 1, Lack::SeveralTaxes);
    let is_credit = invoice.kind == InvoiceKind::CreditNote;
    lack(is_credit && invoice.corrects.is_none(), Lack::Corrected);
    lack(!is_country(&invoice.seller.country), Lack::SellerCountry);
    lack(!is_country(&invoice.buyer.country), Lack::BuyerCountry);
    let any = |categories: &[TaxCategory]| categories.iter().any(|one| has(invoice, *one));
    use TaxCategory::{AE, E, G, K, Z};
    let needs_vat = any(&[Z, AE, K, G]) && seller.vat.is_none();
    lack(needs_vat, Lack::SellerVatId);
    let no_id = seller.vat.is_none() && seller.id.is_none() && seller.register().is_none();
    // BR-S-02, BR-E-02: a tax id of any kind; BR-CO-26 in any case.
    lack(!needs_vat && no_id, Lack::SellerTaxId);
    let by_register = any(&[AE]) && !any(&[K]) && buyer.register().is_some();
    let buyer_vat = any(&[AE, K]) && buyer.vat.is_none() && !by_register;
    lack(buyer_vat, Lack::BuyerVatId);
    let note = invoice.tax_note.as_deref().or(routing.exemption.as_deref());
    let reason = note.unwrap_or_default().trim();
    lack(any(&[E]) && reason.is_empty(), Lack::Exemption);
    if profile == Profile::Peppol {
        lacks.extend(peppol(invoice, routing, &seller, &buyer));
    }
    lacks.sort();
    lacks
}

/// What Peppol needs besides, with the rules for sellers in Germany and the Netherlands.
fn peppol(invoice: &Invoice, routing: &Routing, seller: &Identity, buyer: &Identity) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let mut lack = |is_missing: bool, what| {
        if is_missing {
            lacks.push(what);
        }
    };
    let country = |country: &Option<String>, code| country.as_deref() == Some(code);
    let (german, dutch) = (
        country(&invoice.seller.country, "DE"),
        country(&invoice.seller.country, "NL"),
    );
    let to_dutch = dutch && country(&invoice.buyer.country, "NL");
    let of_register = |identity: &Identity| {
        let endpoint = identity.endpoint.as_ref();
        endpoint.is_some_and(|id| matches!(id.scheme(), "0106" | "0190"))
    };
    lack(seller.endpoint.is_none(), Lack::SellerPeppolId);
    lack(buyer.endpoint.is_none(), Lack::BuyerPeppolId);
    let reference = routing.buyer_reference.as_deref().unwrap_or_default();
    let referred = !reference.trim().is_empty();
    // DE-R-015 takes no order in its place.
    let ordered = invoice.purchase_order.is_some() && !german;
    lack(!referred && !ordered, Lack::BuyerReference);
    lack(
        dutch && seller.endpoint.is_some() && !of_register(seller),
        Lack::SellerRegister,
    );
    lack(
        to_dutch && buyer.endpoint.is_some() && !of_register(buyer),
        Lack::BuyerRegister,
    );
    let has_town = |address: &Address| address.city.is_some() && address.postcode.is_some();
    lack(
        (german || dutch) && !has_town(&seller.address),
        Lack::SellerTown,
    );
    lack(
        (german || to_dutch) && !has_town(&buyer.address),
        Lack::BuyerTown,
    );
    lack(german && invoice.seller.email.is_none(), Lack::SellerEmail);
    lack(german && invoice.seller.phone.is_none(), Lack::SellerPhone);
    let pays = invoice.kind == InvoiceKind::Invoice;
    lack(
        (german || dutch) && pays && invoice.seller.iban.is_none(),
        Lack::SellerIban,
    );
    lacks
}

fn is_country(code: &Option<String>) -> bool {
    code.as_deref()
        .is_some_and(|code| code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase()))
}
