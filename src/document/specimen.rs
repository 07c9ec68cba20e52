//! Invoices of every kind that nobody sent: with them a template is tried before it is used.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::published::{
    Annex, AnnexRow, Grounds, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Party, Payment,
    TaxCategory, TaxLine,
};
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

/// An invoice to try a template with.
pub(super) struct Specimen {
    pub(super) name: &'static str,
    pub(super) invoice: Invoice,
    pub(super) annex: Option<Annex>,
    /// On Letter.
    pub(super) letter: bool,
    /// With a logo, a payment code and the data of a Factur-X.
    pub(super) adorned: bool,
}

/// All of them. None if the program cannot name the euro, which it can.
pub(super) fn all() -> Vec<Specimen> {
    let Ok(euro) = Currency::parse("EUR") else {
        return Vec::new();
    };
    let maker = Maker { euro };
    let plain = |name, invoice| Specimen {
        name,
        invoice,
        annex: None,
        letter: false,
        adorned: false,
    };
    let mut all = vec![
        plain("short", maker.short()),
        Specimen {
            letter: true,
            ..plain("letter", maker.short())
        },
        Specimen {
            adorned: true,
            ..plain("logo-and-code", maker.short())
        },
        plain("long", maker.long()),
        plain("long-descriptions", maker.wordy()),
        plain("draft", maker.draft()),
        plain("several-taxes-and-payments", maker.several()),
        plain("credit-note", maker.credit_note()),
        plain("text-of-people", maker.hostile()),
        Specimen {
            annex: Some(maker.annex()),
            ..plain("time-sheet", maker.short())
        },
    ];
    for (name, category) in [
        ("zero-rated", TaxCategory::Z),
        ("exempt", TaxCategory::E),
        ("reverse-charge", TaxCategory::AE),
        ("intra-community", TaxCategory::K),
        ("export", TaxCategory::G),
        ("out-of-scope", TaxCategory::O),
    ] {
        all.push(plain(name, maker.taxed(category)));
    }
    all
}

struct Maker {
    euro: Currency,
}

