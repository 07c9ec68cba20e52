//! UBL 2.1: Invoice and CreditNote, in the order of the elements in its schema.

use chrono::NaiveDate;

use super::bill::{Adjustment, Bill, Breakdown, Identity, Line, Rate};
use super::xml::{Element, element, maybe, text};
use super::{Profile, Routing};
use crate::document::DocumentError;
use crate::published::{Invoice, Party};
use crate::values::money::Money;

const CORE: &str = "urn:cen.eu:en16931:2017";
const PEPPOL: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PEPPOL_PROCESS: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd:";

/// The file. What [`super::missing`] names must be there.
pub fn invoice(
    invoice: &Invoice,
    routing: &Routing,
    profile: Profile,
) -> Result<Vec<u8>, DocumentError> {
    let bill = Bill::of(invoice, routing)?;
    let (root, kind) = if bill.is_credit() {
        ("CreditNote", text("cbc:CreditNoteTypeCode", "381"))
    } else {
        ("Invoice", text("cbc:InvoiceTypeCode", "380"))
    };
    let (specification, process) = match profile {
        Profile::Core => (CORE, None),
        Profile::Peppol => (PEPPOL, Some(PEPPOL_PROCESS)),
    };
    let mut parts = vec![
        text("cbc:CustomizationID", specification),
        maybe("cbc:ProfileID", process),
        text("cbc:ID", bill.number),
        day("cbc:IssueDate", Some(invoice.issue_date)),
        day(
            "cbc:DueDate",
            invoice.due_date.filter(|_| !bill.is_credit()),
        ),
        kind,
        maybe("cbc:Note", bill.note.as_deref()),
        text("cbc:DocumentCurrencyCode", invoice.currency.code()),
        maybe("cbc:BuyerReference", routing.buyer_reference.as_deref()),
        element(
            "cac:InvoicePeriod",
            [
                day("cbc:StartDate", invoice.period.map(|period| period.from)),
                day("cbc:EndDate", invoice.period.map(|period| period.to)),
            ],
        ),
        element(
            "cac:OrderReference",
            [maybe("cbc:ID", invoice.purchase_order.as_deref())],
        ),
        element(
            "cac:BillingReference",
            [element(
                "cac:InvoiceDocumentReference",
                [maybe("cbc:ID", invoice.corrects.as_deref())],
            )],
        ),
        project(&bill),
        element(
            "cac:AccountingSupplierParty",
            [party(&invoice.seller, &bill.seller, &invoice.seller.name)],
        ),
        element(
            "cac:AccountingCustomerParty",
            [party(
                &invoice.buyer,
                &bill.buyer,
                invoice.buyer.attention.as_deref().unwrap_or_default(),
            )],
        ),
        delivery(&bill),
        means(&bill),
        element(
            "cac:PaymentTerms",
            [maybe("cbc:Note", bill.terms.as_deref())],
        ),
    ];
    let parts_of =
        |part: &Adjustment| adjustment(part, category("cac:TaxCategory", part.rate, None));
    parts.extend(bill.adjustments.iter().map(parts_of));
    parts.push(taxes(&bill));
    parts.push(totals(&bill));
    let lines = bill.lines.iter().zip(1..);
    parts.extend(lines.map(|(one, number)| line(one, number, bill.is_credit())));
    element(root, parts)
        .with("xmlns", &format!("{NAMESPACE}{root}-2"))
        .with(
            "xmlns:cac",
            &format!("{NAMESPACE}CommonAggregateComponents-2"),
        )
        .with("xmlns:cbc", &format!("{NAMESPACE}CommonBasicComponents-2"))
        .document()
}

/// BT-11. A credit note has no element of its own for it, but a document of type 50.
fn project(bill: &Bill<'_>) -> Element {
    let reference = bill.invoice.project_reference.as_deref();
    match (bill.is_credit(), reference) {
        (true, Some(reference)) => element(
            "cac:AdditionalDocumentReference",
            [
                text("cbc:ID", reference),
                text("cbc:DocumentTypeCode", "50"),
            ],
        ),
        (_, reference) => element("cac:ProjectReference", [maybe("cbc:ID", reference)]),
    }
}

