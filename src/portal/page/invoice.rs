//! Invoices: the list, one invoice, and its file. That an invoice was looked at or fetched is written down by the store.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse as _, Response};
use rust_decimal::Decimal;

use crate::published::{
    About, Adjustment, Grounds, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Party,
    TaxCategory, TaxLine,
};
use crate::values::id::PublicId;

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Frame, Pager, render};
use super::super::viewer::Viewer;
use super::super::words::{ENGLISH as W, Words, fill};
use super::{format_of, pager, question, rows};

#[derive(Debug, Template)]
#[template(path = "invoices.html", config = "src/portal/askama.toml")]
struct ListPage {
    frame: Frame,
    w: &'static Words,
    invoices: Vec<ListRow>,
    pager: Option<Pager>,
}

#[derive(Debug)]
struct ListRow {
    address: String,
    number: String,
    credit: bool,
    issued: String,
    due: String,
    state: Badge,
    total: String,
    balance: String,
}

/// A state with the colour it has.
#[derive(Debug)]
struct Badge {
    word: &'static str,
    class: &'static str,
}

#[derive(Debug, Template)]
#[template(path = "invoice.html", config = "src/portal/askama.toml")]
struct InvoicePage {
    frame: Frame,
    /// Where to ask about it.
    question: Option<String>,
    w: &'static Words,
    base: String,
    title: String,
    corrects: Option<String>,
    state: Badge,
    balance: String,
    facts: Vec<(&'static str, String)>,
    seller: PartyView,
    buyer: PartyView,
    introduction: Option<String>,
    lines: Vec<LineView>,
    totals: Vec<(String, String)>,
    total: String,
    payments: Vec<(String, String, String)>,
    paid: String,
    tax_note: Option<String>,
    credits: Vec<(String, String, String)>,
    payment_terms: Option<String>,
    closing: Option<String>,
    file: Option<(String, &'static str)>,
}

#[derive(Debug)]
struct PartyView {
    name: String,
    lines: Vec<String>,
}

#[derive(Debug)]
struct LineView {
    description: String,
    quantity: String,
    price: String,
    tax: String,
    net: String,
}

/// `GET /c/{client}/invoices`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Refusal> {
    let number = page_number(query.as_deref().unwrap_or_default()).ok_or(Refusal::Malformed)?;
    let (invoices, count) = portal.store().invoices(&viewer, rows(number)).await?;
    let format = format_of(&viewer);
    let here = format!("/c/{}/invoices", viewer.client());
    let page = ListPage {
        frame: Frame::of(W.invoices, "/invoices", &viewer, &signed_in),
        w: &W,
        invoices: invoices
            .iter()
            .map(|invoice| list_row(invoice, &here, &format))
            .collect(),
        pager: pager(number, count, |page| format!("{here}?page={page}")),
    };
    Ok(render(&page)?)
}

/// `page=N`, once, and nothing else.
fn page_number(query: &str) -> Option<u32> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    match (pairs.next(), pairs.next()) {
        (None, _) => Some(1),
        (Some((name, page)), None) if name == "page" => page.parse().ok().filter(|page| *page > 0),
        _ => None,
    }
}

fn list_row(invoice: &Invoice, here: &str, format: &Format) -> ListRow {
    ListRow {
        address: format!("{here}/{}", invoice.id),
        number: invoice.number.clone().unwrap_or_default(),
        credit: invoice.kind == InvoiceKind::CreditNote,
        issued: format.short_day(invoice.issue_date),
        due: invoice
            .due_date
            .map_or_else(String::new, |day| format.short_day(day)),
        state: state(invoice.state),
        total: format.money(invoice.total),
        balance: format.money(invoice.balance),
    }
}

/// The business's own states between "issued" and "due" are one to the client.
fn state(state: InvoiceState) -> Badge {
    let (word, class) = match state {
        InvoiceState::Draft => (W.state_draft, "quiet"),
        InvoiceState::Void => (W.state_void, "quiet"),
        InvoiceState::WrittenOff => (W.state_written_off, "quiet"),
        InvoiceState::Overpaid => (W.state_overpaid, "good"),
        InvoiceState::Paid => (W.state_paid, "good"),
        InvoiceState::Overdue => (W.state_overdue, "bad"),
        InvoiceState::PartiallyPaid => (W.state_partially_paid, "fair"),
        InvoiceState::Viewed | InvoiceState::Sent | InvoiceState::Issued => (W.state_open, "fair"),
    };
    Badge { word, class }
}

