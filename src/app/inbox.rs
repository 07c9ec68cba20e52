//! What clients ask on the portal: reading it, answering, closing and opening again.

use std::collections::HashMap;

use crate::domain::client::Client;
use crate::domain::inbox::{Author, Message, State, Thread};
use crate::domain::key::{ClientKey, MemberKey, MessageKey};
use crate::domain::member::Member;
use crate::store::{Books, KeptEvent};
use crate::values::text::Note;

use super::member::at_work;
use super::{Result, Session, find};

/// A question with what a list shows beside it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub thread: Thread,
    pub client: Client,
    pub unread: bool,
    /// Names of the members who answered.
    pub members: HashMap<MemberKey, String>,
}

/// Which questions.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub client: Option<String>,
    /// Only where the client waits.
    pub open: bool,
    /// Only those with something that was not looked at.
    pub unread: bool,
    /// Closed ones too.
    pub all: bool,
}

/// Questions, those that were written to last first; closed ones only where they are asked for.
pub fn list(session: &Session, filter: &Filter) -> Result<Vec<Shown>> {
    session.store.read(|books| {
        let client = filter.client.as_deref();
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let members = books.members()?;
        let mut shown = Vec::new();
        for thread in books.threads(client.map(|client| client.key))? {
            let one = self::shown(books, thread, &members)?;
            let state = one.thread.state();
            let wanted = if filter.open {
                state == State::Open
            } else {
                filter.all || state != State::Done || (filter.unread && one.unread)
            };
            if wanted && (one.unread || !filter.unread) {
                shown.push(one);
            }
        }
        Ok(shown)
    })
}

fn shown(books: &Books<'_>, thread: Thread, members: &[Member]) -> Result<Shown> {
    let authors = thread.messages.iter().filter_map(|one| match one.author {
        Author::Member(key) => members.iter().find(|member| member.key == key),
        Author::User { .. } => None,
    });
    Ok(Shown {
        client: find::client_of(books, thread.client)?,
        unread: thread.is_unread(books.thread_read(thread.key)?),
        members: authors
            .map(|member| (member.key, member.name.to_string()))
            .collect(),
        thread,
    })
}

/// One question, as it is before it is looked at.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    session.store.read(|books| {
        let thread = find::thread(books, reference)?;
        shown(books, thread, &books.members()?)
    })
}

/// Notes that a question was looked at.
pub fn look_at(session: &mut Session, shown: &Shown) -> Result<()> {
    if shown.unread {
        session.store.note_thread_read(&shown.thread)?;
    }
    Ok(())
}

/// Refuses an answer that nobody waits for: see [`Thread::may_be_answered`].
pub fn may_be_answered(session: &Session, reference: &str) -> Result<()> {
    session.store.read(|books| {
        let thread = find::thread(books, reference)?;
        check(books, &thread)
    })
}

fn check(books: &Books<'_>, thread: &Thread) -> Result<()> {
    let request = thread.request.map(|key| books.approval_request(key));
    let request = request.transpose()?.flatten();
    thread.may_be_answered(request.map(|request| request.state))?;
    Ok(())
}

/// Answers a question, and closes it if that is all. The client reads it after the next sync.
pub fn reply(
    session: &mut Session,
    reference: &str,
    text: Note,
    by: Option<&str>,
    done: bool,
) -> Result<Shown> {
    let set = session.business.member.clone();
    let (who, at) = (session.who().to_owned(), session.calendar.now());
    session.write(|books| {
        let thread = find::thread(books, reference)?;
        check(books, &thread)?;
        let member = at_work(books, by, set.as_ref(), &who)?;
        let message = Message {
            key: MessageKey(0),
            at,
            author: Author::Member(member.key),
            text,
        };
        books.add_message(thread.client, thread.key, &message)?;
        // Whoever answers opens what was closed, unless that is the last word.
        books.set_thread_done(thread.key, done)?;
        Ok::<_, super::Error>(())
    })?;
    let shown = show(session, reference)?;
    session.store.note_thread_read(&shown.thread)?;
    show(session, reference)
}

/// Closes a question or opens it again; whether that changed anything.
pub fn set_done(session: &mut Session, reference: &str, done: bool) -> Result<(Shown, bool)> {
    let changed = session.write(|books| {
        let thread = find::thread(books, reference)?;
        Ok::<_, super::Error>(books.set_thread_done(thread.key, done)?)
    })?;
    Ok((show(session, reference)?, changed))
}

/// Events of the portal that this program cannot read.
pub fn aside(session: &Session) -> Result<Vec<KeptEvent>> {
    session.store.read(|books| Ok(books.events_aside()?))
}

/// Questions of a client that wait for an answer.
pub(super) fn open(books: &Books<'_>, client: Option<ClientKey>) -> Result<Vec<Thread>> {
    let mut threads = books.threads(client)?;
    threads.retain(|thread| thread.state() == State::Open);
    Ok(threads)
}
