//! The rules of EN 16931 over any invoice, read back from the files; by the official rules where python is at hand.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use rust_decimal::{Decimal, RoundingStrategy};

use super::bill::{Address, vat_id};
use super::*;
use crate::document::pdf::Printer;
use crate::document::sample::{self, euro, line};
use crate::published::{
    Adjustment, Grounds, Invoice, InvoiceKind, InvoiceLine, TaxCategory, TaxLine,
};

use TaxCategory::{AE, E, G, K, O, S, Z};

fn routing() -> Routing {
    Routing {
        buyer_reference: Some("04011000-1234-03".to_owned()),
        seller: None,
        buyer: Some(PeppolId::parse("0088:4035811991021").unwrap()),
        exemption: Some("Small business, no VAT is charged (section 19 UStG).".to_owned()),
    }
}

/// An invoice of one category, between parties that have what it needs.
fn of(category: TaxCategory) -> Invoice {
    let mut invoice = sample::invoice();
    invoice.buyer.tax_id = Some("ATU13585627".to_owned());
    invoice.buyer.country = Some("AT".to_owned());
    for line in &mut invoice.lines {
        line.tax_category = category;
        if category != S {
            line.tax_rate = Decimal::ZERO;
        }
    }
    sample::sum(invoice)
}

const ALL: [TaxCategory; 7] = [S, Z, E, AE, K, G, O];

/// The texts of a file by their path from below the root; those of a path in order.
#[derive(Debug)]
struct Read(BTreeMap<String, Vec<String>>);

impl Read {
    fn of(bytes: &[u8]) -> Self {
        let mut reader = Reader::from_reader(bytes);
        reader.config_mut().trim_text(true);
        let (mut path, mut found) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
        let mut text = String::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    path.push(start.local_name().as_ref().to_owned());
                    text.clear();
                }
                Event::Text(part) => text.push_str(&part),
                Event::End(_) => {
                    let key = path[1..].join("/");
                    found.entry(key).or_default().push(text.clone());
                    path.pop();
                }
                Event::Eof => return Self(found),
                _ => {}
            }
        }
    }

    /// Every text whose path ends so.
    fn all(&self, end: &str) -> Vec<String> {
        let ends = |path: &str| path == end || path.ends_with(&format!("/{end}"));
        let matching = self.0.iter().filter(|(path, _)| ends(path));
        matching.flat_map(|(_, texts)| texts.clone()).collect()
    }

    /// The texts of just this path.
    fn at(&self, path: &str) -> Vec<String> {
        self.0.get(path).cloned().unwrap_or_default()
    }

    fn numbers(&self, end: &str) -> Vec<Decimal> {
        self.all(end)
            .iter()
            .map(|text| text.parse().unwrap())
            .collect()
    }

    fn sum(&self, end: &str) -> Decimal {
        self.numbers(end).into_iter().sum()
    }
}

