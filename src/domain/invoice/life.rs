//! Properties of the life of invoices after their issue: whatever is paid, credited, used, given up or taken back, in any order, the
//! account of the client is what the balances of its invoices say, and parts add up to the whole.

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::domain::journal::{Billed, transactions};
use crate::domain::key::{ClientKey, CreditUseKey, InvoiceKey, PaymentKey, WriteOffKey};
use crate::domain::proof::{self, Document};
use crate::domain::statement::statements;
use crate::values::money::{Currency, Money, Percent};
use crate::values::period::Span;

use super::*;

fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap())
}

fn day(of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, of_month).unwrap()
}

fn words() -> Words {
    Words {
        amount: "credit".into(),
        rest: "rest".into(),
        share: "share".into(),
    }
}

const PERCENTS: [&str; 4] = ["0", "7", "19", "25.5"];

fn issued(key: i64, lines: Vec<Line>, discount: i64) -> Invoice {
    Invoice {
        key: InvoiceKey(key),
        client: ClientKey(1),
        kind: Kind::Invoice,
        number: Some(format!("no-{key}")),
        stored: Stored::Issued,
        corrects: None,
        issue_date: day(1),
        due_date: None,
        period: None,
        currency: eur(0).currency(),
        language: "en".into(),
        seller: Party::default(),
        buyer: Party::default(),
        payment_terms: None,
        lines,
        adjustments: Adjustments {
            discount: eur(discount),
            ..Adjustments::none(eur(0).currency())
        },
        tax_note: None,
        tax_rounding: Vec::new(),
        remarks: Remarks::default(),
        payments: Vec::new(),
        settlement: Settlement::default(),
        document_sha256: None,
        document_face: None,
        sent: None,
        viewed: None,
    }
}

/// Quantity in hundredths, price in cents, which tax.
fn line(quantity: i64, price: i64, tax: usize) -> Line {
    let percent = Percent::parse(PERCENTS[tax]).unwrap();
    let category = match percent.is_zero() {
        true => TaxCategory::E,
        false => TaxCategory::S,
    };
    let item = Item {
        description: "work".into(),
        quantity: rust_decimal::Decimal::new(quantity, 2),
        unit: Unit::Hour,
        unit_price: rust_decimal::Decimal::new(price, 2),
        adjustment: None,
        tax: Some(Tax { category, percent }),
    };
    Line::item(&item, item.tax.unwrap(), eur(0).currency()).unwrap()
}

/// Invoices of one client, with all that happened to them.
#[derive(Default)]
struct Client {
    invoices: Vec<Invoice>,
    notes: Vec<Invoice>,
    /// Of which invoice, what of which line.
    credited: Vec<(InvoiceKey, Credited)>,
    keys: i64,
}

impl Client {
    fn key(&mut self) -> i64 {
        self.keys += 1;
        1000 + self.keys
    }

    fn creditable(&self, at: usize) -> (Vec<Totals>, Vec<Credited>) {
        let key = self.invoices[at].key;
        let notes = self.notes.iter().filter(|note| note.corrects == Some(key));
        let notes = notes.map(|note| note.totals().unwrap()).collect();
        let credited = self.credited.iter().filter(|(of, _)| *of == key);
        (notes, credited.map(|(_, credited)| *credited).collect())
    }

    fn note(&mut self, at: usize, part: Part, on: NaiveDate) {
        let key = self.key();
        let original = self.invoices[at].key;
        for of in &part.lines {
            self.credited.extend(of.credits.map(|place| {
                let quantity = of.line.quantity;
                (original, Credited { place, quantity })
            }));
        }
        let lines = part.lines.into_iter().map(|of| of.line).collect();
        let note = Invoice {
            kind: Kind::CreditNote,
            corrects: Some(original),
            issue_date: on,
            tax_rounding: part.tax_rounding,
            ..issued(key, lines, 0)
        };
        let credit = Credit {
            note: note.key,
            number: note.name(),
            date: on,
            amount: note.totals().unwrap().total,
        };
        assert!(credit.amount.minor() > 0);
        self.invoices[at].settlement.credits.push(credit);
        self.notes.push(note);
    }

