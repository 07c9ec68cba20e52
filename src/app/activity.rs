//! Activity codes of the business and of projects.

use crate::domain::Refusal;
use crate::domain::activity::{self, Activity};
use crate::domain::key::{ActivityKey, ProjectKey};
use crate::store::Books;
use crate::values::id::ProjectRef;
use crate::values::text::{Line, Note, fold};

use super::client::Made;
use super::{Error, Result, Session, find};

/// An activity with the name of its project.
#[derive(Debug, Clone)]
pub struct Shown {
    pub activity: Activity,
    /// None: of the whole business.
    pub project: Option<ProjectRef>,
}

/// What `project activity add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub code: Line,
    pub name: Line,
    pub explanation: Option<Note>,
    /// None: for the whole business.
    pub project: Option<String>,
    pub if_missing: bool,
}

/// What `project activity edit` changes; none: as it is, some none: taken away.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub code: Option<Line>,
    pub name: Option<Line>,
    pub explanation: Option<Option<Note>>,
    pub archived: Option<bool>,
}

/// Adds an activity code.
pub fn add(session: &mut Session, new: &New) -> Result<(Shown, Made)> {
    activity::check_code(&new.code)?;
    let (activity, made) = session.write(|books| {
        let project = project_key(books, new.project.as_deref())?;
        if let Some(there) = of_code(books, project, &new.code)? {
            if new.if_missing {
                return Ok((there, Made::Existing));
            }
            return Err(taken(&new.code));
        }
        let activity = Activity {
            key: ActivityKey(0),
            project,
            code: new.code.clone(),
            name: new.name.clone(),
            explanation: new.explanation.clone(),
            archived: false,
        };
        let key = books.add_activity(&activity)?;
        Ok((Activity { key, ..activity }, Made::New))
    })?;
    Ok((shown(session, activity)?, made))
}

fn taken(code: &Line) -> Error {
    Error::from(Refusal::Exists {
        noun: "activity",
        reference: code.to_string(),
    })
}

fn project_key(books: &Books<'_>, reference: Option<&str>) -> Result<Option<ProjectKey>> {
    let project = reference
        .map(|reference| find::project(books, reference))
        .transpose()?;
    Ok(project.map(|(_, project, _)| project.key))
}

/// The activity of this very project, or of the business, that has a code.
fn of_code(
    books: &Books<'_>,
    project: Option<ProjectKey>,
    code: &Line,
) -> Result<Option<Activity>> {
    let wanted = fold(code.as_str());
    let mut known = books.activities()?.into_iter();
    Ok(known.find(|known| known.project == project && fold(known.code.as_str()) == wanted))
}

/// Activity codes: those that a project can use, or those of the business and of all projects. Archived ones only with `all`.
pub fn list(session: &Session, project: Option<&str>, all: bool) -> Result<Vec<Shown>> {
    let activities = session.store.read(|books| {
        let key = project_key(books, project)?;
        let mut activities = books.activities()?;
        activities.retain(|activity| {
            let of_project = key.is_none() || activity.project.is_none() || activity.project == key;
            of_project && (all || !activity.archived)
        });
        Ok::<_, Error>(activities)
    })?;
    activities
        .into_iter()
        .map(|activity| shown(session, activity))
        .collect()
}

fn shown(session: &Session, activity: Activity) -> Result<Shown> {
    let project = session.store.read(|books| {
        activity
            .project
            .map(|project| find::project_name(books, project))
            .transpose()
    })?;
    Ok(Shown { activity, project })
}

/// Changes an activity code; what was logged under it follows.
pub fn edit(
    session: &mut Session,
    project: Option<&str>,
    code: &str,
    edit: &Edit,
) -> Result<Shown> {
    if let Some(code) = &edit.code {
        activity::check_code(code)?;
    }
    change(session, project, code, |books, activity| {
        if let Some(code) = &edit.code {
            let there = of_code(books, activity.project, code)?;
            if there.is_some_and(|there| there.key != activity.key) {
                return Err(taken(code));
            }
            activity.code = code.clone();
        }
        activity.name = edit.name.clone().unwrap_or_else(|| activity.name.clone());
        if let Some(explanation) = &edit.explanation {
            activity.explanation = explanation.clone();
        }
        activity.archived = edit.archived.unwrap_or(activity.archived);
        Ok(())
    })
}

/// Archives an activity code, or takes it out of the archive.
pub fn set_archived(
    session: &mut Session,
    project: Option<&str>,
    code: &str,
    archived: bool,
) -> Result<Shown> {
    change(session, project, code, |_, activity| {
        activity.archived = archived;
        Ok(())
    })
}

fn change(
    session: &mut Session,
    project: Option<&str>,
    code: &str,
    how: impl FnOnce(&Books<'_>, &mut Activity) -> Result<()>,
) -> Result<Shown> {
    let activity = session.write(|books| {
        let project = project_key(books, project)?;
        let mut activity = find::activity(books, project, code)?;
        how(books, &mut activity)?;
        books.edit_activity(&activity)?;
        Ok::<_, Error>(activity)
    })?;
    shown(session, activity)
}
