//! Retainers in hours, and in money where rates are shown. Fees and rates are no part of them: those stand on invoices.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::key::EntryKey;
use crate::domain::retainer::{
    self, Account, Agreement, Carried, Draw, Kind, Overage, Retainer, Terms, Use,
};
use crate::published::{self, RetainerDraw, RetainerPeriod};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::Noun;
use super::entry::{self, Row, Scene};

/// A retainer with its periods up to the current one, over the work that is shown.
pub(super) struct Ledger<'a> {
    pub(super) retainer: &'a Retainer,
    pub(super) accounts: Vec<Account>,
}

/// The ledgers of a client.
pub(super) fn ledgers<'a>(scene: &Scene<'a>) -> Result<Vec<Ledger<'a>>, Refusal> {
    let drawn = entry::drawn(scene.books);
    let mut ledgers = Vec::with_capacity(scene.books.retainers.len());
    for retainer in &scene.books.retainers {
        let mut uses: Vec<Use> = Vec::new();
        let shown = scene.work.iter().zip(&scene.billed);
        for (worked, billed) in shown.filter(|(worked, _)| worked.billable) {
            let (key, work) = (worked.entry.key, &worked.entry.work);
            if !retainer.covers(work.project, work.day) {
                continue;
            }
            let before = drawn.get(&key);
            let amount = match (before, retainer.terms.kind, worked.rate) {
                (Some((_, amount)), ..) => *amount,
                (None, Kind::Hours, _) => billed.0,
                (None, Kind::Money, Some(rate)) => {
                    rate.of(billed.as_hours(), scene.currency())?.minor()
                }
                // Without a rate it draws nothing, as in the owner's ledger.
                (None, Kind::Money, None) => continue,
            };
            uses.push(Use {
                entry: key,
                day: work.day,
                amount,
                drawn_in: before.map(|(closed, _)| closed.period.from),
            });
        }
        let closed = scene.books.closed.iter();
        let closed: Vec<NaiveDate> = closed
            .filter(|closed| closed.retainer == retainer.key)
            .map(|closed| closed.period.from)
            .collect();
        ledgers.push(Ledger {
            retainer,
            accounts: retainer::ledger(&retainer.terms, &uses, &closed, scene.books.as_of),
        });
    }
    Ok(ledgers)
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
        if self.retainer.terms.kind == Kind::Hours {
            for draw in self.billed_beyond() {
                *beyond.entry(draw.entry).or_default() += Seconds(draw.amount);
            }
        }
        beyond
    }

    /// What is billed as an amount, and on no invoice yet.
    pub(super) fn overage_money(&self, scene: &Scene<'_>) -> Money {
        let open: HashSet<EntryKey> = scene
            .work
            .iter()
            .filter(|worked| worked.invoice.is_none())
            .map(|worked| worked.entry.key)
            .collect();
        let beyond = self
            .billed_beyond()
            .filter(|draw| self.retainer.terms.kind == Kind::Money && open.contains(&draw.entry));
        Money::from_minor(beyond.map(|draw| draw.amount).sum(), scene.currency())
    }

    fn billed_beyond(&self) -> impl Iterator<Item = &Draw> {
        let terms = &self.retainer.terms;
        self.accounts
            .iter()
            .filter(|account| terms.on(account.period.from).overage == Overage::Bill)
            .flat_map(|account| &account.draws)
            .filter(|draw| draw.granted_on.is_none())
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
        projects: _, // which work draws is told by the draws
    } = retainer;
    let Terms {
        kind,
        per,
        start,
        end,
        week_start: _, // the periods tell
        prorate: _,    // likewise
        first: _,      // what holds today is told
        changes: _,    // likewise; what is to come is between the owner and the client
    } = terms;
    let Agreement {
        allowance,
        fee: _,          // money never stands beside hours; it is on the invoice
        carry: _,        // what is carried and when it is lost is told
        overage: _,      // likewise
        overage_rate: _, // a rate
    } = terms.on(scene.books.as_of);
    // What was drawn in money would tell the rates, beside the hours of the timesheet or of a single entry between two syncs.
    let told = *kind == Kind::Hours || scene.visibility.rates;
    let accounts = if told { accounts.as_slice() } else { &[] };
    let unit = kind.amount(*allowance, scene.currency());
    published::Retainer {
        id: scene.books.ids.row(Noun::Retainer, key.0),
        per: per.word().to_owned(),
        allowance: unit,
        start: *start,
        end: *end,
        periods: accounts
            .iter()
            .rev()
            .map(|account| period(scene, unit, account))
            .collect(),
    }
}

