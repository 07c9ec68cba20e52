//! Rounding policies: setting them from a day on, and the billed time of sums of work.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, MemberKey, ProjectKey, RoundingKey};
use crate::domain::retainer::Retainer;
use crate::domain::rounding::{DatedPolicy, Piece, Policies, Policy, Target};
use crate::store::{Books, Group};
use crate::values::duration::Seconds;
use crate::values::money::Rate;

use super::{Error, Result, Session, find};

/// For what a policy is set, as named on the command line; nothing: for the business.
#[derive(Debug, Clone, Default)]
pub struct For {
    pub client: Option<String>,
    pub project: Option<String>,
}

impl For {
    fn target(&self, books: &Books<'_>) -> Result<Target> {
        Ok(match (&self.project, &self.client) {
            (Some(project), _) => Target::Project(find::project(books, project)?.1.key),
            (None, Some(client)) => Target::Client(find::client(books, client)?.key),
            (None, None) => Target::Business,
        })
    }
}

/// A policy that was set.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    pub dated: DatedPolicy,
    /// Whether work of days for which it holds is on invoices already. They keep the hours they have.
    pub reaches_invoiced: bool,
}

/// Sets a policy from a day on; without a day, from the beginning. One for the same thing and day is replaced.
pub fn set(
    session: &mut Session,
    policy: Policy,
    target: &For,
    from: Option<NaiveDate>,
) -> Result<Set> {
    session.write(|books| {
        let target = target.target(books)?;
        let mut dated = DatedPolicy {
            key: RoundingKey(0),
            target,
            from,
            policy,
        };
        let same = books
            .dated_policies()?
            .into_iter()
            .find(|known| known.target == target && known.from == from);
        dated.key = match same {
            Some(known) => {
                books.edit_policy(known.key, &policy)?;
                known.key
            }
            None => books.add_policy(&dated)?,
        };
        Ok(Set {
            dated,
            reaches_invoiced: books.is_invoiced_from(target, from)?,
        })
    })
}

/// Policies as they were set; those that can hold for a client, if one is named: its own, its projects' and the business's.
pub fn list(session: &Session, client: Option<&str>) -> Result<Vec<DatedPolicy>> {
    session.store.read(|books| {
        let mut policies = books.dated_policies()?;
        if let Some(client) = client {
            let client = find::client(books, client)?.key;
            let projects: Vec<ProjectKey> = books
                .projects(Some(client))?
                .iter()
                .map(|project| project.key)
                .collect();
            policies.retain(|dated| match dated.target {
                Target::Business => true,
                Target::Client(key) => key == client,
                Target::Project(key) => projects.contains(&key),
            });
        }
        Ok(policies)
    })
}

/// Removes a policy: what was in force before it holds on.
pub fn remove(session: &mut Session, key: i64) -> Result<DatedPolicy> {
    session.write(|books| {
        let policies = books.dated_policies()?;
        let Some(dated) = policies.into_iter().find(|dated| dated.key.0 == key) else {
            return Err(Error::NotFound {
                noun: "rounding",
                wanted: key.to_string(),
                near: Vec::new(),
            });
        };
        books.delete_policy(dated.key)?;
        Ok(dated)
    })
}

/// What billed time of sums depends on.
pub(super) struct Rounding {
    pub(super) policies: Policies,
    retainers: HashMap<ClientKey, Vec<Retainer>>,
}

/// Work of a group and what is billed of it, or what rounding a sum adds to it or takes off.
pub(super) struct Part<'g> {
    pub(super) group: &'g Group,
    pub(super) rate: Option<Rate>,
    pub(super) worked: Seconds,
    pub(super) billed: Seconds,
    pub(super) is_difference: bool,
}

impl Rounding {
    pub(super) fn new(policies: Policies, retainers: &[Retainer]) -> Self {
        let mut of_clients: HashMap<ClientKey, Vec<Retainer>> = HashMap::new();
        for retainer in retainers {
            let of_one = of_clients.entry(retainer.client).or_default();
            of_one.push(retainer.clone());
        }
        Self {
            policies,
            retainers: of_clients,
        }
    }

    pub(super) fn of(books: &Books<'_>) -> Result<Self> {
        Ok(Self::new(books.policies()?, &books.retainers(None)?))
    }

    /// Whether work of a group draws from a retainer.
    pub(super) fn is_retained(&self, group: &Group) -> bool {
        let (Some(project), Some(day)) = (group.project, group.day) else {
            return false;
        };
        self.retainers
            .get(&group.client)
            .is_some_and(|own| own.iter().any(|retainer| retainer.covers(project, day)))
    }

    /// Billed time of these groups; of what is not billable none.
    pub(super) fn parts<'g>(
        &self,
        groups: impl IntoIterator<Item = &'g Group>,
        rate: impl Fn(&Group) -> Option<Rate>,
    ) -> Vec<Part<'g>> {
        let mut parts = Vec::new();
        let mut pieces = Vec::new();
        for group in groups {
            let rate = if group.billable { rate(group) } else { None };
            if group.billable {
                pieces.push((parts.len(), self.piece(group, rate)));
            }
            parts.push(Part {
                group,
                rate,
                worked: group.seconds,
                billed: Seconds::ZERO,
                is_difference: false,
            });
        }
        let (indices, pieces): (Vec<usize>, Vec<_>) = pieces.into_iter().unzip();
        let billed = self.policies.billed(&pieces);
        for (index, own) in indices.iter().zip(&billed.own) {
            if let Some(part) = parts.get_mut(*index) {
                part.billed = *own;
            }
        }
        for difference in &billed.differences {
            let of = indices
                .get(difference.piece)
                .and_then(|index| parts.get(*index));
            if let Some((group, rate)) = of.map(|part| (part.group, part.rate)) {
                parts.push(Part {
                    group,
                    rate,
                    worked: Seconds::ZERO,
                    billed: difference.seconds,
                    is_difference: true,
                });
            }
        }
        parts
    }

    fn piece(
        &self,
        group: &Group,
        rate: Option<Rate>,
    ) -> Piece<crate::domain::rounding::ProjectLine> {
        let (worked, entries) = match group.length {
            Some(length) => (length, group.entries),
            None => (group.seconds, 1),
        };
        Piece {
            client: group.client,
            project: group.project.unwrap_or(ProjectKey(0)),
            task: group.task,
            member: group.member.unwrap_or(MemberKey(0)),
            day: group.day.unwrap_or(NaiveDate::MIN),
            rate,
            invoice: group.invoice,
            line: None,
            worked,
            entries,
        }
        .by_project(self.is_retained(group))
    }
}
