//! Billed time of work under the policies in force.
//!
//! Where entries are rounded, each has billed time of its own. Where the sum of a day or of a line is rounded, entries keep their
//! worked time, and the difference is a part of its own. So that amounts can be told and nothing becomes negative, it stands with
//! the rate and task that have most of the sum (what is taken off goes on with the next ones).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, InvoiceKey, MemberKey, ProjectKey, RoundingKey, TaskKey};
use crate::domain::time::Work;
use crate::values::duration::Seconds;
use crate::values::money::Rate;

use super::{DatedPolicy, Policies, Scope};

/// Billable work as small as the policies need it: an entry, or some that agree in all of this. `L` tells invoice lines apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<L> {
    pub client: ClientKey,
    pub project: ProjectKey,
    pub task: Option<TaskKey>,
    pub member: MemberKey,
    pub day: NaiveDate,
    pub rate: Option<Rate>,
    /// The invoice that bills it. The work of a day that stands on two invoices is rounded on each.
    pub invoice: Option<InvoiceKey>,
    /// The line on which it would stand; none for work that draws from a retainer, which no line bills.
    pub line: Option<L>,
    /// Worked time of one entry, and the number of such entries: none where it is not billable.
    pub worked: Seconds,
    pub entries: i64,
}

/// The line on which work would stand on an invoice by project. Reports, what is unbilled and what is published go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectLine {
    pub project: ProjectKey,
    pub rate: Option<Rate>,
    pub invoice: Option<InvoiceKey>,
}

impl<L> Piece<L> {
    /// One entry, on no line yet.
    pub fn of(
        client: ClientKey,
        work: &Work,
        rate: Option<Rate>,
        invoice: Option<InvoiceKey>,
    ) -> Self {
        Self {
            client,
            project: work.project,
            task: work.task,
            member: work.member,
            day: work.day,
            rate,
            invoice,
            line: None,
            worked: work.seconds,
            entries: 1,
        }
    }
}

impl Piece<ProjectLine> {
    /// The piece on the line of an invoice by project. Retained work stands on no line, and a day of it is one sum whatever was
    /// invoiced of it since, so that the ledger of the retainer stays as it is.
    pub fn by_project(self, retained: bool) -> Self {
        let invoice = self.invoice.filter(|_| !retained);
        let line = ProjectLine {
            project: self.project,
            rate: self.rate,
            invoice,
        };
        Self {
            invoice,
            line: (!retained).then_some(line),
            ..self
        }
    }
}

/// Billed time, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Billed {
    /// The entries' own billed time, for each piece.
    pub own: Vec<Seconds>,
    /// The sums that were rounded, also those that rounding left as they were.
    pub units: Vec<Unit>,
    /// What rounding the sums added or took off.
    pub differences: Vec<Difference>,
}

/// A sum that is rounded at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Indices of its pieces.
    pub pieces: Vec<usize>,
    pub policy: DatedPolicy,
    pub worked: Seconds,
    pub billed: Seconds,
}

/// A part of what rounding a sum added, or took off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Index of the piece with whose project, task, member, day and rate it stands.
    pub piece: usize,
    pub scope: Scope,
    /// Less than zero where it is taken off; never more than the piece has.
    pub seconds: Seconds,
}

impl Billed {
    /// Billed time of each piece with its share of the differences: never less than zero.
    pub fn of_pieces(&self) -> Vec<Seconds> {
        let mut all = self.own.clone();
        for difference in &self.differences {
            if let Some(seconds) = all.get_mut(difference.piece) {
                *seconds += difference.seconds;
            }
        }
        all
    }

    /// All billed time.
    pub fn total(&self) -> Seconds {
        let differences: Seconds = self.differences.iter().map(|part| part.seconds).sum();
        self.own.iter().copied().sum::<Seconds>() + differences
    }
}

/// What tells sums apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Together<L> {
    Day(ProjectKey, MemberKey, NaiveDate, Option<InvoiceKey>),
    /// Of two policies that follow each other on one line each rounds its own work.
    Line(L, RoundingKey),
}

impl Policies {
    /// An entry's own billed time: rounded where entries are, else as worked.
    pub fn own(
        &self,
        client: ClientKey,
        project: ProjectKey,
        day: NaiveDate,
        worked: Seconds,
    ) -> Seconds {
        match self.in_force(client, project, day) {
            Some(dated) if dated.policy.scope == Scope::Entry => dated.policy.billed(worked),
            _ => worked,
        }
    }

