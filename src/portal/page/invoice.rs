//! Invoices: the list, one invoice, and its file. That an invoice was looked at or fetched is written down by the store.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, Response};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::document::sheet::{Cell, Kind};
use crate::published::{
    About, Adjustment, Grounds, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Party,
    TaxCategory, TaxLine,
};
use crate::values::id::PublicId;

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::{InvoiceFile, InvoiceFilter, InvoiceGroup, Page};
use super::super::template::{Frame, Pager, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{Words, fill};
use super::export::{self, FileKind, attachment, is_pdf_name, media_of};
use super::filter::{calendar, each_once};
use super::timesheet::page_number;
use super::{Link, format_of, pager, question, rows};

/// Invoices in one file.
const MOST_IN_FILE: u32 = 2_000;

#[derive(Debug, Template)]
#[template(path = "invoices.html", config = "src/portal/askama.toml")]
struct ListPage {
    frame: Frame,
    w: &'static Words,
    groups: Vec<Link>,
    years: Vec<Link>,
    files: Vec<Link>,
    outstanding: Vec<String>,
    /// Address of the preview, where there is one.
    next: Option<String>,
    invoices: Vec<ListRow>,
    any: bool,
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
    /// Where the e-invoice is.
    e_invoice: Option<String>,
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

/// What the address of the list asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    state: String,
    year: String,
    page: String,
    format: String,
}

impl Asked {
    /// Each name once, and no others.
    fn read(query: &str) -> Option<Self> {
        let mut asked = Self::default();
        each_once(query, |name, value| {
            let field = match name {
                "state" => &mut asked.state,
                "year" => &mut asked.year,
                "page" => &mut asked.page,
                "format" => &mut asked.format,
                _ => return None,
            };
            value.clone_into(field);
            Some(())
        })?;
        Some(asked)
    }

    fn filter(&self, today: NaiveDate) -> Option<InvoiceFilter> {
        let year = match self.year.as_str() {
            "" => None,
            year => Some(
                year.parse()
                    .ok()
                    .filter(|year| (1..=9_999).contains(year))?,
            ),
        };
        let mut each = GROUPS.into_iter();
        let (_, group) = each.find(|(word, _)| *word == self.state)?;
        Some(InvoiceFilter { group, year, today })
    }

    fn address(&self, here: &str) -> String {
        let Self {
            state,
            year,
            page,
            format,
        } = self;
        let pairs = [
            ("state", state),
            ("year", year),
            ("page", page),
            ("format", format),
        ];
        let asked = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(asked)
            .finish();
        match query.is_empty() {
            true => here.to_owned(),
            false => format!("{here}?{query}"),
        }
    }
}

/// States to filter by, with their words in addresses.
const GROUPS: [(&str, Option<InvoiceGroup>); 4] = [
    ("", None),
    ("open", Some(InvoiceGroup::Open)),
    ("overdue", Some(InvoiceGroup::Overdue)),
    ("settled", Some(InvoiceGroup::Settled)),
];

/// `GET /c/{client}/invoices`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Refusal> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())
        .filter(|asked| asked.format.is_empty())
        .ok_or(Refusal::Malformed)?;
    let number = page_number(&asked.page).ok_or(Refusal::Malformed)?;
    let (today, _) = calendar(&portal, &viewer);
    let filter = asked.filter(today).ok_or(Refusal::Malformed)?;
    let found = portal
        .store()
        .invoices(&viewer, filter, rows(number))
        .await?;
    let format = format_of(&viewer);
    let w = format.words();
    let here = format!("/c/{}/invoices", viewer.client());
    let at = |change: &dyn Fn(&mut Asked)| {
        let mut asked = Asked {
            page: String::new(),
            ..asked.clone()
        };
        change(&mut asked);
        asked
    };
    let group = |(word, group): (&str, Option<InvoiceGroup>)| Link {
        address: at(&|asked| word.clone_into(&mut asked.state)).address(&here),
        name: match group {
            None => w.any,
            Some(InvoiceGroup::Open) => w.state_open,
            Some(InvoiceGroup::Overdue) => w.state_overdue,
            Some(InvoiceGroup::Settled) => w.state_settled,
        }
        .to_owned(),
        current: asked.state == word,
    };
    let year = |year: String| Link {
        address: at(&|asked| asked.year.clone_from(&year)).address(&here),
        name: match year.is_empty() {
            true => w.all_years.to_owned(),
            false => year.clone(),
        },
        current: asked.year == year,
    };
    let mut years: Vec<Link> = Vec::new();
    if found.years.len() > 1 {
        years.push(year(String::new()));
        years.extend(found.years.iter().map(|number| year(number.to_string())));
    }
    let export = format!("{here}/export");
    let page = ListPage {
        frame: Frame::of(w.invoices, "/invoices", &viewer, &signed_in),
        w,
        groups: GROUPS.into_iter().map(group).collect(),
        years,
        files: export::links(w, |kind| {
            at(&|asked| kind.clone_into(&mut asked.format)).address(&export)
        }),
        outstanding: found
            .outstanding
            .iter()
            .map(|open| format.money(*open))
            .collect(),
        next: viewer
            .may(Need::Unbilled)
            .then(|| format!("/c/{}/next-invoice", viewer.client())),
        invoices: found
            .invoices
            .iter()
            .map(|invoice| list_row(invoice, &here, &format))
            .collect(),
        any: !found.years.is_empty(),
        pager: pager(w, number, found.count, |page| {
            at(&|asked| asked.page = page.to_string()).address(&here)
        }),
    };
    Ok(render(&page)?)
}

