//! Invoices: lines from unbilled time, totals in the order of EN 16931, and the state that follows from what happened.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::period::Period;

use super::Refusal;
use super::key::{ClientKey, EntryKey, InvoiceKey, MemberKey, PaymentKey, ProjectKey, TaskKey};
use super::rounding::{Piece, Policies, Scope};

/// Invoice or credit note; each kind has a number series of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Invoice,
    CreditNote,
}

impl Kind {
    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit-note",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Invoice, Self::CreditNote]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// EN 16931 VAT category codes (BT-151, code list UNCL5305).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxCategory {
    /// Standard or reduced rate.
    S,
    /// Zero rated.
    Z,
    /// Exempt.
    E,
    /// Reverse charge.
    AE,
    /// Intra-community supply.
    K,
    /// Export.
    G,
    /// Outside the scope of tax.
    O,
}

impl TaxCategory {
    const ALL: [(Self, &str); 7] = [
        (Self::S, "S"),
        (Self::Z, "Z"),
        (Self::E, "E"),
        (Self::AE, "AE"),
        (Self::K, "K"),
        (Self::G, "G"),
        (Self::O, "O"),
    ];

    /// The code.
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(category, _)| *category == self)
            .map_or("", |(_, code)| code)
    }

    /// The category of a code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(code))
            .map(|(category, _)| *category)
    }
}

/// The tax of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tax {
    pub category: TaxCategory,
    /// Zero for every category but S.
    pub percent: Percent,
}

/// What a line bills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Time of one project at one rate.
    Time {
        project: ProjectKey,
        task: Option<TaskKey>,
        entries: Vec<EntryKey>,
        seconds: Seconds,
    },
    /// The fee of a retainer's period.
    RetainerFee { period: Period },
    /// Time beyond a retainer's allowance.
    Overage {
        period: Period,
        entries: Vec<EntryKey>,
        seconds: Seconds,
    },
    /// Anything else.
    Fixed,
}

/// Unit of a quantity, by UN/ECE Recommendation 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Piece,
}

impl Unit {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour => "HUR",
            Self::Piece => "C62",
        }
    }

    /// The unit of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Hour, Self::Piece]
            .into_iter()
            .find(|unit| unit.code() == code)
    }
}

/// A line: `net` is the rounded product of `quantity` and `unit_price`, so a reader who multiplies gets the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub source: Source,
    pub description: String,
    /// Up to four places.
    pub quantity: Decimal,
    pub unit: Unit,
    /// Up to four places.
    pub unit_price: Decimal,
    pub net: Money,
    pub tax: Tax,
}

impl Line {
    /// A line of time: hours with up to four places.
    pub fn hours(
        source: Source,
        description: String,
        seconds: Seconds,
        rate: Rate,
        tax: Tax,
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let quantity = seconds.as_hours();
        Ok(Self {
            source,
            description,
            quantity,
            unit: Unit::Hour,
            unit_price: rate.decimal(),
            net: rate.of(quantity, currency)?,
            tax,
        })
    }

    /// A line of one piece at a price.
    pub fn fixed(source: Source, description: String, price: Money, tax: Tax) -> Self {
        Self {
            source,
            description,
            quantity: Decimal::ONE,
            unit: Unit::Piece,
            unit_price: price.decimal(),
            net: price,
            tax,
        }
    }
}

/// By what time is put together on lines. Lines with different rates or tax never merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    Project,
    Task,
    Member,
    Day,
    Entry,
}

impl Grouping {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Task => "task",
            Self::Member => "member",
            Self::Day => "day",
            Self::Entry => "entry",
        }
    }
}

/// One entry to bill, with the rate in force on its day; or what rounding a day or a line adds to such entries, or takes off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillableTime {
    pub entry: EntryKey,
    pub project: ProjectKey,
    pub task: Option<TaskKey>,
    pub member: MemberKey,
    pub day: NaiveDate,
    /// Worked time; of a difference none.
    pub worked: Seconds,
    pub billed: Seconds,
    pub rate: Rate,
    pub tax: Tax,
    /// What was rounded, where this is the difference and no entry's own time.
    pub difference: Option<Scope>,
}

