//! An invoice as JSON for scripts: the keys of the command-line contract.
//!
//! Money and quantities are decimal strings with the currency beside them, dates ISO 8601; what is absent is null and never
//! left out. It knows the books only by what the caller lends in [`Books`].

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::DocumentError;
use crate::published::{
    Credit, Estimate, EstimateLine, Grounds, Invoice, InvoiceKind, InvoiceLine, InvoiceState,
    Party, TaxCategory, TaxLine,
};
use crate::values::money::Money;

/// What an invoice as a client sees it does not hold, but its owner's scripts read. Empty for a file that goes to a client.
#[derive(Debug, Clone, Copy, Default)]
pub struct Books<'a> {
    /// The slug of the client.
    pub client: Option<&'a str>,
    /// The time entries it bills.
    pub entries: &'a [i64],
    /// SHA-256 of the PDF as it was issued.
    pub document_sha256: Option<&'a str>,
}

/// The file that goes to a client.
pub fn invoice(invoice: &Invoice) -> Result<Vec<u8>, DocumentError> {
    write(&view(invoice, Books::default()))
}

/// The file that stays with the owner.
pub fn invoice_with(invoice: &Invoice, books: Books<'_>) -> Result<Vec<u8>, DocumentError> {
    write(&view(invoice, books))
}

/// The same as a value that serialises, to stand within a larger answer.
pub fn view<'a>(invoice: &'a Invoice, books: Books<'a>) -> impl Serialize + 'a {
    View::of(invoice, books)
}

/// An estimate as its client gets it.
pub fn estimate(estimate: &Estimate) -> Result<Vec<u8>, DocumentError> {
    write(&EstimateView::of(estimate))
}

fn write(view: &impl Serialize) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = serde_json::to_vec_pretty(view)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Debug, Serialize)]
struct View<'a> {
    number: Option<&'a str>,
    kind: InvoiceKind,
    corrects: Option<&'a str>,
    state: InvoiceState,
    status: InvoiceState,
    client: Option<&'a str>,
    issue_date: NaiveDate,
    due_date: Option<NaiveDate>,
    period: Option<PeriodView>,
    currency: &'a str,
    language: &'a str,
    seller: &'a Party,
    buyer: &'a Party,
    purchase_order: Option<&'a str>,
    project_reference: Option<&'a str>,
    introduction: Option<&'a str>,
    lines: Vec<LineView<'a>>,
    line_total: String,
    discount: String,
    discount_percent: Option<String>,
    discount_reason: Option<&'a str>,
    surcharge: String,
    surcharge_percent: Option<String>,
    surcharge_reason: Option<&'a str>,
    net: String,
    tax: Vec<TaxView<'a>>,
    tax_note: Option<&'a str>,
    total: String,
    payments: Vec<PaymentView<'a>>,
    paid: String,
    credits: Vec<CreditView<'a>>,
    credited: String,
    balance: String,
    payment_terms: Option<&'a str>,
    closing: Option<&'a str>,
    entries: &'a [i64],
    document_sha256: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: NaiveDate,
    to: NaiveDate,
}

#[derive(Debug, Serialize)]
struct LineView<'a> {
    description: &'a str,
    quantity: String,
    unit: &'a str,
    unit_price: String,
    /// Part of the net: below zero a discount, above a surcharge.
    adjustment: Option<String>,
    adjustment_percent: Option<String>,
    net: String,
    tax_rate: String,
    tax_category: TaxCategory,
}

#[derive(Debug, Serialize)]
struct TaxView<'a> {
    category: TaxCategory,
    name: Option<&'a str>,
    rate: String,
    base: String,
    amount: String,
}

#[derive(Debug, Serialize)]
struct PaymentView<'a> {
    date: NaiveDate,
    amount: String,
    method: Option<&'a str>,
}

/// A credit note over the invoice.
#[derive(Debug, Serialize)]
struct CreditView<'a> {
    number: &'a str,
    date: NaiveDate,
    amount: String,
}

impl<'a> CreditView<'a> {
    fn of(credit: &'a Credit) -> Self {
        Self {
            number: &credit.number,
            date: credit.date,
            amount: credit.amount.amount(),
        }
    }
}

