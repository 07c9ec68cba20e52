//! Lines, totals, states and payments as tables of cases.

use proptest::prelude::*;

use rust_decimal::Decimal;

use super::*;
use crate::domain::key::{EntryKey, MemberKey, ProjectKey, RoundingKey, TaskKey};
use crate::domain::rounding::{DatedPolicy, Mode, Policies, Policy, Scope, Target};
use crate::domain::tax::Applied;
use crate::values::duration::Seconds;
use crate::values::item::Sign;
use crate::values::money::{Percent, Rate};
use crate::values::named_tax::NamedTax;
use crate::values::part::Part;

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

fn off(discount: &str) -> Adjustments {
    Adjustments {
        discount: money(discount),
        ..Adjustments::none(eur())
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
        adjustments: Adjustments::none(eur()),
        tax_note: None,
        tax_rounding: Vec::new(),
        remarks: Remarks::default(),
        settlement: Settlement::default(),
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
        reference: None,
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
    let sums = totals(&lines, &off("0"), eur()).unwrap();
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
    let sums = totals(&lines, &off("10"), eur()).unwrap();
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
    assert_eq!(open.takes_payment(money("100"), on, on, false), Ok(()));
    assert_eq!(
        open.takes_payment(money("0"), on, on, false),
        Err(Refusal::PaymentNotPositive)
    );
    assert!(matches!(
        open.takes_payment(money("1"), day("2026-02-28"), on, false),
        Err(Refusal::PaymentTooEarly { .. })
    ));
    assert!(matches!(
        open.takes_payment(money("100.01"), on, on, false),
        Err(Refusal::Overpayment { .. })
    ));
    assert_eq!(open.takes_payment(money("100.01"), on, on, true), Ok(()));
    assert!(matches!(
        paid(open, "1").may_be_voided(),
        Err(Refusal::InvoicePaid { .. })
    ));
}

#[test]
fn numbers_and_dates_run_the_same_way() {
    let newest = |date: &str| Some(("2026-0007".to_owned(), day(date)));
    // the newest of the counter and of the others, the date, whether it may be earlier; whether it is, or the refusal
    let (backdated, closed) = ("invoice.backdated", "invoice.backdated_too_far");
    for (own, other, date, back, found) in [
        (None, None, "2020-01-01", false, Ok(false)),
        (newest("2026-03-05"), None, "2026-03-05", false, Ok(false)),
        (
            newest("2026-03-05"),
            None,
            "2026-03-04",
            false,
            Err(backdated),
        ),
        (newest("2026-03-05"), None, "2026-03-04", true, Ok(true)),
        (newest("2026-03-05"), None, "2026-03-06", true, Ok(false)),
        (
            None,
            newest("2026-03-05"),
            "2026-03-04",
            false,
            Err(backdated),
        ),
        (None, newest("2026-03-05"), "2026-03-04", true, Err(closed)),
        (
            newest("2026-03-05"),
            newest("2027-01-01"),
            "2026-03-04",
            true,
            Err(closed),
        ),
        (
            newest("2026-03-05"),
            newest("2025-12-31"),
            "2026-03-04",
            true,
            Ok(true),
        ),
    ] {
        let case = format!("{own:?} {other:?} {date} {back}");
        let result = dates_run_forward(own, other, day(date), back);
        assert_eq!(result.map_err(|refusal| refusal.code()), found, "{case}");
    }
}

#[test]
fn a_date_far_ahead_of_the_clock_is_a_slip() {
    let clock = day("2026-11-20");
    for (date, ahead, ok) in [
        ("2026-11-20", false, true),
        ("2027-11-20", false, true),
        ("2027-11-22", false, false),
        ("2062-11-20", false, false),
        ("2062-11-20", true, true),
    ] {
        assert_eq!(not_far_ahead(day(date), clock, ahead).is_ok(), ok, "{date}");
    }
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
        let adjustments = Adjustments { discount, ..Adjustments::none(eur()) };
        let sums = totals(&lines, &adjustments, eur()).unwrap();
        let bases = Money::sum(eur(), sums.taxes.iter().map(|t| t.base)).unwrap();
        prop_assert_eq!(bases, sums.net);
        prop_assert_eq!(sums.net.checked_add(sums.tax).unwrap(), sums.total);
        prop_assert_eq!(sums.line_total.checked_sub(discount).unwrap(), sums.net);
        let mut turned = items.clone();
        turned.reverse();
        let again = time_lines(&turned, Grouping::Project, eur(), |_| String::new()).unwrap();
        prop_assert_eq!(totals(&again, &adjustments, eur()).unwrap(), sums);
    }
}