    /// One thing that happens; what the rules refuse does not.
    fn act(&mut self, what: u8, at: usize, amount: i64, on: u32) {
        let (at, on, today) = (at % self.invoices.len(), day(on), day(28));
        let key = self.key();
        let invoice = &self.invoices[at];
        match what {
            0 | 1
                if invoice
                    .takes_payment(eur(amount), on, today, what == 1)
                    .is_ok() =>
            {
                self.invoices[at].payments.push(Payment {
                    key: PaymentKey(key),
                    date: on,
                    amount: eur(amount),
                    method: None,
                    reference: None,
                });
            }
            2 | 3 => {
                let (notes, credited) = self.creditable(at);
                let Ok(creditable) = Creditable::of(invoice, &notes, &credited) else {
                    return;
                };
                let place = usize::try_from(amount).unwrap() % invoice.lines.len() + 1;
                let part = match what {
                    2 => creditable.amount(eur(amount), &words()),
                    _ => creditable.lines(
                        &[Pick {
                            place,
                            quantity: (amount % 3 == 0)
                                .then(|| rust_decimal::Decimal::new(amount % 500 + 1, 2)),
                        }],
                        &words(),
                    ),
                };
                if let Ok(part) = part {
                    self.note(at, part, on);
                }
            }
            4 => {
                if let Ok(given_up) = invoice.write_off(on, today) {
                    self.invoices[at].settlement.write_off = Some(WriteOff {
                        key: WriteOffKey(key),
                        date: on,
                        amount: given_up,
                        reason: None,
                    });
                }
            }
            5 if invoice.may_be_voided().is_ok() => {
                if invoice.creditable().unwrap().minor() > 0 {
                    let (notes, credited) = self.creditable(at);
                    let creditable = Creditable::of(invoice, &notes, &credited).unwrap();
                    let rest = creditable.rest(&words()).unwrap();
                    self.note(at, rest, on);
                }
                self.invoices[at].stored = Stored::Void;
            }
            6 | 7 if invoice.gives_credit(eur(amount), on, today).is_ok() => {
                let to = (at + 1) % self.invoices.len();
                let takes = self.invoices[to].takes_payment(eur(amount), on, today, false);
                let to = (what == 6 && to != at && takes.is_ok()).then_some(to);
                let credit = |other: String| CreditUse {
                    key: CreditUseKey(key),
                    date: on,
                    amount: eur(amount),
                    other: to.map(|_| other),
                    method: None,
                };
                if let Some(to) = to {
                    let taken = credit(self.invoices[at].name());
                    self.invoices[to].settlement.taken.push(taken);
                }
                let given = credit(to.map_or(String::new(), |to| self.invoices[to].name()));
                self.invoices[at].settlement.given.push(given);
            }
            8 => {
                // Taking a payment back is refused where something came of it.
                let taken = self.invoices[at].payments.pop();
                if !self.invoices[at].unsettled().is_empty() {
                    self.invoices[at].payments.extend(taken);
                }
            }
            _ => {}
        }
    }

    fn documents(&self) -> Vec<Document> {
        let all = self.invoices.iter().chain(&self.notes);
        all.map(|of| {
            let mut document = Document {
                key: of.key,
                kind: of.kind,
                stored: of.stored,
                name: of.name(),
                corrects: of.corrects,
                currency: of.currency,
                adjustments: of.adjustments.clone(),
                tax_rounding: of.tax_rounding.clone(),
                total: Some(of.totals().unwrap().total),
                bases: Vec::new(),
            };
            assert_eq!(document.add_up(&of.lines), Vec::<String>::new());
            document
        })
        .collect()
    }
}

fn lines() -> impl Strategy<Value = Vec<(i64, i64, usize)>> {
    proptest::collection::vec((1i64..2_000, 1i64..20_000, 0usize..4), 1..5)
}

