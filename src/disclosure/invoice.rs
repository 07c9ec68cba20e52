//! An invoice of the books as its client gets it: on the portal, as PDF, in every other format.
//!
//! With rates hidden no line tells hours or a rate. It knows neither when it is asked nor whether the invoice is shown at all.
//!
//! What a line of time says is written by `app` when the draft is made: **the first line of its description** names the project
//! (and the task, where it is grouped by tasks) and is for the client in any case; a member, a day or an entry's own words stand
//! in the lines below, which are left out where the client may not see them.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::domain::invoice::{
    Adjustment, Adjustments, Credit, CreditUse, Grounds, Invoice, Kind, Line, Party, Payment,
    Remarks, Settlement, Source, State, Tax, TaxBase, TaxCategory, Totals, Unit,
};
use crate::domain::key::{ProjectKey, RetainerKey, TaskKey};
use crate::domain::visibility::{Descriptions, Team, Visibility};
use crate::published;
use crate::published::{Chunk, ChunkKey, Digest, InvoiceKind, InvoiceState};
use crate::values::id::PublicId;
use crate::values::money::{Money, Percent};

/// UN/ECE Recommendation 20: lump sum.
const LUMP_SUM: &str = "LS";

/// The invoice as its client may see it on a day. `corrects` is the number of the invoice that a credit note corrects, `file` the
/// name of its PDF among what is published.
pub fn invoice(
    invoice: &Invoice,
    visibility: &Visibility,
    corrects: Option<String>,
    id: PublicId,
    as_of: NaiveDate,
    file: Option<String>,
) -> Result<published::Invoice, Refusal> {
    let Totals {
        line_total,
        discount,
        surcharge,
        net,
        taxes,
        tax: _, // the sum of what `taxes` lists
        total,
    } = invoice.totals()?;
    let (paid, balance) = (invoice.paid()?, invoice.balance()?);
    let state = state(invoice.state(as_of)?);
    let Invoice {
        key: _,    // local; `id` stands for it
        client: _, // the client's own page
        kind,
        number,
        stored: _,   // part of `state`
        corrects: _, // local; the number is given
        issue_date,
        due_date,
        period,
        currency,
        language,
        seller,
        buyer,
        payment_terms,
        lines,
        adjustments:
            Adjustments {
                discount: _,  // in the totals
                surcharge: _, // likewise
                discount_for,
                surcharge_for,
            },
        tax_note,
        tax_rounding: _, // in the totals
        remarks:
            Remarks {
                purchase_order,
                project_reference,
                introduction,
                closing,
            },
        payments,
        settlement,
        document_sha256: _, // of the file as issued, which may tell more than this client sees today
        document_face: _,   // likewise
        sent: _,            // when mail went out is the owner's; that it did is part of `state`
        viewed: _,          // likewise
    } = invoice;
    Ok(published::Invoice {
        id,
        kind: match kind {
            Kind::Invoice => InvoiceKind::Invoice,
            Kind::CreditNote => InvoiceKind::CreditNote,
        },
        number: number.clone(),
        corrects,
        state,
        issue_date: *issue_date,
        due_date: *due_date,
        period: *period,
        currency: *currency,
        language: language.clone(),
        seller: party(seller),
        buyer: party(buyer),
        purchase_order: purchase_order.clone(),
        project_reference: project_reference.clone(),
        introduction: introduction.clone(),
        lines: self::lines(lines, visibility)?,
        line_total,
        discount,
        discount_for: grounds(discount_for),
        surcharge: (!surcharge.is_zero()).then(|| published::Adjustment {
            amount: surcharge,
            grounds: grounds(surcharge_for),
        }),
        tax_note: tax_note.clone(),
        net,
        taxes: taxes.iter().map(tax_line).collect(),
        total,
        payments: self::payments(payments, settlement)?,
        paid,
        credits: settlement.credits.iter().map(credit).collect(),
        balance,
        payment_terms: payment_terms.clone(),
        closing: closing.clone(),
        file,
    })
}

/// The same at the moment of issue: nothing paid, nothing seen. Documents are drawn from this, so that their bytes never depend
/// on what happened later.
pub fn as_issued(mut invoice: published::Invoice) -> published::Invoice {
    invoice.state = InvoiceState::Issued;
    invoice.payments = Vec::new();
    invoice.credits = Vec::new();
    invoice.paid = Money::zero(invoice.currency);
    invoice.balance = match invoice.kind {
        InvoiceKind::Invoice => invoice.total,
        InvoiceKind::CreditNote => invoice.paid,
    };
    invoice.file = None;
    invoice
}

