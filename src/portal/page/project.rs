//! The projects of a client: all of them with their budgets, and one with its chart, phases, tasks and team.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Html;

use crate::published::{About, Phase, Project, Sections, Task};
use crate::values::id::PublicId;

use super::super::chart::Chart;
use super::super::error::Refusal;
use super::super::format::{Format, share};
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Frame, Pager, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{Words, fill};
use super::timesheet::page_number;
use super::{BudgetView, Link, ROWS, burn_chart, format_of, pager, question};

/// Tasks that are done and still listed.
const DONE_TASKS: usize = 40;
/// Tasks that are listed in all.
const MOST_TASKS: usize = 200;

#[derive(Debug, Template)]
#[template(path = "projects.html", config = "src/portal/askama.toml")]
struct ProjectsPage {
    frame: Frame,
    w: &'static Words,
    projects: Vec<ProjectTile>,
    pager: Option<Pager>,
}

#[derive(Debug)]
struct ProjectTile {
    name: String,
    address: String,
    closed: bool,
    due: Option<String>,
    total: String,
    tasks: Option<String>,
    budget: Option<BudgetView>,
}

#[derive(Debug, Template)]
#[template(path = "project.html", config = "src/portal/askama.toml")]
struct ProjectPage {
    frame: Frame,
    w: &'static Words,
    all: String,
    name: String,
    /// Where to ask about it.
    question: Option<String>,
    closed: bool,
    due: Option<String>,
    total: String,
    /// Address of its entries, where there are any to see.
    entries: Option<String>,
    budget: Option<BudgetView>,
    chart: Option<Chart>,
    phases: Vec<PhaseView>,
    views: Vec<Link>,
    tasks: Vec<TaskView>,
    boards: Vec<Board>,
    more_tasks: Option<String>,
    team: Vec<(String, String, u8)>,
}

#[derive(Debug)]
struct PhaseView {
    name: String,
    closed: bool,
    due: Option<String>,
    hours: String,
    budget: Option<BudgetView>,
}

#[derive(Debug)]
struct TaskView {
    name: String,
    question: Option<String>,
    phase: String,
    state: &'static str,
    class: &'static str,
    due: String,
    hours: String,
}

/// The tasks of one state, as tiles.
#[derive(Debug)]
struct Board {
    name: &'static str,
    class: &'static str,
    tasks: Vec<TaskView>,
}

/// `GET /c/{client}/projects`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Refusal> {
    let number = one(query.as_deref(), "page").ok_or(Refusal::Malformed)?;
    let number = page_number(&number).ok_or(Refusal::Malformed)?;
    let published = portal.store().projects(&viewer).await?;
    let mut projects = published.map_or_else(Vec::new, |projects| projects.projects);
    projects.sort_by_key(|project| project.closed);
    let format = format_of(&viewer);
    let w = format.words();
    let here = format!("/c/{}/projects", viewer.client());
    let count = u64::try_from(projects.len()).unwrap_or(u64::MAX);
    let rows = super::rows(number);
    let page = ProjectsPage {
        frame: Frame::of(w.projects, "/projects", &viewer, &signed_in),
        w,
        projects: projects
            .iter()
            .skip(usize::try_from(rows.skip).unwrap_or(usize::MAX))
            .take(usize::try_from(ROWS).unwrap_or(usize::MAX))
            .map(|project| tile(project, &here, &viewer, &format))
            .collect(),
        pager: pager(w, number, count, |page| format!("{here}?page={page}")),
    };
    Ok(render(&page)?)
}

/// The value of one name, which is the only one there may be; empty without it.
fn one(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    match (pairs.next(), pairs.next()) {
        (None, _) => Some(String::new()),
        (Some((found, value)), None) if found == name => Some(value.into_owned()),
        _ => None,
    }
}

fn tile(project: &Project, here: &str, viewer: &Viewer, format: &Format) -> ProjectTile {
    let w = format.words();
    let Sections { budget, tasks, .. } = viewer.console().sections;
    let done = project.tasks.iter().filter(|task| task.done).count();
    let all = project.tasks.len();
    ProjectTile {
        name: project.name.clone(),
        address: format!("{here}/{}", project.id),
        closed: project.closed,
        due: project.due.map(|day| fill(w.due_on, &[&format.day(day)])),
        total: fill(w.project_total, &[&format.hours(project.seconds)]),
        tasks: (tasks && all > 0)
            .then(|| fill(w.tasks_done, &[&done.to_string(), &all.to_string()])),
        budget: project
            .budget
            .as_ref()
            .filter(|_| budget)
            .map(|budget| BudgetView::new(budget, project.closed, viewer.console().as_of, format)),
    }
}

/// `GET /c/{client}/projects/{project}`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    Path((_, project)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, Refusal> {
    let id = PublicId::parse(&project).map_err(|_| Refusal::NotFound)?;
    let published = portal.store().projects(&viewer).await?;
    let mut projects = published
        .map_or_else(Vec::new, |projects| projects.projects)
        .into_iter();
    let project = projects
        .find(|project| project.id == id)
        .ok_or(Refusal::NotFound)?;
    let view = one(query.as_deref(), "view").ok_or(Refusal::Malformed)?;
    let tiles = match view.as_str() {
        "" => false,
        "tiles" => true,
        _ => return Err(Refusal::Malformed),
    };
    Ok(render(&page(&project, &viewer, &signed_in, tiles))?)
}

