//! The projects of a client with budgets, phases, tasks and team.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use crate::published::{About, Project, Sections, Task};

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::template::{Frame, render};
use super::super::viewer::Viewer;
use super::super::words::{ENGLISH as W, Words, fill};
use super::{BudgetView, format_of, question};

#[derive(Debug, Template)]
#[template(path = "projects.html", config = "src/portal/askama.toml")]
struct ProjectsPage {
    frame: Frame,
    w: &'static Words,
    projects: Vec<ProjectView>,
}

#[derive(Debug)]
struct ProjectView {
    name: String,
    /// Where to ask about it.
    question: Option<String>,
    closed: bool,
    due: Option<String>,
    total: String,
    budget: Option<BudgetView>,
    phases: Vec<PhaseView>,
    tasks: Vec<TaskView>,
    team: Vec<(String, String)>,
}

#[derive(Debug)]
struct PhaseView {
    name: String,
    hours: String,
    budget: Option<BudgetView>,
}

#[derive(Debug)]
struct TaskView {
    name: String,
    question: Option<String>,
    done: bool,
    due: String,
    hours: String,
}

/// `GET /c/{client}/projects`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
) -> Result<Html<String>, Refusal> {
    let published = portal.store().projects(&viewer).await?;
    let mut projects = published.map_or_else(Vec::new, |projects| projects.projects);
    projects.sort_by_key(|project| project.closed);
    let page = ProjectsPage {
        frame: Frame::of(W.projects, "/projects", &viewer, &signed_in),
        w: &W,
        projects: projects
            .iter()
            .map(|project| view(project, &viewer))
            .collect(),
    };
    Ok(render(&page)?)
}

fn view(project: &Project, viewer: &Viewer) -> ProjectView {
    let format = format_of(viewer);
    let console = viewer.console();
    let Sections {
        budget,
        phases,
        tasks,
        ..
    } = console.sections;
    let budget_view = |published: &Option<crate::published::Budget>| {
        let published = published.as_ref().filter(|_| budget)?;
        Some(BudgetView::new(
            published,
            project.closed,
            console.as_of,
            &format,
        ))
    };
    let phase = |phase: &crate::published::Phase| PhaseView {
        name: phase.name.clone(),
        hours: format.hours(phase.seconds),
        budget: budget_view(&phase.budget),
    };
    ProjectView {
        name: project.name.clone(),
        question: question::link(viewer, &About::Project(project.id.clone())),
        closed: project.closed,
        due: project.due.map(|day| fill(W.due_on, &[&format.day(day)])),
        total: fill(W.project_total, &[&format.hours(project.seconds)]),
        budget: budget_view(&project.budget),
        phases: if phases {
            project.phases.iter().map(phase).collect()
        } else {
            Vec::new()
        },
        tasks: if tasks {
            project
                .tasks
                .iter()
                .map(|task| task_view(task, viewer, &format))
                .collect()
        } else {
            Vec::new()
        },
        team: project
            .team
            .iter()
            .map(|member| (member.member.clone(), format.hours(member.seconds)))
            .collect(),
    }
}

fn task_view(task: &Task, viewer: &Viewer, format: &Format) -> TaskView {
    TaskView {
        name: task.name.clone(),
        question: question::link(viewer, &About::Task(task.id.clone())),
        done: task.done,
        due: task
            .due
            .map_or_else(String::new, |day| format.short_day(day)),
        hours: format.hours(task.seconds),
    }
}
