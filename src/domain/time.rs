//! Time entries and timers: what an entry is, whether it is billable, what it collides with.

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::duration::Seconds;
use crate::values::money::Rate;
use crate::values::text::Line;

use super::Refusal;
use super::approval::Approval;
use super::key::{ActivityKey, EntryKey, InvoiceKey, MemberKey, PhaseKey, ProjectKey, TaskKey};

/// Worked time of one member on one project. It belongs whole to the local day on which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: EntryKey,
    pub work: Work,
    /// The invoice that bills it; while it is set, the entry does not change.
    pub invoice: Option<InvoiceKey>,
    pub approval: Option<Approval>,
    /// Why it was rejected.
    pub approval_note: Option<Line>,
}

/// The part of an entry that people type and edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub project: ProjectKey,
    pub phase: Option<PhaseKey>,
    pub task: Option<TaskKey>,
    pub activity: Option<ActivityKey>,
    pub member: MemberKey,
    pub day: NaiveDate,
    /// When it was done; none where only a length was logged.
    pub span: Option<Span>,
    /// Worked time, never changed by rounding; with a span, its length.
    pub seconds: Seconds,
    /// What the entry itself says; none: as its task, project and client say.
    pub billable: Option<bool>,
    /// What a client may read.
    pub note: Option<Line>,
    /// For the owner's eyes.
    pub internal_note: Option<Line>,
    /// A rate for this entry alone.
    pub rate: Option<Rate>,
    pub tags: Vec<Line>,
}

/// From an instant to a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

/// The longest entry: a day with the autumn change has 25 hours, and nobody works it whole.
const LONGEST: i64 = 24 * 3600;

impl Span {
    /// A span of more than nothing and at most 24 hours.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, Refusal> {
        let seconds = (end - start).num_seconds();
        if seconds <= 0 {
            return Err(Refusal::EmptyTime);
        }
        at_most_a_day(Seconds(seconds))?;
        Ok(Self { start, end })
    }

    /// The time that passed.
    pub fn seconds(&self) -> Seconds {
        Seconds((self.end - self.start).num_seconds())
    }

    /// Whether the two share time. Stop and start in the same minute is no overlap.
    pub fn overlaps(&self, other: &Self) -> bool {
        let shared = self.end.min(other.end) - self.start.max(other.start);
        let same_minute = |a: DateTime<Utc>, b: DateTime<Utc>| {
            a.timestamp().div_euclid(60) == b.timestamp().div_euclid(60)
        };
        let touches = same_minute(self.end, other.start) || same_minute(other.end, self.start);
        shared.num_seconds() > 0 && !(touches && shared.num_seconds() < 60)
    }
}

/// Refuses an entry of more than 24 hours.
pub fn at_most_a_day(seconds: Seconds) -> Result<(), Refusal> {
    if seconds.0 > LONGEST {
        return Err(Refusal::TooLong {
            what: seconds.words(),
        });
    }
    Ok(())
}

/// Refuses to make one entry of two that differ in more than time and words, or that share time.
pub fn alike(one: &Entry, two: &Entry) -> Result<(), Refusal> {
    let (a, b) = (&one.work, &two.work);
    let shared = a
        .span
        .zip(b.span)
        .is_some_and(|(a, b)| a.start < b.end && b.start < a.end);
    let differences = [
        (a.project != b.project, "they are of different projects"),
        (a.phase != b.phase, "they are of different phases"),
        (a.task != b.task, "they are of different tasks"),
        (a.activity != b.activity, "they are of different activities"),
        (a.member != b.member, "they are of different members"),
        (a.day != b.day, "they are of different days"),
        (a.billable != b.billable, "one is billable in another way"),
        (a.rate != b.rate, "they have different rates of their own"),
        (shared, "they share time"),
    ];
    match differences.into_iter().find(|(differ, _)| *differ) {
        None => Ok(()),
        Some((_, reason)) => Err(Refusal::NotAlike {
            one: one.key.0,
            two: two.key.0,
            reason,
        }),
    }
}

/// A running timer; a member has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    pub member: MemberKey,
    pub project: ProjectKey,
    pub phase: Option<PhaseKey>,
    pub task: Option<TaskKey>,
    pub activity: Option<ActivityKey>,
    pub start: DateTime<Utc>,
    pub note: Option<Line>,
    /// For the owner's eyes.
    pub internal_note: Option<Line>,
    pub billable: Option<bool>,
    /// Of its own, taken along from the entry that is taken up again.
    pub rate: Option<Rate>,
    pub tags: Vec<Line>,
}