/// A line of any source, tax and adjustment.
fn any_line() -> impl Strategy<Value = Line> {
    let taxes = prop::sample::select(vec![
        ("S", "19", ""),
        ("S", "7", ""),
        ("E", "0", ""),
        ("S", "12", "GST 5 + PST 7"),
        ("S", "5", "GST 5"),
    ]);
    let adjustment = prop::option::of((prop::bool::ANY, 1i64..1_000_000));
    (1i64..2_000_000, 0i64..5_000_000, taxes, adjustment).prop_map(
        |(quantity, price, (category, percent, names), adjustment)| {
            let part =
                |ten_thousandths| Part::Percent(Percent::from_ten_thousandths(ten_thousandths));
            let adjustment = adjustment.map(|(less, percent)| match less {
                true => (Sign::Less, part(percent)),
                false => (Sign::More, part(percent)),
            });
            let item = Item {
                description: String::new(),
                quantity: Decimal::new(quantity, 4),
                unit: Unit::Piece,
                unit_price: Decimal::new(price, 4),
                adjustment,
                tax: Some(tax(TaxCategory::from_code(category).unwrap(), percent)),
            };
            let line = Line::item(&item, standard(), eur()).unwrap();
            let taxes = match names {
                "" => Vec::new(),
                names => NamedTax::parse_all(names).unwrap(),
            };
            Line { taxes, ..line }
        },
    )
}

fn any_asked() -> impl Strategy<Value = Option<Asked>> {
    prop::option::of(prop_oneof![
        (1i64..1_000_000).prop_map(|percent| Part::Percent(Percent::from_ten_thousandths(percent))),
        (1i64..500).prop_map(|minor| Part::Amount(Decimal::new(minor, 2))),
    ])
    .prop_map(|part| part.map(|part| Asked { part, reason: None }))
}

proptest! {
    #[test]
    fn the_parts_of_any_invoice_add_up_and_the_order_of_its_lines_is_irrelevant(
        lines in prop::collection::vec(any_line(), 1..12),
        discount in any_asked(),
        surcharge in any_asked(),
        turn in 0usize..12,
    ) {
        for line in &lines {
            prop_assert_eq!(line.worked_out(eur()), Ok(line.net));
            prop_assert!(!line.net.is_negative());
        }
        let adjustments = Adjustments::over(&lines, discount.as_ref(), surcharge.as_ref(), eur());
        let Ok(adjustments) = adjustments else {
            // Refused only where more would be taken off than there is.
            let too_large = matches!(adjustments, Err(Refusal::DiscountTooLarge { .. }));
            prop_assert!(too_large);
            return Ok(());
        };
        let sums = totals(&lines, &adjustments, eur()).unwrap();
        let less = sums.line_total.checked_sub(adjustments.discount).unwrap();
        prop_assert_eq!(sums.net, less.checked_add(adjustments.surcharge).unwrap());
        prop_assert_eq!(sums.total, sums.net.checked_add(sums.tax).unwrap());
        prop_assert!(!sums.total.is_negative());
        // Each line is in the base of its one tax, or in that of each of its several.
        let plain = sums.taxes.iter().filter(|base| base.name.is_none());
        let plain = Money::sum(eur(), plain.map(|base| base.base)).unwrap();
        let gst = sums.taxes.iter().find(|base| base.name.as_deref() == Some("GST"));
        let gst = gst.map_or(money("0"), |base| base.base);
        prop_assert_eq!(plain.checked_add(gst).unwrap(), sums.net);
        let surcharges = sums.taxes.iter().filter(|base| base.name.as_deref() != Some("PST"));
        let surcharges = Money::sum(eur(), surcharges.map(|base| base.surcharge)).unwrap();
        prop_assert_eq!(surcharges, adjustments.surcharge);
        for base in &sums.taxes {
            prop_assert_eq!(base.base.percent(base.tax.percent), Ok(base.amount));
        }
        let mut turned = lines.clone();
        turned.rotate_left(turn % lines.len());
        prop_assert_eq!(totals(&turned, &adjustments, eur()).unwrap(), sums);
        // What was asked for is asked for again, and comes to the same.
        let (discount, surcharge) = adjustments.asked();
        let again = Adjustments::over(&turned, discount.as_ref(), surcharge.as_ref(), eur());
        prop_assert_eq!(again, Ok(adjustments));
    }

    #[test]
    fn deposits_are_taken_off_as_a_whole_and_never_below_nothing(
        lines in prop::collection::vec(any_line(), 1..6),
        deposits in prop::collection::vec((any_line(), 1i64..100_000), 0..5),
        discount in any_asked(),
    ) {
        let Ok(adjustments) = Adjustments::over(&lines, discount.as_ref(), None, eur()) else {
            return Ok(());
        };
        let deposits: Vec<Invoice> = deposits
            .into_iter()
            .zip(1..)
            .map(|((like, minor), key)| {
                let applied = Applied { tax: like.tax, taxes: like.taxes };
                let amount = Money::from_minor(minor, eur());
                Invoice {
                    key: InvoiceKey(key),
                    lines: vec![deposit(amount, None, "en", &applied)],
                    ..invoice("1", "2026-03-15")
                }
            })
            .collect();
        let before = totals(&lines, &adjustments, eur()).unwrap();
        let mut all = lines.clone();
        let left = deducted(&mut all, &adjustments, deposits.clone(), "en", eur()).unwrap();
        prop_assert_eq!(all.len() + left.len(), lines.len() + deposits.len());
        let after = totals(&all, &adjustments, eur()).unwrap();
        prop_assert!(!after.total.is_negative());
        let taken = deposits.iter().filter(|deposit| !left.contains(deposit));
        let taken = Money::sum(eur(), taken.map(|deposit| deposit.totals().unwrap().net)).unwrap();
        prop_assert_eq!(after.net.checked_add(taken).unwrap(), before.net);
        prop_assert_eq!((after.discount, after.surcharge), (before.discount, before.surcharge));
    }
}

