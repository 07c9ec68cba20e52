//! Statements about questions and requests: what is published of them, what users wrote since, and what each has seen.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};

use crate::published::protocol::EventKind;
use crate::published::{About, ChunkKey, Talk};
use crate::values::id::PublicId;

use super::super::super::audit::Action;
use super::super::super::viewer::Viewer;
use super::super::column::{about as about_of, instant, public_id};
use super::super::talk::{
    Decided, Face, MOST, NewDecision, NewMessage, Outcome as Written, PendingDecision,
    PendingMessage, Said, WAITING, WHILE, of_project, of_work, requested,
};
use super::reading::{chunk, invoice, note, projects};
use super::{Outcome, entry, journal};

/// See [`super::PortalStore::talk`].
pub(super) fn said(tx: &Transaction<'_>, viewer: &Viewer) -> Outcome<Said> {
    let client = viewer.client_row();
    Ok(Said {
        talk: talk(tx, client)?,
        messages: messages(tx, client)?,
        decisions: decisions(tx, client)?,
        seen: seen(tx, viewer)?,
    })
}

fn talk(tx: &Transaction<'_>, client: i64) -> Outcome<Talk> {
    Ok(chunk(tx, client, &ChunkKey::Talk)?.unwrap_or_default())
}

/// By what a name is shown: the user's, or the address where there is none.
const AUTHOR: &str = "(SELECT coalesce(name, email) FROM membership WHERE membership.client_id = pending.client_id AND public_id = author)";

fn messages(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<PendingMessage>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT thread, message, about, author, at, text, {AUTHOR} FROM pending_message AS pending WHERE client_id = ? ORDER BY id"
    ))?;
    let mut rows = statement.query([client])?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next()? {
        let about: Option<String> = row.get(2)?;
        messages.push(PendingMessage {
            thread: public_id(&row.get::<_, String>(0)?)?,
            id: public_id(&row.get::<_, String>(1)?)?,
            about: about.as_deref().map(about_of).transpose()?,
            author: public_id(&row.get::<_, String>(3)?)?,
            at: instant(row.get(4)?)?,
            text: row.get(5)?,
            name: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
        });
    }
    Ok(messages)
}

fn decisions(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<PendingDecision>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT request, approved, at, note, {AUTHOR} FROM pending_decision AS pending WHERE client_id = ? ORDER BY id"
    ))?;
    let mut rows = statement.query([client])?;
    let mut decisions = Vec::new();
    while let Some(row) = rows.next()? {
        decisions.push(PendingDecision {
            request: public_id(&row.get::<_, String>(0)?)?,
            approved: row.get(1)?,
            at: instant(row.get(2)?)?,
            note: row.get(3)?,
            by: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        });
    }
    Ok(decisions)
}

fn seen(tx: &Transaction<'_>, viewer: &Viewer) -> Outcome<Vec<(PublicId, u32)>> {
    let mut statement = tx.prepare_cached(
        "SELECT thread, messages FROM seen_thread JOIN membership ON membership.id = membership_id
         WHERE client_id = ? AND public_id = ?",
    )?;
    let mut rows = statement.query(params![viewer.client_row(), viewer.user().to_string()])?;
    let mut seen = Vec::new();
    while let Some(row) = rows.next()? {
        seen.push((public_id(&row.get::<_, String>(0)?)?, row.get(1)?));
    }
    Ok(seen)
}

/// See [`super::PortalStore::see_thread`].
pub(super) fn see(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    thread: &PublicId,
    messages: u32,
) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO seen_thread (membership_id, thread, messages)
         SELECT id, ?, ? FROM membership WHERE client_id = ? AND public_id = ?
         ON CONFLICT (membership_id, thread) DO UPDATE SET messages = excluded.messages",
    )?
    .execute(params![
        thread.to_string(),
        messages,
        viewer.client_row(),
        viewer.user().to_string()
    ])?;
    Ok(())
}

/// See [`super::PortalStore::face`].
pub(super) fn face(tx: &Transaction<'_>, viewer: &Viewer, about: &About) -> Outcome<Option<Face>> {
    let client = viewer.client_row();
    Ok(match about {
        About::Client => Some(Face::Client),
        About::Project(_) | About::Task(_) => of_project(projects(tx, client)?, about),
        About::Entry(day, id) => work(tx, client, *day, id)?,
        About::Invoice(id) => invoice(tx, viewer, id)?
            .and_then(|invoice| invoice.number)
            .map(Face::Named),
        About::Request(id) => {
            requested(talk(tx, client)?, viewer, id).map(|request| Face::Request(Box::new(request)))
        }
    })
}

