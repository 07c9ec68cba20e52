//! The rules of retainers, as tables and properties.

use chrono::Days;
use proptest::prelude::*;

use crate::domain::key::EntryKey;
use crate::values::period::Period;

use super::*;

const HOUR: i64 = 3600;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn monthly(hours: i64) -> Terms {
    Terms {
        kind: Kind::Hours,
        per: Per::Month,
        start: day("2026-01-01"),
        end: None,
        week_start: Weekday::Mon,
        prorate: true,
        first: Agreement {
            allowance: hours * HOUR,
            fee: None,
            carry: None,
            overage: Overage::Bill,
            overage_rate: None,
        },
        changes: Vec::new(),
    }
}

/// Monthly terms with carry-over in hours.
fn carrying(hours: i64, cap: i64, periods: Option<u32>) -> Terms {
    let mut terms = monthly(hours);
    terms.first.carry = Some(Carry {
        cap: cap * HOUR,
        periods,
    });
    terms
}

/// The ledger of a retainer of which nothing is closed.
fn open(terms: &Terms, uses: &[Use], through: NaiveDate) -> Vec<Account> {
    ledger(terms, uses, &[], through)
}

fn used(uses: &[(&str, i64)]) -> Vec<Use> {
    uses.iter()
        .zip(1..)
        .map(|((on, hours), entry)| Use {
            entry: EntryKey(entry),
            day: day(on),
            amount: hours * HOUR,
            drawn_in: None,
        })
        .collect()
}

/// granted, carried in, used, left, over the cap, carried out, overage: in hours
fn row(account: &Account) -> [i64; 7] {
    [
        account.granted,
        account.carried_in,
        account.used,
        account.left,
        account.over_cap,
        account.carried_out,
        account.overage,
    ]
    .map(|amount| amount / HOUR)
}

#[test]
fn uncovered_are_just_the_days_that_no_retainer_covers() {
    let agreed = |start: &str, end: Option<&str>, projects: &[i64]| Retainer {
        key: RetainerKey(1),
        client: ClientKey(1),
        terms: Terms {
            start: day(start),
            end: end.map(day),
            ..monthly(20)
        },
        projects: projects.iter().copied().map(ProjectKey).collect(),
    };
    let (first, last) = (day("2026-01-01"), day("2026-03-31"));
    for retainers in [
        vec![],
        vec![agreed("2026-02-01", None, &[])],
        vec![agreed("2026-02-01", Some("2026-02-10"), &[])],
        vec![agreed("2026-02-01", Some("2026-02-10"), &[2])],
        vec![agreed("2025-02-01", Some("2026-02-10"), &[])],
        vec![agreed("2026-06-01", Some("2026-06-10"), &[])],
        vec![
            agreed("2026-06-01", None, &[]),
            agreed("2026-07-01", None, &[]),
        ],
        vec![
            agreed("2026-03-05", Some("2026-03-31"), &[]),
            agreed("2026-01-05", Some("2026-01-31"), &[1]),
            agreed("2026-01-20", Some("2026-02-05"), &[]),
            agreed("2026-02-06", Some("2026-02-07"), &[2]),
        ],
    ] {
        let spans = uncovered(retainers.iter(), ProjectKey(1), last);
        for on in first.iter_days().take(200) {
            let covered = retainers
                .iter()
                .any(|agreed| agreed.covers(ProjectKey(1), on));
            let found = spans.iter().filter(|span| span.contains(on)).count();
            let expected = usize::from(!covered && on <= last);
            assert_eq!(found, expected, "{on} of {spans:?}");
        }
    }
}

