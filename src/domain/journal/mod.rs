//! The books as double entry: invoices, credit notes, payments and expenses as transactions that balance.
//!
//! What an invoice has open is receivable; what was paid or credited above it is owed to the client. So the receivables of a
//! journal over everything are what is outstanding, on each day.

mod accounts;

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::values::money::{Money, Percent};

use super::Refusal;
use super::expense::Worth;
use super::invoice::{CreditUse, Invoice, Kind, Payment, Stored, Tax, TaxBase, WriteOff};
use super::key::{ExpenseKey, InvoiceKey};

pub use accounts::{Accounts, AccountsError, component};

/// What is posted to; the names are those of an account map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a client owes, by its short name.
    Receivable { client: String },
    /// What was given up of what clients owed.
    BadDebt { client: String },
    /// What a client paid too much, or was credited after it had paid.
    Credit { client: String },
    /// Where a payment arrives, by how it was paid.
    Bank { method: Option<String> },
    /// What was earned, net.
    Revenue { tax: Tax },
    /// Tax on what was earned.
    Vat { tax: Tax },
    /// Tax contained in what was spent.
    InputVat { percent: Percent },
    /// What was spent, net.
    Expense { category: Option<String> },
    /// From where a member paid it, by the member's short name.
    PaidFrom { member: String },
}

/// An amount on an account: debit is positive, credit negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub account: Account,
    pub amount: Money,
}

/// What a transaction records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Invoice,
    CreditNote,
    Payment,
    /// Credit of a client that pays another invoice.
    CreditUse,
    /// Credit that was paid back.
    Refund,
    WriteOff,
    Expense,
}

/// Postings whose amounts add up to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    pub date: NaiveDate,
    pub what: What,
    /// The number of the document, or `E12` of an expense.
    pub code: String,
    /// Who owes, pays, or for whom money was spent.
    pub party: String,
    /// A method of payment, the note of an expense, or the invoice that a credit note takes back.
    pub note: Option<String>,
    pub postings: Vec<Posting>,
}

/// An invoice or credit note with the short name of its client.
#[derive(Debug, Clone)]
pub struct Billed {
    pub client: String,
    pub invoice: Invoice,
}

/// An expense with the names it is posted under.
#[derive(Debug, Clone)]
pub struct Paid {
    pub key: ExpenseKey,
    pub date: NaiveDate,
    pub member: String,
    /// `acme/website`.
    pub project: String,
    pub category: Option<String>,
    pub note: Option<String>,
    pub tax: Option<Percent>,
    pub worth: Worth,
}

