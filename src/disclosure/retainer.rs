//! Retainers in hours. Fees and rates are no part of them: those stand on invoices.

use std::collections::{BTreeMap, HashMap};

use crate::domain::key::EntryKey;
use crate::domain::retainer::{self, Account, Draw, Overage, Retainer, Terms, Use};
use crate::published::{self, RetainerDraw, RetainerPeriod};
use crate::values::duration::Seconds;
use crate::values::period::Period;

use super::Noun;
use super::entry::{Row, Scene};

/// A retainer with its periods up to the current one, over the work that is shown.
pub(super) struct Ledger<'a> {
    pub(super) retainer: &'a Retainer,
    pub(super) accounts: Vec<Account>,
}

/// The ledgers of a client.
pub(super) fn ledgers<'a>(scene: &Scene<'a>) -> Vec<Ledger<'a>> {
    let of = |retainer: &'a Retainer| {
        let uses: Vec<Use> = scene
            .work
            .iter()
            .zip(&scene.billed)
            .filter(|(worked, _)| worked.billable)
            .filter(|(worked, _)| {
                let work = &worked.entry.work;
                retainer.covers(work.project, work.day)
            })
            .map(|(worked, billed)| Use {
                entry: worked.entry.key,
                day: worked.entry.work.day,
                amount: billed.0,
            })
            .collect();
        Ledger {
            retainer,
            accounts: retainer::ledger(&retainer.terms, &uses, scene.books.as_of),
        }
    };
    scene.books.retainers.iter().map(of).collect()
}

impl Ledger<'_> {
    /// The account of the running period.
    pub(super) fn current(&self, scene: &Scene<'_>) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.period.contains(scene.books.as_of))
    }

    /// What is billed by the hour, by entry.
    pub(super) fn overage(&self) -> HashMap<EntryKey, Seconds> {
        let mut beyond: HashMap<EntryKey, Seconds> = HashMap::new();
        if self.retainer.terms.overage != Overage::Bill {
            return beyond;
        }
        for draw in self.accounts.iter().flat_map(|account| &account.draws) {
            if draw.granted_on.is_none() {
                *beyond.entry(draw.entry).or_default() += Seconds(draw.amount);
            }
        }
        beyond
    }
}

/// The retainers as the client sees them, by their first day.
pub(super) fn retainers(scene: &Scene<'_>, ledgers: &[Ledger<'_>]) -> Vec<published::Retainer> {
    let mut retainers: Vec<_> = ledgers
        .iter()
        .map(|ledger| published(scene, ledger))
        .collect();
    retainers.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
    retainers
}

fn published(scene: &Scene<'_>, ledger: &Ledger<'_>) -> published::Retainer {
    let Ledger { retainer, accounts } = ledger;
    let Retainer {
        key,
        client: _, // the client's own page
        terms,
        fee: _,          // money never stands beside hours; it is on the invoice
        overage_rate: _, // a rate
        projects: _,     // which work draws is told by the draws
    } = retainer;
    let Terms {
        per,
        allowance,
        start,
        end,
        week_start: _, // the periods tell
        prorate: _,    // likewise
        grain: _,      // a matter of arithmetic
        carry: _,      // likewise: what is carried and when it is lost
        overage: _,    // likewise
    } = terms;
    published::Retainer {
        id: scene.books.ids.row(Noun::Retainer, key.0),
        per: per.word().to_owned(),
        allowance: Seconds(*allowance),
        start: *start,
        end: *end,
        periods: accounts
            .iter()
            .rev()
            .map(|account| period(scene, account))
            .collect(),
    }
}

fn period(scene: &Scene<'_>, account: &Account) -> RetainerPeriod {
    let Account {
        period,
        granted,
        carried_in,
        used,
        left,
        over_cap: _,    // what is not carried; `expires` tells what is
        expired: _,     // likewise
        carried_out: _, // the next period's `carried_in`
        overage,
        draws,
        expires,
    } = account;
    RetainerPeriod {
        period: *period,
        current: period.contains(scene.books.as_of),
        granted: Seconds(*granted),
        carried_in: Seconds(*carried_in),
        used: Seconds(*used),
        left: Seconds(*left),
        overage: Seconds(*overage),
        expires: expires
            .iter()
            .filter_map(|(day, amount)| Some(((*day)?, Seconds(*amount))))
            .collect(),
        draws: if scene.visibility.timesheets {
            self::draws(scene, period, draws)
        } else {
            Vec::new()
        },
    }
}