fn page(project: &Project, viewer: &Viewer, signed_in: &SignedIn, tiles: bool) -> ProjectPage {
    let format = format_of(viewer);
    let w = format.words();
    let console = viewer.console();
    let sections = console.sections;
    let all = format!("/c/{}/projects", viewer.client());
    let here = format!("{all}/{}", project.id);
    let published = project.budget.as_ref().filter(|_| sections.budget);
    let budget =
        published.map(|budget| BudgetView::new(budget, project.closed, console.as_of, &format));
    let chart = published
        .zip(budget.as_ref())
        .and_then(|(published, view)| {
            burn_chart(
                "burn",
                &project.name,
                published,
                view,
                console.as_of,
                &format,
            )
        });
    let shown: Vec<&Task> = listed(&project.tasks).collect();
    let hidden = project.tasks.len().saturating_sub(shown.len());
    let most = project
        .team
        .iter()
        .map(|hours| hours.seconds.0)
        .max()
        .unwrap_or(0);
    let view = |name: &str, address: String, current| Link {
        address,
        name: name.to_owned(),
        current,
    };
    let tasks = |wanted: &dyn Fn(&Task) -> bool| -> Vec<TaskView> {
        let of_state = shown.iter().filter(|task| sections.tasks && wanted(task));
        of_state
            .map(|task| task_view(task, sections.phases, viewer, &format))
            .collect()
    };
    let board = |name, class, wanted: &dyn Fn(&Task) -> bool| Board {
        name,
        class,
        tasks: tasks(wanted),
    };
    ProjectPage {
        frame: Frame::of(&project.name, "/projects", viewer, signed_in),
        w,
        all,
        name: project.name.clone(),
        question: question::link(viewer, &About::Project(project.id.clone())),
        closed: project.closed,
        due: project.due.map(|day| fill(w.due_on, &[&format.day(day)])),
        total: fill(w.project_total, &[&format.hours(project.seconds)]),
        entries: viewer
            .may(Need::Timesheet)
            .then(|| format!("/c/{}/timesheet?project={}", viewer.client(), project.id)),
        budget,
        chart,
        phases: match sections.phases {
            true => project
                .phases
                .iter()
                .map(|phase| phase_view(phase, viewer, &format))
                .collect(),
            false => Vec::new(),
        },
        views: vec![
            view(w.view_list, here.clone(), !tiles),
            view(w.view_tiles, format!("{here}?view=tiles"), tiles),
        ],
        tasks: if tiles { Vec::new() } else { tasks(&|_| true) },
        boards: match tiles {
            true => vec![
                board(w.open, "fair", &|task| !task.done && !task.doing),
                board(w.doing, "good", &|task| !task.done && task.doing),
                board(w.done, "quiet", &|task| task.done),
            ],
            false => Vec::new(),
        },
        more_tasks: (hidden > 0 && sections.tasks)
            .then(|| fill(w.more_tasks, &[&hidden.to_string()])),
        team: project
            .team
            .iter()
            .map(|member| {
                let width = share(member.seconds.0, most);
                (member.member.clone(), format.hours(member.seconds), width)
            })
            .collect(),
    }
}

/// Open tasks, and some of those that are done.
fn listed(tasks: &[Task]) -> impl Iterator<Item = &Task> {
    let open = tasks.iter().filter(|task| !task.done);
    let done = tasks.iter().filter(|task| task.done).take(DONE_TASKS);
    open.chain(done).take(MOST_TASKS)
}

fn phase_view(phase: &Phase, viewer: &Viewer, format: &Format) -> PhaseView {
    let console = viewer.console();
    let published = phase.budget.as_ref().filter(|_| console.sections.budget);
    PhaseView {
        name: phase.name.clone(),
        closed: phase.closed,
        due: phase
            .due
            .map(|day| fill(format.words().due_on, &[&format.day(day)])),
        hours: format.hours(phase.seconds),
        budget: published
            .map(|budget| BudgetView::new(budget, phase.closed, console.as_of, format)),
    }
}

fn task_view(task: &Task, phases: bool, viewer: &Viewer, format: &Format) -> TaskView {
    let w = format.words();
    let (state, class) = match (task.done, task.doing) {
        (true, _) => (w.done, "quiet"),
        (false, true) => (w.doing, "good"),
        (false, false) => (w.open, "fair"),
    };
    TaskView {
        name: task.name.clone(),
        question: question::link(viewer, &About::Task(task.id.clone())),
        phase: task.phase.clone().filter(|_| phases).unwrap_or_default(),
        state,
        class,
        due: task
            .due
            .map_or_else(String::new, |day| format.short_day(day)),
        hours: format.hours(task.seconds),
    }
}
