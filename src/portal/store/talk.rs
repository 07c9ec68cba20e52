//! What goes into and comes out of a store about questions and requests, and what is the same in every store. Knows no SQL.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::published::protocol::EventKind;
use crate::published::{About, Digest, Entry, Projects, Request, Talk};
use crate::values::id::PublicId;

use super::super::audit::Action;
use super::super::viewer::Viewer;
use super::StoreError;

/// Within this time a user writes so many messages at most.
pub(super) const WHILE: TimeDelta = TimeDelta::hours(1);
pub(super) const MOST: i64 = 30;
/// So many messages of a client wait for the account at most.
pub(super) const WAITING: i64 = 500;

/// All that was said, published or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What the account published.
    pub talk: Talk,
    /// What users wrote since, in order. Some of it may be published by now.
    pub messages: Vec<PendingMessage>,
    /// Answers to requests since.
    pub decisions: Vec<PendingDecision>,
    /// How many messages of which thread the viewer has seen.
    pub seen: Vec<(PublicId, u32)>,
}

/// A message that waits for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMessage {
    /// Where it belongs.
    pub thread: PublicId,
    /// Its own id.
    pub id: PublicId,
    /// With the message that begins a thread: what it is about.
    pub about: Option<About>,
    /// The user.
    pub author: PublicId,
    /// The user's name or address; empty where the user is gone.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Plain text.
    pub text: String,
}

/// An answer that waits for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDecision {
    /// To which request.
    pub request: PublicId,
    /// Yes or no.
    pub approved: bool,
    /// The user's name or address; empty where the user is gone.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said with it.
    pub note: Option<String>,
}

/// What a question is about, as the viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// No object in particular.
    Client,
    /// A project, a task or an invoice.
    Named(String),
    /// Work of a day.
    Work {
        /// The day.
        day: NaiveDate,
        /// Project and words.
        name: String,
    },
    /// What was asked to be approved.
    Request(Box<Request>),
}

/// A message to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Minted with the form: sent twice, it is written once.
    pub message: PublicId,
    /// Where it belongs; a new one where `about` is there.
    pub thread: PublicId,
    /// What a new thread is about.
    pub about: Option<About>,
    /// Plain text, checked.
    pub text: String,
}

/// Whether a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It stands there, now or since before.
    Done,
    /// The user writes too much.
    TooMany,
    /// Too much of the client's waits to be read.
    Full,
}

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// To which.
    pub request: PublicId,
    /// Hash of what was shown.
    pub shown: Digest,
    /// Yes or no.
    pub approved: bool,
    /// What is said with it.
    pub note: Option<String>,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is given.
    Done,
    /// Somebody gave one before.
    Before,
    /// What is asked is no longer what was shown.
    Changed,
    /// There is no such request, or it is not for this viewer to answer.
    NotThere,
}

impl NewMessage {
    /// What the account hears of it, and the line in the audit log.
    pub(super) fn event(&self) -> (EventKind, Action) {
        let Self {
            message,
            thread,
            about,
            text,
        } = self.clone();
        match about {
            Some(about) => {
                let kind = EventKind::Asked {
                    thread,
                    message,
                    about,
                    text,
                };
                (kind, Action::QuestionAsked)
            }
            None => {
                let kind = EventKind::Answered {
                    thread,
                    message,
                    text,
                };
                (kind, Action::QuestionAnswered)
            }
        }
    }
}

impl NewDecision {
    /// Whether it can be given, [`Decided::Done`], to what is found of the request.
    pub(super) fn weigh(
        &self,
        viewer: &Viewer,
        request: Option<&Request>,
        is_decided: bool,
    ) -> Result<Decided, StoreError> {
        let Some(request) = request.filter(|request| viewer.may_decide(&request.what)) else {
            return Ok(Decided::NotThere);
        };
        if request.answer.is_some() || is_decided {
            return Ok(Decided::Before);
        }
        let digest = request
            .digest()
            .map_err(|error| StoreError::Unreadable(error.to_string()))?;
        Ok(if digest == self.shown {
            Decided::Done
        } else {
            Decided::Changed
        })
    }

    /// What the account hears of it, and the line in the audit log.
    pub(super) fn event(&self) -> (EventKind, Action) {
        let Self {
            request,
            shown,
            approved,
            note,
        } = self.clone();
        if approved {
            let kind = EventKind::Approved {
                request,
                shown,
                note,
            };
            (kind, Action::RequestApproved)
        } else {
            let kind = EventKind::Declined {
                request,
                shown,
                note,
            };
            (kind, Action::RequestDeclined)
        }
    }
}

/// The request, where it is there for the viewer.
pub(super) fn requested(talk: Talk, viewer: &Viewer, id: &PublicId) -> Option<Request> {
    talk.requests
        .into_iter()
        .find(|request| request.id == *id && viewer.sees_request(&request.what))
}

/// A project, or a task with its project.
pub(super) fn of_project(all: Option<Projects>, about: &About) -> Option<Face> {
    let mut projects = all.map_or_else(Vec::new, |all| all.projects).into_iter();
    let name = match about {
        About::Project(id) => projects.find(|project| project.id == *id)?.name,
        About::Task(id) => projects.find_map(|project| {
            let task = project.tasks.into_iter().find(|task| task.id == *id)?;
            Some(format!("{}, {}", project.name, task.name))
        })?,
        _ => return None,
    };
    Some(Face::Named(name))
}

/// Work of a day, by its project and its words.
pub(super) fn of_work(all: Option<Projects>, day: NaiveDate, entry: Entry) -> Face {
    let mut projects = all.map_or_else(Vec::new, |all| all.projects).into_iter();
    let project = projects.find(|project| project.id == entry.project);
    let project = project.map_or_else(String::new, |project| project.name);
    let name = match entry.description.or(entry.task) {
        Some(words) => format!("{project}, {words}"),
        None => project,
    };
    Face::Work { day, name }
}
