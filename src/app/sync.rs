//! `sync`: what client users did comes here, and every client is on the portal just as its settings say.
//!
//! Events first, because they change what is published; then client by client, each for itself. What was pushed is noted **before**
//! the portal commits it: if the answer is lost, the next run finds on the portal what it noted and goes on from there. A note takes the
//! place of the one that was read before and of no other, so of two runs at once the slower one sees that it was overtaken and looks
//! again. Nothing of the books is changed but by events, and those with their place in one transaction.

use std::collections::HashSet;

use crate::disclosure;
use crate::disclosure::public_id::{Noun, PublicIds};
use crate::domain::client::Client;
use crate::published::pack::PACK;
use crate::published::protocol::{Answer, ClientStatus, Manifest, ManifestChunk, Status};
use crate::published::{Chunk, ChunkKey, Digest};
use crate::store::{ClientFilter, Pushed};
use crate::sync::{Connection, Peer, SyncError};
use crate::values::id::PublicId;

use super::approval_request::{self, Applied};
use super::event::{self, Restart};
use super::publish::{self, Desk, Projection};
use super::{Error, Result, Session, find, portal_settings};

/// How often a client is offered before the portal is found to be of another mind, and begun with before another sync of the store is
/// left to itself.
const ROUNDS: u32 = 3;

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
        let mut difference = Self::default();
        for chunk in wanted {
            match held.iter().find(|other| other.key == chunk.key) {
                None => difference.added.push(chunk.key.clone()),
                Some(other) if other.digest != chunk.digest => {
                    difference.changed.push(chunk.key.clone());
                }
                Some(_) => {}
            }
        }
        difference.removed = held
            .iter()
            .filter(|other| wanted.iter().all(|chunk| chunk.key != other.key))
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
    /// Parts were sent.
    Sent { bytes: u64 },
}

/// Brings the portal in step, and events here. With `dry_run` nothing is changed on either side.
pub fn run(
    session: &mut Session,
    connection: &Connection,
    client: Option<&str>,
    dry_run: bool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let peer = Peer::connect(connection)?;
    let status = peer.status()?;
    let ids = publish::public_ids(session)?;
    let pulled = event::pull(session, &peer, &ids, &status, dry_run)?;
    let applied = if dry_run {
        Vec::new()
    } else {
        approval_request::apply_due(session, &ids)?
    };
    let mut run = Run {
        ids: &ids,
        peer: &peer,
        status: &status,
        dry_run,
        desk: Desk::default(),
        progress,
        eager: true,
        broken: None,
    };
    let candidates = candidates(session, client, peer.url())?;
    let of = candidates.len();
    let mut clients = Vec::with_capacity(of);
    for (place, candidate) in (1..).zip(&candidates) {
        let slug = candidate.client.slug.as_str();
        (run.progress)(Progress::Client { slug, place, of });
        clients.push(run.client(session, candidate));
    }
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
    /// The latest operation that concerns it.
    operation: i64,
}

/// The named client; else those that are published, and those that are here and shall no longer be.
fn candidates(session: &Session, client: Option<&str>, portal: &str) -> Result<Vec<Candidate>> {
    session.store.read(|books| {
        let clients = match client {
            Some(client) => vec![find::client(books, client)?],
            None => books.clients(&ClientFilter {
                archived: true,
                ..Default::default()
            })?,
        };
        let mut candidates = Vec::new();
        for one in clients {
            let visibility = portal_settings::of(books, one.key)?;
            let published = disclosure::is_published(&one, &visibility);
            let pushed = books.pushed(one.key)?;
            let here = pushed
                .as_ref()
                .is_some_and(|pushed| pushed.portal == portal);
            if published || here || client.is_some() {
                candidates.push(Candidate {
                    operation: books.latest_touch(one.key)?,
                    client: one,
                    published,
                    pushed,
                    here,
                });
            }
        }
        Ok(candidates)
    })
}