/// What a document shows, by hash: two invoices with the same face give the same PDF. Its public id and the name of its file are no
/// part of it.
pub fn face(invoice: &published::Invoice) -> Result<Digest, serde_json::Error> {
    let mut shown = as_issued(invoice.clone());
    shown.id = PublicId::from_bytes([0; 16]);
    Ok(Chunk::json(ChunkKey::Console, &shown)?.digest())
}

/// The same with the time sheet behind it.
pub fn face_with(
    invoice: &published::Invoice,
    annex: Option<&published::Annex>,
) -> Result<Digest, serde_json::Error> {
    let face = face(invoice)?;
    match annex {
        None => Ok(face),
        Some(annex) => Ok(Chunk::json(ChunkKey::Console, &(face.as_str(), annex))?.digest()),
    }
}

/// The file name of an invoice's PDF. A number may have characters that no file name takes; the id keeps two such apart.
pub(super) fn file_name(number: &str, id: &PublicId) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
    if number.chars().all(fits) && !number.starts_with('.') && number.len() <= 100 {
        return format!("{number}.pdf");
    }
    let plain: String = number
        .chars()
        .take(100)
        .map(|c| {
            if c.is_ascii() && fits(c) && c != '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let mark: String = id.as_str().chars().take(8).collect();
    format!("{plain}-{mark}.pdf")
}

fn state(state: State) -> InvoiceState {
    match state {
        State::Draft => InvoiceState::Draft,
        State::Void => InvoiceState::Void,
        State::WrittenOff => InvoiceState::WrittenOff,
        State::Overpaid => InvoiceState::Overpaid,
        State::Paid => InvoiceState::Paid,
        State::Overdue => InvoiceState::Overdue,
        State::PartiallyPaid => InvoiceState::PartiallyPaid,
        State::Viewed => InvoiceState::Viewed,
        State::Sent => InvoiceState::Sent,
        State::Issued => InvoiceState::Issued,
    }
}

/// Everything of a party stands on the document, by the owner's own settings.
pub(super) fn party(party: &Party) -> published::Party {
    let Party {
        name,
        address,
        country,
        email,
        phone,
        tax_id,
        iban,
        bic,
        attention,
    } = party.clone();
    published::Party {
        name,
        address,
        country,
        email,
        phone,
        tax_id,
        iban,
        bic,
        attention,
    }
}

/// All that moved money, by day: payments, credit that came from other invoices, and credit that went away.
fn payments(
    payments: &[Payment],
    settlement: &Settlement,
) -> Result<Vec<published::Payment>, Refusal> {
    let Settlement {
        credits: _, // told with their numbers
        taken,
        given,
        write_off: _, // that something was given up is part of the state; why is the owner's
    } = settlement;
    let mut all: Vec<published::Payment> = payments.iter().map(payment).collect();
    for of in taken {
        all.push(credit_use(of, of.amount));
    }
    for of in given {
        all.push(credit_use(of, of.amount.negated()?));
    }
    all.sort_by_key(|payment| payment.date);
    Ok(all)
}

/// Credit from or for another invoice of the client names it; what was paid back says how.
fn credit_use(of: &CreditUse, amount: Money) -> published::Payment {
    let CreditUse {
        key: _, // local
        date,
        amount: _, // given with its sign
        other,
        method,
    } = of;
    published::Payment {
        date: *date,
        amount,
        method: Some(match other {
            Some(number) => format!("credit, {number}"),
            None => method
                .as_ref()
                .map_or("refund".to_owned(), |method| format!("refund, {method}")),
        }),
    }
}

fn credit(credit: &Credit) -> published::Credit {
    let Credit {
        note: _, // local; the number is given
        number,
        date,
        amount,
    } = credit;
    published::Credit {
        number: number.clone(),
        date: *date,
        amount: *amount,
    }
}

fn payment(payment: &Payment) -> published::Payment {
    let Payment {
        key: _, // local
        date,
        amount,
        method,
        reference: _, // of the owner's bank or scripts
    } = payment;
    published::Payment {
        date: *date,
        amount: *amount,
        method: method.clone(),
    }
}

pub(super) fn tax_line(tax: &TaxBase) -> published::TaxLine {
    let TaxBase {
        tax: Tax { category, percent },
        name,
        base,
        surcharge,
        amount,
    } = tax;
    published::TaxLine {
        name: name.clone(),
        surcharge: (!surcharge.is_zero()).then_some(*surcharge),
        category: self::category(*category),
        rate: percent.decimal(),
        base: *base,
        amount: *amount,
    }
}

fn published_adjustment(adjustment: &Adjustment) -> published::Adjustment {
    let Adjustment {
        amount,
        grounds: of,
    } = adjustment;
    published::Adjustment {
        amount: *amount,
        grounds: grounds(of),
    }
}

pub(super) fn grounds(grounds: &Grounds) -> published::Grounds {
    let Grounds { percent, reason } = grounds;
    published::Grounds {
        percent: percent.map(Percent::decimal),
        reason: reason.clone(),
    }
}

fn category(category: TaxCategory) -> published::TaxCategory {
    match category {
        TaxCategory::S => published::TaxCategory::S,
        TaxCategory::Z => published::TaxCategory::Z,
        TaxCategory::E => published::TaxCategory::E,
        TaxCategory::AE => published::TaxCategory::AE,
        TaxCategory::K => published::TaxCategory::K,
        TaxCategory::G => published::TaxCategory::G,
        TaxCategory::O => published::TaxCategory::O,
    }
}

/// A line that stands for itself, whatever is around it.
pub(super) fn line_of(line: &Line, visibility: &Visibility) -> published::InvoiceLine {
    match visibility.rates {
        true => shown(line, visibility),
        false => Sum::of(line).published(),
    }
}

fn lines(lines: &[Line], visibility: &Visibility) -> Result<Vec<published::InvoiceLine>, Refusal> {
    if visibility.rates {
        return Ok(lines.iter().map(|line| shown(line, visibility)).collect());
    }
    let mut sums: Vec<(Bundle, Sum)> = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        let bundle = bundle(position, line, lines);
        match sums.iter_mut().find(|(known, _)| *known == bundle) {
            Some((_, sum)) => sum.add(line)?,
            None => sums.push((bundle, Sum::of(line))),
        }
    }
    Ok(sums.into_iter().map(|(_, sum)| sum.published()).collect())
}

