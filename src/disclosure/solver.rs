//! A client who is good at sums: takes every number that is published, at each look from the first entry to the last invoice, sets up
//! what it knows of the rates while they are hidden, and solves it. Whatever it finds, `explain` must have said.
//!
//! It works on published values alone, in fractions, and is told by nobody how the owner's side reasons ([`super::solve`]). Only
//! whether what it assumes of the rates is true comes from the books: of what is not, it would find nonsense.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::canary::settings;
use super::explain::{Consequence, consequences};
use super::sample::{self, BUILD, DESIGN, SUPPORT, WEBSITE};
use super::{ClientBooks, Noun, Portal, Worked, portal};
use crate::domain::approval::Approval;
use crate::domain::invoice::{Invoice, Line, Source};
use crate::domain::key::{EntryKey, InvoiceKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::visibility::Visibility;
use crate::published;
use crate::values::duration::Seconds;
use crate::values::money::Rate;

/// A quarter of an hour, in which all work here is counted.
const QUARTER: i64 = 900;

/// Where work is done.
const PLACES: [(ProjectKey, Option<TaskKey>); 4] = [
    (WEBSITE, None),
    (WEBSITE, Some(DESIGN)),
    (WEBSITE, Some(BUILD)),
    (SUPPORT, None),
];

/// What the rates depend on in truth.
#[derive(Debug, Clone, Copy)]
enum Structure {
    One,
    Members,
    Projects,
    Places,
    MembersAndProjects,
    Entries,
}

/// How the lines of an invoice are made.
#[derive(Debug, Clone, Copy)]
enum Grouping {
    Project,
    Task,
    Member,
}

#[derive(Debug, Clone)]
struct Logged {
    member: usize,
    place: usize,
    quarters: i64,
}

/// Books in the making: what is logged, then billed, then logged, and so on.
#[derive(Debug, Clone)]
struct Plan {
    structure: Structure,
    /// In cents.
    rates: Vec<u32>,
    invoices: Vec<(Grouping, Vec<Logged>)>,
}

impl Plan {
    fn cents(&self, one: &Logged, number: usize) -> u32 {
        let project = usize::from(one.place == 3);
        let place = match self.structure {
            Structure::One => 0,
            Structure::Members => one.member,
            Structure::Projects => project,
            Structure::Places => one.place,
            Structure::MembersAndProjects => one.member + 3 * project,
            Structure::Entries => number,
        };
        self.rates[place % self.rates.len()]
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let structure = prop::sample::select(vec![
        Structure::One,
        Structure::Members,
        Structure::Projects,
        Structure::Places,
        Structure::MembersAndProjects,
        Structure::Entries,
    ]);
    let grouping = prop::sample::select(vec![Grouping::Project, Grouping::Task, Grouping::Member]);
    let logged = (0..3_usize, 0..4_usize, 1..60_i64).prop_map(|(member, place, quarters)| Logged {
        member,
        place,
        quarters,
    });
    let invoice = (grouping, prop::collection::vec(logged, 1..6));
    (
        structure,
        prop::collection::vec(3_000..20_000_u32, 6),
        prop::collection::vec(invoice, 1..5),
    )
        .prop_map(|(structure, rates, invoices)| Plan {
            structure,
            rates,
            invoices,
        })
}

/// The books as they are at each look of the client.
fn history(plan: &Plan) -> Vec<ClientBooks> {
    let mut books = sample::books();
    let pattern = books.work[0].clone();
    let members: Vec<MemberKey> = books.members.iter().map(|member| member.key).collect();
    books.work.clear();
    books.invoices.clear();
    books.retainers.clear();
    books.requests.clear();
    books.threads.clear();
    let mut looks = vec![books.clone()];
    for (number, (grouping, logged)) in (1_i64..).zip(&plan.invoices) {
        let mut own = Vec::new();
        for one in logged {
            let place = books.work.len();
            let rate = Rate::parse(&decimal(plan.cents(one, place))).unwrap();
            let mut worked: Worked = pattern.clone();
            worked.billable = true;
            worked.rate = Some(rate);
            worked.invoice = None;
            worked.entry.key = EntryKey(5_000 + place as i64);
            worked.entry.invoice = None;
            worked.entry.approval = Some(Approval::Approved);
            let work = &mut worked.entry.work;
            work.rate = Some(rate);
            work.member = members[one.member];
            (work.project, work.task) = PLACES[one.place];
            work.seconds = Seconds(one.quarters * QUARTER);
            work.span = None;
            work.day = sample::day(&format!("2026-{number:02}-{:02}", 10 + own.len()));
            own.push((worked.clone(), rate));
            books.work.push(worked);
        }
        looks.push(books.clone());
        let key = InvoiceKey(6_000 + number);
        let name = format!("2026-{number:04}");
        books.invoices.push(Invoice {
            key,
            number: Some(name.clone()),
            issue_date: sample::day(&format!("2026-{number:02}-28")),
            payments: Vec::new(),
            lines: lines(*grouping, &own),
            ..sample::issued()
        });
        for worked in &mut books.work {
            if worked.entry.invoice.is_none() {
                worked.entry.invoice = Some(key);
                worked.invoice = Some(name.clone());
            }
        }
        looks.push(books.clone());
    }
    looks
}

fn decimal(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// What is one line: project, task, member and rate.
type Group = (ProjectKey, Option<TaskKey>, Option<MemberKey>, Rate);

/// One line for each rate of what is grouped together.
fn lines(grouping: Grouping, own: &[(Worked, Rate)]) -> Vec<Line> {
    let mut groups: Vec<(Group, Vec<&Worked>)> = Vec::new();
    for (worked, rate) in own {
        let work = &worked.entry.work;
        let (task, member) = match grouping {
            Grouping::Project => (None, None),
            Grouping::Task => (work.task, None),
            Grouping::Member => (None, Some(work.member)),
        };
        let key = (work.project, task, member, *rate);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(worked),
            None => groups.push((key, vec![worked])),
        }
    }
    let of_group = |((project, task, _, rate), group): (Group, Vec<&Worked>)| {
        let seconds: Seconds = group.iter().map(|one| one.entry.work.seconds).sum();
        let source = Source::Time {
            project,
            task,
            entries: group.iter().map(|one| one.entry.key).collect(),
            seconds,
        };
        let heading = heading(project_name(project), task.map(task_name));
        Line::hours(
            source,
            heading,
            seconds,
            rate,
            sample::standard(),
            sample::euro(),
        )
        .unwrap()
    };
    groups.into_iter().map(of_group).collect()
}

fn project_name(key: ProjectKey) -> &'static str {
    if key == WEBSITE { "Website" } else { "Support" }
}

fn task_name(key: TaskKey) -> &'static str {
    if key == DESIGN { "Design" } else { "Build" }
}

