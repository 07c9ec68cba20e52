//! The ledger: what each period grants, what is drawn from which grant, what is carried, lost, and beyond.
//!
//! A period that an invoice closed is frozen: it draws what it drew then, and nothing else. What is logged later for a day in it is
//! late, and draws from the first period after it that is still open.

use chrono::NaiveDate;

use crate::domain::key::{EntryKey, InvoiceKey, RetainerKey};
use crate::values::period::Period;

use super::period::{last_day_after, periods};
use super::{Overage, Terms};

/// Billed time or value of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    pub entry: EntryKey,
    pub day: NaiveDate,
    pub amount: i64,
    /// First day of the closed period that drew it; none while no invoice did.
    pub drawn_in: Option<NaiveDate>,
}

/// A period that an invoice or draft closed, with what it drew of each entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub retainer: RetainerKey,
    pub period: Period,
    pub invoice: InvoiceKey,
    /// Seconds, or minor units of money.
    pub draws: Vec<(EntryKey, i64)>,
}

/// A part of an entry drawn from a grant, or beyond all grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    pub entry: EntryKey,
    pub day: NaiveDate,
    pub amount: i64,
    /// First day of the period whose grant it comes from; none for overage.
    pub granted_on: Option<NaiveDate>,
    /// Its day is in an earlier period, which was closed when it came.
    pub late: bool,
}

/// A part of a grant that stays for later periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// First day of the period that granted it.
    pub granted_on: NaiveDate,
    pub amount: i64,
    /// The last day on which it can be drawn; none: it does not expire.
    pub expires: Option<NaiveDate>,
}

/// Why a part of a grant is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No more than the cap is carried.
    OverCap,
    /// Its grant is too old.
    Expired,
}

/// A part of a grant that nobody can draw any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// First day of the period that granted it.
    pub granted_on: NaiveDate,
    pub amount: i64,
    pub why: Why,
}

/// One period of the ledger. `granted + carried_in = used - overage + left` in every period, with `left` never negative;
/// under [`Overage::Carry`] the overage is the next period's negative `carried_in`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub period: Period,
    /// An invoice closed it.
    pub closed: bool,
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
    /// What came in from earlier grants, oldest first; a deficit is no part of it.
    pub brought: Vec<Carried>,
    pub draws: Vec<Draw>,
    pub lost: Vec<Lost>,
    /// What is carried out, oldest grant first.
    pub carried: Vec<Carried>,
}

/// What is left of one period's grant.
#[derive(Debug, Clone, Copy)]
struct Grant {
    /// Number of the period that granted it.
    index: u32,
    day: NaiveDate,
    left: i64,
    expires: Option<NaiveDate>,
}

/// The ledger from the first period to the one that holds `through` (or the last one before the end). `closed` has the first days
/// of the closed periods. Uses are drawn in the order of their days, and those of a day as they come; those before the start,
/// after the end or after the last period are not part of it.
pub fn ledger(
    terms: &Terms,
    uses: &[Use],
    closed: &[NaiveDate],
    through: NaiveDate,
) -> Vec<Account> {
    let periods = periods(terms, through);
    let mut of_periods = booked(terms, &periods, uses, closed).into_iter();
    let mut accounts: Vec<Account> = Vec::new();
    let mut carried: Vec<Grant> = Vec::new();
    let mut deficit = 0;
    for (index, period) in (0u32..).zip(periods) {
        let in_period = of_periods.next().unwrap_or_default();
        let mut account = settle(terms, index, period, &mut carried, &mut deficit, &in_period);
        account.closed = closed.contains(&period.from);
        accounts.push(account);
    }
    accounts
}

/// The uses of each period, in the order of their days. Each use is in one period at most, so none is counted twice.
fn booked<'u>(
    terms: &Terms,
    periods: &[Period],
    uses: &'u [Use],
    closed: &[NaiveDate],
) -> Vec<Vec<&'u Use>> {
    let mut of_periods: Vec<Vec<&Use>> = vec![Vec::new(); periods.len()];
    let is_open = |period: &Period| !closed.contains(&period.from);
    // After the last period there is no current one: what is late then draws from the last.
    let last = periods
        .len()
        .checked_sub(1)
        .filter(|index| terms.end.is_some() && terms.end == periods.get(*index).map(|p| p.to));
    for usage in uses {
        let place = match usage.drawn_in {
            Some(first) => periods.iter().position(|period| period.from == first),
            None => periods
                .iter()
                .position(|period| period.contains(usage.day))
                .and_then(|own| {
                    let mut later = periods.iter().skip(own);
                    let ahead = later.position(is_open);
                    ahead.map(|ahead| own + ahead).or(last)
                }),
        };
        if let Some(of_period) = place.and_then(|place| of_periods.get_mut(place)) {
            of_period.push(usage);
        }
    }
    for of_period in &mut of_periods {
        of_period.sort_by_key(|usage| usage.day);
    }
    of_periods
}