#[test]
fn percents_are_of_the_work_and_not_of_what_is_left_after_deposits() {
    let work = Line::fixed(Source::Fixed, String::new(), money("1000"), standard());
    let book = Line::fixed(
        Source::Fixed,
        String::new(),
        money("100"),
        tax(TaxCategory::S, "7"),
    );
    let applied = Applied {
        tax: standard(),
        taxes: Vec::new(),
    };
    let before = Invoice {
        lines: vec![deposit(money("900"), Some("first part"), "en", &applied)],
        ..invoice("1", "2026-03-15")
    };
    let mut lines = vec![work, book];
    lines.extend(deduction(&before, "en").unwrap());
    let ten = Asked {
        part: Part::parse("10%").unwrap(),
        reason: None,
    };
    let adjustments = Adjustments::over(&lines, Some(&ten), None, eur()).unwrap();
    assert_eq!(adjustments.discount, money("110"));
    let sums = totals(&lines, &adjustments, eur()).unwrap();
    let bases: Vec<_> = sums.taxes.iter().map(|base| base.base).collect();
    assert_eq!(bases, [money("90"), money("0")]);
}

#[test]
fn a_line_of_work_keeps_its_sum_and_an_item_is_worked_out_again() {
    let item = Item {
        description: "Hosting".to_owned(),
        quantity: Decimal::from(3),
        unit: Unit::Piece,
        unit_price: Decimal::from(49),
        adjustment: Some((Sign::Less, Part::parse("10%").unwrap())),
        tax: None,
    };
    let line = Line::item(&item, standard(), eur()).unwrap();
    assert_eq!(line.net, money("132.30"));
    let two = Change {
        quantity: Some(Decimal::from(2)),
        ..Change::default()
    };
    assert_eq!(line.changed(&two, 1, eur()).unwrap().net, money("88.20"));
    let work = time_lines(
        &[super::tests::item(1, 1, 3600, "95")],
        Grouping::Project,
        eur(),
        |_| "Website".to_owned(),
    )
    .unwrap()
    .remove(0);
    let refused = Refusal::LineNotFixed { line: 4 };
    assert_eq!(work.changed(&two, 4, eur()), Err(refused));
    assert_eq!(work.may_be_removed(4), Err(Refusal::LineStays { line: 4 }));
    let words = Change {
        description: Some("First part".to_owned()),
        ..Change::default()
    };
    let told = work.changed(&words, 4, eur()).unwrap();
    assert_eq!(
        (told.net, told.description.as_str()),
        (work.net, "First part")
    );
}

#[test]
fn more_than_there_is_is_never_taken_off() {
    let item = |price: i64, part: &str| Item {
        description: String::new(),
        quantity: Decimal::ONE,
        unit: Unit::Piece,
        unit_price: Decimal::from(price),
        adjustment: Some((Sign::Less, Part::parse(part).unwrap())),
        tax: None,
    };
    assert!(
        Line::item(&item(10, "10"), standard(), eur())
            .unwrap()
            .net
            .is_zero()
    );
    assert!(matches!(
        Line::item(&item(10, "10.01"), standard(), eur()),
        Err(Refusal::DiscountTooLarge { .. })
    ));
    assert!(Line::item(&item(10, "101%"), standard(), eur()).is_err());
}