/// `GET /c/{client}/invoices/{invoice}`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    Path((_, invoice)): Path<(String, String)>,
) -> Result<Html<String>, Refusal> {
    let id = PublicId::parse(&invoice).map_err(|_| Refusal::NotFound)?;
    let invoice = portal
        .store()
        .view_invoice(&viewer, id, portal.now())
        .await?
        .ok_or(Refusal::NotFound)?;
    Ok(render(&invoice_page(&invoice, &viewer, &signed_in))?)
}

fn invoice_page(invoice: &Invoice, viewer: &Viewer, signed_in: &SignedIn) -> InvoicePage {
    let format = format_of(viewer);
    let number = invoice.number.clone().unwrap_or_default();
    let title = match invoice.kind {
        InvoiceKind::Invoice => fill(W.invoice_title, &[&number]),
        InvoiceKind::CreditNote => fill(W.credit_note_title, &[&number]),
    };
    let base = format!("/c/{}/invoices", viewer.client());
    let payment = |payment: &crate::published::Payment| {
        let method = payment.method.clone().unwrap_or_default();
        (
            format.short_day(payment.date),
            method,
            format.money(payment.amount),
        )
    };
    let credit = |credit: &crate::published::Credit| {
        (
            format.short_day(credit.date),
            credit.number.clone(),
            format.money(credit.amount),
        )
    };
    InvoicePage {
        frame: Frame::of(&title, "/invoices", viewer, signed_in),
        question: question::link(viewer, &About::Invoice(invoice.id.clone())),
        w: &W,
        corrects: invoice
            .corrects
            .as_ref()
            .map(|number| fill(W.corrects, &[number])),
        state: state(invoice.state),
        balance: format.money(invoice.balance),
        facts: facts(invoice, &format),
        seller: party(&invoice.seller, &invoice.buyer),
        buyer: party(&invoice.buyer, &invoice.seller),
        introduction: invoice.introduction.clone(),
        lines: invoice
            .lines
            .iter()
            .map(|line| line_view(line, &format))
            .collect(),
        totals: totals(invoice, &format),
        total: format.money(invoice.total),
        payments: invoice.payments.iter().map(payment).collect(),
        paid: format.money(invoice.paid),
        tax_note: invoice.tax_note.clone(),
        credits: invoice.credits.iter().map(credit).collect(),
        payment_terms: invoice.payment_terms.clone(),
        closing: invoice.closing.clone(),
        file: invoice.file.as_ref().map(|name| {
            let label = if is_pdf_name(name) {
                W.download
            } else {
                W.download_file
            };
            (format!("{base}/{}/file", invoice.id), label)
        }),
        title,
        base,
    }
}