#[test]
fn the_example_of_the_conventions_holds() {
    let terms = carrying(20, 10, Some(2));
    let uses = used(&[("2026-01-10", 12), ("2026-02-10", 9), ("2026-03-10", 35)]);
    let accounts = open(&terms, &uses, day("2026-03-31"));
    let rows: Vec<_> = accounts.iter().map(row).collect();
    assert_eq!(
        rows,
        [
            [20, 0, 12, 8, 0, 8, 0],
            [20, 8, 9, 19, 9, 10, 0],
            [20, 10, 35, 0, 0, 0, 5],
        ]
    );
    // The nine hours of February come from January's eight first, then one of February's own.
    let february: Vec<_> = accounts[1]
        .draws
        .iter()
        .map(|draw| (draw.granted_on, draw.amount / HOUR))
        .collect();
    assert_eq!(
        february,
        [(Some(day("2026-01-01")), 8), (Some(day("2026-02-01")), 1)]
    );
    let eight = Carried {
        granted_on: day("2026-01-01"),
        amount: 8 * HOUR,
        expires: Some(day("2026-03-31")),
    };
    assert_eq!(accounts[0].carried, [eight]);
    assert_eq!(accounts[1].brought, [eight]);
    let lost = |granted: &str, hours: i64, why| Lost {
        granted_on: day(granted),
        amount: hours * HOUR,
        why,
    };
    assert_eq!(accounts[1].lost, [lost("2026-02-01", 9, Why::OverCap)]);
}

#[test]
fn a_grant_expires_after_its_periods() {
    let terms = carrying(10, 100, Some(1));
    let accounts = open(&terms, &used(&[("2026-02-10", 4)]), day("2026-03-01"));
    let rows: Vec<_> = accounts
        .iter()
        .map(|a| (a.carried_in / HOUR, a.left / HOUR, a.expired / HOUR))
        .collect();
    // February draws 4 of January's 10; its other 6 expire with February.
    assert_eq!(rows, [(0, 10, 0), (10, 16, 6), (10, 20, 10)]);
}

#[test]
fn without_carry_over_every_period_stands_alone() {
    let uses = used(&[("2026-01-10", 12), ("2026-02-10", 25)]);
    let rows: Vec<_> = open(&monthly(20), &uses, day("2026-02-28"))
        .iter()
        .map(row)
        .collect();
    assert_eq!(rows, [[20, 0, 12, 8, 8, 0, 0], [20, 0, 25, 0, 0, 0, 5]]);
}

#[test]
fn a_carried_deficit_is_what_the_next_period_begins_with() {
    let mut terms = monthly(20);
    terms.first.overage = Overage::Carry;
    let uses = used(&[("2026-01-10", 45), ("2026-03-10", 1)]);
    let rows: Vec<_> = open(&terms, &uses, day("2026-03-31"))
        .iter()
        .map(row)
        .collect();
    assert_eq!(
        rows,
        [
            [20, 0, 45, 0, 0, 0, 25],
            [20, -25, 0, 0, 0, 0, 5],
            [20, -5, 1, 14, 14, 0, 0],
        ]
    );
}

#[test]
fn partial_periods_are_granted_by_days_to_the_minute() {
    let terms = Terms {
        start: day("2026-01-20"),
        end: Some(day("2026-03-10")),
        ..monthly(20)
    };
    let granted: Vec<_> = open(&terms, &[], day("2026-12-31"))
        .iter()
        .map(|account| (account.period.from, account.granted))
        .collect();
    // 12 of 31 days: 7 h 44 min 30.9 s … to the minute; 10 of 31 days.
    assert_eq!(
        granted,
        [
            (day("2026-01-20"), 7 * HOUR + 45 * 60),
            (day("2026-02-01"), 20 * HOUR),
            (day("2026-03-01"), 6 * HOUR + 27 * 60),
        ]
    );
    let whole = Terms {
        prorate: false,
        ..terms
    };
    assert!(
        open(&whole, &[], day("2026-12-31"))
            .iter()
            .all(|account| account.granted == 20 * HOUR)
    );
}

#[test]
fn weeks_quarters_years_and_terms_follow_the_calendar() {
    let through = day("2026-12-31");
    let first_two = |per, end: Option<&str>| -> Vec<String> {
        let terms = Terms {
            per,
            start: day("2026-02-04"),
            end: end.map(day),
            ..monthly(1)
        };
        periods(&terms, through)
            .iter()
            .take(2)
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        first_two(Per::Week, None),
        ["2026-02-04..2026-02-08", "2026-02-09..2026-02-15"]
    );
    assert_eq!(
        first_two(Per::Quarter, None),
        ["2026-02-04..2026-03-31", "2026-04-01..2026-06-30"]
    );
    assert_eq!(first_two(Per::Year, None), ["2026-02-04..2026-12-31"]);
    assert_eq!(
        first_two(Per::Term, Some("2026-05-01")),
        ["2026-02-04..2026-05-01"]
    );
}