fn heading(project: &str, task: Option<&str>) -> String {
    match task {
        Some(task) => format!("{project}, {task}"),
        None => project.to_owned(),
    }
}

/// What a client assumes of rates: on which of member, project and task they depend.
#[derive(Debug, Clone, Copy)]
struct Assumed {
    member: bool,
    project: bool,
    task: bool,
}

/// Member, project and task by the names that are shown; empty where it is assumed not to matter, or there is none.
type Class = [String; 3];

impl Assumed {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for member in [true, false] {
            for (project, task) in [(false, false), (true, false), (true, true)] {
                if member || project {
                    all.push(Self {
                        member,
                        project,
                        task,
                    });
                }
            }
        }
        all
    }

    fn class(self, member: &str, project: &str, task: Option<&str>) -> Class {
        let keep = |keep: bool, name: &str| if keep { name.to_owned() } else { String::new() };
        [
            keep(self.member, member),
            keep(self.project, project),
            keep(self.task, task.unwrap_or_default()),
        ]
    }
}

/// Quarters of hours by class, and the cents they cost together.
#[derive(Debug, Clone)]
struct Equation {
    hours: BTreeMap<Class, i128>,
    cents: i128,
}

/// All that can be said of these looks under an assumption.
fn equations(looks: &[Portal], assumed: Assumed) -> Vec<Equation> {
    let mut found = Vec::new();
    for (place, look) in looks.iter().enumerate() {
        for invoice in &look.invoices {
            let mut before = looks[..place].iter().flat_map(|look| &look.invoices);
            if before.any(|one| one.number == invoice.number) {
                continue;
            }
            for project in &look.projects.projects {
                let lines = Lines::of(invoice, &project.name);
                let all = lines.cents(|_| true);
                let mut said = |hours: BTreeMap<Class, i128>, cents| {
                    if !hours.is_empty() {
                        found.push(Equation { hours, cents });
                    }
                };
                said(by_entries(looks, invoice, project, assumed, |_| true), all);
                if !assumed.task {
                    said(by_team(looks, place, project, assumed), all);
                }
                if look.console.sections.tasks {
                    for (headings, cents) in &lines.0 {
                        let is_here =
                            |task: Option<&str>| lines.are_for(headings, task, &project.name);
                        said(
                            by_entries(looks, invoice, project, assumed, is_here),
                            *cents,
                        );
                        if !assumed.member {
                            said(by_tasks(looks, place, project, assumed, is_here), *cents);
                        }
                    }
                }
            }
        }
    }
    found
}

