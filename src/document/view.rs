//! An invoice as the strings that a template shows: sorted, worded and formatted, so that the template only lays out.
//!
//! Every word of people passes through [`Proof`], so nothing reaches a font that cannot draw it. Nothing is computed here
//! but what is shown and what is left out; sums come from the invoice as they are.

mod estimate;

use rust_decimal::Decimal;
use serde::Serialize;

use super::exemption;
use super::font::Proof;
use super::look::Look;
use super::words::{Labels, Language, Tax, Words};
use crate::published::{
    Annex, AnnexRow, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Party, TaxCategory, TaxLine,
};
use crate::values::duration::Seconds;
use crate::values::money::Money;

pub(super) use estimate::of as of_estimate;

/// A description beyond this many characters or lines may be split between two pages.
const LONG_TEXT: usize = 700;
const LONG_LINES: usize = 8;
/// A unit that is no code of UN/ECE is cut here, or it takes the room of the description.
const UNKNOWN_UNIT: usize = 8;

/// All that the template is given, under the names it reads.
#[derive(Debug, Serialize)]
pub(super) struct View {
    /// `en` or `de`, for hyphenation and screen readers.
    language: &'static str,
    /// `a4` or `us-letter`.
    paper: &'static str,
    /// The file of the logo.
    logo: Option<&'static str>,
    /// `Invoice 2026-0007`.
    title: String,
    /// `Invoice`.
    kind: &'static str,
    number: Option<String>,
    /// `Draft` or `Preview` where there is no number.
    mark: Option<&'static str>,
    seller: Letterhead,
    /// The sender in one line above the address, as the window of an envelope shows it.
    sender: String,
    /// Name and address of who gets it.
    recipient: Vec<String>,
    /// Date, due date, period, …
    facts: Vec<Fact>,
    /// Paragraphs of lines.
    introduction: Vec<Vec<String>>,
    /// Quantity and unit price are shown: not where each line is one lump sum.
    with_quantity: bool,
    /// Each line shows its tax rate: only where there are several.
    with_tax: bool,
    /// `EUR`.
    currency: &'static str,
    lines: Vec<Line>,
    totals: Vec<Total>,
    /// Sentences that the law asks for.
    notes: Vec<String>,
    /// Asks for the money where the business gave no terms of its own.
    request: Option<String>,
    /// The terms of the business, as paragraphs of lines.
    terms: Vec<Vec<String>>,
    /// Bank details.
    bank: Vec<Fact>,
    /// The words at the end, as paragraphs of lines.
    closing: Vec<Vec<String>>,
    /// The file of the QR code to pay with, and what it is for those who do not see it.
    payment_code: Option<&'static str>,
    /// The time sheet, on pages of its own.
    annex: Option<Sheet>,
    words: &'static Words,
}

/// The names of the pictures that lie beside the data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pictures {
    pub(super) logo: Option<&'static str>,
    pub(super) payment_code: Option<&'static str>,
}

/// The time sheet behind the invoice.
#[derive(Debug, Serialize)]
struct Sheet {
    rows: Vec<Entry>,
    /// Work that is not shown in detail, and what rounding added or took off.
    sums: Vec<Fact>,
    total: String,
    with_member: bool,
}

/// A row of the time sheet.
#[derive(Debug, Serialize)]
struct Entry {
    day: String,
    /// `9:00–11:30`, where times of day are shown.
    clock: Option<String>,
    /// What it was for: project and task.
    about: String,
    details: Vec<String>,
    member: String,
    hours: String,
}

/// Who sends it.
#[derive(Debug, Serialize)]
struct Letterhead {
    name: String,
    address: Vec<String>,
    /// Email, phone and tax id.
    contact: Vec<Fact>,
}

/// A word and what it names.
#[derive(Debug, Serialize)]
struct Fact {
    label: String,
    value: String,
}

/// A row of the table.
#[derive(Debug, Serialize)]
struct Line {
    /// The first line of the description.
    title: String,
    /// The lines below it.
    details: Vec<String>,
    quantity: String,
    unit_price: String,
    tax: String,
    net: String,
    /// So long that it may be split between two pages.
    long: bool,
}

/// A row of the sums.
#[derive(Debug, Serialize)]
struct Total {
    label: String,
    value: String,
    weight: Weight,
}

/// How loud a row of the sums is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Weight {
    Plain,
    /// The sum of the document.
    Strong,
    /// What is to be paid.
    Due,
}