#[test]
fn what_is_logged_for_a_closed_period_is_late_in_the_next_one_that_is_open() {
    let closed = [day("2026-01-01"), day("2026-02-01")];
    let mut uses = used(&[("2026-01-10", 12), ("2026-01-20", 3), ("2026-03-05", 4)]);
    uses[0].drawn_in = Some(day("2026-01-01"));
    let accounts = ledger(&monthly(20), &uses, &closed, day("2026-04-30"));
    let used: Vec<_> = accounts.iter().map(|a| a.used / HOUR).collect();
    assert_eq!(used, [12, 0, 7, 0]);
    let march: Vec<_> = accounts[2]
        .draws
        .iter()
        .map(|draw| (draw.day.to_string(), draw.late))
        .collect();
    assert_eq!(
        march,
        [
            ("2026-01-20".to_owned(), true),
            ("2026-03-05".to_owned(), false)
        ]
    );
    assert!(accounts[0].closed && accounts[1].closed && !accounts[2].closed);
    // As of a day on which the period that takes it had not begun, it is not there yet.
    let earlier = ledger(&monthly(20), &uses, &closed, day("2026-02-28"));
    assert_eq!(
        earlier.iter().map(|a| a.used / HOUR).collect::<Vec<_>>(),
        [12, 0]
    );
    // Once that one is closed as well, it stays there.
    uses[1].drawn_in = Some(day("2026-03-01"));
    uses[2].drawn_in = Some(day("2026-03-01"));
    let closed = ["2026-01-01", "2026-02-01", "2026-03-01"].map(day);
    let settled = ledger(&monthly(20), &uses, &closed, day("2026-04-30"));
    assert_eq!(settled[2].draws, accounts[2].draws);
}

#[test]
fn after_the_last_period_what_is_late_draws_from_it() {
    let terms = Terms {
        end: Some(day("2026-01-31")),
        ..monthly(20)
    };
    let uses = used(&[("2026-01-20", 3)]);
    let accounts = ledger(&terms, &uses, &[day("2026-01-01")], day("2026-04-30"));
    assert_eq!(
        accounts.iter().map(|a| a.used / HOUR).collect::<Vec<_>>(),
        [3]
    );
}

#[test]
fn changed_terms_hold_from_their_period_on() {
    let mut later = monthly(30).first;
    later.fee = Some(240_000);
    let terms = monthly(20).changed(day("2026-03-01"), later.clone());
    let granted = |terms: &Terms| -> Vec<i64> {
        let accounts = open(terms, &[], day("2026-04-30"));
        accounts
            .iter()
            .map(|account| account.granted / HOUR)
            .collect()
    };
    assert_eq!(granted(&terms), [20, 20, 30, 30]);
    let fee = |on: &str| terms.fee(Period::month(day(on)));
    assert_eq!(
        (fee("2026-02-01"), fee("2026-03-01")),
        (None, Some(240_000))
    );
    let again = terms.changed(day("2026-03-01"), monthly(25).first);
    assert_eq!(granted(&again), [20, 20, 25, 25]);
    assert_eq!(
        granted(&terms.changed(day("2026-01-01"), later)),
        [30, 30, 30, 30]
    );
}

#[test]
fn a_change_takes_effect_when_a_period_begins() {
    let terms = Terms {
        start: day("2026-01-20"),
        end: Some(day("2026-04-10")),
        ..monthly(20)
    };
    for (on, next) in [
        ("2026-01-20", Ok(())),
        ("2026-02-01", Ok(())),
        ("2026-04-01", Ok(())),
        ("2026-01-21", Err(Some("2026-02-01"))),
        ("2026-01-01", Err(Some("2026-01-20"))),
        ("2026-03-15", Err(Some("2026-04-01"))),
        ("2026-04-02", Err(None)),
        ("2026-05-01", Err(None)),
    ] {
        let found = terms.begins_on(day(on)).map_err(|not| not.next);
        assert_eq!(found, next.map_err(|next| next.map(day)), "{on}");
    }
}

