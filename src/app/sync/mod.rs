//! `sync`: what client users did comes here, and every client is on the portal just as its settings say.
//!
//! Events first, because they change what is published; then client by client, each for itself. What was pushed is noted **before**
//! the portal commits it: if the answer is lost, the next run finds on the portal what it noted and goes on from there. Nothing of
//! the books is changed but by events, and those with their place in one transaction.

mod ending;
mod limit;
mod seen;
mod standing;
mod step;
#[cfg(test)]
mod tests;
mod withdraw;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::disclosure;
use crate::disclosure::public_id::{Noun, PublicIds};
use crate::domain::client::Client;
use crate::domain::key::ClientKey;
use crate::published::ChunkKey;
use crate::published::change::{Change, Summary};
use crate::published::protocol::{ManifestChunk, Status};
use crate::store::{Books, ClientFilter, LastSync, Left, Pushed, Turn};
use crate::sync::{Connection, Peer, SyncError};
use crate::values::id::PublicId;

use super::approval_request::{self, Applied};
use super::event::{self, Reading, Restart};
use super::publish::{self, Desk};
use super::{Error, Result, Session, find, portal_settings};

pub use ending::note_seen;
use limit::Room;
pub use standing::{ClientStanding, Stand, Standing, There, standing};
use step::Run;
pub use withdraw::{Withdrawn, held, withdraw};

/// How long a sync waits for another one of the same store.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a run did.
#[derive(Debug, Default)]
pub struct Report {
    /// By name.
    pub clients: Vec<ClientReport>,
    /// Events that came in; with `dry_run` those that wait.
    pub events: usize,
    /// Events that this program cannot read, of all times.
    pub aside: usize,
    /// The portal is another than it was: its events were read from the beginning.
    pub restarted: Option<Restart>,
    /// What clients approved and was put into the books.
    pub applied: Vec<Applied>,
}

/// What became of one client.
#[derive(Debug)]
pub struct ClientReport {
    pub slug: String,
    pub difference: Difference,
    /// Bytes of parts that were sent, or would be (then before compression).
    pub bytes: u64,
    pub state: State,
    /// With `dry_run`: what the client would notice.
    pub seen: Seen,
    /// Users who were in and have to be invited again: their password was of a portal that forgot them, or of another one.
    pub left: Vec<String>,
}

/// What a client would notice.
#[derive(Debug, Default)]
pub struct Seen {
    /// One by one; none where the client comes or goes as a whole.
    pub changes: Vec<Change>,
    /// Counted by kind.
    pub summary: Vec<Summary>,
}

/// Where a client stands after a run.
#[derive(Debug)]
pub enum State {
    /// The portal has it all.
    InStep,
    Pushed,
    /// With `dry_run`.
    WouldPush,
    /// It is no longer on the portal.
    Withdrawn,
    /// With `dry_run`.
    WouldWithdraw,
    /// With `dry_run`: the portal has something newer, which a push would not overwrite.
    Stale(SyncError),
    /// With `dry_run`: the plan of the account has no room for it.
    OverLimit(SyncError),
    /// Its console is off or it is archived, and it is not on the portal.
    Off,
    Failed(Error),
}

impl State {
    /// The word in JSON and tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::InStep => "in-step",
            Self::Pushed => "pushed",
            Self::WouldPush => "would-push",
            Self::Withdrawn => "withdrawn",
            Self::WouldWithdraw => "would-withdraw",
            Self::Stale(_) => "stale",
            Self::OverLimit(_) => "over-limit",
            Self::Off => "off",
            Self::Failed(_) => "failed",
        }
    }
}

/// Parts of a client that the portal has not, has otherwise, or has and shall not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    pub added: Vec<ChunkKey>,
    pub changed: Vec<ChunkKey>,
    pub removed: Vec<ChunkKey>,
}