impl Maker {
    fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.euro)
    }

    /// So many minutes at 95.00 an hour.
    fn line(&self, description: &str, minutes: i64) -> InvoiceLine {
        let quantity = Decimal::new(minutes * 10_000 / 60, 4).normalize();
        let unit_price = Decimal::new(9_500, 2);
        InvoiceLine {
            description: description.to_owned(),
            quantity,
            unit: "HUR".to_owned(),
            unit_price,
            adjustment: None,
            net: Money::rounded(quantity * unit_price, self.euro).unwrap_or_else(|_| self.money(0)),
            tax_rate: Decimal::from(19),
            tax_category: TaxCategory::S,
        }
    }

    /// An invoice with these lines, summed up.
    fn with(&self, lines: Vec<InvoiceLine>) -> Invoice {
        let zero = self.money(0);
        let invoice = Invoice {
            id: PublicId::from_bytes([0; 16]),
            kind: InvoiceKind::Invoice,
            number: Some("2026-0042".to_owned()),
            corrects: None,
            state: InvoiceState::Issued,
            issue_date: day(1),
            due_date: Some(day(15)),
            period: Some(Period {
                from: day(1),
                to: day(30),
            }),
            currency: self.euro,
            language: "en".to_owned(),
            seller: seller(),
            buyer: buyer(),
            purchase_order: Some("PO-4711".to_owned()),
            project_reference: None,
            introduction: Some("Thank you for the good work together.".to_owned()),
            lines,
            line_total: zero,
            discount: zero,
            discount_for: Grounds::default(),
            surcharge: None,
            net: zero,
            taxes: Vec::new(),
            total: zero,
            tax_note: None,
            payments: Vec::new(),
            paid: zero,
            credits: Vec::new(),
            balance: zero,
            payment_terms: None,
            closing: None,
            file: None,
            e_invoice: None,
        };
        self.summed(invoice)
    }

    fn summed(&self, mut invoice: Invoice) -> Invoice {
        let sum = |amounts: &mut dyn Iterator<Item = Money>| {
            self.money(amounts.map(Money::minor).sum::<i64>())
        };
        invoice.line_total = sum(&mut invoice.lines.iter().map(|line| line.net));
        let mut kinds: Vec<_> = invoice
            .lines
            .iter()
            .map(|line| (line.tax_category, line.tax_rate))
            .collect();
        kinds.sort();
        kinds.dedup();
        invoice.taxes = kinds
            .into_iter()
            .map(|(category, rate)| {
                let of_kind =
                    |line: &&InvoiceLine| (line.tax_category, line.tax_rate) == (category, rate);
                let base = sum(&mut invoice.lines.iter().filter(of_kind).map(|line| line.net));
                let tax = base.decimal() * rate / Decimal::ONE_HUNDRED;
                TaxLine {
                    category,
                    rate,
                    name: None,
                    surcharge: None,
                    base,
                    amount: Money::rounded(tax, self.euro).unwrap_or_else(|_| self.money(0)),
                }
            })
            .collect();
        let tax = sum(&mut invoice.taxes.iter().map(|line| line.amount));
        invoice.net = self.money(invoice.line_total.minor() - invoice.discount.minor());
        invoice.total = self.money(invoice.net.minor() + tax.minor());
        invoice.paid = sum(&mut invoice.payments.iter().map(|payment| payment.amount));
        invoice.balance = self.money(invoice.total.minor() - invoice.paid.minor());
        invoice
    }

    fn short(&self) -> Invoice {
        self.with(vec![
            self.line("Website · design", 1_110),
            self.line("Website · development", 1_935),
        ])
    }

    fn long(&self) -> Invoice {
        let lines = (1..=140).map(|number| self.line(&format!("Task {number}"), 75));
        self.with(lines.collect())
    }

    fn wordy(&self) -> Invoice {
        let story = "Analysis of the import, a fix for the zones of its times, tests with last year's data, and a call about \
            the next steps of the migration.\n";
        self.with(vec![
            self.line(&story.repeat(60), 480),
            self.line(&"Unbreakable".repeat(40), 60),
            self.line(story, 45),
        ])
    }

    fn draft(&self) -> Invoice {
        let mut invoice = self.short();
        invoice.number = None;
        invoice.state = InvoiceState::Draft;
        invoice.purchase_order = None;
        invoice.introduction = None;
        invoice.period = None;
        for line in &mut invoice.lines {
            line.quantity = Decimal::ONE;
            line.unit = "LS".to_owned();
            line.unit_price = line.net.decimal();
        }
        invoice
    }

    fn several(&self) -> Invoice {
        let mut invoice = self.short();
        invoice.language = "de".to_owned();
        invoice.discount = self.money(10_000);
        invoice.lines.push(InvoiceLine {
            tax_rate: Decimal::from(7),
            quantity: Decimal::from(2),
            unit: "C62".to_owned(),
            ..self.line("Fachbuch", 120)
        });
        invoice.payments = vec![
            Payment {
                date: day(3),
                amount: self.money(100_000),
                method: Some("Überweisung".to_owned()),
            },
            Payment {
                date: day(9),
                amount: self.money(50_000),
                method: None,
            },
        ];
        invoice.state = InvoiceState::PartiallyPaid;
        invoice.payment_terms =
            Some("Zahlbar ohne Abzug.\n\nEs gelten unsere Geschäftsbedingungen.".to_owned());
        self.summed(invoice)
    }

    fn credit_note(&self) -> Invoice {
        let mut invoice = self.with(vec![self.line("Website · design", 120)]);
        invoice.kind = InvoiceKind::CreditNote;
        invoice.number = Some("CN-2026-0003".to_owned());
        invoice.corrects = Some("2026-0042".to_owned());
        invoice.due_date = None;
        invoice.introduction = None;
        invoice.balance = self.money(0);
        invoice
    }

    fn taxed(&self, category: TaxCategory) -> Invoice {
        let mut invoice = self.short();
        for line in &mut invoice.lines {
            line.tax_category = category;
            line.tax_rate = Decimal::ZERO;
        }
        self.summed(invoice)
    }

    /// Words that mean something to a template that would run them.
    fn hostile(&self) -> Invoice {
        let words = "#panic(\"run\") $x$ *b* _i_ `c` \\ <label> @ref // /* = h - [a] \"quoted\" 100 % & < >";
        let mut invoice = self.short();
        for party in [&mut invoice.seller, &mut invoice.buyer] {
            party.name = words.to_owned();
            party.address = vec![words.to_owned(); 2];
            party.attention = Some(words.to_owned());
        }
        invoice.number = Some(words.to_owned());
        invoice.introduction = Some(words.to_owned());
        invoice.payment_terms = Some(words.to_owned());
        for line in &mut invoice.lines {
            line.description = format!("{words}\n{words}");
        }
        invoice
    }

    /// The time sheet of the short one.
    fn annex(&self) -> Annex {
        let rows: Vec<AnnexRow> = (1..=60_u32)
            .map(|number| AnnexRow {
                day: day(1 + number / 3),
                clock: None,
                project: "Website".to_owned(),
                task: (number % 2 == 0).then(|| "development".to_owned()),
                member: if number % 3 == 0 { "Jo" } else { "Ada" }.to_owned(),
                description: (number % 4 != 0)
                    .then(|| "Layout of the product pages, and a call about them".to_owned()),
                seconds: Seconds(3_000),
            })
            .collect();
        let (further, rounding) = (Seconds(1_800), Seconds(900));
        Annex {
            further,
            rounding,
            total: rows
                .iter()
                .fold(further + rounding, |sum, row| sum + row.seconds),
            rows,
        }
    }
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default()
}

fn seller() -> Party {
    Party {
        email: Some("hello@example.com".to_owned()),
        phone: Some("+49 30 1234567".to_owned()),
        tax_id: Some("DE123456789".to_owned()),
        iban: Some("DE89370400440532013000".to_owned()),
        bic: Some("COBADEFFXXX".to_owned()),
        ..party("Studio Example", &["Sample Street 1", "10999 Berlin"], "DE")
    }
}

fn buyer() -> Party {
    Party {
        tax_id: Some("ATU12345678".to_owned()),
        attention: Some("Jane Miller".to_owned()),
        ..party(
            "Acme Instruments GmbH",
            &["Praterstraße 1", "1020 Wien"],
            "AT",
        )
    }
}

fn party(name: &str, address: &[&str], country: &str) -> Party {
    Party {
        name: name.to_owned(),
        address: address.iter().map(|line| (*line).to_owned()).collect(),
        country: Some(country.to_owned()),
        email: None,
        phone: None,
        tax_id: None,
        iban: None,
        bic: None,
        attention: None,
    }
}