/// The lines of an invoice for the work on a project: what they are called, and cents.
struct Lines(Vec<(BTreeSet<String>, i128)>);

impl Lines {
    fn of(invoice: &published::Invoice, project: &str) -> Self {
        let work = invoice.lines.iter().filter(|line| line.unit == "LS");
        let lines = work.map(|line| {
            assert_eq!(line.unit_price, line.net.decimal(), "no hours are told");
            let headings = line.description.split("; ").map(str::to_owned);
            (
                headings.collect::<BTreeSet<_>>(),
                i128::from(line.net.minor()),
            )
        });
        let of_project = |heading: &String| heading.split(", ").next() == Some(project);
        Self(
            lines
                .filter(|(headings, _)| headings.iter().any(of_project))
                .collect(),
        )
    }

    fn cents(&self, which: impl Fn(&BTreeSet<String>) -> bool) -> i128 {
        let lines = self.0.iter().filter(|(headings, _)| which(headings));
        lines.map(|(_, cents)| cents).sum()
    }

    /// Whether the work on a task is on the line that is called so: where no line names the task, on that of the project.
    fn are_for(&self, headings: &BTreeSet<String>, task: Option<&str>, project: &str) -> bool {
        let own = heading(project, task);
        let is_named = self.0.iter().any(|(headings, _)| headings.contains(&own));
        headings.contains(&if is_named { own } else { project.to_owned() })
    }
}

/// Adds up, and drops what is nothing.
fn summed(parts: impl Iterator<Item = (Class, Seconds)>) -> BTreeMap<Class, i128> {
    let mut hours = BTreeMap::new();
    for (class, seconds) in parts {
        assert_eq!(seconds.0 % QUARTER, 0);
        *hours.entry(class).or_default() += i128::from(seconds.0 / QUARTER);
    }
    hours.retain(|_, quarters| *quarters != 0);
    hours
}

/// The hours of the entries that name the invoice.
fn by_entries(
    looks: &[Portal],
    invoice: &published::Invoice,
    project: &published::Project,
    assumed: Assumed,
    is_here: impl Fn(Option<&str>) -> bool,
) -> BTreeMap<Class, i128> {
    let months = looks.last().into_iter().flat_map(|look| &look.months);
    let entries = months.flat_map(|month| &month.entries);
    let own = entries.filter(|entry| {
        entry.invoice == invoice.number
            && entry.project == project.id
            && is_here(entry.task.as_deref())
    });
    summed(own.map(|entry| {
        let class = assumed.class(&entry.member, &project.name, entry.task.as_deref());
        (class, entry.seconds)
    }))
}

/// The project as it was after the invoice before: all that was worked since is on this one.
fn earlier<'a>(
    looks: &'a [Portal],
    place: usize,
    project: &published::Project,
) -> Option<&'a published::Project> {
    let before = looks.get(place.checked_sub(2)?)?;
    let mut projects = before.projects.projects.iter();
    projects.find(|one| one.id == project.id)
}

/// What each member worked more.
fn by_team(
    looks: &[Portal],
    place: usize,
    project: &published::Project,
    assumed: Assumed,
) -> BTreeMap<Class, i128> {
    let Some(before) = earlier(looks, place, project) else {
        return BTreeMap::new();
    };
    summed(project.team.iter().map(|of| {
        let then = before.team.iter().find(|one| one.member == of.member);
        let then = then.map_or(Seconds::ZERO, |one| one.seconds);
        (
            assumed.class(&of.member, &project.name, None),
            of.seconds - then,
        )
    }))
}

/// What was worked more on each task, and on none.
fn by_tasks(
    looks: &[Portal],
    place: usize,
    project: &published::Project,
    assumed: Assumed,
    is_here: impl Fn(Option<&str>) -> bool,
) -> BTreeMap<Class, i128> {
    let Some(before) = earlier(looks, place, project) else {
        return BTreeMap::new();
    };
    let mut rest = project.seconds - before.seconds;
    let mut parts = Vec::new();
    for task in &project.tasks {
        let then = before.tasks.iter().find(|one| one.id == task.id).unwrap();
        let more = task.seconds - then.seconds;
        rest = rest - more;
        if is_here(Some(&task.name)) {
            let class = assumed.class("", &project.name, Some(&task.name));
            parts.push((class, more));
        }
    }
    if is_here(None) {
        parts.push((assumed.class("", &project.name, None), rest));
    }
    summed(parts.into_iter())
}

