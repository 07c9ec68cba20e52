//! Asking a client to approve more budget or worked time, taking that back, and putting what was approved into the books.
//!
//! An answer is written down with the event that brought it. What follows from an approval is an operation of its own, which can be
//! undone: it is done once, by the sync that finds it due, whatever was killed in between.

use std::collections::HashMap;

use crate::disclosure::public_id::PublicIds;
use crate::disclosure::{self, ClientBooks, Worked};
use crate::domain::Refusal;
use crate::domain::approval::Approval;
use crate::domain::approval_request::{
    self, ApprovalRequest, Asked, Outcome, State, extended, facts,
};
use crate::domain::client::Client;
use crate::domain::key::{ApprovalRequestKey, EntryKey, OperationKey, ProjectKey};
use crate::domain::visibility::Visibility;
use crate::store::{Books, NewProject, Writer};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::{EntryRef, ProjectRef};
use crate::values::period::Period;
use crate::values::text::{Line, Note};

use super::{Result, Session, event, find, portal_settings, publish};

/// A request with its client, and its project where it is about one.
#[derive(Debug, Clone)]
pub struct Shown {
    pub request: ApprovalRequest,
    pub client: Client,
    pub project: Option<ProjectRef>,
    /// Entries that are as they were when they were asked for.
    pub unchanged: usize,
}

/// Something that was approved and is in the books now, or could not be put there.
#[derive(Debug, Clone)]
pub struct Applied {
    pub shown: Shown,
    /// The operation that `undo` takes back; none where nothing changed.
    pub operation: Option<i64>,
}

/// Asks for more budget for a project.
pub fn extend(session: &mut Session, project: &str, by: &str, note: Option<Note>) -> Result<Shown> {
    let asked = session.calendar.now();
    let key = session.write(|books| {
        let (client, project, reference) = find::project(books, project)?;
        is_seen(books, &client, &["budget"])?;
        let by = Amount::parse(by, client.details.currency)?;
        let Some(budget) = project.budget else {
            return Err(Refusal::NoBudget { project: reference }.into());
        };
        if by.number() <= 0 {
            return Err(Refusal::ExtensionOfNothing { project: reference }.into());
        }
        approval_request::sum(budget.amount, by)?;
        let twice = books.approval_requests(Some(client.key))?;
        let what = Asked::Budget {
            project: project.key,
            by,
            was: budget.amount,
        };
        once(&client, &twice, &what)?;
        add(books, &client, what, &HashMap::new(), note, asked)
    })?;
    show(session, &approval_request::reference(key))
}

/// Asks for the approval of the work of some days, as far as the client sees it and did not approve it yet.
pub fn sheet(
    session: &mut Session,
    client: &str,
    days: Period,
    note: Option<Note>,
) -> Result<Shown> {
    let (asked, today) = (session.calendar.now(), session.today());
    let days = approval_request::days(days, today)?;
    let ids = publish::public_ids(session)?;
    let business = session.business.clone();
    let key = session.write(|books| {
        let client = find::client(books, client)?;
        let visibility = is_seen(books, &client, &["timesheets"])?;
        let before = books.approval_requests(Some(client.key))?;
        let entries = Vec::new();
        once(&client, &before, &Asked::Timesheet { days, entries })?;
        let source = publish::client_books(books, &business, &client, ids, today, None)?;
        let seen = disclosure::shown_work(&source, &visibility);
        let (entries, approved) = askable(&source, &seen, days, &before);
        if entries.is_empty() {
            let waiting = waiting(&source, &visibility, days);
            let client = client.slug;
            return Err(Refusal::SheetEmpty {
                client,
                days,
                approved,
                waiting,
            }
            .into());
        }
        add(
            books,
            &client,
            Asked::Timesheet { days, entries },
            &seen,
            note,
            asked,
        )
    })?;
    show(session, &approval_request::reference(key))
}

/// Refuses where the client would not see what it is asked.
fn is_seen(books: &Books<'_>, client: &Client, settings: &[&'static str]) -> Result<Visibility> {
    client.takes_work()?;
    let visibility = portal_settings::of(books, client.key)?;
    let is_on = |setting: &str| match setting {
        "budget" => visibility.budget,
        "timesheets" => visibility.timesheets,
        _ => visibility.console,
    };
    let off = ["console"].iter().chain(settings).find(|one| !is_on(one));
    match off {
        None => Ok(visibility),
        Some(setting) => {
            let client = client.slug.clone();
            Err(Refusal::RequestUnseen { client, setting }.into())
        }
    }
}