fn period(scene: &Scene<'_>, unit: Amount, account: &Account) -> RetainerPeriod {
    let Account {
        period,
        closed: _, // how the owner bills
        granted,
        carried_in,
        used,
        left,
        over_cap: _,    // what is not carried; `carried` tells what is
        expired: _,     // likewise
        carried_out: _, // the next period's `carried_in`
        overage,
        brought: _, // whose grants it was is the ledger's
        draws,
        lost: _, // as above
        carried,
    } = account;
    RetainerPeriod {
        period: *period,
        current: period.contains(scene.books.as_of),
        granted: unit.with(*granted),
        carried_in: unit.with(*carried_in),
        used: unit.with(*used),
        left: unit.with(*left),
        overage: unit.with(*overage),
        expires: carried
            .iter()
            .filter_map(|carried| {
                let Carried {
                    granted_on: _, // whose grant it was is the ledger's
                    amount,
                    expires,
                } = carried;
                Some(((*expires)?, unit.with(*amount)))
            })
            .collect(),
        draws: if scene.visibility.timesheets {
            self::draws(scene, unit, draws)
        } else {
            Vec::new()
        },
    }
}

/// One draw for each row of the timesheet, overage included.
fn draws(scene: &Scene<'_>, unit: Amount, draws: &[Draw]) -> Vec<RetainerDraw> {
    let mut drawn: BTreeMap<EntryKey, i64> = BTreeMap::new();
    for draw in draws {
        let Draw {
            entry,
            day: _, // the entry's
            amount,
            granted_on: _, // whose grant it was is the ledger's
            late: _,       // its day tells
        } = draw;
        *drawn.entry(*entry).or_default() += *amount;
    }
    let amount = |row: &Row| -> i64 {
        row.entries
            .iter()
            .filter_map(|key| drawn.get(key))
            .copied()
            .sum()
    };
    let mut all: Vec<_> = scene
        .rows
        .iter()
        .map(|row| (row, amount(row)))
        .filter(|(_, amount)| *amount != 0)
        .map(|(row, amount)| RetainerDraw {
            day: row.day,
            amount: unit.with(amount),
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
                draw.amount.number(),
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
    use crate::domain::key::EntryKey;
    use crate::domain::retainer::{self, Kind};
    use crate::published::{self, Retainer};
    use crate::values::amount::Amount;
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
            let drawn: i64 = period.draws.iter().map(|draw| draw.amount.number()).sum();
            assert_eq!(drawn, period.used.number());
            assert_eq!(
                period.granted.number() + period.carried_in.number(),
                period.used.number() - period.overage.number() + period.left.number()
            );
        }
        assert_eq!(november.overage, Amount::Hours(Seconds(3600)));
        assert_eq!(october.left, Amount::Hours(Seconds(3 * 3600)));
    }

    #[test]
    fn draws_follow_the_timesheet() {
        let periods = retainer(&[("timesheets", "off")]).unwrap().periods;
        assert!(periods.iter().all(|period| period.draws.is_empty()));
        assert!(periods.iter().any(|period| period.used.number() > 0));
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
        let used = |retainer: &Retainer| retainer.periods[0].used.number();
        assert!(used(&weekly) < used(&retainer(&[]).unwrap()));
    }

    /// The sample with a retainer of 2000.00 a month in money.
    fn in_money() -> crate::disclosure::ClientBooks {
        let mut books = sample::books();
        for retainer in &mut books.retainers {
            retainer.terms.kind = Kind::Money;
            retainer.terms.first.allowance = 200_000;
        }
        books
    }

    #[test]
    fn a_retainer_in_money_is_told_with_the_rates_alone() {
        let all = "unbilled,retainer-left,next-invoice,hours-week,outstanding";
        let told = |books: &crate::disclosure::ClientBooks, rates: &str| {
            let settings = [("rates", rates), ("snapshots", all), ("unbilled", "on")];
            portal(books, &visibility(&settings)).unwrap().unwrap()
        };
        let books = in_money();
        let shown = told(&books, "shown");
        let retainer = &shown.retainers.unwrap()[0];
        assert_eq!(retainer.periods.len(), 2);
        for period in &retainer.periods {
            let drawn: i64 = period.draws.iter().map(|draw| draw.amount.number()).sum();
            assert!(drawn > 0 && period.used.currency().is_some());
            assert_eq!(drawn, period.used.number());
        }
        let is_left =
            |figure: &published::Figure| matches!(figure, published::Figure::RetainerLeftMoney(_));
        assert!(shown.console.snapshots.iter().any(is_left));
        // The hours of the timesheet beside what was drawn would be a rate.
        let hidden = told(&books, "hidden");
        let retainer = &hidden.retainers.as_ref().unwrap()[0];
        assert!(retainer.periods.is_empty());
        assert_eq!(retainer.allowance.number(), 200_000);
        assert!(!hidden.console.snapshots.iter().any(is_left));
    }

    #[test]
    fn with_rates_hidden_one_more_entry_changes_nothing_of_a_retainer_in_money() {
        // What is beyond it, in hours, would tell how many of them the allowance pays for.
        let told = |books: &crate::disclosure::ClientBooks| {
            let settings = [("snapshots", "unbilled,retainer-left"), ("unbilled", "on")];
            let shown = portal(books, &visibility(&settings)).unwrap().unwrap();
            (
                shown.retainers,
                shown.console.unbilled,
                shown.console.snapshots,
            )
        };
        let mut books = in_money();
        let before = told(&books);
        let covered = books.work.iter().find(|worked| {
            let work = &worked.entry.work;
            worked.billable && books.retainers[0].covers(work.project, work.day)
        });
        let mut more = covered.unwrap().clone();
        more.entry.key = EntryKey(more.entry.key.0 + 500);
        more.invoice = None;
        books.work.push(more);
        assert_eq!(told(&books), before);
    }

    #[test]
    fn what_a_closed_period_drew_stays_there_and_what_is_late_is_drawn_later() {
        let mut books = sample::books();
        let retainer = books.retainers[0].clone();
        let october = crate::values::period::Period::month(sample::day("2026-10-01"));
        let drawn = books.work.iter().filter(|worked| {
            let work = &worked.entry.work;
            worked.billable && retainer.covers(work.project, work.day) && october.contains(work.day)
        });
        let mut draws: Vec<_> = drawn
            .map(|worked| (worked.entry.key, worked.entry.work.seconds.0))
            .collect();
        // One of them came after the invoice.
        let (late, seconds) = draws.pop().unwrap();
        books.closed.push(retainer::Closed {
            retainer: retainer.key,
            period: october,
            invoice: crate::domain::key::InvoiceKey(1),
            draws,
        });
        let before = self::retainer(&[]).unwrap();
        let shown = portal(&books, &visibility(&[])).unwrap().unwrap();
        let after = &shown.retainers.unwrap()[0];
        let used = |retainer: &Retainer| -> Vec<i64> {
            let periods = retainer.periods.iter();
            periods.map(|period| period.used.number()).collect()
        };
        let (was, is) = (used(&before), used(after));
        assert_eq!(is, [was[0] + seconds, was[1] - seconds], "{late:?}");
    }

    #[test]
    fn the_section_can_be_off() {
        assert_eq!(retainer(&[("retainer", "off")]), None);
    }
}
