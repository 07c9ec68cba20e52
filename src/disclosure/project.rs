//! Projects with their hours, budgets, tasks and team.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::domain::budget::{self, Counts, Day, Per, Standing};
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::task::{Status, Task};
use crate::published::{self, Budget, BudgetUnit, MemberHours, Projects};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::MoneyError;
use crate::values::period::Period;

use super::Noun;
use super::entry::{Row, Scene, phase_name};

/// Weeks that are told of a budget.
const MOST_WEEKS: usize = 260;

/// The projects of a client by name, open ones first.
pub(super) fn projects(scene: &Scene<'_>) -> Result<Projects, Refusal> {
    let mut projects: Vec<_> = scene
        .books
        .projects
        .iter()
        .map(|project| published(scene, project))
        .collect::<Result<_, _>>()?;
    projects.sort_by(|a, b| (a.closed, &a.name, &a.id).cmp(&(b.closed, &b.name, &b.id)));
    Ok(Projects { projects })
}

/// Hours by member of these rows, most first.
pub(super) fn by_member<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<MemberHours> {
    let mut sums: BTreeMap<&str, Seconds> = BTreeMap::new();
    for row in rows {
        *sums.entry(&row.member).or_default() += row.seconds;
    }
    let mut hours: Vec<_> = sums
        .into_iter()
        .map(|(member, seconds)| MemberHours {
            member: member.to_owned(),
            seconds,
        })
        .collect();
    // Stable, so that equals stay by name.
    hours.sort_by_key(|hours| std::cmp::Reverse(hours.seconds));
    hours
}

fn published(scene: &Scene<'_>, project: &Project) -> Result<published::Project, Refusal> {
    let Project {
        key,
        client: _, // the client's own page
        slug: _,   // how the owner types it
        name,
        budget: _,     // only such as are published; see there
        counts: _,     // the same
        thresholds: _, // when the owner is told
        due,
        billable: _, // told by each entry
        closed,
    } = project;
    let rows: Vec<&Row> = scene
        .rows
        .iter()
        .filter(|row| row.project == *key)
        .collect();
    Ok(published::Project {
        id: scene.books.ids.row(Noun::Project, key.0),
        name: name.as_str().to_owned(),
        closed: *closed,
        due: *due,
        seconds: rows.iter().map(|row| row.seconds).sum(),
        budget: budget(scene, project, &rows)?,
        phases: phases(scene, project, &rows)?,
        tasks: tasks(scene, project, &rows),
        team: by_member(rows.iter().copied()),
    })
}

/// What is published of budgets is for the whole of a project, counting billable work; one that counts all work is the owner's own.
/// One in money is there where rates are shown, for it would tell them. The hours are those billed, like all that a client reads:
/// beside those worked they would tell what rounding adds.
fn budget(scene: &Scene<'_>, project: &Project, rows: &[&Row]) -> Result<Option<Budget>, Refusal> {
    let agreed = project
        .budget
        .filter(|_| project.counts == Counts::Billable);
    match agreed {
        Some(agreed) => {
            let mut budget = budget_of(scene, &agreed, rows)?;
            // A chart is of what goes on.
            let in_hours = matches!(agreed.amount, Amount::Hours(_));
            if let Some(budget) = budget.as_mut().filter(|_| !project.closed && in_hours) {
                budget.weeks = weeks(scene, rows);
            }
            Ok(budget)
        }
        None => Ok(None),
    }
}

