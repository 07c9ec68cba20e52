//! The names behind keys: of a few, or of everything.

use std::collections::HashMap;

use chrono::Datelike;

use crate::domain::key::{ActivityKey, ClientKey, MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::domain::report::Cell;
use crate::store::{Books, ClientFilter};
use crate::values::money::Currency;

use super::Result;

/// The names behind the keys of a report.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Slug, name and currency.
    pub clients: HashMap<ClientKey, (String, String, Currency)>,
    /// Reference and name.
    pub projects: HashMap<ProjectKey, (String, String)>,
    pub phases: HashMap<PhaseKey, String>,
    pub tasks: HashMap<TaskKey, String>,
    /// Codes.
    pub activities: HashMap<ActivityKey, String>,
    /// Slug and name.
    pub members: HashMap<MemberKey, (String, String)>,
}

impl Names {
    /// The currency of a client.
    pub fn currency(&self, client: ClientKey) -> Option<Currency> {
        self.clients.get(&client).map(|(_, _, currency)| *currency)
    }

    /// Of everything.
    pub(super) fn all(books: &Books<'_>) -> Result<Self> {
        let everybody = ClientFilter {
            archived: true,
            ..Default::default()
        };
        let clients: HashMap<_, _> = books
            .clients(&everybody)?
            .into_iter()
            .map(|client| {
                let name = client.details.name.to_string();
                let currency = client.details.currency;
                (client.key, (client.slug.to_string(), name, currency))
            })
            .collect();
        let projects = books
            .projects(None)?
            .into_iter()
            .map(|project| {
                let client = clients
                    .get(&project.client)
                    .map_or("", |(slug, ..)| slug.as_str());
                let reference = format!("{client}/{}", project.slug);
                (project.key, (reference, project.name.to_string()))
            })
            .collect();
        let tasks = books.tasks(None)?.into_iter();
        Ok(Self {
            projects,
            clients,
            tasks: tasks
                .map(|task| (task.key, task.name.to_string()))
                .collect(),
            phases: phases(books)?,
            activities: activities(books)?,
            members: members(books)?,
        })
    }

    /// Learns the name behind a cell, unless it is known. One look-up by key: a report has few of ten thousand clients.
    pub(super) fn learn(&mut self, books: &Books<'_>, cell: &Cell) -> Result<()> {
        match cell {
            Cell::Client(key) => self.learn_client(books, *key)?,
            Cell::Project(key) if !self.projects.contains_key(key) => {
                self.projects
                    .extend(books.project_label(*key)?.map(|label| (*key, label)));
            }
            Cell::Task(Some(key)) if !self.tasks.contains_key(key) => {
                self.tasks
                    .extend(books.task_label(*key)?.map(|label| (*key, label)));
            }
            Cell::Phase(Some(_)) if self.phases.is_empty() => self.phases = phases(books)?,
            Cell::Activity(Some(_)) if self.activities.is_empty() => {
                self.activities = activities(books)?;
            }
            Cell::Member(_) if self.members.is_empty() => self.members = members(books)?,
            _ => {}
        }
        Ok(())
    }

    /// Learns the name and the currency of a client.
    pub(super) fn learn_client(&mut self, books: &Books<'_>, key: ClientKey) -> Result<()> {
        if !self.clients.contains_key(&key) {
            self.clients
                .extend(books.client_label(key)?.map(|label| (key, label)));
        }
        Ok(())
    }

    /// How a cell is written: references for clients, projects and members.
    pub fn text(&self, cell: &Cell) -> String {
        let known = |found: Option<&String>| found.cloned().unwrap_or_default();
        match cell {
            Cell::Client(key) => known(self.clients.get(key).map(|(slug, ..)| slug)),
            Cell::Project(key) => known(self.projects.get(key).map(|(reference, _)| reference)),
            Cell::Phase(key) => known(key.and_then(|key| self.phases.get(&key))),
            Cell::Task(key) => known(key.and_then(|key| self.tasks.get(&key))),
            Cell::Activity(key) => known(key.and_then(|key| self.activities.get(&key))),
            Cell::Member(key) => known(self.members.get(key).map(|(slug, _)| slug)),
            Cell::Tag(tag) => tag.clone().unwrap_or_default(),
            Cell::Day(day) | Cell::Week(day) => day.to_string(),
            Cell::Month(day) => format!("{:04}-{:02}", day.year(), day.month()),
            Cell::Quarter(day) => format!("{:04}-Q{}", day.year(), day.month().div_ceil(3)),
            Cell::Year(day) => format!("{:04}", day.year()),
            Cell::Billable(billable) => if *billable { "yes" } else { "no" }.to_owned(),
        }
    }
}

fn phases(books: &Books<'_>) -> Result<HashMap<PhaseKey, String>> {
    let phases = books.phases(None)?.into_iter();
    Ok(phases
        .map(|phase| (phase.key, phase.name.to_string()))
        .collect())
}

fn activities(books: &Books<'_>) -> Result<HashMap<ActivityKey, String>> {
    let activities = books.activities()?.into_iter();
    Ok(activities
        .map(|activity| (activity.key, activity.code.to_string()))
        .collect())
}

fn members(books: &Books<'_>) -> Result<HashMap<MemberKey, (String, String)>> {
    let members = books.members()?.into_iter();
    Ok(members
        .map(|member| {
            let names = (member.slug.to_string(), member.name.to_string());
            (member.key, names)
        })
        .collect())
}