#[test]
fn two_retainers_never_cover_the_same_work() {
    let span = |from: &str, to: &str| Period {
        from: day(from),
        to: day(to),
    };
    let (january, february) = (
        span("2026-01-01", "2026-01-31"),
        span("2026-02-01", "2026-02-28"),
    );
    let both = span("2026-01-15", "2026-02-15");
    for (days, projects, others, of_other, clash) in [
        (january, vec![], january, vec![], true),
        (january, vec![], february, vec![], false),
        (january, vec![1], january, vec![2], false),
        (january, vec![1, 2], january, vec![2], true),
        (january, vec![], january, vec![2], true),
        (january, vec![1], both, vec![1], true),
        (both, vec![1], february, vec![2], false),
    ] {
        let keys = |keys: &Vec<i64>| keys.iter().copied().map(ProjectKey).collect::<Vec<_>>();
        let (one, two) = (keys(&projects), keys(&of_other));
        let found = overlap((days, &one), (others, &two));
        assert_eq!(
            found.is_some(),
            clash,
            "{days} {projects:?} {others} {of_other:?}"
        );
        assert_eq!(found, overlap((others, &two), (days, &one)));
    }
}

#[test]
fn the_pace_of_a_period_tells_when_nothing_is_left() {
    // Used by a day in November, of 20 h.
    for (today, hours, expected) in [
        ("2026-11-10", 10, Some("2026-11-20")),
        ("2026-11-10", 7, Some("2026-11-29")),
        ("2026-11-10", 6, None),
        // A busy first day is measured over a week.
        ("2026-11-01", 4, Some("2026-11-29")),
        ("2026-11-01", 3, None),
        ("2026-11-30", 19, None),
        ("2026-11-10", 20, None),
        ("2026-11-10", 0, None),
    ] {
        let uses = used(&[("2026-11-01", hours)]);
        let account = open(&monthly(20), &uses, day(today)).pop().unwrap();
        assert_eq!(
            account.used_up_on(day(today)),
            expected.map(day),
            "{today} {hours}"
        );
    }
}

prop_compose! {
    fn agreement()(
        allowance in 0i64..100,
        cap in proptest::option::of(0i64..60),
        periods in proptest::option::of(1u32..4),
        overage in prop_oneof![Just(Overage::Bill), Just(Overage::Carry), Just(Overage::Absorb)],
    ) -> Agreement {
        Agreement {
            allowance: allowance * HOUR,
            fee: None,
            carry: cap.map(|cap| Carry { cap: cap * HOUR, periods }),
            overage,
            overage_rate: None,
        }
    }
}

prop_compose! {
    /// Terms of any length that may begin and end within a period and change twice.
    fn terms()(
        kind in prop_oneof![Just(Kind::Hours), Just(Kind::Money)],
        per in prop_oneof![Just(Per::Week), Just(Per::Month), Just(Per::Quarter), Just(Per::Year)],
        start in 0u64..60,
        length in proptest::option::of(1u64..300),
        prorate in any::<bool>(),
        first in agreement(),
        later in proptest::collection::vec((1usize..8, agreement()), 0..3),
    ) -> Terms {
        let start = day("2026-01-01") + Days::new(start);
        let mut terms = Terms {
            kind,
            per,
            start,
            end: length.map(|length| start + Days::new(length)),
            prorate,
            first,
            ..monthly(0)
        };
        let all = periods(&terms, day("2026-12-31"));
        for (at, agreement) in later {
            if let Some(period) = all.get(at) {
                terms = terms.changed(period.from, agreement);
            }
        }
        terms
    }
}

fn entries() -> impl Strategy<Value = Vec<(u64, i64)>> {
    proptest::collection::vec((0u64..365, 0i64..40), 0..60)
}

fn uses_of(entries: &[(u64, i64)]) -> Vec<Use> {
    let all = entries.iter().zip(1..);
    all.map(|((offset, hours), entry)| Use {
        entry: EntryKey(entry),
        day: day("2026-01-01") + Days::new(*offset),
        amount: hours * HOUR,
        drawn_in: None,
    })
    .collect()
}

/// What an invoice that bills through a day keeps: the periods that are over by then, and what each drew.
fn close(terms: &Terms, uses: &mut [Use], closed: &mut Vec<NaiveDate>, through: NaiveDate) {
    for account in ledger(terms, uses, closed, through) {
        if account.period.to > through || account.closed {
            continue;
        }
        closed.push(account.period.from);
        for draw in &account.draws {
            let usage = uses.iter_mut().find(|usage| usage.entry == draw.entry);
            usage.unwrap().drawn_in = Some(account.period.from);
        }
    }
}

