//! Statements about questions and requests: what is published of them, what users wrote since, and what each has seen. Who writes
//! holds the account first, as a commit does before it takes away what is published by then: so each message and each answer is
//! written once, whichever process is asked, and nobody decides upon a state that is just going.

use chrono::{DateTime, NaiveDate, Utc};

use crate::published::protocol::EventKind;
use crate::published::{About, ChunkKey, Entry, Talk};
use crate::values::id::PublicId;

use super::super::super::audit::Action;
use super::super::super::viewer::Viewer;
use super::super::column::{about, from_json, instant, public_id};
use super::super::talk::{
    Decided, Face, MOST, NewDecision, NewMessage, Outcome as Written, PendingDecision,
    PendingMessage, Said, WAITING, WHILE, of_project, of_work, requested,
};
use super::reading::{chunk, invoice, note, projects};
use super::tx::Tx;
use super::{Outcome, journal, lock, text};

/// See [`super::PortalStore::talk`].
pub(super) async fn said(tx: &Tx, viewer: &Viewer) -> Outcome<Said> {
    let client = viewer.client_row();
    Ok(Said {
        talk: talk(tx, client).await?,
        messages: messages(tx, client).await?,
        decisions: decisions(tx, client).await?,
        seen: seen(tx, viewer).await?,
    })
}

async fn talk(tx: &Tx, client: i64) -> Outcome<Talk> {
    let talk = chunk(tx, client, &ChunkKey::Talk).await?;
    Ok(talk.unwrap_or_default())
}

/// By what a name is shown: the user's, or the address where there is none.
const AUTHOR: &str = "(SELECT coalesce(name, email) FROM membership WHERE membership.client_id = pending.client_id AND public_id = author)";

async fn messages(tx: &Tx, client: i64) -> Outcome<Vec<PendingMessage>> {
    let sql = format!(
        "SELECT thread, message, about, author, at, text, {AUTHOR} FROM pending_message AS pending WHERE client_id = $1 ORDER BY id"
    );
    let rows = tx.query(&sql, &[&client]).await?;
    let messages = rows.iter().map(|row| {
        let of: Option<&str> = row.try_get(2)?;
        let name: Option<String> = row.try_get(6)?;
        Ok(PendingMessage {
            thread: public_id(row.try_get(0)?)?,
            id: public_id(row.try_get(1)?)?,
            about: of.map(about).transpose()?,
            author: public_id(row.try_get(3)?)?,
            at: instant(row.try_get(4)?)?,
            text: row.try_get(5)?,
            name: name.unwrap_or_default(),
        })
    });
    messages.collect()
}

async fn decisions(tx: &Tx, client: i64) -> Outcome<Vec<PendingDecision>> {
    let sql = format!(
        "SELECT request, approved, at, note, {AUTHOR} FROM pending_decision AS pending WHERE client_id = $1 ORDER BY id"
    );
    let rows = tx.query(&sql, &[&client]).await?;
    let decisions = rows.iter().map(|row| {
        let by: Option<String> = row.try_get(4)?;
        Ok(PendingDecision {
            request: public_id(row.try_get(0)?)?,
            approved: row.try_get(1)?,
            at: instant(row.try_get(2)?)?,
            note: row.try_get(3)?,
            by: by.unwrap_or_default(),
        })
    });
    decisions.collect()
}

async fn seen(tx: &Tx, viewer: &Viewer) -> Outcome<Vec<(PublicId, u32)>> {
    let rows = tx
        .query(
            "SELECT thread, messages FROM seen_thread JOIN membership ON membership.id = membership_id
             WHERE client_id = $1 AND public_id = $2",
            &[&viewer.client_row(), &viewer.user().as_str()],
        )
        .await?;
    let seen = rows.iter().map(|row| {
        let messages: i64 = row.try_get(1)?;
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        Ok((public_id(row.try_get(0)?)?, messages))
    });
    seen.collect()
}

/// See [`super::PortalStore::see_thread`].
pub(super) async fn see(tx: &Tx, viewer: &Viewer, thread: &PublicId, messages: u32) -> Outcome<()> {
    tx.execute(
        "INSERT INTO seen_thread (membership_id, thread, messages)
         SELECT id, $1, $2 FROM membership WHERE client_id = $3 AND public_id = $4
         ON CONFLICT (membership_id, thread) DO UPDATE SET messages = excluded.messages",
        &[
            &thread.as_str(),
            &i64::from(messages),
            &viewer.client_row(),
            &viewer.user().as_str(),
        ],
    )
    .await?;
    Ok(())
}

/// See [`super::PortalStore::face`].
pub(super) async fn face(tx: &Tx, viewer: &Viewer, about: &About) -> Outcome<Option<Face>> {
    let client = viewer.client_row();
    Ok(match about {
        About::Client => Some(Face::Client),
        About::Project(_) | About::Task(_) => of_project(projects(tx, client).await?, about),
        About::Entry(day, id) => entry(tx, client, *day, id).await?,
        About::Invoice(id) => invoice(tx, viewer, id)
            .await?
            .and_then(|invoice| invoice.number)
            .map(Face::Named),
        About::Request(id) => requested(talk(tx, client).await?, viewer, id)
            .map(|request| Face::Request(Box::new(request))),
    })
}

