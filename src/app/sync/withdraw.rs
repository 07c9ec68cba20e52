//! `portal withdraw`: taking clients off a portal without a change of what they may see: before it is left for another, or after.

use std::collections::HashSet;

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::domain::client::Client;
use crate::domain::key::ClientKey;
use crate::published::protocol::{ClientStatus, Status};
use crate::store::Left;
use crate::sync::{Connection, Peer, SyncError};
use crate::values::id::PublicId;

use super::super::event::{self, Reading};
use super::super::publish;
use super::super::{Error, Result, Session, find};
use super::{Candidate, ending, everybody, turn};

/// What became of a client.
#[derive(Debug)]
pub struct Withdrawn {
    pub slug: String,
    /// It was there.
    pub removed: bool,
    /// Users who have to be invited again if it comes back.
    pub left: Vec<String>,
    /// Why it is still there.
    pub failure: Option<Error>,
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

/// Takes clients off a portal, after what was done there came here, each for itself. Of other clients of the account nothing is touched.
pub fn withdraw(
    session: &mut Session,
    connection: &Connection,
    named: &[String],
) -> Result<Vec<Withdrawn>> {
    let turn = turn(session, &mut |_| {})?;
    session.refresh()?;
    let peer = Peer::connect(connection)?;
    let status = peer.status()?;
    let ids = publish::public_ids(session)?;
    let place = session.store.read(|books| books.event_place())?;
    let all = wanted(session, &[])?;
    // It may be a portal that was left for another: whoever comes in there is not in here.
    let mut here = HashSet::new();
    for (client, id) in &all {
        let pushed = session.store.read(|books| books.pushed(client.key))?;
        let is_here = pushed.is_some_and(|pushed| pushed.portal == peer.url());
        if is_here && status.clients.iter().any(|held| held.id == *id) {
            here.insert(id);
        }
    }
    let leaving = Leaving {
        peer: &peer,
        ids: &ids,
        status: &status,
        here,
    };
    let done = leaving.all(session, named);
    if place.epoch.as_ref() != Some(&status.epoch) {
        // It may not be the one that is connected: of that events are read from the beginning, each once.
        session.store.forget_events()?;
    }
    drop(turn);
    done
}

/// A portal that clients are taken off.
pub(super) struct Leaving<'a> {
    pub(super) peer: &'a Peer,
    pub(super) ids: &'a PublicIds,
    pub(super) status: &'a Status,
    /// The clients whose users are in once the portal tells that they came in.
    pub(super) here: HashSet<&'a PublicId>,
}

impl Leaving<'_> {
    /// The clients of these names, or all of this store. The failure of one is its own, unless the line is broken.
    fn all(&self, session: &mut Session, named: &[String]) -> Result<Vec<Withdrawn>> {
        self.pull(session, self.status)?;
        let mut all = Vec::new();
        let mut broken: Option<SyncError> = None;
        for (client, id) in wanted(session, named)? {
            let held = self.status.clients.iter().find(|held| held.id == id);
            let done = match &broken {
                Some(broken) => Err(Error::Sync(broken.clone())),
                None => self.one(session, &client, &id, held),
            };
            if let Err(Error::Sync(error)) = &done
                && error.is_of_connection()
            {
                broken = Some(error.clone());
            }
            if held.is_some() || done.is_err() || !named.is_empty() {
                all.push(Withdrawn {
                    slug: client.slug.as_str().to_owned(),
                    removed: held.is_some() && done.is_ok(),
                    left: done.as_ref().cloned().unwrap_or_default(),
                    failure: done.err(),
                });
            }
        }
        Ok(all)
    }

    /// Takes one client off. Gives the users who are not in any more.
    fn one(
        &self,
        session: &mut Session,
        client: &Client,
        id: &PublicId,
        held: Option<&ClientStatus>,
    ) -> Result<Vec<String>> {
        let pushed = session.store.read(|books| books.pushed(client.key))?;
        let pushed = pushed.filter(|pushed| pushed.portal == self.peer.url());
        match (held, &pushed) {
            (Some(held), _) => self.take_off(session, client.key, held)?,
            (None, Some(pushed)) => self.finish(session, id, pushed.revision)?,
            (None, None) => {}
        }
        let Some(pushed) = pushed else {
            return Ok(Vec::new());
        };
        let left = ending::users_left(session, client.key, None)?;
        let held = held.map_or(0, |held| held.revision);
        note_left(session, client, self.peer, pushed.revision.max(held))?;
        Ok(left)
    }

    /// Brings events here; of clients that are gone meanwhile nobody is in.
    fn pull(&self, session: &mut Session, now: &Status) -> Result<()> {
        let there = now.clients.iter().map(|held| &held.id);
        let reading = Reading {
            let_in: there.filter(|id| self.here.contains(id)).collect(),
            dry_run: false,
        };
        event::pull(session, self.peer, self.ids, now, &reading).map(drop)
    }

    /// Takes a client off as it was seen there; refused where something newer is there meanwhile. What its users did before the last
    /// moment comes here, and nothing of it stays there.
    pub(super) fn take_off(
        &self,
        session: &mut Session,
        client: ClientKey,
        held: &ClientStatus,
    ) -> Result<()> {
        // The request may arrive late, whatever is heard of it: what is wanted of this client from now on goes on from a higher
        // revision, also where it is just what the portal has.
        let leaving = Left {
            portal: self.peer.url().to_owned(),
            revision: held.revision.saturating_add(1),
        };
        session.store.note_leaving(client, &leaving)?;
        let place = session.store.read(|books| books.event_place())?;
        let remove = |read| self.peer.remove(&held.id, held.revision, read);
        remove(place.cursor)?;
        let now = self.peer.status()?;
        if now.last_event <= place.cursor || now.epoch != self.status.epoch {
            return Ok(());
        }
        self.pull(session, &now)?;
        let place = session.store.read(|books| books.event_place())?;
        Ok(remove(place.cursor)?)
    }

    /// Asks once more for what an earlier removal that was cut off has not come to: the client is gone, and what its users did may
    /// still be there.
    pub(super) fn finish(&self, session: &Session, id: &PublicId, revision: u64) -> Result<()> {
        let place = session.store.read(|books| books.event_place())?;
        Ok(self.peer.remove(id, revision, place.cursor)?)
    }
}

/// Notes that a client is no longer on a portal, and what it had there at most.
pub(super) fn note(
    session: &mut Session,
    peer: &Peer,
    candidate: &Candidate,
    held: Option<&ClientStatus>,
) -> Result<()> {
    let held = held.map_or(0, |held| held.revision);
    let revision = candidate.revision().max(held);
    note_left(session, &candidate.client, peer, revision)
}

fn note_left(session: &mut Session, client: &Client, peer: &Peer, revision: u64) -> Result<()> {
    let left = Left {
        portal: peer.url().to_owned(),
        revision,
    };
    Ok(session.store.note_withdrawn(client.key, &left)?)
}

/// Clients with the ids under which portals know them.
fn wanted(session: &mut Session, named: &[String]) -> Result<Vec<(Client, PublicId)>> {
    let ids = publish::public_ids(session)?;
    let clients = session.store.read(|books| {
        if named.is_empty() {
            return everybody(books);
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