/// The lines behind each amount of work that is shown with rates hidden.
pub(super) fn amounts_of_work(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut amounts: Vec<(Bundle, Vec<&Line>)> = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        if !is_work(&line.source) {
            continue;
        }
        let bundle = bundle(position, line, lines);
        match amounts.iter_mut().find(|(known, _)| *known == bundle) {
            Some((_, behind)) => behind.push(line),
            None => amounts.push((bundle, vec![line])),
        }
    }
    amounts.into_iter().map(|(_, behind)| behind).collect()
}

/// A line with its rate.
fn shown(line: &Line, visibility: &Visibility) -> published::InvoiceLine {
    let Line {
        source,
        description,
        quantity,
        unit,
        unit_price,
        adjustment,
        net,
        tax: Tax { category, percent },
        taxes: _, // told by the tax lines below the sum
    } = line;
    // Which member, and the words of an entry, follow the same settings here as in the timesheet.
    let open = visibility.team == Team::Names && visibility.descriptions == Descriptions::Full;
    let description = if is_work(source) && !open {
        heading(description)
    } else {
        description
    };
    published::InvoiceLine {
        description: description.to_owned(),
        quantity: *quantity,
        unit: unit.code().to_owned(),
        unit_price: *unit_price,
        adjustment: adjustment.as_ref().map(published_adjustment),
        net: *net,
        tax_rate: percent.decimal(),
        tax_category: self::category(*category),
    }
}

/// Whether a line bills hours that a timesheet may show.
fn is_work(source: &Source) -> bool {
    match source {
        Source::Time {
            project: _,
            task: _,
            entries: _,
            seconds: _,
        }
        | Source::Overage {
            retainer: _, // local
            period: _,
            entries: _,
            seconds: _,
        } => true,
        Source::RetainerFee {
            retainer: _,
            period: _,
        }
        | Source::Expense { expense: _ }
        | Source::Deposit
        | Source::Deduction { deposit: _ }
        | Source::Fixed => false,
    }
}

/// The first line: what a line of time is about, without members, days or an entry's words.
fn heading(description: &str) -> &str {
    description.lines().next().unwrap_or_default()
}

/// Lines that become one where rates are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bundle {
    /// Time of a project, or of one of its tasks.
    Time(ProjectKey, Option<TaskKey>, Tax),
    /// Time beyond a retainer in the period that begins on this day.
    Overage(Option<RetainerKey>, NaiveDate, Tax),
    /// A line for itself, by its place.
    Single(usize),
}