fn budget_of(
    scene: &Scene<'_>,
    agreed: &budget::Budget,
    rows: &[&Row],
) -> Result<Option<Budget>, Refusal> {
    let in_money = matches!(agreed.amount, Amount::Money(_));
    let is_told = !in_money || scene.visibility.rates;
    if !scene.visibility.budget || agreed.per != Per::Total || !is_told {
        return Ok(None);
    }
    let mut days: BTreeMap<NaiveDate, (Seconds, Decimal)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.billable) {
        let (seconds, worth) = days.entry(row.day).or_default();
        *seconds += row.seconds;
        if in_money {
            let amount = row.worth(scene.currency())?.decimal();
            *worth = worth.checked_add(amount).ok_or(MoneyError::TooLarge)?;
        }
    }
    let days: Vec<Day> = days
        .into_iter()
        .map(|(day, (seconds, worth))| Day {
            day,
            seconds,
            worth,
        })
        .collect();
    let Standing {
        allocated,
        used,
        left,
        percent,
        burn_rate,
        projected_completion,
        month: _, // none: it is for the whole
    } = budget::standing(agreed, &days, scene.horizon)?;
    let unit = match (allocated, used, left) {
        (Amount::Hours(allocated), Amount::Hours(used), Amount::Hours(left)) => BudgetUnit::Hours {
            allocated,
            used,
            left,
        },
        (Amount::Money(allocated), Amount::Money(used), Amount::Money(left)) => BudgetUnit::Money {
            allocated,
            used,
            left,
        },
        _ => return Ok(None),
    };
    Ok(Some(Budget {
        unit,
        burn_rate,
        projected_completion,
        // A budget of nothing is used up.
        percent: percent.unwrap_or(Decimal::ONE_HUNDRED),
        weeks: Vec::new(),
    }))
}

/// The hours of each week without a gap, the last ones where they are many. What is planned ahead of the horizon is not among them.
fn weeks(scene: &Scene<'_>, rows: &[&Row]) -> Vec<(NaiveDate, Seconds)> {
    let first_day = scene.books.business.week_start;
    let mut sums: BTreeMap<NaiveDate, Seconds> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.billable) {
        *sums
            .entry(Period::week(row.day, first_day).from)
            .or_default() += row.seconds;
    }
    let Some(first) = sums.keys().next().copied() else {
        return Vec::new();
    };
    let last = Period::week(scene.horizon, first_day).from;
    let last = sums.keys().next_back().copied().unwrap_or(last).max(last);
    let all: Vec<_> = first
        .iter_weeks()
        .take_while(|week| *week <= last)
        .map(|week| (week, sums.get(&week).copied().unwrap_or_default()))
        .collect();
    let Some(early) = all.len().checked_sub(MOST_WEEKS) else {
        return all;
    };
    // What was used before the first week that is told is part of it, so that the sum stays what was used.
    let (before, rest) = all.split_at(early);
    let mut kept = rest.to_vec();
    if let Some((_, first)) = kept.first_mut() {
        *first += before.iter().map(|(_, seconds)| *seconds).sum::<Seconds>();
    }
    kept
}

/// Phases in the order in which they were made, with hours, and the budgets that count what the project's does.
fn phases(
    scene: &Scene<'_>,
    project: &Project,
    rows: &[&Row],
) -> Result<Vec<published::Phase>, Refusal> {
    if !scene.visibility.phases {
        return Ok(Vec::new());
    }
    let of_project = scene.books.phases.iter();
    of_project
        .filter(|phase| phase.project == project.key)
        .map(|phase| {
            let Phase {
                key,
                project: _, // it stands below it
                name,
                budget,
                due,
                closed,
            } = phase;
            let of_phase: Vec<&Row> = rows
                .iter()
                .copied()
                .filter(|row| row.phase == Some(*key))
                .collect();
            let agreed = budget.filter(|_| project.counts == Counts::Billable);
            let agreed = agreed.map(|amount| budget::Budget {
                amount,
                per: Per::Total,
            });
            Ok(published::Phase {
                name: name.as_str().to_owned(),
                closed: *closed,
                due: *due,
                seconds: of_phase.iter().map(|row| row.seconds).sum(),
                budget: match agreed {
                    Some(agreed) => budget_of(scene, &agreed, &of_phase)?,
                    None => None,
                },
            })
        })
        .collect()
}

fn tasks(scene: &Scene<'_>, project: &Project, rows: &[&Row]) -> Vec<published::Task> {
    if !scene.visibility.tasks {
        return Vec::new();
    }
    let mut tasks: Vec<_> = scene
        .books
        .tasks
        .iter()
        .filter(|task| task.project == project.key && task.shared)
        .map(|task| {
            let Task {
                key,
                project: _, // it stands below it
                phase,
                name,
                status,
                due,
                assignee: _, // whose work it is to be is the owner's plan
                billable: _, // told by each entry
                shared: _,   // only such are here
            } = task;
            let of_task = rows.iter().filter(|row| row.task == Some(*key));
            published::Task {
                id: scene.books.ids.row(Noun::Task, key.0),
                name: name.as_str().to_owned(),
                phase: phase
                    .filter(|_| scene.visibility.phases)
                    .and_then(|phase| phase_name(&scene.books.phases, phase)),
                doing: *status == Status::Doing,
                done: *status == Status::Done,
                due: *due,
                seconds: of_task.map(|row| row.seconds).sum(),
            }
        })
        .collect();
    tasks.sort_by(|a, b| {
        (a.done, a.due.is_none(), a.due, &a.name).cmp(&(b.done, b.due.is_none(), b.due, &b.name))
    });
    tasks
}

