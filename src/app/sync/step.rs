//! One client of a run: what the portal has of it, what it shall have, and the way from the one to the other.

use std::collections::{HashMap, HashSet};

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::domain::key::ClientKey;
use crate::published::change::{self, Change};
use crate::published::pack::PACK;
use crate::published::protocol::{Answer, ClientStatus, Manifest, ManifestChunk, Status};
use crate::published::{Chunk, Digest};
use crate::store::Pushed;
use crate::sync::{Peer, SyncError};
use crate::values::id::PublicId;

use super::super::publish::{self, Desk, Projection};
use super::super::{Error, Result, Session};
use super::limit::Room;
use super::withdraw::{self, Leaving};
use super::{Candidate, ClientReport, Difference, Progress, Seen, State, Wish, ending, seen};

/// How often a client is offered before the portal is found to be of another mind.
const ROUNDS: u32 = 3;

/// One run over the clients.
pub(super) struct Run<'a> {
    pub(super) ids: &'a PublicIds,
    pub(super) peer: &'a Peer,
    pub(super) status: &'a Status,
    pub(super) wish: Wish<'a>,
    pub(super) desk: Desk,
    pub(super) progress: &'a mut dyn FnMut(Progress<'_>),
    /// With `dry_run`: what the plan of the account has room for.
    pub(super) room: Room,
    /// Users who are not in any more, as was seen before anything was sent.
    pub(super) left: HashMap<ClientKey, Vec<String>>,
    /// Pushes that came to their end, which is still to be noted.
    pub(super) ended: Vec<(ClientKey, Pushed)>,
    /// Clients that are new there are sent before they are asked for, until one was too many.
    pub(super) eager: bool,
    /// Why nothing more can be sent to anybody.
    pub(super) broken: Option<SyncError>,
}

/// What was done with a client, before it is reported.
#[derive(Default)]
struct Done {
    difference: Difference,
    bytes: u64,
    seen: Seen,
    left: Vec<String>,
}

impl Done {
    fn of(difference: Difference) -> Self {
        Self {
            difference,
            ..Self::default()
        }
    }
}