/// What the entries of a time line have in common, for its description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub project: ProjectKey,
    pub task: Option<TaskKey>,
    pub member: Option<MemberKey>,
    pub day: Option<NaiveDate>,
    /// The line has no entries: it is what rounding those of the day makes of them. It stands below them.
    pub rounding: bool,
    pub entry: Option<EntryKey>,
}

impl Group {
    fn of(item: &BillableTime, grouping: Grouping) -> Self {
        let only = |wanted: Grouping| grouping == wanted;
        // Where each entry has its line, the difference of a day has one as well.
        let apart = only(Grouping::Entry) && item.difference == Some(Scope::Day);
        Self {
            project: item.project,
            task: item.task.filter(|_| only(Grouping::Task)),
            member: Some(item.member).filter(|_| only(Grouping::Member)),
            day: Some(item.day).filter(|_| only(Grouping::Day) || only(Grouping::Entry)),
            rounding: apart,
            entry: Some(item.entry).filter(|_| only(Grouping::Entry) && !apart),
        }
    }
}

/// Worked time of entries as it is billed on lines of this grouping, by the policies in force on their days.
pub fn rounded(
    time: Vec<BillableTime>,
    client: ClientKey,
    policies: &Policies,
    grouping: Grouping,
) -> Vec<BillableTime> {
    let pieces: Vec<_> = time
        .iter()
        .map(|item| Piece {
            client,
            project: item.project,
            task: item.task,
            member: item.member,
            day: item.day,
            rate: Some(item.rate),
            invoice: None,
            line: Some((Group::of(item, grouping), item.rate, item.tax)),
            worked: item.worked,
            entries: 1,
        })
        .collect();
    let billed = policies.billed(&pieces);
    let differences: Vec<_> = billed
        .differences
        .iter()
        .filter_map(|difference| {
            Some(BillableTime {
                worked: Seconds::ZERO,
                billed: difference.seconds,
                difference: Some(difference.scope),
                ..time.get(difference.piece)?.clone()
            })
        })
        .collect();
    let own = time.into_iter().zip(billed.own);
    let own = own.map(|(item, billed)| BillableTime { billed, ..item });
    own.chain(differences).collect()
}

/// Time lines, ordered by project, then by what they are grouped by, then by rate. Seconds are added before hours are made.
pub fn time_lines(
    time: &[BillableTime],
    grouping: Grouping,
    currency: Currency,
    describe: impl Fn(&Group) -> String,
) -> Result<Vec<Line>, Refusal> {
    let mut groups: BTreeMap<(Group, Rate, Tax), (Seconds, Vec<EntryKey>)> = BTreeMap::new();
    for item in time {
        let group = Group::of(item, grouping);
        let (seconds, entries) = groups.entry((group, item.rate, item.tax)).or_default();
        *seconds += item.billed;
        if item.difference.is_none() {
            entries.push(item.entry);
        }
    }
    groups
        .into_iter()
        .map(|((group, rate, tax), (seconds, entries))| {
            let source = Source::Time {
                project: group.project,
                task: group.task,
                entries,
                seconds,
            };
            Line::hours(source, describe(&group), seconds, rate, tax, currency)
        })
        .collect()
}

/// Tax on one base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxBase {
    pub tax: Tax,
    pub base: Money,
    pub amount: Money,
}

/// The sums of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub line_total: Money,
    pub discount: Money,
    pub net: Money,
    pub taxes: Vec<TaxBase>,
    pub tax: Money,
    pub total: Money,
}

