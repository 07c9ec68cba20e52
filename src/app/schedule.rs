//! Schedules of invoices: agreeing on one, changing it, and what its next dates would bill. `run` bills them.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::client::{Client, Stage};
use crate::domain::invoice::{Grouping, Item, Line};
use crate::domain::job::Kind;
use crate::domain::key::ScheduleKey;
use crate::domain::late_fee;
use crate::domain::schedule::{Every, On, Schedule, Terms};
use crate::store::{Books, NewSchedule, Writer};
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

use super::invoice::due;
use super::{Error, Result, Session, find};

/// What `schedule add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub every: Every,
    /// As typed; none: the day of the first date.
    pub on: Option<String>,
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
    pub times: Option<u32>,
    pub items: Vec<Item>,
    pub work: bool,
    pub grouping: Grouping,
    pub draft: bool,
    pub terms_days: Option<u16>,
    pub if_missing: bool,
}

/// What `schedule edit` changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub every: Option<Every>,
    /// As typed: how it reads depends on the interval.
    pub on: Option<String>,
    pub from: Option<NaiveDate>,
    pub until: Option<Option<NaiveDate>>,
    pub times: Option<Option<u32>>,
    pub items: Option<Vec<Item>>,
    pub work: Option<bool>,
    pub grouping: Option<Grouping>,
    pub draft: Option<bool>,
    pub terms_days: Option<Option<u16>>,
}

/// A schedule with its client and where it stands.
#[derive(Debug, Clone)]
pub struct Shown {
    pub schedule: Schedule,
    pub client: Client,
    /// The latest date that is settled.
    pub done: Option<NaiveDate>,
    /// The next date that will be billed.
    pub next: Option<NaiveDate>,
}

/// Where a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    Paused,
    /// Its client is archived.
    Archived,
    Ended,
}

impl State {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Archived => "archived",
            Self::Ended => "ended",
        }
    }
}

impl Shown {
    /// Where it stands.
    pub fn state(&self) -> State {
        if self.next.is_none() {
            State::Ended
        } else if self.schedule.paused.is_some() {
            State::Paused
        } else if self.client.stage == Stage::Archived {
            State::Archived
        } else {
            State::Active
        }
    }
}

/// Agrees on a schedule. Gives it, and whether it was made now.
pub fn add(session: &mut Session, client: &str, new: &New) -> Result<(Shown, bool)> {
    let on = match &new.on {
        Some(on) => On::parse(on, new.every.unit)?,
        None => On::of(new.from, new.every.unit),
    };
    session.write(|books| {
        let client = find::client(books, client)?;
        let wanted = NewSchedule {
            client: client.key,
            terms: Terms {
                every: new.every,
                on,
                from: new.from,
                until: new.until,
                times: new.times,
            },
            items: new.items.clone(),
            work: new.work,
            grouping: new.grouping,
            draft: new.draft,
            terms_days: new.terms_days,
        };
        if new.if_missing {
            let mut there = books.schedules(Some(client.key))?.into_iter();
            if let Some(same) = there.find(|there| is_same(there, &wanted)) {
                return Ok((shown(books, same)?, false));
            }
        }
        client.takes_work()?;
        makes_sense(&wanted, client.details.currency)?;
        let key = books.add_schedule(&wanted)?;
        Ok((by_key(books, key)?, true))
    })
}

/// Whether a schedule has the dates of another and bills the same.
fn is_same(there: &Schedule, wanted: &NewSchedule) -> bool {
    there.terms.every == wanted.terms.every
        && there.terms.on == wanted.terms.on
        && there.terms.from == wanted.terms.from
        && there.items == wanted.items
        && there.work == wanted.work
}

/// Refuses a schedule that bills nothing, has no date, or bills more than there can be.
fn makes_sense(wanted: &NewSchedule, currency: Currency) -> Result<()> {
    if wanted.items.is_empty() && !wanted.work {
        return Err(Refusal::ScheduleOfNothing.into());
    }
    items_net(&wanted.items, currency)?;
    if wanted.terms.dates().next().is_some() {
        return Ok(());
    }
    let endless = Terms {
        until: None,
        ..wanted.terms.clone()
    };
    match (endless.dates().next(), wanted.terms.until) {
        (Some(first), Some(until)) => Err(Refusal::ScheduleWithoutDates { first, until }.into()),
        _ => Ok(()),
    }
}

