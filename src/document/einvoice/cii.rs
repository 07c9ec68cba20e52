//! UN/CEFACT Cross Industry Invoice D16B, in the order of the elements in its schema. A credit note differs by its type code.

use chrono::NaiveDate;

use super::Routing;
use super::bill::{Adjustment, Bill, Breakdown, Identity, Line, Rate};
use super::xml::{Element, element, maybe, text};
use crate::document::DocumentError;
use crate::published::{Invoice, Party};
use crate::values::money::Money;

const GUIDELINE: &str = "urn:cen.eu:en16931:2017";
const NAMESPACE: &str = "urn:un:unece:uncefact:data:standard:";

/// The file, which is also what a Factur-X holds. What [`super::missing`] names must be there.
pub fn invoice(invoice: &Invoice, routing: &Routing) -> Result<Vec<u8>, DocumentError> {
    let bill = Bill::of(invoice, routing)?;
    let lines = bill.lines.iter().zip(1..);
    let mut trade: Vec<_> = lines.map(|(one, number)| line(one, number)).collect();
    trade.push(agreement(&bill));
    trade.push(delivery(&bill));
    trade.push(settlement(&bill));
    element(
        "rsm:CrossIndustryInvoice",
        [
            element(
                "rsm:ExchangedDocumentContext",
                [element(
                    "ram:GuidelineSpecifiedDocumentContextParameter",
                    [text("ram:ID", GUIDELINE)],
                )],
            ),
            element(
                "rsm:ExchangedDocument",
                [
                    text("ram:ID", bill.number),
                    text("ram:TypeCode", if bill.is_credit() { "381" } else { "380" }),
                    day("ram:IssueDateTime", Some(invoice.issue_date)),
                    element(
                        "ram:IncludedNote",
                        [maybe("ram:Content", bill.note.as_deref())],
                    ),
                ],
            ),
            element("rsm:SupplyChainTradeTransaction", trade),
        ],
    )
    .with("xmlns:rsm", &format!("{NAMESPACE}CrossIndustryInvoice:100"))
    .with(
        "xmlns:ram",
        &format!("{NAMESPACE}ReusableAggregateBusinessInformationEntity:100"),
    )
    .with("xmlns:udt", &format!("{NAMESPACE}UnqualifiedDataType:100"))
    .document()
}

fn day(name: &'static str, day: Option<NaiveDate>) -> Element {
    let written = day.map(|day| day.format("%Y%m%d").to_string());
    element(
        name,
        [maybe("udt:DateTimeString", written).with("format", "102")],
    )
}

/// An amount. Only the tax total names its currency (CII-DT-031).
fn money(name: &'static str, amount: Money) -> Element {
    text(name, amount.amount())
}

fn some_money(name: &'static str, amount: Money) -> Element {
    maybe(name, (!amount.is_zero()).then(|| amount.amount()))
}

fn line(line: &Line<'_>, number: usize) -> Element {
    element(
        "ram:IncludedSupplyChainTradeLineItem",
        [
            element(
                "ram:AssociatedDocumentLineDocument",
                [text("ram:LineID", number.to_string())],
            ),
            element(
                "ram:SpecifiedTradeProduct",
                [
                    text("ram:Name", line.name),
                    maybe("ram:Description", line.description),
                ],
            ),
            element(
                "ram:SpecifiedLineTradeAgreement",
                [element(
                    "ram:NetPriceProductTradePrice",
                    [text("ram:ChargeAmount", line.price.to_string())],
                )],
            ),
            element(
                "ram:SpecifiedLineTradeDelivery",
                [
                    text("ram:BilledQuantity", line.quantity.to_string())
                        .with("unitCode", line.unit),
                ],
            ),
            element(
                "ram:SpecifiedLineTradeSettlement",
                [
                    rate("ram:ApplicableTradeTax", line.rate),
                    line.adjustment
                        .as_ref()
                        .map_or(element("ram:SpecifiedTradeAllowanceCharge", []), |part| {
                            adjustment(part, element("ram:CategoryTradeTax", []))
                        }),
                    element(
                        "ram:SpecifiedTradeSettlementLineMonetarySummation",
                        [money("ram:LineTotalAmount", line.net)],
                    ),
                ],
            ),
        ],
    )
}