fn bundle(position: usize, line: &Line, all: &[Line]) -> Bundle {
    match &line.source {
        Source::Time {
            project,
            task,
            entries: _, // local
            seconds: _, // what is hidden here
        } => {
            let task = task.filter(|_| tasks_hide_rates(*project, line.tax, all));
            Bundle::Time(*project, task, line.tax)
        }
        Source::Overage {
            retainer,
            period,
            entries: _,
            seconds: _,
        } => Bundle::Overage(*retainer, period.from, line.tax),
        Source::RetainerFee {
            retainer: _,
            period: _,
        }
        | Source::Expense { expense: _ } // local; so is a deposit's
        | Source::Deposit
        | Source::Deduction { deposit: _ }
        | Source::Fixed => Bundle::Single(position),
    }
}

/// Whether an amount for each task is safe. Hours of a task are shown in the timesheet, so a task with one rate tells it; where the
/// project as a whole has several, its sum does not.
fn tasks_hide_rates(project: ProjectKey, tax: Tax, all: &[Line]) -> bool {
    let of_project = || {
        all.iter()
            .filter(move |line| line.tax == tax)
            .filter_map(move |line| match &line.source {
                Source::Time {
                    project: own,
                    task,
                    entries: _,
                    seconds: _,
                } => (*own == project).then_some((*task, line.unit_price)),
                Source::RetainerFee {
                    retainer: _,
                    period: _,
                }
                | Source::Overage {
                    retainer: _,
                    period: _,
                    entries: _,
                    seconds: _,
                }
                | Source::Expense { expense: _ }
                | Source::Deposit
                | Source::Deduction { deposit: _ }
                | Source::Fixed => None,
            })
    };
    let several = |task: Option<Option<TaskKey>>| {
        let mut prices = of_project()
            .filter(|(own, _)| task.is_none_or(|task| task == *own))
            .map(|(_, price)| price);
        prices
            .next()
            .is_some_and(|first| prices.any(|price| price != first))
    };
    !several(None) || of_project().all(|(task, _)| several(Some(task)))
}

/// A sum of lines without their hours.
struct Sum {
    descriptions: Vec<String>,
    quantity: Decimal,
    unit: &'static str,
    unit_price: Decimal,
    adjustment: Option<published::Adjustment>,
    net: Money,
    tax: Tax,
}

impl Sum {
    fn of(line: &Line) -> Self {
        let Line {
            source,
            description,
            quantity,
            unit,
            unit_price,
            adjustment,
            net,
            tax,
            taxes: _, // told by the tax lines below the sum
        } = line;
        let is_work = is_work(source);
        let description = if is_work {
            heading(description)
        } else {
            description
        };
        // Hours of any kind tell a rate, what was taken off them too.
        let lump = is_work || matches!(unit, Unit::Hour | Unit::Day | Unit::Week);
        Self {
            descriptions: vec![description.to_owned()],
            quantity: if lump { Decimal::ONE } else { *quantity },
            unit: if lump { LUMP_SUM } else { unit.code() },
            unit_price: if lump { net.decimal() } else { *unit_price },
            adjustment: adjustment
                .as_ref()
                .filter(|_| !lump)
                .map(published_adjustment),
            net: *net,
            tax: *tax,
        }
    }

    /// Only lines of time are ever added up.
    fn add(&mut self, line: &Line) -> Result<(), Refusal> {
        self.net = self.net.checked_add(line.net)?;
        self.unit_price = self.net.decimal();
        let description = heading(&line.description).to_owned();
        if !self.descriptions.contains(&description) {
            self.descriptions.push(description);
        }
        Ok(())
    }