fn items_net(items: &[Item], currency: Currency) -> Result<Money> {
    let mut net = Money::zero(currency);
    for item in items {
        // The tax does not matter to the net.
        let line = Line::item(item, late_fee::TAX, currency)?;
        net = net.checked_add(line.net)?;
    }
    Ok(net)
}

/// Changes a schedule. Dates that are settled stay so: what changes holds for those to come.
pub fn edit(session: &mut Session, reference: &str, change: &Change) -> Result<Shown> {
    session.write(|books| {
        let current = find(books, reference)?;
        let every = change.every.unwrap_or(current.terms.every);
        let from = change.from.unwrap_or(current.terms.from);
        let on = match &change.on {
            Some(on) => On::parse(on, every.unit)?,
            None if change.from.is_some() || every.unit != current.terms.every.unit => {
                On::of(from, every.unit)
            }
            None => current.terms.on,
        };
        let wanted = NewSchedule {
            client: current.client,
            terms: Terms {
                every,
                on,
                from,
                until: change.until.unwrap_or(current.terms.until),
                times: change.times.unwrap_or(current.terms.times),
            },
            items: change.items.clone().unwrap_or(current.items.clone()),
            work: change.work.unwrap_or(current.work),
            grouping: change.grouping.unwrap_or(current.grouping),
            draft: change.draft.unwrap_or(current.draft),
            terms_days: change.terms_days.unwrap_or(current.terms_days),
        };
        let client = find::client_of(books, current.client)?;
        makes_sense(&wanted, client.details.currency)?;
        books.edit_schedule(&current, &wanted)?;
        by_key(books, current.key)
    })
}

/// Schedules with where they stand; of one client, if one is named. Ended ones only with `all`.
pub fn list(session: &Session, client: Option<&str>, all: bool) -> Result<Vec<Shown>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let mut listed = Vec::new();
        for schedule in books.schedules(client.map(|client| client.key))? {
            let shown = shown(books, schedule)?;
            if all || shown.next.is_some() {
                listed.push(shown);
            }
        }
        Ok(listed)
    })
}

/// A schedule.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    session.store.read(|books| {
        let schedule = find(books, reference)?;
        shown(books, schedule)
    })
}

/// Nothing is due from today on until it is resumed.
pub fn pause(session: &mut Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    session.write(|books| {
        let schedule = find(books, reference)?;
        going_on(books, &schedule)?;
        books.pause_schedule(schedule.key, schedule.paused.or(Some(today)))?;
        by_key(books, schedule.key)
    })
}

/// Lets a schedule go on. Dates that passed while it was paused are left out, unless they are caught up on.
pub fn resume(session: &mut Session, reference: &str, catch_up: bool) -> Result<Shown> {
    let today = session.today();
    session.write(|books| {
        let schedule = find(books, reference)?;
        let Some(since) = schedule.paused else {
            return shown(books, schedule);
        };
        if !catch_up {
            let done = done(books, &schedule)?;
            let passed: Vec<NaiveDate> = schedule
                .coming(done)
                .skip_while(|date| *date < since)
                .take_while(|date| *date < today)
                .collect();
            for date in passed {
                books.skip_date(schedule.key, date)?;
            }
        }
        books.pause_schedule(schedule.key, None)?;
        by_key(books, schedule.key)
    })
}

/// Leaves one date out: the named one, or the next. Gives it.
pub fn skip(
    session: &mut Session,
    reference: &str,
    date: Option<NaiveDate>,
) -> Result<(Shown, NaiveDate)> {
    session.write(|books| {
        let schedule = find(books, reference)?;
        let next = going_on(books, &schedule)?;
        let date = date.unwrap_or(next);
        if !schedule.skips.contains(&date) {
            let done = done(books, &schedule)?;
            let mut coming = schedule.coming(done).skip_while(|coming| *coming < date);
            if coming.next() != Some(date) {
                return Err(Refusal::NoDateOfSchedule {
                    schedule: schedule.name(),
                    date,
                    next,
                }
                .into());
            }
            books.skip_date(schedule.key, date)?;
        }
        Ok((by_key(books, schedule.key)?, date))
    })
}

