//! A retainer is a ledger: grants, draws, carry-over with cap and expiry, overage. [`ledger`] is a pure function of terms and
//! use, and every figure about a retainer anywhere comes from it.
//!
//! Amounts are whole seconds or minor units of money, as the terms say; the ledger does not care which.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::values::money::Rate;
use crate::values::period::{Period, Span};

use super::key::{ClientKey, EntryKey, ProjectKey, RetainerKey};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Week,
    Month,
    Quarter,
    Year,
    /// One period from start to end.
    Term,
}

impl Per {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Term => "term",
        }
    }

    /// The length a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Week,
            Self::Month,
            Self::Quarter,
            Self::Year,
            Self::Term,
        ]
        .into_iter()
        .find(|per| per.word() == word)
    }
}

/// What happens with use beyond what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overage {
    /// Billed by the hour after the period.
    Bill,
    /// A deficit that the next period begins with.
    Carry,
    /// Given to the client.
    Absorb,
}

impl Overage {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Carry => "carry",
            Self::Absorb => "absorb",
        }
    }

    /// The rule a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Bill, Self::Carry, Self::Absorb]
            .into_iter()
            .find(|overage| overage.word() == word)
    }
}

/// Unused amounts move to the next period up to a cap, each grant for a number of periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// At most this much is carried out of a period.
    pub cap: i64,
    /// A grant can be drawn in its own period and in this many after it; none: for ever.
    pub periods: Option<u32>,
}

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub per: Per,
    /// Granted in a whole period.
    pub allowance: i64,
    pub start: NaiveDate,
    /// The last day.
    pub end: Option<NaiveDate>,
    pub week_start: Weekday,
    /// First and last partial periods are granted by days.
    pub prorate: bool,
    /// A pro-rated grant is rounded to a multiple of this: 60 for seconds, 1 for minor units.
    pub grain: i64,
    pub carry: Option<Carry>,
    pub overage: Overage,
}

/// A retainer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retainer {
    pub key: RetainerKey,
    pub client: ClientKey,
    pub terms: Terms,
    /// Minor units per whole period.
    pub fee: Option<i64>,
    /// The rate of billed overage; none: that of the entry.
    pub overage_rate: Option<Rate>,
    /// Projects whose work draws from it; empty: all of the client's.
    pub projects: Vec<ProjectKey>,
}

impl Retainer {
    /// Whether its terms hold on this day.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.terms.start <= day && self.terms.end.is_none_or(|end| day <= end)
    }

    /// Whether work on this project and day draws from it.
    pub fn covers(&self, project: ProjectKey, day: NaiveDate) -> bool {
        self.is_in_force(day) && (self.projects.is_empty() || self.projects.contains(&project))
    }
}

/// The days up to `through` on which none of these retainers covers work on a project.
pub fn uncovered<'r>(
    retainers: impl Iterator<Item = &'r Retainer>,
    project: ProjectKey,
    through: NaiveDate,
) -> Vec<Span> {
    let mut covering: Vec<&Retainer> = retainers
        .filter(|retainer| retainer.covers(project, retainer.terms.start))
        .collect();
    covering.sort_by_key(|retainer| retainer.terms.start);
    let mut spans = Vec::new();
    // The first day that may be uncovered; none: the beginning of time.
    let mut from: Option<NaiveDate> = None;
    for retainer in covering {
        let Terms { start, end, .. } = &retainer.terms;
        let before = start
            .pred_opt()
            .map_or(NaiveDate::MIN, |day| day.min(through));
        if from.is_none_or(|from| from <= before) {
            spans.push(Span {
                from,
                to: Some(before),
            });
        }
        match end.and_then(|end| end.succ_opt()) {
            Some(next) => from = Some(from.map_or(next, |from| from.max(next))),
            None => return spans,
        }
    }
    if from.is_none_or(|from| from <= through) {
        spans.push(Span {
            from,
            to: Some(through),
        });
    }
    spans
}

