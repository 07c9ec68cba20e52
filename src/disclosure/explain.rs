//! What follows from what a client sees, and is shown nowhere: told to the owner, with what closes it. Nothing of this leaves the
//! machine.
//!
//! What is a secret at all is decided in the README under "Conventions": with rates hidden the individual rate is one, the average of
//! an invoice is not. So a rate follows where all the work behind an amount has the same, and where several amounts over several mixes
//! of hours leave one solution.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::domain::key::{EntryKey, MemberKey, ProjectKey};
use crate::domain::retainer::{Kind, Overage};
use crate::domain::visibility::{Descriptions, Team, Visibility};
use crate::values::money::Rate;

use super::entry::Scene;
use super::{ClientBooks, alias, solve};

/// Something that a client can work out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    /// All billable work has one rate: any invoice over its hours tells it.
    RateOfAll,
    /// The same of single projects.
    RateOf { projects: Vec<String> },
    /// Of whom or what the amounts on invoices leave one rate only.
    RateSolved { of: Vec<String> },
    /// The fee on the invoice over the hours of the retainer.
    PriceOfRetainer,
    /// The amount beyond the retainer over the hours beyond it.
    RateBeyondRetainer,
    /// When people begin and stop, also at night and on Sundays.
    WorkingHours,
    /// What changed between two looks tells who worked how long in between.
    Pace,
    /// One person did all that is shown, whatever the name.
    OnlyOne { shown_as: String },
    /// A role that one person alone has.
    RoleOfOne { roles: Vec<String> },
    /// Initials of people whose names a client may know.
    Initials { shown_as: Vec<String> },
    /// Addresses in the words of entries.
    Addresses { entries: Vec<EntryKey> },
    /// The numbers of two invoices tell how many others were written in between.
    Volume,
}

/// What ends a consequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// A key of `portal-settings`, with its value.
    Portal(&'static str, &'static str),
    /// A key of `settings`, with its value.
    Business(&'static str, &'static str),
    /// Other words in these entries.
    Words,
}

impl Consequence {
    /// A stable word for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RateOfAll => "rate",
            Self::RateOf { .. } => "rate-of-project",
            Self::RateSolved { .. } => "rate-solved",
            Self::PriceOfRetainer => "price-of-retainer",
            Self::RateBeyondRetainer => "rate-beyond-retainer",
            Self::WorkingHours => "working-hours",
            Self::Pace => "pace",
            Self::OnlyOne { .. } => "only-one",
            Self::RoleOfOne { .. } => "role-of-one",
            Self::Initials { .. } => "initials",
            Self::Addresses { .. } => "addresses",
            Self::Volume => "volume",
        }
    }

    /// What closes it, any of these.
    pub fn remedies(&self) -> Vec<Remedy> {
        match self {
            Self::RateOfAll
            | Self::RateOf { .. }
            | Self::RateSolved { .. }
            | Self::RateBeyondRetainer => vec![Remedy::Portal("invoices", "off")],
            Self::PriceOfRetainer => vec![
                Remedy::Portal("retainer", "off"),
                Remedy::Portal("invoices", "off"),
            ],
            Self::WorkingHours => vec![Remedy::Portal("clock", "hidden")],
            Self::Pace => vec![Remedy::Portal("detail", "weekly")],
            Self::OnlyOne { .. } => Vec::new(),
            Self::RoleOfOne { .. } | Self::Initials { .. } => {
                vec![Remedy::Portal("team", "anonymous")]
            }
            Self::Addresses { .. } => {
                vec![Remedy::Words, Remedy::Portal("descriptions", "summary")]
            }
            Self::Volume => vec![Remedy::Business(
                "invoice-number",
                "{CLIENT}-{YYYY}-{SEQ:4}",
            )],
        }
    }
}

impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RateOfAll => f.write_str(
                "all billable work has one rate: the net of an invoice over its hours is that rate",
            ),
            Self::RateOf { projects } => write!(
                f,
                "all billable work of {} has one rate: its amount on an invoice over its hours is that rate",
                projects.join(", ")
            ),
            Self::RateSolved { of } => write!(
                f,
                "the amounts on invoices over the hours behind them leave one rate for {}",
                of.join("; ")
            ),
            Self::PriceOfRetainer => f.write_str(
                "the fee on the invoice over the hours of the retainer is the price of an hour",
            ),
            Self::RateBeyondRetainer => f.write_str(
                "the amount beyond the retainer on an invoice over the hours beyond it is their rate",
            ),
            Self::WorkingHours => f.write_str(
                "start and end times tell when people work: breaks, nights and weekends",
            ),
            Self::Pace => {
                f.write_str("what changed since the last look tells who worked how long in between")
            }
            Self::OnlyOne { shown_as } => write!(
                f,
                "one person did all the work that is shown: `{shown_as}` is always the same"
            ),
            Self::RoleOfOne { roles } => write!(
                f,
                "one person alone has the role {}: whoever knows the team knows who it is",
                roles.join(", ")
            ),
            Self::Initials { shown_as } => write!(
                f,
                "initials name people whom the client knows: {}",
                shown_as.join(", ")
            ),
            Self::Addresses { entries } => write!(
                f,
                "the words of {} hold a mail address",
                match entries.as_slice() {
                    [one] => format!("entry {}", one.0),
                    many => format!("{} entries", many.len()),
                }
            ),
            Self::Volume => {
                f.write_str("the numbers of two invoices tell how many others you wrote in between")
            }
        }
    }
}

/// What follows from what a client would see under these settings with its console on, the most telling first.
pub fn consequences(books: &ClientBooks, visibility: &Visibility) -> Vec<Consequence> {
    let scene = Scene::of(books, visibility);
    let mut found = Vec::new();
    let rates = rates(&scene);
    let solved = rate_solved(&scene, rates.as_ref());
    found.extend(rates.into_iter().chain(solved));
    found.extend(price_of_retainer(&scene));
    found.extend(rate_beyond_retainer(&scene));
    found.extend(people(&scene));
    found.extend(addresses(&scene));
    let has_times = scene
        .work
        .iter()
        .any(|worked| worked.entry.work.span.is_some());
    if visibility.timesheets && visibility.clock && has_times {
        found.push(Consequence::WorkingHours);
    }
    if visibility.timesheets && !visibility.weekly && !scene.work.is_empty() {
        found.push(Consequence::Pace);
    }
    let numbered = books.invoices.iter().filter(|of| of.number.is_some());
    if visibility.invoices && numbered.count() > 1 && !books.business.invoice_number.is_per_client()
    {
        found.push(Consequence::Volume);
    }
    found
}

/// Where an amount on an invoice stands for hours of one rate. Hours are told by sections that are always there.
fn rates(scene: &Scene<'_>) -> Option<Consequence> {
    let visibility = scene.visibility;
    if visibility.rates || !visibility.invoices {
        return None;
    }
    let mut by_project: BTreeMap<ProjectKey, BTreeSet<Option<Rate>>> = BTreeMap::new();
    for worked in scene.work.iter().filter(|worked| worked.billable) {
        let project = worked.entry.work.project;
        by_project.entry(project).or_default().insert(worked.rate);
    }
    let all: BTreeSet<Option<Rate>> = by_project.values().flatten().copied().collect();
    let is_one = |rates: &BTreeSet<Option<Rate>>| rates.len() == 1 && !rates.contains(&None);
    if is_one(&all) {
        return Some(Consequence::RateOfAll);
    }
    let projects: Vec<String> = by_project
        .iter()
        .filter(|(_, rates)| is_one(rates))
        .filter_map(|(key, _)| {
            let mut projects = scene.books.projects.iter();
            Some(
                projects
                    .find(|project| project.key == *key)?
                    .slug
                    .to_string(),
            )
        })
        .collect();
    (!projects.is_empty()).then_some(Consequence::RateOf { projects })
}