/// Ends a schedule with a day: no date is after it.
pub fn end(session: &mut Session, reference: &str, day: NaiveDate) -> Result<Shown> {
    session.write(|books| {
        let current = find(books, reference)?;
        let until = current.terms.until.map_or(day, |until| until.min(day));
        let wanted = NewSchedule {
            client: current.client,
            terms: Terms {
                until: Some(until),
                ..current.terms.clone()
            },
            items: current.items.clone(),
            work: current.work,
            grouping: current.grouping,
            draft: current.draft,
            terms_days: current.terms_days,
        };
        books.edit_schedule(&current, &wanted)?;
        by_key(books, current.key)
    })
}

/// A date to come, and what it would bill.
#[derive(Debug, Clone)]
pub struct Coming {
    pub date: NaiveDate,
    /// The day is there or past: the next `run` bills it.
    pub is_due: bool,
    /// For which items alone would be.
    pub period: Period,
    pub items: Money,
    /// What the unbilled work of today would add; none where it bills none, on later dates, and where work has no rate.
    pub work: Option<Money>,
}

/// The next dates with what each would bill. Nothing is kept.
pub fn next(session: &Session, reference: &str, count: usize) -> Result<(Shown, Vec<Coming>)> {
    let today = session.today();
    session.store.read(|books| {
        let shown = show_in(books, reference)?;
        let schedule = &shown.schedule;
        let currency = shown.client.details.currency;
        let items = items_net(&schedule.items, currency)?;
        let mut coming = Vec::new();
        for (place, date) in schedule.coming(shown.done).take(count).enumerate() {
            let work = match place {
                0 if schedule.work => due::work_net(
                    books,
                    &session.business,
                    schedule,
                    &shown.client,
                    date,
                    today,
                )?,
                _ => None,
            };
            coming.push(Coming {
                date,
                is_due: schedule.paused.is_none() && date <= today,
                period: schedule.terms.period(date),
                items,
                work,
            });
        }
        Ok((shown, coming))
    })
}

fn show_in(books: &Books<'_>, reference: &str) -> Result<Shown> {
    let schedule = find(books, reference)?;
    shown(books, schedule)
}

/// The next date; refused where there is none.
fn going_on(books: &Books<'_>, schedule: &Schedule) -> Result<NaiveDate> {
    let done = done(books, schedule)?;
    schedule.coming(done).next().ok_or_else(|| {
        Refusal::ScheduleEnded {
            schedule: schedule.name(),
        }
        .into()
    })
}

fn by_key(books: &Writer<'_>, key: ScheduleKey) -> Result<Shown> {
    match books.schedule(key)? {
        Some(schedule) => shown(books, schedule),
        None => Err(not_found(&key.0.to_string(), Vec::new())),
    }
}

fn shown(books: &Books<'_>, schedule: Schedule) -> Result<Shown> {
    let done = done(books, &schedule)?;
    let next = schedule.coming(done).next();
    Ok(Shown {
        client: find::client_of(books, schedule.client)?,
        next,
        done,
        schedule,
    })
}

/// The latest date of a schedule that is settled.
pub(super) fn done(books: &Books<'_>, schedule: &Schedule) -> Result<Option<NaiveDate>> {
    let latest = books.latest_job(Kind::Schedule, &schedule.name())?;
    Ok(latest.and_then(|day| day.parse().ok()))
}

/// A schedule by its name, `schedule-3` or `3`; or by its client, where that has one alone.
fn find(books: &Books<'_>, reference: &str) -> Result<Schedule> {
    let text = reference.trim();
    let number = text.strip_prefix("schedule-").unwrap_or(text);
    if let Ok(key) = number.parse() {
        return books
            .schedule(ScheduleKey(key))?
            .ok_or_else(|| not_found(text, Vec::new()));
    }
    let Ok(client) = find::client(books, text) else {
        return Err(not_found(text, Vec::new()));
    };
    let mut schedules = books.schedules(Some(client.key))?;
    match (schedules.pop(), schedules.is_empty()) {
        (Some(schedule), true) => Ok(schedule),
        (Some(last), false) => Err(Error::Ambiguous {
            noun: "schedule",
            wanted: text.to_owned(),
            among: schedules
                .iter()
                .chain([&last])
                .map(Schedule::name)
                .collect(),
        }),
        (None, _) => Err(not_found(text, Vec::new())),
    }
}

fn not_found(wanted: &str, near: Vec<String>) -> Error {
    Error::NotFound {
        noun: "schedule",
        wanted: wanted.to_owned(),
        near,
    }
}
