//! What a client can solve for: which rates are the only solution of all amounts that invoices show, over the hours behind them.
//!
//! The hours behind an amount are taken to be known: by the entries of the invoice, by its time sheet, or by what changed from one look
//! to the next. Of the rates a client has to assume what they depend on, and here it assumes right: on members, projects, tasks or
//! two of these. That amounts are rounded is in its favour.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::Decimal;

use crate::domain::invoice::{Invoice, Line, Source, Stored};
use crate::domain::key::{EntryKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::time::Work;

use super::entry::{Scene, task_name};
use super::{alias, invoice};

/// What the rates may depend on.
const ASSUMPTIONS: [Assumption; 5] = [
    Assumption::new(true, false, false),
    Assumption::new(false, true, false),
    Assumption::new(false, true, true),
    Assumption::new(true, true, false),
    Assumption::new(true, true, true),
];

#[derive(Debug, Clone, Copy)]
struct Assumption {
    member: bool,
    project: bool,
    task: bool,
}

impl Assumption {
    const fn new(member: bool, project: bool, task: bool) -> Self {
        Self {
            member,
            project,
            task,
        }
    }

    fn of(self, part: &Part) -> Class {
        Class {
            member: self.member.then(|| part.member.clone()),
            project: self.project.then_some(part.project),
            task: part.task.filter(|_| self.task),
        }
    }
}

/// Work that is assumed to have one rate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Class {
    /// As it is shown.
    pub(super) member: Option<String>,
    pub(super) project: Option<ProjectKey>,
    pub(super) task: Option<TaskKey>,
}

impl Class {
    /// In the words of the owner: `Ada`, `website`, `Ada on website, Design`.
    pub(super) fn named(&self, scene: &Scene<'_>) -> String {
        let Self {
            member,
            project,
            task,
        } = self;
        let projects = &scene.books.projects;
        let project = project.and_then(|key| projects.iter().find(|one| one.key == key));
        let task = task.and_then(|task| task_name(&scene.books.tasks, task));
        let project = project.map(|project| project.slug.to_string());
        let place: Vec<String> = project.into_iter().chain(task).collect();
        match (member, place.is_empty()) {
            (Some(member), true) => member.clone(),
            (Some(member), false) => format!("{member} on {}", place.join(", ")),
            (None, _) => place.join(", "),
        }
    }
}

/// Some of the hours behind an amount.
#[derive(Debug, Clone)]
struct Part {
    member: String,
    project: ProjectKey,
    task: Option<TaskKey>,
    seconds: i64,
    /// What the client wants to know.
    price: Decimal,
}

/// All rates of work on invoices.
pub(super) fn prices(scene: &Scene<'_>) -> BTreeSet<Decimal> {
    let amounts = amounts(scene);
    amounts.iter().flatten().map(|part| part.price).collect()
}

/// The classes of work whose rates follow, the widest ones first and no part of one that is named.
pub(super) fn solved(scene: &Scene<'_>) -> Vec<Class> {
    let amounts = amounts(scene);
    let mut found: Vec<Class> = Vec::new();
    for assumption in ASSUMPTIONS {
        for class in under(assumption, &amounts) {
            let is_known = |known: &Class| {
                (known.member.is_none() || known.member == class.member)
                    && (known.project.is_none() || known.project == class.project)
                    && (known.task.is_none() || known.task == class.task)
            };
            if !found.iter().any(is_known) {
                found.push(class);
            }
        }
    }
    found
}

/// Those that follow if this is what rates depend on, and where it is.
fn under(assumption: Assumption, amounts: &[Vec<Part>]) -> Vec<Class> {
    let mut prices: BTreeMap<Class, BTreeSet<Decimal>> = BTreeMap::new();
    for part in amounts.iter().flatten() {
        let class = assumption.of(part);
        prices.entry(class).or_default().insert(part.price);
    }
    // Of classes with several rates there is nothing to know, and amounts with them say nothing.
    let numbers: HashMap<Class, usize> = prices
        .into_iter()
        .enumerate()
        .filter(|(_, (_, prices))| prices.len() == 1)
        .map(|(number, (class, _))| (class, number))
        .collect();
    let equations = amounts.iter().filter_map(|amount| {
        let mut equation: BTreeMap<usize, i64> = BTreeMap::new();
        for part in amount {
            let number = numbers.get(&assumption.of(part))?;
            *equation.entry(*number).or_default() += part.seconds;
        }
        Some(equation)
    });
    let known = determined(equations);
    let mut classes: Vec<Class> = numbers
        .into_iter()
        .filter(|(_, number)| known.contains(number))
        .map(|(class, _)| class)
        .collect();
    classes.sort();
    classes
}

/// What stands behind each amount of work that is shown on an invoice.
fn amounts(scene: &Scene<'_>) -> Vec<Vec<Part>> {
    let entries: HashMap<EntryKey, &Work> = scene
        .books
        .work
        .iter()
        .map(|worked| (worked.entry.key, &worked.entry.work))
        .collect();
    let names = alias::aliases(scene.books, &scene.work, scene.visibility.team);
    let parts_of = |line: &Line| parts(scene, &entries, &names, line);
    let issued = scene.books.invoices.iter().filter(|one| is_shown(one));
    issued
        .flat_map(|one| invoice::amounts_of_work(&one.lines))
        .filter_map(|lines| {
            let parts: Option<Vec<Vec<Part>>> = lines.into_iter().map(&parts_of).collect();
            Some(parts?.concat())
        })
        .collect()
}