/// `GET /c/{client}/invoices/export`: the list under the same filter, all of it.
pub(in super::super) async fn export(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())
        .filter(|asked| asked.page.is_empty())
        .ok_or(Refusal::Malformed)?;
    let kind = FileKind::named(&asked.format).ok_or(Refusal::Malformed)?;
    let (today, _) = calendar(&portal, &viewer);
    let filter = asked.filter(today).ok_or(Refusal::Malformed)?;
    let format = format_of(&viewer);
    let w = format.words();
    // Bodies are read for each, so a file holds fewer of them than of entries.
    let page = Page {
        skip: 0,
        take: MOST_IN_FILE,
    };
    let found = portal.store().invoices(&viewer, filter, page).await?;
    if found.count > u64::from(MOST_IN_FILE) {
        return Err(kind.too_many(found.count, &format));
    }
    let row = |invoice: &Invoice| {
        vec![
            Cell::text(invoice.number.as_deref()),
            Cell::Text(match invoice.kind {
                InvoiceKind::Invoice => w.invoice.to_owned(),
                InvoiceKind::CreditNote => w.credit_note.to_owned(),
            }),
            Cell::Date(invoice.issue_date),
            invoice.due_date.map_or(Cell::Empty, Cell::Date),
            Cell::Text(state(invoice.state, w).word.to_owned()),
            Cell::Money(invoice.net),
            Cell::Money(invoice.total),
            Cell::Money(invoice.balance),
        ]
    };
    let columns = [
        ("number", w.number, Kind::Text),
        ("kind", w.kind, Kind::Text),
        ("issued", w.issued, Kind::Date),
        ("due", w.due, Kind::Date),
        ("state", w.state, Kind::Text),
        ("net", w.net_total, Kind::Money),
        ("total", w.grand_total, Kind::Money),
        ("balance", w.balance, Kind::Money),
    ];
    let file = export::File {
        stem: w.file_invoices.to_owned(),
        title: w.invoices.to_owned(),
        day: today,
        columns: columns
            .map(|(key, name, kind)| export::column(key, name, kind))
            .into(),
        rows: found.invoices.iter().map(row).collect(),
    };
    export::send(&portal, &viewer, file, kind).await
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
        state: state(invoice.state, format.words()),
        total: format.money(invoice.total),
        balance: format.money(invoice.balance),
    }
}

/// The business's own states between "issued" and "due" are one to the client.
fn state(state: InvoiceState, w: &Words) -> Badge {
    let (word, class) = match state {
        InvoiceState::Draft => (w.state_draft, "quiet"),
        InvoiceState::Void => (w.state_void, "quiet"),
        InvoiceState::WrittenOff => (w.state_written_off, "quiet"),
        InvoiceState::Overpaid => (w.state_overpaid, "good"),
        InvoiceState::Paid => (w.state_paid, "good"),
        InvoiceState::Overdue => (w.state_overdue, "bad"),
        InvoiceState::PartiallyPaid => (w.state_partially_paid, "fair"),
        InvoiceState::Viewed | InvoiceState::Sent | InvoiceState::Issued => (w.state_open, "fair"),
    };
    Badge { word, class }
}

/// `GET /c/{client}/invoices/{invoice}`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
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
    let w = format.words();
    let number = invoice.number.clone().unwrap_or_default();
    let title = match invoice.kind {
        InvoiceKind::Invoice => fill(w.invoice_title, &[&number]),
        InvoiceKind::CreditNote => fill(w.credit_note_title, &[&number]),
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
        w,
        corrects: invoice
            .corrects
            .as_ref()
            .map(|number| fill(w.corrects, &[number])),
        state: state(invoice.state, w),
        balance: format.money(invoice.balance),
        facts: facts(invoice, &format),
        seller: party(&invoice.seller, &invoice.buyer, w),
        buyer: party(&invoice.buyer, &invoice.seller, w),
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
                w.download
            } else {
                w.download_file
            };
            (format!("{base}/{}/file", invoice.id), label)
        }),
        e_invoice: invoice
            .e_invoice
            .as_ref()
            .map(|_| format!("{base}/{}/e-invoice", invoice.id)),
        title,
        base,
    }
}