/// What happened, in the order in which it is posted.
enum Event<'a> {
    Invoice(&'a Billed),
    CreditNote(&'a Billed),
    Payment(&'a Billed, &'a Payment),
    /// On the invoice that it pays.
    CreditUse(&'a Billed, &'a CreditUse),
    Refund(&'a Billed, &'a CreditUse),
    WriteOff(&'a Billed, &'a WriteOff),
    Expense(&'a Paid),
}

impl Event<'_> {
    /// By day; on one day invoices before what settles them; then by key, so that the order is always the same.
    fn order(&self) -> (NaiveDate, What, i64) {
        match self {
            Self::Invoice(of) => (of.invoice.issue_date, What::Invoice, of.invoice.key.0),
            Self::CreditNote(of) => (of.invoice.issue_date, What::CreditNote, of.invoice.key.0),
            Self::Payment(_, payment) => (payment.date, What::Payment, payment.key.0),
            Self::CreditUse(_, of) => (of.date, What::CreditUse, of.key.0),
            Self::Refund(_, of) => (of.date, What::Refund, of.key.0),
            Self::WriteOff(_, of) => (of.date, What::WriteOff, of.key.0),
            Self::Expense(paid) => (paid.date, What::Expense, paid.key.0),
        }
    }
}

/// The transactions of all documents and expenses, in order. Drafts are none; a void invoice and its credit note are two.
pub fn transactions(billed: &[Billed], paid: &[Paid]) -> Result<Vec<Transaction>, Refusal> {
    let mut events: Vec<Event<'_>> = Vec::new();
    for of in billed
        .iter()
        .filter(|of| of.invoice.stored != Stored::Draft)
    {
        match of.invoice.kind {
            Kind::Invoice => events.push(Event::Invoice(of)),
            Kind::CreditNote => events.push(Event::CreditNote(of)),
        }
        let payments = of.invoice.payments.iter();
        events.extend(payments.map(|payment| Event::Payment(of, payment)));
        let settlement = &of.invoice.settlement;
        let taken = settlement.taken.iter();
        events.extend(taken.map(|credit| Event::CreditUse(of, credit)));
        let back = settlement.given.iter().filter(|of| of.other.is_none());
        events.extend(back.map(|credit| Event::Refund(of, credit)));
        let write_off = settlement.write_off.iter();
        events.extend(write_off.map(|write_off| Event::WriteOff(of, write_off)));
    }
    events.extend(paid.iter().map(Event::Expense));
    events.sort_by_key(Event::order);
    let names: HashMap<InvoiceKey, String> = billed
        .iter()
        .map(|of| (of.invoice.key, of.invoice.name()))
        .collect();
    let mut open: HashMap<InvoiceKey, Money> = HashMap::new();
    let mut transactions = Vec::with_capacity(events.len());
    for event in &events {
        let transaction = match event {
            Event::Invoice(of) => invoice(of, &mut open)?,
            Event::CreditNote(of) => credit_note(of, &names, &mut open)?,
            Event::Payment(of, payment) => payment_of(of, payment, &mut open)?,
            Event::CreditUse(of, credit) => credit_use(of, credit, &mut open)?,
            Event::Refund(of, credit) => refund(of, credit)?,
            Event::WriteOff(of, write_off) => given_up(of, write_off, &mut open)?,
            Event::Expense(paid) => expense(paid)?,
        };
        // An invoice over nothing moves nothing.
        if !transaction.postings.is_empty() {
            transactions.push(transaction);
        }
    }
    Ok(transactions)
}

fn invoice(of: &Billed, open: &mut HashMap<InvoiceKey, Money>) -> Result<Transaction, Refusal> {
    let sums = of.invoice.totals()?;
    open.insert(of.invoice.key, sums.total);
    let client = of.client.clone();
    let mut postings = Postings::default();
    postings.add(Account::Receivable { client }, sums.total);
    postings.earned(&sums.taxes, Money::negated)?;
    Ok(transaction(of, What::Invoice, None, postings))
}

fn credit_note(
    of: &Billed,
    names: &HashMap<InvoiceKey, String>,
    open: &mut HashMap<InvoiceKey, Money>,
) -> Result<Transaction, Refusal> {
    let sums = of.invoice.totals()?;
    let mut postings = Postings::default();
    postings.earned(&sums.taxes, Ok)?;
    let original = of.invoice.corrects;
    postings.settle(of, original, sums.total, open)?;
    let note = original.and_then(|original| names.get(&original).cloned());
    Ok(transaction(of, What::CreditNote, note, postings))
}

fn payment_of(
    of: &Billed,
    payment: &Payment,
    open: &mut HashMap<InvoiceKey, Money>,
) -> Result<Transaction, Refusal> {
    let method = payment.method.clone();
    let mut postings = Postings::default();
    postings.add(
        Account::Bank {
            method: method.clone(),
        },
        payment.amount,
    );
    postings.settle(of, Some(of.invoice.key), payment.amount, open)?;
    Ok(Transaction {
        date: payment.date,
        ..transaction(of, What::Payment, method, postings)
    })
}

fn credit_use(
    of: &Billed,
    credit: &CreditUse,
    open: &mut HashMap<InvoiceKey, Money>,
) -> Result<Transaction, Refusal> {
    let mut postings = Postings::default();
    let client = of.client.clone();
    postings.add(Account::Credit { client }, credit.amount);
    postings.settle(of, Some(of.invoice.key), credit.amount, open)?;
    Ok(Transaction {
        date: credit.date,
        ..transaction(of, What::CreditUse, credit.other.clone(), postings)
    })
}

fn refund(of: &Billed, credit: &CreditUse) -> Result<Transaction, Refusal> {
    let mut postings = Postings::default();
    let (client, method) = (of.client.clone(), credit.method.clone());
    postings.add(Account::Credit { client }, credit.amount);
    let bank = Account::Bank {
        method: method.clone(),
    };
    postings.add(bank, credit.amount.negated()?);
    Ok(Transaction {
        date: credit.date,
        ..transaction(of, What::Refund, method, postings)
    })
}

fn given_up(
    of: &Billed,
    write_off: &WriteOff,
    open: &mut HashMap<InvoiceKey, Money>,
) -> Result<Transaction, Refusal> {
    let mut postings = Postings::default();
    let client = of.client.clone();
    postings.add(Account::BadDebt { client }, write_off.amount);
    postings.settle(of, Some(of.invoice.key), write_off.amount, open)?;
    Ok(Transaction {
        date: write_off.date,
        ..transaction(of, What::WriteOff, write_off.reason.clone(), postings)
    })
}

fn transaction(of: &Billed, what: What, note: Option<String>, postings: Postings) -> Transaction {
    Transaction {
        date: of.invoice.issue_date,
        what,
        code: of.invoice.name(),
        party: of.invoice.buyer.name.clone(),
        note,
        postings: postings.0,
    }
}

fn expense(paid: &Paid) -> Result<Transaction, Refusal> {
    let mut postings = Postings::default();
    let category = paid.category.clone();
    postings.add(Account::Expense { category }, paid.worth.net);
    let percent = paid.tax.unwrap_or(Percent::ZERO);
    postings.add(Account::InputVat { percent }, paid.worth.tax);
    let member = paid.member.clone();
    postings.add(Account::PaidFrom { member }, paid.worth.amount.negated()?);
    Ok(Transaction {
        date: paid.date,
        what: What::Expense,
        code: format!("E{}", paid.key.0),
        party: paid.project.clone(),
        note: paid.note.clone(),
        postings: postings.0,
    })
}

/// Postings of one transaction; none over nothing.
#[derive(Default)]
struct Postings(Vec<Posting>);

impl Postings {
    fn add(&mut self, account: Account, amount: Money) {
        if !amount.is_zero() {
            self.0.push(Posting { account, amount });
        }
    }

    /// Revenue and its tax, base by base.
    fn earned(
        &mut self,
        bases: &[TaxBase],
        sign: impl Fn(Money) -> Result<Money, crate::values::money::MoneyError>,
    ) -> Result<(), Refusal> {
        for base in bases {
            self.add(Account::Revenue { tax: base.tax }, sign(base.base)?);
            self.add(Account::Vat { tax: base.tax }, sign(base.amount)?);
        }
        Ok(())
    }

    /// Takes an amount from what an invoice has open; what is above it is credit of the client.
    fn settle(
        &mut self,
        of: &Billed,
        original: Option<InvoiceKey>,
        amount: Money,
        open: &mut HashMap<InvoiceKey, Money>,
    ) -> Result<(), Refusal> {
        let zero = Money::zero(of.invoice.currency);
        let left = original.and_then(|original| open.get_mut(&original));
        let taken = match left {
            Some(left) if !left.is_negative() && left.currency() == amount.currency() => {
                let taken = match left.checked_sub(amount)?.is_negative() {
                    true => *left,
                    false => amount,
                };
                *left = left.checked_sub(taken)?;
                taken
            }
            _ => zero,
        };
        let client = of.client.clone();
        let receivable = Account::Receivable {
            client: client.clone(),
        };
        self.add(receivable, taken.negated()?);
        let rest = amount.checked_sub(taken)?.negated()?;
        self.add(Account::Credit { client }, rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::invoice::{Line, Party, Remarks, Settlement, Source, TaxCategory};
    use crate::domain::key::{ClientKey, PaymentKey};
    use crate::values::money::Currency;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::parse("EUR").unwrap())
    }

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, of_month).unwrap()
    }

    fn billed(key: i64, client: i64, lines: &[(i64, &str)], paid: &[i64]) -> Billed {
        let lines = lines.iter().map(|(net, percent)| {
            let percent = Percent::parse(percent).unwrap();
            let category = match percent.is_zero() {
                true => TaxCategory::AE,
                false => TaxCategory::S,
            };
            Line::fixed(
                Source::Fixed,
                "work".into(),
                eur(*net),
                Tax { category, percent },
            )
        });
        let payments = (1..).zip(paid).map(|(n, amount)| Payment {
            key: PaymentKey(key * 100 + n),
            date: day(5),
            amount: eur(*amount),
            method: None,
            reference: None,
        });
        Billed {
            client: format!("client-{client}"),
            invoice: Invoice {
                key: InvoiceKey(key),
                client: ClientKey(client),
                kind: Kind::Invoice,
                number: Some(format!("2026-{key:04}")),
                stored: Stored::Issued,
                corrects: None,
                issue_date: day(1),
                due_date: None,
                period: None,
                currency: eur(0).currency(),
                language: "en".into(),
                seller: Party::default(),
                buyer: Party {
                    name: "Acme".into(),
                    ..Party::default()
                },
                payment_terms: None,
                lines: lines.collect(),
                adjustments: crate::domain::invoice::Adjustments::none(eur(0).currency()),
                tax_note: None,
                tax_rounding: Vec::new(),
                remarks: Remarks::default(),
                settlement: Settlement::default(),
                payments: payments.collect(),
                document_sha256: None,
                document_face: None,
                sent: None,
                viewed: None,
            },
        }
    }

    fn void(of: &mut Billed, key: i64) -> Billed {
        let mut note = of.clone();
        of.invoice.stored = Stored::Void;
        note.invoice.key = InvoiceKey(key);
        note.invoice.kind = Kind::CreditNote;
        note.invoice.corrects = Some(of.invoice.key);
        note.invoice.issue_date = day(9);
        note.invoice.payments.clear();
        note
    }

    fn paid(key: i64, amount: i64, percent: Option<&str>) -> Paid {
        let tax = percent.map(|percent| Percent::parse(percent).unwrap());
        Paid {
            key: ExpenseKey(key),
            date: day(3),
            member: "mara".into(),
            project: "acme/website".into(),
            category: None,
            note: None,
            tax,
            worth: Worth::of(eur(amount), tax, Percent::ZERO).unwrap(),
        }
    }

    /// The sum of what an account of a kind got.
    fn on(transactions: &[Transaction], wanted: impl Fn(&Account) -> bool) -> i64 {
        let postings = transactions.iter().flat_map(|of| &of.postings);
        let of = postings.filter(|posting| wanted(&posting.account));
        of.map(|posting| posting.amount.minor()).sum()
    }

    fn amounts(transaction: &Transaction) -> Vec<i64> {
        let postings = transaction.postings.iter();
        postings.map(|posting| posting.amount.minor()).collect()
    }

    #[test]
    fn each_kind_has_its_postings() {
        let part = billed(1, 1, &[(10_000, "19"), (5_000, "0")], &[6_000]);
        let over = billed(2, 1, &[(1_000, "0")], &[1_500]);
        let mut gone = billed(3, 1, &[(2_000, "19")], &[]);
        let note = void(&mut gone, 4);
        let all = transactions(&[note, gone, over, part], &[paid(7, 11_900, Some("19"))]).unwrap();
        let found: Vec<_> = all
            .iter()
            .map(|of| (of.date, of.code.as_str(), amounts(of)))
            .collect();
        assert_eq!(
            found,
            [
                (day(1), "2026-0001", vec![16_900, -10_000, -1_900, -5_000]),
                (day(1), "2026-0002", vec![1_000, -1_000]),
                (day(1), "2026-0003", vec![2_380, -2_000, -380]),
                (day(3), "E7", vec![10_000, 1_900, -11_900]),
                (day(5), "2026-0001", vec![6_000, -6_000]),
                (day(5), "2026-0002", vec![1_500, -1_000, -500]),
                (day(9), "2026-0003", vec![2_000, 380, -2_380]),
            ]
        );
        let receivable = |account: &Account| matches!(account, Account::Receivable { .. });
        assert_eq!(on(&all, receivable), 10_900);
        let credit = |account: &Account| matches!(account, Account::Credit { .. });
        assert_eq!(on(&all, credit), -500);
    }

    #[test]
    fn drafts_and_invoices_over_nothing_post_nothing() {
        let mut draft = billed(1, 1, &[(100, "19")], &[]);
        draft.invoice.stored = Stored::Draft;
        let nothing = billed(2, 1, &[(0, "19")], &[]);
        assert_eq!(transactions(&[draft, nothing], &[]), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn every_transaction_balances_and_receivables_are_what_is_outstanding(
            invoices in proptest::collection::vec(
                (1i64..4, proptest::collection::vec((0i64..500_000, 0usize..3), 1..4),
                 proptest::collection::vec(1i64..400_000, 0..3), proptest::bool::ANY),
                0..12,
            ),
            spent in proptest::collection::vec((1i64..100_000, proptest::option::of(0usize..3)), 0..8),
        ) {
            const PERCENTS: [&str; 3] = ["0", "7", "19"];
            let mut all = Vec::new();
            let mut outstanding = 0;
            let mut net = 0;
            let mut vat = 0;
            for (key, (client, lines, payments, voided)) in (1..).zip(&invoices) {
                let lines: Vec<_> = lines.iter().map(|(net, tax)| (*net, PERCENTS[*tax])).collect();
                let voided = *voided && payments.is_empty();
                let mut one = billed(key, *client, &lines, payments);
                if voided {
                    all.push(void(&mut one, key + 1000));
                } else {
                    let sums = one.invoice.totals().unwrap();
                    outstanding += one.invoice.balance().unwrap().minor().max(0);
                    net += sums.net.minor();
                    vat += sums.tax.minor();
                }
                all.push(one);
            }
            let spent: Vec<_> = (1..)
                .zip(&spent)
                .map(|(key, (amount, tax))| paid(key, *amount, tax.map(|tax| PERCENTS[tax])))
                .collect();
            let posted = transactions(&all, &spent).unwrap();
            for transaction in &posted {
                prop_assert_eq!(amounts(transaction).iter().sum::<i64>(), 0);
                prop_assert!(amounts(transaction).iter().all(|amount| *amount != 0));
            }
            let total = |wanted: fn(&Account) -> bool| on(&posted, wanted);
            prop_assert_eq!(total(|a| matches!(a, Account::Receivable { .. })), outstanding);
            prop_assert_eq!(total(|a| matches!(a, Account::Revenue { .. })), -net);
            prop_assert_eq!(total(|a| matches!(a, Account::Vat { .. })), -vat);
            all.reverse();
            prop_assert_eq!(transactions(&all, &spent).unwrap(), posted);
        }
    }
}