    fn published(self) -> published::InvoiceLine {
        let Self {
            descriptions,
            quantity,
            unit,
            unit_price,
            adjustment,
            net,
            tax: Tax { category, percent },
        } = self;
        published::InvoiceLine {
            description: descriptions.join("; "),
            quantity,
            unit: unit.to_owned(),
            unit_price,
            adjustment,
            net,
            tax_rate: percent.decimal(),
            tax_category: self::category(category),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::sample::{self, BUILD, DESIGN, SUPPORT, WEBSITE, time, visibility};

    fn id() -> PublicId {
        PublicId::from_bytes([1; 16])
    }

    fn published(source: &Invoice, settings: &[(&str, &str)]) -> published::Invoice {
        invoice(
            source,
            &visibility(settings),
            None,
            id(),
            sample::day("2026-11-21"),
            None,
        )
        .unwrap()
    }

    /// Description, quantity, unit and price of each line.
    fn lines_of(
        lines: Vec<Line>,
        settings: &[(&str, &str)],
    ) -> Vec<(String, String, String, String)> {
        let source = Invoice {
            lines,
            ..sample::issued()
        };
        let shown = published(&source, settings);
        shown
            .lines
            .into_iter()
            .map(|line| {
                (
                    line.description,
                    line.quantity.to_string(),
                    line.unit,
                    line.unit_price.to_string(),
                )
            })
            .collect()
    }

    fn row(
        description: &str,
        quantity: &str,
        unit: &str,
        price: &str,
    ) -> (String, String, String, String) {
        (
            description.to_owned(),
            quantity.to_owned(),
            unit.to_owned(),
            price.to_owned(),
        )
    }

    #[test]
    fn shown_rates_leave_the_lines_as_they_are() {
        let lines = vec![time(
            WEBSITE,
            Some(DESIGN),
            2,
            "100",
            "Website: Design\nAda",
        )];
        let shown = lines_of(lines.clone(), &[("rates", "shown")]);
        assert_eq!(shown, [row("Website: Design\nAda", "2", "HUR", "100")]);
        for closed in [("team", "initials"), ("descriptions", "none")] {
            let shown = lines_of(lines.clone(), &[("rates", "shown"), closed]);
            assert_eq!(shown, [row("Website: Design", "2", "HUR", "100")]);
        }
    }

    #[test]
    fn hidden_rates_make_one_amount_of_each_project() {
        let lines = vec![
            time(WEBSITE, None, 2, "100", "Website\nAda"),
            time(WEBSITE, None, 3, "80", "Website\nGrace"),
            time(SUPPORT, None, 1, "90", "Support\n3 November"),
        ];
        let shown = lines_of(lines, &[]);
        assert_eq!(
            shown,
            [
                row("Website", "1", "LS", "440.00"),
                row("Support", "1", "LS", "90.00")
            ]
        );
    }

    #[test]
    fn tasks_stay_apart_only_where_their_amounts_tell_no_more_than_the_project() {
        // One rate for all: the project's amount tells it as well.
        let same = vec![
            time(WEBSITE, Some(DESIGN), 2, "100", "Website: Design"),
            time(WEBSITE, Some(BUILD), 3, "100", "Website: Build"),
        ];
        assert_eq!(lines_of(same, &[]).len(), 2);
        // A rate for each task: the amounts would tell both.
        let different = vec![
            time(WEBSITE, Some(DESIGN), 2, "100", "Website: Design"),
            time(WEBSITE, Some(BUILD), 3, "80", "Website: Build"),
        ];
        assert_eq!(
            lines_of(different, &[]),
            [row("Website: Design; Website: Build", "1", "LS", "440.00")]
        );
        // Two rates in each task.
        let mixed = vec![
            time(WEBSITE, Some(DESIGN), 2, "100", "Website: Design"),
            time(WEBSITE, Some(DESIGN), 2, "80", "Website: Design"),
            time(WEBSITE, Some(BUILD), 3, "80", "Website: Build"),
            time(WEBSITE, Some(BUILD), 3, "100", "Website: Build"),
        ];
        assert_eq!(lines_of(mixed, &[]).len(), 2);
    }

    #[test]
    fn lines_of_different_tax_stay_apart_and_the_totals_hold() {
        let mut free = time(WEBSITE, None, 3, "80", "Website");
        free.tax = Tax {
            category: TaxCategory::E,
            percent: crate::values::money::Percent::ZERO,
        };
        let source = Invoice {
            lines: vec![time(WEBSITE, None, 2, "100", "Website"), free],
            ..sample::issued()
        };
        let (hidden, shown) = (
            published(&source, &[]),
            published(&source, &[("rates", "shown")]),
        );
        assert_eq!(hidden.lines.len(), 2);
        assert_eq!(
            (
                hidden.line_total,
                hidden.net,
                hidden.taxes.clone(),
                hidden.total
            ),
            (shown.line_total, shown.net, shown.taxes, shown.total)
        );
        for line in &hidden.lines {
            assert_eq!(line.quantity * line.unit_price, line.net.decimal());
        }
    }

    #[test]
    fn other_lines_keep_their_quantity_but_hours() {
        let source = sample::issued();
        let shown = published(&source, &[]);
        let texts: Vec<_> = shown
            .lines
            .iter()
            .map(|line| (line.description.as_str(), line.quantity.to_string()))
            .collect();
        assert_eq!(
            texts,
            [
                ("Website", "1".into()),
                ("Retainer October", "1".into()),
                ("Licences", "2".into())
            ]
        );
        let mut consulting = time(WEBSITE, None, 2, "100", "Consulting");
        consulting.source = Source::Fixed;
        assert_eq!(
            lines_of(vec![consulting], &[]),
            [row("Consulting", "1", "LS", "200.00")]
        );
    }

    #[test]
    fn state_and_balance_are_of_the_day() {
        let source = sample::issued();
        let shown = |on: &str| {
            invoice(&source, &visibility(&[]), None, id(), sample::day(on), None).unwrap()
        };
        assert_eq!(shown("2026-11-21").state, InvoiceState::Overdue);
        assert_eq!(shown("2026-11-15").state, InvoiceState::PartiallyPaid);
        assert_eq!(
            shown("2026-11-15").balance,
            shown("2026-11-15")
                .total
                .checked_sub(shown("2026-11-15").paid)
                .unwrap()
        );
    }

    #[test]
    fn the_face_is_that_of_the_day_of_issue() {
        let source = sample::issued();
        let later = published(&source, &[]);
        let mut unpaid = source.clone();
        unpaid.payments.clear();
        unpaid.viewed = None;
        unpaid.sent = None;
        let mut then = published(&unpaid, &[]);
        then.id = PublicId::from_bytes([2; 16]);
        assert_eq!(as_issued(later.clone()).balance, later.total);
        assert_eq!(face(&later).unwrap(), face(&then).unwrap());
        assert_ne!(
            face(&later).unwrap(),
            face(&published(&source, &[("rates", "shown")])).unwrap()
        );
        let void = Invoice {
            stored: crate::domain::invoice::Stored::Void,
            ..unpaid
        };
        assert_eq!(face(&published(&void, &[])).unwrap(), face(&then).unwrap());
    }

    #[test]
    fn file_names_are_plain_and_tell_numbers_apart() {
        assert_eq!(file_name("2026-0007", &id()), "2026-0007.pdf");
        for odd in ["2026/0007", "../x", ".hidden", "a\"b", &"9".repeat(120)] {
            let name = file_name(odd, &id());
            assert!(
                !name.contains(['/', '\\', '"']) && !name.starts_with('.') && name.len() < 150,
                "{name}"
            );
        }
        assert_ne!(
            file_name("a/b", &id()),
            file_name("a/b", &PublicId::from_bytes([2; 16]))
        );
    }

    proptest::proptest! {
        #[test]
        fn hiding_rates_changes_no_sum_and_each_line_can_be_multiplied(
            work in proptest::collection::vec((0..3_i64, 0..3_i64, 1..40_i64, 1..300_i64), 1..12),
        ) {
            let lines: Vec<Line> = work
                .iter()
                .map(|(project, task, hours, price)| {
                    let task = (*task > 0).then_some(TaskKey(*task));
                    time(ProjectKey(*project), task, *hours, &price.to_string(), &format!("Project {project}"))
                })
                .collect();
            let source = Invoice { lines, ..sample::issued() };
            let (hidden, shown) = (published(&source, &[]), published(&source, &[("rates", "shown")]));
            proptest::prop_assert_eq!(hidden.line_total, shown.line_total);
            proptest::prop_assert_eq!(hidden.taxes, shown.taxes);
            proptest::prop_assert_eq!(hidden.total, shown.total);
            for line in &hidden.lines {
                proptest::prop_assert_eq!(line.quantity * line.unit_price, line.net.decimal());
                proptest::prop_assert_eq!((line.unit.as_str(), line.quantity), ("LS", Decimal::ONE));
            }
            // Where a project has several rates, its tasks stand apart only if each of them has several too.
            for project in 0..3 {
                let rates = |task: Option<i64>| -> std::collections::BTreeSet<i64> {
                    let of = work.iter().filter(|(own, at, ..)| *own == project && task.is_none_or(|task| task == *at));
                    of.map(|(.., price)| *price).collect()
                };
                let name = format!("Project {project}");
                let amounts = hidden.lines.iter().filter(|line| line.description == name).count();
                let tells = (0..3).any(|task| rates(Some(task)).len() == 1);
                if rates(None).len() > 1 && tells {
                    proptest::prop_assert_eq!(amounts, 1);
                }
            }
        }
    }
}
