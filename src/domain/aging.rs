//! How old what is owed is: by days since it was due.

use chrono::NaiveDate;

/// A range of ages, the youngest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    NotDue,
    UpTo30,
    UpTo60,
    UpTo90,
    Older,
}

impl Age {
    /// All, in order.
    pub const ALL: [Self; 5] = [
        Self::NotDue,
        Self::UpTo30,
        Self::UpTo60,
        Self::UpTo90,
        Self::Older,
    ];

    /// The age of what is due on a day. The day itself is not late; without a day nothing is ever late.
    pub fn of(due: Option<NaiveDate>, as_of: NaiveDate) -> Self {
        match due.map_or(0, |due| (as_of - due).num_days()) {
            ..=0 => Self::NotDue,
            1..=30 => Self::UpTo30,
            31..=60 => Self::UpTo60,
            61..=90 => Self::UpTo90,
            _ => Self::Older,
        }
    }

    /// Where it stands in [`Age::ALL`].
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|age| *age == self).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_begin_and_end_on_their_days() {
        let as_of: NaiveDate = "2026-11-20".parse().unwrap();
        for (days, age) in [
            (-5, Age::NotDue),
            (0, Age::NotDue),
            (1, Age::UpTo30),
            (30, Age::UpTo30),
            (31, Age::UpTo60),
            (60, Age::UpTo60),
            (61, Age::UpTo90),
            (90, Age::UpTo90),
            (91, Age::Older),
        ] {
            let due = as_of - chrono::TimeDelta::days(days);
            assert_eq!(Age::of(Some(due), as_of), age, "{days} days");
            assert_eq!(Age::ALL[age.place()], age);
        }
        assert_eq!(Age::of(None, as_of), Age::NotDue);
    }
}