/// What is odd about a running timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// It starts after now.
    ClockWentBack,
    /// No entry can have so much.
    TooLong,
    /// It may have been forgotten, or the machine slept.
    Long,
    /// It started on another day, for which it counts.
    OverMidnight,
}

impl Oddity {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClockWentBack => "clock_went_back",
            Self::TooLong => "too_long",
            Self::Long => "long",
            Self::OverMidnight => "over_midnight",
        }
    }
}

/// A timer that runs longer was probably forgotten.
const FORGOTTEN: i64 = 12 * 3600;

impl Timer {
    /// What is odd about it now; `same_day` tells whether now is on the day of its start.
    pub fn oddity(&self, now: DateTime<Utc>, same_day: bool) -> Option<Oddity> {
        match (now - self.start).num_seconds() {
            ..0 => Some(Oddity::ClockWentBack),
            seconds if seconds > LONGEST => Some(Oddity::TooLong),
            seconds if seconds > FORGOTTEN => Some(Oddity::Long),
            _ if !same_day => Some(Oddity::OverMidnight),
            _ => None,
        }
    }
}

/// Whether an entry is billed: as it says itself, else unless its task, project or client is non-billable (one no is enough).
pub fn is_billable(own: Option<bool>, task: bool, project: bool, client: bool) -> bool {
    own.unwrap_or(task && project && client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-03-15T{text}Z").parse().unwrap()
    }

    fn span(start: &str, end: &str) -> Span {
        Span::new(at(start), at(end)).unwrap()
    }

    #[test]
    fn spans_that_share_time_overlap_and_neighbours_do_not() {
        let cases = [
            ("09:00:00", "10:00:00", "10:00:00", "11:00:00", false),
            ("09:00:00", "10:00:30", "10:00:10", "11:00:00", false),
            ("09:00:00", "10:01:10", "10:00:10", "11:00:00", true),
            ("09:00:00", "10:00:00", "09:59:00", "11:00:00", true),
            ("09:00:00", "12:00:00", "10:00:00", "11:00:00", true),
            ("09:00:00", "10:00:00", "09:00:00", "10:00:00", true),
            ("09:00:00", "10:00:00", "13:00:00", "14:00:00", false),
        ];
        for (a, b, c, d, expected) in cases {
            let (one, two) = (span(a, b), span(c, d));
            assert_eq!(one.overlaps(&two), expected, "{a}-{b} and {c}-{d}");
            assert_eq!(two.overlaps(&one), expected, "{c}-{d} and {a}-{b}");
        }
    }

    #[test]
    fn a_span_is_more_than_nothing_and_at_most_a_day() {
        assert_eq!(
            Span::new(at("09:00:00"), at("09:00:00")),
            Err(Refusal::EmptyTime)
        );
        assert_eq!(
            Span::new(at("09:00:01"), at("09:00:00")),
            Err(Refusal::EmptyTime)
        );
        let start = at("09:00:00");
        assert!(Span::new(start, start + chrono::Duration::hours(24)).is_ok());
        assert!(Span::new(start, start + chrono::Duration::seconds(24 * 3600 + 1)).is_err());
    }

    #[test]
    fn a_timer_is_odd_where_it_cannot_be_what_was_meant() {
        use Oddity::{ClockWentBack, Long, OverMidnight, TooLong};
        let timer = Timer {
            member: MemberKey(1),
            project: ProjectKey(1),
            phase: None,
            activity: None,
            task: None,
            start: at("12:00:00"),
            note: None,
            internal_note: None,
            billable: None,
            rate: None,
            tags: Vec::new(),
        };
        // Seconds since the start, on the same day.
        let cases = [
            (-1, true, Some(ClockWentBack)),
            (0, true, None),
            (11 * 3600, true, None),
            (11 * 3600, false, Some(OverMidnight)),
            (12 * 3600, true, None),
            (12 * 3600 + 1, false, Some(Long)),
            (24 * 3600, false, Some(Long)),
            (24 * 3600 + 1, false, Some(TooLong)),
        ];
        for (seconds, same_day, expected) in cases {
            let now = timer.start + chrono::Duration::seconds(seconds);
            assert_eq!(timer.oddity(now, same_day), expected, "{seconds}");
        }
    }

    #[test]
    fn one_no_makes_work_non_billable_unless_the_entry_says_otherwise() {
        assert!(is_billable(None, true, true, true));
        assert!(!is_billable(None, false, true, true));
        assert!(!is_billable(None, true, false, true));
        assert!(!is_billable(None, true, true, false));
        assert!(is_billable(Some(true), false, false, false));
        assert!(!is_billable(Some(false), true, true, true));
    }
}
