//! When a client is reminded of an invoice: on which days from the due one, which of them has come, and in what tone.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{Days, NaiveDate};

use super::invoice::State;

/// Days from the due day on which a reminder goes out, in order; before it they are negative. None: no reminders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule(BTreeSet<i32>);

/// The farthest that a reminder can be from the due day.
const FARTHEST: i32 = 365;
/// The most reminders of one invoice.
const MOST: usize = 10;

/// Why days are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected up to {MOST} days from the due day such as -3,0,7,14,30, none farther than {FARTHEST}, or off"
)]
pub struct ScheduleError;

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        if text.trim() == "off" {
            return Ok(Self::default());
        }
        let days = text.split(',').map(|day| {
            let day = day.trim().parse::<i32>().map_err(|_| ScheduleError)?;
            (-FARTHEST..=FARTHEST)
                .contains(&day)
                .then_some(day)
                .ok_or(ScheduleError)
        });
        let days: BTreeSet<i32> = days.collect::<Result<_, _>>()?;
        if days.len() > MOST {
            return Err(ScheduleError);
        }
        Ok(Self(days))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("off");
        }
        let days: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&days.join(","))
    }
}

/// How a reminder is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing is late yet.
    DueSoon,
    First,
    Second,
    /// The third and every later one.
    Last,
}

/// What the rule has to know of an invoice.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// On the day for which it is asked.
    pub state: State,
    pub issued: NaiveDate,
    pub due: Option<NaiveDate>,
    /// Levels of which a reminder was made.
    pub done: &'a [i32],
}

/// A reminder that has to go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Days from due.
    pub days: i32,
    pub tone: Tone,
}

impl Schedule {
    /// Whether there are no reminders.
    pub fn is_off(&self) -> bool {
        self.0.is_empty()
    }

    /// The reminder that is due on a day. Of several levels that were missed only the newest goes out; a level is done when it or
    /// a later one is. Levels before or on the day of issue are passed over: the invoice itself has just told.
    pub fn due(&self, facts: Facts<'_>, today: NaiveDate) -> Option<Level> {
        let due = facts.due.filter(|_| is_open(facts.state))?;
        let come = self.0.iter().copied().filter(|days| {
            day_of(due, *days).is_some_and(|day| day > facts.issued && day <= today)
        });
        let newest = come.max()?;
        let is_done = facts.done.iter().any(|done| *done >= newest);
        (!is_done).then(|| Level::after(newest, facts.done))
    }

    /// The day on which the next reminder goes out, after those that are done.
    pub fn next(&self, facts: Facts<'_>, today: NaiveDate) -> Option<NaiveDate> {
        let due = facts.due.filter(|_| is_open(facts.state))?;
        let last = facts.done.iter().copied().max();
        let days = self.0.iter().filter(|days| Some(**days) > last);
        let mut days = days.filter_map(|days| day_of(due, *days));
        days.find(|day| *day > facts.issued && *day > today)
    }
}

impl Level {
    /// Firmer than the reminders before it that said that something is late.
    fn after(days: i32, done: &[i32]) -> Self {
        let before = done.iter().filter(|done| **done > 0).count();
        Self {
            days,
            tone: match (days <= 0, before) {
                (true, _) => Tone::DueSoon,
                (_, 0) => Tone::First,
                (_, 1) => Tone::Second,
                _ => Tone::Last,
            },
        }
    }
}

/// The reminder that is sent by hand, whatever the schedule; none where nothing is open.
pub fn by_hand(facts: Facts<'_>, today: NaiveDate) -> Option<Level> {
    let due = facts.due.filter(|_| is_open(facts.state))?;
    let days = i32::try_from(today.signed_duration_since(due).num_days()).ok()?;
    Some(Level::after(days, facts.done))
}

/// Whether there is anything to be reminded of.
pub fn is_open(state: State) -> bool {
    match state {
        State::Issued | State::Sent | State::Viewed | State::PartiallyPaid | State::Overdue => true,
        State::Draft | State::Void | State::WrittenOff | State::Overpaid | State::Paid => false,
    }
}