/// Refuses what is asked and not answered yet.
fn once(client: &Client, requests: &[ApprovalRequest], what: &Asked) -> Result<()> {
    let open = requests.iter().filter(|one| one.state == State::Open);
    let mut twice = open.filter_map(|one| Some((one, one.what.twice(what)?)));
    match twice.next() {
        None => Ok(()),
        Some((there, twice)) => Err(Refusal::RequestTwice {
            client: client.slug.clone(),
            request: there.reference(),
            asks: match &there.what {
                Asked::Budget { .. } => None,
                Asked::Timesheet { days, .. } => Some(*days),
            },
            twice,
        }
        .into()),
    }
}

/// The entries of these days that the client sees, but those that it approved already as they are; and how many these are. What was
/// approved and is not approved in the books any more, or never got there, can be asked for again.
fn askable(
    source: &ClientBooks,
    seen: &HashMap<EntryKey, Seconds>,
    days: Period,
    before: &[ApprovalRequest],
) -> (Vec<(EntryKey, String)>, usize) {
    // What an answer approves is due to be put into the books until it has an outcome.
    let mut approved: HashMap<(EntryKey, &str), bool> = HashMap::new();
    for request in before.iter().filter(|request| request.holds()) {
        if let Asked::Timesheet { entries, .. } = &request.what {
            for (key, then) in entries {
                *approved.entry((*key, then)).or_default() |= request.outcome.is_none();
            }
        }
    }
    let is_approved = |one: &Worked, now: &str| {
        let in_books = one.entry.approval == Some(Approval::Approved);
        let known = approved.get(&(one.entry.key, now));
        known.is_some_and(|is_due| *is_due || in_books)
    };
    let work = source.work.iter();
    let seen = work
        .filter(|one| days.contains(one.entry.work.day) && seen.contains_key(&one.entry.key))
        .map(|one| (one, facts(&one.entry.work)));
    let (done, open): (Vec<_>, Vec<_>) = seen.partition(|(one, now)| is_approved(one, now));
    let open = open.into_iter().map(|(one, now)| (one.entry.key, now));
    let mut entries: Vec<(EntryKey, String)> = open.collect();
    entries.sort();
    (entries, done.len())
}

/// Entries of these days that the client does not see before they are approved here.
fn waiting(source: &ClientBooks, visibility: &Visibility, days: Period) -> usize {
    let held_back = |approval: Option<Approval>| approval != Some(Approval::Approved);
    let work = source.work.iter();
    work.filter(|one| visibility.approved_only && days.contains(one.entry.work.day))
        .filter(|one| held_back(one.entry.approval))
        .count()
}

fn add(
    books: &mut Writer<'_>,
    client: &Client,
    what: Asked,
    seen: &HashMap<EntryKey, Seconds>,
    note: Option<Note>,
    asked: chrono::DateTime<chrono::Utc>,
) -> Result<ApprovalRequestKey> {
    let new = ApprovalRequest {
        key: ApprovalRequestKey(0),
        client: client.key,
        what,
        note,
        asked,
        state: State::Open,
        answer: None,
        outcome: None,
        taken_back: false,
    };
    Ok(books.add_approval_request(&new, seen)?)
}

/// Requests, the latest first; with `all` those that were answered or taken back too.
pub fn list(session: &Session, client: Option<&str>, all: bool) -> Result<Vec<Shown>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let mut requests = books.approval_requests(client.map(|client| client.key))?;
        requests.retain(|request| all || request.state == State::Open);
        requests
            .into_iter()
            .map(|request| shown(books, request))
            .collect()
    })
}

/// One request.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    session.store.read(|books| {
        let request = find::approval_request(books, reference)?;
        shown(books, request)
    })
}

fn shown(books: &Books<'_>, request: ApprovalRequest) -> Result<Shown> {
    let (project, unchanged) = match &request.what {
        Asked::Budget { project, .. } => (Some(find::project_name(books, *project)?), 0),
        Asked::Timesheet { entries, .. } => (None, still(books, entries)?.len()),
    };
    Ok(Shown {
        client: find::client_of(books, request.client)?,
        project,
        unchanged,
        request,
    })
}

/// Takes a request back that was not answered yet.
pub fn withdraw(session: &mut Session, reference: &str) -> Result<Shown> {
    session.write(|books| {
        let request = find::approval_request(books, reference)?;
        request.is_open()?;
        books.withdraw_approval_request(request.key)?;
        Ok::<_, super::Error>(())
    })?;
    show(session, reference)
}