fn facts(invoice: &Invoice, format: &Format) -> Vec<(&'static str, String)> {
    let facts = [
        (W.issue_date, Some(format.day(invoice.issue_date))),
        (W.due_date, invoice.due_date.map(|day| format.day(day))),
        (
            W.service_period,
            invoice.period.map(|period| format.period(period)),
        ),
        (W.purchase_order, invoice.purchase_order.clone()),
        (W.project_reference, invoice.project_reference.clone()),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// The country is told where it is not that of the other party.
fn party(party: &Party, other: &Party) -> PartyView {
    let worded =
        |word: &str, value: &Option<String>| value.as_ref().map(|value| fill(word, &[value]));
    let country = party
        .country
        .clone()
        .filter(|_| party.country != other.country);
    let after = [
        country,
        party.email.clone(),
        party.phone.clone(),
        worded(W.tax_id, &party.tax_id),
        worded(W.iban, &party.iban),
        worded(W.bic, &party.bic),
    ];
    let attention = worded(W.attention, &party.attention);
    PartyView {
        name: party.name.clone(),
        lines: attention
            .into_iter()
            .chain(party.address.iter().cloned())
            .chain(after.into_iter().flatten())
            .collect(),
    }
}

fn line_view(line: &InvoiceLine, format: &Format) -> LineView {
    let unit = match line.unit.as_str() {
        "HUR" => W.unit_hours,
        "C62" | "H87" => W.unit_pieces,
        "KMT" => W.unit_km,
        "LS" => W.unit_lump,
        "DAY" => W.unit_days,
        other => other,
    };
    let lump = line.unit == "LS" && line.quantity == Decimal::ONE;
    let mut description = line.description.clone();
    if let Some(Adjustment { amount, grounds }) = &line.adjustment {
        let word = match amount.is_negative() {
            true => W.discount,
            false => W.surcharge,
        };
        let label = adjusted(word, grounds, format);
        description = format!("{description}\n{label}: {}", format.money(*amount));
    }
    LineView {
        description,
        quantity: if lump {
            unit.to_owned()
        } else {
            format!("{}\u{a0}{unit}", format.number(line.quantity))
        },
        price: format.price(line.unit_price),
        tax: format.percent(line.tax_rate),
        net: format.money(line.net),
    }
}

fn totals(invoice: &Invoice, format: &Format) -> Vec<(String, String)> {
    let mut totals = Vec::new();
    if !invoice.discount.is_zero() || invoice.surcharge.is_some() {
        totals.push((W.line_total.to_owned(), format.money(invoice.line_total)));
    }
    if !invoice.discount.is_zero() {
        let discount = invoice.discount.negated().unwrap_or(invoice.discount);
        let label = adjusted(W.discount, &invoice.discount_for, format);
        totals.push((label, format.money(discount)));
    }
    if let Some(Adjustment { amount, grounds }) = &invoice.surcharge {
        let label = adjusted(W.surcharge, grounds, format);
        totals.push((label, format.money(*amount)));
    }
    totals.push((W.net_total.to_owned(), format.money(invoice.net)));
    totals.extend(
        invoice
            .taxes
            .iter()
            .map(|tax| (tax_label(tax, format), format.money(tax.amount))),
    );
    totals
}

/// `Discount 10% (loyalty)`.
fn adjusted(word: &str, grounds: &Grounds, format: &Format) -> String {
    let mut label = word.to_owned();
    if let Some(percent) = grounds.percent {
        label = format!("{label} {}", format.percent(percent));
    }
    match &grounds.reason {
        Some(reason) => format!("{label} ({reason})"),
        None => label,
    }
}

fn tax_label(tax: &TaxLine, format: &Format) -> String {
    if let Some(name) = &tax.name {
        return format!("{name} {}", format.percent(tax.rate));
    }
    match tax.category {
        TaxCategory::S | TaxCategory::Z => fill(
            W.tax_line,
            &[&format.percent(tax.rate), &format.money(tax.base)],
        ),
        TaxCategory::AE => W.tax_reverse.to_owned(),
        TaxCategory::E | TaxCategory::K | TaxCategory::G | TaxCategory::O => {
            W.tax_exempt.to_owned()
        }
    }
}

/// `GET /c/{client}/invoices/{invoice}/file`
pub(in super::super) async fn file(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    Path((_, invoice)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let id = PublicId::parse(&invoice).map_err(|_| Refusal::NotFound)?;
    let found = portal.store().fetch_file(&viewer, id, portal.now()).await?;
    let (name, bytes) = found.ok_or(Refusal::NotFound)?;
    let is_pdf = is_pdf_name(&name) && bytes.starts_with(b"%PDF-");
    let media = if is_pdf {
        "application/pdf"
    } else {
        "application/octet-stream"
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
        ),
    );
    let disposition = HeaderValue::from_str(&disposition(&name))
        .map_err(|_| Refusal::Unexplained("a file name"))?;
    headers.insert(CONTENT_DISPOSITION, disposition);
    Ok((headers, bytes).into_response())
}

fn is_pdf_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".pdf")
}

/// RFC 6266: a name in plain letters for old readers, and the true one.
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("2026-0007.pdf"),
            "attachment; filename=\"2026-0007.pdf\"; filename*=UTF-8''2026-0007.pdf"
        );
        assert_eq!(
            disposition("Rechnung ü\"\r\n.pdf"),
            "attachment; filename=\"Rechnung ____.pdf\"; filename*=UTF-8''Rechnung%20%C3%BC%22%0D%0A.pdf"
        );
    }

    #[test]
    fn pages_are_numbered_from_one() {
        assert_eq!(page_number(""), Some(1));
        assert_eq!(page_number("page=3"), Some(3));
        for query in ["page=0", "page=", "page=-1", "page=1&page=2", "sort=total"] {
            assert_eq!(page_number(query), None, "{query}");
        }
    }
}
