//! Projects with their hours, budgets, tasks and team.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::budget::{self, HourBudget};
use crate::domain::project::{Project, Task};
use crate::published::{self, Budget, BudgetUnit, MemberHours, Projects};
use crate::values::duration::Seconds;

use super::Noun;
use super::entry::{Row, Scene};

/// The projects of a client by name, open ones first.
pub(super) fn projects(scene: &Scene<'_>) -> Projects {
    let mut projects: Vec<_> = scene
        .books
        .projects
        .iter()
        .map(|project| published(scene, project))
        .collect();
    projects.sort_by(|a, b| (a.closed, &a.name, &a.id).cmp(&(b.closed, &b.name, &b.id)));
    Projects { projects }
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

fn published(scene: &Scene<'_>, project: &Project) -> published::Project {
    let Project {
        key,
        client: _, // the client's own page
        slug: _,   // how the owner types it
        name,
        budget,
        due,
        billable: _, // told by each entry
        closed,
    } = project;
    let rows: Vec<&Row> = scene
        .rows
        .iter()
        .filter(|row| row.project == *key)
        .collect();
    published::Project {
        id: scene.books.ids.row(Noun::Project, key.0),
        name: name.as_str().to_owned(),
        closed: *closed,
        due: *due,
        seconds: rows.iter().map(|row| row.seconds).sum(),
        budget: budget
            .filter(|_| scene.visibility.budget)
            .map(|allocated| self::budget(allocated, &rows, scene.horizon)),
        phases: Vec::new(),
        tasks: tasks(scene, project, &rows),
        team: by_member(rows.iter().copied()),
    }
}

/// Budgets count billable work.
fn budget(allocated: Seconds, rows: &[&Row], horizon: NaiveDate) -> Budget {
    let mut days: BTreeMap<NaiveDate, Seconds> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.billable) {
        *days.entry(row.day).or_default() += row.seconds;
    }
    let days: Vec<_> = days.into_iter().collect();
    let HourBudget {
        allocated,
        used,
        left,
        percent,
        burn_rate,
        projected_completion,
    } = budget::hours(allocated, &days, horizon);
    Budget {
        unit: BudgetUnit::Hours {
            allocated,
            used,
            left,
        },
        burn_rate,
        projected_completion,
        // A budget of nothing is used up.
        percent: percent.unwrap_or(Decimal::ONE_HUNDRED),
    }
}

fn tasks(scene: &Scene<'_>, project: &Project, rows: &[&Row]) -> Vec<published::Task> {
    if !scene.visibility.tasks {
        return Vec::new();
    }
    let mut tasks: Vec<_> = scene
        .books
        .tasks
        .iter()
        .filter(|task| task.project == project.key)
        .map(|task| {
            let Task {
                key,
                project: _, // it stands below it
                name,
                billable: _, // told by each entry
                done,
            } = task;
            let of_task = rows.iter().filter(|row| row.task == Some(*key));
            published::Task {
                name: name.as_str().to_owned(),
                done: *done,
                due: None,
                seconds: of_task.map(|row| row.seconds).sum(),
            }
        })
        .collect();
    tasks.sort_by(|a, b| (a.done, &a.name).cmp(&(b.done, &b.name)));
    tasks
}

#[cfg(test)]
mod tests {
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};
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
