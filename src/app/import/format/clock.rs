//! What the times of a file mean: instants, and the day of the business to which an entry belongs.
//!
//! Local times are taken in the zone of the file. An entry that goes over midnight belongs to the day of its start.

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::domain::Refusal;
use crate::domain::time::Span;
use crate::values::calendar::{Calendar, DateError};
use crate::values::duration::Seconds;

use super::super::problem::Reason;
use super::super::row::Times;

/// The zone of the file, and that of the business.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    file: Tz,
    home: Calendar,
}

/// What a file says a row took, beside its start and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    Nothing,
    /// To the second. Where it is not from start to end, the row is refused.
    Exact(i64),
    /// As the program shows it: rounded, in a column of this name, with this many seconds lost at most. Start and end count.
    Shown {
        column: &'static str,
        seconds: i64,
        grain: i64,
    },
}

impl Stated {
    fn seconds(self) -> Option<i64> {
        match self {
            Self::Nothing => None,
            Self::Exact(seconds) | Self::Shown { seconds, .. } => Some(seconds),
        }
    }
}

impl Clock {
    pub(super) fn new(zone: Option<Tz>, home: &Calendar) -> Self {
        Self {
            file: zone.unwrap_or(home.zone()),
            home: home.clone(),
        }
    }

    /// The business's calendar.
    pub(super) fn home(&self) -> &Calendar {
        &self.home
    }

    /// A day and a length.
    pub(super) fn length(&self, day: NaiveDate, seconds: i64) -> Result<Times, Reason> {
        match seconds {
            0 => return Err(Reason::Zero),
            ..0 => return Err(Reason::Negative),
            _ => {}
        }
        // The rule is the same for all entries.
        let from = day.and_time(NaiveTime::MIN).and_utc();
        let seconds = Span::new(
            from,
            from + TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX / 4),
        )
        .map_err(|_| too_long(seconds))?
        .seconds();
        Ok(Times {
            start: day.and_time(NaiveTime::MIN),
            day,
            span: None,
            seconds,
        })
    }

    /// From an instant to another; the row is known again by the first.
    pub(super) fn instants(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Times, Reason> {
        if from == to {
            return Err(Reason::Zero);
        }
        let span = Span::new(from, to)?;
        Ok(Times {
            start: from.naive_utc(),
            day: self.home.day_of(from),
            span: Some(span),
            seconds: span.seconds(),
        })
    }

    /// From a local time to another: the instants that agree with what the file says it took, of all that the times can mean.
    pub(super) fn local(
        &self,
        start: NaiveDateTime,
        end: Option<NaiveDateTime>,
        stated: Stated,
    ) -> Result<(Times, Option<Reason>), Reason> {
        let starts = self.meanings(start)?;
        let Some(end) = end else {
            let seconds = stated.seconds().filter(|s| *s != 0).ok_or(Reason::Zero)?;
            let from = starts.first;
            let length = TimeDelta::try_seconds(seconds).ok_or_else(|| too_long(seconds))?;
            let to = from.checked_add_signed(length);
            let span = Span::new(from, to.ok_or_else(|| too_long(seconds))?)?;
            return Ok((self.times(start, span), None));
        };
        if end == start && stated.seconds().is_none_or(|seconds| seconds == 0) {
            return Err(Reason::Zero);
        }
        let ends = self.meanings(end)?;
        let apart = |(from, to): (DateTime<Utc>, DateTime<Utc>)| (to - from).num_seconds();
        let pairs = || {
            starts
                .each()
                .flat_map(|from| ends.each().map(move |to| (from, to)))
        };
        // In an hour that happens twice, the first start and the first end after it.
        let likely = pairs()
            .find(|pair| apart(*pair) > 0)
            .ok_or(Refusal::EmptyTime)?;
        let passed = apart(likely);
        let plain = |(from, to)| Ok::<_, Reason>(self.times(start, Span::new(from, to)?));
        match stated {
            Stated::Nothing => Ok((plain(likely)?, None)),
            Stated::Shown {
                column,
                seconds,
                grain,
            } => {
                let agrees = |pair: &(_, _)| (apart(*pair) - seconds).abs() <= grain;
                match pairs().find(agrees).filter(|pair| apart(*pair) > 0) {
                    Some(pair) => Ok((plain(pair)?, None)),
                    None => {
                        let notice = Reason::Rounded {
                            column,
                            stated: seconds,
                            between: passed,
                        };
                        Ok((plain(likely)?, Some(notice)))
                    }
                }
            }
            Stated::Exact(seconds) => {
                if let Some(pair) = pairs().find(|pair| apart(*pair) == seconds) {
                    return Ok((plain(pair)?, None));
                }
                if (end - start).num_seconds() != seconds {
                    return Err(Reason::Disagree {
                        duration: seconds,
                        between: passed,
                    });
                }
                let notice = Reason::ClockChange {
                    passed,
                    duration: seconds,
                };
                Ok((plain(likely)?, Some(notice)))
            }
        }
    }

    fn times(&self, start: NaiveDateTime, span: Span) -> Times {
        Times {
            start,
            day: self.home.day_of(span.start),
            span: Some(span),
            seconds: span.seconds(),
        }
    }

    /// What a local time can mean.
    fn meanings(&self, local: NaiveDateTime) -> Result<Meanings, Reason> {
        let (first, second) = match self.file.from_local_datetime(&local) {
            LocalResult::Single(only) => (only, None),
            LocalResult::Ambiguous(first, second) => (first, Some(second)),
            LocalResult::None => {
                return Err(Reason::Gap(DateError::Gap {
                    day: local.date(),
                    time: local.time(),
                    zone: self.file.name(),
                }));
            }
        };
        Ok(Meanings {
            first: first.to_utc(),
            second: second.map(|second| second.to_utc()),
        })
    }
}

#[derive(Clone, Copy)]
struct Meanings {
    first: DateTime<Utc>,
    second: Option<DateTime<Utc>>,
}

impl Meanings {
    fn each(self) -> impl Iterator<Item = DateTime<Utc>> {
        std::iter::once(self.first).chain(self.second)
    }
}

fn too_long(seconds: i64) -> Reason {
    Reason::Refused(Refusal::TooLong {
        what: Seconds(seconds).words(),
    })
}