impl Run<'_> {
    /// One client. Its failure is its own, unless the line is broken.
    pub(super) fn client(&mut self, session: &mut Session, candidate: &Candidate) -> ClientReport {
        let done = match &self.broken {
            Some(broken) => Err(Error::Sync(broken.clone())),
            None => self.bring_in_step(session, candidate),
        };
        let (done, state) = done.unwrap_or_else(|error| {
            if let Error::Sync(sync) = &error
                && sync.is_of_connection()
            {
                self.broken = Some(sync.clone());
            }
            (Done::default(), State::Failed(error))
        });
        let mut left = self.left.remove(&candidate.client.key).unwrap_or_default();
        left.extend(done.left);
        ClientReport {
            slug: candidate.client.slug.as_str().to_owned(),
            difference: done.difference,
            bytes: done.bytes,
            seen: done.seen,
            left,
            state,
        }
    }

    fn bring_in_step(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
    ) -> Result<(Done, State)> {
        let id = self.ids.row(Noun::Client, candidate.client.key.0);
        let status: &Status = self.status;
        let held = status.clients.iter().find(|held| held.id == id);
        if !candidate.published {
            return self.withdraw(session, candidate, &id, held);
        }
        if let Some(held) = held
            && is_untouched(session, candidate, held)
        {
            return Ok((Done::default(), State::InStep));
        }
        let slug = candidate.client.slug.as_str();
        let projection = publish::project_at(session, slug, &mut self.desk)?;
        self.push(session, candidate, &projection, held)
    }

    /// What the portal has of a client of this store is taken from it, also where nothing is noted of that here: an older copy knows
    /// nothing of what was pushed since, and what was asked of the portal before may arrive late.
    fn withdraw(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
        id: &PublicId,
        held: Option<&ClientStatus>,
    ) -> Result<(Done, State)> {
        if !candidate.here && held.is_none() {
            return Ok((Done::default(), State::Off));
        }
        let stale = self.stale(candidate, held);
        if let Some(stale) = &stale
            && !self.wish.dry_run
        {
            return Err(stale.clone().into());
        }
        let chunks = self.held(held)?;
        let mut done = Done::of(Difference::between(&chunks, &[]));
        if self.wish.dry_run {
            let changes = seen::changes(self.peer, id, &chunks, None, &done.difference)?;
            done.seen.summary = change::summary(&changes);
            let would = match stale {
                Some(stale) => State::Stale(stale),
                None => {
                    self.room.leave(id);
                    State::WouldWithdraw
                }
            };
            return Ok((done, would));
        }
        let leaving = Leaving {
            peer: self.peer,
            ids: self.ids,
            status: self.status,
            here: self.status.clients.iter().map(|held| &held.id).collect(),
        };
        let off = match held {
            Some(held) => leaving.take_off(session, candidate.client.key, held),
            None => leaving.finish(session, id, candidate.revision()),
        };
        off.map_err(|error| match error {
            Error::Sync(error) => self.named(error, candidate).into(),
            other => other,
        })?;
        done.left = ending::users_left(session, candidate.client.key, None)?;
        withdraw::note(session, self.peer, candidate, held)?;
        Ok((done, State::Withdrawn))
    }

    /// Where the portal has something newer than is known here, which is overwritten only when that is wished.
    fn stale(&self, candidate: &Candidate, held: Option<&ClientStatus>) -> Option<SyncError> {
        let ours = candidate.revision();
        let theirs = held.map_or(0, |held| held.revision);
        (theirs > ours && !self.wish.force).then(|| SyncError::Stale {
            client: candidate.client.slug.as_str().to_owned(),
            ours,
            theirs,
        })
    }

    /// The parts that the portal has of a client.
    fn held(&self, held: Option<&ClientStatus>) -> Result<Vec<ManifestChunk>> {
        let Some(held) = held else {
            return Ok(Vec::new());
        };
        let manifest = self.peer.manifest(&held.id)?;
        Ok(manifest.map_or_else(Vec::new, |manifest| manifest.chunks))
    }

    fn push(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
        projection: &Projection,
        held: Option<&ClientStatus>,
    ) -> Result<(Done, State)> {
        let key = candidate.client.key;
        let ours = candidate.revision();
        let theirs = held.map_or(0, |held| held.revision);
        let manifest = projection.manifest(ours.max(theirs).saturating_add(1));
        let note = |revision| note(session, self.peer, projection, &manifest, revision);
        let is_same = held.is_some_and(|held| held.manifest == manifest.digest());
        // Where more was asked of the portal than it shows, that may still arrive: the same is offered once more, under a revision that
        // leaves it behind.
        if is_same && (self.wish.dry_run || ours <= theirs) {
            if !self.wish.dry_run {
                let note = note(theirs);
                session.store.note_pushed(key, &note)?;
            }
            return Ok((Done::default(), State::InStep));
        }
        let stale = self.stale(candidate, held);
        if let Some(stale) = &stale
            && !self.wish.dry_run
        {
            return Err(stale.clone().into());
        }
        let chunks = match is_same {
            true => manifest.chunks.clone(),
            false => self.held(held)?,
        };
        let mut done = Done::of(Difference::between(&chunks, &manifest.chunks));
        let lacking = lacking(&manifest, &chunks);
        let bytes = lacking.iter().map(|chunk| chunk.size).sum();
        if self.wish.dry_run {
            done.bytes = bytes;
            done.seen = self.seen(projection, &chunks, &done.difference)?;
            return Ok((done, self.would_be(projection, &manifest, stale)));
        }
        // Whoever looks at the store from now on knows that the portal may have it, and whether it had the client before.
        let note = Pushed {
            open: true,
            anew: held.is_none(),
            ..note(manifest.revision)
        };
        session.store.note_pushed(key, &note)?;
        let parts = lacking.len();
        (self.progress)(Progress::Sending { parts, bytes });
        // What an earlier push left there need not be sent again, so it is asked for first.
        let is_new = held.is_none() && candidate.pushed.is_none();
        match self.send(projection, &manifest, is_new, &mut done.bytes) {
            Ok(()) => {
                let (left, ended) = ending::ended(session, key, note)?;
                done.left = left;
                self.ended.extend(ended.map(|ended| (key, ended)));
                let state = match is_same {
                    true => State::InStep,
                    false => State::Pushed,
                };
                Ok((done, state))
            }
            Err(error) => {
                self.eager &= !matches!(error, SyncError::Limit { .. });
                if is_definite(&error) {
                    forget(session, candidate)?;
                }
                Err(self.named(error, candidate).into())
            }
        }
    }

    /// What a push would come to.
    fn would_be(
        &mut self,
        projection: &Projection,
        manifest: &Manifest,
        stale: Option<SyncError>,
    ) -> State {
        if let Some(stale) = stale {
            return State::Stale(stale);
        }
        match self.room.enter(&projection.id, manifest) {
            Ok(()) => State::WouldPush,
            Err(refused) => State::OverLimit(refused),
        }
    }

    /// What the client would notice.
    fn seen(
        &self,
        projection: &Projection,
        held: &[ManifestChunk],
        difference: &Difference,
    ) -> Result<Seen> {
        let id = &projection.id;
        let changes = seen::changes(self.peer, id, held, Some(projection), difference)?;
        let summary = change::summary(&changes);
        let changes: Vec<Change> = match held.is_empty() {
            // All of it is new: the preview shows it.
            true => Vec::new(),
            false => changes,
        };
        Ok(Seen { changes, summary })
    }

    /// Offers the client and sends what lacks, until the portal has committed it. Of one that is new there, and small, all lacks.
    fn send(
        &mut self,
        projection: &Projection,
        manifest: &Manifest,
        is_new: bool,
        bytes: &mut u64,
    ) -> std::result::Result<(), SyncError> {
        let all: u64 = manifest.chunks.iter().map(|chunk| chunk.size).sum();
        let mut lacks: HashSet<Digest> = if is_new && self.eager && all <= PACK as u64 {
            let digests = manifest.chunks.iter();
            digests.map(|chunk| chunk.digest.clone()).collect()
        } else {
            HashSet::new()
        };
        for _ in 0..=ROUNDS {
            *bytes += self.send_parts(projection, manifest, lacks)?;
            lacks = match self.peer.offer(&projection.id, manifest)? {
                Answer::Committed { .. } => return Ok(()),
                Answer::Lacks { digests } => digests.into_iter().collect(),
            };
        }
        Err(self
            .peer
            .bad("it goes on lacking what it was sent".to_owned()))
    }

    /// Sends these parts, small ones together.
    fn send_parts(
        &mut self,
        projection: &Projection,
        manifest: &Manifest,
        mut lacks: HashSet<Digest>,
    ) -> std::result::Result<u64, SyncError> {
        let (mut bytes, mut size) = (0, 0);
        let mut together: Vec<(&Digest, &Chunk)> = Vec::new();
        for (line, chunk) in manifest.chunks.iter().zip(&projection.chunks) {
            // The same bytes under two keys are one part.
            if !lacks.remove(&line.digest) {
                continue;
            }
            if size + chunk.body.len() > PACK {
                bytes += self.send_together(projection, &std::mem::take(&mut together))?;
                size = 0;
            }
            size += chunk.body.len();
            together.push((&line.digest, chunk));
        }
        bytes += self.send_together(projection, &together)?;
        match lacks.into_iter().next() {
            None => Ok(bytes),
            Some(digest) => Err(self
                .peer
                .bad(format!("it wants {digest}, which it was not offered"))),
        }
    }

    fn send_together(
        &mut self,
        projection: &Projection,
        parts: &[(&Digest, &Chunk)],
    ) -> std::result::Result<u64, SyncError> {
        let bytes = match parts {
            [] => return Ok(0),
            [(digest, chunk)] => self.peer.put(&projection.id, digest, chunk)?,
            several => {
                let chunks: Vec<&Chunk> = several.iter().map(|(_, chunk)| *chunk).collect();
                self.peer.put_all(&projection.id, &chunks)?
            }
        };
        (self.progress)(Progress::Sent { bytes });
        Ok(bytes)
    }

    /// The portal knows clients by id; people know them by name.
    fn named(&self, error: SyncError, candidate: &Candidate) -> SyncError {
        let ours = candidate.revision();
        match error {
            SyncError::Refused { code, .. } if code == "stale_revision" => SyncError::Stale {
                client: candidate.client.slug.as_str().to_owned(),
                ours,
                theirs: self.revision_now(candidate, ours),
            },
            other => other,
        }
    }

    /// The revision of whoever was quicker; at least the one after ours.
    fn revision_now(&self, candidate: &Candidate, ours: u64) -> u64 {
        let id = self.ids.row(Noun::Client, candidate.client.key.0);
        let next = ours.saturating_add(1);
        let now = self.peer.status().map_or(next, |status| {
            let held = status.clients.iter().find(|held| held.id == id);
            held.map_or(next, |held| held.revision)
        });
        now.max(next)
    }
}