fn is_shown(invoice: &Invoice) -> bool {
    invoice.stored != Stored::Draft && invoice.number.is_some()
}

/// The hours of a line by entry; none where they are not known any more.
fn parts(
    scene: &Scene<'_>,
    entries: &HashMap<EntryKey, &Work>,
    names: &HashMap<MemberKey, String>,
    line: &Line,
) -> Option<Vec<Part>> {
    let (Source::Time {
        project: _, // the entry's
        task: _,    // likewise
        entries: keys,
        seconds,
    }
    | Source::Overage {
        retainer: _, // whose it is makes no rate
        period: _,
        entries: keys,
        seconds,
    }) = &line.source
    else {
        return None;
    };
    let own: Option<Vec<&Work>> = keys.iter().map(|key| entries.get(key).copied()).collect();
    let own = own?;
    let worked: i64 = own.iter().map(|work| work.seconds.0).sum();
    let mut parts: Vec<Part> = own
        .into_iter()
        .map(|work| Part {
            // Who is not shown yet has no name, but will have one.
            member: names
                .get(&work.member)
                .cloned()
                .unwrap_or_else(|| format!("member {}", work.member.0)),
            project: work.project,
            task: work.task.filter(|task| {
                let mut tasks = scene.books.tasks.iter();
                scene.visibility.tasks && tasks.any(|one| one.key == *task && one.shared)
            }),
            seconds: work.seconds.0,
            price: line.unit_price,
        })
        .collect();
    // What rounding added is on the line too.
    if let Some(first) = parts.first_mut() {
        first.seconds += seconds.0 - worked;
    }
    Some(parts)
}

/// Numbers are counted modulo a prime: there each but 0 has an inverse, and nothing overflows. That one that is not 0 is taken for 0
/// happens once in 2^61.
const PRIME: u128 = (1 << 61) - 1;

/// An equation without its right side: unknowns with their factors.
type Row = BTreeMap<usize, u128>;

/// The unknowns of linear equations that have one value only, whatever it is.
fn determined(equations: impl Iterator<Item = BTreeMap<usize, i64>>) -> BTreeSet<usize> {
    // By an unknown that stands in no other row, with the factor 1.
    let mut reduced: BTreeMap<usize, Row> = BTreeMap::new();
    for equation in equations {
        let mut row: Row = equation
            .into_iter()
            .map(|(unknown, factor)| (unknown, modulo(factor)))
            .filter(|(_, factor)| *factor != 0)
            .collect();
        for (unknown, known) in &reduced {
            subtract(&mut row, known, *unknown);
        }
        let Some((own, factor)) = row.first_key_value().map(|(own, factor)| (*own, *factor)) else {
            continue;
        };
        let inverse = power(factor, PRIME - 2);
        for factor in row.values_mut() {
            *factor = *factor * inverse % PRIME;
        }
        for known in reduced.values_mut() {
            subtract(known, &row, own);
        }
        reduced.insert(own, row);
    }
    let alone = reduced.into_iter().filter(|(_, row)| row.len() == 1);
    alone.map(|(unknown, _)| unknown).collect()
}

/// Takes so much of another row from this one that an unknown is gone from it.
fn subtract(row: &mut Row, other: &Row, unknown: usize) {
    let Some(times) = row.get(&unknown).copied() else {
        return;
    };
    for (unknown, factor) in other {
        let own = row.entry(*unknown).or_default();
        *own = (*own + PRIME - times * factor % PRIME) % PRIME;
        if *own == 0 {
            row.remove(unknown);
        }
    }
}

fn modulo(number: i64) -> u128 {
    let size = u128::from(number.unsigned_abs()) % PRIME;
    if number < 0 { PRIME - size } else { size }
}

fn power(mut base: u128, mut exponent: u128) -> u128 {
    let mut product = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            product = product * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(equations: &[&[(usize, i64)]]) -> Vec<usize> {
        let equations = equations.iter().map(|one| one.iter().copied().collect());
        determined(equations).into_iter().collect()
    }

    #[test]
    fn an_unknown_is_known_where_nothing_else_can_be() {
        assert_eq!(known(&[]), [] as [usize; 0]);
        assert_eq!(known(&[&[(0, 3600)]]), [0]);
        assert_eq!(known(&[&[(0, 3600), (1, 7200)]]), [] as [usize; 0]);
        // The same mix twice tells nothing new, another one tells all.
        let mix: &[(usize, i64)] = &[(0, 3600), (1, 7200)];
        assert_eq!(known(&[mix, &[(0, 1800), (1, 3600)]]), [] as [usize; 0]);
        assert_eq!(known(&[mix, &[(0, 3600), (1, 3600)]]), [0, 1]);
        // One of three follows from two.
        let three: &[(usize, i64)] = &[(0, 1), (1, 2), (2, 3)];
        assert_eq!(known(&[three, &[(0, 2), (1, 4), (2, 7)]]), [2]);
        // What was credited counts back, and what cancels out is gone.
        assert_eq!(known(&[mix, &[(1, -7200)]]), [0, 1]);
        assert_eq!(known(&[mix, &[(0, -3600), (1, -7200)]]), [] as [usize; 0]);
    }
}