/// Words an invoice for printing.
pub(super) fn of(
    invoice: &Invoice,
    annex: Option<&Annex>,
    look: &Look,
    pictures: Pictures,
    proof: &mut Proof,
) -> View {
    let language = Language::of(&invoice.language);
    let labels = language.labels();
    let tax = Tax::of(
        invoice.seller.country.as_deref(),
        invoice.seller.tax_id.as_deref(),
    );
    let kind = language.kind(invoice.kind);
    let number = present(&invoice.number).map(|number| proof.line(number));
    let abroad = invoice.seller.country.is_some()
        && invoice.buyer.country.is_some()
        && invoice.seller.country != invoice.buyer.country;
    let seller = letterhead(&invoice.seller, abroad, language, proof);
    let terms = invoice
        .payment_terms
        .as_deref()
        .map(|text| proof.paragraphs(text))
        .unwrap_or_default();
    let asks = invoice.kind == InvoiceKind::Invoice && invoice.balance.minor() > 0;
    let bank = if asks {
        bank(invoice, number.as_deref(), labels, proof)
    } else {
        Vec::new()
    };
    View {
        language: language.tag(),
        paper: look.paper(invoice).name(),
        logo: pictures.logo,
        title: match &number {
            Some(number) => format!("{kind} {number}"),
            None => format!("{kind} ({})", mark(invoice, labels)),
        },
        kind,
        mark: number.is_none().then(|| mark(invoice, labels)),
        sender: sender(&seller),
        recipient: recipient(&invoice.buyer, abroad, language, proof),
        facts: facts(invoice, language, proof),
        introduction: invoice
            .introduction
            .as_deref()
            .map(|text| proof.paragraphs(text))
            .unwrap_or_default(),
        with_quantity: !invoice.lines.iter().all(is_lump),
        with_tax: has_several_rates(&invoice.lines),
        currency: invoice.currency.code(),
        lines: lines(invoice, language, proof),
        totals: totals(invoice, language, tax, proof),
        notes: notes(invoice, language, tax, proof),
        request: (terms.is_empty() && !bank.is_empty())
            .then(|| language.please_pay(invoice.balance, invoice.due_date)),
        terms,
        bank,
        closing: invoice
            .closing
            .as_deref()
            .map(|text| proof.paragraphs(text))
            .unwrap_or_default(),
        payment_code: pictures.payment_code,
        annex: annex.map(|annex| sheet(annex, language, proof)),
        words: language.words(),
        number,
        seller,
    }
}

/// The text, where there is one.
fn present(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn mark(invoice: &Invoice, labels: &Labels) -> &'static str {
    match invoice.state {
        InvoiceState::Draft => labels.draft,
        _ => labels.preview,
    }
}

fn letterhead(seller: &Party, abroad: bool, language: Language, proof: &mut Proof) -> Letterhead {
    let labels = language.labels();
    let contact = [
        (labels.email, present(&seller.email)),
        (labels.phone, present(&seller.phone)),
        (
            present(&seller.tax_id).map_or("", |id| language.tax_id(id)),
            present(&seller.tax_id),
        ),
    ];
    Letterhead {
        name: proof.line(&seller.name),
        address: address(seller, abroad, language, proof),
        contact: contact
            .into_iter()
            .filter_map(|(label, value)| Some(fact(label, proof.line(value?))))
            .collect(),
    }
}

/// The lines of an address, the country last where the letter crosses a border.
fn address(party: &Party, abroad: bool, language: Language, proof: &mut Proof) -> Vec<String> {
    let country = present(&party.country)
        .filter(|_| abroad)
        .map(|code| language.country(code));
    party
        .address
        .iter()
        .map(String::as_str)
        .chain(country)
        .flat_map(|text| proof.lines(text))
        .filter(|text| !text.is_empty())
        .collect()
}

fn sender(seller: &Letterhead) -> String {
    let parts: Vec<&str> = std::iter::once(&seller.name)
        .chain(&seller.address)
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}

fn recipient(buyer: &Party, abroad: bool, language: Language, proof: &mut Proof) -> Vec<String> {
    let attention = present(&buyer.attention).filter(|name| *name != buyer.name.trim());
    let mut lines = vec![proof.line(&buyer.name)];
    lines.extend(
        attention.map(|name| format!("{} {}", language.labels().attention, proof.line(name))),
    );
    lines.extend(address(buyer, abroad, language, proof));
    lines
}