#[cfg(test)]
mod tests {
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};
    use crate::domain::key::RoundingKey;
    use crate::domain::rounding::{DatedPolicy, Mode, Policies, Policy, Scope, Target};
    use crate::published::{BudgetUnit, Project};
    use crate::values::duration::Seconds;

    fn website(settings: &[(&str, &str)]) -> Project {
        let shown = portal(&sample::books(), &visibility(settings))
            .unwrap()
            .unwrap();
        shown
            .projects
            .projects
            .into_iter()
            .find(|project| project.name == "Website")
            .unwrap()
    }

    #[test]
    fn a_project_shows_hours_budget_tasks_and_team() {
        let project = website(&[]);
        let team: Seconds = project.team.iter().map(|hours| hours.seconds).sum();
        assert_eq!(project.seconds, team);
        let tasks: Vec<_> = project
            .tasks
            .iter()
            .map(|task| (task.name.as_str(), task.done))
            .collect();
        assert_eq!(
            tasks,
            [("Build", false), ("Design", false), ("Kick-off", true)]
        );
        let budget = project.budget.unwrap();
        let BudgetUnit::Hours {
            allocated,
            used,
            left,
        } = budget.unit
        else {
            panic!("hours")
        };
        assert_eq!(allocated, Seconds(40 * 3600));
        assert_eq!(left, allocated - used);
        assert!(used < project.seconds, "non-billable work does not count");
    }

    #[test]
    fn a_budget_counts_billed_time_like_all_that_a_client_reads() {
        let used = |scope: Option<Scope>, settings: &[(&str, &str)]| {
            let mut books = sample::books();
            let minutes = [61, 61, 1].into_iter().cycle();
            for (worked, minutes) in books.work.iter_mut().zip(minutes) {
                worked.entry.work.seconds = Seconds::from_minutes(minutes);
            }
            books.policies = Policies::new(scope.map(|scope| DatedPolicy {
                key: RoundingKey(1),
                target: Target::Business,
                from: None,
                policy: Policy {
                    mode: Mode::Up,
                    step_minutes: 15,
                    minimum_minutes: 0,
                    scope,
                },
            }));
            let shown = portal(&books, &visibility(settings)).unwrap().unwrap();
            let mut projects = shown.projects.projects.into_iter();
            let project = projects.find(|project| project.name == "Website").unwrap();
            let BudgetUnit::Hours { used, .. } = project.budget.unwrap().unit else {
                panic!("hours")
            };
            (used, project.seconds)
        };
        for settings in [vec![], vec![("descriptions", "summary")]] {
            let (exact, plain) = used(None, &settings);
            for scope in [Scope::Entry, Scope::Day, Scope::Line] {
                let (rounded, billed) = used(Some(scope), &settings);
                assert!(rounded > exact, "{scope:?} {settings:?}");
                assert!(billed > plain, "{scope:?} {settings:?}");
            }
        }
    }

    #[test]
    fn budget_and_tasks_can_be_off() {
        assert_eq!(website(&[("budget", "off")]).budget, None);
        assert!(website(&[("tasks", "off")]).tasks.is_empty());
        assert!(website(&[("phases", "off")]).phases.is_empty());
    }

    #[test]
    fn projects_are_ordered_by_name_open_ones_first() {
        let shown = portal(&sample::books(), &visibility(&[])).unwrap().unwrap();
        let names: Vec<_> = shown
            .projects
            .projects
            .iter()
            .map(|project| project.name.as_str())
            .collect();
        assert_eq!(names, ["Support", "Website", "Archive"]);
    }
}
