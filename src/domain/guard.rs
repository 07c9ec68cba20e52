//! What stands against writing worked time: days that are locked or to come, days that are too full, entries that are closed.

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::duration::Seconds;
use crate::values::id::Slug;

use super::Refusal;
use super::approval::Approval;
use super::key::EntryKey;
use super::time::{Entry, Span};

/// How strict a rule of the owner's is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    Warn,
    Refuse,
    Allow,
}

impl Strictness {
    /// The strictness a word of the settings names.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "warn" => Some(Self::Warn),
            "refuse" => Some(Self::Refuse),
            "allow" => Some(Self::Allow),
            _ => None,
        }
    }

    /// What becomes of something to tell.
    pub fn judge(self, notice: Notice, refusal: Refusal) -> Result<Option<Notice>, Refusal> {
        match self {
            Self::Allow => Ok(None),
            Self::Warn => Ok(Some(notice)),
            Self::Refuse => Err(refusal),
        }
    }

    /// The same for what happened already: it is told, never refused.
    pub fn for_facts(self) -> Self {
        match self {
            Self::Refuse => Self::Warn,
            other => other,
        }
    }
}

/// The owner's rules for days and entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// Entries of one member that share time.
    pub overlap: Strictness,
    /// Entries on days after today.
    pub future: Strictness,
    /// More than 24 hours of one member on one day.
    pub day_limit: Strictness,
    /// Days before this one are locked.
    pub locked_before: Option<NaiveDate>,
}

/// What the user should know about an entry that was written all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An entry of the same member that shares time with it.
    Overlap { entry: EntryKey, span: Span },
    /// Its day is after today.
    Future { day: NaiveDate },
    /// It ends after now.
    Ahead { end: DateTime<Utc> },
    /// A timer ran so long that it may have been forgotten.
    LongTimer { total: Seconds },
    /// The member worked long on this day.
    LongDay {
        member: Slug,
        day: NaiveDate,
        total: Seconds,
    },
}

/// A day of more than this is worth a word.
const LONG_DAY: Seconds = Seconds(16 * 3600);
/// More than this nobody works on a day.
const WHOLE_DAY: Seconds = Seconds(24 * 3600);

impl Guards {
    /// Those for what happened already.
    pub fn for_facts(self) -> Self {
        Self {
            overlap: self.overlap.for_facts(),
            future: self.future.for_facts(),
            day_limit: self.day_limit.for_facts(),
            locked_before: self.locked_before,
        }
    }

    /// Refuses to touch a locked day.
    pub fn unlocked(&self, day: NaiveDate) -> Result<(), Refusal> {
        match self.locked_before {
            Some(before) if day < before => Err(Refusal::DayLocked { day, before }),
            _ => Ok(()),
        }
    }

    /// A day that work is put on.
    pub fn day(&self, day: NaiveDate, today: NaiveDate) -> Result<Option<Notice>, Refusal> {
        self.unlocked(day)?;
        if day <= today {
            return Ok(None);
        }
        let (notice, refusal) = (Notice::Future { day }, Refusal::FutureDay { day });
        self.future.judge(notice, refusal)
    }

    /// Work of today that would end after now: worth a word, since it is not done yet.
    pub fn end(&self, end: DateTime<Utc>, now: DateTime<Utc>) -> Option<Notice> {
        let told = end > now && self.future != Strictness::Allow;
        told.then_some(Notice::Ahead { end })
    }

    /// What a member worked on a day, before and after a change. Work that becomes less is never refused.
    pub fn total(
        &self,
        member: &Slug,
        day: NaiveDate,
        before: Seconds,
        after: Seconds,
    ) -> Result<Option<Notice>, Refusal> {
        if !grows_long(before, after) {
            return Ok(None);
        }
        let notice = Notice::LongDay {
            member: member.clone(),
            day,
            total: after,
        };
        let refusal = Refusal::DayFull {
            member: member.clone(),
            day,
            total: after.words(),
        };
        let strictness = if after > WHOLE_DAY {
            self.day_limit
        } else {
            self.day_limit.for_facts()
        };
        strictness.judge(notice, refusal)
    }