/// One run over the clients.
struct Run<'a> {
    ids: &'a PublicIds,
    peer: &'a Peer,
    status: &'a Status,
    dry_run: bool,
    desk: Desk,
    progress: &'a mut dyn FnMut(Progress<'_>),
    /// Clients that are new there are sent before they are asked for, until one was too many.
    eager: bool,
    /// Why nothing more can be sent to anybody.
    broken: Option<SyncError>,
}

/// What was done with a client, before it is reported; none where another sync of this store was quicker.
type Done = Option<(Difference, u64, State)>;

impl Run<'_> {
    /// One client. Its failure is its own, unless the line is broken.
    fn client(&mut self, session: &mut Session, candidate: &Candidate) -> ClientReport {
        let done = match &self.broken {
            Some(broken) => Err(Error::Sync(broken.clone())),
            None => self.insist(session, candidate),
        };
        let (difference, bytes, state) = done.unwrap_or_else(|error| {
            if let Error::Sync(sync) = &error
                && sync.is_of_connection()
            {
                self.broken = Some(sync.clone());
            }
            (Difference::default(), 0, State::Failed(error))
        });
        ClientReport {
            slug: candidate.client.slug.as_str().to_owned(),
            difference,
            bytes,
            state,
        }
    }

    /// Begins again where another sync of this store was quicker, with what it left.
    fn insist(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
    ) -> Result<(Difference, u64, State)> {
        if let Some(done) = self.bring_in_step(session, candidate, self.status)? {
            return Ok(done);
        }
        let slug = candidate.client.slug.as_str();
        for _ in 1..ROUNDS {
            let now = self.peer.status()?;
            for candidate in candidates(session, Some(slug), self.peer.url())? {
                if let Some(done) = self.bring_in_step(session, &candidate, &now)? {
                    return Ok(done);
                }
            }
        }
        let client = slug.to_owned();
        Err(SyncError::Overtaken { client }.into())
    }

    fn bring_in_step(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
        status: &Status,
    ) -> Result<Done> {
        let id = self.ids.row(Noun::Client, candidate.client.key.0);
        let held = status.clients.iter().find(|held| held.id == id);
        if !candidate.published {
            return self.withdraw(session, candidate, &id, held);
        }
        if let Some(held) = held
            && is_untouched(session, candidate, held)
        {
            return Ok(Some((Difference::default(), 0, State::InStep)));
        }
        let slug = candidate.client.slug.as_str();
        let projection = publish::project_at(session, slug, &mut self.desk)?;
        self.push(session, candidate, &projection, held)
    }

    /// Only what this store put on this portal is taken from it.
    fn withdraw(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
        id: &PublicId,
        held: Option<&ClientStatus>,
    ) -> Result<Done> {
        if !candidate.here {
            return Ok(Some((Difference::default(), 0, State::Off)));
        }
        let chunks = held.map_or(&[][..], |held| &held.chunks);
        let difference = Difference::between(chunks, &[]);
        if self.dry_run {
            return Ok(Some((difference, 0, State::WouldWithdraw)));
        }
        if held.is_some() {
            self.peer.remove(id)?;
        }
        let (key, before) = (candidate.client.key, candidate.pushed.as_ref());
        let noted = session.store.note_pushed(key, before, None)?;
        Ok(noted.then_some((difference, 0, State::Withdrawn)))
    }

    fn push(
        &mut self,
        session: &mut Session,
        candidate: &Candidate,
        projection: &Projection,
        held: Option<&ClientStatus>,
    ) -> Result<Done> {
        let ours = candidate
            .pushed
            .as_ref()
            .map_or(0, |pushed| pushed.revision);
        let theirs = held.map_or(0, |held| held.revision);
        let manifest = projection.manifest(ours.max(theirs).saturating_add(1));
        let note = |revision| note(session, self.peer, projection, &manifest, revision);
        if held.is_some_and(|held| held.manifest == manifest.digest()) {
            let noted = self.dry_run || {
                let note = note(ours.max(theirs));
                let before = candidate.pushed.as_ref();
                let key = candidate.client.key;
                session.store.note_pushed(key, before, Some(&note))?
            };
            return Ok(noted.then(|| (Difference::default(), 0, State::InStep)));
        }
        if theirs > ours {
            return Err(SyncError::Stale {
                client: projection.slug().to_owned(),
                ours,
                theirs,
            }
            .into());
        }
        let chunks = held.map_or(&[][..], |held| &held.chunks);
        let difference = Difference::between(chunks, &manifest.chunks);
        if self.dry_run {
            let bytes = lacking(&manifest, chunks).map(|chunk| chunk.size).sum();
            return Ok(Some((difference, bytes, State::WouldPush)));
        }
        let note = note(manifest.revision);
        let (key, before) = (candidate.client.key, candidate.pushed.as_ref());
        if !session.store.note_pushed(key, before, Some(&note))? {
            return Ok(None);
        }
        // What an earlier push left there need not be sent again, so it is asked for first.
        let is_new = held.is_none() && candidate.pushed.is_none();
        let mut bytes = 0;
        match self.send(projection, &manifest, is_new, &mut bytes) {
            Ok(()) => Ok(Some((difference, bytes, State::Pushed))),
            Err(error) => {
                self.eager &= !matches!(error, SyncError::Limit { .. });
                // What was noted of a push that did not happen is taken back, unless another sync has noted more meanwhile.
                if is_definite(&error) && !session.store.note_pushed(key, Some(&note), before)? {
                    return Ok(None);
                }
                Err(self.named(error, candidate, ours).into())
            }
        }
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
    fn named(&self, error: SyncError, candidate: &Candidate, ours: u64) -> SyncError {
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
    }
}