impl Difference {
    /// From what is there to what shall be.
    pub fn between(held: &[ManifestChunk], wanted: &[ManifestChunk]) -> Self {
        let before: HashMap<_, _> = held.iter().map(|one| (&one.key, &one.digest)).collect();
        let kept: HashSet<_> = wanted.iter().map(|one| &one.key).collect();
        let mut difference = Self::default();
        for chunk in wanted {
            match before.get(&chunk.key) {
                None => difference.added.push(chunk.key.clone()),
                Some(digest) if **digest != chunk.digest => {
                    difference.changed.push(chunk.key.clone());
                }
                Some(_) => {}
            }
        }
        difference.removed = held
            .iter()
            .filter(|other| !kept.contains(&other.key))
            .map(|other| other.key.clone())
            .collect();
        difference
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Told while a run goes on.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// The next client, the how-manieth of how many.
    Client {
        slug: &'a str,
        place: usize,
        of: usize,
    },
    /// So many parts of the client are sent, of so many bytes before compression.
    Sending { parts: usize, bytes: u64 },
    /// A part was sent.
    Sent { bytes: u64 },
    /// Another sync of this store is running.
    Waiting,
}

/// What a run is to do.
#[derive(Debug, Clone, Copy, Default)]
struct Wish<'a> {
    /// Only this client.
    client: Option<&'a str>,
    /// Tell, and change nothing on either side.
    dry_run: bool,
    /// What is newer on the portal is overwritten.
    force: bool,
}

/// Brings the portal in step, and events here. With `dry_run` nothing is changed on either side.
pub fn run(
    session: &mut Session,
    connection: &Connection,
    client: Option<&str>,
    dry_run: bool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let wish = Wish {
        client,
        dry_run,
        force: false,
    };
    match dry_run {
        true => carry_out(session, connection, wish, progress),
        false => in_turn(session, connection, wish, progress),
    }
}

/// Brings one client in step, though the portal has something newer of it.
pub fn overwrite(
    session: &mut Session,
    connection: &Connection,
    client: &str,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let wish = Wish {
        client: Some(client),
        dry_run: false,
        force: true,
    };
    in_turn(session, connection, wish, progress)
}

/// One run at a time, whose end is kept.
fn in_turn(
    session: &mut Session,
    connection: &Connection,
    wish: Wish<'_>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let turn = turn(session, progress)?;
    session.refresh()?;
    let done = carry_out(session, connection, wish, progress);
    keep_end(session, connection, wish.client.is_some(), &done);
    drop(turn);
    done
}