/// What credit notes took back; with as many places as the currency has.
fn credited(invoice: &Invoice) -> String {
    let minor = invoice.credits.iter().map(|credit| credit.amount.minor());
    Money::from_minor(minor.sum(), invoice.currency).amount()
}

impl<'a> View<'a> {
    fn of(invoice: &'a Invoice, books: Books<'a>) -> Self {
        let surcharge_for = invoice.surcharge.as_ref().map(|of| &of.grounds);
        Self {
            number: invoice.number.as_deref(),
            kind: invoice.kind,
            corrects: invoice.corrects.as_deref(),
            state: invoice.state,
            status: invoice.state,
            client: books.client,
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            period: invoice.period.map(|period| PeriodView {
                from: period.from,
                to: period.to,
            }),
            currency: invoice.currency.code(),
            language: &invoice.language,
            seller: &invoice.seller,
            buyer: &invoice.buyer,
            purchase_order: invoice.purchase_order.as_deref(),
            project_reference: invoice.project_reference.as_deref(),
            introduction: invoice.introduction.as_deref(),
            lines: invoice
                .lines
                .iter()
                .map(|line| LineView::of(line, invoice.currency.exponent()))
                .collect(),
            line_total: invoice.line_total.amount(),
            discount: invoice.discount.amount(),
            discount_percent: percent(&invoice.discount_for),
            discount_reason: invoice.discount_for.reason.as_deref(),
            surcharge: invoice
                .surcharge
                .as_ref()
                .map_or(Money::zero(invoice.currency), |of| of.amount)
                .amount(),
            surcharge_percent: surcharge_for.and_then(percent),
            surcharge_reason: surcharge_for.and_then(|of| of.reason.as_deref()),
            net: invoice.net.amount(),
            tax: invoice.taxes.iter().map(TaxView::of).collect(),
            tax_note: invoice.tax_note.as_deref(),
            total: invoice.total.amount(),
            payments: invoice
                .payments
                .iter()
                .map(|payment| PaymentView {
                    date: payment.date,
                    amount: payment.amount.amount(),
                    method: payment.method.as_deref(),
                })
                .collect(),
            paid: invoice.paid.amount(),
            credits: invoice.credits.iter().map(CreditView::of).collect(),
            credited: credited(invoice),
            balance: invoice.balance.amount(),
            payment_terms: invoice.payment_terms.as_deref(),
            closing: invoice.closing.as_deref(),
            entries: books.entries,
            document_sha256: books.document_sha256,
        }
    }
}

#[derive(Debug, Serialize)]
struct EstimateView<'a> {
    number: Option<&'a str>,
    title: &'a str,
    date: NaiveDate,
    valid_until: Option<NaiveDate>,
    currency: &'a str,
    language: &'a str,
    seller: &'a Party,
    buyer: &'a Party,
    introduction: Option<&'a str>,
    lines: Vec<EstimateLineView<'a>>,
    line_total: String,
    discount: String,
    discount_percent: Option<String>,
    discount_reason: Option<&'a str>,
    surcharge: String,
    surcharge_percent: Option<String>,
    surcharge_reason: Option<&'a str>,
    net: String,
    tax: Vec<TaxView<'a>>,
    tax_note: Option<&'a str>,
    total: String,
    closing: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct EstimateLineView<'a> {
    phase: Option<&'a str>,
    task: Option<&'a str>,
    #[serde(flatten)]
    line: LineView<'a>,
}

impl<'a> EstimateView<'a> {
    fn of(estimate: &'a Estimate) -> Self {
        let exponent = estimate.currency.exponent();
        let surcharge_for = estimate.surcharge.as_ref().map(|of| &of.grounds);
        let surcharge = estimate.surcharge.as_ref().map(|of| of.amount);
        let line = |of: &'a EstimateLine| EstimateLineView {
            phase: of.phase.as_deref(),
            task: of.task.as_deref(),
            line: LineView::of(&of.line, exponent),
        };
        Self {
            number: estimate.number.as_deref(),
            title: &estimate.title,
            date: estimate.date,
            valid_until: estimate.valid_until,
            currency: estimate.currency.code(),
            language: &estimate.language,
            seller: &estimate.seller,
            buyer: &estimate.buyer,
            introduction: estimate.introduction.as_deref(),
            lines: estimate.lines.iter().map(line).collect(),
            line_total: estimate.line_total.amount(),
            discount: estimate.discount.amount(),
            discount_percent: percent(&estimate.discount_for),
            discount_reason: estimate.discount_for.reason.as_deref(),
            surcharge: surcharge.unwrap_or(Money::zero(estimate.currency)).amount(),
            surcharge_percent: surcharge_for.and_then(percent),
            surcharge_reason: surcharge_for.and_then(|of| of.reason.as_deref()),
            net: estimate.net.amount(),
            tax: estimate.taxes.iter().map(TaxView::of).collect(),
            tax_note: estimate.tax_note.as_deref(),
            total: estimate.total.amount(),
            closing: estimate.closing.as_deref(),
        }
    }
}