    /// Refuses to change or remove an entry that is on an invoice (whose name is given), submitted or approved, or of a locked day.
    pub fn open(&self, entry: &Entry, invoice: Option<String>) -> Result<(), Refusal> {
        let number = entry.key.0;
        if let Some(invoice) = invoice {
            return Err(Refusal::EntryInvoiced {
                entry: number,
                invoice,
            });
        }
        match entry.approval {
            Some(Approval::Submitted) => return Err(Refusal::EntrySubmitted { entry: number }),
            Some(Approval::Approved) => return Err(Refusal::EntryApproved { entry: number }),
            Some(Approval::Rejected) | None => {}
        }
        self.unlocked(entry.work.day)
    }
}

/// Whether a day that has more time than before has more than a long day: then something is to be told.
pub fn grows_long(before: Seconds, after: Seconds) -> bool {
    after > before && after > LONG_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn guards(strictness: Strictness) -> Guards {
        Guards {
            overlap: strictness,
            future: strictness,
            day_limit: strictness,
            locked_before: Some(day("2026-11-01")),
        }
    }

    /// `taken`, `told`, or the code of the refusal.
    fn outcome(answer: Result<Option<Notice>, Refusal>) -> &'static str {
        match answer {
            Ok(None) => "taken",
            Ok(Some(_)) => "told",
            Err(refusal) => refusal.code(),
        }
    }

    #[test]
    fn days_are_locked_before_a_date_and_told_after_today() {
        use Strictness::{Allow, Refuse, Warn};
        let cases = [
            ("2026-10-31", Allow, "day.locked"),
            ("2026-11-01", Refuse, "taken"),
            ("2026-11-20", Refuse, "taken"),
            ("2026-11-21", Refuse, "entry.future"),
            ("2026-11-21", Warn, "told"),
            ("2026-11-21", Allow, "taken"),
        ];
        for (on, strictness, expected) in cases {
            let answer = guards(strictness).day(day(on), day("2026-11-20"));
            assert_eq!(outcome(answer), expected, "{on} {strictness:?}");
        }
    }

    #[test]
    fn work_that_ends_after_now_is_told() {
        use Strictness::{Allow, Refuse, Warn};
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-20T12:00:00Z");
        let cases = [
            ("2026-11-20T12:00:00Z", Warn, false),
            ("2026-11-20T12:00:01Z", Warn, true),
            ("2026-11-20T17:00:00Z", Refuse, true),
            ("2026-11-20T17:00:00Z", Allow, false),
        ];
        for (end, strictness, told) in cases {
            let notice = guards(strictness).end(at(end), now);
            assert_eq!(notice.is_some(), told, "{end} {strictness:?}");
        }
    }

    #[test]
    fn a_day_has_24_hours_and_a_long_one_is_told() {
        use Strictness::{Allow, Refuse, Warn};
        // Hours before and after.
        let cases = [
            (0, 16, Refuse, "taken"),
            (8, 17, Refuse, "told"),
            (8, 17, Allow, "taken"),
            (8, 24, Refuse, "told"),
            (8, 25, Refuse, "day.full"),
            (8, 25, Warn, "told"),
            (8, 25, Allow, "taken"),
            (30, 28, Refuse, "taken"),
        ];
        let ada = Slug::parse("ada").unwrap();
        for (before, after, strictness, expected) in cases {
            let hours = |hours: i64| Seconds(hours * 3600);
            let answer =
                guards(strictness).total(&ada, day("2026-11-20"), hours(before), hours(after));
            assert_eq!(
                outcome(answer),
                expected,
                "{before} to {after} {strictness:?}"
            );
        }
    }

    #[test]
    fn what_happened_is_told_and_a_lock_holds_for_it_too() {
        let facts = guards(Strictness::Refuse).for_facts();
        let answer = facts.day(day("2026-11-21"), day("2026-11-20"));
        assert_eq!(outcome(answer), "told");
        assert!(facts.unlocked(day("2026-10-31")).is_err());
    }
}