/// Nothing was done since, on either side, and the day is the same: there is nothing to look at.
fn is_untouched(session: &Session, candidate: &Candidate, held: &ClientStatus) -> bool {
    candidate.pushed.as_ref().is_some_and(|pushed| {
        candidate.here
            && pushed.operation == candidate.operation
            && candidate.revision() <= held.revision
            && pushed.manifest == held.manifest.as_str()
            && session.calendar.day_of(pushed.at) == session.today()
    })
}

fn note(
    session: &Session,
    peer: &Peer,
    projection: &Projection,
    manifest: &Manifest,
    revision: u64,
) -> Pushed {
    Pushed {
        portal: peer.url().to_owned(),
        revision,
        manifest: manifest.digest().as_str().to_owned(),
        operation: projection.operation,
        at: session.calendar.now(),
        open: false,
        anew: false,
    }
}

/// The parts that the portal has under no key.
fn lacking<'a>(manifest: &'a Manifest, held: &[ManifestChunk]) -> Vec<&'a ManifestChunk> {
    let held: HashSet<&Digest> = held.iter().map(|chunk| &chunk.digest).collect();
    let lacking = manifest.chunks.iter();
    lacking
        .filter(|chunk| !held.contains(&chunk.digest))
        .collect()
}

/// Whether the portal said no to this very push, so that it is sure that it was not committed. One whose answer was lost may have been,
/// whatever is said of the token since.
fn is_definite(error: &SyncError) -> bool {
    matches!(
        error,
        SyncError::Stale { .. } | SyncError::Limit { .. } | SyncError::Refused { .. }
    )
}

/// Takes back what was noted of a push that did not happen.
fn forget(session: &mut Session, candidate: &Candidate) -> Result<()> {
    let key = candidate.client.key;
    match &candidate.pushed {
        Some(before) => session.store.note_pushed(key, before)?,
        None => session.store.forget_pushed(key)?,
    }
    Ok(())
}