/// Puts what was approved into the books, each in an operation of its own.
pub(super) fn apply_due(session: &mut Session, ids: &PublicIds) -> Result<Vec<Applied>> {
    let due = session.store.read(|books| books.due_approvals())?;
    let mut all = Vec::new();
    for request in due {
        let (key, reference) = (request.key, request.reference());
        let by = request
            .answer
            .as_ref()
            .map_or("", |answer| answer.by.as_str());
        let words = format!("{reference} approved by {by}");
        let applied = session.write_as_portal(words, |books| apply(books, ids, key))?;
        if applied {
            let shown = show(session, &reference)?;
            let latest = session
                .store
                .read(|books| books.row_changes("approval_request", key.0))?;
            all.push(Applied {
                shown,
                operation: latest.last().map(|change| change.operation.0),
            });
        }
    }
    Ok(all)
}

/// One approval; false where another sync was quicker.
fn apply(books: &mut Writer<'_>, ids: &PublicIds, key: ApprovalRequestKey) -> Result<bool> {
    if !books.take_due_approval(key)? {
        return Ok(false);
    }
    let request = find::approval_request(books, &approval_request::reference(key))?;
    let outcome = match &request.what {
        Asked::Budget { project, by, was } => apply_budget(books, *project, *by, *was)?,
        Asked::Timesheet { entries, .. } => {
            let covered = still(books, entries)?;
            let note = Line::parse(&request.reference()).ok();
            for entry in &covered {
                books.set_approval(*entry, Approval::Approved, note.as_ref())?;
            }
            Outcome::of_entries(covered.len(), entries.len())
        }
    };
    books.set_approval_outcome(key, outcome)?;
    if !matches!(outcome, Outcome::Applied { .. })
        && let Some(answer) = &request.answer
    {
        event::of_request(books, ids, &request, answer.at)?;
    }
    Ok(true)
}

/// After an operation was undone: approvals that had been put into the books by it do not hold any more.
pub(super) fn taken_back(books: &mut Writer<'_>, operation: OperationKey) -> Result<()> {
    for change in books.changes(operation)? {
        let outcome = |row: &Option<serde_json::Map<String, serde_json::Value>>| {
            let value = row.as_ref().and_then(|row| row.get("outcome").cloned());
            value.filter(|value| !value.is_null())
        };
        let is_applied = outcome(&change.before).is_none() && outcome(&change.after).is_some();
        if change.noun == "approval_request" && is_applied {
            books.take_approval_back(ApprovalRequestKey(change.row))?;
        }
    }
    Ok(())
}

fn apply_budget(
    books: &mut Writer<'_>,
    key: ProjectKey,
    by: Amount,
    was: Amount,
) -> Result<Outcome> {
    let project = find::project_of(books, key)?;
    let Some(budget) = extended(project.budget, was, by)? else {
        return Ok(Outcome::NotApplied);
    };
    books.edit_project(
        key,
        &NewProject {
            client: project.client,
            slug: project.slug,
            name: project.name,
            budget: Some(budget),
            counts: project.counts,
            thresholds: project.thresholds,
            due: project.due,
            billable: project.billable,
        },
    )?;
    Ok(Outcome::Applied { covered: 0 })
}

/// What of a time sheet the client saw when it answered, each with its time: what was as it had been asked when the portal was last
/// brought up to date. What was changed here since, it still saw.
pub(super) fn answered(
    books: &Books<'_>,
    request: &ApprovalRequest,
) -> Result<Vec<(EntryKey, Seconds)>> {
    let Asked::Timesheet { entries, .. } = &request.what else {
        return Ok(Vec::new());
    };
    let pushed = books.pushed(request.client)?;
    let pushed = pushed.map_or(i64::MAX, |pushed| pushed.operation);
    let same = still(books, entries)?;
    let mut sheet = books.asked_sheet(request.key)?;
    let asked = books.row_changes("approval_request", request.key.0)?;
    let asked = asked.first().map_or(0, |made| made.operation.0);
    let mut unseen = Vec::new();
    for (key, _) in sheet.iter().filter(|(key, _)| !same.contains(key)) {
        let changes = books.row_changes("entry", key.0)?;
        let mut until = changes.iter().map(|change| change.operation.0);
        if until.any(|operation| operation > asked && operation <= pushed) {
            unseen.push(*key);
        }
    }
    sheet.retain(|(key, _)| !unseen.contains(key));
    Ok(sheet)
}

/// Those entries that are there and still as they were.
fn still(books: &Books<'_>, entries: &[(EntryKey, String)]) -> Result<Vec<EntryKey>> {
    let mut same = Vec::new();
    for (key, then) in entries {
        let now = books.entry(EntryRef::Id(key.0))?;
        if now.is_some_and(|entry| facts(&entry.work) == *then) {
            same.push(*key);
        }
    }
    Ok(same)
}