fn fact(label: impl Into<String>, value: String) -> Fact {
    Fact {
        label: label.into(),
        value,
    }
}

fn facts(invoice: &Invoice, language: Language, proof: &mut Proof) -> Vec<Fact> {
    let labels = language.labels();
    let mut facts = Vec::new();
    facts
        .extend(present(&invoice.corrects).map(|number| fact(labels.corrects, proof.line(number))));
    facts.push(fact(labels.date, language.date(invoice.issue_date)));
    if invoice.kind == InvoiceKind::Invoice {
        facts.extend(
            invoice
                .due_date
                .map(|day| fact(labels.due, language.date(day))),
        );
    }
    facts.extend(
        invoice
            .period
            .map(|period| fact(labels.period, language.period(period))),
    );
    facts.extend(
        present(&invoice.purchase_order)
            .map(|order| fact(labels.purchase_order, proof.line(order))),
    );
    facts.extend(
        present(&invoice.project_reference)
            .map(|project| fact(labels.project_reference, proof.line(project))),
    );
    facts.extend(
        present(&invoice.buyer.tax_id).map(|id| fact(language.buyer_tax_id(id), proof.line(id))),
    );
    facts
}

/// One of something at the price of the whole line: there is nothing to multiply.
fn is_lump(line: &InvoiceLine) -> bool {
    line.quantity == Decimal::ONE && line.unit_price == line.net.decimal() && line.unit != "HUR"
}

fn has_several_rates(lines: &[InvoiceLine]) -> bool {
    let mut rates = lines.iter().map(|line| (line.tax_category, line.tax_rate));
    rates
        .next()
        .is_some_and(|first| rates.any(|rate| rate != first))
}

fn lines(invoice: &Invoice, language: Language, proof: &mut Proof) -> Vec<Line> {
    invoice
        .lines
        .iter()
        .map(|line| {
            let mut description = proof.lines(&line.description).into_iter();
            let title = description.next().unwrap_or_default();
            let mut details: Vec<String> = description.collect();
            if let Some(of) = &line.adjustment {
                let label = language.adjustment(!of.amount.is_negative(), &of.grounds);
                details.push(proof.line(&format!("{label}: {}", language.amount(of.amount))));
            }
            Line {
                long: line.description.len() > LONG_TEXT || details.len() > LONG_LINES,
                title,
                details,
                quantity: quantity(line, &invoice.lines, language, proof),
                unit_price: language.number(line.unit_price, invoice.currency.exponent()),
                tax: language.percent(line.tax_rate),
                net: language.amount(line.net),
            }
        })
        .collect()
}

/// `2.50 h`, `3 pc`: two places as soon as one line of that unit has a fraction, so that the points stand in a row.
fn quantity(
    line: &InvoiceLine,
    all: &[InvoiceLine],
    language: Language,
    proof: &mut Proof,
) -> String {
    let places = if all
        .iter()
        .any(|other| other.unit == line.unit && !other.quantity.fract().is_zero())
    {
        2
    } else {
        0
    };
    let unit = match language.unit(&line.unit) {
        Some(unit) if line.unit == "LS" && line.quantity == Decimal::ONE => return unit.to_owned(),
        Some(unit) => unit.to_owned(),
        // A code of three letters at most, if it is one.
        None => proof.line(&line.unit.chars().take(UNKNOWN_UNIT).collect::<String>()),
    };
    format!("{}\u{a0}{unit}", language.number(line.quantity, places))
        .trim_end()
        .to_owned()
}

