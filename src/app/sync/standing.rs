//! `sync status`: how far the portal is behind, as far as this machine knows, and, where the portal was asked, how it stands there.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::domain::key::ClientKey;
use crate::published::protocol::{ClientStatus, Status};
use crate::store::{LastSync, Pushed};
use crate::values::id::PublicId;

use super::super::publish;
use super::super::{Result, Session};
use super::{Candidate, candidates, held_by};

/// How the clients stand.
#[derive(Debug)]
pub struct Standing {
    /// Address of the portal.
    portal: String,
    /// By name: those that are published, and those that are on the portal and shall no longer be.
    pub clients: Vec<ClientStanding>,
    /// The number of the last event that is here.
    pub cursor: u64,
    /// Events that this program cannot read.
    pub aside: usize,
    pub last: Option<LastSync>,
    /// A sync is at it just now.
    pub running: bool,
}

/// How one client stands.
#[derive(Debug)]
pub struct ClientStanding {
    pub slug: String,
    pub stand: Stand,
    /// When it was last pushed to this portal.
    pub pushed: Option<DateTime<Utc>>,
    pub revision: Option<u64>,
    /// Operations since that concern it. What they changed a client may not be allowed to see.
    pub operations: u64,
    /// What the portal says, where it was asked.
    pub there: Option<There>,
    pub(super) key: ClientKey,
    /// The revision that is known here, of whatever portal.
    known: u64,
    /// What was noted of the last push to this portal.
    pub(super) noted: Option<Pushed>,
    id: PublicId,
}

/// Where a client stands, as far as this machine knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    InStep,
    /// Something was done since.
    Changed,
    /// Nothing was done since, but its figures are of an earlier day.
    Dated,
    /// A push of it began, and how it ended is not known here.
    Unfinished,
    /// It was never pushed to this portal.
    Never,
    /// It is on the portal and shall no longer be.
    Leaving,
}

impl Stand {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::InStep => "in-step",
            Self::Changed => "changed",
            Self::Dated => "dated",
            Self::Unfinished => "unfinished",
            Self::Never => "never-pushed",
            Self::Leaving => "leaving",
        }
    }
}

/// What the portal says of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum There {
    /// It has what was pushed last from here.
    Same,
    /// It has something newer: another copy of this store pushed.
    Newer,
    /// It has something else: an older copy of itself, or a push whose end is not known.
    Other,
    /// It has no such client.
    Missing,
}

impl There {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Newer => "newer",
            Self::Other => "other",
            Self::Missing => "missing",
        }
    }
}

/// How the clients stand, without a question to the portal of this address.
pub fn standing(session: &mut Session, portal: &str) -> Result<Standing> {
    let ids = publish::public_ids(session)?;
    let running = session.store.turn(Duration::ZERO)?.is_none();
    let last = LastSync::read(session.store.path());
    let clients = clients(session, &ids, portal, &|_| false)?;
    let (cursor, aside) = session.store.read(|books| {
        let aside = books.events_aside()?.len();
        Ok::<_, super::Error>((books.event_place()?.cursor, aside))
    })?;
    Ok(Standing {
        portal: portal.to_owned(),
        clients,
        cursor,
        aside,
        last,
        running,
    })
}

/// Those that are to be told of, and those that are held.
fn clients(
    session: &Session,
    ids: &PublicIds,
    portal: &str,
    is_held: &dyn Fn(ClientKey) -> bool,
) -> Result<Vec<ClientStanding>> {
    let mut clients = Vec::new();
    for candidate in candidates(session, None, portal, is_held)? {
        if candidate.is_to_be_told() || is_held(candidate.client.key) {
            clients.push(client(session, ids, candidate)?);
        }
    }
    Ok(clients)
}

fn client(session: &Session, ids: &PublicIds, candidate: Candidate) -> Result<ClientStanding> {
    let key = candidate.client.key;
    let known = candidate.revision();
    let pushed = candidate.pushed.filter(|_| candidate.here);
    let operations = match &pushed {
        Some(pushed) => session
            .store
            .read(|books| books.touches_since(key, pushed.operation))?,
        None => 0,
    };
    let stand = match &pushed {
        _ if !candidate.published => Stand::Leaving,
        None => Stand::Never,
        // It is noted before the portal commits it; the sync that did so was killed since, got no answer, or is at it.
        Some(pushed) if pushed.open => Stand::Unfinished,
        Some(pushed) => ended(session, pushed, operations),
    };
    Ok(ClientStanding {
        slug: candidate.client.slug.as_str().to_owned(),
        stand,
        pushed: pushed.as_ref().map(|pushed| pushed.at),
        revision: pushed.as_ref().map(|pushed| pushed.revision),
        operations,
        there: None,
        id: ids.row(Noun::Client, key.0),
        key,
        known,
        noted: pushed,
    })
}

/// How a client stands whose push came to its end.
fn ended(session: &Session, pushed: &Pushed, operations: u64) -> Stand {
    if operations > 0 {
        Stand::Changed
    } else if session.calendar.day_of(pushed.at) != session.today() {
        Stand::Dated
    } else {
        Stand::InStep
    }
}

impl Standing {
    /// Puts beside it what the portal says, also of clients of which nothing is noted here, and gives how many it has that are not of
    /// this store.
    pub fn compare(&mut self, session: &mut Session, status: &Status) -> Result<usize> {
        let ids = publish::public_ids(session)?;
        self.clients = clients(session, &ids, &self.portal, &held_by(&ids, status))?;
        let mut strangers = status.clients.len();
        for client in &mut self.clients {
            let held = status.clients.iter().find(|held| held.id == client.id);
            strangers = strangers.saturating_sub(usize::from(held.is_some()));
            client.there = Some(client.there(held));
            if let (Stand::Unfinished, Some(There::Same), Some(pushed)) =
                (client.stand, client.there, &client.noted)
            {
                client.stand = ended(session, pushed, client.operations);
            }
        }
        Ok(strangers)
    }

    /// Whether there is nothing for a sync to send, as far as is known, and the last one went well.
    pub fn is_in_step(&self) -> bool {
        let fine = |client: &ClientStanding| {
            client.stand == Stand::InStep && client.there.is_none_or(|there| there == There::Same)
        };
        !self.running
            && self.clients.iter().all(fine)
            && self.last.as_ref().is_none_or(LastSync::is_good)
    }
}

impl ClientStanding {
    fn there(&self, held: Option<&ClientStatus>) -> There {
        let manifest = self.noted.as_ref().map(|pushed| &pushed.manifest);
        match (held, manifest) {
            (None, _) => There::Missing,
            (Some(held), Some(manifest)) if held.manifest.as_str() == manifest => There::Same,
            (Some(held), _) if held.revision > self.known => There::Newer,
            (Some(_), _) => There::Other,
        }
    }
}