/// Totals in the order of EN 16931: line nets, document discount, one base per category and rate, tax = round(base × rate) per
/// base, total. A discount over several bases is split in proportion to them, to the minor unit, the rest by largest remainder.
pub fn totals(lines: &[Line], discount: Money, currency: Currency) -> Result<Totals, Refusal> {
    let line_total = Money::sum(currency, lines.iter().map(|line| line.net))?;
    let mut bases: BTreeMap<Tax, Money> = BTreeMap::new();
    for line in lines {
        let base = bases.entry(line.tax).or_insert(Money::zero(currency));
        *base = base.checked_add(line.net)?;
    }
    let shares = split(
        discount,
        &bases.values().copied().collect::<Vec<_>>(),
        currency,
    )?;
    let mut taxes = Vec::with_capacity(bases.len());
    for ((tax, gross), share) in bases.into_iter().zip(shares) {
        let base = gross.checked_sub(share)?;
        taxes.push(TaxBase {
            tax,
            base,
            amount: base.percent(tax.percent)?,
        });
    }
    let net = line_total.checked_sub(discount)?;
    let tax = Money::sum(currency, taxes.iter().map(|base| base.amount))?;
    Ok(Totals {
        line_total,
        discount,
        net,
        taxes,
        tax,
        total: net.checked_add(tax)?,
    })
}

/// Splits an amount in proportion to weights; the parts add up to it exactly.
fn split(amount: Money, weights: &[Money], currency: Currency) -> Result<Vec<Money>, Refusal> {
    let sum: i128 = weights
        .iter()
        .map(|weight| i128::from(weight.minor()))
        .sum();
    if amount.is_zero() || sum == 0 {
        return Ok(vec![Money::zero(currency); weights.len()]);
    }
    let exact = |weight: &Money| i128::from(amount.minor()) * i128::from(weight.minor());
    let mut parts: Vec<i128> = weights
        .iter()
        .map(|weight| exact(weight).div_euclid(sum))
        .collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| {
        std::cmp::Reverse(
            weights
                .get(*index)
                .map(|weight| exact(weight).rem_euclid(sum)),
        )
    });
    let rest = i128::from(amount.minor()) - parts.iter().sum::<i128>();
    for index in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
        }
    }
    parts
        .into_iter()
        .map(|part| {
            i64::try_from(part)
                .map(|minor| Money::from_minor(minor, currency))
                .map_err(|_| Refusal::AmountTooLarge)
        })
        .collect()
}

/// What is stored about the course of an invoice; everything else is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Draft,
    Issued,
    Void,
}

impl Stored {
    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Issued => "issued",
            Self::Void => "void",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::Issued, Self::Void]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// The state people see; the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Void,
    WrittenOff,
    Overpaid,
    Paid,
    Overdue,
    PartiallyPaid,
    Viewed,
    Sent,
    Issued,
}

impl State {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Void => "void",
            Self::WrittenOff => "written-off",
            Self::Overpaid => "overpaid",
            Self::Paid => "paid",
            Self::Overdue => "overdue",
            Self::PartiallyPaid => "partially-paid",
            Self::Viewed => "viewed",
            Self::Sent => "sent",
            Self::Issued => "issued",
        }
    }
}

/// Name and address as they stand on a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub name: String,
    /// Lines, without the country.
    pub address: Vec<String>,
    pub country: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub tax_id: Option<String>,
    pub iban: Option<String>,
    pub bic: Option<String>,
    pub attention: Option<String>,
}

/// An invoice or credit note with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub key: InvoiceKey,
    pub client: ClientKey,
    pub kind: Kind,
    /// None for a draft.
    pub number: Option<String>,
    pub stored: Stored,
    /// For a credit note, the invoice it corrects.
    pub corrects: Option<InvoiceKey>,
    pub issue_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub period: Option<Period>,
    pub currency: Currency,
    pub language: String,
    pub seller: Party,
    pub buyer: Party,
    pub payment_terms: Option<String>,
    pub lines: Vec<Line>,
    pub discount: Money,
    pub payments: Vec<Payment>,
    /// The SHA-256 of the PDF that was stored at issue, hex.
    pub document_sha256: Option<String>,
    /// Digest of the published invoice from which that PDF was drawn, hex.
    pub document_face: Option<String>,
    pub sent: Option<DateTime<Utc>>,
    pub viewed: Option<DateTime<Utc>>,
}