fn lacking<'a>(
    manifest: &'a Manifest,
    held: &'a [ManifestChunk],
) -> impl Iterator<Item = &'a ManifestChunk> {
    manifest
        .chunks
        .iter()
        .filter(|chunk| held.iter().all(|other| other.digest != chunk.digest))
}

/// Whether the portal said no to this very push, so that it is sure that it was not committed. One whose answer was lost may have been,
/// whatever is said of the token since.
fn is_definite(error: &SyncError) -> bool {
    matches!(
        error,
        SyncError::Stale { .. } | SyncError::Limit { .. } | SyncError::Refused { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::publish::sample::{self, Sample, edit_entry, sample, set};
    use crate::domain::key::ClientKey;
    use crate::published::protocol::{Event, EventKind};
    use crate::store::Books;
    use crate::sync::fake::{Fake, Fault};
    use crate::values::duration::Seconds;
    use chrono::DateTime;

    fn sync(session: &mut Session, fake: &Fake) -> Report {
        run(session, &fake.connection(), None, false, &mut |_| ()).unwrap()
    }

    fn states(report: &Report) -> Vec<(&str, &'static str)> {
        let clients = report.clients.iter();
        clients
            .map(|client| (client.slug.as_str(), client.state.word()))
            .collect()
    }

    fn failure(report: &Report, slug: &str) -> SyncError {
        let client = report
            .clients
            .iter()
            .find(|client| client.slug == slug)
            .unwrap();
        match &client.state {
            State::Failed(Error::Sync(error)) => error.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn pushed(session: &Session) -> Vec<Option<Pushed>> {
        let ask = |books: &Books<'_>| {
            [1, 2]
                .map(|key| books.pushed(ClientKey(key)))
                .into_iter()
                .collect()
        };
        session
            .store
            .read::<_, crate::store::StoreError>(ask)
            .unwrap()
    }

    fn id(session: &mut Session, noun: Noun, key: i64) -> PublicId {
        publish::public_ids(session).unwrap().row(noun, key)
    }

    #[test]
    fn what_was_pushed_is_in_step_and_costs_one_question() {
        let (mut session, fake) = (sample().session, Fake::start());
        let first = sync(&mut session, &fake);
        assert_eq!(states(&first), [("acme", "pushed"), ("beta", "pushed")]);
        assert_eq!(first.clients[0].difference.added.len(), 5);
        assert!(first.clients[0].bytes > 0);
        fake.requests();
        let second = sync(&mut session, &fake);
        assert_eq!(states(&second), [("acme", "in-step"), ("beta", "in-step")]);
        assert_eq!(fake.requests(), ["GET status"]);
    }

    #[test]
    fn only_what_changed_is_sent() {
        let (mut session, fake) = (sample().session, Fake::start());
        sync(&mut session, &fake);
        fake.requests();
        edit_entry(&mut session, |work| {
            work.note = Some(sample::line("Layout and wording"))
        });
        let report = sync(&mut session, &fake);
        assert_eq!(states(&report), [("acme", "pushed"), ("beta", "in-step")]);
        let changed: Vec<_> = report.clients[0]
            .difference
            .changed
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(changed, ["month/2026-11"]);
        assert_eq!(
            fake.requests(),
            ["GET status", "PUT manifest", "PUT chunk", "PUT manifest"]
        );
    }

    #[test]
    fn a_change_that_no_client_may_see_sends_nothing() {
        let (mut session, fake) = (sample().session, Fake::start());
        sync(&mut session, &fake);
        fake.requests();
        edit_entry(&mut session, |work| {
            work.internal_note = Some(sample::line("they never pay"));
            work.tags = vec![sample::line("secret")];
        });
        assert_eq!(
            states(&sync(&mut session, &fake)),
            [("acme", "in-step"), ("beta", "in-step")]
        );
        assert_eq!(fake.requests(), ["GET status"]);
    }

    #[test]
    fn a_dry_run_tells_the_difference_and_changes_nothing() {
        let (mut session, fake) = (sample().session, Fake::start());
        let dry = |session: &mut Session| {
            run(session, &fake.connection(), None, true, &mut |_| ()).unwrap()
        };
        let report = dry(&mut session);
        assert_eq!(
            states(&report),
            [("acme", "would-push"), ("beta", "would-push")]
        );
        assert!(report.clients[0].bytes > 0);
        assert_eq!(fake.requests(), ["GET status"]);
        assert_eq!(pushed(&session), [None, None]);
        let real = sync(&mut session, &fake);
        assert_eq!(real.clients[0].difference, report.clients[0].difference);
        set(&mut session, Some("acme"), "console", "off");
        edit_entry(&mut session, |work| work.seconds = Seconds(3600));
        assert_eq!(
            states(&dry(&mut session)),
            [("acme", "would-withdraw"), ("beta", "in-step")]
        );
        assert_eq!(fake.held().clients.len(), 2);
    }

    #[test]
    fn a_client_whose_console_is_off_leaves_the_portal_and_strangers_stay() {
        let (mut session, fake) = (sample().session, Fake::start());
        sync(&mut session, &fake);
        let stranger = PublicId::from_bytes([3; 16]);
        {
            let mut held = fake.held();
            let some = held
                .clients
                .values()
                .next()
                .map(|(manifest, bodies)| (manifest.clone(), bodies.clone()));
            held.clients.insert(stranger.clone(), some.unwrap());
        }
        set(&mut session, Some("acme"), "console", "off");
        let report = sync(&mut session, &fake);
        assert_eq!(
            states(&report),
            [("acme", "withdrawn"), ("beta", "in-step")]
        );
        assert_eq!(report.clients[0].difference.removed.len(), 5);
        assert!(fake.held().clients.contains_key(&stranger));
        assert_eq!(fake.held().clients.len(), 2);
        assert_eq!(states(&sync(&mut session, &fake)), [("beta", "in-step")]);
        let named = run(
            &mut session,
            &fake.connection(),
            Some("acme"),
            false,
            &mut |_| (),
        )
        .unwrap();
        assert_eq!(states(&named), [("acme", "off")]);
        set(&mut session, Some("acme"), "console", "on");
        assert_eq!(
            states(&sync(&mut session, &fake)),
            [("acme", "pushed"), ("beta", "in-step")]
        );
    }

    #[test]
    fn a_push_that_was_cut_goes_on_where_it_was() {
        let (mut session, fake) = (sample().session, Fake::start());
        for _ in 0..4 {
            fake.fault("PUT chunks", Fault::Reset);
        }
        let cut = sync(&mut session, &fake);
        assert!(matches!(
            failure(&cut, "acme"),
            SyncError::Unreachable { .. }
        ));
        assert_eq!(
            states(&cut)[1],
            ("beta", "failed"),
            "nobody else is tried over a broken line"
        );
        assert!(fake.held().clients.is_empty());
        assert_eq!(
            states(&sync(&mut session, &fake)),
            [("acme", "pushed"), ("beta", "pushed")]
        );
    }

    #[test]
    fn a_commit_whose_answer_was_lost_is_known_as_ours() {
        let (mut session, fake) = (sample().session, Fake::start());
        sync(&mut session, &fake);
        edit_entry(&mut session, |work| work.seconds = Seconds(3600));
        // It is offered and sent; then it is committed, and every answer to that is lost.
        fake.fault("PUT manifest", Fault::Pass);
        for _ in 0..4 {
            fake.fault("PUT manifest", Fault::Mute);
        }
        let lost = sync(&mut session, &fake);
        assert!(matches!(
            failure(&lost, "acme"),
            SyncError::Unreachable { .. }
        ));
        let acme = id(&mut session, Noun::Client, 1);
        assert_eq!(fake.held().clients[&acme].0.revision, 2);
        edit_entry(&mut session, |work| work.seconds = Seconds(1800));
        assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "pushed"));
        assert_eq!(states(&sync(&mut session, &fake))[0], ("acme", "in-step"));
    }

    #[test]
    fn an_old_copy_of_the_store_overwrites_nothing() {
        let (
            Sample {
                mut session,
                folder,
            },
            fake,
        ) = (sample(), Fake::start());
        sync(&mut session, &fake);
        session.store.backup(&folder.path().join("old.db")).unwrap();
        edit_entry(&mut session, |work| work.seconds = Seconds(3600));
        sync(&mut session, &fake);
        let held = fake.held().clients.clone();
        let mut old = sample::open(folder.path(), "old.db");
        edit_entry(&mut old, |work| work.seconds = Seconds(60));
        set(&mut old, Some("beta"), "welcome", "hello");
        let report = sync(&mut old, &fake);
        assert!(matches!(
            failure(&report, "acme"),
            SyncError::Stale {
                ours: 1,
                theirs: 2,
                ..
            }
        ));
        assert_eq!(
            states(&report)[1],
            ("beta", "pushed"),
            "each client for itself"
        );
        let acme = id(&mut old, Noun::Client, 1);
        assert_eq!(fake.held().clients[&acme], held[&acme]);
    }

    #[test]
    fn one_that_was_quicker_is_not_overwritten_and_nothing_is_noted() {
        let (mut session, fake) = (sample().session, Fake::start());
        sync(&mut session, &fake);
        let before = pushed(&session);
        edit_entry(&mut session, |work| work.seconds = Seconds(3600));
        fake.fault(
            "PUT manifest",
            Fault::problem(409, "stale_revision", "newer"),
        );
        assert!(matches!(
            failure(&sync(&mut session, &fake), "acme"),
            SyncError::Stale { .. }
        ));
        assert_eq!(pushed(&session), before);
    }

    #[test]
    fn a_client_that_is_refused_stops_no_other() {
        let (mut session, fake) = (sample().session, Fake::start());
        fake.fault(
            "PUT manifest",
            Fault::problem(403, "limit", "one client only"),
        );
        let report = sync(&mut session, &fake);
        assert_eq!(
            failure(&report, "acme"),
            SyncError::Limit {
                message: "one client only".to_owned()
            }
        );
        assert_eq!(states(&report)[1], ("beta", "pushed"));
        assert_eq!(pushed(&session)[0], None);
    }

    #[test]
    fn nothing_happens_without_a_portal_or_a_token() {
        let (mut session, fake) = (sample().session, Fake::start());
        let mut connection = fake.connection();
        connection.token = crate::values::id::Token::random().unwrap();
        let refused = run(&mut session, &connection, None, false, &mut |_| ()).unwrap_err();
        assert!(matches!(refused, Error::Sync(SyncError::TokenRefused)));
        drop(fake);
        let gone = run(&mut session, &connection, None, false, &mut |_| ()).unwrap_err();
        assert!(matches!(gone, Error::Sync(SyncError::Unreachable { .. })));
        assert_eq!(pushed(&session), [None, None]);
    }

    fn event(number: u64, client: &PublicId, user: Option<PublicId>, kind: EventKind) -> Event {
        let at =
            DateTime::from_timestamp(1_795_000_000 + i64::try_from(number).unwrap(), 0).unwrap();
        Event {
            number,
            id: PublicId::random().unwrap(),
            at,
            client: client.clone(),
            user,
            kind,
        }
    }

    #[test]
    fn events_come_in_once_and_those_of_strangers_change_nothing() {
        let (mut session, fake) = (sample().session, Fake::start());
        let wanted = crate::app::invoice::Wanted {
            client: "acme".to_owned(),
            days: crate::values::period::Span::all(),
            grouping: crate::domain::invoice::Grouping::Project,
            work: true,
            items: Vec::new(),
            terms: crate::app::invoice::Terms::default(),
            date: None,
        };
        let invoice = crate::app::invoice::create(&mut session, &wanted)
            .unwrap()
            .invoice;
        let number = invoice.number.clone().unwrap();
        let (acme, beta) = (
            id(&mut session, Noun::Client, 1),
            id(&mut session, Noun::Client, 2),
        );
        let jo = Some(id(&mut session, Noun::User, 1));
        let view = || EventKind::InvoiceViewed {
            invoice: number.clone(),
        };
        fake.held().events = vec![
            event(1, &acme, jo.clone(), EventKind::InvitationAccepted),
            event(2, &acme, jo.clone(), EventKind::SignedIn),
            event(3, &acme, jo.clone(), view()),
            event(4, &acme, jo.clone(), view()),
            event(5, &acme, jo.clone(), EventKind::SignedIn),
            // Another client's user, another client's invoice, and nobody known.
            event(6, &beta, jo.clone(), EventKind::SignedIn),
            event(7, &beta, jo.clone(), view()),
            event(8, &PublicId::from_bytes([1; 16]), None, EventKind::SignedIn),
        ];
        let dry = run(&mut session, &fake.connection(), None, true, &mut |_| ()).unwrap();
        assert_eq!(dry.events, 8);
        let report = sync(&mut session, &fake);
        assert_eq!(report.events, 8);
        let look = |session: &Session| {
            let ask = |books: &Books<'_>| {
                let users = books.users(None)?;
                let invoice = books.invoice(&number)?.unwrap();
                Ok((users, invoice.viewed, books.event_place()?.cursor))
            };
            session
                .store
                .read::<_, crate::store::StoreError>(ask)
                .unwrap()
        };
        let (users, viewed, cursor) = look(&session);
        let at = |number| Some(event(number, &acme, None, EventKind::SignedIn).at);
        assert_eq!((users[0].accepted, users[0].last_sign_in), (at(1), at(5)));
        assert_eq!((users[1].accepted, users[1].last_sign_in), (None, None));
        assert_eq!((viewed, cursor), (at(3), 8));
        // All of it was published in the same run.
        let again = sync(&mut session, &fake);
        assert_eq!(
            (again.events, states(&again)),
            (0, vec![("acme", "in-step"), ("beta", "in-step")])
        );
        let body = fake.held().clients[&acme]
            .1
            .values()
            .map(|body| String::from_utf8_lossy(body).into_owned())
            .collect::<String>();
        assert!(body.contains("\"state\":\"viewed\"") && body.contains("\"invitation\":null"));
        // Another portal counts from the beginning; what is known stays as it is.
        fake.held().epoch = "another".to_owned();
        fake.held().events = vec![event(1, &acme, jo, EventKind::SignedIn)];
        let rebuilt = sync(&mut session, &fake);
        assert_eq!(
            (rebuilt.events, rebuilt.restarted),
            (1, Some(Restart::Rebuilt))
        );
        let (users, viewed, cursor) = look(&session);
        assert_eq!((users[0].last_sign_in, viewed, cursor), (at(5), at(3), 1));
    }

    #[test]
    fn each_store_has_ids_of_its_own() {
        let (mut one, mut other) = (sample(), sample());
        assert_ne!(
            id(&mut one.session, Noun::Client, 1),
            id(&mut other.session, Noun::Client, 1)
        );
    }
}