proptest! {
    #[test]
    fn the_account_of_a_client_is_what_its_invoices_say(
        invoices in proptest::collection::vec((lines(), 0i64..50), 1..4),
        happened in proptest::collection::vec((0u8..9, 0usize..4, 1i64..90_000, 1u32..28), 0..40),
    ) {
        let mut client = Client::default();
        for (key, (lines, percent)) in (1..).zip(&invoices) {
            let lines: Vec<_> = lines.iter().map(|(q, p, tax)| line(*q, *p, *tax)).collect();
            let net: i64 = lines.iter().map(|line| line.net.minor()).sum();
            client.invoices.push(issued(key, lines, net * percent / 100));
        }
        for (what, at, amount, on) in happened {
            client.act(what, at, amount, on);
            for invoice in &client.invoices {
                prop_assert_eq!(invoice.unsettled(), Vec::<String>::new());
            }
        }
        prop_assert_eq!(proof::credits(&client.documents()), Vec::<String>::new());
        let all = client.invoices.iter().chain(&client.notes).cloned();
        let billed: Vec<_> = all
            .map(|invoice| Billed { client: "acme".into(), invoice })
            .collect();
        let posted = transactions(&billed, &[]).unwrap();
        for transaction in &posted {
            let sum: i64 = transaction.postings.iter().map(|of| of.amount.minor()).sum();
            prop_assert_eq!(sum, 0);
        }
        let balances = client.invoices.iter().map(|of| of.balance().unwrap().minor());
        let owed: i64 = balances.sum();
        let closing = statements(&posted, "acme", Span::all()).unwrap();
        let closing = closing.first().map_or(0, |statement| statement.closing.minor());
        prop_assert_eq!(closing, owed);
    }

    #[test]
    fn parts_of_an_invoice_add_up_to_it_and_no_further(
        lines in lines(),
        percent in 0i64..50,
        amounts in proptest::collection::vec(1i64..3_000, 0..30),
    ) {
        let lines: Vec<_> = lines.iter().map(|(q, p, tax)| line(*q, *p, *tax)).collect();
        let net: i64 = lines.iter().map(|line| line.net.minor()).sum();
        let invoice = issued(1, lines, net * percent / 100);
        let whole = invoice.totals().unwrap();
        prop_assume!(whole.total.minor() > 0);
        let mut client = Client { invoices: vec![invoice], ..Client::default() };
        for amount in amounts {
            let (notes, credited) = client.creditable(0);
            let left = client.invoices[0].creditable().unwrap();
            let part = match Creditable::of(&client.invoices[0], &notes, &credited) {
                Ok(creditable) => creditable.amount(eur(amount), &words()),
                Err(_) => break,
            };
            prop_assert_eq!(part.is_ok(), amount <= left.minor());
            if let Ok(part) = part {
                client.note(0, part, day(2));
                let note = client.notes.last().unwrap();
                prop_assert_eq!(note.totals().unwrap().total, eur(amount));
            }
        }
        client.act(5, 0, 1, 3);
        prop_assert_eq!(client.invoices[0].stored, Stored::Void);
        prop_assert_eq!(proof::credits(&client.documents()), Vec::<String>::new());
        prop_assert_eq!(client.invoices[0].credited().unwrap(), whole.total);
    }

    #[test]
    fn lines_credited_one_by_one_are_the_whole_invoice(
        lines in lines(),
        percent in 0i64..50,
    ) {
        let lines: Vec<_> = lines.iter().map(|(q, p, tax)| line(*q, *p, *tax)).collect();
        let net: i64 = lines.iter().map(|line| line.net.minor()).sum();
        // A line that comes to nothing cannot be credited.
        prop_assume!(lines.iter().all(|line| line.net.minor() > 9));
        let invoice = issued(1, lines, net * percent / 100);
        let count = invoice.lines.len();
        let mut client = Client { invoices: vec![invoice], ..Client::default() };
        for place in 1..=count {
            let (notes, credited) = client.creditable(0);
            let creditable = Creditable::of(&client.invoices[0], &notes, &credited).unwrap();
            let pick = Pick { place, quantity: None };
            let part = creditable.lines(&[pick], &words()).unwrap();
            client.note(0, part, day(2));
        }
        prop_assert_eq!(client.invoices[0].creditable().unwrap(), eur(0));
        prop_assert_eq!(proof::credits(&client.documents()), Vec::<String>::new());
    }
}