impl<'a> LineView<'a> {
    fn of(line: &'a InvoiceLine, exponent: u32) -> Self {
        Self {
            description: &line.description,
            quantity: at_least(line.quantity, 0),
            unit: &line.unit,
            unit_price: at_least(line.unit_price, exponent),
            adjustment: line.adjustment.as_ref().map(|of| of.amount.amount()),
            adjustment_percent: line.adjustment.as_ref().and_then(|of| percent(&of.grounds)),
            net: line.net.amount(),
            tax_rate: at_least(line.tax_rate, 0),
            tax_category: line.tax_category,
        }
    }
}

impl<'a> TaxView<'a> {
    fn of(line: &'a TaxLine) -> Self {
        Self {
            category: line.category,
            name: line.name.as_deref(),
            rate: at_least(line.rate, 0),
            base: line.base.amount(),
            amount: line.amount.amount(),
        }
    }
}

fn percent(grounds: &Grounds) -> Option<String> {
    grounds.percent.map(|percent| at_least(percent, 0))
}

/// Without needless zeros, but with at least so many places.
fn at_least(value: Decimal, places: u32) -> String {
    let mut value = value.normalize();
    if value.scale() < places {
        value.rescale(places);
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::document::sample;

    fn read(bytes: &[u8]) -> Value {
        serde_json::from_slice(bytes).unwrap()
    }

    #[test]
    fn the_keys_of_the_contract_are_there() {
        let value = read(&invoice(&sample::rich()).unwrap());
        for key in [
            "number",
            "state",
            "status",
            "client",
            "issue_date",
            "due_date",
            "currency",
            "lines",
            "discount",
            "net",
            "tax",
            "total",
            "paid",
            "balance",
            "entries",
            "document_sha256",
        ] {
            assert!(value.get(key).is_some(), "{key}");
        }
        assert_eq!(value["state"], "partially-paid");
        assert_eq!(value["issue_date"], "2026-12-01");
        assert_eq!(value["total"], "17394.78");
        assert_eq!(value["discount"], "250.00");
        assert_eq!(
            value["lines"][1],
            json!({
                "description": "Umsetzung", "quantity": "132.3333", "unit": "HUR", "unit_price": "95.125", "adjustment": null, "adjustment_percent": null, "net": "12588.21",
                "tax_rate": "19", "tax_category": "S"
            })
        );
        assert_eq!(
            value["tax"][0],
            json!({"category": "S", "name": null, "rate": "7", "base": "79.80", "amount": "5.59"})
        );
        assert_eq!(
            value["payments"][1],
            json!({"date": "2026-12-10", "amount": "1200.00", "method": null})
        );
    }

    #[test]
    fn what_is_absent_is_null_and_what_the_books_know_is_lent() {
        let draft = sample::draft();
        let value = read(&invoice(&draft).unwrap());
        assert!(
            value["number"].is_null() && value["corrects"].is_null() && value["client"].is_null()
        );
        assert_eq!(value["entries"], json!([]));

        let books = Books {
            client: Some("acme"),
            entries: &[3, 5],
            document_sha256: Some("ab"),
        };
        let value = read(&invoice_with(&draft, books).unwrap());
        assert_eq!(value["client"], "acme");
        assert_eq!(value["entries"], json!([3, 5]));
        assert_eq!(value["document_sha256"], "ab");
    }

    #[test]
    fn hostile_text_comes_back_as_it_was() {
        let value = read(&invoice(&sample::hostile()).unwrap());
        assert_eq!(value["lines"][0]["description"], sample::HOSTILE);
    }
}