/// The work of one day is a few rows.
fn work(
    tx: &Transaction<'_>,
    client: i64,
    day: chrono::NaiveDate,
    id: &PublicId,
) -> Outcome<Option<Face>> {
    let of_day = entry::of_day(tx, client, day)?;
    match of_day.into_iter().find(|entry| entry.has_id(id)) {
        Some(entry) => Ok(Some(of_work(projects(tx, client)?, day, entry))),
        None => Ok(None),
    }
}

/// See [`super::PortalStore::write_message`].
pub(super) fn write(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    new: &NewMessage,
    now: DateTime<Utc>,
) -> Outcome<Written> {
    // The same form once more, whether the account has taken it in by now or not.
    if was_emitted(tx, viewer, &new.message)? {
        return Ok(Written::Done);
    }
    if lately(tx, viewer, now)? >= MOST {
        return Ok(Written::TooMany);
    }
    let waiting: i64 = tx
        .prepare_cached("SELECT count(*) FROM pending_message WHERE client_id = ?")?
        .query_row([viewer.client_row()], |row| row.get(0))?;
    if waiting >= WAITING {
        return Ok(Written::Full);
    }
    let kept = tx
        .prepare_cached(
            "INSERT INTO pending_message (client_id, thread, message, about, author, at, text) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (client_id, message) DO NOTHING",
        )?
        .execute(params![
            viewer.client_row(),
            new.thread.to_string(),
            new.message.to_string(),
            new.about.as_ref().map(ToString::to_string),
            viewer.user().to_string(),
            now.timestamp(),
            new.text
        ])?;
    // An id that another user's message has is that message's.
    if kept > 0 {
        tell(tx, viewer, new.event(), new.thread.as_str(), now)?;
    }
    Ok(Written::Done)
}

/// How many messages the user wrote in the last while.
fn lately(tx: &Transaction<'_>, viewer: &Viewer, now: DateTime<Utc>) -> Outcome<i64> {
    let count = tx
        .prepare_cached(
            "SELECT count(*) FROM event WHERE account_id = ? AND client = ? AND user = ? AND kind IN ('asked', 'answered') AND at > ?",
        )?
        .query_row(
            params![
                viewer.account().0,
                viewer.client().to_string(),
                viewer.user().to_string(),
                (now - WHILE).timestamp()
            ],
            |row| row.get(0),
        )?;
    Ok(count)
}

/// Writes the audit log and the event.
fn tell(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    (kind, action): (EventKind, Action),
    subject: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    note(tx, viewer, action, subject, now)?;
    let (account, client, user) = (viewer.account(), viewer.client(), viewer.user());
    journal::emit(tx, account, client, user, &kind, now)
}

/// Whether this message became an event before. The subject of such an event is the message's id.
fn was_emitted(tx: &Transaction<'_>, viewer: &Viewer, message: &PublicId) -> Outcome<bool> {
    let found = tx
        .prepare_cached(
            "SELECT 1 FROM event WHERE account_id = ? AND client = ? AND user = ? AND kind IN ('asked', 'answered') AND subject = ? LIMIT 1",
        )?
        .exists(params![
            viewer.account().0,
            viewer.client().to_string(),
            viewer.user().to_string(),
            message.to_string()
        ])?;
    Ok(found)
}

/// See [`super::PortalStore::decide`].
pub(super) fn decide(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    new: &NewDecision,
    now: DateTime<Utc>,
) -> Outcome<Decided> {
    let client = viewer.client_row();
    let request = requested(talk(tx, client)?, viewer, &new.request);
    let is_decided = tx
        .prepare_cached("SELECT 1 FROM pending_decision WHERE client_id = ? AND request = ?")?
        .exists(params![client, new.request.to_string()])?;
    let outcome = new.weigh(viewer, request.as_ref(), is_decided)?;
    if outcome != Decided::Done {
        return Ok(outcome);
    }
    tx.prepare_cached(
        "INSERT INTO pending_decision (client_id, request, approved, author, at, note) VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        client,
        new.request.to_string(),
        new.approved,
        viewer.user().to_string(),
        now.timestamp(),
        new.note
    ])?;
    tell(tx, viewer, new.event(), new.request.as_str(), now)?;
    Ok(Decided::Done)
}

/// After a commit: what is published by now no longer waits.
pub(super) fn settle(tx: &Transaction<'_>, client: i64) -> Outcome<()> {
    let talk = talk(tx, client)?;
    for message in talk.threads.iter().flat_map(|thread| &thread.messages) {
        tx.prepare_cached("DELETE FROM pending_message WHERE client_id = ? AND message = ?")?
            .execute(params![client, message.id.to_string()])?;
    }
    for request in talk.requests.iter().filter(|one| one.answer.is_some()) {
        tx.prepare_cached("DELETE FROM pending_decision WHERE client_id = ? AND request = ?")?
            .execute(params![client, request.id.to_string()])?;
    }
    Ok(())
}