/// Billed time or value of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    pub entry: EntryKey,
    pub day: NaiveDate,
    pub amount: i64,
}

/// A part of an entry drawn from a grant, or beyond all grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    pub entry: EntryKey,
    pub day: NaiveDate,
    pub amount: i64,
    /// First day of the period whose grant it comes from; none for overage.
    pub granted_on: Option<NaiveDate>,
}

/// One period of the ledger. `granted + carried_in = used - overage + left` in every period, with `left` never negative;
/// under [`Overage::Carry`] the overage is the next period's negative `carried_in`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub period: Period,
    pub granted: i64,
    pub carried_in: i64,
    pub used: i64,
    pub left: i64,
    /// Lost because no more than the cap is carried.
    pub over_cap: i64,
    /// Lost because its grant is too old.
    pub expired: i64,
    pub carried_out: i64,
    pub overage: i64,
    pub draws: Vec<Draw>,
    /// What is carried out, by the last day on which it can be drawn; none: it does not expire.
    pub expires: Vec<(Option<NaiveDate>, i64)>,
}

/// What is left of one period's grant.
#[derive(Debug, Clone, Copy)]
struct Grant {
    /// Number of the period that granted it.
    index: u32,
    day: NaiveDate,
    left: i64,
}

/// The ledger from the first period to the one that holds `through` (or the last one before the end). `uses` must be in the
/// order of time; those before the start, after the end or after the last period are not part of it.
pub fn ledger(terms: &Terms, uses: &[Use], through: NaiveDate) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    let mut carried: Vec<Grant> = Vec::new();
    let mut deficit = 0;
    for (index, period) in (0u32..).zip(periods(terms, through)) {
        let in_period = uses.iter().filter(|usage| period.contains(usage.day));
        let account = settle(terms, index, period, &mut carried, &mut deficit, in_period);
        accounts.push(account);
    }
    accounts
}

fn settle<'a>(
    terms: &Terms,
    index: u32,
    period: Period,
    grants: &mut Vec<Grant>,
    deficit: &mut i64,
    uses: impl Iterator<Item = &'a Use>,
) -> Account {
    let granted = terms.share(terms.allowance, period, terms.grain);
    let carried_in = grants.iter().map(|grant| grant.left).sum::<i64>() - *deficit;
    grants.push(Grant {
        index,
        day: period.from,
        left: granted,
    });
    let mut still_owed = take(grants, *deficit, |_, _| {});
    let mut account = Account {
        period,
        granted,
        carried_in,
        used: 0,
        left: 0,
        over_cap: 0,
        expired: 0,
        carried_out: 0,
        overage: 0,
        draws: Vec::new(),
        expires: Vec::new(),
    };
    for usage in uses {
        account.used += usage.amount;
        let beyond = take(grants, usage.amount, |day, amount| {
            account.draws.push(Draw {
                entry: usage.entry,
                day: usage.day,
                amount,
                granted_on: Some(day),
            });
        });
        if beyond > 0 {
            still_owed += beyond;
            account.draws.push(Draw {
                entry: usage.entry,
                day: usage.day,
                amount: beyond,
                granted_on: None,
            });
        }
    }
    account.overage = still_owed;
    *deficit = if terms.overage == Overage::Carry {
        still_owed
    } else {
        0
    };
    account.left = grants.iter().map(|grant| grant.left).sum();
    carry(terms, index, period, grants, &mut account);
    account
}

/// Draws `amount` from the oldest grants first and returns what they could not give.
fn take(grants: &mut [Grant], amount: i64, mut drawn: impl FnMut(NaiveDate, i64)) -> i64 {
    let mut wanted = amount;
    for grant in grants.iter_mut() {
        let part = grant.left.min(wanted);
        if part > 0 {
            grant.left -= part;
            wanted -= part;
            drawn(grant.day, part);
        }
    }
    wanted
}