fn day_of(due: NaiveDate, days: i32) -> Option<NaiveDate> {
    let length = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 {
        due.checked_sub_days(length)
    } else {
        due.checked_add_days(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts(done: &[i32]) -> Facts<'_> {
        Facts {
            state: State::Overdue,
            issued: day("2026-11-01"),
            due: Some(day("2026-11-15")),
            done,
        }
    }

    #[test]
    fn days_are_read_and_kept_in_order() {
        for (text, kept) in [
            ("off", Some("off")),
            ("7", Some("7")),
            ("14, 7,7,-3", Some("-3,7,14")),
            ("", None),
            ("7,", None),
            ("soon", None),
            ("366", None),
            ("1,2,3,4,5,6,7,8,9,10,11", None),
        ] {
            let read = text.parse::<Schedule>().map(|days| days.to_string()).ok();
            assert_eq!(read.as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn each_level_goes_out_once_and_only_the_newest_that_was_missed() {
        let schedule: Schedule = "-3,0,7,14,30".parse().unwrap();
        type Case<'a> = (&'a str, &'a [i32], Option<(i32, Tone)>);
        let cases: [Case<'_>; 14] = [
            ("2026-11-11", &[], None),
            ("2026-11-12", &[], Some((-3, Tone::DueSoon))),
            ("2026-11-14", &[], Some((-3, Tone::DueSoon))),
            ("2026-11-14", &[-3], None),
            ("2026-11-15", &[-3], Some((0, Tone::DueSoon))),
            ("2026-11-22", &[-3, 0], Some((7, Tone::First))),
            ("2026-11-22", &[], Some((7, Tone::First))),
            ("2026-11-23", &[7], None),
            ("2026-11-29", &[7], Some((14, Tone::Second))),
            ("2026-12-14", &[7], Some((14, Tone::Second))),
            ("2026-12-15", &[7, 14], Some((30, Tone::Last))),
            ("2028-01-01", &[], Some((30, Tone::First))),
            ("2028-01-01", &[30], None),
            // One by hand, a day after the last: what it said needs no saying again.
            ("2026-11-29", &[15], None),
        ];
        for (today, done, expected) in cases {
            let due = schedule.due(facts(done), day(today));
            let found = due.map(|level| (level.days, level.tone));
            assert_eq!(found, expected, "{today} {done:?}");
        }
    }

    #[test]
    fn nobody_is_reminded_of_what_is_settled_or_was_sent_the_same_day() {
        let schedule: Schedule = "-3,0,7".parse().unwrap();
        let today = day("2027-01-01");
        for state in [
            State::Draft,
            State::Void,
            State::WrittenOff,
            State::Overpaid,
            State::Paid,
        ] {
            let settled = Facts {
                state,
                ..facts(&[])
            };
            assert_eq!(schedule.due(settled, today), None, "{state:?}");
            assert_eq!(by_hand(settled, today), None);
        }
        let at_once = Facts {
            state: State::Issued,
            due: Some(day("2026-11-01")),
            ..facts(&[])
        };
        assert_eq!(schedule.due(at_once, day("2026-11-01")), None);
        assert_eq!(schedule.due(at_once, day("2026-11-02")), None);
        assert!(schedule.due(at_once, day("2026-11-08")).is_some());
        let never = Facts {
            due: None,
            ..facts(&[])
        };
        assert_eq!(schedule.due(never, today), None);
        assert_eq!(Schedule::default().due(facts(&[]), today), None);
    }

    #[test]
    fn the_next_one_is_told() {
        let schedule: Schedule = "7,14".parse().unwrap();
        let next = |done: &[i32], today| schedule.next(facts(done), day(today));
        assert_eq!(next(&[], "2026-11-15"), Some(day("2026-11-22")));
        assert_eq!(next(&[7], "2026-11-22"), Some(day("2026-11-29")));
        assert_eq!(next(&[14], "2026-11-22"), None);
    }

    #[test]
    fn by_hand_each_is_firmer_than_the_one_before() {
        let tone = |done: &[i32], today| by_hand(facts(done), day(today)).unwrap().tone;
        assert_eq!(tone(&[], "2026-11-15"), Tone::DueSoon);
        assert_eq!(tone(&[-3, 0], "2026-11-16"), Tone::First);
        assert_eq!(tone(&[0, 7], "2026-11-30"), Tone::Second);
        assert_eq!(tone(&[1, 7, 9], "2026-11-30"), Tone::Last);
    }
}
