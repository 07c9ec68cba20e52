//! From worked time to billed time: which policy is in force for a project on a day, and what it makes of one sum. Worked seconds
//! themselves never change.
//!
//! [`billed`] applies the policies to work.

pub mod billed;

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::values::duration::Seconds;

use super::key::{ClientKey, ProjectKey, RoundingKey};

pub use billed::{Billed, Difference, Piece, ProjectLine, Unit};

/// Which way a step is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    None,
    Up,
    /// An exact half goes up.
    Nearest,
    Down,
}

impl Mode {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Up => "up",
            Self::Nearest => "nearest",
            Self::Down => "down",
        }
    }

    /// The mode a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Up, Self::Nearest, Self::Down]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}

/// What is rounded at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Each entry.
    Entry,
    /// The sum of one project's billable entries of one member on one day.
    Day,
    /// The sum on one invoice line.
    Line,
}

impl Scope {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Day => "day",
            Self::Line => "line",
        }
    }

    /// The scope a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Entry, Self::Day, Self::Line]
            .into_iter()
            .find(|scope| scope.word() == word)
    }
}

/// A rounding policy over one sum of worked seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub mode: Mode,
    /// 1–480 minutes.
    pub step_minutes: u16,
    /// What is more than zero is billed as at least this many minutes.
    pub minimum_minutes: u16,
    pub scope: Scope,
}

/// For what a policy was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    Business,
    Client(ClientKey),
    Project(ProjectKey),
}

impl Target {
    /// How its level is named to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Client(_) => "client",
            Self::Project(_) => "project",
        }
    }
}

/// A policy with its first day. One without a first day holds from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedPolicy {
    pub key: RoundingKey,
    pub target: Target,
    pub from: Option<NaiveDate>,
    pub policy: Policy,
}

/// All policies: what billed time is computed by.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Of each target the latest first.
    by_target: HashMap<Target, Vec<DatedPolicy>>,
}

/// What has to be kept apart where worked time is summed, so that the policies can be applied to the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Entries of different length.
    pub lengths: bool,
    pub days: bool,
    pub members: bool,
    /// Tasks, because the difference of a sum stands with one of them.
    pub tasks: bool,
    /// What is on different invoices, or on none.
    pub invoices: bool,
    /// Days where a retainer may be drawn from.
    pub retained_days: bool,
}

impl Policies {
    /// From what was set, in any order.
    pub fn new(policies: impl IntoIterator<Item = DatedPolicy>) -> Self {
        let mut by_target: HashMap<Target, Vec<DatedPolicy>> = HashMap::new();
        for policy in policies {
            by_target.entry(policy.target).or_default().push(policy);
        }
        for of_one in by_target.values_mut() {
            // Of two set for one day the one set last.
            of_one.sort_by_key(|dated| Reverse((dated.from, dated.key)));
        }
        Self { by_target }
    }

    /// The policy in force: the project's, else its client's, else the business's; none where billed time is worked time.
    pub fn in_force(
        &self,
        client: ClientKey,
        project: ProjectKey,
        day: NaiveDate,
    ) -> Option<&DatedPolicy> {
        if self.by_target.is_empty() {
            return None;
        }
        [
            Target::Project(project),
            Target::Client(client),
            Target::Business,
        ]
        .iter()
        .find_map(|target| {
            self.by_target
                .get(target)?
                .iter()
                .find(|dated| dated.from.is_none_or(|from| from <= day))
        })
    }

    /// What has to be kept apart; nothing where nothing is ever rounded.
    pub fn needs(&self) -> Needs {
        let all = || self.by_target.values().flatten();
        let rounds = |scope: Scope| {
            all().any(|dated| dated.policy.scope == scope && !dated.policy.is_exact())
        };
        let (entry, day, line) = (
            rounds(Scope::Entry),
            rounds(Scope::Day),
            rounds(Scope::Line),
        );
        Needs {
            lengths: entry,
            days: day || ((entry || line) && all().any(|dated| dated.from.is_some())),
            members: day,
            tasks: day || line,
            invoices: day || line,
            retained_days: line,
        }
    }
}

impl Policy {
    /// Billed time is worked time.
    pub const EXACT: Self = Self {
        mode: Mode::None,
        step_minutes: 1,
        minimum_minutes: 0,
        scope: Scope::Entry,
    };

    /// Whether billed time is worked time under it.
    pub fn is_exact(&self) -> bool {
        self.mode == Mode::None && self.minimum_minutes == 0
    }