/// The turn to sync, after whoever has it.
fn turn(session: &Session, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Turn> {
    if let Some(turn) = session.store.turn(Duration::ZERO)? {
        return Ok(turn);
    }
    progress(Progress::Waiting);
    let turn = session.store.turn(PATIENCE)?;
    turn.ok_or_else(|| SyncError::Running.into())
}

/// Keeps how a run ended. One that came to no client says nothing of any, and one of a single client nothing of the others.
fn keep_end(session: &Session, connection: &Connection, single: bool, done: &Result<Report>) {
    let path = session.store.path();
    let portal = connection.portal().unwrap_or_default();
    let before = LastSync::read(path).filter(|before| before.portal == portal);
    let mut last = LastSync {
        at: session.calendar.now(),
        portal,
        failure: done.as_ref().err().map(ToString::to_string),
        clients: before.map(|before| before.clients).unwrap_or_default(),
        automatic: session.automatic,
        told: !session.automatic,
    };
    let report = match done {
        Ok(report) => report,
        Err(Error::Sync(_) | Error::Store(_)) => return last.keep(path),
        // A slip of the keys is no sync.
        Err(_) => return,
    };
    if !single {
        last.clients.clear();
    }
    for client in &report.clients {
        last.clients.retain(|(slug, _)| *slug != client.slug);
        if let State::Failed(error) = &client.state {
            last.clients.push((client.slug.clone(), error.to_string()));
        }
    }
    last.told |= last.is_good();
    last.keep(path);
}

fn carry_out(
    session: &mut Session,
    connection: &Connection,
    wish: Wish<'_>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let peer = Peer::connect(connection)?;
    let status = peer.status()?;
    let ids = publish::public_ids(session)?;
    // Before the events: who came in since is in.
    let left = match wish.dry_run {
        true => HashMap::new(),
        false => ending::settle(session, &ids, peer.url(), &status)?,
    };
    let reading = Reading {
        let_in: status.clients.iter().map(|held| &held.id).collect(),
        dry_run: wish.dry_run,
    };
    let mut pulled = event::pull(session, &peer, &ids, &status, &reading)?;
    if pulled.restarted == Some(Restart::Rebuilt) && !is_known(session, peer.url())? {
        // It is not the one of before that was made anew, but another one.
        pulled.restarted = None;
    }
    let applied = if wish.dry_run {
        Vec::new()
    } else {
        approval_request::apply_due(session, &ids)?
    };
    let is_held = held_by(&ids, &status);
    let mut candidates = candidates(session, wish.client, peer.url(), &is_held)?;
    candidates.retain(|candidate| {
        wish.client.is_some() || candidate.is_to_be_told() || is_held(candidate.client.key)
    });
    let mut run = Run {
        ids: &ids,
        peer: &peer,
        status: &status,
        wish,
        desk: Desk::default(),
        progress,
        room: Room::of(&status),
        left,
        ended: Vec::new(),
        eager: true,
        broken: None,
    };
    let of = candidates.len();
    let mut clients = Vec::with_capacity(of);
    for (place, candidate) in (1..).zip(&candidates) {
        let slug = candidate.client.slug.as_str();
        (run.progress)(Progress::Client { slug, place, of });
        clients.push(run.client(session, candidate));
    }
    // What was done is told all the same where the store is too busy to note it: the next run settles what is open.
    drop(session.store.note_ended(&run.ended));
    Ok(Report {
        clients,
        events: pulled.events,
        aside: pulled.aside,
        restarted: pulled.restarted,
        applied,
    })
}

/// A client that is to be looked at.
struct Candidate {
    client: Client,
    published: bool,
    /// The last push to any portal.
    pushed: Option<Pushed>,
    /// Whether that was this portal.
    here: bool,
    /// From where it was taken off last.
    left: Option<Left>,
    /// The latest operation that concerns it.
    operation: i64,
}

impl Candidate {
    /// Whether it is on the portal, or shall be.
    fn is_to_be_told(&self) -> bool {
        self.published || self.here
    }

    /// The revision that is known here: nothing of before has a higher one, on no portal.
    fn revision(&self) -> u64 {
        let pushed = self.pushed.as_ref().map_or(0, |pushed| pushed.revision);
        pushed.max(self.left.as_ref().map_or(0, |left| left.revision))
    }
}

/// Whether anything of this store is on the portal of this address, or was.
fn is_known(session: &Session, portal: &str) -> Result<bool> {
    session.store.read(|books| {
        for client in everybody(books)? {
            let pushed = books.pushed(client.key)?.map(|pushed| pushed.portal);
            let left = books.left(client.key)?.map(|left| left.portal);
            if [pushed, left]
                .into_iter()
                .flatten()
                .any(|one| one == portal)
            {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

fn everybody(books: &Books<'_>) -> Result<Vec<Client>> {
    Ok(books.clients(&ClientFilter {
        archived: true,
        ..Default::default()
    })?)
}

/// The clients that a portal holds, by what was noted of the last push of each.
pub fn pushed_to(session: &Session, portal: &str) -> Result<Vec<String>> {
    let candidates = candidates(session, None, portal, &|_| false)?;
    let here = candidates.iter().filter(|candidate| candidate.here);
    Ok(here
        .map(|candidate| candidate.client.slug.as_str().to_owned())
        .collect())
}

/// Whether a portal holds a client of this store, whoever put it there.
fn held_by<'a>(ids: &'a PublicIds, status: &'a Status) -> impl Fn(ClientKey) -> bool + 'a {
    let held: HashSet<&PublicId> = status.clients.iter().map(|held| &held.id).collect();
    move |client| held.contains(&ids.row(Noun::Client, client.0))
}

/// The named client; else those that are published, those that are here and shall no longer be, or were, and those that the portal holds
/// all the same: an older copy of the store may know of none of that.
fn candidates(
    session: &Session,
    client: Option<&str>,
    portal: &str,
    is_held: &dyn Fn(ClientKey) -> bool,
) -> Result<Vec<Candidate>> {
    session.store.read(|books| {
        let clients = match client {
            Some(client) => vec![find::client(books, client)?],
            None => everybody(books)?,
        };
        let mut candidates = Vec::new();
        for one in clients {
            let visibility = portal_settings::of(books, one.key)?;
            let published = disclosure::is_published(&one, &visibility);
            let pushed = books.pushed(one.key)?;
            let here = pushed
                .as_ref()
                .is_some_and(|pushed| pushed.portal == portal);
            let left = books.left(one.key)?;
            let was_here = left.as_ref().is_some_and(|left| left.portal == portal);
            if published || here || was_here || client.is_some() || is_held(one.key) {
                candidates.push(Candidate {
                    operation: books.latest_touch(one.key)?,
                    client: one,
                    published,
                    pushed,
                    here,
                    left,
                });
            }
        }
        Ok(candidates)
    })
}
