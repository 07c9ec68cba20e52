//! Which entries are meant, and finding them.

use std::collections::HashSet;

use crate::domain::key::EntryKey;
use crate::domain::rounding::Policies;
use crate::store::{ApprovalFilter, EntryFilter, Listed, StoreError};
use crate::values::duration::Seconds;
use crate::values::period::Span as Days;

use super::super::{Error, Result, Session, find};

/// Which entries to list, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub days: Days,
    pub client: Option<String>,
    pub project: Option<String>,
    pub phase: Option<String>,
    pub task: Option<String>,
    pub activity: Option<String>,
    pub member: Option<String>,
    pub billable: Option<bool>,
    pub unbilled: bool,
    pub tag: Option<String>,
    pub approval: Option<ApprovalFilter>,
    pub limit: Option<u32>,
}

impl Selection {
    /// The filter of the store.
    pub(in crate::app) fn filter(&self, books: &crate::store::Books<'_>) -> Result<EntryFilter> {
        let project = self
            .project
            .as_deref()
            .map(|project| find::project(books, project))
            .transpose()?;
        let client = self
            .client
            .as_deref()
            .map(|client| find::client(books, client))
            .transpose()?;
        let task = match (&project, self.task.as_deref()) {
            (Some((_, project, _)), Some(task)) => Some(find::task(books, project, task)?.key),
            _ => None,
        };
        let phase = match (&project, self.phase.as_deref()) {
            (Some((_, project, _)), Some(phase)) => Some(find::phase(books, project, phase)?.key),
            _ => None,
        };
        let project_key = project.as_ref().map(|(_, project, _)| project.key);
        let activities = self
            .activity
            .as_deref()
            .map(|activity| find::activities(books, project_key, activity))
            .transpose()?;
        let member = self
            .member
            .as_deref()
            .map(|member| find::member(books, member))
            .transpose()?;
        Ok(EntryFilter {
            days: self.days,
            client: client.map(|client| client.key),
            project: project_key,
            phase,
            task,
            activities,
            member: member.map(|member| member.key),
            billable: self.billable,
            unbilled: self.unbilled,
            billed: false,
            tag: self.tag.clone(),
            approval: self.approval,
            invoice: None,
            limit: self.limit,
        })
    }
}

/// Entries in the order of day and start.
pub fn list(session: &Session, selection: &Selection) -> Result<Vec<Listed>> {
    session.store.read(|books| {
        let filter = selection.filter(books)?;
        Ok(books.entries(&filter)?)
    })
}

/// Gives entries one by one in that order, so that a million of them need no memory.
pub fn each<E: From<Error> + From<StoreError>>(
    session: &Session,
    selection: &Selection,
    take: impl FnMut(Listed) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    session.store.read(|books| {
        let filter = selection.filter(books)?;
        books.each_entry(&filter, take)
    })
}

/// What is billed of an entry by itself; what rounding a day or a line adds is no part of any entry.
pub fn billed(policies: &Policies, listed: &Listed) -> Seconds {
    let work = &listed.entry.work;
    if listed.billable {
        policies.own(listed.client, work.project, work.day, work.seconds)
    } else {
        Seconds::ZERO
    }
}

/// The entries of these references, each once.
pub fn keys(session: &Session, references: &[String]) -> Result<Vec<EntryKey>> {
    session.store.read(|books| {
        let mut seen = HashSet::new();
        let mut keys = Vec::with_capacity(references.len());
        for reference in references {
            let key = find::entry(books, reference)?.key;
            if seen.insert(key) {
                keys.push(key);
            }
        }
        Ok(keys)
    })
}

/// An entry with its names.
pub fn listed(session: &Session, key: EntryKey) -> Result<Listed> {
    let found = session.store.read(|books| books.listed_entry(key))?;
    found.ok_or_else(|| Error::NotFound {
        noun: "entry",
        wanted: key.0.to_string(),
        near: Vec::new(),
    })
}

/// An entry by reference, with its names.
pub fn show(session: &Session, reference: &str) -> Result<Listed> {
    let key = session
        .store
        .read(|books| find::entry(books, reference))?
        .key;
    listed(session, key)
}
