//! Questions and requests as one viewer reads them: what is published together with what was written since. Pure; knows no page and
//! no table.

use std::collections::{HashMap, HashSet};

use crate::published::{About, Author, Request, Thread};
use crate::values::id::PublicId;

use super::store::Said;
use super::store::talk::{PendingDecision, PendingMessage};
use super::viewer::Viewer;

/// Threads in a list.
const LISTED: usize = 200;

/// A thread to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversation {
    pub(super) id: PublicId,
    pub(super) about: About,
    /// As it was published; none of one that was not yet.
    pub(super) name: Option<String>,
    pub(super) published: bool,
    pub(super) state: State,
    /// There is something that the viewer has not seen.
    pub(super) unread: bool,
    pub(super) sayings: Vec<Saying>,
}

/// Who is to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It waits for the owner.
    Open,
    Answered,
    /// The owner closed it, and nobody asked again.
    Done,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saying {
    pub(super) id: PublicId,
    pub(super) when: When,
    pub(super) author: Author,
    pub(super) text: String,
}

/// The day, or the instant that becomes one in the zone of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Day(chrono::NaiveDate),
    Instant(chrono::DateTime<chrono::Utc>),
}

/// All that was said, by thread.
struct Index<'a> {
    said: &'a Said,
    published: HashMap<&'a PublicId, &'a Thread>,
    /// What is not published, in order.
    later: HashMap<&'a PublicId, Vec<&'a PendingMessage>>,
    seen: HashMap<&'a PublicId, u32>,
}

impl<'a> Index<'a> {
    fn of(said: &'a Said) -> Self {
        let threads = said.talk.threads.iter();
        let known: HashSet<(&PublicId, &PublicId)> = threads
            .clone()
            .flat_map(|thread| thread.messages.iter().map(|known| (&thread.id, &known.id)))
            .collect();
        let mut later: HashMap<_, Vec<_>> = HashMap::new();
        for message in &said.messages {
            if !known.contains(&(&message.thread, &message.id)) {
                later.entry(&message.thread).or_default().push(message);
            }
        }
        Self {
            said,
            published: threads.map(|thread| (&thread.id, thread)).collect(),
            later,
            seen: said.seen.iter().map(|(id, count)| (id, *count)).collect(),
        }
    }

    /// None where there is no such thread, or none for this viewer.
    fn conversation(&self, viewer: &Viewer, id: &PublicId) -> Option<Conversation> {
        let published = self.published.get(id).copied();
        let later = self.later.get(id).map_or(&[][..], Vec::as_slice);
        let about = published
            .map(|thread| thread.about.clone())
            .or_else(|| later.first()?.about.clone())?;
        if !may_read(self.said, viewer, &about) {
            return None;
        }
        let mut sayings: Vec<Saying> = published
            .map_or(&[][..], |thread| &thread.messages)
            .iter()
            .map(|message| Saying {
                id: message.id.clone(),
                when: When::Day(message.day),
                author: message.author.clone(),
                text: message.text.clone(),
            })
            .collect();
        sayings.extend(later.iter().copied().map(saying));
        let seen = self.seen.get(id).copied().unwrap_or_default();
        let read = usize::try_from(seen).unwrap_or(usize::MAX);
        Some(Conversation {
            id: id.clone(),
            about,
            name: published.and_then(|thread| thread.name.clone()),
            published: published.is_some(),
            state: state(published, &sayings, !later.is_empty()),
            unread: sayings
                .iter()
                .skip(read)
                .any(|saying| !is_by(saying, viewer.user())),
            sayings,
        })
    }
}

/// The threads that the viewer may read, those that were written to last first, and no more than [`LISTED`]. Threads that are not
/// published yet are to be looked at by who knows whether their object is there.
pub(super) fn conversations(said: &Said, viewer: &Viewer) -> Vec<Conversation> {
    let index = Index::of(said);
    let lately = said.messages.iter().rev().map(|message| &message.thread);
    let published = said.talk.threads.iter().map(|thread| &thread.id);
    let mut told = HashSet::new();
    lately
        .chain(published)
        .filter(|id| told.insert(*id))
        .filter_map(|id| index.conversation(viewer, id))
        .take(LISTED)
        .collect()
}

/// One of them; none where there is no such thread, or none for this viewer.
pub(super) fn conversation(said: &Said, viewer: &Viewer, id: &PublicId) -> Option<Conversation> {
    Index::of(said).conversation(viewer, id)
}

fn saying(message: &PendingMessage) -> Saying {
    Saying {
        id: message.id.clone(),
        when: When::Instant(message.at),
        author: Author::User {
            id: message.author.clone(),
            name: message.name.clone(),
        },
        text: message.text.clone(),
    }
}

fn is_by(saying: &Saying, user: &PublicId) -> bool {
    matches!(&saying.author, Author::User { id, .. } if id == user)
}

fn state(published: Option<&Thread>, sayings: &[Saying], asked_again: bool) -> State {
    if published.is_some_and(|thread| thread.done) && !asked_again {
        return State::Done;
    }
    match sayings.last().map(|saying| &saying.author) {
        Some(Author::Team { .. }) => State::Answered,
        _ => State::Open,
    }
}

fn may_read(said: &Said, viewer: &Viewer, about: &About) -> bool {
    viewer.may_ask(about)
        && match about {
            About::Request(id) => requests(said, viewer).any(|request| request.id == *id),
            _ => true,
        }
}

/// The requests that the viewer sees.
pub(super) fn requests<'a>(
    said: &'a Said,
    viewer: &'a Viewer,
) -> impl Iterator<Item = &'a Request> {
    let all = said.talk.requests.iter();
    all.filter(|request| viewer.sees_request(&request.what))
}

/// The answer to a request that waits for the account.
pub(super) fn pending<'a>(said: &'a Said, request: &Request) -> Option<&'a PendingDecision> {
    let unanswered = request.answer.is_none();
    let mut all = said.decisions.iter().filter(|_| unanswered);
    all.find(|decision| decision.request == request.id)
}
