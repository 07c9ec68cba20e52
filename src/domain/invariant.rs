//! What must agree across rows: around a client, and in the team. Each command keeps it; what puts rows back or came from elsewhere
//! is held against it.

use std::collections::BTreeSet;

use crate::values::text::fold;

use super::client::{Client, Contact, Stage};
use super::client_document::ClientDocument;
use super::key::{MemberKey, ProjectKey};
use super::member::Member;
use super::project::Project;
use super::retainer::{self, Retainer};
use super::time::Timer;

/// A client with what is around it.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub client: Client,
    pub contacts: Vec<Contact>,
    pub documents: Vec<ClientDocument>,
    pub projects: Vec<Project>,
    pub retainers: Vec<Retainer>,
}

/// What does not agree around a client, in words.
pub fn of_client(around: &Surroundings, timers: &[Timer]) -> Vec<String> {
    let Surroundings {
        client,
        contacts,
        documents,
        projects,
        retainers,
    } = around;
    let slug = &client.slug;
    let mut broken = Vec::new();
    let points = contacts.iter().filter(|contact| contact.primary).count();
    match (contacts.is_empty(), points) {
        (true, _) | (false, 1) => {}
        (false, 0) => broken.push(format!(
            "client {slug} has contacts and no point of contact"
        )),
        (false, _) => broken.push(format!("client {slug} has {points} points of contact")),
    }
    if let Some(name) = twice(contacts.iter().map(|contact| contact.name.as_str())) {
        broken.push(format!("client {slug} has two contacts `{name}`"));
    }
    if let Some(name) = twice(documents.iter().map(|document| document.name.as_str())) {
        broken.push(format!("client {slug} has two documents `{name}`"));
    }
    for (place, retainer) in retainers.iter().enumerate() {
        let earlier = retainers.iter().take(place);
        let this = (retainer.days(), retainer.projects.as_slice());
        let clash = earlier
            .filter_map(|other| retainer::overlap(this, (other.days(), &other.projects)))
            .next();
        if let Some(days) = clash {
            let from = days.from;
            broken.push(format!(
                "client {slug} has two retainers over the same work from {from} on"
            ));
        }
        broken.extend(changes_between_periods(slug.as_str(), retainer));
    }
    let is_timed = |key: ProjectKey| timers.iter().any(|timer| timer.project == key);
    for project in projects.iter().filter(|project| is_timed(project.key)) {
        if client.stage == Stage::Archived {
            broken.push(format!("client {slug} is archived and a timer runs for it"));
        } else if project.closed {
            let name = &project.slug;
            broken.push(format!(
                "project {slug}/{name} is closed and a timer runs for it"
            ));
        }
    }
    broken
}

/// Terms that change where no period begins, in words.
fn changes_between_periods(slug: &str, retainer: &Retainer) -> Option<String> {
    let terms = &retainer.terms;
    let mut changes = terms.changes.iter();
    let odd = changes.find(|change| terms.begins_on(change.from).is_err())?;
    let from = odd.from;
    Some(format!(
        "a retainer of client {slug} changes on {from}, when no period of it begins"
    ))
}

/// What does not agree in the team, in words.
pub fn of_team(team: &[Member], timers: &[Timer]) -> Vec<String> {
    let mut broken = Vec::new();
    if !team.is_empty() && !team.iter().any(Member::owns) {
        broken.push("the team has no owner".to_owned());
    }
    let is_timed = |key: MemberKey| timers.iter().any(|timer| timer.member == key);
    for member in team
        .iter()
        .filter(|member| member.archived && is_timed(member.key))
    {
        let slug = &member.slug;
        broken.push(format!(
            "member {slug} is archived and has a timer that runs"
        ));
    }
    broken
}

/// The first text that is there twice, in any case.
fn twice<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    texts.into_iter().find(|text| !seen.insert(fold(text)))
}