/// Figures without the entries behind them.
fn figures(accounts: &[Account]) -> Vec<[i64; 8]> {
    let of = |a: &Account| {
        [
            a.granted,
            a.carried_in,
            a.used,
            a.left,
            a.over_cap,
            a.expired,
            a.carried_out,
            a.overage,
        ]
    };
    accounts.iter().map(of).collect()
}

fn nothing_is_made_or_lost(terms: &Terms, accounts: &[Account]) -> Result<(), TestCaseError> {
    let mut carried = 0;
    for account in accounts {
        prop_assert_eq!(account.carried_in, carried);
        prop_assert!(account.left >= 0 && account.overage >= 0);
        prop_assert_eq!(
            account.available(),
            account.used - account.overage + account.left
        );
        let lost = account.over_cap + account.expired;
        prop_assert_eq!(account.left, lost + account.carried_out);
        let drawn: i64 = account.draws.iter().map(|draw| draw.amount).sum();
        prop_assert_eq!(drawn, account.used);
        // The parts add up to their sums, and what comes in is what went out.
        let parts = |parts: &[Carried]| parts.iter().map(|part| part.amount).sum::<i64>();
        prop_assert_eq!(parts(&account.carried), account.carried_out);
        prop_assert_eq!(
            account.lost.iter().map(|lost| lost.amount).sum::<i64>(),
            lost
        );
        prop_assert_eq!(parts(&account.brought), carried.max(0));
        let deficit = terms.on(account.period.from).overage == Overage::Carry;
        carried = match account.overage {
            over if deficit && over > 0 => -over,
            _ => account.carried_out,
        };
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_agreed_and_worked_nothing_is_made_or_lost_and_order_never_matters(
        terms in terms(), entries in entries(), seed in any::<u64>(),
    ) {
        let through = day("2026-12-31");
        let uses = uses_of(&entries);
        let accounts = open(&terms, &uses, through);
        nothing_is_made_or_lost(&terms, &accounts)?;
        let within = |usage: &&Use| {
            accounts.iter().any(|account| account.period.contains(usage.day))
        };
        let all: i64 = uses.iter().filter(within).map(|usage| usage.amount).sum();
        prop_assert_eq!(accounts.iter().map(|a| a.used).sum::<i64>(), all);
        let mut shuffled = uses.clone();
        shuffled.sort_by_key(|usage| (usage.entry.0 as u64).wrapping_mul(seed | 1).rotate_left(7));
        prop_assert_eq!(figures(&open(&terms, &shuffled, through)), figures(&accounts));
    }

    #[test]
    fn what_comes_late_is_drawn_once_and_changes_no_closed_period(
        terms in terms(), before in entries(), late in entries(), first in 0u64..365, second in 0u64..365,
    ) {
        let through = day("2026-12-31");
        let mut uses = uses_of(&before);
        let mut closed = Vec::new();
        let first = day("2026-01-01") + Days::new(first);
        close(&terms, &mut uses, &mut closed, first);
        let was = ledger(&terms, &uses, &closed, through);
        let more = uses_of(&late).into_iter().map(|usage| Use {
            entry: EntryKey(usage.entry.0 + 1000),
            ..usage
        });
        uses.extend(more);
        // Of terms that end, the last period takes what is late.
        let last = was.last().map(|account| account.period.from).filter(|_| terms.end.is_some());
        for step in [first, first.max(day("2026-01-01") + Days::new(second))] {
            close(&terms, &mut uses, &mut closed, step.max(first));
            let accounts = ledger(&terms, &uses, &closed, through);
            nothing_is_made_or_lost(&terms, &accounts)?;
            for (account, was) in accounts.iter().zip(&was) {
                if was.closed && Some(was.period.from) != last {
                    prop_assert_eq!(account, was);
                }
            }
            let mut drawn: Vec<EntryKey> = Vec::new();
            for account in &accounts {
                let mut of_period: Vec<_> = account.draws.iter().map(|draw| draw.entry).collect();
                of_period.sort_unstable();
                of_period.dedup();
                drawn.extend(of_period);
            }
            let count = drawn.len();
            drawn.sort_unstable();
            drawn.dedup();
            prop_assert_eq!(drawn.len(), count, "an entry is drawn in one period");
        }
    }
}