/// What is left carries up to the cap, newest grants first because they last longest; what is older than n periods expires.
fn carry(
    terms: &Terms,
    index: u32,
    period: Period,
    grants: &mut Vec<Grant>,
    account: &mut Account,
) {
    let Some(rule) = terms.carry else {
        account.over_cap = account.left;
        grants.clear();
        return;
    };
    let mut room = rule.cap.max(0);
    for grant in grants.iter_mut().rev() {
        let kept = grant.left.min(room);
        account.over_cap += grant.left - kept;
        grant.left = kept;
        room -= kept;
    }
    for grant in grants.iter_mut() {
        let usable = rule
            .periods
            .is_none_or(|periods| index - grant.index < periods);
        if !usable {
            account.expired += grant.left;
            grant.left = 0;
        }
    }
    grants.retain(|grant| grant.left > 0);
    account.carried_out = grants.iter().map(|grant| grant.left).sum();
    account.expires = grants
        .iter()
        .map(|grant| {
            let last = rule.periods.and_then(|periods| {
                let more = periods - (index - grant.index);
                last_day_after(terms, period, more)
            });
            (last, grant.left)
        })
        .collect();
}

/// The last day of the period that is `more` periods after this one.
fn last_day_after(terms: &Terms, period: Period, more: u32) -> Option<NaiveDate> {
    let mut whole = period;
    for _ in 0..more.min(10_000) {
        whole = whole_period(terms, whole.to.checked_add_days(Days::new(1))?)?;
    }
    Some(whole.to)
}

impl Terms {
    /// What a period has of an amount agreed for a whole one: all of it, or by days (both ends count) where the terms begin or end
    /// within it; rounded to a multiple of `grain`, half away from zero.
    pub fn share(&self, amount: i64, period: Period, grain: i64) -> i64 {
        let Some(whole) = whole_period(self, period.from) else {
            return amount;
        };
        if whole == period || !self.prorate {
            return amount;
        }
        let exact =
            Decimal::from(amount) * Decimal::from(period.days()) / Decimal::from(whole.days());
        let grain = Decimal::from(grain.max(1));
        (exact / grain)
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            .checked_mul(grain)
            .and_then(|rounded| rounded.to_i64())
            .unwrap_or(amount)
    }
}

/// The periods of the terms up to the one that holds `through`.
pub fn periods(terms: &Terms, through: NaiveDate) -> Vec<Period> {
    let mut all = Vec::new();
    let mut from = terms.start;
    let last = terms.end.map_or(through, |end| end.min(through));
    while from <= last {
        let Some(whole) = whole_period(terms, from) else {
            break;
        };
        let to = terms.end.map_or(whole.to, |end| end.min(whole.to));
        all.push(Period { from, to });
        let Some(next) = to.checked_add_days(Days::new(1)) else {
            break;
        };
        from = next;
    }
    all
}

/// The calendar period of the terms' length that holds this day.
fn whole_period(terms: &Terms, day: NaiveDate) -> Option<Period> {
    Some(match terms.per {
        Per::Week => {
            let back = (day.weekday().num_days_from_monday() + 7
                - terms.week_start.num_days_from_monday())
                % 7;
            let from = day.checked_sub_days(Days::new(u64::from(back)))?;
            Period {
                from,
                to: from.checked_add_days(Days::new(6))?,
            }
        }
        Per::Month => months(day, day.month(), 1)?,
        Per::Quarter => months(day, (day.month() - 1) / 3 * 3 + 1, 3)?,
        Per::Year => months(day, 1, 12)?,
        Per::Term => Period {
            from: terms.start,
            to: terms.end.unwrap_or(NaiveDate::MAX),
        },
    })
}

