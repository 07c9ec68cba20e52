//! Which rate holds for an entry: the first level that is set wins, and at that level the one in force on the entry's day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::values::duration::Seconds;
use crate::values::money::Rate;

use super::key::{ClientKey, MemberKey, ProjectKey, RateKey, TaskKey};
use super::time::Work;

/// For what a rate was set. None in every field: the business's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    pub client: Option<ClientKey>,
    pub project: Option<ProjectKey>,
    pub task: Option<TaskKey>,
    pub member: Option<MemberKey>,
}

/// A rate with its first day. One without a first day holds from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedRate {
    pub key: RateKey,
    pub scope: Scope,
    pub from: Option<NaiveDate>,
    pub rate: Rate,
}

/// The levels, strongest first: entry > task > project+member > project > client+member > client > member > business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Entry,
    Task,
    ProjectMember,
    Project,
    ClientMember,
    Client,
    Member,
    Business,
}

impl Level {
    /// How it is named to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Task => "task",
            Self::ProjectMember => "project and member",
            Self::Project => "project",
            Self::ClientMember => "client and member",
            Self::Client => "client",
            Self::Member => "member",
            Self::Business => "business",
        }
    }
}

/// What the choice of a rate depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub client: ClientKey,
    pub project: ProjectKey,
    pub task: Option<TaskKey>,
    pub member: MemberKey,
    pub day: NaiveDate,
    /// The rate that the entry itself names.
    pub own: Option<Rate>,
}

impl Facts {
    /// Those of an entry for a client.
    pub fn of(client: ClientKey, work: &Work) -> Self {
        Self {
            client,
            project: work.project,
            task: work.task,
            member: work.member,
            day: work.day,
            own: work.rate,
        }
    }
}

/// The rate that holds, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// The rate that was set; none where the entry itself names one.
    pub key: Option<RateKey>,
    pub rate: Rate,
    pub level: Level,
    pub from: Option<NaiveDate>,
}

impl Scope {
    /// The level at which a rate of this scope stands.
    pub fn level(&self) -> Level {
        match (self.task, self.project, self.client, self.member) {
            (Some(_), ..) => Level::Task,
            (None, Some(_), _, Some(_)) => Level::ProjectMember,
            (None, Some(_), _, None) => Level::Project,
            (None, None, Some(_), Some(_)) => Level::ClientMember,
            (None, None, Some(_), None) => Level::Client,
            (None, None, None, Some(_)) => Level::Member,
            (None, None, None, None) => Level::Business,
        }
    }

    /// The level of this scope for these facts; none if it does not concern them.
    fn level_for(&self, facts: &Facts) -> Option<Level> {
        match *self {
            Self {
                task: Some(task), ..
            } => (facts.task == Some(task)).then_some(Level::Task),
            Self {
                project: Some(project),
                member: Some(member),
                ..
            } => {
                (project == facts.project && member == facts.member).then_some(Level::ProjectMember)
            }
            Self {
                project: Some(project),
                ..
            } => (project == facts.project).then_some(Level::Project),
            Self {
                client: Some(client),
                member: Some(member),
                ..
            } => (client == facts.client && member == facts.member).then_some(Level::ClientMember),
            Self {
                client: Some(client),
                ..
            } => (client == facts.client).then_some(Level::Client),
            Self {
                member: Some(member),
                ..
            } => (member == facts.member).then_some(Level::Member),
            Self { .. } => Some(Level::Business),
        }
    }
}

/// The rate in force for an entry; none if no level has one on that day. A rate of zero is a rate.
pub fn resolve(rates: &[DatedRate], facts: &Facts) -> Option<Resolved> {
    if let Some(rate) = facts.own {
        return Some(Resolved {
            key: None,
            rate,
            level: Level::Entry,
            from: None,
        });
    }
    rates
        .iter()
        .filter(|dated| dated.from.is_none_or(|from| from <= facts.day))
        .filter_map(|dated| {
            let level = dated.scope.level_for(facts)?;
            Some((level, dated))
        })
        // The strongest level first; there the latest first day, and of two set for one day the one set last.
        .min_by_key(|(level, dated)| {
            (
                *level,
                std::cmp::Reverse(dated.from),
                std::cmp::Reverse(dated.key),
            )
        })
        .map(|(level, dated)| Resolved {
            key: Some(dated.key),
            rate: dated.rate,
            level,
            from: dated.from,
        })
}