fn facts(invoice: &Invoice, format: &Format) -> Vec<(&'static str, String)> {
    let w = format.words();
    let facts = [
        (w.issue_date, Some(format.day(invoice.issue_date))),
        (w.due_date, invoice.due_date.map(|day| format.day(day))),
        (
            w.service_period,
            invoice.period.map(|period| format.period(period)),
        ),
        (w.purchase_order, invoice.purchase_order.clone()),
        (w.project_reference, invoice.project_reference.clone()),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// The country is told where it is not that of the other party.
fn party(party: &Party, other: &Party, w: &Words) -> PartyView {
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
        worded(w.tax_id, &party.tax_id),
        worded(w.iban, &party.iban),
        worded(w.bic, &party.bic),
    ];
    let attention = worded(w.attention, &party.attention);
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
    let w = format.words();
    let unit = match line.unit.as_str() {
        "HUR" => w.unit_hours,
        "C62" | "H87" => w.unit_pieces,
        "KMT" => w.unit_km,
        "LS" => w.unit_lump,
        "DAY" => w.unit_days,
        other => other,
    };
    let lump = line.unit == "LS" && line.quantity == Decimal::ONE;
    let mut description = line.description.clone();
    if let Some(Adjustment { amount, grounds }) = &line.adjustment {
        let word = match amount.is_negative() {
            true => w.discount,
            false => w.surcharge,
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
    let w = format.words();
    let mut totals = Vec::new();
    if !invoice.discount.is_zero() || invoice.surcharge.is_some() {
        totals.push((w.line_total.to_owned(), format.money(invoice.line_total)));
    }
    if !invoice.discount.is_zero() {
        let discount = invoice.discount.negated().unwrap_or(invoice.discount);
        let label = adjusted(w.discount, &invoice.discount_for, format);
        totals.push((label, format.money(discount)));
    }
    if let Some(Adjustment { amount, grounds }) = &invoice.surcharge {
        let label = adjusted(w.surcharge, grounds, format);
        totals.push((label, format.money(*amount)));
    }
    totals.push((w.net_total.to_owned(), format.money(invoice.net)));
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
    let w = format.words();
    if let Some(name) = &tax.name {
        return format!("{name} {}", format.percent(tax.rate));
    }
    match tax.category {
        TaxCategory::S | TaxCategory::Z => fill(
            w.tax_line,
            &[&format.percent(tax.rate), &format.money(tax.base)],
        ),
        TaxCategory::AE => w.tax_reverse.to_owned(),
        TaxCategory::E | TaxCategory::K | TaxCategory::G | TaxCategory::O => {
            w.tax_exempt.to_owned()
        }
    }
}

/// `GET /c/{client}/invoices/{invoice}/file`
pub(in super::super) async fn file(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    Path((_, invoice)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    handed_out(&portal, &viewer, &invoice, InvoiceFile::Document).await
}

/// `GET /c/{client}/invoices/{invoice}/e-invoice`
pub(in super::super) async fn e_invoice(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    Path((_, invoice)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    handed_out(&portal, &viewer, &invoice, InvoiceFile::EInvoice).await
}

async fn handed_out(
    portal: &Portal,
    viewer: &Viewer,
    invoice: &str,
    which: InvoiceFile,
) -> Result<Response, Refusal> {
    let id = PublicId::parse(invoice).map_err(|_| Refusal::NotFound)?;
    let store = portal.store();
    let found = store.fetch_file(viewer, id, which, portal.now()).await?;
    let (name, bytes) = found.ok_or(Refusal::NotFound)?;
    let media = media_of(&name, &bytes);
    attachment(&name, media, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_asked_for_by_state_and_year() {
        let today = "2026-11-21".parse().unwrap();
        let filter = |query: &str| Asked::read(query)?.filter(today);
        assert_eq!(
            filter("state=overdue&year=2026"),
            Some(InvoiceFilter {
                group: Some(InvoiceGroup::Overdue),
                year: Some(2026),
                today
            })
        );
        for query in [
            "state=lost",
            "year=0",
            "year=x",
            "year=2026&year=2025",
            "sort=total",
        ] {
            assert_eq!(filter(query), None, "{query}");
        }
        let asked = Asked::read("state=open&year=2026&page=3").unwrap();
        assert_eq!(asked.address("/x"), "/x?state=open&year=2026&page=3");
        assert_eq!(Asked::default().address("/x"), "/x");
    }

    #[test]
    fn pages_are_numbered_from_one() {
        assert_eq!(page_number(""), Some(1));
        assert_eq!(page_number("3"), Some(3));
        for page in ["0", "-1", "x"] {
            assert_eq!(page_number(page), None, "{page}");
        }
    }
}