fn rate(name: &'static str, rate: Rate) -> Element {
    element(
        name,
        [
            text("ram:TypeCode", "VAT"),
            text("ram:CategoryCode", rate.category.code()),
            percent(rate),
        ],
    )
}

fn percent(rate: Rate) -> Element {
    maybe(
        "ram:RateApplicablePercent",
        rate.percent.map(|percent| percent.to_string()),
    )
}

fn agreement(bill: &Bill<'_>) -> Element {
    let Invoice { seller, buyer, .. } = bill.invoice;
    let attention = buyer.attention.as_deref().unwrap_or_default();
    element(
        "ram:ApplicableHeaderTradeAgreement",
        [
            maybe(
                "ram:BuyerReference",
                bill.routing.buyer_reference.as_deref(),
            ),
            party("ram:SellerTradeParty", seller, &bill.seller, &seller.name),
            party("ram:BuyerTradeParty", buyer, &bill.buyer, attention),
            element(
                "ram:BuyerOrderReferencedDocument",
                [maybe(
                    "ram:IssuerAssignedID",
                    bill.invoice.purchase_order.as_deref(),
                )],
            ),
            project(bill),
        ],
    )
}

/// BT-11; the syntax wants a name beside it.
fn project(bill: &Bill<'_>) -> Element {
    let reference = bill.invoice.project_reference.as_deref();
    element(
        "ram:SpecifiedProcuringProject",
        [
            maybe("ram:ID", reference),
            maybe("ram:Name", reference.map(|_| "Project reference")),
        ],
    )
}

fn party(name: &'static str, party: &Party, identity: &Identity, contact: &str) -> Element {
    let register = match identity.register() {
        Some(id) => text("ram:ID", id.id()).with("schemeID", id.scheme()),
        None => element("ram:ID", []),
    };
    let endpoint = match &identity.endpoint {
        Some(id) => text("ram:URIID", id.id()).with("schemeID", id.scheme()),
        None => element("ram:URIID", []),
    };
    let tax_id = |value: Option<&String>, scheme: &str| {
        element(
            "ram:SpecifiedTaxRegistration",
            [maybe("ram:ID", value).with("schemeID", scheme)],
        )
    };
    element(
        name,
        [
            maybe("ram:ID", identity.id.as_deref()),
            text("ram:Name", &party.name),
            element("ram:SpecifiedLegalOrganization", [register]),
            element(
                "ram:DefinedTradeContact",
                [
                    text("ram:PersonName", contact),
                    element(
                        "ram:TelephoneUniversalCommunication",
                        [maybe("ram:CompleteNumber", party.phone.as_deref())],
                    ),
                    element(
                        "ram:EmailURIUniversalCommunication",
                        [maybe("ram:URIID", party.email.as_deref())],
                    ),
                ],
            ),
            address(party, identity),
            element("ram:URIUniversalCommunication", [endpoint]),
            tax_id(identity.vat.as_ref(), "VA"),
            tax_id(identity.registration.as_ref(), "FC"),
        ],
    )
}

fn address(party: &Party, identity: &Identity) -> Element {
    let mut streets = identity.address.streets.iter();
    let (first, second) = (streets.next(), streets.next());
    let rest = streets.map(String::as_str).collect::<Vec<_>>().join(", ");
    element(
        "ram:PostalTradeAddress",
        [
            maybe("ram:PostcodeCode", identity.address.postcode.as_ref()),
            maybe("ram:LineOne", first),
            maybe("ram:LineTwo", second),
            text("ram:LineThree", rest),
            maybe("ram:CityName", identity.address.city.as_ref()),
            maybe("ram:CountryID", party.country.as_deref()),
        ],
    )
}

