//! Invoices for the tests of this layer.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::published::{
    Estimate, EstimateLine, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Party, Payment,
    TaxCategory, TaxLine,
};
use crate::values::id::PublicId;
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

pub(super) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap())
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn line(description: &str, quantity: &str, unit: &str, price: &str) -> InvoiceLine {
    let (quantity, unit_price) = (decimal(quantity), decimal(price));
    InvoiceLine {
        description: description.to_owned(),
        quantity,
        unit: unit.to_owned(),
        unit_price,
        adjustment: None,
        net: Money::rounded(quantity * unit_price, euro(0).currency()).unwrap(),
        tax_rate: decimal("19"),
        tax_category: TaxCategory::S,
    }
}

fn party(name: &str, address: &[&str], country: &str) -> Party {
    Party {
        name: name.to_owned(),
        address: address.iter().map(|&line| line.to_owned()).collect(),
        country: Some(country.to_owned()),
        email: None,
        phone: None,
        tax_id: None,
        iban: None,
        bic: None,
        attention: None,
    }
}

/// Works the sums out again from the lines: one tax base for each rate and category.
pub(super) fn sum(mut invoice: Invoice) -> Invoice {
    let total = |lines: &[Money]| euro(lines.iter().map(|money| money.minor()).sum());
    invoice.line_total = total(
        &invoice
            .lines
            .iter()
            .map(|line| line.net)
            .collect::<Vec<_>>(),
    );
    let surcharge = invoice.surcharge.as_ref().map_or(0, |of| of.amount.minor());
    invoice.net = euro(invoice.line_total.minor() - invoice.discount.minor() + surcharge);
    let mut rates: Vec<_> = invoice
        .lines
        .iter()
        .map(|line| (line.tax_category, line.tax_rate))
        .collect();
    rates.sort();
    rates.dedup();
    invoice.taxes = rates
        .iter()
        .enumerate()
        .map(|(position, &(category, rate))| {
            let lines = invoice
                .lines
                .iter()
                .filter(|line| (line.tax_category, line.tax_rate) == (category, rate));
            let gross: i64 = lines.map(|line| line.net.minor()).sum();
            // All of it off the highest rate, or on it.
            let (discount, surcharge) = if position + 1 == rates.len() {
                (invoice.discount.minor(), surcharge)
            } else {
                (0, 0)
            };
            let base = euro(gross - discount + surcharge);
            TaxLine {
                category,
                name: None,
                rate,
                base,
                surcharge: (surcharge > 0).then(|| euro(surcharge)),
                amount: Money::rounded(
                    base.decimal() * rate / Decimal::ONE_HUNDRED,
                    base.currency(),
                )
                .unwrap(),
            }
        })
        .collect();
    let tax: i64 = invoice.taxes.iter().map(|line| line.amount.minor()).sum();
    invoice.total = euro(invoice.net.minor() + tax);
    invoice.paid = total(
        &invoice
            .payments
            .iter()
            .map(|payment| payment.amount)
            .collect::<Vec<_>>(),
    );
    invoice.balance = euro(invoice.total.minor() - invoice.paid.minor());
    invoice
}

/// An estimate over the lines of the ordinary invoice.
pub(super) fn estimate() -> Estimate {
    let invoice = invoice();
    Estimate {
        number: Some("E-2026-0003".to_owned()),
        title: "Website with a shop".to_owned(),
        date: day("2026-11-20"),
        valid_until: Some(day("2026-12-20")),
        currency: invoice.currency,
        language: invoice.language,
        seller: Party {
            iban: None,
            bic: None,
            ..invoice.seller
        },
        buyer: invoice.buyer,
        introduction: None,
        lines: invoice
            .lines
            .into_iter()
            .map(|line| EstimateLine {
                phase: None,
                task: None,
                line,
            })
            .collect(),
        line_total: invoice.line_total,
        discount: invoice.discount,
        discount_for: invoice.discount_for,
        surcharge: None,
        net: invoice.net,
        taxes: invoice.taxes,
        total: invoice.total,
        tax_note: None,
        closing: None,
    }
}

/// An ordinary invoice of one page.
pub(super) fn invoice() -> Invoice {
    sum(Invoice {
        id: PublicId::from_bytes([7; 16]),
        kind: InvoiceKind::Invoice,
        number: Some("2026-0007".to_owned()),
        corrects: None,
        state: InvoiceState::Issued,
        issue_date: day("2026-12-01"),
        due_date: Some(day("2026-12-15")),
        period: Some(Period {
            from: day("2026-11-01"),
            to: day("2026-11-30"),
        }),
        currency: euro(0).currency(),
        language: "en".to_owned(),
        seller: Party {
            email: Some("hello@lindgren.studio".to_owned()),
            phone: Some("+49 30 1234567".to_owned()),
            tax_id: Some("DE123456789".to_owned()),
            iban: Some("DE89370400440532013000".to_owned()),
            bic: Some("COBADEFFXXX".to_owned()),
            ..party(
                "Lindgren Studio",
                &["Oranienstraße 12", "10999 Berlin"],
                "DE",
            )
        },
        buyer: Party {
            attention: Some("Jane Miller".to_owned()),
            ..party(
                "Acme Instruments GmbH",
                &["Hafenweg 3", "20457 Hamburg"],
                "DE",
            )
        },
        purchase_order: Some("PO-88123".to_owned()),
        project_reference: None,
        introduction: Some(
            "Thank you for the good work together in November. We bill our services as follows."
                .to_owned(),
        ),
        lines: vec![
            line(
                "Website: design\nWireframes, visual design of the product pages, two rounds of corrections",
                "18.5",
                "HUR",
                "95",
            ),
            line("Website: development", "32.25", "HUR", "95"),
            line("Website: coordination and calls", "4.75", "HUR", "80"),
            line("Travel to Hamburg, 12 November", "578", "KMT", "0.30"),
            line("Stock photographs", "3", "C62", "29"),
        ],
        line_total: euro(0),
        discount: euro(0),
        discount_for: crate::published::Grounds::default(),
        surcharge: None,
        tax_note: None,
        net: euro(0),
        taxes: Vec::new(),
        total: euro(0),
        payments: Vec::new(),
        paid: euro(0),
        balance: euro(0),
        payment_terms: None,
        closing: None,
        credits: Vec::new(),
        file: None,
        e_invoice: None,
    })
}