    /// Billed time of these pieces, by the policy in force for each.
    pub fn billed<L: Ord + Clone>(&self, pieces: &[Piece<L>]) -> Billed {
        let mut billed = Billed {
            own: Vec::with_capacity(pieces.len()),
            ..Billed::default()
        };
        let mut sums: BTreeMap<Together<L>, (DatedPolicy, Vec<usize>)> = BTreeMap::new();
        for (index, piece) in pieces.iter().enumerate() {
            let dated = self
                .in_force(piece.client, piece.project, piece.day)
                .filter(|dated| piece.entries > 0 && !dated.policy.is_exact());
            let mut each = piece.worked;
            if let Some(dated) = dated {
                let together = match dated.policy.scope {
                    Scope::Entry => {
                        each = dated.policy.billed(piece.worked);
                        None
                    }
                    Scope::Day => Some(Together::Day(
                        piece.project,
                        piece.member,
                        piece.day,
                        piece.invoice,
                    )),
                    Scope::Line => piece
                        .line
                        .clone()
                        .map(|line| Together::Line(line, dated.key)),
                };
                if let Some(together) = together {
                    let (_, all) = sums.entry(together).or_insert((*dated, Vec::new()));
                    all.push(index);
                }
            }
            billed
                .own
                .push(Seconds(each.0.saturating_mul(piece.entries)));
        }
        for (policy, indices) in sums.into_values() {
            settle(&mut billed, pieces, policy, indices);
        }
        billed
    }
}

/// What of a sum has one rate and task.
#[derive(Default)]
struct Share {
    worked: Seconds,
    /// Its pieces by day, with their worked time.
    pieces: Vec<(NaiveDate, usize, Seconds)>,
}