    /// The billed time of this worked time. A zero stays zero; an exact multiple of the step stays as it is.
    pub fn billed(&self, worked: Seconds) -> Seconds {
        if worked.0 <= 0 {
            return worked;
        }
        let step = i64::from(self.step_minutes.max(1)) * 60;
        let whole = worked.0 / step;
        let rest = worked.0 % step;
        let steps = match self.mode {
            Mode::None => return Seconds(worked.0.max(self.minimum())),
            Mode::Up => whole + i64::from(rest > 0),
            Mode::Nearest => whole + i64::from(rest * 2 >= step),
            Mode::Down => whole,
        };
        Seconds(steps.saturating_mul(step).max(self.minimum()))
    }

    fn minimum(&self) -> i64 {
        i64::from(self.minimum_minutes) * 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_round_as_the_table_says() {
        use Mode::{Down, Nearest, None, Up};
        // mode, step, minimum, worked minutes and seconds, billed minutes and seconds
        let cases = [
            (None, 15, 0, (7, 31), (7, 31)),
            (None, 15, 10, (7, 31), (10, 0)),
            (Up, 15, 0, (15, 0), (15, 0)),
            (Up, 15, 0, (15, 1), (30, 0)),
            (Up, 6, 0, (0, 1), (6, 0)),
            (Nearest, 15, 0, (7, 29), (0, 0)),
            (Nearest, 15, 0, (7, 30), (15, 0)),
            (Nearest, 15, 15, (7, 29), (15, 0)),
            (Down, 15, 0, (29, 59), (15, 0)),
            (Down, 15, 0, (30, 0), (30, 0)),
            (Down, 15, 5, (4, 0), (5, 0)),
            (Up, 480, 0, (1, 0), (480, 0)),
        ];
        for (mode, step_minutes, minimum_minutes, (wm, ws), (bm, bs)) in cases {
            let policy = Policy {
                mode,
                step_minutes,
                minimum_minutes,
                scope: Scope::Entry,
            };
            assert_eq!(
                policy.billed(Seconds(wm * 60 + ws)),
                Seconds(bm * 60 + bs),
                "{policy:?} of {wm}:{ws}"
            );
        }
    }

    #[test]
    fn a_zero_stays_zero_whatever_the_minimum() {
        for mode in [Mode::None, Mode::Up, Mode::Nearest, Mode::Down] {
            let policy = Policy {
                mode,
                step_minutes: 15,
                minimum_minutes: 30,
                scope: Scope::Entry,
            };
            assert_eq!(policy.billed(Seconds(0)), Seconds(0));
        }
    }

    fn dated(key: i64, target: Target, from: Option<&str>, step_minutes: u16) -> DatedPolicy {
        DatedPolicy {
            key: RoundingKey(key),
            target,
            from: from.map(|day| day.parse().unwrap()),
            policy: Policy {
                mode: Mode::Up,
                step_minutes,
                minimum_minutes: 0,
                scope: Scope::Entry,
            },
        }
    }

    #[test]
    fn the_projects_policy_wins_then_the_clients_then_the_businesss() {
        let (client, project) = (ClientKey(1), ProjectKey(10));
        let policies = Policies::new([
            dated(1, Target::Business, None, 1),
            dated(2, Target::Business, Some("2026-03-15"), 2),
            dated(3, Target::Client(client), Some("2026-04-01"), 3),
            dated(4, Target::Project(project), Some("2026-05-01"), 4),
            dated(5, Target::Project(project), Some("2026-05-01"), 5),
            dated(6, Target::Client(ClientKey(2)), None, 6),
            dated(7, Target::Project(ProjectKey(11)), None, 7),
        ]);
        for (day, step) in [
            ("2026-03-14", 1),
            ("2026-03-15", 2),
            ("2026-03-31", 2),
            ("2026-04-01", 3),
            ("2026-04-30", 3),
            ("2026-05-01", 5),
        ] {
            let found = policies.in_force(client, project, day.parse().unwrap());
            assert_eq!(
                found.map(|dated| dated.policy.step_minutes),
                Some(step),
                "{day}"
            );
        }
        assert_eq!(
            Policies::default().in_force(client, project, NaiveDate::MIN),
            None
        );
    }

    #[test]
    fn nothing_is_kept_apart_where_nothing_is_rounded() {
        let exact = DatedPolicy {
            policy: Policy::EXACT,
            ..dated(1, Target::Business, Some("2026-01-01"), 1)
        };
        assert_eq!(Policies::new([exact]).needs(), Needs::default());
        let by_entry = Policies::new([dated(1, Target::Business, None, 15)]).needs();
        assert!(by_entry.lengths && !by_entry.days && !by_entry.invoices);
        let dated_too = Policies::new([exact, dated(2, Target::Business, None, 15)]).needs();
        assert!(dated_too.days);
    }
}