/// So much time at a rate, to the second and not rounded yet: what reports, budgets and margins add up. An invoice rounds the hours of
/// a line first, since its reader multiplies them.
pub fn exact(rate: Rate, time: Seconds) -> Decimal {
    rate.decimal() * Decimal::from(time.0) / Decimal::from(3600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::money::{Currency, Money};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rate(key: i64, scope: Scope, from: Option<&str>, amount: i64) -> DatedRate {
        DatedRate {
            key: RateKey(key),
            scope,
            from: from.map(day),
            rate: Rate::from_ten_thousandths(amount * 10_000),
        }
    }

    fn scope(
        client: Option<i64>,
        project: Option<i64>,
        task: Option<i64>,
        member: Option<i64>,
    ) -> Scope {
        Scope {
            client: client.map(ClientKey),
            project: project.map(ProjectKey),
            task: task.map(TaskKey),
            member: member.map(MemberKey),
        }
    }

    fn facts() -> Facts {
        Facts {
            client: ClientKey(1),
            project: ProjectKey(10),
            task: Some(TaskKey(100)),
            member: MemberKey(7),
            day: day("2026-03-15"),
            own: None,
        }
    }

    #[test]
    fn the_first_level_that_is_set_wins() {
        let mut rates = vec![
            rate(1, scope(None, None, None, None), None, 10),
            rate(2, scope(None, None, None, Some(7)), None, 20),
            rate(3, scope(Some(1), None, None, None), None, 30),
            rate(4, scope(Some(1), None, None, Some(7)), None, 40),
            rate(5, scope(Some(1), Some(10), None, None), None, 50),
            rate(6, scope(Some(1), Some(10), None, Some(7)), None, 60),
            rate(7, scope(Some(1), Some(10), Some(100), None), None, 70),
        ];
        let order = [
            Level::Task,
            Level::ProjectMember,
            Level::Project,
            Level::ClientMember,
            Level::Client,
            Level::Member,
            Level::Business,
        ];
        for level in order {
            let found = resolve(&rates, &facts()).unwrap();
            assert_eq!(found.level, level);
            assert_eq!(rates.last().map(|dated| dated.scope.level()), Some(level));
            rates.pop();
        }
        assert_eq!(resolve(&rates, &facts()), None);
    }

    #[test]
    fn an_entrys_own_rate_and_a_rate_of_zero_are_set() {
        let rates = [
            rate(1, scope(None, None, None, None), None, 10),
            rate(2, scope(Some(1), None, None, None), None, 0),
        ];
        assert_eq!(
            resolve(&rates, &facts()).map(|r| (r.rate, r.level)),
            Some((Rate::from_ten_thousandths(0), Level::Client))
        );
        let own = Facts {
            own: Some(Rate::from_ten_thousandths(5)),
            ..facts()
        };
        assert_eq!(
            resolve(&rates, &own).map(|r| (r.rate, r.level)),
            Some((Rate::from_ten_thousandths(5), Level::Entry))
        );
    }

    #[test]
    fn a_new_rate_never_changes_the_past() {
        let business = scope(None, None, None, None);
        let rates = [
            rate(1, business, None, 90),
            rate(2, business, Some("2026-03-15"), 95),
            rate(3, business, Some("2026-03-15"), 96),
            rate(4, business, Some("2026-04-01"), 100),
        ];
        for (on, amount) in [
            ("2026-03-14", 90),
            ("2026-03-15", 96),
            ("2026-03-31", 96),
            ("2026-04-01", 100),
        ] {
            let found = resolve(
                &rates,
                &Facts {
                    day: day(on),
                    ..facts()
                },
            );
            assert_eq!(
                found.map(|r| r.rate.ten_thousandths()),
                Some(amount * 10_000),
                "{on}"
            );
        }
    }

    #[test]
    fn rates_of_others_do_not_count() {
        let rates = [
            rate(1, scope(Some(2), None, None, None), None, 1),
            rate(2, scope(Some(1), Some(11), None, None), None, 2),
            rate(3, scope(None, None, None, Some(8)), None, 3),
            rate(4, scope(Some(1), None, None, None), Some("2026-03-16"), 4),
        ];
        assert_eq!(resolve(&rates, &facts()), None);
    }

    #[test]
    fn a_report_counts_seconds_where_an_invoice_counts_hours_with_four_places() {
        let euro = Currency::parse("EUR").unwrap();
        for (price, seconds, reported, billed) in [
            ("90", 3600, "90.00", "90.00"),
            ("95", 60, "1.58", "1.59"),
            ("1000", 1, "0.28", "0.30"),
        ] {
            let (rate, time) = (Rate::parse(price).unwrap(), Seconds(seconds));
            let report = Money::rounded(exact(rate, time), euro).unwrap();
            let line = rate.of(time.as_hours(), euro).unwrap();
            assert_eq!(report.amount(), reported, "{price} {seconds}");
            assert_eq!(line.amount(), billed, "{price} {seconds}");
        }
    }
}