fn day(name: &'static str, day: Option<NaiveDate>) -> Element {
    maybe(name, day.map(|day| day.to_string()))
}

fn money(name: &'static str, amount: Money) -> Element {
    text(name, amount.amount()).with("currencyID", amount.currency().code())
}

/// An amount that is left out where there is none.
fn some_money(name: &'static str, amount: Money) -> Element {
    if amount.is_zero() {
        element(name, [])
    } else {
        money(name, amount)
    }
}

fn scheme(id: &'static str) -> Element {
    element("cac:TaxScheme", [text("cbc:ID", id)])
}

fn party(party: &Party, identity: &Identity, contact: &str) -> Element {
    let tax_id = |value: Option<&String>, of: &'static str| match value {
        Some(value) => element(
            "cac:PartyTaxScheme",
            [text("cbc:CompanyID", value), scheme(of)],
        ),
        None => element("cac:PartyTaxScheme", []),
    };
    let endpoint = match &identity.endpoint {
        Some(id) => text("cbc:EndpointID", id.id()).with("schemeID", id.scheme()),
        None => element("cbc:EndpointID", []),
    };
    let register = match identity.register() {
        Some(id) => text("cbc:CompanyID", id.id()).with("schemeID", id.scheme()),
        None => element("cbc:CompanyID", []),
    };
    element(
        "cac:Party",
        [
            endpoint,
            element(
                "cac:PartyIdentification",
                [maybe("cbc:ID", identity.id.as_deref())],
            ),
            address(party, identity),
            tax_id(identity.vat.as_ref(), "VAT"),
            tax_id(identity.registration.as_ref(), "TAX"),
            element(
                "cac:PartyLegalEntity",
                [text("cbc:RegistrationName", &party.name), register],
            ),
            element(
                "cac:Contact",
                [
                    text("cbc:Name", contact),
                    maybe("cbc:Telephone", party.phone.as_deref()),
                    maybe("cbc:ElectronicMail", party.email.as_deref()),
                ],
            ),
        ],
    )
}

fn address(party: &Party, identity: &Identity) -> Element {
    let mut streets = identity.address.streets.iter();
    let (first, second) = (streets.next(), streets.next());
    let rest = streets.map(String::as_str).collect::<Vec<_>>().join(", ");
    element(
        "cac:PostalAddress",
        [
            maybe("cbc:StreetName", first),
            maybe("cbc:AdditionalStreetName", second),
            maybe("cbc:CityName", identity.address.city.as_ref()),
            maybe("cbc:PostalZone", identity.address.postcode.as_ref()),
            element("cac:AddressLine", [text("cbc:Line", rest)]),
            country(party.country.as_deref()),
        ],
    )
}

fn country(code: Option<&str>) -> Element {
    element("cac:Country", [maybe("cbc:IdentificationCode", code)])
}

fn delivery(bill: &Bill<'_>) -> Element {
    element(
        "cac:Delivery",
        [
            day("cbc:ActualDeliveryDate", bill.delivered()),
            element(
                "cac:DeliveryLocation",
                [element("cac:Address", [country(bill.destination())])],
            ),
        ],
    )
}

fn means(bill: &Bill<'_>) -> Element {
    let Some(means) = bill.means() else {
        return element("cac:PaymentMeans", []);
    };
    let account = bill.account();
    let bic = bill.invoice.seller.bic.as_deref();
    let due = bill.invoice.due_date.filter(|_| bill.is_credit());
    element(
        "cac:PaymentMeans",
        [
            text("cbc:PaymentMeansCode", means),
            day("cbc:PaymentDueDate", due),
            maybe("cbc:PaymentID", account.map(|_| bill.number)),
            element(
                "cac:PayeeFinancialAccount",
                [
                    maybe("cbc:ID", account),
                    element(
                        "cac:FinancialInstitutionBranch",
                        [maybe("cbc:ID", bic.filter(|_| account.is_some()))],
                    ),
                ],
            ),
        ],
    )
}