/// One draw for each row of the timesheet, overage included.
fn draws(scene: &Scene<'_>, period: &Period, draws: &[Draw]) -> Vec<RetainerDraw> {
    let mut drawn: BTreeMap<EntryKey, Seconds> = BTreeMap::new();
    for draw in draws {
        let Draw {
            entry,
            day: _, // the entry's
            amount,
            granted_on: _, // whose grant it was is the ledger's
        } = draw;
        *drawn.entry(*entry).or_default() += Seconds(*amount);
    }
    let seconds = |row: &Row| -> Seconds {
        row.entries
            .iter()
            .filter_map(|key| drawn.get(key))
            .copied()
            .sum()
    };
    let mut all: Vec<_> = scene
        .rows
        .iter()
        .filter(|row| period.contains(row.day))
        .map(|row| (row, seconds(row)))
        .filter(|(_, seconds)| *seconds != Seconds::ZERO)
        .map(|(row, seconds)| RetainerDraw {
            day: row.day,
            seconds,
            description: row.words(),
            member: row.member.clone(),
        })
        .collect();
    all.sort_by(|a, b| {
        let order = |draw: &RetainerDraw| {
            (
                draw.day,
                draw.member.clone(),
                draw.description.clone(),
                draw.seconds,
            )
        };
        order(a).cmp(&order(b))
    });
    all
}

#[cfg(test)]
mod tests {
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};
    use crate::published::Retainer;
    use crate::values::duration::Seconds;

    fn retainer(settings: &[(&str, &str)]) -> Option<Retainer> {
        let shown = portal(&sample::books(), &visibility(settings))
            .unwrap()
            .unwrap();
        shown.retainers.map(|mut retainers| retainers.remove(0))
    }

    #[test]
    fn a_retainer_shows_hours_and_every_draw() {
        let shown = retainer(&[]).unwrap();
        assert_eq!(shown.per, "month");
        assert_eq!(shown.periods.len(), 2, "October and November, newest first");
        let [november, october] = shown.periods.as_slice() else {
            panic!("two periods")
        };
        assert!(november.current && !october.current);
        for period in &shown.periods {
            let drawn: Seconds = period.draws.iter().map(|draw| draw.seconds).sum();
            assert_eq!(drawn, period.used);
            assert_eq!(
                period.granted + period.carried_in,
                period.used - period.overage + period.left
            );
        }
        assert_eq!(november.overage, Seconds(3600));
        assert_eq!(october.left, Seconds(3 * 3600));
    }

    #[test]
    fn draws_follow_the_timesheet() {
        let periods = retainer(&[("timesheets", "off")]).unwrap().periods;
        assert!(periods.iter().all(|period| period.draws.is_empty()));
        assert!(periods.iter().any(|period| period.used > Seconds::ZERO));
        let shown = retainer(&[("descriptions", "none"), ("team", "anonymous")]).unwrap();
        for draw in shown.periods.iter().flat_map(|period| &period.draws) {
            assert_eq!(draw.description, None);
            assert!(draw.member.starts_with("Member "));
        }
        let weekly = retainer(&[("detail", "weekly")]).unwrap();
        let days: Vec<_> = weekly
            .periods
            .iter()
            .flat_map(|period| &period.draws)
            .map(|draw| draw.day)
            .collect();
        assert!(days.iter().all(|day| *day < sample::day("2026-11-16")));
        assert!(weekly.periods[0].used < retainer(&[]).unwrap().periods[0].used);
    }

    #[test]
    fn the_section_can_be_off() {
        assert_eq!(retainer(&[("retainer", "off")]), None);
    }
}