fn months(day: NaiveDate, first: u32, count: u32) -> Option<Period> {
    let from = NaiveDate::from_ymd_opt(day.year(), first, 1)?;
    let to = from
        .checked_add_months(Months::new(count))?
        .checked_sub_days(Days::new(1))?;
    Some(Period { from, to })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3600;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn monthly(hours: i64) -> Terms {
        Terms {
            per: Per::Month,
            allowance: hours * HOUR,
            start: day("2026-01-01"),
            end: None,
            week_start: Weekday::Mon,
            prorate: true,
            grain: 60,
            carry: None,
            overage: Overage::Bill,
        }
    }

    fn used(uses: &[(&str, i64)]) -> Vec<Use> {
        uses.iter()
            .zip(1..)
            .map(|((on, hours), entry)| Use {
                entry: EntryKey(entry),
                day: day(on),
                amount: hours * HOUR,
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
            fee: None,
            overage_rate: None,
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
        let terms = Terms {
            carry: Some(Carry {
                cap: 10 * HOUR,
                periods: Some(2),
            }),
            ..monthly(20)
        };
        let uses = used(&[("2026-01-10", 12), ("2026-02-10", 9), ("2026-03-10", 35)]);
        let accounts = ledger(&terms, &uses, day("2026-03-31"));
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
        assert_eq!(accounts[0].expires, [(Some(day("2026-03-31")), 8 * HOUR)]);
    }

    #[test]
    fn a_grant_expires_after_its_periods() {
        let terms = Terms {
            carry: Some(Carry {
                cap: 100 * HOUR,
                periods: Some(1),
            }),
            ..monthly(10)
        };
        let accounts = ledger(&terms, &used(&[("2026-02-10", 4)]), day("2026-03-01"));
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
        let rows: Vec<_> = ledger(&monthly(20), &uses, day("2026-02-28"))
            .iter()
            .map(row)
            .collect();
        assert_eq!(rows, [[20, 0, 12, 8, 8, 0, 0], [20, 0, 25, 0, 0, 0, 5]]);
    }

    #[test]
    fn a_carried_deficit_is_what_the_next_period_begins_with() {
        let terms = Terms {
            overage: Overage::Carry,
            ..monthly(20)
        };
        let uses = used(&[("2026-01-10", 45), ("2026-03-10", 1)]);
        let rows: Vec<_> = ledger(&terms, &uses, day("2026-03-31"))
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
        let granted: Vec<_> = ledger(&terms, &[], day("2026-12-31"))
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
            ledger(&whole, &[], day("2026-12-31"))
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

    proptest! {
        #[test]
        fn nothing_is_made_or_lost(
            allowance in 0i64..100,
            cap in proptest::option::of(0i64..60),
            expiry in proptest::option::of(0u32..4),
            overage in prop_oneof![Just(Overage::Bill), Just(Overage::Carry), Just(Overage::Absorb)],
            uses in proptest::collection::vec((0u64..365, 0i64..40), 0..60),
        ) {
            let terms = Terms {
                carry: cap.map(|cap| Carry { cap: cap * HOUR, periods: expiry }),
                overage,
                ..monthly(allowance)
            };
            let mut uses: Vec<_> = uses
                .iter()
                .zip(1..)
                .map(|((offset, hours), entry)| Use {
                    entry: EntryKey(entry),
                    day: terms.start + Days::new(*offset),
                    amount: hours * HOUR,
                })
                .collect();
            uses.sort_by_key(|usage| usage.day);
            let accounts = ledger(&terms, &uses, day("2026-12-31"));
            let mut carried = 0;
            for account in &accounts {
                prop_assert_eq!(account.carried_in, carried);
                prop_assert!(account.left >= 0 && account.overage >= 0);
                prop_assert_eq!(
                    account.granted + account.carried_in,
                    account.used - account.overage + account.left
                );
                prop_assert_eq!(
                    account.left,
                    account.over_cap + account.expired + account.carried_out
                );
                let drawn: i64 = account.draws.iter().map(|draw| draw.amount).sum();
                prop_assert_eq!(drawn, account.used);
                carried = if overage == Overage::Carry && account.overage > 0 {
                    -account.overage
                } else {
                    account.carried_out
                };
            }
            let all: i64 = uses.iter().map(|usage| usage.amount).sum();
            prop_assert_eq!(accounts.iter().map(|a| a.used).sum::<i64>(), all);
        }
    }
}
