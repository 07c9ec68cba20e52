//! Questions and requests as one viewer reads them: what is published together with what was written since. Pure; knows no page and
//! no table.

use crate::published::{About, Author, Request, Thread};
use crate::values::id::PublicId;

use super::store::Said;
use super::store::talk::{PendingDecision, PendingMessage};
use super::viewer::Viewer;

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

/// All threads that the viewer may read, those that were written to last first. Threads that are not published yet are to be looked
/// at by who knows whether their object is there.
pub(super) fn conversations(said: &Said, viewer: &Viewer) -> Vec<Conversation> {
    let mut all: Vec<Conversation> = Vec::new();
    for message in said.messages.iter().rev() {
        let thread = &message.thread;
        if all.iter().all(|one| one.id != *thread)
            && let Some(one) = conversation(said, viewer, thread)
        {
            all.push(one);
        }
    }
    for thread in &said.talk.threads {
        if all.iter().all(|one| one.id != thread.id)
            && let Some(one) = conversation(said, viewer, &thread.id)
        {
            all.push(one);
        }
    }
    all
}

/// One of them; none where there is no such thread, or none for this viewer.
pub(super) fn conversation(said: &Said, viewer: &Viewer, id: &PublicId) -> Option<Conversation> {
    let published = said.talk.threads.iter().find(|thread| thread.id == *id);
    let is_published = |message: &PendingMessage| {
        published.is_some_and(|thread| thread.messages.iter().any(|known| known.id == message.id))
    };
    let later: Vec<&PendingMessage> = said
        .messages
        .iter()
        .filter(|message| message.thread == *id && !is_published(message))
        .collect();
    let about = published
        .map(|thread| thread.about.clone())
        .or_else(|| later.first()?.about.clone())?;
    if !may_read(said, viewer, &about) {
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
    let asked_again = !later.is_empty();
    sayings.extend(later.into_iter().map(saying));
    let seen = said.seen.iter().find(|(thread, _)| thread == id);
    let seen = seen.map_or(0, |(_, messages)| *messages);
    let read = usize::try_from(seen).unwrap_or(usize::MAX);
    Some(Conversation {
        id: id.clone(),
        about,
        name: published.and_then(|thread| thread.name.clone()),
        published: published.is_some(),
        state: state(published, &sayings, asked_again),
        unread: sayings
            .iter()
            .skip(read)
            .any(|saying| !is_by(saying, viewer.user())),
        sayings,
    })
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