/// A fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction(i128, i128);

impl Fraction {
    const ZERO: Self = Self(0, 1);

    fn new(above: i128, below: i128) -> Self {
        let (mut a, mut b) = (above.abs(), below.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = a.max(1) * below.signum();
        Self(above / common, below / common)
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.0 * other.0, self.1 * other.1)
    }

    fn minus(self, other: Self) -> Self {
        Self::new(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }
}

/// Each class that has one solution: cents for a quarter of an hour, and half of the width that rounding leaves.
fn solve(equations: &[Equation]) -> BTreeMap<Class, (Fraction, Fraction)> {
    let classes: BTreeSet<&Class> = equations.iter().flat_map(|one| one.hours.keys()).collect();
    let classes: Vec<&Class> = classes.into_iter().collect();
    let width = classes.len();
    // The factors of the unknowns, then how much of each equation is in the row.
    let mut rows: Vec<Vec<Fraction>> = equations
        .iter()
        .enumerate()
        .map(|(number, equation)| {
            let factor = |class: &&Class| equation.hours.get(*class).copied().unwrap_or(0);
            let factors = classes.iter().map(|class| Fraction(factor(class), 1));
            let of = (0..equations.len()).map(|one| Fraction(i128::from(one == number), 1));
            factors.chain(of).collect()
        })
        .collect();
    let mut done = 0;
    let mut pivots = Vec::new();
    for column in 0..width {
        let Some(pivot) = (done..rows.len()).find(|row| rows[*row][column].0 != 0) else {
            continue;
        };
        rows.swap(done, pivot);
        let lead = rows[done][column];
        let inverse = Fraction::new(lead.1, lead.0);
        rows[done] = rows[done].iter().map(|one| one.times(inverse)).collect();
        let own = rows[done].clone();
        for (place, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if place != done && factor.0 != 0 {
                for (one, other) in row.iter_mut().zip(&own) {
                    *one = one.minus(other.times(factor));
                }
            }
        }
        pivots.push(column);
        done += 1;
    }
    let mut solved = BTreeMap::new();
    for (row, column) in rows.iter().zip(pivots) {
        if row[..width].iter().filter(|one| one.0 != 0).count() > 1 {
            continue;
        }
        let (mut value, mut slack) = (Fraction::ZERO, Fraction::ZERO);
        for (part, equation) in row[width..].iter().zip(equations) {
            value = value.minus(part.times(Fraction(-equation.cents, 1)));
            // Each class was rounded once, to half a cent.
            let size = Fraction(part.0.abs(), part.1);
            let lines = Fraction(-i128::try_from(equation.hours.len()).unwrap(), 2);
            slack = slack.minus(size.times(lines));
        }
        solved.insert(classes[column].clone(), (value, slack));
    }
    solved
}

/// The rates of each class in truth, in cents an hour.
fn truth(
    plan: &Plan,
    books: &ClientBooks,
    visibility: &Visibility,
    assumed: Assumed,
) -> BTreeMap<Class, BTreeSet<u32>> {
    // By which names members go, a time sheet tells, whether this client has one or not.
    let open = Visibility {
        timesheets: true,
        weekly: false,
        descriptions: crate::domain::visibility::Descriptions::Full,
        ..visibility.clone()
    };
    let look = portal(books, &open).unwrap().unwrap();
    let mut members = HashMap::new();
    for entry in look.months.iter().flat_map(|month| &month.entries) {
        members.insert(entry.id.clone(), entry.member.clone());
    }
    let mut rates: BTreeMap<Class, BTreeSet<u32>> = BTreeMap::new();
    let logged = plan.invoices.iter().flat_map(|(_, logged)| logged);
    for ((number, one), worked) in logged.enumerate().zip(&books.work) {
        let id = books.ids.row(Noun::Entry, worked.entry.key.0);
        let (project, task) = PLACES[one.place];
        let task = task.filter(|_| visibility.tasks).map(task_name);
        let class = assumed.class(&members[&id], project_name(project), task);
        rates
            .entry(class)
            .or_default()
            .insert(plan.cents(one, number));
    }
    rates
}

/// Whether the owner was told that the rate of a class follows.
fn is_told(told: &[Consequence], class: &Class) -> bool {
    let [member, project, task] = class;
    let slug = match project.as_str() {
        "Website" => format!("canary-private-{}", WEBSITE.0),
        "Support" => format!("canary-private-{}", SUPPORT.0),
        _ => String::new(),
    };
    let mut names = BTreeSet::new();
    for member in [member.as_str(), ""] {
        for place in [heading(&slug, Some(task)), slug.clone(), String::new()] {
            let place = place.trim_end_matches(", ");
            names.insert(match (member, place) {
                (member, "") => member.to_owned(),
                ("", place) => place.to_owned(),
                (member, place) => format!("{member} on {place}"),
            });
        }
    }
    told.iter().any(|one| match one {
        Consequence::RateOfAll => true,
        Consequence::RateOf { projects } => projects.contains(&slug),
        Consequence::RateSolved { of } => of.iter().any(|name| names.contains(name)),
        _ => false,
    })
}

#[test]
fn no_rate_is_the_only_solution_of_all_that_is_shown_but_those_that_explain_names() {
    let (found, nothing, quiet) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let hidden = settings().prop_map(|visibility| Visibility {
        rates: false,
        ..visibility
    });
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let run = runner.run(&(plan(), hidden), |(plan, visibility)| {
        let history = history(&plan);
        let looks: Vec<Portal> = history
            .iter()
            .map(|books| portal(books, &visibility).unwrap().unwrap())
            .collect();
        let books = history.last().unwrap();
        let told = consequences(books, &visibility);
        let mut solutions = 0;
        for assumed in Assumed::all() {
            let truth = truth(&plan, books, &visibility, assumed);
            let mut known = equations(&looks, assumed);
            known.retain(|one| one.hours.keys().all(|class| truth[class].len() == 1));
            for (class, (value, slack)) in solve(&known) {
                // Four quarters are an hour: an interval of a cent an hour or more leaves several rates.
                if slack.0 * 8 >= slack.1 {
                    continue;
                }
                solutions += 1;
                let rate = *truth[&class].first().unwrap();
                let off = value.minus(Fraction::new(i128::from(rate), 4));
                prop_assert!(
                    off.0.abs() * 4 < off.1 * 8,
                    "{class:?}: {value:?} for {rate}"
                );
                prop_assert!(is_told(&told, &class), "{class:?} is {rate}: {told:?}");
            }
        }
        let is_of_rates = |one: &&Consequence| one.code().starts_with("rate");
        let counter = match (solutions, told.iter().find(is_of_rates)) {
            (1.., _) => &found,
            (_, None) => &quiet,
            _ => &nothing,
        };
        counter.set(counter.get() + 1);
        Ok(())
    });
    run.unwrap();
    let (found, nothing, quiet) = (found.get(), nothing.get(), quiet.get());
    assert!(
        found > 50 && quiet > 50,
        "solved and told: {found}, told for nothing: {nothing}, nothing to find: {quiet}"
    );
}

#[test]
fn a_mix_of_two_people_is_safe_on_one_invoice_and_none_on_two_of_another_mix() {
    let logged = |member, quarters| Logged {
        member,
        place: 3,
        quarters,
    };
    let mut plan = Plan {
        structure: Structure::Members,
        rates: vec![9_500, 12_000, 4_000],
        invoices: vec![(Grouping::Project, vec![logged(0, 8), logged(1, 12)])],
    };
    let told = |plan: &Plan, settings: &[(&str, &str)]| -> Vec<String> {
        let history = history(plan);
        let found = consequences(history.last().unwrap(), &sample::visibility(settings));
        let rates = found.into_iter().filter_map(|one| match one {
            Consequence::RateSolved { of } => Some(of),
            Consequence::RateOfAll | Consequence::RateOf { .. } => panic!("{one:?}"),
            _ => None,
        });
        rates.flatten().collect()
    };
    assert_eq!(told(&plan, &[]), [] as [String; 0]);
    plan.invoices
        .push((Grouping::Project, vec![logged(0, 16), logged(1, 24)]));
    assert_eq!(told(&plan, &[]), [] as [String; 0], "twice the same mix");
    plan.invoices
        .push((Grouping::Project, vec![logged(0, 8), logged(1, 8)]));
    assert_eq!(told(&plan, &[]).len(), 2);
    assert_eq!(told(&plan, &[("invoices", "off")]), [] as [String; 0]);
    assert_eq!(told(&plan, &[("rates", "shown")]), [] as [String; 0]);
}