/// With everything that an invoice can have: discount, several rates, payments, terms, a buyer abroad.
pub(super) fn rich() -> Invoice {
    let mut invoice = invoice();
    invoice.language = "de".to_owned();
    invoice.introduction = Some("Sehr geehrte Frau Miller,\n\nvielen Dank für Ihren Auftrag. Für unsere Leistungen im November berechnen wir Ihnen:".to_owned());
    invoice.lines = vec![
        line(
            "Konzeption und Softwareentwicklungsdienstleistungen für die Auftragsverwaltung",
            "18.5",
            "HUR",
            "95",
        ),
        line("Umsetzung", "132.3333", "HUR", "95.125"),
        InvoiceLine {
            tax_rate: decimal("7"),
            ..line("Fachbuch „Barrierefreie Dokumente“", "2", "C62", "39.90")
        },
        line("Einrichtung des Servers", "1", "LS", "450"),
    ];
    invoice.discount = euro(25_000);
    invoice.buyer.tax_id = Some("ATU12345678".to_owned());
    invoice.buyer.country = Some("AT".to_owned());
    invoice.buyer.address = vec!["Praterstraße 1".to_owned(), "1020 Wien".to_owned()];
    invoice.payments = vec![
        Payment {
            date: day("2026-12-03"),
            amount: euro(500_000),
            method: Some("Überweisung".to_owned()),
        },
        Payment {
            date: day("2026-12-10"),
            amount: euro(120_000),
            method: None,
        },
    ];
    invoice.state = InvoiceState::PartiallyPaid;
    invoice.payment_terms = Some("Bitte überweisen Sie den offenen Betrag bis zum 15. Dezember 2026.\nBei Zahlung innerhalb von 7 Tagen gewähren wir 2 % Skonto.\n\nEs gelten unsere Geschäftsbedingungen.".to_owned());
    sum(invoice)
}

/// A credit note over one line of the ordinary invoice.
pub(super) fn credit_note() -> Invoice {
    let mut invoice = invoice();
    invoice.kind = InvoiceKind::CreditNote;
    invoice.number = Some("CN-2026-0001".to_owned());
    invoice.corrects = Some("2026-0007".to_owned());
    invoice.introduction = Some("Two hours of coordination were billed twice.".to_owned());
    invoice.lines = vec![line("Website: coordination and calls", "2", "HUR", "80")];
    invoice.due_date = None;
    sum(invoice)
}

/// A draft where rates are hidden: each line is one lump sum.
pub(super) fn draft() -> Invoice {
    let mut invoice = invoice();
    invoice.number = None;
    invoice.state = InvoiceState::Draft;
    invoice.lines = vec![
        line("Website: design", "1", "LS", "1757.5"),
        line("Website: development", "1", "LS", "3063.75"),
    ];
    sum(invoice)
}

/// Text that means something to typst, to PDF, to a shell or to a screen.
pub(super) const HOSTILE: &str = "#read(\"/etc/passwd\") #{1/0} $x^2$ *b* _i_ `c` \\u{41} \\ <label> @ref // /* */ = h\n- item [a] \u{202e}evil\u{202c} \u{0} ) Tj (\u{feff}\u{200f} 株式会社 🎉 %s {{x}} <script>";

/// Hostile text in every field of people.
pub(super) fn hostile() -> Invoice {
    let mut invoice = invoice();
    let some = || Some(HOSTILE.to_owned());
    for party in [&mut invoice.seller, &mut invoice.buyer] {
        *party = Party {
            name: HOSTILE.to_owned(),
            address: vec![HOSTILE.to_owned(); 3],
            country: some(),
            email: some(),
            phone: some(),
            tax_id: some(),
            iban: some(),
            bic: some(),
            attention: some(),
        };
    }
    invoice.number = some();
    invoice.corrects = some();
    invoice.purchase_order = some();
    invoice.introduction = some();
    invoice.payment_terms = some();
    invoice.language = HOSTILE.to_owned();
    invoice.file = some();
    invoice.payments = vec![Payment {
        date: day("2026-12-03"),
        amount: euro(1),
        method: some(),
    }];
    for line in &mut invoice.lines {
        line.description = HOSTILE.to_owned();
        line.unit = HOSTILE.to_owned();
    }
    invoice.lines.push(line(&"W".repeat(400), "1", "C62", "1"));
    sum(invoice)
}

/// So many lines, some of them long.
pub(super) fn many(count: usize) -> Invoice {
    let mut invoice = invoice();
    invoice.lines = (1..=count)
        .map(|number| {
            let more = if number % 7 == 0 {
                "\nAnalysis of the logs, a fix for the import of time zones, tests with the data of the last quarter, and a call with the team about the next steps of the migration to the new platform"
            } else {
                ""
            };
            line(&format!("Task {number}: development{more}"), "1.25", "HUR", "95")
        })
        .collect();
    sum(invoice)
}