/// What the invoices that are there give away, and is not told by [`rates`].
fn rate_solved(scene: &Scene<'_>, told: Option<&Consequence>) -> Option<Consequence> {
    let visibility = scene.visibility;
    if visibility.rates || !visibility.invoices {
        return None;
    }
    let of_all = matches!(told, Some(Consequence::RateOfAll));
    if of_all && solve::prices(scene).len() < 2 {
        return None;
    }
    let of: Vec<String> = solve::solved(scene)
        .iter()
        .map(|class| class.named(scene))
        .filter(|name| match told {
            Some(Consequence::RateOf { projects }) => !projects.contains(name),
            _ => true,
        })
        .collect();
    (!of.is_empty()).then_some(Consequence::RateSolved { of })
}

/// Where time beyond a retainer is billed by the hour: how much it is, the retainer tells, or the client knows what it agreed to.
fn rate_beyond_retainer(scene: &Scene<'_>) -> Option<Consequence> {
    let visibility = scene.visibility;
    let mut retainers = scene.books.retainers.iter();
    let follows = !visibility.rates
        && visibility.invoices
        && retainers.any(|retainer| {
            let terms = &retainer.terms;
            terms.kind == Kind::Hours && terms.on(scene.horizon).overage == Overage::Bill
        });
    follows.then_some(Consequence::RateBeyondRetainer)
}

fn price_of_retainer(scene: &Scene<'_>) -> Option<Consequence> {
    let visibility = scene.visibility;
    let mut retainers = scene.books.retainers.iter();
    let follows = !visibility.rates
        && visibility.invoices
        && visibility.retainer
        && retainers.any(|retainer| {
            let terms = &retainer.terms;
            terms.kind == Kind::Hours && terms.on(scene.horizon).fee.is_some_and(|fee| fee > 0)
        });
    follows.then_some(Consequence::PriceOfRetainer)
}

/// Who can be told apart under the names that are shown.
fn people(scene: &Scene<'_>) -> Option<Consequence> {
    let team = scene.visibility.team;
    if team == Team::Names {
        return None;
    }
    let names = alias::aliases(scene.books, &scene.work, team);
    let mut shown: BTreeMap<&str, BTreeSet<MemberKey>> = BTreeMap::new();
    for (member, name) in &names {
        shown.entry(name).or_default().insert(*member);
    }
    if names.len() == 1 {
        let shown_as = names.values().next()?.clone();
        return Some(Consequence::OnlyOne { shown_as });
    }
    let of_one = shown.iter().filter(|(_, members)| members.len() == 1);
    let alone: Vec<String> = of_one.map(|(name, _)| (*name).to_owned()).collect();
    match team {
        _ if alone.is_empty() => None,
        Team::Initials => Some(Consequence::Initials { shown_as: alone }),
        Team::Roles => Some(Consequence::RoleOfOne { roles: alone }),
        Team::Names | Team::Anonymous => None,
    }
}

