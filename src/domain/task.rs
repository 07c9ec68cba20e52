//! Tasks: what is to be done in a project, by whom, until when.

use chrono::NaiveDate;

use crate::values::id::ProjectRef;
use crate::values::text::Line;

use super::Refusal;
use super::key::{MemberKey, PhaseKey, ProjectKey, TaskKey};

/// A part of a project that time can be logged on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub key: TaskKey,
    pub project: ProjectKey,
    pub phase: Option<PhaseKey>,
    pub name: Line,
    pub status: Status,
    pub due: Option<NaiveDate>,
    /// Who is to do it.
    pub assignee: Option<MemberKey>,
    pub billable: bool,
    /// The client may know of it.
    pub shared: bool,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Status {
    #[default]
    Todo,
    Doing,
    Done,
}

impl Status {
    /// The columns of a board, from left to right.
    pub const ALL: [Self; 3] = [Self::Todo, Self::Doing, Self::Done];

    /// The word on the command line and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Doing => "doing",
            Self::Done => "done",
        }
    }
}

impl Task {
    /// A task as it begins.
    pub fn new(key: TaskKey, project: ProjectKey, name: Line) -> Self {
        Self {
            key,
            project,
            phase: None,
            name,
            status: Status::Todo,
            due: None,
            assignee: None,
            billable: true,
            shared: true,
        }
    }

    /// Whether its day has passed before it was done.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.status != Status::Done && self.due.is_some_and(|due| due < today)
    }

    /// Refuses new work on a task that is done. `project` is how the user names its project.
    pub fn takes_work(&self, project: &ProjectRef) -> Result<(), Refusal> {
        if self.status == Status::Done {
            return Err(Refusal::TaskDone {
                task: self.name.to_string(),
                project: project.clone(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_overdue_after_its_day_until_it_is_done() {
        let today: NaiveDate = "2026-11-20".parse().unwrap();
        let cases = [
            (Status::Todo, Some("2026-11-19"), true),
            (Status::Doing, Some("2026-11-19"), true),
            (Status::Done, Some("2026-11-19"), false),
            (Status::Todo, Some("2026-11-20"), false),
            (Status::Todo, None, false),
        ];
        for (status, due, overdue) in cases {
            let task = Task {
                status,
                due: due.map(|due| due.parse().unwrap()),
                ..Task::new(TaskKey(1), ProjectKey(1), Line::parse("Design").unwrap())
            };
            assert_eq!(task.is_overdue(today), overdue, "{status:?} {due:?}");
        }
    }
}