/// Where the amounts of the rules stand.
struct Places {
    line: &'static str,
    quantity: &'static str,
    price: &'static str,
    line_total: &'static str,
    /// Those of the document, and those of lines.
    adjustments: [&'static str; 2],
    is_charge: [&'static str; 2],
    allowances: &'static str,
    charges: &'static str,
    net: &'static str,
    base: &'static str,
    percent: &'static str,
    amount: &'static str,
    tax: &'static str,
    total: &'static str,
    paid: &'static str,
    due: &'static str,
}

const UBL: Places = Places {
    line: "InvoiceLine/LineExtensionAmount",
    quantity: "InvoicedQuantity",
    price: "PriceAmount",
    line_total: "LegalMonetaryTotal/LineExtensionAmount",
    adjustments: [
        "AllowanceCharge/Amount",
        "InvoiceLine/AllowanceCharge/Amount",
    ],
    is_charge: [
        "AllowanceCharge/ChargeIndicator",
        "InvoiceLine/AllowanceCharge/ChargeIndicator",
    ],
    allowances: "AllowanceTotalAmount",
    charges: "ChargeTotalAmount",
    net: "TaxExclusiveAmount",
    base: "TaxableAmount",
    percent: "TaxSubtotal/TaxCategory/Percent",
    amount: "TaxSubtotal/TaxAmount",
    tax: "TaxTotal/TaxAmount",
    total: "TaxInclusiveAmount",
    paid: "PrepaidAmount",
    due: "PayableAmount",
};

const CII: Places = Places {
    line: "LineTotalAmount",
    quantity: "BilledQuantity",
    price: "NetPriceProductTradePrice/ChargeAmount",
    line_total: "SpecifiedTradeSettlementHeaderMonetarySummation/LineTotalAmount",
    adjustments: [
        "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/SpecifiedTradeAllowanceCharge/ActualAmount",
        "SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem/SpecifiedLineTradeSettlement/SpecifiedTradeAllowanceCharge/ActualAmount",
    ],
    is_charge: [
        "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/SpecifiedTradeAllowanceCharge/ChargeIndicator/Indicator",
        "SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem/SpecifiedLineTradeSettlement/SpecifiedTradeAllowanceCharge/ChargeIndicator/Indicator",
    ],
    allowances: "AllowanceTotalAmount",
    charges: "ChargeTotalAmount",
    net: "TaxBasisTotalAmount",
    base: "ApplicableTradeTax/BasisAmount",
    percent: "ApplicableHeaderTradeSettlement/ApplicableTradeTax/RateApplicablePercent",
    amount: "CalculatedAmount",
    tax: "TaxTotalAmount",
    total: "GrandTotalAmount",
    paid: "TotalPrepaidAmount",
    due: "DuePayableAmount",
};

/// Section 2 of the rules, to the cent and not to the slack that the official ones allow.
fn obeys(invoice: &Invoice, xml: &[u8], at: &Places) {
    let read = Read::of(xml);
    let one = |end: &str| read.sum(end);
    let round =
        |exact: Decimal| exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let mut lines = read.numbers(at.line);
    if at.line == "LineTotalAmount" {
        lines = read.numbers("SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount");
    }
    let (quantities, prices) = (read.numbers(at.quantity), read.numbers(at.price));
    assert_eq!(lines.len(), quantities.len());
    let adjusted = invoice.lines.iter().map(|line| {
        let amount = line.adjustment.as_ref().map(|of| of.amount.decimal());
        amount.unwrap_or_default()
    });
    let adjusted: Vec<Decimal> = adjusted.collect();
    for (((net, quantity), price), adjusted) in
        lines.iter().zip(&quantities).zip(&prices).zip(&adjusted)
    {
        assert!(!price.is_sign_negative(), "BR-27");
        assert_eq!(*net, round(quantity * price) + adjusted, "BT-131");
    }
    assert_eq!(one(at.line_total), lines.iter().sum(), "BR-CO-10");
    let parts = |level: usize| -> Vec<(Decimal, String)> {
        let amounts = read.at(at.adjustments[level]);
        let amounts = amounts.iter().map(|text| text.parse().unwrap());
        amounts.zip(read.at(at.is_charge[level])).collect()
    };
    let of_level = |level: usize, of: &str| -> Decimal {
        let parts = parts(level).into_iter();
        parts.filter(|(_, is)| is == of).map(|(part, _)| part).sum()
    };
    let sum = |of: &str| of_level(0, of);
    for level in [0, 1] {
        assert!(
            parts(level)
                .iter()
                .all(|(part, _)| !part.is_sign_negative())
        );
    }
    let of_lines = of_level(1, "true") - of_level(1, "false");
    assert_eq!(of_lines, adjusted.iter().sum(), "BG-27 and BG-28");
    assert_eq!(one(at.allowances), sum("false"), "BR-CO-11");
    assert_eq!(one(at.charges), sum("true"), "BR-CO-12");
    let net = one(at.line_total) - one(at.allowances) + one(at.charges);
    assert_eq!(one(at.net), net, "BR-CO-13");
    assert_eq!(one(at.tax), one(at.amount), "BR-CO-14");
    assert_eq!(one(at.total), one(at.net) + one(at.tax), "BR-CO-15");
    assert_eq!(one(at.due), one(at.total) - one(at.paid), "BR-CO-16");
    let (bases, amounts) = (read.numbers(at.base), read.numbers(at.amount));
    let percents = read.numbers(at.percent);
    assert_eq!(bases.len(), percents.len());
    for ((base, percent), amount) in bases.iter().zip(percents).zip(amounts) {
        assert_eq!(
            amount,
            round(base * percent / Decimal::ONE_HUNDRED),
            "BR-CO-17"
        );
    }
    assert_eq!(bases.iter().sum::<Decimal>(), net, "BR-S-08");
}

fn any_line() -> impl Strategy<Value = InvoiceLine> {
    let category = prop::sample::select(vec![(S, 19), (S, 7), (E, 0), (Z, 0)]);
    let adjustment = prop::option::of((-30_000i64..30_000, prop::option::of(1i64..200)));
    (
        -200_000i64..2_000_000,
        -50_000i64..2_000_000,
        category,
        adjustment,
    )
        .prop_map(|(quantity, price, (category, rate), adjustment)| {
            let (quantity, price) = (Decimal::new(quantity, 4), Decimal::new(price, 4));
            let line = line(
                "Work\nof all kinds",
                &quantity.to_string(),
                "HUR",
                &price.to_string(),
            );
            let adjustment = adjustment.map(|(minor, percent)| Adjustment {
                amount: euro(minor),
                grounds: Grounds {
                    percent: percent.map(Decimal::from),
                    reason: None,
                },
            });
            let amount = adjustment.as_ref().map_or(euro(0), |of| of.amount);
            InvoiceLine {
                tax_category: category,
                tax_rate: Decimal::from(rate),
                net: line.net.checked_add(amount).unwrap(),
                adjustment,
                ..line
            }
        })
}

proptest! {
    #[test]
    fn the_arithmetic_of_any_invoice_is_right_to_the_cent(
        lines in prop::collection::vec(any_line(), 1..12),
        discount in 0i64..5000,
        surcharge in 0i64..5000,
        paid in 0i64..100_000,
    ) {
        let mut invoice = sample::invoice();
        invoice.lines = lines;
        invoice.discount = euro(discount);
        invoice.surcharge = (surcharge > 0).then(|| Adjustment {
            amount: euro(surcharge),
            grounds: Grounds {
                percent: None,
                reason: Some("rush".to_owned()),
            },
        });
        let mut invoice = sample::sum(invoice);
        invoice.paid = euro(paid);
        obeys(&invoice, &ubl::invoice(&invoice, &routing(), Profile::Core).unwrap(), &UBL);
        obeys(&invoice, &cii::invoice(&invoice, &routing()).unwrap(), &CII);
    }
}

#[test]
fn half_a_cent_is_rounded_away_from_zero() {
    let mut invoice = sample::invoice();
    invoice.lines = vec![line("Work", "0.35", "HUR", "85.50")];
    let invoice = sample::sum(invoice);
    let read = Read::of(&ubl::invoice(&invoice, &routing(), Profile::Core).unwrap());
    assert_eq!(read.all(UBL.line), ["29.93"]);
}

#[test]
fn sums_that_are_not_those_of_the_lines_are_never_written() {
    for spoil in [
        |invoice: &mut Invoice| invoice.total = euro(1),
        |invoice: &mut Invoice| invoice.line_total = euro(1),
        |invoice: &mut Invoice| invoice.taxes[0].amount = euro(1),
        |invoice: &mut Invoice| {
            invoice.taxes.push(TaxLine {
                category: Z,
                name: None,
                surcharge: None,
                rate: Decimal::ZERO,
                base: euro(1),
                amount: euro(0),
            })
        },
    ] {
        let mut invoice = sample::invoice();
        spoil(&mut invoice);
        let written = cii::invoice(&invoice, &routing());
        assert_eq!(written, Err(crate::document::DocumentError::Sums));
    }
}

#[test]
fn each_category_tells_its_rate_and_its_reason_as_the_rules_have_it() {
    for category in ALL {
        let invoice = of(category);
        let read = Read::of(&ubl::invoice(&invoice, &routing(), Profile::Core).unwrap());
        let code = read.all("TaxSubtotal/TaxCategory/TaxExemptionReasonCode");
        let expected: &[&str] = match category {
            AE => &["VATEX-EU-AE"],
            K => &["VATEX-EU-IC"],
            G => &["VATEX-EU-G"],
            O => &["VATEX-EU-O"],
            S | Z | E => &[],
        };
        assert_eq!(code, expected, "{category:?}");
        let reasons = read.all("TaxExemptionReason").len();
        assert_eq!(
            reasons,
            usize::from(!matches!(category, S | Z)),
            "{category:?}"
        );
        assert_eq!(read.all("Percent").is_empty(), category == O);
        let vat_ids = read.all("PartyTaxScheme/CompanyID").len();
        assert_eq!(vat_ids, if category == O { 0 } else { 2 }, "BR-O-02");
        assert_eq!(
            read.all("DeliveryLocation/Address/Country/IdentificationCode")
                .len(),
            usize::from(category == K)
        );
    }
}

#[test]
fn a_credit_note_is_positive_and_names_its_invoice() {
    let note = sample::credit_note();
    let xml = ubl::invoice(&note, &routing(), Profile::Core).unwrap();
    assert!(String::from_utf8_lossy(&xml).contains("<CreditNote xmlns="));
    let read = Read::of(&xml);
    assert_eq!(read.all("CreditNoteTypeCode"), ["381"]);
    assert_eq!(read.all("CreditedQuantity"), ["2"]);
    assert_eq!(
        read.all("BillingReference/InvoiceDocumentReference/ID"),
        ["2026-0007"]
    );
    assert!(read.all("DueDate").is_empty() && read.all("PayeeFinancialAccount/ID").is_empty());
    let read = Read::of(&cii::invoice(&note, &routing()).unwrap());
    assert_eq!(read.all("ExchangedDocument/TypeCode"), ["381"]);
    assert_eq!(
        read.all("InvoiceReferencedDocument/IssuerAssignedID"),
        ["2026-0007"]
    );
}

#[test]
fn what_is_missing_is_named_at_once_and_no_more() {
    type Case = (
        &'static str,
        fn(&mut Invoice, &mut Routing),
        Profile,
        Vec<Lack>,
    );
    use Profile::{Core, Peppol};
    fn bare(invoice: &mut Invoice) {
        for party in [&mut invoice.seller, &mut invoice.buyer] {
            *party = crate::published::Party {
                name: "X".to_owned(),
                address: vec![],
                country: None,
                email: None,
                phone: None,
                tax_id: None,
                iban: None,
                bic: None,
                attention: None,
            };
        }
    }
    let cases: Vec<Case> = vec![
        ("all there", |_, _| (), Core, vec![]),
        ("all there", |_, _| (), Peppol, vec![]),
        ("draft", |i, _| i.number = None, Core, vec![Lack::Number]),
        (
            "bare",
            |i, _| bare(i),
            Core,
            vec![Lack::SellerCountry, Lack::SellerTaxId, Lack::BuyerCountry],
        ),
        (
            "tax number",
            |i, _| i.seller.tax_id = Some("11/123/45678".into()),
            Core,
            vec![],
        ),
        (
            "no reason",
            |i, r| {
                *i = of(E);
                r.exemption = Some("  ".into())
            },
            Core,
            vec![Lack::Exemption],
        ),
        (
            "reverse",
            |i, _| {
                *i = of(AE);
                i.buyer.tax_id = None;
                i.seller.tax_id = Some("11/1".into())
            },
            Core,
            vec![Lack::SellerVatId, Lack::BuyerVatId],
        ),
        (
            "register",
            |i, r| {
                *i = of(AE);
                i.buyer.tax_id = None;
                r.buyer = PeppolId::parse("0106:12345678").ok()
            },
            Core,
            vec![],
        ),
        (
            "supply",
            |i, r| {
                *i = of(K);
                i.buyer.tax_id = None;
                r.buyer = PeppolId::parse("0106:12345678").ok()
            },
            Core,
            vec![Lack::BuyerVatId],
        ),
        (
            "export",
            |i, _| {
                *i = of(G);
                i.buyer.tax_id = None
            },
            Core,
            vec![],
        ),
        (
            "mixed",
            |i, _| i.lines[0].tax_category = O,
            Core,
            vec![Lack::MixedScope],
        ),
        (
            "dinar",
            |i, _| i.currency = crate::values::money::Currency::parse("BHD").unwrap(),
            Core,
            vec![Lack::Decimals],
        ),
        ("empty", |i, _| i.lines.clear(), Core, vec![Lack::Lines]),
        (
            "credit",
            |i, _| i.kind = InvoiceKind::CreditNote,
            Core,
            vec![Lack::Corrected],
        ),
        (
            "german",
            |i, r| {
                r.buyer_reference = None;
                r.buyer = None;
                i.seller.phone = None;
                i.seller.email = None;
                i.seller.iban = None;
                i.seller.address.truncate(1)
            },
            Peppol,
            vec![
                Lack::SellerTown,
                Lack::SellerEmail,
                Lack::SellerPhone,
                Lack::SellerIban,
                Lack::BuyerPeppolId,
                Lack::BuyerReference,
            ],
        ),
        (
            "order",
            |i, r| {
                r.buyer_reference = None;
                i.seller.country = Some("AT".into())
            },
            Peppol,
            vec![],
        ),
        (
            "dutch",
            |i, _| {
                i.seller.country = Some("NL".into());
                i.buyer.country = Some("NL".into())
            },
            Peppol,
            vec![Lack::SellerRegister, Lack::BuyerRegister],
        ),
    ];
    for (name, change, profile, expected) in cases {
        let (mut invoice, mut routing) = (sample::invoice(), routing());
        change(&mut invoice, &mut routing);
        assert_eq!(missing(&invoice, &routing, profile), expected, "{name}");
    }
}

#[test]
fn peppol_has_its_ids_and_one_endpoint_a_party() {
    let xml = ubl::invoice(&sample::invoice(), &routing(), Profile::Peppol).unwrap();
    let read = Read::of(&xml);
    assert_eq!(
        read.all("ProfileID"),
        ["urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"]
    );
    assert_eq!(read.all("EndpointID"), ["4035811991021", "DE123456789"]);
    assert_eq!(read.all("BuyerReference"), ["04011000-1234-03"]);
    assert_eq!(read.all("PostalZone"), ["20457", "10999"]);
    let text = String::from_utf8(xml).unwrap();
    assert!(!text.contains("/>"), "R008");
    assert_eq!(text.matches("<cac:TaxTotal>").count(), 1, "R053");
}

#[test]
fn hostile_text_is_written_as_text() {
    let mut invoice = sample::hostile();
    invoice.currency = euro(0).currency();
    for xml in [
        ubl::invoice(&invoice, &routing(), Profile::Peppol).unwrap(),
        cii::invoice(&invoice, &routing()).unwrap(),
    ] {
        Read::of(&xml);
        let text = String::from_utf8(xml).unwrap();
        assert!(!text.contains('\u{0}') && !text.contains("<script"));
    }
}

#[test]
fn towns_and_vat_ids_are_told_apart() {
    for (lines, postcode, city) in [
        (
            &["Hafenweg 3", "20457 Hamburg"][..],
            Some("20457"),
            Some("Hamburg"),
        ),
        (
            &["Damrak 1", "1012 AB Amsterdam"],
            Some("1012 AB"),
            Some("Amsterdam"),
        ),
        (
            &["Downing Street 10", "London SW1A 2AA"],
            Some("SW1A 2AA"),
            Some("London"),
        ),
        (
            &["Main St 1", "New York, NY 10001"],
            Some("10001"),
            Some("New York, NY"),
        ),
        (&["Rue 1", "Paris"], None, Some("Paris")),
        (&["20457 Hamburg"], None, None),
        (&[], None, None),
        (&["a", "1 2 3"], Some("1 2 3"), None),
        (&["a", " "], None, None),
    ] {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        let read = Address::of(&lines);
        assert_eq!(
            (read.postcode.as_deref(), read.city.as_deref()),
            (postcode, city),
            "{lines:?}"
        );
    }
    for (typed, vat) in [
        ("DE 123 456 789", Some("DE123456789")),
        ("GR123456789", Some("EL123456789")),
        ("che-107.787.577 MWST", Some("CHE107787577MWST")),
        ("11/123/45678", None),
        ("US12-3456789", None),
        ("Deutsch", None),
        ("ß1", None),
        ("", None),
    ] {
        assert_eq!(vat_id(typed).as_deref(), vat, "{typed}");
    }
}

#[test]
fn a_factur_x_holds_the_data_and_says_so() {
    let invoice = sample::rich();
    let mut printer = Printer::new().unwrap();
    let pdf = facturx::invoice(&mut printer, &invoice, None, &routing()).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    for marker in [
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>",
        "/AFRelationship/Alternative",
    ] {
        assert_eq!(text.matches(marker).count(), 1, "{marker}");
    }
    assert_eq!(text.matches("%%EOF").count(), 2);
    let again = facturx::invoice(&mut Printer::new().unwrap(), &invoice, None, &routing()).unwrap();
    assert!(pdf == again, "the same bytes");
}

/// The schema and the schematron of the standard, which know more rules than are repeated here.
#[cfg(feature = "official-rules")]
#[test]
fn the_official_rules_find_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut cases: Vec<(String, Invoice)> = ALL
        .iter()
        .map(|&one| (format!("{one:?}"), of(one)))
        .collect();
    for (name, mut invoice) in cases.clone() {
        invoice.kind = InvoiceKind::CreditNote;
        invoice.corrects = Some("2026-0001".to_owned());
        invoice.due_date = None;
        cases.push((format!("credit-{name}"), invoice));
    }
    let mut turned = sample::invoice();
    turned.lines.push(line("Back", "-1", "HUR", "12.345"));
    turned.lines.push(line("Less", "1", "C62", "-3"));
    turned.seller.tax_id = Some("11/123/45678".to_owned());
    turned.seller.iban = None;
    cases.push(("rich".to_owned(), sample::rich()));
    cases.push(("turned".to_owned(), sample::sum(turned)));
    let mut printer = Printer::new().unwrap();
    for (name, invoice) in &cases {
        let files = [
            ("ubl.xml", ubl::invoice(invoice, &routing(), Profile::Core)),
            (
                "peppol.xml",
                ubl::invoice(invoice, &routing(), Profile::Peppol),
            ),
            ("cii.xml", cii::invoice(invoice, &routing())),
            (
                "pdf",
                facturx::invoice(&mut printer, invoice, None, &routing()),
            ),
        ];
        for (ending, bytes) in files {
            std::fs::write(
                folder.path().join(format!("{name}.{ending}")),
                bytes.unwrap(),
            )
            .unwrap();
        }
    }
    let here = env!("CARGO_MANIFEST_DIR");
    let python = std::path::Path::new(here).join("target/peers/bin/python");
    assert!(
        python.is_file(),
        "factur-x and saxonche are not there; tests/run installs them"
    );
    let mut paths: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    let mut command = std::process::Command::new(python);
    command
        .arg(format!("{here}/tests/data/einvoice.py"))
        .args(&paths);
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        told.lines().count(),
        paths.len(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let wrong: Vec<_> = told.lines().filter(|told| !told.ends_with(" ok")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