fn settle(
    terms: &Terms,
    index: u32,
    period: Period,
    grants: &mut Vec<Grant>,
    deficit: &mut i64,
    uses: &[&Use],
) -> Account {
    let granted = terms.grant(period);
    let mut account = Account {
        period,
        closed: false,
        granted,
        carried_in: grants.iter().map(|grant| grant.left).sum::<i64>() - *deficit,
        used: 0,
        left: 0,
        over_cap: 0,
        expired: 0,
        carried_out: 0,
        overage: 0,
        brought: grants.iter().map(Grant::carried).collect(),
        draws: Vec::new(),
        lost: Vec::new(),
        carried: Vec::new(),
    };
    grants.push(Grant {
        index,
        day: period.from,
        left: granted,
        expires: None,
    });
    let mut still_owed = take(grants, *deficit, |_, _| {});
    for usage in uses {
        account.used += usage.amount;
        let mut draw = |granted_on, amount| {
            account.draws.push(Draw {
                entry: usage.entry,
                day: usage.day,
                amount,
                granted_on,
                late: usage.day < period.from,
            });
        };
        let beyond = take(grants, usage.amount, |day, amount| draw(Some(day), amount));
        if beyond > 0 {
            still_owed += beyond;
            draw(None, beyond);
        }
    }
    account.overage = still_owed;
    *deficit = if terms.on(period.from).overage == Overage::Carry {
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
    // Without carry-over the room is none.
    let rule = terms.on(period.from).carry;
    let mut room = rule.map_or(0, |rule| rule.cap.max(0));
    let periods = rule.and_then(|rule| rule.periods);
    for grant in grants.iter_mut().rev() {
        let kept = grant.left.min(room);
        let over = grant.lose(grant.left - kept, Why::OverCap);
        account.over_cap += over.map_or(0, |lost| lost.amount);
        account.lost.extend(over);
        room -= kept;
    }
    for grant in grants.iter_mut() {
        if periods.is_some_and(|periods| index - grant.index >= periods) {
            let expired = grant.lose(grant.left, Why::Expired);
            account.expired += expired.map_or(0, |lost| lost.amount);
            account.lost.extend(expired);
        }
    }
    account.lost.sort_by_key(|lost| lost.granted_on);
    grants.retain(|grant| grant.left > 0);
    for grant in grants.iter_mut() {
        grant.expires = periods
            .and_then(|periods| last_day_after(terms, period, periods - (index - grant.index)));
    }
    account.carried_out = grants.iter().map(|grant| grant.left).sum();
    account.carried = grants.iter().map(Grant::carried).collect();
}

impl Grant {
    fn carried(&self) -> Carried {
        Carried {
            granted_on: self.day,
            amount: self.left,
            expires: self.expires,
        }
    }

    fn lose(&mut self, amount: i64, why: Why) -> Option<Lost> {
        self.left -= amount;
        (amount > 0).then_some(Lost {
            granted_on: self.day,
            amount,
            why,
        })
    }
}

impl Account {
    /// What there is to draw from in the period.
    pub fn available(&self) -> i64 {
        self.granted + self.carried_in
    }

    /// The day on which nothing is left if work goes on as it did in this period; none where enough is left, and where nothing is.
    ///
    /// The pace is what was used by day since the period began, over at least a week: a busy first day is no pace.
    pub fn used_up_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        const AT_LEAST: i64 = 7;
        if !self.period.contains(today) || self.left <= 0 || self.used <= 0 {
            return None;
        }
        let days =
            ((today - self.period.from).num_days() + 1).max(AT_LEAST.min(self.period.days()));
        // Whole days until all is drawn: left / (used / days), rounded up.
        let more = (i128::from(self.left) * i128::from(days) + i128::from(self.used) - 1)
            / i128::from(self.used);
        let more = u64::try_from(more).ok()?;
        let day = today.checked_add_days(chrono::Days::new(more))?;
        (day < self.period.to).then_some(day)
    }
}