fn delivery(bill: &Bill<'_>) -> Element {
    let destination = element(
        "ram:PostalTradeAddress",
        [maybe("ram:CountryID", bill.destination())],
    );
    element(
        "ram:ApplicableHeaderTradeDelivery",
        [
            element("ram:ShipToTradeParty", [destination]),
            element(
                "ram:ActualDeliverySupplyChainEvent",
                [day("ram:OccurrenceDateTime", bill.delivered())],
            ),
        ],
    )
    .kept()
}

fn settlement(bill: &Bill<'_>) -> Element {
    let invoice = bill.invoice;
    let mut parts = vec![
        maybe("ram:PaymentReference", bill.account().map(|_| bill.number)),
        text("ram:InvoiceCurrencyCode", invoice.currency.code()),
        means(bill),
    ];
    parts.extend(bill.taxes.iter().map(tax));
    parts.push(element(
        "ram:BillingSpecifiedPeriod",
        [
            day(
                "ram:StartDateTime",
                invoice.period.map(|period| period.from),
            ),
            day("ram:EndDateTime", invoice.period.map(|period| period.to)),
        ],
    ));
    let of = |part: &Adjustment| adjustment(part, rate("ram:CategoryTradeTax", part.rate));
    parts.extend(bill.adjustments.iter().map(of));
    parts.extend([
        element(
            "ram:SpecifiedTradePaymentTerms",
            [
                maybe("ram:Description", bill.terms.as_deref()),
                day("ram:DueDateDateTime", invoice.due_date),
            ],
        ),
        totals(bill),
        element(
            "ram:InvoiceReferencedDocument",
            [maybe("ram:IssuerAssignedID", invoice.corrects.as_deref())],
        ),
    ]);
    element("ram:ApplicableHeaderTradeSettlement", parts)
}

fn means(bill: &Bill<'_>) -> Element {
    let account = bill.account();
    let bic = bill.invoice.seller.bic.as_deref();
    element(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        [
            maybe("ram:TypeCode", bill.means()),
            element(
                "ram:PayeePartyCreditorFinancialAccount",
                [maybe("ram:IBANID", account)],
            ),
            element(
                "ram:PayeeSpecifiedCreditorFinancialInstitution",
                [maybe("ram:BICID", bic.filter(|_| account.is_some()))],
            ),
        ],
    )
}

fn tax(tax: &Breakdown) -> Element {
    element(
        "ram:ApplicableTradeTax",
        [
            money("ram:CalculatedAmount", tax.amount),
            text("ram:TypeCode", "VAT"),
            maybe("ram:ExemptionReason", tax.reason.as_deref()),
            money("ram:BasisAmount", tax.base),
            text("ram:CategoryCode", tax.rate.category.code()),
            maybe("ram:ExemptionReasonCode", tax.code.as_deref()),
            percent(tax.rate),
        ],
    )
}

/// BG-20, BG-21 with a category; BG-27, BG-28 without.
fn adjustment(part: &Adjustment, category: Element) -> Element {
    let code = (!part.is_charge).then_some("95");
    let (percent, base) = part.share.unzip();
    element(
        "ram:SpecifiedTradeAllowanceCharge",
        [
            element(
                "ram:ChargeIndicator",
                [text("udt:Indicator", part.is_charge.to_string())],
            ),
            maybe(
                "ram:CalculationPercent",
                percent.map(|percent| percent.to_string()),
            ),
            maybe("ram:BasisAmount", base.map(Money::amount)),
            money("ram:ActualAmount", part.amount),
            maybe("ram:ReasonCode", code),
            text("ram:Reason", &part.reason),
            category,
        ],
    )
}

fn totals(bill: &Bill<'_>) -> Element {
    let invoice = bill.invoice;
    element(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        [
            money("ram:LineTotalAmount", invoice.line_total),
            some_money("ram:ChargeTotalAmount", bill.charges),
            some_money("ram:AllowanceTotalAmount", bill.allowances),
            money("ram:TaxBasisTotalAmount", invoice.net),
            money("ram:TaxTotalAmount", bill.tax).with("currencyID", invoice.currency.code()),
            money("ram:GrandTotalAmount", invoice.total),
            some_money("ram:TotalPrepaidAmount", invoice.paid),
            money("ram:DuePayableAmount", bill.due),
        ],
    )
}
