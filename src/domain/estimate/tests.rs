//! What holds of estimates.

use proptest::prelude::*;

use super::*;
use crate::domain::invoice::{Tax, TaxCategory};
use crate::values::amount::Amount;
use crate::values::money::{Money, Percent, Rate};
use crate::values::planned::TypedTask;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// A draft over tasks as they are typed.
pub(crate) fn draft(tasks: &[&str]) -> Estimate {
    let tax = Tax {
        category: TaxCategory::S,
        percent: Percent::from_ten_thousandths(190_000),
    };
    let lines = tasks.iter().map(|text| {
        let TypedTask {
            phase,
            name,
            seconds,
            rate,
        } = TypedTask::parse(text).unwrap();
        let task = Task {
            phase,
            name,
            seconds,
        };
        EstimateLine::task(task, rate.unwrap(), tax, euro()).unwrap()
    });
    Estimate {
        key: EstimateKey(3),
        client: ClientKey(1),
        number: None,
        stored: Stored::Draft,
        title: text::Line::parse("Shop").unwrap(),
        date: day("2026-11-20"),
        valid_until: Some(day("2026-12-20")),
        currency: euro(),
        language: "en".to_owned(),
        seller: Party::default(),
        buyer: Party::default(),
        lines: lines.collect(),
        adjustments: Adjustments::none(euro()),
        treatment: None,
        tax_note: None,
        introduction: None,
        closing: None,
        sent: None,
        decided: None,
        reason: None,
        project: None,
        document_sha256: None,
    }
}

fn at(stored: Stored) -> Estimate {
    Estimate {
        stored,
        number: (stored != Stored::Draft).then(|| "E-1".to_owned()),
        ..draft(&["Design=1h@95"])
    }
}

#[test]
fn the_state_follows_from_what_is_stored_and_the_day() {
    for (stored, today, expected) in [
        (Stored::Draft, "2030-01-01", State::Draft),
        (Stored::Issued, "2026-12-20", State::Sent),
        (Stored::Issued, "2026-12-21", State::Expired),
        (Stored::Accepted, "2030-01-01", State::Accepted),
        (Stored::Declined, "2030-01-01", State::Declined),
    ] {
        assert_eq!(at(stored).state(day(today)), expected, "{stored:?} {today}");
        assert_eq!(State::from_word(expected.word()), Some(expected));
        assert_eq!(Stored::from_word(stored.word()), Some(stored));
    }
}

#[test]
fn what_may_be_done_depends_on_the_state() {
    // state; edit, send, accept in time, accept late, decline
    for (stored, allowed) in [
        (Stored::Draft, [true, true, false, false, false]),
        (Stored::Issued, [false, true, true, false, true]),
        (Stored::Accepted, [false, false, false, false, false]),
        (Stored::Declined, [false, false, true, false, false]),
    ] {
        let estimate = at(stored);
        let (in_time, late) = (day("2026-12-20"), day("2026-12-21"));
        let found = [
            estimate.is_draft(),
            estimate.may_be_sent(),
            estimate.may_be_accepted(in_time, false),
            estimate.may_be_accepted(late, false),
            estimate.may_be_declined(),
        ];
        assert_eq!(found.map(|may| may.is_ok()), allowed, "{stored:?}");
    }
    assert!(
        at(Stored::Issued)
            .may_be_accepted(day("2027-01-01"), true)
            .is_ok()
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let today = day("2026-11-20");
    let twice = draft(&["Build: QA=1h@95", "build: qa=2h@95"]);
    let apart = draft(&["Build: QA=1h@95", "Launch: QA=2h@95", "QA=1h@95"]);
    assert_eq!(
        makes_sense(&[], today, None),
        Err(Refusal::EstimateOfNothing)
    );
    assert!(matches!(
        makes_sense(&twice.lines, today, None),
        Err(Refusal::TaskTwice { .. })
    ));
    assert!(makes_sense(&apart.lines, today, Some(today)).is_ok());
    assert!(matches!(
        makes_sense(&apart.lines, today, Some(day("2026-11-19"))),
        Err(Refusal::EstimateEndsBefore { .. })
    ));
}

#[test]
fn a_plan_has_a_budget_for_each_phase_and_each_name_once() {
    let estimate = draft(&[
        "Build: QA=1h@95",
        "Kick-off=30min@80",
        "Launch: QA=2h@100",
        "build: Shop=3h@95",
    ]);
    let plan = estimate.plan().unwrap();
    let phases: Vec<_> = plan
        .phases
        .iter()
        .map(|phase| {
            (
                phase.name.as_str(),
                phase.seconds.0 / 3600,
                phase.worth.amount(),
            )
        })
        .collect();
    assert_eq!(
        phases,
        [
            ("Build", 4, "380.00".to_owned()),
            ("Launch", 2, "200.00".to_owned())
        ]
    );
    let names: Vec<_> = plan.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["QA (Build)", "Kick-off", "QA (Launch)", "Shop"]);
    assert_eq!(
        (plan.seconds, plan.worth.amount()),
        (estimate.hours(), "620.00".to_owned())
    );
    assert_eq!(plan.tasks[2].rate, Rate::parse("100").unwrap());
}

#[test]
fn budgets_grow_in_their_own_unit() {
    let hours = |hours: i64| Amount::Hours(Seconds(hours * 3600));
    let money = |minor| Amount::Money(Money::from_minor(minor, euro()));
    for (had, more, expected) in [
        (None, hours(2), Some(hours(2))),
        (Some(hours(3)), hours(2), Some(hours(5))),
        (Some(money(100)), money(50), Some(money(150))),
        (Some(hours(3)), money(50), None),
        (Some(money(3)), hours(1), None),
    ] {
        assert_eq!(grown(had, more).unwrap(), expected);
    }
}

proptest! {
    /// The lines of an estimate come to what an invoice over the same lines comes to, and its phases never to more than the whole.
    #[test]
    fn the_parts_of_a_plan_add_up(minutes in prop::collection::vec(1i64..10_000, 1..12), rate in 1i64..300) {
        let texts: Vec<String> = minutes
            .iter()
            .enumerate()
            .map(|(place, minutes)| match place % 3 {
                0 => format!("Task {place}={minutes}min@{rate}"),
                phase => format!("Phase {phase}: Task {place}={minutes}min@{rate}"),
            })
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let estimate = draft(&texts);
        let plan = estimate.plan().unwrap();
        prop_assert_eq!(plan.seconds.0, minutes.iter().sum::<i64>() * 60);
        prop_assert_eq!(plan.worth, estimate.totals().unwrap().net);
        let in_phases: i64 = plan.phases.iter().map(|phase| phase.seconds.0).sum();
        let alone: i64 = minutes.iter().step_by(3).map(|minutes| minutes * 60).sum();
        prop_assert_eq!(in_phases + alone, plan.seconds.0);
    }
}