/// A payment that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub key: PaymentKey,
    pub date: NaiveDate,
    pub amount: Money,
    pub method: Option<String>,
}

impl Invoice {
    /// The sums of the lines.
    pub fn totals(&self) -> Result<Totals, Refusal> {
        totals(&self.lines, self.discount, self.currency)
    }

    /// The sum of the payments.
    pub fn paid(&self) -> Result<Money, Refusal> {
        Ok(Money::sum(
            self.currency,
            self.payments.iter().map(|payment| payment.amount),
        )?)
    }

    /// What is open: the total less what was paid; nothing is open on a void invoice or a credit note.
    pub fn balance(&self) -> Result<Money, Refusal> {
        if self.stored == Stored::Void || self.kind == Kind::CreditNote {
            return Ok(Money::zero(self.currency));
        }
        Ok(self.totals()?.total.checked_sub(self.paid()?)?)
    }

    /// The number, or how a draft is named.
    pub fn name(&self) -> String {
        self.number
            .clone()
            .unwrap_or_else(|| format!("draft-{}", self.key.0))
    }

    /// The state on this day.
    pub fn state(&self, today: NaiveDate) -> Result<State, Refusal> {
        match self.stored {
            Stored::Draft => return Ok(State::Draft),
            Stored::Void => return Ok(State::Void),
            Stored::Issued => {}
        }
        let (paid, balance) = (self.paid()?, self.balance()?);
        let overdue = self.due_date.is_some_and(|due| due < today);
        Ok(if balance.is_negative() {
            State::Overpaid
        } else if balance.is_zero() && self.kind == Kind::Invoice {
            State::Paid
        } else if overdue && self.kind == Kind::Invoice {
            State::Overdue
        } else if !paid.is_zero() {
            State::PartiallyPaid
        } else if self.viewed.is_some() {
            State::Viewed
        } else if self.sent.is_some() {
            State::Sent
        } else {
            State::Issued
        })
    }

    /// Refuses a change of an invoice that is no draft.
    pub fn is_draft(&self) -> Result<(), Refusal> {
        match self.stored {
            Stored::Draft => Ok(()),
            Stored::Issued => Err(Refusal::InvoiceIssued {
                invoice: self.name(),
            }),
            Stored::Void => Err(Refusal::InvoiceVoid {
                invoice: self.name(),
            }),
        }
    }

    /// Refuses what can be done to an issued invoice only: payments, void.
    pub fn is_open(&self) -> Result<(), Refusal> {
        let invoice = self.name();
        match (self.kind, self.stored) {
            (Kind::CreditNote, _) => Err(Refusal::CreditNote { invoice }),
            (_, Stored::Draft) => Err(Refusal::InvoiceDraft { invoice }),
            (_, Stored::Void) => Err(Refusal::InvoiceVoid { invoice }),
            (_, Stored::Issued) => Ok(()),
        }
    }

    /// Refuses to void while payments are recorded.
    pub fn may_be_voided(&self) -> Result<(), Refusal> {
        self.is_open()?;
        let paid = self.paid()?;
        if self.payments.is_empty() {
            Ok(())
        } else {
            Err(Refusal::InvoicePaid {
                invoice: self.name(),
                paid,
            })
        }
    }

    /// Refuses a payment that is not positive, dated before the invoice, or (unless `over`) above the balance.
    pub fn takes_payment(&self, amount: Money, date: NaiveDate, over: bool) -> Result<(), Refusal> {
        self.is_open()?;
        if amount.minor() <= 0 {
            return Err(Refusal::PaymentNotPositive);
        }
        if date < self.issue_date {
            return Err(Refusal::PaymentTooEarly {
                date,
                issued: self.issue_date,
            });
        }
        let balance = self.balance()?;
        if balance.checked_sub(amount)?.is_negative() && !over {
            return Err(Refusal::Overpayment { amount, balance });
        }
        Ok(())
    }
}

