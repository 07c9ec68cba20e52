//! What the descriptions of time lines are made of.

use std::collections::HashMap;

use crate::app::Result;
use crate::domain::client::Client;
use crate::domain::invoice::Group;
use crate::domain::key::{EntryKey, MemberKey, ProjectKey, TaskKey};
use crate::store::{Books, Listed};

/// What the descriptions of time lines are made of.
pub(super) struct Names {
    projects: HashMap<ProjectKey, String>,
    tasks: HashMap<TaskKey, String>,
    members: HashMap<MemberKey, String>,
    notes: HashMap<EntryKey, String>,
}

impl Names {
    pub(super) fn of(books: &Books<'_>, client: &Client, entries: &[Listed]) -> Result<Self> {
        let projects = books.projects(Some(client.key))?;
        let mut tasks = HashMap::new();
        for project in &projects {
            // Internal tasks keep their lines apart, and their names to the owner.
            let shared = books.tasks(Some(project.key))?.into_iter();
            let shared = shared.filter(|task| task.shared);
            tasks.extend(shared.map(|task| (task.key, task.name.to_string())));
        }
        Ok(Self {
            projects: projects
                .into_iter()
                .map(|project| (project.key, project.name.to_string()))
                .collect(),
            tasks,
            members: books
                .members()?
                .into_iter()
                .map(|member| (member.key, member.name.to_string()))
                .collect(),
            notes: entries
                .iter()
                .filter_map(|listed| {
                    let note = listed.entry.work.note.as_ref()?;
                    Some((listed.entry.key, note.to_string()))
                })
                .collect(),
        })
    }

    /// The first line says what a client may read in any case; members, days and words of entries stand below it.
    pub(super) fn describe(&self, group: &Group) -> String {
        let about = [
            self.projects.get(&group.project).cloned(),
            group.task.and_then(|task| self.tasks.get(&task).cloned()),
        ];
        let more = [
            group
                .member
                .and_then(|member| self.members.get(&member).cloned()),
            group.day.map(|day| day.to_string()),
            group
                .entry
                .and_then(|entry| self.notes.get(&entry).cloned()),
            group.rounding.then(|| "rounding of the day".to_owned()),
        ];
        let join = |parts: Vec<String>| parts.join(" · ");
        let about = join(about.into_iter().flatten().collect());
        let more = join(more.into_iter().flatten().collect());
        if more.is_empty() {
            about
        } else {
            format!("{about}\n{more}")
        }
    }
}