/// Mail addresses in what entries say.
fn addresses(scene: &Scene<'_>) -> Option<Consequence> {
    let visibility = scene.visibility;
    if !visibility.timesheets || visibility.descriptions != Descriptions::Full {
        return None;
    }
    let says = |text: &str| {
        text.split_whitespace().any(|word| {
            word.split_once('@')
                .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
        })
    };
    let entries: Vec<EntryKey> = scene
        .work
        .iter()
        .filter(|worked| {
            let note = worked.entry.work.note.as_ref();
            note.is_some_and(|note| says(note.as_str()))
        })
        .map(|worked| worked.entry.key)
        .collect();
    (!entries.is_empty()).then_some(Consequence::Addresses { entries })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::domain::number::Pattern;

    fn codes(books: &ClientBooks, settings: &[(&str, &str)]) -> Vec<&'static str> {
        let found = consequences(books, &sample::visibility(settings));
        found.iter().map(Consequence::code).collect()
    }

    fn has(settings: &[(&str, &str)], code: &str) -> bool {
        codes(&sample::books(), settings).contains(&code)
    }

    /// All billable work under one rate.
    fn of_one_rate() -> ClientBooks {
        let mut books = sample::books();
        for worked in &mut books.work {
            worked.rate = Some(sample::rate("95"));
        }
        books
    }

    #[test]
    fn one_rate_for_all_follows_from_invoices_and_hours() {
        let books = of_one_rate();
        assert!(codes(&books, &[]).contains(&"rate"));
        assert!(!codes(&books, &[("rates", "shown")]).contains(&"rate"));
        assert!(!codes(&books, &[("invoices", "off")]).contains(&"rate"));
    }

    #[test]
    fn the_rate_of_a_project_follows_where_the_others_differ() {
        let mut books = of_one_rate();
        let mut billable = books.work.iter_mut().filter(|worked| worked.billable);
        let first = billable.next().unwrap();
        let (project, member) = (first.entry.work.project, first.entry.work.member);
        first.rate = Some(sample::rate("120"));
        let mixed = first.entry.key;
        let same = books.work.iter().any(|worked| {
            worked.billable && worked.entry.work.project == project && worked.entry.key != mixed
        });
        assert!(
            same,
            "the sample has two entries of {project:?} by {member:?}"
        );
        let found = consequences(&books, &sample::visibility(&[]));
        let slugs: Vec<&String> = found
            .iter()
            .filter_map(|one| match one {
                Consequence::RateOf { projects } => Some(projects),
                _ => None,
            })
            .flatten()
            .collect();
        let of_mixed = books.projects.iter().find(|of| of.key == project).unwrap();
        assert!(!slugs.contains(&&of_mixed.slug.to_string()));
        assert!(!codes(&books, &[]).contains(&"rate"));
    }

    #[test]
    fn each_setting_that_is_proposed_closes_what_it_is_proposed_for() {
        let mut books = of_one_rate();
        books.work[0].entry.work.note = Some(sample::line("write to jo@acme.example, then call"));
        let wide = [
            ("clock", "shown"),
            ("team", "initials"),
            ("descriptions", "full"),
        ];
        let found = consequences(&books, &sample::visibility(&wide));
        assert!(found.len() >= 5, "{found:?}");
        for consequence in found {
            for remedy in consequence.remedies() {
                if let Remedy::Portal(key, value) = remedy {
                    let mut closed = wide.to_vec();
                    closed.retain(|(known, _)| *known != key);
                    closed.push((key, value));
                    let left = codes(&books, &closed);
                    assert!(
                        !left.contains(&consequence.code()),
                        "{key}={value}: {left:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn times_and_the_pace_of_work_follow_from_live_entries_alone() {
        assert!(has(&[("clock", "shown")], "working-hours"));
        assert!(!has(&[("clock", "hidden")], "working-hours"));
        assert!(!has(
            &[("clock", "shown"), ("timesheets", "off")],
            "working-hours"
        ));
        assert!(has(&[], "pace"));
        assert!(!has(&[("detail", "weekly")], "pace"));
    }

    #[test]
    fn who_works_alone_has_no_other_name() {
        let mut books = sample::books();
        let first = books.work[0].entry.work.member;
        books
            .work
            .retain(|worked| worked.entry.work.member == first);
        assert!(codes(&books, &[("team", "anonymous")]).contains(&"only-one"));
        assert!(!has(&[("team", "anonymous")], "only-one"));
        assert!(has(&[("team", "initials")], "initials"));
        assert!(!has(&[("team", "names")], "initials"));
    }

    #[test]
    fn numbers_of_a_series_for_all_tell_how_many_there_are() {
        let mut books = sample::books();
        let second = books.invoices[0].clone();
        books.invoices.push(second);
        assert!(codes(&books, &[]).contains(&"volume"));
        books.business.invoice_number = Pattern::parse("{CLIENT}-{YYYY}-{SEQ:4}").unwrap();
        assert!(!codes(&books, &[]).contains(&"volume"));
    }
}