fn totals(invoice: &Invoice, language: Language, tax: Tax, proof: &mut Proof) -> Vec<Total> {
    let labels = language.labels();
    let row = |label: String, money: Money, weight: Weight| Total {
        label,
        value: language.money(money),
        weight,
    };
    let plain = |label: &str, money: Money| row(label.to_owned(), money, Weight::Plain);
    // Outside the scope of tax there is no rate to show; the sentence below the sums says it.
    let taxes: Vec<&TaxLine> = invoice
        .taxes
        .iter()
        .filter(|line| line.category != TaxCategory::O || !line.amount.is_zero())
        .collect();

    let mut rows = Vec::new();
    let adjusted = !invoice.discount.is_zero() || invoice.surcharge.is_some();
    if adjusted {
        rows.push(plain(labels.subtotal, invoice.line_total));
    }
    if !invoice.discount.is_zero() {
        let label = proof.line(&language.adjustment(false, &invoice.discount_for));
        rows.push(Total {
            value: minus(language.money(invoice.discount)),
            ..plain(&label, invoice.discount)
        });
    }
    if let Some(surcharge) = &invoice.surcharge {
        let label = proof.line(&language.adjustment(true, &surcharge.grounds));
        rows.push(plain(&label, surcharge.amount));
    }
    if !taxes.is_empty() || adjusted && invoice.net != invoice.total {
        rows.push(plain(labels.net, invoice.net));
    }
    for line in &taxes {
        let told = line.name.is_none() && taxes.len() > 1;
        let base = (told || line.base != invoice.net).then_some(line.base);
        let name = line.name.as_ref().map(|name| proof.line(name));
        let name = name.as_deref().unwrap_or(language.tax(tax));
        rows.push(row(
            language.tax_line(name, line.rate, base),
            line.amount,
            Weight::Plain,
        ));
    }
    let total = match invoice.kind {
        InvoiceKind::Invoice => labels.total,
        InvoiceKind::CreditNote => labels.credit,
    };
    let settled_in_part = !invoice.paid.is_zero() || !invoice.payments.is_empty();
    let weight = if settled_in_part {
        Weight::Strong
    } else {
        Weight::Due
    };
    rows.push(row(total.to_owned(), invoice.total, weight));
    if settled_in_part {
        for payment in &invoice.payments {
            let method = present(&payment.method).map(|method| proof.line(method));
            rows.push(Total {
                value: minus(language.money(payment.amount)),
                ..plain(
                    &language.paid(payment.date, method.as_deref()),
                    payment.amount,
                )
            });
        }
        if invoice.payments.is_empty() {
            rows.push(Total {
                value: minus(language.money(invoice.paid)),
                ..plain(labels.paid, invoice.paid)
            });
        }
        let label = if invoice.balance.is_negative() {
            labels.overpaid
        } else if invoice.balance.is_zero() {
            labels.settled
        } else {
            labels.balance
        };
        let balance = language.money(invoice.balance);
        rows.push(Total {
            label: label.to_owned(),
            value: balance.trim_start_matches('\u{2212}').to_owned(),
            weight: Weight::Due,
        });
    }
    rows
}

/// What is taken off stands with a minus sign.
fn minus(figure: String) -> String {
    match figure.strip_prefix('\u{2212}') {
        Some(positive) => positive.to_owned(),
        None => format!("\u{2212}{figure}"),
    }
}

fn notes(invoice: &Invoice, language: Language, tax: Tax, proof: &mut Proof) -> Vec<String> {
    let note = invoice.tax_note.as_deref();
    let mut notes = Vec::new();
    for line in &invoice.taxes {
        let Some(reason) = exemption::of(invoice, note, line.category, language, tax) else {
            continue;
        };
        let text = proof.line(&reason.text);
        if !notes.contains(&text) {
            notes.push(text);
        }
    }
    notes
}

fn sheet(annex: &Annex, language: Language, proof: &mut Proof) -> Sheet {
    let Annex {
        rows,
        further,
        rounding,
        total,
    } = annex;
    let labels = language.labels();
    let mut sums = Vec::new();
    for (label, seconds) in [(labels.further, *further), (labels.rounding, *rounding)] {
        if seconds != Seconds::ZERO {
            sums.push(fact(label, hours(seconds, language)));
        }
    }
    let first = rows.first().map(|row| &row.member);
    Sheet {
        with_member: rows.iter().any(|row| Some(&row.member) != first),
        rows: rows.iter().map(|row| entry(row, language, proof)).collect(),
        sums,
        total: hours(*total, language),
    }
}

fn entry(row: &AnnexRow, language: Language, proof: &mut Proof) -> Entry {
    let AnnexRow {
        day,
        clock,
        project,
        task,
        member,
        description,
        seconds,
    } = row;
    let about: Vec<String> = std::iter::once(project)
        .chain(task)
        .map(|text| proof.line(text))
        .collect();
    Entry {
        day: language.short_date(*day),
        clock: clock
            .as_ref()
            .map(|clock| format!("{}–{}", clock.start, clock.end)),
        about: about.join(" · "),
        details: description
            .as_deref()
            .map(|text| proof.lines(text))
            .unwrap_or_default(),
        member: proof.line(member),
        hours: hours(*seconds, language),
    }
}

