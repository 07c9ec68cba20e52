//! All rates by what they were set for, so that ten thousand clients with a rate each do not look at each other's.
//!
//! It answers as [`rate::resolve`] does over the whole list, and a test holds the two together.

use std::collections::HashMap;

use super::key::{ClientKey, MemberKey, ProjectKey, TaskKey};
use super::rate::{self, DatedRate, Facts, Resolved, Scope};

/// For what a rate was set, reduced to what decides whether it concerns an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Slot {
    Task(TaskKey),
    ProjectMember(ProjectKey, MemberKey),
    Project(ProjectKey),
    ClientMember(ClientKey, MemberKey),
    Client(ClientKey),
    Member(MemberKey),
    Business,
}

impl Slot {
    fn of(scope: &Scope) -> Self {
        match *scope {
            Scope {
                task: Some(task), ..
            } => Self::Task(task),
            Scope {
                project: Some(project),
                member: Some(member),
                ..
            } => Self::ProjectMember(project, member),
            Scope {
                project: Some(project),
                ..
            } => Self::Project(project),
            Scope {
                client: Some(client),
                member: Some(member),
                ..
            } => Self::ClientMember(client, member),
            Scope {
                client: Some(client),
                ..
            } => Self::Client(client),
            Scope {
                member: Some(member),
                ..
            } => Self::Member(member),
            Scope { .. } => Self::Business,
        }
    }

    /// Those that concern an entry, the strongest first.
    fn for_facts(facts: &Facts) -> impl Iterator<Item = Self> {
        let Facts {
            client,
            project,
            task,
            member,
            ..
        } = *facts;
        task.map(Self::Task).into_iter().chain([
            Self::ProjectMember(project, member),
            Self::Project(project),
            Self::ClientMember(client, member),
            Self::Client(client),
            Self::Member(member),
            Self::Business,
        ])
    }
}

/// What has to be known of an entry for its rate to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    pub task: bool,
    pub member: bool,
    pub day: bool,
}

/// The rates of the business.
#[derive(Debug, Clone, Default)]
pub struct RateCard {
    slots: HashMap<Slot, Vec<DatedRate>>,
    needs: Needs,
}

impl RateCard {
    /// Of all rates, or of those that can hold for the entries in question.
    pub fn of(rates: impl IntoIterator<Item = DatedRate>) -> Self {
        let mut card = Self::default();
        for rate in rates {
            card.needs.task |= rate.scope.task.is_some();
            card.needs.member |= rate.scope.member.is_some();
            card.needs.day |= rate.from.is_some();
            let slot = card.slots.entry(Slot::of(&rate.scope)).or_default();
            slot.push(rate);
        }
        card
    }

    /// What of entries has to be kept apart in sums.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// The rate in force for an entry; none if no level has one on that day.
    pub fn resolve(&self, facts: &Facts) -> Option<Resolved> {
        if facts.own.is_some() {
            return rate::resolve(&[], facts);
        }
        Slot::for_facts(facts)
            .filter_map(|slot| self.slots.get(&slot))
            .find_map(|rates| rate::resolve(rates, facts))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key::RateKey;
    use super::*;
    use crate::values::money::Rate;
    use chrono::NaiveDate;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1 + number).unwrap()
    }

    fn rates() -> impl Strategy<Value = Vec<DatedRate>> {
        let key = || proptest::option::of(1..3i64);
        let one = (
            key(),
            key(),
            key(),
            key(),
            proptest::option::of(0..5u32),
            0..9i64,
        );
        proptest::collection::vec(one, 0..12).prop_map(|rates| {
            let rate = |(number, rate): (i64, (_, _, _, _, Option<u32>, i64))| {
                let (client, project, task, member, from, amount): (
                    Option<i64>,
                    Option<i64>,
                    Option<i64>,
                    Option<i64>,
                    _,
                    _,
                ) = rate;
                DatedRate {
                    key: RateKey(number),
                    scope: Scope {
                        client: client.map(ClientKey),
                        project: project.map(ProjectKey),
                        task: task.map(TaskKey),
                        member: member.map(MemberKey),
                    },
                    from: from.map(day),
                    rate: Rate::from_ten_thousandths(amount),
                }
            };
            (1..).zip(rates).map(rate).collect()
        })
    }

    proptest! {
        #[test]
        fn a_card_answers_as_the_whole_list_does(
            rates in rates(),
            (client, project, task, member, on) in
                (1..3i64, 1..3i64, proptest::option::of(1..3i64), 1..3i64, 0..6u32),
            own in proptest::option::of(0..3i64),
        ) {
            let facts = Facts {
                client: ClientKey(client),
                project: ProjectKey(project),
                task: task.map(TaskKey),
                member: MemberKey(member),
                day: day(on),
                own: own.map(Rate::from_ten_thousandths),
            };
            let card = RateCard::of(rates.clone());
            prop_assert_eq!(card.resolve(&facts), rate::resolve(&rates, &facts));
        }
    }
}