/// Within a series numbers and dates run the same way.
pub fn dates_run_forward(last: Option<(&str, NaiveDate)>, date: NaiveDate) -> Result<(), Refusal> {
    match last {
        Some((number, last_date)) if date < last_date => Err(Refusal::Backdated {
            last: number.to_owned(),
            last_date,
            date,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::key::RoundingKey;
    use crate::domain::rounding::{DatedPolicy, Mode, Policy, Target};

    fn eur() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn money(text: &str) -> Money {
        Money::parse(text, eur()).unwrap()
    }

    fn tax(category: TaxCategory, percent: &str) -> Tax {
        Tax {
            category,
            percent: Percent::parse(percent).unwrap(),
        }
    }

    fn standard() -> Tax {
        tax(TaxCategory::S, "19")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn item(entry: i64, project: i64, seconds: i64, rate: &str) -> BillableTime {
        BillableTime {
            entry: EntryKey(entry),
            project: ProjectKey(project),
            task: Some(TaskKey(entry % 2)),
            member: MemberKey(1),
            day: day("2026-03-01"),
            worked: Seconds(seconds),
            billed: Seconds(seconds),
            rate: Rate::parse(rate).unwrap(),
            tax: standard(),
            difference: None,
        }
    }

    fn invoice(total: &str, due: &str) -> Invoice {
        Invoice {
            key: InvoiceKey(1),
            client: ClientKey(1),
            kind: Kind::Invoice,
            number: Some("2026-0001".into()),
            stored: Stored::Issued,
            corrects: None,
            issue_date: day("2026-03-01"),
            due_date: Some(day(due)),
            period: None,
            currency: eur(),
            language: "en".into(),
            seller: Party::default(),
            buyer: Party::default(),
            payment_terms: None,
            lines: vec![Line::fixed(
                Source::Fixed,
                "work".into(),
                money(total),
                tax(TaxCategory::E, "0"),
            )],
            discount: money("0"),
            payments: Vec::new(),
            document_sha256: None,
            document_face: None,
            sent: None,
            viewed: None,
        }
    }

    fn paid(mut invoice: Invoice, amount: &str) -> Invoice {
        invoice.payments.push(Payment {
            key: PaymentKey(1),
            date: day("2026-03-02"),
            amount: money(amount),
            method: None,
        });
        invoice
    }

    #[test]
    fn half_a_cent_goes_away_from_zero() {
        // 0.35 h × 85.50 = 29.925: floats and half-even say 29.92.
        let lines = time_lines(
            &[item(1, 1, 1260, "85.50")],
            Grouping::Project,
            eur(),
            |_| String::new(),
        )
        .unwrap();
        assert_eq!(lines[0].net, money("29.93"));
    }

    #[test]
    fn seconds_are_added_before_hours_are_made() {
        // Three times 20 minutes is one hour, not three times 0.3333.
        let time = [
            item(1, 1, 1200, "90"),
            item(2, 1, 1200, "90"),
            item(3, 1, 1200, "90"),
        ];
        let lines = time_lines(&time, Grouping::Project, eur(), |_| String::new()).unwrap();
        assert_eq!((lines.len(), lines[0].quantity), (1, Decimal::ONE));
        assert_eq!(lines[0].net, money("90.00"));
    }

    #[test]
    fn the_difference_of_a_day_or_a_line_stands_on_lines_of_its_rate() {
        // Two tasks of a day, 20 and 15 minutes, and 10 minutes at another rate.
        let time = [
            item(1, 1, 1200, "90"),
            item(2, 1, 900, "90"),
            item(3, 1, 600, "95"),
        ];
        // scope, grouping, minutes of each line
        let cases: [(Scope, Grouping, &[i64]); 6] = [
            (Scope::Day, Grouping::Project, &[50, 10]),
            (Scope::Day, Grouping::Task, &[15, 35, 10]),
            (Scope::Day, Grouping::Entry, &[20, 15, 10, 15]),
            (Scope::Line, Grouping::Project, &[60, 30]),
            (Scope::Line, Grouping::Task, &[30, 30, 30]),
            (Scope::Entry, Grouping::Project, &[60, 30]),
        ];
        for (scope, grouping, minutes) in cases {
            let policies = Policies::new([DatedPolicy {
                key: RoundingKey(1),
                target: Target::Business,
                from: None,
                policy: Policy {
                    mode: Mode::Up,
                    step_minutes: if scope == Scope::Day { 60 } else { 30 },
                    minimum_minutes: 0,
                    scope,
                },
            }]);
            let time = rounded(time.to_vec(), ClientKey(1), &policies, grouping);
            let lines = time_lines(&time, grouping, eur(), |_| String::new()).unwrap();
            let billed: Vec<i64> = lines
                .iter()
                .map(|line| match line.source {
                    Source::Time { seconds, .. } => seconds.0 / 60,
                    _ => 0,
                })
                .collect();
            assert_eq!(billed, minutes, "{scope:?} {grouping:?}");
            for line in &lines {
                let product = Money::rounded(line.quantity * line.unit_price, eur());
                assert_eq!(product, Ok(line.net));
            }
        }
    }

    #[test]
    fn lines_of_different_rates_never_merge_whatever_they_are_grouped_by() {
        let time = [
            item(1, 1, 3600, "90"),
            item(2, 1, 3600, "95"),
            item(3, 1, 3600, "90"),
            item(4, 2, 3600, "90"),
        ];
        let count = |grouping| {
            time_lines(&time, grouping, eur(), |_| String::new())
                .unwrap()
                .len()
        };
        assert_eq!(count(Grouping::Project), 3);
        assert_eq!(count(Grouping::Member), 3);
        assert_eq!(count(Grouping::Task), 3);
        assert_eq!(count(Grouping::Day), 3);
        assert_eq!(count(Grouping::Entry), 4);
    }

    #[test]
    fn tax_is_rounded_once_per_base() {
        let line = |net: &str, tax| Line::fixed(Source::Fixed, String::new(), money(net), tax);
        let reduced = tax(TaxCategory::S, "7");
        let lines = [
            line("0.03", standard()),
            line("0.03", standard()),
            line("0.03", standard()),
            line("100", reduced),
        ];
        let sums = totals(&lines, money("0"), eur()).unwrap();
        // 19 % of 0.09 is 0.0171: one cent has to be 2, where three lines of 0.0057 would each be one.
        let amounts: Vec<_> = sums.taxes.iter().map(|t| (t.base, t.amount)).collect();
        assert_eq!(
            amounts,
            [
                (money("100"), money("7.00")),
                (money("0.09"), money("0.02"))
            ]
        );
        assert_eq!(sums.total, money("107.11"));
    }

    #[test]
    fn a_discount_is_split_over_the_bases_to_the_cent() {
        let line = |net: &str, tax| Line::fixed(Source::Fixed, String::new(), money(net), tax);
        let lines = [
            line("100", standard()),
            line("200", tax(TaxCategory::S, "7")),
        ];
        let sums = totals(&lines, money("10"), eur()).unwrap();
        let bases: Vec<_> = sums.taxes.iter().map(|t| t.base).collect();
        assert_eq!(bases, [money("193.33"), money("96.67")]);
        assert_eq!(sums.net, money("290"));
    }

    #[test]
    fn the_first_state_that_holds_is_shown() {
        let (before, due, after) = (day("2026-03-10"), day("2026-03-15"), day("2026-03-16"));
        let plain = invoice("100", "2026-03-15");
        let state = |invoice: &Invoice, today| invoice.state(today).unwrap();
        assert_eq!(state(&plain, before), State::Issued);
        assert_eq!(state(&plain, due), State::Issued);
        assert_eq!(state(&plain, after), State::Overdue);
        let part = paid(plain.clone(), "40");
        assert_eq!(state(&part, before), State::PartiallyPaid);
        assert_eq!(state(&part, after), State::Overdue);
        let full = paid(plain.clone(), "100");
        assert_eq!(state(&full, after), State::Paid);
        let over = paid(plain.clone(), "100.01");
        assert_eq!(state(&over, after), State::Overpaid);
        let mut void = over;
        void.stored = Stored::Void;
        assert_eq!(state(&void, after), State::Void);
        let mut seen = plain;
        seen.sent = Some(DateTime::UNIX_EPOCH);
        assert_eq!(state(&seen, before), State::Sent);
        seen.viewed = Some(DateTime::UNIX_EPOCH);
        assert_eq!(state(&seen, before), State::Viewed);
    }

    #[test]
    fn payments_follow_the_rules() {
        let open = invoice("100", "2026-03-15");
        let on = day("2026-03-05");
        assert_eq!(open.takes_payment(money("100"), on, false), Ok(()));
        assert_eq!(
            open.takes_payment(money("0"), on, false),
            Err(Refusal::PaymentNotPositive)
        );
        assert!(matches!(
            open.takes_payment(money("1"), day("2026-02-28"), false),
            Err(Refusal::PaymentTooEarly { .. })
        ));
        assert!(matches!(
            open.takes_payment(money("100.01"), on, false),
            Err(Refusal::Overpayment { .. })
        ));
        assert_eq!(open.takes_payment(money("100.01"), on, true), Ok(()));
        assert!(matches!(
            paid(open, "1").may_be_voided(),
            Err(Refusal::InvoicePaid { .. })
        ));
    }

    #[test]
    fn numbers_and_dates_run_the_same_way() {
        let last = Some(("2026-0007", day("2026-03-05")));
        assert_eq!(dates_run_forward(None, day("2020-01-01")), Ok(()));
        assert_eq!(dates_run_forward(last, day("2026-03-05")), Ok(()));
        assert!(dates_run_forward(last, day("2026-03-04")).is_err());
    }

    proptest! {
        #[test]
        fn totals_add_up_and_a_reader_who_multiplies_gets_the_line(
            time in proptest::collection::vec((1i64..4, 1i64..40_000, 0i64..2_000_000), 1..40),
            off in 0i64..500,
        ) {
            let items: Vec<_> = time
                .iter()
                .zip(1..)
                .map(|((project, seconds, rate), entry)| BillableTime {
                    rate: Rate::from_ten_thousandths(*rate),
                    tax: if project % 2 == 0 { standard() } else { tax(TaxCategory::S, "7") },
                    ..item(entry, *project, *seconds, "1")
                })
                .collect();
            let lines = time_lines(&items, Grouping::Project, eur(), |_| String::new()).unwrap();
            for line in &lines {
                let product = Money::rounded(line.quantity * line.unit_price, eur()).unwrap();
                prop_assert_eq!(product, line.net);
            }
            let discount = Money::from_minor(off, eur());
            let sums = totals(&lines, discount, eur()).unwrap();
            let bases = Money::sum(eur(), sums.taxes.iter().map(|t| t.base)).unwrap();
            prop_assert_eq!(bases, sums.net);
            prop_assert_eq!(sums.net.checked_add(sums.tax).unwrap(), sums.total);
            prop_assert_eq!(sums.line_total.checked_sub(discount).unwrap(), sums.net);
            let mut turned = items.clone();
            turned.reverse();
            let again = time_lines(&turned, Grouping::Project, eur(), |_| String::new()).unwrap();
            prop_assert_eq!(totals(&again, discount, eur()).unwrap(), sums);
        }
    }
}