/// As on the lines: up to four places, at least two.
fn hours(seconds: Seconds, language: Language) -> String {
    language.number(seconds.as_hours().round_dp(4), 2)
}

fn bank(invoice: &Invoice, number: Option<&str>, labels: &Labels, proof: &mut Proof) -> Vec<Fact> {
    let Some(iban) = present(&invoice.seller.iban) else {
        return Vec::new();
    };
    let mut facts = vec![
        fact(labels.account_holder, proof.line(&invoice.seller.name)),
        fact("IBAN", proof.line(&in_fours(iban))),
    ];
    facts.extend(present(&invoice.seller.bic).map(|bic| fact("BIC", proof.line(bic))));
    facts.extend(number.map(|number| fact(labels.reference, number.to_owned())));
    facts
}

/// An account number in groups of four, as it is printed everywhere; as it was typed if it is none.
fn in_fours(iban: &str) -> String {
    let digits: String = iban.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() > 34 || !digits.chars().all(|c| c.is_ascii_alphanumeric()) {
        return iban.to_owned();
    }
    let mut out = String::new();
    for (position, c) in digits.chars().enumerate() {
        if position > 0 && position % 4 == 0 {
            out.push('\u{a0}');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sample;
    use crate::published::TaxCategory;

    fn view(invoice: &Invoice) -> View {
        let mut proof = Proof::new().unwrap();
        of(
            invoice,
            None,
            &Look::default(),
            Pictures::default(),
            &mut proof,
        )
    }

    fn rows(view: &View) -> Vec<(String, String)> {
        view.totals
            .iter()
            .map(|row| {
                (
                    row.label.replace('\u{a0}', " "),
                    row.value.replace('\u{a0}', " "),
                )
            })
            .collect()
    }

    fn row(label: &str, value: &str) -> (String, String) {
        (label.to_owned(), value.to_owned())
    }

    #[test]
    fn sums_go_from_the_lines_to_what_is_left_to_pay() {
        assert_eq!(
            rows(&view(&sample::rich())),
            [
                row("Zwischensumme", "14.875,51 €"),
                row("Rabatt", "−250,00 €"),
                row("Nettobetrag", "14.625,51 €"),
                row("Umsatzsteuer 7 % auf 79,80 €", "5,59 €"),
                row("Umsatzsteuer 19 % auf 14.545,71 €", "2.763,68 €"),
                row("Gesamtbetrag", "17.394,78 €"),
                row("Bezahlt am 3. Dezember 2026 (Überweisung)", "−5.000,00 €"),
                row("Bezahlt am 10. Dezember 2026", "−1.200,00 €"),
                row("Offener Betrag", "11.194,78 €"),
            ]
        );
        assert_eq!(
            rows(&view(&sample::invoice())),
            [
                row("Net amount", "€5,461.65"),
                row("VAT 19%", "€1,037.71"),
                row("Total", "€6,499.36"),
            ]
        );
    }

    #[test]
    fn an_overpaid_or_paid_invoice_asks_for_nothing() {
        let mut invoice = sample::invoice();
        invoice.paid = sample::euro(700_000);
        invoice.balance = sample::euro(-50_064);
        let shown = view(&invoice);
        assert_eq!(
            rows(&shown)[3..],
            [row("Paid", "−€7,000.00"), row("Overpaid", "€500.64")]
        );
        assert!(shown.bank.is_empty() && shown.request.is_none());

        invoice.balance = sample::euro(0);
        let shown = view(&invoice);
        assert_eq!(rows(&shown)[4], row("Balance", "€0.00"));
        assert!(shown.bank.is_empty() && shown.request.is_none());
    }

    #[test]
    fn without_tax_the_law_has_its_sentence() {
        for (category, english, german, with_row) in [
            (
                TaxCategory::AE,
                "Reverse charge",
                "Steuerschuldnerschaft des Leistungsempfängers",
                true,
            ),
            (TaxCategory::E, "Exempt", "Steuerfreie Leistung", true),
            (
                TaxCategory::K,
                "Intra-Community",
                "innergemeinschaftliche",
                true,
            ),
            (TaxCategory::G, "Export", "Ausfuhr", true),
            (
                TaxCategory::O,
                "Outside the scope",
                "Nicht steuerbar",
                false,
            ),
        ] {
            let mut invoice = sample::invoice();
            for line in &mut invoice.lines {
                line.tax_category = category;
                line.tax_rate = sample::decimal("0");
            }
            let mut invoice = sample::sum(invoice);
            let shown = view(&invoice);
            assert_eq!(shown.notes.len(), 1);
            assert!(shown.notes[0].contains(english), "{:?}", shown.notes);
            assert_eq!(rows(&shown).contains(&row("VAT 0%", "€0.00")), with_row);
            invoice.language = "de".to_owned();
            assert!(view(&invoice).notes[0].contains(german));
        }
        assert!(view(&sample::invoice()).notes.is_empty());
    }

    #[test]
    fn lump_sums_need_no_quantity_and_one_rate_no_column() {
        let draft = view(&sample::draft());
        assert!(!draft.with_quantity && !draft.with_tax);
        assert!(view(&sample::invoice()).with_quantity);
        let rich = view(&sample::rich());
        assert!(rich.with_quantity && rich.with_tax);
        let quantities: Vec<_> = rich
            .lines
            .iter()
            .map(|line| line.quantity.replace('\u{a0}', " "))
            .collect();
        assert_eq!(
            quantities,
            ["18,50 Std.", "132,3333 Std.", "2 Stk.", "pauschal"]
        );
    }

    #[test]
    fn only_what_has_no_number_is_marked() {
        assert_eq!(view(&sample::invoice()).mark, None);
        assert_eq!(view(&sample::draft()).mark, Some("Draft"));
        let mut preview = sample::draft();
        preview.state = InvoiceState::Issued;
        preview.language = "de-AT".to_owned();
        let preview = view(&preview);
        assert_eq!(preview.mark, Some("Vorschau"));
        assert_eq!(preview.title, "Rechnung (Vorschau)");
        assert!(
            preview
                .bank
                .iter()
                .all(|fact| fact.label != "Verwendungszweck")
        );
        // What happens to an issued invoice later never changes its face.
        let mut void = sample::invoice();
        void.state = InvoiceState::Void;
        assert_eq!(view(&void).mark, None);
    }

    #[test]
    fn a_credit_note_names_the_invoice_and_asks_for_no_money() {
        let mut credit = sample::credit_note();
        let shown = view(&credit);
        assert_eq!(shown.title, "Credit note CN-2026-0001");
        assert_eq!(
            (shown.facts[0].label.as_str(), shown.facts[0].value.as_str()),
            ("Corrects invoice", "2026-0007")
        );
        assert_eq!(rows(&shown)[2], row("Total credit", "€190.40"));
        assert!(shown.bank.is_empty() && shown.request.is_none());
        credit.language = "de".to_owned();
        assert_eq!(view(&credit).title, "Rechnungskorrektur CN-2026-0001");
    }

    #[test]
    fn the_country_stands_in_the_address_only_across_a_border() {
        assert_eq!(
            view(&sample::invoice()).recipient.last().unwrap(),
            "20457 Hamburg"
        );
        let rich = view(&sample::rich());
        assert_eq!(
            rich.recipient,
            [
                "Acme Instruments GmbH",
                "z. Hd. Jane Miller",
                "Praterstraße 1",
                "1020 Wien",
                "Österreich"
            ]
        );
        assert_eq!(rich.seller.address.last().unwrap(), "Deutschland");
        assert_eq!(
            rich.sender,
            "Lindgren Studio · Oranienstraße 12 · 10999 Berlin · Deutschland"
        );
    }

    #[test]
    fn account_numbers_stand_in_fours() {
        assert_eq!(
            in_fours("DE89 3704 0044 0532 0130 00").replace('\u{a0}', " "),
            "DE89 3704 0044 0532 0130 00"
        );
        assert_eq!(in_fours("12-34-56 12345678"), "12-34-56 12345678");
    }

    #[test]
    fn all_words_of_our_own_can_be_drawn() {
        let mut proof = Proof::new().unwrap();
        for language in [Language::English, Language::German] {
            for text in [
                format!("{:?}", language.words()),
                format!("{:?}", language.labels()),
            ] {
                proof.line(&text);
            }
        }
        for invoice in [
            sample::invoice(),
            sample::rich(),
            sample::credit_note(),
            sample::draft(),
        ] {
            // What is inserted after proofing, too.
            proof.line(&serde_json::to_string(&view(&invoice)).unwrap());
        }
        assert_eq!(proof.missing(), Vec::<char>::new());
    }
}