/// The work of one day is a few rows.
async fn entry(tx: &Tx, client: i64, day: NaiveDate, id: &PublicId) -> Outcome<Option<Face>> {
    let sql = "SELECT body FROM entry_text WHERE client_id = $1 AND day = $2 ORDER BY ordinal";
    for row in tx.query(sql, &[&client, &day]).await? {
        let entry: Entry = from_json(row.try_get::<_, &str>(0)?.as_bytes())?;
        if entry.has_id(id) {
            let all = projects(tx, client).await?;
            return Ok(Some(of_work(all, day, entry)));
        }
    }
    Ok(None)
}

/// See [`super::PortalStore::write_message`].
pub(super) async fn write(
    tx: &Tx,
    viewer: &Viewer,
    new: &NewMessage,
    now: DateTime<Utc>,
) -> Outcome<Written> {
    lock::account(tx, viewer.account()).await?;
    // The same form once more, whether the account has taken it in by now or not.
    if was_emitted(tx, viewer, &new.message).await? {
        return Ok(Written::Done);
    }
    if lately(tx, viewer, now).await? >= MOST {
        return Ok(Written::TooMany);
    }
    let waiting = "SELECT count(*) FROM pending_message WHERE client_id = $1";
    let waiting: i64 = tx.one(waiting, &[&viewer.client_row()]).await?.try_get(0)?;
    if waiting >= WAITING {
        return Ok(Written::Full);
    }
    let kept = tx
        .execute(
            "INSERT INTO pending_message (client_id, thread, message, about, author, at, text) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (client_id, message) DO NOTHING",
            &[
                &viewer.client_row(),
                &new.thread.as_str(),
                &new.message.as_str(),
                &new.about.as_ref().map(ToString::to_string),
                &viewer.user().as_str(),
                &now.timestamp(),
                &text(&new.text),
            ],
        )
        .await?;
    // An id that another user's message has is that message's.
    if kept > 0 {
        tell(tx, viewer, new.event(), new.thread.as_str(), now).await?;
    }
    Ok(Written::Done)
}

/// How many messages the user wrote in the last while.
async fn lately(tx: &Tx, viewer: &Viewer, now: DateTime<Utc>) -> Outcome<i64> {
    let row = tx
        .one(
            "SELECT count(*) FROM event WHERE account_id = $1 AND client = $2 AND user_id = $3
                 AND kind IN ('asked', 'answered') AND at > $4",
            &[
                &viewer.account().0,
                &viewer.client().as_str(),
                &viewer.user().as_str(),
                &(now - WHILE).timestamp(),
            ],
        )
        .await?;
    Ok(row.try_get(0)?)
}

/// Writes the audit log and the event.
async fn tell(
    tx: &Tx,
    viewer: &Viewer,
    (kind, action): (EventKind, Action),
    subject: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    note(tx, viewer, action, subject, now).await?;
    let (account, client, user) = (viewer.account(), viewer.client(), viewer.user());
    journal::emit(tx, account, client, user, &kind, now).await
}

/// Whether this message became an event before. The subject of such an event is the message's id.
async fn was_emitted(tx: &Tx, viewer: &Viewer, message: &PublicId) -> Outcome<bool> {
    let found = tx
        .first(
            "SELECT 1 FROM event WHERE account_id = $1 AND client = $2 AND user_id = $3
                 AND kind IN ('asked', 'answered') AND subject = $4 LIMIT 1",
            &[
                &viewer.account().0,
                &viewer.client().as_str(),
                &viewer.user().as_str(),
                &message.as_str(),
            ],
        )
        .await?;
    Ok(found.is_some())
}

/// See [`super::PortalStore::decide`].
pub(super) async fn decide(
    tx: &Tx,
    viewer: &Viewer,
    new: &NewDecision,
    now: DateTime<Utc>,
) -> Outcome<Decided> {
    lock::account(tx, viewer.account()).await?;
    let client = viewer.client_row();
    let request = requested(talk(tx, client).await?, viewer, &new.request);
    let sql = "SELECT 1 FROM pending_decision WHERE client_id = $1 AND request = $2";
    let is_decided = tx.first(sql, &[&client, &new.request.as_str()]).await?;
    let outcome = new.weigh(viewer, request.as_ref(), is_decided.is_some())?;
    if outcome != Decided::Done {
        return Ok(outcome);
    }
    tx.execute(
        "INSERT INTO pending_decision (client_id, request, approved, author, at, note) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &client,
            &new.request.as_str(),
            &new.approved,
            &viewer.user().as_str(),
            &now.timestamp(),
            &new.note.as_deref().map(text),
        ],
    )
    .await?;
    tell(tx, viewer, new.event(), new.request.as_str(), now).await?;
    Ok(Decided::Done)
}

/// In a commit that holds the account: what is published by now no longer waits.
pub(super) async fn settle(tx: &Tx, client: i64) -> Outcome<()> {
    let talk = talk(tx, client).await?;
    let messages = talk.threads.iter().flat_map(|thread| &thread.messages);
    let messages: Vec<&str> = messages.map(|message| message.id.as_str()).collect();
    let sql = "DELETE FROM pending_message WHERE client_id = $1 AND message = ANY($2)";
    tx.execute(sql, &[&client, &messages]).await?;
    let answered = talk.requests.iter().filter(|one| one.answer.is_some());
    let answered: Vec<&str> = answered.map(|request| request.id.as_str()).collect();
    let sql = "DELETE FROM pending_decision WHERE client_id = $1 AND request = ANY($2)";
    tx.execute(sql, &[&client, &answered]).await?;
    Ok(())
}