/// Rounds one sum.
fn settle<L>(billed: &mut Billed, pieces: &[Piece<L>], policy: DatedPolicy, indices: Vec<usize>) {
    let mut worked = Seconds::ZERO;
    let mut shares: BTreeMap<_, Share> = BTreeMap::new();
    for index in &indices {
        let (Some(piece), Some(own)) = (pieces.get(*index), billed.own.get(*index)) else {
            continue;
        };
        worked += *own;
        let share = shares.entry((piece.rate, piece.task)).or_default();
        share.worked += *own;
        share.pieces.push((piece.day, *index, *own));
    }
    let rounded = policy.policy.billed(worked);
    let mut shares: Vec<_> = shares.into_values().collect();
    // Stable: of equal shares the one with the lower rate is first.
    shares.sort_by_key(|share| Reverse(share.worked));
    let mut rest = rounded - worked;
    for mut share in shares {
        share.pieces.sort_unstable();
        for (_, piece, own) in share.pieces.into_iter().rev() {
            let part = if rest < Seconds::ZERO {
                rest.max(Seconds(-own.0))
            } else {
                rest
            };
            if part != Seconds::ZERO {
                rest = rest - part;
                billed.differences.push(Difference {
                    piece,
                    scope: policy.policy.scope,
                    seconds: part,
                });
            }
        }
    }
    billed.units.push(Unit {
        pieces: indices,
        policy,
        worked,
        billed: rounded,
    });
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::rounding::{Mode, Policy, Target};

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() + Days::new(offset)
    }

    fn rate(amount: i64) -> Option<Rate> {
        Some(Rate::from_ten_thousandths(amount * 10_000))
    }

    /// One entry of so many minutes.
    fn piece(project: i64, member: i64, on: u64, minutes: i64) -> Piece<ProjectKey> {
        Piece {
            client: ClientKey(1),
            project: ProjectKey(project),
            task: None,
            member: MemberKey(member),
            day: day(on),
            rate: rate(100),
            invoice: None,
            line: Some(ProjectKey(project)),
            worked: Seconds::from_minutes(minutes),
            entries: 1,
        }
    }

    fn policies(mode: Mode, step_minutes: u16, scope: Scope) -> Policies {
        Policies::new([DatedPolicy {
            key: RoundingKey(1),
            target: Target::Business,
            from: None,
            policy: Policy {
                mode,
                step_minutes,
                minimum_minutes: 0,
                scope,
            },
        }])
    }

    fn minutes(billed: &Billed) -> Vec<i64> {
        billed.of_pieces().iter().map(|s| s.0 / 60).collect()
    }

    #[test]
    fn each_scope_rounds_its_own_sum() {
        let work = [
            piece(1, 1, 0, 10),
            piece(1, 1, 0, 10),
            piece(1, 2, 0, 10),
            piece(1, 1, 1, 10),
            piece(2, 1, 0, 10),
        ];
        for (scope, total) in [
            (Scope::Entry, 5 * 15),
            // 20 min and 10 min of two members, 10 min of the next day, 10 min of another project.
            (Scope::Day, 30 + 15 + 15 + 15),
            (Scope::Line, 45 + 15),
        ] {
            let billed = policies(Mode::Up, 15, scope).billed(&work);
            assert_eq!(billed.total(), Seconds::from_minutes(total), "{scope:?}");
            let own: Seconds = billed.own.iter().copied().sum();
            if scope != Scope::Entry {
                assert_eq!(own, Seconds::from_minutes(50), "entries keep their time");
            }
        }
    }

    #[test]
    fn a_difference_stands_with_the_rate_and_task_that_have_most() {
        let mut work = [piece(1, 1, 0, 10), piece(1, 1, 0, 20), piece(1, 1, 0, 15)];
        work[0].rate = rate(200);
        work[2].rate = rate(200);
        let up = policies(Mode::Up, 60, Scope::Day).billed(&work);
        assert_eq!(minutes(&up), [10, 20, 30]);
        assert_eq!(up.differences.len(), 1);
        // What is taken off goes on where a share is used up, and nothing falls below zero.
        let down = policies(Mode::Down, 60, Scope::Day).billed(&work);
        assert_eq!(minutes(&down), [0, 0, 0]);
        let less = policies(Mode::Down, 40, Scope::Day).billed(&work);
        assert_eq!(minutes(&less), [10, 20, 10]);
    }

    #[test]
    fn work_on_two_invoices_is_rounded_on_each_and_retained_work_on_no_line() {
        let mut work = [piece(1, 1, 0, 10), piece(1, 1, 0, 10)];
        work[1].invoice = Some(InvoiceKey(1));
        let by_day = policies(Mode::Up, 15, Scope::Day);
        assert_eq!(minutes(&by_day.billed(&work)), [15, 15]);
        for piece in &mut work {
            piece.line = None;
        }
        let by_line = policies(Mode::Up, 15, Scope::Line);
        assert_eq!(minutes(&by_line.billed(&work)), [10, 10]);
    }

    prop_compose! {
        fn work()(
            project in 1i64..4, member in 1i64..3, on in 0u64..4, task in proptest::option::of(1i64..3),
            amount in 1i64..3, seconds in 0i64..20_000, invoice in proptest::option::of(1i64..3),
        ) -> Piece<(ProjectKey, Option<Rate>, Option<InvoiceKey>)> {
            let invoice = invoice.map(InvoiceKey);
            let plain = piece(project, member, on, 0);
            Piece {
                client: plain.client,
                project: plain.project,
                task: task.map(TaskKey),
                member: plain.member,
                day: plain.day,
                rate: rate(amount),
                invoice,
                line: Some((plain.project, rate(amount), invoice)),
                worked: Seconds(seconds),
                entries: 1,
            }
        }
    }

    prop_compose! {
        fn dated()(
            key in 1i64..1000, level in 0u8..3, of in 1i64..4, from in proptest::option::of(0u64..4),
            mode in prop_oneof![Just(Mode::None), Just(Mode::Up), Just(Mode::Nearest), Just(Mode::Down)],
            step_minutes in 1u16..=480, minimum_minutes in 0u16..120,
            scope in prop_oneof![Just(Scope::Entry), Just(Scope::Day), Just(Scope::Line)],
        ) -> DatedPolicy {
            let target = match level {
                0 => Target::Business,
                1 => Target::Client(ClientKey(1)),
                _ => Target::Project(ProjectKey(of)),
            };
            DatedPolicy {
                key: RoundingKey(key),
                target,
                from: from.map(day),
                policy: Policy { mode, step_minutes, minimum_minutes, scope },
            }
        }
    }

    proptest! {
        #[test]
        fn sums_agree_however_they_are_made(
            mut work in proptest::collection::vec(work(), 0..30),
            set in proptest::collection::vec(dated(), 0..6),
        ) {
            let before = work.clone();
            let policies = Policies::new(set);
            let billed = policies.billed(&work);
            prop_assert_eq!(&work, &before, "worked time is never changed");
            // Pieces add up to entries and rounded sums.
            let pieces = billed.of_pieces();
            prop_assert!(pieces.iter().all(|seconds| *seconds >= Seconds::ZERO));
            prop_assert_eq!(pieces.iter().copied().sum::<Seconds>(), billed.total());
            for unit in &billed.units {
                let sum: Seconds = unit.pieces.iter().map(|index| pieces[*index]).sum();
                prop_assert_eq!(sum, unit.billed);
                prop_assert_eq!(unit.policy.policy.billed(unit.worked), unit.billed);
            }
            // In another order the same time is billed for each project and rate.
            let by_rate = |work: &[Piece<_>], pieces: &[Seconds]| {
                let mut sums: BTreeMap<_, Seconds> = BTreeMap::new();
                for (piece, seconds) in work.iter().zip(pieces) {
                    *sums.entry((piece.project, piece.rate, piece.task)).or_default() += *seconds;
                }
                sums
            };
            let first = by_rate(&work, &pieces);
            work.reverse();
            prop_assert_eq!(first, by_rate(&work, &policies.billed(&work).of_pieces()));
        }

        #[test]
        fn entries_that_agree_in_everything_can_be_counted_instead(
            one in work(), entries in 1usize..20, set in proptest::collection::vec(dated(), 0..6),
        ) {
            let policies = Policies::new(set);
            let single = policies.billed(&vec![one.clone(); entries]).total();
            let counted = Piece { entries: entries as i64, ..one };
            prop_assert_eq!(policies.billed(&[counted]).total(), single);
        }
    }
}
