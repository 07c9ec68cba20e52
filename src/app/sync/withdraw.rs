//! `portal withdraw`: taking clients off a portal without a change of what they may see: before it is left for another, or after.

use crate::disclosure::public_id::Noun;
use crate::domain::client::Client;
use crate::store::ClientFilter;
use crate::sync::{Connection, Peer};
use crate::values::id::PublicId;

use super::super::publish;
use super::super::{Result, Session, event, find};
use super::{step, turn};

/// What became of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    pub slug: String,
    /// It was there.
    pub removed: bool,
    /// Users who have to be invited again if it comes back.
    pub users: usize,
}

/// The clients of this store that a portal holds, whoever pushed them; those that are named, or all.
pub fn held(
    session: &mut Session,
    connection: &Connection,
    named: &[String],
) -> Result<Vec<String>> {
    let status = connection.status()?;
    let wanted = wanted(session, named)?;
    let there = wanted.into_iter().filter(|(_, id)| {
        let mut clients = status.clients.iter();
        clients.any(|held| held.id == *id)
    });
    Ok(there
        .map(|(client, _)| client.slug.as_str().to_owned())
        .collect())
}

/// Takes clients off a portal, after what was done there came here. Of other clients of the account nothing is touched.
pub fn withdraw(
    session: &mut Session,
    connection: &Connection,
    named: &[String],
) -> Result<Vec<Withdrawn>> {
    let turn = turn(session, &mut |_| {})?;
    let peer = Peer::connect(connection)?;
    let status = peer.status()?;
    let ids = publish::public_ids(session)?;
    let place = session.store.read(|books| books.event_place())?;
    event::pull(session, &peer, &ids, &status, false)?;
    let read = session.store.read(|books| books.event_place())?.cursor;
    if place.epoch.as_ref() != Some(&status.epoch) {
        // It may not be the one that is connected: of that events are read from the beginning, each once.
        session.store.forget_events()?;
    }
    let mut done = Vec::new();
    for (client, id) in wanted(session, named)? {
        let removed = status.clients.iter().any(|held| held.id == id);
        let mut users = 0;
        if removed {
            peer.remove(&id, read)?;
        }
        let pushed = session.store.read(|books| books.pushed(client.key))?;
        if pushed.is_some_and(|pushed| pushed.portal == peer.url()) {
            users = step::users_left(session, client.key)?;
            session.store.note_withdrawn(client.key)?;
        }
        if removed || !named.is_empty() {
            done.push(Withdrawn {
                slug: client.slug.as_str().to_owned(),
                removed,
                users,
            });
        }
    }
    drop(turn);
    Ok(done)
}

/// Clients with the ids under which portals know them.
fn wanted(session: &mut Session, named: &[String]) -> Result<Vec<(Client, PublicId)>> {
    let ids = publish::public_ids(session)?;
    let clients = session.store.read(|books| {
        if named.is_empty() {
            return Ok(books.clients(&ClientFilter {
                archived: true,
                ..Default::default()
            })?);
        }
        let found = named.iter().map(|client| find::client(books, client));
        found.collect::<Result<Vec<_>>>()
    })?;
    let with_id = |client: Client| {
        let id = ids.row(Noun::Client, client.key.0);
        (client, id)
    };
    Ok(clients.into_iter().map(with_id).collect())
}