fn category(name: &'static str, rate: Rate, reason: Option<&Breakdown>) -> Element {
    element(
        name,
        [
            text("cbc:ID", rate.category.code()),
            maybe(
                "cbc:Percent",
                rate.percent.map(|percent| percent.to_string()),
            ),
            maybe(
                "cbc:TaxExemptionReasonCode",
                reason.and_then(|tax| tax.code.as_deref()),
            ),
            maybe(
                "cbc:TaxExemptionReason",
                reason.and_then(|tax| tax.reason.as_deref()),
            ),
            scheme("VAT"),
        ],
    )
}

/// BG-20, BG-21 with a category; BG-27, BG-28 without.
fn adjustment(part: &Adjustment, category: Element) -> Element {
    let code = (!part.is_charge).then_some("95");
    let (percent, base) = part.share.unzip();
    element(
        "cac:AllowanceCharge",
        [
            text("cbc:ChargeIndicator", part.is_charge.to_string()),
            maybe("cbc:AllowanceChargeReasonCode", code),
            text("cbc:AllowanceChargeReason", &part.reason),
            maybe(
                "cbc:MultiplierFactorNumeric",
                percent.map(|percent| percent.to_string()),
            ),
            money("cbc:Amount", part.amount),
            base.map_or(element("cbc:BaseAmount", []), |base| {
                money("cbc:BaseAmount", base)
            }),
            category,
        ],
    )
}

fn taxes(bill: &Bill<'_>) -> Element {
    let subtotal = |tax: &Breakdown| {
        element(
            "cac:TaxSubtotal",
            [
                money("cbc:TaxableAmount", tax.base),
                money("cbc:TaxAmount", tax.amount),
                category("cac:TaxCategory", tax.rate, Some(tax)),
            ],
        )
    };
    let mut parts = vec![money("cbc:TaxAmount", bill.tax)];
    parts.extend(bill.taxes.iter().map(subtotal));
    element("cac:TaxTotal", parts)
}

fn totals(bill: &Bill<'_>) -> Element {
    element(
        "cac:LegalMonetaryTotal",
        [
            money("cbc:LineExtensionAmount", bill.invoice.line_total),
            money("cbc:TaxExclusiveAmount", bill.invoice.net),
            money("cbc:TaxInclusiveAmount", bill.invoice.total),
            some_money("cbc:AllowanceTotalAmount", bill.allowances),
            some_money("cbc:ChargeTotalAmount", bill.charges),
            some_money("cbc:PrepaidAmount", bill.invoice.paid),
            money("cbc:PayableAmount", bill.due),
        ],
    )
}

fn line(line: &Line<'_>, number: usize, is_credit: bool) -> Element {
    let (name, quantity) = if is_credit {
        ("cac:CreditNoteLine", "cbc:CreditedQuantity")
    } else {
        ("cac:InvoiceLine", "cbc:InvoicedQuantity")
    };
    let price = text("cbc:PriceAmount", line.price.to_string());
    element(
        name,
        [
            text("cbc:ID", number.to_string()),
            text(quantity, line.quantity.to_string()).with("unitCode", line.unit),
            money("cbc:LineExtensionAmount", line.net),
            line.adjustment
                .as_ref()
                .map_or(element("cac:AllowanceCharge", []), |part| {
                    adjustment(part, element("cac:TaxCategory", []))
                }),
            element(
                "cac:Item",
                [
                    maybe("cbc:Description", line.description),
                    text("cbc:Name", line.name),
                    category("cac:ClassifiedTaxCategory", line.rate, None),
                ],
            ),
            element(
                "cac:Price",
                [price.with("currencyID", line.net.currency().code())],
            ),
        ],
    )
}
